#include <stdlib.h>
#include <string.h>

#include "aftercare/columns.h"
#include "aftercare/gate.h"
#include "aftercare/openings.h"

/* decide: everything the rules say about one record, or a batch of them. */

static int has_decision(const options *o, const outcome *out, const openings *opens)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (text_same(outcome_name(out, i), o->only))
            return 1;
    if (openings_can(opens, o->only))
        return 1;
    fprintf(stderr, "aftercare decide: no value, limit or record that is opened is called \"%s\"\n    hint: there are", o->only);
    for (uint32_t i = 0; i < out->count; i++) {
        ac_text name = outcome_name(out, i);
        fprintf(stderr, "%s %.*s", i ? "," : "", (int)name.size, name.data);
    }
    fputc('\n', stderr);
    return 0;
}

/* Decides the record at hand. 0 after a message. */
static int evaluate(const options *o, outcome *out, ac_record *record, ac_time at)
{
    ac_error err = AC_ERROR_INIT;
    if (ac_rules_evaluate(record, at, out->decisions, out->count, &err) == AC_OK)
        return 1;
    host_print_error(o->load.policy, err.line, err.column, &err);
    return 0;
}

static void explain_one(const options *o, ac_record *record, ac_decision_kind kind, uint32_t index, ac_time at, int *first)
{
    ac_error err = AC_ERROR_INIT;
    if (!*first || !o->json)
        putchar(o->json ? ',' : '\n');
    *first = 0;
    if (ac_why_render(record, kind, index, at, o->json ? AC_FORMAT_JSON : AC_FORMAT_TEXT, o->lang, file_sink, stdout, &err) != AC_OK)
        host_print_error(o->load.policy, err.line, err.column, &err);
}

static void explain(const options *o, const outcome *out, const openings *opens)
{
    int first = 1;
    if (o->json)
        fputs(",\"why\":[", stdout);
    for (uint32_t i = 0; i < out->count; i++) {
        const ac_decision *d = &out->decisions[i];
        if (o->only && !text_same(outcome_name(out, i), o->only))
            continue;
        explain_one(o, opens->record, d->kind, d->index, opens->at, &first);
    }
    for (uint32_t i = 0; i < ac_policy_record_count(out->policy); i++)
        if (openings_tells(opens, i))
            explain_one(o, opens->record, AC_DECISION_OPENING, i, opens->at, &first);
    if (o->json)
        putchar(']');
}

/* NAME=VALUE of the command line. */
static int fill_words(void *user, version *one, int tell)
{
    const options *const *o = user;
    ac_record_reset(one->record);
    return input_words(one->record, *o, 2, tell);
}

static void no_policy(const outcome *out, const char *when)
{
    ac_text name = ac_policy_name(out->policy);
    printf(host_words("%.*s: no policy in force (judged at %s)\n"), (int)name.size, name.data, when);
}

static int show(const options *o, const outcome *out, const openings *opens, const char *when)
{
    ac_text id = ac_record_id(opens->record), type = outcome_label(out, text_of(o->words[1]), o->lang);
    int code = outcome_errors(out, o->only) ? EXIT_REFUSED : EXIT_DONE;
    if (o->only && !has_decision(o, out, opens))
        return EXIT_USAGE;
    if (o->json) {
        outcome_json_open(out, id, opens->at, o->only, stdout);
        openings_json(opens, stdout);
        if (o->why)
            explain(o, out, opens);
        puts("}");
        return code;
    }
    printf(o->lang == AC_LANG_ZH ? "%.*s%s%.*s 截至 %s\n" : "%.*s%s%.*s judged at %s\n", (int)type.size, type.data, id.size ? " " : "", (int)id.size, id.data,
           when);
    if (out->count + opens->count == 0)
        puts(o->lang == AC_LANG_ZH ? "  没有需要推算或限时的内容" : "  nothing is worked out, limited or opened here");
    outcome_text(out, opens->at, o->only, o->lang, stdout);
    openings_text(opens, stdout);
    if (o->why)
        explain(o, out, opens);
    return code;
}

static int decide_one(const options *o, versions *v, ac_time at)
{
    char when[AC_TIME_TEXT_BYTES];
    version *judge;
    choice made = versions_choose(v, fill_words, &o, at, 1, &judge);
    outcome *out = &v->list[0].out;
    outcome_time(out, at, when);
    if (made == CHOICE_REFUSED)
        return EXIT_REFUSED;
    if (made == CHOICE_NO_POLICY && o->json)
        printf("{\"at\":\"%s\",\"answer\":\"no policy in force\"}\n", when);
    else if (made == CHOICE_NO_POLICY)
        no_policy(out, when);
    if (made == CHOICE_NO_POLICY)
        return EXIT_DONE;
    ac_record *record = judge->record;
    out = &judge->out;
    if (o->act)
        return gate_answer(o, out, record, at);
    if (!evaluate(o, out, record, at))
        return EXIT_REFUSED;
    openings opens;
    int code = EXIT_REFUSED;
    outcome_time(out, at, when);
    if (openings_open(&opens, o, out, record, at))
        code = show(o, out, &opens, when);
    openings_close(&opens);
    return code;
}

static void batch_row(const options *o, const columns *c, const versions *v, version *judge, ac_text id, ac_time at)
{
    openings opens;
    if (o->json && judge) {
        outcome_json_open(&judge->out, id, at, o->only, stdout);
        if (openings_open(&opens, o, &judge->out, judge->record, at))
            openings_json(&opens, stdout);
        openings_close(&opens);
        puts("}");
    } else if (o->json) {
        fputs("{\"id\":", stdout);
        json_text(stdout, id.data, id.size);
        puts(",\"answer\":\"no policy in force\"}");
    } else if (v->count == 1) {
        outcome_csv_row(&judge->out, id, stdout);
    } else {
        columns_csv_row(c, v, &judge, id, 0, stdout);
    }
}

static void batch_header(const options *o, const columns *c, const versions *v)
{
    if (o->json)
        return;
    if (v->count == 1)
        outcome_csv_header(&v->list[0].out, stdout);
    else
        columns_csv_header(c, stdout);
}

static int decide_batch(const options *o, versions *v, ac_time at)
{
    char when[AC_TIME_TEXT_BYTES];
    input *in = must_zero(1, sizeof *in);
    ac_record **records = must_zero(v->count, sizeof *records);
    int code = EXIT_REFUSED;
    for (size_t i = 0; i < v->count; i++) {
        v->list[i].target = i;
        records[i] = v->list[i].record;
    }
    if (input_open(in, o, "-", records, v->count) && versions_prepare(v, o, at)) {
        columns c;
        version *judge;
        size_t errors = 0;
        columns_open(&c, v, 1);
        outcome_time(&v->list[0].out, at, when);
        fprintf(stderr, "at %s\n", when);
        batch_header(o, &c, v);
        while (input_row(in, 1)) {
            choice made = versions_judge(v, in, NULL, at, 1, &judge);
            if (made == CHOICE_REFUSED)
                in->bad_rows++;
            else
                batch_row(o, &c, v, made == CHOICE_MADE ? judge : NULL, input_id(in), at);
            errors += made == CHOICE_MADE ? outcome_errors(&judge->out, NULL) : 0;
        }
        columns_close(&c);
        if (in->bad_rows)
            fprintf(stderr, "aftercare decide: %zu of %zu rows left out\n", in->bad_rows, in->rows);
        if (errors)
            fprintf(stderr, "aftercare decide: %zu decision%s in error\n", errors, errors == 1 ? "" : "s");
        code = in->bad_rows || errors ? EXIT_REFUSED : EXIT_DONE;
    }
    input_close(in);
    free(in);
    free(records);
    return code;
}

int command_decide(const options *o)
{
    versions v;
    ac_time at;

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
    int code = versions_open(&v, o, &o->load, o->words[1]);
    if (code == EXIT_DONE)
        code = o->batch ? decide_batch(o, &v, at) : decide_one(o, &v, at);
    versions_close(&v);
    return code;
}
