#include <aftercare/policy.h>

#include "base/assert.h"
#include "base/struct.h"
#include "policy/model/names.h"
#include "policy/model/written.h"

/* Ladders, looked up. */

uint32_t ac_policy_ladder_count(const ac_policy *policy)
{
    assert(policy);
    return policy->names->ladder_count;
}

ac_status ac_policy_ladder_at(const ac_policy *policy, uint32_t ladder, ac_ladder_info *out)
{
    ac_ladder_info       info = AC_LADDER_INFO_INIT;
    const ac_ladder_def *l;

    assert(policy && out);
    if (ladder >= policy->names->ladder_count)
        return AC_E_NOT_FOUND;
    l = &policy->names->ladders[ladder];
    info.name = l->name;
    info.record = l->record;
    info.field = l->field;
    info.rung_count = l->rung_count;
    info.line = ac_written_at(policy, l->line)->line;
    info.clause = ac_written_at(policy, l->line)->clause;
    return ac_struct_write(out, sizeof info, &info);
}

uint32_t ac_policy_find_ladder(const ac_policy *policy, ac_text name)
{
    assert(policy);
    return ac_names_find(policy->names, AC_NAME_LADDER, 0, name);
}

ac_text ac_policy_rung_name(const ac_policy *policy, uint32_t ladder, uint32_t rung)
{
    const ac_text none = { "", 0 };

    assert(policy);
    if (ladder >= policy->names->ladder_count || rung >= policy->names->ladders[ladder].rung_count)
        return none;
    return policy->names->ladders[ladder].rungs[rung];
}
