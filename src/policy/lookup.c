#include "base/assert.h"
#include "base/hash.h"
#include "policy/names.h"
#include "policy/policy.h"

/* What a compiled policy declares, by number and by name. */

static const ac_text empty = { "", 0 };

static const ac_line *line_at(const ac_policy *policy, uint32_t i)
{
    static const ac_line nowhere = { 0, NULL, NULL };

    return i < policy->line_count ? &policy->lines[i] : &nowhere;
}

ac_text ac_policy_name(const ac_policy *policy)
{
    assert(policy);
    return policy->name;
}

uint32_t ac_policy_version(const ac_policy *policy)
{
    assert(policy);
    return policy->version;
}

ac_text ac_policy_timezone(const ac_policy *policy)
{
    assert(policy);
    return policy->timezone;
}

ac_status ac_policy_days_end(const ac_policy *policy, ac_days_end *out)
{
    assert(policy && out);
    if (!policy->has_days_end)
        return AC_E_NOT_FOUND;
    *out = policy->days_end;
    return AC_OK;
}

ac_text ac_policy_currency(const ac_policy *policy)
{
    assert(policy);
    return policy->currency.data ? policy->currency : empty;
}

ac_digest ac_policy_source_digest(const ac_policy *policy)
{
    assert(policy);
    return policy->source_digest;
}

ac_digest ac_policy_rule_digest(const ac_policy *policy)
{
    assert(policy);
    return policy->rule_digest;
}

ac_text ac_policy_label(const ac_policy *policy, ac_text name, ac_text lang)
{
    uint32_t i;

    assert(policy);
    for (i = 0; i < policy->label_count; i++)
        if (ac_text_equal(policy->labels[i].name, name) && ac_text_equal(policy->labels[i].lang, lang))
            return policy->labels[i].text;
    return name;
}

static const ac_record_def *record_at(const ac_policy *policy, uint32_t record)
{
    assert(policy);
    return record < policy->record_count ? &policy->records[record] : NULL;
}

uint32_t ac_policy_record_count(const ac_policy *policy)
{
    assert(policy);
    return policy->record_count;
}

ac_status ac_policy_record_at(const ac_policy *policy, uint32_t record, ac_record_info *out)
{
    const ac_record_def *def = record_at(policy, record);

    assert(out);
    if (!def)
        return AC_E_NOT_FOUND;
    out->name = def->name;
    out->kind = (ac_record_kind)def->kind;
    out->owner = def->owner;
    out->field_count = def->field_count;
    out->limit_count = def->limit_count;
    out->line = line_at(policy, def->line)->line;
    out->clause = line_at(policy, def->line)->clause;
    out->dated = def->dated;
    return AC_OK;
}

uint32_t ac_policy_find_record(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_RECORD, 0, name);
}

uint32_t ac_policy_find_kind(const ac_policy *policy, ac_record_kind kind)
{
    uint32_t i;

    assert(policy);
    for (i = 0; kind != AC_KIND_PLAIN && i < policy->record_count; i++)
        if (policy->records[i].kind == kind)
            return i;
    return AC_NO_INDEX;
}

ac_status ac_policy_field_at(const ac_policy *policy, uint32_t record, uint32_t field, ac_field_info *out)
{
    const ac_record_def *def = record_at(policy, record);
    const ac_field_def  *f;

    assert(out);
    if (!def || field >= def->field_count)
        return AC_E_NOT_FOUND;
    f = &def->fields[field];
    out->name = f->name;
    out->type = (ac_type_kind)f->type.kind;
    out->ref = f->type.ref;
    out->origin = (ac_field_origin)f->origin;
    out->table = f->origin == AC_FIELD_TABLE ? f->table : AC_NO_INDEX;
    out->line = line_at(policy, f->line)->line;
    out->clause = line_at(policy, f->line)->clause;
    return AC_OK;
}

uint32_t ac_policy_find_field(const ac_policy *policy, uint32_t record, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_FIELD, record, name);
}

ac_status ac_policy_limit_at(const ac_policy *policy, uint32_t record, uint32_t limit, ac_limit_info *out)
{
    const ac_record_def *def = record_at(policy, record);

    assert(out);
    if (!def || limit >= def->limit_count)
        return AC_E_NOT_FOUND;
    out->name = def->limits[limit].name;
    out->moment = def->limits[limit].moment;
    out->line = line_at(policy, def->limits[limit].line)->line;
    out->clause = line_at(policy, def->limits[limit].line)->clause;
    return AC_OK;
}

uint32_t ac_policy_find_limit(const ac_policy *policy, uint32_t record, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_LIMIT, record, name);
}

uint32_t ac_policy_enum_count(const ac_policy *policy)
{
    assert(policy);
    return policy->enum_count;
}

ac_text ac_policy_enum_name(const ac_policy *policy, uint32_t enumeration)
{
    assert(policy);
    return enumeration < policy->enum_count && policy->enums[enumeration].name.data ? policy->enums[enumeration].name : empty;
}

uint32_t ac_policy_member_count(const ac_policy *policy, uint32_t enumeration)
{
    assert(policy);
    return enumeration < policy->enum_count ? policy->enums[enumeration].member_count : 0;
}

ac_text ac_policy_member_name(const ac_policy *policy, uint32_t enumeration, uint32_t member)
{
    return member < ac_policy_member_count(policy, enumeration) ? policy->enums[enumeration].members[member].name : empty;
}

uint32_t ac_policy_calendar_count(const ac_policy *policy)
{
    assert(policy);
    return policy->calendar_count;
}

ac_text ac_policy_calendar_name(const ac_policy *policy, uint32_t calendar)
{
    assert(policy);
    return calendar < policy->calendar_count ? policy->calendars[calendar].name : empty;
}

uint32_t ac_policy_find_calendar(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_CALENDAR, 0, name);
}
