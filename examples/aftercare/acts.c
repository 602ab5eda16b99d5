#include "aftercare/acts.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"

enum { A_ID, A_EVENT, A_DO, A_AT, A_OFFENCE, A_PERSON, A_BY, A_ROLE, A_AMOUNT, A_REASON, A_COUNT };

static const char *const COLUMNS[A_COUNT] = { "id", "event", "do", "at", "offence", "engineer", "by", "role", "amount", "reason" };
static const input_table TABLE = { TOOL_ACTS, COLUMNS, A_COUNT, A_AT + 1, "acts need this column", "id, event, do and at say which act of which event, and when",
                                   "acts have no such column", "they have id, event, offence, engineer, do, at, by, role, amount, reason" };

static void fault(act_list *acts, uint32_t line, uint32_t column, const char *what, const char *hint, ac_text name)
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
        fault(acts, line->fault.what ? line->fault.line : line->cells[0].line, line->fault.what ? line->fault.column : 1,
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
        fault(acts, row.line, line->cells[at[A_DO]].column, "there is no such act", "choose, lapse, notify, accept, appeal, uphold, reduce, withdraw, confirm or reverse", cell[A_DO]);
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

int acts_read(act_list *acts, const char *path)
{
    csv *reader = must_zero(1, sizeof *reader);
    size_t size, at[A_COUNT], columns;
    int is_read = 0;
    acts->path = path;
    acts->text = host_read(path, &size);
    if (acts->text) {
        csv_open(reader, acts->text, size);
        is_read = input_table_header(&TABLE, acts->path, reader, at);
        columns = reader->count;
        while (is_read && csv_next(reader))
            read_row(acts, reader, columns, at);
        if (acts->count)
            qsort(acts->rows, acts->count, sizeof *acts->rows, by_time_and_id);
    }
    free(reader);
    return is_read;
}

void acts_free(act_list *acts)
{
    free(acts->rows);
    free(acts->text);
}

static int settles(const act_row *row)
{
    return row->act.verb == AC_CASE_CHOOSE || row->act.verb == AC_CASE_LAPSE;
}

const act_row *acts_choice(const act_list *acts, ac_text event)
{
    for (size_t i = 0; i < acts->count; i++)
        if (settles(&acts->rows[i]) && !acts->rows[i].is_dead && text_equal(acts->rows[i].event, event))
            return &acts->rows[i];
    return NULL;
}

/* ── cases ── */

/* A case and what it waits for. The case comes first: a pointer to it is one to both. */
typedef struct followed_case {
    ac_case      as;
    ac_milestone term;
} followed_case;

/* A choice that came by an act is not yet made when the case begins. */
static void open_again(penalty_line *line)
{
    int64_t settled = 0;
    int is_open = 0;
    for (uint32_t i = 0; i < line->charge.proposal.deed_count; i++) {
        ac_deed *deed = &line->deeds[i];
        if (!deed->chosen_by.size) {
            settled += deed->amount;
            continue;
        }
        is_open = deed->is_open = 1;
        deed->amount = deed->low;
    }
    if (!is_open)
        return;
    line->charge.proposal.state = AC_PROPOSAL_OPEN;
    if (line->charge.charged > settled)
        line->charge.charged = settled;
}

static void open_cases(penalty_list *list, ac_record *(*record)(void *user, const penalty_line *line), void *user)
{
    for (size_t i = 0; i < list->count; i++) {
        penalty_line *line = &list->lines[i];
        ac_case begun = AC_CASE_INIT;
        ac_record *of = record(user, line);
        line->with_choice = line->charge.charged;
        if (line->is_void || line->is_carried || !of)
            continue;
        if (line->choice)
            open_again(line);
        line->charge.payer = line->person;      /* which lasts */
        if (ac_case_open(of, line->id, line->at, &line->charge, line->deeds, &begun, NULL) != AC_OK)
            continue;
        line->state = must_zero(1, sizeof(followed_case));
        *line->state = begun;
    }
}

/* The one case that an act is about, or NULL after a message when `tell`. */
static penalty_line *find_line(act_list *acts, penalty_list *list, const act_row *row, int tell)
{
    penalty_line *found = NULL;
    int many = 0;
    for (size_t i = 0; i < list->count; i++) {
        penalty_line *line = &list->lines[i];
        if (!line->state || !text_equal(line->id, row->event) || (row->offence.size && !text_equal(line->state->key.offence, row->offence))
            || (row->person.size && !text_equal(line->person, row->person)))
            continue;
        many = found != NULL;
        found = line;
    }
    if (found && !many)
        return found;
    if (tell)
        fault(acts, row->line, 1, many ? "this event has several cases" : "nothing is proposed for this event that this could be done to",
              many ? "name the offence, or the engineer, in a column of that name" : "an event that is voided, excepted, undecided or without consequence has no case", row->event);
    return NULL;
}

static ac_status do_act(penalty_line *line, ac_record *record, act_row *row, ac_error *err)
{
    if (row->amount.size) {
        ac_status st = ac_policy_parse_money(line->policy, row->amount, &row->act.amount, err);
        if (st != AC_OK)
            return st;
    }
    row->act.charged = line->with_choice;
    return ac_case_do(line->state, record, &row->act, err);
}

/* What an act changed, as a line of its own. */
static void add_entries(penalty_list *list)
{
    for (size_t i = 0, n = list->count; i < n; i++)
        for (uint32_t k = 0; list->lines[i].state && k < list->lines[i].state->entry_count; k++) {
            const penalty_line *of = &list->lines[i];
            const ac_case_entry *entry = &of->state->entries[k];
            penalty_line line = { of->policy, of->id, { NULL, 0 }, entry->act.at, of->record, AC_CHARGE_INIT, NULL, 0, 0, entry, NULL, NULL, 0, 0, of->event };
            line.charge.offence = of->charge.offence;
            line.charge.proposal.state = AC_PROPOSAL_MADE;
            line.charge.proposal.clause = penalties_clause(of);
            line.charge.charged = entry->change;
            line.charge.payer = of->person;
            penalties_keep(list, &line, NULL);
        }
    penalties_sort(list);
}

/* What the cases wait for, and until when. */
static void follow_terms(const act_list *acts, penalty_list *list, ac_record *(*record)(void *user, const penalty_line *line), void *user)
{
    for (size_t i = 0; i < list->count; i++) {
        penalty_line *line = &list->lines[i];
        ac_milestone none = AC_MILESTONE_INIT;
        if (!line->state)
            continue;
        ac_milestone *term = &((followed_case *)line->state)->term;
        *term = none;
        if (line->state->is_open || line->state->state == AC_CASE_NOTIFIED)
            ac_case_term(line->state, record(user, line), line->state->is_open ? AC_CASE_CHOOSE : AC_CASE_APPEAL, acts->now, term, NULL);
    }
}

const ac_milestone *acts_term(const penalty_line *line)
{
    const ac_milestone *term = line->state ? &((const followed_case *)line->state)->term : NULL;
    return term && term->has_due ? term : NULL;
}

size_t acts_apply(act_list *acts, penalty_list *list, ac_record *(*record)(void *user, const penalty_line *line), void *user, int tell)
{
    size_t died = 0;
    open_cases(list, record, user);
    for (size_t i = 0; i < acts->count; i++) {
        act_row *row = &acts->rows[i];
        penalty_line *line = find_line(acts, list, row, tell);
        ac_error err = AC_ERROR_INIT;
        if (line && do_act(line, record(user, line), row, &err) == AC_OK)
            continue;
        if (tell) {
            acts->bad++;
            if (line)
                host_print_error(acts->path, row->line, 1, &err);
        }
        if (!settles(row) || row->is_dead || (line && line->choice && line->choice != row))
            continue;       /* the amount of another act was tried */
        died++;
        row->is_dead = 1;
    }
    if (tell) {
        follow_terms(acts, list, record, user);
        add_entries(list);
    }
    return died;
}
