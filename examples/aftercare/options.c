#include "aftercare/options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int usage(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "aftercare%s%s: ", command ? " " : "", command ? command : "");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n    hint: aftercare %s%s--help\n", command ? command : "", command ? " " : "");
    va_end(args);
    return EXIT_USAGE;
}

enum { WORD_BYTES = 32, NEAR = 2 };

/* How many letters differ, one more for each that is left out or too many; two changed round count as one. NEAR + 1: too many. */
static int distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    int d[WORD_BYTES + 1][WORD_BYTES + 1];
    if (a_size > WORD_BYTES || b_size > WORD_BYTES)
        return NEAR + 1;
    for (size_t i = 0; i <= a_size; i++)
        for (size_t k = 0; k <= b_size; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = (int)(i + k);
                continue;
            }
            int best = d[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            best = d[i - 1][k] + 1 < best ? d[i - 1][k] + 1 : best;
            best = d[i][k - 1] + 1 < best ? d[i][k - 1] + 1 : best;
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && d[i - 2][k - 2] + 1 < best)
                best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    return d[a_size][b_size] > NEAR ? NEAR + 1 : d[a_size][b_size];
}

/* How far `word` is from the nearest so far, which `one` becomes when it is nearer. */
static void take_nearer(const char *word, ac_text one, ac_text *near, int *least)
{
    int far = distance(word, strlen(word), one.data, one.size);
    if (far >= *least)
        return;
    *least = far;
    *near = one;
}

static void tell_word(const char *command, const char *what, const char *word, ac_text near)
{
    fprintf(stderr, "aftercare%s%s: there is no %s \"%s\"\n", command ? " " : "", command ? command : "", what, word);
    if (near.size)
        fprintf(stderr, "    hint: did you mean %.*s?\n", (int)near.size, near.data);
}

int usage_word(const char *command, const char *what, const char *word, const char *words)
{
    ac_text near = { NULL, 0 };
    int least = NEAR + 1;
    while (*words) {
        ac_text one = { words, strcspn(words, " ") };
        take_nearer(word, one, &near, &least);
        words += one.size + (words[one.size] == ' ');
    }
    if (!near.size)
        return usage(command, "there is no %s \"%s\"", what, word);
    tell_word(command, what, word, near);
    return EXIT_USAGE;
}

void options_word(const char *command, const char *what, const char *word, char *const *names, size_t count, const char *hint)
{
    ac_text near = { NULL, 0 };
    int least = NEAR + 1;
    for (size_t i = 0; i < count; i++)
        take_nearer(word, text_of(names[i]), &near, &least);
    tell_word(command, what, word, near);
    if (!near.size)
        fprintf(stderr, "    hint: %s\n", hint);
}

/* Options that take a value, and where it goes. */
static const char **value_slot(options *o, const char *name)
{
    static const struct {
        const char *name;
        size_t      offset;
    } slots[] = {
        { "--of", offsetof(options, of) },         { "--at", offsetof(options, at) },   { "--only", offsetof(options, only) },
        { "--in", offsetof(options, in) },         { "--out", offsetof(options, out) }, { "--events", offsetof(options, events) },
        { "--zones", offsetof(options, load.zones) }, { "--month", offsetof(options, month) }, { "--statement", offsetof(options, statement) },
        { "--against", offsetof(options, against) }, { "--html", offsetof(options, html) }, { "--ticket", offsetof(options, ticket) },
        { "--role", offsetof(options, role) },     { "--act", offsetof(options, act) }, { "--by", offsetof(options, by) },
        { "--actor", offsetof(options, actor) },   { "--acts", offsetof(options, acts) }, { "--issued", offsetof(options, issued) },
    };
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        if (strcmp(slots[i].name, name) == 0)
            return (const char **)((char *)o + slots[i].offset);
    return NULL;
}

static int *switch_slot(options *o, const char *name)
{
    if (strcmp(name, "--batch") == 0)
        return &o->batch;
    if (strcmp(name, "--why") == 0)
        return &o->why;
    if (strcmp(name, "--json") == 0)
        return &o->json;
    if (strcmp(name, "--csv") == 0)
        return &o->csv;
    if (strcmp(name, "--strict") == 0)
        return &o->load.strict;
    if (strcmp(name, "--check") == 0)
        return &o->check;
    if (strcmp(name, "--tight") == 0)
        return &o->tight;
    if (strcmp(name, "--write") == 0)
        return &o->write;
    return NULL;
}

static int take_value(options *o, const char *name, const char *value)
{
    const char **slot = value_slot(o, name);
    if (slot) {
        *slot = value;
        return 1;
    }
    if (strcmp(name, "--data") == 0) {
        o->load.data = must_resize(o->load.data, (o->load.data_count + 1) * sizeof *o->load.data);
        o->load.data[o->load.data_count++] = value;
        return 1;
    }
    if (strcmp(name, "--with") == 0) {
        o->with = must_resize(o->with, (o->with_count + 1) * sizeof *o->with);
        o->with[o->with_count++] = value;
        return 1;
    }
    if (strcmp(value, "zh") != 0 && strcmp(value, "en") != 0)
        return usage(o->command, "--lang takes zh or en, not \"%s\"", value), 0;
    o->lang = strcmp(value, "zh") == 0 ? AC_LANG_ZH : AC_LANG_EN;
    host_speak(o->lang);
    return 1;
}

/* Whether the subcommand takes the option; the others would be passed over without a word. */
static int is_taken(const char *takes, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = takes; (p = strstr(p, name)) != NULL; p += n)
        if (p[n] == ' ')
            return 1;
    return 0;
}

/* Versions of one policy stand side by side in front of the record: FILE.policy FILE.policy … RECORD. */
static void take_versions(options *o)
{
    static const char ending[] = ".policy";
    int n = 1;
    for (; n < o->word_count; n++) {
        size_t size = strlen(o->words[n]);
        if (size < sizeof ending || strchr(o->words[n], '=') || strcmp(o->words[n] + size + 1 - sizeof ending, ending) != 0)
            break;
    }
    if (n == 1)
        return;
    o->load.more_count = (size_t)n - 1;
    o->load.more = must_zero(o->load.more_count, sizeof *o->load.more);
    memcpy(o->load.more, o->words + 1, o->load.more_count * sizeof *o->load.more);
    memmove(o->words + 1, o->words + n, (size_t)(o->word_count - n) * sizeof *o->words);
    o->word_count -= n - 1;
}

int options_read(options *o, const char *takes, int argc, char **argv)
{
    int only_words = 0;
    o->words = must_zero((size_t)argc + 1, sizeof *o->words);
    for (int i = 0; i < argc; i++) {
        char *arg = argv[i];
        if (strcmp(arg, "-w") == 0 && is_taken(takes, "--write") && !only_words) {
            o->write = 1;
            continue;
        }
        if (only_words || strncmp(arg, "--", 2) != 0) {
            o->words[o->word_count++] = arg;
            continue;
        }
        if (arg[2] == '\0') {
            only_words = 1;
            continue;
        }
        char *equals = strchr(arg, '=');
        if (equals)
            *equals = '\0';
        if (!is_taken(takes, arg))
            return usage_word(o->command, "option", arg, takes), 0;
        int *on = switch_slot(o, arg);
        if (on && equals)
            return usage(o->command, "%s takes no value", arg), 0;
        if (on) {
            *on = 1;
            continue;
        }
        if (!equals && i + 1 >= argc)
            return usage(o->command, "%s wants a value", arg), 0;
        if (!take_value(o, arg, equals ? equals + 1 : argv[++i]))
            return 0;
    }
    if (strcmp(o->command, "decide") == 0 || strcmp(o->command, "replay") == 0 || strcmp(o->command, "penalties") == 0)
        take_versions(o);
    o->load.policy = o->word_count ? o->words[0] : NULL;
    o->load.json = o->json && (strcmp(o->command, "check") == 0 || strcmp(o->command, "fmt") == 0);
    return 1;
}

ac_text options_kind(const char *given, const char **file)
{
    const char *equals = strchr(given, '='), *folder = strrchr(given, '/');
    ac_text kind = text_of(equals || !folder ? given : folder + 1);
    const char *end = equals ? equals : memchr(kind.data, '.', kind.size);
    if (end)
        kind.size = (size_t)(end - kind.data);
    *file = equals ? equals + 1 : given;
    return kind;
}

int options_gives(const options *o, ac_text kind)
{
    const char *file;
    for (size_t i = 0; i < o->with_count; i++)
        if (text_equal(options_kind(o->with[i], &file), kind))
            return 1;
    return 0;
}

int options_at(const options *o, ac_time otherwise, ac_time *at)
{
    ac_error err = AC_ERROR_INIT;
    *at = otherwise;
    if (!o->at)
        return 1;
    if (ac_time_parse(text_of(o->at), at, &err) == AC_OK)
        return 1;
    usage(o->command, "--at wants an instant such as 2026-07-01T08:00:00+08:00, not \"%s\": %s", o->at, host_error_text(&err));
    return 0;
}

uint32_t options_record(const options *o, const ac_policy *policy, ac_text name)
{
    uint32_t record = ac_policy_find_record(policy, name);
    if (record != AC_NO_INDEX)
        return record;
    fprintf(stderr, "aftercare %s: %s has no record \"%.*s\"\n    hint: it has", o->command, o->load.policy, (int)name.size, name.data);
    for (uint32_t i = 0; i < ac_policy_record_count(policy); i++) {
        ac_text one = options_record_name(policy, i);
        fprintf(stderr, "%s %.*s", i ? "," : "", (int)one.size, one.data);
    }
    fputc('\n', stderr);
    return AC_NO_INDEX;
}

ac_text options_record_name(const ac_policy *policy, uint32_t record)
{
    ac_record_info info = AC_RECORD_INFO_INIT;
    return ac_policy_record_at(policy, record, &info) == AC_OK ? info.name : text_of("");
}
