#ifndef AC_POLICY_REPORT_PLACE_H
#define AC_POLICY_REPORT_PLACE_H

#include <stdint.h>

/** A stretch of the source: byte offset and length. */
typedef struct ac_place {
    uint32_t at;
    uint32_t size;
} ac_place;

#endif
