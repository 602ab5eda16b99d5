#include "policy/text/digest.h"

#include "base/hash.h"
#include "policy/text/canon.h"

/* A stretch of source on its way into a digest. */
typedef struct digest {
    ac_sha256 sha;
    int       skips;        /* the present block leaves no trace */
} digest;

/* Bytes that no text of UTF-8 holds stand before lines and tokens. */
static void take(void *user, const ac_canon_piece *piece)
{
    digest       *d = user;
    unsigned char mark[2] = { 0xFE, 0 };

    if (piece->what > AC_CANON_TOKEN)
        return;
    if (piece->what != AC_CANON_TOKEN) {
        if (piece->depth == 0)
            d->skips = piece->kind == AC_TOKEN_NAME && (piece->word == AC_WORD_TITLE || piece->word == AC_WORD_EXAMPLE || piece->word == AC_WORD_LABELS);
        mark[1] = piece->depth;
    } else {
        mark[0] = 0xFF;
    }
    if (d->skips)
        return;
    if (!piece->touches)
        ac_sha256_add(&d->sha, mark, piece->what == AC_CANON_TOKEN ? 1 : 2);
    if (piece->what == AC_CANON_TOKEN)
        ac_sha256_add(&d->sha, piece->text.data, piece->text.size);
}

static ac_digest digest_of(ac_text source, uint32_t from, uint32_t end, const ac_tree *tree)
{
    digest d;

    d.skips = 0;
    ac_sha256_init(&d.sha);
    ac_canon_read(source, from, end, tree, take, &d);
    return ac_sha256_end(&d.sha);
}

ac_digest ac_rule_digest_of(const ac_tree *tree)
{
    return digest_of(tree->source, 0, (uint32_t)tree->source.size, tree);
}

ac_digest ac_edition_digest_of(ac_text source, const ac_tree_edition *edition)
{
    return digest_of(source, edition->place.at, edition->place.at + edition->place.size, NULL);
}
