#include "record/record.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/utf8.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "time/civil.h"

/* Filling by the declarations: what plain.c does not write itself, errors included. */

ac_status ac_record_can_fill(const ac_record *record, uint32_t field, ac_error *err)
{
    if (field >= record->def->field_count)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_VALUE_NO_FIELD, err);
    if (record->accepts[field].never)
        return ac_record_refuse(record, field, AC_E_TYPE, AC_MSG_RECORD_COMPUTED, err);
    return AC_OK;
}

/* The error of a check, told with the field it is about. */
static ac_status about(const ac_record *record, uint32_t field, ac_status st, ac_error *err)
{
    if (st != AC_OK) {
        ac_error_subject(err, field);
        ac_error_name(err, record->def->fields[field].name);
    }
    return st;
}

static int is_text(ac_type type)
{
    return type.kind == AC_TYPE_TEXT || type.kind == AC_TYPE_RECORD;
}

static ac_status keep_text(ac_record *record, uint32_t field, ac_text text, ac_text_slot *slot, const ac_string **out, ac_error *err)
{
    ac_mem *mem = ac_record_mem(record);

    if (ac_utf8_check(text) != text.size)
        return ac_record_refuse(record, field, AC_E_INVALID, AC_MSG_RECORD_UTF8, err);
    *out = ac_policy_find_string(record->policy, text);
    if (*out)
        return AC_OK;
    if (!ac_text_slot_put(mem, slot, text))
        return ac_mem_failed(mem, err);
    *out = slot->string;
    return AC_OK;
}

ac_status ac_record_check(ac_record *record, uint32_t field, const ac_value *value, ac_text_slot *slot, ac_cell *out, ac_error *err)
{
    static const ac_string any = { 0, 0, { '\0' } };
    const ac_field_def    *def = &record->def->fields[field];
    const ac_string       *string;
    ac_text                text;
    ac_cell                cell;
    ac_status              st = ac_cell_from_value(record->policy, def->type, value, &any, &cell, err);

    if (st != AC_OK)
        return about(record, field, st, err);
    if (cell.state == AC_VALUE_KNOWN && is_text(def->type)) {
        text.data = value->text;
        text.size = value->text_size;
        st = keep_text(record, field, text, slot, &string, err);
        if (st != AC_OK)
            return st;
        cell.num = (int64_t)(intptr_t)string;
        cell.den = (int32_t)string->id;
    }
    st = ac_field_check(record->policy, def, cell, err);
    if (st != AC_OK)
        return about(record, field, st, err);
    if (cell.state == AC_VALUE_UNKNOWN)
        cell.num = AC_MISSING_SELF;
    *out = cell;
    return AC_OK;
}

static ac_status fill(ac_record *record, uint32_t field, const ac_value *value, ac_error *err)
{
    ac_cell   cell = { 0, 1, 0, 0, 0 };
    ac_status st = ac_record_can_fill(record, field, err);

    if (st == AC_OK)
        st = ac_record_check(record, field, value, &record->texts[field], &cell, err);
    if (st != AC_OK)
        return st;
    cell.spare = record->cells[field].spare;
    if (record->def->fields[field].is_slot)     /* given, it is what its cell says */
        cell.spare = cell.state == AC_VALUE_UNKNOWN ? record->blank[field].spare : 0;
    record->cells[field] = cell;
    record->kept = 0;
    return AC_OK;
}

ac_status ac_record_fill_num(ac_record *record, uint32_t field, ac_type_kind type, int64_t num, int64_t den, uint32_t ref, ac_error *err)
{
    ac_value value = { AC_TYPE_BOOL, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };

    value.type = type;
    value.num = num;
    value.den = den;
    value.ref = ref;
    return fill(record, field, &value, err);
}

ac_status ac_record_set_number(ac_record *record, uint32_t field, ac_ratio number, ac_error *err)
{
    assert(record);
    return ac_record_fill_num(record, field, AC_TYPE_NUMBER, number.num, number.den, 0, err);
}

ac_status ac_record_set_duration(ac_record *record, uint32_t field, ac_secs seconds, ac_error *err)
{
    assert(record);
    return ac_record_fill_num(record, field, AC_TYPE_DURATION, seconds, 1, 0, err);
}

ac_status ac_record_set_span(ac_record *record, uint32_t field, int64_t amount, ac_unit unit, ac_error *err)
{
    assert(record);
    return ac_record_fill_num(record, field, AC_TYPE_SPAN, amount, 1, (uint32_t)unit, err);
}

ac_status ac_record_set_text(ac_record *record, uint32_t field, ac_text text, ac_error *err)
{
    ac_value value = { AC_TYPE_TEXT, AC_VALUE_KNOWN, 0, 0, 0, 0, NULL, NULL, 0, 1 };

    assert(record);
    if (field < record->def->field_count && record->def->fields[field].type.kind == AC_TYPE_RECORD) {
        value.type = AC_TYPE_RECORD;
        value.ref = record->def->fields[field].type.ref;
    }
    if (text.size > UINT32_MAX)
        return ac_record_refuse(record, field, AC_E_RANGE, AC_MSG_VALUE_RANGE, err);
    value.text = text.data;
    value.text_size = (uint32_t)text.size;
    return fill(record, field, &value, err);
}

ac_status ac_record_fill_numbered(ac_record *record, uint32_t field, int64_t num, ac_error *err)
{
    ac_type type = { AC_TYPE_ENUM, 0, 0 };

    if (field < record->def->field_count)
        type = record->def->fields[field].type;
    switch (type.kind) {
    case AC_TYPE_ENUM:
    case AC_TYPE_ROLE:
    case AC_TYPE_STATE:
    case AC_TYPE_STEP:
    case AC_TYPE_RUNG:
        return ac_record_fill_num(record, field, (ac_type_kind)type.kind, num, 1, type.ref, err);
    default:
        return ac_record_fill_num(record, field, AC_TYPE_ENUM, num, 1, UINT32_MAX, err);
    }
}

ac_status ac_record_set_many(ac_record *record, uint32_t field, uint64_t members, ac_error *err)
{
    uint32_t ref = 0;

    assert(record);
    if (field < record->def->field_count)
        ref = record->def->fields[field].type.ref;
    return ac_record_fill_num(record, field, AC_TYPE_MANY, (int64_t)members, 1, ref, err);
}

ac_status ac_record_set_none(ac_record *record, uint32_t field, ac_error *err)
{
    ac_value value = { AC_TYPE_BOOL, AC_VALUE_NONE, 0, 0, 0, 0, NULL, NULL, 0, 1 };

    assert(record);
    return fill(record, field, &value, err);
}

ac_status ac_record_set(ac_record *record, uint32_t field, const ac_value *value, ac_error *err)
{
    assert(record && value);
    return fill(record, field, value, err);
}

/* `n/0` for a figure over records: there was nothing to divide by. What is not filled in, in contrast, is not known. */
static int divides_by_nothing(const ac_field_def *def, ac_text text)
{
    size_t i = 0, zeros = 0;

    if (!def->is_slot || (def->type.kind != AC_TYPE_NUMBER && def->type.kind != AC_TYPE_MONEY && def->type.kind != AC_TYPE_DURATION))
        return 0;
    while (i < text.size && text.data[i] >= '0' && text.data[i] <= '9')
        i++;
    if (i == 0 || i == text.size || text.data[i] != '/')
        return 0;
    while (i + 1 + zeros < text.size && text.data[i + 1 + zeros] == '0')
        zeros++;
    return zeros > 0 && i + 1 + zeros == text.size;
}

ac_status ac_record_parse(ac_record *record, uint32_t field, ac_text text, ac_error *err)
{
    ac_value  value;
    ac_status st;

    assert(record);
    st = ac_record_can_fill(record, field, err);
    if (st == AC_OK && divides_by_nothing(&record->def->fields[field], text)) {
        record->cells[field] = ac_cell_state(AC_VALUE_UNKNOWN, AC_NO_INDEX);
        record->kept = 0;
        return AC_OK;
    }
    if (st == AC_OK)
        st = about(record, field, ac_policy_parse_value(record->policy, record->type, field, text, record->link->zone, &value, err), err);
    return st == AC_OK ? fill(record, field, &value, err) : st;
}

ac_status ac_record_get(const ac_record *record, uint32_t field, ac_value *out, ac_error *err)
{
    ac_cell   cell;
    ac_status st;

    assert(record && out);
    st = ac_record_can_fill(record, field, err);
    if (st != AC_OK)
        return st;
    cell = ac_record_cell(record, field, INT64_MAX);
    *out = ac_value_from_cell(record->policy, record->def->fields[field].type, cell);
    return AC_OK;
}
