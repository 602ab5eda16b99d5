#ifndef TOOL_VERSIONS_H
#define TOOL_VERSIONS_H

#include "aftercare/input.h"
#include "aftercare/outcome.h"
#include "aftercare/with.h"

/* A policy, or the versions of one, each with a scratch record and room for its decisions. One policy judges every record,
 * whenever that is dated; of several the one in force when the record is dated. */

typedef struct version {
    ac_policy *policy;
    ac_record *record;
    outcome    out;
    size_t     target;      /* in the input */
    with       with;
} version;

typedef struct versions {
    host_book book;
    version  *list;         /* by time of effect */
    size_t    count;
    size_t    last;         /* the one that judged the record before: most logs are in the order of time */
} versions;

/* Which version judges the row at hand, and why none does. */
typedef enum choice { CHOICE_MADE, CHOICE_REFUSED, CHOICE_NO_POLICY } choice;

/* An exit code: EXIT_DONE, or another after a message. Always closed by versions_close. */
int  versions_open(versions *v, const options *o, const host_load *load, const char *record_type);
void versions_close(versions *v);
/* Fills the names of all decisions, which need an instant to be made at. */
int  versions_prepare(versions *v, const options *o, ac_time at);
/* Judges the row at hand: fills the record of the version that is in force and decides it. `history` may be NULL. */
choice versions_judge(versions *v, input *in, events *history, ac_time at, int tell, version **judge);
/* Fills a version's record from whatever `user` is; 0: refused, and said why when `tell`. */
typedef int version_filler(void *user, version *one, int tell);
/* Fills the record of the version in force at the instant that dates it, whatever gives the values; CHOICE_NO_POLICY: of one that could
 * read them. */
choice versions_choose(versions *v, version_filler *fill, void *user, ac_time at, int tell, version **judge);
/* The same for the row at hand. */
choice versions_fill(versions *v, input *in, events *history, ac_time at, int tell, version **judge);
/* "desk version 3", "desk versions 1, 2". */
void versions_name(const versions *v, text_buffer *name);

#endif
