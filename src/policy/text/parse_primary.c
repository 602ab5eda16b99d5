#include "policy/text/parse_expr.h"

/* Words, aggregates, functions, brackets: what operators stand between. */

static ac_tree_expr *word_literal(ac_parser *p, ac_expr_kind kind)
{
    ac_tree_expr *e = ac_parse_expr_new(p, kind, 0);

    e->place = ac_parse_here(p);
    ac_parse_next(p);
    return e;
}

static ac_tree_expr *string_literal(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_STRING, 0);

    e->u.text = ac_parse_string(p, "a text").text;
    return ac_parse_expr_close(p, e, from);
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

ac_window ac_parse_window_word(const ac_token *token)
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
    ac_window window = ac_parse_window_word(&p->token);

    if (window == AC_WINDOW_NONE)
        ac_parse_expected(p, "day, week, month, quarter, half-year, year, period, ever or a length");
    else
        ac_parse_next(p);
    return window;
}

static void twice(ac_parser *p)
{
    ac_parse_fail_here(p, AC_MSG_GIVEN_TWICE);
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
            where = ac_parse_expression_part(p);
        } else if (ac_parse_is_word(p, AC_WORD_IN)) {
            if (agg->window != AC_WINDOW_NONE)
                twice(p);
            ac_parse_next(p);
            if (ac_parse_is(p, AC_TOKEN_NUMBER)) {
                agg->window = AC_WINDOW_SPAN;
                agg->length = ac_parse_number_literal(p);
            } else {
                agg->window = parse_window(p);
            }
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
        ac_parse_expr_push(p, where);
        e->kids = ac_parse_pop(p, mark, sizeof *e->kids, &e->count);
    }
}

static ac_tree_expr *aggregate(ac_parser *p, ac_agg fn)
{
    uint32_t      from = p->token.at, open;
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_AGG, 0);
    ac_tree_agg  *agg = ac_parse_new(p, ac_tree_agg);
    uint8_t       before = p->in_aggregate, no_else = p->no_else;

    ac_parse_next(p);
    open = p->token.at;
    if (!ac_parse_enter(p))
        return ac_parse_expr_bad(p);
    ac_parse_next(p);
    agg->fn = fn;
    agg->every = (uint8_t)ac_parse_accept_word(p, AC_WORD_EVERY);
    agg->path = ac_parse_path(p, "a record");
    p->in_aggregate = 1;
    p->no_else = 0;
    aggregate_parts(p, e, agg);
    p->in_aggregate = before;
    p->no_else = no_else;
    ac_parse_close(p, AC_TOKEN_CLOSE, open);
    ac_parse_leave(p);
    e->u.agg = agg;
    return ac_parse_expr_close(p, e, from);
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
        return ac_parse_expr_bad(p);
    ac_parse_next(p);
    p->in_aggregate = p->no_else = 0;
    do
        ac_parse_expr_push(p, ac_parse_expression_part(p));
    while (ac_parse_accept(p, AC_TOKEN_COMMA));
    p->in_aggregate = in_aggregate;
    p->no_else = no_else;
    ac_parse_close(p, AC_TOKEN_CLOSE, open);
    ac_parse_leave(p);
    e = ac_parse_expr_pushed(p, AC_EXPR_CALL, mark, from);
    e->fn = (uint8_t)fn;
    return e;
}

/* `start of month`, `end of period of 月报` */
static ac_tree_expr *edge(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_EDGE, 0);
    ac_tree_edge *data = ac_parse_new(p, ac_tree_edge);

    data->is_end = (uint8_t)ac_parse_is_word(p, AC_WORD_END);
    ac_parse_next(p);
    ac_parse_next(p);
    data->window = ac_parse_window_word(&p->token);
    if (data->window == AC_WINDOW_NONE || data->window == AC_WINDOW_EVER)
        ac_parse_expected(p, "day, week, month, quarter, half-year, year or period");
    else
        ac_parse_next(p);
    if (ac_parse_accept_word(p, AC_WORD_OF))
        data->of = ac_parse_path(p, "a name");
    e->u.edge = data;
    return ac_parse_expr_close(p, e, from);
}

static ac_tree_expr *nth(ac_parser *p)
{
    uint32_t      from = p->token.at;
    size_t        mark = ac_parse_mark(p);
    ac_window     window = AC_WINDOW_SPAN;
    uint8_t       from_first = 0;
    ac_tree_expr *e;

    ac_parse_next(p);
    ac_parse_expect_word(p, AC_WORD_IN);
    if (ac_parse_is(p, AC_TOKEN_NUMBER)) {
        ac_parse_expr_push(p, ac_parse_number_literal(p));
        from_first = (uint8_t)ac_parse_accept_word(p, AC_WORD_FROM);
        if (from_first)
            ac_parse_expect_word(p, AC_WORD_FIRST);
    } else {
        window = parse_window(p);
    }
    e = ac_parse_expr_pushed(p, AC_EXPR_NTH, mark, from);
    e->window = (uint8_t)window;
    e->from_first = from_first;
    return ac_parse_expr_close(p, e, from);
}

/* ── primaries ── */

ac_tree_expr *ac_parse_path_node(ac_parser *p)
{
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_PATH, 0);

    e->u.path = ac_parse_path(p, "a value or a condition");
    e->place = e->u.path.place;
    if (e->u.path.count == 0)
        e->kind = AC_EXPR_BAD;
    return e;
}

/* `(`: an expression in brackets, a list, or an open range. */
ac_tree_expr *ac_parse_bracketed(ac_parser *p, int wants_list)
{
    uint32_t      from = p->token.at;
    size_t        mark = ac_parse_mark(p);
    uint8_t       in_aggregate = p->in_aggregate, no_else = p->no_else;
    ac_tree_expr *e, *high;

    if (!ac_parse_enter(p))
        return ac_parse_expr_bad(p);
    ac_parse_next(p);
    p->in_aggregate = p->no_else = 0;
    e = ac_parse_expression_part(p);
    if (ac_parse_accept(p, AC_TOKEN_DOTS)) {
        high = ac_parse_additive_part(p);
        e = ac_parse_expr_binary(p, AC_EXPR_RANGE, e, high);
        e->opens_low = 1;
        e->opens_high = (uint8_t)ac_parse_is(p, AC_TOKEN_CLOSE);
        if (!ac_parse_accept(p, AC_TOKEN_CLOSE_SQUARE))
            ac_parse_close(p, AC_TOKEN_CLOSE, from);
        ac_parse_expr_close(p, e, from);
    } else if (wants_list || ac_parse_is(p, AC_TOKEN_COMMA)) {
        ac_parse_expr_push(p, e);
        while (ac_parse_accept(p, AC_TOKEN_COMMA))
            ac_parse_expr_push(p, ac_parse_additive_part(p));
        ac_parse_close(p, AC_TOKEN_CLOSE, from);
        e = ac_parse_expr_pushed(p, AC_EXPR_LIST, mark, from);
        ac_parse_too_many(p, e->count, p->limits->tests, "values in a list");
    } else {
        ac_parse_close(p, AC_TOKEN_CLOSE, from);
        ac_parse_expr_close(p, e, from);
    }
    p->in_aggregate = in_aggregate;
    p->no_else = no_else;
    ac_parse_leave(p);
    return e;
}

ac_tree_expr *ac_parse_square(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *low, *high, *e;

    if (!ac_parse_enter(p))
        return ac_parse_expr_bad(p);
    ac_parse_next(p);
    low = ac_parse_additive_part(p);
    ac_parse_dots(p, "\"..\" and the other end of the range");
    high = ac_parse_additive_part(p);
    e = ac_parse_expr_binary(p, AC_EXPR_RANGE, low, high);
    e->opens_high = (uint8_t)ac_parse_is(p, AC_TOKEN_CLOSE);
    if (!ac_parse_accept(p, AC_TOKEN_CLOSE))
        ac_parse_close(p, AC_TOKEN_CLOSE_SQUARE, from);
    ac_parse_leave(p);
    return ac_parse_expr_close(p, e, from);
}

ac_tree_expr *ac_parse_range(ac_parser *p)
{
    ac_tree_expr *e;

    if (ac_parse_is(p, AC_TOKEN_OPEN_SQUARE))
        return ac_parse_square(p);
    if (!ac_parse_is(p, AC_TOKEN_OPEN)) {
        ac_parse_expected(p, "a range such as [1..5)");
        return ac_parse_expr_bad(p);
    }
    e = ac_parse_bracketed(p, 0);
    if (e->kind != AC_EXPR_RANGE && !p->panic)
        ac_parse_expected(p, "a range such as (1..5]");
    return e;
}

/* A list or a range where a single value must stand. */
ac_tree_expr *ac_parse_single(ac_parser *p, ac_tree_expr *e)
{
    if (e->kind == AC_EXPR_LIST || e->kind == AC_EXPR_RANGE)
        ac_parse_fail(p, AC_MSG_LIST_PLACE, e->place);
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
    case AC_WORD_OTHER: return ac_parse_path_node(p);
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
        return ac_parse_expr_bad(p);
    }
    e = special(p);
    return e ? e : ac_parse_path_node(p);
}

ac_tree_expr *ac_parse_primary(ac_parser *p)
{
    switch (p->token.kind) {
    case AC_TOKEN_NAME: return name_primary(p);
    case AC_TOKEN_QUOTED: return ac_parse_path_node(p);
    case AC_TOKEN_NUMBER: return ac_parse_number_literal(p);
    case AC_TOKEN_STRING: return string_literal(p);
    case AC_TOKEN_DATE: return ac_parse_dated_literal(p);
    case AC_TOKEN_PERIOD: return ac_parse_period_literal(p);
    case AC_TOKEN_OPEN: return ac_parse_single(p, ac_parse_bracketed(p, 0));
    case AC_TOKEN_OPEN_SQUARE: return ac_parse_single(p, ac_parse_square(p));
    case AC_TOKEN_TIME:
        ac_parse_fail_here(p, AC_MSG_TIME_ALONE);
        return ac_parse_expr_bad(p);
    default:
        ac_parse_expected(p, "a value or a condition");
        return ac_parse_expr_bad(p);
    }
}
