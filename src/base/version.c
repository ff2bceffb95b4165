/* SPDX-License-Identifier: MIT
 *
 * The version that the library was built as, and the number of the layout that inline.h relies on.
 * Knows nothing else. */
#include <holdfast/version.h>

extern HF_API const char hf_layout_2_;
const char hf_layout_2_ = 1;

const char *
hf_version(void)
{
    return HF_VERSION;
}
