#include <string.h>

#include "base/ratio.h"
#include "policy/check/expr.h"

static ac_type length_type(ac_unit unit)
{
    return unit == AC_UNIT_SECOND ? ac_type_of(AC_TYPE_DURATION) : ac_type_with(AC_TYPE_SPAN, unit + 1u);
}

/* `days end` and `month-end` are needed once such a unit is used; the place is that of the first use. */
static void note_unit(ac_checker *ck, ac_unit unit, ac_place place)
{
    if (unit != AC_UNIT_DAY && unit != AC_UNIT_WORKDAY && unit != AC_UNIT_MONTH)
        return;
    if (!ck->days_used) {
        ck->days_used = 1;
        ck->days_place = place;
    }
    if (unit == AC_UNIT_MONTH && !ck->months_used) {
        ck->months_used = 1;
        ck->months_place = place;
    }
}

/* The number times a factor, which must come out whole. */
static int write_whole(const ac_expr_at *x, const ac_tree_expr *node, int64_t factor, uint32_t ref, ac_msg not_whole)
{
    ac_ratio r;

    if (ac_ratio_mul(node->u.number, ac_ratio_of(factor), &r) != AC_OK) {
        ac_say(x->ck, AC_MSG_CONST_OVERFLOW, node->place);
        return 0;
    }
    if (!ac_ratio_is_whole(r)) {
        ac_say(x->ck, not_whole, node->place);
        return 0;
    }
    ac_expr_write(x, node, r.num, 1, ref);
    return 1;
}

static ac_type write_money(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_checker *ck = x->ck;
    int64_t     scale = 1;
    unsigned    i;

    if (!ac_text_equal(ac_tree_currency(node), ck->policy->currency)) {
        if (ck->tree && ck->tree->head.has_errors)
            return ac_expr_bad();
        if (ck->policy->currency.size == 0)
            return ac_expr_wrong(x, AC_MSG_NO_CURRENCY, node->place);
        ac_say_2(ck, AC_MSG_OTHER_CURRENCY, node->place, ck->policy->currency, ac_tree_currency(node));
        return ac_expr_bad();
    }
    for (i = 0; i < ck->policy->currency_digits; i++)
        scale *= 10;
    return write_whole(x, node, scale, 0, AC_MSG_MONEY_NOT_WHOLE) ? ac_type_of(AC_TYPE_MONEY) : ac_expr_bad();
}

static ac_type write_number(const ac_expr_at *x, const ac_tree_expr *node)
{
    static const struct { uint16_t factor, unit; } lengths[] = {
        [AC_TREE_UNIT_S] = { 1, AC_UNIT_SECOND }, [AC_TREE_UNIT_MIN] = { 60, AC_UNIT_SECOND }, [AC_TREE_UNIT_H] = { 3600, AC_UNIT_SECOND },
        [AC_TREE_UNIT_WORKH] = { 3600, AC_UNIT_WORK_SECOND }, [AC_TREE_UNIT_DAYS] = { 1, AC_UNIT_DAY }, [AC_TREE_UNIT_WORKDAYS] = { 1, AC_UNIT_WORKDAY },
        [AC_TREE_UNIT_MONTHS] = { 1, AC_UNIT_MONTH }, [AC_TREE_UNIT_YEARS] = { 12, AC_UNIT_MONTH }
    };
    ac_ratio r = node->u.number;

    if (node->unit == AC_TREE_UNIT_CURRENCY)
        return write_money(x, node);
    if (node->unit < sizeof lengths / sizeof *lengths && lengths[node->unit].factor > 0) {
        ac_unit unit = (ac_unit)lengths[node->unit].unit;

        if (!write_whole(x, node, lengths[node->unit].factor, unit, AC_MSG_LENGTH_NOT_WHOLE))
            return ac_expr_bad();
        note_unit(x->ck, unit, node->place);
        return length_type(unit);
    }
    if (node->unit == AC_TREE_UNIT_PERCENT && ac_ratio_div(r, ac_ratio_of(100), &r) != AC_OK)
        return ac_expr_wrong(x, AC_MSG_CONST_OVERFLOW, node->place);
    ac_expr_write(x, node, r.num, r.den, 0);
    return ac_type_of(node->unit == AC_TREE_UNIT_NONE && ac_ratio_is_whole(r) ? AC_TYPE_COUNT : AC_TYPE_NUMBER);
}

static ac_type write_when(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_day  day;
    ac_cell c;

    if (ac_day_from_date(node->u.when.date, &day, NULL) != AC_OK)
        return ac_expr_bad();
    if (node->kind == AC_EXPR_DATE) {
        ac_expr_write(x, node, day, 1, 0);
        return ac_type_of(AC_TYPE_DATE);
    }
    c = ac_expr_known((int64_t)day * 86400 + node->u.when.second, 1, 0);
    ac_expr_op(x, node, AC_OP_LOCAL, ac_check_constant(x->ck, &c), 0);
    return ac_type_of(AC_TYPE_DATETIME);
}

/* The first day of a written period; week 1 is that of 4 January. */
static int first_day(const ac_tree_period *p, ac_day *out)
{
    static const int32_t months[] = { [AC_WINDOW_MONTH] = 1, [AC_WINDOW_QUARTER] = 3, [AC_WINDOW_HALF_YEAR] = 6 };
    ac_date              d;

    d.year = p->year;
    d.month = 1;
    d.day = p->window == AC_WINDOW_WEEK ? 4 : 1;
    if (p->window == AC_WINDOW_MONTH || p->window == AC_WINDOW_QUARTER || p->window == AC_WINDOW_HALF_YEAR)
        d.month = (p->index - 1) * months[p->window] + 1;
    if (ac_day_from_date(d, out, NULL) != AC_OK)
        return 0;
    if (p->window == AC_WINDOW_WEEK)
        *out += (p->index - 1) * 7 - (ac_day)ac_day_weekday(*out);
    return *out >= AC_DAY_MIN && *out <= AC_DAY_MAX;
}

static ac_type write_period(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_window window = node->kind == AC_EXPR_PERIOD ? node->u.period.window : (ac_window)node->window;
    ac_day    day = AC_DAY_MIN;

    if (window < AC_WINDOW_DAY || window > AC_WINDOW_YEAR || (node->kind == AC_EXPR_PERIOD && !first_day(&node->u.period, &day)))
        return ac_expr_wrong(x, AC_MSG_PERIOD_VALUE, node->place);
    ac_expr_write(x, node, day, 1, ac_expr_period(window));
    return ac_type_of(AC_TYPE_PERIOD);
}

/* `none`, `unset`, `unknown`: of whatever type is expected. */
static ac_type write_absence(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint)
{
    ac_type any = ac_type_of(AC_TYPE_BOOL);
    ac_cell c;

    any.kind = AC_TYPE_ANY;
    memset(&c, 0, sizeof c);
    c.den = 1;
    c.state = (uint8_t)(node->kind == AC_EXPR_NONE ? AC_VALUE_NONE : node->kind == AC_EXPR_UNSET ? AC_VALUE_UNSET : AC_VALUE_UNKNOWN);
    if (node->kind == AC_EXPR_UNSET)
        c.num = ac_check_unset(x->ck, x->ck->subject, x->w->line);
    if (node->kind == AC_EXPR_UNKNOWN) {
        c.num = AC_NO_INDEX;
        if (!x->scope->constant && !ac_expr_is_alone(x))
            return ac_expr_wrong(x, AC_MSG_UNKNOWN_WRITTEN, node->place);
    }
    ac_expr_const(x, node->place, &c);
    return hint ? *hint : any;
}

ac_type ac_expr_literal(const ac_expr_at *x, const ac_tree_expr *node, const ac_type *hint)
{
    ac_type t;
    ac_cell c;

    switch ((ac_expr_kind)node->kind) {
    case AC_EXPR_NUMBER:
        /* a year is a number until a period is expected */
        if (hint && hint->kind == AC_TYPE_PERIOD && node->unit == AC_TREE_UNIT_NONE && node->u.number.den == 1 && node->u.number.num >= 1
            && node->u.number.num <= 9999) {
            ac_tree_expr year = *node;

            year.kind = AC_EXPR_PERIOD;
            year.u.period.year = (int32_t)node->u.number.num;
            year.u.period.index = 0;
            year.u.period.window = AC_WINDOW_YEAR;
            return write_period(x, &year);
        }
        return write_number(x, node);
    case AC_EXPR_STRING:
        c = ac_check_string(x->ck, node->u.text);
        ac_expr_const(x, node->place, &c);
        t = ac_type_of(AC_TYPE_TEXT);
        return hint && hint->kind == AC_TYPE_RECORD ? *hint : t;    /* links are named by the id of what they point to */
    case AC_EXPR_YES:
    case AC_EXPR_NO:
        ac_expr_write(x, node, node->kind == AC_EXPR_YES, 1, 0);
        return ac_type_of(AC_TYPE_BOOL);
    case AC_EXPR_NONE:
    case AC_EXPR_UNSET:
    case AC_EXPR_UNKNOWN:
        return write_absence(x, node, hint);
    case AC_EXPR_NOW:
    case AC_EXPR_TODAY:
        if (x->scope->constant)
            return ac_expr_wrong(x, AC_MSG_NOT_CONSTANT, node->place);
        ac_expr_put(x, node, node->kind == AC_EXPR_NOW ? AC_OP_NOW : AC_OP_TODAY);
        return ac_type_of(node->kind == AC_EXPR_NOW ? AC_TYPE_DATETIME : AC_TYPE_DATE);
    case AC_EXPR_DATE:
    case AC_EXPR_DATETIME:
        return write_when(x, node);
    case AC_EXPR_PERIOD:
    case AC_EXPR_WINDOW:
        return write_period(x, node);
    default:
        return ac_expr_bad();
    }
}
