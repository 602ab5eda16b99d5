#include "policy/verify/verify.h"

#include <string.h>

#include "base/hash.h"
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

/* Rows of a table, each of one conjunction, and what each column asks of them. */
typedef struct rows {
    const ac_table        *table;
    const ac_conjunction **of_row;      /* NULL: it has several */
    uint64_t              *asked;       /* [row * columns + column]: a hash of the tests */
    uint64_t              *all;         /* of all columns: their sum */
} rows;

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

static uint64_t hash_of(const ac_table *t, const ac_atom *a)
{
    uint64_t h = a ? 1u + a->negated : 0;
    uint32_t i;

    for (i = 0; a && i < a->test_count; i++)
        h = h * 0x9E3779B97F4A7C15u + ac_hash64(&t->tests[a->first_test + i], sizeof *t->tests);
    return h;
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

/* Whether two rows ask the same of every column but one. */
static int same_but(const rows *r, uint32_t a, uint32_t b, uint32_t column)
{
    const ac_table *t = r->table;
    uint32_t        c;

    if (r->all[a] - r->asked[(size_t)a * t->column_count + column] != r->all[b] - r->asked[(size_t)b * t->column_count + column])
        return 0;
    for (c = 0; c < t->column_count; c++)
        if (c != column && !same_tests(t, atom_on(t, r->of_row[a], c), atom_on(t, r->of_row[b], c)))
            return 0;
    return 1;
}

/* Rows that ask the same as `first` but for the column, by their bands. */
static uint32_t collect(const rows *r, uint32_t first, uint32_t column, band *bands, uint8_t *seen)
{
    uint32_t i, k, n = 0;

    for (i = first; i < r->table->row_count; i++) {
        ac_ratio at;

        if (!r->of_row[i] || seen[i] || !band_at(r->table, r->of_row[i], column, &at) || !same_but(r, first, i, column))
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

static void check_column(ac_verifier *v, const rows *r, const ac_tree_table *tree, uint32_t column)
{
    ac_checker     *ck = v->ck;
    const ac_table *t = r->table;
    band           *bands = ac_check_scratch(ck, t->row_count, sizeof *bands);
    uint8_t        *seen = ac_check_scratch(ck, t->row_count, 1);
    uint32_t        i, o, n;

    for (i = 0; bands && seen && i < t->row_count; i++) {
        if (seen[i] || !r->of_row[i])
            continue;
        n = collect(r, i, column, bands, seen);
        for (o = 0; n > 3 && o < t->output_count; o++)
            if (is_figure(ck->policy, ck->policy->records[t->record].fields[t->output_fields[o]].type))
                judge(v, t, tree, column, o, bands, n);
    }
}

void ac_verify_order(ac_verifier *v, const ac_table *t, const ac_tree_table *tree)
{
    rows     r;
    uint32_t i, c;

    if (t->row_count > ORDER_ROWS || t->hit == AC_HIT_ALL || t->hit == AC_HIT_SUM)
        return;
    r.table = t;
    r.of_row = ac_check_scratch(v->ck, t->row_count, sizeof *r.of_row);
    r.asked = ac_check_scratch(v->ck, (size_t)t->row_count * t->column_count, sizeof *r.asked);
    r.all = ac_check_scratch(v->ck, t->row_count, sizeof *r.all);
    if (v->ck->nomem)
        return;
    for (i = 0; i < t->row_count; i++) {
        r.of_row[i] = only_of(t, i);
        for (c = 0; r.of_row[i] && c < t->column_count; c++)
            r.all[i] += r.asked[(size_t)i * t->column_count + c] = hash_of(t, atom_on(t, r.of_row[i], c));
    }
    for (c = 0; c < t->column_count && !v->ck->nomem; c++)
        if (is_figure(v->ck->policy, t->columns[c].subject.type))
            check_column(v, &r, tree, c);
}
