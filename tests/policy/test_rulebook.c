#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/messages.h"
#include "policy/link/link.h"
#include "policy/link/rulebook.h"
#include "policy/model/table_index.h"
#include "support/data.h"
#include "support/mem.h"

static ac_text text_of(const char *s)
{
    return (ac_text){ s, strlen(s) };
}

typedef struct grown {
    char   data[8192];
    size_t size;
} grown;

static ac_status grow(void *user, const char *data, size_t size)
{
    grown *g = user;

    cr_assert_lt(g->size + size, sizeof g->data);
    memcpy(g->data + g->size, data, size);
    g->size += size;
    g->data[g->size] = 0;
    return AC_OK;
}

static const char *rendered(const ac_report *report, size_t from)
{
    static grown g;
    size_t       i;

    g.size = 0;
    g.data[0] = 0;
    for (i = from; i < ac_report_count(report); i++)
        ac_report_render(report, i, AC_LANG_EN, grow, &g);
    return g.data;
}

/* One report for everything a test does. */
static ac_report *report;

static void setup(void)
{
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
}

static void teardown(void)
{
    ac_report_free(report);
}

static ac_policy *policy(const char *text)
{
    ac_source  source = { text_of("p.policy"), text_of(text) };
    ac_policy *p = NULL;

    cr_assert_eq(ac_policy_compile(&source, NULL, &p, report, NULL), AC_OK, "%s", rendered(report, 0));
    return p;
}

static ac_data *data(const char *text)
{
    ac_source source = { text_of("d.data"), text_of(text) };
    ac_data  *d = NULL;

    cr_assert_eq(ac_data_compile(&source, NULL, &d, report, NULL), AC_OK, "%s", rendered(report, 0));
    return d;
}

/* `*book` plus a part; the part is released, as is the book before. */
static ac_status add_policy(ac_rulebook **book, ac_policy *p)
{
    ac_rulebook *next = NULL;
    ac_status    st = ac_rulebook_with_policy(*book, NULL, p, &next, report, NULL);

    if (st == AC_OK) {
        ac_rulebook_unref(*book);
        *book = next;
    } else {
        cr_expect_null(next);
    }
    ac_policy_unref(p);
    return st;
}

static ac_status add_data(ac_rulebook **book, ac_data *d)
{
    ac_rulebook *next = NULL;
    ac_status    st = ac_rulebook_with_data(*book, NULL, d, &next, report, NULL);

    if (st == AC_OK) {
        ac_rulebook_unref(*book);
        *book = next;
    } else {
        cr_expect_null(next);
    }
    ac_data_unref(d);
    return st;
}

static ac_status add_zone(ac_rulebook **book, const char *name, const char *file)
{
    ac_rulebook *next = NULL;
    size_t       size;
    char        *bytes = test_read(file, &size);
    ac_status    st;

    cr_assert_not_null(bytes);
    st = ac_rulebook_with_zone(*book, NULL, text_of(name), bytes, size, &next, NULL);
    if (st == AC_OK) {
        ac_rulebook_unref(*book);
        *book = next;
    }
    free(bytes);
    return st;
}

#define HEAD(name, version, effective, zone)                                                                                     \
    "policy " name " version " version "\neffective " effective "\ntimezone " zone "\ncurrency CNY\ndays end midnight\nmonth-end clamp\n"  \
    "rulebook R \"rules\"\n  articles 1..4\n"

static const char boston_policy[] =
    HEAD("boston", "1", "from 2015-01-01", "EST5EDT,M3.2.0,M11.1.0")
    "calendar city per 1\n  week mon..fri 08:30..17:00\n  holidays boston\n  beyond weekly\n"
    "calendar strict per 1\n  week mon..fri 08:30..17:00\n  holidays boston\n"
    "calendar newest per 1\n  week mon..fri 08:30..17:00\n  holidays boston\n  beyond weekly\n  as of now\n"
    "calendar bare per 1\n  week mon..fri 08:30..17:00\n";

static const char boston_data[] =
    "data boston-holidays edition 2015\nuse from 2015-01-01\ncovers 2015-01-01..2015-12-31\nholidays boston\n  off 2015-12-25 \"Christmas\"\n"
    "data boston-holidays edition 2016\nuse from 2015-12-14\ncovers 2016-01-01..2016-12-31\nholidays boston\n  off 2016-01-01 \"New Year\"\n";

enum { NEW_YEAR_2016 = 16801, CHRISTMAS_2015 = 16794 };    /* as ac_day */

/* 2015-12-13 and -14, noon in Boston. */
static const ac_time before = INT64_C(1450026000), after = INT64_C(1450112400);

static int is_workday(const ac_rulebook *book, const ac_policy *p, const char *calendar, ac_time pinned, ac_day day, ac_status *st)
{
    const ac_calendar *c = NULL;
    int                works = -1;

    *st = ac_rulebook_calendar(book, p, ac_policy_find_calendar(p, text_of(calendar)), pinned, &c, NULL);
    if (*st == AC_OK)
        *st = ac_calendar_is_workday(c, day, &works, NULL);
    return works;
}

Test(rulebook, a_deadline_given_before_an_edition_is_used_does_not_know_its_days, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    ac_policy   *p = policy(boston_policy);
    ac_status    st;

    cr_assert_eq(add_policy(&book, ac_policy_ref(p)), AC_OK);
    cr_assert_eq(add_data(&book, data(boston_data)), AC_OK);
    cr_expect_eq(is_workday(book, p, "city", before, NEW_YEAR_2016, &st), 1);       /* by the bare week */
    cr_expect_eq(is_workday(book, p, "city", after, NEW_YEAR_2016, &st), 0);
    cr_expect_eq(is_workday(book, p, "city", before, CHRISTMAS_2015, &st), 0);
    cr_expect_eq(is_workday(book, p, "newest", before, NEW_YEAR_2016, &st), 0);
    /* Without `beyond weekly` a later edition answers what no pinned one covers. */
    cr_expect_eq(is_workday(book, p, "strict", before, NEW_YEAR_2016, &st), 0);
    cr_expect_eq(is_workday(book, p, "bare", before, NEW_YEAR_2016, &st), 1);
    is_workday(book, p, "strict", after, NEW_YEAR_2016 + 400, &st);
    cr_expect_eq(st, AC_E_NOT_COVERED);
    /* The pin is midnight in Boston. */
    cr_expect_eq(is_workday(book, p, "city", INT64_C(1450069199), NEW_YEAR_2016, &st), 1);
    cr_expect_eq(is_workday(book, p, "city", INT64_C(1450069200), NEW_YEAR_2016, &st), 0);
    ac_rulebook_unref(book);
    ac_policy_unref(p);
}

Test(rulebook, a_calendar_without_an_edition_covers_nothing, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    ac_policy   *p = policy(boston_policy);
    size_t       said = ac_report_count(report);
    ac_status    st;

    cr_assert_eq(add_policy(&book, ac_policy_ref(p)), AC_OK);
    cr_expect_str_eq(rendered(report, said),
                     "p.policy:9:1: hint[AC-1358]: calendar \"city\": no edition of the holidays \"boston\" is in the rulebook\n  hint: add the data file that lists them\n"
                     "p.policy:13:1: hint[AC-1358]: calendar \"strict\": no edition of the holidays \"boston\" is in the rulebook\n  hint: add the data file that lists them\n"
                     "p.policy:16:1: hint[AC-1358]: calendar \"newest\": no edition of the holidays \"boston\" is in the rulebook\n  hint: add the data file that lists them\n",
                     "%s", rendered(report, said));
    is_workday(book, p, "strict", after, CHRISTMAS_2015, &st);
    cr_expect_eq(st, AC_E_NOT_COVERED);
    cr_expect_eq(is_workday(book, p, "city", after, CHRISTMAS_2015, &st), 1);
    ac_rulebook_unref(book);
    ac_policy_unref(p);
}

Test(rulebook, calendars_that_no_pin_changes_are_shared, .init = setup, .fini = teardown)
{
    ac_rulebook   *book = NULL;
    ac_policy     *p = policy(boston_policy);
    const ac_link *link;
    uint32_t       bare = ac_policy_find_calendar(p, text_of("bare")), newest = ac_policy_find_calendar(p, text_of("newest")), city = ac_policy_find_calendar(p, text_of("city"));

    cr_assert_eq(add_data(&book, data(boston_data)), AC_OK);
    cr_assert_eq(add_policy(&book, ac_policy_ref(p)), AC_OK);
    link = ac_rulebook_link(book, p);
    cr_assert_eq(link->pin_count, 3u);
    cr_expect_eq(link->pins[0].from, AC_TIME_MIN);
    cr_expect_eq(link->pins[2].calendars[bare], link->pins[0].calendars[bare]);
    cr_expect_eq(link->pins[2].calendars[newest], link->pins[0].calendars[newest]);
    cr_expect_neq(link->pins[2].calendars[city], link->pins[1].calendars[city]);
    ac_rulebook_unref(book);
    ac_policy_unref(p);
}

static const char shop[] =
    HEAD("shop", "1", "from 2020-01-01 to 2025-01-01", "Asia/Shanghai")
    "calendar work per 1\n  week mon..fri 08:00..12:00\n  holidays cn\n"
    "roles\n  clerk\n  boss\n"
    "enum grade ordered = low, middle, high\n"
    "values\n  answer : span unset per 1\n  fee : money unset per 2\n  cycle : period unset per 2\n  worst : grade unset per 3\n  since : datetime unset per 3\n"
    "record ticket is ticket dated opened per 1\n  model : text\n  level : grade\n  parts : count\n  opened : moment\n"
    "  closed : moment within answer after opened\n"
    "table cover of ticket gives months : span, free : yes/no unset per 4\n  | model | level | parts || months | free |\n";

static const char shop_data[] =
    "data shop-values edition 1\nuse from 2021-01-01\nfills shop\n"
    "values\n  answer = 36 h per \"memo 7\"\n  fee = 12.50 CNY\n  worst = middle\n  since = 2021-03-01 08:00\n"
    "table cover per \"list\"\n"
    "  | level        | model      | parts  || free | months    | per |\n"
    "  | high         | \"A\", \"B\" | -      || yes  | 24 months | \"p 1\" |\n"
    "  | >= middle    | -          | [1..5) || no   | 12 months | \"p 2\" |\n"
    "  | not low      | not \"A\"   | > 3    || no   | none      | \"p 3\" |\n"
    "  | is known     | -          | != 3   || no   | 1 month   | \"p 4\" |\n"
    "  | else                              || no   | unset     | \"p 5\" |\n"
    "data shop-values edition 2\nuse from 2022-01-01\nfills shop\nvalues\n  answer = 24 h per \"memo 9\"\n";

static const char cn_data[] = "data cn-holidays edition 2021\nuse from 2020-12-01\ncovers 2021-01-01..2021-12-31\nholidays cn\n  off 2021-01-01 \"New Year\"\n";

/* What a book says of the shop, as text: the same for every order of its parts. */
static void describe(const ac_rulebook *book, const ac_policy *p, grown *out)
{
    const ac_link *link = ac_rulebook_link(book, p);
    uint32_t       i, h, t;

    out->size = 0;
    for (i = 0; i < link->pin_count; i++) {
        const ac_pin *pin = &link->pins[i];
        char          line[256];

        snprintf(line, sizeof line, "pin %lld\n", (long long)pin->from);
        grow(out, line, strlen(line));
        for (h = 0; h < p->hole_count; h++) {
            snprintf(line, sizeof line, " %.*s %d %lld/%d %d line %u %s\n", (int)p->holes[h].name.size, p->holes[h].name.data, pin->holes[h].state,
                     (long long)pin->holes[h].num, pin->holes[h].den, pin->holes[h].ref, pin->fills[h].line.line, pin->fills[h].line.clause ? pin->fills[h].line.clause : "-");
            grow(out, line, strlen(line));
        }
        for (t = 0; t < p->table_count; t++) {
            snprintf(line, sizeof line, " table of %u rows\n", pin->tables[t]->row_count);
            grow(out, line, strlen(line));
        }
        for (t = 0; t < p->calendar_count; t++) {
            ac_status st = AC_OK;
            int       works = -1;

            if (pin->calendars)
                st = ac_calendar_is_workday(pin->calendars[t], 18628, &works, NULL);     /* 2021-01-01 */
            snprintf(line, sizeof line, " calendar %d %d\n", st, works);
            grow(out, line, strlen(line));
        }
    }
}

static const char *zone_file(void)
{
    return test_path("tests/data/zones/Asia-Shanghai");
}

static int add_part(ac_rulebook **book, int part, ac_policy *p)
{
    switch (part) {
    case 0:  return add_policy(book, ac_policy_ref(p)) == AC_OK;
    case 1:  return add_data(book, data(shop_data)) == AC_OK;
    case 2:  return add_data(book, data(cn_data)) == AC_OK;
    default: return add_zone(book, "Asia/Shanghai", zone_file()) == AC_OK;
    }
}

Test(rulebook, parts_in_any_order_make_the_same_book, .init = setup, .fini = teardown)
{
    static grown first, other;
    ac_policy   *p = policy(shop);
    int          a, b, c, d;

    for (a = 0; a < 4; a++)
        for (b = 0; b < 4; b++)
            for (c = 0; c < 4; c++) {
                ac_rulebook *book = NULL;

                if (a == b || a == c || b == c)
                    continue;
                d = 6 - a - b - c;
                cr_assert(add_part(&book, a, p) && add_part(&book, b, p) && add_part(&book, c, p) && add_part(&book, d, p), "%d%d%d: %s", a, b, c, rendered(report, 0));
                describe(book, p, &other);
                if (first.size == 0)
                    first = other;
                cr_expect_str_eq(other.data, first.data, "%d%d%d%d:\n%s\n%s", a, b, c, d, first.data, other.data);
                cr_expect_eq(ac_rulebook_edition_count(book), 3u);
                cr_expect_not_null(ac_rulebook_zone(book, p));
                ac_rulebook_unref(book);
            }
    /* 2020-12-01, 2021-01-01, 2022-01-01 in Shanghai; 36 h, later 24 h; money in fen; local 08:00. */
    cr_expect_not_null(strstr(first.data, "pin -62135596800\n cover 3 0/1 0 line 0 -\n answer 3 "), "%s", first.data);
    cr_expect_not_null(strstr(first.data, "pin 1606752000\n cover 3 0/1 0 line 0 -\n answer 3 "), "%s", first.data);
    cr_expect_not_null(strstr(first.data, "pin 1609430400\n cover 3 0/1 0 line 9 list\n answer 0 129600/1 0 line 5 memo 7\n fee 0 1250/1 0 line 6 -\n cycle 3 "), "%s", first.data);
    cr_expect_not_null(strstr(first.data, " worst 0 1/1 0 line 7 -\n since 0 1614556800/1 0 line 8 -\n"), "%s", first.data);
    cr_expect_not_null(strstr(first.data, "pin 1640966400\n cover 3 0/1 0 line 9 list\n answer 0 86400/1 0 line 20 memo 9\n"), "%s", first.data);
    cr_expect_not_null(strstr(first.data, "table of 5 rows\n calendar 0 0"), "%s", first.data);
    ac_policy_unref(p);
}

static const char fixed_shop_head[] = HEAD("shop", "1", "from 2020-01-01 to 2025-01-01", "+08:00");

/* The shop in a zone of its own. */
static ac_policy *fixed_shop(void)
{
    char  text[4096];
    const char *rest = strstr(shop, "calendar work");

    snprintf(text, sizeof text, "%s%s", fixed_shop_head, rest);
    return policy(text);
}

static uint32_t row_of(const ac_table *table, const ac_cell *cells)
{
    uint32_t codes[AC_INDEX_COLUMNS], is_true, possible, i;

    for (i = 0; i < table->column_count; i++)
        codes[i] = ac_table_column_code(table->index, i, &cells[i]);
    ac_table_first(table->index, codes, &is_true, &possible);
    cr_expect_eq(is_true, possible);
    return is_true;
}

static ac_cell known(int64_t num)
{
    return (ac_cell){ num, 1, 0, AC_VALUE_KNOWN, 0 };
}

static ac_string *string_of(char *room, const char *text)
{
    ac_string *s = (ac_string *)(void *)room;

    s->id = 0;
    s->size = (uint32_t)strlen(text);
    memcpy(s->data, text, s->size + 1);
    return s;
}

Test(rulebook, rows_of_a_data_file_are_a_table_like_any_other, .init = setup, .fini = teardown)
{
    /* model, level, parts -> row */
    static const struct { const char *model; int64_t level, parts; uint32_t row; } facts[] = {
        { "A", 2, 0, 0 }, { "B", 2, 9, 0 }, { "C", 2, 4, 1 }, { "C", 1, 1, 1 }, { "C", 1, 5, 2 }, { "A", 1, 5, 3 }, { "A", 0, 9, 3 }, { "A", 0, 3, AC_NO_INDEX },
    };
    union { char bytes[64]; uint64_t align; } room;
    ac_rulebook    *book = NULL;
    ac_policy      *p = fixed_shop();
    const ac_pin   *pin;
    const ac_table *table;
    size_t          i;

    cr_assert_eq(add_policy(&book, p), AC_OK);
    cr_assert_eq(add_data(&book, data(shop_data)), AC_OK, "%s", rendered(report, 0));
    p = ac_rulebook_policy_at(book, 0);
    pin = ac_link_pin(ac_rulebook_link(book, p), INT64_C(1620000000));
    table = pin->tables[0];
    cr_assert_neq(table, &p->tables[0]);
    cr_expect_eq(table->hole, AC_NO_INDEX);
    cr_assert_not_null(table->index);
    for (i = 0; i < sizeof facts / sizeof *facts; i++) {
        ac_cell cells[3];

        cells[0] = known((int64_t)(intptr_t)string_of(room.bytes, facts[i].model));
        cells[0].den = 0;
        cells[1] = known(facts[i].level);
        cells[2] = known(facts[i].parts);
        cr_expect_eq(row_of(table, cells), facts[i].row, "case %zu: row %u", i, row_of(table, cells));
    }
    cr_expect_eq(table->rows[4].otherwise, 1);
    /* Outputs in the policy's order: months, free. */
    cr_expect(table->filled[0].num == 24 && table->filled[0].ref == AC_UNIT_MONTH && table->filled[1].num == 1);
    cr_expect_eq(table->filled[2 * 2].state, AC_VALUE_NONE);
    cr_expect(table->filled[4 * 2].state == AC_VALUE_UNSET && table->filled[4 * 2].num == p->holes[p->tables[0].hole].unset);
    cr_expect_str_eq(table->filled_lines[1].clause, "p 2");
    cr_expect_eq(table->filled_lines[1].line, 12u);
    cr_expect_str_eq(table->filled_source, "d.data");
    /* Before its day the table is open still. */
    pin = ac_link_pin(ac_rulebook_link(book, p), INT64_C(1600000000));
    cr_expect_eq(pin->tables[0], &p->tables[0]);
    cr_expect_eq(pin->fills[0].edition, AC_NO_INDEX);
    ac_rulebook_unref(book);
}

Test(rulebook, data_that_do_not_fit_are_refused_with_the_reason, .init = setup, .fini = teardown)
{
    static const struct { const char *body, *said; } bad[] = {
        { "values\n  answer = 50 CNY\n", "d.data:4:12: error[AC-6547]: \"answer\" takes a length, and this is money\n" },
        { "values\n  answer = 50\n", "d.data:4:12: error[AC-6547]: \"answer\" takes a length, and this is a number\n" },
        { "values\n  fee = 50 EUR\n", "d.data:4:9: error[AC-8871]: the policy counts in CNY, not in EUR\n" },
        { "values\n  fee = 0.001 CNY\n", "d.data:4:9: error[AC-5004]: this amount has more decimals than the currency\n  hint: give it as many as the currency has, such as 12.50\n" },
        { "values\n  fee = \"much\"\n", "d.data:4:9: error[AC-6547]: \"fee\" takes money, and this is a text\n" },
        { "values\n  worst = hihg\n", "d.data:4:11: error[AC-2738]: \"hihg\" is none of the names that \"worst\" takes\n  hint: did you mean \"high\"?\n" },
        { "values\n  cycle = 5\n", "d.data:4:11: error[AC-6547]: \"cycle\" takes a period, and this is a number\n" },
        { "values\n  since = 2021-01-01\n", "d.data:4:11: error[AC-6547]: \"since\" takes a date and time, and this is a date\n" },
        { "values\n  anwser = 5 h\n",
          "d.data:4:3: error[AC-9483]: policy \"shop\" leaves nothing open that is called \"anwser\"\n  hint: did you mean \"answer\"?\n" },
        { "table covers\n  | model || free |\n  | \"A\" || yes |\n",
          "d.data:3:7: error[AC-9483]: policy \"shop\" leaves nothing open that is called \"covers\"\n  hint: did you mean \"cover\"?\n" },
        { "values\n  cover = 3\n", "d.data:4:3: error[AC-9483]: policy \"shop\" leaves nothing open that is called \"cover\"\n  hint: did you mean \"cover\"?\n" },
        { "table cover\n  | model | grade | parts || months | free |\n  | \"A\" | - | - || none | yes |\n", "d.data:4:13: error[AC-4216]: the policy's head of table \"cover\" has no column \"grade\"\n  hint: repeat the head row of the policy\n" },
        { "table cover\n  | model | level || months | free |\n  | \"A\" | - || none | yes |\n", "d.data:4:3: error[AC-9968]: the column \"parts\" of table \"cover\" is missing here\n  hint: repeat the head row of the policy\n" },
        { "table cover\n  | model | level | parts || months |\n  | \"A\" | - | - || none |\n", "d.data:4:3: error[AC-9968]: the column \"free\" of table \"cover\" is missing here\n  hint: repeat the head row of the policy\n" },
        { "table cover\n  | model | level | parts || months | free |\n  | > \"A\" | late | x || 3 | 5 h |\n  | else || none | no |\n",
          "d.data:5:5: error[AC-6092]: its values have no order: only = and != can test \"model\"\n"
          "d.data:5:13: error[AC-2738]: \"late\" is none of the names that \"level\" takes\n"
          "d.data:5:20: error[AC-6547]: \"parts\" takes a whole number from 0 on, and this is a name\n"
          "d.data:5:25: error[AC-6547]: \"months\" takes a length, and this is a number\n"
          "d.data:5:29: error[AC-6547]: \"free\" takes yes or no, and this is a length\n" },
        { "table cover\n  | model | level | parts || months | free |\n  | - | is late | model || none | no |\n  | else || none | no |\n",
          "d.data:5:9: error[AC-3617]: this test is none that a row from a data file can make\n  hint: write constants, comparisons with them, ranges, \"is known\" or \"is unknown\"\n"
          "d.data:5:19: error[AC-6547]: \"parts\" takes a whole number from 0 on, and this is a name\n" },
    };
    ac_rulebook *book = NULL;
    ac_policy   *p = fixed_shop();
    size_t       i;

    cr_assert_eq(add_policy(&book, ac_policy_ref(p)), AC_OK);
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        char         text[1024];
        ac_rulebook *empty = NULL;
        ac_data     *d;
        size_t       said, errors = ac_report_count_of(report, AC_SEVERITY_ERROR);
        grown        only = { .size = 0 };

        snprintf(text, sizeof text, "data x edition 1\nfills shop\n%s", bad[i].body);
        d = data(text);
        said = ac_report_count(report);
        cr_expect_eq(add_data(&book, ac_data_ref(d)), AC_E_POLICY, "case %zu", i);
        cr_expect_gt(ac_report_count_of(report, AC_SEVERITY_ERROR), errors);
        for (; said < ac_report_count(report); said++) {
            ac_diagnostic one = AC_DIAGNOSTIC_INIT;

            ac_report_at(report, said, &one);
            if (one.severity == AC_SEVERITY_ERROR)
                ac_report_render(report, said, AC_LANG_EN, grow, &only);
        }
        only.data[only.size] = 0;
        cr_expect_str_eq(only.data, bad[i].said, "case %zu\n%s", i, only.data);
        /* The other order finds wrong types too; unknown names may belong to a version still to come. */
        cr_assert_eq(add_data(&empty, ac_data_ref(d)), AC_OK);
        cr_expect_eq(add_policy(&empty, ac_policy_ref(p)), strstr(bad[i].said, "AC-9483") ? AC_OK : AC_E_POLICY, "case %zu", i);
        /* So does a host without a report. */
        {
            ac_rulebook *next = NULL;

            cr_expect_eq(ac_rulebook_with_data(book, NULL, d, &next, NULL, NULL), AC_E_POLICY, "case %zu", i);
            cr_expect_null(next);
        }
        ac_rulebook_unref(empty);
        ac_data_unref(d);
    }
    cr_expect_eq(ac_rulebook_edition_count(book), 0u);
    ac_rulebook_unref(book);
    ac_policy_unref(p);
}

static const char norms[] = HEAD("norms", "1", "from 2020-01-01", "+08:00") "record job is ticket dated opened per 1\n  size : count\n  rush : yes/no\n  opened : moment\n"
                            "table price of job gives fee : money unique unset per 1\n  | size | rush || fee |\n";

Test(rulebook, rows_of_a_unique_table_exclude_each_other_and_leave_nothing_out, .init = setup, .fini = teardown)
{
    static const struct { const char *rows; ac_status status; const char *said; } all[] = {
        { "  | < 5 | - || 1 CNY |\n  | >= 5 | yes || 2 CNY |\n  | >= 5 | no || 3 CNY |\n", AC_OK, "" },
        { "  | < 5 | - || 1 CNY |\n  | >= 5 | yes || 2 CNY |\n", AC_OK,
          "d.data:3:7: warning[AC-8504]: the rows of table \"price\" do not say what holds for other facts\n  hint: end them with | else || … |\n" },
        { "  | <= 5 | - || 1 CNY |\n  | >= 5 | yes || 1 CNY |\n  | >= 5 | no || 3 CNY |\n", AC_E_POLICY,
          "d.data:7:3: error[AC-3256]: this row and an earlier one can hold at once and give different values\n  hint: a \"unique\" table wants rows that exclude each other\nd.data:5:3: note: the other line is here\n" },
        { "  | <= 5 | no || 1 CNY |\n  | else || 4.5 CNY |\n", AC_OK, "" },
    };
    size_t i;

    for (i = 0; i < sizeof all / sizeof *all; i++) {
        ac_rulebook *book = NULL;
        char         text[1024];
        size_t       said;

        cr_assert_eq(add_policy(&book, policy(norms)), AC_OK);
        said = ac_report_count(report);
        snprintf(text, sizeof text, "data x edition 1\nfills norms\ntable price\n  | size | rush || fee |\n%s", all[i].rows);
        cr_expect_eq(add_data(&book, data(text)), all[i].status, "case %zu", i);
        cr_expect_str_eq(rendered(report, said), all[i].said, "case %zu: %s", i, rendered(report, said));
        ac_rulebook_unref(book);
    }
}

/* What is said of a calendar whose policy is in force from `from` on, when editions cover these dates. */
static const char *said_of(const char *effect, const char *line, const char *editions)
{
    ac_rulebook *book = NULL;
    char         rules[1024], days[1024];
    size_t       said;

    snprintf(rules, sizeof rules, "policy p version 1\neffective %s\ntimezone +08:00\ncalendar c\n  week mon..fri 08:00..17:00\n  holidays cn\n%s", effect, line);
    cr_assert_eq(add_policy(&book, policy(rules)), AC_OK);
    said = ac_report_count(report);
    snprintf(days, sizeof days, "%s", editions);
    cr_assert_eq(add_data(&book, data(days)), AC_OK);
    ac_rulebook_unref(book);
    return rendered(report, said);
}

#define EDITION(year, from, to) "data cn edition " year "\ncovers " from ".." to "\nholidays cn\n  off " year "-05-01\n"
#define BOTH                    EDITION("2026", "2026-01-01", "2026-12-31") EDITION("2027", "2027-01-01", "2027-12-31")
#define APART                   EDITION("2026", "2026-01-01", "2026-11-30") EDITION("2027", "2027-01-01", "2027-12-31")

Test(rulebook, days_of_effect_that_no_edition_covers_are_told, .init = setup, .fini = teardown)
{
    static const char hint[] = "p.policy:4:1: hint[AC-5586]: calendar \"c\" covers dates up to 2027-12-31; later ones are answered by \"not covered\"\n";
    static const char hole[] = "p.policy:4:1: warning[AC-4951]: calendar \"c\": no edition of its holidays covers 2026-12-01, when the policy is in force\n"
                               "  hint: add the edition that does, or write \"beyond weekly\"\n";
    static const char early[] = "p.policy:4:1: warning[AC-4951]: calendar \"c\": no edition of its holidays covers 2025-06-01, when the policy is in force\n"
                                "  hint: add the edition that does, or write \"beyond weekly\"\n";

    cr_expect_str_eq(said_of("from 2026-06-01", "", BOTH), hint);
    cr_expect_str_eq(said_of("from 2026-06-01 to 2028-01-01", "", BOTH), "");
    cr_expect_str_eq(said_of("from 2026-06-01 to 2027-06-01", "", APART), hole);
    cr_expect_str_eq(said_of("from 2026-06-01 to 2026-12-01", "", APART), "");
    cr_expect_str_eq(said_of("from 2025-06-01", "", BOTH), early);
    cr_expect_str_eq(said_of("from 2025-06-01", "  beyond weekly\n", BOTH), "");
    cr_expect_str_eq(said_of("from 2026-06-01", "  valid 2026-01-01..2027-06-30\n", BOTH), "");    /* the checker told of it */
}

Test(rulebook, what_is_still_unset_is_told, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    size_t       said;

    cr_assert_eq(add_policy(&book, fixed_shop()), AC_OK);
    said = ac_report_count(report);
    cr_assert_eq(add_data(&book, data(shop_data)), AC_OK);
    cr_expect_str_eq(rendered(report, said),
                     "p.policy:19:1: hint[AC-4639]: \"cycle\" is not configured\n  hint: a data file that \"fills\" this policy may give it\n"
                     "p.policy:9:1: hint[AC-1358]: calendar \"work\": no edition of the holidays \"cn\" is in the rulebook\n  hint: add the data file that lists them\n",
                     "%s", rendered(report, said));
    ac_rulebook_unref(book);
}

Test(rulebook, registered_editions_never_change, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL, *next = NULL;
    ac_data     *changed = data("data x edition 2\nholidays cn\n  off 2021-05-01\ndata cn-holidays edition 2021\nuse from 2020-12-01\ncovers 2021-01-01..2021-12-31\nholidays cn\n  off 2021-01-02\n");
    ac_error     err = AC_ERROR_INIT;
    ac_edition_info info;

    cr_assert_eq(add_data(&book, data(cn_data)), AC_OK);
    cr_expect_eq(ac_rulebook_with_data(book, NULL, changed, &next, report, &err), AC_E_CONFLICT);
    cr_expect_eq(err.code, AC_CODE_EDITION_CONFLICT);
    cr_expect_str_eq(err.name, "cn-holidays");
    cr_expect_null(next);
    cr_expect_eq(ac_rulebook_edition_count(book), 1u);
    /* The same again, written differently, is nothing new. */
    cr_assert_eq(add_data(&book, data("data cn-holidays   edition 2021 // again\nuse from 2020-12-01\ncovers 2021-01-01..2021-12-31\nholidays cn\n    off 2021-01-01 \"New Year\"\n")), AC_OK);
    cr_expect_eq(ac_rulebook_edition_count(book), 1u);
    cr_assert_eq(ac_rulebook_edition_at(book, 0, &info), AC_OK);
    cr_expect(info.name.size == 11 && info.word.size == 4 && info.use_from == INT64_C(1606780800));     /* UTC: nobody uses it */
    cr_expect_eq(ac_rulebook_edition_at(book, 1, &info), AC_E_NOT_FOUND);
    ac_data_unref(changed);
    ac_rulebook_unref(book);
}

Test(rulebook, versions_may_touch_but_not_overlap, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL, *next = NULL;
    ac_policy   *one = policy(HEAD("p", "1", "from 2020-01-01 to 2021-01-01", "+08:00")), *two = policy(HEAD("p", "2", "from 2021-01-01", "+08:00"));
    ac_policy   *bad = policy(HEAD("p", "3", "from 2020-12-31 to 2021-01-01", "+08:00")), *other = policy(HEAD("q", "1", "from 2020-01-01", "+08:00"));
    ac_error     err = AC_ERROR_INIT;

    cr_assert_eq(add_policy(&book, ac_policy_ref(two)), AC_OK);
    cr_assert_eq(add_policy(&book, ac_policy_ref(one)), AC_OK);
    cr_expect_eq(ac_rulebook_with_policy(book, NULL, bad, &next, report, &err), AC_E_CONFLICT);
    cr_expect_eq(err.code, AC_CODE_VERSION_CONFLICT);
    cr_expect_str_eq(err.name, "p version 3, version 1");
    cr_expect_null(next);
    /* Half-open, midnight at +08:00. */
    cr_expect_eq(ac_rulebook_policy_on(book, text_of(""), INT64_C(1577807999)), NULL);
    cr_expect_eq(ac_rulebook_policy_on(book, text_of(""), INT64_C(1577808000)), one);
    cr_expect_eq(ac_rulebook_policy_on(book, text_of("p"), INT64_C(1609430399)), one);
    cr_expect_eq(ac_rulebook_policy_on(book, text_of("p"), INT64_C(1609430400)), two);
    cr_expect_eq(ac_rulebook_policy_on(book, text_of("p"), AC_TIME_MAX), two);
    cr_expect_null(ac_rulebook_policy_on(book, text_of("q"), INT64_C(1609430400)));
    cr_assert_eq(add_policy(&book, ac_policy_ref(other)), AC_OK);
    cr_expect_null(ac_rulebook_policy_on(book, text_of(""), INT64_C(1609430400)));      /* two names now */
    /* The very same again is nothing new. */
    cr_assert_eq(add_policy(&book, ac_policy_ref(one)), AC_OK);
    cr_expect_eq(ac_rulebook_policy_count(book), 3u);
    ac_rulebook_unref(book);
    ac_policy_unref(one);
    ac_policy_unref(two);
    ac_policy_unref(bad);
    ac_policy_unref(other);
}

Test(rulebook, an_old_snapshot_stays_and_shares_what_did_not_change, .init = setup, .fini = teardown)
{
    ac_rulebook   *old = NULL, *next = NULL;
    ac_policy     *p = policy(boston_policy), *q = policy(HEAD("q", "1", "from 2020-01-01", "+08:00"));
    ac_data       *d = data(boston_data);
    const ac_link *link;
    ac_status      st;

    cr_assert_eq(add_policy(&old, ac_policy_ref(p)), AC_OK);
    cr_assert_eq(add_policy(&old, ac_policy_ref(q)), AC_OK);
    link = ac_rulebook_link(old, p);
    cr_assert_eq(ac_rulebook_with_data(old, NULL, d, &next, report, NULL), AC_OK);
    cr_expect_eq(ac_rulebook_link(old, p), link);
    cr_expect_neq(ac_rulebook_link(next, p), link);
    cr_expect_eq(ac_rulebook_link(next, q), ac_rulebook_link(old, q));
    cr_expect_eq(ac_rulebook_edition_count(old), 0u);
    cr_expect_eq(is_workday(old, p, "city", after, CHRISTMAS_2015, &st), 1);
    cr_expect_eq(is_workday(next, p, "city", after, CHRISTMAS_2015, &st), 0);
    ac_rulebook_unref(old);
    cr_expect_eq(is_workday(next, p, "city", after, CHRISTMAS_2015, &st), 0);
    ac_rulebook_unref(next);
    ac_data_unref(d);
    ac_policy_unref(p);
    ac_policy_unref(q);
}

Test(rulebook, two_editions_may_not_fill_one_hole_from_one_day, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    size_t       said;

    cr_assert_eq(add_policy(&book, fixed_shop()), AC_OK);
    cr_assert_eq(add_data(&book, data("data a edition 1\nuse from 2021-01-01\nfills shop\nvalues\n  answer = 1 h\n")), AC_OK);
    said = ac_report_count(report);
    cr_expect_eq(add_data(&book, data("data b edition 1\nuse from 2021-01-01\nfills shop\nvalues\n  answer = 2 h\n")), AC_E_POLICY);
    cr_expect_not_null(strstr(rendered(report, said), "d.data:5:3: error[AC-2385]: edition \"1\" fills \"answer\" from the same day on"), "%s", rendered(report, said));
    ac_rulebook_unref(book);
}

Test(rulebook, lists_that_clash_are_refused_where_they_meet, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    size_t       said;

    cr_assert_eq(add_policy(&book, policy(HEAD("p", "1", "from 2020-01-01", "+08:00") "calendar c per 1\n  week mon..fri 08:00..12:00\n  holidays a\n  holidays b\n")), AC_OK);
    cr_assert_eq(add_data(&book, data("data a edition 1\ncovers 2021-01-01..2021-12-31\nholidays a\n  off 2021-01-01\n")), AC_OK);
    said = ac_report_count(report);
    cr_expect_eq(add_data(&book, data("data b edition 1\ncovers 2021-01-01..2021-12-31\nholidays b\n  work 2021-01-01\n")), AC_E_POLICY);
    cr_expect_not_null(strstr(rendered(report, said), "p.policy:9:1: error[AC-8693]: calendar \"c\" cannot take these holiday lists:"), "%s", rendered(report, said));
    ac_rulebook_unref(book);
}

Test(rulebook, a_policy_without_its_zone_can_be_held_but_not_read, .init = setup, .fini = teardown)
{
    ac_rulebook       *book = NULL;
    ac_policy         *p = policy(shop);
    const ac_calendar *calendar = NULL;
    ac_error           err = AC_ERROR_INIT;

    cr_assert_eq(add_policy(&book, ac_policy_ref(p)), AC_OK);
    cr_expect_null(ac_rulebook_zone(book, p));
    cr_expect_null(ac_rulebook_policy_on(book, text_of("shop"), INT64_C(1620000000)));
    cr_expect_eq(ac_rulebook_calendar(book, p, 0, 0, &calendar, &err), AC_E_NOT_FOUND);
    cr_expect_eq(err.code, AC_CODE_BOOK_NO_ZONE);
    cr_expect_null(ac_rulebook_link(book, p)->pins[0].calendars);
    ac_rulebook_unref(book);
    ac_policy_unref(p);
}

Test(rulebook, cn_holidays_of_three_years_are_pinned_one_by_one, .init = setup, .fini = teardown)
{
    const char  *path = test_shared("drafts/data/cn-holidays.data");
    size_t       size;
    char        *text = path ? test_read(path, &size) : NULL;
    ac_rulebook *book = NULL;
    ac_policy   *p;
    ac_status    st;

    if (!text)
        return;
    p = policy(HEAD("p", "1", "from 2020-01-01", "+08:00") "calendar c per 1\n  week mon..fri 08:00..12:00\n  holidays cn\n  worked as mon\n");
    cr_assert_eq(add_policy(&book, ac_policy_ref(p)), AC_OK);
    cr_assert_eq(add_data(&book, data(text)), AC_OK, "%s", rendered(report, 0));
    cr_expect_eq(ac_rulebook_link(book, p)->pin_count, 4u);
    cr_expect_eq(is_workday(book, p, "c", INT64_C(1704067200), 19757, &st), 1);     /* Sunday 2024-02-04, worked */
    cr_expect_eq(is_workday(book, p, "c", INT64_C(1704067200), 19763, &st), 0);     /* Saturday 2024-02-10, off */
    cr_expect_eq(is_workday(book, p, "c", INT64_C(1704067200), 20730, &st), 0);     /* 2026-10-04: a later edition fills */
    is_workday(book, p, "c", INT64_C(1704067200), 20821, &st);                      /* 2027-01-03 */
    cr_expect_eq(st, AC_E_NOT_COVERED);
    free(text);
    ac_rulebook_unref(book);
    ac_policy_unref(p);
}

/* --- every allocation fails once ------------------------------------------------------------ */

typedef ac_status (*step)(const ac_rulebook *from, const ac_allocator *mem, ac_rulebook **out, void *part);

static ac_status step_policy(const ac_rulebook *from, const ac_allocator *mem, ac_rulebook **out, void *part)
{
    return ac_rulebook_with_policy(from, mem, part, out, report, NULL);
}

static ac_status step_data(const ac_rulebook *from, const ac_allocator *mem, ac_rulebook **out, void *part)
{
    return ac_rulebook_with_data(from, mem, part, out, report, NULL);
}

static ac_status step_zone(const ac_rulebook *from, const ac_allocator *mem, ac_rulebook **out, void *part)
{
    ac_text bytes = *(ac_text *)part;

    return ac_rulebook_with_zone(from, mem, text_of("Asia/Shanghai"), bytes.data, bytes.size, out, NULL);
}

static void fail_each(step run, const ac_rulebook *from, void *part)
{
    long n;

    for (n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_rulebook *out = NULL;
        size_t       said = ac_report_count(report);
        ac_status    st = run(from, &mem, &out, part);

        if (st != AC_OK) {
            cr_expect_null(out);
            cr_expect_eq(ac_report_count(report), said, "allocation %ld left messages", n);
        }
        ac_rulebook_unref(out);
        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        cr_expect_eq(f.wrong_size, 0u);
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
        cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
        if (st != AC_E_NOMEM)
            break;
    }
    cr_expect_gt(n, 3);
}

Test(rulebook, each_allocation_may_fail_without_a_trace, .init = setup, .fini = teardown)
{
    ac_policy   *p = fixed_shop(), *named = policy(shop);
    ac_data     *values = data(shop_data), *days = data(cn_data);
    ac_rulebook *with_policy = NULL, *with_data = NULL, *waiting = NULL;
    ac_text      bytes;
    char        *zone;

    fail_each(step_policy, NULL, p);
    cr_assert_eq(add_policy(&with_policy, ac_policy_ref(p)), AC_OK);
    fail_each(step_data, with_policy, values);
    fail_each(step_data, with_policy, days);
    cr_assert_eq(add_data(&with_data, ac_data_ref(values)), AC_OK);
    cr_assert_eq(add_data(&with_data, ac_data_ref(days)), AC_OK);
    fail_each(step_policy, with_data, p);
    cr_assert_eq(ac_rulebook_with_policy(with_data, NULL, named, &waiting, report, NULL), AC_OK);
    zone = test_read(zone_file(), &bytes.size);
    cr_assert_not_null(zone);
    bytes.data = zone;
    fail_each(step_zone, waiting, &bytes);
    free(zone);
    ac_rulebook_unref(with_policy);
    ac_rulebook_unref(with_data);
    ac_rulebook_unref(waiting);
    ac_data_unref(values);
    ac_data_unref(days);
    ac_policy_unref(p);
    ac_policy_unref(named);
}

Test(rulebook, a_policy_without_a_zone_is_read_in_utc, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    ac_policy   *p = policy("policy p version 1\neffective from 2020-01-01\nrecord t is ticket dated o\n  o : moment\n");

    cr_assert_eq(add_policy(&book, ac_policy_ref(p)), AC_OK);
    cr_assert_not_null(ac_rulebook_zone(book, p));
    cr_expect_eq(ac_rulebook_policy_on(book, text_of("p"), INT64_C(1577836799)), NULL);
    cr_expect_eq(ac_rulebook_policy_on(book, text_of("p"), INT64_C(1577836800)), p);
    ac_rulebook_unref(book);
    ac_policy_unref(p);
}

/* --- versions side by side ---------------------------------------------------------------------- */

#define COUNTED(version, effective, members)                                                                                     \
    HEAD("p", version, effective, "+08:00")                                                                                       \
    "enum grade = " members " per 1\nrecord shop is company per 1\n  seen = count(job in year) per 1\n"                          \
    "record job is ticket of shop dated opened per 1\n  grade : grade\n  opened : moment\n"

Test(rulebook, versions_that_follow_each_other_are_fine, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    ac_error     err = AC_ERROR_INIT;

    cr_assert_eq(add_policy(&book, policy(COUNTED("2", "from 2021-01-01", "a, b, c"))), AC_OK);
    cr_assert_eq(add_policy(&book, policy(COUNTED("1", "from 2020-01-01 to 2021-01-01", "a, b"))), AC_OK);
    cr_expect_eq(ac_rulebook_check_versions(book, report, &err), AC_OK);
    cr_expect_eq(ac_report_count_of(report, AC_SEVERITY_ERROR), 0u);
    ac_rulebook_unref(book);
}

Test(rulebook, gaps_and_lost_members_are_told_between_neighbours, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;
    ac_error     err = AC_ERROR_INIT;
    size_t       said;

    cr_assert_eq(add_policy(&book, policy(COUNTED("3", "from 2022-02-01", "a, b, c"))), AC_OK);
    cr_assert_eq(add_policy(&book, policy(COUNTED("1", "from 2020-01-01 to 2021-01-01", "a, b, c"))), AC_OK);
    cr_assert_eq(add_policy(&book, policy(COUNTED("2", "from 2021-01-01 to 2022-01-01", "a, c"))), AC_OK);
    said = ac_report_count(report);
    cr_expect_eq(ac_rulebook_check_versions(book, report, &err), AC_E_POLICY);
    cr_expect_str_eq(rendered(report, said),
                     "p.policy:2:1: error[AC-4320]: no version is in force between version 2 and this one: from 2022-01-01 to 2022-02-01\n"
                     "  hint: let this version begin on 2022-01-01, or the earlier one end on 2022-02-01; a record dated between them is judged by none\n"
                     "p.policy:11:10: error[AC-8228]: version 1 has the member \"b\" of grade too: this window may meet a record that holds it\n"
                     "  hint: keep the member as long as a window reaches back to version 1\n");
    ac_rulebook_unref(book);
}

static ac_status step_check(const ac_rulebook *from, const ac_allocator *mem, ac_rulebook **out, void *part)
{
    ac_report *said = NULL;
    ac_status  st = ac_report_new(mem, &said, NULL);

    (void)part;
    *out = NULL;
    if (st == AC_OK)
        st = ac_rulebook_check_versions(from, said, NULL);
    ac_report_free(said);
    return st == AC_E_POLICY ? AC_OK : st;
}

Test(rulebook, each_allocation_of_the_check_may_fail, .init = setup, .fini = teardown)
{
    ac_rulebook *book = NULL;

    cr_assert_eq(add_policy(&book, policy(COUNTED("1", "from 2020-01-01 to 2021-01-01", "a, b"))), AC_OK);
    cr_assert_eq(add_policy(&book, policy(COUNTED("2", "from 2021-02-01", "a, c"))), AC_OK);
    fail_each(step_check, book, NULL);
    ac_rulebook_unref(book);
}

Test(rulebook, a_policy_tells_its_revision_and_its_days, .init = setup, .fini = teardown)
{
    ac_policy *p = policy("policy p version 3 revision 2 corrects \"the span of 3b\"\neffective from 2020-01-01 to 2021-01-01\n"), *plain = policy("policy p version 1\n");
    ac_text    what = ac_policy_corrects(p);
    ac_day     from, to;
    char       text[AC_TIME_TEXT_BYTES];

    cr_expect_eq(ac_policy_revision(p), 2u);
    cr_expect(what.size == 14 && memcmp(what.data, "the span of 3b", 14) == 0);
    ac_policy_effective(p, &from, &to);
    ac_day_format(from, text);
    cr_expect_str_eq(text, "2020-01-01");
    ac_day_format(to, text);
    cr_expect_str_eq(text, "2021-01-01");
    cr_expect_eq(ac_policy_revision(plain), 0u);
    cr_expect_eq(ac_policy_corrects(plain).size, 0u);
    ac_policy_effective(plain, &from, &to);
    cr_expect(from == AC_DAY_MIN && to == AC_DAY_MAX);
    ac_policy_unref(p);
    ac_policy_unref(plain);
}
