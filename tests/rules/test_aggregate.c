#include "rules/rules_case.h"

#include "support/corpus.h"

/* Aggregates over records handed in. A case of tests/data/aggregates/desk.txt is a script, one command a line:
 *
 *     at 2026-07-01 08:00              what now is, from here on
 *     cover TYPE                       all of them are there
 *     TYPE ID NAME=VALUE NAME=VALUE    a record of the pool, or new values for one; the name of the owner's type attaches the owner
 *     ask ID NAME                      a field or limit, and what it still needs
 *     why ID NAME                      the explanation
 */

enum { RECORDS = 24, OUT = 8192 };

typedef struct script {
    rules_case k;
    ac_pool   *pool;
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

Test(aggregate, over_the_records_handed_in)
{
    test_corpus *corpus = test_corpus_open("tests/data/aggregates/desk.txt");
    script       s;

    rules_case_open(&s.k, test_path("tests/data/aggregates/desk.policy"));
    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);

        run(&s, c);
        test_corpus_note(corpus, i, s.out);
        cr_expect_str_eq(s.out, c->expected, "tests/data/aggregates/desk.txt:%u: %s: got\n%s", c->line, c->name, s.out);
    }
    cr_expect_geq(test_corpus_count(corpus), 13u);
    rules_case_close(&s.k);
    test_corpus_close(corpus);
}
