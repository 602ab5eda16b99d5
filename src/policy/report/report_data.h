#ifndef AC_POLICY_REPORT_REPORT_DATA_H
#define AC_POLICY_REPORT_REPORT_DATA_H

#include "base/buffer.h"
#include "policy/report/report.h"

/** @file
 * What a report holds: shared by log.c, which fills it, and report.c, which shows it.
 *
 * Threads: as ac_report.
 */

typedef struct ac_report_entry {
    ac_msg   msg;
    uint8_t  severity;      /* ac_severity */
    uint8_t  has_fix;
    uint8_t  fix_is_quiet;  /* the hint says the same: for editors, not written out */
    uint32_t sort_at;       /* offset of the message that this one is or belongs to */
    uint32_t notes;
    ac_text  source;
    ac_span  span;
    ac_text  message, hint, fix;
    ac_span  fix_span;
    /* what message and hint are made of, for other languages than English */
    const ac_text *args, *hint_args;
    uint8_t        arg_count, hint_arg_count;
    const char    *hint_pattern;    /* NULL: the registry's, with args */
} ac_report_entry;

struct ac_report {
    ac_mem           mem;
    ac_arena         arena;
    ac_report_entry *entries;
    size_t           count, room;
};

/** Writes a pattern, its {0}, {1} … filled in. In another language than English an argument that stands bare is the library's
 *  own words, which are translated; one between quotes comes from a source. */
void ac_report_fill(ac_writer *w, const char *pattern, const ac_text *args, size_t count, ac_lang lang);

#endif
