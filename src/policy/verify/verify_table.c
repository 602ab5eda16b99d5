#include "policy/check/check_table.h"
#include "policy/verify/verify.h"

#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "policy/model/value.h"

/* What is said about a table: holes, overlaps, rows and columns without effect. */

typedef struct judged {
    ac_verifier         *v;
    ac_checker          *ck;
    const ac_tree_table *tree;
    ac_table            *table;
} judged;

static ac_place row_place(const judged *j, uint32_t row)
{
    return j->tree->has_grid ? j->tree->grid.rows[row].place : j->tree->cases[row].place;
}

/* ── writing facts ── */

static ac_status put(void *user, const char *data, size_t size)
{
    ac_write(user, data, size);
    return ((ac_writer *)user)->status;
}

static void write_cell(const judged *j, ac_writer *w, uint32_t column, const ac_cell *cell)
{
    ac_value value = ac_value_from_cell(j->ck->policy, j->table->columns[column].subject.type, *cell);

    ac_value_format(j->ck->policy, &value, NULL, put, w);
}

/* `停机 = no, 得分 = 100`: one value of each part. */
static void write_facts(const ac_sweep *s, ac_writer *w, const uint32_t *parts)
{
    const judged *j = s->user;
    uint32_t      i, n = 0;

    for (i = 0; i < s->table->column_count; i++) {
        const ac_part *p = parts[i] == AC_NO_INDEX ? NULL : &s->parts[i].at[parts[i]];

        if (!p)
            continue;
        ac_write_string(w, n++ ? ", " : "");
        ac_write_text(w, s->table->columns[i].text);
        if (p->test.kind == AC_TEST_KNOWN) {
            ac_write_string(w, " is known");
            continue;
        }
        ac_write_string(w, " = ");
        write_cell(j, w, i, &p->value);
    }
    if (n == 0)
        ac_write_string(w, "-");
}

static void write_bounds(const judged *j, ac_writer *w, uint32_t column, const ac_test *t)
{
    if (t->has_low && t->has_high) {
        ac_write_char(w, t->low_open ? '(' : '[');
        write_cell(j, w, column, &t->low);
        ac_write_string(w, "..");
        write_cell(j, w, column, &t->high);
        ac_write_char(w, t->high_open ? ')' : ']');
        return;
    }
    if (t->has_low)
        ac_write_string(w, t->low_open ? "> " : ">= ");
    else
        ac_write_string(w, t->high_open ? "< " : "<= ");
    write_cell(j, w, column, t->has_low ? &t->low : &t->high);
}

/* A test that asks for the part alone: as a cell, or behind the subject in a condition. */
static void write_test(const judged *j, ac_writer *w, uint32_t column, const ac_part *p, int in_cell)
{
    static const char *const words[] = { NULL, " = none", " is known", " is unknown" };   /* by ac_test_kind */
    const ac_test *t = &p->test;
    int            is_range = t->kind == AC_TEST_RANGE, is_one;

    if (!is_range) {
        ac_write_string(w, words[t->kind] + (in_cell ? t->kind == AC_TEST_NONE ? 3 : 1 : 0));
        return;
    }
    is_one = t->has_low && t->has_high && t->low.num == t->high.num && t->low.den == t->high.den;
    if (is_one || (!t->has_low && !t->has_high)) {
        ac_write_string(w, in_cell ? "" : " = ");
        write_cell(j, w, column, &p->value);
        return;
    }
    ac_write_string(w, in_cell ? "" : t->has_low && t->has_high ? " in " : " ");
    write_bounds(j, w, column, t);
}

static void write_condition(const ac_sweep *s, ac_writer *w)
{
    const judged *j = s->user;
    uint32_t      i, n = 0;

    for (i = 0; i < s->table->column_count; i++) {
        const ac_part *p = s->gap[i] == AC_NO_INDEX ? NULL : &s->parts[i].at[s->gap[i]];
        uint32_t       kind = s->table->columns[i].subject.type.kind;

        if (!p || !p->is_shown)
            continue;
        ac_write_string(w, n++ ? " and " : "");
        if ((kind == AC_TYPE_BOOL || kind == AC_TYPE_SIGNATURE) && p->value.state == AC_VALUE_KNOWN) {
            ac_write_string(w, p->value.num ? "" : "not ");
            ac_write_text(w, s->table->columns[i].text);
            continue;
        }
        ac_write_text(w, s->table->columns[i].text);
        write_test(j, w, i, p, 0);
    }
    if (n == 0)
        ac_write_string(w, "yes");
}

/* The row that would close the gap; what it gives is left to the company: `unset`. */
static void write_row(const ac_sweep *s, ac_writer *w)
{
    const judged       *j = s->user;
    const ac_tree_grid *g = &j->tree->grid;
    const char         *clause = j->ck->policy->lines[j->table->rows[j->table->row_count - 1].line].clause;
    uint32_t            i;

    if (!j->tree->has_grid) {
        ac_write_string(w, "unset when ");
        write_condition(s, w);
        ac_write_string(w, clause ? "  per " : "");
        ac_write_string(w, clause ? clause : "");
        return;
    }
    for (i = 0; i < g->column_count; i++) {
        ac_write_string(w, "| ");
        if (s->gap[i] == AC_NO_INDEX || !s->parts[i].at[s->gap[i]].is_shown)
            ac_write_char(w, '-');
        else
            write_test(j, w, i, &s->parts[i].at[s->gap[i]], 1);
        ac_write_char(w, ' ');
    }
    for (i = 0; i < g->outs.count; i++)
        ac_write_string(w, i ? "| unset " : "|| unset ");
    if (g->has_per) {
        ac_write_string(w, "| ");
        ac_write_string(w, clause ? clause : "");
        ac_write_char(w, ' ');
    }
    ac_write_char(w, '|');
}

/* ── whether a combination can be met ── */

/* The facts behind a column, each as a path; computed ones down to what is filled. @return 1 when an aggregate is behind it. */
static int facts_of(const judged *j, uint32_t column, uint32_t **out, uint32_t *count)
{
    const ac_program *subject = &j->table->columns[column].subject;

    *count = 0;
    return ac_check_facts(j->ck, j->table->record, &subject, 1, out, count);
}

static int share_a_fact(const judged *j, uint32_t a, uint32_t b)
{
    uint32_t *x, *y, nx = 0, ny = 0, i, k;
    int       over_pool = facts_of(j, a, &x, &nx) + facts_of(j, b, &y, &ny);

    if (over_pool == 2)
        return 1;       /* aggregates over records that may be the same */
    for (i = 0; i < nx; i++)
        for (k = 0; k < ny; k++)
            if (x[i] == y[k])
                return 1;
    return j->ck->nomem;
}

/* Each part that matters is a fact's value, and no two of them depend on one fact: then they can come together. */
static int is_certain(const ac_sweep *s, const uint32_t *parts)
{
    const judged *j = s->user;
    uint32_t      i, k;

    for (i = 0; i < s->table->column_count; i++) {
        if (parts[i] == AC_NO_INDEX)
            continue;
        if (s->table->columns[i].path == AC_NO_INDEX)
            return 0;
        for (k = 0; k < i; k++)
            if (parts[k] != AC_NO_INDEX && share_a_fact(j, i, k))
                return 0;
    }
    return 1;
}

/* Columns whose text says what they look at: facts, and heads of a grid. */
static int is_readable(const ac_sweep *s, const uint32_t *parts)
{
    const judged *j = s->user;
    uint32_t      i;

    for (i = 0; i < s->table->column_count; i++)
        if (parts[i] != AC_NO_INDEX && s->table->columns[i].path == AC_NO_INDEX && !(j->tree->has_grid && i < j->tree->grid.column_count))
            return 0;
    return 1;
}

/* ── saying it ── */

/* The end of the line that the last row ends on. */
static ac_place end_of_rows(const judged *j)
{
    ac_text  source = j->ck->tree->source;
    ac_place place = row_place(j, j->table->row_count - 1);

    for (place.at += place.size; place.at < source.size && source.data[place.at] != '\n'; place.at++)
        ;
    place.size = 0;
    return place;
}

static void say_gap(const ac_sweep *s)
{
    judged     *j = s->user;
    ac_writer   facts, row;
    const char *word = j->tree->has_grid ? "else" : "otherwise";
    int         is_sure = is_certain(s, s->gap);

    if (j->ck->nomem)
        return;
    if (!is_sure && !is_readable(s, s->gap)) {
        ac_say_2(j->ck, AC_MSG_TABLE_NOT_PROVEN, j->tree->name.place, j->tree->name.text, ac_text_of(word));
        return;
    }
    ac_writer_init_memory(&facts, j->ck->mem);
    ac_writer_init_memory(&row, j->ck->mem);
    write_facts(s, &facts, s->gap);
    ac_write_string(&row, "\n  ");
    write_row(s, &row);
    if (facts.status != AC_OK || row.status != AC_OK) {
        j->ck->nomem = 1;
    } else {
        ac_say_3(j->ck, is_sure ? AC_MSG_TABLE_GAP : AC_MSG_TABLE_GAP_OPEN, j->tree->name.place, j->tree->name.text, ac_writer_text(&facts), ac_text_of(word));
        ac_log_fix(j->ck->log, end_of_rows(j), ac_writer_text(&row));
    }
    ac_writer_free(&facts);
    ac_writer_free(&row);
}

static int is_open(const ac_sweep *s, uint32_t a, uint32_t b)
{
    uint32_t i;

    for (i = 0; i < s->table->output_count; i++) {
        uint32_t x = s->classes[(size_t)a * s->table->output_count + i], y = s->classes[(size_t)b * s->table->output_count + i];

        if (x != y && !((x | y) & AC_SWEEP_OPEN))
            return 0;
    }
    return 1;
}

static void say_overlap(ac_sweep *s, uint32_t first, uint32_t second, const uint32_t *parts)
{
    judged   *j = s->user;
    ac_writer facts;
    int       is_sure = is_certain(s, parts);

    ac_writer_init_memory(&facts, j->ck->mem);
    write_facts(s, &facts, parts);
    j->ck->nomem |= facts.status != AC_OK;
    if (!j->ck->nomem) {
        ac_say_1(j->ck, !is_sure ? AC_MSG_TABLE_OVERLAP_OPEN : is_open(s, first, second) ? AC_MSG_TABLE_OVERLAP_MAY : AC_MSG_TABLE_OVERLAP,
                 row_place(j, second), ac_writer_text(&facts));
        ac_log_note_0(j->ck->log, AC_MSG_FIRST_HERE, row_place(j, first));
    }
    ac_writer_free(&facts);
}

/* Rows that ask the same were told by the checker. */
static int is_twin(const judged *j, uint32_t row)
{
    uint32_t i;

    for (i = 0; i < row; i++)
        if (ac_check_same_program(j->ck->policy, &j->table->rows[i].condition, &j->table->rows[row].condition))
            return 1;
    return 0;
}

/* The grid column whose cell alone can never hold, or AC_NO_INDEX. */
static uint32_t column_that_fails(const ac_sweep *s, uint32_t row)
{
    const ac_table *t = s->table;
    uint32_t        i, k, c;

    for (i = 0; i < t->conjunction_count && t->conjunctions[i].row != row; i++)
        ;
    for (c = 0; i < t->conjunction_count && c < t->column_count; c++) {
        for (k = 0; k < s->parts[c].count; k++)
            if (ac_table_set_has(t->index, ac_table_set(t->index, c, s->parts[c].at[k].code, 0), i))
                break;
        if (k == s->parts[c].count)
            return c;
    }
    return AC_NO_INDEX;
}

static void say_rows(const ac_sweep *s)
{
    judged         *j = s->user;
    const ac_table *t = s->table;
    uint32_t        i, column;

    for (i = 0; i < t->row_count; i++) {
        if (t->rows[i].otherwise) {
            if (!s->needs_else && !s->is_over)
                ac_say(j->ck, AC_MSG_TABLE_ELSE_DEAD, row_place(j, i));
        } else if (!s->can_hold[i]) {
            column = column_that_fails(s, i);
            if (column == AC_NO_INDEX)
                ac_say(j->ck, AC_MSG_TABLE_ROW_NEVER, row_place(j, i));
            else
                ac_say_1(j->ck, AC_MSG_TABLE_CELL_NEVER, row_place(j, i), t->columns[column].text);
        } else if (t->hit == AC_HIT_FIRST && !s->is_hit[i] && !s->is_over && !is_twin(j, i)) {
            ac_say(j->ck, AC_MSG_TABLE_ROW_DEAD, row_place(j, i));
        }
    }
}

/* Columns of a grid in which all values are the same to every row. */
static void say_columns(const ac_sweep *s)
{
    judged  *j = s->user;
    uint32_t c, i;

    for (c = 0; j->tree->has_grid && s->table->index && c < j->tree->grid.column_count; c++) {
        const ac_parts *parts = &s->parts[c];

        for (i = 1; i < parts->count; i++)
            if (!ac_table_codes_equal(s->table->index, c, parts->at[0].code, parts->at[i].code))
                break;
        if (i >= parts->count && parts->count > 0)
            ac_say_1(j->ck, AC_MSG_TABLE_COLUMN_IDLE, j->tree->grid.columns[c]->place, s->table->columns[c].text);
    }
}

/* ── one table ── */

/* Rows with one class give the same: constants by their number, what is worked out by the row that first does it so. */
static uint32_t *classes_of(const judged *j)
{
    const ac_table *t = j->table;
    uint32_t       *classes = ac_check_scratch(j->ck, (size_t)t->row_count * t->output_count, sizeof *classes);
    uint32_t        i, k, o;

    for (i = 0; classes && i < t->row_count; i++)
        for (o = 0; o < t->output_count; o++) {
            const ac_program *p = &t->rows[i].outputs[o];
            uint32_t         *class = &classes[(size_t)i * t->output_count + o];

            if (ac_check_is_constant(j->ck, p, NULL)) {
                *class = j->ck->policy->ops[p->first].a;
                continue;
            }
            for (k = i > 64 ? i - 64 : 0; k < i && !ac_check_same_program(j->ck->policy, p, &t->rows[k].outputs[o]); k++)
                ;
            *class = AC_SWEEP_OPEN | (k < i ? classes[(size_t)k * t->output_count + o] : i);
        }
    return classes;
}

static void verify_table(judged *j)
{
    ac_checker *ck = j->ck;
    ac_sweep   *s = ac_check_scratch(ck, 1, sizeof *s);

    if (!s)
        return;
    s->policy = ck->policy;
    s->scratch = &ck->scratch;
    s->table = j->table;
    s->classes = classes_of(j);
    s->overlap = j->table->hit == AC_HIT_UNIQUE ? say_overlap : NULL;
    s->user = j;
    if (ck->nomem || !ac_verify_sweep(j->v, s)) {
        ck->nomem = 1;
        return;
    }
    if (s->is_over)
        ac_say_1(ck, AC_MSG_TABLE_STEPS, j->tree->name.place, j->tree->name.text);
    if (s->has_gap && !ac_table_has_otherwise(j->table))
        say_gap(s);
    say_rows(s);
    say_columns(s);
    ac_verify_order(j->v, j->table, j->tree);
}

/* A table without an index must be one whose rows ask for no fact. */
static int is_provable(const ac_checker *ck, const ac_table *t)
{
    uint32_t i;

    for (i = 0; !t->index && i < t->row_count; i++)
        if (t->column_count > 0 || (!t->rows[i].otherwise && !ac_check_is_constant(ck, &t->rows[i].condition, NULL)))
            return 0;
    return 1;
}

/* A column of what a table gives that could not be read: what that can be is not known. */
static int reads_unread(const ac_checker *ck, const ac_table *t)
{
    const ac_policy *p = ck->policy;
    uint32_t         i, table;

    for (i = 0; i < t->column_count; i++) {
        const ac_path *path = t->columns[i].path == AC_NO_INDEX ? NULL : &p->paths[t->columns[i].path];

        table = path && path->field != AC_NO_INDEX ? p->records[path->holder].fields[path->field].table : AC_NO_INDEX;
        if (table != AC_NO_INDEX && !ck->tables_done[table] && p->tables[table].hole == AC_NO_INDEX)
            return 1;
    }
    return 0;
}

void ac_verify_tables(ac_verifier *v)
{
    ac_checker *ck = v->ck;
    uint32_t    i;

    for (i = 0; i < ck->policy->table_count && !ck->nomem && !ck->log->is_full; i++) {
        ac_arena_mark mark = ac_arena_here(&ck->scratch);
        ac_table     *t = &ck->policy->tables[i];
        judged        j;

        if (!ck->tables_done[i] || t->row_count == 0 || reads_unread(ck, t))
            continue;
        if (!is_provable(ck, t)) {
            ac_say_1(ck, AC_MSG_TABLE_STEPS, ck->tables[i]->name.place, ck->tables[i]->name.text);
            continue;
        }
        j.v = v;
        j.ck = ck;
        j.tree = ck->tables[i];
        j.table = t;
        verify_table(&j);
        ac_arena_back(&ck->scratch, mark);
    }
}
