#include <string.h>

#include "base/buffer.h"
#include "policy/check/expr.h"

/* Aggregates: which records are collected, by what link, group and window, and what is asked of each. */

typedef struct making {
    const ac_expr_at   *x;
    ac_checker         *ck;
    const ac_tree_agg  *tree;
    const ac_tree_expr *node;
    ac_aggregate        agg;
    ac_scope            inner;      /* the collected record, then the record at hand */
} making;

static const ac_tree_name *kind_name(const making *m)
{
    return &m->tree->path.at[0];
}

/* ── the link ── */

/* A way from the collected record to what it must be linked to. */
typedef struct ways {
    uint32_t target;
    uint32_t count;
    ac_path  first;
    ac_text  name;      /* of the first */
} ways;

/* Counts a way; of the name that `via` wants, if it wants one. */
static void add_way(const making *m, ways *w, const ac_path *level, uint32_t step, ac_text name)
{
    if ((m->tree->via.text.data && !ac_text_equal(m->tree->via.text, name)) || level->step_count >= AC_PATH_STEPS)
        return;
    if (w->count++ > 0)
        return;
    w->first = *level;
    w->name = name;
    if (step == AC_OWNER_STEP)
        w->first.steps[w->first.step_count++] = AC_OWNER_STEP;
    else
        w->first.field = step;
}

/* The nearest level outward of the collected record that is linked to the target. */
static int find_ways(const making *m, uint32_t target, ways *w)
{
    const ac_policy *p = m->ck->policy;
    ac_path          level;
    uint32_t         r, f;

    memset(&level, 0, sizeof level);
    level.record = m->agg.kind;
    level.field = AC_NO_INDEX;
    w->target = target;
    w->count = 0;
    for (r = m->agg.kind; r != AC_NO_INDEX && w->count == 0; r = p->records[r].owner) {
        if (p->records[r].owner == target)
            add_way(m, w, &level, AC_OWNER_STEP, p->records[target].name);
        for (f = 0; f < p->records[r].field_count; f++)
            if (p->records[r].fields[f].type.kind == AC_TYPE_RECORD && p->records[r].fields[f].type.ref == target)
                add_way(m, w, &level, f, p->records[r].fields[f].name);
        if (level.step_count >= AC_PATH_STEPS)
            break;
        level.steps[level.step_count++] = AC_OWNER_STEP;
    }
    return w->count > 0;
}

static void say_no_way(const making *m, uint32_t target)
{
    const ac_policy *p = m->ck->policy;

    if (ac_check_fields_lost(m->ck, m->agg.kind) || ac_check_fields_lost(m->ck, target))
        return;
    if (m->tree->via.text.data)
        ac_say_3(m->ck, AC_MSG_AGG_VIA, m->tree->via.place, m->tree->via.text, p->records[m->agg.kind].name, p->records[target].name);
    else
        ac_say_2(m->ck, AC_MSG_AGG_NO_LINK, kind_name(m)->place, p->records[m->agg.kind].name, p->records[target].name);
}

/* The record at hand; for what the calendar opens, else its owner. The company, and what has no owner, has all. */
static void find_link(making *m)
{
    ac_policy           *p = m->ck->policy;
    const ac_record_def *r = &p->records[m->agg.record];
    uint32_t             target = m->agg.record;
    ways                 w;

    m->agg.link = AC_NO_INDEX;
    m->agg.is_all = m->tree->every;
    if (m->tree->every)
        return;
    if (!find_ways(m, target, &w) && r->period != AC_NO_INDEX && r->owner != AC_NO_INDEX && p->records[r->owner].kind != AC_KIND_COMPANY) {
        target = r->owner;
        m->agg.to_owner = 1;
        find_ways(m, target, &w);
    }
    if (w.count == 0 && !m->tree->via.text.data && (r->kind == AC_KIND_COMPANY || (r->period != AC_NO_INDEX && !m->agg.to_owner))) {
        m->agg.is_all = 1;
        return;
    }
    if (w.count == 0) {
        say_no_way(m, target);
        return;
    }
    if (w.count > 1)
        ac_say_3(m->ck, AC_MSG_AGG_TWO_LINKS, kind_name(m)->place, p->records[m->agg.kind].name, p->records[target].name, w.name);
    m->agg.link = ac_check_path_add(m->ck, &w.first);
}

/* ── window and groups ── */

static void find_window(making *m)
{
    ac_checker *ck = m->ck;
    ac_scope    here = ac_scope_of(m->agg.record);

    m->agg.dated = ck->policy->records[m->agg.kind].dated_path;
    m->agg.period = AC_NO_INDEX;
    if (m->tree->window == AC_WINDOW_NONE || m->tree->window == AC_WINDOW_EVER)
        return;
    ck->zone_place = ck->zone_used ? ck->zone_place : m->node->place;
    ck->zone_used = 1;
    if (m->agg.dated == AC_NO_INDEX && !ac_check_fields_lost(ck, m->agg.kind))
        ac_say_1(ck, AC_MSG_AGG_NOT_DATED, kind_name(m)->place, kind_name(m)->text);
    if (m->tree->window == AC_WINDOW_SPAN) {
        m->agg.window = AC_AGGREGATE_SPAN;
        if (m->tree->length)
            ac_expr_window_span(m->x, m->tree->length, &m->agg.span);
        return;
    }
    if (m->tree->window != AC_WINDOW_PERIOD) {
        m->agg.window = (uint8_t)(AC_AGGREGATE_CALENDAR + ac_expr_period(m->tree->window));
        return;
    }
    m->agg.window = AC_AGGREGATE_PERIOD;
    m->agg.period = ac_check_own_period(ck, &here);
    if (m->agg.period == AC_NO_INDEX) {
        ac_say(ck, AC_MSG_NO_PERIOD, m->node->place);
        ac_log_hint(ck->log, ac_text_of("name a calendar period: in month, in year …"));
    }
}

/* How many fields are of the enum; *out is the last. */
static uint32_t enum_fields(const ac_record_def *r, uint32_t enumeration, uint32_t *out)
{
    uint32_t f, n = 0;

    for (f = 0; f < r->field_count; f++)
        if (r->fields[f].type.kind == AC_TYPE_ENUM && r->fields[f].type.ref == enumeration) {
            *out = f;
            n++;
        }
    return n;
}

/* The only field of the enum at the nearest level outward that has any. */
static uint32_t enum_path(const making *m, uint32_t enumeration)
{
    const ac_policy *p = m->ck->policy;
    uint32_t         r = m->agg.kind, n = 0;
    ac_path          path;

    memset(&path, 0, sizeof path);
    path.record = r;
    for (; r != AC_NO_INDEX && path.step_count < AC_PATH_STEPS; r = p->records[r].owner) {
        n = enum_fields(&p->records[r], enumeration, &path.field);
        if (n > 0)
            break;
        path.steps[path.step_count++] = AC_OWNER_STEP;
    }
    return n == 1 ? ac_check_path_add(m->ck, &path) : AC_NO_INDEX;
}

/* A path from the collected record to its own G; AC_NO_INDEX when it has none. */
static uint32_t group_of(making *m, const ac_group_def *g)
{
    ac_scope     scope = ac_scope_of(m->agg.kind);
    ac_tree_name names[AC_PATH_STEPS];
    ac_tree_path path;
    ac_fact      fact;

    if (g->enumeration != AC_NO_INDEX)
        return enum_path(m, g->enumeration);
    path.at = names;
    path.place = kind_name(m)->place;
    for (path.count = 0; path.count < g->name_count && path.count < AC_PATH_STEPS; path.count++) {
        names[path.count].text = g->names[path.count];
        names[path.count].place = path.place;
    }
    if (path.count == 0 || !ac_check_fact(m->ck, &scope, &path, 1, &fact) || fact.field == AC_NO_INDEX || fact.attribute_count > 0)
        return AC_NO_INDEX;
    return fact.path;
}

static void find_groups(making *m)
{
    const ac_record_def *r = &m->ck->policy->records[m->agg.record];
    ac_path              mine;
    uint32_t             i, theirs;

    m->agg.groups = ac_check_array(m->ck, r->group_count, sizeof *m->agg.groups);
    for (i = 0; m->agg.groups && i < r->group_count; i++) {
        theirs = group_of(m, &r->groups[i]);
        if (theirs == AC_NO_INDEX && m->tree->every)
            continue;
        if (theirs == AC_NO_INDEX) {
            if (!ac_check_fields_lost(m->ck, m->agg.kind))
                ac_say_2(m->ck, AC_MSG_AGG_NO_GROUP, kind_name(m)->place, kind_name(m)->text, r->fields[r->groups[i].field].name);
            continue;
        }
        memset(&mine, 0, sizeof mine);
        mine.record = m->agg.record;
        mine.field = r->groups[i].field;
        m->agg.groups[m->agg.group_count].mine = ac_check_path_add(m->ck, &mine);
        m->agg.groups[m->agg.group_count++].theirs = theirs;
    }
}

/* ── condition and field ── */

/* A path as a node of its own. */
static ac_tree_expr path_node(const making *m, uint32_t skip)
{
    ac_tree_expr node;

    memset(&node, 0, sizeof node);
    node.kind = AC_EXPR_PATH;
    node.u.path = m->tree->path;
    node.u.path.at += skip;
    node.u.path.count -= skip;
    node.place = node.u.path.place = node.u.path.at[0].place;
    return node;
}

/* What sum, mean and median come to; any, all and share ask a yes/no field. */
static ac_type check_field(making *m)
{
    ac_type      yes_no = ac_type_of(AC_TYPE_BOOL), t;
    ac_tree_expr node;
    int          adds = m->tree->fn == AC_AGG_SUM || m->tree->fn == AC_AGG_MEAN || m->tree->fn == AC_AGG_MEDIAN;

    if (m->tree->path.count < 2) {
        if (!adds)
            return yes_no;
        return ac_expr_wrong(m->x, AC_MSG_AGG_NEEDS_FIELD, m->node->place);
    }
    node = path_node(m, 1);
    if (m->tree->fn == AC_AGG_COUNT) {
        ac_say_2(m->ck, AC_MSG_AGG_COUNT_FIELD, node.place, kind_name(m)->text, node.u.path.at[0].text);
        return ac_expr_bad();
    }
    if (!ac_check_expr(m->ck, &m->inner, &node, adds ? NULL : &yes_no, m->agg.line, &m->agg.field))
        return ac_expr_bad();
    t = m->agg.field.type;
    if (!adds)
        return t;
    if (t.kind != AC_TYPE_NUMBER && t.kind != AC_TYPE_COUNT && t.kind != AC_TYPE_MONEY && t.kind != AC_TYPE_DURATION)
        return ac_expr_wrong_type(m->x, AC_MSG_AGG_TYPE, m->node->place, t);
    return m->tree->fn != AC_AGG_SUM && t.kind == AC_TYPE_COUNT ? ac_type_of(AC_TYPE_NUMBER) : t;
}

static ac_type result_type(const making *m, ac_type field)
{
    if (field.kind == AC_TYPE_BAD)
        return field;
    switch (m->tree->fn) {
    case AC_AGG_COUNT: return ac_type_of(AC_TYPE_COUNT);
    case AC_AGG_SHARE: return ac_type_of(AC_TYPE_NUMBER);
    case AC_AGG_ANY:
    case AC_AGG_ALL:   return ac_type_of(AC_TYPE_BOOL);
    default:           return field;
    }
}

/* ── what may be unknown (V21) ── */

static int is_asked_for(const ac_policy *p, const ac_program *program, uint32_t path)
{
    uint32_t i;

    for (i = 0; i + 1 < program->count; i++) {
        const ac_op *op = &p->ops[program->first + i];

        if (op->code == AC_OP_LOAD && op->a == path && (op[1].code == AC_OP_IS_KNOWN || op[1].code == AC_OP_IS_UNKNOWN))
            return 1;
    }
    return 0;
}

/* A recorded fact of the collected record that `program` reads and the condition does not ask for: whether it is known. */
static uint32_t may_be_unknown(const making *m, const ac_program *program)
{
    const ac_policy *p = m->ck->policy;
    uint32_t         i;

    for (i = 0; i < program->count; i++) {
        const ac_op        *op = &p->ops[program->first + i];
        const ac_path      *path = &p->paths[op->code == AC_OP_LOAD ? op->a : 0];
        const ac_field_def *f;

        if (op->code != AC_OP_LOAD || path->record != m->agg.kind || path->field == AC_NO_INDEX || is_asked_for(p, &m->agg.where, op->a))
            continue;
        f = &p->records[path->holder].fields[path->field];
        if (f->origin == AC_FIELD_RECORDED && !f->has_default && op->a != m->agg.dated)
            return op->a;
    }
    return AC_NO_INDEX;
}

static void hint_unknown(const making *m)
{
    uint32_t path;

    if (m->tree->fn != AC_AGG_COUNT && m->tree->fn != AC_AGG_SUM)
        return;
    path = may_be_unknown(m, &m->agg.where);
    if (path == AC_NO_INDEX)
        path = may_be_unknown(m, &m->agg.field);
    if (path != AC_NO_INDEX)
        ac_say_1(m->ck, AC_MSG_AGG_MAY_BE_UNKNOWN, m->node->place, m->ck->policy->paths[path].text);
}

/* ── the aggregate ── */

/* As written, on one line. */
static void name_it(making *m)
{
    const char *from = m->ck->log->lines.source.data + m->node->place.at;
    ac_writer   w;
    uint32_t    i;
    int         blank = 0;

    ac_writer_init_memory(&w, m->ck->mem);
    for (i = 0; i < m->node->place.size; i++) {
        if (from[i] == ' ' || from[i] == '\n' || from[i] == '\r' || from[i] == '\t') {
            blank = 1;
            continue;
        }
        if (blank)
            ac_write_char(&w, ' ');
        blank = 0;
        ac_write_char(&w, from[i]);
    }
    m->agg.path = ac_check_path_named(m->ck, m->agg.record, ac_writer_text(&w));
    if (ac_writer_end(&w) != AC_OK)
        m->ck->nomem = 1;
    ac_writer_free(&w);
    ac_writer_init_memory(&w, m->ck->mem);
    ac_write_text(&w, kind_name(m)->text);
    ac_write_char(&w, '.');
    m->agg.prefix = ac_check_path_named(m->ck, m->agg.record, ac_writer_text(&w));
    if (ac_writer_end(&w) != AC_OK)
        m->ck->nomem = 1;
    ac_writer_free(&w);
}

static ac_type keep(making *m, ac_type type)
{
    ac_aggregate *at;

    name_it(m);
    m->agg.type = type;
    at = m->ck->nomem ? NULL : ac_check_add(m->ck, AC_GROWING_AGGREGATES);
    if (!at)
        return type;
    *at = m->agg;
    ac_expr_op(m->x, m->node, AC_OP_AGGREGATE, m->ck->policy->aggregate_count - 1, 0);
    return type;
}

ac_type ac_expr_aggregate(const ac_expr_at *x, const ac_tree_expr *node)
{
    ac_type yes_no = ac_type_of(AC_TYPE_BOOL), field, type;
    making  m;

    if (x->scope->record == AC_NO_INDEX)
        return ac_expr_wrong(x, AC_MSG_NOT_CONSTANT, node->place);
    memset(&m, 0, sizeof m);
    m.x = x;
    m.ck = x->ck;
    m.node = node;
    m.tree = node->u.agg;
    if (m.tree->path.count == 0)
        return ac_expr_bad();
    m.agg.fn = (uint8_t)m.tree->fn;     /* both in one order */
    m.agg.kind = ac_check_record(m.ck, kind_name(&m));
    m.agg.record = x->scope->record;
    m.agg.line = ac_check_line_same(m.ck, node->place, x->w->line);
    if (m.agg.kind == AC_NO_INDEX)
        return ac_expr_bad();
    m.inner = ac_scope_of(m.agg.kind);
    m.inner.then = m.agg.record;
    find_link(&m);
    find_window(&m);
    find_groups(&m);
    if (node->count > 0)
        ac_check_expr(m.ck, &m.inner, node->kids[0], &yes_no, m.agg.line, &m.agg.where);
    field = check_field(&m);
    type = result_type(&m, field);
    if (type.kind == AC_TYPE_BAD)
        return type;
    hint_unknown(&m);
    return keep(&m, type);
}
