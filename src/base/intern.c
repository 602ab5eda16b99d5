#include "base/hash.h"

#include <string.h>

/* Little end first on every machine; compilers make one load of it. */
static uint64_t load(const unsigned char *p, size_t n)
{
    uint64_t v = 0;
    size_t   i;

    for (i = 0; i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

static uint64_t stir(uint64_t h)
{
    h ^= h >> 32;
    h *= UINT64_C(0xD6E8FEB86659FD93);
    h ^= h >> 29;
    h *= UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

uint64_t ac_hash64(const void *data, size_t size)
{
    const unsigned char *p = data;
    uint64_t             h = UINT64_C(0x243F6A8885A308D3) ^ size;

    for (; size >= 8; p += 8, size -= 8)
        h = stir(h ^ load(p, 8));
    if (size > 0)
        h = stir(h ^ load(p, size));
    return stir(h);
}

ac_text ac_text_of(const char *string)
{
    ac_text text;

    text.data = string ? string : "";
    text.size = strlen(text.data);
    return text;
}

int ac_text_equal(ac_text a, ac_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int ac_text_compare(ac_text a, ac_text b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int    order = n > 0 ? memcmp(a.data, b.data, n) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

void ac_intern_init(ac_intern *table, ac_arena *arena)
{
    memset(table, 0, sizeof *table);
    table->arena = arena;
}

/* The slot that holds the text, or the free one where it belongs. There is always a free one. */
static uint32_t slot_of(const ac_intern *table, ac_text text, uint32_t hash)
{
    uint32_t mask = table->room * 2 - 1, at = hash & mask;

    while (table->slots[at] != 0) {
        uint32_t id = table->slots[at] - 1;

        if (table->hashes[id] == hash && ac_text_equal(table->texts[id], text))
            break;
        at = (at + 1) & mask;
    }
    return at;
}

static uint32_t table_hash(ac_text text)
{
    return (uint32_t)(ac_hash64(text.data, text.size) >> 32);
}

static int double_room(ac_intern *table)
{
    ac_intern now = *table;
    uint32_t  id, at, mask;

    if (table->room >= UINT32_C(1) << 29)
        return 0;
    now.room = table->room ? table->room * 2 : 32;
    now.texts = ac_arena_array(table->arena, now.room, sizeof *now.texts);
    now.hashes = ac_arena_array(table->arena, now.room, sizeof *now.hashes);
    now.slots = ac_arena_array(table->arena, (size_t)now.room * 2, sizeof *now.slots);
    if (!now.texts || !now.hashes || !now.slots)
        return 0;
    mask = now.room * 2 - 1;
    for (id = 0; id < table->count; id++) {
        now.texts[id] = table->texts[id];
        now.hashes[id] = table->hashes[id];
        for (at = now.hashes[id] & mask; now.slots[at] != 0; at = (at + 1) & mask)
            ;
        now.slots[at] = id + 1;
    }
    *table = now;
    return 1;
}

uint32_t ac_intern_find(const ac_intern *table, ac_text text)
{
    uint32_t held;

    if (table->count == 0)
        return AC_INTERN_NONE;
    held = table->slots[slot_of(table, text, table_hash(text))];
    return held ? held - 1 : AC_INTERN_NONE;
}

uint32_t ac_intern_add(ac_intern *table, ac_text text)
{
    uint32_t hash = table_hash(text), slot = 0, id;
    ac_text  copy;

    if (table->count > 0) {
        slot = slot_of(table, text, hash);
        if (table->slots[slot] != 0)
            return table->slots[slot] - 1;
    }
    if (table->count == table->room) {
        if (!double_room(table))
            return AC_INTERN_NONE;
        slot = slot_of(table, text, hash);
    }
    copy = ac_arena_dup_text(table->arena, text);
    if (!copy.data)
        return AC_INTERN_NONE;
    id = table->count++;
    table->texts[id] = copy;
    table->hashes[id] = hash;
    table->slots[slot] = id + 1;
    return id;
}
