#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_links.py NM SRC OBJECT...: each room links with the rooms below it, and with nothing else.

A declaration of one's own could go round the doors that check_floors.py watches; the linker's
names can't. For each room, its objects and those of lower floors must define every name of the
library (hf_..., hfi_...) that the room uses.
"""
import os
import subprocess
import sys

from house import read_floors, verdict


def room_of(path, floors):
    """The room that an object file was compiled in: CMake keeps the path of the source."""
    room = os.path.basename(os.path.dirname(path))
    if room not in floors:
        sys.exit(f'{path}: no room of FLOORS is called {room}')
    return room


def names(nm, option, path):
    text = subprocess.run([nm, '--format=posix', option, path],
                          check=True, capture_output=True, text=True).stdout
    found = {line.split()[0] for line in text.splitlines()}
    return {name for name in found if name.startswith(('hf_', 'hfi_'))}


def check(nm, floors, objects):
    homes = {}
    for path in objects:
        for name in names(nm, '--defined-only', path):
            homes[name] = room_of(path, floors)
    for path in objects:
        here = room_of(path, floors)
        for name in sorted(names(nm, '--undefined-only', path)):
            there = homes.get(name)
            if there is None:
                yield f'{here}/{os.path.basename(path)}: nobody defines {name}'
            elif there != here and floors[there] >= floors[here]:
                yield (f'{here}/{os.path.basename(path)}: {name} lives in {there}, '
                       'which is not on a lower floor')


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    floors = read_floors(os.path.join(sys.argv[2], 'FLOORS'))
    objects = sys.argv[3:]
    verdict(check(sys.argv[1], floors, objects), f'{len(objects)} objects link downwards')


if __name__ == '__main__':
    main()
