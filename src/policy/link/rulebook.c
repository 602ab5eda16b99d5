#include "policy/link/rulebook.h"

#include "base/assert.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/messages.h"
#include "base/utf8.h"
#include "policy/link/link.h"
#include "policy/report/limits.h"
#include "policy/report/report_data.h"
#include "policy/report/suggest.h"

#include <string.h>

/* A snapshot is a few arrays of references: policies with their links, editions, zones. A step copies the arrays,
 * adds one thing and links anew only the policies that it concerns; all else is shared. */

typedef struct book_policy {
    ac_policy *policy;
    ac_linked *linked;
} book_policy;

struct ac_rulebook {
    ac_refcount      refs;
    ac_mem           mem;
    uint32_t         policy_count, edition_count, zone_count;
    uint32_t         policy_room, edition_room, zone_room;
    book_policy     *policies;
    ac_book_edition *editions;
    ac_zone        **zones;
};

/* --- copies -------------------------------------------------------------------------- */

static void copy_parts(ac_rulebook *to, const ac_rulebook *from)
{
    uint32_t i;

    for (i = 0; i < from->policy_count; i++) {
        to->policies[i].policy = ac_policy_ref(from->policies[i].policy);
        to->policies[i].linked = ac_linked_ref(from->policies[i].linked);
    }
    for (i = 0; i < from->edition_count; i++) {
        to->editions[i].data = ac_data_ref(from->editions[i].data);
        to->editions[i].index = from->editions[i].index;
    }
    for (i = 0; i < from->zone_count; i++)
        to->zones[i] = ac_zone_ref(from->zones[i]);
    to->policy_count = from->policy_count;
    to->edition_count = from->edition_count;
    to->zone_count = from->zone_count;
}

/* A copy of `from` (NULL: empty) with room for more. */
static ac_status copy_book(const ac_rulebook *from, const ac_allocator *allocator, uint32_t more_policies, uint32_t more_editions, uint32_t more_zones,
                           ac_rulebook **out, ac_error *err)
{
    ac_allocator same = { sizeof same, NULL, NULL };
    ac_rulebook *book;
    ac_mem       mem;
    ac_status    st;

    if (from && !allocator) {
        same.resize = from->mem.resize;
        same.user = from->mem.user;
        allocator = &same;
    }
    st = ac_mem_init(&mem, allocator, 0, err);
    if (st != AC_OK)
        return st;
    book = ac_mem_new_owner(&mem, sizeof *book, offsetof(ac_rulebook, mem));
    if (!book)
        return ac_mem_failed(&mem, err);
    ac_refcount_init(&book->refs);
    book->policy_room = (from ? from->policy_count : 0) + more_policies;
    book->edition_room = (from ? from->edition_count : 0) + more_editions;
    book->zone_room = (from ? from->zone_count : 0) + more_zones;
    book->policies = ac_mem_array(&book->mem, book->policy_room, sizeof *book->policies);
    book->editions = ac_mem_array(&book->mem, book->edition_room, sizeof *book->editions);
    book->zones = ac_mem_array(&book->mem, book->zone_room, sizeof *book->zones);
    if (!book->policies || !book->editions || !book->zones) {
        ac_rulebook_unref(book);
        return ac_error_nomem(err);
    }
    if (from)
        copy_parts(book, from);
    *out = book;
    return AC_OK;
}

ac_rulebook *ac_rulebook_ref(ac_rulebook *book)
{
    if (book)
        ac_refcount_up(&book->refs);
    return book;
}

void ac_rulebook_unref(ac_rulebook *book)
{
    uint32_t i;

    if (!book || !ac_refcount_down(&book->refs))
        return;
    for (i = 0; i < book->policy_count; i++) {
        ac_linked_unref(book->policies[i].linked);
        ac_policy_unref(book->policies[i].policy);
    }
    for (i = 0; i < book->edition_count; i++)
        ac_data_unref(book->editions[i].data);
    for (i = 0; i < book->zone_count; i++)
        ac_zone_unref(book->zones[i]);
    ac_mem_free(&book->mem, book->policies, book->policy_room * sizeof *book->policies);
    ac_mem_free(&book->mem, book->editions, book->edition_room * sizeof *book->editions);
    ac_mem_free(&book->mem, book->zones, book->zone_room * sizeof *book->zones);
    ac_mem_free_owner(&book->mem, book, sizeof *book);
}

/* --- linking -------------------------------------------------------------------------- */

/* Links the i-th policy of a book under construction anew. */
static ac_status relink(ac_rulebook *book, uint32_t i, int policy_is_new, ac_report *report, ac_error *err)
{
    ac_linker  linker = { 0 };
    ac_linked *linked;
    ac_status  st;

    linker.policy = book->policies[i].policy;
    linker.editions = book->editions;
    linker.edition_count = book->edition_count;
    linker.zones = book->zones;
    linker.zone_count = book->zone_count;
    linker.report = report;
    linker.policy_is_new = policy_is_new;
    st = ac_linked_new(&book->mem, &linker, book->policies[i].linked, &linked, err);
    if (st != AC_OK)
        return st;
    ac_linked_unref(book->policies[i].linked);
    book->policies[i].linked = linked;
    return AC_OK;
}

/* The report as it was, for failures that are not the source's. */
typedef struct report_mark {
    size_t        count;
    ac_arena_mark arena;
} report_mark;

static report_mark mark_report(const ac_report *report)
{
    report_mark mark = { 0, { NULL, 0 } };

    if (report) {
        mark.count = report->count;
        mark.arena = ac_arena_here(&report->arena);
    }
    return mark;
}

/* Ends a step: hands over the book, or drops it and what was said beside the errors of the source. */
static ac_status finish(ac_status st, ac_rulebook *book, ac_report *report, report_mark mark, ac_rulebook **out)
{
    if (st == AC_OK) {
        *out = book;
        return AC_OK;
    }
    ac_rulebook_unref(book);
    if (report && st != AC_E_POLICY) {
        report->count = mark.count;
        ac_arena_back(&report->arena, mark.arena);
    }
    return st;
}

/* Names both versions, each with its number. */
static ac_status versions_conflict(const ac_policy *there, const ac_policy *policy, ac_error *err)
{
    ac_msg_info info = ac_msg_info_of(AC_MSG_VERSION_CONFLICT);
    char        data[AC_ERROR_NAME_BYTES];
    ac_text     names = policy->name;
    ac_writer   w;

    names.size = ac_utf8_cut(names, sizeof data / 2);
    ac_writer_init_fixed(&w, data, sizeof data);
    ac_write_text(&w, names);
    ac_write_string(&w, " version ");
    ac_write_u64(&w, policy->version);
    ac_write_string(&w, ", version ");
    ac_write_u64(&w, there->version);
    names.data = data;
    names.size = w.size;
    ac_error_set(err, AC_E_CONFLICT, info.number, info.text, info.hint);
    ac_error_name(err, names);
    return AC_E_CONFLICT;
}

static ac_status conflict(ac_error *err, ac_msg msg, ac_text name)
{
    ac_msg_info info = ac_msg_info_of(msg);
    ac_status          st = ac_error_set(err, AC_E_CONFLICT, info.number, info.text, info.hint);

    ac_error_name(err, name);
    return st;
}

/* --- names that nothing leaves open ------------------------------------------------------ */

/* Whether some version of the policy in the book has a hole of that name; *version is one of those that have not. */
static int is_open(const ac_rulebook *book, ac_text policy, ac_text name, int is_table, int *is_there, const ac_policy **version)
{
    uint32_t i, table;
    int      open = 0;

    *is_there = 0;
    for (i = 0; i < book->policy_count; i++) {
        const ac_policy *p = book->policies[i].policy;

        if (!ac_text_equal(p->name, policy))
            continue;
        *is_there = 1;
        *version = p;
        open |= ac_link_find_hole(p, name, is_table, &table) != AC_NO_INDEX;
    }
    return open;
}

static void suggest_holes(ac_log *log, const ac_policy *policy, ac_text name)
{
    ac_suggest near;
    uint32_t   i;

    ac_suggest_begin(&near, name, &log->patience);
    for (i = 0; i < policy->hole_count; i++)
        ac_suggest_offer(&near, policy->holes[i].name);
    ac_log_suggest(log, near.names, near.count);
}

/* Data that come after a policy must fit one of its versions; before it they may be meant for one still to come. */
static void check_name(const ac_rulebook *book, const ac_data_edition *e, const ac_tree_name *name, int is_table, int is_error, ac_log *log, uint32_t *errors)
{
    const ac_policy *version = NULL;
    int              is_there;

    if (is_open(book, e->fills, name->text, is_table, &is_there, &version) || !is_there)
        return;
    *errors += is_error != 0;
    if (!log)
        return;
    if (is_error)
        ac_log_2(log, AC_MSG_LINK_NO_HOLE, name->place, ac_arg_text(name->text), ac_arg_text(e->fills));
    else
        ac_log_3(log, AC_MSG_LINK_NO_HOLE_HERE, name->place, ac_arg_text(name->text), ac_arg_text(e->fills), ac_arg_number(version->version));
    suggest_holes(log, version, name->text);
}

static ac_status check_names(ac_rulebook *book, const ac_book_edition *edition, int is_error, ac_report *report, uint32_t *errors, ac_error *err)
{
    static const ac_policy_limits normal = { 0 };
    const ac_data_edition        *e = ac_book_edition_of(edition);
    ac_policy_limits              limits;
    ac_source                     source;
    ac_log                        log;
    ac_status                     st, said = AC_OK;
    uint32_t                      i;

    source.name = edition->data->source_name;
    source.text = edition->data->source;
    st = ac_policy_limits_resolve(&normal, &limits, err);
    if (st == AC_OK && report)
        st = ac_log_begin(&log, &book->mem, report, &source, &limits, 0, err);
    for (i = 0; i < e->value_count && st == AC_OK; i++)
        check_name(book, e, &e->values[i].tree->name, 0, is_error, report ? &log : NULL, errors);
    for (i = 0; i < e->table_count && st == AC_OK; i++)
        check_name(book, e, &e->tables[i]->name, 1, is_error, report ? &log : NULL, errors);
    if (report)
        said = ac_log_end(&log, st == AC_OK ? err : NULL);
    return st != AC_OK ? st : said == AC_E_POLICY ? AC_OK : said;
}

/* Editions from the `first`-th on that fill `policy` (NULL: any). */
static ac_status check_all_names(ac_rulebook *book, uint32_t first, const ac_policy *policy, ac_report *report, uint32_t *errors, ac_error *err)
{
    ac_status st = AC_OK;
    uint32_t  i;

    for (i = first; i < book->edition_count && st == AC_OK; i++)
        if (ac_book_edition_of(&book->editions[i])->fills.size && (!policy || ac_text_equal(ac_book_edition_of(&book->editions[i])->fills, policy->name)))
            st = check_names(book, &book->editions[i], policy == NULL, report, errors, err);
    return st;
}

/* --- adding ------------------------------------------------------------------------------- */

static int same_digest(ac_digest a, ac_digest b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

/* Versions are compared by their dates: zones may come later and differ by hours at most. */
static int overlap(const ac_policy *a, const ac_policy *b)
{
    return a->effective_from < b->effective_to && b->effective_from < a->effective_to;
}

/* AC_E_CONFLICT, or *is_there when the very same text is there already. */
static ac_status look_for_policy(const ac_rulebook *book, const ac_policy *policy, int *is_there, ac_error *err)
{
    uint32_t i;

    *is_there = 0;
    for (i = 0; i < book->policy_count; i++) {
        const ac_policy *other = book->policies[i].policy;

        if (!ac_text_equal(other->name, policy->name))
            continue;
        if (other == policy || same_digest(other->source_digest, policy->source_digest)) {
            *is_there = 1;
            return AC_OK;
        }
        if (overlap(other, policy))
            return versions_conflict(other, policy, err);
    }
    return AC_OK;
}

ac_status ac_rulebook_with_policy(const ac_rulebook *from, const ac_allocator *mem, ac_policy *policy, ac_rulebook **out, ac_report *report, ac_error *err)
{
    report_mark  mark = mark_report(report);
    ac_rulebook *book = NULL;
    ac_status    st;
    int          is_there = 0;
    uint32_t     errors = 0;

    assert(out);
    *out = NULL;
    st = copy_book(from, mem, policy != NULL, 0, 0, &book, err);
    if (st != AC_OK)
        return st;
    if (policy) {
        st = look_for_policy(book, policy, &is_there, err);
        if (st == AC_OK && !is_there) {
            book->policies[book->policy_count++].policy = ac_policy_ref(policy);
            st = check_all_names(book, 0, policy, report, &errors, err);
            if (st == AC_OK)
                st = relink(book, book->policy_count - 1, 1, report, err);
        }
    }
    return finish(st, book, report, mark, out);
}

/* The edition of that name and word in the book, or NULL. */
static const ac_data_edition *find_edition(const ac_rulebook *book, const ac_data_edition *e)
{
    uint32_t i;

    for (i = 0; i < book->edition_count; i++) {
        const ac_data_edition *other = ac_book_edition_of(&book->editions[i]);

        if (ac_text_equal(other->name, e->name) && ac_text_equal(other->word, e->word))
            return other;
    }
    return NULL;
}

static ac_status add_editions(ac_rulebook *book, ac_data *data, ac_error *err)
{
    uint32_t i;

    for (i = 0; i < data->edition_count; i++) {
        const ac_data_edition *there = find_edition(book, &data->editions[i]);

        if (there && !same_digest(there->digest, data->editions[i].digest))
            return conflict(err, AC_MSG_EDITION_CONFLICT, data->editions[i].name);
        if (there)
            continue;
        book->editions[book->edition_count].data = ac_data_ref(data);
        book->editions[book->edition_count].index = i;
        book->editions[book->edition_count++].is_new = 1;
    }
    return AC_OK;
}

static int is_concerned(const ac_rulebook *book, const ac_policy *policy, uint32_t first)
{
    uint32_t i;

    for (i = first; i < book->edition_count; i++)
        if (ac_link_uses(policy, ac_book_edition_of(&book->editions[i])))
            return 1;
    return 0;
}

/* Goes on after a policy that the data do not fit, so that all is told at once. */
static ac_status relink_concerned(ac_rulebook *book, uint32_t first, ac_report *report, ac_error *err)
{
    ac_status st = AC_OK, worst = AC_OK;
    uint32_t  i;

    for (i = 0; i < book->policy_count && (st == AC_OK || st == AC_E_POLICY); i++)
        if (is_concerned(book, book->policies[i].policy, first)) {
            st = relink(book, i, 0, report, err);
            worst = st != AC_OK ? st : worst;
        }
    return worst;
}

ac_status ac_rulebook_with_data(const ac_rulebook *from, const ac_allocator *mem, ac_data *data, ac_rulebook **out, ac_report *report, ac_error *err)
{
    report_mark  mark = mark_report(report);
    ac_rulebook *book = NULL;
    uint32_t     i, first, errors = 0;
    ac_status    st;

    assert(data && out);
    *out = NULL;
    st = copy_book(from, mem, 0, data->edition_count, 0, &book, err);
    if (st != AC_OK)
        return st;
    first = book->edition_count;
    st = add_editions(book, data, err);
    if (st == AC_OK)
        st = check_all_names(book, first, NULL, report, &errors, err);
    if (st == AC_OK)
        st = relink_concerned(book, first, report, err);
    if (st == AC_OK && errors)
        st = ac_error_set(err, AC_E_POLICY, 0, "a data file does not fit the policy it fills", "the report says where");
    for (i = first; i < book->edition_count; i++)
        book->editions[i].is_new = 0;
    return finish(st, book, report, mark, out);
}

static ac_zone *find_zone(const ac_rulebook *book, ac_text name)
{
    uint32_t i;

    for (i = 0; i < book->zone_count; i++)
        if (ac_text_equal(ac_zone_name(book->zones[i]), name))
            return book->zones[i];
    return NULL;
}

static ac_status add_zone(ac_rulebook *book, ac_zone *zone, ac_error *err)
{
    const ac_zone *there = find_zone(book, ac_zone_name(zone));
    ac_status      st = AC_OK;
    uint32_t       i;

    if (there)
        return same_digest(ac_zone_digest(there), ac_zone_digest(zone)) ? AC_OK : conflict(err, AC_MSG_ZONE_CONFLICT, ac_zone_name(zone));
    book->zones[book->zone_count++] = ac_zone_ref(zone);
    for (i = 0; i < book->policy_count && st == AC_OK; i++)
        if (!book->policies[i].linked->link.zone && ac_text_equal(book->policies[i].policy->timezone, ac_zone_name(zone)))
            st = relink(book, i, 0, NULL, err);
    return st;
}

ac_status ac_rulebook_with_zone(const ac_rulebook *from, const ac_allocator *mem, ac_text name, const void *bytes, size_t size, ac_rulebook **out, ac_error *err)
{
    report_mark  none = { 0, { NULL, 0 } };
    ac_allocator own = { sizeof own, NULL, NULL };
    ac_rulebook *book = NULL;
    ac_zone     *zone = NULL;
    ac_status    st;

    assert(out);
    *out = NULL;
    st = copy_book(from, mem, 0, 0, 1, &book, err);
    if (st != AC_OK)
        return st;
    own.resize = book->mem.resize;
    own.user = book->mem.user;
    st = ac_zone_new_tzif(&own, name, bytes, size, &zone, err);
    if (st == AC_OK)
        st = add_zone(book, zone, err);
    ac_zone_unref(zone);
    return finish(st, book, NULL, none, out);
}

/* --- reading ------------------------------------------------------------------------------- */

uint32_t ac_rulebook_policy_count(const ac_rulebook *book)
{
    assert(book);
    return book->policy_count;
}

ac_policy *ac_rulebook_policy_at(const ac_rulebook *book, uint32_t i)
{
    assert(book);
    return i < book->policy_count ? book->policies[i].policy : NULL;
}

/* Without a name there must be only one in the book. */
static int only_name(const ac_rulebook *book, ac_text *name)
{
    uint32_t i;

    if (name->size)
        return 1;
    for (i = 0; i < book->policy_count; i++) {
        if (i > 0 && !ac_text_equal(book->policies[i].policy->name, *name))
            return 0;
        *name = book->policies[i].policy->name;
    }
    return book->policy_count > 0;
}

ac_policy *ac_rulebook_policy_on(const ac_rulebook *book, ac_text name, ac_time at)
{
    ac_policy *found = NULL;
    ac_time    since = AC_TIME_MIN;
    uint32_t   i;

    assert(book);
    if (!only_name(book, &name))
        return NULL;
    for (i = 0; i < book->policy_count; i++) {
        const ac_linked *linked = book->policies[i].linked;

        /* Neighbours in different zones may overlap by hours: the later one holds. AC_TIME_MAX is an open end and belongs to it. */
        if (linked->link.zone && ac_text_equal(book->policies[i].policy->name, name) && linked->from <= at &&
            (at < linked->to || linked->to == AC_TIME_MAX) && linked->from >= since) {
            found = book->policies[i].policy;
            since = linked->from;
        }
    }
    return found;
}

const ac_link *ac_rulebook_link(const ac_rulebook *book, const ac_policy *policy)
{
    uint32_t i;

    for (i = 0; i < book->policy_count; i++)
        if (book->policies[i].policy == policy)
            return &book->policies[i].linked->link;
    return NULL;
}

const ac_pin *ac_link_pin_before(const ac_link *link, ac_time dated)
{
    uint32_t low = 0, high = link->pin_count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (link->pins[middle].from <= dated)
            low = middle;
        else
            high = middle;
    }
    return &link->pins[low];
}

ac_zone *ac_rulebook_zone(const ac_rulebook *book, const ac_policy *policy)
{
    const ac_link *link;

    assert(book && policy);
    link = ac_rulebook_link(book, policy);
    return link ? link->zone : NULL;
}

ac_status ac_rulebook_calendar(const ac_rulebook *book, const ac_policy *policy, uint32_t calendar, ac_time pinned_at, const ac_calendar **out, ac_error *err)
{
    const ac_link     *link;
    ac_msg_info info = ac_msg_info_of(AC_MSG_NOT_IN_BOOK);
    ac_status          st;

    assert(book && policy && out);
    *out = NULL;
    link = ac_rulebook_link(book, policy);
    if (link && !link->zone)
        info = ac_msg_info_of(AC_MSG_BOOK_NO_ZONE);
    if (!link || !link->zone) {
        st = ac_error_set(err, AC_E_NOT_FOUND, info.number, info.text, info.hint);
        ac_error_name(err, link ? policy->timezone : policy->name);
        return st;
    }
    if (calendar >= policy->calendar_count)
        return ac_error_set(err, AC_E_NOT_FOUND, 0, "the policy has no calendar of this index", NULL);
    *out = ac_link_pin(link, pinned_at)->calendars[calendar];
    return AC_OK;
}

uint32_t ac_rulebook_edition_count(const ac_rulebook *book)
{
    assert(book);
    return book->edition_count;
}

ac_status ac_rulebook_edition_at(const ac_rulebook *book, uint32_t i, ac_edition_info *out)
{
    const ac_data_edition *e;
    const ac_zone         *zone = NULL;
    uint32_t               p;

    assert(book && out);
    if (i >= book->edition_count)
        return AC_E_NOT_FOUND;
    e = ac_book_edition_of(&book->editions[i]);
    for (p = 0; p < book->policy_count && !zone; p++)
        if (ac_link_uses(book->policies[p].policy, e))
            zone = book->policies[p].linked->link.zone;
    out->name = e->name;
    out->word = e->word;
    out->use_from = ac_link_use_from(zone, e);
    out->digest = e->digest;
    return AC_OK;
}

uint32_t ac_rulebook_find_edition(const ac_rulebook *book, ac_text list, ac_text word)
{
    uint32_t i, k;

    for (i = 0; i < book->edition_count; i++) {
        const ac_data_edition *e = ac_book_edition_of(&book->editions[i]);

        for (k = 0; k < e->list_count && (word.size == 0 || ac_text_equal(e->word, word)); k++)
            if (ac_text_equal(e->lists[k].name, list))
                return i;
    }
    return AC_NO_INDEX;
}
