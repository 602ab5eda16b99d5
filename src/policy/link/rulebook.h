#ifndef AC_POLICY_LINK_RULEBOOK_H
#define AC_POLICY_LINK_RULEBOOK_H

#include "policy/model/policy.h"

/* A policy joined to the zone, editions and filled values of one rulebook. Records point at a link;
 * it lives as long as the book. */

/* The edition that fills a hole, for explanations. */
typedef struct ac_fill {
    uint32_t edition;               /* index for ac_rulebook_edition_at; AC_NO_INDEX: the hole is unset */
    ac_line  line;                  /* place and source cited in the data file */
} ac_fill;

/* What holds for records dated from `from` until the next pin's `from`: the editions in use then. */
typedef struct ac_pin {
    ac_time           from;         /* AC_TIME_MIN for the first */
    ac_calendar     **calendars;    /* one per calendar of the policy; equal ones are shared. NULL while the zone lacks */
    const ac_cell    *holes;        /* one per hole: the filled value, or UNSET. A hole of a table: UNSET, see tables */
    const ac_fill    *fills;        /* one per hole: where its value or its rows come from */
    const ac_table  **tables;       /* one per table: the policy's own, or its filled form */
} ac_pin;

typedef struct ac_link {
    ac_policy *policy;
    ac_zone   *zone;                /* NULL: the policy names a zone the book lacks */
    uint32_t   pin_count;
    ac_pin    *pins;                /* by `from` */
} ac_link;

/* The link of a policy in the book, or NULL. */
const ac_link *ac_rulebook_link(const ac_rulebook *book, const ac_policy *policy);

/* The pin in force at an instant; never NULL. */
const ac_pin *ac_link_pin_before(const ac_link *link, ac_time dated);
static inline const ac_pin *ac_link_pin(const ac_link *link, ac_time dated)
{
    const ac_pin *last = link->pins + (link->pin_count - 1);

    return last->from <= dated ? last : ac_link_pin_before(link, dated);
}

/* The line that a row cites: the policy's, or that of the data file `table->filled_source`. */
static inline const ac_line *ac_table_row_line(const ac_policy *policy, const ac_table *table, uint32_t row)
{
    return table->filled_lines ? &table->filled_lines[table->rows[row].line] : &policy->lines[table->rows[row].line];
}

/* The edition of the book in which a holiday list of that name and edition stands, as its traces name them, or with no word
 * the first that lists it at all: index for ac_rulebook_edition_at(), or AC_NO_INDEX. */
uint32_t ac_rulebook_find_edition(const ac_rulebook *book, ac_text list, ac_text word);

/* Interned filled texts (from data files) compare by bytes when their id is 0. */

#endif
