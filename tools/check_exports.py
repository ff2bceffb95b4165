#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_exports.py NM CC INCLUDE LIBRARY: the shared library shows what the headers declare.

Every name that it shows begins with hf_, so that it collides with nobody's; and every function that
the public headers declare with HF_API is there. What the compiler sees counts, hence CC.
"""
import re
import subprocess
import sys

from house import verdict

DECLARED = re.compile(r'visibility\s*\("default"\)[^;{]*?\b(hf_\w+)\s*\(')


def output(*command, text=None):
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def declared_names(compiler, include):
    preprocessed = output(compiler, '-E', '-P', f'-I{include}', '-xc', '-',
                          text='#include <holdfast/holdfast.h>\n')
    return set(DECLARED.findall(preprocessed))


def shown_names(nm, library):
    lines = output(nm, '--dynamic', '--defined-only', '--format=posix', library).splitlines()
    return {line.split()[0] for line in lines}


def check(declared, shown):
    for name in sorted(shown):
        if not name.startswith('hf_'):
            yield f'{name} is shown, and does not begin with hf_'
    for name in sorted(declared - shown):
        yield f'{name} is declared, and not shown'
    if not declared:
        yield 'the headers declare nothing'


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    nm, compiler, include, library = sys.argv[1:]
    declared = declared_names(compiler, include)
    verdict(check(declared, shown_names(nm, library)), f'{len(declared)} functions are shown')


if __name__ == '__main__':
    main()
