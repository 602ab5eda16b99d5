#include <string.h>

#include "policy/check/expr.h"

/* Windows of a length: `in 90 days`. */

int ac_expr_window_span(const ac_expr_at *x, const ac_tree_expr *length, ac_window_span *span)
{
    ac_checker *ck = x->ck;
    int         days_used = ck->days_used;
    ac_cell     cell;

    memset(span, 0, sizeof *span);
    if (length->unit == AC_TREE_UNIT_NONE || length->unit == AC_TREE_UNIT_WORKH || length->unit == AC_TREE_UNIT_WORKDAYS || length->unit >= AC_TREE_UNIT_PERCENT) {
        ac_say(ck, AC_MSG_WINDOW_UNIT, length->place);
        return 0;
    }
    if (!ac_check_cell(ck, length, NULL, 0, &cell))
        return 0;
    ck->days_used = days_used;      /* no `days end` concerns it */
    if (cell.num < 1 || (cell.ref == AC_UNIT_MONTH && ck->policy->month_end == AC_MONTH_END_ERROR)) {
        ac_say(ck, cell.num < 1 ? AC_MSG_WINDOW_EMPTY : AC_MSG_WINDOW_MONTH_END, length->place);
        return 0;
    }
    span->length = cell.num;
    span->unit = (uint8_t)cell.ref;
    span->month_end = (uint8_t)ck->policy->month_end;
    return 1;
}
