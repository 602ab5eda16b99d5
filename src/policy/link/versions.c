#include "base/assert.h"
#include "base/buffer.h"
#include "base/error.h"
#include "policy/link/link.h"
#include "policy/model/names.h"
#include "policy/report/limits.h"
#include "policy/report/report_data.h"

#include <string.h>

/* A policy's versions seen side by side: whether their times of effect follow each other, and whether a window that reaches back
 * over the change still understands what was recorded before it. */

typedef struct neighbours {
    const ac_policy *before, *after;
    ac_log          *log;       /* of the source of `after` */
} neighbours;

static int log_number(ac_log *log, ac_msg msg, ac_place place, const ac_policy *before, ac_day from, ac_day to)
{
    char first[AC_TIME_TEXT_BYTES], last[AC_TIME_TEXT_BYTES];

    ac_day_format(from, first);
    ac_day_format(to, last);
    return ac_log_3(log, msg, place, ac_arg_number(before->version), ac_arg_string(first), ac_arg_string(last));
}

/* The version whose effect begins next after `after`, or at the first of all when `after` is NULL. */
static const ac_policy *next_version(const ac_rulebook *book, ac_text name, const ac_policy *after)
{
    const ac_policy *next = NULL;
    uint32_t         i;

    for (i = 0; i < ac_rulebook_policy_count(book); i++) {
        const ac_policy *p = ac_rulebook_policy_at(book, i);

        if (ac_text_equal(p->name, name) && (!after || p->effective_from > after->effective_from) && (!next || p->effective_from < next->effective_from))
            next = p;
    }
    return next;
}

/* The enum of a name; one without a name, `one of …`, is nobody else's. */
static const ac_enum *find_enum(const ac_policy *policy, ac_text name)
{
    uint32_t e = name.size > 0 ? ac_names_find(policy->names, AC_NAME_ENUM, 0, name) : AC_NO_INDEX;

    return e == AC_NO_INDEX ? NULL : &policy->enums[e];
}

static int is_enum_field(const ac_field_def *field, uint32_t e)
{
    return (field->type.kind == AC_TYPE_ENUM || field->type.kind == AC_TYPE_MANY) && field->type.ref == e && field->origin == AC_FIELD_RECORDED;
}

/* The first windowed aggregate over records with a field of that enum, or NULL. */
static const ac_aggregate *find_window(const ac_policy *policy, uint32_t e)
{
    uint32_t i, k;

    for (i = 0; i < policy->aggregate_count; i++) {
        const ac_record_def *kind = &policy->records[policy->aggregates[i].kind];

        for (k = 0; k < kind->field_count; k++)
            if (is_enum_field(&kind->fields[k], e))
                return &policy->aggregates[i];
    }
    return NULL;
}

/* A record of the earlier version may hold a member that the later one no longer knows. */
static void check_members(const neighbours *n)
{
    uint32_t e, m;

    for (e = 0; e < n->after->enum_count; e++) {
        const ac_enum      *now = &n->after->enums[e], *then = find_enum(n->before, now->name);
        const ac_aggregate *window = then ? find_window(n->after, e) : NULL;
        const ac_line      *line = window ? &n->after->lines[window->line] : NULL;

        for (m = 0; window && m < then->member_count; m++)
            if (ac_names_find(n->after->names, AC_NAME_MEMBER, e, then->members[m].name) == AC_NO_INDEX) {
                ac_place place = { line->at, 1 };

                ac_log_3(n->log, AC_MSG_VERSION_MEMBER_GONE, place, ac_arg_text(then->members[m].name), ac_arg_text(now->name),
                         ac_arg_number(n->before->version));
            }
    }
}

static ac_status check_neighbours(ac_mem *mem, const ac_policy *before, const ac_policy *after, ac_report *report, ac_error *err)
{
    static const ac_policy_limits normal = { 0 };
    ac_policy_limits limits;
    ac_source        source;
    ac_log           log;
    neighbours       n;
    ac_status        st = ac_policy_limits_resolve(&normal, &limits, err);

    if (st != AC_OK)
        return st;
    source.name = ac_text_of(after->source_name);
    source.text = after->source;
    st = ac_log_begin(&log, mem, report, &source, &limits, 0, err);
    if (st != AC_OK)
        return st;
    n.before = before;
    n.after = after;
    n.log = &log;
    if (before->effective_to < after->effective_from)
        log_number(&log, AC_MSG_VERSION_GAP, after->effective_place, before, before->effective_to, after->effective_from);
    check_members(&n);
    return ac_log_end(&log, err);
}

ac_status ac_rulebook_check_versions(const ac_rulebook *book, ac_report *report, ac_error *err)
{
    ac_status worst = AC_OK, st = AC_OK;
    uint32_t  i;

    assert(book && report);
    for (i = 0; i < ac_rulebook_policy_count(book) && (st == AC_OK || st == AC_E_POLICY); i++) {
        const ac_policy *after = ac_rulebook_policy_at(book, i);
        const ac_policy *p = next_version(book, after->name, NULL), *before = NULL;

        for (; p != after; p = next_version(book, after->name, p))
            before = p;
        if (before)
            st = check_neighbours(&report->mem, before, after, report, err);
        worst = st != AC_OK ? st : worst;
    }
    return worst;
}
