#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs every benchmark of a build directory and writes a page of tables in Markdown, to standard output and to a file.
# Knows the names of the programs; options after the build directory go to each of them.
# README.md says how to read the page.
set -eu

if [ $# -lt 1 ] || [ "$1" = --help ]; then
    echo "Usage: bench/run.sh BUILD_DIRECTORY [OPTION OF THE BENCHMARKS]..."
    exit 1
fi
directory=$1/bench
shift
page=$directory/figures.md

# A chain of ten million takes its time, so there are fewer of them.
rounds_of() {
    case $1 in
    bench_chain) echo 11 ;;
    *) echo 31 ;;
    esac
}

machine() {
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    echo "| machine | |"
    echo "| --- | --- |"
    echo "| processor | ${model:-$(uname -m)}, $(nproc) in use |"
    echo "| system | $(uname -s) $(uname -r), $(getconf GNU_LIBC_VERSION 2>/dev/null || echo "another C library") |"
    echo "| built with | $("$directory/bench_pair" --built-with) |"
    echo "| date | $(date -u +%Y-%m-%d) |"
}

page() {
    echo "# Figures"
    echo
    echo "Made by \`./run bench\`. How to read them: bench/README.md."
    echo
    machine
    for name in bench_pair bench_pair_static bench_pair_inline bench_weak bench_weak_static \
        bench_weak_inline bench_create bench_create_static bench_create_inline bench_chain \
        bench_memory; do
        [ -x "$directory/$name" ] || continue
        set -- --rounds "$(rounds_of "$name")" --markdown "$@"
        echo
        echo "## $name"
        echo
        echo "\`$name $*\`"
        "$directory/$name" "$@"
        shift 3
    done
}

page "$@" | tee "$page"
echo "Written to $page" >&2
