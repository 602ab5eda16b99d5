#include "aftercare/options.h"

/* check: every message about a policy, then its examples. */

static void print_summary(const options *o, const char *file, const host_book *book, const ac_example_counts *examples)
{
    if (o->json) {
        printf("{\"file\":");
        json_text(stdout, file, text_of(file).size);
        printf(",\"errors\":%u,\"warnings\":%u,\"examples\":{\"passed\":%u,\"failed\":%u,\"skipped\":%u},\"rows\":{\"all\":%u,\"hit\":%u}}\n", book->errors,
               book->warnings, examples->passed, examples->failed, examples->skipped, examples->rows, examples->rows_hit);
        return;
    }
    if (examples->rows)
        printf("%s: examples hit %u of %u table rows\n", file, examples->rows_hit, examples->rows);
    printf("%s: %u error%s, %u warning%s; examples: %u passed, %u failed, %u skipped\n", file, book->errors, book->errors == 1 ? "" : "s",
           book->warnings, book->warnings == 1 ? "" : "s", examples->passed, examples->failed, examples->skipped);
}

static int check_file(const options *o, const char *file)
{
    host_load load = o->load;
    host_book book;
    ac_example_counts examples = { 0, 0, 0, 0, 0 };
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL;
    int unreadable;

    load.policy = file;
    load.hints = 1;
    load.verify = 1;
    if (!host_open(&load, &book, &unreadable)) {
        if (!unreadable)
            print_summary(o, file, &book, &examples);
        return unreadable ? EXIT_USAGE : EXIT_REFUSED;
    }
    ac_status st = ac_report_new(NULL, &report, &err);
    if (st == AC_OK)
        st = ac_rules_run_examples(book.book, book.policy, NULL, report, &examples, &err);
    if (report) {
        host_print_report(report, 0, &load);
        book.errors += (uint32_t)ac_report_count_of(report, AC_SEVERITY_ERROR);
        book.warnings += (uint32_t)ac_report_count_of(report, AC_SEVERITY_WARNING);
    }
    if (st != AC_OK && st != AC_E_POLICY) {
        host_print_error(file, err.line, err.column, &err);
        book.errors++;
    }
    print_summary(o, file, &book, &examples);
    int code = book.errors ? EXIT_REFUSED : EXIT_DONE;
    ac_report_free(report);
    host_close(&book);
    return code;
}

int command_check(const options *o)
{
    int code = EXIT_DONE;
    if (o->word_count == 0)
        return usage(o->command, "which policy?");
    for (int i = 0; i < o->word_count; i++) {
        int one = check_file(o, o->words[i]);
        code = one > code ? one : code;
    }
    return code;
}
