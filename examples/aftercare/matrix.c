#include "aftercare/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "aftercare/sheet.h"

/* matrix: which lines an article is carried out by, and which articles a line cites. */

article_state article_stands(const ac_policy *policy, uint32_t article, char waits[64])
{
    ac_article_info info = AC_ARTICLE_INFO_INIT;
    ac_mention_info m = AC_MENTION_INFO_INIT;
    article_state state = ARTICLE_OPEN;
    waits[0] = '\0';
    for (uint32_t i = 0; ac_policy_mention_at(policy, AC_MENTION_ARTICLE, article, i, &m) == AC_OK; i++) {
        if (m.is_example)
            continue;
        if (!m.waits) {
            waits[0] = '\0';
            return ARTICLE_CITED;
        }
        state = ARTICLE_WAITING;
        snprintf(waits, 64, "stage %u: %s", m.stage, m.waits);
    }
    if (state == ARTICLE_OPEN && ac_policy_article_at(policy, article, &info) == AC_OK && info.reason.size)
        state = ARTICLE_UNCODED;
    return state;
}

const char *article_word(article_state state, ac_lang lang)
{
    static const char *const words[][2] = { { "cited", "已引用" }, { "waiting", "待实现" }, { "uncoded", "不编码" }, { "no rule", "无规则" } };
    return words[state][lang == AC_LANG_ZH];
}

/* A line that cites, once for each article. */
typedef struct citation {
    uint32_t        article, state;
    char            waits[64];
    ac_mention_info at;
} citation;

typedef struct matrix {
    citation *list;
    size_t    count;
    size_t    states[ARTICLE_STATES];
} matrix;

/* An article that nothing cites has one entry without a line. */
static void add(matrix *m, uint32_t article, article_state state, const char *waits, const ac_mention_info *at)
{
    if (m->count % 64 == 0)
        m->list = must_resize(m->list, (m->count + 64) * sizeof *m->list);
    citation *c = &m->list[m->count++];
    memset(c, 0, sizeof *c);
    c->article = article;
    c->state = state;
    snprintf(c->waits, sizeof c->waits, "%s", waits);
    if (at)
        c->at = *at;
}

static void collect(matrix *m, const ac_policy *policy)
{
    ac_article_info info = AC_ARTICLE_INFO_INIT;
    memset(m, 0, sizeof *m);
    for (uint32_t i = 0; ac_policy_article_at(policy, i, &info) == AC_OK; i++) {
        ac_mention_info at = AC_MENTION_INFO_INIT;
        char waits[64];
        article_state state = article_stands(policy, i, waits);
        m->states[state]++;
        if (ac_policy_mention_at(policy, AC_MENTION_ARTICLE, i, 0, &at) != AC_OK)
            add(m, i, state, waits, NULL);
        for (uint32_t k = 0; ac_policy_mention_at(policy, AC_MENTION_ARTICLE, i, k, &at) == AC_OK; k++)
            add(m, i, state, waits, &at);
    }
}

static ac_text name_of(const ac_policy *policy, uint32_t article)
{
    ac_article_info info = AC_ARTICLE_INFO_INIT;
    return ac_policy_article_at(policy, article, &info) == AC_OK ? info.name : text_of("");
}

/* What is to be said of it beside its state: the reason, or the stage. */
static ac_text note_of(const ac_policy *policy, const citation *c)
{
    ac_article_info info = AC_ARTICLE_INFO_INIT;
    if (c->state == ARTICLE_WAITING)
        return text_of(c->waits);
    return ac_policy_article_at(policy, c->article, &info) == AC_OK ? info.reason : text_of("");
}

static void put_citation(sheet *s, const ac_policy *policy, const citation *c, int repeats)
{
    sheet_text(s, repeats ? text_of("") : name_of(policy, c->article));
    sheet_string(s, repeats ? "" : article_word((article_state)c->state, host_lang()));
    if (c->at.line)
        sheet_number(s, c->at.line);
    else
        sheet_string(s, "");
    sheet_text(s, c->at.block);
    sheet_text(s, repeats ? text_of("") : note_of(policy, c));
    sheet_text(s, c->at.text);
}

static void print_summary(const options *o, const char *file, const matrix *m)
{
    size_t all = 0;
    for (size_t i = 0; i < ARTICLE_STATES; i++)
        all += m->states[i];
    if (o->json) {
        printf("{\"file\":");
        json_text(stdout, file, strlen(file));
        printf(",\"articles\":%zu,\"cited\":%zu,\"waiting\":%zu,\"uncoded\":%zu,\"no_rule\":%zu}\n", all, m->states[ARTICLE_CITED],
               m->states[ARTICLE_WAITING], m->states[ARTICLE_UNCODED], m->states[ARTICLE_OPEN]);
    } else if (o->lang == AC_LANG_ZH) {
        printf("%s：%zu 条；已引用 %zu，待实现 %zu，不编码 %zu，无规则 %zu\n", file, all, m->states[ARTICLE_CITED], m->states[ARTICLE_WAITING],
               m->states[ARTICLE_UNCODED], m->states[ARTICLE_OPEN]);
    } else {
        printf("%s: %zu articles; %zu cited, %zu waiting, %zu uncoded, %zu without a rule\n", file, all, m->states[ARTICLE_CITED],
               m->states[ARTICLE_WAITING], m->states[ARTICLE_UNCODED], m->states[ARTICLE_OPEN]);
    }
}

/* Article by article. For programs every row tells all. */
static void print_articles(const options *o, const ac_policy *policy, const matrix *m)
{
    sheet s;
    sheet_open(&s, "article state line block note source", "条款 状态 行 所在 说明 原文");
    for (size_t i = 0; i < m->count; i++)
        put_citation(&s, policy, &m->list[i], !o->json && !o->csv && i > 0 && m->list[i].article == m->list[i - 1].article);
    sheet_show(&s, o);
    sheet_close(&s);
}

static int by_line(const void *a, const void *b)
{
    const citation *x = a, *y = b;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    return x->article < y->article ? -1 : x->article > y->article;
}

/* Line by line. */
static void print_lines(const options *o, const ac_policy *policy, matrix *m)
{
    sheet s;
    text_buffer articles = { 0 };
    sheet_open(&s, "line block articles source", "行 所在 条款 原文");
    qsort(m->list, m->count, sizeof *m->list, by_line);
    for (size_t i = 0, k; i < m->count; i = k) {
        text_clear(&articles);
        for (k = i; k < m->count && m->list[k].at.line == m->list[i].at.line; k++) {
            ac_text name = name_of(policy, m->list[k].article);
            text_add(&articles, ", ", articles.size ? 2 : 0);
            text_add(&articles, name.data, name.size);
        }
        if (m->list[i].at.line == 0)
            continue;
        ac_text all = { articles.data, articles.size };
        sheet_number(&s, m->list[i].at.line);
        sheet_text(&s, m->list[i].at.block);
        sheet_text(&s, all);
        sheet_text(&s, m->list[i].at.text);
    }
    sheet_show(&s, o);
    sheet_close(&s);
    text_free(&articles);
}

static int show_file(const options *o, const char *file)
{
    host_load load = o->load;
    host_book book;
    matrix m;
    int unreadable;
    load.policy = file;
    if (!host_open(&load, &book, &unreadable))
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    collect(&m, book.policy);
    if (!o->csv)
        print_summary(o, file, &m);
    if (!o->json && !o->csv)
        putchar('\n');
    print_articles(o, book.policy, &m);
    if (!o->csv) {      /* the rows of one CSV are of one kind, and tell the other way too */
        if (!o->json)
            putchar('\n');
        print_lines(o, book.policy, &m);
    }
    int code = m.states[ARTICLE_OPEN] ? EXIT_REFUSED : EXIT_DONE;
    free(m.list);
    host_close(&book);
    return code;
}

int command_matrix(const options *o)
{
    int code = EXIT_DONE;
    if (o->word_count == 0)
        return usage(o->command, "which policy?");
    for (int i = 0; i < o->word_count; i++) {
        int one = show_file(o, o->words[i]);
        code = one > code ? one : code;
        if (i + 1 < o->word_count && !o->json && !o->csv)
            putchar('\n');
    }
    return code;
}
