/* SPDX-License-Identifier: MIT
 *
 * Operations that collect, the choice of operations, and the end of the graph.
 * Knows the model and its checks.
 * A full collection must leave nothing; small steps must leave nothing once there are no
 * candidates, and get there. */
#include "fuzz/operations.h"

#include "fuzz/tell.h"

/* ---- to collect */

/* How many died follows from the result only if no destroy function did anything else. */
static void
check_result(size_t reclaimed)
{
    EXPECT(reclaimed <= model.died);
    if (!model.scripts_run) EXPECT((reclaimed == 0) == (model.died == 0));
}

/* Again after last acts, which may have made garbage. */
static void
collect_by(size_t (*call)(void), bool trusts_opaque)
{
    do {
        operation_begin(true);
        check_result(call());
        operation_end();
    } while (model.scripts_run);
    expect_no_garbage(trusts_opaque);
}

void
operation_collect(struct input *input)
{
    (void)input;
    collect_by(hf_collect, false);
}

void
operation_collect_quiescent(struct input *input)
{
    (void)input;
    collect_by(hf_collect_quiescent, true);
}

static size_t
step(unsigned size)
{
    static const size_t sizes[] = {1, 2, 5, 17, 64, 300, 5000, HF_STEP_OBJECTS};
    hf_budget budget = {.objects = sizes[size % 8]};
    return hf_collect_step(&budget);
}

void
operation_collect_step(struct input *input)
{
    operation_begin(true);
    check_result(step(input_byte(input)));
}

/* What reaches an opaque object stays a candidate for a quiescent collection. */
static bool
has_opaque(void)
{
    for (size_t i = 0; i < model.thing_count; i++) {
        if (thing_holds(&model.things[i]) && kinds[model.things[i].kind].is_opaque) return true;
    }
    return false;
}

/* Garbage that is left alone ends, and what lives is dropped. Trials that led nowhere make others
 * dearer, so the number of steps depends on what came before; but there is an end. */
void
operation_collect_in_steps(struct input *input)
{
    enum { MOST_STEPS = 100000 };
    unsigned size = input_byte(input);
    struct hf_collect_stats stats = {.candidates = 1};
    for (size_t steps = 0; stats.candidates; steps++) {
        if (has_opaque() && steps > 20) return;
        EXPECT(steps < MOST_STEPS);
        operation_begin(true);
        check_result(step(size));
        if (model.died) operation_end();
        hf_collect_stats(&stats);
    }
    expect_no_garbage(false);
}

void
operation_find_cycles(struct input *input)
{
    (void)input;
    operation_begin(true);
    check_cycles();
}

/* ---- all of them */

static const struct {
    const char *name;
    void (*run)(struct input *input);
} operations[] = {
    {"make", operation_make},
    {"make ring", operation_make_ring},
    {"set edge", operation_set_edge},
    {"set all edges", operation_set_all_edges},
    {"give edge", operation_give_edge},
    {"give new", operation_give_new},
    {"take edge", operation_take_edge},
    {"get edge", operation_get_edge},
    {"retain", operation_retain},
    {"release", operation_release},
    {"release all", operation_release_all},
    {"abandon", operation_abandon},
    {"refer", operation_refer},
    {"copy reference", operation_copy_reference},
    {"clear reference", operation_clear_reference},
    {"upgrade", operation_upgrade},
    {"refer by field", operation_refer_by_field},
    {"upgrade field", operation_upgrade_field},
    {"ask for notice", operation_ask_for_notice},
    {"cancel notice", operation_cancel_notice},
    {"collect", operation_collect},
    {"collect step", operation_collect_step},
    {"collect step", operation_collect_step},
    {"collect in steps", operation_collect_in_steps},
    {"collect quiescent", operation_collect_quiescent},
    {"find cycles", operation_find_cycles},
    /* Once more what there should be most of. */
    {"release", operation_release},
    {"set edge", operation_set_edge},
    {"give edge", operation_give_edge},
    {"make", operation_make},
};

void
run_operations(struct input *input)
{
    while (input->next < input->end) {
        unsigned number = input_byte(input) % (sizeof operations / sizeof operations[0]);
        tell("%s\n", operations[number].name);
        operation_begin(false);
        operations[number].run(input);
        operation_end();
        expect_candidates_for_garbage();
        tell_graph();
    }
    tell("end\n");
}

/* What is left of an object that the program doesn't hold any more is what leaked ones hold. */
static void
expect_only_leaked(void)
{
    for (size_t i = FIRST_THING; i < model.thing_count; i++) {
        EXPECT(model.things[i].is_dead || model_reaches((int)i));
    }
}

static void
clear_edges(int from)
{
    struct thing *t = &model.things[from];
    for (size_t i = 0; i < t->places; i++) {
        operation_begin(false);
        model_edge(from, i, NOBODY);
        place_of(from, i)->access->set(t->address, 0, NULL);
        operation_end();
    }
    t->weak = NOBODY;
    hf_weak_clear(kinds[t->kind].weak(t->address));
}

static bool
holds_handles(void)
{
    for (int i = 0; i < HANDLES; i++) {
        if (model.handles[i].thing != NOBODY) return true;
    }
    return false;
}

/* Last acts may fill handles and the permanent things again. */
void
end_graph(void)
{
    do {
        operation_begin(false);
        operation_release_all(NULL);
        operation_end();
        clear_edges(ANCHOR);
        clear_edges(FRAME);
        collect_by(hf_collect_quiescent, true);
    } while (holds_handles());
    expect_only_leaked();
}

void
expect_nothing_left(void)
{
    for (size_t i = 0; i < WEAKS; i++) {
        hf_weak_clear(&model.weaks[i].reference);
        model.weaks[i].thing = NOBODY;
    }
    EXPECT(model.things[FRAME].destroyed == 1);
    expect_only_leaked();
}
