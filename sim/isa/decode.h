/*
 * decode.h: what the files of the decoder share: decode.c (which encoding it is, scalar instructions), decode_vector.c,
 * decode_memory.c. Each decode function takes the fields of one encoding apart; the row it finds gives the rest.
 */
#ifndef EXO_SIM_ISA_DECODE_H
#define EXO_SIM_ISA_DECODE_H

#include <errno.h>

#include "isa.h"

#define BITS(value, high, low) ((uint32_t)((value) >> (low) & ((1ull << ((high) - (low) + 1)) - 1)))

/* What is decoded from: the words, and how many of them are used so far. The first is always there. */
struct reader {
    const uint32_t *words;
    uint32_t avail, used;
};

/* The next word, or false if it lies beyond what is readable. */
static inline bool take(struct reader *r, uint32_t *word_out)
{
    if (r->used >= r->avail) {
        return false;
    }
    *word_out = r->words[r->used++];
    return true;
}

/* 0; -EINVAL: reserved (i->exec says why); -ENODATA: it goes on beyond the words. i->row NULL: no such opcode. */
typedef int (*decode_fn)(struct reader *r, struct inst *i);

int decode_reject(struct inst *i);

/* The row with this opcode for the instruction's generation, or NULL. */
static inline const struct isa_row *find_row(const struct inst *i, enum isa_enc enc, uint32_t op)
{
    return isa_find_row((enum isa_gen)i->gen, enc, op);
}

/* If any source asks for it, the literal that follows. */
int decode_literal(struct reader *r, struct inst *i);

/* Whether an operand number may stand for `count` registers or a constant. Scalar register numbers are rounded down to where
 * such a tuple may begin, as LLVM and the hardware do. */
bool decode_source(uint16_t *operand, uint32_t count);
/* The same for the number of a scalar destination. */
bool decode_scalar_register(uint16_t *reg, uint32_t count);
/* Registers of operands of kind `kind`. Those of VOP3P that have several are matrices: in a wave64 twice the lanes hold the
 * results (D and C), in gfx12 the factors as well. */
uint32_t decode_matrix_dwords(const struct inst *i, uint32_t kind, bool result, bool wave64);
/* Registers of source n; an address takes what its mode asks for. */
uint32_t decode_source_width(const struct inst *i, uint32_t n, bool wave64);
/* Whether `count` VGPRs from this one on exist. */
static inline bool vgprs_exist(uint32_t first, uint32_t count)
{
    return first + count <= 256;
}

int decode_vop1(struct reader *r, struct inst *i);
int decode_vop2(struct reader *r, struct inst *i);
int decode_vopc(struct reader *r, struct inst *i);
int decode_vop3(struct reader *r, struct inst *i);
int decode_vop3p(struct reader *r, struct inst *i);
int decode_vopd(struct reader *r, struct inst *i);

int decode_ds(struct reader *r, struct inst *i);
int decode_flat11(struct reader *r, struct inst *i);
int decode_flat12(struct reader *r, struct inst *i);
int decode_mubuf11(struct reader *r, struct inst *i);
int decode_vbuffer12(struct reader *r, struct inst *i);

#endif
