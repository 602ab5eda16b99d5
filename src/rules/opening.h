#ifndef AC_RULES_OPENING_H
#define AC_RULES_OPENING_H

#include <aftercare/rules.h>

#include "rules/eval.h"

/** @file
 * Openings from inside: what the examples and explanations ask.
 *
 * Threads: one at a time per record.
 */

/** Whether records like this one open those of `type`: their owner, or, when they have none, one of themselves. */
int ac_opening_is_opener(const ac_record *record, uint32_t type);

/** The instant at which a record of `type` is opened as of `now`; *period is its period, or NONE. KNOWN, UNKNOWN: not yet, or what is missing.
 *  @param wanted  KNOWN: of this period, instead of the one that holds `now`. */
ac_cell ac_opening_instant(ac_record *opener, uint32_t type, ac_cell wanted, ac_time now, ac_cell *period);

/** Whether the condition holds at that instant: yes, no, or what it lacks. */
ac_cell ac_opening_holds(ac_record *opener, uint32_t type, ac_time at);

#endif
