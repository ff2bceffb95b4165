#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_code.py ROOT CC CXX CMAKE: the code that pages show is compiled, or run, or parsed.

A line before a block says what becomes of it:
  <!-- examples/first.c -->          it is what that file has between lines with "begin README" and
                                     "end README", apart from indentation; several such parts are
                                     divided by a blank line. Other files, such as .txt, need none.
                                     A source must be named by a CMakeLists.txt beside or above it.
  <!-- compiled after FILE.h -->     the compiler takes it after that file, at file scope;
  <!-- compiled in a function after FILE.h -->                           or in a function.
Each C or C++ block needs one of them. Blocks of sh are parsed, and what they say to ./run and as
--preset exists; cmake runs after tests/house/preamble.cmake; python is parsed. All else is text,
which says so, or is indented, and must not look like C or like commands.
"""
import ast
import os
import re
import subprocess
import sys
import tempfile
import textwrap

from house import files, read_lines, verdict

FENCE = re.compile(r'^\s*(?:```|~~~)\s*(\S*)')
COMMENT = re.compile(r'^<!-- (.*) -->$')
COMPILED = re.compile(r'compiled (in a function )?after (\S+)$')
SOURCE = ('.c', '.cc', '.h', '.hpp')
LIKE_CODE = re.compile(r'[;{]$|^(\./run|cmake|ctest|gcc|clang|cc|cppcheck)\b')
LANGUAGES = {'c': ('cc', '-std=gnu11', '.c'), 'cpp': ('cxx', '-std=c++17', '.cc')}


class Block:
    """A block between fences: the number of its first line, its language, its lines, its mark."""

    def __init__(self, first, language, mark):
        self.first, self.language, self.mark, self.lines = first, language, mark, []

    def text(self):
        return '\n'.join(self.lines).strip()


def blocks(lines):
    block = None
    for number, line in enumerate(lines, 1):
        fence = FENCE.match(line)
        if block and fence:
            yield block
            block = None
        elif block:
            block.lines.append(line)
        elif fence:
            mark = COMMENT.match(lines[number - 2]) if number > 1 else None
            block = Block(number + 1, fence[1], mark[1] if mark else '')


def indented(lines):
    """Yields number and text of lines of indented blocks, which begin after a blank line."""
    inside, before, is_block = False, '', False
    for number, line in enumerate(lines, 1):
        inside ^= bool(FENCE.match(line))
        if not inside and line.startswith('    '):
            is_block = is_block or not before.strip()
            if is_block:
                yield number, line.strip()
        elif line.strip():
            is_block = False
        before = line


def marked_parts(root, path):
    text = '\n'.join(read_lines(root, path))
    if not path.endswith(SOURCE) and 'begin README' not in text:
        return text.strip()
    parts = re.findall(r'[^\n]*begin README[^\n]*\n(.*?)\n[^\n]*end README', text, re.S)
    return '\n\n'.join(textwrap.dedent(part).strip() for part in parts)


def is_built(root, path):
    """Whether a CMakeLists.txt beside or above the source names it, with or without its ending."""
    name = os.path.splitext(os.path.basename(path))[0]
    folder = os.path.dirname(path)
    while folder:
        there = os.path.join(folder, 'CMakeLists.txt')
        if os.path.exists(os.path.join(root, there)):
            if re.search(rf'\b{re.escape(name)}\b', '\n'.join(read_lines(root, there))):
                return True
        folder = os.path.dirname(folder)
    return False


def check_quoted(root, block):
    path = block.mark
    if not os.path.exists(os.path.join(root, path)):
        yield f'{path} does not exist'
    elif block.text() != marked_parts(root, path):
        yield f'the code is not what {path} marks'
    elif path.endswith(('.c', '.cc')) and not is_built(root, path):
        yield f'no CMakeLists.txt names {path}'


def parse(command, suffix, text, cwd):
    """Returns what the command says about a file with this text, '' when it has no objection."""
    with tempfile.NamedTemporaryFile('w', suffix=suffix, encoding='utf-8') as file:
        file.write(text)
        file.flush()
        done = subprocess.run([*command, file.name], cwd=cwd, capture_output=True, text=True,
                              check=False)
    return (done.stderr or done.stdout or 'fails') if done.returncode else ''


def check_compiled(root, tools, page, block, how):
    tool, standard, suffix = LANGUAGES[block.language]
    if not os.path.exists(os.path.join(root, how[2])):
        return f'{how[2]} does not exist'
    text = f'#line {block.first} "{page}"\n' + '\n'.join(block.lines) + '\n'
    if how[1]:
        text = f'int fragment(void);\nint fragment(void)\n{{\n{text}return 0;\n}}\n'
    warnings = ['-Wall', '-Wextra', '-Werror', '-Wno-unused', '-fsyntax-only']
    command = [tools[tool], standard, *warnings, '-Iinclude', '-include', how[2]]
    return parse(command, suffix, text, root)


def check_commands(root, block):
    """What a block of sh says to ./run, and as a preset, exists."""
    commands = re.findall(r'^  (\w+)\b', '\n'.join(read_lines(root, 'run')), re.M)
    for number, line in enumerate(block.lines, block.first):
        for word in re.findall(r'\./run (\w+)', line):
            if word not in commands:
                yield f'line {number}: ./run knows no {word}'
        for word in re.findall(r'--preset (\w+)', line):
            if f'"name": "{word}"' not in '\n'.join(read_lines(root, 'CMakePresets.json')):
                yield f'line {number}: there is no preset {word}'


def check_python(block):
    try:
        ast.parse(block.text())
        return ''
    except SyntaxError as error:
        return str(error)


def check_block(root, tools, page, block):
    how = COMPILED.match(block.mark)
    if block.mark and not how:
        yield from check_quoted(root, block)
    elif block.language in LANGUAGES:
        yield check_compiled(root, tools, page, block, how) if how else \
            'C that is neither quoted from a program nor compiled; see tools/check_code.py'
    elif block.language == 'sh':
        yield parse(['bash', '-n'], '.sh', block.text(), root)
        yield from check_commands(root, block)
    elif block.language == 'cmake':
        preamble = os.path.join(os.path.abspath(root), 'tests/house/preamble.cmake')
        yield parse([tools['cmake'], '-P'], '.cmake', f'include("{preamble}")\n{block.text()}',
                    root)
    elif block.language == 'python':
        yield check_python(block)
    elif block.language != 'text':
        yield f'a block of "{block.language}" is checked by nobody: mark it as text, or as code'


def check(root, tools, pages):
    for page in pages:
        lines = read_lines(root, page)
        for block in blocks(lines):
            for fault in filter(None, check_block(root, tools, page, block)):
                yield f'{page}:{block.first}: {fault}'
        for number, line in indented(lines):
            if LIKE_CODE.search(line):
                yield f'{page}:{number}: looks like code: put it between fences, with its language'


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    root = sys.argv[1]
    tools = dict(zip(('cc', 'cxx', 'cmake'), sys.argv[2:]))
    pages = list(files(root, ['.'], ('.md',)))
    verdict(check(root, tools, pages), f'the code on {len(pages)} pages is what it should be')


if __name__ == '__main__':
    main()
