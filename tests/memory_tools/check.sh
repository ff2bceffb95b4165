#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check.sh TOOL PROGRAM CASE: runs `PROGRAM CASE` under a memory checker, and looks at what it says.
# Knows the cases of subjects.c, and two tools: valgrind, which runs the program, and address, when
# the program was built with AddressSanitizer and its leak checker.
# A right program must end well and say nothing, a wrong one must be told what and where.
set -euo pipefail

tool=$1 program=$2 wanted=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
report=$work/report

fail() {
    echo "$tool, $wanted: $*"
    echo "The program ended with status $status; it was said:"
    cat "$report"
    exit 1
}

# Paragraphs are separated by empty lines once memcheck's margin is gone.
run() {
    local command=("$program" "$wanted")
    if [ "$tool" = valgrind ]; then
        command=(valgrind --quiet --error-exitcode=99 --leak-check=full --num-callers=40
            "--show-leak-kinds=definite,indirect,possible" "${command[@]}")
    fi
    # An abort on purpose leaves no core file.
    ulimit -c 0
    status=0
    # Slow, because not all that it must see through was built with frame pointers.
    ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0 "${command[@]}" 2>&1 >"$work/output" |
        sed 's/^==[0-9]*== \{0,1\}//' >"$report" || status=${PIPESTATUS[0]}
}

# count_paragraphs TEXT...: how many paragraphs of the report contain all the texts.
count_paragraphs() {
    awk -v RS= '
        BEGIN { for (i = 1; i < ARGC; i++) text[i] = ARGV[i]; texts = ARGC - 1; ARGC = 1 }
        { for (i = 1; i <= texts && index($0, text[i]); i++); found += i > texts }
        END { print found + 0 }' "$@" <"$report"
}

# must_say TEXT...: in one paragraph.
must_say() {
    [ "$(count_paragraphs "$@")" -gt 0 ] || fail "one paragraph must have all of: $*"
    [ "$status" -ne 0 ] || fail "the status must tell of it"
}

must_not_say() {
    [ "$(count_paragraphs "$@")" -eq 0 ] || fail "nobody should have said: $*"
}

must_be_silent() {
    [ "$status" -eq 0 ] || fail "it should have ended well"
    [ ! -s "$report" ] || fail "there is nothing to be said about it"
}

# must_lose FUNCTION BYTES: an object that was made in this function, of which memcheck counts so
# many bytes. What it holds is lost with it; what others hold is not lost.
must_lose() {
    if [ "$tool" = valgrind ]; then
        must_say "$2" "definitely lost" "$1 ("
        [ "$(count_paragraphs "definitely lost")" -eq 1 ] || fail "only one object is lost"
        must_not_say "possibly lost"
    else
        must_say "Direct leak" "1 object(s)" "in hf" "in $1 "
        [ "$(count_paragraphs "Direct leak")" -eq 1 ] || fail "only one object is lost"
    fi
    must_not_say "make_all"
}

# must_see_dead ACCESS FUNCTION TYPE: of an object of this type.
must_see_dead() {
    if [ "$tool" = valgrind ]; then
        must_say "Invalid $1 of size" "$2 (" "inside a dead $3 of size"
    else
        must_say "ERROR: AddressSanitizer: heap-use-after-free" "${1^^} of size" "in $2 "
        must_say "freed by" "in $2 "
    fi
}

# must_see_beyond FUNCTION: the object that it made there is too small for a read.
must_see_beyond() {
    if [ "$tool" = valgrind ]; then
        must_say "Invalid read of size" "0 bytes after a block" "$1 ("
    else
        must_say "ERROR: AddressSanitizer: heap-buffer-overflow" "READ of size" "in $1 "
        must_say "allocated by" "in $1 "
    fi
}

# must_see_release FUNCTION TYPE: of a dead object. The library says so itself, unless it was built
# with AddressSanitizer, which then speaks first.
must_see_release() {
    if [ "$(count_paragraphs "AddressSanitizer")" -gt 0 ]; then
        must_say "ERROR: AddressSanitizer: heap-use-after-free" "in hf_release" "in $1 "
        return
    fi
    must_say "holdfast: release of a dead object: $2"
    [ "$tool" != valgrind ] || must_say "Invalid read" "$1 (" "free'd"
}

run
case $wanted in
    release_all | make_all | hold_dead_references)
        must_be_silent
        ;;
    forget_a_leaf) must_lose forget_a_leaf "8 bytes" ;;
    forget_a_node) must_lose forget_a_node "(32 direct, 20 indirect)" ;;
    forget_a_page) must_lose forget_a_page "512 bytes" ;;
    forget_a_row) must_lose forget_a_row "48 bytes" ;;
    forget_a_chain) must_lose forget_a_chain "(32 direct, 72 indirect)" ;;
    forget_a_referred_to) must_lose forget_a_referred_to "(32 direct, 20 indirect)" ;;
    read_a_dead_node) must_see_dead read read_a_dead_node node ;;
    write_a_dead_leaf) must_see_dead write write_a_dead_leaf leaf ;;
    read_a_dead_page) must_see_dead read read_a_dead_page page ;;
    read_beyond_a_row) must_see_beyond read_beyond_a_row ;;
    release_a_node_twice) must_see_release release_a_node_twice node ;;
    *)
        fail "no such case"
        ;;
esac
