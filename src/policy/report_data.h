#ifndef AC_POLICY_REPORT_DATA_H
#define AC_POLICY_REPORT_DATA_H

#include "policy/report.h"

/** @file
 * What a report holds: shared by log.c, which fills it, and report.c, which shows it.
 *
 * Threads: as ac_report.
 */

typedef struct ac_report_entry {
    ac_msg   msg;
    uint8_t  severity;      /* ac_severity */
    uint8_t  has_fix;
    uint32_t sort_at;       /* offset of the message that this one is or belongs to */
    uint32_t notes;
    ac_text  source;
    ac_span  span;
    ac_text  message, hint, fix;
    ac_span  fix_span;
} ac_report_entry;

struct ac_report {
    ac_mem           mem;
    ac_arena         arena;
    ac_report_entry *entries;
    size_t           count, room;
};

#endif
