/*
 * vop3p.h: how packed and matrix instructions fetch their operands (vop3p.c, wmma.c).
 */
#ifndef EXO_SIM_ISA_VOP3P_H
#define EXO_SIM_ISA_VOP3P_H

#include "valu.h"

typedef float f32x16 __attribute__((vector_size(64)));
typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef int32_t i32x16 __attribute__((vector_size(64)));

/* An inline float as the low half of a packed pair, 0 above; integers are sign extended (LLVM, getInlineEncodingV216). */
static inline uint32_t packed_f16_constant(const struct wave *w, const struct inst *i, uint32_t operand)
{
    uint32_t value = scalar_u32(w, i, operand);
    return operand >= SRC_FLOAT_HALF && operand <= SRC_FLOAT_HALF + 8 ? f16_constants[operand - SRC_FLOAT_HALF] : value;
}

void exec_v_wmma_f32_16x16x16_f16(struct wave *w, const struct inst *i);
void exec_v_wmma_f32_16x16x16_bf16(struct wave *w, const struct inst *i);
void exec_v_wmma_f16_16x16x16_f16(struct wave *w, const struct inst *i);
void exec_v_wmma_bf16_16x16x16_bf16(struct wave *w, const struct inst *i);
void exec_v_wmma_i32_16x16x16_iu8(struct wave *w, const struct inst *i);
void exec_v_wmma_i32_16x16x16_iu4(struct wave *w, const struct inst *i);

#endif
