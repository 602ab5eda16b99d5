/* What compiles is carried out: its examples run, and of every record type one record is filled with this and that and asked for all of its
 * decisions, with reasons. Whatever the rules say, they end with an answer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <aftercare/rules.h>

#include "fuzz/guard.h"
#include "support/data.h"
#include "support/random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ac_time noon = 1782878400;     /* 2026-07-01T04:00:00Z */

enum { UNMET = 8, RECORDS = 16, FIELDS = 64, DEEDS = 64 };

static void fill(ac_record *record, uint32_t field, ac_type_kind type, test_random *random)
{
    int64_t any = test_random_i64(random), few = test_random_in(random, 0, 5);
    ac_time at = noon - test_random_in(random, 0, 40) * 21600;
    ac_text word = { "A-1", 3 };

    /* What does not fit the field is refused; that is as good. */
    switch (type) {
    case AC_TYPE_BOOL: ac_record_set_bool(record, field, any & 1, NULL); break;
    case AC_TYPE_COUNT: ac_record_set_count(record, field, few ? few : any, NULL); break;
    case AC_TYPE_NUMBER: {
        ac_ratio r = { few ? few : any, 1 + few };
        ac_record_set_number(record, field, r, NULL);
        break;
    }
    case AC_TYPE_MONEY: ac_record_set_money(record, field, few ? few * 1000 : any, NULL); break;
    case AC_TYPE_DATE: ac_record_set_date(record, field, (ac_day)(20635 - few), NULL); break;
    case AC_TYPE_DATETIME: case AC_TYPE_MOMENT: ac_record_add_moment(record, field, at, NULL); ac_record_set_moment(record, field, at, NULL); break;
    case AC_TYPE_DURATION: ac_record_set_duration(record, field, few ? few * 1000 : any, NULL); break;
    case AC_TYPE_SPAN: ac_record_set_span(record, field, few, (ac_unit)(any & 3), NULL); break;
    case AC_TYPE_TEXT: case AC_TYPE_RECORD: ac_record_set_text(record, field, word, NULL); break;
    case AC_TYPE_MANY: ac_record_set_many(record, field, (uint64_t)few, NULL); break;
    case AC_TYPE_ENUM: case AC_TYPE_ROLE: case AC_TYPE_STATE: case AC_TYPE_STEP: case AC_TYPE_RUNG:
        ac_record_set_member(record, field, (uint32_t)few, NULL);
        break;
    default: ac_record_set_none(record, field, NULL); break;
    }
}

static ac_status pass(void *user, const ac_opening *opening)
{
    size_t bytes = 0;

    return ac_rules_opening_key(user, opening, fuzz_swallow, &bytes);
}

static void ask_decisions(ac_record *record, unsigned choice)
{
    uint32_t     count = ac_rules_decision_count(record), i;
    ac_decision *decisions = calloc(count ? count : 1, sizeof *decisions);
    size_t       bytes = 0;
    ac_error     err = AC_ERROR_INIT;

    if (!decisions || ac_rules_evaluate(record, noon, decisions, count, &err) != AC_OK) {
        fprintf(stderr, "BREACH: no decisions: AC-%04u %s %s\n", err.code, err.what ? err.what : "", err.name);
        abort();
    }
    for (i = 0; i < count && i < FIELDS; i++) {
        if (decisions[i].kind == AC_DECISION_VALUE && ac_value_format(ac_record_policy(record), &decisions[i].value, NULL, fuzz_swallow, &bytes) != AC_OK)
            abort();
        if (i % 4 == choice % 4)
            ac_why_render(record, decisions[i].kind, decisions[i].index, noon, choice & 1 ? AC_FORMAT_JSON : AC_FORMAT_TEXT, AC_LANG_ZH, fuzz_swallow,
                          &bytes, NULL);
    }
    free(decisions);
}

static void ask_acts(ac_record *record, uint32_t field_count, unsigned choice)
{
    ac_unmet unmet[UNMET];
    ac_gate  gate = AC_GATE_INIT;
    ac_rank  rank = AC_RANK_INIT;
    ac_gap   gaps[UNMET];
    ac_act   act = AC_ACT_INIT;
    uint32_t i;
    size_t   bytes = 0;

    act.at = noon;
    for (i = 0; i < field_count && i < FIELDS; i++) {
        act.field = i;
        if (ac_rules_gate(record, &act, &gate, unmet, UNMET, NULL) == AC_OK && i % 4 == choice % 4)
            ac_why_gate(record, &act, AC_FORMAT_TEXT, AC_LANG_EN, fuzz_swallow, &bytes, NULL);
        ac_rules_rank(record, i, noon, &rank, gaps, UNMET, NULL);
        ac_rules_openings(record, i, noon, pass, record, NULL);
    }
    ac_rules_openings(record, AC_NO_INDEX, noon, pass, record, NULL);
}

static void ask_proposals(ac_record *record)
{
    ac_policy  *policy = ac_record_policy(record);
    ac_proposal proposal = AC_PROPOSAL_INIT;
    ac_deed     deeds[DEEDS];
    uint32_t    i;

    for (i = 0; i < ac_policy_offence_count(policy) && i < FIELDS; i++)
        ac_rules_proposal(record, i, NULL, noon, &proposal, deeds, DEEDS, NULL);
}

static void decide(ac_rulebook *book, ac_policy *policy, uint32_t type, test_random *random, unsigned choice)
{
    ac_record_info info = AC_RECORD_INFO_INIT;
    ac_field_info  field = AC_FIELD_INFO_INIT;
    ac_text        id = { "R-1", 3 };
    ac_record     *record;
    uint32_t       i;

    if (ac_policy_record_at(policy, type, &info) != AC_OK)
        abort();
    if (ac_record_new(book, policy, type, id, NULL, &record, NULL) != AC_OK)
        abort();
    for (i = 0; i < info.field_count; i++)
        if (ac_policy_field_at(policy, type, i, &field) == AC_OK && test_random_below(random, 3))
            fill(record, i, field.type, random);
    ask_decisions(record, choice);
    ask_acts(record, info.field_count, choice);
    ask_proposals(record);
    ac_record_free(record);
}

/* A zone that is named is Shanghai, whatever its name. */
static void add_zone(ac_rulebook **book, const ac_policy *policy)
{
    static char  *bytes;
    static size_t size;
    ac_rulebook  *next;

    if (ac_rulebook_zone(*book, policy))
        return;
    if (!bytes && !(bytes = test_read(test_path("tests/data/zones/Asia-Shanghai"), &size)))
        abort();
    if (ac_rulebook_with_zone(*book, NULL, ac_policy_timezone(policy), bytes, size, &next, NULL) != AC_OK)
        abort();
    ac_rulebook_unref(*book);
    *book = next;
}

static void carry_out(ac_policy *policy, ac_report *report, unsigned choice)
{
    test_random       random = { choice + 1u };
    ac_rulebook      *book;
    ac_example_counts counts;
    uint32_t          i;

    if (ac_rulebook_with_policy(NULL, NULL, policy, &book, report, NULL) != AC_OK)
        return;
    add_zone(&book, policy);
    (void)ac_rules_run_examples(book, policy, NULL, report, &counts, NULL);
    for (i = 0; i < ac_policy_record_count(policy) && i < RECORDS; i++)
        decide(book, policy, i, &random, choice);
    ac_rulebook_unref(book);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_policy_options options = fuzz_options(fuzz_begin(FUZZ_COMPILE_BYTES));
    ac_source         source = { { "fuzz", 4 }, { NULL, 0 } };
    ac_policy        *policy = NULL;
    ac_report        *report;

    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return 0;
    source.text.data = (const char *)data;
    source.text.size = size;
    if (ac_policy_compile(&source, &options, &policy, report, NULL) == AC_OK) {
        fuzz_accept();
        carry_out(policy, report, fuzz_number_of(data, size));
    }
    fuzz_returned(source.text);
    ac_policy_unref(policy);
    fuzz_end();
    ac_report_free(report);
    return 0;
}
