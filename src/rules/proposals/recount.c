#include <aftercare/cases.h>

#include <string.h>

#include "base/assert.h"
#include "base/check.h"
#include "base/error.h"
#include "base/hash.h"
#include "rules/decide.h"

/* What counting again would change of what was issued: two sorted lists, walked side by side. */

int ac_case_key_compare(const ac_case_key *a, const ac_case_key *b)
{
    int order;

    assert(a && b);
    order = ac_text_compare(a->event, b->event);
    if (order == 0)
        order = ac_text_compare(a->offence, b->offence);
    return order != 0 ? order : ac_text_compare(a->person, b->person);
}

/* The line at hand of a list, or NULL at its end. */
static const ac_issued *line_at(const ac_issued *lines, size_t count, size_t at)
{
    return at < count ? &lines[at] : NULL;
}

/* Steps past a line; the one behind it must follow in order. */
static ac_status step(const ac_issued *lines, size_t count, size_t *at, ac_error *err)
{
    size_t here = (*at)++;

    if (*at >= count || ac_case_key_compare(&lines[here].key, &lines[*at].key) < 0)
        return AC_OK;
    ac_decision_refuse(AC_E_CONFLICT, AC_MSG_RECOUNT_ORDER, (int64_t)*at, err);
    ac_error_name(err, lines[*at].key.event);
    return AC_E_CONFLICT;
}

static int differs(const ac_issued *was, const ac_issued *is)
{
    return !was || !is || was->amount != is->amount || memcmp(was->nth, is->nth, sizeof was->nth) != 0;
}

ac_status ac_recount_next(ac_recount *recount, ac_recount_change *out, ac_error *err)
{
    assert(recount && out && recount->size >= sizeof *recount);
    for (;;) {
        const ac_issued *was = line_at(recount->was, recount->was_count, recount->was_at), *is = line_at(recount->is, recount->is_count, recount->is_at);
        int              order = !is ? -1 : !was ? 1 : ac_case_key_compare(&was->key, &is->key);
        ac_status        st = AC_OK;

        if (!was && !is)
            return AC_E_NOT_FOUND;
        if (order <= 0)
            st = step(recount->was, recount->was_count, &recount->was_at, err);
        if (st == AC_OK && order >= 0)
            st = step(recount->is, recount->is_count, &recount->is_at, err);
        if (st != AC_OK)
            return st;
        out->was = order <= 0 ? was : NULL;
        out->is = order >= 0 ? is : NULL;
        if (!differs(out->was, out->is))
            continue;
        if (ac_i64_sub(out->is ? out->is->amount : 0, out->was ? out->was->amount : 0, &out->change))
            return AC_OK;
        ac_decision_refuse(AC_E_RANGE, AC_MSG_RECOUNT_RANGE, (int64_t)(out->is ? recount->is_at : recount->was_at) - 1, err);
        ac_error_name(err, out->is ? out->is->key.event : out->was->key.event);
        return AC_E_RANGE;
    }
}
