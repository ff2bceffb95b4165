/* SPDX-License-Identifier: MIT
 *
 * Numbers for threads that make confined objects, and calls back when a thread exits.
 * Knows nothing of objects; keeps process-wide state: the next number, and the key whose destructor
 * calls back. Both are made on first use; a forked child goes on with the number and the key
 * of the thread that forked. */
#include "sync/sync.h"

THREAD_LOCAL uint64_t hf_confined_mark_ = HF_WORD_CONFINED_;

/* So that the version's highest bit is free: whoever sees that takes it back (object/word.h). */
#define HIGHEST_NUMBER ((UINT64_C(1) << (HF_WORD_VERSION_BITS_ - 1)) - 1)

static uint32_t last_number;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t exit_key; /* these under the lock */
static bool has_key;

uint64_t
hfi_thread_tag(void)
{
    while (unlikely(!thread_tag())) {
        /* relaxed: only that each thread gets another number matters. */
        uint64_t number = (atomic_add_relaxed(&last_number, 1) + UINT64_C(1)) & HIGHEST_NUMBER;
        hf_confined_mark_ = HF_WORD_CONFINED_ | number * HF_WORD_VERSION_ONE_;
    }
    return thread_tag();
}

static void
call_at_exit(void *value)
{
    struct hfi_thread_record *record = value;
    while (record) {
        struct hfi_thread_record *next = record->next;
        record->run(record);
        record = next;
    }
}

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_THREADS, &lock, 1);
}

/* Who had no memory for it once may have it the next time. */
static bool
has_made_key(void)
{
    pthread_mutex_lock(&lock);
    if (!has_key) has_key = pthread_key_create(&exit_key, call_at_exit) == 0;
    bool is_made = has_key;
    pthread_mutex_unlock(&lock);
    return is_made;
}

bool
hfi_thread_at_exit(struct hfi_thread_record *record)
{
    if (!has_made_key()) return false;
    record->next = pthread_getspecific(exit_key);
    return pthread_setspecific(exit_key, record) == 0;
}
