/* SPDX-License-Identifier: MIT
 *
 * hf::ref<T>: a handle that owns one strong reference, and gives it back at the end of its life.
 * Knows objects; T may be a type of C or a class, and incomplete where it is only held.
 *
 *     hf::ref<node> n = hf::make<node>();          made and owned (make.hpp)
 *     hf::ref<node> same = n;                      one retain; a move costs no count operation
 *     node_print(n.get());                         lent to C
 *     list_push(list, n.take());                   given to C: n is empty
 *     hf::ref<node> a = hf::adopt(node_parse(s));  owned pointer from C, now the handle's
 *     hf::ref<node> b = hf::borrow(list_first(l)); borrowed pointer from C, retained
 *
 * It is as large as a pointer. Distinct handles to one object may be used by any threads at once;
 * one and the same handle that several threads use, one of them writing, needs the program's lock.
 * As a member of a class it counts as held from outside: the collector ends no cycle through it,
 * as it does through edges (edge.hpp). */
#ifndef HOLDFAST_REF_HPP
#define HOLDFAST_REF_HPP

#include <functional>
#include <utility>

#include "object.h"
#include "type.hpp"

namespace hf
{

template <class T>
inline T *
retained_(T *object) noexcept
{
    if (!object) return nullptr;
#ifdef HF_INLINE_
    void *same = hf_retain_inline_(const_cast<std::remove_cv_t<T> *>(object));
#else
    void *same = hf_retain_(const_cast<std::remove_cv_t<T> *>(object));
#endif
    /* It is the same pointer, and the compiler need not keep two. */
    static_cast<void>(same);
    return object;
}

/* The compiler knows what hf_release does, and would warn of every handle of which it sees that it
 * holds the same pointer as the one that goes. */
inline void
release_(const volatile void *object) noexcept
{
    if (!object) return;
    void *owned = const_cast<void *>(object);
    __asm__("" : "+r"(owned));
    hf_release(owned);
}

/* Owns one strong reference to an object, or none: then it is empty. */
template <class T>
class ref
{
  public:
    /* What it refers to. */
    using element_type = T;

    /* Empty. */
    constexpr ref() noexcept = default;
    constexpr ref(std::nullptr_t) noexcept
    {
    }

    /* A copy is an owner more; a move leaves other empty. */
    ref(const ref &other) noexcept : object_(retained_(other.object_))
    {
    }
    ref(ref &&other) noexcept : object_(other.take())
    {
    }
    /* From a handle to a class derived from T: type.hpp has the rule. */
    template <class U, class = if_converts_<U, T>>
    ref(const ref<U> &other) noexcept : object_(upcast_<T>(retained_(other.get())))
    {
    }
    template <class U, class = if_converts_<U, T>>
    ref(ref<U> &&other) noexcept : object_(upcast_<T>(other.take()))
    {
    }

    /* Gives back what the handle holds. */
    ~ref()
    {
        release_(object_);
    }

    /* What the handle held is given back when it holds the new one already. */
    ref &
    operator=(const ref &other) noexcept
    {
        ref(other).swap(*this);
        return *this;
    }
    ref &
    operator=(ref &&other) noexcept
    {
        ref(std::move(other)).swap(*this);
        return *this;
    }

    /* The pointer, borrowed: good while this or another owner holds the object. */
    T *
    get() const noexcept
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

    /* Whether it holds an object. */
    explicit operator bool() const noexcept
    {
        return object_ != nullptr;
    }

    /* Returns the pointer and leaves the handle empty. Owner: the caller; give it back with
     * hf_release, or to a function that takes it. */
    [[nodiscard]] T *
    take() noexcept
    {
        return std::exchange(object_, nullptr);
    }

    /* Gives back what the handle holds. */
    void
    reset() noexcept
    {
        ref().swap(*this);
    }

    /* Exchanges what the two hold; no count changes. */
    void
    swap(ref &other) noexcept
    {
        std::swap(object_, other.object_);
    }
    friend void
    swap(ref &a, ref &b) noexcept
    {
        a.swap(b);
    }

  private:
    template <class U>
    friend ref<U> adopt(U *owned) noexcept;

    T *object_ = nullptr;
};

/* Returns a handle for an owned pointer, which is the handle's from here on. NULL is fine. */
template <class T>
[[nodiscard]] ref<T>
adopt(T *owned) noexcept
{
    ref<T> handle;
    handle.object_ = owned;
    return handle;
}

/* Returns a handle for a borrowed pointer, which it retains. NULL is fine. */
template <class T>
[[nodiscard]] ref<T>
borrow(T *object) noexcept
{
    return adopt(retained_(object));
}

/* Returns the pointer, borrowed, when the object is a T or of a type derived from it, else NULL: by
 * the library's types, so it needs no RTTI. Cost: O(depth of the inheritance). */
template <class T, class U>
[[nodiscard]] T *
cast(U *object) noexcept
{
    static_assert(std::is_const_v<T> || !std::is_const_v<U>, "hf: the cast would drop const");
    if constexpr (std::is_base_of_v<std::remove_cv_t<U>, std::remove_cv_t<T>>) {
        static_assert(starts_with_<std::remove_cv_t<T>, std::remove_cv_t<U>>(),
                      "hf: the base is not at the address of the object");
    }
    return static_cast<T *>(hf_cast_(&type<T>(), object));
}

/* The same for handles: an owner more, or the owner itself, which keeps what is no T. */
template <class T, class U>
[[nodiscard]] ref<T>
cast(const ref<U> &handle) noexcept
{
    return borrow(cast<T>(handle.get()));
}
template <class T, class U>
[[nodiscard]] ref<T>
cast(ref<U> &&handle) noexcept
{
    T *object = cast<T>(handle.get());
    if (object) static_cast<void>(handle.take());
    return adopt(object);
}

/* Handles compare as their pointers do. */
template <class T, class U>
bool
operator==(const ref<T> &a, const ref<U> &b) noexcept
{
    return a.get() == b.get();
}
template <class T, class U>
bool
operator!=(const ref<T> &a, const ref<U> &b) noexcept
{
    return a.get() != b.get();
}
template <class T, class U>
bool
operator<(const ref<T> &a, const ref<U> &b) noexcept
{
    return std::less<const volatile void *>()(a.get(), b.get());
}
template <class T>
bool
operator==(const ref<T> &a, std::nullptr_t) noexcept
{
    return !a;
}
template <class T>
bool
operator==(std::nullptr_t, const ref<T> &a) noexcept
{
    return !a;
}
template <class T>
bool
operator!=(const ref<T> &a, std::nullptr_t) noexcept
{
    return static_cast<bool>(a);
}
template <class T>
bool
operator!=(std::nullptr_t, const ref<T> &a) noexcept
{
    return static_cast<bool>(a);
}

} // namespace hf

namespace std
{

/* By the pointer. */
template <class T>
struct hash<hf::ref<T>> {
    /* Returns the hash of the pointer. */
    size_t
    operator()(const hf::ref<T> &handle) const noexcept
    {
        return hash<T *>()(handle.get());
    }
};

} // namespace std

#endif
