#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "oracle.h"
#include "random_calendar.h"
#include "support/data.h"

/* Every calendar is asked so many questions; together they are well over a million. */
enum { CALENDARS = 276, QUESTIONS = 4400, DAYS = 64, LEAST = 1000000 };

static const uint64_t seed = 20261124;

typedef struct asked {
    long questions, answered, not_covered, suspended, beyond, clashes, by_steps;
} asked;

static int agrees(ac_status st, const ac_clock_answer *mine, oracle_answer truth)
{
    switch (truth.kind) {
    case ORACLE_AT:
        return st == AC_OK && mine->state == AC_CLOCK_AT && mine->at == truth.at && mine->beyond == truth.beyond;
    case ORACLE_NOT_COVERED:
        return st == AC_OK && mine->state == AC_CLOCK_NOT_COVERED;
    case ORACLE_SUSPENDED:
        return st == AC_OK && mine->state == AC_CLOCK_SUSPENDED && mine->left_s == truth.left_s && mine->beyond == truth.beyond;
    default:
        return 1;
    }
}

static void count(asked *a, oracle_answer truth)
{
    if (truth.kind == ORACLE_OUTSIDE)
        return;
    a->answered++;
    a->not_covered += truth.kind == ORACLE_NOT_COVERED;
    a->suspended += truth.kind == ORACLE_SUSPENDED;
    a->beyond += truth.beyond;
}

/* One question of each kind in turn. Returns 0 on a difference. */
static int ask(const ac_calendar *c, const oracle *o, rng *r, asked *a, char *text, size_t text_size)
{
    static const char *const ops[] = {"due", "late", "subtract", "elapsed", "open", "due by steps"};
    ac_pause        p[5];
    ac_time         at = o->from + 86400 * 20 + rng_below(r, (DAYS - 30) * 86400);
    ac_time         to = o->from + 86400 * 5 + rng_below(r, (DAYS - 10) * 86400);
    ac_secs         amount = rng_below(r, 5) ? rng_below(r, rng_below(r, 3) ? 40000 : 400000) : rng_below(r, 3);
    size_t          n = random_pauses(r, at - 200000, at + 600000, p, 5);
    int             op = (int)rng_below(r, 5), open = 0, same = 0;
    ac_clock_answer mine;
    ac_secs         seconds = 0;
    oracle_answer   truth = {ORACLE_OUTSIDE, 0, 0, 0};
    ac_status       st = AC_OK;

    memset(&mine, 0, sizeof mine);
    switch (op) {
    case 0:
        truth = oracle_due(o, at, amount, p, n);
        if (rng_below(r, 64) == 0) {
            oracle_answer slow = oracle_due_by_steps(o, at, amount, p, n);

            a->by_steps++;
            if (slow.kind != truth.kind || (slow.kind == ORACLE_AT && slow.at != truth.at) || slow.left_s != truth.left_s)
                op = 5;
        }
        st = ac_clock_due(c, AC_CLOCK_WORKING, at, amount, p, n, &mine, NULL);
        same = op == 0 && agrees(st, &mine, truth);
        break;
    case 1:
        truth = oracle_late(o, at, amount, p, n);
        st = ac_clock_late(c, AC_CLOCK_WORKING, at, amount, p, n, &mine, NULL);
        same = agrees(st, &mine, truth);
        break;
    case 2:
        truth = oracle_subtract(o, at, amount, p, n);
        st = ac_clock_subtract(c, AC_CLOCK_WORKING, at, amount, p, n, &mine, NULL);
        same = agrees(st, &mine, truth);
        break;
    case 3:
        truth = oracle_elapsed(o, at, to, p, n);
        st = ac_clock_elapsed(c, AC_CLOCK_WORKING, at, to, p, n, &seconds, NULL);
        mine.at = seconds;
        same = truth.kind == ORACLE_AT ? st == AC_OK && seconds == truth.left_s : st == AC_E_NOT_COVERED;
        break;
    default:
        truth = oracle_elapsed(o, at, at + 1, NULL, 0);
        st = ac_calendar_is_open(c, at, &open, NULL);
        mine.at = open;
        same = truth.kind == ORACLE_AT ? st == AC_OK && open == truth.left_s : st == AC_E_NOT_COVERED;
    }
    a->questions++;
    count(a, truth);
    if (!same) {
        int used = snprintf(text, text_size, "%s at %lld amount %lld to %lld: status %d state %d at %lld left %lld beyond %d; truth kind %d "
                            "at %lld left %lld beyond %d; pauses", ops[op], (long long)at, (long long)amount, (long long)to, (int)st,
                            (int)mine.state, (long long)mine.at, (long long)mine.left_s, mine.beyond, (int)truth.kind,
                            (long long)truth.at, (long long)truth.left_s, truth.beyond);

        for (size_t i = 0; i < n && used < (int)text_size; i++)
            used += snprintf(text + used, text_size - (size_t)used, " %lld/%lld", (long long)p[i].from, (long long)p[i].to);
    }
    return same;
}

static void try_calendar(int number, asked *a)
{
    static random_calendar drawn;
    const zone_case *z = &zone_cases[(size_t)number % zone_cases_count];
    rng              r = {seed + (uint64_t)number * 1000003};
    ac_zone         *zone = zone_case_make(z);
    ac_calendar     *calendar = NULL;
    ac_text          text = {z->near, strlen(z->near)};
    ac_day           near = 0;
    oracle           o;
    ac_status        st;
    char             what[800];

    ac_day_parse(text, &near, NULL);
    random_calendar_draw(&drawn, &r, near);
    st = ac_calendar_new(NULL, &drawn.spec, zone, &calendar, NULL);
    if (!oracle_make(&o, &drawn.spec, zone_case_tz(z), (near - DAYS / 2) * INT64_C(86400), DAYS * INT64_C(86400))) {
        cr_assert_eq(st, AC_E_INVALID, "calendar %d clashes: %s", number, ac_status_name(st));
        a->clashes++;
    } else {
        cr_assert_eq(st, AC_OK, "calendar %d: %s", number, ac_status_name(st));
        for (int i = 0; i < QUESTIONS; i++)
            cr_assert(ask(calendar, &o, &r, a, what, sizeof what), "calendar %d zone %s near %s: %s", number, z->tz, z->near, what);
        oracle_free(&o);
    }
    ac_calendar_unref(calendar);
    ac_zone_unref(zone);
}

Test(oracle, a_million_random_cases_agree_second_by_second)
{
    asked a;

    memset(&a, 0, sizeof a);
    for (int number = 0; a.answered < LEAST || number < CALENDARS; number++) {
        cr_assert_lt(number, CALENDARS * 3, "too few cases: %ld", a.answered);
        try_calendar(number, &a);
    }
    fprintf(stderr, "oracle: seed %llu, %ld cases (%ld not covered, %ld suspended, %ld beyond; %ld by single steps; %ld calendars clash)\n",
            (unsigned long long)seed, a.answered, a.not_covered, a.suspended, a.beyond, a.by_steps, a.clashes);
    cr_assert_geq(a.answered, LEAST);
    cr_assert_gt(a.not_covered, 1000);
    cr_assert_gt(a.suspended, 1000);
    cr_assert_gt(a.beyond, 1000);
    cr_assert_gt(a.clashes, 0);
}
