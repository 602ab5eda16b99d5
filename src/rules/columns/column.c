#include "rules/columns/column.h"

#include <string.h>

int ac_column_is_width(uint32_t width)
{
    return width == 1 || width == 2 || width == 4 || width == 8;
}

int64_t ac_column_element(const void *data, uint32_t width, size_t row)
{
    int64_t number;

    ac_column_widen(data, width, row, 1, &number);
    return number;
}

void ac_column_widen(const void *data, uint32_t width, size_t first, size_t n, int64_t *out)
{
    const unsigned char *at = (const unsigned char *)data + first * width;
    uint16_t             two;
    uint32_t             four;
    size_t               i;

    switch (width) {
    case 1:
        for (i = 0; i < n; i++)
            out[i] = at[i];
        break;
    case 2:
        for (i = 0; i < n; i++) {
            memcpy(&two, at + 2 * i, sizeof two);
            out[i] = two;
        }
        break;
    case 4:
        for (i = 0; i < n; i++) {
            memcpy(&four, at + 4 * i, sizeof four);
            out[i] = four;
        }
        break;
    default:
        memcpy(out, at, 8 * n);
        break;
    }
}
