#include "policy/report/chinese.h"
#include "policy/report/report.h"

/* All texts lie in one block and are found by offset: no pointers, so nothing to relocate when the library is loaded. */

#undef NULL
#define NULL ""                 /* the registry's word for no hint */

#define ERROR   AC_SEVERITY_ERROR, 0
#define WARNING AC_SEVERITY_WARNING, 0
#define STRICT  AC_SEVERITY_WARNING, 1
#define HINT    AC_SEVERITY_HINT, 0
#define NOTE    AC_SEVERITY_NOTE, 0

struct texts {
#define AC_MSG(number, severity, name, words, way) char name##_text[sizeof words]; char name##_hint[sizeof way];
#include "base/messages.def"
#undef AC_MSG
};

static const struct texts texts = {
#define AC_MSG(number, severity, name, words, way) words, way,
#include "base/messages.def"
#undef AC_MSG
};

typedef struct entry {
    uint16_t number;
    uint8_t  severity, is_strict;
    uint16_t text, hint;        /* offsets into texts */
} entry;

static const entry entries[AC_MSG_COUNT] = {
#define AC_MSG(number, severity, name, words, way) { number, severity, offsetof(struct texts, name##_text), offsetof(struct texts, name##_hint) },
#include "base/messages.def"
#undef AC_MSG
};

/* Negative once the offsets no longer fit. */
typedef char texts_fit[sizeof(struct texts) <= UINT16_MAX ? 1 : -1];

ac_msg_info ac_msg_info_of(ac_msg msg)
{
    const entry *e = &entries[msg];
    const char  *start = (const char *)&texts;
    ac_msg_info  info;

    info.number = e->number;
    info.severity = e->severity;
    info.is_strict = e->is_strict;
    info.text = start + e->text;
    info.hint = start[e->hint] ? start + e->hint : (const char *)0;
    return info;
}

ac_msg_info ac_msg_info_in(ac_msg msg, ac_lang lang)
{
    ac_msg_info info = ac_msg_info_of(msg);
    const char *text = lang == AC_LANG_ZH ? ac_chinese_text(msg) : (const char *)0;

    if (text) {
        info.text = text;
        info.hint = ac_chinese_hint(msg);
    }
    return info;
}

/* Of a number that is not given out: no text. */
static ac_msg_info info_of_code(unsigned code, ac_lang lang)
{
    static const ac_msg_info none;
    int                      i;

    for (i = 0; i < AC_MSG_COUNT; i++)
        if (entries[i].number == code)
            return ac_msg_info_in((ac_msg)i, lang);
    return none;
}

const char *ac_message_text(unsigned code, ac_lang lang)
{
    return info_of_code(code, lang).text;
}

const char *ac_message_hint(unsigned code, ac_lang lang)
{
    return info_of_code(code, lang).hint;
}
