#ifndef AC_RULES_QUICK_H
#define AC_RULES_QUICK_H

#include "policy/plan.h"
#include "record/record.h"

/** @file
 * Following the plans of a policy (policy/plan.h).
 *
 * What a plan gives depends on nothing but facts set in the record itself: not on the instant, its owner or links. So it holds
 * until one of them is set again, over any number of decisions; the record keeps it under the stamp `kept`.
 *
 * Threads: as the record's.
 */

/** Works out the answer of a plan anew: over recorded columns alone, and in general. @return NULL: take the long way. */
const ac_cell *ac_quick_recorded(ac_record *record, uint32_t field, const ac_field_plan *plan);
const ac_cell *ac_quick_computed(ac_record *record, uint32_t field, const ac_field_plan *plan);

/** The value of a table output, if its plan leads to it. @return NULL: take the long way. */
static inline const ac_cell *ac_quick_field(ac_record *record, uint32_t field)
{
    const ac_field_plan *plan = record->def->plans[field];

    if (record->kept && record->memo[field].stamp == record->kept)
        return &record->memo[field].value;
    if (!plan)
        return NULL;
    return plan->count == plan->recorded ? ac_quick_recorded(record, field, plan) : ac_quick_computed(record, field, plan);
}

#endif
