#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# abi_changes.sh ABI LIBRARY BASELINE WORK: the comparison with the baseline finds changes.
# Knows how abidw writes; each change is made in a copy of the baseline, as if the library had been
# another when it was written.
# tools/abi.sh is what is tested.
set -euo pipefail

abi=$1 library=$2 baseline=$3 changed=$4/changed.abi

fail() {
    echo "$*" >&2
    exit 1
}

# finds WHAT SED-SCRIPT: the library differs from a baseline that was edited so.
finds() {
    local said
    sed "$2" "$baseline" >"$changed"
    ! cmp -s "$baseline" "$changed" || fail "the baseline has nothing like that: $1"
    said=$("$abi" check "$library" "$changed" 2>&1) && fail "not found: $1"
    case $said in *"./run abi --update"*) ;; *) fail "nobody says what to do: $said" ;; esac
}

finds "a structure that was smaller" \
    "s/\(<class-decl name='hf_stats' size-in-bits='\)[0-9]*/\164/"
finds "a field that was elsewhere" \
    "/<class-decl name='hf_budget'/,/<\/class-decl>/s/\(offset-in-bits='\)64/\196/"
finds "an enumerator with another value" \
    "/<enumerator name='HF_CACHE_SIEVE'/s/value='1'/value='2'/"
finds "a function with fewer parameters" \
    "/<function-decl name='hf_collect_step'/,/<\/function-decl>/{/<parameter /d}"
finds "a function that is gone" \
    "s/\(<elf-symbol name='\)hf_collect_quiescent'/\1hf_collect_calm'/"
finds "a function that was in another version" \
    "/<elf-symbol name='hf_collect'/s/version='[^']*'/version='HOLDFAST_0.0'/"

"$abi" update "$library" "$changed"
"$abi" check "$library" "$changed"

strip --strip-debug -o "$changed.so" "$library"
if "$abi" check "$changed.so" "$baseline"; then fail "there are no types to compare"; fi
