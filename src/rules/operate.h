#ifndef AC_RULES_OPERATE_H
#define AC_RULES_OPERATE_H

#include "policy/model/policy.h"

/** @file
 * Operations on cells. Each yields a cell: what is no value passes through by strength, the left one of equals; only
 * Kleene's logic and equality with `none` answer in spite of it.
 *
 * A yes/no that is `none` counts as no: a bare fact in a condition means "is yes", and none is not yes.
 * `line` is the index of the line that an ERROR names.
 */

static inline ac_cell ac_cell_bool(int yes)
{
    ac_cell cell = { 0, 1, 0, AC_VALUE_KNOWN, 0 };

    cell.num = yes;
    return cell;
}

/** UNKNOWN without a fact that is missing. */
static inline ac_cell ac_cell_undefined(void)
{
    ac_cell cell = { AC_NO_INDEX, 1, 0, AC_VALUE_UNKNOWN, 0 };

    return cell;
}

static inline int ac_cell_is_yes(const ac_cell *cell)
{
    return cell->state == AC_VALUE_KNOWN && cell->num != 0;
}

static inline int ac_cell_is_no(const ac_cell *cell)
{
    return cell->state == AC_VALUE_NONE || (cell->state == AC_VALUE_KNOWN && cell->num == 0);
}

ac_cell ac_cell_not(ac_cell a);
ac_cell ac_cell_and(ac_cell a, ac_cell b);
ac_cell ac_cell_or(ac_cell a, ac_cell b);
ac_cell ac_cell_if(ac_cell condition, ac_cell yes, ac_cell no);

ac_cell ac_cell_negate(ac_cell a, uint32_t line);
ac_cell ac_cell_add(ac_cell a, ac_cell b, uint32_t line);
ac_cell ac_cell_subtract(ac_cell a, ac_cell b, uint32_t line);
ac_cell ac_cell_multiply(ac_cell a, ac_cell b, uint32_t line);
/** By zero: UNKNOWN, nothing to divide. */
ac_cell ac_cell_divide(ac_cell a, ac_cell b, uint32_t line);
ac_cell ac_cell_modulo(ac_cell a, ac_cell b, uint32_t line);
ac_cell ac_cell_abs(ac_cell a, uint32_t line);
ac_cell ac_cell_parity(ac_cell a, int odd);
ac_cell ac_cell_round(ac_cell a, ac_cell places, uint32_t how, uint32_t line);
ac_cell ac_cell_to_money(ac_cell a, uint32_t line);
/** The least (sign -1) or greatest (1) of n > 0 cells. */
ac_cell ac_cell_extreme(const ac_cell *cells, uint32_t n, int sign, uint32_t line);

/** code: AC_OP_EQ … AC_OP_GE. Spans of different units are not equal, and ordering them is an ERROR. */
ac_cell ac_cell_compare(uint32_t code, ac_cell a, ac_cell b, int texts, uint32_t line);
ac_cell ac_cell_in_list(ac_cell x, const ac_cell *list, uint32_t n, int texts, uint32_t line);
/** open: bit 0 below, bit 1 above. */
ac_cell ac_cell_in_range(ac_cell x, ac_cell low, ac_cell high, uint32_t open, uint32_t line);
ac_cell ac_cell_in_many(ac_cell member, ac_cell mask);
/** yes for what is known or none; no for unknown and unset; what cannot be told passes through. */
ac_cell ac_cell_is_known(ac_cell a);

/** Whether two cells are the same answer: state, value, and for texts the bytes. */
int ac_cell_same(ac_cell a, ac_cell b, int texts);

/** @name Dates and instants; a zone may be NULL: then an ERROR says that the rulebook lacks it.
 * @{ */
/** Without a zone only the years in UTC are asked. */
ac_cell ac_cell_time_add(const ac_zone *zone, ac_cell at, ac_cell seconds, uint32_t line);
ac_cell ac_cell_time_difference(ac_cell a, ac_cell b);
ac_cell ac_cell_date_add(ac_cell day, ac_cell days, uint32_t line);
ac_cell ac_cell_date_add_months(ac_cell day, ac_cell months, ac_month_end rule, uint32_t line);
ac_cell ac_cell_date_difference(ac_cell a, ac_cell b);
ac_cell ac_cell_date_of(const ac_zone *zone, ac_cell at, uint32_t line);
/** The instant of a local reading: seconds since 1970-01-01 00:00 on the wall. */
ac_cell ac_cell_local(const ac_zone *zone, ac_cell reading, uint32_t line);
/** First or last second of the local period that holds an instant, or a date. */
ac_cell ac_cell_period_edge(const ac_zone *zone, ac_period_kind kind, ac_cell at, int end, int is_date, uint32_t line);
/** First second of the period `kind` that holds the first day of a period, or last second of the one that holds its last day;
 *  kind AC_NO_INDEX: of the period itself. */
ac_cell ac_cell_own_edge(const ac_zone *zone, uint32_t kind, ac_cell period, int end, uint32_t line);
/** @} */

#endif
