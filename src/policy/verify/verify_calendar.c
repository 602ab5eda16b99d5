#include "policy/verify/verify.h"

/* Calendars that hardly ever open (V10): a whole year with less than an hour. What the policy itself says is looked at; the days of
 * holiday lists come later. Hours belong to the year in which they begin. */

#define HOUR_S     3600
#define YEAR_DAYS  366

typedef struct year {
    int     number;
    ac_day  first;
    int     days;
} year;

static year year_of(int number)
{
    ac_date first = { 0, 1, 1 };
    ac_day  next = AC_DAY_MAX + 1;
    year    y;

    y.number = number;
    first.year = number;
    ac_day_from_date(first, &y.first, NULL);
    first.year = number + 1;
    if (number < 9999)
        ac_day_from_date(first, &next, NULL);
    y.days = (int)(next - y.first);
    return y;
}

static int64_t seconds_of(const ac_hours *hours, size_t count)
{
    int64_t sum = 0;
    size_t  i;

    for (i = 0; i < count; i++)
        sum += hours[i].to_s - hours[i].from_s;
    return sum;
}

/* Open seconds of a year; own lines win over the week. Each day a line names is a step. */
static int64_t open_in(ac_verifier *v, const ac_calendar_def *def, const year *y)
{
    int64_t  own[YEAR_DAYS], sum = 0;
    uint32_t i;
    int      d;

    for (d = 0; d < y->days; d++)
        own[d] = -1;
    for (i = 0; i < def->own_count; i++) {
        const ac_dated *line = &def->own[i];
        int64_t         open = !line->works ? 0 : line->hours_count ? seconds_of(line->hours, line->hours_count)
                             : def->worked_as >= 0 ? seconds_of(def->week[def->worked_as], def->week_count[def->worked_as]) : 0;

        for (d = line->first > y->first ? (int)(line->first - y->first) : 0; line->last >= y->first && d < y->days && y->first + d <= line->last; d++) {
            own[d] = open;
            ac_verify_take(v, 1);
        }
        ac_verify_take(v, 1);
    }
    for (d = 0; d < y->days; d++) {
        int weekday = ac_day_weekday(y->first + d);

        sum += own[d] >= 0 ? own[d] : seconds_of(def->week[weekday], def->week_count[weekday]);
    }
    return sum;
}

static void say(ac_verifier *v, const ac_calendar_def *def, const year *y)
{
    char date[AC_TIME_TEXT_BYTES];

    ac_day_format(y->first, date);
    date[4] = 0;
    ac_say_2(v->ck, AC_MSG_CAL_HARDLY_OPEN, ac_verify_place(v->ck, def->line), def->name, ac_text_of(date));
}

/* Years that no own line touches are all alike: one of them is looked at. */
static void check_calendar(ac_verifier *v, const ac_calendar_def *def)
{
    ac_date  first = ac_day_to_date(def->valid_first), last = ac_day_to_date(def->valid_last);
    int      number, seen = 0;
    uint32_t i;

    for (number = first.year; number <= last.year && v->steps > 0; number++) {
        year y = year_of(number);

        if (y.first < def->valid_first || y.first + y.days - 1 > def->valid_last)
            continue;
        ac_verify_take(v, def->own_count / 8 + 1);
        for (i = 0; i < def->own_count && (def->own[i].last < y.first || def->own[i].first > y.first + y.days - 1); i++)
            ;
        if (i == def->own_count && seen)
            continue;
        seen |= i == def->own_count;
        if (open_in(v, def, &y) < HOUR_S) {
            say(v, def, &y);
            return;
        }
    }
    if (number <= last.year)
        ac_say_1(v->ck, AC_MSG_CAL_NOT_PROVEN, ac_verify_place(v->ck, def->line), def->name);
}

void ac_verify_calendars(ac_verifier *v)
{
    const ac_policy *p = v->ck->policy;
    uint32_t         i;

    for (i = 0; i < p->calendar_count; i++)
        check_calendar(v, &p->calendars[i]);
}
