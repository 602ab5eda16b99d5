#include "record/record.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/hash.h"
#include "policy/report/report.h"

/* Paths. First by types alone, so that a wrong path makes nothing; then along the records. */

#define STEPS_MAX 32

typedef struct route {
    uint32_t steps[STEPS_MAX];
    uint32_t count;
    uint32_t type;          /* record type reached */
    uint32_t field;
} route;

/* Takes the segment before the next dot; a name in backquotes may hold dots. @return 0 when there is none. */
static int take_segment(ac_text *path, ac_text *out)
{
    const char *end;
    size_t      quote = path->size > 0 && path->data[0] == '`';

    if (path->size == 0)
        return 0;
    end = memchr(path->data + quote, quote ? '`' : '.', path->size - quote);
    if (quote && !end)
        return 0;
    out->data = path->data + quote;
    out->size = (end ? (size_t)(end - path->data) : path->size) - quote;
    end = out->data + out->size + quote;
    path->size -= (size_t)(end - path->data);
    path->data = end;
    if (path->size == 0)
        return out->size > 0;
    if (path->data[0] != '.' || path->size == 1)
        return 0;
    path->data++;
    path->size--;
    return out->size > 0;
}

static int add_step(route *r, uint32_t step, uint32_t type)
{
    if (r->count == STEPS_MAX)
        return 0;
    r->steps[r->count++] = step;
    r->type = type;
    return 1;
}

static int to_owner(const ac_policy *policy, route *r)
{
    uint32_t owner = policy->records[r->type].owner;

    return owner != AC_NO_INDEX && add_step(r, AC_OWNER_STEP, owner);
}

/* The last segment: a field of the record reached; a bare name also outward of it. */
static int find_field(const ac_policy *policy, route *r, ac_text name, int outward)
{
    do {
        r->field = ac_policy_find_field(policy, r->type, name);
        if (r->field != AC_NO_INDEX)
            return 1;
    } while (outward && to_owner(policy, r));
    return 0;
}

static int step_by_link(const ac_policy *policy, route *r, ac_text name)
{
    uint32_t            field = ac_policy_find_field(policy, r->type, name);
    const ac_field_def *def;

    if (field == AC_NO_INDEX)
        return 0;
    def = &policy->records[r->type].fields[field];
    return def->type.kind == AC_TYPE_RECORD && add_step(r, field, def->type.ref);
}

/* A segment in front: a link, the record's own type (the first one only), or the type of an owner; nearest first. */
static int find_step(const ac_policy *policy, route *r, ac_text name, int first)
{
    route start = *r;

    if (step_by_link(policy, r, name))
        return 1;
    if (first && ac_text_equal(policy->records[r->type].name, name))
        return 1;
    while (to_owner(policy, r)) {
        if (ac_text_equal(policy->records[r->type].name, name))
            return 1;
        if (first && step_by_link(policy, r, name))
            return 1;
    }
    *r = start;
    return 0;
}

static int find_route(const ac_policy *policy, ac_text path, route *r)
{
    ac_text segment;
    int     first = 1;

    while (take_segment(&path, &segment)) {
        if (path.size == 0)
            return find_field(policy, r, segment, first);
        if (!find_step(policy, r, segment, first))
            return 0;
        first = 0;
    }
    return 0;
}

static ac_status walk(ac_record *from, const uint32_t *steps, uint32_t count, ac_record **out, ac_error *err)
{
    ac_status st = AC_OK;
    uint32_t  i;

    *out = from;
    for (i = 0; st == AC_OK && i < count; i++)
        st = steps[i] == AC_OWNER_STEP ? ac_record_owner(*out, out, err) : ac_record_link(*out, steps[i], out, err);
    return st;
}

ac_status ac_record_reach(ac_record *record, const ac_path *path, ac_record **out, ac_error *err)
{
    return walk(record, path->steps, path->step_count, out, err);
}

ac_status ac_record_resolve(ac_record *record, ac_text path, ac_record **holder, uint32_t *field, ac_error *err)
{
    route      r;
    ac_record *at;
    ac_status  st;

    assert(record && holder && field);
    *holder = NULL;
    *field = AC_NO_INDEX;
    r.count = 0;
    r.type = record->type;
    r.field = AC_NO_INDEX;
    if (!find_route(record->policy, path, &r)) {
        st = ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, r.count == STEPS_MAX ? AC_MSG_RECORD_PATH_LONG : AC_MSG_RECORD_NO_FACT, err);
        ac_error_name(err, path);
        return st;
    }
    st = walk(record, r.steps, r.count, &at, err);
    if (st != AC_OK)
        return st;
    *holder = at;
    *field = r.field;
    return AC_OK;
}
