#include "policy/check/check.h"
#include "policy/check/declare.h"
#include "policy/text/parse.h"

/* Passes 1 and 2: the header, and every name a policy declares. Records are in declare_record.c. */

int ac_declare(ac_checker *ck, ac_name_kind kind, uint32_t scope, const ac_tree_name *name, uint32_t index)
{
    if (!ac_names_add(ck->policy->names, ck->arena, kind, scope, ac_check_text(ck, name->text), index))
        ck->nomem = 1;
    return !ck->nomem;
}

int ac_declare_once(ac_checker *ck, ac_name_kind kind, uint32_t scope, const ac_tree_name *name, uint32_t index)
{
    if (ac_check_find(ck, kind, scope, name->text) != AC_NO_INDEX) {
        ac_say_name(ck, AC_MSG_DECLARED_TWICE, name);
        return 0;
    }
    return ac_declare(ck, kind, scope, name, index);
}

/* ── header ── */

/* Decimals of the minor unit where ISO 4217 has other than two. */
static unsigned currency_digits(ac_text code)
{
    static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
    static const char three[] = "BHD IQD JOD KWD LYD OMR TND ";
    ac_text           in;
    size_t            i;

    in.size = 3;
    for (i = 0; code.size == 3 && i + 4 <= sizeof none; i += 4) {
        in.data = none + i;
        if (ac_text_equal(code, in))
            return 0;
    }
    for (i = 0; code.size == 3 && i + 4 <= sizeof three; i += 4) {
        in.data = three + i;
        if (ac_text_equal(code, in))
            return 3;
    }
    return 2;
}

static void declare_articles(ac_checker *ck, const ac_tree_head *head)
{
    ac_policy *p = ck->policy;
    uint32_t   i, k, n, total = 0;

    for (i = 0; i < head->rulebook_count; i++)
        for (k = 0; k < head->rulebooks[i].articles.count; k++)
            total += ac_cite_count(&head->rulebooks[i].articles.at[k]);
    p->articles = ac_check_array(ck, total, sizeof *p->articles);
    p->article_defs = ac_check_array(ck, total, sizeof *p->article_defs);
    ck->cited = ac_check_scratch(ck, (size_t)total + 1, 1);
    if (!p->articles || !p->article_defs || !ck->cited)
        return;
    for (i = 0; i < head->rulebook_count; i++)
        for (k = 0; k < head->rulebooks[i].articles.count; k++) {
            const ac_tree_cite *cite = &head->rulebooks[i].articles.at[k];

            for (n = 0; n < ac_cite_count(cite); n++) {
                ac_tree_name name;

                name.text = ac_cite_at(cite, n, &ck->scratch);
                name.place = cite->place;
                if (!name.text.data)
                    ck->nomem = 1;
                else if (ac_declare_once(ck, AC_NAME_ARTICLE, 0, &name, p->article_count)) {
                    p->article_defs[p->article_count].rulebook = ac_check_text(ck, head->rulebooks[i].name.text);
                    p->articles[p->article_count++] = ac_check_text(ck, name.text);
                }
            }
        }
}

void ac_check_header(ac_checker *ck)
{
    const ac_tree_head *head = &ck->tree->head;
    ac_policy          *p = ck->policy;

    p->name = ac_check_text(ck, head->name.text);
    p->version = head->version;
    p->revision = head->revision;
    p->corrects = ac_check_text(ck, head->corrects.text);
    p->effective_place = head->has_effective ? head->effective_place : head->name.place;
    p->effective_from = AC_DAY_MIN;
    p->effective_to = AC_DAY_MAX;
    if (head->has_effective)
        ac_day_from_date(head->from, &p->effective_from, NULL);
    if (head->has_to) {
        ac_day_from_date(head->to, &p->effective_to, NULL);
        if (p->effective_to <= p->effective_from)
            ac_say(ck, AC_MSG_EFFECT_EMPTY, head->to_place);
    }
    p->timezone = ac_check_text(ck, head->zone.text);
    p->currency = ac_check_text(ck, head->currency.text);
    p->currency_digits = (uint8_t)currency_digits(p->currency);
    p->has_days_end = head->has_days_end;
    p->has_month_end = head->has_month_end;
    p->days_end = head->days_end;
    p->month_end = head->month_end;
    declare_articles(ck, head);
    ac_check_cites(ck, &head->effective_per);
}

/* ── roles ── */

static void declare_roles(ac_checker *ck)
{
    static const char *const built_in[] = { "superior", "timer", "none" };
    ac_policy               *p = ck->policy;
    uint32_t                 timer, i, k, n, at, total = 3;
    uint32_t *const          numbers[] = { &p->role_superior, &timer, &p->role_none };
    const ac_tree_roles     *roles;

    for (i = 0; i < ck->tree->count; i++)
        for (k = 0; ck->tree->blocks[i].kind == AC_TREE_BLOCK_ROLES && k < ck->tree->blocks[i].u.roles->count; k++)
            total += ck->tree->blocks[i].u.roles->lines[k].names.count;
    p->roles = ac_check_array(ck, total, sizeof *p->roles);
    p->role_defs = ac_check_array(ck, total, sizeof *p->role_defs);
    if (!p->roles || !p->role_defs)
        return;
    for (i = 0; i < total; i++)
        p->role_defs[i].superior = AC_NO_INDEX;
    for (i = 0; i < ck->tree->count; i++) {
        if (ck->tree->blocks[i].kind != AC_TREE_BLOCK_ROLES)
            continue;
        roles = ck->tree->blocks[i].u.roles;
        ac_check_cites(ck, &roles->per);
        for (k = 0; k < roles->count; k++) {
            ac_check_cites(ck, &roles->lines[k].per);
            for (n = 0; n < roles->lines[k].names.count; n++)
                if (ac_declare_once(ck, AC_NAME_ROLE, 0, &roles->lines[k].names.at[n], p->role_count))
                    p->roles[p->role_count++] = ac_check_text(ck, roles->lines[k].names.at[n].text);
        }
    }
    p->own_role_count = p->role_count;
    for (i = 0; i < 3; i++) {
        ac_text name = ac_check_text(ck, ac_text_of(built_in[i]));

        at = ac_check_find(ck, AC_NAME_ROLE, 0, name);
        *numbers[i] = at != AC_NO_INDEX ? at : p->role_count;
        if (at != AC_NO_INDEX)
            continue;
        if (!ac_names_add(p->names, ck->arena, AC_NAME_ROLE, 0, name, p->role_count))
            ck->nomem = 1;
        p->roles[p->role_count++] = name;
    }
}

/* `under`: the chain of command is a tree. */
static void check_command(ac_checker *ck)
{
    ac_policy   *p = ck->policy;
    ac_role_def *defs = p->role_defs;
    uint32_t     i, k, n, r, at, steps;

    for (i = 0; i < ck->tree->count; i++)
        for (k = 0; ck->tree->blocks[i].kind == AC_TREE_BLOCK_ROLES && k < ck->tree->blocks[i].u.roles->count; k++) {
            const ac_tree_roles_line *line = &ck->tree->blocks[i].u.roles->lines[k];

            if (!line->under.text.data)
                continue;
            at = ac_check_role(ck, &line->under);
            for (n = 0; at != AC_NO_INDEX && n < line->names.count; n++) {
                r = ac_check_find(ck, AC_NAME_ROLE, 0, line->names.at[n].text);
                if (r == AC_NO_INDEX)
                    continue;
                defs[r].superior = at;
                for (steps = 0, r = at; r != AC_NO_INDEX && steps <= p->role_count; r = defs[r].superior)
                    steps++;
                if (steps > p->role_count) {
                    ac_say_1(ck, AC_MSG_UNDER_CYCLE, line->under.place, line->names.at[n].text);
                    return;
                }
            }
        }
}

/* ── enums ── */

static void count_one_of(const ac_tree_type *type, uint32_t *count)
{
    *count += type->kind == AC_TREE_TYPE_ONE_OF;
}

/* Calls `visit` for every type written in the policy, with what it may mean for enums. */
static void each_type(ac_checker *ck, void (*visit)(ac_checker *, const ac_tree_type *, uint32_t *), uint32_t *count)
{
    uint32_t i, k;

    for (i = 0; i < ck->tree->count; i++) {
        const ac_tree_block *b = &ck->tree->blocks[i];
        const ac_tree_outs  *outs = b->kind == AC_TREE_BLOCK_TABLE ? &b->u.table->outs : b->kind == AC_TREE_BLOCK_ENUM ? &b->u.enumeration->outs : NULL;

        for (k = 0; outs && k < outs->count; k++)
            visit(ck, &outs->at[k].type, count);
        for (k = 0; b->kind == AC_TREE_BLOCK_RECORD && k < b->u.record->count; k++)
            if (b->u.record->lines[k].kind == AC_TREE_LINE_FIELD)
                visit(ck, &b->u.record->lines[k].type, count);
        for (k = 0; b->kind == AC_TREE_BLOCK_VALUES && k < b->u.values->count; k++)
            if (b->u.values->lines[k].has_type)
                visit(ck, &b->u.values->lines[k].type, count);
    }
}

static void count_visit(ac_checker *ck, const ac_tree_type *type, uint32_t *count)
{
    (void)ck;
    count_one_of(type, count);
}

static void add_member(ac_checker *ck, uint32_t at, const ac_tree_name *name)
{
    ac_enum *e = &ck->policy->enums[at];

    if (!ac_declare_once(ck, AC_NAME_MEMBER, at, name, e->member_count))
        return;
    e->members[e->member_count].name = ac_check_text(ck, name->text);
    e->members[e->member_count++].line = ac_check_line(ck, name->place, NULL, NULL);
}

/* An enum without a name is found again by the place where it is written. */
static void one_of_visit(ac_checker *ck, const ac_tree_type *type, uint32_t *at)
{
    ac_policy   *p = ck->policy;
    ac_enum     *e = &p->enums[p->enum_count];
    ac_tree_name none = { { "", 0 }, { 0, 0 } };
    uint32_t     i;

    (void)at;
    if (type->kind != AC_TREE_TYPE_ONE_OF || ck->nomem)
        return;
    e->name = ac_check_text(ck, none.text);
    e->line = ac_check_line(ck, type->place, NULL, NULL);
    e->members = ac_check_array(ck, type->names.count, sizeof *e->members);
    ac_declare(ck, AC_NAME_ENUM, type->place.at + 1, &none, p->enum_count);
    for (i = 0; e->members && i < type->names.count; i++)
        add_member(ck, p->enum_count, &type->names.at[i]);
    p->enum_count++;
}

uint32_t ac_check_one_of(ac_checker *ck, const ac_tree_type *type)
{
    return ac_check_find(ck, AC_NAME_ENUM, type->place.at + 1, ac_text_of(""));
}

static void declare_enum(ac_checker *ck, const ac_tree_block *block)
{
    const ac_tree_enum *t = block->u.enumeration;
    ac_policy          *p = ck->policy;
    ac_enum            *e = &p->enums[p->enum_count];
    uint32_t            i, k, count = 0, at = p->enum_count;

    if (!ac_declare_once(ck, AC_NAME_ENUM, 0, &t->name, at))
        return;
    ck->enums[at] = t;
    p->enum_count++;
    e->name = ac_check_text(ck, t->name.text);
    e->ordered = t->ordered;
    e->line = ac_check_line(ck, t->name.place, &t->per, NULL);
    for (i = 0; i < t->count; i++)
        count += t->lines[i].names.count;
    e->members = ac_check_array(ck, t->is_catalogue ? t->grid.row_count : count, sizeof *e->members);
    e->attributes = ac_check_array(ck, t->outs.count, sizeof *e->attributes);
    if (!e->members || !e->attributes)
        return;
    for (i = 0; i < t->count; i++) {
        ac_check_cites(ck, &t->lines[i].per);
        for (k = 0; k < t->lines[i].names.count; k++)
            add_member(ck, at, &t->lines[i].names.at[k]);
    }
    /* a catalogue: the first cell of each row is a bare name */
    for (i = 0; t->is_catalogue && i < t->grid.row_count; i++) {
        const ac_tree_row  *row = &t->grid.rows[i];
        const ac_tree_expr *cell = row->cells && row->cells[0].count == 1 ? row->cells[0].tests[0].value : NULL;

        if (cell && cell->kind == AC_EXPR_PATH && cell->u.path.count == 1)
            add_member(ck, at, &cell->u.path.at[0]);
        else if (!block->has_errors)
            ac_say(ck, AC_MSG_MEMBER_EXPECTED, row->place);
    }
    for (i = 0; i < t->outs.count; i++)
        if (ac_declare_once(ck, AC_NAME_ATTRIBUTE, at, &t->outs.at[i].name, e->attribute_count))
            e->attributes[e->attribute_count++].name = ac_check_text(ck, t->outs.at[i].name.text);
    if (e->member_count == 0 && !block->has_errors && !ck->nomem)
        ac_say_name(ck, AC_MSG_ENUM_EMPTY, &t->name);
}

/* ── values, calendars, ladders ── */

static void declare_values(ac_checker *ck, const ac_tree_values *t)
{
    ac_names *names = ck->policy->names;
    uint32_t  i;

    for (i = 0; i < t->count; i++)
        if (ac_declare_once(ck, AC_NAME_VALUE, 0, &t->lines[i].name, names->value_count)) {
            ac_value_def *v = &names->values[names->value_count];

            ck->values[names->value_count] = &t->lines[i];
            ck->values_blocks[names->value_count++] = t;
            v->name = ac_check_text(ck, t->lines[i].name.text);
            v->hole = AC_NO_INDEX;
            v->type.kind = AC_TYPE_BAD;
        }
}

static void declare_calendar(ac_checker *ck, const ac_tree_calendar *t)
{
    ac_policy       *p = ck->policy;
    ac_calendar_def *c = &p->calendars[p->calendar_count];

    if (!ac_declare_once(ck, AC_NAME_CALENDAR, 0, &t->name, p->calendar_count))
        return;
    c->name = ac_check_text(ck, t->name.text);
    c->line = ac_check_line(ck, t->name.place, &t->per, NULL);
    ck->calendars[p->calendar_count++] = t;
}

static void declare_ladder(ac_checker *ck, const ac_tree_ladder *t)
{
    ac_names      *names = ck->policy->names;
    ac_ladder_def *l = &names->ladders[names->ladder_count];
    uint32_t       i, at = names->ladder_count;

    if (!ac_declare_once(ck, AC_NAME_LADDER, 0, &t->name, at))
        return;
    names->ladder_count++;
    l->name = ac_check_text(ck, t->name.text);
    l->record = AC_NO_INDEX;
    l->field = AC_NO_INDEX;
    l->line = ac_check_line(ck, t->name.place, &t->per, NULL);
    l->rungs = ac_check_array(ck, (size_t)t->count + 1, sizeof *l->rungs);
    if (!l->rungs)
        return;
    if (ac_declare(ck, AC_NAME_RUNG, at, &t->from, 0))
        l->rungs[l->rung_count++] = ac_check_text(ck, t->from.text);
    for (i = 0; i < t->count; i++)
        if (!t->rungs[i].is_grant && ac_declare_once(ck, AC_NAME_RUNG, at, &t->rungs[i].name, l->rung_count))
            l->rungs[l->rung_count++] = ac_check_text(ck, t->rungs[i].name.text);
}

/* ── all of them ── */

/* What a block that could not be read whole may have declared. */
static unsigned lost_names(const ac_tree_block *b)
{
    switch (b->kind) {
    case AC_TREE_BLOCK_ROLES:
        return 1u << AC_NAME_ROLE;
    case AC_TREE_BLOCK_VALUES:
        return 1u << AC_NAME_VALUE;
    case AC_TREE_BLOCK_ENUM:
        return 1u << AC_NAME_MEMBER | 1u << AC_NAME_ATTRIBUTE | (b->u.enumeration->name.text.data ? 0 : 1u << AC_NAME_ENUM);
    case AC_TREE_BLOCK_RECORD:      /* its fields: ac_check_fields_lost */
        return 1u << AC_NAME_STATE | 1u << AC_NAME_STEP | 1u << AC_NAME_LIMIT | (b->u.record->name.text.data ? 0 : 1u << AC_NAME_RECORD);
    case AC_TREE_BLOCK_TABLE:
        return 1u << AC_NAME_TABLE | 1u << AC_NAME_FIELD;
    case AC_TREE_BLOCK_LADDER:
        return 1u << AC_NAME_LADDER | 1u << AC_NAME_RUNG | 1u << AC_NAME_FIELD;
    case AC_TREE_BLOCK_OFFENCE:
        return 1u << AC_NAME_OFFENCE;
    case AC_TREE_BLOCK_CALENDAR:
        return b->u.calendar->name.text.data ? 0 : 1u << AC_NAME_CALENDAR;
    default:
        return 0;
    }
}

static int make_room(ac_checker *ck)
{
    ac_policy *p = ck->policy;
    uint32_t   n[AC_TREE_BLOCK_HOLIDAYS + 1] = { 0 }, values = 0, anonymous = 0, i;

    if (ck->tree->has_unknown) {
        ck->has_bad_blocks = 1;
        ck->lost = ~0u;
    }
    for (i = 0; i < ck->tree->count; i++) {
        n[ck->tree->blocks[i].kind]++;
        if (ck->tree->blocks[i].kind == AC_TREE_BLOCK_VALUES)
            values += ck->tree->blocks[i].u.values->count;
        ck->has_bad_blocks |= ck->tree->blocks[i].has_errors;
        if (ck->tree->blocks[i].has_errors)
            ck->lost |= lost_names(&ck->tree->blocks[i]);
    }
    each_type(ck, count_visit, &anonymous);
    p->enums = ac_check_array(ck, n[AC_TREE_BLOCK_ENUM] + anonymous, sizeof *p->enums);
    p->records = ac_check_array(ck, n[AC_TREE_BLOCK_RECORD], sizeof *p->records);
    p->tables = ac_check_array(ck, n[AC_TREE_BLOCK_TABLE], sizeof *p->tables);
    p->calendars = ac_check_array(ck, n[AC_TREE_BLOCK_CALENDAR], sizeof *p->calendars);
    p->offences = ac_check_array(ck, n[AC_TREE_BLOCK_OFFENCE], sizeof *p->offences);
    p->names->values = ac_check_array(ck, values, sizeof *p->names->values);
    p->names->ladders = ac_check_array(ck, n[AC_TREE_BLOCK_LADDER], sizeof *p->names->ladders);
    ck->enums = ac_check_scratch(ck, n[AC_TREE_BLOCK_ENUM] + anonymous, sizeof *ck->enums);
    ck->records = ac_check_scratch(ck, n[AC_TREE_BLOCK_RECORD], sizeof *ck->records);
    ck->tables = ac_check_scratch(ck, n[AC_TREE_BLOCK_TABLE], sizeof *ck->tables);
    ck->table_blocks = ac_check_scratch(ck, n[AC_TREE_BLOCK_TABLE], sizeof *ck->table_blocks);
    ck->tables_done = ac_check_scratch(ck, n[AC_TREE_BLOCK_TABLE], 1);
    ck->calendars = ac_check_scratch(ck, n[AC_TREE_BLOCK_CALENDAR], sizeof *ck->calendars);
    ck->values = ac_check_scratch(ck, values, sizeof *ck->values);
    ck->values_blocks = ac_check_scratch(ck, values, sizeof *ck->values_blocks);
    return !ck->nomem;
}

void ac_check_names(ac_checker *ck)
{
    uint32_t i, none = 0;

    if (!make_room(ck))
        return;
    declare_roles(ck);
    for (i = 0; i < ck->tree->count && !ck->nomem; i++) {
        const ac_tree_block *b = &ck->tree->blocks[i];

        switch (b->kind) {
        case AC_TREE_BLOCK_ENUM:
            declare_enum(ck, b);
            break;
        case AC_TREE_BLOCK_VALUES:
            declare_values(ck, b->u.values);
            break;
        case AC_TREE_BLOCK_CALENDAR:
            declare_calendar(ck, b->u.calendar);
            break;
        case AC_TREE_BLOCK_LADDER:
            declare_ladder(ck, b->u.ladder);
            break;
        case AC_TREE_BLOCK_OFFENCE:
            ac_declare_once(ck, AC_NAME_OFFENCE, 0, &b->u.offence->name, ck->policy->offence_count++);
            break;
        case AC_TREE_BLOCK_RECORD:
            ac_declare_record(ck, b);
            break;
        default:
            break;
        }
    }
    if (ck->nomem)
        return;
    each_type(ck, one_of_visit, &none);
    check_command(ck);
    if (ck->tree->head.approved_by.text.data)
        ac_check_role(ck, &ck->tree->head.approved_by);
    ac_declare_fields(ck);
}
