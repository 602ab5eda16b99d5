#ifndef AC_RULES_EXAMPLE_COVERAGE_H
#define AC_RULES_EXAMPLE_COVERAGE_H

#include <aftercare/rules.h>

#include "base/alloc.h"
#include "policy/model/policy.h"
#include "policy/report/report.h"

/** @file
 * What the examples of a policy hit: rows of its tables that decide, rungs that a record stands on, deeds that follow, needs that refuse.
 *
 * Threads: belongs to one run of the examples.
 */

/** Lines of one kind that belong together: the rows of a table, the needs of one target. */
typedef struct ac_covered ac_covered;

typedef struct ac_coverage {
    const ac_policy *policy;
    ac_covered      *groups;
    uint32_t         group_count;
    uint8_t         *hit;       /**< the lines of all groups, one behind the other */
    uint32_t         lines;
} ac_coverage;

/** @return 0 when memory was refused. */
int  ac_coverage_begin(ac_coverage *c, const ac_policy *policy, ac_mem *mem);
/** Marks what the record, its owners and what it links to come down to: rows and rungs. */
void ac_coverage_see(ac_coverage *c, ac_record *record, ac_time now);
/** Marks deeds that follow from an offence or reward. */
void ac_coverage_deeds(ac_coverage *c, uint32_t offence, const ac_deed *deeds, uint32_t count);
/** Marks an item of a gate that is not met. */
void ac_coverage_unmet(ac_coverage *c, const ac_gate_def *gate, const ac_need *need);
/** Counts, and says as hints what no example hits; `mem` as before. */
void ac_coverage_end(ac_coverage *c, ac_mem *mem, ac_log *log, ac_example_counts *counts);

#endif
