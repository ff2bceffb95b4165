/* SPDX-License-Identifier: MIT
 *
 * Small blocks that this thread freed and will use again before it asks malloc.
 * Knows headers; each thread has lists of its own, empty at first and after its exit. For block.h.
 *
 * Programs that count make and end small objects all the time; to hand a block to malloc and to
 * take it back costs more than all else that a birth and a death do. A thread keeps at most
 * KEPT_BYTES_MOST. In blocks of one kind the payload begins at the same place; there a dead one is
 * linked to the next, so that header and word stay as the death left them. Whoever uses a dead
 * object that is kept finds DONE, and is told of its type; malloc would have written there.
 * Checked builds keep none, since there quarantine takes the dead (block/quarantine.c); nor does a
 * process in which a memory checker watches malloc, or with HOLDFAST_KEEP=0 in its environment. */
#ifndef HFI_KEPT_H
#define HFI_KEPT_H

#include <stdlib.h>

#include "object/object.h"
#include "sync/sync.h"

enum { KEPT_BYTES_MOST = 64 * 1024 };

/* After so many births for which there was no block, the thread looks whether those that it keeps
 * are of the wrong kinds: if they fill half of the room, all go. */
enum { KEPT_MISSED_MOST = 4096 };

struct hfi_kept {
    void *first[SMALL_KINDS]; /* payloads, linked through their first word */
    size_t room;              /* bytes that it may keep beyond those that it does */
    size_t most;              /* bytes that it may keep; 0 before its first birth and at its exit */
    unsigned missed;          /* births for which there was no block, since the last look */
    struct hfi_thread_record at_exit;
};
extern __attribute__((visibility("hidden"))) THREAD_LOCAL struct hfi_kept hfi_kept;

/* The thread's first birth, or the time for a look. May ask for memory, as a birth may. */
COLD void hfi_kept_look(void);

/* Returns a dead payload, or NULL when there is none: then kept_miss. Owner: the caller. */
static inline void *
kept_take(unsigned kind)
{
    void *payload = hfi_kept.first[kind];
    if (unlikely(!payload)) return NULL;
    hfi_kept.first[kind] = *(void **)payload;
    hfi_kept.room += small_kind_bytes(kind);
    return payload;
}

static inline void
kept_miss(void)
{
    if (unlikely(++hfi_kept.missed > KEPT_MISSED_MOST)) hfi_kept_look();
}

/* For a dead payload whose block is of that kind: keeps it, or gives it to malloc. Never asks for
 * memory; so a thread that makes no objects keeps none. */
static inline void
kept_put(void *payload, unsigned kind)
{
    size_t bytes = small_kind_bytes(kind);
    if (unlikely(hfi_kept.room < bytes)) {
        free((char *)payload - small_kind_header(kind));
        return;
    }
    hfi_kept.room -= bytes;
    *(void **)payload = hfi_kept.first[kind];
    hfi_kept.first[kind] = payload;
}

#endif
