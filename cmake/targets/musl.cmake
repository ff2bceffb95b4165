# SPDX-License-Identifier: MIT
#
# The C library musl, by Debian's musl-gcc; there is no compiler of C++ for it.
# Knows where tools/portable.sh puts the libraries that it builds for it.
# docs/portability.md has what is tested this way.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_HOST_SYSTEM_PROCESSOR})
set(CMAKE_C_COMPILER musl-gcc)
set(CMAKE_CXX_COMPILER CMAKE_CXX_COMPILER-NOTFOUND)

set(target musl)
include(${CMAKE_CURRENT_LIST_DIR}/place.cmake)
set(CMAKE_FIND_ROOT_PATH ${libraries})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
set(ENV{PKG_CONFIG_LIBDIR} ${libraries}/usr/lib/pkgconfig)

# Not those of the system, whose C library is another: the headers of the kernel lie here as well.
set(CMAKE_C_FLAGS_INIT "-isystem ${libraries}/usr/include")
set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lformusl")
foreach(kind EXE SHARED MODULE)
  # The unwinder comes last, so its wish is told first.
  set(CMAKE_${kind}_LINKER_FLAGS_INIT
    "-L${libraries}/usr/lib -Wl,--eh-frame-hdr -Wl,-u,_dl_find_object")
endforeach()
