#include <string.h>

#include "base/hash.h"
#include "policy/text/parser.h"

static void twice_at(ac_parser *p, ac_place second, ac_place first)
{
    if (ac_parse_complain(p, AC_MSG_GIVEN_TWICE, second))
        ac_log_note_0(p->log, AC_MSG_FIRST_HERE, first);
}

/* ── fields and limits ── */

/* Each kind of tail part once, but for pauses, which may stand on lines of their own. */
static void check_tails(ac_parser *p, const ac_tree_tails *tails)
{
    uint32_t i, j;

    if (p->panic)
        return;
    for (i = 1; i < tails->count; i++)
        for (j = 0; j < i && tails->at[i].kind != AC_TREE_TAIL_PAUSED; j++)
            if (tails->at[i].kind == tails->at[j].kind) {
                twice_at(p, tails->at[i].place, tails->at[j].place);
                return;
            }
}

/* What may stand behind a type, in any order. @return 0 when nothing of it is at hand. */
static int parse_attribute(ac_parser *p, ac_tree_line *line)
{
    if (ac_parse_is_limit(p)) {
        if (line->limit.kind != AC_TREE_LIMIT_NONE)
            twice_at(p, ac_parse_here(p), line->limit.place);
        line->limit = ac_parse_limit(p);
    } else if (ac_parse_is_word(p, AC_WORD_IN) && !line->range) {
        ac_parse_next(p);
        line->range = ac_parse_range(p);
    } else if (ac_parse_is_word(p, AC_WORD_DEFAULT) && !line->fallback) {
        ac_parse_next(p);
        line->fallback = ac_parse_additive(p);
    } else if (ac_parse_is(p, AC_TOKEN_EQ) && !line->derived) {
        ac_parse_next(p);
        line->derived = ac_parse_expr(p);
    } else if (ac_parse_is_word(p, AC_WORD_UNSET) && !line->is_unset) {
        ac_parse_next(p);
        line->is_unset = 1;
    } else if (ac_parse_is_word(p, AC_WORD_OPTIONAL) && !line->is_optional) {
        ac_parse_next(p);
        line->is_optional = 1;
    } else {
        return 0;
    }
    return 1;
}

/* Attributes and tail parts to the end of the line, its `per`, and deeper lines of tail parts. */
static void parse_tails(ac_parser *p, ac_tree_line *line, int takes_attributes)
{
    size_t   mark = ac_parse_mark(p), before;
    uint32_t indent = p->indent;

    do {
        before = ac_parse_mark(p);
        ac_parse_tail(p);
    } while (!p->panic && ((takes_attributes && parse_attribute(p, line)) || ac_parse_mark(p) != before));
    line->place = ac_parse_since(p, p->line_at);
    line->per = ac_parse_per(p);
    ac_parse_end_line(p);
    if (line->limit.kind != AC_TREE_LIMIT_NONE)
        ac_parse_tail_lines(p, indent);
    line->tails.at = ac_parse_pop(p, mark, sizeof *line->tails.at, &line->tails.count);
    check_tails(p, &line->tails);
}

static void parse_field(ac_parser *p, ac_tree_line *line)
{
    line->kind = AC_TREE_LINE_FIELD;
    line->names = ac_parse_names(p, "the name of a field");
    ac_parse_expect(p, AC_TOKEN_COLON, "\":\" and a type");
    line->type = ac_parse_type(p);
    parse_tails(p, line, 1);
}

static void parse_derived(ac_parser *p, ac_tree_line *line)
{
    line->kind = AC_TREE_LINE_DERIVED;
    line->names = ac_parse_single_name(p, "the name of a field");
    ac_parse_expect(p, AC_TOKEN_EQ, "\"=\"");
    line->derived = ac_parse_expr(p);
    line->place = ac_parse_since(p, p->line_at);
    line->per = ac_parse_per(p);
    ac_parse_end_line(p);
}

/* ── needs, steps ── */

static void parse_needs(ac_parser *p, ac_tree_line *line)
{
    uint32_t      indent = p->indent;
    ac_place      word = ac_parse_here(p);
    ac_tree_need *need;

    line->kind = AC_TREE_LINE_NEEDS;
    ac_parse_next(p);
    if (ac_parse_is(p, AC_TOKEN_END) || ac_parse_is_word(p, AC_WORD_PER)) {
        line->place = ac_parse_since(p, p->line_at);
        line->per = ac_parse_per(p);
        ac_parse_end_line(p);
        line->needs = ac_parse_need_lines(p, indent);
        if (line->needs.count == 0)
            ac_parse_complain(p, AC_MSG_NOTHING_BELOW, word);
        return;
    }
    need = ac_parse_new(p, ac_tree_need);
    *need = ac_parse_need(p);
    line->needs.at = need;
    line->needs.count = 1;
    line->place = ac_parse_since(p, p->line_at);
    line->per = need->per;
    ac_parse_end_line(p);
}

static void parse_step(ac_parser *p, ac_tree_line *line)
{
    uint32_t indent = p->indent;
    size_t   mark;

    line->kind = AC_TREE_LINE_STEP;
    ac_parse_next(p);
    line->names = ac_parse_single_name(p, "the name of the step");
    if (ac_parse_is_limit(p))
        line->limit = ac_parse_limit(p);
    mark = ac_parse_mark(p);
    ac_parse_tail(p);
    line->tails.at = ac_parse_pop(p, mark, sizeof *line->tails.at, &line->tails.count);
    line->place = ac_parse_since(p, p->line_at);
    line->per = ac_parse_per(p);
    check_tails(p, &line->tails);
    ac_parse_end_line(p);
    line->needs = ac_parse_need_lines(p, indent);
}

/* ── flow ── */

typedef enum column { COLUMN_FROM, COLUMN_ACTION, COLUMN_TO, COLUMN_BY, COLUMN_PER, COLUMN_COUNT } column;

static const ac_word column_words[COLUMN_COUNT] = { AC_WORD_FROM, AC_WORD_ACTION, AC_WORD_TO, AC_WORD_BY, AC_WORD_PER };

/* Which column a cell of the head names, or COLUMN_COUNT. */
static column column_at_hand(const ac_parser *p)
{
    column c = COLUMN_FROM;

    while (c < COLUMN_COUNT && !ac_parse_is_word(p, column_words[c]))
        c = (column)(c + 1);
    return c;
}

static uint32_t parse_flow_head(ac_parser *p, column columns[COLUMN_COUNT])
{
    uint32_t count = 0, seen = 0, c;
    int      bars = 1, is_bad = 0;      /* `||` has no meaning here */
    ac_place head = ac_parse_here(p);

    ac_parse_next(p);
    do {
        column at = column_at_hand(p);

        is_bad |= at == COLUMN_COUNT || (seen & 1u << at);
        if (at == COLUMN_COUNT) {
            ac_parse_fail_here(p, AC_MSG_UNKNOWN_COLUMN);
        } else if (seen & 1u << at) {
            ac_parse_fail_1(p, AC_MSG_COLUMN_TWICE, ac_parse_here(p), ac_arg_text(ac_word_text(column_words[at])));
        } else {
            seen |= 1u << at;
            columns[count++] = at;
            ac_parse_next(p);
        }
    } while (ac_parse_cell_end(p, &bars));
    for (c = COLUMN_FROM; c <= COLUMN_TO && !is_bad; c++)
        if (!(seen & 1u << c)) {
            ac_parse_complain_1(p, AC_MSG_COLUMN_MISSING, head, ac_arg_text(ac_word_text(column_words[c])));
            count = 0;
        }
    ac_parse_end_line(p);
    return !is_bad && (seen & 7) == 7 ? count : 0;
}

static void parse_flow_cell(ac_parser *p, ac_tree_flow_row *row, column at)
{
    ac_token next = ac_parse_peek(p);

    switch (at) {
    case COLUMN_FROM: row->from = ac_parse_names(p, "a state"); break;
    case COLUMN_ACTION: row->action = ac_parse_name(p, "an action"); break;
    case COLUMN_TO: row->to = ac_parse_name(p, "a state"); break;
    case COLUMN_BY:
        if (ac_parse_is(p, AC_TOKEN_MINUS) && next.kind == AC_TOKEN_BAR)
            ac_parse_next(p);
        else
            row->by = ac_parse_by(p);
        break;
    default: row->per = ac_parse_article_cell(p); break;
    }
}

static void parse_flow_row(ac_parser *p, const column *columns, uint32_t count)
{
    ac_tree_flow_row row;
    uint32_t         i = 0;
    int              bars = 1;

    memset(&row, 0, sizeof row);
    row.place.at = p->line_at;
    ac_parse_next(p);
    do {
        if (i >= count) {
            i++;
            break;
        }
        if (ac_parse_is(p, AC_TOKEN_BAR))
            ac_parse_complain_here(p, AC_MSG_EMPTY_CELL);
        else
            parse_flow_cell(p, &row, columns[i]);
        i++;
    } while (ac_parse_cell_end(p, &bars));
    row.place = ac_parse_since(p, row.place.at);
    if (i != count && !p->failed) {
        ac_parse_cell_count(p, row.place, i, "cells", count);
        p->panic = 1;
    }
    ac_parse_push(p, &row, sizeof row);
    ac_parse_end_line(p);
}

static void parse_flow(ac_parser *p, ac_tree_line *line)
{
    column   columns[COLUMN_COUNT];
    ac_place word = ac_parse_here(p);
    uint32_t count, n = 0;
    size_t   mark;

    line->kind = AC_TREE_LINE_FLOW;
    ac_parse_next(p);
    if (ac_parse_accept_word(p, AC_WORD_UNSET))
        line->is_unset = 1;
    else if (ac_parse_accept_word(p, AC_WORD_ENDS))
        line->names = ac_parse_names(p, "a state");
    line->place = ac_parse_since(p, p->line_at);
    line->per = ac_parse_per(p);
    ac_parse_end_line(p);
    if (line->is_unset)
        return;
    if (!ac_parse_in_block(p) || !p->is_row) {
        ac_parse_complain(p, AC_MSG_NO_GRID, word);
        return;
    }
    count = parse_flow_head(p, columns);
    if (count == 0) {
        p->block_bad = 1;
        ac_parse_skip_rows(p);
        return;
    }
    mark = ac_parse_mark(p);
    while (ac_parse_in_block(p) && p->is_row) {
        if (++n > p->limits->rows) {
            ac_parse_too_many(p, n, p->limits->rows, "rows");
            ac_parse_skip_rows(p);
            break;
        }
        parse_flow_row(p, columns, count);
    }
    line->rows = ac_parse_pop(p, mark, sizeof *line->rows, &line->row_count);
}

/* ── number, keep ── */

static void parse_number(ac_parser *p, ac_tree_line *line)
{
    line->kind = AC_TREE_LINE_NUMBER;
    ac_parse_next(p);
    line->text = ac_parse_string(p, "a pattern as a text");
    line->place = ac_parse_since(p, p->line_at);
    line->per = ac_parse_per(p);
    ac_parse_end_line(p);
}

static void parse_keep(ac_parser *p, ac_tree_line *line)
{
    line->kind = AC_TREE_LINE_KEEP;
    ac_parse_next(p);
    if (ac_parse_accept_word(p, AC_WORD_UNTIL)) {
        line->is_until = 1;
    } else {
        line->keep_span = ac_parse_additive(p);
        ac_parse_expect_word(p, AC_WORD_AFTER);
    }
    line->point = ac_parse_additive(p);
    parse_tails(p, line, 0);
}

/* ── lines ── */

static void parse_named(ac_parser *p, ac_tree_line *line)
{
    line->names = ac_parse_single_name(p, "a field, step, flow, number or keep");
    if (ac_parse_is_word(p, AC_WORD_NEEDS)) {
        parse_needs(p, line);
    } else if (ac_parse_is_limit(p)) {
        line->kind = AC_TREE_LINE_LIMIT;
        line->limit = ac_parse_limit(p);
        parse_tails(p, line, 0);
    } else {
        ac_parse_expected(p, "\":\" and a type, \"=\", needs or a limit");
        ac_parse_end_line(p);
    }
}

static void parse_line(ac_parser *p, ac_tree_line *line)
{
    ac_token next = ac_parse_peek(p);
    ac_word  word = p->token.kind == AC_TOKEN_NAME ? (ac_word)p->token.word : AC_WORD_OTHER;

    memset(line, 0, sizeof *line);
    if (next.kind == AC_TOKEN_COLON || next.kind == AC_TOKEN_COMMA)
        parse_field(p, line);
    else if (next.kind == AC_TOKEN_EQ)
        parse_derived(p, line);
    else if (word == AC_WORD_NUMBER && next.kind == AC_TOKEN_STRING)
        parse_number(p, line);
    else if (word == AC_WORD_KEEP)
        parse_keep(p, line);
    else if (word == AC_WORD_STEP)
        parse_step(p, line);
    else if (word == AC_WORD_FLOW)
        parse_flow(p, line);
    else
        parse_named(p, line);
}

static void parse_each(ac_parser *p, ac_tree_record *record)
{
    ac_parse_next(p);
    record->each = ac_parse_period_word(p);
    if (record->each != AC_WINDOW_NONE)
        ac_parse_next(p);
    else
        record->each_value = ac_parse_name(p, "a period: day, week, month, quarter, half-year, year or a value");
    if (ac_parse_accept_word(p, AC_WORD_BY))
        record->by = ac_parse_paths(p, "what the records are grouped by");
}

static ac_record_kind parse_kind(ac_parser *p)
{
    static const struct {
        ac_word        word;
        ac_record_kind kind;
    } kinds[] = {
        { AC_WORD_COMPANY, AC_KIND_COMPANY }, { AC_WORD_CUSTOMER, AC_KIND_CUSTOMER }, { AC_WORD_UNIT, AC_KIND_UNIT },
        { AC_WORD_TICKET, AC_KIND_TICKET }, { AC_WORD_VISIT, AC_KIND_VISIT }, { AC_WORD_ENGINEER, AC_KIND_ENGINEER },
        { AC_WORD_PART, AC_KIND_PART }, { AC_WORD_MOVEMENT, AC_KIND_MOVEMENT }
    };
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (ac_parse_accept_word(p, kinds[i].word))
            return kinds[i].kind;
    ac_parse_expected(p, "company, customer, unit, ticket, visit, engineer, part or movement");
    return AC_KIND_PLAIN;
}

/* One part of the head. @return its kind, AC_TREE_RECORD_PARTS when none is at hand. */
static unsigned parse_head_part(ac_parser *p, ac_tree_record *record)
{
    ac_word word = p->token.kind == AC_TOKEN_NAME ? (ac_word)p->token.word : AC_WORD_OTHER;

    switch (word) {
    case AC_WORD_IS: ac_parse_next(p); record->kind = parse_kind(p); return AC_TREE_PART_IS;
    case AC_WORD_OF: ac_parse_next(p); record->of = ac_parse_name(p, "the owner, a record"); return AC_TREE_PART_OF;
    case AC_WORD_UNIQUE: ac_parse_next(p); record->unique = ac_parse_names(p, "a field"); return AC_TREE_PART_UNIQUE;
    case AC_WORD_DATED: ac_parse_next(p); record->dated = ac_parse_name(p, "a moment or date"); return AC_TREE_PART_DATED;
    case AC_WORD_ON: ac_parse_next(p); record->on = ac_parse_path(p, "a moment of the owner"); break;
    case AC_WORD_EACH: parse_each(p, record); break;
    default: return AC_TREE_RECORD_PARTS;
    }
    if (ac_parse_accept_word(p, AC_WORD_WHEN))
        record->when = ac_parse_expr(p);
    return AC_TREE_PART_OPENS;
}

static void parse_record_head(ac_parser *p, ac_tree_record *record)
{
    ac_place here = ac_parse_here(p);
    unsigned part;

    while (!p->panic && (part = parse_head_part(p, record)) != AC_TREE_RECORD_PARTS) {
        if (record->parts[part].size > 0)
            ac_parse_complain(p, AC_MSG_GIVEN_TWICE, here);
        record->parts[part] = ac_parse_since(p, here.at);
        here = ac_parse_here(p);
    }
    record->per = ac_parse_per(p);
    ac_parse_end_line(p);
}

ac_tree_record *ac_parse_record(ac_parser *p)
{
    ac_tree_record *record = ac_parse_new(p, ac_tree_record);
    ac_tree_line    line;
    uint32_t        names = 0;
    size_t          mark;

    ac_parse_next(p);
    record->name = ac_parse_name(p, "the name of the record");
    parse_record_head(p, record);
    p->body_indent = 0;
    mark = ac_parse_mark(p);
    while (ac_parse_in_body(p)) {
        parse_line(p, &line);
        if (line.kind == AC_TREE_LINE_FIELD || line.kind == AC_TREE_LINE_DERIVED)
            names += line.names.count;
        if (line.names.count > 0 || line.kind >= AC_TREE_LINE_FLOW)
            ac_parse_push(p, &line, sizeof line);
        if (names > p->limits->fields && names - line.names.count <= p->limits->fields)
            ac_parse_too_many(p, names, p->limits->fields, "fields in a record");
    }
    record->lines = ac_parse_pop(p, mark, sizeof line, &record->count);
    return record;
}
