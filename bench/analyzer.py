#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""analyzer.py BUILD [--rounds N] [--size SIZE]: the Analyzer beside programs that do its work.

Each reads the same file, in turn, as a process of its own; told is the processor time of each row
and the peak of resident memory, in the form of the other benchmarks. The Analyzer keeps sketches in
bounded memory; the others count everything exactly, as programs of that size do.
"""
import argparse
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, out):
    """Returns processor time in ns and the peak of resident memory in MiB; None if it failed."""
    null = [(os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)]
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=null)
    _, status, usage = os.wait4(child, 0)
    if status:
        return None
    return (usage.ru_utime + usage.ru_stime) * 1e9, usage.ru_maxrss / 1024


def make_file(programs, size):
    path = os.path.join(programs, f'analyzer-{size}.csv')
    if not os.path.exists(path):
        generate = os.path.join(programs, 'analyzer', 'analyzer_generate')
        if run([generate, size], path + '.part') is None:
            sys.exit(f'{generate} failed')
        os.rename(path + '.part', path)
    return path


def count_lines(path):
    """A few rows are two, since fields may have line ends in them."""
    with open(path, 'rb') as file:
        return sum(chunk.count(b'\n') for chunk in iter(lambda: file.read(1 << 20), b''))


def quartiles(values):
    ordered = sorted(values)
    if len(ordered) == 1:
        return ordered * 3
    low, middle, high = statistics.quantiles(ordered, n=4, method='inclusive')
    return [middle, low, high]


def table(title, unit, names, samples):
    print(f'\n### {title}\n\n|  | {unit} | from | to | ratio | from | to | goal |  |')
    print('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
    for name in names:
        if any(value is None for value in samples[name]):
            print(f'| {name} | failed |  |  |  |  |  |  |  |')
            continue
        ratios = [mine / base for mine, base in zip(samples[name], samples[names[0]])]
        cells = [f'{value:.2f}' for value in quartiles(samples[name]) + quartiles(ratios)]
        print(f'| {name} | {" | ".join(cells)} |  |  |')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--size', default='256M')
    options = parser.parse_args()
    programs = os.path.join(options.build, 'bench')
    path = make_file(programs, options.size)
    lines = count_lines(path)
    commands = {
        'C++, std::shared_ptr': [os.path.join(programs, 'bench_analyze_cc'), path],
        'Holdfast, the Analyzer': [os.path.join(programs, 'analyzer', 'analyzer'), '--quiet', path],
        'Python, csv and statistics': ['python3', os.path.join(HERE, 'peers', 'analyze.py'), path],
    }
    times, peaks = ({name: [] for name in commands} for _ in range(2))
    for number in range(options.rounds):
        names = list(commands)
        for name in names[number % 3:] + names[:number % 3]:
            told = run(commands[name], '/dev/null')
            times[name].append(told and told[0] / lines)
            peaks[name].append(told and told[1])
    table(f'Analyze {options.size} of orders', 'ns per line', list(commands), times)
    table(f'Peak of memory for {options.size} of orders', 'MiB', list(commands), peaks)


if __name__ == '__main__':
    main()
