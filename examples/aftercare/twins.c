#include "aftercare/twins.h"

#include <stdlib.h>

static int by_id(const void *x, const void *y)
{
    const twin *a = x, *b = y;
    int order = text_order(a->id, b->id);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

void twins_mark(twin *list, size_t count, twin_is_same *is_same, const void *user, unsigned char *why)
{
    size_t same;
    if (count)
        qsort(list, count, sizeof *list, by_id);
    for (size_t i = 0; i < count; i += same) {
        int differ = 0;
        for (same = 1; i + same < count && text_equal(list[i].id, list[i + same].id); same++)
            differ |= !is_same(user, &list[i], &list[i + same]);
        for (size_t k = !differ; k < same && same > 1; k++)
            why[list[i + k].number] = differ ? TWIN_DIFFERS : TWIN_AGAIN;
    }
}
