/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/unique.h>: the sole owner, sharing in place, copy-on-write.
 * Knows public headers only.
 * That a unique handle can't be mixed up with a pointer is for the compile tests. */
#include <errno.h>
#include <string.h>

#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

static struct counting memory = COUNTING(memory);

/* ---- the handle -------------------------------------------------------------------------- */

typedef struct served {
    const char *name;
} served;
HF_DECLARE(served);
HF_TYPE(served, .allocator = &memory.allocator);

static hf_unique(witness) unique_witness(const char *name)
{
    hf_unique(witness) u = hf_new_unique(witness);
    ck_assert_ptr_nonnull(u.ptr);
    u.ptr->name = name;
    return u;
}

START_TEST(a_new_handle_owns_a_new_object)
{
    hf_unique(witness) u = hf_new_unique(witness);
    ck_assert_ptr_nonnull(u.ptr);
    ck_assert_ptr_null(u.ptr->name);
    ck_assert_uint_eq(hf_count(u.ptr), 1);
    ck_assert_ptr_eq(hf_type_of(u.ptr), &hf_type_witness);
    u.ptr->name = "w";
    hf_unique_release(&u);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(without_memory_the_handle_is_empty)
{
    memory.is_empty = true;
    errno = 0;
    hf_unique(served) u = hf_new_unique(served);
    ck_assert_ptr_null(u.ptr);
    ck_assert_int_eq(errno, ENOMEM);
}
END_TEST

START_TEST(a_released_handle_is_empty_and_may_be_released_again)
{
    hf_unique(witness) u = unique_witness("w");
    hf_unique_release(&u);
    ck_assert_ptr_null(u.ptr);
    hf_unique_release(&u);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(a_move_leaves_the_former_handle_empty)
{
    hf_unique(witness) from = unique_witness("w");
    const witness *address = from.ptr;
    hf_unique(witness) to = hf_unique_move(&from);
    ck_assert_ptr_null(from.ptr);
    ck_assert_ptr_eq(to.ptr, address);
    ck_assert_str_eq(what_happened(), "");
    hf_unique_release(&to);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(a_move_of_an_empty_handle_is_empty)
{
    hf_unique(witness) from = {NULL};
    hf_unique(witness) to = hf_unique_move(&from);
    ck_assert_ptr_null(to.ptr);
}
END_TEST

START_TEST(share_keeps_the_object_where_it_is_and_allocates_nothing)
{
    hf_unique(served) u = hf_new_unique(served);
    const served *address = u.ptr;
    served *shared = hf_share(&u);
    ck_assert_ptr_null(u.ptr);
    ck_assert_ptr_eq(shared, address);
    ck_assert_uint_eq(hf_count(shared), 1);
    ck_assert_uint_eq(memory.given, 1);
    hf_auto served *again = hf_retain(shared);
    ck_assert_uint_eq(hf_count(again), 2);
    hf_release(shared);
}
END_TEST

START_TEST(share_of_an_empty_handle_is_null)
{
    hf_unique(witness) u = {NULL};
    ck_assert_ptr_null(hf_share(&u));
}
END_TEST

START_TEST(operations_evaluate_the_address_of_the_handle_once)
{
    hf_unique(witness)
        handles[] = {unique_witness("first"), unique_witness("second"), unique_witness("third")};
    hf_unique(witness) *next = handles;
    hf_unique_release(next++);
    hf_unique(witness) second = hf_unique_move(next++);
    hf_auto witness *third = hf_share(next++);
    ck_assert_ptr_eq(next, handles + 3);
    ck_assert_str_eq(second.ptr->name, "second");
    ck_assert_str_eq(third->name, "third");
    hf_unique_release(&second);
}
END_TEST

/* ---- is it unique? ----------------------------------------------------------------------- */

START_TEST(a_sole_reference_is_unique)
{
    hf_auto witness *w = witness_new("w");
    ck_assert_int_ne(hf_is_unique(w), 0);
    ck_assert_int_eq(hf_is_unique(NULL), 0);
}
END_TEST

START_TEST(an_object_is_not_unique_while_there_is_a_second_reference)
{
    hf_auto witness *w = witness_new("w");
    witness *other = hf_retain(w);
    ck_assert_int_eq(hf_is_unique(w), 0);
    hf_release(other);
    ck_assert_int_ne(hf_is_unique(w), 0);
}
END_TEST

START_TEST(an_object_is_not_unique_while_there_is_a_weak_reference)
{
    hf_auto witness *w = witness_new("w");
    typedef hf_weak(witness) weak_witness;
    weak_witness weak = {.to_ = NULL}, copy = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, w), 0);
    ck_assert_int_eq(hf_is_unique(w), 0);
    ck_assert_int_eq(hf_weak_copy(&copy, &weak), 0);
    hf_weak_clear(&weak);
    ck_assert_int_eq(hf_is_unique(w), 0);
    hf_weak_clear(&copy);
    ck_assert_int_ne(hf_is_unique(w), 0);
}
END_TEST

HF_STATIC(witness, everlasting, .name = "everlasting");

START_TEST(a_static_object_is_not_unique)
{
    ck_assert_int_eq(hf_is_unique(everlasting), 0);
}
END_TEST

/* ---- copy-on-write ----------------------------------------------------------------------- */

typedef struct document {
    witness *picture; /* shared with the clone */
    int number;
    char text[];
} document;
HF_DECLARE(document);

static int clone_errno;

static int
document_clone(void *copy, const void *original)
{
    document *to = copy;
    const document *from = original;
    ck_assert_uint_eq(hf_count(to), 1);
    ck_assert_uint_eq(hf_flex_count(to), hf_flex_count(from));
    ck_assert_int_eq(to->number, 0);
    hf_set(to, picture, from->picture);
    happen("clone");
    if (clone_errno) {
        errno = clone_errno;
        return -1;
    }
    to->number = from->number;
    memcpy(to->text, from->text, hf_flex_count(from));
    return 0;
}

static void
document_destroy(void *self)
{
    const document *d = self;
    happen(d->number ? "destroy" : "destroy of what is not whole");
}

HF_TYPE(document, .clone = document_clone, .destroy = document_destroy,
        .fields = HF_FIELDS(HF_STRONG(document, picture)), .allocator = &memory.allocator);

static document *
document_new(void)
{
    document *d = hf_new_flex(document, text, 6);
    ck_assert_ptr_nonnull(d);
    d->number = 7;
    memcpy(d->text, "hello", 6);
    hf_give(d, picture, witness_new("picture"));
    return d;
}

START_TEST(what_is_unique_stays_as_it_is)
{
    hf_auto document *d = document_new();
    document *const before = d;
    ck_assert_int_eq(hf_make_unique(&d), 0);
    ck_assert_ptr_eq(d, before);
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

START_TEST(what_is_shared_becomes_a_clone)
{
    hf_auto document *original = document_new();
    hf_auto document *d = hf_retain(original);
    ck_assert_int_eq(hf_make_unique(&d), 0);
    ck_assert_str_eq(what_happened(), "clone");
    ck_assert_ptr_ne(d, original);
    ck_assert_int_ne(hf_is_unique(d), 0);
    ck_assert_int_ne(hf_is_unique(original), 0);
    ck_assert_ptr_eq(hf_type_of(d), &hf_type_document);
    ck_assert_int_eq(d->number, 7);
    ck_assert_str_eq(d->text, "hello");
    ck_assert_ptr_eq(d->picture, original->picture);
    ck_assert_uint_eq(hf_count(d->picture), 2);
}
END_TEST

START_TEST(what_is_only_watched_by_weak_references_becomes_a_clone_too)
{
    hf_auto document *d = document_new();
    const document *original = d;
    hf_weak(document) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, d), 0);
    ck_assert_int_eq(hf_make_unique(&d), 0);
    ck_assert_ptr_ne(d, original);
    ck_assert_ptr_null(hf_upgrade(&weak));
    ck_assert_str_eq(what_happened(), "clone, destroy");
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(a_static_object_becomes_a_clone_each_time)
{
    HF_STATIC(document, letterhead, .number = 3);
    document *d = letterhead;
    ck_assert_int_eq(hf_make_unique(&d), 0);
    ck_assert_ptr_ne(d, letterhead);
    ck_assert_int_eq(d->number, 3);
    ck_assert_uint_eq(hf_count(d), 1);
    hf_release(d);
    ck_assert_int_eq(letterhead->number, 3);
}
END_TEST

/* Expects that d and original are one object, with these two references to it. */
static void
expect_unchanged(const document *d, const document *original)
{
    ck_assert_ptr_eq(d, original);
    ck_assert_uint_eq(hf_count(original), 2);
    ck_assert_int_eq(original->number, 7);
    ck_assert_str_eq(original->text, "hello");
    ck_assert_uint_eq(hf_count(original->picture), 1);
    ck_assert_uint_eq(hf_live(&hf_type_document), 1);
    ck_assert_uint_eq(memory.given, memory.returned + 1);
}

START_TEST(a_clone_that_fails_is_abandoned_and_the_original_stays)
{
    hf_auto document *original = document_new();
    hf_auto document *d = hf_retain(original);
    clone_errno = EIO;
    ck_assert_int_eq(hf_make_unique(&d), -1);
    ck_assert_int_eq(errno, EIO);
    ck_assert_str_eq(what_happened(), "clone");
    ck_assert_uint_eq(memory.given, 2);
    expect_unchanged(d, original);
}
END_TEST

START_TEST(without_memory_for_the_clone_the_original_stays)
{
    hf_auto document *original = document_new();
    hf_auto document *d = hf_retain(original);
    memory.is_empty = true;
    ck_assert_int_eq(hf_make_unique(&d), -1);
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert_str_eq(what_happened(), "");
    expect_unchanged(d, original);
}
END_TEST

START_TEST(without_a_clone_function_a_shared_object_is_enotsup)
{
    hf_auto witness *original = witness_new("w");
    hf_auto witness *w = hf_retain(original);
    errno = 0;
    ck_assert_int_eq(hf_make_unique(&w), -1);
    ck_assert_int_eq(errno, ENOTSUP);
    ck_assert_ptr_eq(w, unknown_origin(original));
    ck_assert_uint_eq(hf_count(original), 2);
}
END_TEST

START_TEST(without_a_clone_function_a_unique_object_is_fine)
{
    hf_auto witness *w = witness_new("w");
    const witness *before = w;
    ck_assert_int_eq(hf_make_unique(&w), 0);
    ck_assert_ptr_eq(w, before);
}
END_TEST

/* As of all functions of C: errno says zero only where the program wrote it. */
START_TEST(a_success_does_not_clear_errno)
{
    hf_auto document *original = document_new();
    hf_auto document *d = hf_retain(original);
    errno = EAGAIN;
    ck_assert_int_eq(hf_make_unique(&d), 0);
    ck_assert_int_ne(errno, 0);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
handles(void)
{
    TCase *tests = tcase_create("handles");
    tcase_add_test(tests, a_new_handle_owns_a_new_object);
    tcase_add_test(tests, without_memory_the_handle_is_empty);
    tcase_add_test(tests, a_released_handle_is_empty_and_may_be_released_again);
    tcase_add_test(tests, a_move_leaves_the_former_handle_empty);
    tcase_add_test(tests, a_move_of_an_empty_handle_is_empty);
    tcase_add_test(tests, share_keeps_the_object_where_it_is_and_allocates_nothing);
    tcase_add_test(tests, share_of_an_empty_handle_is_null);
    tcase_add_test(tests, operations_evaluate_the_address_of_the_handle_once);
    tcase_add_test(tests, a_sole_reference_is_unique);
    tcase_add_test(tests, an_object_is_not_unique_while_there_is_a_second_reference);
    tcase_add_test(tests, an_object_is_not_unique_while_there_is_a_weak_reference);
    tcase_add_test(tests, a_static_object_is_not_unique);
    return tests;
}

static TCase *
copies(void)
{
    TCase *tests = tcase_create("copy-on-write");
    tcase_add_test(tests, what_is_unique_stays_as_it_is);
    tcase_add_test(tests, what_is_shared_becomes_a_clone);
    tcase_add_test(tests, what_is_only_watched_by_weak_references_becomes_a_clone_too);
    tcase_add_test(tests, a_static_object_becomes_a_clone_each_time);
    tcase_add_test(tests, a_clone_that_fails_is_abandoned_and_the_original_stays);
    tcase_add_test(tests, without_memory_for_the_clone_the_original_stays);
    tcase_add_test(tests, without_a_clone_function_a_shared_object_is_enotsup);
    tcase_add_test(tests, without_a_clone_function_a_unique_object_is_fine);
    tcase_add_test(tests, a_success_does_not_clear_errno);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("unique.h");
    suite_add_tcase(suite, handles());
    suite_add_tcase(suite, copies());
    return suite;
}

HF_TEST_MAIN(suite)
