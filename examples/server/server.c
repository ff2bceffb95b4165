/* SPDX-License-Identifier: MIT
 *
 * The server: what all sessions share.
 * Knows workers, and threads.
 * Limits are read for each line by all threads, in a read section, which touches no count; a
 * configuration that was replaced dies when the last such section is over and the last session has
 * let go of it. */
#include "server.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "trouble.h"
#include "worker.h"

HF_TYPE(server,
        .fields = HF_FIELDS(HF_SLOT(server, current), HF_STRONG_TO(server, documents, hf_cache),
                            HF_ARRAY(server, workers)));

/* ---- the configuration ---- */

/* Puts together why it could not be read. */
static void
tell_problem(const char *path, const struct config_problem *problem, char text[PROBLEM_BYTES])
{
    int reason = errno;
    if (problem->what) {
        snprintf(text, PROBLEM_BYTES, "%s:%zu: %s", path, problem->line, problem->what);
    } else {
        snprintf(text, PROBLEM_BYTES, "can't read %s: %s", path, reason_text(reason));
    }
}

int
server_reload(server *s, char problem[PROBLEM_BYTES])
{
    struct config_problem found;
    const char *path = s->options->config;
    hf_auto config *fresh = config_read(path, atomic_fetch_add(&s->generation, 1) + 1, &found);
    if (!fresh || hf_slot_store(&s->current, fresh)) {
        tell_problem(path, &found, problem);
        return -1;
    }
    /* Names mean other files now; but for those that are sent already. */
    if (s->documents) {
        hf_cache_clear(s->documents);
        hf_cache_resize(s->documents, (size_t)fresh->cache_entries, 0);
    }
    workers_wake(s);
    return 0;
}

struct limits
server_limits(const server *s)
{
    hf_read_begin();
    const config *c = hf_slot_peek(&s->current);
    struct limits limits = {c->idle_ms, (size_t)c->line_bytes, (size_t)c->output_bytes};
    hf_read_end();
    return limits;
}

/* ---- the clock ---- */

uint64_t
server_now(const server *s)
{
    struct timespec now;
    if (s->options->manual_clock) return atomic_load(&s->ticks);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void
server_tick(server *s, uint64_t milliseconds)
{
    atomic_fetch_add(&s->ticks, milliseconds);
    workers_wake(s);
}

/* ---- figures ---- */

bool
server_session_begins(server *s)
{
    hf_auto config *c = hf_slot_load(&s->current);
    if (atomic_fetch_add(&s->session_count, 1) < c->sessions) return true;
    atomic_fetch_sub(&s->session_count, 1);
    return false;
}

void
server_session_ended(server *s, size_t waiting)
{
    atomic_fetch_sub(&s->waiting, waiting);
    size_t before = atomic_fetch_sub(&s->session_count, 1);
    if (before == 1 && s->options->inetd) server_stop(s);
}

void
server_waiting_changed(server *s, size_t before, size_t now)
{
    atomic_fetch_add(&s->waiting, now - before);
}

/* ---- life ---- */

/* Returns 0, or -1 and errno. */
static int
make_workers(server *s)
{
    for (unsigned i = 0; i < s->options->workers; i++) {
        worker *w = worker_new(s, i == 0);
        if (!w) return -1;
        if (hf_array_push_move(&s->workers, &w)) {
            hf_release(w);
            return -1;
        }
    }
    return 0;
}

server *
server_new(const struct options *options, int listener)
{
    char problem[PROBLEM_BYTES];
    hf_auto server *s = hf_new(server);
    if (!s) {
        trouble(ENOMEM, "can't start");
        return NULL;
    }
    s->options = options;
    s->listener = listener;
    if (server_reload(s, problem)) {
        trouble(0, "%s", problem);
        return NULL;
    }
    hf_auto config *c = hf_slot_load(&s->current);
    hf_give(s, documents, hf_cache_new(&(hf_cache_options){.entries = (size_t)c->cache_entries}));
    if (!s->documents || make_workers(s)) {
        trouble(errno, "can't start");
        return NULL;
    }
    return hf_move(s);
}

int
server_adopt(server *s, int socket)
{
    return worker_add(hf_array_at(&s->workers, 0), s, socket);
}

void
server_stop(server *s)
{
    atomic_store(&s->is_over, true);
    workers_wake(s);
}

/* Starts all but the first. Returns how many; fewer than there are if threads are missing. */
static size_t
start_threads(server *s)
{
    for (size_t i = 1; i < hf_array_count(&s->workers); i++) {
        worker *w = hf_array_at(&s->workers, i);
        int reason = pthread_create(&w->thread, NULL, worker_thread, w);
        if (reason == 0) continue;
        trouble(reason, "can't start a thread");
        server_stop(s);
        return i;
    }
    return hf_array_count(&s->workers);
}

int
server_run(server *s)
{
    size_t started = start_threads(s), wanted = hf_array_count(&s->workers);
    worker_run(hf_array_at(&s->workers, 0), s);
    for (size_t i = 1; i < started; i++) {
        pthread_join(hf_array_at(&s->workers, i)->thread, NULL);
    }
    return started == wanted ? 0 : -1;
}
