#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_docs.py ROOT: what the Markdown pages point to exists, and the code they show is compiled.

A relative link names a file of the tree, and its #anchor a heading of that page. A code block after
the line <!-- examples/first.c --> is what that file has between lines with "begin README" and "end
README", apart from indentation; where it has several such parts, a blank line divides them.
"""
import os
import re
import sys
import textwrap

from house import files, read_lines, verdict

FENCE = re.compile(r'^\s*(```|~~~)')
LINK = re.compile(r'\[[^\]]*\]\(([^)\s]+)[^)]*\)')
QUOTED = re.compile(r'^<!-- (\S+\.(?:cc?|h|hpp|py|sh)) -->$')


def without_code(lines):
    """Returns the lines with those of code blocks, and code in a line, left empty."""
    inside, kept = False, []
    for line in lines:
        fence = FENCE.match(line)
        inside ^= bool(fence)
        code = inside or fence or line.startswith('    ')
        kept.append('' if code else re.sub(r'`[^`]*`', '', line))
    return kept


def anchors(root, path):
    """The anchors of a page, as the usual hosts make them from headings."""
    inside = False
    for line in read_lines(root, path):
        inside ^= bool(FENCE.match(line))
        if line.startswith('#') and not inside:
            title = line.lstrip('#').strip().lower()
            yield re.sub(r'[^\w\- ]', '', title).replace(' ', '-')


def check_links(root, path, lines):
    for number, line in enumerate(without_code(lines), 1):
        for target in LINK.findall(line):
            if re.match(r'[a-z]+:', target):
                continue
            name, _, anchor = target.partition('#')
            there = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
            if not os.path.exists(os.path.join(root, there)):
                yield f'{path}:{number}: {target} does not exist'
            elif anchor and there.endswith('.md') and anchor not in anchors(root, there):
                yield f'{path}:{number}: {there} has no heading #{anchor}'


def marked_parts(root, path):
    text = '\n'.join(read_lines(root, path))
    parts = re.findall(r'[^\n]*begin README[^\n]*\n(.*?)\n[^\n]*end README', text, re.S)
    return '\n\n'.join(textwrap.dedent(part).strip() for part in parts)


def block_after(lines, number):
    """The text of the code block that begins in the next line."""
    if number + 1 >= len(lines) or not FENCE.match(lines[number + 1]):
        return None
    block = []
    for line in lines[number + 2:]:
        if FENCE.match(line):
            return '\n'.join(block).strip()
        block.append(line)
    return None


def check_code(root, path, lines):
    for number, line in enumerate(lines):
        quoted = QUOTED.match(line)
        if not quoted:
            continue
        if not os.path.exists(os.path.join(root, quoted[1])):
            yield f'{path}:{number + 1}: {quoted[1]} does not exist'
        elif block_after(lines, number) != marked_parts(root, quoted[1]):
            yield f'{path}:{number + 1}: the code is not what {quoted[1]} marks'


def check(root, pages):
    for path in pages:
        lines = read_lines(root, path)
        yield from check_links(root, path, lines)
        yield from check_code(root, path, lines)
    if not any(QUOTED.match(line) for line in read_lines(root, 'README.md')):
        yield 'README.md: shows no code that is compiled'


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = sys.argv[1]
    pages = list(files(root, ['.'], ('.md',)))
    verdict(check(root, pages), f'{len(pages)} pages point to what exists')


if __name__ == '__main__':
    main()
