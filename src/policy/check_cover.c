#include "policy/check_table.h"

#include <string.h>

#include "base/ratio.h"
#include "policy/table_index.h"

/* Whether every combination of known facts hits a row: the intervals of each column are tried in turn, depth first,
 * and a branch ends as soon as a row that asks nothing more is among those left. */

/* Words of bit sets ANDed before giving up. */
#define COVER_STEPS 200000u
#define COVER_BOUNDS 256u

typedef struct cover {
    ac_checker           *ck;
    const ac_table       *table;
    const ac_table_index *index;
    uint32_t              words;
    uint32_t              code_counts[AC_INDEX_COLUMNS];
    uint32_t             *codes[AC_INDEX_COLUMNS];
    uint64_t             *rest;         /* [column_count + 1][words]: conjunctions without an atom on this column or later ones */
    uint64_t             *left;         /* [column_count + 1][words]: those left after the columns before */
    uint32_t              steps;
} cover;

static const uint64_t *set_of(const cover *c, uint32_t column, uint32_t code)
{
    const ac_index_column *x = &c->index->columns[column];
    int                    possible = code == AC_INDEX_UNKNOWN;

    if (!c->index->many)
        return x->sets + 2 * (size_t)code + possible;
    return x->sets + (size_t)(code + (possible ? x->code_count : 0)) * (c->index->summary_count + c->words) + c->index->summary_count;
}

static void add_code(cover *c, uint32_t column, uint32_t code)
{
    uint32_t i;

    for (i = 0; i < c->code_counts[column]; i++)
        if (c->codes[column][i] == code)
            return;
    c->codes[column][c->code_counts[column]++] = code;
}

static ac_cell known(int64_t num, int64_t den)
{
    ac_cell cell;

    memset(&cell, 0, sizeof cell);
    cell.num = num;
    cell.den = (int32_t)den;
    cell.state = AC_VALUE_KNOWN;
    return cell;
}

/* --- what a column can hold ----------------------------------------------------------- */

/* The declared range of a column's field leaves the value out. */
static int is_outside(const cover *c, uint32_t column, ac_ratio value)
{
    const ac_policy    *p = c->ck->policy;
    uint32_t            path = c->table->columns[column].path;
    const ac_field_def *f;
    ac_cell             bound;
    ac_ratio            r;
    int                 order;

    if (path == AC_NO_INDEX || p->paths[path].field == AC_NO_INDEX)
        return 0;
    f = &p->records[p->paths[path].holder].fields[p->paths[path].field];
    if (f->type.kind == AC_TYPE_COUNT && value.num < 0)
        return 1;
    if (!f->has_range)
        return 0;
    if (ac_check_is_constant(c->ck, &f->low, &bound) && bound.state == AC_VALUE_KNOWN) {
        r.num = bound.num;
        r.den = bound.den;
        order = ac_ratio_compare(value, r);
        if (order < 0 || (order == 0 && f->low_open))
            return 1;
    }
    if (ac_check_is_constant(c->ck, &f->high, &bound) && bound.state == AC_VALUE_KNOWN) {
        r.num = bound.num;
        r.den = bound.den;
        order = ac_ratio_compare(value, r);
        if (order > 0 || (order == 0 && f->high_open))
            return 1;
    }
    return 0;
}

static void try_value(cover *c, uint32_t column, int64_t num, int64_t den)
{
    ac_cell  cell = known(num, den);
    ac_ratio r;

    r.num = num;
    r.den = den;
    if (!is_outside(c, column, r))
        add_code(c, column, ac_table_column_code(c->index, column, &cell));
}

/* How many values a type of names has; 0: it is none. */
static uint32_t names_of(const cover *c, ac_type type)
{
    const ac_policy *p = c->ck->policy;

    switch (type.kind) {
    case AC_TYPE_BOOL: case AC_TYPE_SIGNATURE: return 2;
    case AC_TYPE_ENUM: return p->enums[type.ref].member_count;
    case AC_TYPE_ROLE: return p->role_count;
    case AC_TYPE_STATE: return p->records[type.ref].state_count;
    default: return 0;
    }
}

static uint32_t collect_bounds(const cover *c, uint32_t column, ac_ratio *bounds)
{
    const ac_table *t = c->table;
    uint32_t        i, k, n = 0;

    for (i = 0; i < t->atom_count; i++)
        for (k = 0; t->atoms[i].column == column && k < t->atoms[i].test_count; k++) {
            const ac_test *test = &t->tests[t->atoms[i].first_test + k];
            int            side;

            for (side = 0; test->kind == AC_TEST_RANGE && side < 2; side++) {
                const ac_cell *bound = side ? &test->high : &test->low;
                ac_ratio       r;
                uint32_t       at = n;

                if (!(side ? test->has_high : test->has_low))
                    continue;
                if (n == COVER_BOUNDS)
                    return COVER_BOUNDS + 1;
                r.num = bound->num;
                r.den = bound->den;
                while (at > 0 && ac_ratio_compare(bounds[at - 1], r) > 0)
                    at--;
                if (at > 0 && ac_ratio_compare(bounds[at - 1], r) == 0)
                    continue;
                memmove(bounds + at + 1, bounds + at, (n - at) * sizeof *bounds);
                bounds[at] = r;
                n++;
            }
        }
    return n;
}

/* A value in each interval that the bounds make. @return 0 when there are too many of them. */
static int try_bounds(cover *c, uint32_t column)
{
    ac_ratio  bounds[COVER_BOUNDS];
    ac_ratio  half = { 1, 2 };
    ac_ratio  middle;
    uint32_t  kind = c->table->columns[column].subject.type.kind;
    uint32_t  n = collect_bounds(c, column, bounds);
    uint32_t  i;
    int       whole = kind != AC_TYPE_NUMBER && kind != AC_TYPE_DURATION;

    if (n > COVER_BOUNDS)
        return 0;
    for (i = 0; i < n; i++) {
        try_value(c, column, bounds[i].num, bounds[i].den);
        if (i == 0 || whole)
            try_value(c, column, bounds[i].num - 1, 1);
        if (i == n - 1 || whole)
            try_value(c, column, bounds[i].num / bounds[i].den + 1, 1);
        if (i > 0 && !whole) {
            if (ac_ratio_add(bounds[i - 1], bounds[i], &middle) != AC_OK || ac_ratio_mul(middle, half, &middle) != AC_OK)
                return 0;
            try_value(c, column, middle.num, middle.den);
        }
    }
    return 1;
}

static int try_texts(cover *c, uint32_t column)
{
    const ac_table *t = c->table;
    uint32_t        i, k;
    ac_cell         other = known(0, 0);    /* a text that no rule mentions */

    for (i = 0; i < t->atom_count; i++)
        for (k = 0; t->atoms[i].column == column && k < t->atoms[i].test_count; k++) {
            const ac_test *test = &t->tests[t->atoms[i].first_test + k];

            if (test->kind == AC_TEST_RANGE && test->low.den == 0)
                return 0;
            if (test->kind == AC_TEST_RANGE)
                add_code(c, column, ac_table_column_code(c->index, column, &test->low));
        }
    add_code(c, column, ac_table_column_code(c->index, column, &other));
    return 1;
}

static int has_test(const cover *c, uint32_t column, ac_test_kind a, ac_test_kind b)
{
    const ac_table *t = c->table;
    uint32_t        i, k;

    for (i = 0; i < t->atom_count; i++)
        for (k = 0; t->atoms[i].column == column && k < t->atoms[i].test_count; k++) {
            uint8_t kind = t->tests[t->atoms[i].first_test + k].kind;

            if (kind == a || kind == b)
                return 1;
        }
    return 0;
}

static int list_codes(cover *c, uint32_t column)
{
    ac_type  type = c->table->columns[column].subject.type;
    uint32_t names = names_of(c, type);
    uint32_t i;
    int      ok = 1;

    c->codes[column] = ac_check_scratch(c->ck, c->index->columns[column].code_count, sizeof *c->codes[column]);
    if (!c->codes[column])
        return 0;
    for (i = 0; i < names; i++)
        try_value(c, column, i, 1);
    if (type.kind == AC_TYPE_TEXT)
        ok = try_texts(c, column);
    else if (names == 0)
        ok = try_bounds(c, column);
    if (has_test(c, column, AC_TEST_NONE, AC_TEST_NONE))
        add_code(c, column, AC_INDEX_NONE);
    if (has_test(c, column, AC_TEST_KNOWN, AC_TEST_UNKNOWN))
        add_code(c, column, AC_INDEX_UNKNOWN);
    if (c->code_counts[column] == 0)
        add_code(c, column, AC_INDEX_VALUES);
    return ok;
}

/* --- the walk ----------------------------------------------------------------------------- */

static int fill_sets(cover *c)
{
    const ac_table *t = c->table;
    size_t          rows = (size_t)t->column_count + 1;
    uint32_t        i, k, w;

    c->rest = ac_check_scratch(c->ck, rows * c->words, sizeof *c->rest);
    c->left = ac_check_scratch(c->ck, rows * c->words, sizeof *c->left);
    if (!c->rest || !c->left)
        return 0;
    memset(c->rest, 0xFF, rows * c->words * sizeof *c->rest);
    for (i = 0; i < t->conjunction_count; i++) {
        const ac_conjunction *conjunction = &t->conjunctions[i];
        uint32_t              last = 0;

        c->left[i / 64] |= UINT64_C(1) << (i % 64);
        for (k = 0; k < conjunction->atom_count; k++) {
            uint32_t column = t->atoms[conjunction->first_atom + k].column + 1u;

            last = column > last ? column : last;
        }
        for (w = 0; w < last; w++)
            c->rest[(size_t)w * c->words + i / 64] &= ~(UINT64_C(1) << (i % 64));
    }
    return 1;
}

static ac_cover walk(cover *c, uint32_t column)
{
    const uint64_t *left = c->left + (size_t)column * c->words;
    const uint64_t *rest = c->rest + (size_t)column * c->words;
    uint64_t       *next = c->left + (size_t)(column + 1) * c->words;
    uint64_t        any = 0, sure = 0;
    uint32_t        i, w;

    c->steps += c->words;
    for (w = 0; w < c->words; w++) {
        any |= left[w];
        sure |= left[w] & rest[w];
    }
    if (sure)
        return AC_COVER_COMPLETE;
    if (!any)
        return AC_COVER_GAP;
    if (c->steps > COVER_STEPS)
        return AC_COVER_NOT_PROVEN;
    for (i = 0; i < c->code_counts[column]; i++) {
        const uint64_t *set = set_of(c, column, c->codes[column][i]);
        ac_cover        below;

        for (w = 0; w < c->words; w++)
            next[w] = left[w] & set[w];
        below = walk(c, column + 1);
        if (below != AC_COVER_COMPLETE)
            return below;
    }
    return AC_COVER_COMPLETE;
}

ac_cover ac_table_cover(ac_checker *ck, const ac_table *table)
{
    ac_arena_mark mark = ac_arena_here(&ck->scratch);
    ac_cover      result = AC_COVER_NOT_PROVEN;
    cover         c;
    uint32_t      i;
    int           ok = table->index != NULL;

    memset(&c, 0, sizeof c);
    c.ck = ck;
    c.table = table;
    c.index = table->index;
    if (ok) {
        c.words = table->index->word_count;
        for (i = 0; ok && i < table->column_count; i++)
            ok = list_codes(&c, i);
        ok = ok && fill_sets(&c);
        if (ok)
            result = walk(&c, 0);
    }
    /* Conditions that are not single facts may exclude each other in ways that are not seen here. */
    for (i = 0; result == AC_COVER_GAP && i < table->column_count; i++)
        if (table->columns[i].path == AC_NO_INDEX)
            result = AC_COVER_NOT_PROVEN;
    ac_arena_back(&ck->scratch, mark);
    return result;
}
