/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/cache.h>: threads that get, put, load, remove, trim and resize, with
 * values in cycles that the library's thread collects.
 * Knows public headers and the team. The oracle: what is found under a key was made for it, no key
 * is loaded twice at once, each entry that came has left once, and nothing lives in the end. */
#include <holdfast/holdfast.h>

#include <stdatomic.h>

#include "stress/stress.h"

enum { KEYS = 200, ENTRIES = 64, WEIGHT = 4000, HELD = 16, OPERATIONS = 2000 };

static hf_cache *cache;
static atomic_size_t made, destroyed, left;
static atomic_bool is_loading[KEYS];
static atomic_uint_fast64_t now_ms;

typedef struct value {
    uint64_t number;
    size_t weight;
    struct value *itself;
    hf_cache *home;
} value;

static void
value_destroy(void *self)
{
    (void)self;
    atomic_fetch_add_explicit(&destroyed, 1, memory_order_relaxed);
}
HF_DECLARE(value);
HF_TYPE(value, .destroy = value_destroy,
        .fields = HF_FIELDS(HF_STRONG(value, itself), HF_STRONG(value, home)));

static size_t
weigh(hf_key key, const void *object, void *ctx)
{
    (void)key, (void)ctx;
    return ((const value *)object)->weight;
}

static uint64_t
read_clock(void *ctx)
{
    (void)ctx;
    return atomic_load_explicit(&now_ms, memory_order_relaxed);
}

/* Keys are numbers, texts or both, by number. */
struct name {
    char text[8];
};

static hf_key
key_of(uint64_t number, struct name *name)
{
    if (number % 2) return hf_key_integer(number);
    name->text[0] = 'k';
    for (unsigned i = 1; i < sizeof name->text; i++)
        name->text[i] = (char)(number >> (i - 1) * 4 & 15);
    return hf_key_string(name->text, sizeof name->text);
}

static uint64_t
number_of(hf_key key)
{
    if (key.kind == HF_KEY_INTEGER) return key.is.integer;
    uint64_t number = 0;
    for (unsigned i = 1; i < key.length; i++) number |= (uint64_t)key.is.bytes[i] << (i - 1) * 4;
    return number;
}

static void
note_left(hf_key key, void *object, enum hf_cache_cause cause, void *ctx)
{
    (void)cause, (void)ctx;
    REQUIRE(((value *)object)->number == number_of(key));
    atomic_fetch_add_explicit(&left, 1, memory_order_relaxed);
}

static value *
new_value(uint64_t number)
{
    value *v = hf_new(value);
    REQUIRE(v);
    v->number = number;
    v->weight = (size_t)(number % 100);
    /* Some are in a cycle, of themselves or with the cache. */
    if (number % 5 == 0) hf_set(v, itself, v);
    if (number % 7 == 0) hf_set(v, home, cache);
    atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
    return v;
}

static void *
load(hf_key key, void *ctx)
{
    uint64_t number = number_of(key);
    REQUIRE(ctx == &made);
    REQUIRE(!atomic_exchange(&is_loading[number], true));
    value *v = number % 11 == 0 ? NULL : new_value(number);
    atomic_store(&is_loading[number], false);
    return v;
}

static void
prepare(struct worker *worker)
{
    atomic_store(&made, 0);
    atomic_store(&destroyed, 0);
    atomic_store(&left, 0);
    cache = hf_cache_new(
        &(hf_cache_options){.entries = ENTRIES,
                            .weight = WEIGHT,
                            .weigh = weigh,
                            .policy = random_below(worker, 2) ? HF_CACHE_SIEVE : HF_CACHE_LRU,
                            .shards = 1u << random_below(worker, 7),
                            .time_to_idle = random_below(worker, 2) * 1000,
                            .now = read_clock,
                            .load = load,
                            .left = note_left,
                            .ctx = &made});
    REQUIRE(cache);
    REQUIRE(hf_collector_start(NULL) == 0);
}

/* A thread's own references, so that entries are pinned for a while. */
static void
hold(value **held, struct worker *worker, value *v)
{
    value **place = &held[random_below(worker, HELD)];
    if (*place) hf_release(*place);
    *place = v;
}

static void
manage(struct worker *worker)
{
    switch (random_below(worker, 6)) {
    case 0:
        hf_cache_trim(cache, random_below(worker, WEIGHT));
        break;
    case 1:
        hf_cache_resize(cache, ENTRIES / 2 + random_below(worker, ENTRIES), WEIGHT);
        break;
    case 2:
        hf_cache_expire(cache);
        break;
    case 3:
        hf_cache_clear(cache);
        break;
    case 4: {
        hf_cache_figures figures;
        hf_cache_stats(cache, &figures);
        REQUIRE(figures.peak_weight <= WEIGHT);
        break;
    }
    default:
        atomic_fetch_add(&now_ms, 100);
        break;
    }
}

static void
put(struct worker *worker, hf_key key, uint64_t number)
{
    value *v = new_value(number);
    if (random_below(worker, 2)) REQUIRE(hf_cache_put(cache, key, v) == 0);
    else REQUIRE(hf_cache_put_for(cache, key, v, random_below(worker, 1000), 0) == 0);
    hf_release(v);
}

static void
operate(struct worker *worker, value **held)
{
    struct name name;
    uint64_t number = random_below(worker, KEYS);
    if (random_below(worker, 2)) number %= ENTRIES;
    hf_key key = key_of(number, &name);
    value *v = NULL;
    switch (random_below(worker, 16)) {
    case 0:
        hf_cache_remove(cache, key);
        break;
    case 1:
        v = hf_cache_take(cache, key);
        break;
    case 2:
    case 3:
    case 4:
        put(worker, key, number);
        break;
    case 5:
    case 6:
    case 7:
    case 8:
        v = hf_cache_load(cache, key);
        break;
    default:
        v = hf_cache_get(cache, key);
        break;
    }
    REQUIRE(!v || v->number == number);
    if (v) hold(held, worker, v);
}

static void
race(struct worker *worker)
{
    value *held[HELD] = {NULL};
    for (size_t i = 0; i < OPERATIONS; i++) {
        operate(worker, held);
        if (random_below(worker, 200) == 0) manage(worker);
    }
    for (size_t i = 0; i < HELD; i++) {
        if (held[i]) hf_release(held[i]);
    }
}

static void
check(struct worker *worker)
{
    (void)worker;
    hf_collector_stop();
    hf_cache_figures figures;
    hf_cache_stats(cache, &figures);
    uint64_t gone = 0;
    for (int cause = 0; cause < HF_CACHE_CAUSES; cause++) gone += figures.gone[cause];
    REQUIRE(figures.pinned_entries <= figures.entries);
    REQUIRE(figures.peak_weight <= WEIGHT && figures.weight <= WEIGHT);
    REQUIRE(atomic_load(&left) == gone);
    hf_release(cache);
    hf_collect();
    REQUIRE(atomic_load(&left) == gone + figures.entries);
    REQUIRE(atomic_load(&made) == atomic_load(&destroyed));
    REQUIRE(hf_live(&hf_type_value) == 0);
    REQUIRE(hf_live(&hf_type_hf_cache) == 0);
}

START_TEST(what_is_found_was_made_for_its_key_and_nothing_stays)
{
    static const struct race whole = {prepare, race, check};
    stress_run(_i, &whole, 60);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("caches");
    TCase *tests = tcase_create("caches");
    tcase_add_loop_test(tests, what_is_found_was_made_for_its_key_and_nothing_stays, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
