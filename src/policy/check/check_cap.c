#include "policy/check/check.h"

/* Caps over several offences: which they are over, and what leaves off where. */

/* A cap is never exceeded, so a fraction of the least coin is no matter: whole amounts are not asked for. */
static void read_amount(ac_checker *ck, const ac_scope *scope, const ac_tree_cap *tree, const ac_tree_oline *line, ac_cap_def *out)
{
    ac_type  money = ac_type_of(AC_TYPE_MONEY);
    ac_cell  cell;
    uint32_t last;

    out->line = ac_check_line_cited(ck, line->place, &line->per, &tree->per);
    if (!ac_check_expr(ck, scope, line->expr, &money, out->line, &out->amount) || ck->nomem)
        return;
    last = out->amount.first + out->amount.count - 1;
    if (ck->policy->ops[last].code == AC_OP_TO_MONEY)
        out->amount.count--;
    if (ac_check_is_constant(ck, &out->amount, &cell) && cell.state == AC_VALUE_KNOWN && cell.num < 0)
        ac_say(ck, AC_MSG_AMOUNT_NEGATIVE, line->expr->place);
}

/* The type of the record that an offence is held against; AC_NO_INDEX after a mistake in it. */
static uint32_t subject_of(const ac_policy *p, uint32_t offence)
{
    const ac_offence *o = &p->offences[offence];
    const ac_path    *path;

    if (o->record == AC_NO_INDEX || o->subject == AC_NO_INDEX)
        return AC_NO_INDEX;
    path = &p->paths[o->subject];
    return path->field == AC_NO_INDEX ? path->holder : p->records[path->holder].fields[path->field].type.ref;
}

static void add_offence(ac_checker *ck, uint32_t cap, uint32_t offence, ac_place place)
{
    ac_joint_cap *c = &ck->policy->joint_caps[cap];
    ac_offence   *o = &ck->policy->offences[offence];

    if (ck->policy->records[o->record].dated == AC_NO_INDEX)
        ac_say_2(ck, AC_MSG_OFFENCE_NOT_DATED, place, o->name, ck->policy->records[o->record].name);
    if (c->is_carried && o->carried_by != AC_NO_INDEX)
        ac_say_1(ck, AC_MSG_CAP_CARRIED_TWICE, place, o->name);
    if (c->is_carried)
        o->carried_by = cap;
    o->has_joint_cap = 1;
    c->offences[c->offence_count++] = offence;
}

/* Those named, or all that are against records of the type; rewards only when named. */
static void read_offences(ac_checker *ck, const ac_tree_cap *tree, uint32_t cap)
{
    ac_policy *p = ck->policy;
    ac_place   place = tree->record.place;
    uint32_t   i, at;

    p->joint_caps[cap].offences = ac_check_array(ck, tree->over_all ? p->offence_count : tree->offences.count, sizeof *p->joint_caps[cap].offences);
    for (i = 0; p->joint_caps[cap].offences && tree->over_all && i < p->offence_count; i++)
        if (!p->offences[i].is_reward && subject_of(p, i) == p->joint_caps[cap].record)
            add_offence(ck, cap, i, place);
    for (i = 0; p->joint_caps[cap].offences && i < tree->offences.count; i++) {
        const ac_tree_name *name = &tree->offences.at[i];

        at = ac_check_name(ck, AC_NAME_OFFENCE, 0, name, AC_MSG_OFFENCE_UNKNOWN);
        if (at == AC_NO_INDEX || subject_of(p, at) == AC_NO_INDEX)
            continue;
        if (subject_of(p, at) == p->joint_caps[cap].record)
            add_offence(ck, cap, at, name->place);
        else
            ac_say_2(ck, AC_MSG_CAP_SUBJECT, name->place, name->text, tree->record.text);
    }
    if (tree->over_all && p->joint_caps[cap].offence_count == 0 && !ck->has_bad_blocks)
        ac_say_1(ck, AC_MSG_CAP_OVER_NOTHING, place, tree->record.text);
}

static void read_cap(ac_checker *ck, const ac_tree_cap *tree)
{
    ac_joint_cap *c = &ck->policy->joint_caps[ck->policy->joint_cap_count];
    ac_scope      scope;
    uint32_t      i;

    c->period = (uint8_t)(AC_PERIOD_DAY + (uint32_t)(tree->window - AC_WINDOW_DAY));
    c->is_carried = tree->is_carried;
    c->record = ac_check_record(ck, &tree->record);
    c->line = ac_check_line(ck, tree->place, &tree->per, NULL);
    if (c->record == AC_NO_INDEX)
        return;
    read_offences(ck, tree, ck->policy->joint_cap_count);
    scope = ac_scope_of(c->record);
    c->amounts = ac_check_array(ck, tree->count, sizeof *c->amounts);
    for (i = 0; c->amounts && i < tree->count; i++)
        read_amount(ck, &scope, tree, &tree->lines[i], &c->amounts[i]);
    c->amount_count = c->amounts ? tree->count : 0;
    ck->policy->joint_cap_count++;
}

void ac_check_caps(ac_checker *ck)
{
    uint32_t i, count = 0;

    for (i = 0; i < ck->tree->count; i++)
        count += ck->tree->blocks[i].kind == AC_TREE_BLOCK_CAP && !ck->tree->blocks[i].has_errors;
    ck->policy->joint_caps = ac_check_array(ck, count, sizeof *ck->policy->joint_caps);
    for (i = 0; ck->policy->joint_caps && i < ck->tree->count && !ck->nomem; i++)
        if (ck->tree->blocks[i].kind == AC_TREE_BLOCK_CAP && !ck->tree->blocks[i].has_errors)
            read_cap(ck, ck->tree->blocks[i].u.cap);
}
