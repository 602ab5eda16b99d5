#ifndef AC_POLICY_MODEL_TABLE_INDEX_H
#define AC_POLICY_MODEL_TABLE_INDEX_H

#include "base/alloc.h"
#include "base/bits.h"
#include "policy/model/policy.h"

/* The bit sets of a table: which conjunctions hold, by what each column holds.
 *
 * The values of a column are cut at every bound that a test of it names. Between two cuts all tests
 * answer alike, so a value is fully described by its *code*: the number of its elementary interval, or
 * one of three codes for what is not a value. Per code there are two sets of conjunctions:
 *
 *     true      every atom of the conjunction on this column is true, or it has none here
 *     possible  none of them is false: true, or unknown (Kleene)
 *
 * ANDed over the columns they give the conjunctions that hold and those that may. For codes of values
 * the two sets are one. Each row's conjunctions stand together and in row order, so the lowest bit of
 * the AND is the first row hit.
 *
 *     one word     at most 64 conjunctions: AND as you go, ac_table_take (or ac_table_step by code); then ac_table_first_of
 *     many words   codes[] first (AC_INDEX_COLUMNS of them at most), then ac_table_first or ac_table_next_row:
 *                  one summary bit stands for 64 conjunctions; only words it names are kept, and ANDed
 *
 * Both work for every index that is not `many`; only the second for one that is. The row `otherwise`
 * has no conjunction: it is hit when nothing is possible.
 *
 * When the first possible row is the first true one, the table is decided. Otherwise a row that is unknown
 * stands before it (or none is true): judge the possible rows by their `condition`, which also
 * names the missing facts.
 */

/* Codes of what is not a value. UNKNOWN and UNSET share one. BLOCKED (UNSUPPORTED, ERROR, a text that cannot be
 * compared) makes every atom unknown, known/unknown tests too: the slow path finds what to answer. */
enum { AC_INDEX_UNKNOWN, AC_INDEX_BLOCKED, AC_INDEX_NONE, AC_INDEX_VALUES };

/* Columns that an index can have; a table with more has none and is judged row by row. */
#define AC_INDEX_COLUMNS 64

enum {
    AC_INDEX_DIRECT,        /* code from num - base, clamped */
    AC_INDEX_WHOLE,         /* cuts: bounds as 2 * value (at) or 2 * value + 1 (above) */
    AC_INDEX_RATIO,         /* cuts: the same with fractions */
    AC_INDEX_TEXT_ID,       /* interned texts: cuts over 2 * id */
    AC_INDEX_TEXT_BYTES     /* texts that are not all interned: sorted by bytes */
};

/* A bound: values from `num / den` on, or only those above it, lie behind the cut. */
typedef struct ac_index_cut {
    int64_t num;
    int64_t den;
    int     above;
} ac_index_cut;

typedef struct ac_index_column {
    int64_t          base;          /* DIRECT: the first value with a code of its own */
    const uint64_t  *direct;        /* one word, DIRECT: where the pairs of those values begin */
    uint32_t         direct_count;  /* how many there are; 0: ask by code */
    uint32_t         own;           /* as the table's column says */
    uint32_t         count;         /* DIRECT: values with a code of their own; else cuts */
    uint32_t         code_count;    /* AC_INDEX_VALUES + elementary intervals */
    uint8_t          kind;
    uint8_t          ref;           /* SPAN: ac_unit of the bounds; another unit is BLOCKED */
    uint8_t          has_ref;
    const uint16_t  *map;           /* DIRECT: code of each, and of all below (first) and above (last); NULL: in order */
    union {
        const int64_t          *whole;
        const ac_index_cut     *ratio;
        const ac_string *const *text;
    } cuts;
    const uint64_t  *sets;          /* one word: true and possible set of each code, in pairs. Many: see ac_table_set */
    const uint32_t  *places;        /* many: where in `sets` that of each code begins; behind them the possible sets of what is not a value */
} ac_index_column;

typedef struct ac_table_index {
    uint32_t         column_count;
    uint32_t         conjunction_count;
    uint32_t         word_count;    /* words per set */
    uint32_t         summary_count; /* many: summary words of a set */
    uint8_t          many;          /* more than 64 conjunctions */
    ac_index_column *columns;
    const uint32_t  *rows;          /* row of each conjunction */
} ac_table_index;

/* Builds the index of a table from its columns, conjunctions, atoms and tests; all of it lies in `arena`.
 * *out is NULL and the status AC_OK when the table cannot have one: no columns, more than AC_INDEX_COLUMNS,
 * a condition over spans of several units. */
ac_status ac_table_index_build(ac_arena *arena, const ac_table *table, ac_table_index **out, ac_error *err);

/* For the builder: the order of cuts and texts, and how many of sorted cuts lie at or below a key (so a cut among them has
 * the place before); 1 + the place of a text among sorted ones, or 0. */
int      ac_index_cut_compare(const ac_index_cut *a, const ac_index_cut *b);
int      ac_index_string_compare(const ac_string *a, const ac_string *b);
uint32_t ac_index_search_cuts(const ac_index_cut *cuts, uint32_t count, const ac_index_cut *key);
uint32_t ac_index_search_text(const ac_string *const *texts, uint32_t count, const ac_string *string);
static inline const ac_string *ac_index_cell_string(const ac_cell *cell)
{
    return (const ac_string *)(intptr_t)cell->num;
}

/* Whole bounds are kept doubled, so they and the values clamped to them leave room. */
#define AC_INDEX_WHOLE_LIMIT (INT64_C(1) << 61)

/* The code of a value found by search; use ac_table_column_code. */
uint32_t ac_index_search(const ac_index_column *column, const ac_cell *cell);

/* The code of a column that holds `cell`. */
static inline uint32_t ac_table_column_code(const ac_table_index *index, uint32_t column, const ac_cell *cell)
{
    const ac_index_column *c = &index->columns[column];
    uint64_t               at;

    if (cell->state != AC_VALUE_KNOWN)
        return cell->state == AC_VALUE_NONE ? AC_INDEX_NONE : cell->state <= AC_VALUE_UNSET ? AC_INDEX_UNKNOWN : AC_INDEX_BLOCKED;
    if (c->kind != AC_INDEX_DIRECT)
        return ac_index_search(c, cell);
    at = (uint64_t)cell->num - (uint64_t)c->base;
    if (at >= c->count)
        at = cell->num < c->base ? (uint64_t)c->count : (uint64_t)c->count + 1;
    return c->map ? c->map[at] : AC_INDEX_VALUES + (uint32_t)at;
}

/* One word: takes what the code leaves of the two sets. Both begin as all ones. */
static inline void ac_table_step(const ac_table_index *index, uint32_t column, uint32_t code, uint64_t *is_true, uint64_t *possible)
{
    const uint64_t *pair = index->columns[column].sets + 2 * (size_t)code;

    *is_true &= pair[0];
    *possible &= pair[1];
}

/* What is left of the sets while columns are taken one by one. One word only. */
typedef struct ac_table_bits {
    uint64_t both;          /* by values: true and possible are one */
    uint64_t is_true;       /* by what is not a value */
    uint64_t possible;
} ac_table_bits;
#define AC_TABLE_BITS_INIT { ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0) }

/* The same as ac_table_column_code and ac_table_step, quick for values of few. Afterwards the rows are
 * ac_table_first_of(index, bits.both & bits.is_true) and (…, bits.both & bits.possible). */
static inline void ac_table_take(const ac_table_index *index, uint32_t column, const ac_cell *cell, ac_table_bits *bits)
{
    const ac_index_column *c = &index->columns[column];
    uint64_t               at = (uint64_t)cell->num - (uint64_t)c->base;

    if (cell->state == AC_VALUE_KNOWN && at < c->direct_count)
        bits->both &= c->direct[2 * at];
    else
        ac_table_step(index, column, ac_table_column_code(index, column, cell), &bits->is_true, &bits->possible);
}

/* The row of the lowest conjunction of a set, or AC_NO_INDEX. One word only. */
static inline uint32_t ac_table_first_of(const ac_table_index *index, uint64_t set)
{
    return set ? index->rows[ac_u64_lowest(set)] : AC_NO_INDEX;
}

/* The first row that is true and the first that may be, by the codes of all columns; AC_NO_INDEX when there is none.
 * Equal: decided. A true row is also possible, so *row_possible <= *row_true. */
void ac_table_first(const ac_table_index *index, const uint32_t *codes, uint32_t *row_true, uint32_t *row_possible);

/* All rows that may be hit, in order: start with *cursor = 0. @return 0 when there are no more.
 * is_true: the row holds; else it is unknown. */
int ac_table_next_row(const ac_table_index *index, const uint32_t *codes, uint32_t *cursor, uint32_t *row, int *is_true);

/* The set of a column under a code: one word, or many as a summary and then the words that are not zero. */
static inline const uint64_t *ac_table_set(const ac_table_index *index, uint32_t column, uint32_t code, int possible)
{
    const ac_index_column *c = &index->columns[column];

    if (!index->many)
        return c->sets + 2 * (size_t)code + possible;
    return c->sets + c->places[possible && code < AC_INDEX_VALUES ? code + c->code_count : code];
}

/* One word of such a set: of conjunctions 64 * at to 64 * at + 63. */
static inline uint64_t ac_table_set_word(const ac_table_index *index, const uint64_t *set, uint32_t at)
{
    uint64_t bit = UINT64_C(1) << (at % 64);
    uint32_t place = index->summary_count, i;

    if (!index->many)
        return *set;
    if (!(set[at / 64] & bit))
        return 0;
    for (i = 0; i < at / 64; i++)
        place += ac_u64_ones(set[i]);
    return set[place + ac_u64_ones(set[i] & (bit - 1))];
}

static inline int ac_table_set_has(const ac_table_index *index, const uint64_t *set, uint32_t conjunction)
{
    return (int)(ac_table_set_word(index, set, conjunction / 64) >> conjunction % 64 & 1);
}

/* Whether two codes are the same to all conjunctions. */
int ac_table_codes_equal(const ac_table_index *index, uint32_t column, uint32_t a, uint32_t b);

#endif
