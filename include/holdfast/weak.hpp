/* SPDX-License-Identifier: MIT
 *
 * hf::weak<T>: refers to an object without owning it, and becomes empty when the object dies.
 * Knows hf::ref; it is an hf_weak_ref with a type, and as large as a pointer.
 *
 *     hf::weak<node> w = n;                        n is an hf::ref<node>
 *     if (hf::ref<node> alive = w.lock()) ...      strong, or empty when the object is dead
 *
 * The first weak reference to an object needs memory. Without it, what takes a handle or a pointer
 * throws std::bad_alloc, and nothing has changed; try_set returns false, and so it is for programs
 * without exceptions, for whom the others leave the reference as it was, and errno ENOMEM. To copy
 * and to move one can't fail.
 * As a member of an object it may be declared, HF_WEAK (class.hpp): then pictures of the heap show
 * it; its own destructor empties it either way.
 * Threads: as for hf_weak_ref (weak.h). */
#ifndef HOLDFAST_WEAK_HPP
#define HOLDFAST_WEAK_HPP

#include <new>

#include "ref.hpp"
#include "weak.h"

namespace hf
{

/* Throws, or returns where there are no exceptions. */
HF_TELLS_ inline void
out_of_memory_()
{
#ifdef __cpp_exceptions
    throw std::bad_alloc();
#endif
}

/* Refers to an object without owning it, or to none: then it is empty. */
template <class T>
class weak
{
  public:
    /* What it refers to. */
    using element_type = T;

    /* Empty. */
    constexpr weak() noexcept = default;
    constexpr weak(std::nullptr_t) noexcept
    {
    }

    /* Refers to the object. Errors: std::bad_alloc, when it is the object's first and there is no
     * memory. */
    template <class U, class = if_converts_<U, T>>
    HF_TELLS_
    weak(const ref<U> &object)
    {
        set(object.get());
    }
    HF_TELLS_ explicit weak(T *object)
    {
        set(object);
    }

    /* Refers to what other refers to; a move leaves other empty. Errors: none. */
    weak(const weak &other) noexcept
    {
        hf_weak_copy_(&reference_, &other.reference_);
    }
    weak(weak &&other) noexcept : reference_(std::exchange(other.reference_, {nullptr}))
    {
    }

    /* Empties it. */
    ~weak()
    {
        if (reference_.record_) hf_weak_clear_(&reference_);
    }

    /* Refers to another object, as by the constructors. */
    weak &
    operator=(const weak &other) noexcept
    {
        hf_weak_copy_(&reference_, &other.reference_);
        return *this;
    }
    weak &
    operator=(weak &&other) noexcept
    {
        weak(std::move(other)).swap(*this);
        return *this;
    }
    template <class U, class = if_converts_<U, T>>
    HF_TELLS_ weak &
    operator=(const ref<U> &object)
    {
        set(object.get());
        return *this;
    }

    /* Refers to object, borrowed, instead of what it referred to; NULL empties it. */
    template <class U>
    HF_TELLS_ void
    set(U *object)
    {
        if (!try_set(object)) out_of_memory_();
    }

    /* The same, and returns whether there was memory: if not, nothing has changed. */
    template <class U>
    [[nodiscard]] bool
    try_set(U *object) noexcept
    {
        return hf_weak_set_(&reference_, upcast_<T>(object)) == 0;
    }
    template <class U>
    [[nodiscard]] bool
    try_set(const ref<U> &object) noexcept
    {
        return try_set(object.get());
    }

    /* Returns an owner of the object, or an empty handle when it is dead or there is none. */
    [[nodiscard]] ref<T>
    lock() const noexcept
    {
        return adopt(static_cast<T *>(hf_upgrade_(&reference_)));
    }

    /* Returns whether lock would return an empty handle. True is final, until it is set anew; false
     * may be outdated at once unless the caller holds the object. */
    bool
    expired() const noexcept
    {
        return !reference_.record_ || hf_weak_dead_(&reference_);
    }

    /* Empties it. */
    void
    reset() noexcept
    {
        hf_weak_clear_(&reference_);
    }

    /* Exchanges what the two refer to. */
    void
    swap(weak &other) noexcept
    {
        std::swap(reference_, other.reference_);
    }
    friend void
    swap(weak &a, weak &b) noexcept
    {
        a.swap(b);
    }

  private:
    hf_weak_ref reference_ = {nullptr};
};

} // namespace hf

#endif
