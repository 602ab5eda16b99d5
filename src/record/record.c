#include "record/record.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "policy/report/report.h"

static const ac_string no_text = { 0, 0, { '\0' } };

ac_status ac_record_refuse(const ac_record *record, uint32_t field, ac_status status, ac_msg msg, ac_error *err)
{
    ac_msg_info info = ac_msg_info_of(msg);
    const ac_field_def *def;

    ac_error_set(err, status, info.number, info.text, info.hint);
    if (!record || field >= record->def->field_count)
        return status;
    def = &record->def->fields[field];
    ac_error_subject(err, field);
    ac_error_name(err, def->name);
    if (def->line < record->policy->line_count) {
        ac_error_place(err, record->policy->lines[def->line].line, 0);
        ac_error_clause(err, record->policy->lines[def->line].clause);
    }
    return status;
}

ac_mem *ac_record_mem(ac_record *record)
{
    while (record->parent)
        record = record->parent;
    return &record->mem;
}

/* --- what a field takes and how it is read -------------------------------------- */

static int is_computed(const ac_field_def *def)
{
    return def->origin == AC_FIELD_DERIVED || def->origin == AC_FIELD_TABLE || def->origin == AC_FIELD_RUNG;
}

static uint8_t flags_of(const ac_field_def *def)
{
    uint8_t flags = 0;

    if (is_computed(def) || def->origin == AC_FIELD_STATE || def->has_default || def->is_unset || def->unsupported != AC_NO_INDEX || def->type.kind == AC_TYPE_RECORD)
        flags |= AC_FIELD_IS_COMPUTED;
    if (def->type.kind == AC_TYPE_MOMENT)
        flags |= AC_FIELD_IS_MOMENT;
    return flags;
}

static uint32_t member_count(const ac_policy *policy, ac_type type)
{
    switch (type.kind) {
    case AC_TYPE_ENUM:  return policy->enums[type.ref].member_count;
    case AC_TYPE_ROLE:  return policy->role_count;
    case AC_TYPE_STATE: return policy->records[type.ref].state_count;
    default:            return 0;
    }
}

static ac_accept accept_of(const ac_policy *policy, const ac_field_def *def)
{
    ac_accept a = { 0, AC_ACCEPTS_NOT, 0 };

    a.never = is_computed(def) && !def->is_slot;
    if (is_computed(def) || def->has_range)
        return a;
    a.members = member_count(policy, def->type);
    switch (def->type.kind) {
    case AC_TYPE_SIGNATURE:
        a.kind = AC_TYPE_BOOL;
        break;
    case AC_TYPE_MOMENT:
        a.kind = AC_TYPE_DATETIME;
        break;
    case AC_TYPE_DATETIME:
        a.kind = def->type.precision ? AC_ACCEPTS_NOT : AC_TYPE_DATETIME;
        break;
    default:
        a.kind = def->type.kind;
    }
    return a;
}

/* --- life ------------------------------------------------------------------------- */

/* One block: the record, then its arrays in the order of their alignment. */
static ac_record *record_make(ac_mem *mem, const ac_policy *policy, const ac_link *link, uint32_t type)
{
    const ac_record_def *def = &policy->records[type];
    size_t               n = def->field_count;
    size_t               per_field = 2 * sizeof(ac_cell) + sizeof(ac_memo) + sizeof(ac_text_slot) + 2 * sizeof(ac_record *) + sizeof(ac_accept);
    size_t               size = sizeof(ac_record) + n * per_field;
    ac_record           *r = ac_mem_zeroed(mem, size);
    ac_accept           *accepts;
    uint32_t             i;
    int                  has_links = 0;

    if (!r)
        return NULL;
    r->block_size = size;
    r->policy = policy;
    r->link = link;
    r->def = def;
    r->type = type;
    r->memo = (ac_memo *)(void *)(r + 1);
    r->cells = (ac_cell *)(void *)(r->memo + n);
    r->blank = r->cells + n;
    r->texts = (ac_text_slot *)(void *)(r->blank + n);
    r->links = (ac_record **)(void *)(r->texts + n);
    r->own_links = r->links + n;
    accepts = (ac_accept *)(void *)(r->own_links + n);
    r->accepts = accepts;
    for (i = 0; i < n; i++) {
        r->blank[i].num = AC_MISSING_SELF;
        r->blank[i].den = 1;
        r->blank[i].state = AC_VALUE_UNKNOWN;
        r->blank[i].spare = flags_of(&def->fields[i]);
        accepts[i] = accept_of(policy, &def->fields[i]);
        has_links |= def->fields[i].type.kind == AC_TYPE_RECORD;
    }
    if (!has_links)
        r->links = r->own_links = NULL;
    memcpy(r->cells, r->blank, n * sizeof *r->cells);
    return r;
}

static void slot_free(ac_mem *mem, ac_text_slot *slot)
{
    ac_mem_free(mem, slot->string, slot->room);
}

/* What hangs on a record but its block. */
static void record_clear(ac_mem *mem, ac_record *r)
{
    size_t i;

    ac_record_leave_pool(r);
    for (i = 0; i < r->def->field_count; i++)
        slot_free(mem, &r->texts[i]);
    for (i = 0; i < r->history_texts_room; i++)
        slot_free(mem, &r->history_texts[i]);
    ac_mem_free_array(mem, r->history_texts, r->history_texts_room);
    for (i = 0; i < r->doer_room; i++)
        slot_free(mem, &r->doers[i].actor);
    ac_mem_free_array(mem, r->doers, r->doer_room);
    ac_mem_free_array(mem, r->history, r->history_room);
    slot_free(mem, &r->id);
}

static ac_policy *only_policy(const ac_rulebook *book)
{
    return ac_rulebook_policy_count(book) == 1 ? ac_rulebook_policy_at(book, 0) : NULL;
}

/* A record of a family: one and its owners, outward to the last, or nothing. It starts out unknown. */
static ac_record *make_own(ac_record *parent, uint32_t type)
{
    ac_mem    *mem = ac_record_mem(parent);
    ac_record *root = parent, *first = NULL, *before, *r;

    while (root->parent)
        root = root->parent;
    before = root->family;
    for (; type != AC_NO_INDEX; type = r->def->owner) {
        r = record_make(mem, parent->policy, parent->link, type);
        if (!r)
            break;
        r->parent = parent;
        r->family = root->family;
        root->family = r;
        if (first)
            parent->owner = parent->own_owner = r;
        else
            first = r;
        parent = r;
    }
    if (type == AC_NO_INDEX)
        return first;
    while (root->family != before) {
        r = root->family;
        root->family = r->family;
        ac_mem_free(mem, r, r->block_size);
    }
    return NULL;
}

ac_status ac_record_new(ac_rulebook *book, ac_policy *policy, uint32_t type, ac_text id, const ac_allocator *mem, ac_record **out, ac_error *err)
{
    ac_mem         own;
    ac_record     *r;
    const ac_link *link;
    ac_status      st;

    assert(book && out);
    *out = NULL;
    if (!policy)
        policy = only_policy(book);
    if (!policy)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_WHICH_POLICY, err);
    link = ac_rulebook_link(book, policy);
    if (!link)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_NOT_IN_BOOK, err);
    if (type >= policy->record_count)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_VALUE_NO_FIELD, err);
    st = ac_mem_init(&own, mem, 0, err);
    if (st != AC_OK)
        return st;
    r = record_make(&own, policy, link, type);
    if (!r)
        return ac_mem_failed(&own, err);
    r->mem = own;
    r->book = ac_rulebook_ref(book);
    r->owner = r->own_owner = make_own(r, r->def->owner);
    st = r->owner || r->def->owner == AC_NO_INDEX ? ac_record_set_id(r, id, err) : ac_mem_failed(&r->mem, err);
    if (st == AC_OK)
        *out = r;
    else
        ac_record_free(r);
    return st;
}

void ac_record_free(ac_record *record)
{
    ac_mem     mem;
    ac_record *r, *before;

    if (!record)
        return;
    assert(!record->parent);    /* own owners and links go with the record they belong to */
    for (r = record->family; r; r = before) {
        before = r->family;
        record_clear(&record->mem, r);
        ac_mem_free(&record->mem, r, r->block_size);
    }
    record_clear(&record->mem, record);
    ac_rulebook_unref(record->book);
    mem = record->mem;
    ac_mem_free(&mem, record, record->block_size);
}

int ac_text_slot_reserve(ac_mem *mem, ac_text_slot *slot, size_t size)
{
    size_t     room = offsetof(ac_string, data) + 1;
    ac_string *string;

    if (size > UINT32_MAX - 64 || !ac_size_add(room, size, &room))
        return 0;
    if (room <= slot->room)
        return 1;
    room = (room + 31) & ~(size_t)15;
    string = ac_mem_alloc(mem, room);
    if (!string)
        return 0;
    memset(string, 0, offsetof(ac_string, data) + 1);
    if (slot->string)
        memcpy(string, slot->string, offsetof(ac_string, data) + slot->string->size + 1);
    ac_mem_free(mem, slot->string, slot->room);
    slot->string = string;
    slot->room = room;
    return 1;
}

int ac_text_slot_put(ac_mem *mem, ac_text_slot *slot, ac_text text)
{
    if (!ac_text_slot_reserve(mem, slot, text.size))
        return 0;
    if (text.size > 0)
        memmove(slot->string->data, text.data, text.size);
    slot->string->data[text.size] = '\0';
    slot->string->size = (uint32_t)text.size;
    slot->string->id = 0;
    return 1;
}

ac_status ac_record_set_id(ac_record *record, ac_text id, ac_error *err)
{
    assert(record);
    if (ac_utf8_check(id) != id.size)
        return ac_record_refuse(NULL, 0, AC_E_INVALID, AC_MSG_RECORD_UTF8, err);
    if (id.size == 0) {
        if (record->id.string)
            record->id.string->size = 0;
        return AC_OK;
    }
    return ac_text_slot_put(ac_record_mem(record), &record->id, id) ? AC_OK : ac_mem_failed(ac_record_mem(record), err);
}

const ac_string *ac_record_id_string(const ac_record *record)
{
    return record->id.string ? record->id.string : &no_text;
}

ac_text ac_record_id(const ac_record *record)
{
    const ac_string *string;
    ac_text          id;

    assert(record);
    string = ac_record_id_string(record);
    id.data = string->data;
    id.size = string->size;
    return id;
}

int ac_record_is_same(const ac_record *a, const ac_record *b)
{
    return a == b || (a->type == b->type && ac_record_id(a).size > 0 && ac_text_equal(ac_record_id(a), ac_record_id(b)));
}

uint32_t ac_record_type(const ac_record *record)
{
    assert(record);
    return record->type;
}

ac_policy *ac_record_policy(const ac_record *record)
{
    assert(record);
    return record->link->policy;
}

ac_rulebook *ac_record_rulebook(const ac_record *record)
{
    assert(record);
    while (record->parent)
        record = record->parent;
    return record->book;
}

/* --- owner and links ---------------------------------------------------------------- */

static int fits(const ac_record *record, const ac_record *other, uint32_t type)
{
    return other->link == record->link && other->type == type;
}

ac_status ac_record_owner(ac_record *record, ac_record **out, ac_error *err)
{
    assert(record && out);
    *out = record->owner;
    return *out ? AC_OK : ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_NO_OWNER, err);
}

ac_status ac_record_attach_owner(ac_record *record, ac_record *owner, ac_error *err)
{
    assert(record);
    if (record->def->owner == AC_NO_INDEX)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_NO_OWNER, err);
    if (owner && !fits(record, owner, record->def->owner))
        return ac_record_refuse(NULL, 0, AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, err);
    record->owner = owner ? owner : record->own_owner;
    return AC_OK;
}

static ac_status link_type(const ac_record *record, uint32_t field, uint32_t *type, ac_error *err)
{
    if (field >= record->def->field_count)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_VALUE_NO_FIELD, err);
    if (record->def->fields[field].type.kind != AC_TYPE_RECORD)
        return ac_record_refuse(record, field, AC_E_TYPE, AC_MSG_RECORD_NO_LINK, err);
    *type = record->def->fields[field].type.ref;
    return AC_OK;
}

ac_status ac_record_link(ac_record *record, uint32_t field, ac_record **out, ac_error *err)
{
    uint32_t  type = 0;
    ac_status st;

    assert(record && out);
    *out = NULL;
    st = link_type(record, field, &type, err);
    if (st != AC_OK)
        return st;
    if (!record->links[field]) {
        record->own_links[field] = make_own(record, type);
        if (!record->own_links[field])
            return ac_mem_failed(ac_record_mem(record), err);
        record->links[field] = record->own_links[field];
    }
    *out = record->links[field];
    return AC_OK;
}

ac_status ac_record_attach_link(ac_record *record, uint32_t field, ac_record *target, ac_error *err)
{
    uint32_t  type = 0;
    ac_status st;

    assert(record);
    st = link_type(record, field, &type, err);
    if (st != AC_OK)
        return st;
    if (target && !fits(record, target, type))
        return ac_record_refuse(record, field, AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, err);
    record->links[field] = target ? target : record->own_links[field];
    return AC_OK;
}
