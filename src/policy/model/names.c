#include "policy/model/names.h"

static uint32_t hash_of(ac_name_kind kind, uint32_t scope, ac_text text)
{
    uint64_t h = ac_hash64(text.data, text.size) ^ (((uint64_t)scope << 8 | (uint64_t)kind) * UINT64_C(0x9E3779B97F4A7C15));

    h ^= h >> 29;
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    return (uint32_t)(h >> 32);
}

/* The slot that holds the name, or the free one where it belongs. There is always a free slot. */
static uint32_t slot_of(const ac_names *names, uint32_t hash, ac_name_kind kind, uint32_t scope, ac_text text)
{
    uint32_t at = hash & (names->slot_count - 1);

    for (; names->slots[at] != 0; at = (at + 1) & (names->slot_count - 1)) {
        const ac_name_entry *e = &names->entries[names->slots[at] - 1];

        if (e->hash == hash && e->kind == kind && e->scope == scope && ac_text_equal(e->text, text))
            break;
    }
    return at;
}

/* Twice the room; the old arrays stay behind in the arena, together no larger than the new ones. */
static int grow(ac_names *names, ac_arena *arena)
{
    uint32_t       room = names->room ? names->room * 2 : 64;
    ac_name_entry *entries = ac_arena_array(arena, room, sizeof *entries);
    uint32_t      *slots = ac_arena_array(arena, (size_t)room * 2, sizeof *slots);
    uint32_t       i;

    if (!entries || !slots)
        return 0;
    for (i = 0; i < names->count; i++)
        entries[i] = names->entries[i];
    names->entries = entries;
    names->slots = slots;
    names->slot_count = room * 2;
    names->room = room;
    for (i = 0; i < names->count; i++) {
        uint32_t at = entries[i].hash & (names->slot_count - 1);

        while (slots[at] != 0)
            at = (at + 1) & (names->slot_count - 1);
        slots[at] = i + 1;
    }
    return 1;
}

int ac_names_add(ac_names *names, ac_arena *arena, ac_name_kind kind, uint32_t scope, ac_text text, uint32_t index)
{
    uint32_t       hash = hash_of(kind, scope, text);
    ac_name_entry *e;
    uint32_t       at;

    if (names->count == names->room && !grow(names, arena))
        return 0;
    at = slot_of(names, hash, kind, scope, text);
    if (names->slots[at] != 0)
        return 1;
    e = &names->entries[names->count];
    e->hash = hash;
    e->index = index;
    e->scope = scope;
    e->kind = (uint16_t)kind;
    e->text = text;
    names->slots[at] = ++names->count;
    return 1;
}

uint32_t ac_names_find(const ac_names *names, ac_name_kind kind, uint32_t scope, ac_text text)
{
    uint32_t at;

    if (names->slot_count == 0)
        return AC_NO_INDEX;
    at = slot_of(names, hash_of(kind, scope, text), kind, scope, text);
    return names->slots[at] != 0 ? names->entries[names->slots[at] - 1].index : AC_NO_INDEX;
}

size_t ac_names_list(const ac_names *names, ac_name_kind kind, uint32_t scope, ac_text *out, size_t room)
{
    size_t   n = 0;
    uint32_t i;

    for (i = 0; i < names->count && n < room; i++)
        if (names->entries[i].kind == kind && names->entries[i].scope == scope)
            out[n++] = names->entries[i].text;
    return n;
}
