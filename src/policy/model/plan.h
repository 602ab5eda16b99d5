#ifndef AC_POLICY_MODEL_PLAN_H
#define AC_POLICY_MODEL_PLAN_H

#include "policy/model/policy.h"

/* Plans: the short way through what nearly every record asks for.
 *
 * A plan is made where a decision depends on plain facts of the record alone: those whose cell says everything (no history,
 * no default, no owner, no clock). Whoever follows it checks the cells as it goes, and where one of them is not plain after
 * all (unknown, changed during the record's life, given by an example) takes the long way, which answers alike and also
 * says what is missing.
 *
 * The plan of a table output: the table must take the first hit, have constant outputs and at most 63 conjunctions, and
 * look at few values only (yes/no, members, roles, small counts). Per column and value there is the set of conjunctions
 * that it leaves; in each set the bit behind the last conjunction stands for `otherwise`. So the lowest bit of the AND always is
 * an answer:
 *
 *     rows = ~0;  for each column: rows &= sets[min(value, top)];  answer = answers[lowest bit of rows]
 *
 * A recorded yes/no column keeps its two sets at hand: no ^ (differ & -value).
 *
 * The plan of a ladder: every need must compare a plain number of the record, or ask a yes/no fact. Bounds cut the values of a
 * field; per number of bounds that are not above the value there is the set of rungs refused. One bit stands behind the last
 * rung, so the lowest bit of the OR always is the rung held:
 *
 *     refused = end;  for each step: refused |= sets[number of bounds <= value];  answer = answers[lowest bit of refused]
 *
 * The plan of a limit: which field starts it, which it waits for, what gives its span and what pauses it. */

enum {
    AC_PLAN_TOP = 63,       /* values of a column with a set of their own */
    AC_PLAN_DEPTH = 8,      /* tables that look at outputs of tables */
    AC_PLAN_BOUNDS = 4      /* bounds that are compared together */
};

typedef struct ac_plan_column {
    const uint64_t *sets;   /* of the values 0 … top; values above stand with `top` */
    size_t          field;
    uint64_t        top;
} ac_plan_column;

typedef struct ac_plan_flag {
    uint64_t no;            /* the set of no */
    uint64_t differ;        /* what that of yes has otherwise */
    size_t   field;
} ac_plan_flag;

typedef struct ac_plan_step {
    const int64_t  *bounds;     /* ascending, filled up to a multiple of AC_PLAN_BOUNDS with the greatest number */
    const uint64_t *sets;       /* one more than there are bounds */
    size_t          field;
    uint32_t        count;
} ac_plan_step;

typedef struct ac_field_plan {
    const ac_plan_flag   *flags;        /* yes/no facts */
    const ac_plan_column *columns;      /* the others: first those that are recorded */
    const ac_plan_step   *steps;        /* of a ladder, which has nothing but these and answers */
    const ac_cell        *answers;      /* per bit; not KNOWN or NONE: take the long way */
    uint64_t              end;          /* of a ladder: the bit behind its last rung; else 0 */
    uint32_t              flag_count;
    uint32_t              recorded;     /* columns that are recorded */
    uint32_t              count;        /* all columns: behind those recorded, fields with plans of their own */
    uint32_t              step_count;
    uint32_t              depth;
} ac_field_plan;

/* The rungs that a step refuses to a value. */
static inline uint64_t ac_plan_refused(const ac_plan_step *step, int64_t value)
{
    const int64_t *bound = step->bounds;
    uint32_t       i, below = 0;

    for (i = 0; i < step->count; i += AC_PLAN_BOUNDS, bound += AC_PLAN_BOUNDS)
        below += (uint32_t)(value >= bound[0]) + (uint32_t)(value >= bound[1]) + (uint32_t)(value >= bound[2]) + (uint32_t)(value >= bound[3]);
    return step->sets[below];
}

typedef struct ac_limit_plan {
    uint32_t start;         /* moment of the record */
    uint32_t span_field;    /* a field with a plan; AC_NO_INDEX: it is `span` */
    ac_cell  span;
    uint32_t pause;         /* yes/no fact of the record; AC_NO_INDEX: nothing pauses it */
} ac_limit_plan;

/* Makes the plans of a checked policy; they lie in its arena. @return 0: no memory. */
int ac_plan_policy(ac_policy *policy);

/* 1: such a field is plain while it has no history. */
int ac_plan_is_plain(const ac_field_def *field);

#endif
