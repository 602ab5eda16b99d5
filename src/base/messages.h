#ifndef AC_BASE_MESSAGES_H
#define AC_BASE_MESSAGES_H

/** @file
 * The numbers of the registry, messages.def: AC_CODE_UNKNOWN_UNIT is 131, shown as AC-0131.
 *
 * For whoever fills an ac_error or an error value with a registered code. The texts are policy/report.h's.
 */

/** A message by its place in the registry: an index, not the number that is shown. */
typedef enum ac_msg {
#define AC_MSG(number, severity, name, words, way) AC_MSG_##name,
#include "base/messages.def"
#undef AC_MSG
    AC_MSG_COUNT
} ac_msg;

/** The number that is shown, the nnnn of AC-nnnn. */
enum ac_code {
#define AC_MSG(number, severity, name, words, way) AC_CODE_##name = number,
#include "base/messages.def"
#undef AC_MSG
    AC_CODE_NONE = 0
};

#endif
