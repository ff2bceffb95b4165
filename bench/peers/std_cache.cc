/* SPDX-License-Identifier: MIT
 *
 * A bounded cache as it is usually written in C++: std::unordered_map to find an entry, std::list
 * for who was asked for last, std::shared_ptr for values, and a mutex around it.
 * Knows the harness's barriers and nothing of Holdfast.
 * peers.h says what the function does. */
#include "peers.h"

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "../barrier.h"

namespace
{

struct payload {
    uint64_t word[4];
};

using value = std::shared_ptr<payload>;

class lru_cache
{
  public:
    value
    get(uint64_t key)
    {
        std::lock_guard<std::mutex> lock(mutex);
        auto found = index.find(key);
        if (found == index.end()) return nullptr;
        entries.splice(entries.begin(), entries, found->second);
        return found->second->second;
    }

    void
    put(uint64_t key, value made)
    {
        std::lock_guard<std::mutex> lock(mutex);
        auto found = index.find(key);
        if (found != index.end()) {
            found->second->second = std::move(made);
            entries.splice(entries.begin(), entries, found->second);
            return;
        }
        entries.emplace_front(key, std::move(made));
        index[key] = entries.begin();
        if (index.size() <= BENCH_CACHE_ROOM) return;
        index.erase(entries.back().first);
        entries.pop_back();
    }

  private:
    using list = std::list<std::pair<uint64_t, value>>;

    std::mutex mutex;
    list entries;
    std::unordered_map<uint64_t, list::iterator> index;
};

lru_cache cache;

} // namespace

BENCH_APART uint64_t
std_cache_use(const uint32_t *keys, size_t count)
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
