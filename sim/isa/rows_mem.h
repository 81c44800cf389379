/*
 * rows_mem.h: which memory, LDS and packed/matrix instructions gfx11 has (RDNA3 ISA manual, "Microcode formats"): opcode,
 * mnemonic, and how many consecutive registers each operand takes. The decoder makes its rows of these lists and checks
 * register numbers by them; exec_MNEMONIC executes the instruction (smem.c, flat.c, atomic.c, ds.c, vop3p.c, wmma.c).
 *
 * What the decoder puts in struct inst for them:
 *   SMEM     src[0] first SGPR of the base (twice the field), src[1] soffset operand, dst first SGPR, literal offset (21 bits,
 *            sign extended)
 *   FLAT, GLOBAL, SCRATCH  src[0] 256 + address VGPR, src[1] 256 + data VGPR, src[2] saddr operand (SRC_NULL: none),
 *            dst VGPR, literal offset (13 bits, sign extended), extra bit 0: SVE (scratch uses its VGPR address)
 *   DS       src[0] 256 + address VGPR, src[1], src[2] 256 + data0, data1, dst VGPR, literal offset1 << 8 | offset0
 *   VOP3P    src[0..2], dst VGPR, neg, neg_hi, opsel, opsel_hi (bit per source), clamp
 *
 * Not here, so illegal: GWS, GS registers, BVH, ordered count, append/consume, loads straight to LDS.
 */
#ifndef EXO_SIM_ISA_ROWS_MEM_H
#define EXO_SIM_ISA_ROWS_MEM_H

#include "wave.h"

/* clang-format off */

/* X(opcode, mnemonic, SGPRs written) */
#define ISA_ROWS_SMEM(X) \
    X(0, s_load_b32, 1) \
    X(1, s_load_b64, 2) \
    X(2, s_load_b128, 4) \
    X(3, s_load_b256, 8) \
    X(4, s_load_b512, 16) \
    X(8, s_buffer_load_b32, 1) \
    X(9, s_buffer_load_b64, 2) \
    X(10, s_buffer_load_b128, 4) \
    X(11, s_buffer_load_b256, 8) \
    X(12, s_buffer_load_b512, 16) \
    X(32, s_gl1_inv, 0) \
    X(33, s_dcache_inv, 0)

/* X(opcode, mnemonic, VGPRs written, VGPRs of data read); an atomic writes its VGPRs only with GLC */
#define ISA_ROWS_FLAT(X) \
    X(16, flat_load_u8, 1, 0) \
    X(17, flat_load_i8, 1, 0) \
    X(18, flat_load_u16, 1, 0) \
    X(19, flat_load_i16, 1, 0) \
    X(20, flat_load_b32, 1, 0) \
    X(21, flat_load_b64, 2, 0) \
    X(22, flat_load_b96, 3, 0) \
    X(23, flat_load_b128, 4, 0) \
    X(24, flat_store_b8, 0, 1) \
    X(25, flat_store_b16, 0, 1) \
    X(26, flat_store_b32, 0, 1) \
    X(27, flat_store_b64, 0, 2) \
    X(28, flat_store_b96, 0, 3) \
    X(29, flat_store_b128, 0, 4) \
    X(30, flat_load_d16_u8, 1, 0) \
    X(31, flat_load_d16_i8, 1, 0) \
    X(32, flat_load_d16_b16, 1, 0) \
    X(33, flat_load_d16_hi_u8, 1, 0) \
    X(34, flat_load_d16_hi_i8, 1, 0) \
    X(35, flat_load_d16_hi_b16, 1, 0) \
    X(36, flat_store_d16_hi_b8, 0, 1) \
    X(37, flat_store_d16_hi_b16, 0, 1) \
    X(51, flat_atomic_swap_b32, 1, 1) \
    X(52, flat_atomic_cmpswap_b32, 1, 2) \
    X(53, flat_atomic_add_u32, 1, 1) \
    X(54, flat_atomic_sub_u32, 1, 1) \
    X(55, flat_atomic_csub_u32, 1, 1) \
    X(56, flat_atomic_min_i32, 1, 1) \
    X(57, flat_atomic_min_u32, 1, 1) \
    X(58, flat_atomic_max_i32, 1, 1) \
    X(59, flat_atomic_max_u32, 1, 1) \
    X(60, flat_atomic_and_b32, 1, 1) \
    X(61, flat_atomic_or_b32, 1, 1) \
    X(62, flat_atomic_xor_b32, 1, 1) \
    X(63, flat_atomic_inc_u32, 1, 1) \
    X(64, flat_atomic_dec_u32, 1, 1) \
    X(65, flat_atomic_swap_b64, 2, 2) \
    X(66, flat_atomic_cmpswap_b64, 2, 4) \
    X(67, flat_atomic_add_u64, 2, 2) \
    X(68, flat_atomic_sub_u64, 2, 2) \
    X(69, flat_atomic_min_i64, 2, 2) \
    X(70, flat_atomic_min_u64, 2, 2) \
    X(71, flat_atomic_max_i64, 2, 2) \
    X(72, flat_atomic_max_u64, 2, 2) \
    X(73, flat_atomic_and_b64, 2, 2) \
    X(74, flat_atomic_or_b64, 2, 2) \
    X(75, flat_atomic_xor_b64, 2, 2) \
    X(76, flat_atomic_inc_u64, 2, 2) \
    X(77, flat_atomic_dec_u64, 2, 2) \
    X(80, flat_atomic_cmpswap_f32, 1, 2) \
    X(81, flat_atomic_min_f32, 1, 1) \
    X(82, flat_atomic_max_f32, 1, 1) \
    X(86, flat_atomic_add_f32, 1, 1)

#define ISA_ROWS_GLOBAL(X) \
    X(16, global_load_u8, 1, 0) \
    X(17, global_load_i8, 1, 0) \
    X(18, global_load_u16, 1, 0) \
    X(19, global_load_i16, 1, 0) \
    X(20, global_load_b32, 1, 0) \
    X(21, global_load_b64, 2, 0) \
    X(22, global_load_b96, 3, 0) \
    X(23, global_load_b128, 4, 0) \
    X(24, global_store_b8, 0, 1) \
    X(25, global_store_b16, 0, 1) \
    X(26, global_store_b32, 0, 1) \
    X(27, global_store_b64, 0, 2) \
    X(28, global_store_b96, 0, 3) \
    X(29, global_store_b128, 0, 4) \
    X(30, global_load_d16_u8, 1, 0) \
    X(31, global_load_d16_i8, 1, 0) \
    X(32, global_load_d16_b16, 1, 0) \
    X(33, global_load_d16_hi_u8, 1, 0) \
    X(34, global_load_d16_hi_i8, 1, 0) \
    X(35, global_load_d16_hi_b16, 1, 0) \
    X(36, global_store_d16_hi_b8, 0, 1) \
    X(37, global_store_d16_hi_b16, 0, 1) \
    X(40, global_load_addtid_b32, 1, 0) \
    X(41, global_store_addtid_b32, 0, 1) \
    X(51, global_atomic_swap_b32, 1, 1) \
    X(52, global_atomic_cmpswap_b32, 1, 2) \
    X(53, global_atomic_add_u32, 1, 1) \
    X(54, global_atomic_sub_u32, 1, 1) \
    X(55, global_atomic_csub_u32, 1, 1) \
    X(56, global_atomic_min_i32, 1, 1) \
    X(57, global_atomic_min_u32, 1, 1) \
    X(58, global_atomic_max_i32, 1, 1) \
    X(59, global_atomic_max_u32, 1, 1) \
    X(60, global_atomic_and_b32, 1, 1) \
    X(61, global_atomic_or_b32, 1, 1) \
    X(62, global_atomic_xor_b32, 1, 1) \
    X(63, global_atomic_inc_u32, 1, 1) \
    X(64, global_atomic_dec_u32, 1, 1) \
    X(65, global_atomic_swap_b64, 2, 2) \
    X(66, global_atomic_cmpswap_b64, 2, 4) \
    X(67, global_atomic_add_u64, 2, 2) \
    X(68, global_atomic_sub_u64, 2, 2) \
    X(69, global_atomic_min_i64, 2, 2) \
    X(70, global_atomic_min_u64, 2, 2) \
    X(71, global_atomic_max_i64, 2, 2) \
    X(72, global_atomic_max_u64, 2, 2) \
    X(73, global_atomic_and_b64, 2, 2) \
    X(74, global_atomic_or_b64, 2, 2) \
    X(75, global_atomic_xor_b64, 2, 2) \
    X(76, global_atomic_inc_u64, 2, 2) \
    X(77, global_atomic_dec_u64, 2, 2) \
    X(80, global_atomic_cmpswap_f32, 1, 2) \
    X(81, global_atomic_min_f32, 1, 1) \
    X(82, global_atomic_max_f32, 1, 1) \
    X(86, global_atomic_add_f32, 1, 1)

#define ISA_ROWS_SCRATCH(X) \
    X(16, scratch_load_u8, 1, 0) \
    X(17, scratch_load_i8, 1, 0) \
    X(18, scratch_load_u16, 1, 0) \
    X(19, scratch_load_i16, 1, 0) \
    X(20, scratch_load_b32, 1, 0) \
    X(21, scratch_load_b64, 2, 0) \
    X(22, scratch_load_b96, 3, 0) \
    X(23, scratch_load_b128, 4, 0) \
    X(24, scratch_store_b8, 0, 1) \
    X(25, scratch_store_b16, 0, 1) \
    X(26, scratch_store_b32, 0, 1) \
    X(27, scratch_store_b64, 0, 2) \
    X(28, scratch_store_b96, 0, 3) \
    X(29, scratch_store_b128, 0, 4) \
    X(30, scratch_load_d16_u8, 1, 0) \
    X(31, scratch_load_d16_i8, 1, 0) \
    X(32, scratch_load_d16_b16, 1, 0) \
    X(33, scratch_load_d16_hi_u8, 1, 0) \
    X(34, scratch_load_d16_hi_i8, 1, 0) \
    X(35, scratch_load_d16_hi_b16, 1, 0) \
    X(36, scratch_store_d16_hi_b8, 0, 1) \
    X(37, scratch_store_d16_hi_b16, 0, 1)

/* X(opcode, mnemonic, VGPRs written, of address, of data0, of data1) */
#define ISA_ROWS_DS(X) \
    X(0, ds_add_u32, 0, 1, 1, 0) \
    X(1, ds_sub_u32, 0, 1, 1, 0) \
    X(2, ds_rsub_u32, 0, 1, 1, 0) \
    X(3, ds_inc_u32, 0, 1, 1, 0) \
    X(4, ds_dec_u32, 0, 1, 1, 0) \
    X(5, ds_min_i32, 0, 1, 1, 0) \
    X(6, ds_max_i32, 0, 1, 1, 0) \
    X(7, ds_min_u32, 0, 1, 1, 0) \
    X(8, ds_max_u32, 0, 1, 1, 0) \
    X(9, ds_and_b32, 0, 1, 1, 0) \
    X(10, ds_or_b32, 0, 1, 1, 0) \
    X(11, ds_xor_b32, 0, 1, 1, 0) \
    X(12, ds_mskor_b32, 0, 1, 1, 1) \
    X(13, ds_store_b32, 0, 1, 1, 0) \
    X(14, ds_store_2addr_b32, 0, 1, 1, 1) \
    X(15, ds_store_2addr_stride64_b32, 0, 1, 1, 1) \
    X(16, ds_cmpstore_b32, 0, 1, 1, 1) \
    X(17, ds_cmpstore_f32, 0, 1, 1, 1) \
    X(18, ds_min_f32, 0, 1, 1, 0) \
    X(19, ds_max_f32, 0, 1, 1, 0) \
    X(20, ds_nop, 0, 0, 0, 0) \
    X(21, ds_add_f32, 0, 1, 1, 0) \
    X(30, ds_store_b8, 0, 1, 1, 0) \
    X(31, ds_store_b16, 0, 1, 1, 0) \
    X(32, ds_add_rtn_u32, 1, 1, 1, 0) \
    X(33, ds_sub_rtn_u32, 1, 1, 1, 0) \
    X(34, ds_rsub_rtn_u32, 1, 1, 1, 0) \
    X(35, ds_inc_rtn_u32, 1, 1, 1, 0) \
    X(36, ds_dec_rtn_u32, 1, 1, 1, 0) \
    X(37, ds_min_rtn_i32, 1, 1, 1, 0) \
    X(38, ds_max_rtn_i32, 1, 1, 1, 0) \
    X(39, ds_min_rtn_u32, 1, 1, 1, 0) \
    X(40, ds_max_rtn_u32, 1, 1, 1, 0) \
    X(41, ds_and_rtn_b32, 1, 1, 1, 0) \
    X(42, ds_or_rtn_b32, 1, 1, 1, 0) \
    X(43, ds_xor_rtn_b32, 1, 1, 1, 0) \
    X(44, ds_mskor_rtn_b32, 1, 1, 1, 1) \
    X(45, ds_storexchg_rtn_b32, 1, 1, 1, 0) \
    X(46, ds_storexchg_2addr_rtn_b32, 2, 1, 1, 1) \
    X(47, ds_storexchg_2addr_stride64_rtn_b32, 2, 1, 1, 1) \
    X(48, ds_cmpstore_rtn_b32, 1, 1, 1, 1) \
    X(49, ds_cmpstore_rtn_f32, 1, 1, 1, 1) \
    X(50, ds_min_rtn_f32, 1, 1, 1, 0) \
    X(51, ds_max_rtn_f32, 1, 1, 1, 0) \
    X(52, ds_wrap_rtn_b32, 1, 1, 1, 1) \
    X(53, ds_swizzle_b32, 1, 1, 0, 0) \
    X(54, ds_load_b32, 1, 1, 0, 0) \
    X(55, ds_load_2addr_b32, 2, 1, 0, 0) \
    X(56, ds_load_2addr_stride64_b32, 2, 1, 0, 0) \
    X(57, ds_load_i8, 1, 1, 0, 0) \
    X(58, ds_load_u8, 1, 1, 0, 0) \
    X(59, ds_load_i16, 1, 1, 0, 0) \
    X(60, ds_load_u16, 1, 1, 0, 0) \
    X(64, ds_add_u64, 0, 1, 2, 0) \
    X(65, ds_sub_u64, 0, 1, 2, 0) \
    X(66, ds_rsub_u64, 0, 1, 2, 0) \
    X(67, ds_inc_u64, 0, 1, 2, 0) \
    X(68, ds_dec_u64, 0, 1, 2, 0) \
    X(69, ds_min_i64, 0, 1, 2, 0) \
    X(70, ds_max_i64, 0, 1, 2, 0) \
    X(71, ds_min_u64, 0, 1, 2, 0) \
    X(72, ds_max_u64, 0, 1, 2, 0) \
    X(73, ds_and_b64, 0, 1, 2, 0) \
    X(74, ds_or_b64, 0, 1, 2, 0) \
    X(75, ds_xor_b64, 0, 1, 2, 0) \
    X(76, ds_mskor_b64, 0, 1, 2, 2) \
    X(77, ds_store_b64, 0, 1, 2, 0) \
    X(78, ds_store_2addr_b64, 0, 1, 2, 2) \
    X(79, ds_store_2addr_stride64_b64, 0, 1, 2, 2) \
    X(80, ds_cmpstore_b64, 0, 1, 2, 2) \
    X(81, ds_cmpstore_f64, 0, 1, 2, 2) \
    X(82, ds_min_f64, 0, 1, 2, 0) \
    X(83, ds_max_f64, 0, 1, 2, 0) \
    X(96, ds_add_rtn_u64, 2, 1, 2, 0) \
    X(97, ds_sub_rtn_u64, 2, 1, 2, 0) \
    X(98, ds_rsub_rtn_u64, 2, 1, 2, 0) \
    X(99, ds_inc_rtn_u64, 2, 1, 2, 0) \
    X(100, ds_dec_rtn_u64, 2, 1, 2, 0) \
    X(101, ds_min_rtn_i64, 2, 1, 2, 0) \
    X(102, ds_max_rtn_i64, 2, 1, 2, 0) \
    X(103, ds_min_rtn_u64, 2, 1, 2, 0) \
    X(104, ds_max_rtn_u64, 2, 1, 2, 0) \
    X(105, ds_and_rtn_b64, 2, 1, 2, 0) \
    X(106, ds_or_rtn_b64, 2, 1, 2, 0) \
    X(107, ds_xor_rtn_b64, 2, 1, 2, 0) \
    X(108, ds_mskor_rtn_b64, 2, 1, 2, 2) \
    X(109, ds_storexchg_rtn_b64, 2, 1, 2, 0) \
    X(110, ds_storexchg_2addr_rtn_b64, 4, 1, 2, 2) \
    X(111, ds_storexchg_2addr_stride64_rtn_b64, 4, 1, 2, 2) \
    X(112, ds_cmpstore_rtn_b64, 2, 1, 2, 2) \
    X(113, ds_cmpstore_rtn_f64, 2, 1, 2, 2) \
    X(114, ds_min_rtn_f64, 2, 1, 2, 0) \
    X(115, ds_max_rtn_f64, 2, 1, 2, 0) \
    X(118, ds_load_b64, 2, 1, 0, 0) \
    X(119, ds_load_2addr_b64, 4, 1, 0, 0) \
    X(120, ds_load_2addr_stride64_b64, 4, 1, 0, 0) \
    X(121, ds_add_rtn_f32, 1, 1, 1, 0) \
    X(126, ds_condxchg32_rtn_b64, 2, 1, 2, 0) \
    X(160, ds_store_b8_d16_hi, 0, 1, 1, 0) \
    X(161, ds_store_b16_d16_hi, 0, 1, 1, 0) \
    X(162, ds_load_u8_d16, 1, 1, 0, 0) \
    X(163, ds_load_u8_d16_hi, 1, 1, 0, 0) \
    X(164, ds_load_i8_d16, 1, 1, 0, 0) \
    X(165, ds_load_i8_d16_hi, 1, 1, 0, 0) \
    X(166, ds_load_u16_d16, 1, 1, 0, 0) \
    X(167, ds_load_u16_d16_hi, 1, 1, 0, 0) \
    X(176, ds_store_addtid_b32, 0, 0, 1, 0) \
    X(177, ds_load_addtid_b32, 1, 0, 0, 0) \
    X(178, ds_permute_b32, 1, 1, 1, 0) \
    X(179, ds_bpermute_b32, 1, 1, 1, 0) \
    X(222, ds_store_b96, 0, 1, 3, 0) \
    X(223, ds_store_b128, 0, 1, 4, 0) \
    X(254, ds_load_b96, 3, 1, 0, 0) \
    X(255, ds_load_b128, 4, 1, 0, 0)

/* X(opcode, mnemonic, registers of source 0, 1, 2, VGPRs written); matrices C and D take half of what is given in wave64 */
#define ISA_ROWS_VOP3P(X) \
    X(0, v_pk_mad_i16, 1, 1, 1, 1) \
    X(1, v_pk_mul_lo_u16, 1, 1, 0, 1) \
    X(2, v_pk_add_i16, 1, 1, 0, 1) \
    X(3, v_pk_sub_i16, 1, 1, 0, 1) \
    X(4, v_pk_lshlrev_b16, 1, 1, 0, 1) \
    X(5, v_pk_lshrrev_b16, 1, 1, 0, 1) \
    X(6, v_pk_ashrrev_i16, 1, 1, 0, 1) \
    X(7, v_pk_max_i16, 1, 1, 0, 1) \
    X(8, v_pk_min_i16, 1, 1, 0, 1) \
    X(9, v_pk_mad_u16, 1, 1, 1, 1) \
    X(10, v_pk_add_u16, 1, 1, 0, 1) \
    X(11, v_pk_sub_u16, 1, 1, 0, 1) \
    X(12, v_pk_max_u16, 1, 1, 0, 1) \
    X(13, v_pk_min_u16, 1, 1, 0, 1) \
    X(14, v_pk_fma_f16, 1, 1, 1, 1) \
    X(15, v_pk_add_f16, 1, 1, 0, 1) \
    X(16, v_pk_mul_f16, 1, 1, 0, 1) \
    X(17, v_pk_min_f16, 1, 1, 0, 1) \
    X(18, v_pk_max_f16, 1, 1, 0, 1) \
    X(19, v_dot2_f32_f16, 1, 1, 1, 1) \
    X(22, v_dot4_i32_iu8, 1, 1, 1, 1) \
    X(23, v_dot4_u32_u8, 1, 1, 1, 1) \
    X(24, v_dot8_i32_iu4, 1, 1, 1, 1) \
    X(25, v_dot8_u32_u4, 1, 1, 1, 1) \
    X(26, v_dot2_f32_bf16, 1, 1, 1, 1) \
    X(32, v_fma_mix_f32, 1, 1, 1, 1) \
    X(33, v_fma_mixlo_f16, 1, 1, 1, 1) \
    X(34, v_fma_mixhi_f16, 1, 1, 1, 1) \
    X(64, v_wmma_f32_16x16x16_f16, 8, 8, 8, 8) \
    X(65, v_wmma_f32_16x16x16_bf16, 8, 8, 8, 8) \
    X(66, v_wmma_f16_16x16x16_f16, 8, 8, 8, 8) \
    X(67, v_wmma_bf16_16x16x16_bf16, 8, 8, 8, 8) \
    X(68, v_wmma_i32_16x16x16_iu8, 4, 4, 8, 8) \
    X(69, v_wmma_i32_16x16x16_iu4, 2, 2, 8, 8)

/* clang-format on */

#define ISA_DECLARE_EXEC(opcode, mnemonic, ...) void exec_##mnemonic(struct wave *w, const struct inst *i);
ISA_ROWS_SMEM(ISA_DECLARE_EXEC)
ISA_ROWS_FLAT(ISA_DECLARE_EXEC)
ISA_ROWS_GLOBAL(ISA_DECLARE_EXEC)
ISA_ROWS_SCRATCH(ISA_DECLARE_EXEC)
ISA_ROWS_DS(ISA_DECLARE_EXEC)
ISA_ROWS_VOP3P(ISA_DECLARE_EXEC)

#endif
