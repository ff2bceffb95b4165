/* SPDX-License-Identifier: MIT
 *
 * A cache that never outgrows its bounds: by entries, by weight, and by time.
 * Knows objects, weak references and keys (key.h).
 *
 *     hf_cache *pages = hf_cache_new(&(hf_cache_options){.weight = 64 << 20, .weigh = page_weigh,
 *                                                        .load = page_load});
 *     hf_auto page *p = hf_cache_load(pages, hf_key_integer(17));      from the cache, or loaded
 *     hf_auto page *q = hf_cache_get(pages, hf_key_integer(18));       from the cache, or NULL
 *
 * Values are ordinary objects: what a caller got is the caller's, whatever the cache does
 * afterwards. The bytes of a string key are copied; an object that is a key is retained.
 *
 * Who goes. When a bound is passed, the cache gives up the entry that its policy names. One whose
 * value somebody else holds as well is pinned: giving it up frees no memory, so it is passed over
 * and stands aside until it is asked for or found free; an eviction looks at HF_CACHE_LOOKS_MOST of
 * them and no more. If it has found none but pinned ones, the eldest of those goes: the bounds hold
 * always. What is evicted while somebody holds it is not forgotten, unless it had a time to live or
 * to idle: the cache keeps a weak reference, and a look-up that comes while it lives finds the same
 * object, and takes it in again.
 *
 * A cache is an object: retain it, release it, put it in a field; the collector sees through it, so
 * that a value may hold its own cache.
 * Threads: any, at once: entries are spread over shards with a lock each. No lock is held while the
 * program's code runs. HF_CONFINED objects can't be in it. */
#ifndef HOLDFAST_CACHE_H
#define HOLDFAST_CACHE_H

#include "key.h"
#include "object.h"

HF_BEGIN_C

/* A cache. Opaque; an object of the library. */
typedef struct hf_cache hf_cache;
HF_DECLARE(hf_cache);

/* Which entry goes first. */
enum hf_cache_policy {
    HF_CACHE_LRU,  /* the one that was asked for least recently */
    HF_CACHE_SIEVE /* the eldest that nobody asked for since a hand came by: a look-up writes less,
                      and what is asked for once doesn't drive out what is asked for often (Zhang
                      and others, "SIEVE is simpler than LRU", NSDI 2024) */
};

/* Why an entry has left. */
enum hf_cache_cause {
    HF_CACHE_EVICTED,  /* a bound */
    HF_CACHE_EXPIRED,  /* its time was over */
    HF_CACHE_REPLACED, /* another value was put for its key */
    HF_CACHE_REMOVED,  /* hf_cache_remove, hf_cache_take, hf_cache_clear */
    HF_CACHE_CLOSED    /* the cache died */
};

/* How many causes there are. */
enum { HF_CACHE_CAUSES = 5 };

/* How many pinned entries an eviction looks at, at most. */
enum { HF_CACHE_LOOKS_MOST = 32 };

/* All zero is an LRU cache without bounds; give at least one. Copied by hf_cache_new. */
typedef struct hf_cache_options {
    size_t entries; /* how many at most; 0: any number */
    size_t weight;  /* how much they weigh together at most; 0: any weight */

    /* Returns what an entry weighs, in units of the program's choice. Called once for each value,
     * when it is put. NULL: 1 each. */
    size_t (*weigh)(hf_key key, const void *value, void *ctx);

    enum hf_cache_policy policy; /* who goes when a bound is passed */
    unsigned shards; /* a power of two up to 64; 0: as many as suit the processors and the bound */

    /* In milliseconds, 0: for ever. From when it was put, and from when it was last asked for.
     * What is over is not found any more; it goes when it is looked up, when its turn comes in the
     * course of others, or by hf_cache_expire. */
    uint64_t time_to_live, time_to_idle;
    uint64_t (*now)(void *ctx); /* milliseconds from anywhere; NULL: the system's monotonic clock */

    /* Makes the value of a key for hf_cache_load: returns it owned, or NULL and errno. */
    void *(*load)(hf_key key, void *ctx);

    /* Is told of each entry that has left, once, when the cache doesn't give it out any more. value
     * is borrowed for the call. NULL: nobody is told. */
    void (*left)(hf_key key, void *value, enum hf_cache_cause cause, void *ctx);

    void *ctx; /* for all of these */
} hf_cache_options;

/* Returns a new cache, empty. Owner: the caller; give it back with hf_release. Errors: NULL and
 * errno ENOMEM; EINVAL when the number of shards is not one of those. */
HF_API hf_cache *hf_cache_new(const hf_cache_options *options) HF_GIVE;

/* Returns an owned reference to the value of key, or NULL. O(1) in the mean: a lock and a retain,
 * none of the program's code but `now`. */
HF_API void *hf_cache_get(hf_cache *cache, hf_key key) HF_GIVE;

/* Lets key have this value, retained, instead of what it had, and evicts until the bounds hold.
 * Returns 0; or -1 with the cache unchanged and errno ENOMEM; EINVAL when key is none or value is
 * NULL; EFBIG when it weighs more than the whole cache may. O(1) in the mean. */
HF_API int hf_cache_put(hf_cache *cache, hf_key key, void *value);

/* The same, with times of its own, in milliseconds; 0: for ever. */
HF_API int hf_cache_put_for(hf_cache *cache, hf_key key, void *value, uint64_t time_to_live,
                            uint64_t time_to_idle);

/* Returns an owned reference to the value of key; if there is none, `load` of the options makes it,
 * and it is put. While one thread loads, others that ask for the key by this call wait for it.
 *
 * load runs with nothing locked. When it returns NULL, all who wait get NULL and its errno; but
 * when that is ECANCELED, or the thread that loads is cancelled or exits, one of those who wait
 * loads in its place. What is removed or put for the key meanwhile is newer: then what was loaded
 * is given to those who wait, and not kept. The same if it weighs too much, or there is no memory
 * to keep it. Errors: besides those of load, ENOMEM; EINVAL when key is none; ENOTSUP without a
 * load; EDEADLK when load asks for the same key. */
HF_API void *hf_cache_load(hf_cache *cache, hf_key key) HF_GIVE;

/* The same, made by load(key, ctx) of this call. */
HF_API void *hf_cache_load_by(hf_cache *cache, hf_key key, void *(*load)(hf_key key, void *ctx),
                              void *ctx) HF_GIVE;

/* Forgets the entry of key, also its weak one. Returns 1, or 0 when there was none; take returns
 * the value, owned, or NULL. */
HF_API int hf_cache_remove(hf_cache *cache, hf_key key);
HF_API void *hf_cache_take(hf_cache *cache, hf_key key) HF_GIVE;

/* Forgets all. O(entries). */
HF_API void hf_cache_clear(hf_cache *cache);

/* Changes the bounds, and evicts until they hold. O(what goes). */
HF_API void hf_cache_resize(hf_cache *cache, size_t entries, size_t weight);

/* Evicts until at least so much weight has gone that nobody else holds, for when memory is short;
 * SIZE_MAX: all of that. The bounds stay. Returns how much has gone. O(entries) at most. */
HF_API size_t hf_cache_trim(hf_cache *cache, size_t weight);

/* Removes what is over. Returns how many entries. O(entries). For a timer of the program. */
HF_API size_t hf_cache_expire(hf_cache *cache);

/* What a cache holds and what it did. Of shards that are busy meanwhile, one after the other. */
typedef struct hf_cache_figures {
    size_t entries, weight;               /* now */
    size_t pinned_entries, pinned_weight; /* of these, what somebody else holds as well */
    size_t weak_entries;                  /* evicted, and perhaps alive */
    size_t peak_entries, peak_weight;     /* the most there ever was */
    uint64_t hits, misses;                /* of get and load; revived are hits */
    uint64_t revived;                     /* found by the weak reference, and taken in again */
    uint64_t loads, failed_loads;         /* calls of load */
    uint64_t waits;                       /* for a load of another thread */
    uint64_t puts;                        /* values that were put for a key, loaded ones too */
    uint64_t gone[HF_CACHE_CAUSES];       /* entries, by enum hf_cache_cause */
    uint64_t gone_weight;                 /* of those that were evicted */
    uint64_t gone_pinned;                 /* of those that were evicted, how many somebody held */
} hf_cache_figures;

/* Fills *figures. O(entries), for the pinned ones. */
HF_API void hf_cache_stats(hf_cache *cache, hf_cache_figures *figures);

HF_END_C

#endif
