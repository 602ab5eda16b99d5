#include <criterion/criterion.h>

#include "base/messages.h"
#include "policy/model/value.h"
#include "rules/eval.h"
#include "rules/operate.h"

/* What no well-typed policy text reaches easily: units met only at run time, ends of the ranges, strength of absences. */

static ac_cell length(int64_t num, int32_t den, ac_unit unit)
{
    ac_cell cell = ac_cell_known(num);

    cell.den = den;
    cell.ref = (uint16_t)unit;
    return cell;
}

#define IS_ERROR(cell, name) ((cell).state == AC_VALUE_ERROR && (cell).den == AC_CODE_##name && (cell).num == 7)

Test(operate, lengths_of_two_units_do_not_mix)
{
    ac_cell days = length(3, 1, AC_UNIT_DAY), months = length(3, 1, AC_UNIT_MONTH), range[2];

    cr_expect(IS_ERROR(ac_cell_add(days, months, 7), EVAL_UNITS));
    cr_expect(IS_ERROR(ac_cell_subtract(days, months, 7), EVAL_UNITS));
    cr_expect(IS_ERROR(ac_cell_divide(days, months, 7), EVAL_UNITS));
    cr_expect(IS_ERROR(ac_cell_compare(AC_OP_LT, days, months, 0, 7), EVAL_UNITS));
    range[0] = days;
    range[1] = months;
    cr_expect(IS_ERROR(ac_cell_extreme(range, 2, 1, 7), EVAL_UNITS));
    cr_expect_eq(ac_cell_compare(AC_OP_EQ, days, months, 0, 7).num, 0);
    cr_expect_eq(ac_cell_add(days, days, 7).ref, AC_UNIT_DAY);
    cr_expect_eq(ac_cell_multiply(days, ac_cell_known(2), 7).ref, AC_UNIT_DAY);
    cr_expect_eq(ac_cell_divide(days, days, 7).ref, 0);
    cr_expect_eq(ac_cell_divide(days, ac_cell_known(2), 7).ref, AC_UNIT_DAY);
}

Test(operate, times_and_dates_stay_in_the_known_years_and_take_whole_lengths)
{
    cr_expect(IS_ERROR(ac_cell_time_add(NULL, ac_cell_known(AC_TIME_MAX), ac_cell_known(1), 7), EVAL_TIME_RANGE));
    cr_expect(IS_ERROR(ac_cell_time_add(NULL, ac_cell_known(0), ac_cell_known(INT64_MAX), 7), EVAL_TIME_RANGE));
    cr_expect(IS_ERROR(ac_cell_time_add(NULL, ac_cell_known(0), length(1, 2, AC_UNIT_SECOND), 7), EVAL_WHOLE));
    cr_expect(IS_ERROR(ac_cell_date_add(ac_cell_known(AC_DAY_MIN), ac_cell_known(-1), 7), EVAL_TIME_RANGE));
    cr_expect(IS_ERROR(ac_cell_date_add_months(ac_cell_known(30), ac_cell_known(1), AC_MONTH_END_ERROR, 7), EVAL_MONTH_END));
    cr_expect(IS_ERROR(ac_cell_date_add_months(ac_cell_known(0), ac_cell_known(INT64_MAX), AC_MONTH_END_CLAMP, 7), EVAL_TIME_RANGE));
    cr_expect(IS_ERROR(ac_cell_date_of(NULL, ac_cell_known(0), 7), BOOK_NO_ZONE));
    cr_expect(IS_ERROR(ac_cell_local(NULL, ac_cell_known(0), 7), BOOK_NO_ZONE));
    cr_expect(IS_ERROR(ac_cell_period_edge(NULL, AC_PERIOD_DAY, ac_cell_known(0), 0, 0, 7), BOOK_NO_ZONE));
}

Test(operate, numbers_overflow_with_a_message)
{
    cr_expect(IS_ERROR(ac_cell_add(ac_cell_known(INT64_MAX), ac_cell_known(1), 7), EVAL_OVERFLOW));
    cr_expect(IS_ERROR(ac_cell_negate(ac_cell_known(INT64_MIN), 7), EVAL_OVERFLOW));
    cr_expect(IS_ERROR(ac_cell_abs(ac_cell_known(INT64_MIN), 7), EVAL_OVERFLOW));
    cr_expect(IS_ERROR(ac_cell_round(ac_cell_known(1), length(1, 2, AC_UNIT_SECOND), AC_ROUND_UP, 7), EVAL_PLACES));
    cr_expect(IS_ERROR(ac_cell_to_money(length(1, 2, AC_UNIT_SECOND), 7), EVAL_MONEY_WHOLE));
    cr_expect_eq(ac_cell_divide(ac_cell_known(1), ac_cell_known(0), 7).state, AC_VALUE_UNKNOWN);
    cr_expect_eq(ac_cell_divide(ac_cell_known(1), ac_cell_known(0), 7).num, AC_NO_INDEX);
}

/* When two that are no values meet, the stronger one stays, the left one of equals. */
Test(operate, absences_meet_by_strength)
{
    for (int a = AC_VALUE_NONE; a <= AC_VALUE_ERROR; a++)
        for (int b = AC_VALUE_KNOWN; b <= AC_VALUE_ERROR; b++) {
            ac_cell x = ac_cell_state((ac_value_state)a, 1), y = ac_cell_state((ac_value_state)b, 2);
            ac_cell z = ac_cell_add(x, y, 0), w = ac_cell_add(y, x, 0);

            cr_expect_eq(z.state, a > b ? a : b);
            cr_expect_eq(z.num, b > a ? 2 : 1);
            cr_expect_eq(w.state, z.state);
            cr_expect_eq(w.num, a > b ? 1 : 2);
        }
}

/* Kleene's tables over no, none (read as no), yes and every absence. */
Test(operate, logic_answers_in_spite_of_what_is_absent)
{
    for (int a = AC_VALUE_KNOWN; a <= AC_VALUE_ERROR; a++) {
        ac_cell x = ac_cell_state((ac_value_state)a, 0);

        cr_expect_eq(ac_cell_and(ac_cell_bool(0), x).num, 0);
        cr_expect_eq(ac_cell_and(x, ac_cell_bool(0)).state, AC_VALUE_KNOWN);
        cr_expect_eq(ac_cell_or(ac_cell_bool(1), x).num, 1);
        cr_expect_eq(ac_cell_or(x, ac_cell_bool(1)).state, AC_VALUE_KNOWN);
        cr_expect_eq(ac_cell_and(ac_cell_bool(1), x).state, a <= AC_VALUE_NONE ? AC_VALUE_KNOWN : a);
        cr_expect_eq(ac_cell_or(ac_cell_bool(0), x).state, a <= AC_VALUE_NONE ? AC_VALUE_KNOWN : a);
        cr_expect_eq(ac_cell_not(x).state, a <= AC_VALUE_NONE ? AC_VALUE_KNOWN : a);
        cr_expect_eq(ac_cell_if(x, ac_cell_known(1), ac_cell_known(2)).state, a <= AC_VALUE_NONE ? AC_VALUE_KNOWN : a);
        cr_expect_eq(ac_cell_is_known(x).state, a <= AC_VALUE_UNSET ? AC_VALUE_KNOWN : a);
    }
}
