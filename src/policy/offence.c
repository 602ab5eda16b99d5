#include <aftercare/policy.h>

#include "base/assert.h"
#include "policy/names.h"

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
    const ac_offence *o;

    assert(policy && out);
    if (offence >= policy->offence_count)
        return AC_E_NOT_FOUND;
    o = &policy->offences[offence];
    out->name = o->name;
    out->is_reward = o->is_reward;
    out->record = o->record;
    out->subject = subject_type(policy, o->subject);
    out->deed_count = o->deed_count;
    out->windows = o->counts;
    out->line = policy->lines[o->line].line;
    out->clause = policy->lines[o->line].clause;
    return AC_OK;
}

uint32_t ac_policy_find_offence(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_OFFENCE, 0, name);
}
