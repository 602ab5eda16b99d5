#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "aftercare/input.h"

/* clock: working-time arithmetic on a calendar of the policy, one question a line. */

enum { CLOCK_PAUSES = 4096 };

typedef struct question {
    ac_text  op;
    ac_time  start, end;
    int64_t  amount;
    size_t   pause_count;
    ac_pause pauses[CLOCK_PAUSES];
} question;

typedef struct clock_run {
    const options *o;
    host_book      book;
    ac_zone       *zone;
    uint32_t       calendar;
    int            columns[5];      /* place of op, start, amount, end, pauses in a row; -1: not there */
    question       q;
} clock_run;

static const char *const NAMES[5] = { "op", "start", "amount", "end", "pauses" };

static int read_header(clock_run *run, csv *in)
{
    for (int k = 0; k < 5; k++)
        run->columns[k] = -1;
    if (!csv_next(in) || in->fault.what) {
        fprintf(stderr, "(stdin):1:1: error[AC-%04d]: the header op,start,amount,end,pauses is missing\n", TOOL_COLUMN);
        return 0;
    }
    for (size_t i = 0; i < in->count; i++) {
        ac_text name = { in->cells[i].text, in->cells[i].size };
        int k = 0;
        while (k < 5 && !text_same(name, NAMES[k]))
            k++;
        if (k == 5) {
            fprintf(stderr, "(stdin):1:%u: error[AC-%04d]: there is no column \"%.*s\"\n    hint: the header is op,start,amount,end,pauses\n",
                    in->cells[i].column, TOOL_COLUMN, (int)name.size, name.data);
            return 0;
        }
        run->columns[k] = (int)i;
    }
    if (run->columns[0] < 0 || run->columns[1] < 0) {
        fprintf(stderr, "(stdin):1:1: error[AC-%04d]: the columns op and start are needed\n", TOOL_COLUMN);
        return 0;
    }
    return 1;
}

static ac_text column(const clock_run *run, const csv *in, int k)
{
    ac_text text = { "", 0 };
    if (run->columns[k] >= 0 && (size_t)run->columns[k] < in->count) {
        text.data = in->cells[run->columns[k]].text;
        text.size = in->cells[run->columns[k]].size;
    }
    return text;
}

static int read_amount(ac_text text, int64_t *out)
{
    int64_t n = 0;
    size_t i = text.size && text.data[0] == '-';
    if (i == text.size || text.size > 18)
        return 0;
    for (; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        n = n * 10 + (text.data[i] - '0');
    }
    *out = text.data[0] == '-' ? -n : n;
    return 1;
}

/* "from/to;from/to"; an empty `to` lasts for ever. */
static int read_pauses(ac_text text, question *q)
{
    q->pause_count = 0;
    while (text.size) {
        const char *semicolon = memchr(text.data, ';', text.size);
        ac_text one = { text.data, semicolon ? (size_t)(semicolon - text.data) : text.size };
        const char *slash = memchr(one.data, '/', one.size);
        if (!slash || q->pause_count == CLOCK_PAUSES)
            return 0;
        ac_pause *p = &q->pauses[q->pause_count++];
        ac_text from = { one.data, (size_t)(slash - one.data) }, to = { slash + 1, one.size - from.size - 1 };
        p->to = AC_TIME_MAX;
        if (ac_time_parse(from, &p->from, NULL) != AC_OK || (to.size && ac_time_parse(to, &p->to, NULL) != AC_OK))
            return 0;
        size_t used = one.size + (semicolon != NULL);
        text.data += used;
        text.size -= used;
    }
    return 1;
}

/* NULL, or what is wrong with the row. */
static const char *read_question(clock_run *run, const csv *in)
{
    question *q = &run->q;
    ac_text end = column(run, in, 3), amount = column(run, in, 2);
    q->op = column(run, in, 0);
    q->amount = 0;
    q->end = 0;
    if (in->fault.what)
        return in->fault.what;
    if (ac_time_parse(column(run, in, 1), &q->start, NULL) != AC_OK)
        return "start is no RFC 3339 instant";
    if (end.size && ac_time_parse(end, &q->end, NULL) != AC_OK)
        return "end is no RFC 3339 instant";
    if (text_same(q->op, "elapsed") ? !end.size : 0)
        return "elapsed needs an end";
    if (amount.size ? !read_amount(amount, &q->amount) : !text_same(q->op, "elapsed") && !text_same(q->op, "open"))
        return "amount is no whole number";
    if (!read_pauses(column(run, in, 4), q))
        return "pauses are written from/to;from/to in RFC 3339";
    return NULL;
}

/* One line of the results. */
static void say(const clock_run *run, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (run->o->json) {
        fputs("{\"result\":", stdout);
        json_text(stdout, line, strlen(line));
        puts("}");
    } else {
        puts(line);
    }
}

static void print_answer(const clock_run *run, const ac_clock_answer *answer)
{
    char at[AC_TIME_TEXT_BYTES];
    switch (answer->state) {
    case AC_CLOCK_AT:
        ac_time_format(answer->at, run->zone, at);
        say(run, "%s", at);
        break;
    case AC_CLOCK_NEVER:       say(run, "never"); break;
    case AC_CLOCK_NOT_COVERED: say(run, "not-covered"); break;
    case AC_CLOCK_SUSPENDED:   say(run, "suspended %lld", (long long)answer->left_s); break;
    }
}

static void print_error(const clock_run *run, const ac_error *err)
{
    if (err->status == AC_E_NOT_COVERED)
        say(run, "not-covered");
    else if (err->status == AC_E_NEVER)
        say(run, "never");
    else
        say(run, "error AC-%04u %s", err->code, host_error_text(err));
}

/* How a count of days ends is the policy's choice; the language says it once in the header. */
static void answer(const clock_run *run)
{
    const question *q = &run->q;
    const ac_calendar *calendar = NULL;
    ac_clock_answer out = { AC_CLOCK_AT, 0, 0, 0 };
    ac_error err = AC_ERROR_INIT;
    ac_secs seconds = 0;
    int open = 0;
    ac_status st = ac_rulebook_calendar(run->book.book, run->book.policy, run->calendar, q->start, &calendar, &err);
    ac_days_end end = AC_DAYS_END_MIDNIGHT;

    if (st != AC_OK) {
        print_error(run, &err);
        return;
    }
    if (text_same(q->op, "elapsed") || text_same(q->op, "open")) {
        st = text_same(q->op, "open") ? ac_calendar_is_open(calendar, q->start, &open, &err)
                                      : ac_clock_elapsed(calendar, AC_CLOCK_WORKING, q->start, q->end, q->pauses, q->pause_count, &seconds, &err);
        if (st != AC_OK)
            print_error(run, &err);
        else if (text_same(q->op, "open"))
            say(run, "%s", open ? "yes" : "no");
        else
            say(run, "%lld", (long long)seconds);
        return;
    }
    if (text_same(q->op, "due"))
        st = ac_clock_due(calendar, AC_CLOCK_WORKING, q->start, q->amount, q->pauses, q->pause_count, &out, &err);
    else if (text_same(q->op, "late"))
        st = ac_clock_late(calendar, AC_CLOCK_WORKING, q->start, q->amount, q->pauses, q->pause_count, &out, &err);
    else if (text_same(q->op, "subtract"))
        st = ac_clock_subtract(calendar, AC_CLOCK_WORKING, q->start, q->amount, q->pauses, q->pause_count, &out, &err);
    else if (ac_policy_days_end(run->book.policy, &end) != AC_OK) {
        say(run, "error AC-%04d the policy does not say how days end", TOOL_CLOCK);
        return;
    } else if (text_same(q->op, "workdays"))
        st = ac_clock_workdays(calendar, end, q->start, q->amount, q->pauses, q->pause_count, &out, &err);
    else if (text_same(q->op, "days"))
        st = ac_clock_days(calendar, run->zone, end, q->start, q->amount, q->pauses, q->pause_count, &out, &err);
    else {
        say(run, "error AC-%04d op is none of due, late, subtract, elapsed, open, workdays, days", TOOL_CLOCK);
        return;
    }
    if (st == AC_OK)
        print_answer(run, &out);
    else
        print_error(run, &err);
}

static int answer_all(clock_run *run)
{
    size_t size;
    char *text = host_read("-", &size);
    csv *in = must_zero(1, sizeof *in);
    int code = EXIT_USAGE;
    if (text) {
        csv_open(in, text, size);
        code = EXIT_REFUSED;
        if (read_header(run, in)) {
            code = EXIT_DONE;
            while (csv_next(in)) {
                const char *wrong = read_question(run, in);
                if (wrong)
                    say(run, "error AC-%04d line %u: %s", TOOL_CLOCK, in->count ? in->cells[0].line : in->fault.line, wrong);
                else
                    answer(run);
            }
        }
    }
    free(in);
    free(text);
    return code;
}

int command_clock(const options *o)
{
    int unreadable, code = EXIT_USAGE;
    if (o->word_count < 2 || !o->batch)
        return usage(o->command, "a FILE, a CALENDAR and --batch are needed");
    clock_run *run = must_zero(1, sizeof *run);
    if (!host_open(&o->load, &run->book, &unreadable)) {
        free(run);
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    }
    run->o = o;
    run->zone = ac_rulebook_zone(run->book.book, run->book.policy);
    run->calendar = ac_policy_find_calendar(run->book.policy, text_of(o->words[1]));
    if (run->calendar == AC_NO_INDEX) {
        fprintf(stderr, "aftercare clock: %s has no calendar \"%s\"\n    hint: it has", o->load.policy, o->words[1]);
        for (uint32_t i = 0; i < ac_policy_calendar_count(run->book.policy); i++) {
            ac_text name = ac_policy_calendar_name(run->book.policy, i);
            fprintf(stderr, "%s %.*s", i ? "," : "", (int)name.size, name.data);
        }
        fputc('\n', stderr);
    } else {
        code = answer_all(run);
    }
    host_close(&run->book);
    free(run);
    return code;
}
