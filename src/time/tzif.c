/* Zones from TZif bytes (RFC 8536, versions 1 to 4). Every byte is looked at through a cursor that knows the end. */

#include "time/zone.h"

#include <string.h>

#include "base/error.h"

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    TYPES_MAX = 256,
    CHANGES_MAX = 32768     /* a real zone has some 250 */
};

typedef struct cursor {
    const uint8_t *bytes;
    size_t         size;
    size_t         at;
    ac_error      *err;
} cursor;

/* The six counts of a header, in the order of the file. */
typedef struct header {
    int      version;
    uint32_t ut_indicators, std_indicators, leaps, times, types, chars;
} header;

/* Where the parts of one data block begin. */
typedef struct block {
    header head;
    size_t time_bytes;      /* 4 in version 1, else 8 */
    size_t times_at, kinds_at, types_at, chars_at, indicators_at, end_at;
} block;

static ac_status refuse(cursor *in, ac_status status, const char *what, size_t at)
{
    ac_error_set(in->err, status, 0, what, NULL);
    ac_error_subject(in->err, (int64_t)at);
    return status;
}

static uint32_t be32(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Two's complement without relying on how a cast to signed behaves. */
static int64_t signed_of(uint64_t value, unsigned bits)
{
    uint64_t half = UINT64_C(1) << (bits - 1);

    return value < half ? (int64_t)value : (int64_t)(value - half) - (int64_t)(half - 1) - 1;
}

static int64_t be_time(const uint8_t *b, size_t bytes)
{
    if (bytes == 4)
        return signed_of(be32(b), 32);
    return signed_of((uint64_t)be32(b) << 32 | be32(b + 4), 64);
}

static ac_status read_header(cursor *in, header *out)
{
    const uint8_t *b = in->bytes + in->at;

    if (in->size - in->at < HEADER_BYTES)
        return refuse(in, AC_E_INVALID, "TZif: the data end inside a header", in->size);
    if (memcmp(b, "TZif", 4) != 0)
        return refuse(in, AC_E_INVALID, "TZif: the magic number is missing", in->at);
    if (b[4] != 0 && (b[4] < '2' || b[4] > '4'))
        return refuse(in, AC_E_UNSUPPORTED, "TZif: only versions 1 to 4 are known", in->at + 4);
    out->version = b[4] ? b[4] - '0' : 1;
    out->ut_indicators = be32(b + 20);
    out->std_indicators = be32(b + 24);
    out->leaps = be32(b + 28);
    out->times = be32(b + 32);
    out->types = be32(b + 36);
    out->chars = be32(b + 40);
    if (out->leaps)
        return refuse(in, AC_E_UNSUPPORTED, "TZif: zone data with leap seconds are refused", in->at + 28);
    if (out->types == 0 || out->types > TYPES_MAX)
        return refuse(in, AC_E_INVALID, "TZif: the number of local time types is outside 1..256", in->at + 36);
    if (out->chars == 0 || out->chars > UINT16_MAX)
        return refuse(in, AC_E_INVALID, "TZif: the number of abbreviation bytes is wrong", in->at + 40);
    if (out->ut_indicators && out->ut_indicators != out->types)
        return refuse(in, AC_E_INVALID, "TZif: UT indicators must be none or one a type", in->at + 20);
    if (out->std_indicators && out->std_indicators != out->types)
        return refuse(in, AC_E_INVALID, "TZif: standard indicators must be none or one a type", in->at + 24);
    if (out->times > CHANGES_MAX)
        return refuse(in, AC_E_LIMIT, "TZif: too many transitions", in->at + 32);
    in->at += HEADER_BYTES;
    return AC_OK;
}

/* Lays out a block and moves past it. The counts were bounded, so sizes cannot overflow. */
static ac_status read_block(cursor *in, size_t time_bytes, block *out)
{
    ac_status st = read_header(in, &out->head);

    if (st != AC_OK)
        return st;
    out->time_bytes = time_bytes;
    out->times_at = in->at;
    out->kinds_at = out->times_at + out->head.times * time_bytes;
    out->types_at = out->kinds_at + out->head.times;
    out->chars_at = out->types_at + (size_t)out->head.types * TYPE_BYTES;
    out->indicators_at = out->chars_at + out->head.chars;
    out->end_at = out->indicators_at + out->head.std_indicators + out->head.ut_indicators;
    if (out->end_at > in->size)
        return refuse(in, AC_E_INVALID, "TZif: the data end inside a block", in->size);
    in->at = out->end_at;
    return AC_OK;
}

static ac_status check_types(cursor *in, const block *b)
{
    const uint8_t *chars = in->bytes + b->chars_at;

    if (chars[b->head.chars - 1] != 0)
        return refuse(in, AC_E_INVALID, "TZif: the abbreviations do not end in NUL", b->indicators_at - 1);
    for (uint32_t i = 0; i < b->head.types; i++) {
        size_t         at = b->types_at + (size_t)i * TYPE_BYTES;
        const uint8_t *type = in->bytes + at;
        int64_t        offset_s = signed_of(be32(type), 32);

        if (offset_s < -AC_ZONE_OFFSET_MAX || offset_s > AC_ZONE_OFFSET_MAX)
            return refuse(in, AC_E_INVALID, "TZif: an offset is beyond 26 hours", at);
        if (type[4] > 1)
            return refuse(in, AC_E_INVALID, "TZif: a daylight saving mark is neither 0 nor 1", at + 4);
        if (type[5] >= b->head.chars)
            return refuse(in, AC_E_INVALID, "TZif: an abbreviation lies outside the abbreviations", at + 5);
    }
    for (size_t at = b->indicators_at; at < b->end_at; at++) {
        if (in->bytes[at] > 1)
            return refuse(in, AC_E_INVALID, "TZif: an indicator is neither 0 nor 1", at);
    }
    return AC_OK;
}

static int32_t type_offset(const cursor *in, const block *b, uint32_t type)
{
    return (int32_t)signed_of(be32(in->bytes + b->types_at + (size_t)type * TYPE_BYTES), 32);
}

/* Checks and copies the transitions. Those at or before the first instant only say with which offset it begins,
 * those after the last one say nothing to us. */
static ac_status read_changes(cursor *in, const block *b, ac_zone_draft *draft)
{
    int64_t before = INT64_MIN;

    draft->first_offset_s = type_offset(in, b, 0);
    for (uint32_t i = 0; i < b->head.times; i++) {
        size_t         at = b->times_at + i * b->time_bytes;
        uint8_t        type = in->bytes[b->kinds_at + i];
        ac_zone_change change;

        change.at = be_time(in->bytes + at, b->time_bytes);
        if (i > 0 && change.at <= before)
            return refuse(in, AC_E_INVALID, "TZif: the transitions do not ascend", at);
        if (type >= b->head.types)
            return refuse(in, AC_E_INVALID, "TZif: a transition names a type that is not there", b->kinds_at + i);
        before = change.at;
        change.offset_s = type_offset(in, b, type);
        if (change.at <= AC_TIME_MIN)
            draft->first_offset_s = change.offset_s;
        else if (change.at <= AC_TIME_MAX)
            draft->changes[draft->count++] = change;
    }
    return AC_OK;
}

/* The footer: a rule between two line feeds, or nothing between them. */
static ac_status read_footer(cursor *in, ac_text *rule)
{
    const uint8_t *end;
    size_t         from = in->at + 1;

    if (in->at >= in->size || in->bytes[in->at] != '\n')
        return refuse(in, AC_E_INVALID, "TZif: the footer does not begin with a line feed", in->at);
    end = memchr(in->bytes + from, '\n', in->size - from);
    if (!end)
        return refuse(in, AC_E_INVALID, "TZif: the footer does not end", in->size);
    rule->data = (const char *)in->bytes + from;
    rule->size = (size_t)(end - in->bytes) - from;
    return AC_OK;
}

static ac_status parse_footer(cursor *in, ac_text text, ac_zone_rule *rule)
{
    ac_status st = ac_zone_rule_parse(text, rule, NULL);

    return st == AC_OK ? AC_OK : refuse(in, st, "TZif: the footer is not a POSIX TZ rule", in->at + 1);
}

/* Appends the rule's changes after the last transition. */
static void follow_rule(ac_zone_draft *draft, const ac_zone_rule *rule)
{
    ac_time last = draft->changes[draft->count - 1].at;
    int32_t year = ac_civil_year((int32_t)ac_local_day(last));

    if (!rule->has_dst)
        return;
    ac_zone_draft_add_years(draft, rule, year - 1, last);
    draft->repeats = 1;
    draft->cycle_at = ac_civil_day(year + 2, 1, 1) * AC_DAY_S;
}

static ac_status build(cursor *in, const block *b, const ac_allocator *allocator, ac_zone_draft *draft,
                       ac_text name, ac_digest digest, ac_zone **out)
{
    ac_zone_rule rule;
    ac_text      footer = {NULL, 0};
    ac_status    st = check_types(in, b);

    if (st == AC_OK)
        st = read_changes(in, b, draft);
    if (st == AC_OK && b->head.version >= 2)
        st = read_footer(in, &footer);
    if (st == AC_OK && footer.size) {
        st = parse_footer(in, footer, &rule);
        if (st == AC_OK && draft->count == 0 && rule.has_dst)
            return ac_zone_new_repeating(allocator, &rule, name, digest, out, in->err);
        if (st == AC_OK && draft->count == 0)
            draft->first_offset_s = rule.std_offset_s;
        else if (st == AC_OK)
            follow_rule(draft, &rule);
    }
    if (st != AC_OK)
        return st;
    return ac_zone_new_draft(allocator, draft, name, digest, out, in->err);
}

ac_status ac_zone_new_tzif(const ac_allocator *mem, ac_text name, const void *bytes, size_t size, ac_zone **out, ac_error *err)
{
    ac_zone_draft draft = {0, NULL, 0, 0, 0, 0};
    cursor        in;
    block         b;
    ac_mem        scratch;
    size_t        room;
    ac_status     st;

    *out = NULL;
    in.bytes = bytes;
    in.size = size;
    in.at = 0;
    in.err = err;
    st = read_block(&in, 4, &b);
    if (st == AC_OK && b.head.version >= 2) {
        int    version = b.head.version;
        size_t at = in.at;

        st = read_block(&in, 8, &b);    /* the first block is for readers of 32 bits */
        if (st == AC_OK && b.head.version != version)
            return refuse(&in, AC_E_INVALID, "TZif: the two headers name different versions", at + 4);
    }
    if (st == AC_OK)
        st = ac_mem_init(&scratch, mem, 0, err);
    if (st != AC_OK)
        return st;
    room = (size_t)b.head.times + AC_ZONE_RULE_CHANGES;
    draft.changes = ac_mem_array(&scratch, room, sizeof *draft.changes);
    if (!draft.changes)
        return ac_mem_failed(&scratch, err);
    st = build(&in, &b, mem, &draft, name, ac_digest_of(bytes, size), out);
    ac_mem_free(&scratch, draft.changes, room * sizeof *draft.changes);
    return st;
}
