# SPDX-License-Identifier: MIT
"""What lies in memory: types, objects, and what HOLDFAST_TRACK writes down.

Knows the layout of headers and tables (holdfast/layout.h, type.h; src/object/object.h,
src/track/track.h), and reads it from a process or a core file. 64 bits only.
"""
import struct

import gdb

SIDE, DEAD, DONE, IMMORTAL = 1, 8, 16, 64
META_TYPE, META_EXTENT, META_PLACED, META_ACYCLIC, META_BITS = 1, 2, 4, 8, 15
COUNT_SHIFT, COUNT_BITS = 36, 28
COUNT_TOP = 1 << (COUNT_BITS - 2)
EXTENT_COUNT_BITS, EXTENT_TRACKED = 40, 1 << 63
STRONG_ARRAY, STRONG_FLEX, SLOT, WEAK = 2, 3, 5, 6
ALL = (1 << 64) - 1


# ---- memory ------------------------------------------------------------------------------------

def read(address, form):
    """The values at address, by a format of the module struct."""
    memory = gdb.selected_inferior().read_memory(address, struct.calcsize(form))
    return struct.unpack(form, memory)


def word(address):
    return read(address, '<Q')[0]


def text(address):
    """The C string at address."""
    return gdb.Value(address).cast(gdb.lookup_type('char').pointer()).string(errors='replace')


def number_of(value):
    return int(value.cast(gdb.lookup_type('unsigned long')))


# ---- types and objects ---------------------------------------------------------------------------

class Field:
    """One entry of a type's table."""

    def __init__(self, address):
        self.name, self.kind, self.count, self.offset = read(address, '<QIIQ')
        self.name = text(self.name) if self.kind else ''


class Type:
    """What HF_TYPE defined, with the fields of its bases."""

    known = {}

    def __init__(self, address):
        (name, self.size, _, table, _, trace, _, _, base) = read(address, '<9Q')
        self.name, self.fields, self.has_trace = text(name), [], trace != 0
        while table:
            field = Field(table)
            if not field.kind:
                break
            self.fields.append(field)
            table += 40
        if base:
            inherited = Type.at(base)
            self.fields += inherited.fields
            self.has_trace = self.has_trace or inherited.has_trace

    @classmethod
    def at(cls, address):
        if address not in cls.known:
            cls.known[address] = cls(address)
        return cls.known[address]

    @staticmethod
    def is_one(address):
        """Whether a type that was used stands there: its books lead back to it."""
        try:
            state = word(address + 112)
            return word(state + 16) == address
        except gdb.error:
            return False


class Object:
    """The header of an object. ValueError: there is none."""

    def __init__(self, address):
        self.address = address
        try:
            meta, self.word = read(address - 16, '<2Q')
            record = 0
            if not meta & META_TYPE:
                record, meta = meta, word(meta + 16)
            if self.word & SIDE:
                self.word = word(record)
        except gdb.error as error:
            raise ValueError('no object') from error
        if not meta & META_TYPE or not Type.is_one(meta & ~META_BITS):
            raise ValueError('no object')
        self.meta = meta
        self.type = Type.at(meta & ~META_BITS)
        extent, self.ticket = 0, 0
        if meta & META_EXTENT:
            extent_at = address - (24 if meta & META_ACYCLIC else 32)
            extent = word(extent_at)
            if extent & EXTENT_TRACKED:
                self.ticket = word(extent_at - 8)
        elif meta & META_PLACED:
            self.ticket = word(address - 32)
        self.elements = extent & ((1 << EXTENT_COUNT_BITS) - 1)
        self.element_bytes = (extent & ~EXTENT_TRACKED) >> EXTENT_COUNT_BITS
        self.bytes = self.type.size + self.elements * self.element_bytes

    @property
    def count(self):
        return ((self.word >> COUNT_SHIFT) + 1) & ((1 << COUNT_BITS) - 1)

    @property
    def is_immortal(self):
        return bool(self.word & IMMORTAL) or self.count > COUNT_TOP

    @property
    def serial(self):
        return word(self.ticket + 8) if self.ticket else 0

    def edges(self):
        """Yields field, index or None, whether it is weak, and the address of what is held."""
        for field in self.type.fields:
            at = self.address + field.offset
            if field.kind == WEAK:
                target = weak_target(word(at))
                if target:
                    yield field, None, True, target
            elif field.kind <= SLOT:
                count, is_array = field.count, field.kind in (STRONG_ARRAY, STRONG_FLEX)
                if field.kind == STRONG_FLEX:
                    count = self.elements if self.element_bytes == 8 else 0
                for i, held in enumerate(read(at, f'<{count}Q')):
                    if held:
                        yield field, i if is_array else None, False, held

    def describe(self):
        """In few words: its type, its number, what its count says."""
        number = f' #{self.serial}' if self.serial else ''
        if self.word & DONE:
            state = 'dead, or waits in line'
        elif self.word & DEAD:
            state = 'dying'
        elif self.is_immortal:
            state = 'immortal'
        else:
            state = f'{self.count} reference{"" if self.count == 1 else "s"}'
        return f'{self.type.name}{number}, {state}'


def weak_target(record):
    """What the side record of a weak reference leads to, or 0 when that is dead or nothing."""
    if not record:
        return 0
    state, _, _, hidden = read(record, '<4Q')
    return 0 if state & (DEAD | DONE) else hidden ^ ALL


def describe(address):
    """As Object.describe; for what is none, the bare address."""
    if not address:
        return 'empty'
    try:
        return f'{address:#x} <{Object(address).describe()}>'
    except ValueError:
        return f'{address:#x}, no object'


# ---- what is written down ----------------------------------------------------------------------

class Books:
    """What HOLDFAST_TRACK writes down. GdbError: nothing is."""

    def __init__(self):
        try:
            door = int(gdb.parse_and_eval('(unsigned long) &hf_debugger_'))
        except gdb.error as error:
            raise gdb.GdbError('This program does not use Holdfast.') from error
        version, self.page_bytes, pages, words, holdings = read(door, '<IIQQQ')
        if version != 2:
            raise gdb.GdbError('This script does not fit this version of Holdfast.')
        self.first_page, self.words = word(pages), word(word(words))
        self.holdings = word(word(holdings))

    def tickets(self):
        """Yields object and ticket for all that live."""
        page = self.first_page
        count = (self.page_bytes - 8) // 24
        while page:
            rows = read(page, f'<Q{"QQII" * count}')
            for i in range(count):
                hidden = rows[1 + 4 * i]
                if hidden & 1:
                    yield hidden ^ ALL, page + 8 + 24 * i, rows[2 + 4 * i:5 + 4 * i]
            page = rows[0]

    def stack(self, number):
        """Return addresses, innermost first."""
        if not number:
            return []
        at = self.words + 8 * number
        return read(at + 16, f'<{2 * word(at)}Q')[::2]

    def holders(self, ticket):
        """Yields how many references which stack took, of those that are outside."""
        entry = read(ticket + 20, '<I')[0]
        while entry:
            entry, stack, references, _ = read(self.holdings + 16 * entry, '<4I')
            if references:
                yield references, stack


def frame_of(address):
    """Function, file, line and module of the call that returns to address."""
    call = address - 1
    function, file, line = '', '', 0
    place = gdb.find_pc_line(call)
    if place.symtab:
        file, line = place.symtab.filename.rsplit('/', 1)[-1], place.line
    block = gdb.block_for_pc(call)
    while block and not block.function:
        block = block.superblock
    if block:
        function = block.function.name
    else:
        symbol = gdb.execute(f'info symbol {call:#x}', to_string=True)
        function = '' if symbol.startswith('No symbol') else symbol.split(' ')[0]
    module = gdb.solib_name(call) or gdb.current_progspace().filename or ''
    return function, file, line, module


def stack_lines(addresses):
    """A line for each caller, from the library's on, until main or a thread begins."""
    lines, is_inside = [], True
    for address in addresses:
        function, file, line, module = frame_of(address)
        if is_inside and function.startswith(('hf_', 'hfi_', 'hf::')):
            continue
        if lines and function.startswith(('__libc_start_', '_start', 'start_thread', 'clone')):
            break
        is_inside = False
        place = f'{file}:{line}' if file else module.rsplit('/', 1)[-1]
        lines.append(f'{function or "?"} ({place})')
    return lines
