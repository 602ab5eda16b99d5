#include "aftercare/options.h"

#include <stdlib.h>
#include <string.h>

/* fmt: policies, labels and data files in their canonical form. */

/* The file formatted. 1 done, 0 refused or out of memory after a message. */
static int format(const options *o, const char *file, ac_text text, text_buffer *out)
{
    ac_source source = { text_of(strcmp(file, "-") == 0 ? "<stdin>" : file), text };
    ac_policy_options options = AC_POLICY_OPTIONS_INIT;
    ac_error err = AC_ERROR_INIT;
    ac_report *report = NULL;
    ac_status st = ac_report_new(NULL, &report, &err);

    if (st == AC_OK)
        st = ac_policy_format(&source, &options, o->tight ? AC_LAYOUT_TIGHT : AC_LAYOUT_ALIGNED, text_sink, out, report, &err);
    if (st == AC_E_POLICY)
        host_print_report(report, &o->load);
    else if (st != AC_OK)
        host_print_error(file, err.line, err.column, &err);
    ac_report_free(report);
    return st == AC_OK;
}

static int write_file(const char *file, const text_buffer *text)
{
    FILE *out = fopen(file, "wb");
    int done = out && fwrite(text->data, 1, text->size, out) == text->size;

    if (out)
        done &= fclose(out) == 0;
    return done;
}

/* In place, so that links, owner and mode stay. The text lies in a second file meanwhile: nothing is lost when the disk is full. */
static int replace(const char *file, const text_buffer *text)
{
    text_buffer beside = { 0 };
    text_put(&beside, file);
    text_add(&beside, ".new", 4);
    int is_safe = write_file(beside.data, text), done = is_safe && write_file(file, text);

    if (!done)
        fprintf(stderr, "aftercare fmt: \"%s\" cannot be written%s%s\n", file, is_safe ? "; its text is in " : "", is_safe ? beside.data : "");
    if (done || !is_safe)
        remove(beside.data);
    text_free(&beside);
    return done;
}

static int format_file(const options *o, const char *file)
{
    text_buffer out = { 0 };
    size_t size;
    char *text = host_read(file, &size);
    int code = EXIT_DONE;

    if (!text)
        return EXIT_USAGE;
    if (!format(o, file, (ac_text){ text, size }, &out)) {
        code = EXIT_REFUSED;
    } else {
        int is_same = out.size == size && memcmp(out.data, text, size) == 0;
        if (o->check && !is_same) {
            printf("%s\n", file);
            code = EXIT_REFUSED;
        } else if (o->write && strcmp(file, "-") != 0) {
            code = is_same || replace(file, &out) ? EXIT_DONE : EXIT_USAGE;
        } else if (!o->check) {
            fwrite(out.data, 1, out.size, stdout);
        }
    }
    text_free(&out);
    free(text);
    return code;
}

int command_fmt(const options *o)
{
    int code = EXIT_DONE;
    if (o->word_count == 0)
        return usage(o->command, "which file? - is standard input");
    if (o->check && o->write)
        return usage(o->command, "--check changes nothing, --write does: which of them?");
    for (int i = 0; i < o->word_count; i++) {
        int one = format_file(o, o->words[i]);
        code = one > code ? one : code;
    }
    return code;
}
