/* One ledger over the versions of a policy: what is counted under one counts on under the next. */
#include "rules/rules_case.h"

static const char head[] = "timezone +08:00\ncurrency CNY\nmonth-end clamp\nrecord engineer is engineer\n  name : text\n"
                           "record slip dated seen\n  seen   : moment\n  worker : engineer\n";

/* What lines `fine` say beyond the same in all. */
static void open_version(rules_case *k, int version, const char *effective, const char *fines)
{
    char text[2048];

    snprintf(text, sizeof text, "policy desk version %d\neffective %s\n%soffence late of slip against worker\n%s", version, effective, head, fines);
    rules_case_open_text(k, "versions.policy", text);
}

/* Both in one book, which the second then holds too. */
static void join(rules_case *a, rules_case *b)
{
    ac_rulebook *both = NULL;
    ac_error     err = AC_ERROR_INIT;

    cr_assert_eq(ac_rulebook_with_policy(a->book, NULL, b->policy, &both, NULL, &err), AC_OK, "%s", err.what);
    ac_rulebook_unref(a->book);
    ac_rulebook_unref(b->book);
    a->book = ac_rulebook_ref(both);
    b->book = both;
}

static ac_status enter(ac_ledger *ledger, const rules_case *k, const char *id, const char *seen, ac_charge *charge)
{
    ac_record *record = rules_case_record(k, "slip");
    ac_deed    deeds[8];
    uint32_t   count = 0;
    ac_error   err = AC_ERROR_INIT;
    ac_status  st;

    memset(charge, 0, sizeof *charge);
    rules_set(record, "seen", seen);
    rules_set(record, "worker", "Li");
    st = ac_ledger_enter(ledger, record, rules_text(id), AC_NO_INDEX, NULL, rules_time("2026-01-01T00:00:00Z"), charge, 1, &count, deeds, 8, &err);
    cr_assert_eq(count, st == AC_OK ? 1u : 0u, "%s", err.what);
    ac_record_free(record);
    return st;
}

Test(ledger_versions, occurrences_under_an_earlier_version_count_in_windows_of_a_later_one)
{
    static const struct { const char *seen; int version; uint32_t month, ever, own[3]; int64_t charged; } events[] = {
        { "2024-10-31 09:00", 0, 1, 1, { 0, 0, 0 }, 0 },        /* the window from first begins */
        { "2024-12-30 09:00", 0, 1, 2, { 0, 0, 0 }, 0 },
        { "2024-12-31 23:59", 0, 2, 3, { 0, 0, 0 }, 1000 },
        { "2025-01-01 00:00", 1, 1, 4, { 3, 2, 4 }, 6000 },     /* the first lies 62 days back: out of that window by one */
        { "2025-03-01 00:00", 1, 1, 5, { 3, 1, 5 }, 5700 },     /* the fourth of 62 days, which no line tells from the third */
        { "2025-10-31 00:00", 1, 1, 6, { 1, 1, 1 }, 0 }
    };
    rules_case k[2];
    ac_ledger *ledger = NULL;
    ac_charge  charge;
    char       id[8];

    open_version(&k[0], 1, "from 2024-01-01 to 2025-01-01", "  fine 10 CNY when nth in month > 1\n");
    open_version(&k[1], 2, "from 2025-01-01", "  fine 50 CNY when nth in 62 days > 2\n  fine 3 CNY when nth in 3 days > 1\n  fine 7 CNY when nth in 1 year from first > 3\n");
    join(&k[0], &k[1]);
    cr_assert_eq(ac_ledger_new(NULL, &ledger, NULL), AC_OK);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        snprintf(id, sizeof id, "E%zu", i);
        cr_assert_eq(enter(ledger, &k[events[i].version], id, events[i].seen, &charge), AC_OK);
        cr_expect_eq(charge.occurrence.nth[AC_PERIOD_MONTH], events[i].month, "%s", events[i].seen);
        cr_expect_eq(charge.occurrence.nth[AC_OCCURRENCE_EVER], events[i].ever, "%s", events[i].seen);
        for (uint32_t w = 0; w < 3; w++)
            cr_expect_eq(charge.occurrence.nth[AC_OCCURRENCE_EVER + 1 + w], events[i].own[w], "%s window %u: %u", events[i].seen, w,
                         charge.occurrence.nth[AC_OCCURRENCE_EVER + 1 + w]);
        cr_expect_eq(charge.charged, events[i].charged, "%s: %lld", events[i].seen, (long long)charge.charged);
    }
    ac_ledger_free(ledger);
    rules_case_close(&k[0]);
    rules_case_close(&k[1]);
}

/* A ledger begun without the version cannot tell what lay in its windows: it says so, and is as before. */
Test(ledger_versions, a_window_that_was_not_followed_is_refused)
{
    static const char *const fines[] = { "  fine 1 CNY when nth in 30 days > 3\n", "  fine 1 CNY when nth in 1 month from first > 1\n" };
    rules_case first, later;
    ac_ledger *ledger = NULL;
    ac_charge  charge;

    open_version(&first, 1, "from 2024-01-01 to 2025-01-01", "  fine 10 CNY when nth in 30 days > 2\n");
    for (size_t i = 0; i < 2; i++) {
        open_version(&later, 2, "from 2025-01-01", fines[i]);
        cr_assert_eq(ac_ledger_new(NULL, &ledger, NULL), AC_OK);
        cr_assert_eq(enter(ledger, &first, "E1", "2024-12-30 09:00", &charge), AC_OK);
        cr_expect_eq(enter(ledger, &later, "E2", "2025-01-02 09:00", &charge), AC_E_LIMIT);
        cr_assert_eq(enter(ledger, &first, "E2", "2025-01-02 09:00", &charge), AC_OK);
        cr_expect_eq(charge.occurrence.nth[AC_OCCURRENCE_EVER], 2u);
        ac_ledger_reset(ledger);
        cr_expect_eq(enter(ledger, &later, "E1", "2025-01-02 09:00", &charge), AC_OK);
        ac_ledger_free(ledger);
        rules_case_close(&later);
    }
    rules_case_close(&first);
}
