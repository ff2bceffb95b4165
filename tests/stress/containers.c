/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/array.h> and <holdfast/map.h>: graphs of containers that threads change,
 * each under the lock of the program, while the library's thread collects.
 * Knows public headers and the team. The oracle: an object is destroyed once, with its mark intact,
 * and by nobody who could still reach it; in the end all are. */
#include <holdfast/holdfast.h>

#include <pthread.h>
#include <stdatomic.h>

#include "stress/stress.h"

enum { SHELVES = 8, OPERATIONS = 1500, MOST = 60, KEYS = 40 };

typedef struct node {
    uint64_t mark; /* its own address, until it is destroyed */
    hf_array(struct node) list;
    hf_map(struct node) map;
    hf_slice view;
} node;

static atomic_size_t made, destroyed;

static void
node_destroy(void *self)
{
    node *n = self;
    REQUIRE(n->mark == (uintptr_t)n);
    n->mark = 0;
    atomic_fetch_add_explicit(&destroyed, 1, memory_order_relaxed);
}
HF_DECLARE(node);
HF_TYPE(node, .destroy = node_destroy,
        .fields = HF_FIELDS(HF_ARRAY(node, list), HF_MAP(node, map), HF_SLICE(node, view)));

static struct {
    pthread_mutex_t lock;
    node *node;
} shelves[SHELVES];

static node *
new_node(void)
{
    node *n = hf_new(node);
    REQUIRE(n);
    n->mark = (uintptr_t)n;
    atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
    return n;
}

static void
prepare(struct worker *worker)
{
    (void)worker;
    atomic_store(&made, 0);
    atomic_store(&destroyed, 0);
    for (size_t i = 0; i < SHELVES; i++) {
        REQUIRE(pthread_mutex_init(&shelves[i].lock, NULL) == 0);
        shelves[i].node = new_node();
    }
    REQUIRE(hf_collector_start(NULL) == 0);
}

static hf_key
choose_key(struct worker *worker, node *other)
{
    static const char text[KEYS];
    size_t number = random_below(worker, KEYS);
    if (number % 3 == 0) return hf_key_integer(number);
    return number % 3 == 1 ? hf_key_string(text, number) : hf_key_object(other);
}

static int
by_address(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

/* Returns something that the node leads to, or a new one, owned. */
static node *
choose_other(struct worker *worker, node *n)
{
    node *other = hf_array_get(&n->list, random_below(worker, MOST));
    if (!other && random_below(worker, 2)) other = hf_map_get(&n->map, choose_key(worker, n));
    if (!other) other = random_below(worker, 8) ? new_node() : hf_retain(n);
    REQUIRE(other->mark == (uintptr_t)other);
    return other;
}

static void
change_array(struct worker *worker, node *n, node *other)
{
    size_t count = hf_array_count(&n->list), at = random_below(worker, count + 1);
    switch (random_below(worker, 9)) {
    case 0:
        REQUIRE(hf_array_push(&n->list, other) == 0);
        break;
    case 1: {
        node *mine = hf_retain(other);
        REQUIRE(hf_array_push_move(&n->list, &mine) == 0);
        break;
    }
    case 2:
        REQUIRE(hf_array_insert(&n->list, at, other) == 0);
        break;
    case 3:
        hf_release(hf_array_take(&n->list, at));
        break;
    case 4:
        hf_release(hf_array_pop(&n->list));
        break;
    case 5:
        REQUIRE(hf_array_set(&n->list, at, other) == (at < count ? 0 : -1));
        break;
    case 6:
        REQUIRE(hf_array_sort(&n->list, by_address, NULL) == 0);
        break;
    case 7:
        REQUIRE(hf_array_copy(&other->list, &n->list) == 0);
        break;
    default:
        REQUIRE(hf_array_fit(&n->list) == 0);
        break;
    }
    if (count > MOST) hf_array_truncate(&n->list, MOST / 2);
}

static void
change_map(struct worker *worker, node *n, node *other)
{
    hf_key key = choose_key(worker, other);
    switch (random_below(worker, 6)) {
    case 0:
        hf_release(hf_map_take(&n->map, key));
        break;
    case 1:
        hf_map_remove(&n->map, key);
        break;
    case 2:
        REQUIRE(hf_map_copy(&other->map, &n->map) == 0);
        break;
    default:
        REQUIRE(hf_map_set(&n->map, key, other) == 0);
        break;
    }
    if (hf_map_count(&n->map) > MOST) hf_map_clear(&n->map);
}

/* Of a shelf's graph only what hangs right at its node is changed, and nothing else reaches it but
 * other nodes of the same shelf. */
static void
change(struct worker *worker, size_t shelf)
{
    node *n = shelves[shelf].node;
    REQUIRE(n->mark == (uintptr_t)n);
    node *other = choose_other(worker, n);
    size_t choice = random_below(worker, 20);
    if (choice < 9) {
        change_array(worker, n, other);
    } else if (choice < 17) {
        change_map(worker, n, other);
    } else if (choice == 17) {
        hf_slice view = hf_slice_of_object(other, &other->mark, sizeof other->mark);
        hf_slice_set(&n->view, view);
        hf_slice_clear(&view);
    } else {
        /* The whole graph of before may be garbage now. */
        hf_release(n);
        shelves[shelf].node = hf_retain(other);
    }
    hf_release(other);
}

static void
race(struct worker *worker)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        size_t shelf = random_below(worker, SHELVES);
        pthread_mutex_lock(&shelves[shelf].lock);
        change(worker, shelf);
        pthread_mutex_unlock(&shelves[shelf].lock);
        if (random_below(worker, 100) == 0) hf_collect_step(NULL);
    }
}

static void
check(struct worker *worker)
{
    (void)worker;
    hf_collector_stop();
    for (size_t i = 0; i < SHELVES; i++) {
        hf_clear(&shelves[i].node);
        pthread_mutex_destroy(&shelves[i].lock);
    }
    hf_collect();
    REQUIRE(atomic_load(&made) == atomic_load(&destroyed));
    REQUIRE(hf_live(&hf_type_node) == 0);
    REQUIRE(hf_live(&hf_type_hf_array_items) == 0 && hf_live(&hf_type_hf_map_entries) == 0);
}

START_TEST(whatever_containers_lead_to_is_destroyed_once_and_in_the_end)
{
    static const struct race whole = {prepare, race, check};
    stress_run(_i, &whole, 100);
}
END_TEST

/* ---- weak maps ---------------------------------------------------------------------------- */

enum { NAMES = 16 };

static hf_weak_map *names;

/* Who has the object of a name at the moment; all of them have the same one. */
static struct {
    pthread_mutex_t lock;
    size_t holders;
    const node *object;
} held[NAMES];

static void
prepare_names(struct worker *worker)
{
    (void)worker;
    atomic_store(&made, 0);
    atomic_store(&destroyed, 0);
    names = hf_weak_map_new();
    REQUIRE(names);
    for (size_t i = 0; i < NAMES; i++) REQUIRE(pthread_mutex_init(&held[i].lock, NULL) == 0);
}

static void *
make_node(hf_key key, void *ctx)
{
    (void)key, (void)ctx;
    return new_node();
}

static node *
get_or_make(struct worker *worker, hf_key key)
{
    switch (random_below(worker, 3)) {
    case 0:
        return hf_weak_map_make(names, key, make_node, NULL);
    case 1: {
        hf_auto node *n = new_node();
        return hf_weak_map_intern(names, key, n);
    }
    default:
        return hf_weak_map_get(names, key);
    }
}

static void
note(size_t name, const node *n, bool is_held)
{
    pthread_mutex_lock(&held[name].lock);
    REQUIRE(!held[name].holders || held[name].object == n);
    held[name].object = n;
    if (is_held) held[name].holders++;
    else held[name].holders--;
    pthread_mutex_unlock(&held[name].lock);
}

static void
race_for_names(struct worker *worker)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        size_t name = random_below(worker, NAMES);
        node *n = get_or_make(worker, hf_key_integer(name));
        if (!n) continue;
        note(name, n, true);
        REQUIRE(n->mark == (uintptr_t)n);
        note(name, n, false);
        hf_release(n);
    }
}

static void
check_names(struct worker *worker)
{
    (void)worker;
    REQUIRE(hf_weak_map_count(names) == 0);
    REQUIRE(atomic_load(&made) == atomic_load(&destroyed));
    hf_clear(&names);
    for (size_t i = 0; i < NAMES; i++) pthread_mutex_destroy(&held[i].lock);
}

START_TEST(all_who_have_the_object_of_a_name_have_the_same_one)
{
    static const struct race whole = {prepare_names, race_for_names, check_names};
    stress_run(_i, &whole, 200);
}
END_TEST

/* The objects go on one side while the maps go on the other. */
static void
race_for_maps(struct worker *worker)
{
    hf_weak_map *mine = hf_weak_map_new();
    node *objects[NAMES];
    for (size_t i = 0; i < NAMES; i++) {
        hf_auto node *n = new_node();
        hf_release(hf_weak_map_intern(mine, hf_key_object(n), n));
        objects[i] = hf_weak_map_intern(names, hf_key_integer(i), n);
        hf_release(hf_weak_map_intern(mine, hf_key_integer(i), objects[i]));
    }
    if (random_below(worker, 2)) hf_clear(&mine);
    for (size_t i = 0; i < NAMES; i++) hf_release(objects[i]);
    hf_release(mine);
}

START_TEST(maps_and_objects_die_on_different_threads)
{
    static const struct race whole = {prepare_names, race_for_maps, check_names};
    stress_run(_i, &whole, 3000);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("containers");
    TCase *tests = tcase_create("containers");
    tcase_add_loop_test(tests, whatever_containers_lead_to_is_destroyed_once_and_in_the_end, 0,
                        TEAMS);
    tcase_add_loop_test(tests, all_who_have_the_object_of_a_name_have_the_same_one, 0, TEAMS);
    tcase_add_loop_test(tests, maps_and_objects_die_on_different_threads, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
