#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_shape.py ROOT: files, functions and lines stay small enough to be read.

A file has at most 400 lines and begins with its licence; a function has at most 60 lines, and nine
of ten functions of src at most 25; a line is as wide as .clang-format allows; nothing is put off by
a note, and no code is kept out by the preprocessor; file names of src are unique.
"""
import ast
import os
import re
import sys

from house import C_FILES, files, functions, read_lines, verdict

FILE_LINES = 400
FUNCTION_LINES = 60
NINE_OF_TEN = 25
DEBT = re.compile(r'\b(T[O]DO|F[I]XME|X[X]X)\b|^\s*#\s*if\s+0\b')
C_DIRECTORIES = ('include', 'src', 'tests', 'examples', 'bench', 'tools')
OTHER_DIRECTORIES = ('cmake', 'docs', 'tools', 'tests', 'examples', 'bench', 'models', 'src')
OTHER_FILES = ('.py', '.sh', '.cmake', '.in', 'CMakeLists.txt', '.1', '.7', 'Doxyfile',
               '.html', '.css', '.js', '.mjs', '.rs', '.nim', '.php')


def width_allowed(root):
    for line in read_lines(root, '.clang-format'):
        if line.startswith('ColumnLimit:'):
            return int(line.split(':')[1])
    sys.exit('.clang-format has no ColumnLimit')


def check_lines(path, lines, width):
    if not any('SPDX-License-Identifier: MIT' in line for line in lines[:2]):
        yield f'{path}:1: the licence is missing'
    if len(lines) - 1 > FILE_LINES:
        yield f'{path}: {len(lines) - 1} lines, more than {FILE_LINES}'
    for number, line in enumerate(lines, 1):
        if len(line) > width:
            yield f'{path}:{number}: {len(line)} columns, more than {width}'
        if DEBT.search(line):
            yield f'{path}:{number}: do it, or write an issue'


def functions_of_python(lines):
    """Yields (first, first, last): the lines of each function, counted from zero."""
    for node in ast.walk(ast.parse('\n'.join(lines))):
        if isinstance(node, ast.FunctionDef):
            yield node.lineno - 1, node.lineno - 1, node.end_lineno - 1


def check_functions(path, lines, lengths):
    for head, first, last in (functions_of_python if path.endswith('.py') else functions)(lines):
        length = last - first + 1
        if path.startswith('src'):
            lengths.append(length)
        if length > FUNCTION_LINES:
            yield f'{path}:{head + 1}: a function of {length} lines, more than {FUNCTION_LINES}'


def check_names(paths):
    seen = {}
    for path in paths:
        name = os.path.basename(path)
        if name in seen:
            yield f'{path}: {seen[name]} has the same name'
        seen[name] = path


def check(root):
    width = width_allowed(root)
    c_paths = list(files(root, C_DIRECTORIES, C_FILES))
    others = ['run', '.ci/run', 'CMakeLists.txt', 'src/FLOORS', 'src/exports.map']
    others += files(root, OTHER_DIRECTORIES, OTHER_FILES)
    lengths = []
    for path in c_paths + others:
        lines = read_lines(root, path)
        yield from check_lines(path, lines, width)
        if path.endswith((*C_FILES, '.py')):
            yield from check_functions(path, lines, lengths)
    yield from check_names(path for path in c_paths if path.startswith('src'))
    ninth = sorted(lengths)[len(lengths) * 9 // 10]
    if ninth > NINE_OF_TEN:
        yield f'one function of src in ten has {ninth} lines or more, above {NINE_OF_TEN}'


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    verdict(check(sys.argv[1]), 'everything has its measure')


if __name__ == '__main__':
    main()
