/* SPDX-License-Identifier: MIT
 *
 * Correct ways to hold objects by plain pointers and in fields, one to a function: no tool may
 * complain about any of them.
 * Knows only public headers; it is compiled and analyzed, never linked. The other ways to hold an
 * object are in idioms_of_handles.c.
 * tests/compile/check_reports.sh reads it; docs/checks.md says which tool is asked how. */
#include "shapes.h"

node *made_for_the_caller(int value) HF_GIVE;
node *moved_out_of_a_scope(void) HF_GIVE;
node *two_made_and_linked(void) HF_GIVE;
node *owned_copy_of_a_field(const node *parent) HF_GIVE;
node *last_of_a_list(node *head) HF_GIVE;
node *last_of_a_list_in_one_variable(node *head) HF_GIVE;
node *list_built_at_its_head(int count) HF_GIVE;
node *list_built_at_its_end(int count) HF_GIVE;
row *filled_row(size_t count) HF_GIVE;
node *made_once_and_kept(void) HF_GIVE;
node *half_built(bool whole) HF_GIVE;

int
one_object_of_one_scope(void)
{
    hf_auto node *n = hf_scoped(hf_new(node));
    if (!n) return -1;
    look(n);
    return n->value;
}

node *
made_for_the_caller(int value)
{
    node *n = hf_new(node);
    if (n) n->value = value;
    return n;
}

int
several_ways_out_of_a_scope(void)
{
    hf_auto node *a = hf_scoped(hf_new(node));
    if (!a) return -1;
    hf_auto node *b = hf_scoped(hf_new(node));
    if (!b) return -1;
    if (chance()) return 1;
    hf_set(a, next, b);
    look(a);
    return 0;
}

node *
moved_out_of_a_scope(void)
{
    hf_auto node *n = hf_scoped(hf_new(node));
    if (!n || chance()) return NULL;
    n->value = 7;
    return hf_move(n);
}

int
given_back_before_the_end_of_its_scope(void)
{
    hf_auto node *n = hf_scoped(hf_new(node));
    if (!n) return -1;
    look(n);
    hf_clear(&n);
    return chance() ? 1 : 0;
}

int
goto_cleanup(void)
{
    int result = -1;
    node *a = NULL;
    node *b = NULL;
    a = hf_new(node);
    if (!a) goto out;
    b = hf_new(node);
    if (!b) goto out;
    look(a);
    look(b);
    result = 0;
out:
    hf_release(b);
    hf_release(a);
    return result;
}

node *
two_made_and_linked(void)
{
    node *a = hf_new(node);
    node *b = hf_new(node);
    if (!a || !b) {
        hf_release(a);
        hf_release(b);
        return NULL;
    }
    hf_give(a, next, b);
    return a;
}

void
stored_and_given_back(node *parent)
{
    node *child = hf_new(node);
    if (!child) return;
    child->value = 1;
    hf_set(parent, next, child);
    hf_release(child);
}

void
given_through_a_move(node *parent)
{
    hf_auto node *child = hf_scoped(hf_new(node));
    if (!child || chance()) return;
    hf_give(parent, next, hf_move(child));
}

int
taken_out_of_a_field(node *parent)
{
    node *child = hf_take(parent, next);
    int value = child ? child->value : 0;
    hf_release(child);
    return value;
}

node *
owned_copy_of_a_field(const node *parent)
{
    return hf_get(parent, next);
}

void
cut_out_of_a_list(node *before)
{
    node *cut = hf_take(before, next);
    if (!cut) return;
    node *rest = hf_take(cut, next);
    hf_give(before, next, rest);
    hf_release(cut);
}

void
two_fields_swapped(node *a, node *b)
{
    node *of_a = hf_take(a, next);
    node *of_b = hf_take(b, next);
    hf_give(a, next, of_b);
    hf_give(b, next, of_a);
}

int
walk_over_borrowed(const node *head)
{
    int sum = 0;
    for (const node *n = head; n; n = n->next) sum += n->value;
    return sum;
}

int
walk_over_owned(node *head)
{
    int sum = 0;
    node *n = hf_retain(head);
    while (n) {
        sum += n->value;
        node *next = hf_get(n, next);
        hf_release(n);
        n = next;
    }
    return sum;
}

node *
last_of_a_list(node *head)
{
    node *n = hf_retain(head);
    while (n && n->next) {
        node *next = hf_retain(n->next);
        hf_release(n);
        n = next;
    }
    return n;
}

int
walk_up_weak_references(node *n)
{
    int depth = 0;
    node *up = hf_upgrade(&n->parent);
    while (up) {
        node *further = hf_upgrade(&up->parent);
        hf_release(up);
        up = further;
        depth++;
    }
    return depth;
}

int
walk_up_in_one_variable(node *n)
{
    int depth = 0;
    hf_auto node *up = hf_scoped(hf_upgrade(&n->parent));
    while (up) {
        hf_replace(&up, hf_upgrade(&up->parent));
        depth++;
    }
    return depth;
}

node *
last_of_a_list_in_one_variable(node *head)
{
    node *n = hf_retain(head);
    while (n && n->next) hf_replace(&n, hf_get(n, next));
    return n;
}

node *
list_built_at_its_head(int count)
{
    node *head = NULL;
    while (count--) {
        node *n = hf_new(node);
        if (!n) {
            hf_release(head);
            return NULL;
        }
        hf_give(n, next, head);
        head = n;
    }
    return head;
}

node *
list_built_at_its_end(int count)
{
    hf_auto node *head = hf_scoped(hf_new(node));
    if (!head) return NULL;
    node *tail = head;
    while (count--) {
        node *n = hf_new(node);
        if (!n) return NULL;
        hf_give(tail, next, n);
        tail = tail->next;
    }
    return hf_move(head);
}

int
array_of_locals(void)
{
    node *nodes[4] = {NULL};
    int result = 0;
    for (int i = 0; i < 4; i++) {
        nodes[i] = hf_new(node);
        if (!nodes[i]) {
            result = -1;
            break;
        }
        nodes[i]->value = i;
    }
    for (int i = 0; i < 4; i++) hf_release(nodes[i]);
    return result;
}

row *
filled_row(size_t count)
{
    hf_auto row *r = hf_scoped(hf_new_flex(row, cells, count));
    if (!r) return NULL;
    for (size_t i = 0; i < count; i++) {
        node *n = hf_new(node);
        if (!n) return NULL;
        hf_give_at(r, cells, i, n);
        r->filled++;
    }
    return hf_move(r);
}

int
greatest_of_a_row(row *r)
{
    hf_auto node *best = NULL;
    for (size_t i = 0; i < r->filled; i++) {
        if (best && best->value >= r->cells[i]->value) continue;
        hf_clear(&best);
        best = hf_scoped(hf_get_at(r, cells, i));
    }
    return best ? best->value : 0;
}

void
fixed_array_of_edges(hand *h, node *n)
{
    hf_set_at(h, fingers, 0, n);
    node *thumb = hf_get_at(h, fingers, 0);
    look(thumb);
    hf_give_at(h, fingers, 1, thumb);
    hf_auto node *old = hf_scoped(hf_take_at(h, fingers, 2));
    look(old);
}

int
retained_over_a_release(void)
{
    node *n = hf_new(node);
    if (!n) return -1;
    node *again = hf_retain(n);
    hf_release(n);
    int value = again->value;
    hf_release(again);
    return value;
}

void
retained_perhaps(node *n)
{
    node *kept = NULL;
    if (chance()) kept = hf_retain(n);
    look(n);
    hf_release(kept);
}

node *
made_once_and_kept(void)
{
    static node *kept;
    if (!kept) kept = hf_new(node);
    return hf_retain(kept);
}

int
kept_by_hand(struct pair *p)
{
    p->left = hf_new(node);
    if (!p->left) return -1;
    p->right = hf_retain(p->left);
    return 0;
}

void
dropped_by_hand(struct pair *p)
{
    hf_clear(&p->left);
    hf_clear(&p->right);
}

node *
half_built(bool whole)
{
    node *n = hf_new(node);
    if (!n) return NULL;
    if (!whole) {
        hf_abandon(n);
        return NULL;
    }
    return n;
}
