#include "base/assert.h"
#include "base/hash.h"
#include "base/struct.h"
#include "policy/model/names.h"
#include "policy/model/written.h"

/* What a compiled policy declares, by number and by name. */

static const ac_text empty = { "", 0 };

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

uint32_t ac_policy_revision(const ac_policy *policy)
{
    assert(policy);
    return policy->revision;
}

ac_text ac_policy_corrects(const ac_policy *policy)
{
    assert(policy);
    return policy->corrects;
}

void ac_policy_effective(const ac_policy *policy, ac_day *from, ac_day *to)
{
    assert(policy && from && to);
    *from = policy->effective_from;
    *to = policy->effective_to;
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

uint32_t ac_policy_record_count(const ac_policy *policy)
{
    assert(policy);
    return policy->record_count;
}

ac_status ac_policy_record_at(const ac_policy *policy, uint32_t record, ac_record_info *out)
{
    static const uint8_t opens[] = { AC_WORD_ON, AC_WORD_EACH, 0 };
    static const uint8_t heads[] = { AC_WORD_IS, AC_WORD_OF, AC_WORD_UNIQUE, AC_WORD_DATED, AC_WORD_PER, 0 };
    const ac_record_def *def = ac_record_def_at(policy, record);
    ac_record_info       info = AC_RECORD_INFO_INIT;
    const ac_line       *line;
    uint32_t             at;

    assert(out);
    if (!def)
        return AC_E_NOT_FOUND;
    line = ac_written_at(policy, def->line);
    info.name = def->name;
    info.kind = (ac_record_kind)def->kind;
    info.owner = def->owner;
    info.field_count = def->field_count;
    info.limit_count = def->limit_count;
    info.line = line->line;
    info.clause = line->clause;
    info.dated = def->dated;
    info.state_count = def->state_count;
    info.transition_count = def->transition_count;
    at = ac_written_find(policy, line->at, opens);
    if (at != AC_NO_INDEX)
        info.opening = ac_written_until(policy, at, heads);
    return ac_struct_write(out, sizeof info, &info);
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
    static const uint8_t by[] = { AC_WORD_BY, 0 };
    const ac_record_def *def = ac_record_def_at(policy, record);
    ac_field_info        info = AC_FIELD_INFO_INIT;
    const ac_field_def  *f;
    const ac_line       *line;

    assert(out);
    if (!def || field >= def->field_count)
        return AC_E_NOT_FOUND;
    f = &def->fields[field];
    line = ac_written_at(policy, f->line);
    info.name = f->name;
    info.type = (ac_type_kind)f->type.kind;
    info.ref = f->type.ref;
    info.origin = (ac_field_origin)f->origin;
    info.table = f->origin == AC_FIELD_TABLE ? f->table : AC_NO_INDEX;
    info.line = line->line;
    info.clause = line->clause;
    info.value = ac_written(policy, f->written);
    info.takes_value = f->origin == AC_FIELD_DERIVED ? f->is_slot : f->origin != AC_FIELD_TABLE && f->origin != AC_FIELD_RUNG;
    if ((f->origin == AC_FIELD_RECORDED && f->line != def->line) || f->origin == AC_FIELD_STEP)
        info.by = ac_written_after(policy, line->at, by, ac_written_tails);
    return ac_struct_write(out, sizeof info, &info);
}

uint32_t ac_policy_find_field(const ac_policy *policy, uint32_t record, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_FIELD, record, name);
}

ac_status ac_policy_limit_at(const ac_policy *policy, uint32_t record, uint32_t limit, ac_limit_info *out)
{
    const ac_record_def *def = ac_record_def_at(policy, record);
    ac_limit_info        info = AC_LIMIT_INFO_INIT;
    const ac_limit      *l;

    assert(out);
    if (!def || limit >= def->limit_count)
        return AC_E_NOT_FOUND;
    l = &def->limits[limit];
    info.name = l->name;
    info.moment = l->moment;
    info.line = ac_written_at(policy, l->line)->line;
    info.clause = ac_written_at(policy, l->line)->clause;
    info.form = (ac_limit_form)l->form;
    info.text = ac_written(policy, l->text);
    info.span = ac_written(policy, l->length);
    info.start = ac_written(policy, l->points);
    info.when = ac_written(policy, l->condition);
    info.calendar = l->calendar;
    info.role = l->role;
    info.by = ac_written(policy, l->actors);
    return ac_struct_write(out, sizeof info, &info);
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
