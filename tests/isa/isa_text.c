/* isa_text: disassembles raw gfx1100 code from a file (or standard input), one instruction per line; exits with 1 if it meets
 * one that does not decode. For comparison with LLVM, and to see whether a compiled kernel uses anything we do not have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/isa/isa.h"

int main(int argc, char **argv)
{
    static uint32_t words[1 << 22];
    bool wave64 = argc > 1 && strcmp(argv[1], "-64") == 0;
    const char *path = argc > 1 + wave64 ? argv[1 + wave64] : "/dev/stdin";
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "isa_text: cannot open %s\n", path);
        return 2;
    }
    size_t count = fread(words, 4, sizeof words / 4, file);
    int status = 0;
    fclose(file);
    for (size_t at = 0; at < count;) {
        struct inst inst;
        char text[256];
        int rc = isa_decode(&words[at], (uint32_t)(count - at), ISA_GFX11, &inst);
        printf("%s\n", isa_disassemble(&inst, wave64, text, sizeof text));
        if (rc < 0) {
            status = 1;
        }
        at += inst.size / 4;
    }
    return status;
}
