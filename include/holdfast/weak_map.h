/* SPDX-License-Identifier: MIT
 *
 * A map from keys to weak references: at most one living object for each key.
 * Knows weak references and keys (key.h). For interning and for identity maps.
 *
 *     static void *symbol_make(hf_key name, void *ctx);               a new symbol, or NULL
 *
 *     hf_weak_map *symbols = hf_weak_map_new();
 *     symbol *s = hf_weak_map_make(symbols, hf_key_text("x"), symbol_make, NULL);
 *
 * The map keeps no object alive. The entry of an object goes when it dies, before its destroy, and
 * from that moment on a look-up finds nothing: it never revives what is dying. The bytes of a
 * string key are copied. An object that is a key isn't kept alive either: its entry goes when one
 * of both dies.
 *
 * A map is an object: retain it, release it, put it in a field. When it dies, those who are in it
 * don't notice.
 * Threads: any, at once. HF_CONFINED objects can't be in it. */
#ifndef HOLDFAST_WEAK_MAP_H
#define HOLDFAST_WEAK_MAP_H

#include "key.h"
#include "weak.h"

HF_BEGIN_C

/* A weak map. Opaque; an object of the library. */
typedef struct hf_weak_map hf_weak_map;
HF_DECLARE(hf_weak_map);

/* Returns a new map, empty. Owner: the caller; give it back with hf_release. Errors: NULL and errno
 * ENOMEM. */
HF_API hf_weak_map *hf_weak_map_new(void) HF_GIVE;

/* Returns an owned reference to the object of key, or NULL when there is none that lives. O(1) in
 * the mean: a lock, an upgrade. */
HF_API void *hf_weak_map_get(hf_weak_map *map, hf_key key) HF_GIVE;

/* Returns an owned reference to the object of key; if there is none that lives, that is `object`
 * from now on. So of several threads that come with objects for one key, all get the same one.
 * Errors: NULL with the map unchanged and errno ENOMEM; EINVAL when key is none, or object is NULL
 * or dying. */
HF_API void *hf_weak_map_intern(hf_weak_map *map, hf_key key, void *object) HF_GIVE;

/* Returns an owned reference to the object of key; if there is none that lives, make(key, ctx) is
 * called for an owned one, which is it from then on. While it is being made, other threads that ask
 * for the key wait for it: it is made once.
 *
 * make runs with nothing locked. When it returns NULL it sets errno, and all who wait get NULL and
 * that errno; but when errno is ECANCELED, or the thread that makes is cancelled or exits, one of
 * those who wait makes in its place. Errors: besides those of make, ENOMEM; EINVAL when key is none
 * or what was made is dying; EDEADLK when make asks for the same key. */
HF_API void *hf_weak_map_make(hf_weak_map *map, hf_key key, void *(*make)(hf_key key, void *ctx),
                              void *ctx) HF_GIVE;

/* Forgets the object of key, which lives on; the next look-up finds nothing. Returns 1, or 0 when
 * there was none. */
HF_API int hf_weak_map_remove(hf_weak_map *map, hf_key key);

/* Returns how many entries there are: those of objects that live, and for a moment of some that are
 * dying. O(1). */
HF_API size_t hf_weak_map_count(const hf_weak_map *map);

HF_END_C

#endif
