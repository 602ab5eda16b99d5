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

/* --- members that are gone --- */

static int is_enum_field(const ac_field_def *field)
{
    return (field->type.kind == AC_TYPE_ENUM || field->type.kind == AC_TYPE_MANY) && field->origin == AC_FIELD_RECORDED;
}

/* The enum of a recorded field by its names, or NULL; *of too when `of` is given. */
static const ac_enum *enum_of(const ac_policy *policy, ac_text record, ac_text field, uint32_t *of)
{
    uint32_t r = ac_names_find(policy->names, AC_NAME_RECORD, 0, record);
    uint32_t f = r == AC_NO_INDEX ? r : ac_names_find(policy->names, AC_NAME_FIELD, r, field);

    if (f == AC_NO_INDEX || !is_enum_field(&policy->records[r].fields[f]))
        return NULL;
    if (of)
        *of = policy->records[r].fields[f].type.ref;
    return &policy->enums[policy->records[r].fields[f].type.ref];
}

static int has_member(const ac_enum *e, ac_text name)
{
    uint32_t m = 0;

    while (e && m < e->member_count && !ac_text_equal(e->members[m].name, name))
        m++;
    return e && m < e->member_count;
}

/* The version between two that has the member too: it is told of that one. */
static int is_nearer(const ac_rulebook *book, const ac_policy *before, const ac_policy *after, ac_text record, ac_text field, ac_text member)
{
    const ac_policy *p = next_version(book, after->name, before);

    for (; p != after; p = next_version(book, after->name, p))
        if (has_member(enum_of(p, record, field, NULL), member))
            return 1;
    return 0;
}

/* An aggregate counts records of a version before, and this field of theirs may hold a member that `after` no longer knows. */
static void check_field(const ac_rulebook *book, const ac_policy *before, const ac_policy *after, const ac_aggregate *window, ac_text field, ac_log *log)
{
    ac_text        record = after->records[window->kind].name;
    uint32_t       e, m;
    const ac_enum *now = enum_of(after, record, field, &e), *then = enum_of(before, record, field, NULL);
    const ac_line *line = &after->lines[window->line];
    ac_place       place = { line->at, 1 };

    for (m = 0; then && m < then->member_count; m++)
        if (ac_names_find(after->names, AC_NAME_MEMBER, e, then->members[m].name) == AC_NO_INDEX
            && !is_nearer(book, before, after, record, field, then->members[m].name))
            ac_log_3(log, AC_MSG_VERSION_MEMBER_GONE, place, ac_arg_text(then->members[m].name), ac_arg_text(now->name.size > 0 ? now->name : field),
                     ac_arg_number(before->version));
}

/* The first aggregate over records with a field of that enum tells for all. */
static void check_enum(const ac_rulebook *book, const ac_policy *before, const ac_policy *after, uint32_t e, ac_log *log)
{
    uint32_t i, k;

    for (i = 0; i < after->aggregate_count; i++) {
        const ac_record_def *kind = &after->records[after->aggregates[i].kind];

        for (k = 0; k < kind->field_count; k++)
            if (is_enum_field(&kind->fields[k]) && kind->fields[k].type.ref == e && enum_of(before, kind->name, kind->fields[k].name, NULL)) {
                check_field(book, before, after, &after->aggregates[i], kind->fields[k].name, log);
                return;
            }
    }
}

static ac_status check_version(ac_mem *mem, const ac_rulebook *book, const ac_policy *after, ac_report *report, ac_error *err)
{
    static const ac_policy_limits normal = { 0 };
    const ac_policy *before = NULL, *p;
    ac_policy_limits limits;
    ac_source        source;
    ac_log           log;
    uint32_t         e;
    ac_status        st = ac_policy_limits_resolve(&normal, &limits, err);

    if (st != AC_OK)
        return st;
    source.name = ac_text_of(after->source_name);
    source.text = after->source;
    st = ac_log_begin(&log, mem, report, &source, &limits, 0, err);
    if (st != AC_OK)
        return st;
    for (p = next_version(book, after->name, NULL); p != after; p = next_version(book, after->name, p)) {
        for (e = 0; e < after->enum_count; e++)
            check_enum(book, p, after, e, &log);
        before = p;
    }
    if (before && before->effective_to < after->effective_from)
        log_number(&log, AC_MSG_VERSION_GAP, after->effective_place, before, before->effective_to, after->effective_from);
    return ac_log_end(&log, err);
}

ac_status ac_rulebook_check_versions(const ac_rulebook *book, ac_report *report, ac_error *err)
{
    ac_status worst = AC_OK, st = AC_OK;
    uint32_t  i;

    assert(book && report);
    for (i = 0; i < ac_rulebook_policy_count(book) && (st == AC_OK || st == AC_E_POLICY); i++) {
        st = check_version(&report->mem, book, ac_rulebook_policy_at(book, i), report, err);
        worst = st != AC_OK ? st : worst;
    }
    return worst;
}
