#include "aftercare/input.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/twins.h"

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

int input_table_header(const input_table *table, const char *path, csv *reader, size_t *at)
{
    for (size_t c = 0; c < table->count; c++)
        at[c] = SIZE_MAX;
    if (!csv_next(reader) || reader->fault.what) {
        tell_fault(path, 1, 1, table->code, reader->fault.what ? reader->fault.what : "the file is empty", "the first line names the columns", text_of(""));
        return 0;
    }
    for (size_t i = 0; i < reader->count; i++) {
        const csv_cell *cell = &reader->cells[i];
        ac_text name = { cell->text, cell->size };
        size_t c = 0;
        while (c < table->count && !text_same(name, table->names[c]))
            c++;
        if (c < table->count && at[c] == SIZE_MAX) {
            at[c] = i;
        } else if (c < table->count || table->others) {
            tell_fault(path, cell->line, cell->column, table->code, c < table->count ? "this column is there twice" : table->others,
                       c < table->count ? "leave one out" : table->others_hint, name);
            return 0;
        }
    }
    for (size_t c = 0; c < table->needed; c++)
        if (at[c] == SIZE_MAX) {
            tell_fault(path, 1, 1, table->code, table->needs, table->needs_hint, text_of(table->names[c]));
            return 0;
        }
    return 1;
}

enum { MSG_NO_MEMBER = 8747, MSG_NEAR_MEMBER = 1069, MSG_NO_FIELD = 1795 };

static int opens_list(const char *hint)
{
    static const char wide[] = "：";
    size_t used = strlen(hint);
    return used == 0 || hint[used - 1] == ':' || (used >= sizeof wide && strcmp(hint + used + 1 - sizeof wide, wide) == 0);
}

void input_hint_name(char hint[INPUT_HINT_BYTES], ac_text name)
{
    static const char more[] = " …";
    size_t used = strlen(hint);
    if (used >= sizeof more && strcmp(hint + used + 1 - sizeof more, more) == 0)
        return;
    if (used + name.size + sizeof more + 2 > INPUT_HINT_BYTES)
        memcpy(hint + used, more, sizeof more);
    else
        snprintf(hint + used, INPUT_HINT_BYTES - used, "%s %.*s", opens_list(hint) ? "" : ",", (int)name.size, name.data);
}

static void hint_members(const ac_policy *policy, const ac_field_info *field, char *hint)
{
    uint32_t n = ac_policy_member_count(policy, field->ref);
    snprintf(hint, INPUT_HINT_BYTES, "there are:");
    for (uint32_t i = 0; i < n; i++)
        input_hint_name(hint, ac_policy_member_name(policy, field->ref, i));
}

static void hint_fields(const ac_policy *policy, uint32_t type, char *hint)
{
    ac_record_info record = AC_RECORD_INFO_INIT;
    ac_field_info field = AC_FIELD_INFO_INIT;
    if (ac_policy_record_at(policy, type, &record) != AC_OK)
        return;
    snprintf(hint, INPUT_HINT_BYTES, "%.*s has:", (int)record.name.size, record.name.data);
    for (uint32_t i = 0; i < record.field_count; i++)
        if (ac_policy_field_at(policy, type, i, &field) == AC_OK && field.takes_value)
            input_hint_name(hint, field.name);
}

/* After a value was refused. */
static void hint_field(ac_record *holder, uint32_t index, ac_error *err)
{
    static char hint[INPUT_HINT_BYTES];
    ac_field_info field = AC_FIELD_INFO_INIT;
    if ((err->code != MSG_NO_MEMBER && err->code != MSG_NEAR_MEMBER) || ac_policy_field_at(ac_record_policy(holder), ac_record_type(holder), index, &field) != AC_OK
        || field.type != AC_TYPE_ENUM)
        return;
    hint_members(ac_record_policy(holder), &field, hint);
    err->what = "this is none of the names that the field takes";
    err->hint = hint;
}

/* After a name was refused. */
static void hint_path(ac_record *record, ac_text path, ac_error *err)
{
    static char hint[INPUT_HINT_BYTES];
    if (err->code != MSG_NO_FIELD || memchr(path.data, '.', path.size))
        return;
    hint_fields(ac_record_policy(record), ac_record_type(record), hint);
    err->hint = hint;
}

void input_hint(ac_record *record, ac_text path, ac_error *err)
{
    ac_error none = AC_ERROR_INIT;
    ac_record *holder;
    uint32_t field;
    if (ac_record_resolve(record, path, &holder, &field, &none) == AC_OK)
        hint_field(holder, field, err);
    else
        hint_path(record, path, err);
}

static int is_computed(const ac_record *holder, uint32_t index)
{
    ac_field_info field = AC_FIELD_INFO_INIT;
    return ac_policy_field_at(ac_record_policy(holder), ac_record_type(holder), index, &field) == AC_OK
        && !field.takes_value;
}

static int is_owner(ac_record *record, ac_text name, ac_record **owner)
{
    *owner = record;
    while (ac_record_owner(*owner, owner, NULL) == AC_OK)
        if (text_equal(options_record_name(ac_record_policy(*owner), ac_record_type(*owner)), name))
            return 1;
    return 0;
}

int input_comes_with(const options *o, const ac_record *record, const ac_record *holder, ac_text name, ac_error *err)
{
    if (holder == record || !options_gives(o, options_record_name(ac_record_policy(holder), ac_record_type(holder))))
        return 0;
    err->code = TOOL_WITH;
    err->what = "records of this kind come from --with";
    err->hint = "name one by its id: a link by its field, an owner as its records are called; leave their fields out";
    snprintf(err->name, sizeof err->name, "%.*s", (int)name.size, name.data);
    return 1;
}

/* What a name stands for: a field by its path, or the id of the record (`id`) or of an owner (called as its type is): then *field is
 * AC_NO_INDEX. 0: *err says why. */
static int resolve(const options *o, ac_record *record, ac_text name, ac_record **holder, uint32_t *field, ac_error *err)
{
    *holder = record;
    *field = AC_NO_INDEX;
    if (text_same(name, "id"))
        return 1;
    if (ac_record_resolve(record, name, holder, field, err) != AC_OK) {
        *field = AC_NO_INDEX;
        return is_owner(record, name, holder);
    }
    return !input_comes_with(o, record, *holder, name, err);
}

static int is_id(const input_target *target, const input_column *column)
{
    return column->holder == target->record && column->field == AC_NO_INDEX;
}

static int resolve_columns(input *in, input_target *target)
{
    static const ac_text nothing = { "", 0 };
    int good = 1;
    in->has_id = 0;
    for (size_t i = 0; i < in->column_count; i++) {
        const csv_cell *cell = &in->reader.cells[i];
        input_column *column = &target->columns[i];
        ac_text name = { cell->text, cell->size };
        ac_error err = AC_ERROR_INIT;
        column->name = name;
        if (!resolve(in->o, target->record, name, &column->holder, &column->field, &err)) {
            column->holder = NULL;
            input_hint(target->record, name, &err);
            host_print_error(in->path, cell->line, cell->column, &err);
            good = 0;
            continue;
        }
        in->has_id |= is_id(target, column);
        if (column->field != AC_NO_INDEX && is_computed(column->holder, column->field)) {
            tell_fault(in->path, cell->line, cell->column, TOOL_COLUMN, "this field is computed by the rules; it cannot be filled in", "leave the column out", name);
            good = 0;
            continue;
        }
        for (size_t k = 0; k < i; k++) {
            if (target->columns[k].holder != column->holder || target->columns[k].field != column->field)
                continue;
            int ids = is_id(target, column);
            tell_fault(in->path, cell->line, cell->column, TOOL_COLUMN, ids ? "there are two columns `id`" : "this field has two columns", "leave one out",
                       ids ? nothing : name);
            good = 0;
        }
    }
    if (!good && in->target_count > 1)
        fprintf(stderr, "    in %.*s version %u\n", (int)ac_policy_name(ac_record_policy(target->record)).size,
                ac_policy_name(ac_record_policy(target->record)).data, ac_policy_version(ac_record_policy(target->record)));
    return good;
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
    for (size_t i = 0; i < in->target_count; i++)
        good &= resolve_columns(in, &in->targets[i]);
    return good;
}

int input_open(input *in, const options *o, const char *path, ac_record *const *records, size_t count)
{
    memset(in, 0, sizeof *in);
    in->o = o;
    in->path = strcmp(path, "-") == 0 ? "(stdin)" : path;
    in->targets = must_zero(count, sizeof *in->targets);
    in->target_count = count;
    for (size_t i = 0; i < count; i++)
        in->targets[i].record = records[i];
    in->source = host_read(path, &in->size);
    if (!in->source) {
        in->unreadable = 1;
        return 0;
    }
    in->text = must_resize(NULL, in->size + 1);
    return input_rewind(in);
}

int input_rewind(input *in)
{
    memcpy(in->text, in->source, in->size);
    csv_open(&in->reader, in->text, in->size);
    in->rows = in->bad_rows = 0;
    return resolve_header(in);
}

/* ── ids that stand once ── */

static ac_text without_ends(ac_text line)
{
    for (; line.size && (*line.data == '\n' || *line.data == '\r'); line.data++)
        line.size--;
    while (line.size && (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == '\r'))
        line.size--;
    return line;
}

static size_t id_column(const input *in)
{
    size_t i = 0;
    while (!is_id(&in->targets[0], &in->targets[0].columns[i]))
        i++;
    return i;
}

/* The rows that can be read, with a copy of the file that their ids stand in. */
static twin *list_rows(const input *in, char *text, size_t *count, size_t *rows)
{
    csv *reader = must_zero(1, sizeof *reader);
    size_t at = id_column(in), room = 0;
    twin *list = NULL;
    memcpy(text, in->source, in->size);
    csv_open(reader, text, in->size);
    csv_next(reader);
    for (*rows = *count = 0;; ++*rows) {
        const char *begin = reader->at;
        if (!csv_next(reader))
            break;
        if (reader->fault.what || reader->count != in->column_count)
            continue;
        if (*count == room) {
            room = room ? room * 2 : 256;
            list = must_resize(list, room * sizeof *list);
        }
        twin one = { { reader->cells[at].text, reader->cells[at].size }, { in->source + (begin - text), (size_t)(reader->at - begin) }, *rows };
        one.line = without_ends(one.line);
        list[(*count)++] = one;
    }
    free(reader);
    return list;
}

static int is_same_line(const void *user, const twin *a, const twin *b)
{
    (void)user;
    return text_equal(a->line, b->line);
}

void input_single(input *in)
{
    size_t count, rows;
    if (!in->has_id)
        return;
    char *text = must_resize(NULL, in->size + 1);
    twin *list = list_rows(in, text, &count, &rows);
    in->twins = must_zero(rows, 1);
    twins_mark(list, count, is_same_line, NULL, in->twins);
    free(list);
    free(text);
}

static int is_twin(const input *in, int tell)
{
    int why = in->twins ? in->twins[in->rows - 1] : TWIN_NONE;
    if (why == TWIN_DIFFERS && tell)
        tell_fault(in->path, in->reader.cells[0].line, 1, TOOL_COLUMN, "other rows say something else of this record", "an id stands for one record; leave the right row",
                   input_id(in));
    else if (why && tell)
        tell_fault(in->path, in->reader.cells[0].line, 1, TOOL_COLUMN, "this record was given before", "an id stands for one record; leave one row", input_id(in));
    return why != TWIN_NONE;
}

ac_record *input_take(input *in, ac_record *next)
{
    input_target *target = &in->targets[0];
    ac_record *filled = target->record;
    target->record = next;
    for (size_t i = 0; i < in->column_count; i++) {
        ac_error err = AC_ERROR_INIT;
        resolve(in->o, next, target->columns[i].name, &target->columns[i].holder, &target->columns[i].field, &err);
    }
    return filled;
}

ac_text input_id(const input *in)
{
    ac_text id = { "", 0 };
    for (size_t i = 0; i < in->column_count; i++) {
        if (!is_id(&in->targets[0], &in->targets[0].columns[i]))
            continue;
        id.data = in->reader.cells[i].text;
        id.size = in->reader.cells[i].size;
    }
    return id;
}

void input_close(input *in)
{
    free(in->source);
    free(in->text);
    free(in->targets);
    free(in->twins);
    in->twins = NULL;
    in->source = in->text = NULL;
    in->targets = NULL;
}

int input_fill(input *in, size_t i, int tell)
{
    input_target *target = &in->targets[i];
    ac_error err = AC_ERROR_INIT;
    ac_record_reset(target->record);
    for (size_t k = 0; k < in->column_count; k++) {
        const csv_cell *cell = &in->reader.cells[k];
        const input_column *column = &target->columns[k];
        ac_text text = { cell->text, cell->size };
        ac_status st = AC_OK;
        if (text.size == 0 && is_id(target, column)) {
            if (tell)
                tell_fault(in->path, cell->line, cell->column, TOOL_NO_ID, "the id is empty", "every row of a log with a column `id` has one", text);
            return 0;
        }
        if (column->field == AC_NO_INDEX)
            st = ac_record_set_id(column->holder, text, &err);
        else if (text.size)
            st = ac_record_parse(column->holder, column->field, text, &err);
        if (st != AC_OK) {
            if (tell) {
                if (column->field != AC_NO_INDEX)
                    hint_field(column->holder, column->field, &err);
                host_print_error(in->path, cell->line, cell->column, &err);
            }
            return 0;
        }
    }
    return 1;
}

int input_row(input *in, int tell)
{
    static const ac_text nothing = { "", 0 };
    while (csv_next(&in->reader)) {
        const csv *row = &in->reader;
        in->rows++;
        int is_whole = !row->fault.what && row->count == in->column_count;
        if (is_whole && !is_twin(in, tell))
            return 1;
        in->bad_rows++;
        if (!tell || is_whole)
            continue;
        if (row->fault.what)
            tell_fault(in->path, row->fault.line, row->fault.column, TOOL_CSV, row->fault.what, row->fault.hint, nothing);
        else
            tell_fault(in->path, row->cells[0].line, row->cells[row->count - 1].column, TOOL_CELLS,
                       row->count < in->column_count ? "this row has fewer cells than the header" : "this row has more cells than the header",
                       "an unknown value is an empty cell; a comma inside a value needs quotes around it", nothing);
    }
    return 0;
}

int input_next(input *in, int tell)
{
    while (input_row(in, tell)) {
        if (input_fill(in, 0, tell))
            return 1;
        in->bad_rows++;
    }
    return 0;
}

/* NAME.actor and NAME.role, where they are no fields: who did NAME. 0: something else, or refused. */
static int assign_doer(ac_record *record, ac_text name, ac_text value, ac_error *err)
{
    ac_record *holder;
    ac_text actor;
    uint32_t field, role;
    int is_actor = name.size > 6 && memcmp(name.data + name.size - 6, ".actor", 6) == 0;
    if (!is_actor && (name.size <= 5 || memcmp(name.data + name.size - 5, ".role", 5) != 0))
        return 0;
    name.size -= is_actor ? 6 : 5;
    if (ac_record_resolve(record, name, &holder, &field, err) != AC_OK)
        return 0;
    ac_record_actor(holder, field, AC_TIME_MAX, &actor, &role);
    if (is_actor)
        actor = value;
    else
        role = ac_policy_find_role(ac_record_policy(holder), value);
    if (!is_actor && role == AC_NO_INDEX) {
        err->code = TOOL_ARGUMENT;
        err->what = "the policy has no such role";
        err->hint = "aftercare list roles FILE shows them";
        return 0;
    }
    return ac_record_set_actor(holder, field, actor, role, err) == AC_OK;
}

static int set_fault(const char *assignment, size_t size, const char *what, const char *hint, ac_error *err)
{
    ac_error none = AC_ERROR_INIT;
    *err = none;
    err->status = AC_E_INVALID;
    err->code = TOOL_ARGUMENT;
    err->what = what;
    err->hint = hint;
    memcpy(err->name, assignment, size < sizeof err->name ? size : sizeof err->name - 1);
    return 0;
}

int input_is_new(const char *earlier, const char *assignment, ac_error *err)
{
    const char *equals = strchr(assignment, '=');
    size_t size = equals ? (size_t)(equals - assignment) + 1 : 0;
    if (size == 0 || strncmp(earlier, assignment, size) != 0)
        return 1;
    return set_fault(assignment, size - 1, "this name is given a value twice", "leave one of them out", err);
}

int input_assign(ac_record *record, const options *o, const char *assignment, ac_error *err)
{
    const char *equals = strchr(assignment, '=');
    ac_record *holder;
    uint32_t field;
    if (!equals)
        return set_fault(assignment, strlen(assignment), "this is not NAME=VALUE", "put quotes around an assignment that holds blanks", err);
    ac_text name = { assignment, (size_t)(equals - assignment) };
    ac_text value = text_of(equals + 1);
    if (!resolve(o, record, name, &holder, &field, err))
        return err->code != TOOL_WITH && assign_doer(record, name, value, err);
    if (field == AC_NO_INDEX)
        return ac_record_set_id(holder, value, err) == AC_OK;
    if (value.size == 0 || text_same(value, "unknown"))
        return ac_record_clear(holder, field, err) == AC_OK;
    return ac_record_parse(holder, field, value, err) == AC_OK;
}

int input_words(ac_record *record, const options *o, int first, int tell)
{
    ac_error err = AC_ERROR_INIT;
    for (int i = first; i < o->word_count; i++) {
        if (input_assign(record, o, o->words[i], &err))
            continue;
        const char *equals = strchr(o->words[i], '=');
        ac_text name = { o->words[i], equals ? (size_t)(equals - o->words[i]) : 0 };
        if (equals)
            input_hint(record, name, &err);
        if (tell)
            host_print_error(o->words[i], 0, 0, &err);
        return 0;
    }
    return 1;
}
