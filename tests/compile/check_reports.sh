#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_reports.sh [--print]: what the tools report about idioms*.c and mistakes.c is what
# expected.tsv says; with --print, writes that table as it is now.
# Knows how each tool is asked, and in which function a report stands.
# docs/checks.md shows how programs ask the same, and what is demanded of other versions.
#
# GCC, CLANG and CPPCHECK in the environment name other programs to ask.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
export LC_ALL=C

readonly IDIOMS=(idioms.c idioms_of_handles.c)
readonly MISTAKES=(mistakes.c)
readonly INCLUDE=../../include
readonly LIBRARY=../../tools/holdfast.cfg
readonly PAGE=../../docs/checks.md

readonly gcc=${GCC-gcc} clang=${CLANG-clang} cppcheck=${CPPCHECK-cppcheck}

# In the order of the columns of expected.tsv, and the versions that it was measured with.
readonly TOOLS=(gcc-wall gcc-analyzer clang cppcheck)
declare -rA PINNED=([gcc-wall]=12 [gcc-analyzer]=12 [clang]=14 [cppcheck]=2.10)
# As docs/checks.md calls them.
declare -rA NAMES=([gcc-wall]='gcc -O2 -Wall' [gcc-analyzer]='gcc -fanalyzer'
    [clang]='clang --analyze' [cppcheck]='cppcheck')

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'check_reports: %s\n' "$*" >&2
    exit 1
}

# need PROGRAM PACKAGE
need() {
    command -v "$1" >/dev/null || fail "$1 is missing; install the package $2"
}

version_of() {
    case $1 in
        gcc-*) "$gcc" -dumpversion | cut -d. -f1 ;;
        clang) "$clang" -dumpversion | cut -d. -f1 ;;
        cppcheck) "$cppcheck" --version | cut -d' ' -f2 ;;
    esac
}

# ask TOOL FILE: what the tool says. GCC's analyzer is asked without optimisation, which would join
# paths that it has to tell apart. Cppcheck is asked twice, since it may not find the headers.
ask() {
    local compile=(-std=c11 -Wall -Wextra -I"$INCLUDE")
    local look_up=(--quiet --std=c11 "--enable=warning,performance,portability"
        --library="$LIBRARY")
    case $1 in
        gcc-wall) "$gcc" "${compile[@]}" -O2 -c -o "$work/object" "$2" ;;
        gcc-analyzer) "$gcc" "${compile[@]}" -O0 -fanalyzer -c -o "$work/object" "$2" ;;
        clang)
            "$clang" --analyze -Xclang -analyzer-checker=osx.cocoa.RetainCount \
                --analyzer-output text "${compile[@]}" "$2"
            ;;
        cppcheck)
            "$cppcheck" "${look_up[@]}" "$2"
            "$cppcheck" "${look_up[@]}" -I"$INCLUDE" "$2"
            ;;
    esac 2>&1
}

# Reads what TOOL said about FILE, and writes for each report the function and the report's name.
# GCC names the function, the outermost last; for the other tools it follows from the line.
reports() {
    awk -v OFS='\t' -v tool="$1" -v file="$2" '
        BEGIN {
            while ((getline line < file) > 0) {
                number++
                if (match(line, /^[a-z0-9_]+\(/)) name = substr(line, 1, RLENGTH - 1)
                at[number] = name
            }
        }
        match($0, /(In function|inlined from) .[a-z0-9_]+/) {
            named = substr($0, RSTART, RLENGTH)
            sub(/.* ./, "", named)
        }
        / (warning|error|performance|portability): .*\[[^]]+\]$/ {
            report = $NF
            gsub(/[][]/, "", report)
            if (tool == "gcc-analyzer" && report !~ /^-Wanalyzer-/) next
            place = named
            if (!place && match($0, file ":[0-9]+:")) {
                split(substr($0, RSTART, RLENGTH), part, ":")
                place = at[part[2]]
            }
            print place ? place : "(nowhere)", report
        }'
}

# measure FILE...: writes tool, function and name of all reports.
measure() {
    local tool file
    for tool in "${TOOLS[@]}"; do
        for file in "$@"; do
            ask "$tool" "$file" >"$work/said" || {
                cat "$work/said" >&2
                fail "$tool can't read $file"
            }
            reports "$tool" "$file" <"$work/said" | sort -u | sed "s/^/$tool\t/"
        done
    done
}

functions_of() {
    awk 'match($0, /^[a-z0-9_]+\(/) { print substr($0, 1, RLENGTH - 1) }' "$@"
}

# Turns what measure wrote about the mistakes into a line for each, with a cell for each tool.
table() {
    printf 'mistake'
    printf '\t%s' "${TOOLS[@]}"
    printf '\n'
    functions_of "${MISTAKES[@]}" | awk -F '\t' -v OFS='\t' -v tools="${TOOLS[*]}" -v found="$1" '
        BEGIN {
            count = split(tools, tool, " ")
            while ((getline < found) > 0) {
                cell = $1 SUBSEP $2
                if (cell in cells) cells[cell] = cells[cell] ","
                cells[cell] = cells[cell] $3
            }
        }
        {
            line = $1
            for (i = 1; i <= count; i++) {
                cell = tool[i] SUBSEP $1
                line = line OFS (cell in cells ? cells[cell] : "-")
            }
            print line
        }'
}

# column NUMBER TABLE
column() {
    cut -f "1,$(($1 + 2))" "$2"
}

# found_by LEAST: of a table, the mistakes that at least so many tools find.
found_by() {
    awk -F '\t' -v least="$1" '
        NR > 1 {
            n = 0
            for (i = 2; i <= NF; i++) n += $i != "-"
            if (n >= least) print $1
        }' | sort
}

check_idioms() {
    measure "${IDIOMS[@]}" >"$work/false"
    [ ! -s "$work/false" ] || {
        cat "$work/false" >&2
        fail "these are reports about correct programs"
    }
}

# With the version that it was measured with, a tool finds what its column says. With another, what
# two tools should find is found by at least one.
check_mistakes() {
    local i tool version
    ! grep -F '(nowhere)' "$work/found" || fail "these reports are outside of any function"
    diff <(cut -f1 expected.tsv) <(cut -f1 "$work/table") ||
        fail "expected.tsv has other rows than mistakes.c has functions"
    for i in "${!TOOLS[@]}"; do
        tool=${TOOLS[i]} version=$(version_of "${TOOLS[i]}")
        if [ "$version" != "${PINNED[$tool]}" ]; then
            printf '%s %s: not the version of expected.tsv\n' "$tool" "$version"
        else
            diff <(column "$i" expected.tsv) <(column "$i" "$work/table") ||
                fail "$tool $version finds (>) other things than expected.tsv says (<)"
        fi
    done
    comm -23 <(found_by 2 <expected.tsv) <(found_by 1 <"$work/table") >"$work/lost"
    [ ! -s "$work/lost" ] || fail "no tool finds these any more: $(tr '\n' ' ' <"$work/lost")"
}

# The lines of the table in docs/checks.md.
sums() {
    local i
    for i in "${!TOOLS[@]}"; do
        printf "| \`%s\` | %s | 0 |\n" "${NAMES[${TOOLS[i]}]}" \
            "$(column "$i" "$1" | found_by 1 | wc -l)"
    done
    printf '| all together | %s | 0 |\n' "$(found_by 1 <"$1" | wc -l)"
    printf '| of | %s | %s |\n' "$(functions_of "${MISTAKES[@]}" | wc -l)" \
        "$(functions_of "${IDIOMS[@]}" | wc -l)"
}

check_page() {
    local line
    while read -r line; do
        grep -qxF -- "$line" "$PAGE" || fail "docs/checks.md should have the line: $line"
    done < <(sums expected.tsv)
}

need "$gcc" gcc
need "$clang" clang
need "$cppcheck" cppcheck
[ "$(version_of gcc-wall)" -ge 12 ] || fail "GCC 12 or newer is needed; the analyzer of 11 errs"
measure "${MISTAKES[@]}" >"$work/found"
table "$work/found" >"$work/table"
if [ "${1-}" = --print ]; then
    cat "$work/table"
    exit
fi
check_idioms
check_mistakes
check_page
sums "$work/table"
