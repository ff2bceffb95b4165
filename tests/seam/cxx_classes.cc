/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/class.hpp>, edge.hpp and make.hpp: classes as types of the library.
 * Knows public headers only; in_c.h has what is C. Handles are in cxx_handles.cc.
 * What a class does at its birth and its death it writes into a story. */
#include <holdfast/holdfast.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "seam/in_c.h"
#include "support/run_suite.h"

static std::string story;

namespace town
{

/* With members of every kind, all of them private. */
class house
{
  public:
    explicit house(std::string name) : name_(std::move(name))
    {
        story += "+" + name_;
    }

    void
    have_neighbour(const hf::ref<house> &other)
    {
        hf::set(this, &house::next_, other);
        other->back_ = hf::borrow(this);
    }

    void
    have_guest(std::size_t where, hf::ref<house> guest)
    {
        hf::give_at(this, &house::guests_, where, std::move(guest));
    }

    const house *
    neighbour() const
    {
        return next_;
    }

    hf::ref<house>
    behind() const
    {
        return back_.lock();
    }

    hf::edge<item> thing;

  private:
    HF_FRIEND(house);

    /* Nobody else makes or ends one. */
    ~house()
    {
        story += "-" + name_;
        if (next_) story += "(" + next_->name_ + ")";
    }

    std::string name_;
    hf::edge<house> next_;
    hf::edge<house> guests_[2];
    hf::weak<house> back_;
};

HF_DECLARE(house);
HF_CLASS(house, HF_STRONG(house, next_), HF_STRONG_ARRAY_TO(house, guests_, house),
         HF_STRONG_TO(house, thing, item), HF_WEAK(house, back_));

} // namespace town

using town::house;

/* A hierarchy with virtual functions, whose second class adds an edge. */
struct animal {
    explicit animal(int legs) : legs(legs)
    {
        story += "+animal";
    }
    virtual ~animal()
    {
        story += "-animal";
    }
    virtual int
    sound() const
    {
        return legs;
    }

    int legs;
    hf::edge<animal> friend_;
};
struct dog : animal {
    explicit dog(bool is_good) : animal(4)
    {
        story += "+dog";
        hf::give(this, &dog::bone, hf::make<item>());
        if (!is_good) throw std::runtime_error("bad dog");
    }
    ~dog() override
    {
        story += "-dog";
    }
    int
    sound() const override
    {
        return 40;
    }

    hf::edge<item> bone;
};
HF_DECLARE(animal);
HF_DECLARE(dog);
HF_CLASS(animal, HF_STRONG(animal, friend_));
HF_CLASS(dog, HF_STRONG(dog, bone), HF_BASE(dog, animal));

/* A class on top of a structure of C, with its destroy function and its fields. */
struct marked_item : item {
    ~marked_item()
    {
        story += "-marked";
    }
    std::string mark = "a mark which is too long to lie in the string itself";
};
HF_DECLARE(marked_item);
HF_CLASS(marked_item, HF_BASE(marked_item, item));

/* Nothing to end and nothing to hold, and options. */
struct alignas(64) plain {
    int number = 5;
    hf_slot(item) current = {{nullptr}};
};
HF_DECLARE(plain);
HF_CLASS(plain, HF_SLOT(plain, current), hf::with(&hf_type::flags, HF_ACYCLIC));

/* A template has a name by which it is declared. */
template <class T>
struct box {
    T content = {};
};
using int_box = box<int>;
HF_DECLARE(int_box);
HF_CLASS(int_box);

static_assert(!std::is_copy_constructible_v<animal> && sizeof(hf::edge<item>) == sizeof(item *));

/* Made before main, and before anything that is defined below would be computed. */
struct first_of_all {
    std::string text = "early";
};
HF_DECLARE(first_of_all);
static const std::string made_early = hf::make<first_of_all>()->text;
HF_CLASS(first_of_all);

/* ---- birth and death ----------------------------------------------------------------------- */

START_TEST(constructor_and_destructor_run_once)
{
    hf::ref<house> one = hf::make<house>("one");
    hf::ref<house> same = one;
    one.reset();
    ck_assert_str_eq(story.c_str(), "+one");
    same.reset();
    ck_assert_str_eq(story.c_str(), "+one-one");
}
END_TEST

START_TEST(the_destructor_sees_its_edges_and_the_library_releases_them)
{
    hf::ref<house> one = hf::make<house>("one");
    one->have_neighbour(hf::make<house>("two"));
    one->have_guest(1, hf::make<house>("three"));
    story.clear();
    one.reset();
    ck_assert_str_eq(story.c_str(), "-one(two)-two-three");
}
END_TEST

START_TEST(a_weak_member_is_empty_when_its_object_is_dead)
{
    hf::ref<house> one = hf::make<house>("one"), two = hf::make<house>("two");
    one->have_neighbour(two);
    ck_assert(two->behind() == one);
    one.reset();
    ck_assert(!two->behind());
}
END_TEST

START_TEST(virtual_destructors_of_bases_run_once)
{
    hf::ref<animal> pet = hf::make<dog>(true);
    ck_assert_int_eq(pet->sound(), 40);
    ck_assert(hf::cast<dog>(pet));
    pet.reset();
    ck_assert_str_eq(story.c_str(), "+animal+dog-dog-animal");
    ck_assert_int_eq(items_destroyed, 1);
    hf::make<animal>(2).reset();
    ck_assert_str_eq(story.c_str(), "+animal+dog-dog-animal+animal-animal");
}
END_TEST

START_TEST(a_base_of_c_has_its_destroy_function_and_its_fields)
{
    hf::ref<marked_item> marked = hf::make<marked_item>();
    hf::give(marked, &item::next, hf::make<item>());
    hf::ref<item> base = std::move(marked);
    base.reset();
    ck_assert_str_eq(story.c_str(), "-marked");
    ck_assert_int_eq(items_destroyed, 2);
}
END_TEST

START_TEST(a_constructor_that_throws_leaves_nothing)
{
    bool is_caught = false;
    try {
        hf::ref<dog> never = hf::make<dog>(false);
    } catch (const std::runtime_error &) {
        is_caught = true;
    }
    ck_assert(is_caught);
    ck_assert_str_eq(story.c_str(), "+animal+dog-animal");
    ck_assert_int_eq(items_destroyed, 1);
    ck_assert_uint_eq(hf_live(&hf_type_dog), 0);
}
END_TEST

START_TEST(a_class_is_a_sole_owner_s_too)
{
    hf::unique<house> alone = hf::new_unique<house>("alone");
    hf::ref<house> shared = alone.share();
    shared.reset();
    ck_assert_str_eq(story.c_str(), "+alone-alone");
}
END_TEST

/* ---- what the library knows ---------------------------------------------------------------- */

START_TEST(the_description_is_that_of_the_class)
{
    const hf_type &type = hf::type<dog>();
    ck_assert_str_eq(type.name, "dog");
    ck_assert_uint_eq(type.size, sizeof(dog));
    ck_assert_ptr_eq(type.base, &hf_type_animal);
    ck_assert_str_eq(type.fields[0].name, "bone");
    ck_assert_int_eq(type.fields[1].kind, HF_FIELD_END);
    ck_assert_ptr_eq(&hf::type<house>(), &town::hf_type_house);
    ck_assert_uint_eq(hf_type_plain.flags, HF_ACYCLIC);
    ck_assert(!hf_type_plain.destroy && hf_type_plain.fields[0].kind == HF_FIELD_SLOT);
}
END_TEST

START_TEST(alignment_is_kept)
{
    hf::ref<plain> made = hf::make<plain>();
    ck_assert_uint_eq((uintptr_t)made.get() % 64, 0);
    ck_assert_int_eq(made->number, 5);
    hf::ref<item> held = hf::make<item>();
    ck_assert(hf_slot_store(&made->current, held.get()) == 0);
    ck_assert(hf::adopt(hf_slot_load(&made->current)) == held);
}
END_TEST

START_TEST(a_template_has_the_name_that_it_is_declared_by)
{
    ck_assert_str_eq(hf_type_of(hf::make<box<int>>().get())->name, "int_box");
}
END_TEST

START_TEST(objects_are_made_before_main)
{
    ck_assert_str_eq(made_early.c_str(), "early");
}
END_TEST

START_TEST(a_circle_of_classes_is_collected_with_its_destructors)
{
    hf::ref<house> one = hf::make<house>("one"), two = hf::make<house>("two");
    one->have_neighbour(two);
    two->have_neighbour(one);
    story.clear();
    one.reset();
    two.reset();
    ck_assert_str_eq(story.c_str(), "");
    ck_assert_uint_eq(hf_collect(), 2);
    ck_assert(story == "-one(two)-two(one)" || story == "-two(one)-one(two)");
}
END_TEST

static void
tell_cycle(const struct hf_cycle *cycle, void *)
{
    for (std::size_t i = 0; i < cycle->length; i++) {
        story += std::string(cycle->edges[i].type->name) + "." + cycle->edges[i].field + " ";
    }
}

START_TEST(fields_of_a_class_have_their_names)
{
    hf::ref<animal> pet = hf::make<animal>(2);
    hf::set(pet, &animal::friend_, pet);
    pet.reset();
    story.clear();
    ck_assert_uint_eq(hf_find_cycles(tell_cycle, nullptr), 1);
    ck_assert_str_eq(story.c_str(), "animal.friend_ ");
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

START_TEST(a_circle_through_c_is_collected)
{
    hf::ref<house> one = hf::make<house>("one");
    hf::ref<item> it = hf::adopt(item_made(1));
    hf::set(one, &house::thing, it);
    hf_set_at(it.get(), pair, 0, hf::cast<item>(it.get()));
    one.reset();
    it.reset();
    ck_assert_uint_eq(hf_collect(), 1);
    ck_assert_str_eq(story.c_str(), "+one-one");
}
END_TEST

__attribute__((noinline)) static hf::ref<house>
built_here()
{
    return hf::make<house>("one");
}

START_TEST(the_maker_of_an_object_is_who_calls_the_handles)
{
    ck_assert_int_eq(hf_track(HF_TRACK_SITES), 0);
    hf::ref<house> one = built_here();
    char *text = nullptr;
    std::size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(hf_why_alive(one.get(), out), 0);
    std::fclose(out);
    ck_assert_msg(strstr(text, "by built_here"), "%s", text);
    std::free(text);
}
END_TEST

static Suite *
make_suite(void)
{
    Suite *suite = suite_create("cxx_classes");
    TCase *lives = tcase_create("birth and death");
    tcase_add_test(lives, constructor_and_destructor_run_once);
    tcase_add_test(lives, the_destructor_sees_its_edges_and_the_library_releases_them);
    tcase_add_test(lives, a_weak_member_is_empty_when_its_object_is_dead);
    tcase_add_test(lives, virtual_destructors_of_bases_run_once);
    tcase_add_test(lives, a_base_of_c_has_its_destroy_function_and_its_fields);
    tcase_add_test(lives, a_constructor_that_throws_leaves_nothing);
    tcase_add_test(lives, a_class_is_a_sole_owner_s_too);
    suite_add_tcase(suite, lives);
    TCase *types = tcase_create("what the library knows");
    tcase_add_test(types, the_description_is_that_of_the_class);
    tcase_add_test(types, alignment_is_kept);
    tcase_add_test(types, a_template_has_the_name_that_it_is_declared_by);
    tcase_add_test(types, objects_are_made_before_main);
    tcase_add_test(types, a_circle_of_classes_is_collected_with_its_destructors);
    tcase_add_test(types, fields_of_a_class_have_their_names);
    tcase_add_test(types, a_circle_through_c_is_collected);
    tcase_add_test(types, the_maker_of_an_object_is_who_calls_the_handles);
    suite_add_tcase(suite, types);
    return suite;
}

HF_TEST_MAIN(make_suite)
