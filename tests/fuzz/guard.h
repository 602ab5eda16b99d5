#ifndef AC_FUZZ_GUARD_H
#define AC_FUZZ_GUARD_H

#include <stddef.h>

#include <aftercare/policy.h>

/** @file
 * What every target asks of a call, whatever its input: memory within a budget and all of it given back, an end within
 * 100 ms of processor time for 64 KiB, a failure that says why. A breach aborts, so that libFuzzer keeps the input.
 *
 * Sanitizers make everything slower: time is measured in builds without them only, and replays take five times as much.
 */

/** Bytes that one compilation may have in use at once. */
#define FUZZ_COMPILE_BYTES ((size_t)16 << 20)

/** Starts a call: an allocator that counts, and refuses what would pass `limit` bytes. Valid until the next begin. */
const ac_allocator *fuzz_begin(size_t limit);
/** The call for an input has returned: aborts when it took too long. The slowest goes to the file that FUZZ_SLOWEST in the environment names. */
void fuzz_returned(ac_text input);
/** Everything was freed: aborts when something is left. */
void fuzz_end(void);

/** Options with the allocator and the budget of a call just begun. */
ac_policy_options fuzz_options(const ac_allocator *mem);
/** A refusal comes with at least one error in the report, an object without any. */
void fuzz_check_outcome(ac_status st, const void *object, const ac_report *report);
/** Renders every diagnostic in every language and as JSON; they must stand within `source`. */
void fuzz_render(const ac_report *report, ac_text source);
/** A sink that takes everything and keeps nothing. */
ac_status fuzz_swallow(void *user, const char *data, size_t size);

/** One more input of which the target could make use: told at the end, with the slowest call and the most memory. */
void fuzz_accept(void);

/** A number from the bytes of the input, to choose among ways to use it. */
unsigned fuzz_number_of(const void *data, size_t size);

#endif
