# SPDX-License-Identifier: MIT
#
# CPack runs this between installing into its directories and packing them: what Debian wants of a
# package, and what is only known once the files are there.
# Knows the variables of packaging.cmake and dpkg's own tools, and sets what CPack reads next.
# Everything here gives the same bytes each time: the date is that of debian/changelog.

set(debian_directory ${CPACK_HOLDFAST_SOURCE_DIR}/cmake/debian)
set(scratch ${CPACK_TEMPORARY_DIRECTORY}/scratch)
set(library_package libholdfast${CPACK_HOLDFAST_SOVERSION})

function(run_here)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${scratch}
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE output OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

# Debian's form of the licence.
function(write_copyright path)
  file(READ ${CPACK_HOLDFAST_SOURCE_DIR}/LICENSE licence)
  if(NOT licence MATCHES "^MIT License\n\nCopyright \\(c\\) ([^\n]*)\n\n(.*)\n$")
    message(FATAL_ERROR "LICENSE does not begin as the MIT licence does")
  endif()
  set(holder "${CMAKE_MATCH_1}")
  string(REPLACE "\n\n" "\n.\n" text "${CMAKE_MATCH_2}")
  string(REPLACE "\n" "\n " text "${text}")
  file(WRITE ${path}
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    "Upstream-Name: holdfast\n\n"
    "Files: *\nCopyright: ${holder}\nLicense: Expat\n ${text}\n")
endfunction()

# What each package has in /usr/share/doc, and its manual pages compressed.
function(stage_documents component package)
  set(documents ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr/share/doc/${package})
  file(MAKE_DIRECTORY ${documents})
  write_copyright(${documents}/copyright)
  configure_file(${debian_directory}/changelog ${documents}/changelog.Debian COPYONLY)
  configure_file(${CPACK_HOLDFAST_SOURCE_DIR}/CHANGELOG.md ${documents}/changelog COPYONLY)
  file(GLOB pages ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr/share/man/man?/*)
  file(CHMOD ${documents}/changelog ${documents}/changelog.Debian ${documents}/copyright
    PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  run_here(gzip -9 --no-name --force ${documents}/changelog ${documents}/changelog.Debian ${pages})
endfunction()

# stage_depends(<component> <file>): what the file needs, as the installed libraries say.
function(stage_depends component file)
  file(WRITE ${scratch}/debian/control "")
  # By a directory of this name dpkg-shlibdeps knows what is being made into a package.
  file(MAKE_DIRECTORY ${CPACK_TEMPORARY_DIRECTORY}/${component}/DEBIAN)
  run_here(dpkg-shlibdeps -O ${file})
  file(REMOVE_RECURSE ${CPACK_TEMPORARY_DIRECTORY}/${component}/DEBIAN)
  string(REGEX REPLACE "^shlibs:Depends=" "" depends "${output}")
  string(TOUPPER ${component} component)
  set(CPACK_DEBIAN_${component}_PACKAGE_DEPENDS "${depends}" PARENT_SCOPE)
endfunction()

# Which version of the package a program needs: that of the newest node it has a name of.
function(write_symbols template)
  file(READ ${CPACK_HOLDFAST_SOURCE_DIR}/src/exports.map exports)
  string(REGEX MATCHALL "HOLDFAST_[0-9.]+ {" nodes "${exports}")
  file(WRITE ${template}
    "libholdfast.so.${CPACK_HOLDFAST_SOVERSION} ${library_package} #MINVER#\n"
    "* Build-Depends-Package: libholdfast-dev\n")
  foreach(node IN LISTS nodes)
    string(REGEX REPLACE "HOLDFAST_(.*) {" "\\1" number ${node})
    file(APPEND ${template} " (symver)HOLDFAST_${number} ${number}\n")
  endforeach()
endfunction()

# CPack 3.25 would write a postinst that calls ldconfig; Debian has a trigger for that.
function(write_control library)
  file(WRITE ${scratch}/triggers "activate-noawait ldconfig\n")
  file(WRITE ${scratch}/shlibs "libholdfast ${CPACK_HOLDFAST_SOVERSION} "
    "${library_package} (>= ${CPACK_PACKAGE_VERSION})\n")
  write_symbols(${scratch}/template)
  run_here(dpkg-gensymbols -c4 -p${library_package} -P${CPACK_TEMPORARY_DIRECTORY}/holdfast_runtime
    -v${CPACK_PACKAGE_VERSION} -e${library} -I${scratch}/template -O${scratch}/symbols)
endfunction()

# CPack would put it before what each package says of itself.
unset(CPACK_PACKAGE_DESCRIPTION_SUMMARY)

file(MAKE_DIRECTORY ${scratch}/debian)
run_here(dpkg-parsechangelog -l ${debian_directory}/changelog -S Version)
if(NOT output STREQUAL "${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}")
  message(FATAL_ERROR
    "cmake/debian/changelog begins with ${output}, and the sources are ${CPACK_PACKAGE_VERSION}")
endif()
run_here(dpkg-parsechangelog -l ${debian_directory}/changelog -S Maintainer)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${output})
run_here(dpkg-parsechangelog -l ${debian_directory}/changelog -S Timestamp)
set(ENV{SOURCE_DATE_EPOCH} ${output})

stage_documents(holdfast_runtime ${library_package})
stage_documents(holdfast_development libholdfast-dev)
stage_documents(holdfast_tools holdfast-tools)

# A package lies where it was made for, and pkg-config leaves out what compilers look at anyway.
file(GLOB pc ${CPACK_TEMPORARY_DIRECTORY}/holdfast_development/usr/lib/*/pkgconfig/holdfast.pc)
file(READ ${pc} content)
string(REGEX REPLACE "\nprefix=[^\n]*" "\nprefix=/usr" content "${content}")
file(WRITE ${pc} "${content}")

file(GLOB library ${CPACK_TEMPORARY_DIRECTORY}/holdfast_runtime/usr/lib/*/libholdfast.so.*.*.*)
if(NOT library)
  message(FATAL_ERROR "this is not built as Debian wants it: cmake --preset package")
endif()
file(GLOB archive ${CPACK_TEMPORARY_DIRECTORY}/holdfast_development/usr/lib/*/libholdfast.a)
file(CHMOD ${library} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
run_here(${CPACK_HOLDFAST_STRIP} --strip-debug --enable-deterministic-archives ${archive})

# Whatever umask CPack runs with.
run_here(find ${CPACK_TEMPORARY_DIRECTORY} -type d -exec chmod 0755 {} +)

stage_depends(holdfast_runtime ${library})
stage_depends(holdfast_tools ${CPACK_TEMPORARY_DIRECTORY}/holdfast_tools/usr/bin/holdfast)
write_control(${library})
set(CPACK_DEBIAN_HOLDFAST_RUNTIME_PACKAGE_CONTROL_EXTRA
  ${scratch}/triggers ${scratch}/shlibs ${scratch}/symbols)
