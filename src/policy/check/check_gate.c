#include "policy/check/check.h"

#include "base/buffer.h"

/* Gates: who may fill a field, when, and what must hold first. The roles behind `by`, the steps in their order, the actions of
 * the flow and the items of `needs`, gathered per field; and flows and steps that lead nowhere (V09). */

typedef struct making {
    ac_checker             *ck;
    uint32_t                record;
    ac_record_def          *def;
    const ac_record_source *from;
    uint32_t               *needs, *roles;      /* per field: how many there can be */
    uint8_t                *is_asked;           /* per field: it stands in the form */
} making;

static ac_gate_def *gate_of(making *m, uint32_t field)
{
    ac_gate_def *gate = m->def->gates[field];

    if (gate)
        return gate;
    gate = ac_check_array(m->ck, 1, sizeof *gate);
    if (!gate)
        return NULL;
    gate->column = gate->step = AC_NO_INDEX;
    gate->line = m->def->fields[field].line;
    gate->needs = ac_check_array(m->ck, m->needs[field], sizeof *gate->needs);
    gate->roles.at = ac_check_array(m->ck, m->roles[field], sizeof *gate->roles.at);
    m->def->gates[field] = gate;
    return m->ck->nomem ? NULL : gate;
}

static uint32_t field_of(const making *m, const ac_tree_name *name)
{
    return ac_check_find(m->ck, AC_NAME_FIELD, m->record, name->text);
}

/* ── roles ── */

static void add_role(ac_roles *roles, uint32_t role)
{
    uint32_t i;

    for (i = 0; i < roles->count; i++)
        if (roles->at[i] == role)
            return;
    if (role != AC_NO_INDEX)
        roles->at[roles->count++] = role;
}

static void add_roles(making *m, ac_roles *roles, const ac_tree_names *names)
{
    uint32_t i;

    for (i = 0; i < names->count; i++)
        add_role(roles, ac_check_find(m->ck, AC_NAME_ROLE, 0, names->at[i].text));
}

static void name_roles(making *m, ac_roles *roles)
{
    ac_writer w;
    uint32_t  i;

    if (roles->count == 0)
        return;
    ac_writer_init_memory(&w, m->ck->mem);
    for (i = 0; i < roles->count; i++) {
        if (i > 0)
            ac_write_string(&w, ", ");
        ac_write_text(&w, m->ck->policy->roles[roles->at[i]]);
    }
    if (ac_writer_end(&w) != AC_OK)
        m->ck->nomem = 1;
    roles->text = ac_check_text(m->ck, ac_writer_text(&w));
    ac_writer_free(&w);
}

/* ── lines ── */

/* Room for what a line adds to the gates of its fields. */
static void count_line(making *m, const ac_tree_line *line)
{
    uint32_t i, k, field;

    for (i = 0; i < line->names.count; i++) {
        field = line->kind == AC_TREE_LINE_FLOW ? AC_NO_INDEX : field_of(m, &line->names.at[i]);
        if (field == AC_NO_INDEX)
            continue;
        m->needs[field] += ac_check_needs_count(&line->needs);
        for (k = 0; k < line->tails.count; k++)
            m->roles[field] += line->tails.at[k].kind == AC_TREE_TAIL_BY ? line->tails.at[k].names.count : 0;
    }
}

/* The `when` of a field or step; that of a limit is compiled with the limit. */
static void read_when(making *m, const ac_tree_line *line, ac_program *out)
{
    const ac_type yes_no = ac_type_of(AC_TYPE_BOOL);
    ac_scope      scope = ac_scope_of(m->record);
    uint32_t      i;

    for (i = 0; i < line->tails.count; i++)
        if (line->tails.at[i].kind == AC_TREE_TAIL_WHEN && line->limit.kind == AC_TREE_LIMIT_NONE)
            ac_check_expr(m->ck, &scope, line->tails.at[i].expr, &yes_no, ac_check_line(m->ck, line->place, &line->per, &m->from->tree->per), out);
    for (i = 0; i < m->def->limit_count; i++)
        if (m->from->limits[i].limit == &line->limit)
            *out = m->def->limits[i].when;
}

static void read_by(making *m, const ac_tree_line *line, uint32_t field)
{
    ac_gate_def *gate;
    uint32_t     i;

    for (i = 0; i < line->tails.count; i++) {
        const ac_tree_tail *tail = &line->tails.at[i];

        if (tail->kind != AC_TREE_TAIL_BY || !(gate = gate_of(m, field)))
            continue;
        if (gate->roles.count == 0)
            gate->roles.line = ac_check_line(m->ck, tail->place, tail->per.count ? &tail->per : &line->per, &m->from->tree->per);
        add_roles(m, &gate->roles, &tail->names);
    }
}

static void read_needs(making *m, const ac_tree_line *line, uint32_t field)
{
    ac_scope     scope = ac_scope_of(m->record);
    ac_gate_def *gate = line->needs.count > 0 ? gate_of(m, field) : NULL;

    if (gate)
        gate->need_count += ac_check_needs(m->ck, &scope, &line->needs, &line->per, &m->from->tree->per, gate->needs + gate->need_count);
}

static void read_step(making *m, const ac_tree_line *line, uint32_t field)
{
    ac_gate_def *gate = gate_of(m, field);
    ac_step_def *step;

    if (!gate || gate->step != AC_NO_INDEX)
        return;     /* declared twice: it was told */
    gate->step = m->def->step_count;
    step = &m->def->steps[m->def->step_count++];
    step->field = field;
    step->line = ac_check_line(m->ck, line->place, &line->per, &m->from->tree->per);
    read_when(m, line, &step->when);
}

/* `complete` asks for every recorded field but moments and optional ones, where its `when` holds. */
static void read_form(making *m, const ac_tree_line *line)
{
    ac_program when = AC_NO_PROGRAM;
    uint32_t   i, field;

    read_when(m, line, &when);
    for (i = 0; i < line->names.count && !line->is_optional; i++) {
        field = field_of(m, &line->names.at[i]);
        if (field == AC_NO_INDEX || m->def->fields[field].origin != AC_FIELD_RECORDED || m->def->fields[field].type.kind == AC_TYPE_MOMENT)
            continue;
        if (m->is_asked[field])
            continue;       /* declared twice: it was told */
        m->is_asked[field] = 1;
        m->def->form[m->def->form_count].field = field;
        m->def->form[m->def->form_count++].when = when;
    }
}

static void read_line(making *m, const ac_tree_line *line)
{
    uint32_t i, field;

    if (line->kind == AC_TREE_LINE_FLOW)
        return;
    if (line->kind == AC_TREE_LINE_NEEDS) {
        ac_check_cites(m->ck, &line->per);
        ac_check_name(m->ck, AC_NAME_FIELD, m->record, &line->names.at[0], AC_MSG_NEEDS_TARGET);
    }
    if (line->kind == AC_TREE_LINE_FIELD)
        read_form(m, line);
    for (i = 0; i < line->names.count; i++) {
        field = field_of(m, &line->names.at[i]);
        if (field == AC_NO_INDEX)
            continue;
        read_by(m, line, field);
        if (line->kind == AC_TREE_LINE_STEP)
            read_step(m, line, field);
        read_needs(m, line, field);
    }
}

/* ── flow ── */

/* The dense matrix of states and actions. */
static void read_moves(making *m)
{
    ac_record_def *r = m->def;
    ac_gate_def   *gate;
    uint32_t       i;

    for (i = 0; i < r->transition_count; i++) {
        gate = gate_of(m, r->transitions[i].action);
        if (gate && gate->column == AC_NO_INDEX)
            gate->column = r->action_count++;
    }
    r->moves = ac_check_array(m->ck, (size_t)r->state_count * r->action_count, sizeof *r->moves);
    for (i = 0; r->moves && !m->ck->nomem && i < r->transition_count; i++) {
        gate = r->gates[r->transitions[i].action];
        r->moves[r->transitions[i].from * r->action_count + gate->column] = i + 1;
    }
}

static void read_flow_row(making *m, const ac_tree_flow_row *row)
{
    uint32_t  action = field_of(m, &row->action), from, i, k;
    ac_roles *roles;

    for (i = 0; i < m->def->transition_count; i++) {
        const ac_transition *t = &m->def->transitions[i];

        from = t->action == action ? t->from : AC_NO_INDEX;
        for (k = 0; k < row->from.count; k++)
            if (ac_check_find(m->ck, AC_NAME_STATE, m->record, row->from.at[k].text) == from)
                break;
        roles = &m->def->transition_roles[i];
        if (from == AC_NO_INDEX || k == row->from.count || roles->at)
            continue;
        roles->line = t->line;
        roles->at = ac_check_array(m->ck, row->by.count, sizeof *roles->at);
        if (!roles->at)
            return;
        add_roles(m, roles, &row->by);
        name_roles(m, roles);
    }
}

/* ── flows and steps that lead nowhere ── */

static ac_place state_place(const making *m, const ac_tree_line *line, uint32_t state)
{
    ac_text  name = m->def->states[state];
    uint32_t i, k;

    for (i = 0; i < line->row_count; i++) {
        const ac_tree_flow_row *row = &line->rows[i];

        for (k = 0; k < row->from.count; k++)
            if (ac_text_equal(row->from.at[k].text, name))
                return row->from.at[k].place;
        if (ac_text_equal(row->to.text, name))
            return row->to.place;
    }
    return line->place;
}

static void check_flow(making *m, const ac_tree_line *line)
{
    const ac_record_def *r = m->def;
    uint8_t             *entered = ac_check_scratch(m->ck, r->state_count, 1), *left = ac_check_scratch(m->ck, r->state_count, 1);
    uint32_t             i, ends = 0;
    int                  grew = 1;

    if (!entered || !left || r->transition_count == 0)
        return;
    entered[0] = 1;
    while (grew) {
        grew = 0;
        for (i = 0; i < r->transition_count; i++)
            if (entered[r->transitions[i].from] && !entered[r->transitions[i].to])
                grew = entered[r->transitions[i].to] = 1;
    }
    for (i = 0; i < r->transition_count; i++)
        left[r->transitions[i].from] = 1;
    if (!left[0]) {
        ac_say(m->ck, AC_MSG_FLOW_NO_START, line->place);
        return;
    }
    for (i = 0; i < r->state_count; i++)
        ends += r->state_ends[i];
    for (i = 1; i < r->state_count; i++)
        if (!entered[i])
            ac_say_1(m->ck, AC_MSG_STATE_NOT_ENTERED, state_place(m, line, i), r->states[i]);
        else if (!left[i] && !r->state_ends[i] && ends == line->names.count)    /* else an end misspelt, which was told */
            ac_say_1(m->ck, AC_MSG_STATE_DEAD_END, state_place(m, line, i), r->states[i]);
}

/* Roles that nobody has: `none` alone. */
static int is_for_nobody(const making *m, const ac_roles *roles)
{
    return roles->count == 1 && roles->at[0] == m->ck->policy->role_none;
}

static void check_steps(making *m)
{
    const ac_record_def *r = m->def;
    uint32_t             i;

    for (i = 0; i + 1 < r->step_count; i++)
        if (is_for_nobody(m, &r->gates[r->steps[i].field]->roles)) {
            ac_say_2(m->ck, AC_MSG_STEP_NEVER_OPEN, m->from->fields[r->steps[i + 1].field].place, r->fields[r->steps[i + 1].field].name,
                     r->fields[r->steps[i].field].name);
            return;
        }
}

/* ── records ── */

static void make_gates(making *m)
{
    const ac_tree_record *t = m->from->tree;
    ac_record_def        *r = m->def;
    uint32_t              i, k, steps = 0;

    m->needs = ac_check_scratch(m->ck, r->field_count, sizeof *m->needs);
    m->roles = ac_check_scratch(m->ck, r->field_count, sizeof *m->roles);
    m->is_asked = ac_check_scratch(m->ck, r->field_count, sizeof *m->is_asked);
    for (i = 0; i < t->count; i++)
        steps += t->lines[i].kind == AC_TREE_LINE_STEP;
    r->gates = ac_check_array(m->ck, r->field_count, sizeof *r->gates);
    r->form = ac_check_array(m->ck, r->field_count, sizeof *r->form);
    r->steps = ac_check_array(m->ck, steps, sizeof *r->steps);
    r->transition_roles = ac_check_array(m->ck, r->transition_count, sizeof *r->transition_roles);
    if (m->ck->nomem)
        return;
    for (i = 0; i < t->count; i++)
        count_line(m, &t->lines[i]);
    for (i = 0; i < t->count && !m->ck->nomem; i++)
        read_line(m, &t->lines[i]);
    for (i = 0; i < r->field_count && !m->ck->nomem; i++)
        if (r->gates[i])
            name_roles(m, &r->gates[i]->roles);
    read_moves(m);
    for (i = 0; i < t->count && !m->ck->nomem; i++) {
        for (k = 0; k < t->lines[i].row_count; k++)
            read_flow_row(m, &t->lines[i].rows[k]);
        if (t->lines[i].kind == AC_TREE_LINE_FLOW)
            check_flow(m, &t->lines[i]);
    }
    if (!m->ck->nomem)
        check_steps(m);
}

void ac_check_gates(ac_checker *ck)
{
    uint32_t i;

    for (i = 0; i < ck->policy->record_count && !ck->nomem; i++) {
        ac_arena_mark mark = ac_arena_here(&ck->scratch);
        making        m;

        if (ck->records[i].block->has_errors)
            continue;
        m.ck = ck;
        m.record = i;
        m.def = &ck->policy->records[i];
        m.from = &ck->records[i];
        make_gates(&m);
        ac_arena_back(&ck->scratch, mark);
    }
}
