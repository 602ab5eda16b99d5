#ifndef AC_TEST_PARSED_H
#define AC_TEST_PARSED_H

#include "base/alloc.h"
#include "policy/text/parse.h"

/** @file
 * A text parsed, with all that belongs to it.
 */

typedef struct parsed {
    ac_report   *report;
    ac_mem       mem;
    ac_arena     arena;
    ac_log       log;
    ac_tree      *tree;
    ac_tree_data *data;
    ac_tree_expr *expr;
    ac_status    parse_status;  /**< of the parse call */
    char        *owned;         /**< free()d with it; the tree points into the text */
    ac_status    status;        /**< of ac_log_end: AC_E_POLICY when there were errors */
} parsed;

typedef enum parsed_kind { PARSED_POLICY, PARSED_DATA, PARSED_LABELS, PARSED_EXPR } parsed_kind;

/** Parses `size` bytes named `name`; free with parsed_free in any case. `limits` NULL: the defaults. */
parsed *parsed_new(const ac_allocator *mem, parsed_kind kind, const char *name, const char *text, size_t size, const ac_policy_limits *limits);
void    parsed_free(parsed *p);
/** Messages as they are shown; free() it. */
char   *parsed_messages(const parsed *p);

#endif
