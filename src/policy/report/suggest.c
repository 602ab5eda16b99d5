#include "policy/report/suggest.h"

#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"

/* Code points of a text; 0 when it is empty, malformed or longer than AC_SUGGEST_POINTS. */
static size_t decode(ac_text text, uint32_t points[AC_SUGGEST_POINTS])
{
    size_t at = 0, n = 0, step;

    while (at < text.size) {
        if (n == AC_SUGGEST_POINTS)
            return 0;
        step = ac_utf8_decode(text, at, &points[n++]);
        if (step == 0)
            return 0;
        at += step;
    }
    return n;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: three rows of the table of edits suffice. */
static unsigned distance(const uint32_t *a, size_t n, const uint32_t *b, size_t m, unsigned most)
{
    unsigned rows[3][AC_SUGGEST_POINTS + 1];
    size_t   i, j;

    if ((n > m ? n - m : m - n) > most)
        return most + 1;
    for (j = 0; j <= m; j++)
        rows[0][j] = (unsigned)j;
    for (i = 1; i <= n; i++) {
        unsigned       *row = rows[i % 3];
        const unsigned *above = rows[(i - 1) % 3], *above2 = rows[(i + 1) % 3];

        row[0] = (unsigned)i;
        for (j = 1; j <= m; j++) {
            unsigned d = above[j - 1] + (a[i - 1] != b[j - 1]);

            d = least(d, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d = least(d, above2[j - 2] + 1);
            row[j] = d;
        }
    }
    return least(rows[n % 3][m], most + 1);
}

unsigned ac_text_distance(ac_text a, ac_text b, unsigned most)
{
    uint32_t points_a[AC_SUGGEST_POINTS], points_b[AC_SUGGEST_POINTS];
    size_t   n = decode(a, points_a), m = decode(b, points_b);

    if ((n == 0 && a.size > 0) || (m == 0 && b.size > 0))
        return most + 1;
    return distance(points_a, n, points_b, m, most);
}

void ac_suggest_begin(ac_suggest *s, ac_text wrong, uint32_t *patience)
{
    s->patience = patience;
    s->length = decode(wrong, s->points);
    s->allowed = s->length <= 4 ? 1 : 2;
    s->count = 0;
}

/* Takes what comparing with a name of n code points may cost. @return 0 when it is used up: then nothing is suggested. */
static int has_patience(ac_suggest *s, size_t n)
{
    uint32_t cost = 8;

    if ((n > s->length ? n - s->length : s->length - n) <= s->allowed)
        cost += (uint32_t)(n * s->length);
    if (!s->patience)
        return 1;
    if (*s->patience < cost) {
        *s->patience = 0;
        s->length = s->count = 0;
        return 0;
    }
    *s->patience -= cost;
    return 1;
}

void ac_suggest_offer(ac_suggest *s, ac_text name)
{
    uint32_t points[AC_SUGGEST_POINTS];
    size_t   n, at, i;
    unsigned d;

    if (s->length == 0)
        return;
    n = decode(name, points);
    if (!has_patience(s, n) || n == 0)
        return;
    d = distance(s->points, s->length, points, n, s->allowed);
    /* A name of one code point is one step away from every other: that is no likeness. */
    if (d > s->allowed || d >= s->length || d >= n)
        return;
    for (i = 0; i < s->count; i++)
        if (ac_text_equal(s->names[i], name))
            return;
    for (at = s->count; at > 0 && s->distances[at - 1] > d; at--)
        ;
    if (at == AC_SUGGEST_MOST)
        return;
    if (s->count < AC_SUGGEST_MOST)
        s->count++;
    for (i = s->count - 1; i > at; i--) {
        s->names[i] = s->names[i - 1];
        s->distances[i] = s->distances[i - 1];
    }
    s->names[at] = name;
    s->distances[at] = d;
}
