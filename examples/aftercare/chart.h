#ifndef TOOL_CHART_H
#define TOOL_CHART_H

#include "aftercare/versions.h"

/* Verdicts counted for pictures: by limit, and there by month, by grade and by length of overrun, on one side or two. What is kept grows
 * with the months and grades of a log, not with its records. */

enum { CHART_MET, CHART_LATE, CHART_OPEN, CHART_OTHER, CHART_CLASSES };
enum { CHART_BINS = 9 };

typedef struct chart_row {
    char    *name;
    uint32_t order;                         /* grades: as the policy lists them */
    size_t   counts[2][CHART_CLASSES];      /* by side */
} chart_row;

typedef struct chart_rows {
    chart_row *list;
    size_t     count;
} chart_rows;

typedef struct chart_limit {
    char      *name, *label;
    chart_rows months, grades;
    size_t     totals[2][CHART_CLASSES];
    size_t     overruns[2][CHART_BINS];
    ac_secs    overrun_s[2];
} chart_limit;

typedef struct charts {
    chart_limit *list;
    size_t       count, sides;
    ac_lang      lang;
} charts;

void charts_open(charts *c, size_t sides, ac_lang lang);
void charts_close(charts *c);
/* Counts the limits that `judge` decided for its record. */
void charts_count(charts *c, size_t side, const version *judge, ac_time at);
/* Puts months and grades in order. */
void charts_finish(charts *c);

/* Pictures, as <svg> elements. */
void chart_months(const charts *c, const chart_limit *limit, FILE *to);
void chart_grades(const charts *c, const chart_limit *limit, FILE *to);
void chart_overruns(const charts *c, const chart_limit *limit, FILE *to);

/* CSS class and name of a kind of verdict. */
const char *chart_class(int kind);
const char *chart_word(int kind, ac_lang lang);

#endif
