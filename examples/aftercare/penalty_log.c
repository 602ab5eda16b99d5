#include "aftercare/penalty_log.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/twins.h"

/* The log of events: its header, its rows, and which version of the policy judges each. */

static const char *const USES[USE_COUNT] = { "", "id", "offence", "record", "engineer", "time", "chosen", "chosen_by", "voided" };

void penalty_log_use(penalty_log *r, size_t version)
{
    r->book.policy = r->versions[version].policy;
    r->type = r->versions[version].type;
    r->scratch = r->versions[version].scratch;
    r->with = &r->versions[version].with;
}

static void fault(penalty_log *r, uint32_t line, uint32_t column, const char *what, const char *hint, ac_text name)
{
    ac_error err = AC_ERROR_INIT;
    if (r->is_quiet)
        return;
    err.code = TOOL_COLUMN;
    err.what = what;
    err.hint = hint;
    memcpy(err.name, name.data, name.size < sizeof err.name ? name.size : sizeof err.name - 1);
    host_print_error(r->path, line, column, &err);
}

/* ── the header ── */

ac_record *penalty_log_record(penalty_log *r, uint32_t type)
{
    ac_error err = AC_ERROR_INIT;
    if (!r->scratch[type] && ac_record_new(r->book.book, r->book.policy, type, text_of(""), NULL, &r->scratch[type], &err) != AC_OK)
        host_print_error(r->o->load.policy, 0, 0, &err);
    return r->scratch[type];
}

/* Whether a record of any version has a field of that name, or outward of it; if not, *err says so of the record of rows that name none. */
static int has_field(penalty_log *r, ac_text name, ac_error *err)
{
    ac_record *holder, *first = NULL;
    ac_error none = AC_ERROR_INIT;
    uint32_t field;
    for (size_t v = 0; v < r->version_count; v++) {
        penalty_log_use(r, v);
        for (uint32_t t = 0; t < ac_policy_record_count(r->book.policy); t++) {
            ac_record *record = penalty_log_record(r, t);
            if (!record || ac_record_resolve(record, name, &holder, &field, &none) == AC_OK)
                return 1;
            if (!first || t == r->type)
                first = record;
        }
    }
    if (!first)
        return 1;
    ac_record_resolve(first, name, &holder, &field, err);
    input_hint(first, name, err);
    return 0;
}

/* A column that is there twice, or for nothing, is told once. */
static int check_columns(penalty_log *r)
{
    int good = 1;
    for (size_t i = 0; i < r->column_count; i++) {
        ac_error err = AC_ERROR_INIT;
        for (size_t k = 0; k < i; k++)
            if (text_equal(r->names[k], r->names[i])) {
                fault(r, 1, r->reader->cells[i].column, "this column is there twice", "leave one out", r->names[i]);
                good = 0;
            }
        if (r->uses[i] != USE_FACT || has_field(r, r->names[i], &err))
            continue;
        host_print_error(r->path, 1, r->reader->cells[i].column, &err);
        good = 0;
    }
    return good;
}

int penalty_log_header(penalty_log *r)
{
    static const ac_text nothing = { "", 0 };
    int has_id = 0;
    if (!csv_next(r->reader) || r->reader->fault.what) {
        fault(r, 1, 1, r->reader->fault.what ? r->reader->fault.what : "the file is empty", "the first line names the columns", nothing);
        return 0;
    }
    r->column_count = r->reader->count;
    r->names = must_zero(r->column_count, sizeof *r->names);
    r->uses = must_zero(r->column_count, sizeof *r->uses);
    for (size_t i = 0; i < r->column_count; i++) {
        r->names[i].data = r->reader->cells[i].text;
        r->names[i].size = r->reader->cells[i].size;
        for (int u = USE_ID; u < USE_COUNT; u++)
            if (text_same(r->names[i], USES[u]))
                r->uses[i] = (use)u;
        has_id |= r->uses[i] == USE_ID;
    }
    if (!has_id)
        fault(r, 1, 1, "events need a column `id`", "it orders events of one instant, and an id twice is refused", nothing);
    return has_id && check_columns(r);
}

/* ── one row ── */

/* An offence that the policy has not: the hint names those that it has. */
static void refuse_offence(penalty_log *r, const event_row *row, size_t i)
{
    char hint[INPUT_HINT_BYTES];
    ac_offence_info info = AC_OFFENCE_INFO_INIT;
    snprintf(hint, sizeof hint, "%s", host_words("it has:"));
    for (uint32_t k = 0; ac_policy_offence_at(r->book.policy, k, &info) == AC_OK; k++)
        input_hint_name(hint, info.name);
    if (ac_policy_offence_count(r->book.policy))
        fault(r, row->line, row->columns[i], "the policy has no such offence or reward", hint, row->cells[i]);
    else
        fault(r, row->line, row->columns[i], "the policy has no offences and no rewards", "aftercare penalties --help tells what they are for", row->cells[i]);
}

/* The type of the row's record and, when one is stated, its offence. 0 after a message. */
static int find_type(penalty_log *r, event_row *row)
{
    ac_offence_info info = AC_OFFENCE_INFO_INIT;
    row->type = r->type;
    row->only = AC_NO_INDEX;
    for (size_t i = 0; i < r->column_count; i++) {
        if (row->cells[i].size == 0 || (r->uses[i] != USE_OFFENCE && r->uses[i] != USE_RECORD))
            continue;
        if (r->uses[i] == USE_OFFENCE) {
            row->only = ac_policy_find_offence(r->book.policy, row->cells[i]);
            if (row->only == AC_NO_INDEX || ac_policy_offence_at(r->book.policy, row->only, &info) != AC_OK) {
                refuse_offence(r, row, i);
                return 0;
            }
            row->type = info.record;
            return 1;
        }
        row->type = ac_policy_find_record(r->book.policy, row->cells[i]);
        if (row->type == AC_NO_INDEX) {
            fault(r, row->line, row->columns[i], "the policy has no such record", "name the record type that an offence is of", row->cells[i]);
            return 0;
        }
    }
    if (row->type != AC_NO_INDEX)
        return 1;
    fault(r, row->line, 1, "nothing says what kind of event this is", "fill the column `offence` or `record`, or name the RECORD behind FILE", text_of(""));
    return 0;
}

/* 1 yes, 0 no or nothing; -1 after a message. */
static int read_voided(penalty_log *r, const event_row *row, size_t i)
{
    ac_text cell = row->cells[i];
    if (text_same(cell, "yes"))
        return 1;
    if (cell.size == 0 || text_same(cell, "no"))
        return 0;
    fault(r, row->line, row->columns[i], "this is neither yes nor no", "a voided event says yes here; one that counts says no, or nothing", cell);
    return -1;
}

/* Whom it concerns: of the offence stated, else of every offence of the record. */
static ac_status set_person(penalty_log *r, ac_record *record, const event_row *row, ac_text person, ac_error *err)
{
    ac_status st = AC_OK;
    for (uint32_t i = 0; st == AC_OK && i < ac_policy_offence_count(r->book.policy); i++) {
        ac_offence_info info = AC_OFFENCE_INFO_INIT;
        if (ac_policy_offence_at(r->book.policy, i, &info) == AC_OK && info.record == row->type && (row->only == AC_NO_INDEX || row->only == i))
            st = ac_rules_set_subject(record, i, person, err);
    }
    return st;
}

static ac_status set_cell(penalty_log *r, ac_record *record, const event_row *row, size_t i, ac_occurrence *chosen, ac_error *err)
{
    ac_text cell = row->cells[i];
    ac_record *holder;
    ac_record_info info = AC_RECORD_INFO_INIT;
    uint32_t field;
    ac_error none = AC_ERROR_INIT;
    if (cell.size == 0 || r->uses[i] == USE_OFFENCE || r->uses[i] == USE_RECORD)
        return AC_OK;
    if (r->uses[i] == USE_ID)
        return ac_record_set_id(record, cell, err);
    if (ac_record_resolve(record, r->names[i], &holder, &field, r->uses[i] == USE_FACT ? err : &none) == AC_OK)
        return input_comes_with(r->o, record, holder, r->names[i], err) ? AC_E_INVALID : ac_record_parse(holder, field, cell, err);
    switch (r->uses[i]) {
    case USE_ENGINEER:
        return set_person(r, record, row, cell, err);
    case USE_TIME:
        if (ac_policy_record_at(r->book.policy, row->type, &info) == AC_OK && info.dated != AC_NO_INDEX)
            return ac_record_parse(record, info.dated, cell, err);
        return AC_OK;
    case USE_CHOSEN:
        chosen->has_chosen = 1;
        return ac_policy_parse_money(r->book.policy, cell, &chosen->chosen, err);
    case USE_CHOSEN_BY:
        chosen->chosen_by = cell;
        return AC_OK;
    case USE_VOIDED:
        return AC_OK;
    default:
        input_hint(record, r->names[i], err);
        return AC_E_NOT_FOUND;
    }
}

ac_record *penalty_log_fill(penalty_log *r, const event_row *row, ac_occurrence *chosen, int tell)
{
    ac_record *record = penalty_log_record(r, row->type);
    ac_occurrence blank = AC_OCCURRENCE_INIT;
    ac_error err = AC_ERROR_INIT;
    *chosen = blank;
    chosen->is_stated = row->only != AC_NO_INDEX;
    if (!record)
        return NULL;
    ac_record_reset(record);
    for (size_t i = 0; i < r->column_count; i++)
        if (set_cell(r, record, row, i, chosen, &err) != AC_OK) {
            if (tell)
                host_print_error(r->path, row->line, row->columns[i], &err);
            return NULL;
        }
    if (r->o->events && !events_fill(&r->history, record, tell))
        return NULL;
    with_join(r->with, record);
    return record;
}

/* When it happened, for the order. 0 after a message. */
static int date_of(penalty_log *r, ac_record *record, event_row *row)
{
    ac_record_info info = AC_RECORD_INFO_INIT;
    ac_value value;
    row->at = r->now;
    if (ac_policy_record_at(r->book.policy, row->type, &info) != AC_OK || info.dated == AC_NO_INDEX) {
        r->is_undated = 1;
        return 1;
    }
    if (ac_record_get(record, info.dated, &value, NULL) != AC_OK || value.state != AC_VALUE_KNOWN) {
        fault(r, row->line, 1, "nothing says when this happened", "fill the column `time`, or that of the moment that dates the record", text_of(""));
        return 0;
    }
    row->at = value.num;
    if (value.type == AC_TYPE_DATE && ac_rulebook_zone(r->book.book, r->book.policy))
        row->at = ac_zone_instant(ac_rulebook_zone(r->book.book, r->book.policy), (ac_day)value.num, 0);
    return 1;
}

/* The record of a row by the version at hand; NULL: it cannot read it. */
static ac_record *read_by(penalty_log *r, event_row *row)
{
    ac_occurrence chosen;
    ac_record *record = find_type(r, row) ? penalty_log_fill(r, row, &chosen, !r->is_quiet) : NULL;
    if (!record || !date_of(r, record, row))
        return NULL;
    ac_time latest = ac_record_latest(record);
    r->latest = latest > r->latest ? latest : r->latest;
    return record;
}

/* The number of the version that is in force at an instant; of one alone it is that one. */
static size_t version_on(const penalty_log *r, ac_time at)
{
    const ac_policy *policy = ac_rulebook_policy_on(r->book.book, ac_policy_name(r->book.policy), at);
    size_t v = 0;
    while (r->version_count > 1 && v < r->version_count && r->versions[v].policy != policy)
        v++;
    return v;
}

/* Any version that can read the row tells when it happened, and so which one judges it; 0 after a message. */
static int find_version(penalty_log *r, event_row *row)
{
    size_t reader = 0;
    r->is_quiet = 1;
    for (; r->version_count > 1 && reader < r->version_count; reader++) {
        penalty_log_use(r, reader);
        if (read_by(r, row))
            break;
    }
    r->is_quiet = 0;
    row->version = reader < r->version_count ? version_on(r, row->at) : r->version_count - 1;
    if (row->version < r->version_count) {
        penalty_log_use(r, row->version);
        return read_by(r, row) != NULL;
    }
    fault(r, row->line, 1, "no version of the policy is in force when this happened", "give the file of that version too", text_of(""));
    return 0;
}

/* ── the log ── */

static void keep_row(penalty_log *r, const event_row *row)
{
    if (r->row_count == r->row_room) {
        r->row_room = r->row_room ? r->row_room * 2 : 256;
        r->rows = must_resize(r->rows, r->row_room * sizeof *r->rows);
    }
    r->rows[r->row_count++] = *row;
}

static void read_row(penalty_log *r)
{
    static const ac_text nothing = { "", 0 };
    const csv *line = r->reader;
    event_row row = { 0 };
    r->seen++;
    r->bad++;
    if (line->fault.what) {
        fault(r, line->fault.line, line->fault.column, line->fault.what, line->fault.hint, nothing);
        return;
    }
    if (line->count != r->column_count) {
        fault(r, line->cells[0].line, 1, "this row has not as many cells as the header", "an unknown value is an empty cell; a comma inside a value needs quotes around it",
              nothing);
        return;
    }
    row.line = line->cells[0].line;
    row.cells = must_zero(r->column_count, sizeof *row.cells);
    row.columns = must_zero(r->column_count, sizeof *row.columns);
    for (size_t i = 0; i < r->column_count; i++) {
        row.cells[i].data = line->cells[i].text;
        row.cells[i].size = line->cells[i].size;
        row.columns[i] = line->cells[i].column;
        if (r->uses[i] == USE_ID && !row.id.data)
            row.id = row.cells[i];
    }
    for (size_t i = 0; i < r->column_count && row.is_void >= 0; i++)
        if (r->uses[i] == USE_VOIDED)
            row.is_void = read_voided(r, &row, i);
    if (row.is_void < 0 || !find_version(r, &row)) {
        free(row.cells);
        free(row.columns);
        return;
    }
    r->bad--;
    keep_row(r, &row);
}

static int by_time_and_id(const void *x, const void *y)
{
    const event_row *a = x, *b = y;
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : text_order(a->id, b->id);
}

static int is_same_row(const void *user, const twin *a, const twin *b)
{
    const penalty_log *r = user;
    for (size_t i = 0; i < r->column_count; i++)
        if (!text_equal(r->rows[a->number].cells[i], r->rows[b->number].cells[i]))
            return 0;
    return 1;
}

/* An id twice is one event fed twice, in whatever order. */
static void refuse_twins(penalty_log *r)
{
    twin *list = must_zero(r->row_count, sizeof *list);
    unsigned char *why = must_zero(r->row_count, 1);
    size_t kept = 0;
    for (size_t i = 0; i < r->row_count; i++) {
        list[i].id = r->rows[i].id;
        list[i].number = i;
    }
    twins_mark(list, r->row_count, is_same_row, r, why);
    for (size_t i = 0; i < r->row_count; i++) {
        if (!why[i]) {
            r->rows[kept++] = r->rows[i];
            continue;
        }
        if (why[i] == TWIN_DIFFERS)
            fault(r, r->rows[i].line, 1, "other rows say something else of this event", "an id stands for one event; leave the right row", r->rows[i].id);
        else
            fault(r, r->rows[i].line, 1, "this event was given before", "an id stands for one event; nothing is charged twice", r->rows[i].id);
        r->bad++;
        free(r->rows[i].cells);
        free(r->rows[i].columns);
    }
    r->row_count = kept;
    free(list);
    free(why);
}

void penalty_log_read(penalty_log *r)
{
    while (csv_next(r->reader))
        read_row(r);
    refuse_twins(r);
    if (r->row_count)
        qsort(r->rows, r->row_count, sizeof *r->rows, by_time_and_id);
}

void penalty_log_free(penalty_log *r)
{
    for (size_t i = 0; i < r->row_count; i++) {
        free(r->rows[i].cells);
        free(r->rows[i].columns);
    }
    free(r->rows);
    free(r->names);
    free(r->uses);
    free(r->reader);
    free(r->text);
}
