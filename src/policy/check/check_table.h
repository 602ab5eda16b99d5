#ifndef AC_POLICY_CHECK_CHECK_TABLE_H
#define AC_POLICY_CHECK_CHECK_TABLE_H

#include "policy/check/check.h"

/** @file
 * A table in the making: its conditions split into columns, atoms and conjunctions.
 */

/** Growing arrays of one table; moved into the policy by ac_rows_end. */
typedef struct ac_rows {
    ac_checker     *ck;
    ac_column      *columns;
    ac_conjunction *conjunctions;
    ac_atom        *atoms;
    ac_test        *tests;
    uint32_t        column_count, conjunction_count, atom_count, test_count;
    size_t          columns_room, conjunctions_room, atoms_room, tests_room;
} ac_rows;

/** Begins with room for so many conjunctions and atoms as are expected; it grows when there are more. */
void ac_rows_begin(ac_rows *rows, ac_checker *ck, uint32_t conjunctions, size_t atoms);

/** The column that looks at what a program yields: a new one, or the one that is there already. `text` is copied.
 *  @return its index, or AC_NO_INDEX when memory was refused. */
uint32_t ac_rows_column(ac_rows *rows, const ac_program *subject, ac_text text);

/** Splits a yes/no program into the alternatives of a row: conjunctions of atoms. What does not split, and a row that
 *  would have too many alternatives, becomes a yes/no column of its own, called `text`. */
void ac_rows_condition(ac_rows *rows, uint32_t row, const ac_program *condition, ac_text text);

/** Moves all into the table and frees the rest. */
void ac_rows_end(ac_rows *rows, ac_table *table);

/** Whether two programs do the same, operation by operation. */
int ac_check_same_program(const ac_policy *policy, const ac_program *a, const ac_program *b);
/** Whether a row covers the rest. */
int ac_table_has_otherwise(const ac_table *table);

#endif
