/* SPDX-License-Identifier: MIT
 *
 * Tests of who calls: what is told from a remembered walk is what another walk finds, whatever has
 * changed since; and a place that is no part of the stack any more is not read.
 * Knows the room that tells it, and the unwinder. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unwind.h>

#include "support/run_suite.h"
#include "track/track.h"

#if defined __x86_64__ && defined __GLIBC__ && !HFI_THREAD_SANITIZER
#define CAN_CHANGE_STACKS 1
#include <ucontext.h>
#else
#define CAN_CHANGE_STACKS 0
#endif

/* No call is the last thing that a function does, so that each has a frame. */
#define STAY() __asm__ volatile("" ::: "memory")

enum { LOOKS = 20000, DEEPEST = 5 };

static uint64_t state;

static unsigned
chance(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((state >> 33) % below);
}

/* ---- another walk ---- */

struct walk {
    uintptr_t site, found[CALLERS_MOST];
    uint32_t count;
};

static _Unwind_Reason_Code
meet(struct _Unwind_Context *context, void *argument)
{
    struct walk *walk = argument;
    uintptr_t address = _Unwind_GetIP(context);
    if (!address || walk->count == CALLERS_MOST) return _URC_END_OF_STACK;
    if (walk->count || address == walk->site) walk->found[walk->count++] = address;
    return _URC_NO_REASON;
}

/* Called where an object would be made: told and found are the same. Returns the stack. */
APART static uint32_t
look(void)
{
    struct walk walk = {.site = (uintptr_t)__builtin_return_address(0)};
    struct hfi_caller told[CALLERS_MOST];
    uint32_t stack = hfi_callers((const void *)walk.site);
    _Unwind_Backtrace(meet, &walk);
    ck_assert_uint_ne(stack, 0);
    ck_assert_uint_ne(walk.count, 0);
    ck_assert_uint_eq(hfi_callers_read(stack, told), walk.count);
    for (uint32_t i = 0; i < walk.count; i++) {
        ck_assert_uint_eq(told[i].address, walk.found[i]);
    }
    STAY();
    return stack;
}

/* ---- all ways through a few functions ---- */

static void call_any(unsigned depth);

/* Frames of one size, so that a caller is at the same depth whichever way it was come to. */
#define DEFINE_CALLER(name)                \
    APART static void name(unsigned depth) \
    {                                      \
        if (depth) call_any(depth);        \
        else look();                       \
        STAY();                            \
    }
DEFINE_CALLER(first)
DEFINE_CALLER(second)
DEFINE_CALLER(third)

APART static void
call_any(unsigned depth)
{
    static void (*const callers[])(unsigned) = {first, second, third};
    callers[chance(3)](depth - 1);
    STAY();
}

START_TEST(who_calls_is_what_a_walk_finds)
{
    state = hf_test_seed();
    for (size_t i = 0; i < hf_test_rounds(LOOKS); i++) call_any(1 + chance(DEEPEST));
}
END_TEST

/* ---- a stack in the place of another ---- */

#if CAN_CHANGE_STACKS

enum { STACK_BYTES = 1024 * 1024, FRAME_BYTES = 8192, DEEP = 20, SHALLOW = 4 };

static ucontext_t here, there;
static uintptr_t frames[2]; /* of the two innermost calls of fill */
static uint32_t looked;

APART static void
fill(unsigned depth)
{
    char room[FRAME_BYTES];
    __asm__ volatile("" ::"r"(room) : "memory");
    if (depth < 2) frames[depth] = (uintptr_t)__builtin_frame_address(0);
    if (depth) fill(depth - 1);
    else looked = look();
    STAY();
}

static void
fill_deep(void)
{
    fill(DEEP);
}

static void
fill_shallow(void)
{
    fill(SHALLOW);
}

static void
run_on(char *stack, size_t bytes, void (*begin)(void))
{
    ck_assert_int_eq(getcontext(&there), 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = bytes;
    there.uc_link = &here;
    makecontext(&there, begin, 0);
    ck_assert_int_eq(swapcontext(&here, &there), 0);
}

/* The second stack ends where the innermost frames lie at the addresses of those of the first, and
 * behind it is nothing. */
START_TEST(a_place_behind_the_end_of_a_stack_is_not_read)
{
    char *stack =
        mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(stack, MAP_FAILED);
    run_on(stack, STACK_BYTES, fill_deep);
    uint32_t deep = looked;
    uintptr_t innermost = frames[0];
    size_t less = (DEEP - SHALLOW) * (frames[1] - frames[0]);
    ck_assert_uint_lt(less, STACK_BYTES / 2);
    size_t bytes = STACK_BYTES - less, used = (bytes + 4095) / 4096 * 4096;
    ck_assert_int_eq(munmap(stack + used, STACK_BYTES - used), 0);
    run_on(stack, bytes, fill_shallow);
    ck_assert_uint_eq(frames[0], innermost);
    ck_assert_uint_ne(looked, deep);
    ck_assert_int_eq(munmap(stack, used), 0);
}
END_TEST

#endif

static Suite *
suite(void)
{
    Suite *suite = suite_create("callers");
    TCase *tests = tcase_create("callers");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, who_calls_is_what_a_walk_finds);
#if CAN_CHANGE_STACKS
    /* Valgrind takes the change of stacks for a large frame, and forgets what it lies over. */
    if (!hfi_under_valgrind) tcase_add_test(tests, a_place_behind_the_end_of_a_stack_is_not_read);
#endif
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
