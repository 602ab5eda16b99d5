#include <string.h>

#include "base/hash.h"
#include "base/ratio.h"
#include "policy/report/suggest.h"
#include "policy/text/parse_expr.h"

static ac_tree_unit unit_of(ac_word word)
{
    switch (word) {
    case AC_WORD_S: return AC_TREE_UNIT_S;
    case AC_WORD_MIN: return AC_TREE_UNIT_MIN;
    case AC_WORD_H: return AC_TREE_UNIT_H;
    case AC_WORD_WORKH: return AC_TREE_UNIT_WORKH;
    case AC_WORD_DAY: case AC_WORD_DAYS: return AC_TREE_UNIT_DAYS;
    case AC_WORD_WORKDAY: case AC_WORD_WORKDAYS: return AC_TREE_UNIT_WORKDAYS;
    case AC_WORD_MONTH: case AC_WORD_MONTHS: return AC_TREE_UNIT_MONTHS;
    case AC_WORD_YEAR: case AC_WORD_YEARS: return AC_TREE_UNIT_YEARS;
    default: return AC_TREE_UNIT_NONE;
    }
}

int ac_parse_is_currency(ac_text name)
{
    size_t i;

    for (i = 0; i < name.size; i++)
        if (name.data[i] < 'A' || name.data[i] > 'Z')
            return 0;
    return name.size == 3;
}

/* Words that the grammar puts behind an amount, so that they are no misspelt units. */
static int may_follow_number(ac_word word)
{
    switch (word) {
    case AC_WORD_OTHER: case AC_WORD_WEEK: case AC_WORD_HOUR: case AC_WORD_MINUTE: case AC_WORD_QUARTER: case AC_WORD_HALF_YEAR:
    case AC_WORD_PERIOD: case AC_WORD_DATE: case AC_WORD_WORK: case AC_WORD_MON: case AC_WORD_SUN:
        return 0;
    default:
        return 1;
    }
}

static void complain_unit(ac_parser *p)
{
    static const char *const units[] = { "min", "workh", "days", "workdays", "months", "years" };
    ac_place    here = ac_parse_here(p);
    ac_text     unit = ac_parse_text(p, here);
    const char *meant = ac_foreign_unit(unit);
    ac_suggest  suggest;
    ac_token    next;
    size_t      i;
    ac_text     text;

    ac_suggest_begin(&suggest, unit, &p->log->patience);
    for (i = 0; i < sizeof units / sizeof *units; i++)
        ac_suggest_offer(&suggest, ac_text_of(units[i]));
    next = ac_parse_peek(p);
    if (meant && next.kind == AC_TOKEN_NAME && next.at == here.at + here.size + 1 && unit_of((ac_word)next.word) != AC_TREE_UNIT_NONE) {
        meant = unit_of((ac_word)next.word) == AC_TREE_UNIT_DAYS ? meant : "workh";     /* `working days`, `working hours` */
        here.size = next.at + next.size - here.at;
        ac_parse_next(p);
    }
    if (!ac_parse_complain(p, AC_MSG_UNKNOWN_UNIT, here))
        return;
    if (meant) {
        text = ac_text_of(meant);
        ac_log_suggest(p->log, &text, 1);
        ac_log_fix(p->log, here, text);
    } else if (ac_no_unit(unit)) {
        ac_log_hint(p->log, ac_text_of(ac_no_unit(unit)));
    } else {
        ac_log_suggest(p->log, suggest.names, suggest.count);
    }
}

static void parse_unit(ac_parser *p, ac_tree_expr *e)
{
    if (p->token.kind == AC_TOKEN_PERCENT) {
        e->unit = AC_TREE_UNIT_PERCENT;
        ac_parse_next(p);
        return;
    }
    if (p->token.kind != AC_TOKEN_NAME)
        return;
    e->unit = (uint8_t)unit_of((ac_word)p->token.word);
    if (e->unit == AC_TREE_UNIT_NONE) {
        ac_text name = ac_parse_text(p, ac_parse_here(p));

        if (ac_parse_is_currency(name)) {
            e->unit = AC_TREE_UNIT_CURRENCY;
            memcpy(e->currency, name.data, sizeof e->currency);
        } else if (may_follow_number((ac_word)p->token.word)) {
            return;
        } else {
            complain_unit(p);
        }
    }
    ac_parse_next(p);
}

ac_tree_expr *ac_parse_number_literal(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_NUMBER, 0);
    ac_text       text = ac_parse_text(p, ac_parse_here(p));

    e->u.number = ac_ratio_of(0);
    if (ac_ratio_parse(text, &e->u.number) != AC_OK)
        ac_parse_complain_here(p, AC_MSG_NUMBER_TOO_LONG);
    ac_parse_next(p);
    parse_unit(p, e);
    return ac_parse_expr_close(p, e, from);
}

static int two_digits(const char *from)
{
    return (from[0] - '0') * 10 + (from[1] - '0');
}

/* hh:mm or hh:mm:ss at hand. */
static int32_t time_of_day(ac_parser *p, int *has_seconds)
{
    ac_text text = ac_parse_text(p, ac_parse_here(p));
    int     hour = two_digits(text.data), minute = two_digits(text.data + 3), second = text.size == 8 ? two_digits(text.data + 6) : 0;

    *has_seconds = text.size == 8;
    if (hour > 23 || minute > 59 || second > 59) {
        ac_parse_complain_here(p, AC_MSG_BAD_TIME);
        hour = minute = second = 0;
    }
    ac_parse_next(p);
    return hour * 3600 + minute * 60 + second;
}

ac_tree_expr *ac_parse_dated_literal(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_DATE, 0);
    int           has_seconds = 0;

    e->u.when.date = ac_parse_date(p, "a date");
    if (p->token.kind == AC_TOKEN_TIME) {
        e->kind = AC_EXPR_DATETIME;
        e->u.when.second = time_of_day(p, &has_seconds);
        e->u.when.has_seconds = (uint8_t)has_seconds;
    }
    return ac_parse_expr_close(p, e, from);
}

ac_tree_expr *ac_parse_period_literal(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_text       text = ac_parse_text(p, ac_parse_here(p));
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_PERIOD, 0);
    int32_t       most = 12, index;

    e->u.period.year = two_digits(text.data) * 100 + two_digits(text.data + 2);
    e->u.period.window = AC_WINDOW_MONTH;
    switch (text.data[5]) {
    case 'Q': e->u.period.window = AC_WINDOW_QUARTER; most = 4; index = text.data[6] - '0'; break;
    case 'H': e->u.period.window = AC_WINDOW_HALF_YEAR; most = 2; index = text.data[6] - '0'; break;
    case 'W': e->u.period.window = AC_WINDOW_WEEK; most = 53; index = two_digits(text.data + 6); break;
    default: index = two_digits(text.data + 5); break;
    }
    e->u.period.index = index;
    if (index < 1 || index > most || e->u.period.year < 1)
        ac_parse_complain_here(p, AC_MSG_BAD_PERIOD);
    ac_parse_next(p);
    return ac_parse_expr_close(p, e, from);
}
