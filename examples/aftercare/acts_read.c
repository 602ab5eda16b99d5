#include "aftercare/acts.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"

enum { A_ID, A_EVENT, A_DO, A_AT, A_OFFENCE, A_PERSON, A_BY, A_ROLE, A_AMOUNT, A_REASON, A_COUNT };

static const char *const COLUMNS[A_COUNT] = { "id", "event", "do", "at", "offence", "engineer", "by", "role", "amount", "reason" };
static const input_table TABLE = { TOOL_ACTS, COLUMNS, A_COUNT, A_AT + 1, "acts need this column", "id, event, do and at say which act of which event, and when",
                                   "acts have no such column", "they have id, event, offence, engineer, do, at, by, role, amount, reason" };

void acts_fault(const act_list *acts, uint32_t line, uint32_t column, const char *what, const char *hint, ac_text name)
{
    ac_error err = AC_ERROR_INIT;
    err.code = TOOL_ACTS;
    err.what = what;
    err.hint = hint;
    memcpy(err.name, name.data, name.size < sizeof err.name ? name.size : sizeof err.name - 1);
    host_print_error(acts->path, line, column, &err);
}

static void read_row(act_list *acts, const csv *line, size_t columns, const size_t *at)
{
    ac_case_act blank = AC_CASE_ACT_INIT;
    ac_error err = AC_ERROR_INIT;
    ac_text cell[A_COUNT];
    act_row row = { 0 };
    acts->seen++;
    acts->bad++;
    if (line->fault.what || line->count != columns) {
        acts_fault(acts, line->fault.what ? line->fault.line : line->cells[0].line, line->fault.what ? line->fault.column : 1,
              line->fault.what ? line->fault.what : "this row has not as many cells as the header", line->fault.what ? line->fault.hint : "leave a cell empty where nothing is known",
              text_of(""));
        return;
    }
    row.line = line->cells[0].line;
    for (int c = 0; c < A_COUNT; c++) {
        cell[c] = text_of("");
        if (at[c] != SIZE_MAX) {
            cell[c].data = line->cells[at[c]].text;
            cell[c].size = line->cells[at[c]].size;
        }
    }
    row.act = blank;
    row.act.verb = ac_case_find_verb(cell[A_DO]);
    if (row.act.verb == AC_CASE_VERBS) {
        acts_fault(acts, row.line, line->cells[at[A_DO]].column, "there is no such act", "choose, lapse, notify, accept, appeal, uphold, reduce, withdraw, confirm or reverse", cell[A_DO]);
        return;
    }
    if (ac_time_parse(cell[A_AT], &row.act.at, &err) != AC_OK) {
        host_print_error(acts->path, row.line, line->cells[at[A_AT]].column, &err);
        return;
    }
    row.id = row.act.id = cell[A_ID];
    row.event = cell[A_EVENT];
    row.offence = cell[A_OFFENCE];
    row.person = cell[A_PERSON];
    row.amount = cell[A_AMOUNT];
    row.act.actor = cell[A_BY];
    row.act.role = cell[A_ROLE];
    row.act.reason = cell[A_REASON];
    if (acts->count == acts->room) {
        acts->room = acts->room ? acts->room * 2 : 64;
        acts->rows = must_resize(acts->rows, acts->room * sizeof *acts->rows);
    }
    acts->rows[acts->count++] = row;
    acts->bad--;
}

static int by_time_and_id(const void *x, const void *y)
{
    const act_row *a = x, *b = y;
    int order = (a->act.at > b->act.at) - (a->act.at < b->act.at);
    if (order == 0)
        order = text_order(a->id, b->id);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

int acts_read_text(act_list *acts, const char *path, char *text, size_t size)
{
    csv *reader = must_zero(1, sizeof *reader);
    size_t at[A_COUNT], columns;
    int is_read;
    acts->path = path;
    acts->text = text;
    csv_open(reader, text, size);
    is_read = input_table_header(&TABLE, path, reader, at);
    columns = reader->count;
    while (is_read && csv_next(reader))
        read_row(acts, reader, columns, at);
    if (acts->count)
        qsort(acts->rows, acts->count, sizeof *acts->rows, by_time_and_id);
    free(reader);
    return is_read;
}

int acts_read(act_list *acts, const char *path)
{
    size_t size;
    char *text = host_read(path, &size);
    return text && acts_read_text(acts, path, text, size);
}

void acts_free(act_list *acts)
{
    free(acts->rows);
    free(acts->text);
}
