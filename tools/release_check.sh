#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# release_check.sh [--list] [--only STEP]...: all that a release needs, step by step.
# Knows the commands of ./run. It goes on when a step fails, and says in the end what was done, what
# failed, and where the rest of it is to be read; exit status 1 if any step failed.
# docs/releasing.md says what each step is for, and what only people can do.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

readonly SOAK_SECONDS=${HOLDFAST_SOAK_SECONDS:-3600} FUZZ_SECONDS=${HOLDFAST_FUZZ_SECONDS:-3600}
readonly LOGS=build/release-check
readonly STEPS=(tree version format test-dev test-clang test-asan test-tsan test-valgrind
    test-release portable models abi package docs stress soak fuzz)

# what STEP: in a few words, for the list.
what() {
    case $1 in
        tree) echo "everything is committed" ;;
        version) echo "one version everywhere, with a date" ;;
        format) echo "files are laid out by .clang-format" ;;
        test-*) echo "all tests, preset ${1#test-}" ;;
        portable) echo "other processors, another C library, and no slots" ;;
        models) echo "the models of the protocols" ;;
        abi) echo "programs see what is written down" ;;
        package) echo "Debian packages, and what lintian says" ;;
        docs) echo "the reference and the manual pages" ;;
        stress) echo "the stress tests, twenty times as long" ;;
        soak) echo "all stress together for $SOAK_SECONDS s" ;;
        fuzz) echo "the fuzzers for $FUZZ_SECONDS s" ;;
    esac
}

is_committed() {
    local changed
    changed=$(git status --porcelain) || return 1
    [ -z "$changed" ] || {
        echo "not committed:"
        echo "$changed"
        return 1
    }
    echo "commit $(git rev-parse HEAD)"
}

do_step() {
    case $1 in
        tree) is_committed ;;
        version) python3 -B tools/check_versions.py . --release ;;
        format) ./run format --check ;;
        test-*) ./run test --preset "${1#test-}" ;;
        portable | models | abi | package | docs | stress) ./run "$1" ;;
        soak) ./run stress --soak "$SOAK_SECONDS" ;;
        fuzz) ./run fuzz "$FUZZ_SECONDS" ;;
    esac
}

chosen=()

misused() {
    printf 'release-check: %s\n' "$*" >&2
    exit 2
}

choose() {
    [ $# -gt 0 ] || misused "--only wants a step"
    case " ${STEPS[*]} " in
        *" $1 "*) chosen+=("$1") ;;
        *) misused "there is no step $1, but ${STEPS[*]}" ;;
    esac
}

# figures STEP LOG: what to write down of a step that is done.
figures() {
    case $1 in
        soak) sed -n 's/^ *\(.* rounds, \)/\1/p' "$2" | tail -n 1 ;;
        fuzz)
            awk -F '[ #:]' '/^Fuzzing /{last = $2} /^#/{tried[last] = $2}
                END {for (what in tried) printf "%s of %s, ", tried[what], what}' "$2"
            echo "inputs"
            ;;
        *) tail -n 1 "$2" ;;
    esac
}

# try_step STEP: says how it ended.
try_step() {
    local log=$LOGS/$1.log start=$SECONDS end='done' said
    do_step "$1" >"$log" 2>&1 || end=failed
    if [ "$end" = 'done' ]; then said=$(figures "$1" "$log"); else said="read $log"; fi
    printf '%-8s%-15s%6s s  %s: %s\n' \
        "$end" "$1" "$((SECONDS - start))" "$(what "$1")" "$said"
    [ "$end" = 'done' ]
}

list=''
while [ $# -gt 0 ]; do
    case $1 in
        --list) list=yes ;;
        --only)
            choose "${@:2:1}"
            shift
            ;;
        *) misused "it knows --list and --only STEP, not $1" ;;
    esac
    shift
done
[ ${#chosen[@]} -gt 0 ] || chosen=("${STEPS[@]}")

mkdir -p "$LOGS"
failed=0
for step in "${chosen[@]}"; do
    if [ "$list" ]; then
        printf '%-15s%s\n' "$step" "$(what "$step")"
    else
        try_step "$step" || failed=$((failed + 1))
    fi
done
[ "$failed" -eq 0 ] || {
    echo "failed: $failed of ${#chosen[@]} steps"
    exit 1
}
