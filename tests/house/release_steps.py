# SPDX-License-Identifier: MIT
"""release_steps.py TOOLS: what `./run release-check` says of steps that fail, and of a dirty tree.

Knows the steps by their names. Each test makes a tree of its own, whose ./run fails where it is
asked for models, and else does nothing.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = sys.argv.pop() if len(sys.argv) > 1 else sys.exit(__doc__)

RUN = """#!/bin/sh
echo "ran $*"
case $1 in
    models) exit 1 ;;
    stress) printf '  1 s: 7 rounds, 8 operations\\n  2 s: 9 rounds, 10 operations\\n100%%\\n' ;;
    fuzz) printf 'Fuzzing graph for\\n#10: cov\\n#11: cov\\nFuzzing snapshot for\\n#12: cov\\n' ;;
esac
"""


class ReleaseSteps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        os.mkdir(os.path.join(self.root, 'tools'))
        shutil.copy(os.path.join(TOOLS, 'release_check.sh'), os.path.join(self.root, 'tools'))
        with open(os.path.join(self.root, 'run'), 'w', encoding='utf-8') as file:
            file.write(RUN)
        os.chmod(file.name, 0o755)
        with open(os.path.join(self.root, '.gitignore'), 'w', encoding='utf-8') as file:
            file.write('build/\n')

    def run_in_tree(self, *command):
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def check(self, *arguments):
        """Returns the exit status, and the words of each line."""
        status, output = self.run_in_tree('tools/release_check.sh', *arguments)
        return status, [line.split() for line in output.splitlines()]

    def test_a_list_runs_nothing(self):
        status, lines = self.check('--list')
        self.assertEqual(status, 0)
        steps = [words[0] for words in lines]
        for step in ('tree', 'version', 'test-tsan', 'abi', 'package', 'soak', 'fuzz'):
            self.assertIn(step, steps)
        self.assertEqual(os.listdir(os.path.join(self.root, 'build/release-check')), [])

    def test_steps_go_on_after_one_that_failed(self):
        status, lines = self.check('--only', 'format', '--only', 'models', '--only', 'abi')
        self.assertEqual(status, 1)
        self.assertEqual([words[:2] for words in lines],
                         [['done', 'format'], ['failed', 'models'], ['done', 'abi'],
                          ['failed:', '1']])
        self.assertIn('build/release-check/models.log', lines[1])

    def test_a_step_that_is_done_tells_its_figures(self):
        status, lines = self.check('--only', 'test-tsan')
        self.assertEqual(status, 0)
        self.assertEqual(lines[0][-5:], ['tsan:', 'ran', 'test', '--preset', 'tsan'])

    def test_what_ran_for_long_tells_how_much_it_did(self):
        lines = self.check('--only', 'soak', '--only', 'fuzz')[1]
        self.assertEqual(lines[0][-6:], ['2', 's:', '9', 'rounds,', '10', 'operations'])
        self.assertIn('11 of graph, ', ' '.join(lines[1]))
        self.assertIn('12 of snapshot, ', ' '.join(lines[1]))

    def test_without_only_every_step_is_done(self):
        self.assertEqual(len(self.check()[1]), len(self.check('--list')[1]) + 1)

    def test_a_step_that_does_not_exist_is_misuse(self):
        self.assertEqual(self.check('--only', 'party')[0], 2)
        self.assertEqual(self.check('--only')[0], 2)
        self.assertEqual(self.check('--all')[0], 2)

    @unittest.skipUnless(shutil.which('git'), 'there is no git')
    def test_what_is_not_committed_is_found(self):
        who = ('-c', 'user.name=nobody', '-c', 'user.email=nobody@example.org')
        self.run_in_tree('git', 'init', '--quiet')
        self.assertEqual(self.check('--only', 'tree')[0], 1)
        self.run_in_tree('git', 'add', '.')
        self.run_in_tree('git', *who, 'commit', '--quiet', '-m', 'all of it')
        self.assertEqual(self.check('--only', 'tree')[0], 0)


if __name__ == '__main__':
    unittest.main()
