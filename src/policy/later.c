#include "policy/check.h"

/* Pass 11: what later stages carry out. Names and types are checked, nothing is kept; each construct says so once a line. */

static const ac_type *yes_no(void)
{
    static const ac_type t = { AC_TYPE_BOOL, 0, 0 };

    return &t;
}

static void check_facts_exist(ac_checker *ck, const ac_scope *scope, const ac_tree_paths *paths)
{
    ac_fact  fact;
    uint32_t i;

    for (i = 0; i < paths->count; i++)
        ac_check_fact(ck, scope, &paths->at[i], 0, &fact);
}

/* ── needs ── */

/* A bare name that is not yes/no means: it is known. */
static void check_need(ac_checker *ck, const ac_scope *scope, const ac_tree_expr *node)
{
    ac_fact fact;

    if (node->kind == AC_EXPR_PATH) {
        if (ac_check_find(ck, AC_NAME_VALUE, 0, node->u.path.at[0].text) == AC_NO_INDEX || node->u.path.count > 1)
            ac_check_fact(ck, scope, &node->u.path, 0, &fact);
        return;
    }
    ac_check_expr_only(ck, scope, node, yes_no());
}

/* A child or link named by its record, or a link field. */
static void check_complete(ac_checker *ck, const ac_scope *scope, const ac_tree_path *path)
{
    ac_fact fact;

    if (path->count == 1 && ac_check_find(ck, AC_NAME_RECORD, 0, path->at[0].text) != AC_NO_INDEX)
        return;
    ac_check_fact(ck, scope, path, 0, &fact);
}

static void check_item(ac_checker *ck, const ac_scope *scope, const ac_tree_item *item)
{
    uint32_t i;

    switch (item->kind) {
    case AC_TREE_ITEM_EXPR:
        check_need(ck, scope, item->expr);
        break;
    case AC_TREE_ITEM_COMPLETE:
        for (i = 0; i < item->paths.count; i++)
            check_complete(ck, scope, &item->paths.at[i]);
        break;
    case AC_TREE_ITEM_ACTOR_NOT_IN:
        check_facts_exist(ck, scope, &item->paths);
        break;
    case AC_TREE_ITEM_SIGNED:
        if (item->quorum > item->names.count)
            ac_log_2(ck->log, AC_MSG_QUORUM, item->place, ac_arg_number(item->quorum), ac_arg_number(item->names.count));
        break;
    case AC_TREE_ITEM_CONFIRM:
        break;      /* declared in pass 2 */
    }
    if (item->by.text.data)
        ac_check_role(ck, &item->by);
}

static void check_needs(ac_checker *ck, const ac_scope *scope, const ac_tree_needs *needs, const ac_tree_cites *per, const ac_tree_cites *head)
{
    uint32_t i, k;

    for (i = 0; i < needs->count; i++) {
        const ac_tree_need *need = &needs->at[i];

        ac_check_cites_required(ck, need->place, need->per.count > 0 ? &need->per : per, head);
        ac_check_cites(ck, &need->per);
        for (k = 0; k < need->count; k++)
            check_item(ck, scope, &need->items[k]);
        if (need->when)
            ac_check_expr_only(ck, scope, need->when, yes_no());
    }
    if (needs->count > 0)
        ac_check_later(ck, needs->at[0].place, "needs");
}

/* ── records ── */

static void check_line(ac_checker *ck, uint32_t record, const ac_tree_line *line, const ac_tree_cites *head)
{
    ac_scope scope = ac_scope_of(record);
    ac_type  span = ac_type_of(AC_TYPE_SPAN);
    uint32_t i;

    switch (line->kind) {
    case AC_TREE_LINE_NEEDS:
        ac_check_cites(ck, &line->per);
        ac_check_name(ck, AC_NAME_FIELD, record, &line->names.at[0], AC_MSG_NEEDS_TARGET);
        check_needs(ck, &scope, &line->needs, &line->per, head);
        break;
    case AC_TREE_LINE_STEP:
        check_needs(ck, &scope, &line->needs, &line->per, head);
        break;
    case AC_TREE_LINE_KEEP:
        ac_check_later(ck, line->place, "keep");
        ac_check_cites(ck, &line->per);
        if (line->keep_span)
            ac_check_expr_only(ck, &scope, line->keep_span, &span);
        if (line->point)
            ac_check_expr_only(ck, &scope, line->point, NULL);
        for (i = 0; i < line->tails.count; i++)
            if (line->tails.at[i].kind == AC_TREE_TAIL_WHEN)
                ac_check_expr_only(ck, &scope, line->tails.at[i].expr, yes_no());
        break;
    case AC_TREE_LINE_NUMBER:
        ac_check_later(ck, line->place, "number");
        break;
    default:
        break;
    }
}

static void check_opening(ac_checker *ck, uint32_t record)
{
    const ac_tree_record *t = ck->records[record].tree;
    ac_scope              own = ac_scope_of(record), outer = ac_scope_of(ck->policy->records[record].owner);
    ac_fact               fact;
    uint32_t              i, value;

    if (t->on.count > 0) {
        ac_check_later(ck, t->name.place, "opening");
        if (outer.record == AC_NO_INDEX)
            ac_say_1(ck, AC_MSG_OPENING_NO_OWNER, t->on.place, t->name.text);
        else if (ac_check_fact(ck, &outer, &t->on, 0, &fact) && fact.type.kind != AC_TYPE_MOMENT && fact.type.kind < AC_TYPE_UNTYPED)
            ac_say_2(ck, AC_MSG_OPENING_TYPE, t->on.place, t->on.at[t->on.count - 1].text, ac_check_type_text(ck, fact.type));
    }
    if (t->each != AC_WINDOW_NONE || t->each_value.text.data)
        ac_check_later(ck, t->name.place, "opening");
    if (t->each_value.text.data) {
        value = ac_check_name(ck, AC_NAME_VALUE, 0, &t->each_value, AC_MSG_EACH_VALUE);
        if (value != AC_NO_INDEX && ck->policy->names->values[value].type.kind != AC_TYPE_PERIOD && ck->policy->names->values[value].type.kind < AC_TYPE_UNTYPED)
            ac_say_2(ck, AC_MSG_EACH_TYPE, t->each_value.place, t->each_value.text, ac_check_type_text(ck, ck->policy->names->values[value].type));
    }
    if (t->when)
        ac_check_expr_only(ck, outer.record == AC_NO_INDEX ? &own : &outer, t->when, yes_no());
    for (i = 0; i < t->unique.count; i++) {
        ac_check_name(ck, AC_NAME_FIELD, record, &t->unique.at[i], AC_MSG_UNIQUE_FIELD);
        ac_check_later(ck, t->name.place, "unique");
    }
}

/* ── ladders, choose ── */

static void check_ladder(ac_checker *ck, const ac_tree_ladder *t)
{
    uint32_t at = ac_check_find(ck, AC_NAME_LADDER, 0, t->name.text), i;
    ac_scope scope;
    ac_fact  fact;

    ac_check_later(ck, t->name.place, "ladder");
    if (at == AC_NO_INDEX || ck->policy->names->ladders[at].record == AC_NO_INDEX)
        return;
    scope = ac_scope_of(ck->policy->names->ladders[at].record);
    for (i = 0; i < t->count; i++) {
        const ac_tree_rung *rung = &t->rungs[i];

        ac_check_cites(ck, &rung->per);
        if (rung->is_grant) {
            ac_check_name(ck, AC_NAME_RUNG, at, &rung->name, AC_MSG_RUNG_UNKNOWN);
            ac_check_fact(ck, &scope, &rung->on, 0, &fact);
        } else {
            check_needs(ck, &scope, &rung->needs, &rung->per, &t->per);
        }
    }
}

/* Bare names are the candidate's, then the case's. */
static void check_choose(ac_checker *ck, const ac_tree_choose *t)
{
    ac_scope scope = ac_scope_of(ac_check_record(ck, &t->name));
    uint32_t i;

    scope.then = ac_check_record(ck, &t->target);
    ac_check_later(ck, t->name.place, "choose");
    ac_check_cites(ck, &t->per);
    for (i = 0; i < t->count; i++) {
        ac_check_cites(ck, &t->lines[i].per);
        if (scope.record != AC_NO_INDEX && scope.then != AC_NO_INDEX)
            ac_check_expr_only(ck, &scope, t->lines[i].expr, t->lines[i].kind == AC_TREE_CHOOSE_NEEDS ? yes_no() : NULL);
    }
}

void ac_check_later_stages(ac_checker *ck)
{
    uint32_t i, k;

    for (i = 0; i < ck->policy->record_count && !ck->nomem; i++) {
        const ac_record_source *s = &ck->records[i];

        if (s->block->has_errors)
            continue;
        check_opening(ck, i);
        for (k = 0; k < s->tree->count; k++)
            check_line(ck, i, &s->tree->lines[k], &s->tree->per);
    }
    for (i = 0; i < ck->tree->count && !ck->nomem; i++) {
        const ac_tree_block *b = &ck->tree->blocks[i];

        if (b->has_errors)
            continue;
        if (b->kind == AC_TREE_BLOCK_LADDER)
            check_ladder(ck, b->u.ladder);
        else if (b->kind == AC_TREE_BLOCK_CHOOSE)
            check_choose(ck, b->u.choose);
    }
}
