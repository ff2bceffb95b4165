/* SPDX-License-Identifier: MIT
 *
 * Numbers for threads that make confined objects, and one call back when a thread exits.
 * Knows nothing of objects; keeps process-wide state: the next number, and the key whose destructor
 * is the call back. Both are made on first use; a forked child goes on with the number and the key
 * of the thread that forked. */
#include "sync/sync.h"

#include <holdfast/layout.h>

THREAD_LOCAL uint64_t hf_confined_tag_;

static uint32_t last_number;

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;
static bool has_key;

uint64_t
hfi_thread_tag(void)
{
    while (unlikely(!hf_confined_tag_)) {
        /* relaxed: only that each thread gets another number matters. */
        uint64_t number = atomic_add_relaxed(&last_number, 1) + UINT64_C(1);
        hf_confined_tag_ = number << HF_WORD_VERSION_SHIFT_;
    }
    return hf_confined_tag_;
}

static void
call_at_exit(void *value)
{
    struct hfi_thread_record *record = value;
    record->run(record);
}

static void
make_key(void)
{
    has_key = pthread_key_create(&exit_key, call_at_exit) == 0;
}

bool
hfi_thread_at_exit(struct hfi_thread_record *record)
{
    pthread_once(&key_once, make_key);
    return has_key && pthread_setspecific(exit_key, record) == 0;
}
