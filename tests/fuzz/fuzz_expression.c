/* Expressions: compiled in the scope of a fixed policy and worked out over a record that is full, half full and empty. What is known of a
 * record stays so when more of it is filled in; a value writes itself so that it reads as the same value. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/rules.h>

#include "base/hash.h"
#include "fuzz/guard.h"
#include "support/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ac_time noon = 1782878400;     /* 2026-07-01T04:00:00Z */

/* A record type of a policy, with three records of it. */
typedef struct scene {
    ac_rulebook *book;
    ac_policy   *policy;
    uint32_t     type;
    ac_record   *full, *half, *empty;
} scene;

enum { TEXT_BYTES = 8192 };

static void fail(const char *what)
{
    fprintf(stderr, "BREACH: %s\n", what);
    abort();
}

static ac_record *new_record(scene *s, const char *const *facts, int step)
{
    ac_text    id = { "T1", 2 };
    ac_record *record, *holder;
    uint32_t   field;
    int        i;

    if (ac_record_new(s->book, s->policy, s->type, id, NULL, &record, NULL) != AC_OK)
        fail("the scene has no record");
    for (i = 0; step > 0 && facts[i]; i += 2 * step)
        if (ac_record_resolve(record, ac_text_of(facts[i]), &holder, &field, NULL) != AC_OK
            || ac_record_parse(holder, field, ac_text_of(facts[i + 1]), NULL) != AC_OK)
            fail(facts[i]);
    return record;
}

static void open_scene(scene *s, const char *path, const char *type, const char *const *facts)
{
    ac_source  source;
    ac_report *report = NULL;

    source.name = ac_text_of(path);
    source.text.data = test_read(test_path(path), &source.text.size);
    if (!source.text.data || ac_report_new(NULL, &report, NULL) != AC_OK || ac_policy_compile(&source, NULL, &s->policy, report, NULL) != AC_OK
        || ac_rulebook_with_policy(NULL, NULL, s->policy, &s->book, report, NULL) != AC_OK)
        fail(path);
    free((char *)source.text.data);
    ac_report_free(report);
    s->type = ac_policy_find_record(s->policy, ac_text_of(type));
    s->full = new_record(s, facts, 1);
    s->half = new_record(s, facts, 2);
    s->empty = new_record(s, facts, 0);
}

/* Made once. */
static scene *scenes(void)
{
    static const char *const facts_of_case[] = {
        "a", "yes", "b", "no", "n", "3", "m", "0", "x", "2.5", "y", "-4", "fee", "12.50 CNY", "d", "2026-02-28", "e", "2024-02-29",
        "t", "2026-06-30 18:00", "u", "2026-07-01 00:00", "at", "2026-06-30 08:00", "p", "90 min", "q", "36 h", "term", "3 workdays",
        "note", "leak", "grade", "mid", "hue", "green", "hues", "red, blue", "missing", "7", NULL
    };
    static const char *const facts_of_job[] = {
        "urgent", "yes", "pieces", "4", "share_", "0.25", "fee", "20 CNY", "bought", "2025-12-31", "agreed", "2026-07-02 10:00",
        "opened", "2026-06-29 17:59", "spent", "45 min", "term", "2 months", "note", "", "grade", "high", "who", "clerk", "topic", "quality",
        "parts", "pump", "pressure", "9", "buyer.vip", "no", "buyer.phone", "110", "unit_.stock", "5", NULL
    };
    static scene made[2];

    if (!made[0].book) {
        open_scene(&made[0], "tests/data/rules/feel.policy", "case", facts_of_case);
        open_scene(&made[1], "tests/data/record/desk.policy", "job", facts_of_job);
    }
    return made;
}

typedef struct written {
    char   text[TEXT_BYTES];
    size_t size;
} written;

static ac_status write(void *user, const char *data, size_t size)
{
    written *w = user;

    if (size > sizeof w->text - w->size)
        return AC_E_LIMIT;
    memcpy(w->text + w->size, data, size);
    w->size += size;
    return AC_OK;
}

static ac_value value_of(ac_record *record, const ac_expression *e)
{
    ac_value v;

    if (ac_rules_expression(record, e, noon, &v, NULL) != AC_OK)
        fail("an expression that compiled gives no answer");
    return v;
}

static int format(const scene *s, const ac_value *v, written *w)
{
    w->size = 0;
    return ac_value_format(s->policy, v, ac_rulebook_zone(s->book, s->policy), write, w) == AC_OK;
}

/* A literal of the value gives the value. Of types whose literals stand by themselves; a text may hold what no literal can. */
static void read_back(scene *s, const ac_value *v, const written *w)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source = { { "literal", 7 }, { NULL, 0 } };
    ac_expression    *e;
    ac_report        *report;
    ac_value          again;
    written           w2;

    if (v->state != AC_VALUE_KNOWN || (v->type != AC_TYPE_BOOL && v->type != AC_TYPE_COUNT && v->type != AC_TYPE_NUMBER && v->type != AC_TYPE_DATE))
        return;
    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return;
    source.text.data = w->text;
    source.text.size = w->size;
    if (ac_expression_compile(s->policy, s->type, &source, &options, &e, report, NULL) == AC_OK) {
        again = value_of(s->empty, e);
        if (again.state == AC_VALUE_KNOWN && (!format(s, &again, &w2) || w2.size != w->size || memcmp(w2.text, w->text, w->size) != 0))
            fail("a value reads back as another");
        ac_expression_free(e);
    }
    ac_report_free(report);
}

static int has(ac_text text, const char *word)
{
    size_t n = strlen(word), i;

    for (i = 0; i + n <= text.size; i++)
        if (memcmp(text.data + i, word, n) == 0)
            return 1;
    return 0;
}

/* What was known with fewer facts. Words that ask whether a fact is there, and what is late as long as nothing is done, may change. */
static void check_grows(scene *s, ac_text text, const written *w, const ac_value *less, const ac_value *more)
{
    written w2;

    if (less->state != AC_VALUE_KNOWN || has(text, "known") || has(text, "late") || has(text, "met") || has(text, "state") || has(text, "pressure"))
        return;
    if (!format(s, more, &w2) || w2.size != w->size || memcmp(w->text, w2.text, w->size) != 0)
        fail("one more fact changes what was known without it");
}

static void work_out(scene *s, ac_text text, const ac_expression *e)
{
    ac_value full = value_of(s->full, e), half = value_of(s->half, e), empty = value_of(s->empty, e);
    written  w, w2;

    if (!format(s, &empty, &w) || !format(s, &half, &w2))
        return;     /* a text longer than our room */
    check_grows(s, text, &w, &empty, &half);
    check_grows(s, text, &w2, &half, &full);
    if (format(s, &full, &w))
        read_back(s, &full, &w);
}

static int try_in(scene *s, ac_text text)
{
    ac_policy_options options = fuzz_options(fuzz_begin(FUZZ_COMPILE_BYTES));
    ac_source         source = { { "fuzz", 4 }, { NULL, 0 } };
    ac_expression    *e = NULL;
    ac_report        *report;
    ac_status         st;

    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return 0;
    source.text = text;
    st = ac_expression_compile(s->policy, s->type, &source, &options, &e, report, NULL);
    fuzz_check_outcome(st, e, report);
    if (e)
        work_out(s, text, e);
    fuzz_returned(text);
    if (fuzz_number_of(text.data, text.size) % 16 == 0)
        fuzz_render(report, text);
    ac_expression_free(e);
    fuzz_end();
    ac_report_free(report);
    return st == AC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    scene  *s = scenes();
    ac_text text;

    text.data = (const char *)data;
    text.size = size;
    if (try_in(&s[0], text) | try_in(&s[1], text))
        fuzz_accept();
    return 0;
}
