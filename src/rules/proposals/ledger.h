#ifndef AC_RULES_PROPOSALS_LEDGER_H
#define AC_RULES_PROPOSALS_LEDGER_H

#include "base/hash.h"
#include "rules/offence.h"

/** @file
 * Inside a ledger: ledger.c takes events, ledger_count.c numbers them by their windows, ledger_cap.c holds charges to their caps.
 *
 * Threads: as the ledger.
 */

/** A count that the first of its occurrences began. */
typedef struct ac_lapsing {
    ac_occasion first;
    uint32_t    count;          /**< 0: none yet */
} ac_lapsing;

/** What a cap took off and later periods owe. */
typedef struct ac_carrying {
    uint32_t kind;              /**< ac_period_kind of the cap */
    int32_t  period;            /**< in which `recent` was taken off */
    int64_t  recent, earlier;   /**< taken off in it, in those before */
    struct {
        int32_t period;         /**< in which something of it was charged last */
        int64_t amount;
    } taken[AC_NTH_EVER];
} ac_carrying;

/** What one person has of one offence. */
typedef struct ac_counter {
    struct {
        int32_t  period;        /**< entered last */
        uint32_t count;
        int64_t  charged;
        int64_t  carried;       /**< taken off and owed later */
    } in[AC_NTH_SPAN];
    uint64_t     entered;
    ac_occasion *last;          /**< [entered % keeps] is the next to be overwritten */
    ac_lapsing  *lapsing;       /**< per window followed */
    ac_carrying *carrying;      /**< NULL: no cap carries over */
} ac_counter;

/** What is followed of an offence for every person, whichever version asks. */
typedef struct ac_followed {
    uint32_t     keeps;         /**< occurrences that rolling windows look back at */
    uint32_t     lapsing_count;
    ac_window_span *lapsing;
    int          carries;
} ac_followed;

struct ac_ledger {
    ac_mem       mem;
    ac_arena     arena;
    ac_intern    persons;
    ac_intern    offences;      /**< by name; counting goes on over versions of a policy */
    ac_intern    pairs;         /**< person and offence, by their numbers */
    ac_followed *followed;      /**< per offence */
    size_t       followed_room;
    ac_counter  *counters;      /**< per pair */
    size_t       counter_room;
    int          has_last;
    ac_time      last_at;
    char        *last_id;
    size_t       last_size, last_room;
};

/** An event on its way into the ledger. */
typedef struct ac_entering {
    ac_ledger           *ledger;
    ac_record           *record;
    const ac_occurrence *chosen;
    ac_time              now;
    ac_occasion          when;
    int32_t              periods[AC_NTH_SPAN];  /**< that hold the event, by the local day */
    ac_charge           *charges;
    uint32_t             count;
    ac_deed             *deeds;
    uint32_t             deed_count, deed_room;
    ac_error            *err;
} ac_entering;

/** Fills `when` and `periods`: the dated moment of the record, by the policy's zone. */
ac_status ac_ledger_date(ac_entering *x);

/** The counter of a person and an offence, or NULL while there is none. */
ac_counter *ac_ledger_counter(const ac_ledger *ledger, ac_text person, ac_text offence);
/** Makes that counter unless there is one; what is followed is told by the versions in the book. @return 0 when memory was refused. */
int         ac_ledger_make_counter(ac_ledger *ledger, const ac_rulebook *book, ac_text person, ac_text offence);
/** The numbers that an occurrence of the offence would have. */
ac_status   ac_ledger_number(const ac_entering *x, const ac_offence *o, ac_text subject, uint32_t *nth);
/** Counts an occurrence, whose counter is there. */
void        ac_ledger_count(const ac_entering *x, const ac_charge *charge);
/** Adds what is charged to its payer's sums. */
void        ac_ledger_charge(const ac_entering *x, const ac_charge *charge);

/** What was taken off in a period that is over becomes what earlier ones took off. */
void        ac_ledger_carry_on(ac_carrying *carrying, uint32_t kind, int32_t period);
/** Of amounts that are not negative; no more than can be told. */
static inline int64_t ac_ledger_sum(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/** Parts the charges that several bear. Room for them is there. */
ac_status ac_ledger_share(ac_entering *x);
/** Takes off a charge what goes beyond its caps; those before it have been seen to. */
void      ac_ledger_cap(const ac_entering *x, ac_charge *charge);

#endif
