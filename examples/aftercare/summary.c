#include "aftercare/summary.h"

#include <stdlib.h>
#include <string.h>

enum { VERDICTS = AC_VERDICT_NOT_SUPPORTED + 1, WORST = 10 };

/* A word and how often it was met. */
typedef struct tally {
    char  *word;
    size_t size, count;
} tally;

typedef struct tallies {
    tally *list;
    size_t count;
} tallies;

typedef struct overrun {
    char    id[64];
    uint32_t decision;
    ac_secs late_by_s;
    char    due[AC_TIME_TEXT_BYTES];
} overrun;

struct summary {
    size_t   records;
    uint32_t decisions;
    tallies *values;            /* one per decision; used for values with few different ones */
    uint32_t grade;             /* decision that groups the verdicts, or AC_NO_INDEX */
    size_t  *verdicts;          /* decision x grade x verdict */
    size_t   grades;            /* rows of it: members of the grade, and one for no grade */
    overrun  worst[WORST];
    size_t   worst_count;
    tallies  missing;
    size_t   undecided;
};

static tally *find(tallies *t, const char *word, size_t size)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->list[i].size == size && memcmp(t->list[i].word, word, size) == 0)
            return &t->list[i];
    t->list = must_resize(t->list, (t->count + 1) * sizeof *t->list);
    tally *fresh = &t->list[t->count++];
    fresh->word = must_zero(size + 1, 1);
    memcpy(fresh->word, word, size);
    fresh->size = size;
    fresh->count = 0;
    return fresh;
}

static void drop(tallies *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->list[i].word);
    free(t->list);
}

static int field_of(const outcome *out, uint32_t i, ac_field_info *info)
{
    return out->decisions[i].kind == AC_DECISION_VALUE
        && ac_policy_field_at(out->policy, out->record_type, out->decisions[i].index, info) == AC_OK;
}

summary *summary_new(const outcome *out)
{
    summary *s = must_zero(1, sizeof *s);
    size_t members;
    s->grade = outcome_grade(out, &members);
    s->grades = members + 1;
    s->decisions = out->count;
    s->values = must_zero(out->count, sizeof *s->values);
    s->verdicts = must_zero(out->count * s->grades * VERDICTS, sizeof *s->verdicts);
    return s;
}

void summary_free(summary *s)
{
    if (!s)
        return;
    drop(&s->missing);
    for (uint32_t i = 0; i < s->decisions; i++)
        drop(&s->values[i]);
    free(s->values);
    free(s->verdicts);
    free(s);
}

static size_t grade_row(const summary *s, const outcome *out)
{
    if (s->grade == AC_NO_INDEX || out->decisions[s->grade].value.state != AC_VALUE_KNOWN)
        return s->grades - 1;
    return (size_t)out->decisions[s->grade].value.num;
}

static void note_overrun(summary *s, const outcome *out, uint32_t i, ac_text id)
{
    const ac_milestone *m = &out->decisions[i].milestone;
    size_t at = s->worst_count;
    while (at > 0 && s->worst[at - 1].late_by_s < m->late_by_s)
        at--;
    if (at == WORST)
        return;
    size_t last = s->worst_count < WORST ? s->worst_count++ : WORST - 1;
    memmove(&s->worst[at + 1], &s->worst[at], (last - at) * sizeof *s->worst);
    overrun *o = &s->worst[at];
    size_t n = id.size < sizeof o->id - 1 ? id.size : sizeof o->id - 1;
    memcpy(o->id, id.data, n);
    o->id[n] = '\0';
    o->decision = i;
    o->late_by_s = m->late_by_s;
    o->due[0] = '\0';
    if (m->has_due)
        outcome_time(out, m->due_at, o->due);
}

static ac_status note_missing(void *user, ac_text path)
{
    find(user, path.data, path.size)->count++;
    return AC_OK;
}

void summary_count(summary *s, const outcome *out, ac_record *record, ac_time at)
{
    size_t row = grade_row(s, out);
    int undecided = 0;
    text_buffer word = { 0 };
    s->records++;
    for (uint32_t i = 0; i < out->count; i++) {
        const ac_decision *d = &out->decisions[i];
        int lacks = 0;
        if (d->kind == AC_DECISION_VALUE) {
            outcome_cell(out, &d->value, &word);
            if (word.size == 0)
                text_add(&word, "unknown", 7);
            if (s->values[i].count <= 40)
                find(&s->values[i], word.data, word.size)->count++;
            lacks = d->value.state == AC_VALUE_UNKNOWN;
        } else {
            s->verdicts[(i * s->grades + row) * VERDICTS + (size_t)d->milestone.verdict]++;
            if (d->milestone.verdict == AC_VERDICT_LATE)
                note_overrun(s, out, i, ac_record_id(record));
            lacks = d->milestone.verdict == AC_VERDICT_UNDECIDED;
        }
        if (lacks)
            ac_rules_missing(record, d->kind, d->index, at, note_missing, &s->missing, NULL);
        undecided |= lacks;
    }
    s->undecided += (size_t)undecided;
    text_free(&word);
}

/* Only values that take few different values tell anything as a count. */
static int is_countable(const summary *s, const outcome *out, uint32_t i)
{
    return out->decisions[i].kind == AC_DECISION_VALUE && s->values[i].count > 0 && s->values[i].count <= 24;
}

static int by_count(const void *a, const void *b)
{
    const tally *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->word, y->word);
}

static ac_text grade_name(const summary *s, const outcome *out, size_t row)
{
    ac_field_info info = AC_FIELD_INFO_INIT;
    if (row + 1 < s->grades && field_of(out, s->grade, &info))
        return ac_policy_member_name(out->policy, info.ref, (uint32_t)row);
    return text_of(s->grade == AC_NO_INDEX ? "all" : "(none)");
}

static size_t verdict_count(const summary *s, uint32_t i, size_t row, size_t verdict)
{
    return s->verdicts[(i * s->grades + row) * VERDICTS + verdict];
}

static size_t row_total(const summary *s, uint32_t i, size_t row)
{
    size_t total = 0;
    for (size_t v = 0; v < VERDICTS; v++)
        total += verdict_count(s, i, row, v);
    return total;
}

static void print_values(const summary *s, const outcome *out, FILE *to)
{
    for (uint32_t i = 0; i < out->count; i++) {
        if (!is_countable(s, out, i))
            continue;
        ac_text name = outcome_name(out, i);
        qsort(s->values[i].list, s->values[i].count, sizeof(tally), by_count);
        fprintf(to, "\n  %.*s\n", (int)name.size, name.data);
        for (size_t k = 0; k < s->values[i].count; k++) {
            fputs("    ", to);
            text_pad(to, s->values[i].list[k].word, s->values[i].list[k].size, 24, 0);
            fprintf(to, "%10zu\n", s->values[i].list[k].count);
        }
    }
}

static void print_limit(const summary *s, const outcome *out, uint32_t i, FILE *to)
{
    ac_text name = outcome_name(out, i);
    int used[VERDICTS] = { 0 };
    for (size_t row = 0; row < s->grades; row++)
        for (size_t v = 0; v < VERDICTS; v++)
            used[v] |= verdict_count(s, i, row, v) != 0;
    fputs("\n  ", to);
    text_pad(to, name.data, name.size, 26, 0);
    for (size_t v = 0; v < VERDICTS; v++)
        if (used[v])
            text_pad(to, ac_verdict_name((ac_verdict)v), strlen(ac_verdict_name((ac_verdict)v)), 14, 1);
    fputc('\n', to);
    for (size_t row = 0; row < s->grades; row++) {
        ac_text grade = grade_name(s, out, row);
        if (row_total(s, i, row) == 0)
            continue;
        fputs("    ", to);
        text_pad(to, grade.data, grade.size, 24, 0);
        for (size_t v = 0; v < VERDICTS; v++)
            if (used[v])
                fprintf(to, "%14zu", verdict_count(s, i, row, v));
        fputc('\n', to);
    }
}

void summary_text(const summary *s, const outcome *out, FILE *to)
{
    fprintf(to, "%zu record%s\n", s->records, s->records == 1 ? "" : "s");
    print_values(s, out, to);
    for (uint32_t i = 0; i < out->count; i++)
        if (out->decisions[i].kind == AC_DECISION_MILESTONE)
            print_limit(s, out, i, to);
    if (s->worst_count)
        fputs("\n  worst overruns\n", to);
    for (size_t k = 0; k < s->worst_count; k++) {
        char length[TEXT_SECONDS_BYTES];
        ac_text name = outcome_name(out, s->worst[k].decision);
        text_seconds(length, s->worst[k].late_by_s);
        fputs("    ", to);
        text_pad(to, s->worst[k].id, strlen(s->worst[k].id), 24, 0);
        text_pad(to, name.data, name.size, 20, 0);
        text_pad(to, length, strlen(length), 20, 1);
        fprintf(to, "  due %s\n", s->worst[k].due);
    }
    fprintf(to, "\n  records with something undecided: %zu\n", s->undecided);
    for (size_t k = 0; k < s->missing.count; k++)
        fprintf(to, "    %s is missing in %zu decision%s\n", s->missing.list[k].word, s->missing.list[k].count, s->missing.list[k].count == 1 ? "" : "s");
}

static void json_values(const summary *s, const outcome *out, FILE *to)
{
    int first = 1;
    fputs(",\"values\":{", to);
    for (uint32_t i = 0; i < out->count; i++) {
        if (!is_countable(s, out, i))
            continue;
        ac_text name = outcome_name(out, i);
        fputs(first ? "" : ",", to);
        first = 0;
        json_text(to, name.data, name.size);
        fputs(":{", to);
        for (size_t k = 0; k < s->values[i].count; k++) {
            fputs(k ? "," : "", to);
            json_text(to, s->values[i].list[k].word, s->values[i].list[k].size);
            fprintf(to, ":%zu", s->values[i].list[k].count);
        }
        fputc('}', to);
    }
    fputc('}', to);
}

static void json_limit(const summary *s, const outcome *out, uint32_t i, FILE *to)
{
    int first = 1;
    ac_text name = outcome_name(out, i);
    json_text(to, name.data, name.size);
    fputs(":{", to);
    for (size_t row = 0; row < s->grades; row++) {
        ac_text grade = grade_name(s, out, row);
        int comma = 0;
        if (row_total(s, i, row) == 0)
            continue;
        fputs(first ? "" : ",", to);
        first = 0;
        json_text(to, grade.data, grade.size);
        fputs(":{", to);
        for (size_t v = 0; v < VERDICTS; v++) {
            if (verdict_count(s, i, row, v) == 0)
                continue;
            fprintf(to, "%s\"%s\":%zu", comma ? "," : "", ac_verdict_name((ac_verdict)v), verdict_count(s, i, row, v));
            comma = 1;
        }
        fputc('}', to);
    }
    fputc('}', to);
}

void summary_json(const summary *s, const outcome *out, FILE *to)
{
    int first = 1;
    fprintf(to, ",\"records\":%zu", s->records);
    json_values(s, out, to);
    fputs(",\"limits\":{", to);
    for (uint32_t i = 0; i < out->count; i++) {
        if (out->decisions[i].kind != AC_DECISION_MILESTONE)
            continue;
        fputs(first ? "" : ",", to);
        first = 0;
        json_limit(s, out, i, to);
    }
    fputs("},\"worst\":[", to);
    for (size_t k = 0; k < s->worst_count; k++) {
        ac_text name = outcome_name(out, s->worst[k].decision);
        fputs(k ? ",{\"id\":" : "{\"id\":", to);
        json_text(to, s->worst[k].id, strlen(s->worst[k].id));
        fputs(",\"limit\":", to);
        json_text(to, name.data, name.size);
        fprintf(to, ",\"late_by_s\":%lld,\"due_at\":\"%s\"}", (long long)s->worst[k].late_by_s, s->worst[k].due);
    }
    fprintf(to, "],\"undecided\":%zu,\"missing\":{", s->undecided);
    for (size_t k = 0; k < s->missing.count; k++) {
        fputs(k ? "," : "", to);
        json_text(to, s->missing.list[k].word, s->missing.list[k].size);
        fprintf(to, ":%zu", s->missing.list[k].count);
    }
    fputc('}', to);
}
