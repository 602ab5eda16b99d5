#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/aftercare.h>

#include "base/messages.h"
#include "support/random.h"

/* Ladders against brute force: random rungs over three facts, every combination of their values and of *unknown*, each item read
 * anew by Kleene's logic. A rung is told of as never reached, or as one that nobody stays at, exactly when that comes out;
 * an item that is told of as asked already never decides anything. VERIFY_LADDERS=20000 in the environment runs more. */

enum { RUNGS = 4, ITEMS = 3, LOW = -1 };
typedef enum truth { NO, MAYBE, YES } truth;

/* X op K, or two of them with `or`. Fact 0: a count in [0..4]; 1: yes/no; 2: an ordered enum of three. */
typedef struct atom { int fact, op, k; } atom;
typedef struct item { atom atoms[2]; int count; } item;

typedef struct ladder {
    item     items[RUNGS][ITEMS];
    int      counts[RUNGS], rungs;
    char     text[2048];
    unsigned lines[RUNGS];
} ladder;

static const char *const OPS[] = { "=", "!=", "<", "<=", ">", ">=" };
static const char *const MEMBERS[] = { "x", "y", "z" };

static atom random_atom(test_random *r)
{
    atom a;

    a.fact = (int)test_random_below(r, 3);
    a.op = (int)test_random_below(r, a.fact == 1 ? 2 : 6);
    a.k = (int)test_random_below(r, a.fact == 0 ? 5 : a.fact == 1 ? 2 : 3);
    return a;
}

static int write_atom(char *to, const atom *a)
{
    if (a->fact == 1)
        return sprintf(to, "b %s %s", OPS[a->op], a->k ? "yes" : "no");
    if (a->fact == 2)
        return sprintf(to, "c %s %s", OPS[a->op], MEMBERS[a->k]);
    return sprintf(to, "a %s %d", OPS[a->op], a->k);
}

static void make(ladder *l, test_random *r)
{
    int n, i, k, m;

    n = sprintf(l->text, "policy p version 1\nenum e ordered = x, y, z\nrecord q\n  a : count in [0..4]\n  b : yes/no\n  c : e\nladder g of q from zero\n");
    l->rungs = 1 + (int)test_random_below(r, RUNGS);
    for (i = 0; i < l->rungs; i++) {
        l->counts[i] = 1 + (int)test_random_below(r, ITEMS);
        l->lines[i] = 8 + (unsigned)i;
        n += sprintf(l->text + n, "  rung%d needs ", i);
        for (k = 0; k < l->counts[i]; k++) {
            item *it = &l->items[i][k];

            it->count = 1 + (test_random_below(r, 4) == 0);
            n += sprintf(l->text + n, k ? ", " : "");
            for (m = 0; m < it->count; m++) {
                it->atoms[m] = random_atom(r);
                n += sprintf(l->text + n, m ? " or " : "");
                n += write_atom(l->text + n, &it->atoms[m]);
            }
        }
        n += sprintf(l->text + n, "\n");
    }
}

static truth holds_atom(const atom *a, const int *facts)
{
    int v = facts[a->fact], yes[6];

    if (v == LOW)
        return MAYBE;
    yes[0] = v == a->k, yes[1] = v != a->k, yes[2] = v < a->k, yes[3] = v <= a->k, yes[4] = v > a->k, yes[5] = v >= a->k;
    return yes[a->op] ? YES : NO;
}

static truth holds(const item *it, const int *facts)
{
    truth first = holds_atom(&it->atoms[0], facts), second = it->count > 1 ? holds_atom(&it->atoms[1], facts) : NO;

    return first > second ? first : second;
}

static truth reaches(const ladder *l, int rung, const int *facts)
{
    truth all = YES;
    int   i, k;

    for (i = 0; i <= rung; i++)
        for (k = 0; k < l->counts[i]; k++)
            if (holds(&l->items[i][k], facts) < all)
                all = holds(&l->items[i][k], facts);
    return all;
}

/* What brute force finds. */
typedef struct found {
    int can[RUNGS + 1], stays[RUNGS + 1];
    int item_can[RUNGS][ITEMS], decides[RUNGS][ITEMS];      /* decides: fails where the rung below is reached */
} found;

static void search(const ladder *l, found *f)
{
    int facts[3], i, k;

    memset(f, 0, sizeof *f);
    for (facts[0] = LOW; facts[0] <= 4; facts[0]++)
        for (facts[1] = LOW; facts[1] <= 1; facts[1]++)
            for (facts[2] = LOW; facts[2] <= 2; facts[2]++)
                for (i = 0; i < l->rungs; i++) {
                    int is_reached = reaches(l, i, facts) == YES;

                    f->can[i] |= is_reached;
                    f->stays[i] |= is_reached && (i + 1 == l->rungs || reaches(l, i + 1, facts) == NO);
                    for (k = 0; k < l->counts[i]; k++) {
                        f->item_can[i][k] |= holds(&l->items[i][k], facts) == YES;
                        f->decides[i][k] |= holds(&l->items[i][k], facts) != YES && (i == 0 || reaches(l, i - 1, facts) == YES);
                    }
                }
}

static int is_told(const ac_report *report, unsigned code, unsigned line)
{
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;
    size_t        i;

    for (i = 0; i < ac_report_count(report); i++)
        if (ac_report_at(report, i, &d) == AC_OK && d.code == code && (line == 0 || d.span.line == line))
            return 1;
    return 0;
}

/* The items of a line that are told of as asked already. */
static void check_items(const ladder *l, const found *f, const ac_report *report)
{
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;
    size_t        i;
    int           rung, k;

    for (i = 0; i < ac_report_count(report); i++) {
        if (ac_report_at(report, i, &d) != AC_OK || d.code != AC_CODE_RUNG_ASKS_LESS)
            continue;
        rung = (int)d.span.line - 8;
        for (k = 0; k < l->counts[rung] && f->decides[rung][k]; k++)
            ;
        cr_assert_lt(k, l->counts[rung], "an item that decides is told of:\n%s", l->text);
    }
}

Test(verify_ladder, agrees_with_brute_force)
{
    const char *more = getenv("VERIFY_LADDERS");
    long        n = more ? atol(more) : 2000, run, told[3] = { 0, 0, 0 };
    test_random random = { 20261124 };

    for (run = 0; run < n; run++) {
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_source         source = { { "ladder.policy", 13 }, { NULL, 0 } };
        ac_report        *report;
        ac_policy        *policy;
        ladder            l;
        found             f;
        int               i, k, is_dead = 0;

        make(&l, &random);
        search(&l, &f);
        source.text.data = l.text;
        source.text.size = strlen(l.text);
        options.verify = 1;
        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        ac_policy_compile(&source, &options, &policy, report, NULL);
        for (i = 0; i < l.rungs; i++) {
            int is_bad = 0;

            for (k = 0; k < l.counts[i]; k++)
                is_bad |= !f.item_can[i][k] && !is_dead;     /* what is above a rung that nobody reaches is not looked at */
            cr_assert_eq(is_told(report, AC_CODE_WHEN_NEVER, l.lines[i]), is_bad, "%s", l.text);
            is_dead |= is_bad;
            cr_assert_eq(is_told(report, AC_CODE_RUNG_NEVER, l.lines[i]), !f.can[i] && !is_dead, "rung%d:\n%s", i, l.text);
            is_dead |= !f.can[i];
            cr_assert_eq(i + 1 < l.rungs && is_told(report, AC_CODE_RUNG_PASSED, l.lines[i] + 1), f.can[i] && !f.stays[i], "rung%d:\n%s", i, l.text);
        }
        check_items(&l, &f, report);
        told[0] += is_told(report, AC_CODE_RUNG_NEVER, 0);
        told[1] += is_told(report, AC_CODE_RUNG_PASSED, 0);
        told[2] += is_told(report, AC_CODE_RUNG_ASKS_LESS, 0);
        ac_policy_unref(policy);
        ac_report_free(report);
    }
    for (run = 0; run < 3; run++)
        cr_expect_gt(told[run], n / 100, "the cases are too tame: %ld", told[run]);
}
