#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# consumers.sh STEP SOURCE BUILD WORK CC CXX: installs what BUILD has built below WORK, and builds
# programs of somebody else against it, each step in one of the ways there are, and in a clean
# prefix of its own.
# Knows what README.md promises to those who use the library.
# The steps are the functions from `install` on.
set -euo pipefail

step=$1 source=$2 build=$3 work=$4 cc=$5 cxx=$6
here=$source/tests/install

# The name has blanks, as that of many a home directory.
prefix="$work/prefix of $step"

strict=(-std=c11 -Wall -Wextra -Wpedantic -Werror)

fail() {
    echo "$*" >&2
    exit 1
}

version() {
    sed -n 's/^#define HF_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' \
        "$source/include/holdfast/version.h" | paste -s -d.
}

# build_and_run PROJECT NAME [OPTION]...: configures, builds and runs one of the projects here.
build_and_run() {
    local project=$1 name=$2
    shift 2
    rm -rf "${work:?}/$name"
    cmake -S "$here/$project" -B "$work/$name" -G Ninja -DCMAKE_C_COMPILER="$cc" \
        -DCMAKE_CXX_COMPILER="$cxx" "$@"
    cmake --build "$work/$name"
    ctest --test-dir "$work/$name" --output-on-failure --no-tests=error
}

# One line per file, without the numbers of versions and the place of libraries.
list_of_files() {
    (cd "$1" && find . ! -type d | sed -e 's/\.so\.[0-9.]*$/.so.N/' -e 's|^./lib[^/]*/|./lib/|' |
        sort -u)
}

# One at a time, since CMake writes down in BUILD what it installs.
fill_prefix() {
    rm -rf "$prefix"
    flock "$work/installing" cmake --install "$build" --prefix "$prefix"
}

install() {
    fill_prefix
    local expected
    expected=$({
        (cd "$source" && find include -name '*.h' -o -name '*.hpp' | sed 's|^|./|')
        printf './lib/cmake/holdfast/holdfast-%s.cmake\n' config config-version targets \
            checks run-checks
        printf './lib/cmake/holdfast/holdfast.cfg\n'
        printf './lib/cmake/holdfast/holdfast-targets-*.cmake\n'
        printf './lib/%s\n' libholdfast.a libholdfast.so libholdfast.so.N pkgconfig/holdfast.pc
        printf './bin/holdfast\n./share/doc/holdfast/LICENSE\n'
        printf './share/man/%s\n' man1/holdfast.1 man7/hf.7
        (cd "$source/tools/gdb" && printf './share/holdfast/gdb/%s\n' load.py holdfast_gdb/*.py)
        printf './share/gdb/auto-load%s/lib/libholdfast.so.%s-gdb.py\n' "$prefix" "$(version)"
    } | sort -u)
    local found
    found=$(list_of_files "$prefix" | sed 's/targets-[a-z]*\.cmake/targets-*.cmake/')
    diff <(echo "$expected") <(echo "$found") || fail "another set of files is expected"
    if grep -rIlF -e "$source" -e "$build" -e "$prefix" "$prefix"; then
        fail "these name the place that they were built at"
    fi
}

find_package() {
    fill_prefix
    build_and_run by_find_package find_package \
        -DCMAKE_PREFIX_PATH="$prefix" -Dwanted_version="$(version)"
}

find_package_from_cxx() {
    fill_prefix
    build_and_run by_find_package find_package_from_cxx -Dconsumer_language=CXX \
        -DCMAKE_PREFIX_PATH="$prefix" -Dwanted_version="$(version)"
}

# pkg_config_words OPTION...: what pkg-config answers, word by word; blanks in names are escaped.
pkg_config_words() {
    eval "words=($(pkg-config "$@" holdfast))"
}

pkg_config() {
    local pc words
    fill_prefix
    pc=$(find "$prefix" -name holdfast.pc)
    export PKG_CONFIG_PATH=${pc%/*}
    [ "$(pkg-config --modversion holdfast)" = "$(version)" ] || fail "the version is another"
    pkg_config_words --cflags --libs
    "$cc" "${strict[@]}" "$here/consumer.c" "${words[@]}" -o "$work/pkg_config_shared"
    if "$work/pkg_config_shared" 2>"$work/pkg_config.log"; then
        fail "the program does not use the shared library"
    fi
    pkg_config_words --variable=libdir
    LD_LIBRARY_PATH=${words[0]} "$work/pkg_config_shared"
    pkg_config_words --static --cflags --libs
    "$cc" "${strict[@]}" -static "$here/consumer.c" "${words[@]}" -o "$work/pkg_config_static"
    "$work/pkg_config_static"
}

# A library without slots tells its users so: a program that has one is refused, by name.
without_slots() {
    fill_prefix
    local pc words said
    pc=$(find "$prefix" -name holdfast.pc)
    export PKG_CONFIG_PATH=${pc%/*}
    pkg_config_words --static --cflags --libs
    case " ${words[*]} " in *" -lck "*) fail "Concurrency Kit is linked" ;; esac
    if said=$("$cc" "$source/examples/reload/main.c" "${words[@]}" -o "$work/reload" 2>&1); then
        fail "a program with a slot was built"
    fi
    case $said in *"has no slots"*) ;; *) fail "what is missing is not told: $said" ;; esac
    grep -q HF_NO_SLOTS "$prefix"/lib*/cmake/holdfast/holdfast-targets.cmake ||
        fail "CMake does not tell of it"
}

# A tree that was moved after it was installed still finds itself.
moved() {
    fill_prefix
    rm -rf "$work/moved"
    mv "$prefix" "$work/moved"
    build_and_run by_find_package find_package_moved \
        -DCMAKE_PREFIX_PATH="$work/moved" -Dwanted_version="$(version)"
    local pc words
    pc=$(find "$work/moved" -name holdfast.pc)
    PKG_CONFIG_PATH=${pc%/*} pkg_config_words --variable=includedir
    [ -e "${words[0]}/holdfast/holdfast.h" ] || fail "holdfast.pc names another place"
    case ${words[0]} in "$work/moved"/*) ;; *) fail "holdfast.pc names the old place" ;; esac
}

# A project that has the library inside it installs its own programs, and nothing else.
installs_its_own() {
    rm -rf "$prefix"
    cmake --install "$1" --prefix "$prefix"
    local found
    found=$(list_of_files "$prefix")
    [ "$found" = $'./bin/with_holdfast\n./bin/with_static' ] ||
        fail "the consumer installs what is not its own: $found"
}

subdirectory() {
    build_and_run by_subdirectory subdirectory -Dholdfast_source="$source"
    installs_its_own "$work/subdirectory"
}

fetch_content() {
    local archive="$work/holdfast.tar.gz"
    tar --create --gzip --file "$archive" --directory "$source" \
        --transform "s|^|holdfast-$(version)/|" CMakeLists.txt LICENSE cmake docs include src tools
    build_and_run by_fetch_content fetch_content -Dholdfast_archive="$archive"
    installs_its_own "$work/fetch_content"
}

# What analyzers are asked through CMake; the headers of the library are none of their business.
checks() {
    fill_prefix
    rm -rf "${work:?}/checks"
    cmake -S "$here/by_checks" -B "$work/checks" -G Ninja -DCMAKE_C_COMPILER="$cc" \
        -DCMAKE_PREFIX_PATH="$prefix" -Dwanted_version="$(version)"
    cmake --build "$work/checks"
    cmake --build "$work/checks" --target right_checks
    local said
    if said=$(cmake --build "$work/checks" --target wrong_checks 2>&1); then
        fail "nothing is wrong with wrong.c: $said"
    fi
    case $said in *-Wanalyzer-*) ;; *) fail "GCC's analyzer is silent: $said" ;; esac
    case $said in *RetainCount*) ;; *) fail "Clang's checker is silent: $said" ;; esac
    case $said in *memleak*) ;; *) fail "cppcheck is silent: $said" ;; esac
}

# The library with places for tracers: the notes name them, and it does what it did.
probes() {
    echo '#include <sys/sdt.h>' | "$cc" -E - >/dev/null 2>&1 || {
        echo "skipped: sys/sdt.h is missing"
        exit 77
    }
    cmake -S "$source" -B "$work/probes" -G Ninja -DCMAKE_C_COMPILER="$cc" \
        -DHOLDFAST_PROBES=ON -DHOLDFAST_BUILD_TESTS=OFF -DHOLDFAST_BUILD_EXAMPLES=OFF \
        -DHOLDFAST_BUILD_BENCH=OFF -DHOLDFAST_BUILD_COMMAND=OFF
    cmake --build "$work/probes"
    local name notes
    notes=$(readelf --notes --wide "$work/probes/src/libholdfast.so")
    for name in born dies trial_begins trial_ends; do
        grep -q "Name: $name\$" <<<"$notes" || fail "there is no probe $name"
    done
    "$cc" "${strict[@]}" -I"$source/include" "$here/consumer.c" -o "$work/probed" \
        -L"$work/probes/src" -lholdfast -Wl,-rpath,"$work/probes/src"
    "$work/probed"
}

mkdir -p "$work"
"$step"
