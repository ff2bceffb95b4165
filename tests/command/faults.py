# SPDX-License-Identifier: MIT
"""What the command says to mistakes and to damaged files: a sentence and status 2, always."""
import os
import random
import re
import unittest

from command import FOLDER, LAUNCHER, path, run

# Under a launcher each run takes a second.
ROUNDS = 5 if LAUNCHER else 150


class Mistakes(unittest.TestCase):
    def expect(self, message, *arguments):
        status, out, err = run(*arguments)
        self.assertIn(message, err)
        self.assertEqual((status, out), (2, ''))

    def test_of_the_command_line(self):
        self.expect('Usage: holdfast')
        self.expect('there is no command hold', 'hold')
        self.expect('types wants FILE', 'types')
        self.expect('why wants FILE OBJECT', 'why', path('server'))
        self.expect('diff wants OLD NEW', 'diff', path('server'))
        self.expect('--most wants a number, not x', 'top', '-n', 'x', path('server'))
        self.expect('Try: holdfast types --help', 'types', '--depth', '3', path('server'))
        self.expect('not xml', 'profile', '--format', 'xml', path('server'))

    def test_of_names(self):
        self.expect('there is no object #77', 'why', path('server'), '#77')
        self.expect('there is no object at 0x77', 'why', path('server'), '0x77')
        self.expect('there is no object of type cat', 'retained', path('server'), 'cat')

    def test_of_files(self):
        self.expect('No such file', 'types', os.path.join(FOLDER, 'absent'))
        self.expect('Is a directory', 'types', FOLDER)
        self.expect('No such file', 'view', '-o', os.path.join(FOLDER, 'no', 'page'),
                    path('server'))
        self.expect('standard input: it is empty', 'types', '-')

    def test_of_a_full_disk(self):
        if os.path.exists('/dev/full'):
            self.expect('No space left', 'view', '-o', '/dev/full', path('server'))


class Damage(unittest.TestCase):
    def setUp(self):
        with open(path('server'), encoding='utf-8') as file:
            self.whole = file.read()

    def status_of(self, text, *command):
        damaged = os.path.join(FOLDER, 'damaged')
        with open(damaged, 'w', encoding='utf-8') as file:
            file.write(text)
        status, _, err = run(*(command or ('types',)), damaged)
        self.assertIn(status, (0, 2), err)
        if status:
            self.assertRegex(err, r'^holdfast: .*damaged: \S')
        return status, err

    def expect(self, message, text):
        status, err = self.status_of(text)
        self.assertIn(message, err)
        self.assertEqual(status, 2)

    def test_that_is_named(self):
        whole = self.whole
        self.expect('it is no JSON', 'rubbish')
        self.expect('it was not written by Holdfast', '{}')
        self.expect('it was not written by Holdfast', '{"strings":["a"]}')
        self.expect('a newer version of Holdfast wrote it',
                    whole.replace('"version":1', '"version":2'))
        self.expect('two sections', whole.replace('"edges"', '"nodes"'))
        self.expect('its strings are missing', whole.replace('"strings":[', '"more":['))
        self.expect('nodes, where',
                    whole.replace('"holdfast_objects":[', '"holdfast_objects":[1,2,3,0,1,0,0,'))
        self.expect('ends in the middle', whole.replace('"nodes":[', '"nodes":[1,'))
        self.expect('is not a number', whole.replace('"nodes":[9,', '"nodes":[-9,'))
        self.expect('is not a number',
                    whole.replace('"nodes":[9,', '"nodes":[99999999999999999999,'))

    def test_by_cutting(self):
        for length in range(1, len(self.whole) - 2, len(self.whole) // ROUNDS):
            status, _ = self.status_of(self.whole[:length])
            self.assertEqual(status, 2, f'cut at {length}')

    def test_of_each_number(self):
        # From the sections on: what stands before them is for other readers.
        chance = random.Random(1)
        numbers = [match.span() for match in re.finditer(r'\d+', self.whole)]
        values = ['0', '1', '7', '9', '4294967295', '4294967296', '18446744073709551615']
        seen = set()
        for first, end in chance.sample(numbers, min(ROUNDS, len(numbers))):
            text = self.whole[:first] + chance.choice(values) + self.whole[end:]
            seen.add(self.status_of(text, chance.choice(['types', 'leaks', 'cycles', 'view']))[0])
        self.assertEqual(seen, {0, 2})


if __name__ == '__main__':
    unittest.main()
