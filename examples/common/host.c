#define _POSIX_C_SOURCE 200809L
#include "common/host.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static ac_lang spoken = AC_LANG_EN;

void host_speak(ac_lang lang)
{
    spoken = lang;
}

ac_lang host_lang(void)
{
    return spoken;
}

char *host_read(const char *path, size_t *size)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!in) {
        fprintf(stderr, "aftercare: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    text_buffer buffer = { 0 };
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
        text_add(&buffer, chunk, n);
    text_add(&buffer, "", 0);
    int failed = ferror(in);
    if (in != stdin)
        fclose(in);
    if (failed) {
        fprintf(stderr, "aftercare: %s: %s\n", path, host_is_folder(path) ? "is a folder, not a file" : "cannot be read");
        text_free(&buffer);
        return NULL;
    }
    *size = buffer.size;
    return buffer.data;
}

int host_is_folder(const char *path)
{
    struct stat is;
    return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

static int path_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int is_policy_file(const char *name)
{
    size_t size = strlen(name);
    return name[0] != '.' && size > 7 && strcmp(name + size - 7, ".policy") == 0;
}

char **host_policies(const char *folder, size_t *count)
{
    DIR *dir = opendir(folder);
    char **paths = NULL;
    *count = 0;
    if (!dir) {
        fprintf(stderr, "aftercare: %s: %s\n", folder, strerror(errno));
        return NULL;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!is_policy_file(entry->d_name))
            continue;
        size_t size = strlen(folder) + strlen(entry->d_name) + 2;
        char *path = must_zero(size, 1);
        snprintf(path, size, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", entry->d_name);
        paths = must_resize(paths, (*count + 1) * sizeof *paths);
        paths[(*count)++] = path;
    }
    closedir(dir);
    if (*count)
        qsort(paths, *count, sizeof *paths, path_order);
    else
        fprintf(stderr, "aftercare: %s: cannot be read: there is no policy in this folder\n    hint: a version is a file whose name ends in .policy\n", folder);
    return paths;
}

void host_free_paths(char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
}

void host_print_report(const ac_report *report, const host_load *load)
{
    for (size_t i = 0; i < ac_report_count(report); i++) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;
        if (ac_report_at(report, i, &d) != AC_OK)
            return;
        if (d.severity == AC_SEVERITY_NOTE)
            continue;
        if (d.severity != AC_SEVERITY_ERROR && !load->hints)
            continue;
        for (size_t k = 0; k <= d.notes; k++) {
            if (load->json) {
                ac_report_render_json(report, i + k, spoken, file_sink, stdout);
                fputc('\n', stdout);
            } else {
                text_buffer text = { 0 };
                ac_report_render(report, i + k, spoken, text_sink, &text);
                fwrite(text.data, 1, text.size, stderr);
                if (text.size == 0 || text.data[text.size - 1] != '\n')
                    fputc('\n', stderr);
                text_free(&text);
            }
        }
    }
}

/* Registered messages are the library's to translate, the program's own are in its table. */
const char *host_error_text(const ac_error *err)
{
    const char *text = spoken == AC_LANG_EN ? NULL : ac_message_text(err->code, spoken);
    if (text)
        return text;
    return err->what ? host_words(err->what) : ac_status_name(err->status);
}

/* How often a mistake was made in the rows of a file. */
static struct repeats { char file[256]; unsigned code; size_t count; } repeats[32];
enum { REPEATS = sizeof repeats / sizeof *repeats, TOLD = 20 };

/* Whether it was told often enough. */
static int is_tiring(const char *file, unsigned code)
{
    struct repeats *r = repeats;
    while (r < repeats + REPEATS && r->count && (r->code != code || strcmp(r->file, file) != 0))
        r++;
    if (r == repeats + REPEATS || strlen(file) >= sizeof r->file)
        return 0;
    if (r->count == 0) {
        strcpy(r->file, file);
        r->code = code;
    }
    return r->count++ >= TOLD;
}

void host_print_rest(void)
{
    for (struct repeats *r = repeats; r < repeats + REPEATS && r->count; r++)
        if (r->count > TOLD)
            fprintf(stderr, host_words("%s: and %zu more error[AC-%04u]\n"), r->file, r->count - TOLD, r->code);
}

void host_print_error(const char *file, uint32_t line, uint32_t column, const ac_error *err)
{
    if (line && is_tiring(file, err->code))
        return;
    fprintf(stderr, "%s:", file);
    if (line)
        fprintf(stderr, "%u:%u:", line, column);
    int zh = spoken == AC_LANG_ZH;
    const char *what = host_error_text(err), *hint = zh ? ac_message_hint(err->code, spoken) : NULL;
    fprintf(stderr, " %s[AC-%04u]: %s", zh ? "错误" : "error", err->code, what);
    if (err->name[0])
        fprintf(stderr, zh ? "：%s" : ": %s", err->name);
    fputc('\n', stderr);
    if (!hint && err->hint)
        hint = host_words(err->hint);
    if (hint)
        fprintf(stderr, zh ? "    办法：%s\n" : "    hint: %s\n", hint);
}

static int is_zone_name(ac_text zone)
{
    if (zone.size == 0 || zone.size > 64)
        return 0;
    int slash = 0;
    for (size_t i = 0; i < zone.size; i++) {
        char c = zone.data[i];
        if (c == ',' || c == '<')
            return 0;
        slash |= c == '/';
    }
    return slash || (zone.data[0] >= 'A' && zone.data[0] <= 'Z');
}

/* Hands over the bytes of a policy's zone, when the book needs them. */
static int add_zone(const host_load *load, const ac_policy *policy, host_book *out)
{
    ac_text zone = ac_policy_timezone(policy);
    char path[512];
    snprintf(path, sizeof path, "%s/%.*s", load->zones ? load->zones : HOST_ZONES, (int)zone.size, zone.data);
    size_t size;
    char *bytes = strstr(path, "..") ? NULL : host_read(path, &size);
    if (!bytes) {
        fprintf(stderr, "aftercare: %s: no zone data for \"%.*s\"\n    hint: install the package tzdata, or name the folder with --zones DIR\n", load->policy,
                (int)zone.size, zone.data);
        return 0;
    }
    ac_error err = AC_ERROR_INIT;
    ac_rulebook *with = NULL;
    ac_status st = ac_rulebook_with_zone(out->book, NULL, zone, bytes, size, &with, &err);
    free(bytes);
    if (st != AC_OK) {
        host_print_error(path, 0, 0, &err);
        return 0;
    }
    ac_rulebook_unref(out->book);
    out->book = with;
    return 1;
}

static void count(host_book *out, const ac_report *report)
{
    out->errors += (uint32_t)ac_report_count_of(report, AC_SEVERITY_ERROR);
    out->warnings += (uint32_t)ac_report_count_of(report, AC_SEVERITY_WARNING);
}

/* Prints and counts what a report says; a failure that it does not tell about is told by its error. */
static void conclude(const host_load *load, const char *path, ac_status st, const ac_error *err, const ac_report *report, host_book *out)
{
    if (report) {
        host_print_report(report, load);
        count(out, report);
    }
    if (st != AC_OK && st != AC_E_POLICY) {
        host_print_error(path, err->line, err->column, err);
        out->errors++;
    }
}

/* Links one more data file; it is kept in *data for the list of what is missing. */
static int add_data(const host_load *load, const char *path, host_book *out, ac_data **data, int *unreadable)
{
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL, *joining = NULL;
    ac_rulebook *with = NULL;
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    size_t size;
    char *text = host_read(path, &size);
    if (!text) {
        *unreadable = 1;
        return 0;
    }
    ac_source source = { text_of(path), { text, size } };
    ac_status st = ac_report_new(NULL, &report, &err);
    if (st == AC_OK)
        st = ac_report_new(NULL, &joining, &err);
    options.strict = load->strict;
    if (st == AC_OK)
        st = ac_data_compile(&source, &options, data, report, &err);
    conclude(load, path, st, &err, report, out);
    if (st == AC_OK) {
        st = ac_rulebook_with_data(out->book, NULL, *data, &with, joining, &err);
        /* What is no failure is told once, when everything is there: print_missing. */
        if (st != AC_OK)
            conclude(load, path, st, &err, joining, out);
    }
    if (with) {
        ac_rulebook_unref(out->book);
        out->book = with;
    }
    ac_report_free(report);
    ac_report_free(joining);
    free(text);
    return st == AC_OK;
}

/* A policy that joins a book last is told only what is still missing then: the hints that are worth printing. */
static void print_missing(const host_load *load, ac_data *const *data, int named_zone, host_book *out)
{
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL;
    host_book last = { NULL, out->policy, 0, 0 };
    ac_rulebook *with = NULL;
    ac_status st = ac_report_new(NULL, &report, &err);
    for (size_t i = 0; i < load->data_count && st == AC_OK; i++) {
        st = ac_rulebook_with_data(last.book, NULL, data[i], &with, NULL, &err);
        ac_rulebook_unref(last.book);
        last.book = with;
    }
    with = NULL;
    if (st == AC_OK && (!named_zone || add_zone(load, last.policy, &last)))
        st = ac_rulebook_with_policy(last.book, NULL, out->policy, &with, report, &err);
    conclude(load, load->policy, st, &err, report, out);
    ac_rulebook_unref(with);
    ac_rulebook_unref(last.book);
    ac_report_free(report);
}

/* A policy by itself: its own mistakes. What it lacks so far may still come. */
static int add_policy(const host_load *load, const char *path, host_book *out, int *unreadable)
{
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL, *joining = NULL;
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_policy *policy = NULL;
    ac_rulebook *with = NULL;
    size_t size;
    char *text = host_read(path, &size);
    if (!text) {
        *unreadable = 1;
        return 0;
    }
    ac_source source = { text_of(path), { text, size } };
    options.strict = load->strict;
    options.verify = load->verify;
    ac_status st = ac_report_new(NULL, &report, &err);
    if (st == AC_OK)
        st = ac_report_new(NULL, &joining, &err);
    if (st == AC_OK)
        st = ac_policy_compile(&source, &options, &policy, report, &err);
    conclude(load, path, st, &err, report, out);
    if (st == AC_OK) {
        st = ac_rulebook_with_policy(out->book, NULL, policy, &with, joining, &err);
        if (st != AC_OK)
            conclude(load, path, st, &err, joining, out);
    }
    if (with) {
        ac_rulebook_unref(out->book);
        out->book = with;
    }
    if (out->policy)
        ac_policy_unref(policy);
    else
        out->policy = policy;
    ac_report_free(report);
    ac_report_free(joining);
    free(text);
    return st == AC_OK;
}

static int add_policies(const host_load *load, host_book *out, int *unreadable)
{
    size_t count;
    char **paths = NULL;
    int ok = 1;
    if (!host_is_folder(load->policy)) {
        ok = add_policy(load, load->policy, out, unreadable);
        for (size_t i = 0; i < load->more_count && ok; i++)
            ok = add_policy(load, load->more[i], out, unreadable);
        return ok;
    }
    paths = host_policies(load->policy, &count);
    if (!paths) {
        *unreadable = 1;
        return 0;
    }
    for (size_t i = 0; i < count && ok; i++)
        ok = add_policy(load, paths[i], out, unreadable);
    host_free_paths(paths, count);
    return ok;
}

/* *named: whether some zone is read from a file. */
static int add_zones(const host_load *load, host_book *out, int *named)
{
    *named = 0;
    for (uint32_t i = 0; i < ac_rulebook_policy_count(out->book); i++) {
        const ac_policy *policy = ac_rulebook_policy_at(out->book, i);
        if (ac_rulebook_zone(out->book, policy) || !is_zone_name(ac_policy_timezone(policy)))
            continue;
        *named = 1;
        if (!add_zone(load, policy, out))
            return 0;
    }
    return 1;
}

int host_open(const host_load *load, host_book *out, int *unreadable)
{
    ac_data **data = must_zero(load->data_count, sizeof *data);
    int ok, named_zone = 0;

    memset(out, 0, sizeof *out);
    *unreadable = 0;
    ok = add_policies(load, out, unreadable) && add_zones(load, out, &named_zone);
    for (size_t i = 0; i < load->data_count && ok; i++)
        ok = add_data(load, load->data[i], out, &data[i], unreadable);
    if (ok && load->hints)
        print_missing(load, data, named_zone, out);
    for (size_t i = 0; i < load->data_count; i++)
        ac_data_unref(data[i]);
    free(data);
    if (!ok)
        host_close(out);
    return ok;
}

void host_close(host_book *book)
{
    ac_rulebook_unref(book->book);
    ac_policy_unref(book->policy);
    book->book = NULL;
    book->policy = NULL;
}

void host_progress(const char *what, size_t done, size_t total)
{
    static double last;
    struct timespec t;
    if (!isatty(2))
        return;
    if (done >= total) {
        if (last > 0)
            fprintf(stderr, "\r%60s\r", "");
        last = 0;
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &t);
    double now = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
    if (now - last < 0.2)
        return;
    last = now;
    fprintf(stderr, "\r%s: %zu of %zu (%zu %%)  ", what, done, total, total ? done * 100 / total : 100);
    fflush(stderr);
}

ac_time host_now(void)
{
    return (ac_time)time(NULL);
}
