#include "record/record.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "time/civil.h"

static ac_status reserve(ac_record *record, ac_error *err)
{
    size_t  room = record->history_room;
    void   *items = record->history;
    ac_mem *mem;

    if (record->history_count < room)
        return AC_OK;
    mem = ac_record_mem(record);
    if (record->history_count == UINT32_MAX || !ac_mem_grow(mem, &items, &room, room + 1, sizeof *record->history))
        return ac_mem_failed(mem, err);
    record->history = items;
    record->history_room = room;
    return AC_OK;
}

/* A free slot for the text of an entry. */
static ac_status reserve_text(ac_record *record, ac_text_slot **out, ac_error *err)
{
    ac_mem *mem = ac_record_mem(record);
    size_t  old = record->history_texts_room;
    size_t  room = old;
    void   *items = record->history_texts;

    if (record->history_texts_used == old) {
        if (!ac_mem_grow(mem, &items, &room, old + 1, sizeof *record->history_texts))
            return ac_mem_failed(mem, err);
        record->history_texts = items;
        record->history_texts_room = room;
        memset(record->history_texts + old, 0, (room - old) * sizeof *record->history_texts);
    }
    *out = &record->history_texts[record->history_texts_used];
    return AC_OK;
}

/* Behind all entries of the same or an earlier instant; room is reserved. */
static void insert(ac_record *record, uint32_t field, ac_cell cell, ac_time at)
{
    uint32_t  n = record->history_count;
    uint32_t  i = n && record->history[n - 1].at > at ? ac_record_entries_until(record, at) : n;
    ac_entry *e = &record->history[i];

    if (i < n)
        memmove(e + 1, e, (n - i) * sizeof *e);
    e->at = at;
    e->value = cell;
    e->value.spare = 0;
    e->field = field;
    record->history_count++;
    record->cells[field].spare |= AC_FIELD_HAS_HISTORY;
    record->kept = 0;
}

static int is_text(const ac_record *record, uint32_t field)
{
    return record->def->fields[field].type.kind == AC_TYPE_TEXT || record->def->fields[field].type.kind == AC_TYPE_RECORD;
}

ac_status ac_record_add(ac_record *record, uint32_t field, const ac_value *value, ac_time at, ac_error *err)
{
    ac_text_slot *slot = NULL;
    ac_cell       cell = { 0, 1, 0, 0, 0 };
    ac_status     st;

    assert(record && value);
    st = ac_record_can_fill(record, field, err);
    if (st == AC_OK && record->def->fields[field].is_slot)
        st = ac_record_refuse(record, field, AC_E_TYPE, AC_MSG_RECORD_COMPUTED, err);
    if (st == AC_OK && !ac_time_is_valid(at))
        st = ac_record_refuse(record, field, AC_E_RANGE, AC_MSG_VALUE_RANGE, err);
    if (st == AC_OK)
        st = reserve(record, err);
    if (st == AC_OK && is_text(record, field))
        st = reserve_text(record, &slot, err);
    if (st == AC_OK)
        st = ac_record_check(record, field, value, slot, &cell, err);
    if (st != AC_OK)
        return st;
    if (record->accepts[field].kind == AC_TYPE_DATETIME && record->def->fields[field].type.kind == AC_TYPE_MOMENT && cell.state == AC_VALUE_KNOWN && cell.num != at)
        return ac_record_refuse(record, field, AC_E_INVALID, AC_MSG_RECORD_MOMENT_AT, err);
    if (slot && cell.state == AC_VALUE_KNOWN && (const ac_string *)(intptr_t)cell.num == slot->string)
        record->history_texts_used++;
    insert(record, field, cell, at);
    return AC_OK;
}

ac_status ac_record_add_num(ac_record *record, uint32_t field, ac_type_kind type, uint32_t ref, int64_t num, ac_time at, ac_error *err)
{
    ac_value value = { AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };

    value.type = type;
    value.ref = ref;
    value.num = num;
    return ac_record_add(record, field, &value, at, err);
}

ac_status ac_record_add_numbered(ac_record *record, uint32_t field, uint32_t member, ac_time at, ac_error *err)
{
    ac_type type = { AC_TYPE_ENUM, 0, UINT16_MAX };

    if (field < record->def->field_count)
        type = record->def->fields[field].type;
    if (type.kind != AC_TYPE_ROLE && type.kind != AC_TYPE_STATE && type.kind != AC_TYPE_STEP && type.kind != AC_TYPE_RUNG)
        type.kind = AC_TYPE_ENUM;
    return ac_record_add_num(record, field, (ac_type_kind)type.kind, type.ref, member, at, err);
}

ac_status ac_record_add_parsed(ac_record *record, uint32_t field, ac_text text, ac_time at, ac_error *err)
{
    ac_value  value;
    ac_status st;

    assert(record);
    st = ac_record_can_fill(record, field, err);
    if (st == AC_OK)
        st = ac_policy_parse_value(record->policy, record->type, field, text, record->link->zone, &value, err);
    return st == AC_OK ? ac_record_add(record, field, &value, at, err) : st;
}

/* --- forgetting one field ----------------------------------------------------------------- */

/* Gives the slot of an entry's text back: its place is taken by the last one in use. */
static void give_back(ac_record *record, const ac_string *string)
{
    size_t       last = record->history_texts_used;
    size_t       i;
    ac_text_slot moved;

    for (i = 0; i < last; i++)
        if (record->history_texts[i].string == string) {
            moved = record->history_texts[i];
            record->history_texts[i] = record->history_texts[last - 1];
            record->history_texts[last - 1] = moved;
            record->history_texts_used--;
            return;
        }
}

ac_status ac_record_clear(ac_record *record, uint32_t field, ac_error *err)
{
    uint32_t  i, kept = 0;
    ac_status st;

    assert(record);
    st = ac_record_can_fill(record, field, err);
    if (st != AC_OK)
        return st;
    if (record->cells[field].spare & AC_FIELD_HAS_HISTORY) {
        for (i = 0; i < record->history_count; i++) {
            const ac_entry *e = &record->history[i];

            if (e->field != field)
                record->history[kept++] = *e;
            else if (is_text(record, field) && e->value.state == AC_VALUE_KNOWN)
                give_back(record, (const ac_string *)(intptr_t)e->value.num);
        }
        record->history_count = kept;
    }
    ac_record_forget_actors(record, field, 1);
    record->cells[field] = record->blank[field];
    record->kept = 0;
    return AC_OK;
}

/* --- reading --------------------------------------------------------------------------------- */

uint32_t ac_record_history_count(const ac_record *record)
{
    assert(record);
    return record->history_count;
}

ac_status ac_record_history_at(const ac_record *record, uint32_t i, uint32_t *field, ac_time *at, ac_value *value)
{
    const ac_entry *e;

    assert(record && field && at && value);
    if (i >= record->history_count)
        return AC_E_NOT_FOUND;
    e = &record->history[i];
    *field = e->field;
    *at = e->at;
    *value = ac_value_from_cell(record->policy, record->def->fields[e->field].type, e->value);
    return AC_OK;
}

ac_time ac_record_latest(const ac_record *record)
{
    ac_time  latest = AC_TIME_MIN;
    uint32_t i;

    assert(record);
    if (record->history_count)
        latest = record->history[record->history_count - 1].at;
    for (i = 0; i < record->def->field_count; i++) {
        const ac_cell *cell = &record->cells[i];

        if (cell->spare & AC_FIELD_IS_MOMENT && cell->state == AC_VALUE_KNOWN && cell->num > latest)
            latest = cell->num;
    }
    return latest;
}
