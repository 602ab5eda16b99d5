/* Ordinals and caps against a slow reference that reads all earlier events anew, with local dates from libc. */
#define _GNU_SOURCE
#include "rules/rules_case.h"

#include <stdlib.h>
#include <time.h>

#include "support/random.h"

enum { EVENTS = 2500, ROUNDS = 24, PERSONS = 6, OFFENCES = 3, WINDOWS = AC_OCCURRENCE_EVER + 1, ZONE_S = 8 * 3600 };

static const char policy_text[] =
    "policy random version 1\neffective from 2020-01-01\ntimezone +08:00\ncurrency CNY\n\n"
    "record engineer is engineer\n  name : text\n"
    "record act dated at\n  at : moment\n  worker : engineer\n  cost : money\n  a, b, c : yes/no\n\n"
    "offence first of act against worker when a\n  fine cost\n  cap 300 CNY a day\n  cap 900 CNY a month\n"
    "offence second of act against worker when b\n  fine cost when nth in quarter > 3\n  cap 700 CNY a week\n  cap 5000 CNY a year\n"
    "offence third of act against worker when c\n  fine cost * 2 when nth in half-year > 1\n  cap 400 CNY a quarter\n  cap 800 CNY a half-year\n";

/* Periods each cap is over, in whole yuan; window as ac_period_kind. */
static const struct { int window; int64_t yuan; } caps[OFFENCES][2] = {
    { { AC_PERIOD_DAY, 300 }, { AC_PERIOD_MONTH, 900 } }, { { AC_PERIOD_WEEK, 700 }, { AC_PERIOD_YEAR, 5000 } },
    { { AC_PERIOD_QUARTER, 400 }, { AC_PERIOD_HALF_YEAR, 800 } } };

typedef struct act {
    ac_time at;
    char    id[8];
    int     person, hits;       /* bit per offence */
    int64_t cost, charged[OFFENCES];
    char    periods[WINDOWS][16];
} act;

static act acts[EVENTS];

/* The names of the periods that hold an instant, by libc. */
static void name_periods(act *a)
{
    time_t    local = (time_t)a->at + ZONE_S, monday;
    struct tm t, m;

    gmtime_r(&local, &t);
    monday = local - (time_t)((t.tm_wday + 6) % 7) * 86400;
    gmtime_r(&monday, &m);
    snprintf(a->periods[AC_PERIOD_DAY], 16, "%d-%d", t.tm_year, t.tm_yday);
    snprintf(a->periods[AC_PERIOD_WEEK], 16, "%d-%d", m.tm_year, m.tm_yday);
    snprintf(a->periods[AC_PERIOD_MONTH], 16, "%d-%d", t.tm_year, t.tm_mon);
    snprintf(a->periods[AC_PERIOD_QUARTER], 16, "%d-%d", t.tm_year, t.tm_mon / 3);
    snprintf(a->periods[AC_PERIOD_HALF_YEAR], 16, "%d-%d", t.tm_year, t.tm_mon / 6);
    snprintf(a->periods[AC_PERIOD_YEAR], 16, "%d", t.tm_year);
    snprintf(a->periods[AC_OCCURRENCE_EVER], 16, "ever");
}

static int by_time_and_id(const void *x, const void *y)
{
    const act *a = x, *b = y;

    return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : strcmp(a->id, b->id);
}

static void draw(test_random *r)
{
    static const int64_t edges[] = { 1704038399, 1704038400, 1709135999, 1709222400, 1719763199, 1719763200, 1735660799, 1735660800 };

    for (int i = 0; i < EVENTS; i++) {
        act *a = &acts[i];

        memset(a, 0, sizeof *a);
        a->at = test_random_below(r, 4) == 0 ? edges[test_random_below(r, 8)] : test_random_in(r, 1703900000, 1740000000);
        snprintf(a->id, sizeof a->id, "%05d", i);
        a->person = (int)test_random_below(r, PERSONS);
        a->hits = (int)test_random_below(r, 8);
        a->cost = (int64_t)test_random_below(r, 400) * 100;
        name_periods(a);
    }
    qsort(acts, EVENTS, sizeof *acts, by_time_and_id);
}

static int64_t reference_amount(const act *a, int offence, const uint32_t *nth)
{
    if (offence == 1)
        return nth[AC_PERIOD_QUARTER] > 3 ? a->cost : 0;
    if (offence == 2)
        return nth[AC_PERIOD_HALF_YEAR] > 1 ? 2 * a->cost : 0;
    return a->cost;
}

static void compare(int i, int offence, const ac_charge *charge)
{
    act     *a = &acts[i];
    uint32_t nth[WINDOWS] = { 0 };
    int64_t  amount, left;

    for (int k = 0; k <= i; k++)
        for (int w = 0; w < WINDOWS; w++)
            nth[w] += acts[k].person == a->person && (acts[k].hits >> offence & 1) && strcmp(acts[k].periods[w], a->periods[w]) == 0;
    for (int w = 0; w < WINDOWS; w++)
        cr_assert_eq(charge->occurrence.nth[w], nth[w], "event %s offence %d window %d: %u, reference %u", a->id, offence, w, charge->occurrence.nth[w], nth[w]);
    amount = reference_amount(a, offence, nth);
    cr_assert_eq(charge->amount, amount);
    for (int c = 0; c < 2; c++) {
        left = caps[offence][c].yuan * 100;
        for (int k = 0; k < i; k++)
            if (acts[k].person == a->person && strcmp(acts[k].periods[caps[offence][c].window], a->periods[caps[offence][c].window]) == 0)
                left -= acts[k].charged[offence];
        amount = amount < left ? amount : left;
    }
    cr_assert_eq(charge->charged, amount, "event %s offence %d: %lld, reference %lld", a->id, offence, (long long)charge->charged, (long long)amount);
    cr_assert_eq(charge->charged + charge->capped, charge->amount);
    a->charged[offence] = amount;
}

Test(ledger_random, ordinals_and_caps_agree_with_reading_all_again)
{
    test_random r = { 20241124 };
    rules_case  k;
    ac_record  *record;
    ac_ledger  *ledger = NULL;

    rules_case_open_text(&k, "random.policy", policy_text);
    record = rules_case_record(&k, "act");
    cr_assert_eq(ac_ledger_new(NULL, &ledger, NULL), AC_OK);
    for (int round = 0; round < ROUNDS; round++) {
        ac_ledger_reset(ledger);
        draw(&r);
        for (int i = 0; i < EVENTS; i++) {
            const char *fields[] = { "a", "b", "c" };
            ac_charge   charges[OFFENCES];
            ac_deed     deeds[OFFENCES];
            ac_error    err = AC_ERROR_INIT;
            uint32_t    count = 0, hits = 0;
            char        worker[4];

            ac_record_reset(record);
            cr_assert_eq(ac_record_set_moment(record, rules_field(record, "at"), acts[i].at, NULL), AC_OK);
            snprintf(worker, sizeof worker, "P%d", acts[i].person);
            rules_set(record, "worker", worker);
            cr_assert_eq(ac_record_set_money(record, rules_field(record, "cost"), acts[i].cost, NULL), AC_OK);
            for (int o = 0; o < OFFENCES; o++)
                cr_assert_eq(ac_record_set_bool(record, rules_field(record, fields[o]), acts[i].hits >> o & 1, NULL), AC_OK);
            cr_assert_eq(ac_ledger_enter(ledger, record, rules_text(acts[i].id), AC_NO_INDEX, NULL, acts[i].at, charges, OFFENCES, &count, deeds, OFFENCES,
                                         &err), AC_OK, "%s", err.what);
            for (uint32_t c = 0; c < count; c++) {
                compare(i, (int)charges[c].offence, &charges[c]);
                hits |= 1u << charges[c].offence;
            }
            cr_assert_eq(hits, (uint32_t)acts[i].hits);
        }
    }
    ac_ledger_free(ledger);
    ac_record_free(record);
    rules_case_close(&k);
}
