/* SPDX-License-Identifier: MIT
 *
 * Holdfast in C++17: this header brings everything, that of C too; one header per concept lies
 * beside it.
 * Knows the headers of C and nothing more: the objects are the same, so C and C++ share them.
 * docs/cplusplus.md is the guide.
 *
 *     struct document { hf::edge<page> first; ... };        an edge: declared, counted
 *     HF_DECLARE(document);                                 in the header
 *     HF_CLASS(document, HF_STRONG(document, first));       in one .cc file
 *
 *     hf::ref<document> d = hf::make<document>("title");    released at the end of its life
 *     hf::ref<document> other = d;                          retained
 *     hf::weak<document> w = d;                             w.lock(): strong, or empty
 *     hf::set(d, &document::first, page);                   a store into an edge
 *     print_in_c(d.get());                                  lent to C
 *
 * ref.hpp    owns one reference; adopt, borrow, cast     unique.hpp  owns alone, shares in place
 * weak.hpp   refers without owning                       edge.hpp    strong fields of objects
 * class.hpp  describes a class                           make.hpp    makes objects
 * type.hpp   from T to its description, and where bases stand
 *
 * Exceptions and RTTI are not needed: without them handles are empty where there was no memory. */
#ifndef HOLDFAST_HPP
#define HOLDFAST_HPP

#include "class.hpp"
#include "edge.hpp"
#include "holdfast.h"
#include "make.hpp"
#include "ref.hpp"
#include "type.hpp"
#include "unique.hpp"
#include "weak.hpp"

#endif
