# SPDX-License-Identifier: MIT
#
# 64-bit ARM, emulated.
# Knows its names only; debian.cmake has the rest.
# docs/portability.md has what is tested this way.
set(target aarch64)
set(triplet aarch64-linux-gnu)
set(directory aarch64-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
