#ifndef AC_RULES_OFFENCE_H
#define AC_RULES_OFFENCE_H

#include "rules/eval.h"

/** @file
 * What judging offences and counting them share.
 *
 * Threads: as the record's.
 */

/** Id of the record that an offence or reward of the record's type is held against; empty while unknown. It belongs to that record. */
ac_text ac_offence_subject(ac_record *record, uint32_t offence, ac_time now);

/** Periods of one window are numbered: days of one period have the same number. Window: ac_period_kind or AC_NTH_EVER. */
int32_t ac_occurrence_period(uint32_t window, ac_day day);

#endif
