# SPDX-License-Identifier: MIT
#
# Another architecture of Debian, by the cross compilers that Debian brings. Who includes this has
# set target, triplet and directory: the names of the target, of its compilers, and of where Debian
# keeps its libraries; and loader, if its programs run without an emulator.
# Knows where tools/portable.sh unpacks the libraries of that architecture, and where the compilers
# have the C library, which the programs are run with, too.
# docs/portability.md has what is tested this way.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${target})
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER ${triplet}-g++)

include(${CMAKE_CURRENT_LIST_DIR}/place.cmake)
set(CMAKE_FIND_ROOT_PATH ${libraries} /usr/${triplet})
set(CMAKE_LIBRARY_ARCHITECTURE ${directory})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${libraries})
set(ENV{PKG_CONFIG_LIBDIR} ${libraries}/usr/lib/${directory}/pkgconfig)

# The library names its own libraries without a place: see src/CMakeLists.txt.
set(place ${libraries}/usr/lib/${directory})
string(JOIN " " options -L${place} -Wl,-rpath,${place})
if(loader)
  string(APPEND options " -Wl,-rpath,/usr/${triplet}/lib -Wl,--dynamic-linker=${loader}")
else()
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${target} -L /usr/${triplet})
endif()
foreach(kind EXE SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT "${options}")
endforeach()
