#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "policy/text/digest.h"
#include "support/corpus.h"
#include "support/data.h"
#include "support/mem.h"
#include "support/page.h"
#include "support/parsed.h"
#include "support/random.h"
#include "support/report.h"

/* A text that grows; what the formatter gives. */
static ac_status collect(void *user, const char *data, size_t size)
{
    ac_write(user, data, size);
    return ((ac_writer *)user)->status;
}

/* free() it. NULL when it was refused, the report then saying why. */
static char *format(const ac_allocator *mem, const char *text, size_t size, ac_layout layout, ac_report *report, ac_status *st)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source = { { "t", 1 }, { NULL, 0 } };
    ac_writer         out;
    ac_mem            own;
    char             *copy = NULL;

    source.text.data = text;
    source.text.size = size;
    options.mem = mem;
    ac_mem_init(&own, NULL, SIZE_MAX, NULL);
    ac_writer_init_memory(&out, &own);
    *st = ac_policy_format(&source, &options, layout, collect, &out, report, NULL);
    if (*st == AC_OK) {
        ac_write_char(&out, '\0');
        copy = malloc(out.size);
        cr_assert(copy);
        memcpy(copy, out.data, out.size);
    } else {
        cr_expect_eq(out.size, 0u, "nothing is given when the text is refused");
    }
    ac_writer_free(&out);
    return copy;
}

static char *must_format(const char *text, ac_layout layout, const char *where)
{
    ac_report *report;
    ac_status  st;
    char      *out, *said;

    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    out = format(NULL, text, strlen(text), layout, report, &st);
    said = test_report_text(report, 0);
    cr_assert(out, "%s: %s\n%s\n%s", where, ac_status_name(st), said, text);
    free(said);
    ac_report_free(report);
    return out;
}

/* ── what a text says ── */

static parsed_kind kind_of(const char *text)
{
    while (*text == '/' || *text == '\n' || *text == '\r' || *text == ' ' || *text == '\t') {
        const char *end = strchr(text, '\n');

        text = *text == '/' && end ? end : text;
        text++;
    }
    return strncmp(text, "data", 4) == 0 ? PARSED_DATA : strncmp(text, "labels", 6) == 0 ? PARSED_LABELS : PARSED_POLICY;
}

/* All digests of a text in a row. */
static void digests(const char *text, char out[4096])
{
    parsed   *p = parsed_new(NULL, kind_of(text), "t", text, strlen(text), NULL);
    uint32_t  i;
    ac_digest digest;

    out[0] = '\0';
    if (p->tree) {
        digest = ac_rule_digest_of(p->tree);
        ac_digest_hex(&digest, out);
    }
    for (i = 0; p->data && i < p->data->count && i < 60; i++) {
        digest = ac_edition_digest_of(p->data->source, &p->data->editions[i]);
        ac_digest_hex(&digest, out + i * 64);
    }
    parsed_free(p);
}

/* fmt(fmt(x)) = fmt(x), from either layout, and the same digests. */
static void expect_canonical(const char *text, const char *where)
{
    char  before[4096], after[4096];
    char *once = must_format(text, AC_LAYOUT_ALIGNED, where), *twice = must_format(once, AC_LAYOUT_ALIGNED, where);
    char *tight = must_format(text, AC_LAYOUT_TIGHT, where), *tighter = must_format(tight, AC_LAYOUT_TIGHT, where);
    char *wide = must_format(tight, AC_LAYOUT_ALIGNED, where);

    digests(text, before);
    digests(once, after);
    cr_expect_str_eq(after, before, "%s: another digest", where);
    digests(tight, after);
    cr_expect_str_eq(after, before, "%s: another digest when tight", where);
    cr_expect_str_eq(twice, once, "%s: not idempotent", where);
    cr_expect_str_eq(tighter, tight, "%s: not idempotent when tight", where);
    cr_expect_str_eq(wide, once, "%s: another text from the tight one", where);
    free(once);
    free(twice);
    free(tight);
    free(tighter);
    free(wide);
}

/* ── files of a folder ── */

typedef void (*visit)(const char *text, const char *path);

static unsigned visit_folder(const char *folder, visit each)
{
    DIR           *dir = opendir(folder);
    struct dirent *entry;
    unsigned       count = 0;
    char           path[1024];

    while (dir && (entry = readdir(dir))) {
        const char *end = strrchr(entry->d_name, '.');

        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!end) {
            count += visit_folder(path, each);
        } else if (strcmp(end, ".policy") == 0 || strcmp(end, ".data") == 0) {
            size_t size;
            char  *text = test_read(path, &size);

            cr_assert(text, "%s", path);
            each(text, path);
            free(text);
            count++;
        }
    }
    if (dir)
        closedir(dir);
    return count;
}

Test(format, shipped_policies_keep_their_digests)
{
    cr_expect_geq(visit_folder(test_path("examples/policies"), expect_canonical), 20u);
    cr_expect_geq(visit_folder(test_path("tests/data/policy"), expect_canonical), 3u);
}

static void expect_formatted(const char *text, const char *path)
{
    char *once = must_format(text, AC_LAYOUT_ALIGNED, path);

    cr_expect_str_eq(once, text, "%s is not formatted: aftercare fmt --write", path);
    free(once);
}

Test(format, shipped_policies_are_formatted)
{
    cr_expect_geq(visit_folder(test_path("examples"), expect_formatted), 21u);
}

Test(format, drafts_keep_their_digests)
{
    const char *drafts = test_shared("drafts");

    if (drafts)
        cr_expect_geq(visit_folder(drafts, expect_canonical), 18u);
}

Test(format, examples_of_the_manual_keep_their_digests)
{
    test_page *page = test_page_open("docs/policy-language.md");
    size_t     i, count = 0;

    for (i = 0; i < test_page_count(page); i++) {
        const test_page_block *block = test_page_at(page, i);
        int                    is_part = strcmp(block->kind, "policy-part") == 0;
        char                   where[64];
        char                  *text;

        if (!is_part && strcmp(block->kind, "policy") != 0 && strcmp(block->kind, "data") != 0)
            continue;
        text = malloc(strlen(block->text) + 64);
        cr_assert(text);
        strcpy(text, is_part ? "policy p version 1\n" : "");
        strcat(text, block->text);
        snprintf(where, sizeof where, "docs/policy-language.md:%u", block->line);
        expect_canonical(text, where);
        free(text);
        count++;
    }
    cr_expect_geq(count, 20u, "%zu", count);
    test_page_close(page);
}

/* ── cases ── */

Test(format, cases)
{
    test_corpus *corpus = test_corpus_open("tests/data/format/cases.txt");
    size_t       i;

    for (i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_report       *report;
        ac_status        st;
        char            *got;

        cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
        got = format(NULL, c->input, c->input_size, strcmp(c->kind, "tight") == 0 ? AC_LAYOUT_TIGHT : AC_LAYOUT_ALIGNED, report, &st);
        if (got) {
            cr_expect_neq(strcmp(c->kind, "bad"), 0, "line %u: %s", c->line, c->name);
            expect_canonical(c->input, c->name);
        } else {
            cr_expect_eq(st, AC_E_POLICY);
            cr_expect_str_eq(c->kind, "bad", "line %u: %s", c->line, c->name);
            got = test_report_text(report, 0);
        }
        test_corpus_note(corpus, i, got);
        cr_expect_str_eq(got, c->expected, "line %u: %s", c->line, c->name);
        free(got);
        ac_report_free(report);
    }
    test_corpus_close(corpus);
}

/* ── random looks of one text ── */

/* The text with its blanks, line breaks and, when `remarks`, its comments and empty lines at random. Lines whose words are read as they
   stand, and the inside of texts, rows and lists of articles, are left alone. */
static char *disguise(const char *text, test_random *r, int remarks)
{
    size_t      room = strlen(text) * 12 + 4096, n = 0;
    char       *out = malloc(room);
    unsigned    indent = 1 + test_random_below(r, 4), windows = test_random_below(r, 4) == 0;
    const char *c = text;

    cr_assert(out);
    while (*c) {
        const char *end = c + strcspn(c, "\n"), *first = c + strspn(c, " ");
        int         is_row = *first == '|', in_text = 0, is_raw = strncmp(c, "timezone", 8) == 0, depth = (int)(first - c) / 2, left;

        cr_assert_lt(n + (size_t)(end - c) * 12 + 64, room);
        if (remarks && test_random_below(r, 6) == 0)
            n += (size_t)sprintf(out + n, test_random_below(r, 2) ? "  // \xE8\xAF\xB4\xE6\x98\x8E | \"x\n" : " \t\n\n");
        for (left = depth * (int)indent; left > 0; left--)
            out[n++] = ' ';
        for (c = first; c < end; c++) {
            in_text ^= *c == '"' && c[-1] != '\\';
            if (!in_text && c[0] == '/' && c[1] == '/')
                break;
            if (in_text || *c != ' ') {
                out[n++] = *c;
                continue;
            }
            if (c[1] == ' ')
                continue;
            if (is_row && c[1] != '|' && c[-1] != '|') {     /* the word of a case is what it is */
                out[n++] = ' ';
                continue;
            }
            if (strncmp(c, " per ", 5) == 0 && !is_row)
                is_raw = 1;
            for (left = 1 + (int)test_random_below(r, 3); left > 0; left--)
                out[n++] = test_random_below(r, 8) ? ' ' : '\t';
            if (is_row || is_raw || test_random_below(r, 3))
                continue;
            if (c[-1] == ',' || strncmp(c - 4, " and", 4) == 0 || strncmp(c - 3, " or", 3) == 0) {
                if (remarks && test_random_below(r, 3) == 0)
                    n += (size_t)sprintf(out + n, "// why\n   // more");
                n += (size_t)sprintf(out + n, windows ? "\r\n%*s" : "\n%*s", 1 + (int)test_random_below(r, 12), "");
            }
        }
        for (; c < end; c++)
            out[n++] = *c;
        n += (size_t)sprintf(out + n, windows ? " \r\n" : test_random_below(r, 3) ? "\n" : "  \t\n");
        c = *end ? end + 1 : end;
    }
    out[n] = '\0';
    return out;
}

enum { LOOKS = 60 };

static void expect_same_from_any_look(const char *text, const char *where)
{
    char       *once = must_format(text, AC_LAYOUT_ALIGNED, where);
    test_random r = { 20260701 };
    unsigned    i;

    for (i = 0; i < LOOKS; i++) {
        char *look = disguise(once, &r, i % 2 != 0);

        if (i % 2 == 0) {
            char *again = must_format(look, AC_LAYOUT_ALIGNED, where);

            cr_expect_str_eq(again, once, "%s: look %u:\n%s", where, i, look);
            free(again);
        } else {
            expect_canonical(look, where);
        }
        free(look);
    }
    free(once);
}

Test(format, a_text_in_any_look_comes_out_the_same, .timeout = 240)
{
    cr_expect_geq(visit_folder(test_path("examples/policies"), expect_same_from_any_look) * LOOKS, 1200u);
}

/* ── memory ── */

Test(format, every_allocation_may_fail)
{
    size_t     size;
    char      *text = test_read(test_path("tests/data/policy/every-construct.policy"), &size);
    ac_report *report;
    long       n;

    cr_assert(text);
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    for (n = 0; ; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_status    st;
        char        *out = format(&mem, text, size, AC_LAYOUT_ALIGNED, report, &st);

        free(out);
        cr_expect_eq(f.live, 0u, "leak after failing allocation %ld", n);
        cr_expect_eq(f.wrong_size, 0u);
        cr_expect_eq(ac_report_count(report), 0u, "the report is as it was");
        if (f.fails == 0) {
            cr_expect_eq(st, AC_OK);
            break;
        }
        cr_expect_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    ac_report_free(report);
    free(text);
}
