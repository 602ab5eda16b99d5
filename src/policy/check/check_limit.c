#include "policy/check/check.h"

#include <string.h>

/* Limits on moments: policy language 4.1. */

typedef struct making {
    ac_checker            *ck;
    ac_limit              *limit;
    const ac_limit_source *from;
    ac_scope               scope;
} making;

/* A length that can be counted: no constant below zero. */
static void check_length(making *m, const ac_tree_expr *node, const ac_program *program)
{
    ac_cell cell;

    if (ac_check_is_constant(m->ck, program, &cell) && cell.state == AC_VALUE_KNOWN && cell.num < 0)
        ac_say(m->ck, AC_MSG_LIMIT_NEGATIVE, node->place);
}

static void read_length(making *m, const ac_tree_expr *node, ac_program *out)
{
    ac_type span = ac_type_of(AC_TYPE_SPAN);

    if (node && ac_check_expr(m->ck, &m->scope, node, &span, m->limit->line, out))
        check_length(m, node, out);
}

static void read_grace(making *m, const ac_tree_expr *node)
{
    read_length(m, node, &m->limit->grace);
}

/* An instant, or a date: then the limit counts from the date. */
static void read_point(making *m, const ac_tree_expr *node, ac_program *out)
{
    uint8_t kind;

    if (!ac_check_expr(m->ck, &m->scope, node, NULL, m->limit->line, out))
        return;
    kind = out->type.kind;
    if (kind == AC_TYPE_DATETIME || kind == AC_TYPE_MOMENT || kind == AC_TYPE_DATE || kind == AC_TYPE_ANY || kind == AC_TYPE_BAD)
        return;
    ac_say_type(m->ck, AC_MSG_LIMIT_POINT, node->place, out->type);
}

/* `within L after X` on X itself: from the occurrence before. */
static int is_own_moment(const making *m, const ac_program *program)
{
    uint32_t       at = ac_check_is_load(m->ck, program);
    const ac_path *path;

    if (at == AC_NO_INDEX)
        return 0;
    path = &m->ck->policy->paths[at];
    return path->record == m->limit->record && path->step_count == 0 && path->field == m->limit->moment;
}

static void read_points(making *m)
{
    const ac_tree_limit *t = m->from->limit;
    uint32_t             i;

    if (t->point_count > 0) {
        m->limit->points = t->points[0]->place;
        m->limit->points.size = t->points[t->point_count - 1]->place.at + t->points[t->point_count - 1]->place.size - m->limit->points.at;
    }
    m->limit->starts = ac_check_array(m->ck, t->point_count, sizeof *m->limit->starts);
    if (!m->limit->starts)
        return;
    m->limit->start_count = t->point_count;
    for (i = 0; i < t->point_count; i++)
        read_point(m, t->points[i], &m->limit->starts[i]);
    if (t->point_count > 0 && (t->kind == AC_TREE_LIMIT_WITHIN || t->kind == AC_TREE_LIMIT_AT))
        m->limit->renews = (uint8_t)is_own_moment(m, &m->limit->starts[0]);
    if (t->kind == AC_TREE_LIMIT_PROMPTLY && t->point_count == 0 && m->ck->policy->records[m->limit->record].dated == AC_NO_INDEX)
        ac_say_1(m->ck, AC_MSG_LIMIT_NO_START, t->place, m->ck->policy->records[m->limit->record].name);
}

/* --- pauses ---------------------------------------------------------------------------- */

/* The state `name` of the record reached by `path` so far. @return 1 when it has one. */
static int find_state(making *m, ac_path path, ac_text name, ac_pause_def *out)
{
    const ac_record_def *r = &m->ck->policy->records[path.holder];
    uint32_t             state = ac_check_find(m->ck, AC_NAME_STATE, path.holder, name);

    if (state == AC_NO_INDEX || r->state_field == AC_NO_INDEX)
        return 0;
    path.field = r->state_field;
    out->path = ac_check_path_add(m->ck, &path);
    out->state = (int32_t)state;
    return 1;
}

/* A state of the record at hand or of the nearest owner that has it. */
static int find_state_outward(making *m, ac_text name, ac_pause_def *out)
{
    ac_path path;

    memset(&path, 0, sizeof path);
    path.record = path.holder = m->limit->record;
    for (;;) {
        if (find_state(m, path, name, out))
            return 1;
        path.holder = m->ck->policy->records[path.holder].owner;
        if (path.holder == AC_NO_INDEX || path.step_count == AC_PATH_STEPS)
            return 0;
        path.steps[path.step_count++] = AC_OWNER_STEP;
    }
}

/* `工单.等待客户`: the state of a record that the path before it names. */
static int find_state_of(making *m, const ac_tree_path *path, ac_pause_def *out)
{
    ac_tree_path prefix = *path;
    ac_fact      fact;

    prefix.count--;
    if (!ac_check_fact(m->ck, &m->scope, &prefix, 1, &fact))
        return 0;
    if (fact.field != AC_NO_INDEX && fact.type.kind != AC_TYPE_RECORD)
        return 0;
    {
        ac_path reached = m->ck->policy->paths[fact.path];

        if (fact.field != AC_NO_INDEX) {
            if (reached.step_count == AC_PATH_STEPS)
                return 0;
            reached.steps[reached.step_count++] = fact.field;
            reached.holder = fact.type.ref;
        }
        return find_state(m, reached, path->at[path->count - 1].text, out);
    }
}

/* @return 1; 0 for one that was told to be wrong. */
static int read_pause(making *m, const ac_tree_path *path, uint32_t line, ac_pause_def *out)
{
    ac_fact fact;
    int     is_fact = ac_check_fact(m->ck, &m->scope, path, 1, &fact);
    int     is_yes_no = is_fact && fact.field != AC_NO_INDEX && (fact.type.kind == AC_TYPE_BOOL || fact.type.kind == AC_TYPE_SIGNATURE);
    int     is_state = path->count == 1 ? find_state_outward(m, path->at[0].text, out) : find_state_of(m, path, out);

    out->line = line;
    if (is_yes_no && is_state) {
        ac_say_path(m->ck, AC_MSG_LIMIT_PAUSE_TWO, path);
        return 0;
    }
    if (is_yes_no) {
        out->path = fact.path;
        out->state = -1;
    } else if (!is_state && (is_fact || ac_check_fact(m->ck, &m->scope, path, 0, &fact))) {
        ac_say_path(m->ck, AC_MSG_LIMIT_PAUSE, path);
    }
    return is_yes_no || is_state;
}

/* Whether two paths lead to one record in the same way. */
static int is_same_way(const ac_path *a, const ac_path *b)
{
    return a->step_count == b->step_count && memcmp(a->steps, b->steps, a->step_count * sizeof *a->steps) == 0;
}

static const ac_path *pausing_path(const making *m, uint32_t i)
{
    const ac_limit *l = m->limit;

    return &m->ck->policy->paths[i < l->pause_count ? l->pauses[i].path : l->pause_facts[i - l->pause_count]];
}

/* The records besides its own one whose facts pause a limit. */
static uint32_t pausing_records(const making *m)
{
    uint32_t i, k, n = 0;

    for (i = 0; i < m->limit->pause_count + m->limit->pause_fact_count; i++) {
        const ac_path *path = pausing_path(m, i);

        for (k = 0; k < i && !is_same_way(path, pausing_path(m, k)); k++)
            ;
        n += k == i && path->step_count > 0;
    }
    return n;
}

static void read_pauses(making *m)
{
    const ac_tree_tails *tails = m->from->tails;
    uint32_t             i, k, n = 0;

    for (i = 0; i < tails->count; i++)
        n += tails->at[i].kind == AC_TREE_TAIL_PAUSED ? tails->at[i].paths.count : 0;
    if (n > AC_LIMIT_PAUSE_FACTS) {
        ac_log_1(m->ck->log, AC_MSG_LIMIT_PAUSES, m->from->place, ac_arg_number(AC_LIMIT_PAUSE_FACTS));
        return;
    }
    m->limit->pauses = n ? ac_check_array(m->ck, n, sizeof *m->limit->pauses) : NULL;
    for (i = 0; m->limit->pauses && i < tails->count; i++) {
        const ac_tree_tail *t = &tails->at[i];
        uint32_t            line;

        if (t->kind != AC_TREE_TAIL_PAUSED)
            continue;
        line = t->per.count ? ac_check_line(m->ck, t->place, &t->per, NULL) : m->limit->line;
        for (k = 0; k < t->paths.count; k++)
            m->limit->pause_count += (uint32_t)read_pause(m, &t->paths.at[k], line, &m->limit->pauses[m->limit->pause_count]);
    }
    ac_check_pause_facts(m->ck, m->limit);
    if (!m->ck->nomem && m->ck->policy->path_count > 0 && pausing_records(m) >= AC_LIMIT_PAUSE_RECORDS)
        ac_log_1(m->ck->log, AC_MSG_LIMIT_PAUSE_RECORDS, m->from->place, ac_arg_number(AC_LIMIT_PAUSE_RECORDS - 1));
}

/* --- tails ------------------------------------------------------------------------------- */

static void read_tail(making *m, const ac_tree_tail *t)
{
    ac_type  yes_no = ac_type_of(AC_TYPE_BOOL);
    uint32_t line = t->per.count ? ac_check_line(m->ck, t->place, &t->per, NULL) : m->limit->line;
    uint32_t i;

    switch (t->kind) {
    case AC_TREE_TAIL_WHEN:
        ac_check_expr(m->ck, &m->scope, t->expr, &yes_no, line, &m->limit->when);
        m->limit->condition = t->expr->place;
        break;
    case AC_TREE_TAIL_BY:
        /* Of several roles none is the one that must: who may is judged by the gate. */
        for (i = 0; i < t->names.count; i++)
            m->limit->role = ac_check_role(m->ck, &t->names.at[i]);
        if (t->names.count > 1)
            m->limit->role = AC_NO_INDEX;
        m->limit->actors = t->names.at[0].place;
        m->limit->actors.size = t->names.at[t->names.count - 1].place.at + t->names.at[t->names.count - 1].place.size - m->limit->actors.at;
        break;
    case AC_TREE_TAIL_ON:
        m->limit->calendar = ac_check_calendar(m->ck, &t->names.at[0]);
        break;
    case AC_TREE_TAIL_REGRADE:
        m->limit->regrade = (uint8_t)(AC_REGRADE_FROM_START + (t->mode - AC_TREE_MODE_FROM_START));
        break;
    case AC_TREE_TAIL_REOPEN:
        m->limit->reopen = (uint8_t)(AC_REOPEN_RESUME + (t->mode - AC_TREE_MODE_RESUME));
        break;
    case AC_TREE_TAIL_HARD:
        m->limit->hard = 1;
        break;
    default:
        break;
    }
}

/* A second limit on one moment needs a name. */
static void check_name(making *m)
{
    const ac_record_def    *r = &m->ck->policy->records[m->limit->record];
    const ac_limit_source  *sources = m->ck->records[m->limit->record].limits;
    uint32_t                i;

    for (i = 0; i < r->limit_count && &r->limits[i] != m->limit; i++)
        if (ac_text_equal(r->limits[i].name, m->limit->name)) {
            ac_say_1(m->ck, AC_MSG_LIMIT_UNNAMED, m->from->place, m->limit->name);
            ac_log_note_0(m->ck->log, AC_MSG_FIRST_HERE, sources[i].place);
            return;
        }
}

/* --- what it reads --------------------------------------------------------------------------- */

static uint32_t list_programs(const ac_limit *l, const ac_program **out)
{
    uint32_t i, n = 0;

    out[n++] = &l->span;
    out[n++] = &l->grace;
    out[n++] = &l->when;
    for (i = 0; i < l->start_count; i++)
        out[n++] = &l->starts[i];
    return n;
}

static void read_facts(making *m)
{
    const ac_program **programs = ac_check_scratch(m->ck, 3 + (size_t)m->limit->start_count, sizeof *programs);
    uint32_t           n;

    if (!programs)
        return;
    n = list_programs(m->limit, programs);
    m->limit->reads_pool = (uint8_t)ac_check_facts(m->ck, m->limit->record, programs, n, &m->limit->facts, &m->limit->fact_count);
}

static void make_limit(making *m)
{
    static const uint8_t forms[] = { AC_LIMIT_WITHIN, AC_LIMIT_WITHIN, AC_LIMIT_DUE, AC_LIMIT_SAME_DAY, AC_LIMIT_AT, AC_LIMIT_PROMPTLY };
    const ac_field_def  *moment = &m->ck->policy->records[m->limit->record].fields[m->limit->moment];
    uint32_t             i;

    m->limit->form = forms[m->from->limit->kind];
    m->limit->calendar = ac_check_only_calendar(m->ck);
    m->limit->role = AC_NO_INDEX;
    m->limit->regrade = AC_REGRADE_FROM_START;
    m->limit->reopen = AC_REOPEN_RESUME;
    if (moment->type.kind != AC_TYPE_MOMENT && moment->type.kind != AC_TYPE_BAD)
        ac_say_2(m->ck, AC_MSG_LIMIT_NOT_MOMENT, m->from->place, moment->name, ac_check_type_text(m->ck, moment->type));
    check_name(m);
    m->ck->subject = m->limit->name;
    m->limit->text = m->from->limit->place;
    if (m->from->limit->length)
        m->limit->length = m->from->limit->length->place;
    read_length(m, m->from->limit->length, &m->limit->span);
    read_points(m);
    read_grace(m, m->from->limit->grace);
    for (i = 0; i < m->from->tails->count && !m->ck->nomem; i++)
        read_tail(m, &m->from->tails->at[i]);
    m->ck->subject.size = 0;
    read_pauses(m);
    if (!m->ck->nomem)
        read_facts(m);
}

void ac_check_limits(ac_checker *ck)
{
    uint32_t r, i;

    for (r = 0; r < ck->policy->record_count; r++) {
        if (ck->records[r].block->has_errors)
            continue;
        for (i = 0; i < ck->policy->records[r].limit_count && !ck->nomem && !ck->log->is_full; i++) {
            ac_arena_mark mark = ac_arena_here(&ck->scratch);
            making        m;

            m.ck = ck;
            m.limit = &ck->policy->records[r].limits[i];
            m.from = &ck->records[r].limits[i];
            m.scope = ac_scope_of(r);
            make_limit(&m);
            ac_arena_back(&ck->scratch, mark);
        }
    }
}
