# SPDX-License-Identifier: MIT
"""Cycles across the border are Python's to collect, those of nodes alone the library's."""
import gc
import unittest
import weakref

from module import Node, Tests, Thing, tree


class CyclesAcrossTheBorder(Tests):
    def ended(self, thing):
        """Whether Python's collector ends the thing, which the caller has dropped."""
        self.assertIsNotNone(thing())
        gc.collect()
        return thing() is None

    def test_a_value_that_holds_its_wrapper_is_collected(self):
        thing = Thing()
        thing.node = Node(thing)
        called = []
        died = weakref.ref(thing, called.append)
        del thing
        self.assertTrue(self.ended(died))
        self.assertEqual(called, [died])
        self.assertEqual(tree.live(), 0)

    def test_a_value_below_that_holds_the_root_is_collected(self):
        root, thing = Node(), Thing()
        thing.root = root
        root.append(Node())
        root.children[0].append(Node(thing))
        died = weakref.ref(thing)
        del root, thing
        self.assertTrue(self.ended(died))
        self.assertEqual(tree.live(), 0)

    def test_a_value_behind_a_link_is_collected(self):
        node, thing = Node(), Thing()
        thing.node = node
        node.link = Node(thing)
        died = weakref.ref(thing)
        del node, thing
        self.assertTrue(self.ended(died))
        self.assertEqual(tree.live(), 0)

    def test_a_child_whose_value_holds_it_is_collected_when_the_parent_has_gone(self):
        root, child, thing = Node(), Node(), Thing()
        root.append(child)
        child.value, thing.node = thing, child
        died = weakref.ref(thing)
        del child, thing
        self.assertFalse(self.ended(died))
        self.assertIs(root.children[0].value, died())
        del root
        self.assertTrue(self.ended(died))

    def test_what_somebody_else_holds_is_not_taken_for_garbage(self):
        holder, thing = Node(), Thing()
        thing.node = Node(thing)
        holder.link = thing.node
        died = weakref.ref(thing)
        del thing
        self.assertFalse(self.ended(died))
        self.assertIs(holder.link.value, died())
        self.assertIs(holder.link.value.node, holder.link)
        holder.link = None
        self.assertTrue(self.ended(died))

    def test_what_two_nodes_of_the_garbage_lead_to_and_somebody_uses_is_left_whole(self):
        root, child, used = Node(), Node(), ['text']
        root.append(child)
        child.value = used
        bag = [root, child]
        bag.append(bag)
        del root, child, bag
        gc.collect()
        self.assertEqual(used, ['text'])
        self.assertEqual(tree.live(), 0)

    def test_a_wrapper_that_is_garbage_leaves_its_node_to_the_parent_as_it_is(self):
        root, child = Node(), Node('text')
        root.append(child)
        child.append(Node())
        bag = [child]
        bag.append(bag)
        died = weakref.ref(child)
        del child, bag
        self.assertTrue(self.ended(died))
        self.assertEqual(root.children[0].value, 'text')
        self.assertEqual(len(root.children[0].children), 1)

    def test_a_cycle_that_only_the_wrapper_can_open_is_collected(self):
        root = Node()
        root.value = (root,)
        root.append(Node((root,)))
        root.link = Node((root,))
        del root
        self.assertEqual(tree.live(), 3)
        gc.collect()
        self.assertEqual(tree.live(), 0)

    def test_what_is_reached_from_a_living_wrapper_stays(self):
        root, thing = Node(), Thing()
        root.append(Node(thing))
        thing.itself = thing
        died = weakref.ref(thing)
        del thing
        self.assertFalse(self.ended(died))
        self.assertIs(root.children[0].value.itself, died())

    def test_a_finalizer_may_save_a_node_whole(self):
        saved = []

        class Saving(Thing):
            def __del__(self):
                saved.append(self.node)

        thing = Saving()
        thing.node = Node(thing)
        thing.node.append(Node('child'))
        del thing
        gc.collect()
        self.assertEqual(saved[0].children[0].value, 'child')
        self.assertIs(saved[0].value.node, saved[0])
        saved.clear()
        gc.collect()

    def test_two_holders_hide_a_cycle_until_one_lets_go(self):
        """docs/python.md has the rule: a value holds the wrapper of its own node, and no other."""
        root, child, thing = Node(), Node(), Thing()
        root.append(child)
        child.value, thing.nodes = thing, [root, child]
        died = weakref.ref(thing)
        del root, child, thing
        self.assertFalse(self.ended(died))
        died().nodes[0].remove(died().nodes[1])
        self.assertTrue(self.ended(died))

    def test_a_deep_chain_costs_no_stack_and_is_left_in_peace(self):
        top = Node(Thing())
        for _ in range(400000):
            below, top = top, Node()
            top.append(below)
        del below
        gc.collect()
        self.assertEqual(tree.live(), 400001)


class NativeCycles(Tests):
    def test_a_circle_of_links_is_collected_with_its_values(self):
        thing = Thing()
        died = weakref.ref(thing)
        first, second = Node(thing), Node()
        first.link, second.link = second, first
        del first, second, thing
        gc.collect()
        self.assertEqual(tree.live(), 2)
        self.assertEqual(tree.collect(), 1)
        self.assertEqual(tree.live(), 0)
        self.assertIsNone(died())

    def test_a_document_whose_leaf_links_to_its_root_is_collected(self):
        root = Node()
        root.append(Node())
        root.children[0].link = root
        del root
        self.assertEqual(tree.live(), 2)
        tree.collect()
        self.assertEqual(tree.live(), 0)

    def test_a_circle_that_python_holds_stays(self):
        node = Node('text')
        node.link = node
        self.assertEqual(tree.collect(), 0)
        self.assertEqual(node.link.value, 'text')
        node.link = None


if __name__ == '__main__':
    unittest.main()
