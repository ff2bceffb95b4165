# SPDX-License-Identifier: MIT
"""What somebody writes who needs the Analyzer's report once: csv, statistics, and a Counter.

analyze.py FILE: for each column its type, values, nulls, different values, the least and the
greatest, mean, deviation, quantiles, and the five most frequent values. All of it exactly, in as
much memory as that takes.
"""
import array
import collections
import csv
import statistics
import sys

NULLS = {'', 'NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', 'NULL', 'null', 'Null', 'None', 'none',
         '\\N'}


class Column:
    def __init__(self, name):
        self.name, self.nulls = name, 0
        self.numbers = array.array('d')  # as long as all of them are
        self.texts = collections.Counter()

    def add(self, text):
        if text in NULLS:
            self.nulls += 1
            return
        self.texts[text] += 1
        if self.numbers is not None:
            try:
                self.numbers.append(float(text))
            except ValueError:
                self.numbers = None

    def report(self):
        values = sum(self.texts.values())
        print(f'{self.name}: {values} values, {self.nulls} nulls, {len(self.texts)} distinct')
        if self.numbers:
            mean = statistics.fmean(self.numbers)
            deviation = statistics.pstdev(self.numbers, mean) if values > 1 else 0
            print(f'  {min(self.numbers):g} to {max(self.numbers):g}, mean {mean:g}, '
                  f'deviation {deviation:g}, quantiles {statistics.quantiles(self.numbers)}')
        elif self.texts:
            print(f'  {min(self.texts)} to {max(self.texts)}')
        print(f'  {self.texts.most_common(5)}')


def main():
    with open(sys.argv[1], newline='', encoding='utf-8') as file:
        rows = csv.reader(file)
        columns = [Column(name) for name in next(rows)]
        count = 0
        for count, row in enumerate(rows, 1):
            for column, text in zip(columns, row):
                column.add(text)
    print(f'{count} rows')
    for column in columns:
        column.report()


main()
