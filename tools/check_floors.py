#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_floors.py SRC: includes go down in the house, and through doors.

A file of a room may include headers of its own room, the door ROOM/ROOM.h of every room on a lower
floor, and public headers by name, <holdfast/weak.h>; never <holdfast/holdfast.h>, which would hide
what a file stands on. src/FLOORS has the floors; each directory of src is a room, and the reverse.
A header that a door itself includes from its own room comes in by that door.
"""
import os
import re
import sys

from house import C_FILES, files, read_floors, read_lines, verdict

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def check_rooms(source, floors):
    rooms = {name for name in os.listdir(source) if os.path.isdir(os.path.join(source, name))}
    for room in sorted(rooms - floors.keys()):
        yield f'{room}/ has no floor in FLOORS'
    for room in sorted(floors.keys() - rooms):
        yield f'FLOORS names {room}, which is no directory'


def check_include(source, floors, path, bracket, target):
    """Returns what is wrong with one include, or None."""
    if bracket == '<':
        everything = target == 'holdfast/holdfast.h'
        return 'include the one header that is needed' if everything else None
    if not os.path.isfile(os.path.join(source, target)):
        return 'write it from src, as in "room/file.h"'
    here, there = path.split(os.sep)[0], target.split('/')[0]
    if here == there:
        return None
    if floors[there] >= floors[here]:
        return f'{there} is not on a lower floor than {here}'
    if target != f'{there}/{there}.h':
        return f'the door is {there}/{there}.h'
    return None


def check(source, floors):
    yield from check_rooms(source, floors)
    for path in files(source, floors, C_FILES):
        for number, line in enumerate(read_lines(source, path), 1):
            match = INCLUDE.match(line)
            fault = match and check_include(source, floors, path, *match.groups())
            if fault:
                yield f'src/{path}:{number}: includes {match[2]}: {fault}'


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    source = sys.argv[1]
    floors = read_floors(os.path.join(source, 'FLOORS'))
    verdict(check(source, floors), 'every include goes down')


if __name__ == '__main__':
    main()
