# SPDX-License-Identifier: MIT
"""Threads, forks, the end of the interpreter, the report of what is left, no memory."""
import gc
import os
import select
import threading
import unittest
import weakref

from module import Node, Tests, Thing, run, tree


class Threads(Tests):
    def test_threads_that_make_link_and_drop_leave_nothing(self):
        things = []

        def work():
            for number in range(300):
                root, thing = Node(), Thing()
                things.append(weakref.ref(thing))
                root.append(Node(thing))
                root.children[0].link = root if number % 2 else Node([number])

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tree.collect()
        self.assertEqual(tree.live(), 0)
        self.assertEqual([thing for thing in things if thing()], [])

    def test_threads_that_share_a_tree_keep_it_whole(self):
        root = Node()

        def work():
            for _ in range(500):
                child = Node(Thing())
                root.append(child)
                root.remove(child)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((root.children, tree.live()), ((), 1))

    def test_values_of_what_the_background_finds_die_where_the_gil_is_held(self):
        died_on = []

        class Telling(Thing):
            def __del__(self):
                died_on.append(threading.get_ident())

        tree.collect_in_background(True)
        try:
            for _ in range(200):
                node = Node(Telling())
                node.link = node
            del node
            while tree.live():
                select.select([tree.fileno()], [], [])
                tree.drain()
        finally:
            tree.collect_in_background(False)
        self.assertEqual(died_on, [threading.get_ident()] * 200)

    def test_the_background_is_started_once(self):
        tree.collect_in_background(True)
        try:
            self.assertRaises(OSError, tree.collect_in_background, True)
        finally:
            tree.collect_in_background(False)

    def test_both_collectors_at_once_leave_the_living_in_peace(self):
        root = Node()
        for number in range(50):
            root.append(Node([number, root]))
        tree.collect_in_background(True)
        try:
            for _ in range(100):
                node = Node(root)
                node.link = node
                gc.collect()
        finally:
            tree.collect_in_background(False)
        self.assertEqual([child.value for child in root.children],
                         [[number, root] for number in range(50)])


class Processes(Tests):
    def test_a_forked_child_ends_its_copies_and_the_parent_its_own(self):
        node = Node(Thing())
        child = os.fork()
        if child == 0:
            del node
            os._exit(tree.live())
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        self.assertEqual(tree.live(), 1)

    def test_the_report_says_that_nothing_is_left(self):
        status, _, errors = run('import tree\nn = tree.Node([1])\nn.append(tree.Node())',
                                HOLDFAST_REPORT='1')
        self.assertEqual((status, errors), (0, 'holdfast: nothing is left, of 3 objects made\n'))

    def test_the_report_names_a_circle_that_nobody_collected(self):
        status, _, errors = run('import tree\nn = tree.Node()\nn.link = n', HOLDFAST_REPORT='1')
        self.assertEqual(status, 0)
        self.assertRegex(errors, r'^holdfast: 1 object, \d+ bytes, left at exit\n')
        self.assertIn('node.link -> node', errors)

    def test_the_report_tells_what_a_lost_object_of_python_holds(self):
        status, _, errors = run('import ctypes, tree\nn = tree.Node()\n'
                                'ctypes.pythonapi.Py_IncRef(ctypes.py_object(n))',
                                HOLDFAST_REPORT='1')
        self.assertEqual(status, 0)
        self.assertRegex(errors, r'^holdfast: 1 object, \d+ bytes, left at exit\n')
        self.assertIn('held from outside', errors)

    def test_an_interpreter_may_end_while_deaths_wait_and_the_background_collects(self):
        status, _, errors = run('import tree\ntree.collect_in_background(True)\n'
                                'for i in range(2000):\n'
                                '    n = tree.Node([i])\n'
                                '    n.link = n\n')
        self.assertEqual((status, errors), (0, ''))

    def test_without_memory_there_is_an_exception_and_nothing_is_left(self):
        script = '\n'.join([
            'import gc, resource, tree',
            'used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()',
            'most = resource.getrlimit(resource.RLIMIT_AS)',
            'resource.setrlimit(resource.RLIMIT_AS, (used + (16 << 20), most[1]))',
            'root, kept, told = tree.Node(), [], ""',
            'try:',
            '    while True: {}',
            'except MemoryError:',
            '    told = "no memory"',
            'resource.setrlimit(resource.RLIMIT_AS, most)',
            'whole = all(child.parent is root for child in root.children)',
            'del root, kept',
            'gc.collect()',
            'print(told, whole, tree.live())'])
        for step in ('root.append(tree.Node())', 'kept.append(tree.Node(kept))'):
            status, out, errors = run(script.format(step))
            self.assertEqual((status, out, errors), (0, 'no memory True 0\n', ''))

    def test_a_second_module_in_one_process_is_refused(self):
        status, out, _ = run('import sys, tree\ndel sys.modules["tree"]\n'
                             'try: import tree\n'
                             'except ImportError as error: print(error)')
        self.assertEqual((status, out), (0, 'tree can be loaded once in a process\n'))


if __name__ == '__main__':
    unittest.main()
