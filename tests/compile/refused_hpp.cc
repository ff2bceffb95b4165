/* SPDX-License-Identifier: MIT
 *
 * What a C++ compiler refuses of handles, edges and classes; one case to each macro, and nothing to
 * be said when none is defined.
 * Knows only public headers; it is compiled, never linked.
 * refused_hpp.tsv has what each compiler says, and check_refusals.sh compares. */
#include <holdfast/holdfast.hpp>

struct buffer {
    int used = 0;
};

struct node {
    int value = 0;
    hf::edge<node> next;
    hf::edge<node> pair[2];
    hf::weak<node> parent;
    hf::ref<node> held;

  private:
    hf::edge<node> hidden_;
};

struct deeper_node : node {
    int depth = 0;
};

struct stranger {
    int value = 0;
};

/* Its counted base is not at its address. */
struct second_base : buffer, node {
};

HF_DECLARE(buffer);
HF_DECLARE(node);
HF_CLASS(buffer);

using node_ref = hf::ref<node>;

/* ---- handles ------------------------------------------------------------------------------ */

#ifdef ref_from_a_pointer
node_ref
f(node *n)
{
    return n;
}
#endif

#ifdef ref_to_a_pointer
node *
f(const node_ref &n)
{
    return n;
}
#endif

#ifdef ref_from_another_type
node_ref
f(const hf::ref<buffer> &b)
{
    return b;
}
#endif

#ifdef ref_to_a_derived_type
hf::ref<deeper_node>
f(const node_ref &n)
{
    return n;
}
#endif

#ifdef ref_to_a_second_base
node_ref
f(const hf::ref<second_base> &s)
{
    return s;
}
#endif

#ifdef ref_that_drops_const
node_ref
f(const hf::ref<const node> &n)
{
    return n;
}
#endif

#ifdef unique_copied
hf::unique<node>
f(const hf::unique<node> &n)
{
    return n;
}
#endif

#ifdef unique_to_a_ref
node_ref
f(hf::unique<node> n)
{
    return n;
}
#endif

#ifdef weak_followed
int
f(const hf::weak<node> &n)
{
    return n->value;
}
#endif

#ifdef weak_set_of_another_type
void
f(hf::weak<node> &n, buffer *b)
{
    n.set(b);
}
#endif

/* ---- edges -------------------------------------------------------------------------------- */

#ifdef edge_assigned
void
f(node *n, node *other)
{
    n->next = other;
}
#endif

#ifdef edge_copied
node
f(const node &n)
{
    return n;
}
#endif

#ifdef set_of_another_type
void
f(const node_ref &n, const hf::ref<buffer> &b)
{
    hf::set(n, &node::next, b);
}
#endif

#ifdef set_of_a_sole_owner
void
f(const node_ref &n, const hf::unique<node> &other)
{
    hf::set(n, &node::next, other);
}
#endif

#ifdef set_of_no_edge
void
f(const node_ref &n)
{
    hf::set(n, &node::value, nullptr);
}
#endif

#ifdef set_of_a_weak_member
void
f(const node_ref &n)
{
    hf::set(n, &node::parent, n);
}
#endif

#ifdef set_of_a_constant_object
void
f(const node *n)
{
    hf::set(n, &node::next, nullptr);
}
#endif

#ifdef give_of_what_is_kept
void
f(const node_ref &n, node_ref other)
{
    hf::give(n, &node::next, other);
}
#endif

/* ---- classes ------------------------------------------------------------------------------ */

#ifdef make_of_no_type
void
f()
{
    static_cast<void>(hf::make<stranger>());
}
#endif

#ifdef make_of_a_type_whose_base_is_declared
void
f()
{
    static_cast<void>(hf::make<deeper_node>());
}
#endif

#ifdef class_without_declaration
HF_CLASS(stranger);
#endif

#ifdef strong_of_an_int
HF_CLASS(node, HF_STRONG(node, value));
#endif

#ifdef strong_of_a_ref
HF_CLASS(node, HF_STRONG(node, held));
#endif

#ifdef strong_of_a_weak_member
HF_CLASS(node, HF_STRONG(node, parent));
#endif

#ifdef strong_of_an_array
HF_CLASS(node, HF_STRONG(node, pair));
#endif

#ifdef strong_array_of_an_edge
HF_CLASS(node, HF_STRONG_ARRAY(node, next));
#endif

#ifdef weak_of_an_edge
HF_CLASS(node, HF_WEAK(node, next));
#endif

#ifdef slot_of_an_edge
HF_CLASS(node, HF_SLOT(node, next));
#endif

#ifdef strong_of_a_private_member
HF_CLASS(node, HF_STRONG(node, hidden_));
#endif

#ifdef edge_to_no_type
HF_CLASS(node, HF_STRONG_TO(node, next, stranger));
#endif

#ifdef base_of_another_class
HF_CLASS(node, HF_BASE(node, buffer));
#endif

#ifdef base_at_another_address
HF_DECLARE(second_base);
HF_CLASS(second_base, HF_BASE(second_base, node));
#endif

/* ---- results that are forgotten ----------------------------------------------------------- */

#ifdef make_ignored
void
f()
{
    hf::make<node>();
}
#endif

#ifdef adopt_ignored
void
f(node *n)
{
    hf::adopt(n);
}
#endif

#ifdef ref_take_ignored
void
f(node_ref n)
{
    n.take();
}
#endif

#ifdef take_ignored
void
f(const node_ref &n)
{
    hf::take(n, &node::next);
}
#endif

#ifdef lock_ignored
void
f(const hf::weak<node> &n)
{
    n.lock();
}
#endif
