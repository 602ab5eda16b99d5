#ifndef TOOL_HTML_H
#define TOOL_HTML_H

#include "aftercare/chart.h"
#include "aftercare/timeline.h"
#include "aftercare/whatif.h"

/* `replay --html`: one page with everything in it, to be read in a browser or on paper. It asks for nothing from elsewhere and runs no
 * program; the same log gives the same bytes. */

typedef struct html_page {
    const versions *sides;
    size_t          side_count;
    const charts   *charts;
    const whatif   *whatif;         /* NULL with one side */
    const timeline *timeline;
    size_t          records, no_policy, left_out;
    ac_time         at;
    ac_lang         lang;
} html_page;

/* The style sheet of every page. */
const char *html_style(void);
void html_write(const html_page *page, FILE *to);

#endif
