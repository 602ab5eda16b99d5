#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "policy/report/report_data.h"

enum { ARG_BYTES_MOST = 160, PATIENCE = 4000000 };

/* ── texts ── */

static int is_spoiling(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0xA0) || point == 0x61C || (point >= 0x200B && point <= 0x200F)
        || (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
}

/* Upper case, as code points are written. */
static void write_point(ac_writer *w, uint32_t point)
{
    static const char digits[] = "0123456789ABCDEF";
    int               shift = 28;

    while (shift > 12 && point >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        ac_write_char(w, digits[point >> shift & 15]);
}

/* What came from a source is shown such that nobody mistakes it: no controls, no direction marks, no broken bytes. */
static void write_shown(ac_writer *w, ac_text text)
{
    size_t   cut = text.size > ARG_BYTES_MOST ? ac_utf8_cut(text, ARG_BYTES_MOST) : text.size;
    size_t   at, n;
    uint32_t point;

    for (at = 0; at < cut; at += n) {
        n = ac_utf8_decode(text, at, &point);
        if (n == 0) {
            n = 1;
            ac_write_string(w, "\\x");
            ac_write_hex(w, (unsigned char)text.data[at], 2);
        } else if (is_spoiling(point)) {
            ac_write_string(w, "U+");
            write_point(w, point);
        } else {
            ac_write(w, text.data + at, n);
        }
    }
    if (cut < text.size)
        ac_write_string(w, "\xE2\x80\xA6");
}

const char ac_arg_is_number[1] = "", ac_arg_is_hex[1] = "";

static void write_arg(ac_writer *w, const ac_arg *arg)
{
    ac_text text;

    if (arg->data == ac_arg_is_number) {
        ac_write_i64(w, (int64_t)arg->size);
    } else if (arg->data == ac_arg_is_hex) {
        write_point(w, (uint32_t)arg->size);
    } else {
        text.data = arg->data;
        text.size = (size_t)arg->size;
        write_shown(w, text);
    }
}

/* A copy in the report's arena. */
static int keep(ac_log *log, ac_text text, ac_text *out)
{
    *out = ac_arena_dup_text(&log->report->arena, text);
    if (out->data)
        return 1;
    log->status = AC_E_NOMEM;
    return 0;
}

static int keep_written(ac_log *log, ac_writer *w, ac_text *out)
{
    int done = 0;

    if (ac_writer_end(w) == AC_OK)
        done = keep(log, ac_writer_text(w), out);
    else
        log->status = AC_E_NOMEM;
    ac_writer_free(w);
    return done;
}

/* The arguments as they are shown, for the report to keep. NULL when memory was refused, or there are none. */
static ac_text *keep_args(ac_log *log, const ac_arg *args, size_t count)
{
    ac_text  *kept = count > 0 ? ac_arena_alloc(&log->report->arena, count * sizeof *kept, 0) : NULL;
    ac_writer w;
    size_t    i;

    if (count > 0 && !kept)
        log->status = AC_E_NOMEM;
    for (i = 0; kept && i < count; i++) {
        ac_writer_init_memory(&w, &log->report->mem);
        write_arg(&w, &args[i]);
        if (!keep_written(log, &w, &kept[i]))
            return NULL;
    }
    return kept;
}

static int keep_filled(ac_log *log, const char *pattern, const ac_text *args, size_t count, ac_text *out)
{
    ac_writer w;

    ac_writer_init_memory(&w, &log->report->mem);
    ac_report_fill(&w, pattern, args, count, AC_LANG_EN);
    return keep_written(log, &w, out);
}

/* ── begin and end ── */

ac_status ac_log_begin(ac_log *log, ac_mem *mem, ac_report *report, const ac_source *source, const ac_policy_limits *limits, int strict, ac_error *err)
{
    memset(log, 0, sizeof *log);
    log->report = report;
    log->mem = mem;
    log->first = report->count;
    log->mark = ac_arena_here(&report->arena);
    log->limit = limits->messages;
    log->patience = PATIENCE;
    log->strict = strict;
    ac_arena_init(&log->arena, mem);
    ac_intern_init(&log->poisoned, &log->arena);
    if (!keep(log, source->name, &log->source_name))
        return ac_error_nomem(err);
    if (!ac_lines_build(&log->lines, mem, source->text)) {
        log->status = AC_E_NOMEM;
        return ac_mem_failed(mem, err);
    }
    return AC_OK;
}

/* Stable, so that notes stay behind their message; the entries come nearly in order. */
static void sort_entries(ac_report_entry *entries, size_t count)
{
    size_t i, at;

    for (i = 1; i < count; i++) {
        ac_report_entry entry = entries[i];

        for (at = i; at > 0 && entries[at - 1].sort_at > entry.sort_at; at--)
            entries[at] = entries[at - 1];
        entries[at] = entry;
    }
}

ac_status ac_log_end(ac_log *log, ac_error *err)
{
    ac_report *report = log->report;
    ac_status  st = log->status;

    ac_lines_free(&log->lines, log->mem);
    ac_arena_clear(&log->arena);
    if (st != AC_OK) {
        report->count = log->first;
        ac_arena_back(&report->arena, log->mark);
        return st == AC_E_NOMEM ? ac_error_nomem(err) : ac_error_set(err, st, 0, "the diagnostics could not be kept", NULL);
    }
    if (report->count > log->first)
        sort_entries(report->entries + log->first, report->count - log->first);
    if (log->errors > 0)
        return ac_error_set(err, AC_E_POLICY, 0, "the source has errors", "the report lists them");
    return AC_OK;
}

/* ── adding ── */

static ac_report_entry *add_entry(ac_log *log, ac_msg msg, ac_severity severity, ac_place place, const ac_arg *args, size_t count)
{
    ac_report       *report = log->report;
    ac_report_entry *entry;
    ac_msg_info      info = ac_msg_info_of(msg);

    if (!ac_mem_grow(&report->mem, (void **)&report->entries, &report->room, report->count + 1, sizeof *report->entries)) {
        log->status = AC_E_NOMEM;
        return NULL;
    }
    entry = &report->entries[report->count];
    memset(entry, 0, sizeof *entry);
    entry->msg = msg;
    entry->severity = (uint8_t)severity;
    entry->source = log->source_name;
    entry->sort_at = place.at;
    entry->span = ac_lines_span(&log->lines, place);
    entry->args = keep_args(log, args, count);
    entry->arg_count = (uint8_t)count;
    if (log->status != AC_OK || !keep_filled(log, info.text, entry->args, count, &entry->message)
        || (info.hint && !keep_filled(log, info.hint, entry->args, count, &entry->hint)))
        return NULL;
    report->count++;
    return entry;
}

/* Whether one more of this severity is wanted. Errors are counted even when they are no longer kept. */
static int count_one(ac_log *log, ac_severity severity)
{
    uint32_t *counter = severity == AC_SEVERITY_ERROR ? &log->errors : &log->others;

    if (*counter < UINT32_MAX)
        ++*counter;
    if (severity == AC_SEVERITY_ERROR && log->errors >= log->limit)
        log->is_full = 1;
    return *counter <= log->limit;
}

int ac_log_add(ac_log *log, ac_msg msg, ac_place place, const ac_arg *args, size_t count)
{
    const ac_msg_info  info = ac_msg_info_of(msg);
    ac_severity        severity = info.is_strict && log->strict ? AC_SEVERITY_ERROR : (ac_severity)info.severity;

    log->was_added = 0;
    if (log->status != AC_OK || !count_one(log, severity))
        return 0;
    if (!add_entry(log, msg, severity, place, args, count))
        return 0;
    log->was_added = 1;
    return 1;
}

int ac_log_0(ac_log *log, ac_msg msg, ac_place place)
{
    return ac_log_add(log, msg, place, NULL, 0);
}

int ac_log_1(ac_log *log, ac_msg msg, ac_place place, ac_arg a)
{
    return ac_log_add(log, msg, place, &a, 1);
}

int ac_log_2(ac_log *log, ac_msg msg, ac_place place, ac_arg a, ac_arg b)
{
    ac_arg args[2];

    args[0] = a;
    args[1] = b;
    return ac_log_add(log, msg, place, args, 2);
}

int ac_log_3(ac_log *log, ac_msg msg, ac_place place, ac_arg a, ac_arg b, ac_arg c)
{
    ac_arg args[3];

    args[0] = a;
    args[1] = b;
    args[2] = c;
    return ac_log_add(log, msg, place, args, 3);
}

/* ── adding to the last message ── */

/* The message given last, behind which its notes lie; NULL when it was not added. */
static ac_report_entry *last_message(ac_log *log)
{
    ac_report *report = log->report;
    size_t     i = report->count;

    if (!log->was_added || log->status != AC_OK)
        return NULL;
    while (i > log->first && report->entries[i - 1].severity == AC_SEVERITY_NOTE)
        i--;
    return i > log->first ? &report->entries[i - 1] : NULL;
}

void ac_log_hint(ac_log *log, ac_text hint)
{
    ac_report_entry *entry = last_message(log);

    if (!entry || !keep(log, hint, &entry->hint))
        return;
    entry->hint_pattern = entry->hint.data;
    entry->hint_args = NULL;
    entry->hint_arg_count = 0;
}

/* Whether an argument of the message is what stands at its place: then a name that was meant can take that place. */
static int is_about_its_place(const ac_log *log, const ac_report_entry *entry)
{
    ac_text there = log->lines.source;
    size_t  i;

    there.data += entry->span.offset;
    there.size = entry->span.size;
    for (i = 0; i < entry->arg_count; i++)
        if (there.size > 0 && ac_text_equal(entry->args[i], there))
            return 1;
    return 0;
}

void ac_log_hint_with(ac_log *log, const char *pattern, const ac_arg *args, size_t count)
{
    ac_report_entry *entry = last_message(log);
    ac_text         *kept = entry ? keep_args(log, args, count) : NULL;

    if (!kept || !keep_filled(log, pattern, kept, count, &entry->hint))
        return;
    entry->hint_pattern = pattern;
    entry->hint_args = kept;
    entry->hint_arg_count = (uint8_t)count;
}

void ac_log_suggest(ac_log *log, const ac_text *names, size_t count)
{
    static const char *const patterns[] = {
        "did you mean \"{0}\"?", "did you mean \"{0}\" or \"{1}\"?", "did you mean \"{0}\", \"{1}\" or \"{2}\"?"
    };
    ac_report_entry *entry = last_message(log);
    ac_arg           args[3];
    size_t           i;

    if (!entry || count == 0)
        return;
    if (count > 3)
        count = 3;
    for (i = 0; i < count; i++)
        args[i] = ac_arg_text(names[i]);
    ac_log_hint_with(log, patterns[count - 1], args, count);
    if (count == 1 && is_about_its_place(log, entry) && keep(log, names[0], &entry->fix)) {
        entry->fix_span = entry->span;
        entry->has_fix = entry->fix_is_quiet = 1;
    }
}

void ac_log_fix(ac_log *log, ac_place place, ac_text replacement)
{
    ac_report_entry *entry = last_message(log);

    if (!entry || !keep(log, replacement, &entry->fix))
        return;
    entry->fix_span = ac_lines_span(&log->lines, place);
    entry->has_fix = 1;
    entry->fix_is_quiet = 0;
}

static void add_note(ac_log *log, ac_msg msg, ac_place place, const ac_arg *args, size_t count)
{
    ac_report_entry *entry = last_message(log), *note;
    size_t           index;

    if (!entry)
        return;
    index = (size_t)(entry - log->report->entries);
    note = add_entry(log, msg, AC_SEVERITY_NOTE, place, args, count);
    if (!note)
        return;
    entry = &log->report->entries[index];   /* the array may have moved */
    note->sort_at = entry->sort_at;
    entry->notes++;
}

void ac_log_note_0(ac_log *log, ac_msg msg, ac_place place)
{
    add_note(log, msg, place, NULL, 0);
}

void ac_log_note_1(ac_log *log, ac_msg msg, ac_place place, ac_arg a)
{
    add_note(log, msg, place, &a, 1);
}

void ac_log_note_2(ac_log *log, ac_msg msg, ac_place place, ac_arg a, ac_arg b)
{
    ac_arg args[2];

    args[0] = a;
    args[1] = b;
    add_note(log, msg, place, args, 2);
}

/* ── poisoned names ── */

void ac_log_poison(ac_log *log, ac_text name)
{
    if (ac_intern_add(&log->poisoned, name) == AC_INTERN_NONE)
        log->status = AC_E_NOMEM;
}

int ac_log_is_poisoned(const ac_log *log, ac_text name)
{
    return log->poisoned.count > 0 && ac_intern_find(&log->poisoned, name) != AC_INTERN_NONE;
}
