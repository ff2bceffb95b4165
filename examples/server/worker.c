/* SPDX-License-Identifier: MIT
 *
 * A worker: waits for its sessions, its timers, and new clients.
 * Knows sessions, timers, epoll and signals.
 * epoll keeps a number, never a pointer: an event for a session that has ended meanwhile finds
 * nothing in the map, and a number is not used again. */
#define _GNU_SOURCE /* accept4 */
#include "worker.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trouble.h"

enum { LISTENER, BELL, SIGNALS, FIRST_SESSION = 16 };

enum { EVENTS_AT_ONCE = 32, CLIENTS_AT_ONCE = 16, TIMERS_TO_SPARE = 64 };

static void
close_one(int descriptor)
{
    if (descriptor >= 0) close(descriptor);
}

static void
worker_close(void *object)
{
    worker *w = object;
    close_one(w->events);
    close_one(w->bell);
    close_one(w->signals);
    close_one(w->spare);
}

HF_TYPE(worker, .destroy = worker_close,
        .fields = HF_FIELDS(HF_WEAK(worker, server), HF_MAP(worker, sessions),
                            HF_ARRAY(worker, timers)));

/* ---- birth ---- */

/* Returns a descriptor that tells of the signals that the server knows, which are blocked. */
static int
open_signals(void)
{
    sigset_t known;
    sigemptyset(&known);
    sigaddset(&known, SIGHUP);
    sigaddset(&known, SIGTERM);
    sigaddset(&known, SIGINT);
    pthread_sigmask(SIG_BLOCK, &known, NULL);
    return signalfd(-1, &known, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
watch(worker *w, int descriptor, uint32_t events, uint64_t number)
{
    struct epoll_event event = {.events = events, .data.u64 = number};
    return epoll_ctl(w->events, EPOLL_CTL_ADD, descriptor, &event);
}

static int
open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

worker *
worker_new(server *s, bool is_first)
{
    hf_auto worker *w = hf_new(worker);
    if (!w) return NULL;
    w->latest = FIRST_SESSION;
    w->events = epoll_create1(EPOLL_CLOEXEC);
    w->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    w->signals = is_first ? open_signals() : -1;
    w->spare = open_spare();
    if (w->events < 0 || w->bell < 0 || w->spare < 0 || (is_first && w->signals < 0)) return NULL;
    if (watch(w, w->bell, EPOLLIN, BELL)) return NULL;
    if (is_first && watch(w, w->signals, EPOLLIN, SIGNALS)) return NULL;
    if (s->listener >= 0 && watch(w, s->listener, EPOLLIN | EPOLLEXCLUSIVE, LISTENER)) return NULL;
    return hf_weak_set(&w->server, s) ? NULL : hf_move(w);
}

void
workers_wake(server *s)
{
    static const uint64_t one = 1;
    for (size_t i = 0; i < hf_array_count(&s->workers); i++) {
        /* It fails only when the bell rings already. */
        if (write(hf_array_at(&s->workers, i)->bell, &one, sizeof one) < 0) continue;
    }
}

/* ---- sessions ---- */

/* Ends with the session that hears the last reference to it go: the descriptor is closed, so epoll
 * forgets it, and its timer finds nothing any more. */
static void
forget(worker *w, session *it)
{
    (void)hf_map_remove(&w->sessions, hf_key_integer(it->number));
}

/* Lets epoll know what the session waits for now. */
static void
watch_again(worker *w, const server *s, session *it)
{
    uint32_t wanted = session_wants(s, it);
    if (wanted == it->watched) return;
    struct epoll_event event = {.events = wanted, .data.u64 = it->number};
    if (epoll_ctl(w->events, EPOLL_CTL_MOD, it->socket, &event)) {
        trouble(errno, "a session ends");
        forget(w, it);
        return;
    }
    it->watched = wanted;
}

static void
serve(worker *w, server *s, session *it, uint32_t events)
{
    if (session_serve(s, it, events)) watch_again(w, s, it);
    else forget(w, it);
}

/* A session that the worker has, greeted. Returns 0, or -1 and errno. */
static int
begin(worker *w, server *s, session *it)
{
    hf_auto config *c = hf_slot_load(&s->current);
    if (timers_add(&w->timers, it, it->last_active)) return -1;
    it->watched = EPOLLIN;
    return session_say(it, "OK %s", c->greeting) || watch(w, it->socket, EPOLLIN, it->number) ? -1
                                                                                              : 0;
}

int
worker_add(worker *w, server *s, int socket)
{
    hf_auto session *it = session_new(s, socket, w->latest + 1);
    if (!it || hf_map_set(&w->sessions, hf_key_integer(it->number), it)) {
        trouble(errno, "a client is turned away");
        return -1;
    }
    w->latest++;
    if (begin(w, s, it)) {
        trouble(errno, "a client is turned away");
        forget(w, it);
        return -1;
    }
    serve(w, s, it, EPOLLIN);
    return 0;
}

/* ---- new clients ---- */

/* One client more than there are descriptors: the spare one is for telling it so. */
static void
turn_away(worker *w, const server *s)
{
    static const char word[] = "ERROR there are too many sessions\n";
    close_one(w->spare);
    int client = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client >= 0 && send(client, word, strlen(word), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
        trouble(EMFILE, "a client is turned away");
    }
    close_one(client);
    w->spare = open_spare();
}

/* Takes some clients off the listening socket; epoll tells of those that are left. */
static void
take_clients(worker *w, server *s)
{
    for (int i = 0; i < CLIENTS_AT_ONCE; i++) {
        int client = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client >= 0) {
            (void)worker_add(w, s, client);
        } else if (errno == EMFILE || errno == ENFILE) {
            turn_away(w, s);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

/* ---- what else happens ---- */

static void
hear_signals(worker *w, server *s)
{
    char problem[PROBLEM_BYTES];
    struct signalfd_siginfo heard;
    while (read(w->signals, &heard, sizeof heard) == (ssize_t)sizeof heard) {
        if (heard.ssi_signo != SIGHUP) server_stop(s);
        else if (server_reload(s, problem)) trouble(0, "%s", problem);
    }
}

static void
happen(worker *w, server *s, const struct epoll_event *event)
{
    uint64_t number = event->data.u64, count;
    if (number == LISTENER) {
        take_clients(w, s);
    } else if (number == SIGNALS) {
        hear_signals(w, s);
    } else if (number == BELL) {
        /* It has done what it is for. */
        if (read(w->bell, &count, sizeof count) < 0) return;
    } else {
        hf_auto session *it = hf_map_get(&w->sessions, hf_key_integer(number));
        if (it) serve(w, s, it, event->events);
    }
}

/* Ends the session of a timer that is due, unless it was active since: then the timer begins
 * again. */
static void
fire(worker *w, timer *taken)
{
    hf_auto timer *t = taken;
    hf_auto session *it = hf_upgrade(&t->who);
    if (!it) return;
    if (it->last_active > t->since) {
        t->since = it->last_active;
        timers_put_back(&w->timers, &t);
        return;
    }
    session_dismiss(it, "ERROR the session was idle for too long");
    forget(w, it);
}

static void
fire_all(worker *w, const server *s)
{
    uint64_t now = server_now(s), idle = server_limits(s).idle_ms;
    const timer *first;
    while ((first = timers_first(&w->timers)) && first->since + idle <= now) {
        fire(w, timers_take(&w->timers));
    }
    if (hf_array_count(&w->timers) > 2 * hf_map_count(&w->sessions) + TIMERS_TO_SPARE) {
        timers_prune(&w->timers);
    }
}

/* Returns for how many milliseconds nothing happens by itself; -1: until somebody does. */
static int
time_to_wait(const worker *w, const server *s)
{
    const timer *first = timers_first(&w->timers);
    if (!first || s->options->manual_clock) return -1;
    uint64_t now = server_now(s), due = first->since + server_limits(s).idle_ms;
    if (due <= now) return 0;
    return due - now > INT_MAX ? INT_MAX : (int)(due - now);
}

/* ---- the loop ---- */

static void
dismiss_all(worker *w)
{
    hf_map_cursor at = {0};
    for (session *each; (each = hf_map_next(&w->sessions, &at));) {
        session_dismiss(each, "OK the server ends");
    }
    hf_map_clear(&w->sessions);
    hf_array_clear(&w->timers);
}

void
worker_run(worker *w, server *s)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    while (!atomic_load(&s->is_over)) {
        int count = epoll_wait(w->events, events, EVENTS_AT_ONCE, time_to_wait(w, s));
        for (int i = 0; i < count; i++) happen(w, s, &events[i]);
        fire_all(w, s);
    }
    dismiss_all(w);
}

void *
worker_thread(void *object)
{
    worker *w = object;
    hf_auto server *s = hf_upgrade(&w->server);
    if (s) worker_run(w, s);
    return NULL;
}
