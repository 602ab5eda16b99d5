#include "policy/model/written.h"

const uint8_t ac_written_tails[] = {
    AC_WORD_WHEN, AC_WORD_BY, AC_WORD_ON, AC_WORD_AS, AC_WORD_PAUSED, AC_WORD_REGRADE, AC_WORD_REOPEN, AC_WORD_HARD, AC_WORD_PER, 0
};

/* Reads a statement token by token, over the ends of lines it goes on behind. */
typedef struct reading {
    ac_scanner scan;
    ac_token   token;
    uint32_t   end;         /* of the token before */
    uint32_t   depth;       /* open brackets */
    uint32_t   goes_on;     /* the token before wants another line */
} reading;

static int next_token(reading *r)
{
    uint32_t at = r->token.at + r->token.size;

    r->end = at;
    for (;; at++) {
        at = ac_scan_blanks(&r->scan, at);
        if (at >= r->scan.source.size)
            return 0;
        if (r->scan.source.data[at] != '\n')
            break;
        if (r->depth == 0 && !r->goes_on)
            return 0;
    }
    r->token = ac_scan(&r->scan, at);
    if (r->token.size == 0)
        r->token.size = 1;
    r->depth += r->token.kind == AC_TOKEN_OPEN || r->token.kind == AC_TOKEN_OPEN_SQUARE;
    r->depth -= r->depth > 0 && (r->token.kind == AC_TOKEN_CLOSE || r->token.kind == AC_TOKEN_CLOSE_SQUARE);
    r->goes_on = ac_token_goes_on(r->token.kind, r->token.word);
    return 1;
}

static reading begin(const ac_policy *policy, uint32_t at)
{
    const ac_token none = { 0, 0, 0, 0, 0, 0, 0, 0 };
    reading        r;

    r.scan.source = policy->source;
    r.scan.name_points = r.scan.string_bytes = UINT32_MAX;      /* what is too long was refused */
    r.token = none;
    r.token.at = r.end = at;
    r.depth = 0;
    r.goes_on = 0;
    return r;
}

static ac_text slice(const ac_policy *policy, uint32_t from, uint32_t to)
{
    ac_text text;

    text.data = policy->source.data + from;
    text.size = to > from ? to - from : 0;
    return text;
}

const ac_line *ac_written_at(const ac_policy *policy, uint32_t line)
{
    static const ac_line nowhere = { 0, 0, NULL, NULL };

    return line < policy->line_count ? &policy->lines[line] : &nowhere;
}

ac_text ac_written(const ac_policy *policy, ac_place place)
{
    return slice(policy, place.at, place.at + place.size);
}

static uint32_t line_start(const ac_policy *policy, uint32_t at)
{
    while (at > 0 && policy->source.data[at - 1] != '\n')
        at--;
    return at;
}

ac_text ac_written_line(const ac_policy *policy, uint32_t at)
{
    reading  r = begin(policy, line_start(policy, at));
    uint32_t start = ac_scan_blanks(&r.scan, r.end);

    while (next_token(&r))
        r.depth = r.goes_on = 0;    /* what it goes on in belongs to others */
    return slice(policy, start, r.end);
}

ac_text ac_written_head(const ac_policy *policy, uint32_t at)
{
    uint32_t start = line_start(policy, at), end;
    reading  r;

    while (start > 0 && (policy->source.size == start || ac_name_char(policy->source, start) == 0))
        start = line_start(policy, start - 1);
    r = begin(policy, start);
    next_token(&r);
    end = r.token.at + r.token.size;
    if (r.token.word != AC_WORD_EFFECTIVE && next_token(&r)
        && (r.token.kind == AC_TOKEN_QUOTED || (r.token.kind == AC_TOKEN_NAME && !ac_word_is_reserved((ac_word)r.token.word))))
        end = r.token.at + r.token.size;
    return slice(policy, start, end);
}

/* ── statements ── */

static int is_one_of(const reading *r, const uint8_t *words)
{
    if (r->token.kind != AC_TOKEN_NAME || r->token.word == AC_WORD_OTHER || r->depth > 0)
        return 0;
    for (; *words; words++)
        if (*words == r->token.word)
            return 1;
    return 0;
}

uint32_t ac_written_find(const ac_policy *policy, uint32_t at, const uint8_t *words)
{
    reading r = begin(policy, at);

    while (next_token(&r))
        if (is_one_of(&r, words))
            return r.token.at;
    return AC_NO_INDEX;
}

ac_text ac_written_until(const ac_policy *policy, uint32_t at, const uint8_t *words)
{
    reading  r = begin(policy, at);
    uint32_t from = ac_scan_blanks(&r.scan, at);

    while (next_token(&r) && !is_one_of(&r, words))
        ;
    return slice(policy, from, r.end);
}

ac_text ac_written_after(const ac_policy *policy, uint32_t at, const uint8_t *words, const uint8_t *until)
{
    uint32_t found = ac_written_find(policy, at, words);
    reading  r;

    if (found == AC_NO_INDEX)
        return slice(policy, at, at);
    r = begin(policy, found);
    next_token(&r);
    return ac_written_until(policy, r.token.at + r.token.size, until);
}

/* ── rows ── */

static int is_bar(const reading *r)
{
    return r->token.kind == AC_TOKEN_BAR || r->token.kind == AC_TOKEN_BARS;
}

int ac_written_cell(const ac_policy *policy, uint32_t at, uint32_t n, ac_text *out)
{
    reading  r = begin(policy, at);
    uint32_t from = at, cell = 0;
    int      is_empty = 1;

    while (next_token(&r)) {
        if (!is_bar(&r)) {
            from = is_empty ? r.token.at : from;
            is_empty = 0;
        } else if (r.token.at > at) {
            if (cell++ == n) {
                *out = slice(policy, from, is_empty ? from : r.end);
                return 1;
            }
            is_empty = 1;
        }
    }
    return 0;
}

uint32_t ac_written_columns(const ac_policy *policy, uint32_t at)
{
    reading  r = begin(policy, at);
    uint32_t n = 0;

    while (next_token(&r) && r.token.kind != AC_TOKEN_BARS)
        n += r.token.kind == AC_TOKEN_BAR;
    return n;
}
