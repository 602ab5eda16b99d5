#ifndef AFTERCARE_AFTERCARE_H
#define AFTERCARE_AFTERCARE_H

/** @file
 * The whole library in one include.
 */

#include <aftercare/base.h>
#include <aftercare/cases.h>
#include <aftercare/policy.h>
#include <aftercare/record.h>
#include <aftercare/rules.h>
#include <aftercare/time.h>

#endif
