#include "policy/check/check.h"

/* Pass 11: what later stages carry out. Names and types are checked, nothing is kept; each construct says so once a line. */

/* ── records ── */

static void check_line(ac_checker *ck, uint32_t record, const ac_tree_line *line)
{
    ac_scope scope = ac_scope_of(record);
    ac_type  span = ac_type_of(AC_TYPE_SPAN), yes_no = ac_type_of(AC_TYPE_BOOL);
    uint32_t i;

    switch (line->kind) {
    case AC_TREE_LINE_KEEP:
        ac_check_later(ck, line->place, "keep");
        ac_check_cites(ck, &line->per);
        if (line->keep_span)
            ac_check_expr_only(ck, &scope, line->keep_span, &span);
        if (line->point)
            ac_check_expr_only(ck, &scope, line->point, NULL);
        for (i = 0; i < line->tails.count; i++)
            if (line->tails.at[i].kind == AC_TREE_TAIL_WHEN)
                ac_check_expr_only(ck, &scope, line->tails.at[i].expr, &yes_no);
        break;
    case AC_TREE_LINE_NUMBER:
        ac_check_later(ck, line->place, "number");
        break;
    default:
        break;
    }
}

static void check_unique(ac_checker *ck, uint32_t record)
{
    const ac_tree_record *t = ck->records[record].tree;
    uint32_t              i;

    for (i = 0; i < t->unique.count; i++) {
        ac_check_name(ck, AC_NAME_FIELD, record, &t->unique.at[i], AC_MSG_UNIQUE_FIELD);
        ac_check_later(ck, t->name.place, "unique");
    }
}

void ac_check_later_stages(ac_checker *ck)
{
    uint32_t i, k;

    for (i = 0; i < ck->policy->record_count && !ck->nomem; i++) {
        const ac_record_source *s = &ck->records[i];

        if (s->block->has_errors)
            continue;
        check_unique(ck, i);
        for (k = 0; k < s->tree->count; k++)
            check_line(ck, i, &s->tree->lines[k]);
    }
}
