#ifndef AC_RULES_QUICK_H
#define AC_RULES_QUICK_H

#include "policy/model/plan.h"
#include "record/record.h"
#include "time/calendar.h"

#define AC_QUICK_PAUSES 16

/** @file
 * Following the plans of a policy (policy/plan.h).
 *
 * What a plan gives depends on nothing but facts set in the record itself: not on the instant, its owner or links. So it holds
 * until one of them is set again, over any number of decisions; the record keeps it under the stamp `kept`.
 *
 * Threads: as the record's.
 */

/** Works out the answer of a plan anew: of a table over recorded columns alone, and in general. @return NULL: take the long way. */
const ac_cell *ac_quick_recorded(ac_record *record, uint32_t field, const ac_field_plan *plan);
const ac_cell *ac_quick_computed(ac_record *record, uint32_t field, const ac_field_plan *plan);

/** The value of a table output or rung, if its plan leads to it. @return NULL: take the long way. */
static inline const ac_cell *ac_quick_field(ac_record *record, uint32_t field)
{
    const ac_field_plan *plan = record->def->plans[field];

    if (record->kept && record->memo[field].stamp == record->kept)
        return &record->memo[field].value;
    if (!plan)
        return NULL;
    return plan->count == plan->recorded && plan->end == 0 ? ac_quick_recorded(record, field, plan) : ac_quick_computed(record, field, plan);
}

/** The stretches in which a fact was yes, from a start on. */
typedef struct ac_quick_pauses {
    ac_time  start, from;
    int      is_on;
    uint32_t count;
    ac_pause *pause;                    /**< in time order, apart */
} ac_quick_pauses;

/** @param room  For AC_QUICK_PAUSES of them. */
static inline void ac_quick_pauses_begin(ac_quick_pauses *p, ac_time start, ac_pause *room)
{
    p->pause = room;
    p->start = start;
    p->from = 0;
    p->is_on = 0;
    p->count = 0;
}

/** The stretch that is on ends. @return 0: too many. */
static inline int ac_quick_pauses_end(ac_quick_pauses *p, ac_time end)
{
    if (!p->is_on || end <= p->from)
        return 1;
    if (p->count > 0 && p->pause[p->count - 1].to >= p->from) {
        p->pause[p->count - 1].to = end;
        return 1;
    }
    if (p->count == AC_QUICK_PAUSES)
        return 0;
    p->pause[p->count].from = p->from;
    p->pause[p->count++].to = end;
    return 1;
}

/** The fact becomes yes or no at an instant, not before the last one. @return 0: too many. */
static inline int ac_quick_pause(ac_quick_pauses *p, ac_time at, int on)
{
    if (on == p->is_on)
        return 1;
    if (!on && !ac_quick_pauses_end(p, at))
        return 0;
    p->is_on = on;
    p->from = at > p->start ? at : p->start;
    return 1;
}

/** The due of an exact or working span, where all of it is plain: a length above nothing, no pause without an end before the
 *  due, all dates covered.
 *
 * @param calendar  NULL: every second counts.
 * @param pauses    In time order and apart, none before the start.
 * @return 0: take the long way.
 */
int ac_quick_due(const ac_calendar *calendar, ac_time start, int64_t amount, const ac_pause *pauses, uint32_t count, ac_time *due);

#endif
