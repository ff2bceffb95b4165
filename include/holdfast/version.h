/* SPDX-License-Identifier: MIT
 *
 * The version of these headers as three numbers and one string, and the version of the library that
 * is linked.
 * Knows nothing else. CMake reads the three numbers from here: they stand nowhere else. */
#ifndef HOLDFAST_VERSION_H
#define HOLDFAST_VERSION_H

#include "annotate.h"

/* The version of these headers: of numbers, and as in "0.1.0". While the first number is 0, a new
 * second number may break programs. */
#define HF_VERSION_MAJOR 0
#define HF_VERSION_MINOR 1
#define HF_VERSION_PATCH 0

/* These three numbers as a string. */
#define HF_VERSION_OF_(major, minor, patch) #major "." #minor "." #patch
#define HF_VERSION_OF(major, minor, patch) HF_VERSION_OF_(major, minor, patch)
/* The version of these headers as a string. */
#define HF_VERSION HF_VERSION_OF(HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH)

HF_BEGIN_C
/* Returns the version of the library that the program runs with, as in "0.1.0", never NULL; compare
 * it with HF_VERSION, which is the version that it was compiled with. Owner: the library, never
 * free it. Threads: any. Cost: O(1). */
HF_API const char *hf_version(void);
HF_END_C

#endif
