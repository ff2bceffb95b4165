#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_docs.py ROOT: what the Markdown pages point to exists.

A relative link names a file of the tree, and its #anchor a heading of that page. The first page
shows code that is compiled; tools/check_code.py says how. On the pages about the inside, a path in
backticks exists, and `name` in `path` is there; and each rule that one of them states ("**K.1" or
"## W.1") has a row in the table of docs/internals/README.md.
"""
import os
import re
import sys

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


INSIDE = os.path.join('docs', 'internals')
PLACE = r'`((?:src|tests|models|include|tools|bench)/[\w./]+)`'


def says(root, path, name):
    """Whether the file, or one of the directory, has the word."""
    place = os.path.join(root, path)
    there = [place]
    if os.path.isdir(place):
        there = [os.path.join(place, file) for file in os.listdir(place)]
    return any(re.search(rf'\b{name}\b', '\n'.join(read_lines('', file))) for file in there)


def real_path(root, path):
    """The path, or that of a model, which is named without its ending; None if there is none."""
    for name in (path, path + '.pml'):
        if os.path.exists(os.path.join(root, name)):
            return name
    return None


def check_inside(root, path, lines):
    text = ' '.join(lines)
    for name in re.findall(PLACE, text):
        if not real_path(root, name):
            yield f'{path}: {name} does not exist'
    for names, place in re.findall(rf'((?:`\w+`,? )+)in {PLACE}', text):
        there = real_path(root, place)
        for name in re.findall(r'\w+', names):
            if there and not says(root, there, name):
                yield f'{path}: {place} has no {name}'


def check_rules(root, pages):
    """Each rule has a row, and each row a rule."""
    table = os.path.join(INSIDE, 'README.md')
    if table not in pages:
        return
    rows, rules = set(), set()
    for path in pages:
        for line in read_lines(root, path):
            if path == table:
                rows.update(re.findall(r'^\| ([A-Z]\.\d) ', line))
            elif path.startswith(INSIDE):
                rules.update(re.findall(r'^(?:## |\*\*)([A-Z]\.\d)\b', line))
    for rule in sorted(rows ^ rules):
        yield f'{table}: {rule} ' + ('is stated nowhere' if rule in rows else 'has no row')


def check(root, pages):
    for path in pages:
        lines = read_lines(root, path)
        yield from check_links(root, path, lines)
        if path.startswith(INSIDE):
            yield from check_inside(root, path, lines)
    yield from check_rules(root, pages)
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
