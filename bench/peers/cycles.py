#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cycles.py SHAPE COUNT: what one gc.collect() of such garbage takes, in ns per object.

The shapes are those of bench/shapes.c, built in the same order. SHAPE web: what a collection of one
dead pair takes that points into a web of COUNT living objects, in ns.
"""
import gc
import sys
from time import process_time_ns

ENTRIES = 1000
TREE = 1000
COLLECTIONS = 3


class Node:
    __slots__ = ('a', 'b', 'c', 'number')

    def __init__(self):
        self.a = self.b = self.c = None
        self.number = 1


state = 1


def chance(bound):
    global state
    state = state * 48271 % 2147483647
    return state * bound // 2147483647


def shuffled(held):
    order = held[:]
    for i in range(len(order) - 1, 0, -1):
        other = chance(i + 1)
        order[i], order[other] = order[other], order[i]
    return order


def pair():
    one, other = Node(), Node()
    other.a = one
    one.a = other
    return one


def pairs(count):
    return [pair() for _ in range(count // 2)]


def ring(count):
    first = last = Node()
    for _ in range(count - 1):
        last.a = Node()
        last = last.a
    last.a = first
    return first


def shuffled_ring(count):
    held = [Node() for _ in range(count)]
    order = shuffled(held)
    for i in range(count):
        order[i].a = order[(i + 1) % count]
    return held


def random(count):
    held = [Node() for _ in range(count)]
    for one, other in zip(held, shuffled(held)):
        one.a = other
        one.b = held[chance(count)]
        one.c = held[chance(count)]
    return held


def tree():
    node = [Node() for _ in range(TREE)]
    for i in range(1, TREE):
        parent = node[(i - 1) // 2]
        node[i].c = parent
        if i % 2:
            parent.a = node[i]
        else:
            parent.b = node[i]
    return node[0]


def trees(count):
    return [tree() for _ in range(count // TREE)]


class Cache:
    def __init__(self):
        self.entry = [None] * ENTRIES
        self.oldest = self.newest = None

    def link(self, older, newer):
        if newer:
            newer.a = older
        else:
            self.newest = older
        if older:
            older.b = newer
        else:
            self.oldest = newer

    def make_newest(self, entry):
        self.link(self.newest, entry)
        self.link(entry, None)

    def use(self, entry):
        if self.newest is not entry:
            self.link(entry.a, entry.b)
            self.make_newest(entry)

    def evict(self):
        entry = self.oldest
        self.link(None, entry.b)
        self.entry[entry.number] = None
        return entry.number

    def insert(self, slot):
        entry, value = Node(), Node()
        value.c = entry
        entry.c = value
        entry.number = slot
        self.entry[slot] = entry
        self.make_newest(entry)


def cache(count):
    lru = Cache()
    for i in range(count // 2 + ENTRIES):
        lru.insert(i if i < ENTRIES else lru.evict())
        lru.use(lru.entry[chance(min(i + 1, ENTRIES))])
    return [], lru


def web(count):
    node = [Node() for _ in range(count)]
    for i in range(1, count):
        parent = node[(i - 1) // 2]
        if i % 2:
            parent.a = node[i]
        else:
            parent.b = node[i]
    for one in node:
        one.c = node[chance(count)]
    return node


def timed_collection(expected):
    before = process_time_ns()
    found = gc.collect()
    took = process_time_ns() - before
    if found < expected:
        sys.exit(f'{found} objects were collected, not {expected}')
    return took


def main():
    shape, count = sys.argv[1], int(sys.argv[2])
    gc.disable()
    gc.freeze()  # what the interpreter has made for itself
    if shape == 'web':
        living = web(count)
        gc.collect()
        times = []
        for _ in range(COLLECTIONS):
            pair().b = living[chance(count)]
            times.append(timed_collection(2))
        print(sorted(times)[COLLECTIONS // 2])
        return
    build = {'pairs': pairs, 'ring': ring, 'shuffled': shuffled_ring, 'random': random,
             'trees': trees, 'cache': cache}[shape]
    living = build(count)
    living = living[1] if shape == 'cache' else None
    print(timed_collection(count) / count)


main()
