#include "workload.h"

#include <stdlib.h>

/* SplitMix64: a counter through a mixing function. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint32_t below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(((next_random(state) >> 32) * n) >> 32);
}

ac_day workload_day(int year, int month, int day)
{
    ac_date date = { year, month, day };
    ac_day out = 0;
    ac_day_from_date(date, &out, NULL);
    return out;
}

static int is_weekend(ac_day day)
{
    return ac_day_weekday(day) >= AC_SATURDAY;
}

int workload_works(const workload *w, size_t i)
{
    if (w->days[i] != DAY_PLAIN)
        return w->days[i] == DAY_MAKE_UP;
    return !is_weekend(w->first_day + (ac_day)i);
}

/* A stretch of days off; long ones cost the Sunday before and the Saturday after. */
static void add_holiday(workload *w, ac_day from, int length)
{
    size_t a = (size_t)(from - w->first_day), b = a + (size_t)length;
    for (size_t i = a; i < b; i++)
        w->days[i] = DAY_OFF;
    if (length < 5)
        return;
    size_t before = a - 1, after = b;
    while (ac_day_weekday(w->first_day + (ac_day)before) != AC_SUNDAY)
        before--;
    while (ac_day_weekday(w->first_day + (ac_day)after) != AC_SATURDAY)
        after++;
    if (before < w->day_count && w->days[before] == DAY_PLAIN)
        w->days[before] = DAY_MAKE_UP;
    if (after < w->day_count && w->days[after] == DAY_PLAIN)
        w->days[after] = DAY_MAKE_UP;
}

static void make_days(workload *w)
{
    uint64_t s = 7001;
    w->first_day = workload_day(FIRST_YEAR, 1, 1);
    w->day_count = (size_t)(workload_day(LAST_YEAR + 1, 1, 1) - w->first_day);
    w->days = calloc(w->day_count, 1);
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        add_holiday(w, workload_day(year, 1, 1), 1 + (int)below(&s, 3));
        add_holiday(w, workload_day(year, 2, 1 + (int)below(&s, 18)), 7 + (int)below(&s, 2));
        add_holiday(w, workload_day(year, 4, 4), 3);
        add_holiday(w, workload_day(year, 5, 1), 5);
        add_holiday(w, workload_day(year, 6, 8 + (int)below(&s, 15)), 3);
        add_holiday(w, workload_day(year, 9, 10 + (int)below(&s, 10)), 3);
        add_holiday(w, workload_day(year, 10, 1), 7);
    }
}

static uint32_t make_facts(uint64_t *s)
{
    static const uint8_t percent[F_FLAGS] = { 25, 55, 2, 20, 15, 70, 4, 10 };
    static const uint8_t scope[10] = { 0, 0, 0, 0, 0, 1, 1, 1, 2, 3 }, area[10] = { 0, 0, 0, 1, 1, 1, 2, 2, 3, 3 };
    uint32_t facts = 0;
    for (int k = 0; k < F_FLAGS; k++)
        facts |= (uint32_t)(below(s, 100) < percent[k]) << k;
    return facts | (uint32_t)scope[below(s, 10)] << 8 | (uint32_t)area[below(s, 10)] << 10 | below(s, 4) << 12 | below(s, 4) << 14;
}

static int by_time(const void *a, const void *b)
{
    ac_time x = *(const ac_time *)a, y = *(const ac_time *)b;
    return (x > y) - (x < y);
}

static void make_pauses(uint64_t *s, ac_time from, ac_time to, ac_time pause[3][2])
{
    ac_time cut[6];
    for (int i = 0; i < 6; i++)
        cut[i] = from + (ac_time)(next_random(s) % (uint64_t)(to - from + 1));
    qsort(cut, 6, sizeof *cut, by_time);
    for (int i = 0; i < 6; i++)
        pause[i / 2][i % 2] = cut[i];
}

int workload_grade(uint32_t f)
{
    if (FLAG(f, F_SAFETY))
        return 1;
    if (FLAG(f, F_STOPPED) && !FLAG(f, F_WORKAROUND) && SCOPE(f) >= 2)
        return 1;
    if (FLAG(f, F_DATALOSS) && AREA(f) == 0)
        return 1;
    if (FLAG(f, F_STOPPED) && !FLAG(f, F_WORKAROUND))
        return 2;
    if (SCOPE(f) >= 2 && AREA(f) == 0)
        return 2;
    if (FLAG(f, F_REPEAT) && FLAG(f, F_VIP) && CLAIM(f) <= 1)
        return 2;
    return AREA(f) >= 2 && !FLAG(f, F_ESCALATED) ? 4 : 3;
}

static void make_intervals(workload *w, uint64_t *s, ac_time from, uint64_t span)
{
    for (size_t i = 0; i < INTERVALS; i++) {
        uint32_t q = below(s, 1000);
        uint64_t longest = q < 600 ? 86400 : q < 950 ? 7 * 86400 : 30 * 86400;
        interval *one = &w->intervals[i];
        one->from = from + (ac_time)(next_random(s) % span);
        one->to = one->from + 600 + (ac_time)(next_random(s) % longest);
        make_pauses(s, one->from, one->to, one->pause);
    }
}

static void make_tickets(workload *w, uint64_t *s)
{
    ac_time from = (ac_time)workload_day(2023, 1, 1) * 86400 + 5 * 3600;
    ac_time span = (ac_time)(workload_day(2026, 1, 1) - workload_day(2023, 1, 1)) * 86400;
    for (size_t i = 0; i < REPLAYED; i++) {
        replayed *t = &w->tickets[i];
        t->facts = make_facts(s);
        t->engineer = below(s, ENGINEERS);
        int grade = workload_grade(t->facts);
        t->open = from + span * (ac_time)i / REPLAYED;
        t->responded = t->open + 60 + (ac_time)(next_random(s) % (uint64_t)(RESPONSE_S[grade] * (grade == 1 ? 12 : 40) / 10));
        t->resolved = t->responded + 600 + (ac_time)(next_random(s) % (uint64_t)(REPAIR_S[grade] / 10 * (grade == 1 ? 12 : 50)));
        make_pauses(s, t->responded, t->responded + (t->resolved - t->responded) / 3, t->pause);
    }
}

/* The metrics of an engineer lie around one level, so that all rungs are met. */
static void make_metrics(workload *w, uint64_t *s)
{
    for (size_t i = 0; i < MEASURED; i++) {
        int32_t level = (int32_t)below(s, 900);
        for (size_t m = 0; m < METRICS; m++) {
            int32_t value = level + (int32_t)below(s, 250);
            value = value > 1000 ? 1000 : value;
            w->metrics[i * METRICS + m] = m % 2 ? 1000 - value : value;
        }
    }
}

const schedule SCHEDULES[KINDS] = { { 0, 1, 500, 4, 20 },  { 0, 0, 800, 3, 20 },   { 0, 2, 300, 6, 30 },   { 0, 1, 1000, 3, 10 },
                                    { 0, 0, 200, 9, 40 },  { 1, 3, 2000, 8, 50 },  { 1, 1, 5000, 4, 12 },  { 1, 5, 1500, 12, 60 } };

static void make_lapses(workload *w, uint64_t *s)
{
    for (size_t i = 0; i < LAPSES; i++) {
        w->lapse_at[i] = (uint32_t)(UINT64_C(3) * 365 * 86400 * i / LAPSES);
        w->lapse_engineer[i] = (uint16_t)below(s, ENGINEERS);
        w->lapse_kind[i] = (uint8_t)below(s, KINDS);
    }
}

void workload_make(workload *w)
{
    uint64_t s = 20240607;
    ac_time from = (ac_time)workload_day(2020, 1, 1) * 86400;
    uint64_t span = (uint64_t)(workload_day(2030, 1, 1) - workload_day(2020, 1, 1)) * 86400;
    make_days(w);
    w->facts = malloc(TICKETS * sizeof *w->facts);
    w->instants = malloc(INSTANTS * sizeof *w->instants);
    w->intervals = malloc(INTERVALS * sizeof *w->intervals);
    w->tickets = malloc(REPLAYED * sizeof *w->tickets);
    w->metrics = malloc(MEASURED * METRICS * sizeof *w->metrics);
    w->lapse_at = malloc(LAPSES * sizeof *w->lapse_at);
    w->lapse_engineer = malloc(LAPSES * sizeof *w->lapse_engineer);
    w->lapse_kind = malloc(LAPSES);
    if (!w->lapse_at || !w->lapse_engineer || !w->lapse_kind)
        abort();
    if (!w->days || !w->facts || !w->metrics || !w->instants || !w->intervals || !w->tickets)
        abort();
    for (size_t i = 0; i < TICKETS; i++)
        w->facts[i] = make_facts(&s);
    for (size_t i = 0; i < INSTANTS; i++)
        w->instants[i] = from + (ac_time)(next_random(&s) % span);
    make_intervals(w, &s, from, span);
    make_tickets(w, &s);
    make_lapses(w, &s);
    make_metrics(w, &s);
}

void workload_free(workload *w)
{
    free(w->days);
    free(w->facts);
    free(w->instants);
    free(w->intervals);
    free(w->metrics);
    free(w->tickets);
    free(w->lapse_at);
    free(w->lapse_engineer);
    free(w->lapse_kind);
}
