/*
 * rows_packed.h: the packed, dot-product and matrix instructions (VOP3P) of both generations.
 *
 * One per line: X(opcode in gfx11, opcode in gfx12, mnemonic, kind of destination, kinds of sources, flags). NO: that generation
 * does not have it, or not with operands of these sizes. `.name12` behind the flags: what gfx12 calls it; `.form`: which
 * modifiers it has. exec_MNEMONIC executes it. Matrix operands: registers of a wave32. Opcodes: RDNA3 and
 * RDNA4 ISA manuals, "Microcode formats".
 */
#ifndef EXO_SIM_ISA_ROWS_PACKED_H
#define EXO_SIM_ISA_ROWS_PACKED_H

/* clang-format off */

#define ISA_ROWS_VOP3P(X) \
    X(0, 0, v_pk_mad_i16, K_V2I16, K_V2I16, K_V2I16, K_V2I16, 0) \
    X(1, 1, v_pk_mul_lo_u16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(2, 2, v_pk_add_i16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(3, 3, v_pk_sub_i16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(4, 4, v_pk_lshlrev_b16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(5, 5, v_pk_lshrrev_b16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(6, 6, v_pk_ashrrev_i16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(7, 7, v_pk_max_i16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(8, 8, v_pk_min_i16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(9, 9, v_pk_mad_u16, K_V2I16, K_V2I16, K_V2I16, K_V2I16, 0) \
    X(10, 10, v_pk_add_u16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(11, 11, v_pk_sub_u16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(12, 12, v_pk_max_u16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(13, 13, v_pk_min_u16, K_V2I16, K_V2I16, K_V2I16, K_NONE, 0) \
    X(14, 14, v_pk_fma_f16, K_V2F16, K_V2F16, K_V2F16, K_V2F16, 0) \
    X(15, 15, v_pk_add_f16, K_V2F16, K_V2F16, K_V2F16, K_NONE, 0) \
    X(16, 16, v_pk_mul_f16, K_V2F16, K_V2F16, K_V2F16, K_NONE, 0) \
    X(17, 27, v_pk_min_f16, K_V2F16, K_V2F16, K_V2F16, K_NONE, 0, .name12 = "v_pk_min_num_f16") \
    X(18, 28, v_pk_max_f16, K_V2F16, K_V2F16, K_V2F16, K_NONE, 0, .name12 = "v_pk_max_num_f16") \
    X(19, 19, v_dot2_f32_f16, K_F32, K_V2F16, K_V2F16, K_F32, ROW_DPP) \
    X(22, 22, v_dot4_i32_iu8, K_I32, K_B32, K_B32, K_I32, 0) \
    X(23, 23, v_dot4_u32_u8, K_B32, K_B32, K_B32, K_B32, 0) \
    X(24, 24, v_dot8_i32_iu4, K_I32, K_B32, K_B32, K_I32, 0) \
    X(25, 25, v_dot8_u32_u4, K_B32, K_B32, K_B32, K_B32, 0) \
    X(26, 26, v_dot2_f32_bf16, K_F32, K_V2I16, K_V2I16, K_F32, 0) \
    X(32, 32, v_fma_mix_f32, K_F32, K_F32, K_F32, K_F32, ROW_DPP) \
    X(33, 33, v_fma_mixlo_f16, K_F32, K_F32, K_F32, K_F32, ROW_READS_DST | ROW_DPP) \
    X(34, 34, v_fma_mixhi_f16, K_F32, K_F32, K_F32, K_F32, ROW_READS_DST | ROW_DPP) \
    X(64, NO, v_wmma_f32_16x16x16_f16, K_B256, K_B256, K_B256, K_B256, 0, .form = FORM_MATRIX11) \
    X(65, NO, v_wmma_f32_16x16x16_bf16, K_B256, K_B256, K_B256, K_B256, 0, .form = FORM_MATRIX11) \
    X(66, NO, v_wmma_f16_16x16x16_f16, K_B256, K_B256, K_B256, K_B256, 0, .form = FORM_MATRIX11_HALF) \
    X(67, NO, v_wmma_bf16_16x16x16_bf16, K_B256, K_B256, K_B256, K_B256, 0, .form = FORM_MATRIX11_HALF) \
    X(68, NO, v_wmma_i32_16x16x16_iu8, K_B256, K_B128, K_B128, K_B256, 0, .form = FORM_MATRIX11_INT) \
    X(69, NO, v_wmma_i32_16x16x16_iu4, K_B256, K_B64, K_B64, K_B256, 0, .form = FORM_MATRIX11_INT) \
    X(NO, 29, v_pk_minimum_f16, K_V2F16, K_V2F16, K_V2F16, K_NONE, 0) \
    X(NO, 30, v_pk_maximum_f16, K_V2F16, K_V2F16, K_V2F16, K_NONE, 0) \
    X(NO, 36, v_dot4_f32_fp8_bf8, K_F32, K_B32, K_B32, K_F32, ROW_DPP, .form = FORM_FP8) \
    X(NO, 37, v_dot4_f32_bf8_fp8, K_F32, K_B32, K_B32, K_F32, ROW_DPP, .form = FORM_FP8) \
    X(NO, 38, v_dot4_f32_fp8_fp8, K_F32, K_B32, K_B32, K_F32, ROW_DPP, .form = FORM_FP8) \
    X(NO, 39, v_dot4_f32_bf8_bf8, K_F32, K_B32, K_B32, K_F32, ROW_DPP, .form = FORM_FP8) \
    X(NO, 64, v_wmma_f32_16x16x16_f16, K_B256, K_B128, K_B128, K_B256, 0, .form = FORM_MATRIX12) \
    X(NO, 65, v_wmma_f32_16x16x16_bf16, K_B256, K_B128, K_B128, K_B256, 0, .form = FORM_MATRIX12) \
    X(NO, 66, v_wmma_f16_16x16x16_f16, K_B128, K_B128, K_B128, K_B128, 0, .form = FORM_MATRIX12) \
    X(NO, 67, v_wmma_bf16_16x16x16_bf16, K_B128, K_B128, K_B128, K_B128, 0, .form = FORM_MATRIX12) \
    X(NO, 68, v_wmma_i32_16x16x16_iu8, K_B256, K_B64, K_B64, K_B256, 0, .form = FORM_MATRIX12_INT) \
    X(NO, 69, v_wmma_i32_16x16x16_iu4, K_B256, K_B32, K_B32, K_B256, 0, .form = FORM_MATRIX12_INT) \
    X(NO, 70, v_wmma_f32_16x16x16_fp8_fp8, K_B256, K_B64, K_B64, K_B256, 0, .form = FORM_FP8) \
    X(NO, 71, v_wmma_f32_16x16x16_fp8_bf8, K_B256, K_B64, K_B64, K_B256, 0, .form = FORM_FP8) \
    X(NO, 72, v_wmma_f32_16x16x16_bf8_fp8, K_B256, K_B64, K_B64, K_B256, 0, .form = FORM_FP8) \
    X(NO, 73, v_wmma_f32_16x16x16_bf8_bf8, K_B256, K_B64, K_B64, K_B256, 0, .form = FORM_FP8) \
    X(NO, 74, v_wmma_i32_16x16x32_iu4, K_B256, K_B64, K_B64, K_B256, 0, .form = FORM_MATRIX12_INT) \
    X(NO, 80, v_swmmac_f32_16x16x32_f16, K_B256, K_B128, K_B256, K_B32, ROW_READS_DST, .form = FORM_SPARSE) \
    X(NO, 81, v_swmmac_f32_16x16x32_bf16, K_B256, K_B128, K_B256, K_B32, ROW_READS_DST, .form = FORM_SPARSE) \
    X(NO, 82, v_swmmac_f16_16x16x32_f16, K_B128, K_B128, K_B256, K_B32, ROW_READS_DST, .form = FORM_SPARSE) \
    X(NO, 83, v_swmmac_bf16_16x16x32_bf16, K_B128, K_B128, K_B256, K_B32, ROW_READS_DST, .form = FORM_SPARSE) \
    X(NO, 84, v_swmmac_i32_16x16x32_iu8, K_B256, K_B64, K_B128, K_B32, ROW_READS_DST, .form = FORM_SPARSE_INT) \
    X(NO, 85, v_swmmac_i32_16x16x32_iu4, K_B256, K_B32, K_B64, K_B32, ROW_READS_DST, .form = FORM_SPARSE_INT4) \
    X(NO, 86, v_swmmac_i32_16x16x64_iu4, K_B256, K_B64, K_B128, K_B32, ROW_READS_DST, .form = FORM_SPARSE_INT_WIDE) \
    X(NO, 87, v_swmmac_f32_16x16x32_fp8_fp8, K_B256, K_B64, K_B128, K_B32, ROW_READS_DST, .form = FORM_SPARSE_FP8) \
    X(NO, 88, v_swmmac_f32_16x16x32_fp8_bf8, K_B256, K_B64, K_B128, K_B32, ROW_READS_DST, .form = FORM_SPARSE_FP8) \
    X(NO, 89, v_swmmac_f32_16x16x32_bf8_fp8, K_B256, K_B64, K_B128, K_B32, ROW_READS_DST, .form = FORM_SPARSE_FP8) \
    X(NO, 90, v_swmmac_f32_16x16x32_bf8_bf8, K_B256, K_B64, K_B128, K_B32, ROW_READS_DST, .form = FORM_SPARSE_FP8)

/* clang-format on */

#endif
