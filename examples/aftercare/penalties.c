#include "aftercare/penalties.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aftercare/penalty_count.h"
#include "aftercare/recount.h"

/* penalties: a log of events, each an offence stated or the record that may be one; who owes or earns what. */

static int by_person(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

/* Whether the log speaks of the person whose statement is wanted; else it is told who there is. */
static int find_person(const options *o, const penalty_list *list)
{
    char **names = must_zero(list->count + list->event_count + 1, sizeof *names), hint[INPUT_HINT_BYTES];
    size_t count = 0;
    int is_found = 0;
    for (size_t i = 0; i < list->count + list->event_count; i++) {
        ac_text person = i < list->count ? list->lines[i].person : list->events[i - list->count].person;
        is_found |= text_same(person, o->statement);
        if (person.size)
            names[count++] = text_copy(person);
    }
    if (!is_found) {
        qsort(names, count, sizeof *names, by_person);
        snprintf(hint, sizeof hint, "%s", host_words("there are:"));
        for (size_t i = 0; i < count; i++)
            if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
                input_hint_name(hint, text_of(names[i]));
        options_word(o->command, "person", o->statement, names, count, hint);
    }
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return is_found;
}

/* As the options say; with what was issued, CSV is of the differences. */
static void tell_all(const options *o, const penalty_list *list, const recount *changes)
{
    if (o->json)
        penalties_json(list, changes, stdout);
    else if (o->csv && o->issued)
        recount_csv(changes, stdout);
    else if (o->csv)
        penalties_csv(list, stdout);
    else if (o->statement)
        penalties_statement(list, stdout);
    else
        penalties_text(list, stdout);
    if (o->json || o->csv)
        return;
    if (changes)
        recount_text(changes, stdout);
    if (o->why)
        penalties_why(list, stdout);
}

static int has_void(const penalty_log *r)
{
    for (size_t i = 0; i < r->row_count; i++)
        if (r->rows[i].is_void)
            return 1;
    return 0;
}

static int tell(penalty_log *r)
{
    FILE *page = r->o->html ? fopen(r->o->html, "wb") : NULL;
    if (r->o->html && !page) {
        fprintf(stderr, "aftercare: %s: %s\n", r->o->html, strerror(errno));
        return EXIT_USAGE;
    }
    ac_policy **versions = must_zero(r->version_count, sizeof *versions);
    penalty_list list = { r->versions[0].policy, versions, r->version_count, ac_rulebook_zone(r->book.book, r->versions[0].policy), NULL, 0, 0, r->o->month, r->o->statement, r->now, NULL, 0 };
    for (size_t v = 0; v < r->version_count; v++)
        versions[v] = r->versions[v].policy;
    penalty_list full = list;
    size_t refused = penalty_count(r, &list);
    recount changes = { .list = &list }, *told = r->o->issued || has_void(r) ? &changes : NULL;
    int is_read = !r->o->issued || recount_read(&changes, r->o->issued);
    ac_lang lang = host_lang();
    if (r->o->json || r->o->csv)
        host_speak(AC_LANG_EN);     /* what programs read has one language */
    if (told && !r->o->issued) {
        penalty_count_events(r, &full, 1);
        recount_count(&changes, &full);
    }
    if (told)
        recount_compare(&changes);
    host_speak(lang);
    size_t strays = r->o->events ? events_strays(&r->history) + r->history.bad_rows : 0;
    int is_someone = !r->o->statement || find_person(r->o, &list);
    if (is_read)
        tell_all(r->o, &list, told);
    if (page && is_read)
        penalties_page(&list, told, r->o->lang, page);
    if (page)
        fclose(page);
    size_t bad = changes.was.bad, seen = changes.was.seen;
    int code = is_read ? EXIT_DONE : changes.was.text ? EXIT_REFUSED : EXIT_USAGE;
    recount_free(&changes);
    penalties_free(&list);
    penalties_free(&full);
    free(versions);
    if (bad)
        fprintf(stderr, "aftercare penalties: %zu of %zu issued lines left out\n", bad, seen);
    if (code != EXIT_DONE)
        return code;
    if (r->refused_choices)
        fprintf(stderr, "aftercare penalties: %zu chosen amount%s refused; the events stay open\n", r->refused_choices, r->refused_choices == 1 ? "" : "s");
    if (strays)
        fprintf(stderr, "aftercare penalties: %zu of %zu events of the history left out\n", strays, r->history.count + r->history.bad_rows);
    if (r->bad + refused + r->acts.bad + bad + strays + r->refused_choices == 0 && is_someone)
        return EXIT_DONE;
    if (r->bad + refused)
        fprintf(stderr, "aftercare penalties: %zu of %zu rows left out\n", r->bad + refused, r->seen);
    if (r->acts.bad)
        fprintf(stderr, "aftercare penalties: %zu of %zu acts left out\n", r->acts.bad, r->acts.seen);
    return EXIT_REFUSED;
}

/* The record of rows that name none: the one given, else the one that all offences are of. */
static int find_default_type(penalty_log *r)
{
    r->type = AC_NO_INDEX;
    if (r->o->word_count > 1) {
        r->type = options_record(r->o, r->book.policy, text_of(r->o->words[1]));
        return r->type != AC_NO_INDEX;
    }
    for (uint32_t i = 0; i < ac_policy_offence_count(r->book.policy); i++) {
        ac_offence_info info = AC_OFFENCE_INFO_INIT;
        if (ac_policy_offence_at(r->book.policy, i, &info) != AC_OK)
            continue;
        if (r->type != AC_NO_INDEX && r->type != info.record) {
            r->type = AC_NO_INDEX;
            return 1;
        }
        r->type = info.record;
    }
    return 1;
}

/* The latest instant that events and acts tell of; of none, the clock's. */
static ac_time latest_of(const penalty_log *r)
{
    ac_time latest = r->latest;
    for (size_t i = 0; i < r->acts.count; i++)
        latest = r->acts.rows[i].act.at > latest ? r->acts.rows[i].act.at : latest;
    return latest > AC_TIME_MIN ? latest : r->now;
}

static int run(penalty_log *r)
{
    size_t size;
    r->text = host_read(r->path, &size);
    if (!r->text)
        return EXIT_USAGE;
    csv_open(r->reader, r->text, size);
    for (size_t v = 0; v < r->version_count; v++) {
        penalty_log_use(r, v);
        if (!find_default_type(r))
            return EXIT_USAGE;
        r->versions[v].type = r->type;
    }
    if (!penalty_log_header(r))
        return EXIT_REFUSED;
    penalty_log_read(r);
    if (!r->o->at && !r->is_undated)
        r->now = latest_of(r);
    return tell(r);
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = ac_policy_version(((const penalty_rules *)x)->policy), b = ac_policy_version(((const penalty_rules *)y)->policy);
    return (a > b) - (a < b);
}

/* The files beside the log. An exit code. */
static int open_files(penalty_log *r)
{
    int code = EXIT_DONE;
    for (size_t v = 0; code == EXIT_DONE && v < r->version_count; v++)
        code = with_open(&r->versions[v].with, r->o, r->book.book, r->versions[v].policy);
    if (code == EXIT_DONE && r->o->events && !events_open(&r->history, r->o->events))
        code = r->history.unreadable ? EXIT_USAGE : EXIT_REFUSED;
    if (code == EXIT_DONE && r->o->acts && !acts_read(&r->acts, r->o->acts))
        code = r->acts.text ? EXIT_REFUSED : EXIT_USAGE;
    return code;
}

static void open_versions(penalty_log *r)
{
    r->version_count = ac_rulebook_policy_count(r->book.book);
    r->versions = must_zero(r->version_count, sizeof *r->versions);
    for (size_t v = 0; v < r->version_count; v++) {
        r->versions[v].policy = ac_rulebook_policy_at(r->book.book, (uint32_t)v);
        r->versions[v].scratch = must_zero(ac_policy_record_count(r->versions[v].policy) + 1, sizeof *r->versions[v].scratch);
    }
    qsort(r->versions, r->version_count, sizeof *r->versions, by_number);
}

static int is_month(const char *text)
{
    int year, month, n = 0;
    return sscanf(text, "%4d-%2d%n", &year, &month, &n) == 2 && n == 7 && text[7] == '\0' && month >= 1 && month <= 12;
}

int command_penalties(const options *o)
{
    penalty_log r = { 0 };
    ac_policy *owned;
    int unreadable, code;
    if (o->word_count < 1 || !o->in)
        return usage(o->command, "a FILE and --in CSV are needed");
    if (o->month && !is_month(o->month))
        return usage(o->command, "--month wants a month such as 2026-07, not \"%s\"", o->month);
    r.o = o;
    r.path = o->in;
    r.latest = AC_TIME_MIN;
    if (!options_at(o, host_now(), &r.now))
        return EXIT_USAGE;
    r.acts.now = r.now;
    if (!host_open(&o->load, &r.book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    r.reader = must_zero(1, sizeof *r.reader);
    owned = r.book.policy;
    open_versions(&r);
    code = open_files(&r);
    if (code == EXIT_DONE)
        code = run(&r);
    acts_free(&r.acts);
    events_close(&r.history);
    for (size_t v = 0; v < r.version_count; v++) {
        for (uint32_t i = 0; i < ac_policy_record_count(r.versions[v].policy); i++)
            ac_record_free(r.versions[v].scratch[i]);
        free(r.versions[v].scratch);
        with_close(&r.versions[v].with);
    }
    free(r.versions);
    penalty_log_free(&r);
    r.book.policy = owned;
    host_close(&r.book);
    return code;
}
