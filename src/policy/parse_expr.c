#include <string.h>

#include "base/hash.h"
#include "base/ratio.h"
#include "policy/parser.h"
#include "policy/suggest.h"

/*  expr     = if expr then expr else expr | disj
 *  disj     = conj { or conj }        conj = neg { and neg }        neg = not neg | rel
 *  rel      = additive [ relop additive | between … | in … | within … | is … ]
 *  additive = mult { (+|-) mult }     mult = unary { (*|/) unary }  unary = - unary | primary
 */

static ac_tree_expr *expression(ac_parser *p);
static ac_tree_expr *additive(ac_parser *p);

/* ── nodes ── */

static ac_tree_expr *new_node(ac_parser *p, ac_expr_kind kind, uint32_t kids)
{
    /* The children's array lies behind the node. */
    ac_tree_expr *e = ac_parse_node(p, sizeof *e + kids * sizeof(ac_tree_expr *));

    e->kind = (uint8_t)kind;
    e->count = kids;
    e->kids = kids > 0 ? (ac_tree_expr **)(void *)(e + 1) : NULL;
    if (p->failed)
        e->count = 0;
    if (++p->nodes == p->limits->nodes + 1)
        ac_parse_fail_1(p, AC_MSG_TOO_MANY_NODES, ac_parse_here(p), ac_arg_number(p->limits->nodes));
    return e;
}

static ac_tree_expr *bad(ac_parser *p)
{
    ac_tree_expr *e = ac_parse_new(p, ac_tree_expr);

    e->place = ac_parse_here(p);
    return e;
}

static ac_tree_expr *close(ac_parser *p, ac_tree_expr *e, uint32_t from)
{
    e->place = ac_parse_since(p, from);
    return e;
}

static void set_kid(ac_tree_expr *e, uint32_t i, ac_tree_expr *kid)
{
    if (i < e->count)
        e->kids[i] = kid;
}

static ac_tree_expr *binary(ac_parser *p, ac_expr_kind kind, ac_tree_expr *x, ac_tree_expr *y)
{
    ac_tree_expr *e = new_node(p, kind, 2);

    set_kid(e, 0, x);
    set_kid(e, 1, y);
    return close(p, e, x->place.at);
}

/* A node whose children were pushed since `mark`. */
static ac_tree_expr *pushed(ac_parser *p, ac_expr_kind kind, size_t mark, uint32_t from)
{
    ac_tree_expr *e = new_node(p, kind, 0);

    e->kids = ac_parse_pop(p, mark, sizeof *e->kids, &e->count);
    return close(p, e, from);
}

static void push(ac_parser *p, ac_tree_expr *kid)
{
    ac_parse_push(p, &kid, sizeof kid);
}

/* ── literals ── */

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

static int is_currency(ac_text name)
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
    ac_arg      arg = ac_arg_text(unit);
    ac_suggest  suggest;
    size_t      i;
    ac_text     text;

    ac_suggest_begin(&suggest, unit);
    for (i = 0; i < sizeof units / sizeof *units; i++)
        ac_suggest_offer(&suggest, ac_text_of(units[i]));
    if (!ac_parse_complain(p, AC_MSG_UNKNOWN_UNIT, here, &arg, 1))
        return;
    if (meant) {
        text = ac_text_of(meant);
        ac_log_suggest(p->log, &text, 1);
        ac_log_fix(p->log, here, text);
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

        if (is_currency(name)) {
            e->unit = AC_TREE_UNIT_CURRENCY;
            e->currency = name;
        } else if (may_follow_number((ac_word)p->token.word)) {
            return;
        } else {
            complain_unit(p);
        }
    }
    ac_parse_next(p);
}

static ac_tree_expr *number(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = new_node(p, AC_EXPR_NUMBER, 0);
    ac_text       text = ac_parse_text(p, ac_parse_here(p));
    ac_arg        none = ac_arg_number(0);

    e->u.number = ac_ratio_of(0);
    if (ac_ratio_parse(text, &e->u.number) != AC_OK)
        ac_parse_complain(p, AC_MSG_NUMBER_TOO_LONG, ac_parse_here(p), &none, 0);
    ac_parse_next(p);
    parse_unit(p, e);
    return close(p, e, from);
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
    ac_arg  arg = ac_arg_text(text);

    *has_seconds = text.size == 8;
    if (hour > 23 || minute > 59 || second > 59) {
        ac_parse_complain(p, AC_MSG_BAD_TIME, ac_parse_here(p), &arg, 1);
        hour = minute = second = 0;
    }
    ac_parse_next(p);
    return hour * 3600 + minute * 60 + second;
}

static ac_tree_expr *dated(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = new_node(p, AC_EXPR_DATE, 0);
    int           has_seconds = 0;

    e->u.when.date = ac_parse_date(p, "a date");
    if (p->token.kind == AC_TOKEN_TIME) {
        e->kind = AC_EXPR_DATETIME;
        e->u.when.second = time_of_day(p, &has_seconds);
        e->u.when.has_seconds = (uint8_t)has_seconds;
    }
    return close(p, e, from);
}

static ac_tree_expr *period(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_text       text = ac_parse_text(p, ac_parse_here(p));
    ac_tree_expr *e = new_node(p, AC_EXPR_PERIOD, 0);
    int32_t       most = 12, index;
    ac_arg        arg = ac_arg_text(text);

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
        ac_parse_complain(p, AC_MSG_BAD_PERIOD, ac_parse_here(p), &arg, 1);
    ac_parse_next(p);
    return close(p, e, from);
}

static ac_tree_expr *word_literal(ac_parser *p, ac_expr_kind kind)
{
    ac_tree_expr *e = new_node(p, kind, 0);

    e->place = ac_parse_here(p);
    ac_parse_next(p);
    return e;
}

static ac_tree_expr *string_literal(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = new_node(p, AC_EXPR_STRING, 0);

    e->u.text = ac_parse_string(p, "a text").text;
    return close(p, e, from);
}

/* ── aggregates, functions, edges of periods ── */

static const struct {
    ac_word word;
    ac_agg  agg;
} aggregates[] = {
    { AC_WORD_COUNT, AC_AGG_COUNT }, { AC_WORD_SHARE, AC_AGG_SHARE }, { AC_WORD_SUM, AC_AGG_SUM }, { AC_WORD_MEAN, AC_AGG_MEAN },
    { AC_WORD_MEDIAN, AC_AGG_MEDIAN }, { AC_WORD_ANY, AC_AGG_ANY }, { AC_WORD_ALL, AC_AGG_ALL }
};

static const struct {
    ac_word word;
    ac_fn   fn;
} functions[] = {
    { AC_WORD_ABS, AC_FN_ABS }, { AC_WORD_MIN, AC_FN_MIN }, { AC_WORD_MAX, AC_FN_MAX }, { AC_WORD_FLOOR, AC_FN_FLOOR },
    { AC_WORD_CEILING, AC_FN_CEILING }, { AC_WORD_DECIMAL, AC_FN_DECIMAL }, { AC_WORD_ROUND_UP, AC_FN_ROUND_UP },
    { AC_WORD_ROUND_DOWN, AC_FN_ROUND_DOWN }, { AC_WORD_ROUND_HALF_UP, AC_FN_ROUND_HALF_UP },
    { AC_WORD_ROUND_HALF_DOWN, AC_FN_ROUND_HALF_DOWN }, { AC_WORD_ROUND_HALF_EVEN, AC_FN_ROUND_HALF_EVEN },
    { AC_WORD_MODULO, AC_FN_MODULO }, { AC_WORD_EVEN, AC_FN_EVEN }, { AC_WORD_ODD, AC_FN_ODD }, { AC_WORD_DATE, AC_FN_DATE }
};

static ac_window window_word(const ac_token *token)
{
    if (token->kind != AC_TOKEN_NAME)
        return AC_WINDOW_NONE;
    switch (token->word) {
    case AC_WORD_DAY: return AC_WINDOW_DAY;
    case AC_WORD_WEEK: return AC_WINDOW_WEEK;
    case AC_WORD_MONTH: return AC_WINDOW_MONTH;
    case AC_WORD_QUARTER: return AC_WINDOW_QUARTER;
    case AC_WORD_HALF_YEAR: return AC_WINDOW_HALF_YEAR;
    case AC_WORD_YEAR: return AC_WINDOW_YEAR;
    case AC_WORD_PERIOD: return AC_WINDOW_PERIOD;
    case AC_WORD_EVER: return AC_WINDOW_EVER;
    default: return AC_WINDOW_NONE;
    }
}

static ac_window parse_window(ac_parser *p)
{
    ac_window window = window_word(&p->token);

    if (window == AC_WINDOW_NONE)
        ac_parse_expected(p, "day, week, month, quarter, half-year, year, period or ever");
    else
        ac_parse_next(p);
    return window;
}

static void twice(ac_parser *p)
{
    ac_parse_fail_1(p, AC_MSG_GIVEN_TWICE, ac_parse_here(p), ac_arg_text(ac_parse_text(p, ac_parse_here(p))));
}

static void aggregate_parts(ac_parser *p, ac_tree_expr *e, ac_tree_agg *agg)
{
    size_t        mark = ac_parse_mark(p);
    ac_tree_expr *where = NULL;

    while (!p->panic) {
        if (ac_parse_is_word(p, AC_WORD_WHERE)) {
            if (where)
                twice(p);
            ac_parse_next(p);
            where = expression(p);
        } else if (ac_parse_is_word(p, AC_WORD_IN)) {
            if (agg->window != AC_WINDOW_NONE)
                twice(p);
            ac_parse_next(p);
            agg->window = parse_window(p);
        } else if (ac_parse_is_word(p, AC_WORD_VIA)) {
            if (agg->via.text.data)
                twice(p);
            ac_parse_next(p);
            agg->via = ac_parse_name(p, "a link");
        } else {
            break;
        }
    }
    if (where) {
        push(p, where);
        e->kids = ac_parse_pop(p, mark, sizeof *e->kids, &e->count);
    }
}

static void close_bracket(ac_parser *p, ac_token_kind kind, uint32_t open_at)
{
    ac_place open;

    if (ac_parse_accept(p, kind) || p->panic)
        return;
    open.at = open_at;
    open.size = 1;
    if (p->token.kind == AC_TOKEN_END || p->token.kind == AC_TOKEN_BAR || p->token.kind == AC_TOKEN_BARS)
        ac_parse_fail_0(p, AC_MSG_UNCLOSED, open);
    else
        ac_parse_expected(p, kind == AC_TOKEN_CLOSE ? "\")\"" : "\"]\"");
}

static ac_tree_expr *aggregate(ac_parser *p, ac_agg fn)
{
    uint32_t      from = p->token.at, open;
    ac_tree_expr *e = new_node(p, AC_EXPR_AGG, 0);
    ac_tree_agg  *agg = ac_parse_new(p, ac_tree_agg);
    uint8_t       before = p->in_aggregate, no_else = p->no_else;

    ac_parse_next(p);
    open = p->token.at;
    if (!ac_parse_enter(p))
        return bad(p);
    ac_parse_next(p);
    agg->fn = fn;
    agg->every = (uint8_t)ac_parse_accept_word(p, AC_WORD_EVERY);
    agg->path = ac_parse_path(p, "a record");
    p->in_aggregate = 1;
    p->no_else = 0;
    aggregate_parts(p, e, agg);
    p->in_aggregate = before;
    p->no_else = no_else;
    close_bracket(p, AC_TOKEN_CLOSE, open);
    ac_parse_leave(p);
    e->u.agg = agg;
    return close(p, e, from);
}

static ac_tree_expr *call(ac_parser *p, ac_fn fn)
{
    uint32_t      from = p->token.at, open;
    size_t        mark = ac_parse_mark(p);
    uint8_t       in_aggregate = p->in_aggregate, no_else = p->no_else;
    ac_tree_expr *e;

    ac_parse_next(p);
    open = p->token.at;
    if (!ac_parse_enter(p))
        return bad(p);
    ac_parse_next(p);
    p->in_aggregate = p->no_else = 0;
    do
        push(p, expression(p));
    while (ac_parse_accept(p, AC_TOKEN_COMMA));
    p->in_aggregate = in_aggregate;
    p->no_else = no_else;
    close_bracket(p, AC_TOKEN_CLOSE, open);
    ac_parse_leave(p);
    e = pushed(p, AC_EXPR_CALL, mark, from);
    e->fn = (uint8_t)fn;
    return e;
}

/* `start of month`, `end of period of 月报` */
static ac_tree_expr *edge(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = new_node(p, AC_EXPR_EDGE, 0);
    ac_tree_edge *data = ac_parse_new(p, ac_tree_edge);

    data->is_end = (uint8_t)ac_parse_is_word(p, AC_WORD_END);
    ac_parse_next(p);
    ac_parse_next(p);
    data->window = window_word(&p->token);
    if (data->window == AC_WINDOW_NONE || data->window == AC_WINDOW_EVER)
        ac_parse_expected(p, "day, week, month, quarter, half-year, year or period");
    else
        ac_parse_next(p);
    if (ac_parse_accept_word(p, AC_WORD_OF))
        data->of = ac_parse_path(p, "a name");
    e->u.edge = data;
    return close(p, e, from);
}

static ac_tree_expr *nth(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = new_node(p, AC_EXPR_NTH, 0);

    ac_parse_next(p);
    ac_parse_expect_word(p, AC_WORD_IN);
    e->window = (uint8_t)parse_window(p);
    return close(p, e, from);
}

/* ── primaries ── */

static ac_tree_expr *path_node(ac_parser *p)
{
    ac_tree_expr *e = new_node(p, AC_EXPR_PATH, 0);

    e->u.path = ac_parse_path(p, "a value or a condition");
    e->place = e->u.path.place;
    if (e->u.path.count == 0)
        e->kind = AC_EXPR_BAD;
    return e;
}

/* `(`: an expression in brackets, a list, or an open range. */
static ac_tree_expr *bracketed(ac_parser *p, int wants_list)
{
    uint32_t      from = p->token.at;
    size_t        mark = ac_parse_mark(p);
    uint8_t       in_aggregate = p->in_aggregate, no_else = p->no_else;
    ac_tree_expr *e, *high;

    if (!ac_parse_enter(p))
        return bad(p);
    ac_parse_next(p);
    p->in_aggregate = p->no_else = 0;
    e = expression(p);
    if (ac_parse_accept(p, AC_TOKEN_DOTS)) {
        high = additive(p);
        e = binary(p, AC_EXPR_RANGE, e, high);
        e->opens_low = 1;
        e->opens_high = (uint8_t)ac_parse_is(p, AC_TOKEN_CLOSE);
        if (!ac_parse_accept(p, AC_TOKEN_CLOSE_SQUARE))
            close_bracket(p, AC_TOKEN_CLOSE, from);
        close(p, e, from);
    } else if (wants_list || ac_parse_is(p, AC_TOKEN_COMMA)) {
        push(p, e);
        while (ac_parse_accept(p, AC_TOKEN_COMMA))
            push(p, additive(p));
        close_bracket(p, AC_TOKEN_CLOSE, from);
        e = pushed(p, AC_EXPR_LIST, mark, from);
        ac_parse_too_many(p, e->count, p->limits->tests, "values in a list");
    } else {
        close_bracket(p, AC_TOKEN_CLOSE, from);
        close(p, e, from);
    }
    p->in_aggregate = in_aggregate;
    p->no_else = no_else;
    ac_parse_leave(p);
    return e;
}

static ac_tree_expr *square(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *low, *high, *e;

    if (!ac_parse_enter(p))
        return bad(p);
    ac_parse_next(p);
    low = additive(p);
    ac_parse_expect(p, AC_TOKEN_DOTS, "\"..\" and the other end of the range");
    high = additive(p);
    e = binary(p, AC_EXPR_RANGE, low, high);
    e->opens_high = (uint8_t)ac_parse_is(p, AC_TOKEN_CLOSE);
    if (!ac_parse_accept(p, AC_TOKEN_CLOSE))
        close_bracket(p, AC_TOKEN_CLOSE_SQUARE, from);
    ac_parse_leave(p);
    return close(p, e, from);
}

ac_tree_expr *ac_parse_range(ac_parser *p)
{
    ac_tree_expr *e;

    if (ac_parse_is(p, AC_TOKEN_OPEN_SQUARE))
        return square(p);
    if (!ac_parse_is(p, AC_TOKEN_OPEN)) {
        ac_parse_expected(p, "a range such as [1..5)");
        return bad(p);
    }
    e = bracketed(p, 0);
    if (e->kind != AC_EXPR_RANGE && !p->panic)
        ac_parse_expected(p, "a range such as (1..5]");
    return e;
}

/* A list or a range where a single value must stand. */
static ac_tree_expr *single(ac_parser *p, ac_tree_expr *e)
{
    if (e->kind == AC_EXPR_LIST || e->kind == AC_EXPR_RANGE)
        ac_parse_fail_0(p, AC_MSG_LIST_PLACE, e->place);
    return e;
}

/* A name followed by `(` or, for the edges of a period, `of`. NULL: a plain name. */
static ac_tree_expr *special(ac_parser *p)
{
    ac_word  word = (ac_word)p->token.word;
    ac_token next;
    size_t   i;

    if (word == AC_WORD_OTHER)
        return NULL;
    next = ac_parse_peek(p);
    if ((word == AC_WORD_START || word == AC_WORD_END) && next.kind == AC_TOKEN_NAME && next.word == AC_WORD_OF)
        return edge(p);
    if (next.kind != AC_TOKEN_OPEN)
        return NULL;
    for (i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (aggregates[i].word == word)
            return aggregate(p, aggregates[i].agg);
    for (i = 0; i < sizeof functions / sizeof *functions; i++)
        if (functions[i].word == word)
            return call(p, functions[i].fn);
    return NULL;
}

static ac_tree_expr *name_primary(ac_parser *p)
{
    ac_tree_expr *e;

    switch (p->token.word) {
    case AC_WORD_OTHER: return path_node(p);
    case AC_WORD_YES: return word_literal(p, AC_EXPR_YES);
    case AC_WORD_NO: return word_literal(p, AC_EXPR_NO);
    case AC_WORD_NONE: return word_literal(p, AC_EXPR_NONE);
    case AC_WORD_UNSET: return word_literal(p, AC_EXPR_UNSET);
    case AC_WORD_UNKNOWN: return word_literal(p, AC_EXPR_UNKNOWN);
    case AC_WORD_NOW: return word_literal(p, AC_EXPR_NOW);
    case AC_WORD_TODAY: return word_literal(p, AC_EXPR_TODAY);
    case AC_WORD_NTH: return nth(p);
    default: break;
    }
    if (ac_word_is_reserved((ac_word)p->token.word)) {
        ac_parse_expected(p, "a value or a condition");
        return bad(p);
    }
    e = special(p);
    return e ? e : path_node(p);
}

static ac_tree_expr *primary(ac_parser *p)
{
    switch (p->token.kind) {
    case AC_TOKEN_NAME: return name_primary(p);
    case AC_TOKEN_QUOTED: return path_node(p);
    case AC_TOKEN_NUMBER: return number(p);
    case AC_TOKEN_STRING: return string_literal(p);
    case AC_TOKEN_DATE: return dated(p);
    case AC_TOKEN_PERIOD: return period(p);
    case AC_TOKEN_OPEN: return single(p, bracketed(p, 0));
    case AC_TOKEN_OPEN_SQUARE: return single(p, square(p));
    case AC_TOKEN_TIME:
        ac_parse_fail_0(p, AC_MSG_TIME_ALONE, ac_parse_here(p));
        return bad(p);
    default:
        ac_parse_expected(p, "a value or a condition");
        return bad(p);
    }
}

/* ── operators ── */

static ac_tree_expr *unary(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e;

    if (!ac_parse_is(p, AC_TOKEN_MINUS))
        return primary(p);
    if (!ac_parse_enter(p))
        return bad(p);
    ac_parse_next(p);
    e = new_node(p, AC_EXPR_NEG, 1);
    set_kid(e, 0, unary(p));
    ac_parse_leave(p);
    return close(p, e, from);
}

static ac_tree_expr *multiplicative(ac_parser *p)
{
    ac_tree_expr *e = unary(p);

    while (ac_parse_is(p, AC_TOKEN_STAR) || ac_parse_is(p, AC_TOKEN_SLASH)) {
        ac_expr_kind kind = ac_parse_is(p, AC_TOKEN_STAR) ? AC_EXPR_MUL : AC_EXPR_DIV;

        ac_parse_next(p);
        e = binary(p, kind, e, unary(p));
    }
    return e;
}

static int is_blank_at(const ac_parser *p, uint32_t at)
{
    int c = at < p->scan.source.size ? p->scan.source.data[at] : ' ';

    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static ac_tree_expr *additive(ac_parser *p)
{
    ac_tree_expr *e = multiplicative(p);

    while (ac_parse_is(p, AC_TOKEN_PLUS) || ac_parse_is(p, AC_TOKEN_MINUS)) {
        ac_expr_kind kind = ac_parse_is(p, AC_TOKEN_PLUS) ? AC_EXPR_ADD : AC_EXPR_SUB;

        if (kind == AC_EXPR_SUB && (!is_blank_at(p, p->token.at - 1) || !is_blank_at(p, p->pos)))
            ac_parse_complain(p, AC_MSG_MINUS_BLANKS, ac_parse_here(p), NULL, 0);
        ac_parse_next(p);
        e = binary(p, kind, e, multiplicative(p));
    }
    return e;
}

static ac_expr_kind relop_of(ac_token_kind kind)
{
    switch (kind) {
    case AC_TOKEN_EQ: return AC_EXPR_EQ;
    case AC_TOKEN_NE: return AC_EXPR_NE;
    case AC_TOKEN_LT: return AC_EXPR_LT;
    case AC_TOKEN_LE: return AC_EXPR_LE;
    case AC_TOKEN_GT: return AC_EXPR_GT;
    case AC_TOKEN_GE: return AC_EXPR_GE;
    default: return AC_EXPR_BAD;
    }
}

/* Takes a relational operator; `==` is told and read as one. */
static ac_expr_kind parse_relop(ac_parser *p)
{
    ac_expr_kind kind = relop_of((ac_token_kind)p->token.kind);
    ac_place     both = ac_parse_here(p);

    if (kind == AC_EXPR_BAD)
        return kind;
    ac_parse_next(p);
    if (kind == AC_EXPR_EQ && ac_parse_is(p, AC_TOKEN_EQ) && p->token.at == both.at + 1) {
        both.size = 2;
        if (ac_parse_complain(p, AC_MSG_DOUBLE_EQ, both, NULL, 0))
            ac_log_fix(p->log, both, ac_text_of("="));
        ac_parse_next(p);
    }
    return kind;
}

static ac_tree_expr *compare(ac_parser *p, ac_tree_expr *x)
{
    ac_expr_kind  kind = parse_relop(p);
    ac_tree_expr *e = binary(p, kind, x, additive(p));

    if (relop_of((ac_token_kind)p->token.kind) != AC_EXPR_BAD)
        ac_parse_fail_0(p, AC_MSG_CHAINED, ac_parse_here(p));
    return e;
}

static ac_tree_expr *between(ac_parser *p, ac_tree_expr *x)
{
    ac_tree_expr *e = new_node(p, AC_EXPR_BETWEEN, 3);

    ac_parse_next(p);
    set_kid(e, 0, x);
    set_kid(e, 1, additive(p));
    ac_parse_expect_word(p, AC_WORD_AND);
    set_kid(e, 2, additive(p));
    return close(p, e, x->place.at);
}

static ac_tree_expr *contained(ac_parser *p, ac_tree_expr *x, int negated)
{
    ac_tree_expr *e, *set;

    if (negated)
        ac_parse_next(p);
    ac_parse_next(p);
    if (ac_parse_is(p, AC_TOKEN_OPEN))
        set = bracketed(p, 1);
    else if (ac_parse_is(p, AC_TOKEN_OPEN_SQUARE))
        set = square(p);
    else if (window_word(&p->token) != AC_WINDOW_NONE && ac_parse_peek(p).kind != AC_TOKEN_DOT) {
        ac_parse_fail_1(p, AC_MSG_WINDOW_PLACE, ac_parse_here(p), ac_arg_text(ac_parse_text(p, ac_parse_here(p))));
        set = bad(p);
    } else
        set = path_node(p);
    e = binary(p, AC_EXPR_IN, x, set);
    e->negated = (uint8_t)negated;
    return e;
}

/* `within L after P {else P2}`; x may be NULL, for a cell. */
static ac_tree_expr *within(ac_parser *p, ac_tree_expr *x)
{
    uint32_t from = x ? x->place.at : p->token.at;
    size_t   mark = ac_parse_mark(p);

    if (x)
        push(p, x);
    ac_parse_next(p);
    push(p, additive(p));
    ac_parse_expect_word(p, AC_WORD_AFTER);
    push(p, additive(p));
    while (!p->no_else && ac_parse_accept_word(p, AC_WORD_ELSE))
        push(p, additive(p));
    return pushed(p, AC_EXPR_WITHIN, mark, from);
}

static int state_word(const ac_parser *p, ac_tree_state_word *out)
{
    if (p->token.kind != AC_TOKEN_NAME)
        return 0;
    switch (p->token.word) {
    case AC_WORD_KNOWN: *out = AC_TREE_STATE_KNOWN; return 1;
    case AC_WORD_UNKNOWN: *out = AC_TREE_STATE_UNKNOWN; return 1;
    case AC_WORD_LATE: *out = AC_TREE_STATE_LATE; return 1;
    case AC_WORD_MET: *out = AC_TREE_STATE_MET; return 1;
    default: return 0;
    }
}

/* Behind `is`: `[not] known` and so on. */
static ac_tree_state_word parse_state(ac_parser *p, uint8_t *negated)
{
    ac_tree_state_word state = AC_TREE_STATE_KNOWN;

    *negated = (uint8_t)ac_parse_accept_word(p, AC_WORD_NOT);
    if (state_word(p, &state))
        ac_parse_next(p);
    else
        ac_parse_expected(p, "known, unknown, late or met");
    return state;
}

static ac_tree_expr *state_test(ac_parser *p, ac_tree_expr *x)
{
    ac_tree_expr *e = new_node(p, AC_EXPR_IS, 1);

    ac_parse_next(p);
    set_kid(e, 0, x);
    e->state = (uint8_t)parse_state(p, &e->negated);
    return close(p, e, x->place.at);
}

static ac_tree_expr *relation(ac_parser *p)
{
    ac_tree_expr *x = additive(p);
    ac_token      next;

    if (relop_of((ac_token_kind)p->token.kind) != AC_EXPR_BAD)
        return compare(p, x);
    if (p->token.kind != AC_TOKEN_NAME)
        return x;
    switch (p->token.word) {
    case AC_WORD_BETWEEN: return between(p, x);
    case AC_WORD_WITHIN: return within(p, x);
    case AC_WORD_IS: return state_test(p, x);
    case AC_WORD_IN:
        next = ac_parse_peek(p);
        return p->in_aggregate && window_word(&next) != AC_WINDOW_NONE ? x : contained(p, x, 0);
    case AC_WORD_NOT:
        next = ac_parse_peek(p);
        return next.kind == AC_TOKEN_NAME && next.word == AC_WORD_IN ? contained(p, x, 1) : x;
    default: return x;
    }
}

static ac_tree_expr *negation(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e;

    if (!ac_parse_is_word(p, AC_WORD_NOT))
        return relation(p);
    if (!ac_parse_enter(p))
        return bad(p);
    ac_parse_next(p);
    e = new_node(p, AC_EXPR_NOT, 1);
    set_kid(e, 0, negation(p));
    ac_parse_leave(p);
    return close(p, e, from);
}

static ac_tree_expr *chain(ac_parser *p, ac_word word, ac_expr_kind kind, ac_tree_expr *(*operand)(ac_parser *))
{
    size_t        mark = ac_parse_mark(p);
    ac_tree_expr *e = operand(p);
    uint32_t      from = e->place.at;

    if (!ac_parse_is_word(p, word))
        return e;
    push(p, e);
    while (ac_parse_accept_word(p, word))
        push(p, operand(p));
    return pushed(p, kind, mark, from);
}

static ac_tree_expr *conjunction(ac_parser *p)
{
    return chain(p, AC_WORD_AND, AC_EXPR_AND, negation);
}

static ac_tree_expr *conditional(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e;
    uint8_t       before = p->no_else;

    if (!ac_parse_enter(p))
        return bad(p);
    ac_parse_next(p);
    e = new_node(p, AC_EXPR_IF, 3);
    set_kid(e, 0, expression(p));
    ac_parse_expect_word(p, AC_WORD_THEN);
    p->no_else = 1;
    set_kid(e, 1, expression(p));
    p->no_else = before;
    ac_parse_expect_word(p, AC_WORD_ELSE);
    set_kid(e, 2, expression(p));
    ac_parse_leave(p);
    return close(p, e, from);
}

static ac_tree_expr *expression(ac_parser *p)
{
    if (ac_parse_is_word(p, AC_WORD_IF))
        return conditional(p);
    return chain(p, AC_WORD_OR, AC_EXPR_OR, conjunction);
}

ac_tree_expr *ac_parse_expr(ac_parser *p)
{
    p->nodes = 0;
    return expression(p);
}

ac_tree_expr *ac_parse_additive(ac_parser *p)
{
    p->nodes = 0;
    return additive(p);
}

/* ── unary tests ── */

static void parse_test(ac_parser *p, ac_tree_test *test)
{
    test->op = parse_relop(p);
    test->kind = AC_TREE_TEST_EQUAL;
    if (test->op != AC_EXPR_BAD) {
        test->kind = AC_TREE_TEST_COMPARE;
        test->value = additive(p);
    } else if (ac_parse_is_word(p, AC_WORD_WITHIN)) {
        test->kind = AC_TREE_TEST_WITHIN;
        test->value = within(p, NULL);
    } else if (ac_parse_is(p, AC_TOKEN_OPEN) || ac_parse_is(p, AC_TOKEN_OPEN_SQUARE)) {
        test->value = ac_parse_is(p, AC_TOKEN_OPEN) ? bracketed(p, 0) : square(p);
        if (test->value->kind == AC_EXPR_RANGE)
            test->kind = AC_TREE_TEST_RANGE;
        else
            single(p, test->value);
    } else {
        test->value = additive(p);
    }
}

static int ends_cell(const ac_token *token)
{
    return token->kind == AC_TOKEN_BAR || token->kind == AC_TOKEN_BARS || token->kind == AC_TOKEN_END;
}

static void parse_tests(ac_parser *p, ac_tree_cell *cell)
{
    ac_tree_test test;
    size_t       mark = ac_parse_mark(p);

    do {
        memset(&test, 0, sizeof test);
        parse_test(p, &test);
        ac_parse_push(p, &test, sizeof test);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    cell->tests = ac_parse_pop(p, mark, sizeof *cell->tests, &cell->count);
    ac_parse_too_many(p, cell->count, p->limits->tests, "tests in a cell");
}

ac_tree_cell ac_parse_cell(ac_parser *p)
{
    ac_tree_cell cell;
    ac_token     next;
    uint32_t     from = p->token.at;

    memset(&cell, 0, sizeof cell);
    p->nodes = 0;
    if (ends_cell(&p->token)) {
        ac_parse_complain(p, AC_MSG_EMPTY_CELL, ac_parse_here(p), NULL, 0);
        cell.kind = AC_TREE_CELL_BAD;
        return cell;
    }
    if (ac_parse_is(p, AC_TOKEN_MINUS)) {
        next = ac_parse_peek(p);
        if (ends_cell(&next)) {
            ac_parse_next(p);
            cell.place = ac_parse_since(p, from);
            return cell;
        }
    }
    if (ac_parse_accept_word(p, AC_WORD_IS)) {
        cell.kind = AC_TREE_CELL_STATE;
        cell.state = (uint8_t)parse_state(p, &cell.negated);
    } else {
        cell.kind = AC_TREE_CELL_TESTS;
        cell.negated = (uint8_t)ac_parse_accept_word(p, AC_WORD_NOT);
        parse_tests(p, &cell);
    }
    cell.place = ac_parse_since(p, from);
    if (p->panic)
        cell.kind = AC_TREE_CELL_BAD;
    return cell;
}
