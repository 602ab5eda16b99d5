/* Policy text compiled and verified: the search for gaps, overlaps and rows never hit ends in time, whatever the tables. */
#include <stdint.h>

#include "fuzz/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_policy_options options = fuzz_options(fuzz_begin(FUZZ_COMPILE_BYTES));
    ac_source         source = { { "fuzz", 4 }, { NULL, 0 } };
    ac_policy        *policy = NULL;
    ac_report        *report;
    ac_status         st;

    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return 0;
    source.text.data = (const char *)data;
    source.text.size = size;
    options.verify = 1;
    st = ac_policy_compile(&source, &options, &policy, report, NULL);
    fuzz_returned(source.text);
    fuzz_check_outcome(st, policy, report);
    if (st == AC_OK)
        fuzz_accept();
    if (fuzz_number_of(data, size) % 8 == 0)
        fuzz_render(report, source.text);
    ac_policy_unref(policy);
    fuzz_end();
    ac_report_free(report);
    return 0;
}
