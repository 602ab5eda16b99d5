#ifndef TOOL_MATRIX_H
#define TOOL_MATRIX_H

#include "aftercare/options.h"

/* How an article stands in a policy. */
typedef enum article_state {
    ARTICLE_CITED,      /* a rule that is carried out cites it */
    ARTICLE_WAITING,    /* only lines of a later stage cite it */
    ARTICLE_UNCODED,    /* listed with the reason */
    ARTICLE_OPEN,       /* none of these */
    ARTICLE_STATES
} article_state;

/* *waits gets what it waits for: "stage 4: number", or "". */
article_state article_stands(const ac_policy *policy, uint32_t article, char waits[64]);
const char   *article_word(article_state state, ac_lang lang);

#endif
