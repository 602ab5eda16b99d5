#ifndef AC_RULES_COLUMNS_BLOCK_H
#define AC_RULES_COLUMNS_BLOCK_H

#include <aftercare/rules.h>

#include "policy/model/plan.h"
#include "record/record.h"

/** @file
 * Rows of a bulk call decided together, column by column, where all that is asked for has a plan (policy/plan.h).
 *
 * A row whose facts are not plain after all is left to the long way, which answers alike.
 * Threads: as the record's.
 */

enum {
    AC_BLOCK_ROWS = 128,
    AC_BLOCK_COLUMNS = 64,
    AC_BLOCK_TABLES = 8
};

/** What is done with a column. */
enum {
    AC_BLOCK_READ = 1,      /**< a table or ladder reads it */
    AC_BLOCK_PAUSES = 2,    /**< where it is yes, clocks stand */
    AC_BLOCK_CHECKED = 4    /**< its values may be out of range */
};

/** How the elements of a column become numbers of a field. */
typedef struct ac_block_column {
    const unsigned char *data;
    const uint8_t       *known;     /**< NULL: all */
    int64_t              low;
    uint64_t             range;     /**< low .. low + range may be written as they are */
    uint32_t             field;
    uint8_t              width;
    uint8_t              checked;   /**< 1: the field says more about its values: go the long way */
} ac_block_column;

typedef struct ac_block {
    ac_record             *record;
    const ac_block_column *in;
    size_t                 in_count;
    const ac_history_in   *history;     /**< NULL: none */
    ac_time                now;
    uint32_t               pause;       /**< the fact whose history pauses clocks; AC_NO_INDEX: none does */
    const ac_block_column *dated;       /**< what picks the pin; NULL: there is one */
    uint8_t                use[AC_BLOCK_COLUMNS];       /**< by column */
    uint32_t               table_count;
    const ac_field_plan   *tables[AC_BLOCK_TABLES];     /**< ladders, and one output of each table; those that others look at come first */
    uint64_t               rows[AC_BLOCK_TABLES][AC_BLOCK_ROWS];    /**< the rows left or rungs refused, then the one that is hit */
    uint8_t                is_slow[AC_BLOCK_ROWS];      /**< 1: the row must go the long way */
} ac_block;

/** @return 0: not all that is asked for can be decided so. */
int  ac_block_begin(ac_block *block, ac_record *record, const ac_block_column *in, size_t in_count, const ac_history_in *history, ac_time now,
                    const ac_column_out *out, size_t out_count);
/** Decides rows from … from + count - 1; block->is_slow says which of them it could not. */
void ac_block_decide(ac_block *block, size_t from, size_t count, const ac_column_out *out, size_t out_count);

#endif
