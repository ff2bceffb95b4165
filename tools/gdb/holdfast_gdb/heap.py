# SPDX-License-Identifier: MIT
"""The command holdfast-heap: a snapshot of a process that stands still, or of a core file.

Knows the form that src/graph/heapsnapshot_write.c writes, and writes the same; what it can't know
is what trace functions would visit, for they are code.
"""
import json

import gdb

from .memory import DEAD, META_PLACED, Books, Object, frame_of

NODE_DYING, NODE_IMMORTAL, NODE_ON_STACK, NODE_UNLISTED = 1, 2, 4, 8
GROUPS = ['(held from outside)', '(immortal)', '(waiting to die)', '(leaked cycles)']
OUTSIDE, ETERNAL, DYING, CYCLES = range(4)
NATIVE, SYNTHETIC, ELEMENT, PROPERTY, WEAK = 8, 9, 1, 2, 6
NODE_COLUMNS, SERIAL_OFFSET, UINT32_MAX = 7, 16, (1 << 32) - 1

META = {
    'node_fields': ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id',
                    'detachedness'],
    'node_types': [['hidden', 'array', 'string', 'object', 'code', 'closure', 'regexp', 'number',
                    'native', 'synthetic', 'concatenated string', 'sliced string', 'symbol',
                    'bigint', 'object shape', 'wasm object'],
                   'string', 'number', 'number', 'number', 'number', 'number'],
    'edge_fields': ['type', 'name_or_index', 'to_node'],
    'edge_types': [['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'],
                   'string_or_number', 'node'],
    'trace_function_info_fields': ['function_id', 'name', 'script_name', 'script_id', 'line',
                                   'column'],
    'trace_node_fields': ['id', 'function_info_index', 'count', 'size', 'children'],
}


class Node:
    """An object in the snapshot."""

    def __init__(self, it, serial, stack):
        self.it, self.serial, self.stack = it, serial, stack
        self.edges, self.inside, self.group = [], 0, None
        self.flags = 0 if serial else NODE_UNLISTED
        if it.word & DEAD:
            self.flags |= NODE_DYING
        if it.is_immortal:
            self.flags |= NODE_IMMORTAL
        elif it.meta & META_PLACED:
            self.flags |= NODE_ON_STACK
        self.count = 0 if it.is_immortal else it.count

    @property
    def outside(self):
        # The pin of the dying is nobody's reference.
        return max(0, self.count - self.inside - (self.flags & NODE_DYING))


class Numbers:
    """Equal things get one number, in the order in which they come."""

    def __init__(self, *first):
        self.number = {thing: i for i, thing in enumerate(first)}

    def __getitem__(self, thing):
        return self.number.setdefault(thing, len(self.number))

    def __iter__(self):
        return iter(self.number)

    def __len__(self):
        return len(self.number)


class Heap:
    """Everything that is written down, with what it leads to."""

    def __init__(self):
        self.books, self.nodes, self.number = Books(), [], {}
        self.strings, self.stacks = Numbers(''), Numbers(())
        self.frame_numbers, self.frames, self.holders = {}, [], []
        for address, _, (serial, stack, _) in self.books.tickets():
            self.enter(address, serial, stack)
        if not self.nodes:
            raise gdb.GdbError('Nothing is written down: run the program with '
                               'HOLDFAST_TRACK=sites in its environment, or let it call hf_track.')
        for node in self.nodes:  # which grows meanwhile
            self.follow(node)
        last = max(node.serial for node in self.nodes)
        for node in self.nodes:
            if not node.serial:
                last += 1
                node.serial = last
        self.find_roots()
        self.find_holders()

    def enter(self, address, serial=0, stack=0):
        """Returns the number of the object, or None when there is none at the address."""
        try:
            it = Object(address)
        except ValueError:
            return None
        self.number[address] = len(self.nodes)
        self.nodes.append(Node(it, serial, self.stack(stack)))
        self.strings[it.type.name]
        if len(self.nodes) % 100000 == 0:
            print(f'{len(self.nodes)} objects ...')
        return self.number[address]

    def stack(self, number):
        return self.stacks[tuple(self.frame(address) for address in self.books.stack(number))]

    def frame(self, address):
        if address not in self.frame_numbers:
            function, file, line, module = frame_of(address)
            self.frame_numbers[address] = len(self.frames)
            # Without a line, who reads the file shall not look for one: the offset is not known.
            self.frames.append((0, self.strings[module if file else ''],
                                self.strings[function or module.rsplit('/', 1)[-1]],
                                self.strings[file], line))
        return self.frame_numbers[address]

    def follow(self, node):
        for field, index, is_weak, held in node.it.edges():
            to = self.number.get(held)
            if to is None:
                to = self.enter(held)
            if to is None:
                continue
            node.edges.append((self.strings[field.name], index, is_weak, to))
            if not is_weak:
                self.nodes[to].inside += 1

    def find_holders(self):
        for i, node in enumerate(self.nodes):
            if node.outside and node.it.ticket:
                for references, stack in self.books.holders(node.it.ticket):
                    self.holders.append((i, references, self.stack(stack), 0))

    def find_roots(self):
        """Everything must be reachable from a group: what is left over hangs on cycles."""
        for node in self.nodes:
            if node.flags & NODE_IMMORTAL:
                node.group = ETERNAL
            elif node.outside:
                node.group = OUTSIDE
            elif node.flags & NODE_DYING:
                node.group = DYING
        reached = set()
        self.spread([i for i, node in enumerate(self.nodes) if node.group is not None], reached)
        for i in sorted(range(len(self.nodes)), key=lambda i: self.nodes[i].serial):
            if i not in reached:
                self.nodes[i].group = CYCLES
                self.spread([i], reached)

    def spread(self, stack, reached):
        reached.update(stack)
        while stack:
            for _, _, is_weak, to in self.nodes[stack.pop()].edges:
                if not is_weak and to not in reached:
                    reached.add(to)
                    stack.append(to)

    # ---- the file ----

    def write(self, out):
        groups = [g for g in range(len(GROUPS)) if any(n.group == g for n in self.nodes)]
        own_strings = list(self.strings)
        names = Numbers(*own_strings)
        members = [[i for i, n in enumerate(self.nodes) if n.group == g] for g in groups]
        first = 1 + len(groups)
        nodes = [SYNTHETIC, names['(root)'], 1, 0, len(groups), 0, 0]
        edges = []
        for i, group in enumerate(groups):
            nodes += [SYNTHETIC, names[GROUPS[group]], 3 + 2 * group, 0, len(members[i]), 0, 0]
            edges += [ELEMENT, i + 1, NODE_COLUMNS * (i + 1)]
        for ids in members:
            for i in ids:
                edges += [PROPERTY, names[f'#{self.nodes[i].serial}'], NODE_COLUMNS * (first + i)]
        for node in self.nodes:
            nodes += [NATIVE, names[node.it.type.name], 2 * (node.serial + SERIAL_OFFSET) + 1,
                      min(max(node.it.bytes, 1), UINT32_MAX), len(node.edges), 0, 0]
            for name, index, is_weak, to in node.edges:
                if index is not None:
                    name = names[f'{own_strings[name]}[{index}]']
                edges += [WEAK if is_weak else PROPERTY, name, NODE_COLUMNS * (first + to)]
        json.dump({
            'snapshot': {'meta': META, 'node_count': first + len(self.nodes),
                         'edge_count': len(edges) // 3, 'trace_function_count': 0,
                         'holdfast': {'version': 1, 'strings': len(own_strings)}},
            'nodes': nodes, 'edges': edges, 'trace_function_infos': [], 'trace_tree': [],
            'holdfast_objects': [value for n in self.nodes for value in (
                n.it.address, n.serial, n.it.bytes, n.stack, n.count, n.outside, n.flags)],
            'holdfast_frames': [value for frame in self.frames for value in frame],
            'holdfast_stacks': [value for stack in list(self.stacks)[1:]
                                for value in (len(stack), *stack)],
            'holdfast_holders': [value for holder in self.holders for value in holder],
            'strings': list(names)}, out, separators=(',', ':'))
        out.write('\n')


class WriteHeap(gdb.Command):
    """holdfast-heap FILE: writes a snapshot of the heap, for the command holdfast.

The process stands still, or is a core file; objects must be written down (HOLDFAST_TRACK). What
trace functions would visit is not known here, and seems to be held from outside."""

    def __init__(self):
        super().__init__('holdfast-heap', gdb.COMMAND_DATA, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, _):
        arguments = gdb.string_to_argv(argument)
        if len(arguments) != 1:
            raise gdb.GdbError('holdfast-heap wants the path of a file.')
        heap = Heap()
        try:
            with open(arguments[0], 'w', encoding='utf-8', errors='replace') as out:
                heap.write(out)
        except OSError as error:
            raise gdb.GdbError(f'{arguments[0]}: {error.strerror}') from error
        edges = sum(len(node.edges) for node in heap.nodes)
        print(f'{len(heap.nodes)} objects and {edges} references are in {arguments[0]}.')
        traced = sum(node.it.type.has_trace for node in heap.nodes)
        if traced:
            print(f'{traced} objects have trace functions, which are not called here: what only '
                  'they hold seems to be held from outside.')


def register():
    WriteHeap()
