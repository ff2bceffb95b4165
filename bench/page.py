#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""page.py FIGURES DOCS: the figures of a run as docs/benchmarks.md, with drawings.

FIGURES is what run.sh wrote. reasons.tsv says why a goal is not met, or why somebody is ahead; what
has no reason is told as such. Nothing here measures, and no figure is changed.
"""
import html
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = 'Holdfast'
WIDTH, LEFT, BAR, GAP, RIGHT = 760, 270, 14, 8, 90


class Row:
    """One contender: median, quartiles, ratio to the baseline, goal."""

    def __init__(self, cells):
        self.cells, self.name = cells, cells[0]
        try:
            self.middle, self.low, self.high, self.ratio = map(float, cells[1:5])
        except ValueError:
            self.middle = None  # it failed, and says how in the place of figures
        self.goal = float(cells[7]) if cells[7:] and cells[7] else None
        self.verdict = cells[8] if cells[8:] else ''

    @property
    def is_ours(self):
        return self.name.startswith(OURS)

    @property
    def is_peer(self):
        """Neither ours, nor a floor, nor a part of ours alone."""
        return not self.name.startswith((OURS, 'floor', 'without', 'the clock'))


class Table:
    """One section of a program."""

    def __init__(self, program, title):
        self.program, self.title = program, title
        self.unit, self.rows, self.lines, self.notes = '', [], [], []
        self.is_absolute = False  # goals are figures, not ratios

    @property
    def drawing(self):
        return f'{self.program}-{re.sub("[^a-z0-9]+", "-", self.title.lower()).strip("-")}.svg'


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip('|').split('|')]


def read_figures(path):
    """Returns the lines about the machine, and the tables."""
    machine, tables, program = [], [], None
    with open(path, encoding='utf-8') as file:
        for line in file.read().splitlines():
            if line.startswith('## '):
                program = line[3:].split()[0]
            elif line.startswith('### '):
                tables.append(Table(program, line[4:]))
            elif line.startswith('|') and program is None:
                machine.append(line)
            elif line.startswith('|') and tables:
                add_line(tables[-1], line)
            elif line.strip() and tables:
                tables[-1].notes.append(line)
    return machine, [table for table in tables if table.rows]


def add_line(table, line):
    table.lines.append(line)
    cells = cells_of(line)
    if not table.unit:
        table.unit, table.is_absolute = cells[1], 'at most' in cells
    elif not set(line) <= set('|-: '):
        table.rows.append(Row(cells))


# ---- drawings ----------------------------------------------------------------------------------

STYLE = ('text{font:12px system-ui,sans-serif;fill:#333}.o{fill:#1a5fb4}.t{fill:#b9bec6}'
         '.b{fill:#7d8590}.w{stroke:#333;stroke-width:1}.g{stroke:#a51d2d;stroke-dasharray:3 2}'
         '@media(prefers-color-scheme:dark){text{fill:#ddd}.w{stroke:#ddd}.t{fill:#5b626c}'
         '.o{fill:#5b9bea}.g{stroke:#f08a94}}')


def scale_of(rows):
    """The largest that is drawn to its end: what is ten times our own goes beyond the edge."""
    largest = max(row.high for row in rows)
    ours = [row.high for row in rows if row.is_ours]
    return min(largest, 12 * max(ours)) if ours and max(ours) > 0 else largest


def draw_row(row, index, scale, is_baseline):
    y = 30 + index * (BAR + GAP)
    length = min(row.middle / scale, 1) * (WIDTH - LEFT - RIGHT)
    kind = 'o' if row.is_ours else 'b' if is_baseline else 't'
    name = row.name if len(row.name) < 40 else row.name[:38] + '…'
    yield f'<text x="{LEFT - 8}" y="{y + 11}" text-anchor="end">{html.escape(name)}</text>'
    yield f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"/>'
    if row.high <= scale:
        low, high = (LEFT + value / scale * (WIDTH - LEFT - RIGHT) for value in (row.low, row.high))
        middle = y + BAR / 2
        yield f'<line class="w" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
    more = ' →' if row.middle > scale else ''
    end = max(length, row.high / scale * (WIDTH - LEFT - RIGHT) if row.high <= scale else length)
    yield f'<text x="{LEFT + end + 6:.1f}" y="{y + 11}">{row.middle:g}{more}</text>'


def draw(table):
    rows = [row for row in table.rows if row.middle is not None]
    scale = scale_of(rows) or 1
    height = 36 + len(rows) * (BAR + GAP)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
           f'aria-label="{html.escape(table.title)}"><style>{STYLE}</style>')
    yield f'<text x="{LEFT}" y="18">{html.escape(table.unit)}; lines are quartiles</text>'
    for i, row in enumerate(rows):
        yield from draw_row(row, i, scale, i == 0)
    yield '</svg>\n'


# ---- the page ----------------------------------------------------------------------------------

class Reasons:
    """Lines of reasons.tsv: "goal" or "ahead", what stands in the title and in the row, and why."""

    def __init__(self):
        with open(os.path.join(HERE, 'reasons.tsv'), encoding='utf-8') as file:
            lines = [line for line in file.read().splitlines() if line and line[0] != '#']
        self.known = [line.split('\t') for line in lines]

    def find(self, kind, title, row):
        for known_kind, in_title, in_row, reason in self.known:
            if known_kind == kind and re.search(in_title, title) and re.search(in_row, row):
                return reason
        return 'not looked into yet'


def goals(tables, reasons):
    """Each target, and where it stands."""
    yield '| program | of what | row | figure | goal | | why |'
    yield '|---|---|---|---:|---:|---|---|'
    for table in tables:
        for row in table.rows:
            if row.goal is None or row.middle is None:
                continue
            figure = row.middle if table.is_absolute else row.ratio
            why = '' if row.verdict == 'met' else reasons.find('goal', table.title, row.name)
            yield (f'| `{table.program}` | {table.title} | {row.name} | {figure:.2f} '
                   f'| {row.goal:.2f} | {row.verdict} | {why} |')


def ahead(tables, reasons):
    """The peers of each table that do better than the best of our rows in it."""
    for table in tables:
        ours = [row.middle for row in table.rows if row.is_ours and row.middle is not None]
        better = [row for row in table.rows[1:] if row.is_peer and row.middle is not None
                  and ours and row.middle < 0.97 * min(ours)]
        if not better:
            continue
        names = ', '.join(f'{row.name} {row.middle:g}' for row in better)
        why = reasons.find('ahead', table.title, better[0].name)
        yield f'- `{table.program}`, *{table.title}*: {names}; ours {min(ours):g}. {why}'


def command_of(program):
    """What measures it again."""
    if program.endswith('.py'):
        return f'bench/{program} build/bench'
    if program.endswith('_mimalloc'):
        return f'LD_PRELOAD=libmimalloc.so.2 build/bench/bench/{program.removesuffix("_mimalloc")}'
    return f'build/bench/bench/{program}'


def page(machine, tables, pictures):
    reasons = Reasons()
    yield '# Benchmarks'
    yield ''
    yield ('`./run bench` measured this, in turn and on one processor, and wrote this page; '
           '[how to read it, and how it measures](../bench/README.md). Compare ratios, not times: '
           'times belong to one machine. Peers that were missing have no row.')
    yield ''
    yield from machine
    yield ''
    yield '## Where the goals stand'
    yield ''
    yield from goals(tables, reasons)
    yield ''
    yield '## Where somebody is ahead'
    yield ''
    yield from list(ahead(tables, reasons)) or ['Nobody is.']
    program = None
    for table in tables:
        yield ''
        if table.program != program:
            program = table.program
            yield f'## {program}'
            yield ''
            yield '    ' + command_of(program)
            yield ''
        yield f'### {table.title}'
        yield ''
        if any(row.middle is not None for row in table.rows):
            yield f'![{table.title}]({pictures}/{table.drawing})'
            yield ''
        yield from table.lines
        for note in table.notes:
            yield ''
            yield note


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    figures, docs = sys.argv[1:]
    machine, tables = read_figures(figures)
    if not tables:
        sys.exit(f'{figures} has no figures')
    pictures = os.path.join(docs, 'pictures', 'bench')
    os.makedirs(pictures, exist_ok=True)
    for old in os.listdir(pictures):
        os.unlink(os.path.join(pictures, old))
    for table in tables:
        if any(row.middle is not None for row in table.rows):
            with open(os.path.join(pictures, table.drawing), 'w', encoding='utf-8') as file:
                file.writelines(draw(table))
    with open(os.path.join(docs, 'benchmarks.md'), 'w', encoding='utf-8') as file:
        file.writelines(line + '\n' for line in page(machine, tables, 'pictures/bench'))


if __name__ == '__main__':
    main()
