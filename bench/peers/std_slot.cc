/* SPDX-License-Identifier: MIT
 *
 * What C++ has for a pointer that threads read and replace at once: std::atomic<std::shared_ptr>,
 * and a shared_ptr under a mutex.
 * Knows the harness's barriers and nothing of Holdfast; C++20.
 * peers.h says what each function does. */
#include "peers.h"

#include <atomic>
#include <memory>
#include <mutex>

#include "../barrier.h"

namespace
{

struct payload {
    uint64_t word[4];
};

std::atomic<std::shared_ptr<payload>> slot{std::make_shared<payload>()};

std::mutex mutex;
std::shared_ptr<payload> guarded = std::make_shared<payload>();

std::shared_ptr<payload>
guarded_load()
{
    std::lock_guard<std::mutex> lock(mutex);
    return guarded;
}

/* The former one goes when the lock is free again. */
void
guarded_store(std::shared_ptr<payload> made)
{
    std::lock_guard<std::mutex> lock(mutex);
    guarded.swap(made);
}

} // namespace

BENCH_APART void
std_slot_load(uint64_t n)
{
    while (n--) {
        std::shared_ptr<payload> p = slot.load();
        BENCH_KEEP(p->word[0]);
    }
}

BENCH_APART void
std_slot_mixed(uint64_t n)
{
    while (n--) {
        if (n % 100 == 0) slot.store(std::make_shared<payload>());
        std::shared_ptr<payload> p = slot.load();
        BENCH_KEEP(p->word[0]);
    }
}

BENCH_APART void
std_locked_load(uint64_t n)
{
    while (n--) {
        std::shared_ptr<payload> p = guarded_load();
        BENCH_KEEP(p->word[0]);
    }
}

BENCH_APART void
std_locked_mixed(uint64_t n)
{
    while (n--) {
        if (n % 100 == 0) guarded_store(std::make_shared<payload>());
        std::shared_ptr<payload> p = guarded_load();
        BENCH_KEEP(p->word[0]);
    }
}
