#ifndef AC_RULES_RANK_H
#define AC_RULES_RANK_H

#include "policy/model/names.h"
#include "rules/eval.h"
#include "rules/gate.h"

/** @file
 * The rung of a ladder that a record holds.
 *
 * Nothing here allocates. Threads: one at a time per record.
 */

/** The rung as a cell: UNKNOWN while an item that is not known may still raise it; `num` is then a missing path, if one is. */
ac_cell ac_rank_rung(ac_eval *e, ac_record *record, uint32_t ladder);

/** Takes the items of the rungs in order. `rung` is the one asking. */
typedef ac_status (*ac_rank_each)(void *user, uint32_t rung, const ac_unmet *item, int is_met, const ac_need *need);
/** Goes through all items of all rungs. */
ac_status ac_rank_judge(ac_eval *e, ac_record *record, const ac_ladder_def *ladder, ac_rank_each each, void *user);

#endif
