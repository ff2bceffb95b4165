<?php
/* SPDX-License-Identifier: MIT
 *
 * cycles.php SHAPE COUNT: what one gc_collect_cycles() of such garbage takes, in ns per object.
 * The shapes are those of bench/shapes.c, built in the same order. SHAPE web: what a collection of
 * one dead pair takes that points into a web of COUNT living objects, in ns. */

const ENTRIES = 1000;
const TREE = 1000;
const COLLECTIONS = 3;

final class Node
{
    public $a = null;
    public $b = null;
    public $c = null;
    public $number = 1;
}

$state = 1;

function chance(int $bound): int
{
    global $state;
    $state = $state * 48271 % 2147483647;
    return intdiv($state * $bound, 2147483647);
}

function make_many(int $count): array
{
    $held = [];
    for ($i = 0; $i < $count; $i++) $held[] = new Node;
    return $held;
}

function shuffled(array $order): array
{
    for ($i = count($order) - 1; $i > 0; $i--) {
        $other = chance($i + 1);
        [$order[$i], $order[$other]] = [$order[$other], $order[$i]];
    }
    return $order;
}

function pair(): Node
{
    $one = new Node;
    $one->a = new Node;
    $one->a->a = $one;
    return $one;
}

function pairs(int $count): array
{
    $held = [];
    for ($i = 0; $i < $count / 2; $i++) $held[] = pair();
    return $held;
}

function ring(int $count): Node
{
    $first = $last = new Node;
    for ($i = 1; $i < $count; $i++) {
        $last->a = new Node;
        $last = $last->a;
    }
    $last->a = $first;
    return $first;
}

function shuffled_ring(int $count): array
{
    $held = make_many($count);
    $order = shuffled($held);
    for ($i = 0; $i < $count; $i++) $order[$i]->a = $order[($i + 1) % $count];
    return $held;
}

function random(int $count): array
{
    $held = make_many($count);
    $order = shuffled($held);
    for ($i = 0; $i < $count; $i++) {
        $held[$i]->a = $order[$i];
        $held[$i]->b = $held[chance($count)];
        $held[$i]->c = $held[chance($count)];
    }
    return $held;
}

function link_tree(array $node): void
{
    for ($i = 1; $i < count($node); $i++) {
        $parent = $node[intdiv($i - 1, 2)];
        if ($i % 2) $parent->a = $node[$i];
        else $parent->b = $node[$i];
    }
}

function tree(): Node
{
    $node = make_many(TREE);
    link_tree($node);
    for ($i = 1; $i < TREE; $i++) $node[$i]->c = $node[intdiv($i - 1, 2)];
    return $node[0];
}

function trees(int $count): array
{
    $held = [];
    for ($i = 0; $i < $count / TREE; $i++) $held[] = tree();
    return $held;
}

final class Cache
{
    public array $entry = [];
    private ?Node $oldest = null;
    private ?Node $newest = null;

    private function link(?Node $older, ?Node $newer): void
    {
        if ($newer) $newer->a = $older;
        else $this->newest = $older;
        if ($older) $older->b = $newer;
        else $this->oldest = $newer;
    }

    private function make_newest(Node $entry): void
    {
        $this->link($this->newest, $entry);
        $this->link($entry, null);
    }

    public function use(Node $entry): void
    {
        if ($this->newest === $entry) return;
        $this->link($entry->a, $entry->b);
        $this->make_newest($entry);
    }

    public function evict(): int
    {
        $entry = $this->oldest;
        $this->link(null, $entry->b);
        $this->entry[$entry->number] = null;
        return $entry->number;
    }

    public function insert(int $slot): void
    {
        $entry = new Node;
        $entry->c = new Node;
        $entry->c->c = $entry;
        $entry->number = $slot;
        $this->entry[$slot] = $entry;
        $this->make_newest($entry);
    }
}

function cache(int $count): Cache
{
    $lru = new Cache;
    for ($i = 0; $i < $count / 2 + ENTRIES; $i++) {
        $lru->insert($i < ENTRIES ? $i : $lru->evict());
        $lru->use($lru->entry[chance(min($i + 1, ENTRIES))]);
    }
    return $lru;
}

function web(int $count): array
{
    $node = make_many($count);
    link_tree($node);
    foreach ($node as $one) $one->c = $node[chance($count)];
    return $node;
}

/* Processor time in ns; getrusage counts microseconds. */
function now(): int
{
    $usage = getrusage();
    return ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']) * 1000000000
        + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) * 1000;
}

function timed_collection(int $expected): int
{
    $before = now();
    $found = gc_collect_cycles();
    $took = now() - $before;
    if ($found < $expected) {
        fwrite(STDERR, "$found objects were collected, not $expected\n");
        exit(1);
    }
    return $took;
}

function time_in_web(int $count): void
{
    $living = web($count);
    gc_collect_cycles();
    $times = [];
    for ($i = 0; $i < COLLECTIONS; $i++) {
        pair()->b = $living[chance($count)];
        $times[] = timed_collection(2);
    }
    sort($times);
    echo $times[intdiv(COLLECTIONS, 2)], "\n";
}

ini_set('memory_limit', '-1');
gc_disable();
[, $shape, $count] = $argv;
if ($shape === 'web') {
    time_in_web((int)$count);
} else {
    $living = ($shape === 'shuffled' ? 'shuffled_ring' : $shape)((int)$count);
    if ($shape !== 'cache') unset($living);
    echo timed_collection((int)$count) / $count, "\n";
}
