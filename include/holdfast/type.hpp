/* SPDX-License-Identifier: MIT
 *
 * From a C++ type to its description, and from a pointer to the object that it stands for.
 * Knows HF_DECLARE; all other C++ headers stand on this one, and include it.
 *
 * The rule of addresses: the library knows an object by one address, so a base through which it is
 * held stands at that address. A class has its counted base first, and not virtual; a class with
 * virtual functions has a base with virtual functions, or none. Compilers refuse what breaks it. */
#ifndef HOLDFAST_TYPE_HPP
#define HOLDFAST_TYPE_HPP

#if __cplusplus < 201703L
#error "holdfast.hpp needs C++17"
#endif

#include <cstddef>
#include <type_traits>

#include "type.h"

/* What C++ has over the objects of C. A name that ends in an underscore is the library's own. */
namespace hf
{

/* hf_unique(T), found from T. */
template <class T>
using c_unique_ = decltype(hf_declared_(static_cast<const T *>(nullptr)));

template <class T, class = void>
struct is_declared_ : std::false_type {
};

/* Pointers to a derived class convert, so the declaration of a base is found too, and is none. */
template <class T>
struct is_declared_<T, std::void_t<c_unique_<T>>> : std::is_same<decltype(c_unique_<T>::ptr), T *> {
};

/* Returns the description of T, for which HF_DECLARE stands in its namespace: `hf_type_T`. */
template <class T>
constexpr const hf_type &
type() noexcept
{
    using plain = std::remove_cv_t<T>;
    static_assert(is_declared_<plain>::value, "hf: HF_DECLARE for this very type is missing");
    return *c_unique_<plain>::type_;
}

/* Only its address is asked for, while compiling: it is never defined, of which Clang warns. */
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif
template <class T>
struct sample_ {
    static T object;
};

/* Whether an object of class Derived has the address of its Base. Of abstract classes there is no
 * sample. */
template <class Derived, class Base>
constexpr bool
starts_with_() noexcept
{
    if constexpr (std::is_void_v<Base> || std::is_same_v<Derived, Base>) {
        return true;
    } else if constexpr (std::is_abstract_v<Derived>) {
        return true;
    } else {
        const void *base = static_cast<const Base *>(&sample_<Derived>::object);
        return base == static_cast<const void *>(&sample_<Derived>::object);
    }
}

#ifdef __clang__
#pragma clang diagnostic pop
#endif

/* The same object through a pointer to a base. */
template <class Base, class Derived>
constexpr Base *
upcast_(Derived *object) noexcept
{
    static_assert(std::is_convertible_v<Derived *, Base *>, "hf: a pointer to another type");
    static_assert(starts_with_<std::remove_cv_t<Derived>, std::remove_cv_t<Base>>(),
                  "hf: the base is not at the address of the object");
    Base *base = object;
    if constexpr (std::is_abstract_v<Derived>) {
        const volatile void *there = base, *here = object;
        if (there != here) __builtin_trap();
    }
    return base;
}

/* Constructors from handles to Derived ask for this. */
template <class Derived, class Base>
using if_converts_ = std::enable_if_t<std::is_convertible_v<Derived *, Base *>>;

/* What ends for want of memory has two names, since programs may be linked from files with
 * exceptions and files without. */
#ifdef __cpp_exceptions
#define HF_TELLS_ [[gnu::abi_tag("hf_throws")]]
#else
#define HF_TELLS_ [[gnu::abi_tag("hf_returns")]]
#endif

} // namespace hf

#endif
