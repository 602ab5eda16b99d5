#ifndef AC_RULES_COLUMNS_COLUMN_H
#define AC_RULES_COLUMNS_COLUMN_H

#include <stddef.h>
#include <stdint.h>

/** @file
 * Columns of a bulk call: elements of 1, 2 or 4 unsigned or 8 signed bytes, of any alignment.
 *
 * Threads: pure functions.
 */

int     ac_column_is_width(uint32_t width);
/** The number in a row. */
int64_t ac_column_element(const void *data, uint32_t width, size_t row);
/** The numbers of rows first … first + n - 1. */
void    ac_column_widen(const void *data, uint32_t width, size_t first, size_t n, int64_t *out);

#endif
