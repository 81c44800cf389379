/*
 * rows_vector.h: the vector arithmetic instructions of both generations.
 *
 * One instruction per line: X(opcode in gfx11, opcode in gfx12, mnemonic, kind of destination, kinds of sources, flags). NO: that
 * generation does not have it in this encoding. `.name12` behind the flags: what gfx12 calls it. The letter says how: F has
 * lanes_MNEMONIC and fast_MNEMONIC (plain 32-bit operands), G only lanes_MNEMONIC, S is executed by exec_MNEMONIC because it
 * looks across lanes. VOP1, VOP2 and VOPC rows serve the VOP3 forms as well.
 * Opcodes: RDNA3 and RDNA4 ISA manuals, "Microcode formats".
 */
#ifndef EXO_SIM_ISA_ROWS_VECTOR_H
#define EXO_SIM_ISA_ROWS_VECTOR_H

/* clang-format off */

#define ISA_ROWS_VOP1(F, G, S) \
    S(0, 0, v_nop, K_NONE, K_NONE, K_NONE, K_NONE, ROW_NO_DPP) \
    F(1, 1, v_mov_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(2, 2, v_readfirstlane_b32, K_SGPR32, K_B32, K_NONE, K_NONE, ROW_ONCE | ROW_NO_DPP | ROW_NO_VOP3) \
    G(3, 3, v_cvt_i32_f64, K_I32, K_F64, K_NONE, K_NONE, 0) \
    G(4, 4, v_cvt_f64_i32, K_F64, K_I32, K_NONE, K_NONE, 0) \
    F(5, 5, v_cvt_f32_i32, K_F32, K_I32, K_NONE, K_NONE, 0) \
    F(6, 6, v_cvt_f32_u32, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(7, 7, v_cvt_u32_f32, K_B32, K_F32, K_NONE, K_NONE, 0) \
    F(8, 8, v_cvt_i32_f32, K_I32, K_F32, K_NONE, K_NONE, 0) \
    G(10, 10, v_cvt_f16_f32, K_F16, K_F32, K_NONE, K_NONE, 0) \
    G(11, 11, v_cvt_f32_f16, K_F32, K_F16, K_NONE, K_NONE, 0) \
    F(12, 12, v_cvt_nearest_i32_f32, K_I32, K_F32, K_NONE, K_NONE, ROW_NO_OMOD) \
    F(13, 13, v_cvt_floor_i32_f32, K_I32, K_F32, K_NONE, K_NONE, ROW_NO_OMOD) \
    F(14, 14, v_cvt_off_f32_i4, K_F32, K_I32, K_NONE, K_NONE, 0) \
    G(15, 15, v_cvt_f32_f64, K_F32, K_F64, K_NONE, K_NONE, 0) \
    G(16, 16, v_cvt_f64_f32, K_F64, K_F32, K_NONE, K_NONE, 0) \
    F(17, 17, v_cvt_f32_ubyte0, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(18, 18, v_cvt_f32_ubyte1, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(19, 19, v_cvt_f32_ubyte2, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(20, 20, v_cvt_f32_ubyte3, K_F32, K_B32, K_NONE, K_NONE, 0) \
    G(21, 21, v_cvt_u32_f64, K_B32, K_F64, K_NONE, K_NONE, 0) \
    G(22, 22, v_cvt_f64_u32, K_F64, K_B32, K_NONE, K_NONE, 0) \
    G(23, 23, v_trunc_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(24, 24, v_ceil_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(25, 25, v_rndne_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(26, 26, v_floor_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    S(27, 27, v_pipeflush, K_NONE, K_NONE, K_NONE, K_NONE, ROW_NO_DPP) \
    G(28, 28, v_mov_b16, K_B16, K_B16, K_NONE, K_NONE, ROW_NO_VOP3) \
    F(32, 32, v_fract_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(33, 33, v_trunc_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(34, 34, v_ceil_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(35, 35, v_rndne_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(36, 36, v_floor_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(37, 37, v_exp_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(39, 39, v_log_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(42, 42, v_rcp_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(43, 43, v_rcp_iflag_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(46, 46, v_rsq_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    G(47, 47, v_rcp_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(49, 49, v_rsq_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    F(51, 51, v_sqrt_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    G(52, 52, v_sqrt_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    F(53, 53, v_sin_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(54, 54, v_cos_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(55, 55, v_not_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    F(56, 56, v_bfrev_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    F(57, 57, v_clz_i32_u32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    F(58, 58, v_ctz_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    F(59, 59, v_cls_i32, K_I32, K_I32, K_NONE, K_NONE, 0) \
    G(60, 60, v_frexp_exp_i32_f64, K_I32, K_F64, K_NONE, K_NONE, 0) \
    G(61, 61, v_frexp_mant_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(62, 62, v_fract_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    F(63, 63, v_frexp_exp_i32_f32, K_I32, K_F32, K_NONE, K_NONE, ROW_NO_OMOD) \
    F(64, 64, v_frexp_mant_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    S(66, 66, v_movreld_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(67, 67, v_movrels_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(68, 68, v_movrelsd_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(72, 72, v_movrelsd_2_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    G(80, 80, v_cvt_f16_u16, K_F16, K_B16, K_NONE, K_NONE, 0) \
    G(81, 81, v_cvt_f16_i16, K_F16, K_I16, K_NONE, K_NONE, 0) \
    G(82, 82, v_cvt_u16_f16, K_B16, K_F16, K_NONE, K_NONE, 0) \
    G(83, 83, v_cvt_i16_f16, K_I16, K_F16, K_NONE, K_NONE, 0) \
    G(84, 84, v_rcp_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(85, 85, v_sqrt_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(86, 86, v_rsq_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(87, 87, v_log_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(88, 88, v_exp_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(89, 89, v_frexp_mant_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(90, 90, v_frexp_exp_i16_f16, K_I16, K_F16, K_NONE, K_NONE, 0) \
    G(91, 91, v_floor_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(92, 92, v_ceil_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(93, 93, v_trunc_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(94, 94, v_rndne_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(95, 95, v_fract_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(96, 96, v_sin_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(97, 97, v_cos_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(98, 98, v_sat_pk_u8_i16, K_B16, K_V2I16, K_NONE, K_NONE, 0) \
    G(99, 99, v_cvt_norm_i16_f16, K_I16, K_F16, K_NONE, K_NONE, 0) \
    G(100, 100, v_cvt_norm_u16_f16, K_B16, K_F16, K_NONE, K_NONE, 0) \
    S(101, 101, v_swap_b32, K_B32, K_B32, K_NONE, K_NONE, ROW_NO_DPP | ROW_NO_VOP3) \
    S(102, 102, v_swap_b16, K_B16, K_B16, K_NONE, K_NONE, ROW_NO_DPP | ROW_NO_VOP3 | ROW_NOT_LLVM) \
    S(103, 103, v_permlane64_b32, K_B32, K_B32, K_NONE, K_NONE, ROW_ONCE | ROW_NO_DPP | ROW_NO_VOP3) \
    S(104, 104, v_swaprel_b32, K_B32, K_B32, K_NONE, K_NONE, ROW_NO_DPP | ROW_NO_VOP3) \
    G(105, 105, v_not_b16, K_B16, K_B16, K_NONE, K_NONE, 0) \
    G(106, 106, v_cvt_i32_i16, K_I32, K_I16, K_NONE, K_NONE, 0) \
    G(107, 107, v_cvt_u32_u16, K_B32, K_B16, K_NONE, K_NONE, 0) \
    G(NO, 108, v_cvt_f32_fp8, K_F32, K_B32, K_NONE, K_NONE, ROW_NO_CLAMP | ROW_NO_OMOD | ROW_OPSEL | ROW_OPSEL_BYTE) \
    G(NO, 109, v_cvt_f32_bf8, K_F32, K_B32, K_NONE, K_NONE, ROW_NO_CLAMP | ROW_NO_OMOD | ROW_OPSEL | ROW_OPSEL_BYTE) \
    G(NO, 110, v_cvt_pk_f32_fp8, K_B64, K_B32, K_NONE, K_NONE, ROW_CLAMP | ROW_OMOD | ROW_OPSEL | ROW_OPSEL_BYTE) \
    G(NO, 111, v_cvt_pk_f32_bf8, K_B64, K_B32, K_NONE, K_NONE, ROW_CLAMP | ROW_OMOD | ROW_OPSEL | ROW_OPSEL_BYTE)

#define ISA_ROWS_VOP2(F, G, S) \
    F(1, 1, v_cndmask_b32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN | ROW_SIGNS | ROW_SIGNS_ABS) \
    G(2, NO, v_dot2acc_f32_f16, K_F32, K_V2F16, K_V2F16, K_F32, ROW_READS_DST | ROW_NO_VOP3) \
    F(3, 3, v_add_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(4, 4, v_sub_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(5, 5, v_subrev_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(6, NO, v_fmac_dx9_zero_f32, K_F32, K_F32, K_F32, K_F32, ROW_READS_DST | ROW_NO_DPP) \
    F(7, 7, v_mul_dx9_zero_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(8, 8, v_mul_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(9, 9, v_mul_i32_i24, K_I32, K_I32, K_I32, K_NONE, ROW_CLAMP) \
    F(10, 10, v_mul_hi_i32_i24, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(11, 11, v_mul_u32_u24, K_B32, K_B32, K_B32, K_NONE, ROW_CLAMP) \
    F(12, 12, v_mul_hi_u32_u24, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(15, 21, v_min_f32, K_F32, K_F32, K_F32, K_NONE, 0, .name12 = "v_min_num_f32") \
    F(16, 22, v_max_f32, K_F32, K_F32, K_F32, K_NONE, 0, .name12 = "v_max_num_f32") \
    F(17, 17, v_min_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(18, 18, v_max_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(19, 19, v_min_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(20, 20, v_max_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(24, 24, v_lshlrev_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(25, 25, v_lshrrev_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(26, 26, v_ashrrev_i32, K_I32, K_B32, K_I32, K_NONE, 0) \
    F(27, 27, v_and_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(28, 28, v_or_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(29, 29, v_xor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(30, 30, v_xnor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(32, 32, v_add_co_ci_u32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN | ROW_CARRY_OUT | ROW_CLAMP) \
    G(33, 33, v_sub_co_ci_u32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN | ROW_CARRY_OUT | ROW_CLAMP) \
    G(34, 34, v_subrev_co_ci_u32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN | ROW_CARRY_OUT | ROW_CLAMP) \
    F(37, 37, v_add_nc_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CLAMP) \
    F(38, 38, v_sub_nc_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CLAMP) \
    F(39, 39, v_subrev_nc_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CLAMP) \
    F(43, 43, v_fmac_f32, K_F32, K_F32, K_F32, K_F32, ROW_READS_DST) \
    F(44, 44, v_fmamk_f32, K_F32, K_F32, K_F32, K_F32, ROW_LITERAL_K) \
    F(45, 45, v_fmaak_f32, K_F32, K_F32, K_F32, K_F32, ROW_LITERAL_K2) \
    F(47, 47, v_cvt_pk_rtz_f16_f32, K_V2F16, K_F32, K_F32, K_NONE, ROW_OMOD) \
    G(50, 50, v_add_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(51, 51, v_sub_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(52, 52, v_subrev_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(53, 53, v_mul_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(54, 54, v_fmac_f16, K_F16, K_F16, K_F16, K_F16, ROW_READS_DST | ROW_OPSEL) \
    G(55, 55, v_fmamk_f16, K_F16, K_F16, K_F16, K_F16, ROW_LITERAL_K) \
    G(56, 56, v_fmaak_f16, K_F16, K_F16, K_F16, K_F16, ROW_LITERAL_K2) \
    G(57, 49, v_max_f16, K_F16, K_F16, K_F16, K_NONE, 0, .name12 = "v_max_num_f16") \
    G(58, 48, v_min_f16, K_F16, K_F16, K_F16, K_NONE, 0, .name12 = "v_min_num_f16") \
    G(59, 59, v_ldexp_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(60, 60, v_pk_fmac_f16, K_V2F16, K_V2F16, K_V2F16, K_V2F16, ROW_READS_DST | ROW_NO_VOP3 | ROW_SIGNS | ROW_SIGNS_ABS) \
    G(NO, 2, v_add_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(NO, 6, v_mul_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(NO, 13, v_min_f64, K_F64, K_F64, K_F64, K_NONE, 0, .name12 = "v_min_num_f64") \
    G(NO, 14, v_max_f64, K_F64, K_F64, K_F64, K_NONE, 0, .name12 = "v_max_num_f64") \
    G(NO, 31, v_lshlrev_b64, K_B64, K_B32, K_B64, K_NONE, 0)

#define ISA_ROWS_VOP3(F, G, S) \
    F(521, 521, v_fma_dx9_zero_f32, K_F32, K_F32, K_F32, K_F32, ROW_NO_DPP) \
    F(522, 522, v_mad_i32_i24, K_I32, K_I32, K_I32, K_I32, ROW_CLAMP) \
    F(523, 523, v_mad_u32_u24, K_B32, K_B32, K_B32, K_B32, ROW_CLAMP) \
    F(524, 524, v_cubeid_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(525, 525, v_cubesc_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(526, 526, v_cubetc_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(527, 527, v_cubema_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(528, 528, v_bfe_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(529, 529, v_bfe_i32, K_I32, K_I32, K_B32, K_B32, 0) \
    F(530, 530, v_bfi_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(531, 531, v_fma_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    G(532, 532, v_fma_f64, K_F64, K_F64, K_F64, K_F64, 0) \
    F(533, 533, v_lerp_u8, K_B32, K_B32, K_B32, K_B32, 0) \
    F(534, 534, v_alignbit_b32, K_B32, K_B32, K_B32, K_B32, ROW_HALF_2) \
    F(535, 535, v_alignbyte_b32, K_B32, K_B32, K_B32, K_B32, ROW_HALF_2) \
    F(536, 536, v_mullit_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(537, 553, v_min3_f32, K_F32, K_F32, K_F32, K_F32, 0, .name12 = "v_min3_num_f32") \
    F(538, 538, v_min3_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(539, 539, v_min3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(540, 554, v_max3_f32, K_F32, K_F32, K_F32, K_F32, 0, .name12 = "v_max3_num_f32") \
    F(541, 541, v_max3_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(542, 542, v_max3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(543, 561, v_med3_f32, K_F32, K_F32, K_F32, K_F32, 0, .name12 = "v_med3_num_f32") \
    F(544, 544, v_med3_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(545, 545, v_med3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(546, 546, v_sad_u8, K_B32, K_B32, K_B32, K_B32, ROW_CLAMP) \
    F(547, 547, v_sad_hi_u8, K_B32, K_B32, K_B32, K_B32, ROW_CLAMP) \
    G(548, 548, v_sad_u16, K_B32, K_V2I16, K_V2I16, K_B32, ROW_CLAMP) \
    F(549, 549, v_sad_u32, K_B32, K_B32, K_B32, K_B32, ROW_CLAMP) \
    F(550, 550, v_cvt_pk_u8_f32, K_B32, K_F32, K_B32, K_B32, ROW_SIGNS) \
    F(551, 551, v_div_fixup_f32, K_F32, K_F32, K_F32, K_F32, ROW_NO_DPP) \
    G(552, 552, v_div_fixup_f64, K_F64, K_F64, K_F64, K_F64, 0) \
    G(567, 567, v_div_fmas_f32, K_F32, K_F32, K_F32, K_F32, ROW_READS_VCC | ROW_NO_DPP) \
    G(568, 568, v_div_fmas_f64, K_F64, K_F64, K_F64, K_F64, ROW_READS_VCC) \
    F(569, 569, v_msad_u8, K_B32, K_B32, K_B32, K_B32, ROW_CLAMP) \
    G(570, 570, v_qsad_pk_u16_u8, K_B64, K_B64, K_B32, K_B64, ROW_CLAMP) \
    G(571, 571, v_mqsad_pk_u16_u8, K_B64, K_B64, K_B32, K_B64, ROW_CLAMP) \
    S(573, 573, v_mqsad_u32_u8, K_B128, K_B64, K_B32, K_B128, ROW_CLAMP) \
    F(576, 576, v_xor3_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    G(577, 577, v_mad_u16, K_B16, K_B16, K_B16, K_B16, ROW_CLAMP | ROW_OPSEL) \
    F(580, 580, v_perm_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(581, 581, v_xad_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(582, 582, v_lshl_add_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(583, 583, v_add_lshl_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    G(584, 584, v_fma_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL) \
    G(585, 555, v_min3_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL, .name12 = "v_min3_num_f16") \
    G(586, 586, v_min3_i16, K_I16, K_I16, K_I16, K_I16, ROW_CLAMP | ROW_OPSEL) \
    G(587, 587, v_min3_u16, K_B16, K_B16, K_B16, K_B16, ROW_CLAMP | ROW_OPSEL) \
    G(588, 556, v_max3_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL, .name12 = "v_max3_num_f16") \
    G(589, 589, v_max3_i16, K_I16, K_I16, K_I16, K_I16, ROW_CLAMP | ROW_OPSEL) \
    G(590, 590, v_max3_u16, K_B16, K_B16, K_B16, K_B16, ROW_CLAMP | ROW_OPSEL) \
    G(591, 562, v_med3_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL, .name12 = "v_med3_num_f16") \
    G(592, 592, v_med3_i16, K_I16, K_I16, K_I16, K_I16, ROW_CLAMP | ROW_OPSEL) \
    G(593, 593, v_med3_u16, K_B16, K_B16, K_B16, K_B16, ROW_CLAMP | ROW_OPSEL) \
    G(595, 595, v_mad_i16, K_I16, K_I16, K_I16, K_I16, ROW_CLAMP | ROW_OPSEL) \
    G(596, 596, v_div_fixup_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL) \
    F(597, 597, v_add3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(598, 598, v_lshl_or_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(599, 599, v_and_or_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(600, 600, v_or3_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    G(601, 601, v_mad_u32_u16, K_B32, K_B16, K_B16, K_B32, ROW_CLAMP | ROW_OPSEL) \
    G(602, 602, v_mad_i32_i16, K_I32, K_I16, K_I16, K_I32, ROW_CLAMP | ROW_OPSEL) \
    S(603, 603, v_permlane16_b32, K_B32, K_B32, K_B32, K_B32, ROW_OPSEL | ROW_NO_DPP) \
    S(604, 604, v_permlanex16_b32, K_B32, K_B32, K_B32, K_B32, ROW_OPSEL | ROW_NO_DPP) \
    G(605, 605, v_cndmask_b16, K_B16, K_B16, K_B16, K_MASK, ROW_CARRY_IN | ROW_SIGNS | ROW_SIGNS_ABS) \
    F(606, 617, v_maxmin_f32, K_F32, K_F32, K_F32, K_F32, 0, .name12 = "v_maxmin_num_f32") \
    F(607, 616, v_minmax_f32, K_F32, K_F32, K_F32, K_F32, 0, .name12 = "v_minmax_num_f32") \
    G(608, 619, v_maxmin_f16, K_F16, K_F16, K_F16, K_F16, 0, .name12 = "v_maxmin_num_f16") \
    G(609, 618, v_minmax_f16, K_F16, K_F16, K_F16, K_F16, 0, .name12 = "v_minmax_num_f16") \
    F(610, 610, v_maxmin_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(611, 611, v_minmax_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(612, 612, v_maxmin_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(613, 613, v_minmax_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    G(614, 614, v_dot2_f16_f16, K_F16, K_V2F16, K_V2F16, K_F16, \
      ROW_SIGNS | ROW_SIGNS_ABS | ROW_NO_CLAMP | ROW_NO_OMOD | ROW_OPSEL) \
    G(615, 615, v_dot2_bf16_bf16, K_B16, K_V2I16, K_V2I16, K_B16, ROW_SIGNS | ROW_SIGNS_ABS | ROW_OPSEL) \
    G(771, 771, v_add_nc_u16, K_B16, K_B16, K_B16, K_NONE, ROW_CLAMP | ROW_OPSEL) \
    G(772, 772, v_sub_nc_u16, K_B16, K_B16, K_B16, K_NONE, ROW_CLAMP | ROW_OPSEL) \
    G(773, 773, v_mul_lo_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(774, 774, v_cvt_pk_i16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(775, 775, v_cvt_pk_u16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(777, 777, v_max_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(778, 778, v_max_i16, K_I16, K_I16, K_I16, K_NONE, 0) \
    G(779, 779, v_min_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(780, 780, v_min_i16, K_I16, K_I16, K_I16, K_NONE, 0) \
    G(781, 781, v_add_nc_i16, K_I16, K_I16, K_I16, K_NONE, ROW_CLAMP | ROW_OPSEL) \
    G(782, 782, v_sub_nc_i16, K_I16, K_I16, K_I16, K_NONE, ROW_CLAMP | ROW_OPSEL) \
    G(785, 785, v_pack_b32_f16, K_B32, K_F16, K_F16, K_NONE, ROW_OPSEL) \
    G(786, 786, v_cvt_pk_norm_i16_f16, K_V2I16, K_F16, K_F16, K_NONE, ROW_OPSEL) \
    G(787, 787, v_cvt_pk_norm_u16_f16, K_V2I16, K_F16, K_F16, K_NONE, ROW_OPSEL) \
    F(796, 796, v_ldexp_f32, K_F32, K_F32, K_I32, K_NONE, ROW_SIGNS) \
    F(797, 797, v_bfm_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(798, 798, v_bcnt_u32_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(799, 799, v_mbcnt_lo_u32_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(800, 800, v_mbcnt_hi_u32_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(801, 801, v_cvt_pk_norm_i16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(802, 802, v_cvt_pk_norm_u16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(803, 803, v_cvt_pk_u16_u32, K_V2I16, K_B32, K_B32, K_NONE, 0) \
    G(804, 804, v_cvt_pk_i16_i32, K_V2I16, K_I32, K_I32, K_NONE, 0) \
    F(805, 805, v_sub_nc_i32, K_I32, K_I32, K_I32, K_NONE, ROW_CLAMP) \
    F(806, 806, v_add_nc_i32, K_I32, K_I32, K_I32, K_NONE, ROW_CLAMP) \
    G(807, NO, v_add_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(808, NO, v_mul_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(809, NO, v_min_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(810, NO, v_max_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(811, 811, v_ldexp_f64, K_F64, K_F64, K_I32, K_NONE, ROW_SIGNS) \
    F(812, 812, v_mul_lo_u32, K_B32, K_B32, K_B32, K_NONE, ROW_NO_DPP) \
    F(813, 813, v_mul_hi_u32, K_B32, K_B32, K_B32, K_NONE, ROW_NO_DPP) \
    F(814, 814, v_mul_hi_i32, K_I32, K_I32, K_I32, K_NONE, ROW_NO_DPP) \
    G(815, 815, v_trig_preop_f64, K_F64, K_F64, K_B32, K_NONE, ROW_SIGNS) \
    G(824, 824, v_lshlrev_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(825, 825, v_lshrrev_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(826, 826, v_ashrrev_i16, K_I16, K_B16, K_I16, K_NONE, 0) \
    G(828, NO, v_lshlrev_b64, K_B64, K_B32, K_B64, K_NONE, 0) \
    G(829, 829, v_lshrrev_b64, K_B64, K_B32, K_B64, K_NONE, 0) \
    G(830, 830, v_ashrrev_i64, K_I64, K_B32, K_I64, K_NONE, 0) \
    S(864, 864, v_readlane_b32, K_SGPR32, K_B32, K_B32, K_NONE, ROW_ONCE | ROW_NO_DPP) \
    S(865, 865, v_writelane_b32, K_B32, K_B32, K_B32, K_NONE, ROW_ONCE | ROW_NO_DPP) \
    G(866, 866, v_and_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(867, 867, v_or_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(868, 868, v_xor_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    F(NO, 557, v_minimum3_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(NO, 558, v_maximum3_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    G(NO, 559, v_minimum3_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL) \
    G(NO, 560, v_maximum3_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL) \
    F(NO, 620, v_minimummaximum_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(NO, 621, v_maximumminimum_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    G(NO, 622, v_minimummaximum_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL) \
    G(NO, 623, v_maximumminimum_f16, K_F16, K_F16, K_F16, K_F16, ROW_OPSEL) \
    S(NO, 640, v_s_exp_f32, K_SGPR32, K_F32, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 641, v_s_exp_f16, K_SGPR32, K_F16, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 642, v_s_log_f32, K_SGPR32, K_F32, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 643, v_s_log_f16, K_SGPR32, K_F16, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 644, v_s_rcp_f32, K_SGPR32, K_F32, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 645, v_s_rcp_f16, K_SGPR32, K_F16, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 646, v_s_rsq_f32, K_SGPR32, K_F32, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 647, v_s_rsq_f16, K_SGPR32, K_F16, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 648, v_s_sqrt_f32, K_SGPR32, K_F32, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 649, v_s_sqrt_f16, K_SGPR32, K_F16, K_NONE, K_NONE, ROW_ONCE | ROW_OMOD | ROW_NO_DPP) \
    S(NO, 783, v_permlane16_var_b32, K_B32, K_B32, K_B32, K_NONE, ROW_OPSEL | ROW_NO_DPP) \
    S(NO, 784, v_permlanex16_var_b32, K_B32, K_B32, K_B32, K_NONE, ROW_OPSEL | ROW_NO_DPP) \
    G(NO, 833, v_minimum_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(NO, 834, v_maximum_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    F(NO, 869, v_minimum_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(NO, 870, v_maximum_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    G(NO, 871, v_minimum_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(NO, 872, v_maximum_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(NO, 873, v_cvt_pk_fp8_f32, K_B16, K_F32, K_F32, K_NONE, ROW_NO_CLAMP | ROW_OPSEL) \
    G(NO, 874, v_cvt_pk_bf8_f32, K_B16, K_F32, K_F32, K_NONE, ROW_NO_CLAMP | ROW_OPSEL) \
    G(NO, 875, v_cvt_sr_fp8_f32, K_B32, K_F32, K_B32, K_B32, \
      ROW_READS_DST | ROW_SIGNS | ROW_NO_CLAMP | ROW_OPSEL | ROW_OPSEL_BYTE) \
    G(NO, 876, v_cvt_sr_bf8_f32, K_B32, K_F32, K_B32, K_B32, \
      ROW_READS_DST | ROW_SIGNS | ROW_NO_CLAMP | ROW_OPSEL | ROW_OPSEL_BYTE)

#define ISA_ROWS_VOP3SD(G) \
    G(764, 764, v_div_scale_f32, K_F32, K_F32, K_F32, K_F32, ROW_CARRY_OUT | ROW_NO_DPP) \
    G(765, 765, v_div_scale_f64, K_F64, K_F64, K_F64, K_F64, ROW_CARRY_OUT) \
    G(766, 766, v_mad_u64_u32, K_B64, K_B32, K_B32, K_B64, ROW_CARRY_OUT | ROW_CLAMP, .name12 = "v_mad_co_u64_u32") \
    G(767, 767, v_mad_i64_i32, K_I64, K_I32, K_I32, K_I64, ROW_CARRY_OUT | ROW_CLAMP, .name12 = "v_mad_co_i64_i32") \
    G(768, 768, v_add_co_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CARRY_OUT | ROW_CLAMP) \
    G(769, 769, v_sub_co_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CARRY_OUT | ROW_CLAMP) \
    G(770, 770, v_subrev_co_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CARRY_OUT | ROW_CLAMP)

/* VOPD halves: X(opcode in gfx11, in gfx12, mnemonic, the vector operation, kinds of the sources, flags) */
#define ISA_ROWS_VOPD(X) \
    X(0, 0, v_dual_fmac_f32, v_fmac_f32, K_F32, K_F32, K_F32, ROW_READS_DST) \
    X(1, 1, v_dual_fmaak_f32, v_fmaak_f32, K_F32, K_F32, K_F32, ROW_LITERAL_K2) \
    X(2, 2, v_dual_fmamk_f32, v_fmamk_f32, K_F32, K_F32, K_F32, ROW_LITERAL_K) \
    X(3, 3, v_dual_mul_f32, v_mul_f32, K_F32, K_F32, K_NONE, 0) \
    X(4, 4, v_dual_add_f32, v_add_f32, K_F32, K_F32, K_NONE, 0) \
    X(5, 5, v_dual_sub_f32, v_sub_f32, K_F32, K_F32, K_NONE, 0) \
    X(6, 6, v_dual_subrev_f32, v_subrev_f32, K_F32, K_F32, K_NONE, 0) \
    X(7, 7, v_dual_mul_dx9_zero_f32, v_mul_dx9_zero_f32, K_F32, K_F32, K_NONE, 0) \
    X(8, 8, v_dual_mov_b32, v_mov_b32, K_B32, K_NONE, K_NONE, 0) \
    X(9, 9, v_dual_cndmask_b32, v_cndmask_b32, K_B32, K_B32, K_MASK, ROW_CARRY_IN) \
    X(10, 10, v_dual_max_f32, v_max_f32, K_F32, K_F32, K_NONE, 0, .name12 = "v_dual_max_num_f32") \
    X(11, 11, v_dual_min_f32, v_min_f32, K_F32, K_F32, K_NONE, 0, .name12 = "v_dual_min_num_f32") \
    X(12, NO, v_dual_dot2acc_f32_f16, v_dot2acc_f32_f16, K_V2F16, K_V2F16, K_F32, ROW_READS_DST) \
    X(NO, 12, v_dual_dot2acc_f32_f16, v_dot2acc_f32_f16, K_V2F16, K_V2F16, K_F32, ROW_READS_DST | ROW_NOT_LLVM) \
    X(13, 13, v_dual_dot2acc_f32_bf16, v_dot2acc_f32_bf16, K_V2I16, K_V2I16, K_F32, ROW_READS_DST | ROW_NOT_LLVM) \
    X(16, 16, v_dual_add_nc_u32, v_add_nc_u32, K_B32, K_B32, K_NONE, 0) \
    X(17, 17, v_dual_lshlrev_b32, v_lshlrev_b32, K_B32, K_B32, K_NONE, 0) \
    X(18, 18, v_dual_and_b32, v_and_b32, K_B32, K_B32, K_NONE, 0)

/* Comparisons of one type: X(opcode, the last generation that has it, name, type, kind); v_cmpx_* lie 0x80 above */
#define ISA_VOPC_FLOAT(X, base, type, kind) \
    X(base + 0, 11, f, type, kind) X(base + 1, 12, lt, type, kind) \
    X(base + 2, 12, eq, type, kind) X(base + 3, 12, le, type, kind) \
    X(base + 4, 12, gt, type, kind) X(base + 5, 12, lg, type, kind) \
    X(base + 6, 12, ge, type, kind) X(base + 7, 12, o, type, kind) \
    X(base + 8, 12, u, type, kind) X(base + 9, 12, nge, type, kind) \
    X(base + 10, 12, nlg, type, kind) X(base + 11, 12, ngt, type, kind) \
    X(base + 12, 12, nle, type, kind) X(base + 13, 12, neq, type, kind) \
    X(base + 14, 12, nlt, type, kind) X(base + 15, 11, t, type, kind)
#define ISA_VOPC_INT16(X, base, type, kind) \
    X(base + 1, 12, lt, type, kind) X(base + 2, 12, eq, type, kind) X(base + 3, 12, le, type, kind) \
    X(base + 4, 12, gt, type, kind) X(base + 5, 12, ne, type, kind) X(base + 6, 12, ge, type, kind)
#define ISA_VOPC_INT(X, base, type, kind) \
    X(base + 0, 11, f, type, kind) ISA_VOPC_INT16(X, base, type, kind) X(base + 7, 11, t, type, kind)
/* F: plain 32-bit operands, G: others (as above); C: v_cmp_class_* */
#define ISA_ROWS_VOPC(F, G, C) \
    ISA_VOPC_FLOAT(G, 0x00, f16, K_F16) \
    ISA_VOPC_FLOAT(F, 0x10, f32, K_F32) \
    ISA_VOPC_FLOAT(G, 0x20, f64, K_F64) \
    ISA_VOPC_INT16(G, 0x30, i16, K_I16) \
    ISA_VOPC_INT16(G, 0x38, u16, K_B16) \
    ISA_VOPC_INT(F, 0x40, i32, K_I32) \
    ISA_VOPC_INT(F, 0x48, u32, K_B32) \
    ISA_VOPC_INT(G, 0x50, i64, K_I64) \
    ISA_VOPC_INT(G, 0x58, u64, K_B64) \
    C(0x7d, 12, class, f16, K_F16) \
    C(0x7e, 12, class, f32, K_F32) \
    C(0x7f, 12, class, f64, K_F64)

/* clang-format on */

#endif
