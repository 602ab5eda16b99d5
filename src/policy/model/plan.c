#include "policy/model/plan.h"

#include <string.h>

#include "policy/model/names.h"
#include "policy/model/table_index.h"
#include "policy/model/value.h"

enum { LADDER_NEEDS = 256 };    /* most needs of a ladder that has a plan */

int ac_plan_is_plain(const ac_field_def *f)
{
    int is_filled = f->origin != AC_FIELD_DERIVED && f->origin != AC_FIELD_TABLE && f->origin != AC_FIELD_RUNG && f->origin != AC_FIELD_STATE;

    return is_filled && !f->has_default && !f->is_unset && f->unsupported == AC_NO_INDEX && f->type.kind != AC_TYPE_RECORD;
}

/* The field that a path of no steps names, or AC_NO_INDEX. */
static uint32_t own_field(const ac_policy *p, uint32_t path)
{
    return path != AC_NO_INDEX && p->paths[path].step_count == 0 ? p->paths[path].field : AC_NO_INDEX;
}

/* The field that a program loads and does no more, or AC_NO_INDEX. */
static uint32_t loaded_field(const ac_policy *p, const ac_program *program)
{
    if (program->count != 1 || p->ops[program->first].code != AC_OP_LOAD)
        return AC_NO_INDEX;
    return own_field(p, p->ops[program->first].a);
}

/* --- tables --------------------------------------------------------------------------- */

/* Types whose values are 0, 1, 2, … */
static int is_counted(ac_type type)
{
    return type.kind == AC_TYPE_BOOL || type.kind == AC_TYPE_ENUM || type.kind == AC_TYPE_ROLE || type.kind == AC_TYPE_COUNT;
}

static int can_plan_column(const ac_policy *p, const ac_table *t, uint32_t c)
{
    const ac_record_def   *r = &p->records[t->record];
    const ac_index_column *index = &t->index->columns[c];
    uint32_t               field = own_field(p, t->columns[c].path);

    if (field == AC_NO_INDEX || index->kind != AC_INDEX_DIRECT || index->has_ref || !is_counted(r->fields[field].type))
        return 0;
    if (index->base + index->count < 0 || index->base + index->count > AC_PLAN_TOP)
        return 0;       /* no value of these types is below 0 */
    if (ac_plan_is_plain(&r->fields[field]))
        return 1;
    return r->plans[field] && r->plans[field]->depth < AC_PLAN_DEPTH;
}

static int can_plan_table(const ac_policy *p, const ac_table *t)
{
    uint32_t c;

    if (t->hit != AC_HIT_FIRST || !t->index || t->index->many || t->index->conjunction_count > 63)
        return 0;
    for (c = 0; c < t->column_count; c++)
        if (!can_plan_column(p, t, c))
            return 0;
    return 1;
}

/* The sets of the values 0 … *top, of which the last is that of all above. */
static void column_sets(const ac_table *t, uint32_t c, uint64_t *sets, uint32_t *top)
{
    const ac_index_column *index = &t->index->columns[c];
    uint64_t               otherwise = UINT64_C(1) << t->index->conjunction_count;
    uint32_t               v;

    *top = (uint32_t)(index->base + index->count);
    for (v = 0; v <= *top; v++) {
        ac_cell cell = ac_cell_known(v);

        sets[v] = index->sets[2 * (size_t)ac_table_column_code(t->index, c, &cell)] | otherwise;
    }
    while (*top > 0 && sets[*top] == sets[*top - 1])
        --*top;
}

static int plan_column(ac_arena *arena, const ac_table *t, uint32_t c, uint32_t field, ac_plan_column *out)
{
    uint64_t  sets[AC_PLAN_TOP + 1];
    uint64_t *kept;
    uint32_t  top;

    column_sets(t, c, sets, &top);
    kept = ac_arena_array(arena, top + (size_t)1, sizeof *kept);
    if (!kept)
        return 0;
    memcpy(kept, sets, (top + (size_t)1) * sizeof *kept);
    out->sets = kept;
    out->field = field;
    out->top = top;
    return 1;
}

static void plan_flag(const ac_table *t, uint32_t c, uint32_t field, ac_plan_flag *out)
{
    uint64_t sets[AC_PLAN_TOP + 1];
    uint32_t top;

    column_sets(t, c, sets, &top);
    out->no = sets[0];
    out->differ = top ? sets[0] ^ sets[1] : 0;
    out->field = field;
}

typedef enum column_kind { COLUMN_FLAG, COLUMN_RECORDED, COLUMN_COMPUTED } column_kind;

static column_kind kind_of(const ac_policy *p, const ac_table *t, uint32_t c)
{
    const ac_field_def *f = &p->records[t->record].fields[own_field(p, t->columns[c].path)];

    return !ac_plan_is_plain(f) ? COLUMN_COMPUTED : f->type.kind == AC_TYPE_BOOL ? COLUMN_FLAG : COLUMN_RECORDED;
}

/* Flags in an array of their own; of the others those recorded first. */
static int plan_columns(ac_policy *p, const ac_table *t, ac_field_plan *plan)
{
    ac_plan_flag   *flags = ac_arena_array(&p->arena, t->column_count, sizeof *flags);
    ac_plan_column *columns = ac_arena_array(&p->arena, t->column_count, sizeof *columns);
    uint32_t        c;
    column_kind     kind;

    if (!flags || !columns)
        return 0;
    for (kind = COLUMN_FLAG; kind <= COLUMN_COMPUTED; kind++)
        for (c = 0; c < t->column_count; c++) {
            uint32_t field = own_field(p, t->columns[c].path);

            if (kind_of(p, t, c) != kind)
                continue;
            if (kind == COLUMN_FLAG)
                plan_flag(t, c, field, &flags[plan->flag_count++]);
            else if (!plan_column(&p->arena, t, c, field, &columns[plan->count++]))
                return 0;
            plan->recorded += kind == COLUMN_RECORDED;
        }
    plan->flags = flags;
    plan->columns = columns;
    return 1;
}

/* One per conjunction, then that of `otherwise`: without such a row, an answer that is none. */
static int plan_answers(ac_policy *p, const ac_table *t, uint32_t output, ac_cell *answers)
{
    uint32_t i, n = t->index->conjunction_count;

    for (i = 0; i < n; i++)
        if (!ac_program_constant(p, &t->rows[t->index->rows[i]].outputs[output], &answers[i]))
            return 0;
    answers[n] = ac_cell_state(AC_VALUE_UNKNOWN, 0);
    for (i = 0; i < t->row_count; i++)
        if (t->rows[i].otherwise && !ac_program_constant(p, &t->rows[i].outputs[output], &answers[n]))
            return 0;
    return 1;
}

static uint32_t depth_of(const ac_record_def *r, const ac_field_plan *plan)
{
    uint32_t depth = 0;
    uint32_t i;

    for (i = plan->recorded; i < plan->count; i++)
        if (r->plans[plan->columns[i].field]->depth > depth)
            depth = r->plans[plan->columns[i].field]->depth;
    return depth + 1;
}

/* The columns are those of an output planned before. */
static const ac_field_plan *planned(const ac_record_def *r, const ac_table *t)
{
    uint32_t o;

    for (o = 0; o < t->output_count; o++)
        if (r->plans[t->output_fields[o]])
            return r->plans[t->output_fields[o]];
    return NULL;
}

static int plan_output(ac_policy *p, ac_record_def *r, uint32_t field)
{
    const ac_field_def  *f = &r->fields[field];
    const ac_table      *t = &p->tables[f->table];
    const ac_field_plan *before;
    ac_field_plan       *plan;
    ac_cell              answers[64];
    ac_cell             *kept;

    if (f->unsupported != AC_NO_INDEX || !can_plan_table(p, t) || !plan_answers(p, t, f->output, answers))
        return 1;
    plan = ac_arena_array(&p->arena, 1, sizeof *plan);
    kept = ac_arena_array(&p->arena, t->index->conjunction_count + (size_t)1, sizeof *kept);
    if (!plan || !kept)
        return 0;
    memcpy(kept, answers, (t->index->conjunction_count + (size_t)1) * sizeof *kept);
    before = planned(r, t);
    if (before)
        *plan = *before;
    else if (!plan_columns(p, t, plan))
        return 0;
    plan->answers = kept;
    plan->depth = depth_of(r, plan);
    r->plans[field] = plan;
    return 1;
}

/* --- ladders --------------------------------------------------------------------------- */

/* A need that a plain fact settles: it holds from `bound` on, or if not negated below it. */
typedef struct plain_need {
    uint32_t field;
    uint32_t rung;
    int64_t  bound;
    int      below;
} plain_need;

static int is_plain_number(const ac_record_def *r, uint32_t field)
{
    uint32_t kind = field != AC_NO_INDEX ? r->fields[field].type.kind : AC_TYPE_TEXT;

    return (kind == AC_TYPE_BOOL || kind == AC_TYPE_ENUM || kind == AC_TYPE_COUNT || kind == AC_TYPE_NUMBER || kind == AC_TYPE_MONEY ||
            kind == AC_TYPE_DURATION) && ac_plan_is_plain(&r->fields[field]);
}

/* `x >= c`, `x > c`, `x <= c`, `x < c`, `x`, `not x`. Whole numbers are compared: of a fraction the whole number above it counts. */
static int read_need(const ac_policy *p, const ac_record_def *r, const ac_need *need, plain_need *out)
{
    const ac_op *ops = &p->ops[need->program.first];
    ac_program   first = need->program;
    uint32_t     last = need->program.count ? ops[need->program.count - 1u].code : AC_OP_UNSUPPORTED;
    ac_cell      c;
    int64_t      whole;

    first.count = 1;
    out->field = loaded_field(p, &first);
    if (need->kind != AC_NEED_HOLDS || need->when.count > 0 || need->program.count > 3 || !is_plain_number(r, out->field))
        return 0;
    out->bound = 1;
    out->below = last == AC_OP_NOT;
    if (need->program.count < 3)
        return need->program.count == 1 || last == AC_OP_NOT;
    if (ops[1].code != AC_OP_CONST || last < AC_OP_LT || last > AC_OP_GE)
        return 0;
    c = p->constants[ops[1].a];
    whole = c.num / c.den - (c.num % c.den < 0);    /* floor */
    if (c.state != AC_VALUE_KNOWN || whole == INT64_MAX || whole < -(INT64_MAX / 2))
        return 0;       /* a number less it must not overflow */
    out->below = last == AC_OP_LT || last == AC_OP_LE;
    out->bound = whole + (last == AC_OP_GT || last == AC_OP_LE || c.num % c.den != 0);
    return 1;
}

/* Puts a need behind those of the same field and lower or equal bounds. */
static void insert_need(plain_need *needs, uint32_t count, plain_need need)
{
    for (; count > 0 && (needs[count - 1].field > need.field || (needs[count - 1].field == need.field && needs[count - 1].bound > need.bound)); count--)
        needs[count] = needs[count - 1];
    needs[count] = need;
}

/* The step of `count` needs of one field. */
static int plan_step(ac_arena *arena, const plain_need *needs, uint32_t count, ac_plan_step *out)
{
    uint32_t  room = (count + AC_PLAN_BOUNDS - 1) / AC_PLAN_BOUNDS * AC_PLAN_BOUNDS, k, i;
    int64_t  *bounds = ac_arena_array(arena, room, sizeof *bounds);
    uint64_t *sets = ac_arena_array(arena, room + (size_t)1, sizeof *sets);

    if (!bounds || !sets)
        return 0;
    for (k = 0; k < room; k++)
        bounds[k] = k < count ? needs[k].bound : INT64_MAX;
    for (k = 0; k <= room; k++)
        for (i = 0; i < count; i++)
            if ((k > 0 && bounds[k - 1] >= needs[i].bound) == needs[i].below)
                sets[k] |= UINT64_C(1) << (needs[i].rung - 1);
    out->bounds = bounds;
    out->sets = sets;
    out->field = needs->field;
    out->count = room;
    return 1;
}

static int plan_steps(ac_policy *p, const plain_need *needs, uint32_t count, ac_field_plan *plan)
{
    ac_plan_step *steps = ac_arena_array(&p->arena, count, sizeof *steps);
    uint32_t      from, to;

    if (!steps && count > 0)
        return 0;
    for (from = 0; from < count; from = to) {
        for (to = from + 1; to < count && needs[to].field == needs[from].field; to++)
            ;
        if (!plan_step(&p->arena, &needs[from], to - from, &steps[plan->step_count++]))
            return 0;
    }
    plan->steps = steps;
    return 1;
}

/* All needs of all rungs. @return how many, or AC_NO_INDEX: not all of them are plain, or they are too many. */
static uint32_t read_ladder(const ac_policy *p, const ac_record_def *r, const ac_ladder_def *ladder, plain_need *needs)
{
    uint32_t   rung, i, count = 0;
    plain_need need;

    if (ladder->grant_count > 0 || ladder->rung_count > 63)
        return AC_NO_INDEX;
    for (rung = 1; rung < ladder->rung_count; rung++)
        for (i = 0; i < ladder->rung_defs[rung].need_count; i++) {
            need.rung = rung;
            if (count == LADDER_NEEDS || !read_need(p, r, &ladder->rung_defs[rung].needs[i], &need))
                return AC_NO_INDEX;
            insert_need(needs, count++, need);
        }
    return count;
}

static int plan_ladder(ac_policy *p, ac_record_def *r, uint32_t field)
{
    const ac_ladder_def *ladder = &p->names->ladders[r->fields[field].type.ref];
    plain_need           needs[LADDER_NEEDS];
    uint32_t             i, count = read_ladder(p, r, ladder, needs);
    ac_field_plan       *plan;
    ac_cell             *answers;

    if (count == AC_NO_INDEX || r->fields[field].unsupported != AC_NO_INDEX)
        return 1;
    plan = ac_arena_array(&p->arena, 1, sizeof *plan);
    answers = ac_arena_array(&p->arena, ladder->rung_count, sizeof *answers);
    if (!plan || !answers || !plan_steps(p, needs, count, plan))
        return 0;
    for (i = 0; i < ladder->rung_count; i++)
        answers[i] = ac_cell_known(i);
    plan->answers = answers;
    plan->end = UINT64_C(1) << (ladder->rung_count - 1);
    plan->depth = AC_PLAN_DEPTH;
    r->plans[field] = plan;
    return 1;
}

/* --- limits --------------------------------------------------------------------------- */

/* A moment of the record whose cell says when it was. */
static int is_moment(const ac_record_def *r, uint32_t field)
{
    return field != AC_NO_INDEX && r->fields[field].type.kind == AC_TYPE_MOMENT && ac_plan_is_plain(&r->fields[field]);
}

static uint32_t start_of(const ac_policy *p, const ac_record_def *r, const ac_limit *l)
{
    return l->start_count == 0 ? r->dated : l->start_count == 1 ? loaded_field(p, &l->starts[0]) : AC_NO_INDEX;
}

/* Nothing leads back to before the moment but what stands in its own history. */
static int never_reopens(const ac_record_def *r, const ac_limit *l)
{
    uint8_t origin = r->fields[l->moment].origin;

    return l->reopen == AC_REOPEN_NONE || (origin != AC_FIELD_ACTION && origin != AC_FIELD_STEP);
}

static int plan_span(const ac_policy *p, const ac_record_def *r, const ac_limit *l, ac_limit_plan *plan)
{
    plan->span_field = AC_NO_INDEX;
    if (ac_program_constant(p, &l->span, &plan->span))
        return plan->span.state == AC_VALUE_KNOWN;
    plan->span_field = loaded_field(p, &l->span);
    return plan->span_field != AC_NO_INDEX && r->plans[plan->span_field] != NULL;
}

static int plan_pause(const ac_policy *p, const ac_record_def *r, const ac_limit *l, ac_limit_plan *plan)
{
    plan->pause = AC_NO_INDEX;
    if (l->pause_count == 0)
        return 1;
    if (l->pause_count > 1 || l->pauses[0].state >= 0)
        return 0;
    plan->pause = own_field(p, l->pauses[0].path);
    return plan->pause != AC_NO_INDEX && ac_plan_is_plain(&r->fields[plan->pause]);
}

static int plan_limit(ac_policy *p, const ac_record_def *r, ac_limit *l)
{
    ac_limit_plan  plan = { 0, 0, { 0, 1, 0, 0, 0 }, 0 };
    ac_limit_plan *kept;

    plan.start = start_of(p, r, l);
    if (l->form != AC_LIMIT_WITHIN || l->when.count || !is_moment(r, plan.start) ||
        !is_moment(r, l->moment) || !never_reopens(r, l) || !plan_span(p, r, l, &plan) || !plan_pause(p, r, l, &plan))
        return 1;
    kept = ac_arena_array(&p->arena, 1, sizeof *kept);
    if (!kept)
        return 0;
    *kept = plan;
    l->plan = kept;
    return 1;
}

static int plan_record(ac_policy *p, ac_record_def *r)
{
    uint32_t i;

    r->plans = ac_arena_array(&p->arena, r->field_count, sizeof *r->plans);
    if (!r->plans)
        return r->field_count == 0;
    for (i = 0; i < r->order_count; i++)
        if (r->fields[r->order[i]].origin == AC_FIELD_TABLE && !plan_output(p, r, r->order[i]))
            return 0;
    for (i = 0; i < r->field_count; i++)
        if (r->fields[i].origin == AC_FIELD_RUNG && !plan_ladder(p, r, i))
            return 0;
    for (i = 0; i < r->limit_count; i++)
        if (!plan_limit(p, r, &r->limits[i]))
            return 0;
    return 1;
}

int ac_plan_policy(ac_policy *policy)
{
    uint32_t i;

    for (i = 0; i < policy->record_count; i++)
        if (!plan_record(policy, &policy->records[i]))
            return 0;
    return 1;
}
