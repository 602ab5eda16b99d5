#include "base/hash.h"
#include "policy/link/link.h"
#include "policy/model/table_index.h"
#include "policy/model/value.h"
#include "policy/verify/verify.h"

/* Rows of a data file become the filled form of a table that the policy leaves open. */

typedef struct filler {
    ac_linker          *l;
    const ac_data      *data;
    const ac_table     *from;       /* the policy's */
    const ac_tree_table *tree;
    ac_table           *to;
    uint32_t           *column_of;  /* grid column -> column of the table */
    uint32_t           *output_of;  /* grid output -> output of the table */
    ac_cell            *cells;
    size_t              atoms_room, tests_room;
} filler;

static ac_text source_text(const filler *f, ac_place place)
{
    ac_text t;

    t.data = f->data->source.data + place.at;
    t.size = place.size;
    return t;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Heads are the same when they are so apart from blanks. */
static int same_words(ac_text a, ac_text b)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < a.size && is_blank(a.data[i]))
            i++;
        while (k < b.size && is_blank(b.data[k]))
            k++;
        if (i == a.size || k == b.size)
            return i == a.size && k == b.size;
        if (a.data[i++] != b.data[k++])
            return 0;
    }
}

static ac_text output_name(const filler *f, uint32_t output)
{
    return f->l->policy->records[f->from->record].fields[f->from->output_fields[output]].name;
}

/* Which column (is_output: output) of the policy's head `name` is; AC_NO_INDEX after a message. */
static uint32_t find_head(filler *f, ac_text name, ac_place place, int is_output)
{
    uint32_t i, count = is_output ? f->from->output_count : f->from->column_count;

    for (i = 0; i < count; i++)
        if (same_words(is_output ? output_name(f, i) : f->from->columns[i].text, name))
            return i;
    ac_link_say_2(f->l, AC_MSG_LINK_COLUMN, place, f->from->name, name);
    return AC_NO_INDEX;
}

static int map_heads(filler *f, const ac_tree_grid *grid, int is_output)
{
    uint32_t  i, k, count = is_output ? grid->outs.count : grid->column_count, all = is_output ? f->from->output_count : f->from->column_count;
    uint32_t *map = ac_link_take(f->l, count, sizeof *map);
    int       ok = 1;

    if (!map)
        return 0;
    for (i = 0; i < count; i++) {
        ac_place place = is_output ? grid->outs.at[i].place : grid->columns[i]->place;

        map[i] = find_head(f, is_output ? grid->outs.at[i].text : source_text(f, place), place, is_output);
        ok &= map[i] != AC_NO_INDEX;
        for (k = 0; k < i && map[i] != AC_NO_INDEX; k++)
            if (map[k] == map[i]) {
                ac_link_say_1(f->l, AC_MSG_DATA_BLOCK_TWICE, place, source_text(f, place));
                ok = 0;
            }
    }
    for (k = 0; k < all && ok; k++) {
        for (i = 0; i < count && map[i] != k; i++)
            ;
        if (i == count) {
            ac_link_say_2(f->l, AC_MSG_LINK_COLUMN_MISSING, grid->place, f->from->name, is_output ? output_name(f, k) : f->from->columns[k].text);
            ok = 0;
        }
    }
    *(is_output ? &f->output_of : &f->column_of) = map;
    return ok;
}

/* --- conditions ----------------------------------------------------------------- */

static int has_order(const ac_policy *policy, ac_type type)
{
    switch (type.kind) {
    case AC_TYPE_COUNT: case AC_TYPE_NUMBER: case AC_TYPE_MONEY: case AC_TYPE_DATE: case AC_TYPE_DATETIME: case AC_TYPE_MOMENT:
    case AC_TYPE_DURATION: case AC_TYPE_SPAN:
        return 1;
    case AC_TYPE_ENUM:
        return policy->enums[type.ref].ordered;
    default:
        return 0;
    }
}

static int no_test(filler *f, ac_place place)
{
    ac_link_say(f->l, AC_MSG_LINK_CELL, place, NULL, 0);
    return 0;
}

static ac_test *add_test(filler *f, ac_atom *atom, ac_test_kind kind)
{
    ac_test *test = &f->to->tests[f->to->test_count++];

    test->kind = (uint8_t)kind;
    atom->test_count++;
    return test;
}

static int bound(filler *f, ac_type type, const ac_tree_expr *expr, ac_cell *out)
{
    if (!ac_data_is_constant(expr) || expr->kind == AC_EXPR_UNSET || expr->kind == AC_EXPR_NONE)
        return no_test(f, expr->place);
    return ac_link_cell(f->l, type, expr, out);
}

static int equal_test(filler *f, ac_atom *atom, ac_type type, const ac_tree_expr *value)
{
    ac_test *test = add_test(f, atom, value->kind == AC_EXPR_NONE ? AC_TEST_NONE : AC_TEST_RANGE);

    if (value->kind == AC_EXPR_NONE)
        return 1;
    test->has_low = test->has_high = 1;
    if (!bound(f, type, value, &test->low))
        return 0;
    test->high = test->low;
    return 1;
}

/* `!= x` alone turns the cell round; beside others only what has an order splits into below and above. */
static int unequal_test(filler *f, ac_atom *atom, ac_type type, const ac_tree_expr *value, int is_alone)
{
    ac_test *test;
    ac_cell  cell;

    if (is_alone) {
        atom->negated = !atom->negated;
        return equal_test(f, atom, type, value);
    }
    if (type.kind == AC_TYPE_TEXT || type.kind == AC_TYPE_RECORD)
        return no_test(f, value->place);
    if (!bound(f, type, value, &cell))
        return 0;
    test = add_test(f, atom, AC_TEST_RANGE);
    test->has_high = test->high_open = 1;
    test->high = cell;
    test = add_test(f, atom, AC_TEST_RANGE);
    test->has_low = test->low_open = 1;
    test->low = cell;
    return 1;
}

static int order_test(filler *f, ac_atom *atom, ac_type type, const ac_tree_test *tree)
{
    int      is_below = tree->op == AC_EXPR_LT || tree->op == AC_EXPR_LE, open = tree->op == AC_EXPR_LT || tree->op == AC_EXPR_GT;
    ac_test *test = add_test(f, atom, AC_TEST_RANGE);

    if (is_below) {
        test->has_high = 1;
        test->high_open = (uint8_t)open;
        return bound(f, type, tree->value, &test->high);
    }
    test->has_low = 1;
    test->low_open = (uint8_t)open;
    return bound(f, type, tree->value, &test->low);
}

static int range_test(filler *f, ac_atom *atom, ac_type type, const ac_tree_expr *range)
{
    ac_test *test = add_test(f, atom, AC_TEST_RANGE);

    test->has_low = test->has_high = 1;
    test->low_open = range->opens_low;
    test->high_open = range->opens_high;
    return bound(f, type, range->kids[0], &test->low) && bound(f, type, range->kids[1], &test->high);
}

static int add_tests(filler *f, ac_atom *atom, ac_type type, const ac_tree_cell *cell, const ac_tree_test *tree)
{
    int ordered = tree->kind == AC_TREE_TEST_RANGE || (tree->kind == AC_TREE_TEST_COMPARE && tree->op != AC_EXPR_EQ && tree->op != AC_EXPR_NE);

    if (tree->kind == AC_TREE_TEST_WITHIN || type.kind == AC_TYPE_MANY)
        return no_test(f, cell->place);
    if (ordered && !has_order(f->l->policy, type)) {
        ac_link_say_2(f->l, AC_MSG_LINK_ORDER, cell->place, f->l->subject, ac_text_of("its values"));
        return 0;
    }
    if (tree->kind == AC_TREE_TEST_RANGE)
        return range_test(f, atom, type, tree->value);
    if (ordered)
        return order_test(f, atom, type, tree);
    if (tree->kind == AC_TREE_TEST_COMPARE && tree->op == AC_EXPR_NE)
        return unequal_test(f, atom, type, tree->value, cell->count == 1);
    return equal_test(f, atom, type, tree->value);
}

static int add_atom(filler *f, uint32_t column, const ac_tree_cell *cell)
{
    ac_table      *to = f->to;
    ac_atom       *atom;
    uint32_t       i;

    if (cell->kind == AC_TREE_CELL_ANY)
        return 1;
    if (cell->kind == AC_TREE_CELL_STATE && cell->state != AC_TREE_STATE_KNOWN && cell->state != AC_TREE_STATE_UNKNOWN)
        return no_test(f, cell->place);
    atom = &to->atoms[to->atom_count++];
    atom->column = (uint16_t)column;
    atom->negated = cell->negated;
    atom->first_test = to->test_count;
    to->conjunctions[to->conjunction_count].atom_count++;
    if (cell->kind == AC_TREE_CELL_STATE) {
        add_test(f, atom, cell->state == AC_TREE_STATE_KNOWN ? AC_TEST_KNOWN : AC_TEST_UNKNOWN);
        return 1;
    }
    f->l->subject = f->from->columns[column].text;
    for (i = 0; i < cell->count; i++)
        if (!add_tests(f, atom, f->from->columns[column].subject.type, cell, &cell->tests[i]))
            return 0;
    return 1;
}

/* --- rows ------------------------------------------------------------------------- */

static void add_conditions(filler *f, const ac_tree_row *row, uint32_t r)
{
    ac_conjunction *conjunction = &f->to->conjunctions[f->to->conjunction_count];
    uint32_t        i;

    conjunction->row = r;
    conjunction->first_atom = f->to->atom_count;
    for (i = 0; i < f->tree->grid.column_count; i++)
        (void)add_atom(f, f->column_of[i], &row->cells[i]);     /* goes on: every bad cell is told */
    f->to->conjunction_count++;
}

static void add_outputs(filler *f, const ac_tree_row *row, uint32_t r)
{
    const ac_record_def *record = &f->l->policy->records[f->from->record];
    uint32_t             i;

    for (i = 0; i < f->tree->grid.outs.count; i++) {
        const ac_field_def *field = &record->fields[f->from->output_fields[f->output_of[i]]];

        f->l->subject = field->name;
        (void)ac_link_cell(f->l, field->type, row->values[i], &f->cells[r * f->from->output_count + f->output_of[i]]);
    }
}

static void count_parts(const ac_tree_grid *grid, uint32_t *atoms, uint32_t *tests)
{
    uint32_t r, i;

    *atoms = *tests = 0;
    for (r = 0; r < grid->row_count; r++)
        for (i = 0; grid->rows[r].cells && i < grid->column_count; i++) {
            *atoms += 1;
            *tests += 2 * grid->rows[r].cells[i].count + 1;     /* `!=` may take two */
        }
}

static int make_room(filler *f)
{
    const ac_tree_grid *grid = &f->tree->grid;
    uint32_t            atoms, tests;

    count_parts(grid, &atoms, &tests);
    f->to = ac_link_take(f->l, 1, sizeof *f->to);
    if (!f->to)
        return 0;
    *f->to = *f->from;
    f->to->hole = AC_NO_INDEX;
    f->to->index = NULL;
    f->to->row_count = grid->row_count;
    f->to->atom_count = f->to->test_count = f->to->conjunction_count = 0;
    f->to->rows = ac_link_take(f->l, grid->row_count, sizeof *f->to->rows);
    f->to->conjunctions = ac_link_take(f->l, grid->row_count, sizeof *f->to->conjunctions);
    f->to->atoms = ac_link_take(f->l, atoms, sizeof *f->to->atoms);
    f->to->tests = ac_link_take(f->l, tests, sizeof *f->to->tests);
    f->cells = ac_link_take(f->l, (size_t)grid->row_count * f->from->output_count, sizeof *f->cells);
    return !f->l->nomem;
}

static void add_rows(filler *f, ac_line *lines)
{
    const ac_tree_grid *grid = &f->tree->grid;
    uint32_t            r;

    for (r = 0; r < grid->row_count; r++) {
        const ac_tree_row *row = &grid->rows[r];

        f->to->rows[r].line = r;
        f->to->rows[r].otherwise = row->is_else;
        lines[r].line = ac_lines_at(&f->data->lines, row->place.at);
        lines[r].clause = ac_link_clause(f->l, &row->per, &f->tree->per);
        if (!row->is_else)
            add_conditions(f, row, r);
        add_outputs(f, row, r);
    }
}

/* --- what the rows leave out or say twice -------------------------------------------- */

/* `else` covers what is left; so may the rows by themselves. */
static int is_closed(const filler *f)
{
    if (f->to->row_count && f->to->rows[f->to->row_count - 1].otherwise)
        return 1;
    return ac_table_is_closed(f->l->policy, &f->l->linked->mem, f->to, &f->l->nomem);
}

/* Whether a conjunction is among those that hold when its column has that code. */
static int is_in(const ac_table_index *index, uint32_t column, uint32_t code, uint32_t conjunction)
{
    return ac_table_set_has(index, ac_table_set(index, column, code, 0), conjunction);
}

/* Codes looked at before overlaps are left unproven: rows of a few hundred texts are within it. */
#define MEET_STEPS 20000000u

/* Two conjunctions can both hold when every column has a value that suits both. */
static int meet(const ac_table_index *index, uint32_t a, uint32_t b, uint32_t *steps)
{
    uint32_t i, code;

    for (i = 0; i < index->column_count; i++) {
        uint32_t count = index->columns[i].code_count;

        for (code = AC_INDEX_NONE; code < count; code++)
            if (is_in(index, i, code, a) && is_in(index, i, code, b))
                break;
        *steps += code;
        if (code == count)
            return 0;
    }
    return 1;
}

static int same_outputs(const filler *f, uint32_t a, uint32_t b)
{
    uint32_t i, n = f->from->output_count;

    for (i = 0; i < n; i++) {
        ac_type        type = f->l->policy->records[f->from->record].fields[f->from->output_fields[i]].type;
        const ac_cell *x = &f->cells[a * n + i], *y = &f->cells[b * n + i];

        if (x->state != y->state || (x->state == AC_VALUE_KNOWN && !ac_cell_equal(type, *x, *y)))
            return 0;
    }
    return 1;
}

/* In a `unique` table two rows may hold at once only when they say the same. */
static void check_overlap(filler *f)
{
    uint32_t a, b, steps = 0;

    if (f->from->hit != AC_HIT_UNIQUE || !f->to->index)
        return;
    for (b = 1; b < f->to->conjunction_count && steps < MEET_STEPS; b++)
        for (a = 0; a < b; a++) {
            uint32_t p = f->to->conjunctions[a].row, q = f->to->conjunctions[b].row;

            if (same_outputs(f, p, q) || !meet(f->to->index, a, b, &steps))
                continue;
            ac_link_say(f->l, AC_MSG_LINK_OVERLAP, f->tree->grid.rows[q].place, NULL, 0);
            if (f->l->log)
                ac_log_note_0(f->l->log, AC_MSG_DATA_FIRST_HERE, f->tree->grid.rows[p].place);
            break;
        }
    if (b < f->to->conjunction_count && f->l->log)
        ac_log_1(f->l->log, AC_MSG_LINK_NOT_PROVEN, f->tree->name.place, ac_arg_text(f->from->name));
}

ac_table *ac_link_table(ac_linker *l, const ac_data *data, const ac_table *table, const ac_tree_table *rows)
{
    filler   f = { 0 };
    ac_line *lines;
    uint32_t before = l->errors;

    f.l = l;
    f.data = data;
    f.from = table;
    f.tree = rows;
    if (table->column_count == 0) {
        ac_link_say_1(l, AC_MSG_LINK_NO_HEAD, rows->name.place, table->name);
        return NULL;
    }
    if (!map_heads(&f, &rows->grid, 0) || !map_heads(&f, &rows->grid, 1))
        return NULL;
    lines = ac_link_take(l, rows->grid.row_count, sizeof *lines);
    if (!make_room(&f) || !lines)
        return NULL;
    add_rows(&f, lines);
    if (l->nomem || l->errors != before)
        return NULL;
    f.to->filled = f.cells;
    f.to->filled_lines = lines;
    f.to->filled_source = data->source_name.data;
    if (ac_table_index_build(&l->linked->arena, f.to, &f.to->index, NULL) != AC_OK) {
        l->nomem = 1;
        return NULL;
    }
    check_overlap(&f);
    if (l->log && !is_closed(&f))
        ac_log_1(l->log, AC_MSG_LINK_NO_ELSE, rows->name.place, ac_arg_text(table->name));
    return l->nomem || l->errors != before ? NULL : f.to;
}
