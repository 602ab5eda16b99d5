#include "aftercare/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/svg.h"

enum { WIDE = 920, LEFT = 150, PLOT = WIDE - LEFT - 10, LANE = 44, TOP = 26 };

/* --- taking ------------------------------------------------------------------------------- */

/* The next argument of a line of an explanation, as it stands between its quotes; NULL: there is none. */
static const char *next_argument(const char *at, ac_text *out)
{
    const char *open = strchr(at, '"');
    const char *close = open ? strchr(open + 1, '"') : NULL;
    if (!close)
        return NULL;
    out->data = open + 1;
    out->size = (size_t)(close - out->data);
    return close + 1;
}

/* Pauses, and whether a calendar stops the clock, are what the explanation tells. */
static void read_why(timeline_lane *lane, const char *why, ac_time at)
{
    static const char paused[] = "\"id\":\"PAUSED\",\"args\":[", open[] = "\"id\":\"PAUSED_OPEN\",\"args\":[";
    ac_text first, second;
    if (!strstr(why, "\"id\":\"CALENDAR\""))
        lane->calendar = AC_NO_INDEX;
    for (const char *p = why; (p = strstr(p, "\"id\":\"PAUSED")) != NULL; p++) {
        int is_open = strncmp(p, open, sizeof open - 1) == 0;
        ac_time *pause = lane->pauses[lane->pause_count];
        const char *rest = next_argument(p + (is_open ? sizeof open : sizeof paused) - 1, &first);
        if (lane->pause_count == TIMELINE_PAUSES || !rest || ac_time_parse(first, &pause[0], NULL) != AC_OK)
            continue;
        pause[1] = at;
        if (!is_open && (!next_argument(rest, &second) || ac_time_parse(second, &pause[1], NULL) != AC_OK))
            continue;
        lane->pause_count++;
    }
}

static void take_lane(timeline *t, const version *judge, const ac_decision *d, ac_text label)
{
    text_buffer why = { 0 };
    ac_limit_info info = AC_LIMIT_INFO_INIT;
    t->lanes = must_resize(t->lanes, (t->count + 1) * sizeof *t->lanes);
    timeline_lane *lane = &t->lanes[t->count++];
    memset(lane, 0, sizeof *lane);
    lane->milestone = d->milestone;
    lane->label = text_copy(label);
    lane->clause = text_copy(text_of(d->clause ? d->clause : ""));
    lane->calendar = ac_policy_limit_at(judge->policy, judge->out.record_type, d->index, &info) == AC_OK ? info.calendar : AC_NO_INDEX;
    text_add(&why, "", 0);
    ac_why_render(judge->record, d->kind, d->index, t->at, AC_FORMAT_JSON, AC_LANG_EN, text_sink, &why, NULL);
    read_why(lane, why.data, t->at);
    text_free(&why);
}

static void widen(timeline *t, int has, ac_time at)
{
    if (!has)
        return;
    t->from = at < t->from ? at : t->from;
    t->to = at > t->to ? at : t->to;
}

static void take_span(timeline *t)
{
    t->from = AC_TIME_MAX;
    t->to = AC_TIME_MIN;
    for (size_t i = 0; i < t->count; i++) {
        const ac_milestone *m = &t->lanes[i].milestone;
        widen(t, m->has_start, m->start_at);
        widen(t, m->has_due, m->due_at);
        widen(t, m->has_done, m->done_at);
        widen(t, m->has_start && !m->has_done && (!m->has_due || t->at - m->due_at < m->due_at - m->start_at), t->at);
    }
    ac_secs edge = (t->to - t->from) / 40 + 60;
    t->from -= edge;
    t->to += edge;
}

static ac_time time_at(const timeline *t, int column)
{
    return t->from + (t->to - t->from) / PLOT * column + (t->to - t->from) % PLOT * column / PLOT;
}

static void take_closed(timeline *t, timeline_lane *lane, const version *judge, const ac_rulebook *book)
{
    const ac_calendar *calendar;
    ac_time dated = t->at;
    ac_rules_dated_at(judge->record, t->at, &dated, NULL);
    if (lane->calendar == AC_NO_INDEX || ac_rulebook_calendar(book, judge->policy, lane->calendar, dated, &calendar, NULL) != AC_OK)
        return;
    lane->closed = must_zero(PLOT, 1);
    for (int x = 0; x < PLOT; x++) {
        int is_open = 1;
        if (ac_calendar_is_open(calendar, time_at(t, x) + (t->to - t->from) / PLOT / 2, &is_open, NULL) == AC_OK)
            lane->closed[x] = !is_open;
    }
}

static int is_telling(const ac_milestone *m)
{
    return m->verdict == AC_VERDICT_LATE && m->has_done && m->has_due && m->due_at > m->start_at;
}

static int is_late(const outcome *out)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (out->decisions[i].kind == AC_DECISION_MILESTONE && is_telling(&out->decisions[i].milestone))
            return 1;
    return 0;
}

void timeline_take(timeline *t, const version *judge, const ac_rulebook *book, ac_time at, ac_lang lang)
{
    ac_text id = ac_record_id(judge->record);
    if (t->is_found || !(t->id ? text_same(id, t->id) : is_late(&judge->out)))
        return;
    t->is_found = 1;
    t->at = at;
    t->name = text_copy(id);
    t->zone = judge->out.zone;
    for (uint32_t i = 0; i < judge->out.count; i++) {
        const ac_decision *d = &judge->out.decisions[i];
        if (d->kind == AC_DECISION_MILESTONE && d->milestone.has_start)
            take_lane(t, judge, d, outcome_label(&judge->out, outcome_name(&judge->out, i), lang));
    }
    if (t->count == 0)
        return;
    take_span(t);
    for (size_t i = 0; i < t->count; i++)
        take_closed(t, &t->lanes[i], judge, book);
}

void timeline_free(timeline *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->lanes[i].label);
        free(t->lanes[i].clause);
        free(t->lanes[i].closed);
    }
    free(t->lanes);
    free(t->name);
}

/* --- drawing ------------------------------------------------------------------------------ */

enum { W_START, W_DUE, W_DONE, W_PAUSE, W_CLOSED, W_RUN, W_OVER };
static const char *word(int which, ac_lang lang)
{
    static const char *const words[2][7] = { { "start", "due", "done", "paused", "closed", "clock runs", "overrun" },
                                             { "开始", "到期", "完成", "暂停", "非工作时间", "计时", "逾期" } };
    return words[lang == AC_LANG_ZH][which];
}

static int column_of(const timeline *t, ac_time at)
{
    ac_secs all = t->to - t->from, part = at - t->from;
    while (all > INT32_MAX) {       /* centuries lose seconds in the picture, not more */
        all /= 2;
        part /= 2;
    }
    return LEFT + (int)(part * PLOT / all);
}

static void tip_of(char tip[160], const timeline *t, int which, ac_time from, ac_time to, ac_lang lang)
{
    char first[AC_TIME_TEXT_BYTES], last[AC_TIME_TEXT_BYTES];
    ac_time_format(from, t->zone, first);
    ac_time_format(to, t->zone, last);
    snprintf(tip, 160, "%s %.40s – %.40s", word(which, lang), first, last);
}

static void draw_span(const timeline *t, const char *class, int which, ac_time from, ac_time to, int y, int height, ac_lang lang, FILE *out)
{
    char tip[160];
    int x = column_of(t, from), end = column_of(t, to);
    if (to <= from)
        return;
    tip_of(tip, t, which, from, to, lang);
    svg_box(out, class, x, y, end > x ? end - x : 1, height, tip);
}

static void draw_closed(const timeline_lane *lane, int y, FILE *to)
{
    for (int x = 0, end; lane->closed && x < PLOT; x = end + 1) {
        end = x;
        while (end < PLOT && lane->closed[end])
            end++;
        svg_box(to, "closed", LEFT + x, y, end - x, LANE - 6, NULL);
    }
}

static void draw_lane(const timeline *t, const timeline_lane *lane, int y, ac_lang lang, FILE *to)
{
    const ac_milestone *m = &lane->milestone;
    ac_time stop = m->has_done ? m->done_at : t->at;
    ac_time due = m->has_due && m->due_at < stop ? m->due_at : stop;
    char article[96];
    stop = stop < t->to ? stop : t->to;
    due = due < stop ? due : stop;
    svg_label(to, "name", LEFT - 12, y + 17, "end", lane->label);
    snprintf(article, sizeof article, strlen(lane->clause) < 24 && lane->clause[0] ? "%s · %s" : "%s", outcome_verdict(m->verdict, lang), lane->clause);
    svg_label(to, "tick", LEFT - 12, y + 33, "end", article);
    draw_closed(lane, y, to);
    draw_span(t, "run", W_RUN, m->start_at, due, y + 11, 16, lang, to);
    draw_span(t, "late", W_OVER, due, stop, y + 11, 16, lang, to);
    for (size_t i = 0; i < lane->pause_count; i++)
        draw_span(t, "pause", W_PAUSE, lane->pauses[i][0], lane->pauses[i][1] < stop ? lane->pauses[i][1] : stop, y + 7, 24, lang, to);
    fprintf(to, "<circle class=\"mark\" cx=\"%d\" cy=\"%d\" r=\"5\"/>\n", column_of(t, m->start_at), y + 19);
    if (m->has_due)
        svg_line(to, "due", column_of(t, m->due_at), y + 1, column_of(t, m->due_at), y + LANE - 7);
    if (m->has_done)
        fprintf(to, "<circle class=\"stop\" cx=\"%d\" cy=\"%d\" r=\"6\"/>\n", column_of(t, m->done_at), y + 19);
}

/* Days as ticks, or more of them together. */
static void draw_axis(const timeline *t, int bottom, FILE *to)
{
    ac_day first, last;
    int32_t second;
    ac_zone_local(t->zone, t->from, &first, &second);
    ac_zone_local(t->zone, t->to, &last, &second);
    ac_day every = (last - first) / 8 + 1;
    for (ac_day day = first + 1; day <= last; day += every) {
        char text[AC_TIME_TEXT_BYTES];
        int x = column_of(t, ac_zone_instant(t->zone, day, 0));
        ac_day_format(day, text);
        svg_line(to, "grid", x, TOP - 6, x, bottom);
        svg_label(to, "tick", x, TOP - 11, x > WIDE - 40 ? "end" : "middle", text);
    }
}

static void table_time(const timeline *t, int has, ac_time at, FILE *to)
{
    char text[AC_TIME_TEXT_BYTES] = "–";
    if (has)
        ac_time_format(at, t->zone, text);
    fprintf(to, "<td>%s</td>", text);
}

static void draw_table(const timeline *t, ac_lang lang, FILE *to)
{
    fprintf(to, "<table><tr><th></th><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>\n", word(W_START, lang), word(W_DUE, lang), word(W_DONE, lang),
            word(W_OVER, lang));
    for (size_t i = 0; i < t->count; i++) {
        const ac_milestone *m = &t->lanes[i].milestone;
        char length[TEXT_SECONDS_BYTES] = "–";
        fputs("<tr><th>", to);
        svg_string(to, t->lanes[i].label);
        fputs("</th>", to);
        table_time(t, m->has_start, m->start_at, to);
        table_time(t, m->has_due, m->due_at, to);
        table_time(t, m->has_done, m->done_at, to);
        if (m->verdict == AC_VERDICT_LATE)
            text_seconds(length, m->late_by_s);
        fprintf(to, "<td>%s</td></tr>\n", length);
    }
    fputs("</table>\n", to);
}

void timeline_draw(const timeline *t, ac_lang lang, FILE *to)
{
    static const struct { const char *class; int which; } keys[] = { { "run", W_RUN }, { "late", W_OVER }, { "pause", W_PAUSE }, { "closed", W_CLOSED } };
    int height = TOP + (int)t->count * LANE;
    if (t->count == 0)
        return;
    fputs("<p class=\"legend\">", to);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        fprintf(to, "<span><i class=\"%s\"></i>%s</span>", keys[i].class, word(keys[i].which, lang));
    fprintf(to, "<span><i class=\"due\"></i>%s</span></p>\n", word(W_DUE, lang));
    svg_open(to, WIDE, height, t->name);
    draw_axis(t, height - 6, to);
    for (size_t i = 0; i < t->count; i++)
        draw_lane(t, &t->lanes[i], TOP + (int)i * LANE, lang, to);
    svg_close(to);
    draw_table(t, lang, to);
}
