#include "policy/report/chinese.h"

#include <stddef.h>
#include <string.h>

/* As in message.c: blocks of texts and offsets, nothing to relocate. Texts and hints lie apart, so that 16 bits reach both. */

#undef NULL
#define NULL ""                 /* the registry's word for no hint */

#define AC_PHRASE(hash, english, words)
struct texts {
    char none[1];
#define AC_ZH(name, words, way) char name[sizeof words];
#include "base/messages.zh.def"
#undef AC_ZH
};

struct hints {
    char none[1];
#define AC_ZH(name, words, way) char name[sizeof way];
#include "base/messages.zh.def"
#undef AC_ZH
};

static const struct texts texts = {
    "",
#define AC_ZH(name, words, way) words,
#include "base/messages.zh.def"
#undef AC_ZH
};

static const struct hints hints = {
    "",
#define AC_ZH(name, words, way) way,
#include "base/messages.zh.def"
#undef AC_ZH
};

static const struct {
    uint16_t text, hint;
} at[AC_MSG_COUNT] = {
#define AC_ZH(name, words, way) [AC_MSG_##name] = { offsetof(struct texts, name), offsetof(struct hints, name) },
#include "base/messages.zh.def"
#undef AC_ZH
};
#undef AC_PHRASE

/* Phrases are found by the hash of their English; the English itself is not built in. */
#define AC_ZH(name, words, way)
static const uint32_t phrase_hashes[] = {
#define AC_PHRASE(hash, english, words) hash,
#include "base/messages.zh.def"
#undef AC_PHRASE
};

static const struct {
#define AC_PHRASE(hash, english, words) char p##hash[sizeof words];
#include "base/messages.zh.def"
#undef AC_PHRASE
} phrases = {
#define AC_PHRASE(hash, english, words) words,
#include "base/messages.zh.def"
#undef AC_PHRASE
};
#undef AC_ZH

/* Negative once the offsets no longer fit. */
typedef char texts_fit[sizeof(struct texts) <= UINT16_MAX && sizeof(struct hints) <= UINT16_MAX ? 1 : -1];

static const char *text_or_null(const void *block, uint16_t offset)
{
    const char *text = (const char *)block + offset;

    return *text ? text : (const char *)0;
}

const char *ac_chinese_text(ac_msg msg)
{
    return text_or_null(&texts, at[msg].text);
}

const char *ac_chinese_hint(ac_msg msg)
{
    return text_or_null(&hints, at[msg].hint);
}

/* FNV-1a */
static uint32_t hash_of(ac_text text)
{
    uint32_t hash = 2166136261u;
    size_t   i;

    for (i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
    return hash;
}

const char *ac_chinese_phrase(ac_text english)
{
    uint32_t    hash = hash_of(english);
    const char *text = (const char *)&phrases;
    size_t      i;

    for (i = 0; i < sizeof phrase_hashes / sizeof *phrase_hashes; i++) {
        if (phrase_hashes[i] == hash)
            return text;
        text += strlen(text) + 1;
    }
    return (const char *)0;
}
