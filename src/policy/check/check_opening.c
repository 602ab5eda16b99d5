#include <string.h>

#include "policy/check/expr.h"

/* What opens records: `on MOMENT when C`, `each PERIOD when C`. Openings form no cycle, since each leads from an owner to what
 * it owns and owners form none. */

static void find_moment(ac_checker *ck, uint32_t record)
{
    const ac_tree_record *t = ck->records[record].tree;
    ac_record_def        *r = &ck->policy->records[record];
    ac_scope              outer = ac_scope_of(r->owner);
    ac_fact               fact;

    if (r->owner == AC_NO_INDEX) {
        if (!t->of.text.data)       /* else what is wrong with it has been told */
            ac_say_1(ck, AC_MSG_OPENING_NO_OWNER, t->on.place, t->name.text);
        return;
    }
    if (!ac_check_fact(ck, &outer, &t->on, 0, &fact) || fact.type.kind >= AC_TYPE_UNTYPED)
        return;
    if (fact.type.kind != AC_TYPE_MOMENT)
        ac_say_2(ck, AC_MSG_OPENING_TYPE, t->on.place, t->on.at[t->on.count - 1].text, ac_check_type_text(ck, fact.type));
    else if (ck->policy->paths[fact.path].step_count > 0)
        ac_say_2(ck, AC_MSG_OPENING_OUTER, t->on.place, t->on.at[t->on.count - 1].text, ck->policy->records[fact.holder].name);
    r->opening.by = AC_OPENED_BY_MOMENT;
    r->opening.moment = fact.field;
}

/* A word such as `month`, or a value of type period, which may be a hole. */
static void find_period(ac_checker *ck, uint32_t record)
{
    const ac_tree_record *t = ck->records[record].tree;
    ac_opening_def       *o = &ck->policy->records[record].opening;
    ac_scope              scope = ac_scope_constant();
    ac_type               period = ac_type_of(AC_TYPE_PERIOD);
    ac_tree_expr          node;
    uint32_t              value;

    memset(&node, 0, sizeof node);
    node.place = t->name.place;
    node.kind = AC_EXPR_WINDOW;
    node.window = (uint8_t)t->each;
    if (t->each_value.text.data) {
        value = ac_check_name(ck, AC_NAME_VALUE, 0, &t->each_value, AC_MSG_EACH_VALUE);
        if (value == AC_NO_INDEX)
            return;
        if (ck->policy->names->values[value].type.kind != AC_TYPE_PERIOD) {
            if (ck->policy->names->values[value].type.kind < AC_TYPE_UNTYPED)
                ac_say_2(ck, AC_MSG_EACH_TYPE, t->each_value.place, t->each_value.text, ac_check_type_text(ck, ck->policy->names->values[value].type));
            return;
        }
        node.kind = AC_EXPR_PATH;
        node.place = t->each_value.place;
        node.u.path.at = (ac_tree_name *)(uintptr_t)&t->each_value;
        node.u.path.count = 1;
        node.u.path.place = node.place;
    }
    if (ac_check_expr(ck, &scope, &node, &period, o->line, &o->period))
        o->by = AC_OPENED_BY_CALENDAR;
}

static void check_opening(ac_checker *ck, uint32_t record)
{
    const ac_tree_record *t = ck->records[record].tree;
    ac_record_def        *r = &ck->policy->records[record];
    ac_type               yes_no = ac_type_of(AC_TYPE_BOOL);
    ac_scope              scope = ac_scope_of(r->owner == AC_NO_INDEX ? record : r->owner);

    r->opening.moment = AC_NO_INDEX;
    r->opening.line = r->line;
    if (t->on.count > 0)
        find_moment(ck, record);
    else if (t->each != AC_WINDOW_NONE || t->each_value.text.data)
        find_period(ck, record);
    if (t->when)
        ac_check_expr(ck, &scope, t->when, &yes_no, r->opening.line, &r->opening.when);
}

void ac_check_openings(ac_checker *ck)
{
    uint32_t i;

    for (i = 0; i < ck->policy->record_count && !ck->nomem; i++)
        if (!ck->records[i].block->has_errors)
            check_opening(ck, i);
}
