#include <stdlib.h>
#include <string.h>

#include "public-logs/logs.h"

/* UCI 498, an incident-management event log (Amaral, Fantinato, Peres 2018, CC BY 4.0): one row per audit update,
 * rows of one incident together, times d/m/yyyy HH:MM, ? = unknown.
 *
 * Every row is graded from its impact and urgency and compared with the recorded priority. The last row of an incident
 * is judged: open at opened_at, close at closed_at, and the changes of state in between as history; compared with made_sla. */

enum { NUMBER, STATE, MADE_SLA, OPENED, UPDATED, IMPACT, URGENCY, PRIORITY, RESOLVED_BY, CLOSED, COLUMNS };
static const char *const NAMES[COLUMNS] = { "number", "incident_state", "made_sla", "opened_at", "sys_updated_at", "impact", "urgency", "priority", "resolved_by", "closed_at" };

enum { MAX_STATES = 512, GRADES = 4 };

/* What the log calls the stations of an incident, and the actions of the policy that lead there. */
typedef enum station { ST_NONE, ST_NEW, ST_ACTIVE, ST_AWAITING, ST_RESOLVED, ST_CLOSED } station;

typedef struct change {
    station to;
    ac_time at;
} change;

typedef struct incidents {
    const log_run *run;
    csv           *in;
    size_t         at[COLUMNS];
    ac_zone       *zone;
    ac_record     *record;
    uint32_t       type, impact, urgency, open, close, grade, limit_field, close_limit;
    uint32_t       take, wait, go_on, resolve, reopen;
    ac_time        now;
    /* the incident at hand */
    char           number[24];
    int            made_sla;
    ac_time        opened, closed;
    int            has_closed;
    uint32_t       impact_member, urgency_member;
    char           resolver[32];
    change         changes[MAX_STATES];
    size_t         change_count;
    /* totals */
    size_t         rows, rows_equal, cases, cases_equal, forms_equal, differ_listed;
    size_t         verdicts[GRADES + 1][AC_VERDICT_NOT_SUPPORTED + 1];
    char           worst[24];
    ac_secs        worst_s;
    size_t         made_but_late, missed_but_met;
    text_buffer    exceptions;
    lapse         *lapses;
    size_t         lapse_count, lapse_room;
} incidents;

static ac_text cell(const incidents *s, int column)
{
    ac_text text = { s->in->cells[s->at[column]].text, s->in->cells[s->at[column]].size };
    return text;
}

static int read_time(const incidents *s, ac_text text, ac_time *out)
{
    const char *p = text.data, *end = text.data + text.size;
    ac_date date;
    ac_day day;
    date.day = read_int(&p, end);
    date.month = p < end && *p++ == '/' ? read_int(&p, end) : -1;
    date.year = p < end && *p++ == '/' ? read_int(&p, end) : -1;
    int hour = p < end && *p++ == ' ' ? read_int(&p, end) : -1;
    int minute = p < end && *p++ == ':' ? read_int(&p, end) : -1;
    if (p != end || hour < 0 || minute < 0 || ac_day_from_date(date, &day, NULL) != AC_OK)
        return 0;
    *out = ac_zone_instant(s->zone, day, hour * 3600 + minute * 60);
    return 1;
}

/* "2 - Medium": the digit orders high, medium, low as the policy's enum does. */
static uint32_t level(ac_text text)
{
    return text.size && text.data[0] >= '1' && text.data[0] <= '3' ? (uint32_t)(text.data[0] - '1') : AC_NO_INDEX;
}

static station read_state(ac_text text)
{
    if (text_same(text, "New"))
        return ST_NEW;
    if (text_same(text, "Active"))
        return ST_ACTIVE;
    if (text_same(text, "Resolved"))
        return ST_RESOLVED;
    if (text_same(text, "Closed"))
        return ST_CLOSED;
    return text.size > 8 && memcmp(text.data, "Awaiting", 8) == 0 ? ST_AWAITING : ST_NONE;
}

static uint32_t action_to(const incidents *s, station from, station to)
{
    if (to == ST_AWAITING)
        return s->wait;
    if (to == ST_RESOLVED)
        return s->resolve;
    if (to != ST_ACTIVE)
        return AC_NO_INDEX;
    return from == ST_AWAITING ? s->go_on : from == ST_RESOLVED || from == ST_CLOSED ? s->reopen : s->take;
}

static void fill(incidents *s)
{
    ac_error err = AC_ERROR_INIT;
    station from = ST_NEW;
    ac_record_reset(s->record);
    must(ac_record_set_id(s->record, text_of(s->number), &err), &err, s->number);
    if (s->impact_member != AC_NO_INDEX)
        must(ac_record_set_member(s->record, s->impact, s->impact_member, &err), &err, s->number);
    if (s->urgency_member != AC_NO_INDEX)
        must(ac_record_set_member(s->record, s->urgency, s->urgency_member, &err), &err, s->number);
    must(ac_record_set_moment(s->record, s->open, s->opened, &err), &err, s->number);
    for (size_t i = 0; i < s->change_count; i++) {
        uint32_t action = action_to(s, from, s->changes[i].to);
        from = s->changes[i].to;
        if (action != AC_NO_INDEX)
            must(ac_record_add_moment(s->record, action, s->changes[i].at, &err), &err, s->number);
    }
    /* closed_at is the time of the last Closed row; added last, so that it stands behind what happened in the same minute */
    if (s->has_closed)
        must(ac_record_add_moment(s->record, s->close, s->closed, &err), &err, s->number);
}

/* The same verdict the other way round: working seconds between open and close against the span. */
static int elapsed_form_agrees(incidents *s, const ac_milestone *m)
{
    ac_error err = AC_ERROR_INIT;
    const ac_calendar *calendar = NULL;
    ac_value span = { 0 };
    ac_secs used;
    must(ac_rules_value(s->record, s->limit_field, s->now, &span, &err), &err, s->number);
    must(ac_rulebook_calendar(s->run->book.book, s->run->book.policy, 0, s->opened, &calendar, &err), &err, s->number);
    if (!s->has_closed || span.state != AC_VALUE_KNOWN || span.ref != AC_UNIT_WORK_SECOND)
        return 1;
    must(ac_clock_elapsed(calendar, AC_CLOCK_WORKING, s->opened, s->closed, NULL, 0, &used, &err), &err, s->number);
    return (used <= span.num / span.den) == (m->verdict == AC_VERDICT_MET);
}

static void note_difference(incidents *s, const ac_milestone *m)
{
    char line[320], due[AC_TIME_TEXT_BYTES] = "none", done[AC_TIME_TEXT_BYTES] = "none", over[TEXT_SECONDS_BYTES];
    if (m->has_due)
        ac_time_format(m->due_at, s->zone, due);
    if (m->has_done)
        ac_time_format(m->done_at, s->zone, done);
    text_seconds(over, m->late_by_s);
    int n = snprintf(line, sizeof line, "    %s  log says %-6s  rule says %s: due %s, closed %s%s%s\n", s->number, s->made_sla ? "made" : "missed",
                     ac_verdict_name(m->verdict), due, done, m->late_by_s ? ", late by " : "", m->late_by_s ? over : "");
    s->made_but_late += (size_t)s->made_sla;
    s->missed_but_met += (size_t)!s->made_sla;
    text_add(&s->exceptions, line, (size_t)n);
}

static void note_lapse(incidents *s)
{
    if (s->lapse_count == s->lapse_room) {
        s->lapse_room = s->lapse_room ? s->lapse_room * 2 : 1024;
        s->lapses = must_resize(s->lapses, s->lapse_room * sizeof *s->lapses);
    }
    lapse *l = &s->lapses[s->lapse_count++];
    l->opened = s->opened;
    memcpy(l->number, s->number, sizeof l->number);
    memcpy(l->resolver, s->resolver, sizeof l->resolver);
    l->impact = s->impact_member;
    l->urgency = s->urgency_member;
}

static void finish_incident(incidents *s)
{
    ac_error err = AC_ERROR_INIT;
    ac_milestone m = AC_MILESTONE_INIT;
    ac_value grade = { 0 };
    if (!s->number[0])
        return;
    fill(s);
    must(ac_rules_milestone(s->record, s->close_limit, s->now, &m, &err), &err, s->number);
    must(ac_rules_value(s->record, s->grade, s->now, &grade, &err), &err, s->number);
    s->cases++;
    s->forms_equal += (size_t)elapsed_form_agrees(s, &m);
    s->verdicts[grade.state == AC_VALUE_KNOWN && grade.num < GRADES ? grade.num : GRADES][m.verdict]++;
    if ((m.verdict == AC_VERDICT_MET) == s->made_sla)
        s->cases_equal++;
    else
        note_difference(s, &m);
    if (m.verdict == AC_VERDICT_LATE && s->resolver[0])
        note_lapse(s);
    if (m.verdict == AC_VERDICT_LATE && m.late_by_s > s->worst_s) {
        s->worst_s = m.late_by_s;
        memcpy(s->worst, s->number, sizeof s->worst);
    }
}

/* Grades the row by itself, as the audit log recorded it. */
static void grade_row(incidents *s)
{
    ac_error err = AC_ERROR_INIT;
    ac_value grade = { 0 };
    ac_text priority = cell(s, PRIORITY);
    ac_record_reset(s->record);
    if (s->impact_member != AC_NO_INDEX)
        must(ac_record_set_member(s->record, s->impact, s->impact_member, &err), &err, s->number);
    if (s->urgency_member != AC_NO_INDEX)
        must(ac_record_set_member(s->record, s->urgency, s->urgency_member, &err), &err, s->number);
    must(ac_rules_value(s->record, s->grade, s->now, &grade, &err), &err, s->number);
    s->rows++;
    s->rows_equal += priority.size && grade.state == AC_VALUE_KNOWN && grade.num == priority.data[0] - '1';
}

static int read_row(incidents *s)
{
    ac_text number = cell(s, NUMBER);
    ac_time updated;
    if (number.size >= sizeof s->number || !read_time(s, cell(s, UPDATED), &updated))
        return 0;
    if (!text_same(number, s->number)) {
        finish_incident(s);
        memcpy(s->number, number.data, number.size);
        s->number[number.size] = '\0';
        s->change_count = 0;
    }
    station to = read_state(cell(s, STATE));
    if (to != ST_NONE && s->change_count < MAX_STATES && (s->change_count == 0 || s->changes[s->change_count - 1].to != to)) {
        s->changes[s->change_count].to = to;
        s->changes[s->change_count++].at = updated;
    }
    s->made_sla = text_same(cell(s, MADE_SLA), "true");
    s->impact_member = level(cell(s, IMPACT));
    s->urgency_member = level(cell(s, URGENCY));
    ac_text resolver = cell(s, RESOLVED_BY);
    int is_named = !text_same(resolver, "?") && resolver.size < sizeof s->resolver;
    memcpy(s->resolver, resolver.data, is_named ? resolver.size : 0);
    s->resolver[is_named ? resolver.size : 0] = '\0';
    s->has_closed = read_time(s, cell(s, CLOSED), &s->closed);
    grade_row(s);
    return read_time(s, cell(s, OPENED), &s->opened);
}

/* The whole log, calling finish_incident for each. `only` NULL: count; else stop after filling that incident. */
static int read_log(incidents *s, char *text, size_t size)
{
    csv_open(s->in, text, size);
    if (!log_columns(s->in, s->run->path, NAMES, COLUMNS, s->at))
        return 0;
    while (csv_next(s->in)) {
        if (s->in->fault.what || s->in->count <= s->at[CLOSED] || !read_row(s)) {
            fprintf(stderr, "%s:%u: this row cannot be read\n", s->run->path, s->in->cells[0].line);
            return 0;
        }
        host_progress("bytes read", (size_t)(s->in->at - text), size);
    }
    finish_incident(s);
    host_progress("bytes read", size, size);
    return 1;
}

/* What the cases have in common. The log tells no more: no row of them changes its grade, and pauses fit worse on the whole. */
static void explain_differences(const incidents *s)
{
    printf("\n  where the log and the rule differ\n%s", s->exceptions.data);
    if (s->made_but_late)
        printf("    %zu of them: the log keeps saying made, up to the last row, although the incident was closed after the limit that fits all\n"
               "    others of its grade (critical and important incidents are never made but for these)\n", s->made_but_late);
    if (s->missed_but_met)
        printf("    %zu the other way round: the log says missed although the incident was closed within that limit\n", s->missed_but_met);
}

static void print_report(incidents *s)
{
    static const ac_verdict shown[] = { AC_VERDICT_MET, AC_VERDICT_LATE, AC_VERDICT_OPEN, AC_VERDICT_UNDECIDED, AC_VERDICT_UNSET };
    ac_field_info info = AC_FIELD_INFO_INIT;
    if (s->run->json) {
        printf("{\"rows\":%zu,\"rows_equal\":%zu,\"cases\":%zu,\"cases_equal\":%zu,\"forms_equal\":%zu,\"worst\":\"%s\",\"worst_s\":%lld", s->rows,
               s->rows_equal, s->cases, s->cases_equal, s->forms_equal, s->worst, (long long)s->worst_s);
        lapses_tell(s->run, s->type, s->now, s->lapses, s->lapse_count);
        puts("}");
        return;
    }
    printf("%zu incidents, %zu log rows\n", s->cases, s->rows);
    printf("  grade = recorded priority in %zu of %zu rows\n", s->rows_equal, s->rows);
    printf("  verdict = recorded made_sla in %zu of %zu incidents; due form = elapsed form in %zu\n\n", s->cases_equal, s->cases, s->forms_equal);
    printf("  %-12s", "grade");
    for (size_t v = 0; v < sizeof shown / sizeof *shown; v++)
        printf("%12s", ac_verdict_name(shown[v]));
    putchar('\n');
    ac_policy_field_at(s->run->book.policy, s->type, s->grade, &info);
    for (uint32_t g = 0; g <= GRADES; g++) {
        ac_text name = g < GRADES ? ac_policy_member_name(s->run->book.policy, info.ref, g) : text_of("(none)");
        size_t total = 0;
        for (size_t v = 0; v <= AC_VERDICT_NOT_SUPPORTED; v++)
            total += s->verdicts[g][v];
        if (total == 0)
            continue;
        printf("  %-12.*s", (int)name.size, name.data);
        for (size_t v = 0; v < sizeof shown / sizeof *shown; v++)
            printf("%12zu", s->verdicts[g][shown[v]]);
        putchar('\n');
    }
    if (s->exceptions.size && s->run->list)
        explain_differences(s);
    lapses_tell(s->run, s->type, s->now, s->lapses, s->lapse_count);
}

static void explain(incidents *s, char *text, size_t size)
{
    ac_error err = AC_ERROR_INIT;
    incidents again = *s;
    const char *wanted = s->run->explain ? s->run->explain : s->worst;
    again.number[0] = '\0';
    again.change_count = 0;
    memset(&again.exceptions, 0, sizeof again.exceptions);
    csv_open(again.in, text, size);
    if (!log_columns(again.in, s->run->path, NAMES, COLUMNS, again.at))
        return;
    int seen = 0;
    while (csv_next(again.in)) {
        ac_text number = cell(&again, NUMBER);
        if (text_same(number, wanted))
            seen = read_row(&again);
        else if (seen)
            break;
    }
    text_free(&again.exceptions);
    if (!seen) {
        fprintf(stderr, "public-logs: the log has no incident \"%s\"\n", wanted);
        return;
    }
    fill(&again);
    putchar('\n');
    must(ac_why_render(s->record, AC_DECISION_MILESTONE, s->close_limit, s->now, s->run->json ? AC_FORMAT_JSON : AC_FORMAT_TEXT, s->run->lang, file_sink,
                       stdout, &err), &err, wanted);
}

int incidents_run(const log_run *run)
{
    ac_error err = AC_ERROR_INIT;
    size_t size;
    char *source = host_read(run->path, &size), *text;
    int code = 2;
    if (!source)
        return 2;
    incidents *s = must_zero(1, sizeof *s);
    s->run = run;
    s->in = must_zero(1, sizeof *s->in);
    s->zone = ac_rulebook_zone(run->book.book, run->book.policy);
    s->type = must_ticket(run);
    s->impact = must_field(run, s->type, "impact");
    s->urgency = must_field(run, s->type, "urgency");
    s->open = must_field(run, s->type, "open");
    s->close = must_field(run, s->type, "close");
    s->take = must_field(run, s->type, "take");
    s->wait = must_field(run, s->type, "wait");
    s->go_on = must_field(run, s->type, "continue");
    s->resolve = must_field(run, s->type, "resolve");
    s->reopen = must_field(run, s->type, "reopen");
    s->grade = must_field(run, s->type, "grade");
    s->limit_field = must_field(run, s->type, "limit");
    s->close_limit = must_limit(run, s->type, "close");
    must(ac_time_parse(text_of("2018-12-31T00:00:00Z"), &s->now, &err), &err, "now");
    must(ac_record_new(run->book.book, run->book.policy, s->type, text_of(""), NULL, &s->record, &err), &err, run->path);
    text = must_resize(NULL, size + 1);
    memcpy(text, source, size);
    if (read_log(s, text, size)) {
        code = 0;
        print_report(s);
        if (s->run->explain || (s->worst[0] && !s->run->json)) {
            memcpy(text, source, size);
            explain(s, text, size);
        }
    }
    ac_record_free(s->record);
    text_free(&s->exceptions);
    free(s->lapses);
    free(text);
    free(source);
    free(s->in);
    free(s);
    return code;
}
