#include <aftercare/policy.h>

#include "base/assert.h"
#include "base/struct.h"
#include "policy/model/names.h"
#include "policy/model/written.h"

/* Offences and rewards, looked up. */

uint32_t ac_policy_offence_count(const ac_policy *policy)
{
    assert(policy);
    return policy->offence_count;
}

/* The record type at the end of a path to a link or an owner. */
static uint32_t subject_type(const ac_policy *policy, uint32_t subject)
{
    const ac_path *path;

    if (subject >= policy->path_count)
        return AC_NO_INDEX;
    path = &policy->paths[subject];
    return path->field == AC_NO_INDEX ? path->holder : policy->records[path->holder].fields[path->field].type.ref;
}

ac_status ac_policy_offence_at(const ac_policy *policy, uint32_t offence, ac_offence_info *out)
{
    ac_offence_info   info = AC_OFFENCE_INFO_INIT;
    const ac_offence *o;

    assert(policy && out);
    if (offence >= policy->offence_count)
        return AC_E_NOT_FOUND;
    o = &policy->offences[offence];
    info.name = o->name;
    info.is_reward = o->is_reward;
    info.record = o->record;
    info.subject = subject_type(policy, o->subject);
    info.deed_count = o->deed_count;
    info.windows = o->counts;
    info.share_count = o->share_count;
    info.is_carried = o->carried_by != AC_NO_INDEX;
    info.appeal = ac_written(policy, o->appeal.written);
    if (o->appeal_to != AC_NO_INDEX)
        info.appeal_to = policy->roles[o->appeal_to];
    info.line = ac_written_at(policy, o->line)->line;
    info.clause = ac_written_at(policy, o->line)->clause;
    return ac_struct_write(out, sizeof info, &info);
}

ac_status ac_policy_window_at(const ac_policy *policy, uint32_t offence, uint32_t window, ac_window_info *out)
{
    static const char names[][10] = { "day", "week", "month", "quarter", "half-year", "year", "ever" };
    ac_window_info    info = AC_WINDOW_INFO_INIT;
    const ac_offence *o;

    assert(policy && out);
    if (offence >= policy->offence_count || window >= AC_NTH_SPAN + policy->offences[offence].span_count)
        return AC_E_NOT_FOUND;
    o = &policy->offences[offence];
    if (window < AC_NTH_SPAN) {
        info.name = ac_text_of(names[window]);
    } else {
        const ac_window_span *span = &o->spans[window - AC_NTH_SPAN];

        info.length = span->length;
        info.unit = (ac_unit)span->unit;
        info.from_first = span->from_first;
        info.most = span->most;
    }
    return ac_struct_write(out, sizeof info, &info);
}

uint32_t ac_policy_find_offence(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_OFFENCE, 0, name);
}
