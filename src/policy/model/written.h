#ifndef AC_POLICY_MODEL_WRITTEN_H
#define AC_POLICY_MODEL_WRITTEN_H

#include "policy/model/policy.h"
#include "policy/text/scan.h"

/** @file
 * What a compiled policy's source says at a place: a line, a cell of a row, a part of a statement. Cut up anew when
 * somebody asks, so that a policy keeps nothing for it but the text. A statement is a line with those it goes on in.
 *
 * Threads: pure functions.
 */

/** Words that begin the parts of a line behind a field or limit, and what else may follow; ended by 0. */
extern const uint8_t ac_written_tails[];

/** An entry of policy->lines; one of line 0 when there is none. */
const ac_line *ac_written_at(const ac_policy *policy, uint32_t line);
/** The text of a place; empty for one of size 0. */
ac_text  ac_written(const ac_policy *policy, ac_place place);
/** The line that holds `at`, without blanks around it and its comment. */
ac_text  ac_written_line(const ac_policy *policy, uint32_t at);
/** The head of the block that holds `at`: its word and name. */
ac_text  ac_written_head(const ac_policy *policy, uint32_t at);
/** Where the first of `words` (ended by 0) stands outside brackets from `at` to the end of the statement, or AC_NO_INDEX. */
uint32_t ac_written_find(const ac_policy *policy, uint32_t at, const uint8_t *words);
/** From `at` to before the first of `words` outside brackets, or to the end of the statement. */
ac_text  ac_written_until(const ac_policy *policy, uint32_t at, const uint8_t *words);
/** What follows the first of `words` up to before the first of `until`; empty when none of them is there. */
ac_text  ac_written_after(const ac_policy *policy, uint32_t at, const uint8_t *words, const uint8_t *until);
/** The n-th cell of the row that begins at `at`. `||` parts cells as `|` does. @return 0 when the row has fewer. */
int      ac_written_cell(const ac_policy *policy, uint32_t at, uint32_t n, ac_text *out);
/** Cells before the `||` of the row that begins at `at`. */
uint32_t ac_written_columns(const ac_policy *policy, uint32_t at);

#endif
