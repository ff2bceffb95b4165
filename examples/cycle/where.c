/* SPDX-License-Identifier: MIT
 *
 * Where to collect: in an idle loop, on a thread of the library, on the thread of what is confined.
 * Knows the library and pthreads.
 * docs/cycles.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <stdio.h>

#include "parts.h"

typedef struct task {
    struct task *next;
} task;
HF_DECLARE(task);
HF_TYPE(task, .fields = HF_FIELDS(HF_STRONG(task, next)));

typedef task secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG(secret, next)));

/* Both make garbage, and return 0 or -1. */
static int
work(void)
{
    hf_auto task *t = hf_new(task);
    if (!t) return -1;
    hf_set(t, next, t);
    return 0;
}

static int
work_in_secret(void)
{
    hf_auto secret *s = hf_new(secret);
    if (!s) return -1;
    hf_set(s, next, s);
    return 0;
}

/* begin README */
static void
when_idle(void) /* in a loop that waits for events */
{
    static const hf_budget little = {.objects = 4096, .microseconds = 500};
    hf_collect_step(&little);
}

static int
with_a_thread(void) /* or let the library's thread do it */
{
    if (hf_collector_start(NULL)) return -1;
    int status = work();
    hf_collector_stop();
    hf_collect(); /* what is left */
    return status;
}

static void *
confined_worker(void *ctx) /* what is confined can only be collected by its own thread */
{
    int *status = ctx;
    *status = work_in_secret();
    hf_collect(); /* before the thread ends */
    return NULL;
}
/* end README */

int
show_where(void)
{
    pthread_t thread;
    int status = -1;
    if (pthread_create(&thread, NULL, confined_worker, &status)) return -1;
    pthread_join(thread, NULL);
    if (status || with_a_thread() || work()) return -1;
    when_idle();
    hf_collect();
    printf("%zu tasks left, %zu secrets\n", hf_live(&hf_type_task), hf_live(&hf_type_secret));
    return 0;
}
