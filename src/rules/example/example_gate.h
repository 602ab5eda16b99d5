#ifndef AC_RULES_EXAMPLE_EXAMPLE_GATE_H
#define AC_RULES_EXAMPLE_EXAMPLE_GATE_H

#include "base/buffer.h"
#include "rules/eval.h"
#include "rules/example/coverage.h"
#include "rules/gate.h"

/** @file
 * What the runner of examples asks of gates.
 *
 * Threads: as the record's.
 */

/** Unmet items that are compared. */
#define AC_EXAMPLE_UNMET 128

typedef struct ac_example_gate {
    ac_unmet unmet[AC_EXAMPLE_UNMET];
    uint32_t count;         /**< of those kept; 0: the act is allowed */
} ac_example_gate;

/** An id or a role that is given, in its place. */
void ac_example_doer_of(const ac_cell *cell, const ac_given *given, ac_text *actor, uint32_t *role);
/** Tells who set a field; what was told of them before stays. */
ac_status ac_example_tell_doer(ac_record *holder, uint32_t field, const ac_cell *cell, const ac_given *given, ac_error *err);
/** Asks the gate of a field: for a moment that is given, at that instant and as if it had not happened yet. What is unmet is covered. */
ac_status ac_example_ask(ac_record *holder, uint32_t field, ac_time now, const ac_act *by, ac_coverage *coverage, ac_example_gate *out, ac_error *err);
/** Whether the answer depends on what is not carried out. */
int ac_example_is_later(const ac_example_gate *gate, const ac_expect *expect);
int ac_example_agrees(const ac_example_gate *gate, const ac_expect *expect);
/** The items, or for the column `unmet` their articles. */
void ac_example_show_unmet(const ac_example_gate *gate, uint8_t column, ac_writer *w);

#endif
