#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""instructions.py BUILD: how many instructions the short operations take, in Markdown.

Valgrind counts them; no clock is read, so nothing else that the machine does shows. Each contender
runs twice, alone, and the difference between the two counts is that of the iterations. Makers of
objects are left out: under Valgrind the library tells Valgrind of each object.
"""
import os
import re
import subprocess
import sys

FEW, MANY = 1000, 11000

# Program, section, title. The sections are those that need no second thread at the same time.
TABLES = (
    ('bench_pair', 'plain', 'Retain + release, process with one thread'),
    ('bench_pair_inline', 'plain', 'Retain + release, HF_INLINE, process with one thread'),
    ('bench_pair', 'atomic', 'Retain + release, process with threads'),
    ('bench_pair_static', 'atomic', 'Retain + release, static, process with threads'),
    ('bench_weak', 'plain', 'Upgrade + release, process with one thread'),
    ('bench_weak', 'atomic', 'Upgrade + release, process with threads'),
)


def count(program, section, contender, iterations):
    """Returns the instructions of the whole process."""
    run = subprocess.run(
        ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', program,
         '--section', section, '--only', contender, '--alone', '--iterations', str(iterations)],
        capture_output=True, text=True, check=False)
    found = re.search(r'Collected : (\d+)', run.stderr)
    if run.returncode or not found:
        sys.exit(f'{program}, {contender}: {run.stderr}')
    return int(found.group(1))


def contenders(program, section):
    listed = subprocess.run([program, '--list'], capture_output=True, text=True, check=True)
    rows = (line.split('\t') for line in listed.stdout.splitlines())
    return [name for known, name in rows if known == section]


def write_table(program, section, title):
    print(f'\n### Instructions: {title}\n')
    print('| | per pair | from | to | ratio | from | to | goal | |')
    print('|---|---:|---:|---:|---:|---:|---:|---:|---|')
    baseline = None
    for name in contenders(program, section):
        few, many = (count(program, section, name, n) for n in (FEW, MANY))
        each = (many - few) / (MANY - FEW)
        baseline = baseline or each
        ratio = each / baseline
        print(f'| {name} | {each:.1f} | {each:.1f} | {each:.1f} '
              f'| {ratio:.2f} | {ratio:.2f} | {ratio:.2f} | | |', flush=True)


def main():
    if len(sys.argv) != 2 or sys.argv[1] == '--help':
        sys.exit(__doc__)
    for program, section, title in TABLES:
        write_table(os.path.join(sys.argv[1], 'bench', program), section, title)


if __name__ == '__main__':
    main()
