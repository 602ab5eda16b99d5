#include "time/zone.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"

enum { BUCKETS_MAX = 4096 };

/* Far enough from any instant, and still safe to add an offset to. */
#define BEFORE_ALL (INT64_MIN / 2)
#define AFTER_ALL (INT64_MAX / 2)

static void free_zone(ac_zone *zone)
{
    ac_mem_free(&zone->mem, zone->stretch, ((size_t)zone->count + 1) * sizeof *zone->stretch);
    ac_mem_free(&zone->mem, zone->bucket, zone->buckets * sizeof *zone->bucket);
    ac_mem_free(&zone->mem, zone->name, zone->name_size + 1);
    ac_mem_free_owner(&zone->mem, zone, sizeof *zone);
}

/* Changes that leave the offset as it was are no changes here. */
static uint32_t count_stretches(const ac_zone_draft *draft)
{
    int32_t  offset_s = draft->first_offset_s;
    uint32_t n = 1;

    for (size_t i = 0; i < draft->count; i++) {
        n += draft->changes[i].offset_s != offset_s;
        offset_s = draft->changes[i].offset_s;
    }
    return n;
}

static void fill_stretches(ac_zone *zone, const ac_zone_draft *draft)
{
    ac_zone_stretch *s = zone->stretch;

    s->at = BEFORE_ALL;
    s->offset_s = draft->first_offset_s;
    s->reached = BEFORE_ALL + draft->first_offset_s;
    for (size_t i = 0; i < draft->count; i++) {
        const ac_zone_change *change = &draft->changes[i];
        int64_t               reached = change->at + s->offset_s;

        if (change->offset_s == s->offset_s)
            continue;
        s[1].at = change->at;
        s[1].offset_s = change->offset_s;
        s[1].reached = reached > s->reached ? reached : s->reached;
        s++;
    }
    s[1].at = AFTER_ALL;
    s[1].offset_s = s->offset_s;
    s[1].reached = AFTER_ALL + s->offset_s;
}

/* Buckets as wide as needed to be at most 4,096: half a year in which the clock changes twice takes four of them. */
static void plan_buckets(ac_zone *zone)
{
    uint64_t span;

    zone->shift = 22;
    zone->buckets = 1;
    zone->bucket_at = AFTER_ALL;
    if (zone->count < 2)
        return;
    zone->bucket_at = zone->stretch[1].at;
    span = (uint64_t)(zone->stretch[zone->count - 1].at - zone->bucket_at);
    while (span >> zone->shift >= BUCKETS_MAX)
        zone->shift++;
    zone->buckets = (uint32_t)(span >> zone->shift) + 1;
}

static void fill_buckets(ac_zone *zone)
{
    uint32_t i = zone->count > 1;

    for (uint32_t b = 0; b < zone->buckets; b++) {
        ac_time from = zone->bucket_at + ((int64_t)b << zone->shift);

        while (i + 1 < zone->count && zone->stretch[i + 1].at <= from)
            i++;
        zone->bucket[b] = (uint16_t)i;
    }
}

ac_status ac_zone_new_draft(const ac_allocator *allocator, const ac_zone_draft *draft, ac_text name, ac_digest digest,
                            ac_zone **out, ac_error *err)
{
    uint32_t  count = count_stretches(draft);
    ac_mem    mem;
    ac_zone  *zone;
    ac_status st;

    *out = NULL;
    if (count > UINT16_MAX)
        return ac_error_set(err, AC_E_LIMIT, 0, "the zone has too many changes of the clock", NULL);
    st = ac_mem_init(&mem, allocator, 0, err);
    if (st != AC_OK)
        return st;
    zone = ac_mem_new_owner(&mem, sizeof *zone, offsetof(ac_zone, mem));
    if (!zone)
        return ac_mem_failed(&mem, err);
    ac_refcount_init(&zone->refs);
    zone->digest = digest;
    zone->repeats = draft->repeats && count > 1;
    zone->repeats_back = draft->repeats_back && count > 1;
    zone->cycle_at = draft->cycle_at;
    zone->utc = count == 1 && draft->first_offset_s == 0;
    zone->count = count;
    zone->name_size = name.size;
    zone->stretch = ac_mem_array(&zone->mem, (size_t)count + 1, sizeof *zone->stretch);
    zone->name = ac_mem_alloc(&zone->mem, name.size + 1);
    if (zone->stretch) {
        fill_stretches(zone, draft);
        plan_buckets(zone);
        zone->bucket = ac_mem_array(&zone->mem, zone->buckets, sizeof *zone->bucket);
    }
    if (!zone->stretch || !zone->name || !zone->bucket) {
        st = ac_mem_failed(&zone->mem, err);
        free_zone(zone);
        return st;
    }
    fill_buckets(zone);
    if (name.size)
        memcpy(zone->name, name.data, name.size);
    zone->name[name.size] = '\0';
    *out = zone;
    return AC_OK;
}

/* "+08:00", "-03:30", "+05:53:28"; "Z" for 0. Returns the length. */
static size_t offset_text(int32_t offset_s, char out[16])
{
    int32_t parts[3];
    size_t  n = 0;

    if (offset_s == 0) {
        out[0] = 'Z';
        return 1;
    }
    out[n++] = offset_s < 0 ? '-' : '+';
    offset_s = offset_s < 0 ? -offset_s : offset_s;
    parts[0] = offset_s / 3600;
    parts[1] = offset_s / 60 % 60;
    parts[2] = offset_s % 60;
    for (int i = 0; i < 2 + (parts[2] != 0); i++) {
        if (i)
            out[n++] = ':';
        out[n++] = (char)('0' + parts[i] / 10);
        out[n++] = (char)('0' + parts[i] % 10);
    }
    return n;
}

ac_status ac_zone_new_fixed(const ac_allocator *mem, int32_t offset_s, ac_zone **out, ac_error *err)
{
    ac_zone_draft draft = {0, NULL, 0, 0, 0, 0};
    char          name[16];
    ac_text       text;

    *out = NULL;
    if (offset_s < -AC_ZONE_OFFSET_MAX || offset_s > AC_ZONE_OFFSET_MAX)
        return ac_error_set(err, AC_E_RANGE, 0, "the offset of a zone is at most 26 hours", NULL);
    draft.first_offset_s = offset_s;
    text.data = name;
    text.size = offset_text(offset_s, name);
    return ac_zone_new_draft(mem, &draft, text, ac_digest_of(text.data, text.size), out, err);
}

ac_zone *ac_zone_ref(ac_zone *zone)
{
    assert(zone);
    ac_refcount_up(&zone->refs);
    return zone;
}

void ac_zone_unref(ac_zone *zone)
{
    if (zone && ac_refcount_down(&zone->refs))
        free_zone(zone);
}

ac_text ac_zone_name(const ac_zone *zone)
{
    ac_text name;

    name.data = zone->name;
    name.size = zone->name_size;
    return name;
}

ac_digest ac_zone_digest(const ac_zone *zone)
{
    return zone->digest;
}

int ac_zone_is_utc(const ac_zone *zone)
{
    return zone->utc;
}

void ac_zone_stretch_at(const ac_zone *zone, ac_time at, ac_zone_stretch *out, ac_time *next)
{
    int64_t  shift_s = ac_zone_cycles(zone, at) * AC_CYCLE_S;
    uint32_t i = ac_zone_find(zone, at - shift_s);

    *out = zone->stretch[i];
    out->at += shift_s;
    out->reached += shift_s;
    *next = i + 1 < zone->count ? zone->stretch[i + 1].at + shift_s : AFTER_ALL;
}

int32_t ac_zone_offset(const ac_zone *zone, ac_time at)
{
    return zone->stretch[ac_zone_find(zone, at - ac_zone_cycles(zone, at) * AC_CYCLE_S)].offset_s;
}

int ac_zone_next_change(const ac_zone *zone, ac_time after, ac_time *out)
{
    ac_zone_stretch stretch;
    ac_time         next;

    *out = 0;
    ac_zone_stretch_at(zone, after, &stretch, &next);
    if (next > AC_TIME_MAX)
        return 0;
    *out = next;
    return 1;
}

int64_t ac_zone_reached(const ac_zone *zone, ac_time at)
{
    int64_t                shift_s = ac_zone_cycles(zone, at) * AC_CYCLE_S;
    const ac_zone_stretch *s = &zone->stretch[ac_zone_find(zone, at - shift_s)];
    int64_t                local = at - shift_s + s->offset_s;

    /* While the clock repeats itself, the greatest reading is the last one before it was set back. */
    return (local < s->reached ? s->reached - 1 : local) + shift_s;
}

void ac_zone_local(const ac_zone *zone, ac_time at, ac_day *day, int32_t *second)
{
    int64_t local = at + ac_zone_offset(zone, at);

    *day = (ac_day)ac_local_day(local);
    *second = ac_local_second(local);
}

/* First reading of a stretch that no earlier one reached. */
static int64_t fresh(const ac_zone_stretch *s)
{
    int64_t local = s->at + s->offset_s;

    return local > s->reached ? local : s->reached;
}

ac_time ac_zone_first(const ac_zone *zone, int64_t local)
{
    const ac_zone_stretch *s = zone->stretch;
    int64_t                shift_s;
    uint32_t               i;

    /* No instant before this one has a reading that late; the table has a year of margin for the difference. */
    shift_s = ac_zone_cycles(zone, local - AC_ZONE_OFFSET_MAX) * AC_CYCLE_S;
    local -= shift_s;
    i = ac_zone_find(zone, local - AC_ZONE_OFFSET_MAX);
    while (i + 1 < zone->count && fresh(&s[i + 1]) <= local)
        i++;
    if (i + 1 < zone->count && local >= s[i + 1].reached)
        return s[i + 1].at + shift_s;   /* a reading that the clock skipped */
    return local - s[i].offset_s + shift_s;
}

ac_time ac_zone_instant(const ac_zone *zone, ac_day day, int32_t second)
{
    return ac_zone_first(zone, day * AC_DAY_S + second);
}
