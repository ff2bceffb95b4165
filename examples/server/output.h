/* SPDX-License-Identifier: MIT
 *
 * What waits to be sent to one client: views of bytes, in order.
 * Knows the library.
 * A document is not copied for each client: its views hold it until the last one was sent. */
#ifndef SERVER_OUTPUT_H
#define SERVER_OUTPUT_H

#include <holdfast/holdfast.h>
#include <sys/types.h>

typedef struct chunk {
    hf_slice bytes;
} chunk;
HF_DECLARE(chunk);

/* Part of a session, which declares `chunks` as a field. */
struct output {
    hf_array(chunk) chunks;
    size_t sent;  /* of the first one */
    size_t bytes; /* that wait, and something for each chunk */
};

/* Appends a copy of bytes, or a view of a document. Returns 0, or -1 and ENOMEM. */
int output_add_copy(struct output *out, const char *bytes, size_t length);
int output_add_document(struct output *out, hf_buffer *document);

/* Sends what the socket takes without waiting. Returns how many bytes those were, or -1 and
 * errno. */
ssize_t output_send(struct output *out, int socket);

#endif
