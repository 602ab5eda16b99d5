/* Explanations, byte for byte: tests/data/why. Set AFTERCARE_WRITE=1 to write them anew, then read them over by hand. */
#include <criterion/criterion.h>

#include "rules_case.h"
#include "support/mem.h"

typedef struct bytes {
    char   data[65536];
    size_t size;
} bytes;

static ac_status take(void *user, const char *data, size_t size)
{
    bytes *b = user;

    cr_assert_lt(b->size + size, sizeof b->data);
    memcpy(b->data + b->size, data, size);
    b->size += size;
    return AC_OK;
}

static void explain(ac_record *record, ac_decision_kind kind, const char *name, const char *now, ac_format format, ac_lang lang, bytes *out)
{
    ac_policy *policy = ac_record_policy(record);
    uint32_t   index = kind == AC_DECISION_VALUE ? ac_policy_find_field(policy, ac_record_type(record), rules_text(name))
                                                 : ac_policy_find_limit(policy, ac_record_type(record), rules_text(name));
    ac_error   err = AC_ERROR_INIT;

    cr_assert_neq(index, AC_NO_INDEX);
    cr_assert_eq(ac_why_render(record, kind, index, rules_time(now), format, lang, take, out, &err), AC_OK, "%s", err.what);
}

/* Compares with, or writes, a file of expected bytes. */
static void expect_file(const bytes *is, const char *name)
{
    char   path[128];
    char  *should;
    size_t size = 0;

    snprintf(path, sizeof path, "tests/data/why/%s", name);
    if (getenv("AFTERCARE_WRITE")) {
        FILE *f = fopen(test_path(path), "wb");

        cr_assert_not_null(f);
        fwrite(is->data, 1, is->size, f);
        fclose(f);
    }
    should = test_read(test_path(path), &size);
    cr_assert_not_null(should, "no %s", path);
    cr_expect(size == is->size && memcmp(should, is->data, size) == 0, "%s differs:\n%.*s", path, (int)is->size, is->data);
    free(should);
}

/* A history with a pause, a change and a late end, over a weekend. */
static ac_record *eventful(rules_case *k)
{
    ac_record *r;

    rules_case_open(k, test_path("tests/data/golden/regrade.policy"));
    r = rules_case_record(k, "case");
    rules_set(r, "urgency", "normal");
    rules_set(r, "received", "2024-03-01T16:00:00+08:00");
    rules_set(r, "fix", "2024-03-05T12:00:00+08:00");
    rules_add(r, "waiting", "yes", "2024-03-04T10:00:00+08:00");
    rules_add(r, "waiting", "no", "2024-03-04T11:00:00+08:00");
    rules_add(r, "urgency", "urgent", "2024-03-04T12:00:00+08:00");
    return r;
}

#define NOW "2024-03-08T18:00:00+08:00"

static void explain_all(ac_record *r, ac_format format, ac_lang lang, bytes *out)
{
    static const char *const limits[] = {"from-start", "kept", "tightened", "working"};

    out->size = 0;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        explain(r, AC_DECISION_MILESTONE, limits[i], NOW, format, lang, out);
    explain(r, AC_DECISION_VALUE, "span", NOW, format, lang, out);
}

Test(why, text_and_json_in_both_languages_are_fixed_to_the_byte)
{
    static bytes out;
    rules_case   k;
    ac_record   *r = eventful(&k);

    explain_all(r, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    expect_file(&out, "eventful.en.txt");
    explain_all(r, AC_FORMAT_TEXT, AC_LANG_ZH, &out);
    expect_file(&out, "eventful.zh.txt");
    explain_all(r, AC_FORMAT_JSON, AC_LANG_EN, &out);
    expect_file(&out, "eventful.en.json");
    explain_all(r, AC_FORMAT_JSON, AC_LANG_ZH, &out);
    expect_file(&out, "eventful.zh.json");
    ac_record_free(r);
    rules_case_close(&k);
}

Test(why, ladders_tell_every_item_of_every_rung)
{
    static bytes out;
    rules_case   k;
    ac_record   *r;

    rules_case_open(&k, test_path("tests/data/rules/ladder.policy"));
    r = rules_case_record(&k, "engineer");
    rules_set(r, "satisfaction", "241/250");
    rules_set(r, "jobs", "2");
    rules_set(r, "trade", "motors");
    rules_set(r, "can_read_plans", "yes");
    out.size = 0;
    explain(r, AC_DECISION_VALUE, "grade", "2024-06-01T12:00:00+08:00", AC_FORMAT_TEXT, AC_LANG_EN, &out);
    explain(r, AC_DECISION_VALUE, "grade", "2024-06-01T12:00:00+08:00", AC_FORMAT_TEXT, AC_LANG_ZH, &out);
    explain(r, AC_DECISION_VALUE, "grade", "2024-06-01T12:00:00+08:00", AC_FORMAT_JSON, AC_LANG_EN, &out);
    expect_file(&out, "ladder.txt");
    ac_record_free(r);
    rules_case_close(&k);
}

/* A gate with items met, unmet, unknown and not configured; one that nothing stands in. */
static void explain_gates(ac_record *r, ac_format format, ac_lang lang, bytes *out)
{
    static const char *const fields[] = {"close", "solve", "copied", "remark"};
    ac_act                   act = AC_ACT_INIT;
    ac_error                 err = AC_ERROR_INIT;

    out->size = 0;
    act.at = rules_time("2026-07-01T12:00:00+08:00");
    act.actor = rules_text("B");
    act.role = ac_policy_find_role(ac_record_policy(r), rules_text("desk"));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        act.field = rules_field(r, fields[i]);
        cr_assert_eq(ac_why_gate(r, &act, format, lang, take, out, &err), AC_OK, "%s", err.what);
    }
    cr_assert_eq(ac_why_render(r, AC_DECISION_GATE, rules_field(r, "assign"), act.at, format, lang, take, out, &err), AC_OK, "%s", err.what);
    act.field = AC_NO_INDEX;
    cr_expect_eq(ac_why_gate(r, &act, format, lang, take, out, &err), AC_E_NOT_FOUND);
}

Test(why, gates_tell_every_requirement)
{
    static bytes out;
    rules_case   k;
    ac_record   *r;
    ac_act       act = AC_ACT_INIT;
    ac_error     err = AC_ERROR_INIT;

    rules_case_open(&k, test_path("tests/data/rules/gates.policy"));
    r = rules_case_record(&k, "job");
    act.field = rules_field(r, "solve");
    act.at = rules_time("2026-07-01T10:00:00+08:00");
    act.actor = rules_text("B");
    cr_assert_eq(ac_record_add_act(r, &act, &err), AC_OK);
    rules_add(r, "taken", "2026-07-01 08:00", "2026-07-01T08:00:00+08:00");
    rules_set(r, "outcome", "fixed");
    rules_set(r, "urgent", "no");
    rules_set(r, "safe", "yes");
    rules_add(r, "head-signature", "yes", "2026-07-01T10:30:00+08:00");
    rules_add(r, "chief-signature", "yes", "2026-07-01T10:30:00+08:00");
    rules_add(r, "price", "20 CNY", "2026-07-01T11:00:00+08:00");
    rules_set(r, "client-signature", "no");
    explain_gates(r, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    expect_file(&out, "gates.en.txt");
    explain_gates(r, AC_FORMAT_TEXT, AC_LANG_ZH, &out);
    expect_file(&out, "gates.zh.txt");
    explain_gates(r, AC_FORMAT_JSON, AC_LANG_EN, &out);
    expect_file(&out, "gates.en.json");
    ac_record_free(r);
    rules_case_close(&k);
}

Test(why, asking_why_changes_and_allocates_nothing)
{
    static bytes first, second;
    failing_mem  f = {.left = -1};
    ac_allocator mem = {sizeof mem, counting_resize, &f};
    rules_case   k;
    ac_record   *other = eventful(&k), *r = NULL;
    ac_error     err = AC_ERROR_INIT;
    size_t       before;

    cr_assert_eq(ac_record_new(k.book, k.policy, 0, rules_text("T2"), &mem, &r, &err), AC_OK);
    rules_set(r, "received", "2024-03-01T16:00:00+08:00");
    before = f.calls;
    explain_all(r, AC_FORMAT_JSON, AC_LANG_EN, &first);
    explain_all(r, AC_FORMAT_JSON, AC_LANG_EN, &second);
    cr_expect_eq(f.calls, before);
    cr_expect_eq(first.size, second.size);
    cr_expect_eq(memcmp(first.data, second.data, first.size), 0);
    ac_record_free(r);
    ac_record_free(other);
    rules_case_close(&k);
}

Test(why, a_missing_fact_an_unset_row_and_rows_passed_over_are_named)
{
    static bytes out;
    rules_case   k;
    ac_record   *r;

    rules_case_open(&k, test_path("tests/data/golden/regrade.policy"));
    r = rules_case_record(&k, "case");
    explain(r, AC_DECISION_VALUE, "span", NOW, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    rules_set(r, "urgency", "unwritten");
    explain(r, AC_DECISION_VALUE, "span", NOW, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    explain(r, AC_DECISION_MILESTONE, "kept", NOW, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    rules_set(r, "received", "2024-03-01T16:00:00+08:00");
    explain(r, AC_DECISION_MILESTONE, "kept", NOW, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    rules_set(r, "urgency", "wish");
    explain(r, AC_DECISION_MILESTONE, "working", NOW, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    rules_set(r, "urgency", "normal");
    rules_add(r, "on-hold", "yes", "2024-03-01T17:00:00+08:00");
    explain(r, AC_DECISION_MILESTONE, "working", NOW, AC_FORMAT_TEXT, AC_LANG_EN, &out);
    expect_file(&out, "absent.en.txt");
    ac_record_free(r);
    rules_case_close(&k);
}

Test(why, holidays_and_their_editions_are_named)
{
    static bytes out;
    rules_case   k;
    ac_record   *r;

    if (!test_shared("drafts/service-guide.policy"))
        cr_skip_test("no shared folder");
    rules_case_open(&k, test_shared("drafts/service-guide.policy"));
    rules_case_link(&k, test_shared("drafts/data/cn-holidays.data"));
    r = rules_case_record(&k, "工单");
    rules_set(r, "功能全失", "no");
    rules_set(r, "部分功能受损", "no");
    rules_set(r, "核心功能受影响", "no");
    rules_set(r, "影响生产生活", "no");
    rules_set(r, "受理", "2024-04-29 09:00:00");
    explain(r, AC_DECISION_MILESTONE, "处理", "2024-05-08T18:00:00+08:00", AC_FORMAT_TEXT, AC_LANG_ZH, &out);
    cr_expect_not_null(strstr(out.data, "2024-05-01 至 2024-05-05  放假：劳动节"));
    cr_expect_not_null(strstr(out.data, "cn 2024，"));
    cr_expect_null(strstr(out.data, "cn 2024，-"));
    cr_expect_not_null(strstr(out.data, "到期 2024-05-09T23:59:59+08:00"));
    ac_record_free(r);
    rules_case_close(&k);
}
