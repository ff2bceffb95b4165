/* SPDX-License-Identifier: MIT
 *
 * The version that the library was built as. Knows nothing else. */
#include <holdfast/version.h>

const char *
hf_version(void)
{
    return HF_VERSION;
}
