# SPDX-License-Identifier: MIT
#
# Asks each analyzer about each C file, and fails when one of them says anything.
# Knows what holdfast-checks.cmake hands it: sources, includes and definitions, parted by bars, and
# the tools, whose names are empty or end in NOTFOUND where they are missing.
# docs/checks.md says why the tools are asked in these words.

foreach(list sources includes definitions)
  string(REPLACE "|" ";" ${list} "${${list}}")
endforeach()
list(FILTER sources INCLUDE REGEX "[.]c$")
list(FILTER includes EXCLUDE REGEX "^$")
list(TRANSFORM includes PREPEND "-I")
list(FILTER definitions EXCLUDE REGEX "^$")
list(TRANSFORM definitions PREPEND "-D")

set(is_clean TRUE)
set(has_asked FALSE)

# ask(<tool> <word>...): about each source, which comes last.
function(ask tool)
  if(NOT tool)
    return()
  endif()
  set(has_asked TRUE PARENT_SCOPE)
  foreach(source IN LISTS sources)
    execute_process(COMMAND ${tool} ${ARGN} ${definitions} ${includes} ${source}
      RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
    if(result OR said)
      message("${said}")
      set(is_clean FALSE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

ask("${gcc}" -std=gnu11 -O0 -fanalyzer -c -o /dev/null)
ask("${clang}" -std=gnu11 --analyze -Xclang -analyzer-checker=osx.cocoa.RetainCount
  --analyzer-output text -Wno-unused-command-line-argument)
ask("${cppcheck}" --quiet --enable=warning --error-exitcode=1 --library=${library})

if(NOT has_asked)
  message(FATAL_ERROR "None of gcc, clang and cppcheck is there to ask")
endif()
if(NOT is_clean)
  message(FATAL_ERROR "Ownership is not what it should be: see above")
endif()
