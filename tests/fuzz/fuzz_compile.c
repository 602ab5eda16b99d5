/* Policy text to an object: whatever the bytes, either that or messages, within memory and time. What is refused for want of memory, at any
 * allocation, is refused cleanly. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ac_status compile(ac_text text, size_t memory, size_t budget, ac_digest *digest, int is_rendered)
{
    ac_policy_options options = fuzz_options(fuzz_begin(memory));
    ac_source         source = { { "fuzz", 4 }, { NULL, 0 } };
    ac_policy        *policy = NULL;
    ac_report        *report;
    ac_status         st;

    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return AC_E_NOMEM;
    source.text = text;
    options.limits.compile_bytes = budget;
    st = ac_policy_compile(&source, &options, &policy, report, NULL);
    fuzz_returned(text);
    fuzz_check_outcome(st, policy, report);
    if (policy)
        *digest = ac_policy_rule_digest(policy);
    if (is_rendered)
        fuzz_render(report, text);
    ac_policy_unref(policy);
    fuzz_end();
    ac_report_free(report);
    return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_text   text;
    unsigned  choice = fuzz_number_of(data, size);
    ac_digest first, again;
    ac_status st;

    text.data = (const char *)data;
    text.size = size;
    st = compile(text, FUZZ_COMPILE_BYTES, FUZZ_COMPILE_BYTES, &first, choice % 4 == 0);
    if (st == AC_OK)
        fuzz_accept();
    /* One in eight once more, with too little: the host refuses, or the budget is used up. A success then is the same policy. */
    if (choice % 16 == 1)
        st = compile(text, (choice >> 8) % 65536, FUZZ_COMPILE_BYTES, &again, 0);
    else if (choice % 16 == 2)
        st = compile(text, FUZZ_COMPILE_BYTES, 1 + (choice >> 8) % 65536, &again, 0);
    else
        return 0;
    if (st == AC_OK && memcmp(&first, &again, sizeof first) != 0)
        abort();
    return 0;
}
