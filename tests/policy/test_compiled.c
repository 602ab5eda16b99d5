#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "policy/model/policy.h"
#include "policy/model/table_index.h"
#include "support/corpus.h"

/* The compiled form of calendars, catalogues, tables, limits and examples, written out and compared with files. */

typedef struct printer {
    const ac_policy *p;
    ac_writer        w;
} printer;

static void put(printer *o, const char *format, ...)
{
    char    line[512];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    ac_write_string(&o->w, line);
}

static void put_text(printer *o, ac_text t)
{
    put(o, "%.*s", (int)t.size, t.data ? t.data : "");
}

static void put_cell(printer *o, const ac_cell *c, int text)
{
    static const char *const states[] = { "", "none", "unknown", "unset ", "unsupported", "error" };
    const ac_string         *s = (const ac_string *)(intptr_t)c->num;

    if (c->state == AC_VALUE_UNSET)
        put(o, "unset %.*s", (int)o->p->unsets[c->num].name.size, o->p->unsets[c->num].name.data);
    else if (c->state != AC_VALUE_KNOWN)
        put(o, "%s", states[c->state]);
    else if (text)
        put(o, "\"%.*s\"", (int)s->size, s->data);
    else if (c->den > 1)
        put(o, "%" PRId64 "/%d", c->num, c->den);
    else
        put(o, "%" PRId64, c->num);
}

static void put_program(printer *o, const ac_program *program)
{
    static const char *const names[] = { "const", "local", "load", "hole", "now", "today", "attribute", "not", "and", "or", "if", "neg", "add", "sub", "mul", "div",
        "time-add", "time-diff", "date-add", "date-add-months", "date-diff", "date-of", "=", "!=", "<", "<=", ">", ">=", "in-list", "in-range", "in-many", "within",
        "is-known", "is-unknown", "is-late", "is-met", "min", "max", "abs", "modulo", "even", "odd", "round", "period-start", "period-end", "to-money", "unsupported" };
    uint32_t                 i;

    for (i = 0; i < program->count; i++) {
        const ac_op *op = &o->p->ops[program->first + i];

        put(o, i ? " " : "");
        if (op->code == AC_OP_CONST)
            put_cell(o, &o->p->constants[op->a], program->count == 1 && program->type.kind == AC_TYPE_TEXT);
        else if (op->code == AC_OP_LOAD)
            put_text(o, o->p->paths[op->a].text);
        else if (op->code == AC_OP_HOLE)
            put(o, "hole:%.*s", (int)o->p->holes[op->a].name.size, o->p->holes[op->a].name.data);
        else if (op->code == AC_OP_LOCAL)
            put(o, "local:%" PRId64, o->p->constants[op->a].num);
        else
            put(o, "%s", names[op->code]);
    }
}

static const char *clause(const printer *o, uint32_t line)
{
    return o->p->lines[line].clause ? o->p->lines[line].clause : "-";
}

/* --- calendars --------------------------------------------------------------- */

static void put_hours(printer *o, const ac_hours *h, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        put(o, " %d..%d", h[i].from_s, h[i].to_s);
}

static void put_calendars(printer *o)
{
    uint32_t c, i;
    int      day;

    for (c = 0; c < o->p->calendar_count; c++) {
        const ac_calendar_def *d = &o->p->calendars[c];

        put(o, "calendar %.*s worked-as %d beyond %d now %d", (int)d->name.size, d->name.data, d->worked_as, d->beyond_weekly, d->as_of_now);
        if (d->has_valid)
            put(o, " valid %d..%d", d->valid_first, d->valid_last);
        put(o, "\n");
        for (day = 0; day < 7; day++)
            if (d->week_count[day]) {
                put(o, "  day %d", day);
                put_hours(o, d->week[day], d->week_count[day]);
                put(o, "\n");
            }
        for (i = 0; i < d->holidays_count; i++)
            put(o, "  holidays %.*s\n", (int)d->holidays[i].size, d->holidays[i].data);
        for (i = 0; i < d->own_count; i++) {
            put(o, "  %s %d..%d", d->own[i].works ? "work" : "off", d->own[i].first, d->own[i].last);
            put_hours(o, d->own[i].hours, d->own[i].hours_count);
            put(o, " \"%.*s\"\n", (int)d->own[i].reason.size, d->own[i].reason.data);
        }
    }
}

/* --- tables and catalogues --------------------------------------------------------- */

static void put_atom(printer *o, const ac_table *t, const ac_atom *a)
{
    int      text = t->columns[a->column].subject.type.kind == AC_TYPE_TEXT;
    uint32_t i;

    put(o, "%s[%u:", a->negated ? "not " : "", a->column);
    for (i = 0; i < a->test_count; i++) {
        const ac_test *x = &t->tests[a->first_test + i];

        put(o, i ? " | " : " ");
        if (x->kind != AC_TEST_RANGE) {
            put(o, "%s", x->kind == AC_TEST_NONE ? "none" : x->kind == AC_TEST_KNOWN ? "known" : "unknown");
            continue;
        }
        put(o, x->low_open ? "(" : "[");
        if (x->has_low)
            put_cell(o, &x->low, text);
        put(o, "..");
        if (x->has_high)
            put_cell(o, &x->high, text);
        put(o, x->high_open ? ")" : "]");
    }
    put(o, "]");
}

static void put_row(printer *o, const ac_table *t, uint32_t row)
{
    uint32_t i, k;

    put(o, "  row ->");
    for (i = 0; i < t->output_count; i++) {
        put(o, i ? ", " : " ");
        put_program(o, &t->rows[row].outputs[i]);
    }
    put(o, " per %s%s\n", clause(o, t->rows[row].line), t->rows[row].otherwise ? " otherwise" : "");
    for (i = 0; i < t->conjunction_count; i++) {
        if (t->conjunctions[i].row != row)
            continue;
        put(o, "   ");
        for (k = 0; k < t->conjunctions[i].atom_count; k++) {
            put(o, " ");
            put_atom(o, t, &t->atoms[t->conjunctions[i].first_atom + k]);
        }
        put(o, "\n");
    }
}

static void put_tables(printer *o)
{
    static const char *const hits[] = { "first", "unique", "all", "sum" };
    uint32_t                 t, i, k;

    for (t = 0; t < o->p->enum_count; t++)
        for (i = 0; i < o->p->enums[t].attribute_count; i++) {
            put(o, "catalogue %.*s.%.*s", (int)o->p->enums[t].name.size, o->p->enums[t].name.data, (int)o->p->enums[t].attributes[i].name.size, o->p->enums[t].attributes[i].name.data);
            for (k = 0; k < o->p->enums[t].member_count; k++) {
                put(o, k ? ", " : ": ");
                put_program(o, &o->p->enums[t].attributes[i].values[k]);
            }
            put(o, "\n");
        }
    for (t = 0; t < o->p->table_count; t++) {
        const ac_table *table = &o->p->tables[t];

        put(o, "table %.*s %s%s%s\n", (int)table->name.size, table->name.data, hits[table->hit], table->hole == AC_NO_INDEX ? "" : " hole", table->index ? " indexed" : "");
        for (i = 0; i < table->column_count; i++) {
            put(o, "  column %u %.*s: ", i, (int)table->columns[i].text.size, table->columns[i].text.data);
            put_program(o, &table->columns[i].subject);
            put(o, "\n");
        }
        for (i = 0; i < table->row_count; i++)
            put_row(o, table, i);
    }
}

/* --- limits ---------------------------------------------------------------------------- */

static void put_named(printer *o, const char *what, const ac_program *program)
{
    if (program->count == 0)
        return;
    put(o, " %s (", what);
    put_program(o, program);
    put(o, ")");
}

static void put_limits(printer *o)
{
    static const char *const forms[] = { "within", "due", "same-day", "at", "promptly" };
    static const char *const regrades[] = { "from-start", "from-change", "keep", "tighten-only" };
    static const char *const reopens[] = { "resume", "restart", "none" };
    uint32_t                 r, i, k;

    for (r = 0; r < o->p->record_count; r++)
        for (i = 0; i < o->p->records[r].limit_count; i++) {
            const ac_limit *l = &o->p->records[r].limits[i];
            ac_text         moment = o->p->records[r].fields[l->moment].name;

            put(o, "%.*s on %.*s: %s%s %s reopen %s%s", (int)l->name.size, l->name.data, (int)moment.size, moment.data, forms[l->form], l->renews ? " renews" : "",
                regrades[l->regrade], reopens[l->reopen], l->hard ? " hard" : "");
            put(o, " calendar %d role %d", (int)l->calendar, (int)l->role);
            put_named(o, "span", &l->span);
            for (k = 0; k < l->start_count; k++)
                put_named(o, "start", &l->starts[k]);
            put_named(o, "grace", &l->grace);
            put_named(o, "when", &l->when);
            for (k = 0; k < l->pause_count; k++) {
                put(o, " pause ");
                put_text(o, o->p->paths[l->pauses[k].path].text);
                if (l->pauses[k].state >= 0)
                    put(o, "=%d", l->pauses[k].state);
                if (l->pauses[k].line != l->line)
                    put(o, " per %s", clause(o, l->pauses[k].line));
            }
            put(o, " facts");
            for (k = 0; k < l->fact_count; k++) {
                put(o, k ? ", " : " ");
                put_text(o, o->p->paths[l->facts[k]].text);
            }
            put(o, " per %s\n", clause(o, l->line));
        }
}

/* --- examples ------------------------------------------------------------------------------ */

static void put_expect(printer *o, const ac_example *x, const ac_expect *e)
{
    static const char *const kinds[] = { "value", "due", "late-by", "verdict", "skipped", "gate", "unmet", "opened", "rank", "rejected", "deeds" };

    put(o, "    %s", kinds[e->kind]);
    if (e->kind == AC_EXPECT_VALUE || e->kind == AC_EXPECT_GATE || e->kind == AC_EXPECT_UNMET) {
        put(o, " ");
        put_text(o, o->p->paths[e->path].text);
    } else if (e->kind == AC_EXPECT_OPENED) {
        put(o, " ");
        put_text(o, o->p->records[e->limit].name);
    } else if (e->kind == AC_EXPECT_DEEDS) {
        uint32_t i;

        put(o, " ");
        put_text(o, o->p->offences[e->limit].name);
        for (i = 0; i < e->deed_count; i++) {
            put(o, i > 0 ? ", " : " = ");
            if (e->deeds[i].member != AC_NO_INDEX)
                put_text(o, o->p->enums[e->deeds[i].enumeration].members[e->deeds[i].member].name);
            else
                put_program(o, &e->deeds[i].amount);
        }
    } else if (e->kind != AC_EXPECT_UNSUPPORTED && e->kind != AC_EXPECT_RANK && e->kind != AC_EXPECT_REJECTED) {
        uint32_t holder = e->path == AC_NO_INDEX ? x->record : o->p->paths[e->path].holder;

        put(o, " ");
        put_text(o, o->p->records[holder].limits[e->limit].name);
    }
    if (e->unchecked)
        put(o, " unchecked");
    if (e->word)
        put(o, " word %u", e->word);
    if (e->articles.size)
        put(o, " per %.*s", (int)e->articles.size, e->articles.data);
    if (e->value.count) {
        put(o, " = ");
        put_program(o, &e->value);
    }
    put(o, "\n");
}

static void put_examples(printer *o)
{
    static const char *const doers[] = { "now", "actor", "role", "chosen" };
    uint32_t i, k, m;

    for (i = 0; i < o->p->example_count; i++) {
        const ac_example *x = &o->p->examples[i];

        put(o, "example %.*s of %.*s%s\n", (int)x->target.size, x->target.data, (int)o->p->records[x->record].name.size, o->p->records[x->record].name.data,
            x->in_order ? " in order" : "");
        for (k = 0; k < x->row_count; k++) {
            put(o, "  case %.*s\n", (int)x->rows[k].name.size, x->rows[k].name.data);
            for (m = 0; m < x->rows[k].given_count; m++) {
                const ac_given *g = &x->rows[k].givens[m];

                put(o, "    given ");
                if (g->hole != AC_NO_INDEX)
                    put(o, "hole %.*s", (int)o->p->holes[g->hole].name.size, o->p->holes[g->hole].name.data);
                else if (g->path == AC_NO_INDEX)
                    put(o, "%s", doers[g->kind]);
                else
                    put_text(o, o->p->paths[g->path].text);
                if (g->path != AC_NO_INDEX && g->kind != AC_GIVEN_FACT)
                    put(o, ".%s", doers[g->kind]);
                put(o, " = ");
                put_program(o, &g->value);
                put(o, "\n");
            }
            for (m = 0; m < x->rows[k].expect_count; m++)
                put_expect(o, x, &x->rows[k].expects[m]);
        }
    }
}

/* --- comparing -------------------------------------------------------------------------------- */

static ac_status to_stderr(void *user, const char *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stderr);
    return AC_OK;
}

static void compare(const char *path, void (*print)(printer *), size_t least)
{
    test_corpus *corpus = test_corpus_open(path);
    size_t       i, k;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_source        source = { ac_text_of("case.policy"), { c->input, c->input_size } };
        ac_policy       *policy;
        ac_report       *report;
        ac_mem           mem;
        printer          o;
        char            *got;

        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        if (ac_policy_compile(&source, NULL, &policy, report, NULL) != AC_OK)
            for (k = 0; k < ac_report_count(report); k++)
                ac_report_render(report, k, AC_LANG_EN, to_stderr, NULL);
        cr_assert_not_null(policy, "%s:%u", path, c->line);
        cr_assert_eq(ac_mem_init(&mem, NULL, 0, NULL), AC_OK);
        ac_writer_init_memory(&o.w, &mem);
        o.p = policy;
        print(&o);
        got = calloc(1, ac_writer_text(&o.w).size + 1);
        memcpy(got, ac_writer_text(&o.w).data, ac_writer_text(&o.w).size);
        test_corpus_note(corpus, i, got);
        cr_expect_str_eq(got, c->expected, "%s:%u: %s: got\n%s", path, c->line, c->name, got);
        free(got);
        ac_writer_free(&o.w);
        ac_policy_unref(policy);
        ac_report_free(report);
    }
    cr_expect_geq(test_corpus_count(corpus), least);
    test_corpus_close(corpus);
}

Test(compiled, calendars_hold_what_their_lines_say)
{
    compare("tests/data/policy/calendars.txt", put_calendars, 4);
}

Test(compiled, tables_split_into_columns_and_atoms)
{
    compare("tests/data/policy/tables.txt", put_tables, 10);
}

Test(compiled, limits_hold_every_form_and_tail)
{
    compare("tests/data/policy/limits.txt", put_limits, 8);
}

Test(compiled, examples_are_typed_against_their_facts)
{
    compare("tests/data/policy/examples.txt", put_examples, 8);
}
