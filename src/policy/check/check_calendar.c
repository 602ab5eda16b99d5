#include "policy/check/check.h"

/* Calendars: the week, dated lines, and whether they cover the policy's time of effect (V10). */

#define DAY_S 86400

typedef struct reading {
    ac_checker             *ck;
    const ac_tree_calendar *tree;
    ac_calendar_def        *def;
} reading;

static ac_day day_of(ac_date date)
{
    ac_day day = 0;

    ac_day_from_date(date, &day, NULL);     /* the scanner has refused dates that do not exist */
    return day;
}

static ac_text day_text(ac_day day, char out[AC_TIME_TEXT_BYTES])
{
    ac_day_format(day, out);
    return ac_text_of(out);
}

/* 23:59 as an end leaves a minute of every day closed that nobody meant. */
static void warn_midnight(ac_checker *ck, const ac_tree_hours *hours)
{
    if (hours->to_s != DAY_S - 60 && hours->to_s != DAY_S - 1)
        return;
    ac_say_1(ck, AC_MSG_CAL_2359, hours->place, ac_text_of(hours->to_s == DAY_S - 60 ? "23:59" : "23:59:59"));
}

static void copy_hours(ac_checker *ck, const ac_tree_hours *from, uint32_t count, ac_hours *to)
{
    uint32_t i;

    for (i = 0; i < count; i++) {
        warn_midnight(ck, &from[i]);
        to[i].from_s = from[i].from_s;
        to[i].to_s = from[i].to_s + (from[i].to_s <= from[i].from_s ? DAY_S : 0);
    }
}

static int names_day(const ac_tree_cal_line *line, int day)
{
    return line->first_day <= line->last_day ? day >= line->first_day && day <= line->last_day : day >= line->first_day || day <= line->last_day;
}

static int overlaps_earlier(const ac_hours *first, const ac_hours *hours)
{
    for (; first < hours; first++)
        if (first->from_s < hours->to_s && hours->from_s < first->to_s)
            return 1;
    return 0;
}

static void read_week(reading *r)
{
    const ac_tree_calendar *t = r->tree;
    uint32_t                counts[7] = { 0 };
    uint32_t                i;
    int                     day;

    for (i = 0; i < t->count; i++)
        for (day = 0; day < 7 && t->lines[i].kind == AC_TREE_CAL_WEEK; day++)
            counts[day] += names_day(&t->lines[i], day) ? t->lines[i].hours_count : 0;
    for (day = 0; day < 7; day++)
        if (counts[day] && !(r->def->week[day] = ac_check_array(r->ck, counts[day], sizeof(ac_hours))))
            return;
    for (i = 0; i < t->count; i++) {
        const ac_tree_cal_line *line = &t->lines[i];
        int                     said = 0, overlaps = 0;

        for (day = 0; day < 7 && line->kind == AC_TREE_CAL_WEEK; day++) {
            uint32_t k;

            if (!names_day(line, day))
                continue;
            for (k = 0; k < line->hours_count; k++) {
                ac_hours *to = &r->def->week[day][r->def->week_count[day]++];

                to->from_s = line->hours[k].from_s;
                to->to_s = line->hours[k].to_s + (line->hours[k].to_s <= line->hours[k].from_s ? DAY_S : 0);
                if (!overlaps && overlaps_earlier(r->def->week[day], to)) {
                    overlaps = 1;
                    ac_say(r->ck, AC_MSG_CAL_OVERLAP, line->hours[k].place);
                }
                if (!said)
                    warn_midnight(r->ck, &line->hours[k]);
            }
            said = 1;
        }
    }
}

/* The line of a kind that may stand once; says so when it stands again. */
static const ac_tree_cal_line *single(reading *r, ac_tree_cal_kind kind, const char *words)
{
    const ac_tree_cal_line *first = NULL;
    uint32_t                i;

    for (i = 0; i < r->tree->count; i++) {
        if (r->tree->lines[i].kind != kind)
            continue;
        if (first) {
            ac_say_1(r->ck, AC_MSG_CAL_TWICE, r->tree->lines[i].place, ac_text_of(words));
            ac_log_note_0(r->ck->log, AC_MSG_FIRST_HERE, first->place);
        } else {
            first = &r->tree->lines[i];
        }
    }
    return first;
}

static void read_holidays(reading *r)
{
    ac_calendar_def *def = r->def;
    uint32_t         i, k, n = 0;

    for (i = 0; i < r->tree->count; i++)
        n += r->tree->lines[i].kind == AC_TREE_CAL_HOLIDAYS;
    def->holidays = ac_check_array(r->ck, n, sizeof *def->holidays);
    for (i = 0; def->holidays && i < r->tree->count; i++) {
        const ac_tree_cal_line *line = &r->tree->lines[i];

        if (line->kind != AC_TREE_CAL_HOLIDAYS)
            continue;
        for (k = 0; k < def->holidays_count; k++)
            if (ac_text_equal(def->holidays[k], line->name.text))
                break;
        if (k < def->holidays_count)
            ac_say_name(r->ck, AC_MSG_CAL_HOLIDAYS_TWICE, &line->name);
        else
            def->holidays[def->holidays_count++] = ac_check_text(r->ck, line->name.text);
    }
}

static int is_dated(const ac_tree_cal_line *line)
{
    return line->kind == AC_TREE_CAL_OFF || line->kind == AC_TREE_CAL_WORK;
}

/* A date that another line settles the other way. */
static void check_clash(reading *r, const ac_tree_cal_line *line)
{
    const ac_tree_cal_line *other;
    char                    day[AC_TIME_TEXT_BYTES];

    for (other = r->tree->lines; other < line; other++) {
        ac_day from, to;

        if (!is_dated(other) || other->kind == line->kind)
            continue;
        from = day_of(other->dates.first);
        to = day_of(other->dates.last);
        if (from > day_of(line->dates.last) || to < day_of(line->dates.first))
            continue;
        from = from > day_of(line->dates.first) ? from : day_of(line->dates.first);
        ac_say_1(r->ck, AC_MSG_CAL_CLASH, line->dates.place, day_text(from, day));
        ac_log_note_0(r->ck->log, AC_MSG_FIRST_HERE, other->dates.place);
        return;
    }
}

static void read_dated(reading *r)
{
    ac_calendar_def *def = r->def;
    uint32_t         i, n = 0;
    char             day[AC_TIME_TEXT_BYTES];

    for (i = 0; i < r->tree->count; i++)
        n += is_dated(&r->tree->lines[i]);
    if (n > r->ck->limits->dated_days) {
        ac_say_number(r->ck, AC_MSG_CAL_TOO_MANY_DAYS, r->tree->name.place, r->ck->limits->dated_days);
        return;
    }
    def->own = ac_check_array(r->ck, n, sizeof *def->own);
    for (i = 0; def->own && i < r->tree->count; i++) {
        const ac_tree_cal_line *line = &r->tree->lines[i];
        ac_dated               *dated = &def->own[def->own_count];
        ac_hours               *hours = NULL;

        if (!is_dated(line))
            continue;
        dated->first = day_of(line->dates.first);
        dated->last = day_of(line->dates.last);
        if (dated->last < dated->first) {
            ac_say(r->ck, AC_MSG_CAL_DATES_ORDER, line->dates.place);
            continue;
        }
        check_clash(r, line);
        if (def->has_valid && (dated->first < def->valid_first || dated->last > def->valid_last))
            ac_say_1(r->ck, AC_MSG_CAL_OUTSIDE, line->dates.place, day_text(dated->first < def->valid_first ? dated->first : dated->last, day));
        if (line->hours_count && (hours = ac_check_array(r->ck, line->hours_count, sizeof *hours)) != NULL)
            copy_hours(r->ck, line->hours, line->hours_count, hours);
        dated->works = line->kind == AC_TREE_CAL_WORK;
        dated->hours = hours;
        dated->hours_count = hours ? line->hours_count : 0;
        dated->reason = ac_check_text(r->ck, line->reason.text);
        def->own_count++;
    }
}

static int same_hours(const ac_calendar_def *def, int a, int b)
{
    uint32_t i;

    if (def->week_count[a] != def->week_count[b])
        return 0;
    for (i = 0; i < def->week_count[a]; i++)
        if (def->week[a][i].from_s != def->week[b][i].from_s || def->week[a][i].to_s != def->week[b][i].to_s)
            return 0;
    return 1;
}

/* Whether a make-up day can need the hours of a weekday. */
static int needs_worked_as(const ac_calendar_def *def)
{
    uint32_t i;

    for (i = 0; i < def->own_count; i++)
        if (def->own[i].works && def->own[i].hours_count == 0)
            return 1;
    return def->holidays_count > 0;
}

/* `worked as`; left out, the open days of the week must be alike. */
static void read_worked_as(reading *r)
{
    const ac_tree_cal_line *line = single(r, AC_TREE_CAL_WORKED_AS, "worked as");
    ac_calendar_def        *def = r->def;
    int                     day, open = -1;

    def->worked_as = -1;
    if (line) {
        def->worked_as = line->first_day;
        if (def->week_count[line->first_day] == 0)
            ac_say(r->ck, AC_MSG_CAL_WORKED_CLOSED, line->place);
        return;
    }
    for (day = 0; day < 7; day++) {
        if (def->week_count[day] == 0)
            continue;
        if (open >= 0 && !same_hours(def, open, day)) {
            if (needs_worked_as(def))
                ac_say_name(r->ck, AC_MSG_CAL_WORKED_AS, &r->tree->name);
            return;
        }
        open = open < 0 ? day : open;
    }
    def->worked_as = open;
}

static void read_valid(reading *r)
{
    const ac_tree_cal_line *line = single(r, AC_TREE_CAL_VALID, "valid");
    uint32_t                i;

    r->def->valid_first = AC_DAY_MIN;
    r->def->valid_last = AC_DAY_MAX;
    if (!line) {
        for (i = 0; i < r->tree->count; i++)
            if (is_dated(&r->tree->lines[i])) {
                ac_say_name(r->ck, AC_MSG_CAL_NO_VALID, &r->tree->name);
                ac_log_note_0(r->ck->log, AC_MSG_CAL_DATED_HERE, r->tree->lines[i].place);
                return;
            }
        return;
    }
    if (day_of(line->dates.last) < day_of(line->dates.first)) {
        ac_say(r->ck, AC_MSG_CAL_DATES_ORDER, line->dates.place);
        return;
    }
    r->def->has_valid = 1;
    r->def->valid_first = day_of(line->dates.first);
    r->def->valid_last = day_of(line->dates.last);
}

/* The time of effect against `valid`. What editions cover is known only where they are joined to the policy. */
static void check_cover(reading *r)
{
    const ac_calendar_def *def = r->def;
    const ac_policy       *p = r->ck->policy;
    char                   day[AC_TIME_TEXT_BYTES];

    if (!def->has_valid || def->beyond_weekly || !r->ck->tree->head.has_effective)
        return;
    if (p->effective_from < def->valid_first)
        ac_say_2(r->ck, AC_MSG_CAL_UNCOVERED, r->tree->name.place, r->tree->name.text, day_text(p->effective_from, day));
    else if (p->effective_to == AC_DAY_MAX)
        ac_say_2(r->ck, AC_MSG_CAL_COVERS_TO, r->tree->name.place, r->tree->name.text, day_text(def->valid_last, day));
    else if (p->effective_to - 1 > def->valid_last)
        ac_say_2(r->ck, AC_MSG_CAL_UNCOVERED, r->tree->name.place, r->tree->name.text, day_text(def->valid_last + 1, day));
}

static void check_open(reading *r)
{
    const ac_calendar_def *def = r->def;
    uint32_t               i;
    int                    day;

    for (day = 0; day < 7; day++)
        if (def->week_count[day])
            return;
    for (i = 0; i < def->own_count; i++)
        if (def->own[i].works && def->own[i].hours_count)
            return;
    ac_say_name(r->ck, AC_MSG_CAL_NEVER_OPEN, &r->tree->name);
}

static void read_calendar(reading *r)
{
    uint32_t i;

    ac_check_cites(r->ck, &r->tree->per);
    for (i = 0; i < r->tree->count; i++) {
        ac_check_cites(r->ck, &r->tree->lines[i].per);
        r->def->beyond_weekly |= r->tree->lines[i].kind == AC_TREE_CAL_BEYOND_WEEKLY;
        r->def->as_of_now |= r->tree->lines[i].kind == AC_TREE_CAL_AS_OF_NOW;
    }
    read_week(r);
    read_holidays(r);
    read_valid(r);
    read_dated(r);
    read_worked_as(r);
    check_open(r);
    check_cover(r);
}

void ac_check_calendars(ac_checker *ck)
{
    uint32_t i, k;

    for (i = 0; i < ck->tree->count && !ck->nomem; i++) {
        const ac_tree_block *block = &ck->tree->blocks[i];
        reading              r;

        if (block->kind != AC_TREE_BLOCK_CALENDAR || block->has_errors)
            continue;
        for (k = 0; k < ck->policy->calendar_count; k++)
            if (ck->calendars[k] == block->u.calendar) {
                r.ck = ck;
                r.tree = block->u.calendar;
                r.def = &ck->policy->calendars[k];
                read_calendar(&r);
            }
    }
}
