#include "policy/check/check_example.h"

#include <string.h>

/* Examples of offences and rewards: what they come to, in a word or deed by deed. */

/* The first link of a record to records of a type. */
static uint32_t link_to(const ac_record_def *r, uint32_t type)
{
    uint32_t i;

    for (i = 0; i < r->field_count; i++)
        if (r->fields[i].type.kind == AC_TYPE_RECORD && r->fields[i].type.ref == type)
            return i;
    return AC_NO_INDEX;
}

/* The record at hand, or the nearest outward, that is of the offence's type or has a link to one. */
static uint32_t path_to(ac_checker *ck, const ac_scope *scope, uint32_t type)
{
    const ac_record_def *records = ck->policy->records;
    uint32_t             at = scope->record, link;
    ac_path              path;

    memset(&path, 0, sizeof path);
    path.record = at;
    path.field = AC_NO_INDEX;
    for (; at != type; at = records[at].owner) {
        if (at == AC_NO_INDEX || path.step_count == AC_PATH_STEPS)
            return AC_NO_INDEX;
        link = link_to(&records[at], type);
        path.steps[path.step_count++] = link != AC_NO_INDEX ? link : AC_OWNER_STEP;
        if (link != AC_NO_INDEX)
            break;
        if (records[at].owner == AC_NO_INDEX)
            return AC_NO_INDEX;
    }
    return ac_check_path_add(ck, &path);
}

uint32_t ac_example_offence_of(ac_checker *ck, const ac_scope *scope, const ac_tree_path *column, uint32_t *path)
{
    const ac_tree_name *name = &column->at[0];
    uint32_t            offence = column->count == 1 ? ac_check_find(ck, AC_NAME_OFFENCE, 0, name->text) : AC_NO_INDEX;
    uint32_t            type;
    ac_fact             fact;

    *path = AC_NO_INDEX;
    if (offence == AC_NO_INDEX || ac_check_fact(ck, scope, column, 1, &fact))
        return AC_NO_INDEX;
    type = ck->policy->offences[offence].record;
    if (type == AC_NO_INDEX)
        return offence;     /* its block was told to be wrong */
    *path = path_to(ck, scope, type);
    if (*path == AC_NO_INDEX)
        ac_say_2(ck, AC_MSG_EXAMPLE_NOT_OF, name->place, name->text, ck->policy->records[scope->record].name);
    return offence;
}

static uint8_t word_of(const ac_tree_expr *node)
{
    static const struct { const char *text; uint8_t word; } words[] = {
        { "open", AC_DEEDS_OPEN }, { "refused", AC_DEEDS_REFUSED }, { "undecided", AC_DEEDS_UNDECIDED } };
    size_t i;

    if (node->kind == AC_EXPR_NONE)
        return AC_DEEDS_NONE;
    if (node->kind == AC_EXPR_UNSET)
        return AC_DEEDS_UNSET;
    for (i = 0; node->kind == AC_EXPR_PATH && node->u.path.count == 1 && i < sizeof words / sizeof *words; i++)
        if (ac_text_equal(node->u.path.at[0].text, ac_text_of(words[i].text)))
            return words[i].word;
    return AC_DEEDS_LISTED;
}

/* A member that the offence may impose. */
static int read_member(ac_checker *ck, const ac_offence *o, const ac_tree_path *path, ac_expect_deed *out)
{
    ac_text  name = path->at[path->count - 1].text;
    uint32_t i;

    for (i = 0; i < o->deed_count; i++) {
        const ac_deed_def *d = &o->deeds[i];

        if (d->kind != AC_DEED_IMPOSE || d->member == AC_NO_INDEX || !ac_text_equal(ck->policy->enums[d->enumeration].members[d->member].name, name))
            continue;
        out->enumeration = d->enumeration;
        out->member = d->member;
        return 1;
    }
    return 0;
}

static int read_item(ac_checker *ck, const ac_offence *o, const ac_tree_xitem *item, uint32_t line, ac_expect_deed *out)
{
    const ac_type       money = ac_type_of(AC_TYPE_MONEY);
    const ac_scope      scope = ac_scope_constant();
    const ac_tree_expr *amount = item->expr;

    out->enumeration = out->member = AC_NO_INDEX;
    if (item->deed && item->deed->kind == AC_TREE_DEED_IMPOSE)
        return read_member(ck, o, &item->deed->member, out);
    if (item->deed)
        amount = item->deed->high ? NULL : item->deed->low;
    if (amount && amount->kind == AC_EXPR_PATH && read_member(ck, o, &amount->u.path, out))
        return 1;
    return amount && ac_check_expr(ck, &scope, amount, &money, line, &out->amount);
}

int ac_example_deeds(ac_checker *ck, const ac_tree_xval *value, ac_expect *e)
{
    const ac_offence *o = &ck->policy->offences[e->limit];
    uint32_t          i;

    if (value->kind != AC_TREE_XVAL_EXPRS || value->count == 0)
        return 0;
    if (value->count == 1 && value->items[0].expr)
        e->word = word_of(value->items[0].expr);
    if (e->word != AC_DEEDS_LISTED)
        return 1;
    e->deeds = ac_check_array(ck, value->count, sizeof *e->deeds);
    for (i = 0; e->deeds && i < value->count; i++)
        if (!read_item(ck, o, &value->items[i], e->line, &e->deeds[i]))
            return 1;       /* it was told */
    e->deed_count = i;
    return 1;
}
