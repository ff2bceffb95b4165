/* SPDX-License-Identifier: MIT
 *
 * hf::make<T> and hf::new_unique<T>: memory from the library, an object from T's constructor.
 * Knows the handles; T is declared with HF_DECLARE, and described by HF_CLASS, or by HF_TYPE in C.
 *
 * When the constructor throws, what was made of the object so far is undone as in all of C++, edges
 * that it had set are released, its memory goes back, and ~T doesn't run. A constructor may lend
 * `this`, and let weak references refer to it; when it throws, nobody else may own it (fatal).
 * All members have values after it, as in any class: that the memory was zero before is no promise.
 *
 * Errors: std::bad_alloc without memory, and for a type that contradicts itself (a warning says
 * how); where there are no exceptions an empty handle, and errno as from hf_new. */
#ifndef HOLDFAST_MAKE_HPP
#define HOLDFAST_MAKE_HPP

#include "unique.hpp"
#include "weak.hpp"

namespace hf
{

/* Gives back what nobody has finished. */
struct half_made_ {
    void *memory;

    ~half_made_()
    {
        if (memory) hf_abandon(memory);
    }
};

template <class T, class... Arguments>
HF_TELLS_ T *
new_object_(Arguments &&...arguments)
{
    half_made_ half = {hf_new_(&type<T>())};
    if (!half.memory) {
        out_of_memory_();
        return nullptr;
    }
    if constexpr (sizeof...(Arguments) == 0 && std::is_trivially_default_constructible_v<T>) {
        /* As in C: all bytes are zero. */
        return static_cast<T *>(std::exchange(half.memory, nullptr));
    } else {
        T *object = ::new (half.memory) T(std::forward<Arguments>(arguments)...);
        half.memory = nullptr;
        return object;
    }
}

/* Returns the owner of a new T, made by T(arguments...); a structure of C is all zero. */
template <class T, class... Arguments>
[[nodiscard]] HF_TELLS_ ref<T>
make(Arguments &&...arguments)
{
    return adopt(new_object_<T>(std::forward<Arguments>(arguments)...));
}

/* The same for a sole owner. */
template <class T, class... Arguments>
[[nodiscard]] HF_TELLS_ unique<T>
new_unique(Arguments &&...arguments)
{
    return adopt(c_unique_<T>{new_object_<T>(std::forward<Arguments>(arguments)...)});
}

} // namespace hf

#endif
