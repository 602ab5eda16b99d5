#include "base/error.h"

#include <string.h>

#include "base/utf8.h"

#define HAS(err, field) ((err) && (err)->size >= offsetof(ac_error, field) + sizeof (err)->field)

ac_status ac_error_set(ac_error *err, ac_status status, unsigned code, const char *what, const char *hint)
{
    if (HAS(err, status))
        err->status = status;
    if (HAS(err, code))
        err->code = code;
    if (HAS(err, what))
        err->what = what;
    if (HAS(err, hint))
        err->hint = hint;
    ac_error_subject(err, 0);
    ac_error_place(err, 0, 0);
    ac_error_clause(err, NULL);
    if (HAS(err, name))
        err->name[0] = '\0';
    return status;
}

ac_status ac_error_nomem(ac_error *err)
{
    return ac_error_set(err, AC_E_NOMEM, 0, "out of memory", NULL);
}

void ac_error_subject(ac_error *err, int64_t subject)
{
    if (HAS(err, subject))
        err->subject = subject;
}

void ac_error_place(ac_error *err, uint32_t line, uint32_t column)
{
    if (HAS(err, line))
        err->line = line;
    if (HAS(err, column))
        err->column = column;
}

void ac_error_clause(ac_error *err, const char *clause)
{
    if (HAS(err, clause))
        err->clause = clause;
}

void ac_error_name(ac_error *err, ac_text name)
{
    size_t n;

    if (!HAS(err, name))
        return;
    n = ac_utf8_cut(name, sizeof err->name - 1);
    if (n > 0)
        memcpy(err->name, name.data, n);
    err->name[n] = '\0';
}

const char *ac_status_name(ac_status status)
{
    static const char *const names[] = {
        "AC_OK",        "AC_E_NOMEM",  "AC_E_RANGE",    "AC_E_INVALID",     "AC_E_TYPE",        "AC_E_NOT_FOUND", "AC_E_LIMIT",
        "AC_E_POLICY",  "AC_E_CONFLICT", "AC_E_UNSUPPORTED", "AC_E_NOT_COVERED", "AC_E_NEVER",  "AC_E_HOST",
    };

    if ((unsigned)status >= sizeof names / sizeof names[0])
        return "AC_E_UNKNOWN";
    return names[status];
}

#define TEXT_OF(x)  #x
#define VERSION(a, b, c) TEXT_OF(a) "." TEXT_OF(b) "." TEXT_OF(c)

const char *ac_version(void)
{
    return VERSION(AC_VERSION_MAJOR, AC_VERSION_MINOR, AC_VERSION_PATCH);
}
