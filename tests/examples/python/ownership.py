# SPDX-License-Identifier: MIT
"""Nodes and Python objects own each other; a node is one object; what is wrong is said."""
import gc
import sys
import unittest
import weakref

from module import Node, Tests, Thing, tree


class Ownership(Tests):
    def test_a_node_dies_with_its_wrapper(self):
        node = Node()
        self.assertEqual(tree.live(), 1)
        del node
        self.assertEqual(tree.live(), 0)

    def test_a_parent_keeps_a_child_that_python_has_dropped(self):
        root = Node()
        root.append(Node('child'))
        self.assertEqual(tree.live(), 2)
        self.assertEqual([child.value for child in root.children], ['child'])
        del root
        self.assertEqual(tree.live(), 0)

    def test_a_child_lives_on_with_its_wrapper_and_has_no_parent(self):
        root, child = Node(), Node()
        root.append(child)
        del root
        self.assertEqual(tree.live(), 1)
        self.assertIsNone(child.parent)
        other = Node()
        other.append(child)
        self.assertIs(child.parent, other)

    def test_a_node_owns_its_value_and_gives_it_back(self):
        thing = Thing()
        died = weakref.ref(thing)
        node = Node(thing)
        del thing
        self.assertIs(node.value, died())
        node.value = 5
        self.assertIsNone(died())
        self.assertEqual(node.value, 5)

    def test_references_to_values_are_counted_exactly(self):
        thing = Thing()
        before = sys.getrefcount(thing)
        root = Node()
        for _ in range(10):
            root.append(Node(thing))
        self.assertEqual(sys.getrefcount(thing), before + 10)
        del root
        self.assertEqual(sys.getrefcount(thing), before)

    def test_what_is_removed_has_no_parent_and_dies_with_its_wrapper(self):
        root, child = Node(), Node()
        root.append(child)
        root.remove(child)
        self.assertIsNone(child.parent)
        self.assertEqual(root.children, ())
        del child
        self.assertEqual(tree.live(), 1)

    def test_a_link_holds_until_it_is_replaced(self):
        node = Node()
        node.link = Node('linked')
        self.assertEqual((tree.live(), node.link.value), (2, 'linked'))
        node.link = None
        self.assertEqual((tree.live(), node.link), (1, None))

    def test_nodes_and_objects_that_own_each_other_in_turn_die_on_constant_stack(self):
        node = None
        for _ in range(100000):
            node = Node([node])
        del node
        self.assertEqual(tree.live(), 0)


class Identity(Tests):
    def test_a_node_is_one_object_while_its_wrapper_lives(self):
        root, child = Node(), Node()
        root.append(child)
        child.link = root
        self.assertIs(root.children[0], child)
        self.assertIs(child.parent, root)
        self.assertIs(child.link, root)
        self.assertIs(child.link.children[0].parent, root)
        child.link = None

    def test_a_later_wrapper_is_as_good(self):
        root = Node()
        root.append(Node('text'))
        first = weakref.ref(root.children[0])
        self.assertIsNone(first())
        self.assertEqual(root.children[0].value, 'text')
        self.assertIs(root.children[0].parent, root)

    def test_a_wrapper_that_is_made_while_another_is_being_made_is_the_one(self):
        root, seen, left = Node(), [], [0]
        root.append(Node())

        def look(phase, _):
            left[0] -= phase == 'start'
            if left[0] == 0:
                seen.append(root.children[0])

        threshold = gc.get_threshold()
        gc.callbacks.append(look)
        gc.enable()
        try:
            for collection in range(1, 6):
                left[0] = collection
                gc.set_threshold(1)
                child = root.children[0]
                gc.set_threshold(*threshold)
                self.assertIs(child, root.children[0])
                self.assertTrue(not seen or seen[-1] is child)
                seen.clear()
                del child
        finally:
            gc.callbacks.remove(look)

    def test_there_are_no_subclasses_and_no_attributes_to_lose(self):
        with self.assertRaises(TypeError):
            type('Special', (Node,), {})
        with self.assertRaises(AttributeError):
            Node().colour = 'red'


class Weak(Tests):
    def test_a_weak_reference_follows_the_wrapper(self):
        root, child = Node(), Node()
        root.append(child)
        called = []
        reference = weakref.ref(child, called.append)
        self.assertIs(reference(), child)
        del child
        self.assertIsNone(reference())
        self.assertEqual(called, [reference])
        self.assertEqual(tree.live(), 2)

    def test_a_callback_that_asks_for_the_node_gets_a_new_wrapper(self):
        root, child = Node(), Node('text')
        root.append(child)
        found = []
        reference = weakref.ref(child, lambda _: found.append(root.children[0]))
        del child
        self.assertIsNone(reference())
        self.assertEqual(found[0].value, 'text')
        self.assertIs(found[0], root.children[0])

    def test_nodes_may_be_in_weak_collections(self):
        names = weakref.WeakKeyDictionary()
        node = Node()
        names[node] = 'name'
        self.assertEqual(len(names), 1)
        del node
        self.assertEqual(len(names), 0)


class BadArguments(Tests):
    def test_what_is_no_node_is_a_type_error(self):
        node = Node()
        for call in (lambda: node.append(3), lambda: node.append(None), lambda: node.remove('x'),
                     lambda: setattr(node, 'link', 3), lambda: Node(1, 2), lambda: Node(text=1),
                     lambda: node.append(), lambda: delattr(node, 'value'),
                     lambda: delattr(node, 'link')):
            self.assertRaises(TypeError, call)
        self.assertEqual((node.children, node.link, node.value), ((), None, None))

    def test_parent_and_children_are_only_read(self):
        node = Node()
        for name in ('parent', 'children'):
            self.assertRaises(AttributeError, setattr, node, name, node)

    def test_a_node_has_one_parent(self):
        one, other, child = Node(), Node(), Node()
        one.append(child)
        self.assertRaisesRegex(ValueError, 'parent already', one.append, child)
        self.assertRaisesRegex(ValueError, 'parent already', other.append, child)
        self.assertEqual((one.children, other.children), ((child,), ()))

    def test_a_node_cannot_stand_below_itself(self):
        root, child = Node(), Node()
        root.append(child)
        self.assertRaisesRegex(ValueError, 'hold itself', root.append, root)
        self.assertRaisesRegex(ValueError, 'hold itself', child.append, root)
        self.assertEqual((root.parent, child.children), (None, ()))

    def test_a_stranger_is_not_removed(self):
        root, stranger = Node(), Node()
        self.assertRaisesRegex(ValueError, 'no child', root.remove, stranger)


if __name__ == '__main__':
    unittest.main()
