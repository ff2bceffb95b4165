#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_refusals.sh: each case of refused.c, refused.cc and refused_hpp.cc makes the compilers say
# what the table beside it has, and without a case they say nothing.
# Knows that a case is a macro; a cell is a regular expression, or "-" where nothing is demanded.
# docs/checks.md has what follows for programs.
#
# GCC, CLANG, GXX and CLANGXX in the environment name other programs to ask.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
export LC_ALL=C

failures=0

complain() {
    printf 'check_refusals: %s\n' "$*" >&2
    failures=$((failures + 1))
}

# compile COMPILER FILE [OPTION]...: what the compiler says.
compile() {
    local compiler=$1 file=$2 standard=-std=c11
    shift 2
    [ "${file##*.}" = c ] || standard=-std=c++17
    "$compiler" "$standard" -O2 -Wall -Wextra -I../../include -c -o /dev/null "$@" "$file" 2>&1 ||
        true
}

# check FILE TABLE COLUMN COMPILER PACKAGE
check() {
    local file=$1 table=$2 column=$3 compiler=$4 case expected said
    command -v "$compiler" >/dev/null || {
        complain "$compiler is missing; install the package $5"
        return
    }
    said=$(compile "$compiler" "$file" -Wpedantic)
    [ -z "$said" ] || complain "$compiler, $file without a case: $said"
    while IFS=$'\t' read -r case expected; do
        [ "$expected" != - ] || continue
        said=$(compile "$compiler" "$file" "-D$case")
        grep -Eq "(warning|error): .*$expected" <<<"$said" ||
            complain "$compiler, $case: expected $expected, but it says: ${said:-nothing}"
    done < <(tail -n +2 "$table" | cut -f "1,$column")
}

# Each case has its row, and each row its case.
check_rows() {
    diff <(tail -n +2 "$2" | cut -f1 | sort) \
        <(sed -n 's/^#ifdef \([a-z_]*\)$/\1/p' "$1" | sort) ||
        complain "$2 (<) has not the cases of $1 (>)"
}

check_rows refused.c refused.tsv
check refused.c refused.tsv 2 "${GCC-gcc}" gcc
check refused.c refused.tsv 3 "${CLANG-clang}" clang
check_rows refused.cc refused_cxx.tsv
check refused.cc refused_cxx.tsv 2 "${GXX-g++}" g++
check refused.cc refused_cxx.tsv 3 "${CLANGXX-clang++}" clang
check_rows refused_hpp.cc refused_hpp.tsv
check refused_hpp.cc refused_hpp.tsv 2 "${GXX-g++}" g++
check refused_hpp.cc refused_hpp.tsv 3 "${CLANGXX-clang++}" clang
[ "$failures" -eq 0 ] || exit 1
printf '%s cases are refused\n' \
    "$(cat refused.tsv refused_cxx.tsv refused_hpp.tsv | grep -vc '^case')"
