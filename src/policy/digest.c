#include "policy/digest.h"

#include "base/hash.h"
#include "policy/scan.h"

/* A stretch of source on its way into a digest. */
typedef struct canon {
    ac_scanner scanner;
    ac_sha256  sha;
    uint32_t   at, end;
    uint32_t   indents[32];     /* of the lines that the present one hangs on, outermost first */
    uint32_t   depth;
    int        brackets;        /* open ones: line ends do not count */
    uint8_t    last_kind, last_word;
    int        skips_titles;
    int        skips;           /* the present line leaves no trace */
} canon;

static void canon_begin(canon *c, ac_text source)
{
    c->scanner.source = source;
    c->scanner.name_points = UINT32_MAX;
    c->scanner.string_bytes = UINT32_MAX;
    c->skips_titles = 0;
    ac_sha256_init(&c->sha);
}

/* The next token on this or a later line; *line_at is moved to the start of its line. @return 0 at the end. */
static int find_token(canon *c, uint32_t *line_at)
{
    for (;;) {
        c->at = ac_scan_blanks(&c->scanner, c->at);
        if (c->at >= c->end)
            return 0;
        if (c->scanner.source.data[c->at] != '\n' && c->scanner.source.data[c->at] != '\r')
            return 1;
        *line_at = ++c->at;
    }
}

static int continues(const canon *c)
{
    return c->brackets > 0 || c->last_kind == AC_TOKEN_COMMA || (c->last_kind == AC_TOKEN_NAME && (c->last_word == AC_WORD_AND || c->last_word == AC_WORD_OR));
}

static void begin_line(canon *c, uint32_t indent, const ac_token *first)
{
    while (c->depth && c->indents[c->depth - 1] >= indent)
        c->depth--;
    c->skips = c->skips_titles && c->depth == 0 && indent == 0 && first->kind == AC_TOKEN_NAME && first->word == AC_WORD_TITLE;
    if (!c->skips) {
        ac_sha256_add_i64(&c->sha, -1);
        ac_sha256_add_i64(&c->sha, c->depth);
    }
    if (c->depth < sizeof c->indents / sizeof *c->indents)
        c->indents[c->depth++] = indent;
}

static void add_token(canon *c, const ac_token *t)
{
    ac_text text;

    if (t->kind == AC_TOKEN_OPEN || t->kind == AC_TOKEN_OPEN_SQUARE)
        c->brackets++;
    if ((t->kind == AC_TOKEN_CLOSE || t->kind == AC_TOKEN_CLOSE_SQUARE) && c->brackets > 0)
        c->brackets--;
    c->last_kind = t->kind;
    c->last_word = t->word;
    text.data = c->scanner.source.data + t->at;
    text.size = t->size;
    if (!c->skips)
        ac_sha256_add_text(&c->sha, text);
}

/* Everything from `from` up to `end`, which begins a line. */
static void canon_add(canon *c, uint32_t from, uint32_t end)
{
    uint32_t line_at = from;
    int      is_first = 1;

    c->at = from;
    c->end = end;
    c->depth = 0;
    c->brackets = 0;
    c->last_kind = AC_TOKEN_END;
    c->last_word = AC_WORD_OTHER;
    while (find_token(c, &line_at)) {
        ac_token t = ac_scan(&c->scanner, c->at);

        if (is_first || (line_at != from && !continues(c))) {
            begin_line(c, t.at - line_at, &t);
            is_first = 0;
        }
        from = line_at;         /* further tokens of this line begin no other */
        add_token(c, &t);
        c->at = t.at + (t.size ? t.size : 1);
    }
}

static uint32_t after_mark(ac_text source)
{
    return source.size >= 3 && (unsigned char)source.data[0] == 0xEF && (unsigned char)source.data[1] == 0xBB && (unsigned char)source.data[2] == 0xBF ? 3 : 0;
}

ac_digest ac_rule_digest_of(const ac_tree *tree)
{
    uint32_t i, head_end = tree->count ? tree->blocks[0].place.at : (uint32_t)tree->source.size;
    canon    c;

    canon_begin(&c, tree->source);
    c.skips_titles = 1;
    canon_add(&c, after_mark(tree->source), head_end);
    c.skips_titles = 0;
    for (i = 0; i < tree->count; i++) {
        const ac_tree_block *block = &tree->blocks[i];

        if (block->kind != AC_TREE_BLOCK_EXAMPLE && block->kind != AC_TREE_BLOCK_LABELS)
            canon_add(&c, block->place.at, block->place.at + block->place.size);
    }
    return ac_sha256_end(&c.sha);
}

ac_digest ac_edition_digest_of(ac_text source, const ac_tree_edition *edition)
{
    canon c;

    canon_begin(&c, source);
    canon_add(&c, edition->place.at, edition->place.at + edition->place.size);
    return ac_sha256_end(&c.sha);
}
