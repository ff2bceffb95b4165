/* SPDX-License-Identifier: MIT
 *
 * Deaths that wait: for the thread that must run them, or for a time that suits.
 * Knows objects.
 *
 *     static hf_queue gpu_deaths;                            all zero: ready for use
 *     HF_TYPE(texture, .destroy = texture_free, .queue = &gpu_deaths);
 *
 *     hf_release(t);                                         any thread: texture_free does not run,
 *     hf_queue_drain(&gpu_deaths, 100);                      but here, for 100 objects at most
 *
 *     hf_release_later(tree, &slow_deaths);                  of any type: no pause now
 *
 * When the last reference goes, the object is dead: weak references to it are NULL. Its death
 * notices, destroy and everything after it (type.h) wait for a drain. Objects wait in the order in
 * which they died, linked through themselves: waiting takes no memory, and cannot fail. What dies
 * because of one of them dies in the same drain, or in the next one if the budget is used up; or it
 * waits in another queue, if it has one of its own. hf_live counts objects that wait.
 *
 * A garbage cycle with a member that has a queue dies there as a whole, in one piece; with several,
 * in the queue of one of them. Without memory to wait with it stays what it was, for the next
 * collection. An object on the stack dies with its frame, whatever its type says, and hf_abandon
 * waits for nothing.
 *
 * HF_CONFINED objects may wait, too, for a drain on their own thread.
 * Threads: any may release into a queue; one at a time drains it. A queue must live as long as any
 * object that may come to it. In the child of a fork a queue is what it was, and the descriptor is
 * shared with the parent. */
#ifndef HOLDFAST_QUEUE_H
#define HOLDFAST_QUEUE_H

#include "object.h"

HF_BEGIN_C

/* A queue. All zero is an empty one. Opaque. */
typedef struct hf_queue {
    void *first_, *last_, *begun_, *groups_;
    size_t waiting_, most_;
    int how_, descriptor_, is_draining_;
} hf_queue;

/* Makes the queue empty; the same as all zero. Not for a queue in use. Returns 0. */
HF_API int hf_queue_init(hf_queue *queue);

/* Ends what waits in the queue, `budget` objects at most, 0: no limit, in the order in which they
 * died. A garbage cycle counts as one object, and is ended in one piece.
 * Returns how many died; 0 when there are none, when another thread drains the queue at this
 * moment, and inside a death: deaths never nest. Runs the program's code. */
HF_API size_t hf_queue_drain(hf_queue *queue, size_t budget);

/* Returns how many objects and cycles wait whose death has not begun. Threads: any. */
HF_API size_t hf_queue_count(const hf_queue *queue);

/* Returns a descriptor that can be read from, as poll and epoll say, while there is something to
 * drain; or -1 and errno EMFILE, ENFILE or ENOMEM. It belongs to the queue, which makes one on the
 * first call; a drain resets it. Don't read from it. */
HF_API int hf_queue_fd(hf_queue *queue);

/* What happens when `most` wait and another object dies: */
enum hf_queue_full {
    HF_QUEUE_WAIT,    /* its thread waits in the release until something was drained; unless it is
                         the thread that drained last, or drains another queue, or is in a read
                         section. After a second the warning handler hears of it. */
    HF_QUEUE_END_HERE /* the object dies at once, on its own thread, as if it had no queue */
};

/* Bounds the queue; most 0: no bound, as in the beginning. Garbage cycles come in all the same.
 * HF_QUEUE_END_HERE is for those who want short pauses, and not for types that need a certain
 * thread. A thread that waits must hold no lock that the draining thread needs. Threads: any. */
HF_API void hf_queue_limit(hf_queue *queue, size_t most, enum hf_queue_full full);

/* Drains the queue wholly, closes its descriptor, and leaves it empty. For the end of the thread or
 * of the program; not while another thread drains. Runs the program's code. */
HF_API void hf_queue_close(hf_queue *queue);

/* As hf_release, but if this is the last reference the object's death waits in the queue; or in
 * that of its type, if it has one. NULL is ignored. Cost: as for hf_release, and a lock if it is
 * the last. */
HF_API void hf_release_later(void *object HF_TAKE, hf_queue *queue);

HF_END_C

#endif
