/* SPDX-License-Identifier: MIT
 *
 * The peer that every C++ programmer has: std::shared_ptr, std::weak_ptr, std::unique_ptr.
 * Knows the harness's barriers and nothing of Holdfast.
 * peers.h says what each function does. */
#include "peers.h"

#include <memory>
#include <new>
#include <utility>

#include "../barrier.h"

namespace
{

struct payload {
    uint64_t word[4];
};

struct large_payload {
    char byte[BENCH_LARGE];
};

std::shared_ptr<payload> one = std::make_shared<payload>();
std::weak_ptr<payload> one_weak = one;
std::shared_ptr<payload> many[BENCH_TURNS];

struct unique_node {
    std::unique_ptr<unique_node> next;
    uint64_t word[3];
};

/* With its control block, a node is as large as any other contender's: a link of two words. */
struct shared_node {
    std::shared_ptr<shared_node> next;
    uint64_t word[2];
};

std::unique_ptr<unique_node> unique_head;
std::shared_ptr<shared_node> shared_head;

template <class T>
std::shared_ptr<T> &
strong_at(bench_place *place)
{
    return *reinterpret_cast<std::shared_ptr<T> *>(place);
}

template <class T>
void
make_all(bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) new (&strong[i]) std::shared_ptr<T>(std::make_shared<T>());
}

template <class T>
void
weaken_all(const bench_place *strong, bench_place *weak, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        new (&weak[i]) std::weak_ptr<T>(strong_at<T>(const_cast<bench_place *>(&strong[i])));
    }
}

template <class T>
void
drop_all(bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) strong_at<T>(&strong[i]).reset();
}

template <class T>
void
forget_all(bench_place *weak, size_t count)
{
    for (size_t i = 0; i < count; i++) reinterpret_cast<std::weak_ptr<T> *>(&weak[i])->reset();
}

} // namespace

static_assert(sizeof(std::shared_ptr<payload>) <= sizeof(bench_place), "a place is too small");

const bench_memory std_shared_small = {make_all<payload>, weaken_all<payload>, drop_all<payload>,
                                       forget_all<payload>};
const bench_memory std_shared_large = {make_all<large_payload>, weaken_all<large_payload>,
                                       drop_all<large_payload>, forget_all<large_payload>};

BENCH_APART void
std_shared_pair(uint64_t n)
{
    std::shared_ptr<payload> *from = &one;
    while (n--) {
        BENCH_HIDE(from);
        std::shared_ptr<payload> copy(*from);
        BENCH_KEEP(&copy);
    }
}

BENCH_APART void
std_shared_turns(uint64_t n)
{
    std::shared_ptr<payload> copy[BENCH_TURNS];
    for (auto &object : many) {
        if (!object) object = std::make_shared<payload>();
    }
    for (; n; n -= BENCH_TURNS) {
        for (int i = 0; i < BENCH_TURNS; i++) copy[i] = many[i];
        BENCH_KEEP(copy);
        for (int i = 0; i < BENCH_TURNS; i++) copy[i].reset();
        BENCH_KEEP(copy);
    }
}

BENCH_APART void
std_weak_upgrade(uint64_t n)
{
    std::weak_ptr<payload> *from = &one_weak;
    while (n--) {
        BENCH_HIDE(from);
        std::shared_ptr<payload> strong = from->lock();
        BENCH_KEEP(&strong);
    }
}

BENCH_APART void
std_shared_make(uint64_t n)
{
    while (n--) {
        std::shared_ptr<payload> object = std::make_shared<payload>();
        BENCH_KEEP(&object);
    }
}

BENCH_APART void
std_shared_batch(uint64_t n)
{
    static std::shared_ptr<payload> batch[BENCH_BATCH];
    for (; n; n -= BENCH_BATCH) {
        for (auto &object : batch) object = std::make_shared<payload>();
        BENCH_KEEP(batch);
        for (auto &object : batch) object.reset();
        BENCH_KEEP(batch);
    }
}

void
std_unique_chain_build(uint64_t n)
{
    while (n--) {
        auto node = std::make_unique<unique_node>();
        node->next = std::move(unique_head);
        unique_head = std::move(node);
    }
}

BENCH_APART void
std_unique_chain_drop(uint64_t)
{
    unique_head.reset();
}

void
std_shared_chain_build(uint64_t n)
{
    while (n--) {
        auto node = std::make_shared<shared_node>();
        node->next = std::move(shared_head);
        shared_head = std::move(node);
    }
}

BENCH_APART void
std_shared_chain_drop(uint64_t)
{
    shared_head.reset();
}

BENCH_APART void
std_shared_chain_drop_loop(uint64_t)
{
    while (shared_head) {
        auto next = std::move(shared_head->next);
        shared_head = std::move(next);
    }
}
