#ifndef TOOL_PENALTY_LOG_H
#define TOOL_PENALTY_LOG_H

#include "aftercare/acts.h"
#include "aftercare/input.h"
#include "aftercare/with.h"

/* The log of events that `penalties` reads: each an offence stated, or the record that may be one. */

/* What a column is for when the record of the row has no field of its name. */
typedef enum use { USE_FACT, USE_ID, USE_OFFENCE, USE_RECORD, USE_ENGINEER, USE_TIME, USE_CHOSEN, USE_CHOSEN_BY, USE_VOIDED, USE_COUNT } use;

typedef struct event_row {
    ac_text  *cells;
    uint32_t *columns;      /* of the cells, for messages */
    uint32_t  line;
    ac_text   id;
    size_t    version;      /* which judges it */
    uint32_t  type, only;
    ac_time   at;
    int       is_void;
    int       is_refused;   /* what was chosen for it, and told */
} event_row;

/* One version of the policy. */
typedef struct penalty_rules {
    ac_policy  *policy;
    uint32_t    type;       /* of rows that name neither record nor offence; AC_NO_INDEX: none */
    ac_record **scratch;    /* one per record type, made on first use */
    with        with;
} penalty_rules;

typedef struct penalty_log {
    const options *o;
    const char    *path;
    host_book      book;        /* its policy is the one at hand */
    penalty_rules *versions;
    size_t         version_count;
    int            is_quiet;    /* whether a version can read a row is being found out */
    ac_time        now, latest;    /* judged at; the latest instant of the log */
    int            is_undated;     /* a row has no instant of its own: it happens now */
    char          *text;
    csv           *reader;
    size_t         column_count;
    ac_text       *names;
    use           *uses;
    event_row     *rows;
    size_t         row_count, row_room, seen, bad, refused_choices;
    uint32_t       type;        /* as the version at hand has them */
    ac_record    **scratch;
    const with    *with;        /* of the version at hand */
    act_list       acts;
    events         history;     /* with --events */
    int            is_again;    /* messages were given before */
} penalty_log;

/* Puts a version at hand. */
void penalty_log_use(penalty_log *r, size_t version);
/* Its scratch record of a type; NULL after a message. */
ac_record *penalty_log_record(penalty_log *r, uint32_t type);
/* Reads the header, which says what each column is for; 0 after a message. */
int  penalty_log_header(penalty_log *r);
/* Reads the rows, by time and id; bad ones are told, counted and left out. */
void penalty_log_read(penalty_log *r);
/* Fills the scratch record of the row's type. NULL after a message, when `tell`. */
ac_record *penalty_log_fill(penalty_log *r, const event_row *row, ac_occurrence *chosen, int tell);
/* The rows and what they stand in. */
void penalty_log_free(penalty_log *r);

#endif
