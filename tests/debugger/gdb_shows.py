# SPDX-License-Identifier: MIT
"""What GDB shows of handles and objects, and the snapshots it writes.

Knows GDB's options. gdb_shows.py SUBJECT SUBJECT_CXX COMMAND LOADER BUILD
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SUBJECT, SUBJECT_CXX, COMMAND, LOADER, BUILD = sys.argv[1:6]
del sys.argv[1:]
SKIPPED = 77
_folder = tempfile.TemporaryDirectory()
FOLDER = _folder.name


def at(name):
    return os.path.join(FOLDER, name)


def gdb(commands, *arguments, track='holders', environment=None, options=()):
    """Runs GDB with these commands, a line each, also after one that fails; returns its words."""
    lines = ['set pagination off', 'set confirm off', *commands.splitlines()]
    done = subprocess.run(
        ['gdb', '-q', '-nx', '-batch', *options,
         *(part for line in lines for part in ('-ex', line)), *arguments],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
        env={**os.environ, 'HOLDFAST_TRACK': track, 'DEBUGINFOD_URLS': '', **(environment or {})})
    return done.stdout


def gdb_on_subject(commands, **more):
    return gdb(commands, SUBJECT, **more)


STOPPED = 'break look\nrun {}\n'.format(at('own.heapsnapshot'))
FULL = f'source {LOADER}\n' + STOPPED


def answer(*arguments):
    done = subprocess.run([COMMAND, *arguments, '--json'], capture_output=True, check=True)
    return json.loads(done.stdout)


class Shows(unittest.TestCase):
    maxDiff = None

    def expect(self, said, *patterns):
        for pattern in patterns:
            self.assertRegex(said, re.compile(pattern, re.M))


class Cxx(Shows):
    def says(self, *expressions):
        commands = ''.join(f'print {expression}\n' for expression in expressions)
        return gdb(FULL + commands, SUBJECT_CXX)

    def test_shows_handles_as_what_they_hold(self):
        said = self.says('whole', 'none', 'alone', 'plain')
        self.expect(said, r'^\$1 = .*: ref 0x\w+ <animal #\d+, 1 reference>$',
                    r'^\$2 = .*: ref empty$',
                    r'^\$3 = .*: unique 0x\w+ <animal #\d+, 1 reference> = .*number_ = 6',
                    r'^\$4 = .*0x\w+ <animal #\d+, 1 reference>$')

    def test_shows_members_of_all_kinds(self):
        self.expect(self.says('*plain'), r'left_ = edge 0x\w+ <animal #\d+, 1 reference>',
                    r'row_ = \{edge empty, edge 0x\w+ <animal #\d+, 1 reference>\}',
                    r'back_ = weak 0x\w+ <animal #\d+, 1 reference>', r'lost_ = weak dead',
                    r'kept_ = ref 0x\w+ <animal #\d+, 1 reference>')

    def test_follows_handles_without_calling_the_program(self):
        said = self.says('whole->number_', '(*whole).number_', 'whole.get()->left_->number_',
                         '(*whole->row_[1]).number_', 'plain->kept_->number_', 'alone->number_')
        self.expect(said, r'^\$1 = 1$', r'^\$2 = 1$', r'^\$3 = 2$', r'^\$4 = 3$', r'^\$5 = 5$',
                    r'^\$6 = 6$')

    def test_tells_of_the_object_behind_a_handle(self):
        said = gdb(FULL + 'holdfast-object whole\n', SUBJECT_CXX)
        self.expect(said, r'^animal #\d+, 1 reference, \d+ bytes at 0x', r'^    made$',
                    r'^        by .*\(subject_cxx\.cc:\d+\)$', r'^    \.left_ -> 0x',
                    r'^    \.row_\[1\] -> 0x', r'^    \.back_ \(weak\) -> 0x')


class Gdb(Shows):
    def test_shows_handles_as_what_they_hold(self):
        said = gdb_on_subject(FULL + 'print whole\nprint *whole\nprint *alone\n'
                          'print whole->left->back\nprint $nothing = (thing *) 0\n')
        self.expect(said, r'^\$1 = 0x\w+ <thing #\d+, 1 reference>$',
                    r'left = 0x\w+ <thing #\d+, 2 references>',
                    r'row = \{0x0, 0x\w+ <thing #\d+, 1 reference>, 0x0\}',
                    r'lost = weak dead', r'slot = slot 0x\w+ <thing #\d+, 2 references>',
                    r'list = array of 1 = \{0x\w+ <thing #\d+, 2 references>\}',
                    r'names = map of 1 = \{0x\w+ <thing #\d+, 2 references>\}',
                    r'part = slice of 4 bytes "part", owner 0x\w+ <hf_buffer #\d+, 1 reference>',
                    r'^\$3 = unique 0x\w+ <thing #\d+, 1 reference>', r'^\$4 = weak 0x\w+ <thing',
                    r'^\$5 = .*0x0$')

    def test_shows_what_the_library_knows_of_an_object(self):
        said = gdb_on_subject(FULL + 'holdfast-object whole->left\nholdfast-object 16\n')
        self.expect(said, r'^thing #\d+, 2 references, \d+ bytes at 0x', r'^    made$',
                    r'^        by thing_new \(subject\.c:\d+\)$',
                    r'^        from build \(subject\.c:\d+\)$',
                    r'^        from main \(subject\.c:\d+\)$',
                    r'^    \.back \(weak\) -> 0x', r'^At 0x10 is no object of Holdfast\.')
        self.assertNotIn('libc', said.split('made', 1)[1].split('.back')[0])

    def test_tells_who_took_references(self):
        said = gdb_on_subject(FULL + 'holdfast-object whole\n')
        self.expect(said, r'^    1 reference, taken$')

    def test_writes_what_the_process_would_write(self):
        theirs = at('gdb.heapsnapshot')
        said = gdb_on_subject(FULL + f'holdfast-heap {theirs}\ncontinue\n')
        self.expect(said, r'^\d+ objects and \d+ references are in ',
                    r'^1 objects have trace functions')
        own = at('own.heapsnapshot')
        difference = answer('diff', own, theirs)
        self.assertTrue(difference['one_process'])
        self.assertEqual((difference['types'], difference['new_objects']), ([], []))
        for serial in (row['object']['serial'] for row in answer('top', own)):
            here, there = (answer('why', file, str(serial)) for file in (own, theirs))
            if there['root']['bytes'] == here['root']['bytes'] and here['path']:
                self.assertEqual([step['field'] for step in here['path']],
                                 [step['field'] for step in there['path']])

    def test_writes_the_same_from_a_core_file(self):
        alive, dead, core = at('alive.heapsnapshot'), at('dead.heapsnapshot'), at('core')
        said = gdb_on_subject(FULL + f'holdfast-heap {alive}\ngenerate-core-file {core}\n')
        self.expect(said, 'Saved corefile')
        said = gdb(f'source {LOADER}\nholdfast-heap {dead}\nup\n', SUBJECT, core)
        self.expect(said, 'objects and')
        with open(alive, 'rb') as one, open(dead, 'rb') as other:
            self.assertEqual(one.read(), other.read())

    def test_says_what_is_missing(self):
        said = gdb_on_subject(FULL + f'holdfast-heap {at("none")}\nholdfast-heap\n'
                          f'holdfast-heap {at("no")}/where\n', track='')
        self.expect(said, '^Nothing is written down: run the program with HOLDFAST_TRACK=sites',
                    '^holdfast-heap wants the path of a file')
        said = gdb(f'source {LOADER}\nholdfast-heap {at("none")}\n')
        self.expect(said, 'does not use Holdfast')

    def test_loads_by_itself_what_was_installed(self):
        prefix = at('with blank')
        subprocess.run(['cmake', '--install', BUILD, '--prefix', prefix], check=True,
                       stdout=subprocess.DEVNULL)
        libraries = next(root for root, _, names in os.walk(prefix) if 'libholdfast.so' in names)
        said = gdb(STOPPED + 'print whole\n', SUBJECT,
                   environment={'LD_LIBRARY_PATH': libraries},
                   options=['-iex', f'set auto-load scripts-directory {prefix}/share/gdb/auto-load',
                            '-iex', f'add-auto-load-safe-path {prefix}'])
        self.expect(said, r'^\$1 = 0x\w+ <thing #\d+, 1 reference>$')


def can_debug():
    """Whether GDB is here, and may run programs."""
    if not shutil.which('gdb'):
        return 'there is no gdb here'
    said = gdb('break main\nrun\ninfo registers pc\n', '/bin/true')
    return '' if 'Cannot' not in said and 'not permitted' not in said else said.strip()


if __name__ == '__main__':
    reason = can_debug()
    if reason:
        print(f'skipped: {reason}')
        sys.exit(SKIPPED)
    unittest.main()
