#ifndef EXAMPLE_HOST_H
#define EXAMPLE_HOST_H

#include <stddef.h>
#include <stdint.h>

#include <aftercare/aftercare.h>

#include "common/text.h"

/* What a host does around the library: reads files, hands over zone data, tells people what is wrong. */

/* Where zone files are looked for when nothing else is said. */
#define HOST_ZONES "/usr/share/zoneinfo"

/* The language that messages are printed in, for the whole program; English until it is said. */
void    host_speak(ac_lang lang);
ac_lang host_lang(void);
/* A text of the program itself in that language. */
const char *host_words(const char *english);

/* A whole file, or standard input for "-", in memory from malloc. NULL after a message on stderr. */
char *host_read(const char *path, size_t *size);

/* Whether the path is a folder. */
int host_is_folder(const char *path);
/* The paths of the policies in a folder, sorted by name; NULL and 0 after a message. Freed by host_free_paths. */
char **host_policies(const char *folder, size_t *count);
void   host_free_paths(char **paths, size_t count);

/* A rulebook with a policy in it, or versions of one, their data files and zones. */
typedef struct host_book {
    ac_rulebook *book;
    ac_policy   *policy;            /* the first */
    uint32_t     errors, warnings;  /* messages printed or counted */
} host_book;

/* What to load and how to speak about it. */
typedef struct host_load {
    const char  *policy;            /* path, or a folder of versions */
    const char **more;              /* paths of further versions */
    size_t       more_count;
    const char **data;              /* paths of data files */
    size_t       data_count;
    const char  *zones;             /* folder of zone files; NULL: HOST_ZONES */
    int          verify;    /* 1: the policy is verified */
    int          strict;
    int          json;              /* messages as JSON, one a line, on stdout instead of text on stderr */
    int          hints;             /* 1: print warnings and hints too, not only errors */
} host_load;

/* 1: loaded. 0: refused or unreadable; messages were printed; *unreadable is 1 when a file could not be read. */
int  host_open(const host_load *load, host_book *out, int *unreadable);
void host_close(host_book *book);

/* Prints the messages of a report: errors, and the rest when asked for. */
void host_print_report(const ac_report *report, const host_load *load);

/* What an error says, in the language spoken. */
const char *host_error_text(const ac_error *err);

/* "file:line:col: error[AC-nnnn]: what: name" with the hint below, on stderr. */
void host_print_error(const char *file, uint32_t line, uint32_t column, const ac_error *err);

/* Of one number and file only the first 20 are printed by host_print_error; this tells how many more there were. */
void host_print_rest(void);

/* One line of progress on stderr, rewritten at most five times a second, only on a terminal. done = total clears it. */
void host_progress(const char *what, size_t done, size_t total);

/* The system's clock: the one place where a host of this library asks what time it is. */
ac_time host_now(void);

#endif
