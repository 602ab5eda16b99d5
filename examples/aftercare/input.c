#include "aftercare/input.h"

#include <stdlib.h>
#include <string.h>

static void tell_fault(const char *path, uint32_t line, uint32_t column, unsigned code, const char *what, const char *hint, ac_text name)
{
    ac_error err = AC_ERROR_INIT;
    err.code = code;
    err.what = what;
    err.hint = hint;
    size_t n = name.size < sizeof err.name ? name.size : sizeof err.name - 1;
    if (n)
        memcpy(err.name, name.data, n);
    host_print_error(path, line, column, &err);
}

static int resolve_header(input *in)
{
    static const ac_text nothing = { "", 0 };
    int good = 1;
    if (!csv_next(&in->reader)) {
        tell_fault(in->path, 1, 1, TOOL_CSV, "the file is empty", "the first line names the fields", nothing);
        return 0;
    }
    if (in->reader.fault.what) {
        tell_fault(in->path, in->reader.fault.line, in->reader.fault.column, TOOL_CSV, in->reader.fault.what, in->reader.fault.hint, nothing);
        return 0;
    }
    in->column_count = in->reader.count;
    for (size_t i = 0; i < in->column_count; i++) {
        const csv_cell *cell = &in->reader.cells[i];
        ac_text name = { cell->text, cell->size };
        ac_error err = AC_ERROR_INIT;
        in->columns[i].holder = NULL;
        if (text_same(name, "id") && !in->has_id) {
            in->has_id = 1;
            continue;
        }
        if (ac_record_resolve(in->record, name, &in->columns[i].holder, &in->columns[i].field, &err) != AC_OK) {
            host_print_error(in->path, cell->line, cell->column, &err);
            good = 0;
            continue;
        }
        for (size_t k = 0; k < i; k++) {
            if (in->columns[k].holder == in->columns[i].holder && in->columns[k].field == in->columns[i].field && in->columns[k].holder) {
                tell_fault(in->path, cell->line, cell->column, TOOL_COLUMN, "this field has two columns", "leave one out", name);
                good = 0;
            }
        }
    }
    return good;
}

int input_open(input *in, const options *o, const char *path, ac_record *record)
{
    memset(in, 0, sizeof *in);
    in->o = o;
    in->path = strcmp(path, "-") == 0 ? "(stdin)" : path;
    in->record = record;
    in->source = host_read(path, &in->size);
    if (!in->source)
        return 0;
    in->text = must_resize(NULL, in->size + 1);
    return input_rewind(in);
}

int input_rewind(input *in)
{
    memcpy(in->text, in->source, in->size);
    csv_open(&in->reader, in->text, in->size);
    in->has_id = 0;
    in->rows = in->bad_rows = 0;
    return resolve_header(in);
}

void input_close(input *in)
{
    free(in->source);
    free(in->text);
    in->source = in->text = NULL;
}

static int fill_row(input *in, int tell)
{
    ac_error err = AC_ERROR_INIT;
    ac_record_reset(in->record);
    for (size_t i = 0; i < in->column_count; i++) {
        const csv_cell *cell = &in->reader.cells[i];
        ac_text text = { cell->text, cell->size };
        ac_status st = AC_OK;
        if (!in->columns[i].holder && text.size)
            st = ac_record_set_id(in->record, text, &err);
        else if (text.size)
            st = ac_record_parse(in->columns[i].holder, in->columns[i].field, text, &err);
        if (st != AC_OK) {
            if (tell)
                host_print_error(in->path, cell->line, cell->column, &err);
            return 0;
        }
    }
    return 1;
}

int input_next(input *in, int tell)
{
    static const ac_text nothing = { "", 0 };
    while (csv_next(&in->reader)) {
        const csv *row = &in->reader;
        in->rows++;
        if (row->fault.what) {
            if (tell)
                tell_fault(in->path, row->fault.line, row->fault.column, TOOL_CSV, row->fault.what, row->fault.hint, nothing);
        } else if (row->count != in->column_count) {
            if (tell)
                tell_fault(in->path, row->cells[0].line, row->cells[row->count - 1].column, TOOL_CELLS,
                           row->count < in->column_count ? "this row has fewer cells than the header" : "this row has more cells than the header",
                           "an unknown value is an empty cell; a comma inside a value needs quotes around it", nothing);
        } else if (fill_row(in, tell)) {
            return 1;
        }
        in->bad_rows++;
    }
    return 0;
}

int input_assign(const options *o, ac_record *record, const char *assignment, ac_error *err)
{
    const char *equals = strchr(assignment, '=');
    ac_record *holder;
    uint32_t field;
    (void)o;
    if (!equals) {
        ac_error none = AC_ERROR_INIT;
        *err = none;
        err->status = AC_E_INVALID;
        err->code = TOOL_ARGUMENT;
        err->what = "this is not NAME=VALUE";
        err->hint = "put quotes around an assignment that holds blanks";
        strncpy(err->name, assignment, sizeof err->name - 1);
        return 0;
    }
    ac_text name = { assignment, (size_t)(equals - assignment) };
    ac_text value = text_of(equals + 1);
    if (text_same(name, "id"))
        return ac_record_set_id(record, value, err) == AC_OK;
    if (ac_record_resolve(record, name, &holder, &field, err) != AC_OK)
        return 0;
    if (value.size == 0 || text_same(value, "unknown"))
        return ac_record_clear(holder, field, err) == AC_OK;
    return ac_record_parse(holder, field, value, err) == AC_OK;
}
