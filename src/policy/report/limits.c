#include "policy/report/limits.h"

#include <stddef.h>

#include "base/error.h"
#include "base/struct.h"

/* How large a policy may be: what the host asks for within what the library stands for. */

typedef struct bound {
    uint32_t offset;
    uint32_t normal;
} bound;

#define BOUND(member, normal) { offsetof(ac_policy_limits, member), normal }

/* Policy language, section 9. */
static const bound bounds[] = {
    BOUND(source_bytes, 1048576), BOUND(line_bytes, 4096), BOUND(name_points, 64), BOUND(string_bytes, 4096), BOUND(blocks, 2048),
    BOUND(records, 512), BOUND(fields, 512), BOUND(rows, 2048), BOUND(columns, 24), BOUND(tests, 64), BOUND(items, 64), BOUND(nodes, 256),
    BOUND(nesting, 32), BOUND(dated_days, 4096), BOUND(messages, 100)
};

enum { RAISE = 16, COMPILE_BYTES = 64 * 1024 * 1024 };

static uint32_t *limit_at(ac_policy_limits *limits, uint32_t offset)
{
    return (uint32_t *)(void *)((char *)limits + offset);
}

ac_status ac_policy_limits_resolve(const ac_policy_limits *in, ac_policy_limits *out, ac_error *err)
{
    ac_policy_limits limits = *in;
    size_t           i;

    if (limits.compile_bytes == 0)
        limits.compile_bytes = COMPILE_BYTES;
    if (limits.compile_bytes / RAISE > COMPILE_BYTES)
        goto too_high;
    for (i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        uint32_t *limit = limit_at(&limits, bounds[i].offset);

        if (*limit == 0)
            *limit = bounds[i].normal;
        if (*limit / RAISE > bounds[i].normal || (*limit / RAISE == bounds[i].normal && *limit % RAISE != 0))
            goto too_high;
    }
    *out = limits;
    return AC_OK;
too_high:
    return ac_error_set(err, AC_E_INVALID, 0, "a limit is more than 16 times its default", "limits may be lowered, or raised up to 16 times");
}

ac_status ac_policy_options_read(const ac_policy_options *in, ac_policy_options *out, ac_policy_limits *limits, ac_error *err)
{
    static const ac_policy_options plain = AC_POLICY_OPTIONS_INIT;

    *out = plain;
    if (in && !ac_struct_read(out, sizeof *out, in, sizeof plain))
        return ac_error_set(err, AC_E_INVALID, 0, "the options have a size or content that this version does not know", NULL);
    return ac_policy_limits_resolve(&out->limits, limits, err);
}
