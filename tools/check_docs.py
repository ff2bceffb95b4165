#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_docs.py ROOT: what the Markdown pages point to exists.

A relative link names a file of the tree, and its #anchor a heading of that page. The first page
shows code that is compiled; tools/check_code.py says how.
"""
import os
import re
import sys

from house import files, read_lines, verdict

FENCE = re.compile(r'^\s*(```|~~~)')
LINK = re.compile(r'\[[^\]]*\]\(([^)\s]+)[^)]*\)')
QUOTED = re.compile(r'^<!-- (\S+\.cc?) -->$')


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


def check(root, pages):
    for path in pages:
        lines = read_lines(root, path)
        yield from check_links(root, path, lines)
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
