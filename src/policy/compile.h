#ifndef AC_POLICY_COMPILE_H
#define AC_POLICY_COMPILE_H

#include <aftercare/policy.h>

/* The host's options whatever their version, with limits resolved: no limit is 0. NULL: the defaults. */
ac_status ac_policy_options_read(const ac_policy_options *in, ac_policy_options *out, ac_policy_limits *limits, ac_error *err);

#endif
