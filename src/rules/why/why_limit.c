#include "rules/why/why.h"

#include "base/hash.h"
#include "policy/model/value.h"
#include "rules/limit.h"

/* Why a limit is as it is: its facts, how the clock ran, the days it counted, and the verdict. */

enum { DAYS_LISTED = 400, EDITIONS_MAX = 8 };

/* --- how the clock ran ---------------------------------------------------------------- */

typedef struct told {
    ac_why_page          *page;
    const ac_limit_clock *clock;
    const ac_limit       *limit;
    ac_time               start;
} told;

static const char *mode_of(const ac_limit *limit)
{
    static const char modes[][16] = {"from-start", "from-change", "keep", "tighten-only"};

    return modes[limit->regrade];
}

static const char *reopening_of(const ac_limit *limit)
{
    static const char modes[][8] = {"resume", "restart", "none"};

    return modes[limit->reopen];
}

static int is_point(const ac_limit *limit)
{
    return limit->form == AC_LIMIT_DUE || limit->form == AC_LIMIT_SAME_DAY;
}

/* The span, or the point, as an argument. */
static void span_argument(ac_why_page *page, const ac_limit *limit, ac_cell span)
{
    ac_type type = {AC_TYPE_SPAN, 0, 0};

    if (is_point(limit))
        type.kind = AC_TYPE_DATETIME;
    ac_why_cell(page, type, span);
}

static void tell_span(const told *t, const ac_limit_note *note)
{
    if (t->limit->form == AC_LIMIT_PROMPTLY || t->limit->form == AC_LIMIT_SAME_DAY)
        return;
    span_argument(t->page, t->limit, note->span);
    if (is_point(t->limit)) {
        ac_why_line(t->page, AC_WHY_KEY_CLOCK, AC_WHY_POINT);
        return;
    }
    if (note->at <= t->start) {
        ac_why_line(t->page, AC_WHY_KEY_CLOCK, AC_WHY_SPAN);
        return;
    }
    ac_why_time(t->page, note->at);
    ac_why_line(t->page, AC_WHY_KEY_CLOCK, AC_WHY_SPAN_KNOWN);
}

static void tell_pause(const told *t, const ac_limit_note *note)
{
    const ac_policy    *policy = t->page->policy;
    const ac_pause_def *def;
    const ac_path      *path;

    ac_why_time(t->page, note->at);
    if (note->until < AC_TIME_MAX)
        ac_why_time(t->page, note->until);
    if (note->pause == AC_NO_INDEX) {
        ac_why_line(t->page, AC_WHY_KEY_CLOCK, AC_WHY_CLOSED_TIME);
        return;
    }
    def = &t->limit->pauses[note->pause];
    path = &policy->paths[def->path];
    if (def->state >= 0)
        ac_why_name(t->page, policy->records[path->holder].states[def->state]);
    else
        ac_why_path(t->page, path->text);
    ac_why_line(t->page, AC_WHY_KEY_CLOCK, note->until < AC_TIME_MAX ? AC_WHY_PAUSED : AC_WHY_PAUSED_OPEN);
}

static ac_status take_note(void *user, const ac_limit_note *note)
{
    const told *t = user;

    switch (note->kind) {
    case AC_NOTE_SPAN:
        tell_span(t, note);
        break;
    case AC_NOTE_REGRADED:
    case AC_NOTE_KEPT:
        ac_why_time(t->page, note->at);
        span_argument(t->page, t->limit, note->span);
        ac_why_string(t->page, mode_of(t->limit));
        ac_why_line(t->page, AC_WHY_KEY_CLOCK, note->kind == AC_NOTE_KEPT ? AC_WHY_KEPT : AC_WHY_REGRADED);
        break;
    case AC_NOTE_STOPPED:
    case AC_NOTE_TOO_EARLY:
        ac_why_time(t->page, note->at);
        ac_why_line(t->page, AC_WHY_KEY_CLOCK, note->kind == AC_NOTE_STOPPED ? AC_WHY_STOPPED : AC_WHY_TOO_EARLY);
        break;
    case AC_NOTE_REOPENED:
        ac_why_time(t->page, note->at);
        ac_why_string(t->page, reopening_of(t->limit));
        ac_why_line(t->page, AC_WHY_KEY_CLOCK, AC_WHY_REOPENED);
        break;
    case AC_NOTE_PAUSED:
        tell_pause(t, note);
        break;
    }
    return AC_OK;
}

/* --- days ------------------------------------------------------------------------------ */

/* One date, or a run of like ones. Later kinds say more about a date than earlier ones. */
typedef struct day {
    ac_trace_kind kind;
    ac_day        first, last;
    ac_secs       counted_s, total_s;
    ac_text       reason;
} day;

typedef struct days {
    ac_why_page *page;
    int          has_day, has_run;
    day          day, run;
    uint32_t     listed, more;
    uint32_t     edition_count;
    ac_text      list[EDITIONS_MAX], edition[EDITIONS_MAX];
} days;

static void show_worked(days *d, ac_why_id one, ac_why_id many)
{
    const day *run = &d->run;

    if (run->first != run->last)
        ac_why_day(d->page, run->last);
    ac_why_length(d->page, run->counted_s);
    ac_why_length(d->page, run->total_s);
    ac_why_line(d->page, AC_WHY_KEY_DAY, run->first != run->last ? many : one);
}

static void show_run(days *d)
{
    const day *run = &d->run;
    int        many = run->first != run->last;

    if (!d->has_run)
        return;
    d->has_run = 0;
    if (d->listed++ >= DAYS_LISTED) {
        d->more++;
        return;
    }
    ac_why_day(d->page, run->first);
    switch (run->kind) {
    case AC_TRACE_WORKED:
        show_worked(d, AC_WHY_DAY_WORKED, AC_WHY_DAYS_WORKED);
        return;
    case AC_TRACE_EXTRA:
        show_worked(d, AC_WHY_DAY_EXTRA, AC_WHY_DAYS_WORKED);
        return;
    case AC_TRACE_BEYOND:
        show_worked(d, AC_WHY_DAY_BEYOND, AC_WHY_DAYS_WORKED);
        return;
    case AC_TRACE_CLOSED:
        if (many)
            ac_why_day(d->page, run->last);
        ac_why_line(d->page, AC_WHY_KEY_DAY, many ? AC_WHY_DAYS_CLOSED : AC_WHY_DAY_CLOSED);
        return;
    case AC_TRACE_OFF:
        if (many)
            ac_why_day(d->page, run->last);
        ac_why_text(d->page, run->reason);
        ac_why_line(d->page, AC_WHY_KEY_DAY, many ? AC_WHY_DAYS_OFF : AC_WHY_DAY_OFF);
        return;
    case AC_TRACE_PAUSED:
        show_worked(d, AC_WHY_DAY_PAUSED, AC_WHY_DAYS_PAUSED);
        return;
    }
}

/* Text shows a run of ordinary dates in one line; JSON each by itself. */
static int joins(const days *d)
{
    const day *run = &d->run, *next = &d->day;

    return d->has_run && d->page->format == AC_FORMAT_TEXT && run->kind == next->kind && run->last + 1 == next->first &&
           run->counted_s == next->counted_s && ac_text_equal(run->reason, next->reason) &&
           run->kind != AC_TRACE_EXTRA && run->kind != AC_TRACE_BEYOND;
}

static void end_day(days *d)
{
    if (!d->has_day)
        return;
    d->has_day = 0;
    if (joins(d)) {
        d->run.last = d->day.last;
        d->run.total_s = d->day.total_s;
        return;
    }
    show_run(d);
    d->run = d->day;
    d->has_run = 1;
}

static void consult(days *d, const ac_trace_line *line)
{
    if (line->list.size == 0)
        return;
    for (uint32_t i = 0; i < d->edition_count; i++) {
        if (ac_text_equal(d->list[i], line->list) && ac_text_equal(d->edition[i], line->edition))
            return;
    }
    if (d->edition_count == EDITIONS_MAX)
        return;
    d->list[d->edition_count] = line->list;
    d->edition[d->edition_count++] = line->edition;
}

/* How much a kind says about its date. */
static int weight(ac_trace_kind kind)
{
    static const uint8_t weights[] = {1, 0, 4, 3, 5, 2};    /* worked, closed, off, extra, paused, beyond */

    return weights[kind];
}

static ac_status take_day(void *user, const ac_trace_line *line)
{
    days *d = user;

    consult(d, line);
    if (!d->has_day || d->day.first != line->day) {
        end_day(d);
        d->has_day = 1;
        d->day.kind = line->kind;
        d->day.first = d->day.last = line->day;
        d->day.counted_s = 0;
        d->day.reason = line->reason;
    }
    if (weight(line->kind) > weight(d->day.kind)) {
        d->day.kind = line->kind;
        d->day.reason = line->reason;
    }
    d->day.counted_s += line->counted_s;
    d->day.total_s = line->total_s;
    return d->page->out.status;
}

static void show_editions(const days *d, const ac_rulebook *book)
{
    for (uint32_t i = 0; i < d->edition_count; i++) {
        char            digest[65] = "-";
        uint32_t        at = ac_rulebook_find_edition(book, d->list[i], d->edition[i]);
        ac_edition_info info;

        if (at != AC_NO_INDEX && ac_rulebook_edition_at(book, at, &info) == AC_OK)
            ac_digest_hex(&info.digest, digest);
        if (d->page->format == AC_FORMAT_TEXT)
            digest[16] = '\0';
        ac_why_text(d->page, d->list[i]);
        ac_why_text(d->page, d->edition[i]);
        ac_why_string(d->page, digest);
        ac_why_line(d->page, AC_WHY_KEY_EDITION, AC_WHY_EDITION);
    }
}

static int counts_hours(const ac_limit_clock *clock)
{
    return clock->calendar && !is_point(clock->limit) && clock->span.state == AC_VALUE_KNOWN && clock->limit->form != AC_LIMIT_PROMPTLY &&
           (clock->span.ref == AC_UNIT_WORK_SECOND || clock->span.ref == AC_UNIT_WORKDAY);
}

static ac_status show_days(ac_why_page *page, const ac_limit_clock *clock, const ac_milestone *m, ac_error *err)
{
    ac_time   to = m->has_due ? m->due_at : clock->eval->as_of;
    days      d;
    ac_status st;

    if (!counts_hours(clock))
        return AC_OK;
    if (clock->span.ref == AC_UNIT_WORKDAY && m->has_due)
        to++;
    ac_why_name(page, page->policy->calendars[clock->limit->calendar].name);
    ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_CALENDAR);
    if (to <= clock->base)
        return AC_OK;
    d.page = page;
    d.has_day = d.has_run = 0;
    d.listed = d.more = 0;
    d.edition_count = 0;
    st = ac_clock_trace(clock->calendar, AC_CLOCK_WORKING, clock->base, to, clock->pauses, clock->pause_count, take_day, &d, err);
    if (st == AC_E_NOT_COVERED)
        st = AC_OK;     /* the verdict says it */
    end_day(&d);
    show_run(&d);
    if (d.more > 0) {
        ac_why_number(page, d.more);
        ac_why_line(page, AC_WHY_KEY_DAY, AC_WHY_MORE);
    }
    show_editions(&d, ac_record_rulebook(clock->eval->record));
    return st;
}

/* --- the verdict ------------------------------------------------------------------------ */

static void show_instants(ac_why_page *page, const ac_milestone *m)
{
    if (m->has_due) {
        ac_why_time(page, m->due_at);
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_DUE);
    }
    if (m->by_regrading) {
        ac_why_time(page, m->late_at);
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_BY_REGRADING);
    } else if (m->has_late && m->late_at > m->due_at) {
        ac_why_time(page, m->late_at);
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_LATE_FROM);
    }
    if (m->has_done) {
        ac_why_time(page, m->done_at);
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_STOPPED);
    }
    if (m->suspended) {
        ac_why_length(page, m->left_s);
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_SUSPENDED);
    }
    if (m->beyond)
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_BEYOND);
}

static void show_missing(ac_why_page *page, const ac_milestone *m)
{
    if (m->verdict == AC_VERDICT_UNSET) {
        ac_why_name(page, ac_text_of(m->missing ? m->missing : "-"));
        ac_why_string(page, m->clause ? m->clause : "-");
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_UNSET);
    } else if (m->verdict == AC_VERDICT_NOT_SUPPORTED) {
        ac_why_number(page, m->line);
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_LATER);
    } else if (m->missing) {
        ac_why_path(page, ac_text_of(m->missing));
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_UNKNOWN);
    } else {
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_VALUE_UNTOLD);
    }
}

static void show_verdict(ac_why_page *page, const ac_milestone *m)
{
    switch (m->verdict) {
    case AC_VERDICT_NONE:
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_NONE);
        return;
    case AC_VERDICT_OPEN:
        if (m->left_s > 0 && !m->suspended)
            ac_why_length(page, m->left_s);
        ac_why_line(page, AC_WHY_KEY_RESULT, m->left_s > 0 && !m->suspended ? AC_WHY_OPEN_LEFT : AC_WHY_OPEN);
        return;
    case AC_VERDICT_MET:
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_MET);
        return;
    case AC_VERDICT_LATE:
        ac_why_length(page, m->late_by_s);
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_LATE);
        return;
    case AC_VERDICT_NOT_COVERED:
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_NOT_COVERED);
        return;
    case AC_VERDICT_NEVER:
        ac_why_line(page, AC_WHY_KEY_RESULT, AC_WHY_NEVER);
        return;
    default:
        show_missing(page, m);
        return;
    }
}

/* --- the whole ---------------------------------------------------------------------------- */

static void show_facts(ac_why_page *page, ac_eval *e, const ac_limit *limit)
{
    ac_why_seen seen;
    uint8_t     derived;

    for (derived = 0; derived < 2; derived++) {
        seen.count = seen.more = 0;
        seen.derived = derived;
        ac_why_program(page, e, &limit->when, &seen, 0);
        for (uint32_t i = 0; i < limit->start_count; i++)
            ac_why_program(page, e, &limit->starts[i], &seen, 0);
        ac_why_program(page, e, &limit->span, &seen, 0);
        ac_why_program(page, e, &limit->grace, &seen, 0);
    }
}

ac_status ac_why_limit(ac_why_page *page, ac_eval *e, uint32_t limit, ac_error *err)
{
    const ac_limit *def = &e->record->def->limits[limit];
    ac_limit_clock  clock;
    ac_limit_watch  watch;
    ac_milestone    m = AC_MILESTONE_INIT;
    told            t;
    ac_status       st;

    ac_why_rule(page, def->line);
    show_facts(page, e, def);
    st = ac_limit_judge(e, limit, &clock, NULL, &m, err);
    if (st != AC_OK)
        return st;
    t.page = page;
    t.clock = &clock;
    t.limit = def;
    t.start = m.has_start ? m.start_at : AC_TIME_MIN;
    if (m.has_start) {
        ac_why_time(page, m.start_at);
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_START);
    } else if (m.verdict == AC_VERDICT_OPEN && !m.has_due) {
        ac_why_line(page, AC_WHY_KEY_CLOCK, AC_WHY_START_NOT);
    }
    watch.note = take_note;
    watch.user = &t;
    watch.status = AC_OK;
    st = ac_limit_judge(e, limit, &clock, &watch, &m, err);
    if (st == AC_OK)
        st = show_days(page, &clock, &m, err);
    if (st != AC_OK)
        return st;
    show_instants(page, &m);
    show_verdict(page, &m);
    return AC_OK;
}
