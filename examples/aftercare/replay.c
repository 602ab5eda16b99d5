#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aftercare/html.h"
#include "aftercare/summary.h"

/* replay: a whole log under one policy, or under two beside each other. Two passes over the input: the first finds the latest instant
 * (the default of --at), the second decides. */

typedef struct replay {
    const options *o;
    versions       sides[2];    /* --against: the new one is the second */
    size_t         side_count;
    input          in;
    events         history;
    int            has_history;
    FILE          *rows;        /* --out, or NULL */
    columns        columns;
    whatif         whatif;
    summary      **summaries;   /* one for each version of the one side */
    charts         charts;      /* --html */
    timeline       timeline;
    size_t         no_policy;   /* records that no version was in force for */
    size_t         errors;      /* decisions in error, on either side */
    ac_time        at;
} replay;

static int is_plain(const replay *r)
{
    return r->side_count == 1 && r->sides[0].count == 1;
}

/* Fills the row at hand on the first side, to see when it was. */
static size_t find_latest(replay *r)
{
    size_t records = 0;
    ac_time latest = AC_TIME_MIN;
    version *judge;
    while (input_row(&r->in, 0)) {
        if (versions_fill(&r->sides[0], &r->in, r->has_history ? &r->history : NULL, AC_TIME_MAX, 0, &judge) == CHOICE_REFUSED)
            continue;
        ac_time at = ac_record_latest(judge->record);
        latest = at > latest ? at : latest;
        records++;
    }
    r->at = latest > AC_TIME_MIN ? latest : host_now();
    return records;
}

static int rewind_input(replay *r)
{
    if (r->has_history)
        memset(r->history.used, 0, r->history.count);
    return input_rewind(&r->in);
}

/* Judges the row at hand on every side; 0 when it is refused. */
static int judge_row(replay *r, version **judges)
{
    for (size_t s = 0; s < r->side_count; s++) {
        choice made = versions_judge(&r->sides[s], &r->in, r->has_history ? &r->history : NULL, r->at, 1, &judges[s]);
        if (made == CHOICE_REFUSED)
            return 0;
        if (made == CHOICE_NO_POLICY)
            judges[s] = NULL;
    }
    return 1;
}

static void count_row(replay *r, version **judges)
{
    int changed = 0;
    version *judge = judges[0];
    if (r->side_count == 2)
        changed = whatif_count(&r->whatif, r->sides, judges, r->at);
    else if (judge)
        summary_count(r->summaries[judge - r->sides[0].list], &judge->out, judge->record, r->at);
    for (size_t s = 0; r->o->html && s < r->side_count; s++)
        if (judges[s])
            charts_count(&r->charts, s, judges[s], r->at);
    if (r->o->html && judge)
        timeline_take(&r->timeline, judge, r->sides[0].book.book, r->at, r->o->lang);
    for (size_t s = 0; s < r->side_count; s++)
        r->errors += judges[s] ? outcome_errors(&judges[s]->out, NULL) : 0;
    r->no_policy += !judge && (r->side_count == 1 || !judges[1]);
    if (r->rows && is_plain(r))
        outcome_csv_row(&judge->out, ac_record_id(judge->record), r->rows);
    else if (r->rows)
        columns_csv_row(&r->columns, r->sides, judges, input_id(&r->in), changed, r->rows);
}

static void decide_all(replay *r, size_t total)
{
    size_t done = 0;
    if (r->rows && is_plain(r))
        outcome_csv_header(&r->sides[0].list[0].out, r->rows);
    else if (r->rows)
        columns_csv_header(&r->columns, r->rows);
    while (input_row(&r->in, 1)) {
        version *judges[2] = { NULL, NULL };
        if (judge_row(r, judges))
            count_row(r, judges);
        else
            r->in.bad_rows++;
        host_progress("decided", ++done, total);
    }
    host_progress("decided", total, total);
    whatif_finish(&r->whatif);
}

/* --- reports ------------------------------------------------------------------------------ */

static void json_versions(const versions *v)
{
    putchar('[');
    for (size_t i = 0; i < v->count; i++) {
        fputs(i ? ",{" : "{", stdout);
        outcome_json_policy(v->list[i].policy, stdout);
        putchar('}');
    }
    putchar(']');
}

static void json_editions(const versions *v)
{
    ac_edition_info info;
    fputs("[", stdout);
    for (uint32_t i = 0; ac_rulebook_edition_at(v->book.book, i, &info) == AC_OK; i++) {
        char hex[65];
        ac_digest_hex(&info.digest, hex);
        fputs(i ? ",{\"name\":" : "{\"name\":", stdout);
        json_text(stdout, info.name.data, info.name.size);
        fputs(",\"edition\":", stdout);
        json_text(stdout, info.word.data, info.word.size);
        printf(",\"digest\":\"%s\"}", hex);
    }
    putchar(']');
}

static void report_json(const replay *r, const char *when, size_t left_out)
{
    const versions *v = &r->sides[0];
    putchar('{');
    if (is_plain(r)) {
        outcome_json_policy(v->list[0].policy, stdout);
        printf(",\"at\":\"%s\"", when);
        summary_json(r->summaries[0], &v->list[0].out, stdout);
    } else if (r->side_count == 2) {
        printf("\"at\":\"%s\",\"old\":", when);
        json_versions(&r->sides[0]);
        fputs(",\"new\":", stdout);
        json_versions(&r->sides[1]);
        whatif_json(&r->whatif, stdout);
    } else {
        printf("\"at\":\"%s\",\"versions\":[", when);
        for (size_t i = 0; i < v->count; i++) {
            fputs(i ? ",{" : "{", stdout);
            outcome_json_policy(v->list[i].policy, stdout);
            summary_json(r->summaries[i], &v->list[i].out, stdout);
            putchar('}');
        }
        putchar(']');
    }
    fputs(",\"editions\":", stdout);
    json_editions(v);
    if (!is_plain(r))
        printf(",\"no_policy_in_force\":%zu", r->no_policy);
    printf(",\"left_out\":%zu}\n", left_out);
}

/* "desk version 1 from 2024-01-01 to 2025-01-01: " */
static void print_version(const ac_policy *policy)
{
    ac_text name = ac_policy_name(policy);
    ac_day from, to;
    char day[AC_TIME_TEXT_BYTES];
    ac_policy_effective(policy, &from, &to);
    printf("\n%.*s version %u", (int)name.size, name.data, ac_policy_version(policy));
    if (from != AC_DAY_MIN) {
        ac_day_format(from, day);
        printf(" from %s", day);
    }
    if (to != AC_DAY_MAX) {
        ac_day_format(to, day);
        printf(" to %s", day);
    }
    fputs(": ", stdout);
}

static void report_text(const replay *r, const char *when)
{
    const versions *v = &r->sides[0];
    text_buffer name = { 0 };
    versions_name(v, &name);
    printf("%s", name.data);
    if (r->side_count == 2) {
        versions_name(&r->sides[1], &name);
        printf(" against %s", name.data);
    }
    printf(", judged at %s%s", when, r->side_count == 1 && v->count > 1 ? "\n" : ": ");
    if (r->side_count == 2)
        whatif_text(&r->whatif, stdout);
    for (size_t i = 0; r->side_count == 1 && i < v->count; i++) {
        if (v->count > 1)
            print_version(v->list[i].policy);
        summary_text(r->summaries[i], &v->list[i].out, stdout);
    }
    if (r->no_policy)
        printf("\n  no policy in force: %zu record%s\n", r->no_policy, r->no_policy == 1 ? "" : "s");
    text_free(&name);
}

/* --- the run ------------------------------------------------------------------------------ */

static int open_input(replay *r)
{
    size_t count = 0, k = 0;
    for (size_t s = 0; s < r->side_count; s++)
        count += r->sides[s].count;
    ac_record **records = must_zero(count, sizeof *records);
    for (size_t s = 0; s < r->side_count; s++)
        for (size_t i = 0; i < r->sides[s].count; i++, k++) {
            records[k] = r->sides[s].list[i].record;
            r->sides[s].list[i].target = k;
        }
    int good = input_open(&r->in, r->o, r->o->in, records, count);
    free(records);
    if (!good)
        return r->in.unreadable ? EXIT_USAGE : EXIT_REFUSED;
    if (!r->o->events)
        return EXIT_DONE;
    r->has_history = 1;
    if (!events_open(&r->history, r->o->events))
        return r->history.unreadable ? EXIT_USAGE : EXIT_REFUSED;
    if (r->in.has_id)
        return EXIT_DONE;
    fprintf(stderr, "%s:1:1: error[AC-%04d]: events need a column `id` in the log\n    hint: it tells which record an event belongs to\n", r->in.path, TOOL_NO_ID);
    return EXIT_REFUSED;
}

static int open_rows(replay *r)
{
    if (!r->o->out)
        return 1;
    r->rows = strcmp(r->o->out, "-") == 0 ? stdout : fopen(r->o->out, "wb");
    if (!r->rows)
        fprintf(stderr, "aftercare replay: %s: %s\n", r->o->out, strerror(errno));
    return r->rows != NULL;
}

static int close_rows(replay *r)
{
    int failed;
    if (!r->rows || r->rows == stdout)
        return 1;
    failed = ferror(r->rows);
    if (fclose(r->rows) == 0 && !failed)
        return 1;
    fprintf(stderr, "aftercare replay: %s: cannot be written to the end\n", r->o->out);
    return 0;
}

static int write_page(const replay *r)
{
    html_page page = { r->sides, r->side_count, &r->charts, r->side_count == 2 ? &r->whatif : NULL, &r->timeline, 0, r->no_policy, r->in.bad_rows, r->at, r->o->lang };
    FILE *to = r->o->html ? fopen(r->o->html, "wb") : NULL;
    if (!r->o->html)
        return 1;
    page.records = r->in.rows - r->in.bad_rows;
    if (to)
        html_write(&page, to);
    int failed = !to || ferror(to);
    if (to && fclose(to) != 0)
        failed = 1;
    if (failed)
        fprintf(stderr, "aftercare replay: %s: %s\n", r->o->html, strerror(errno));
    return !failed;
}

static int run(replay *r)
{
    char when[AC_TIME_TEXT_BYTES];
    int code = open_input(r);
    if (code != EXIT_DONE)
        return code;
    size_t total = find_latest(r);
    if (!options_at(r->o, r->at, &r->at))
        return EXIT_USAGE;
    if (!rewind_input(r))
        return EXIT_REFUSED;
    for (size_t s = 0; s < r->side_count; s++)
        if (!versions_prepare(&r->sides[s], r->o, r->at))
            return EXIT_REFUSED;
    if (!open_rows(r))
        return EXIT_USAGE;
    columns_open(&r->columns, r->sides, r->side_count);
    whatif_open(&r->whatif, &r->columns);
    charts_open(&r->charts, r->side_count, r->o->lang);
    r->timeline.id = r->o->ticket;
    r->summaries = must_zero(r->sides[0].count, sizeof *r->summaries);
    for (size_t i = 0; i < r->sides[0].count; i++)
        r->summaries[i] = summary_new(&r->sides[0].list[i].out);
    decide_all(r, total);
    size_t strays = r->has_history ? events_strays(&r->history) + r->history.bad_rows : 0;
    size_t left_out = r->in.bad_rows;
    if (left_out || strays)
        fprintf(stderr, "aftercare replay: %zu of %zu rows and %zu events left out\n", left_out, r->in.rows, strays);
    if (r->errors)
        fprintf(stderr, "aftercare replay: %zu decision%s in error\n", r->errors, r->errors == 1 ? "" : "s");
    outcome_time(&r->sides[0].list[0].out, r->at, when);
    if (r->rows != stdout && r->o->json)
        report_json(r, when, left_out);
    else if (r->rows != stdout)
        report_text(r, when);
    code = left_out || strays || r->errors ? EXIT_REFUSED : EXIT_DONE;
    charts_finish(&r->charts);
    if (!write_page(r) || !close_rows(r))
        code = EXIT_USAGE;
    for (size_t i = 0; i < r->sides[0].count; i++)
        summary_free(r->summaries[i]);
    free(r->summaries);
    charts_close(&r->charts);
    timeline_free(&r->timeline);
    whatif_close(&r->whatif);
    columns_close(&r->columns);
    return code;
}

/* The new side is loaded with the same data files and zones. */
static int open_sides(replay *r)
{
    host_load against = r->o->load;
    int code;
    r->side_count = 1;
    code = versions_open(&r->sides[0], r->o, &r->o->load, r->o->words[1]);
    if (code != EXIT_DONE || !r->o->against)
        return code;
    r->side_count = 2;
    against.policy = r->o->against;
    against.more_count = 0;
    return versions_open(&r->sides[1], r->o, &against, r->o->words[1]);
}

int command_replay(const options *o)
{
    int code;
    if (o->word_count < 2 || !o->in)
        return usage(o->command, "a FILE, a RECORD and --in CSV are needed");
    if (o->ticket && !o->html)
        return usage(o->command, "--ticket says whose timeline stands in the page of --html FILE");
    replay *r = must_zero(1, sizeof *r);
    r->o = o;
    code = open_sides(r);
    if (code == EXIT_DONE)
        code = run(r);
    input_close(&r->in);
    if (r->has_history)
        events_close(&r->history);
    for (size_t s = 0; s < r->side_count; s++)
        versions_close(&r->sides[s]);
    free(r);
    return code;
}
