#ifndef AC_POLICY_CHECK_CHECK_EXAMPLE_H
#define AC_POLICY_CHECK_CHECK_EXAMPLE_H

#include "policy/check/check.h"

/** @file
 * What examples say of gates, for the checker of examples.
 *
 * Threads: as the checker's.
 */

/** `actor`, `role`: those of the acting person (*of AC_NO_INDEX); `X.actor`, `X.role`: those of who did X, its path in *of.
 *  @return 0 when the path is something else. */
int ac_example_doer(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path, uint8_t *kind, uint32_t *of);
/** Path of the field whose gate is asked, or AC_NO_INDEX after a message. */
uint32_t ac_example_gate_of(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path);
/** 1 `allowed`, 2 `refused`, 0 anything else. */
uint8_t ac_example_gate_word(const ac_tree_expr *node);
/** "6.1c, 6.2"; empty for none. */
ac_text ac_example_articles(ac_checker *ck, const ac_tree_cites *cites);

/** The offence or reward a column is named after, unless the record has a fact of that name; *path leads to the record it is of.
 *  @return AC_NO_INDEX when the column is something else. *path is AC_NO_INDEX after a message. */
uint32_t ac_example_offence_of(ac_checker *ck, const ac_scope *scope, const ac_tree_path *column, uint32_t *path);
/** Reads what it is expected to come to into e. @return 0 when that cannot be read as such; nothing was said. */
int ac_example_deeds(ac_checker *ck, const ac_tree_xval *value, ac_expect *e);

#endif
