/* SPDX-License-Identifier: MIT
 *
 * Seam test of the questions in <holdfast/inspect.h>: why an object lives, who holds it, what it
 * retains.
 * Knows public headers only.
 * Texts are for people: what the header promises of them is looked at, and no more. Functions are
 * told by the names in their symbol table, so that this needs no debugging information. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct book book;
typedef struct shelf shelf;
struct book {
    book *sequel;
    shelf *place;
    hf_weak(shelf) wished;
    char title[40];
};
struct shelf {
    book *books[3];
    hf_array(book) lent;
};
HF_DECLARE(book);
HF_DECLARE(shelf);
HF_TYPE(book, .fields = HF_FIELDS(HF_STRONG(book, sequel), HF_STRONG(book, place),
                                  HF_WEAK(book, wished)));
HF_TYPE(shelf, .fields = HF_FIELDS(HF_STRONG_ARRAY(shelf, books), HF_ARRAY(shelf, lent)));

static shelf *library;

static char *text;
static size_t text_bytes;

static const char *
told_by(int ask(const void *object, FILE *out), const void *object)
{
    free(text);
    text = NULL;
    FILE *out = open_memstream(&text, &text_bytes);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(ask(object, out), 0);
    fclose(out);
    return text;
}

static void
expect(const char *part)
{
    ck_assert_msg(strstr(text, part), "\"%s\" is not in:\n%s", part, text);
}

static void
expect_no(const char *part)
{
    ck_assert_msg(!strstr(text, part), "\"%s\" is in:\n%s", part, text);
}

static void
free_text(void)
{
    free(text);
    text = NULL;
}

static void
track_holders(void)
{
    ck_assert_int_eq(hf_track(HF_TRACK_HOLDERS), 0);
}

/* Functions whose names are told. What they do after the call keeps it from being their last. */
static int calls;

__attribute__((noinline)) static book *
print_a_book(void)
{
    book *printed = hf_new(book);
    calls++;
    return printed;
}

__attribute__((noinline)) static book *
borrow_a_book(book *b)
{
    book *borrowed = hf_retain(b);
    calls++;
    return borrowed;
}

/* ---- why it lives ------------------------------------------------------------------------ */

START_TEST(why_alive_tells_the_fields_up_to_a_reference_from_outside)
{
    track_holders();
    hf_auto shelf *s = hf_new(shelf);
    book *first = print_a_book(), *second = print_a_book();
    hf_give(first, sequel, second);
    hf_give_at(s, books, 1, first);
    told_by(hf_why_alive, second);
    expect("print_a_book");
    expect("held by book.sequel of book #");
    expect("held by shelf.books[1] of shelf #");
    expect("is held from outside by 1 reference\n");
    expect("why_alive_tells");
}
END_TEST

START_TEST(of_two_ways_the_shorter_is_told)
{
    track_holders();
    hf_auto shelf *s = hf_new(shelf);
    hf_auto book *near = hf_new(book);
    book *far = hf_new(book), *last = hf_new(book);
    hf_set(near, sequel, last);
    hf_give(far, sequel, last);
    hf_give_at(s, books, 0, far);
    told_by(hf_why_alive, last);
    expect("held by book.sequel");
    expect_no("shelf");
}
END_TEST

START_TEST(a_weak_reference_is_no_reason_to_live)
{
    track_holders();
    hf_auto book *b = hf_new(book);
    hf_auto shelf *s = hf_new(shelf);
    ck_assert_int_eq(hf_weak_set(&b->wished, s), 0);
    told_by(hf_why_alive, s);
    expect_no("wished");
    ck_assert_uint_eq(hf_path_to_root(s, NULL, 0), 0);
}
END_TEST

START_TEST(a_global_variable_is_named_as_a_place)
{
    track_holders();
    library = hf_new(shelf);
    told_by(hf_why_alive, library);
    expect("its address stands in global variable");
    hf_clear(&library);
}
END_TEST

START_TEST(garbage_is_told_with_the_field_to_make_weak)
{
    track_holders();
    shelf *s = hf_new(shelf);
    book *b = hf_new(book);
    hf_set(b, place, s);
    hf_give_at(s, books, 0, b);
    hf_release(s);
    told_by(hf_why_alive, unknown_origin(b));
    expect("shelf.books[] -> book.place -> shelf\n");
    expect("make book.place weak");
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

/* ---- who holds it ------------------------------------------------------------------------ */

START_TEST(who_holds_tells_the_calls_that_took_references)
{
    track_holders();
    hf_auto book *b = print_a_book();
    hf_auto book *one = borrow_a_book(b);
    hf_auto book *two = borrow_a_book(b);
    told_by(hf_who_holds, b);
    expect("3 references, 3 of them from outside\n");
    expect("borrow_a_book");
    hf_clear(&one);
    hf_clear(&two);
    told_by(hf_who_holds, b);
    expect("1 reference, 1 of them from outside\n");
    expect_no("borrow_a_book");
}
END_TEST

/* One call took all. */
START_TEST(references_that_were_taken_alike_are_told_together)
{
    track_holders();
    book *held[3];
    hf_auto book *b = print_a_book();
    int count = *(int *)unknown_origin(&(int){3});
    for (int i = 0; i < count; i++) held[i] = borrow_a_book(b);
    told_by(hf_who_holds, b);
    expect("    3 references, taken\n");
    for (int i = 0; i < 3; i++) hf_release(held[i]);
}
END_TEST

START_TEST(a_reference_that_moved_into_a_field_is_told_as_a_field)
{
    track_holders();
    hf_auto shelf *s = hf_new(shelf);
    book *b = borrow_a_book(print_a_book());
    hf_give_at(s, books, 2, b);
    ck_assert_int_eq(hf_array_push(&s->lent, b), 0);
    told_by(hf_who_holds, b);
    expect("3 references, 1 of them from outside\n");
    expect("shelf.books[2] of shelf #");
    expect("hf_array_items.items[0] of hf_array_items #");
    hf_release(unknown_origin(b));
}
END_TEST

START_TEST(sites_know_how_many_references_there_are_from_outside)
{
    ck_assert_int_eq(hf_track(HF_TRACK_SITES), 0);
    hf_auto book *b = print_a_book();
    hf_auto book *one = borrow_a_book(b);
    told_by(hf_who_holds, b);
    expect("print_a_book");
    expect("2 references, 2 of them from outside\n");
    expect_no("borrow_a_book");
}
END_TEST

START_TEST(one_object_of_so_many_is_sampled)
{
    ck_assert_int_eq(hf_track(HF_TRACK_SAMPLED(4)), 0);
    book *b[8], *again[8];
    int sampled = 0;
    for (int i = 0; i < 8; i++) b[i] = hf_new(book);
    for (int i = 0; i < 8; i++) again[i] = borrow_a_book(b[i]);
    for (int i = 0; i < 8; i++) sampled += strstr(told_by(hf_who_holds, b[i]), "borrow") != NULL;
    ck_assert_int_eq(sampled, 2);
    for (int i = 0; i < 8; i++) hf_release(b[i]);
    for (int i = 0; i < 8; i++) hf_release(again[i]);
}
END_TEST

START_TEST(an_object_on_the_stack_is_listed)
{
    track_holders();
    HF_ON_STACK(shelf, s);
    hf_give_at(s, books, 0, hf_new(book));
    told_by(hf_why_alive, s->books[0]);
    expect("held by shelf.books[0] of shelf #");
    expect("one of them its frame's");
}
END_TEST

/* In checked builds, which keep the memory of the dead. */
START_TEST(a_double_release_names_the_first)
{
    track_holders();
    if (!hf_test_library_is_checked()) return;
    HF_EXPECT_FATAL(
        {
            book *b = print_a_book();
            void *address = unknown_origin(b);
            hf_release(b);
            hf_release(address);
        },
        "release of a dead object: book", "; made by why+0x", ", last given back by why+0x");
}
END_TEST

/* ---- numbers ----------------------------------------------------------------------------- */

START_TEST(retained_is_what_would_go_with_an_object)
{
    track_holders();
    hf_auto shelf *s = hf_new(shelf);
    hf_auto book *shared = hf_new(book);
    book *own = hf_new(book);
    hf_set(own, sequel, shared);
    hf_give_at(s, books, 0, own);
    ck_assert_uint_eq(hf_retained_size(own), sizeof(book));
    ck_assert_uint_eq(hf_retained_size(s), sizeof(shelf) + sizeof(book));
    ck_assert_ptr_eq(hf_dominator(own), s);
    ck_assert_ptr_null(hf_dominator(shared));
    ck_assert_int_eq(errno, 0);
    struct hf_cycle_edge edge;
    ck_assert_uint_eq(hf_path_to_root(own, &edge, 1), 1);
    ck_assert_ptr_eq(edge.object, s);
    ck_assert_ptr_eq(edge.type, &hf_type_shelf);
    ck_assert_str_eq(edge.field, "books");
    ck_assert_uint_eq(edge.index, 0);
    hf_clear(&shared);
    ck_assert_uint_eq(hf_retained_size(s), sizeof(shelf) + 2 * sizeof(book));
}
END_TEST

START_TEST(an_object_that_is_not_written_down_is_known_by_edges)
{
    book *old = hf_new(book), *unseen = hf_new(book);
    track_holders();
    hf_auto shelf *s = hf_new(shelf);
    hf_give_at(s, books, 0, old);
    ck_assert_uint_eq(hf_retained_size(s), sizeof(shelf) + sizeof(book));
    told_by(hf_why_alive, unknown_origin(old));
    expect("made before HOLDFAST_TRACK");
    errno = 0;
    ck_assert_uint_eq(hf_retained_size(unseen), SIZE_MAX);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_int_eq(hf_why_alive(unseen, stderr), -1);
    ck_assert_int_eq(errno, ENOENT);
    hf_release(unseen);
}
END_TEST

START_TEST(without_tracking_nothing_is_known)
{
    hf_auto book *b = hf_new(book);
    errno = 0;
    ck_assert_int_eq(hf_who_holds(b, stderr), -1);
    ck_assert_int_eq(errno, ENODATA);
    ck_assert_ptr_null(hf_dominator(b));
    ck_assert_int_eq(errno, ENODATA);
    ck_assert_uint_eq(hf_path_to_root(b, NULL, 0), SIZE_MAX);
}
END_TEST

START_TEST(a_level_that_is_none_is_refused)
{
    ck_assert_int_eq(hf_track(3), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(hf_track(HF_TRACK_SITES | 4 << 8), -1);
    ck_assert_int_eq(hf_track(HF_TRACK_OFF), 0);
}
END_TEST

/* Objects that were made while it was on go as others do. */
START_TEST(tracking_ends_where_it_is_switched_off)
{
    track_holders();
    hf_auto book *b = hf_new(book);
    ck_assert_int_eq(hf_track(HF_TRACK_OFF), 0);
    hf_auto book *later = hf_new(book);
    ck_assert_uint_eq(hf_retained_size(b), sizeof(book));
    ck_assert_uint_eq(hf_retained_size(later), SIZE_MAX);
}
END_TEST

static void
ask_inside(const struct hf_cycle *cycle, void *ctx)
{
    *(size_t *)ctx = hf_retained_size(cycle->edges[0].object);
}

START_TEST(inside_find_cycles_it_is_refused)
{
    track_holders();
    book *b = hf_new(book);
    hf_give(b, sequel, b);
    size_t bytes = 0;
    ck_assert_uint_eq(hf_find_cycles(ask_inside, &bytes), 1);
    ck_assert_uint_eq(bytes, SIZE_MAX);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("why");
    TCase *tests = tcase_create("why");
    tcase_add_checked_fixture(tests, NULL, free_text);
    tcase_add_test(tests, why_alive_tells_the_fields_up_to_a_reference_from_outside);
    tcase_add_test(tests, of_two_ways_the_shorter_is_told);
    tcase_add_test(tests, a_weak_reference_is_no_reason_to_live);
    tcase_add_test(tests, a_global_variable_is_named_as_a_place);
    tcase_add_test(tests, garbage_is_told_with_the_field_to_make_weak);
    tcase_add_test(tests, who_holds_tells_the_calls_that_took_references);
    tcase_add_test(tests, references_that_were_taken_alike_are_told_together);
    tcase_add_test(tests, a_reference_that_moved_into_a_field_is_told_as_a_field);
    tcase_add_test(tests, sites_know_how_many_references_there_are_from_outside);
    tcase_add_test(tests, one_object_of_so_many_is_sampled);
    tcase_add_test(tests, an_object_on_the_stack_is_listed);
    tcase_add_test(tests, a_double_release_names_the_first);
    tcase_add_test(tests, retained_is_what_would_go_with_an_object);
    tcase_add_test(tests, an_object_that_is_not_written_down_is_known_by_edges);
    tcase_add_test(tests, without_tracking_nothing_is_known);
    tcase_add_test(tests, a_level_that_is_none_is_refused);
    tcase_add_test(tests, tracking_ends_where_it_is_switched_off);
    tcase_add_test(tests, inside_find_cycles_it_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
