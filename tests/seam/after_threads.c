/* SPDX-License-Identifier: MIT
 *
 * Makes the process one that has had a second thread, before its tests begin.
 * Knows that the library counts with plain loads and stores until then, and with atomic operations
 * ever after, also in forked children.
 * Linked with a test file, it shows that the same promises hold on that side. */
#include <pthread.h>
#include <stdlib.h>

static void *
do_nothing(void *nothing)
{
    return nothing;
}

__attribute__((constructor)) static void
have_a_second_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, do_nothing, NULL) || pthread_join(thread, NULL)) abort();
}
