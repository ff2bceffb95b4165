# SPDX-License-Identifier: MIT
"""What the checks of the house share: floors, files, the functions in a C file, the verdict.

Knows the style of the project: a function's braces stand alone in the first column.
Each tools/check_*.py is one rule and says in its head what the rule is for.
"""
import os
import re
import sys

C_FILES = ('.c', '.h', '.cc', '.hpp')


def read_floors(path):
    """Returns a dictionary from room to floor, counted from the ground."""
    with open(path, encoding='utf-8') as file:
        floors = [line.split('#')[0].split() for line in file]
    return {room: number
            for number, rooms in enumerate(filter(None, floors))
            for room in rooms}


def files(root, directories, endings):
    """Yields the paths, relative to root, of files below the directories with such an ending."""
    for directory in directories:
        for folder, folders, names in os.walk(os.path.join(root, directory)):
            folders[:] = sorted(f for f in folders if f != 'build' and not f.startswith('.'))
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.relpath(os.path.join(folder, name), root)


def read_lines(root, path):
    with open(os.path.join(root, path), encoding='utf-8') as file:
        return file.read().split('\n')


def blank_comments(lines):
    """Returns the lines with everything inside comments and strings replaced by blanks."""
    def blank(match):
        return re.sub(r'[^\n]', ' ', match.group())
    text = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, '\n'.join(lines), flags=re.S)
    return text.split('\n')


def functions(lines):
    """Yields (head, first, last): the line of the signature's start and those of the two braces."""
    first = None
    for number, line in enumerate(lines):
        if line.rstrip() == '{':
            first = number
        elif line.rstrip() == '}' and first is not None:
            head = first
            while head > 0 and lines[head - 1].strip() and not lines[head - 1].endswith('*/'):
                head -= 1
            yield head, first, number
            first = None


def verdict(faults, praise):
    """Prints the faults, or the praise when there are none, and ends the program accordingly."""
    faults = list(faults)
    print('\n'.join(faults) if faults else praise)
    sys.exit(1 if faults else 0)
