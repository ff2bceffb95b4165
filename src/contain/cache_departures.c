/* SPDX-License-Identifier: MIT
 *
 * What has left a cache: the program is told, the references go.
 * Knows the shapes of a cache; no lock is held. */
#include "contain/cache.h"

void
hfi_departures_settle(struct departures *gone)
{
    const hf_cache_options *options = &gone->cache->options;
    if (gone->freed_entries || gone->freed_weight) hfi_bounds_give_back(gone->cache, gone);
    for (unsigned i = 0; i < gone->count; i++) {
        struct departure *departure = &gone->each[i];
        if (options->left) {
            options->left(departure->key, departure->value, departure->cause, options->ctx);
        }
        release(departure->value, NULL);
        key_drop(departure->key);
        if (departure->key_object) hf_release(departure->key_object);
    }
    gone->count = 0;
    if (gone->let_go) hf_release(gone->let_go);
    gone->let_go = NULL;
}
