#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "support/corpus.h"
#include "support/mem.h"
#include "support/report.h"

static ac_report *report_of(const test_case *c, const ac_allocator *mem, ac_status *out)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source = { ac_text_of(strcmp(c->kind, "data") == 0 ? "bad.data" : "bad.policy"), { c->input, c->input_size } };
    ac_policy        *policy = NULL;
    ac_data          *data = NULL;
    ac_report        *report;

    options.mem = mem;
    *out = ac_report_new(mem, &report, NULL);
    if (*out != AC_OK)
        return NULL;
    if (strcmp(c->kind, "data") == 0)
        *out = ac_data_compile(&source, &options, &data, report, NULL);
    else
        *out = ac_policy_compile(&source, &options, &policy, report, NULL);
    cr_expect(!data && !policy);
    return report;
}

Test(chinese, mistakes_are_told_in_chinese)
{
    test_corpus *corpus = test_corpus_open("tests/data/bad/chinese.txt");
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_status        st;
        ac_report       *report = report_of(c, NULL, &st);
        char            *english = test_report_text(report, 0), *got = test_report_text_in(report, 0, AC_LANG_ZH), *again = test_report_text(report, 0);

        test_corpus_note(corpus, i, got);
        cr_expect_eq(st, AC_E_POLICY);
        cr_expect_str_eq(got, c->expected, "tests/data/bad/chinese.txt:%u: %s: got\n%s", c->line, c->name, got);
        cr_expect_str_eq(english, again, "one language spoils another");
        free(english);
        free(again);
        free(got);
        ac_report_free(report);
    }
    cr_expect_geq(test_corpus_count(corpus), 100u);
    test_corpus_close(corpus);
}

/* A message of a code point above U+2E7F has at least one character of Chinese or of its punctuation. */
static int is_chinese(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xE2)
            return 1;
    return 0;
}

Test(chinese, every_registered_message_has_both_languages)
{
    unsigned code, known = 0;

    for (code = 0; code < 10000; code++) {
        const char *en = ac_message_text(code, AC_LANG_EN), *zh = ac_message_text(code, AC_LANG_ZH);

        cr_expect_eq(!en, !zh, "AC-%04u", code);
        if (!en)
            continue;
        known++;
        cr_expect(is_chinese(zh), "AC-%04u: %s: add it to src/base/messages.zh.def", code, zh);
        cr_expect_eq(!ac_message_hint(code, AC_LANG_EN), !ac_message_hint(code, AC_LANG_ZH), "AC-%04u: a hint in one language only", code);
    }
    cr_expect_geq(known, 280u);
    cr_expect_null(ac_message_hint(0, AC_LANG_ZH));
    cr_expect_str_eq(ac_message_text(131, (ac_lang)7), ac_message_text(131, AC_LANG_EN), "a language of a later version is English");
}

static ac_status grow(void *user, const char *data, size_t size)
{
    ac_writer *w = user;

    ac_write(w, data, size);
    return w->status;
}

Test(chinese, json_and_bare_messages_have_it_too)
{
    static const char text[] = "policy p version 1\nrecord r\n  x : count\n  y = x + \"七\"\n";
    test_case         c = { "json", "policy", text, sizeof text - 1, "", 1 };
    ac_status         st;
    ac_report        *report = report_of(&c, NULL, &st);
    char              room[1024];
    ac_writer         w;

    cr_assert_eq(st, AC_E_POLICY);
    ac_writer_init_fixed(&w, room, sizeof room - 1);
    cr_expect_eq(ac_report_render_json(report, 0, AC_LANG_ZH, grow, &w), AC_OK);
    room[w.size] = '\0';
    cr_expect_str_eq(room, "{\"code\":\"AC-3954\",\"severity\":\"error\",\"file\":\"bad.policy\",\"line\":4,\"column\":7,"
                           "\"end_line\":4,\"end_column\":14,\"display_column\":7,\"offset\":46,\"size\":9,"
                           "\"range\":{\"start\":{\"line\":3,\"character\":6},\"end\":{\"line\":3,\"character\":13}},"
                           "\"message\":\"计数与文字不能相加\"}");
    ac_writer_init_fixed(&w, room, sizeof room - 1);
    cr_expect_eq(ac_report_message(report, 0, AC_LANG_ZH, grow, &w), AC_OK);
    room[w.size] = '\0';
    cr_expect_str_eq(room, "计数与文字不能相加");
    cr_expect_eq(ac_report_message(report, 1, AC_LANG_ZH, grow, &w), AC_E_NOT_FOUND);
    ac_report_free(report);
}

Test(chinese, every_allocation_of_a_report_may_fail)
{
    static const char text[] = "policy p version 1\nrecord tiket\n  x : count within 3 mins after tikett\n  y = tiket1\n  y = z\n";
    test_case         c = { "memory", "policy", text, sizeof text - 1, "", 1 };
    long              n;

    for (n = 0;; n++) {
        failing_mem  heap = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &heap };
        ac_status    st;
        ac_report   *report = report_of(&c, &mem, &st);

        if (report && st == AC_E_NOMEM)
            cr_expect_eq(ac_report_count(report), 0u);
        ac_report_free(report);
        cr_expect_eq(heap.live, 0u, "leak after failing allocation %ld", n);
        if (heap.fails == 0) {
            cr_expect_eq(st, AC_E_POLICY);
            break;
        }
        cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
}
