# SPDX-License-Identifier: MIT
"""The module tree, for the tests of it.

Knows how a test is started: TEST FOLDER [ARGUMENT]..., where the folder has the module.
"""
import gc
import os
import subprocess
import sys
import unittest

FOLDER = sys.argv.pop(1)
sys.path.insert(0, FOLDER)

import tree  # noqa: E402, now it is found

Node = tree.Node


class Thing:
    """An object of Python's that can be referred to weakly, and can be part of cycles."""


def run(script, **environment):
    """Runs a script in a process of its own. Returns its status and both outputs, as text."""
    done = subprocess.run([sys.executable, '-c', script], capture_output=True, text=True,
                          timeout=240, env={**os.environ, 'PYTHONPATH': FOLDER, **environment})
    return done.returncode, done.stdout, done.stderr


class Tests(unittest.TestCase):
    """Each begins and ends without a node; Python's collector runs where a test says so."""

    def setUp(self):
        gc.collect()
        gc.disable()
        self.assertEqual(tree.live(), 0)

    def tearDown(self):
        gc.enable()
        # What one collector ends may be the last that kept something for the other.
        for _ in range(3):
            gc.collect()
            tree.collect()
        self.assertEqual(tree.live(), 0)
