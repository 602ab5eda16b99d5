#include "rules/rules_case.h"

#include "support/mem.h"
#include "support/random.h"

#include "rules/eval.h"
#include "rules/operate.h"

static rules_case k;
static ac_record *r;
static ac_time    now;

static void open_values(void)
{
    rules_case_open(&k, test_path("tests/data/rules/values.policy"));
    r = rules_case_record(&k, "job");
    now = rules_time("2024-06-01T00:00:00+08:00");
}

static void close_values(void)
{
    ac_record_free(r);
    rules_case_close(&k);
}

TestSuite(value, .init = open_values, .fini = close_values);

static test_random numbers = {20240607};

static uint32_t pick(uint32_t n)
{
    return test_random_below(&numbers, n);
}

static void fill_at_random(ac_record *record)
{
    static const char *const bools[] = {"a", "b", "c", "d"};
    static const char *const counts[] = {"n", "m"};

    for (size_t i = 0; i < 4; i++)
        switch (pick(4)) {
        case 0: ac_record_set_bool(record, rules_field(record, bools[i]), 1, NULL); break;
        case 1: ac_record_set_bool(record, rules_field(record, bools[i]), 0, NULL); break;
        case 2: ac_record_clear(record, rules_field(record, bools[i]), NULL); break;
        default: pick(3) ? ac_record_set_bool(record, rules_field(record, bools[i]), 1, NULL) : ac_record_set_none(record, rules_field(record, bools[i]), NULL);
        }
    for (size_t i = 0; i < 2; i++)
        pick(3) ? ac_record_set_count(record, rules_field(record, counts[i]), pick(14), NULL) : ac_record_clear(record, rules_field(record, counts[i]), NULL);
}

static int same_value(const ac_value *a, const ac_value *b)
{
    return a->type == b->type && a->state == b->state && a->ref == b->ref && a->code == b->code && a->line == b->line && a->text_size == b->text_size &&
           a->text == b->text && a->clause == b->clause && a->num == b->num && a->den == b->den;
}

Test(value, bit_sets_decide_as_the_rows_read_one_by_one)
{
    for (int round = 0; round < 20000; round++) {
        fill_at_random(r);
        for (uint32_t t = 0; t < k.policy->table_count; t++) {
            const ac_table *table = &k.policy->tables[t];

            for (uint32_t o = 0; o < table->output_count; o++) {
                int      texts = k.policy->records[table->record].fields[table->output_fields[o]].type.kind == AC_TYPE_TEXT;
                uint32_t quick_row, plain_row;
                ac_eval  e;
                ac_cell  quick, plain;

                ac_eval_begin(&e, r, now);
                quick = ac_eval_table(&e, table, o, &quick_row);
                ac_eval_begin(&e, r, now);
                plain = ac_eval_table_plainly(&e, table, o, &plain_row);
                cr_assert(ac_cell_same(quick, plain, texts), "round %d, table %u output %u: %d %lld, %d %lld", round, t, o, quick.state,
                          (long long)quick.num, plain.state, (long long)plain.num);
                cr_assert_eq(quick_row, plain_row, "round %d, table %u output %u", round, t, o);
            }
        }
    }
}

Test(value, conditions_and_tests_of_a_row_agree)
{
    for (int round = 0; round < 5000; round++) {
        fill_at_random(r);
        for (uint32_t t = 0; t < k.policy->table_count; t++)
            for (uint32_t i = 0; i < k.policy->tables[t].row_count; i++) {
                ac_table *table = &k.policy->tables[t];
                ac_program condition = table->rows[i].condition;
                ac_cell    by_program, by_tests;
                ac_eval    e;

                if (table->rows[i].otherwise)
                    continue;
                ac_eval_begin(&e, r, now);
                by_program = ac_eval_row(&e, table, i);
                table->rows[i].condition.count = 0;
                by_tests = ac_eval_row(&e, table, i);
                table->rows[i].condition = condition;
                cr_assert_eq(by_program.state, by_tests.state, "round %d, table %u row %u", round, t, i);
                cr_assert(by_program.state != AC_VALUE_KNOWN || by_program.num == by_tests.num, "round %d, table %u row %u", round, t, i);
            }
    }
}

Test(value, all_at_once_is_one_by_one)
{
    ac_decision all[64];
    uint32_t    n = ac_rules_decision_count(r);
    ac_error    err = AC_ERROR_INIT;

    cr_assert_leq(n, 64);
    cr_expect_eq(ac_rules_evaluate(r, now, all, n - 1, &err), AC_E_LIMIT);
    cr_expect_eq(ac_rules_evaluate(r, AC_TIME_MAX + 1, all, n, &err), AC_E_RANGE);
    for (int round = 0; round < 2000; round++) {
        uint32_t limits = 0;

        fill_at_random(r);
        if (pick(2))
            rules_set(r, "opened", "2024-05-10 08:00");
        if (pick(2))
            rules_set(r, "arrived", pick(2) ? "2024-05-10 09:00" : "2024-05-10 11:00");
        cr_assert_eq(ac_rules_evaluate(r, now, all, n, &err), AC_OK);
        for (uint32_t i = 0; i < n; i++) {
            ac_value     v;
            ac_milestone m = AC_MILESTONE_INIT;

            if (all[i].kind == AC_DECISION_VALUE) {
                cr_assert_eq(ac_rules_value(r, all[i].index, now, &v, &err), AC_OK);
                cr_assert(same_value(&v, &all[i].value), "round %d, field %u", round, all[i].index);
                cr_assert_eq(all[i].clause, ac_rules_value_clause(r, all[i].index, now));
                continue;
            }
            limits++;
            cr_assert_eq(ac_rules_milestone(r, all[i].index, now, &m, &err), AC_OK);
            cr_assert_eq(m.verdict, all[i].milestone.verdict);
            cr_assert_eq(m.due_at, all[i].milestone.due_at);
            cr_assert_eq(m.late_by_s, all[i].milestone.late_by_s);
        }
        cr_assert_eq(limits, 1);
    }
}

Test(value, the_article_is_that_of_the_row_hit)
{
    uint32_t level = rules_field(r, "level_"), fee = rules_field(r, "fee_");

    rules_set(r, "a", "yes");
    cr_expect_str_eq(ac_rules_value_clause(r, level, now), "t.1");
    cr_expect_eq(ac_rules_value_line(r, level, now), 60u);
    rules_set(r, "a", "no");
    rules_set(r, "n", "12");
    cr_expect_str_eq(ac_rules_value_clause(r, fee, now), "t.2");
    rules_set(r, "n", "0");
    cr_expect_str_eq(ac_rules_value_clause(r, fee, now), "t.4");
    cr_expect_eq(ac_rules_value_line(r, fee, now), 63u);
    cr_expect_null(ac_rules_value_clause(r, 9999, now));
    cr_expect_eq(ac_rules_value_line(r, 9999, now), 0u);
}

Test(value, what_is_not_configured_names_its_article)
{
    ac_value v;

    cr_assert_eq(ac_rules_value(r, rules_field(r, "needs_gap"), now, &v, NULL), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_UNSET);
    cr_expect(v.text_size == 3 && memcmp(v.text, "gap", 3) == 0);
    cr_expect_str_eq(v.clause, "3");
    cr_expect_eq(v.line, 14);
}

Test(value, an_error_names_its_line)
{
    ac_value v;

    rules_set(r, "a", "no");
    rules_set(r, "b", "no");
    rules_set(r, "n", "0");
    cr_assert_eq(ac_rules_value(r, rules_field(r, "verdict_"), now, &v, NULL), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_ERROR);
    cr_expect_neq(v.code, 0);
    cr_expect_eq(v.line, k.policy->lines[k.policy->tables[1].line].line);
}

Test(value, of_fields_and_records_that_do_not_fit_is_refused)
{
    ac_source         source = {rules_text("expr"), rules_text("vip")};
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_expression    *expression = NULL;
    ac_value          v;
    ac_error          err = AC_ERROR_INIT;
    uint32_t          buyer = ac_policy_find_record(k.policy, rules_text("buyer"));

    cr_expect_eq(ac_rules_value(r, 9999, now, &v, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_rules_value(r, 0, AC_TIME_MIN - 1, &v, &err), AC_E_RANGE);
    cr_assert_eq(ac_expression_compile(k.policy, buyer, &source, &options, &expression, k.report, &err), AC_OK);
    cr_expect_eq(ac_rules_expression(r, expression, now, &v, &err), AC_E_TYPE);
    ac_expression_free(expression);
}

/* --- as of an instant ------------------------------------------------------------------ */

Test(value, derived_fields_and_tables_are_those_of_their_instant)
{
    static const struct { const char *at; ac_value_state state; int64_t level, twice; } asked[] = {
        {"2024-01-01T00:00:00Z", AC_VALUE_KNOWN, 0, 2},
        {"2024-01-02T00:00:00Z", AC_VALUE_KNOWN, 1, 14},
        {"2024-01-02T12:00:00Z", AC_VALUE_KNOWN, 1, 14},
        {"2024-01-03T00:00:00Z", AC_VALUE_KNOWN, 2, 14},
    };

    rules_set(r, "n", "1");
    rules_set(r, "a", "no");
    rules_add(r, "a", "yes", "2024-01-03T00:00:00Z");
    rules_add(r, "n", "7", "2024-01-02T00:00:00Z");
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        ac_value v;

        cr_assert_eq(ac_rules_value(r, rules_field(r, "level_"), rules_time(asked[i].at), &v, NULL), AC_OK);
        cr_expect(v.state == asked[i].state && v.num == asked[i].level, "%s: %lld", asked[i].at, (long long)v.num);
        cr_assert_eq(ac_rules_value(r, rules_field(r, "twice"), rules_time(asked[i].at), &v, NULL), AC_OK);
        cr_expect_eq(v.num, asked[i].twice, "%s", asked[i].at);
    }
}

Test(value, nothing_remembered_outlives_its_record_or_instant)
{
    ac_record *buyer = rules_case_record(&k, "buyer"), *other = rules_case_record(&k, "job");
    ac_value   v;
    uint32_t   total = rules_field(r, "total");

    rules_set(r, "n", "1");
    rules_set(other, "n", "2");
    cr_assert_eq(ac_record_attach_owner(r, buyer, NULL), AC_OK);
    cr_assert_eq(ac_record_attach_owner(other, buyer, NULL), AC_OK);
    for (int i = 0; i < 6; i++) {
        ac_record *one = i & 1 ? other : r;

        rules_set(buyer, "vip", i & 2 ? "yes" : "no");
        cr_assert_eq(ac_rules_value(one, total, now, &v, NULL), AC_OK);
        cr_expect_eq(v.num, (i & 1 ? 8 : 4) + (i & 2 ? 10 : 1), "%d: %lld", i, (long long)v.num);
    }
    ac_record_free(other);
    ac_record_free(buyer);
}

/* --- missing facts ------------------------------------------------------------------------ */

typedef struct heard {
    char      text[512];
    ac_status answer;
} heard;

static ac_status hear(void *user, ac_text path)
{
    heard *h = user;

    snprintf(h->text + strlen(h->text), sizeof h->text - strlen(h->text), "%s%.*s", h->text[0] ? " " : "", (int)path.size, path.data);
    return h->answer;
}

static const struct {
    const char *field, *facts, *missing;
} lacks[] = {
    {"total", "", "n buyer.vip"},
    {"total", "n=1", "buyer.vip"},
    {"total", "n=1,buyer.vip=no", ""},
    {"four", "", "n"},
    {"level_", "", "a n"},
    {"level_", "a=no", "n"},
    {"level_", "a=yes", ""},
    {"level_", "n=12", ""},
    {"level_", "n=5", "a"},
    {"fee_", "n=12", "a"},
    {"verdict_", "a=yes", "b n"},
    {"verdict_", "", "a b n"},
    {"verdict_", "b=yes", ""},
    {"points", "a=yes", "b c"},
    {"single", "a=yes", "c"},
    {"single", "b=no", "a c"},
    {"div", "x=1,y=0", ""},
    {"n", "", "n"},
};

static void fill(ac_record *record, const char *facts)
{
    char text[256], *next = text, *one;

    snprintf(text, sizeof text, "%s", facts);
    while ((one = next) && *one) {
        char      *value = strchr(one, '=');
        ac_record *holder;
        uint32_t   field;

        next = strchr(one, ',');
        if (next)
            *next++ = '\0';
        *value++ = '\0';
        cr_assert_eq(ac_record_resolve(record, rules_text(one), &holder, &field, NULL), AC_OK, "%s", one);
        cr_assert_eq(ac_record_parse(holder, field, rules_text(value), NULL), AC_OK);
    }
}

Test(value, every_missing_fact_is_named_once_and_no_other)
{
    heard h = {"", AC_OK};

    for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
        ac_record_reset(r);
        fill(r, lacks[i].facts);
        h.text[0] = '\0';
        cr_assert_eq(ac_rules_missing(r, AC_DECISION_VALUE, rules_field(r, lacks[i].field), now, hear, &h, NULL), AC_OK);
        cr_expect_str_eq(h.text, lacks[i].missing, "%s with [%s]: \"%s\" instead of \"%s\"", lacks[i].field, lacks[i].facts, h.text, lacks[i].missing);
    }
    h.answer = AC_E_HOST;
    cr_expect_eq(ac_rules_missing(r, AC_DECISION_VALUE, rules_field(r, "n"), now, hear, &h, NULL), AC_E_HOST);
    cr_expect_eq(ac_rules_missing(r, AC_DECISION_VALUE, 9999, now, hear, &h, NULL), AC_E_NOT_FOUND);
    cr_expect_eq(ac_rules_missing(r, AC_DECISION_MILESTONE, 9999, now, hear, &h, NULL), AC_E_NOT_FOUND);
}

/* Filling what is named, whatever the values, leaves nothing missing in the end: it is enough. */
Test(value, facts_named_as_missing_are_enough_to_decide)
{
    for (int round = 0; round < 2000; round++)
        for (uint32_t t = 0; t < k.policy->table_count; t++) {
            const ac_table *table = &k.policy->tables[t];
            uint32_t        field = table->output_fields[pick(table->output_count)];
            ac_value        v;
            heard           h = {"", AC_OK};
            char           *next, *one;

            fill_at_random(r);
            cr_assert_eq(ac_rules_missing(r, AC_DECISION_VALUE, field, now, hear, &h, NULL), AC_OK);
            for (one = h.text; one && *one; one = next) {
                next = strchr(one, ' ');
                if (next)
                    *next++ = '\0';
                rules_set(r, one, strchr("nm", *one) ? (pick(2) ? "4" : "0") : pick(2) ? "yes" : "no");
            }
            cr_assert_eq(ac_rules_value(r, field, now, &v, NULL), AC_OK);
            cr_assert(v.state != AC_VALUE_UNKNOWN || v.text_size == 0, "round %d, table %u: still unknown: %.*s", round, t, (int)v.text_size, v.text);
        }
}

/* --- long chains, no allocation ------------------------------------------------------------- */

Test(value, long_chains_of_derived_fields_stay_shallow_and_quick)
{
    enum { LINKS = 400 };
    static char text[LINKS * 40 + 400];
    rules_case  chain;
    ac_record  *one;
    ac_value    v;
    size_t      size;

    size = (size_t)snprintf(text, sizeof text, "policy chain version 1\neffective from 2020-01-01\ntimezone +08:00\nrulebook R \"r\"\n  articles 1\n\nrecord job per 1\n  n : number\n  f0 = n\n");
    for (int i = 1; i < LINKS; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "  f%d = f%d + f%d - f%d\n", i, i - 1, i - 1, i - 1);
    rules_case_open_text(&chain, "chain", text);
    one = rules_case_record(&chain, "job");
    rules_set(one, "n", "3");
    cr_assert_eq(ac_rules_value(one, rules_field(one, "f399"), now, &v, NULL), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_KNOWN);
    cr_expect_eq(v.num, 3);
    ac_record_reset(one);
    cr_assert_eq(ac_rules_value(one, rules_field(one, "f399"), now, &v, NULL), AC_OK);
    cr_expect_eq(v.state, AC_VALUE_UNKNOWN);
    cr_expect(v.text_size == 1 && v.text[0] == 'n');
    {
        heard h = {"", AC_OK};

        cr_assert_eq(ac_rules_missing(one, AC_DECISION_VALUE, rules_field(one, "f399"), now, hear, &h, NULL), AC_OK);
        cr_expect_str_eq(h.text, "n");
    }
    ac_record_free(one);
    rules_case_close(&chain);
}

Test(value, decisions_allocate_nothing)
{
    failing_mem   f = {.left = -1};
    ac_allocator  mem = {sizeof mem, counting_resize, &f};
    ac_decision   all[64];
    ac_record    *one = NULL, *owner;
    ac_value      v;
    heard         h = {"", AC_OK};
    size_t        calls;
    uint32_t      n;

    cr_assert_eq(ac_record_new(k.book, NULL, ac_policy_find_record(k.policy, rules_text("job")), rules_text(""), &mem, &one, NULL), AC_OK);
    cr_assert_eq(ac_record_owner(one, &owner, NULL), AC_OK);
    n = ac_rules_decision_count(one);
    calls = f.calls;
    for (int round = 0; round < 50; round++) {
        fill_at_random(one);
        cr_assert_eq(ac_rules_evaluate(one, now, all, n, NULL), AC_OK);
        for (uint32_t i = 0; i < one->def->field_count; i++) {
            cr_assert_eq(ac_rules_value(one, i, now, &v, NULL), AC_OK);
            ac_rules_value_clause(one, i, now);
            h.text[0] = '\0';
            cr_assert_eq(ac_rules_missing(one, AC_DECISION_VALUE, i, now, hear, &h, NULL), AC_OK);
        }
    }
    cr_expect_eq(f.calls, calls);
    ac_record_free(one);
    cr_expect_eq(f.live, 0);
}

/* Each of three facts unknown, no, yes: what the rows that surely hold come to, told from the facts alone. */
Test(value, a_table_that_collects_tells_what_is_certain_so_far)
{
    static const char *const facts[] = {"a", "b", "c"};
    uint32_t                 points = rules_field(r, "points"), hues = rules_field(r, "hit_hues");
    ac_value                 v, whole;

    for (int i = 0; i < 27; i++) {
        int certain = 0, left = i, is_open = 0;
        for (int k3 = 0; k3 < 3; k3++, left /= 3) {
            if (left % 3 == 0)
                ac_record_clear(r, rules_field(r, facts[k3]), NULL);
            else
                ac_record_set_bool(r, rules_field(r, facts[k3]), left % 3 == 2, NULL);
            certain += left % 3 == 2 ? 1 << k3 : 0;
            is_open |= left % 3 == 0;
        }
        cr_assert_eq(ac_rules_value_so_far(r, points, now, &v, NULL), AC_OK);
        cr_assert_eq(ac_rules_value(r, points, now, &whole, NULL), AC_OK);
        cr_assert_eq(v.state, certain ? AC_VALUE_KNOWN : AC_VALUE_NONE, "%d", i);
        cr_assert_eq(v.num, certain, "%d: %d", i, (int)v.num);
        cr_assert_eq(whole.state, is_open ? AC_VALUE_UNKNOWN : AC_VALUE_KNOWN);
        if (!is_open)
            cr_assert_eq(whole.num, certain);
    }
    ac_record_set_bool(r, rules_field(r, "a"), 1, NULL);
    ac_record_clear(r, rules_field(r, "b"), NULL);
    ac_record_clear(r, rules_field(r, "n"), NULL);
    cr_assert_eq(ac_rules_value_so_far(r, hues, now, &v, NULL), AC_OK);
    cr_expect(v.state == AC_VALUE_KNOWN && v.num == 1, "the first member alone");
    cr_expect_eq(ac_rules_value_so_far(r, rules_field(r, "a"), now, &v, NULL), AC_E_NOT_FOUND);
    cr_expect_eq(ac_rules_value_so_far(r, rules_field(r, "single"), now, &v, NULL), AC_E_NOT_FOUND);
    cr_expect_eq(ac_rules_value_so_far(r, 9999, now, &v, NULL), AC_E_NOT_FOUND);
    cr_expect_eq(ac_rules_value_so_far(r, points, AC_TIME_MAX + 1, &v, NULL), AC_E_RANGE);
}
