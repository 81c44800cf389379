/*
 * flat.h: what the FLAT family's loads and stores (flat.c) and its atomics (atomic.c) share, and atomic operations as used by
 * LDS instructions too (ds.c).
 */
#ifndef EXO_SIM_ISA_FLAT_H
#define EXO_SIM_ISA_FLAT_H

#include "isa.h"
#include "memory.h"

/* The lanes of a GLOBAL instruction: scalar base plus VGPR, or a pair of VGPRs. False: the wave has faulted. */
bool flat_locate_global(struct wave *w, const struct inst *i, uint32_t exec, uint32_t bytes, enum vm_access access,
                        struct spread *out);

enum atomic_op {
    ATOMIC_SWAP,
    ATOMIC_CMPSWAP,
    ATOMIC_ADD,
    ATOMIC_SUB,
    ATOMIC_RSUB,
    ATOMIC_CSUB,
    ATOMIC_MIN_I,
    ATOMIC_MIN_U,
    ATOMIC_MAX_I,
    ATOMIC_MAX_U,
    ATOMIC_AND,
    ATOMIC_OR,
    ATOMIC_XOR,
    ATOMIC_INC,
    ATOMIC_DEC,
    ATOMIC_MSKOR,
    ATOMIC_WRAP,
    ATOMIC_CMPSWAP_F,
    ATOMIC_MIN_F,
    ATOMIC_MAX_F,
    ATOMIC_ADD_F,
    ATOMIC_COND_SUB,
    ATOMIC_PK_ADD_F16,
    ATOMIC_PK_ADD_BF16,
    ATOMIC_MIN_NUM, /* gfx12's forms of MIN_F and MAX_F */
    ATOMIC_MAX_NUM,
    ATOMIC_OPS,
};

enum { ATOMIC_OP = 0xff, ATOMIC_64 = 1 << 8 }; /* a row's arg: the operation, and whether on 64 bits */

/* A row's operation as the generation has it. */
static inline uint32_t atomic_of(const struct inst *i)
{
    uint32_t op = i->row->arg & ATOMIC_OP, rest = i->row->arg & ~(uint32_t)ATOMIC_OP;
    if (i->gen == ISA_GFX12 && (op == ATOMIC_MIN_F || op == ATOMIC_MAX_F)) {
        op = op == ATOMIC_MIN_F ? ATOMIC_MIN_NUM : ATOMIC_MAX_NUM;
    }
    return op | rest;
}

/* The operation of the lanes of exec at addresses va, in order; results to dst where the instruction asks. */
void atomic_lanes(struct wave *w, const struct inst *i, const uint64_t va[32], uint32_t exec);

/* What memory holds after the operation on `old`. `other`: the value compared with, or the second operand. */
uint64_t atomic_result(uint32_t arg, uint64_t old, uint64_t operand, uint64_t other);

void exec_flat_atomic(struct wave *w, const struct inst *i);
void exec_global_atomic(struct wave *w, const struct inst *i);

#endif
