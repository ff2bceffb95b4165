/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h>: a shared library that defines types is closed while its objects
 * live.
 * Knows public headers and module.c, whose path is in HOLDFAST_TEST_MODULE. */
#include <holdfast/holdfast.h>

#include <dlfcn.h>
#include <string.h>

#include "support/run_suite.h"

/* An object of the program, which may hold any other. */
typedef struct holder {
    void *held;
} holder;
HF_DECLARE(holder);
HF_TYPE(holder, .fields = HF_FIELDS(HF_STRONG(holder, held)));

static int told;
static void *(*make)(int *);
static void (*befriend)(void *, void *);

/* The address of a function, as dlsym gives it. */
static void
find(void *module, const char *name, void *function)
{
    void *found = dlsym(module, name);
    ck_assert_ptr_nonnull(found);
    memcpy(function, &found, sizeof found);
}

static void *
load(void)
{
    void *module = dlopen(HOLDFAST_TEST_MODULE, RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(module != NULL, "%s", dlerror());
    find(module, "plugin_make", &make);
    find(module, "plugin_befriend", &befriend);
    return module;
}

START_TEST(an_object_dies_well_when_its_library_was_closed)
{
    void *module = load(), *object = make(&told);
    ck_assert_ptr_nonnull(object);
    ck_assert_int_eq(dlclose(module), 0);
    ck_assert_str_eq(hf_type_of(object)->name, "plugin");
    hf_release(object);
    ck_assert_int_eq(told, 1);
}
END_TEST

START_TEST(so_does_one_that_the_program_holds)
{
    void *module = load(), *object = make(&told);
    holder *h = hf_new(holder);
    hf_set(h, held, object);
    hf_release(object);
    ck_assert_int_eq(dlclose(module), 0);
    hf_release(h);
    ck_assert_int_eq(told, 1);
}
END_TEST

START_TEST(so_does_a_cycle)
{
    void *module = load(), *one = make(&told), *other = make(&told);
    befriend(one, other);
    hf_release(one);
    hf_release(other);
    ck_assert_int_eq(dlclose(module), 0);
    ck_assert_uint_eq(hf_collect(), 2);
    ck_assert_int_eq(told, 2);
}
END_TEST

START_TEST(types_are_told_of_when_their_library_was_closed)
{
    void *module = load();
    hf_release(make(&told));
    ck_assert_int_eq(dlclose(module), 0);
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.types, 1);
    ck_assert_uint_eq(stats.died, 1);
}
END_TEST

START_TEST(a_library_may_be_loaded_again)
{
    for (int i = 0; i < 3; i++) {
        void *module = load();
        hf_release(make(&told));
        ck_assert_int_eq(dlclose(module), 0);
    }
    ck_assert_int_eq(told, 3);
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.types, 1);
}
END_TEST

/* Musl unloads none. */
#ifdef __GLIBC__
START_TEST(a_library_whose_types_were_not_used_is_unloaded)
{
    ck_assert_int_eq(dlclose(load()), 0);
    ck_assert_ptr_null(dlopen(HOLDFAST_TEST_MODULE, RTLD_NOW | RTLD_NOLOAD));
}
END_TEST
#endif

static Suite *
suite(void)
{
    Suite *suite = suite_create("libraries with types");
    TCase *tests = tcase_create("libraries with types");
    tcase_add_test(tests, an_object_dies_well_when_its_library_was_closed);
    tcase_add_test(tests, so_does_one_that_the_program_holds);
    tcase_add_test(tests, so_does_a_cycle);
    tcase_add_test(tests, types_are_told_of_when_their_library_was_closed);
    tcase_add_test(tests, a_library_may_be_loaded_again);
#ifdef __GLIBC__
    tcase_add_test(tests, a_library_whose_types_were_not_used_is_unloaded);
#endif
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
