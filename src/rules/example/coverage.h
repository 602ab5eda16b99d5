#ifndef AC_RULES_EXAMPLE_COVERAGE_H
#define AC_RULES_EXAMPLE_COVERAGE_H

#include <aftercare/rules.h>

#include "base/alloc.h"
#include "policy/report/report.h"

/** @file
 * Which rows of a policy's tables its examples hit.
 *
 * Threads: belongs to one run of the examples.
 */

typedef struct ac_coverage {
    const ac_policy *policy;
    uint8_t         *hit;       /**< rows of all tables, one behind the other */
    uint32_t         rows;
} ac_coverage;

/** @return 0 when memory was refused. */
int  ac_coverage_begin(ac_coverage *c, const ac_policy *policy, ac_mem *mem);
/** Marks what the record, its owners and what it links to come down to. */
void ac_coverage_see(ac_coverage *c, ac_record *record, ac_time now);
/** Counts, and says as hints which rows no example hits; `mem` as before. */
void ac_coverage_end(ac_coverage *c, ac_mem *mem, ac_log *log, ac_example_counts *counts);

#endif
