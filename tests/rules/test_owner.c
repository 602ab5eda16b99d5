#include "rules/rules_case.h"

#include "support/mem.h"

/* An owner nobody filled is an owner all the same: its defaults, its holes and what they decide hold. */

static rules_case  k;
static ac_record  *r;
static ac_time     now;

static void setup(void)
{
    rules_case_open(&k, test_path("tests/data/rules/owner.policy"));
    r = rules_case_record(&k, "job");
    rules_set(r, "opened", "2024-03-01T09:00:00Z");
    now = rules_time("2024-03-02T00:00:00Z");
}

static void teardown(void)
{
    ac_record_free(r);
    rules_case_close(&k);
}

TestSuite(owner, .init = setup, .fini = teardown);

static ac_value value_of(const char *field)
{
    ac_value v;

    cr_assert_eq(ac_rules_value(r, rules_field(r, field), now, &v, NULL), AC_OK);
    return v;
}

typedef struct expected {
    const char    *field;
    ac_value_state state;
    int64_t        num;
} expected;

static void expect_values(const expected *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_value v = value_of(list[i].field);

        cr_expect_eq(v.state, list[i].state, "%s: state %d", list[i].field, (int)v.state);
        if (v.state == AC_VALUE_KNOWN && list[i].state == AC_VALUE_KNOWN)
            cr_expect_eq(v.num, list[i].num, "%s: %lld", list[i].field, (long long)v.num);
    }
}

Test(owner, nobody_filled_answers_by_its_defaults)
{
    static const expected empty[] = {
        {"pay", AC_VALUE_KNOWN, 1},    {"also", AC_VALUE_KNOWN, 1},     {"sum", AC_VALUE_KNOWN, 7},     {"grace", AC_VALUE_KNOWN, 7200},
        {"tall_", AC_VALUE_UNSET, 0},  {"lift", AC_VALUE_UNKNOWN, 0},   {"hands", AC_VALUE_UNKNOWN, 0}, {"kind", AC_VALUE_UNSET, 0},
    };
    static const expected filled[] = {
        {"pay", AC_VALUE_KNOWN, 2},    {"also", AC_VALUE_KNOWN, 0},     {"sum", AC_VALUE_KNOWN, 7},     {"grace", AC_VALUE_KNOWN, 14400},
        {"lift", AC_VALUE_KNOWN, 5},
    };
    ac_record *site;
    uint32_t   far_;
    ac_error   err = AC_ERROR_INIT;

    expect_values(empty, sizeof empty / sizeof *empty);
    cr_assert_eq(ac_record_resolve(r, rules_text("unit.site.far"), &site, &far_, &err), AC_OK, "%s", err.what);
    rules_set(site, "far", "yes");
    rules_set(site, "height", "4");
    expect_values(filled, sizeof filled / sizeof *filled);
    ac_record_reset(r);
    expect_values(empty, sizeof empty / sizeof *empty);
}

Test(owner, attached_ones_stand_before_their_own_and_detaching_brings_those_back)
{
    ac_record *unit = rules_case_record(&k, "unit");

    rules_set(unit, "extra", "10");
    cr_assert_eq(ac_record_attach_owner(r, unit, NULL), AC_OK);
    cr_expect_eq(value_of("sum").num, 14);
    cr_expect_eq(value_of("pay").num, 1, "the attached unit has a site of its own");
    cr_assert_eq(ac_record_attach_owner(r, NULL, NULL), AC_OK);
    cr_expect_eq(value_of("sum").num, 7);
    ac_record_free(unit);
}

Test(owner, of_a_linked_record_is_there_with_it)
{
    ac_record *crew;

    cr_expect_eq(value_of("hands").state, AC_VALUE_UNKNOWN, "which crew is not known");
    cr_assert_eq(ac_record_link(r, rules_field(r, "crew"), &crew, NULL), AC_OK);
    cr_expect_eq(value_of("hands").num, 4);
}

Test(owner, limits_run_by_its_defaults)
{
    ac_milestone m = rules_judge(r, "arrived", "2024-03-02T00:00:00Z");

    cr_expect_eq(m.due_at, rules_time("2024-03-01T11:00:00Z"));
    m = rules_judge(r, "left", "2024-03-02T00:00:00Z");
    cr_expect_eq(m.due_at, rules_time("2024-03-01T12:00:00Z"));
    m = rules_judge(r, "done", "2024-03-02T00:00:00Z");
    cr_expect_eq(m.due_at, rules_time("2024-03-01T14:00:00Z"));
}

static ac_status hear(void *user, ac_text path)
{
    char *heard = user;

    snprintf(heard + strlen(heard), 200 - strlen(heard), "%.*s;", (int)path.size, path.data);
    return AC_OK;
}

Test(owner, only_what_has_no_default_is_missing)
{
    static const struct {
        const char *field, *missing;
    } lacks[] = {{"pay", ""}, {"sum", ""}, {"grace", ""}, {"lift", "unit.site.height;"}, {"hands", "crew.double;"}, {"tall_", ""}};

    for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++) {
        char heard[200] = "";

        cr_assert_eq(ac_rules_missing(r, AC_DECISION_VALUE, rules_field(r, lacks[i].field), now, hear, heard, NULL), AC_OK);
        cr_expect_str_eq(heard, lacks[i].missing, "%s: %s", lacks[i].field, heard);
    }
}

static ac_status take(void *user, const char *data, size_t size)
{
    char *text = user;

    snprintf(text + strlen(text), 4096 - strlen(text), "%.*s", (int)size, data);
    return AC_OK;
}

Test(owner, why_shows_the_defaults_that_decided)
{
    char text[4096] = "";

    cr_assert_eq(ac_why_render(r, AC_DECISION_VALUE, rules_field(r, "grace"), now, AC_FORMAT_TEXT, AC_LANG_EN, take, text, NULL), AC_OK);
    cr_expect(strstr(text, "unit.site.far = no") && strstr(text, "unit.extra = 3") && strstr(text, "article 8"), "%s", text);
}

/* --- memory ----------------------------------------------------------------------------- */

Test(owner, asked_for_or_decided_by_allocates_nothing)
{
    failing_mem  f = {.left = -1};
    ac_allocator mem = {sizeof mem, counting_resize, &f};
    ac_decision  all[32];
    ac_record   *one = NULL, *unit, *site;
    size_t       calls;

    cr_assert_eq(ac_record_new(k.book, NULL, ac_record_type(r), rules_text(""), &mem, &one, NULL), AC_OK);
    calls = f.calls;
    cr_assert_eq(ac_rules_evaluate(one, now, all, sizeof all / sizeof *all, NULL), AC_OK);
    cr_assert_eq(ac_record_owner(one, &unit, NULL), AC_OK);
    cr_assert_eq(ac_record_owner(unit, &site, NULL), AC_OK);
    cr_expect_eq(f.calls, calls);
    ac_record_free(one);
    cr_expect_eq(f.live, 0);
    cr_expect_eq(f.wrong_size, 0);
}

static ac_status scenario(const ac_allocator *mem)
{
    ac_record *one = NULL, *crew = NULL, *again;
    ac_value   v;
    ac_status  st = ac_record_new(k.book, NULL, ac_record_type(r), rules_text("T1"), mem, &one, NULL);
    uint32_t   field = rules_field(r, "crew");

    cr_expect_eq(st == AC_OK, one != NULL);
    if (st == AC_OK)
        st = ac_record_link(one, field, &crew, NULL);
    if (one) {
        cr_assert_eq(ac_rules_value(one, rules_field(r, "hands"), now, &v, NULL), AC_OK);
        cr_expect_eq(v.state, st == AC_OK ? AC_VALUE_KNOWN : AC_VALUE_UNKNOWN, "half a link");
        if (st != AC_OK && ac_record_link(one, field, &again, NULL) == AC_OK) {
            cr_assert_eq(ac_rules_value(one, rules_field(r, "hands"), now, &v, NULL), AC_OK);
            cr_expect_eq(v.num, 4, "a second attempt makes it whole");
        }
    }
    ac_record_free(one);
    return st;
}

Test(owner, every_allocation_may_fail)
{
    for (int once = 0; once < 2; once++)
        for (long n = 0;; n++) {
            failing_mem  f = {.left = n, .once = once};
            ac_allocator mem = {sizeof mem, failing_resize, &f};
            ac_status    st = scenario(&mem);

            cr_expect_eq(f.live, 0, "leak after failing allocation %ld", n);
            cr_expect_eq(f.wrong_size, 0);
            if (f.fails == 0) {
                cr_expect_eq(st, AC_OK);
                break;
            }
            cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
        }
}

/* --- what a record is dated by ---------------------------------------------------------------- */

Test(owner, not_dated_yet_leaves_that_to_the_record)
{
    static const char policy[] =
        "policy dated version 1\neffective from 2020-01-01\ntimezone +00:00\ncurrency CNY\nrulebook R \"r\"\n  articles 1\n"
        "values\n  fee : money unset per 1\n"
        "record job is ticket dated opened per 1\n  opened : moment\n"
        "record visit of job dated agreed per 1\n  agreed : moment\n  price = fee\n";
    static const char data[] = "data fees edition 1\nuse from 2020-01-01\nfills dated\nvalues\n  fee = 1 CNY\n"
                               "data fees edition 2\nuse from 2021-01-01\nfills dated\nvalues\n  fee = 2 CNY\n"
                               "data fees edition 3\nuse from 2022-01-01\nfills dated\nvalues\n  fee = 3 CNY\n";
    static const struct {
        const char *opened, *agreed;
        int64_t     minor;
        const char *dated;
    } cases[] = {{NULL, "2021-06-01T00:00:00Z", 200, "2021-06-01T00:00:00Z"},
                 {"2020-06-01T00:00:00Z", "2021-06-01T00:00:00Z", 100, "2020-06-01T00:00:00Z"},
                 {"2020-06-01T00:00:00Z", NULL, 100, "2020-06-01T00:00:00Z"},
                 {NULL, NULL, 300, NULL}};
    rules_case d;

    rules_case_open_text(&d, "dated", policy);
    rules_case_link_text(&d, "fees", data);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ac_record *visit = rules_case_record(&d, "visit"), *job;
        ac_value   v;
        ac_time    at;

        cr_assert_eq(ac_record_owner(visit, &job, NULL), AC_OK);
        if (cases[i].opened)
            rules_set(job, "opened", cases[i].opened);
        if (cases[i].agreed)
            rules_set(visit, "agreed", cases[i].agreed);
        cr_assert_eq(ac_rules_value(visit, rules_field(visit, "price"), now, &v, NULL), AC_OK);
        cr_expect_eq(v.num, cases[i].minor, "case %zu: %lld", i, (long long)v.num);
        cr_expect_eq(ac_rules_dated_at(visit, now, &at, NULL), cases[i].dated ? AC_OK : AC_E_NOT_FOUND);
        if (cases[i].dated)
            cr_expect_eq(at, rules_time(cases[i].dated), "case %zu", i);
        ac_record_free(visit);
    }
    rules_case_close(&d);
}
