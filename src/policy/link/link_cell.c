#include "base/hash.h"
#include "policy/link/link.h"
#include "policy/model/period.h"
#include "policy/model/value.h"
#include "policy/report/suggest.h"
#include "time/civil.h"

#include <stddef.h>
#include <string.h>

/* Constants of data files, read as the type that the policy wants at their place. */

/* What a type takes and what a literal is, in the words of messages. */
static const char *type_words(ac_type type)
{
    static const char *const words[] = {
        "yes or no", "a whole number from 0 on", "a number", "money", "a date", "a date and time", "a date and time", "an exact length", "a length", "a period",
        "a text", "a role", "a name", "a name", "the id of a record", "a step", "a state", "yes or no", "a rung",
    };

    return words[type.kind];
}

static const char *literal_words(const ac_tree_expr *expr)
{
    switch (expr->kind) {
    case AC_EXPR_NEG:      return "a negative number";
    case AC_EXPR_STRING:   return "a text";
    case AC_EXPR_YES:
    case AC_EXPR_NO:       return "yes or no";
    case AC_EXPR_DATE:     return "a date";
    case AC_EXPR_DATETIME: return "a date and time";
    case AC_EXPR_PERIOD:
    case AC_EXPR_WINDOW:   return "a period";
    case AC_EXPR_PATH:     return "a name";
    case AC_EXPR_NUMBER:   break;
    default:               return "no constant";
    }
    return expr->unit == AC_TREE_UNIT_CURRENCY ? "money" : expr->unit == AC_TREE_UNIT_NONE || expr->unit == AC_TREE_UNIT_PERCENT ? "a number" : "a length";
}

static int wrong_type(ac_linker *l, ac_type type, const ac_tree_expr *expr)
{
    ac_arg args[3];

    args[0] = ac_arg_text(l->subject);
    args[1] = ac_arg_string(type_words(type));
    args[2] = ac_arg_string(literal_words(expr));
    ac_link_say(l, AC_MSG_LINK_TYPE, expr->place, args, 3);
    return 0;
}

static int out_of_range(ac_linker *l, const ac_tree_expr *expr)
{
    ac_link_say_1(l, AC_MSG_LINK_RANGE, expr->place, l->subject);
    return 0;
}

static int known(ac_cell *out, int64_t num)
{
    *out = ac_cell_known(num);
    return 1;
}

static int exact(ac_cell *out, ac_ratio r)
{
    *out = ac_cell_known(r.num);
    out->den = (int32_t)r.den;
    return 1;
}

/* By ac_tree_unit: the unit of a span and how much of it one is. */
static const struct { uint16_t unit; int32_t factor; } units[] = {
    { 0, 0 }, { AC_UNIT_SECOND, 1 }, { AC_UNIT_SECOND, 60 }, { AC_UNIT_SECOND, 3600 }, { AC_UNIT_WORK_SECOND, 3600 }, { AC_UNIT_DAY, 1 },
    { AC_UNIT_WORKDAY, 1 }, { AC_UNIT_MONTH, 1 }, { AC_UNIT_MONTH, 12 }, { 0, 0 }, { 0, 0 },
};

static int is_length(uint8_t unit)
{
    return units[unit].factor != 0;
}

static int money_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, const ac_tree_expr *number, ac_ratio r, ac_cell *out)
{
    if (number->unit != AC_TREE_UNIT_CURRENCY)
        return wrong_type(l, type, expr);
    if (!ac_text_equal(ac_tree_currency(number), l->policy->currency)) {
        ac_link_say_2(l, AC_MSG_LINK_CURRENCY, expr->place, l->policy->currency, ac_tree_currency(number));
        return 0;
    }
    if (ac_ratio_mul(r, ac_ratio_of(ac_minor_units(l->policy)), &r) != AC_OK)
        return out_of_range(l, expr);
    if (!ac_ratio_is_whole(r)) {
        ac_link_say(l, AC_MSG_LINK_MONEY_WHOLE, expr->place, NULL, 0);
        return 0;
    }
    return known(out, r.num);
}

static int length_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, const ac_tree_expr *number, ac_ratio r, ac_cell *out)
{
    if (!is_length(number->unit) || (type.kind == AC_TYPE_DURATION && units[number->unit].unit != AC_UNIT_SECOND))
        return wrong_type(l, type, expr);
    if (ac_ratio_mul(r, ac_ratio_of(units[number->unit].factor), &r) != AC_OK)
        return out_of_range(l, expr);
    if (!ac_ratio_is_whole(r)) {
        ac_link_say(l, AC_MSG_LENGTH_NOT_WHOLE, expr->place, NULL, 0);
        return 0;
    }
    exact(out, r);
    if (type.kind == AC_TYPE_SPAN)
        out->ref = units[number->unit].unit;
    return 1;
}

static int number_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, ac_cell *out)
{
    const ac_tree_expr *number = expr->kind == AC_EXPR_NEG ? expr->kids[0] : expr;
    ac_ratio            r, hundredth = { 1, 100 };
    ac_day              first;

    if (number->kind != AC_EXPR_NUMBER)
        return wrong_type(l, type, expr);
    r = number->u.number;
    if ((expr->kind == AC_EXPR_NEG && ac_ratio_negate(r, &r) != AC_OK) || (number->unit == AC_TREE_UNIT_PERCENT && ac_ratio_mul(r, hundredth, &r) != AC_OK))
        return out_of_range(l, expr);
    if (type.kind == AC_TYPE_MONEY)
        return money_cell(l, type, expr, number, r, out);
    if (type.kind == AC_TYPE_DURATION || type.kind == AC_TYPE_SPAN)
        return length_cell(l, type, expr, number, r, out);
    if (number->unit != AC_TREE_UNIT_NONE && number->unit != AC_TREE_UNIT_PERCENT)
        return wrong_type(l, type, expr);
    if (type.kind == AC_TYPE_NUMBER)
        return exact(out, r);
    if (type.kind == AC_TYPE_COUNT)
        return ac_ratio_is_whole(r) && r.num >= 0 && r.num <= INT64_C(1) << 53 ? known(out, r.num) : out_of_range(l, expr);
    /* A year is four digits. */
    if (type.kind == AC_TYPE_PERIOD && number == expr && number->place.size == 4 && ac_ratio_is_whole(r) && ac_period_first(AC_PERIOD_YEAR, (int32_t)r.num, 0, &first)) {
        known(out, first);
        out->ref = AC_PERIOD_YEAR;
        return 1;
    }
    return wrong_type(l, type, expr);
}

static ac_day day_of(ac_tree_when when)
{
    ac_day day = 0;

    (void)ac_day_from_date(when.date, &day, NULL);      /* the parser took only dates there are */
    return day;
}

static int time_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, ac_cell *out)
{
    ac_day  day;
    ac_time at;

    if (expr->kind != AC_EXPR_DATETIME)
        return wrong_type(l, type, expr);
    day = day_of(expr->u.when);
    at = l->zone ? ac_zone_instant(l->zone, day, expr->u.when.second) : day * AC_DAY_S + expr->u.when.second;
    return ac_time_is_valid(at) ? known(out, at) : out_of_range(l, expr);
}

static int period_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, ac_cell *out)
{
    ac_period_kind kind = AC_PERIOD_DAY;
    ac_day         first = AC_DAY_MIN;

    if (expr->kind == AC_EXPR_NUMBER)
        return number_cell(l, type, expr, out);
    if (expr->kind == AC_EXPR_WINDOW && expr->window >= AC_WINDOW_DAY && expr->window <= AC_WINDOW_YEAR) {
        kind = (ac_period_kind)(expr->window - AC_WINDOW_DAY);
    } else if (expr->kind == AC_EXPR_DATE) {
        first = day_of(expr->u.when);
    } else if (expr->kind == AC_EXPR_PERIOD) {
        kind = (ac_period_kind)(expr->u.period.window - AC_WINDOW_DAY);
        if (!ac_period_first(kind, expr->u.period.year, expr->u.period.index, &first))
            return out_of_range(l, expr);
    } else {
        return wrong_type(l, type, expr);
    }
    known(out, first);
    out->ref = (uint16_t)kind;
    return 1;
}

static int text_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, ac_cell *out)
{
    const ac_string *string;
    ac_string       *copy;
    ac_text          text = expr->u.text;

    if (expr->kind != AC_EXPR_STRING)
        return wrong_type(l, type, expr);
    string = ac_policy_find_string(l->policy, text);
    if (!string) {
        copy = ac_link_take(l, 1, offsetof(ac_string, data) + text.size + 1);
        if (!copy)
            return 0;
        copy->size = (uint32_t)text.size;
        if (text.size)
            memcpy(copy->data, text.data, text.size);
        string = copy;
    }
    known(out, (int64_t)(intptr_t)string);
    out->den = (int32_t)string->id;
    return 1;
}

static int name_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, ac_cell *out)
{
    ac_suggest near;
    ac_text    name, each;
    ac_arg     args[2];
    uint32_t   i;

    if (expr->kind != AC_EXPR_PATH || expr->u.path.count != 1)
        return wrong_type(l, type, expr);
    name = expr->u.path.at[0].text;
    for (i = 0; (each = ac_type_name_at(l->policy, type, i)).size; i++)
        if (ac_text_equal(each, name))
            return known(out, type.kind == AC_TYPE_MANY ? (int64_t)(UINT64_C(1) << (i & 63)) : i);
    args[0] = ac_arg_text(name);
    args[1] = ac_arg_text(l->subject);
    ac_link_say(l, AC_MSG_LINK_MEMBER, expr->place, args, 2);
    if (!l->log)
        return 0;
    ac_suggest_begin(&near, name, &l->log->patience);
    for (i = 0; (each = ac_type_name_at(l->policy, type, i)).size; i++)
        ac_suggest_offer(&near, each);
    ac_log_suggest(l->log, near.names, near.count);
    return 0;
}

int ac_link_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, ac_cell *out)
{
    *out = ac_cell_state(AC_VALUE_UNSET, l->unset);
    if (expr->kind == AC_EXPR_UNSET)
        return 1;
    if (expr->kind == AC_EXPR_NONE) {
        *out = ac_cell_state(AC_VALUE_NONE, 0);
        return 1;
    }
    switch (type.kind) {
    case AC_TYPE_BOOL:
    case AC_TYPE_SIGNATURE:
        return expr->kind == AC_EXPR_YES || expr->kind == AC_EXPR_NO ? known(out, expr->kind == AC_EXPR_YES) : wrong_type(l, type, expr);
    case AC_TYPE_COUNT: case AC_TYPE_NUMBER: case AC_TYPE_MONEY: case AC_TYPE_DURATION: case AC_TYPE_SPAN:
        return number_cell(l, type, expr, out);
    case AC_TYPE_DATE:
        return expr->kind == AC_EXPR_DATE ? known(out, day_of(expr->u.when)) : wrong_type(l, type, expr);
    case AC_TYPE_DATETIME: case AC_TYPE_MOMENT:
        return time_cell(l, type, expr, out);
    case AC_TYPE_PERIOD:
        return period_cell(l, type, expr, out);
    case AC_TYPE_TEXT: case AC_TYPE_RECORD:
        return text_cell(l, type, expr, out);
    case AC_TYPE_ROLE: case AC_TYPE_ENUM: case AC_TYPE_MANY: case AC_TYPE_STATE:
        return name_cell(l, type, expr, out);
    default:
        return wrong_type(l, type, expr);
    }
}
