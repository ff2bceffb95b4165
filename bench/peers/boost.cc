/* SPDX-License-Identifier: MIT
 *
 * The peers from Boost: intrusive_ptr, whose count lies in the object as ours does, shared_ptr,
 * and plain counts. Knows the harness's barriers and nothing of Holdfast. peers.h says what each
 * function does. */
#include "peers.h"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <boost/smart_ptr/local_shared_ptr.hpp>
#include <boost/smart_ptr/make_local_shared.hpp>
#include <boost/smart_ptr/make_shared.hpp>
#include <boost/smart_ptr/weak_ptr.hpp>
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

struct counted : boost::intrusive_ref_counter<counted, boost::thread_safe_counter> {
    uint64_t word[4];
};

struct plain : boost::intrusive_ref_counter<plain, boost::thread_unsafe_counter> {
    uint64_t word[4];
};

struct node : boost::intrusive_ref_counter<node, boost::thread_safe_counter> {
    boost::intrusive_ptr<node> next;
    uint64_t word[3];
};

boost::shared_ptr<payload> one = boost::make_shared<payload>();
boost::weak_ptr<payload> one_weak = one;
boost::local_shared_ptr<payload> one_local = boost::make_local_shared<payload>();
boost::intrusive_ptr<counted> one_counted(new counted());
boost::intrusive_ptr<plain> one_plain(new plain());
boost::intrusive_ptr<node> head;

template <class P>
void
pairs(P *from, uint64_t n)
{
    while (n--) {
        BENCH_HIDE(from);
        P copy(*from);
        BENCH_KEEP(&copy);
    }
}

template <class P>
void
turns(P *from, uint64_t n)
{
    P copy[BENCH_TURNS];
    for (; n; n -= BENCH_TURNS) {
        for (int i = 0; i < BENCH_TURNS; i++) copy[i] = from[i];
        BENCH_KEEP(copy);
        for (int i = 0; i < BENCH_TURNS; i++) copy[i].reset();
        BENCH_KEEP(copy);
    }
}

template <class T>
boost::shared_ptr<T> &
strong_at(bench_place *place)
{
    return *reinterpret_cast<boost::shared_ptr<T> *>(place);
}

template <class T>
void
make_all(bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        new (&strong[i]) boost::shared_ptr<T>(boost::make_shared<T>());
    }
}

template <class T>
void
weaken_all(const bench_place *strong, bench_place *weak, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        new (&weak[i]) boost::weak_ptr<T>(strong_at<T>(const_cast<bench_place *>(&strong[i])));
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
    for (size_t i = 0; i < count; i++) reinterpret_cast<boost::weak_ptr<T> *>(&weak[i])->reset();
}

void
make_counted(bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        new (&strong[i]) boost::intrusive_ptr<counted>(new counted());
    }
}

void
drop_counted(bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        reinterpret_cast<boost::intrusive_ptr<counted> *>(&strong[i])->reset();
    }
}

} // namespace

static_assert(sizeof(boost::shared_ptr<payload>) <= sizeof(bench_place), "a place is too small");

const bench_memory boost_shared_small = {make_all<payload>, weaken_all<payload>, drop_all<payload>,
                                         forget_all<payload>};
const bench_memory boost_shared_large = {make_all<large_payload>, weaken_all<large_payload>,
                                         drop_all<large_payload>, forget_all<large_payload>};
const bench_memory boost_intrusive_small = {make_counted, nullptr, drop_counted, nullptr};

BENCH_APART void
boost_shared_pair(uint64_t n)
{
    pairs(&one, n);
}

BENCH_APART void
boost_local_pair(uint64_t n)
{
    pairs(&one_local, n);
}

BENCH_APART void
boost_intrusive_pair(uint64_t n)
{
    pairs(&one_counted, n);
}

BENCH_APART void
boost_plain_pair(uint64_t n)
{
    pairs(&one_plain, n);
}

BENCH_APART void
boost_shared_turns(uint64_t n)
{
    static boost::shared_ptr<payload> many[BENCH_TURNS];
    for (auto &object : many) {
        if (!object) object = boost::make_shared<payload>();
    }
    turns(many, n);
}

BENCH_APART void
boost_intrusive_turns(uint64_t n)
{
    static boost::intrusive_ptr<counted> many[BENCH_TURNS];
    for (auto &object : many) {
        if (!object) object.reset(new counted());
    }
    turns(many, n);
}

BENCH_APART void
boost_weak_upgrade(uint64_t n)
{
    boost::weak_ptr<payload> *from = &one_weak;
    while (n--) {
        BENCH_HIDE(from);
        boost::shared_ptr<payload> strong = from->lock();
        BENCH_KEEP(&strong);
    }
}

BENCH_APART void
boost_intrusive_make(uint64_t n)
{
    while (n--) {
        boost::intrusive_ptr<counted> object(new counted());
        BENCH_KEEP(&object);
    }
}

BENCH_APART void
boost_intrusive_batch(uint64_t n)
{
    static boost::intrusive_ptr<counted> batch[BENCH_BATCH];
    for (; n; n -= BENCH_BATCH) {
        for (auto &object : batch) object.reset(new counted());
        BENCH_KEEP(batch);
        for (auto &object : batch) object.reset();
        BENCH_KEEP(batch);
    }
}

void
boost_intrusive_chain_build(uint64_t n)
{
    while (n--) {
        boost::intrusive_ptr<node> made(new node());
        made->next = std::move(head);
        head = std::move(made);
    }
}

BENCH_APART void
boost_intrusive_chain_drop_loop(uint64_t)
{
    while (head) {
        auto next = std::move(head->next);
        head = std::move(next);
    }
}
