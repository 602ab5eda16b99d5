#ifndef AFTERCARE_RECORD_H
#define AFTERCARE_RECORD_H

#include <aftercare/base.h>
#include <aftercare/policy.h>
#include <aftercare/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @file
 * Records the host fills: typed fields, the owner above, links beside, and the history of what changed.
 *
 * A record knows its policy's declarations and refuses what does not fit; a refused call changes nothing.
 * Fields are named by their index in the record type (ac_policy_find_field), resolved once.
 * Filling allocates only for texts longer than any before and for a longer history than any before;
 * ac_record_reset() keeps the room, so a loop over many tickets allocates nothing.
 * Threads: one at a time per record, its owner and links included.
 */

typedef struct ac_record ac_record;

/** @name Life
 * @{ */

/** A record of a type of `policy` (NULL: the only policy of the book), with every field unknown. The book is ref'd.
 *  @param id  The host's identifier; copied; may be empty. */
AC_API ac_status ac_record_new(ac_rulebook *book, ac_policy *policy, uint32_t type, ac_text id, const ac_allocator *mem, ac_record **out, ac_error *err);
AC_API void      ac_record_free(ac_record *record);
/** Forgets id, values and history, of its own owners and links too; attached ones are detached. */
AC_API void      ac_record_reset(ac_record *record);
AC_API ac_status ac_record_set_id(ac_record *record, ac_text id, ac_error *err);
AC_API ac_text   ac_record_id(const ac_record *record);
AC_API uint32_t  ac_record_type(const ac_record *record);
AC_API ac_policy *ac_record_policy(const ac_record *record);
AC_API ac_rulebook *ac_record_rulebook(const ac_record *record);
/** @} */

/** @name Owner and links
 * Rules read outward: a bare name is looked for in the record, then its owner, and so on.
 * @{ */

/** The owner: the one attached, else one of its own that belongs to this record and starts out unknown: its defaults and
 *  what they decide hold like those of a record that was filled.
 *  @return AC_E_NOT_FOUND when the type has no owner. */
AC_API ac_status ac_record_owner(ac_record *record, ac_record **out, ac_error *err);
/** Attaches a record of the owner's type (NULL detaches). Borrowed: it must outlive the attachment. */
AC_API ac_status ac_record_attach_owner(ac_record *record, ac_record *owner, ac_error *err);
/** The same for a link field: the record it points to, made on first use. */
AC_API ac_status ac_record_link(ac_record *record, uint32_t field, ac_record **out, ac_error *err);
AC_API ac_status ac_record_attach_link(ac_record *record, uint32_t field, ac_record *target, ac_error *err);
/** Resolves a path such as "customer.phone" or "工单.客户.电话": steps name the owner's type or a link; a bare name is looked for outward.
 *  @param holder  The record that holds the field; belongs to `record` or is attached. */
AC_API ac_status ac_record_resolve(ac_record *record, ac_text path, ac_record **holder, uint32_t *field, ac_error *err);
/** @} */

/** @name Pool
 * The records that aggregates collect, handed in by the host. A pool says of each record type whether all of its records are in it:
 * an aggregate over a type that the pool does not cover is unknown, never zero.
 *
 * A record is in one pool at a time, or looks at one: its own rules, and those of the records it reads, then collect from there.
 * Pool and records may be freed in any order: a record freed leaves its pool, a pool freed lets go of its records.
 * Threads: one at a time per pool, all its records included.
 * @{ */
typedef struct ac_pool ac_pool;

/** An empty pool for records of `policy` (NULL: the only policy of the book). */
AC_API ac_status ac_pool_new(ac_rulebook *book, ac_policy *policy, const ac_allocator *mem, ac_pool **out, ac_error *err);
AC_API void      ac_pool_free(ac_pool *pool);
/** Lets go of all records and covers nothing; keeps the room. */
AC_API void      ac_pool_clear(ac_pool *pool);
/** Says that all records of a type are in the pool, even when there are none. */
AC_API ac_status ac_pool_cover(ac_pool *pool, uint32_t type, ac_error *err);
/** Puts a record into the pool, out of another; its type is covered from now on. Borrowed. ac_record_reset() leaves it there. */
AC_API ac_status ac_pool_add(ac_pool *pool, ac_record *record, ac_error *err);
/** How many records of a type are in the pool. */
AC_API size_t    ac_pool_count(const ac_pool *pool, uint32_t type);
/** Lets a record look at a pool without being in it; NULL: it leaves the pool it is in or looks at. */
AC_API ac_status ac_record_attach_pool(ac_record *record, ac_pool *pool, ac_error *err);
/** @} */

/** @name Filling
 * One value per field: what holds since the record began, or the one occurrence of a moment. Derived fields refuse (AC_E_TYPE), except
 * those of aggregates: a value set there stands in place of what the pool would give.
 * @{ */
AC_API ac_status ac_record_set_bool(ac_record *record, uint32_t field, int yes, ac_error *err);
AC_API ac_status ac_record_set_count(ac_record *record, uint32_t field, int64_t count, ac_error *err);
AC_API ac_status ac_record_set_number(ac_record *record, uint32_t field, ac_ratio number, ac_error *err);
AC_API ac_status ac_record_set_money(ac_record *record, uint32_t field, ac_minor minor, ac_error *err);
AC_API ac_status ac_record_set_date(ac_record *record, uint32_t field, ac_day day, ac_error *err);
/** A datetime, or the occurrence of a moment. */
AC_API ac_status ac_record_set_moment(ac_record *record, uint32_t field, ac_time at, ac_error *err);
AC_API ac_status ac_record_set_duration(ac_record *record, uint32_t field, ac_secs seconds, ac_error *err);
AC_API ac_status ac_record_set_span(ac_record *record, uint32_t field, int64_t amount, ac_unit unit, ac_error *err);
/** Text, or the id of a linked record; copied; must be UTF-8. */
AC_API ac_status ac_record_set_text(ac_record *record, uint32_t field, ac_text text, ac_error *err);
/** Enum member, role, state or step by index; see ac_policy_member_name(). */
AC_API ac_status ac_record_set_member(ac_record *record, uint32_t field, uint32_t member, ac_error *err);
/** Bit mask of members of a `many` field. */
AC_API ac_status ac_record_set_many(ac_record *record, uint32_t field, uint64_t members, ac_error *err);
AC_API ac_status ac_record_set_none(ac_record *record, uint32_t field, ac_error *err);
/** Makes a field unknown again, its history included. */
AC_API ac_status ac_record_clear(ac_record *record, uint32_t field, ac_error *err);
AC_API ac_status ac_record_set(ac_record *record, uint32_t field, const ac_value *value, ac_error *err);
/** Reads the text as ac_policy_parse_value() does; local times are read in the policy's zone. For a figure over records, `0/0` is one that
 *  has nothing to divide by. */
AC_API ac_status ac_record_parse(ac_record *record, uint32_t field, ac_text text, ac_error *err);
/** The value filled in last; unknown when none. Derived fields: AC_E_TYPE (ask rules). */
AC_API ac_status ac_record_get(const ac_record *record, uint32_t field, ac_value *out, ac_error *err);
/** @} */

/** @name History
 * What changed while the record lived: pauses, re-graded facts, moments that happen again, actions of the flow.
 * A field's value before its first entry is the one set above, else unknown.
 * @{ */

/** Adds "field became value at `at`"; any order, equal instants in order of adding. For a moment the value is the occurrence itself. */
AC_API ac_status ac_record_add(ac_record *record, uint32_t field, const ac_value *value, ac_time at, ac_error *err);
AC_API ac_status ac_record_add_moment(ac_record *record, uint32_t field, ac_time at, ac_error *err);
AC_API ac_status ac_record_add_bool(ac_record *record, uint32_t field, int yes, ac_time at, ac_error *err);
AC_API ac_status ac_record_add_member(ac_record *record, uint32_t field, uint32_t member, ac_time at, ac_error *err);
AC_API ac_status ac_record_add_parsed(ac_record *record, uint32_t field, ac_text text, ac_time at, ac_error *err);
AC_API uint32_t  ac_record_history_count(const ac_record *record);
/** The i-th entry in time order. */
AC_API ac_status ac_record_history_at(const ac_record *record, uint32_t i, uint32_t *field, ac_time *at, ac_value *value);
/** The latest instant among moments and history; AC_TIME_MIN when there is none. */
AC_API ac_time   ac_record_latest(const ac_record *record);
/** @} */

/** @name Who did it
 * Gates ask for it: four eyes, signatures, attestations. It is told with what is done, and is no fact that rules compute with.
 * @{ */

/** Something done or filled in, by a person in a role. A gate says whether it may be (ac_rules_gate), ac_record_add_act() enters it. */
typedef struct ac_act {
    size_t          size;       /**< sizeof(ac_act) as the host compiled it. */
    uint32_t        field;      /**< action, step, moment or field */
    uint32_t        role;       /**< the role it is done in: see ac_policy_find_role(); AC_NO_INDEX: not told */
    ac_time         at;         /**< when it is done */
    const ac_value *value;      /**< what the field becomes; NULL: a moment occurs at `at` */
    ac_text         actor;      /**< id of the person; empty: not told */
} ac_act;
#define AC_ACT_INIT { sizeof(ac_act), AC_NO_INDEX, AC_NO_INDEX, 0, NULL, { NULL, 0 } }

/** Adds the act to the history, with who did it; as ac_record_add(). @return AC_E_NOT_FOUND for a role the policy has not. */
AC_API ac_status ac_record_add_act(ac_record *record, const ac_act *act, ac_error *err);
/** Tells who filled in the value that was set; holds until told otherwise, cleared or reset. */
AC_API ac_status ac_record_set_actor(ac_record *record, uint32_t field, ac_text actor, uint32_t role, ac_error *err);
/** Who filled a field in last, at or before an instant. @return AC_E_NOT_FOUND when that was not told. */
AC_API ac_status ac_record_actor(const ac_record *record, uint32_t field, ac_time as_of, ac_text *actor, uint32_t *role);
/** @} */

/** @name Handles of the named kinds
 * Typed views of the record declared `is ticket`, `is customer`, `is engineer`, `is part`: everything any record can do
 * is done through the record they give. A handle made here owns its record.
 * @{ */
typedef struct ac_ticket ac_ticket;
typedef struct ac_customer ac_customer;
typedef struct ac_engineer ac_engineer;
typedef struct ac_part ac_part;

/** @return AC_E_NOT_FOUND when the policy declares no record of that kind. */
AC_API ac_status  ac_ticket_new(ac_rulebook *book, ac_policy *policy, ac_text id, ac_ticket **out, ac_error *err);
AC_API void       ac_ticket_free(ac_ticket *ticket);
AC_API ac_record *ac_ticket_record(ac_ticket *ticket);
/** The instant that dates the ticket: policy version and editions are those of then. AC_E_NOT_FOUND while unknown or not declared. */
AC_API ac_status  ac_ticket_dated_at(const ac_ticket *ticket, ac_time *out, ac_error *err);
/** Attaches the customer (NULL detaches) where the policy has one: as owner of the ticket or of what owns it, else through the first link
 *  to customers. Borrowed. @return AC_E_NOT_FOUND when the ticket has no customer. */
AC_API ac_status  ac_ticket_set_customer(ac_ticket *ticket, ac_customer *customer, ac_error *err);

AC_API ac_status  ac_customer_new(ac_rulebook *book, ac_policy *policy, ac_text id, ac_customer **out, ac_error *err);
AC_API void       ac_customer_free(ac_customer *customer);
AC_API ac_record *ac_customer_record(ac_customer *customer);

AC_API ac_status  ac_engineer_new(ac_rulebook *book, ac_policy *policy, ac_text id, ac_engineer **out, ac_error *err);
AC_API void       ac_engineer_free(ac_engineer *engineer);
AC_API ac_record *ac_engineer_record(ac_engineer *engineer);

AC_API ac_status  ac_part_new(ac_rulebook *book, ac_policy *policy, ac_text id, ac_part **out, ac_error *err);
AC_API void       ac_part_free(ac_part *part);
AC_API ac_record *ac_part_record(ac_part *part);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
