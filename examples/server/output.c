/* SPDX-License-Identifier: MIT
 *
 * What waits to be sent to one client.
 * Knows sockets.
 * Who is slow makes this longer; session.c reads no more from such a client. */
#include "output.h"

#include <stdbool.h>
#include <sys/socket.h>

/* What a chunk counts beside its bytes, so that many short ones have an end, too. */
enum { CHUNK_BYTES = 64 };

HF_TYPE(chunk, .fields = HF_FIELDS(HF_SLICE(chunk, bytes)));

int
output_add_document(struct output *out, hf_buffer *document)
{
    if (!document->length) return 0;
    hf_auto chunk *c = hf_new(chunk);
    if (!c) return -1;
    hf_auto hf_slice all = hf_slice_of(document, 0, SIZE_MAX);
    hf_slice_set(&c->bytes, all);
    if (hf_array_push_move(&out->chunks, &c)) return -1;
    out->bytes += all.length + CHUNK_BYTES;
    return 0;
}

int
output_add_copy(struct output *out, const char *bytes, size_t length)
{
    hf_auto hf_buffer *copy = hf_buffer_copy(bytes, length);
    return copy ? output_add_document(out, copy) : -1;
}

/* Takes what was sent off the front. */
static void
take_off(struct output *out, size_t sent)
{
    out->sent += sent;
    out->bytes -= sent;
    if (out->sent < hf_array_at(&out->chunks, 0)->bytes.length) return;
    (void)hf_array_remove(&out->chunks, 0);
    out->sent = 0;
    out->bytes -= CHUNK_BYTES;
}

static bool
must_wait(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

ssize_t
output_send(struct output *out, int socket)
{
    ssize_t total = 0;
    while (hf_array_count(&out->chunks)) {
        const hf_slice *first = &hf_array_at(&out->chunks, 0)->bytes;
        ssize_t sent = send(socket, first->bytes + out->sent, first->length - out->sent,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return must_wait() ? total : -1;
        take_off(out, (size_t)sent);
        total += sent;
    }
    return total;
}
