#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"
#include "aftercare/summary.h"

/* replay: a whole log under one policy. Two passes over the input: the first finds the latest instant
 * (the default of --at), the second decides. */

typedef struct replay {
    const options *o;
    host_book      book;
    ac_record     *record;
    input          in;
    events         history;
    int            has_history;
    outcome        out;
    FILE          *rows;        /* --out, or NULL */
    size_t         refused;     /* rows whose history or decision failed */
    ac_time        at;
} replay;

/* The next record with its history; rows that cannot be filled are left out. */
static int next_record(replay *r, int tell)
{
    while (input_next(&r->in, tell)) {
        if (!r->has_history || events_fill(&r->history, r->record, tell))
            return 1;
        r->refused++;
    }
    return 0;
}

static size_t find_latest(replay *r)
{
    size_t records = 0;
    ac_time latest = AC_TIME_MIN;
    while (next_record(r, 0)) {
        ac_time at = ac_record_latest(r->record);
        latest = at > latest ? at : latest;
        records++;
    }
    r->at = latest > AC_TIME_MIN ? latest : host_now();
    return records;
}

static int rewind_input(replay *r)
{
    r->refused = 0;
    if (r->has_history)
        memset(r->history.used, 0, r->history.count);
    return input_rewind(&r->in);
}

static int decide_all(replay *r, summary *s, size_t total)
{
    ac_error err = AC_ERROR_INIT;
    size_t done = 0;
    if (r->rows)
        outcome_csv_header(&r->out, r->rows);
    while (next_record(r, 1)) {
        if (ac_rules_evaluate(r->record, r->at, r->out.decisions, r->out.count, &err) != AC_OK) {
            host_print_error(r->in.path, r->in.reader.cells[0].line, 1, &err);
            r->refused++;
            continue;
        }
        if (r->rows)
            outcome_csv_row(&r->out, ac_record_id(r->record), r->rows);
        summary_count(s, &r->out, r->record, r->at);
        host_progress("decided", ++done, total);
    }
    host_progress("decided", total, total);
    return 1;
}

static void report(const replay *r, const summary *s, size_t left_out)
{
    char when[AC_TIME_TEXT_BYTES];
    outcome_time(&r->out, r->at, when);
    ac_text name = ac_policy_name(r->book.policy);
    if (r->o->json) {
        fputs("{\"policy\":", stdout);
        json_text(stdout, name.data, name.size);
        printf(",\"version\":%u,\"at\":\"%s\"", ac_policy_version(r->book.policy), when);
        summary_json(s, &r->out, stdout);
        printf(",\"left_out\":%zu}\n", left_out);
        return;
    }
    printf("%.*s version %u, judged at %s: ", (int)name.size, name.data, ac_policy_version(r->book.policy), when);
    summary_text(s, &r->out, stdout);
}

static int run(replay *r)
{
    ac_error err = AC_ERROR_INIT;
    int code = EXIT_REFUSED;
    if (!input_open(&r->in, r->o, r->o->in, r->record))
        return r->in.unreadable ? EXIT_USAGE : EXIT_REFUSED;
    if (r->o->events) {
        r->has_history = 1;
        if (!events_open(&r->history, r->o, r->o->events))
            return r->history.unreadable ? EXIT_USAGE : EXIT_REFUSED;
        if (!r->in.has_id) {
            fprintf(stderr, "%s:1:1: error[AC-%04d]: events need a column `id` in the log\n    hint: it tells which record an event belongs to\n", r->in.path,
                    TOOL_NO_ID);
            return EXIT_REFUSED;
        }
    }
    size_t total = find_latest(r);
    if (!options_at(r->o, r->at, &r->at))
        return EXIT_USAGE;
    if (!rewind_input(r))
        return EXIT_REFUSED;
    if (ac_rules_evaluate(r->record, r->at, r->out.decisions, r->out.count, &err) != AC_OK) {
        host_print_error(r->o->load.policy, err.line, err.column, &err);
        return EXIT_REFUSED;
    }
    if (r->o->out) {
        r->rows = strcmp(r->o->out, "-") == 0 ? stdout : fopen(r->o->out, "wb");
        if (!r->rows) {
            fprintf(stderr, "aftercare replay: %s: %s\n", r->o->out, strerror(errno));
            return EXIT_USAGE;
        }
    }
    summary *s = summary_new(&r->out);
    decide_all(r, s, total);
    size_t strays = r->has_history ? events_strays(&r->history) + r->history.bad_rows : 0;
    size_t left_out = r->in.bad_rows + r->refused;
    if (left_out || strays)
        fprintf(stderr, "aftercare replay: %zu of %zu rows and %zu events left out\n", left_out, r->in.rows, strays);
    if (r->rows != stdout)
        report(r, s, left_out);
    code = left_out || strays ? EXIT_REFUSED : EXIT_DONE;
    if (r->rows && r->rows != stdout) {
        int failed = ferror(r->rows);
        if (fclose(r->rows) != 0 || failed) {
            fprintf(stderr, "aftercare replay: %s: cannot be written to the end\n", r->o->out);
            code = EXIT_USAGE;
        }
    }
    summary_free(s);
    return code;
}

int command_replay(const options *o)
{
    ac_error err = AC_ERROR_INIT;
    int unreadable, code;
    if (o->word_count < 2 || !o->in)
        return usage(o->command, "a FILE, a RECORD and --in CSV are needed");
    replay *r = must_zero(1, sizeof *r);
    r->o = o;
    if (!host_open(&o->load, &r->book, &unreadable)) {
        free(r);
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    }
    uint32_t type = options_record(o, &r->book, o->words[1]);
    if (type == AC_NO_INDEX) {
        code = EXIT_USAGE;
    } else if (ac_record_new(r->book.book, r->book.policy, type, text_of(""), NULL, &r->record, &err) != AC_OK) {
        host_print_error(o->load.policy, 0, 0, &err);
        code = EXIT_REFUSED;
    } else {
        outcome_open(&r->out, &r->book, r->record);
        code = run(r);
        outcome_close(&r->out);
    }
    input_close(&r->in);
    if (r->has_history)
        events_close(&r->history);
    ac_record_free(r->record);
    host_close(&r->book);
    free(r);
    return code;
}
