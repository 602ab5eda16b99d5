#ifndef TOOL_OPENINGS_H
#define TOOL_OPENINGS_H

#include "aftercare/outcome.h"

/* The records that a record opens, by its moments or by the calendar, and when what they ask for is due. */

typedef struct openings {
    const options *o;
    const outcome *out;         /* of the record that opens */
    ac_record     *record;
    ac_time        at;
    ac_opening    *list;
    size_t         count;
} openings;

/* 0 after a message. Always closed by openings_close. */
int  openings_open(openings *all, const options *o, const outcome *out, ac_record *record, ac_time at);
void openings_close(openings *all);
/* Whether the record can open such records at all. */
int  openings_can(const openings *all, const char *name);
/* Whether there is something to tell of a type: it is opened, or asked for by --only. */
int  openings_tells(const openings *all, uint32_t type);
/* Lines below those of outcome_text; nothing when nothing is opened. */
void openings_text(const openings *all, FILE *to);
/* The member "opens" of a JSON object, with a comma in front; nothing when nothing is opened. */
void openings_json(const openings *all, FILE *to);

#endif
