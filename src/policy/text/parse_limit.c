#include <string.h>

#include "policy/text/parser.h"

/* ── limits ── */

int ac_parse_is_limit(const ac_parser *p)
{
    if (p->token.kind != AC_TOKEN_NAME)
        return 0;
    switch (p->token.word) {
    case AC_WORD_WITHIN: case AC_WORD_DUE: case AC_WORD_SAME: case AC_WORD_AT: case AC_WORD_PROMPTLY: return 1;
    default: return 0;
    }
}

static void parse_points(ac_parser *p, ac_tree_limit *limit, int takes_else)
{
    size_t        mark = ac_parse_mark(p);
    ac_tree_expr *point = ac_parse_additive(p);

    ac_parse_push(p, &point, sizeof point);
    while (takes_else && ac_parse_accept_word(p, AC_WORD_ELSE)) {
        point = ac_parse_additive(p);
        ac_parse_push(p, &point, sizeof point);
    }
    limit->points = ac_parse_pop(p, mark, sizeof *limit->points, &limit->point_count);
}

/* `within L after P {else P}`, `at L after P [grace G]` */
static void parse_length_limit(ac_parser *p, ac_tree_limit *limit)
{
    limit->length = ac_parse_additive(p);
    ac_parse_expect_word(p, AC_WORD_AFTER);
    parse_points(p, limit, limit->kind == AC_TREE_LIMIT_WITHIN);
    if (limit->kind == AC_TREE_LIMIT_AT && ac_parse_accept_word(p, AC_WORD_GRACE))
        limit->grace = ac_parse_additive(p);
}

ac_tree_limit ac_parse_limit(ac_parser *p)
{
    ac_tree_limit limit;
    ac_word       word = (ac_word)p->token.word;

    memset(&limit, 0, sizeof limit);
    limit.place.at = p->token.at;
    ac_parse_next(p);
    switch (word) {
    case AC_WORD_WITHIN:
    case AC_WORD_AT:
        limit.kind = word == AC_WORD_AT ? AC_TREE_LIMIT_AT : AC_TREE_LIMIT_WITHIN;
        parse_length_limit(p, &limit);
        break;
    case AC_WORD_DUE:
        limit.kind = AC_TREE_LIMIT_DUE;
        parse_points(p, &limit, 0);
        break;
    case AC_WORD_SAME:
        limit.kind = AC_TREE_LIMIT_SAME_DAY;
        ac_parse_expect_word(p, AC_WORD_DAY);
        ac_parse_expect_word(p, AC_WORD_AS);
        parse_points(p, &limit, 0);
        break;
    default:
        limit.kind = AC_TREE_LIMIT_PROMPTLY;
        if (ac_parse_accept_word(p, AC_WORD_AFTER))
            parse_points(p, &limit, 0);
        break;
    }
    limit.place = ac_parse_since(p, limit.place.at);
    return limit;
}

/* ── tails ── */

static ac_tree_mode parse_mode(ac_parser *p, int is_regrade)
{
    static const struct {
        ac_word      word;
        ac_tree_mode mode;
        int          is_regrade;
    } modes[] = {
        { AC_WORD_FROM_START, AC_TREE_MODE_FROM_START, 1 }, { AC_WORD_FROM_CHANGE, AC_TREE_MODE_FROM_CHANGE, 1 },
        { AC_WORD_KEEP, AC_TREE_MODE_KEEP, 1 }, { AC_WORD_TIGHTEN_ONLY, AC_TREE_MODE_TIGHTEN_ONLY, 1 },
        { AC_WORD_RESUME, AC_TREE_MODE_RESUME, 0 }, { AC_WORD_RESTART, AC_TREE_MODE_RESTART, 0 }, { AC_WORD_NONE, AC_TREE_MODE_NONE, 0 }
    };
    size_t i;

    for (i = 0; i < sizeof modes / sizeof *modes; i++)
        if (modes[i].is_regrade == is_regrade && ac_parse_accept_word(p, modes[i].word))
            return modes[i].mode;
    ac_parse_expected(p, is_regrade ? "from-start, from-change, keep or tighten-only" : "resume, restart or none");
    return AC_TREE_MODE_NONE;
}

/* Roles; `none` is the built-in one: forbidden. */
ac_tree_names ac_parse_by(ac_parser *p)
{
    ac_tree_names names = { NULL, 0 };

    if (!ac_parse_is_word(p, AC_WORD_NONE))
        return ac_parse_names(p, "a role");
    names.at = ac_parse_new(p, ac_tree_name);
    names.at->place = ac_parse_here(p);
    names.at->text = ac_parse_text(p, names.at->place);
    names.count = 1;
    ac_parse_next(p);
    return names;
}

/* One part at hand. @return 0 when there is none. */
static int parse_part(ac_parser *p, ac_tree_tail *tail)
{
    ac_word word = p->token.kind == AC_TOKEN_NAME ? (ac_word)p->token.word : AC_WORD_OTHER;

    memset(tail, 0, sizeof *tail);
    tail->place.at = p->token.at;
    switch (word) {
    case AC_WORD_WHEN: ac_parse_next(p); tail->kind = AC_TREE_TAIL_WHEN; tail->expr = ac_parse_expr(p); break;
    case AC_WORD_BY: ac_parse_next(p); tail->kind = AC_TREE_TAIL_BY; tail->names = ac_parse_by(p); break;
    case AC_WORD_ON: ac_parse_next(p); tail->kind = AC_TREE_TAIL_ON; tail->names = ac_parse_single_name(p, "a calendar"); break;
    case AC_WORD_AS: ac_parse_next(p); tail->kind = AC_TREE_TAIL_AS; tail->names = ac_parse_single_name(p, "a name for the limit"); break;
    case AC_WORD_PAUSED:
        ac_parse_next(p);
        ac_parse_expect_word(p, AC_WORD_WHILE);
        tail->kind = AC_TREE_TAIL_PAUSED;
        tail->paths = ac_parse_paths(p, "a state or a field");
        break;
    case AC_WORD_REGRADE: ac_parse_next(p); tail->kind = AC_TREE_TAIL_REGRADE; tail->mode = parse_mode(p, 1); break;
    case AC_WORD_REOPEN: ac_parse_next(p); tail->kind = AC_TREE_TAIL_REOPEN; tail->mode = parse_mode(p, 0); break;
    case AC_WORD_HARD: ac_parse_next(p); tail->kind = AC_TREE_TAIL_HARD; break;
    default: return 0;
    }
    tail->place = ac_parse_since(p, tail->place.at);
    return !p->panic;      /* a part in the tree is whole */
}

void ac_parse_tail(ac_parser *p)
{
    ac_tree_tail tail;

    while (!p->panic && parse_part(p, &tail))
        ac_parse_push(p, &tail, sizeof tail);
}

/* The parts of one deeper line share its `per`, which stands behind them. */
static void parse_tail_line(ac_parser *p)
{
    ac_tree_tail  parts[8];
    ac_tree_cites per;
    uint32_t      count = 0, i;

    while (count < 8 && !p->panic && parse_part(p, &parts[count]))
        count++;
    if (count == 0)
        ac_parse_expected(p, "when, by, on, as, paused while, regrade, reopen or hard");
    per = ac_parse_per(p);
    for (i = 0; i < count; i++) {
        parts[i].per = per;
        ac_parse_push(p, &parts[i], sizeof parts[i]);
    }
}

void ac_parse_tail_lines(ac_parser *p, uint32_t indent)
{
    while (ac_parse_is_deeper(p, indent)) {
        parse_tail_line(p);
        ac_parse_end_line(p);
    }
}

/* ── needs ── */

static ac_tree_paths bracketed_paths(ac_parser *p)
{
    ac_tree_paths paths;

    if (!ac_parse_accept(p, AC_TOKEN_OPEN))
        return ac_parse_paths(p, "an action or step");
    paths = ac_parse_paths(p, "an action or step");
    ac_parse_expect(p, AC_TOKEN_CLOSE, "\")\"");
    return paths;
}

static void parse_signed(ac_parser *p, ac_tree_item *item)
{
    item->kind = AC_TREE_ITEM_SIGNED;
    item->quorum = 1;
    ac_parse_next(p);
    if (!ac_parse_is(p, AC_TOKEN_NUMBER)) {
        item->names = ac_parse_single_name(p, "a role");
        return;
    }
    item->quorum = ac_parse_int(p, "how many signatures");
    ac_parse_expect_word(p, AC_WORD_OF);
    ac_parse_expect(p, AC_TOKEN_OPEN, "\"(\" and the roles");
    item->names = ac_parse_names(p, "a role");
    ac_parse_expect(p, AC_TOKEN_CLOSE, "\")\"");
}

static void parse_item(ac_parser *p, ac_tree_item *item)
{
    ac_token next = ac_parse_peek(p);
    int      names_follow = next.kind == AC_TOKEN_QUOTED || (next.kind == AC_TOKEN_NAME && !ac_word_is_reserved((ac_word)next.word));

    memset(item, 0, sizeof *item);
    item->place.at = p->token.at;
    if (ac_parse_is_word(p, AC_WORD_CONFIRM) && names_follow) {
        ac_parse_next(p);
        item->kind = AC_TREE_ITEM_CONFIRM;
        item->names = ac_parse_single_name(p, "what is attested");
    } else if (ac_parse_is_word(p, AC_WORD_SIGNED) && (names_follow || next.kind == AC_TOKEN_NUMBER)) {
        parse_signed(p, item);
    } else if (ac_parse_accept_word(p, AC_WORD_COMPLETE)) {
        item->kind = AC_TREE_ITEM_COMPLETE;
        if (ac_parse_is_name(p)) {
            item->paths.at = ac_parse_new(p, ac_tree_path);
            *item->paths.at = ac_parse_path(p, "a record");
            item->paths.count = 1;
        }
    } else if (ac_parse_accept_word(p, AC_WORD_ACTOR)) {
        item->kind = AC_TREE_ITEM_ACTOR_NOT_IN;
        ac_parse_expect_word(p, AC_WORD_NOT);
        ac_parse_expect_word(p, AC_WORD_IN);
        item->paths = bracketed_paths(p);
    } else {
        item->expr = ac_parse_expr(p);
    }
    if (ac_parse_accept_word(p, AC_WORD_BY))
        item->by = ac_parse_name(p, "a role");
    item->place = ac_parse_since(p, item->place.at);
}

ac_tree_need ac_parse_need(ac_parser *p)
{
    ac_tree_need need;
    ac_tree_item item;
    size_t       mark = ac_parse_mark(p);

    memset(&need, 0, sizeof need);
    need.place.at = p->token.at;
    do {
        parse_item(p, &item);
        if (!p->panic)
            ac_parse_push(p, &item, sizeof item);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    need.items = ac_parse_pop(p, mark, sizeof item, &need.count);
    if (ac_parse_accept_word(p, AC_WORD_WHEN))
        need.when = ac_parse_expr(p);
    need.place = ac_parse_since(p, need.place.at);
    need.per = ac_parse_per(p);
    ac_parse_too_many(p, need.count, p->limits->items, "items for one target");
    return need;
}

ac_tree_needs ac_parse_need_lines(ac_parser *p, uint32_t indent)
{
    ac_tree_needs needs = { NULL, 0 };
    ac_tree_need  need;
    size_t        mark = ac_parse_mark(p);
    uint32_t      count = 0;

    while (ac_parse_is_deeper(p, indent)) {
        need = ac_parse_need(p);
        ac_parse_push(p, &need, sizeof need);
        if (++count == p->limits->items + 1)
            ac_parse_too_many(p, count, p->limits->items, "items for one target");
        ac_parse_end_line(p);
    }
    needs.at = ac_parse_pop(p, mark, sizeof need, &needs.count);
    return needs;
}
