#include <stdlib.h>
#include <string.h>

#include "aftercare/gate.h"
#include "aftercare/input.h"

/* decide: everything the rules say about one record, or a batch of them. */

static int has_decision(const options *o, const outcome *out)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (text_same(outcome_name(out, i), o->only))
            return 1;
    fprintf(stderr, "aftercare decide: no value or limit is called \"%s\"\n    hint: there are", o->only);
    for (uint32_t i = 0; i < out->count; i++) {
        ac_text name = outcome_name(out, i);
        fprintf(stderr, "%s %.*s", i ? "," : "", (int)name.size, name.data);
    }
    fputc('\n', stderr);
    return 0;
}

/* The kinds of the decisions, so that names can be asked for before anything is decided. */
static int prepare(const options *o, outcome *out, ac_record *record, ac_time at)
{
    ac_error err = AC_ERROR_INIT;
    if (ac_rules_evaluate(record, at, out->decisions, out->count, &err) == AC_OK)
        return 1;
    host_print_error(o->load.policy, err.line, err.column, &err);
    return 0;
}

static void explain(const options *o, const outcome *out, ac_record *record, ac_time at)
{
    ac_error err = AC_ERROR_INIT;
    int first = 1;
    if (o->json)
        fputs(",\"why\":[", stdout);
    for (uint32_t i = 0; i < out->count; i++) {
        const ac_decision *d = &out->decisions[i];
        if (o->only && !text_same(outcome_name(out, i), o->only))
            continue;
        if (!first || !o->json)
            putchar(o->json ? ',' : '\n');
        first = 0;
        if (ac_why_render(record, d->kind, d->index, at, o->json ? AC_FORMAT_JSON : AC_FORMAT_TEXT, o->lang, file_sink, stdout, &err) != AC_OK)
            host_print_error(o->load.policy, err.line, err.column, &err);
    }
    if (o->json)
        putchar(']');
}

static int decide_one(const options *o, outcome *out, ac_record *record, ac_time at)
{
    ac_error err = AC_ERROR_INIT;
    char when[AC_TIME_TEXT_BYTES];
    for (int i = 2; i < o->word_count; i++) {
        if (!input_assign(record, o->words[i], &err)) {
            const char *equals = strchr(o->words[i], '=');
            ac_text name = { o->words[i], equals ? (size_t)(equals - o->words[i]) : 0 };
            if (equals)
                input_hint(record, name, &err);
            host_print_error(o->words[i], 0, 0, &err);
            return EXIT_REFUSED;
        }
    }
    if (o->act)
        return gate_answer(o, out, record, at);
    if (!prepare(o, out, record, at))
        return EXIT_REFUSED;
    if (o->only && !has_decision(o, out))
        return EXIT_USAGE;
    outcome_time(out, at, when);
    if (o->json) {
        outcome_json_open(out, ac_record_id(record), at, o->only, stdout);
        if (o->why)
            explain(o, out, record, at);
        puts("}");
        return EXIT_DONE;
    }
    ac_text id = ac_record_id(record);
    ac_text type = outcome_label(out, text_of(o->words[1]), o->lang);
    printf(o->lang == AC_LANG_ZH ? "%.*s%s%.*s 截至 %s\n" : "%.*s%s%.*s judged at %s\n", (int)type.size, type.data, id.size ? " " : "", (int)id.size, id.data,
           when);
    outcome_text(out, o->only, o->lang, stdout);
    if (o->why)
        explain(o, out, record, at);
    return EXIT_DONE;
}

static int decide_batch(const options *o, outcome *out, ac_record *record, ac_time at)
{
    ac_error err = AC_ERROR_INIT;
    char when[AC_TIME_TEXT_BYTES];
    input *in = must_zero(1, sizeof *in);
    int code = EXIT_REFUSED;
    if (input_open(in, o, "-", record) && prepare(o, out, record, at)) {
        code = EXIT_DONE;
        outcome_time(out, at, when);
        fprintf(stderr, "at %s\n", when);
        if (!o->json)
            outcome_csv_header(out, stdout);
        while (input_next(in, 1)) {
            if (ac_rules_evaluate(record, at, out->decisions, out->count, &err) != AC_OK) {
                host_print_error(in->path, in->reader.cells[0].line, 1, &err);
                in->bad_rows++;
            } else if (o->json) {
                outcome_json_open(out, ac_record_id(record), at, o->only, stdout);
                puts("}");
            } else {
                outcome_csv_row(out, ac_record_id(record), stdout);
            }
        }
        if (in->bad_rows) {
            fprintf(stderr, "aftercare decide: %zu of %zu rows left out\n", in->bad_rows, in->rows);
            code = EXIT_REFUSED;
        }
    }
    input_close(in);
    free(in);
    return code;
}

int command_decide(const options *o)
{
    host_book book;
    outcome out;
    ac_record *record = NULL;
    ac_error err = AC_ERROR_INIT;
    ac_time at;
    int unreadable, code = EXIT_REFUSED;

    if (o->batch && (o->why || o->only || o->act || o->word_count > 2))
        return usage(o->command, "--batch reads every record from standard input and goes without --why, --only, --act and NAME=VALUE");
    if ((o->by || o->actor) && !o->act)
        return usage(o->command, "--by and --actor say who does what --act names");
    if (o->act && o->only)
        return usage(o->command, "--act asks one gate and goes without --only");
    if (o->word_count < 2)
        return usage(o->command, "a FILE and a RECORD are needed");
    if (!options_at(o, host_now(), &at))
        return EXIT_USAGE;
    if (!host_open(&o->load, &book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    uint32_t type = options_record(o, &book, o->words[1]);
    if (type == AC_NO_INDEX) {
        code = EXIT_USAGE;
    } else if (ac_record_new(book.book, book.policy, type, text_of(""), NULL, &record, &err) != AC_OK) {
        host_print_error(o->load.policy, 0, 0, &err);
    } else {
        outcome_open(&out, &book, record);
        code = o->batch ? decide_batch(o, &out, record, at) : decide_one(o, &out, record, at);
        outcome_close(&out);
    }
    ac_record_free(record);
    host_close(&book);
    return code;
}
