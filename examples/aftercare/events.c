#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"

/* The history of a log: lines id,at,field,value or id,at,field,value,actor,role, in any order, grouped by id when read. */

static int event_order(const void *a, const void *b)
{
    const event *x = a, *y = b;
    int order = text_order(x->id, y->id);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static void tell(const events *e, uint32_t line, uint32_t column, unsigned code, const char *what, const char *hint)
{
    ac_error err = AC_ERROR_INIT;
    err.code = code;
    err.what = what;
    err.hint = hint;
    host_print_error(e->path, line, column, &err);
}

static int header_is_right(csv *reader)
{
    static const char *const names[6] = { "id", "at", "field", "value", "actor", "role" };
    if (!csv_next(reader) || reader->fault.what || (reader->count != 4 && reader->count != 6))
        return 0;
    for (size_t i = 0; i < reader->count; i++) {
        ac_text name = { reader->cells[i].text, reader->cells[i].size };
        if (!text_same(name, names[i]))
            return 0;
    }
    return 1;
}

static ac_text cell_text(const csv_cell *cell)
{
    ac_text text = { cell->text, cell->size };
    return text;
}

int events_open(events *e, const char *path)
{
    csv *reader = must_zero(1, sizeof *reader);
    size_t size, room = 0;
    int good = 0;

    memset(e, 0, sizeof *e);
    e->path = path;
    e->text = host_read(path, &size);
    if (!e->text) {
        e->unreadable = 1;
        goto out;
    }
    csv_open(reader, e->text, size);
    if (!header_is_right(reader)) {
        tell(e, 1, 1, TOOL_COLUMN, "this is not the header of a file of events", "the first line is id,at,field,value or id,at,field,value,actor,role");
        goto out;
    }
    e->cells = reader->count;
    while (csv_next(reader)) {
        ac_error err = AC_ERROR_INIT;
        const csv_cell *cells = reader->cells;
        event it = { cell_text(&cells[0]), cell_text(&cells[2]), cell_text(&cells[3]), { "", 0 }, { "", 0 }, 0, cells[0].line, cells[2].column, cells[3].column, e->count };
        if (reader->fault.what) {
            tell(e, reader->fault.line, reader->fault.column, TOOL_CSV, reader->fault.what, reader->fault.hint);
            e->bad_rows++;
            continue;
        }
        if (reader->count != e->cells) {
            tell(e, cells[0].line, 1, TOOL_CELLS, e->cells == 4 ? "an event has four cells" : "an event has six cells",
                 e->cells == 4 ? "they are id,at,field,value; the last one may be empty" : "they are id,at,field,value,actor,role; the last three may be empty");
            e->bad_rows++;
            continue;
        }
        if (e->cells == 6) {
            it.actor = cell_text(&cells[4]);
            it.role = cell_text(&cells[5]);
        }
        if (ac_time_parse(cell_text(&cells[1]), &it.at, &err) != AC_OK) {
            err.code = TOOL_TIME;
            err.hint = "write the instant of an event as 2026-07-01T08:00:00+08:00";
            host_print_error(e->path, cells[1].line, cells[1].column, &err);
            e->bad_rows++;
            continue;
        }
        if (e->count == room) {
            room = room ? room * 2 : 1024;
            e->list = must_resize(e->list, room * sizeof *e->list);
        }
        e->list[e->count++] = it;
    }
    if (e->count)
        qsort(e->list, e->count, sizeof *e->list, event_order);
    e->used = must_zero(e->count, 1);
    good = 1;
out:
    free(reader);
    return good;
}

void events_close(events *e)
{
    free(e->text);
    free(e->list);
    free(e->used);
}

/* The first event of an id, or the place where it would stand. */
static size_t first_of(const events *e, ac_text id)
{
    size_t low = 0, high = e->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_order(e->list[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static ac_status add_event(ac_record *holder, uint32_t field, const event *it, ac_error *err)
{
    const ac_policy *policy = ac_record_policy(holder);
    ac_act act = AC_ACT_INIT;
    ac_value value = { 0 };
    ac_field_info info = AC_FIELD_INFO_INIT;
    ac_status st = ac_policy_field_at(policy, ac_record_type(holder), field, &info);
    act.field = field;
    act.at = it->at;
    act.actor = it->actor;
    if (st == AC_OK && it->role.size) {
        act.role = ac_policy_find_role(policy, it->role);
        if (act.role == AC_NO_INDEX)
            act.role = AC_NO_INDEX - 1;     /* which is refused */
    }
    if (st != AC_OK)
        return st;
    if (info.type == AC_TYPE_MOMENT && it->value.size == 0)
        return ac_record_add_act(holder, &act, err);
    act.value = &value;
    value.type = info.type;
    value.state = AC_VALUE_UNKNOWN;
    if (it->value.size && !text_same(it->value, "unknown"))
        st = ac_policy_parse_value(policy, ac_record_type(holder), field, it->value, ac_rulebook_zone(ac_record_rulebook(holder), policy), &value, err);
    return st == AC_OK ? ac_record_add_act(holder, &act, err) : st;
}

int events_fill(events *e, ac_record *record, int loud)
{
    ac_text id = ac_record_id(record);
    for (size_t i = first_of(e, id); i < e->count && text_order(e->list[i].id, id) == 0; i++) {
        const event *it = &e->list[i];
        ac_error err = AC_ERROR_INIT;
        ac_record *holder;
        uint32_t field;
        e->used[i] = 1;
        ac_status st = ac_record_resolve(record, it->field, &holder, &field, &err);
        if (st == AC_OK)
            st = add_event(holder, field, it, &err);
        if (st != AC_OK) {
            if (loud) {
                input_hint(record, it->field, &err);
                host_print_error(e->path, it->line, st == AC_E_NOT_FOUND ? it->column : it->value_column, &err);
            }
            return 0;
        }
    }
    return 1;
}

size_t events_strays(events *e)
{
    size_t strays = 0;
    for (size_t i = 0; i < e->count; i++) {
        if (e->used[i])
            continue;
        if (strays++ < 10)
            tell(e, e->list[i].line, 1, TOOL_NO_ID, "no row of the log has the id of this event", "the column `id` of the log names its records");
    }
    return strays;
}
