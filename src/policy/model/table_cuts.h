#ifndef AC_POLICY_MODEL_TABLE_CUTS_H
#define AC_POLICY_MODEL_TABLE_CUTS_H

#include "base/alloc.h"
#include "policy/model/policy.h"
#include "policy/model/table_index.h"

/* Where the values of a table's columns are cut while its index is built: at every bound that a test names. n cuts of a column, in
 * order and each once, make n + 1 intervals, between which all its tests answer alike. */

typedef struct ac_table_cuts {
    ac_mem           *mem;
    ac_arena         *arena;
    const ac_table   *table;
    ac_table_index   *index;
    uint32_t         *starts;   /* column -> its first cut; [column_count] the end */
    uint32_t         *counts;   /* column -> cuts */
    ac_index_cut     *at;
    size_t            room;
    const ac_string **texts;    /* a column's texts stand where its cuts would */
    uint32_t          near;     /* the cut found last: bounds mostly follow one another as they are written */
} ac_table_cuts;

/* Collects the bounds. @return 0 when memory was refused; *fits is 0 when the tests of a column cannot be ordered. */
int      ac_table_cuts_begin(ac_table_cuts *cuts, ac_mem *mem, ac_arena *arena, const ac_table *table, ac_table_index *index, int *fits);
/* Orders them, chooses how each column finds a value's interval, and lays that down. @return 0 when memory was refused. */
int      ac_table_cuts_lay(ac_table_cuts *cuts);
void     ac_table_cuts_end(ac_table_cuts *cuts);

/* The interval a whole value lies in: number of cuts at or below it. */
uint32_t ac_table_cuts_class(const ac_table_cuts *cuts, uint32_t column, int64_t value);
/* Intervals [*from, *to) in which a RANGE test holds. */
void     ac_table_cuts_range(ac_table_cuts *cuts, uint32_t column, const ac_test *t, uint32_t *from, uint32_t *to);
/* Whether a test takes one value alone. */
int      ac_test_is_equality(const ac_test *t);

#endif
