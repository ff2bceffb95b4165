# SPDX-License-Identifier: MIT
#
# How everything below this directory is compiled: language, warnings, sanitizers.
# Knows GCC and Clang; nothing of it reaches a program that uses the library.
# What only the library needs stands in src/CMakeLists.txt.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)

add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wdate-time
  "$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes>")
if(HOLDFAST_WERROR)
  add_compile_options(-Werror)
endif()

# The same sources give the same bytes wherever they lie; a debugger wants to know where they lie.
add_compile_options(
  "$<$<NOT:$<CONFIG:Debug>>:-ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}=.>")

# Valgrind 3.19 does not read the newest debug information that Clang writes.
add_compile_options($<$<COMPILE_LANG_AND_ID:C,Clang>:-fdebug-default-version=4>
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fdebug-default-version=4>)

if(HOLDFAST_SANITIZE)
  add_compile_options(
    -fsanitize=${HOLDFAST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
endif()
