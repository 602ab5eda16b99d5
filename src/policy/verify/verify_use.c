#include "policy/verify/verify.h"

#include <string.h>

#include "base/buffer.h"
#include "policy/model/value.h"

/* What is declared and not used, and amounts that may not come out whole. */

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

/* ── money ── */

/* The program ends by looking whether the amount is whole, and multiplies or divides a free amount by a constant that does not
 * leave it so: [load] [constant] * or /. */
static int is_surely_broken(const ac_checker *ck, const ac_program *p)
{
    const ac_policy    *policy = ck->policy;
    const ac_op        *ops = policy->ops + p->first;
    const ac_path      *path;
    const ac_field_def *f;
    const ac_cell      *by;

    if (p->count != 4 || ops[0].code != AC_OP_LOAD || ops[1].code != AC_OP_CONST || (ops[2].code != AC_OP_MUL && ops[2].code != AC_OP_DIV))
        return 0;
    path = &policy->paths[ops[0].a];
    by = &policy->constants[ops[1].a];
    if (path->field == AC_NO_INDEX || by->state != AC_VALUE_KNOWN)
        return 0;
    f = &policy->records[path->holder].fields[path->field];
    if (f->origin != AC_FIELD_RECORDED || f->has_range || f->type.kind != AC_TYPE_MONEY)
        return 0;
    return ops[2].code == AC_OP_MUL ? by->den > 1 : by->num != 1 && by->num != -1;
}

static void check_amount(ac_checker *ck, const ac_program *p)
{
    ac_place place;

    if (p->count == 0 || ck->policy->ops[p->first + p->count - 1].code != AC_OP_TO_MONEY || !is_surely_broken(ck, p))
        return;
    place.at = ck->log->lines.starts[ck->policy->lines[p->line].line - 1];
    place.size = 0;
    for (; ck->tree->source.data[place.at] == ' '; place.at++)
        ;
    ac_say_1(ck, AC_MSG_MONEY_BROKEN, place, ck->policy->paths[ck->policy->ops[p->first].a].text);
}

static void check_amounts(ac_checker *ck)
{
    const ac_policy *p = ck->policy;
    uint32_t         i, k, o;

    for (i = 0; i < p->record_count; i++)
        for (k = 0; k < p->records[i].field_count; k++)
            check_amount(ck, &p->records[i].fields[k].value);
    for (i = 0; i < p->table_count; i++)
        for (k = 0; k < p->tables[i].row_count; k++)
            for (o = 0; o < p->tables[i].output_count; o++)
                check_amount(ck, &p->tables[i].rows[k].outputs[o]);
}

void ac_verify_use(ac_verifier *v)
{
    uint32_t r;

    for (r = 0; r < v->ck->policy->record_count && !v->ck->nomem; r++)
        check_fields(v->ck, r);
    check_amounts(v->ck);
}
