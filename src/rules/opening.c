#include "rules/opening.h"

#include "base/assert.h"
#include "base/buffer.h"
#include "base/error.h"
#include "policy/model/value.h"
#include "rules/decide.h"
#include "rules/operate.h"
#include "time/civil.h"

/* What a moment or the calendar opens. */

static const ac_opening_def *opening_of(const ac_record *opener, uint32_t type)
{
    return &opener->policy->records[type].opening;
}

int ac_opening_is_opener(const ac_record *record, uint32_t type)
{
    uint32_t owner = record->policy->records[type].owner;

    return record->type == (owner == AC_NO_INDEX ? type : owner);
}

/* --- when ----------------------------------------------------------------------------- */

/* When the owner begins; AC_TIME_MIN while nothing says so. */
static ac_time begin_of(ac_eval *e)
{
    uint32_t dated = e->record->def->dated;
    ac_time  at;

    return dated != AC_NO_INDEX && ac_eval_begins(e, e->record, dated, &at) ? at : AC_TIME_MIN;
}

/* The period of a kind that holds an instant. */
static ac_cell period_at(const ac_eval *e, ac_cell kind, ac_time at, uint32_t line)
{
    ac_cell first = ac_cell_period_edge(e->link->zone, (ac_period_kind)kind.ref, ac_cell_known(at), 0, 0, line);
    ac_cell day = ac_cell_date_of(e->link->zone, first, line);

    if (day.state == AC_VALUE_KNOWN)
        day.ref = kind.ref;
    return day;
}

ac_cell ac_opening_instant(ac_record *opener, uint32_t type, ac_cell wanted, ac_time now, ac_cell *period)
{
    const ac_opening_def *def = opening_of(opener, type);
    ac_eval               e;
    ac_cell               at;
    ac_time               begin;

    *period = ac_cell_state(AC_VALUE_NONE, 0);
    ac_eval_begin(&e, opener, now);
    if (def->by == AC_OPENED_BY_MOMENT)
        return ac_eval_field(&e, opener, def->moment);
    at = ac_eval_program(&e, &def->period);
    if (at.state != AC_VALUE_KNOWN)
        return at;
    *period = wanted.state == AC_VALUE_KNOWN ? wanted : period_at(&e, at, now, def->line);
    at = ac_cell_own_edge(e.link->zone, AC_NO_INDEX, *period, 0, def->line);
    begin = begin_of(&e);
    if (at.state == AC_VALUE_KNOWN && begin > at.num)
        at.num = begin;
    return at.state == AC_VALUE_KNOWN && at.num > now ? ac_cell_undefined() : at;
}

ac_cell ac_opening_holds(ac_record *opener, uint32_t type, ac_time at)
{
    const ac_program *when = &opening_of(opener, type)->when;
    ac_eval           e;

    if (when->count == 0)
        return ac_cell_bool(1);
    ac_eval_begin(&e, opener, at);
    return ac_eval_program(&e, when);
}

/* --- groups ----------------------------------------------------------------------------- */

static const ac_group_def *group_of(const ac_record *opener, uint32_t type)
{
    const ac_record_def *def = &opener->policy->records[type];

    return def->group_count > 0 ? &def->groups[0] : NULL;
}

static ac_type group_type(const ac_record *opener, uint32_t type)
{
    return opener->policy->records[type].fields[group_of(opener, type)->field].type;
}

static ac_cell group_held(ac_record *member, uint32_t path, ac_time now)
{
    ac_eval e;

    ac_eval_begin(&e, member, now);
    return ac_eval_path(&e, path);
}

/* The i-th value of G, from 0: members of an enum, else what records of the pool hold, each once. @return 0 when there is none. */
static int group_value(ac_record *opener, uint32_t type, uint32_t i, ac_time now, ac_cell *out)
{
    const ac_group_def *g = group_of(opener, type);
    ac_type             t = group_type(opener, type);
    int                 texts = t.kind == AC_TYPE_TEXT || t.kind == AC_TYPE_RECORD;
    const ac_pool_list *list;

    *out = ac_cell_known(i);
    if (t.kind == AC_TYPE_ENUM)
        return i < opener->policy->enums[t.ref].member_count;
    if (!opener->pool || g->source == AC_NO_INDEX)
        return 0;
    list = &opener->pool->lists[opener->policy->paths[g->source].record];
    for (uint32_t k = 0; k < list->count; k++) {
        uint32_t before = 0;

        *out = group_held(list->at[k], g->source, now);
        while (out->state == AC_VALUE_KNOWN && before < k && !ac_cell_same(group_held(list->at[before], g->source, now), *out, texts))
            before++;
        if (out->state == AC_VALUE_KNOWN && before == k && i-- == 0)
            return 1;
    }
    return 0;
}

/* --- telling ------------------------------------------------------------------------------ */

static void tell_state(const ac_policy *policy, const ac_cell *holds, ac_opening *out)
{
    switch ((ac_value_state)holds->state) {
    case AC_VALUE_KNOWN:
        out->state = holds->num ? AC_OPENING_YES : AC_OPENING_NO;
        break;
    case AC_VALUE_NONE:
        out->state = AC_OPENING_NO;
        break;
    case AC_VALUE_UNSET:
        out->state = AC_OPENING_UNSET;
        break;
    case AC_VALUE_UNSUPPORTED:
        out->state = AC_OPENING_NOT_SUPPORTED;
        break;
    default:
        out->state = AC_OPENING_UNDECIDED;
    }
    out->missing = ac_cell_missing(policy, holds);
}

static ac_status tell(ac_record *opener, uint32_t type, ac_time now, ac_status (*each)(void *user, const ac_opening *opening), void *user)
{
    static const ac_value none = { AC_TYPE_BOOL, AC_VALUE_NONE, 0, 0, 0, 0, NULL, NULL, 0, 1 };
    const ac_policy      *policy = opener->policy;
    const ac_record_def  *def = &policy->records[type];
    ac_type               period_type = { AC_TYPE_PERIOD, 0, 0 };
    ac_opening            out;
    ac_cell               period, group, at, holds;
    ac_status             st = AC_OK;
    uint32_t              i;

    at = ac_opening_instant(opener, type, ac_cell_undefined(), now, &period);
    if (at.state == AC_VALUE_UNKNOWN)
        return AC_OK;       /* not yet */
    out.size = sizeof out;
    out.type = type;
    out.at = at.state == AC_VALUE_KNOWN ? at.num : now;
    out.line = policy->lines[def->opening.line].line;
    out.clause = policy->lines[def->opening.line].clause;
    out.missing = NULL;
    out.period = ac_value_from_cell(policy, period_type, period);
    out.group = none;
    out.group_field = AC_NO_INDEX;
    holds = at.state == AC_VALUE_KNOWN ? ac_opening_holds(opener, type, at.num) : at;
    tell_state(policy, &holds, &out);
    if (def->group_count == 0)
        return each(user, &out);
    out.group_field = def->groups[0].field;
    for (i = 0; st == AC_OK && group_value(opener, type, i, now, &group); i++) {
        out.group = ac_value_from_cell(policy, group_type(opener, type), group);
        st = each(user, &out);
    }
    return st;
}

ac_status ac_rules_openings(ac_record *record, uint32_t moment, ac_time now, ac_status (*each)(void *user, const ac_opening *opening), void *user, ac_error *err)
{
    ac_status st = AC_OK;

    assert(record && each);
    if (moment != AC_NO_INDEX && moment >= record->def->field_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_DECISION_NONE, moment, err);
    if (!ac_time_is_valid(now))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, now, err);
    for (uint32_t i = 0; st == AC_OK && i < record->policy->record_count; i++) {
        const ac_opening_def *o = &record->policy->records[i].opening;

        if (!ac_opening_is_opener(record, i) || o->by != (moment == AC_NO_INDEX ? AC_OPENED_BY_CALENDAR : AC_OPENED_BY_MOMENT))
            continue;
        if (moment == AC_NO_INDEX || o->moment == moment)
            st = tell(record, i, now, each, user);
    }
    return st;
}

static ac_status take(void *user, const char *data, size_t size)
{
    ac_write(user, data, size);
    return AC_OK;
}

ac_status ac_rules_opening_key(const ac_record *record, const ac_opening *opening, ac_sink sink, void *user)
{
    char      room[256], at[AC_TIME_TEXT_BYTES];
    ac_writer w;

    assert(record && opening && sink);
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    ac_write_text(&w, record->policy->records[opening->type].name);
    ac_write_char(&w, '/');
    ac_write_text(&w, ac_record_id(record));
    ac_write_char(&w, '/');
    if (opening->period.state == AC_VALUE_KNOWN) {
        ac_value_format(record->policy, &opening->period, NULL, take, &w);
    } else {
        ac_time_format(opening->at, NULL, at);
        ac_write_string(&w, at);
    }
    if (opening->group.state == AC_VALUE_KNOWN) {
        ac_write_char(&w, '/');
        ac_value_format(record->policy, &opening->group, NULL, take, &w);
    }
    return ac_writer_end(&w);
}
