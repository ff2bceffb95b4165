/* SPDX-License-Identifier: MIT
 *
 * What must be true after each operation on the fuzzer's graph.
 * Knows the model and what the library tells about objects.
 * A check that fails ends the process. */
#ifndef HOLDFAST_TESTS_CHECKS_H
#define HOLDFAST_TESTS_CHECKS_H

#include "fuzz/model.h"

/* The operation begins; is_collecting as in the model. */
void operation_begin(bool is_collecting);

/* The operation is over: what destroy functions handed out is settled, and every count, edge and
 * death is as in the model. */
void operation_end(void);

/* Nothing is left that a full collection had to end; trusts_opaque as for model_mark_live. */
void expect_no_garbage(bool trusts_opaque);

/* Without candidates there is no garbage; where the graph was looked at. */
void expect_candidates_for_garbage(void);

/* Compares what hf_find_cycles reports with the model. */
void check_cycles(void);

/* Objects of this input and earlier ones that live. */
uint64_t live_objects(void);

#endif
