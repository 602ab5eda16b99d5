#include "aftercare/penalties.h"

#include <stdlib.h>

/* What is not certain: the ordinal of an event after an undecided one that counts in the same window, should it hold. */

enum { DAY_S = 86400 };

static ac_date local_date(const penalty_list *list, ac_time at)
{
    ac_day day = 0;
    int32_t second = 0;
    if (list->zone)
        ac_zone_local(list->zone, at, &day, &second);
    return ac_day_to_date(day);
}

/* Whether two instants, the first not after the second, may lie in one window; where it takes reckoning, a day more is taken for granted. */
static int may_share(const penalty_list *list, const penalty_line *line, uint32_t w, ac_time before)
{
    static const int months[] = { [AC_PERIOD_MONTH] = 1, [AC_PERIOD_QUARTER] = 3, [AC_PERIOD_HALF_YEAR] = 6, [AC_PERIOD_YEAR] = 12 };
    ac_window_info window = AC_WINDOW_INFO_INIT;
    ac_time apart = line->at - before;
    ac_date a = local_date(list, before), b = local_date(list, line->at);
    if (w == AC_OCCURRENCE_EVER)
        return 1;
    if (w == AC_PERIOD_DAY || w == AC_PERIOD_WEEK)
        return w == AC_PERIOD_WEEK ? apart < 7 * DAY_S : a.year == b.year && a.month == b.month && a.day == b.day;
    if (w <= AC_PERIOD_YEAR)
        return a.year == b.year && (a.month - 1) / months[w] == (b.month - 1) / months[w];
    if (ac_policy_window_at(line->policy, line->charge.offence, w, &window) != AC_OK)
        return 0;
    int64_t unit = window.unit == AC_UNIT_SECOND ? 1 : window.unit == AC_UNIT_DAY ? DAY_S : 31 * DAY_S;
    return window.length > INT64_MAX / unit - DAY_S || apart <= window.length * unit + DAY_S;
}

static ac_offence_info info_of(const penalty_line *line)
{
    ac_offence_info info = AC_OFFENCE_INFO_INIT;
    ac_policy_offence_at(line->policy, line->charge.offence, &info);
    return info;
}

static int is_doubtful(const penalty_line *line)
{
    return !line->is_void && !line->is_carried && !line->charge.proposal.occurs && line->charge.proposal.state > AC_PROPOSAL_OPEN;
}

static int is_of_counter(const penalty_line *a, const penalty_line *b)
{
    return text_equal(a->person, b->person) && text_equal(info_of(a).name, info_of(b).name);
}

/* Marks the windows of a line that an undecided one may lie in. */
static void mark(const penalty_list *list, penalty_line *line, const penalty_line *doubt)
{
    unsigned windows = info_of(line).windows;
    for (uint32_t w = 0; w < AC_OCCURRENCE_WINDOWS; w++)
        if ((windows ? windows & 1u << w : w == AC_OCCURRENCE_EVER) && may_share(list, line, w, doubt->at))
            line->at_least |= 1u << w;
    if (line->at_least)
        line->after = doubt->id;
}

void penalties_doubt(penalty_list *list)
{
    const penalty_line **last = must_zero(list->count + 1, sizeof *last);     /* by counter, its last undecided one */
    size_t counters = 0;
    for (size_t i = 0; i < list->count; i++) {
        penalty_line *line = &list->lines[i];
        size_t k = 0;
        while (k < counters && !is_of_counter(last[k], line))
            k++;
        if (is_doubtful(line)) {
            last[k] = line;
            counters += k == counters;
        } else if (k < counters && line->charge.proposal.occurs && !line->is_void) {
            mark(list, line, last[k]);
        }
    }
    free(last);
}
