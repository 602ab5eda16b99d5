#ifndef AC_POLICY_TEXT_SCAN_H
#define AC_POLICY_TEXT_SCAN_H

#include <aftercare/base.h>

#include "policy/report/report.h"
#include "policy/text/tree.h"

/** @file
 * Text to tokens. Scanning a token changes nothing and gives no message: what is wrong with it lies in the token
 * until somebody takes it. Articles, zones and words of other alphabets are read from the source by functions of their own.
 *
 * Threads: pure functions.
 */

/** Words of the language, 0 for any other name. */
typedef enum ac_word {
    AC_WORD_OTHER,
#define AC_WORD_GROUP(length) AC_WORD_FROM_##length, AC_WORD_BACK_##length = AC_WORD_FROM_##length - 1,
#define AC_WORD(name, word, reserved) AC_WORD_##name,
#include "policy/text/words.def"
#undef AC_WORD_GROUP
#undef AC_WORD
    AC_WORDS_END
} ac_word;

/** The word a name is, or AC_WORD_OTHER. */
ac_word     ac_word_of(ac_text name);
int         ac_word_is_reserved(ac_word word);
ac_text     ac_word_text(ac_word word);

typedef enum ac_token_kind {
    AC_TOKEN_END,           /* end of the line, or of the text */
    AC_TOKEN_NAME,          /* word tells which word of the language it is, if any */
    AC_TOKEN_QUOTED,        /* `name`: never a word */
    AC_TOKEN_NUMBER, AC_TOKEN_STRING, AC_TOKEN_DATE, AC_TOKEN_TIME, AC_TOKEN_PERIOD,
    AC_TOKEN_OPEN, AC_TOKEN_CLOSE, AC_TOKEN_OPEN_SQUARE, AC_TOKEN_CLOSE_SQUARE,
    AC_TOKEN_COMMA, AC_TOKEN_COLON, AC_TOKEN_SEMICOLON, AC_TOKEN_DOT, AC_TOKEN_DOTS, AC_TOKEN_BAR, AC_TOKEN_BARS,
    AC_TOKEN_EQ, AC_TOKEN_NE, AC_TOKEN_LT, AC_TOKEN_LE, AC_TOKEN_GT, AC_TOKEN_GE,
    AC_TOKEN_PLUS, AC_TOKEN_MINUS, AC_TOKEN_STAR, AC_TOKEN_SLASH, AC_TOKEN_PERCENT,
    AC_TOKEN_BAD
} ac_token_kind;

typedef struct ac_token {
    uint8_t  kind;          /* ac_token_kind */
    uint8_t  word;          /* ac_word of a NAME */
    uint8_t  has_escapes;   /* STRING */
    uint8_t  has_error;     /* error says what is wrong at `error_at` */
    uint16_t error;         /* ac_msg */
    uint32_t at, size;
    uint32_t error_at;
} ac_token;

/** Whether a line goes on in the next one behind such a token. */
static inline int ac_token_goes_on(uint8_t kind, uint8_t word)
{
    return kind == AC_TOKEN_COMMA || (kind == AC_TOKEN_NAME && (word == AC_WORD_AND || word == AC_WORD_OR));
}

/** What tokens need to know. */
typedef struct ac_scanner {
    ac_text  source;
    uint32_t name_points, string_bytes;
} ac_scanner;

/** The token at `at`, which must not be a blank, a comment or an end of line. */
ac_token ac_scan(const ac_scanner *s, uint32_t at);
/** Past blanks and a comment: the next token, or the newline or end of the text. */
uint32_t ac_scan_blanks(const ac_scanner *s, uint32_t at);
/** Past letters, digits, `.` and `-` of an article or word of an edition; `at` itself when there are none. `..` ends it. */
uint32_t ac_scan_article(const ac_scanner *s, uint32_t at);
/** Past one segment: letters and digits. */
uint32_t ac_scan_segment(const ac_scanner *s, uint32_t at);

/** Bytes of the name character at `at`, 0 when there is none; `-` is not counted as one. */
uint32_t ac_name_char(ac_text source, uint32_t at);
/** Whether the whole text is one name as it may stand in a policy without backquotes. */
int      ac_name_is_plain(ac_text name);

/** Looks at the whole text before it is read: size, UTF-8, controls, direction marks, length of lines.
 *  @return 1 when it can be read at all. */
int  ac_scan_check(ac_log *log, ac_text source, const ac_policy_limits *limits);
/** Whether a source may not hold a code point as it is, only as an escape: controls but tab and end of line, invisible marks. */
int  ac_char_is_refused(uint32_t point);
/** Gives the message of a token's error. */
void ac_token_complain(ac_log *log, const ac_scanner *s, const ac_token *token);
/** The ASCII character that a full-width or typographic one stands for, or 0. */
char ac_full_width(uint32_t point);

#endif
