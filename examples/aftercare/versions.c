#include "aftercare/versions.h"

#include <stdlib.h>
#include <string.h>

static ac_day begins(const ac_policy *policy)
{
    ac_day from, to;
    ac_policy_effective(policy, &from, &to);
    return from;
}

static int version_order(const void *a, const void *b)
{
    ac_day x = begins(((const version *)a)->policy), y = begins(((const version *)b)->policy);
    return (x > y) - (x < y);
}

static int is_one_policy(const options *o, const versions *v, const char *path)
{
    ac_text first = ac_policy_name(v->list[0].policy);
    for (size_t i = 1; i < v->count; i++) {
        ac_text name = ac_policy_name(v->list[i].policy);
        if (text_equal(name, first))
            continue;
        usage(o->command, "%s: \"%.*s\" and \"%.*s\" are no versions of one policy", path, (int)first.size, first.data, (int)name.size, name.data);
        return 0;
    }
    return 1;
}

static int open_version(version *one, const options *o, const versions *v, const host_load *load, const char *record_type)
{
    ac_error err = AC_ERROR_INIT;
    host_book book = { v->book.book, one->policy, 0, 0 };
    options named = *o;
    named.load = *load;
    uint32_t type = options_record(&named, one->policy, text_of(record_type));
    if (type == AC_NO_INDEX)
        return EXIT_USAGE;
    if (ac_record_new(v->book.book, one->policy, type, text_of(""), NULL, &one->record, &err) != AC_OK) {
        host_print_error(load->policy, 0, 0, &err);
        return EXIT_REFUSED;
    }
    outcome_open(&one->out, &book, one->record);
    return with_open(&one->with, &named, v->book.book, one->policy);
}

int versions_open(versions *v, const options *o, const host_load *load, const char *record_type)
{
    int unreadable, code = EXIT_DONE;
    memset(v, 0, sizeof *v);
    if (!host_open(load, &v->book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    v->count = ac_rulebook_policy_count(v->book.book);
    v->list = must_zero(v->count, sizeof *v->list);
    for (size_t i = 0; i < v->count; i++)
        v->list[i].policy = ac_rulebook_policy_at(v->book.book, (uint32_t)i);
    qsort(v->list, v->count, sizeof *v->list, version_order);
    v->last = v->count - 1;
    if (!is_one_policy(o, v, load->policy))
        return EXIT_USAGE;
    for (size_t i = 0; i < v->count && code == EXIT_DONE; i++)
        code = open_version(&v->list[i], o, v, load, record_type);
    return code;
}

void versions_close(versions *v)
{
    for (size_t i = 0; i < v->count; i++) {
        outcome_close(&v->list[i].out);
        ac_record_free(v->list[i].record);
        with_close(&v->list[i].with);
    }
    free(v->list);
    host_close(&v->book);
}

int versions_prepare(versions *v, const options *o, ac_time at)
{
    ac_error err = AC_ERROR_INIT;
    for (size_t i = 0; i < v->count; i++) {
        version *one = &v->list[i];
        if (ac_rules_evaluate(one->record, at, one->out.decisions, one->out.count, &err) != AC_OK) {
            host_print_error(o->load.policy, err.line, err.column, &err);
            return 0;
        }
    }
    return 1;
}

/* The version in force when the record that this one was filled with is dated; a record without a date is judged by what is in force at
 * `at`. NULL: none. */
static version *in_force(versions *v, const version *one, ac_time at)
{
    ac_time dated;
    if (ac_rules_dated_at(one->record, at, &dated, NULL) != AC_OK)
        dated = at;
    const ac_policy *policy = ac_rulebook_policy_on(v->book.book, ac_policy_name(one->policy), dated);
    for (size_t i = 0; i < v->count; i++)
        if (v->list[i].policy == policy)
            return &v->list[i];
    return NULL;
}

static int fill_one(version_filler *fill, void *user, version *one, int tell)
{
    if (!fill(user, one, tell))
        return 0;
    with_join(&one->with, one->record);
    return 1;
}

/* Each version reads the date in its own way: tried are all, the one that judged last first. *filled is the one tried last. */
static choice find(versions *v, version_filler *fill, void *user, ac_time at, version **judge, version **filled)
{
    int is_read = 0;
    for (size_t i = 0; i < v->count; i++) {
        version *one = &v->list[(v->last + i) % v->count];
        if (!fill_one(fill, user, one, 0))
            continue;
        is_read = 1;
        *filled = one;
        *judge = in_force(v, one, at);
        if (*judge)
            return CHOICE_MADE;
    }
    return is_read ? CHOICE_NO_POLICY : CHOICE_REFUSED;
}

choice versions_choose(versions *v, version_filler *fill, void *user, ac_time at, int tell, version **judge)
{
    version *filled = NULL;
    choice made = CHOICE_MADE;
    *judge = &v->list[v->last];
    if (v->count > 1)
        made = find(v, fill, user, at, judge, &filled);
    if (made == CHOICE_NO_POLICY)
        *judge = filled;
    if (made == CHOICE_NO_POLICY)
        return made;
    if (made == CHOICE_REFUSED)
        *judge = &v->list[v->last];
    v->last = (size_t)(*judge - v->list);
    return filled == *judge || fill_one(fill, user, *judge, tell) ? CHOICE_MADE : CHOICE_REFUSED;
}

typedef struct row {
    input  *in;
    events *history;
} row;

static int fill_row(void *user, version *one, int tell)
{
    const row *r = user;
    return input_fill(r->in, one->target, tell) && (!r->history || events_fill(r->history, one->record, tell));
}

choice versions_fill(versions *v, input *in, events *history, ac_time at, int tell, version **judge)
{
    row r = { in, history };
    return versions_choose(v, fill_row, &r, at, tell, judge);
}

choice versions_judge(versions *v, input *in, events *history, ac_time at, int tell, version **judge)
{
    ac_error err = AC_ERROR_INIT;
    choice made = versions_fill(v, in, history, at, tell, judge);
    if (made != CHOICE_MADE)
        return made;
    version *one = *judge;
    if (ac_rules_evaluate(one->record, at, one->out.decisions, one->out.count, &err) == AC_OK)
        return CHOICE_MADE;
    if (tell)
        host_print_error(in->path, in->reader.cells[0].line, 1, &err);
    return CHOICE_REFUSED;
}

static void add_number(text_buffer *text, const char *before, uint32_t number)
{
    char digits[48];
    text_add(text, digits, (size_t)snprintf(digits, sizeof digits, "%s%u", before, number));
}

void versions_name(const versions *v, text_buffer *name)
{
    ac_text policy = ac_policy_name(v->list[0].policy);
    text_clear(name);
    text_add(name, policy.data, policy.size);
    for (size_t i = 0; i < v->count; i++) {
        uint32_t revision = ac_policy_revision(v->list[i].policy);
        add_number(name, i ? ", " : v->count > 1 ? " versions " : " version ", ac_policy_version(v->list[i].policy));
        if (revision)
            add_number(name, " revision ", revision);
    }
}
