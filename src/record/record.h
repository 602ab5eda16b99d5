#ifndef AC_RECORD_RECORD_H
#define AC_RECORD_RECORD_H

#include <aftercare/record.h>

#include <string.h>

#include "base/alloc.h"
#include "base/messages.h"
#include "policy/link/rulebook.h"
#include "policy/model/policy.h"

/** @file
 * A record from inside: one cell per field, the texts behind them, the history, and what it stands beside.
 *
 * Everything grows only; ac_record_reset() forgets without giving back.
 * Threads: one at a time per record, its owner and links included.
 */

/** @name Flags of a field: ac_cell.spare of its cell
 * A field without any is what its cell says, whatever the instant.
 * @{ */
#define AC_FIELD_HAS_HISTORY 1u /**< entries of it are in the history */
#define AC_FIELD_IS_COMPUTED 2u /**< derived, output of a table, state, default, unset, later stage, link: ask the evaluator */
#define AC_FIELD_IS_MOMENT   4u /**< counts only from its own instant on */
/** @} */

/** UNKNOWN: `num` when the field itself is the missing fact; whoever reads it by a path puts the path there.
 *  AC_NO_INDEX: nothing that could be filled is missing. */
#define AC_MISSING_SELF (-1)

/** "field became value at `at`". */
typedef struct ac_entry {
    ac_time  at;
    ac_cell  value;         /**< KNOWN, NONE or UNKNOWN; a moment: its num is `at` */
    uint32_t field;
} ac_entry;

/** Room for one text, kept over resets. */
typedef struct ac_text_slot {
    ac_string *string;
    size_t     room;        /**< bytes of the whole block */
} ac_text_slot;

/** Who filled a field in: the entry at `at`, or what was set. */
typedef struct ac_doer {
    ac_time      at;        /**< AC_DOER_SET: the value that holds since the record began */
    uint32_t     field;
    uint32_t     role;      /**< AC_NO_INDEX: not told */
    ac_text_slot actor;     /**< an empty text: not told */
} ac_doer;
#define AC_DOER_SET (AC_TIME_MIN - 1)

/** A value computed before; it holds while an evaluation's stamp for this record equals it. */
typedef struct ac_memo {
    uint64_t stamp;
    ac_cell  value;
} ac_memo;

/** What a setter may write into a field without looking at its declaration. */
typedef struct ac_accept {
    uint32_t members;       /**< numbered types: how many numbers there are; 0: look */
    uint8_t  kind;          /**< ac_type_kind, a signature being a bool and a moment a datetime; AC_ACCEPTS_NOT: look */
    uint8_t  never;         /**< 1: computed, takes nothing */
} ac_accept;
#define AC_ACCEPTS_NOT 0xFFu

/** What one evaluation remembers of a record whose computed fields it has worked out. */
typedef struct ac_holding {
    struct ac_record *holder;
    uint64_t          stamp;
    uint32_t          in_order;     /**< 1: its computed fields are being evaluated one after the other */
} ac_holding;

struct ac_record {
    /* What every decision touches. */
    ac_cell             *cells;         /**< one per field: what was set */
    const ac_policy     *policy;
    const ac_link       *link;
    const ac_record_def *def;
    const ac_accept     *accepts;       /**< per field */
    ac_entry            *history;       /**< by (at, order of adding) */
    uint32_t             history_count;
    uint32_t             type;
    uint64_t             stamp;         /**< the last one drawn */
    uint64_t             kept;          /**< stamp of computed values that hold until a fact of this record changes; 0: one did.
                                         *   Whoever writes a cell or an entry sets it to 0. */
    ac_memo             *memo;          /**< one per field */
    struct ac_record    *owner;         /**< attached or own; NULL: the type has none */
    struct ac_record   **links;         /**< per field: the record a link points to, attached or own; NULL: the type has no links */

    /* What is looked at when filling. */
    size_t               history_room;
    ac_text_slot        *texts;         /**< per field */
    ac_text_slot        *history_texts; /**< texts of history entries; the first `history_texts_used` are taken */
    size_t               history_texts_room, history_texts_used;
    struct ac_record    *own_owner;     /**< made with the record */
    struct ac_record   **own_links;
    ac_text_slot         id;            /**< string NULL: empty */
    ac_doer             *doers;         /**< in the order they were told */
    size_t               doer_room;
    uint32_t             doer_count;
    ac_cell             *blank;         /**< cells of an empty record */
    ac_rulebook         *book;          /**< referenced by the root of a family */
    struct ac_record    *parent;        /**< own owner or own link of that record; NULL: root of its family */
    struct ac_record    *family;        /**< root: the record of the family made last; others: the one made before */
    ac_mem               mem;           /**< of the root, for all its family */
    size_t               block_size;

    /* Of the pool it is in or looks at. */
    ac_pool             *pool;          /**< NULL: none */
    uint32_t             pool_list;     /**< its type; the number of types: it only looks */
    uint32_t             pool_at;       /**< its place in that list */
    uint64_t             held_serial;   /**< of the evaluation that `held` belongs to */
    ac_holding           held;
    uint64_t             picked_serial; /**< of the median that `picked` belongs to */
    ac_cell              picked;
};

/** The records of one type. */
typedef struct ac_pool_list {
    ac_record **at;
    size_t      room;
    uint32_t    count;
    uint32_t    is_covered;
} ac_pool_list;

struct ac_pool {
    ac_mem           mem;
    ac_rulebook     *book;      /**< referenced */
    const ac_link   *link;
    uint64_t         serial;    /**< drawn by evaluations and medians, so that what records keep for one is not taken for another's */
    uint32_t         type_count;
    ac_pool_list     lists[1];  /**< one per type, and one of those that only look */
};

/** The memory that a record and its own owners and links share. */
ac_mem *ac_record_mem(ac_record *record);

/** Whether two are one: the same object, or of one type with one id. */
int ac_record_is_same(const ac_record *a, const ac_record *b);
/** Takes a record out of the pool it is in or looks at. */
void ac_record_leave_pool(ac_record *record);

/** Why a value does not go in: fills err from the registry. `field` may be AC_NO_INDEX. */
ac_status ac_record_refuse(const ac_record *record, uint32_t field, ac_status status, ac_msg msg, ac_error *err);
/** AC_OK when the host may fill the field. */
ac_status ac_record_can_fill(const ac_record *record, uint32_t field, ac_error *err);
/** The record at the end of a path's steps; owners and links on the way are made where there are none. */
ac_status ac_record_reach(ac_record *record, const ac_path *path, ac_record **out, ac_error *err);
/** Checks a value for a field. Texts: an interned string, or else a copy in `slot`. */
ac_status ac_record_check(ac_record *record, uint32_t field, const ac_value *value, ac_text_slot *slot, ac_cell *out, ac_error *err);
/** @name The long way of what plain.c writes itself
 * @{ */
ac_status ac_record_fill_num(ac_record *record, uint32_t field, ac_type_kind type, int64_t num, int64_t den, uint32_t ref, ac_error *err);
ac_status ac_record_add_num(ac_record *record, uint32_t field, ac_type_kind type, uint32_t ref, int64_t num, ac_time at, ac_error *err);
/** A number for a numbered type, taken as one of that very type. */
ac_status ac_record_fill_numbered(ac_record *record, uint32_t field, int64_t num, ac_error *err);
ac_status ac_record_add_numbered(ac_record *record, uint32_t field, uint32_t member, ac_time at, ac_error *err);
/** @} */
/** Room for a string of `size` bytes. @return 0 when memory was refused. */
int       ac_text_slot_reserve(ac_mem *mem, ac_text_slot *slot, size_t size);
/** A text into the slot; it may lie in the slot itself. @return 0 when memory was refused, with the slot as it was. */
int       ac_text_slot_put(ac_mem *mem, ac_text_slot *slot, ac_text text);

/** What was set or added last at or before an instant, nothing computed: the latest history entry, else the set value.
 *  UNKNOWN has AC_MISSING_SELF. A moment after `as_of` is UNKNOWN. */
ac_cell ac_record_cell(const ac_record *record, uint32_t field, ac_time as_of);

/** All of a cell but its number, as one word. What is written as a whole can be read as a whole at once. */
static inline uint64_t ac_cell_tail(const ac_cell *cell)
{
    uint64_t tail;

    memcpy(&tail, &cell->den, sizeof tail);
    return tail;
}

/** The tail of a known number without flags. */
static inline uint64_t ac_cell_plain_tail(void)
{
    const ac_cell plain = { 0, 1, 0, AC_VALUE_KNOWN, 0 };

    return ac_cell_tail(&plain);
}

/** Makes a cell a known number; its flags stay. */
static inline void ac_cell_put(ac_cell *cell, int64_t num)
{
    const ac_cell flags = { 0, 0, 0, 0, 0xFF };
    uint64_t      tail = (ac_cell_tail(cell) & ac_cell_tail(&flags)) | ac_cell_plain_tail();

    cell->num = num;
    memcpy(&cell->den, &tail, sizeof tail);
}

/** Writes a checked number; entries of the history stay. */
static inline void ac_record_put(ac_record *record, uint32_t field, int64_t num)
{
    record->kept = 0;
    ac_cell_put(&record->cells[field], num);
}

/** The id as a text cell points at it; an empty string when there is none. */
const ac_string *ac_record_id_string(const ac_record *record);

/** The number of history entries at or before an instant. */
uint32_t ac_record_entries_until(const ac_record *record, ac_time at);
/** The last of them that is of the field; NULL: none is. */
const ac_entry *ac_record_entry_until(const ac_record *record, uint32_t field, ac_time at);

/** @name Who did what
 * @{ */
/** Who filled the field in last, at or before an instant; NULL when that was not told. */
const ac_doer *ac_record_doer(const ac_record *record, uint32_t field, ac_time as_of);
/** The same of one entry, by its instant, or of what was set (AC_DOER_SET). */
const ac_doer *ac_record_doer_at(const ac_record *record, uint32_t field, ac_time at);
/** Forgets who set a field; `all`: who added entries of it too. */
void ac_record_forget_actors(ac_record *record, uint32_t field, int all);
static inline ac_text ac_doer_actor(const ac_doer *doer)
{
    ac_text text;

    text.data = doer->actor.string->data;
    text.size = doer->actor.string->size;
    return text;
}
/** @} */

/** @name States of a flow
 * The state is what the latest of these made it: an action of the flow, or a direct setting of the field `state`.
 * @{ */

/** A walk along them in time order. */
typedef struct ac_state_walk {
    const ac_record *record;
    ac_time          at;            /**< of the last step; AC_TIME_MIN - 1 at the start */
    uint32_t         entry;         /**< next history entry to look at */
    uint32_t         past;          /**< actions set without history at the instant `at`: fields below this are taken */
    ac_cell          state;         /**< KNOWN: num = state, 0 is `new`; UNKNOWN or NONE when set so */
} ac_state_walk;

/** Starts with the state that holds since the record began: the one set, else `new`. The record must have a flow. */
void ac_state_begin(ac_state_walk *walk, const ac_record *record);
/** Moves to the next change at or before `until`: walk->at and walk->state. @return 0 when there is none. */
int  ac_state_next(ac_state_walk *walk, ac_time until);
/** The state as of an instant. */
ac_cell ac_record_state(const ac_record *record, ac_time as_of);
/** @} */

#endif
