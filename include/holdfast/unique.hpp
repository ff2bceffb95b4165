/* SPDX-License-Identifier: MIT
 *
 * hf::unique<T>: the sole owner, which moves and is never copied, until it shares the object.
 * Knows hf::ref. No operation of its life is atomic; copy-on-write is hf_make_unique (unique.h).
 *
 *     hf::unique<buffer> b = hf::new_unique<buffer>();
 *     fill(b.get());
 *     hf::ref<buffer> shared = b.share();          in place, and from here on it is counted
 *
 * Between it and hf_unique(T), which is what C has, there are hf::adopt and take. */
#ifndef HOLDFAST_UNIQUE_HPP
#define HOLDFAST_UNIQUE_HPP

#include "ref.hpp"
#include "unique.h"

namespace hf
{

/* Owns an object alone, or none: then it is empty. */
template <class T>
class unique
{
  public:
    /* What it owns. */
    using element_type = T;

    /* Empty. */
    constexpr unique() noexcept = default;
    constexpr unique(std::nullptr_t) noexcept
    {
    }

    /* Takes over what other owned, and leaves it empty. */
    unique(unique &&other) noexcept : object_(std::exchange(other.object_, nullptr))
    {
    }
    /* From a handle to a class derived from T: type.hpp has the rule. */
    template <class U, class = if_converts_<U, T>>
    unique(unique<U> &&other) noexcept : object_(upcast_<T>(other.share().take()))
    {
    }

    /* Ends the object. */
    ~unique()
    {
        release_(object_);
    }

    /* Takes over what other owned, and leaves it empty; what the handle held is ended. */
    unique &
    operator=(unique &&other) noexcept
    {
        unique(std::move(other)).swap(*this);
        return *this;
    }

    /* The pointer, borrowed: good while the handle holds the object. */
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

    /* Whether it owns an object. */
    explicit operator bool() const noexcept
    {
        return object_ != nullptr;
    }

    /* Returns the object as one that is shared, where it is: no memory is asked for. The handle is
     * empty afterwards. */
    [[nodiscard]] ref<T>
    share() noexcept
    {
        return adopt(std::exchange(object_, nullptr));
    }

    /* Returns the object as C holds it, hf_unique(T), and leaves the handle empty. */
    template <class U = T>
    [[nodiscard]] c_unique_<U>
    take() noexcept
    {
        return {std::exchange(object_, nullptr)};
    }

    /* Gives back what the handle holds. */
    void
    reset() noexcept
    {
        unique().swap(*this);
    }

    /* Exchanges what the two own. */
    void
    swap(unique &other) noexcept
    {
        std::swap(object_, other.object_);
    }
    friend void
    swap(unique &a, unique &b) noexcept
    {
        a.swap(b);
    }

  private:
    template <class U, class C>
    friend unique<U> sole_owner_(C owner) noexcept;

    T *object_ = nullptr;
};

template <class T, class C>
unique<T>
sole_owner_(C owner) noexcept
{
    unique<T> handle;
    handle.object_ = owner.ptr;
    return handle;
}

/* Returns a handle that owns what an hf_unique(T) owned, which is not to be used any more. */
template <class C, class T = std::remove_pointer_t<decltype(C::ptr)>,
          class = std::enable_if_t<std::is_same_v<C, c_unique_<T>>>>
[[nodiscard]] unique<T>
adopt(C owner) noexcept
{
    return sole_owner_<T>(owner);
}

} // namespace hf

#endif
