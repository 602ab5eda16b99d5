#include <string.h>

#include "base/assert.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/struct.h"
#include "policy/report/chinese.h"
#include "policy/report/report_data.h"

/* What is written around the texts, by language. */
static const char *const severity_words[][4] = { { "error", "warning", "hint", "note" }, { "错误", "警告", "建议", "附注" } };
static const struct {
    const char *hint, *fix, *remove, *replace, *insert, *replaced;
} frame[] = {
    { "  hint: ", "  fix: ", ": delete it\n", ": put `", ": insert `", "` in its place\n" },
    { "  办法：", "  改法：", "：删去\n", "：改为 `", "：插入 `", "`\n" }
};

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
    return ac_struct_write(out, sizeof d, &d);
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

/* ── texts in a language ── */

/* The library's own words: a phrase, or the text of a message. */
static const char *known_words(ac_text words)
{
    const char *known = ac_chinese_phrase(words);
    int         i;

    for (i = 0; !known && i < AC_MSG_COUNT; i++)
        if (ac_text_equal(ac_text_of(ac_msg_info_of((ac_msg)i).text), words))
            known = ac_chinese_text((ac_msg)i);
    return known;
}

/* `a record "x"`: what stands in front of a blank may be known by itself, and so may the rest. */
static void write_words(ac_writer *w, ac_text words)
{
    const char *known = known_words(words);
    ac_text     front = words, rest;

    while (!known && front.size > 0) {
        front.size--;
        if (front.size > 0 && front.data[front.size - 1] == ' ')
            known = ac_chinese_phrase(front);
    }
    if (known)
        ac_write_string(w, known);
    rest.data = words.data + front.size;
    rest.size = words.size - front.size;
    known = front.size > 0 && rest.size > 0 ? ac_chinese_phrase(rest) : NULL;
    if (known)
        ac_write_string(w, known);
    else
        ac_write_text(w, rest);
}

void ac_report_fill(ac_writer *w, const char *pattern, const ac_text *args, size_t count, ac_lang lang)
{
    const char *quoted = lang == AC_LANG_EN ? pattern : "\xE2\x80\x9C";      /* “ in front of an argument */
    const char *p;

    for (p = pattern; *p; p++) {
        size_t i = (size_t)(p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}' ? p[1] - '0' : -1);

        if (i >= 10) {
            ac_write_char(w, *p);
            continue;
        }
        p += 2;
        if (i >= count)
            continue;
        if (lang == AC_LANG_EN || (p - pattern >= 5 && memcmp(p - 5, quoted, 3) == 0))
            ac_write_text(w, args[i]);
        else
            write_words(w, args[i]);
    }
}

static void write_message(ac_writer *w, const ac_report_entry *entry, ac_lang lang)
{
    if (lang == AC_LANG_EN)
        ac_write_text(w, entry->message);
    else
        ac_report_fill(w, ac_msg_info_in(entry->msg, lang).text, entry->args, entry->arg_count, lang);
}

/* A hint that a call gave in place of the registry's is a phrase; what has no Chinese stays English. */
static void write_hint(ac_writer *w, const ac_report_entry *entry, ac_lang lang)
{
    ac_msg_info info = ac_msg_info_in(entry->msg, lang);
    const char *pattern = info.hint;

    if (entry->hint_pattern)
        pattern = ac_chinese_phrase(ac_text_of(entry->hint_pattern));
    if (lang == AC_LANG_EN || !pattern)
        ac_write_text(w, entry->hint);
    else if (entry->hint_pattern)
        ac_report_fill(w, pattern, entry->hint_args, entry->hint_arg_count, lang);
    else
        ac_report_fill(w, pattern, entry->args, entry->arg_count, lang);
}

/* ── rendering ── */

static void write_fix(ac_writer *w, const ac_report_entry *entry, ac_lang lang)
{
    if (!entry->has_fix || entry->fix_is_quiet)
        return;
    ac_write_string(w, frame[lang].fix);
    ac_write_u64(w, entry->fix_span.line);
    ac_write_char(w, ':');
    ac_write_u64(w, entry->fix_span.column);
    if (entry->fix.size == 0) {
        ac_write_string(w, frame[lang].remove);
        return;
    }
    ac_write_string(w, entry->fix_span.size > 0 ? frame[lang].replace : frame[lang].insert);
    ac_write_text(w, entry->fix);
    ac_write_string(w, entry->fix_span.size > 0 ? frame[lang].replaced : "`\n");
}

/* A language that this version does not know is English. */
static ac_lang known_lang(ac_lang lang)
{
    return lang == AC_LANG_ZH ? lang : AC_LANG_EN;
}

ac_status ac_report_render(const ac_report *report, size_t i, ac_lang lang, ac_sink sink, void *user)
{
    const ac_report_entry *entry;
    ac_writer              w;
    char                   room[256];

    assert(report && sink);
    if (i >= report->count)
        return AC_E_NOT_FOUND;
    entry = &report->entries[i];
    lang = known_lang(lang);
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    write_place(&w, entry);
    ac_write_string(&w, severity_words[lang][entry->severity]);
    if (entry->severity != AC_SEVERITY_NOTE) {
        ac_write_char(&w, '[');
        write_code(&w, entry);
        ac_write_char(&w, ']');
    }
    ac_write_string(&w, ": ");
    write_message(&w, entry, lang);
    ac_write_char(&w, '\n');
    if (entry->hint.size > 0) {
        ac_write_string(&w, frame[lang].hint);
        write_hint(&w, entry, lang);
        ac_write_char(&w, '\n');
    }
    write_fix(&w, entry, lang);
    return ac_writer_end(&w);
}

ac_status ac_report_message(const ac_report *report, size_t i, ac_lang lang, ac_sink sink, void *user)
{
    ac_writer w;
    char      room[256];

    assert(report && sink);
    if (i >= report->count)
        return AC_E_NOT_FOUND;
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    write_message(&w, &report->entries[i], known_lang(lang));
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

/* As editor protocols count: both from 0. */
static void write_json_point(ac_writer *w, const char *key, uint32_t line, uint32_t units)
{
    ac_write_string(w, key);
    ac_write_u64(w, line > 0 ? line - 1 : 0);
    write_json_number(w, "character", units);
    ac_write_char(w, '}');
}

static void write_json_span(ac_writer *w, ac_span span)
{
    write_json_number(w, "line", span.line);
    write_json_number(w, "column", span.column);
    write_json_number(w, "end_line", span.end_line);
    write_json_number(w, "end_column", span.end_column);
    write_json_number(w, "display_column", span.display_column);
    write_json_number(w, "offset", span.offset);
    write_json_number(w, "size", span.size);
    ac_write_string(w, ",\"range\":{");
    write_json_point(w, "\"start\":{\"line\":", span.line, span.utf16);
    write_json_point(w, ",\"end\":{\"line\":", span.end_line, span.end_utf16);
    ac_write_char(w, '}');
}

/* Arguments are cut when they are kept, so that every text fits. */
static void write_json_made(ac_writer *w, const char *key, const ac_report_entry *entry, ac_lang lang,
                            void (*make)(ac_writer *, const ac_report_entry *, ac_lang))
{
    char      room[2048];
    ac_writer text;

    ac_writer_init_fixed(&text, room, sizeof room);
    make(&text, entry, lang);
    write_json_text(w, key, ac_writer_text(&text));
}

ac_status ac_report_render_json(const ac_report *report, size_t i, ac_lang lang, ac_sink sink, void *user)
{
    const ac_report_entry *entry;
    ac_writer              w;
    char                   room[256];

    assert(report && sink);
    if (i >= report->count)
        return AC_E_NOT_FOUND;
    entry = &report->entries[i];
    lang = known_lang(lang);
    ac_writer_init_sink(&w, sink, user, room, sizeof room);
    ac_write_string(&w, "{\"code\":\"");
    write_code(&w, entry);
    ac_write_string(&w, "\",\"severity\":\"");
    ac_write_string(&w, severity_words[AC_LANG_EN][entry->severity]);
    ac_write_string(&w, "\",");
    write_json_text(&w, "file", entry->source);
    write_json_span(&w, entry->span);
    ac_write_char(&w, ',');
    write_json_made(&w, "message", entry, lang, write_message);
    if (entry->hint.size > 0) {
        ac_write_char(&w, ',');
        write_json_made(&w, "hint", entry, lang, write_hint);
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
