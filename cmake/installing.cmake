# SPDX-License-Identifier: MIT
#
# What `cmake --install` puts where: both libraries, the headers, their manual page, and how CMake
# and pkg-config find them.
# Knows the targets of src, and the three components that packages are made of: to run, to develop,
# and tools; an installed tree may be moved, since nothing in it holds its own place.
# tests/install proves that programs can be built against it.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# What names no other component.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME holdfast_development)

install(TARGETS holdfast holdfast_static EXPORT holdfast-targets
  LIBRARY COMPONENT holdfast_runtime NAMELINK_COMPONENT holdfast_development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/holdfast TYPE INCLUDE FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES docs/man/hf.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
# In no package: Debian has a file of its own for that.
install(FILES LICENSE TYPE DOC COMPONENT holdfast_licence)

# CMake: while the first number of the version is 0, a new second number may break programs.
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/holdfast)
install(EXPORT holdfast-targets NAMESPACE holdfast:: DESTINATION ${package_directory})
configure_package_config_file(
  cmake/holdfast-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/holdfast-config.cmake
  INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/holdfast-config-version.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES ${CMAKE_CURRENT_BINARY_DIR}/holdfast-config.cmake
        ${CMAKE_CURRENT_BINARY_DIR}/holdfast-config-version.cmake
        cmake/holdfast-checks.cmake cmake/holdfast-run-checks.cmake tools/holdfast.cfg
  DESTINATION ${package_directory})

# pkg-config: the prefix is counted from the file itself, unless directories outside it were asked.
cmake_path(SET pc_directory NORMALIZE "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
  set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
  set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
  file(RELATIVE_PATH up "/${pc_directory}" "/")
  cmake_path(SET pc_prefix "\${pcfiledir}/${up}")
  string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
  set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
set(pc_cflags "")
set(pc_libs_private "")
if(HOLDFAST_HAS_SLOTS)
  string(APPEND pc_libs_private " -lck")
else()
  string(APPEND pc_cflags " -DHF_NO_SLOTS")
endif()
configure_file(cmake/holdfast.pc.in ${CMAKE_CURRENT_BINARY_DIR}/holdfast.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/holdfast.pc DESTINATION ${pc_directory})

# GDB: what it loads by itself lies where it looks for the library by that path; the rest of it is
# found from there.
set(gdb_directory ${CMAKE_INSTALL_DATADIR}/holdfast/gdb)
install(DIRECTORY tools/gdb/holdfast_gdb DESTINATION ${gdb_directory} COMPONENT holdfast_tools
  FILES_MATCHING PATTERN "*.py")
install(FILES tools/gdb/load.py DESTINATION ${gdb_directory} COMPONENT holdfast_tools)
if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" AND NOT IS_ABSOLUTE "${CMAKE_INSTALL_DATADIR}")
  file(RELATIVE_PATH from_library "/${CMAKE_INSTALL_LIBDIR}" "/${gdb_directory}")
  configure_file(tools/gdb/libholdfast-gdb.py.in ${CMAKE_CURRENT_BINARY_DIR}/libholdfast-gdb.py
    @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/libholdfast-gdb.py
    DESTINATION
      "${CMAKE_INSTALL_DATADIR}/gdb/auto-load\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}"
    RENAME libholdfast.so.${PROJECT_VERSION}-gdb.py COMPONENT holdfast_tools)
endif()
