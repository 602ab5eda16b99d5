/* Tallies against ledgers: the same events, one by one with their records and as columns of numbers. */
#include "rules/rules_case.h"

#include "support/mem.h"
#include "support/random.h"

enum { EVENTS = 20000, PERSONS = 40, OFFENCES = 6 };

static const char policy_text[] =
    "policy tally version 1\neffective from 2020-01-01\ntimezone ZONE\ncurrency CNY\n\n"
    "values\n  base = 5 CNY\n\n"
    "record engineer is engineer\n  name : text\nrecord act dated at\n  at : moment\n  worker : engineer\n  cost : money\n  bad : yes/no\n\n"
    "offence monthly of act against worker\n  fine base when nth in month between 2 and 3\n  fine 10 CNY when nth in month in [4..20]\n"
    "offence yearly of act against worker\n  fine 20 CNY when nth in year > 3 and not nth in year > 8\n  fine 40 CNY when nth in year > 8\n  cap 700 CNY a year\n"
    "offence weekly of act against worker\n  fine 3 CNY\n  fine 4 CNY when nth in week in (2, 4)\n  cap 9 CNY a day\n  cap 30 CNY a quarter\n"
    "offence daily of act against worker\n  fine 1 CNY when nth in day >= 2\n"
    "reward halves of act to worker\n  pay 2 CNY when nth in half-year > 1\n"
    "reward ever of act to worker\n  pay 1 CNY when nth in ever <= 100\n"
    "offence facts of act against worker\n  fine cost\n"
    "offence open of act against worker\n  fine 1 CNY..2 CNY chosen by boss\n"
    "offence twofold of act against worker\n  fine 1 CNY when nth in day > 1 and nth in month > 2\n"
    "offence rolling of act against worker\n  fine 1 CNY when nth in 3 days > 1\n"
    "offence lapsing of act against worker\n  fine 1 CNY when nth in 3 days from first > 1\n"
    "offence parted of act against worker\n  fine 1 CNY\n  shared by worker 50 %, worker 50 %\n"
    "offence bounded of act against worker\n  fine 1 CNY\n"
    "cap a month for engineer over bounded\n  5 CNY\n"
    "roles\n  boss\n";

typedef struct act {
    ac_time  at;
    uint32_t person;
    uint8_t  offence;
} act;

static act acts[EVENTS];

static int by_time(const void *x, const void *y)
{
    const act *a = x, *b = y;

    return (a->at > b->at) - (a->at < b->at);
}

static void open_case(rules_case *k, const char *zone)
{
    char        text[4096];
    const char *mark = strstr(policy_text, "ZONE");

    snprintf(text, sizeof text, "%.*s%s%s", (int)(mark - policy_text), policy_text, zone, mark + 4);
    rules_case_open_text(k, "tally.policy", text);
}

static void draw(test_random *r)
{
    for (int i = 0; i < EVENTS; i++) {
        acts[i].at = test_random_in(r, 1577836800, 1640995200);
        acts[i].person = test_random_below(r, PERSONS);
        acts[i].offence = (uint8_t)test_random_below(r, OFFENCES);
    }
    qsort(acts, EVENTS, sizeof *acts, by_time);
}

/* What the ledger charges, event by event. */
static void by_ledger(rules_case *k, int64_t *charged)
{
    ac_occurrence stated = AC_OCCURRENCE_INIT;
    ac_record    *record = rules_case_record(k, "act");
    ac_ledger    *ledger = NULL;
    char          id[16], who[16];

    stated.is_stated = 1;
    cr_assert_eq(ac_ledger_new(NULL, &ledger, NULL), AC_OK);
    for (int i = 0; i < EVENTS; i++) {
        ac_charge charge;
        ac_deed   deeds[4];
        uint32_t  n = 0;
        ac_error  err = AC_ERROR_INIT;

        ac_record_reset(record);
        snprintf(id, sizeof id, "%06d", i);
        snprintf(who, sizeof who, "P%u", acts[i].person);
        cr_assert_eq(ac_record_set_moment(record, rules_field(record, "at"), acts[i].at, NULL), AC_OK);
        cr_assert_eq(ac_rules_set_subject(record, acts[i].offence, rules_text(who), NULL), AC_OK);
        cr_assert_eq(ac_ledger_enter(ledger, record, rules_text(id), acts[i].offence, &stated, acts[i].at, &charge, 1, &n, deeds, 4, &err), AC_OK, "%s", err.what);
        cr_assert_eq(n, 1u);
        charged[i] = charge.charged;
    }
    ac_ledger_free(ledger);
    ac_record_free(record);
}

static void fill_columns(ac_events_in *in, uint8_t *offences, uint16_t *persons, uint32_t *at)
{
    in->origin = acts[0].at;
    in->rows = EVENTS;
    in->offence = (ac_column_in){ 0, 1, offences, NULL };
    in->person = (ac_column_in){ 0, 2, persons, NULL };
    in->at = (ac_column_in){ 0, 4, at, NULL };
    for (int i = 0; i < EVENTS; i++) {
        offences[i] = acts[i].offence;
        persons[i] = (uint16_t)acts[i].person;
        at[i] = (uint32_t)(acts[i].at - in->origin);
    }
}

static void compare(const char *zone, uint64_t seed)
{
    static int64_t  expected[EVENTS], charged[EVENTS];
    static uint8_t  offences[EVENTS];
    static uint16_t persons[EVENTS];
    static uint32_t at[EVENTS];
    const uint32_t  list[OFFENCES] = { 0, 1, 2, 3, 4, 5 };
    int64_t         totals[PERSONS] = { 0 }, sums[PERSONS] = { 0 };
    test_random     r = { seed };
    ac_tally       *tally = NULL;
    ac_events_in    in, part;
    ac_error        err = AC_ERROR_INIT;
    rules_case      k;

    open_case(&k, zone);
    draw(&r);
    by_ledger(&k, expected);
    fill_columns(&in, offences, persons, at);
    cr_assert_eq(ac_tally_new(k.book, k.policy, list, OFFENCES, PERSONS, NULL, &tally, &err), AC_OK, "%s", err.what);
    part = in;      /* in two calls, the second going on where the first ended */
    part.rows = EVENTS / 3;
    cr_assert_eq(ac_tally_enter(tally, &part, charged, totals, &err), AC_OK, "%s", err.what);
    part.offence.data = offences + part.rows;
    part.person.data = persons + part.rows;
    part.at.data = at + part.rows;
    part.rows = EVENTS - EVENTS / 3;
    cr_assert_eq(ac_tally_enter(tally, &part, charged + EVENTS / 3, totals, &err), AC_OK, "%s", err.what);
    for (int i = 0; i < EVENTS; i++) {
        cr_assert_eq(charged[i], expected[i], "event %d, offence %u: %lld, ledger %lld", i, acts[i].offence, (long long)charged[i], (long long)expected[i]);
        sums[acts[i].person] += expected[i];
    }
    for (int i = 0; i < PERSONS; i++)
        cr_assert_eq(totals[i], sums[i]);
    ac_tally_reset(tally);
    for (int i = 0; i < EVENTS; i++) {      /* again, one event at a time */
        int64_t one = -1;

        cr_assert_eq(ac_tally_add(tally, acts[i].offence, acts[i].person, acts[i].at, &one, &err), AC_OK, "%s", err.what);
        cr_assert_eq(one, expected[i], "event %d", i);
    }
    ac_tally_free(tally);
    rules_case_close(&k);
}

Test(tally, agrees_with_the_ledger)
{
    compare("+08:00", 5);
    compare("EST5EDT,M3.2.0,M11.1.0", 6);
}

Test(tally, what_it_cannot_count_is_refused)
{
    uint32_t   list[1];
    ac_tally  *tally;
    rules_case k;

    open_case(&k, "+08:00");
    for (list[0] = 6; list[0] < 13; list[0]++) {
        ac_error err = AC_ERROR_INIT;

        cr_assert_eq(ac_tally_new(k.book, k.policy, list, 1, 1, NULL, &tally, &err), AC_E_UNSUPPORTED);
        cr_assert_eq(err.subject, list[0]);
        cr_assert_null(tally);
    }
    list[0] = 13;
    cr_assert_eq(ac_tally_new(k.book, k.policy, list, 1, 1, NULL, &tally, NULL), AC_E_NOT_FOUND);
    rules_case_close(&k);
}

Test(tally, bad_rows_stop_it_where_they_stand)
{
    const uint32_t list[] = { 0, 1 };
    uint8_t        offences[] = { 0, 1, 2, 0 };
    uint8_t        persons[] = { 0, 1, 1, 2 };
    int64_t        at[] = { 1577836800, 1577836801, 1577836802, 1577836803 }, totals[2] = { 0, 0 };
    ac_events_in   in = { 2, { 0, 1, offences, NULL }, { 0, 1, persons, NULL }, { 0, 8, at, NULL }, 0 };
    ac_tally      *tally = NULL;
    ac_error       err = AC_ERROR_INIT;
    rules_case     k;

    open_case(&k, "+08:00");
    cr_assert_eq(ac_tally_new(k.book, k.policy, list, 2, 2, NULL, &tally, &err), AC_OK);
    cr_assert_eq(ac_tally_enter(tally, &in, NULL, totals, &err), AC_OK);
    cr_assert_eq(ac_tally_enter(tally, &in, NULL, totals, &err), AC_E_CONFLICT);
    cr_assert_eq(err.subject, 0);
    in.rows = 4;
    ac_tally_reset(tally);
    cr_assert_eq(ac_tally_enter(tally, &in, NULL, NULL, &err), AC_E_RANGE);
    cr_assert_eq(err.subject, 2);
    offences[2] = 0;
    ac_tally_reset(tally);
    cr_assert_eq(ac_tally_enter(tally, &in, NULL, NULL, &err), AC_E_RANGE);
    cr_assert_eq(err.subject, 3);
    in.origin = INT64_MAX;
    ac_tally_reset(tally);
    cr_assert_eq(ac_tally_enter(tally, &in, NULL, NULL, &err), AC_E_RANGE);
    ac_tally_reset(tally);
    cr_assert_eq(ac_tally_add(tally, 2, 0, at[0], NULL, &err), AC_E_RANGE);
    cr_assert_eq(ac_tally_add(tally, 0, 2, at[0], NULL, &err), AC_E_RANGE);
    cr_assert_eq(ac_tally_add(tally, 0, 0, AC_TIME_MAX + 1, NULL, &err), AC_E_RANGE);
    cr_assert_eq(ac_tally_add(tally, 0, 0, at[1], NULL, &err), AC_OK);
    cr_assert_eq(ac_tally_add(tally, 0, 0, at[0], NULL, &err), AC_E_CONFLICT);
    in.at.width = 3;
    cr_assert_eq(ac_tally_enter(tally, &in, NULL, NULL, &err), AC_E_INVALID);
    ac_tally_free(tally);
    rules_case_close(&k);
}

Test(tally, refused_memory_leaves_nothing)
{
    const uint32_t list[] = { 0, 1, 2 };
    rules_case     k;

    open_case(&k, "+08:00");
    for (long n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_tally    *tally = NULL;
        ac_status    st = ac_tally_new(k.book, k.policy, list, 3, 1000, &mem, &tally, NULL);

        ac_tally_free(tally);
        cr_assert_eq(f.live, 0u);
        cr_assert_eq(st, f.fails ? AC_E_NOMEM : AC_OK);
        if (f.fails == 0)
            break;
    }
    rules_case_close(&k);
}
