/* SPDX-License-Identifier: MIT
 *
 * The types of shapes.h, for the program that runs: every_macro.cc.
 * Knows only public headers.
 * C++ declares types and uses them; HF_TYPE is C. */
#include "shapes.h"

HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_WEAK(node, parent)));
HF_TYPE(hand, .fields = HF_FIELDS(HF_STRONG_ARRAY(hand, fingers)));
HF_TYPE(row, .fields = HF_FIELDS(HF_STRONG_FLEX(row, cells)));
HF_TYPE(buffer);

HF_STATIC_DEFINE(node, end_of_all, .value = 7);
