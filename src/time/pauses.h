#ifndef AC_TIME_PAUSES_H
#define AC_TIME_PAUSES_H

#include <aftercare/time.h>

#include "time/civil.h"

/** @file
 * Pauses as a union: given in any order, overlapping or not, walked as disjoint stretches in order of time, without memory.
 *
 * When they come sorted and apart, which one pass over them shows, they are taken as they are; otherwise each stretch is
 * picked by going over all of them.
 * Threads: pure functions.
 */

typedef struct ac_pauses {
    const ac_pause *pause;
    size_t          count;
    int             in_order;
} ac_pauses;

/** Looks the pauses over. @return 0 when one ends before it begins. */
static inline int ac_pauses_init(ac_pauses *pauses, const ac_pause *pause, size_t count)
{
    int wrong = 0, in_order = 1;

    for (size_t i = 0; i < count; i++) {
        wrong |= pause[i].to < pause[i].from;
        in_order &= i == 0 || pause[i - 1].to <= pause[i].from;
    }
    pauses->pause = pause;
    pauses->count = count;
    pauses->in_order = in_order;
    return !wrong;
}

/** Still running: it has no end. */
static inline int ac_pause_is_open(const ac_pause *pause)
{
    return pause->to >= AC_TIME_MAX;
}

/** The next stretch that ends after `after`. @return 0 when there is none. */
int ac_pauses_pick(const ac_pauses *pauses, ac_time after, ac_pause *out);
/** The last stretch that begins before `before`. @return 0 when there is none. */
int ac_pauses_pick_back(const ac_pauses *pauses, ac_time before, ac_pause *out);

/** Where a walk stands; start with {0, from}. */
typedef struct ac_pauses_walk {
    size_t  next;
    ac_time after;
} ac_pauses_walk;

/** The next stretch with a part after the start of the walk. */
static inline int ac_pauses_next(const ac_pauses *pauses, ac_pauses_walk *walk, ac_pause *out)
{
    if (!pauses->in_order) {
        if (!ac_pauses_pick(pauses, walk->after, out))
            return 0;
        walk->after = out->to;
        return 1;
    }
    while (walk->next < pauses->count) {
        *out = pauses->pause[walk->next++];
        if (out->to > walk->after && out->to > out->from)
            return 1;
    }
    return 0;
}

#endif
