# SPDX-License-Identifier: MIT
"""What the command answers, whole, against expected/; and what it says in JSON."""
import json
import os
import re
import unittest

from command import FOLDER, HERE, path, run

# A question each: the file with its answer, the exit status, the arguments.
QUESTIONS = [
    ('help', 0, ['--help']),
    ('types', 0, ['types', path('server')]),
    ('types_in_bytes', 0, ['types', '--bytes', '-n', '2', path('server')]),
    ('types_of_nothing', 0, ['types', path('nothing')]),
    ('top', 0, ['top', '-n', '4', path('server')]),
    ('leaks', 0, ['leaks', path('server')]),
    ('cycles', 0, ['cycles', path('server')]),
    ('no_cycles', 0, ['cycles', path('nothing')]),
    ('why_from_outside', 0, ['why', path('server'), '#11']),
    ('why_garbage', 0, ['why', '--all', path('server'), '0x4000']),
    ('why_far', 0, ['why', path('large'), '#50000']),
    ('retained', 0, ['retained', path('server'), 'server']),
    ('retained_by_many', 0, ['retained', '-n', '3', path('large'), 'owner']),
    ('diff', 1, ['diff', path('server'), path('later')]),
    ('diff_back', 0, ['diff', path('later'), path('server')]),
    ('diff_same', 0, ['diff', path('server'), path('server')]),
    ('diff_of_two_processes', 0, ['diff', path('server'), path('other')]),
    ('dot', 0, ['dot', '--depth', '1', path('server'), '1']),
    ('collapsed', 0, ['profile', path('server')]),
]


class Answers(unittest.TestCase):
    maxDiff = None

    def test_each_question_has_its_answer(self):
        for name, expected_status, arguments in QUESTIONS:
            with self.subTest(name):
                status, out, _ = run(*arguments)
                with open(os.path.join(HERE, 'expected', name + '.txt'), encoding='utf-8') as file:
                    self.assertEqual(out, file.read())
                self.assertEqual(status, expected_status)

    def test_each_command_has_help(self):
        _, usage, _ = run('--help')
        for command in re.findall(r'^  (\w+) ', usage, re.M):
            status, out, _ = run(command, '--help')
            self.assertEqual(status, 0)
            self.assertTrue(out.startswith(f'Usage: holdfast {command} '), out)
            self.assertEqual(run('help', command)[1], out)

    def test_a_snapshot_may_come_through_a_pipe(self):
        with open(path('server'), 'rb') as file:
            self.assertEqual(run('types', '-', stdin=file), run('types', path('server')))

    def test_files_are_written_where_they_should(self):
        target = os.path.join(FOLDER, 'drawing.dot')
        status, out, _ = run('dot', '-o', target, path('server'))
        self.assertEqual((status, out), (0, ''))
        with open(target, encoding='utf-8') as file:
            self.assertTrue(file.read().startswith('digraph'))

    def test_a_type_names_the_object_that_retains_most_and_says_so(self):
        status, out, err = run('why', path('large'), 'link')
        self.assertEqual(status, 0)
        self.assertTrue(out.startswith('link #1 at '), out)
        self.assertIn('Of 50000 objects of type link', err)

    def test_profiles_are_what_viewers_want(self):
        status, out, _ = run('profile', '--format', 'dhat', path('server'))
        profile = json.loads(out)
        self.assertEqual((status, profile['dhatFileVersion']), (0, 2))
        self.assertEqual(sum(point['tbk'] for point in profile['pps']), 8)


class Json(unittest.TestCase):
    def ask(self, *arguments):
        return json.loads(run(*arguments, '--json')[1])

    def test_types(self):
        types = {row['type']: row for row in self.ask('types', path('server'))}
        self.assertEqual(types['session'],
                         {'type': 'session', 'objects': 3, 'bytes': 300, 'retained': 300})
        self.assertEqual(types['server']['retained'], 64 + 4000 + 300)

    def test_top(self):
        rows = self.ask('top', path('server'))
        self.assertEqual([row['retained'] for row in rows][:2], [5000000080, 5000000000])
        self.assertEqual(rows[1]['dominator']['serial'], 3)

    def test_leaks(self):
        rows = self.ask('leaks', path('server'))
        sessions = next(row for row in rows if row['type'] == 'session')
        self.assertEqual(sessions['held_by'], 'held from outside')
        self.assertEqual(sessions['made'], ['session_new (session.c:12)', 'main (main.c:40)'])

    def test_cycles(self):
        cycle, = self.ask('cycles', path('server'))
        self.assertEqual(cycle['cycle'], 'analyzer.reporter -> reporter.owner -> analyzer')
        self.assertEqual([one['serial'] for one in cycle['example']], [3, 4])

    def test_why(self):
        answer = self.ask('why', path('server'), '12')
        self.assertEqual([(step['field'], step.get('index')) for step in answer['path']],
                         [('items', 2), ('sessions', None)])
        self.assertEqual((answer['root']['serial'], answer['outside']), (1, 2))
        self.assertEqual(answer['holders'][1]['place'], 'global variable the_server')

    def test_retained(self):
        answer = self.ask('retained', path('server'), '1')
        self.assertEqual((answer['retained'], answer['objects']), (4364, 5))

    def test_diff(self):
        answer = self.ask('diff', path('server'), path('later'))
        self.assertTrue(answer['one_process'])
        self.assertEqual(answer['types'], [{'type': 'session', 'objects_before': 3,
            'objects_after': 5, 'bytes_before': 300, 'bytes_after': 500}])
        self.assertEqual(answer['new_objects'][0]['objects'], 2)


if __name__ == '__main__':
    unittest.main()
