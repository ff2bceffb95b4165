/* SPDX-License-Identifier: MIT
 *
 * Weak maps: at most one living object for each key.
 * Knows weak references, death notices, keys and the index.
 *
 * What must outlive the map, because a death on another thread may be telling it at this moment, is
 * its core. An entry promises to be told of the death of its object, and of its key's if that is an
 * object; each promise that was not taken back in time comes, and finds the entry. So:
 *
 *   1. An entry is freed when it is out of the map and no promise is open: `stakes` counts both.
 *   2. The core is freed when the map is dead and no entry is left.
 *   3. All of it is read and written under the map's lock, and nobody waits for a promise.
 *
 * With the lock nothing is released, and the program is not called. */
#include <errno.h>
#include <holdfast/weak_map.h>
#include <stdlib.h>

#include "contain/contain.h"
#include "contain/flight.h"
#include "contain/key.h"
#include "contain/table.h"

struct entry {
    struct core *core;
    hf_key key; /* with bytes of its own */
    uint32_t hash;
    uint32_t row;
    unsigned stakes;        /* in the map, and promises that are open */
    bool is_in;             /* the map */
    hf_weak_ref object;     /* the value */
    hf_weak_ref key_object; /* the key, if it is an object: its address may come again */
    hf_death_token of_object, of_key;
};

struct core {
    struct short_lock *lock;
    struct table index;
    struct entry **rows; /* dense: the last one takes the place of one that goes */
    size_t room;
    size_t count;
    size_t users; /* the map, and entries that are not freed */
    struct flights flights;
};

struct hf_weak_map {
    struct core *core;
};

/* ---- entries, under the lock ------------------------------------------------------------- */

static struct entry *
find(const struct core *core, hf_key key, uint32_t hash)
{
    struct table_walk walk = table_walk_begin(&core->index, hash);
    uint32_t row;
    while ((row = table_walk_next(&walk)) != TABLE_FREE) {
        struct entry *entry = core->rows[row];
        if (!hf_key_is(entry->key, key)) continue;
        if (key.kind != HF_KEY_OBJECT || !hf_weak_dead_(&entry->key_object)) return entry;
    }
    return NULL;
}

static void
core_drop(struct core *core)
{
    if (--core->users) return;
    free(core->rows);
    hfi_table_free(&core->index);
    free(core);
}

static void
entry_free(struct entry *entry)
{
    struct core *core = entry->core;
    hf_weak_clear_(&entry->object);
    hf_weak_clear_(&entry->key_object);
    key_drop(entry->key);
    free(entry);
    core_drop(core);
}

/* One reason less to keep the entry. */
static void
give_stake_back(struct entry *entry)
{
    if (!--entry->stakes) entry_free(entry);
}

/* Whether the promise was taken back, so that it won't come. */
static bool
take_back(hf_death_token *token)
{
    if (!*token) return false;
    bool is_removed = hf_on_death_cancel(*token) == HF_NOTICE_REMOVED;
    *token = 0;
    return is_removed;
}

/* Takes the entry out of the map. It may be freed. */
static void
detach(struct entry *entry)
{
    struct core *core = entry->core;
    table_remove(&core->index, entry->hash, entry->row);
    struct entry *last = core->rows[--core->count];
    if (last != entry) {
        table_remove(&core->index, last->hash, last->row);
        last->row = entry->row;
        core->rows[last->row] = last;
        table_add(&core->index, last->hash, last->row);
    }
    entry->is_in = false;
    /* Its own stake goes last. */
    if (take_back(&entry->of_object)) entry->stakes--;
    if (take_back(&entry->of_key)) entry->stakes--;
    give_stake_back(entry);
}

/* ---- promises ---------------------------------------------------------------------------- */

/* The promise with this token is kept at this moment: there is nothing to take back. */
static void
told(struct entry *entry, hf_death_token *token)
{
    struct short_lock *lock = entry->core->lock;
    short_lock_take(lock);
    *token = 0;
    if (entry->is_in) detach(entry);
    give_stake_back(entry);
    short_lock_give(lock);
}

static void
object_died(void *object, void *ctx)
{
    (void)object;
    told(ctx, &((struct entry *)ctx)->of_object);
}

static void
key_died(void *object, void *ctx)
{
    (void)object;
    told(ctx, &((struct entry *)ctx)->of_key);
}

/* Has the entry told of the deaths that concern it. Returns false and errno ENOMEM, or EINVAL when
 * one has begun, with no promise open. The caller holds both objects. */
static bool
promise(struct entry *entry, void *object)
{
    entry->of_object = hf_on_death(object, object_died, entry);
    if (!entry->of_object) return false;
    entry->stakes++;
    if (entry->key.kind != HF_KEY_OBJECT) return true;
    entry->of_key = hf_on_death((void *)(uintptr_t)entry->key.is.object, key_died, entry);
    if (entry->of_key) {
        entry->stakes++;
        return true;
    }
    int error = errno;
    if (take_back(&entry->of_object)) entry->stakes--;
    errno = error;
    return false;
}

/* ---- a new entry, under the lock --------------------------------------------------------- */

static uint32_t
hash_of_row(const void *owner, uint32_t row)
{
    const struct core *core = owner;
    return core->rows[row]->hash;
}

/* Makes room for one more row. */
static bool
reserve(struct core *core)
{
    if (!hfi_table_reserve(&core->index, core->count + 1, hash_of_row, core)) return false;
    if (core->count < core->room) return true;
    size_t room = core->room + core->room / 2 + 8;
    struct entry **rows = realloc(core->rows, room * sizeof *rows);
    if (!rows) return false;
    core->rows = rows;
    core->room = room;
    return true;
}

/* Returns a new entry that is not in the map, with a stake for the caller: NULL and errno ENOMEM,
 * or EINVAL when the object or the key is dying. */
static struct entry *
entry_new(struct core *core, hf_key key, uint32_t hash, void *object)
{
    errno = ENOMEM;
    struct entry *entry = reserve(core) ? calloc(1, sizeof *entry) : NULL;
    if (!entry) return NULL;
    if (!key_keep(&entry->key, key)) {
        free(entry);
        return NULL;
    }
    entry->core = core;
    core->users++;
    entry->hash = hash;
    entry->stakes = 1;
    bool is_object = key.kind == HF_KEY_OBJECT;
    if (!hf_weak_set_(&entry->object, object)
        && (!is_object || !hf_weak_set_(&entry->key_object, key.is.object))
        && promise(entry, object)) {
        return entry;
    }
    int error = errno;
    give_stake_back(entry);
    errno = error;
    return NULL;
}

/* Returns the object of key, owned; if there is none, that is this object from now on. NULL and
 * errno as entry_new. */
static void *
intern(struct core *core, hf_key key, uint32_t hash, void *object)
{
    struct entry *former = find(core, key, hash);
    void *found = former ? hf_upgrade_(&former->object) : NULL;
    if (found) return found;
    struct entry *entry = entry_new(core, key, hash, object);
    if (!entry) return NULL;
    /* Its promise has not come yet. */
    if (former) detach(former);
    entry->row = (uint32_t)core->count++;
    core->rows[entry->row] = entry;
    entry->is_in = true;
    table_add(&core->index, hash, entry->row);
    retain(object, NULL);
    return object;
}

/* ---- the map ----------------------------------------------------------------------------- */

/* Those who are in it don't notice. */
static void
map_free(void *self)
{
    struct core *core = ((hf_weak_map *)self)->core;
    if (!core) return;
    struct short_lock *lock = core->lock;
    short_lock_take(lock);
    while (core->count) detach(core->rows[core->count - 1]);
    core_drop(core);
    short_lock_give(lock);
}

HF_TYPE(hf_weak_map, .free = map_free);

hf_weak_map *
hf_weak_map_new(void)
{
    hf_weak_map *map = hf_new(hf_weak_map);
    if (!map) return NULL;
    map->core = calloc(1, sizeof *map->core);
    if (!map->core) {
        hf_abandon(map);
        errno = ENOMEM;
        return NULL;
    }
    map->core->lock = hfi_weak_map_lock();
    map->core->users = 1;
    return map;
}

static bool
is_key(hf_key key)
{
    return key.kind != HF_KEY_NONE && key.kind <= HF_KEY_OBJECT;
}

void *
hf_weak_map_get(hf_weak_map *map, hf_key key)
{
    if (!is_key(key)) return NULL;
    struct core *core = map->core;
    uint32_t hash = key_hash(key);
    short_lock_take(core->lock);
    const struct entry *entry = find(core, key, hash);
    void *object = entry ? hf_upgrade_(&entry->object) : NULL;
    short_lock_give(core->lock);
    return object;
}

static void
check_not_confined(const void *object, const void *site)
{
    hfi_object_check(object, site);
    /* relaxed: the flag never changes. */
    if (atomic_load_relaxed(&header_of(object)->word) & WORD_CONFINED) {
        hfi_misuse("confined object put into a weak map", object, site);
    }
}

void *
hf_weak_map_intern(hf_weak_map *map, hf_key key, void *object)
{
    if (!is_key(key) || !object) {
        errno = EINVAL;
        return NULL;
    }
    check_not_confined(object, __builtin_return_address(0));
    struct core *core = map->core;
    uint32_t hash = key_hash(key);
    short_lock_take(core->lock);
    void *interned = intern(core, key, hash, object);
    short_lock_give(core->lock);
    return interned;
}

int
hf_weak_map_remove(hf_weak_map *map, hf_key key)
{
    if (!is_key(key)) return 0;
    struct core *core = map->core;
    uint32_t hash = key_hash(key);
    short_lock_take(core->lock);
    flights_outdate(&core->flights, &key);
    struct entry *entry = find(core, key, hash);
    bool is_alive = entry && !hf_weak_dead_(&entry->object);
    if (entry) detach(entry);
    short_lock_give(core->lock);
    return is_alive;
}

size_t
hf_weak_map_count(const hf_weak_map *map)
{
    struct core *core = map->core;
    short_lock_take(core->lock);
    size_t count = core->count;
    short_lock_give(core->lock);
    return count;
}

/* ---- making ------------------------------------------------------------------------------ */

static void *
find_for_flight(void *keeper, hf_key key)
{
    const struct entry *entry = find(keeper, key, key_hash(key));
    return entry ? hf_upgrade_(&entry->object) : NULL;
}

static void *
keep_for_flight(void *keeper, hf_key key, void *made, bool is_outdated)
{
    if (!is_outdated) return intern(keeper, key, key_hash(key), made);
    retain(made, NULL);
    return made;
}

/* One call of hf_weak_map_make. */
struct making {
    void *(*make)(hf_key key, void *ctx);
    void *ctx;
    const void *site;
};

static void *
make_checked(hf_key key, void *ctx)
{
    const struct making *making = ctx;
    void *made = making->make(key, making->ctx);
    if (made) check_not_confined(made, making->site);
    return made;
}

void *
hf_weak_map_make(hf_weak_map *map, hf_key key, void *(*make)(hf_key key, void *ctx), void *ctx)
{
    if (!is_key(key) || !make) {
        errno = EINVAL;
        return NULL;
    }
    struct making making = {make, ctx, __builtin_return_address(0)};
    struct flight_plan plan = {.flights = &map->core->flights,
                               .lock = map->core->lock,
                               .key = key,
                               .keeper = map->core,
                               .find = find_for_flight,
                               .keep = keep_for_flight,
                               .make = make_checked,
                               .ctx = &making};
    return hfi_flight(&plan);
}
