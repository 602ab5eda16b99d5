#include "rules/rules_case.h"

#include "support/random.h"

#include "rules/limit.h"

/* The short way through a limit must answer as the long way does, whatever the history. */

static test_random numbers = {20261124};

static uint32_t pick(uint32_t n)
{
    return test_random_below(&numbers, n);
}

static const char *const policy =
    "policy plan version 1\neffective from 2020-01-01\ntimezone +08:00\ndays end same-time\nrulebook R \"r\"\n  articles 1\n"
    "calendar work per 1\n  week mon..fri 08:30..12:00, 13:30..18:00\n"
    "enum grade = low, mid, high per 1\n"
    "record job is ticket dated opened per 1\n  grade : grade\n  urgent, waiting : yes/no\n  opened : moment\n"
    "  called : moment within answer after opened per 1\n"
    "  fixed : moment within repair after opened paused while waiting per 1\n"
    "  left : moment within repair after opened hard paused while waiting per 1\n"
    "table terms of job gives answer : span, repair : span per 1\n"
    "  | grade | urgent || answer | repair     |\n"
    "  | low   | -      || 1 h    | 30 h       |\n"
    "  | mid   | yes    || 2 h    | 8 workh    |\n"
    "  | mid   | no     || 4 h    | 2 workdays |\n"
    "  | high  | -      || 0 s    | none       |\n";

static ac_status note_nothing(void *user, const ac_limit_note *note)
{
    (void)user;
    (void)note;
    return AC_OK;
}

/* With somebody watching, a judgement goes the long way. */
static ac_milestone long_way(ac_record *record, uint32_t limit, ac_time now)
{
    ac_limit_watch watch = {note_nothing, NULL, AC_OK};
    ac_limit_clock clock;
    ac_milestone   m = AC_MILESTONE_INIT;
    ac_eval        eval;

    ac_eval_begin(&eval, record, now);
    cr_assert_eq(ac_limit_judge(&eval, limit, &clock, &watch, &m, NULL), AC_OK);
    return m;
}

static void fill(ac_record *r, const uint32_t *f, ac_time base)
{
    ac_record_reset(r);
    if (pick(12))
        cr_assert_eq(ac_record_set_member(r, f[0], pick(3), NULL), AC_OK);
    if (pick(12))
        cr_assert_eq(ac_record_set_bool(r, f[1], (int)pick(2), NULL), AC_OK);
    if (pick(15) == 0)
        cr_assert_eq(ac_record_set_bool(r, f[2], (int)pick(2), NULL), AC_OK);
    if (pick(20))
        cr_assert_eq(ac_record_set_moment(r, f[3], base, NULL), AC_OK);
    for (uint32_t i = 4; i < 7; i++)
        if (pick(3))
            cr_assert_eq(ac_record_set_moment(r, f[i], base - 3600 + (ac_time)pick(400000), NULL), AC_OK);
    for (uint32_t i = pick(10); i > 0; i--)
        cr_assert_eq(ac_record_add_bool(r, f[2], (int)pick(2), base - 7200 + (ac_time)pick(300000) / 600 * 600, NULL), AC_OK);
    if (pick(15) == 0)
        cr_assert_eq(ac_record_add_member(r, f[0], pick(3), base + (ac_time)pick(200000), NULL), AC_OK);
    if (pick(15) == 0)
        cr_assert_eq(ac_record_add_moment(r, f[4 + pick(3)], base + (ac_time)pick(300000), NULL), AC_OK);
}

Test(plan, short_way_answers_as_the_long_way)
{
    static const char *const names[] = {"grade", "urgent", "waiting", "opened", "called", "fixed", "left"};
    rules_case  k = {NULL, NULL, NULL};
    ac_record  *r = NULL;
    uint32_t    f[7], verdicts[AC_VERDICT_NOT_SUPPORTED + 1] = {0};

    rules_case_open_text(&k, "plan.policy", policy);
    cr_assert_eq(ac_record_new(k.book, k.policy, 0, rules_text(""), NULL, &r, NULL), AC_OK);
    for (uint32_t i = 0; i < 7; i++)
        f[i] = ac_policy_find_field(k.policy, 0, rules_text(names[i]));
    for (uint32_t limit = 0; limit < 3; limit++)
        cr_assert_not_null(k.policy->records[0].limits[limit].plan);
    for (int round = 0; round < 100000; round++) {
        ac_time base = INT64_C(1700000000) + (ac_time)pick(30000000);
        ac_time now = base - 10000 + (ac_time)pick(500000);

        fill(r, f, base);
        for (uint32_t limit = 0; limit < 3; limit++) {
            ac_milestone m = AC_MILESTONE_INIT, plain = long_way(r, limit, now);

            cr_assert_eq(ac_rules_milestone(r, limit, now, &m, NULL), AC_OK);
            cr_assert(m.verdict == plain.verdict && m.suspended == plain.suspended && m.by_regrading == plain.by_regrading && m.has_start == plain.has_start &&
                          m.has_due == plain.has_due && m.has_late == plain.has_late && m.has_done == plain.has_done && m.start_at == plain.start_at &&
                          m.due_at == plain.due_at && m.late_at == plain.late_at && m.done_at == plain.done_at && m.late_by_s == plain.late_by_s &&
                          m.left_s == plain.left_s && m.line == plain.line && m.missing == plain.missing,
                      "round %d limit %u: %s due %lld late by %lld, the long way %s due %lld late by %lld", round, limit, ac_verdict_name(m.verdict),
                      (long long)m.due_at, (long long)m.late_by_s, ac_verdict_name(plain.verdict), (long long)plain.due_at, (long long)plain.late_by_s);
            verdicts[m.verdict]++;
        }
    }
    cr_expect(verdicts[AC_VERDICT_MET] > 10000 && verdicts[AC_VERDICT_LATE] > 10000 && verdicts[AC_VERDICT_OPEN] > 10000 && verdicts[AC_VERDICT_NONE] > 10000 &&
              verdicts[AC_VERDICT_UNDECIDED] > 1000);
    ac_record_free(r);
    ac_rulebook_unref(k.book);
    ac_policy_unref(k.policy);
    ac_report_free(k.report);
}
