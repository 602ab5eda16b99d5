/* The worked examples of the requirements on deadlines, fault grading, workflow and approvals, by ID, as the trial rulebooks state them.
 * tests/data/examples/worked.txt lists what is expected of each: `passes`, or the construct of a later stage it needs. */
#include <criterion/criterion.h>

#include "policy/model/policy.h"
#include "rules_case.h"

enum { IDS_MAX = 200 };

typedef struct tally {
    int passed, skipped, failed;
} tally;

static const char *const rulebooks[] = {
    "service-guide", "road-machinery", "sanitation-vehicles", "weighing-instruments",
    "equipment-collection/1-machinery", "equipment-collection/2-water-purifier", "equipment-collection/3-tunnel-boring",
    "equipment-collection/4-industrial", "equipment-collection/5-electromechanical", "equipment-collection/6-equipment",
    "equipment-collection/7-repair-management", "equipment-collection/8-norms", "equipment-collection/9-travel",
};

/* The number of "X-001" or "X001"; 0 when it is another name. */
static int number_of(ac_text name)
{
    char digits[8] = "";

    if (name.size < 4 || name.size > 6 || name.data[0] != 'X')
        return 0;
    memcpy(digits, name.data + (name.data[1] == '-' ? 2 : 1), name.size - (name.data[1] == '-' ? 2 : 1));
    return atoi(digits);
}

/* What the report says of a line: 2 an error, 1 a hint, 0 nothing. */
static int said_of(const ac_report *report, size_t from, uint32_t line)
{
    ac_diagnostic d = AC_DIAGNOSTIC_INIT;
    int           said = 0;

    for (size_t i = from; ac_report_at(report, i, &d) == AC_OK; i++) {
        if (d.span.line == line && d.severity == AC_SEVERITY_ERROR)
            said = 2;
        else if (d.span.line == line && said == 0)
            said = 1;
    }
    return said;
}

static void count_rows(const rules_case *k, size_t from, tally *tallies)
{
    for (uint32_t i = 0; i < k->policy->example_count; i++) {
        const ac_example *example = &k->policy->examples[i];

        for (uint32_t r = 0; r < example->row_count; r++) {
            int id = number_of(example->rows[r].name);
            int said = said_of(k->report, from, k->policy->lines[example->rows[r].line].line);

            if (id <= 0 || id >= IDS_MAX)
                continue;
            tallies[id].passed += said == 0;
            tallies[id].skipped += said == 1;
            tallies[id].failed += said == 2;
        }
    }
}

static void run_book(const char *name, const char *const *data, tally *tallies)
{
    char              path[128];
    const char       *file;
    rules_case        k;
    ac_example_counts counts;
    ac_error          err = AC_ERROR_INIT;
    size_t            from;

    snprintf(path, sizeof path, "examples/policies/%s.policy", name);
    file = test_path(path);
    cr_assert_not_null(file);
    rules_case_open(&k, file);
    for (; *data; data++)
        rules_case_link(&k, test_path(*data));
    from = ac_report_count(k.report);
    cr_assert_eq(ac_rules_run_examples(k.book, k.policy, NULL, k.report, &counts, &err), AC_OK, "%s", err.what);
    if (counts.failed > 0)
        rules_print_errors(k.report);
    cr_expect_eq(counts.failed, 0u, "%s: %u examples fail", name, counts.failed);
    count_rows(&k, from, tallies);
    rules_case_close(&k);
}

Test(worked, every_worked_example_passes_or_says_what_it_needs)
{
    static const char *const data[] = {"examples/policies/data/cn-holidays.data", NULL};
    tally                    tallies[IDS_MAX] = {{0, 0, 0}};
    test_data               *list;
    int                      listed = 0;

    for (size_t i = 0; i < sizeof rulebooks / sizeof *rulebooks; i++)
        run_book(rulebooks[i], data, tallies);
    list = test_data_open("tests/data/examples/worked.txt");
    while (test_data_next(list)) {
        int          id = atoi(test_data_need(list, "id") + 2);
        const char  *needs = test_data_get(list, "needs");
        const tally *t = &tallies[id];

        listed++;
        cr_expect_eq(t->failed, 0, "%s X-%03d fails", test_data_where(list), id);
        if (!needs)
            cr_expect_gt(t->passed, 0, "%s X-%03d is stated nowhere, or skipped", test_data_where(list), id);
        else
            cr_expect_eq(t->passed, 0, "%s X-%03d passes: it needs nothing any more", test_data_where(list), id);
    }
    test_data_close(list);
    cr_expect_geq(listed, 100, "%d examples listed", listed);
}
