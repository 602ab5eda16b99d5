#include "policy/model/table_cuts.h"

#include <string.h>

/* DIRECT spends a code (one word) or a map entry (many) on each value between the bounds. */
#define DIRECT_CODES 32
#define DIRECT_MAPPED 1024
#define DIRECT_SMALL 8

int ac_test_is_equality(const ac_test *t)
{
    return t->has_low && t->has_high && !t->low_open && !t->high_open && t->low.num == t->high.num && t->low.den == t->high.den;
}

static uint32_t column_type(const ac_table_cuts *x, uint32_t column)
{
    return x->table->columns[column].subject.type.kind;
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

static void add_cut(ac_table_cuts *x, seen *memory, uint32_t column, ac_index_cut cut)
{
    uint64_t mix = ((uint64_t)cut.num * 2 + (uint64_t)cut.above + (uint64_t)column * 0x51u + (uint64_t)cut.den * 0x1fu) * UINT64_C(0x9E3779B97F4A7C15);
    seen    *s = &memory[mix >> 56];

    if (s->column == column + 1 && s->cut.num == cut.num && s->cut.den == cut.den && s->cut.above == cut.above)
        return;
    s->column = column + 1;
    s->cut = cut;
    x->at[x->starts[column] + x->counts[column]++] = cut;
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
static void count_tests(ac_table_cuts *x)
{
    const ac_table *t = x->table;
    uint32_t        i, sum = 0;

    for (i = 0; i < t->atom_count; i++)
        x->starts[t->atoms[i].column] += 2u * t->atoms[i].test_count;
    for (i = 0; i <= t->column_count; i++) {
        uint32_t n = i < t->column_count ? x->starts[i] : 0;

        x->starts[i] = sum;
        sum += n;
    }
}

static int collect(ac_table_cuts *x)
{
    const ac_table *t = x->table;
    seen            memory[SEEN];
    uint32_t        i, k;

    memset(memory, 0, sizeof memory);
    for (i = 0; i < t->atom_count; i++) {
        const ac_atom   *a = &t->atoms[i];
        ac_index_column *c = &x->index->columns[a->column];
        uint32_t         kind = column_type(x, a->column);

        for (k = 0; k < a->test_count; k++) {
            const ac_test *test = &t->tests[a->first_test + k];

            if (test->kind != AC_TEST_RANGE)
                continue;
            if (!is_plain(kind))
                return 0;
            if (kind == AC_TYPE_TEXT) {
                x->texts[x->starts[a->column] + x->counts[a->column]++] = ac_index_cell_string(&test->low);
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
                add_cut(x, memory, a->column, cut_of(kind, &test->low, test->low_open));
            if (test->has_high)
                add_cut(x, memory, a->column, cut_of(kind, &test->high, !test->high_open));
        }
    }
    return 1;
}

/* Texts that are all interned are cut by their ids. */
static void texts_to_cuts(ac_table_cuts *x, uint32_t column)
{
    uint32_t n = x->counts[column];
    uint32_t from = x->starts[column];
    uint32_t i;

    for (i = n; i-- > 0;) {
        ac_index_cut cut;

        cut.num = x->texts[from + i]->id;
        cut.den = 1;
        cut.above = 0;
        x->at[from + 2 * i] = cut;
        cut.above = 1;
        x->at[from + 2 * i + 1] = cut;
    }
    x->counts[column] = sort_cuts(x->at + from, 2 * n);
}

uint32_t ac_table_cuts_class(const ac_table_cuts *x, uint32_t column, int64_t value)
{
    ac_index_cut key;

    key.num = value;
    key.den = 1;
    key.above = 0;
    return ac_index_search_cuts(x->at + x->starts[column], x->counts[column], &key);
}

static int lay_direct(ac_table_cuts *x, uint32_t column, ac_index_column *c, int64_t low, uint32_t count)
{
    uint16_t *map = NULL;
    uint32_t  i;

    c->kind = AC_INDEX_DIRECT;
    c->base = low;
    c->count = count;
    c->code_count = AC_INDEX_VALUES + count + 2;
    if (!x->index->many)
        return 1;
    c->code_count = AC_INDEX_VALUES + x->counts[column] + 1;
    c->map = map = ac_arena_alloc(x->arena, (count + 2) * sizeof *map, sizeof *map);
    if (!map)
        return 0;
    for (i = 0; i < count; i++)
        map[i] = (uint16_t)(AC_INDEX_VALUES + ac_table_cuts_class(x, column, low + i));
    map[count] = AC_INDEX_VALUES;
    map[count + 1] = (uint16_t)(AC_INDEX_VALUES + x->counts[column]);
    return 1;
}

/* Chooses how the column finds a value's interval, and lays that down. */
static int lay_search(ac_table_cuts *x, uint32_t column)
{
    ac_index_column    *c = &x->index->columns[column];
    const ac_index_cut *cuts = x->at + x->starts[column];
    ac_index_cut       *ratios;
    uint32_t            n = x->counts[column];
    uint32_t            i;
    int                 whole = 1;

    c->count = n;
    c->code_count = AC_INDEX_VALUES + n + 1;
    if (c->kind == AC_INDEX_TEXT_BYTES) {
        const ac_string **texts = ac_arena_array(x->arena, n, sizeof *texts);

        if (texts)
            memcpy(texts, x->texts + x->starts[column], n * sizeof *texts);
        c->cuts.text = texts;
        return texts != NULL;
    }
    for (i = 0; i < n; i++)
        whole &= cuts[i].den == 1 && cuts[i].num > -AC_INDEX_WHOLE_LIMIT && cuts[i].num < AC_INDEX_WHOLE_LIMIT;
    if (whole && n > 0 && is_counted(column_type(x, column))) {
        /* Members and small figures that no test names take the same way as those that are named. */
        int64_t  low = cuts[0].num > 0 && cuts[0].num <= DIRECT_SMALL ? 0 : cuts[0].num - 1;
        uint64_t count = (uint64_t)(cuts[n - 1].num - low) + 2;

        count = count < DIRECT_SMALL ? DIRECT_SMALL : count;

        if (count <= (x->index->many ? DIRECT_MAPPED : DIRECT_CODES))
            return lay_direct(x, column, c, low, (uint32_t)count);
    }
    if (whole) {
        int64_t *keys = ac_arena_array(x->arena, n, sizeof *keys);

        if (!keys)
            return 0;
        for (i = 0; i < n; i++)
            keys[i] = 2 * cuts[i].num + cuts[i].above;
        c->cuts.whole = keys;
        c->kind = column_type(x, column) == AC_TYPE_TEXT ? AC_INDEX_TEXT_ID : AC_INDEX_WHOLE;
        return 1;
    }
    ratios = ac_arena_array(x->arena, n, sizeof *cuts);
    if (ratios)
        memcpy(ratios, cuts, n * sizeof *cuts);
    c->kind = AC_INDEX_RATIO;
    c->cuts.ratio = ratios;
    return ratios != NULL;
}

/* The interval that begins with a cut, which is among those of the column. */
static uint32_t interval_from(ac_table_cuts *x, uint32_t column, const ac_index_cut *cut)
{
    const ac_index_cut *cuts = x->at + x->starts[column];
    uint32_t            n = x->counts[column];

    if (x->near + 1 >= n || ac_index_cut_compare(&cuts[++x->near], cut) != 0)
        x->near = ac_index_search_cuts(cuts, n, cut) - 1;
    return x->near + 1;
}

void ac_table_cuts_range(ac_table_cuts *x, uint32_t column, const ac_test *t, uint32_t *from, uint32_t *to)
{
    const ac_index_column *c = &x->index->columns[column];
    uint32_t               n = x->counts[column];
    uint32_t               kind = column_type(x, column);
    ac_index_cut           cut;

    *from = 0;
    *to = n + 1;
    if (c->kind == AC_INDEX_TEXT_BYTES) {
        *from = ac_index_search_text(x->texts + x->starts[column], n, ac_index_cell_string(&t->low));
        *to = *from + 1;
        return;
    }
    if (t->has_low && t->has_high && c->map && ac_test_is_equality(t)) {
        *from = c->map[t->low.num - c->base] - AC_INDEX_VALUES;     /* bounds lie inside the map */
        *to = *from + 1;
        return;
    }
    if (t->has_low) {
        cut = cut_of(kind, &t->low, t->low_open);
        *from = interval_from(x, column, &cut);
    }
    if (t->has_high) {
        cut = cut_of(kind, &t->high, !t->high_open);
        *to = interval_from(x, column, &cut);
    }
}

int ac_table_cuts_begin(ac_table_cuts *cuts, ac_mem *mem, ac_arena *arena, const ac_table *table, ac_table_index *index, int *fits)
{
    uint32_t columns = table->column_count;
    size_t   bytes;

    cuts->mem = mem;
    cuts->arena = arena;
    cuts->table = table;
    cuts->index = index;
    cuts->starts = ac_mem_array(mem, columns + 1, sizeof *cuts->starts);
    cuts->counts = ac_mem_array(mem, columns, sizeof *cuts->counts);
    if (!cuts->starts || !cuts->counts)
        return 0;
    count_tests(cuts);
    cuts->room = cuts->starts[columns];
    /* Not zeroed: pages that nothing is written to cost nothing. */
    cuts->at = ac_size_mul(cuts->room, sizeof *cuts->at, &bytes) ? ac_mem_alloc(mem, bytes) : NULL;
    cuts->texts = ac_size_mul(cuts->room, sizeof *cuts->texts, &bytes) ? ac_mem_alloc(mem, bytes) : NULL;
    if (!cuts->at || !cuts->texts)
        return 0;
    *fits = collect(cuts);
    return 1;
}

int ac_table_cuts_lay(ac_table_cuts *cuts)
{
    uint32_t i;

    for (i = 0; i < cuts->table->column_count; i++) {
        uint32_t from = cuts->starts[i], n = cuts->counts[i];

        cuts->near = 0;
        if (column_type(cuts, i) == AC_TYPE_TEXT && cuts->index->columns[i].kind == AC_INDEX_TEXT_BYTES)
            cuts->counts[i] = sort_texts(cuts->texts + from, n);
        else if (column_type(cuts, i) == AC_TYPE_TEXT)
            texts_to_cuts(cuts, i);
        else
            cuts->counts[i] = sort_cuts(cuts->at + from, n);
        if (!lay_search(cuts, i))
            return 0;
    }
    return 1;
}

void ac_table_cuts_end(ac_table_cuts *cuts)
{
    uint32_t columns = cuts->table->column_count;

    ac_mem_free(cuts->mem, cuts->starts, (columns + 1) * sizeof *cuts->starts);
    ac_mem_free(cuts->mem, cuts->counts, columns * sizeof *cuts->counts);
    ac_mem_free(cuts->mem, cuts->at, cuts->room * sizeof *cuts->at);
    ac_mem_free(cuts->mem, (void *)cuts->texts, cuts->room * sizeof *cuts->texts);
}
