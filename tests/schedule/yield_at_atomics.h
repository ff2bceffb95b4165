/* SPDX-License-Identifier: MIT
 *
 * Included before the first line of each file of the library that tests/schedule builds: every
 * atomic operation becomes a place where another thread may go on.
 * Knows the compiler's builtins: a macro with the name of a builtin calls the builtin.
 * Named steps (base/yield.h) make schedules that people can read and write; this finds what nobody
 * thought of naming. */
#ifndef HOLDFAST_TESTS_YIELD_AT_ATOMICS_H
#define HOLDFAST_TESTS_YIELD_AT_ATOMICS_H

extern void (*schedule_atomic_hook)(const void *address, const char *function, int line);

#define SCHEDULE_ATOMIC_(address) \
    (schedule_atomic_hook ? schedule_atomic_hook((address), __func__, __LINE__) : (void)0)

#define __atomic_load_n(p, order) (SCHEDULE_ATOMIC_(p), __atomic_load_n(p, order))
#define __atomic_store_n(p, value, order) (SCHEDULE_ATOMIC_(p), __atomic_store_n(p, value, order))
#define __atomic_exchange_n(p, value, order) \
    (SCHEDULE_ATOMIC_(p), __atomic_exchange_n(p, value, order))
#define __atomic_fetch_add(p, value, order) \
    (SCHEDULE_ATOMIC_(p), __atomic_fetch_add(p, value, order))
#define __atomic_fetch_sub(p, value, order) \
    (SCHEDULE_ATOMIC_(p), __atomic_fetch_sub(p, value, order))
#define __atomic_fetch_or(p, value, order) (SCHEDULE_ATOMIC_(p), __atomic_fetch_or(p, value, order))
#define __atomic_compare_exchange_n(p, expected, value, weak, success, failure) \
    (SCHEDULE_ATOMIC_(p), __atomic_compare_exchange_n(p, expected, value, weak, success, failure))

#endif
