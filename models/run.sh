#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs the models and compares each verdict with expected.tsv.
# Knows Spin, the C compiler and nothing of the library.
# README.md says what the models prove and how to read a trail.
set -euo pipefail

usage() {
    cat <<'END'
usage: run.sh [--jobs N] [MODEL [NAME[=VALUE]...]]

Without MODEL: every line of expected.tsv. With MODEL: its lines. With names: that
one variant of it, which is no line of the table and may end as it likes.

A line is right when
  - a model that should be sound has no error, was searched completely, and has at
    least half as many states as the table says;
  - as it stands (variant "-"), it also reaches every statement of its threads;
  - a weakened twin has an error.
Each line prints: right or WRONG, model, variant, verdict, states, seconds.
The exit status is 0 when all lines are right.

  --jobs N   how many at once; default: as many as there are processors
  --help     this text
END
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jobs=$(nproc)
memory_megabytes=4000

die() {
    echo "run.sh: $*" >&2
    exit 2
}

# Builds and runs one variant in a directory of its own; leaves what the verifier said in "said".
search() {
    local directory=$1 model=$2
    shift 2
    mkdir -p "$directory"
    cd "$directory"
    spin "${@/#/-D}" -a "$here/$model.pml" >spin.out 2>&1 || return 1
    # Not optimised: with the optimiser the compiler takes longer than the search saves.
    "${CC:-cc}" -O0 -w -DSAFETY -DCOLLAPSE -DVECTORSZ=2048 -DMEMLIM=$memory_megabytes \
        -o pan pan.c >cc.out 2>&1 || return 1
    ./pan -m100000 -w22 >said 2>&1 || return 1
}

verdict_of() {
    if ! grep -q '^State-vector .*errors: ' said 2>/dev/null; then
        echo broken
    elif ! grep -q '^State-vector .*errors: 0$' said; then
        # Running into a bound of the model says nothing about the protocol.
        if grep -q 'assertion violated (memory' said; then echo broken; else echo fails; fi
    elif grep -qE 'max search depth|reached -DMEMLIM|out of memory' said; then
        echo unfinished
    else
        echo sound
    fi
}

states_of() {
    sed -nE 's/^ *([0-9.e+]+) states, stored.*/\1/p' said 2>/dev/null | awk '{printf "%d", $1}'
}

# Statements of threads that no run of the model reaches.
unreached() {
    sed -n '/^unreached in proctype/,/states)$/p' said | grep -E ', state [0-9]+,' || true
}

why_wrong() {
    local verdict=$1 states=$2 variant=$3 expected_verdict=$4 expected_states=$5
    if [ "$verdict" != "$expected_verdict" ]; then
        echo "should be: $expected_verdict"
    elif [ "$verdict" = sound ] && [ $((states * 2)) -lt "$expected_states" ]; then
        echo "has lost states: $expected_states before"
    elif [ "$variant" = - ] && [ -n "$(unreached)" ]; then
        echo "does not reach"
        unreached
    fi
}

# The steps that lead to the error, with the local variables that they change; or what stopped the
# tools. The steps of memory.pml itself are left out.
show_trail() {
    local model=$1
    shift
    if [ ! -f "$model.pml.trail" ]; then
        cat spin.out cc.out said 2>/dev/null | tail -n 30
        return
    fi
    spin "${@/#/-D}" -k "$model.pml.trail" -t -p -l "$here/$model.pml" 2>&1 |
        sed '/^#processes/,$d' |
        grep -vE 'memory\.pml:[0-9]+ \(|\[(\.\(goto\)|IF|DO|else|sub-sequence)\]' |
        awk '/^\t\t/ { if (was[$1] == $0) next; was[$1] = $0 } { print }' |
        tail -n 80
}

# Runs one line of the table, prints its result, and returns whether it is right.
check() {
    local directory=$1 model=$2 variant=$3 expected_verdict=$4 expected_states=$5
    local names=() started=$SECONDS verdict states reason answer
    [ "$variant" = - ] || read -ra names <<<"$variant"
    search "$directory" "$model" "${names[@]}" || true
    cd "$directory"
    verdict=$(verdict_of)
    states=$(states_of)
    reason=$(why_wrong "$verdict" "${states:-0}" "$variant" "$expected_verdict" "$expected_states")
    [ -z "$reason" ] && answer=right || answer=WRONG
    printf '%-5s  %-22s %-38s %-10s %9s  %3d s\n' "$answer" \
        "$model" "$variant" "$verdict" "${states:-0}" $((SECONDS - started))
    [ -n "$reason" ] || return 0
    {
        echo "       $model $variant $reason"
        show_trail "$model" "${names[@]}"
    } >&2
    return 1
}

explore() {
    local model=$1
    shift
    search "$scratch/one" "$model" "$@" || true
    cd "$scratch/one"
    printf '%s %s: %s, %s states\n' "$model" "$*" "$(verdict_of)" "$(states_of)"
    [ "$(verdict_of)" = sound ] || show_trail "$model" "$@"
}

check_all() {
    local wanted=$1 running=0 wrong=0 line=0 model variant verdict states
    while IFS=$'\t' read -r model variant verdict states; do
        [ "$model" != model ] || continue
        [ -z "$wanted" ] || [ "$model" = "$wanted" ] || continue
        line=$((line + 1))
        if [ "$running" -ge "$jobs" ]; then
            wait -n || wrong=$((wrong + 1))
            running=$((running - 1))
        fi
        check "$scratch/$line" "$model" "$variant" "$verdict" "$states" &
        running=$((running + 1))
    done <"$here/expected.tsv"
    while [ "$running" -gt 0 ]; do
        wait -n || wrong=$((wrong + 1))
        running=$((running - 1))
    done
    [ "$line" -gt 0 ] || die "no lines for '$wanted' in expected.tsv"
    echo "$line lines, $wrong wrong, $SECONDS s"
    [ "$wrong" -eq 0 ]
}

while [ $# -gt 0 ]; do
    case $1 in
        --help) usage; exit 0 ;;
        --jobs)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "--jobs wants a number"
            jobs=$2
            shift 2 ;;
        -*) die "unknown option $1; see --help" ;;
        *) break ;;
    esac
done
command -v spin >/dev/null || die "spin is missing; on Debian: apt install spin"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ $# -gt 1 ]; then
    explore "$@"
else
    check_all "${1:-}"
fi
