#include "rules/why/why.h"

#include "policy/model/value.h"
#include "rules/decide.h"
#include "rules/operate.h"

/* Why a value is as it is: the rule, the facts it reads, what was worked out on the way, the rows tried. */

enum { DEPTH_MAX = 8, ROWS_SHOWN = 24 };

void ac_why_rule(ac_why_page *page, uint32_t line)
{
    const ac_line *at = &page->policy->lines[line];

    ac_why_number(page, at->line);
    if (!at->clause) {
        ac_why_line(page, AC_WHY_KEY_RULE, AC_WHY_RULE_BARE);
        return;
    }
    ac_why_string(page, at->clause);
    ac_why_line(page, AC_WHY_KEY_RULE, AC_WHY_RULE);
}

void ac_why_absence(ac_why_page *page, ac_type type, ac_cell cell)
{
    const ac_policy *policy = page->policy;

    switch ((ac_value_state)cell.state) {
    case AC_VALUE_KNOWN:
        ac_why_cell(page, type, cell);
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE);
        break;
    case AC_VALUE_NONE:
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_NONE);
        break;
    case AC_VALUE_UNKNOWN:
        if (cell.num >= 0 && cell.num < (int64_t)policy->path_count) {
            ac_why_path(page, policy->paths[cell.num].text);
            ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_UNKNOWN);
            break;
        }
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_UNTOLD);
        break;
    case AC_VALUE_UNSET:
        ac_why_name(page, policy->unsets[cell.num].name);
        ac_why_string(page, policy->lines[policy->unsets[cell.num].line].clause ? policy->lines[policy->unsets[cell.num].line].clause : "-");
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_UNSET);
        break;
    case AC_VALUE_UNSUPPORTED:
        ac_why_number(page, policy->lines[cell.num].line);
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_LATER);
        break;
    case AC_VALUE_ERROR:
        ac_why_number(page, cell.den);
        ac_why_number(page, policy->lines[cell.num].line);
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_ERROR);
        break;
    }
}

/* --- rows ---------------------------------------------------------------------------- */

static const ac_line *line_of_row(const ac_why_page *page, const ac_table *table, uint32_t row)
{
    return table->filled_lines ? &table->filled_lines[table->rows[row].line] : &page->policy->lines[table->rows[row].line];
}

/* 1, 0, or -1 when it cannot be told. */
static int passes(const ac_test *test, const ac_cell *cell, int is_text)
{
    switch ((ac_test_kind)test->kind) {
    case AC_TEST_NONE:
        return cell->state == AC_VALUE_NONE ? 1 : cell->state == AC_VALUE_KNOWN ? 0 : -1;
    case AC_TEST_KNOWN:
        return cell->state == AC_VALUE_KNOWN || cell->state == AC_VALUE_NONE;
    case AC_TEST_UNKNOWN:
        return cell->state != AC_VALUE_KNOWN && cell->state != AC_VALUE_NONE;
    default:
        break;
    }
    if (cell->state != AC_VALUE_KNOWN)
        return cell->state == AC_VALUE_NONE ? 0 : -1;
    if (test->has_low) {
        ac_cell low = ac_cell_compare(is_text ? AC_OP_EQ : test->low_open ? AC_OP_GT : AC_OP_GE, *cell, test->low, is_text, 0);

        if (!ac_cell_is_yes(&low))
            return 0;
    }
    if (test->has_high && !is_text) {
        ac_cell high = ac_cell_compare(test->high_open ? AC_OP_LT : AC_OP_LE, *cell, test->high, 0, 0);

        return ac_cell_is_yes(&high);
    }
    return 1;
}

static int atom_holds(const ac_table *table, const ac_atom *atom, const ac_cell *cell, int is_text)
{
    int holds = 0;

    for (uint32_t i = 0; i < atom->test_count && holds != 1; i++) {
        int one = passes(&table->tests[atom->first_test + i], cell, is_text);

        holds = one != 0 ? one : holds;
    }
    return holds < 0 || !atom->negated ? holds : !holds;
}

/* The first test of a conjunction that comes to `wanted` (1, 0, or -1: cannot be told) or, when that is 1, to anything else. */
static const ac_atom *find_atom(ac_eval *e, const ac_table *table, const ac_conjunction *tried, int wanted, ac_cell *cell, int *holds)
{
    for (uint32_t i = 0; i < tried->atom_count; i++) {
        const ac_atom   *atom = &table->atoms[tried->first_atom + i];
        const ac_column *column = &table->columns[atom->column];

        *cell = ac_eval_program(e, &column->subject);
        *holds = atom_holds(table, atom, cell, column->subject.type.kind == AC_TYPE_TEXT);
        if (wanted == 1 ? *holds != 1 : *holds == wanted)
            return atom;
    }
    return NULL;
}

/* A test that does not hold, and what stood against it. */
static void show_atom(ac_why_page *page, const ac_table *table, uint32_t row, const ac_atom *atom, ac_cell cell, int holds)
{
    const ac_column *column = &table->columns[atom->column];

    ac_why_number(page, line_of_row(page, table, row)->line);
    ac_why_path(page, column->text);
    if (holds < 0) {
        ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_ROW_UNKNOWN);
        return;
    }
    ac_why_cell(page, column->subject.type, cell);
    ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_ROW_PASSED);
}

/* The first test of a row that does not hold. @return 0 when no single one can be named. */
static int show_failed(ac_why_page *page, ac_eval *e, const ac_table *table, uint32_t row)
{
    const ac_atom *atom;
    ac_cell        cell;
    int            holds;

    for (uint32_t i = 0; i < table->conjunction_count; i++) {
        if (table->conjunctions[i].row != row)
            continue;
        atom = find_atom(e, table, &table->conjunctions[i], 1, &cell, &holds);
        if (atom)
            show_atom(page, table, row, atom, cell, holds);
        return atom != NULL;
    }
    return 0;
}

/* Of each alternative of a row the first test that makes it what the row is: not so, or not to be told. @return 0 when there is none. */
static int show_alternatives(ac_why_page *page, ac_eval *e, const ac_table *table, uint32_t row, int is_no)
{
    const ac_atom *atom;
    ac_cell        cell;
    int            holds, shown = 0;

    for (uint32_t i = 0; i < table->conjunction_count; i++) {
        if (table->conjunctions[i].row != row)
            continue;
        atom = find_atom(e, table, &table->conjunctions[i], 0, &cell, &holds);
        if (!is_no)
            atom = atom ? NULL : find_atom(e, table, &table->conjunctions[i], -1, &cell, &holds);
        if (atom)
            show_atom(page, table, row, atom, cell, holds);
        shown |= atom != NULL;
    }
    return shown;
}

static void show_hit(ac_why_page *page, const ac_table *table, uint32_t row)
{
    const ac_line *line = line_of_row(page, table, row);

    ac_why_number(page, line->line);
    if (line->clause)
        ac_why_string(page, line->clause);
    if (table->rows[row].otherwise)
        ac_why_line(page, AC_WHY_KEY_ROW, line->clause ? AC_WHY_ROW_ELSE : AC_WHY_ROW_ELSE_BARE);
    else
        ac_why_line(page, AC_WHY_KEY_ROW, line->clause ? AC_WHY_ROW_HIT : AC_WHY_ROW_HIT_BARE);
}

static void show_unknown(ac_why_page *page, const ac_table *table, uint32_t row, ac_cell holds)
{
    ac_why_number(page, line_of_row(page, table, row)->line);
    ac_why_path(page, holds.state == AC_VALUE_UNKNOWN && holds.num >= 0 && holds.num < (int64_t)page->policy->path_count
                          ? page->policy->paths[holds.num].text : table->name);
    ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_ROW_UNKNOWN);
}

/* Every row of an `all` or `sum` table, and what is certain while some cannot be told. */
static void show_collected(ac_why_page *page, ac_eval *e, const ac_table *table, uint32_t output, ac_cell cell, uint32_t hit)
{
    const ac_field_def *field = &page->policy->records[table->record].fields[table->output_fields[output]];

    for (uint32_t i = 0; i < table->row_count && i < ROWS_SHOWN; i++) {
        ac_cell holds = table->rows[i].otherwise ? ac_cell_bool(i == hit) : ac_eval_row(e, table, i);

        if (ac_cell_is_yes(&holds)) {
            show_hit(page, table, i);
        } else if (!ac_cell_is_no(&holds)) {
            show_unknown(page, table, i, holds);
        } else if (!table->rows[i].otherwise && !show_failed(page, e, table, i)) {
            ac_why_number(page, line_of_row(page, table, i)->line);
            ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_ROW_FALSE);
        }
    }
    if (table->row_count > ROWS_SHOWN) {
        ac_why_number(page, table->row_count - ROWS_SHOWN);
        ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_MORE);
    }
    if (cell.state == AC_VALUE_KNOWN || cell.state == AC_VALUE_NONE || table->hole != AC_NO_INDEX)
        return;
    ac_why_name(page, field->name);
    ac_why_cell(page, field->type, ac_eval_so_far(e, table, output));
    ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_SO_FAR);
}

void ac_why_rows(ac_why_page *page, ac_eval *e, const ac_table *table, uint32_t output)
{
    uint32_t       hit = AC_NO_INDEX;
    uint32_t       passed;
    ac_cell        cell = ac_eval_table(e, table, output, &hit);

    if (ac_table_collects(table) && cell.state != AC_VALUE_ERROR) {
        show_collected(page, e, table, output, cell, hit);
        return;
    }
    passed = hit == AC_NO_INDEX ? table->row_count : hit;
    for (uint32_t i = 0; i < passed && i < ROWS_SHOWN; i++) {
        if (table->rows[i].otherwise || show_failed(page, e, table, i))
            continue;
        ac_why_number(page, line_of_row(page, table, i)->line);
        ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_ROW_FALSE);
    }
    if (passed > ROWS_SHOWN) {
        ac_why_number(page, passed - ROWS_SHOWN);
        ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_MORE);
    }
    if (hit == AC_NO_INDEX) {
        if (cell.state == AC_VALUE_ERROR)
            ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_ROW_NONE);
        return;
    }
    show_hit(page, table, hit);
}

void ac_why_one_row(ac_why_page *page, ac_eval *e, const ac_table *table, uint32_t row)
{
    uint32_t hit = AC_NO_INDEX;
    ac_cell  holds = ac_cell_bool(1);

    ac_eval_table(e, table, 0, &hit);
    if (!table->rows[row].otherwise)
        holds = ac_eval_row(e, table, row);
    else if (hit != row)
        holds = ac_cell_bool(0);
    if (ac_cell_is_yes(&holds)) {
        show_hit(page, table, row);
    } else if (table->rows[row].otherwise || !show_alternatives(page, e, table, row, ac_cell_is_no(&holds))) {
        if (ac_cell_is_no(&holds)) {
            ac_why_number(page, line_of_row(page, table, row)->line);
            ac_why_line(page, AC_WHY_KEY_ROW, AC_WHY_ROW_FALSE);
        } else {
            show_unknown(page, table, row, holds);
        }
    }
    if (hit != AC_NO_INDEX && hit != row)
        show_hit(page, table, hit);
}

/* --- facts --------------------------------------------------------------------------- */

static int is_new(ac_why_seen *seen, uint32_t path)
{
    for (uint32_t i = 0; i < seen->count; i++) {
        if (seen->path[i] == path)
            return 0;
    }
    if (seen->count == sizeof seen->path / sizeof *seen->path) {
        seen->more++;
        return 0;
    }
    seen->path[seen->count++] = path;
    return 1;
}

static void show_fact(ac_why_page *page, ac_eval *e, const ac_path *path, uint32_t index, ac_type type)
{
    ac_record      *holder = ac_eval_holder(e, path);
    ac_cell         cell = ac_eval_path(e, index);
    const ac_entry *since = holder ? ac_record_entry_until(holder, path->field, e->as_of) : NULL;

    ac_why_path(page, path->text);
    if (cell.state == AC_VALUE_UNKNOWN) {
        ac_why_line(page, AC_WHY_KEY_FACT, AC_WHY_FACT_UNKNOWN);
        return;
    }
    ac_why_cell(page, type, cell);
    if (!since || type.kind == AC_TYPE_MOMENT) {
        ac_why_line(page, AC_WHY_KEY_FACT, AC_WHY_FACT);
        return;
    }
    ac_why_time(page, since->at);
    ac_why_line(page, AC_WHY_KEY_FACT, AC_WHY_FACT_SINCE);
}

/* The line a computed field follows from: that of the row hit, else its own. */
static const ac_line *line_of_field(ac_why_page *page, ac_eval *e, const ac_path *path, const ac_field_def *field)
{
    const ac_table *table;
    uint32_t        row = AC_NO_INDEX;

    if (field->origin != AC_FIELD_TABLE || path->step_count > 0)
        return &page->policy->lines[field->line];
    table = ac_eval_table_at(e, field->table);
    ac_eval_table(e, table, field->output, &row);
    return row == AC_NO_INDEX ? &page->policy->lines[field->line] : line_of_row(page, table, row);
}

static void show_derived(ac_why_page *page, ac_eval *e, const ac_path *path, uint32_t index, const ac_field_def *field)
{
    const ac_line *line = line_of_field(page, e, path, field);

    ac_why_path(page, path->text);
    ac_why_cell(page, field->type, ac_eval_path(e, index));
    ac_why_number(page, line->line);
    if (line->clause)
        ac_why_string(page, line->clause);
    ac_why_line(page, AC_WHY_KEY_DERIVED, line->clause ? AC_WHY_DERIVED : AC_WHY_DERIVED_BARE);
}

static int is_computed(const ac_field_def *field)
{
    return field->origin == AC_FIELD_DERIVED || field->origin == AC_FIELD_TABLE;
}

/* What a computed field of the record itself reads. */
static void go_deeper(ac_why_page *page, ac_eval *e, const ac_field_def *field, ac_why_seen *seen, uint32_t depth)
{
    const ac_table *table;

    if (field->origin == AC_FIELD_DERIVED) {
        ac_why_program(page, e, &field->value, seen, depth + 1);
        return;
    }
    table = ac_eval_table_at(e, field->table);
    for (uint32_t i = 0; i < table->column_count; i++)
        ac_why_program(page, e, &table->columns[i].subject, seen, depth + 1);
}

static uint32_t min_of(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The ids of those that leave it open, as far as the tally has them. */
static void show_open(ac_why_page *page, const ac_aggregate_tally *tally)
{
    char      ids[AC_WHY_ARG_BYTES];
    ac_writer w;
    uint32_t  shown = min_of(tally->unknown, AC_TALLY_SHOWN);

    ac_writer_init_fixed(&w, ids, sizeof ids);
    for (uint32_t i = 0; i < shown; i++) {
        ac_text id = ac_record_id(tally->shown[i]);

        ac_write_string(&w, i ? ", " : "");
        if (id.size)
            ac_write_text(&w, id);
        else
            ac_write_char(&w, '-');
    }
    ac_write_string(&w, shown < tally->unknown ? ", …" : "");
    ac_why_number(page, tally->unknown);
    ac_why_text(page, ac_writer_text(&w));
    ac_why_line(page, AC_WHY_KEY_DERIVED, AC_WHY_AGGREGATE_OPEN);
}

static void show_aggregate(ac_why_page *page, ac_eval *e, uint32_t index)
{
    const ac_aggregate *a = &page->policy->aggregates[index];
    ac_aggregate_tally  tally;
    ac_cell             cell = ac_eval_aggregate(e, index, &tally);

    ac_why_text(page, page->policy->paths[a->path].text);
    if (cell.state == AC_VALUE_KNOWN)
        ac_why_cell(page, a->type, cell);
    ac_why_number(page, tally.collected);
    if (cell.state == AC_VALUE_KNOWN)
        ac_why_number(page, tally.yes);
    ac_why_line(page, AC_WHY_KEY_DERIVED, cell.state == AC_VALUE_KNOWN ? AC_WHY_AGGREGATE : AC_WHY_AGGREGATE_NOT);
    if (tally.unknown > 0)
        show_open(page, &tally);
}

void ac_why_program(ac_why_page *page, ac_eval *e, const ac_program *program, ac_why_seen *seen, uint32_t depth)
{
    const ac_policy *policy = page->policy;

    for (uint32_t i = 0; i < program->count && depth < DEPTH_MAX; i++) {
        const ac_op        *op = &policy->ops[program->first + i];
        const ac_path      *path;
        const ac_field_def *field;

        if (op->code == AC_OP_AGGREGATE && seen->derived && is_new(seen, policy->aggregates[op->a].path))
            show_aggregate(page, e, op->a);
        if (op->code != AC_OP_LOAD || !is_new(seen, op->a))
            continue;
        path = &policy->paths[op->a];
        field = &policy->records[path->holder].fields[path->field];
        if (is_computed(field)) {
            if (path->step_count == 0)
                go_deeper(page, e, field, seen, depth);
            if (seen->derived)
                show_derived(page, e, path, op->a, field);
        } else if (!seen->derived) {
            show_fact(page, e, path, op->a, field->type);
        }
    }
}

ac_status ac_why_value(ac_why_page *page, ac_eval *e, uint32_t field)
{
    const ac_field_def *def = &e->record->def->fields[field];
    ac_why_seen         seen;
    uint8_t             derived;

    ac_why_rule(page, def->line);
    for (derived = 0; derived < 2 && is_computed(def); derived++) {
        seen.count = seen.more = 0;
        seen.derived = derived;
        go_deeper(page, e, def, &seen, 0);
    }
    if (def->origin == AC_FIELD_RUNG)
        ac_why_ladder(page, e, def->type.ref);
    if (def->origin == AC_FIELD_TABLE)
        ac_why_rows(page, e, ac_eval_table_at(e, def->table), def->output);
    ac_why_absence(page, def->type, ac_eval_field(e, e->record, field));
    return AC_OK;
}
