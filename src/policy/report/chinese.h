#ifndef AC_POLICY_REPORT_CHINESE_H
#define AC_POLICY_REPORT_CHINESE_H

#include <aftercare/base.h>

#include "base/messages.h"

/** @file
 * The Chinese table of messages, base/messages.zh.def. Built without it (`-Dlanguages=`), every answer is NULL: English.
 */

/** Text and hint of a message; NULL: not translated, or no hint. */
const char *ac_chinese_text(ac_msg msg);
const char *ac_chinese_hint(ac_msg msg);
/** Words that the library hands to messages as arguments, or gives as a hint of their own: a type, what was expected. NULL: not
 *  translated. */
const char *ac_chinese_phrase(ac_text english);

#endif
