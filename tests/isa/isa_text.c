/*
 * isa_text: disassembles raw code from a file (or standard input), one instruction per line; exits with 1 if it meets one that
 * does not decode. For comparison with LLVM, and to see whether a compiled kernel uses anything we do not have.
 *
 *   isa_text [-12] [-64] [FILE]   gfx11's code, or gfx12's; lane masks of a wave64
 *   isa_text [-12] -x [FILE]      three words in hexadecimal per line: the instruction they begin with, how many bytes it has and
 * whether LLVM 19 has it
 *   isa_text -rows                every row: encoding, opcodes (-1: not in this generation), names, whether it executes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/isa/isa.h"

static const char *const encodings[ENC_COUNT] = {
    [ENC_SOP1] = "SOP1",       [ENC_SOP2] = "SOP2",     [ENC_SOPK] = "SOPK",     [ENC_SOPC] = "SOPC",   [ENC_SOPP] = "SOPP",
    [ENC_SMEM] = "SMEM",       [ENC_VOP1] = "VOP1",     [ENC_VOP2] = "VOP2",     [ENC_VOPC] = "VOPC",   [ENC_VOP3] = "VOP3",
    [ENC_DS] = "DS",           [ENC_VOPD] = "VOPD",     [ENC_VOP3SD] = "VOP3SD", [ENC_VOP3P] = "VOP3P", [ENC_FLAT] = "FLAT",
    [ENC_SCRATCH] = "SCRATCH", [ENC_GLOBAL] = "GLOBAL", [ENC_MUBUF] = "MUBUF",
};

static int print_rows(void)
{
    for (uint32_t enc = 0; enc < ENC_COUNT; enc++) {
        struct isa_rows table = isa_rows_of((enum isa_enc)enc);
        for (uint32_t n = 0; n < table.count; n++) {
            const struct isa_row *row = &table.rows[n];
            int op[ISA_GENS];
            for (uint32_t gen = 0; gen < ISA_GENS; gen++) {
                op[gen] = row->op[gen] < ISA_NO_OP ? row->op[gen] : -1;
            }
            const char *state = row->exec == exec_not_compute ? "not_compute" : "executes";
            printf("%s %d %d %s %s %s %s\n", encodings[enc], op[0], op[1], isa_row_name(row, ISA_GFX11),
                   isa_row_name(row, ISA_GFX12), state, row->flags & ROW_NOT_LLVM ? "ours" : "both");
        }
    }
    return 0;
}

static int print_lines(FILE *file, enum isa_gen gen, bool wave64)
{
    uint32_t words[3];
    while (fscanf(file, "%x %x %x", &words[0], &words[1], &words[2]) == 3) {
        struct inst inst;
        char text[512];
        if (isa_decode(words, 3, gen, &inst) < 0 || !isa_fits_wave(&inst, wave64)) {
            puts("(bad)");
        } else {
            printf("%u %s %s\n", inst.size, isa_llvm_rejects(&inst) ? "ours" : "both",
                   isa_disassemble(&inst, wave64, text, sizeof text));
        }
    }
    return 0;
}

static int print_code(FILE *file, enum isa_gen gen, bool wave64)
{
    static uint32_t words[1 << 22];
    size_t count = fread(words, 4, sizeof words / 4, file);
    int status = 0;
    for (size_t at = 0; at < count;) {
        struct inst inst;
        char text[512];
        int rc = isa_decode(&words[at], (uint32_t)(count - at), gen, &inst);
        printf("%s\n", isa_disassemble(&inst, wave64, text, sizeof text));
        if (rc < 0) {
            status = 1;
        }
        at += inst.size / 4;
    }
    return status;
}

int main(int argc, char **argv)
{
    bool wave64 = false, lines = false;
    enum isa_gen gen = ISA_GFX11;
    const char *path = NULL;
    for (int n = 1; n < argc; n++) {
        if (strcmp(argv[n], "-rows") == 0) {
            return print_rows();
        }
        wave64 |= strcmp(argv[n], "-64") == 0;
        lines |= strcmp(argv[n], "-x") == 0;
        gen = strcmp(argv[n], "-12") == 0 ? ISA_GFX12 : gen;
        path = argv[n][0] != '-' ? argv[n] : path;
    }
    FILE *file = path ? fopen(path, "rb") : stdin;
    if (file == NULL) {
        fprintf(stderr, "isa_text: cannot open %s\n", path);
        return 2;
    }
    int status = lines ? print_lines(file, gen, wave64) : print_code(file, gen, wave64);
    if (path) {
        fclose(file);
    }
    return status;
}
