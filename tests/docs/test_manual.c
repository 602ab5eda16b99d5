#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/aftercare.h>

#include "support/data.h"
#include "support/page.h"

/* The pages of the manual show nothing that was not tried: support/page.h says what their fences mean. */

static const char *const PAGES[] = { "docs/policy-language.md", "README.md", "docs/embedding.md" };

typedef struct output {
    char  *text;
    size_t size, room;
} output;

static ac_status collect(void *user, const char *data, size_t size)
{
    output *out = user;

    if (out->size + size + 1 > out->room) {
        out->room = (out->size + size + 1) * 2;
        out->text = realloc(out->text, out->room);
        cr_assert_not_null(out->text);
    }
    memcpy(out->text + out->size, data, size);
    out->size += size;
    out->text[out->size] = '\0';
    return AC_OK;
}

static void collect_text(output *out, const char *text)
{
    collect(out, text, strlen(text));
}

static ac_text text_of(const char *text)
{
    ac_text t = { text, strlen(text) };
    return t;
}

/* ── a block as the compiler sees it ── */

/* A policy with what stands before it: the bases of a part. */
typedef struct joined {
    output   text;
    unsigned lines_before;      /* of the bases */
    char     name[96];
} joined;

static const test_page_block *base_of(const test_page *page, const test_page_block *block)
{
    const char            *name = test_page_option(block, "base");
    const test_page_block *base;

    if (!name)
        return NULL;
    base = test_page_find(page, "policy", name);
    base = base ? base : test_page_find(page, "policy-part", name);
    cr_assert(base, "line %u: there is no policy %s", block->line, name);
    return base;
}

static void join(const test_page *page, const test_page_block *block, joined *out)
{
    const test_page_block *base = base_of(page, block);
    const char            *name = test_page_option(block, "name");

    if (base) {
        join(page, base, out);
        collect_text(&out->text, "\n");
    }
    out->lines_before = 0;
    for (size_t i = 0; i < out->text.size; i++)
        out->lines_before += out->text.text[i] == '\n';
    collect_text(&out->text, block->text);
    if (name)
        snprintf(out->name, sizeof out->name, "%s.policy", name);
}

/* Copies a text, less `lines_before` in the line number that stands behind a prefix. */
static const char *count_from_top(const char *text, const char *prefix, unsigned lines_before, output *out)
{
    size_t        n = strlen(prefix);
    unsigned long line;
    char         *end, number[16];

    if (strncmp(text, prefix, n) != 0)
        return text;
    line = strtoul(text + n, &end, 10);
    collect(out, text, n);
    snprintf(number, sizeof number, "%lu", line > lines_before ? line - lines_before : line);
    collect_text(out, number);
    return end;
}

/* Articles that nothing cites are no matter for a block that says so. */
static int is_passed_over(const ac_diagnostic *d, int is_uncited)
{
    return is_uncited && d->code == 1730;
}

/* Everything that was said, lines counted from the top of the block. */
static void render(const ac_report *report, const joined *text, ac_severity least, int is_uncited, output *out)
{
    int  is_wanted = 0;
    char source[100];

    snprintf(source, sizeof source, "%s:", text->name);

    for (size_t i = 0; i < ac_report_count(report); i++) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;
        output        one = { 0 };
        const char   *rest, *fix;

        cr_assert_eq(ac_report_at(report, i, &d), AC_OK);
        is_wanted = d.severity == AC_SEVERITY_NOTE ? is_wanted : d.severity <= least && !is_passed_over(&d, is_uncited);
        if (!is_wanted)
            continue;
        cr_assert_eq(ac_report_render(report, i, AC_LANG_EN, collect, &one), AC_OK);
        rest = count_from_top(one.text, source, text->lines_before, out);
        fix = strstr(rest, "  fix: ");
        if (fix) {
            collect(out, rest, (size_t)(fix - rest));
            rest = count_from_top(fix, "  fix: ", text->lines_before, out);
        }
        collect_text(out, rest);
        if (out->size && out->text[out->size - 1] != '\n')
            collect_text(out, "\n");
        free(one.text);
    }
    collect_text(out, "");
}

/* ── books ── */

static void take_book(ac_rulebook **book, ac_rulebook *next)
{
    ac_rulebook_unref(*book);
    *book = next;
}

static ac_status link_data(ac_rulebook **book, const char *name, const char *text, ac_report *report)
{
    char         file[96];
    ac_source    source = { { file, 0 }, text_of(text) };
    ac_error     err = AC_ERROR_INIT;
    ac_data     *data = NULL;
    ac_rulebook *next = NULL;
    ac_status    st;

    source.name.size = (size_t)snprintf(file, sizeof file, "%s.data", name);
    st = ac_data_compile(&source, NULL, &data, report, &err);
    if (st == AC_OK)
        st = ac_rulebook_with_data(*book, NULL, data, &next, report, &err);
    ac_data_unref(data);
    if (st == AC_OK)
        take_book(book, next);
    return st;
}

/* The policy of a block with the data it names, or what is wrong with it. */
static ac_status open_book(const test_page *page, const test_page_block *block, const joined *text, ac_rulebook **book, ac_report *report)
{
    ac_source    source = { text_of(text->name), text_of(text->text.text) };
    ac_error     err = AC_ERROR_INIT;
    ac_policy   *policy = NULL;
    const char  *names = test_page_option(block, "data");
    ac_status    st;
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;

    *book = NULL;
    options.verify = strcmp(block->kind, "policy") == 0 || test_page_option(block, "verify");    /* whole policies are read as `check` reads them */
    options.strict = test_page_option(block, "strict") != NULL;
    st = ac_policy_compile(&source, &options, &policy, report, &err);
    if (st == AC_OK)
        st = ac_rulebook_with_policy(NULL, NULL, policy, book, report, &err);
    ac_policy_unref(policy);
    while (st == AC_OK && names && *names) {
        char                   name[64];
        size_t                 n = strcspn(names, ",");
        const test_page_block *data;

        snprintf(name, sizeof name, "%.*s", (int)n, names);
        data = test_page_find(page, "data", name);
        cr_assert(data, "line %u: there is no data file %s", block->line, name);
        st = link_data(book, name, data->text, report);
        names += n + (names[n] == ',');
    }
    if (st != AC_OK)
        take_book(book, NULL);
    return st;
}

static ac_report *new_report(void)
{
    ac_report *report = NULL;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    return report;
}

static int is_kind(const test_page_block *block, const char *kind)
{
    return strcmp(block->kind, kind) == 0;
}

/* ── policies and their examples ── */

static uint32_t try_policy(const char *path, const test_page *page, const test_page_block *block)
{
    joined            text = { .name = "policy" };
    output            said = { 0 };
    ac_report        *report = new_report();
    ac_rulebook      *book = NULL;
    ac_example_counts counts = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    int               is_later = test_page_option(block, "later") != NULL;

    join(page, block, &text);
    if (open_book(page, block, &text, &book, report) == AC_OK)
        ac_rules_run_examples(book, ac_rulebook_policy_at(book, 0), NULL, report, &counts, NULL);
    render(report, &text, is_later ? AC_SEVERITY_ERROR : AC_SEVERITY_WARNING, test_page_option(block, "uncited") != NULL, &said);
    cr_expect(book && said.size == 0, "%s:%u: it is said:\n%s", path, block->line, said.text);
    cr_expect(counts.failed == 0 && (is_later || counts.skipped == 0), "%s:%u: examples: %u failed, %u skipped", path, block->line,
              counts.failed, counts.skipped);
    ac_rulebook_unref(book);
    ac_report_free(report);
    free(said.text);
    free(text.text.text);
    return counts.passed;
}

Test(manual, every_policy_compiles_and_its_examples_pass)
{
    uint32_t policies = 0, passed = 0;

    for (size_t p = 0; p < sizeof PAGES / sizeof *PAGES; p++) {
        test_page *page = test_page_open(PAGES[p]);

        for (size_t i = 0; i < test_page_count(page); i++) {
            const test_page_block *block = test_page_at(page, i);

            if (!is_kind(block, "policy") && !is_kind(block, "policy-part"))
                continue;
            policies++;
            passed += try_policy(PAGES[p], page, block);
        }
        test_page_close(page);
    }
    cr_expect(policies >= 14 && passed >= 45, "%u policies, %u cases", policies, passed);
}

/* ── files shown whole ── */

Test(manual, every_file_shown_is_the_file)
{
    uint32_t files = 0;

    for (size_t p = 0; p < sizeof PAGES / sizeof *PAGES; p++) {
        test_page *page = test_page_open(PAGES[p]);

        for (size_t i = 0; i < test_page_count(page); i++) {
            const test_page_block *block = test_page_at(page, i);
            const char            *path = test_page_option(block, "file");
            size_t                 size = 0;
            char                  *there = path ? test_read(test_path(path), &size) : NULL;

            if (!path)
                continue;
            files++;
            cr_expect(there && strcmp(there, block->text) == 0, "%s:%u: this is not what stands in %s", PAGES[p], block->line, path);
            free(there);
        }
        test_page_close(page);
    }
    cr_expect(files >= 4, "%u", files);
}

/* ── expressions ── */

static const test_page_block *policy_for(const test_page *page, const test_page_block *block)
{
    const char            *name = test_page_option(block, "policy");
    const test_page_block *policy;

    cr_assert(name, "line %u: policy=NAME is missing", block->line);
    policy = test_page_find(page, "policy", name);
    policy = policy ? policy : test_page_find(page, "policy-part", name);
    cr_assert(policy, "line %u: there is no policy %s", block->line, name);
    return policy;
}

static void trim(char **text)
{
    char *end;

    while (**text == ' ')
        ++*text;
    for (end = *text + strlen(*text); end > *text && end[-1] == ' ';)
        *--end = '\0';
}

/* "NAME = VALUE; NAME = VALUE" into a record; NULL, or what is refused. */
static const char *fill(ac_record *record, char *facts)
{
    static char wrong[160];

    for (char *fact = strtok(facts, ";"); fact; fact = strtok(NULL, ";")) {
        char      *value = strchr(fact, '=');
        ac_record *holder;
        uint32_t   field;
        ac_error   err = AC_ERROR_INIT;

        if (!value)
            return fact;
        *value++ = '\0';
        trim(&fact);
        trim(&value);
        if (ac_record_resolve(record, text_of(fact), &holder, &field, &err) != AC_OK ||
            ac_record_parse(holder, field, text_of(value), &err) != AC_OK) {
            snprintf(wrong, sizeof wrong, "%s: %s", fact, err.what);
            return wrong;
        }
    }
    return NULL;
}

static void show_value(const ac_policy *policy, const ac_zone *zone, const ac_value *value, output *out)
{
    char text[32];

    switch (value->state) {
    case AC_VALUE_UNSET:
        collect_text(out, "unset ");
        collect(out, value->text, value->text_size ? value->text_size : strlen(value->text));
        break;
    case AC_VALUE_ERROR:
        snprintf(text, sizeof text, "error AC-%04u", value->code);
        collect_text(out, text);
        break;
    case AC_VALUE_UNSUPPORTED:
        collect_text(out, "not-supported");
        break;
    default:
        ac_value_format(policy, value, zone, collect, out);
        break;
    }
}

static void evaluate(ac_rulebook *book, ac_record *record, const char *text, ac_time now, output *out)
{
    ac_policy     *policy = ac_record_policy(record);
    ac_source      source = { { "expression", 10 }, text_of(text) };
    ac_report     *report = new_report();
    ac_expression *expression = NULL;
    ac_error       err = AC_ERROR_INIT;
    ac_value       value = { 0 };
    ac_status      st = ac_expression_compile(policy, ac_record_type(record), &source, NULL, &expression, report, &err);

    if (st == AC_OK)
        st = ac_rules_expression(record, expression, now, &value, &err);
    if (st == AC_OK) {
        show_value(policy, ac_rulebook_zone(book, policy), &value, out);
    } else {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;
        char          code[32];

        cr_assert_eq(ac_report_at(report, 0, &d), AC_OK, "%s: %s", text, ac_status_name(st));
        snprintf(code, sizeof code, "error AC-%04u", d.code);
        collect_text(out, code);
    }
    ac_expression_free(expression);
    ac_report_free(report);
}

static void try_line(const char *where, ac_rulebook *book, ac_record *record, char *line, ac_time now)
{
    char       *result = strstr(line, "=>"), *facts;
    const char *wrong = NULL;
    output      got = { 0 };

    cr_assert(result, "%s: no => in %s", where, line);
    *result = '\0';
    result += 2;
    facts = strstr(line, " given ");
    if (facts) {
        *facts = '\0';
        facts += 7;
    }
    trim(&line);
    trim(&result);
    ac_record_reset(record);
    if (facts)
        wrong = fill(record, facts);
    cr_expect(!wrong, "%s: %s: %s", where, line, wrong);
    collect_text(&got, "");
    evaluate(book, record, line, now, &got);
    cr_expect_str_eq(got.text, result, "%s: %s gives %s, not %s", where, line, got.text, result);
    free(got.text);
}

static uint32_t try_expressions(const char *path, const test_page *page, const test_page_block *block)
{
    const test_page_block *policy_block = policy_for(page, block);
    const char            *of = test_page_option(block, "of"), *at = test_page_option(block, "at");
    joined                 text = { .name = "policy" };
    ac_report             *report = new_report();
    ac_rulebook           *book = NULL;
    ac_record             *record = NULL;
    ac_time                now = 0;
    uint32_t               lines = 0, type;
    char                  *copy = malloc(strlen(block->text) + 1), *next, where[96];

    join(page, policy_block, &text);
    cr_assert_eq(open_book(page, policy_block, &text, &book, report), AC_OK);
    cr_assert_eq(ac_time_parse(text_of(at ? at : "2026-07-01T12:00:00+08:00"), &now, NULL), AC_OK);
    type = ac_policy_find_record(ac_rulebook_policy_at(book, 0), text_of(of ? of : ""));
    cr_assert_neq(type, AC_NO_INDEX, "%s:%u: of=RECORD", path, block->line);
    cr_assert_eq(ac_record_new(book, NULL, type, text_of(""), NULL, &record, NULL), AC_OK);
    strcpy(copy, block->text);
    for (char *line = copy; *line; line = next) {
        size_t n = strcspn(line, "\n");

        next = line + n + (line[n] != '\0');
        line[n] = '\0';
        lines++;
        if (line[strspn(line, " ")] == '\0')
            continue;
        snprintf(where, sizeof where, "%s:%u", path, block->line + lines);
        try_line(where, book, record, line, now);
    }
    free(copy);
    ac_record_free(record);
    ac_rulebook_unref(book);
    ac_report_free(report);
    free(text.text.text);
    return lines;
}

Test(manual, every_expression_has_the_value_shown)
{
    test_page *page = test_page_open(PAGES[0]);
    uint32_t   lines = 0;

    for (size_t i = 0; i < test_page_count(page); i++)
        if (is_kind(test_page_at(page, i), "eval"))
            lines += try_expressions(PAGES[0], page, test_page_at(page, i));
    cr_expect(lines > 40, "%u", lines);
    test_page_close(page);
}

/* ── mistakes ── */

static void refuse_policy(const test_page *page, const test_page_block *block, output *said)
{
    joined       text = { .name = "mistake.policy" };
    ac_report   *report = new_report();
    ac_rulebook *book = NULL;
    ac_status    st;

    join(page, block, &text);
    snprintf(text.name, sizeof text.name, "mistake.policy");
    st = open_book(page, block, &text, &book, report);
    cr_expect_eq(st, AC_E_POLICY, "line %u: %s", block->line, ac_status_name(st));
    render(report, &text, AC_SEVERITY_ERROR, 0, said);
    ac_rulebook_unref(book);
    ac_report_free(report);
    free(text.text.text);
}

static void refuse_data(const test_page *page, const test_page_block *block, output *said)
{
    const test_page_block *policy = policy_for(page, block);
    joined                 text = { .name = "policy" };
    ac_report             *report = new_report();
    ac_rulebook           *book = NULL;

    join(page, policy, &text);
    cr_assert_eq(open_book(page, policy, &text, &book, report), AC_OK);
    cr_expect_eq(link_data(&book, "mistake", block->text, report), AC_E_POLICY, "line %u", block->line);
    snprintf(text.name, sizeof text.name, "mistake.data");
    text.lines_before = 0;
    render(report, &text, AC_SEVERITY_ERROR, 0, said);
    ac_rulebook_unref(book);
    ac_report_free(report);
    free(text.text.text);
}

Test(manual, every_mistake_is_told_in_the_words_shown)
{
    test_page *page = test_page_open(PAGES[0]);
    uint32_t   mistakes = 0;

    for (size_t i = 0; i < test_page_count(page); i++) {
        const test_page_block *block = test_page_at(page, i);
        output                 said = { 0 };

        if (!is_kind(block, "error") && !is_kind(block, "data-error"))
            continue;
        mistakes++;
        cr_assert(i + 1 < test_page_count(page) && is_kind(test_page_at(page, i + 1), "message"), "line %u: no message below", block->line);
        if (is_kind(block, "error"))
            refuse_policy(page, block, &said);
        else
            refuse_data(page, block, &said);
        cr_expect_str_eq(said.text, test_page_at(page, i + 1)->text, "%s:%u: it is said:\n%s", PAGES[0], block->line, said.text);
        free(said.text);
    }
    cr_expect(mistakes >= 8, "%u", mistakes);
    test_page_close(page);
}
