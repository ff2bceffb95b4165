#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_headers.sh: each public header compiles as the first and only one, and so do the programs
# that use every macro, without a word, in C and in C++, with both compilers; those of C++ alone
# also without exceptions and RTTI.
# Knows that what ends in an underscore is nobody's but the library's, and that the headers of
# HF_INLINE are not included by themselves.
# A macro that every_macro.c, every_macro.cc or every_handle.cc lacks, or a name that
# tools/holdfast.cfg lacks, is an error too.
#
# GCC, CLANG, GXX and CLANGXX in the environment name other programs to ask.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
export LC_ALL=C

readonly INCLUDE=../../include
readonly LIBRARY=../../tools/holdfast.cfg
readonly STRICT=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Werror)
readonly STRICT_C=(-Wc++-compat -Wstrict-prototypes -Wmissing-prototypes)
# Flexible array members are the programs' own, and no C++.
readonly STRICT_CXX=(-Wno-c99-extensions)

failures=0

complain() {
    printf 'check_headers: %s\n' "$*" >&2
    failures=$((failures + 1))
}

# headers FILE: those for the program FILE.
headers() {
    local ending=h
    [ "$1" != every_handle.cc ] || ending=hpp
    (cd "$INCLUDE/holdfast" && ls ./*."$ending") | sed 's|^\./||' | grep -v '^inline'
}

# compile_all COMPILER LANGUAGE FILE [OPTION]...: the headers, one by one, and the program.
compile_all() {
    local compiler=$1 language=$2 file=$3 header inline
    shift 3
    for inline in -UHF_INLINE -DHF_INLINE -DHF_INLINE_CONFINED; do
        local compile=("$compiler" "${STRICT[@]}" "$@" "$inline" -I"$INCLUDE" -c -o /dev/null)
        for header in $(headers "$file"); do
            printf '#include <holdfast/%s>\nextern int nothing;\n' "$header" |
                "${compile[@]}" -x "$language" - || complain "$compiler $* $inline: $header"
        done
        "${compile[@]}" -O2 "$file" || complain "$compiler $* $inline: $file"
    done
}

# check COMPILER PACKAGE LANGUAGE FILE OPTIONS STANDARD...
check() {
    local compiler=$1 package=$2 language=$3 file=$4 options standard
    read -ra options <<<"$5"
    shift 5
    command -v "$compiler" >/dev/null || {
        complain "$compiler is missing; install the package $package"
        return
    }
    for standard in "$@"; do
        compile_all "$compiler" "$language" "$file" "-std=$standard" "${options[@]}"
    done
}

# macros COMMAND: the names of macros; with the command d, of those that C++ has too.
macros() {
    sed -nE -e "/^#ifndef __cplusplus/,/^#endif/{$1}" \
        -e 's/^ *# *define ((hf|HF)_\w*[A-Za-z0-9])\b.*/\1/p' "$INCLUDE"/holdfast/*.h | sort -u
}

functions() {
    grep -hE '^HF_API(_OFTEN_)? ' "$INCLUDE"/holdfast/*.h | grep -oE '\bhf_\w*[a-z0-9]\(' |
        tr -d '(' | sort -u
}

# lacks FILE...: those of the names on standard input that occur in none of them.
lacks() {
    local name
    while read -r name; do
        cat "$@" | grep -w -- "$name" >/dev/null || printf '%s ' "$name"
    done
}

check_complete() {
    local missing
    missing=$(macros '' | lacks every_macro.c)
    [ -z "$missing" ] || complain "every_macro.c lacks $missing"
    missing=$(macros d | lacks every_macro.cc shapes.h)
    [ -z "$missing" ] || complain "every_macro.cc lacks $missing"
    missing=$(sed -nE 's/^# *define (HF_\w*[A-Z0-9])\b.*/\1/p' "$INCLUDE"/holdfast/*.hpp |
        lacks every_handle.cc)
    [ -z "$missing" ] || complain "every_handle.cc lacks $missing"
    missing=$({ macros '' && functions; } | grep -v '^HF_VERSION_' | lacks "$LIBRARY")
    [ -z "$missing" ] || complain "tools/holdfast.cfg lacks $missing"
    missing=$(grep -hoE '^#ifndef HOLDFAST_\w+' "$INCLUDE"/holdfast/*.h | cut -d' ' -f2 |
        grep -v VERSION | lacks "$LIBRARY")
    [ -z "$missing" ] || complain "tools/holdfast.cfg lacks $missing"
}

check_complete
check "${GCC-gcc}" gcc c every_macro.c "${STRICT_C[*]}" c11 gnu17
check "${CLANG-clang}" clang c every_macro.c "${STRICT_C[*]}" c11 gnu17
check "${GXX-g++}" g++ c++ every_macro.cc "${STRICT_CXX[*]}" c++17
check "${CLANGXX-clang++}" clang c++ every_macro.cc "${STRICT_CXX[*]}" c++17
readonly BARE="${STRICT_CXX[*]} -fno-exceptions -fno-rtti"
check "${GXX-g++}" g++ c++ every_handle.cc "${STRICT_CXX[*]}" c++17 c++20
check "${CLANGXX-clang++}" clang c++ every_handle.cc "${STRICT_CXX[*]}" c++17 c++20
check "${GXX-g++}" g++ c++ every_handle.cc "$BARE" c++17
check "${CLANGXX-clang++}" clang c++ every_handle.cc "$BARE" c++17
[ "$failures" -eq 0 ] || exit 1
printf '%s headers, %s macros, %s functions\n' \
    "$({ headers every_macro.c && headers every_handle.cc; } | wc -l)" \
    "$(macros '' | wc -l)" "$(functions | wc -l)"
