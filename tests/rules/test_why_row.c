/* Why one row of a table was taken or not. */
#include <criterion/criterion.h>

#include "rules_case.h"

static const char policy_text[] =
    "policy p version 1\n"
    "rulebook R \"rules\"\n"
    "  articles 1..4\n"
    "enum grade = low, middle, high per 1\n"
    "record job per 1\n"
    "  far, wet : yes/no\n"
    "  km : number\n"
    "  level : grade\n"
    "table fare of job gives fare : count per 2\n"
    "  | km       | far | level       || fare | per |\n"      /* 10 */
    "  | [0..10)  | no  | -           || 1    | 2   |\n"
    "  | [10..50) | -   | low, middle || 2    | 3   |\n"
    "  | > 20     | yes | -           || 3    | 4   |\n"
    "  | else                         || 9    | 4   |\n"
    "table gear of job gives gear : text per 3\n"
    "  \"boots\" when far or wet\n"
    "  \"shoes\" otherwise\n"
    "record other per 1\n"
    "  a : yes/no\n";

typedef struct bytes {
    char   data[4096];
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

/* What stands below the two lines of the head. */
static const char *why(ac_record *record, const char *table, uint32_t row, ac_lang lang, bytes *out)
{
    ac_error err = AC_ERROR_INIT;

    out->size = 0;
    cr_assert_eq(ac_why_row(record, ac_policy_find_table(ac_record_policy(record), rules_text(table)), row, 0, AC_FORMAT_TEXT, lang, take, out, &err),
                 AC_OK, "%s", err.what);
    return strchr(strchr(out->data, '\n') + 1, '\n') + 1;
}

Test(why_row, the_first_test_that_fails_then_the_row_that_decides)
{
    rules_case k;
    ac_record *r;
    bytes      out;

    rules_case_open_text(&k, "row.policy", policy_text);
    r = rules_case_record(&k, "job");
    rules_set(r, "km", "30");
    rules_set(r, "far", "yes");
    rules_set(r, "wet", "no");
    rules_set(r, "level", "high");
    cr_expect_str_eq(why(r, "fare", 0, AC_LANG_EN, &out), "  rows        line 11 does not hold: km is 30\n"
                                                          "              line 13 holds, article 4\n");
    cr_expect_str_eq(why(r, "fare", 1, AC_LANG_EN, &out), "  rows        line 12 does not hold: level is high\n"
                                                          "              line 13 holds, article 4\n");
    cr_expect_str_eq(why(r, "fare", 2, AC_LANG_EN, &out), "  rows        line 13 holds, article 4\n");
    cr_expect_str_eq(why(r, "fare", 3, AC_LANG_EN, &out), "  rows        line 14 does not hold\n"
                                                          "              line 13 holds, article 4\n");
    cr_expect_str_eq(why(r, "fare", 1, AC_LANG_ZH, &out), "  规则行      第 12 行不成立：level 为 high\n"
                                                          "              第 13 行成立，依据 4\n");
    rules_set(r, "level", "low");       /* holds too, and stands before */
    cr_expect_str_eq(why(r, "fare", 2, AC_LANG_EN, &out), "  rows        line 13 holds, article 4\n"
                                                          "              line 12 holds, article 3\n");
    ac_record_free(r);
    rules_case_close(&k);
}

Test(why_row, what_is_not_known_is_named)
{
    rules_case k;
    ac_record *r;
    bytes      out;

    rules_case_open_text(&k, "row.policy", policy_text);
    r = rules_case_record(&k, "job");
    rules_set(r, "km", "5");
    cr_expect_str_eq(why(r, "fare", 0, AC_LANG_EN, &out), "  rows        line 11 cannot be told: far is not known\n");
    cr_expect_str_eq(why(r, "fare", 1, AC_LANG_EN, &out), "  rows        line 12 does not hold: km is 5\n");
    rules_set(r, "far", "no");
    cr_expect_not_null(strstr(why(r, "gear", 0, AC_LANG_EN, &out), "line 16 cannot be told: wet is not known"), "%s", out.data);
    cr_expect_str_eq(why(r, "fare", 0, AC_LANG_EN, &out), "  rows        line 11 holds, article 2\n");
    rules_set(r, "wet", "no");      /* every alternative is told */
    cr_expect_str_eq(why(r, "gear", 0, AC_LANG_EN, &out), "  rows        line 16 does not hold: far is no\n"
                                                          "              line 16 does not hold: wet is no\n"
                                                          "              line 17 covers the rest, article 3\n");
    ac_record_free(r);
    rules_case_close(&k);
}

Test(why_row, what_is_not_there_is_refused)
{
    rules_case k;
    ac_record *r, *other;
    ac_error   err = AC_ERROR_INIT;
    bytes      out = { "", 0 };

    rules_case_open_text(&k, "row.policy", policy_text);
    r = rules_case_record(&k, "job");
    other = rules_case_record(&k, "other");
    cr_expect_eq(ac_why_row(r, 99, 0, 0, AC_FORMAT_TEXT, AC_LANG_EN, take, &out, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_why_row(r, 0, 99, 0, AC_FORMAT_TEXT, AC_LANG_EN, take, &out, &err), AC_E_NOT_FOUND);
    cr_expect_eq(ac_why_row(other, 0, 0, 0, AC_FORMAT_TEXT, AC_LANG_EN, take, &out, &err), AC_E_TYPE);
    cr_expect_eq(ac_why_row(r, 0, 0, INT64_MAX, AC_FORMAT_TEXT, AC_LANG_EN, take, &out, &err), AC_E_RANGE);
    cr_expect_eq(out.size, 0u);
    ac_record_free(r);
    ac_record_free(other);
    rules_case_close(&k);
}
