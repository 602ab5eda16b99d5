#include "policy/link/link.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "policy/report/limits.h"
#include "policy/report/suggest.h"
#include "time/civil.h"

/* What the editions give for the values and tables that a policy leaves open. */

/* --- saying -------------------------------------------------------------------- */

static int is_said(const ac_linker *l, const ac_book_edition *edition)
{
    return l->report && (l->policy_is_new || edition->is_new);
}

ac_status ac_link_log_begin(ac_linker *l, const ac_book_edition *edition, ac_log *log, ac_error *err)
{
    static const ac_policy_limits normal = { 0 };
    ac_policy_limits              limits;
    ac_source                     source;
    ac_status                     st;

    l->log = NULL;
    if (!is_said(l, edition))
        return AC_OK;
    source.name = edition->data->source_name;
    source.text = edition->data->source;
    st = ac_policy_limits_resolve(&normal, &limits, err);
    if (st == AC_OK)
        st = ac_log_begin(log, &l->linked->mem, l->report, &source, &limits, 0, err);
    l->log = log;
    return st;
}

ac_status ac_link_log_end(ac_linker *l, ac_error *err)
{
    ac_log   *log = l->log;
    ac_status st;

    l->log = NULL;
    st = log ? ac_log_end(log, err) : AC_OK;
    return st == AC_E_POLICY ? AC_OK : st;      /* errors are counted in the linker */
}

void ac_link_say(ac_linker *l, ac_msg msg, ac_place place, const ac_arg *args, size_t count)
{
    l->errors++;
    if (l->log)
        ac_log_add(l->log, msg, place, args, count);
}

void ac_link_say_1(ac_linker *l, ac_msg msg, ac_place place, ac_text a)
{
    ac_arg arg = ac_arg_text(a);

    ac_link_say(l, msg, place, &arg, 1);
}

void ac_link_say_2(ac_linker *l, ac_msg msg, ac_place place, ac_text a, ac_text b)
{
    ac_arg args[2];

    args[0] = ac_arg_text(a);
    args[1] = ac_arg_text(b);
    ac_link_say(l, msg, place, args, 2);
}

void *ac_link_take(ac_linker *l, size_t count, size_t size)
{
    void *p = ac_arena_array(&l->linked->arena, count, size);

    if (!p)
        l->nomem = 1;
    return p;
}

static void write_cites(ac_writer *w, const ac_tree_cites *cites)
{
    uint32_t i;

    for (i = 0; i < cites->count; i++) {
        if (i)
            ac_write_string(w, ", ");
        ac_write_text(w, cites->at[i].article);
        if (cites->at[i].last.size) {
            ac_write_string(w, "..");
            ac_write_text(w, cites->at[i].last);
        }
    }
}

const char *ac_link_clause(ac_linker *l, const ac_tree_cites *per, const ac_tree_cites *head)
{
    const ac_tree_cites *cites = per->count ? per : head;
    ac_writer            w;
    ac_text              kept;

    if (!cites || cites->count == 0)
        return NULL;
    ac_writer_init_memory(&w, &l->linked->mem);
    write_cites(&w, cites);
    kept = ac_arena_dup_text(&l->linked->arena, ac_writer_text(&w));
    if (ac_writer_end(&w) != AC_OK || !kept.data)
        l->nomem = 1;
    ac_writer_free(&w);
    return kept.data;
}

/* --- holes ------------------------------------------------------------------------ */

uint32_t ac_link_find_hole(const ac_policy *policy, ac_text name, int is_table, uint32_t *table)
{
    uint32_t i, t;

    for (t = 0; t < policy->table_count; t++)
        if (policy->tables[t].hole != AC_NO_INDEX && ac_text_equal(policy->tables[t].name, name)) {
            *table = t;
            return is_table ? policy->tables[t].hole : AC_NO_INDEX;
        }
    for (i = 0; !is_table && i < policy->hole_count; i++)
        if (ac_text_equal(policy->holes[i].name, name))
            return i;
    return AC_NO_INDEX;
}

static ac_filling *add_filling(ac_linker *l, uint32_t hole, uint32_t edition)
{
    ac_filling *f = &l->fillings[l->filling_count++];

    f->hole = hole;
    f->edition = edition;
    f->use_from = ac_link_use_from(l->zone, ac_book_edition_of(&l->editions[edition]));
    l->unset = l->policy->holes[hole].unset;
    return f;
}

static void fill_value(ac_linker *l, uint32_t edition, const ac_data_value *value)
{
    const ac_data *data = l->editions[edition].data;
    uint32_t       table, hole = ac_link_find_hole(l->policy, value->tree->name.text, 0, &table);
    ac_filling    *f;

    if (hole == AC_NO_INDEX || !value->tree->value)
        return;
    f = add_filling(l, hole, edition);
    f->place = value->tree->name.place;
    f->line.line = ac_lines_at(&data->lines, f->place.at);
    f->line.clause = ac_link_clause(l, &value->tree->per, value->head);
    l->subject = l->policy->holes[hole].name;
    (void)ac_link_cell(l, l->policy->holes[hole].type, value->tree->value, &f->cell);
}

static void fill_table(ac_linker *l, uint32_t edition, const ac_tree_table *tree)
{
    const ac_data *data = l->editions[edition].data;
    uint32_t       table = 0, hole = ac_link_find_hole(l->policy, tree->name.text, 1, &table);
    ac_filling    *f;

    if (hole == AC_NO_INDEX)
        return;
    f = add_filling(l, hole, edition);
    f->place = tree->name.place;
    f->line.line = ac_lines_at(&data->lines, f->place.at);
    f->line.clause = ac_link_clause(l, &tree->per, NULL);
    f->table_index = table;
    f->table = ac_link_table(l, data, &l->policy->tables[table], tree);
}

/* Two editions that fill a hole from one day on: which of them holds would depend on the order of registration. */
static void check_twice(ac_linker *l, uint32_t first)
{
    uint32_t i, k;

    for (i = first; i < l->filling_count; i++)
        for (k = 0; k < i; k++)
            if (l->fillings[k].hole == l->fillings[i].hole && l->fillings[k].use_from == l->fillings[i].use_from) {
                ac_link_say_2(l, AC_MSG_LINK_FILLED_TWICE, l->fillings[i].place, l->policy->holes[l->fillings[i].hole].name,
                              ac_book_edition_of(&l->editions[l->fillings[k].edition])->word);
                break;
            }
}

static int fills(const ac_linker *l, const ac_data_edition *e)
{
    return e->fills.size && ac_text_equal(e->fills, l->policy->name);
}

static ac_status fill_from(ac_linker *l, uint32_t edition, ac_error *err)
{
    const ac_data_edition *e = ac_book_edition_of(&l->editions[edition]);
    uint32_t               i, first = l->filling_count;
    ac_log                 log;
    ac_status              st, said;

    if (!fills(l, e))
        return AC_OK;
    st = ac_link_log_begin(l, &l->editions[edition], &log, err);
    if (st == AC_OK) {
        for (i = 0; i < e->value_count; i++)
            fill_value(l, edition, &e->values[i]);
        for (i = 0; i < e->table_count; i++)
            fill_table(l, edition, e->tables[i]);
        check_twice(l, first);
    }
    said = ac_link_log_end(l, st == AC_OK ? err : NULL);
    return st == AC_OK ? said : st;
}

ac_status ac_link_fill(ac_linker *l, ac_error *err)
{
    ac_status st = AC_OK;
    uint32_t  i, most = 0;

    for (i = 0; i < l->edition_count; i++) {
        const ac_data_edition *e = ac_book_edition_of(&l->editions[i]);

        most += fills(l, e) ? e->value_count + e->table_count : 0;
    }
    l->fillings = ac_link_take(l, most, sizeof *l->fillings);
    if (!l->fillings)
        return ac_mem_failed(&l->linked->mem, err);
    for (i = 0; i < l->edition_count && st == AC_OK; i++)
        st = fill_from(l, i, err);
    return st == AC_OK && l->nomem ? ac_mem_failed(&l->linked->mem, err) : st;
}
