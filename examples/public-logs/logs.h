#ifndef PUBLIC_LOGS_H
#define PUBLIC_LOGS_H

#include "common/csv.h"
#include "common/host.h"

/* Adapters of two public logs: each reads the log in its own format, fills a record per case, decides it and holds the
 * decision against what the log itself recorded. */

typedef struct log_run {
    const char *path;           /* the log, or - */
    const char *explain;        /* id to explain in full; NULL: the worst overrun */
    host_book   book;
    ac_lang     lang;
    int         json;
    int         list;           /* list every case that differs */
} log_run;

/* UCI 498: one row per audit update of an incident. Returns an exit code. */
int incidents_run(const log_run *run);
/* The incidents closed late, as the offences of the policy see them: the statement of all who resolve. */
typedef struct lapse {
    ac_time opened;
    char    number[24], resolver[32];
    uint32_t impact, urgency;       /* members; AC_NO_INDEX: unknown */
} lapse;
/* Sorts them and prints the statement: JSON members with a comma in front, or a page. */
void lapses_tell(const log_run *run, uint32_t type, ac_time now, lapse *lapses, size_t count);
/* Boston 311, 2015: one row per request. */
int requests_run(const log_run *run);

/* The columns of a log by name; 0 after a message that names the missing one. */
int log_columns(csv *in, const char *path, const char *const *names, size_t n, size_t *places);
/* What the policy must have: its record of tickets, a field, a limit. They end the program with a message when it has not. */
uint32_t must_ticket(const log_run *run);
uint32_t must_field(const log_run *run, uint32_t record, const char *name);
uint32_t must_limit(const log_run *run, uint32_t record, const char *name);
/* Ends the program with the error when a call failed. */
void     must(ac_status status, const ac_error *err, const char *where);
/* Whole numbers of digits from a text at *at, which moves on; -1 when there is none. */
int      read_int(const char **at, const char *end);

#endif
