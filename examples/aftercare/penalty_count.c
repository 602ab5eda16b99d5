#include "aftercare/penalty_count.h"

#include <stdlib.h>
#include <string.h>

/* Enters the events of a log into the ledger, and what was done to their proposals. */

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
static void room_for(const penalty_log *r, uint32_t *charges, uint32_t *deeds)
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
static void carry_over(penalty_log *r, penalty_list *list, ac_ledger *ledger, ac_record *record, const event_row *row)
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
static const act_row *choose_by_act(penalty_log *r, const event_row *row, ac_occurrence *chosen)
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
static void refuse_choice(penalty_log *r, event_row *row, const ac_error *err)
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
static ac_text person_of(const penalty_log *r, const event_row *row)
{
    for (size_t i = 0; i < r->column_count; i++)
        if (r->uses[i] == USE_ENGINEER)
            return row->cells[i];
    return text_of("");
}

size_t penalty_count_events(penalty_log *r, penalty_list *list, int with_void)
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
        penalty_log_use(r, row->version);
        record = penalty_log_fill(r, row, &chosen, 0);
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

void penalties_free(penalty_list *list)
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

/* A record of a line's type under its version. */
static ac_record *record_for(void *user, const penalty_line *line)
{
    penalty_log *r = user;
    for (size_t v = 0; v < r->version_count; v++)
        if (r->versions[v].policy == line->policy)
            penalty_log_use(r, v);
    return penalty_log_record(r, line->record);
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

/* A choice that a case refuses is taken back from the ledger: then all is counted again. */
size_t penalty_count(penalty_log *r, penalty_list *list)
{
    size_t refused = penalty_count_events(r, list, 0);
    if (!r->o->acts)
        return refused;
    r->is_again = 1;
    while (acts_apply(&r->acts, list, record_for, r, 0) > 0) {
        penalties_free(list);
        penalty_count_events(r, list, 0);
    }
    penalties_free(list);
    penalty_count_events(r, list, 0);
    acts_apply(&r->acts, list, record_for, r, 1);
    return refused;
}
