#include <stdlib.h>
#include <string.h>

#include "aftercare/options.h"

/* aftercare: checks rulebooks, evaluates expressions, decides single records and whole logs.
 * A host of the public API like any other. */

static const char OVERVIEW[] =
    "aftercare: after-sales rulebooks as text, decided exactly and explained\n"
    "\n"
    "  aftercare check  FILE…                      read policies, report every mistake, run their examples\n"
    "  aftercare eval   FILE --of RECORD EXPR …    evaluate one expression\n"
    "  aftercare decide FILE RECORD NAME=VALUE …   decide one record: values, limits, articles\n"
    "  aftercare replay FILE RECORD --in CSV …     decide a whole log\n"
    "  aftercare evaluate FILE LADDER --in CSV …   grades earned, and what the next ones lack\n"
    "  aftercare penalties FILE --in CSV …         fines, sanctions and rewards of a log of events\n"
    "  aftercare clock  FILE CALENDAR --batch      working-time arithmetic on a calendar of the policy\n"
    "  aftercare choose FILE KIND RECORD --in CSV  who of several candidates goes first, and who may not\n"
    "  aftercare matrix FILE…                      which lines carry out which article\n"
    "  aftercare list   limits|roles|… FILE…       everything of one sort in one table\n"
    "  aftercare fmt    FILE…                      write policies and data files in their canonical form\n"
    "\n"
    "Every subcommand takes (fmt only --json and --lang)\n"
    "  --data FILE    a data file: holidays, values, table rows (repeatable)\n"
    "  --zones DIR    where zone files are (default " HOST_ZONES ")\n"
    "  --json         machine-readable output\n"
    "  --lang zh|en   the language of messages and explanations (default en)\n"
    "  --strict       what this version does not carry out, or cannot prove, is an error\n"
    "  --help         more about one subcommand: aftercare replay --help\n"
    "\n"
    "Exit codes: 0 done, 1 refused (errors in a policy, bad rows, a closed gate), 2 wrong usage or\n"
    "unreadable file, 3 unknown or not configured (eval, decide --act).\n";

static const char HELP_CHECK[] =
    "aftercare check FILE|FOLDER… [--data FILE] [--zones DIR] [--strict] [--json]\n"
    "\n"
    "Reads each policy, links the data files to it and runs its examples. Messages go to stderr as\n"
    "  file:line:col: severity[AC-nnnn]: message\n"
    "and with --json to stdout, one JSON object a line. One summary line per file goes to stdout.\n"
    "Examples that need a construct of a later stage, or a holiday list that is not linked, are\n"
    "skipped and counted. Files that are versions of one policy and say when they are in force, as those\n"
    "of a FOLDER, are also held beside each other: gaps, overlap, what a window of one no longer knows.\n"
    "Exit code 0 when there is no error, else 1.\n";

static const char HELP_EVAL[] =
    "aftercare eval FILE --of RECORD EXPRESSION [NAME=VALUE…] [--with KIND=CSV…] [--at T] [--json]\n"
    "aftercare eval FILE --of RECORD --batch < LINES\n"
    "\n"
    "Evaluates an expression in the scope of a record. NAME is a field or a path to one\n"
    "(customer.phone); VALUE is read by the field's type. Prints one line:\n"
    "  value 12.5        none        unknown        unset NAME per ARTICLE        error AC-nnnn message\n"
    "Values are literals of the language: numbers as the shortest decimal, else n/d; text quoted;\n"
    "instants RFC 3339 in the policy's zone; exact lengths `129600 s`; spans `5 workdays`.\n"
    "--with KIND=CSV (repeatable) hands in all records of a kind, for aggregates; see `aftercare decide --help`.\n"
    "--batch reads lines EXPRESSION<TAB>NAME=VALUE<TAB>… and prints one result a line.\n"
    "Exit code 0 value or none, 1 error, 3 unknown or unset; with --batch 0.\n";

static const char HELP_DECIDE[] =
    "aftercare decide FILE… RECORD [NAME=VALUE…] [--with KIND=CSV…] [--at T] [--only NAME] [--why] [--json]\n"
    "aftercare decide FILE… RECORD --act TARGET[=VALUE] [--by ROLE] [--actor ID] [NAME=VALUE…] [--at T]\n"
    "aftercare decide FILE… RECORD --batch [--at T] < CSV\n"
    "\n"
    "Every derived field, table output and limit of one record, with its article, and the records it opens.\n"
    "  NAME=VALUE        a field of the record; OWNER.NAME=VALUE fills owners and links; id=ID, and\n"
    "                    OWNER=ID or LINK=ID for those that come from --with\n"
    "  --with KIND=CSV   all records of a kind, for aggregates; repeatable. CSV alone: named as its records are\n"
    "  --at T            the instant to judge at, RFC 3339; default: the system clock\n"
    "  --only NAME       one value, limit or record that is opened\n"
    "  --why             how it came about: row, facts, days counted\n"
    "  --batch           CSV in (header = names), the columns of `replay --out` out\n"
    "Several FILEs, or a folder of them, are versions of one policy: the one in force at the instant that\n"
    "dates the record judges it; in a gap the answer is \"no policy in force\".\n"
    "Exit code 0 decided, whatever the verdict; 1 a value or a row was refused.\n"
    "\n"
    "With --act: may this be done now? Allowed, or refused with every unmet item and its article.\n"
    "  --act TARGET      an action, step, moment or field; =VALUE is what a field is to become\n"
    "  --by ROLE         the role it is done in; without it roles are not judged\n"
    "  --actor ID        who does it; NAME.actor=ID and NAME.role=ROLE tell who did what was done before\n"
    "Exit code 0 allowed; 1 refused; 3 refused only because something is unknown or not configured.\n";

static const char HELP_REPLAY[] =
    "aftercare replay FILE… RECORD --in CSV [--events CSV] [--at T] [--out CSV] [--json]\n"
    "aftercare replay OLD… RECORD --against NEW --in CSV […]\n"
    "\n"
    "Decides every record of a log and prints a summary. Several FILEs, or a folder of them, are versions\n"
    "of one policy: each record is judged by the one in force when it is dated.\n"
    "  --in CSV       RFC 4180, UTF-8; header = field names or paths, and `id`; times RFC 3339; an empty\n"
    "                 cell is unknown, `none` is the word of the language\n"
    "  --events CSV   id,at,field,value[,actor,role]: the history of each record: changes, pauses, repeated moments\n"
    "                 (for a moment the value is empty or that of at; otherwise empty makes the field unknown)\n"
    "  --with KIND=CSV  all records of a kind, for aggregates; repeatable\n"
    "  --at T         the instant to judge at; default: the latest instant of the input; always printed\n"
    "  --out CSV      one row a record: id, each value, NAME.due_at, NAME.verdict, NAME.late_by_s and\n"
    "                 NAME.article of each limit; of several versions with a column `version`\n"
    "  --against NEW  what if: the log under both; which decisions change, by rule and article, and what\n"
    "                 that does to lateness. --out then has every column as NAME.old and NAME.new\n"
    "  --html FILE    one page with charts: verdicts by month and grade, overruns, what changes\n"
    "  --ticket ID    whose timeline stands in it; default: the first that was late\n"
    "Bad rows are reported with file, line and column and left out; the rest is decided. Then the\n"
    "exit code is 1.\n";

static const char HELP_EVALUATE[] =
    "aftercare evaluate FILE LADDER --in CSV [--at T] [--why] [--csv] [--json]\n"
    "\n"
    "The rung of a ladder that each record has earned or was granted, the article, and what the next\n"
    "rung lacks and by how much. The header of the CSV names fields of the graded record; figures\n"
    "over many records may be given as columns. `undecided` stands between two rungs while facts are\n"
    "missing.\n"
    "  --with KIND=CSV  all records of a kind, for the figures; repeatable\n"
    "  --at T   the instant to judge at; default: the system clock\n"
    "  --why    what every higher rung lacks, one row a rung\n"
    "  --csv    one row a record\n"
    "Bad rows are reported and left out; then the exit code is 1.\n";

static const char HELP_PENALTIES[] =
    "aftercare penalties FILE… [RECORD] --in CSV [--with KIND=CSV…] [--events CSV] [--acts CSV] [--issued CSV]\n"
    "          [--month YYYY-MM] [--statement ENGINEER] [--at T] [--html FILE] [--why] [--csv] [--json]\n"
    "\n"
    "What each event of a log comes to under the offences and rewards of a policy: ordinal, article,\n"
    "amount, what a cap leaves of it. Columns of the CSV, a cell left empty being unknown:\n"
    "  id              of the event; an id twice is refused\n"
    "  time            when it happened: fills the moment that dates the record\n"
    "  engineer        whom it concerns: fills the link that the offence names\n"
    "  record          the record type of the row; default RECORD, else the one that all offences are of\n"
    "  offence         states one offence: its condition is taken as given, its exceptions are tried\n"
    "  NAME            a field of the record, or a path to one\n"
    "  chosen, chosen_by   the amount chosen within a range, and the role that chose it\n"
    "  voided          yes: shown, not counted; what that changes of later events is told\n"
    "Events are counted in the order of their time, then of their id, whatever the order of the rows.\n"
    "Several FILEs, or a folder of them, are versions of one policy: each event is judged by the one in\n"
    "force when it happened, and counting goes on over them.\n"
    "  --with KIND=CSV        all records of a kind, for aggregates, owners and links; repeatable\n"
    "  --events CSV           id,at,field,value[,actor,role]: the history of each event's record, as in replay\n"
    "  --acts CSV             what was done to the proposals: id,event,do,at and, as it needs, offence,\n"
    "                         engineer,by,role,amount,reason. do: choose, lapse, notify, accept, appeal,\n"
    "                         uphold, reduce, withdraw, confirm or reverse; each is a line of its own\n"
    "  --issued CSV           the lines as issued before, written by --csv: what counting again would change\n"
    "                         of them is told beside the statement, and alone with --csv\n"
    "  --month YYYY-MM        tells of that month only; all are counted\n"
    "  --statement ENGINEER   one person's statement, to be printed\n"
    "  --at T                 the instant to judge at; default: the latest of the log and acts; always printed\n"
    "  --html FILE            a page to read and to print, a section a person\n"
    "  --csv                  one row a line, amounts in minor units\n"
    "  --why                  the line and article behind each amount\n"
    "Bad rows are reported and left out; then the exit code is 1. An amount chosen out of its range is told,\n"
    "and the event stays open; a statement of nobody tells who there is: exit code 1 too.\n";

static const char HELP_CLOCK[] =
    "aftercare clock FILE CALENDAR --batch < CSV\n"
    "\n"
    "Working-time arithmetic. CSV with the header op,start,amount,end,pauses:\n"
    "  op      due, late, subtract, elapsed, open, workdays or days\n"
    "  start   RFC 3339; subtract goes back from it\n"
    "  amount  seconds; days for workdays and days\n"
    "  end     RFC 3339, for elapsed\n"
    "  pauses  from/to;from/to\n"
    "Prints one result a line: an instant in the policy's zone, seconds for elapsed, yes or no for open,\n"
    "else never, not-covered, suspended REMAINING_S or error …. Holiday editions are those in use at start.\n";

static const char HELP_CHOOSE[] =
    "aftercare choose FILE KIND RECORD --in CSV [NAME=VALUE…] [--at T] [--why] [--json|--csv]\n"
    "\n"
    "Ranks candidates by `choose KIND for RECORD`: first to last, then those rejected, each with the line\n"
    "and article that it does not meet, or that cannot be told for a fact that is missing.\n"
    "  --in CSV     the candidates, one a row: header = field names of KIND, and `id`\n"
    "  NAME=VALUE   a field of the case; OWNER.NAME=VALUE fills owners and links\n"
    "  --with KIND=CSV  all records of a kind, for the figures; repeatable\n"
    "  --at T       the instant to judge at; default: the system clock\n"
    "  --why        the figures of those ranked, and every line that a rejected one does not meet\n"
    "Exit code 1 when all are rejected, there are none, or a row of the file is bad.\n";

static const char HELP_MATRIX[] =
    "aftercare matrix FILE… [--json|--csv]\n"
    "\n"
    "Every article of a rulebook with the lines that carry it out, and every line with the articles it\n"
    "cites. An article is cited, uncoded (listed with the reason), waiting (only lines of a construct\n"
    "that this version does not carry out cite it) or without a rule. Examples are no rules.\n"
    "  --json   one object a line: the sum, then each citation, then each line\n"
    "  --csv    one row a citation\n"
    "Exit code 1 when an article has no rule and no reason.\n";

static const char HELP_LIST[] =
    "aftercare list limits|roles|forms|articles|tables|states FILE… [--of NAME] [--role R] [--json|--csv]\n"
    "\n"
    "Everything of one sort in one table, as written in the policy.\n"
    "  limits     who is to do what by when\n"
    "  roles      the chain of command; with --role R every line that gives R something to do\n"
    "  forms      records; with --of RECORD its fields\n"
    "  articles   how each stands: cited, uncoded, waiting, no rule\n"
    "  tables     tables; with --of TABLE its rows\n"
    "  states     the transitions of every flow\n"
    "  --role R   only what R is to do, fill in or decide\n"
    "--json prints one object a row.\n";

static const char HELP_FMT[] =
    "aftercare fmt FILE… [--write | --check] [--tight] [--json]\n"
    "\n"
    "Writes policies, labels and data files in their canonical form to stdout; FILE `-` is standard input.\n"
    "Comments stay, and so does what the file says: its rule digest is the same before and after.\n"
    "  --write, -w    write each file in place instead\n"
    "  --check        change nothing; print the names of the files that are not formatted\n"
    "  --tight        single blanks, nothing aligned\n"
    "A file with errors of syntax is refused with its messages and left as it is.\n"
    "Exit code 0 done, or all formatted; 1 refused, or not formatted; 2 a file cannot be read or written.\n";

#define EVERYWHERE "--data --zones --json --strict --lang "

static const struct {
    const char *name, *help, *takes;
    int (*run)(const options *);
} COMMANDS[] = {
    { "check", HELP_CHECK, EVERYWHERE, command_check },
    { "eval", HELP_EVAL, EVERYWHERE "--with --of --at --batch ", command_eval },
    { "decide", HELP_DECIDE, EVERYWHERE "--with --at --only --why --batch --act --by --actor ", command_decide },
    { "replay", HELP_REPLAY, EVERYWHERE "--with --in --events --at --out --against --html --ticket ", command_replay },
    { "evaluate", HELP_EVALUATE, EVERYWHERE "--with --in --at --why --csv ", command_evaluate },
    { "penalties", HELP_PENALTIES, EVERYWHERE "--with --in --events --acts --issued --at --month --statement --html --csv --why ", command_penalties },
    { "fmt", HELP_FMT, "--json --lang --check --tight --write ", command_fmt },
    { "clock", HELP_CLOCK, EVERYWHERE "--batch ", command_clock },
    { "choose", HELP_CHOOSE, EVERYWHERE "--with --in --at --why --csv ", command_choose },
    { "matrix", HELP_MATRIX, EVERYWHERE "--csv ", command_matrix },
    { "list", HELP_LIST, EVERYWHERE "--of --role --csv ", command_list },
};
#define COMMAND_COUNT (sizeof COMMANDS / sizeof *COMMANDS)

static int asks_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return 0;
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        fputs(OVERVIEW, argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("aftercare %s\n", ac_version());
        return EXIT_DONE;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], COMMANDS[i].name) != 0)
            continue;
        if (asks_help(argc - 2, argv + 2)) {
            fputs(COMMANDS[i].help, stdout);
            return EXIT_DONE;
        }
        options o = { 0 };
        o.command = COMMANDS[i].name;
        int code = options_read(&o, COMMANDS[i].takes, argc - 2, argv + 2) ? COMMANDS[i].run(&o) : EXIT_USAGE;
        host_print_rest();
        free(o.words);
        free(o.load.data);
        free(o.load.more);
        free(o.with);
        if (fflush(stdout) != 0 || ferror(stdout)) {
            fputs("aftercare: standard output cannot be written\n", stderr);
            code = EXIT_USAGE;
        }
        return code;
    }
    char names[256] = "";
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", COMMANDS[i].name);
    snprintf(names + strlen(names), sizeof names - strlen(names), "--help --version");
    return usage_word(NULL, argv[1][0] == '-' ? "option" : "subcommand", argv[1], names);
}
