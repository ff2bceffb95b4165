/* SPDX-License-Identifier: MIT
 *
 * The name under which a build of a benchmark shows Holdfast: as a shared or static library,
 * with or without HF_INLINE. Knows what CMakeLists.txt defines. Programs with a debugging
 * library say so in every row. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#ifdef BENCH_STATIC
#define SUBJECT_LINKED "Holdfast, static"
#else
#define SUBJECT_LINKED "Holdfast"
#endif

#ifdef HF_INLINE_CONFINED
#define SUBJECT_INLINED SUBJECT_LINKED ", HF_INLINE_CONFINED"
#elif defined HF_INLINE
#define SUBJECT_INLINED SUBJECT_LINKED ", HF_INLINE"
#else
#define SUBJECT_INLINED SUBJECT_LINKED
#endif

#ifdef BENCH_NOT_A_RELEASE
#define SUBJECT SUBJECT_INLINED ", NOT A RELEASE BUILD"
#else
#define SUBJECT SUBJECT_INLINED
#endif

#endif
