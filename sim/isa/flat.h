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

/* clang-format off */
#define ISA_ATOMIC_ROW(op, seg, SEG, name, dst, data, arg) {#seg "_atomic_" #name, ENC_##SEG, dst, {K_B64, data, seg##_SCALAR}, \
                                                            op, 0, exec_##seg##_atomic, NULL, arg}
#define ISA_ATOMIC_ROWS(seg, SEG) \
    ISA_ATOMIC_ROW(51, seg, SEG, swap_b32, K_B32, K_B32, ATOMIC_SWAP), \
    ISA_ATOMIC_ROW(52, seg, SEG, cmpswap_b32, K_B32, K_B64, ATOMIC_CMPSWAP), \
    ISA_ATOMIC_ROW(53, seg, SEG, add_u32, K_B32, K_B32, ATOMIC_ADD), \
    ISA_ATOMIC_ROW(54, seg, SEG, sub_u32, K_B32, K_B32, ATOMIC_SUB), \
    ISA_ATOMIC_ROW(55, seg, SEG, csub_u32, K_B32, K_B32, ATOMIC_CSUB), \
    ISA_ATOMIC_ROW(56, seg, SEG, min_i32, K_B32, K_B32, ATOMIC_MIN_I), \
    ISA_ATOMIC_ROW(57, seg, SEG, min_u32, K_B32, K_B32, ATOMIC_MIN_U), \
    ISA_ATOMIC_ROW(58, seg, SEG, max_i32, K_B32, K_B32, ATOMIC_MAX_I), \
    ISA_ATOMIC_ROW(59, seg, SEG, max_u32, K_B32, K_B32, ATOMIC_MAX_U), \
    ISA_ATOMIC_ROW(60, seg, SEG, and_b32, K_B32, K_B32, ATOMIC_AND), \
    ISA_ATOMIC_ROW(61, seg, SEG, or_b32, K_B32, K_B32, ATOMIC_OR), \
    ISA_ATOMIC_ROW(62, seg, SEG, xor_b32, K_B32, K_B32, ATOMIC_XOR), \
    ISA_ATOMIC_ROW(63, seg, SEG, inc_u32, K_B32, K_B32, ATOMIC_INC), \
    ISA_ATOMIC_ROW(64, seg, SEG, dec_u32, K_B32, K_B32, ATOMIC_DEC), \
    ISA_ATOMIC_ROW(65, seg, SEG, swap_b64, K_B64, K_B64, ATOMIC_SWAP | ATOMIC_64), \
    ISA_ATOMIC_ROW(66, seg, SEG, cmpswap_b64, K_B64, K_B128, ATOMIC_CMPSWAP | ATOMIC_64), \
    ISA_ATOMIC_ROW(67, seg, SEG, add_u64, K_B64, K_B64, ATOMIC_ADD | ATOMIC_64), \
    ISA_ATOMIC_ROW(68, seg, SEG, sub_u64, K_B64, K_B64, ATOMIC_SUB | ATOMIC_64), \
    ISA_ATOMIC_ROW(69, seg, SEG, min_i64, K_B64, K_B64, ATOMIC_MIN_I | ATOMIC_64), \
    ISA_ATOMIC_ROW(70, seg, SEG, min_u64, K_B64, K_B64, ATOMIC_MIN_U | ATOMIC_64), \
    ISA_ATOMIC_ROW(71, seg, SEG, max_i64, K_B64, K_B64, ATOMIC_MAX_I | ATOMIC_64), \
    ISA_ATOMIC_ROW(72, seg, SEG, max_u64, K_B64, K_B64, ATOMIC_MAX_U | ATOMIC_64), \
    ISA_ATOMIC_ROW(73, seg, SEG, and_b64, K_B64, K_B64, ATOMIC_AND | ATOMIC_64), \
    ISA_ATOMIC_ROW(74, seg, SEG, or_b64, K_B64, K_B64, ATOMIC_OR | ATOMIC_64), \
    ISA_ATOMIC_ROW(75, seg, SEG, xor_b64, K_B64, K_B64, ATOMIC_XOR | ATOMIC_64), \
    ISA_ATOMIC_ROW(76, seg, SEG, inc_u64, K_B64, K_B64, ATOMIC_INC | ATOMIC_64), \
    ISA_ATOMIC_ROW(77, seg, SEG, dec_u64, K_B64, K_B64, ATOMIC_DEC | ATOMIC_64), \
    ISA_ATOMIC_ROW(80, seg, SEG, cmpswap_f32, K_B32, K_B64, ATOMIC_CMPSWAP_F), \
    ISA_ATOMIC_ROW(81, seg, SEG, min_f32, K_B32, K_B32, ATOMIC_MIN_F), \
    ISA_ATOMIC_ROW(82, seg, SEG, max_f32, K_B32, K_B32, ATOMIC_MAX_F), \
    ISA_ATOMIC_ROW(86, seg, SEG, add_f32, K_B32, K_B32, ATOMIC_ADD_F)
/* clang-format on */

#endif
