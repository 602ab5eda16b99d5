#include "policy/check/check.h"

/* Catalogues: the attributes of each member (V20). */

typedef struct reading {
    ac_checker         *ck;
    const ac_tree_enum *tree;
    ac_enum            *def;
    uint32_t            index;
    uint32_t           *attributes;     /* column of the grid -> attribute, or AC_NO_INDEX */
} reading;

static int read_columns(reading *r)
{
    const ac_tree_grid *g = &r->tree->grid;
    uint32_t            i, k;

    r->attributes = ac_check_scratch(r->ck, g->outs.count, sizeof *r->attributes);
    if (!r->attributes)
        return 0;
    for (i = 0; i < g->outs.count; i++) {
        r->attributes[i] = ac_check_find(r->ck, AC_NAME_ATTRIBUTE, r->index, g->outs.at[i].text);
        if (r->attributes[i] == AC_NO_INDEX)
            ac_say_2(r->ck, AC_MSG_GIVES_UNKNOWN, g->outs.at[i].place, r->def->name, g->outs.at[i].text);
    }
    for (k = 0; k < r->def->attribute_count; k++) {
        for (i = 0; i < g->outs.count && r->attributes[i] != k; i++)
            ;
        if (i == g->outs.count)
            ac_say_2(r->ck, AC_MSG_GIVES_MISSING, g->place, r->def->name, r->def->attributes[k].name);
    }
    return 1;
}

static void read_row(reading *r, const ac_tree_row *row)
{
    const ac_tree_expr *cell = row->cells && row->cells[0].count == 1 ? row->cells[0].tests[0].value : NULL;
    ac_scope            scope = ac_scope_constant();
    uint32_t            member, line, i;

    if (row->is_else || !cell || cell->kind != AC_EXPR_PATH)
        return;     /* said where the names are declared */
    member = ac_check_find(r->ck, AC_NAME_MEMBER, r->index, cell->u.path.at[0].text);
    if (member == AC_NO_INDEX)
        return;
    line = ac_check_line_cited(r->ck, row->place, &row->per, &r->tree->per);
    for (i = 0; i < r->tree->grid.outs.count; i++) {
        ac_attribute *a = r->attributes[i] == AC_NO_INDEX ? NULL : &r->def->attributes[r->attributes[i]];

        if (!a || !a->values || a->values[member].count)
            continue;       /* a member that stands twice was told */
        r->ck->subject = a->name;
        ac_check_expr(r->ck, &scope, row->values[i], a->type.kind == AC_TYPE_BAD ? NULL : &a->type, line, &a->values[member]);
    }
    r->ck->subject.size = 0;
}

static void read_catalogue(reading *r)
{
    uint32_t i;

    ac_check_cites(r->ck, &r->tree->per);
    for (i = 0; i < r->def->attribute_count; i++)
        r->def->attributes[i].values = ac_check_array(r->ck, r->def->member_count, sizeof(ac_program));
    if (r->ck->nomem || !read_columns(r))
        return;
    for (i = 0; i < r->tree->grid.row_count && !r->ck->nomem; i++)
        read_row(r, &r->tree->grid.rows[i]);
}

static int has_errors(const ac_checker *ck, const ac_tree_enum *t)
{
    uint32_t i;

    for (i = 0; i < ck->tree->count; i++)
        if (ck->tree->blocks[i].kind == AC_TREE_BLOCK_ENUM && ck->tree->blocks[i].u.enumeration == t)
            return ck->tree->blocks[i].has_errors;
    return 0;
}

void ac_check_enums_gives(ac_checker *ck)
{
    uint32_t i;

    for (i = 0; i < ck->policy->enum_count && !ck->nomem; i++) {
        reading r;

        if (!ck->enums[i] || !ck->enums[i]->is_catalogue || has_errors(ck, ck->enums[i]))
            continue;
        r.ck = ck;
        r.tree = ck->enums[i];
        r.def = &ck->policy->enums[i];
        r.index = i;
        r.attributes = NULL;
        read_catalogue(&r);
    }
}
