#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_atomics.py ROOT: every atomic operation says why its ordering is enough.

The compiler's builtins stand in src/base/atomic.h, and in the headers of HF_INLINE, which programs
may ask for; everywhere else the names of base/atomic.h, which carry their ordering, are used. The
one for prefetches stands in src/base/base.h, which says what GCC may do to it elsewhere.

Such a use is justified by a comment that says "ORDERING: why", or "ORDERING, here and below: why",
with the ordering of the operation's name (acquire, release, acq_rel, relaxed). It stands above the
use in the same function, or directly above the function. Unless it is relaxed, the same comment
says what it "pairs with", or names the function whose reasoning it repeats: "as in NAME". For a
relaxed operation the justification of a stronger one may stand, since it explains both halves.
"""
import re
import sys

from house import C_FILES, blank_comments, files, functions, read_lines, verdict

BUILTIN = re.compile(r'\b(__atomic_|__sync_|__c11_atomic_|ck_pr_)|\b_Atomic\b|<stdatomic\.h>')
BUILTINS_ALLOWED = ('src/base/atomic.h', 'include/holdfast/inline.h',
                    'include/holdfast/inline_upgrade.h')
PREFETCH = re.compile(r'\b__builtin_prefetch\b')
PREFETCH_ALLOWED = 'src/base/base.h'
USE = re.compile(r'\batomic_[a-z_]*?(relaxed|acquire|release|acq_rel|seq_cst)\b')
REASON = re.compile(r'\b(relaxed|acquire|release|acq_rel|seq_cst)(?:,[^.:]*)?:')
PARTNER = re.compile(r'\b(pairs\s+(\*\s+)?with|as\s+(\*\s+)?in)\b')


def comments(lines):
    """Yields (first, last, text) for each comment."""
    text = '\n'.join(lines)
    for match in re.finditer(r'/\*.*?\*/', text, re.S):
        first = text.count('\n', 0, match.start())
        yield first, first + match.group().count('\n'), match.group()


def scope_of(number, lines):
    """The line from which on a comment may justify what stands in line `number`."""
    for head, _, last in functions(lines):
        if head <= number <= last:
            return head
    return number


def justified(number, ordering, lines):
    start = scope_of(number, lines)
    for first, last, text in comments(lines):
        if last < start - 1 or first > number:
            continue
        orderings = set(REASON.findall(text))
        if ordering == 'relaxed' and orderings:
            return True
        if ordering in orderings and PARTNER.search(text):
            return True
    return False


def check_file(root, path):
    lines = read_lines(root, path)
    for number, line in enumerate(blank_comments(lines)):
        if BUILTIN.search(line) and path not in BUILTINS_ALLOWED:
            yield f'{path}:{number + 1}: use a name of src/base/atomic.h'
        if PREFETCH.search(line) and path != PREFETCH_ALLOWED:
            yield f'{path}:{number + 1}: use a name of {PREFETCH_ALLOWED}'
        if path in BUILTINS_ALLOWED:
            continue
        for use in USE.finditer(line):
            if not justified(number, use[1], lines):
                yield f'{path}:{number + 1}: no comment says why {use[0]} is enough'


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = sys.argv[1]
    paths = list(files(root, ['src', 'include'], C_FILES))
    faults = (fault for path in paths for fault in check_file(root, path))
    verdict(faults, f'every atomic in {len(paths)} files is justified')


if __name__ == '__main__':
    main()
