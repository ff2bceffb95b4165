/* SPDX-License-Identifier: MIT
 *
 * An event loop on whose thread objects die, wherever their last reference went: workers drop
 * sessions, and the loop closes them, a few at a time.
 * Knows the library, threads and epoll. */
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { WORKERS = 4, SESSIONS = 250, AT_ONCE = 16 };

/* Deaths that wait for the loop. */
static hf_queue deaths;

typedef struct session {
    int descriptor; /* registered with the loop, which alone may close it */
} session;

static pthread_t loop_thread;
static unsigned closed, closed_elsewhere;

static void
session_close(void *self)
{
    close(((session *)self)->descriptor);
    closed++;
    closed_elsewhere += !pthread_equal(pthread_self(), loop_thread);
}

HF_DECLARE(session);
HF_TYPE(session, .destroy = session_close, .queue = &deaths);

static session *
session_open(void)
{
    session *s = hf_new(session);
    if (s) s->descriptor = dup(STDIN_FILENO);
    return s;
}

/* A worker has the last reference to each of its sessions. */
static void *
work(void *unused)
{
    for (int i = 0; i < SESSIONS; i++) hf_release(session_open());
    return unused;
}

/* Other events of the loop would stand beside this one. */
static int
run_loop(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int loop = epoll_create1(EPOLL_CLOEXEC), wakes = hf_queue_fd(&deaths);
    if (loop < 0 || wakes < 0 || epoll_ctl(loop, EPOLL_CTL_ADD, wakes, &event) != 0) return -1;
    while (closed < WORKERS * SESSIONS) {
        if (epoll_wait(loop, &event, 1, -1) == 1) hf_queue_drain(&deaths, AT_ONCE);
    }
    close(loop);
    return 0;
}

int
main(void)
{
    pthread_t workers[WORKERS];
    loop_thread = pthread_self();
    /* So many may wait; then the workers do. */
    hf_queue_limit(&deaths, 100, HF_QUEUE_WAIT);
    for (int i = 0; i < WORKERS; i++) {
        if (pthread_create(&workers[i], NULL, work, NULL) != 0) return EXIT_FAILURE;
    }
    if (run_loop()) return EXIT_FAILURE;
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i], NULL);
    hf_queue_close(&deaths);
    printf("%u sessions closed, %u of them on another thread than the loop's, %zu left\n", closed,
           closed_elsewhere, hf_live(&hf_type_session));
    return EXIT_SUCCESS;
}
