#include "base/struct.h"

#include <string.h>

int ac_struct_read(void *out, size_t known, const void *source, size_t least)
{
    const unsigned char *bytes = source;
    size_t               size, i;

    memcpy(&size, source, sizeof size);
    if (size < least)
        return 0;
    for (i = known; i < size; i++)
        if (bytes[i] != 0)
            return 0;
    memset(out, 0, known);
    memcpy(out, source, size < known ? size : known);
    memcpy(out, &known, sizeof known);
    return 1;
}

ac_status ac_struct_write(void *out, size_t known, const void *source)
{
    size_t size;

    memcpy(&size, out, sizeof size);
    if (size < sizeof size)
        return AC_E_INVALID;
    if (size > known)
        size = known;
    memcpy(out, source, size);
    memcpy(out, &size, sizeof size);
    return AC_OK;
}
