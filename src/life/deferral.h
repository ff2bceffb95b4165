/* SPDX-License-Identifier: MIT
 *
 * What queues are to deaths, and to those who end many objects together.
 * Knows nothing of what is in them. Comes in by the door, life/life.h. */
#ifndef HFI_DEFERRAL_H
#define HFI_DEFERRAL_H

#include <holdfast/queue.h>

#include "base/base.h"

/* Returns whether the dead object waits in the queue from now on; if not, it dies on this thread.
 * May wait; runs no user code. */
bool hfi_queue_takes(hf_queue *queue, void *object);

/* A group whose members are dead and die together. */
struct hfi_dead_group {
    struct hfi_dead_group *next;
    /* No death runs, and no lock is held. Runs user code. */
    void (*end)(struct hfi_dead_group *group);
};

/* It waits for a drain. */
void hfi_queue_take_group(hf_queue *queue, struct hfi_dead_group *group);

#endif
