/* SPDX-License-Identifier: MIT
 *
 * hf::edge<T>, the strong field of an object, and hf::set, give, take, get: the verbs of edge.h.
 * Knows the handles; which members are edges says HF_CLASS (class.hpp), or HF_TYPE in C.
 *
 *     struct node { hf::edge<node> next; };        read like a pointer: n->next->next
 *     hf::set(n, &node::next, other);              retains other, releases what was there
 *     hf::give(n, &node::next, std::move(other));  moves the handle's reference in
 *     hf::ref<node> a = hf::take(n, &node::next);  moves it out and leaves NULL
 *     hf::ref<node> b = hf::get(n, &node::next);   an owner more of what is there
 *
 * Why no assignment: a store must tell the library whose field it is, so that a collection which
 * is under way learns of it, and so that what is shared holds nothing confined. A member knows its
 * own address, but not its object's. So an edge is only read, and what writes it names holder and
 * member, as in C. It has no destructor either: the library releases edges itself, after ~T has
 * seen them whole.
 *
 * The holder is a pointer or a handle, the member an hf::edge<U>, or a `U *` of a structure that is
 * C's too. The rule for borrowed pointers, checks, threads and cost: edge.h. */
#ifndef HOLDFAST_EDGE_HPP
#define HOLDFAST_EDGE_HPP

#include <memory>

#include "edge.h"
#include "unique.hpp"

namespace hf
{

/* Holds one counted reference for the object that it is a member of. Laid out as `T *`. What it
 * gives is borrowed. Without copies: a class with an edge has none, unless it writes its own. */
template <class T>
class edge
{
  public:
    /* What it leads to. */
    using element_type = T;

    /* Leads nowhere. */
    constexpr edge() noexcept = default;
    edge(const edge &) = delete;
    edge &operator=(const edge &) = delete;

    /* The pointer, borrowed: good while the holder holds it. */
    T *
    get() const noexcept
    {
        return object_;
    }
    operator T *() const noexcept
    {
        return object_;
    }
    std::add_lvalue_reference_t<T>
    operator*() const noexcept
    {
        return *object_;
    }
    T *
    operator->() const noexcept
    {
        return object_;
    }

  private:
    T *object_ = nullptr;
};

/* What a member of this type leads to, if it is an edge. */
template <class Field>
struct edge_field_ : std::false_type {
};
template <class T>
struct edge_field_<T *> : std::is_object<T> {
    using target = T;
};
template <class T>
struct edge_field_<edge<T>> : std::true_type {
    using target = T;
};

/* The pointer behind whatever is given as a holder or as a value. */
template <class T>
T *
pointer_(T *object) noexcept
{
    return object;
}
template <class T>
T *
pointer_(const ref<T> &handle) noexcept
{
    return handle.get();
}
template <class T>
T *
pointer_(const unique<T> &handle) noexcept
{
    return handle.get();
}
template <class T>
T *
pointer_(const edge<T> &field) noexcept
{
    return field.get();
}

/* The value as the field wants it. A sole owner is no value: it would not be one any more. */
template <class Field, class Value>
auto
value_for_(const Value &value) noexcept
{
    static_assert(edge_field_<Field>::value, "hf: the member is neither hf::edge<U> nor U *");
    using target = typename edge_field_<Field>::target;
    if constexpr (std::is_null_pointer_v<Value>) {
        return static_cast<target *>(nullptr);
    } else {
        return upcast_<target>(pointer_(value));
    }
}
template <class Field, class T>
auto value_for_(const unique<T> &value) = delete;

/* Bytes from the start of the object to the member, which may be inherited. */
template <class Holder, class Class, class Field>
std::size_t
offset_(const Holder *holder, Field Class::*field) noexcept
{
    const char *member = reinterpret_cast<const char *>(std::addressof(holder->*field));
    return static_cast<std::size_t>(member - reinterpret_cast<const char *>(holder));
}

/* Stores value, retained, in the field, then releases what was there. value is a handle, a borrowed
 * pointer, or nullptr. */
template <class Holder, class Class, class Field, class Value>
void
set(const Holder &holder, Field Class::*field, const Value &value)
{
    auto *object = pointer_(holder);
    hf_set_(object, offset_(object, field), value_for_<Field>(value));
}

/* Stores what the handle owned, and leaves it empty; then releases what was there. */
template <class Holder, class Class, class Field, class T>
void
give(const Holder &holder, Field Class::*field, ref<T> &&value)
{
    auto *object = pointer_(holder);
    /* The holder is read before the value is taken: both may be one handle. */
    auto *owned = const_cast<std::remove_cv_t<T> *>(value_for_<Field>(value.take()));
    hf_give_(object, offset_(object, field), owned);
}

/* Returns what the field held, and leaves NULL there. */
template <class Holder, class Class, class Field>
[[nodiscard]] auto
take(const Holder &holder, Field Class::*field)
{
    using target = typename edge_field_<Field>::target;
    auto *object = pointer_(holder);
    return adopt(static_cast<target *>(hf_take_(object, offset_(object, field))));
}

/* Returns an owner more of what the field holds. */
template <class Holder, class Class, class Field>
[[nodiscard]] auto
get(const Holder &holder, Field Class::*field)
{
    using target = typename edge_field_<Field>::target;
    const auto *object = pointer_(holder);
    return adopt(static_cast<target *>(hf_get_(object, offset_(object, field))));
}

/* The same for the element index of a member that is an array of edges. */
template <class Holder, class Class, class Field, std::size_t N, class Value>
void
set_at(const Holder &holder, Field (Class::*field)[N], std::size_t index, const Value &value)
{
    auto *object = pointer_(holder);
    hf_set_at_(object, offset_(object, field), index, value_for_<Field>(value));
}
template <class Holder, class Class, class Field, std::size_t N, class T>
void
give_at(const Holder &holder, Field (Class::*field)[N], std::size_t index, ref<T> &&value)
{
    auto *object = pointer_(holder);
    auto *owned = const_cast<std::remove_cv_t<T> *>(value_for_<Field>(value.take()));
    hf_give_at_(object, offset_(object, field), index, owned);
}
template <class Holder, class Class, class Field, std::size_t N>
[[nodiscard]] auto
take_at(const Holder &holder, Field (Class::*field)[N], std::size_t index)
{
    using target = typename edge_field_<Field>::target;
    auto *object = pointer_(holder);
    return adopt(static_cast<target *>(hf_take_at_(object, offset_(object, field), index)));
}
template <class Holder, class Class, class Field, std::size_t N>
[[nodiscard]] auto
get_at(const Holder &holder, Field (Class::*field)[N], std::size_t index)
{
    using target = typename edge_field_<Field>::target;
    const auto *object = pointer_(holder);
    return adopt(static_cast<target *>(hf_get_at_(object, offset_(object, field), index)));
}

} // namespace hf

#endif
