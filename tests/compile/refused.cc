/* SPDX-License-Identifier: MIT
 *
 * What a C++ compiler refuses; one case to each macro, and nothing to be said when none is defined.
 * Knows only public headers; it is compiled, never linked.
 * refused_cxx.tsv has what each compiler says, and check_refusals.sh compares. */
#include <holdfast/holdfast.h>

struct node {
    node *next;
    hf_weak(node) parent;
};

struct buffer {
    size_t used;
};

HF_DECLARE(node);
HF_DECLARE(buffer);

#ifdef unique_to_pointer
node *
f()
{
    node *n = hf_new_unique(node);
    return n;
}
#endif

#ifdef weak_to_pointer
node *
f(const node *n)
{
    node *parent = n->parent;
    return parent;
}
#endif

#ifdef set_of_another_type
void
f(node *n, buffer *b)
{
    hf_set(n, next, b);
}
#endif

#ifdef give_of_another_type
void
f(node *n, buffer *b)
{
    hf_give(n, next, b);
}
#endif

#ifdef take_to_another_type
buffer *
f(node *n)
{
    buffer *b = hf_take(n, next);
    return b;
}
#endif

#ifdef new_to_another_type
buffer *
f()
{
    buffer *b = hf_new(node);
    return b;
}
#endif

#ifdef weak_set_of_another_type
int
f(node *n, buffer *b)
{
    return hf_weak_set(&n->parent, b);
}
#endif

#ifdef upgrade_to_another_type
buffer *
f(node *n)
{
    buffer *b = hf_upgrade(&n->parent);
    return b;
}
#endif

#ifdef weak_copy_of_another_type
int
f(node *n)
{
    hf_weak(buffer) w = {{nullptr}};
    return hf_weak_copy(&n->parent, &w);
}
#endif

#ifdef stack_over_aligned
struct alignas(64) line {
    char bytes[64];
};
HF_DECLARE(line);

size_t
f()
{
    HF_ON_STACK(line, l);
    return sizeof l->bytes;
}
#endif

#ifdef new_ignored
void
f()
{
    hf_new(node);
}
#endif
