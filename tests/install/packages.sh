#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# packages.sh STEP SOURCE WORK CC: builds the Debian packages twice, and looks at them.
# Knows the preset `package`; nothing is installed: packages are unpacked below WORK.
# The steps are the functions at the end; CTest runs `reproducible` first, and the others look at
# its packages.
set -euo pipefail

step=$1 source=$2 work=$3 cc=$4
first=$work/here second=$work/there/below packages=$work/packages

fail() {
    echo "$*" >&2
    exit 1
}

# want PROGRAM...: the step is left out where there is no such program, and says so.
want() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || {
            echo "skipped: there is no $program"
            exit 77
        }
    done
}

version() {
    sed -n 's/^#define HF_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' \
        "$source/include/holdfast/version.h" | paste -s -d.
}

# build_in DIRECTORY: the same sources in another place.
build_in() {
    rm -rf "$1"
    mkdir -p "$1"
    cp -r "$source"/{include,src,cmake,tools,docs,CMakeLists.txt,CMakePresets.json,LICENSE} \
        "$source/CHANGELOG.md" "$1"
    (cd "$1" && cmake --preset package -DCMAKE_C_COMPILER="$cc" && cmake --build --preset package)
}

# unpack DIRECTORY PACKAGE...: the packages' files, and no others.
unpack() {
    local directory=$1 package
    shift
    rm -rf "$directory"
    for package in "$@"; do dpkg-deb --extract "$packages/${package}_"*.deb "$directory"; done
}

# has FIELD VALUE PACKAGE: what apt reads.
has() {
    local found
    found=$(dpkg-deb --field "$packages/$3_"*.deb "$1")
    # shellcheck disable=SC2053 # VALUE is a pattern
    [[ $found = $2 ]] || fail "$3 has $1: $found"
}

reproducible() {
    local file
    build_in "$first"
    build_in "$second"
    for file in src/libholdfast.a src/libholdfast.so tools/holdfast/holdfast; do
        cmp "$first/build/package/$file" "$second/build/package/$file"
    done
    rm -rf "$packages"
    want dpkg-gensymbols
    # What is packed must be readable for all, whatever files are for who packs it.
    (cd "$first/build/package" && umask 077 && TZ=UTC cpack)
    (cd "$second/build/package" && umask 077 && TZ=Asia/Tokyo cpack)
    mkdir "$packages"
    mv "$first"/build/package/*.deb "$packages"
    for file in "$packages"/*.deb; do
        cmp "$file" "$second/build/package/${file##*/}"
    done
    [ "$(find "$packages" -name '*.deb' | wc -l)" = 3 ] || fail "there should be three packages"
}

lint() {
    want lintian
    "$source/tools/lint_packages.sh" "$packages"/*.deb
}

fields() {
    want dpkg-deb
    local library
    library=libholdfast$(version | sed 's/\.[0-9]*$//')
    has Depends '*libck0*libsodium23*' "$library"
    has Multi-Arch same "$library"
    has Section libs "$library"
    has Depends "$library (= $(version)-*), libck-dev, libsodium-dev" libholdfast-dev
    has Multi-Arch same libholdfast-dev
    has Section libdevel libholdfast-dev
    has Depends '*libyajl2*' holdfast-tools
    has Multi-Arch foreign holdfast-tools
    has Section devel holdfast-tools
    local shown listed
    unpack "$work/unpacked_fields" "$library"
    shown=$(nm --dynamic --defined-only "$work/unpacked_fields"/usr/lib/*/libholdfast.so.*.*.* |
        sed 's/.* //' | grep -c '^hf_')
    listed=$(dpkg-deb --info "$packages/${library}_"*.deb symbols | grep -c '^ hf_.*@HOLDFAST_')
    [ "$shown" = "$listed" ] || fail "the library shows $shown names, its package lists $listed"
}

# What a program needs to be built, and then to run, and no more. Names are short, without blanks.
from_packages() {
    want dpkg-deb pkg-config
    local library words program=./from_packages
    library=libholdfast$(version | sed 's/\.[0-9]*$//')
    cd "$work"
    unpack unpacked "$library" libholdfast-dev
    PKG_CONFIG_SYSROOT_DIR=unpacked
    PKG_CONFIG_PATH=$(echo unpacked/usr/lib/*/pkgconfig)
    export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH
    read -r -a words <<<"$(pkg-config --cflags --libs holdfast)"
    "$cc" -std=c11 "$source/tests/install/consumer.c" "${words[@]}" -o "$program"
    unpack unpacked_to_run "$library"
    LD_LIBRARY_PATH=$(echo unpacked_to_run/usr/lib/*/) "$program"
    read -r -a words <<<"$(pkg-config --static --cflags --libs holdfast)"
    "$cc" -std=c11 -static "$source/tests/install/consumer.c" "${words[@]}" -o "$program"
    "$program"
    unpack unpacked_tools holdfast-tools
    unpacked_tools/usr/bin/holdfast --help >/dev/null
}

"$step"
