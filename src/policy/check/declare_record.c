#include <string.h>

#include "policy/check/check.h"
#include "policy/check/declare.h"

/* Every field a record has, wherever it is declared: its lines, flow, steps, needs, tables and ladders. */

void ac_declare_record(ac_checker *ck, const ac_tree_block *block)
{
    const ac_tree_record *t = block->u.record;
    ac_policy            *p = ck->policy;
    ac_record_def        *r = &p->records[p->record_count];

    if (!ac_declare_once(ck, AC_NAME_RECORD, 0, &t->name, p->record_count))
        return;
    ck->records[p->record_count].block = block;
    ck->records[p->record_count].tree = t;
    r->name = ac_check_text(ck, t->name.text);
    r->kind = (uint8_t)t->kind;
    r->owner = r->dated = r->dated_path = r->period = r->state_field = AC_NO_INDEX;
    r->line = ac_check_line(ck, t->name.place, &t->per, NULL);
    p->record_count++;
}

/* Room for one more: twice as much, the old array stays behind in its arena. */
static int grow(ac_checker *ck, ac_arena *arena, void **items, uint32_t count, uint32_t room, size_t size)
{
    void *more = ac_arena_array(arena, room, size);

    if (!more) {
        ck->nomem = 1;
        return 0;
    }
    if (count > 0)
        memcpy(more, *items, count * size);
    *items = more;
    return 1;
}

static int field_room(ac_checker *ck, ac_record_def *r, ac_record_source *s)
{
    uint32_t room = s->field_room ? s->field_room * 2 : 16;
    void    *fields = r->fields, *sources = s->fields;

    if (r->field_count < s->field_room)
        return 1;
    if (!grow(ck, ck->arena, &fields, r->field_count, room, sizeof *r->fields) || !grow(ck, &ck->scratch, &sources, r->field_count, room, sizeof *s->fields))
        return 0;
    r->fields = fields;
    s->fields = sources;
    s->field_room = room;
    return 1;
}

static int is_moment(const ac_field_def *f, const ac_field_source *s)
{
    return f->origin == AC_FIELD_ACTION || f->origin == AC_FIELD_STEP || (f->origin == AC_FIELD_RECORDED && s->type && s->type->kind == AC_TREE_TYPE_MOMENT);
}

/* Whether a second declaration means the same field: an action that has a line of its own, an attestation asked for twice. */
static int is_same_field(ac_field_def *f, const ac_field_source *s, ac_field_origin origin, const ac_tree_type *type)
{
    if (origin == AC_FIELD_CONFIRM || origin == AC_FIELD_SIGNATURE)
        return f->origin == origin || (origin == AC_FIELD_SIGNATURE && s->type && s->type->kind == AC_TREE_TYPE_SIGNATURE);
    if (origin == AC_FIELD_RECORDED)
        return (f->origin == AC_FIELD_ACTION || f->origin == AC_FIELD_STEP) && !s->line && type && type->kind == AC_TREE_TYPE_MOMENT;
    if (origin == AC_FIELD_ACTION)
        return f->origin != AC_FIELD_STEP && is_moment(f, s);
    return origin == AC_FIELD_STEP && f->origin == AC_FIELD_RECORDED && is_moment(f, s);
}

/* Adds a field, or finds the one that is meant. Its index, or AC_NO_INDEX after a message. */
static uint32_t add_field(ac_checker *ck, uint32_t record, const ac_tree_name *name, ac_field_origin origin, const ac_tree_type *type, uint32_t line)
{
    ac_record_def    *r = &ck->policy->records[record];
    ac_record_source *s = &ck->records[record];
    uint32_t          at = ac_check_find(ck, AC_NAME_FIELD, record, name->text);
    ac_field_def     *f;

    if (at != AC_NO_INDEX && is_same_field(&r->fields[at], &s->fields[at], origin, type)) {
        if (origin == AC_FIELD_ACTION || origin == AC_FIELD_STEP)
            r->fields[at].origin = (uint8_t)origin;
        return at;
    }
    if (at != AC_NO_INDEX) {
        ac_say_name(ck, AC_MSG_DECLARED_TWICE, name);
        ac_log_note_0(ck->log, AC_MSG_FIRST_HERE, s->fields[at].place);
        return AC_NO_INDEX;
    }
    if (r->field_count >= ck->limits->fields) {
        if (!ac_log_is_poisoned(ck->log, r->name))
            ac_log_2(ck->log, AC_MSG_TOO_MANY, name->place, ac_arg_number(ck->limits->fields), ac_arg_string("fields in one record"));
        ac_log_poison(ck->log, r->name);
        return AC_NO_INDEX;
    }
    if (!field_room(ck, r, s) || !ac_declare(ck, AC_NAME_FIELD, record, name, r->field_count))
        return AC_NO_INDEX;
    at = r->field_count++;
    f = &r->fields[at];
    f->name = ac_check_text(ck, name->text);
    f->origin = (uint8_t)origin;
    f->type.kind = AC_TYPE_UNTYPED;
    f->unset = f->table = f->output = f->unsupported = AC_NO_INDEX;
    f->line = line;
    s->fields[at].type = type;
    s->fields[at].place = name->place;
    return at;
}

static uint32_t add_typed(ac_checker *ck, uint32_t record, const ac_tree_name *name, ac_field_origin origin, ac_type type, uint32_t line)
{
    uint32_t at = add_field(ck, record, name, origin, NULL, line);

    if (at != AC_NO_INDEX && ck->policy->records[record].fields[at].type.kind == AC_TYPE_UNTYPED && !ck->records[record].fields[at].type)
        ck->policy->records[record].fields[at].type = type;
    return at;
}

static ac_tree_name built_in(const char *name, ac_place place)
{
    ac_tree_name n;

    n.text = ac_text_of(name);
    n.place = place;
    return n;
}

static ac_type record_type(ac_type_kind kind, uint32_t record)
{
    ac_type t = ac_type_of(kind);

    t.ref = (uint16_t)record;
    return t;
}

/* ── flow ── */

static void add_state(ac_checker *ck, uint32_t record, const ac_tree_name *name)
{
    ac_record_def *r = &ck->policy->records[record];

    if (ac_check_find(ck, AC_NAME_STATE, record, name->text) != AC_NO_INDEX)
        return;
    if (ac_declare(ck, AC_NAME_STATE, record, name, r->state_count))
        r->states[r->state_count++] = ac_check_text(ck, name->text);
}

static void add_transition(ac_checker *ck, uint32_t record, const ac_tree_name *from, const ac_tree_flow_row *row, uint32_t action, uint32_t line)
{
    ac_record_def *r = &ck->policy->records[record];
    ac_transition *t = &r->transitions[r->transition_count];
    uint32_t       i;

    t->from = (uint16_t)ac_check_find(ck, AC_NAME_STATE, record, from->text);
    t->to = (uint16_t)ac_check_find(ck, AC_NAME_STATE, record, row->to.text);
    t->action = action;
    t->line = line;
    for (i = 0; i < r->transition_count; i++)
        if (r->transitions[i].from == t->from && r->transitions[i].action == action) {
            ac_say_2(ck, AC_MSG_ACTION_TWICE, row->action.place, row->action.text, from->text);
            return;
        }
    r->transition_count++;
}

static void declare_flow(ac_checker *ck, uint32_t record, const ac_tree_line *line)
{
    ac_record_def *r = &ck->policy->records[record];
    ac_tree_name   state = built_in("state", line->place), begin = built_in("new", line->place);
    uint32_t       at = ac_check_line(ck, line->place, &line->per, &ck->records[record].tree->per), i, k, states = 1 + line->names.count, arrows = 0;

    r->state_field = add_typed(ck, record, &state, AC_FIELD_STATE, record_type(AC_TYPE_STATE, record), at);
    if (r->state_field == AC_NO_INDEX)
        return;
    for (i = 0; i < line->row_count; i++) {
        states += line->rows[i].from.count + 1;
        arrows += line->rows[i].from.count;
    }
    r->states = ac_check_array(ck, states, sizeof *r->states);
    r->state_ends = ac_check_array(ck, states, 1);
    r->transitions = ac_check_array(ck, arrows, sizeof *r->transitions);
    if (ck->nomem)
        return;
    if (line->is_unset) {
        r->fields[r->state_field].is_unset = 1;
        r->fields[r->state_field].unset = ac_check_unset(ck, state.text, at);
    }
    add_state(ck, record, &begin);
    for (i = 0; i < line->row_count; i++) {
        for (k = 0; k < line->rows[i].from.count; k++)
            add_state(ck, record, &line->rows[i].from.at[k]);
        add_state(ck, record, &line->rows[i].to);
    }
    for (i = 0; i < line->names.count; i++) {
        k = ac_check_find(ck, AC_NAME_STATE, record, line->names.at[i].text);
        if (k == AC_NO_INDEX)
            ac_check_name_missing(ck, &line->names.at[i], AC_MSG_STATE_UNKNOWN, 1u << AC_NAME_STATE, record);
        else
            r->state_ends[k] = 1;
    }
    for (i = 0; i < line->row_count; i++) {
        const ac_tree_flow_row *row = &line->rows[i];
        uint32_t                action;

        at = ac_check_line_cited(ck, row->place, &row->per, &ck->records[record].tree->per);
        action = add_typed(ck, record, &row->action, AC_FIELD_ACTION, ac_type_of(AC_TYPE_MOMENT), at);
        for (k = 0; action != AC_NO_INDEX && k < row->from.count; k++)
            add_transition(ck, record, &row->from.at[k], row, action, at);
        for (k = 0; k < row->by.count; k++)
            ac_check_role(ck, &row->by.at[k]);
    }
}

/* ── needs ── */

ac_text ac_signature_name(ac_checker *ck, ac_text role)
{
    static const char zh[] = "\xE7\xAD\xBE\xE5\xAD\x97", en[] = "-signature";
    const char       *tail = en;
    char             *name;
    size_t            i;

    for (i = 0; i < role.size; i++)
        if ((unsigned char)role.data[i] >= 0x80)
            tail = zh;
    name = ac_arena_alloc(&ck->scratch, role.size + sizeof en, 1);
    if (!name) {
        ck->nomem = 1;
        return ac_text_of("");
    }
    memcpy(name, role.data, role.size);
    memcpy(name + role.size, tail, strlen(tail));
    role.data = name;
    role.size += strlen(tail);
    return role;
}

static void declare_items(ac_checker *ck, uint32_t record, const ac_tree_needs *needs, const ac_tree_cites *head)
{
    uint32_t i, k, n;

    for (i = 0; i < needs->count; i++)
        for (k = 0; k < needs->at[i].count; k++) {
            const ac_tree_item *item = &needs->at[i].items[k];
            uint32_t            line;

            if (item->kind != AC_TREE_ITEM_CONFIRM && item->kind != AC_TREE_ITEM_SIGNED)
                continue;
            line = ac_check_line(ck, item->place, &needs->at[i].per, head);
            for (n = 0; n < item->names.count; n++) {
                ac_tree_name name = item->names.at[n];
                uint32_t     role;

                if (item->kind == AC_TREE_ITEM_CONFIRM) {
                    add_typed(ck, record, &name, AC_FIELD_CONFIRM, ac_type_of(AC_TYPE_BOOL), line);
                    continue;
                }
                role = ac_check_role(ck, &name);
                name.text = ac_signature_name(ck, name.text);
                if (role != AC_NO_INDEX)
                    add_typed(ck, record, &name, AC_FIELD_SIGNATURE, record_type(AC_TYPE_SIGNATURE, role), line);
            }
        }
}

/* ── lines ── */

static void declare_fields_of_line(ac_checker *ck, uint32_t record, const ac_tree_line *line)
{
    ac_record_source *s = &ck->records[record];
    ac_record_def    *r = &ck->policy->records[record];
    uint32_t          i, at, cited = ac_check_line(ck, line->place, &line->per, &s->tree->per);

    for (i = 0; i < line->names.count; i++) {
        ac_field_origin origin = line->derived ? AC_FIELD_DERIVED : AC_FIELD_RECORDED;

        at = add_field(ck, record, &line->names.at[i], origin, line->kind == AC_TREE_LINE_FIELD ? &line->type : NULL, cited);
        if (at == AC_NO_INDEX)
            continue;
        s->fields[at].line = line;
        s->fields[at].derived = line->derived;
        if (line->derived)
            r->fields[at].written = line->derived->place;
        r->fields[at].line = cited;
        if (line->is_unset) {
            r->fields[at].is_unset = 1;
            r->fields[at].unset = ac_check_unset(ck, line->names.at[i].text, cited);
        }
    }
}

static void declare_line(ac_checker *ck, uint32_t record, const ac_tree_line *line)
{
    const ac_tree_cites *head = &ck->records[record].tree->per;
    ac_tree_name         name;
    uint32_t             at;

    if (line->names.count == 0 && (line->kind == AC_TREE_LINE_STEP || line->kind == AC_TREE_LINE_NEEDS))
        return;     /* could not be read */
    switch (line->kind) {
    case AC_TREE_LINE_FIELD:
    case AC_TREE_LINE_DERIVED:
        declare_fields_of_line(ck, record, line);
        break;
    case AC_TREE_LINE_STEP: {
        const ac_names *names = ck->policy->names;
        uint32_t        i, steps = 0;

        at = add_typed(ck, record, &line->names.at[0], AC_FIELD_STEP, ac_type_of(AC_TYPE_MOMENT), ac_check_line(ck, line->place, &line->per, head));
        for (i = 0; i < names->count; i++)
            steps += names->entries[i].kind == AC_NAME_STEP && names->entries[i].scope == record;
        if (at != AC_NO_INDEX)
            ac_declare(ck, AC_NAME_STEP, record, &line->names.at[0], steps);
        declare_items(ck, record, &line->needs, head);
        break;
    }
    case AC_TREE_LINE_NEEDS:
        declare_items(ck, record, &line->needs, head);
        break;
    case AC_TREE_LINE_FLOW:
        declare_flow(ck, record, line);
        break;
    case AC_TREE_LINE_NUMBER:
        name = built_in("number", line->place);
        add_typed(ck, record, &name, AC_FIELD_BUILTIN, ac_type_of(AC_TYPE_TEXT), ac_check_line(ck, line->place, &line->per, head));
        break;
    case AC_TREE_LINE_KEEP:
        name = built_in("disposable", line->place);
        if (ac_check_find(ck, AC_NAME_FIELD, record, name.text) != AC_NO_INDEX)
            break;
        at = add_typed(ck, record, &name, AC_FIELD_BUILTIN, ac_type_of(AC_TYPE_DATE), ac_check_line(ck, line->place, &line->per, head));
        if (at != AC_NO_INDEX)
            ck->policy->records[record].fields[at].unsupported = ac_check_line_what(ck, line->place, &line->per, head, "keep");
        break;
    case AC_TREE_LINE_LIMIT:
        break;
    }
}

/* How G finds its like in other records: an enum, or the names behind the record. */
static void declare_group(ac_checker *ck, uint32_t record, const ac_tree_path *path, uint32_t field)
{
    ac_record_def *r = &ck->policy->records[record];
    ac_group_def  *g = &r->groups[r->group_count];
    uint32_t       skip = path->count > 1, i;

    g->field = field;
    g->source = AC_NO_INDEX;
    g->enumeration = path->count == 1 ? ac_check_find(ck, AC_NAME_ENUM, 0, path->at[0].text) : AC_NO_INDEX;
    g->names = ac_check_array(ck, path->count - skip, sizeof *g->names);
    for (i = skip; g->names && i < path->count; i++)
        g->names[g->name_count++] = ac_check_text(ck, path->at[i].text);
    r->group_count++;
}

/* `each … by G`: G becomes a field. */
static void declare_period(ac_checker *ck, uint32_t record)
{
    const ac_tree_record *t = ck->records[record].tree;
    ac_record_def        *r = &ck->policy->records[record];
    ac_tree_name          name = built_in("period", t->name.place);
    uint32_t              i, at;

    if (t->each == AC_WINDOW_NONE && !t->each_value.text.data)
        return;
    r->period = add_typed(ck, record, &name, AC_FIELD_BUILTIN, ac_type_of(AC_TYPE_PERIOD), r->line);
    r->groups = ac_check_array(ck, t->by.count, sizeof *r->groups);
    for (i = 0; r->groups && i < t->by.count; i++) {
        at = add_field(ck, record, &t->by.at[i].at[t->by.at[i].count - 1], AC_FIELD_RECORDED, NULL, r->line);
        if (at == AC_NO_INDEX)
            continue;
        ck->records[record].fields[at].group = &t->by.at[i];
        declare_group(ck, record, &t->by.at[i], at);
    }
}

/* ── limits ── */

static void add_limit(ac_checker *ck, uint32_t record, const ac_tree_name *moment, const ac_tree_line *line)
{
    ac_record_def      *r = &ck->policy->records[record];
    ac_record_source   *s = &ck->records[record];
    const ac_tree_name *name = moment;
    void               *limits = r->limits, *sources = s->limits;
    uint32_t            field = ac_check_find(ck, AC_NAME_FIELD, record, moment->text), room, i;
    ac_limit           *l;

    if (field == AC_NO_INDEX) {
        ac_check_name_missing(ck, moment, AC_MSG_LIMIT_TARGET, 1u << AC_NAME_FIELD, record);
        return;
    }
    for (i = 0; i < line->tails.count; i++)
        if (line->tails.at[i].kind == AC_TREE_TAIL_AS)
            name = &line->tails.at[i].names.at[0];
    if (name != moment) {
        uint32_t twin = ac_check_find(ck, AC_NAME_LIMIT, record, name->text);

        if (twin != AC_NO_INDEX || ac_check_find(ck, AC_NAME_FIELD, record, name->text) != AC_NO_INDEX) {
            ac_say_name(ck, AC_MSG_DECLARED_TWICE, name);
            if (twin != AC_NO_INDEX)
                ac_log_note_0(ck->log, AC_MSG_FIRST_HERE, s->limits[twin].place);
            return;
        }
    }
    if (r->limit_count == s->limit_room) {
        room = s->limit_room ? s->limit_room * 2 : 4;
        if (!grow(ck, ck->arena, &limits, r->limit_count, room, sizeof *r->limits) || !grow(ck, &ck->scratch, &sources, r->limit_count, room, sizeof *s->limits))
            return;
        r->limits = limits;
        s->limits = sources;
        s->limit_room = room;
    }
    ac_check_cites_required(ck, line->place, &line->per, &s->tree->per);
    l = &r->limits[r->limit_count];
    l->name = ac_check_text(ck, name->text);
    l->record = record;
    l->moment = field;
    l->calendar = l->role = AC_NO_INDEX;
    l->line = ac_check_line(ck, line->place, &line->per, &s->tree->per);
    s->limits[r->limit_count].limit = &line->limit;
    s->limits[r->limit_count].tails = &line->tails;
    s->limits[r->limit_count].per = &line->per;
    s->limits[r->limit_count].place = moment->place;
    if (ac_declare(ck, AC_NAME_LIMIT, record, name, r->limit_count))
        r->limit_count++;
}

/* ── tables and ladders ── */

static void declare_table(ac_checker *ck, const ac_tree_block *block)
{
    const ac_tree_table *t = block->u.table;
    ac_policy           *p = ck->policy;
    ac_table            *table = &p->tables[p->table_count];
    uint32_t             i, at, record = ac_check_record(ck, &t->of);

    if (!ac_declare_once(ck, AC_NAME_TABLE, 0, &t->name, p->table_count))
        return;
    table->name = ac_check_text(ck, t->name.text);
    table->record = record;
    table->hit = (uint8_t)(t->hit == AC_TREE_HIT_UNIQUE ? AC_HIT_UNIQUE : t->hit == AC_TREE_HIT_ALL ? AC_HIT_ALL : t->hit == AC_TREE_HIT_SUM ? AC_HIT_SUM : AC_HIT_FIRST);
    table->hole = table->head = AC_NO_INDEX;
    table->line = ac_check_line(ck, t->name.place, &t->per, NULL);
    table->output_fields = ac_check_array(ck, t->outs.count, sizeof *table->output_fields);
    ck->tables[p->table_count] = t;
    ck->table_blocks[p->table_count] = block;
    for (i = 0; record != AC_NO_INDEX && table->output_fields && i < t->outs.count; i++) {
        at = add_field(ck, record, &t->outs.at[i].name, AC_FIELD_TABLE, &t->outs.at[i].type, table->line);
        table->output_fields[table->output_count] = at;
        if (at == AC_NO_INDEX)
            continue;
        p->records[record].fields[at].table = p->table_count;
        p->records[record].fields[at].output = table->output_count++;
    }
    p->table_count++;
}

static void declare_ladder_field(ac_checker *ck, const ac_tree_ladder *t)
{
    ac_policy     *p = ck->policy;
    uint32_t       record = ac_check_record(ck, &t->of), at = ac_check_find(ck, AC_NAME_LADDER, 0, t->name.text), field, i;
    ac_ladder_def *l;

    if (record == AC_NO_INDEX || at == AC_NO_INDEX)
        return;
    l = &p->names->ladders[at];
    l->record = record;
    field = add_typed(ck, record, &t->name, AC_FIELD_RUNG, record_type(AC_TYPE_RUNG, at), l->line);
    l->field = field;
    for (i = 0; i < t->count; i++)
        declare_items(ck, record, &t->rungs[i].needs, &t->per);
}

void ac_declare_fields(ac_checker *ck)
{
    uint32_t r, i;

    for (r = 0; r < ck->policy->record_count && !ck->nomem; r++) {
        const ac_tree_record *t = ck->records[r].tree;

        ac_check_cites(ck, &t->per);
        declare_period(ck, r);
        for (i = 0; i < t->count && !ck->nomem; i++)
            declare_line(ck, r, &t->lines[i]);
    }
    for (i = 0; i < ck->tree->count && !ck->nomem; i++) {
        if (ck->tree->blocks[i].kind == AC_TREE_BLOCK_TABLE)
            declare_table(ck, &ck->tree->blocks[i]);
        else if (ck->tree->blocks[i].kind == AC_TREE_BLOCK_LADDER)
            declare_ladder_field(ck, ck->tree->blocks[i].u.ladder);
    }
    for (r = 0; r < ck->policy->record_count && !ck->nomem; r++)
        for (i = 0; i < ck->records[r].tree->count && !ck->nomem; i++) {
            const ac_tree_line *line = &ck->records[r].tree->lines[i];
            uint32_t            k;

            for (k = 0; line->limit.kind != AC_TREE_LIMIT_NONE && k < line->names.count; k++)
                add_limit(ck, r, &line->names.at[k], line);
        }
}
