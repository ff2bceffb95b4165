/* SPDX-License-Identifier: MIT
 *
 * A C++ program of somebody else, in a project that has no C at all.
 * Knows installed headers only; types are defined in C, so that it asks for what needs none.
 * Its exit status says whether it runs with the library of its headers. */
#include <holdfast/holdfast.h>

#include <cstring>

int
main()
{
    struct hf_stats stats;
    hf_stats(&stats);
    return std::strcmp(hf_version(), HF_VERSION) != 0 || stats.live != 0;
}
