/* SPDX-License-Identifier: MIT
 *
 * A worker: a thread that waits for its sessions, its timers, and new clients.
 * Knows the server, weakly, and sessions.
 * All workers wait for the one listening socket; who takes a client off it keeps it. */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include <pthread.h>

#include "session.h"

struct worker {
    hf_weak(server) server;
    hf_map(session) sessions; /* by their numbers, which is what epoll tells */
    timers timers;
    uint64_t latest; /* number of a session */
    pthread_t thread;
    int events;  /* what epoll waits with */
    int bell;    /* an eventfd, by which others wake it */
    int signals; /* of the process; -1 but in the first worker */
    int spare;   /* a descriptor to give up when there are no others */
};
HF_DECLARE(worker);

/* Returns a new worker, the first of which also hears the signals of the process. Owner: the
 * caller. NULL and errno. */
worker *worker_new(server *s, bool is_first) HF_GIVE;

/* Lets it have a client. The socket is closed if that fails: -1, when standard error says why. */
int worker_add(worker *w, server *s, int socket);

/* Serves until the server is over. */
void worker_run(worker *w, server *s);

/* The same for pthread_create. */
void *worker_thread(void *w);

/* Lets all workers look what has changed. Any thread. */
void workers_wake(server *s);

#endif
