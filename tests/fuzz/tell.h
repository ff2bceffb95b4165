/* SPDX-License-Identifier: MIT
 *
 * What happens in an input, told to people: for `fuzz_replay --tell FILE`.
 * Knows the model. */
#ifndef HOLDFAST_TESTS_TELL_H
#define HOLDFAST_TESTS_TELL_H

#include "fuzz/model.h"

/* Whether to tell at all. */
extern bool fuzz_tells;

/* As printf. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The things that are not dead, with their counts and edges. */
void tell_graph(void);

#endif
