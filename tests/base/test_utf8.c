#include <criterion/criterion.h>

#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"

Test(utf8, every_code_point_survives_both_ways_and_nothing_else_is_taken)
{
    uint32_t point, back;
    char     bytes[4];

    for (point = 0; point <= 0x110005; point++) {
        size_t  n = ac_utf8_encode(point, bytes);
        ac_text t = { bytes, n };
        int     valid = point <= 0x10FFFF && !(point >= 0xD800 && point <= 0xDFFF);

        cr_assert_eq(ac_utf8_decode(t, 0, &back), valid ? n : 0, "U+%04X", point);
        cr_assert_eq(back, valid ? point : 0);
        t.size--;
        if (n > 1)
            cr_assert_eq(ac_utf8_decode(t, 0, &back), 0u, "U+%04X cut off", point);
    }
}

Test(utf8, the_first_bad_byte_is_found)
{
    static const struct {
        const char *bytes;
        size_t      at;
    } cases[] = {
        { "plain", 5 },
        { "", 0 },
        { "a\x80", 1 },                     /* a continuation alone */
        { "ab\xC0\xAF", 2 },                /* overlong / */
        { "\xC1\xBF", 0 },
        { "\xE0\x9F\xBF", 0 },              /* overlong U+07FF */
        { "\xE0\xA0\x80", 3 },
        { "\xED\x9F\xBF", 3 },
        { "\xED\xA0\x80", 0 },              /* surrogate */
        { "\xF0\x8F\xBF\xBF", 0 },          /* overlong U+FFFF */
        { "\xF4\x8F\xBF\xBF", 4 },
        { "\xF4\x90\x80\x80", 0 },          /* above U+10FFFF */
        { "\xF5\x80\x80\x80", 0 },
        { "\xFF", 0 },
        { "\xE5\xA4\xA9\xE5\xA4", 3 },      /* cut off */
        { "\xE5\xA4\xA9\xE5\x41\x41", 3 },
    };
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(ac_utf8_check(ac_text_of(cases[i].bytes)), cases[i].at, "case %zu", i);
}

Test(utf8, count_takes_each_bad_byte_for_one)
{
    cr_expect_eq(ac_utf8_count(ac_text_of("a\xC3\xA9\xE5\xA4\xA9\xF0\x9F\x94\xA7")), 4u);
    cr_expect_eq(ac_utf8_count(ac_text_of("a\xFF\xFFz")), 4u);
}

Test(utf8, a_cut_never_splits_a_code_point)
{
    ac_text t = ac_text_of("a\xC3\xA9\xE5\xA4\xA9\xF0\x9F\x94\xA7z");
    size_t  whole[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11 };
    size_t  max;

    for (max = 0; max < sizeof whole / sizeof whole[0]; max++)
        cr_expect_eq(ac_utf8_cut(t, max), whole[max], "at %zu", max);
    cr_expect_eq(ac_utf8_cut(ac_text_of("\x80\x80\x80\x80\x80"), 2), 2u);
}

Test(utf8, width_is_what_a_terminal_takes)
{
    cr_expect_eq(ac_utf8_width(ac_text_of("P1 \xE6\x95\x85\xE9\x9A\x9C")), 7u);
    cr_expect_eq(ac_utf8_width(ac_text_of("e\xCC\x81")), 1u);
    cr_expect_eq(ac_utf8_width(ac_text_of("\xEF\xBC\xA1\xED\x95\x9C\xE3\x81\x82")), 6u);
    cr_expect_eq(ac_utf8_point_width(0x1F527), 2u);
    cr_expect_eq(ac_utf8_point_width(0x0416), 1u);
    cr_expect_eq(ac_utf8_point_width('\t'), 0u);
    cr_expect_eq(ac_utf8_point_width(0x303F), 1u);
    cr_expect_eq(ac_utf8_point_width(0x3FFFD), 2u);
    cr_expect_eq(ac_utf8_point_width(0x10FFFF), 1u);
}
