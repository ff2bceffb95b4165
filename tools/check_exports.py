#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_exports.py NM CC INCLUDE EXPORTS LIBRARY: the library shows what the headers declare.

Every name that it shows begins with hf_, so that it collides with nobody's; and every function and
variable that the public headers declare with HF_API is there, those for HF_INLINE among them. What
the compiler sees counts, hence CC. Each name stands in EXPORTS, written out, and is shown in the
version that it has there.
"""
import re
import subprocess
import sys

from house import verdict

DECLARED = re.compile(r'visibility\s*\("default"\)[^;{]*?\b(hf_\w+)\s*(?:\(|;|__attribute__)')
NODE = re.compile(r'([\w.]+)\s*\{(.*?)\}', re.S)
GLOBAL = re.compile(r'global:(.*?)(?:local:|$)', re.S)


def output(*command, text=None):
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def declared_names(compiler, include):
    return {name
            for inline in ('-UHF_INLINE', '-DHF_INLINE')
            for name in DECLARED.findall(output(compiler, '-E', '-P', inline, f'-I{include}', '-xc',
                                                '-', text='#include <holdfast/holdfast.h>\n'))}


def shown_names(nm, library):
    """Returns a dictionary from name to version, which is empty for a name without one."""
    lines = output(nm, '--dynamic', '--defined-only', '--format=posix', library).splitlines()
    # The versions themselves are shown as absolute names.
    words = [line.split()[:2] for line in lines]
    names = [name.partition('@@') for name, kind in words if kind != 'A']
    return {name: version for name, _, version in names}


def versions_of(exports):
    """Returns a dictionary from name to version, as the linker's script has them."""
    with open(exports, encoding='utf-8') as file:
        script = re.sub(r'/\*.*?\*/', '', file.read(), flags=re.S)
    return {name: version
            for version, content in NODE.findall(script)
            for names in GLOBAL.findall(content)
            for name in re.findall(r'[^\s;]+', names)}


def check(declared, shown, versions):
    for name in sorted(shown):
        if not name.startswith('hf_'):
            yield f'{name} is shown, and does not begin with hf_'
        elif name not in versions:
            yield f'{name} is shown, and exports.map does not name it'
        elif shown[name] != versions[name]:
            yield f'{name} is shown in version {shown[name]}, not in {versions[name]}'
    for name in sorted(versions.keys() - shown.keys()):
        yield f'{name} stands in exports.map, and is not shown'
    for name in sorted(declared - shown.keys()):
        yield f'{name} is declared, and not shown: name it in src/exports.map'
    if not declared:
        yield 'the headers declare nothing'


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    nm, compiler, include, exports, library = sys.argv[1:]
    declared = declared_names(compiler, include)
    verdict(check(declared, shown_names(nm, library), versions_of(exports)),
            f'{len(declared)} names are shown')


if __name__ == '__main__':
    main()
