/* SPDX-License-Identifier: MIT
 *
 * How each kind of node writes its references.
 * Knows public headers and the nodes of graph.h; for kinds.c.
 * The functions of a place are made from the library's macros, field by field, since those want the
 * name of the field. */
#ifndef COLLECT_KINDS_H
#define COLLECT_KINDS_H

#include "collect/graph.h"

/* The functions of a type with three fields. */
#define FIELDS_OF(T, f0, f1, f2)                               \
    static void set_##T(node *from, size_t place, node *to)    \
    {                                                          \
        T *n = (T *)from;                                      \
        if (place == 0) hf_set(n, f0, (void *)to);             \
        else if (place == 1) hf_set(n, f1, (void *)to);        \
        else hf_set(n, f2, (void *)to);                        \
    }                                                          \
    static void give_##T(node *from, size_t place, node *to)   \
    {                                                          \
        T *n = (T *)from;                                      \
        if (place == 0) hf_give(n, f0, (void *)to);            \
        else if (place == 1) hf_give(n, f1, (void *)to);       \
        else hf_give(n, f2, (void *)to);                       \
    }                                                          \
    static node *take_##T(node *from, size_t place)            \
    {                                                          \
        T *n = (T *)from;                                      \
        if (place == 0) return (node *)(void *)hf_take(n, f0); \
        if (place == 1) return (node *)(void *)hf_take(n, f1); \
        return (node *)(void *)hf_take(n, f2);                 \
    }                                                          \
    static node *peek_##T(const node *from, size_t place)      \
    {                                                          \
        const T *n = (const T *)from;                          \
        const void *to = place == 0   ? (const void *)n->f0    \
                         : place == 1 ? (const void *)n->f1    \
                                      : (const void *)n->f2;   \
        return (node *)(uintptr_t)to;                          \
    }

#define ARRAY_OF(T, f)                                       \
    static void set_##T(node *from, size_t place, node *to)  \
    {                                                        \
        hf_set_at((T *)from, f, place, to);                  \
    }                                                        \
    static void give_##T(node *from, size_t place, node *to) \
    {                                                        \
        hf_give_at((T *)from, f, place, to);                 \
    }                                                        \
    static node *take_##T(node *from, size_t place)          \
    {                                                        \
        return hf_take_at((T *)from, f, place);              \
    }                                                        \
    static node *peek_##T(const node *from, size_t place)    \
    {                                                        \
        return ((const T *)from)->f[place];                  \
    }

#define STRONG_3(T, a, b, c) HF_STRONG(T, a), HF_STRONG(T, b), HF_STRONG(T, c)

#endif
