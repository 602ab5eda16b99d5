#include "limit.h"

#include <stdlib.h>
#include <string.h>

/* A date: where it begins, working seconds before it, and the shape of its hours. */
typedef struct date_row {
    uint32_t start, before;
    uint16_t shape;
    uint16_t spare;
    uint32_t spare2;
} date_row;

typedef struct shape_row {
    int32_t from1, length1, from2, length2;
} shape_row;

/* A working date: all that the way back needs, in 16 bytes. */
typedef struct work_row {
    uint32_t before, from1, length1, from2;
} work_row;

enum { SHAPES = 64, DIRECTORY_SHIFT = 13,       /* 8,192 s are less than the shortest working day */
       MONTHS = (LAST_YEAR + 1 - FIRST_YEAR) * 12, ORDINALS = 64 };

struct limit_calendar {
    ac_time   base;
    date_row *dates;
    work_row *works;
    uint16_t *directory;
    shape_row shapes[SHAPES];
    uint32_t  months[MONTHS + 1];   /* where they begin */
};

ac_time limit_base(const limit_calendar *c)
{
    return c->base;
}

static uint16_t find_shape(limit_calendar *c, int *count, shape_row row)
{
    int i = 0;
    while (i < *count && memcmp(&c->shapes[i], &row, sizeof row) != 0)
        i++;
    if (i == *count)
        c->shapes[(*count)++] = row;
    return (uint16_t)i;
}

limit_calendar *limit_calendar_new(const workload *w, const ac_zone *zone)
{
    limit_calendar *c = calloc(1, sizeof *c);
    uint32_t total = 0;
    size_t works = 0;
    int shapes = 1;     /* shape 0: closed */
    c->dates = calloc(w->day_count + 2, sizeof *c->dates);
    c->works = calloc(w->day_count + 2, sizeof *c->works);
    c->base = ac_zone_instant(zone, w->first_day, 0);
    for (int m = 0; m <= MONTHS; m++)
        c->months[m] = (uint32_t)(ac_zone_instant(zone, workload_day(FIRST_YEAR + m / 12, m % 12 + 1, 1), 0) - c->base);
    for (size_t i = 0; i < w->day_count; i++) {
        ac_day day = w->first_day + (ac_day)i;
        date_row *date = &c->dates[i];
        date->start = (uint32_t)(ac_zone_instant(zone, day, 0) - c->base);
        date->before = total;
        if (!workload_works(w, i))
            continue;
        int32_t from[2], length[2];
        for (int k = 0; k < 2; k++) {
            ac_time a = ac_zone_instant(zone, day, WINDOW_S[k][0]), b = ac_zone_instant(zone, day, WINDOW_S[k][1]);
            from[k] = (int32_t)(a - c->base - date->start);
            length[k] = (int32_t)(b - a);
        }
        shape_row shape = { from[0], length[0], from[1], length[1] };
        work_row work = { total, date->start + (uint32_t)from[0], (uint32_t)length[0], date->start + (uint32_t)from[1] };
        date->shape = find_shape(c, &shapes, shape);
        c->works[works++] = work;
        total += (uint32_t)(length[0] + length[1]);
    }
    c->dates[w->day_count].start = c->dates[w->day_count + 1].start = UINT32_MAX;
    c->dates[w->day_count].before = total;
    c->works[works].before = UINT32_MAX;
    size_t entries = (total >> DIRECTORY_SHIFT) + 2;
    c->directory = calloc(entries, sizeof *c->directory);
    for (size_t i = 0, at = 0; i < entries; i++) {
        while (at + 1 < works && c->works[at + 1].before <= (uint32_t)i << DIRECTORY_SHIFT)
            at++;
        c->directory[i] = (uint16_t)at;
    }
    return c;
}

void limit_calendar_free(limit_calendar *c)
{
    if (!c)
        return;
    free(c->dates);
    free(c->works);
    free(c->directory);
    free(c);
}

static inline uint32_t clamp(int32_t value, int32_t most)
{
    value = value < 0 ? 0 : value;
    return (uint32_t)(value > most ? most : value);
}

static inline uint32_t worked_before(const limit_calendar *c, uint32_t at)
{
    uint32_t i = (at + 3600) / 86400;
    i -= at < c->dates[i].start;
    const date_row *date = &c->dates[i];
    const shape_row *shape = &c->shapes[date->shape];
    int32_t second = (int32_t)(at - date->start);
    return date->before + clamp(second - shape->from1, shape->length1) + clamp(second - shape->from2, shape->length2);
}

/* The instant at which the worked-th working second ends. */
static inline uint32_t instant_of(const limit_calendar *c, uint32_t worked)
{
    worked--;
    uint32_t i = c->directory[worked >> DIRECTORY_SHIFT];
    i += worked >= c->works[i + 1].before;
    const work_row *work = &c->works[i];
    uint32_t rest = worked - work->before;
    return rest < work->length1 ? work->from1 + rest + 1 : work->from2 + (rest - work->length1) + 1;
}

/* A row is a set of bits to have and a set not to have, over flags and one-hot members. */
#define BIT(k) (1u << (k))
static const struct {
    uint32_t need, ban;
    uint8_t  grade;
} ROWS[8] = {
    { BIT(F_SAFETY), 0, 1 },
    { BIT(F_STOPPED), BIT(F_WORKAROUND) | 0x300u, 1 },
    { BIT(F_DATALOSS) | 0x1000u, 0, 1 },
    { BIT(F_STOPPED), BIT(F_WORKAROUND), 2 },
    { 0x1000u, 0x300u, 2 },
    { BIT(F_REPEAT) | BIT(F_VIP), 0xC00000u, 2 },
    { 0, BIT(F_ESCALATED) | 0x3000u, 4 },
    { 0, 0, 3 },
};

static inline uint8_t grade(uint32_t facts)
{
    uint32_t have = (facts & 0xFFu) | 0x100u << SCOPE(facts) | 0x1000u << AREA(facts) | 0x100000u << CLAIM(facts);
    int row = 0;
    while ((have & ROWS[row].need) != ROWS[row].need || (have & ROWS[row].ban))
        row++;
    return ROWS[row].grade;
}

void limit_grade(const uint32_t *facts, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = grade(facts[i]);
}

static uint8_t answers[65536];

static void fill_answers(void)
{
    if (answers[0])
        return;
    for (uint32_t i = 0; i < 65536; i++)
        answers[i] = grade(i);
}

void limit_grade_answers(const uint32_t *facts, uint8_t *out, size_t n)
{
    fill_answers();
    for (size_t i = 0; i < n; i++)
        out[i] = answers[facts[i] & 0xFFFF];
}

void limit_due(const limit_calendar *c, const ac_time *from, uint32_t seconds, uint32_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = instant_of(c, worked_before(c, (uint32_t)(from[i] - c->base)) + seconds);
}

void limit_elapsed(const limit_calendar *c, const interval *list, int32_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const interval *one = &list[i];
        uint32_t worked = worked_before(c, (uint32_t)(one->to - c->base)) - worked_before(c, (uint32_t)(one->from - c->base));
        for (int k = 0; k < 3; k++)
            worked -= worked_before(c, (uint32_t)(one->pause[k][1] - c->base)) - worked_before(c, (uint32_t)(one->pause[k][0] - c->base));
        out[i] = (int32_t)worked;
    }
}

/* @return the grade. */
static inline uint32_t replay(const limit_calendar *c, const replayed *t, uint32_t due[2], uint8_t late[2])
{
    uint32_t open = (uint32_t)(t->open - c->base), g = answers[t->facts & 0xFFFF], response, repair;
    if (g == 1) {
        response = open + (uint32_t)RESPONSE_S[1];
        repair = open + (uint32_t)REPAIR_S[1];
        for (int k = 0; k < 3; k++) {
            uint32_t a = (uint32_t)(t->pause[k][0] - c->base), b = (uint32_t)(t->pause[k][1] - c->base);
            repair += a < repair ? b - a : 0;
        }
    } else {
        uint32_t worked = worked_before(c, open), end = worked + (uint32_t)REPAIR_S[g];
        response = instant_of(c, worked + (uint32_t)RESPONSE_S[g]);
        for (int k = 0; k < 3; k++) {
            uint32_t a = worked_before(c, (uint32_t)(t->pause[k][0] - c->base)), b = worked_before(c, (uint32_t)(t->pause[k][1] - c->base));
            end += a < end ? b - a : 0;
        }
        repair = instant_of(c, end);
    }
    due[0] = response;
    due[1] = repair;
    late[0] = (uint32_t)(t->responded - c->base) > response;
    late[1] = (uint32_t)(t->resolved - c->base) > repair;
    return g;
}

void limit_replay(const limit_calendar *c, const replayed *list, uint32_t *due, uint8_t *late, size_t n)
{
    fill_answers();
    for (size_t i = 0; i < n; i++)
        replay(c, &list[i], &due[2 * i], &late[2 * i]);
}

/* No branch but the loop: each need is one compare. */
void limit_ladder(const int32_t *metrics, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++, metrics += METRICS) {
        int holds[RUNGS];
        for (int r = 1; r < RUNGS; r++) {
            int all = 1;
            for (int m = 0; m < METRICS; m += 2)
                all &= (metrics[m] >= LEAST[r]) & (metrics[m + 1] <= 1000 - LEAST[r]);
            holds[r] = all;
        }
        out[i] = (uint8_t)(holds[1] + (holds[1] & holds[2]) + (holds[1] & holds[2] & holds[3]));
    }
}

/* Counters of two bytes, cleared at the turn of a month or year; amounts by ordinal in a table. */
static uint16_t counts[ENGINEERS * KINDS];
static int32_t  amounts[KINDS][ORDINALS];

static void begin_counting(int64_t *totals)
{
    for (int k = 0; k < KINDS; k++)
        for (int n = 0; n < ORDINALS; n++) {
            const schedule *p = &SCHEDULES[k];
            amounts[k][n] = n <= p->free ? 0 : n < p->step ? p->base : n <= p->end ? 2 * p->base : 0;
        }
    memset(totals, 0, ENGINEERS * sizeof *totals);
    memset(counts, 0, sizeof counts);
}

static void turn_month(int turns_year)
{
    for (size_t e = 0; e < ENGINEERS; e++)
        for (int k = 0; k < KINDS; k++)
            if (!SCHEDULES[k].yearly || turns_year)
                counts[e * KINDS + (size_t)k] = 0;
}

static inline void charge(uint32_t engineer, uint32_t kind, int64_t *totals)
{
    uint16_t n = ++counts[(size_t)engineer * KINDS + kind];
    totals[engineer] += amounts[kind][n >= ORDINALS ? ORDINALS - 1 : n];
}

void limit_penalties(const workload *w, int64_t *totals)
{
    int      year = 2023, month = 1;
    ac_day   first = workload_day(2023, 1, 1);
    uint32_t next_month = 31u * 86400u, next_year = 365u * 86400u;

    begin_counting(totals);
    for (size_t i = 0; i < LAPSES; i++) {
        uint32_t at = w->lapse_at[i];
        if (at >= next_month) {
            int turns = at >= next_year;
            turn_month(turns);
            while (at >= next_month) {
                if (++month > 12) {
                    month = 1;
                    year++;
                }
                next_month = (uint32_t)(workload_day(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - first) * 86400u;
            }
            if (turns)
                next_year = (uint32_t)(workload_day(year + 1, 1, 1) - first) * 86400u;
        }
        charge(w->lapse_engineer[i], w->lapse_kind[i], totals);
    }
}

void limit_replay_charged(const limit_calendar *c, const replayed *list, uint32_t *due, uint8_t *late, int64_t *totals, size_t n)
{
    int month = 0;

    fill_answers();
    begin_counting(totals);
    for (size_t i = 0; i < n; i++) {
        uint32_t open = (uint32_t)(list[i].open - c->base), g = replay(c, &list[i], &due[2 * i], &late[2 * i]);
        while (open >= c->months[month + 1])
            turn_month(++month % 12 == 0);
        for (uint32_t k = 0; k < 2; k++)
            if (late[2 * i + k])
                charge(list[i].engineer, (g - 1) * 2 + k, totals);
    }
}
