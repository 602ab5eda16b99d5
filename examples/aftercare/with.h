#ifndef TOOL_WITH_H
#define TOOL_WITH_H

#include "aftercare/options.h"

/* --with: the records beside the one that is decided. Aggregates collect them, owners and links that name one lead to it. */

typedef struct with {
    ac_pool    *pool;           /* NULL: none were given */
    ac_record **list;           /* by type, then id */
    size_t      count;
} with;

/* Reads every file; a bad row refuses all, since a sum over the others would be wrong. An exit code: EXIT_DONE, or another after a
 * message. Always closed by with_close. */
int  with_open(with *w, const options *o, ac_rulebook *book, ac_policy *policy);
void with_close(with *w);
/* Lets a record that was filled see them, by the ids of its owners and links. */
void with_join(const with *w, ac_record *record);

#endif
