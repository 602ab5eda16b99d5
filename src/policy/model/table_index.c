#include "policy/model/table_index.h"

#include <string.h>

#include "base/error.h"
#include "policy/model/table_cuts.h"

typedef struct builder {
    ac_arena       *arena;
    ac_mem         *mem;
    const ac_table *table;
    ac_table_index *index;
    ac_table_cuts   cuts;
    uint8_t        *holds;      /* interval -> whether an atom, then what is left of a conjunction, holds there */
    uint8_t        *left;

    /* The sets of one column, interval by interval: what changes from one to the next. */
    uint64_t       *specials;   /* of what is not a value: AC_INDEX_VALUES true sets, then as many possible ones */
    uint64_t       *holding;    /* conjunctions that hold in the interval at hand */
    uint64_t       *summary;    /* which of its words are not zero */
    uint64_t       *sets;       /* one word: [intervals] of the column; many: what is packed of it */
    size_t          sets_room;
    size_t          sets_used;
    uint32_t       *heads;      /* interval -> 1 + its first change */
    size_t          heads_room;
    struct change {
        uint32_t conjunction, next;     /* next: 1 + the place of the next one */
    } *changes;
    uint32_t        change_count;
} builder;

/* --- atoms to bits ------------------------------------------------------------------ */

typedef enum truth { NO, MAYBE, YES } truth;

static truth test_special(const ac_test *t, uint32_t code)
{
    switch (t->kind) {
    case AC_TEST_KNOWN:
        return code == AC_INDEX_NONE ? YES : NO;
    case AC_TEST_UNKNOWN:
        return code == AC_INDEX_NONE ? NO : YES;
    case AC_TEST_NONE:
        return code == AC_INDEX_NONE ? YES : MAYBE;
    default:
        return code == AC_INDEX_NONE && ac_test_is_equality(t) ? NO : MAYBE;
    }
}

static truth atom_special(const ac_table *table, const ac_atom *a, uint32_t code)
{
    truth    result = NO;
    uint32_t k;

    if (code == AC_INDEX_BLOCKED)
        return MAYBE;
    for (k = 0; k < a->test_count; k++) {
        truth one = test_special(&table->tests[a->first_test + k], code);

        result = one > result ? one : result;
    }
    return a->negated ? (truth)(YES - result) : result;
}

/* Fills holds[] for a column's intervals. */
static void atom_values(builder *b, const ac_atom *a)
{
    uint32_t n = b->cuts.counts[a->column] + 1;
    uint32_t k, from, to;

    memset(b->holds, a->negated, n);
    for (k = 0; k < a->test_count; k++) {
        const ac_test *t = &b->table->tests[a->first_test + k];

        from = 0;
        to = t->kind == AC_TEST_KNOWN ? n : 0;
        if (t->kind == AC_TEST_RANGE)
            ac_table_cuts_range(&b->cuts, a->column, t, &from, &to);
        if (from < to)
            memset(b->holds + from, !a->negated, to - from);
    }
}

/* From an interval on a conjunction holds that did not, or the other way round. */
static void add_change(builder *b, uint32_t interval, uint32_t conjunction)
{
    struct change *c = &b->changes[b->change_count++];

    c->conjunction = conjunction;
    c->next = b->heads[interval];
    b->heads[interval] = b->change_count;
}

/* All of a column's intervals for a conjunction: those in which each of its atoms there holds. */
static void add_changes_of(builder *b, uint32_t column, uint32_t conjunction)
{
    const ac_conjunction *c = &b->table->conjunctions[conjunction];
    uint32_t              n = b->cuts.counts[column] + 1;
    uint32_t              i, k;
    uint8_t               is_on = 0;

    memset(b->left, 1, n);
    for (k = 0; k < c->atom_count; k++) {
        const ac_atom *a = &b->table->atoms[c->first_atom + k];

        if (a->column != column)
            continue;
        atom_values(b, a);
        for (i = 0; i < n; i++)
            b->left[i] &= b->holds[i];
    }
    for (i = 0; i < n; i++)
        if (b->left[i] != is_on) {
            is_on = b->left[i];
            add_change(b, i, conjunction);
        }
}

/* The same for one atom of one range, the usual case. */
static void add_range(builder *b, const ac_atom *a, uint32_t conjunction)
{
    uint32_t from, to;

    ac_table_cuts_range(&b->cuts, a->column, &b->table->tests[a->first_test], &from, &to);
    if (a->negated)
        add_change(b, 0, conjunction);
    if (from >= to)
        return;
    add_change(b, from, conjunction);
    if (to <= b->cuts.counts[a->column])
        add_change(b, to, conjunction);
}

static void put_specials(builder *b, const ac_atom *a, uint32_t conjunction, int is_first)
{
    uint32_t words = b->index->word_count;
    uint64_t bit = UINT64_C(1) << (conjunction % 64);
    uint32_t i;

    for (i = 0; i < AC_INDEX_VALUES; i++) {
        truth     t = atom_special(b->table, a, i);
        uint64_t *is_true = b->specials + (size_t)i * words + conjunction / 64;
        uint64_t *possible = is_true + (size_t)AC_INDEX_VALUES * words;

        /* A second atom of the conjunction on the same column may only take away. */
        if (is_first) {
            *is_true |= t == YES ? bit : 0;
            *possible |= t != NO ? bit : 0;
        } else {
            *is_true &= t == YES ? ~UINT64_C(0) : ~bit;
            *possible &= t != NO ? ~UINT64_C(0) : ~bit;
        }
    }
}

/* One conjunction on a column. One that does not look at it passes whatever it holds. */
static void put_conjunction(builder *b, uint32_t column, uint32_t conjunction)
{
    const ac_conjunction *c = &b->table->conjunctions[conjunction];
    const ac_atom        *only = NULL;
    uint64_t              bit = UINT64_C(1) << (conjunction % 64);
    uint32_t              i, n = 0;

    for (i = 0; i < c->atom_count; i++) {
        const ac_atom *a = &b->table->atoms[c->first_atom + i];

        if (a->column != column)
            continue;
        put_specials(b, a, conjunction, n++ == 0);
        only = a;
    }
    if (n == 1 && only->test_count == 1 && b->table->tests[only->first_test].kind == AC_TEST_RANGE)
        add_range(b, only, conjunction);
    else if (n > 0)
        add_changes_of(b, column, conjunction);
    if (n > 0)
        return;
    b->holding[conjunction / 64] |= bit;
    for (i = 0; i < 2 * AC_INDEX_VALUES; i++)
        b->specials[(size_t)i * b->index->word_count + conjunction / 64] |= bit;
}

/* Begins a column: afterwards the intervals come one by one, by turn_to(). */
static void begin_column(builder *b, uint32_t column)
{
    uint32_t words = b->index->word_count;
    uint32_t i;

    memset(b->holding, 0, words * sizeof *b->holding);
    memset(b->specials, 0, 2 * AC_INDEX_VALUES * (size_t)words * sizeof *b->specials);
    memset(b->heads, 0, (b->cuts.counts[column] + 1) * sizeof *b->heads);
    b->change_count = 0;
    b->cuts.near = 0;
    for (i = 0; i < b->table->conjunction_count; i++)
        put_conjunction(b, column, i);
}

static void turn_to(builder *b, uint32_t interval)
{
    uint32_t at;

    for (at = b->heads[interval]; at; at = b->changes[at - 1].next) {
        uint32_t word = b->changes[at - 1].conjunction / 64;

        b->holding[word] ^= UINT64_C(1) << (b->changes[at - 1].conjunction % 64);
        if (b->index->many)
            b->summary[word / 64] = (b->summary[word / 64] & ~(UINT64_C(1) << (word % 64))) | (uint64_t)(b->holding[word] != 0) << (word % 64);
    }
}

/* --- laying the sets down -------------------------------------------------------------- */

/* The interval that the code of a value stands for. */
static uint32_t interval_of(const builder *b, uint32_t column, uint32_t code)
{
    const ac_index_column *c = &b->index->columns[column];

    code -= AC_INDEX_VALUES;
    if (c->kind != AC_INDEX_DIRECT || c->map)
        return code;
    if (code >= c->count)
        return code == c->count ? 0 : b->cuts.counts[column];
    return ac_table_cuts_class(&b->cuts, column, c->base + code);
}

static int emit_pairs(builder *b, uint32_t column)
{
    ac_index_column *c = &b->index->columns[column];
    uint64_t        *pairs = ac_arena_alloc(b->arena, 2 * (size_t)c->code_count * sizeof *pairs, sizeof *pairs);
    uint32_t         i;

    if (!pairs)
        return 0;
    begin_column(b, column);
    for (i = 0; i <= b->cuts.counts[column]; i++) {
        turn_to(b, i);
        b->sets[i] = *b->holding;
    }
    for (i = 0; i < AC_INDEX_VALUES; i++) {
        pairs[2 * i] = b->specials[i];
        pairs[2 * i + 1] = b->specials[AC_INDEX_VALUES + i];
    }
    for (; i < c->code_count; i++)
        pairs[2 * i] = pairs[2 * i + 1] = b->sets[interval_of(b, column, i)];
    c->sets = pairs;
    if (c->kind == AC_INDEX_DIRECT) {
        c->direct = pairs + 2 * AC_INDEX_VALUES;
        c->direct_count = c->count;
    }
    return 1;
}

static void sum_up(builder *b, const uint64_t *set)
{
    uint32_t w;

    memset(b->summary, 0, b->index->summary_count * sizeof *b->summary);
    for (w = 0; w < b->index->word_count; w++)
        b->summary[w / 64] |= (uint64_t)(set[w] != 0) << (w % 64);
}

/* Packs a set whose summary is at hand: of a column of thousands of intervals few words are not zero in each. */
static int pack(builder *b, const uint64_t *set, uint32_t *place)
{
    uint32_t summary = b->index->summary_count, words = b->index->word_count, s;
    uint64_t left;

    if (b->sets_used > UINT32_MAX || !ac_mem_grow(b->mem, (void **)&b->sets, &b->sets_room, b->sets_used + summary + words, sizeof *b->sets))
        return 0;
    *place = (uint32_t)b->sets_used;
    memcpy(b->sets + b->sets_used, b->summary, summary * sizeof *b->sets);
    b->sets_used += summary;
    for (s = 0; s < summary; s++)
        for (left = b->summary[s]; left; left &= left - 1)
            b->sets[b->sets_used++] = set[s * 64 + ac_u64_lowest(left)];
    return 1;
}

static int emit_many(builder *b, uint32_t column)
{
    ac_index_column *c = &b->index->columns[column];
    uint32_t         words = b->index->word_count;
    uint32_t         n = b->cuts.counts[column] + 1;
    uint32_t        *places = ac_arena_alloc(b->arena, (2 * (size_t)AC_INDEX_VALUES + n) * sizeof *places, sizeof *places);
    uint64_t        *sets;
    uint32_t         i;

    if (!places)
        return 0;
    begin_column(b, column);
    b->sets_used = 0;
    for (i = 0; i < 2 * AC_INDEX_VALUES; i++) {
        sum_up(b, b->specials + (size_t)i * words);
        if (!pack(b, b->specials + (size_t)i * words, &places[i < AC_INDEX_VALUES ? i : i + n]))
            return 0;
    }
    sum_up(b, b->holding);
    for (i = 0; i < n; i++) {
        turn_to(b, i);
        if (!pack(b, b->holding, &places[AC_INDEX_VALUES + i]))
            return 0;
    }
    sets = ac_arena_alloc(b->arena, b->sets_used * sizeof *sets, sizeof *sets);
    if (!sets)
        return 0;
    c->places = places;
    c->sets = memcpy(sets, b->sets, b->sets_used * sizeof *sets);
    return 1;
}

/* Words of the sets of a column that are made at a time. */
static size_t sets_of(const ac_table_index *x)
{
    return (2 * AC_INDEX_VALUES + 1) * (size_t)x->word_count + x->summary_count;
}

/* Each range of an atom begins and ends once, each atom turns round once, each conjunction begins once. Tests are counted by
 * atoms: where alternatives were multiplied out, atoms share them. */
static size_t changes_of(const ac_table *t)
{
    size_t   n = (size_t)t->atom_count + t->conjunction_count + 1;
    uint32_t i;

    for (i = 0; i < t->atom_count; i++)
        n += 2 * (size_t)t->atoms[i].test_count;
    return n;
}

/* *fits as ac_table_cuts_begin() says. */
static int prepare(builder *b, int *fits)
{
    const ac_table *t = b->table;
    ac_table_index *x = b->index;
    uint32_t        columns = t->column_count;
    uint32_t       *rows;
    uint32_t        i;

    x->column_count = columns;
    x->conjunction_count = t->conjunction_count;
    x->word_count = t->conjunction_count ? (t->conjunction_count + 63) / 64 : 1;
    x->many = x->word_count > 1;
    x->summary_count = x->many ? (x->word_count + 63) / 64 : 0;
    x->columns = ac_arena_array(b->arena, columns, sizeof *x->columns);
    x->rows = rows = ac_arena_array(b->arena, t->conjunction_count, sizeof *rows);
    b->specials = ac_mem_array(b->mem, sets_of(x), sizeof *b->specials);
    if (!x->columns || !rows || !b->specials)
        return 0;
    b->holding = b->specials + 2 * AC_INDEX_VALUES * (size_t)x->word_count;
    b->summary = b->holding + x->word_count;
    for (i = 0; i < t->conjunction_count; i++)
        rows[i] = t->conjunctions[i].row;
    for (i = 0; i < columns; i++) {
        x->columns[i].kind = AC_INDEX_WHOLE;
        x->columns[i].own = t->columns[i].own;
    }
    return ac_table_cuts_begin(&b->cuts, b->mem, b->arena, t, x, fits);
}

static int build_columns(builder *b)
{
    const ac_table *t = b->table;
    size_t          bytes;
    uint32_t        most = 0;
    uint32_t        i;

    if (!ac_table_cuts_lay(&b->cuts))
        return 0;
    for (i = 0; i < t->column_count; i++)
        most = b->cuts.counts[i] > most ? b->cuts.counts[i] : most;
    b->heads_room = (size_t)most + 1;
    b->sets_room = b->index->many ? 0 : b->heads_room;
    b->holds = ac_mem_alloc(b->mem, 2 * b->heads_room);
    b->heads = ac_mem_array(b->mem, b->heads_room, sizeof *b->heads);
    b->changes = ac_size_mul(changes_of(t), sizeof *b->changes, &bytes) ? ac_mem_alloc(b->mem, bytes) : NULL;
    b->sets = b->index->many ? NULL : ac_mem_array(b->mem, b->sets_room, sizeof *b->sets);
    if (!b->holds || !b->heads || !b->changes || !(b->sets || b->index->many))
        return 0;
    b->left = b->holds + b->heads_room;
    for (i = 0; i < t->column_count; i++)
        if (!(b->index->many ? emit_many(b, i) : emit_pairs(b, i)))
            return 0;
    return 1;
}

static void finish(builder *b)
{
    ac_table_cuts_end(&b->cuts);
    ac_mem_free(b->mem, b->specials, (b->index ? sets_of(b->index) : 0) * sizeof *b->specials);
    ac_mem_free(b->mem, b->holds, 2 * b->heads_room);
    ac_mem_free(b->mem, b->heads, b->heads_room * sizeof *b->heads);
    ac_mem_free(b->mem, b->changes, changes_of(b->table) * sizeof *b->changes);
    ac_mem_free(b->mem, b->sets, b->sets_room * sizeof *b->sets);
}

ac_status ac_table_index_build(ac_arena *arena, const ac_table *table, ac_table_index **out, ac_error *err)
{
    ac_arena_mark mark = ac_arena_here(arena);
    builder       b;
    int           ok, fits = 1;

    *out = NULL;
    if (table->column_count == 0 || table->column_count > AC_INDEX_COLUMNS)
        return AC_OK;
    memset(&b, 0, sizeof b);
    b.arena = arena;
    b.mem = arena->mem;
    b.table = table;
    b.cuts.table = table;
    b.cuts.mem = arena->mem;
    b.index = ac_arena_array(arena, 1, sizeof *b.index);
    ok = b.index && prepare(&b, &fits) && (!fits || build_columns(&b));
    finish(&b);
    if (ok && fits) {
        *out = b.index;
        return AC_OK;
    }
    ac_arena_back(arena, mark);
    return ok ? AC_OK : ac_mem_failed(arena->mem, err);
}
