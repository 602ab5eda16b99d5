#include "record/record.h"

#include "base/assert.h"
#include "policy/report/report.h"
#include "time/civil.h"

/* A handle is its record, seen as one kind. */

struct ac_ticket { ac_record record; };
struct ac_customer { ac_record record; };
struct ac_engineer { ac_record record; };
struct ac_part { ac_record record; };

static ac_status make(ac_rulebook *book, ac_policy *policy, ac_record_kind kind, ac_text id, ac_record **out, ac_error *err)
{
    uint32_t type;

    *out = NULL;
    if (!policy && ac_rulebook_policy_count(book) == 1)
        policy = ac_rulebook_policy_at(book, 0);
    if (!policy)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_WHICH_POLICY, err);
    type = ac_policy_find_kind(policy, kind);
    if (type == AC_NO_INDEX)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_NO_KIND, err);
    return ac_record_new(book, policy, type, id, NULL, out, err);
}

ac_status ac_ticket_dated_at(const ac_ticket *ticket, ac_time *out, ac_error *err)
{
    const ac_record *record;
    uint32_t         field;
    ac_cell          cell;

    assert(ticket && out);
    record = &ticket->record;
    field = record->def->dated;
    if (field == AC_NO_INDEX)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_NOT_DATED, err);
    cell = ac_record_cell(record, field, INT64_MAX);
    if (cell.state != AC_VALUE_KNOWN)
        return ac_record_refuse(record, field, AC_E_NOT_FOUND, AC_MSG_RECORD_NOT_DATED, err);
    *out = cell.num;
    if (record->def->fields[field].type.kind == AC_TYPE_DATE) {
        if (!record->link->zone)
            return ac_record_refuse(record, field, AC_E_NOT_FOUND, AC_MSG_BOOK_NO_ZONE, err);
        *out = ac_zone_instant(record->link->zone, (ac_day)cell.num, 0);
    }
    return AC_OK;
}

/* How many records outward one is owned by a record of that type; AC_NO_INDEX: none. */
static uint32_t levels_to(const ac_policy *policy, uint32_t type, uint32_t owner)
{
    uint32_t level = 0;

    for (; type != AC_NO_INDEX; type = policy->records[type].owner, level++)
        if (policy->records[type].owner == owner)
            return level;
    return AC_NO_INDEX;
}

static uint32_t link_to(const ac_record_def *def, uint32_t type)
{
    uint32_t i;

    for (i = 0; i < def->field_count; i++)
        if (def->fields[i].type.kind == AC_TYPE_RECORD && def->fields[i].type.ref == type)
            return i;
    return AC_NO_INDEX;
}

ac_status ac_ticket_set_customer(ac_ticket *ticket, ac_customer *customer, ac_error *err)
{
    ac_record *record, *target = (ac_record *)customer;
    uint32_t   type, levels, field;
    ac_status  st;

    assert(ticket);
    record = &ticket->record;
    type = ac_policy_find_kind(record->policy, AC_KIND_CUSTOMER);
    if (type == AC_NO_INDEX)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_NO_KIND, err);
    if (target && (target->type != type || target->link != record->link))
        return ac_record_refuse(NULL, 0, AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, err);
    levels = levels_to(record->policy, record->type, type);
    if (levels == AC_NO_INDEX) {
        field = link_to(record->def, type);
        if (field == AC_NO_INDEX)
            return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_NO_OWNER, err);
        return ac_record_attach_link(record, field, target, err);
    }
    while (levels-- > 0) {
        st = ac_record_owner(record, &record, err);
        if (st != AC_OK)
            return st;
    }
    return ac_record_attach_owner(record, target, err);
}

#define HANDLE(kind, KIND)                                                                                                  \
    ac_status ac_##kind##_new(ac_rulebook *book, ac_policy *policy, ac_text id, ac_##kind **out, ac_error *err)            \
    {                                                                                                                       \
        ac_record *record;                                                                                                  \
        ac_status  st;                                                                                                      \
                                                                                                                            \
        assert(book && out);                                                                                                \
        st = make(book, policy, KIND, id, &record, err);                                                                    \
        *out = (ac_##kind *)record;                                                                                         \
        return st;                                                                                                          \
    }                                                                                                                       \
                                                                                                                            \
    void ac_##kind##_free(ac_##kind *handle)                                                                                \
    {                                                                                                                       \
        ac_record_free((ac_record *)handle);                                                                                \
    }                                                                                                                       \
                                                                                                                            \
    ac_record *ac_##kind##_record(ac_##kind *handle)                                                                        \
    {                                                                                                                       \
        assert(handle);                                                                                                     \
        return &handle->record;                                                                                             \
    }

HANDLE(ticket, AC_KIND_TICKET)
HANDLE(customer, AC_KIND_CUSTOMER)
HANDLE(engineer, AC_KIND_ENGINEER)
HANDLE(part, AC_KIND_PART)
