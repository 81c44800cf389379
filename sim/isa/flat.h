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
    ATOMIC_OPS,
};

enum { ATOMIC_OP = 0xff, ATOMIC_64 = 1 << 8 }; /* a row's arg: the operation, and whether on 64 bits */

/* What memory holds after the operation on `old`. `other`: the value compared with, or the second operand. */
uint64_t atomic_result(uint32_t arg, uint64_t old, uint64_t operand, uint64_t other);

void exec_flat_atomic(struct wave *w, const struct inst *i);
void exec_global_atomic(struct wave *w, const struct inst *i);


#endif
