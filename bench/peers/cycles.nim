# SPDX-License-Identifier: MIT
#
# cycles SHAPE COUNT: what one collection of such garbage takes under ORC, in ns per object.
# The shapes are those of bench/shapes.c, built in the same order. SHAPE web: what a collection of
# one dead pair takes that points into a web of COUNT living objects, in ns.
import std/[algorithm, os, strutils, times]

const
  entries = 1000
  treeObjects = 1000
  collections = 3

type
  Node = ref object
    a, b, c: Node
    number: int

var state = 1

proc chance(bound: int): int =
  state = state * 48271 mod 2147483647
  state * bound div 2147483647

proc makeMany(count: int): seq[Node] =
  for _ in 0 ..< count: result.add Node(number: 1)

proc shuffled(held: seq[Node]): seq[Node] =
  result = held
  for i in countdown(result.high, 1): swap result[i], result[chance(i + 1)]

proc pair(): Node =
  result = Node(number: 1)
  result.a = Node(number: 1)
  result.a.a = result

proc pairs(count: int): seq[Node] =
  for _ in 0 ..< count div 2: result.add pair()

proc ring(count: int): seq[Node] =
  let first = Node(number: 1)
  var last = first
  for _ in 1 ..< count:
    let next = Node(number: 1)
    last.a = next
    last = next
  last.a = first
  result.add first

proc shuffledRing(count: int): seq[Node] =
  result = makeMany(count)
  let order = shuffled(result)
  for i in 0 ..< count: order[i].a = order[(i + 1) mod count]

proc random(count: int): seq[Node] =
  result = makeMany(count)
  let order = shuffled(result)
  for i in 0 ..< count:
    result[i].a = order[i]
    result[i].b = result[chance(count)]
    result[i].c = result[chance(count)]

proc linkTree(node: seq[Node]) =
  for i in 1 .. node.high:
    let parent = node[(i - 1) div 2]
    if i mod 2 == 1: parent.a = node[i]
    else: parent.b = node[i]

proc trees(count: int): seq[Node] =
  for _ in 0 ..< count div treeObjects:
    let node = makeMany(treeObjects)
    linkTree(node)
    for i in 1 .. node.high: node[i].c = node[(i - 1) div 2]
    result.add node[0]

type
  Cache = object
    entry: array[entries, Node]
    oldest, newest: Node

proc link(cache: var Cache, older, newer: Node) =
  if newer != nil: newer.a = older
  else: cache.newest = older
  if older != nil: older.b = newer
  else: cache.oldest = newer

proc makeNewest(cache: var Cache, entry: Node) =
  cache.link(cache.newest, entry)
  cache.link(entry, nil)

proc use(cache: var Cache, entry: Node) =
  if cache.newest != entry:
    cache.link(entry.a, entry.b)
    cache.makeNewest(entry)

proc evict(cache: var Cache): int =
  let entry = cache.oldest
  cache.link(nil, entry.b)
  cache.entry[entry.number] = nil
  entry.number

proc insert(cache: var Cache, slot: int) =
  let entry = Node(number: slot)
  entry.c = Node(number: 1)
  entry.c.c = entry
  cache.entry[slot] = entry
  cache.makeNewest(entry)

var lru: Cache

proc fillCache(count: int) =
  for i in 0 ..< count div 2 + entries:
    lru.insert(if i < entries: i else: lru.evict())
    lru.use(lru.entry[chance(min(i + 1, entries))])

proc web(count: int): seq[Node] =
  result = makeMany(count)
  linkTree(result)
  for i in 0 ..< count: result[i].c = result[chance(count)]

# Processor time in ns.
proc timedCollection(): float =
  let before = cpuTime()
  GC_fullCollect()
  (cpuTime() - before) * 1e9

proc timeInWeb(count: int): float =
  let living = web(count)
  GC_fullCollect()
  var times: seq[float]
  for _ in 0 ..< collections:
    GC_disableOrc() # what a collection has found sets the next time at which one begins by itself
    pair().b = living[chance(count)]
    times.add timedCollection()
  if living.len != count: quit 1
  times.sort()
  times[collections div 2]

proc build(shape: string, count: int) =
  case shape
  of "pairs": discard pairs(count)
  of "ring": discard ring(count)
  of "shuffled": discard shuffledRing(count)
  of "random": discard random(count)
  of "trees": discard trees(count)
  of "cache": fillCache(count)
  else: quit "no such shape"

proc main() =
  let shape = paramStr(1)
  let count = parseInt(paramStr(2))
  GC_disableOrc()
  if shape == "web":
    echo formatFloat(timeInWeb(count), ffDecimal, 1)
  else:
    build(shape, count)
    let took = timedCollection() / float(count)
    if getOccupiedMem() > count * 8: quit "the garbage was not collected"
    echo formatFloat(took, ffDecimal, 3)

main()
