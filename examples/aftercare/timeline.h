#ifndef TOOL_TIMELINE_H
#define TOOL_TIMELINE_H

#include "aftercare/versions.h"

/* One ticket over time: for each limit its clock from start to stop, the due, pauses, and the closed hours of its calendar. Taken while
 * the record is at hand, drawn later. */

enum { TIMELINE_PAUSES = 64 };

typedef struct timeline_lane {
    char        *label, *clause;
    uint32_t     calendar;                      /* AC_NO_INDEX when the clock never rests */
    ac_milestone milestone;
    ac_time      pauses[TIMELINE_PAUSES][2];    /* an open end is the instant of judgement */
    size_t       pause_count;
    unsigned char *closed;                      /* per column of the picture, or NULL */
} timeline_lane;

typedef struct timeline {
    const char    *id;          /* the ticket asked for, or NULL */
    char          *name;        /* of the one taken */
    int            is_found;
    ac_time        from, to, at;
    timeline_lane *lanes;
    size_t         count;
    ac_zone       *zone;
} timeline;

/* Looks at the record that `judge` has at hand; takes it when it is the one asked for, or the first that is late when none is. */
void timeline_take(timeline *t, const version *judge, const ac_rulebook *book, ac_time at, ac_lang lang);
void timeline_draw(const timeline *t, ac_lang lang, FILE *to);
void timeline_free(timeline *t);

#endif
