#include "policy/verify/verify.h"

#include <string.h>

#include "policy/model/value.h"

/* Thresholds that do not rise or fall throughout: rows that differ in one ordered column alone, and what they give.
 *
 *     | priority || limit |
 *     | urgent   || 1 h   |
 *     | high     || 4 h   |
 *     | normal   || 24 h  |
 *     | low      || 12 h  |      falls, where all others rise
 */

/* Rows looked at; a table with more is left alone. */
#define ORDER_ROWS 256

typedef struct band {
    uint32_t row;
    ac_ratio at;            /* the bound that parts it from the band before */
} band;

static int is_figure(const ac_policy *p, ac_type type)
{
    return type.kind == AC_TYPE_COUNT || type.kind == AC_TYPE_NUMBER || type.kind == AC_TYPE_MONEY || type.kind == AC_TYPE_DURATION || type.kind == AC_TYPE_SPAN
        || (type.kind == AC_TYPE_ENUM && p->enums[type.ref].ordered);
}

static ac_ratio ratio_of(const ac_cell *cell)
{
    ac_ratio r;

    r.num = cell->num;
    r.den = cell->den > 1 ? cell->den : 1;
    return r;
}

/* The conjunction of a row that has one alone, or NULL. */
static const ac_conjunction *only_of(const ac_table *t, uint32_t row)
{
    const ac_conjunction *found = NULL;
    uint32_t              i;

    for (i = 0; i < t->conjunction_count; i++)
        if (t->conjunctions[i].row == row) {
            if (found)
                return NULL;
            found = &t->conjunctions[i];
        }
    return found;
}

static const ac_atom *atom_on(const ac_table *t, const ac_conjunction *c, uint32_t column)
{
    uint32_t i;

    for (i = 0; i < c->atom_count; i++)
        if (t->atoms[c->first_atom + i].column == column)
            return &t->atoms[c->first_atom + i];
    return NULL;
}

static int same_tests(const ac_table *t, const ac_atom *a, const ac_atom *b)
{
    uint32_t i;

    if (!a || !b)
        return a == b;
    if (a->negated != b->negated || a->test_count != b->test_count)
        return 0;
    for (i = 0; i < a->test_count; i++)
        if (memcmp(&t->tests[a->first_test + i], &t->tests[b->first_test + i], sizeof *t->tests) != 0)
            return 0;
    return 1;
}

/* Where the row's band on the column lies: one value or one range. */
static int band_at(const ac_table *t, const ac_conjunction *c, uint32_t column, ac_ratio *at)
{
    const ac_atom *a = atom_on(t, c, column);
    const ac_test *test = a ? &t->tests[a->first_test] : NULL;

    if (!a || a->negated || a->test_count != 1 || test->kind != AC_TEST_RANGE)
        return 0;
    *at = ratio_of(test->has_low ? &test->low : &test->high);
    return 1;
}

/* Rows that ask the same as `first` but for the column, by their bands. */
static uint32_t collect(const ac_table *t, const ac_conjunction *const *of_row, uint32_t first, uint32_t column, band *bands, uint8_t *seen)
{
    uint32_t i, c, k, n = 0;

    for (i = first; i < t->row_count; i++) {
        ac_ratio at;

        if (!of_row[i] || seen[i] || !band_at(t, of_row[i], column, &at))
            continue;
        for (c = 0; c < t->column_count; c++)
            if (c != column && !same_tests(t, atom_on(t, of_row[first], c), atom_on(t, of_row[i], c)))
                break;
        if (c < t->column_count)
            continue;
        seen[i] = 1;
        for (k = n++; k > 0 && ac_ratio_compare(bands[k - 1].at, at) > 0; k--)
            bands[k] = bands[k - 1];
        bands[k].row = i;
        bands[k].at = at;
    }
    return n;
}

/* One step against the direction of all others, two of them at least. */
static void judge(ac_verifier *v, const ac_table *t, const ac_tree_table *tree, uint32_t column, uint32_t output, const band *bands, uint32_t count)
{
    const ac_checker *ck = v->ck;
    uint32_t          i, up = 0, down = 0, odd_up = 0, odd_down = 0, at;
    ac_cell           before, here;

    for (i = 0; i < count; i++) {
        if (!ac_program_constant(ck->policy, &t->rows[bands[i].row].outputs[output], &here) || here.state != AC_VALUE_KNOWN || (i > 0 && here.ref != before.ref))
            return;
        if (i > 0) {
            int order = ac_ratio_compare(ratio_of(&before), ratio_of(&here));

            if (order < 0)
                up++, odd_up = i;
            else if (order > 0)
                down++, odd_down = i;
        }
        before = here;
    }
    if ((up != 1 || down < 2) && (down != 1 || up < 2))
        return;
    at = bands[up == 1 ? odd_up : odd_down].row;
    ac_say_2(v->ck, AC_MSG_TABLE_ORDER, tree->has_grid ? tree->grid.rows[at].place : tree->cases[at].place,
             ck->policy->records[t->record].fields[t->output_fields[output]].name, t->columns[column].text);
}

static void check_column(ac_verifier *v, const ac_table *t, const ac_tree_table *tree, const ac_conjunction *const *of_row, uint32_t column)
{
    ac_checker *ck = v->ck;
    band       *bands = ac_check_scratch(ck, t->row_count, sizeof *bands);
    uint8_t    *seen = ac_check_scratch(ck, t->row_count, 1);
    uint32_t    i, o, n;

    for (i = 0; bands && seen && i < t->row_count; i++) {
        if (seen[i] || !of_row[i])
            continue;
        n = collect(t, of_row, i, column, bands, seen);
        for (o = 0; n > 3 && o < t->output_count; o++)
            if (is_figure(ck->policy, ck->policy->records[t->record].fields[t->output_fields[o]].type))
                judge(v, t, tree, column, o, bands, n);
    }
}

void ac_verify_order(ac_verifier *v, const ac_table *t, const ac_tree_table *tree)
{
    const ac_conjunction **of_row;
    uint32_t               i;

    if (t->row_count > ORDER_ROWS || t->hit == AC_HIT_ALL || t->hit == AC_HIT_SUM)
        return;
    of_row = ac_check_scratch(v->ck, t->row_count, sizeof *of_row);
    for (i = 0; of_row && i < t->row_count; i++)
        of_row[i] = only_of(t, i);
    for (i = 0; of_row && i < t->column_count && !v->ck->nomem; i++)
        if (is_figure(v->ck->policy, t->columns[i].subject.type))
            check_column(v, t, tree, of_row, i);
}
