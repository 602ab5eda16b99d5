#include "aftercare/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "common/csv.h"

void outcome_open(outcome *out, const host_book *book, ac_record *record)
{
    out->policy = book->policy;
    out->zone = ac_rulebook_zone(book->book, book->policy);
    out->record_type = ac_record_type(record);
    out->record = record;
    out->count = ac_rules_decision_count(record);
    out->decisions = must_zero(out->count, sizeof *out->decisions);
}

void outcome_close(outcome *out)
{
    free(out->decisions);
    out->decisions = NULL;
}

ac_text outcome_name(const outcome *out, uint32_t i)
{
    ac_text none = { "", 0 };
    const ac_decision *d = &out->decisions[i];
    ac_field_info field = AC_FIELD_INFO_INIT;
    ac_limit_info limit = AC_LIMIT_INFO_INIT;
    if (d->kind == AC_DECISION_VALUE)
        return ac_policy_field_at(out->policy, out->record_type, d->index, &field) == AC_OK ? field.name : none;
    return ac_policy_limit_at(out->policy, out->record_type, d->index, &limit) == AC_OK ? limit.name : none;
}

uint32_t outcome_grade(const outcome *out, size_t *members)
{
    ac_field_info info = AC_FIELD_INFO_INIT;
    *members = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        if (out->decisions[i].kind != AC_DECISION_VALUE || ac_policy_field_at(out->policy, out->record_type, out->decisions[i].index, &info) != AC_OK)
            continue;
        if (info.type == AC_TYPE_ENUM && info.origin == AC_FIELD_TABLE) {
            *members = ac_policy_member_count(out->policy, info.ref);
            return i;
        }
    }
    return AC_NO_INDEX;
}

/* A limit whose span or start is in error is undecided, and no fact would mend it. */
static int is_error(const ac_decision *d)
{
    if (d->kind == AC_DECISION_VALUE)
        return d->value.state == AC_VALUE_ERROR;
    return d->milestone.verdict == AC_VERDICT_UNDECIDED && !d->milestone.missing;
}

size_t outcome_errors(const outcome *out, const char *only)
{
    size_t errors = 0;
    for (uint32_t i = 0; i < out->count; i++)
        errors += is_error(&out->decisions[i]) && (!only || text_same(outcome_name(out, i), only));
    return errors;
}

void outcome_time(const outcome *out, ac_time at, char text[AC_TIME_TEXT_BYTES])
{
    ac_time_format(at, out->zone, text);
}

void outcome_cell(const outcome *out, const ac_value *value, text_buffer *cell)
{
    char code[32];
    text_clear(cell);
    switch (value->state) {
    case AC_VALUE_KNOWN:
        if (value->type == AC_TYPE_TEXT || value->type == AC_TYPE_RECORD)
            text_add(cell, value->text, value->text_size);
        else
            ac_value_format(out->policy, value, out->zone, text_sink, cell);
        break;
    case AC_VALUE_NONE:        text_add(cell, "none", 4); break;
    case AC_VALUE_UNKNOWN:     break;
    case AC_VALUE_UNSET:       text_add(cell, "unset", 5); break;
    case AC_VALUE_UNSUPPORTED: text_add(cell, "not-supported", 13); break;
    case AC_VALUE_ERROR:
        text_add(cell, code, (size_t)snprintf(code, sizeof code, "error AC-%04u", value->code));
        break;
    }
}

void outcome_phrase(const ac_policy *policy, const ac_zone *zone, const ac_value *value, text_buffer *phrase)
{
    char line[64];
    const char *words = ac_message_text(value->code, host_lang());
    text_clear(phrase);
    switch (value->state) {
    case AC_VALUE_KNOWN:
        text_add(phrase, "value ", 6);
        ac_value_format(policy, value, zone, text_sink, phrase);
        break;
    case AC_VALUE_NONE:    text_add(phrase, "none", 4); break;
    case AC_VALUE_UNKNOWN: text_add(phrase, "unknown", 7); break;
    case AC_VALUE_UNSET:
        text_add(phrase, "unset", 5);
        if (value->text_size)
            text_add(phrase, " ", 1);
        if (value->text_size)
            text_add(phrase, value->text, value->text_size);
        if (value->clause) {
            text_add(phrase, " per ", 5);
            text_put(phrase, value->clause);
        }
        break;
    case AC_VALUE_UNSUPPORTED:
        text_add(phrase, line, (size_t)snprintf(line, sizeof line, "not-supported line %u", value->line));
        break;
    case AC_VALUE_ERROR:
        text_add(phrase, line, (size_t)snprintf(line, sizeof line, "error AC-%04u", value->code));
        if (words) {
            text_add(phrase, " ", 1);
            text_put(phrase, words);
        }
        if (value->line)
            text_add(phrase, line, (size_t)snprintf(line, sizeof line, " (line %u)", value->line));
        break;
    }
}

const char *outcome_part_name(int part)
{
    static const char *const names[PARTS] = { ".due_at", ".verdict", ".late_by_s", ".article" };
    return names[part];
}

void outcome_csv_header(const outcome *out, FILE *to)
{
    fputs("id", to);
    for (uint32_t i = 0; i < out->count; i++) {
        ac_text name = outcome_name(out, i);
        if (out->decisions[i].kind == AC_DECISION_VALUE) {
            fprintf(to, ",%.*s", (int)name.size, name.data);
            continue;
        }
        for (int k = 0; k < PARTS; k++)
            fprintf(to, ",%.*s%s", (int)name.size, name.data, outcome_part_name(k));
    }
    fputc('\n', to);
}

void outcome_part(const outcome *out, const ac_decision *d, int part, text_buffer *cell)
{
    const ac_milestone *m = &d->milestone;
    char text[AC_TIME_TEXT_BYTES] = "";
    const char *word = text;
    if (d->kind == AC_DECISION_VALUE) {
        outcome_cell(out, &d->value, cell);
        return;
    }
    text_clear(cell);
    if (part == PART_VERDICT)
        word = ac_verdict_name(m->verdict);
    else if (part == PART_ARTICLE)
        word = m->clause ? m->clause : "";
    else if (part == PART_DUE && m->has_due)
        outcome_time(out, m->due_at, text);
    else if (part == PART_LATE_BY && (m->verdict == AC_VERDICT_MET || m->verdict == AC_VERDICT_LATE))
        snprintf(text, sizeof text, "%lld", (long long)m->late_by_s);
    text_put(cell, word);
}

void outcome_csv_row(const outcome *out, ac_text id, FILE *to)
{
    text_buffer cell = { 0 };
    csv_write(to, id.data, id.size);
    for (uint32_t i = 0; i < out->count; i++) {
        const ac_decision *d = &out->decisions[i];
        int parts = d->kind == AC_DECISION_VALUE ? 1 : PARTS;
        for (int part = 0; part < parts; part++) {
            outcome_part(out, d, part, &cell);
            fputc(',', to);
            csv_write(to, cell.data, cell.size);
        }
    }
    fputc('\n', to);
    text_free(&cell);
}

static void json_time(const outcome *out, const char *name, int has, ac_time at, FILE *to)
{
    char text[AC_TIME_TEXT_BYTES];
    if (!has)
        return;
    outcome_time(out, at, text);
    fprintf(to, ",\"%s\":\"%s\"", name, text);
}

static void json_clause(const char *clause, FILE *to)
{
    if (!clause)
        return;
    fputs(",\"article\":", to);
    json_text(to, clause, strlen(clause));
}

static void json_milestone(const outcome *out, const ac_milestone *m, FILE *to)
{
    fprintf(to, "{\"verdict\":\"%s\"", ac_verdict_name(m->verdict));
    json_time(out, "start_at", m->has_start, m->start_at, to);
    json_time(out, "due_at", m->has_due, m->due_at, to);
    json_time(out, "late_at", m->has_late, m->late_at, to);
    json_time(out, "done_at", m->has_done, m->done_at, to);
    if (m->verdict == AC_VERDICT_MET || m->verdict == AC_VERDICT_LATE)
        fprintf(to, ",\"late_by_s\":%lld", (long long)m->late_by_s);
    if (m->suspended)
        fputs(",\"suspended\":true", to);
    if (m->by_regrading)
        fputs(",\"by_regrading\":true", to);
    if (m->beyond)
        fputs(",\"beyond\":true", to);
    if (m->missing) {
        fputs(",\"missing\":", to);
        json_text(to, m->missing, strlen(m->missing));
    }
    fprintf(to, ",\"line\":%u", m->line);
    json_clause(m->clause, to);
    fputc('}', to);
}

/* What is certain of a value that is not, as a literal; 0: nothing is. */
static int so_far(const outcome *out, const ac_decision *d, ac_time at, text_buffer *text)
{
    ac_value value;
    if (d->value.state != AC_VALUE_UNKNOWN && d->value.state != AC_VALUE_UNSET)
        return 0;
    if (ac_rules_value_so_far(out->record, d->index, at, &value, NULL) != AC_OK || value.state != AC_VALUE_KNOWN)
        return 0;
    text_clear(text);
    return ac_value_format(out->policy, &value, out->zone, text_sink, text) == AC_OK;
}

static void json_value(const outcome *out, const ac_decision *d, ac_time at, FILE *to)
{
    text_buffer text = { 0 };
    outcome_phrase(out->policy, out->zone, &d->value, &text);
    fputs("{\"result\":", to);
    json_text(to, text.data, text.size);
    if (d->value.state == AC_VALUE_KNOWN) {
        outcome_cell(out, &d->value, &text);
        fputs(",\"value\":", to);
        json_text(to, text.data, text.size);
    }
    if (d->value.state == AC_VALUE_UNKNOWN && d->value.text_size) {
        fputs(",\"missing\":", to);
        json_text(to, d->value.text, d->value.text_size);
    }
    if (so_far(out, d, at, &text)) {
        fputs(",\"so_far\":", to);
        json_text(to, text.data, text.size);
    }
    json_clause(d->clause, to);
    fputc('}', to);
    text_free(&text);
}

static void json_day(const char *name, ac_day day, ac_day open, FILE *to)
{
    char text[AC_TIME_TEXT_BYTES];
    if (day == open)
        return;
    ac_day_format(day, text);
    fprintf(to, ",\"%s\":\"%s\"", name, text);
}

static void json_digest(const char *name, ac_digest digest, FILE *to)
{
    char hex[65];
    ac_digest_hex(&digest, hex);
    fprintf(to, ",\"%s\":\"%s\"", name, hex);
}

void outcome_json_policy(const ac_policy *policy, FILE *to)
{
    ac_text name = ac_policy_name(policy), corrects = ac_policy_corrects(policy);
    ac_day from, to_day;
    ac_policy_effective(policy, &from, &to_day);
    fputs("\"policy\":", to);
    json_text(to, name.data, name.size);
    fprintf(to, ",\"version\":%u", ac_policy_version(policy));
    if (ac_policy_revision(policy))
        fprintf(to, ",\"revision\":%u", ac_policy_revision(policy));
    if (corrects.size) {
        fputs(",\"corrects\":", to);
        json_text(to, corrects.data, corrects.size);
    }
    json_day("effective_from", from, AC_DAY_MIN, to);
    json_day("effective_to", to_day, AC_DAY_MAX, to);
    json_digest("rules", ac_policy_rule_digest(policy), to);
    json_digest("source", ac_policy_source_digest(policy), to);
}

/* The values, or the limits, by name. */
static void json_decisions(const outcome *out, int limits, ac_time at, const char *only, FILE *to)
{
    int first = 1;
    fputc('{', to);
    for (uint32_t i = 0; i < out->count; i++) {
        const ac_decision *d = &out->decisions[i];
        ac_text name = outcome_name(out, i);
        if ((d->kind == AC_DECISION_MILESTONE) != limits || (only && !text_same(name, only)))
            continue;
        if (!first)
            fputc(',', to);
        first = 0;
        json_text(to, name.data, name.size);
        fputc(':', to);
        if (limits)
            json_milestone(out, &d->milestone, to);
        else
            json_value(out, d, at, to);
    }
    fputc('}', to);
}

void outcome_json_limits(const outcome *out, ac_time at, FILE *to)
{
    json_decisions(out, 1, at, NULL, to);
}

void outcome_json_open(const outcome *out, ac_text id, ac_time at, const char *only, FILE *to)
{
    char when[AC_TIME_TEXT_BYTES];
    outcome_time(out, at, when);
    fputs("{\"id\":", to);
    json_text(to, id.data, id.size);
    fprintf(to, ",\"at\":\"%s\",", when);
    outcome_json_policy(out->policy, to);
    fputs(",\"values\":", to);
    json_decisions(out, 0, at, only, to);
    fputs(",\"limits\":", to);
    json_decisions(out, 1, at, only, to);
}

/* The words of the listing, English and Chinese; what stands before a name or a time ends in a blank. */
enum { W_SO_FAR, W_LEFT, W_DUE, W_DONE, W_LATE, W_REGRADED, W_BEYOND, W_UNSET, W_NEEDS, W_UNKNOWN, W_ARTICLE };
static const char *const WORDS[][2] = {
    [W_SO_FAR]   = { "; certain so far: ", "；目前可以确定：" },
    [W_LEFT]     = { ", suspended, what is left: ", "，已暂停，剩余 " },
    [W_DUE]      = { ", due ", "，到期 " },
    [W_DONE]     = { ", done ", "，完成 " },
    [W_LATE]     = { ", late by ", "，逾期 " },
    [W_REGRADED] = { ", by re-grading", "，因改级" },
    [W_BEYOND]   = { ", beyond the holiday lists", "，超出节假日表" },
    [W_UNSET]    = { ", not configured: ", "：" },
    [W_NEEDS]    = { ", needs ", "，缺 " },
    [W_UNKNOWN]  = { "unknown", "未知" },
    [W_ARTICLE]  = { "per", "依据" },
};
static const char *const VERDICTS_ZH[] = { "无时限", "进行中", "按时", "逾期", "未定", "未配置", "日历未覆盖", "此后没有工作时间", "尚不支持" };

void outcome_add_seconds(ac_secs *sum, ac_secs more)
{
    *sum = *sum > INT64_MAX - more ? INT64_MAX : *sum + more;
}

const char *outcome_verdict(ac_verdict verdict, ac_lang lang)
{
    return lang == AC_LANG_ZH ? VERDICTS_ZH[verdict] : ac_verdict_name(verdict);
}

static void add_word(text_buffer *text, int word, ac_lang lang)
{
    const char *says = WORDS[word][lang == AC_LANG_ZH];
    text_put(text, says);
}

ac_text outcome_label(const outcome *out, ac_text name, ac_lang lang)
{
    return lang == AC_LANG_ZH ? ac_policy_label(out->policy, name, text_of("zh")) : name;
}

static void add_label(text_buffer *text, const outcome *out, const char *name, ac_lang lang)
{
    ac_text says = outcome_label(out, text_of(name), lang);
    text_add(text, says.data, says.size);
}

static void add_length(text_buffer *text, int word, ac_secs seconds, ac_lang lang)
{
    char length[TEXT_SECONDS_BYTES];
    text_seconds(length, seconds);
    add_word(text, word, lang);
    text_put(text, length);
}

static void add_time(text_buffer *text, const outcome *out, int word, ac_time at, ac_lang lang)
{
    char when[AC_TIME_TEXT_BYTES];
    outcome_time(out, at, when);
    add_word(text, word, lang);
    text_put(text, when);
}

/* A value among others: the literal by itself, a long count of seconds also as people say it. */
static void describe_value(const outcome *out, const ac_decision *d, ac_time at, ac_lang lang, text_buffer *text)
{
    const ac_value *value = &d->value;
    text_buffer certain = { 0 };
    char length[TEXT_SECONDS_BYTES];
    outcome_phrase(out->policy, out->zone, value, text);
    if (lang == AC_LANG_ZH && value->state == AC_VALUE_UNKNOWN) {
        text_clear(text);
        add_word(text, W_UNKNOWN, lang);
    }
    if (value->state == AC_VALUE_UNKNOWN && value->text_size) {
        add_word(text, W_NEEDS, lang);
        add_label(text, out, value->text, lang);
    }
    if (so_far(out, d, at, &certain)) {
        add_word(text, W_SO_FAR, lang);
        text_add(text, certain.data, certain.size);
    }
    text_free(&certain);
    if (value->state != AC_VALUE_KNOWN)
        return;
    text_clear(text);
    ac_value_format(out->policy, value, out->zone, text_sink, text);
    if (value->type == AC_TYPE_ENUM && lang == AC_LANG_ZH) {
        ac_text name = { text->data, text->size }, says = outcome_label(out, name, lang);
        if (says.data != name.data) {
            text_clear(text);
            text_add(text, says.data, says.size);
        }
    }
    int is_seconds = value->type == AC_TYPE_DURATION || (value->type == AC_TYPE_SPAN && value->ref == AC_UNIT_SECOND);
    if (!is_seconds || value->den != 1 || value->num < 60)
        return;
    text_seconds(length, value->num);
    text_add(text, " (", 2);
    text_put(text, length);
    text_add(text, ")", 1);
}

void outcome_milestone(const outcome *out, const ac_milestone *m, ac_lang lang, text_buffer *text)
{
    const char *verdict = outcome_verdict(m->verdict, lang);
    text_clear(text);
    text_put(text, verdict);
    if (m->suspended)
        add_length(text, W_LEFT, m->left_s, lang);
    if (m->has_due)
        add_time(text, out, W_DUE, m->due_at, lang);
    if (m->has_done)
        add_time(text, out, W_DONE, m->done_at, lang);
    if (m->verdict == AC_VERDICT_LATE)
        add_length(text, W_LATE, m->late_by_s, lang);
    if (m->by_regrading)
        add_word(text, W_REGRADED, lang);
    if (m->beyond)
        add_word(text, W_BEYOND, lang);
    if (m->missing) {
        add_word(text, m->verdict == AC_VERDICT_UNSET ? W_UNSET : W_NEEDS, lang);
        add_label(text, out, m->missing, lang);
    }
}

void outcome_text(const outcome *out, ac_time at, const char *only, ac_lang lang, FILE *to)
{
    size_t width = 0, wide = 0;
    text_buffer text = { 0 };
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < out->count; i++) {
            const ac_decision *d = &out->decisions[i];
            ac_text name = outcome_name(out, i);
            if (only && !text_same(name, only))
                continue;
            name = outcome_label(out, name, lang);
            if (d->kind == AC_DECISION_VALUE)
                describe_value(out, d, at, lang, &text);
            else
                outcome_milestone(out, &d->milestone, lang, &text);
            if (pass == 0) {
                size_t w = text_width(name.data, name.size), v = text_width(text.data, text.size);
                width = w > width ? w : width;
                wide = v > wide && v < 100 ? v : wide;
                continue;
            }
            fputs("  ", to);
            text_pad(to, name.data, name.size, width, 0);
            fputs("  ", to);
            int cited = d->kind == AC_DECISION_VALUE && d->value.state == AC_VALUE_UNSET;  /* the phrase says which article */
            if (d->clause && !cited) {
                text_pad(to, text.data, text.size, wide, 0);
                fprintf(to, "  %s %s\n", WORDS[W_ARTICLE][lang == AC_LANG_ZH], d->clause);
            } else {
                fprintf(to, "%s\n", text.data);
            }
        }
    }
    text_free(&text);
}
