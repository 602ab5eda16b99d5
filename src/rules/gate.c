#include "rules/gate.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "rules/decide.h"
#include "rules/operate.h"
#include "time/civil.h"

/* May this be done? The flow in its state, the roles, the steps before, then every item of `needs`. */

#define TEXT_BYTES 1024

typedef struct gating {
    ac_eval     *e;
    ac_record   *record;
    const ac_act *act;
    ac_gate_each each;
    void        *user;
    ac_status    status;        /* the first that `each` gave but AC_OK */
} gating;

const char *ac_unmet_name(ac_unmet_kind kind)
{
    static const char words[][12] = { "state", "role", "step", "need", "confirm", "signed", "complete", "actor" };

    assert((unsigned)kind <= AC_UNMET_ACTOR);
    return words[kind];
}

/* ── answers ── */

/* A requirement and what came of it: yes is met, all else is not. */
static void tell_missing(gating *g, ac_unmet_kind kind, ac_text text, uint32_t line, const ac_cell *cell, const char *missing, const ac_need *need)
{
    const ac_policy *p = g->e->policy;
    ac_unmet         item;

    if (g->status != AC_OK)
        return;
    memset(&item, 0, sizeof item);
    item.kind = kind;
    item.state = cell->state == AC_VALUE_NONE ? AC_VALUE_KNOWN : (ac_value_state)cell->state;
    item.text = text;
    item.line = p->lines[line].line;
    item.clause = p->lines[line].clause;
    item.missing = missing && cell->state != AC_VALUE_UNSET ? missing : ac_cell_missing(p, cell);
    if (cell->state == AC_VALUE_ERROR)
        item.code = (uint32_t)cell->den;
    g->status = g->each(g->user, &item, ac_cell_is_yes(cell), need);
}

static void tell(gating *g, ac_unmet_kind kind, ac_text text, uint32_t line, ac_cell cell)
{
    tell_missing(g, kind, text, line, &cell, NULL, NULL);
}

/* ── roles ── */

static ac_time done_at(const ac_record *record, const ac_doer *doer)
{
    const ac_cell *set = &record->cells[doer->field];

    if (doer->at != AC_DOER_SET)
        return doer->at;
    return (set->spare & AC_FIELD_IS_MOMENT) && set->state == AC_VALUE_KNOWN ? set->num : AC_TIME_MAX;
}

/* The role of the person who opened the record: who did the first of what was done in it, else in its owner. */
static uint32_t opener(const ac_record *record)
{
    uint32_t role = AC_NO_INDEX, i;
    ac_time  first = AC_TIME_MAX;

    for (; record && role == AC_NO_INDEX; record = record->owner)
        for (i = 0; i < record->doer_count; i++)
            if (record->doers[i].role != AC_NO_INDEX && done_at(record, &record->doers[i]) < first) {
                first = done_at(record, &record->doers[i]);
                role = record->doers[i].role;
            }
    return role;
}

ac_cell ac_gate_role_fits(const ac_record *record, uint32_t wanted, uint32_t has)
{
    const ac_policy *p = record->policy;
    uint32_t         at;

    if (wanted == p->role_none)
        return ac_cell_bool(0);
    if (wanted != p->role_superior || has == p->role_superior)
        return ac_cell_bool(has == wanted);
    at = opener(record);
    if (at == AC_NO_INDEX)
        return ac_cell_undefined();
    for (at = p->role_defs[at].superior; at != AC_NO_INDEX && at != has; at = p->role_defs[at].superior)
        ;
    return ac_cell_bool(at == has);
}

static void judge_roles(gating *g, const ac_roles *roles)
{
    ac_cell  may = ac_cell_bool(0);
    uint32_t i;

    if (roles->count == 0)
        return;
    if (g->act->role == AC_NO_INDEX && (roles->count > 1 || roles->at[0] != g->e->policy->role_none))
        return;     /* nobody told */
    for (i = 0; i < roles->count; i++)
        may = ac_cell_or(may, ac_gate_role_fits(g->record, roles->at[i], g->act->role));
    tell(g, AC_UNMET_ROLE, roles->text, roles->line, may);
}

/* ── flow and steps ── */

/* The first row with an action: what it cites when no row fits. */
static uint32_t line_of_action(const ac_record_def *def, uint32_t action)
{
    uint32_t i;

    for (i = 0; i + 1 < def->transition_count && def->transitions[i].action != action; i++)
        ;
    return def->transitions[i].line;
}

static void judge_flow(gating *g, const ac_gate_def *gate)
{
    const ac_record_def *def = g->record->def;
    ac_cell              state = g->e->acting->state;
    uint32_t             move;
    ac_text              name = def->fields[def->state_field].name;

    if (state.state != AC_VALUE_KNOWN) {
        tell(g, AC_UNMET_STATE, name, line_of_action(def, g->act->field), state.state == AC_VALUE_NONE ? ac_cell_bool(0) : state);
        return;
    }
    move = def->moves[(uint32_t)state.num * def->action_count + gate->column];
    tell(g, AC_UNMET_STATE, def->states[state.num], move ? def->transitions[move - 1].line : line_of_action(def, g->act->field), ac_cell_bool(move != 0));
    if (move)
        judge_roles(g, &def->transition_roles[move - 1]);
}

/* When a step was done last; redoing one undoes those after it. */
static int is_done(gating *g, uint32_t step)
{
    const ac_step_def *steps = g->record->def->steps;
    ac_cell            done = ac_eval_field(g->e, g->record, steps[step].field), before;
    uint32_t           i;

    if (done.state != AC_VALUE_KNOWN)
        return 0;
    for (i = 0; i < step; i++) {
        before = ac_eval_field(g->e, g->record, steps[i].field);
        if (before.state == AC_VALUE_KNOWN && before.num > done.num)
            return 0;
    }
    return 1;
}

static void judge_steps(gating *g, uint32_t step)
{
    const ac_record_def *def = g->record->def;
    uint32_t             i;

    for (i = 0; i < step; i++) {
        const ac_step_def *s = &def->steps[i];
        ac_cell            skip = ac_cell_bool(0);

        if (s->when.count > 0)
            skip = ac_cell_not(ac_eval_program(g->e, &s->when));
        if (!ac_cell_is_yes(&skip))
            tell(g, AC_UNMET_STEP, def->fields[s->field].name, s->line, ac_cell_or(ac_cell_bool(is_done(g, i)), skip));
    }
}

/* ── needs ── */

typedef struct found {
    ac_cell     cell;
    const char *missing;
} found;

static found found_of(ac_cell cell, const char *missing)
{
    found f;

    f.cell = cell;
    f.missing = missing;
    return f;
}

/* Tells an item, in so far as its `when` holds. */
static void tell_need(gating *g, const ac_need *need, found f)
{
    static const uint8_t kinds[] = { AC_UNMET_NEED, AC_UNMET_NEED, AC_UNMET_CONFIRM, AC_UNMET_SIGNED, AC_UNMET_COMPLETE, AC_UNMET_ACTOR };
    ac_cell              when;

    if (need->when.count > 0 && !ac_cell_is_yes(&f.cell)) {
        when = ac_eval_program(g->e, &need->when);
        if (ac_cell_is_no(&when))
            return;
        if (!ac_cell_is_yes(&when))
            f = found_of(when, NULL);
    }
    tell_missing(g, (ac_unmet_kind)kinds[need->kind], need->text, need->line, &f.cell, f.missing, need);
}

static const ac_field_def *field_at(const gating *g, uint32_t path)
{
    return &g->record->def->fields[g->e->policy->paths[path].field];
}

static found confirmed(gating *g, const ac_need *need)
{
    uint32_t      path = need->paths[0], field = g->e->policy->paths[path].field;
    ac_cell       cell = ac_eval_path(g->e, path);
    const ac_doer *doer = ac_record_doer(g->record, field, g->e->as_of);

    if (!ac_cell_is_yes(&cell) || !doer)
        return found_of(cell, NULL);
    if (need->role == AC_NO_INDEX)
        return found_of(ac_cell_bool(g->act->actor.size == 0 || doer->actor.string->size == 0 || ac_text_equal(ac_doer_actor(doer), g->act->actor)), NULL);
    return found_of(doer->role == AC_NO_INDEX ? cell : ac_gate_role_fits(g->record, need->role, doer->role), NULL);
}

/* What was set or added of a field before entry `end` of the history. */
static ac_cell value_before(const ac_record *record, uint32_t field, uint32_t end)
{
    while (end-- > 0)
        if (record->history[end].field == field)
            return record->history[end].value;
    return record->cells[field];
}

static int is_content(const ac_field_def *def)
{
    return def->origin == AC_FIELD_RECORDED && def->type.kind != AC_TYPE_MOMENT;
}

/* The field whose value is another one than when the signature was given; NULL: none. One without an instant is of what there is. */
static const char *changed_since(const gating *g, uint32_t signature)
{
    const ac_record *r = g->record;
    const ac_entry  *given = ac_record_entry_until(r, signature, g->e->as_of);
    ac_time          signed_at = given ? given->at : AC_TIME_MAX;
    uint32_t         i;

    for (i = 0; i < r->history_count && r->history[i].at <= g->e->as_of; i++) {
        const ac_entry     *entry = &r->history[i];
        const ac_field_def *def = &r->def->fields[entry->field];

        if (entry->at > signed_at && is_content(def)
            && !ac_cell_same(entry->value, value_before(r, entry->field, i), def->type.kind == AC_TYPE_TEXT || def->type.kind == AC_TYPE_RECORD))
            return def->name.data;
    }
    return NULL;
}

static found signed_one(gating *g, uint32_t path)
{
    uint32_t       field = g->e->policy->paths[path].field;
    ac_cell        cell = ac_eval_path(g->e, path);
    const ac_doer *doer = ac_record_doer(g->record, field, g->e->as_of);
    const char    *changed;

    if (!ac_cell_is_yes(&cell))
        return found_of(cell, NULL);
    changed = changed_since(g, field);
    if (changed)
        return found_of(ac_cell_bool(0), changed);
    if (doer && doer->role != AC_NO_INDEX)
        cell = ac_gate_role_fits(g->record, field_at(g, path)->type.ref, doer->role);
    return found_of(cell, NULL);
}

/* Enough of them; those that are not known may still come. */
static found signed_by(gating *g, const ac_need *need)
{
    found    unknown = found_of(ac_cell_bool(0), NULL), no = unknown, one;
    uint32_t i, yes = 0, open = 0;

    for (i = 0; i < need->path_count; i++) {
        one = signed_one(g, need->paths[i]);
        if (ac_cell_is_yes(&one.cell)) {
            yes++;
        } else if (ac_cell_is_no(&one.cell)) {
            no = no.missing ? no : one;
        } else {
            if (open++ == 0)
                unknown = one;
        }
    }
    if (yes >= need->quorum)
        return found_of(ac_cell_bool(1), NULL);
    return yes + open >= need->quorum ? unknown : no;
}

/* Whether the acting person did what the path names, at any time up to now. */
static found did(gating *g, uint32_t path)
{
    const ac_path *p = &g->e->policy->paths[path];
    ac_record     *holder = ac_eval_holder(g->e, p);
    ac_cell        unknown = ac_cell_state(AC_VALUE_UNKNOWN, path);
    found          result = found_of(ac_cell_bool(0), NULL);
    uint32_t       i;

    if (!holder)
        return found_of(unknown, NULL);
    for (i = 0; i <= holder->history_count; i++) {
        int            is_set = i == holder->history_count;
        const ac_cell *cell = is_set ? &holder->cells[p->field] : &holder->history[i].value;
        ac_time        at = is_set ? AC_DOER_SET : holder->history[i].at;
        const ac_doer *doer;

        if ((!is_set && holder->history[i].field != p->field) || at > g->e->as_of || cell->state != AC_VALUE_KNOWN)
            continue;
        if ((holder->cells[p->field].spare & AC_FIELD_IS_MOMENT) && cell->num > g->e->as_of)
            continue;
        if (holder == g->record && is_set && p->field == g->act->field)
            continue;       /* what is about to be done */
        doer = ac_record_doer_at(holder, p->field, at);
        if (!doer || doer->actor.string->size == 0)
            result = found_of(unknown, NULL);
        else if (ac_text_equal(ac_doer_actor(doer), g->act->actor))
            return found_of(ac_cell_bool(1), p->text.data);
    }
    return result;
}

static found not_actor(gating *g, const ac_need *need)
{
    found    result = found_of(ac_cell_bool(1), NULL), one;
    uint32_t i;

    if (g->act->actor.size == 0)
        return found_of(ac_cell_undefined(), g->record->def->fields[g->act->field].name.data);
    for (i = 0; i < need->path_count; i++) {
        one = did(g, need->paths[i]);
        if (ac_cell_is_yes(&one.cell))
            return found_of(ac_cell_bool(0), one.missing);
        if (!ac_cell_is_no(&one.cell))
            result = one;
    }
    return result;
}

/* One field of a form: known, or not asked for. */
static found filled(gating *g, ac_record *holder, const ac_form_field *f)
{
    ac_record *record = g->e->record;
    ac_cell    cell = ac_eval_field(g->e, holder, f->field), when;

    if (cell.state == AC_VALUE_KNOWN || cell.state == AC_VALUE_NONE)
        return found_of(ac_cell_bool(1), NULL);
    if (f->when.count > 0) {
        g->e->record = holder;
        when = ac_eval_program(g->e, &f->when);
        g->e->record = record;
        if (ac_cell_is_no(&when))
            return found_of(ac_cell_bool(1), NULL);
        if (!ac_cell_is_yes(&when))
            cell = when;
    }
    return found_of(cell, cell.state == AC_VALUE_UNKNOWN ? holder->def->fields[f->field].name.data : NULL);
}

/* @return 1 when nothing is missing. */
static int judge_form(gating *g, const ac_need *need, ac_record *holder)
{
    found    one;
    uint32_t i;
    int      is_complete = 1;

    for (i = 0; i < holder->def->form_count && g->status == AC_OK; i++) {
        one = filled(g, holder, &holder->def->form[i]);
        if (ac_cell_is_yes(&one.cell))
            continue;
        is_complete = 0;
        tell_need(g, need, one);
    }
    return is_complete;
}

/* The records below this one, as far as the pool holds all of them; there is at least one. */
static void judge_children(gating *g, const ac_need *need)
{
    const ac_pool_list *list = g->e->pool ? &g->e->pool->lists[need->child] : NULL;
    const ac_record    *owner;
    uint32_t            i, count = 0;
    int                 is_complete = 1;

    if (!list || !list->is_covered) {
        tell_need(g, need, found_of(ac_cell_undefined(), g->e->policy->records[need->child].name.data));
        return;
    }
    for (i = 0; i < list->count; i++) {
        for (owner = list->at[i]->owner; owner && !ac_record_is_same(owner, g->record); owner = owner->owner)
            ;
        if (!owner)
            continue;
        count++;
        is_complete &= judge_form(g, need, list->at[i]);
    }
    if (is_complete)
        tell_need(g, need, found_of(ac_cell_bool(count > 0), NULL));
}

static void judge_complete(gating *g, const ac_need *need)
{
    ac_record *holder = need->path_count > 0 ? ac_eval_holder(g->e, &g->e->policy->paths[need->paths[0]]) : g->record;

    if (need->child != AC_NO_INDEX)
        judge_children(g, need);
    else if (!holder)
        tell_need(g, need, found_of(ac_cell_state(AC_VALUE_UNKNOWN, need->paths[0]), NULL));
    else if (judge_form(g, need, holder))
        tell_need(g, need, found_of(ac_cell_bool(1), NULL));
}

static ac_cell known(ac_cell cell)
{
    return cell.state == AC_VALUE_KNOWN || cell.state == AC_VALUE_NONE ? ac_cell_bool(1) : cell;
}

static void judge_need(gating *g, const ac_need *need)
{
    switch ((ac_need_kind)need->kind) {
    case AC_NEED_HOLDS:
        tell_need(g, need, found_of(ac_eval_program(g->e, &need->program), NULL));
        break;
    case AC_NEED_KNOWN:
        tell_need(g, need, found_of(known(ac_eval_program(g->e, &need->program)), NULL));
        break;
    case AC_NEED_CONFIRM:
        tell_need(g, need, confirmed(g, need));
        break;
    case AC_NEED_SIGNED:
        tell_need(g, need, signed_by(g, need));
        break;
    case AC_NEED_COMPLETE:
        judge_complete(g, need);
        break;
    case AC_NEED_NOT_ACTOR:
        tell_need(g, need, not_actor(g, need));
        break;
    }
}

/* ── the act ── */

/* Room for a text that no rule mentions. */
typedef union text_room {
    ac_string string;
    char      bytes[sizeof(ac_string) + TEXT_BYTES];
} text_room;

static ac_status read_text(const ac_record *record, const ac_act *act, text_room *room, const ac_string **out, ac_error *err)
{
    ac_text text;

    *out = &room->string;
    memset(&room->string, 0, sizeof room->string);
    if (act->value->state != AC_VALUE_KNOWN || !act->value->text)
        return AC_OK;
    text.data = act->value->text;
    text.size = act->value->text_size;
    if (ac_utf8_check(text) != text.size)
        return ac_record_refuse(record, act->field, AC_E_INVALID, AC_MSG_RECORD_UTF8, err);
    *out = ac_policy_find_string(record->policy, text);
    if (*out)
        return AC_OK;
    if (text.size > TEXT_BYTES)
        return ac_decision_refuse(AC_E_LIMIT, AC_MSG_ACT_TEXT, act->field, err);
    *out = &room->string;
    room->string.size = (uint32_t)text.size;
    memcpy(room->bytes + offsetof(ac_string, data), text.data, text.size);
    return AC_OK;
}

/* What the field is about to become; *out is UNKNOWN without a flag when it stays as it is. */
static ac_status read_value(const ac_record *record, const ac_act *act, text_room *room, ac_cell *out, ac_error *err)
{
    const ac_field_def *def = &record->def->fields[act->field];
    const ac_string    *string;
    ac_status           st;

    if (!act->value) {
        *out = def->type.kind == AC_TYPE_MOMENT ? ac_cell_known(act->at) : record->cells[act->field];
        return AC_OK;
    }
    st = read_text(record, act, room, &string, err);
    if (st == AC_OK)
        st = ac_cell_from_value(record->policy, def->type, act->value, string, out, err);
    if (st == AC_OK)
        st = ac_field_check(record->policy, def, *out, err);
    if (st == AC_OK && out->state == AC_VALUE_UNKNOWN)
        out->num = AC_MISSING_SELF;
    return st;
}

static ac_status check(const ac_record *record, const ac_act *act, ac_error *err)
{
    if (act->field >= record->def->field_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_ACT_NOTHING, act->field, err);
    if (record->accepts[act->field].never)
        return ac_record_refuse(record, act->field, AC_E_TYPE, AC_MSG_ACT_COMPUTED, err);
    if (act->role != AC_NO_INDEX && act->role >= record->policy->role_count)
        return ac_decision_refuse(AC_E_NOT_FOUND, AC_MSG_ACT_ROLE, act->role, err);
    if (!ac_time_is_valid(act->at))
        return ac_decision_refuse(AC_E_RANGE, AC_MSG_EVAL_TIME_RANGE, act->at, err);
    return AC_OK;
}

static void judge(gating *g, const ac_gate_def *gate)
{
    uint32_t i;

    if (gate->column != AC_NO_INDEX)
        judge_flow(g, gate);
    judge_roles(g, &gate->roles);
    if (gate->step != AC_NO_INDEX)
        judge_steps(g, gate->step);
    for (i = 0; i < gate->need_count && g->status == AC_OK; i++)
        judge_need(g, &gate->needs[i]);
}

ac_status ac_gate_judge(ac_eval *e, ac_record *record, const ac_act *act, ac_gate_each each, void *user, ac_error *err)
{
    const ac_gate_def *gate;
    ac_acting          acting;
    ac_cell            kept;
    text_room          room;
    gating             g;
    ac_status          st = check(record, act, err);

    if (st == AC_OK)
        st = read_value(record, act, &room, &acting.value, err);
    if (st != AC_OK)
        return st;
    gate = record->def->gates ? record->def->gates[act->field] : NULL;
    if (!gate)
        return AC_OK;
    ac_eval_begin(e, record, act->at);
    acting.record = record;
    acting.field = act->field;
    if (act->value == NULL && record->def->fields[act->field].type.kind != AC_TYPE_MOMENT)
        acting.value = ac_eval_field(e, record, act->field);
    acting.state = ac_cell_known(0);
    if (record->def->state_field != AC_NO_INDEX)
        acting.state = ac_eval_field(e, record, record->def->state_field);
    acting.value.spare = 0;
    g.e = e;
    g.record = record;
    g.act = act;
    g.each = each;
    g.user = user;
    g.status = AC_OK;
    /* The record reads so while its gate is judged; the flag leads those who read the cell itself to the evaluator. */
    kept = record->cells[act->field];
    record->cells[act->field] = acting.value;
    record->cells[act->field].spare = (uint8_t)(kept.spare | AC_FIELD_IS_COMPUTED);
    record->kept = 0;
    ac_eval_begin(e, record, act->at);
    e->acting = &acting;
    judge(&g, gate);
    e->acting = NULL;
    record->cells[act->field] = kept;
    record->kept = 0;
    return g.status;
}

ac_status ac_gate_judge_needs(ac_eval *e, ac_record *record, const ac_need *needs, uint32_t count, ac_gate_each each, void *user)
{
    ac_act   nobody = AC_ACT_INIT;
    gating   g;
    uint32_t i;

    nobody.field = AC_NO_INDEX;
    nobody.at = e->as_of;
    g.e = e;
    g.record = record;
    g.act = &nobody;
    g.each = each;
    g.user = user;
    g.status = AC_OK;
    for (i = 0; i < count && g.status == AC_OK; i++)
        judge_need(&g, &needs[i]);
    return g.status;
}

/* ── the public call ── */

typedef struct collecting {
    ac_gate  *out;
    ac_unmet *unmet;
    uint32_t  room;
} collecting;

static ac_status collect(void *user, const ac_unmet *item, int is_met, const ac_need *need)
{
    collecting *c = user;

    (void)need;
    if (is_met)
        return AC_OK;
    if (c->out->unmet_count < c->room)
        c->unmet[c->out->unmet_count] = *item;
    c->out->unmet_count++;
    return AC_OK;
}

ac_status ac_rules_gate(ac_record *record, const ac_act *act, ac_gate *out, ac_unmet *unmet, uint32_t room, ac_error *err)
{
    ac_gate    answer = AC_GATE_INIT;
    ac_act     given;
    collecting c;
    ac_eval    e;
    ac_status  st;

    assert(record && act && out && (unmet || room == 0));
    c.out = &answer;
    c.unmet = unmet;
    c.room = room;
    st = ac_decision_take(&given, sizeof given, act, err);
    if (st == AC_OK)
        st = ac_gate_judge(&e, record, &given, collect, &c, err);
    if (st != AC_OK)
        return st;
    answer.is_allowed = answer.unmet_count == 0;
    answer.line = record->policy->lines[record->def->fields[given.field].line].line;
    answer.clause = record->policy->lines[record->def->fields[given.field].line].clause;
    return ac_decision_give(out, sizeof answer, &answer, err);
}
