/* SPDX-License-Identifier: MIT
 *
 * References that no table can describe: a shelf with an array of its own, which grows, and which
 * collections on other threads can see through.
 * Knows the library and pthreads.
 * docs/cycles.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "parts.h"

/* begin README */
typedef struct shelf {
    pthread_mutex_t lock;
    void **items; /* counted references */
    size_t count;
} shelf;
/* end README */
HF_DECLARE(shelf);

static void
shelf_lock(void *self)
{
    shelf *s = self;
    pthread_mutex_lock(&s->lock);
}

static void
shelf_unlock(void *self)
{
    shelf *s = self;
    pthread_mutex_unlock(&s->lock);
}

/* begin README */
static void
shelf_trace(void *self, hf_visitor *v)
{
    const shelf *s = self;
    for (size_t i = 0; i < s->count; i++) hf_visit(v, s->items[i]);
}

static void
shelf_free(void *self) /* under the lock, and leaves nothing to trace */
{
    shelf *s = self;
    shelf_lock(s);
    free(s->items);
    s->items = NULL;
    s->count = 0;
    shelf_unlock(s);
}

HF_TYPE(shelf, .trace = shelf_trace, .free = shelf_free, .guard = {shelf_lock, shelf_unlock});

static int
shelf_add(shelf *s, void *item) /* takes item over, if it returns 0 */
{
    shelf_lock(s);
    void **items = realloc(s->items, (s->count + 1) * sizeof *items);
    if (items) {
        s->items = items;
        hf_note_store(item); /* under the guard, before the store */
        s->items[s->count++] = item;
    }
    shelf_unlock(s);
    return items ? 0 : -1;
}
/* end README */

int
show_guard(void)
{
    shelf *s = hf_new(shelf);
    if (!s) return -1;
    pthread_mutex_init(&s->lock, NULL);
    shelf *again = hf_retain(s);
    int status = shelf_add(s, again);
    if (status) hf_release(again);
    hf_release(s);
    if (!status) printf("%zu shelf collected, which held itself\n", hf_collect());
    return status;
}
