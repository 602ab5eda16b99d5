#include <stdlib.h>
#include <string.h>

#include "public-logs/logs.h"

/* Boston 311 requests of 2015 (City of Boston, PDDL): one row per request, local wall-clock times `yyyy-mm-dd HH:MM:SS`.
 *
 * Each request is judged twice: `close` against the policy's own limit for its type, whose due is compared with the
 * target the city recorded, and `promised` against that recorded target, whose verdict is compared with on_time. */

enum { ID, OPENED, TARGET, CLOSED, ON_TIME, TYPE, COLUMNS };
static const char *const NAMES[COLUMNS] = { "case_id", "open_dt", "target_dt", "closed_dt", "on_time", "type" };

/* Many recorded openings are cut to the minute: the target may be this much earlier or later than the rule says. */
enum { EARLY_S = 5, LATE_S = 62 };

typedef struct type_count {
    char   name[64];
    size_t covered, equal;
} type_count;

typedef struct requests {
    const log_run *run;
    csv           *in;
    size_t         at[COLUMNS];
    ac_zone       *zone;
    ac_record     *record;
    uint32_t       type_of_record, type, open, close, target, own, promised;
    ac_time        now;
    size_t         cases, judged, judged_equal, without_target, without_target_met, covered, equal;
    size_t         verdicts[AC_VERDICT_NOT_SUPPORTED + 1];
    type_count    *types;
    size_t         type_count;
    char           worst[24];
    ac_secs        worst_s;
    text_buffer    differing;
} requests;

static ac_text cell(const requests *s, int column)
{
    ac_text text = { s->in->cells[s->at[column]].text, s->in->cells[s->at[column]].size };
    return text;
}

static int read_time(const requests *s, ac_text text, ac_time *out)
{
    const char *p = text.data, *end = text.data + text.size;
    ac_date date;
    ac_day day;
    date.year = read_int(&p, end);
    date.month = p < end && *p++ == '-' ? read_int(&p, end) : -1;
    date.day = p < end && *p++ == '-' ? read_int(&p, end) : -1;
    int hour = p < end && *p++ == ' ' ? read_int(&p, end) : -1;
    int minute = p < end && *p++ == ':' ? read_int(&p, end) : -1;
    int second = p < end && *p++ == ':' ? read_int(&p, end) : -1;
    if (p != end || hour < 0 || minute < 0 || second < 0 || ac_day_from_date(date, &day, NULL) != AC_OK)
        return 0;
    *out = ac_zone_instant(s->zone, day, hour * 3600 + minute * 60 + second);
    return 1;
}

static type_count *find_type(requests *s, ac_text name)
{
    size_t n = name.size < sizeof s->types->name - 1 ? name.size : sizeof s->types->name - 1;
    for (size_t i = 0; i < s->type_count; i++)
        if (strlen(s->types[i].name) == n && memcmp(s->types[i].name, name.data, n) == 0)
            return &s->types[i];
    s->types = must_resize(s->types, (s->type_count + 1) * sizeof *s->types);
    type_count *fresh = &s->types[s->type_count++];
    memset(fresh, 0, sizeof *fresh);
    memcpy(fresh->name, name.data, n);
    return fresh;
}

/* 0 when the row has no opening time. */
static int fill(requests *s, ac_time *target, int *has_target, int *has_closed)
{
    ac_error err = AC_ERROR_INIT;
    ac_time opened, closed;
    ac_record_reset(s->record);
    if (!read_time(s, cell(s, OPENED), &opened))
        return 0;
    *has_target = read_time(s, cell(s, TARGET), target);
    *has_closed = read_time(s, cell(s, CLOSED), &closed);
    must(ac_record_set_id(s->record, cell(s, ID), &err), &err, s->run->path);
    must(ac_record_set_text(s->record, s->type, cell(s, TYPE), &err), &err, s->run->path);
    must(ac_record_set_moment(s->record, s->open, opened, &err), &err, s->run->path);
    if (*has_closed)
        must(ac_record_set_moment(s->record, s->close, closed, &err), &err, s->run->path);
    if (*has_target)
        must(ac_record_set_moment(s->record, s->target, *target, &err), &err, s->run->path);
    else
        must(ac_record_set_none(s->record, s->target, &err), &err, s->run->path);
    return 1;
}

static void compare_due(requests *s, const ac_milestone *own, ac_time target)
{
    type_count *type = find_type(s, cell(s, TYPE));
    if (own->verdict == AC_VERDICT_NONE || !own->has_due)
        return;
    int equal = target - own->due_at >= -EARLY_S && target - own->due_at <= LATE_S;
    s->covered++;
    type->covered++;
    s->equal += (size_t)equal;
    type->equal += (size_t)equal;
    if (!equal && s->run->list) {
        char line[256], due[AC_TIME_TEXT_BYTES], recorded[AC_TIME_TEXT_BYTES];
        ac_time_format(own->due_at, s->zone, due);
        ac_time_format(target, s->zone, recorded);
        int n = snprintf(line, sizeof line, "    %.*s  rule %s, recorded %s  %.*s\n", (int)cell(s, ID).size, cell(s, ID).data, due, recorded,
                         (int)cell(s, TYPE).size, cell(s, TYPE).data);
        text_add(&s->differing, line, (size_t)n);
    }
}

static int judge(requests *s)
{
    ac_error err = AC_ERROR_INIT;
    ac_milestone own = AC_MILESTONE_INIT, promised = AC_MILESTONE_INIT;
    ac_time target = 0;
    int has_target, has_closed;
    if (!fill(s, &target, &has_target, &has_closed))
        return 0;
    int on_time = text_same(cell(s, ON_TIME), "ONTIME");
    must(ac_rules_milestone(s->record, s->own, s->now, &own, &err), &err, s->run->path);
    must(ac_rules_milestone(s->record, s->promised, s->now, &promised, &err), &err, s->run->path);
    s->cases++;
    s->verdicts[own.verdict]++;
    if (has_target && has_closed) {
        s->judged++;
        s->judged_equal += (promised.verdict == AC_VERDICT_MET) == on_time && promised.verdict != AC_VERDICT_OPEN;
    }
    if (!has_target) {
        s->without_target++;
        s->without_target_met += promised.verdict == AC_VERDICT_NONE && on_time;
    } else {
        compare_due(s, &own, target);
    }
    if (own.verdict == AC_VERDICT_LATE && own.late_by_s > s->worst_s) {
        ac_text id = cell(s, ID);
        s->worst_s = own.late_by_s;
        snprintf(s->worst, sizeof s->worst, "%.*s", (int)id.size, id.data);
    }
    return 1;
}

static int read_log(requests *s, char *text, size_t size, const char *only)
{
    csv_open(s->in, text, size);
    if (!log_columns(s->in, s->run->path, NAMES, COLUMNS, s->at))
        return 0;
    while (csv_next(s->in)) {
        ac_time target;
        int has_target, has_closed;
        if (only) {
            if (text_same(cell(s, ID), only))
                return fill(s, &target, &has_target, &has_closed);
            continue;
        }
        if (s->in->fault.what || s->in->count <= s->at[TYPE] || !judge(s)) {
            fprintf(stderr, "%s:%u: this row cannot be read\n", s->run->path, s->in->cells[0].line);
            return 0;
        }
        host_progress("bytes read", (size_t)(s->in->at - text), size);
    }
    host_progress("bytes read", size, size);
    return only == NULL;
}

static int by_covered(const void *a, const void *b)
{
    const type_count *x = a, *y = b;
    return x->covered != y->covered ? (x->covered < y->covered ? 1 : -1) : strcmp(x->name, y->name);
}

static void print_report(requests *s)
{
    if (s->run->json) {
        printf("{\"cases\":%zu,\"judged\":%zu,\"judged_equal\":%zu,\"without_target\":%zu,\"without_target_met\":%zu,\"covered\":%zu,\"equal\":%zu,\"types\":{",
               s->cases, s->judged, s->judged_equal, s->without_target, s->without_target_met, s->covered, s->equal);
        for (size_t i = 0; i < s->type_count; i++) {
            fputs(i ? "," : "", stdout);
            json_text(stdout, s->types[i].name, strlen(s->types[i].name));
            printf(":[%zu,%zu]", s->types[i].covered, s->types[i].equal);
        }
        puts("}}");
        return;
    }
    printf("%zu requests\n", s->cases);
    printf("  verdict on the promised date = recorded on_time in %zu of %zu closed requests that have one\n", s->judged_equal, s->judged);
    printf("  without a target: %zu, none of them late: %zu\n", s->without_target, s->without_target_met);
    printf("  due by the rule = recorded target (%d s early to %d s late) in %zu of %zu requests with a rule\n\n", EARLY_S, LATE_S, s->equal, s->covered);
    printf("  by the city's own limits:");
    for (int v = 0; v <= AC_VERDICT_NOT_SUPPORTED; v++)
        if (s->verdicts[v])
            printf(" %s %zu ", ac_verdict_name((ac_verdict)v), s->verdicts[v]);
    printf("\n\n  %-44s%10s%10s\n", "the types with most requests", "covered", "equal");
    qsort(s->types, s->type_count, sizeof *s->types, by_covered);
    for (size_t i = 0; i < s->type_count && i < 10; i++)
        printf("  %-44s%10zu%10zu\n", s->types[i].name, s->types[i].covered, s->types[i].equal);
    if (s->run->list && s->differing.size)
        printf("\n  where the record and the rule differ\n%s", s->differing.data);
}

int requests_run(const log_run *run)
{
    ac_error err = AC_ERROR_INIT;
    size_t size;
    char *source = host_read(run->path, &size);
    int code = 2;
    if (!source)
        return 2;
    requests *s = must_zero(1, sizeof *s);
    s->run = run;
    s->in = must_zero(1, sizeof *s->in);
    s->zone = ac_rulebook_zone(run->book.book, run->book.policy);
    s->type_of_record = must_ticket(run);
    s->type = must_field(run, s->type_of_record, "type");
    s->open = must_field(run, s->type_of_record, "open");
    s->close = must_field(run, s->type_of_record, "close");
    s->target = must_field(run, s->type_of_record, "target");
    s->own = must_limit(run, s->type_of_record, "close");
    s->promised = must_limit(run, s->type_of_record, "promised");
    must(ac_time_parse(text_of("2016-01-13T00:00:00-05:00"), &s->now, &err), &err, "now");
    must(ac_record_new(run->book.book, run->book.policy, s->type_of_record, text_of(""), NULL, &s->record, &err), &err, run->path);
    char *text = must_resize(NULL, size + 1);
    memcpy(text, source, size);
    if (read_log(s, text, size, NULL)) {
        code = 0;
        print_report(s);
        const char *wanted = run->explain ? run->explain : s->worst;
        memcpy(text, source, size);
        if (wanted[0] && (run->explain || !run->json)) {
            if (read_log(s, text, size, wanted)) {
                putchar('\n');
                must(ac_why_render(s->record, AC_DECISION_MILESTONE, s->own, s->now, run->json ? AC_FORMAT_JSON : AC_FORMAT_TEXT, run->lang, file_sink,
                                   stdout, &err), &err, wanted);
            } else {
                fprintf(stderr, "public-logs: the log has no request \"%s\"\n", wanted);
            }
        }
    }
    ac_record_free(s->record);
    text_free(&s->differing);
    free(s->types);
    free(text);
    free(source);
    free(s->in);
    free(s);
    return code;
}
