#ifndef AC_RULES_EVAL_H
#define AC_RULES_EVAL_H

#include <aftercare/rules.h>

#include "policy/link/rulebook.h"
#include "policy/model/policy.h"
#include "record/record.h"

/** @file
 * The evaluator: programs, facts, derived fields and tables of a record as of an instant.
 *
 * Total: every answer is a cell, and nothing allocates. A field is computed at most once per evaluation and holder.
 * Threads: an ac_eval lives on one thread, with all the records it can reach.
 */

/** Holders whose computed values one evaluation remembers at once. */
#define AC_EVAL_HOLDERS 32

/** A fact that is read and not known, or a computed field that is unknown because of those before it. */
typedef struct ac_missing {
    const ac_path *prefix[4];       /**< steps that led from the root to the record whose rule reads it; the innermost ones */
    uint32_t       prefix_count;
    uint32_t       is_field;        /**< 1: the computed field `field` of `holder` */
    const ac_path *path;            /**< as that rule names it */
    ac_record     *holder;          /**< who holds the fact; NULL when it is not there */
    uint32_t       field;
} ac_missing;

#define AC_WATCH_FACTS 192

/** Collects what an UNKNOWN answer is due to. What turns out not to matter is taken back, always from the end. */
typedef struct ac_eval_watch {
    uint32_t   count;
    uint32_t   again;           /**< computed fields that may still be evaluated a second time */
    ac_missing facts[AC_WATCH_FACTS];
} ac_eval_watch;

/** What an act is about to change: for its own gate that is so already, while the state is the one before. */
typedef struct ac_acting {
    ac_record *record;
    uint32_t   field;
    ac_cell    value;
    ac_cell    state;           /**< of a record with a flow */
} ac_acting;

/** What is evaluated, and as of when. Begin with ac_eval_begin(); it needs no end. */
typedef struct ac_eval {
    const ac_policy *policy;    /**< or the view of an expression */
    const ac_link   *link;
    const ac_pin    *pin;       /**< editions and filled values in use */
    ac_pool         *pool;      /**< what aggregates collect from; NULL: none */
    uint64_t         serial;    /**< drawn from the pool at the first record of it; 0: not yet */
    ac_record       *record;    /**< whose rules are evaluated now: paths start here */
    ac_record       *outer;     /**< paths of another record type start here: an aggregate's condition reads the collected record, then
                                 *   the one at hand; NULL: there is none */
    ac_record       *root;      /**< the record the decision is about */
    ac_time          as_of;     /**< facts are those of this instant; `now` and `today` are this instant */
    ac_eval_watch   *watch;     /**< NULL: nobody asks */
    const ac_acting *acting;    /**< while a gate is judged, else NULL */
    const uint32_t  *nth;       /**< occurrence numbers by window while deeds are judged, else NULL */
    uint32_t         depth;     /**< of computed fields within each other */
    uint32_t         prefix_count;  /**< with a watch */
    const ac_path   *prefix[4];
    uint32_t         holder_count;
    uint32_t         evict;
    ac_holding       holders[AC_EVAL_HOLDERS];  /**< of records that are not in the pool: those keep theirs themselves */
} ac_eval;

/** Starts an evaluation of `record` as of an instant; the pin is that of the ticket's (else the record's own) dated instant.
 *  For another instant begin another one: what is remembered holds for one state of the records and one instant. */
void ac_eval_begin(ac_eval *e, ac_record *record, ac_time as_of);
/** The same, with a pin that is known already. */
void ac_eval_begin_pinned(ac_eval *e, ac_record *record, const ac_pin *pin, ac_time as_of);

/** The same record, pin and pool as `from` at another instant, for the same watch. */
void ac_eval_begin_at(ac_eval *e, const ac_eval *from, ac_time as_of);
/** The instant of which computed fields and aggregates of a record are: the end of the period it was opened for, or as_of if that is earlier. */
ac_time ac_eval_own_instant(const ac_eval *e, const ac_record *record);

/** The instant of a date or moment of a record, one still to come too. @return 0 while it is not known. */
int ac_eval_begins(ac_eval *e, ac_record *holder, uint32_t field, ac_time *out);

/** The pin that a record is judged by as of an instant. Never NULL. */
const ac_pin *ac_eval_pin(ac_record *record, ac_time as_of);
/* The instant that dates the record; 0 and as_of while it is not known. */
int ac_eval_dated(ac_record *record, ac_time as_of, ac_time *out);

/** Runs a program of e->record's type. An absent one is UNKNOWN. */
ac_cell ac_eval_program(ac_eval *e, const ac_program *program);

/** A fact as a rule of e->record names it. UNKNOWN: `num` is the path of the first missing fact, AC_NO_INDEX when no fact is. */
ac_cell ac_eval_path(ac_eval *e, uint32_t path);

/** Where a path starts: the record at hand, or the outer one of its type. */
static inline ac_record *ac_eval_start(const ac_eval *e, const ac_path *path)
{
    return e->outer && e->record->type != path->record ? e->outer : e->record;
}

/** The record at the end of a path's steps; NULL when a link on the way is not there. */
ac_record *ac_eval_holder(const ac_eval *e, const ac_path *path);

/** UNKNOWN because of what a path of the policy names; the watch is told. */
ac_cell ac_eval_missing(const ac_eval *e, uint32_t path);
/** Another path that leads to the record whose rules are evaluated next, for the watch. */
void ac_eval_go(ac_eval *e, const ac_path *path);

/** The value of a field of `holder` as of e->as_of: the latest history entry up to then, else the set value; derived fields, table
 *  outputs, the state and defaults are computed. UNKNOWN: AC_MISSING_SELF when the field itself is what is missing. */
ac_cell ac_eval_field(ac_eval *e, ac_record *holder, uint32_t field);

/** An output of a table for `e->record` (table.c). *row, when not NULL, gets the row that decided, or AC_NO_INDEX. */
ac_cell ac_eval_table(ac_eval *e, const ac_table *table, uint32_t output, uint32_t *row);
/** The same, row by row, without bit sets: the reference. */
ac_cell ac_eval_table_plainly(ac_eval *e, const ac_table *table, uint32_t output, uint32_t *row);
/** Whether a row holds, by its tests: yes, no, or what is not known. Not for `otherwise`. */
ac_cell ac_eval_row(ac_eval *e, const ac_table *table, uint32_t row);
/* Of an `all` or `sum` table: what the rows that surely hold come to, whatever others may add; none when there is no such row. */
ac_cell ac_eval_so_far(ac_eval *e, const ac_table *table, uint32_t output);

static inline int ac_table_collects(const ac_table *table)
{
    return table->hit == AC_HIT_ALL || table->hit == AC_HIT_SUM;
}

/** What an aggregate came to, for explanations. */
enum { AC_TALLY_SHOWN = 4 };
typedef struct ac_aggregate_tally {
    uint32_t   collected;   /**< linked, in the window, of the group */
    uint32_t   yes, no;     /**< the condition holds, does not hold */
    uint32_t   unknown;     /**< cannot be told, or the field is not known */
    ac_record *shown[AC_TALLY_SHOWN];   /**< the first of those unknown */
} ac_aggregate_tally;

/** An aggregate for e->record over the records of the pool (aggregate.c). @param tally  May be NULL. */
ac_cell ac_eval_aggregate(ac_eval *e, uint32_t aggregate, ac_aggregate_tally *tally);

/** The table in force under the pin: the policy's own or its filled form. */
static inline const ac_table *ac_eval_table_at(const ac_eval *e, uint32_t table)
{
    return e->pin && e->pin->tables ? e->pin->tables[table] : &e->policy->tables[table];
}

/** What two cells that are not both values give: the stronger of them, the left one of equals. */
static inline ac_cell ac_cell_stronger(ac_cell a, ac_cell b)
{
    return b.state > a.state ? b : a;
}

/** An ERROR cell: message code and the line index of what failed. */
static inline ac_cell ac_cell_error(uint32_t code, uint32_t line)
{
    ac_cell cell = { 0, 0, 0, AC_VALUE_ERROR, 0 };

    cell.num = line;
    cell.den = (int32_t)code;
    return cell;
}

#endif
