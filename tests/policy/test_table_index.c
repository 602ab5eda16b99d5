#include <criterion/criterion.h>
#include <string.h>

#include "policy/model/table_index.h"

/* The index against the plain reading of the rows, over random tables and every combination of values. */

#define MOST_COLUMNS 4
#define MOST_ROWS 90
#define MOST_ATOMS (MOST_ROWS * 6)
#define MOST_TESTS (MOST_ATOMS * 3)

typedef enum truth { NO, MAYBE, YES } truth;

typedef struct world {
    ac_table       table;
    ac_column      columns[MOST_COLUMNS];
    ac_conjunction conjunctions[MOST_ROWS * 2];
    ac_atom        atoms[MOST_ATOMS];
    ac_test        tests[MOST_TESTS];
    uint8_t        bounded[MOST_COLUMNS];   /* a test of the column names a bound */
    uint64_t       seed;
} world;

static uint32_t draw(world *w, uint32_t n)
{
    uint64_t z = (w->seed += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

static struct string {
    uint32_t id, size;
    char     data[8];
} strings[] = { { 1, 1, "a" }, { 2, 1, "b" }, { 5, 2, "ab" }, { 0, 1, "x" }, { 0, 1, "y" }, { 9, 1, "z" } };

static ac_cell cell_of(int64_t num, int32_t den)
{
    ac_cell c = { 0, 1, 0, AC_VALUE_KNOWN, 0 };

    c.num = num;
    c.den = den;
    return c;
}

static ac_cell text_cell(uint32_t i)
{
    return cell_of((int64_t)(intptr_t)&strings[i], (int32_t)strings[i].id);
}

/* A value near the ones that tests name. `inside` 1: as a test bound. */
static ac_cell value_of(world *w, uint32_t kind, int inside)
{
    switch (kind) {
    case AC_TYPE_BOOL: return cell_of(draw(w, 2), 1);
    case AC_TYPE_ENUM: return cell_of(draw(w, inside ? 4 : 6), 1);
    case AC_TYPE_COUNT: return cell_of(draw(w, 7), 1);
    case AC_TYPE_DATE: return cell_of((int64_t)draw(w, 6) * 1000 - 2000 + draw(w, 3) - 1, 1);
    case AC_TYPE_NUMBER: return draw(w, 2) ? cell_of((int64_t)draw(w, 9) - 4, 1) : cell_of((int64_t)(2 * draw(w, 9)) - 7, 2);
    case AC_TYPE_MONEY: return cell_of(draw(w, 8) == 0 ? INT64_MAX - draw(w, 3) : (int64_t)draw(w, 5) * 100, 1);
    case AC_TYPE_SPAN: {
        ac_cell c = cell_of((int64_t)draw(w, 5) * 3600, 1);

        c.ref = !inside && draw(w, 8) == 0 ? AC_UNIT_DAY : AC_UNIT_SECOND;
        return c;
    }
    default: return text_cell(draw(w, inside && w->table.line ? 3 : 6));
    }
}

/* --- the plain reading ----------------------------------------------------------- */

static int order(uint32_t kind, const ac_cell *a, const ac_cell *b)
{
    ac_ratio x, y;

    if (kind == AC_TYPE_TEXT)
        return strcmp(((const ac_string *)(intptr_t)a->num)->data, ((const ac_string *)(intptr_t)b->num)->data);
    x.num = a->num;
    x.den = a->den;
    y.num = b->num;
    y.den = b->den;
    return ac_ratio_compare(x, y);
}

static truth test_holds(uint32_t kind, const ac_test *t, const ac_cell *x)
{
    int below, above, equality;

    if (x->state == AC_VALUE_ERROR || x->state == AC_VALUE_UNSUPPORTED)
        return MAYBE;
    if (t->kind == AC_TEST_KNOWN)
        return x->state <= AC_VALUE_NONE ? YES : NO;
    if (t->kind == AC_TEST_UNKNOWN)
        return x->state <= AC_VALUE_NONE ? NO : YES;
    if (x->state >= AC_VALUE_UNKNOWN)
        return MAYBE;
    if (t->kind == AC_TEST_NONE)
        return x->state == AC_VALUE_NONE ? YES : NO;
    equality = t->has_low && t->has_high && !t->low_open && !t->high_open && order(kind, &t->low, &t->high) == 0;
    if (x->state == AC_VALUE_NONE)
        return equality ? NO : MAYBE;
    below = t->has_low ? order(kind, x, &t->low) : 1;
    above = t->has_high ? order(kind, &t->high, x) : 1;
    return (t->low_open || !t->has_low ? below > 0 : below >= 0) && (t->high_open || !t->has_high ? above > 0 : above >= 0) ? YES : NO;
}

static truth row_holds(const world *w, uint32_t row, const ac_cell *cells)
{
    truth    result = NO;
    uint32_t i, k, m;

    for (i = 0; i < w->table.conjunction_count; i++) {
        truth all = YES;

        if (w->conjunctions[i].row != row)
            continue;
        for (k = 0; k < w->conjunctions[i].atom_count; k++) {
            const ac_atom *a = &w->atoms[w->conjunctions[i].first_atom + k];
            const ac_cell *x = &cells[a->column];
            uint32_t       kind = w->columns[a->column].subject.type.kind;
            truth          any = NO;

            for (m = 0; m < a->test_count; m++) {
                truth t = test_holds(kind, &w->tests[a->first_test + m], x);

                any = t > any ? t : any;
            }
            if (a->negated)
                any = (truth)(YES - any);
            /* a length of another unit than the bounds': left to the slow path */
            if (kind == AC_TYPE_SPAN && w->bounded[a->column] && x->state == AC_VALUE_KNOWN && x->ref != AC_UNIT_SECOND)
                any = MAYBE;
            if (x->state == AC_VALUE_ERROR || x->state == AC_VALUE_UNSUPPORTED)
                any = MAYBE;
            all = any < all ? any : all;
        }
        result = all > result ? all : result;
    }
    return result;
}

/* --- random tables ------------------------------------------------------------------ */

static void make_test(world *w, uint32_t kind, ac_test *t)
{
    uint32_t what = draw(w, 10);

    memset(t, 0, sizeof *t);
    t->kind = what == 0 ? AC_TEST_NONE : what == 1 ? AC_TEST_KNOWN : what == 2 ? AC_TEST_UNKNOWN : AC_TEST_RANGE;
    if (t->kind != AC_TEST_RANGE)
        return;
    t->has_low = t->has_high = 1;
    t->low = t->high = value_of(w, kind, 1);
    if (kind == AC_TYPE_BOOL || kind == AC_TYPE_TEXT || draw(w, 3) == 0)
        return;
    t->high = value_of(w, kind, 1);
    t->has_low = draw(w, 3) > 0;
    t->has_high = !t->has_low || draw(w, 2);
    t->low_open = (uint8_t)draw(w, 2);
    t->high_open = (uint8_t)draw(w, 2);
}

static void make_table(world *w, uint32_t rows)
{
    static const uint8_t kinds[] = { AC_TYPE_BOOL, AC_TYPE_ENUM, AC_TYPE_COUNT, AC_TYPE_DATE, AC_TYPE_NUMBER, AC_TYPE_MONEY, AC_TYPE_SPAN, AC_TYPE_TEXT };
    ac_table            *t = &w->table;
    uint32_t             i, k, m;

    memset(t, 0, sizeof *t);
    memset(w->columns, 0, sizeof w->columns);
    memset(w->bounded, 0, sizeof w->bounded);
    t->line = draw(w, 2);   /* here: whether all texts are interned */
    t->columns = w->columns;
    t->conjunctions = w->conjunctions;
    t->atoms = w->atoms;
    t->tests = w->tests;
    t->column_count = 1 + draw(w, MOST_COLUMNS);
    t->row_count = rows;
    for (i = 0; i < t->column_count; i++)
        w->columns[i].subject.type.kind = kinds[draw(w, sizeof kinds)];
    for (i = 0; i < rows; i++) {
        uint32_t alternatives = 1 + (draw(w, 4) == 0);

        for (; alternatives; alternatives--) {
            ac_conjunction *c = &w->conjunctions[t->conjunction_count++];

            c->row = i;
            c->first_atom = t->atom_count;
            c->atom_count = draw(w, 4);
            for (k = 0; k < c->atom_count; k++) {
                ac_atom *a = &w->atoms[t->atom_count++];

                a->column = (uint16_t)draw(w, t->column_count);
                a->negated = draw(w, 4) == 0;
                a->first_test = t->test_count;
                a->test_count = (uint8_t)(1 + draw(w, 3));
                for (m = 0; m < a->test_count; m++) {
                    make_test(w, w->columns[a->column].subject.type.kind, &w->tests[t->test_count]);
                    w->bounded[a->column] |= w->tests[t->test_count++].kind == AC_TEST_RANGE;
                }
            }
        }
    }
}

static ac_cell any_cell(world *w, uint32_t kind)
{
    static const uint8_t states[] = { AC_VALUE_NONE, AC_VALUE_UNKNOWN, AC_VALUE_UNSET, AC_VALUE_UNSUPPORTED, AC_VALUE_ERROR };
    ac_cell              c = value_of(w, kind, 0);

    if (draw(w, 3) == 0)
        c.state = states[draw(w, sizeof states)];
    return c;
}

static uint32_t check(world *w, const ac_table_index *x, const ac_cell *cells)
{
    uint32_t codes[MOST_COLUMNS];
    uint32_t first_true = AC_NO_INDEX, first_possible = AC_NO_INDEX, got_true, got_possible, cursor = 0, row, i, c;
    uint64_t is_true = ~UINT64_C(0), possible = ~UINT64_C(0);
    ac_table_bits bits = AC_TABLE_BITS_INIT;
    int      holds, wrong = 0;

    for (c = 0; c < x->column_count; c++) {
        codes[c] = ac_table_column_code(x, c, &cells[c]);
        if (x->many)
            continue;
        ac_table_step(x, c, codes[c], &is_true, &possible);
        ac_table_take(x, c, &cells[c], &bits);
    }
    for (i = 0; i < w->table.row_count; i++) {
        truth t = row_holds(w, i, cells);

        if (t == YES && first_true == AC_NO_INDEX)
            first_true = i;
        if (t != NO && first_possible == AC_NO_INDEX)
            first_possible = i;
        if (t != NO)
            wrong += !ac_table_next_row(x, codes, &cursor, &row, &holds) || row != i || holds != (t == YES);
    }
    wrong += ac_table_next_row(x, codes, &cursor, &row, &holds);
    ac_table_first(x, codes, &got_true, &got_possible);
    wrong += got_possible != first_possible || got_true != first_true;
    if (!x->many)
        wrong += is_true != (bits.both & bits.is_true) || possible != (bits.both & bits.possible);
    if (!x->many)
        wrong += ac_table_first_of(x, is_true) != first_true || ac_table_first_of(x, possible) != first_possible;
    return (uint32_t)wrong;
}

static void compare(uint32_t tables, uint32_t most_rows, uint32_t looks, uint64_t seed)
{
    static world w;
    ac_mem       mem;
    uint32_t     i, k, c;

    w.seed = seed;
    cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
    for (i = 0; i < tables; i++) {
        ac_arena        arena;
        ac_table_index *x;

        ac_arena_init(&arena, &mem);
        make_table(&w, 1 + draw(&w, most_rows));
        cr_assert_eq(ac_table_index_build(&arena, &w.table, &x, NULL), AC_OK);
        cr_assert_not_null(x);
        for (k = 0; k < looks; k++) {
            ac_cell cells[MOST_COLUMNS];

            for (c = 0; c < w.table.column_count; c++)
                cells[c] = any_cell(&w, w.columns[c].subject.type.kind);
            cr_assert_eq(check(&w, x, cells), 0u, "table %u, look %u", i, k);
        }
        ac_arena_clear(&arena);
    }
    cr_expect_eq(mem.used, 0u);
}

Test(table_index, agrees_with_the_rows_of_100000_small_tables)
{
    compare(100000, 8, 40, 1);
}

Test(table_index, agrees_with_the_rows_of_tables_beyond_one_word)
{
    compare(3000, MOST_ROWS, 40, 2);
}

/* --- large tables --------------------------------------------------------------------- */

#define LARGE_ROWS 4096
#define LARGE_COLUMNS 12

static void make_large(ac_table *t, world *w, uint32_t rows)
{
    uint32_t i, c;

    memset(t, 0, sizeof *t);
    t->column_count = LARGE_COLUMNS;
    t->row_count = t->conjunction_count = rows;
    t->columns = calloc(LARGE_COLUMNS, sizeof *t->columns);
    t->conjunctions = calloc(rows, sizeof *t->conjunctions);
    t->atoms = calloc((size_t)rows * LARGE_COLUMNS, sizeof *t->atoms);
    t->tests = calloc((size_t)rows * LARGE_COLUMNS, sizeof *t->tests);
    for (c = 0; c < LARGE_COLUMNS; c++)
        t->columns[c].subject.type.kind = c < 8 ? AC_TYPE_BOOL : AC_TYPE_ENUM;
    for (i = 0; i < rows; i++) {
        t->conjunctions[i].row = i;
        t->conjunctions[i].first_atom = t->atom_count;
        t->conjunctions[i].atom_count = LARGE_COLUMNS;
        for (c = 0; c < LARGE_COLUMNS; c++) {
            ac_test *test = &t->tests[t->test_count];
            ac_atom *a = &t->atoms[t->atom_count++];

            a->column = (uint16_t)c;
            a->test_count = 1;
            a->first_test = t->test_count++;
            test->has_low = test->has_high = 1;
            test->low = test->high = cell_of(draw(w, c < 8 ? 2 : 4), 1);
        }
    }
}

static void free_large(ac_table *t)
{
    free(t->columns);
    free(t->conjunctions);
    free(t->atoms);
    free(t->tests);
}

Test(table_index, a_table_of_4096_rows_is_indexed_in_little_memory)
{
    static world    w;
    ac_table        t;
    ac_mem          mem;
    ac_arena        arena;
    ac_table_index *x;

    w.seed = 3;
    cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
    make_large(&t, &w, LARGE_ROWS);
    ac_arena_init(&arena, &mem);
    cr_assert_eq(ac_table_index_build(&arena, &t, &x, NULL), AC_OK);
    cr_assert_not_null(x);
    cr_expect(mem.used < 128 * 1024, "%zu bytes", mem.used);
    ac_arena_clear(&arena);
    free_large(&t);
}

Test(table_index, without_columns_or_with_too_many_there_is_none)
{
    ac_table        t;
    ac_mem          mem;
    ac_arena        arena;
    ac_table_index *x;

    memset(&t, 0, sizeof t);
    cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
    ac_arena_init(&arena, &mem);
    cr_assert_eq(ac_table_index_build(&arena, &t, &x, NULL), AC_OK);
    cr_expect_null(x);
    t.column_count = AC_INDEX_COLUMNS + 1;
    cr_assert_eq(ac_table_index_build(&arena, &t, &x, NULL), AC_OK);
    cr_expect_null(x);
    ac_arena_clear(&arena);
}

static void *refuse_after(void *user, void *ptr, size_t old_size, size_t new_size)
{
    long *left = user;

    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return (*left)-- > 0 ? realloc(ptr, new_size) : NULL;
}

Test(table_index, every_refused_allocation_leaves_nothing_behind)
{
    static world w;
    long         n;

    w.seed = 4;
    make_table(&w, 80);
    for (n = 0;; n++) {
        long            left = n;
        ac_allocator    host = { sizeof host, refuse_after, &left };
        ac_mem          mem;
        ac_arena        arena;
        ac_table_index *x;
        ac_status       st;

        cr_assert_eq(ac_mem_init(&mem, &host, 0, NULL), AC_OK);
        ac_arena_init(&arena, &mem);
        st = ac_table_index_build(&arena, &w.table, &x, NULL);
        cr_assert(st == AC_OK || (st == AC_E_NOMEM && !x), "allocation %ld", n);
        ac_arena_clear(&arena);
        cr_assert_eq(mem.used, 0u, "allocation %ld", n);
        if (left >= 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
    }
    cr_expect(n > 10);
}

/* 10,000 rows need three summary words; each row is for a value of its own, and every hundredth for none that comes up. */
Test(table_index, a_value_for_each_of_10000_rows_is_found_in_little_memory)
{
    enum { ROWS = 10000 };
    static ac_test        tests[ROWS];
    static ac_atom        atoms[ROWS];
    static ac_conjunction conjunctions[ROWS];
    ac_column             column;
    ac_table              t;
    ac_mem                mem;
    ac_arena              arena;
    ac_table_index       *x;
    uint32_t              i, code, row_true, row_possible;

    memset(&t, 0, sizeof t);
    memset(&column, 0, sizeof column);
    column.subject.type.kind = AC_TYPE_COUNT;
    t.column_count = 1;
    t.columns = &column;
    t.row_count = t.conjunction_count = t.atom_count = t.test_count = ROWS;
    t.tests = tests;
    t.atoms = atoms;
    t.conjunctions = conjunctions;
    for (i = 0; i < ROWS; i++) {
        conjunctions[i].row = atoms[i].first_test = conjunctions[i].first_atom = i;
        conjunctions[i].atom_count = atoms[i].test_count = 1;
        tests[i].has_low = tests[i].has_high = 1;
        tests[i].low = tests[i].high = cell_of(i % 100 ? 3 * (int64_t)i : -3 * (int64_t)i - 1, 1);
    }
    cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
    ac_arena_init(&arena, &mem);
    cr_assert_eq(ac_table_index_build(&arena, &t, &x, NULL), AC_OK);
    cr_assert_not_null(x);
    cr_expect(mem.used < 1024 * 1024, "%zu bytes", mem.used);
    for (i = 0; i < 3 * ROWS + 3; i++) {
        uint32_t wanted = i % 3 == 0 && i / 3 % 100 && i / 3 < ROWS ? i / 3 : AC_NO_INDEX;
        ac_cell  cell = cell_of(i, 1);

        code = ac_table_column_code(x, 0, &cell);
        ac_table_first(x, &code, &row_true, &row_possible);
        cr_assert(row_true == wanted && row_possible == wanted, "%u: %u, %u", i, row_true, row_possible);
        if (wanted != AC_NO_INDEX)
            cr_assert_eq(ac_table_set_has(x, ac_table_set(x, 0, code, 0), wanted), 1);
    }
    code = AC_INDEX_UNKNOWN;
    ac_table_first(x, &code, &row_true, &row_possible);
    cr_expect(row_true == AC_NO_INDEX && row_possible == 0);
    ac_arena_clear(&arena);
    cr_expect_eq(mem.used, 0u);
}
