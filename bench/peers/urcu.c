/* SPDX-License-Identifier: MIT
 *
 * userspace-rcu's read section, in the flavour that needs no word from threads but that they are
 * there: the limit of what reading without a count can cost.
 * Knows the harness's barriers and nothing of Holdfast.
 * peers.h says what the function does. */
#include <urcu/urcu-memb.h>

#include "../barrier.h"
#include "peers.h"

static uint64_t payload[4];
static uint64_t *slot = payload;

BENCH_APART void
urcu_section(uint64_t n)
{
    urcu_memb_register_thread();
    while (n--) {
        urcu_memb_read_lock();
        const uint64_t *p = rcu_dereference(slot);
        BENCH_KEEP(p[0]);
        urcu_memb_read_unlock();
    }
    urcu_memb_unregister_thread();
}
