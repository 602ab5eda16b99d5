#include "record/record.h"

#include <string.h>

#include "base/assert.h"
#include "policy/model/value.h"
#include "time/civil.h"

/* The quick half of records: writing what needs no look at the declaration, reading, forgetting. Everything else, errors
 * included, goes the long way through fill.c and history.c. */

#define COUNT_MAX (INT64_C(1) << 53)

/* --- setting -------------------------------------------------------------------------- */

static int takes(const ac_record *record, uint32_t field, ac_type_kind kind)
{
    return field < record->def->field_count && record->accepts[field].kind == kind;
}

ac_status ac_record_set_bool(ac_record *record, uint32_t field, int yes, ac_error *err)
{
    assert(record);
    if (!takes(record, field, AC_TYPE_BOOL))
        return ac_record_fill_num(record, field, AC_TYPE_BOOL, yes != 0, 1, 0, err);
    ac_record_put(record, field, yes != 0);
    return AC_OK;
}

ac_status ac_record_set_count(ac_record *record, uint32_t field, int64_t count, ac_error *err)
{
    assert(record);
    if (!takes(record, field, AC_TYPE_COUNT) || count < 0 || count > COUNT_MAX)
        return ac_record_fill_num(record, field, AC_TYPE_COUNT, count, 1, 0, err);
    ac_record_put(record, field, count);
    return AC_OK;
}

ac_status ac_record_set_money(ac_record *record, uint32_t field, ac_minor minor, ac_error *err)
{
    assert(record);
    if (!takes(record, field, AC_TYPE_MONEY))
        return ac_record_fill_num(record, field, AC_TYPE_MONEY, minor, 1, 0, err);
    ac_record_put(record, field, minor);
    return AC_OK;
}

ac_status ac_record_set_date(ac_record *record, uint32_t field, ac_day day, ac_error *err)
{
    assert(record);
    if (!takes(record, field, AC_TYPE_DATE) || day < AC_DAY_MIN || day > AC_DAY_MAX)
        return ac_record_fill_num(record, field, AC_TYPE_DATE, day, 1, 0, err);
    ac_record_put(record, field, day);
    return AC_OK;
}

ac_status ac_record_set_moment(ac_record *record, uint32_t field, ac_time at, ac_error *err)
{
    assert(record);
    if (!takes(record, field, AC_TYPE_DATETIME) || !ac_time_is_valid(at))
        return ac_record_fill_num(record, field, AC_TYPE_DATETIME, at, 1, 0, err);
    ac_record_put(record, field, at);
    return AC_OK;
}

ac_status ac_record_set_member(ac_record *record, uint32_t field, uint32_t member, ac_error *err)
{
    assert(record);
    if (field >= record->def->field_count || member >= record->accepts[field].members)
        return ac_record_fill_numbered(record, field, member, err);
    ac_record_put(record, field, member);
    return AC_OK;
}

/* --- history ----------------------------------------------------------------------------- */

uint32_t ac_record_entries_until(const ac_record *record, ac_time at)
{
    uint32_t low = 0;
    uint32_t high = record->history_count;

    if (high == 0 || record->history[high - 1].at <= at)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (record->history[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const ac_entry *ac_record_entry_until(const ac_record *record, uint32_t field, ac_time at)
{
    uint32_t i = ac_record_entries_until(record, at);

    while (i-- > 0)
        if (record->history[i].field == field)
            return &record->history[i];
    return NULL;
}

static ac_cell missing(void)
{
    return ac_cell_state(AC_VALUE_UNKNOWN, AC_MISSING_SELF);
}

ac_cell ac_record_cell(const ac_record *record, uint32_t field, ac_time as_of)
{
    ac_cell cell = record->cells[field];
    uint8_t flags = cell.spare;

    if (flags & AC_FIELD_HAS_HISTORY) {
        uint32_t i = ac_record_entries_until(record, as_of);

        while (i-- > 0)
            if (record->history[i].field == field)
                return record->history[i].value;
    }
    if (flags & AC_FIELD_IS_MOMENT && cell.state == AC_VALUE_KNOWN && cell.num > as_of)
        return missing();
    cell.spare = 0;
    return cell;
}

/* An entry that comes last, of an instant that is one, into room that is there. @return 0: not so. */
static inline int append(ac_record *record, uint32_t field, int64_t num, ac_time at)
{
    uint32_t  n = record->history_count;
    ac_entry *e;

    if (n == record->history_room || !ac_time_is_valid(at) || (n > 0 && record->history[n - 1].at > at))
        return 0;
    e = &record->history[n];
    e->at = at;
    e->value = ac_cell_known(num);
    e->field = field;
    record->history_count = n + 1;
    record->cells[field].spare |= AC_FIELD_HAS_HISTORY;
    record->kept = 0;
    return 1;
}

ac_status ac_record_add_moment(ac_record *record, uint32_t field, ac_time at, ac_error *err)
{
    assert(record);
    if (takes(record, field, AC_TYPE_DATETIME) && append(record, field, at, at))
        return AC_OK;
    return ac_record_add_num(record, field, AC_TYPE_DATETIME, 0, at, at, err);
}

ac_status ac_record_add_bool(ac_record *record, uint32_t field, int yes, ac_time at, ac_error *err)
{
    assert(record);
    if (takes(record, field, AC_TYPE_BOOL) && append(record, field, yes != 0, at))
        return AC_OK;
    return ac_record_add_num(record, field, AC_TYPE_BOOL, 0, yes != 0, at, err);
}

ac_status ac_record_add_member(ac_record *record, uint32_t field, uint32_t member, ac_time at, ac_error *err)
{
    assert(record);
    if (field < record->def->field_count && member < record->accepts[field].members && append(record, field, member, at))
        return AC_OK;
    return ac_record_add_numbered(record, field, member, at, err);
}

/* --- forgetting --------------------------------------------------------------------------- */

static void reset_one(ac_record *r)
{
    memcpy(r->cells, r->blank, r->def->field_count * sizeof *r->cells);
    r->kept = 0;
    r->history_count = 0;
    r->history_texts_used = 0;
    r->doer_count = 0;
    r->owner = r->own_owner;
    if (r->links)
        memcpy(r->links, r->own_links, r->def->field_count * sizeof *r->links);
    if (r->id.string)
        r->id.string->size = 0;
}

static int belongs_to(const ac_record *r, const ac_record *above)
{
    while (r && r != above)
        r = r->parent;
    return r != NULL;
}

void ac_record_reset(ac_record *record)
{
    ac_record *root = record, *r;

    assert(record);
    reset_one(record);
    while (root->parent)
        root = root->parent;
    for (r = root->family; r; r = r->family)
        if (root == record || belongs_to(r, record))
            reset_one(r);
}
