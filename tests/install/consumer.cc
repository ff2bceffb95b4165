/* SPDX-License-Identifier: MIT
 *
 * A C++ program of somebody else, in a project that has no C at all.
 * Knows installed headers only; its types are classes.
 * Its exit status says whether it runs with the library of its headers, and whether that works. */
#include <holdfast/holdfast.hpp>

#include <cstring>
#include <string>
#include <utility>

struct node {
    explicit node(std::string text) : name(std::move(text))
    {
    }

    std::string name;
    hf::edge<node> next;
    hf::weak<node> parent;
};
HF_DECLARE(node);
HF_CLASS(node, HF_STRONG(node, next), HF_WEAK(node, parent));

static bool
parent_is_found_from_child()
{
    hf::ref<node> parent = hf::make<node>("parent"), child = hf::make<node>("child");
    hf::set(parent, &node::next, child);
    child->parent = parent;
    return child->parent.lock()->name == "parent" && hf_count(child.get()) == 2;
}

int
main()
{
    if (std::strcmp(hf_version(), HF_VERSION) != 0) return 1;
    return parent_is_found_from_child() && hf_live(&hf_type_node) == 0 ? 0 : 1;
}
