#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/aftercare.h>

#include "base/messages.h"
#include "support/random.h"

/* Occurrences against brute force: random offences whose deeds ask for the ordinal and one fact, tried at the first ten ordinals.
 * VERIFY_OFFENCES=20000 in the environment runs more. */

enum { DEEDS = 4, LAST = 10 };

typedef struct deed {
    int is_fine;
    int op, k;              /* nth OP k; op 6: in (k, k + 2), 7: in [k..k + 1], 8: always */
    int fact;               /* 0: none, 1: and, 2: or, 3: and not */
} deed;

typedef struct offence {
    deed deeds[DEEDS];
    int  count;
    char text[1024];
} offence;

static const char *const OPS[] = { "=", "!=", "<", "<=", ">", ">=" };

static void make(offence *o, test_random *r)
{
    int i, n;

    n = sprintf(o->text, "policy p version 1\ntimezone +00:00\ncurrency USD\nenum m = talk\nrecord who is engineer\n  name : text\nrecord r is ticket dated at\n"
                         "  at : moment\n  bad, f : yes/no\n  by-whom : who\noffence lapse of r against by-whom when bad\n");
    o->count = 1 + (int)test_random_below(r, DEEDS);
    for (i = 0; i < o->count; i++) {
        deed *d = &o->deeds[i];

        d->is_fine = test_random_below(r, 3) > 0;
        d->op = (int)test_random_below(r, 12);
        d->op = d->op > 8 ? d->op - 9 + 4 : d->op;      /* most go on */
        d->k = 1 + (int)test_random_below(r, 5);
        d->fact = (int)test_random_below(r, 6);
        d->fact = d->fact > 3 ? 0 : d->fact;
        n += sprintf(o->text + n, d->is_fine ? "  fine %d USD" : "  impose talk", i + 1);
        if (d->op == 8)
            n += sprintf(o->text + n, d->fact ? " when f" : "");
        else if (d->op == 7)
            n += sprintf(o->text + n, " when nth in year in [%d..%d]", d->k, d->k + 1);
        else if (d->op == 6)
            n += sprintf(o->text + n, " when nth in year in (%d, %d)", d->k, d->k + 2);
        else
            n += sprintf(o->text + n, " when nth in year %s %d", OPS[d->op], d->k);
        if (d->op != 8)
            n += sprintf(o->text + n, "%s", d->fact == 1 ? " and f" : d->fact == 2 ? " or f" : d->fact == 3 ? " and not f" : "");
        n += sprintf(o->text + n, "\n");
    }
}

static int holds(const deed *d, int n, int f)
{
    int yes[8];

    if (d->op == 8)
        return !d->fact || f;
    yes[0] = n == d->k, yes[1] = n != d->k, yes[2] = n < d->k, yes[3] = n <= d->k, yes[4] = n > d->k, yes[5] = n >= d->k;
    yes[6] = n == d->k || n == d->k + 2, yes[7] = n == d->k || n == d->k + 1;
    return d->fact == 1 ? yes[d->op] && f : d->fact == 2 ? yes[d->op] || f : d->fact == 3 ? yes[d->op] && !f : yes[d->op];
}

static int some(const offence *o, int fines_only, int n, int f)
{
    int i;

    for (i = 0; i < o->count; i++)
        if ((o->deeds[i].is_fine || !fines_only) && holds(&o->deeds[i], n, f))
            return 1;
    return 0;
}

/* A deed, none at the next occurrence, and, unless to the end, again one later. */
static int has_hole(const offence *o, int fines_only, int to_the_end)
{
    int f, n, m;

    for (f = 0; f < 2; f++)
        for (n = 1; n < LAST; n++) {
            if (!some(o, fines_only, n, f) || some(o, fines_only, n + 1, f))
                continue;
            for (m = n + 2; m <= LAST && !to_the_end && !some(o, fines_only, m, f); m++)
                ;
            if (to_the_end || m <= LAST)
                return 1;
        }
    return 0;
}

static int asks(const offence *o)
{
    int i;

    for (i = 0; i < o->count && o->deeds[i].op == 8; i++)
        ;
    return i < o->count;
}

static int is_told(const ac_report *report, unsigned code)
{
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;
    size_t        i;

    for (i = 0; i < ac_report_count(report); i++)
        if (ac_report_at(report, i, &d) == AC_OK && d.code == code)
            return 1;
    return 0;
}

Test(verify_nth, agrees_with_brute_force)
{
    const char *more = getenv("VERIFY_OFFENCES");
    long        n = more ? atol(more) : 2000, run, holes = 0;
    test_random random = { 20261125 };

    for (run = 0; run < n; run++) {
        ac_policy_options options = AC_POLICY_OPTIONS_INIT;
        ac_source         source = { { "offence.policy", 14 }, { NULL, 0 } };
        ac_report        *report;
        ac_policy        *policy;
        offence           o;
        int               i, fines = 0, expected;

        make(&o, &random);
        for (i = 0; i < o.count; i++)
            fines |= o.deeds[i].is_fine;
        expected = asks(&o) && (fines ? has_hole(&o, 1, 1) && has_hole(&o, 0, 1) : has_hole(&o, 0, 0));
        source.text.data = o.text;
        source.text.size = strlen(o.text);
        options.verify = 1;
        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        ac_policy_compile(&source, &options, &policy, report, NULL);
        cr_assert(!is_told(report, AC_CODE_NTH_NOT_PROVEN), "%s", o.text);
        cr_assert_eq(is_told(report, AC_CODE_NTH_HOLE), expected, "%d expected:\n%s", expected, o.text);
        holes += expected;
        ac_policy_unref(policy);
        ac_report_free(report);
    }
    cr_expect(holes > n / 10 && holes < n - n / 10, "the cases are too tame: %ld", holes);
}
