#include "rules/rules_case.h"

#include "support/random.h"

/* What a clock pauses for: facts worked out from others, of other records too, and as many of both as are allowed. */

static test_random numbers = {20261125};

static uint32_t pick(uint32_t n)
{
    return test_random_below(&numbers, n);
}

/* `plain` is paused by a fact that is filled; `worked` by one that comes from facts here and of the owner, a table, the state
 * and moments. */
static const char derived[] =
    "policy pause version 1\neffective from 2020-01-01\ntimezone +00:00\ndays end same-time\nrulebook R \"r\"\n  articles 1\n"
    "roles\n  desk\n"
    "record site per 1\n  shut : yes/no default no\n  flooded : yes/no\n  asked, answered : moment\n"
    "record job of site is ticket dated opened per 1\n  opened, done, left : moment\n  a, held : yes/no\n  n : count\n"
    "  waits = asked is known and not (answered is known)\n"
    "  stop  = level > 1 or waits or (shut and not flooded) or state = Parked\n"
    "  flow\n"
    "  | from | action | to     | by   |\n"
    "  | new  | park   | Parked | desk |\n"
    "  | Parked | go   | Busy   | desk |\n"
    "  | Busy | park   | Parked | desk |\n"
    "  done within 40 h after opened as plain paused while held per 1\n"
    "  left within 40 h after opened as worked paused while stop per 1\n"
    "table level of job gives level : count per 1\n"
    "  | a   | n   || level |\n"
    "  | yes | > 2 || 2     |\n"
    "  | -   | -   || 0     |\n";

enum { HOURS = 60, OPENED = 1600000000 };

static ac_time hour(uint32_t h)
{
    return OPENED + (ac_time)h * 3600;
}

static void add(ac_record *record, const char *field, const char *value, ac_time at)
{
    cr_assert_eq(ac_record_add_parsed(record, rules_field(record, field), rules_text(value), at, NULL), AC_OK, "%s = %s", field, value);
}

/* A yes/no or count: perhaps from the beginning, perhaps later, perhaps never. */
static void change(ac_record *record, const char *field, const char *one, const char *other)
{
    if (pick(2))
        rules_set(record, field, pick(2) ? one : other);
    for (uint32_t n = pick(4); n > 0; n--)
        add(record, field, pick(2) ? one : other, hour(pick(HOURS)));
}

/* A moment: set, or in the history, or both. */
static void happen(ac_record *record, const char *field)
{
    uint32_t index = rules_field(record, field);

    if (pick(2))
        cr_assert_eq(ac_record_set_moment(record, index, hour(pick(HOURS)), NULL), AC_OK);
    for (uint32_t n = pick(3); n > 0; n--)
        cr_assert_eq(ac_record_add_moment(record, index, hour(pick(HOURS)), NULL), AC_OK);
}

static int stops(ac_record *record, ac_time at)
{
    ac_value v;

    cr_assert_eq(ac_rules_value(record, rules_field(record, "stop"), at, &v, NULL), AC_OK);
    return v.state == AC_VALUE_KNOWN && v.num == 1;
}

/* `held` becomes, hour by hour, what `stop` is worked out to be. */
static void hold(ac_record *record)
{
    int was = stops(record, hour(0) - 1);

    rules_set(record, "held", was ? "yes" : "no");
    for (uint32_t h = 0; h < HOURS; h++) {
        int is = stops(record, hour(h));

        if (is != was)
            add(record, "held", is ? "yes" : "no", hour(h));
        was = is;
    }
}

Test(pause, worked_out_from_facts_is_as_good_as_filled)
{
    rules_case k;
    ac_record *r, *site;
    uint32_t   paused = 0, suspended = 0;

    rules_case_open_text(&k, "derived", derived);
    r = rules_case_record(&k, "job");
    cr_assert_eq(ac_record_owner(r, &site, NULL), AC_OK);
    for (uint32_t round = 0; round < 3000; round++) {
        ac_milestone plain = AC_MILESTONE_INIT, worked = AC_MILESTONE_INIT;
        ac_time      now = hour(pick(HOURS + 20));

        ac_record_reset(r);
        cr_assert_eq(ac_record_set_moment(r, rules_field(r, "opened"), hour(pick(10)), NULL), AC_OK);
        change(r, "a", "yes", "no");
        change(r, "n", "1", "7");
        change(site, "shut", "yes", "no");
        change(site, "flooded", "yes", "no");
        if (pick(2)) {
            happen(site, "asked");
            happen(site, "answered");
        }
        if (pick(2)) {
            happen(r, "park");
            happen(r, "go");
        }
        hold(r);
        if (pick(2)) {
            ac_time end = hour(pick(HOURS));

            cr_assert_eq(ac_record_set_moment(r, rules_field(r, "done"), end, NULL), AC_OK);
            cr_assert_eq(ac_record_set_moment(r, rules_field(r, "left"), end, NULL), AC_OK);
        }
        cr_assert_eq(ac_rules_milestone(r, 0, now, &plain, NULL), AC_OK);
        cr_assert_eq(ac_rules_milestone(r, 1, now, &worked, NULL), AC_OK);
        cr_assert(plain.verdict == worked.verdict && plain.due_at == worked.due_at && plain.late_by_s == worked.late_by_s && plain.left_s == worked.left_s &&
                      plain.suspended == worked.suspended,
                  "round %u: %s due %lld late by %lld, worked out %s due %lld late by %lld", round, ac_verdict_name(plain.verdict), (long long)plain.due_at,
                  (long long)plain.late_by_s, ac_verdict_name(worked.verdict), (long long)worked.due_at, (long long)worked.late_by_s);
        paused += plain.has_due && plain.due_at != plain.start_at + 40 * 3600;
        suspended += plain.suspended;
    }
    cr_expect_gt(paused, 500u, "the random records pause too little: %u", paused);
    cr_expect_gt(suspended, 100u, "%u", suspended);
    ac_record_free(r);
    rules_case_close(&k);
}

/* 63 facts of eight records, each pausing for half an hour of its own. */
Test(pause, all_that_a_limit_may_pause_for_counts)
{
    static char text[8192];
    rules_case  k;
    ac_record  *r;
    size_t      size = 0;
    char        name[16];

    size += (size_t)snprintf(text + size, sizeof text - size,
                             "policy pause version 1\neffective from 2020-01-01\ntimezone +00:00\ndays end same-time\nrulebook R \"r\"\n  articles 1\n"
                             "record unit per 1\n  b0");
    for (int i = 1; i < 8; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, ", b%d", i);
    size += (size_t)snprintf(text + size, sizeof text - size, " : yes/no\nrecord job is ticket dated opened per 1\n  opened, done : moment\n  b0");
    for (int i = 1; i < 7; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, ", b%d", i);
    size += (size_t)snprintf(text + size, sizeof text - size, " : yes/no\n  l1, l2, l3, l4, l5, l6, l7 : unit\n  done within 40 h after opened paused while b0");
    for (int i = 1; i < 63; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, i < 7 ? ", b%d" : ", l%2$d.b%1$d", i < 7 ? i : (i - 7) % 8, (i - 7) / 8 + 1);
    snprintf(text + size, sizeof text - size, "\n");
    rules_case_open_text(&k, "many", text);
    r = rules_case_record(&k, "job");
    cr_assert_eq(ac_record_set_moment(r, rules_field(r, "opened"), hour(0), NULL), AC_OK);
    for (int i = 0; i < 63; i++) {
        ac_record *holder = r;

        if (i >= 7) {
            snprintf(name, sizeof name, "l%d", (i - 7) / 8 + 1);
            cr_assert_eq(ac_record_link(r, rules_field(r, name), &holder, NULL), AC_OK);
        }
        snprintf(name, sizeof name, "b%d", i < 7 ? i : (i - 7) % 8);
        add(holder, name, "yes", hour((uint32_t)i));
        add(holder, name, "no", hour((uint32_t)i) + 1800);
    }
    {
        ac_milestone m = rules_judge(r, "done", "2021-01-01T00:00:00Z");

        cr_expect_eq(m.due_at, hour(62) + 1800 + (40 * 3600 - 63 * 1800 + 1800), "%lld", (long long)(m.due_at - hour(0)));
    }
    ac_record_free(r);
    rules_case_close(&k);
}
