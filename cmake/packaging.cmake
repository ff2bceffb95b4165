# SPDX-License-Identifier: MIT
#
# Debian packages, by `cpack`: libholdfast0.1 to run programs, libholdfast-dev to develop them, and
# holdfast-tools with the command and what GDB loads.
# Knows the components of installing.cmake; revision, maintainer and date stand in debian/changelog.
# packaging-stage.cmake fills in what depends on the built files; tests/install looks at the result.

file(READ cmake/debian/changelog changelog)
if(NOT changelog MATCHES "^holdfast \\([0-9.]+-([a-z0-9.+~]+)\\) ")
  message(FATAL_ERROR "cmake/debian/changelog does not begin with a version and a revision")
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_1})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS cmake/debian/changelog)

set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(debian_version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME holdfast)
set(CPACK_DEBIAN_PACKAGE_SOURCE holdfast)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL holdfast_runtime holdfast_development holdfast_tools)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/cmake/packaging-stage.cmake)

# For that script.
set(CPACK_HOLDFAST_SOURCE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
set(CPACK_HOLDFAST_SOVERSION ${soversion})
set(CPACK_HOLDFAST_STRIP ${CMAKE_STRIP})

# debian_package(<component> <name> <section> <Multi-Arch> <what is in it> <text> [DEPENDS <list>]
#   [SUGGESTS <list>])
#
# The field Multi-Arch stands behind the priority, since CPack 3.25 knows no such field.
function(debian_package component name section multi_arch what text)
  cmake_parse_arguments(PARSE_ARGV 6 arg "" "DEPENDS;SUGGESTS" "")
  string(TOUPPER CPACK_DEBIAN_${component} variable)
  set(${variable}_PACKAGE_NAME ${name} PARENT_SCOPE)
  set(${variable}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(${variable}_PACKAGE_PRIORITY "optional\nMulti-Arch: ${multi_arch}" PARENT_SCOPE)
  set(${variable}_PACKAGE_DEPENDS "${arg_DEPENDS}" PARENT_SCOPE)
  set(${variable}_PACKAGE_SUGGESTS "${arg_SUGGESTS}" PARENT_SCOPE)
  set(${variable}_DESCRIPTION "ownership for C - ${what}
Holdfast gives programs in C counted references, weak references that become
NULL, a collector of cycles that stops no thread, containers and caches that
own, and answers to the question why an object is still there.

${text}" PARENT_SCOPE)
endfunction()

debian_package(holdfast_runtime libholdfast${soversion} libs same
  "shared library" "This package has the shared library."
  SUGGESTS holdfast-tools)
debian_package(holdfast_development libholdfast-dev libdevel same
  "development files"
  "This package has the headers for C and C++, the static library, and how CMake
and pkg-config find them."
  DEPENDS "libholdfast${soversion} (= ${debian_version}), libck-dev, libsodium-dev"
  SUGGESTS "holdfast-tools, clang, cppcheck")
debian_package(holdfast_tools holdfast-tools devel foreign
  "snapshots of memory, and scripts for GDB"
  "This package has the command holdfast, which answers from snapshots of a
program's memory, and what GDB loads to show handles, and to take snapshots
of hung processes and core files."
  SUGGESTS gdb)

include(CPack)
