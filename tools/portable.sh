#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# portable.sh TARGET: brings the libraries that the library and its tests need on another target to
# build/portable/TARGET/root, where cmake/targets/TARGET.cmake looks for them; or below another
# directory, if that path has blanks (cmake/targets/place.cmake).
# Knows the sources of packages that this Debian has, and reads them through lists of its own, so
# that nothing of the system changes and nobody has to be root; and how those libraries are built
# which Debian has for no other C library.
# What is there already is not brought again.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

readonly PACKAGES=(
    libck0 libck-dev libsodium23 libsodium-dev check libsubunit0 libsubunit-dev
    libyajl2 libyajl-dev libcsv3 libcsv-dev)
readonly SOURCES=(ck check libsodium)
readonly KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

target=${1:?portable.sh wants a target}
case $PWD in *' '*) build=/var/tmp/holdfast ;; *) build=$PWD/build ;; esac
place=$build/portable/$target
root=$place/root
# Another edition of this script brings them anew.
edition=$(cksum <tools/portable.sh)

fail() {
    printf 'portable: %s\n' "$*" >&2
    exit 1
}

# apt_get ARCHITECTURE WORD...: with lists and a cache of its own, and as if nothing was installed.
apt_get() {
    local architecture=$1
    shift
    apt-get -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
        -o APT::Sandbox::User=root -o Dir::State::Lists="$place/lists" -o Dir::Cache="$place" \
        -o Dir::State::Status=/dev/null -o Dir::Etc::SourceList="$place/sources.list" \
        -o Dir::Etc::SourceParts=/dev/null "$@"
}

# read_lists ARCHITECTURE KIND: where this Debian has its packages (deb) or their sources (deb-src)
# from. A list that can't be read is no fault as long as the packages are found in others.
read_lists() {
    mkdir -p "$place/lists/partial" "$place/archives/partial"
    # shellcheck disable=SC2016 # apt-get fills them in
    apt-get indextargets --format "$2"' [signed-by=KEYS] $(SITE) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' |
        sort -u | sed "s|KEYS|$KEYS|" >"$place/sources.list"
    [ -s "$place/sources.list" ] ||
        fail "apt-get knows no packages of Debian; perhaps apt-get update helps"
    apt_get "$1" update || true
}

unpack_packages() {
    local architecture=$1 package
    read_lists "$architecture" deb
    (cd "$place/archives" && apt_get "$architecture" download "${PACKAGES[@]}")
    for package in "$place/archives"/*.deb; do dpkg-deb -x "$package" "$root"; done
}

# ---- musl ------------------------------------------------------------------------------------

unpack_sources() {
    local name
    read_lists "$(dpkg --print-architecture)" deb-src
    (cd "$place/archives" &&
        apt_get "$(dpkg --print-architecture)" source --download-only "${SOURCES[@]}")
    for name in "${SOURCES[@]}"; do
        mkdir -p "$place/$name"
        tar -xf "$place/archives/${name}"_*.orig.tar.* -C "$place/$name" --strip-components=1
    done
}

build_ck() {
    (cd "$place/ck" && CC=musl-gcc ./configure && make -C src libck.a)
    cp -r "$place/ck/include/." "$root/usr/include"
    cp "$place/ck/src/libck.a" "$root/usr/lib"
}

# Only the hash of strings, which needs no more of it.
build_sodium() {
    local sodium=$place/libsodium/src/libsodium
    (cd "$place/libsodium" && musl-gcc -O2 -fPIC -I"$sodium/include/sodium" -I"$sodium/include" \
        -c "$sodium"/crypto_shorthash/{crypto_shorthash.c,siphash24/shorthash_siphash24.c} \
        "$sodium/crypto_shorthash/siphash24/ref/shorthash_siphash24_ref.c" &&
        ar rcs "$root/usr/lib/libsodium.a" ./*.o)
    mkdir -p "$root/usr/include/sodium"
    cp "$sodium"/include/sodium/{crypto_shorthash*,export}.h "$root/usr/include/sodium"
}

build_check() {
    cmake -S "$place/check" -B "$place/check/build" -G Ninja -DCMAKE_C_COMPILER=musl-gcc \
        -DCMAKE_INSTALL_PREFIX="$root/usr" -DCMAKE_INSTALL_LIBDIR=lib \
        -DCHECK_ENABLE_TESTS=OFF -DCHECK_ENABLE_SUBUNIT=OFF -DCMAKE_BUILD_TYPE=Release
    cmake --build "$place/check/build"
    cmake --install "$place/check/build"
    # What is tested stands on the static one, as in Debian.
    rm "$root"/usr/lib/libcheck.so*
}

build_for_musl() {
    local kernel=/usr/include
    mkdir -p "$root/usr/lib" "$root/usr/include"
    unpack_sources
    build_ck
    build_sodium
    build_check
    musl-gcc -O1 -fPIC -c tools/portable/musl.c -o "$place/musl.o"
    ar rcs "$root/usr/lib/libformusl.a" "$place/musl.o"
    ln -sfn "$kernel/linux" "$kernel/asm-generic" "$root/usr/include"
    ln -sfn "$kernel/$(gcc -print-multiarch)/asm" "$root/usr/include/asm"
}

case $target in
    i386 | s390x) bring=(unpack_packages "$target") ;;
    aarch64) bring=(unpack_packages arm64) ;;
    musl) bring=(build_for_musl) ;;
    *) fail "there are the targets i386, aarch64, s390x and musl, not $target" ;;
esac
[ ! -e "$build" ] || [ -O "$build" ] || fail "$build belongs to somebody else"
[ ! -e "$place/edition" ] || [ "$(cat "$place/edition")" != "$edition" ] || exit 0
rm -rf "$place"
mkdir -p "$root"
"${bring[@]}"
find "$place" -mindepth 1 -maxdepth 1 ! -name root -exec rm -rf {} +
printf '%s\n' "$edition" >"$place/edition"
