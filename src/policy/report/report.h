#ifndef AC_POLICY_REPORT_REPORT_H
#define AC_POLICY_REPORT_REPORT_H

#include <aftercare/policy.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/messages.h"
#include "policy/report/place.h"

/** @file
 * Writing diagnostics: a log collects what is said about one source and puts it into the caller's report.
 *
 *     ac_log_1(log, AC_MSG_UNKNOWN_UNIT, unit.place, ac_arg_text(unit.text));
 *     ac_log_note_1(log, AC_MSG_FIRST_HERE, other.place, ac_arg_text(other.text));    belongs to the one before
 *
 * Each call gives one message of the registry (base/messages.def) with its arguments. The English text is rendered at once,
 * other languages when they are asked for, from the arguments that the report keeps.
 * Out of memory sticks in log->status and is told by ac_log_end.
 *
 * Threads: a log and its report belong to one thread at a time.
 */

/** An argument of a message: a text, or a number behind one of the two marks. Two words, so that it travels in
 *  registers. Characters of texts that would spoil a terminal are shown as U+XXXX. */
typedef struct ac_arg {
    const char *data;
    uint64_t    size;       /**< of the text, or the number */
} ac_arg;

/** What `data` is for numbers. */
extern const char ac_arg_is_number[1], ac_arg_is_hex[1];

static inline ac_arg ac_arg_text(ac_text text)
{
    ac_arg a;

    a.data = text.data;
    a.size = text.size;
    return a;
}

static inline ac_arg ac_arg_string(const char *string)
{
    return ac_arg_text(ac_text_of(string));
}

static inline ac_arg ac_arg_number(int64_t number)
{
    ac_arg a;

    a.data = ac_arg_is_number;
    a.size = (uint64_t)number;
    return a;
}

/** Four or more hexadecimal digits, for code points. */
static inline ac_arg ac_arg_hex(int64_t number)
{
    ac_arg a = ac_arg_number(number);

    a.data = ac_arg_is_hex;
    return a;
}

/** Offsets at which the lines of a source begin. */
typedef struct ac_lines {
    ac_text   source;
    uint32_t *starts;
    uint32_t  count;
} ac_lines;

/** Whether `line` is that of an offset; 0 is none. */
int      ac_lines_is_in(const ac_lines *lines, uint32_t offset, uint32_t line);
/** The line of an offset, looked for first behind `line`. */
uint32_t ac_lines_from(const ac_lines *lines, uint32_t offset, uint32_t line);
/** @return 0 when memory was refused. */
int      ac_lines_build(ac_lines *lines, ac_mem *mem, ac_text source);
void     ac_lines_free(ac_lines *lines, ac_mem *mem);
/** 1-based line of an offset. */
uint32_t ac_lines_at(const ac_lines *lines, uint32_t offset);
/** Line, and column in code points; a byte order mark has no column. */
ac_span  ac_lines_span(const ac_lines *lines, ac_place place);

/** What is said about one source. */
typedef struct ac_log {
    ac_report *report;
    ac_mem    *mem;         /**< for what the log itself needs */
    ac_text    source_name; /**< kept by the report */
    ac_lines   lines;
    ac_arena   arena;       /**< poisoned names */
    ac_intern  poisoned;
    size_t     first;       /**< entries of the report before this log */
    ac_arena_mark mark;     /**< of the report's arena */
    uint32_t   limit;       /**< errors kept, and other messages kept; notes are not counted */
    uint32_t   errors;      /**< all, those beyond the limit too */
    uint32_t   others;
    int        was_added;   /**< the message given last is in the report */
    int        strict;
    int        is_full;     /**< as many errors as the limit allows: whoever reads may stop */
    uint32_t   patience;    /**< for finding what was meant by a wrong name, see ac_suggest_begin() */
    ac_status  status;      /**< AC_OK, or why the log itself failed */
} ac_log;

/** Begins a log on `source`; sets *log even on failure, so that ac_log_end may follow. */
ac_status ac_log_begin(ac_log *log, ac_mem *mem, ac_report *report, const ac_source *source, const ac_policy_limits *limits, int strict, ac_error *err);
/** Sorts the new entries by place and frees what the log held.
 *  @return AC_OK; AC_E_POLICY when there were errors; AC_E_NOMEM, the report then being as it was before the log. */
ac_status ac_log_end(ac_log *log, ac_error *err);

/** Gives a message with up to three arguments. @return 1 when it was added, 0 when the log is full or failed. */
int ac_log_add(ac_log *log, ac_msg msg, ac_place place, const ac_arg *args, size_t count);
int ac_log_0(ac_log *log, ac_msg msg, ac_place place);
int ac_log_1(ac_log *log, ac_msg msg, ac_place place, ac_arg a);
int ac_log_2(ac_log *log, ac_msg msg, ac_place place, ac_arg a, ac_arg b);
int ac_log_3(ac_log *log, ac_msg msg, ac_place place, ac_arg a, ac_arg b, ac_arg c);

/** @name Adding to the message given last; no-ops when it was not added.
 * @{ */
/** Another hint than the registry's; the text is copied. */
void ac_log_hint(ac_log *log, ac_text hint);
/** Another hint, of a pattern with arguments; it is translated like a hint of the registry. */
void ac_log_hint_with(ac_log *log, const char *pattern, const ac_arg *args, size_t count);
/** `did you mean "a", "b" or "c"?`; nothing for a count of 0. */
void ac_log_suggest(ac_log *log, const ac_text *names, size_t count);
/** A replacement that mends it. */
void ac_log_fix(ac_log *log, ac_place place, ac_text replacement);
/** A related place. The message is one of severity NOTE. */
void ac_log_note_0(ac_log *log, ac_msg msg, ac_place place);
void ac_log_note_1(ac_log *log, ac_msg msg, ac_place place, ac_arg a);
void ac_log_note_2(ac_log *log, ac_msg msg, ac_place place, ac_arg a, ac_arg b);
/** @} */

/** A name that could not be declared or found once: later messages about it would only repeat the first. */
void ac_log_poison(ac_log *log, ac_text name);
int  ac_log_is_poisoned(const ac_log *log, ac_text name);

/** The number, severity, text and hint of a message. */
typedef struct ac_msg_info {
    uint16_t    number;
    uint8_t     severity;       /**< ac_severity */
    uint8_t     is_strict;      /**< a warning that `strict` makes an error */
    const char *text;
    const char *hint;           /**< may be NULL */
} ac_msg_info;
ac_msg_info ac_msg_info_of(ac_msg msg);
/** The same with the texts of a language; English where it has none. */
ac_msg_info ac_msg_info_in(ac_msg msg, ac_lang lang);

#endif
