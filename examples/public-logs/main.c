#include <stdlib.h>
#include <string.h>

#include "public-logs/logs.h"

static const char HELP[] =
    "public-logs incidents LOG POLICY [--explain ID] [--list] [--json] [--lang zh|en]\n"
    "public-logs requests  LOG POLICY --data HOLIDAYS [--zones DIR] …\n"
    "\n"
    "Reads a public log in its own format (incidents: UCI 498; requests: Boston 311 of 2015), decides every\n"
    "case under the policy, compares with what the log recorded, and explains one case in full.\n"
    "  --explain ID   the case to explain; default: the worst overrun\n"
    "  --list         every case that differs from the log\n"
    "Exit codes: 0 done, 1 the policy was refused, 2 wrong usage or unreadable file.\n";

void must(ac_status status, const ac_error *err, const char *where)
{
    if (status == AC_OK)
        return;
    host_print_error(where, err->line, err->column, err);
    exit(1);
}

uint32_t must_ticket(const log_run *run)
{
    uint32_t record = ac_policy_find_kind(run->book.policy, AC_KIND_TICKET);
    if (record == AC_NO_INDEX) {
        fputs("public-logs: the policy has no record that is a ticket\n", stderr);
        exit(1);
    }
    return record;
}

uint32_t must_field(const log_run *run, uint32_t record, const char *name)
{
    uint32_t field = ac_policy_find_field(run->book.policy, record, text_of(name));
    if (field == AC_NO_INDEX) {
        fprintf(stderr, "public-logs: the policy has no field \"%s\" where the log needs one\n", name);
        exit(1);
    }
    return field;
}

uint32_t must_limit(const log_run *run, uint32_t record, const char *name)
{
    uint32_t limit = ac_policy_find_limit(run->book.policy, record, text_of(name));
    if (limit == AC_NO_INDEX) {
        fprintf(stderr, "public-logs: the policy has no limit \"%s\"\n", name);
        exit(1);
    }
    return limit;
}

int log_columns(csv *in, const char *path, const char *const *names, size_t n, size_t *places)
{
    if (!csv_next(in) || in->fault.what) {
        fprintf(stderr, "%s:1:1: the header is missing\n", path);
        return 0;
    }
    for (size_t k = 0; k < n; k++) {
        size_t i = 0;
        while (i < in->count && !(in->cells[i].size == strlen(names[k]) && memcmp(in->cells[i].text, names[k], in->cells[i].size) == 0))
            i++;
        if (i == in->count) {
            fprintf(stderr, "%s:1:1: there is no column \"%s\"\n", path, names[k]);
            return 0;
        }
        places[k] = i;
    }
    return 1;
}

int read_int(const char **at, const char *end)
{
    int n = -1;
    while (*at < end && **at >= '0' && **at <= '9' && n < 100000)
        n = (n < 0 ? 0 : n) * 10 + (*(*at)++ - '0');
    return n;
}

int main(int argc, char **argv)
{
    log_run run = { 0 };
    host_load load = { 0 };
    const char *words[3] = { NULL, NULL, NULL };
    int count = 0, unreadable;
    for (int i = 1; i < argc; i++) {
        int more = i + 1 < argc;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(HELP, stdout);
            return 0;
        } else if (strcmp(argv[i], "--json") == 0) {
            run.json = 1;
        } else if (strcmp(argv[i], "--list") == 0) {
            run.list = 1;
        } else if (strcmp(argv[i], "--explain") == 0 && more) {
            run.explain = argv[++i];
        } else if (strcmp(argv[i], "--zones") == 0 && more) {
            load.zones = argv[++i];
        } else if (strcmp(argv[i], "--lang") == 0 && more) {
            run.lang = strcmp(argv[++i], "zh") == 0 ? AC_LANG_ZH : AC_LANG_EN;
        } else if (strcmp(argv[i], "--data") == 0 && more) {
            load.data = must_resize(load.data, (load.data_count + 1) * sizeof *load.data);
            load.data[load.data_count++] = argv[++i];
        } else if (count < 3 && strncmp(argv[i], "--", 2) != 0) {
            words[count++] = argv[i];
        } else {
            count = 4;
            break;
        }
    }
    int incidents = count == 3 && strcmp(words[0], "incidents") == 0;
    if (count != 3 || (!incidents && strcmp(words[0], "requests") != 0)) {
        fputs(HELP, stderr);
        return 2;
    }
    run.path = words[1];
    load.policy = words[2];
    if (!host_open(&load, &run.book, &unreadable))
        return unreadable ? 2 : 1;
    int code = incidents ? incidents_run(&run) : requests_run(&run);
    host_close(&run.book);
    free(load.data);
    return code;
}
