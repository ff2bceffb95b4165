# SPDX-License-Identifier: MIT
#
# What stands before the fragments of CMake on the pages: the commands that need a project, as
# functions that look at what they are given.
# Knows the targets that an installed library brings.
# tools/check_code.py runs each fragment after this file.

cmake_minimum_required(VERSION 3.25)

function(find_package name)
  if(NOT name STREQUAL "holdfast" OR NOT "CONFIG" IN_LIST ARGN)
    message(FATAL_ERROR "find_package(${name} ${ARGN})")
  endif()
endfunction()

function(target_link_libraries target visibility)
  foreach(library IN LISTS ARGN)
    if(NOT library MATCHES "^holdfast::(holdfast|static)$")
      message(FATAL_ERROR "target_link_libraries(... ${library}): there is no such library")
    endif()
  endforeach()
endfunction()

function(add_executable name)
endfunction()

function(holdfast_enable_checks target)
endfunction()
