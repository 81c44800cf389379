# cmake -DIN=PREFIX -DARCHS=gfx1100,gfx1201 -DOUT=header -DNAME=array -P embed.cmake: the files PREFIX.ARCH.co as C arrays
# NAME_ARCH, and NAME_images, a table of all of them.
string(REPLACE "," ";" ARCHS "${ARCHS}")
set(arrays "")
set(rows "")
foreach(arch ${ARCHS})
  file(READ ${IN}.${arch}.co hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "static const unsigned char ${NAME}_${arch}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${arch}\", ${NAME}_${arch}, sizeof ${NAME}_${arch}},\n")
endforeach()
file(WRITE ${OUT} "${arrays}static const struct {\n    const char *arch;\n    const void *bytes;\n    unsigned long size;\n} ${NAME}_images[] = {\n${rows}};\n")
