#include <string.h>

#include "base/buffer.h"
#include "policy/check/check.h"

/* What programs read: the facts of a limit, and the order in which derived fields and table outputs are computed. */

/* ── facts ── */

typedef struct gather {
    ac_checker *ck;
    uint8_t    *seen;       /* by path */
    size_t      seen_room;
    uint32_t   *queue;      /* paths to look behind */
    size_t      queue_room;
    uint32_t    count, done;
    int         reads_pool;
} gather;

static int grow_zeroed(ac_checker *ck, uint8_t **items, size_t *room, size_t need)
{
    size_t old = *room;

    if (!ac_mem_grow(ck->mem, (void **)items, room, need, 1)) {
        ck->nomem = 1;
        return 0;
    }
    memset(*items + old, 0, *room - old);
    return 1;
}

static void gather_path(gather *g, uint32_t path)
{
    if (path >= g->seen_room && !grow_zeroed(g->ck, &g->seen, &g->seen_room, (size_t)path + 1))
        return;
    if (g->seen[path])
        return;
    g->seen[path] = 1;
    if (!ac_mem_grow(g->ck->mem, (void **)&g->queue, &g->queue_room, (size_t)g->count + 1, sizeof *g->queue)) {
        g->ck->nomem = 1;
        return;
    }
    g->queue[g->count++] = path;
}

/* A path read by a rule of the record that `prefix` leads to, as a path from where the prefix begins. */
static void gather_behind(gather *g, const ac_path *prefix, uint32_t path)
{
    const ac_path *inner = &g->ck->policy->paths[path];
    ac_path        whole = *prefix;
    uint32_t       i;

    if (inner->step_count + (uint32_t)whole.step_count > AC_PATH_STEPS)
        return;
    for (i = 0; i < inner->step_count; i++)
        whole.steps[whole.step_count++] = inner->steps[i];
    whole.field = inner->field;
    gather_path(g, ac_check_path_add(g->ck, &whole));
}

/* What an aggregate reads of the record at hand: the collected ones are no facts of it. */
static void gather_aggregate(gather *g, const ac_path *prefix, uint32_t index)
{
    const ac_policy    *p = g->ck->policy;
    const ac_aggregate *a = &p->aggregates[index];
    const ac_program   *programs[2];
    uint32_t            i, k;

    g->reads_pool = 1;
    if (a->period != AC_NO_INDEX)
        gather_behind(g, prefix, a->period);
    for (i = 0; i < a->group_count; i++)
        gather_behind(g, prefix, g->ck->policy->aggregates[index].groups[i].mine);
    programs[0] = &a->where;
    programs[1] = &a->field;
    for (i = 0; i < 2; i++)
        for (k = 0; k < programs[i]->count; k++) {
            const ac_op *op = &p->ops[programs[i]->first + k];

            if (op->code == AC_OP_LOAD && p->paths[op->a].record != a->kind)
                gather_behind(g, prefix, op->a);
        }
}

static void gather_program(gather *g, const ac_path *prefix, const ac_program *program)
{
    uint32_t i;

    for (i = 0; i < program->count; i++) {
        ac_op   op = g->ck->policy->ops[program->first + i];
        ac_path moment;

        if (op.code == AC_OP_AGGREGATE)
            gather_aggregate(g, prefix, op.a);
        if (op.code == AC_OP_LOAD)
            gather_behind(g, prefix, op.a);
        if (op.code != AC_OP_IS_LATE && op.code != AC_OP_IS_MET)
            continue;
        memset(&moment, 0, sizeof moment);
        moment.record = moment.holder = prefix->holder;
        if (op.a != AC_NO_INDEX)
            moment = g->ck->policy->paths[op.a];
        moment.field = g->ck->policy->records[moment.holder].limits[op.b].moment;
        gather_behind(g, prefix, ac_check_path_add(g->ck, &moment));
    }
}

static void gather_table(gather *g, const ac_path *prefix, const ac_table *t, uint32_t output)
{
    uint32_t i;

    for (i = 0; i < t->column_count; i++)
        gather_program(g, prefix, &t->columns[i].subject);
    for (i = 0; i < t->row_count; i++) {
        gather_program(g, prefix, &t->rows[i].condition);
        if (t->rows[i].outputs)
            gather_program(g, prefix, &t->rows[i].outputs[output]);
    }
}

static void gather_ladder(gather *g, const ac_path *prefix, const ac_ladder_def *l)
{
    uint32_t r, i, k;

    for (r = 1; r < l->rung_count && l->rung_defs; r++)
        for (i = 0; i < l->rung_defs[r].need_count; i++) {
            const ac_need *n = &l->rung_defs[r].needs[i];

            gather_program(g, prefix, &n->program);
            gather_program(g, prefix, &n->when);
            for (k = 0; k < n->path_count; k++)
                gather_behind(g, prefix, n->paths[k]);
        }
    for (i = 0; i < l->grant_count; i++)
        gather_behind(g, prefix, l->grants[i].path);
}

static int is_computed(const ac_field_def *f)
{
    return f->origin == AC_FIELD_RUNG || f->table != AC_NO_INDEX || f->value.count > 0;
}

/* Looks behind all that is computed; what is left are facts. */
static void gather_rest(gather *g, uint32_t **out, uint32_t *out_count)
{
    ac_checker *ck = g->ck;
    uint32_t    n = 0, i;

    for (; g->done < g->count && !ck->nomem; g->done++) {
        ac_path             path = ck->policy->paths[g->queue[g->done]];
        const ac_field_def *f;

        if (path.field == AC_NO_INDEX)
            continue;
        f = &ck->policy->records[path.holder].fields[path.field];
        if (f->table != AC_NO_INDEX)
            gather_table(g, &path, &ck->policy->tables[f->table], f->output);
        if (f->origin == AC_FIELD_RUNG)
            gather_ladder(g, &path, &ck->policy->names->ladders[f->type.ref]);
        gather_program(g, &path, &f->value);
        gather_program(g, &path, &f->fallback);
    }
    *out = ck->nomem ? NULL : ac_check_array(ck, g->count, sizeof **out);
    for (i = 0; *out && i < g->count; i++) {
        const ac_path *path = &ck->policy->paths[g->queue[i]];

        if (path->field != AC_NO_INDEX && !is_computed(&ck->policy->records[path->holder].fields[path->field]))
            (*out)[n++] = g->queue[i];
    }
    *out_count = n;
    ac_mem_free_array(ck->mem, g->seen, g->seen_room);
    ac_mem_free_array(ck->mem, g->queue, g->queue_room);
}

int ac_check_facts(ac_checker *ck, uint32_t record, const ac_program *const *programs, size_t count, uint32_t **out, uint32_t *out_count)
{
    gather  g = { ck, NULL, 0, NULL, 0, 0, 0, 0 };
    ac_path here;
    size_t  k;

    memset(&here, 0, sizeof here);
    here.record = here.holder = record;
    for (k = 0; k < count; k++)
        gather_program(&g, &here, programs[k]);
    gather_rest(&g, out, out_count);
    return g.reads_pool;
}

void ac_check_pause_facts(ac_checker *ck, ac_limit *limit)
{
    gather   g = { ck, NULL, 0, NULL, 0, 0, 0, 0 };
    uint32_t i;

    for (i = 0; i < limit->pause_count; i++) {
        const ac_path      *path = &ck->policy->paths[limit->pauses[i].path];
        const ac_field_def *f = &ck->policy->records[path->holder].fields[path->field];

        if (limit->pauses[i].state < 0 && (is_computed(f) || f->has_default))
            gather_path(&g, limit->pauses[i].path);
    }
    gather_rest(&g, &limit->pause_facts, &limit->pause_fact_count);
}

/* ── order ── */

/* A node is a field or a limit; records lay theirs one after another. */
typedef struct graph {
    ac_checker *ck;
    uint32_t   *first;      /* of each record, and the end; its limits follow its fields */
    uint8_t    *state;      /* 0 not seen, 1 on the way, 2 done */
    uint32_t   *edges;      /* of the nodes on the way, one after another */
    size_t      edge_room;
    uint32_t    edge_count;
} graph;

typedef struct visit {
    uint32_t record, index;     /* index: field, or field_count + limit */
    uint32_t first_edge, next_edge;
} visit;

static void add_edge(graph *g, uint32_t record, uint32_t index)
{
    uint32_t node = g->first[record] + index;

    if (g->state[node] == 2)
        return;
    if (!ac_mem_grow(g->ck->mem, (void **)&g->edges, &g->edge_room, (size_t)g->edge_count + 2, sizeof *g->edges)) {
        g->ck->nomem = 1;
        return;
    }
    g->edges[g->edge_count++] = record;
    g->edges[g->edge_count++] = index;
}

static void edge_of_path(graph *g, uint32_t path)
{
    const ac_path *at;

    if (path == AC_NO_INDEX)
        return;
    at = &g->ck->policy->paths[path];
    if (at->field != AC_NO_INDEX)
        add_edge(g, at->holder, at->field);
}

static void edges_of(graph *g, uint32_t record, const ac_program *program);

/* Expressions nest no deeper than the parser lets them, so aggregates within aggregates end. */
static void edges_of_aggregate(graph *g, const ac_aggregate *a)
{
    uint32_t i;

    edges_of(g, a->kind, &a->where);
    edges_of(g, a->kind, &a->field);
    edge_of_path(g, a->link);
    edge_of_path(g, a->dated);
    edge_of_path(g, a->period);
    for (i = 0; i < a->group_count; i++) {
        edge_of_path(g, a->groups[i].mine);
        edge_of_path(g, a->groups[i].theirs);
    }
}

static void edges_of(graph *g, uint32_t record, const ac_program *program)
{
    const ac_policy *p = g->ck->policy;
    uint32_t         i;

    for (i = 0; i < program->count; i++) {
        const ac_op *op = &p->ops[program->first + i];

        if (op->code == AC_OP_LOAD) {
            edge_of_path(g, op->a);
        } else if (op->code == AC_OP_AGGREGATE) {
            edges_of_aggregate(g, &p->aggregates[op->a]);
        } else if (op->code == AC_OP_IS_LATE || op->code == AC_OP_IS_MET) {
            uint32_t holder = op->a == AC_NO_INDEX ? record : p->paths[op->a].holder;

            add_edge(g, holder, p->records[holder].field_count + op->b);
        }
    }
}

static void edges_of_ladder(graph *g, uint32_t record, const ac_ladder_def *l)
{
    uint32_t r, i, k;

    for (r = 1; r < l->rung_count && l->rung_defs; r++)
        for (i = 0; i < l->rung_defs[r].need_count; i++) {
            const ac_need *n = &l->rung_defs[r].needs[i];

            edges_of(g, record, &n->program);
            edges_of(g, record, &n->when);
            for (k = 0; k < n->path_count; k++)
                edge_of_path(g, n->paths[k]);
        }
    for (i = 0; i < l->grant_count; i++)
        edge_of_path(g, l->grants[i].path);
}

static void edges_of_node(graph *g, uint32_t record, uint32_t index)
{
    const ac_policy     *p = g->ck->policy;
    const ac_record_def *r = &p->records[record];
    uint32_t             i;

    if (index < r->field_count) {
        const ac_field_def *f = &r->fields[index];

        edges_of(g, record, &f->value);
        edges_of(g, record, &f->fallback);
        if (f->origin == AC_FIELD_RUNG)
            edges_of_ladder(g, record, &p->names->ladders[f->type.ref]);
        if (f->table != AC_NO_INDEX) {
            const ac_table *t = &p->tables[f->table];

            for (i = 0; i < t->column_count; i++)
                edges_of(g, record, &t->columns[i].subject);
            for (i = 0; i < t->row_count; i++) {
                edges_of(g, record, &t->rows[i].condition);
                if (t->rows[i].outputs)
                    edges_of(g, record, &t->rows[i].outputs[f->output]);
            }
        }
    } else {
        const ac_limit *l = &r->limits[index - r->field_count];

        edges_of(g, record, &l->span);
        edges_of(g, record, &l->grace);
        edges_of(g, record, &l->when);
        for (i = 0; i < l->start_count && l->starts; i++)
            edges_of(g, record, &l->starts[i]);
        for (i = 0; i < l->pause_count && l->pauses; i++)
            if (l->pauses[i].path < p->path_count && p->paths[l->pauses[i].path].field != AC_NO_INDEX)
                add_edge(g, p->paths[l->pauses[i].path].holder, p->paths[l->pauses[i].path].field);
    }
}

static ac_text name_of(const graph *g, uint32_t record, uint32_t index)
{
    const ac_record_def *r = &g->ck->policy->records[record];

    return index < r->field_count ? r->fields[index].name : r->limits[index - r->field_count].name;
}

enum { NAMES_SHOWN = 6 };

/* Visits behind the one that is met again, each read by the one before. */
static void hint_way(graph *g, const visit *between, const visit *end)
{
    ac_writer w;
    ac_arg    names;
    int       shown = 0;

    ac_writer_init_memory(&w, g->ck->mem);
    for (; between < end && shown < NAMES_SHOWN; between++) {
        ac_write_string(&w, shown++ ? ", " : "");
        ac_write_text(&w, name_of(g, between->record, between->index));
    }
    ac_write_string(&w, between < end ? ", …" : "");
    g->ck->nomem |= w.status != AC_OK;
    names = ac_arg_text(ac_writer_text(&w));
    if (shown > 0 && !g->ck->nomem)
        ac_log_hint_with(g->ck->log, "it does by way of {0}", &names, 1);
    ac_writer_free(&w);
}

static void say_cycle(graph *g, uint32_t record, uint32_t index, const visit *stack, uint32_t top)
{
    const ac_record_def *r = &g->ck->policy->records[record];
    int                  is_field = index < r->field_count;
    ac_text              name = name_of(g, record, index);
    uint32_t             i = top;

    if (ac_log_is_poisoned(g->ck->log, name))
        return;
    while (i > 0 && (stack[i - 1].record != record || stack[i - 1].index != index))
        i--;
    ac_say_1(g->ck, AC_MSG_DERIVED_CYCLE, is_field ? g->ck->records[record].fields[index].place : g->ck->records[record].limits[index - r->field_count].place, name);
    hint_way(g, stack + i, stack + top);
    ac_log_poison(g->ck->log, name);
}

/* Takes its place in the order of its record once all it reads has. */
static void finish(graph *g, uint32_t record, uint32_t index)
{
    ac_record_def *r = &g->ck->policy->records[record];

    g->state[g->first[record] + index] = 2;
    if (index < r->field_count && is_computed(&r->fields[index]))
        r->order[r->order_count++] = index;
}

static visit enter(graph *g, uint32_t record, uint32_t index)
{
    visit v;

    v.record = record;
    v.index = index;
    v.first_edge = v.next_edge = g->edge_count;
    g->state[g->first[record] + index] = 1;
    edges_of_node(g, record, index);
    return v;
}

static void search(graph *g, visit **stack, size_t *room, uint32_t record, uint32_t index)
{
    uint32_t top = 1;

    (*stack)[0] = enter(g, record, index);
    while (top > 0 && !g->ck->nomem) {
        visit   *v = &(*stack)[top - 1];
        uint32_t to_record, to_index;
        uint8_t  state;

        if (v->next_edge >= g->edge_count) {
            finish(g, v->record, v->index);
            g->edge_count = v->first_edge;
            top--;
            continue;
        }
        to_record = g->edges[v->next_edge];
        to_index = g->edges[v->next_edge + 1];
        v->next_edge += 2;
        state = g->state[g->first[to_record] + to_index];
        if (state == 1)
            say_cycle(g, to_record, to_index, *stack, top);
        if (state != 0)
            continue;
        if (!ac_mem_grow(g->ck->mem, (void **)stack, room, (size_t)top + 1, sizeof **stack)) {
            g->ck->nomem = 1;
            return;
        }
        /* edges of this node end where those of the next begin */
        (*stack)[top] = enter(g, to_record, to_index);
        top++;
    }
}

void ac_check_order(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    graph      g = { ck, NULL, NULL, NULL, 0, 0 };
    visit     *stack = NULL;
    size_t     room = 0;
    uint32_t   r, i, total = 0;

    g.first = ac_check_scratch(ck, (size_t)p->record_count + 1, sizeof *g.first);
    for (r = 0; g.first && r < p->record_count; r++) {
        g.first[r] = total;
        total += p->records[r].field_count + p->records[r].limit_count;
        p->records[r].order = ac_check_array(ck, p->records[r].field_count, sizeof *p->records[r].order);
    }
    g.state = ac_check_scratch(ck, (size_t)total + 1, 1);
    if (!g.first || !g.state || ck->nomem || !ac_mem_grow(ck->mem, (void **)&stack, &room, 1, sizeof *stack)) {
        ck->nomem = 1;
        return;
    }
    for (r = 0; r < p->record_count; r++)
        for (i = 0; i < p->records[r].field_count + p->records[r].limit_count && !ck->nomem; i++)
            if (g.state[g.first[r] + i] == 0)
                search(&g, &stack, &room, r, i);
    ac_mem_free_array(ck->mem, stack, room);
    ac_mem_free_array(ck->mem, g.edges, g.edge_room);
}
