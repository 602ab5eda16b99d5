#ifndef AC_RULES_CHOOSE_H
#define AC_RULES_CHOOSE_H

#include "rules/eval.h"

/** @file
 * A line of a choice asked of one candidate.
 *
 * Threads: as the records'.
 */

/** What the line comes to for a candidate of the case that `e` was begun with. */
ac_cell ac_choice_ask(ac_eval *e, ac_record *candidate, const ac_choice_line *line);
/** AC_OK when the policy has that choice for the record, and `now` is an instant. */
ac_status ac_choice_check(const ac_record *record, uint32_t choice, ac_time now, ac_error *err);
/** AC_OK when the records may be candidates of it; err->subject: the first that may not. */
ac_status ac_choice_check_candidates(const ac_record *record, uint32_t choice, ac_record *const *candidates, uint32_t n, ac_error *err);

#endif
