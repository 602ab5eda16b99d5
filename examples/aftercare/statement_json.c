#include "aftercare/statement.h"

#include <stdlib.h>

#include "aftercare/acts.h"
#include "aftercare/recount.h"

/* Statements for programs: one JSON object. */

static void json_pair(const char *name, ac_text text, FILE *to)
{
    fprintf(to, "\"%s\":", name);
    json_text(to, text.data, text.size);
}

static void json_deed(const penalty_line *line, const ac_deed *deed, FILE *to)
{
    if (deed->kind == AC_DEED_IMPOSE) {
        fputc('{', to);
        json_pair("impose", ac_policy_member_name(line->policy, deed->enumeration, deed->member), to);
        if (deed->span.state == AC_VALUE_KNOWN) {
            text_buffer text = { 0 };
            ac_value_format(line->policy, &deed->span, NULL, text_sink, &text);
            fputc(',', to);
            json_pair("for", text_of(text.data), to);
            text_free(&text);
        }
    } else if (deed->is_open) {
        fprintf(to, "{\"low\":%lld,\"high\":%lld,\"step\":%lld,", (long long)deed->low, (long long)deed->high, (long long)deed->step);
        json_pair("chosen_by", deed->chosen_by, to);
    } else {
        fprintf(to, "{\"amount\":%lld", (long long)deed->amount);
    }
    if (deed->confirmed_by.size) {
        fputc(',', to);
        json_pair("confirmed_by", deed->confirmed_by, to);
    }
    fprintf(to, ",\"line\":%u,", deed->line);
    json_pair("article", text_of(deed->clause ? deed->clause : ""), to);
    fputc('}', to);
}

static void json_line(const penalty_list *list, const penalty_line *line, FILE *to)
{
    const ac_charge *c = &line->charge;
    char when[AC_TIME_TEXT_BYTES];
    fputc('{', to);
    json_pair("id", line->is_carried ? text_of("") : line->id, to);
    ac_time_format(line->at, list->zone, when);
    fprintf(to, ",\"at\":\"%s\",", when);
    json_pair("person", line->person, to);
    fputc(',', to);
    json_pair(statement_info(line).is_reward ? "reward" : "offence", statement_info(line).name, to);
    if (list->version_count > 1)
        fprintf(to, ",\"version\":%u", ac_policy_version(line->policy));
    fprintf(to, ",\"state\":\"%s\",\"voided\":%s", ac_proposal_name(c->proposal.state), line->is_void ? "true" : "false");
    if (c->proposal.occurs) {
        text_buffer name = { 0 };
        uint32_t most;
        fputs(",\"nth\":{", to);
        for (unsigned w = 0; penalties_window(line->policy, line->charge.offence, w, &name, &most); text_clear(&name), w++)
            fprintf(to, "%s\"%s\":%u", w ? "," : "", name.data, c->occurrence.nth[w]);
        fputc('}', to);
        text_free(&name);
    }
    fputs(",\"deeds\":[", to);
    for (uint32_t i = 0; i < c->proposal.deed_count; i++) {
        if (i)
            fputc(',', to);
        json_deed(line, &line->deeds[i], to);
    }
    fprintf(to, "],\"amount\":%lld,\"charged\":%lld,\"capped\":%lld", (long long)c->amount, (long long)(line->is_void ? 0 : c->charged), (long long)c->capped);
    if (line->state)
        fprintf(to, ",\"case\":\"%s\",\"stands\":%lld", ac_case_state_name(line->state->state), (long long)line->state->stands);
    if (acts_term(line)) {
        ac_time_format(acts_term(line)->due_at, list->zone, when);
        fprintf(to, ",\"%s\":\"%s\",\"is_over\":%s", line->state->is_open ? "choose_until" : "answer_until", when, acts_term(line)->verdict == AC_VERDICT_LATE ? "true" : "false");
    }
    if (line->entry) {
        const ac_case_act *act = &line->entry->act;
        fprintf(to, ",\"case\":\"%s\",\"act\":{\"do\":\"%s\",", ac_case_state_name(line->entry->state), ac_case_verb_name(act->verb));
        json_pair("id", act->id, to);
        fputc(',', to);
        json_pair("by", act->actor, to);
        fputc(',', to);
        json_pair("role", act->role, to);
        fputc(',', to);
        json_pair("reason", act->reason, to);
        fputc('}', to);
    }
    if (c->share)
        fprintf(to, ",\"share\":\"%lld/%lld\"", (long long)c->part.num, (long long)c->part.den);
    if (c->carried || line->is_carried)
        fprintf(to, ",\"%s\":%lld", line->is_carried ? "still_owed" : "owed_later", (long long)c->carried);
    if (c->proposal.state == AC_PROPOSAL_ERROR) {
        fprintf(to, ",\"code\":\"AC-%04u\",", c->proposal.code);
        json_pair("message", text_of(ac_message_text(c->proposal.code, host_lang())), to);
    }
    if (line->at_least) {
        fputs(",\"nth_is\":\"at least\",", to);
        json_pair("undecided_before", line->after, to);
    }
    if (c->proposal.missing) {
        fputc(',', to);
        json_pair("missing", text_of(c->proposal.missing), to);
    }
    fputc(',', to);
    text_buffer articles = { 0 };
    penalties_articles(line, &articles);
    json_pair("article", text_view(&articles), to);
    text_free(&articles);
    fputc('}', to);
}

void penalties_json(const penalty_list *list, const recount *changes, FILE *to)
{
    char when[AC_TIME_TEXT_BYTES];
    statement_sums s = statement_add_up(list);
    size_t told = 0;
    fputc('{', to);
    json_pair("policy", ac_policy_name(list->policy), to);
    fputs(list->version_count > 1 ? ",\"versions\":[" : ",\"version\":", to);
    for (size_t i = 0; i < list->version_count; i++)
        fprintf(to, "%s%u", i ? "," : "", ac_policy_version(list->versions[i]));
    fputs(list->version_count > 1 ? "]," : ",", to);
    json_pair("currency", ac_policy_currency(list->policy), to);
    ac_time_format(list->now, list->zone, when);
    fprintf(to, ",\"at\":\"%s\"", when);
    fputs(",\"lines\":[", to);
    for (size_t i = 0; i < list->count; i++)
        if (penalties_is_told(list, &list->lines[i])) {
            fputs(told++ ? ",\n" : "\n", to);
            json_line(list, &list->lines[i], to);
        }
    fputs("],\n", to);
    if (changes)
        recount_json(changes, to);
    fprintf(to, "\"fines\":%lld,\"payments\":%lld,\"capped\":%lld,\"put_off\":%lld,\"carried\":%lld,\"still_owed\":%lld,\"open_low\":%lld,\"open_high\":%lld,", (long long)s.fines,
            (long long)s.payments, (long long)s.capped, (long long)s.put_off, (long long)s.carried, (long long)s.owed, (long long)s.open_low, (long long)s.open_high);
    fprintf(to, "\"events\":%zu,\"without_consequence\":%zu}\n", s.events, s.idle);
}
