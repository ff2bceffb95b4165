/* SPDX-License-Identifier: MIT
 *
 * A bounded cache out of Boost: boost::multi_index has the order and the index in one node, with
 * std::shared_ptr for values and a mutex around it.
 * Knows the harness's barriers and nothing of Holdfast.
 * peers.h says what the function does. */
#include "peers.h"

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>
#include <memory>
#include <mutex>
#include <utility>

#include "../barrier.h"

namespace
{

namespace multi = boost::multi_index;

struct payload {
    uint64_t word[4];
};

using value = std::shared_ptr<payload>;

struct entry {
    uint64_t key;
    value held;
};

class lru_cache
{
  public:
    value
    get(uint64_t key)
    {
        std::lock_guard<std::mutex> lock(mutex);
        auto &index = entries.get<1>();
        auto found = index.find(key);
        if (found == index.end()) return nullptr;
        entries.relocate(entries.begin(), entries.project<0>(found));
        return found->held;
    }

    /* Does nothing when another thread has put the key meanwhile. */
    void
    put(uint64_t key, value made)
    {
        std::lock_guard<std::mutex> lock(mutex);
        entries.push_front({key, std::move(made)});
        if (entries.size() > BENCH_CACHE_ROOM) entries.pop_back();
    }

  private:
    using by_key = multi::hashed_unique<multi::member<entry, uint64_t, &entry::key>>;

    std::mutex mutex;
    multi::multi_index_container<entry, multi::indexed_by<multi::sequenced<>, by_key>> entries;
};

lru_cache cache;

} // namespace

BENCH_APART uint64_t
boost_cache_use(const uint32_t *keys, size_t count)
{
    uint64_t hits = 0;
    for (size_t i = 0; i < count; i++) {
        value p = cache.get(keys[i]);
        if (p) {
            hits++;
        } else {
            p = std::make_shared<payload>();
            cache.put(keys[i], p);
        }
        BENCH_KEEP(p->word[0]);
    }
    return hits;
}
