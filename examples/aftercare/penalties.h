#ifndef TOOL_PENALTIES_H
#define TOOL_PENALTIES_H

#include "aftercare/options.h"

/* What events come to, as lines of a statement. */

struct recount;

typedef struct penalty_line {
    ac_policy *policy;          /* the version that judged it */
    ac_text   id, person;       /* in the text of the log, or kept */
    ac_time   at;
    uint32_t  record;           /* type of the event's record */
    ac_charge charge;
    ac_deed  *deeds;
    int       is_void;          /* voided: it is shown, and counts for nothing */
    int       is_carried;       /* not the event itself: what earlier periods owe, charged when it happened */
    const ac_case_entry *entry; /* not the event itself: an act, of which `charge.charged` is the change; else NULL */
    ac_case  *state;            /* with --acts: what became of it */
    const void *choice;         /* the act that chose the amount; NULL: none, or it came with the event */
    int64_t   with_choice;      /* what is charged once it has */
    size_t    number;           /* the order of lines of one instant and event */
    uint32_t  at_least;         /* as bits: windows that an undecided event before may count in too */
    ac_text   after;            /* the last such event */
    size_t    event;            /* index of the event that it is of */
} penalty_line;

/* An event that was counted, or shown as voided, whatever it came to. */
typedef struct penalty_event {
    ac_time at;
    ac_text person;             /* as the log names one; empty: it does not */
} penalty_event;

typedef struct penalty_list {
    ac_policy    *policy;       /* any of the versions, for what is the same in all */
    ac_policy   **versions;
    size_t        version_count;
    ac_zone      *zone;
    penalty_line *lines;
    size_t        count, room;
    const char   *month, *person;   /* of which alone is told; NULL: all */
    ac_time       now;          /* judged at */
    penalty_event *events;
    size_t        event_count;
} penalty_list;

/* A line as cells: when, event, person, offence, occurrence, charged, result. */
enum { PENALTY_CELLS = 7 };
typedef struct penalty_row { text_buffer cell[PENALTY_CELLS]; } penalty_row;
/* The head of a column, in the language of the host. */
const char *penalties_head(int column);
void penalties_fill(const penalty_list *list, const penalty_line *line, penalty_row *row);
void penalties_free_row(penalty_row *row);
/* Whether a line is of the month and person asked for. */
int  penalties_is_told(const penalty_list *list, const penalty_line *line);
/* An amount in the policy's currency. */
void penalties_money(const penalty_list *list, text_buffer *to, int64_t minor);

/* The lines as CSV, amounts in minor units; and as a page for a browser or paper, a section a person. `changes` may be NULL. */
void penalties_csv(const penalty_list *list, FILE *to);
void penalties_page(const penalty_list *list, const struct recount *changes, ac_lang lang, FILE *to);

/* Adds a copy of a line; the person is that of the charge. */
void penalties_keep(penalty_list *list, const penalty_line *line, const ac_deed *deeds);
void penalties_free(penalty_list *list);
/* "month", "90 days", "12 months from first": a window that an offence counts in; 0: it has none of that number. */
int penalties_window(ac_policy *policy, uint32_t offence, uint32_t w, text_buffer *to, uint32_t *most);
/* Marks what an undecided event before leaves uncertain; of lines in the order of their events. */
void penalties_doubt(penalty_list *list);
/* By their instant, then by event. */
void penalties_sort(penalty_list *list);
/* The article behind a line; all articles of its deeds, and that of the cap that bites, parted by commas. */
const char *penalties_clause(const penalty_line *line);
void penalties_articles(const penalty_line *line, text_buffer *to);

/* The lines of a list that are asked for: for people, and as one JSON object. */
void penalties_text(const penalty_list *list, FILE *to);
void penalties_json(const penalty_list *list, const struct recount *changes, FILE *to);
/* The statement of one person, with headings by month: a page that can be handed out. */
void penalties_statement(const penalty_list *list, FILE *to);
/* The article and line behind each line asked for. */
void penalties_why(const penalty_list *list, FILE *to);

#endif
