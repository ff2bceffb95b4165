/* SPDX-License-Identifier: MIT
 *
 * The server: what all sessions share. The configuration of the moment, the cache, the clock.
 * Knows configurations.
 * It owns its workers, who own the sessions; from there upwards all references are weak. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "config.h"
#include "options.h"

typedef struct server server;
typedef struct worker worker;

struct server {
    hf_slot(config) current; /* never empty; any thread reads and replaces it */
    hf_cache *documents;
    hf_array(worker) workers;
    const struct options *options;
    int listener; /* a socket, which the caller closes; -1: none */
    atomic_uint generation;
    atomic_size_t session_count;
    atomic_size_t waiting;      /* bytes, for all clients */
    atomic_uint_fast64_t ticks; /* milliseconds of the manual clock */
    atomic_bool is_over;
};
HF_DECLARE(server);

/* Of the configuration, what is looked at for each line. */
struct limits {
    uint64_t idle_ms;
    size_t line_bytes, output_bytes;
};

enum { PROBLEM_BYTES = 600 };

/* Returns a new server; options must live as long. Owner: the caller. NULL when it can't start, and
 * then standard error says why. */
server *server_new(const struct options *options, int listener) HF_GIVE;

/* Lets the server have a client, whose socket is the server's from now on. Before server_run.
 * Returns 0, or -1 when standard error says why not. */
int server_adopt(server *s, int socket);

/* Serves until server_stop, on this thread and others. Returns 0, or -1 when not all of them could
 * be made, and standard error says so. */
int server_run(server *s);

/* From here on any thread may call. */

/* Ends the server: all sessions are dismissed. */
void server_stop(server *s);

/* Reads the configuration again, and puts it in the place of the one before. Returns 0, or -1 with
 * the reason as text; then nothing has changed. */
int server_reload(server *s, char problem[PROBLEM_BYTES]);

struct limits server_limits(const server *s);

/* Returns milliseconds of a clock that never goes back. */
uint64_t server_now(const server *s);

/* Lets the manual clock go on. */
void server_tick(server *s, uint64_t milliseconds);

/* Counts a session, unless there are too many. */
bool server_session_begins(server *s);

/* Counts it off, with what still waited for its client. */
void server_session_ended(server *s, size_t waiting);

/* So much waits for a client instead of what did before. */
void server_waiting_changed(server *s, size_t before, size_t now);

#endif
