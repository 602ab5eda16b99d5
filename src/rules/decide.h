#ifndef AC_RULES_DECIDE_H
#define AC_RULES_DECIDE_H

#include <aftercare/rules.h>

#include "base/messages.h"
#include "rules/eval.h"

/** @file
 * What the public calls of the room share.
 *
 * Threads: as the record's.
 */

/** Fills err from the registry. */
ac_status ac_decision_refuse(ac_status status, ac_msg msg, int64_t subject, ac_error *err);
/** Fills the struct of a host, which begins with its size: an older host's is shorter. AC_E_INVALID when it was not set. */
ac_status ac_decision_give(void *out, size_t known, const void *answer, ac_error *err);
/** Reads one, as ac_struct_read(); AC_E_INVALID when it has a size that is not known. */
ac_status ac_decision_take(void *out, size_t known, const void *given, ac_error *err);
/** AC_OK when the record has that field or limit and `now` is an instant. */
ac_status ac_decision_check(const ac_record *record, ac_decision_kind kind, uint32_t index, ac_time now, ac_error *err);
/** A field's cell as a host sees it. */
ac_value  ac_decision_value(const ac_policy *policy, const ac_record_def *def, uint32_t field, ac_cell cell);
/** The line behind the value of a field of e->record: of the row hit, else its own; NULL when none. */
const ac_line *ac_decision_line(ac_eval *e, uint32_t field);

#endif
