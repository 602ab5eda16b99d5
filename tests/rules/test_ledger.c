/* Offences and rewards, one event after the other: tests/data/rules/ledger.txt by the policy offences.policy, windows.txt by windows.policy. */
#include "rules/rules_case.h"

#include <aftercare/cases.h>

#include "support/corpus.h"
#include "support/mem.h"

enum { CHARGES = 16, DEEDS = 32 };

static rules_case k;

static void open_desk(void)
{
    rules_case_open(&k, test_path("tests/data/rules/offences.policy"));
}

static void close_desk(void)
{
    rules_case_close(&k);
}

TestSuite(ledger, .init = open_desk, .fini = close_desk);

/* --- reading an event ------------------------------------------------------------------- */

typedef struct event {
    char          words[12][64];
    int           count;
    ac_record    *record;
    ac_occurrence chosen;
} event;

/* The fact at the end of a path. */
static void fill(ac_record *record, const char *path, const char *value)
{
    ac_record *holder;
    uint32_t   field;
    ac_error   err = AC_ERROR_INIT;

    cr_assert_eq(ac_record_resolve(record, rules_text(path), &holder, &field, &err), AC_OK, "%s: %s", path, err.what);
    cr_assert_eq(ac_record_parse(holder, field, rules_text(value), &err), AC_OK, "%s = %s: %s", path, value, err.what);
}

/* ID RECORD DATE TIME PERSON NAME=VALUE … ; DATE `-`: not known, then there is no TIME. */
static void read_event(const char *line, event *e)
{
    ac_record *job;
    char       when[130];
    int        at = 3, n = 0, is_slip;

    memset(e, 0, sizeof *e);
    e->chosen = (ac_occurrence)AC_OCCURRENCE_INIT;
    while (e->count < 12 && sscanf(line, " %63s%n", e->words[e->count], &n) == 1) {
        line += n;
        e->count++;
    }
    e->record = rules_case_record(&k, e->words[1]);
    is_slip = strcmp(e->words[1], "slip") == 0;
    snprintf(when, sizeof when, "%s", e->words[2]);
    if (e->words[2][0] != '-' && !strchr(e->words[2], 'T'))
        snprintf(when, sizeof when, "%s %s", e->words[2], e->words[at++]);
    if (e->words[2][0] != '-')
        rules_set(e->record, is_slip ? "seen" : "sold", when);
    if (is_slip) {
        cr_assert_eq(ac_record_owner(e->record, &job, NULL), AC_OK);
    } else {
        job = e->record;
    }
    if (strcmp(e->words[at], "-") != 0)
        rules_set(job, "worker", e->words[at]);
    for (int i = at + 1; i < e->count; i++) {
        char *value = strchr(e->words[i], '=');

        cr_assert_not_null(value, "%s", e->words[i]);
        *value++ = '\0';
        if (strcmp(e->words[i], "chosen") == 0) {
            e->chosen.has_chosen = 1;
            e->chosen.chosen = atoll(value) * 100;
        } else if (strcmp(e->words[i], "by") == 0) {
            e->chosen.chosen_by = rules_text(value);
        } else {
            fill(e->record, e->words[i], value);
        }
    }
}

/* --- writing what it comes to ---------------------------------------------------------------- */

static void write_money(FILE *page, int64_t minor)
{
    fprintf(page, minor % 100 ? "%lld.%02lld" : "%lld", (long long)(minor / 100), (long long)(minor % 100));
}

static void write_deed(FILE *page, const ac_deed *deed)
{
    if (deed->kind == AC_DEED_IMPOSE) {
        ac_text name = ac_policy_member_name(k.policy, deed->enumeration, deed->member);

        fprintf(page, " %.*s", (int)name.size, name.data);
        if (deed->span.state == AC_VALUE_KNOWN)
            fprintf(page, " for %lld days", (long long)deed->span.num);
        return;
    }
    fprintf(page, " ");
    write_money(page, deed->amount);
    if (deed->is_open) {
        fprintf(page, "..");
        write_money(page, deed->high);
        fprintf(page, " by %.*s", (int)deed->chosen_by.size, deed->chosen_by.data);
    }
    fprintf(page, " (%s)", deed->clause ? deed->clause : "-");
}

static void write_charge(FILE *page, const char *id, const ac_charge *c, const ac_deed *deeds)
{
    ac_offence_info    info = AC_OFFENCE_INFO_INIT;
    ac_window_info     window = AC_WINDOW_INFO_INIT;
    const ac_proposal *p = &c->proposal;

    cr_assert_eq(ac_policy_offence_at(k.policy, c->offence, &info), AC_OK);
    fprintf(page, "%s %.*s %.*s %s", id, (int)info.name.size, info.name.data, (int)c->payer.size, c->payer.data, ac_proposal_name(p->state));
    if (c->share)
        fprintf(page, " share %u, %lld/%lld", c->share, (long long)c->part.num, (long long)c->part.den);
    for (uint32_t i = 0; i < p->deed_count; i++)
        write_deed(page, &deeds[c->first_deed + i]);
    if (p->state == AC_PROPOSAL_EXCEPTED || p->state == AC_PROPOSAL_UNSET)
        fprintf(page, " per %s", p->clause ? p->clause : "-");
    if (p->state == AC_PROPOSAL_ERROR)
        fprintf(page, " AC-%04u line %u", p->code, p->line);
    if (p->missing)
        fprintf(page, " missing %s", p->missing);
    if (p->occurs) {
        fprintf(page, ":");
        for (uint32_t w = 0; ac_policy_window_at(k.policy, c->offence, w, &window) == AC_OK; w++)
            fprintf(page, w == AC_OCCURRENCE_EVER + 1 ? "; %u" : " %u", c->occurrence.nth[w]);
        fprintf(page, ", ");
        write_money(page, c->charged);
    }
    if (c->capped) {
        fprintf(page, " after ");
        write_money(page, c->capped);
        fprintf(page, " off by %s line %u", c->cap_clause ? c->cap_clause : "-", c->cap_line);
        if (c->carried)
            fprintf(page, ", carried ");
        if (c->carried)
            write_money(page, c->carried);
    }
    if (c->yields_to != AC_NO_INDEX) {
        ac_policy_offence_at(k.policy, c->yields_to, &info);
        fprintf(page, " yields to %.*s", (int)info.name.size, info.name.data);
    }
    fprintf(page, "%s\n", c->waits ? " waits" : "");
}

/* carry:OFFENCE RECORD DATE … : what earlier periods owe. */
static void carry(ac_ledger *ledger, const event *e, FILE *page)
{
    uint32_t   offence = ac_policy_find_offence(k.policy, rules_text(e->words[0] + strlen("carry:")));
    ac_carried out = AC_CARRIED_INIT;
    ac_error   err = AC_ERROR_INIT;
    ac_status  st = ac_ledger_carry(ledger, e->record, offence, rules_time("2025-06-01T00:00:00Z"), &out, &err);

    if (st != AC_OK) {
        fprintf(page, "%s %s AC-%04u %s\n", e->words[0], ac_status_name(st), err.code, err.what);
        return;
    }
    fprintf(page, "%s %.*s %s, taken ", e->words[0], (int)out.person.size, out.person.data, ac_proposal_name(out.state));
    write_money(page, out.taken);
    fprintf(page, ", left ");
    write_money(page, out.left);
    if (out.state != AC_PROPOSAL_NONE)
        fprintf(page, " by %s line %u missing %s", out.clause, out.line, out.missing ? out.missing : "-");
    fprintf(page, "\n");
}

static ac_status enter(ac_ledger *ledger, const char *line, FILE *page)
{
    ac_charge charges[CHARGES];
    ac_deed   deeds[DEEDS];
    ac_error  err = AC_ERROR_INIT;
    uint32_t  count = 0;
    ac_status st;
    event     e;

    read_event(line, &e);
    if (page && strncmp(e.words[0], "carry:", 6) == 0) {
        carry(ledger, &e, page);
        ac_record_free(e.record);
        return AC_OK;
    }
    st = ac_ledger_enter(ledger, e.record, rules_text(e.words[0]), AC_NO_INDEX, &e.chosen, rules_time("2025-06-01T00:00:00Z"), charges, CHARGES,
                         &count, deeds, DEEDS, &err);
    if (page && st != AC_OK)
        fprintf(page, "%s %s AC-%04u %s\n", e.words[0], ac_status_name(st), err.code, err.what);
    for (uint32_t i = 0; page && i < count; i++)
        write_charge(page, e.words[0], &charges[i], deeds);
    ac_record_free(e.record);
    return st;
}

static void enter_all(ac_ledger *ledger, const char *input, FILE *page)
{
    char line[512];
    int  n;

    while (sscanf(input, "%511[^\n]%n", line, &n) == 1) {
        input += n;
        input += *input == '\n';
        enter(ledger, line, page);
    }
}

static void run_corpus(const char *path)
{
    test_corpus *corpus = test_corpus_open(path);
    ac_ledger   *ledger = NULL;
    ac_error     err = AC_ERROR_INIT;

    cr_assert_eq(ac_ledger_new(NULL, &ledger, &err), AC_OK);
    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        char            *text = NULL;
        size_t           size = 0;
        FILE            *page = open_memstream(&text, &size);

        ac_ledger_reset(ledger);
        enter_all(ledger, c->input, page);
        fclose(page);
        cr_expect_str_eq(text, c->expected, "line %u, %s: got\n%s", c->line, c->name, text);
        test_corpus_note(corpus, i, text);
        free(text);
    }
    ac_ledger_free(ledger);
    test_corpus_close(corpus);
}

Test(ledger, events_come_to_what_the_file_says)
{
    run_corpus("tests/data/rules/ledger.txt");
}

/* By another policy than that of the suite. */
static void run_corpus_of(const char *policy, const char *path)
{
    rules_case_close(&k);
    rules_case_open(&k, test_path(policy));
    run_corpus(path);
}

Test(ledger, windows_of_a_length_hold_what_the_file_says)
{
    run_corpus_of("tests/data/rules/windows.policy", "tests/data/rules/windows.txt");
}

Test(ledger, caps_over_several_offences_and_shares_come_to_what_the_file_says)
{
    run_corpus_of("tests/data/rules/caps.policy", "tests/data/rules/caps.txt");
}

Test(ledger, amounts_that_cannot_be_are_told_and_change_nothing)
{
    run_corpus_of("tests/data/rules/amounts.policy", "tests/data/rules/amounts.txt");
}

Test(ledger, each_who_bears_a_share_has_a_case)
{
    ac_charge  charges[CHARGES];
    ac_deed    deeds[DEEDS];
    ac_ledger *ledger = NULL;
    uint32_t   count = 0;
    event      e;

    rules_case_close(&k);
    rules_case_open(&k, test_path("tests/data/rules/caps.policy"));
    cr_assert_eq(ac_ledger_new(NULL, &ledger, NULL), AC_OK);
    read_event("E1 sale 2024-06-03 08:00 a kind=4 harm=1CNY lead=b", &e);
    cr_assert_eq(ac_ledger_enter(ledger, e.record, rules_text("E1"), AC_NO_INDEX, NULL, rules_time("2025-06-01T00:00:00Z"), charges, CHARGES, &count, deeds,
                                 DEEDS, NULL), AC_OK);
    cr_assert_eq(count, 2u);
    for (uint32_t i = 0; i < count; i++) {
        ac_case c = AC_CASE_INIT;

        cr_assert_eq(ac_case_open(e.record, rules_text("E1"), 0, &charges[i], deeds + charges[i].first_deed, &c, NULL), AC_OK);
        cr_expect(c.key.person.size == 1 && c.key.person.data[0] == "ab"[i]);
        cr_expect_eq(c.proposed, i == 0 ? 67 : 33);
    }
    ac_record_free(e.record);
    ac_ledger_free(ledger);
}

/* --- memory ------------------------------------------------------------------------------ */

static void refuse_memory(const char *const lines[2])
{
    long n;

    for (n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_ledger   *ledger = NULL;
        ac_error     err = AC_ERROR_INIT;
        ac_status    st = ac_ledger_new(&mem, &ledger, &err);

        for (size_t i = 0; st == AC_OK && i < 2; i++)
            st = enter(ledger, lines[i], NULL);
        if (f.fails > 0) {
            cr_assert_eq(st, AC_E_NOMEM);
            if (ledger) {   /* what was refused can be entered when there is memory again */
                f.left = -1;
                st = enter(ledger, lines[1], NULL);
                cr_assert(st == AC_OK || st == AC_E_CONFLICT);
            }
        }
        ac_ledger_free(ledger);
        cr_assert_eq(f.live, 0u);
        cr_assert_eq(f.wrong_size, 0u);
        if (f.fails == 0)
            break;
    }
    cr_assert_gt(n, 3);
}

Test(ledger, refused_memory_leaves_nothing_counted)
{
    static const char *const lines[] = { "E1 slip 2024-06-03 08:00 a bad=yes grave=yes", "E2 slip 2024-06-03 09:00 b bad=yes parts=1" };
    static const char *const joint[] = { "E1 sale 2024-06-03 08:00 a kind=2 harm=9CNY worker.wage=1CNY", "E2 sale 2024-06-03 09:00 b kind=4 harm=1CNY lead=a" };
    static const char *const windows[] = { "E1 slip 2024-06-03 08:00 a a=yes b=yes", "E2 slip 2024-06-03 09:00 b c=yes d=yes" };

    refuse_memory(lines);
    rules_case_close(&k);
    rules_case_open(&k, test_path("tests/data/rules/caps.policy"));
    refuse_memory(joint);
    rules_case_close(&k);
    rules_case_open(&k, test_path("tests/data/rules/windows.policy"));
    refuse_memory(windows);
}

Test(ledger, what_was_seen_before_allocates_nothing)
{
    failing_mem  f = { .left = -1 };
    ac_allocator mem = { sizeof mem, failing_resize, &f };
    ac_ledger   *ledger = NULL;
    char         line[80];
    size_t       before;

    cr_assert_eq(ac_ledger_new(&mem, &ledger, NULL), AC_OK);
    cr_assert_eq(enter(ledger, "E0000 slip 2024-06-03 08:00 a bad=yes grave=yes", NULL), AC_OK);
    before = f.calls;
    for (int i = 1; i < 1000; i++) {
        snprintf(line, sizeof line, "E%04d slip 2024-06-03 08:00 a bad=yes grave=yes", i);
        cr_assert_eq(enter(ledger, line, NULL), AC_OK);
    }
    cr_assert_eq(f.calls, before);
    ac_ledger_free(ledger);
}
