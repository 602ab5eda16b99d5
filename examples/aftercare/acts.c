#include "aftercare/acts.h"

#include <stdlib.h>

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
        acts_fault(acts, row->line, 1, many ? "this event has several cases" : "nothing is proposed for this event that this could be done to",
              many ? "name the offence, or the engineer, in a column of that name" : "an event that is voided, excepted, undecided or without consequence has no case", row->event);
    return NULL;
}

/* Whether another amount was chosen for the same event, by an act that stands: the ledger takes one an event. */
static int is_second_choice(const penalty_line *line, const act_row *row)
{
    const act_row *first = line->choice;
    ac_minor a = 0, b = 0;
    return row->act.verb == AC_CASE_CHOOSE && first && first != row && !first->is_dead && !text_equal(first->id, row->id)
        && ac_policy_parse_money(line->policy, first->amount, &a, NULL) == AC_OK && ac_policy_parse_money(line->policy, row->amount, &b, NULL) == AC_OK && a != b
        && !text_equal(first->offence, row->offence);
}

static ac_status do_act(penalty_line *line, ac_record *record, act_row *row, ac_error *err)
{
    if (is_second_choice(line, row)) {
        err->code = TOOL_ACTS;
        err->what = "another amount was chosen for this event, and it takes one";
        err->hint = "give each offence that waits for an amount an event of its own";
        return AC_E_CONFLICT;
    }
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
            penalty_line line = { of->policy, of->id, { NULL, 0 }, entry->act.at, of->record, AC_CHARGE_INIT, NULL, 0, 0, entry, NULL, NULL, 0, 0, 0, { "", 0 }, of->event };
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
