#ifndef AC_RULES_GATE_H
#define AC_RULES_GATE_H

#include <aftercare/rules.h>

#include "rules/eval.h"

/** @file
 * Judging gates: what ac_rules_gate() collects, explanations show and examples compare.
 *
 * Nothing here allocates. Threads: one at a time per record.
 */

/** Takes each requirement of an act in order; `need` is the item it comes from, NULL for state, roles and steps.
 *  @return other than AC_OK ends the judgement. */
typedef ac_status (*ac_gate_each)(void *user, const ac_unmet *item, int is_met, const ac_need *need);

/** Judges an act. `e` is begun by this call and good for evaluating more inside `each`: the act's value is in force there. */
ac_status ac_gate_judge(ac_eval *e, ac_record *record, const ac_act *act, ac_gate_each each, void *user, ac_error *err);
/** Whether one who acts in role `has` may do to a record what is for `wanted`. */
ac_cell ac_gate_role_fits(const ac_record *record, uint32_t wanted, uint32_t has);
/** Judges a list of needs of a record at e->as_of, asked by nobody in particular. `e` has begun. */
ac_status ac_gate_judge_needs(ac_eval *e, ac_record *record, const ac_need *needs, uint32_t count, ac_gate_each each, void *user);

#endif
