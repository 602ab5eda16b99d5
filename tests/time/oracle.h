#ifndef TEST_TIME_ORACLE_H
#define TEST_TIME_ORACLE_H

#include <aftercare/time.h>

/** @file
 * Clock arithmetic the slow way: a bit for every second of a stretch, asked of the definition.
 *
 * Nothing of src/time is used: local time comes from the C library, dates from day numbers, openness from painting the
 * seconds of a date. Answers count seconds.
 */

typedef struct oracle {
    const ac_calendar_spec *spec;
    ac_time        from;        /* first second of the stretch */
    int64_t        seconds;
    unsigned char *open;        /* 1 open, per second */
    uint32_t      *before;      /* open seconds before; one more at the end */
    uint32_t      *bare;        /* seconds on dates that nothing covers, before; one more at the end */
} oracle;

/** Makes the stretch; TZ is what the C library makes of `tz`. @return 0 when the dated lines clash. */
int  oracle_make(oracle *o, const ac_calendar_spec *spec, const char *tz, ac_time from, int64_t seconds);
void oracle_free(oracle *o);

typedef enum oracle_kind { ORACLE_AT, ORACLE_NOT_COVERED, ORACLE_SUSPENDED, ORACLE_OUTSIDE } oracle_kind;

typedef struct oracle_answer {
    oracle_kind kind;           /* OUTSIDE: the stretch is too short to tell */
    int         beyond;
    ac_time     at;
    ac_secs     left_s;
} oracle_answer;

oracle_answer oracle_due(const oracle *o, ac_time start, ac_secs amount, const ac_pause *p, size_t n);
oracle_answer oracle_late(const oracle *o, ac_time start, ac_secs amount, const ac_pause *p, size_t n);
oracle_answer oracle_subtract(const oracle *o, ac_time end, ac_secs amount, const ac_pause *p, size_t n);
/** kind, and the seconds in left_s. */
oracle_answer oracle_elapsed(const oracle *o, ac_time from, ac_time to, const ac_pause *p, size_t n);
/** Due, one second after the other, each asked on its own. */
oracle_answer oracle_due_by_steps(const oracle *o, ac_time start, ac_secs amount, const ac_pause *p, size_t n);

#endif
