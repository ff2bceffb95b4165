/* SPDX-License-Identifier: MIT
 *
 * The door of the room for threads: their numbers, what happens when one exits, and sections in
 * which they read what others replace.
 * Knows nothing of objects. */
#ifndef HFI_SYNC_H
#define HFI_SYNC_H

#include <holdfast/layout.h>

#include "base/base.h"

/* What stands in the word of each confined object that this thread has made: CONFINED, and in the
 * version field the thread's number, which is zero as long as it has made none. Numbers of objects
 * are never zero. Exported for HF_INLINE. */
extern __attribute__((visibility("default"))) THREAD_LOCAL uint64_t hf_confined_mark_;

/* The number alone, in place; zero as long as the thread has none. */
static inline uint64_t
thread_tag(void)
{
    return hf_confined_mark_ ^ HF_WORD_CONFINED_;
}

/* The same, after the thread has got a number if it had none. They come again after 2^27 threads
 * that made confined objects. */
uint64_t hfi_thread_tag(void);

/* What a room keeps for a thread begins with this: run is called with it when the thread exits. */
struct hfi_thread_record {
    void (*run)(struct hfi_thread_record *record);
    struct hfi_thread_record *next; /* who is called after it */
};

/* Promises that record->run(record) is called once, when this thread exits; false when the C
 * library has no memory for that. The last who asked is called first. */
bool hfi_thread_at_exit(struct hfi_thread_record *record);

/* ---- read sections, and what waits for their end ---- */

/* What is deferred on a thread before the thread waits or helps: see include/holdfast/slot.h. */
enum { DEFERRED_AT_MOST = 1024 };

#ifdef HF_NO_SLOTS

/* Nobody reads what others replace, and nothing waits. */
static inline bool
hfi_section_is_open(void)
{
    return false;
}

static inline size_t
hfi_deferred_count(void)
{
    return 0;
}

#else

/* Ends what was deferred. Runs user code. */
typedef void hfi_deferred_end(void *what);

/* Sections nest, and cannot fail. The end returns whether it was that of the outermost. */
void hfi_section_begin(void);
bool hfi_section_end(void);

/* Whether this thread is in one. */
bool hfi_section_is_open(void);

/* Makes sure that this thread may defer one more: call it before anything is taken away from
 * readers. Outside a section it ends what it can, or waits; may run user code. Returns false only
 * in a section, without memory. */
bool hfi_deferred_make_room(hfi_deferred_end *end);

/* What no section that begins from now on can come to is ended when those that are open have ended.
 * One call for each time that room was made. */
void hfi_defer(void *what, hfi_deferred_end *end);

/* Ends what may be ended now, of all threads. Runs user code, without a lock. Never waits. */
void hfi_deferred_settle(hfi_deferred_end *end);

/* Ends all that is deferred now, and waits for the sections that are open. Not in a section. */
void hfi_deferred_drain(hfi_deferred_end *end);

/* How many things wait; and whether any do, which is a hint without a lock. */
size_t hfi_deferred_count(void);
bool hfi_deferred_is_waiting(void);

#endif

#endif
