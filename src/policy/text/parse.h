#ifndef AC_POLICY_TEXT_PARSE_H
#define AC_POLICY_TEXT_PARSE_H

#include <aftercare/policy.h>

#include "base/alloc.h"
#include "policy/report/report.h"
#include "policy/text/tree.h"

/** @file
 * Text to tree: policies, label files, data files and single expressions.
 *
 * All messages go to the log; a tree is made even when there were some, its bad blocks marked. The tree lies in the
 * arena and points into the log's source. `mem` holds what only the parser needs; `limits` are resolved ones.
 * @return AC_OK; AC_E_INVALID when the text cannot be read at all (not UTF-8, too long, a NUL): *out is then NULL and
 * the log says why; AC_E_NOMEM or AC_E_LIMIT when memory was refused.
 *
 * Threads: pure but for what is passed in.
 */

ac_status ac_parse_policy(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree **out, ac_error *err);
/** A file that holds only `labels` blocks. */
ac_status ac_parse_labels_file(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree **out, ac_error *err);
ac_status ac_parse_data(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree_data **out, ac_error *err);
/** The whole text is one expression; periods such as 2026-Q3 are allowed. */
ac_status ac_parse_expression(ac_log *log, ac_arena *arena, ac_mem *mem, const ac_policy_limits *limits, ac_tree_expr **out, ac_error *err);

/** How many articles a citation stands for: 1, or those of its range. */
uint32_t ac_cite_count(const ac_tree_cite *cite);
/** The i-th of them. The second and later ones are made in the arena. data is NULL when memory was refused. */
ac_text  ac_cite_at(const ac_tree_cite *cite, uint32_t i, ac_arena *arena);

/** The most articles that one range may stand for. */
enum { AC_CITE_RANGE_MOST = 999 };

#endif
