#ifndef TOOL_WHATIF_H
#define TOOL_WHATIF_H

#include "aftercare/columns.h"

/* What a log comes to under two policies: which decisions change, by rule and article, and what that does to lateness. Each record is
 * counted as it passes; what is kept grows with the rules, not with the log. */

enum { WHATIF_BIGGEST = 10 };

/* What tells the two sides of a limit apart beside the verdict. */
enum { WHATIF_SAME, WHATIF_DUE, WHATIF_OVERRUN };

/* Decisions of one name whose old rule, new rule and, for a value, old and new text are the same. */
typedef struct whatif_change {
    size_t   column;
    uint32_t old_line, new_line;        /* 0: none */
    char    *old_clause, *new_clause;   /* "" when none */
    char    *old_text, *new_text;       /* a value; verdicts of a limit; "" where the version has no such decision */
    size_t   count;
    int      told;                      /* WHATIF_…, of the first record, whose id and times follow */
    char    *id;
    int      has_due[2];
    char     due[2][AC_TIME_TEXT_BYTES];
    ac_secs  late_by_s[2];
} whatif_change;

/* One limit over all records that both sides judged. */
typedef struct whatif_limit {
    size_t  met[2], late[2], other[2];
    size_t  met_to_late, late_to_met;
    ac_secs overrun_s[2];       /* sum; stays at the most there is */
} whatif_limit;

typedef struct whatif_record {
    char    id[64];
    size_t  column;
    ac_secs late_by_s[2];
    ac_verdict verdict[2];
} whatif_record;

typedef struct whatif {
    const columns *columns;
    size_t         records, changed, uneven;    /* uneven: judged by one side only */
    size_t         decisions_changed;
    whatif_change *changes;
    size_t         change_count, untold;        /* changes beyond those that are told apart */
    whatif_limit  *limits;                      /* by column */
    whatif_record  biggest[WHATIF_BIGGEST];
    size_t         biggest_count;
} whatif;

void whatif_open(whatif *w, const columns *c);
void whatif_close(whatif *w);
/* Counts the record at hand; whether anything about it changed. A judge is NULL where no policy was in force. */
int  whatif_count(whatif *w, const versions *sides, version *const *judges, ac_time at);
/* Sorts what was found: most records first. */
void whatif_finish(whatif *w);
/* Whether a limit was met or missed at all. */
int  whatif_is_told(const whatif_limit *limit);
void whatif_text(const whatif *w, FILE *to);
/* Members of a JSON object, with a comma in front. */
void whatif_json(const whatif *w, FILE *to);

#endif
