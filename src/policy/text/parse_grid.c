#include <string.h>

#include "base/hash.h"
#include "policy/text/parser.h"

int ac_parse_cell_end(ac_parser *p, int *bars)
{
    if (!p->panic && p->token.kind != AC_TOKEN_BAR && p->token.kind != AC_TOKEN_BARS) {
        if (p->token.kind == AC_TOKEN_END)
            ac_parse_expected(p, "\"|\" behind the last cell");
        else
            ac_parse_fail_here(p, AC_MSG_LEFTOVER_CELL);
    }
    if (p->failed || p->token.kind == AC_TOKEN_END)
        return 0;
    p->panic = 0;
    p->depth = 0;
    if (p->token.kind == AC_TOKEN_BARS) {
        if (*bars)
            ac_parse_fail_here(p, AC_MSG_TWO_BARS);
        *bars = 1;
    }
    ac_parse_next(p);
    return p->token.kind != AC_TOKEN_END;
}

ac_tree_cites ac_parse_article_cell(ac_parser *p)
{
    ac_tree_cites cites = { NULL, 0, { 0, 0 } };
    uint32_t      from = p->token.at;
    size_t        mark = ac_parse_mark(p);
    ac_token      next;

    if (ac_parse_is(p, AC_TOKEN_MINUS)) {
        next = ac_parse_peek(p);
        if (next.kind == AC_TOKEN_BAR || next.kind == AC_TOKEN_BARS) {
            ac_parse_next(p);
            return cites;
        }
    }
    if (ac_parse_is(p, AC_TOKEN_BAR) || ac_parse_is(p, AC_TOKEN_BARS)) {
        ac_parse_complain_here(p, AC_MSG_EMPTY_CELL);
        return cites;
    }
    p->pos = p->token.at;       /* read again, as articles */
    ac_parse_articles(p);
    cites.at = ac_parse_pop(p, mark, sizeof *cites.at, &cites.count);
    cites.place = ac_parse_since(p, from);
    return cites;
}

void ac_parse_cell_count(ac_parser *p, ac_place row, uint32_t count, const char *plural, uint32_t wanted)
{
    ac_arg args[3];

    args[0] = ac_arg_number(count);
    args[1] = ac_arg_string(plural);
    args[2] = ac_arg_number(wanted);
    ac_parse_complain_args(p, AC_MSG_CELL_COUNT, row, args, 3);
}

/* ── head ── */

static void head_columns(ac_parser *p, ac_tree_grid *grid, int *bars)
{
    size_t mark = ac_parse_mark(p);

    do {
        ac_tree_expr *column = ac_parse_expr(p);

        ac_parse_push(p, &column, sizeof column);
    } while (ac_parse_cell_end(p, bars) && !*bars);
    grid->columns = ac_parse_pop(p, mark, sizeof *grid->columns, &grid->column_count);
    ac_parse_too_many(p, grid->column_count, p->limits->columns, "columns");
}

static void complain_twice(ac_parser *p, const ac_tree_names *outs)
{
    uint32_t i, j;

    for (i = 1; i < outs->count; i++)
        for (j = 0; j < i && j < p->limits->columns; j++)
            if (ac_text_equal(outs->at[i].text, outs->at[j].text)) {
                ac_parse_complain_1(p, AC_MSG_COLUMN_TWICE, outs->at[i].place, ac_arg_text(outs->at[i].text));
            }
}

static void head_outs(ac_parser *p, ac_tree_grid *grid, int *bars)
{
    size_t mark = ac_parse_mark(p);

    do {
        if (grid->has_per) {
            ac_parse_fail_here(p, AC_MSG_PER_PLACE);
        } else if (ac_parse_accept_word(p, AC_WORD_PER)) {
            grid->has_per = 1;
        } else {
            ac_tree_name out = ac_parse_name(p, "the name of an output");

            if (out.text.data)
                ac_parse_push(p, &out, sizeof out);
        }
    } while (ac_parse_cell_end(p, bars));
    grid->outs.at = ac_parse_pop(p, mark, sizeof *grid->outs.at, &grid->outs.count);
    if (!ac_parse_too_many(p, grid->outs.count, p->limits->columns, "columns"))
        complain_twice(p, &grid->outs);
}

/* ── rows ── */

static void row_cells(ac_parser *p, const ac_tree_grid *grid, ac_tree_row *row, int *bars)
{
    size_t   mark = ac_parse_mark(p);
    uint32_t count;

    do {
        ac_tree_cell cell = ac_parse_cell(p);

        ac_parse_push(p, &cell, sizeof cell);
    } while (ac_parse_cell_end(p, bars) && !*bars);
    row->cells = ac_parse_pop(p, mark, sizeof *row->cells, &count);
    if (*bars && count != grid->column_count)
        ac_parse_cell_count(p, row->place, count, "conditions", grid->column_count);
}

static void row_values(ac_parser *p, const ac_tree_grid *grid, ac_tree_row *row, int *bars)
{
    size_t   mark = ac_parse_mark(p);
    uint32_t count = 0;
    int      goes_on = 0;

    do {
        if (grid->has_per && count == grid->outs.count) {
            row->per = ac_parse_article_cell(p);
            goes_on = ac_parse_cell_end(p, bars);
            count += (uint32_t)goes_on;
            break;
        }
        ac_place at = ac_parse_here(p);

        if (ac_parse_is(p, AC_TOKEN_BAR) || ac_parse_is(p, AC_TOKEN_BARS) || ac_parse_dash(p)) {
            ac_parse_complain(p, AC_MSG_EMPTY_OUTPUT, at);
        } else {
            ac_tree_expr *value = ac_parse_expr(p);

            ac_parse_push(p, &value, sizeof value);
        }
        count++;
    } while (ac_parse_cell_end(p, bars));
    if (count != grid->outs.count && !p->failed)
        ac_parse_cell_count(p, row->place, count, "outputs", grid->outs.count);
    if (goes_on)
        p->panic = 1;       /* what is left of the row has been told */
    row->values = ac_parse_pop(p, mark, sizeof *row->values, &count);
}

static void check_member(ac_parser *p, const ac_tree_row *row)
{
    const ac_tree_cell *cell = row->cells;

    if (p->failed || row->is_else || !cell || cell->kind == AC_TREE_CELL_BAD)
        return;
    if (cell->kind != AC_TREE_CELL_TESTS || cell->negated || cell->count != 1 || cell->tests->kind != AC_TREE_TEST_EQUAL
        || cell->tests->value->kind != AC_EXPR_PATH || cell->tests->value->u.path.count != 1)
        ac_parse_complain(p, AC_MSG_MEMBER_CELL, cell->place);
}

/* From the first bar to the last. */
static ac_place row_place(const ac_parser *p)
{
    const char *line = p->scan.source.data + p->line_at;
    const char *end = memchr(line, '\n', p->scan.source.size - p->line_at);
    ac_place    place;

    place.at = p->line_at;
    place.size = (uint32_t)((end ? end : p->scan.source.data + p->scan.source.size) - line);
    while (place.size > 0 && (line[place.size - 1] == '\r' || line[place.size - 1] == ' '))
        place.size--;
    return place;
}

static void parse_row(ac_parser *p, const ac_tree_grid *grid, ac_tree_row *row, int is_catalogue)
{
    int bars = ac_parse_is(p, AC_TOKEN_BARS);

    memset(row, 0, sizeof *row);
    row->place = row_place(p);
    ac_parse_next(p);
    if (ac_parse_is_word(p, AC_WORD_ELSE)) {
        row->is_else = 1;
        ac_parse_next(p);
        ac_parse_cell_end(p, &bars);
    } else if (!bars) {
        row_cells(p, grid, row, &bars);
    } else if (grid->column_count > 0) {
        ac_parse_cell_count(p, row->place, 0, "conditions", grid->column_count);
    }
    if (!bars)
        ac_parse_complain(p, AC_MSG_NO_BARS, row->place);
    else
        row_values(p, grid, row, &bars);
    if (is_catalogue)
        check_member(p, row);
    row->place = ac_parse_since(p, row->place.at);
}

int ac_parse_grid(ac_parser *p, ac_tree_grid *grid, int is_catalogue)
{
    size_t      mark;
    uint32_t    count = 0;
    int         bars;
    ac_tree_row row;

    if (!ac_parse_in_block(p) || !p->is_row)
        return 0;
    grid->place = row_place(p);
    bars = ac_parse_is(p, AC_TOKEN_BARS);
    ac_parse_next(p);
    if (!bars)
        head_columns(p, grid, &bars);
    if (bars)
        head_outs(p, grid, &bars);
    else
        ac_parse_complain(p, AC_MSG_NO_BARS, grid->place);
    ac_parse_end_line(p);
    if (grid->column_count == 0 || grid->outs.count == 0) {
        ac_parse_skip_rows(p);
        return 1;
    }
    mark = ac_parse_mark(p);
    while (ac_parse_in_block(p) && p->is_row) {
        if (count++ >= p->limits->rows) {
            ac_parse_too_many(p, count, p->limits->rows, "rows");
            ac_parse_skip_rows(p);
            break;
        }
        parse_row(p, grid, &row, is_catalogue);
        ac_parse_push(p, &row, sizeof row);
        ac_parse_end_line(p);
    }
    grid->rows = ac_parse_pop(p, mark, sizeof *grid->rows, &grid->row_count);
    return 1;
}
