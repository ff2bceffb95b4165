# SPDX-License-Identifier: MIT
#
# 32 bits, on a processor of x86-64, which runs its programs itself.
# Knows its names only; debian.cmake has the rest.
# docs/portability.md has what is tested this way.
set(target i386)
set(triplet i686-linux-gnu)
set(directory i386-linux-gnu)
set(loader /usr/i686-linux-gnu/lib/ld-linux.so.2)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
