/* SPDX-License-Identifier: MIT
 *
 * Targets of edges on their way to the table of members.
 * Knows the trial. For this room alone.
 *
 * In a graph that is scattered over memory each target costs two misses of the cache, one after the
 * other: what tells the member's number, and the member. So targets wait in a short ring: the first
 * is asked for when a target comes, the second when it has waited a while, and only then it is
 * looked up. Measured on a
 * random graph of a million objects, this takes a third of the time of looking up at once. */
#ifndef HFI_STREAM_H
#define HFI_STREAM_H

#include "collector/trial.h"

enum {
    STREAM_TARGETS = 32,
    STREAM_AHEAD = 12,
    OBJECTS_AHEAD = 24 /* whose headers are asked for before they are looked at */
};

struct stream {
    struct trial *trial;
    unsigned in, peeked, out; /* how many came, had their member asked for, and went */
    void *targets[STREAM_TARGETS];
};

FLATTEN_INLINE void
stream_begin(struct stream *stream, struct trial *trial)
{
    stream->trial = trial;
    stream->in = stream->peeked = stream->out = 0;
}

FLATTEN_INLINE void
stream_peek(struct stream *stream)
{
    trial_peek(stream->trial, stream->targets[stream->peeked++ % STREAM_TARGETS]);
}

/* use(stream, target) is called for each target in their order, some time later. Inlined with
 * use. */
FLATTEN_INLINE void
stream_put(struct stream *stream, void *target, void (*use)(struct stream *stream, void *target))
{
    trial_prefetch(stream->trial, target);
    stream->targets[stream->in++ % STREAM_TARGETS] = target;
    if (stream->in - stream->peeked > STREAM_AHEAD) stream_peek(stream);
    if (stream->in - stream->out <= 2 * STREAM_AHEAD) return;
    use(stream, stream->targets[stream->out++ % STREAM_TARGETS]);
}

/* Uses all that have come. */
FLATTEN_INLINE void
stream_end(struct stream *stream, void (*use)(struct stream *stream, void *target))
{
    while (stream->peeked != stream->in) stream_peek(stream);
    while (stream->out != stream->in) use(stream, stream->targets[stream->out++ % STREAM_TARGETS]);
}

/* An object whose header and first fields will be read soon. */
static inline void
prefetch_object(const void *object)
{
    prefetch_to_read(header_of(object));
    prefetch_to_read((const char *)object + sizeof(struct hfi_header));
}

#endif
