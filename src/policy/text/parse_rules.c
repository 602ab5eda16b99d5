#include <string.h>

#include "policy/text/parser.h"

/* ── tables ── */

static void parse_case(ac_parser *p, ac_tree_case *line)
{
    memset(line, 0, sizeof *line);
    line->place.at = p->line_at;
    line->value = ac_parse_expr(p);
    if (ac_parse_accept_word(p, AC_WORD_WHEN))
        line->when = ac_parse_expr(p);
    else if (!ac_parse_accept_word(p, AC_WORD_OTHERWISE))
        ac_parse_expected(p, "when or otherwise");
    line->place = ac_parse_since(p, line->place.at);
    line->per = ac_parse_per(p);
}

static void parse_cases(ac_parser *p, ac_tree_table *table)
{
    size_t       mark = ac_parse_mark(p);
    ac_tree_case line;
    uint32_t     count = 0;

    while (ac_parse_in_block(p)) {
        if (p->is_row) {
            ac_parse_complain_here(p, AC_MSG_TABLE_MIXED);
            ac_parse_skip_rows(p);
            continue;
        }
        if (!ac_parse_in_body(p))
            break;
        parse_case(p, &line);
        if (count++ < p->limits->rows)
            ac_parse_push(p, &line, sizeof line);
        if (count == p->limits->rows + 1)
            ac_parse_too_many(p, count, p->limits->rows, "rows");
        ac_parse_end_line(p);
    }
    table->cases = ac_parse_pop(p, mark, sizeof line, &table->case_count);
}

static void parse_table_body(ac_parser *p, ac_tree_table *table)
{
    p->body_indent = 0;
    if (!ac_parse_in_block(p))
        return;
    if (!p->is_row) {
        parse_cases(p, table);
        return;
    }
    table->has_grid = 1;
    ac_parse_grid(p, &table->grid, 0);
    if (ac_parse_in_block(p)) {
        ac_parse_complain_here(p, AC_MSG_TABLE_MIXED);
        while (ac_parse_in_block(p))
            ac_parse_skip_line(p);
    }
}

static void parse_table_head(ac_parser *p, ac_tree_table *table)
{
    ac_parse_expect_word(p, AC_WORD_OF);
    table->of = ac_parse_name(p, "a record");
    ac_parse_expect_word(p, AC_WORD_GIVES);
    table->outs = ac_parse_outs(p);
    for (;;) {
        if (ac_parse_accept_word(p, AC_WORD_UNIQUE))
            table->hit = AC_TREE_HIT_UNIQUE;
        else if (ac_parse_accept_word(p, AC_WORD_ALL))
            table->hit = AC_TREE_HIT_ALL;
        else if (ac_parse_accept_word(p, AC_WORD_SUM))
            table->hit = AC_TREE_HIT_SUM;
        else if (ac_parse_accept_word(p, AC_WORD_UNSET))
            table->is_unset = 1;
        else
            break;
    }
    table->per = ac_parse_per(p);
}

ac_tree_table *ac_parse_table(ac_parser *p)
{
    ac_tree_table *table = ac_parse_new(p, ac_tree_table);
    ac_place       word = ac_parse_here(p);

    ac_parse_next(p);
    table->name = ac_parse_name(p, "the name of the table");
    if (p->is_data)
        table->per = ac_parse_per(p);
    else
        parse_table_head(p, table);
    ac_parse_end_line(p);
    parse_table_body(p, table);
    if (!table->has_grid && table->case_count == 0 && !table->is_unset && !p->block_bad)
        ac_parse_complain(p, AC_MSG_NOTHING_BELOW, word);
    return table;
}

/* ── ladders ── */

static void parse_rung(ac_parser *p, ac_tree_rung *rung)
{
    uint32_t      indent = p->indent;
    ac_tree_need *need;
    ac_token      next = ac_parse_peek(p);

    memset(rung, 0, sizeof *rung);
    rung->place.at = p->line_at;
    if (ac_parse_is_word(p, AC_WORD_GRANT) && (next.kind == AC_TOKEN_QUOTED || (next.kind == AC_TOKEN_NAME && next.word != AC_WORD_NEEDS))) {
        ac_parse_next(p);
        rung->is_grant = 1;
        rung->name = ac_parse_name(p, "a rung");
        ac_parse_expect_word(p, AC_WORD_ON);
        rung->on = ac_parse_path(p, "a moment");
        rung->place = ac_parse_since(p, rung->place.at);
        rung->per = ac_parse_per(p);
        ac_parse_end_line(p);
        return;
    }
    rung->name = ac_parse_name(p, "a rung");
    if (!ac_parse_accept_word(p, AC_WORD_NEEDS))
        ac_parse_expected(p, "\"needs\" and what the rung asks for");
    if (ac_parse_is(p, AC_TOKEN_END) || ac_parse_is_word(p, AC_WORD_PER)) {
        rung->place = ac_parse_since(p, rung->place.at);
        rung->per = ac_parse_per(p);
        ac_parse_end_line(p);
        rung->needs = ac_parse_need_lines(p, indent);
        return;
    }
    need = ac_parse_new(p, ac_tree_need);
    *need = ac_parse_need(p);
    rung->needs.at = need;
    rung->needs.count = 1;
    rung->place = ac_parse_since(p, rung->place.at);
    rung->per = need->per;
    ac_parse_end_line(p);
}

ac_tree_ladder *ac_parse_ladder(ac_parser *p)
{
    ac_tree_ladder *ladder = ac_parse_new(p, ac_tree_ladder);
    ac_tree_rung    rung;
    size_t          mark;

    ac_parse_next(p);
    ladder->name = ac_parse_name(p, "the name of the ladder");
    ac_parse_expect_word(p, AC_WORD_OF);
    ladder->of = ac_parse_name(p, "a record");
    if (!ac_parse_accept_word(p, AC_WORD_FROM))
        ac_parse_expected(p, "\"from\" and the lowest rung");
    ladder->from = ac_parse_name(p, "the lowest rung");
    ladder->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        parse_rung(p, &rung);
        if (rung.name.text.data)
            ac_parse_push(p, &rung, sizeof rung);
    }
    ladder->rungs = ac_parse_pop(p, mark, sizeof rung, &ladder->count);
    return ladder;
}

/* ── offences and rewards ── */

int ac_parse_is_deed(const ac_parser *p)
{
    return ac_parse_is_word(p, AC_WORD_FINE) || ac_parse_is_word(p, AC_WORD_PAY) || ac_parse_is_word(p, AC_WORD_IMPOSE);
}

/* `5 workdays on hours`, behind `within` */
static ac_tree_term parse_term(ac_parser *p)
{
    ac_tree_term term;

    memset(&term, 0, sizeof term);
    term.length = ac_parse_additive(p);
    if (ac_parse_accept_word(p, AC_WORD_ON))
        term.calendar = ac_parse_name(p, "a calendar");
    return term;
}

static void parse_amount(ac_parser *p, ac_tree_deed *deed)
{
    deed->low = ac_parse_additive(p);
    if (!ac_parse_accept(p, AC_TOKEN_DOTS))
        return;
    deed->high = ac_parse_additive(p);
    if (ac_parse_accept_word(p, AC_WORD_STEP))
        deed->step = ac_parse_additive(p);
    ac_parse_expect_word(p, AC_WORD_CHOSEN);
    ac_parse_expect_word(p, AC_WORD_BY);
    deed->chosen_by = ac_parse_name(p, "the role that chooses");
    if (ac_parse_accept_word(p, AC_WORD_WITHIN))
        deed->choice = parse_term(p);
}

ac_tree_deed ac_parse_deed(ac_parser *p)
{
    ac_tree_deed deed;

    memset(&deed, 0, sizeof deed);
    deed.place.at = p->token.at;
    if (ac_parse_accept_word(p, AC_WORD_FINE)) {
        deed.kind = AC_TREE_DEED_FINE;
        parse_amount(p, &deed);
    } else if (ac_parse_accept_word(p, AC_WORD_PAY)) {
        deed.kind = AC_TREE_DEED_PAY;
        parse_amount(p, &deed);
    } else if (ac_parse_accept_word(p, AC_WORD_IMPOSE)) {
        deed.kind = AC_TREE_DEED_IMPOSE;
        deed.member = ac_parse_path(p, "a member of an enum");
        if (ac_parse_accept_word(p, AC_WORD_FOR))
            deed.span = ac_parse_additive(p);
    } else {
        ac_parse_expected(p, "fine, pay or impose");
    }
    if (ac_parse_accept_word(p, AC_WORD_CONFIRMED)) {
        ac_parse_expect_word(p, AC_WORD_BY);
        deed.confirmed_by = ac_parse_name(p, "a role");
    }
    deed.place = ac_parse_since(p, deed.place.at);
    return deed;
}

static void parse_deeds(ac_parser *p, ac_tree_oline *line)
{
    size_t       mark = ac_parse_mark(p);
    ac_tree_deed deed;

    line->kind = AC_TREE_OLINE_DEEDS;
    do {
        deed = ac_parse_deed(p);
        ac_parse_push(p, &deed, sizeof deed);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    line->deeds = ac_parse_pop(p, mark, sizeof deed, &line->count);
    if (ac_parse_accept_word(p, AC_WORD_WHEN))
        line->expr = ac_parse_expr(p);
}

/* `a month` */
static ac_window parse_a_period(ac_parser *p)
{
    ac_window window;

    ac_parse_expect_word(p, AC_WORD_A);
    window = ac_parse_period_word(p);
    if (window == AC_WINDOW_NONE)
        ac_parse_expected(p, "day, week, month, quarter, half-year or year");
    else
        ac_parse_next(p);
    return window;
}

static void parse_shares(ac_parser *p, ac_tree_oline *line)
{
    size_t        mark = ac_parse_mark(p);
    ac_tree_share share;

    line->kind = AC_TREE_OLINE_SHARED;
    ac_parse_expect_word(p, AC_WORD_BY);
    do {
        share.path = ac_parse_path(p, "who bears a share");
        share.part = ac_parse_additive(p);
        ac_parse_push(p, &share, sizeof share);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    line->shares = ac_parse_pop(p, mark, sizeof share, &line->share_count);
}

static void parse_oline(ac_parser *p, ac_tree_oline *line)
{
    memset(line, 0, sizeof *line);
    line->place.at = p->line_at;
    if (ac_parse_accept_word(p, AC_WORD_EXCEPT)) {
        line->kind = AC_TREE_OLINE_EXCEPT;
        line->expr = ac_parse_expr(p);
    } else if (ac_parse_is_deed(p)) {
        parse_deeds(p, line);
    } else if (ac_parse_accept_word(p, AC_WORD_CAP)) {
        line->kind = AC_TREE_OLINE_CAP;
        line->expr = ac_parse_additive(p);
        line->window = parse_a_period(p);
    } else if (ac_parse_accept_word(p, AC_WORD_SHARED)) {
        parse_shares(p, line);
    } else if (ac_parse_accept_word(p, AC_WORD_WITH)) {
        line->kind = AC_TREE_OLINE_WITH;
        line->name = ac_parse_name(p, "another offence");
        if (ac_parse_accept_word(p, AC_WORD_ADD))
            line->adds = 1;
        else
            ac_parse_expect_word(p, AC_WORD_HIGHEST);
    } else if (ac_parse_accept_word(p, AC_WORD_CONFIRMED)) {
        line->kind = AC_TREE_OLINE_CONFIRMED;
        ac_parse_expect_word(p, AC_WORD_BY);
        line->name = ac_parse_name(p, "a role");
    } else if (ac_parse_accept_word(p, AC_WORD_APPEAL)) {
        line->kind = AC_TREE_OLINE_APPEAL;
        ac_parse_expect_word(p, AC_WORD_WITHIN);
        line->term = parse_term(p);
        if (ac_parse_accept_word(p, AC_WORD_TO))
            line->name = ac_parse_name(p, "a role");
    } else {
        ac_parse_expected(p, "except, fine, pay, impose, cap, with, shared by, confirmed by or appeal within");
    }
    line->place = ac_parse_since(p, line->place.at);
    line->per = ac_parse_per(p);
}

ac_tree_offence *ac_parse_offence(ac_parser *p, int is_reward)
{
    ac_tree_offence *offence = ac_parse_new(p, ac_tree_offence);
    ac_place         word = ac_parse_here(p);
    ac_tree_oline    line;
    size_t           mark;

    ac_parse_next(p);
    offence->is_reward = (uint8_t)is_reward;
    offence->name = ac_parse_name(p, is_reward ? "the name of the reward" : "the name of the offence");
    ac_parse_expect_word(p, AC_WORD_OF);
    offence->of = ac_parse_name(p, "a record");
    ac_parse_expect_word(p, is_reward ? AC_WORD_TO : AC_WORD_AGAINST);
    offence->subject = ac_parse_path(p, "whom it concerns");
    if (ac_parse_accept_word(p, AC_WORD_WHEN))
        offence->when = ac_parse_expr(p);
    offence->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        parse_oline(p, &line);
        ac_parse_push(p, &line, sizeof line);
        ac_parse_end_line(p);
    }
    offence->lines = ac_parse_pop(p, mark, sizeof line, &offence->count);
    if (offence->count == 0 && !p->block_bad)
        ac_parse_complain(p, AC_MSG_NOTHING_BELOW, word);
    return offence;
}

ac_tree_cap *ac_parse_cap(ac_parser *p)
{
    ac_tree_cap  *cap = ac_parse_new(p, ac_tree_cap);
    ac_tree_oline line;
    size_t        mark;

    cap->place = ac_parse_here(p);
    ac_parse_next(p);
    cap->window = parse_a_period(p);
    ac_parse_expect_word(p, AC_WORD_FOR);
    cap->record = ac_parse_name(p, "a record");
    ac_parse_expect_word(p, AC_WORD_OVER);
    cap->over_all = (uint8_t)ac_parse_accept_word(p, AC_WORD_ALL);
    if (!cap->over_all)
        cap->offences = ac_parse_names(p, "an offence");
    cap->is_carried = (uint8_t)ac_parse_accept_word(p, AC_WORD_CARRIED);
    cap->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        memset(&line, 0, sizeof line);
        line.expr = ac_parse_additive(p);
        line.place = ac_parse_since(p, p->line_at);
        line.per = ac_parse_per(p);
        ac_parse_push(p, &line, sizeof line);
        ac_parse_end_line(p);
    }
    cap->lines = ac_parse_pop(p, mark, sizeof line, &cap->count);
    if (cap->count == 0 && !p->block_bad)
        ac_parse_complain(p, AC_MSG_NOTHING_BELOW, cap->place);
    return cap;
}

/* ── choose ── */

ac_tree_choose *ac_parse_choose(ac_parser *p)
{
    ac_tree_choose     *choose = ac_parse_new(p, ac_tree_choose);
    ac_tree_choose_line line;
    size_t              mark;

    ac_parse_next(p);
    choose->name = ac_parse_name(p, "a record");
    ac_parse_expect_word(p, AC_WORD_FOR);
    choose->target = ac_parse_name(p, "a record");
    choose->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        memset(&line, 0, sizeof line);
        line.place.at = p->line_at;
        if (ac_parse_accept_word(p, AC_WORD_NEEDS))
            line.kind = AC_TREE_CHOOSE_NEEDS;
        else if (ac_parse_accept_word(p, AC_WORD_LEAST))
            line.kind = AC_TREE_CHOOSE_LEAST;
        else if (ac_parse_accept_word(p, AC_WORD_MOST))
            line.kind = AC_TREE_CHOOSE_MOST;
        else
            ac_parse_expected(p, "needs, least or most");
        line.expr = ac_parse_expr(p);
        line.place = ac_parse_since(p, line.place.at);
        line.per = ac_parse_per(p);
        ac_parse_push(p, &line, sizeof line);
        ac_parse_end_line(p);
    }
    choose->lines = ac_parse_pop(p, mark, sizeof line, &choose->count);
    return choose;
}
