#ifndef TOOL_COLUMNS_H
#define TOOL_COLUMNS_H

#include "aftercare/versions.h"

/* The names that the decisions of several versions have between them, and where each version has them. */

typedef struct columns {
    struct column {
        ac_text          name;
        ac_decision_kind kind;
    }        *list;
    size_t    count;
    size_t    sides;
    uint32_t **places[2];   /* side, version, column: index of the decision, or AC_NO_INDEX */
    size_t    versions[2];
} columns;

/* Of one side, or of two. The versions were prepared. */
void columns_open(columns *c, const versions *sides, size_t count);
void columns_close(columns *c);
/* The decision of a version in that column, or NULL. */
const ac_decision *columns_at(const columns *c, size_t side, const versions *v, const version *one, size_t column);

/* `replay --out`: one side with a column `version` beside the id; two with every cell as `.old` and `.new`, and whether they differ.
 * A judge is NULL where no policy was in force. */
void columns_csv_header(const columns *c, FILE *to);
void columns_csv_row(const columns *c, const versions *sides, version *const *judges, ac_text id, int changed, FILE *to);

#endif
