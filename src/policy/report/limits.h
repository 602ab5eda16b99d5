#ifndef AC_POLICY_REPORT_LIMITS_H
#define AC_POLICY_REPORT_LIMITS_H

#include <aftercare/policy.h>

/** Defaults for zeros. @return AC_E_INVALID when a limit is more than 16 times its default. */
ac_status ac_policy_limits_resolve(const ac_policy_limits *in, ac_policy_limits *out, ac_error *err);
/** The host's options whatever their version, with limits resolved: no limit is 0. NULL: the defaults. */
ac_status ac_policy_options_read(const ac_policy_options *in, ac_policy_options *out, ac_policy_limits *limits, ac_error *err);

#endif
