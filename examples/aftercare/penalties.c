#include "aftercare/penalties.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aftercare/acts.h"
#include "aftercare/input.h"
#include "aftercare/recount.h"
#include "aftercare/with.h"

/* penalties: a log of events, each an offence stated or the record that may be one; who owes or earns what. */

/* What a column is for when the record of the row has no field of its name. */
typedef enum use { USE_FACT, USE_ID, USE_OFFENCE, USE_RECORD, USE_ENGINEER, USE_TIME, USE_CHOSEN, USE_CHOSEN_BY, USE_VOIDED, USE_COUNT } use;

static const char *const USES[USE_COUNT] = { "", "id", "offence", "record", "engineer", "time", "chosen", "chosen_by", "voided" };

typedef struct event_row {
    ac_text  *cells;
    uint32_t *columns;      /* of the cells, for messages */
    uint32_t  line;
    ac_text   id;
    size_t    version;      /* which judges it */
    uint32_t  type, only;
    ac_time   at;
    int       is_void;
    int       is_refused;   /* what was chosen for it, and told */
} event_row;

/* One version of the policy. */
typedef struct rules {
    ac_policy  *policy;
    uint32_t    type;       /* of rows that name neither record nor offence; AC_NO_INDEX: none */
    ac_record **scratch;    /* one per record type, made on first use */
    with        with;
} rules;

typedef struct log_reader {
    const options *o;
    const char    *path;
    host_book      book;        /* its policy is the one at hand */
    rules         *versions;
    size_t         version_count;
    int            is_quiet;    /* whether a version can read a row is being found out */
    ac_time        now, latest;    /* judged at; the latest instant of the log */
    int            is_undated;     /* a row has no instant of its own: it happens now */
    char          *text;
    csv           *reader;
    size_t         column_count;
    ac_text       *names;
    use           *uses;
    event_row     *rows;
    size_t         row_count, row_room, seen, bad, refused_choices;
    uint32_t       type;        /* as the version at hand has them */
    ac_record    **scratch;
    const with    *with;        /* of the version at hand */
    act_list       acts;
    events         history;     /* with --events */
    int            is_again;    /* messages were given before */
} log_reader;

static void use_version(log_reader *r, size_t version)
{
    r->book.policy = r->versions[version].policy;
    r->type = r->versions[version].type;
    r->scratch = r->versions[version].scratch;
    r->with = &r->versions[version].with;
}

static void fault(log_reader *r, uint32_t line, uint32_t column, const char *what, const char *hint, ac_text name)
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

static ac_record *record_of(log_reader *r, uint32_t type)
{
    ac_error err = AC_ERROR_INIT;
    if (!r->scratch[type] && ac_record_new(r->book.book, r->book.policy, type, text_of(""), NULL, &r->scratch[type], &err) != AC_OK)
        host_print_error(r->o->load.policy, 0, 0, &err);
    return r->scratch[type];
}

/* Whether a record of any version has a field of that name, or outward of it; if not, *err says so of the record of rows that name none. */
static int has_field(log_reader *r, ac_text name, ac_error *err)
{
    ac_record *holder, *first = NULL;
    ac_error none = AC_ERROR_INIT;
    uint32_t field;
    for (size_t v = 0; v < r->version_count; v++) {
        use_version(r, v);
        for (uint32_t t = 0; t < ac_policy_record_count(r->book.policy); t++) {
            ac_record *record = record_of(r, t);
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
static int check_columns(log_reader *r)
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

static int read_header(log_reader *r)
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
static void refuse_offence(log_reader *r, const event_row *row, size_t i)
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
static int find_type(log_reader *r, event_row *row)
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
static int read_voided(log_reader *r, const event_row *row, size_t i)
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
static ac_status set_person(log_reader *r, ac_record *record, const event_row *row, ac_text person, ac_error *err)
{
    ac_status st = AC_OK;
    for (uint32_t i = 0; st == AC_OK && i < ac_policy_offence_count(r->book.policy); i++) {
        ac_offence_info info = AC_OFFENCE_INFO_INIT;
        if (ac_policy_offence_at(r->book.policy, i, &info) == AC_OK && info.record == row->type && (row->only == AC_NO_INDEX || row->only == i))
            st = ac_rules_set_subject(record, i, person, err);
    }
    return st;
}

static ac_status set_cell(log_reader *r, ac_record *record, const event_row *row, size_t i, ac_occurrence *chosen, ac_error *err)
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

/* Fills the scratch record of the row's type. NULL after a message, when `tell`. */
static ac_record *fill(log_reader *r, const event_row *row, ac_occurrence *chosen, int tell)
{
    ac_record *record = record_of(r, row->type);
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
static int date_of(log_reader *r, ac_record *record, event_row *row)
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
static ac_record *read_by(log_reader *r, event_row *row)
{
    ac_occurrence chosen;
    ac_record *record = find_type(r, row) ? fill(r, row, &chosen, !r->is_quiet) : NULL;
    if (!record || !date_of(r, record, row))
        return NULL;
    ac_time latest = ac_record_latest(record);
    r->latest = latest > r->latest ? latest : r->latest;
    return record;
}

/* The number of the version that is in force at an instant; of one alone it is that one. */
static size_t version_on(const log_reader *r, ac_time at)
{
    const ac_policy *policy = ac_rulebook_policy_on(r->book.book, ac_policy_name(r->book.policy), at);
    size_t v = 0;
    while (r->version_count > 1 && v < r->version_count && r->versions[v].policy != policy)
        v++;
    return v;
}

/* Any version that can read the row tells when it happened, and so which one judges it; 0 after a message. */
static int find_version(log_reader *r, event_row *row)
{
    size_t reader = 0;
    r->is_quiet = 1;
    for (; r->version_count > 1 && reader < r->version_count; reader++) {
        use_version(r, reader);
        if (read_by(r, row))
            break;
    }
    r->is_quiet = 0;
    row->version = reader < r->version_count ? version_on(r, row->at) : r->version_count - 1;
    if (row->version < r->version_count) {
        use_version(r, row->version);
        return read_by(r, row) != NULL;
    }
    fault(r, row->line, 1, "no version of the policy is in force when this happened", "give the file of that version too", text_of(""));
    return 0;
}

/* ── the log ── */

static void keep_row(log_reader *r, const event_row *row)
{
    if (r->row_count == r->row_room) {
        r->row_room = r->row_room ? r->row_room * 2 : 256;
        r->rows = must_resize(r->rows, r->row_room * sizeof *r->rows);
    }
    r->rows[r->row_count++] = *row;
}

static void read_row(log_reader *r)
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

static int by_id(const void *x, const void *y)
{
    const event_row *a = *(const event_row *const *)x, *b = *(const event_row *const *)y;
    int order = text_order(a->id, b->id);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

static int is_same_row(const log_reader *r, const event_row *a, const event_row *b)
{
    for (size_t i = 0; i < r->column_count; i++)
        if (!text_equal(a->cells[i], b->cells[i]))
            return 0;
    return 1;
}

enum { TWIN_NONE, TWIN_AGAIN, TWIN_DIFFERS };

/* Of `count` rows of one id: the same again is passed over, and of rows that differ none can be trusted. */
static void mark_twins(const log_reader *r, const event_row **rows, size_t count, unsigned char *why)
{
    int differ = 0;
    for (size_t i = 1; i < count; i++)
        differ |= !is_same_row(r, rows[0], rows[i]);
    for (size_t i = !differ; i < count; i++)
        why[rows[i] - r->rows] = differ ? TWIN_DIFFERS : TWIN_AGAIN;
}

/* An id twice is one event fed twice, in whatever order. */
static void refuse_twins(log_reader *r)
{
    const event_row **sorted = must_zero(r->row_count + 1, sizeof *sorted);
    unsigned char *why = must_zero(r->row_count + 1, 1);
    size_t kept = 0, count;
    for (size_t i = 0; i < r->row_count; i++)
        sorted[i] = &r->rows[i];
    qsort(sorted, r->row_count, sizeof *sorted, by_id);
    for (size_t i = 0; i < r->row_count; i += count) {
        for (count = 1; i + count < r->row_count && text_equal(sorted[i]->id, sorted[i + count]->id); count++)
            ;
        mark_twins(r, sorted + i, count, why);
    }
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
    free(sorted);
    free(why);
}

/* ── counting ── */

void penalties_keep(penalty_list *list, const penalty_line *line, const ac_deed *deeds)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 256;
        list->lines = must_resize(list->lines, list->room * sizeof *list->lines);
    }
    penalty_line *to = &list->lines[list->count++];
    *to = *line;
    to->number = list->count;
    to->deeds = must_zero(line->charge.proposal.deed_count + 1, sizeof *to->deeds);
    if (deeds)
        memcpy(to->deeds, deeds, line->charge.proposal.deed_count * sizeof *to->deeds);
    to->person.data = text_copy(line->charge.payer);    /* the scratch record forgets it */
    to->person.size = line->charge.payer.size;
}

/* For any version. */
static void room_for(const log_reader *r, uint32_t *charges, uint32_t *deeds)
{
    *charges = *deeds = 0;
    for (size_t v = 0; v < r->version_count; v++) {
        ac_offence_info info = AC_OFFENCE_INFO_INIT;
        for (uint32_t i = 0; ac_policy_offence_at(r->versions[v].policy, i, &info) == AC_OK; i++) {
            *charges += info.share_count ? info.share_count : 1;
            *deeds += info.deed_count;
        }
    }
}

/* What a person owes of earlier periods, before the event at hand: a line for each cap that takes something of it. */
static void carry_over(log_reader *r, penalty_list *list, ac_ledger *ledger, ac_record *record, const event_row *row)
{
    for (uint32_t i = 0; i < ac_policy_offence_count(r->book.policy); i++) {
        ac_offence_info info = AC_OFFENCE_INFO_INIT;
        ac_carried carried = AC_CARRIED_INIT;
        penalty_line line = { r->book.policy, row->id, { NULL, 0 }, row->at, row->type, AC_CHARGE_INIT, NULL, 0, 1, NULL, NULL, NULL, 0, 0, 0, { "", 0 }, 0 };
        if (ac_policy_offence_at(r->book.policy, i, &info) != AC_OK || info.record != row->type || !info.is_carried)
            continue;
        if (ac_ledger_carry(ledger, record, i, r->now, &carried, NULL) != AC_OK || (carried.taken == 0 && carried.state == AC_PROPOSAL_NONE))
            continue;
        line.charge.offence = i;
        line.charge.payer = carried.person;
        line.charge.charged = carried.taken;
        line.charge.carried = carried.left;
        line.charge.proposal.state = carried.state == AC_PROPOSAL_NONE ? AC_PROPOSAL_MADE : carried.state;
        line.charge.proposal.missing = carried.missing;
        penalties_keep(list, &line, NULL);
        if (carried.state != AC_PROPOSAL_NONE)
            break;
    }
}

/* An amount chosen by an act of its own; its role and the rest are the case's matter. */
static const act_row *choose_by_act(log_reader *r, const event_row *row, ac_occurrence *chosen)
{
    const act_row *choice = acts_choice(&r->acts, row->id);
    if (choice && choice->act.verb == AC_CASE_LAPSE) {
        chosen->has_lapsed = 1;
        return choice;
    }
    if (!choice || ac_policy_parse_money(r->book.policy, choice->amount, &chosen->chosen, NULL) != AC_OK)
        return NULL;
    chosen->has_chosen = 1;
    return choice;
}

/* An amount chosen that its offence does not allow: told once, and the event stays open. */
static void refuse_choice(log_reader *r, event_row *row, const ac_error *err)
{
    uint32_t column = 1;
    if (row->is_refused)
        return;
    row->is_refused = 1;
    for (size_t i = 0; i < r->column_count; i++)
        if (r->uses[i] == USE_CHOSEN)
            column = row->columns[i];
    host_print_error(r->path, row->line, column, err);
    r->refused_choices++;
}

/* Whom the log names; empty: nobody in a column of its own. */
static ac_text person_of(const log_reader *r, const event_row *row)
{
    for (size_t i = 0; i < r->column_count; i++)
        if (r->uses[i] == USE_ENGINEER)
            return row->cells[i];
    return text_of("");
}

/* Enters the events in order. Voided ones are shown without being counted, or counted when `with_void`. */
static size_t count_events(log_reader *r, penalty_list *list, int with_void)
{
    ac_ledger *ledger = NULL, *aside = NULL;
    ac_error err = AC_ERROR_INIT;
    uint32_t charge_room, deed_room, count;
    size_t refused = 0;
    room_for(r, &charge_room, &deed_room);
    list->events = must_zero(r->row_count + 1, sizeof *list->events);
    ac_charge *charges = must_zero(charge_room + 1, sizeof *charges);
    ac_deed *deeds = must_zero(deed_room + 1, sizeof *deeds);
    if (ac_ledger_new(NULL, &ledger, &err) != AC_OK || ac_ledger_new(NULL, &aside, &err) != AC_OK) {
        host_print_error(r->path, 0, 0, &err);
        refused = r->row_count;
    }
    for (size_t i = 0; ledger && aside && i < r->row_count; i++) {
        event_row *row = &r->rows[i];
        ac_occurrence chosen;
        ac_record *record;
        const act_row *choice = NULL;
        use_version(r, row->version);
        record = fill(r, row, &chosen, 0);
        int is_void = row->is_void && !with_void;
        if (is_void)
            ac_ledger_reset(aside);
        else if (record)
            carry_over(r, list, ledger, record, row);
        ac_status st = AC_E_INVALID;
        if (record && !chosen.has_chosen)
            choice = choose_by_act(r, row, &chosen);
        if (record)
            st = ac_ledger_enter(is_void ? aside : ledger, record, row->id, row->only, &chosen, r->now, charges, charge_room, &count, deeds, deed_room, &err);
        if (st != AC_OK && chosen.has_chosen) {     /* it happened, whatever was chosen for it; of a choice by an act the case tells */
            if (!choice)
                refuse_choice(r, row, &err);
            choice = NULL;
            chosen.has_chosen = chosen.has_lapsed = 0;
            st = ac_ledger_enter(is_void ? aside : ledger, record, row->id, row->only, &chosen, r->now, charges, charge_room, &count, deeds, deed_room, &err);
        }
        if (st != AC_OK) {
            if (!with_void && !r->is_again)
                host_print_error(r->path, row->line, 1, &err);
            refused++;
            continue;
        }
        list->events[list->event_count].at = row->at;
        list->events[list->event_count++].person = person_of(r, row);
        for (uint32_t k = 0; k < count; k++) {
            penalty_line line = { r->book.policy, row->id, { NULL, 0 }, row->at, row->type, charges[k], NULL, is_void, 0, NULL, NULL, choice, 0, 0, 0, { "", 0 }, list->event_count - 1 };
            penalties_keep(list, &line, deeds + charges[k].first_deed);
        }
    }
    penalties_doubt(list);
    ac_ledger_free(ledger);
    ac_ledger_free(aside);
    free(charges);
    free(deeds);
    return refused;
}

static void free_list(penalty_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->lines[i].deeds);
        free(list->lines[i].state);
        free((char *)(uintptr_t)list->lines[i].person.data);
    }
    free(list->lines);
    free(list->events);
    list->lines = NULL;
    list->events = NULL;
    list->count = list->room = list->event_count = 0;
}

static int has_void(const log_reader *r)
{
    for (size_t i = 0; i < r->row_count; i++)
        if (r->rows[i].is_void)
            return 1;
    return 0;
}

/* A record of a line's type under its version. */
static ac_record *record_for(void *user, const penalty_line *line)
{
    log_reader *r = user;
    for (size_t v = 0; v < r->version_count; v++)
        if (r->versions[v].policy == line->policy)
            use_version(r, v);
    return record_of(r, line->record);
}

static int by_place(const void *x, const void *y)
{
    const penalty_line *a = x, *b = y;
    int order = (a->at > b->at) - (a->at < b->at);
    if (order == 0)
        order = text_order(a->id, b->id);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

void penalties_sort(penalty_list *list)
{
    if (list->count)
        qsort(list->lines, list->count, sizeof *list->lines, by_place);
}

/* Counts, and carries out the acts. A choice that a case refuses is taken back from the ledger: then all is counted again. */
static size_t count_with_acts(log_reader *r, penalty_list *list)
{
    size_t refused = count_events(r, list, 0);
    if (!r->o->acts)
        return refused;
    r->is_again = 1;
    while (acts_apply(&r->acts, list, record_for, r, 0) > 0) {
        free_list(list);
        count_events(r, list, 0);
    }
    free_list(list);
    count_events(r, list, 0);
    acts_apply(&r->acts, list, record_for, r, 1);
    return refused;
}

static int by_person(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

/* Whether the log speaks of the person whose statement is wanted; else it is told who there is. */
static int find_person(const options *o, const penalty_list *list)
{
    char **names = must_zero(list->count + list->event_count + 1, sizeof *names), hint[INPUT_HINT_BYTES];
    size_t count = 0;
    int is_found = 0;
    for (size_t i = 0; i < list->count + list->event_count; i++) {
        ac_text person = i < list->count ? list->lines[i].person : list->events[i - list->count].person;
        is_found |= text_same(person, o->statement);
        if (person.size)
            names[count++] = text_copy(person);
    }
    if (!is_found) {
        qsort(names, count, sizeof *names, by_person);
        snprintf(hint, sizeof hint, "%s", host_words("there are:"));
        for (size_t i = 0; i < count; i++)
            if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
                input_hint_name(hint, text_of(names[i]));
        options_word(o->command, "person", o->statement, names, count, hint);
    }
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return is_found;
}

/* As the options say; with what was issued, CSV is of the differences. */
static void tell_all(const options *o, const penalty_list *list, const recount *changes)
{
    if (o->json)
        penalties_json(list, changes, stdout);
    else if (o->csv && o->issued)
        recount_csv(changes, stdout);
    else if (o->csv)
        penalties_csv(list, stdout);
    else if (o->statement)
        penalties_statement(list, stdout);
    else
        penalties_text(list, stdout);
    if (o->json || o->csv)
        return;
    if (changes)
        recount_text(changes, stdout);
    if (o->why)
        penalties_why(list, stdout);
}

static int tell(log_reader *r)
{
    FILE *page = r->o->html ? fopen(r->o->html, "wb") : NULL;
    if (r->o->html && !page) {
        fprintf(stderr, "aftercare: %s: %s\n", r->o->html, strerror(errno));
        return EXIT_USAGE;
    }
    ac_policy **versions = must_zero(r->version_count, sizeof *versions);
    penalty_list list = { r->versions[0].policy, versions, r->version_count, ac_rulebook_zone(r->book.book, r->versions[0].policy), NULL, 0, 0, r->o->month, r->o->statement, r->now, NULL, 0 };
    for (size_t v = 0; v < r->version_count; v++)
        versions[v] = r->versions[v].policy;
    penalty_list full = list;
    size_t refused = count_with_acts(r, &list);
    recount changes = { .list = &list }, *told = r->o->issued || has_void(r) ? &changes : NULL;
    int is_read = !r->o->issued || recount_read(&changes, r->o->issued);
    if (told && !r->o->issued) {
        count_events(r, &full, 1);
        recount_count(&changes, &full);
    }
    if (told)
        recount_compare(&changes);
    size_t strays = r->o->events ? events_strays(&r->history) + r->history.bad_rows : 0;
    int is_someone = !r->o->statement || find_person(r->o, &list);
    if (is_read)
        tell_all(r->o, &list, told);
    if (page && is_read)
        penalties_page(&list, told, r->o->lang, page);
    if (page)
        fclose(page);
    size_t bad = changes.was.bad, seen = changes.was.seen;
    int code = is_read ? EXIT_DONE : changes.was.text ? EXIT_REFUSED : EXIT_USAGE;
    recount_free(&changes);
    free_list(&list);
    free_list(&full);
    free(versions);
    if (bad)
        fprintf(stderr, "aftercare penalties: %zu of %zu issued lines left out\n", bad, seen);
    if (code != EXIT_DONE)
        return code;
    if (r->refused_choices)
        fprintf(stderr, "aftercare penalties: %zu chosen amount%s refused; the events stay open\n", r->refused_choices, r->refused_choices == 1 ? "" : "s");
    if (strays)
        fprintf(stderr, "aftercare penalties: %zu of %zu events of the history left out\n", strays, r->history.count + r->history.bad_rows);
    if (r->bad + refused + r->acts.bad + bad + strays + r->refused_choices == 0 && is_someone)
        return EXIT_DONE;
    if (r->bad + refused)
        fprintf(stderr, "aftercare penalties: %zu of %zu rows left out\n", r->bad + refused, r->seen);
    if (r->acts.bad)
        fprintf(stderr, "aftercare penalties: %zu of %zu acts left out\n", r->acts.bad, r->acts.seen);
    return EXIT_REFUSED;
}

/* The record of rows that name none: the one given, else the one that all offences are of. */
static int find_default_type(log_reader *r)
{
    r->type = AC_NO_INDEX;
    if (r->o->word_count > 1) {
        r->type = options_record(r->o, r->book.policy, text_of(r->o->words[1]));
        return r->type != AC_NO_INDEX;
    }
    for (uint32_t i = 0; i < ac_policy_offence_count(r->book.policy); i++) {
        ac_offence_info info = AC_OFFENCE_INFO_INIT;
        if (ac_policy_offence_at(r->book.policy, i, &info) != AC_OK)
            continue;
        if (r->type != AC_NO_INDEX && r->type != info.record) {
            r->type = AC_NO_INDEX;
            return 1;
        }
        r->type = info.record;
    }
    return 1;
}

/* The latest instant that events and acts tell of; of none, the clock's. */
static ac_time latest_of(const log_reader *r)
{
    ac_time latest = r->latest;
    for (size_t i = 0; i < r->acts.count; i++)
        latest = r->acts.rows[i].act.at > latest ? r->acts.rows[i].act.at : latest;
    return latest > AC_TIME_MIN ? latest : r->now;
}

static int run(log_reader *r)
{
    size_t size;
    r->text = host_read(r->path, &size);
    if (!r->text)
        return EXIT_USAGE;
    csv_open(r->reader, r->text, size);
    for (size_t v = 0; v < r->version_count; v++) {
        use_version(r, v);
        if (!find_default_type(r))
            return EXIT_USAGE;
        r->versions[v].type = r->type;
    }
    if (!read_header(r))
        return EXIT_REFUSED;
    while (csv_next(r->reader))
        read_row(r);
    refuse_twins(r);
    if (r->row_count)
        qsort(r->rows, r->row_count, sizeof *r->rows, by_time_and_id);
    if (!r->o->at && !r->is_undated)
        r->now = latest_of(r);
    return tell(r);
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = ac_policy_version(((const rules *)x)->policy), b = ac_policy_version(((const rules *)y)->policy);
    return (a > b) - (a < b);
}

/* The files beside the log. An exit code. */
static int open_files(log_reader *r)
{
    int code = EXIT_DONE;
    for (size_t v = 0; code == EXIT_DONE && v < r->version_count; v++)
        code = with_open(&r->versions[v].with, r->o, r->book.book, r->versions[v].policy);
    if (code == EXIT_DONE && r->o->events && !events_open(&r->history, r->o->events))
        code = r->history.unreadable ? EXIT_USAGE : EXIT_REFUSED;
    if (code == EXIT_DONE && r->o->acts && !acts_read(&r->acts, r->o->acts))
        code = r->acts.text ? EXIT_REFUSED : EXIT_USAGE;
    return code;
}

static void open_versions(log_reader *r)
{
    r->version_count = ac_rulebook_policy_count(r->book.book);
    r->versions = must_zero(r->version_count, sizeof *r->versions);
    for (size_t v = 0; v < r->version_count; v++) {
        r->versions[v].policy = ac_rulebook_policy_at(r->book.book, (uint32_t)v);
        r->versions[v].scratch = must_zero(ac_policy_record_count(r->versions[v].policy) + 1, sizeof *r->versions[v].scratch);
    }
    qsort(r->versions, r->version_count, sizeof *r->versions, by_number);
}

static int is_month(const char *text)
{
    int year, month, n = 0;
    return sscanf(text, "%4d-%2d%n", &year, &month, &n) == 2 && n == 7 && text[7] == '\0' && month >= 1 && month <= 12;
}

int command_penalties(const options *o)
{
    log_reader r = { 0 };
    ac_policy *owned;
    int unreadable, code;
    if (o->word_count < 1 || !o->in)
        return usage(o->command, "a FILE and --in CSV are needed");
    if (o->month && !is_month(o->month))
        return usage(o->command, "--month wants a month such as 2026-07, not \"%s\"", o->month);
    r.o = o;
    r.path = o->in;
    r.latest = AC_TIME_MIN;
    if (!options_at(o, host_now(), &r.now))
        return EXIT_USAGE;
    r.acts.now = r.now;
    if (!host_open(&o->load, &r.book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    r.reader = must_zero(1, sizeof *r.reader);
    owned = r.book.policy;
    open_versions(&r);
    code = open_files(&r);
    if (code == EXIT_DONE)
        code = run(&r);
    acts_free(&r.acts);
    events_close(&r.history);
    for (size_t i = 0; i < r.row_count; i++) {
        free(r.rows[i].cells);
        free(r.rows[i].columns);
    }
    for (size_t v = 0; v < r.version_count; v++) {
        for (uint32_t i = 0; i < ac_policy_record_count(r.versions[v].policy); i++)
            ac_record_free(r.versions[v].scratch[i]);
        free(r.versions[v].scratch);
        with_close(&r.versions[v].with);
    }
    free(r.versions);
    free(r.rows);
    free(r.names);
    free(r.uses);
    free(r.reader);
    free(r.text);
    r.book.policy = owned;
    host_close(&r.book);
    return code;
}
