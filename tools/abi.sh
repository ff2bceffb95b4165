#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# abi.sh check|update LIBRARY [BASELINE]: compares what programs were compiled against, the layout
# of public types and the functions with their types, with the baseline, or makes that anew.
# Knows abidw and abidiff; LIBRARY is the shared one, with debugging information, and the baseline
# is that of this machine's architecture, in src.
# What may change, and when, stands in docs/releasing.md.
set -euo pipefail

action=${1:-} library=${2:-} source=$(dirname "$(dirname "$(readlink -f "$0")")")
architecture=$(uname -m)
baseline=${3:-$source/src/exports.$architecture.abi}

fail() {
    printf 'abi.sh: %s\n' "$*" >&2
    exit 1
}

# Writes down the library, without what differs between two places or two machines.
describe() {
    abidw --suppressions "$source/src/exports.abignore" --exported-interfaces-only \
        --no-parameter-names --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed \
        --no-write-default-sizes --type-id-style hash "$library" |
        sed "s# path='\($source\|\.\)/# path='#" >"$scratch"
    grep -q '<class-decl ' "$scratch" || fail "$library has no debugging information"
}

update() {
    describe
    cp "$scratch" "$baseline"
    echo "written: $baseline"
}

check() {
    [ -e "$baseline" ] || fail "there is no baseline for $architecture"
    describe
    abidiff --harmless "$baseline" "$scratch" ||
        fail "programs see another library than in $baseline
If that is meant, say so in CHANGELOG.md, and write it down: ./run abi --update"
    echo "nothing that programs see has changed"
}

case $action in
    check | update) [ -e "$library" ] || fail "there is no library $library" ;;
    *) fail "abi.sh check|update LIBRARY [BASELINE]" ;;
esac
scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT
"$action"
