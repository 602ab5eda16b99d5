#include <string.h>

#include "policy/text/scan.h"

enum { LONGEST = 15 };

/* All words in a row: those of one length lie side by side. */
static const char letters[] =
#define AC_WORD_GROUP(length)
#define AC_WORD(name, text, reserved) text
#include "policy/text/words.def"
#undef AC_WORD_GROUP
#undef AC_WORD
    ;

static const uint8_t reserved_words[] = {
    0,
#define AC_WORD_GROUP(length)
#define AC_WORD(name, text, reserved) reserved,
#include "policy/text/words.def"
#undef AC_WORD_GROUP
#undef AC_WORD
};

/* First word of each length. */
static const uint8_t starts[LONGEST + 2] = {
#define AC_WORD_GROUP(length) [length] = AC_WORD_FROM_##length,
#define AC_WORD(name, text, reserved)
#include "policy/text/words.def"
#undef AC_WORD_GROUP
#undef AC_WORD
    [LONGEST + 1] = AC_WORDS_END
};

/* Where the words of a length begin. */
static size_t first_letter(size_t length)
{
    size_t at = 0, n;

    for (n = 1; n < length; n++)
        at += n * (size_t)(starts[n + 1] - starts[n]);
    return at;
}

ac_word ac_word_of(ac_text name)
{
    const char *text;
    size_t      i, end;

    if (name.size == 0 || name.size > LONGEST || name.data[0] < 'a' || name.data[0] > 'z')
        return AC_WORD_OTHER;
    end = starts[name.size + 1];
    text = letters + first_letter(name.size);
    for (i = starts[name.size]; i < end; i++, text += name.size)
        if (text[0] == name.data[0] && memcmp(text, name.data, name.size) == 0)
            return (ac_word)i;
    return AC_WORD_OTHER;
}

int ac_word_is_reserved(ac_word which)
{
    return reserved_words[which];
}

ac_text ac_word_text(ac_word which)
{
    ac_text text = { letters, 0 };
    size_t  length = 1;

    if (which == AC_WORD_OTHER)
        return text;
    while (starts[length + 1] <= which)
        length++;
    text.data = letters + first_letter(length) + length * (size_t)(which - starts[length]);
    text.size = length;
    return text;
}
