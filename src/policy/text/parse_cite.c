#include <string.h>

#include "base/buffer.h"
#include "policy/text/parse.h"
#include "policy/text/parser.h"

static ac_text source_text(const ac_parser *p, uint32_t at, uint32_t end)
{
    ac_place place;

    place.at = at;
    place.size = end - at;
    return ac_parse_text(p, place);
}

static int source_has(const ac_parser *p, uint32_t at, char c)
{
    return at < p->scan.source.size && p->scan.source.data[at] == c;
}

/* `18.2a` or `18.2a..d` at `at`. @return its end, `at` when there is none. */
static uint32_t read_article(ac_parser *p, uint32_t at, ac_tree_cite *cite)
{
    uint32_t end = ac_scan_article(&p->scan, at), from;

    memset(cite, 0, sizeof *cite);
    cite->article = source_text(p, at, end);
    if (end > at && source_has(p, end, '.') && source_has(p, end + 1, '.')) {
        from = end + 2;
        end = ac_scan_segment(&p->scan, from);
        cite->last = source_text(p, from, end);
    }
    cite->place.at = at;
    cite->place.size = end - at;
    return end;
}

static void check_range(ac_parser *p, const ac_tree_cite *cite)
{
    uint32_t count = ac_cite_count(cite);
    ac_arg   args[3];

    if (cite->place.size == cite->article.size || (count > 0 && count <= AC_CITE_RANGE_MOST))
        return;
    args[0] = ac_arg_text(cite->article);
    args[1] = ac_arg_text(cite->last);
    args[2] = ac_arg_number(AC_CITE_RANGE_MOST);
    ac_parse_complain_args(p, count == 0 ? AC_MSG_BAD_RANGE : AC_MSG_RANGE_TOO_LONG, cite->place, args, 3);
}

/* The article that a text such as "第5条" means, and where articles are declared. */
static void hint_article(ac_parser *p, ac_text cited)
{
    ac_arg number = ac_arg_text(cited);
    size_t from = 0, size = 0;

    while (from < cited.size && (cited.data[from] < '0' || cited.data[from] > '9'))
        from++;
    while (from + size < cited.size && ((cited.data[from + size] >= '0' && cited.data[from + size] <= '9') || (size > 0 && cited.data[from + size] == '.')))
        size++;
    if (size > 0) {
        number.data = cited.data + from;
        number.size = size;
        ac_log_hint_with(p->log, "write per {0} and declare that article under rulebook; only data files cite a text", &number, 1);
    }
    if (p->rulebook.size > 0)
        ac_log_note_0(p->log, AC_MSG_ARTICLES_HERE, p->rulebook);
}

/* A quoted source. The parser stands before it and then behind it. */
static void cite_text(ac_parser *p, ac_tree_cite *cite)
{
    ac_tree_string string = ac_parse_string(p, "a text");

    memset(cite, 0, sizeof *cite);
    cite->article = string.text;
    cite->place = string.place;
    cite->is_text = 1;
    if (!p->is_data && ac_parse_complain(p, AC_MSG_TEXT_CITED, string.place))
        hint_article(p, string.text);
}

void ac_parse_articles(ac_parser *p)
{
    ac_tree_cite cite;
    uint32_t     at = p->pos, end;

    for (;;) {
        at = ac_scan_blanks(&p->scan, at);
        end = read_article(p, at, &cite);
        ac_parse_resume(p, end);
        if (end == at && ac_parse_is(p, AC_TOKEN_STRING)) {
            cite_text(p, &cite);
        } else if (end == at) {
            ac_parse_expected(p, p->is_data ? "an article or a text" : "an article");
            return;
        } else {
            check_range(p, &cite);
        }
        ac_parse_push(p, &cite, sizeof cite);
        if (!ac_parse_is(p, AC_TOKEN_COMMA))
            return;
        /* The comma continues the line; what follows it is read as an article. */
        at = p->pos;
        if (!p->is_row) {
            ac_token next = ac_parse_peek(p);

            at = next.at;
        }
    }
}

ac_tree_cites ac_parse_per(ac_parser *p)
{
    ac_tree_cites cites = { NULL, 0, { 0, 0 } };
    uint32_t      from = p->token.at;
    size_t        mark = ac_parse_mark(p);

    if (!ac_parse_is_word(p, AC_WORD_PER))
        return cites;
    ac_parse_articles(p);
    cites.at = ac_parse_pop(p, mark, sizeof *cites.at, &cites.count);
    cites.place = ac_parse_since(p, from);
    return cites;
}

/* The last group of digits, or the last letter, of an article: what a range counts up. */
static size_t group_size(ac_text article)
{
    size_t n = 0;

    while (n < article.size && article.data[article.size - 1 - n] >= '0' && article.data[article.size - 1 - n] <= '9')
        n++;
    return n > 0 || article.size == 0 ? n : 1;
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int read_number(ac_text text, uint32_t *out)
{
    size_t i;

    *out = 0;
    for (i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || *out > 99999999)
            return 0;
        *out = *out * 10 + (uint32_t)(text.data[i] - '0');
    }
    return text.size > 0;
}

uint32_t ac_cite_count(const ac_tree_cite *cite)
{
    ac_text  group = cite->article;
    size_t   n = group_size(group);
    uint32_t first, last;

    if (cite->is_text || cite->place.size == cite->article.size)
        return 1;
    group.data += group.size - n;
    group.size = n;
    if (read_number(group, &first))
        return read_number(cite->last, &last) && last >= first ? last - first + 1 : 0;
    if (n != 1 || cite->last.size != 1 || !is_letter(group.data[0]) || !is_letter(cite->last.data[0]))
        return 0;
    if ((group.data[0] ^ cite->last.data[0]) & 32 || cite->last.data[0] < group.data[0])
        return 0;
    return (uint32_t)(cite->last.data[0] - group.data[0]) + 1;
}

ac_text ac_cite_at(const ac_tree_cite *cite, uint32_t i, ac_arena *arena)
{
    size_t   stem = cite->article.size - group_size(cite->article), size = stem;
    ac_text  article = { NULL, 0 }, group;
    uint32_t first;
    char    *text;

    if (i == 0)
        return cite->article;
    text = ac_arena_alloc(arena, stem + 21, 1);
    if (!text)
        return article;
    memcpy(text, cite->article.data, stem);
    group.data = cite->article.data + stem;
    group.size = cite->article.size - stem;
    if (read_number(group, &first))
        size += ac_digits_u64(first + (uint64_t)i, text + stem);
    else
        text[size++] = (char)(group.data[0] + (char)i);
    text[size] = '\0';
    article.data = text;
    article.size = size;
    return article;
}
