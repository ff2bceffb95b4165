/* SPDX-License-Identifier: MIT
 *
 * Read sections, and whether they are over.
 * Knows thread exit; the only file that knows Concurrency Kit, whose epochs it uses. Keeps
 * process-wide state: the epoch, and what threads have for it, made on first use; a forked child
 * goes on without the sections of other threads.
 *
 * A section says that it is open, and which epoch it saw. An epoch follows another when all open
 * sections have seen the present one: so a section that saw number n is over in epoch n + 2. What
 * waits for sections is kept by deferred.c, not given to Concurrency Kit: ck_epoch_poll of release
 * 0.7.1 ends it before it looks who reads, which is sound on x86 only.
 * Argument: docs/internals/slots.md, R.1 to R.3; models/slot_exchange. */
#include "sync/epoch.h"

#include <ck_epoch.h>
#include <stdlib.h>
#include <string.h>

/* Concurrency Kit's instructions are invisible to ThreadSanitizer. What it has to know is one
 * thing: what was done in a section happens before the end of what waited for it. */
#if HFI_THREAD_SANITIZER
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#define tell_of_end() __tsan_release(&epoch)
#define tell_of_all_ends() __tsan_acquire(&epoch)
#else
#define tell_of_end() ((void)0)
#define tell_of_all_ends() ((void)0)
#endif

/* What a thread has. Never freed, since others may look at it at any time; a later thread takes it
 * over. */
struct reader {
    ck_epoch_record_t record; /* the first, as it wants cache lines of its own */
    struct hfi_thread_record at_exit;
    struct reader *next;
    bool is_free;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct reader *readers; /* all there ever were; under the lock */

static pthread_once_t epoch_once = PTHREAD_ONCE_INIT;
static ck_epoch_t epoch;
static ck_epoch_record_t scanner; /* in no section, ever */

/* Sections of threads that have no reader, for want of memory or because they are past their
 * exit. */
static uint32_t bare_sections;

/* How deep sections are nested is in the reader's record; or here, if those that are open have no
 * reader. */
static THREAD_LOCAL struct {
    struct reader *reader;
    uint32_t bare_depth;
    bool is_over; /* past its exit */
} mine;

/* ---- readers ---- */

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_READERS, &lock, 1);
}

/* The child has no other thread: whoever was in a section never leaves it. */
static void
forget_others(void)
{
    for (struct reader *reader = readers; reader; reader = reader->next) {
        if (reader == mine.reader || reader->is_free) continue;
        ck_epoch_unregister(&reader->record);
        reader->is_free = true;
    }
    bare_sections = mine.bare_depth > 0;
}

static void
make_epoch(void)
{
    ck_epoch_init(&epoch);
    ck_epoch_register(&epoch, &scanner, NULL);
    /* Without memory for it, the child of a fork waits for sections that nobody will end. */
    (void)pthread_atfork(NULL, NULL, forget_others);
}

static struct reader *
make_reader(void)
{
    size_t line = _Alignof(struct reader);
    struct reader *reader = aligned_alloc(line, (sizeof *reader + line - 1) / line * line);
    if (!reader) return NULL;
    memset(reader, 0, sizeof *reader);
    ck_epoch_register(&epoch, &reader->record, NULL);
    reader->next = readers;
    readers = reader;
    return reader;
}

static void
give_reader_back(void)
{
    struct reader *reader = mine.reader;
    mine.reader = NULL;
    pthread_mutex_lock(&lock);
    ck_epoch_unregister(&reader->record);
    reader->is_free = true;
    pthread_mutex_unlock(&lock);
}

/* The thread exits. A section that it has left open is over. */
static void
leave(struct hfi_thread_record *record)
{
    (void)record;
    while (mine.reader->record.active) ck_epoch_end(&mine.reader->record, NULL);
    mine.is_over = true;
    give_reader_back();
}

/* Returns this thread's reader, or NULL without memory and for a thread past its exit. */
COLD static struct reader *
join(void)
{
    if (mine.is_over) return NULL;
    pthread_once(&epoch_once, make_epoch);
    pthread_mutex_lock(&lock);
    struct reader *reader = (struct reader *)ck_epoch_recycle(&epoch, NULL);
    if (!reader) reader = make_reader();
    if (reader) reader->is_free = false;
    pthread_mutex_unlock(&lock);
    if (!reader) return NULL;
    mine.reader = reader;
    reader->at_exit.run = leave;
    if (hfi_thread_at_exit(&reader->at_exit)) return reader;
    give_reader_back();
    return NULL;
}

/* ---- sections ---- */

COLD static void
begin_bare(void)
{
    if (mine.bare_depth++) return;
    (void)atomic_add_relaxed(&bare_sections, 1); /* relaxed: the fence orders it */
    /* seq_cst: no look of the section comes before it is counted. pairs with: the fence and the
     * look in hfi_epoch_look. */
    atomic_fence_seq_cst();
}

COLD static bool
end_bare(void)
{
    if (!mine.bare_depth) hfi_fatal("holdfast: hf_read_end without hf_read_begin");
    if (--mine.bare_depth) return false;
    /* release: what the section did comes before the end of what waited for it. pairs with: the
     * acquire in hfi_epoch_look. */
    (void)atomic_sub_release(&bare_sections, 1);
    return true;
}

/* Of a thread that has no reader yet. A section inside a bare one is as bare. */
COLD static void
begin_first(void)
{
    struct reader *reader = mine.bare_depth ? NULL : join();
    if (reader) ck_epoch_begin(&reader->record, NULL);
    else begin_bare();
}

/* Nothing is written before the exchange in ck_epoch_begin, which would wait for it. */
void
hfi_section_begin(void)
{
    struct reader *reader = mine.reader;
    if (likely(reader)) ck_epoch_begin(&reader->record, NULL);
    else begin_first();
    yield_point(section_begun);
}

bool
hfi_section_end(void)
{
    struct reader *reader = mine.reader;
    yield_point(section_ends);
    tell_of_end();
    if (likely(reader && reader->record.active)) return ck_epoch_end(&reader->record, NULL);
    return end_bare();
}

bool
hfi_section_is_open(void)
{
    return mine.bare_depth || (mine.reader && mine.reader->record.active);
}

/* ---- whether they are over ---- */

unsigned
hfi_epoch_now(void)
{
    return ck_epoch_value(&epoch);
}

enum epoch_readers
hfi_epoch_look(void)
{
    pthread_once(&epoch_once, make_epoch);
    unsigned before = ck_epoch_value(&epoch);
    /* Nothing was given to the scanner, so this only looks and steps; it begins with a fence. It
     * passes when it found nobody, or made the step or was forestalled in it; the latter two are
     * seen in the number. */
    bool has_passed = ck_epoch_poll(&scanner);
    unsigned after = ck_epoch_value(&epoch);
    tell_of_all_ends();
    /* acquire: what those sections did is done. pairs with: the release in end_bare. */
    if (atomic_load_acquire(&bare_sections)) return EPOCH_READ_BY_UNKNOWN;
    return has_passed && before == after ? EPOCH_READ_BY_NONE : EPOCH_READ_BY_SOME;
}
