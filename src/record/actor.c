#include "record/record.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/utf8.h"
#include "policy/report/report.h"
#include "time/civil.h"

/* Who did what: beside the history, so that records of hosts that do not ask stay as they are. */

/* Room for one more, its text included; what it holds counts only when `doer_count` does. */
static ac_status prepare(ac_record *record, ac_text actor, uint32_t role, ac_error *err)
{
    ac_mem  *mem = ac_record_mem(record);
    size_t   old = record->doer_room, room = old;
    void    *items = record->doers;
    ac_doer *doer;

    if (role != AC_NO_INDEX && role >= record->policy->role_count)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_ACT_ROLE, err);
    if (ac_utf8_check(actor) != actor.size)
        return ac_record_refuse(NULL, 0, AC_E_INVALID, AC_MSG_RECORD_UTF8, err);
    if (record->doer_count == old) {
        if (!ac_mem_grow(mem, &items, &room, old + 1, sizeof *record->doers))
            return ac_mem_failed(mem, err);
        record->doers = items;
        record->doer_room = room;
        memset(record->doers + old, 0, (room - old) * sizeof *record->doers);
    }
    doer = &record->doers[record->doer_count];
    if (!ac_text_slot_put(mem, &doer->actor, actor))
        return ac_mem_failed(mem, err);
    doer->role = role;
    return AC_OK;
}

static void keep(ac_record *record, uint32_t field, ac_time at)
{
    record->doers[record->doer_count].field = field;
    record->doers[record->doer_count].at = at;
    record->doer_count++;
}

ac_status ac_record_add_act(ac_record *record, const ac_act *act, ac_error *err)
{
    ac_status st = AC_OK;
    int       is_told;

    assert(record && act);
    if (act->size < sizeof *act)
        return ac_record_refuse(NULL, 0, AC_E_INVALID, AC_MSG_STRUCT_SIZE, err);
    is_told = act->actor.size > 0 || act->role != AC_NO_INDEX;
    if (is_told)
        st = prepare(record, act->actor, act->role, err);
    if (st != AC_OK)
        return st;
    if (act->value)
        st = ac_record_add(record, act->field, act->value, act->at, err);
    else
        st = ac_record_add_moment(record, act->field, act->at, err);
    if (st == AC_OK && is_told)
        keep(record, act->field, act->at);
    return st;
}

ac_status ac_record_set_actor(ac_record *record, uint32_t field, ac_text actor, uint32_t role, ac_error *err)
{
    ac_status st;

    assert(record);
    st = ac_record_can_fill(record, field, err);
    if (st == AC_OK)
        st = prepare(record, actor, role, err);
    if (st != AC_OK)
        return st;
    ac_record_forget_actors(record, field, 0);
    keep(record, field, AC_DOER_SET);
    return AC_OK;
}

/* The slot prepared last stays where it is; those given up come behind it. */
void ac_record_forget_actors(ac_record *record, uint32_t field, int all)
{
    uint32_t i, end = record->doer_count, kept = 0;
    ac_doer  moved;

    for (i = 0; i < end; i++) {
        if (record->doers[i].field == field && (all || record->doers[i].at == AC_DOER_SET))
            continue;
        moved = record->doers[kept];
        record->doers[kept++] = record->doers[i];
        record->doers[i] = moved;
    }
    if (kept < end && end < record->doer_room) {    /* the one prepared takes the first free place */
        moved = record->doers[kept];
        record->doers[kept] = record->doers[end];
        record->doers[end] = moved;
    }
    record->doer_count = kept;
}

const ac_doer *ac_record_doer_at(const ac_record *record, uint32_t field, ac_time at)
{
    const ac_doer *found = NULL;
    uint32_t       i;

    for (i = 0; i < record->doer_count; i++)
        if (record->doers[i].field == field && record->doers[i].at == at)
            found = &record->doers[i];
    return found;
}

const ac_doer *ac_record_doer(const ac_record *record, uint32_t field, ac_time as_of)
{
    const ac_entry *latest = ac_record_entry_until(record, field, as_of);

    return ac_record_doer_at(record, field, latest ? latest->at : AC_DOER_SET);
}

ac_status ac_record_actor(const ac_record *record, uint32_t field, ac_time as_of, ac_text *actor, uint32_t *role)
{
    const ac_doer *doer;

    assert(record && actor && role);
    actor->data = "";
    actor->size = 0;
    *role = AC_NO_INDEX;
    doer = field < record->def->field_count ? ac_record_doer(record, field, as_of) : NULL;
    if (!doer)
        return AC_E_NOT_FOUND;
    *actor = ac_doer_actor(doer);
    *role = doer->role;
    return AC_OK;
}
