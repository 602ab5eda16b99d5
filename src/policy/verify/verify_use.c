#include "policy/verify/verify.h"

#include <string.h>

#include "base/buffer.h"

/* What is declared and not used. */

/* ── fields nobody reads ── */

static int reads_all(const ac_tree_record *t)
{
    uint32_t i, k, n;

    for (i = 0; i < t->count; i++)
        for (k = 0; k < t->lines[i].needs.count; k++)
            for (n = 0; n < t->lines[i].needs.at[k].count; n++)
                if (t->lines[i].needs.at[k].items[n].kind == AC_TREE_ITEM_COMPLETE)
                    return 1;
    return 0;
}

static int has_limit(const ac_record_def *r, uint32_t field)
{
    uint32_t i;

    for (i = 0; i < r->limit_count && r->limits[i].moment != field; i++)
        ;
    return i < r->limit_count;
}

/* An article asks that it be recorded, or for what it needs. */
static int is_wanted(const ac_record_source *from, uint32_t field, ac_text name)
{
    const ac_tree_record *t = from->tree;
    uint32_t              i;

    if (!from->fields[field].line || from->fields[field].line->per.count > 0)
        return 1;
    for (i = 0; i < t->count; i++)
        if (t->lines[i].kind == AC_TREE_LINE_NEEDS && ac_text_equal(t->lines[i].names.at[0].text, name))
            return 1;
    return 0;
}

/* What nobody may fill has no value of its own: rules that read it wait for ever. A moment `by none` is a thing forbidden, which may
 * happen all the same. */
static void check_unfilled(ac_checker *ck, uint32_t record)
{
    const ac_record_def *r = &ck->policy->records[record];
    uint32_t             i;

    for (i = 0; i < r->field_count; i++) {
        const ac_roles *by = r->gates[i] ? &r->gates[i]->roles : NULL;

        if (by && by->count == 1 && by->at[0] == ck->policy->role_none && r->fields[i].origin == AC_FIELD_RECORDED && r->fields[i].type.kind != AC_TYPE_MOMENT && !r->fields[i].has_default
            && ck->records[record].fields[i].is_read)
            ac_say_1(ck, AC_MSG_FIELD_UNFILLED, ck->records[record].fields[i].place, r->fields[i].name);
    }
}

/* Texts are for people, links for others to step through; `dated`, limits and `complete` read without naming. */
static void check_fields(ac_checker *ck, uint32_t record)
{
    const ac_record_def    *r = &ck->policy->records[record];
    const ac_record_source *from = &ck->records[record];
    ac_writer               names;
    uint32_t                i, n = 0;

    if (reads_all(from->tree))
        return;
    ac_writer_init_memory(&names, ck->mem);
    for (i = 0; i < r->field_count; i++) {
        const ac_field_def *f = &r->fields[i];

        if (f->origin != AC_FIELD_RECORDED || from->fields[i].is_read || f->type.kind == AC_TYPE_RECORD || f->type.kind == AC_TYPE_TEXT || f->is_unset || i == r->dated || has_limit(r, i) || is_wanted(from, i, f->name))
            continue;
        ac_write_string(&names, n++ ? ", " : "");
        ac_write_text(&names, f->name);
    }
    ck->nomem |= names.status != AC_OK;
    if (n > 0 && !ck->nomem)
        ac_say_2(ck, AC_MSG_FIELDS_UNREAD, from->tree->name.place, r->name, ac_writer_text(&names));
    ac_writer_free(&names);
}

void ac_verify_use(ac_verifier *v)
{
    uint32_t r;

    for (r = 0; r < v->ck->policy->record_count && !v->ck->nomem; r++) {
        check_unfilled(v->ck, r);
        check_fields(v->ck, r);
    }
}
