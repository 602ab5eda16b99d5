#include <stddef.h>

#include "rules/rules_case.h"

/* Structs that begin with their size: hosts that were compiled with a shorter or a longer one are answered all the same. */

static const char policy[] =
    "policy sizes version 1\neffective from 2020-01-01\ntimezone +00:00\ncurrency CNY\ndays end same-time\nrulebook R \"r\"\n  articles 1\n"
    "roles\n  desk\n"
    "record worker is engineer per 1\n  trained : count\n"
    "record job is ticket dated opened per 1\n  opened, done : moment\n  worker : worker\n  rude : yes/no\n"
    "  done within 40 h after opened per 1\n"
    "ladder grade of worker from one per 1\n  two needs\n    trained >= 3\n"
    "offence rude of job against worker when rude per 1\n  fine 100 CNY\n";

/* A struct of the host with a few bytes behind what it says it has. */
typedef union {
    size_t        size;
    ac_milestone  milestone;
    ac_gate       gate;
    ac_rank       rank;
    ac_proposal   proposal;
    unsigned char bytes[512];
} held;

enum { MARK = 0xA5 };

typedef struct sizes {
    rules_case k;
    ac_record *job, *worker;
} sizes;

static ac_status ask(sizes *s, int which, void *out)
{
    static ac_act act = AC_ACT_INIT;
    ac_deed       deed;

    act.field = rules_field(s->job, "done");
    act.at = 1600000600;
    switch (which) {
    case 0:
        return ac_rules_milestone(s->job, 0, 1600000600, out, NULL);
    case 1:
        return ac_rules_gate(s->job, &act, out, NULL, 0, NULL);
    case 2:
        return ac_rules_rank(s->worker, rules_field(s->worker, "grade"), 1600000600, out, NULL, 0, NULL);
    default:
        return ac_rules_proposal(s->job, 0, NULL, 1600000600, out, &deed, 1, NULL);
    }
}

static void check(sizes *s, int which, size_t whole)
{
    held   now, other;
    size_t size;

    memset(&now, MARK, sizeof now);
    now.size = whole;
    cr_assert_eq(ask(s, which, &now), AC_OK, "%d", which);
    cr_expect_eq(now.size, whole);
    for (size = sizeof size; size < whole + 16; size += sizeof(void *)) {
        size_t filled = size < whole ? size : whole;

        memset(&other, MARK, sizeof other);
        other.size = size;
        cr_assert_eq(ask(s, which, &other), AC_OK, "%d: %zu", which, size);
        cr_expect_eq(other.size, filled, "%d: %zu", which, size);
        if (filled >= sizeof size + sizeof(int))
            cr_expect_arr_eq(other.bytes + sizeof size, now.bytes + sizeof size, sizeof(int), "%d: %zu", which, size);
        for (; filled < sizeof other; filled++)
            cr_assert_eq(other.bytes[filled], MARK, "%d of size %zu: byte %zu was written", which, size, filled);
    }
    memset(&other, 0, sizeof other);
    cr_expect_eq(ask(s, which, &other), AC_E_INVALID, "%d", which);
}

Test(sizes, hosts_of_another_version_are_answered)
{
    static const size_t wholes[] = { sizeof(ac_milestone), sizeof(ac_gate), sizeof(ac_rank), sizeof(ac_proposal) };
    sizes               s;
    ac_act              act = AC_ACT_INIT;
    ac_gate             gate = AC_GATE_INIT;
    ac_occurrence       occurrence = AC_OCCURRENCE_INIT;
    ac_proposal         proposal = AC_PROPOSAL_INIT;
    ac_deed             deed;
    ac_error            err = AC_ERROR_INIT;
    int                 i;

    rules_case_open_text(&s.k, "sizes", policy);
    s.job = rules_case_record(&s.k, "job");
    s.worker = rules_case_record(&s.k, "worker");
    cr_assert_eq(ac_record_attach_link(s.job, rules_field(s.job, "worker"), s.worker, &err), AC_OK, "%s", err.what);
    rules_set(s.job, "opened", "2020-09-13T12:00:00Z");
    rules_set(s.job, "rude", "yes");
    rules_set(s.worker, "trained", "2");
    for (i = 0; i < 4; i++)
        check(&s, i, wholes[i]);

    act.size--;
    act.field = rules_field(s.job, "done");
    act.at = 1600000600;
    cr_expect_eq(ac_rules_gate(s.job, &act, &gate, NULL, 0, &err), AC_E_INVALID);
    cr_expect_eq(err.code, 8065);
    occurrence.size = 0;
    cr_expect_eq(ac_rules_proposal(s.job, 0, &occurrence, 1600000600, &proposal, &deed, 1, &err), AC_E_INVALID);
    ac_record_free(s.job);
    ac_record_free(s.worker);
    rules_case_close(&s.k);
}
