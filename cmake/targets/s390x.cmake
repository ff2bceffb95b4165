# SPDX-License-Identifier: MIT
#
# IBM Z, whose bytes stand in the other order, emulated.
# Knows its names only; debian.cmake has the rest.
# docs/portability.md has what is tested this way.
set(target s390x)
set(triplet s390x-linux-gnu)
set(directory s390x-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
