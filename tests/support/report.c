#include "support/report.h"

#include <stdlib.h>
#include <string.h>

typedef struct grown {
    char  *data;
    size_t size;
} grown;

static ac_status grow(void *user, const char *data, size_t size)
{
    grown *g = user;

    g->data = realloc(g->data, g->size + size + 1);
    memcpy(g->data + g->size, data, size);
    g->size += size;
    g->data[g->size] = '\0';
    return AC_OK;
}

char *test_report_text_in(const ac_report *report, size_t from, ac_lang lang)
{
    grown  g = { calloc(1, 1), 0 };
    size_t i;

    for (i = from; report && i < ac_report_count(report); i++)
        ac_report_render(report, i, lang, grow, &g);
    return g.data;
}

char *test_report_text(const ac_report *report, size_t from)
{
    return test_report_text_in(report, from, AC_LANG_EN);
}
