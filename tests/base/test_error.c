#include <criterion/criterion.h>

#include <string.h>

#include "base/error.h"
#include "base/struct.h"

Test(error, null_is_taken_everywhere)
{
    cr_expect_eq(ac_error_set(NULL, AC_E_TYPE, 7, "x", NULL), AC_E_TYPE);
    cr_expect_eq(ac_error_nomem(NULL), AC_E_NOMEM);
    ac_error_subject(NULL, 1);
    ac_error_place(NULL, 1, 2);
    ac_error_clause(NULL, "x");
    ac_error_name(NULL, (ac_text){ "x", 1 });
}

Test(error, setting_starts_anew)
{
    ac_error err = AC_ERROR_INIT;

    cr_expect_eq(ac_error_set(&err, AC_E_TYPE, 7, "what", "hint"), AC_E_TYPE);
    ac_error_subject(&err, -5);
    ac_error_place(&err, 3, 4);
    ac_error_clause(&err, "4.2");
    ac_error_name(&err, (ac_text){ "respond", 7 });
    cr_expect_eq(err.code, 7u);
    cr_expect_str_eq(err.what, "what");
    cr_expect_str_eq(err.hint, "hint");
    cr_expect_eq(err.subject, -5);
    cr_expect_eq(err.line, 3u);
    cr_expect_eq(err.column, 4u);
    cr_expect_str_eq(err.clause, "4.2");
    cr_expect_str_eq(err.name, "respond");

    ac_error_set(&err, AC_E_RANGE, 8, "other", NULL);
    cr_expect_eq(err.status, AC_E_RANGE);
    cr_expect_null(err.hint);
    cr_expect_eq(err.subject, 0);
    cr_expect_eq(err.line, 0u);
    cr_expect_null(err.clause);
    cr_expect_str_eq(err.name, "");
}

Test(error, an_older_host_is_not_written_beyond_its_struct)
{
    union {
        ac_error      err;
        unsigned char bytes[sizeof(ac_error)];
    } u;
    size_t old = offsetof(ac_error, subject), i;

    memset(&u, 0xEE, sizeof u);
    u.err.size = old;
    ac_error_set(&u.err, AC_E_TYPE, 7, "what", "hint");
    ac_error_subject(&u.err, 1);
    ac_error_place(&u.err, 1, 1);
    ac_error_clause(&u.err, "1");
    ac_error_name(&u.err, (ac_text){ "abc", 3 });
    cr_expect_eq(u.err.code, 7u);
    for (i = old; i < sizeof u; i++)
        cr_assert_eq(u.bytes[i], 0xEE, "byte %zu written", i);
}

Test(error, a_long_name_is_cut_at_a_code_point)
{
    ac_error err = AC_ERROR_INIT;
    char     name[120];
    size_t   i;

    for (i = 0; i + 3 <= sizeof name; i += 3)
        memcpy(name + i, "\xE5\xA4\xA9", 3);
    ac_error_name(&err, (ac_text){ name + 1, 0 });
    cr_expect_str_eq(err.name, "");
    ac_error_name(&err, (ac_text){ name, sizeof name });
    cr_expect_eq(strlen(err.name), (size_t)(AC_ERROR_NAME_BYTES - 1) / 3 * 3);
}

Test(status, every_status_has_its_name)
{
    static const struct {
        ac_status   status;
        const char *name;
    } all[] = {
        { AC_OK, "AC_OK" },                   { AC_E_NOMEM, "AC_E_NOMEM" },
        { AC_E_RANGE, "AC_E_RANGE" },         { AC_E_INVALID, "AC_E_INVALID" },
        { AC_E_TYPE, "AC_E_TYPE" },           { AC_E_NOT_FOUND, "AC_E_NOT_FOUND" },
        { AC_E_LIMIT, "AC_E_LIMIT" },         { AC_E_POLICY, "AC_E_POLICY" },
        { AC_E_CONFLICT, "AC_E_CONFLICT" },   { AC_E_UNSUPPORTED, "AC_E_UNSUPPORTED" },
        { AC_E_NOT_COVERED, "AC_E_NOT_COVERED" }, { AC_E_NEVER, "AC_E_NEVER" },
        { AC_E_HOST, "AC_E_HOST" },
    };
    size_t i;

    for (i = 0; i < sizeof all / sizeof all[0]; i++)
        cr_expect_str_eq(ac_status_name(all[i].status), all[i].name);
    cr_expect_str_eq(ac_status_name((ac_status)99), "AC_E_UNKNOWN");
    cr_expect_str_eq(ac_status_name((ac_status)-1), "AC_E_UNKNOWN");
}

typedef struct option {
    size_t size;
    int    first, second;
} option;

Test(structs, an_older_host_gets_zeros_for_what_it_does_not_know)
{
    option      out, host = { offsetof(option, second), 3, 4 };

    cr_assert(ac_struct_read(&out, sizeof out, &host, offsetof(option, second)));
    cr_expect_eq(out.size, sizeof out);
    cr_expect_eq(out.first, 3);
    cr_expect_eq(out.second, 0);
    host.size--;
    cr_expect_not(ac_struct_read(&out, sizeof out, &host, offsetof(option, second)));
}

Test(structs, a_newer_host_is_taken_while_its_tail_is_zero)
{
    struct {
        option known;
        size_t later;
    } host = { { sizeof host, 3, 4 }, 0 };
    option out;

    cr_assert(ac_struct_read(&out, sizeof out, &host, sizeof out));
    cr_expect_eq(out.second, 4);
    host.later = 1;
    cr_expect_not(ac_struct_read(&out, sizeof out, &host, sizeof out));
}
