#ifndef AC_TIME_ZONE_H
#define AC_TIME_ZONE_H

#include <aftercare/time.h>

#include "base/alloc.h"
#include "base/refcount.h"
#include "time/civil.h"

/** @file
 * A zone as a table of stretches of constant offset.
 *
 * The reached reading g(t) is the greatest local reading up to t. By rule 3 of the deadline arithmetic a set of local
 * seconds L is open at exactly the instants t with g(t) in L; so everything a calendar needs is g and its inverse.
 * On stretch i, which begins at T_i, g(t) = max(t + off_i, m_i) with m_i = the least reading not reached before T_i:
 *
 *     clock set forward at T_i:  t + off_i > m_i at once; readings m_i .. T_i + off_i - 1 never occur
 *     clock set back at T_i:     t + off_i < m_i for a while; g stands still until m_i is reached
 *
 * A rule that goes on for ever is written out for 400 years and a little more; after that it repeats to the second.
 *
 * Threads: a zone may be read by any thread.
 */

/** Largest offset of a zone, either way. */
#define AC_ZONE_OFFSET_MAX 93600

/** A stretch of constant offset. */
typedef struct ac_zone_stretch {
    ac_time at;         /**< its first instant; the first stretch of all has INT64_MIN / 2 */
    int64_t reached;    /**< m: least local reading not reached before `at` */
    int32_t offset_s;
} ac_zone_stretch;

struct ac_zone {
    ac_refcount      refs;
    ac_mem           mem;
    ac_zone_stretch *stretch;       /**< `count` of them and one behind, at INT64_MAX / 2 */
    uint32_t         count;
    int              utc;           /**< a fixed offset of 0 */
    int              repeats;       /**< the rule repeats from cycle_at + 400 years on */
    int              repeats_back;  /**< and before cycle_at */
    ac_time          cycle_at;
    uint16_t        *bucket;        /**< stretch at the begin of each 2^shift seconds from bucket_at */
    uint32_t         buckets;
    unsigned         shift;
    ac_time          bucket_at;
    char            *name;
    size_t           name_size;
    ac_digest        digest;
};

/** A change of the clock as a zone is made from: the offset from `at` on. */
typedef struct ac_zone_change {
    ac_time at;
    int32_t offset_s;
} ac_zone_change;

/** What a maker of zones has found. */
typedef struct ac_zone_draft {
    int32_t         first_offset_s; /**< before the first change */
    ac_zone_change *changes;        /**< strictly ascending, AC_TIME_MIN < at <= AC_TIME_MAX + 400 years and a few */
    size_t          count;
    int             repeats, repeats_back;
    ac_time         cycle_at;
} ac_zone_draft;

/** Makes the zone of a draft; everything is copied. */
ac_status ac_zone_new_draft(const ac_allocator *allocator, const ac_zone_draft *draft, ac_text name, ac_digest digest,
                            ac_zone **out, ac_error *err);

/** A POSIX TZ rule, understood. */
typedef struct ac_zone_rule {
    int32_t std_offset_s, dst_offset_s;
    int     has_dst;
    struct ac_zone_rule_date {
        char    form;               /**< 'J' 1..365 without leap day, 'N' 0..365, 'M' month.week.day */
        int32_t month, week, day;
        int32_t second;             /**< wall time of the change, may be negative or beyond 24 h */
    } start, end;                   /**< of daylight saving time */
} ac_zone_rule;

/** Reads a whole rule. On failure err has the column, and as its subject the offset in `text`. */
ac_status ac_zone_rule_parse(ac_text text, ac_zone_rule *out, ac_error *err);

/** Years a repeating rule is written out for: a cycle and a margin on either side. */
#define AC_ZONE_RULE_YEARS 404
/** Changes that makes. */
#define AC_ZONE_RULE_CHANGES (2 * AC_ZONE_RULE_YEARS)

/** Adds the changes of AC_ZONE_RULE_YEARS years that come after `after`; the draft has room for them. */
void      ac_zone_draft_add_years(ac_zone_draft *draft, const ac_zone_rule *rule, int32_t first_year, ac_time after);
/** A zone that follows one rule for ever, both ways. */
ac_status ac_zone_new_repeating(const ac_allocator *allocator, const ac_zone_rule *rule, ac_text name, ac_digest digest,
                                ac_zone **out, ac_error *err);

/** Index of the stretch an instant inside the table lies on. */
static inline uint32_t ac_zone_find(const ac_zone *zone, ac_time at)
{
    uint64_t from = (uint64_t)(at - zone->bucket_at);
    uint64_t b = from >> zone->shift;
    uint32_t i;

    if (at < zone->bucket_at)
        return 0;
    i = zone->bucket[b < zone->buckets ? b : zone->buckets - 1];
    i += at >= zone->stretch[i + 1].at;
    while (at >= zone->stretch[i + 1].at)
        i++;
    return i;
}

/** Cycles of 400 years to take off an instant so that the table holds it. */
static inline int64_t ac_zone_cycles(const ac_zone *zone, ac_time at)
{
    if (zone->repeats && at >= zone->cycle_at + AC_CYCLE_S)
        return (at - zone->cycle_at) / AC_CYCLE_S;
    if (zone->repeats_back && at < zone->cycle_at)
        return ac_i64_floor_div(at - zone->cycle_at, AC_CYCLE_S);
    return 0;
}

/** The stretch around an instant anywhere, its instants and readings put right for the cycle. */
void ac_zone_stretch_at(const ac_zone *zone, ac_time at, ac_zone_stretch *out, ac_time *next);

/** g: the greatest local reading reached by an instant. */
int64_t ac_zone_reached(const ac_zone *zone, ac_time at);
/** Its inverse: the first instant whose local reading is at or after `local`. */
ac_time ac_zone_first(const ac_zone *zone, int64_t local);

#endif
