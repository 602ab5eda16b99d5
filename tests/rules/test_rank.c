/* The rungs of a ladder: tests/data/rules/ladder.txt by ladder.policy, and random ladders against reading them rung by rung. */
#include "rules/rules_case.h"

#include "record/record.h"
#include "support/corpus.h"
#include "support/random.h"

enum { GAPS = 24 };

/* --- the corpus -------------------------------------------------------------------- */

static ac_status append(void *user, const char *data, size_t size)
{
    fwrite(data, 1, size, user);
    return AC_OK;
}

static void write_gap(FILE *page, const rules_case *k, uint32_t ladder, const ac_gap *gap)
{
    ac_text rung = ac_policy_rung_name(k->policy, ladder, gap->rung);

    fprintf(page, "  %.*s: %.*s", (int)rung.size, rung.data, (int)gap->item.text.size, gap->item.text.data);
    if (gap->has_values) {
        fputs(": ", page);
        ac_value_format(k->policy, &gap->actual, NULL, append, page);
        fputs(" for ", page);
        ac_value_format(k->policy, &gap->wanted, NULL, append, page);
    }
    if (gap->item.state != AC_VALUE_KNOWN)
        fprintf(page, ", %s%s", gap->item.state == AC_VALUE_UNKNOWN ? "unknown " : gap->item.state == AC_VALUE_UNSET ? "unset " : "error ",
                gap->item.missing ? gap->item.missing : "");
    fprintf(page, " (%s)\n", gap->item.clause ? gap->item.clause : "-");
}

static void write_rank(FILE *page, const rules_case *k, ac_record *r, uint32_t field, uint32_t ladder)
{
    static const char *const states[] = { "", "none", "undecided", "unset", "unsupported", "error" };
    ac_rank  rank = AC_RANK_INIT;
    ac_gap   gaps[GAPS];
    ac_value value;
    ac_error err = AC_ERROR_INIT;
    ac_time  now = rules_time("2024-06-01T12:00:00+08:00");
    ac_text  least, most;

    cr_assert_eq(ac_rules_rank(r, field, now, &rank, gaps, GAPS, &err), AC_OK, "%s", err.what);
    cr_assert_eq(ac_rules_value(r, field, now, &value, &err), AC_OK);
    cr_assert_eq(value.state, rank.state, "the field and the rank agree");
    cr_assert(rank.state != AC_VALUE_KNOWN || value.num == (int64_t)rank.at_least);
    least = ac_policy_rung_name(k->policy, ladder, rank.at_least);
    most = ac_policy_rung_name(k->policy, ladder, rank.at_most);
    if (rank.state == AC_VALUE_KNOWN)
        fprintf(page, "%.*s", (int)least.size, least.data);
    else
        fprintf(page, "%s, %.*s to %.*s, %s", states[rank.state], (int)least.size, least.data, (int)most.size, most.data, rank.missing ? rank.missing : "-");
    fprintf(page, " (%s)%s\n", rank.clause ? rank.clause : "-", rank.granted != AC_NO_INDEX && rank.granted == rank.at_least ? " granted" : "");
    for (uint32_t i = 0; i < rank.gap_count && i < GAPS; i++)
        write_gap(page, k, ladder, &gaps[i]);
}

static void fill(ac_record *r, char *line)
{
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
        char *value = strchr(word, '=');

        cr_assert_not_null(value, "%s", word);
        *value++ = '\0';
        rules_set(r, word, value);
    }
}

Test(rank, rungs_and_gaps_are_what_the_file_says)
{
    test_corpus *corpus = test_corpus_open("tests/data/rules/ladder.txt");
    rules_case   k;
    ac_record   *r;
    uint32_t     ladder;
    ac_ladder_info info = AC_LADDER_INFO_INIT;

    rules_case_open(&k, test_path("tests/data/rules/ladder.policy"));
    ladder = ac_policy_find_ladder(k.policy, rules_text("grade"));
    cr_assert_eq(ac_policy_ladder_at(k.policy, ladder, &info), AC_OK);
    cr_assert_eq(info.rung_count, 5u);
    r = rules_case_record(&k, "engineer");
    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        const char      *input = c->input;
        char             line[512];
        int              n;
        char            *text = NULL;
        size_t           size = 0;
        FILE            *page = open_memstream(&text, &size);

        while (sscanf(input, "%511[^\n]%n", line, &n) == 1) {
            input += n;
            input += *input == '\n';
            ac_record_reset(r);
            fill(r, line);
            write_rank(page, &k, r, info.field, ladder);
        }
        fclose(page);
        cr_expect_str_eq(text, c->expected, "line %u, %s: got\n%s", c->line, c->name, text);
        test_corpus_note(corpus, i, text);
        free(text);
    }
    ac_record_free(r);
    rules_case_close(&k);
    test_corpus_close(corpus);
}

Test(rank, what_is_no_ladder_is_refused)
{
    rules_case k;
    ac_record *r;
    ac_rank    rank = AC_RANK_INIT;
    ac_error   err = AC_ERROR_INIT;

    rules_case_open(&k, test_path("tests/data/rules/ladder.policy"));
    r = rules_case_record(&k, "engineer");
    cr_assert_eq(ac_rules_rank(r, rules_field(r, "hours"), 0, &rank, NULL, 0, &err), AC_E_TYPE);
    cr_assert_eq(err.code, 3688u);
    cr_assert_eq(ac_rules_rank(r, 9999, 0, &rank, NULL, 0, &err), AC_E_NOT_FOUND);
    cr_assert_eq(ac_policy_ladder_at(k.policy, 7, &(ac_ladder_info)AC_LADDER_INFO_INIT), AC_E_NOT_FOUND);
    cr_assert_eq(ac_policy_ladder_at(k.policy, 0, &(ac_ladder_info){ 0 }), AC_E_INVALID, "its size was not set");
    cr_assert_eq(ac_policy_rung_name(k.policy, 0, 9).size, 0u);
    ac_record_free(r);
    rules_case_close(&k);
}

/* --- random ladders ------------------------------------------------------------------ */

enum { METRICS = 4, RUNGS = 4, ITEMS = 3, LADDERS = 250, RECORDS = 400 };

typedef enum comparison { AT_MOST, AT_LEAST, BELOW, ABOVE, COMPARISONS } comparison;

typedef struct criterion {
    int        metric;
    comparison is;
    int64_t    num, den;
} criterion;

typedef struct random_ladder {
    int       rungs, items[RUNGS], grant;   /* grant: a rung, or 0 */
    criterion item[RUNGS][ITEMS];
} random_ladder;

static void draw_ladder(test_random *r, random_ladder *l, char *text, size_t room)
{
    static const char *const signs[COMPARISONS] = { "<=", ">=", "<", ">" };

    int n = snprintf(text, room, "policy random version 1\neffective from 2020-01-01\ntimezone +08:00\nrecord engineer is engineer\n"
                                 "  m0, m1, m2, m3 : number\n  granted : moment\nladder grade of engineer from rung0\n");

    memset(l, 0, sizeof *l);
    l->rungs = 1 + (int)test_random_below(r, RUNGS);
    for (int i = 0; i < l->rungs; i++) {
        l->items[i] = 1 + (int)test_random_below(r, ITEMS);
        n += snprintf(text + n, room - (size_t)n, "  rung%d needs\n", i + 1);
        for (int k = 0; k < l->items[i]; k++) {
            criterion *c = &l->item[i][k];

            c->metric = (int)test_random_below(r, METRICS);
            c->is = (comparison)test_random_below(r, COMPARISONS);
            c->num = (int64_t)test_random_below(r, 8);
            c->den = 1 + (int64_t)test_random_below(r, 3);
            n += snprintf(text + n, room - (size_t)n, "    m%d %s %lld / %lld\n", c->metric, signs[c->is], (long long)c->num, (long long)c->den);
        }
    }
    l->grant = test_random_below(r, 2) ? 1 + (int)test_random_below(r, (uint32_t)l->rungs) : 0;
    if (l->grant)
        snprintf(text + n, room - (size_t)n, "  grant rung%d on granted\n", l->grant);
}

/* 1 holds, 0 does not, -1 cannot be told. */
static int rung_holds(const random_ladder *l, int rung, const int64_t *values, const int *known)
{
    int all = 1;

    for (int k = 0; k < l->items[rung]; k++) {
        const criterion *c = &l->item[rung][k];
        int64_t          side = values[c->metric] * c->den - c->num;

        int              holds[COMPARISONS] = { side <= 0, side >= 0, side < 0, side > 0 };

        if (!known[c->metric])
            all = all == 0 ? 0 : -1;
        else if (!holds[c->is])
            all = 0;
    }
    return all;
}

/* Every way in which the unknown metrics can turn out: the lowest and the highest rung of them. */
static void reference(const random_ladder *l, const int64_t *values, const int *known, int granted, int *low, int *high)
{
    int certain = 1;

    *low = *high = 0;
    for (int i = 0; i < l->rungs; i++) {
        int is = rung_holds(l, i, values, known);

        if (is == 0)
            break;
        certain &= is == 1;
        *high = i + 1;
        if (certain)
            *low = i + 1;
    }
    if (granted && l->grant > *low)
        *low = l->grant;
    if (granted && l->grant > *high)
        *high = l->grant;
}

/* The records of one ladder as columns, and what the reference says of them. */
typedef struct columns {
    int64_t  wide[METRICS][RECORDS];
    uint8_t  narrow[METRICS][RECORDS], known[METRICS][RECORDS];
    int64_t  granted[RECORDS];
    uint8_t  is_granted[RECORDS];
    int      low[RECORDS], high[RECORDS];
} columns;

static columns all;

static const char *const metric_names[METRICS] = { "m0", "m1", "m2", "m3" };

/* One record after the other: the rank, and the value of the field. */
static void take_records(test_random *r, const random_ladder *l, ac_record *record, uint32_t field, const char *text)
{
    for (int i = 0; i < RECORDS; i++) {
        int64_t  values[METRICS];
        int      known[METRICS], granted = (int)test_random_below(r, 2), low, high;
        ac_rank  rank = AC_RANK_INIT;
        ac_value value;
        ac_error err = AC_ERROR_INIT;

        ac_record_reset(record);
        for (int m = 0; m < METRICS; m++) {
            values[m] = all.wide[m][i] = (int64_t)test_random_below(r, 8);
            known[m] = test_random_below(r, 5) != 0;
            all.narrow[m][i] = (uint8_t)values[m];
            all.known[m][i] = (uint8_t)known[m];
            if (known[m])
                ac_record_set_number(record, rules_field(record, metric_names[m]), (ac_ratio){ values[m], 1 }, NULL);
        }
        all.granted[i] = 1700000000;
        all.is_granted[i] = (uint8_t)granted;
        if (granted)
            ac_record_set_moment(record, rules_field(record, "granted"), 1700000000, NULL);
        reference(l, values, known, granted, &low, &high);
        all.low[i] = low;
        all.high[i] = high;
        cr_assert_eq(ac_rules_rank(record, field, 1700000000, &rank, NULL, 0, &err), AC_OK, "%s", err.what);
        cr_assert_eq((int)rank.at_least, low, "%s\nat least %u, reference %d", text, rank.at_least, low);
        cr_assert_eq((int)rank.at_most, high, "%s\nat most %u, reference %d", text, rank.at_most, high);
        cr_assert_eq(rank.state == AC_VALUE_KNOWN, low == high);
        cr_assert_eq(ac_rules_value(record, field, 1700000000, &value, &err), AC_OK);
        cr_assert_eq(value.state == AC_VALUE_KNOWN, low == high, "%s", text);
        cr_assert(low != high || value.num == low, "%s\n%lld, reference %d", text, (long long)value.num, low);
    }
}

/* All of them in one call; a metric may have a column before the one that holds. */
static void take_columns(test_random *r, ac_record *record, uint32_t field, const char *text)
{
    static int64_t num[RECORDS];
    static uint8_t state[RECORDS];
    ac_column_in   in[METRICS + 2];
    ac_column_out  out = { AC_DECISION_VALUE, field, num, state, NULL };
    size_t         n = 0;

    if (test_random_below(r, 4) == 0)
        in[n++] = (ac_column_in){ rules_field(record, metric_names[0]), 8, all.wide[1], NULL };
    for (int m = 0; m < METRICS; m++) {
        int is_wide = (int)test_random_below(r, 2);

        in[n++] = (ac_column_in){ rules_field(record, metric_names[m]), is_wide ? 8 : 1, is_wide ? (void *)all.wide[m] : all.narrow[m], all.known[m] };
    }
    in[n++] = (ac_column_in){ rules_field(record, "granted"), 8, all.granted, all.is_granted };
    cr_assert_eq(ac_rules_bulk(record, RECORDS, in, n, NULL, 1700000000, &out, 1, NULL), AC_OK);
    for (int i = 0; i < RECORDS; i++) {
        cr_assert_eq(state[i] == AC_VALUE_KNOWN, all.low[i] == all.high[i], "%s\nrow %d", text, i);
        cr_assert(all.low[i] != all.high[i] || num[i] == all.low[i], "%s\nrow %d: %lld, reference %d", text, i, (long long)num[i], all.low[i]);
    }
}

Test(rank, random_ladders_agree_with_reading_them_rung_by_rung)
{
    test_random r = { 20241125 };
    int         planned = 0;

    for (int round = 0; round < LADDERS; round++) {
        random_ladder l;
        char          text[2048];
        rules_case    k;
        ac_record    *record;
        uint32_t      field;

        draw_ladder(&r, &l, text, sizeof text);
        rules_case_open_text(&k, "random.policy", text);
        record = rules_case_record(&k, "engineer");
        field = rules_field(record, "grade");
        planned += record->def->plans[field] != NULL;
        take_records(&r, &l, record, field, text);
        take_columns(&r, record, field, text);
        ac_record_free(record);
        rules_case_close(&k);
    }
    cr_expect_gt(planned, LADDERS / 4, "only %d ladders went the short way", planned);
}
