#include <string.h>

#include "policy/text/parser.h"

/* `now` and `actor` are reserved elsewhere; here they are facts like others, and `受理.actor` is who did it. */
static ac_tree_path fact_path(ac_parser *p, const char *what)
{
    ac_tree_path path = { NULL, 0, { 0, 0 } };
    ac_tree_name name;
    size_t       mark = ac_parse_mark(p);
    uint32_t     from = p->token.at;

    do {
        if (ac_parse_is_word(p, AC_WORD_NOW) || ac_parse_is_word(p, AC_WORD_ACTOR)) {
            name.place = ac_parse_here(p);
            name.text = ac_parse_text(p, name.place);
            ac_parse_next(p);
        } else {
            name = ac_parse_name(p, what);
        }
        if (name.text.data)
            ac_parse_push(p, &name, sizeof name);
        what = "a name after the dot";
    } while (ac_parse_accept(p, AC_TOKEN_DOT));
    path.at = ac_parse_pop(p, mark, sizeof name, &path.count);
    path.place = ac_parse_since(p, from);
    return path;
}

static void parse_given_line(ac_parser *p)
{
    ac_tree_given given;

    ac_parse_next(p);
    do {
        ac_token next = ac_parse_peek(p);

        memset(&given, 0, sizeof given);
        given.place.at = p->token.at;
        if (ac_parse_is_word(p, AC_WORD_CONFIRMED) && next.kind != AC_TOKEN_EQ) {
            ac_parse_next(p);
            given.is_confirmed = 1;
        } else {
            given.path = fact_path(p, "a fact");
            ac_parse_expect(p, AC_TOKEN_EQ, "\"=\" and a value");
            given.value = ac_parse_expr(p);
        }
        given.place = ac_parse_since(p, given.place.at);
        ac_parse_push(p, &given, sizeof given);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    ac_parse_end_line(p);
}

/* ── head ── */

/* At hand is a word such as `due` that ends the column's name. @return 0 when it is not. */
static int parse_xout_word(ac_parser *p, ac_tree_xout *out)
{
    ac_token next = ac_parse_peek(p);
    int      is_last = next.kind == AC_TOKEN_BAR || next.kind == AC_TOKEN_BARS || next.kind == AC_TOKEN_END;

    if (p->token.kind != AC_TOKEN_NAME)
        return 0;
    switch (p->token.word) {
    case AC_WORD_DUE: out->kind = AC_TREE_XOUT_DUE; break;
    case AC_WORD_VERDICT: out->kind = AC_TREE_XOUT_VERDICT; break;
    case AC_WORD_GATE: out->kind = AC_TREE_XOUT_GATE; break;
    case AC_WORD_UNMET: out->kind = AC_TREE_XOUT_UNMET; break;
    case AC_WORD_OPENED: out->kind = AC_TREE_XOUT_OPENED; break;
    case AC_WORD_LATE:
        if (next.kind != AC_TOKEN_NAME || next.word != AC_WORD_BY)
            return 0;
        out->kind = AC_TREE_XOUT_LATE_BY;
        ac_parse_next(p);
        ac_parse_next(p);
        return 1;
    default: return 0;
    }
    if (!is_last) {
        out->kind = AC_TREE_XOUT_VALUE;
        return 0;
    }
    ac_parse_next(p);
    return 1;
}

static void parse_xout(ac_parser *p, ac_tree_xout *out)
{
    memset(out, 0, sizeof *out);
    out->place.at = p->token.at;
    if (!parse_xout_word(p, out)) {
        out->path = fact_path(p, "a field, due, late by, verdict, gate, unmet or opened");
        parse_xout_word(p, out);
    }
    out->place = ac_parse_since(p, out->place.at);
}

static void parse_outs(ac_parser *p, ac_tree_example *example, int *bars)
{
    size_t       mark = ac_parse_mark(p);
    ac_tree_xout out;

    do {
        parse_xout(p, &out);
        ac_parse_push(p, &out, sizeof out);
    } while (ac_parse_cell_end(p, bars));
    example->outs = ac_parse_pop(p, mark, sizeof out, &example->out_count);
    ac_parse_too_many(p, example->out_count, p->limits->columns, "columns");
}

static void parse_facts(ac_parser *p, ac_tree_example *example, int *bars)
{
    size_t       mark = ac_parse_mark(p);
    ac_tree_path path;

    do {
        path = fact_path(p, "a fact");
        ac_parse_push(p, &path, sizeof path);
    } while (ac_parse_cell_end(p, bars) && !*bars);
    example->facts.at = ac_parse_pop(p, mark, sizeof path, &example->facts.count);
    ac_parse_too_many(p, example->facts.count, p->limits->columns, "columns");
}

/* @return 1 when rows can be read against it. */
static int parse_head_row(ac_parser *p, ac_tree_example *example)
{
    int bars = 0, errors = p->block_bad;

    p->block_bad = 0;
    example->head.at = p->line_at;
    ac_parse_next(p);
    if (!ac_parse_accept_word(p, AC_WORD_CASE))
        ac_parse_fail_here(p, AC_MSG_CASE_FIRST);
    if (ac_parse_cell_end(p, &bars) && !bars)
        parse_facts(p, example, &bars);
    if (bars)
        parse_outs(p, example, &bars);
    example->head = ac_parse_since(p, example->head.at);
    if (!bars)
        ac_parse_complain(p, AC_MSG_NO_BARS, example->head);
    ac_parse_end_line(p);
    bars = !p->block_bad;
    p->block_bad = (uint8_t)(p->block_bad | errors);
    return bars;
}

/* ── rows ── */

/* The word of a case: the cell as it stands. */
static ac_text parse_case_word(ac_parser *p)
{
    const char *data = p->scan.source.data;
    uint32_t    at = p->token.at, end = at;
    ac_place    place;

    while (end < p->scan.source.size && data[end] != '|' && data[end] != '\n')
        end++;
    place.at = at;
    place.size = end - at;
    while (place.size > 0 && (data[at + place.size - 1] == ' ' || data[at + place.size - 1] == '\t' || data[at + place.size - 1] == '\r'))
        place.size--;
    if (place.size == 0)
        ac_parse_complain(p, AC_MSG_EMPTY_CELL, place);
    p->panic = 0;
    ac_parse_resume(p, end);
    return ac_parse_text(p, place);
}

static int is_empty_cell(ac_parser *p)
{
    if (!ac_parse_is(p, AC_TOKEN_BAR) && !ac_parse_is(p, AC_TOKEN_BARS))
        return 0;
    ac_parse_complain_here(p, AC_MSG_EMPTY_CELL);
    return 1;
}

static void parse_fact_cells(ac_parser *p, const ac_tree_example *example, ac_tree_xrow *row, int *bars)
{
    size_t        mark = ac_parse_mark(p);
    uint32_t      count;
    ac_tree_expr *value;

    do {
        value = NULL;
        if (!is_empty_cell(p) && !ac_parse_dash(p))
            value = ac_parse_expr(p);
        ac_parse_push(p, &value, sizeof value);
    } while (ac_parse_cell_end(p, bars) && !*bars);
    row->facts = ac_parse_pop(p, mark, sizeof value, &count);
    if (*bars && count != example->facts.count && !p->failed)
        ac_parse_cell_count(p, row->place, count, "facts", example->facts.count);
}

static void parse_items(ac_parser *p, ac_tree_xval *value)
{
    size_t        mark = ac_parse_mark(p);
    ac_tree_xitem item;

    value->kind = AC_TREE_XVAL_EXPRS;
    do {
        ac_token next = ac_parse_peek(p);
        int      ends = next.kind == AC_TOKEN_BAR || next.kind == AC_TOKEN_COMMA || next.kind == AC_TOKEN_DOT;

        item.expr = NULL;
        item.deed = NULL;
        if (ac_parse_is_deed(p) && !ends) {
            item.deed = ac_parse_new(p, ac_tree_deed);
            *item.deed = ac_parse_deed(p);
        } else {
            item.expr = ac_parse_expr(p);
        }
        ac_parse_push(p, &item, sizeof item);
    } while (ac_parse_accept(p, AC_TOKEN_COMMA));
    value->items = ac_parse_pop(p, mark, sizeof item, &value->count);
}

static void parse_xval(ac_parser *p, ac_tree_xout_kind column, ac_tree_xval *value)
{
    memset(value, 0, sizeof *value);
    value->place.at = p->token.at;
    if (is_empty_cell(p))
        return;
    if (ac_parse_dash(p)) {
        value->kind = AC_TREE_XVAL_SKIP;
    } else if (column != AC_TREE_XOUT_UNMET) {
        parse_items(p, value);
    } else {
        value->kind = AC_TREE_XVAL_ARTICLES;
        if (!ac_parse_accept_word(p, AC_WORD_NONE))
            value->cites = ac_parse_article_cell(p);
    }
    value->place = ac_parse_since(p, value->place.at);
}

static void parse_value_cells(ac_parser *p, const ac_tree_example *example, ac_tree_xrow *row, int *bars)
{
    size_t       mark = ac_parse_mark(p);
    uint32_t     count = 0;
    ac_tree_xval value;

    do {
        parse_xval(p, count < example->out_count ? example->outs[count].kind : AC_TREE_XOUT_VALUE, &value);
        ac_parse_push(p, &value, sizeof value);
        count++;
    } while (ac_parse_cell_end(p, bars));
    if (count != example->out_count && !p->failed)
        ac_parse_cell_count(p, row->place, count, "outcomes", example->out_count);
    row->values = ac_parse_pop(p, mark, sizeof value, &count);
}

static void parse_row(ac_parser *p, const ac_tree_example *example, ac_tree_xrow *row)
{
    int bars = 0;

    memset(row, 0, sizeof *row);
    row->place.at = p->line_at;
    row->place.size = 1;
    ac_parse_next(p);
    row->word = parse_case_word(p);
    if (ac_parse_cell_end(p, &bars) && !bars)
        parse_fact_cells(p, example, row, &bars);
    else if (bars && example->facts.count > 0)
        ac_parse_cell_count(p, row->place, 0, "facts", example->facts.count);
    if (bars)
        parse_value_cells(p, example, row, &bars);
    else
        ac_parse_complain(p, AC_MSG_NO_BARS, row->place);
    row->place = ac_parse_since(p, row->place.at);
}

static void parse_rows(ac_parser *p, ac_tree_example *example)
{
    size_t       mark = ac_parse_mark(p);
    ac_tree_xrow row;
    uint32_t     count = 0;

    while (ac_parse_in_block(p) && p->is_row) {
        if (++count > p->limits->rows) {
            ac_parse_too_many(p, count, p->limits->rows, "rows");
            ac_parse_skip_rows(p);
            break;
        }
        parse_row(p, example, &row);
        ac_parse_push(p, &row, sizeof row);
        ac_parse_end_line(p);
    }
    example->rows = ac_parse_pop(p, mark, sizeof row, &example->row_count);
    if (example->row_count == 0)
        ac_parse_complain(p, AC_MSG_NO_ROWS, example->head);
}

ac_tree_example *ac_parse_example(ac_parser *p)
{
    ac_tree_example *example = ac_parse_new(p, ac_tree_example);
    ac_place         word = ac_parse_here(p);
    size_t           mark;

    ac_parse_next(p);
    example->target = ac_parse_name(p, "what the example is about");
    if (ac_parse_accept_word(p, AC_WORD_OF))
        example->of = ac_parse_name(p, "a record");
    if (ac_parse_is(p, AC_TOKEN_STRING))
        example->title = ac_parse_string(p, "a text");
    if (ac_parse_accept_word(p, AC_WORD_IN)) {
        ac_parse_expect_word(p, AC_WORD_ORDER);
        example->in_order = 1;
    }
    example->per = ac_parse_per(p);
    ac_parse_begin_body(p);
    mark = ac_parse_mark(p);
    while (ac_parse_in_block(p) && !p->is_row && ac_parse_in_body(p)) {
        if (ac_parse_is_word(p, AC_WORD_GIVEN)) {
            parse_given_line(p);
        } else {
            ac_parse_expected(p, "given, or a row");
            ac_parse_end_line(p);
        }
    }
    example->givens = ac_parse_pop(p, mark, sizeof *example->givens, &example->given_count);
    if (!ac_parse_in_block(p)) {
        if (!p->block_bad)
            ac_parse_complain(p, AC_MSG_NO_GRID, word);
    } else if (parse_head_row(p, example)) {
        parse_rows(p, example);
    } else {
        ac_parse_skip_rows(p);
    }
    return example;
}
