# SPDX-License-Identifier: MIT
"""manual.py ROOT CC COMMAND: the manual pages are well formed, and complete.

Knows mandoc and groff, the form of the pages in docs/man, and of what the command says of itself.
Each name on one side has to be on the other.
"""
import os
import re
import subprocess
import sys
import unittest

ROOT, CC, COMMAND = sys.argv[1:4]
del sys.argv[1:]
INCLUDE = os.path.join(ROOT, 'include')
PAGES = {name: os.path.join(ROOT, 'docs', 'man', name) for name in ('holdfast.1', 'hf.7')}

OPTION = re.compile(r'^  (?:-(\w), |    )--([\w-]+)( [A-Z]+)?', re.M)


def said(*command, text=None):
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def section(name, title):
    """The source of a section of a page."""
    return re.search(rf'^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)', read(PAGES[name]), re.M | re.S)[1]


def shown(name):
    """A page as plain text, each item on one line."""
    return re.sub('.\b', '', said('mandoc', '-T', 'ascii', '-O', 'width=400', PAGES[name]))


class Form(unittest.TestCase):
    def test_mandoc_and_groff_have_nothing_to_say(self):
        for page in PAGES.values():
            for command in (['mandoc', '-T', 'lint', '-W', 'warning', page],
                            ['groff', '-mdoc', '-ww', '-z', page]):
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))


class Command(unittest.TestCase):
    """What --help says, and what the page does."""
    maxDiff = None

    def setUp(self):
        self.commands = dict(re.findall(r'^  (\w+) +([A-Z][A-Z \[\]]*?)  ',
                                        said(COMMAND, '--help'), re.M))
        self.assertIn('types', self.commands)

    def options_of(self, command):
        """The letters, and the long options without a letter, of a command; each with operand."""
        return {(letter or name, operand.strip())
                for letter, name, operand in OPTION.findall(said(COMMAND, command, '--help'))}

    def test_synopsis_is_what_each_command_takes(self):
        lines = re.search(r'\nSYNOPSIS\n(.*?)\n\n', shown('holdfast.1'), re.S)[1].split('\n')
        page = {}
        for line in lines:
            words = re.match(r' *holdfast (\w+) ((?:\[-.*?\] )*)(.*)$', line)
            if not words or words[1] not in self.commands:
                continue
            options = {('h', '')}
            for one in re.findall(r'\[-(.*?)\]', words[2]):
                flags, _, operand = one.partition(' ')
                options |= ({(flags[1:], operand)} if flags.startswith('-')
                            else {(flag, operand) for flag in flags})
            page[words[1]] = (words[3], options)
        self.assertEqual(page, {command: (operands, self.options_of(command))
                                for command, operands in self.commands.items()})

    def test_every_command_is_described(self):
        described = re.findall(r'^\.It Cm (\w+)', section('holdfast.1', 'DESCRIPTION'), re.M)
        self.assertEqual(sorted(described), sorted([*self.commands, 'help']))

    def test_every_option_is_described_by_both_names(self):
        known = {('', 'version')}
        for command in self.commands:
            found = OPTION.findall(said(COMMAND, command, '--help'))
            known |= {(letter, name) for letter, name, _ in found}
        items = re.findall(r'^\.It (?:Fl (\w) , )?Fl Fl ([\w-]+)',
                           section('holdfast.1', 'OPTIONS'), re.M)
        self.assertEqual(sorted(items), sorted(known))


class Library(unittest.TestCase):
    """What the headers and the source have, and what hf(7) does."""
    maxDiff = None

    def public_names(self):
        options = (CC, '-E', f'-I{INCLUDE}', '-xc', '-')
        program = '#include <holdfast/holdfast.h>\n'
        macros = re.findall(r'^#define ((?:hf|HF)_\w*[^\W_])\b',
                            said(*options, '-dM', text=program), re.M)
        functions = re.findall(r'\b(hf_\w*[^\W_]) ?\(', said(*options, '-P', text=program))
        return set(macros) | set(functions)

    def test_every_function_and_macro_is_in_the_part_of_its_header(self):
        parts = re.split(r'^\.Ss (.*)$', section('hf.7', 'FUNCTIONS'), flags=re.M)[1:]
        listed = set()
        for head, part in zip(parts[::2], parts[1::2]):
            headers = re.findall(r'\b\w+\.h\b', head)
            text = '\n'.join(read(os.path.join(INCLUDE, 'holdfast', header))
                             for header in headers)
            names = set(re.findall(r'\b(?:Fn|Dv|Ic) ((?:hf|HF)_\w+)', part))
            for name in names:
                self.assertRegex(text, rf'\b{name}\b', head)
            listed |= names
        self.assertEqual(listed, self.public_names())

    def test_every_variable_that_the_library_reads_is_there(self):
        found = set()
        for folder, _, names in os.walk(os.path.join(ROOT, 'src')):
            for name in names:
                found |= set(re.findall(r'getenv\("(\w+)"\)', read(os.path.join(folder, name))))
        listed = re.findall(r'^\.It Ev (\w+)', section('hf.7', 'ENVIRONMENT'), re.M)
        self.assertEqual(sorted(listed), sorted(found))


if __name__ == '__main__':
    unittest.main()
