#include <criterion/criterion.h>
#include <string.h>

#include "policy/report/suggest.h"
#include "policy/text/scan.h"

static ac_scanner scanner(const char *text)
{
    ac_scanner s = { { NULL, 0 }, 64, 4096 };

    s.source = ac_text_of(text);
    return s;
}

typedef struct row {
    const char   *text;
    ac_token_kind kind;
    uint32_t      size;
} row;

Test(scan, tokens_end_where_they_should)
{
    static const row rows[] = {
        { "a-b c", AC_TOKEN_NAME, 3 }, { "a- b", AC_TOKEN_NAME, 1 }, { "a--b", AC_TOKEN_NAME, 1 }, { "half-year", AC_TOKEN_NAME, 9 },
        { "首次联系:", AC_TOKEN_NAME, 12 }, { "mon..fri", AC_TOKEN_NAME, 3 }, { "a.b", AC_TOKEN_NAME, 1 }, { "éa", AC_TOKEN_NAME, 3 },
        { "`a b`c", AC_TOKEN_QUOTED, 5 }, { "12.5..", AC_TOKEN_NUMBER, 4 }, { "12..5", AC_TOKEN_NUMBER, 2 }, { "15min", AC_TOKEN_NUMBER, 2 },
        { "2026-07-01 ", AC_TOKEN_DATE, 10 }, { "2026-07-01T", AC_TOKEN_DATE, 10 }, { "2026-07 ", AC_TOKEN_PERIOD, 7 }, { "2026-Q3", AC_TOKEN_PERIOD, 7 },
        { "2026-W05|", AC_TOKEN_PERIOD, 8 }, { "2026 ", AC_TOKEN_NUMBER, 4 }, { "2026-1", AC_TOKEN_NUMBER, 4 }, { "08:30..", AC_TOKEN_TIME, 5 },
        { "20:00:01", AC_TOKEN_TIME, 8 }, { "\"a\\\"b\" c", AC_TOKEN_STRING, 6 }, { "\"a//b\"", AC_TOKEN_STRING, 6 }, { "..", AC_TOKEN_DOTS, 2 },
        { "||", AC_TOKEN_BARS, 2 }, { "| |", AC_TOKEN_BAR, 1 }, { "!=", AC_TOKEN_NE, 2 }, { "<=", AC_TOKEN_LE, 2 }, { ">", AC_TOKEN_GT, 1 },
        { "\n", AC_TOKEN_END, 0 }, { "", AC_TOKEN_END, 0 }, { "$", AC_TOKEN_BAD, 1 }, { "\xEF\xBC\x8C", AC_TOKEN_COMMA, 3 },
        { "\xE2\x80\x9C" "a\xE2\x80\x9D", AC_TOKEN_STRING, 7 }
    };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
        ac_scanner s = scanner(rows[i].text);
        ac_token   t = ac_scan(&s, 0);

        cr_expect(t.kind == rows[i].kind && t.size == rows[i].size, "%s: kind %d, size %u", rows[i].text, t.kind, t.size);
    }
}

Test(scan, every_word_of_the_language_is_found)
{
    int i;

    for (i = AC_WORD_OTHER + 1; i < AC_WORDS_END; i++)
        cr_expect_eq(ac_word_of(ac_word_text((ac_word)i)), (ac_word)i, "word %d", i);
    cr_expect_eq(ac_word_of(ac_text_of("工单")), AC_WORD_OTHER);
    cr_expect_eq(ac_word_of(ac_text_of("whenever")), AC_WORD_OTHER);
    cr_expect_eq(ac_word_of(ac_text_of("round_half_evenly")), AC_WORD_OTHER);
    cr_expect(ac_word_is_reserved(AC_WORD_WHEN) && !ac_word_is_reserved(AC_WORD_STEP));
}

Test(scan, plain_names_need_no_backquotes)
{
    cr_expect(ac_name_is_plain(ac_text_of("a-b")));
    cr_expect(ac_name_is_plain(ac_text_of("人为损坏")));
    cr_expect(ac_name_is_plain(ac_text_of("open")));
    cr_expect_not(ac_name_is_plain(ac_text_of("when")));
    cr_expect_not(ac_name_is_plain(ac_text_of("a b")));
    cr_expect_not(ac_name_is_plain(ac_text_of("1a")));
    cr_expect_not(ac_name_is_plain(ac_text_of("a-")));
    cr_expect_not(ac_name_is_plain(ac_text_of("")));
    cr_expect_not(ac_name_is_plain(ac_text_of("a\xE2\x80\x8B")));
}

Test(scan, articles_are_read_by_rules_of_their_own)
{
    ac_scanner s = scanner("18.2a..d, A4.1-b 5");

    cr_expect_eq(ac_scan_article(&s, 0), 5u);
    cr_expect_eq(ac_scan_segment(&s, 7), 8u);
    cr_expect_eq(ac_scan_article(&s, 10), 16u);
    cr_expect_eq(ac_scan_article(&s, 16), 16u);
}

Test(registry, numbers_are_unique_and_texts_well_formed)
{
    int i, j;

    for (i = 0; i < AC_MSG_COUNT; i++) {
        const ac_msg_info info = ac_msg_info_of((ac_msg)i);

        cr_expect(info.number >= 1 && info.number <= 9999);
        cr_expect(strlen(info.text) > 0 && info.text[strlen(info.text) - 1] != '.', "AC-%04u ends in a full stop", info.number);
        cr_expect_str_eq(ac_message_text(info.number, AC_LANG_EN), info.text);
        for (j = 0; j < i; j++)
            cr_expect_neq(ac_msg_info_of((ac_msg)j).number, info.number);
    }
    cr_expect_null(ac_message_text(0, AC_LANG_EN));
    cr_expect_eq(ac_msg_info_of(AC_MSG_UNKNOWN_UNIT).number, 131);
}

Test(suggest, distance_counts_code_points_and_swaps)
{
    cr_expect_eq(ac_text_distance(ac_text_of("table"), ac_text_of("tabel"), 3), 1u);
    cr_expect_eq(ac_text_distance(ac_text_of("工单"), ac_text_of("工章"), 3), 1u);
    cr_expect_eq(ac_text_distance(ac_text_of(""), ac_text_of("abc"), 3), 3u);
    cr_expect_eq(ac_text_distance(ac_text_of("kitten"), ac_text_of("sitting"), 5), 3u);
    cr_expect_eq(ac_text_distance(ac_text_of("kitten"), ac_text_of("sitting"), 1), 2u);
}

Test(suggest, gives_the_three_nearest_within_reach)
{
    ac_suggest s;

    ac_suggest_begin(&s, ac_text_of("arrival"), NULL);
    ac_suggest_offer(&s, ac_text_of("arival"));
    ac_suggest_offer(&s, ac_text_of("arrivals"));
    ac_suggest_offer(&s, ac_text_of("arrivla"));
    ac_suggest_offer(&s, ac_text_of("rival"));
    ac_suggest_offer(&s, ac_text_of("departure"));
    ac_suggest_offer(&s, ac_text_of("arival"));
    cr_expect_eq(s.count, 3u);
    ac_suggest_begin(&s, ac_text_of("abcd"), NULL);
    ac_suggest_offer(&s, ac_text_of("abxy"));
    cr_expect_eq(s.count, 0u);
    ac_suggest_offer(&s, ac_text_of("abcx"));
    cr_expect_eq(s.count, 1u);
    ac_suggest_begin(&s, ac_text_of("a"), NULL);
    ac_suggest_offer(&s, ac_text_of("b"));
    cr_expect_eq(s.count, 0u);
}

/* Thousands of wrong names beside thousands of right ones must not cost their product. */
Test(suggest, ends_when_its_patience_does)
{
    uint32_t   patience = 8 + 16, none = 7;
    ac_suggest s;

    ac_suggest_begin(&s, ac_text_of("abcd"), &patience);
    ac_suggest_offer(&s, ac_text_of("abcx"));
    cr_expect_eq(s.count, 1u);
    cr_expect_eq(patience, 0u);
    ac_suggest_offer(&s, ac_text_of("abcy"));
    cr_expect_eq(s.count, 0u, "half a choice is none");
    ac_suggest_begin(&s, ac_text_of("abcd"), &none);
    ac_suggest_offer(&s, ac_text_of("abcx"));
    cr_expect_eq(s.count, 0u);
}
