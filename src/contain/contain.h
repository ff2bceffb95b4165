/* SPDX-License-Identifier: MIT
 *
 * The door of the containers: arrays, maps, slices, weak maps, caches.
 * Knows life and the ways to hold an object. All that this room offers is public. */
#ifndef HFI_CONTAIN_H
#define HFI_CONTAIN_H

#include "handle/handle.h"

/* A lock for a shard of a cache, and one for a weak map; others may have the same. */
struct short_lock *hfi_cache_lock(void);
struct short_lock *hfi_weak_map_lock(void);

#endif
