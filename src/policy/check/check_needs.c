#include "policy/check/check.h"

#include "base/buffer.h"

/* Items of `needs`: policy language 4.2. What a target asks for stands on lines of items; every item is kept with its articles. */

typedef struct reading {
    ac_checker     *ck;
    const ac_scope *scope;
    ac_need        *need;
} reading;

uint32_t ac_check_needs_count(const ac_tree_needs *needs)
{
    uint32_t i, n = 0;

    for (i = 0; i < needs->count; i++)
        n += needs->at[i].count;
    return n;
}

/* An item as written, on one line and without comments. */
static ac_text text_of(ac_checker *ck, ac_place place)
{
    const char *at = ck->tree->source.data + place.at, *end = at + place.size;
    ac_writer   w;
    ac_text     text;
    int         in_text = 0, blank = 0;

    ac_writer_init_memory(&w, ck->mem);
    for (; at < end; at++) {
        if (!in_text && *at == '/' && end - at > 1 && at[1] == '/')
            while (at + 1 < end && at[1] != '\n')
                at++;
        else if (!in_text && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
            blank = 1;
        else {
            if (blank)
                ac_write_char(&w, ' ');
            blank = 0;
            if (*at == '"' && !(in_text && at[-1] == '\\'))
                in_text = !in_text;
            ac_write_char(&w, *at);
        }
    }
    if (ac_writer_end(&w) != AC_OK)
        ck->nomem = 1;
    text = ac_check_text(ck, ac_writer_text(&w));
    ac_writer_free(&w);
    return text;
}

static int has_paths(reading *r, uint32_t count)
{
    r->need->paths = ac_check_array(r->ck, count, sizeof *r->need->paths);
    return r->need->paths != NULL;
}

static void add_field(reading *r, uint32_t field)
{
    ac_path path = { 0 };

    if (field == AC_NO_INDEX)
        return;
    path.record = r->scope->record;
    path.field = field;
    r->need->paths[r->need->path_count++] = ac_check_path_add(r->ck, &path);
}

/* A bare name that is not yes/no means: it is known. */
static void read_expr(reading *r, const ac_tree_expr *node)
{
    const ac_type yes_no = ac_type_of(AC_TYPE_BOOL);
    ac_need      *n = r->need;
    ac_fact       fact;
    int           is_bare = node->kind == AC_EXPR_PATH;

    n->kind = AC_NEED_HOLDS;
    if (is_bare && (node->u.path.count > 1 || ac_check_find(r->ck, AC_NAME_VALUE, 0, node->u.path.at[0].text) == AC_NO_INDEX)
        && !ac_check_fact(r->ck, r->scope, &node->u.path, 0, &fact))
        return;
    if (!ac_check_expr(r->ck, r->scope, node, is_bare ? NULL : &yes_no, n->line, &n->program))
        return;
    if (is_bare && n->program.type.kind != AC_TYPE_BOOL && n->program.type.kind != AC_TYPE_SIGNATURE)
        n->kind = AC_NEED_KNOWN;
}

static void read_signed(reading *r, const ac_tree_item *item)
{
    uint32_t i;

    r->need->kind = AC_NEED_SIGNED;
    r->need->quorum = item->quorum;
    if (item->quorum > item->names.count)
        ac_log_2(r->ck->log, AC_MSG_QUORUM, item->place, ac_arg_number(item->quorum), ac_arg_number(item->names.count));
    if (!has_paths(r, item->names.count))
        return;
    for (i = 0; i < item->names.count; i++)
        add_field(r, ac_check_find(r->ck, AC_NAME_FIELD, r->scope->record, ac_signature_name(r->ck, item->names.at[i].text)));
}

/* The record that an owner's name or a link leads to. */
static void add_record(reading *r, const ac_fact *fact)
{
    ac_path path = r->ck->policy->paths[fact->path];

    if (fact->field != AC_NO_INDEX && path.step_count < AC_PATH_STEPS) {
        path.steps[path.step_count++] = fact->field;
        path.field = AC_NO_INDEX;
    }
    r->need->paths[r->need->path_count++] = ac_check_path_add(r->ck, &path);
}

/* Whether records of type `child` belong to those at hand, directly or further down. */
static int is_below(const reading *r, uint32_t child)
{
    const ac_policy *p = r->ck->policy;
    uint32_t         at = p->records[child].owner, steps;

    for (steps = 0; at != AC_NO_INDEX && at != r->scope->record && steps < AC_PATH_STEPS; steps++)
        at = p->records[at].owner;
    return at == r->scope->record;
}

static void read_complete(reading *r, const ac_tree_item *item)
{
    const ac_tree_path *path = item->paths.count ? &item->paths.at[0] : NULL;
    uint32_t            child;
    ac_fact             fact;

    r->need->kind = AC_NEED_COMPLETE;
    if (!path || !has_paths(r, 1))
        return;
    if (ac_check_fact(r->ck, r->scope, path, 1, &fact) && fact.type.kind == AC_TYPE_RECORD && fact.attribute_count == 0)
        add_record(r, &fact);
    else if (path->count == 1 && (child = ac_check_find(r->ck, AC_NAME_RECORD, 0, path->at[0].text)) != AC_NO_INDEX && is_below(r, child))
        r->need->child = child;
    else if (ac_check_fact(r->ck, r->scope, path, 0, &fact) && fact.type.kind < AC_TYPE_UNTYPED)
        ac_say_path(r->ck, AC_MSG_COMPLETE_FIELD, path);
}

static void read_not_actor(reading *r, const ac_tree_item *item)
{
    ac_fact  fact;
    uint32_t i;

    r->need->kind = AC_NEED_NOT_ACTOR;
    if (!has_paths(r, item->paths.count))
        return;
    for (i = 0; i < item->paths.count; i++) {
        if (!ac_check_fact(r->ck, r->scope, &item->paths.at[i], 0, &fact))
            continue;
        if (fact.field == AC_NO_INDEX || fact.attribute_count > 0)
            ac_say_path(r->ck, AC_MSG_ACTOR_OF_NOTHING, &item->paths.at[i]);
        else
            r->need->paths[r->need->path_count++] = fact.path;
    }
}

static void read_item(reading *r, const ac_tree_item *item)
{
    r->need->child = AC_NO_INDEX;
    r->need->role = item->by.text.data ? ac_check_role(r->ck, &item->by) : AC_NO_INDEX;
    r->need->text = text_of(r->ck, item->place);
    switch (item->kind) {
    case AC_TREE_ITEM_EXPR:
        read_expr(r, item->expr);
        break;
    case AC_TREE_ITEM_CONFIRM:
        r->need->kind = AC_NEED_CONFIRM;
        if (item->names.count > 0 && has_paths(r, 1))
            add_field(r, ac_check_find(r->ck, AC_NAME_FIELD, r->scope->record, item->names.at[0].text));
        break;
    case AC_TREE_ITEM_SIGNED:
        read_signed(r, item);
        break;
    case AC_TREE_ITEM_COMPLETE:
        read_complete(r, item);
        break;
    case AC_TREE_ITEM_ACTOR_NOT_IN:
        read_not_actor(r, item);
        break;
    }
}

uint32_t ac_check_needs(ac_checker *ck, const ac_scope *scope, const ac_tree_needs *needs, const ac_tree_cites *per, const ac_tree_cites *head, ac_need *out)
{
    const ac_type yes_no = ac_type_of(AC_TYPE_BOOL);
    uint32_t      i, k, n = 0;

    for (i = 0; i < needs->count && !ck->nomem; i++) {
        const ac_tree_need  *line = &needs->at[i];
        const ac_tree_cites *cites = line->per.count > 0 ? &line->per : per;
        ac_program           when = AC_NO_PROGRAM;

        ac_check_cites_required(ck, line->place, cites, head);
        if (line->when)
            ac_check_expr(ck, scope, line->when, &yes_no, ac_check_line(ck, line->place, cites, head), &when);
        for (k = 0; k < line->count; k++) {
            reading r;

            r.ck = ck;
            r.scope = scope;
            r.need = &out[n++];
            r.need->line = ac_check_line(ck, line->items[k].place, cites, head);
            r.need->when = when;
            read_item(&r, &line->items[k]);
        }
    }
    return n;
}
