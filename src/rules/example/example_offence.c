#include "rules/example/example_offence.h"

#include <string.h>

#include "base/hash.h"
#include "policy/model/value.h"

/* ── judging ── */

/* The date that a record stands under; 1970-01-01 when nothing tells. */
static ac_occasion occasion_of(const ac_record *record)
{
    const ac_zone *zone = record->link->zone;
    ac_occasion    when = { 0, 0 };
    ac_cell        at;
    int32_t        second;

    if (record->def->dated == AC_NO_INDEX || !zone)
        return when;
    at = ac_record_cell(record, record->def->dated, AC_TIME_MAX);
    if (at.state != AC_VALUE_KNOWN)
        return when;
    if (record->def->fields[record->def->dated].type.kind == AC_TYPE_DATE)
        at.num = ac_zone_instant(zone, (ac_day)at.num, 0);
    when.at = at.num;
    ac_zone_local(zone, when.at, &when.day, &second);
    return when;
}

/* Whether the occurrence `before` is counted with the one at hand. `first`: that which began the window it fell into. */
static int counts_with(const ac_offence *o, uint32_t window, const ac_example_hit *before, const ac_example_hit *hit, const ac_example_hit **first)
{
    const ac_window_span *span;

    if (window < AC_NTH_SPAN)
        return ac_occurrence_period(window, before->when.day) == ac_occurrence_period(window, hit->when.day);
    span = &o->spans[window - AC_NTH_SPAN];
    if (!span->from_first)
        return ac_occurrence_weighs(span, before->when, hit->when);
    if (!*first || !ac_occurrence_weighs(span, (*first)->when, before->when))
        *first = before;
    return ac_occurrence_weighs(span, (*first)->when, hit->when);
}

/* Numbers an occurrence by those in the rows before. */
static void number(const ac_offence *o, const ac_example_hits *hits, const ac_example_hit *hit, ac_occurrence *occurrence)
{
    uint32_t w, i;

    for (w = 0; w < AC_NTH_SPAN + o->span_count; w++) {
        const ac_example_hit *first = NULL;

        occurrence->nth[w] = 1;
        for (i = 0; i < hits->count; i++)
            if (hits->at[i].offence == hit->offence && ac_text_equal(hits->at[i].subject, hit->subject))
                occurrence->nth[w] += (uint32_t)counts_with(o, w, &hits->at[i], hit, &first);
    }
}

static int is_repeated(const ac_example_hits *hits, const ac_example_hit *hit)
{
    uint32_t i;

    for (i = 0; i < hits->count; i++)
        if (hits->at[i].offence == hit->offence && hits->at[i].record == hit->record)
            return 1;
    return 0;
}

ac_status ac_example_judge_offence(ac_record *record, uint32_t offence, const ac_occurrence *chosen, ac_time now, ac_example_hits *hits,
                                   ac_example_offence *out, ac_error *err)
{
    ac_proposal    blank = AC_PROPOSAL_INIT;
    ac_occurrence  occurrence = *chosen;
    ac_example_hit hit;
    ac_status      st;

    memset(out, 0, sizeof *out);
    out->proposal = blank;
    hit.offence = offence;
    hit.record = record;
    hit.subject = ac_offence_subject(record, offence, now);
    hit.when = occasion_of(record);
    out->is_repeated = (uint8_t)is_repeated(hits, &hit);
    if (out->is_repeated)
        return AC_OK;
    number(&record->policy->offences[offence], hits, &hit, &occurrence);
    st = ac_rules_proposal(record, offence, &occurrence, now, &out->proposal, out->deeds, AC_EXAMPLE_DEEDS, err);
    out->is_refused = st == AC_E_RANGE || st == AC_E_INVALID;
    if (out->is_refused)
        return AC_OK;
    if (st == AC_OK && out->proposal.occurs && hits->count < hits->room)
        hits->at[hits->count++] = hit;
    return st;
}

/* ── comparing ── */

static uint8_t word_of(const ac_example_offence *got)
{
    static const uint8_t words[] = { AC_DEEDS_NONE, AC_DEEDS_NONE, AC_DEEDS_LISTED, AC_DEEDS_OPEN, AC_DEEDS_UNDECIDED, AC_DEEDS_UNSET,
                                     AC_DEEDS_UNDECIDED, AC_DEEDS_UNDECIDED };

    if (got->is_refused)
        return AC_DEEDS_REFUSED;
    if (got->is_repeated || (got->proposal.state == AC_PROPOSAL_MADE && got->proposal.deed_count == 0))
        return AC_DEEDS_NONE;
    return words[got->proposal.state];
}

static int same_deed(ac_eval *e, const ac_deed *deed, const ac_expect_deed *expected)
{
    ac_cell amount;

    if (expected->member != AC_NO_INDEX)
        return deed->kind == AC_DEED_IMPOSE && deed->enumeration == expected->enumeration && deed->member == expected->member;
    if (deed->kind == AC_DEED_IMPOSE)
        return 0;
    amount = ac_eval_program(e, &expected->amount);
    return amount.state == AC_VALUE_KNOWN && amount.den == 1 && amount.num == deed->amount;
}

/* In any order, each once. */
int ac_example_offence_agrees(ac_eval *e, const ac_example_offence *got, const ac_expect *expect)
{
    uint32_t taken = 0, i, k;

    if (word_of(got) != expect->word)
        return 0;
    if (expect->word != AC_DEEDS_LISTED)
        return 1;
    if (expect->deed_count != got->proposal.deed_count)
        return 0;
    for (i = 0; i < expect->deed_count; i++) {
        for (k = 0; k < expect->deed_count && ((taken >> k & 1u) || !same_deed(e, &got->deeds[k], &expect->deeds[i])); k++)
            ;
        if (k == expect->deed_count)
            return 0;
        taken |= 1u << k;
    }
    return 1;
}

/* ── words ── */

static ac_status take(void *user, const char *data, size_t size)
{
    ac_write((ac_writer *)user, data, size);
    return AC_OK;
}

static void write_amount(const ac_eval *e, int64_t minor, ac_writer *out)
{
    const ac_type type = { AC_TYPE_MONEY, 0, 0 };
    ac_value      value = ac_value_from_cell(e->policy, type, ac_cell_known(minor));

    ac_value_format(e->policy, &value, NULL, take, out);
}

static void write_member(const ac_eval *e, uint32_t enumeration, uint32_t member, ac_writer *out)
{
    ac_write_text(out, e->policy->enums[enumeration].members[member].name);
}

static void write_word(uint8_t word, ac_writer *out)
{
    static const char words[][10] = { "", "none", "open", "refused", "unset", "undecided" };

    ac_write_string(out, words[word]);
}

void ac_example_show_expected_deeds(ac_eval *e, const ac_expect *expect, ac_writer *out)
{
    uint32_t i;

    write_word(expect->word, out);
    for (i = 0; i < expect->deed_count; i++) {
        ac_write_string(out, i > 0 ? ", " : "");
        if (expect->deeds[i].member != AC_NO_INDEX)
            write_member(e, expect->deeds[i].enumeration, expect->deeds[i].member, out);
        else
            write_amount(e, ac_eval_program(e, &expect->deeds[i].amount).num, out);
    }
}

void ac_example_show_offence(const ac_eval *e, const ac_example_offence *got, ac_writer *out)
{
    uint32_t i;

    write_word(word_of(got), out);
    for (i = 0; word_of(got) == AC_DEEDS_LISTED && i < got->proposal.deed_count; i++) {
        ac_write_string(out, i > 0 ? ", " : "");
        if (got->deeds[i].kind == AC_DEED_IMPOSE)
            write_member(e, got->deeds[i].enumeration, got->deeds[i].member, out);
        else
            write_amount(e, got->deeds[i].amount, out);
    }
    if (got->proposal.missing) {
        ac_write_string(out, " (");
        ac_write_string(out, got->proposal.missing);
        ac_write_string(out, ")");
    }
}
