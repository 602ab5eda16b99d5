#ifndef AC_RULES_OFFENCE_H
#define AC_RULES_OFFENCE_H

#include <aftercare/rules.h>

#include "base/messages.h"
#include "policy/model/period.h"
#include "rules/eval.h"

/** @file
 * What judging offences and counting them share.
 *
 * Threads: as the record's.
 */

/** Id of the record that an offence or reward of the record's type is held against; empty while unknown. It belongs to that record. */
ac_text ac_offence_subject(ac_record *record, uint32_t offence, ac_time now);

/** The same of any path to a link or an owner. */
ac_text ac_offence_person(ac_record *record, uint32_t path, ac_time now);
/** The record there, for its facts; NULL: it was not attached. */
ac_record *ac_offence_holder(ac_record *record, uint32_t path, ac_time now);

/** What is no value makes a whole proposal none: the strongest reason stays. */
void ac_offence_answer(const ac_policy *policy, ac_proposal *out, const ac_cell *cell, uint32_t line);

/** Whether what is for the role `wanted` may be done in `role`: in that one, or in one above it. */
int ac_offence_role_may(const ac_record *record, uint32_t wanted, ac_text role);

/** Whether an amount lies within the range of a deed and on one of its steps; else what is wrong with it. */
int ac_offence_choice_fits(const ac_deed *deed, int64_t chosen, ac_msg *wrong);

/** When something happened: the instant, and its local date. */
typedef struct ac_occasion {
    ac_time at;
    ac_day  day;
} ac_occasion;

/** Whether an occurrence still weighs at a later one. */
int ac_occurrence_weighs(const ac_window_span *span, ac_occasion before, ac_occasion now);

/** The number of the period of a window that a day lies in. Window: ac_period_kind or AC_NTH_EVER. */
static inline int32_t ac_occurrence_period(uint32_t window, ac_day day)
{
    return window == AC_NTH_EVER ? 0 : ac_period_number((ac_period_kind)window, day);
}

#endif
