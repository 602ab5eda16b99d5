#ifndef AC_BASE_STRUCT_H
#define AC_BASE_STRUCT_H

#include <stddef.h>

#include <aftercare/base.h>

/** @file
 * Structs of the host that start with their size: an older host's is shorter, a newer host's longer.
 *
 * Threads: pure functions.
 */

/** Copies what the host filled into the `known` bytes at `out`, zeros for the tail it does not have.
 *
 * @param source  The host's struct; its first member is a size_t with its size.
 * @param least   The size of its first published version.
 * @return 1; 0 when it is shorter than `least` or a tail this version does not know is not zero.
 */
int ac_struct_read(void *out, size_t known, const void *source, size_t least);

/** The other way: fills the host's struct, of which the first member says how large it is, from `known` bytes of ours.
 *
 * @param out  Its size becomes what was filled.
 * @return AC_E_INVALID when its size was not set.
 */
ac_status ac_struct_write(void *out, size_t known, const void *source);

#endif
