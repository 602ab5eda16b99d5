#include "policy/model/table_index.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"

/* DIRECT spends a code (one word) or a map entry (many) on each value between the bounds. */
#define DIRECT_CODES 32
#define DIRECT_MAPPED 1024
#define DIRECT_SMALL 8

typedef struct builder {
    ac_arena       *arena;
    ac_mem         *mem;
    const ac_table *table;
    ac_table_index *index;
    uint32_t       *starts;     /* column -> its first cut; [column_count] the end */
    uint32_t       *counts;     /* column -> cuts, sorted, each once */
    ac_index_cut   *cuts;
    size_t          cuts_room;
    const ac_string **texts;    /* column's texts stand where its cuts would */
    uint8_t        *holds;      /* interval -> whether an atom, then what is left of a conjunction, holds there */
    uint8_t        *left;

    /* The sets of one column, interval by interval: what changes from one to the next. */
    uint64_t       *first;      /* conjunctions that hold in the first interval */
    uint64_t       *sets;       /* one word: [AC_INDEX_VALUES + intervals] true sets, then AC_INDEX_VALUES possible ones */
    size_t          sets_room;
    uint32_t       *heads;      /* interval -> 1 + its first change */
    size_t          heads_room;
    struct change {
        uint32_t conjunction, next;     /* next: 1 + the place of the next one */
    } *changes;
    uint32_t        change_count;
} builder;

static int is_equality(const ac_test *t)
{
    return t->has_low && t->has_high && !t->low_open && !t->high_open && t->low.num == t->high.num && t->low.den == t->high.den;
}

static uint32_t column_type(const builder *b, uint32_t column)
{
    return b->table->columns[column].subject.type.kind;
}

/* Tests of a column compare its cells by number alone. */
static int is_plain(uint32_t kind)
{
    return kind != AC_TYPE_PERIOD && kind != AC_TYPE_MANY && kind != AC_TYPE_RECORD;
}

/* Values that are always whole and lie close together. */
static int is_counted(uint32_t kind)
{
    return kind != AC_TYPE_NUMBER && kind != AC_TYPE_MONEY && kind != AC_TYPE_DURATION && kind != AC_TYPE_SPAN && kind != AC_TYPE_TEXT;
}

static ac_index_cut cut_of(uint32_t kind, const ac_cell *bound, int above)
{
    ac_index_cut cut;

    cut.num = kind == AC_TYPE_TEXT ? bound->den : bound->num;
    cut.den = kind == AC_TYPE_TEXT || bound->den < 1 ? 1 : bound->den;
    cut.above = above;
    return cut;
}

/* A small memory of cuts seen last: most tables name few bounds many times. */
typedef struct seen {
    ac_index_cut cut;
    uint32_t     column;
} seen;
#define SEEN 256

static void add_cut(builder *b, seen *memory, uint32_t column, ac_index_cut cut)
{
    uint64_t mix = ((uint64_t)cut.num * 2 + (uint64_t)cut.above + (uint64_t)column * 0x51u + (uint64_t)cut.den * 0x1fu) * UINT64_C(0x9E3779B97F4A7C15);
    seen    *s = &memory[mix >> 56];

    if (s->column == column + 1 && s->cut.num == cut.num && s->cut.den == cut.den && s->cut.above == cut.above)
        return;
    s->column = column + 1;
    s->cut = cut;
    b->cuts[b->starts[column] + b->counts[column]++] = cut;
}

static void sift(ac_index_cut *cuts, uint32_t from, uint32_t count)
{
    ac_index_cut moved = cuts[from];
    uint32_t     child;

    while ((child = 2 * from + 1) < count) {
        child += child + 1 < count && ac_index_cut_compare(&cuts[child], &cuts[child + 1]) < 0;
        if (ac_index_cut_compare(&moved, &cuts[child]) >= 0)
            break;
        cuts[from] = cuts[child];
        from = child;
    }
    cuts[from] = moved;
}

/* Sorts and leaves each cut once; returns how many there are. */
static uint32_t sort_cuts(ac_index_cut *cuts, uint32_t count)
{
    uint32_t i, kept = 0, sorted = 1;

    while (sorted < count && ac_index_cut_compare(&cuts[sorted - 1], &cuts[sorted]) <= 0)
        sorted++;       /* as most tables are written */
    for (i = sorted < count ? count / 2 : 0; i-- > 0;)
        sift(cuts, i, count);
    for (i = sorted < count ? count : 0; i-- > 1;) {
        ac_index_cut top = cuts[0];

        cuts[0] = cuts[i];
        cuts[i] = top;
        sift(cuts, 0, i);
    }
    for (i = 0; i < count; i++)
        if (i == 0 || ac_index_cut_compare(&cuts[kept - 1], &cuts[i]) != 0)
            cuts[kept++] = cuts[i];
    return kept;
}

static uint32_t sort_texts(const ac_string **texts, uint32_t count)
{
    uint32_t i, j, kept = 0;

    for (i = 0; i < count; i++) {
        const ac_string *s = texts[i];

        for (j = kept; j > 0 && ac_index_string_compare(texts[j - 1], s) > 0; j--)
            ;
        if (j > 0 && ac_index_string_compare(texts[j - 1], s) == 0)
            continue;
        memmove(texts + j + 1, texts + j, (kept - j) * sizeof *texts);
        texts[j] = s;
        kept++;
    }
    return kept;
}

/* Where the cuts of each column begin, when every test had two of its own. */
static void count_tests(builder *b)
{
    const ac_table *t = b->table;
    uint32_t        i, sum = 0;

    for (i = 0; i < t->atom_count; i++)
        b->starts[t->atoms[i].column] += 2u * t->atoms[i].test_count;
    for (i = 0; i <= t->column_count; i++) {
        uint32_t n = i < t->column_count ? b->starts[i] : 0;

        b->starts[i] = sum;
        sum += n;
    }
}

/* 1; or 0 when a column's tests cannot be ordered. */
static int collect(builder *b)
{
    const ac_table *t = b->table;
    seen            memory[SEEN];
    uint32_t        i, k;

    memset(memory, 0, sizeof memory);
    for (i = 0; i < t->atom_count; i++) {
        const ac_atom   *a = &t->atoms[i];
        ac_index_column *c = &b->index->columns[a->column];
        uint32_t         kind = column_type(b, a->column);

        for (k = 0; k < a->test_count; k++) {
            const ac_test *test = &t->tests[a->first_test + k];

            if (test->kind != AC_TEST_RANGE)
                continue;
            if (!is_plain(kind))
                return 0;
            if (kind == AC_TYPE_TEXT) {
                b->texts[b->starts[a->column] + b->counts[a->column]++] = ac_index_cell_string(&test->low);
                if (test->low.den == 0)
                    c->kind = AC_INDEX_TEXT_BYTES;
                continue;
            }
            if (kind == AC_TYPE_SPAN) {
                uint16_t ref = test->has_low ? test->low.ref : test->high.ref;

                if ((c->has_ref && c->ref != ref) || (test->has_low && test->has_high && test->low.ref != test->high.ref))
                    return 0;
                c->has_ref = 1;
                c->ref = (uint8_t)ref;
            }
            if (test->has_low)
                add_cut(b, memory, a->column, cut_of(kind, &test->low, test->low_open));
            if (test->has_high)
                add_cut(b, memory, a->column, cut_of(kind, &test->high, !test->high_open));
        }
    }
    return 1;
}

/* Texts that are all interned are cut by their ids. */
static void texts_to_cuts(builder *b, uint32_t column)
{
    uint32_t n = b->counts[column];
    uint32_t from = b->starts[column];
    uint32_t i;

    for (i = n; i-- > 0;) {
        ac_index_cut cut;

        cut.num = b->texts[from + i]->id;
        cut.den = 1;
        cut.above = 0;
        b->cuts[from + 2 * i] = cut;
        cut.above = 1;
        b->cuts[from + 2 * i + 1] = cut;
    }
    b->counts[column] = sort_cuts(b->cuts + from, 2 * n);
}

/* The class a whole value lies in: number of cuts at or below it. */
static uint32_t class_of(const builder *b, uint32_t column, int64_t value)
{
    ac_index_cut key;

    key.num = value;
    key.den = 1;
    key.above = 0;
    return ac_index_search_cuts(b->cuts + b->starts[column], b->counts[column], &key);
}

static int emit_direct(builder *b, uint32_t column, ac_index_column *c, int64_t low, uint32_t count)
{
    uint16_t *map = NULL;
    uint32_t  i;

    c->kind = AC_INDEX_DIRECT;
    c->base = low;
    c->count = count;
    c->code_count = AC_INDEX_VALUES + count + 2;
    if (!b->index->many)
        return 1;
    c->code_count = AC_INDEX_VALUES + b->counts[column] + 1;
    c->map = map = ac_arena_alloc(b->arena, (count + 2) * sizeof *map, sizeof *map);
    if (!map)
        return 0;
    for (i = 0; i < count; i++)
        map[i] = (uint16_t)(AC_INDEX_VALUES + class_of(b, column, low + i));
    map[count] = AC_INDEX_VALUES;
    map[count + 1] = (uint16_t)(AC_INDEX_VALUES + b->counts[column]);
    return 1;
}

/* Chooses how the column finds a value's interval, and lays that down. */
static int emit_search(builder *b, uint32_t column)
{
    ac_index_column    *c = &b->index->columns[column];
    const ac_index_cut *cuts = b->cuts + b->starts[column];
    ac_index_cut       *ratios;
    uint32_t            n = b->counts[column];
    uint32_t            i;
    int                 whole = 1;

    c->count = n;
    c->code_count = AC_INDEX_VALUES + n + 1;
    if (c->kind == AC_INDEX_TEXT_BYTES) {
        const ac_string **texts = ac_arena_array(b->arena, n, sizeof *texts);

        if (texts)
            memcpy(texts, b->texts + b->starts[column], n * sizeof *texts);
        c->cuts.text = texts;
        return texts != NULL;
    }
    for (i = 0; i < n; i++)
        whole &= cuts[i].den == 1 && cuts[i].num > -AC_INDEX_WHOLE_LIMIT && cuts[i].num < AC_INDEX_WHOLE_LIMIT;
    if (whole && n > 0 && is_counted(column_type(b, column))) {
        /* Members and small figures that no test names take the same way as those that are named. */
        int64_t  low = cuts[0].num > 0 && cuts[0].num <= DIRECT_SMALL ? 0 : cuts[0].num - 1;
        uint64_t count = (uint64_t)(cuts[n - 1].num - low) + 2;

        count = count < DIRECT_SMALL ? DIRECT_SMALL : count;

        if (count <= (b->index->many ? DIRECT_MAPPED : DIRECT_CODES))
            return emit_direct(b, column, c, low, (uint32_t)count);
    }
    if (whole) {
        int64_t *keys = ac_arena_array(b->arena, n, sizeof *keys);

        if (!keys)
            return 0;
        for (i = 0; i < n; i++)
            keys[i] = 2 * cuts[i].num + cuts[i].above;
        c->cuts.whole = keys;
        c->kind = column_type(b, column) == AC_TYPE_TEXT ? AC_INDEX_TEXT_ID : AC_INDEX_WHOLE;
        return 1;
    }
    ratios = ac_arena_array(b->arena, n, sizeof *cuts);
    if (ratios)
        memcpy(ratios, cuts, n * sizeof *cuts);
    c->kind = AC_INDEX_RATIO;
    c->cuts.ratio = ratios;
    return ratios != NULL;
}

/* --- atoms to bits ------------------------------------------------------------------ */

/* Intervals [*from, *to) in which a RANGE test holds. */
static void test_range(const builder *b, uint32_t column, const ac_test *t, uint32_t *from, uint32_t *to)
{
    const ac_index_column *c = &b->index->columns[column];
    const ac_index_cut    *cuts = b->cuts + b->starts[column];
    uint32_t               n = b->counts[column];
    uint32_t               kind = column_type(b, column);
    ac_index_cut           cut;

    *from = 0;
    *to = n + 1;
    if (c->kind == AC_INDEX_TEXT_BYTES) {
        *from = ac_index_search_text(b->texts + b->starts[column], n, ac_index_cell_string(&t->low));
        *to = *from + 1;
        return;
    }
    if (t->has_low && t->has_high && c->map && is_equality(t)) {
        *from = c->map[t->low.num - c->base] - AC_INDEX_VALUES;     /* bounds lie inside the map */
        *to = *from + 1;
        return;
    }
    if (t->has_low) {
        cut = cut_of(kind, &t->low, t->low_open);
        *from = ac_index_search_cuts(cuts, n, &cut);
    }
    if (t->has_high) {
        cut = cut_of(kind, &t->high, !t->high_open);
        *to = ac_index_search_cuts(cuts, n, &cut);
    }
}

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
        return code == AC_INDEX_NONE && is_equality(t) ? NO : MAYBE;
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
static void atom_values(const builder *b, const ac_atom *a)
{
    uint32_t n = b->counts[a->column] + 1;
    uint32_t k, from, to;

    memset(b->holds, a->negated, n);
    for (k = 0; k < a->test_count; k++) {
        const ac_test *t = &b->table->tests[a->first_test + k];

        from = 0;
        to = t->kind == AC_TEST_KNOWN ? n : 0;
        if (t->kind == AC_TEST_RANGE)
            test_range(b, a->column, t, &from, &to);
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
    uint32_t              n = b->counts[column] + 1;
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

    test_range(b, a->column, &b->table->tests[a->first_test], &from, &to);
    if (a->negated)
        add_change(b, 0, conjunction);
    if (from >= to)
        return;
    add_change(b, from, conjunction);
    if (to <= b->counts[a->column])
        add_change(b, to, conjunction);
}

/* What is no value: `sets` are the true sets of its codes, then the possible ones. */
static void put_specials(const builder *b, const ac_atom *a, uint32_t conjunction, int is_first, uint64_t *sets, size_t stride, size_t to_possible)
{
    uint64_t bit = UINT64_C(1) << (conjunction % 64);
    uint32_t i;

    for (i = 0; i < AC_INDEX_VALUES; i++) {
        truth     t = atom_special(b->table, a, i);
        uint64_t *is_true = sets + (size_t)i * stride + conjunction / 64;
        uint64_t *possible = is_true + to_possible;

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
static void put_conjunction(builder *b, uint32_t column, uint32_t conjunction, uint64_t *sets, size_t stride, size_t to_possible)
{
    const ac_conjunction *c = &b->table->conjunctions[conjunction];
    const ac_atom        *only = NULL;
    uint64_t              bit = UINT64_C(1) << (conjunction % 64);
    uint32_t              i, n = 0;

    for (i = 0; i < c->atom_count; i++) {
        const ac_atom *a = &b->table->atoms[c->first_atom + i];

        if (a->column != column)
            continue;
        put_specials(b, a, conjunction, n++ == 0, sets, stride, to_possible);
        only = a;
    }
    if (n == 1 && only->test_count == 1 && b->table->tests[only->first_test].kind == AC_TEST_RANGE)
        add_range(b, only, conjunction);
    else if (n > 0)
        add_changes_of(b, column, conjunction);
    if (n > 0)
        return;
    b->first[conjunction / 64] |= bit;
    for (i = 0; i < AC_INDEX_VALUES; i++) {
        sets[(size_t)i * stride + conjunction / 64] |= bit;
        sets[(size_t)i * stride + conjunction / 64 + to_possible] |= bit;
    }
}

/* The sets of a column: `stride` words from one code to the next, of which the first `skip` are left alone. */
static void put_column(builder *b, uint32_t column, uint64_t *sets, size_t skip)
{
    uint32_t words = b->index->word_count;
    size_t   stride = skip + words;
    uint32_t n = b->counts[column] + 1;
    size_t   to_possible = ((size_t)AC_INDEX_VALUES + n) * stride;
    uint32_t i, at;

    memset(b->first, 0, words * sizeof *b->first);
    memset(b->heads, 0, n * sizeof *b->heads);
    b->change_count = 0;
    memset(sets, 0, AC_INDEX_VALUES * stride * sizeof *sets);
    memset(sets + to_possible, 0, AC_INDEX_VALUES * stride * sizeof *sets);
    for (i = 0; i < b->table->conjunction_count; i++)
        put_conjunction(b, column, i, sets + skip, stride, to_possible);
    sets += AC_INDEX_VALUES * stride + skip;
    for (i = 0; i < n; i++, sets += stride) {
        for (at = b->heads[i]; at; at = b->changes[at - 1].next)
            b->first[b->changes[at - 1].conjunction / 64] ^= UINT64_C(1) << (b->changes[at - 1].conjunction % 64);
        memcpy(sets, b->first, words * sizeof *sets);
    }
}

/* --- laying the sets down -------------------------------------------------------------- */

/* The interval that a code stands for; codes below AC_INDEX_VALUES stand for themselves. */
static uint32_t interval_of(const builder *b, uint32_t column, uint32_t code)
{
    const ac_index_column *c = &b->index->columns[column];

    if (code < AC_INDEX_VALUES || c->kind != AC_INDEX_DIRECT || c->map)
        return code;
    code -= AC_INDEX_VALUES;
    if (code >= c->count)
        return AC_INDEX_VALUES + (code == c->count ? 0 : b->counts[column]);
    return AC_INDEX_VALUES + class_of(b, column, c->base + code);
}

static int emit_pairs(builder *b, uint32_t column)
{
    ac_index_column *c = &b->index->columns[column];
    const uint64_t  *from = b->sets;
    uint64_t        *pairs = ac_arena_alloc(b->arena, 2 * (size_t)c->code_count * sizeof *pairs, sizeof *pairs);
    uint32_t         i;

    if (!pairs)
        return 0;
    put_column(b, column, b->sets, 0);
    for (i = 0; i < c->code_count; i++) {
        uint32_t at = interval_of(b, column, i);

        pairs[2 * i] = from[at];
        pairs[2 * i + 1] = i < AC_INDEX_VALUES ? from[AC_INDEX_VALUES + b->counts[column] + 1 + i] : from[at];
    }
    c->sets = pairs;
    if (c->kind == AC_INDEX_DIRECT) {
        c->direct = pairs + 2 * AC_INDEX_VALUES;
        c->direct_count = c->count;
    }
    return 1;
}

static int emit_many(builder *b, uint32_t column)
{
    ac_index_column *c = &b->index->columns[column];
    uint32_t         words = b->index->word_count;
    uint32_t         summary = b->index->summary_count;
    size_t           count = (size_t)c->code_count + AC_INDEX_VALUES;
    uint64_t        *sets = NULL;
    size_t           bytes, i;
    uint32_t         w;

    if (ac_size_mul(count, (summary + (size_t)words) * sizeof *sets, &bytes))
        sets = ac_arena_alloc(b->arena, bytes, sizeof *sets);
    c->sets = sets;
    if (!sets)
        return 0;
    put_column(b, column, sets, summary);
    for (i = 0; i < count; i++, sets += summary + words) {
        memset(sets, 0, summary * sizeof *sets);
        for (w = 0; w < words; w++)
            sets[w / 64] |= (uint64_t)(sets[summary + w] != 0) << (w % 64);
    }
    return 1;
}

static int prepare(builder *b)
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
    b->starts = ac_mem_array(b->mem, columns + 1, sizeof *b->starts);
    b->counts = ac_mem_array(b->mem, columns, sizeof *b->counts);
    b->first = ac_mem_array(b->mem, x->word_count, sizeof *b->first);
    if (!x->columns || !rows || !b->starts || !b->counts || !b->first)
        return 0;
    for (i = 0; i < t->conjunction_count; i++)
        rows[i] = t->conjunctions[i].row;
    for (i = 0; i < columns; i++) {
        x->columns[i].kind = AC_INDEX_WHOLE;
        x->columns[i].own = t->columns[i].own;
    }
    count_tests(b);
    b->cuts_room = b->starts[columns];
    b->cuts = ac_mem_array(b->mem, b->cuts_room, sizeof *b->cuts);
    b->texts = ac_mem_array(b->mem, b->cuts_room, sizeof *b->texts);
    return b->cuts && b->texts;
}

/* Each range of a test begins and ends once, each atom turns round once, each conjunction begins once. */
static size_t changes_of(const ac_table *t)
{
    return 2 * (size_t)t->test_count + t->atom_count + t->conjunction_count + 1;
}

static int build_columns(builder *b)
{
    const ac_table *t = b->table;
    uint32_t        most = 0;
    uint32_t        i;

    for (i = 0; i < t->column_count; i++) {
        if (column_type(b, i) == AC_TYPE_TEXT && b->index->columns[i].kind == AC_INDEX_TEXT_BYTES)
            b->counts[i] = sort_texts(b->texts + b->starts[i], b->counts[i]);
        else if (column_type(b, i) == AC_TYPE_TEXT)
            texts_to_cuts(b, i);
        else
            b->counts[i] = sort_cuts(b->cuts + b->starts[i], b->counts[i]);
        if (!emit_search(b, i))
            return 0;
        most = b->counts[i] > most ? b->counts[i] : most;
    }
    b->heads_room = (size_t)most + 1;
    b->sets_room = b->index->many ? 0 : b->heads_room + 2 * AC_INDEX_VALUES;
    b->holds = ac_mem_alloc(b->mem, 2 * b->heads_room);
    b->heads = ac_mem_array(b->mem, b->heads_room, sizeof *b->heads);
    b->changes = ac_mem_array(b->mem, changes_of(t), sizeof *b->changes);
    b->sets = ac_mem_array(b->mem, b->sets_room, sizeof *b->sets);
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
    uint32_t columns = b->table->column_count;

    ac_mem_free(b->mem, b->starts, (columns + 1) * sizeof *b->starts);
    ac_mem_free(b->mem, b->counts, columns * sizeof *b->counts);
    ac_mem_free(b->mem, b->first, (b->index ? b->index->word_count : 0) * sizeof *b->first);
    ac_mem_free(b->mem, b->cuts, b->cuts_room * sizeof *b->cuts);
    ac_mem_free(b->mem, (void *)b->texts, b->cuts_room * sizeof *b->texts);
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
    b.index = ac_arena_array(arena, 1, sizeof *b.index);
    ok = b.index && prepare(&b) && (!(fits = collect(&b)) || build_columns(&b));
    finish(&b);
    if (ok && fits) {
        *out = b.index;
        return AC_OK;
    }
    ac_arena_back(arena, mark);
    return ok ? AC_OK : ac_mem_failed(arena->mem, err);
}
