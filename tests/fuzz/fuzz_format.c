/* The formatter: whatever the bytes, a text or messages; a text that was accepted comes out the same a second time, in either layout. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aftercare/policy.h>

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

static ac_status format(const char *data, size_t size, ac_layout layout, ac_text *out)
{
    ac_source  source = { { "fuzz", 4 }, { NULL, 0 } };
    ac_report *report;
    ac_status  st;

    out->data = NULL;
    out->size = 0;
    source.text.data = data;
    source.text.size = size;
    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return AC_E_NOMEM;
    st = ac_policy_format(&source, NULL, layout, keep, out, report, NULL);
    if (st == AC_E_POLICY && ac_report_count(report) == 0)
        abort();
    ac_report_free(report);
    return st;
}

static int is_same(ac_text a, ac_text b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ac_layout layout = size > 0 && data[0] == 't' ? AC_LAYOUT_TIGHT : AC_LAYOUT_ALIGNED;
    ac_text   once, again;
    ac_status st = format((const char *)data, size, layout, &once);

    if (st == AC_OK) {
        if (format(once.data, once.size, layout, &again) != AC_OK || !is_same(once, again))
            abort();
        free((char *)again.data);
    }
    free((char *)once.data);
    return 0;
}
