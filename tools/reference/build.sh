#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# build.sh OUTPUT [CC]: the reference from the public headers, as OUTPUT/html; a warning is an
# error, and so is a function that doesn't say what callers ask.
# Knows Doxygen, for which Doxyfile and filter.py lie here; OUTPUT/xml is what the check reads.
# tools/check_reference.py has the questions.
set -euo pipefail
case $1 in /*) output=$1 ;; *) output=$PWD/$1 ;; esac
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

version=$(sed -n 's/^#define HF_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' \
    include/holdfast/version.h | paste -s -d.)
mkdir -p "$output"
rm -rf "$output/html" "$output/xml"
{
    cat tools/reference/Doxyfile
    printf 'OUTPUT_DIRECTORY = "%s"\nPROJECT_NUMBER = %s\n' "$output" "$version"
} | doxygen -
python3 -B tools/check_reference.py "${2:-cc}" include "$output/xml"
