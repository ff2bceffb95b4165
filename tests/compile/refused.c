/* SPDX-License-Identifier: MIT
 *
 * What a compiler refuses, or warns of without being asked for more than -Wall; one case to each
 * macro, and nothing to be said when none is defined.
 * Knows only public headers; it is compiled, never linked.
 * refused.tsv has what each compiler says, and check_refusals.sh compares. */
#if defined(slot_declared_without_slots) || defined(section_without_slots)
#define HF_NO_SLOTS
#endif
#include "shapes.h"

/* ---- handles are types of their own ------------------------------------------------------- */

#ifdef unique_to_pointer
node *
f(void)
{
    node *n = hf_new_unique(node);
    return n;
}
#endif

#ifdef pointer_to_unique
void
f(node *n)
{
    hf_unique(node) u = n;
    hf_unique_release(&u);
}
#endif

#ifdef unique_to_unique_of_another_type
void
f(void)
{
    hf_unique(node) u = hf_new_unique(buffer);
    hf_unique_release(&u);
}
#endif

#ifdef unique_lent_whole
void
f(void)
{
    hf_unique(node) u = hf_new_unique(node);
    look(u);
    hf_unique_release(&u);
}
#endif

#ifdef unique_released_as_pointer
void
f(void)
{
    hf_unique(node) u = hf_new_unique(node);
    hf_release(u);
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

#ifdef pointer_to_weak
void
f(node *n, node *parent)
{
    n->parent = parent;
}
#endif

#ifdef weak_followed
int
f(const node *n)
{
    return n->parent->value;
}
#endif

/* ---- what goes in and out has the type of the field or the reference ----------------------- */

#ifdef set_of_another_type
void
f(node *n, buffer *b)
{
    hf_set(n, next, b);
}
#endif

#ifdef set_at_of_another_type
void
f(hand *h, buffer *b)
{
    hf_set_at(h, fingers, 0, b);
}
#endif

#ifdef give_of_another_type
void
f(node *n, buffer *b)
{
    hf_give(n, next, b);
}
#endif

#ifdef give_at_of_another_type
void
f(row *r, buffer *b)
{
    hf_give_at(r, cells, 0, b);
}
#endif

#ifdef set_of_a_unique
void
f(node *n)
{
    hf_unique(node) u = hf_new_unique(node);
    hf_set(n, next, u);
}
#endif

#ifdef set_of_no_field
void
f(node *n)
{
    hf_set(n, previous, n);
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

#ifdef get_to_another_type
buffer *
f(const node *n)
{
    buffer *b = hf_get(n, next);
    return b;
}
#endif

#ifdef retain_to_another_type
buffer *
f(node *n)
{
    buffer *b = hf_retain(n);
    return b;
}
#endif

#ifdef new_to_another_type
buffer *
f(void)
{
    buffer *b = hf_new(node);
    return b;
}
#endif

#ifdef share_to_another_type
buffer *
f(void)
{
    hf_unique(node) u = hf_new_unique(node);
    buffer *b = hf_share(&u);
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
    hf_weak(buffer) w = {{NULL}};
    return hf_weak_copy(&n->parent, &w);
}
#endif

#ifdef clear_without_address
void
f(node *n)
{
    hf_clear(n);
}
#endif

#ifdef move_of_a_value
node *
f(void)
{
    return hf_move(hf_new(node));
}
#endif

/* ---- tables of fields --------------------------------------------------------------------- */

#ifdef strong_of_an_int
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, value)));
#endif

#ifdef strong_of_a_weak
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, parent)));
#endif

#ifdef strong_of_a_unique
typedef struct box {
    hf_unique(node) inside;
} box;
HF_DECLARE(box);
HF_TYPE(box, .fields = HF_FIELDS(HF_STRONG(box, inside)));
#endif

#ifdef strong_of_an_array
HF_TYPE(hand, .fields = HF_FIELDS(HF_STRONG(hand, fingers)));
#endif

#ifdef strong_array_of_a_pointer
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG_ARRAY(node, next)));
#endif

#ifdef strong_flex_of_a_pointer
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG_FLEX(node, next)));
#endif

#ifdef weak_of_a_strong
HF_TYPE(node, .fields = HF_FIELDS(HF_WEAK(node, next)));
#endif

#ifdef unique_of_a_strong
HF_TYPE(node, .fields = HF_FIELDS(HF_UNIQUE(node, next)));
#endif

#ifdef owned_of_an_int
HF_TYPE(node, .fields = HF_FIELDS(HF_OWNED(node, value, free)));
#endif

#ifdef field_of_another_type
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, fingers)));
#endif

#ifdef edge_to_no_type
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG_TO(node, next, stranger)));
#endif

#ifdef initialiser_of_no_name
HF_TYPE(node, .destructor = NULL);
#endif

/* ---- places ------------------------------------------------------------------------------- */

#if defined stack_over_aligned || defined static_over_aligned
typedef struct line {
    char bytes[64];
} __attribute__((aligned(64))) line;
HF_DECLARE(line);
#endif

#ifdef stack_over_aligned
size_t
f(void)
{
    HF_ON_STACK(line, l);
    return sizeof l->bytes;
}
#endif

#ifdef static_over_aligned
HF_STATIC(line, l);
#endif

#ifdef stack_assigned
void
f(node *n)
{
    HF_ON_STACK(node, local);
    local = n;
}
#endif

/* ---- results that are forgotten ----------------------------------------------------------- */

#ifdef new_ignored
void
f(void)
{
    hf_new(node);
}
#endif

#ifdef new_flex_ignored
void
f(void)
{
    hf_new_flex(row, cells, 3);
}
#endif

#ifdef retain_ignored
void
f(node *n)
{
    hf_retain(n);
}
#endif

#ifdef upgrade_ignored
void
f(node *n)
{
    hf_upgrade(&n->parent);
}
#endif

#ifdef take_ignored
void
f(node *n)
{
    hf_take(n, next);
}
#endif

#ifdef get_ignored
void
f(const node *n)
{
    hf_get(n, next);
}
#endif

#ifdef slot_declared_without_slots
hf_slot(node) current;
#endif

#ifdef section_without_slots
void
f(void)
{
    hf_read_begin();
}
#endif

#ifdef own_giver_ignored
void
f(void)
{
    parse("six");
}
#endif
