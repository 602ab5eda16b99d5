#include <criterion/criterion.h>

#include "base/error.h"

Test(error, null_is_taken_everywhere)
{
    cr_expect_eq(ac_error_set(NULL, AC_E_TYPE, 7, "x", NULL), AC_E_TYPE);
    cr_expect_eq(ac_error_nomem(NULL), AC_E_NOMEM);
    ac_error_subject(NULL, 1);
    ac_error_place(NULL, 1, 2);
    ac_error_clause(NULL, "x");
    ac_error_name(NULL, (ac_text){ "x", 1 });
}
