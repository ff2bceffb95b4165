/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/queue.h>: bounds, descriptors, and the threads that release and drain.
 * Knows public headers only.
 * Threads here hand on to one another in a fixed order. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "support/run_suite.h"

static hf_queue deaths;

typedef struct late {
    struct late *next;
    pthread_t *died_on;
} late;

static void
late_destroy(void *self)
{
    late *l = self;
    if (l->died_on) *l->died_on = pthread_self();
}

HF_DECLARE(late);
HF_TYPE(late, .destroy = late_destroy, .queue = &deaths,
        .fields = HF_FIELDS(HF_STRONG(late, next)));

static late *
late_new(void)
{
    late *l = hf_new(late);
    ck_assert_ptr_nonnull(l);
    return l;
}

static void *
release_on_a_thread(void *object)
{
    hf_release(object);
    return NULL;
}

static void
join(pthread_t thread)
{
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

static pthread_t
start(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, run, argument), 0);
    return thread;
}

START_TEST(an_object_dies_on_the_thread_that_drains)
{
    pthread_t died_on;
    late *l = late_new();
    l->died_on = &died_on;
    join(start(release_on_a_thread, l));
    ck_assert_uint_eq(hf_live(&hf_type_late), 1);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 1);
    ck_assert(pthread_equal(died_on, pthread_self()));
}
END_TEST

/* ---- the descriptor ---------------------------------------------------------------------- */

/* Whether an event loop would wake up now. */
static bool
is_readable(int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN};
    int loop = epoll_create1(EPOLL_CLOEXEC);
    ck_assert_int_ge(loop, 0);
    ck_assert_int_eq(epoll_ctl(loop, EPOLL_CTL_ADD, descriptor, &event), 0);
    int ready = epoll_wait(loop, &event, 1, 0);
    close(loop);
    return ready == 1;
}

START_TEST(the_descriptor_is_readable_while_something_waits)
{
    int descriptor = hf_queue_fd(&deaths);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(hf_queue_fd(&deaths), descriptor);
    ck_assert(!is_readable(descriptor));
    hf_release(late_new());
    ck_assert(is_readable(descriptor));
    hf_release(late_new());
    ck_assert_uint_eq(hf_queue_drain(&deaths, 1), 1);
    ck_assert(is_readable(descriptor));
    ck_assert_uint_eq(hf_queue_drain(&deaths, 1), 1);
    ck_assert(!is_readable(descriptor));
    hf_queue_close(&deaths);
}
END_TEST

START_TEST(a_descriptor_that_is_made_late_says_what_waits)
{
    hf_release(late_new());
    ck_assert(is_readable(hf_queue_fd(&deaths)));
    hf_queue_close(&deaths);
}
END_TEST

START_TEST(a_release_leaves_errno_alone)
{
    hf_queue_fd(&deaths);
    errno = EDOM;
    hf_release(late_new());
    ck_assert_int_eq(errno, EDOM);
    hf_queue_drain(&deaths, 0);
    hf_queue_drain(&deaths, 0);
    ck_assert_int_eq(errno, EDOM);
    hf_queue_close(&deaths);
}
END_TEST

/* An event loop on one thread, to which others release. */
enum { OBJECTS = 1000, AT_ONCE = 7 };

static void *
release_many(void *unused)
{
    for (int i = 0; i < OBJECTS; i++) hf_release(late_new());
    return unused;
}

START_TEST(an_event_loop_ends_all_that_others_release)
{
    struct epoll_event event = {.events = EPOLLIN};
    int loop = epoll_create1(EPOLL_CLOEXEC);
    int descriptor = hf_queue_fd(&deaths);
    ck_assert_int_eq(epoll_ctl(loop, EPOLL_CTL_ADD, descriptor, &event), 0);
    pthread_t one = start(release_many, NULL), other = start(release_many, NULL);
    for (size_t ended = 0; ended < 2 * OBJECTS;) {
        ck_assert_int_eq(epoll_wait(loop, &event, 1, -1), 1);
        ended += hf_queue_drain(&deaths, AT_ONCE);
    }
    join(one);
    join(other);
    ck_assert(!is_readable(descriptor));
    close(loop);
    hf_queue_close(&deaths);
}
END_TEST

/* ---- bounds ------------------------------------------------------------------------------ */

START_TEST(beyond_its_bound_objects_die_where_they_are_released)
{
    pthread_t died_on;
    hf_queue_limit(&deaths, 2, HF_QUEUE_END_HERE);
    for (int i = 0; i < 2; i++) hf_release(late_new());
    late *l = late_new();
    l->died_on = &died_on;
    pthread_t thread = start(release_on_a_thread, l);
    join(thread);
    ck_assert(!pthread_equal(died_on, pthread_self()));
    ck_assert_uint_eq(hf_queue_count(&deaths), 2);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 2);
}
END_TEST

static atomic_bool has_released;

static void *
release_three(void *unused)
{
    for (int i = 0; i < 3; i++) hf_release(late_new());
    atomic_store(&has_released, true);
    return unused;
}

START_TEST(or_their_thread_waits_for_the_drain)
{
    hf_queue_limit(&deaths, 2, HF_QUEUE_WAIT);
    pthread_t thread = start(release_three, NULL);
    size_t ended = 0;
    while (ended < 3) {
        size_t waiting = hf_queue_count(&deaths);
        ck_assert_uint_le(waiting, 2);
        /* The third isn't there before one of the others is gone. */
        if (!ended && waiting < 2) continue;
        ck_assert(ended || !atomic_load(&has_released));
        ended += hf_queue_drain(&deaths, 1);
    }
    join(thread);
    ck_assert(atomic_load(&has_released));
}
END_TEST

START_TEST(who_drains_never_waits_for_itself)
{
    hf_queue_limit(&deaths, 1, HF_QUEUE_WAIT);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 0);
    release_three(NULL);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 3);
}
END_TEST

/* ---- garbage cycles ---------------------------------------------------------------------- */

static void
make_a_dead_ring(pthread_t *died_on)
{
    late *l = late_new();
    l->died_on = died_on;
    hf_give(l, next, late_new());
    hf_set(l->next, next, l);
    hf_release(l);
}

static void *
collect(void *unused)
{
    hf_collect();
    return unused;
}

START_TEST(a_garbage_cycle_dies_on_the_thread_that_drains)
{
    pthread_t died_on;
    make_a_dead_ring(&died_on);
    join(start(collect, NULL));
    ck_assert_uint_eq(hf_live(&hf_type_late), 2);
    ck_assert_uint_eq(hf_queue_count(&deaths), 1);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 1);
    ck_assert(pthread_equal(died_on, pthread_self()));
    ck_assert_uint_eq(hf_live(&hf_type_late), 0);
}
END_TEST

START_TEST(cycles_wait_beside_objects)
{
    make_a_dead_ring(NULL);
    hf_collect();
    hf_release(late_new());
    make_a_dead_ring(NULL);
    hf_collect();
    ck_assert_uint_eq(hf_queue_count(&deaths), 3);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 2), 2);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 2), 1);
    ck_assert_uint_eq(hf_live(&hf_type_late), 0);
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    ck_assert_uint_eq(stats.reclaimed, 4);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("queue and threads");
    TCase *tests = tcase_create("queue and threads");
    tcase_add_test(tests, an_object_dies_on_the_thread_that_drains);
    tcase_add_test(tests, the_descriptor_is_readable_while_something_waits);
    tcase_add_test(tests, a_descriptor_that_is_made_late_says_what_waits);
    tcase_add_test(tests, a_release_leaves_errno_alone);
    tcase_add_test(tests, an_event_loop_ends_all_that_others_release);
    tcase_add_test(tests, beyond_its_bound_objects_die_where_they_are_released);
    tcase_add_test(tests, or_their_thread_waits_for_the_drain);
    tcase_add_test(tests, who_drains_never_waits_for_itself);
    tcase_add_test(tests, a_garbage_cycle_dies_on_the_thread_that_drains);
    tcase_add_test(tests, cycles_wait_beside_objects);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
