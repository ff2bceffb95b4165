/* SPDX-License-Identifier: MIT
 *
 * A session: from bytes to lines, and from answers to bytes.
 * Knows commands, and sockets.
 * Two bounds: the buffer of a line never grows, and while more waits for the client than the
 * configuration says, no further line of it is looked at. So a client that doesn't read what it
 * asked for costs what is said there and one answer more; and then it is idle, and ends. */
#include "session.h"

#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "commands.h"
#include "trouble.h"

enum { ANSWER_BYTES = 2 * CONFIG_TEXT_BYTES + 200 };

static void
session_end(void *object)
{
    session *self = object;
    hf_auto server *s = hf_upgrade(&self->server);
    if (s) server_session_ended(s, self->output.bytes);
    if (self->socket >= 0) close(self->socket);
}

HF_TYPE(session, .destroy = session_end,
        .fields = HF_FIELDS(HF_WEAK(session, server), HF_STRONG_TO(session, input, hf_buffer),
                            HF_ARRAY(session, output.chunks)));

session *
session_new(server *s, int socket, uint64_t number)
{
    const struct limits limits = server_limits(s);
    session *self = hf_new(session);
    if (!self) {
        close(socket);
        return NULL;
    }
    self->socket = socket;
    self->number = number;
    self->last_active = server_now(s);
    hf_buffer *input = hf_buffer_new(limits.line_bytes + 1);
    if (!input || hf_weak_set(&self->server, s)) {
        hf_release(input);
        hf_release(self);
        return NULL;
    }
    input->length = 0;
    hf_give(self, input, input);
    if (server_session_begins(s)) return self;
    /* It is not counted, and so not counted off. */
    hf_weak_clear(&self->server);
    session_dismiss(self, "ERROR there are too many sessions");
    hf_release(self);
    errno = EUSERS;
    return NULL;
}

/* Lets the server know how much waits now, where it was `before`. */
static void
count_waiting(session *self, size_t before)
{
    hf_auto server *s = hf_upgrade(&self->server);
    if (s) server_waiting_changed(s, before, self->output.bytes);
}

int
session_say(session *self, const char *format, ...)
{
    char line[ANSWER_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof line - 2) length = (int)sizeof line - 2;
    line[length] = '\n';
    size_t before = self->output.bytes;
    int result = output_add_copy(&self->output, line, (size_t)length + 1);
    count_waiting(self, before);
    return result;
}

int
session_show(session *self, hf_buffer *bytes)
{
    size_t before = self->output.bytes;
    int result = output_add_document(&self->output, bytes);
    count_waiting(self, before);
    return result;
}

/* Time is looked at before something is sent: after that the client may have let it go on. */
static void
was_active(session *self, uint64_t now)
{
    if (now > self->last_active) self->last_active = now;
}

/* Returns 0, or -1 and errno. */
static int
send_some(session *self, uint64_t now)
{
    size_t before = self->output.bytes;
    ssize_t sent = output_send(&self->output, self->socket);
    count_waiting(self, before);
    if (sent > 0) was_active(self, now);
    return sent < 0 ? -1 : 0;
}

/* Returns 0, or -1 and errno. */
static int
receive(session *self, uint64_t now)
{
    hf_buffer *in = self->input;
    size_t room = hf_buffer_room(in) - in->length;
    if (!room) return 0;
    ssize_t got = recv(self->socket, in->bytes + in->length, room, MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
    if (got == 0) self->is_at_end = true;
    if (got > 0) was_active(self, now);
    in->length += (size_t)got;
    return 0;
}

/* Takes the next line off the input, from *begin on. Returns it, or NULL when none is whole. */
static const char *
next_line(const session *self, size_t *begin, size_t *length)
{
    const hf_buffer *in = self->input;
    const char *line = in->bytes + *begin;
    size_t left = in->length - *begin;
    const char *end = left ? memchr(line, '\n', left) : NULL;
    /* The last one may lack its line feed. */
    if (!end && !(self->is_at_end && left)) return NULL;
    *length = end ? (size_t)(end - line) : left;
    *begin += *length + (end != NULL);
    if (*length && line[*length - 1] == '\r') --*length;
    return line;
}

/* A line for which the buffer is too short: its rest is passed over, whenever that comes. */
static int
pass_over(session *self)
{
    hf_buffer *in = self->input;
    bool is_new = !self->is_skipping;
    if (in->length < hf_buffer_room(in) || memchr(in->bytes, '\n', in->length)) return 0;
    in->length = 0;
    self->is_skipping = true;
    if (!is_new) return 0;
    return session_say(self, "ERROR a line has at most %zu bytes", hf_buffer_room(in) - 1);
}

/* Does what the lines say that have come, until there is too much to send. Returns 0, or -1 and
 * errno. */
static int
obey(server *s, session *self)
{
    hf_buffer *in = self->input;
    size_t begin = 0, length;
    int result = 0;
    while (!result && !self->is_ending && self->output.bytes < server_limits(s).output_bytes) {
        const char *line = next_line(self, &begin, &length);
        if (!line) break;
        if (self->is_skipping) self->is_skipping = false;
        else result = command_run(s, self, line, length);
    }
    in->length -= begin;
    memmove(in->bytes, in->bytes + begin, in->length);
    return result ? result : pass_over(self);
}

static bool
has_line(const session *self)
{
    size_t begin = 0, length;
    return !self->is_ending && next_line(self, &begin, &length);
}

/* Returns 0, or -1 and errno. What is sent at once makes room for the answers to further lines. */
static int
obey_and_send(server *s, session *self, uint64_t now)
{
    do {
        if (obey(s, self) || send_some(self, now)) return -1;
    } while (has_line(self) && self->output.bytes < server_limits(s).output_bytes);
    return 0;
}

static bool
is_over(const session *self)
{
    bool reads_no_more = self->is_ending || (self->is_at_end && !has_line(self));
    return reads_no_more && !self->output.bytes;
}

bool
session_serve(server *s, session *self, uint32_t events)
{
    bool can_read = events & EPOLLIN;
    uint64_t now = server_now(s);
    if (!can_read && (events & (EPOLLHUP | EPOLLERR))) return false;
    if ((can_read && receive(self, now)) || obey_and_send(s, self, now)) {
        if (errno == ENOMEM) trouble(ENOMEM, "a session ends");
        return false;
    }
    return !is_over(self);
}

uint32_t
session_wants(const server *s, const session *self)
{
    bool reads = !self->is_at_end && !self->is_ending;
    bool is_slow = self->output.bytes >= server_limits(s).output_bytes;
    return (reads && !is_slow ? EPOLLIN : 0u) | (self->output.bytes ? EPOLLOUT : 0u);
}

void
session_dismiss(session *self, const char *word)
{
    if (session_say(self, "%s", word)) return;
    size_t before = self->output.bytes;
    (void)output_send(&self->output, self->socket);
    count_waiting(self, before);
}
