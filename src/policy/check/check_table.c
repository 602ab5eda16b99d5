#include "policy/check/check_table.h"

#include <string.h>

#include "base/hash.h"
#include "policy/model/table_index.h"
#include "policy/report/suggest.h"

/* Tables: grids and case lines to rows, their conditions to columns, atoms and the index. */

typedef struct making {
    ac_checker          *ck;
    const ac_tree_table *tree;
    ac_table            *table;
    ac_scope             scope;
    ac_rows              rows;
    uint8_t             *bad_columns;   /* heads that could not be understood: their cells are left alone */
    uint32_t            *outs;          /* column of outputs -> output, or AC_NO_INDEX */
    ac_place            *places;        /* of the rows */
    uint32_t             errors;        /* of the log before this table */
} making;

static ac_text slice(const ac_checker *ck, ac_place place)
{
    ac_text t;

    t.data = ck->tree->source.data + place.at;
    t.size = place.size;
    return t;
}

static const ac_field_def *output_field(const making *m, uint32_t output)
{
    return &m->ck->policy->records[m->table->record].fields[m->table->output_fields[output]];
}

/* What one row gives: under `all`, a member of the many. */
static ac_type output_type(const making *m, uint32_t output)
{
    ac_type type = output_field(m, output)->type;

    if (m->table->hit == AC_HIT_ALL && type.kind == AC_TYPE_MANY)
        type.kind = AC_TYPE_ENUM;
    return type;
}

static void check_hit(making *m)
{
    uint32_t i;

    for (i = 0; i < m->table->output_count && i < m->tree->outs.count; i++) {
        uint8_t  kind = output_field(m, i)->type.kind;
        ac_place place = m->tree->outs.at[i].type.place;

        if (kind == AC_TYPE_BAD)
            continue;
        if (m->table->hit == AC_HIT_SUM && kind != AC_TYPE_COUNT && kind != AC_TYPE_NUMBER && kind != AC_TYPE_MONEY && kind != AC_TYPE_DURATION && kind != AC_TYPE_SPAN)
            ac_say_1(m->ck, AC_MSG_TABLE_SUM, place, m->tree->outs.at[i].name.text);
        if (m->table->hit == AC_HIT_ALL && kind != AC_TYPE_MANY && kind != AC_TYPE_ENUM)
            ac_say_1(m->ck, AC_MSG_TABLE_ALL, place, m->tree->outs.at[i].name.text);
    }
}

/* --- rows --------------------------------------------------------------------------------- */

static void set_output(making *m, ac_row *row, uint32_t output, const ac_tree_expr *value)
{
    ac_type type = output_type(m, output);

    m->ck->subject = output_field(m, output)->name;
    ac_check_expr(m->ck, &m->scope, value, type.kind == AC_TYPE_BAD ? NULL : &type, row->line, &row->outputs[output]);
    m->ck->subject.size = 0;
}

static ac_row *next_row(making *m, uint32_t i, ac_place place, const ac_tree_cites *per)
{
    ac_row *row = &m->table->rows[i];

    row->line = ac_check_line_cited(m->ck, place, per, &m->tree->per);
    row->outputs = ac_check_array(m->ck, m->table->output_count, sizeof *row->outputs);
    m->places[i] = place;
    return row->outputs ? row : NULL;
}

static int make_rows(making *m, uint32_t count)
{
    if (count > m->ck->limits->rows) {
        ac_say_limit(m->ck, AC_MSG_TABLE_TOO_MANY_ROWS, &m->tree->name, m->ck->limits->rows);
        return 0;
    }
    m->table->rows = ac_check_array(m->ck, count, sizeof *m->table->rows);
    m->places = ac_check_scratch(m->ck, count, sizeof *m->places);
    m->table->row_count = m->ck->nomem ? 0 : count;
    return !m->ck->nomem;
}

static void check_last(making *m, uint32_t i, uint32_t count, ac_place place)
{
    if (i + 1 < count)
        ac_say(m->ck, AC_MSG_TABLE_AFTER_ELSE, place);
}

static void make_cases(making *m)
{
    const ac_tree_table *t = m->tree;
    ac_type              yes_no = ac_type_of(AC_TYPE_BOOL);
    uint32_t             i;

    if (!make_rows(m, t->case_count))
        return;
    for (i = 0; i < t->case_count && !m->ck->nomem; i++) {
        const ac_tree_case *line = &t->cases[i];
        ac_row             *row = next_row(m, i, line->place, &line->per);

        if (!row)
            return;
        set_output(m, row, 0, line->value);
        row->otherwise = line->when == NULL;
        if (row->otherwise)
            check_last(m, i, t->case_count, line->place);
        else if (ac_check_expr(m->ck, &m->scope, line->when, &yes_no, row->line, &row->condition))
            ac_rows_condition(&m->rows, i, &row->condition, slice(m->ck, line->when->place));
    }
}

/* --- cells as expressions ----------------------------------------------------------------------- */

static ac_tree_expr *node(making *m, ac_expr_kind kind, ac_place place, uint32_t count)
{
    ac_tree_expr *e = ac_check_scratch(m->ck, 1, sizeof *e);

    if (e)
        e->kids = ac_check_scratch(m->ck, count, sizeof(ac_tree_expr *));
    if (!e || !e->kids)
        return NULL;
    e->kind = (uint8_t)kind;
    e->place = place;
    e->count = count;
    return e;
}

static ac_tree_expr *pair(making *m, ac_expr_kind kind, ac_place place, ac_tree_expr *x, ac_tree_expr *y)
{
    ac_tree_expr *e = node(m, kind, place, 2);

    if (e) {
        e->kids[0] = x;
        e->kids[1] = y;
    }
    return e;
}

static ac_tree_expr *test_node(making *m, ac_tree_expr *head, const ac_tree_test *t)
{
    ac_tree_expr *e;
    uint32_t      i;

    switch (t->kind) {
    case AC_TREE_TEST_EQUAL:
        return pair(m, AC_EXPR_EQ, t->value->place, head, t->value);
    case AC_TREE_TEST_COMPARE:
        return pair(m, t->op, t->value->place, head, t->value);
    case AC_TREE_TEST_RANGE:
        return pair(m, AC_EXPR_IN, t->value->place, head, t->value);
    default:
        e = node(m, AC_EXPR_WITHIN, t->value->place, t->value->count + 1);
        if (!e)
            return NULL;
        e->kids[0] = head;
        for (i = 0; i < t->value->count; i++)
            e->kids[i + 1] = t->value->kids[i];
        return e;
    }
}

/* `a, b, c`: one look into a list. */
static ac_tree_expr *list_node(making *m, ac_tree_expr *head, const ac_tree_cell *cell)
{
    ac_tree_expr *list = node(m, AC_EXPR_LIST, cell->place, cell->count);
    uint32_t      i;

    for (i = 0; list && i < cell->count; i++)
        list->kids[i] = cell->tests[i].value;
    return list ? pair(m, AC_EXPR_IN, cell->place, head, list) : NULL;
}

static ac_tree_expr *cell_node(making *m, ac_tree_expr *head, const ac_tree_cell *cell)
{
    ac_tree_expr *e, *all;
    uint32_t      i;
    int           equal = 1;

    if (cell->kind == AC_TREE_CELL_STATE) {
        e = node(m, AC_EXPR_IS, cell->place, 1);
        if (e) {
            e->kids[0] = head;
            e->state = cell->state;
            e->negated = cell->negated;
        }
        return e;
    }
    for (i = 0; i < cell->count; i++)
        equal &= cell->tests[i].kind == AC_TREE_TEST_EQUAL;
    if (cell->count == 1)
        e = test_node(m, head, &cell->tests[0]);
    else if (equal)
        e = list_node(m, head, cell);
    else
        for (e = node(m, AC_EXPR_OR, cell->place, cell->count), i = 0; e && i < cell->count; i++)
            if (!(e->kids[i] = test_node(m, head, &cell->tests[i])))
                return NULL;
    if (!e || !cell->negated)
        return e;
    all = node(m, AC_EXPR_NOT, cell->place, 1);
    if (all)
        all->kids[0] = e;
    return all;
}

/* The cells of a row, joined by `and`; NULL: a cell cannot be read, or memory was refused. */
static ac_tree_expr *row_node(making *m, const ac_tree_row *row)
{
    const ac_tree_grid *g = &m->tree->grid;
    ac_tree_expr       *all = node(m, AC_EXPR_AND, row->place, g->column_count);
    uint32_t            i, n = 0;

    for (i = 0; all && i < g->column_count; i++) {
        const ac_tree_cell *cell = &row->cells[i];

        if (cell->kind == AC_TREE_CELL_ANY)
            continue;
        if (cell->kind == AC_TREE_CELL_BAD || m->bad_columns[i])
            return NULL;
        if (cell->count > m->ck->limits->tests)
            ac_say_number(m->ck, AC_MSG_TABLE_TOO_MANY_TESTS, cell->place, m->ck->limits->tests);
        all->kids[n] = cell_node(m, g->columns[i], cell);
        if (!all->kids[n++])
            return NULL;
    }
    if (!all)
        return NULL;
    all->count = n;
    if (n == 0)
        all->kind = AC_EXPR_YES;
    return n == 1 ? all->kids[0] : all;
}

/* --- grids ------------------------------------------------------------------------------------------ */

static void read_heads(making *m)
{
    const ac_tree_grid *g = &m->tree->grid;
    uint32_t            line = ac_check_line(m->ck, g->place, NULL, &m->tree->per);
    uint32_t            i, good = 0;

    m->table->head = line;
    if (g->column_count > m->ck->limits->columns)
        ac_log_2(m->ck->log, AC_MSG_TABLE_TOO_MANY_COLUMNS, g->place, ac_arg_text(m->tree->name.text), ac_arg_number(m->ck->limits->columns));
    m->bad_columns = ac_check_scratch(m->ck, g->column_count, 1);
    if (!m->bad_columns)
        return;
    for (i = 0; i < g->column_count && !m->ck->nomem; i++) {
        ac_program subject;
        ac_text    text = slice(m->ck, g->columns[i]->place);

        if (!ac_check_expr(m->ck, &m->scope, g->columns[i], NULL, line, &subject))
            m->bad_columns[i] = 1;
        else if (ac_rows_column(&m->rows, &subject, text) == good)
            good++;
        else if (!m->ck->nomem && i <= AC_INDEX_COLUMNS)
            ac_say_1(m->ck, AC_MSG_COLUMN_TWICE, g->columns[i]->place, text);
    }
}

static void out_unknown(making *m, const ac_tree_name *name)
{
    const ac_tree_outs *outs = &m->tree->outs;
    ac_suggest          s;
    uint32_t            k;

    ac_suggest_begin(&s, name->text, &m->ck->log->patience);
    for (k = 0; k < outs->count; k++)
        ac_suggest_offer(&s, outs->at[k].name.text);
    ac_say_2(m->ck, AC_MSG_TABLE_OUT_UNKNOWN, name->place, m->tree->name.text, name->text);
    ac_log_suggest(m->ck->log, s.names, s.count);
}

/* Which output each column behind the bars gives. */
static void read_outs(making *m)
{
    const ac_tree_grid  *g = &m->tree->grid;
    const ac_tree_table *t = m->tree;
    uint32_t             i, k, known = 0;

    m->outs = ac_check_scratch(m->ck, g->outs.count, sizeof *m->outs);
    if (!m->outs)
        return;
    for (i = 0; i < g->outs.count; i++) {
        m->outs[i] = AC_NO_INDEX;
        for (k = 0; k < t->outs.count && k < m->table->output_count; k++)
            if (ac_text_equal(t->outs.at[k].name.text, g->outs.at[i].text))
                m->outs[i] = k;
        if (m->outs[i] == AC_NO_INDEX)
            out_unknown(m, &g->outs.at[i]);
        else
            known++;
    }
    for (k = 0; k < t->outs.count && known == g->outs.count; k++) {
        for (i = 0; i < g->outs.count && m->outs[i] != k; i++)
            ;
        if (i == g->outs.count)
            ac_say_2(m->ck, AC_MSG_TABLE_OUT_MISSING, g->place, t->name.text, t->outs.at[k].name.text);
    }
}

static void make_grid_row(making *m, uint32_t i)
{
    const ac_tree_grid *g = &m->tree->grid;
    const ac_tree_row  *from = &g->rows[i];
    ac_row             *row = next_row(m, i, from->place, &from->per);
    ac_type             yes_no = ac_type_of(AC_TYPE_BOOL);
    ac_tree_expr       *condition;
    ac_arena_mark       mark;
    uint32_t            k;

    if (!row)
        return;
    for (k = 0; k < g->outs.count; k++)
        if (m->outs[k] != AC_NO_INDEX)
            set_output(m, row, m->outs[k], from->values[k]);
    row->otherwise = from->is_else;
    if (row->otherwise) {
        check_last(m, i, g->row_count, from->place);
        return;
    }
    mark = ac_arena_here(&m->ck->scratch);
    condition = row_node(m, from);
    if (condition && ac_check_expr(m->ck, &m->scope, condition, &yes_no, row->line, &row->condition))
        ac_rows_condition(&m->rows, i, &row->condition, slice(m->ck, from->place));
    ac_arena_back(&m->ck->scratch, mark);
}

static void make_grid(making *m)
{
    const ac_tree_grid *g = &m->tree->grid;
    uint32_t            i;

    read_heads(m);
    if (!m->ck->nomem)
        read_outs(m);
    if (m->ck->nomem || m->table->hole != AC_NO_INDEX || !make_rows(m, g->row_count))
        return;
    for (i = 0; i < g->row_count && !m->ck->nomem; i++)
        make_grid_row(m, i);
}

/* --- the whole table ------------------------------------------------------------------------------------ */

static uint64_t condition_hash(const ac_policy *p, const ac_program *c)
{
    uint64_t h = 0;
    uint32_t i;

    for (i = 0; i < c->count; i++) {
        const ac_op *op = &p->ops[c->first + i];

        h = (h ^ op->code ^ (uint64_t)op->a << 16 ^ (uint64_t)op->b << 40) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return h;
}

int ac_check_same_program(const ac_policy *p, const ac_program *a, const ac_program *b)
{
    uint32_t i;

    for (i = 0; a->count == b->count && i < a->count; i++)
        if (p->ops[a->first + i].code != p->ops[b->first + i].code || p->ops[a->first + i].a != p->ops[b->first + i].a
            || p->ops[a->first + i].b != p->ops[b->first + i].b)
            return 0;
    return a->count == b->count;
}

/* Rows that ask the same. Only the first of them can be hit, or under `unique` both are. */
static void find_twins(making *m)
{
    const ac_table *t = m->table;
    uint32_t        room = 2, i;
    uint32_t       *slots;

    if (t->hit == AC_HIT_ALL || t->hit == AC_HIT_SUM)
        return;
    while (room < 2 * t->row_count)
        room *= 2;
    slots = ac_check_scratch(m->ck, room, sizeof *slots);
    if (!slots)
        return;
    for (i = 0; i < t->row_count; i++) {
        uint32_t at = (uint32_t)(condition_hash(m->ck->policy, &t->rows[i].condition) >> 32) & (room - 1);

        if (t->rows[i].condition.count == 0)
            continue;
        while (slots[at] && !ac_check_same_program(m->ck->policy, &t->rows[slots[at] - 1].condition, &t->rows[i].condition))
            at = (at + 1) & (room - 1);
        if (slots[at]) {
            ac_say(m->ck, AC_MSG_TABLE_ROW_TWICE, m->places[i]);
            ac_log_note_0(m->ck->log, AC_MSG_FIRST_HERE, m->places[slots[at] - 1]);
        } else {
            slots[at] = i + 1;
        }
    }
}

int ac_table_has_otherwise(const ac_table *t)
{
    uint32_t i;

    for (i = 0; i < t->row_count; i++)
        if (t->rows[i].otherwise)
            return 1;
    return 0;
}

static void make_table(making *m)
{
    const ac_tree_table *t = m->tree;
    ac_status            st;

    ac_check_cites(m->ck, &t->per);
    check_hit(m);
    if (m->table->hole != AC_NO_INDEX && (t->case_count || t->grid.row_count)) {
        ac_say_name(m->ck, AC_MSG_TABLE_UNSET_ROWS, &t->name);
        return;
    }
    ac_rows_begin(&m->rows, m->ck, t->has_grid ? t->grid.row_count : t->case_count, (size_t)t->grid.row_count * t->grid.column_count);
    if (t->has_grid)
        make_grid(m);
    else if (m->table->output_count == 1)
        make_cases(m);
    else if (t->case_count)
        ac_say_name(m->ck, AC_MSG_TABLE_ONE_OUTPUT, &t->name);
    ac_rows_end(&m->rows, m->table);
    if (m->ck->nomem || m->table->hole != AC_NO_INDEX || m->ck->log->errors != m->errors || m->table->row_count == 0)
        return;
    st = ac_table_index_build(m->ck->arena, m->table, &m->table->index, NULL);
    m->ck->nomem |= st != AC_OK;
    if (m->ck->nomem)
        return;
    find_twins(m);
    m->ck->tables_done[m->table - m->ck->policy->tables] = 1;
}

void ac_check_tables(ac_checker *ck)
{
    uint32_t i;

    for (i = 0; i < ck->policy->table_count && !ck->nomem && !ck->log->is_full; i++) {
        ac_arena_mark mark = ac_arena_here(&ck->scratch);
        making        m;

        if (ck->table_blocks[i]->has_errors || ck->policy->tables[i].record == AC_NO_INDEX)
            continue;
        memset(&m, 0, sizeof m);
        m.ck = ck;
        m.tree = ck->tables[i];
        m.table = &ck->policy->tables[i];
        m.scope = ac_scope_of(m.table->record);
        m.errors = ck->log->errors;
        make_table(&m);
        ac_arena_back(&ck->scratch, mark);
    }
}
