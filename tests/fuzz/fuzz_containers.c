/* SPDX-License-Identifier: MIT
 *
 * Random operations on an array, a map and a cache, each compared with a plain model of it.
 * Knows public headers and libFuzzer's way to call. After each operation array and map are compared
 * whole, in order and by the map's cursors; a cache may forget, but what it gives out was put last.
 * The first byte says whether the process counts as having threads, for which the library goes
 * other ways, and what kind of cache it is. */
#include "fuzz/containers.h"

#include <sys/single_threaded.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

HF_TYPE(thing, .fields = HF_FIELDS(HF_STRONG(thing, other), HF_ARRAY(thing, others)));

enum { BOUND = 20 };

struct containers ours;
static const thing *put[KEYS]; /* into the cache, last */
static const uint8_t *next_byte, *end_of_bytes;

unsigned
next_choice(void)
{
    return next_byte < end_of_bytes ? *next_byte++ : 0;
}

/* ---- choices ----------------------------------------------------------------------------- */

thing *
choose_thing(void)
{
    unsigned choice = next_choice();
    thing **place = &ours.held[choice % HELD];
    if (choice >= 240) return NULL;
    if (choice >= 120 || !*place) {
        thing *made = hf_new(thing);
        EXPECT(made);
        if (*place) hf_release(*place);
        *place = made;
    }
    return *place;
}

thing *
choose_some_thing(void)
{
    thing *t = choose_thing();
    return t ? t : choose_some_thing();
}

hf_key
key_of(unsigned number)
{
    static const char text[KEYS + 1];
    if (number % 3 == 0) return hf_key_integer((uint64_t)number << 58);
    if (number % 3 == 1) return hf_key_string(text, number);
    return hf_key_object(ours.cache);
}

/* All objects that are keys are one, so all such numbers are one key. */
unsigned
choose_key(void)
{
    unsigned number = next_choice() % KEYS;
    return number % 3 == 2 ? 2 : number;
}

/* ---- the cache --------------------------------------------------------------------------- */

static size_t
weigh(hf_key key, const void *value, void *ctx)
{
    (void)value, (void)ctx;
    return key.length % 5;
}

static void
use_cache(unsigned how)
{
    unsigned key = choose_key();
    thing *got = NULL;
    switch (how % 6) {
    case 0:
    case 1: {
        thing *t = choose_some_thing();
        EXPECT(hf_cache_put(ours.cache, key_of(key), t) == 0);
        put[key] = t;
        got = hf_cache_get(ours.cache, key_of(key));
        EXPECT(got == t);
        break;
    }
    case 2:
        EXPECT(!hf_cache_remove(ours.cache, key_of(key)) || put[key]);
        put[key] = NULL;
        break;
    case 3:
        (void)hf_cache_trim(ours.cache, next_choice());
        break;
    case 4:
        hf_cache_resize(ours.cache, 1 + next_choice() % BOUND, next_choice() % 2 ? 30 : 0);
        break;
    default:
        got = hf_cache_get(ours.cache, key_of(key));
        EXPECT(!got || got == put[key]);
        break;
    }
    if (got) hf_release(got);
    hf_cache_figures figures;
    hf_cache_stats(ours.cache, &figures);
    EXPECT(figures.entries <= BOUND && figures.pinned_entries <= figures.entries);
}

/* ---- one input ---------------------------------------------------------------------------- */

static void
link_things(void)
{
    /* Held, since the choice of the other may let go of it. */
    hf_auto thing *from = hf_retain(choose_some_thing());
    thing *to = choose_thing();
    if (next_choice() % 2) hf_set(from, other, to);
    else EXPECT(hf_array_push(&from->others, to) == 0);
}

static void
let_go(void)
{
    thing **place = &ours.held[next_choice() % HELD];
    if (*place) hf_release(*place);
    *place = NULL;
}

static void
operate(void)
{
    unsigned choice = next_choice(), how = choice / 8;
    switch (choice % 8) {
    case 0:
    case 1:
        use_array(how);
        break;
    case 2:
    case 3:
        use_map(how);
        break;
    case 4:
        use_cache(how);
        break;
    case 5:
        link_things();
        break;
    case 6:
        let_go();
        break;
    default:
        (void)hf_collect();
        break;
    }
    compare_array();
    compare_map();
}

static void
end(void)
{
    for (size_t i = 0; i < HELD; i++) hf_clear(&ours.held[i]);
    clear_array();
    clear_map();
    hf_clear(&ours.cache);
    (void)hf_collect();
    EXPECT(hf_live(&hf_type_thing) == 0);
    EXPECT(hf_live(&hf_type_hf_array_items) == 0 && hf_live(&hf_type_hf_map_entries) == 0);
    EXPECT(hf_live(&hf_type_hf_cache) == 0 && hf_live(&hf_type_hf_weak_map) == 0);
    memset(put, 0, sizeof put);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    next_byte = data;
    end_of_bytes = data + size;
    unsigned about = next_choice();
    char had_one_thread = __libc_single_threaded;
    __libc_single_threaded = about & 1;
    ours.cache =
        hf_cache_new(&(hf_cache_options){.entries = BOUND,
                                         .weigh = about & 8 ? weigh : NULL,
                                         .policy = about & 2 ? HF_CACHE_SIEVE : HF_CACHE_LRU,
                                         .shards = about & 4 ? 4 : 1});
    EXPECT(ours.cache);
    while (next_byte < end_of_bytes) operate();
    end();
    __libc_single_threaded = had_one_thread;
    return 0;
}
