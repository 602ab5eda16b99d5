#ifndef TOOL_PENALTY_COUNT_H
#define TOOL_PENALTY_COUNT_H

#include "aftercare/penalties.h"
#include "aftercare/penalty_log.h"

/* What the events of a log come to, as lines of a list. Both tell what is refused, and how many events are. */

/* Enters the events in order. Voided ones are shown without being counted, or counted when `with_void`. */
size_t penalty_count_events(penalty_log *r, penalty_list *list, int with_void);
/* Enters them and carries out the acts. */
size_t penalty_count(penalty_log *r, penalty_list *list);

#endif
