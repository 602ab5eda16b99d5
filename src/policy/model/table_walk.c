#include "policy/model/table_index.h"

#include <string.h>

#include "base/hash.h"

/* The index at run time: from a value to its interval, from the intervals to the rows. */

static int64_t key_of(int64_t num, int64_t den)
{
    int64_t whole = num;
    int     above = 0;

    if (den > 1) {
        whole = num / den - (num % den < 0);
        above = num % den != 0;
    }
    if (whole >= AC_INDEX_WHOLE_LIMIT)
        return 2 * AC_INDEX_WHOLE_LIMIT;
    if (whole < -AC_INDEX_WHOLE_LIMIT)
        return -2 * AC_INDEX_WHOLE_LIMIT;
    return 2 * whole + above;
}

/* Number of cuts at or below the key, without a branch on the data. */
static uint32_t search_whole(const int64_t *cuts, uint32_t count, int64_t key)
{
    uint32_t low = 0;
    uint32_t i;

    if (count <= 8) {
        for (i = 0; i < count; i++)
            low += cuts[i] <= key;
        return low;
    }
    while (count > 1) {
        uint32_t half = count / 2;

        low += cuts[low + half - 1] <= key ? half : 0;
        count -= half;
    }
    return low + (cuts[low] <= key);
}

int ac_index_cut_compare(const ac_index_cut *a, const ac_index_cut *b)
{
    ac_ratio x, y;
    int      c;

    if (a->den == 1 && b->den == 1)
        return a->num != b->num ? (a->num < b->num ? -1 : 1) : a->above - b->above;
    x.num = a->num;
    x.den = a->den;
    y.num = b->num;
    y.den = b->den;
    c = ac_ratio_compare(x, y);
    return c ? c : a->above - b->above;
}

/* Number of cuts at or below `key`; with `key` among them, its place is one less. */
uint32_t ac_index_search_cuts(const ac_index_cut *cuts, uint32_t count, const ac_index_cut *key)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ac_index_cut_compare(&cuts[middle], key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int ac_index_string_compare(const ac_string *a, const ac_string *b)
{
    ac_text x, y;

    x.data = a->data;
    x.size = a->size;
    y.data = b->data;
    y.size = b->size;
    return ac_text_compare(x, y);
}

/* 1 + place of the string among sorted ones; 0: not among them. */
uint32_t ac_index_search_text(const ac_string *const *texts, uint32_t count, const ac_string *string)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int      c = ac_index_string_compare(texts[middle], string);

        if (c == 0)
            return middle + 1;
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

uint32_t ac_index_search(const ac_index_column *column, const ac_cell *cell)
{
    ac_index_cut key;

    if (column->has_ref && cell->ref != column->ref)
        return AC_INDEX_BLOCKED;
    switch (column->kind) {
    case AC_INDEX_WHOLE:
        return AC_INDEX_VALUES + search_whole(column->cuts.whole, column->count, key_of(cell->num, cell->den));
    case AC_INDEX_TEXT_ID:
        return AC_INDEX_VALUES + search_whole(column->cuts.whole, column->count, 2 * (int64_t)cell->den);
    case AC_INDEX_TEXT_BYTES:
        return AC_INDEX_VALUES + ac_index_search_text(column->cuts.text, column->count, ac_index_cell_string(cell));
    default:
        key.num = cell->num;
        key.den = cell->den > 1 ? cell->den : 1;
        key.above = 0;
        return AC_INDEX_VALUES + ac_index_search_cuts(column->cuts.ratio, column->count, &key);
    }
}

/* --- walking ------------------------------------------------------------------------------ */

/* How many words a set has. */
static size_t size_of(const ac_table_index *x, const uint64_t *set)
{
    size_t   size = x->many ? x->summary_count : 1;
    uint32_t i;

    for (i = 0; i < x->summary_count; i++)
        size += ac_u64_ones(set[i]);
    return size;
}

int ac_table_codes_equal(const ac_table_index *index, uint32_t column, uint32_t a, uint32_t b)
{
    int possible, equal = 1;

    for (possible = 0; equal && a != b && possible < 2; possible++) {
        const uint64_t *x = ac_table_set(index, column, a, possible), *y = ac_table_set(index, column, b, possible);
        size_t          size = size_of(index, x);

        equal = x == y || (size == size_of(index, y) && memcmp(x, y, size * sizeof *x) == 0);
    }
    return equal;
}

/* The sets of all columns. */
typedef struct sets {
    const uint64_t *of[AC_INDEX_COLUMNS];
} sets;

static void find_sets(const ac_table_index *x, const uint32_t *codes, int possible, sets *out)
{
    uint32_t c;

    for (c = 0; c < x->column_count; c++)
        out->of[c] = ac_table_set(x, c, codes[c], possible);
}

static uint64_t and_words(const ac_table_index *x, const sets *s, uint32_t at)
{
    uint64_t all = ~UINT64_C(0);
    uint32_t c;

    for (c = 0; all && c < x->column_count; c++)
        all &= ac_table_set_word(x, s->of[c], at);
    return all;
}

/* The first conjunction from `from` on in the AND of the columns, or the count. */
static uint32_t next_bit(const ac_table_index *x, const sets *of_columns, uint32_t from)
{
    uint32_t word = from / 64;
    uint64_t keep = ~UINT64_C(0) << (from % 64);
    uint32_t s, c;

    if (from >= x->conjunction_count)
        return x->conjunction_count;
    if (!x->many) {
        uint64_t hits = and_words(x, of_columns, 0) & keep;

        return hits ? ac_u64_lowest(hits) : x->conjunction_count;
    }
    for (s = word / 64; s < x->summary_count; s++) {
        uint64_t left = s == word / 64 ? ~UINT64_C(0) << (word % 64) : ~UINT64_C(0);

        for (c = 0; c < x->column_count; c++)
            left &= of_columns->of[c][s];
        for (; left; left &= left - 1) {
            uint32_t at = s * 64 + ac_u64_lowest(left);
            uint64_t hits = and_words(x, of_columns, at);

            if (at == word)
                hits &= keep;
            if (hits)
                return at * 64 + ac_u64_lowest(hits);
        }
    }
    return x->conjunction_count;
}

static int has_specials(const ac_table_index *x, const uint32_t *codes)
{
    uint32_t c;

    for (c = 0; c < x->column_count; c++)
        if (codes[c] < AC_INDEX_VALUES)
            return 1;
    return 0;
}

void ac_table_first(const ac_table_index *index, const uint32_t *codes, uint32_t *row_true, uint32_t *row_possible)
{
    sets     x;
    uint32_t possible, hit;

    find_sets(index, codes, 1, &x);
    hit = possible = next_bit(index, &x, 0);
    *row_possible = possible < index->conjunction_count ? index->rows[possible] : AC_NO_INDEX;
    if (possible < index->conjunction_count && has_specials(index, codes)) {
        find_sets(index, codes, 0, &x);
        hit = next_bit(index, &x, possible);
    }
    *row_true = hit < index->conjunction_count ? index->rows[hit] : AC_NO_INDEX;
}

int ac_table_next_row(const ac_table_index *index, const uint32_t *codes, uint32_t *cursor, uint32_t *row, int *is_true)
{
    sets     x;
    uint32_t at, hit;

    find_sets(index, codes, 1, &x);
    at = next_bit(index, &x, *cursor);
    if (at >= index->conjunction_count)
        return 0;
    *row = index->rows[at];
    find_sets(index, codes, 0, &x);
    hit = next_bit(index, &x, at);
    *is_true = hit < index->conjunction_count && index->rows[hit] == *row;
    /* Alternatives of the row that follow add nothing. */
    while (at < index->conjunction_count && index->rows[at] == *row)
        at++;
    *cursor = at;
    return 1;
}
