/* SPDX-License-Identifier: MIT
 *
 * Blocks that a thread keeps: from when on, whether it still wants them, and all at its exit.
 * Knows malloc and thread exit. A forked child keeps what the thread kept that forked; the blocks
 * of others are lost to it, as are those that malloc itself keeps for each thread. */
#define _GNU_SOURCE
#include "block/kept.h"

#include <string.h>

THREAD_LOCAL struct hfi_kept hfi_kept = {.missed = KEPT_MISSED_MOST};

/* Parts of the run times of sanitizers: there if the program is built with one, even if the library
 * is not. To them a block that is used again without malloc is the same block. */
extern void __asan_init(void) __attribute__((weak));
extern void __hwasan_init(void) __attribute__((weak));
extern void __msan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

/* Whether this build keeps any. */
#ifndef HF_KEEPS_BLOCKS
#define HF_KEEPS_BLOCKS (!HF_CHECKED)
#endif

static bool keeps_blocks;

__attribute__((constructor)) static void
read_environment(void)
{
    const char *wish = secure_getenv("HOLDFAST_KEEP");
    bool is_watched = __asan_init || __hwasan_init || __msan_init || __tsan_init;
    keeps_blocks = HF_KEEPS_BLOCKS && !is_watched && !(wish && strcmp(wish, "0") == 0);
}

static void
give_all_to_malloc(struct hfi_kept *mine)
{
    for (unsigned kind = 0; kind < SMALL_KINDS; kind++) {
        void *payload;
        while ((payload = mine->first[kind])) {
            mine->first[kind] = *(void **)payload;
            free((char *)payload - small_kind_header(kind));
        }
    }
}

static void
leave(struct hfi_thread_record *record)
{
    (void)record;
    give_all_to_malloc(&hfi_kept);
    hfi_kept.most = hfi_kept.room = 0;
}

void
hfi_kept_look(void)
{
    struct hfi_kept *mine = &hfi_kept;
    if (!mine->at_exit.run) {
        mine->at_exit.run = leave;
        if (keeps_blocks && hfi_thread_at_exit(&mine->at_exit)) mine->most = KEPT_BYTES_MOST;
        mine->room = mine->most;
    } else if (mine->room < mine->most / 2) {
        give_all_to_malloc(mine);
        mine->room = mine->most;
    }
    mine->missed = 0;
}
