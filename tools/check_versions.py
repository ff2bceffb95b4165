#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_versions.py ROOT [--release]: every place that names the version names that of the header.

These are the newest entries of CHANGELOG.md and of cmake/debian/changelog, calls of find_package in
the pages, and the versions of names in src/exports.map: while the first number is 0, these begin
with the first two numbers, as the name of the library does, and none is newer than the header.
With --release the newest entry has a date, and the maintainer an address that exists.
"""
import os
import re
import sys

from house import files, read_lines, verdict

HEADER = re.compile(r'#define HF_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$')
ENTRY = re.compile(r'## (\d+\.\d+\.\d+), (.*)')
DEBIAN = re.compile(r'holdfast \(([\d.]+)-')
FOUND = re.compile(r'find_package\(holdfast ([\d.]+)')
NODE = re.compile(r'HOLDFAST_([\d.]+) \{')
DATE = re.compile(r'20\d\d-\d\d-\d\d$')
NOWHERE = re.compile(r'@(\S*\.)?(example(\.\w+)?|invalid|localhost)>')


def matches(root, path, pattern):
    """Returns the first match in each line that has one."""
    if not os.path.exists(os.path.join(root, path)):
        sys.exit(f'{path} does not exist')
    return list(filter(None, map(pattern.search, read_lines(root, path))))


def numbers(version):
    return tuple(map(int, version.split('.')))


def check_changes(root, version):
    for path, pattern in (('CHANGELOG.md', ENTRY), ('cmake/debian/changelog', DEBIAN)):
        entries = matches(root, path, pattern)
        if not entries or entries[0][1] != version:
            yield f'{path}: the newest entry is not of version {version}'


def check_pages(root, version):
    for path in files(root, ['.'], ('.md',)):
        for found in matches(root, path, FOUND):
            if numbers(found[1]) != numbers(version)[:len(numbers(found[1]))]:
                yield f'{path}: find_package(holdfast {found[1]}) does not find {version}'


def check_exports(root, version):
    nodes = [node[1] for node in matches(root, 'src/exports.map', NODE)]
    for node in nodes:
        if numbers(node)[:2] != numbers(version)[:2] or numbers(node) > numbers(version):
            yield f'src/exports.map: HOLDFAST_{node} is no version of a library {version}'
    if not nodes:
        yield 'src/exports.map: no name has a version'


def check_release(root):
    entries = matches(root, 'CHANGELOG.md', ENTRY)
    if entries and not DATE.match(entries[0][2]):
        yield f'CHANGELOG.md: {entries[0][1]} has no date, but "{entries[0][2]}"'
    for line in read_lines(root, 'cmake/debian/changelog'):
        if line.startswith(' -- ') and NOWHERE.search(line):
            yield f'cmake/debian/changelog: nobody can be reached:{line[3:]}'


def check(root, is_release):
    version = '.'.join(m[1] for m in matches(root, 'include/holdfast/version.h', HEADER))
    yield from check_changes(root, version)
    yield from check_pages(root, version)
    yield from check_exports(root, version)
    if is_release:
        yield from check_release(root)


def main():
    if len(sys.argv) < 2 or sys.argv[2:] not in ([], ['--release']):
        sys.exit(__doc__)
    verdict(check(sys.argv[1], len(sys.argv) > 2), 'there is one version')


if __name__ == '__main__':
    main()
