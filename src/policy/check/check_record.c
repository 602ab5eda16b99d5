#include "policy/check/check.h"
#include "policy/model/value.h"

/* Passes 3, 5 and 7: what fields, owners and values are; what derived fields compute. */

/* ── types ── */

static void type_fields(ac_checker *ck, uint32_t record)
{
    ac_record_def      *r = &ck->policy->records[record];
    ac_record_source   *s = &ck->records[record];
    const ac_tree_type *last = NULL;
    ac_type             type = ac_type_of(AC_TYPE_BOOL);
    uint32_t            i;

    for (i = 0; i < r->field_count; i++) {
        if (!s->fields[i].type || r->fields[i].type.kind != AC_TYPE_UNTYPED)
            continue;
        if (s->fields[i].type != last)
            type = ac_check_type(ck, s->fields[i].type);
        last = s->fields[i].type;
        r->fields[i].type = type;
        if (type.kind == AC_TYPE_ENUM && r->fields[i].table != AC_NO_INDEX && ck->policy->tables[r->fields[i].table].hit == AC_HIT_ALL)
            r->fields[i].type = ac_check_many(ck, type, last->place);    /* what collects members gives several */
        if (type.kind == AC_TYPE_SIGNATURE && r->fields[i].origin == AC_FIELD_RECORDED)
            r->fields[i].origin = AC_FIELD_SIGNATURE;
    }
}

static void find_owner(ac_checker *ck, uint32_t record)
{
    ac_policy            *p = ck->policy;
    ac_record_def        *r = &p->records[record];
    const ac_tree_record *t = ck->records[record].tree;
    uint32_t              i;

    if (t->of.text.data) {
        r->owner = ac_check_record(ck, &t->of);
        return;
    }
    /* the company owns what has no owner, when the policy has one */
    for (i = 0; i < p->record_count && r->kind != AC_KIND_COMPANY; i++)
        if (p->records[i].kind == AC_KIND_COMPANY) {
            r->owner = i;
            return;
        }
}

static void check_owners(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    uint32_t   i, r, steps;

    for (i = 0; i < p->record_count; i++) {
        for (steps = 0, r = p->records[i].owner; r != AC_NO_INDEX && r != i && steps <= AC_PATH_STEPS; r = p->records[r].owner)
            steps++;
        if (r == i || steps > AC_PATH_STEPS) {
            const ac_tree_record *t = ck->records[i].tree;
            ac_tree_name          at = t->name;

            if (t->of.text.data)
                at.place = t->of.place;
            if (r == i)
                ac_say_name(ck, AC_MSG_OWNER_CYCLE, &at);
            else
                ac_say_limit(ck, AC_MSG_OWNER_DEPTH, &at, AC_PATH_STEPS);
            p->records[i].owner = AC_NO_INDEX;
        }
    }
}

static void check_kinds(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    uint32_t   i, k;

    for (i = 0; i < p->record_count; i++)
        for (k = 0; k < i && p->records[i].kind != AC_KIND_PLAIN; k++)
            if (p->records[k].kind == p->records[i].kind) {
                ac_say_2(ck, AC_MSG_KIND_TWICE, ck->records[i].tree->name.place, p->records[i].name, p->records[k].name);
                ac_log_note_0(ck->log, AC_MSG_FIRST_HERE, ck->records[k].tree->name.place);
                break;
            }
}

static int is_dating(ac_type t)
{
    return t.kind == AC_TYPE_MOMENT || t.kind == AC_TYPE_DATETIME || t.kind == AC_TYPE_DATE;
}

/* A record may be dated by a moment of its owner: then it has no date of its own. */
static void find_dated(ac_checker *ck, uint32_t record)
{
    const ac_tree_name *name = &ck->records[record].tree->dated;
    ac_scope            scope = ac_scope_of(record);
    ac_tree_path        path;
    ac_tree_name        copy;
    ac_fact             fact;

    if (!name->text.data)
        return;
    copy = *name;
    path.at = &copy;
    path.count = 1;
    path.place = name->place;
    if (!ac_check_fact(ck, &scope, &path, 0, &fact))
        return;
    if (fact.type.kind < AC_TYPE_UNTYPED && (fact.field == AC_NO_INDEX || !is_dating(fact.type)))
        ac_say_2(ck, AC_MSG_DATED_TYPE, name->place, name->text, ac_check_type_text(ck, fact.type));
    else if (fact.holder == record)
        ck->policy->records[record].dated = fact.field;
    if (fact.field != AC_NO_INDEX && is_dating(fact.type))
        ck->policy->records[record].dated_path = fact.path;
}

/* A hole for a value or table that a data file may fill. */
static uint32_t add_hole(ac_checker *ck, ac_text name, ac_type type, uint32_t line)
{
    ac_hole *hole = ac_check_add(ck, AC_GROWING_HOLES);

    if (!hole)
        return AC_NO_INDEX;
    hole->name = name;
    hole->type = type;
    if (type.kind == AC_TYPE_SPAN)
        hole->type.ref = 0;
    hole->unset = ac_check_unset(ck, name, line);
    return ck->policy->hole_count - 1;
}

void ac_check_types(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    uint32_t   i, k;

    for (i = 0; i < p->record_count; i++) {
        find_owner(ck, i);
        type_fields(ck, i);
    }
    check_owners(ck);
    check_kinds(ck);
    for (i = 0; i < p->record_count; i++)
        find_dated(ck, i);
    for (i = 0; i < p->enum_count; i++)
        for (k = 0; ck->enums[i] && k < p->enums[i].attribute_count; k++)
            p->enums[i].attributes[k].type = ac_check_type(ck, &ck->enums[i]->outs.at[k].type);
    for (i = 0; i < p->table_count && !ck->nomem; i++)
        if (ck->tables[i]->is_unset) {
            ac_type type = ac_type_of(AC_TYPE_BOOL);

            if (p->tables[i].output_count > 0)
                type = p->records[p->tables[i].record].fields[p->tables[i].output_fields[0]].type;
            p->tables[i].hole = add_hole(ck, p->tables[i].name, type, p->tables[i].line);
        }
}

/* ── values ── */

/* The first value a constant expression reads that is not compiled yet, in reading order; AC_NO_INDEX when none. */
static uint32_t pending_value(const ac_checker *ck, const ac_tree_expr *node, const uint8_t *state)
{
    uint32_t i, at;

    if (node->kind == AC_EXPR_PATH && node->u.path.count == 1) {
        at = ac_check_find(ck, AC_NAME_VALUE, 0, node->u.path.at[0].text);
        return at != AC_NO_INDEX && state[at] != 2 ? at : AC_NO_INDEX;
    }
    for (i = 0; i < node->count; i++) {
        at = node->kids[i] ? pending_value(ck, node->kids[i], state) : AC_NO_INDEX;
        if (at != AC_NO_INDEX)
            return at;
    }
    return AC_NO_INDEX;
}

static void compile_value(ac_checker *ck, uint32_t i)
{
    const ac_tree_value  *t = ck->values[i];
    const ac_tree_values *block = ck->values_blocks[i];
    ac_value_def         *v = &ck->policy->names->values[i];
    ac_scope              scope = ac_scope_constant();
    ac_type               type = ac_type_of(AC_TYPE_BOOL);

    /* of a line that could not be read to its end the article may be lost */
    v->line = (ck->lost >> AC_NAME_VALUE & 1 ? ac_check_line : ac_check_line_cited)(ck, t->place, &t->per, &block->per);
    if (t->has_type)
        type = ac_check_type(ck, &t->type);
    if (!t->value) {
        v->type = type;
        v->hole = add_hole(ck, v->name, type, v->line);
        return;
    }
    if (type.kind == AC_TYPE_BAD)
        return;
    ck->subject = v->name;
    if (!ac_check_expr(ck, &scope, t->value, t->has_type ? &type : NULL, v->line, &v->program))
        return;
    v->type = t->has_type && v->program.type.kind != AC_TYPE_SPAN ? type : v->program.type;
    if (v->type.kind == AC_TYPE_ANY) {
        ac_say_1(ck, AC_MSG_TYPE_UNSAID, t->name.place, v->name);
        v->type.kind = AC_TYPE_BAD;
    } else if (v->type.kind == AC_TYPE_SPAN) {
        ac_cell cell;

        if (ac_check_is_constant(ck, &v->program, &cell) && cell.state == AC_VALUE_KNOWN)
            v->type.ref = (uint16_t)(cell.ref + 1);
    }
}

/* Values that read others come after them; a search with a stack of its own. */
void ac_check_values(ac_checker *ck)
{
    uint32_t  n = ck->policy->names->value_count, i, top, next;
    uint8_t  *state = ac_check_scratch(ck, n, 1);
    uint32_t *stack = ac_check_scratch(ck, n, sizeof *stack);

    if (!state || !stack)
        return;
    for (i = 0; i < n && !ck->nomem; i++) {
        if (state[i] != 0)
            continue;
        stack[0] = i;
        state[i] = 1;
        for (top = 1; top > 0 && !ck->nomem;) {
            uint32_t at = stack[top - 1];

            next = ck->values[at]->value ? pending_value(ck, ck->values[at]->value, state) : AC_NO_INDEX;
            if (next != AC_NO_INDEX && state[next] == 0) {
                state[next] = 1;
                stack[top++] = next;
                continue;
            }
            if (next != AC_NO_INDEX)
                ac_say_name(ck, AC_MSG_DERIVED_CYCLE, &ck->values[at]->name);
            else
                compile_value(ck, at);
            state[at] = 2;
            top--;
        }
    }
}

/* ── derived fields ── */

typedef struct field_id {
    uint32_t record, field;
} field_id;

static int untyped(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path)
{
    ac_fact fact;

    return path->count > 0 && !ac_check_fact(ck, scope, path, 1, &fact) && ck->untyped_record != AC_NO_INDEX
        && ck->records[ck->untyped_record].fields[ck->untyped_field].state == 0;
}

/* Whether an expression reads a field whose type is not known yet: ck->untyped_record, untyped_field. */
static int reads_untyped(ac_checker *ck, const ac_scope *scope, const ac_tree_expr *node)
{
    ac_scope     inner;
    ac_tree_path rest;
    uint32_t     i;

    if (!node)
        return 0;
    switch ((ac_expr_kind)node->kind) {
    case AC_EXPR_PATH:
        return untyped(ck, scope, &node->u.path);
    case AC_EXPR_EDGE:
        return untyped(ck, scope, &node->u.edge->of);
    case AC_EXPR_AGG:
        if (node->u.agg->path.count == 0)
            return 0;
        inner = ac_scope_of(ac_check_find(ck, AC_NAME_RECORD, 0, node->u.agg->path.at[0].text));
        if (inner.record == AC_NO_INDEX)
            return 0;
        inner.then = scope->record;
        rest = node->u.agg->path;
        rest.at++;
        rest.count--;
        if (rest.count > 0 && untyped(ck, &inner, &rest))
            return 1;
        return node->count > 0 && reads_untyped(ck, &inner, node->kids[0]);
    default:
        for (i = 0; i < node->count; i++)
            if (reads_untyped(ck, scope, node->kids[i]))
                return 1;
        return 0;
    }
}

/* The path of `by G` without the record in front: *scope is where the rest is looked for. */
static int group_path(ac_checker *ck, const ac_tree_path *group, ac_tree_path *rest, ac_scope *scope)
{
    const ac_policy *p = ck->policy;
    uint32_t         i;

    *rest = *group;
    if (group->count > 1) {
        scope->record = ac_check_record(ck, &group->at[0]);
        rest->at++;
        rest->count--;
        rest->place = rest->at[0].place;
        return scope->record != AC_NO_INDEX;
    }
    for (i = 0; i < p->record_count; i++) {
        uint32_t f = ac_check_find(ck, AC_NAME_FIELD, i, group->at[0].text);

        if (f == AC_NO_INDEX || ck->records[i].fields[f].group)
            continue;
        scope->record = i;
        return 1;
    }
    return 0;
}

/* Where values of G are found when the calendar opens a record for each. */
static void keep_source(ac_checker *ck, field_id id, const ac_fact *fact)
{
    ac_record_def *r = &ck->policy->records[id.record];
    uint32_t       i;

    for (i = 0; i < r->group_count; i++)
        if (r->groups[i].field == id.field && fact->field != AC_NO_INDEX && fact->attribute_count == 0)
            r->groups[i].source = fact->path;
}

static void type_group(ac_checker *ck, field_id id)
{
    ac_field_def       *f = &ck->policy->records[id.record].fields[id.field];
    const ac_tree_path *group = ck->records[id.record].fields[id.field].group;
    ac_scope            scope = ac_scope_of(AC_NO_INDEX);
    ac_tree_path        rest;
    ac_fact             fact;
    uint32_t            e = AC_NO_INDEX;

    f->type.kind = AC_TYPE_BAD;
    if (group->count == 1)
        e = ac_check_find(ck, AC_NAME_ENUM, 0, group->at[0].text);
    if (e != AC_NO_INDEX) {
        f->type.kind = AC_TYPE_ENUM;
        f->type.ref = (uint16_t)e;
    } else if (group_path(ck, group, &rest, &scope)) {
        if (ac_check_fact(ck, &scope, &rest, 0, &fact) && fact.type.kind < AC_TYPE_UNTYPED) {
            f->type = fact.type;
            keep_source(ck, id, &fact);
        }
    } else if (group->count == 1) {
        ac_check_name_missing(ck, &group->at[0], AC_MSG_NAME_UNKNOWN, 1u << AC_NAME_ENUM | 1u << AC_NAME_RECORD, 0);
    }
}

static void write_bound(ac_checker *ck, const ac_field_def *f, ac_place place, int64_t num, ac_program *out)
{
    ac_cell    cell = ac_cell_known(num);
    ac_writing w = ac_check_begin(ck, f->line);

    ac_check_op(ck, &w, place, AC_OP_CONST, ac_check_constant(ck, &cell), 0);
    ac_check_end(ck, &w, place, f->type, out);
}

/* A share lies between 0 and 1, also one that the host gives: what asks for 95 instead of 95 % is found out. */
static void bound_share(ac_checker *ck, ac_field_def *f, ac_place place)
{
    const ac_op *op = f->value.count == 1 ? &ck->policy->ops[f->value.first] : NULL;

    if (!op || op->code != AC_OP_AGGREGATE || ck->policy->aggregates[op->a].fn != AC_AGGREGATE_SHARE || f->has_range || f->type.kind != AC_TYPE_NUMBER)
        return;
    write_bound(ck, f, place, 0, &f->low);
    write_bound(ck, f, place, 1, &f->high);
    f->has_range = 1;
}

/* An aggregate: the host may give the value. */
static void note_aggregate(ac_checker *ck, ac_field_def *f, ac_place place)
{
    uint32_t i;

    bound_share(ck, f, place);
    for (i = 0; i < f->value.count; i++)
        f->is_slot |= ck->policy->ops[f->value.first + i].code == AC_OP_AGGREGATE;
}

/* The unit of a derived length, for those who compute with it. */
static ac_type typed_expr(ac_checker *ck, uint32_t record, const ac_tree_expr *node, const ac_type *expected, uint32_t line, ac_program *out)
{
    ac_scope   scope = ac_scope_of(record);
    ac_writing w;
    ac_type    t;

    if (!ac_check_expr(ck, &scope, node, expected, line, out))
        return out->type;
    if (out->type.kind != AC_TYPE_SPAN)
        return out->type;
    w = ac_check_begin(ck, line);
    t = ac_check_expr_into(ck, &w, &scope, node, NULL);
    ac_check_drop(ck, &w);
    return t.kind == AC_TYPE_SPAN ? t : out->type;
}

static void compile_derived(ac_checker *ck, field_id id)
{
    ac_record_source *s = &ck->records[id.record];
    ac_field_def     *f = &ck->policy->records[id.record].fields[id.field];
    ac_field_source  *fs = &s->fields[id.field];
    int               is_typed = f->type.kind != AC_TYPE_UNTYPED;
    ac_type           t;

    if (s->block->has_errors || f->type.kind == AC_TYPE_BAD) {
        f->type.kind = AC_TYPE_BAD;
        return;
    }
    ck->subject = f->name;
    t = typed_expr(ck, id.record, fs->derived, is_typed ? &f->type : NULL, f->line, &f->value);
    if (t.kind == AC_TYPE_ANY) {
        ac_say_1(ck, AC_MSG_TYPE_UNSAID, fs->place, f->name);
        t.kind = AC_TYPE_BAD;
    }
    if (t.kind == AC_TYPE_SPAN)
        fs->unit = t.ref;
    if (!is_typed) {
        f->type = t;
        if (t.kind == AC_TYPE_SPAN)
            f->type.ref = 0;
        if (t.kind == AC_TYPE_MOMENT)
            f->type = ac_type_of(AC_TYPE_DATETIME);     /* computed, not recorded */
        if (t.kind == AC_TYPE_SIGNATURE)
            f->type = ac_type_of(AC_TYPE_BOOL);
    }
    note_aggregate(ck, f, fs->place);
}

static int depends(ac_checker *ck, field_id id)
{
    const ac_field_source *fs = &ck->records[id.record].fields[id.field];
    ac_scope               scope = ac_scope_of(id.record);
    ac_tree_path           rest;

    if (!fs->group)
        return reads_untyped(ck, &scope, fs->derived);
    return ac_check_find(ck, AC_NAME_ENUM, 0, fs->group->at[0].text) == AC_NO_INDEX && group_path(ck, fs->group, &rest, &scope)
        && untyped(ck, &scope, &rest);
}

/* Types of derived fields come from what they read: a search that compiles the fields read first. */
static void compile_from(ac_checker *ck, field_id start)
{
    field_id *stack = NULL;
    size_t    room = 0;
    uint32_t  top = 1;

    if (!ac_mem_grow(ck->mem, (void **)&stack, &room, 1, sizeof *stack)) {
        ck->nomem = 1;
        return;
    }
    stack[0] = start;
    ck->records[start.record].fields[start.field].state = 1;
    while (top > 0 && !ck->nomem) {
        field_id         at = stack[top - 1];
        ac_field_source *fs = &ck->records[at.record].fields[at.field];

        if (depends(ck, at)) {
            if (!ac_mem_grow(ck->mem, (void **)&stack, &room, (size_t)top + 1, sizeof *stack)) {
                ck->nomem = 1;
                break;
            }
            stack[top].record = ck->untyped_record;
            stack[top++].field = ck->untyped_field;
            ck->records[ck->untyped_record].fields[ck->untyped_field].state = 1;
            continue;
        }
        if (fs->group)
            type_group(ck, at);
        else
            compile_derived(ck, at);
        fs->state = 2;
        top--;
    }
    ac_mem_free_array(ck->mem, stack, room);
}

/* ── recorded fields ── */

static void check_range(ac_checker *ck, ac_field_def *f, const ac_tree_expr *range)
{
    ac_scope scope = ac_scope_constant();
    ac_cell  low, high;
    int      order;

    if (range->kind != AC_EXPR_RANGE || f->type.kind >= AC_TYPE_UNTYPED)
        return;
    if (!ac_type_is_ordered(ck->policy, f->type)) {
        ac_say_type(ck, AC_MSG_NO_ORDER, range->place, f->type);
        return;
    }
    if (!ac_check_expr(ck, &scope, range->kids[0], &f->type, f->line, &f->low) || !ac_check_expr(ck, &scope, range->kids[1], &f->type, f->line, &f->high))
        return;
    f->has_range = 1;
    f->low_open = range->opens_low;
    f->high_open = range->opens_high;
    if (!ac_check_is_constant(ck, &f->low, &low) || !ac_check_is_constant(ck, &f->high, &high) || low.state != AC_VALUE_KNOWN || high.state != AC_VALUE_KNOWN)
        return;
    order = ac_cell_order(&low, &high);
    if (order > 0 || (order == 0 && (f->low_open || f->high_open)))
        ac_say(ck, AC_MSG_RANGE_EMPTY, range->place);
}

static void check_tails(ac_checker *ck, const ac_tree_line *line)
{
    uint32_t i, k;

    for (i = 0; i < line->tails.count; i++) {
        const ac_tree_tail *tail = &line->tails.at[i];

        ac_check_cites(ck, &tail->per);
        if (line->limit.kind != AC_TREE_LIMIT_NONE)
            continue;       /* those of limits belong to their pass */
        for (k = 0; tail->kind == AC_TREE_TAIL_BY && k < tail->names.count; k++)
            ac_check_role(ck, &tail->names.at[k]);
    }
}

static void check_recorded(ac_checker *ck, uint32_t record, uint32_t field)
{
    ac_field_def       *f = &ck->policy->records[record].fields[field];
    const ac_tree_line *line = ck->records[record].fields[field].line;
    ac_scope            scope = ac_scope_of(record);

    if (!line)
        return;
    if (line->range)
        check_range(ck, f, line->range);
    ck->subject = f->name;
    if (line->fallback && f->type.kind < AC_TYPE_UNTYPED && ac_check_expr(ck, &scope, line->fallback, &f->type, f->line, &f->fallback))
        f->has_default = 1;
}

/* A field that a later stage computes answers so when the host gave no value. */
static void write_unsupported(ac_checker *ck, ac_field_def *f, ac_place place)
{
    ac_writing w = ac_check_begin(ck, f->line);

    ac_check_op(ck, &w, place, AC_OP_UNSUPPORTED, f->unsupported, 0);
    ac_check_end(ck, &w, place, f->type, &f->value);
}

void ac_check_fields(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    field_id   id;
    uint32_t   i;

    for (id.record = 0; id.record < p->record_count; id.record++)
        for (id.field = 0; id.field < p->records[id.record].field_count && !ck->nomem; id.field++) {
            const ac_field_source *fs = &ck->records[id.record].fields[id.field];
            ac_field_def          *f = &p->records[id.record].fields[id.field];

            if ((fs->derived || fs->group) && fs->state == 0)
                compile_from(ck, id);
            else if (!fs->derived && f->unsupported != AC_NO_INDEX)
                write_unsupported(ck, f, fs->place);
        }
    for (id.record = 0; id.record < p->record_count && !ck->nomem; id.record++) {
        const ac_record_source *s = &ck->records[id.record];

        if (s->block->has_errors)
            continue;
        for (id.field = 0; id.field < p->records[id.record].field_count; id.field++)
            check_recorded(ck, id.record, id.field);
        for (i = 0; i < s->tree->count; i++)
            check_tails(ck, &s->tree->lines[i]);
    }
}
