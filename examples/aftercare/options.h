#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include "common/host.h"

/* Exit codes, the same for every subcommand. */
enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_UNDECIDED = 3 };

/* Codes of the tool's own messages; the library's are below 9000 here. */
enum { TOOL_CSV = 9801, TOOL_CELLS = 9802, TOOL_COLUMN = 9803, TOOL_NO_ID = 9804, TOOL_ARGUMENT = 9805, TOOL_CLOCK = 9806, TOOL_TIME = 9807, TOOL_WITH = 9808, TOOL_ACTS = 9809, TOOL_ISSUED = 9810 };

typedef struct options {
    const char  *command;
    host_load    load;
    const char  *of, *at, *only, *in, *events, *out, *month, *statement, *against, *acts, *issued, *html, *ticket, *role, *act, *by, *actor;
    const char **with;      /* KIND=FILE: records beside the one that is decided */
    size_t       with_count;
    int          batch, why, json, check, tight, write, csv;
    ac_lang      lang;
    const char **words;     /* what is no option: FILE, RECORD, EXPRESSION, NAME=VALUE … */
    int          word_count;
} options;

/* Reads the command line behind the subcommand, which takes the options named in `takes`, each with a blank behind it. 0 after a message. */
int options_read(options *o, const char *takes, int argc, char **argv);

/* --at, or `otherwise`. 0 after a message. */
int options_at(const options *o, ac_time otherwise, ac_time *at);

/* What a --with gives: the name of its records, from KIND=FILE or from a FILE that is called so, and the file. */
ac_text options_kind(const char *given, const char **file);
/* Whether records of that name come from --with. */
int options_gives(const options *o, ac_text kind);

/* The record type of that name, or AC_NO_INDEX after a message that lists what there is. */
uint32_t options_record(const options *o, const ac_policy *policy, ac_text name);

/* The name of a record type; empty past the last. */
ac_text options_record_name(const ac_policy *policy, uint32_t record);

/* A usage mistake: prints it with the way out and returns EXIT_USAGE. */
int usage(const char *command, const char *format, ...);

/* The same for a word that is none of `words`, which stand with blanks between: the nearest of them is the way out. */
int usage_word(const char *command, const char *what, const char *word, const char *words);

/* The same for a name of the input that is none of `names`; without a near one `hint` is the way out. */
void options_word(const char *command, const char *what, const char *word, char *const *names, size_t count, const char *hint);

/* The subcommands. Each returns an exit code. */
int command_check(const options *o);
int command_eval(const options *o);
int command_decide(const options *o);
int command_clock(const options *o);
int command_fmt(const options *o);
int command_replay(const options *o);
int command_penalties(const options *o);
int command_evaluate(const options *o);
int command_matrix(const options *o);
int command_list(const options *o);
int command_choose(const options *o);

#endif
