/* The formatter: whatever the bytes, a text or messages; a text that was accepted comes out the same a second time, in either layout, and
 * says the same: its rule digest is that of the source. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the formatter gives, at once. */
static ac_status keep(void *user, const char *data, size_t size)
{
    ac_text *out = user;
    char    *copy = malloc(size + 1);

    if (!copy)
        return AC_E_NOMEM;
    memcpy(copy, data, size);
    out->data = copy;
    out->size = size;
    return AC_OK;
}

static ac_status format(ac_text text, ac_layout layout, ac_text *out)
{
    ac_policy_options options = fuzz_options(fuzz_begin(FUZZ_COMPILE_BYTES));
    ac_source         source = { { "fuzz", 4 }, { NULL, 0 } };
    ac_report        *report;
    ac_status         st;

    out->data = NULL;
    out->size = 0;
    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return AC_E_NOMEM;
    source.text = text;
    st = ac_policy_format(&source, &options, layout, keep, out, report, NULL);
    fuzz_returned(text);
    fuzz_check_outcome(st, out->data, report);
    fuzz_end();
    ac_report_free(report);
    return st;
}

static int is_same(ac_text a, ac_text b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* @return 1 and the digest when it compiles. */
static int digest(ac_text text, ac_digest *out)
{
    ac_policy_options options = fuzz_options(fuzz_begin(FUZZ_COMPILE_BYTES));
    ac_source         source = { { "fuzz", 4 }, { NULL, 0 } };
    ac_policy        *policy = NULL;
    ac_report        *report;
    int               compiles;

    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return 0;
    source.text = text;
    compiles = ac_policy_compile(&source, &options, &policy, report, NULL) == AC_OK;
    if (compiles)
        *out = ac_policy_rule_digest(policy);
    ac_policy_unref(policy);
    ac_report_free(report);
    return compiles;
}

static void breach(const char *what)
{
    fprintf(stderr, "BREACH: %s\n", what);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_layout layout = fuzz_number_of(data, size) & 1 ? AC_LAYOUT_TIGHT : AC_LAYOUT_ALIGNED;
    ac_text   text, once, again;
    ac_digest before, after;

    text.data = (const char *)data;
    text.size = size;
    if (format(text, layout, &once) == AC_OK) {
        fuzz_accept();
        if (format(once, layout, &again) != AC_OK)
            breach("a formatted text cannot be read");
        if (!is_same(once, again))
            breach("a formatted text formats to another");
        if (digest(text, &before)) {
            if (!digest(once, &after))
                breach("a policy that compiles does not once formatted");
            if (memcmp(&before, &after, sizeof before) != 0)
                breach("a formatted policy has another rule digest");
        }
        free((char *)again.data);
    }
    free((char *)once.data);
    return 0;
}
