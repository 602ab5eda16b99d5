#ifndef AC_RULES_EXAMPLE_EXAMPLE_H
#define AC_RULES_EXAMPLE_EXAMPLE_H

#include <aftercare/rules.h>

#include "base/buffer.h"
#include "policy/report/report.h"
#include "rules/eval.h"
#include "rules/example/coverage.h"
#include "rules/example/example_offence.h"

/** @file
 * Running the examples of a policy: a row gives facts (example_fill.c), and what the rules say of them is compared with
 * what it expects (example_compare.c). Rows may add up in one pool, or be the candidates of a choice (example_choice.c).
 *
 * Threads: one run, one thread.
 */

typedef struct ac_example_run {
    ac_rulebook          *book;
    ac_policy            *policy;
    const ac_link        *linked;   /**< the policy's in the book */
    ac_link               link;     /**< the same with holes that rows may fill */
    ac_pin               *pins;     /**< of `link` */
    ac_cell              *holes;    /**< of each pin */
    ac_log               *log;
    ac_mem               *mem;      /**< of the run itself */
    const ac_allocator   *allocator;    /**< of its records */
    ac_example_counts    *counts;
    ac_coverage          *coverage;
    ac_pool              *pool;     /**< in order: the records of the rows so far; NULL: each row stands alone */
    ac_record           **members;  /**< in order: one per row */
    ac_example_hits       hits;     /**< in order: what the rows so far came to */

    const ac_example_row *row;
    ac_record            *record;   /**< that the row fills */
    ac_time               now;
    ac_act                act;      /**< who acts, for the gates of the row */
    ac_occurrence         chosen;   /**< the amount chosen, for its offences */
    uint8_t               has_now, is_failed, is_skipped;

    ac_status             status;   /**< of the run; what it names ends it */
    ac_error             *err;
} ac_example_run;

/* ── a run (example.c) ── */

/** A record for rows, judged by the link whose holes may be written. */
ac_status ac_example_new_record(ac_example_run *r, uint32_t type, ac_record **out);
/** As the book has them: the rows before may have filled some. */
void      ac_example_empty_holes(ac_example_run *r);
void      ac_example_begin_row(ac_example_run *r, const ac_example_row *row);
/** Counts the row as passed, failed or skipped. */
void      ac_example_end_row(ac_example_run *r);

/* ── its parts ── */

/** Gives the record of the row one fact; or says who acts, what now is, or fills a hole. */
void      ac_example_give(ac_example_run *r, const ac_given *given);
/** The latest instant among the facts given, when the row does not say what now is. */
void      ac_example_find_now(ac_example_run *r);
ac_cell   ac_example_expected(ac_example_run *r, const ac_expect *expect);
void      ac_example_compare(ac_example_run *r, const ac_expect *expect);
/** An example of a choice: rows of one name are the candidates of a case. */
ac_status ac_example_run_choice(ac_example_run *r, const ac_example *example);

/* ── what its messages say (example_say.c) ── */

/** A fixed buffer that is cut when full, at a code point. */
typedef struct ac_shown {
    ac_writer writer;
    char      data[200];
} ac_shown;

void ac_shown_word(ac_shown *s, const char *word);
void ac_shown_cell(ac_shown *s, const ac_example_run *r, ac_type type, ac_cell cell);
void ac_example_differs(ac_example_run *r, uint32_t line, ac_text name, const char *what, const ac_shown *expected, const ac_shown *actual);
/** Says once a row why it is not judged; `more` may be NULL. */
void ac_example_skip(ac_example_run *r, uint32_t line, const char *why, const char *more);
/** As skip, with the construct that is not carried out. */
void ac_example_skip_later(ac_example_run *r, uint32_t line, uint32_t later);
/** Says that a fact could not be filled in, or ends the run when memory was refused. */
void ac_example_cannot_fill(ac_example_run *r, uint32_t line, ac_text what, ac_status st, const ac_error *err);
void ac_example_cannot_judge(ac_example_run *r, uint32_t line, ac_status st, const ac_error *err);

#endif
