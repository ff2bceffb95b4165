/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/error.h>: which misuse of objects is noticed, and what it is called.
 * Knows public headers only; built a second time with HF_INLINE. Misuse of fields is in
 * edge_misuse.c, what is no object at all in no_object.c.
 * The use of a dead object is noticed in every build while its memory is readable; checked builds
 * see to that. */
#include <pthread.h>

#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

static struct counting memory = COUNTING(memory);

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* Its memory stays readable after its death. */
typedef node readable;
HF_DECLARE(readable);
HF_TYPE(readable, .allocator = &memory.allocator, .fields = HF_FIELDS(HF_STRONG(readable, next)));

typedef struct leaf {
    int number;
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf, .allocator = &memory.allocator);

static void
retain_it(void *object)
{
    void *volatile same = hf_retain(object);
    (void)same;
}

/* ---- dead objects ------------------------------------------------------------------------ */

static void *
dead(const hf_type *type)
{
    memory.is_hoarding = true;
    void *object = hf_new_type(type, type->size);
    void *address = unknown_origin(object);
    hf_release(object);
    return address;
}

START_TEST(release_of_a_dead_object_is_fatal)
{
    HF_EXPECT_FATAL(hf_release(dead(&hf_type_readable)), "release of a dead object", "readable");
    HF_EXPECT_FATAL(hf_release(dead(&hf_type_leaf)), "release of a dead object", "leaf");
}
END_TEST

START_TEST(retain_of_a_dead_object_is_fatal)
{
    HF_EXPECT_FATAL(retain_it(dead(&hf_type_readable)), "retain of a dead object", "readable");
    HF_EXPECT_FATAL(retain_it(dead(&hf_type_leaf)), "retain of a dead object", "leaf");
}
END_TEST

START_TEST(a_dead_object_stored_in_a_field_is_fatal)
{
    hf_auto node *n = hf_new(node);
    HF_EXPECT_FATAL(hf_set(n, next, dead(&hf_type_readable)), "of a dead object", "readable");
    HF_EXPECT_FATAL(hf_give(n, next, dead(&hf_type_readable)), "of a dead object", "readable");
}
END_TEST

START_TEST(a_dead_object_got_from_a_field_is_fatal)
{
    hf_auto node *n = hf_new(node);
    HF_EXPECT_FATAL(
        {
            n->next = dead(&hf_type_readable);
            hf_release(hf_get(n, next));
        },
        "retain of a dead object", "readable");
}
END_TEST

START_TEST(abandon_of_a_dead_object_is_fatal)
{
    HF_EXPECT_FATAL(hf_abandon(dead(&hf_type_readable)), "abandon of a shared or dead object",
                    "readable");
}
END_TEST

/* Its live word was in a side record, which may outlive it. */
static void *
dead_with_weak_reference(hf_weak_ref *weak)
{
    memory.is_hoarding = true;
    readable *object = hf_new(readable);
    void *address = unknown_origin(object);
    ck_assert_int_eq(hf_weak_set_(weak, object), 0);
    hf_release(object);
    return address;
}

START_TEST(use_of_a_dead_object_with_weak_references_is_fatal)
{
    hf_weak(readable) weak = {.to_ = NULL};
    void *address = dead_with_weak_reference(&weak.ref_);
    HF_EXPECT_FATAL(hf_release(address), "release of a dead object", "readable");
    HF_EXPECT_FATAL(retain_it(address), "retain of a dead object", "readable");
    hf_weak_clear(&weak);
    HF_EXPECT_FATAL(hf_release(address), "release of a dead object", "readable");
}
END_TEST

START_TEST(one_release_too_many_is_fatal_however_many_references_there_were)
{
    memory.is_hoarding = true;
    enum { MANY = 100 };
    readable *handles[MANY] = {hf_new(readable)};
    for (int i = 1; i < MANY; i++) handles[i] = hf_retain(handles[i - 1]);
    void *address = unknown_origin(handles[0]);
    for (int i = 0; i < MANY; i++) hf_clear(&handles[i]);
    HF_EXPECT_FATAL(hf_release(address), "release of a dead object", "readable");
}
END_TEST

/* Checked builds keep the memory of the dead for a while by themselves. */
START_TEST(checked_builds_notice_the_use_of_any_dead_object)
{
    HF_EXPECT_FATAL(hf_release(dead(&hf_type_node)), "release of a dead object", "node");
    HF_EXPECT_FATAL(retain_it(dead(&hf_type_node)), "retain of a dead object", "node");
    HF_EXPECT_FATAL(
        {
            void *address = dead(&hf_type_node);
            for (int i = 0; i < 50; i++) hf_release(hf_new(node));
            hf_release(address);
        },
        "release of a dead object", "node");
}
END_TEST

/* ---- dying objects ----------------------------------------------------------------------- */

typedef struct hasty {
    int releases;
} hasty;
HF_DECLARE(hasty);

static void
release_self(void *self)
{
    hasty *h = hf_retain((hasty *)self);
    for (int i = h->releases; i > 0; i--) hf_release(unknown_origin(h));
}

HF_TYPE(hasty, .destroy = release_self);

static void
die_with(int releases)
{
    hasty *h = hf_new(hasty);
    h->releases = releases;
    hf_release(h);
}

START_TEST(a_destroy_that_releases_its_own_object_is_fatal)
{
    die_with(1);
    HF_EXPECT_FATAL(die_with(2), "release of a dying object", "hasty");
}
END_TEST

typedef struct undecided {
    int number;
} undecided;
HF_DECLARE(undecided);

static void
abandon_self(void *self)
{
    hf_abandon(unknown_origin(self));
}

HF_TYPE(undecided, .destroy = abandon_self);

START_TEST(a_destroy_that_abandons_its_own_object_is_fatal)
{
    HF_EXPECT_FATAL(hf_release(hf_new(undecided)), "abandon of a shared or dead object",
                    "undecided");
}
END_TEST

/* Releases the object below it, which has been released already and stands in line. */
typedef struct top {
    witness *below;
    int is_careless;
} top;
HF_DECLARE(top);

static void
top_destroy(void *self)
{
    top *t = self;
    void *below = unknown_origin(t->below);
    hf_release(hf_take(t, below));
    if (t->is_careless) hf_release(below);
}

HF_TYPE(top, .destroy = top_destroy, .fields = HF_FIELDS(HF_STRONG(top, below)));

static void
top_dies(int is_careless)
{
    top *t = hf_new(top);
    hf_give(t, below, witness_new("below"));
    t->is_careless = is_careless;
    hf_release(t);
}

START_TEST(release_of_an_object_that_waits_for_its_death_is_fatal)
{
    top_dies(0);
    ck_assert_str_eq(what_happened(), "below");
    HF_EXPECT_FATAL(top_dies(1), "release of a d", "witness");
}
END_TEST

/* ---- confined objects on other threads --------------------------------------------------- */

typedef struct secret {
    struct secret *next;
} secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG(secret, next)));

typedef hf_weak(secret) weak_secret;

static void *
release_on_thread(void *object)
{
    hf_release(object);
    return NULL;
}

static void *
retain_on_thread(void *object)
{
    retain_it(object);
    return NULL;
}

static void *
set_on_thread(void *object)
{
    hf_auto secret *mine = hf_new(secret);
    hf_set(mine, next, (secret *)object);
    return NULL;
}

static void *
give_on_thread(void *object)
{
    hf_auto secret *mine = hf_new(secret);
    hf_give(mine, next, (secret *)object);
    return NULL;
}

static void *
abandon_on_thread(void *object)
{
    hf_abandon(object);
    return NULL;
}

static void *
upgrade_on_thread(void *weak)
{
    void *volatile upgraded = hf_upgrade((weak_secret *)weak);
    return upgraded;
}

static void
on_thread(void *(*misuse)(void *), void *argument)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, misuse, argument), 0);
    pthread_join(thread, NULL);
}

#define ON_ANOTHER_THREAD "confined object used on another thread", "secret"

START_TEST(a_confined_object_on_another_thread_is_fatal)
{
    hf_auto secret *s = hf_new(secret);
    void *object = unknown_origin(s);
    HF_EXPECT_FATAL(on_thread(retain_on_thread, object), ON_ANOTHER_THREAD);
    HF_EXPECT_FATAL(on_thread(set_on_thread, object), ON_ANOTHER_THREAD);
    HF_EXPECT_FATAL(on_thread(give_on_thread, object), ON_ANOTHER_THREAD);
    HF_EXPECT_FATAL(on_thread(abandon_on_thread, object), ON_ANOTHER_THREAD);
}
END_TEST

START_TEST(the_last_release_of_a_confined_object_on_another_thread_is_fatal)
{
    hf_auto secret *s = hf_new(secret);
    HF_EXPECT_FATAL(on_thread(release_on_thread, s), ON_ANOTHER_THREAD);
}
END_TEST

START_TEST(any_release_of_a_confined_object_on_another_thread_is_fatal)
{
    hf_auto secret *s = hf_new(secret);
    hf_auto secret *other = hf_retain(s);
    HF_EXPECT_FATAL(on_thread(release_on_thread, s), ON_ANOTHER_THREAD);
    ck_assert_uint_eq(hf_count(other), 2);
}
END_TEST

START_TEST(a_confined_object_with_weak_references_on_another_thread_is_fatal)
{
    hf_auto secret *s = hf_new(secret);
    weak_secret weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, s), 0);
    HF_EXPECT_FATAL(on_thread(upgrade_on_thread, &weak), ON_ANOTHER_THREAD);
    HF_EXPECT_FATAL(on_thread(retain_on_thread, s), ON_ANOTHER_THREAD);
    HF_EXPECT_FATAL(on_thread(release_on_thread, s), ON_ANOTHER_THREAD);
    hf_weak_clear(&weak);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
dead_objects(void)
{
    TCase *tests = tcase_create("dead objects");
    tcase_add_test(tests, release_of_a_dead_object_is_fatal);
    tcase_add_test(tests, retain_of_a_dead_object_is_fatal);
    tcase_add_test(tests, a_dead_object_stored_in_a_field_is_fatal);
    tcase_add_test(tests, a_dead_object_got_from_a_field_is_fatal);
    tcase_add_test(tests, abandon_of_a_dead_object_is_fatal);
    tcase_add_test(tests, use_of_a_dead_object_with_weak_references_is_fatal);
    tcase_add_test(tests, one_release_too_many_is_fatal_however_many_references_there_were);
    tcase_add_test(tests, a_destroy_that_releases_its_own_object_is_fatal);
    tcase_add_test(tests, a_destroy_that_abandons_its_own_object_is_fatal);
    tcase_add_test(tests, release_of_an_object_that_waits_for_its_death_is_fatal);
    return tests;
}

static TCase *
confined_objects(void)
{
    TCase *tests = tcase_create("confined objects");
    tcase_add_test(tests, a_confined_object_on_another_thread_is_fatal);
    tcase_add_test(tests, the_last_release_of_a_confined_object_on_another_thread_is_fatal);
    tcase_add_test(tests, any_release_of_a_confined_object_on_another_thread_is_fatal);
    tcase_add_test(tests, a_confined_object_with_weak_references_on_another_thread_is_fatal);
    return tests;
}

static TCase *
checked_builds(void)
{
    TCase *tests = tcase_create("checked builds");
    tcase_add_test(tests, checked_builds_notice_the_use_of_any_dead_object);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("misuse of objects");
    suite_add_tcase(suite, dead_objects());
    suite_add_tcase(suite, confined_objects());
    if (hf_test_library_is_checked()) suite_add_tcase(suite, checked_builds());
    return suite;
}

HF_TEST_MAIN(suite)
