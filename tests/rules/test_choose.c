/* Choices: who goes, in which order, who may not and why. */
#include <criterion/criterion.h>

#include "rules_case.h"
#include "support/mem.h"
#include "support/random.h"

enum { MANY = 200 };

static const char policy_text[] =
    "policy p version 1\n"                                              /* 1 */
    "timezone +00:00\n"
    "currency CNY\n"
    "rulebook R \"rules\"\n"
    "  articles 1..6\n"
    "enum grade ordered = low, middle, high per 1\n"
    "values\n"
    "  far : number unset per 6\n"
    "record site is customer per 1\n"
    "  east : yes/no\n"                                                 /* 10 */
    "record job is ticket of site dated came per 1\n"
    "  came : moment\n"
    "  sort : text\n"
    "  level : grade\n"
    "  worker : worker\n"
    "record worker is engineer per 1\n"
    "  skill : text\n"
    "  east : yes/no\n"
    "  grade : grade\n"
    "  km : number\n"                                                   /* 20 */
    "  busy = count(job)\n"
    "  fit = grade >= middle per 2\n"
    "choose worker for job per 1\n"
    "  needs skill = sort per 2\n"
    "  needs fit or level = low per 3\n"
    "  needs east = site.east\n"
    "  least busy per 4\n"
    "  most grade per 5\n"
    "  least km per 5\n"
    "choose job for worker per 1\n"                                     /* 30 */
    "  most level\n"
    "choose site for job per 1\n"
    "  needs job.sort = \"x\" or far > 3 per 6\n";

typedef struct crew {
    rules_case k;
    ac_record *job;
    ac_record *worker[MANY];
    ac_ranking ranking[MANY];
    uint32_t   count, choice;
} crew;

static uint32_t type_of(const crew *c, const char *name)
{
    return ac_policy_find_record(c->k.policy, rules_text(name));
}

static void crew_open(crew *c)
{
    memset(c, 0, sizeof *c);
    rules_case_open_text(&c->k, "choose.policy", policy_text);
    c->job = rules_case_record(&c->k, "job");
    c->choice = ac_policy_find_choice(c->k.policy, type_of(c, "worker"), type_of(c, "job"));
    cr_assert_neq(c->choice, AC_NO_INDEX);
    rules_set(c->job, "sort", "pump");
    rules_set(c->job, "level", "high");
}

static void crew_close(crew *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        ac_record_free(c->worker[i]);
    ac_record_free(c->job);
    rules_case_close(&c->k);
}

/* NULL: not known. */
static ac_record *add_worker(crew *c, const char *id, const char *skill, const char *east, const char *grade, const char *km, const char *busy)
{
    ac_record  *w = rules_case_record(&c->k, "worker");
    const char *names[] = { "skill", "east", "grade", "km", "busy" }, *values[] = { skill, east, grade, km, busy };

    cr_assert_eq(ac_record_set_id(w, rules_text(id), NULL), AC_OK);
    for (size_t i = 0; i < 5; i++)
        if (values[i])
            rules_set(w, names[i], values[i]);
    c->worker[c->count++] = w;
    return w;
}

static void set_east(crew *c, const char *value)
{
    ac_record *site = NULL;

    cr_assert_eq(ac_record_owner(c->job, &site, NULL), AC_OK);
    rules_set(site, "east", value);
}

static void choose(crew *c)
{
    ac_error err = AC_ERROR_INIT;

    cr_assert_eq(ac_rules_choose(c->job, c->choice, c->worker, c->count, 0, c->ranking, &err), AC_OK, "%s", err.what);
}

static ac_text id_at(const crew *c, uint32_t i)
{
    return ac_record_id(c->worker[c->ranking[i].candidate]);
}

static void expect_ids(const crew *c, const char *ids)
{
    char   got[2048];
    size_t size = 0;

    for (uint32_t i = 0; i < c->count; i++)
        size += (size_t)snprintf(got + size, sizeof got - size, "%s%s%.*s", i ? " " : "", c->ranking[i].rank ? "" : "-", (int)id_at(c, i).size, id_at(c, i).data);
    cr_expect_str_eq(got, ids);
}

Test(choose, figures_rank_in_the_order_they_are_written_then_the_id)
{
    crew c;

    crew_open(&c);
    set_east(&c, "yes");
    add_worker(&c, "b", "pump", "yes", "middle", "5", "1");
    add_worker(&c, "d", "pump", "yes", "high", "9", "1");
    add_worker(&c, "a", "pump", "yes", "middle", "5", "1");
    add_worker(&c, "c", "pump", "yes", "high", "8.5", "1");
    add_worker(&c, "e", "pump", "yes", "middle", "99", "0");
    choose(&c);
    expect_ids(&c, "e c d a b");
    for (uint32_t i = 0; i < c.count; i++) {
        cr_expect_eq(c.ranking[i].rank, i + 1);
        cr_expect_str_eq(c.ranking[i].clause, "1");
        cr_expect_null(c.ranking[i].missing);
    }
    crew_close(&c);
}

Test(choose, every_one_rejected_has_the_line_and_article_it_does_not_meet)
{
    static const struct {
        const char    *id;
        uint32_t       line;
        const char    *clause;
        ac_value_state state;
        const char    *missing;
    } expected[] = {
        { "skill", 24, "2", AC_VALUE_KNOWN, NULL },      { "no-skill", 24, "2", AC_VALUE_UNKNOWN, "skill" },
        { "grade", 25, "3", AC_VALUE_KNOWN, NULL },      { "no-grade", 25, "3", AC_VALUE_UNKNOWN, "grade" },
        { "east", 26, "1", AC_VALUE_KNOWN, NULL },       { "no-busy", 27, "4", AC_VALUE_UNKNOWN, "count(job)" },
        { "no-km", 29, "5", AC_VALUE_UNKNOWN, "km" },
    };
    crew c;

    crew_open(&c);
    set_east(&c, "yes");
    add_worker(&c, "skill", "crane", "yes", "high", "1", "0");
    add_worker(&c, "no-skill", NULL, "yes", "high", "1", "0");
    add_worker(&c, "good", "pump", "yes", "high", "1", "0");
    add_worker(&c, "grade", "pump", "yes", "low", "1", "0");
    add_worker(&c, "no-grade", "pump", "yes", NULL, "1", "0");
    add_worker(&c, "east", "pump", "no", "high", "1", "0");
    add_worker(&c, "no-busy", "pump", "yes", "high", "1", NULL);
    add_worker(&c, "no-km", "pump", "yes", "high", NULL, "0");
    choose(&c);
    expect_ids(&c, "good -skill -no-skill -grade -no-grade -east -no-busy -no-km");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const ac_ranking *r = &c.ranking[i + 1];

        cr_expect_eq(r->rank, 0u);
        cr_expect_eq(r->line, expected[i].line, "%s: line %u", expected[i].id, r->line);
        cr_expect_str_eq(r->clause, expected[i].clause, "%s: article %s", expected[i].id, r->clause);
        cr_expect_eq(r->state, expected[i].state, "%s: state %d", expected[i].id, r->state);
        if (expected[i].missing)
            cr_expect_str_eq(r->missing, expected[i].missing, "%s: missing %s", expected[i].id, r->missing);
        else
            cr_expect_null(r->missing);
    }
    crew_close(&c);
}

Test(choose, bare_names_are_the_candidates_then_the_cases_and_its_owners)
{
    crew c;

    crew_open(&c);      /* east of the site is not known: nobody can be told */
    add_worker(&c, "w", "pump", "yes", "low", "1", "0");
    rules_set(c.job, "level", "low");
    choose(&c);
    cr_expect_eq(c.ranking[0].rank, 0u);
    cr_expect_str_eq(c.ranking[0].missing, "site.east");
    set_east(&c, "yes");
    choose(&c);
    cr_expect_eq(c.ranking[0].rank, 1u);
    set_east(&c, "no");
    choose(&c);
    cr_expect_eq(c.ranking[0].line, 26u);
    crew_close(&c);
}

Test(choose, aggregates_of_candidates_collect_from_the_pool_of_the_case)
{
    crew       c;
    ac_pool   *pool = NULL;
    ac_record *jobs[3];

    crew_open(&c);
    set_east(&c, "yes");
    add_worker(&c, "busy", "pump", "yes", "high", "1", NULL);
    add_worker(&c, "free", "pump", "yes", "high", "1", NULL);
    cr_assert_eq(ac_pool_new(c.k.book, c.k.policy, NULL, &pool, NULL), AC_OK);
    for (size_t i = 0; i < 3; i++) {
        jobs[i] = rules_case_record(&c.k, "job");
        rules_set(jobs[i], "worker", i < 2 ? "busy" : "free");
        cr_assert_eq(ac_pool_add(pool, jobs[i], NULL), AC_OK);
    }
    cr_assert_eq(ac_record_attach_pool(c.job, pool, NULL), AC_OK);
    choose(&c);
    expect_ids(&c, "free busy");
    for (size_t i = 0; i < 3; i++)
        ac_record_free(jobs[i]);
    crew_close(&c);
    ac_pool_free(pool);
}

Test(choose, what_is_not_configured_rejects_and_says_so)
{
    crew       c;
    ac_record *site;
    ac_ranking r;
    uint32_t   choice;

    crew_open(&c);
    site = rules_case_record(&c.k, "site");
    choice = ac_policy_find_choice(c.k.policy, type_of(&c, "site"), type_of(&c, "job"));
    cr_assert_eq(ac_rules_choose(c.job, choice, &site, 1, 0, &r, NULL), AC_OK);
    cr_expect_eq(r.rank, 0u);
    cr_expect_eq(r.state, AC_VALUE_UNSET);
    cr_expect_str_eq(r.missing, "far");
    cr_expect_str_eq(r.clause, "6");
    rules_set(c.job, "sort", "x");
    cr_assert_eq(ac_rules_choose(c.job, choice, &site, 1, 0, &r, NULL), AC_OK);
    cr_expect_eq(r.rank, 1u);
    ac_record_free(site);
    crew_close(&c);
}

/* Sorted the slow way by the same figures. */
static int goes_before(const crew *c, const int (*figures)[3], uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < 3; i++)
        if (figures[a][i] != figures[b][i])
            return i == 1 ? figures[a][i] > figures[b][i] : figures[a][i] < figures[b][i];
    ac_text x = ac_record_id(c->worker[a]), y = ac_record_id(c->worker[b]);
    int     order = memcmp(x.data, y.data, x.size < y.size ? x.size : y.size);

    return order ? order < 0 : x.size != y.size ? x.size < y.size : a < b;
}

Test(choose, many_are_ordered_as_a_slow_sort_orders_them)
{
    static const char *const grades[] = { "low", "middle", "high" };
    int                      figures[MANY][3];
    crew                     c;
    test_random              random = { 20260701 };

    crew_open(&c);
    set_east(&c, "yes");
    for (uint32_t i = 0; i < MANY; i++) {
        char id[8], km[8], busy[8];

        figures[i][0] = (int)test_random_below(&random, 3);
        figures[i][1] = 1 + (int)test_random_below(&random, 2);
        figures[i][2] = (int)test_random_below(&random, 4);
        snprintf(id, sizeof id, "%u", (unsigned)test_random_below(&random, 40));
        snprintf(km, sizeof km, "%d", figures[i][2]);
        snprintf(busy, sizeof busy, "%d", figures[i][0]);
        add_worker(&c, id, test_random_below(&random, 8) ? "pump" : "crane", "yes", grades[figures[i][1]], km, busy);
    }
    choose(&c);
    for (uint32_t i = 0; i + 1 < MANY; i++) {
        const ac_ranking *a = &c.ranking[i], *b = &c.ranking[i + 1];

        if (a->rank && b->rank) {
            cr_expect_eq(b->rank, a->rank + 1);
            cr_expect(goes_before(&c, figures, a->candidate, b->candidate), "%u before %u", a->candidate, b->candidate);
        } else {
            cr_expect_eq(b->rank, 0u);
            cr_expect(a->rank || a->candidate < b->candidate, "rejected ones stand as handed in");
        }
    }
    crew_close(&c);
}

Test(choose, what_does_not_fit_is_refused)
{
    crew       c;
    ac_error   err = AC_ERROR_INIT;
    ac_record *mixed[2];

    crew_open(&c);
    mixed[0] = add_worker(&c, "w", "pump", "yes", "high", "1", "0");
    mixed[1] = c.job;
    cr_expect_eq(ac_rules_choose(c.job, c.choice, mixed, 2, 0, c.ranking, &err), AC_E_TYPE);
    cr_expect_eq(err.subject, 1);
    cr_expect_eq(ac_rules_choose(c.worker[0], c.choice, c.worker, 1, 0, c.ranking, &err), AC_E_TYPE);
    cr_expect_eq(ac_rules_choose(c.job, 99, c.worker, 1, 0, c.ranking, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_rules_choose(c.job, c.choice, c.worker, 1, INT64_MAX, c.ranking, &err), AC_E_RANGE);
    cr_expect_eq(ac_rules_choose(c.job, c.choice, NULL, 0, 0, NULL, &err), AC_OK);
    cr_expect_eq(ac_policy_find_choice(c.k.policy, type_of(&c, "job"), type_of(&c, "site")), AC_NO_INDEX);
    crew_close(&c);
}

typedef struct bytes {
    char   data[8192];
    size_t size;
} bytes;

static ac_status take(void *user, const char *data, size_t size)
{
    bytes *b = user;

    cr_assert_lt(b->size + size, sizeof b->data);
    memcpy(b->data + b->size, data, size);
    b->size += size;
    b->data[b->size] = '\0';
    return AC_OK;
}

static const char *why(crew *c, ac_format format, ac_lang lang, bytes *out)
{
    ac_error err = AC_ERROR_INIT;

    out->size = 0;
    cr_assert_eq(ac_why_choice(c->job, c->choice, c->worker, c->ranking, c->count, 0, format, lang, take, out, &err), AC_OK, "%s", err.what);
    return strchr(out->data, '\n') + 1;     /* the head differs only by the digest */
}

Test(choose, why_shows_the_figures_and_all_that_stands_against)
{
    crew  c;
    bytes out;

    crew_open(&c);
    set_east(&c, "yes");
    add_worker(&c, "E1", "pump", "yes", "high", "2.5", "0");
    add_worker(&c, "E2", "crane", NULL, "low", "1", "0");
    choose(&c);
    cr_expect_str_eq(strchr(why(&c, AC_FORMAT_TEXT, AC_LANG_EN, &out), '\n') + 1,
                     "  rule        line 23, article 1\n"
                     "  rank        1. E1\n"
                     "                 busy = 0 (line 27, article 4)\n"
                     "                 grade = high (line 28, article 5)\n"
                     "                 km = 2.5 (line 29, article 5)\n"
                     "  rejected    E2: skill = sort does not hold (line 24, article 2)\n"
                     "              E2: fit or level = low does not hold (line 25, article 3)\n"
                     "              E2: east = site.east cannot be told (line 26, article 1)\n"
                     "                 east is missing\n");
    cr_expect_not_null(strstr(why(&c, AC_FORMAT_TEXT, AC_LANG_ZH, &out), "  落选        E2：skill = sort 不成立（第 24 行，依据 2）\n"));
    why(&c, AC_FORMAT_JSON, AC_LANG_EN, &out);
    cr_expect_eq(strncmp(out.data, "{\"decision\":\"rank\",\"name\":\"worker\",", 35), 0, "%s", out.data);
    cr_expect_not_null(strstr(out.data, "{\"key\":\"rank\",\"id\":\"FIGURE\",\"args\":[\"busy\",\"0\",\"27\",\"4\"]"));
    cr_expect_eq(ac_why_choice(c.job, 99, c.worker, c.ranking, c.count, 0, AC_FORMAT_TEXT, AC_LANG_EN, take, &out, NULL), AC_E_NOT_FOUND);
    crew_close(&c);
}

Test(choose, it_tells_what_it_asks)
{
    static const char *const words[] = { "needs", "least", "most" };
    ac_choice_info      info = AC_CHOICE_INFO_INIT;
    ac_choice_line_info line = AC_CHOICE_LINE_INFO_INIT;
    crew                c;
    char                got[256] = "";
    uint32_t            i;

    crew_open(&c);
    cr_assert_eq(ac_policy_choice_at(c.k.policy, c.choice, &info), AC_OK);
    cr_expect_eq(info.kind, type_of(&c, "worker"));
    cr_expect_eq(info.record, type_of(&c, "job"));
    cr_expect_eq(info.line, 23u);
    for (i = 0; ac_policy_choice_line_at(c.k.policy, c.choice, i, &line) == AC_OK; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s %.*s @%u; ", words[line.kind], (int)line.text.size, line.text.data, line.line);
    cr_expect_eq(i, info.line_count);
    cr_expect_str_eq(got, "needs skill = sort @24; needs fit or level = low @25; needs east = site.east @26; least busy @27; most grade @28; least km @29; ");
    cr_expect_eq(ac_policy_choice_at(c.k.policy, 99, &info), AC_E_NOT_FOUND);
    crew_close(&c);
}

/* Deciding asks for no memory: the records do, while they are filled. */
Test(choose, choosing_allocates_nothing)
{
    failing_mem  f = { .left = -1 };
    ac_allocator mem = { sizeof mem, counting_resize, &f };
    ac_record   *w[2] = { NULL, NULL };
    ac_ranking   ranking[2];
    crew         c;
    size_t       calls;

    crew_open(&c);
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(ac_record_new(c.k.book, c.k.policy, type_of(&c, "worker"), rules_text(i ? "a" : "b"), &mem, &w[i], NULL), AC_OK);
        rules_set(w[i], "skill", "pump");
    }
    calls = f.calls;
    cr_expect_eq(ac_rules_choose(c.job, c.choice, w, 2, 0, ranking, NULL), AC_OK);
    cr_expect_eq(f.calls, calls);
    ac_record_free(w[0]);
    ac_record_free(w[1]);
    crew_close(&c);
}

static const char example_text[] =
    "policy p version 1\n"                                      /* 1 */
    "timezone +00:00\n"
    "record job is ticket\n"
    "  sort : text\n"
    "  worker : worker\n"
    "record worker is engineer\n"
    "  skill : text\n"
    "  km : number\n"
    "  busy = count(job)\n"
    "choose worker for job\n"                                   /* 10 */
    "  needs skill = sort\n"
    "  least km\n"
    "  least busy\n"
    "example worker of job \"who goes\"\n"
    "  given busy = 1\n"
    "  | case | sort   | skill   | km  || rank | rejected |\n"
    "  | A    | \"pump\" | \"pump\"  | 5   || 2    | no       |\n"
    "  | A    | \"pump\" | \"crane\" | 1   || none | yes      |\n"
    "  | A    | \"pump\" | \"pump\"  | 4   || 1    | -        |\n"
    "  | A    | \"pump\" | \"pump\"  | -   || -    | yes      |\n"    /* 20 */
    "  | A    | \"pump\" | \"pump\"  | 5   || 3    | no       |\n"
    "  | B    | \"pump\" | \"pump\"  | 5   || 1    | yes      |\n"
    "  | C    | \"pump\" | \"pump\"  | -   || 2    | no       |\n";

static ac_status run_examples(const rules_case *k, const ac_allocator *mem, ac_report *report, ac_example_counts *counts)
{
    ac_error err = AC_ERROR_INIT;

    return ac_rules_run_examples(k->book, k->policy, mem, report, counts, &err);
}

Test(choose, rows_of_one_case_are_its_candidates)
{
    ac_example_counts counts;
    ac_report        *report = NULL;
    rules_case        k;
    bytes             out = { "", 0 };

    rules_case_open_text(&k, "who.policy", example_text);
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    cr_expect_eq(run_examples(&k, NULL, report, &counts), AC_OK);
    cr_expect_eq(counts.passed, 5u);
    cr_expect_eq(counts.failed, 2u);
    cr_expect_eq(counts.skipped, 0u);
    for (size_t i = 0; i < ac_report_count(report); i++)
        ac_report_render(report, i, AC_LANG_EN, take, &out);
    cr_expect_str_eq(out.data, "who.policy:22:1: error[AC-4173]: B: worker rejected should be yes but is rank 1\n"
                               "who.policy:23:1: error[AC-4173]: C: worker rank should be 2 but is rejected by line 12, missing km\n"
                               "who.policy:23:1: error[AC-4173]: C: worker rejected should be no but is rejected by line 12, missing km\n");
    ac_report_free(report);
    rules_case_close(&k);
}

Test(choose, examples_of_it_survive_every_refused_allocation)
{
    rules_case k;

    rules_case_open_text(&k, "who.policy", example_text);
    for (long n = 0;; n++) {
        failing_mem       f = { .left = n };
        ac_allocator      mem = { sizeof mem, failing_resize, &f };
        ac_example_counts counts;
        ac_report        *report = NULL;
        ac_status         st;

        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        st = run_examples(&k, &mem, report, &counts);
        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        cr_expect(st != AC_OK || f.fails == 0, "allocation %ld: a refusal was passed over", n);
        cr_expect(st == AC_OK || ac_report_count(report) == 0);
        ac_report_free(report);
        if (f.fails == 0) {
            cr_assert_eq(st, AC_OK);
            break;
        }
        cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    rules_case_close(&k);
}
