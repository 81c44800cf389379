/*
 * rows_alu.h: the scalar and vector arithmetic instructions of gfx11 (RDNA3 ISA manual, "Microcode formats"), one per line:
 * X(opcode, mnemonic, kind of destination, kinds of the sources, flags). exec_MNEMONIC executes a scalar one. For vectors the
 * list also says how: F has lanes_MNEMONIC and fast_MNEMONIC (plain 32-bit operands), G only lanes_MNEMONIC, S is executed by
 * exec_MNEMONIC because it looks across lanes. VOP1, VOP2 and VOPC rows serve the VOP3 forms as well.
 *
 * Not here, so illegal: v_mqsad_u32_u8, v_trig_preop_f64, s_rfe_b64; the scalar unit's float operations came with gfx11.5.
 */
#ifndef EXO_SIM_ISA_ROWS_ALU_H
#define EXO_SIM_ISA_ROWS_ALU_H

/* clang-format off */

#define ISA_ROWS_VOP1(F, G, S) \
    S(0, v_nop, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    F(1, v_mov_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(2, v_readfirstlane_b32, K_SGPR32, K_B32, K_NONE, K_NONE, ROW_ONCE) \
    G(3, v_cvt_i32_f64, K_I32, K_F64, K_NONE, K_NONE, 0) \
    G(4, v_cvt_f64_i32, K_F64, K_I32, K_NONE, K_NONE, 0) \
    F(5, v_cvt_f32_i32, K_F32, K_I32, K_NONE, K_NONE, 0) \
    F(6, v_cvt_f32_u32, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(7, v_cvt_u32_f32, K_B32, K_F32, K_NONE, K_NONE, 0) \
    F(8, v_cvt_i32_f32, K_I32, K_F32, K_NONE, K_NONE, 0) \
    G(10, v_cvt_f16_f32, K_F16, K_F32, K_NONE, K_NONE, 0) \
    G(11, v_cvt_f32_f16, K_F32, K_F16, K_NONE, K_NONE, 0) \
    F(12, v_cvt_nearest_i32_f32, K_I32, K_F32, K_NONE, K_NONE, 0) \
    F(13, v_cvt_floor_i32_f32, K_I32, K_F32, K_NONE, K_NONE, 0) \
    F(14, v_cvt_off_f32_i4, K_F32, K_I32, K_NONE, K_NONE, 0) \
    G(15, v_cvt_f32_f64, K_F32, K_F64, K_NONE, K_NONE, 0) \
    G(16, v_cvt_f64_f32, K_F64, K_F32, K_NONE, K_NONE, 0) \
    F(17, v_cvt_f32_ubyte0, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(18, v_cvt_f32_ubyte1, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(19, v_cvt_f32_ubyte2, K_F32, K_B32, K_NONE, K_NONE, 0) \
    F(20, v_cvt_f32_ubyte3, K_F32, K_B32, K_NONE, K_NONE, 0) \
    G(21, v_cvt_u32_f64, K_B32, K_F64, K_NONE, K_NONE, 0) \
    G(22, v_cvt_f64_u32, K_F64, K_B32, K_NONE, K_NONE, 0) \
    G(23, v_trunc_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(24, v_ceil_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(25, v_rndne_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(26, v_floor_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    S(27, v_pipeflush, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    G(28, v_mov_b16, K_B16, K_B16, K_NONE, K_NONE, 0) \
    F(32, v_fract_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(33, v_trunc_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(34, v_ceil_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(35, v_rndne_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(36, v_floor_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(37, v_exp_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(39, v_log_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(42, v_rcp_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(43, v_rcp_iflag_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(46, v_rsq_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    G(47, v_rcp_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(49, v_rsq_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    F(51, v_sqrt_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    G(52, v_sqrt_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    F(53, v_sin_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(54, v_cos_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    F(55, v_not_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    F(56, v_bfrev_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    F(57, v_clz_i32_u32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    F(58, v_ctz_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    F(59, v_cls_i32, K_I32, K_I32, K_NONE, K_NONE, 0) \
    G(60, v_frexp_exp_i32_f64, K_I32, K_F64, K_NONE, K_NONE, 0) \
    G(61, v_frexp_mant_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    G(62, v_fract_f64, K_F64, K_F64, K_NONE, K_NONE, 0) \
    F(63, v_frexp_exp_i32_f32, K_I32, K_F32, K_NONE, K_NONE, 0) \
    F(64, v_frexp_mant_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    S(66, v_movreld_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(67, v_movrels_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(68, v_movrelsd_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(72, v_movrelsd_2_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    G(80, v_cvt_f16_u16, K_F16, K_B16, K_NONE, K_NONE, 0) \
    G(81, v_cvt_f16_i16, K_F16, K_I16, K_NONE, K_NONE, 0) \
    G(82, v_cvt_u16_f16, K_B16, K_F16, K_NONE, K_NONE, 0) \
    G(83, v_cvt_i16_f16, K_I16, K_F16, K_NONE, K_NONE, 0) \
    G(84, v_rcp_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(85, v_sqrt_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(86, v_rsq_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(87, v_log_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(88, v_exp_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(89, v_frexp_mant_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(90, v_frexp_exp_i16_f16, K_I16, K_F16, K_NONE, K_NONE, 0) \
    G(91, v_floor_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(92, v_ceil_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(93, v_trunc_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(94, v_rndne_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(95, v_fract_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(96, v_sin_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(97, v_cos_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    G(98, v_sat_pk_u8_i16, K_B16, K_V2I16, K_NONE, K_NONE, 0) \
    G(99, v_cvt_norm_i16_f16, K_I16, K_F16, K_NONE, K_NONE, 0) \
    G(100, v_cvt_norm_u16_f16, K_B16, K_F16, K_NONE, K_NONE, 0) \
    S(101, v_swap_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    S(102, v_swap_b16, K_B16, K_B16, K_NONE, K_NONE, 0) \
    S(103, v_permlane64_b32, K_B32, K_B32, K_NONE, K_NONE, ROW_ONCE) \
    S(104, v_swaprel_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    G(105, v_not_b16, K_B16, K_B16, K_NONE, K_NONE, 0) \
    G(106, v_cvt_i32_i16, K_I32, K_I16, K_NONE, K_NONE, 0) \
    G(107, v_cvt_u32_u16, K_B32, K_B16, K_NONE, K_NONE, 0)

#define ISA_ROWS_VOP2(F, G, S) \
    F(1, v_cndmask_b32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN) \
    G(2, v_dot2acc_f32_f16, K_F32, K_V2F16, K_V2F16, K_F32, ROW_READS_DST) \
    F(3, v_add_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(4, v_sub_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(5, v_subrev_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(6, v_fmac_dx9_zero_f32, K_F32, K_F32, K_F32, K_F32, ROW_READS_DST) \
    F(7, v_mul_dx9_zero_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(8, v_mul_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(9, v_mul_i32_i24, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(10, v_mul_hi_i32_i24, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(11, v_mul_u32_u24, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(12, v_mul_hi_u32_u24, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(15, v_min_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(16, v_max_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    F(17, v_min_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(18, v_max_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(19, v_min_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(20, v_max_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(24, v_lshlrev_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(25, v_lshrrev_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(26, v_ashrrev_i32, K_I32, K_B32, K_I32, K_NONE, 0) \
    F(27, v_and_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(28, v_or_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(29, v_xor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(30, v_xnor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(32, v_add_co_ci_u32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN | ROW_CARRY_OUT) \
    G(33, v_sub_co_ci_u32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN | ROW_CARRY_OUT) \
    G(34, v_subrev_co_ci_u32, K_B32, K_B32, K_B32, K_MASK, ROW_CARRY_IN | ROW_CARRY_OUT) \
    F(37, v_add_nc_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(38, v_sub_nc_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(39, v_subrev_nc_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(43, v_fmac_f32, K_F32, K_F32, K_F32, K_F32, ROW_READS_DST) \
    F(44, v_fmamk_f32, K_F32, K_F32, K_F32, K_F32, ROW_LITERAL_K) \
    F(45, v_fmaak_f32, K_F32, K_F32, K_F32, K_F32, ROW_LITERAL_K2) \
    F(47, v_cvt_pk_rtz_f16_f32, K_V2F16, K_F32, K_F32, K_NONE, 0) \
    G(50, v_add_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(51, v_sub_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(52, v_subrev_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(53, v_mul_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(54, v_fmac_f16, K_F16, K_F16, K_F16, K_F16, ROW_READS_DST) \
    G(55, v_fmamk_f16, K_F16, K_F16, K_F16, K_F16, ROW_LITERAL_K) \
    G(56, v_fmaak_f16, K_F16, K_F16, K_F16, K_F16, ROW_LITERAL_K2) \
    G(57, v_max_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(58, v_min_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(59, v_ldexp_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    G(60, v_pk_fmac_f16, K_V2F16, K_V2F16, K_V2F16, K_V2F16, ROW_READS_DST)

#define ISA_ROWS_VOP3(F, G, S) \
    F(521, v_fma_dx9_zero_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(522, v_mad_i32_i24, K_I32, K_I32, K_I32, K_I32, 0) \
    F(523, v_mad_u32_u24, K_B32, K_B32, K_B32, K_B32, 0) \
    F(524, v_cubeid_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(525, v_cubesc_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(526, v_cubetc_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(527, v_cubema_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(528, v_bfe_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(529, v_bfe_i32, K_I32, K_I32, K_B32, K_B32, 0) \
    F(530, v_bfi_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(531, v_fma_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    G(532, v_fma_f64, K_F64, K_F64, K_F64, K_F64, 0) \
    F(533, v_lerp_u8, K_B32, K_B32, K_B32, K_B32, 0) \
    F(534, v_alignbit_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(535, v_alignbyte_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(536, v_mullit_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(537, v_min3_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(538, v_min3_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(539, v_min3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(540, v_max3_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(541, v_max3_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(542, v_max3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(543, v_med3_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(544, v_med3_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(545, v_med3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(546, v_sad_u8, K_B32, K_B32, K_B32, K_B32, 0) \
    F(547, v_sad_hi_u8, K_B32, K_B32, K_B32, K_B32, 0) \
    G(548, v_sad_u16, K_B32, K_V2I16, K_V2I16, K_B32, 0) \
    F(549, v_sad_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(550, v_cvt_pk_u8_f32, K_B32, K_F32, K_B32, K_B32, 0) \
    F(551, v_div_fixup_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    G(552, v_div_fixup_f64, K_F64, K_F64, K_F64, K_F64, 0) \
    G(567, v_div_fmas_f32, K_F32, K_F32, K_F32, K_F32, ROW_READS_VCC) \
    G(568, v_div_fmas_f64, K_F64, K_F64, K_F64, K_F64, ROW_READS_VCC) \
    F(569, v_msad_u8, K_B32, K_B32, K_B32, K_B32, 0) \
    G(570, v_qsad_pk_u16_u8, K_B64, K_B64, K_B32, K_B64, 0) \
    G(571, v_mqsad_pk_u16_u8, K_B64, K_B64, K_B32, K_B64, 0) \
    F(576, v_xor3_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    G(577, v_mad_u16, K_B16, K_B16, K_B16, K_B16, 0) \
    F(580, v_perm_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(581, v_xad_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(582, v_lshl_add_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(583, v_add_lshl_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    G(584, v_fma_f16, K_F16, K_F16, K_F16, K_F16, 0) \
    G(585, v_min3_f16, K_F16, K_F16, K_F16, K_F16, 0) \
    G(586, v_min3_i16, K_I16, K_I16, K_I16, K_I16, 0) \
    G(587, v_min3_u16, K_B16, K_B16, K_B16, K_B16, 0) \
    G(588, v_max3_f16, K_F16, K_F16, K_F16, K_F16, 0) \
    G(589, v_max3_i16, K_I16, K_I16, K_I16, K_I16, 0) \
    G(590, v_max3_u16, K_B16, K_B16, K_B16, K_B16, 0) \
    G(591, v_med3_f16, K_F16, K_F16, K_F16, K_F16, 0) \
    G(592, v_med3_i16, K_I16, K_I16, K_I16, K_I16, 0) \
    G(593, v_med3_u16, K_B16, K_B16, K_B16, K_B16, 0) \
    G(595, v_mad_i16, K_I16, K_I16, K_I16, K_I16, 0) \
    G(596, v_div_fixup_f16, K_F16, K_F16, K_F16, K_F16, 0) \
    F(597, v_add3_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(598, v_lshl_or_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(599, v_and_or_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(600, v_or3_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    G(601, v_mad_u32_u16, K_B32, K_B16, K_B16, K_B32, 0) \
    G(602, v_mad_i32_i16, K_I32, K_I16, K_I16, K_I32, 0) \
    S(603, v_permlane16_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    S(604, v_permlanex16_b32, K_B32, K_B32, K_B32, K_B32, 0) \
    G(605, v_cndmask_b16, K_B16, K_B16, K_B16, K_MASK, ROW_CARRY_IN) \
    F(606, v_maxmin_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    F(607, v_minmax_f32, K_F32, K_F32, K_F32, K_F32, 0) \
    G(608, v_maxmin_f16, K_F16, K_F16, K_F16, K_F16, 0) \
    G(609, v_minmax_f16, K_F16, K_F16, K_F16, K_F16, 0) \
    F(610, v_maxmin_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(611, v_minmax_u32, K_B32, K_B32, K_B32, K_B32, 0) \
    F(612, v_maxmin_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    F(613, v_minmax_i32, K_I32, K_I32, K_I32, K_I32, 0) \
    G(614, v_dot2_f16_f16, K_F16, K_V2F16, K_V2F16, K_F16, 0) \
    G(615, v_dot2_bf16_bf16, K_B16, K_V2I16, K_V2I16, K_B16, 0) \
    G(771, v_add_nc_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(772, v_sub_nc_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(773, v_mul_lo_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(774, v_cvt_pk_i16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(775, v_cvt_pk_u16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(777, v_max_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(778, v_max_i16, K_I16, K_I16, K_I16, K_NONE, 0) \
    G(779, v_min_u16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(780, v_min_i16, K_I16, K_I16, K_I16, K_NONE, 0) \
    G(781, v_add_nc_i16, K_I16, K_I16, K_I16, K_NONE, 0) \
    G(782, v_sub_nc_i16, K_I16, K_I16, K_I16, K_NONE, 0) \
    G(785, v_pack_b32_f16, K_B32, K_F16, K_F16, K_NONE, 0) \
    G(786, v_cvt_pk_norm_i16_f16, K_V2I16, K_F16, K_F16, K_NONE, 0) \
    G(787, v_cvt_pk_norm_u16_f16, K_V2I16, K_F16, K_F16, K_NONE, 0) \
    F(796, v_ldexp_f32, K_F32, K_F32, K_I32, K_NONE, 0) \
    F(797, v_bfm_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(798, v_bcnt_u32_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(799, v_mbcnt_lo_u32_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(800, v_mbcnt_hi_u32_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    G(801, v_cvt_pk_norm_i16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(802, v_cvt_pk_norm_u16_f32, K_V2I16, K_F32, K_F32, K_NONE, 0) \
    G(803, v_cvt_pk_u16_u32, K_V2I16, K_B32, K_B32, K_NONE, 0) \
    G(804, v_cvt_pk_i16_i32, K_V2I16, K_I32, K_I32, K_NONE, 0) \
    F(805, v_sub_nc_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    F(806, v_add_nc_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    G(807, v_add_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(808, v_mul_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(809, v_min_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(810, v_max_f64, K_F64, K_F64, K_F64, K_NONE, 0) \
    G(811, v_ldexp_f64, K_F64, K_F64, K_I32, K_NONE, 0) \
    F(812, v_mul_lo_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(813, v_mul_hi_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    F(814, v_mul_hi_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    G(824, v_lshlrev_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(825, v_lshrrev_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(826, v_ashrrev_i16, K_I16, K_B16, K_I16, K_NONE, 0) \
    G(828, v_lshlrev_b64, K_B64, K_B32, K_B64, K_NONE, 0) \
    G(829, v_lshrrev_b64, K_B64, K_B32, K_B64, K_NONE, 0) \
    G(830, v_ashrrev_i64, K_I64, K_B32, K_I64, K_NONE, 0) \
    S(864, v_readlane_b32, K_SGPR32, K_B32, K_B32, K_NONE, ROW_ONCE) \
    S(865, v_writelane_b32, K_B32, K_B32, K_B32, K_NONE, ROW_ONCE) \
    G(866, v_and_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(867, v_or_b16, K_B16, K_B16, K_B16, K_NONE, 0) \
    G(868, v_xor_b16, K_B16, K_B16, K_B16, K_NONE, 0)

#define ISA_ROWS_VOP3SD(F, G, S) \
    G(764, v_div_scale_f32, K_F32, K_F32, K_F32, K_F32, ROW_CARRY_OUT) \
    G(765, v_div_scale_f64, K_F64, K_F64, K_F64, K_F64, ROW_CARRY_OUT) \
    G(766, v_mad_u64_u32, K_B64, K_B32, K_B32, K_B64, ROW_CARRY_OUT) \
    G(767, v_mad_i64_i32, K_I64, K_I32, K_I32, K_I64, ROW_CARRY_OUT) \
    G(768, v_add_co_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CARRY_OUT) \
    G(769, v_sub_co_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CARRY_OUT) \
    G(770, v_subrev_co_u32, K_B32, K_B32, K_B32, K_NONE, ROW_CARRY_OUT)

#define ISA_ROWS_SOP1(X) \
    X(0, s_mov_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(1, s_mov_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(2, s_cmov_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(3, s_cmov_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(4, s_brev_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(5, s_brev_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(8, s_ctz_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(9, s_ctz_i32_b64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(10, s_clz_i32_u32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(11, s_clz_i32_u64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(12, s_cls_i32, K_I32, K_I32, K_NONE, K_NONE, 0) \
    X(13, s_cls_i32_i64, K_I32, K_I64, K_NONE, K_NONE, 0) \
    X(14, s_sext_i32_i8, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(15, s_sext_i32_i16, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(16, s_bitset0_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(17, s_bitset0_b64, K_B64, K_B32, K_NONE, K_NONE, 0) \
    X(18, s_bitset1_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(19, s_bitset1_b64, K_B64, K_B32, K_NONE, K_NONE, 0) \
    X(20, s_bitreplicate_b64_b32, K_B64, K_B32, K_NONE, K_NONE, 0) \
    X(21, s_abs_i32, K_I32, K_I32, K_NONE, K_NONE, 0) \
    X(22, s_bcnt0_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(23, s_bcnt0_i32_b64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(24, s_bcnt1_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(25, s_bcnt1_i32_b64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(26, s_quadmask_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(27, s_quadmask_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(28, s_wqm_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(29, s_wqm_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(30, s_not_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(31, s_not_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(32, s_and_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(33, s_and_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(34, s_or_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(35, s_or_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(36, s_xor_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(37, s_xor_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(38, s_nand_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(39, s_nand_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(40, s_nor_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(41, s_nor_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(42, s_xnor_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(43, s_xnor_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(44, s_and_not0_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(45, s_and_not0_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(46, s_or_not0_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(47, s_or_not0_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(48, s_and_not1_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(49, s_and_not1_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(50, s_or_not1_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(51, s_or_not1_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(52, s_and_not0_wrexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(53, s_and_not0_wrexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(54, s_and_not1_wrexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(55, s_and_not1_wrexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(64, s_movrels_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(65, s_movrels_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(66, s_movreld_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(67, s_movreld_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(68, s_movrelsd_2_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(71, s_getpc_b64, K_B64, K_NONE, K_NONE, K_NONE, 0) \
    X(72, s_setpc_b64, K_NONE, K_B64, K_NONE, K_NONE, ROW_BRANCH | ROW_END) \
    X(73, s_swappc_b64, K_B64, K_B64, K_NONE, K_NONE, ROW_BRANCH | ROW_END) \
    X(76, s_sendmsg_rtn_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(77, s_sendmsg_rtn_b64, K_B64, K_B32, K_NONE, K_NONE, 0)

#define ISA_ROWS_SOP2(X) \
    X(0, s_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(1, s_sub_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(2, s_add_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(3, s_sub_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(4, s_addc_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(5, s_subb_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(6, s_absdiff_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(8, s_lshl_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(9, s_lshl_b64, K_B64, K_B64, K_B32, K_NONE, 0) \
    X(10, s_lshr_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(11, s_lshr_b64, K_B64, K_B64, K_B32, K_NONE, 0) \
    X(12, s_ashr_i32, K_I32, K_I32, K_B32, K_NONE, 0) \
    X(13, s_ashr_i64, K_I64, K_I64, K_B32, K_NONE, 0) \
    X(14, s_lshl1_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(15, s_lshl2_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(16, s_lshl3_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(17, s_lshl4_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(18, s_min_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(19, s_min_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(20, s_max_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(21, s_max_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(22, s_and_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(23, s_and_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(24, s_or_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(25, s_or_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(26, s_xor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(27, s_xor_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(28, s_nand_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(29, s_nand_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(30, s_nor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(31, s_nor_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(32, s_xnor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(33, s_xnor_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(34, s_and_not1_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(35, s_and_not1_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(36, s_or_not1_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(37, s_or_not1_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(38, s_bfe_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(39, s_bfe_i32, K_I32, K_I32, K_B32, K_NONE, 0) \
    X(40, s_bfe_u64, K_B64, K_B64, K_B32, K_NONE, 0) \
    X(41, s_bfe_i64, K_I64, K_I64, K_B32, K_NONE, 0) \
    X(42, s_bfm_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(43, s_bfm_b64, K_B64, K_B32, K_B32, K_NONE, 0) \
    X(44, s_mul_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(45, s_mul_hi_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(46, s_mul_hi_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(48, s_cselect_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(49, s_cselect_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(50, s_pack_ll_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(51, s_pack_lh_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(52, s_pack_hh_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(53, s_pack_hl_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0)

#define ISA_ROWS_SOPC(X) \
    X(0, s_cmp_eq_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(1, s_cmp_lg_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(2, s_cmp_gt_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(3, s_cmp_ge_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(4, s_cmp_lt_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(5, s_cmp_le_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(6, s_cmp_eq_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(7, s_cmp_lg_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(8, s_cmp_gt_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(9, s_cmp_ge_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(10, s_cmp_lt_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(11, s_cmp_le_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(12, s_bitcmp0_b32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(13, s_bitcmp1_b32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(14, s_bitcmp0_b64, K_NONE, K_B64, K_B32, K_NONE, 0) \
    X(15, s_bitcmp1_b64, K_NONE, K_B64, K_B32, K_NONE, 0) \
    X(16, s_cmp_eq_u64, K_NONE, K_B64, K_B64, K_NONE, 0) \
    X(17, s_cmp_lg_u64, K_NONE, K_B64, K_B64, K_NONE, 0)

/* VOPD halves: X(opcode, mnemonic, the vector operation, kinds of the sources, flags) */
#define ISA_ROWS_VOPD(X) \
    X(0, v_dual_fmac_f32, v_fmac_f32, K_F32, K_F32, K_F32, ROW_READS_DST) \
    X(1, v_dual_fmaak_f32, v_fmaak_f32, K_F32, K_F32, K_F32, ROW_LITERAL_K2) \
    X(2, v_dual_fmamk_f32, v_fmamk_f32, K_F32, K_F32, K_F32, ROW_LITERAL_K) \
    X(3, v_dual_mul_f32, v_mul_f32, K_F32, K_F32, K_NONE, 0) \
    X(4, v_dual_add_f32, v_add_f32, K_F32, K_F32, K_NONE, 0) \
    X(5, v_dual_sub_f32, v_sub_f32, K_F32, K_F32, K_NONE, 0) \
    X(6, v_dual_subrev_f32, v_subrev_f32, K_F32, K_F32, K_NONE, 0) \
    X(7, v_dual_mul_dx9_zero_f32, v_mul_dx9_zero_f32, K_F32, K_F32, K_NONE, 0) \
    X(8, v_dual_mov_b32, v_mov_b32, K_B32, K_NONE, K_NONE, 0) \
    X(9, v_dual_cndmask_b32, v_cndmask_b32, K_B32, K_B32, K_MASK, ROW_CARRY_IN) \
    X(10, v_dual_max_f32, v_max_f32, K_F32, K_F32, K_NONE, 0) \
    X(11, v_dual_min_f32, v_min_f32, K_F32, K_F32, K_NONE, 0) \
    X(12, v_dual_dot2acc_f32_f16, v_dot2acc_f32_f16, K_V2F16, K_V2F16, K_F32, ROW_READS_DST) \
    X(16, v_dual_add_nc_u32, v_add_nc_u32, K_B32, K_B32, K_NONE, 0) \
    X(17, v_dual_lshlrev_b32, v_lshlrev_b32, K_B32, K_B32, K_NONE, 0) \
    X(18, v_dual_and_b32, v_and_b32, K_B32, K_B32, K_NONE, 0)

/* Comparisons of one type: X(opcode, name, type, kind); v_cmpx_* lie 0x80 above */
#define ISA_VOPC_FLOAT(X, base, type, kind) \
    X(base + 0, f, type, kind) X(base + 1, lt, type, kind) X(base + 2, eq, type, kind) X(base + 3, le, type, kind) \
    X(base + 4, gt, type, kind) X(base + 5, lg, type, kind) X(base + 6, ge, type, kind) X(base + 7, o, type, kind) \
    X(base + 8, u, type, kind) X(base + 9, nge, type, kind) X(base + 10, nlg, type, kind) X(base + 11, ngt, type, kind) \
    X(base + 12, nle, type, kind) X(base + 13, neq, type, kind) X(base + 14, nlt, type, kind) X(base + 15, t, type, kind)
#define ISA_VOPC_INT16(X, base, type, kind) \
    X(base + 1, lt, type, kind) X(base + 2, eq, type, kind) X(base + 3, le, type, kind) \
    X(base + 4, gt, type, kind) X(base + 5, ne, type, kind) X(base + 6, ge, type, kind)
#define ISA_VOPC_INT(X, base, type, kind) \
    X(base + 0, f, type, kind) ISA_VOPC_INT16(X, base, type, kind) X(base + 7, t, type, kind)
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
    C(0x7d, class, f16, K_F16) \
    C(0x7e, class, f32, K_F32) \
    C(0x7f, class, f64, K_F64)

#define ISA_ROWS_SOPK(X) \
    X(0, s_movk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(1, s_version, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(2, s_cmovk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(3, s_cmpk_eq_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(4, s_cmpk_lg_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(5, s_cmpk_gt_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(6, s_cmpk_ge_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(7, s_cmpk_lt_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(8, s_cmpk_le_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(9, s_cmpk_eq_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(10, s_cmpk_lg_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(11, s_cmpk_gt_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(12, s_cmpk_ge_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(13, s_cmpk_lt_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(14, s_cmpk_le_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(15, s_addk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(16, s_mulk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(17, s_getreg_b32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(18, s_setreg_b32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(19, s_setreg_imm32_b32, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_LITERAL_K) \
    X(20, s_call_b64, K_B64, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_END | ROW_DIRECT) \
    X(24, s_waitcnt_vscnt, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(25, s_waitcnt_vmcnt, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(26, s_waitcnt_expcnt, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(27, s_waitcnt_lgkmcnt, K_B32, K_SIMM, K_NONE, K_NONE, 0)

#define ISA_ROWS_SOPP(X) \
    X(0, s_nop, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(2, s_sethalt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(3, s_sleep, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(4, s_set_inst_prefetch_distance, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(5, s_clause, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(7, s_delay_alu, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(8, s_waitcnt_depctr, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(9, s_waitcnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(10, s_wait_idle, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(11, s_wait_event, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(16, s_trap, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(17, s_round_mode, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(18, s_denorm_mode, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(31, s_code_end, K_NONE, K_NONE, K_NONE, K_NONE, ROW_END) \
    X(32, s_branch, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_END | ROW_DIRECT) \
    X(33, s_cbranch_scc0, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(34, s_cbranch_scc1, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(35, s_cbranch_vccz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(36, s_cbranch_vccnz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(37, s_cbranch_execz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(38, s_cbranch_execnz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(39, s_cbranch_cdbgsys, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(40, s_cbranch_cdbguser, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(41, s_cbranch_cdbgsys_or_user, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(42, s_cbranch_cdbgsys_and_user, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(48, s_endpgm, K_NONE, K_NONE, K_NONE, K_NONE, ROW_END) \
    X(49, s_endpgm_saved, K_NONE, K_NONE, K_NONE, K_NONE, ROW_END) \
    X(52, s_wakeup, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(53, s_setprio, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(54, s_sendmsg, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(55, s_sendmsghalt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(56, s_incperflevel, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(57, s_decperflevel, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(58, s_ttracedata, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(59, s_ttracedata_imm, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(60, s_icache_inv, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(61, s_barrier, K_NONE, K_NONE, K_NONE, K_NONE, 0)

/* clang-format on */

#endif
