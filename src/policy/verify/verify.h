#ifndef AC_POLICY_VERIFY_VERIFY_H
#define AC_POLICY_VERIFY_VERIFY_H

#include "policy/check/check.h"
#include "policy/model/table_index.h"

/** @file
 * Verification: what a policy that is well written may still get wrong. The driver is verify.c; it runs behind all passes of
 * the checker when the option asks for it, on the blocks without errors.
 *
 *     verify_parts.c   what a column of a table can hold, cut at every bound
 *     verify_sweep.c   all combinations of that: rows hit, gaps, overlaps
 *     verify_table.c   what is said about a table
 *     verify_order.c   thresholds that do not rise or fall throughout
 *     verify_when.c    conditions that can never hold, or always do
 *     verify_ladder.c  rungs that nobody reaches or stays at, or that ask less than those below
 *     verify_nth.c     occurrences that cost nothing between others that do
 *     verify_calendar.c  years in which a calendar hardly opens
 *     verify_cite.c    rows of one article that contradict each other
 *     verify_limit.c   conditions and order of limits
 *     verify_amount.c  amounts that are not whole, figures that are too large
 *     verify_use.c     fields nobody reads or fills
 */

/** Steps before what is left is not proven, for a whole policy: parts of columns tried, one more for each 2,048 conjunctions. A step
 *  takes 30 to 50 ns, so that the rules of a hostile text cost less than 100 ms. The shipped policies take up to 200. */
#define AC_VERIFY_STEPS 1500000u

/* ── parts of a column (verify_parts.c) ──────────────────────────────────── */

/** An elementary part of what a column can hold: every test of the column answers alike in it. */
typedef struct ac_part {
    uint32_t code;          /**< of the index */
    uint8_t  is_shown;      /**< `value` can be written; else it is only known that there is one */
    ac_cell  value;         /**< one of it: KNOWN, NONE or UNKNOWN */
    ac_test  test;          /**< holds for this part alone, among values in the declared range */
} ac_part;

typedef struct ac_parts {
    ac_part *at;            /**< values in their order, then none, then unknown */
    uint32_t count;
    uint32_t values;        /**< how many of them are values */
} ac_parts;

/** What column `column` of a table with an index can hold: values of its type in the declared range, those a table gives when
 *  it is such an output, none where that is tested or given, unknown where the fact may be missing.
 *  @return 1; 0 when memory was refused. */
int ac_column_parts(const ac_policy *policy, ac_arena *scratch, const ac_table *table, uint32_t column, ac_parts *out);

/* ── the sweep (verify_sweep.c) ──────────────────────────────────────────── */

typedef struct ac_sweep ac_sweep;

/** Two rows of a `unique` table that both hold and give different results. `parts` is as ac_sweep.gap. */
typedef void ac_sweep_overlap(ac_sweep *s, uint32_t first, uint32_t second, const uint32_t *parts);

/** All combinations of the parts of a table's columns, as far as they matter. */
struct ac_sweep {
    const ac_policy   *policy;
    ac_arena          *scratch;
    const ac_table    *table;
    const uint32_t    *classes;     /**< [row * outputs + output]: equal for what surely is the same, AC_SWEEP_OPEN set for what is
                                         worked out and may be equal to another; NULL: rows are not looked at, only gaps */
    ac_sweep_overlap  *overlap;     /**< may be NULL */
    void              *user;
    uint32_t           steps;       /**< left; counts down */
    /* What came out. */
    ac_parts           parts[AC_INDEX_COLUMNS];
    uint8_t           *can_hold;    /**< row -> some facts make it hold, the other rows aside */
    uint8_t           *is_hit;      /**< row -> some facts hit it: first hit only */
    uint8_t            has_gap;     /**< some facts hit no row, `otherwise` aside */
    uint8_t            needs_else;  /**< some facts come down to `otherwise`: the gap, or rows before it that are unknown but give the same */
    uint8_t            is_over;     /**< the steps did not suffice: what was not found is not proven */
    uint32_t           gap[AC_INDEX_COLUMNS];   /**< part of each column that matters there, else AC_NO_INDEX */
    struct ac_sweep_state *state;
};
#define AC_SWEEP_OPEN (UINT32_C(1) << 31)

/** @return 1; 0 when memory was refused. The table has an index or no columns; `policy` to `steps` are filled in. */
int ac_sweep_run(ac_sweep *s);

/** Whether every combination of values hits a row; 0 also when that is not proven or memory was refused (*nomem). */
int ac_table_is_closed(const ac_policy *policy, ac_mem *mem, const ac_table *table, int *nomem);

/* ── the passes ──────────────────────────────────────────────────────────── */

typedef struct ac_verifier {
    ac_checker *ck;
    uint32_t    steps;      /**< left for the whole policy */
    uint32_t    errors;     /**< of the log before verification: with any, only tables are looked at, whose own are known */
} ac_verifier;

/** Puts conditions to all facts as the rows of a first-hit table that ends with `otherwise`, its row `count`; `s` is zeroed.
 *  Which rows are hit is told of several.
 *  @return 1 when the sweep came to its end; 0 when it is not proven, or memory was refused. */
int ac_verify_rows(ac_verifier *v, const ac_program *conditions, uint32_t count, ac_sweep *s);
/** Appends a term to a condition in the making (ac_check_begin), joined to those before it; ac_verify_written() ends it. Whoever makes
 *  conditions takes policy->op_count back to what it was. */
void ac_verify_term(ac_checker *ck, const ac_writing *w, const ac_program *term, int negated, ac_opcode join);
void ac_verify_written(ac_checker *ck, const ac_writing *w, ac_program *out);
/** Where an entry of policy->lines stands. */
ac_place ac_verify_place(const ac_checker *ck, uint32_t line);
/** Where an item of `needs` does. */
ac_place ac_verify_place_of(const ac_checker *ck, const ac_need *need);
/** Says when a condition can never hold, or does whatever is known. */
void ac_verify_when(ac_verifier *v, const ac_program *when, ac_place place);
/** The same of items of `needs` and what they stand under. */
void ac_verify_needs(ac_verifier *v, const ac_need *needs, uint32_t count);

/** Runs a sweep on what it may take of the steps that are left: all but an eighth, so that one table does not starve the rest.
 *  @return as ac_sweep_run. */
int  ac_verify_sweep(ac_verifier *v, ac_sweep *s);
/** Takes steps for work besides sweeps, about 40 ns each. @return 0 when they are not left: what follows is not proven. */
int  ac_verify_take(ac_verifier *v, size_t steps);
/** Everything. Called after the passes of the checker, when the host asks for it. */
void ac_verify(ac_checker *ck);
void ac_verify_tables(ac_verifier *v);
/** Of one table: rows along an ordered column that give more, more, less, more. */
void ac_verify_order(ac_verifier *v, const ac_table *table, const ac_tree_table *tree);
void ac_verify_conditions(ac_verifier *v);
void ac_verify_ladders(ac_verifier *v);
void ac_verify_calendars(ac_verifier *v);
void ac_verify_amounts(ac_verifier *v);
void ac_verify_cites(ac_verifier *v);
void ac_verify_limits(ac_verifier *v);
void ac_verify_nth(ac_verifier *v);
void ac_verify_use(ac_verifier *v);

#endif
