#include <string.h>

#include "base/assert.h"
#include "base/buffer.h"
#include "base/error.h"
#include "policy/report_data.h"

static const char *const severity_words[] = { "error", "warning", "hint", "note" };

ac_status ac_report_new(const ac_allocator *allocator, ac_report **out, ac_error *err)
{
    ac_mem     mem;
    ac_report *report;
    ac_status  st;

    assert(out);
    *out = NULL;
    st = ac_mem_init(&mem, allocator, 0, err);
    if (st != AC_OK)
        return st;
    report = ac_mem_new_owner(&mem, sizeof *report, offsetof(ac_report, mem));
    if (!report)
        return ac_error_nomem(err);
    ac_arena_init(&report->arena, &report->mem);
    *out = report;
    return AC_OK;
}

void ac_report_free(ac_report *report)
{
    if (!report)
        return;
    ac_arena_clear(&report->arena);
    ac_mem_free_array(&report->mem, report->entries, report->room);
    ac_mem_free_owner(&report->mem, report, sizeof *report);
}

size_t ac_report_count(const ac_report *report)
{
    assert(report);
    return report->count;
}

size_t ac_report_count_of(const ac_report *report, ac_severity severity)
{
    size_t i, n = 0;

    assert(report);
    for (i = 0; i < report->count; i++)
        n += report->entries[i].severity == severity;
    return n;
}

/* The fields that the host's version of the struct has. */
ac_status ac_report_at(const ac_report *report, size_t i, ac_diagnostic *out)
{
    const ac_report_entry *entry;
    ac_diagnostic          d = AC_DIAGNOSTIC_INIT;

    assert(report && out);
    if (i >= report->count)
        return AC_E_NOT_FOUND;
    entry = &report->entries[i];
    d.code = ac_msg_info_of(entry->msg).number;
    d.severity = (ac_severity)entry->severity;
    d.source = entry->source;
    d.span = entry->span;
    d.message = entry->message;
    d.hint = entry->hint;
    d.fix = entry->fix;
    d.fix_span = entry->fix_span;
    d.has_fix = entry->has_fix;
    d.notes = entry->notes;
    d.size = out->size < sizeof d ? out->size : sizeof d;
    if (d.size < sizeof d.size)
        return AC_E_INVALID;
    memcpy(out, &d, d.size);
    return AC_OK;
}

static void write_place(ac_writer *w, const ac_report_entry *entry)
{
    if (entry->source.size > 0) {
        ac_write_text(w, entry->source);
        ac_write_char(w, ':');
    }
    ac_write_u64(w, entry->span.line);
    ac_write_char(w, ':');
    ac_write_u64(w, entry->span.column);
    ac_write_string(w, ": ");
}

static void write_code(ac_writer *w, const ac_report_entry *entry)
{
    ac_write_string(w, "AC-");
    ac_write_padded(w, ac_msg_info_of(entry->msg).number, 4);
}

static void write_fix(ac_writer *w, const ac_report_entry *entry)
{
    if (!entry->has_fix)
        return;
    ac_write_string(w, "  fix: ");
    ac_write_u64(w, entry->fix_span.line);
    ac_write_char(w, ':');
    ac_write_u64(w, entry->fix_span.column);
    if (entry->fix.size == 0) {
        ac_write_string(w, ": delete it\n");
        return;
    }
    ac_write_string(w, entry->fix_span.size > 0 ? ": put `" : ": insert `");
    ac_write_text(w, entry->fix);
    ac_write_string(w, entry->fix_span.size > 0 ? "` in its place\n" : "`\n");
}

ac_status ac_report_render(const ac_report *report, size_t i, ac_sink sink, void *user)
{
    const ac_report_entry *entry;
    ac_writer              w;
    char                   room[256];

    assert(report && sink);
    if (i >= report->count)
        return AC_E_NOT_FOUND;
    entry = &report->entries[i];
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    write_place(&w, entry);
    ac_write_string(&w, severity_words[entry->severity]);
    if (entry->severity != AC_SEVERITY_NOTE) {
        ac_write_char(&w, '[');
        write_code(&w, entry);
        ac_write_char(&w, ']');
    }
    ac_write_string(&w, ": ");
    ac_write_text(&w, entry->message);
    ac_write_char(&w, '\n');
    if (entry->hint.size > 0) {
        ac_write_string(&w, "  hint: ");
        ac_write_text(&w, entry->hint);
        ac_write_char(&w, '\n');
    }
    write_fix(&w, entry);
    return ac_writer_end(&w);
}

static void write_json_text(ac_writer *w, const char *key, ac_text text)
{
    ac_write_char(w, '"');
    ac_write_string(w, key);
    ac_write_string(w, "\":");
    ac_write_json_string(w, text);
}

static void write_json_number(ac_writer *w, const char *key, uint64_t value)
{
    ac_write_string(w, ",\"");
    ac_write_string(w, key);
    ac_write_string(w, "\":");
    ac_write_u64(w, value);
}

static void write_json_span(ac_writer *w, ac_span span)
{
    write_json_number(w, "line", span.line);
    write_json_number(w, "column", span.column);
    write_json_number(w, "offset", span.offset);
    write_json_number(w, "size", span.size);
}

ac_status ac_report_render_json(const ac_report *report, size_t i, ac_sink sink, void *user)
{
    const ac_report_entry *entry;
    ac_writer              w;
    char                   room[256];

    assert(report && sink);
    if (i >= report->count)
        return AC_E_NOT_FOUND;
    entry = &report->entries[i];
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    ac_write_string(&w, "{\"code\":\"");
    write_code(&w, entry);
    ac_write_string(&w, "\",\"severity\":\"");
    ac_write_string(&w, severity_words[entry->severity]);
    ac_write_string(&w, "\",");
    write_json_text(&w, "file", entry->source);
    write_json_span(&w, entry->span);
    ac_write_char(&w, ',');
    write_json_text(&w, "message", entry->message);
    if (entry->hint.size > 0) {
        ac_write_char(&w, ',');
        write_json_text(&w, "hint", entry->hint);
    }
    if (entry->has_fix) {
        ac_write_string(&w, ",\"fix\":{");
        write_json_text(&w, "text", entry->fix);
        write_json_span(&w, entry->fix_span);
        ac_write_char(&w, '}');
    }
    if (entry->notes > 0)
        write_json_number(&w, "notes", entry->notes);
    ac_write_char(&w, '}');
    return ac_writer_end(&w);
}
