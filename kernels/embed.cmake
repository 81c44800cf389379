# Writes a C file that defines TABLE[] and TABLE_count from code objects, whose bytes the assembler takes in as they are:
#   cmake -DOUT=x.c -DTABLE=kernel_images -DIMAGES="gfx1100=/path;..." -P embed.cmake
# Sizes are written down, so it has to run again when an image changes; then the C file is newer and is compiled again.
# ".incbin" stands in each string in full: ccache looks for it and leaves such files alone.
set(text [=[
#include "kernels/images.h"
#ifdef __APPLE__
#define READ_ONLY "__TEXT,__const"
#define SYMBOL(name) "_" name
#else
#define READ_ONLY ".rodata"
#define SYMBOL(name) name
#endif
]=])
set(rows "")
set(count 0)
foreach(pair ${IMAGES})
  string(REGEX MATCH "^([^=]+)=(.*)$" unused "${pair}")
  set(arch ${CMAKE_MATCH_1})
  set(path ${CMAKE_MATCH_2})
  set(name ${TABLE}_${arch})
  file(SIZE "${path}" size)
  string(APPEND text "__asm__(\".pushsection \" READ_ONLY \"\\n.balign 16\\n\" SYMBOL(\"${name}\") \":\\n.incbin \\\"${path}\\\"\\n.popsection\\n\");\n"
                     "extern const uint8_t ${name}[${size}] __attribute__((visibility(\"hidden\")));\n")
  string(APPEND rows "    {\"${arch}\", ${name}, ${size}},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND text "const struct kernel_image ${TABLE}[] = {\n${rows}};\nconst size_t ${TABLE}_count = ${count};\n")
file(WRITE "${OUT}" "${text}")
