#include "rules/rank.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/model/value.h"
#include "policy/report/report.h"
#include "rules/decide.h"
#include "rules/operate.h"
#include "time/civil.h"

/* Which rung of a ladder a record holds: rungs bottom up, each with what it asks for; a grant gives at least one of them. */

/* ── the items of one rung ── */

typedef struct rung_state {
    int     is_refused;         /* an item does not hold */
    ac_cell open;               /* the strongest of those that cannot be told; KNOWN: none */
} rung_state;

/* Why an item cannot be told, as a cell whose number is a path of the policy. */
static ac_cell open_cell(ac_eval *e, const ac_need *need)
{
    ac_cell cell = ac_cell_undefined();

    if (need->when.count > 0)
        cell = ac_eval_program(e, &need->when);
    if (need->when.count > 0 && cell.state > AC_VALUE_NONE)
        return cell;
    if (need->program.count > 0)
        return ac_eval_program(e, &need->program);
    return need->path_count > 0 ? ac_cell_state(AC_VALUE_UNKNOWN, need->paths[0]) : ac_cell_undefined();
}

/* No fact is missing: there is nothing to divide by, and what shows no performance is not met. */
static int is_not_assessable(const ac_cell *cell)
{
    return cell->state == AC_VALUE_UNKNOWN && cell->num == AC_NO_INDEX;
}

typedef struct rung_judging {
    ac_eval   *e;
    rung_state state;
} rung_judging;

static ac_status take_item(void *user, const ac_unmet *item, int is_met, const ac_need *need)
{
    rung_judging *j = user;

    ac_cell       open;

    if (is_met)
        return AC_OK;
    open = item->state == AC_VALUE_KNOWN ? ac_cell_bool(0) : open_cell(j->e, need);
    if (open.state == AC_VALUE_KNOWN || is_not_assessable(&open))
        j->state.is_refused = 1;
    else
        j->state.open = ac_cell_stronger(j->state.open, open);
    return AC_OK;
}

static rung_state judge_rung(ac_eval *e, ac_record *record, const ac_rung_def *rung)
{
    rung_judging j;

    j.e = e;
    j.state.is_refused = 0;
    j.state.open = ac_cell_bool(1);
    ac_gate_judge_needs(e, record, rung->needs, rung->need_count, take_item, &j);
    return j.state;
}

/* ── grants ── */

/* Whether a moment or date has come by e->as_of. */
static int has_come(ac_eval *e, uint32_t path)
{
    const ac_path *p = &e->policy->paths[path];
    ac_cell        at = ac_eval_path(e, path);

    if (at.state != AC_VALUE_KNOWN)
        return 0;
    if (e->policy->records[p->holder].fields[p->field].type.kind != AC_TYPE_DATE)
        return at.num <= e->as_of;
    return e->link->zone && ac_zone_instant(e->link->zone, (ac_day)at.num, 0) <= e->as_of;
}

static const ac_grant_def *granted(ac_eval *e, const ac_ladder_def *ladder)
{
    const ac_grant_def *best = NULL;
    uint32_t            i;

    for (i = 0; i < ladder->grant_count; i++)
        if ((!best || ladder->grants[i].rung > best->rung) && has_come(e, ladder->grants[i].path))
            best = &ladder->grants[i];
    return best;
}

/* ── the rung ── */

typedef struct standing {
    uint32_t            earned;     /* by criteria, certainly */
    uint32_t            possible;   /* by criteria, if all that is open turns out well */
    ac_cell             open;       /* why the two differ */
    const ac_grant_def *grant;
} standing;

static standing stand(ac_eval *e, ac_record *record, const ac_ladder_def *ladder)
{
    standing s = { 0, 0, { 0, 0, 0, 0, 0 }, NULL };
    uint32_t r;

    s.open = ac_cell_bool(1);
    for (r = 1; r < ladder->rung_count; r++) {
        rung_state rung = judge_rung(e, record, &ladder->rung_defs[r]);

        if (rung.is_refused)
            break;
        s.open = ac_cell_stronger(s.open, rung.open);
        s.possible = r;
        if (s.open.state == AC_VALUE_KNOWN)
            s.earned = r;
    }
    s.grant = granted(e, ladder);
    if (s.grant && s.grant->rung > s.earned)
        s.earned = s.grant->rung;
    if (s.grant && s.grant->rung > s.possible)
        s.possible = s.grant->rung;
    return s;
}

ac_cell ac_rank_rung(ac_eval *e, ac_record *record, uint32_t ladder)
{
    standing s = stand(e, record, &e->policy->names->ladders[ladder]);

    return s.earned == s.possible ? ac_cell_known(s.earned) : s.open;
}

/* ── items of all rungs ── */

typedef struct all_rungs {
    ac_rank_each each;
    void        *user;
    uint32_t     rung;
} all_rungs;

static ac_status pass_on(void *user, const ac_unmet *item, int is_met, const ac_need *need)
{
    const all_rungs *a = user;

    return a->each(a->user, a->rung, item, is_met, need);
}

ac_status ac_rank_judge(ac_eval *e, ac_record *record, const ac_ladder_def *ladder, ac_rank_each each, void *user)
{
    all_rungs a;
    ac_status st = AC_OK;

    a.each = each;
    a.user = user;
    for (a.rung = 1; st == AC_OK && a.rung < ladder->rung_count; a.rung++)
        st = ac_gate_judge_needs(e, record, ladder->rung_defs[a.rung].needs, ladder->rung_defs[a.rung].need_count, pass_on, &a);
    return st;
}

/* The operations of the last operand of the last one: where they begin. */
static uint32_t last_operand(const ac_policy *policy, const ac_program *program)
{
    uint32_t i = program->count - 1u, wanted = 1;

    while (wanted > 0 && i > 0) {
        i--;
        wanted += ac_op_taken(&policy->ops[program->first + i]);
        wanted--;
    }
    return i;
}

static ac_program part(const ac_program *program, uint32_t from, uint32_t to)
{
    ac_program p = *program;

    p.first += from;
    p.count = (uint16_t)(to - from);
    return p;
}

static int fact_type(const ac_policy *policy, const ac_program *program, ac_type *type)
{
    const ac_op *op;

    if (program->count != 1)
        return 0;
    op = &policy->ops[program->first];
    if (op->code != AC_OP_LOAD)
        return 0;
    *type = policy->records[policy->paths[op->a].holder].fields[policy->paths[op->a].field].type;
    return 1;
}

static int sides_of(ac_eval *e, ac_record *record, const ac_need *need, ac_cell *actual, ac_cell *wanted, ac_type *type)
{
    const ac_policy *policy = e->policy;
    ac_record       *kept = e->record;
    ac_program       left, right;
    uint32_t         at, code;

    if (need->kind != AC_NEED_HOLDS || need->program.count < 3)
        return 0;
    code = policy->ops[need->program.first + need->program.count - 1u].code;
    if (code < AC_OP_EQ || code > AC_OP_GE)
        return 0;
    at = last_operand(policy, &need->program);
    left = part(&need->program, 0, at);
    right = part(&need->program, at, need->program.count - 1u);
    if (at == 0 || (!fact_type(policy, &left, type) && !fact_type(policy, &right, type)))
        return 0;
    e->record = record;
    *actual = ac_eval_program(e, &left);
    *wanted = ac_eval_program(e, &right);
    e->record = kept;
    return 1;
}

/* The counts behind a share that a need compares, when it is worked out and nothing in it is open. */
static void counts_of(ac_eval *e, ac_record *record, const ac_need *need, ac_gap *gap)
{
    const ac_op        *op = &e->policy->ops[need->program.first];
    const ac_path      *path = op->code == AC_OP_LOAD ? &e->policy->paths[op->a] : NULL;
    const ac_field_def *def;
    ac_record          *kept = e->record;
    ac_aggregate_tally  tally;

    if (!path || path->step_count > 0 || path->field == AC_NO_INDEX || path->holder != record->type || !(record->cells[path->field].spare & AC_FIELD_IS_COMPUTED))
        return;
    def = &record->def->fields[path->field];
    op = &e->policy->ops[def->value.first];
    if (def->value.count != 1 || op->code != AC_OP_AGGREGATE || e->policy->aggregates[op->a].fn != AC_AGGREGATE_SHARE)
        return;
    e->record = record;
    if (ac_eval_aggregate(e, op->a, &tally).state == AC_VALUE_KNOWN) {
        gap->share_yes = tally.yes;
        gap->share_of = tally.yes + tally.no;
    }
    e->record = kept;
}

/* ── the public call ── */

typedef struct collecting {
    ac_eval   *e;
    ac_record *record;
    ac_rank   *out;
    ac_gap    *gaps;
    uint32_t   room;
} collecting;

static ac_status collect(void *user, uint32_t rung, const ac_unmet *item, int is_met, const ac_need *need)
{
    collecting *c = user;
    ac_gap     *gap;
    ac_cell     actual, wanted;
    ac_type     type;

    if (is_met || rung <= c->out->at_least)
        return AC_OK;
    if (c->out->gap_count < c->room) {
        gap = &c->gaps[c->out->gap_count];
        memset(gap, 0, sizeof *gap);
        gap->rung = rung;
        gap->item = *item;
        gap->has_values = sides_of(c->e, c->record, need, &actual, &wanted, &type);
        if (gap->has_values) {
            gap->actual = ac_value_from_cell(c->e->policy, type, actual);
            gap->wanted = ac_value_from_cell(c->e->policy, type, wanted);
            counts_of(c->e, c->record, need, gap);
        }
    }
    c->out->gap_count++;
    return AC_OK;
}

static void fill(ac_rank *out, const ac_policy *policy, const ac_ladder_def *ladder, const standing *s)
{
    uint32_t line = ladder->line;

    out->state = s->earned == s->possible ? AC_VALUE_KNOWN : (ac_value_state)s->open.state;
    out->at_least = s->earned;
    out->at_most = s->possible;
    out->granted = s->grant ? s->grant->rung : AC_NO_INDEX;
    if (s->grant && s->grant->rung == s->earned)
        line = s->grant->line;
    else if (s->earned > 0)
        line = ladder->rung_defs[s->earned].line;
    out->line = policy->lines[line].line;
    out->clause = policy->lines[line].clause;
    out->missing = ac_cell_missing(policy, &s->open);
}

ac_status ac_rules_rank(ac_record *record, uint32_t field, ac_time now, ac_rank *out, ac_gap *gaps, uint32_t room, ac_error *err)
{
    ac_rank              answer = AC_RANK_INIT;
    const ac_ladder_def *ladder;
    const ac_field_def  *def;
    standing             s;
    collecting           c;
    ac_eval              e;
    ac_status            st;

    assert(record && out && (gaps || room == 0));
    st = ac_decision_check(record, AC_DECISION_VALUE, field, now, err);
    if (st != AC_OK)
        return st;
    def = &record->def->fields[field];
    if (def->origin != AC_FIELD_RUNG)
        return ac_decision_refuse(AC_E_TYPE, AC_MSG_RANK_NO_LADDER, field, err);
    ladder = &record->policy->names->ladders[def->type.ref];
    ac_eval_begin(&e, record, now);
    s = stand(&e, record, ladder);
    fill(&answer, record->policy, ladder, &s);
    c.e = &e;
    c.record = record;
    c.out = &answer;
    c.gaps = gaps;
    c.room = room;
    st = ac_rank_judge(&e, record, ladder, collect, &c);
    return st == AC_OK ? ac_decision_give(out, sizeof answer, &answer, err) : st;
}
