/* What a policy tells about itself: tests/data/policy/describe.txt holds policies and all that is told of them. */
#include <criterion/criterion.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

#include "support/corpus.h"
#include "support/mem.h"

enum { PAGE_BYTES = 64 * 1024 };

typedef struct page {
    char   text[PAGE_BYTES];
    size_t size;
} page;

static void say(page *p, const char *format, ...)
{
    va_list args;
    int     n;

    va_start(args, format);
    n = vsnprintf(p->text + p->size, PAGE_BYTES - p->size, format, args);
    va_end(args);
    cr_assert(n >= 0 && p->size + (size_t)n < PAGE_BYTES);
    p->size += (size_t)n;
}

#define TEXT(t) (int)(t).size, (t).data

static ac_text text_of(const char *s)
{
    return (ac_text){ s, strlen(s) };
}

static ac_status take(void *user, const char *data, size_t size)
{
    say(user, "%.*s", (int)size, data);
    return AC_OK;
}

static ac_policy *compile(const test_case *c, const ac_allocator *mem, ac_status *st)
{
    ac_policy_options o = AC_POLICY_OPTIONS_INIT;
    ac_source         source = { text_of("t.policy"), { c->input, c->input_size } };
    ac_policy        *p = NULL;
    ac_report        *report = NULL;

    o.mem = mem;
    cr_assert_eq(ac_report_new(NULL, &report, NULL), AC_OK);
    *st = ac_policy_compile(&source, &o, &p, report, NULL);
    ac_report_free(report);
    return p;
}

static ac_text name_of_record(const ac_policy *p, uint32_t record)
{
    ac_record_info r = AC_RECORD_INFO_INIT;

    return ac_policy_record_at(p, record, &r) == AC_OK ? r.name : text_of("-");
}

static ac_text name_of_field(const ac_policy *p, uint32_t record, uint32_t field)
{
    ac_field_info f = AC_FIELD_INFO_INIT;

    return ac_policy_field_at(p, record, field, &f) == AC_OK ? f.name : text_of("-");
}

static ac_text name_of_state(const ac_policy *p, uint32_t record, uint32_t state)
{
    ac_state_info s = AC_STATE_INFO_INIT;

    return ac_policy_state_at(p, record, state, &s) == AC_OK ? s.name : text_of("-");
}

static ac_text name_of_role(const ac_policy *p, uint32_t role)
{
    ac_role_info r = AC_ROLE_INFO_INIT;

    return ac_policy_role_at(p, role, &r) == AC_OK ? r.name : text_of("-");
}

static void end_line(page *out, uint32_t line, const char *clause)
{
    say(out, " @%u", line);
    if (clause)
        say(out, " per %s", clause);
    say(out, "\n");
}

static void tell_fields(page *out, const ac_policy *p, uint32_t record)
{
    static const char *const origins[] = { "recorded", "derived", "table", "action", "step", "confirm", "signature", "state", "builtin", "rung" };
    ac_field_info            f = AC_FIELD_INFO_INIT;

    for (uint32_t i = 0; ac_policy_field_at(p, record, i, &f) == AC_OK; i++) {
        say(out, "  field %.*s : ", TEXT(f.name));
        cr_expect_eq(ac_policy_type_format(p, f.type, f.ref, take, out), AC_OK);
        say(out, " (%s)", origins[f.origin]);
        if (f.by.size > 0)
            say(out, " by [%.*s]", TEXT(f.by));
        if (f.value.size > 0)
            say(out, " = [%.*s]", TEXT(f.value));
        end_line(out, f.line, f.clause);
    }
}

static void tell_limits(page *out, const ac_policy *p, uint32_t record)
{
    static const char *const forms[] = { "within", "due", "same-day", "at", "promptly" };
    ac_limit_info            l = AC_LIMIT_INFO_INIT;

    for (uint32_t i = 0; ac_policy_limit_at(p, record, i, &l) == AC_OK; i++) {
        say(out, "  limit %.*s on %.*s: %s [%.*s]", TEXT(l.name), TEXT(name_of_field(p, record, l.moment)), forms[l.form], TEXT(l.text));
        say(out, " span [%.*s] start [%.*s] when [%.*s]", TEXT(l.span), TEXT(l.start), TEXT(l.when));
        if (l.calendar != AC_NO_INDEX)
            say(out, " on %.*s", TEXT(ac_policy_calendar_name(p, l.calendar)));
        if (l.role != AC_NO_INDEX)
            say(out, " by %.*s", TEXT(name_of_role(p, l.role)));
        else if (l.by.size > 0)
            say(out, " by [%.*s]", TEXT(l.by));
        end_line(out, l.line, l.clause);
    }
}

static void tell_flow(page *out, const ac_policy *p, uint32_t record)
{
    ac_state_info      s = AC_STATE_INFO_INIT;
    ac_transition_info t = AC_TRANSITION_INFO_INIT;

    for (uint32_t i = 0; ac_policy_state_at(p, record, i, &s) == AC_OK; i++)
        say(out, "  state %.*s%s\n", TEXT(s.name), s.is_end ? " ends" : "");
    for (uint32_t i = 0; ac_policy_transition_at(p, record, i, &t) == AC_OK; i++) {
        say(out, "  %.*s -- %.*s", TEXT(name_of_state(p, record, t.from)), TEXT(name_of_field(p, record, t.action)));
        say(out, " --> %.*s by [%.*s]", TEXT(name_of_state(p, record, t.to)), TEXT(t.by));
        end_line(out, t.line, t.clause);
    }
}

static void tell_records(page *out, const ac_policy *p)
{
    ac_record_info r = AC_RECORD_INFO_INIT;

    for (uint32_t i = 0; ac_policy_record_at(p, i, &r) == AC_OK; i++) {
        say(out, "record %.*s of %.*s dated %.*s", TEXT(r.name), TEXT(name_of_record(p, r.owner)), TEXT(name_of_field(p, i, r.dated)));
        if (r.opening.size > 0)
            say(out, " opened [%.*s]", TEXT(r.opening));
        end_line(out, r.line, r.clause);
        tell_fields(out, p, i);
        tell_limits(out, p, i);
        tell_flow(out, p, i);
    }
}

static void tell_cells(page *out, const ac_policy *p, uint32_t table, uint32_t row, uint32_t count)
{
    ac_text cell;

    for (uint32_t i = 0; i < count; i++) {
        cr_expect_eq(ac_policy_cell_at(p, table, row, i, &cell), AC_OK);
        say(out, " [%.*s]", TEXT(cell));
    }
    cr_expect_eq(ac_policy_cell_at(p, table, row, count, &cell), AC_E_NOT_FOUND);
}

static void tell_tables(page *out, const ac_policy *p)
{
    static const char *const hits[] = { "first", "unique", "all", "sum" };
    ac_table_info            t = AC_TABLE_INFO_INIT;
    ac_row_info              r = AC_ROW_INFO_INIT;

    for (uint32_t i = 0; ac_policy_table_at(p, i, &t) == AC_OK; i++) {
        cr_expect_eq(ac_policy_find_table(p, t.name), i);
        say(out, "table %.*s of %.*s %s%s, %u | %u", TEXT(t.name), TEXT(name_of_record(p, t.record)), hits[t.hit], t.is_unset ? " unset" : "",
            t.column_count, t.output_count);
        end_line(out, t.line, t.clause);
        say(out, "  head");
        tell_cells(out, p, i, AC_NO_INDEX, t.column_count + t.output_count);
        say(out, "\n");
        for (uint32_t k = 0; ac_policy_row_at(p, i, k, &r) == AC_OK; k++) {
            say(out, "  row%s", r.is_else ? " else" : "");
            tell_cells(out, p, i, k, t.column_count + t.output_count);
            say(out, " <%.*s>", TEXT(r.text));
            end_line(out, r.line, r.clause);
        }
    }
}

static void tell_mentions(page *out, const ac_policy *p, ac_mention_of what, uint32_t index, uint32_t count)
{
    ac_mention_info m = AC_MENTION_INFO_INIT;
    uint32_t        i;

    for (i = 0; ac_policy_mention_at(p, what, index, i, &m) == AC_OK; i++) {
        say(out, "  @%u (%.*s) <%.*s>%s", m.line, TEXT(m.block), TEXT(m.text), m.is_example ? " example" : "");
        if (m.waits && m.stage > 2)    /* those of stage 2 are being carried out */
            say(out, " waits for %s, stage %u", m.waits, m.stage);
        say(out, "\n");
    }
    cr_expect_eq(i, count);
}

static void tell_names(page *out, const ac_policy *p)
{
    ac_role_info    r = AC_ROLE_INFO_INIT;
    ac_article_info a = AC_ARTICLE_INFO_INIT;

    for (uint32_t i = 0; ac_policy_role_at(p, i, &r) == AC_OK; i++) {
        cr_expect_eq(ac_policy_find_role(p, r.name), i);
        say(out, "role %.*s%s under %.*s\n", TEXT(r.name), r.is_built_in ? " (built in)" : "", TEXT(name_of_role(p, r.superior)));
        tell_mentions(out, p, AC_MENTION_ROLE, i, r.mention_count);
    }
    for (uint32_t i = 0; ac_policy_article_at(p, i, &a) == AC_OK; i++) {
        cr_expect_eq(ac_policy_find_article(p, a.name), i);
        say(out, "article %.*s of %.*s", TEXT(a.name), TEXT(a.rulebook));
        if (a.reason.size > 0)
            say(out, " uncoded: %.*s", TEXT(a.reason));
        say(out, "\n");
        tell_mentions(out, p, AC_MENTION_ARTICLE, i, a.mention_count);
    }
}

static void tell_enums(page *out, const ac_policy *p)
{
    ac_attribute_info a = AC_ATTRIBUTE_INFO_INIT;
    ac_text           value;

    for (uint32_t i = 0; i < ac_policy_enum_count(p); i++) {
        say(out, "enum %.*s\n", TEXT(ac_policy_enum_name(p, i)));
        for (uint32_t k = 0; ac_policy_attribute_at(p, i, k, &a) == AC_OK; k++) {
            say(out, "  attribute %.*s : ", TEXT(a.name));
            cr_expect_eq(ac_policy_type_format(p, a.type, a.ref, take, out), AC_OK);
            say(out, "\n");
        }
        for (uint32_t m = 0; m < ac_policy_member_count(p, i); m++) {
            say(out, "  %.*s", TEXT(ac_policy_member_name(p, i, m)));
            for (uint32_t k = 0; ac_policy_attribute_text(p, i, m, k, &value) == AC_OK; k++)
                say(out, " [%.*s]", TEXT(value));
            say(out, "\n");
        }
    }
}

static void tell_labels(page *out, const ac_policy *p)
{
    ac_label_info l = AC_LABEL_INFO_INIT;

    for (uint32_t i = 0; ac_policy_label_at(p, i, &l) == AC_OK; i++)
        say(out, "label %.*s %.*s = %.*s\n", TEXT(l.lang), TEXT(l.name), TEXT(l.text));
}

static void tell(page *out, const ac_policy *p)
{
    out->size = 0;
    out->text[0] = '\0';
    tell_records(out, p);
    tell_tables(out, p);
    tell_names(out, p);
    tell_enums(out, p);
    tell_labels(out, p);
}

Test(describe, everything_is_told_as_written)
{
    test_corpus *corpus = test_corpus_open("tests/data/policy/describe.txt");
    page        *out = malloc(sizeof *out);

    cr_assert_not_null(out);
    cr_assert_gt(test_corpus_count(corpus), 0u);
    for (size_t i = 0; i < test_corpus_count(corpus); i++) {
        const test_case *c = test_corpus_at(corpus, i);
        ac_status        st;
        ac_policy       *p = compile(c, NULL, &st);

        cr_assert_eq(st, AC_OK, "describe.txt:%u: %s does not compile", c->line, c->name);
        tell(out, p);
        test_corpus_note(corpus, i, out->text);
        cr_expect_str_eq(out->text, c->expected, "describe.txt:%u: %s", c->line, c->name);
        ac_policy_unref(p);
    }
    free(out);
    test_corpus_close(corpus);
}

Test(describe, every_allocation_of_it_fails_cleanly)
{
    test_corpus     *corpus = test_corpus_open("tests/data/policy/describe.txt");
    const test_case *c = test_corpus_at(corpus, 0);

    for (long n = 0;; n++) {
        failing_mem  f = { .left = n };
        ac_allocator mem = { sizeof mem, failing_resize, &f };
        ac_status    st;
        ac_policy   *p = compile(c, &mem, &st);

        ac_policy_unref(p);
        cr_assert_eq(f.live, 0u, "leak after failing allocation %ld", n);
        if (f.fails == 0) {
            cr_assert_eq(st, AC_OK);
            break;
        }
        cr_assert_eq(st, AC_E_NOMEM, "allocation %ld: %s", n, ac_status_name(st));
    }
    test_corpus_close(corpus);
}

Test(describe, structs_of_older_and_newer_hosts_are_filled_as_far_as_they_go)
{
    struct { ac_table_info info; long more; } longer = { AC_TABLE_INFO_INIT, 7 };
    test_corpus  *corpus = test_corpus_open("tests/data/policy/describe.txt");
    ac_status     st;
    ac_policy    *p = compile(test_corpus_at(corpus, 0), NULL, &st);
    ac_table_info shorter = AC_TABLE_INFO_INIT, unset = AC_TABLE_INFO_INIT;

    cr_assert_eq(st, AC_OK);
    longer.info.size = sizeof longer;
    cr_expect_eq(ac_policy_table_at(p, 0, &longer.info), AC_OK);
    cr_expect_eq(longer.info.size, sizeof longer.info);
    cr_expect_eq(longer.more, 7);
    shorter.size = offsetof(ac_table_info, line);
    cr_expect_eq(ac_policy_table_at(p, 0, &shorter), AC_OK);
    cr_expect_eq(shorter.size, offsetof(ac_table_info, line));
    cr_expect_eq(shorter.line, 0u);
    cr_expect_neq(shorter.row_count, 0u);
    unset.size = 0;
    cr_expect_eq(ac_policy_table_at(p, 0, &unset), AC_E_INVALID);
    ac_policy_unref(p);
    test_corpus_close(corpus);
}

Test(describe, past_the_end_there_is_nothing)
{
    test_corpus       *corpus = test_corpus_open("tests/data/policy/describe.txt");
    ac_status          st;
    ac_policy         *p = compile(test_corpus_at(corpus, 0), NULL, &st);
    ac_table_info      table = AC_TABLE_INFO_INIT;
    ac_row_info        row = AC_ROW_INFO_INIT;
    ac_state_info      state = AC_STATE_INFO_INIT;
    ac_transition_info transition = AC_TRANSITION_INFO_INIT;
    ac_mention_info    mention = AC_MENTION_INFO_INIT;
    ac_attribute_info  attribute = AC_ATTRIBUTE_INFO_INIT;
    ac_label_info      label = AC_LABEL_INFO_INIT;
    ac_text            text;

    cr_assert_eq(st, AC_OK);
    cr_expect_eq(ac_policy_table_at(p, 999, &table), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_row_at(p, 999, 0, &row), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_row_at(p, 0, 999, &row), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_cell_at(p, 0, 999, 0, &text), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_state_at(p, 999, 0, &state), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_transition_at(p, 999, 0, &transition), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_mention_at(p, AC_MENTION_ARTICLE, 999, 0, &mention), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_mention_at(p, AC_MENTION_ROLE, 999, 0, &mention), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_attribute_at(p, 999, 0, &attribute), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_attribute_text(p, 999, 0, 0, &text), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_label_at(p, 999, &label), AC_E_NOT_FOUND);
    cr_expect_eq(ac_policy_find_table(p, text_of("no such")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_find_role(p, text_of("no such")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_find_article(p, text_of("no such")), AC_NO_INDEX);
    cr_expect_eq(ac_policy_type_format(p, (ac_type_kind)99, 0, take, NULL), AC_E_INVALID);
    ac_policy_unref(p);
    test_corpus_close(corpus);
}
