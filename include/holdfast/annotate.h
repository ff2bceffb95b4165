/* SPDX-License-Identifier: MIT
 *
 * What compilers and analyzers can check about ownership, as attributes by name.
 * Knows GCC and Clang, C11 and C++17; everything else of the library stands on this header.
 *
 * Put HF_GIVE, HF_TAKE and HF_LEND on functions of your own, and `gcc -Wall`, `gcc -fanalyzer` and
 * Clang's reference-count checker treat them as they treat the library's:
 *
 *     node *node_parse(const char *text) HF_GIVE;       the caller owns the result
 *     void  list_push(list *l, node *n HF_TAKE);        the function owns n from here on
 *     node *list_first(const list *l) HF_LEND;          borrowed: valid while the list holds it  */
#ifndef HOLDFAST_ANNOTATE_H
#define HOLDFAST_ANNOTATE_H

/* Around declarations of C functions, for C++; no semicolon stands behind them. */
#ifdef __cplusplus
#define HF_BEGIN_C extern "C" {
#define HF_END_C }
#define HF_EXTERN_C_ extern "C"
#define HF_STATIC_ASSERT_(condition, text) static_assert(condition, text)
#else
#define HF_BEGIN_C
#define HF_END_C
#define HF_EXTERN_C_ extern
#define HF_STATIC_ASSERT_(condition, text) _Static_assert(condition, text)
#endif

/* Around a function that has the name of the structure that it fills: with -Wshadow, g++ says of it
 * that it hides a constructor. */
#define HF_BEGIN_SAME_NAME_ \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")
#define HF_END_SAME_NAME_ _Pragma("GCC diagnostic pop")

/* Counting without a call: inline.h. */
#if defined HF_INLINE || defined HF_INLINE_CONFINED
#define HF_INLINE_
#endif

/* A function that the shared library exports. */
#define HF_API __attribute__((visibility("default")))

/* The same for those that are called most: through their address in the table that the loader fills
 * in, without the detour by a jump to it; in a program that links the static library, plainly. */
#if defined __GNUC__ && !defined __clang__
#define HF_API_OFTEN_ __attribute__((visibility("default"), noplt))
#else
#define HF_API_OFTEN_ HF_API
#endif

/* HF_TAKE stands behind a parameter: the function owns what it is given. HF_LEND stands behind a
 * function: what it returns is borrowed. */
#if defined __clang__
#define HF_TAKE __attribute__((annotate("rc_ownership_consumed")))
#define HF_LEND __attribute__((annotate("rc_ownership_returns_not_retained")))
#else
#define HF_TAKE
#define HF_LEND
#endif

HF_BEGIN_C
/* Declared here because GCC wants the names of the deallocators in HF_GIVE; described in object.h.
 * They are functions out of line, never macros: that is what lets plain `gcc -Wall` report a double
 * release or a use after release. */
HF_API_OFTEN_ void hf_release(void *object HF_TAKE);
HF_API void hf_abandon(void *object HF_TAKE);
HF_END_C

/* Stands behind a function: the caller owns what it returns, and is warned when it ignores it. */
#if defined __clang__
#define HF_GIVE __attribute__((annotate("rc_ownership_returns_retained"), warn_unused_result))
#elif defined __GNUC__ && __GNUC__ >= 11
/* Never the plain `malloc` attribute: it would promise that the result has no alias, which is false
 * of a retain. No clones, because GCC makes them without these attributes, and then takes the
 * release of what a clone returned for a mismatch. */
#define HF_GIVE \
    __attribute__((malloc(hf_release, 1), malloc(hf_abandon, 1), noclone, warn_unused_result))
#else
#define HF_GIVE __attribute__((warn_unused_result))
#endif

#endif
