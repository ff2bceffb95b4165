/* SPDX-License-Identifier: MIT
 *
 * A session: one client, its socket, the lines that it sends and the answers that wait for it.
 * Knows the server, weakly: a session keeps nothing alive but what is its own.
 * One worker has it, and no other thread touches it. */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <stdbool.h>

#include "output.h"
#include "server.h"
#include "timers.h"

struct session {
    hf_weak(server) server;
    hf_buffer *input; /* lines that are not read yet */
    struct output output;
    uint64_t number;
    uint64_t last_active;
    int socket;
    uint32_t watched; /* events, as epoll knows them */
    bool is_at_end;   /* the client sends no more */
    bool is_ending;   /* no more is read: it ends when all is sent */
    bool is_skipping; /* the rest of a line that was too long */
};
HF_DECLARE(session);

/* Returns a session with the client on this socket, which is the session's from now on, and closed
 * without one. Owner: the caller. NULL and errno ENOMEM, or EUSERS when there are too many. */
session *session_new(server *s, int socket, uint64_t number) HF_GIVE;

/* Appends a line to what waits for the client. Returns 0, or -1 and ENOMEM. */
int session_say(session *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends a view of bytes, which live as long as anybody has one. Returns 0, or -1 and ENOMEM. */
int session_show(session *self, hf_buffer *bytes);

/* Does what can be done after these events. Returns whether the session goes on. */
bool session_serve(server *s, session *self, uint32_t events);

/* Returns the events that the session waits for. */
uint32_t session_wants(const server *s, const session *self);

/* Says the last word, and sends what can be sent. The caller forgets the session. */
void session_dismiss(session *self, const char *word);

#endif
