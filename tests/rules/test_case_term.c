/* The right of reply: terms of choices and answers. tests/data/rules/terms.txt under appeals.policy, and random acts against a plain model. */
#include "rules/rules_case.h"

#include <aftercare/cases.h>

#include "support/corpus.h"
#include "support/mem.h"
#include "support/random.h"

enum { DEEDS = 8, DAY_S = 86400 };

static rules_case k;
static ac_record *slip;

static void open_desk(void)
{
    rules_case_open(&k, test_path("tests/data/rules/appeals.policy"));
    slip = rules_case_record(&k, "slip");
}

static void close_desk(void)
{
    ac_record_free(slip);
    rules_case_close(&k);
}

TestSuite(terms, .init = open_desk, .fini = close_desk);

/* A case of 2024-06-03 08:00. */
static void begin(const char *offence, ac_case *c, ac_deed *deeds)
{
    uint32_t   index = ac_policy_find_offence(k.policy, rules_text(offence)), count;
    ac_charge  charge;
    ac_ledger *ledger;
    ac_error   err = AC_ERROR_INIT;
    ac_time    at = rules_time("2024-06-03T08:00:00+08:00");

    ac_record_reset(slip);
    rules_set(slip, "seen", "2024-06-03 08:00");
    cr_assert_eq(ac_rules_set_subject(slip, index, rules_text("a"), &err), AC_OK, "%s", err.what);
    cr_assert_eq(ac_ledger_new(NULL, &ledger, NULL), AC_OK);
    cr_assert_eq(ac_ledger_enter(ledger, slip, rules_text("E1"), index, NULL, at, &charge, 1, &count, deeds, DEEDS, &err), AC_OK, "%s", err.what);
    cr_assert_eq(count, 1u);
    charge.payer = rules_text("a");
    ac_ledger_free(ledger);
    *c = (ac_case)AC_CASE_INIT;
    cr_assert_eq(ac_case_open(slip, rules_text("E1"), at, &charge, deeds, c, &err), AC_OK, "%s", err.what);
}

/* --- acts as text --------------------------------------------------------------------------- */

static const char *const roles[] = { "", "head", "director", "board" };

/* DAY HH:MM VERB [by a] [as ROLE] [AMOUNT]; days of June 2024. The id is the verb, so that the same act again is the same. */
static ac_case_act read_act(const char *line)
{
    ac_case_act act = AC_CASE_ACT_INIT;
    char        verb[16], word[16], at[32];
    int         day, hour, minute, n;

    cr_assert_eq(sscanf(line, " %d %d:%d %15s%n", &day, &hour, &minute, verb, &n), 4, "%s", line);
    snprintf(at, sizeof at, "2024-06-%02dT%02d:%02d:00+08:00", day, hour, minute);
    act.at = rules_time(at);
    act.verb = ac_case_find_verb(rules_text(verb));
    cr_assert_neq(act.verb, AC_CASE_VERBS, "%s", line);
    act.id = rules_text(ac_case_verb_name(act.verb));
    act.reason = rules_text("because");
    for (line += n; sscanf(line, " %15s%n", word, &n) == 1; line += n)
        if (strcmp(word, "by") == 0) {
            act.actor = rules_text("a");
            line += 2;
        } else if (strcmp(word, "as") == 0) {
            cr_assert_eq(sscanf(line + n, " %15s%n", word, &day), 1);
            for (size_t i = 1; i < sizeof roles / sizeof *roles; i++)
                act.role = strcmp(word, roles[i]) == 0 ? rules_text(roles[i]) : act.role;
            cr_assert_gt(act.role.size, 0u, "%s", word);
            n += day;
        } else {
            act.amount = atoll(word) * 100;
        }
    act.charged = act.verb == AC_CASE_LAPSE ? 5700 : act.amount + 700;
    return act;
}

static void tell_term(const ac_case *c, ac_case_verb verb, ac_time now, FILE *page)
{
    ac_milestone m = AC_MILESTONE_INIT;
    ac_error     err = AC_ERROR_INIT;
    char         until[AC_TIME_TEXT_BYTES] = "";

    cr_assert_eq(ac_case_term(c, slip, verb, now, &m, &err), AC_OK, "%s", err.what);
    if (m.verdict == AC_VERDICT_NONE)
        return;
    if (m.has_due)
        ac_time_format(m.due_at, ac_rulebook_zone(k.book, k.policy), until);
    fprintf(page, "; %s %s%s%s (%s)", verb == AC_CASE_CHOOSE ? "choice" : "answer", ac_verdict_name(m.verdict), m.has_due ? " until " : "", until, m.clause);
}

static void write_act(const char *line, ac_case *c, FILE *page, unsigned number)
{
    ac_case_act act = read_act(line);
    ac_case     before = *c;
    ac_error    err = AC_ERROR_INIT;
    ac_status   st = ac_case_do(c, slip, &act, &err);

    if (st != AC_OK) {
        cr_expect_eq(memcmp(&before, c, sizeof before), 0, "line %u: a refused act changes nothing", number);
        cr_expect(err.hint && err.line > 0, "line %u: %s", number, err.what);
        fprintf(page, "%s line %u %s: %s: %s\n", ac_status_name(st), err.line, err.clause ? err.clause : "-", err.what, err.name);
        return;
    }
    fprintf(page, "%s %lld", ac_case_state_name(c->state), (long long)c->stands / 100);
    tell_term(c, AC_CASE_CHOOSE, act.at, page);
    tell_term(c, AC_CASE_APPEAL, act.at, page);
    fputc('\n', page);
}

Test(terms, acts_keep_their_terms)
{
    test_corpus *corpus = test_corpus_open("tests/data/rules/terms.txt");

    cr_assert_gt(test_corpus_count(corpus), 15u);
    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *t = test_corpus_at(corpus, i);
        char            *text = NULL, line[128];
        size_t           size;
        FILE            *page = open_memstream(&text, &size);
        ac_deed          deeds[DEEDS];
        ac_case          c;
        int              n;

        begin(t->kind, &c, deeds);
        for (const char *at = t->input; sscanf(at, " %127[^\n]%n", line, &n) == 1; at += n)
            write_act(line, &c, page, t->line);
        fclose(page);
        cr_expect_str_eq(text, t->expected, "line %u", t->line);
        test_corpus_note(corpus, i, text);
        free(text);
    }
    test_corpus_close(corpus);
}

Test(terms, a_term_has_not_begun_before_its_clock)
{
    ac_milestone m = AC_MILESTONE_INIT;
    ac_error     err = AC_ERROR_INIT;
    ac_deed      deeds[DEEDS];
    ac_case      c;

    begin("days", &c, deeds);
    cr_expect_eq(ac_case_term(&c, slip, AC_CASE_APPEAL, c.proposed_at, &m, &err), AC_OK);
    cr_expect(m.verdict == AC_VERDICT_OPEN && !m.has_due && m.line > 0);
    cr_expect_eq(ac_case_term(&c, slip, AC_CASE_REVERSE, c.proposed_at, &m, &err), AC_OK);
    cr_expect_eq(m.verdict, AC_VERDICT_NONE, "a reversal has no term");
    cr_expect_eq(ac_case_term(&c, slip, AC_CASE_APPEAL, INT64_MAX, &m, &err), AC_E_RANGE);
    m.size = 0;
    cr_expect_eq(ac_case_term(&c, slip, AC_CASE_APPEAL, c.proposed_at, &m, &err), AC_E_INVALID, "a struct without its size");
}

Test(terms, a_policy_tells_its_terms)
{
    ac_offence_info info = AC_OFFENCE_INFO_INIT;

    cr_assert_eq(ac_policy_offence_at(k.policy, ac_policy_find_offence(k.policy, rules_text("days")), &info), AC_OK);
    cr_expect(info.appeal.size == 7 && memcmp(info.appeal.data, "10 days", 7) == 0);
    cr_expect(info.appeal_to.size == 5 && memcmp(info.appeal_to.data, "board", 5) == 0);
    cr_assert_eq(ac_policy_offence_at(k.policy, ac_policy_find_offence(k.policy, rules_text("free")), &info), AC_OK);
    cr_expect(info.appeal.size == 0 && info.appeal_to.size == 0);
}

Test(terms, a_failing_allocation_leaves_nothing)
{
    size_t            size;
    char             *text = test_read(test_path("tests/data/rules/appeals.policy"), &size);
    ac_source         source = { rules_text("appeals.policy"), { text, size } };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_report        *report;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    for (long n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_policy   *policy = NULL;
        ac_status    st;

        options.mem = &mem;
        options.verify = 1;
        st = ac_policy_compile(&source, &options, &policy, report, NULL);
        ac_policy_unref(policy);
        cr_assert_eq(f.live, 0u, "leak after failing allocation %ld", n);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
        cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    ac_report_free(report);
    free(text);
}

/* --- random acts against a model ------------------------------------------------------------- */

/* What each act leads to from each state, written down by itself: rows as ac_case_state, columns as ac_case_verb; '-': not allowed.
 * p proposed, n notified, a accepted, A appealed, u upheld, r reduced, w withdrawn, f final, R reversed. A choice and a lapse are for a
 * range that is open, and bar all but a withdrawal until then. */
static const char LETTERS[] = "pnaAurwfR";
static const char *const NEXT[AC_CASE_STATES] = {
    /*  choose lapse notify accept appeal uphold reduce withdraw confirm reverse */
    "ppn----w--",
    "---aA--wf-",
    "-------wf-",
    "-----urw--",
    "-------wf-",
    "-------wf-",
    "----------",
    "---------R",
    "----------",
};

/* The model of offence `range`: within 24 h after it was told, within two working days after Monday the 3rd: until the 5th. */
typedef struct model {
    int     state, is_open;
    ac_time last, chosen_until, answered_until;
} model;

static int may_do(const model *m, const ac_case_act *act)
{
    int verb = (int)act->verb, is_range = verb == AC_CASE_CHOOSE || verb == AC_CASE_LAPSE, is_person = verb == AC_CASE_ACCEPT || verb == AC_CASE_APPEAL;

    if (act->at < m->last || NEXT[m->state][verb] == '-' || (m->is_open ? !is_range && verb != AC_CASE_WITHDRAW : is_range))
        return 0;
    if (act->actor.size > 0 && is_person != (act->actor.data[0] == 'a'))
        return 0;
    if (verb == AC_CASE_CHOOSE)
        return act->at <= m->chosen_until && strcmp(act->role.data, "board") != 0;
    if (verb == AC_CASE_LAPSE)
        return act->at > m->chosen_until;
    if (is_person)
        return act->at <= m->answered_until;
    if (verb == AC_CASE_NOTIFY)
        return 1;
    if (act->role.size > 0 && strcmp(act->role.data, "director") != 0)
        return 0;
    return verb != AC_CASE_CONFIRM || m->state != AC_CASE_NOTIFIED || act->at > m->answered_until;
}

static void follow(model *m, const ac_case_act *act)
{
    m->state = (int)(strchr(LETTERS, NEXT[m->state][act->verb]) - LETTERS);
    m->last = act->at;
    m->is_open &= act->verb != AC_CASE_CHOOSE && act->verb != AC_CASE_LAPSE;
    if (act->verb == AC_CASE_NOTIFY)
        m->answered_until = act->at + DAY_S;
}

/* Instants that lie on the edges of the two terms, or anywhere near. */
static ac_time random_instant(test_random *r, const model *m)
{
    switch (test_random_below(r, 6)) {
    case 0: return m->chosen_until + (ac_time)test_random_below(r, 3) - 1;
    case 1: return m->answered_until != AC_TIME_MAX ? m->answered_until + (ac_time)test_random_below(r, 3) - 1 : m->last;
    case 2: return m->last - 1;
    default: return m->last + (ac_time)test_random_below(r, DAY_S);
    }
}

Test(terms, random_acts_follow_the_table)
{
    static const char *const actors[] = { "", "a", "b" };
    test_random r = { 20240603 };
    unsigned    done[AC_CASE_VERBS] = { 0 }, finals = 0;

    for (int round = 0; round < 12000; round++) {
        char    ids[40][8];
        ac_deed deeds[DEEDS];
        ac_case c;
        model   m = { AC_CASE_PROPOSED, 1, 0, 0, AC_TIME_MAX };

        begin("range", &c, deeds);
        m.last = c.proposed_at;
        m.chosen_until = rules_time("2024-06-05T23:59:59+08:00");
        for (int i = 0; i < 40; i++) {
            ac_case_act act = AC_CASE_ACT_INIT;
            ac_case     before = c;
            ac_status   st;
            int         expected;

            snprintf(ids[i], sizeof ids[i], "%d", i);
            act.id = rules_text(ids[i]);
            act.verb = (ac_case_verb)test_random_below(&r, AC_CASE_VERBS);
            act.at = random_instant(&r, &m);
            act.actor = rules_text(actors[test_random_below(&r, 3)]);
            act.role = rules_text(roles[test_random_below(&r, 4)]);
            act.amount = act.verb == AC_CASE_CHOOSE ? 6000 : 0;
            act.charged = act.verb == AC_CASE_CHOOSE ? 6700 : 5700;
            act.reason = rules_text("because");
            expected = may_do(&m, &act);
            st = ac_case_do(&c, slip, &act, NULL);
            cr_assert_eq(st == AC_OK, expected, "round %d, act %d: %s from %s: %s", round, i, ac_case_verb_name(act.verb), ac_case_state_name(before.state), ac_status_name(st));
            if (st != AC_OK) {
                cr_assert_eq(memcmp(&before, &c, sizeof c), 0);
                continue;
            }
            follow(&m, &act);
            done[act.verb]++;
            cr_assert_eq((int)c.state, m.state);
            cr_assert_eq(c.is_open, m.is_open);
        }
        finals += c.state == AC_CASE_FINAL || c.state == AC_CASE_REVERSED;
    }
    for (int v = 0; v < AC_CASE_VERBS; v++)
        cr_expect_gt(done[v], 50u, "%s was done %u times", ac_case_verb_name((ac_case_verb)v), done[v]);
    cr_expect_gt(finals, 100u);
}
