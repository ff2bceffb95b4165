/* SPDX-License-Identifier: MIT
 *
 * Mistakes with the ownership of objects, one to a function, as people make them.
 * Knows only public headers; it is compiled and analyzed, never linked.
 * tests/compile/expected.tsv has a row for each of them: which tool finds it. */
#include "shapes.h"

row *leak_of_a_row(size_t count) HF_GIVE;
void leak_of_an_argument(node *n HF_TAKE);
node *returned_beside_hf_auto(void) HF_GIVE;
node *returned_a_loan_as_owned(const row *r) HF_GIVE;

int
leak_on_an_early_return(void)
{
    node *n = hf_new(node);
    if (!n) return -1;
    if (chance()) return -2;
    hf_release(n);
    return 0;
}

int
leak_in_goto_cleanup(void)
{
    int result = -1;
    node *a = hf_new(node);
    if (!a) return -1;
    node *b = hf_new(node);
    if (!b) goto out;
    look(b);
    result = 0;
out:
    hf_release(b);
    return result;
}

void
leak_after_set(node *parent)
{
    node *child = hf_new(node);
    if (!child) return;
    child->value = 2;
    hf_set(parent, next, child);
}

int
leak_in_a_walk(node *head)
{
    int sum = 0;
    node *n = hf_retain(head);
    while (n) {
        sum += n->value;
        if (sum < 0) return -1;
        node *next = hf_get(n, next);
        hf_release(n);
        n = next;
    }
    return sum;
}

int
leak_of_an_upgrade(node_weak *w)
{
    node *n = hf_upgrade(w);
    if (!n) return 0;
    if (chance()) return -1;
    hf_release(n);
    return 1;
}

void
leak_of_a_copy(const node *parent)
{
    node *child = hf_get(parent, next);
    if (child) look(child);
}

void
leak_of_what_was_taken(node *parent)
{
    node *child = hf_take(parent, next);
    if (child) look(child);
}

void
leak_by_overwriting(node *n)
{
    node *kept = hf_retain(n);
    kept = hf_retain(n);
    hf_release(kept);
}

int
leak_of_a_retain(node *n)
{
    node *kept = hf_retain(n);
    look(kept);
    if (chance()) return -1;
    hf_release(kept);
    return 0;
}

int
leak_of_a_given_result(void)
{
    node *n = parse("three");
    if (!n) return -1;
    return n->value;
}

void
leak_of_a_moved_reference(void)
{
    node *n = hf_new(node);
    if (!n) return;
    node *other = hf_move(n);
    look(other);
    hf_release(n);
}

int
leak_of_a_unique(void)
{
    hf_unique(buffer) b = hf_new_unique(buffer);
    if (!b.ptr) return -1;
    read_bytes(b.ptr);
    if (chance()) return -2;
    hf_unique_release(&b);
    return 0;
}

int
leak_of_what_was_shared(void)
{
    hf_unique(buffer) b = hf_new_unique(buffer);
    if (!b.ptr) return -1;
    buffer *shared = hf_share(&b);
    read_bytes(shared);
    hf_unique_release(&b);
    return 0;
}

row *
leak_of_a_row(size_t count)
{
    row *r = hf_new_flex(row, cells, count);
    if (!r) return NULL;
    for (size_t i = 0; i < count; i++) {
        node *n = hf_new(node);
        if (!n) return NULL;
        hf_give_at(r, cells, i, n);
    }
    return r;
}

void
leak_of_an_argument(node *n)
{
    look(n);
}

void
leak_by_forgetting_the_result(node *n)
{
    hf_retain(n);
}

void
released_twice(void)
{
    node *n = hf_new(node);
    if (!n) return;
    look(n);
    hf_release(n);
    hf_release(n);
}

void
released_twice_on_one_path(node *n)
{
    node *kept = hf_retain(n);
    if (chance()) hf_release(kept);
    hf_release(kept);
}

int
read_after_release(void)
{
    node *n = hf_new(node);
    if (!n) return 0;
    hf_release(n);
    return n->value;
}

void
lent_after_release(void)
{
    node *n = hf_new(node);
    if (!n) return;
    hf_release(n);
    look(n);
}

void
released_after_give(node *parent)
{
    node *child = hf_new(node);
    if (!child) return;
    hf_give(parent, next, child);
    hf_release(child);
}

void
released_after_adoption(void)
{
    node *n = parse("four");
    if (!n) return;
    adopt(n);
    hf_release(n);
}

void
released_after_abandon(void)
{
    node *n = hf_new(node);
    if (!n) return;
    hf_abandon(n);
    hf_release(n);
}

void
released_beside_hf_auto(void)
{
    hf_auto node *n = hf_scoped(hf_new(node));
    if (!n) return;
    look(n);
    hf_release(n);
}

node *
returned_beside_hf_auto(void)
{
    hf_auto node *n = hf_scoped(hf_new(node));
    if (!n) return NULL;
    look(n);
    return n;
}

int
read_after_clear(void)
{
    node *n = hf_new(node);
    if (!n) return 0;
    hf_clear(&n);
    return n->value;
}

int
read_after_move(node *parent)
{
    node *n = hf_new(node);
    if (!n) return 0;
    hf_give(parent, next, hf_move(n));
    return n->value;
}

char
read_after_share(void)
{
    hf_unique(buffer) b = hf_new_unique(buffer);
    if (!b.ptr) return 0;
    buffer *shared = hf_share(&b);
    hf_release(shared);
    return b.ptr->bytes[0];
}

void
released_a_borrowed_field(node *parent)
{
    node *child = parent->next;
    hf_release(child);
}

void
released_a_loan(const row *r)
{
    node *n = first(r);
    hf_release(n);
}

void
released_an_argument(node *n)
{
    look(n);
    hf_release(n);
}

void
released_in_every_round(hand *h, node *n)
{
    node *kept = hf_retain(n);
    for (size_t i = 0; i < 5; i++) {
        hf_set_at(h, fingers, i, kept);
        hf_release(kept);
    }
}

node *
returned_a_loan_as_owned(const row *r)
{
    return first(r);
}

int
borrowed_beyond_the_owner(node *parent)
{
    node *child = hf_take(parent, next);
    if (!child) return 0;
    node *grandchild = child->next;
    hf_release(child);
    return grandchild ? grandchild->value : 0;
}

void
freed(void)
{
    node *n = hf_new(node);
    if (!n) return;
    free(n);
}

void
released_from_malloc(void)
{
    node *n = malloc(sizeof *n);
    if (!n) return;
    hf_release(n);
}

void
released_a_variable(void)
{
    node n = {.value = 1};
    look(&n);
    hf_release(&n);
}

void
released_an_inner_address(void)
{
    node *n = parse("five");
    if (n) hf_release(&n->next);
}

void
released_an_object_in_the_frame(void)
{
    HF_ON_STACK(node, local);
    look(local);
    hf_release(local);
}

node *
returned_an_object_in_the_frame(void)
{
    HF_ON_STACK(node, local);
    return local;
}

int
creation_not_checked(void)
{
    node *n = hf_new(node);
    int value = n->value;
    hf_release(n);
    return value;
}

int
upgrade_not_checked(node_weak *w)
{
    node *n = hf_upgrade(w);
    int value = n->value;
    hf_release(n);
    return value;
}

void
field_written_directly(node *parent, node *child)
{
    parent->next = hf_retain(child);
}

int
weak_not_cleared(node *n)
{
    node_weak w = {{NULL}};
    return hf_weak_set(&w, n);
}
