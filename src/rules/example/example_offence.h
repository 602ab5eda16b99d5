#ifndef AC_RULES_EXAMPLE_EXAMPLE_OFFENCE_H
#define AC_RULES_EXAMPLE_EXAMPLE_OFFENCE_H

#include "base/buffer.h"
#include "rules/offence.h"

/** @file
 * Offences and rewards in examples: occurrences counted row by row, and what is expected of them.
 *
 * Threads: as the run of the examples.
 */

/** An occurrence in a row before. */
typedef struct ac_example_hit {
    uint32_t         offence;
    const ac_record *record;
    ac_text          subject;
    ac_occasion      when;
} ac_example_hit;

/** All of the rows of one example so far; none count when rows stand alone. */
typedef struct ac_example_hits {
    ac_example_hit *at;
    uint32_t        count, room;
} ac_example_hits;

/** Deeds that one offence may have in an example. */
enum { AC_EXAMPLE_DEEDS = 32 };

typedef struct ac_example_offence {
    ac_proposal proposal;
    ac_deed     deeds[AC_EXAMPLE_DEEDS];
    uint8_t     is_refused;     /* the amount chosen is not allowed */
    uint8_t     is_repeated;    /* the same record had it before: it is proposed once */
} ac_example_offence;

/** Judges an offence of a record in a row, `chosen` for it; counts it among the hits when it occurs. */
ac_status ac_example_judge_offence(ac_record *record, uint32_t offence, const ac_occurrence *chosen, ac_time now, ac_example_hits *hits,
                                   ac_example_offence *out, ac_error *err);
/** Whether that is what is expected. */
int ac_example_offence_agrees(ac_eval *e, const ac_example_offence *got, const ac_expect *expect);
/** In words, both for messages. */
void ac_example_show_expected_deeds(ac_eval *e, const ac_expect *expect, ac_writer *out);
void ac_example_show_offence(const ac_eval *e, const ac_example_offence *got, ac_writer *out);

#endif
