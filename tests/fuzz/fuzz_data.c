/* Data files: whatever the bytes, messages or an object, never a crash. What compiles is joined to a policy that leaves much open. */
#include <stdint.h>
#include <stdlib.h>

#include <aftercare/policy.h>

#include "base/hash.h"
#include "fuzz/guard.h"

static const char shop[] =
    "policy shop version 1\neffective from 2020-01-01\ntimezone +08:00\ncurrency CNY\ndays end midnight\nmonth-end clamp\n"
    "rulebook R \"rules\"\n  articles 1\n"
    "calendar work per 1\n  week mon..fri 08:00..12:00, 22:00..02:00\n  holidays cn\n  holidays x\n  worked as mon\n"
    "roles\n  clerk\nenum grade ordered = low, middle, high\n"
    "values\n  answer : span unset per 1\n  fee : money unset per 1\n  cycle : period unset per 1\n  worst : grade unset per 1\n  since : datetime unset per 1\n"
    "  day : date unset per 1\n  rate : number unset per 1\n  most : count unset per 1\n  drive : duration unset per 1\n  word : text unset per 1\n  who : role unset per 1\n"
    "record ticket is ticket dated opened per 1\n  model : text\n  level : grade\n  parts : count\n  opened : moment\n  urgent : yes/no\n"
    "table cover of ticket gives months : span, free : yes/no unset per 1\n  | model | level | parts || months | free |\n"
    "table price of ticket gives cost : money unique unset per 1\n  | level | urgent || cost |\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A book with the shop; made once and kept. */
static const ac_rulebook *book_of_shop(ac_report *report)
{
    static ac_rulebook *book;
    ac_source           source;
    ac_policy          *policy;

    source.name = ac_text_of("shop.policy");
    source.text = ac_text_of(shop);
    if (!book && ac_policy_compile(&source, NULL, &policy, report, NULL) == AC_OK) {
        (void)ac_rulebook_with_policy(NULL, NULL, policy, &book, report, NULL);
        ac_policy_unref(policy);
    }
    if (!book)
        abort();
    return book;
}

static void join(ac_data *data, ac_report *report)
{
    ac_rulebook *next;

    if (ac_rulebook_with_data(book_of_shop(report), NULL, data, &next, report, NULL) == AC_OK)
        ac_rulebook_unref(next);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ac_policy_options options = fuzz_options(fuzz_begin(FUZZ_COMPILE_BYTES));
    ac_source         source;
    ac_report        *report;
    ac_data          *data = NULL;
    ac_status         st;

    source.name = ac_text_of("fuzz");
    source.text.data = (const char *)bytes;
    source.text.size = size;
    if (ac_report_new(NULL, &report, NULL) != AC_OK)
        return 0;
    st = ac_data_compile(&source, &options, &data, report, NULL);
    fuzz_returned(source.text);
    fuzz_check_outcome(st, data, report);
    fuzz_render(report, source.text);
    if (data) {
        fuzz_accept();
        join(data, report);
    }
    ac_data_unref(data);
    fuzz_end();
    ac_report_free(report);
    return 0;
}
