#include "rules/rules_case.h"

#include "support/corpus.h"
#include "support/mem.h"

/* Aggregates over records handed in, and what is opened. A case of the files in tests/data/aggregates is a script, one command a line:
 *
 *     at 2026-07-01 08:00              what now is, from here on
 *     cover TYPE                       all of them are there
 *     TYPE ID NAME=VALUE NAME=VALUE    a record of the pool, or new values for one; the name of the owner's type attaches the owner
 *     ask ID NAME                      a field or limit, and what it still needs
 *     why ID NAME                      the explanation
 *     open ID MOMENT                   what the moment opens; without one, what the calendar does
 *     why-opening ID TYPE              the explanation
 */

enum { RECORDS = 24, OUT = 8192 };

typedef struct script {
    rules_case k;
    ac_pool   *pool;
    ac_record *asked;
    ac_record *records[RECORDS];
    uint32_t   count;
    ac_time    now;
    char       out[OUT];
    size_t     size;
} script;

static ac_status put(void *user, const char *data, size_t size)
{
    script *s = user;

    cr_assert_lt(s->size + size, (size_t)OUT);
    memcpy(s->out + s->size, data, size);
    s->size += size;
    s->out[s->size] = '\0';
    return AC_OK;
}

static void put_string(script *s, const char *string)
{
    put(s, string, strlen(string));
}

static ac_record *record_of(script *s, const char *id)
{
    for (uint32_t i = 0; i < s->count; i++) {
        ac_text text = ac_record_id(s->records[i]);

        if (strlen(id) == text.size && memcmp(id, text.data, text.size) == 0)
            return s->records[i];
    }
    return NULL;
}

static ac_record *new_record(script *s, uint32_t type, const char *id)
{
    ac_record *r = record_of(s, id);

    if (r)
        return r;
    cr_assert_lt(s->count, (uint32_t)RECORDS);
    cr_assert_eq(ac_record_new(s->k.book, s->k.policy, type, rules_text(id), NULL, &r, NULL), AC_OK);
    cr_assert_eq(ac_pool_add(s->pool, r, NULL), AC_OK);
    s->records[s->count++] = r;
    return r;
}

/* `NAME=VALUE` up to the next `NAME=`, which begins behind a blank. */
static char *next_pair(char *at)
{
    char *equals = strchr(at, '='), *next = equals ? strchr(equals + 1, '=') : NULL;

    if (!next)
        return NULL;
    while (*next != ' ')
        next--;
    *next = '\0';
    return next + 1;
}

static void fill(script *s, ac_record *r, char *pairs)
{
    while (pairs) {
        char      *next = next_pair(pairs), *value = strchr(pairs, '=');
        uint32_t   field, owner;
        ac_error   err = AC_ERROR_INIT;
        ac_record *above;

        *value++ = '\0';
        owner = ac_policy_find_record(s->k.policy, rules_text(pairs));
        field = ac_policy_find_field(s->k.policy, ac_record_type(r), rules_text(pairs));
        if (field == AC_NO_INDEX && owner != AC_NO_INDEX) {
            above = record_of(s, value);
            cr_assert_eq(ac_record_attach_owner(r, above, &err), AC_OK, "%s: %s", value, err.what);
        } else if (strcmp(value, "unknown") == 0) {
            cr_assert_eq(ac_record_clear(r, field, &err), AC_OK, "%s: %s", pairs, err.what);
        } else {
            cr_assert_eq(ac_record_parse(r, field, rules_text(value), &err), AC_OK, "%s=%s: %s", pairs, value, err.what);
        }
        pairs = next;
    }
}

static ac_status put_missing(void *user, ac_text path)
{
    put_string(user, " | ");
    return put(user, path.data, path.size);
}

static void ask(script *s, ac_record *r, const char *name)
{
    uint32_t     limit = ac_policy_find_limit(s->k.policy, ac_record_type(r), rules_text(name));
    ac_milestone m = AC_MILESTONE_INIT;
    ac_value     value;
    char         due[AC_TIME_TEXT_BYTES];

    put_string(s, name);
    if (limit != AC_NO_INDEX) {
        cr_assert_eq(ac_rules_milestone(r, limit, s->now, &m, NULL), AC_OK);
        put_string(s, " ");
        put_string(s, ac_verdict_name(m.verdict));
        if (m.has_due) {
            put_string(s, " due ");
            ac_time_format(m.due_at, ac_rulebook_zone(s->k.book, s->k.policy), due);
            put_string(s, due);
        }
        cr_assert_eq(ac_rules_missing(r, AC_DECISION_MILESTONE, limit, s->now, put_missing, s, NULL), AC_OK);
    } else {
        put_string(s, " = ");
        cr_assert_eq(ac_rules_value(r, rules_field(r, name), s->now, &value, NULL), AC_OK);
        cr_assert_eq(ac_value_format(s->k.policy, &value, NULL, put, s), AC_OK);
        cr_assert_eq(ac_rules_missing(r, AC_DECISION_VALUE, rules_field(r, name), s->now, put_missing, s, NULL), AC_OK);
    }
    put_string(s, "\n");
}

static ac_status put_opening(void *user, const ac_opening *o)
{
    static const char *const states[] = { "yes", "no", "undecided", "unset", "not-supported" };
    script                  *s = user;
    char                     at[AC_TIME_TEXT_BYTES];

    cr_expect_eq(o->size, sizeof *o);
    cr_assert_eq(ac_rules_opening_key(s->asked, o, put, s), AC_OK);
    put_string(s, " ");
    put_string(s, states[o->state]);
    ac_time_format(o->at, ac_rulebook_zone(s->k.book, s->k.policy), at);
    put_string(s, " at ");
    put_string(s, at);
    if (o->clause) {
        put_string(s, " per ");
        put_string(s, o->clause);
    }
    if (o->missing) {
        put_string(s, " | ");
        put_string(s, o->missing);
    }
    put_string(s, "\n");
    return AC_OK;
}

static void run_line(script *s, char *line)
{
    char      *word = line, *id = strchr(line, ' '), *rest;
    ac_error   err = AC_ERROR_INIT;
    ac_record *r;

    *id++ = '\0';
    if (strcmp(word, "at") == 0) {
        ac_value  at;
        ac_record *any = rules_case_record(&s->k, "ticket");

        cr_assert_eq(ac_policy_parse_value(s->k.policy, ac_record_type(any), rules_field(any, "opened"), rules_text(id), ac_rulebook_zone(s->k.book, s->k.policy), &at, &err), AC_OK, "%s", id);
        s->now = at.num;
        ac_record_free(any);
        return;
    }
    rest = strchr(id, ' ');
    if (rest)
        *rest++ = '\0';
    if (strcmp(word, "cover") == 0) {
        cr_assert_eq(ac_pool_cover(s->pool, ac_policy_find_record(s->k.policy, rules_text(id)), NULL), AC_OK);
    } else if (strcmp(word, "ask") == 0) {
        ask(s, record_of(s, id), rest);
    } else if (strcmp(word, "why") == 0) {
        r = record_of(s, id);
        cr_assert_eq(ac_why_render(r, AC_DECISION_VALUE, rules_field(r, rest), s->now, AC_FORMAT_TEXT, AC_LANG_EN, put, s, &err), AC_OK);
    } else if (strcmp(word, "open") == 0) {
        s->asked = record_of(s, id);
        cr_assert_eq(ac_rules_openings(s->asked, rest ? rules_field(s->asked, rest) : AC_NO_INDEX, s->now, put_opening, s, &err), AC_OK, "%s", err.what);
    } else if (strcmp(word, "why-opening") == 0) {
        cr_assert_eq(ac_why_render(record_of(s, id), AC_DECISION_OPENING, ac_policy_find_record(s->k.policy, rules_text(rest)), s->now, AC_FORMAT_TEXT,
                                   AC_LANG_EN, put, s, &err), AC_OK, "%s", err.what);
    } else {
        r = new_record(s, ac_policy_find_record(s->k.policy, rules_text(word)), id);
        fill(s, r, rest);
    }
}

static void run(script *s, const test_case *c)
{
    char *copy = malloc(c->input_size + 1), *next;

    memcpy(copy, c->input, c->input_size + 1);
    s->count = 0;
    s->size = 0;
    s->out[0] = '\0';
    s->now = rules_time("2026-12-31T12:00:00+08:00");
    cr_assert_eq(ac_pool_new(s->k.book, s->k.policy, NULL, &s->pool, NULL), AC_OK);
    for (char *line = copy; *line; line = next) {
        size_t n = strcspn(line, "\n");

        next = line + n + (line[n] != '\0');
        line[n] = '\0';
        if (n > 0)
            run_line(s, line);
    }
    /* in any order */
    if (c->line % 2)
        ac_pool_free(s->pool);
    for (uint32_t i = 0; i < s->count; i++)
        ac_record_free(s->records[i]);
    if (c->line % 2 == 0)
        ac_pool_free(s->pool);
    free(copy);
}

static void run_file(const char *name, size_t least)
{
    char         policy[96], text[96];
    test_corpus *corpus;
    script       s;

    snprintf(policy, sizeof policy, "tests/data/aggregates/%s.policy", name);
    snprintf(text, sizeof text, "tests/data/aggregates/%s.txt", name);
    corpus = test_corpus_open(text);
    rules_case_open(&s.k, test_path(policy));
    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);

        run(&s, c);
        test_corpus_note(corpus, i, s.out);
        cr_expect_str_eq(s.out, c->expected, "%s:%u: %s: got\n%s", text, c->line, c->name, s.out);
    }
    cr_expect_geq(test_corpus_count(corpus), least);
    rules_case_close(&s.k);
    test_corpus_close(corpus);
}

Test(aggregate, over_the_records_handed_in)
{
    run_file("desk", 14);
}

Test(aggregate, moments_and_the_calendar_open_records)
{
    run_file("openings", 3);
}

Test(aggregate, examples_open_and_add_up)
{
    rules_case        k;
    ac_example_counts counts;

    rules_case_open(&k, test_path("tests/data/aggregates/openings.policy"));
    cr_assert_eq(ac_rules_run_examples(k.book, k.policy, NULL, k.report, &counts, NULL), AC_OK);
    rules_print_errors(k.report);
    cr_expect_eq(counts.passed, 12u);
    cr_expect_eq(counts.failed, 0u);
    cr_expect_eq(counts.skipped, 0u);
    rules_case_close(&k);
}

Test(aggregate, examples_in_order_fail_cleanly_without_memory)
{
    rules_case k;

    rules_case_open(&k, test_path("tests/data/aggregates/openings.policy"));
    for (long n = 0;; n++) {
        failing_mem       f = { .left = n };
        ac_allocator      mem = { sizeof mem, failing_resize, &f };
        ac_example_counts counts;
        ac_status         st = ac_rules_run_examples(k.book, k.policy, &mem, k.report, &counts, NULL);

        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
        cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    rules_case_close(&k);
}
