#define _POSIX_C_SOURCE 200809L
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BULK = 1024, MEASURED_BULK = 256, MEMBER_FACTS = 4, FACTS = F_FLAGS + MEMBER_FACTS };

struct ours {
    ac_tally          *tally;
    ac_rulebook       *book;
    ac_policy         *policy;
    const ac_calendar *calendar;
    ac_record         *record, *engineer;
    double             compile_ms;
    uint32_t           fields[FACTS], open, responded, resolved, waiting, grade, response_limit, repair_limit, metrics[METRICS], standing;
    /* columns of one bulk call */
    uint8_t            columns[FACTS][BULK];
    int64_t            opened[BULK], answered[BULK], repaired[BULK];
    uint32_t           first[BULK + 1], event_field[BULK * 6];
    int64_t            event_value[BULK * 6], event_at[BULK * 6];
    int64_t            value[3][BULK];
    uint8_t            state[2][BULK];
    uint32_t           measures[METRICS][MEASURED_BULK];
    uint8_t            lapse_kind[2 * BULK];
    uint32_t           lapse_engineer[2 * BULK];
    int64_t            lapse_at[2 * BULK];
};

static void must(ac_status st, const ac_error *err, const char *what)
{
    if (st == AC_OK)
        return;
    fprintf(stderr, "bench: %s: %s: %s %s\n", what, ac_status_name(st), err->what ? err->what : "", err->name);
    exit(2);
}

static void show(const ac_report *report)
{
    for (size_t i = 0; i < ac_report_count(report); i++) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;
        if (ac_report_at(report, i, &d) == AC_OK && d.severity == AC_SEVERITY_ERROR)
            fprintf(stderr, "bench: %u:%u: %.*s\n", d.span.line, d.span.column, (int)d.message.size, d.message.data);
    }
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The policy with the zone's name in place of ZONE. */
static char *read_policy(const char *path, const char *zone)
{
    FILE *in = fopen(path, "rb");
    char *text = malloc(65536), *out = malloc(65536);
    if (!in || !text || !out) {
        perror(path);
        exit(2);
    }
    text[fread(text, 1, 65535, in)] = '\0';
    fclose(in);
    char *mark = strstr(text, "timezone   ZONE");
    if (!mark)
        abort();
    snprintf(out, 65536, "%.*stimezone   %s%s", (int)(mark - text), text, zone, mark + strlen("timezone   ZONE"));
    free(text);
    return out;
}

static char *write_holidays(const workload *w)
{
    char *text = malloc(65536);
    int n = snprintf(text, 65536, "data bench edition 1\nuse from 2018-01-01\ncovers %d-01-01..%d-12-31\nholidays bench\n", FIRST_YEAR, LAST_YEAR);
    for (size_t i = 0; i < w->day_count; i++) {
        ac_date d = ac_day_to_date(w->first_day + (ac_day)i);
        if (w->days[i] != DAY_PLAIN)
            n += snprintf(text + n, 65536 - (size_t)n, "  %s %04d-%02d-%02d\n", w->days[i] == DAY_OFF ? "off" : "work", d.year, d.month, d.day);
    }
    return text;
}

static uint32_t field(const ours *o, uint32_t type, const char *name)
{
    ac_text text = { name, strlen(name) };
    uint32_t f = ac_policy_find_field(o->policy, type, text);
    if (f == AC_NO_INDEX) {
        fprintf(stderr, "bench: no field %s\n", name);
        exit(2);
    }
    return f;
}

static void look_up(ours *o, uint32_t type)
{
    static const char *const names[FACTS] = { "stopped", "workaround", "safety",  "repeat", "vip",     "warranty",
                                              "data-loss", "escalated", "scope", "area",   "channel", "claim" };
    static const ac_text response = { "responded", 9 }, repair = { "resolved", 8 };
    for (int k = 0; k < FACTS; k++)
        o->fields[k] = field(o, type, names[k]);
    o->open = field(o, type, "open");
    o->responded = field(o, type, "responded");
    o->resolved = field(o, type, "resolved");
    o->waiting = field(o, type, "waiting");
    o->grade = field(o, type, "grade");
    o->response_limit = ac_policy_find_limit(o->policy, type, response);
    o->repair_limit = ac_policy_find_limit(o->policy, type, repair);
}

static void look_up_engineer(ours *o)
{
    uint32_t type = ac_policy_find_kind(o->policy, AC_KIND_ENGINEER);
    ac_error err = AC_ERROR_INIT;
    ac_text id = { "", 0 };
    for (int k = 0; k < METRICS; k++) {
        char name[8];
        snprintf(name, sizeof name, "m%d", k);
        o->metrics[k] = field(o, type, name);
    }
    o->standing = field(o, type, "standing");
    must(ac_record_new(o->book, o->policy, type, id, NULL, &o->engineer, &err), &err, "engineer");
}

static void make_tally(ours *o)
{
    ac_error err = AC_ERROR_INIT;
    uint32_t offences[KINDS];
    for (uint32_t k = 0; k < KINDS; k++) {
        char name[16];
        ac_text text = { name, 0 };
        text.size = (size_t)snprintf(name, sizeof name, "kind-%u", k);
        offences[k] = ac_policy_find_offence(o->policy, text);
    }
    must(ac_tally_new(o->book, o->policy, offences, KINDS, ENGINEERS, NULL, &o->tally, &err), &err, "tally");
}

ours *ours_new(const workload *w, const char *policy_path, const char *zone_name, const void *zone_bytes, size_t zone_size)
{
    ours *o = calloc(1, sizeof *o);
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL;
    ac_data *data = NULL;
    ac_rulebook *one = NULL, *two = NULL;
    char *policy = read_policy(policy_path, zone_name), *holidays = write_holidays(w);
    ac_source policy_source = { { "bench.policy", 12 }, { policy, strlen(policy) } };
    ac_source data_source = { { "bench.data", 10 }, { holidays, strlen(holidays) } };
    ac_text name = { zone_name, strlen(zone_name) };

    must(ac_report_new(NULL, &report, &err), &err, "report");
    double begin = now_ms();
    ac_status st = ac_policy_compile(&policy_source, NULL, &o->policy, report, &err);
    if (st == AC_OK)
        st = ac_data_compile(&data_source, NULL, &data, report, &err);
    show(report);
    must(st, &err, "compile");
    must(ac_rulebook_with_policy(NULL, NULL, o->policy, &one, report, &err), &err, "policy");
    must(ac_rulebook_with_data(one, NULL, data, &two, report, &err), &err, "data");
    must(ac_rulebook_with_zone(two, NULL, name, zone_bytes, zone_size, &o->book, &err), &err, "zone");
    o->compile_ms = now_ms() - begin;
    must(ac_rulebook_calendar(o->book, o->policy, 0, w->instants[0], &o->calendar, &err), &err, "calendar");
    uint32_t type = ac_policy_find_kind(o->policy, AC_KIND_TICKET);
    look_up(o, type);
    ac_text id = { "", 0 };
    must(ac_record_new(o->book, o->policy, type, id, NULL, &o->record, &err), &err, "record");
    look_up_engineer(o);
    make_tally(o);
    ac_rulebook_unref(one);
    ac_rulebook_unref(two);
    ac_data_unref(data);
    ac_report_free(report);
    free(policy);
    free(holidays);
    return o;
}

void ours_free(ours *o)
{
    ac_record_free(o->record);
    ac_record_free(o->engineer);
    ac_rulebook_unref(o->book);
    ac_tally_free(o->tally);
    ac_policy_unref(o->policy);
    free(o);
}

double ours_compile_ms(const ours *o)
{
    return o->compile_ms;
}

const ac_calendar *ours_calendar(const ours *o)
{
    return o->calendar;
}

static void set_facts(const ours *o, ac_record *record, uint32_t facts)
{
    for (int k = 0; k < F_FLAGS; k++)
        ac_record_set_bool(record, o->fields[k], (int)FLAG(facts, k), NULL);
    ac_record_set_count(record, o->fields[F_FLAGS], SCOPE(facts), NULL);
    ac_record_set_member(record, o->fields[F_FLAGS + 1], AREA(facts), NULL);
    ac_record_set_member(record, o->fields[F_FLAGS + 2], CHANNEL(facts), NULL);
    ac_record_set_count(record, o->fields[F_FLAGS + 3], CLAIM(facts), NULL);
}

void ours_fill(ours *o, const uint32_t *facts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        set_facts(o, o->record, facts[i]);
}

void ours_grade_filling(ours *o, const uint32_t *facts, uint8_t *out, size_t n)
{
    ac_value value;
    for (size_t i = 0; i < n; i++) {
        set_facts(o, o->record, facts[i]);
        ac_rules_value(o->record, o->grade, 0, &value, NULL);
        out[i] = (uint8_t)(value.num + 1);
    }
}

static void unpack(ours *o, size_t row, uint32_t facts)
{
    for (int k = 0; k < F_FLAGS; k++)
        o->columns[k][row] = (uint8_t)FLAG(facts, k);
    o->columns[F_FLAGS][row] = (uint8_t)SCOPE(facts);
    o->columns[F_FLAGS + 1][row] = (uint8_t)AREA(facts);
    o->columns[F_FLAGS + 2][row] = (uint8_t)CHANNEL(facts);
    o->columns[F_FLAGS + 3][row] = (uint8_t)CLAIM(facts);
}

static size_t fact_columns(const ours *o, ac_column_in *in)
{
    for (int k = 0; k < FACTS; k++) {
        ac_column_in column = { o->fields[k], 1, o->columns[k], NULL };
        in[k] = column;
    }
    return FACTS;
}

void ours_grade_bulk(ours *o, const uint32_t *facts, uint8_t *out, size_t n)
{
    ac_column_in in[FACTS];
    ac_column_out result = { AC_DECISION_VALUE, o->grade, o->value[0], o->state[0], NULL };
    size_t columns = fact_columns(o, in);
    for (size_t at = 0; at < n; at += BULK) {
        size_t rows = n - at < BULK ? n - at : BULK;
        for (size_t i = 0; i < rows; i++)
            unpack(o, i, facts[at + i]);
        ac_rules_bulk(o->record, rows, in, columns, NULL, 0, &result, 1, NULL);
        for (size_t i = 0; i < rows; i++)
            out[at + i] = (uint8_t)(o->value[0][i] + 1);
    }
}

void ours_due(const ours *o, const ac_time *from, ac_secs seconds, ac_time *out, size_t n)
{
    ac_clock_answer answer;
    for (size_t i = 0; i < n; i++) {
        ac_clock_due(o->calendar, AC_CLOCK_WORKING, from[i], seconds, NULL, 0, &answer, NULL);
        out[i] = answer.at;
    }
}

void ours_workdays(const ours *o, const ac_time *from, int64_t days, ac_time *out, size_t n)
{
    ac_clock_answer answer;
    for (size_t i = 0; i < n; i++) {
        ac_clock_workdays(o->calendar, AC_DAYS_END_SAME_TIME, from[i], days, NULL, 0, &answer, NULL);
        out[i] = answer.at;
    }
}

void ours_elapsed(const ours *o, const interval *list, int32_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_pause pauses[3];
        ac_secs seconds = 0;
        for (int k = 0; k < 3; k++) {
            pauses[k].from = list[i].pause[k][0];
            pauses[k].to = list[i].pause[k][1];
        }
        ac_clock_elapsed(o->calendar, AC_CLOCK_WORKING, list[i].from, list[i].to, pauses, 3, &seconds, NULL);
        out[i] = (int32_t)seconds;
    }
}

void ours_ladder(ours *o, const int32_t *metrics, uint8_t *out, size_t n)
{
    ac_value value;
    for (size_t i = 0; i < n; i++, metrics += METRICS) {
        for (int k = 0; k < METRICS; k++)
            ac_record_set_count(o->engineer, o->metrics[k], metrics[k], NULL);
        ac_rules_value(o->engineer, o->standing, 0, &value, NULL);
        out[i] = (uint8_t)value.num;
    }
}

void ours_ladder_bulk(ours *o, const int32_t *metrics, uint8_t *out, size_t n)
{
    ac_column_in in[METRICS];
    ac_column_out result = { AC_DECISION_VALUE, o->standing, o->value[0], o->state[0], NULL };
    for (int k = 0; k < METRICS; k++) {
        ac_column_in column = { o->metrics[k], 4, o->measures[k], NULL };
        in[k] = column;
    }
    for (size_t at = 0; at < n; at += MEASURED_BULK) {
        size_t rows = n - at < MEASURED_BULK ? n - at : MEASURED_BULK;
        for (size_t i = 0; i < rows; i++)
            for (int k = 0; k < METRICS; k++)
                o->measures[k][i] = (uint32_t)metrics[(at + i) * METRICS + (size_t)k];
        ac_rules_bulk(o->engineer, rows, in, METRICS, NULL, 0, &result, 1, NULL);
        for (size_t i = 0; i < rows; i++)
            out[at + i] = (uint8_t)o->value[0][i];
    }
}

static void begin_charging(ours *o, int64_t *totals)
{
    if (!totals)
        return;
    ac_tally_reset(o->tally);
    memset(totals, 0, ENGINEERS * sizeof *totals);
}

/* What the late verdicts of one ticket cost. */
static void charge(ours *o, const replayed *t, const uint8_t *late, int64_t *totals)
{
    ac_value grade;
    int64_t charged;
    if (!late[0] && !late[1])
        return;
    ac_rules_value(o->record, o->grade, AC_TIME_MAX, &grade, NULL);
    for (uint32_t k = 0; k < 2; k++)
        if (late[k]) {
            ac_tally_add(o->tally, 2 * (uint32_t)grade.num + k, t->engineer, t->open, &charged, NULL);
            totals[t->engineer] += charged;
        }
}

void ours_replay(ours *o, const replayed *list, ac_time *due, uint8_t *late, int64_t *totals, size_t n)
{
    ac_record *record = o->record;
    ac_milestone m = AC_MILESTONE_INIT;
    begin_charging(o, totals);
    for (size_t i = 0; i < n; i++) {
        const replayed *t = &list[i];
        ac_record_reset(record);
        set_facts(o, record, t->facts);
        ac_record_set_moment(record, o->open, t->open, NULL);
        ac_record_set_moment(record, o->responded, t->responded, NULL);
        ac_record_set_moment(record, o->resolved, t->resolved, NULL);
        for (int k = 0; k < 3; k++) {
            ac_record_add_bool(record, o->waiting, 1, t->pause[k][0], NULL);
            ac_record_add_bool(record, o->waiting, 0, t->pause[k][1], NULL);
        }
        ac_rules_milestone(record, o->response_limit, AC_TIME_MAX, &m, NULL);
        due[2 * i] = m.due_at;
        late[2 * i] = m.verdict == AC_VERDICT_LATE;
        ac_rules_milestone(record, o->repair_limit, AC_TIME_MAX, &m, NULL);
        due[2 * i + 1] = m.due_at;
        late[2 * i + 1] = m.verdict == AC_VERDICT_LATE;
        if (totals)
            charge(o, t, &late[2 * i], totals);
    }
    ac_record_reset(record);
}

static void unpack_ticket(ours *o, size_t row, const replayed *t)
{
    unpack(o, row, t->facts);
    o->opened[row] = t->open;
    o->answered[row] = t->responded;
    o->repaired[row] = t->resolved;
    o->first[row] = (uint32_t)row * 6;
    for (size_t k = 0; k < 6; k++) {
        o->event_field[row * 6 + k] = o->waiting;
        o->event_value[row * 6 + k] = k % 2 == 0;
        o->event_at[row * 6 + k] = t->pause[k / 2][k % 2];
    }
}

/* The late verdicts of a call as events. No branch: which they are cannot be foretold. */
static void charge_bulk(ours *o, const replayed *list, size_t rows, int64_t *totals)
{
    ac_events_in events = { 0, { 0, 1, o->lapse_kind, NULL }, { 0, 4, o->lapse_engineer, NULL }, { 0, 8, o->lapse_at, NULL }, 0 };
    for (size_t i = 0; i < rows; i++)
        for (int k = 0; k < 2; k++) {
            o->lapse_kind[events.rows] = (uint8_t)(2 * o->value[2][i] + k);
            o->lapse_engineer[events.rows] = list[i].engineer;
            o->lapse_at[events.rows] = list[i].open;
            events.rows += o->state[k][i] == AC_VERDICT_LATE;
        }
    ac_tally_enter(o->tally, &events, NULL, totals, NULL);
}

void ours_replay_bulk(ours *o, const replayed *list, ac_time *due, uint8_t *late, int64_t *totals, size_t n)
{
    ac_column_in in[FACTS + 3];
    size_t columns = fact_columns(o, in);
    ac_column_in opened = { o->open, 8, o->opened, NULL }, answered = { o->responded, 8, o->answered, NULL }, repaired = { o->resolved, 8, o->repaired, NULL };
    ac_column_out results[3] = { { AC_DECISION_MILESTONE, o->response_limit, o->value[0], o->state[0], NULL },
                                 { AC_DECISION_MILESTONE, o->repair_limit, o->value[1], o->state[1], NULL },
                                 { AC_DECISION_VALUE, o->grade, o->value[2], NULL, NULL } };
    ac_history_in history = { o->first, o->event_field, o->event_value, o->event_at };
    begin_charging(o, totals);
    in[columns++] = opened;
    in[columns++] = answered;
    in[columns++] = repaired;
    for (size_t at = 0; at < n; at += BULK) {
        size_t rows = n - at < BULK ? n - at : BULK;
        for (size_t i = 0; i < rows; i++)
            unpack_ticket(o, i, &list[at + i]);
        o->first[rows] = (uint32_t)rows * 6;
        ac_rules_bulk(o->record, rows, in, columns, &history, AC_TIME_MAX, results, totals ? 3 : 2, NULL);
        if (totals)
            charge_bulk(o, &list[at], rows, totals);
        for (size_t i = 0; i < rows; i++) {
            for (int k = 0; k < 2; k++) {
                due[2 * (at + i) + (size_t)k] = o->value[k][i];
                late[2 * (at + i) + (size_t)k] = o->state[k][i] == AC_VERDICT_LATE;
            }
        }
    }
}

void ours_penalties(ours *o, const workload *w, int64_t *totals)
{
    ac_error err = AC_ERROR_INIT;
    ac_events_in in = { LAPSES, { 0, 1, w->lapse_kind, NULL }, { 0, 2, w->lapse_engineer, NULL }, { 0, 4, w->lapse_at, NULL },
                        (ac_time)workload_day(2023, 1, 1) * 86400 - 8 * 3600 };
    ac_tally_reset(o->tally);
    memset(totals, 0, ENGINEERS * sizeof *totals);
    must(ac_tally_enter(o->tally, &in, NULL, totals, &err), &err, "lapses");
}
