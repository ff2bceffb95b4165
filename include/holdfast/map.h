/* SPDX-License-Identifier: MIT
 *
 * A map from strings, integers or objects to strong references, in the order of insertion.
 * Knows objects, fields and keys (key.h). All zero is an empty map; it costs a pointer until
 * something is in it.
 *
 *     typedef struct scope { hf_map(value) names; } scope;
 *     HF_TYPE(scope, .fields = HF_FIELDS(HF_MAP(scope, names)));
 *
 *     if (hf_map_set(&s->names, hf_key_text("x"), v)) return -1;      retains v
 *     value *x = hf_map_at(&s->names, hf_key_text("x"));             borrowed, or NULL
 *
 *     hf_map_cursor c = {0};
 *     for (value *each; (each = hf_map_next(&s->names, &c));) show(c.key, each);
 *
 * As a field it is declared with HF_MAP: what is in it is released at death, and cycles through
 * values and keys are found, also while it grows. As a variable, `hf_auto hf_map(value) seen =
 * {0};` is emptied when its scope ends; in memory of your own, call hf_map_clear before that goes.
 *
 * The bytes of a string key are copied; an object that is a key is retained. A map is not copied by
 * assignment: use hf_map_copy. It can't hold HF_CONFINED objects, and has 2^30 entries at most.
 * Threads: as a field (edge.h): distinct maps from any threads, one map under the program's own
 * lock, for look-ups a shared one. What a call releases may die, which runs the program's code,
 * when the map is whole again. */
#ifndef HOLDFAST_MAP_H
#define HOLDFAST_MAP_H

#include "edge.h"
#include "key.h"

HF_BEGIN_C

/* What every map is, without the type of its values. Opaque: all zero is empty. */
typedef struct hf_map {
    void *entries_;
} hf_map;

/* The type of a map to T, which may still be incomplete. Each mention is a type of its own, as with
 * hf_weak. The second member is never written; the macros below take the type from it. */
#define hf_map(T)    \
    union {          \
        hf_map map_; \
        T *to_;      \
    }

/* Where the entries are: an object, which the field or variable holds. Its type is what pictures of
 * the heap show between an object and what its maps hold. */
typedef struct hf_map_entries hf_map_entries;
HF_DECLARE(hf_map_entries);

#ifndef __cplusplus
/* The kind of field, for HF_FIELDS: `hf_map(X) f`. */
#define HF_MAP(T, f) \
    HF_EDGE_(T, f, HF_FIELD_STRONG, 1, sizeof(((T *)0)->f.map_.entries_), &hf_type_hf_map_entries)
#endif

/* Returns how many entries there are. O(1). hf_map_count(&m). */
#define hf_map_count(m) hf_map_count_(&(m)->map_)

/* Returns the value of key as a borrowed pointer, or NULL when there is none. hf_map_at(&m, key).
 * O(1) in the mean, and the hash of a string. */
#define hf_map_at(m, key) ((__typeof__((m)->to_))hf_map_at_(&(m)->map_, (key)))

/* Returns an owned reference to the value of key, or NULL. hf_map_get(&m, key). */
#define hf_map_get(m, key) ((__typeof__((m)->to_))hf_given_(hf_map_get_(&(m)->map_, (key))))

/* Lets key have the value p, retained; releases what it had. A key that is new comes last; one that
 * was there stays in its place, and needs no memory: the call can't fail. Returns 0; or -1 with the
 * map unchanged and errno ENOMEM, or EINVAL when p is NULL or key is none. hf_map_set(&m, key, p).
 * O(1) in the mean. */
#define hf_map_set(m, key, p) hf_map_set_(&(m)->map_, (key), (void *)HF_SAME_TYPE_(p, (m)->to_))

/* Removes the entry of key and returns its value, owned; NULL when there was none.
 * hf_map_take(&m, key). O(1) in the mean. */
#define hf_map_take(m, key) ((__typeof__((m)->to_))hf_given_(hf_map_take_(&(m)->map_, (key))))

/* Removes the entry of key, and releases its value. Returns 1, or 0 when there was none.
 * hf_map_remove(&m, key). */
#define hf_map_remove(m, key) hf_map_remove_(&(m)->map_, (key))

/* Releases all, and the memory of the map. O(count). hf_map_clear(&m). */
#define hf_map_clear(m) hf_map_clear_(&(m)->map_)

/* Makes room for n entries in all, so that as many can be set without asking for memory, but for
 * the bytes of string keys, and once when the first object comes as a key. Returns 0, or -1 and
 * errno ENOMEM. hf_map_reserve(&m, n). */
#define hf_map_reserve(m, n) hf_map_reserve_(&(m)->map_, (n))

/* Makes the map at address to hold the same as the one at from, each value retained, in the same
 * order, instead of what it held. Returns 0, or -1 and errno ENOMEM with both unchanged.
 * hf_map_copy(&to, &from). O(count). */
#define hf_map_copy(to, from)                     \
    __extension__({                               \
        (void)sizeof((to)->to_ == (from)->to_);   \
        hf_map_copy_(&(to)->map_, &(from)->map_); \
    })

/* A place in the order of a map. All zero is before the first entry. */
typedef struct hf_map_cursor {
    hf_key key; /* of the entry that hf_map_next returned; borrowed from the map */
    uint64_t order_;
    size_t at_;
} hf_map_cursor;

/* Moves the cursor to the next entry and returns its value, borrowed; NULL behind the last.
 * hf_map_next(&m, &cursor).
 *
 * The map may change between two calls: what is removed before its turn is not met, what is new
 * comes last and is met, and nothing is met twice. The key is good until its entry is removed. O(1)
 * in the mean. */
#define hf_map_next(m, cursor) ((__typeof__((m)->to_))hf_map_next_(&(m)->map_, (cursor)))

HF_API size_t hf_map_count_(const hf_map *map);
HF_API void *hf_map_at_(const hf_map *map, hf_key key) HF_LEND;
HF_API void *hf_map_get_(const hf_map *map, hf_key key) HF_GIVE;
HF_API int hf_map_set_(hf_map *map, hf_key key, void *object);
HF_API void *hf_map_take_(hf_map *map, hf_key key) HF_GIVE;
HF_API int hf_map_remove_(hf_map *map, hf_key key);
HF_API void hf_map_clear_(hf_map *map);
HF_API int hf_map_reserve_(hf_map *map, size_t count);
HF_API int hf_map_copy_(hf_map *to, const hf_map *from);
HF_API void *hf_map_next_(const hf_map *map, hf_map_cursor *cursor) HF_LEND;

HF_END_C

#endif
