# SPDX-License-Identifier: MIT
#
# holdfast_enable_checks(<target>): lets compilers and analyzers say what they know of ownership in
# the C files of a target.
# Knows which tools do, and how each is asked: docs/checks.md has what each finds. The function is
# there after find_package(holdfast) and after add_subdirectory.
# The tools run when somebody builds <target>_checks, which fails when one of them reports anything;
# the target itself is compiled with -Wall, and is otherwise as it was.

find_program(HOLDFAST_GCC NAMES gcc gcc-14 gcc-13 gcc-12)
find_program(HOLDFAST_CLANG NAMES clang clang-19 clang-16 clang-14)
find_program(HOLDFAST_CPPCHECK NAMES cppcheck)
mark_as_advanced(HOLDFAST_GCC HOLDFAST_CLANG HOLDFAST_CPPCHECK)

# Beside this file when installed, among the tools in the source.
foreach(place ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/../tools)
  if(EXISTS ${place}/holdfast.cfg)
    set(HOLDFAST_CPPCHECK_LIBRARY ${place}/holdfast.cfg CACHE INTERNAL "")
  endif()
endforeach()
set(HOLDFAST_RUN_CHECKS ${CMAKE_CURRENT_LIST_DIR}/holdfast-run-checks.cmake CACHE INTERNAL "")

function(holdfast_enable_checks target)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "holdfast_enable_checks: there is no target ${target}")
  endif()
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:C>:-Wall>)
  # Lists travel with bars, since a semicolon would part the command.
  add_custom_target(${target}_checks
    COMMAND ${CMAKE_COMMAND}
      "-Dsources=$<JOIN:$<TARGET_PROPERTY:${target},SOURCES>,|>"
      "-Dincludes=$<JOIN:$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>,|>"
      "-Ddefinitions=$<JOIN:$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>,|>"
      "-Dgcc=${HOLDFAST_GCC}" "-Dclang=${HOLDFAST_CLANG}" "-Dcppcheck=${HOLDFAST_CPPCHECK}"
      "-Dlibrary=${HOLDFAST_CPPCHECK_LIBRARY}" -P ${HOLDFAST_RUN_CHECKS}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "Ownership in ${target}"
    VERBATIM)
endfunction()
