#ifndef AC_TEST_REPORT_H
#define AC_TEST_REPORT_H

#include <aftercare/policy.h>

/** The messages of a report from the `from`-th on, as they are shown; free() it. NULL is a report without messages. */
char *test_report_text(const ac_report *report, size_t from);
char *test_report_text_in(const ac_report *report, size_t from, ac_lang lang);

#endif
