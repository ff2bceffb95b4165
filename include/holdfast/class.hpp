/* SPDX-License-Identifier: MIT
 *
 * HF_CLASS: a C++ class as a type of the library, with its edges named once, as HF_TYPE does in C.
 * Knows edges, weak references and the description of a type (type.h), which all comes from here as
 * a constant: objects may be made before main.
 *
 *     class node {
 *       public:
 *         explicit node(std::string text) : text_(std::move(text)) {}
 *       private:
 *         HF_FRIEND(node);                            HF_CLASS may see private members
 *         std::string text_;                          ~node ends it
 *         hf::edge<node> next_;                       the library releases it
 *         hf::weak<node> parent_;
 *     };
 *     HF_DECLARE(node);                               in the header, in the class's namespace
 *     HF_CLASS(node, HF_STRONG(node, next_), HF_WEAK(node, parent_));      in one .cc file
 *
 * ~T runs as `.destroy`: everything that the object holds is intact, and edges stay as they are. It
 * runs once, also when base types have destructors: that of the class which was made calls theirs.
 * So no type that C describes has one that is described here as its base.
 * Objects come from hf::make: hf_new in C runs no constructor. A destructor that is private keeps
 * all others from making one. */
#ifndef HOLDFAST_CLASS_HPP
#define HOLDFAST_CLASS_HPP

#include "edge.hpp"
#include "slot.h"
#include "weak.hpp"

/* Defines the type T: fields and options, in any order, or none. At namespace scope.
 * The warning that is silenced says that not each compiler knows places in classes of every kind;
 * GCC and Clang do, but in virtual bases, where it is an error. */
/* clang-format off */
#define HF_CLASS(...) HF_CLASS_(__VA_ARGS__, ::hf::end_())
#define HF_CLASS_(T, ...)                                                           \
    static hf_type_state hf_type_state_##T;                                         \
    _Pragma("GCC diagnostic push")                                                  \
    _Pragma("GCC diagnostic ignored \"-Winvalid-offsetof\"")                        \
    struct hf_class_##T {                                                           \
        static void destroy(void *self) noexcept                                    \
        {                                                                           \
            if (hf_type_of(self) == &hf_type_##T) static_cast<T *>(self)->~T();     \
        }                                                                           \
        static constexpr auto table = ::hf::table_(__VA_ARGS__);                    \
        static constexpr hf_type type = ::hf::described_<T>(                        \
            #T, &hf_type_state_##T, table.fields, destroy, __VA_ARGS__);            \
    };                                                                              \
    _Pragma("GCC diagnostic pop")                                                   \
    static_assert(&::hf::type<T>() == &hf_type_##T, "HF_CLASS: HF_DECLARE of " #T); \
    constexpr hf_type hf_type_##T = hf_class_##T::type
/* clang-format on */

/* In a class T: lets HF_CLASS name private members, and end an object by a private destructor. */
#define HF_FRIEND(T) friend struct hf_class_##T

/* `HF_STRONG(T, f)`: the member f, an hf::edge<U> or a `U *`, holds a counted reference.
 * `HF_STRONG_TO(T, f, U)`: checked builds verify that what is stored is a U or derived from it, and
 * a walk doesn't follow it when U is HF_ACYCLIC. */
#define HF_STRONG(T, f) ::hf::strong_<decltype(T::f)>(#f, offsetof(T, f))
#define HF_STRONG_TO(T, f, U) ::hf::strong_<decltype(T::f)>(#f, offsetof(T, f), &::hf::type<U>())
/* The same for a fixed array of such members. */
#define HF_STRONG_ARRAY(T, f) ::hf::strong_array_<decltype(T::f)>(#f, offsetof(T, f))
#define HF_STRONG_ARRAY_TO(T, f, U) \
    ::hf::strong_array_<decltype(T::f)>(#f, offsetof(T, f), &::hf::type<U>())
/* An hf::weak<U>, or an hf_weak(U). */
#define HF_WEAK(T, f) ::hf::weak_<decltype(T::f)>(#f, offsetof(T, f))
/* An hf_slot(U), which any thread may replace (slot.h). */
#define HF_SLOT(T, f) ::hf::slot_<decltype(T::f)>(#f, offsetof(T, f))

/* `HF_BASE(T, B)`: the class T derives from B, which is declared with HF_DECLARE. */
#define HF_BASE(T, B) ::hf::base_<T, B>()

namespace hf
{

/* Another member of the description, as type.h has it: `hf::with(&hf_type::flags, HF_CONFINED)`,
 * `hf::with(&hf_type::queue, &loop)`. A `.clone` gets bytes that are zero, and constructs there. */
template <class Member>
struct option_ {
    Member hf_type::*member;
    Member value;
};
template <class Member, class Value>
constexpr option_<Member>
with(Member hf_type::*member, Value value) noexcept
{
    return {member, value};
}

template <class T, class B>
constexpr option_<const hf_type *>
base_() noexcept
{
    static_assert(std::is_convertible_v<T *, B *>, "HF_BASE: the class does not derive from it");
    static_assert(starts_with_<T, B>(), "HF_BASE: the base is not at the address of the object");
    return {&hf_type::base, &type<B>()};
}

template <class Field>
constexpr hf_field
strong_(const char *name, std::size_t offset, const hf_type *target = nullptr) noexcept
{
    static_assert(edge_field_<Field>::value, "HF_STRONG: the member is no hf::edge<U> and no U *");
    return {name, HF_FIELD_STRONG, 1, offset, target, nullptr};
}

template <class Field>
constexpr hf_field
strong_array_(const char *name, std::size_t offset, const hf_type *target = nullptr) noexcept
{
    static_assert(std::rank_v<Field> == 1 && edge_field_<std::remove_extent_t<Field>>::value,
                  "HF_STRONG_ARRAY: the member is no array of hf::edge<U> or U *");
    return {name, HF_FIELD_STRONG_ARRAY, std::extent_v<Field>, offset, target, nullptr};
}

template <class Field, class = void>
struct weak_field_ : std::false_type {
};
template <class T>
struct weak_field_<weak<T>> : std::true_type {
};
template <class Field>
struct weak_field_<Field, std::enable_if_t<std::is_union_v<Field>, decltype(Field::ref_, void())>>
    : std::true_type {
};

template <class Field>
constexpr hf_field
weak_(const char *name, std::size_t offset) noexcept
{
    static_assert(weak_field_<Field>::value, "HF_WEAK: the member is no hf::weak<U>");
    return {name, HF_FIELD_WEAK, 1, offset, nullptr, nullptr};
}

template <class Field>
constexpr hf_field
slot_(const char *name, std::size_t offset) noexcept
{
    static_assert(std::is_same_v<decltype(Field::slot_), hf_slot_ref>, "HF_SLOT: no hf_slot(U)");
    return {name, HF_FIELD_SLOT, 1, offset, nullptr, nullptr};
}

constexpr hf_field
end_() noexcept
{
    return {nullptr, HF_FIELD_END, 0, 0, nullptr, nullptr};
}

/* The fields among what HF_CLASS was given; the last of them is the end. */
template <std::size_t N>
struct field_table_ {
    hf_field fields[N];
};

template <std::size_t N>
constexpr void
enter_(field_table_<N> &table, std::size_t &used, const hf_field &field) noexcept
{
    table.fields[used++] = field;
}
template <std::size_t N, class Member>
constexpr void
enter_(field_table_<N> &, std::size_t &, const option_<Member> &) noexcept
{
}

template <class... Items>
constexpr auto
table_(const Items &...items) noexcept
{
    field_table_<(std::size_t(std::is_same_v<Items, hf_field>) + ...)> table = {};
    std::size_t used = 0;
    (enter_(table, used, items), ...);
    return table;
}

/* The options among them. */
constexpr void
apply_(hf_type &, const hf_field &) noexcept
{
}
template <class Member>
constexpr void
apply_(hf_type &type, const option_<Member> &option) noexcept
{
    type.*option.member = option.value;
}

template <class T, class... Items>
constexpr hf_type
described_(const char *name, hf_type_state *state, const hf_field *fields,
           void (*destroy)(void *) noexcept, const Items &...items) noexcept
{
    hf_type type = {};
    type.name = name;
    type.size = sizeof(T);
    type.alignment = alignof(T);
    type.fields = fields;
    if (!std::is_trivially_destructible_v<T>) type.destroy = destroy;
    type.state = state;
    (apply_(type, items), ...);
    return type;
}

} // namespace hf

#endif
