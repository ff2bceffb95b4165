# SPDX-License-Identifier: MIT
"""Handles and objects as people see them, and the command holdfast-object.

Knows the public types by their names and members, those of C and those of C++.
"""
import json
import re

import gdb
import gdb.printing
import gdb.xmethod

from .memory import Books, Object, describe, number_of, read, stack_lines, weak_target

# ---- pretty printers -------------------------------------------------------------------------

class Line:
    """Shows a value as one line."""

    def __init__(self, line):
        self.line = line

    def to_string(self):
        return self.line


class Holding:
    """Shows a handle, and what it holds below it."""

    def __init__(self, kind, pointer):
        self.kind, self.pointer = kind, pointer

    def to_string(self):
        return f'{self.kind} {describe(number_of(self.pointer))}'

    def children(self):
        if number_of(self.pointer) and self.pointer.type.target().fields():
            yield 'object', self.pointer.dereference()


class Elements:
    """Shows an array or a map: what its object holds, in order, as objects of this type."""

    def __init__(self, kind, items, element):
        self.kind, self.items, self.element = kind, items, element
        self.held = []
        if items:
            try:
                self.held = [edge[3] for edge in Object(items).edges()]
            except ValueError:
                self.kind += ', damaged'

    def to_string(self):
        return f'{self.kind} of {len(self.held)}'

    def children(self):
        for i, held in enumerate(self.held):
            yield f'[{i}]', gdb.Value(held).cast(self.element)

    def display_hint(self):
        return 'array'


def print_weak(reference):
    record = number_of(reference['record_'])
    target = weak_target(record)
    return Line(f'weak {describe(target) if target or not record else "dead"}')


def print_union(value, names):
    """Weak references, slots, arrays and maps are unions: a member for us, and one for the type."""
    element = value['to_'].type
    if 'ref_' in names:
        return print_weak(value['ref_'])
    if 'slot_' in names:
        return Line(f'slot {describe(number_of(value["slot_"]["held_"]))}')
    if 'array_' in names:
        return Elements('array', number_of(value['array_']['items_']), element)
    if 'map_' in names:
        return Elements('map', number_of(value['map_']['entries_']), element)
    return None


def print_slice(value):
    length = int(value['length'])
    shown = value['bytes'].string(length=min(length, 200), errors='replace') if length else ''
    more = '...' if length > 200 else ''
    owner = describe(number_of(value['owner']))
    return Line(f'slice of {length} bytes {json.dumps(shown)}{more}, owner {owner}')


CXX_HANDLE = re.compile(r'hf::(ref|unique|edge|weak)<')


def cxx_handle_of(kind):
    """Which handle of C++ the type is: "ref"; or None."""
    handle = CXX_HANDLE.match(kind.strip_typedefs().name or '')
    return handle and handle[1]


def print_cxx_handle(handle, value):
    if handle == 'weak':
        return print_weak(value['reference_'])
    if handle == 'unique':
        return Holding(handle, value['object_'])
    return Line(f'{handle} {describe(number_of(value["object_"]))}')


def printer_for(value):
    """The printer for a value of one of the library's types, or of a pointer to an object."""
    kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_UNION:
        names = [field.name for field in kind.fields()]
        return print_union(value, names) if 'to_' in names else None
    if kind.code == gdb.TYPE_CODE_STRUCT:
        if (kind.tag or '').startswith('hf_unique_'):
            return Holding('unique', value['ptr'])
        handle = cxx_handle_of(kind)
        if handle:
            return print_cxx_handle(handle, value)
        return print_slice(value) if kind.tag == 'hf_slice' else None
    if kind.code == gdb.TYPE_CODE_PTR:
        space, _, name = (value.type.target().unqualified().name or '').rpartition('::')
        constant = f'{space}::hf_type_{name}' if space else f'hf_type_{name}'
        if name and gdb.lookup_global_symbol(constant) and number_of(value):
            try:
                return Line(f'{number_of(value):#x} <{Object(number_of(value)).describe()}>')
            except ValueError:
                return None
    return None


# ---- handles of C++ in expressions ---------------------------------------------------------------

class Follow(gdb.xmethod.XMethodWorker):
    """What a handle's get, -> or * answers, as the compiler may have left no function for it."""

    def __init__(self, is_pointer):
        self.is_pointer = is_pointer

    def get_arg_types(self):
        return None

    def __call__(self, handle):
        pointer = handle['object_']
        return pointer if self.is_pointer else pointer.dereference()


class Followers(gdb.xmethod.XMethodMatcher):
    def __init__(self):
        super().__init__('holdfast')
        self.methods = [gdb.xmethod.XMethod(name) for name in ('get', 'operator->', 'operator*')]

    def match(self, class_type, method_name):
        is_enabled = any(method.enabled and method.name == method_name for method in self.methods)
        if not is_enabled or cxx_handle_of(class_type) in (None, 'weak'):
            return None
        return Follow(method_name != 'operator*')


# ---- commands ----------------------------------------------------------------------------------

def tell_stack(what, addresses):
    print(f'    {what}')
    for i, line in enumerate(stack_lines(addresses)):
        print(f'        {"from" if i else "by"} {line}')


class ShowObject(gdb.Command):
    """holdfast-object EXPRESSION: what the library knows of the object.

Tells its type, its count and its state, where it was made and who holds it if that is written
down (HOLDFAST_TRACK), and what its fields refer to. The expression is a pointer to an object."""

    def __init__(self):
        super().__init__('holdfast-object', gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, _):
        address = number_of(gdb.parse_and_eval(argument))
        try:
            it = Object(address)
        except ValueError as error:
            raise gdb.GdbError(f'At {address:#x} is no object of Holdfast.') from error
        print(f'{it.describe()}, {it.bytes} bytes at {address:#x}')
        if it.ticket:
            books = Books()
            tell_stack('made', books.stack(read(it.ticket + 16, '<I')[0]))
            for references, stack in books.holders(it.ticket):
                noun = 'reference' if references == 1 else 'references'
                tell_stack(f'{references} {noun}, taken', books.stack(stack))
        for field, index, is_weak, held in it.edges():
            place = field.name if index is None else f'{field.name}[{index}]'
            print(f'    .{place}{" (weak)" if is_weak else ""} -> {describe(held)}')


class Printers(gdb.printing.PrettyPrinter):
    """The printers by one name, so that a user can switch them off."""

    def __init__(self):
        super().__init__('holdfast')

    def __call__(self, value):
        return printer_for(value)


def register(objfile):
    gdb.printing.register_pretty_printer(objfile, Printers(), replace=True)
    gdb.xmethod.register_xmethod_matcher(objfile, Followers(), replace=True)
    ShowObject()
