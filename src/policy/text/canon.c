#include "policy/text/canon.h"

#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "policy/text/parse.h"

enum { TAB = 8, COLUMNS = 384 };

typedef struct canon {
    ac_scanner     scanner;
    uint32_t       at, end;
    const ac_tree *tree;
    uint32_t       next_block;      /* of the tree, at or behind the line at hand */
    ac_canon_take  take;
    void          *user;
    uint32_t       body_indent;     /* 0: not known yet */
    uint8_t        block;           /* ac_word that began the block or the line of the head */
    uint8_t        depth;
    uint8_t        last_kind, last_word, before_last;
    uint8_t        is_row;
    uint8_t        is_grid;         /* the line before was a row: this one is not the head */
    uint8_t        has_bars;        /* `||` was met in this row */
    uint32_t       brackets, index; /* open ones; tokens of the line so far */
    uint32_t       column, left;    /* of the row at hand; how many the head has in front of `||` */
    uint8_t        cites[COLUMNS];  /* columns that hold articles */
} canon;

static int byte_at(const canon *c, uint32_t at)
{
    return at < c->end ? (unsigned char)c->scanner.source.data[at] : -1;
}

static ac_text slice(const canon *c, uint32_t at, uint32_t end)
{
    ac_text text;

    text.data = c->scanner.source.data + at;
    text.size = end - at;
    return text;
}

static void give(canon *c, ac_canon_what what, ac_text text, int kind, int word, int touches)
{
    ac_canon_piece piece;

    piece.what = (uint8_t)what;
    piece.kind = (uint8_t)kind;
    piece.word = (uint8_t)word;
    piece.touches = (uint8_t)touches;
    piece.goes_on = 0;
    piece.depth = c->depth;
    piece.text = text;
    c->take(c->user, &piece);
}

static void give_token(canon *c, ac_text text, ac_token_kind kind, int word)
{
    give(c, AC_CANON_TOKEN, text, kind, word, 0);
    c->before_last = c->last_kind;
    c->last_kind = (uint8_t)kind;
    c->last_word = (uint8_t)word;
    c->index++;
}

/* Text that is read as it stands, up to `end`. */
static void give_raw(canon *c, uint32_t end)
{
    if (end > c->at)
        give_token(c, slice(c, c->at, end), AC_TOKEN_NUMBER, AC_WORD_OTHER);
    c->at = end;
}

/* ── lines ── */

static uint32_t skip_blanks(const canon *c, uint32_t at)
{
    int b;

    while ((b = byte_at(c, at)) == ' ' || b == '\t' || b == '\r')
        at++;
    return at;
}

static uint32_t line_end(const canon *c, uint32_t at)
{
    const char *data = c->scanner.source.data, *newline = at < c->end ? memchr(data + at, '\n', c->end - at) : NULL;

    return newline ? (uint32_t)(newline - data) : c->end;
}

static int is_comment(const canon *c, uint32_t at)
{
    return byte_at(c, at) == '/' && byte_at(c, at + 1) == '/';
}

static int is_end(const canon *c, uint32_t at)
{
    return byte_at(c, at) < 0 || byte_at(c, at) == '\n' || is_comment(c, at);
}

static uint32_t indent_at(const canon *c, uint32_t line, uint32_t at)
{
    uint32_t column = 0;

    for (; line < at; line++)
        column = byte_at(c, line) == '\t' ? (column / TAB + 1) * TAB : column + 1;
    return column;
}

static void give_comment(canon *c, uint32_t at, ac_canon_what what, int goes_on)
{
    ac_canon_piece piece;
    uint32_t       end = line_end(c, at);

    memset(&piece, 0, sizeof piece);
    while (end > at && (byte_at(c, end - 1) == '\r' || byte_at(c, end - 1) == ' ' || byte_at(c, end - 1) == '\t'))
        end--;
    piece.what = (uint8_t)what;
    piece.goes_on = (uint8_t)goes_on;
    piece.depth = c->depth;
    piece.text = slice(c, at, end);
    c->take(c->user, &piece);
}

/* From the end of a line, or a comment there: the token that the line goes on with, as the parser has it. `at` itself when it does not. */
static uint32_t continuation(const canon *c, uint32_t at, int *has_comments)
{
    uint32_t next = at, line = at;

    *has_comments = 0;
    if (c->is_row || !(c->brackets > 0 || ac_token_goes_on(c->last_kind, c->last_word)))
        return at;
    while (byte_at(c, next) >= 0 && is_end(c, next)) {
        if (is_comment(c, next)) {
            *has_comments = 1;
            next = line_end(c, next);
        } else {
            line = next + 1;
            next = skip_blanks(c, line);
        }
    }
    return byte_at(c, next) < 0 || byte_at(c, next) == '|' || indent_at(c, line, next) == 0 ? at : next;
}

/* The next token of the line at hand; comments on the way are given. @return 0 at the end of the line. */
static int find_token(canon *c)
{
    uint32_t next;
    int      has_comments, is_first = 1;

    c->at = skip_blanks(c, c->at);
    if (!is_end(c, c->at))
        return 1;
    next = continuation(c, c->at, &has_comments);
    if (next == c->at)
        return 0;
    while (has_comments && c->at < next) {
        if (is_comment(c, c->at))
            give_comment(c, c->at, is_first ? AC_CANON_REMARK : AC_CANON_COMMENT, 1);
        is_first = 0;
        c->at = skip_blanks(c, is_comment(c, c->at) ? line_end(c, c->at) : c->at + 1);
        if (!is_end(c, c->at))
            break;
    }
    c->at = next;
    return 1;
}

/* ── articles ── */

/* Articles that follow each other: `first`, counted up `count` times. */
typedef struct run {
    ac_text  first, second;         /* as written */
    ac_text  last;                  /* only what is counted */
    size_t   stem;                  /* bytes of `first` in front of what is counted */
    uint32_t to, count;
    int      is_letter, is_range, is_counted;
} run;

/* The number or letter that an article ends in. @return 0 when it has none that counts. */
static int read_group(ac_text article, run *r)
{
    size_t   n = article.size;
    uint32_t value = 0;
    char     c = article.data[n - 1];

    r->is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (r->is_letter) {
        r->stem = n - 1;
        r->to = (unsigned char)c;
        return 1;
    }
    while (n > 0 && article.data[n - 1] >= '0' && article.data[n - 1] <= '9')
        n--;
    r->stem = n;
    if (n == article.size || article.size - n > 8 || (article.data[n] == '0' && article.size - n > 1))
        return 0;
    for (; n < article.size; n++)
        value = value * 10 + (uint32_t)(article.data[n] - '0');
    r->to = value;
    return 1;
}

static uint32_t read_run(const canon *c, run *r)
{
    uint32_t     end = ac_scan_article(&c->scanner, c->at), from;
    ac_tree_cite cite;

    memset(r, 0, sizeof *r);
    if (end == c->at)
        return end;
    memset(&cite, 0, sizeof cite);
    r->first = cite.article = slice(c, c->at, end);
    r->is_counted = read_group(r->first, r);
    r->last = slice(c, c->at + (uint32_t)r->stem, end);
    r->count = 1;
    if (byte_at(c, end) == '.' && byte_at(c, end + 1) == '.') {
        from = end + 2;
        end = ac_scan_segment(&c->scanner, from);
        cite.last = r->last = slice(c, from, end);
        cite.place.size = end - c->at;
        r->count = ac_cite_count(&cite);
        r->to += r->count - 1;
        r->is_range = r->count > 1;
    }
    return end;
}

static int extend(run *r, const run *next)
{
    run head;

    if (!r->is_counted || !next->is_counted || r->stem != next->stem || r->is_letter != next->is_letter
        || memcmp(r->first.data, next->first.data, r->stem) != 0 || r->count + next->count > AC_CITE_RANGE_MOST)
        return 0;
    read_group(next->first, &head);
    if (head.to != r->to + 1 || (r->is_letter && ((r->to ^ next->to) & 32)))
        return 0;
    r->to = next->to;
    r->last = next->last;
    r->second = next->first;
    r->count += next->count;
    r->is_range |= next->is_range;
    return 1;
}

static void give_run(canon *c, const run *r, int *is_list)
{
    if (r->count == 0)
        return;
    if (*is_list)
        give_token(c, ac_text_of(","), AC_TOKEN_COMMA, AC_WORD_OTHER);
    *is_list = 1;
    give_token(c, r->first, AC_TOKEN_NUMBER, AC_WORD_OTHER);
    if (r->count > 2 || r->is_range) {
        give(c, AC_CANON_TOKEN, ac_text_of(".."), AC_TOKEN_DOTS, AC_WORD_OTHER, 1);
        give(c, AC_CANON_TOKEN, r->last, AC_TOKEN_NUMBER, AC_WORD_OTHER, 1);
    } else if (r->count == 2) {
        give_token(c, ac_text_of(","), AC_TOKEN_COMMA, AC_WORD_OTHER);
        give_token(c, r->second, AC_TOKEN_NUMBER, AC_WORD_OTHER);
    }
}

/* Articles and quoted sources, parted by commas. Runs of three and more become a range. */
static void give_articles(canon *c)
{
    run      r, next;
    uint32_t end;
    int      is_list = 0, has_comments;

    memset(&r, 0, sizeof r);
    c->at = skip_blanks(c, c->at);
    for (;;) {
        end = read_run(c, &next);
        if (end == c->at && byte_at(c, c->at) == '"') {
            next.first = slice(c, c->at, c->at + ac_scan(&c->scanner, c->at).size);
            next.count = 1;
            end = c->at + (uint32_t)next.first.size;
        }
        if (!extend(&r, &next)) {
            give_run(c, &r, &is_list);
            r = next;
        }
        c->at = skip_blanks(c, end);
        if (byte_at(c, c->at) != ',' || next.count == 0)
            break;
        c->at = skip_blanks(c, c->at + 1);
        c->last_kind = AC_TOKEN_COMMA;
        continuation(c, c->at, &has_comments);
        if (has_comments) {
            give_run(c, &r, &is_list);
            memset(&r, 0, sizeof r);
            give_token(c, ac_text_of(","), AC_TOKEN_COMMA, AC_WORD_OTHER);
            is_list = 0;
        }
        if (!find_token(c))
            break;
    }
    give_run(c, &r, &is_list);
    c->last_kind = AC_TOKEN_NUMBER;
}

/* ── tokens ── */

/* A bar, and what kind of cell begins behind it. */
static void give_bar(canon *c, const ac_token *t)
{
    int is_cites = c->last_kind == AC_TOKEN_NAME && (c->last_word == AC_WORD_PER
        || (c->last_word == AC_WORD_UNMET && c->block == AC_WORD_EXAMPLE && c->has_bars && c->before_last != AC_TOKEN_DOT));

    if (!c->is_grid && c->index > 0 && c->column < COLUMNS)
        c->cites[c->column] = (uint8_t)is_cites;
    if (c->index > 0)
        c->column++;
    if (t->kind == AC_TOKEN_BARS) {
        c->has_bars = 1;
        if (!c->is_grid)
            c->left = c->column;
        c->column = c->left;
    }
    give_token(c, slice(c, t->at, t->at + t->size), (ac_token_kind)t->kind, AC_WORD_OTHER);
    c->at += t->size;
    if (!c->is_grid)
        return;
    c->at = skip_blanks(c, c->at);
    if (is_end(c, c->at))
        return;
    if (c->block == AC_WORD_EXAMPLE && c->column == 0) {
        uint32_t end = c->at;

        while (byte_at(c, end) >= 0 && byte_at(c, end) != '|' && byte_at(c, end) != '\n')
            end++;
        while (end > c->at && (byte_at(c, end - 1) == ' ' || byte_at(c, end - 1) == '\t' || byte_at(c, end - 1) == '\r'))
            end--;
        give_raw(c, end);
    } else if (c->column < COLUMNS && c->cites[c->column] && byte_at(c, c->at) != '-') {
        give_articles(c);
    }
}

/* `yes/no` is one word, however it is spaced. */
static int give_yes_no(canon *c, const ac_token *t)
{
    ac_token slash, no;
    uint32_t at = skip_blanks(c, t->at + t->size);

    if (t->word != AC_WORD_YES || is_end(c, at))
        return 0;
    slash = ac_scan(&c->scanner, at);
    at = skip_blanks(c, at + slash.size);
    if (slash.kind != AC_TOKEN_SLASH || is_end(c, at))
        return 0;
    no = ac_scan(&c->scanner, at);
    if (no.kind != AC_TOKEN_NAME || no.word != AC_WORD_NO)
        return 0;
    give_token(c, ac_text_of("yes/no"), AC_TOKEN_NUMBER, AC_WORD_OTHER);
    c->at = no.at + no.size;
    return 1;
}

/* A name and, when it is such a word, what is read as it stands behind it. */
static void give_name(canon *c, const ac_token *t)
{
    uint32_t at = c->index, end;

    if (give_yes_no(c, t))
        return;
    give_token(c, slice(c, t->at, t->at + t->size), AC_TOKEN_NAME, t->word);
    c->at += t->size;
    if (c->is_row)
        return;
    if (t->word == AC_WORD_PER || (t->word == AC_WORD_ARTICLES && c->block == AC_WORD_RULEBOOK && (c->depth > 0 || at > 1))) {
        give_articles(c);
    } else if (t->word == AC_WORD_TIMEZONE && c->depth == 0 && at == 0) {
        c->at = end = skip_blanks(c, c->at);
        while (!is_end(c, end))
            end++;
        while (end > c->at && (byte_at(c, end - 1) == ' ' || byte_at(c, end - 1) == '\t' || byte_at(c, end - 1) == '\r'))
            end--;
        give_raw(c, end);
    } else if (t->word == AC_WORD_EDITION && c->block == AC_WORD_DATA && c->depth == 0 && at > 1) {
        c->at = skip_blanks(c, c->at);
        give_raw(c, ac_scan_article(&c->scanner, c->at));
    }
}

/* Tokens up to `stop`, or to the end of the line. */
static void give_tokens(canon *c, uint32_t stop)
{
    while (skip_blanks(c, c->at) < stop && find_token(c)) {
        ac_token t = ac_scan(&c->scanner, c->at);

        if (t.kind == AC_TOKEN_BAR || t.kind == AC_TOKEN_BARS) {
            give_bar(c, &t);
        } else if (c->block == AC_WORD_UNCODED && c->depth > 0 && c->index == 0) {
            give_articles(c);
            if (c->index == 0)
                give_raw(c, c->at + t.size);
        } else if (t.kind == AC_TOKEN_NAME) {
            give_name(c, &t);
        } else {
            c->brackets += t.kind == AC_TOKEN_OPEN || t.kind == AC_TOKEN_OPEN_SQUARE;
            c->brackets -= c->brackets > 0 && (t.kind == AC_TOKEN_CLOSE || t.kind == AC_TOKEN_CLOSE_SQUARE);
            give_token(c, slice(c, t.at, t.at + t.size), (ac_token_kind)t.kind, AC_WORD_OTHER);
            c->at += t.size > 0 ? t.size : 1;
        }
    }
}

/* The record whose head is at hand, or NULL. */
static const ac_tree_record *record_here(canon *c)
{
    const ac_tree *tree = c->tree;

    while (tree && c->next_block < tree->count && tree->blocks[c->next_block].place.at < c->at)
        c->next_block++;
    if (!tree || c->next_block == tree->count || tree->blocks[c->next_block].place.at != c->at
        || tree->blocks[c->next_block].kind != AC_TREE_BLOCK_RECORD)
        return NULL;
    return tree->blocks[c->next_block].u.record;
}

/* Its parts in the order of their kinds. */
static void give_record_head(canon *c, const ac_tree_record *record)
{
    uint32_t from = UINT32_MAX, to = 0, i;

    for (i = 0; i < AC_TREE_RECORD_PARTS; i++) {
        const ac_place *part = &record->parts[i];

        if (part->size > 0 && part->at < from)
            from = part->at;
        if (part->size > 0 && part->at + part->size > to)
            to = part->at + part->size;
    }
    give_tokens(c, from);
    for (i = 0; i < AC_TREE_RECORD_PARTS; i++)
        if (record->parts[i].size > 0) {
            c->at = record->parts[i].at;
            give_tokens(c, c->at + record->parts[i].size);
        }
    if (to > 0)
        c->at = to;
    give_tokens(c, UINT32_MAX);
}

/* How deep a line at `indent` is: body lines of a block stand at the least indent met so far, as the parser has it. */
static uint8_t depth_of(const canon *c, uint32_t indent)
{
    if (indent == 0)
        return 0;
    return c->body_indent > 0 && indent > c->body_indent ? 2 : 1;
}

static void begin_line(canon *c, uint32_t indent)
{
    ac_token t = ac_scan(&c->scanner, c->at);

    c->is_grid = c->is_row;
    c->is_row = t.kind == AC_TOKEN_BAR || t.kind == AC_TOKEN_BARS;
    c->is_grid &= c->is_row;
    c->depth = c->is_row ? 1 : depth_of(c, indent);
    if (c->depth == 0) {
        c->block = t.word;
        c->body_indent = 0;
    } else if (!c->is_row && c->depth == 1) {
        c->body_indent = indent;
    }
    c->has_bars = 0;
    c->brackets = c->index = c->column = 0;
    c->last_kind = c->before_last = AC_TOKEN_END;
    give(c, c->is_row ? AC_CANON_ROW : AC_CANON_LINE, slice(c, c->at, c->at + t.size), t.kind, t.word, 0);
}

void ac_canon_read(ac_text source, uint32_t from, uint32_t end, const ac_tree *tree, ac_canon_take take, void *user)
{
    canon c;

    memset(&c, 0, sizeof c);
    c.scanner.source = source;
    c.scanner.name_points = UINT32_MAX;
    c.scanner.string_bytes = UINT32_MAX;
    c.at = from == 0 ? ac_utf8_mark(source) : from;
    c.end = end;
    c.tree = tree;
    c.take = take;
    c.user = user;
    while (c.at < end) {
        uint32_t              line = c.at;
        const ac_tree_record *record;

        c.at = skip_blanks(&c, line);
        if (is_comment(&c, c.at)) {
            c.depth = depth_of(&c, indent_at(&c, line, c.at));
            give_comment(&c, c.at, AC_CANON_COMMENT, 0);
        } else if (is_end(&c, c.at)) {
            give(&c, AC_CANON_EMPTY, slice(&c, c.at, c.at), AC_TOKEN_END, AC_WORD_OTHER, 0);
        } else {
            begin_line(&c, indent_at(&c, line, c.at));
            record = c.depth == 0 ? record_here(&c) : NULL;
            if (record)
                give_record_head(&c, record);
            else
                give_tokens(&c, UINT32_MAX);
            if (is_comment(&c, c.at))
                give_comment(&c, c.at, AC_CANON_REMARK, 0);
        }
        c.at = line_end(&c, c.at) + 1;
    }
}
