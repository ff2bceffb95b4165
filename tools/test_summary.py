#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test_summary.py PRESET RESULTS: what CTest's JUnit file says, for people.

One line for each kind of test: how many programs ran, how many tests they held, how many seconds
they took together. A program of Check tells the number of its tests; any other is one test.
What a test wrote that skipped itself follows, and what a failing one wrote, with the command that
runs it again. Exit status 1 if any failed.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

CHECKS = re.compile(r'^\d+%: Checks: (\d+), Failures: \d+, Errors: \d+$', re.M)


class Kind:
    """The sums of one kind."""

    def __init__(self):
        self.programs, self.tests, self.failed, self.seconds = 0, 0, 0, 0.0

    def add(self, case):
        self.programs += 1
        self.tests += tests_in(case)
        self.failed += has_failed(case)
        self.seconds += float(case.get('time', 0))


def output_of(case):
    return case.findtext('system-out') or ''


def tests_in(case):
    return sum(map(int, CHECKS.findall(output_of(case)))) or 1


def has_skipped_itself(case):
    """Whether the test looked, and said what it would need that this machine lacks."""
    skipped = case.find('skipped')
    return skipped is not None and skipped.get('message', '').startswith('SKIP_RETURN_CODE')


def has_failed(case):
    # A test that was not run has not passed, unless it says why.
    return case.get('status') != 'run' and not has_skipped_itself(case)


def print_line(name, kind):
    failed = f'  {kind.failed} failed' if kind.failed else ''
    print(f'{name:14}{kind.programs:10}{kind.tests:9}{kind.seconds:10.1f}{failed}')


def print_failure(preset, case):
    name = case.get('name')
    print(f'\n==== {name} failed; again: ./run test --preset {preset} {name}')
    print(output_of(case).strip())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    preset = sys.argv[1]
    cases = ElementTree.parse(sys.argv[2]).getroot().findall('testcase')
    if not cases:
        sys.exit('no test matches')
    kinds, total = {}, Kind()
    for case in cases:
        name = case.get('name').split('/')[0]
        kinds.setdefault(name, Kind()).add(case)
        total.add(case)
    print(f'{preset:14}{"programs":>10}{"tests":>9}{"seconds":>10}')
    for name, kind in kinds.items():
        print_line(name, kind)
    print_line('total', total)
    for case in filter(has_skipped_itself, cases):
        print(f'{case.get("name")}: {output_of(case).strip()}')
    for case in filter(has_failed, cases):
        print_failure(preset, case)
    sys.exit(1 if total.failed else 0)


if __name__ == '__main__':
    main()
