#include "rules/rules_case.h"

#include "support/random.h"

/* Aggregates over pools filled at random, against a reference of its own: plain loops over what was drawn, fractions of 64 bits,
 * a calendar of year, month and day, and three-valued logic as a table. It shares no code with the library. */

enum { CLIENTS = 3, JOBS_MAX = 9, UNKNOWN = -1 };

typedef struct job {
    int     client;                 /* UNKNOWN: without an owner */
    int     keeper;                 /* UNKNOWN: not filled in */
    int     ok;                     /* 0, 1, UNKNOWN */
    int     size;                   /* UNKNOWN */
    int     cost;                   /* UNKNOWN, or -2: none */
    int     year, month, day, hour; /* year UNKNOWN: not dated */
} job;

/* A fraction; den 0: unknown, den -1: none. */
typedef struct answer {
    int64_t num, den;
} answer;

static const answer unknown = { 0, 0 };

static test_random numbers = { 20260701 };
static job         jobs[JOBS_MAX];
static int         job_count, least[CLIENTS];
static int         now_year, now_month, now_day, now_hour;
static int         goes_next;          /* `month-end next`, else `clamp` */

static int pick(int n)
{
    return (int)test_random_below(&numbers, (uint32_t)n);
}

/* --- the reference --- */

static int is_leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int days_in(int y, int m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

/* Days since Monday 2018-01-01, counted one by one. */
static int day_number(int y, int m, int d)
{
    int n = 0;

    for (int year = 2018; year < y; year++)
        n += is_leap(year) ? 366 : 365;
    for (int month = 1; month < m; month++)
        n += days_in(y, month);
    return n + d - 1;
}

static int64_t hours_of(int y, int m, int d, int h)
{
    return day_number(y, m, d) * 24 + h;
}

/* Whether the day that lies some months after the job's is still to come; a day that the month lacks is its last one or the next one's first. */
static int weighs(const job *j, int months)
{
    int at = j->year * 12 + j->month - 1 + months, y = at / 12, m = at % 12 + 1, d = j->day, lacks = d > days_in(y, m);

    return day_number(now_year, now_month, now_day) < day_number(y, m, lacks ? days_in(y, m) : d) + (lacks && goes_next);
}

/* windows: 0 none, 1 day, 2 week, 3 month, 4 quarter, 5 half-year, 6 year, 7 36 hours, 8 7 days, 9 1 month, 10 5 months, 11 2 years */
static int is_in(const job *j, int window)
{
    if (j->year == UNKNOWN)
        return window == 0;
    if (hours_of(j->year, j->month, j->day, j->hour) > hours_of(now_year, now_month, now_day, now_hour))
        return 0;
    switch (window) {
    case 0: return 1;
    case 1: return day_number(j->year, j->month, j->day) == day_number(now_year, now_month, now_day);
    case 2: return day_number(j->year, j->month, j->day) / 7 == day_number(now_year, now_month, now_day) / 7;
    case 3: return j->year == now_year && j->month == now_month;
    case 4: return j->year == now_year && (j->month - 1) / 3 == (now_month - 1) / 3;
    case 5: return j->year == now_year && (j->month - 1) / 6 == (now_month - 1) / 6;
    case 6: return j->year == now_year;
    case 7: return hours_of(now_year, now_month, now_day, now_hour) - hours_of(j->year, j->month, j->day, j->hour) < 36;
    case 8: return day_number(now_year, now_month, now_day) - day_number(j->year, j->month, j->day) < 7;
    case 9: return weighs(j, 1);
    case 10: return weighs(j, 5);
    default: return weighs(j, 24);
    }
}

/* conditions, in the order of `conditions` below; 0, 1 or UNKNOWN */
static int holds(const job *j, int condition, int client)
{
    int big = j->size == UNKNOWN || least[client] == UNKNOWN ? UNKNOWN : j->size >= least[client];

    switch (condition) {
    case 0: return 1;
    case 1: return j->ok;
    case 2: return j->ok == 1;
    case 3: return big;
    case 4: return j->ok == 0 || big == 0 ? 0 : j->ok == UNKNOWN || big == UNKNOWN ? UNKNOWN : 1;
    case 5: return j->ok == 0 || big == 1 ? 1 : j->ok == UNKNOWN || big == UNKNOWN ? UNKNOWN : 0;
    default: return j->size != UNKNOWN && j->size % 2 == 0;
    }
}

static answer fraction(int64_t num, int64_t den)
{
    int64_t a = num < 0 ? -num : num, b = den, t;
    answer  r;

    while (b) {
        t = a % b;
        a = b;
        b = t;
    }
    r.num = a ? num / a : 0;
    r.den = a ? den / a : 1;
    return r;
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* functions: count share sum mean median any all; fields: 0 size, 1 cost */
static answer refer(int fn, int condition, int window, int by_keeper, int field, int client)
{
    int64_t sum = 0;
    int     yes = 0, no = 0, open = 0, n = 0, list[JOBS_MAX];

    for (int i = 0; i < job_count; i++) {
        const job *j = &jobs[i];
        int        c, value;

        if ((by_keeper ? j->keeper : j->client) != client || !is_in(j, window))
            continue;
        c = holds(j, condition, j->client == UNKNOWN ? client : j->client);
        yes += c == 1;
        no += c == 0;
        open += c == UNKNOWN;
        if (fn < 2 || fn > 4 || c != 1)
            continue;
        value = field ? j->cost : j->size;
        open += value == UNKNOWN;
        if (value < 0)
            continue;
        sum += value;
        list[n++] = value;
    }
    switch (fn) {
    case 0: return open ? unknown : fraction(yes, 1);
    case 1: return yes + no ? fraction(yes, yes + no) : unknown;
    case 2: return open ? unknown : fraction(sum, 1);
    case 3: return open || n == 0 ? unknown : fraction(sum, n);
    case 5: return yes ? fraction(1, 1) : open ? unknown : fraction(0, 1);
    case 6: return no ? fraction(0, 1) : open ? unknown : fraction(1, 1);
    default: break;
    }
    if (open || n == 0)
        return unknown;
    qsort(list, (size_t)n, sizeof *list, compare);
    return n % 2 ? fraction(list[n / 2], 1) : fraction(list[n / 2 - 1] + list[n / 2], 2);
}

/* --- the policy --- */

static const char *const functions[] = { "count", "share", "sum", "mean", "median", "any", "all" };
static const char *const conditions[] = { "", " where ok", " where ok is known and ok", " where size >= least", " where ok and size >= least",
                                          " where not ok or size >= least", " where size is known and even(size)" };
static const char *const windows[] = { "", " in day", " in week", " in month", " in quarter", " in half-year", " in year",
                                       " in 36 h", " in 7 days", " in 1 month", " in 5 months", " in 2 years" };

typedef struct asked {
    int fn, condition, window, by_keeper, field;
} asked;

enum { ASKED = 60 };

static char *write_policy(asked *list)
{
    char  *text = malloc(16384);
    size_t n = (size_t)snprintf(text, 16384, "policy random version 1\ntimezone +08:00\ncurrency CNY\nmonth-end %s\nrecord client\n  least : count\n",
                               goes_next ? "next" : "clamp");

    for (int i = 0; i < ASKED; i++) {
        asked *a = &list[i];
        int    adds;

        a->fn = i % 7;
        a->condition = pick(7);
        a->window = pick(12);
        a->by_keeper = pick(3) == 0;
        a->field = pick(2);
        adds = a->fn >= 2 && a->fn <= 4;
        n += (size_t)snprintf(text + n, 16384 - n, "  f%d = %s(job%s%s%s%s)\n", i, functions[a->fn], !adds ? "" : a->field ? ".cost" : ".size", conditions[a->condition],
                              windows[a->window], a->by_keeper ? " via keeper" : " via client");
    }
    snprintf(text + n, 16384 - n, "record job of client dated at\n  at : moment\n  keeper : client\n  ok : yes/no\n  size : count\n  cost : number\n");
    return text;
}

/* --- filling --- */

static void draw_date(int *y, int *m, int *d, int *h)
{
    *y = 2023 + pick(3);
    *m = pick(3) ? 1 + pick(12) : 2;
    *d = pick(3) ? 1 + pick(days_in(*y, *m)) : pick(2) ? 1 : days_in(*y, *m);
    *h = pick(3) ? pick(24) : pick(2) ? 0 : 23;
}

static ac_time instant(int y, int m, int d, int h)
{
    return INT64_C(1514736000) + hours_of(y, m, d, h) * 3600;   /* 2018-01-01T00:00:00+08:00 */
}

static void draw(ac_record **clients, ac_record **records, ac_pool *pool)
{
    ac_record *any = records[0];

    for (int i = 0; i < CLIENTS; i++) {
        ac_record_reset(clients[i]);
        cr_assert_eq(ac_record_set_id(clients[i], rules_text(i == 0 ? "a" : i == 1 ? "b" : "c"), NULL), AC_OK);
        least[i] = pick(6) ? pick(5) : UNKNOWN;
        if (least[i] != UNKNOWN)
            cr_assert_eq(ac_record_set_count(clients[i], rules_field(clients[i], "least"), least[i], NULL), AC_OK);
    }
    draw_date(&now_year, &now_month, &now_day, &now_hour);
    job_count = pick(JOBS_MAX + 1);
    for (int i = 0; i < JOBS_MAX; i++)
        cr_assert_eq(ac_record_attach_pool(records[i], NULL, NULL), AC_OK);
    for (int i = 0; i < job_count; i++) {
        job       *j = &jobs[i];
        ac_record *r = records[i];

        ac_record_reset(r);
        cr_assert_eq(ac_pool_add(pool, r, NULL), AC_OK);
        /* `least` is that of the owner: a job without one could not tell, so it has no keeper either */
        j->client = pick(8) ? pick(CLIENTS) : UNKNOWN;
        j->keeper = pick(4) ? pick(CLIENTS) : UNKNOWN;
        j->ok = pick(4) ? pick(2) : UNKNOWN;
        j->size = pick(5) ? pick(6) : UNKNOWN;
        j->cost = pick(8) ? pick(100) : pick(2) ? UNKNOWN : -2;
        j->year = UNKNOWN;
        if (j->client == UNKNOWN)
            j->keeper = UNKNOWN;
        if (j->client != UNKNOWN)
            cr_assert_eq(ac_record_attach_owner(r, clients[j->client], NULL), AC_OK);
        if (j->keeper != UNKNOWN && pick(2))
            cr_assert_eq(ac_record_attach_link(r, rules_field(any, "keeper"), clients[j->keeper], NULL), AC_OK);
        else if (j->keeper != UNKNOWN)
            cr_assert_eq(ac_record_set_text(r, rules_field(any, "keeper"), ac_record_id(clients[j->keeper]), NULL), AC_OK);
        if (j->ok != UNKNOWN)
            cr_assert_eq(ac_record_set_bool(r, rules_field(any, "ok"), j->ok, NULL), AC_OK);
        if (j->size != UNKNOWN)
            cr_assert_eq(ac_record_set_count(r, rules_field(any, "size"), j->size, NULL), AC_OK);
        if (j->cost == -2)
            cr_assert_eq(ac_record_set_none(r, rules_field(any, "cost"), NULL), AC_OK);
        else if (j->cost != UNKNOWN)
            cr_assert_eq(ac_record_set_number(r, rules_field(any, "cost"), (ac_ratio){ j->cost, 1 }, NULL), AC_OK);
        if (pick(6)) {
            draw_date(&j->year, &j->month, &j->day, &j->hour);
            if (pick(3) == 0) {
                j->year = now_year;
                j->month = now_month;
            }
            if (j->day > days_in(j->year, j->month))
                j->day = 1;
            cr_assert_eq(ac_record_set_moment(r, rules_field(any, "at"), instant(j->year, j->month, j->day, j->hour), NULL), AC_OK);
        }
    }
}

Test(random_pools, aggregates_are_what_plain_loops_give)
{
    uint32_t checked = 0, known = 0, wrong = 0;

    for (int round = 0; round < 8; round++) {
        asked      list[ASKED];
        rules_case k;
        ac_pool   *pool = NULL;
        ac_record *clients[CLIENTS], *records[JOBS_MAX];
        char      *text;

        goes_next = round % 2;
        text = write_policy(list);
        rules_case_open_text(&k, "random", text);
        cr_assert_eq(ac_pool_new(k.book, k.policy, NULL, &pool, NULL), AC_OK);
        for (int i = 0; i < CLIENTS; i++)
            clients[i] = rules_case_record(&k, "client");
        for (int i = 0; i < JOBS_MAX; i++)
            records[i] = rules_case_record(&k, "job");
        cr_assert_eq(ac_pool_cover(pool, ac_policy_find_record(k.policy, rules_text("job")), NULL), AC_OK);
        for (int fill = 0; fill < 240; fill++) {
            draw(clients, records, pool);
            for (int i = 0; i < CLIENTS * ASKED && wrong < 5; i++) {
                const asked *a = &list[i / CLIENTS];
                ac_record   *r = clients[i % CLIENTS];
                answer       want = refer(a->fn, a->condition, a->window, a->by_keeper, a->field, i % CLIENTS);
                ac_value     got;

                cr_assert_eq(ac_record_attach_pool(r, pool, NULL), AC_OK);
                cr_assert_eq(ac_rules_value(r, 1 + (uint32_t)(i / CLIENTS), instant(now_year, now_month, now_day, now_hour), &got, NULL), AC_OK);
                checked++;
                known += want.den > 0;
                if (want.den == 0 ? got.state == AC_VALUE_UNKNOWN : got.state == AC_VALUE_KNOWN && got.num == want.num && got.den == want.den)
                    continue;
                wrong++;
                cr_expect(0, "fill %d of %s(%s%s%s field %d): got state %d %lld/%lld, not %lld/%lld; client %d of %d jobs", fill, functions[a->fn],
                          conditions[a->condition], windows[a->window], a->by_keeper ? " via keeper" : "", a->field, (int)got.state, (long long)got.num,
                          (long long)got.den, (long long)want.num, (long long)want.den, i % CLIENTS, job_count);
            }
        }
        for (int i = 0; i < CLIENTS; i++)
            ac_record_free(clients[i]);
        for (int i = 0; i < JOBS_MAX; i++)
            ac_record_free(records[i]);
        ac_pool_free(pool);
        rules_case_close(&k);
        free(text);
    }
    cr_expect_geq(checked, 300000u);
    cr_expect_geq(known, 150000u);
}
