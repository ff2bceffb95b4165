/* SPDX-License-Identifier: MIT
 *
 * A bounded cache by hand out of GLib: GHashTable to find an entry, GQueue for who was asked for
 * last, g_atomic_rc_box for values, and a mutex around it.
 * Knows the harness's barriers and nothing of Holdfast.
 * peers.h says what the function does. */
#include "peers.h"

#include <glib.h>

#include "../barrier.h"

struct entry {
    gint64 key;
    void *value;
    GList link;
};

static GMutex mutex;
static GHashTable *entries;
static GQueue order = G_QUEUE_INIT;

/* An owned reference to the value, or NULL. */
static void *
get(gint64 key)
{
    g_mutex_lock(&mutex);
    struct entry *entry = g_hash_table_lookup(entries, &key);
    void *value = NULL;
    if (entry) {
        g_queue_unlink(&order, &entry->link);
        g_queue_push_head_link(&order, &entry->link);
        value = g_atomic_rc_box_acquire(entry->value);
    }
    g_mutex_unlock(&mutex);
    return value;
}

static void
evict_eldest(void)
{
    struct entry *eldest = order.tail->data;
    g_queue_unlink(&order, &eldest->link);
    g_hash_table_remove(entries, &eldest->key);
    g_atomic_rc_box_release(eldest->value);
    g_slice_free(struct entry, eldest);
}

/* Does nothing when another thread has put the key meanwhile. */
static void
put(gint64 key, void *value)
{
    g_mutex_lock(&mutex);
    if (!g_hash_table_contains(entries, &key)) {
        struct entry *entry = g_slice_new0(struct entry);
        entry->key = key;
        entry->value = g_atomic_rc_box_acquire(value);
        entry->link.data = entry;
        g_hash_table_insert(entries, &entry->key, entry);
        g_queue_push_head_link(&order, &entry->link);
        if (order.length > BENCH_CACHE_ROOM) evict_eldest();
    }
    g_mutex_unlock(&mutex);
}

/* The first call is on a single thread. */
BENCH_APART uint64_t
glib_cache_use(const uint32_t *keys, size_t count)
{
    uint64_t hits = 0;
    if (!entries) entries = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (size_t i = 0; i < count; i++) {
        uint64_t *p = get(keys[i]);
        if (p) {
            hits++;
        } else {
            p = g_atomic_rc_box_alloc0(BENCH_SMALL);
            put(keys[i], p);
        }
        BENCH_KEEP(p[0]);
        g_atomic_rc_box_release(p);
    }
    return hits;
}
