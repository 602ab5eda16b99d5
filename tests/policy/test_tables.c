#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "policy/model/policy.h"
#include "policy/model/table_index.h"

/* Random conditions: the split into atoms and the index answer as the condition's own program does, for every
 * combination of facts. The program is read here by a small evaluator of Kleene's logic. */

#define FACTS 5

static uint64_t seed;

static uint32_t draw(uint32_t n)
{
    uint64_t z = (seed += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(((z ^ (z >> 31)) >> 32) * n >> 32);
}

/* --- writing conditions ------------------------------------------------------------- */

static const char *const leaves[] = {
    "a", "b", "not a", "a = no", "b != yes", "a is known", "b is unknown",
    "k = x", "k != y", "k in (x, z)", "k not in (y, z)", "k is known", "k = none", "k != none", "k < y", "k >= y",
    "n > 2", "n <= 4", "3 = n", "1 < n", "n in [1..3)", "n in (2..5]", "n between 2 and 4", "n in (1, 4)", "n in (0, 2, 4, 6, 8, 10)", "n is unknown", "n != 3", "n = none",
    "t = \"p\"", "t != \"q\"", "t in (\"p\", \"r\")", "n + 1 > 3", "n * 2 = 6", "n > n - 1", "a = b", "yes", "no" };

static void put(char **out, const char *text)
{
    while (*text)
        *(*out)++ = *text++;
}

/* Writes a random condition at *out, which moves to its end. */
static void write_condition(char **out, int depth)
{
    static const char *const joints[] = { ") and (", ") and (", ") or (", ") or (" };
    uint32_t kind;

    if (depth == 0 || draw(5) == 0) {
        put(out, leaves[draw(sizeof leaves / sizeof *leaves)]);
        return;
    }
    kind = (uint32_t)draw(5);
    put(out, kind == 0 ? "not (" : "(");
    write_condition(out, depth - 1);
    if (kind > 0) {
        put(out, joints[kind - 1]);
        write_condition(out, depth - 1);
    }
    put(out, ")");
}

static ac_policy *compile(const char *text, size_t size, int loud)
{
    ac_source  source = { ac_text_of("table.policy"), { text, size } };
    ac_policy *policy;
    ac_report *report;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    ac_policy_compile(&source, NULL, &policy, report, NULL);
    if (!policy && loud) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;

        ac_report_at(report, 0, &d);
        fprintf(stderr, "%.*s\n%.*s line %u\n", (int)size, text, (int)d.message.size, d.message.data, d.span.line);
    }
    ac_report_free(report);
    return policy;
}

/* --- evaluating ------------------------------------------------------------------------- */

typedef struct facts {
    const ac_policy *p;
    ac_cell          cells[FACTS];      /* a b k n t */
} facts;

static ac_cell truth(int yes)
{
    ac_cell c = { 0, 1, 0, AC_VALUE_KNOWN, 0 };

    c.num = yes;
    return c;
}

static ac_cell missing(void)
{
    ac_cell c = { 0, 1, 0, AC_VALUE_UNKNOWN, 0 };

    return c;
}

static int is(const ac_cell *c, int yes)
{
    return c->state == AC_VALUE_KNOWN && (c->num != 0) == yes;
}

static ac_cell fact(const facts *f, uint32_t path)
{
    ac_text                  name = f->p->paths[path].text;
    static const char *const names = "abknt";

    return f->cells[strchr(names, name.data[0]) - names];
}

static ac_cell equal(const ac_cell *x, const ac_cell *y)
{
    if (x->state == AC_VALUE_UNKNOWN || y->state == AC_VALUE_UNKNOWN)
        return missing();
    if (x->state == AC_VALUE_NONE || y->state == AC_VALUE_NONE)
        return truth(x->state == y->state);
    return truth(x->num == y->num && x->den == y->den);
}

static ac_cell order(const ac_cell *x, const ac_cell *y, uint16_t code)
{
    if (x->state != AC_VALUE_KNOWN || y->state != AC_VALUE_KNOWN)
        return missing();
    switch (code) {
    case AC_OP_LT: return truth(x->num < y->num);
    case AC_OP_LE: return truth(x->num <= y->num);
    case AC_OP_GT: return truth(x->num > y->num);
    default: return truth(x->num >= y->num);
    }
}

static ac_cell both(const ac_cell *x, const ac_cell *y)
{
    if (is(x, 0) || is(y, 0))
        return truth(0);
    return is(x, 1) && is(y, 1) ? truth(1) : missing();
}

static ac_cell opposite(ac_cell x)
{
    return x.state == AC_VALUE_KNOWN ? truth(!x.num) : missing();
}

static ac_cell figure(const ac_cell *x, const ac_cell *y, uint16_t code)
{
    ac_cell c = truth(0);

    if (x->state == AC_VALUE_UNKNOWN || y->state == AC_VALUE_UNKNOWN)
        return missing();
    if (x->state == AC_VALUE_NONE || y->state == AC_VALUE_NONE) {
        c.state = AC_VALUE_NONE;
        return c;
    }
    c.num = code == AC_OP_ADD ? x->num + y->num : code == AC_OP_SUB ? x->num - y->num : x->num * y->num;
    return c;
}

static ac_cell in_range(const ac_cell *x, const ac_op *op)
{
    ac_cell low = order(&x[0], &x[1], op->a & 1 ? AC_OP_GT : AC_OP_GE);
    ac_cell high = order(&x[0], &x[2], op->a & 2 ? AC_OP_LT : AC_OP_LE);

    return both(&low, &high);
}

static ac_cell in_list(const ac_cell *x, uint32_t n)
{
    ac_cell  any = truth(1);
    uint32_t i;

    for (i = 0; i < n; i++) {
        ac_cell one = opposite(equal(&x[0], &x[1 + i]));

        any = both(&any, &one);
    }
    return opposite(any);
}

static ac_cell evaluate(const facts *f, const ac_program *program)
{
    ac_cell  stack[AC_STACK_CELLS];
    uint32_t top = 0, i;

    for (i = 0; i < program->count; i++) {
        const ac_op *op = &f->p->ops[program->first + i];
        ac_cell      x = truth(0), y = truth(0);

        switch (op->code) {
        case AC_OP_CONST: stack[top++] = f->p->constants[op->a]; continue;
        case AC_OP_LOAD: stack[top++] = fact(f, op->a); continue;
        case AC_OP_IN_LIST: top -= op->a; stack[top - 1] = in_list(&stack[top - 1], op->a); continue;
        case AC_OP_IN_RANGE: top -= 2; stack[top - 1] = in_range(&stack[top - 1], op); continue;
        case AC_OP_NOT: stack[top - 1] = opposite(stack[top - 1]); continue;
        case AC_OP_IS_KNOWN: stack[top - 1] = truth(stack[top - 1].state <= AC_VALUE_NONE); continue;
        case AC_OP_IS_UNKNOWN: stack[top - 1] = truth(stack[top - 1].state > AC_VALUE_NONE); continue;
        case AC_OP_NEG: stack[top - 1].num = -stack[top - 1].num; continue;
        default: break;
        }
        y = stack[--top];
        x = stack[--top];
        switch (op->code) {
        case AC_OP_AND: stack[top++] = both(&x, &y); break;
        case AC_OP_OR: x = opposite(x); y = opposite(y); stack[top++] = opposite(both(&x, &y)); break;
        case AC_OP_EQ: stack[top++] = equal(&x, &y); break;
        case AC_OP_NE: stack[top++] = opposite(equal(&x, &y)); break;
        case AC_OP_LT: case AC_OP_LE: case AC_OP_GT: case AC_OP_GE: stack[top++] = order(&x, &y, op->code); break;
        case AC_OP_ADD: case AC_OP_SUB: case AC_OP_MUL: stack[top++] = figure(&x, &y, op->code); break;
        default: cr_assert_fail("operation %u", op->code);
        }
    }
    cr_assert_eq(top, 1u);
    return stack[0];
}

/* --- comparing ------------------------------------------------------------------------------ */

static ac_cell some_fact(const ac_policy *p, uint32_t which, uint32_t value)
{
    static const char *const texts[] = { "p", "q", "r", "other" };
    ac_cell                  c = truth((int)value);

    if (which == 4) {
        const ac_string *s = ac_policy_find_string(p, ac_text_of(texts[value & 3]));

        c.num = (int64_t)(intptr_t)s;
        c.den = s ? (int32_t)s->id : 0;
    }
    return c;
}

static void look(const ac_policy *p, const char *text)
{
    const ac_table *t = &p->tables[0];
    facts           f;
    uint32_t        codes[AC_INDEX_COLUMNS], i, row_true, row_possible, want_true = AC_NO_INDEX, want_possible = AC_NO_INDEX;
    static const uint32_t values[FACTS] = { 2, 2, 3, 7, 4 };

    f.p = p;
    for (i = 0; i < FACTS; i++) {
        f.cells[i] = some_fact(p, i, draw(values[i]));
        if (draw(4) == 0)
            f.cells[i].state = (uint8_t)(draw(3) ? AC_VALUE_UNKNOWN : AC_VALUE_NONE);
    }
    if (f.cells[0].state == AC_VALUE_NONE)      /* a yes/no is never none */
        f.cells[0].state = AC_VALUE_UNKNOWN;
    if (f.cells[1].state == AC_VALUE_NONE)
        f.cells[1].state = AC_VALUE_UNKNOWN;
    for (i = 0; i < t->column_count; i++) {
        ac_cell c = evaluate(&f, &t->columns[i].subject);

        codes[i] = ac_table_column_code(t->index, i, &c);
    }
    for (i = 0; i < t->row_count; i++) {
        ac_cell c;

        if (t->rows[i].otherwise)
            continue;
        c = evaluate(&f, &t->rows[i].condition);
        if (is(&c, 1) && want_true == AC_NO_INDEX)
            want_true = i;
        if (!is(&c, 0) && want_possible == AC_NO_INDEX)
            want_possible = i;
    }
    ac_table_first(t->index, codes, &row_true, &row_possible);
    cr_assert_eq(row_possible, want_possible, "possible row %d, not %d:\n%s", (int)row_possible, (int)want_possible, text);
    cr_assert_eq(row_true, want_true, "true row %d, not %d:\n%s", (int)row_true, (int)want_true, text);
}

Test(tables, random_conditions_split_into_what_they_mean)
{
    static const char head[] = "policy p version 1\ntimezone +08:00\nenum e ordered = x, y, z\nrecord r\n  a, b : yes/no\n  k : e\n  n : count\n  t : text\n"
                               "table u of r gives g : count\n";
    char              text[65536];
    int               i, k, indexed = 0;

    seed = 11;
    for (i = 0; i < 4000; i++) {
        size_t     n = sizeof head - 1;
        uint32_t   rows = 1 + draw(4), row;
        ac_policy *policy;

        memcpy(text, head, sizeof head);
        for (row = 0; row < rows; row++) {
            char *end = text + n;

            end += sprintf(end, "  %u when ", row);
            write_condition(&end, 3);
            put(&end, "\n");
            n = (size_t)(end - text);
        }
        n += (size_t)snprintf(text + n, sizeof text - n, "  9 otherwise\n");
        policy = compile(text, n, 1);
        cr_assert_not_null(policy, "%s", text);
        indexed += policy->tables[0].index != NULL;
        for (k = 0; policy->tables[0].index && k < 60; k++)
            look(policy, text);
        ac_policy_unref(policy);
    }
    cr_expect(indexed > 3500, "%d", indexed);
}

/* --- what is too large ---------------------------------------------------------------------------- */

Test(tables, more_columns_than_an_index_has_leave_the_rows_to_their_conditions)
{
    char       text[16384];
    size_t     n = (size_t)snprintf(text, sizeof text, "policy p version 1\ntimezone +08:00\nrecord r\n");
    int        i;
    ac_policy *policy;

    for (i = 0; i < 70; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "  f%d : yes/no\n", i);
    n += (size_t)snprintf(text + n, sizeof text - n, "table t of r gives g : count\n");
    for (i = 0; i < 70; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "  %d when f%d\n", i, i);
    n += (size_t)snprintf(text + n, sizeof text - n, "  99 otherwise\n");
    policy = compile(text, n, 1);
    cr_assert_not_null(policy);
    cr_expect_null(policy->tables[0].index);
    cr_expect_eq(policy->tables[0].row_count, 71u);
    cr_expect_eq(policy->tables[0].rows[69].condition.count, 1u);
    ac_policy_unref(policy);
}

Test(tables, eight_tables_of_200_rows_are_indexed)
{
    static char text[400000];
    size_t      n = (size_t)snprintf(text, sizeof text, "policy p version 1\ntimezone +08:00\nenum e = x, y, z, w\nrecord r\n  a, b, c, d : yes/no\n  k, l : e\n  n : count\n");
    ac_policy  *policy;
    int         t, i;

    seed = 5;
    for (t = 0; t < 8; t++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "table t%d of r gives g%d : count\n  | a | b | c | d | k | l | n || g%d |\n", t, t, t);
        for (i = 0; i < 200; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "  | %s | %s | %s | - | %c | %c | >= %u || %d |\n", draw(2) ? "yes" : "no", draw(2) ? "yes" : "-",
                draw(2) ? "no" : "-", "xyzw"[draw(4)], "xyzw"[draw(4)], draw(1000), i);
        n += (size_t)snprintf(text + n, sizeof text - n, "  | else || 0 |\n");
    }
    policy = compile(text, n, 1);
    cr_assert_not_null(policy);
    for (t = 0; t < 8; t++) {
        cr_expect_eq(policy->tables[t].row_count, 201u);
        cr_expect_not_null(policy->tables[t].index);
    }
    ac_policy_unref(policy);
}
