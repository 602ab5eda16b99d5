/* Data files: whatever the bytes, messages or an object, never a crash. */
#include <stdint.h>

#include <aftercare/policy.h>

#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ac_status swallow(void *user, const char *data, size_t size)
{
    (void)user;
    (void)data;
    (void)size;
    return AC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_source         source;
    ac_report        *report;
    ac_data          *data;
    size_t            i;

    source.name = ac_text_of("fuzz");
    source.text.data = (const char *)bytes;
    source.text.size = size;
    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return 0;
    if (ac_data_compile(&source, &options, &data, report, NULL) == AC_OK)
        ac_data_unref(data);
    for (i = 0; i < ac_report_count(report); i++)
        ac_report_render(report, i, swallow, NULL);
    ac_report_free(report);
    return 0;
}
