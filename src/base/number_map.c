/* SPDX-License-Identifier: MIT
 *
 * The growing of a map of numbers.
 * Knows scratch memory. */
#include "base/base.h"

enum { FEWEST_PLACES = 1024 };

bool
hfi_number_map_reserve(struct number_map *map, size_t count)
{
    struct number_map larger = {.size = FEWEST_PLACES, .count = map->count};
    while (larger.size / 2 < count) larger.size *= 2;
    if (larger.size <= map->size) return true;
    larger.places = hfi_scratch_new(larger.size * sizeof *larger.places);
    if (!larger.places) return false;
    for (size_t i = 0; i < map->size; i++) {
        const struct number_map_place *place = &map->places[i];
        if (place->key) *number_map_place(&larger, place->key) = *place;
    }
    hfi_number_map_free(map);
    *map = larger;
    return true;
}

void
hfi_number_map_free(struct number_map *map)
{
    hfi_scratch_free(map->places, map->size * sizeof *map->places);
    *map = (struct number_map){0};
}
