/* SPDX-License-Identifier: MIT
 *
 * Maps from keys to strong references, in the order of insertion.
 * Knows edges, keys and the index.
 *
 * The entries are an object of their own, as with arrays: values, and keys that are objects, lie in
 * its flexible array of edges; all else is plain memory. Rows stand in the order in which their
 * keys came, and one that is removed leaves a hole. When there is no room for another, a new object
 * takes the rows over without the holes. Each row has a number in an order that never begins again,
 * so that a cursor knows its place whatever has happened.
 *
 * The map is whole whenever something is released, because that may run the program's code, which
 * may use the same map; nothing that was read before is believed afterwards. */
#include <errno.h>
#include <holdfast/map.h>
#include <stdlib.h>

#include "contain/contain.h"
#include "contain/key.h"
#include "contain/table.h"

struct row {
    hf_key key; /* with bytes of its own; none in a hole */
    uint64_t order;
    uint32_t hash;
};

struct hf_map_entries {
    struct table index;
    struct row *rows;
    uint32_t room;   /* of rows */
    uint32_t used;   /* rows, holes among them */
    uint32_t live;   /* entries */
    uint32_t stride; /* edges of a row: 1, its value; 2, also its key */
    void *edges[];
};

static void
entries_free(void *self)
{
    hf_map_entries *entries = self;
    for (uint32_t i = 0; i < entries->used; i++) key_drop(entries->rows[i].key);
    free(entries->rows);
    hfi_table_free(&entries->index);
}

HF_TYPE(hf_map_entries, .free = entries_free,
        .fields = HF_FIELDS(HF_STRONG_FLEX(hf_map_entries, edges)));

static const size_t edges_at = offsetof(hf_map_entries, edges);

enum { ROOM_LEAST = 8, EDGE_OF_VALUE = 0, EDGE_OF_KEY = 1 };

static size_t
edge_of(const hf_map_entries *entries, size_t row, size_t which)
{
    return row * entries->stride + which;
}

static void *
value_of(const hf_map_entries *entries, size_t row)
{
    /* relaxed: who writes the map at the same time needs a lock, and that orders it. */
    return atomic_load_relaxed(&entries->edges[edge_of(entries, row, EDGE_OF_VALUE)]);
}

/* Returns the row of the key, or TABLE_FREE. */
static uint32_t
row_of(const hf_map_entries *entries, hf_key key, uint32_t hash)
{
    struct table_walk walk = table_walk_begin(&entries->index, hash);
    uint32_t row;
    while ((row = table_walk_next(&walk)) != TABLE_FREE) {
        if (hf_key_is(entries->rows[row].key, key)) break;
    }
    return row;
}

static uint32_t
find(const hf_map *map, hf_key key)
{
    if (!map->entries_) return TABLE_FREE;
    return row_of(map->entries_, key, key_hash(key));
}

/* ---- room -------------------------------------------------------------------------------- */

/* Numbers for all rows of all maps: one that is cleared and filled again goes on. */
static uint64_t
next_order(void)
{
    static hf_word_ last;
    /* relaxed: numbers of one map are compared with one another, and drawn under its lock. */
    return atomic_add_relaxed(&last, 1) + 1;
}

static hf_map_entries *
entries_new(size_t room, uint32_t stride)
{
    if (room > TABLE_ROWS_MOST || room > SIZE_MAX / sizeof(struct row)) {
        errno = ENOMEM;
        return NULL;
    }
    hf_map_entries *entries = hf_new_flex(hf_map_entries, edges, room * stride);
    if (!entries) return NULL;
    entries->room = (uint32_t)room;
    entries->stride = stride;
    entries->rows = malloc(room * sizeof *entries->rows);
    if (entries->rows && hfi_table_reserve(&entries->index, room, NULL, NULL)) return entries;
    hf_release(entries);
    errno = ENOMEM;
    return NULL;
}

/* Moves the edges of so many rows. */
static void
move_edges(hf_map_entries *entries, size_t to, hf_map_entries *former, size_t from, size_t count,
           const void *site)
{
    size_t at_once = entries->stride == former->stride ? count : 1;
    for (size_t moved = 0; moved < count; moved += at_once) {
        hfi_edges_move(entries, &entries->edges[edge_of(entries, to + moved, 0)],
                       &former->edges[edge_of(former, from + moved, 0)], at_once * former->stride,
                       site);
    }
}

/* Moves the rows of former, but not its holes. former is empty afterwards. */
static void
take_over(hf_map_entries *entries, hf_map_entries *former, const void *site)
{
    for (uint32_t row = 0; row < former->used;) {
        uint32_t first = entries->used, from = row;
        for (; row < former->used && former->rows[row].key.kind != HF_KEY_NONE; row++) {
            uint32_t to = entries->used++;
            entries->rows[to] = former->rows[row];
            table_add(&entries->index, entries->rows[to].hash, to);
        }
        move_edges(entries, first, former, from, row - from, site);
        while (row < former->used && former->rows[row].key.kind == HF_KEY_NONE) row++;
    }
    entries->live = former->live;
    former->used = former->live = 0;
}

static void
exchange_entries(hf_map *map, hf_map_entries *entries, const void *site)
{
    void *former = hfi_edge_replace(&map->entries_, entries, site);
    if (former) release(former, site);
}

static bool
move_to_room(hf_map *map, size_t room, uint32_t stride, const void *site)
{
    hf_map_entries *entries = entries_new(room, stride);
    if (!entries) return false;
    if (map->entries_) take_over(entries, map->entries_, site);
    exchange_entries(map, entries, site);
    return true;
}

/* Makes room for one more entry, with an edge for its key if that is an object. */
static bool
make_room(hf_map *map, const hf_key *key, const void *site)
{
    const hf_map_entries *entries = map->entries_;
    uint32_t stride = key->kind == HF_KEY_OBJECT ? 2 : 1;
    if (!entries) return move_to_room(map, ROOM_LEAST, stride, site);
    if (entries->stride > stride) stride = entries->stride;
    size_t room = entries->room;
    if (entries->used < room && stride == entries->stride) return true;
    /* Among many holes as much room is enough. */
    if (entries->used == room && entries->live > room / 4 * 3) room *= 2;
    return move_to_room(map, room, stride, site);
}

/* ---- reading ----------------------------------------------------------------------------- */

size_t
hf_map_count_(const hf_map *map)
{
    const hf_map_entries *entries = map->entries_;
    return entries ? entries->live : 0;
}

void *
hf_map_at_(const hf_map *map, hf_key key)
{
    uint32_t row = find(map, key);
    return row == TABLE_FREE ? NULL : value_of(map->entries_, row);
}

void *
hf_map_get_(const hf_map *map, hf_key key)
{
    void *value = hf_map_at_(map, key);
    if (value) retain(value, __builtin_return_address(0));
    return value;
}

/* The first row whose number is above that of the cursor. */
static uint32_t
row_behind(const hf_map_entries *entries, const hf_map_cursor *cursor)
{
    size_t at = cursor->at_;
    if (at && at <= entries->used && entries->rows[at - 1].order == cursor->order_) {
        return (uint32_t)at;
    }
    uint32_t low = 0, high = entries->used;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (entries->rows[middle].order > cursor->order_) high = middle;
        else low = middle + 1;
    }
    return low;
}

void *
hf_map_next_(const hf_map *map, hf_map_cursor *cursor)
{
    const hf_map_entries *entries = map->entries_;
    if (!entries) return NULL;
    uint32_t row = row_behind(entries, cursor);
    while (row < entries->used && entries->rows[row].key.kind == HF_KEY_NONE) row++;
    if (row == entries->used) return NULL;
    cursor->key = entries->rows[row].key;
    cursor->order_ = entries->rows[row].order;
    cursor->at_ = (size_t)row + 1;
    return value_of(entries, row);
}

/* ---- writing ----------------------------------------------------------------------------- */

/* There is room, and the key has bytes of its own. */
static void
enter(hf_map_entries *entries, hf_key key, uint32_t hash, void *value, const void *site)
{
    uint32_t row = entries->used++;
    entries->rows[row] = (struct row){.key = key, .order = next_order(), .hash = hash};
    entries->live++;
    table_add(&entries->index, hash, row);
    if (key.kind == HF_KEY_OBJECT) {
        hfi_edge_set(entries, edges_at, edge_of(entries, row, EDGE_OF_KEY),
                     (void *)(uintptr_t)key.is.object, site);
    }
    hfi_edge_set(entries, edges_at, edge_of(entries, row, EDGE_OF_VALUE), value, site);
}

static int
refuse(int error)
{
    errno = error;
    return -1;
}

int
hf_map_set_(hf_map *map, hf_key key, void *object)
{
    const void *site = __builtin_return_address(0);
    if (!object || key.kind == HF_KEY_NONE || key.kind > HF_KEY_OBJECT) return refuse(EINVAL);
    uint32_t hash = key_hash(key);
    uint32_t row = map->entries_ ? row_of(map->entries_, key, hash) : TABLE_FREE;
    if (row != TABLE_FREE) {
        hfi_edge_set(map->entries_, edges_at, edge_of(map->entries_, row, EDGE_OF_VALUE), object,
                     site);
        return 0;
    }
    hf_key kept;
    if (!key_keep(&kept, key)) return refuse(ENOMEM);
    if (!make_room(map, &key, site)) {
        key_drop(kept);
        return refuse(ENOMEM);
    }
    enter(map->entries_, kept, hash, object, site);
    return 0;
}

/* What a removed row held. */
struct removed {
    hf_key key;
    void *value, *key_object; /* owned */
};

/* Holes at the end are room again. */
static void
remove_row(hf_map_entries *entries, uint32_t row, struct removed *removed, const void *site)
{
    struct row *r = &entries->rows[row];
    removed->key = r->key;
    removed->key_object = NULL;
    removed->value = hfi_edge_take(entries, edges_at, edge_of(entries, row, EDGE_OF_VALUE), site);
    if (r->key.kind == HF_KEY_OBJECT) {
        removed->key_object =
            hfi_edge_take(entries, edges_at, edge_of(entries, row, EDGE_OF_KEY), site);
    }
    table_remove(&entries->index, r->hash, row);
    r->key.kind = HF_KEY_NONE;
    entries->live--;
    while (entries->used && entries->rows[entries->used - 1].key.kind == HF_KEY_NONE) {
        entries->used--;
    }
}

/* Removes the entry of key, and returns its value, owned, or NULL. */
static void *
take(hf_map *map, hf_key key, const void *site)
{
    uint32_t row = find(map, key);
    if (row == TABLE_FREE) return NULL;
    struct removed removed;
    remove_row(map->entries_, row, &removed, site);
    key_drop(removed.key);
    if (removed.key_object) release(removed.key_object, site);
    return removed.value;
}

void *
hf_map_take_(hf_map *map, hf_key key)
{
    return take(map, key, __builtin_return_address(0));
}

int
hf_map_remove_(hf_map *map, hf_key key)
{
    const void *site = __builtin_return_address(0);
    void *value = take(map, key, site);
    if (!value) return 0;
    release(value, site);
    return 1;
}

/* ---- all of them ------------------------------------------------------------------------- */

void
hf_map_clear_(hf_map *map)
{
    exchange_entries(map, NULL, __builtin_return_address(0));
}

int
hf_map_reserve_(hf_map *map, size_t count)
{
    const hf_map_entries *entries = map->entries_;
    if (!count || (entries && count <= entries->room - entries->used + entries->live)) return 0;
    uint32_t stride = entries ? entries->stride : 1;
    size_t room = count < ROOM_LEAST ? ROOM_LEAST : count;
    return move_to_room(map, room, stride, __builtin_return_address(0)) ? 0 : -1;
}

/* Copies the rows of from; false without memory, and then it is for the caller to release. */
static bool
copy_rows(hf_map_entries *entries, const hf_map_entries *from, const void *site)
{
    for (uint32_t row = 0; row < from->used; row++) {
        hf_key key = from->rows[row].key, kept;
        if (key.kind == HF_KEY_NONE) continue;
        if (!key_keep(&kept, key)) return false;
        enter(entries, kept, from->rows[row].hash, value_of(from, row), site);
    }
    return true;
}

int
hf_map_copy_(hf_map *to, const hf_map *from)
{
    const void *site = __builtin_return_address(0);
    const hf_map_entries *source = from->entries_;
    hf_map_entries *entries = NULL;
    if (source && source->live) {
        entries = entries_new(source->live, source->stride);
        if (!entries) return -1;
        if (!copy_rows(entries, source, site)) {
            hf_release(entries);
            return refuse(ENOMEM);
        }
    }
    exchange_entries(to, entries, site);
    return 0;
}
