/* SPDX-License-Identifier: MIT
 *
 * Where threads remember candidates: lock-free stacks that the collector empties, and for confined
 * objects a queue of the thread's own.
 * Knows queues; keeps process-wide state: the stacks, empty at first; a fork finds them whole at
 * any moment.
 *
 * A thread pushes to the stack that its number selects, so that few threads share one. The stack's
 * head counts its entries; when there are many, the thread that pushed moves them to the shared
 * queue, if nobody holds its lock, and frees the blocks of the dead among them. So a program that
 * never collects doesn't keep the memory of its dead for long. */
#include "candidate/candidate.h"

#include <stdlib.h>

#include "candidate/lists.h"

/* Powers of two. */
enum { STACKS = 16, STACK_IS_LONG = 1024 };

static struct stack {
    uint64_t head; /* link_pack of the first, with the count, as far as it fits, as note */
    char rest_of_the_line[64 - sizeof(uint64_t)];
} __attribute__((aligned(64))) stacks[STACKS];

static THREAD_LOCAL struct hfi_candidates confined;

static struct stack *
stack_of_thread(void)
{
    static unsigned last;
    static THREAD_LOCAL unsigned number;
    /* relaxed: which number doesn't matter. */
    if (unlikely(!number)) number = atomic_add_relaxed(&last, 1) * 2 + 1;
    return &stacks[number / 2 % STACKS];
}

/* Returns how many entries the stack has now, or LINK_NOTE_MAX. */
static size_t
push(struct stack *stack, void *object, uint64_t note)
{
    uint64_t *link = &header_of(object)->link;
    /* relaxed: only the address of the first is taken. */
    uint64_t head = atomic_load_relaxed(&stack->head);
    uint64_t count, next;
    do {
        *link = link_pack(link_target(head), note);
        count = link_note(head) < LINK_NOTE_MAX ? link_note(head) + 1 : LINK_NOTE_MAX;
        next = link_pack(object, count);
        yield_point(push_linked);
        if (process_is_single_threaded()) {
            /* relaxed: one thread only. */
            atomic_store_relaxed(&stack->head, next);
            break;
        }
        /* release: the link is written before the object can be found, and so is the edge into
         * which it was moved.
         * pairs with: the acquire exchange in empty_stack. */
    } while (!atomic_replace_release(&stack->head, &head, next));
    return (size_t)count;
}

/* Moves the entries of a stack that had some into level 0 of the queues, in the order in which they
 * came: most often that is the order in which they lie in memory. Returns how many. */
APART static size_t
empty_stack(struct stack *stack, struct hfi_candidates *candidates)
{
    struct hfi_candidate_queue came = {0};
    yield_point(gather);
    /* acquire: links and edges. pairs with: the release in push. */
    void *object = link_target(atomic_exchange_acquire(&stack->head, 0));
    while (object) {
        uint64_t link = header_of(object)->link;
        prefetch_to_write(link_target(link));
        if (candidate_bury(object, candidate_word(object))) candidates->unburied--;
        else hfi_candidate_queue_prepend(&came, object, link_note(link));
        object = link_target(link);
    }
    size_t count = came.count;
    hfi_candidate_queue_splice(&candidates->level[0], &came);
    return count;
}

static inline size_t
gather_stack(struct stack *stack, struct hfi_candidates *candidates)
{
    /* relaxed: an entry that is missed now is found the next time. */
    return link_target(atomic_load_relaxed(&stack->head)) ? empty_stack(stack, candidates) : 0;
}

void
hfi_candidate_remember(void *object, uint64_t word)
{
    uint64_t note = link_note_of(word);
    /* relaxed: the flag never changes. */
    if (atomic_load_relaxed(&header_of(object)->word) & WORD_CONFINED) {
        hfi_candidate_queue_append(&confined.level[0], object, note);
        return;
    }
    struct stack *stack = stack_of_thread();
    size_t count = push(stack, object, note);
    yield_point(pushed);
    if (likely(count % STACK_IS_LONG)) return;
    struct hfi_candidates *shared = hfi_candidates_try_lock();
    if (!shared) return;
    gather_stack(stack, shared);
    hfi_candidates_unlock();
}

struct hfi_candidates *
hfi_candidates_confined(void)
{
    return &confined;
}

size_t
hfi_candidates_gather(struct hfi_candidates *candidates)
{
    size_t count = 0;
    for (size_t i = 0; i < STACKS; i++) count += gather_stack(&stacks[i], candidates);
    return count;
}

void
hfi_candidates_gather_own(struct hfi_candidates *candidates)
{
    gather_stack(stack_of_thread(), candidates);
}

size_t
hfi_candidates_remembered(void)
{
    size_t count = 0;
    /* relaxed: a number that was true a moment ago. */
    for (size_t i = 0; i < STACKS; i++) {
        count += (size_t)link_note(atomic_load_relaxed(&stacks[i].head));
    }
    return count;
}

/* ---- the dead ---- */

THREAD_LOCAL struct hfi_left_behind hfi_left_behind;

void
hfi_candidate_leave(void *object, uintptr_t meta)
{
    /* relaxed: the flag never changes. */
    bool is_confined = atomic_load_relaxed(&header_of(object)->word) & WORD_CONFINED;
    hfi_left_behind.bytes += payload_bytes(object, meta);
    if (is_confined) hfi_left_behind.confined++;
    else hfi_left_behind.shared++;
    yield_point(done_follows);
    uint64_t *word = live_word_of(object);
    if (is_confined || process_is_single_threaded()) {
        /* relaxed: one thread only. */
        atomic_store_relaxed(word, atomic_load_relaxed(word) | WORD_DONE);
    } else {
        /* release: the death is over before the block is freed.
         * pairs with: the acquire load in candidate_word. */
        atomic_or_release(word, WORD_DONE);
    }
    yield_point(left_to_the_list);
}

/* How many candidates may be looked at for so many dead: enough that of all that are in the queues
 * a fourth at most is dead, and more for large ones. */
enum { LOOKS_AT_LEAST = 16, LOOKS_FOR_EACH = 4, BYTES_FOR_A_LOOK = 64 };

/* The dead of threads that found the lock taken: how many, and their bytes in kibibytes. */
static hf_word_ owed_blocks, owed_kibibytes;

static size_t
looks_for(uint64_t blocks, uint64_t bytes)
{
    return (size_t)(LOOKS_AT_LEAST + LOOKS_FOR_EACH * blocks + bytes / BYTES_FOR_A_LOOK);
}

/* Looks for so many dead, first among those that this thread has remembered itself; among those of
 * all others only if some are missing. */
static void
bury_shared(struct hfi_candidates *shared, uint64_t blocks, uint64_t bytes)
{
    shared->unburied += (int64_t)blocks;
    yield_point(bury_locked);
    gather_stack(stack_of_thread(), shared);
    size_t looks = hfi_candidates_bury(shared, looks_for(blocks, bytes));
    if (shared->unburied <= 0 || !looks) return;
    hfi_candidates_gather(shared);
    hfi_candidates_bury(shared, looks);
}

void
hfi_candidates_settle(void)
{
    /* seq_cst: who found the lock taken has added to what is owed, and tries again after that; who
     * gave the lock back looks after that; so one of the two does it. The addition is a
     * read-modify-write, and so is the end of a mutex. pairs with: itself. relaxed: the numbers. */
    atomic_fence_seq_cst_after_rmw();
    yield_point(settle);
    while (atomic_load_relaxed(&owed_blocks)) {
        struct hfi_candidates *shared = hfi_candidates_try_lock();
        if (!shared) return;
        uint64_t kibibytes = atomic_exchange_relaxed(&owed_kibibytes, 0);
        bury_shared(shared, atomic_exchange_relaxed(&owed_blocks, 0), kibibytes * 1024);
        hfi_limbo_close();
        hfi_candidates_give_back(shared);
        atomic_fence_seq_cst_after_rmw();
    }
}

void
hfi_candidates_bury_left_behind(void)
{
    struct hfi_left_behind left = hfi_left_behind;
    hfi_left_behind = (struct hfi_left_behind){0};
    yield_point(bury_left_behind);
    if (left.confined) hfi_candidates_bury(&confined, looks_for(left.confined, left.bytes));
    bool has_missed = hfi_limbo_is_missed;
    hfi_limbo_is_missed = false;
    if (!left.shared && !has_missed) return;
    struct hfi_candidates *shared = hfi_candidates_try_lock();
    if (shared) {
        bury_shared(shared, left.shared, left.bytes);
        /* Limbo is closed; those who came late are freed now. */
        if (has_missed) hfi_limbo_close();
        hfi_candidates_unlock();
    } else {
        /* relaxed: ordered by the fence in hfi_candidates_settle. */
        atomic_add_relaxed(&owed_kibibytes, left.bytes / 1024);
        atomic_add_relaxed(&owed_blocks, left.shared + has_missed);
        hfi_candidates_settle();
    }
}

/* Nothing is left to wait for: memory checkers shall not find blocks that only a list knows. */
static void
bury_all(void)
{
    hfi_candidates_bury(&confined, SIZE_MAX);
    struct hfi_candidates *shared = hfi_candidates_try_lock();
    if (!shared) return;
    hfi_candidates_gather(shared);
    hfi_candidates_bury(shared, SIZE_MAX);
    hfi_candidates_unlock();
}

__attribute__((constructor)) static void
prepare_for_exit(void)
{
    /* Not a destructor: leak checkers look before those run. Without memory for it nothing is lost
     * but their peace. */
    (void)atexit(bury_all);
}
