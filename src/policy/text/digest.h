#ifndef AC_POLICY_TEXT_DIGEST_H
#define AC_POLICY_TEXT_DIGEST_H

#include "policy/text/tree.h"

/* Digests of what a text says, whatever it looks like: of its canonical pieces (canon.h) without comments. */

/* Of a policy's rules: its header without `title` lines, then every block but examples and labels, in source order. */
ac_digest ac_rule_digest_of(const ac_tree *tree);

/* Of one edition of a data file whose text is `source`. */
ac_digest ac_edition_digest_of(ac_text source, const ac_tree_edition *edition);

#endif
