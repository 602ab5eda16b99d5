#ifndef TOOL_RECOUNT_H
#define TOOL_RECOUNT_H

#include "aftercare/penalties.h"

/* Counting again: what was issued, or came with what is voided, beside what is so now. Nothing issued is rewritten; the differences are told. */

typedef struct issued_row {
    ac_issued line;
    ac_text   occurrence, result;   /* in words */
    char     *kept;                 /* both, one behind the other; NULL: they stand in the file */
    int       is_reward;
    int       is_added;             /* by an act, or carried over: it adds to the line of its key */
    uint32_t  number;               /* of its line */
} issued_row;

/* Lines by event, offence and person, none twice. */
typedef struct issued {
    const char *path;           /* NULL: counted */
    char       *text;
    int         without_acts;   /* what was chosen counts, what was done to the proposals does not */
    issued_row *rows;
    ac_issued  *lines;          /* those of the rows */
    size_t      count, room, seen, bad;
} issued;

typedef struct recount {
    const penalty_list *list;   /* for money and windows */
    issued              was, is;
} recount;

/* Fills in what was: as `penalties --csv` wrote it, bad rows being told and left out; or counted, without acts.
 * Of the file only what the list tells of. 0: it cannot be read, after a message; then text is NULL when there is no such file. */
int  recount_read(recount *r, const char *path);
void recount_count(recount *r, const penalty_list *was);
/* Fills in what is, from the list. */
void recount_compare(recount *r);
void recount_free(recount *r);

/* What changes: for people; as the members of a JSON object, each with its comma; as CSV; as a
 * section of a page. */
void recount_text(const recount *r, FILE *to);
void recount_json(const recount *r, FILE *to);
void recount_csv(const recount *r, FILE *to);
void recount_page(const recount *r, FILE *to);

#endif
