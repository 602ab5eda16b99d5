#ifndef AC_POLICY_LINK_LINK_H
#define AC_POLICY_LINK_LINK_H

#include "policy/link/data.h"
#include "policy/link/rulebook.h"
#include "policy/report/report.h"

/* Joining one policy to zones and editions: link.c the zone, pins and calendars, link_fill.c what fills its holes,
 * link_cell.c constants by type, link_table.c rows. rulebook.c keeps the results. */

typedef struct ac_book_edition {
    ac_data *data;          /* referenced by the book */
    uint32_t index;
    int      is_new;        /* came with this step: what is wrong with it is said */
} ac_book_edition;

/* A link as the book keeps it, shared by snapshots in which nothing about it changed. */
typedef struct ac_linked {
    ac_refcount refs;
    ac_mem      mem;
    ac_arena    arena;
    ac_link     link;           /* first use of the policy is referenced by the book, not by the link */
    ac_time     from, to;       /* when the policy is in force, half-open; meaningless without a zone */
    ac_calendar **calendars;    /* all that were made, to be released */
    uint32_t    calendar_count;
} ac_linked;

/* What one linking run needs. Shared by the link_*.c files. */
typedef struct ac_linker {
    ac_linked             *linked;
    ac_policy             *policy;
    const ac_zone         *zone;        /* NULL: not in the book; local times are then read as UTC, for checks only */
    const ac_book_edition *editions;
    uint32_t               edition_count;
    ac_zone *const        *zones;
    uint32_t               zone_count;
    ac_report             *report;      /* may be NULL */
    int                    policy_is_new;
    ac_log                *log;         /* of the edition at hand; NULL: nothing is said */
    uint32_t               errors;
    int                    nomem;
    ac_text                subject;     /* name of the value, column or output at hand */
    uint32_t               unset;       /* index of its hole in policy->unsets */
    struct ac_filling     *fillings;
    uint32_t               filling_count;
} ac_linker;

/* One hole of the policy filled by one edition. */
typedef struct ac_filling {
    uint32_t  hole;
    uint32_t  edition;      /* in the book */
    ac_time   use_from;     /* AC_TIME_MIN when the edition does not say */
    ac_cell   cell;         /* a value */
    ac_table *table;        /* a table's rows, or NULL */
    uint32_t  table_index;
    ac_line   line;
    ac_place  place;
} ac_filling;

/* Links a policy. `old` is its link in the snapshot before, or NULL.
 * @return AC_E_POLICY when a data file does not fit; the report, if any, says why. */
ac_status ac_linked_new(const ac_mem *mem, ac_linker *linker, const ac_linked *old, ac_linked **out, ac_error *err);
ac_linked *ac_linked_ref(ac_linked *linked);
void       ac_linked_unref(ac_linked *linked);

/* Whether an edition says anything about a policy. */
int     ac_link_uses(const ac_policy *policy, const ac_data_edition *edition);
/* Midnight of `day` in the zone (NULL: UTC); days at the ends of time give the ends of time. */
ac_time ac_link_midnight(const ac_zone *zone, ac_day day);
ac_time ac_link_use_from(const ac_zone *zone, const ac_data_edition *edition);

static inline const ac_data_edition *ac_book_edition_of(const ac_book_edition *e)
{
    return &e->data->editions[e->index];
}

/* The hole of that name that a value (is_table 0) or a table's rows fill, or AC_NO_INDEX. */
uint32_t ac_link_find_hole(const ac_policy *policy, ac_text name, int is_table, uint32_t *table);

/* Begins and ends what is said about one edition; without report or need, linker->log stays NULL. */
ac_status ac_link_log_begin(ac_linker *l, const ac_book_edition *edition, ac_log *log, ac_error *err);
ac_status ac_link_log_end(ac_linker *l, ac_error *err);
/* An error: counted, and said when there is a log. */
void ac_link_say(ac_linker *l, ac_msg msg, ac_place place, const ac_arg *args, size_t count);
void ac_link_say_1(ac_linker *l, ac_msg msg, ac_place place, ac_text a);
void ac_link_say_2(ac_linker *l, ac_msg msg, ac_place place, ac_text a, ac_text b);
void *ac_link_take(ac_linker *l, size_t count, size_t size);
/* `A, B` of a citation, or of `head` when it is empty; NULL when neither cites. */
const char *ac_link_clause(ac_linker *l, const ac_tree_cites *per, const ac_tree_cites *head);

/* link_fill.c: fills linker->fillings from the editions. */
ac_status ac_link_fill(ac_linker *l, ac_error *err);
/* link_cell.c: the cell of a constant where `type` is wanted. @return 0 after an error. */
int       ac_link_cell(ac_linker *l, ac_type type, const ac_tree_expr *expr, ac_cell *out);
/* link_table.c: the filled form of a table. NULL after an error. */
ac_table *ac_link_table(ac_linker *l, const ac_data *data, const ac_table *table, const ac_tree_table *rows);

#endif
