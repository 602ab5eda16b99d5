#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include <aftercare/policy.h>


static ac_text text_of(const char *s)
{
    return (ac_text){ s, strlen(s) };
}

static int is(ac_text text, const char *s)
{
    return text.size == strlen(s) && memcmp(text.data, s, text.size) == 0;
}

static ac_status print(void *user, const char *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stderr);
    return AC_OK;
}

static ac_policy *compile(const char *text)
{
    ac_source  source = { text_of("t.policy"), text_of(text) };
    ac_policy *p = NULL;
    ac_report *report = NULL;
    ac_status  st;
    size_t     i;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    st = ac_policy_compile(&source, NULL, &p, report, NULL);
    for (i = 0; st != AC_OK && i < ac_report_count(report); i++)
        ac_report_render(report, i, AC_LANG_EN, print, NULL);
    cr_assert_eq(st, AC_OK);
    ac_report_free(report);
    return p;
}

static const char shop[] =
    "policy shop version 3\n"
    "title en \"Shop\"\n"
    "effective from 2020-01-01\n"
    "timezone +08:00\n"
    "currency CNY\n"
    "days end midnight\n"
    "rulebook R \"rules\"\n"
    "  articles 1..4\n"
    "\n"
    "calendar work per 1\n"
    "  week mon..fri 08:00..12:00\n"
    "enum grade ordered = low, middle, high per 2\n"
    "record unit is unit per 2\n"
    "  model : text\n"
    "record ticket is ticket of unit dated opened per 2\n"
    "  urgent : yes/no\n"
    "  opened : moment\n"
    "  closed : moment within 8 workh after opened as repair per 3\n"
    "  weight = if urgent then 2 else 1\n"
    "table grading of ticket gives level : grade per 4\n"
    "  high when urgent\n"
    "  low otherwise\n"
    "example ticket \"one\"\n"
    "  | case | urgent || level |\n"
    "  | A    | yes    || high  |\n"
    "labels zh\n"
    "  ticket \"工单\"; level \"等级\"\n"
    "labels de\n"
    "  ticket \"Auftrag\"\n";

Test(lookup, what_a_policy_declares_is_found_by_name_and_number)
{
    ac_policy     *p = compile(shop);
    ac_record_info record = AC_RECORD_INFO_INIT;
    ac_field_info  field = AC_FIELD_INFO_INIT;
    ac_limit_info  limit = AC_LIMIT_INFO_INIT;
    uint32_t       ticket = ac_policy_find_record(p, text_of("ticket"));

    cr_expect(is(ac_policy_name(p), "shop"));
    cr_expect_eq(ac_policy_version(p), 3u);
    cr_expect(is(ac_policy_timezone(p), "+08:00"));
    cr_expect(is(ac_policy_currency(p), "CNY"));
    cr_assert_eq(ac_policy_record_at(p, ticket, &record), AC_OK);
    cr_expect(is(record.name, "ticket"));
    cr_expect_eq(record.kind, AC_KIND_TICKET);
    cr_expect_eq(record.owner, ac_policy_find_record(p, text_of("unit")));
    cr_expect_eq(record.line, 15u);
    cr_expect_str_eq(record.clause, "2");
    cr_expect_eq(record.limit_count, 1u);
    cr_expect_eq(ac_policy_find_kind(p, AC_KIND_TICKET), ticket);
    cr_expect_eq(ac_policy_find_kind(p, AC_KIND_PART), AC_NO_INDEX);
    cr_expect_eq(ac_policy_find_kind(p, AC_KIND_PLAIN), AC_NO_INDEX);

    cr_assert_eq(ac_policy_field_at(p, ticket, ac_policy_find_field(p, ticket, text_of("level")), &field), AC_OK);
    cr_expect(is(field.name, "level") && field.type == AC_TYPE_ENUM && field.origin == AC_FIELD_TABLE && field.table == 0 && field.line == 20);
    cr_expect(is(ac_policy_enum_name(p, field.ref), "grade"));
    cr_expect_eq(ac_policy_member_count(p, field.ref), 3u);
    cr_expect(is(ac_policy_member_name(p, field.ref, 1), "middle"));
    cr_assert_eq(ac_policy_field_at(p, ticket, ac_policy_find_field(p, ticket, text_of("weight")), &field), AC_OK);
    cr_expect(field.origin == AC_FIELD_DERIVED && field.table == AC_NO_INDEX);
    cr_assert_eq(ac_policy_field_at(p, ticket, ac_policy_find_field(p, ticket, text_of("urgent")), &field), AC_OK);
    cr_expect(field.origin == AC_FIELD_RECORDED && field.type == AC_TYPE_BOOL);

    cr_assert_eq(ac_policy_limit_at(p, ticket, ac_policy_find_limit(p, ticket, text_of("repair")), &limit), AC_OK);
    cr_expect(is(limit.name, "repair"));
    cr_expect_eq(limit.moment, ac_policy_find_field(p, ticket, text_of("closed")));
    cr_expect_str_eq(limit.clause, "3");
    cr_expect_eq(limit.line, 18u);
    cr_expect_eq(ac_policy_calendar_count(p), 1u);
    cr_expect(is(ac_policy_calendar_name(p, 0), "work"));
    cr_expect_eq(ac_policy_find_calendar(p, text_of("work")), 0u);
    ac_policy_unref(p);
}

Test(lookup, what_is_not_there_is_no_index_and_an_empty_text)
{
    ac_policy     *p = compile(shop);
    ac_record_info record = AC_RECORD_INFO_INIT;
    ac_field_info  field = AC_FIELD_INFO_INIT;
    ac_limit_info  limit = AC_LIMIT_INFO_INIT;

    cr_expect_eq(ac_policy_find_record(p, text_of("tickets")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_find_field(p, 0, text_of("level ")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_find_field(p, 99, text_of("level")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_find_limit(p, 0, text_of("")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_find_calendar(p, text_of("cn")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_record_at(p, 99, &record), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_field_at(p, 0, 99, &field), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_field_at(p, AC_NO_INDEX, 0, &field), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_limit_at(p, 0, 0, &limit), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_enum_name(p, 99).size, 0u);
    cr_expect_eq(ac_policy_member_name(p, 0, 99).size, 0u);
    cr_expect_eq(ac_policy_member_count(p, 99), 0u);
    cr_expect_eq(ac_policy_calendar_name(p, 99).size, 0u);
    ac_policy_unref(p);
}

Test(lookup, a_missing_label_is_the_name)
{
    ac_policy *p = compile(shop);

    cr_expect(is(ac_policy_label(p, text_of("ticket"), text_of("zh")), "工单"));
    cr_expect(is(ac_policy_label(p, text_of("ticket"), text_of("de")), "Auftrag"));
    cr_expect(is(ac_policy_label(p, text_of("level"), text_of("de")), "level"));
    cr_expect(is(ac_policy_label(p, text_of("what"), text_of("zh")), "what"));
    ac_policy_unref(p);
}

/* The shop with one piece of its text replaced. */
static ac_policy *changed(const char *from, const char *to)
{
    char        text[4096];
    const char *at = strstr(shop, from);

    cr_assert_not_null(at, "%s", from);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - shop), shop, to, at + strlen(from));
    return compile(text);
}

static int same(ac_digest a, ac_digest b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

Test(lookup, the_rule_digest_is_of_rules_and_nothing_else)
{
    static const struct { const char *from, *to; int same; } edits[] = {
        { "\"Shop\"", "\"The shop\"", 1 },
        { "title en \"Shop\"\n", "", 1 },
        { "  | A    | yes    || high  |\n", "  | A | yes || high |\n  | B | no || low |\n", 1 },
        { "\"Auftrag\"", "\"Vorgang\"", 1 },
        { "labels de\n  ticket \"Auftrag\"\n", "", 1 },
        { "calendar work per 1\n", "// when we work\n\n\ncalendar   work\tper 1   // hours\n", 1 },
        { "  week mon..fri 08:00..12:00\n", "       week mon..fri 08:00..12:00\n", 1 },
        { "08:00..12:00", "08:00..12:30", 0 },
        { "8 workh", "9 workh", 0 },
        { "as repair per 3", "as repair per 4", 0 },
        { "version 3", "version 4", 0 },
        { "low, middle, high", "low, middle,\n  high", 1 },
    };
    ac_policy *p = compile(shop);
    size_t     i;

    for (i = 0; i < sizeof edits / sizeof *edits; i++) {
        ac_policy *q = changed(edits[i].from, edits[i].to);

        cr_expect_eq(same(ac_policy_rule_digest(p), ac_policy_rule_digest(q)), edits[i].same, "case %zu: %s", i, edits[i].to);
        cr_expect(!same(ac_policy_source_digest(p), ac_policy_source_digest(q)), "case %zu", i);
        ac_policy_unref(q);
    }
    ac_policy_unref(p);
}

Test(lookup, line_ends_and_a_byte_order_mark_leave_the_rule_digest)
{
    static char text[8192];
    ac_policy  *p = compile(shop), *q;
    size_t      n = 0, i;

    memcpy(text, "\xEF\xBB\xBF", 3);
    for (n = 3, i = 0; shop[i]; i++) {
        if (shop[i] == '\n')
            text[n++] = '\r';
        text[n++] = shop[i];
    }
    text[n] = 0;
    q = compile(text);
    cr_expect(same(ac_policy_rule_digest(p), ac_policy_rule_digest(q)));
    ac_policy_unref(p);
    ac_policy_unref(q);
}

Test(lookup, the_source_digest_is_that_of_the_bytes)
{
    ac_policy *p = compile(shop);

    cr_expect(same(ac_policy_source_digest(p), ac_digest_of(shop, strlen(shop))));
    ac_policy_unref(p);
}

Test(lookup, an_offence_tells_its_windows_and_shares)
{
    ac_policy      *p = compile("policy p version 1\ntimezone +08:00\ncurrency CNY\nmonth-end clamp\nrecord who is engineer\n  wage : money\n"
                                "record act dated at\n  at : moment\n  doer, mate : who\n"
                                "offence a of act against doer\n  fine 5 CNY when nth in month > 1 or nth in 90 days >= 3 or nth in 12 months from first = 2\n"
                                "  fine 6 CNY when nth in 36 h in (2, 7) or nth in 1 year from first > 4\n  shared by doer 50 %, mate 50 %\n"
                                "offence b of act against doer\n  fine 5 CNY\ncap a month for who over b carried\n  wage / 5\n");
    ac_window_info  w = AC_WINDOW_INFO_INIT;
    ac_offence_info info = AC_OFFENCE_INFO_INIT;

    cr_assert_eq(ac_policy_offence_at(p, 0, &info), AC_OK);
    cr_expect_eq(info.windows, 1u << AC_PERIOD_MONTH | 7u << 7, "%x", info.windows);
    cr_expect(info.share_count == 2 && !info.is_carried);
    cr_assert_eq(ac_policy_offence_at(p, 1, &info), AC_OK);
    cr_expect(info.share_count == 0 && info.is_carried && info.windows == 0);
    cr_assert_eq(ac_policy_window_at(p, 0, AC_PERIOD_HALF_YEAR, &w), AC_OK);
    cr_expect(is(w.name, "half-year") && w.most == 0);
    cr_assert_eq(ac_policy_window_at(p, 0, 7, &w), AC_OK);
    cr_expect(w.name.size == 0 && w.length == 90 && w.unit == AC_UNIT_DAY && !w.from_first && w.most == 4);
    cr_assert_eq(ac_policy_window_at(p, 0, 8, &w), AC_OK);     /* a year from first is the same window */
    cr_expect(w.length == 12 && w.unit == AC_UNIT_MONTH && w.from_first && w.most == 0);
    cr_assert_eq(ac_policy_window_at(p, 0, 9, &w), AC_OK);
    cr_expect(w.length == 36 * 3600 && w.unit == AC_UNIT_SECOND && w.most == 8);
    cr_expect_eq(ac_policy_window_at(p, 0, 10, &w), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_window_at(p, 1, 7, &w), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_window_at(p, 2, 0, &w), AC_E_NOT_FOUND);
    ac_policy_unref(p);
}
