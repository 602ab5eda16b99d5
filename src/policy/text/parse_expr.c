#include "policy/text/parse_expr.h"

#include <string.h>

#include "base/hash.h"
#include "policy/report/suggest.h"

/*  expr     = if expr then expr else expr | disj
 *  disj     = conj { or conj }        conj = neg { and neg }        neg = not neg | rel
 *  rel      = additive [ relop additive | between … | in … | within … | is … ]
 *  additive = mult { (+|-) mult }     mult = unary { (*|/) unary }  unary = - unary | primary
 */

/* ── nodes ── */

ac_tree_expr *ac_parse_expr_new(ac_parser *p, ac_expr_kind kind, uint32_t kids)
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

ac_tree_expr *ac_parse_expr_bad(ac_parser *p)
{
    ac_tree_expr *e = ac_parse_new(p, ac_tree_expr);

    e->place = ac_parse_here(p);
    return e;
}

ac_tree_expr *ac_parse_expr_close(ac_parser *p, ac_tree_expr *e, uint32_t from)
{
    e->place = ac_parse_since(p, from);
    return e;
}

void ac_parse_expr_set(ac_tree_expr *e, uint32_t i, ac_tree_expr *kid)
{
    if (i < e->count)
        e->kids[i] = kid;
}

ac_tree_expr *ac_parse_expr_binary(ac_parser *p, ac_expr_kind kind, ac_tree_expr *x, ac_tree_expr *y)
{
    ac_tree_expr *e = ac_parse_expr_new(p, kind, 2);

    ac_parse_expr_set(e, 0, x);
    ac_parse_expr_set(e, 1, y);
    return ac_parse_expr_close(p, e, x->place.at);
}

/* A node whose children were pushed since `mark`. */
ac_tree_expr *ac_parse_expr_pushed(ac_parser *p, ac_expr_kind kind, size_t mark, uint32_t from)
{
    ac_tree_expr *e = ac_parse_expr_new(p, kind, 0);

    e->kids = ac_parse_pop(p, mark, sizeof *e->kids, &e->count);
    return ac_parse_expr_close(p, e, from);
}

void ac_parse_expr_push(ac_parser *p, ac_tree_expr *kid)
{
    ac_parse_push(p, &kid, sizeof kid);
}

/* ── operators ── */

static ac_tree_expr *unary(ac_parser *p)
{
    uint32_t      from = p->token.at;
    ac_tree_expr *e;

    if (!ac_parse_is(p, AC_TOKEN_MINUS))
        return ac_parse_primary(p);
    if (!ac_parse_enter(p))
        return ac_parse_expr_bad(p);
    ac_parse_next(p);
    e = ac_parse_expr_new(p, AC_EXPR_NEG, 1);
    ac_parse_expr_set(e, 0, unary(p));
    ac_parse_leave(p);
    return ac_parse_expr_close(p, e, from);
}

static ac_tree_expr *multiplicative(ac_parser *p)
{
    ac_tree_expr *e = unary(p);

    while (ac_parse_is(p, AC_TOKEN_STAR) || ac_parse_is(p, AC_TOKEN_SLASH)) {
        ac_expr_kind kind = ac_parse_is(p, AC_TOKEN_STAR) ? AC_EXPR_MUL : AC_EXPR_DIV;

        ac_parse_next(p);
        e = ac_parse_expr_binary(p, kind, e, unary(p));
    }
    return e;
}

static int is_blank_at(const ac_parser *p, uint32_t at)
{
    int c = at < p->scan.source.size ? p->scan.source.data[at] : ' ';

    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

ac_tree_expr *ac_parse_additive_part(ac_parser *p)
{
    ac_tree_expr *e = multiplicative(p);

    while (ac_parse_is(p, AC_TOKEN_PLUS) || ac_parse_is(p, AC_TOKEN_MINUS)) {
        ac_expr_kind kind = ac_parse_is(p, AC_TOKEN_PLUS) ? AC_EXPR_ADD : AC_EXPR_SUB;

        if (kind == AC_EXPR_SUB && (!is_blank_at(p, p->token.at - 1) || !is_blank_at(p, p->pos)) && ac_parse_complain_here(p, AC_MSG_MINUS_BLANKS))
            ac_log_fix(p->log, ac_parse_here(p), ac_text_of(is_blank_at(p, p->token.at - 1) ? "- " : is_blank_at(p, p->pos) ? " -" : " - "));
        ac_parse_next(p);
        e = ac_parse_expr_binary(p, kind, e, multiplicative(p));
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

/* Operators of other languages: as two tokens, or one sign that is read as a name. */
static const struct {
    char         theirs[4], ours[3];
    uint8_t      first, second, kind;
} operators[] = {
    { "==", "=", AC_TOKEN_EQ, AC_TOKEN_EQ, AC_EXPR_EQ },
    { "<>", "!=", AC_TOKEN_LT, AC_TOKEN_GT, AC_EXPR_NE },
    { "=<", "<=", AC_TOKEN_EQ, AC_TOKEN_LT, AC_EXPR_LE },
    { "=>", ">=", AC_TOKEN_EQ, AC_TOKEN_GT, AC_EXPR_GE },
    { "\xE2\x89\xA4", "<=", AC_TOKEN_NAME, 0, AC_EXPR_LE },
    { "\xE2\x89\xA5", ">=", AC_TOKEN_NAME, 0, AC_EXPR_GE },
    { "\xE2\x89\xA0", "!=", AC_TOKEN_NAME, 0, AC_EXPR_NE }
};

/* The place in `operators` of what stands at hand, or -1. */
static int foreign_operator(const ac_parser *p)
{
    ac_text here = ac_parse_text(p, ac_parse_here(p)), theirs;
    size_t  i;

    for (i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (p->token.kind != operators[i].first)
            continue;
        here.size = operators[i].second && p->token.at + 2 <= p->scan.source.size ? 2 : p->token.size;
        theirs = ac_text_of(operators[i].theirs);
        if (here.size == theirs.size && memcmp(here.data, theirs.data, theirs.size) == 0)
            return (int)i;
    }
    return -1;
}

static int is_relop(const ac_parser *p)
{
    return relop_of((ac_token_kind)p->token.kind) != AC_EXPR_BAD || (p->token.kind == AC_TOKEN_NAME && p->token.word == AC_WORD_OTHER && foreign_operator(p) >= 0);
}

/* Takes a relational operator; one of another language is told and read as ours. */
ac_expr_kind ac_parse_relop(ac_parser *p)
{
    int          foreign = is_relop(p) ? foreign_operator(p) : -1;
    ac_expr_kind kind = relop_of((ac_token_kind)p->token.kind);
    ac_place     both = ac_parse_here(p);
    ac_arg       args[2];

    if (foreign >= 0) {
        both.size = (uint32_t)strlen(operators[foreign].theirs);
        args[0] = ac_arg_text(ac_parse_text(p, both));
        args[1] = ac_arg_string(operators[foreign].ours);
        if (ac_parse_complain_args(p, operators[foreign].kind == AC_EXPR_EQ ? AC_MSG_DOUBLE_EQ : AC_MSG_OTHER_OPERATOR, both, args, 2))
            ac_log_fix(p->log, both, ac_text_of(operators[foreign].ours));
        if (operators[foreign].second)
            ac_parse_next(p);
        kind = (ac_expr_kind)operators[foreign].kind;
    }
    if (kind != AC_EXPR_BAD)
        ac_parse_next(p);
    return kind;
}

static ac_tree_expr *compare(ac_parser *p, ac_tree_expr *x)
{
    ac_expr_kind  kind = ac_parse_relop(p);
    ac_tree_expr *e = ac_parse_expr_binary(p, kind, x, ac_parse_additive_part(p));

    if (relop_of((ac_token_kind)p->token.kind) != AC_EXPR_BAD)
        ac_parse_fail_here(p, AC_MSG_CHAINED);
    return e;
}

static ac_tree_expr *between(ac_parser *p, ac_tree_expr *x)
{
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_BETWEEN, 3);

    ac_parse_next(p);
    ac_parse_expr_set(e, 0, x);
    ac_parse_expr_set(e, 1, ac_parse_additive_part(p));
    ac_parse_expect_word(p, AC_WORD_AND);
    ac_parse_expr_set(e, 2, ac_parse_additive_part(p));
    return ac_parse_expr_close(p, e, x->place.at);
}

static ac_tree_expr *contained(ac_parser *p, ac_tree_expr *x, int negated)
{
    ac_tree_expr *e, *set;

    if (negated)
        ac_parse_next(p);
    ac_parse_next(p);
    if (ac_parse_is(p, AC_TOKEN_OPEN))
        set = ac_parse_bracketed(p, 1);
    else if (ac_parse_is(p, AC_TOKEN_OPEN_SQUARE))
        set = ac_parse_square(p);
    else if (ac_parse_window_word(&p->token) != AC_WINDOW_NONE && ac_parse_peek(p).kind != AC_TOKEN_DOT) {
        const char *hint = x->kind == AC_EXPR_PATH && !p->panic ? ac_no_unit(x->u.path.at[0].text) : NULL;

        ac_parse_fail_here(p, AC_MSG_WINDOW_PLACE);
        if (hint)
            ac_log_hint(p->log, ac_text_of(hint));
        set = ac_parse_expr_bad(p);
    } else if (ac_parse_is_name(p)) {
        set = ac_parse_path_node(p);
    } else {
        /* ]1..5]: an end that lies outside is a round bracket here */
        if (!p->panic && ac_parse_complain_expected(p, "a list, a range or a field of several") && ac_parse_is(p, AC_TOKEN_CLOSE_SQUARE))
            ac_log_fix(p->log, ac_parse_here(p), ac_text_of("("));
        p->panic = 1;
        ac_parse_skip(p);
        set = ac_parse_expr_bad(p);
    }
    e = ac_parse_expr_binary(p, AC_EXPR_IN, x, set);
    e->negated = (uint8_t)negated;
    return e;
}

/* `within L after P {else P2}`; x may be NULL, for a cell. */
ac_tree_expr *ac_parse_within(ac_parser *p, ac_tree_expr *x)
{
    uint32_t from = x ? x->place.at : p->token.at;
    size_t   mark = ac_parse_mark(p);

    if (x)
        ac_parse_expr_push(p, x);
    ac_parse_next(p);
    ac_parse_expr_push(p, ac_parse_additive_part(p));
    ac_parse_expect_word(p, AC_WORD_AFTER);
    ac_parse_expr_push(p, ac_parse_additive_part(p));
    while (!p->no_else && ac_parse_accept_word(p, AC_WORD_ELSE))
        ac_parse_expr_push(p, ac_parse_additive_part(p));
    return ac_parse_expr_pushed(p, AC_EXPR_WITHIN, mark, from);
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
ac_tree_state_word ac_parse_state(ac_parser *p, uint8_t *negated)
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
    ac_tree_expr *e = ac_parse_expr_new(p, AC_EXPR_IS, 1);

    ac_parse_next(p);
    ac_parse_expr_set(e, 0, x);
    e->state = (uint8_t)ac_parse_state(p, &e->negated);
    return ac_parse_expr_close(p, e, x->place.at);
}

static ac_tree_expr *relation(ac_parser *p)
{
    ac_tree_expr *x = ac_parse_additive_part(p);
    ac_token      next;

    if (is_relop(p))
        return compare(p, x);
    if (p->token.kind != AC_TOKEN_NAME)
        return x;
    switch (p->token.word) {
    case AC_WORD_BETWEEN: return between(p, x);
    case AC_WORD_WITHIN: return ac_parse_within(p, x);
    case AC_WORD_IS: return state_test(p, x);
    case AC_WORD_IN:
        next = ac_parse_peek(p);
        return p->in_aggregate && (next.kind == AC_TOKEN_NUMBER || ac_parse_window_word(&next) != AC_WINDOW_NONE) ? x : contained(p, x, 0);
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
        return ac_parse_expr_bad(p);
    ac_parse_next(p);
    e = ac_parse_expr_new(p, AC_EXPR_NOT, 1);
    ac_parse_expr_set(e, 0, negation(p));
    ac_parse_leave(p);
    return ac_parse_expr_close(p, e, from);
}

static ac_tree_expr *chain(ac_parser *p, ac_word word, ac_expr_kind kind, ac_tree_expr *(*operand)(ac_parser *))
{
    size_t        mark = ac_parse_mark(p);
    ac_tree_expr *e = operand(p);
    uint32_t      from = e->place.at;

    if (!ac_parse_is_word(p, word))
        return e;
    ac_parse_expr_push(p, e);
    while (ac_parse_accept_word(p, word))
        ac_parse_expr_push(p, operand(p));
    return ac_parse_expr_pushed(p, kind, mark, from);
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
        return ac_parse_expr_bad(p);
    ac_parse_next(p);
    e = ac_parse_expr_new(p, AC_EXPR_IF, 3);
    ac_parse_expr_set(e, 0, ac_parse_expression_part(p));
    ac_parse_expect_word(p, AC_WORD_THEN);
    p->no_else = 1;
    ac_parse_expr_set(e, 1, ac_parse_expression_part(p));
    p->no_else = before;
    ac_parse_expect_word(p, AC_WORD_ELSE);
    ac_parse_expr_set(e, 2, ac_parse_expression_part(p));
    ac_parse_leave(p);
    return ac_parse_expr_close(p, e, from);
}

ac_tree_expr *ac_parse_expression_part(ac_parser *p)
{
    if (ac_parse_is_word(p, AC_WORD_IF))
        return conditional(p);
    return chain(p, AC_WORD_OR, AC_EXPR_OR, conjunction);
}

ac_tree_expr *ac_parse_expr(ac_parser *p)
{
    p->nodes = 0;
    return ac_parse_expression_part(p);
}

ac_tree_expr *ac_parse_additive(ac_parser *p)
{
    p->nodes = 0;
    return ac_parse_additive_part(p);
}
