#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs every benchmark of a build directory, and makes docs/benchmarks.md of their tables.
# Knows the names of the programs; options after the build directory go to each of them.
# README.md says how to read the page.
set -eu

if [ $# -lt 1 ] || [ "$1" = --help ]; then
    echo "Usage: bench/run.sh BUILD_DIRECTORY [OPTION OF THE BENCHMARKS]..."
    exit 1
fi
build=$1
programs=$build/bench
here=$(dirname "$0")
shift

# A chain of ten million takes its time, and so do the collectors of others, and caches that are
# filled for each run; and how long malloc and free take in a short loop differs from one moment to
# the next, so that it takes many rounds to find the middle.
rounds_of() {
    case $1 in
        bench_chain) echo 11 ;;
        bench_cache) echo 11 ;;
        bench_create*) echo 201 ;;
        bench_cycle) echo 5 ;;
        bench_live) echo 5 ;;
        bench_pause) echo 31 ;;
        bench_inspect) echo 21 ;;
        *) echo 61 ;;
    esac
}

machine() {
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    libc=$(getconf GNU_LIBC_VERSION 2>/dev/null || echo "another C library")
    echo "| machine | |"
    echo "| --- | --- |"
    echo "| processor | ${model:-$(uname -m)}, $(nproc) of them |"
    echo "| system | $(uname -s) $(uname -r), $libc |"
    echo "| built with | $("$programs/bench_pair" --built-with) |"
    echo "| load at the start | $(cut -d ' ' -f 1-3 /proc/loadavg) |"
    echo "| date | $(date -u +%Y-%m-%d) |"
}

# Whether all is measured; a part of the figures is for who asked for it.
is_whole() {
    [ "${1:---rounds}" = --rounds ]
}

# one PROGRAM [OPTION]...
one() {
    name=$1
    shift
    echo
    echo "## $name $*"
    "$programs/$name" --markdown "$@"
}

# The same with another malloc; titles say so, since drawings are named after them.
with_mimalloc() {
    echo
    echo "## bench_create_mimalloc"
    LD_PRELOAD=libmimalloc.so.2 "$programs/bench_create" --markdown "$@" |
        sed 's/^### .*/&, malloc of mimalloc/'
}

page() {
    echo "# Figures"
    echo
    echo "Made by \`./run bench\`; how to read them: bench/README.md."
    echo
    machine
    for name in bench_pair bench_pair_static bench_pair_inline \
        bench_pair_inline_confined bench_weak bench_weak_static bench_weak_inline bench_slot \
        bench_create bench_create_static bench_chain bench_memory bench_cycle bench_live \
        bench_pause bench_cache bench_inspect; do
        one "$name" --rounds "$(rounds_of "$name")" "$@"
    done
    is_whole "$@" || return 0
    if ldconfig -p | grep -q libmimalloc.so.2; then
        with_mimalloc --rounds "$(rounds_of bench_create)" "$@"
    else
        echo "mimalloc is missing, and has no table" >&2
    fi
    printf '\n## instructions.py\n'
    "$here/instructions.py" "$build"
    printf '\n## analyzer.py\n\n'
    "$here/analyzer.py" "$build" --size 1G --rounds 3
}

page "$@" | tee "$programs/figures.md"
is_whole "$@" || exit 0
"$here/page.py" "$programs/figures.md" "$here/../docs"
echo "These figures are in $programs/figures.md; docs/benchmarks.md has them with drawings" >&2
