#include "rules/rules_case.h"

#include "base/messages.h"

/* Every case of tests/data/rules/expressions.txt: the absence tables, every operation, and tables, as the language writes them. */

typedef struct line {
    char   data[256];
    size_t size;
} line;

static ac_status append(void *user, const char *data, size_t size)
{
    line *l = user;

    if (l->size + size >= sizeof l->data)
        return AC_E_LIMIT;
    if (size)
        memcpy(l->data + l->size, data, size);
    l->size += size;
    l->data[l->size] = '\0';
    return AC_OK;
}

static const char *code_name(unsigned code)
{
    switch (code) {
#define AC_MSG(number, severity, name, words, way) \
    case number: return #name;
#include "base/messages.def"
#undef AC_MSG
    default: return "?";
    }
}

static void told(const rules_case *k, const ac_value *v, line *l)
{
    ac_text text = {v->text, v->text_size};

    l->size = 0;
    l->data[0] = '\0';
    switch (v->state) {
    case AC_VALUE_UNKNOWN:
        append(l, "unknown ", text.size ? 8 : 7);
        append(l, text.data, text.size);
        break;
    case AC_VALUE_UNSET:
        append(l, "unset ", 6);
        append(l, text.data, text.size);
        break;
    case AC_VALUE_ERROR:
        append(l, "error ", 6);
        append(l, code_name(v->code), strlen(code_name(v->code)));
        break;
    default:
        cr_assert_eq(ac_value_format(k->policy, v, ac_rulebook_zone(k->book, k->policy), append, l), AC_OK);
    }
}

static void fill(ac_record *r, char *list, const char *where)
{
    for (char *next, *one = list; one && *one; one = next) {
        char      *value = strchr(one, '=');
        ac_record *holder;
        uint32_t   field;
        ac_error   err = AC_ERROR_INIT;

        next = strchr(one, ',');
        if (next)
            *next++ = '\0';
        cr_assert_not_null(value, "%s: %s", where, one);
        *value++ = '\0';
        cr_assert_eq(ac_record_resolve(r, rules_text(one), &holder, &field, &err), AC_OK, "%s: %s", where, one);
        cr_assert_eq(ac_record_parse(holder, field, rules_text(value), &err), AC_OK, "%s: %s=%s: %s", where, one, value, err.what);
    }
}

/* The colon that parts facts from the answer: the last one followed by a blank, or at the front. */
static char *answer_of(char *one)
{
    char *colon = strstr(one, ": ");

    while (colon && strstr(colon + 2, ": "))
        colon = strstr(colon + 2, ": ");
    return colon;
}

static void run(const rules_case *k, const char *text, char *cases, const char *where)
{
    ac_source         source = {rules_text("expr"), rules_text(text)};
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_expression    *expression = NULL;
    ac_error          err = AC_ERROR_INIT;
    ac_record        *r = rules_case_record(k, "job");
    ac_status         st = ac_expression_compile(k->policy, ac_record_type(r), &source, &options, &expression, k->report, &err);

    if (st != AC_OK)
        rules_print_errors(k->report);
    cr_assert_eq(st, AC_OK, "%s: %s", where, text);
    for (char *next, *one = cases; one && *one; one = next) {
        char    *answer;
        ac_value v;
        line     l;

        next = strchr(one, ';');
        if (next)
            *next++ = '\0';
        while (*one == ' ')
            one++;
        answer = answer_of(one);
        cr_assert_not_null(answer, "%s: %s", where, one);
        *answer = '\0';
        answer += 2;
        ac_record_reset(r);
        fill(r, one, where);
        cr_assert_eq(ac_rules_expression(r, expression, rules_time("2024-06-01T00:00:00+08:00"), &v, &err), AC_OK);
        told(k, &v, &l);
        cr_expect_str_eq(l.data, answer, "%s: %s with [%s]: %s instead of %s", where, text, one, l.data, answer);
    }
    ac_expression_free(expression);
    ac_record_free(r);
}

/* --- FEEL ------------------------------------------------------------------------- */

/* The line that `aftercare eval` prints; of an error only the number. */
static void result_line(const rules_case *k, const ac_value *v, line *l)
{
    char code[32];

    l->size = 0;
    l->data[0] = '\0';
    switch (v->state) {
    case AC_VALUE_KNOWN:
        append(l, "value ", 6);
        break;
    case AC_VALUE_UNSET:
        append(l, "unset ", v->text_size ? 6 : 5);
        append(l, v->text, v->text_size);
        if (v->clause) {
            append(l, " per ", 5);
            append(l, v->clause, strlen(v->clause));
        }
        return;
    case AC_VALUE_ERROR:
        append(l, code, (size_t)snprintf(code, sizeof code, "error AC-%04u", v->code));
        cr_expect_eq(v->line, 0u, "an expression has no line of the policy");
        return;
    default:
        break;
    }
    cr_assert_eq(ac_value_format(k->policy, v, ac_rulebook_zone(k->book, k->policy), append, l), AC_OK);
}

static void feel_fill(ac_record *r, char *facts, ac_error *err)
{
    for (char *next; facts; facts = next) {
        char      *value = strchr(facts, '=');
        ac_record *holder;
        uint32_t   field;

        next = strstr(facts, "; ");
        if (next) {
            *next = '\0';
            next += 2;
        }
        *value++ = '\0';
        if (ac_record_resolve(r, rules_text(facts), &holder, &field, err) != AC_OK || ac_record_parse(holder, field, rules_text(value), err) != AC_OK)
            return;
    }
}

static void feel_line(const rules_case *k, char *expression, char *facts, line *l)
{
    ac_source         source = { rules_text("expression"), rules_text(expression) };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_record        *r = rules_case_record(k, "case");
    ac_error          err = AC_ERROR_INIT;
    ac_expression    *compiled = NULL;
    ac_report        *report;
    ac_value          v;
    char              code[32];

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    feel_fill(r, facts, &err);
    if (err.code == 0 && ac_expression_compile(k->policy, ac_record_type(r), &source, &options, &compiled, report, &err) == AC_E_POLICY) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;

        for (size_t i = 0; ac_report_at(report, i, &d) == AC_OK && d.severity != AC_SEVERITY_ERROR; i++)
            ;
        err.code = d.code;
    }
    if (compiled) {
        cr_expect_lt(ac_expression_type(compiled), AC_TYPE_RUNG + 1, "%s", expression);
        cr_assert_eq(ac_rules_expression(r, compiled, rules_time("2026-07-01T09:00:00+08:00"), &v, &err), AC_OK);
        result_line(k, &v, l);
    } else {
        l->size = 0;
        append(l, code, (size_t)snprintf(code, sizeof code, "error AC-%04u", err.code));
    }
    ac_expression_free(compiled);
    ac_report_free(report);
    ac_record_free(r);
}

Test(expression, gives_what_feel_gives)
{
    size_t     size, count = 0;
    unsigned   at = 0;
    char      *text = test_read(test_path("tests/data/rules/feel.txt"), &size);
    rules_case k;

    rules_case_open(&k, test_path("tests/data/rules/feel.policy"));
    for (char *one = text, *next; *one; one = next) {
        char *answer = NULL, *facts, *arrow;
        line  l;

        at++;
        next = strchr(one, '\n');
        *next++ = '\0';
        if (*one == '#' || *one == '\0')
            continue;
        for (arrow = one; (arrow = strstr(arrow, " => ")) != NULL; arrow += 4)
            answer = arrow;
        cr_assert_not_null(answer, "feel.txt:%u", at);
        *answer = '\0';
        answer += 4;
        facts = strstr(one, " | ");
        if (facts) {
            *facts = '\0';
            facts += 3;
        }
        count++;
        feel_line(&k, one, facts, &l);
        cr_expect_str_eq(l.data, answer, "tests/data/rules/feel.txt:%u: %s: %s instead of %s", at, one, l.data, answer);
    }
    cr_expect_geq(count, 1000u);
    rules_case_close(&k);
    free(text);
}

Test(expression, all_cases_of_the_table)
{
    test_data *d = test_data_open("tests/data/rules/expressions.txt");
    rules_case k;

    rules_case_open(&k, test_path("tests/data/rules/values.policy"));
    while (test_data_next(d)) {
        char cases[2048];

        snprintf(cases, sizeof cases, "%s", test_data_need(d, "cases"));
        run(&k, test_data_need(d, "expr"), cases, test_data_where(d));
    }
    test_data_close(d);
    rules_case_close(&k);
}
