/* SPDX-License-Identifier: MIT
 *
 * What destroy functions of the fuzzer's objects do besides being counted.
 * Knows the model.
 * Each is something that collect.h or type.h allows. */
#ifndef HOLDFAST_TESTS_LAST_ACTS_H
#define HOLDFAST_TESTS_LAST_ACTS_H

#include "fuzz/model.h"

/* Runs what the script of the thing says, inside its destroy function; what it does is in the model
 * when it returns. */
void last_act(int thing);

#endif
