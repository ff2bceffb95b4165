#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Do programs that others wrote read our snapshots, and come to the same answers?
# Knows npm, which brings them; where it is missing or can't bring them, the test is skipped, and
# says why. check.sh SUBJECT DIRECTORY
set -euo pipefail
subject=$1 directory=$2
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
readonly SKIPPED=77

skip() {
    printf 'skipped: %s\n' "$*"
    exit "$SKIPPED"
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    skip "node and npm are missing"
fi
mkdir -p "$directory"
cp "$here"/package.json "$here"/package-lock.json "$here"/.npmrc "$here"/*.mjs "$directory"
cd "$directory"
if ! cmp -s package-lock.json installed-lock.json; then
    timeout 240 npm ci --ignore-scripts >npm.log 2>&1 ||
        skip "npm could not bring the readers: $(tail -n 1 npm.log)"
    cp package-lock.json installed-lock.json
fi
node bundle.mjs
"$subject" subject.heapsnapshot >answers.txt
node check.mjs subject.heapsnapshot answers.txt 2>&1 | grep -v "marking\|localStorage"
