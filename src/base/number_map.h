/* SPDX-License-Identifier: MIT
 *
 * Addresses and other numbers to small numbers, for walks over a heap.
 * Knows scratch memory; comes in by the door, base/base.h. Nobody removes anything, and the whole
 * is thrown away at the end. Open addressing, a key and its number side by side: a look costs one
 * line of the cache. */
#ifndef HFI_NUMBER_MAP_H
#define HFI_NUMBER_MAP_H

#define NO_NUMBER UINT32_MAX

struct number_map_place {
    uint64_t key; /* 0: free */
    uint64_t number;
};

struct number_map {
    struct number_map_place *places;
    size_t size; /* a power of two; at most half of the places are taken */
    size_t count;
};

static inline struct number_map_place *
number_map_place(const struct number_map *map, uint64_t key)
{
    size_t at = (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (map->size - 1);
    while (map->places[at].key && map->places[at].key != key) at = (at + 1) & (map->size - 1);
    return &map->places[at];
}

/* The number of key, which is not 0, or NO_NUMBER. */
static inline uint32_t
number_map_find(const struct number_map *map, uint64_t key)
{
    if (!map->size) return NO_NUMBER;
    const struct number_map_place *place = number_map_place(map, key);
    return place->key ? (uint32_t)place->number : NO_NUMBER;
}

/* Makes room for so many; false without memory, and the map is as it was. */
bool hfi_number_map_reserve(struct number_map *map, size_t count);
void hfi_number_map_free(struct number_map *map);

/* Enters a key that is not there; false without memory. */
static inline bool
number_map_add(struct number_map *map, uint64_t key, uint32_t number)
{
    if (map->count >= map->size / 2 && !hfi_number_map_reserve(map, map->count + 1)) return false;
    *number_map_place(map, key) = (struct number_map_place){key, number};
    map->count++;
    return true;
}

#endif
