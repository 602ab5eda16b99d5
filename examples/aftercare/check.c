#include <stdlib.h>

#include "aftercare/options.h"

/* check: every message about a policy, then its examples. */

static const char *const covered_names[] = { "table rows", "rungs", "deeds", "needs" };

/* What examples hit of each kind, and of how many. */
static void covered_of(const ac_example_counts *e, uint32_t all[4], uint32_t hit[4])
{
    all[0] = e->rows, hit[0] = e->rows_hit;
    all[1] = e->rungs, hit[1] = e->rungs_hit;
    all[2] = e->deeds, hit[2] = e->deeds_hit;
    all[3] = e->needs, hit[3] = e->needs_hit;
}

static void print_summary(const options *o, const char *file, const host_book *book, const ac_example_counts *examples)
{
    uint32_t all[4], hit[4];
    int parts = 0;

    covered_of(examples, all, hit);
    if (o->json) {
        printf("{\"file\":");
        json_text(stdout, file, text_of(file).size);
        printf(",\"errors\":%u,\"warnings\":%u,\"examples\":{\"passed\":%u,\"failed\":%u,\"skipped\":%u}", book->errors, book->warnings, examples->passed, examples->failed,
               examples->skipped);
        for (int i = 0; i < 4; i++)
            printf(",\"%s\":{\"all\":%u,\"hit\":%u}", i ? covered_names[i] : "rows", all[i], hit[i]);
        printf("}\n");
        return;
    }
    for (int i = 0; i < 4; i++)
        if (all[i] > 0 && parts++ == 0)
            printf("%s: examples hit %u of %u %s", file, hit[i], all[i], covered_names[i]);
        else if (all[i] > 0)
            printf(", %u of %u %s", hit[i], all[i], covered_names[i]);
    printf("%s", parts ? "\n" : "");
    printf("%s: %u error%s, %u warning%s; examples: %u passed, %u failed, %u skipped\n", file, book->errors, book->errors == 1 ? "" : "s",
           book->warnings, book->warnings == 1 ? "" : "s", examples->passed, examples->failed, examples->skipped);
}

/* An exit code; *policy is the caller's, NULL when the file was refused or unreadable. */
static int check_file(const options *o, const char *file, ac_policy **policy)
{
    host_load load = o->load;
    host_book book;
    ac_example_counts examples = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL;
    int unreadable;

    *policy = NULL;
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
        host_print_report(report, &load);
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
    *policy = ac_policy_ref(book.policy);
    host_close(&book);
    return code;
}

/* Whether a policy states when it is in force. */
static int is_dated(const ac_policy *policy)
{
    ac_day from, to;
    ac_policy_effective(policy, &from, &to);
    return from != AC_DAY_MIN || to != AC_DAY_MAX;
}

static void print_versions(const options *o, uint32_t versions, uint32_t errors)
{
    if (o->json)
        printf("{\"versions\":%u,\"errors\":%u}\n", versions, errors);
    else
        printf("%u dated versions: %u error%s between them\n", versions, errors, errors == 1 ? "" : "s");
}

/* Policies that are versions of one: whether they follow each other. */
static int check_versions(const options *o, const char *const *files, ac_policy *const *policies, size_t count)
{
    ac_error err = AC_ERROR_INIT;
    ac_rulebook *book = NULL;
    ac_report *report = NULL;
    uint32_t errors = 0;
    if (count < 2 || ac_report_new(NULL, &report, &err) != AC_OK)
        return EXIT_DONE;
    for (size_t i = 0; i < count; i++) {
        ac_rulebook *with = NULL;
        if (is_dated(policies[i]) && ac_rulebook_with_policy(book, NULL, policies[i], &with, NULL, &err) != AC_OK) {
            host_print_error(files[i], 0, 0, &err);
            errors++;
        }
        if (with) {
            ac_rulebook_unref(book);
            book = with;
        }
    }
    if (book) {
        ac_rulebook_check_versions(book, report, &err);
        host_print_report(report, &o->load);
        errors += (uint32_t)ac_report_count_of(report, AC_SEVERITY_ERROR);
        if (errors || ac_rulebook_policy_count(book) > 1)
            print_versions(o, ac_rulebook_policy_count(book), errors);
    }
    ac_report_free(report);
    ac_rulebook_unref(book);
    return errors ? EXIT_REFUSED : EXIT_DONE;
}

static int check_files(const options *o, const char *const *files, size_t count)
{
    ac_policy **policies = must_zero(count, sizeof *policies);
    int code = EXIT_DONE;
    for (size_t i = 0; i < count; i++) {
        int one = check_file(o, files[i], &policies[i]);
        code = one > code ? one : code;
    }
    if (code == EXIT_DONE)
        code = check_versions(o, files, policies, count);
    for (size_t i = 0; i < count; i++)
        ac_policy_unref(policies[i]);
    free(policies);
    return code;
}

static int check_folder(const options *o, const char *folder)
{
    size_t count;
    char **paths = host_policies(folder, &count);
    int code = paths ? check_files(o, (const char *const *)paths, count) : EXIT_USAGE;
    host_free_paths(paths, count);
    return code;
}

int command_check(const options *o)
{
    int code = EXIT_DONE, has_folder = 0;
    if (o->word_count == 0)
        return usage(o->command, "which policy?");
    for (int i = 0; i < o->word_count; i++)
        has_folder |= host_is_folder(o->words[i]);
    if (!has_folder)
        return check_files(o, o->words, (size_t)o->word_count);
    for (int i = 0; i < o->word_count; i++) {
        int one = host_is_folder(o->words[i]) ? check_folder(o, o->words[i]) : check_files(o, &o->words[i], 1);
        code = one > code ? one : code;
    }
    return code;
}
