# SPDX-License-Identifier: MIT
#
# cmake -DDIRECTORY=... -DOUTPUT=... -P embed.cmake: the page as an array in C.
# Knows the three files of the page; the place of the data stays marked in it.

foreach(part html css js)
  file(READ ${DIRECTORY}/page.${part} ${part})
endforeach()
string(REPLACE "@STYLE@" "${css}" html "${html}")
string(REPLACE "@SCRIPT@" "${js}" html "${html}")
string(HEX "${html}" bytes)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes
  "${bytes}")
file(WRITE ${OUTPUT} "#include \"page.h\"\n\nconst char view_page[] = {\n${bytes}0};\n")
