/*
 * disasm.h: what the files of the disassembler share: disasm.c (operands, scalar instructions), disasm_vector.c, disasm_memory.c.
 * The text is LLVM 19's; where its rules are not obvious, the comment names the function of its AMDGPUInstPrinter they were read
 * from.
 */
#ifndef EXO_SIM_ISA_DISASM_H
#define EXO_SIM_ISA_DISASM_H

#include "isa.h"

struct text {
    char *at;
    size_t left; /* with the final zero */
    bool wave64;
    bool first_operand;
};

void text_put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What stands before an operand: a space before the first, a comma before the others. */
void text_next(struct text *t);

/* "v3", "s[4:7]" … */
void text_registers(struct text *t, const char *prefix, uint32_t first, uint32_t count);

/* A kind of text only: where constants are BF16, in pairs or alone. */
enum { TEXT_BF16 = K_COUNT + 1 };

/* A register, constant or literal as an operand of this kind. */
void text_operand(struct text *t, const struct inst *i, uint32_t operand, uint32_t kind);

/* Registers of a kind; lane masks are pairs in a wave64. */
uint32_t text_width(const struct text *t, uint32_t kind);

static inline bool operand_is_constant(uint32_t operand)
{
    return operand == 255 || (operand >= 128 && operand <= 208) || (operand >= 240 && operand <= 248);
}

static inline const char *inst_name(const struct inst *i)
{
    return isa_row_name(i->row, (enum isa_gen)i->gen);
}

/* The operands of one encoding, after the mnemonic. */
void text_vector(struct text *t, const struct inst *i);
void text_packed(struct text *t, const struct inst *i);
void text_dual(struct text *t, const struct inst *i);
/* The mnemonic with what LLVM appends to tell forms apart. */
void text_vector_name(struct text *t, const struct inst *i);

void text_ds(struct text *t, const struct inst *i);
void text_flat(struct text *t, const struct inst *i);
void text_mubuf(struct text *t, const struct inst *i);
/* " scope:…", " th:…" of gfx12, or gfx11's " glc", " slc", " dlc". */
void text_cache_policy(struct text *t, const struct inst *i);

#endif
