/* SPDX-License-Identifier: MIT
 *
 * Deferred deaths: queues of the dead, budgets, a descriptor for event loops.
 * Knows the line in which the dead stand, worklist.h; runs the program's code, without a lock.
 *
 * An object in a queue is one in a line: its word says DEAD, with the pin or with the link to the
 * next. What changes is who may touch the links: under the queue's stripe any thread, since the
 * lock hands them on. What is left of a death that has begun when a budget ends stands in a line of
 * its own, before all others. */
#include <errno.h>
#include <holdfast/queue.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "life/death.h"
#include "life/deferral.h"

enum { WAITS_AWAKE = 16, WAIT_NS = 50000, WAITS_UNTIL_TOLD = 20000 /* about a second */ };

/* The queue that this thread drains; and the one that it drained last. */
static THREAD_LOCAL hf_queue *draining, *drained;

/* ---- under the lock ---- */

static void
set_descriptor(const hf_queue *queue)
{
    uint64_t one = 1;
    int former = errno;
    /* It fails when the descriptor says so already. */
    if (queue->descriptor_ && write(queue->descriptor_ - 1, &one, sizeof one) < 0) errno = former;
}

static void
reset_descriptor(const hf_queue *queue)
{
    uint64_t count;
    int former = errno;
    if (queue->descriptor_ && read(queue->descriptor_ - 1, &count, sizeof count) < 0) {
        errno = former;
    }
}

static bool
has_something(const hf_queue *queue)
{
    return queue->begun_ || queue->first_ || queue->groups_;
}

static void
append(hf_queue *queue, void *object)
{
    if (!has_something(queue)) set_descriptor(queue);
    if (queue->last_) worklist_link(queue->last_, object);
    else queue->first_ = object;
    queue->last_ = object;
    queue->waiting_++;
}

static void *
take_first(hf_queue *queue)
{
    void *object = queue->first_;
    if (!object) return NULL;
    if (object == queue->last_) queue->first_ = queue->last_ = NULL;
    else queue->first_ = worklist_unlink(object);
    queue->waiting_--;
    return object;
}

static struct hfi_dead_group *
take_group(hf_queue *queue)
{
    struct hfi_dead_group *group = queue->groups_;
    if (!group) return NULL;
    queue->groups_ = group->next;
    queue->waiting_--;
    return group;
}

/* ---- coming in ---- */

static bool
is_full(const hf_queue *queue)
{
    return queue->most_ && queue->waiting_ >= queue->most_;
}

static void
tell_that_it_waits(const hf_queue *queue)
{
    char text[HFI_MESSAGE_BYTES];
    snprintf(text, sizeof text,
             "holdfast: a release has waited for a second for the queue at %p to be drained; %zu "
             "objects wait there",
             (const void *)queue, hf_queue_count(queue));
    hfi_warn(text);
}

/* Until there is room for one more. */
static void
wait_for_room(hf_queue *queue)
{
    static const struct timespec moment = {0, WAIT_NS};
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    int kept = errno;
    for (unsigned waits = 1;; waits++) {
        pthread_mutex_lock(lock);
        bool must_wait = is_full(queue) && queue->how_ == (int)HF_QUEUE_WAIT;
        pthread_mutex_unlock(lock);
        if (!must_wait) break;
        if (waits < WAITS_AWAKE) sched_yield();
        else nanosleep(&moment, NULL);
        if (waits == WAITS_UNTIL_TOLD) tell_that_it_waits(queue);
    }
    errno = kept;
}

bool
hfi_queue_takes(hf_queue *queue, void *object)
{
    if (queue == draining && hfi_death_runs) return false;
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    bool may_wait = queue != drained && !draining && !hfi_section_is_open();
    pthread_mutex_lock(lock);
    bool is_for_others = is_full(queue) && queue->how_ == (int)HF_QUEUE_END_HERE;
    bool must_wait = is_full(queue) && may_wait && !is_for_others;
    if (!must_wait && !is_for_others) append(queue, object);
    pthread_mutex_unlock(lock);
    if (!must_wait) return !is_for_others;
    wait_for_room(queue);
    /* Others may have come first; then it is one more than the bound. */
    pthread_mutex_lock(lock);
    append(queue, object);
    pthread_mutex_unlock(lock);
    return true;
}

void
hfi_queue_take_group(hf_queue *queue, struct hfi_dead_group *group)
{
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    group->next = NULL;
    pthread_mutex_lock(lock);
    if (!has_something(queue)) set_descriptor(queue);
    struct hfi_dead_group **last = (struct hfi_dead_group **)&queue->groups_;
    while (*last) last = &(*last)->next;
    *last = group;
    queue->waiting_++;
    pthread_mutex_unlock(lock);
}

void
hf_release_later(void *object, hf_queue *queue)
{
    if (!object || !hfi_release_is_last(object, __builtin_return_address(0))) return;
    hf_queue *own = books_of(type_of(object))->queue;
    if (!hfi_queue_takes(own ? own : queue, object)) hfi_die(object);
}

/* ---- draining ---- */

/* Returns false if another thread drains. A drain that a fatal handler left by longjmp is over, and
 * so is that of a thread of the process from which this one was forked. */
static bool
begin_draining(hf_queue *queue)
{
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    pthread_mutex_lock(lock);
    int here = hfi_forks + 1;
    bool is_mine = queue->is_draining_ != here || draining == queue;
    if (is_mine) {
        queue->is_draining_ = here;
        reset_descriptor(queue);
        hfi_line_resume(queue->begun_);
        queue->begun_ = NULL;
    }
    pthread_mutex_unlock(lock);
    if (is_mine) draining = queue;
    return is_mine;
}

static void
end_draining(hf_queue *queue)
{
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    void *left = hfi_line_suspend();
    pthread_mutex_lock(lock);
    queue->begun_ = left;
    queue->is_draining_ = 0;
    if (has_something(queue)) set_descriptor(queue);
    pthread_mutex_unlock(lock);
    draining = NULL;
    drained = queue;
    candidates_after_death();
}

/* Ends one object, or one group. Returns whether there was any. */
static bool
end_one(hf_queue *queue)
{
    void *object = hfi_line_next();
    struct hfi_dead_group *group = NULL;
    if (!object) {
        pthread_mutex_t *lock = hfi_stripe_of(queue);
        pthread_mutex_lock(lock);
        object = take_first(queue);
        if (!object) group = take_group(queue);
        pthread_mutex_unlock(lock);
    }
    if (object) {
        hfi_die_or_queue(object);
    } else if (group) {
        group->end(group);
        line_open();
    }
    return object || group;
}

size_t
hf_queue_drain(hf_queue *queue, size_t budget)
{
    size_t ended = 0;
    if (hfi_death_runs || !begin_draining(queue)) return 0;
    while ((!budget || ended < budget) && end_one(queue)) ended++;
    end_draining(queue);
    return ended;
}

/* ---- the rest ---- */

int
hf_queue_init(hf_queue *queue)
{
    *queue = (hf_queue){0};
    return 0;
}

size_t
hf_queue_count(const hf_queue *queue)
{
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    pthread_mutex_lock(lock);
    size_t count = queue->waiting_;
    pthread_mutex_unlock(lock);
    return count;
}

int
hf_queue_fd(hf_queue *queue)
{
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    pthread_mutex_lock(lock);
    if (!queue->descriptor_) {
        queue->descriptor_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) + 1;
        if (has_something(queue)) set_descriptor(queue);
    }
    int descriptor = queue->descriptor_ - 1;
    pthread_mutex_unlock(lock);
    return descriptor;
}

void
hf_queue_limit(hf_queue *queue, size_t most, enum hf_queue_full full)
{
    pthread_mutex_t *lock = hfi_stripe_of(queue);
    pthread_mutex_lock(lock);
    queue->most_ = most;
    queue->how_ = (int)full;
    pthread_mutex_unlock(lock);
}

void
hf_queue_close(hf_queue *queue)
{
    while (hf_queue_drain(queue, 0)) continue;
    if (queue->descriptor_) close(queue->descriptor_ - 1);
    *queue = (hf_queue){0};
}
