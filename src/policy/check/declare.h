#ifndef AC_POLICY_CHECK_DECLARE_H
#define AC_POLICY_CHECK_DECLARE_H

#include "policy/check/check.h"

/* Shared by the files that declare names. */

/* Adds a name; of two equal ones the first is found. @return 0 when memory was refused. */
int ac_declare(ac_checker *ck, ac_name_kind kind, uint32_t scope, const ac_tree_name *name, uint32_t index);
/* The same; a second one is an error. @return 1 when it was added. */
int ac_declare_once(ac_checker *ck, ac_name_kind kind, uint32_t scope, const ac_tree_name *name, uint32_t index);

void ac_declare_record(ac_checker *ck, const ac_tree_block *block);     /* its name */
void ac_declare_fields(ac_checker *ck);     /* fields, states, limits of all records; tables and their outputs */

#endif
