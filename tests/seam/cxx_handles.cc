/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/ref.hpp>, unique.hpp and weak.hpp: handles of C++ for objects of C.
 * Knows public headers only; in_c.h has what is C. Classes are in cxx_classes.cc.
 * Each name says what happens to the counts, because that is all a handle is about. */
#include <holdfast/holdfast.hpp>

#include <set>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "seam/in_c.h"
#include "support/run_suite.h"

static hf::ref<item>
new_item(int number)
{
    hf::ref<item> made = hf::make<item>();
    made->number = number;
    return made;
}

/* ---- hf::ref ------------------------------------------------------------------------------ */

static_assert(sizeof(hf::ref<item>) == sizeof(void *) && sizeof(hf::weak<item>) == sizeof(void *)
              && sizeof(hf::unique<item>) == sizeof(void *));
static_assert(std::is_nothrow_move_constructible_v<hf::ref<item>>);
static_assert(std::is_nothrow_move_assignable_v<hf::ref<item>>);
static_assert(std::is_nothrow_copy_constructible_v<hf::ref<item>>);
static_assert(!std::is_convertible_v<item *, hf::ref<item>>);
static_assert(!std::is_convertible_v<hf::ref<item>, item *>);
static_assert(!std::is_convertible_v<hf::ref<item>, hf::ref<heavy_item>>);
static_assert(!std::is_copy_constructible_v<hf::unique<item>>);

START_TEST(make_returns_the_only_owner_of_an_object_of_zeros)
{
    hf::ref<item> made = hf::make<item>();
    ck_assert_uint_eq(hf_count(made.get()), 1);
    ck_assert(made->number == 0 && !made->next && &*made == made.get());
    ck_assert_ptr_eq(hf_type_of(made.get()), &hf_type_item);
    ck_assert_ptr_eq(&hf::type<const item>(), &hf_type_item);
}
END_TEST

START_TEST(an_empty_handle_is_false_and_equals_nullptr)
{
    hf::ref<item> none, null = nullptr;
    ck_assert(!none && none == null && none == nullptr && nullptr == null && !none.get());
    hf::ref<item> copy = none;
    ck_assert(!copy && !hf::borrow<item>(nullptr) && !hf::adopt<item>(nullptr));
    ck_assert_ptr_null(copy.take());
}
END_TEST

START_TEST(a_copy_retains_once_and_gives_back_once)
{
    hf::ref<item> made = new_item(1);
    {
        hf::ref<item> copy = made;
        ck_assert_uint_eq(hf_count(made.get()), 2);
        ck_assert(copy == made && !(copy != made) && copy != nullptr);
    }
    ck_assert_uint_eq(hf_count(made.get()), 1);
}
END_TEST

START_TEST(a_move_leaves_the_count_and_empties_the_source)
{
    hf::ref<item> made = new_item(1);
    hf::ref<item> moved = std::move(made);
    ck_assert(!made && moved);
    ck_assert_uint_eq(hf_count(moved.get()), 1);
    made = std::move(moved);
    ck_assert(made && !moved);
    ck_assert_uint_eq(hf_count(made.get()), 1);
}
END_TEST

START_TEST(assignment_gives_back_what_was_there)
{
    hf::ref<item> one = new_item(1), two = new_item(2);
    one = two;
    ck_assert_int_eq(items_destroyed, 1);
    ck_assert_uint_eq(hf_count(two.get()), 2);
    one = nullptr;
    ck_assert_uint_eq(hf_count(two.get()), 1);
    two.reset();
    ck_assert_int_eq(items_destroyed, 2);
}
END_TEST

START_TEST(assignment_to_itself_changes_nothing)
{
    hf::ref<item> made = new_item(1);
    hf::ref<item> &same = made;
    made = same;
    ck_assert(made && made->number == 1);
    made = std::move(same);
    ck_assert(made && made->number == 1);
    ck_assert_uint_eq(hf_count(made.get()), 1);
}
END_TEST

START_TEST(assignment_of_what_only_the_old_object_holds_is_safe)
{
    hf::ref<item> list = new_item(1);
    hf::give(list, &item::next, new_item(2));
    list = hf::borrow(list->next);
    ck_assert_int_eq(list->number, 2);
    ck_assert_int_eq(items_destroyed, 1);
}
END_TEST

START_TEST(swap_exchanges_and_counts_nothing)
{
    hf::ref<item> one = new_item(1), two = new_item(2);
    swap(one, two);
    ck_assert(one->number == 2 && two->number == 1);
    ck_assert(hf_count(one.get()) == 1 && hf_count(two.get()) == 1);
}
END_TEST

START_TEST(handles_are_keys_of_containers)
{
    hf::ref<item> one = new_item(1), two = new_item(2);
    std::unordered_set<hf::ref<item>> hashed = {one, two, one};
    std::set<hf::ref<item>> ordered = {one, two, one};
    ck_assert(hashed.size() == 2 && ordered.size() == 2 && ordered.count(two) == 1);
    std::vector<hf::ref<item>> list(3, one);
    list.insert(list.begin(), two);
    ck_assert_uint_eq(hf_count(one.get()), 6);
}
END_TEST

START_TEST(pointers_go_to_c_and_come_from_c)
{
    hf::ref<item> made = hf::adopt(item_made(7));
    ck_assert_uint_eq(hf_count(made.get()), 1);
    hf::ref<item> again = hf::borrow(made.get());
    ck_assert_uint_eq(hf_count(made.get()), 2);
    ck_assert_int_eq(item_number(made.get()), 7);
    ck_assert_int_eq(item_taken(made.take()), 7);
    ck_assert_uint_eq(hf_count(again.get()), 1);
}
END_TEST

START_TEST(a_handle_of_a_derived_type_converts_to_its_base)
{
    hf::ref<heavy_item> heavy = hf::make<heavy_item>();
    hf::ref<item> base = heavy;
    hf::ref<const item> constant = base;
    ck_assert_uint_eq(hf_count(heavy.get()), 3);
    constant = std::move(heavy);
    ck_assert_uint_eq(hf_count(base.get()), 2);
    ck_assert(base == constant);
    hf::unique<item> alone = hf::new_unique<heavy_item>();
    ck_assert(alone);
    hf::ref<const void> anything = base;
    ck_assert_uint_eq(hf_count(base.get()), 3);
}
END_TEST

START_TEST(cast_finds_what_the_object_is)
{
    hf::ref<item> heavy = hf::make<heavy_item>(), light = new_item(1);
    ck_assert_ptr_eq(hf::cast<heavy_item>(heavy.get()), heavy.get());
    ck_assert_ptr_null(hf::cast<heavy_item>(light.get()));
    hf::ref<heavy_item> copy = hf::cast<heavy_item>(heavy);
    ck_assert_uint_eq(hf_count(heavy.get()), 2);
    ck_assert(!hf::cast<heavy_item>(std::move(light)) && light);
    hf::ref<heavy_item> moved = hf::cast<heavy_item>(std::move(heavy));
    ck_assert(!heavy && moved == copy);
    ck_assert_uint_eq(hf_count(copy.get()), 2);
}
END_TEST

/* ---- hf::unique ---------------------------------------------------------------------------- */

START_TEST(a_sole_owner_moves_and_gives_back_once)
{
    hf::unique<item> made = hf::new_unique<item>();
    item *where = made.get();
    hf::unique<item> moved = std::move(made);
    ck_assert(!made && moved.get() == where && &*moved == where && !moved->next);
    moved = nullptr;
    ck_assert_int_eq(items_destroyed, 1);
}
END_TEST

START_TEST(share_gives_the_same_object_in_place)
{
    hf::unique<item> alone = hf::new_unique<item>();
    item *where = alone.get();
    hf::ref<item> shared = alone.share();
    ck_assert(!alone && shared.get() == where);
    ck_assert_uint_eq(hf_count(where), 1);
}
END_TEST

START_TEST(a_sole_owner_of_c_becomes_one_of_cxx_and_back)
{
    hf::unique<item> mine = hf::adopt(hf_new_unique(item));
    item *where = mine.get();
    hf_unique(item) theirs = mine.take();
    ck_assert(!mine && theirs.ptr == where);
    mine = hf::adopt(hf_unique_move(&theirs));
    hf::unique<item> other;
    swap(mine, other);
    ck_assert(!mine && other.get() == where);
    other.reset();
    ck_assert_int_eq(items_destroyed, 1);
}
END_TEST

/* ---- hf::weak ------------------------------------------------------------------------------ */

START_TEST(a_weak_reference_is_locked_while_the_object_lives)
{
    hf::ref<item> made = new_item(1);
    hf::weak<item> weak = made;
    ck_assert_uint_eq(hf_count(made.get()), 1);
    ck_assert(!weak.expired() && weak.lock() == made);
    made.reset();
    ck_assert(weak.expired() && !weak.lock());
}
END_TEST

START_TEST(an_empty_weak_reference_is_expired)
{
    hf::weak<item> none, null = nullptr;
    ck_assert(none.expired() && !none.lock() && null.expired());
    hf::ref<item> made = new_item(1);
    none = made;
    ck_assert(!none.expired());
    none.reset();
    ck_assert(none.expired());
    ck_assert(none.try_set(made) && !none.expired());
    none = hf::ref<item>();
    ck_assert(none.expired());
}
END_TEST

START_TEST(weak_references_are_copied_moved_and_set)
{
    hf::ref<heavy_item> one = hf::make<heavy_item>();
    hf::ref<item> two = new_item(2);
    hf::weak<item> weak(one), other(two.get());
    hf::weak<item> copy = weak;
    hf::weak<item> moved = std::move(weak);
    ck_assert(weak.expired() && copy.lock() == one && moved.lock() == one);
    copy = other;
    ck_assert(copy.lock() == two && other.lock() == two);
    moved = std::move(copy);
    ck_assert(copy.expired() && moved.lock() == two);
    hf::weak<item> &same = moved;
    moved = same;
    moved = std::move(same);
    ck_assert(moved.lock() == two);
    moved.set(one.get());
    swap(moved, other);
    ck_assert(moved.lock() == two && other.lock() == one);
}
END_TEST

/* ---- edges of structures of C --------------------------------------------------------------- */

START_TEST(the_verbs_write_fields_of_c)
{
    hf::ref<item> a = new_item(1), b = new_item(2);
    hf::set(a, &item::next, b);
    ck_assert_uint_eq(hf_count(b.get()), 2);
    ck_assert(hf::get(a, &item::next) == b && a->next == b.get());
    ck_assert(hf::take(a.get(), &item::next) == b && !a->next);
    ck_assert_uint_eq(hf_count(b.get()), 1);
    hf::give(a, &item::next, std::move(b));
    ck_assert(!b);
    ck_assert_uint_eq(hf_count(a->next), 1);
    hf::set(a, &item::next, nullptr);
    ck_assert_int_eq(items_destroyed, 1);
}
END_TEST

START_TEST(the_verbs_write_elements)
{
    hf::ref<item> a = new_item(1), b = new_item(2);
    hf::set_at(a, &item::pair, 0, b);
    hf::give_at(a, &item::pair, 1, hf::ref<item>(b));
    ck_assert_uint_eq(hf_count(b.get()), 3);
    ck_assert(hf::get_at(a, &item::pair, 1) == b && hf::take_at(a, &item::pair, 1) == b);
    ck_assert(a->pair[0] == b.get() && !a->pair[1]);
    hf::set_at(a, &item::pair, 0, nullptr);
    ck_assert_uint_eq(hf_count(b.get()), 1);
}
END_TEST

START_TEST(a_handle_may_be_given_to_its_own_object)
{
    hf::ref<item> a = new_item(1);
    hf::give(a, &item::next, std::move(a));
    ck_assert(!a);
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

START_TEST(a_sole_owner_holds_and_is_an_inherited_field_s_object)
{
    hf::unique<heavy_item> alone = hf::new_unique<heavy_item>();
    hf::set(alone, &item::next, new_item(2));
    ck_assert_int_eq(alone->next->number, 2);
    hf::ref<heavy_item> shared = alone.share();
    ck_assert(hf::take(shared, &heavy_item::next)->number == 2);
}
END_TEST

START_TEST(c_and_cxx_write_the_same_field)
{
    hf::ref<item> a = new_item(1), b = new_item(2);
    item_set_next(a.get(), b.get());
    ck_assert(hf::take(a, &item::next) == b);
    hf_set(a.get(), next, b.get());
    ck_assert(hf_weak_set(&b->back, a.get()) == 0);
    ck_assert(hf::adopt(hf_upgrade(&b->back)) == a);
    a.reset();
    ck_assert(!hf::adopt(hf_upgrade(&b->back)));
}
END_TEST

static Suite *
make_suite(void)
{
    Suite *suite = suite_create("cxx_handles");
    TCase *refs = tcase_create("ref");
    tcase_add_test(refs, make_returns_the_only_owner_of_an_object_of_zeros);
    tcase_add_test(refs, an_empty_handle_is_false_and_equals_nullptr);
    tcase_add_test(refs, a_copy_retains_once_and_gives_back_once);
    tcase_add_test(refs, a_move_leaves_the_count_and_empties_the_source);
    tcase_add_test(refs, assignment_gives_back_what_was_there);
    tcase_add_test(refs, assignment_to_itself_changes_nothing);
    tcase_add_test(refs, assignment_of_what_only_the_old_object_holds_is_safe);
    tcase_add_test(refs, swap_exchanges_and_counts_nothing);
    tcase_add_test(refs, handles_are_keys_of_containers);
    tcase_add_test(refs, pointers_go_to_c_and_come_from_c);
    tcase_add_test(refs, a_handle_of_a_derived_type_converts_to_its_base);
    tcase_add_test(refs, cast_finds_what_the_object_is);
    suite_add_tcase(suite, refs);
    TCase *others = tcase_create("unique and weak");
    tcase_add_test(others, a_sole_owner_moves_and_gives_back_once);
    tcase_add_test(others, share_gives_the_same_object_in_place);
    tcase_add_test(others, a_sole_owner_of_c_becomes_one_of_cxx_and_back);
    tcase_add_test(others, a_weak_reference_is_locked_while_the_object_lives);
    tcase_add_test(others, an_empty_weak_reference_is_expired);
    tcase_add_test(others, weak_references_are_copied_moved_and_set);
    suite_add_tcase(suite, others);
    TCase *edges = tcase_create("edges");
    tcase_add_test(edges, the_verbs_write_fields_of_c);
    tcase_add_test(edges, the_verbs_write_elements);
    tcase_add_test(edges, a_handle_may_be_given_to_its_own_object);
    tcase_add_test(edges, a_sole_owner_holds_and_is_an_inherited_field_s_object);
    tcase_add_test(edges, c_and_cxx_write_the_same_field);
    suite_add_tcase(suite, edges);
    return suite;
}

HF_TEST_MAIN(make_suite)
