/* SPDX-License-Identifier: MIT
 *
 * Fields that many threads read and replace at once, and sections in which they read without
 * touching a count.
 * Knows objects. A slot is what std::atomic<std::shared_ptr> is in C++.
 *
 *     static hf_slot(config) current;                     all zero: empty
 *
 *     hf_slot_store(&current, fresh);                     any thread; the caller keeps its own
 *     hf_auto config *c = hf_slot_load(&current);         any thread; an owned reference
 *
 *     hf_read_begin();                                    no count is touched in here,
 *     config *c = hf_slot_peek(&current);                 so readers don't slow each other down
 *     ... c is borrowed until ...
 *     hf_read_end();
 *
 * What a slot has let go keeps the slot's reference for a while: until every read section that was
 * open then has ended. It is given back by the thread that replaced it, at once when nobody is in a
 * section; else at the end of the last of those sections, or by whoever next writes a slot,
 * collects or exits, if sections of several threads ended at the same moment. So the death of an
 * object that a slot held may run in hf_slot_store and its kin, in hf_read_end, in hf_collect and
 * its kin, in hf_slot_drain, and at the exit of a thread; never in hf_slot_load or hf_slot_peek.
 *
 * A section should be short. While one is open, what is replaced meanwhile waits: hf_stats says how
 * much. Of one thread no more than HF_SLOT_WAITING_MOST references wait: then that thread waits,
 * too, in its next write to a slot, and after a second says so through the warning handler. So a
 * section must not wait for a thread that writes slots; a write inside a section never waits, but
 * may need memory.
 *
 * In an object a slot is a field like others, HF_SLOT(T, f), and an edge that the collector sees.
 * What is peeked through an object stays while the object does: keep that, by a reference or by the
 * section in which it was peeked itself. A slot that is no declared field must be emptied before
 * its memory goes: hf_slot_store(&s, NULL).
 * Threads: any number, at once, unless an object is HF_CONFINED: those cannot stand in slots.
 *
 * A library that was built without Concurrency Kit has no slots, and its users are told so by
 * `HF_NO_SLOTS`, which CMake and pkg-config define for them: then each use of this page is an error
 * with a message (docs/portability.md). */
#ifndef HOLDFAST_SLOT_H
#define HOLDFAST_SLOT_H

#include "object.h"

HF_BEGIN_C

#ifdef HF_NO_SLOTS
#define HF_NO_SLOTS_TEXT_ "this Holdfast was built without Concurrency Kit and has no slots"
#if __has_attribute(error)
#define HF_NEEDS_SLOTS_ __attribute__((error(HF_NO_SLOTS_TEXT_)))
#else
#define HF_NEEDS_SLOTS_
#endif
#define HF_SLOTS_EXIST_ HF_STATIC_ASSERT_(0, HF_NO_SLOTS_TEXT_);
#else
#define HF_NEEDS_SLOTS_
#define HF_SLOTS_EXIST_
#endif

/* How many references may wait that one thread has let go. */
enum { HF_SLOT_WAITING_MOST = 1024 };

/* What every slot is, without the type of what it holds. Opaque: all zero is empty. */
typedef struct hf_slot_ref {
    void *held_;
} hf_slot_ref;

/* The type of a slot that holds a T or nothing. T may still be incomplete. Each mention is a type
 * of its own, as with hf_weak. The second member is never written; the macros below take the type
 * from it. */
#define hf_slot(T)                         \
    union {                                \
        HF_SLOTS_EXIST_ hf_slot_ref slot_; \
        T *to_;                            \
    }

/* Returns an owned reference to what the slot at address s holds, or NULL.
 * hf_slot_load(&s).
 *
 * Owner: the caller; give it back with hf_release. Errors: none. Runs none of the program's code.
 * Cost: a short section and a retain; no lock, no loop. */
#define hf_slot_load(s) ((__typeof__((s)->to_))hf_given_(hf_slot_load_(&(s)->slot_)))

/* Lets the slot at address s hold p, retained, instead of what it held. p is borrowed and may be
 * NULL.
 * hf_slot_store(&s, p).
 * Returns 0; or -1 and errno ENOMEM with the slot unchanged, which happens only inside a read
 * section. May wait, and runs the program's code: see the head of this page. */
#define hf_slot_store(s, p) hf_slot_store_(&(s)->slot_, (void *)(uintptr_t)HF_SLOT_FITS_(s, p))

/* The same, and returns what the slot held as an owned reference, or NULL.
 * hf_slot_exchange(&s, p).
 * Without memory, which happens only inside a read section, it returns NULL with errno ENOMEM and
 * the slot unchanged; otherwise it leaves errno alone. */
#define hf_slot_exchange(s, p)        \
    ((__typeof__((s)->to_))hf_given_( \
        hf_slot_exchange_(&(s)->slot_, (void *)(uintptr_t)HF_SLOT_FITS_(s, p))))

/* If the slot at address s holds what the handle at address expected holds: lets it hold p,
 * retained, instead, and returns true. If not: gives back what expected held, lets it hold an owned
 * reference to what the slot holds now, and returns false.
 *
 *     hf_auto config *seen = hf_slot_load(&current);
 *     do {
 *         ... make the next from seen ...
 *     } while (!hf_slot_compare_exchange(&current, &seen, next));
 *
 * expected is an owned handle or NULL, so nothing else can have taken the place of what it holds.
 * Without memory, which happens only inside a read section, it returns false with errno ENOMEM, and
 * slot and handle unchanged; otherwise it leaves errno alone. */
#define hf_slot_compare_exchange(s, expected, p)                                             \
    __extension__({                                                                          \
        __typeof__((s)->to_) *hf_expected_ = (expected);                                     \
        void *hf_seen_ = (void *)(uintptr_t)*hf_expected_;                                   \
        int hf_is_done_ = hf_slot_compare_exchange_(&(s)->slot_, &hf_seen_,                  \
                                                    (void *)(uintptr_t)HF_SLOT_FITS_(s, p)); \
        *hf_expected_ = (__typeof__((s)->to_))hf_seen_;                                      \
        hf_is_done_;                                                                         \
    })

/* Returns a borrowed pointer to what the slot at address s holds, or NULL. Only inside a read
 * section, and good until its end; retain it to keep it longer. Checked builds: fatal outside.
 * hf_slot_peek(&s). Cost: a load. */
#define hf_slot_peek(s) ((__typeof__((s)->to_))hf_slot_peek_(&(s)->slot_))

/* Begins a read section of this thread: whatever it peeks stays until the end. Sections nest; a
 * thread that is in one already only counts. A thread needs no registration, and what the library
 * keeps for it goes to another thread when it exits. Errors: none. Cost: one atomic exchange. */
HF_API_OFTEN_ void hf_read_begin(void) HF_NEEDS_SLOTS_;

/* Ends it. The end of the outermost may run the program's code: the death of what was replaced
 * meanwhile. Without a beginning: fatal. */
HF_API_OFTEN_ void hf_read_end(void) HF_NEEDS_SLOTS_;

/* Gives back everything that slots have let go until now, and waits for the read sections that are
 * open, of all threads. For shutdown and for tests.
 * Returns 0, or -1 and errno EDEADLK inside a read section of this thread. Runs the program's
 * code. */
HF_API int hf_slot_drain(void) HF_NEEDS_SLOTS_;

/* The pointer itself; the compiler objects when it does not fit the slot. */
#define HF_SLOT_FITS_(s, p) (1 ? (p) : (s)->to_)

HF_API_OFTEN_ void *hf_slot_load_(const hf_slot_ref *slot) HF_GIVE HF_NEEDS_SLOTS_;
HF_API int hf_slot_store_(hf_slot_ref *slot, void *object) HF_NEEDS_SLOTS_;
HF_API void *hf_slot_exchange_(hf_slot_ref *slot, void *object) HF_GIVE HF_NEEDS_SLOTS_;
HF_API int hf_slot_compare_exchange_(hf_slot_ref *slot, void **expected,
                                     void *object) HF_NEEDS_SLOTS_;
HF_API_OFTEN_ void *hf_slot_peek_(const hf_slot_ref *slot) HF_LEND HF_NEEDS_SLOTS_;

HF_END_C

#endif
