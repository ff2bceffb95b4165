/* SPDX-License-Identifier: MIT
 *
 * One input, from an empty graph to an empty graph.
 * Knows operations and libFuzzer's way to call.
 * The first byte says what the input is about: whether destroy functions may hand objects out,
 * which are leaked then, and whether the process counts as having threads, for which the library
 * goes other ways. */
#include <stdlib.h>
#include <sys/single_threaded.h>

#include "fuzz/operations.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Leaked objects of all inputs, for leak checkers: somebody knows them. */
static void **known;
static size_t known_count, known_room;

static void
know(void *object)
{
    if (known_count == known_room) {
        known_room = known_room ? known_room * 2 : 64;
        known = realloc(known, known_room * sizeof *known);
        EXPECT(known != NULL);
    }
    known[known_count++] = object;
}

static void
be_silent(const char *message)
{
    /* Nothing is handed out in destroy functions that must not be. */
    EXPECT(message && model.may_resurrect);
}

static void
run_input(struct input *input)
{
    HF_ON_STACK(plain, frame);
    model.things[FRAME].address = frame;
    frame->head = (struct head){HEAD_MAGIC, FRAME};
    run_operations(input);
    end_graph();
    model.things[FRAME].is_permanent = false;
    model_let_go(FRAME);
    model_reach_changed();
    operation_begin(false);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, data + size};
    unsigned about = input_byte(&input);
    char had_one_thread = __libc_single_threaded;
    __libc_single_threaded = about & 1;
    hf_set_warning_handler(be_silent);
    model_begin(about & 2);
    model.live_before = live_objects();
    model_new(PLAIN, 0, 255);
    model_new(PLAIN, 0, 255);
    run_input(&input);
    expect_nothing_left();
    for (size_t i = FIRST_THING; i < model.thing_count; i++) {
        if (thing_holds(&model.things[i])) know(model.things[i].address);
    }
    operation_begin(false);
    operation_end();
    __libc_single_threaded = had_one_thread;
    return 0;
}
