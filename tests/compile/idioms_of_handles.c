/* SPDX-License-Identifier: MIT
 *
 * Correct ways to hold objects weakly, alone, in the frame, and across functions of a program's
 * own, one to a function: no tool may complain about any of them.
 * Knows only public headers; it is compiled and analyzed, never linked.
 * tests/compile/check_reports.sh reads it; docs/checks.md says which tool is asked how. */
#include <pthread.h>

#include "shapes.h"

buffer *unique_and_then_shared(void) HF_GIVE;
node *upgraded_or_made(node_weak *w) HF_GIVE;
node *either_of_two(node *a, node *b) HF_GIVE;
node *loan_made_owned(const row *r) HF_GIVE;
node *lender(node *parent) HF_LEND;
void taker_that_releases(node *n HF_TAKE);
void taker_that_stores(node *parent, node *n HF_TAKE);

int
upgraded_in_a_condition(node_weak *w)
{
    node *n;
    int value = 0;
    if ((n = hf_upgrade(w)) != NULL) {
        value = n->value;
        hf_release(n);
    }
    return value;
}

bool
upgraded_until_it_is_dead(node_weak *w)
{
    for (;;) {
        hf_auto node *n = hf_scoped(hf_upgrade(w));
        if (!n) return false;
        if (n->value) return true;
    }
}

int
weak_references_of_a_scope(node *n)
{
    node_weak w = {{NULL}};
    node_weak other = {{NULL}};
    if (hf_weak_set(&w, n)) return -1;
    hf_weak_copy(&other, &w);
    int dead = hf_weak_dead(&other);
    hf_weak_clear(&w);
    hf_weak_clear(&other);
    return dead;
}

size_t
unique_in_a_scope(void)
{
    hf_auto hf_unique(buffer) b = hf_new_unique(buffer);
    if (!b.ptr) return 0;
    read_bytes(b.ptr);
    return b.ptr->used;
}

buffer *
unique_and_then_shared(void)
{
    hf_unique(buffer) b = hf_new_unique(buffer);
    if (!b.ptr) return NULL;
    b.ptr->bytes[0] = 'x';
    return hf_share(&b);
}

int
unique_passed_on(void)
{
    hf_unique(buffer) a = hf_new_unique(buffer);
    if (!a.ptr) return -1;
    hf_unique(buffer) b = hf_unique_move(&a);
    read_bytes(b.ptr);
    hf_unique_release(&b);
    return 0;
}

size_t
written_on_a_copy(buffer *shared)
{
    buffer *mine = hf_retain(shared);
    size_t used = 0;
    if (hf_make_unique(&mine) == 0 && mine) used = ++mine->used;
    hf_release(mine);
    return used;
}

bool
upgraded_and_compared(node_weak *w, const node *other)
{
    node *n = hf_upgrade(w);
    bool same = n == other;
    hf_release(n);
    if (same) look(other);
    return same;
}

node *
upgraded_or_made(node_weak *w)
{
    node *n = hf_upgrade(w);
    if (!n) n = hf_new(node);
    return n;
}

static void
note_death(void *object, void *ctx)
{
    (void)object;
    *(bool *)ctx = true;
}

int
told_of_a_death(bool *dead)
{
    hf_auto node *n = hf_scoped(hf_new(node));
    if (!n) return -1;
    hf_death_token token = hf_on_death(n, note_death, dead);
    if (!token) return -1;
    look(n);
    return hf_on_death_cancel(token) == HF_NOTICE_REMOVED ? 0 : -1;
}

int
object_in_the_frame(node *child)
{
    HF_ON_STACK(node, local);
    hf_set(local, next, child);
    look(local);
    return local->value;
}

int
weak_reference_into_the_frame(node *child)
{
    HF_ON_STACK(node, local);
    if (hf_weak_set(&child->parent, local)) return -1;
    look(child);
    return 0;
}

int
result_of_a_giver(void)
{
    int sum = 0;
    for (;;) {
        node *n = parse("one");
        if (!n) break;
        sum += n->value;
        hf_release(n);
    }
    return sum;
}

void
argument_of_a_taker(void)
{
    node *n = parse("two");
    if (n) adopt(n);
}

void
taker_that_releases(node *n)
{
    look(n);
    hf_release(n);
}

void
taker_that_stores(node *parent, node *n)
{
    hf_give(parent, next, n);
}

node *
either_of_two(node *a, node *b)
{
    return chance() ? hf_retain(a) : hf_retain(b);
}

node *
lender(node *parent)
{
    return parent->next;
}

int
loan_of_a_lender(const row *r)
{
    const node *n = first(r);
    return n ? n->value : 0;
}

node *
loan_made_owned(const row *r)
{
    return hf_retain(first(r));
}

static int
made_for_an_address(node **result)
{
    node *n = hf_new(node);
    if (!n) return -1;
    n->value = 3;
    *result = n;
    return 0;
}

int
owned_through_an_address(void)
{
    node *n = NULL;
    if (made_for_an_address(&n)) return -1;
    int value = n->value;
    hf_release(n);
    return value;
}

static void *
body_of_a_thread(void *argument)
{
    hf_auto node *n = hf_scoped(argument);
    look(n);
    return NULL;
}

int
handed_to_a_thread(pthread_t *thread, node *n)
{
    node *theirs = hf_retain(n);
    if (pthread_create(thread, NULL, body_of_a_thread, theirs)) {
        hf_release(theirs);
        return -1;
    }
    return 0;
}
