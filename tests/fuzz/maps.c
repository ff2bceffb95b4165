/* SPDX-License-Identifier: MIT
 *
 * What the fuzzer does to its map, and a plain model of it.
 * Knows public headers, and what the input chooses. */
#include "fuzz/containers.h"

static struct {
    unsigned key;
    const thing *value;
} model[KEYS];
static size_t count;

static size_t
place_of(unsigned key)
{
    size_t at = 0;
    while (at < count && model[at].key != key) at++;
    return at;
}

static void
model_forget(size_t at)
{
    count--;
    memmove(&model[at], &model[at + 1], (count - at) * sizeof model[0]);
}

static void
set_in_map(void)
{
    unsigned key = choose_key();
    thing *t = choose_some_thing();
    EXPECT(hf_map_set(&ours.map, key_of(key), t) == 0);
    size_t at = place_of(key);
    if (at == count) model[count++].key = key;
    model[at].value = t;
}

static void
remove_from_map(void)
{
    unsigned key = choose_key();
    size_t at = place_of(key);
    bool is_there = at < count;
    if (next_choice() % 2) {
        EXPECT(hf_map_remove(&ours.map, key_of(key)) == is_there);
    } else {
        thing *taken = hf_map_take(&ours.map, key_of(key));
        EXPECT(taken == (is_there ? model[at].value : NULL));
        if (taken) hf_release(taken);
    }
    if (is_there) model_forget(at);
}

/* Goes through the map and removes some, sets some, and adds one. */
static void
go_through_map(void)
{
    hf_map_cursor cursor = {{{0}, 0, 0}, 0, 0};
    for (size_t at = 0; at < count;) {
        thing *met = hf_map_next(&ours.map, &cursor);
        EXPECT(met == model[at].value);
        unsigned choice = next_choice();
        if (choice % 4 == 1) {
            EXPECT(hf_map_remove(&ours.map, key_of(model[at].key)) == 1);
            model_forget(at);
        } else {
            at++;
        }
        if (choice % 4 == 2) set_in_map();
        if (choice % 16 == 3) {
            hf_map_clear(&ours.map);
            count = at = 0;
        }
    }
    EXPECT(!hf_map_next(&ours.map, &cursor));
}

static void
change_map(unsigned how)
{
    hf_map(thing) copy = {{NULL}};
    switch (how % 4) {
    case 0:
        EXPECT(hf_map_copy(&copy, &ours.map) == 0);
        EXPECT(hf_map_copy(&ours.map, &copy) == 0);
        hf_map_clear(&copy);
        break;
    case 1:
        EXPECT(hf_map_reserve(&ours.map, next_choice()) == 0);
        break;
    case 2:
        hf_map_clear(&ours.map);
        count = 0;
        break;
    default:
        go_through_map();
        break;
    }
}

void
compare_map(void)
{
    hf_map_cursor cursor = {{{0}, 0, 0}, 0, 0};
    EXPECT(hf_map_count(&ours.map) == count);
    for (size_t i = 0; i < count; i++) {
        hf_key key = key_of(model[i].key);
        EXPECT(hf_map_next(&ours.map, &cursor) == model[i].value);
        EXPECT(hf_key_is(cursor.key, key));
        EXPECT(hf_map_at(&ours.map, key) == model[i].value);
    }
    EXPECT(!hf_map_next(&ours.map, &cursor));
}

void
clear_map(void)
{
    hf_map_clear(&ours.map);
    count = 0;
}

void
use_map(unsigned how)
{
    switch (how % 4) {
    case 0:
        remove_from_map();
        break;
    case 1:
        change_map(how / 4);
        break;
    default:
        set_in_map();
        break;
    }
}
