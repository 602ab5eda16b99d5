/* The life of proposals: tests/data/rules/cases.txt under the policy offences.policy, and what counting again tells. */
#include "rules/rules_case.h"

#include <limits.h>

#include <aftercare/cases.h>

#include "support/corpus.h"

enum { DEEDS = 32 };

static rules_case k;
static ac_record *slip, *sale;

static void open_desk(void)
{
    rules_case_open(&k, test_path("tests/data/rules/offences.policy"));
    slip = rules_case_record(&k, "slip");
    sale = rules_case_record(&k, "sale");
}

static void close_desk(void)
{
    ac_record_free(slip);
    ac_record_free(sale);
    rules_case_close(&k);
}

TestSuite(cases, .init = open_desk, .fini = close_desk);

/* --- a case to begin with ----------------------------------------------------------------- */

/* What the ledger makes of one event. `facts`: pairs of NAME VALUE, ended by NULL. */
static void charge_of(ac_record *record, const char *offence, const char *const *facts, ac_charge *charge, ac_deed *deeds)
{
    uint32_t index = ac_policy_find_offence(k.policy, rules_text(offence)), count;
    ac_ledger *ledger;
    ac_error err = AC_ERROR_INIT;

    ac_record_reset(record);
    rules_set(record, record == slip ? "seen" : "sold", "2024-06-03 08:00");
    for (; *facts; facts += 2)
        rules_set(record, facts[0], facts[1]);
    cr_assert_eq(ac_rules_set_subject(record, index, rules_text("a"), &err), AC_OK, "%s", err.what);
    cr_assert_eq(ac_ledger_new(NULL, &ledger, NULL), AC_OK);
    cr_assert_eq(ac_ledger_enter(ledger, record, rules_text("E1"), index, NULL, 1717400000, charge, 1, &count, deeds, DEEDS, &err), AC_OK, "%s", err.what);
    cr_assert_eq(count, 1u);
    charge->payer = rules_text("a");
    ac_ledger_free(ledger);
}

static const char *const harm[] = { "harm", "200 CNY", NULL }, *const small[] = { "harm", "80 CNY", NULL }, *const bad[] = { "bad", "yes", NULL },
                  *const value[] = { "value", "1000 CNY", "refunded", "no", NULL };

static void begin(const char *what, ac_case *c, ac_deed *deeds)
{
    ac_charge charge;
    ac_error  err = AC_ERROR_INIT;
    ac_status st;

    if (strcmp(what, "range") == 0)
        charge_of(slip, "damage", harm, &charge, deeds);
    else if (strcmp(what, "fine") == 0)
        charge_of(slip, "damage", small, &charge, deeds);
    else if (strcmp(what, "measure") == 0)
        charge_of(slip, "late", bad, &charge, deeds);
    else
        charge_of(sale, "commission", value, &charge, deeds);
    *c = (ac_case)AC_CASE_INIT;
    st = ac_case_open(strcmp(what, "reward") == 0 ? sale : slip, rules_text("E1"), 1000, &charge, deeds, c, &err);
    cr_assert_eq(st, AC_OK, "%s", err.what);
}

/* --- acts as text --------------------------------------------------------------------------- */

static char  *kept[64];
static size_t kept_count;

static ac_text keep(ac_text text)
{
    char *copy = calloc(text.size + 1, 1);

    cr_assert(copy && kept_count < 64);
    kept[kept_count++] = copy;
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    text.data = copy;
    return text;
}

static void drop_kept(void)
{
    while (kept_count > 0)
        free(kept[--kept_count]);
}

/* VERB@AT[#ID][:AMOUNT[/CHARGED]][=ACTOR][+ROLE][?] : the last leaves out the reason */
static void read_act(const char *word, char room[8][32], ac_case_act *act)
{
    long long at = 0, amount = 0, charged = LLONG_MIN;
    int       n = 0;

    *act = (ac_case_act)AC_CASE_ACT_INIT;
    cr_assert_eq(sscanf(word, "%31[a-z]@%lld%n", room[0], &at, &n), 2, "%s", word);
    strcpy(room[1], room[0]);
    act->verb = ac_case_find_verb(rules_text(room[0]));
    act->reason = rules_text("because");
    for (word += n; *word; word += n) {
        if (sscanf(word, "#%31[a-zA-Z0-9]%n", room[1], &n) == 1 || sscanf(word, "/%lld%n", &charged, &n) == 1 || sscanf(word, ":%lld%n", &amount, &n) == 1)
            continue;
        if (sscanf(word, "=%31[a-z]%n", room[2], &n) == 1) {
            act->actor = rules_text(room[2]);
        } else if (sscanf(word, "+%31[a-z]%n", room[3], &n) == 1) {
            act->role = rules_text(room[3]);
        } else {
            cr_assert_eq(*word, '?', "%s", word);
            act->reason = rules_text("");
            n = 1;
        }
    }
    if (strcmp(room[1], "none") == 0)
        room[1][0] = '\0';
    act->id = rules_text(room[1]);
    act->at = at;
    act->amount = amount * 100;
    act->charged = charged != LLONG_MIN ? charged * 100 : act->amount;
}

/* One act of a case, and what comes of it. */
static void write_act(const char *word, ac_case *c, FILE *page, unsigned line)
{
    char        room[8][32];
    ac_case_act act;
    ac_case     before = *c;
    ac_error    err = AC_ERROR_INIT;
    unsigned    allowed = ac_case_allows(c);
    ac_status   st;

    read_act(word, room, &act);
    st = ac_case_do(c, c->is_reward ? sale : slip, &act, &err);
    if (st != AC_OK) {
        cr_expect_eq(memcmp(&before, c, sizeof before), 0, "line %u: a refused act changes nothing", line);
        cr_expect(err.hint && err.line > 0, "line %u: %s", line, err.what);
        fprintf(page, "%s line %u %s: %s\n", ac_status_name(st), err.line, err.clause ? err.clause : "-", err.what);
        return;
    }
    cr_expect(c->entry_count == before.entry_count || allowed >> act.verb & 1u, "line %u: what is done was allowed", line);
    fprintf(page, "%s %lld%s\n", ac_case_state_name(c->state), (long long)c->stands / 100, c->entry_count == before.entry_count ? " as before" : "");
    if (c->entry_count == before.entry_count)
        return;
    /* the texts of an entry are the host's: these last for the test only */
    act = c->entries[before.entry_count].act;
    c->entries[before.entry_count].act.id = keep(act.id);
    c->entries[before.entry_count].act.actor = keep(act.actor);
    c->entries[before.entry_count].act.role = keep(act.role);
}

Test(cases, acts_lead_from_state_to_state)
{
    test_corpus *corpus = test_corpus_open("tests/data/rules/cases.txt");

    cr_assert_gt(test_corpus_count(corpus), 15u);
    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *t = test_corpus_at(corpus, i);
        char            *text = NULL, word[128];
        size_t           size;
        FILE            *page = open_memstream(&text, &size);
        ac_deed          deeds[DEEDS];
        ac_case          c;
        int              n;
        ac_minor         sum;

        begin(t->kind, &c, deeds);
        fprintf(page, "%s %lld\n", ac_case_state_name(c.state), (long long)c.stands / 100);
        for (const char *line = t->input; sscanf(line, " %127s%n", word, &n) == 1; line += n)
            write_act(word, &c, page, t->line);
        sum = c.proposed;
        for (uint32_t e = 0; e < c.entry_count; e++)
            sum += c.entries[e].change;
        cr_expect_eq(sum, c.stands, "line %u: the entries add up", t->line);
        fclose(page);
        cr_expect_str_eq(text, t->expected, "line %u", t->line);
        test_corpus_note(corpus, i, text);
        free(text);
        drop_kept();
    }
    test_corpus_close(corpus);
}

Test(cases, what_is_not_proposed_is_no_case)
{
    static const char *const free_of[] = { "bad", "yes", "excused", "yes", NULL };
    ac_charge charge;
    ac_deed   deeds[DEEDS];
    ac_case   c = AC_CASE_INIT;
    ac_error  err = AC_ERROR_INIT;

    charge_of(slip, "late", free_of, &charge, deeds);
    cr_expect_eq(ac_case_open(slip, rules_text("E1"), 0, &charge, deeds, &c, &err), AC_E_INVALID);
    cr_expect_str_eq(err.what, "nothing is proposed here that could be decided on");
    charge_of(slip, "damage", small, &charge, deeds);
    charge.yields_to = 0;
    cr_expect_eq(ac_case_open(slip, rules_text("E1"), 0, &charge, deeds, &c, &err), AC_E_INVALID);
    c.size = 0;
    charge.yields_to = AC_NO_INDEX;
    cr_expect_eq(ac_case_open(slip, rules_text("E1"), 0, &charge, deeds, &c, &err), AC_E_INVALID, "a struct without its size");
}

Test(cases, names_go_both_ways)
{
    for (int v = 0; v < AC_CASE_VERBS; v++)
        cr_expect_eq(ac_case_find_verb(rules_text(ac_case_verb_name((ac_case_verb)v))), (ac_case_verb)v);
    cr_expect_eq(ac_case_find_verb(rules_text("chop")), AC_CASE_VERBS);
    cr_expect_eq(ac_case_find_verb(rules_text("")), AC_CASE_VERBS);
}

/* --- counting again --------------------------------------------------------------------------- */

static ac_issued line_of(const char *event, const char *offence, uint32_t nth, ac_minor amount)
{
    ac_issued line = { { rules_text(event), rules_text(offence), rules_text("a") }, { 0 }, amount };

    line.nth[2] = nth;
    return line;
}

Test(cases, recount_tells_what_would_change)
{
    const ac_issued   was[] = { line_of("E1", "late", 1, 0), line_of("E2", "late", 2, 0), line_of("E3", "late", 3, 20), line_of("E5", "late", 4, 20) };
    const ac_issued   is[] = { line_of("E1", "late", 1, 0), line_of("E3", "late", 2, 0), line_of("E4", "late", 3, 20), line_of("E5", "late", 4, 20) };
    ac_recount        r = AC_RECOUNT_INIT;
    ac_recount_change change;

    r.was = was;
    r.is = is;
    r.was_count = r.is_count = 4;
    cr_assert_eq(ac_recount_next(&r, &change, NULL), AC_OK);
    cr_expect(change.was == &was[1] && !change.is && change.change == 0, "E2 falls away");
    cr_assert_eq(ac_recount_next(&r, &change, NULL), AC_OK);
    cr_expect(change.was == &was[2] && change.is == &is[1] && change.change == -20, "E3 costs less");
    cr_assert_eq(ac_recount_next(&r, &change, NULL), AC_OK);
    cr_expect(!change.was && change.is == &is[2] && change.change == 20, "E4 comes late");
    cr_expect_eq(ac_recount_next(&r, &change, NULL), AC_E_NOT_FOUND);
    cr_expect_eq(ac_recount_next(&r, &change, NULL), AC_E_NOT_FOUND);
}

Test(cases, recount_refuses_a_line_twice)
{
    const ac_issued   twice[] = { line_of("E1", "late", 1, 0), line_of("E2", "late", 1, 0), line_of("E2", "late", 2, 0) };
    const ac_issued   huge[] = { line_of("E1", "late", 1, INT64_MIN) };
    ac_recount        r = AC_RECOUNT_INIT;
    ac_recount_change change;
    ac_error          err = AC_ERROR_INIT;

    r.is = twice;
    r.is_count = 3;
    cr_assert_eq(ac_recount_next(&r, &change, &err), AC_OK);
    cr_expect_eq(ac_recount_next(&r, &change, &err), AC_E_CONFLICT);
    cr_expect(err.subject == 2 && strcmp(err.name, "E2") == 0 && err.hint, "%s", err.name);
    r = (ac_recount)AC_RECOUNT_INIT;
    r.was = huge;
    r.was_count = 1;
    cr_expect_eq(ac_recount_next(&r, &change, &err), AC_E_RANGE);
    cr_expect_str_eq(err.name, "E1");
}
