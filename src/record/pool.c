#include "record/record.h"

#include <stddef.h>

#include "base/assert.h"
#include "base/error.h"
#include "policy/report/report.h"

/* Pools: lists of records by type. Each record knows its place, so that it can leave. */

static size_t size_of(uint32_t types)
{
    return sizeof(ac_pool) + types * sizeof(ac_pool_list);
}

ac_status ac_pool_new(ac_rulebook *book, ac_policy *policy, const ac_allocator *mem, ac_pool **out, ac_error *err)
{
    const ac_link *link;
    ac_mem         own;
    ac_pool       *pool;
    ac_status      st;

    assert(book && out);
    *out = NULL;
    if (!policy && ac_rulebook_policy_count(book) == 1)
        policy = ac_rulebook_policy_at(book, 0);
    if (!policy)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_RECORD_WHICH_POLICY, err);
    link = ac_rulebook_link(book, policy);
    if (!link)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_NOT_IN_BOOK, err);
    st = ac_mem_init(&own, mem, 0, err);
    if (st != AC_OK)
        return st;
    pool = ac_mem_zeroed(&own, size_of(policy->record_count));
    if (!pool)
        return ac_mem_failed(&own, err);
    pool->mem = own;
    pool->book = ac_rulebook_ref(book);
    pool->link = link;
    pool->type_count = policy->record_count;
    *out = pool;
    return AC_OK;
}

void ac_record_leave_pool(ac_record *record)
{
    ac_pool_list *list;

    if (!record->pool)
        return;
    list = &record->pool->lists[record->pool_list];
    list->at[record->pool_at] = list->at[--list->count];
    list->at[record->pool_at]->pool_at = record->pool_at;
    record->pool = NULL;
    record->kept = 0;
}

void ac_pool_clear(ac_pool *pool)
{
    assert(pool);
    for (uint32_t i = 0; i <= pool->type_count; i++) {
        while (pool->lists[i].count > 0)
            ac_record_leave_pool(pool->lists[i].at[pool->lists[i].count - 1]);
        pool->lists[i].is_covered = 0;
    }
}

void ac_pool_free(ac_pool *pool)
{
    ac_mem mem;

    if (!pool)
        return;
    ac_pool_clear(pool);
    mem = pool->mem;
    for (uint32_t i = 0; i <= pool->type_count; i++)
        ac_mem_free_array(&mem, pool->lists[i].at, pool->lists[i].room);
    ac_rulebook_unref(pool->book);
    ac_mem_free(&mem, pool, size_of(pool->type_count));
}

ac_status ac_pool_cover(ac_pool *pool, uint32_t type, ac_error *err)
{
    assert(pool);
    if (type >= pool->type_count)
        return ac_record_refuse(NULL, 0, AC_E_NOT_FOUND, AC_MSG_VALUE_NO_FIELD, err);
    pool->lists[type].is_covered = 1;
    return AC_OK;
}

/* Into a list, out of where it was. */
static ac_status join(ac_pool *pool, ac_record *record, uint32_t to, ac_error *err)
{
    ac_pool_list *list = &pool->lists[to];
    void         *items = list->at;

    if (record->link->policy != pool->link->policy)
        return ac_record_refuse(NULL, 0, AC_E_TYPE, AC_MSG_RECORD_OTHER_TYPE, err);
    if (record->pool == pool && record->pool_list == to)
        return AC_OK;
    if (list->count == UINT32_MAX || !ac_mem_grow(&pool->mem, &items, &list->room, (size_t)list->count + 1, sizeof *list->at))
        return ac_mem_failed(&pool->mem, err);
    list->at = items;
    ac_record_leave_pool(record);
    record->pool = pool;
    record->pool_list = to;
    record->pool_at = list->count;
    record->held_serial = record->picked_serial = 0;
    record->kept = 0;
    list->at[list->count++] = record;
    return AC_OK;
}

ac_status ac_pool_add(ac_pool *pool, ac_record *record, ac_error *err)
{
    ac_status st;

    assert(pool && record);
    st = join(pool, record, record->type, err);
    if (st == AC_OK)
        pool->lists[record->type].is_covered = 1;
    return st;
}

size_t ac_pool_count(const ac_pool *pool, uint32_t type)
{
    assert(pool);
    return type < pool->type_count ? pool->lists[type].count : 0;
}

ac_status ac_record_attach_pool(ac_record *record, ac_pool *pool, ac_error *err)
{
    assert(record);
    if (pool)
        return join(pool, record, pool->type_count, err);
    ac_record_leave_pool(record);
    return AC_OK;
}
