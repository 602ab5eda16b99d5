#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "policy/model/policy.h"
#include "support/data.h"
#include "support/mem.h"

static ac_status compile_with(const ac_allocator *mem, ac_text text, int strict, size_t budget, ac_policy **out, ac_report *report)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source = { ac_text_of("p.policy"), text };

    options.mem = mem;
    options.strict = strict;
    options.limits.compile_bytes = budget;
    return ac_policy_compile(&source, &options, out, report, NULL);
}

static const char small[] =
    "policy p version 1\ntimezone +08:00\ncurrency CNY\ndays end midnight\nmonth-end clamp\nrulebook B \"b\"\n  articles 1.1..3, 2a..c\n"
    "roles per 1.1\n  clerk\n  boss under clerk\n"
    "calendar office per 1.2\n  week mon..fri 08:30..12:00\n"
    "values per 1.3\n  rate = 3 %\n  twice = rate * 2\n  fee : money unset\n"
    "enum level ordered = low, mid, high\n"
    "enum kind gives unit : level per 2a\n  | kind || unit |\n  | pump || low |\n  | fan || high |\n"
    "record client is customer\n  name : text\n"
    "record ticket is ticket of client dated open per 2b\n  what : kind\n  note : text\n  n : number in [0..10) default 1\n"
    "  flow ends done\n  | from | action | to | by |\n  | new | open | busy | clerk |\n  | busy, held | close | done | boss |\n  | busy | hold | held | clerk |\n"
    "  close within limit after open paused while held by clerk\n"
    "  half = n / 2\n  tax = fee * rate\n  unit = what.unit\n  slow = close is late and name != \"x\"\n"
    "  close needs confirm told, signed boss\n"
    "table t of ticket gives limit : span unique per 2c\n  | unit || limit |\n  | low || 3 days |\n  | high || 8 workh |\n  | else || none |\n"
    "record report each month per 2b\n  closed = count(ticket where close is known in month)\n"
    "example close\n  | case | what | open || due |\n  | A1 | pump | 2026-07-01 08:00 || 2026-07-04 23:59:59 |\n"
    "labels en\n  ticket \"ticket\"\n";

Test(check_policy, every_allocation_fails_once_without_leak)
{
    long n;

    for (n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_policy   *policy = (ac_policy *)(void *)&f;
        ac_report   *report = NULL;
        ac_status    st;
        size_t       live;

        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        st = compile_with(&mem, ac_text_of(small), 0, 0, &policy, report);
        if (f.fails > 0) {
            cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
            cr_assert_null(policy);
            cr_assert_eq(ac_report_count(report), 0u, "allocation %ld: the report is not as it was", n);
        }
        live = f.live;
        ac_policy_unref(policy);
        cr_assert_eq(f.live, 0u, "allocation %ld: leak", n);
        cr_assert_eq(f.wrong_size, 0u);
        ac_report_free(report);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            cr_expect_lt(live, 30u, "a compiled policy is few blocks");
            break;
        }
    }
    cr_expect_gt(n, 50);
}

/* Whatever goes on after one refusal must not make an object of half a policy. */
Test(check_policy, one_refused_allocation_is_enough)
{
    long n;

    for (n = 0;; n++) {
        failing_mem  f = { .left = n, .once = 1 };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_policy   *policy = NULL;
        ac_report   *report = NULL;
        ac_status    st;

        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        st = compile_with(&mem, ac_text_of(small), 0, 0, &policy, report);
        cr_assert_eq(st, f.fails > 0 ? AC_E_NOMEM : AC_OK, "allocation %ld: %s", n, ac_status_name(st));
        ac_policy_unref(policy);
        cr_assert_eq(f.live, 0u, "allocation %ld: leak", n);
        ac_report_free(report);
        if (f.fails == 0)
            break;
    }
}

/* The nth allocation of a text fails, then for good or once. @return 0 when there is no nth. */
static int refuse_nth(ac_text text, const char *name, long n, int once)
{
    failing_mem  f = { .left = n, .once = once };
    ac_allocator mem = { sizeof mem, failing_resize, &f };
    ac_policy   *policy = NULL;
    ac_report   *report = NULL;
    ac_status    st;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    st = compile_with(&mem, text, 0, 0, &policy, report);
    if (f.fails > 0) {
        cr_assert_eq(st, AC_E_NOMEM, "%s, allocation %ld: %s", name, n, ac_status_name(st));
        cr_assert_null(policy);
    }
    ac_policy_unref(policy);
    cr_assert_eq(f.live, 0u, "%s, allocation %ld: leak", name, n);
    ac_report_free(report);
    return f.fails > 0;
}

/* Odd texts, right and wrong, that once were trouble or hold what is seldom written. */
Test(check_policy, no_text_of_the_corpus_minds_refused_memory)
{
    static const char folder[] = "tests/fuzz/corpus/policy";
    DIR              *dir = opendir(test_path(folder));
    struct dirent    *entry;
    int               files = 0;

    cr_assert_not_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        char   path[384], *bytes;
        size_t size = 0;
        long   n;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        bytes = test_read(test_path(path), &size);
        cr_assert_not_null(bytes);
        for (n = 0; refuse_nth((ac_text){ bytes, size }, entry->d_name, n, 0); n++)
            refuse_nth((ac_text){ bytes, size }, entry->d_name, n, 1);
        free(bytes);
        files++;
    }
    closedir(dir);
    cr_expect_gt(files, 40);
}

Test(check_policy, expressions_fail_cleanly_too)
{
    ac_policy *policy = NULL;
    ac_report *report = NULL;
    long       n;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_assert_eq(compile_with(NULL, ac_text_of(small), 0, 0, &policy, report), AC_OK);
    for (n = 0;; n++) {
        failing_mem       f = { .left = n };
        ac_allocator      mem = { sizeof mem, failing_resize, &f };
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_source         source = { ac_text_of("x"), ac_text_of("half * 2 > 1 and note in (\"a\", \"b\") and close is late") };
        ac_expression    *e = NULL;
        ac_status         st;

        options.mem = &mem;
        st = ac_expression_compile(policy, ac_policy_find_record(policy, ac_text_of("ticket")), &source, &options, &e, report, NULL);
        ac_expression_free(e);
        cr_assert_eq(f.live, 0u, "allocation %ld: leak", n);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
        cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    ac_policy_unref(policy);
    ac_report_free(report);
}

Test(check_policy, a_byte_budget_is_a_limit)
{
    ac_policy *policy = NULL;
    ac_report *report = NULL;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_expect_eq(compile_with(NULL, ac_text_of(small), 0, 20000, &policy, report), AC_E_LIMIT);
    cr_expect_null(policy);
    ac_report_free(report);
}

Test(check_policy, strict_makes_later_stages_errors)
{
    ac_policy *policy = NULL;
    ac_report *report = NULL;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_expect_eq(compile_with(NULL, ac_text_of("policy p version 1\nrecord a\n  m : moment\n  keep 48 h after m\n"), 1, 0, &policy, report), AC_E_POLICY);
    cr_expect_null(policy);
    cr_expect_eq(ac_report_count_of(report, AC_SEVERITY_ERROR), 1u);
    ac_report_free(report);
}

Test(check_policy, declarations_come_out_numbered)
{
    ac_policy           *policy = NULL;
    ac_report           *report = NULL;
    const ac_record_def *r;
    uint32_t             i, half = 0, limit = 0, at;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_assert_eq(compile_with(NULL, ac_text_of(small), 0, 0, &policy, report), AC_OK);
    at = ac_policy_find_record(policy, ac_text_of("ticket"));
    r = &policy->records[at];
    cr_expect_eq(r->owner, ac_policy_find_record(policy, ac_text_of("client")));
    cr_expect_eq(r->kind, AC_KIND_TICKET);
    cr_expect_eq(r->dated, ac_policy_find_field(policy, at, ac_text_of("open")));
    cr_expect_eq(r->state_count, 4u);
    cr_expect(ac_text_equal(r->states[0], ac_text_of("new")));
    cr_expect_eq(r->transition_count, 4u);
    cr_expect_eq(r->limit_count, 1u);
    cr_expect_str_eq(policy->lines[r->limits[0].line].clause, "2b");
    cr_expect_str_eq(policy->lines[r->fields[ac_policy_find_field(policy, at, ac_text_of("limit"))].line].clause, "2c");
    for (i = 0; i < r->order_count; i++) {
        if (r->order[i] == ac_policy_find_field(policy, at, ac_text_of("unit")))
            half = i + 1;
        if (r->order[i] == ac_policy_find_field(policy, at, ac_text_of("limit")))
            limit = i + 1;
    }
    cr_expect(half > 0 && limit > half, "a table comes after the derived field it reads");
    cr_expect_neq(ac_policy_find_field(policy, at, ac_text_of("boss-signature")), AC_NO_INDEX);
    cr_expect_neq(ac_policy_find_field(policy, at, ac_text_of("told")), AC_NO_INDEX);
    cr_expect_eq(policy->hole_count, 1u);
    cr_expect_not_null(ac_policy_find_string(policy, ac_text_of("x")));
    cr_expect_null(ac_policy_find_string(policy, ac_text_of("y")));
    ac_policy_unref(ac_policy_ref(policy));
    ac_policy_unref(policy);
    ac_policy_unref(NULL);
    ac_report_free(report);
}

/* ── the trial rulebooks ── */

static const char *const drafts[] = {
    "city-services", "incident-desk", "road-machinery", "sanitation-vehicles", "service-guide", "weighing-instruments", "equipment-collection/1-machinery",
    "equipment-collection/2-water-purifier", "equipment-collection/3-tunnel-boring", "equipment-collection/4-industrial",
    "equipment-collection/5-electromechanical", "equipment-collection/6-equipment", "equipment-collection/7-repair-management",
    "equipment-collection/8-norms", "equipment-collection/9-travel"
};

static ac_status show(void *user, const char *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stderr);
    return AC_OK;
}

Test(check_policy, trial_rulebooks_compile)
{
    char   path[128];
    size_t i, k, size;

    for (i = 0; i < sizeof drafts / sizeof *drafts; i++) {
        ac_policy  *policy = NULL;
        ac_report  *report = NULL;
        const char *found;
        char       *text;
        ac_text     t;

        snprintf(path, sizeof path, "drafts/%s.policy", drafts[i]);
        found = test_shared(path);
        if (!found)
            continue;
        text = test_read(found, &size);
        cr_assert_not_null(text);
        t.data = text;
        t.size = size;
        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        cr_expect_eq(compile_with(NULL, t, 0, 0, &policy, report), AC_OK, "%s", drafts[i]);
        for (k = 0; k < ac_report_count(report); k++) {
            ac_diagnostic d = AC_DIAGNOSTIC_INIT;

            ac_report_at(report, k, &d);
            if (d.severity == AC_SEVERITY_ERROR)
                ac_report_render(report, k, AC_LANG_EN, show, NULL);
        }
        ac_policy_unref(policy);
        ac_report_free(report);
        free(text);
    }
}
