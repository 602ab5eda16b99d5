#include <string.h>

#include "policy/scan.h"

enum { LONGEST = 15 };

typedef struct word {
    const char *text;
    uint8_t     reserved;
} word;

/* words[i] belongs to ac_word i + 1. */
static const word words[] = {
#define AC_WORD_GROUP(length)
#define AC_WORD(name, text, reserved) { text, reserved },
#include "policy/words.def"
#undef AC_WORD_GROUP
#undef AC_WORD
};

/* First word of each length. */
static const uint8_t starts[LONGEST + 2] = {
#define AC_WORD_GROUP(length) [length] = AC_WORD_FROM_##length,
#define AC_WORD(name, text, reserved)
#include "policy/words.def"
#undef AC_WORD_GROUP
#undef AC_WORD
    [LONGEST + 1] = AC_WORDS_END
};

ac_word ac_word_of(ac_text name)
{
    size_t i, end;

    if (name.size == 0 || name.size > LONGEST)
        return AC_WORD_OTHER;
    end = starts[name.size + 1];
    for (i = starts[name.size]; i < end; i++)
        if (words[i - 1].text[0] == name.data[0] && memcmp(words[i - 1].text, name.data, name.size) == 0)
            return (ac_word)i;
    return AC_WORD_OTHER;
}

int ac_word_is_reserved(ac_word which)
{
    return which != AC_WORD_OTHER && words[which - 1].reserved;
}

const char *ac_word_text(ac_word which)
{
    return which == AC_WORD_OTHER ? "" : words[which - 1].text;
}
