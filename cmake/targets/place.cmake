# SPDX-License-Identifier: MIT
#
# Where tools/portable.sh puts the libraries of a target: sets libraries, for who has set target.
# Knows where the build directories lie. If that path has blanks in it, the libraries lie elsewhere:
# what pkg-config answers are words.
# docs/portability.md has what is tested this way.

get_filename_component(libraries ${CMAKE_CURRENT_LIST_DIR}/../../build ABSOLUTE)
if(libraries MATCHES " ")
  set(libraries /var/tmp/holdfast)
endif()
string(APPEND libraries /portable/${target}/root)
