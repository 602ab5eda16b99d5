#ifndef AC_POLICY_LINK_DATA_H
#define AC_POLICY_LINK_DATA_H

#include "base/alloc.h"
#include "base/refcount.h"
#include "policy/report/report.h"
#include "policy/text/tree.h"

/* A compiled data file. Days of holiday lists are checked and ready for calendars; values and table rows stay
 * syntax until a policy says what type they must have (policy/link.c). */

typedef struct ac_data_list {
    ac_text   name;
    ac_dated *days;
    uint32_t  days_count;
} ac_data_list;

typedef struct ac_data_value {
    const ac_tree_value *tree;
    const ac_tree_cites *head;      /* of its block, for a line without `per` */
} ac_data_value;

typedef struct ac_data_edition {
    ac_text               name, word;
    ac_digest             digest;
    int                   has_use_from;
    ac_day                use_from;         /* local midnight in the zone of whoever uses it */
    ac_day                covers_first, covers_last;    /* first > last: none */
    ac_text               fills;            /* a policy, or empty */
    ac_place              place;            /* of its first line */
    uint32_t              list_count;
    ac_data_list         *lists;
    uint32_t              value_count;
    ac_data_value        *values;
    uint32_t              table_count;
    const ac_tree_table **tables;
} ac_data_edition;

struct ac_data {
    ac_refcount      refs;
    ac_mem           mem;
    ac_arena         arena;
    ac_text          source_name, source;   /* copies; the tree points into the second */
    ac_lines         lines;
    uint32_t         edition_count;
    ac_data_edition *editions;
};

/* Whether an expression of a data file is one a data file may hold: a literal, a name, a negated number. */
int ac_data_is_constant(const ac_tree_expr *expr);

#endif
