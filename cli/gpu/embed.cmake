# Writes a C file that holds another file's bytes: cmake -DIN=file -DOUT=file.c -DNAME=symbol -P embed.cmake
file(READ "${IN}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUT}" "const _Alignas(64) unsigned char ${NAME}[] = {${bytes}};\nconst unsigned ${NAME}_size = ${size};\n")
