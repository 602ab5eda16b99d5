#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"
#include "aftercare/outcome.h"
#include "aftercare/with.h"

/* eval: one expression in the scope of a record, or a batch of them. */

typedef struct evaluation {
    const options *o;
    host_book      book;
    ac_record     *record;
    ac_zone       *zone;
    with           with;
    ac_time        at;
    text_buffer    line;        /* the result */
    int            code;        /* exit code of it */
} evaluation;

static void refuse(evaluation *e, unsigned code, const char *what, size_t size, const char *name)
{
    char head[32];
    text_clear(&e->line);
    text_add(&e->line, head, (size_t)snprintf(head, sizeof head, "error AC-%04u ", code));
    text_add(&e->line, what, size);
    if (name && name[0]) {
        text_add(&e->line, ": ", 2);
        text_put(&e->line, name);
    }
    e->code = EXIT_REFUSED;
}

static void refuse_error(evaluation *e, const ac_error *err)
{
    const char *what = host_error_text(err);
    refuse(e, err->code, what, strlen(what), err->name);
}

/* The first error of a report as the result line. */
static void refuse_report(evaluation *e, const ac_report *report)
{
    for (size_t i = 0; i < ac_report_count(report); i++) {
        ac_diagnostic d = AC_DIAGNOSTIC_INIT;
        if (ac_report_at(report, i, &d) == AC_OK && d.severity == AC_SEVERITY_ERROR) {
            text_buffer message = { 0 };
            ac_report_message(report, i, e->o->lang, text_sink, &message);
            refuse(e, d.code, message.data, message.size, NULL);
            text_free(&message);
            if (d.hint.size && !e->o->batch && e->o->lang == AC_LANG_EN)     /* the result itself stays one line */
                fprintf(stderr, "    hint: %.*s\n", (int)d.hint.size, d.hint.data);
            return;
        }
    }
    refuse(e, 0, "refused", 7, NULL);
}

static void conclude(evaluation *e, const ac_value *value)
{
    outcome_phrase(e->book.policy, e->zone, value, &e->line);
    e->code = value->state == AC_VALUE_ERROR || value->state == AC_VALUE_UNSUPPORTED ? EXIT_REFUSED
            : value->state == AC_VALUE_UNKNOWN || value->state == AC_VALUE_UNSET     ? EXIT_UNDECIDED
                                                                                      : EXIT_DONE;
}

static void evaluate(evaluation *e, ac_text expression)
{
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL;
    ac_expression *compiled = NULL;
    ac_policy_options how = AC_POLICY_OPTIONS_INIT;
    ac_source source = { { "expression", 10 }, expression };
    ac_value value = { 0 };

    with_join(&e->with, e->record);
    ac_status st = ac_report_new(NULL, &report, &err);
    if (st == AC_OK)
        st = ac_expression_compile(e->book.policy, ac_record_type(e->record), &source, &how, &compiled, report, &err);
    if (st == AC_OK)
        st = ac_rules_expression(e->record, compiled, e->at, &value, &err);
    if (st == AC_OK)
        conclude(e, &value);
    else if (st == AC_E_POLICY)
        refuse_report(e, report);
    else
        refuse_error(e, &err);
    ac_expression_free(compiled);
    ac_report_free(report);
}

static void print_result(const evaluation *e)
{
    if (!e->o->json) {
        printf("%s\n", e->line.data);
        return;
    }
    fputs("{\"result\":", stdout);
    json_text(stdout, e->line.data, e->line.size);
    puts("}");
}

/* One line of a batch: fields parted by tabs; the line is cut up in place. */
static void evaluate_line(evaluation *e, char *line)
{
    ac_error err = AC_ERROR_INIT;
    char *rest = strchr(line, '\t');
    if (rest)
        *rest++ = '\0';
    const char *first = rest;
    ac_record_reset(e->record);
    while (rest) {
        char *next = strchr(rest, '\t');
        if (next)
            *next++ = '\0';
        int good = 1;
        for (const char *earlier = first; earlier < rest && good; earlier += strlen(earlier) + 1)
            good = input_is_new(earlier, rest, &err);
        if (*rest && good)
            good = input_assign(e->record, e->o, rest, &err);
        if (!good) {
            refuse_error(e, &err);
            return;
        }
        rest = next;
    }
    evaluate(e, text_of(line));
}

static int evaluate_batch(evaluation *e)
{
    size_t size;
    char *text = host_read("-", &size);
    if (!text)
        return EXIT_USAGE;
    for (char *line = text; line < text + size;) {
        char *end = memchr(line, '\n', (size_t)(text + size - line));
        char *next = end ? end + 1 : text + size;
        size_t n = (size_t)((end ? end : text + size) - line);
        if (n && line[n - 1] == '\r')
            n--;
        line[n] = '\0';
        if (strlen(line) != n)
            refuse(e, TOOL_ARGUMENT, "a NUL byte in the line", 22, NULL);
        else
            evaluate_line(e, line);
        print_result(e);
        line = next;
    }
    free(text);
    return EXIT_DONE;
}

int command_eval(const options *o)
{
    evaluation e = { 0 };
    ac_error err = AC_ERROR_INIT;
    int unreadable, code = EXIT_REFUSED;

    if (o->word_count < (o->batch ? 1 : 2) || !o->of)
        return usage(o->command, "a FILE, --of RECORD and an EXPRESSION (or --batch) are needed");
    if (!options_at(o, host_now(), &e.at))
        return EXIT_USAGE;
    if (!host_open(&o->load, &e.book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    e.o = o;
    e.zone = ac_rulebook_zone(e.book.book, e.book.policy);
    uint32_t type = options_record(o, e.book.policy, text_of(o->of));
    if (type == AC_NO_INDEX) {
        code = EXIT_USAGE;
    } else if (ac_record_new(e.book.book, e.book.policy, type, text_of(""), NULL, &e.record, &err) != AC_OK) {
        host_print_error(o->load.policy, 0, 0, &err);
    } else if ((code = with_open(&e.with, o, e.book.book, e.book.policy)) != EXIT_DONE) {
        /* told */
    } else if (o->batch) {
        code = evaluate_batch(&e);
    } else {
        int good = 1;
        for (int i = 2; i < o->word_count && good; i++) {
            for (int j = 2; j < i && good; j++)
                good = input_is_new(o->words[j], o->words[i], &err);
            good = good && input_assign(e.record, o, o->words[i], &err);
        }
        if (good)
            evaluate(&e, text_of(o->words[1]));
        else
            refuse_error(&e, &err);
        print_result(&e);
        code = e.code;
    }
    text_free(&e.line);
    ac_record_free(e.record);
    with_close(&e.with);
    host_close(&e.book);
    return code;
}
