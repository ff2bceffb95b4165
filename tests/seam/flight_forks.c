/* SPDX-License-Identifier: MIT
 *
 * Seam test of hf_weak_map_make and hf_cache_load in a process that forks while a thread makes.
 * Knows public headers only. */
#include <holdfast/holdfast.h>

#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seam/witness.h"
#include "support/run_suite.h"

static hf_weak_map *map;
static hf_cache *cache;
static sem_t is_making, may_end;

static void *
make_slowly(hf_key key, void *ctx)
{
    (void)key, (void)ctx;
    ck_assert_int_eq(sem_post(&is_making), 0);
    ck_assert_int_eq(sem_wait(&may_end), 0);
    return witness_new("parent's");
}

static void *
make_at_once(hf_key key, void *ctx)
{
    (void)key, (void)ctx;
    return witness_new("child's");
}

static void *
ask_the_map(void *unused)
{
    (void)unused;
    return hf_weak_map_make(map, hf_key_text("k"), make_slowly, NULL);
}

static void *
ask_the_cache(void *unused)
{
    (void)unused;
    return hf_cache_load_by(cache, hf_key_text("k"), make_slowly, NULL);
}

/* What the child ends with. */
static int
make_in_the_child(void)
{
    witness *of_map = hf_weak_map_make(map, hf_key_text("k"), make_at_once, NULL);
    witness *of_cache = hf_cache_load_by(cache, hf_key_text("k"), make_at_once, NULL);
    if (!of_map || strcmp(of_map->name, "child's")) return 1;
    if (!of_cache || strcmp(of_cache->name, "child's")) return 2;
    hf_release(of_map);
    hf_release(of_cache);
    return hf_weak_map_count(map) ? 3 : 0;
}

START_TEST(what_other_threads_were_making_the_child_of_a_fork_makes_itself)
{
    map = hf_weak_map_new();
    cache = hf_cache_new(&(hf_cache_options){.entries = 10});
    ck_assert(map && cache);
    ck_assert(sem_init(&is_making, 0, 0) == 0 && sem_init(&may_end, 0, 0) == 0);
    pthread_t threads[2];
    ck_assert_int_eq(pthread_create(&threads[0], NULL, ask_the_map, NULL), 0);
    ck_assert_int_eq(pthread_create(&threads[1], NULL, ask_the_cache, NULL), 0);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(sem_wait(&is_making), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) _exit(make_in_the_child());
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(sem_post(&may_end), 0);
    for (int i = 0; i < 2; i++) {
        void *made;
        ck_assert_int_eq(pthread_join(threads[i], &made), 0);
        ck_assert_str_eq(((witness *)made)->name, "parent's");
        hf_release(made);
    }
    hf_clear(&map);
    hf_clear(&cache);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("flight_forks");
    TCase *tests = tcase_create("flight_forks");
    tcase_add_test(tests, what_other_threads_were_making_the_child_of_a_fork_makes_itself);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
