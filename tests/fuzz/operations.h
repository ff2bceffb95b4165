/* SPDX-License-Identifier: MIT
 *
 * Bytes, read as operations on the fuzzer's graph.
 * Knows the model and its checks. */
#ifndef HOLDFAST_TESTS_OPERATIONS_H
#define HOLDFAST_TESTS_OPERATIONS_H

#include "fuzz/checks.h"

struct input {
    const uint8_t *next, *end;
};

/* Does what the input says, and checks the graph after each operation. */
void run_operations(struct input *input);

/* Releases what the program holds, collects, and checks that nothing is left. */
void end_graph(void);
/* When the frame's object is gone, too. */
void expect_nothing_left(void);

/* ---- choices.c ---- */

/* Returns the next byte of the input, 0 after the last. */
unsigned input_byte(struct input *input);

/* Something that the program may use: what a handle or a permanent thing leads to, some steps
 * further if the input says so. NOBODY if the handle is empty. */
int choose_thing(struct input *input);

/* A thing with places, and one of them; false if there is none. */
bool choose_place(struct input *input, int *thing, size_t *place);

const struct place *place_of(int thing, size_t place);

/* Whether the contract and the model allow to store target, which may be NOBODY, there. */
bool may_store(int from, size_t place, int target);

/* ---- the operations ---- */

void operation_make(struct input *input);
void operation_make_ring(struct input *input);
void operation_set_edge(struct input *input);
void operation_set_all_edges(struct input *input);
void operation_give_edge(struct input *input);
void operation_give_new(struct input *input);
void operation_take_edge(struct input *input);
void operation_get_edge(struct input *input);
void operation_retain(struct input *input);
void operation_release(struct input *input);
void operation_release_all(struct input *input);
void operation_abandon(struct input *input);
void operation_refer(struct input *input);
void operation_copy_reference(struct input *input);
void operation_clear_reference(struct input *input);
void operation_upgrade(struct input *input);
void operation_refer_by_field(struct input *input);
void operation_upgrade_field(struct input *input);
void operation_ask_for_notice(struct input *input);
void operation_cancel_notice(struct input *input);
void operation_collect(struct input *input);
void operation_collect_step(struct input *input);
void operation_collect_in_steps(struct input *input);
void operation_collect_quiescent(struct input *input);
void operation_find_cycles(struct input *input);

#endif
