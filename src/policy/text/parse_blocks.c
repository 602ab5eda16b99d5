#include <string.h>

#include "policy/report/suggest.h"
#include "policy/text/parser.h"

/* The blocks that are lists of plain lines: calendar, holidays, roles, values, enum, labels, uncoded. */

/* Told at the block's first word when nothing stands below it. */
static void need_body(ac_parser *p, uint32_t count, ac_place word)
{
    if (count == 0 && !p->block_bad)
        ac_parse_complain(p, AC_MSG_NOTHING_BELOW, word);
}

/* ── calendar ── */

static int weekday_of(ac_word word)
{
    switch (word) {
    case AC_WORD_MON: return AC_MONDAY;
    case AC_WORD_TUE: return AC_TUESDAY;
    case AC_WORD_WED: return AC_WEDNESDAY;
    case AC_WORD_THU: return AC_THURSDAY;
    case AC_WORD_FRI: return AC_FRIDAY;
    case AC_WORD_SAT: return AC_SATURDAY;
    case AC_WORD_SUN: return AC_SUNDAY;
    default: return -1;
    }
}

/* `monday`, `mon-fri`: what is meant is clear. */
static void complain_weekday(ac_parser *p)
{
    ac_place    here = ac_parse_here(p);
    ac_text     text = ac_parse_text(p, here);
    const char *meant = ac_foreign_weekday(text);

    if (p->panic)
        return;
    if (ac_parse_complain_expected(p, "a day of the week: mon, tue, wed, thu, fri, sat or sun") && meant)
        ac_log_fix(p->log, here, ac_text_of(meant));
    else if (text.size == 7 && text.data[3] == '-') {
        here.at += 3;
        here.size = 1;
        ac_log_fix(p->log, here, ac_text_of(".."));
    }
    p->panic = 1;
    ac_parse_skip(p);
}

static uint8_t parse_weekday(ac_parser *p)
{
    int day = p->token.kind == AC_TOKEN_NAME ? weekday_of((ac_word)p->token.word) : -1;

    if (day < 0) {
        complain_weekday(p);
        return 0;
    }
    ac_parse_next(p);
    return (uint8_t)day;
}

static int32_t parse_time(ac_parser *p)
{
    ac_text text = ac_parse_text(p, ac_parse_here(p));
    int32_t hour, minute;

    if (!ac_parse_is(p, AC_TOKEN_TIME)) {
        ac_place start = ac_parse_here(p);

        if (!p->panic && ac_parse_complain_expected(p, "a time of day such as 08:30") && ac_parse_is(p, AC_TOKEN_NUMBER) && start.size == 1) {
            start.size = 0;
            ac_log_fix(p->log, start, ac_text_of("0"));     /* 8:30 */
        }
        p->panic = 1;
        ac_parse_skip(p);
        return 0;
    }
    hour = (text.data[0] - '0') * 10 + (text.data[1] - '0');
    minute = (text.data[3] - '0') * 10 + (text.data[4] - '0');
    if (text.size != 5 || hour > 24 || minute > 59 || (hour == 24 && minute > 0)) {
        ac_parse_complain_here(p, AC_MSG_BAD_TIME);
        hour = minute = 0;
    }
    ac_parse_next(p);
    return hour * 3600 + minute * 60;
}

static void parse_hours(ac_parser *p, ac_tree_cal_line *line)
{
    size_t mark = ac_parse_mark(p);

    do {
        ac_tree_hours hours;
        uint32_t      from = p->token.at;

        hours.from_s = parse_time(p);
        ac_parse_dots(p, "\"..\" and the closing time");
        hours.to_s = parse_time(p);
        hours.place = ac_parse_since(p, from);
        ac_parse_push(p, &hours, sizeof hours);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    line->hours = ac_parse_pop(p, mark, sizeof *line->hours, &line->hours_count);
    ac_parse_too_many(p, line->hours_count, p->limits->items, "intervals in a line");
}

static void parse_week(ac_parser *p, ac_tree_cal_line *line)
{
    line->kind = AC_TREE_CAL_WEEK;
    line->first_day = line->last_day = parse_weekday(p);
    if (ac_parse_accept(p, AC_TOKEN_DOTS))
        line->last_day = parse_weekday(p);
    parse_hours(p, line);
}

static void parse_work(ac_parser *p, ac_tree_cal_line *line)
{
    line->kind = AC_TREE_CAL_WORK;
    line->dates = ac_parse_dates(p);
    if (ac_parse_is(p, AC_TOKEN_TIME))
        parse_hours(p, line);
}

static void parse_cal_line(ac_parser *p, ac_tree_cal_line *line)
{
    ac_word word = p->token.kind == AC_TOKEN_NAME ? (ac_word)p->token.word : AC_WORD_OTHER;

    switch (word) {
    case AC_WORD_WEEK: ac_parse_next(p); parse_week(p, line); break;
    case AC_WORD_WORK: ac_parse_next(p); parse_work(p, line); break;
    case AC_WORD_HOLIDAYS:
        ac_parse_next(p);
        line->kind = AC_TREE_CAL_HOLIDAYS;
        line->name = ac_parse_name(p, "the name of a list of holidays");
        break;
    case AC_WORD_OFF:
        ac_parse_next(p);
        line->kind = AC_TREE_CAL_OFF;
        line->dates = ac_parse_dates(p);
        break;
    case AC_WORD_WORKED:
        ac_parse_next(p);
        line->kind = AC_TREE_CAL_WORKED_AS;
        ac_parse_expect_word(p, AC_WORD_AS);
        line->first_day = line->last_day = parse_weekday(p);
        break;
    case AC_WORD_VALID:
        ac_parse_next(p);
        line->kind = AC_TREE_CAL_VALID;
        line->dates = ac_parse_dates(p);
        break;
    case AC_WORD_BEYOND:
        ac_parse_next(p);
        line->kind = AC_TREE_CAL_BEYOND_WEEKLY;
        ac_parse_expect_word(p, AC_WORD_WEEKLY);
        break;
    case AC_WORD_AS:
        ac_parse_next(p);
        line->kind = AC_TREE_CAL_AS_OF_NOW;
        ac_parse_expect_word(p, AC_WORD_OF);
        ac_parse_expect_word(p, AC_WORD_NOW);
        break;
    default:
        ac_parse_expected(p, "week, holidays, off, work, worked as, valid, beyond weekly or as of now");
        break;
    }
}

static void parse_holiday(ac_parser *p, ac_tree_cal_line *line)
{
    if (ac_parse_accept_word(p, AC_WORD_OFF))
        line->kind = AC_TREE_CAL_OFF;
    else if (ac_parse_accept_word(p, AC_WORD_WORK))
        line->kind = AC_TREE_CAL_WORK;
    else
        ac_parse_expected(p, "off or work");
    line->dates = ac_parse_dates(p);
}

static ac_tree_cal_line *parse_cal_lines(ac_parser *p, void (*parse)(ac_parser *, ac_tree_cal_line *), uint32_t *count)
{
    size_t           mark = ac_parse_mark(p);
    uint32_t         n = 0;
    ac_tree_cal_line line;

    while (ac_parse_in_body(p)) {
        memset(&line, 0, sizeof line);
        line.place.at = p->line_at;
        parse(p, &line);
        if (ac_parse_is(p, AC_TOKEN_STRING) && (line.kind == AC_TREE_CAL_OFF || line.kind == AC_TREE_CAL_WORK))
            line.reason = ac_parse_string(p, "a reason");
        line.place = ac_parse_since(p, line.place.at);
        line.per = ac_parse_per(p);
        if (!p->panic && n++ < p->limits->dated_days)
            ac_parse_push(p, &line, sizeof line);
        if (n == p->limits->dated_days + 1)
            ac_parse_too_many(p, n, p->limits->dated_days, "lines in a calendar");
        ac_parse_end_line(p);
    }
    return ac_parse_pop(p, mark, sizeof line, count);
}

ac_tree_calendar *ac_parse_calendar(ac_parser *p)
{
    ac_tree_calendar *calendar = ac_parse_new(p, ac_tree_calendar);
    ac_place          word = ac_parse_here(p);

    ac_parse_next(p);
    calendar->name = ac_parse_name(p, "the name of the calendar");
    calendar->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    calendar->lines = parse_cal_lines(p, parse_cal_line, &calendar->count);
    need_body(p, calendar->count, word);
    return calendar;
}

ac_tree_holidays *ac_parse_holidays(ac_parser *p)
{
    ac_tree_holidays *holidays = ac_parse_new(p, ac_tree_holidays);

    ac_parse_next(p);
    holidays->name = ac_parse_name(p, "the name of the list of holidays");
    holidays->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    holidays->lines = parse_cal_lines(p, parse_holiday, &holidays->count);
    return holidays;
}

/* ── roles, values ── */

ac_tree_roles *ac_parse_roles(ac_parser *p)
{
    ac_tree_roles     *roles = ac_parse_new(p, ac_tree_roles);
    ac_place           word = ac_parse_here(p);
    size_t             mark;
    ac_tree_roles_line line;

    ac_parse_next(p);
    roles->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        memset(&line, 0, sizeof line);
        line.place.at = p->line_at;
        line.names = ac_parse_names(p, "the name of a role");
        if (ac_parse_accept_word(p, AC_WORD_UNDER))
            line.under = ac_parse_name(p, "a role");
        line.place = ac_parse_since(p, line.place.at);
        line.per = ac_parse_per(p);
        ac_parse_push(p, &line, sizeof line);
        ac_parse_end_line(p);
    }
    roles->lines = ac_parse_pop(p, mark, sizeof line, &roles->count);
    need_body(p, roles->count, word);
    return roles;
}

/* `month` alone is a period; `month + 1` would be an expression on a name. */
static ac_tree_expr *parse_value_expr(ac_parser *p)
{
    ac_window     window = ac_parse_period_word(p);
    ac_token      next = ac_parse_peek(p);
    ac_tree_expr *e;

    if (window == AC_WINDOW_NONE || !(next.kind == AC_TOKEN_END || (next.kind == AC_TOKEN_NAME && next.word == AC_WORD_PER)))
        return ac_parse_expr(p);
    e = ac_parse_new(p, ac_tree_expr);
    e->kind = AC_EXPR_WINDOW;
    e->window = (uint8_t)window;
    e->place = ac_parse_here(p);
    ac_parse_next(p);
    return e;
}

static void parse_value(ac_parser *p, ac_tree_value *value)
{
    memset(value, 0, sizeof *value);
    value->place.at = p->line_at;
    value->name = ac_parse_name(p, "the name of a value");
    if (ac_parse_is(p, AC_TOKEN_COLON) && !p->is_data) {
        ac_parse_next(p);
        value->type = ac_parse_type(p);
        value->has_type = 1;
    }
    if (value->has_type && ac_parse_accept_word(p, AC_WORD_UNSET))
        ;
    else if (ac_parse_expect(p, AC_TOKEN_EQ, value->has_type ? "\"=\" or \"unset\"" : p->is_data ? "\"=\" and a value" : "\"=\" or \":\" and a type"))
        value->value = parse_value_expr(p);
    value->place = ac_parse_since(p, value->place.at);
    value->per = ac_parse_per(p);
}

ac_tree_values *ac_parse_values(ac_parser *p)
{
    ac_tree_values *values = ac_parse_new(p, ac_tree_values);
    ac_place        word = ac_parse_here(p);
    size_t          mark;
    ac_tree_value   value;

    ac_parse_next(p);
    values->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        parse_value(p, &value);
        if (value.name.text.data && !p->panic)
            ac_parse_push(p, &value, sizeof value);
        ac_parse_end_line(p);
    }
    values->lines = ac_parse_pop(p, mark, sizeof value, &values->count);
    need_body(p, values->count, word);
    return values;
}

/* ── enum ── */

static void parse_member_lines(ac_parser *p, ac_tree_enum *e)
{
    size_t          mark = ac_parse_mark(p);
    ac_tree_members line;

    while (ac_parse_in_body(p)) {
        memset(&line, 0, sizeof line);
        line.place.at = p->line_at;
        line.names = ac_parse_names(p, "a member");
        line.place = ac_parse_since(p, line.place.at);
        line.per = ac_parse_per(p);
        ac_parse_push(p, &line, sizeof line);
        ac_parse_end_line(p);
    }
    e->lines = ac_parse_pop(p, mark, sizeof line, &e->count);
}

static void parse_member_list(ac_parser *p, ac_tree_enum *e)
{
    ac_tree_members *line = ac_parse_new(p, ac_tree_members);

    line->place.at = p->token.at;
    line->names = ac_parse_names(p, "a member");
    line->place = ac_parse_since(p, line->place.at);
    e->lines = line;
    e->count = 1;
}

ac_tree_enum *ac_parse_enum(ac_parser *p)
{
    ac_tree_enum *e = ac_parse_new(p, ac_tree_enum);
    ac_place      word = ac_parse_here(p);

    ac_parse_next(p);
    e->name = ac_parse_name(p, "the name of the enum");
    e->ordered = (uint8_t)ac_parse_accept_word(p, AC_WORD_ORDERED);
    if (ac_parse_accept(p, AC_TOKEN_EQ)) {
        parse_member_list(p, e);
        e->per = ac_parse_per(p);
        ac_parse_begin_body(p);
        return e;
    }
    if (ac_parse_accept_word(p, AC_WORD_GIVES)) {
        e->is_catalogue = 1;
        e->outs = ac_parse_outs(p);
    }
    e->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    if (!e->is_catalogue) {
        parse_member_lines(p, e);
        need_body(p, e->count, word);
    } else if (!ac_parse_grid(p, &e->grid, 1) && !p->block_bad) {
        ac_parse_complain_1(p, AC_MSG_NO_GRID, word, ac_arg_string("gives"));
    }
    return e;
}

/* ── labels, uncoded ── */

ac_tree_labels *ac_parse_labels(ac_parser *p)
{
    ac_tree_labels *labels = ac_parse_new(p, ac_tree_labels);
    size_t          mark;
    ac_tree_label   label;

    ac_parse_next(p);
    labels->lang = ac_parse_name(p, "a language such as en or zh");
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        do {
            label.path = ac_parse_path(p, "the name that the label is for");
            label.text = ac_parse_string(p, "the label as a text");
            if (label.path.count > 0 && label.text.text.data)
                ac_parse_push(p, &label, sizeof label);
        } while (ac_parse_accept(p, AC_TOKEN_SEMICOLON));
        ac_parse_end_line(p);
    }
    labels->at = ac_parse_pop(p, mark, sizeof label, &labels->count);
    return labels;
}

/* Articles at hand, read again as such, and the reason they share. */
static void parse_uncoded_line(ac_parser *p)
{
    size_t                mark = ac_parse_mark(p);
    uint32_t              count, i;
    ac_tree_cite         *cites;
    ac_tree_uncoded_line  line;

    p->pos = p->token.at;
    ac_parse_articles(p);
    cites = ac_parse_pop(p, mark, sizeof *cites, &count);
    line.reason = ac_parse_string(p, "the reason as a text");
    for (i = 0; i < count && line.reason.text.data; i++) {
        line.article = cites[i];
        ac_parse_push(p, &line, sizeof line);
    }
}

ac_tree_uncoded *ac_parse_uncoded(ac_parser *p)
{
    ac_tree_uncoded *uncoded = ac_parse_new(p, ac_tree_uncoded);
    ac_place         word = ac_parse_here(p);
    size_t           mark;

    ac_parse_next(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        parse_uncoded_line(p);
        ac_parse_end_line(p);
    }
    uncoded->lines = ac_parse_pop(p, mark, sizeof *uncoded->lines, &uncoded->count);
    need_body(p, uncoded->count, word);
    return uncoded;
}
