#include "policy/check/check.h"

/* Who goes: the needs a candidate must meet, then what ranks those that do. */

/* Names are the candidate's, then the case's. */
static void read_line(ac_checker *ck, const ac_scope *scope, const ac_tree_choose *tree, const ac_tree_choose_line *from, ac_choice_line *line)
{
    ac_type yes_no = ac_type_of(AC_TYPE_BOOL);
    ac_type type;

    line->kind = (uint8_t)(from->kind == AC_TREE_CHOOSE_NEEDS ? AC_CHOICE_NEEDS : from->kind == AC_TREE_CHOOSE_LEAST ? AC_CHOICE_LEAST : AC_CHOICE_MOST);
    line->line = ac_check_line_cited(ck, from->place, &from->per, &tree->per);
    line->text = from->expr->place;
    if (!ac_check_expr(ck, scope, from->expr, line->kind == AC_CHOICE_NEEDS ? &yes_no : NULL, line->line, &line->program))
        return;
    type = line->program.type;
    if (line->kind != AC_CHOICE_NEEDS && !ac_type_is_ordered(ck->policy, type) && type.kind < AC_TYPE_UNTYPED)
        ac_say_type(ck, AC_MSG_NO_ORDER, from->expr->place, type);
}

static void read_choice(ac_checker *ck, const ac_tree_choose *t)
{
    ac_policy *p = ck->policy;
    ac_choice *c = &p->choices[p->choice_count];
    ac_scope   scope;
    uint32_t   i;

    c->kind = ac_check_record(ck, &t->name);
    c->record = ac_check_record(ck, &t->target);
    c->line = ac_check_line(ck, t->name.place, &t->per, NULL);
    if (c->kind == AC_NO_INDEX || c->record == AC_NO_INDEX)
        return;
    if (ac_choice_find(p, c->kind, c->record) != AC_NO_INDEX) {
        ac_say_2(ck, AC_MSG_CHOOSE_TWICE, t->name.place, t->name.text, t->target.text);
        return;
    }
    scope = ac_scope_of(c->kind);
    scope.then = c->record;
    c->lines = ac_check_array(ck, t->count, sizeof *c->lines);
    for (i = 0; c->lines && i < t->count && !ck->nomem; i++)
        read_line(ck, &scope, t, &t->lines[i], &c->lines[i]);
    c->line_count = c->lines ? t->count : 0;
    p->choice_count++;
}

void ac_check_choices(ac_checker *ck)
{
    uint32_t i, count = 0;

    for (i = 0; i < ck->tree->count; i++)
        count += ck->tree->blocks[i].kind == AC_TREE_BLOCK_CHOOSE && !ck->tree->blocks[i].has_errors;
    ck->policy->choices = ac_check_array(ck, count, sizeof *ck->policy->choices);
    for (i = 0; ck->policy->choices && i < ck->tree->count && !ck->nomem; i++)
        if (ck->tree->blocks[i].kind == AC_TREE_BLOCK_CHOOSE && !ck->tree->blocks[i].has_errors)
            read_choice(ck, ck->tree->blocks[i].u.choose);
}
