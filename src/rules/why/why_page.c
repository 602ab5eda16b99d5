#include "rules/why/why.h"

#include <string.h>

#include "policy/model/value.h"

/* Messages one behind the other without pointers: id, English, Chinese, each ended by NUL. */
static const struct {
#define AC_WHY(id, en, zh) char id[sizeof #id "\0" en "\0" zh];
#include "rules/why/why_messages.def"
#undef AC_WHY
} texts = {
#define AC_WHY(id, en, zh) #id "\0" en "\0" zh,
#include "rules/why/why_messages.def"
#undef AC_WHY
};

/* part: 0 the id, 1 English, 2 Chinese. */
static const char *text_of(ac_why_id message, uint32_t part)
{
    const char *text = (const char *)&texts;

    for (uint32_t skip = (uint32_t)message * 3 + part; skip > 0; skip--)
        text += strlen(text) + 1;
    return text;
}

static const char *in_language(const ac_why_page *page, ac_why_id message)
{
    return text_of(message, page->lang == AC_LANG_ZH ? 2 : 1);
}

static ac_text as_text(const char *string)
{
    ac_text text;

    text.data = string;
    text.size = strlen(string);
    return text;
}

/* --- arguments ---------------------------------------------------------------------- */

static ac_status add(void *user, const char *data, size_t size)
{
    ac_why_page *page = user;
    size_t      *used = &page->arg_size[page->arg_count];
    size_t       left = AC_WHY_ARG_BYTES - *used;
    ac_text      text;

    text.data = data;
    text.size = size;
    if (size > left)
        size = ac_utf8_cut(text, left);
    memcpy(page->arg[page->arg_count] + *used, data, size);
    *used += size;
    return AC_OK;
}

static void add_string(ac_why_page *page, const char *string)
{
    add(page, string, strlen(string));
}

static void begin_arg(ac_why_page *page)
{
    page->arg_size[page->arg_count] = 0;
}

static void end_arg(ac_why_page *page)
{
    if (page->arg_count + 1 < AC_WHY_ARGS)
        page->arg_count++;
    else
        page->arg_count = AC_WHY_ARGS;
}

void ac_why_text(ac_why_page *page, ac_text text)
{
    begin_arg(page);
    add(page, text.data, text.size);
    end_arg(page);
}

void ac_why_string(ac_why_page *page, const char *string)
{
    ac_why_text(page, as_text(string));
}

static void add_number(ac_why_page *page, int64_t number)
{
    char      room[24];
    ac_writer w;
    ac_text   text;

    ac_writer_init_fixed(&w, room, sizeof room);
    ac_write_i64(&w, number);
    text = ac_writer_text(&w);
    add(page, text.data, text.size);
}

void ac_why_number(ac_why_page *page, int64_t number)
{
    begin_arg(page);
    add_number(page, number);
    end_arg(page);
}

static ac_text label_of(const ac_why_page *page, ac_text name)
{
    return ac_policy_label(page->policy, name, as_text(page->lang == AC_LANG_ZH ? "zh" : "en"));
}

void ac_why_name(ac_why_page *page, ac_text name)
{
    ac_why_text(page, label_of(page, name));
}

static void add_path(ac_why_page *page, ac_text path)
{
    while (path.size > 0) {
        const char *dot = memchr(path.data, '.', path.size);
        ac_text     part = path, label;

        if (dot)
            part.size = (size_t)(dot - path.data);
        label = label_of(page, part);
        add(page, label.data, label.size);
        path.data += part.size;
        path.size -= part.size;
        if (dot) {
            add_string(page, ".");
            path.data++;
            path.size--;
        }
    }
}

void ac_why_path(ac_why_page *page, ac_text path)
{
    begin_arg(page);
    add_path(page, path);
    end_arg(page);
}

void ac_why_phrase(ac_why_page *page, ac_why_id message, ac_text name)
{
    const char *text = in_language(page, message), *brace = strchr(text, '{');

    begin_arg(page);
    add(page, text, brace ? (size_t)(brace - text) : strlen(text));
    if (brace) {
        add_path(page, name);
        add_string(page, brace + 3);
    }
    end_arg(page);
}

void ac_why_time(ac_why_page *page, ac_time at)
{
    char text[AC_TIME_TEXT_BYTES];

    ac_time_format(at, page->zone, text);
    ac_why_string(page, text);
}

void ac_why_day(ac_why_page *page, ac_day day)
{
    char text[AC_TIME_TEXT_BYTES];

    ac_day_format(day, text);
    ac_why_string(page, text);
}

void ac_why_length(ac_why_page *page, ac_secs seconds)
{
    static const struct {
        int32_t     size;
        const char *name;
    } units[] = {{3600, " h"}, {60, " min"}, {1, " s"}};
    const char *blank = "";

    begin_arg(page);
    if (seconds < 0) {
        add_string(page, "-");
        seconds = -seconds;
    }
    if (seconds == 0)
        add_string(page, "0 s");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (seconds < units[i].size)
            continue;
        add_string(page, blank);
        add_number(page, seconds / units[i].size);
        add_string(page, units[i].name);
        seconds %= units[i].size;
        blank = " ";
    }
    end_arg(page);
}

void ac_why_cell(ac_why_page *page, ac_type type, ac_cell cell)
{
    ac_value value;

    if (type.kind == AC_TYPE_SPAN && cell.state == AC_VALUE_KNOWN && cell.ref == AC_UNIT_SECOND && cell.den == 1) {
        ac_why_length(page, cell.num);
        return;
    }
    if (type.kind == AC_TYPE_ENUM && cell.state == AC_VALUE_KNOWN) {
        ac_why_name(page, page->policy->enums[type.ref].members[cell.num].name);
        return;
    }
    if (type.kind == AC_TYPE_RUNG && cell.state == AC_VALUE_KNOWN) {
        ac_why_name(page, ac_type_name_at(page->policy, type, (uint32_t)cell.num));
        return;
    }
    value = ac_value_from_cell(page->policy, type, cell);
    begin_arg(page);
    if (cell.state == AC_VALUE_UNSET)
        add_string(page, "unset");
    else
        ac_value_format(page->policy, &value, page->zone, add, page);
    end_arg(page);
}

/* --- lines -------------------------------------------------------------------------- */

/* The message with its arguments, in pieces, to whoever takes them. */
static void fill_in(const ac_why_page *page, const char *text, void (*take)(void *user, const char *data, size_t size), void *user)
{
    while (*text) {
        const char *brace = strchr(text, '{');
        uint32_t    i;

        if (!brace) {
            take(user, text, strlen(text));
            return;
        }
        take(user, text, (size_t)(brace - text));
        i = (uint32_t)(brace[1] - '0');
        if (i < page->arg_count)
            take(user, page->arg[i], page->arg_size[i]);
        text = brace + 3;
    }
}

static void take_plain(void *user, const char *data, size_t size)
{
    ac_write((ac_writer *)user, data, size);
}

/* A JSON string in pieces: each is escaped and put in without its quotes. */
static void take_json(void *user, const char *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    ac_writer        *w = user;

    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];

        if (c == '"' || c == '\\')
            ac_write_char(w, '\\');
        if (c >= 0x20) {
            ac_write_char(w, (char)c);
            continue;
        }
        ac_write_string(w, "\\u00");
        ac_write_char(w, digits[c >> 4]);
        ac_write_char(w, digits[c & 15]);
    }
}

static void json_piece(ac_writer *w, const char *before, ac_text text)
{
    ac_write_string(w, before);
    ac_write_char(w, '"');
    take_json(w, text.data, text.size);
    ac_write_char(w, '"');
}

static void json_line(ac_why_page *page, ac_why_id key, ac_why_id message)
{
    ac_writer *w = &page->out;

    json_piece(w, page->lines > 0 ? ",\n  {\"key\":" : "\n  {\"key\":", as_text(text_of(key, 1)));
    json_piece(w, ",\"id\":", as_text(text_of(message, 0)));
    ac_write_string(w, ",\"args\":[");
    for (uint32_t i = 0; i < page->arg_count; i++) {
        ac_text arg;

        arg.data = page->arg[i];
        arg.size = page->arg_size[i];
        json_piece(w, i > 0 ? "," : "", arg);
    }
    ac_write_string(w, "],\"text\":\"");
    fill_in(page, in_language(page, message), take_json, w);
    ac_write_string(w, "\"}");
}

enum { KEY_COLUMNS = 12 };

static void text_line(ac_why_page *page, ac_why_id key, ac_why_id message)
{
    ac_writer  *w = &page->out;
    const char *name = in_language(page, key);
    size_t      width = 0;

    ac_write_string(w, "  ");
    if (key != page->key) {
        ac_write_string(w, name);
        width = ac_utf8_width(as_text(name));
    }
    ac_write_repeat(w, ' ', width < KEY_COLUMNS ? KEY_COLUMNS - width : 1);
    fill_in(page, in_language(page, message), take_plain, w);
    ac_write_char(w, '\n');
}

void ac_why_line(ac_why_page *page, ac_why_id key, ac_why_id message)
{
    if (page->format == AC_FORMAT_JSON)
        json_line(page, key, message);
    else
        text_line(page, key, message);
    page->key = key;
    page->lines++;
    page->arg_count = 0;
}

/* --- the page ------------------------------------------------------------------------ */

void ac_why_begin(ac_why_page *page, const ac_policy *policy, const ac_zone *zone, ac_format format, ac_lang lang, ac_sink sink, void *user)
{
    page->format = format;
    page->lang = lang;
    page->policy = policy;
    page->zone = zone;
    page->key = AC_WHY_COUNT;
    page->lines = 0;
    page->arg_count = 0;
    ac_writer_init_sink(&page->out, sink, user, page->room, sizeof page->room);
}

void ac_why_head(ac_why_page *page, ac_decision_kind kind, ac_text name, ac_text record, ac_text id, ac_time now)
{
    static const char kinds[][12] = {"value", "milestone", "gate", "opening", "rank"};
    ac_writer        *w = &page->out;
    char              at[AC_TIME_TEXT_BYTES], digest[65];

    ac_time_format(now, page->zone, at);
    ac_digest_hex(&page->policy->rule_digest, digest);
    if (page->format == AC_FORMAT_JSON) {
        json_piece(w, "{\"decision\":", as_text(kinds[kind]));
        json_piece(w, ",\"name\":", name);
        json_piece(w, ",\"label\":", label_of(page, name));
        json_piece(w, ",\"record\":", record);
        json_piece(w, ",\"id\":", id);
        json_piece(w, ",\"now\":", as_text(at));
        json_piece(w, ",\"policy\":", page->policy->name);
        ac_write_string(w, ",\"version\":");
        ac_write_u64(w, page->policy->version);
        json_piece(w, ",\"rules\":", as_text(digest));
        ac_write_string(w, ",\"lines\":[");
        return;
    }
    ac_write_text(w, label_of(page, name));
    ac_write_string(w, page->lang == AC_LANG_ZH ? "（" : " (");
    ac_write_text(w, label_of(page, record));
    if (id.size > 0) {
        ac_write_char(w, ' ');
        ac_write_text(w, id);
    }
    ac_write_string(w, page->lang == AC_LANG_ZH ? "）" : ") ");
    ac_why_string(page, at);
    fill_in(page, in_language(page, AC_WHY_AS_OF), take_plain, w);
    page->arg_count = 0;
    ac_write_char(w, '\n');
    ac_why_name(page, page->policy->name);
    ac_why_number(page, page->policy->version);
    digest[16] = '\0';      /* enough to tell one from another by eye; JSON has it whole */
    ac_why_string(page, digest);
    ac_why_line(page, AC_WHY_KEY_POLICY, AC_WHY_POLICY);
}

ac_status ac_why_end(ac_why_page *page)
{
    if (page->format == AC_FORMAT_JSON)
        ac_write_string(&page->out, "\n]}\n");
    return ac_writer_end(&page->out);
}
