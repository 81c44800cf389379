/*
 * rows_scalar.h: the scalar instructions of both generations but for memory.
 *
 * One instruction per line: X(opcode in gfx11, opcode in gfx12, mnemonic, kind of destination, kinds of sources, flags). NO: that
 * generation does not have it. `.name12` behind the flags: what gfx12 calls it. exec_MNEMONIC executes it.
 * Opcodes: RDNA3 and RDNA4 ISA manuals, "Microcode formats".
 */
#ifndef EXO_SIM_ISA_ROWS_SCALAR_H
#define EXO_SIM_ISA_ROWS_SCALAR_H

/* clang-format off */

#define ISA_ROWS_SOP1(X) \
    X(0, 0, s_mov_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(1, 1, s_mov_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(2, 2, s_cmov_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(3, 3, s_cmov_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(4, 4, s_brev_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(5, 5, s_brev_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(8, 8, s_ctz_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(9, 9, s_ctz_i32_b64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(10, 10, s_clz_i32_u32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(11, 11, s_clz_i32_u64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(12, 12, s_cls_i32, K_I32, K_I32, K_NONE, K_NONE, 0) \
    X(13, 13, s_cls_i32_i64, K_I32, K_I64, K_NONE, K_NONE, 0) \
    X(14, 14, s_sext_i32_i8, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(15, 15, s_sext_i32_i16, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(16, 16, s_bitset0_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(17, 17, s_bitset0_b64, K_B64, K_B32, K_NONE, K_NONE, 0) \
    X(18, 18, s_bitset1_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(19, 19, s_bitset1_b64, K_B64, K_B32, K_NONE, K_NONE, 0) \
    X(20, 20, s_bitreplicate_b64_b32, K_B64, K_B32, K_NONE, K_NONE, 0) \
    X(21, 21, s_abs_i32, K_I32, K_I32, K_NONE, K_NONE, 0) \
    X(22, 22, s_bcnt0_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(23, 23, s_bcnt0_i32_b64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(24, 24, s_bcnt1_i32_b32, K_I32, K_B32, K_NONE, K_NONE, 0) \
    X(25, 25, s_bcnt1_i32_b64, K_I32, K_B64, K_NONE, K_NONE, 0) \
    X(26, 26, s_quadmask_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(27, 27, s_quadmask_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(28, 28, s_wqm_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(29, 29, s_wqm_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(30, 30, s_not_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(31, 31, s_not_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(32, 32, s_and_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(33, 33, s_and_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(34, 34, s_or_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(35, 35, s_or_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(36, 36, s_xor_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(37, 37, s_xor_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(38, 38, s_nand_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(39, 39, s_nand_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(40, 40, s_nor_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(41, 41, s_nor_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(42, 42, s_xnor_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(43, 43, s_xnor_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(44, 44, s_and_not0_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(45, 45, s_and_not0_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(46, 46, s_or_not0_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(47, 47, s_or_not0_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(48, 48, s_and_not1_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(49, 49, s_and_not1_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(50, 50, s_or_not1_saveexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(51, 51, s_or_not1_saveexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(52, 52, s_and_not0_wrexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(53, 53, s_and_not0_wrexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(54, 54, s_and_not1_wrexec_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(55, 55, s_and_not1_wrexec_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(64, 64, s_movrels_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(65, 65, s_movrels_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(66, 66, s_movreld_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(67, 67, s_movreld_b64, K_B64, K_B64, K_NONE, K_NONE, 0) \
    X(68, 68, s_movrelsd_2_b32, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(71, 71, s_getpc_b64, K_B64, K_NONE, K_NONE, K_NONE, 0) \
    X(72, 72, s_setpc_b64, K_NONE, K_B64, K_NONE, K_NONE, ROW_BRANCH | ROW_END) \
    X(73, 73, s_swappc_b64, K_B64, K_B64, K_NONE, K_NONE, ROW_BRANCH | ROW_END) \
    X(74, 74, s_rfe_b64, K_NONE, K_B64, K_NONE, K_NONE, ROW_BRANCH | ROW_END) \
    X(76, 76, s_sendmsg_rtn_b32, K_B32, K_B32, K_NONE, K_NONE, ROW_MESSAGE) \
    X(77, 77, s_sendmsg_rtn_b64, K_B64, K_B32, K_NONE, K_NONE, ROW_MESSAGE) \
    X(NO, 78, s_barrier_signal, K_NONE, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 79, s_barrier_signal_isfirst, K_NONE, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 80, s_get_barrier_state, K_B32, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 81, s_barrier_init, K_NONE, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 82, s_barrier_join, K_NONE, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 87, s_wakeup_barrier, K_NONE, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 88, s_sleep_var, K_NONE, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 96, s_ceil_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    X(NO, 97, s_floor_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    X(NO, 98, s_trunc_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    X(NO, 99, s_rndne_f32, K_F32, K_F32, K_NONE, K_NONE, 0) \
    X(NO, 100, s_cvt_f32_i32, K_F32, K_I32, K_NONE, K_NONE, 0) \
    X(NO, 101, s_cvt_f32_u32, K_F32, K_B32, K_NONE, K_NONE, 0) \
    X(NO, 102, s_cvt_i32_f32, K_I32, K_F32, K_NONE, K_NONE, 0) \
    X(NO, 103, s_cvt_u32_f32, K_B32, K_F32, K_NONE, K_NONE, 0) \
    X(NO, 104, s_cvt_f16_f32, K_F16, K_F32, K_NONE, K_NONE, 0) \
    X(NO, 105, s_cvt_f32_f16, K_F32, K_F16, K_NONE, K_NONE, 0) \
    X(NO, 106, s_cvt_hi_f32_f16, K_F32, K_F16, K_NONE, K_NONE, 0) \
    X(NO, 107, s_ceil_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    X(NO, 108, s_floor_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    X(NO, 109, s_trunc_f16, K_F16, K_F16, K_NONE, K_NONE, 0) \
    X(NO, 110, s_rndne_f16, K_F16, K_F16, K_NONE, K_NONE, 0)

#define ISA_ROWS_SOP2(X) \
    X(0, 0, s_add_u32, K_B32, K_B32, K_B32, K_NONE, 0, .name12 = "s_add_co_u32") \
    X(1, 1, s_sub_u32, K_B32, K_B32, K_B32, K_NONE, 0, .name12 = "s_sub_co_u32") \
    X(2, 2, s_add_i32, K_I32, K_I32, K_I32, K_NONE, 0, .name12 = "s_add_co_i32") \
    X(3, 3, s_sub_i32, K_I32, K_I32, K_I32, K_NONE, 0, .name12 = "s_sub_co_i32") \
    X(4, 4, s_addc_u32, K_B32, K_B32, K_B32, K_NONE, 0, .name12 = "s_add_co_ci_u32") \
    X(5, 5, s_subb_u32, K_B32, K_B32, K_B32, K_NONE, 0, .name12 = "s_sub_co_ci_u32") \
    X(6, 6, s_absdiff_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(8, 8, s_lshl_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(9, 9, s_lshl_b64, K_B64, K_B64, K_B32, K_NONE, 0) \
    X(10, 10, s_lshr_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(11, 11, s_lshr_b64, K_B64, K_B64, K_B32, K_NONE, 0) \
    X(12, 12, s_ashr_i32, K_I32, K_I32, K_B32, K_NONE, 0) \
    X(13, 13, s_ashr_i64, K_I64, K_I64, K_B32, K_NONE, 0) \
    X(14, 14, s_lshl1_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(15, 15, s_lshl2_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(16, 16, s_lshl3_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(17, 17, s_lshl4_add_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(18, 18, s_min_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(19, 19, s_min_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(20, 20, s_max_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(21, 21, s_max_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(22, 22, s_and_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(23, 23, s_and_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(24, 24, s_or_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(25, 25, s_or_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(26, 26, s_xor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(27, 27, s_xor_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(28, 28, s_nand_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(29, 29, s_nand_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(30, 30, s_nor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(31, 31, s_nor_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(32, 32, s_xnor_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(33, 33, s_xnor_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(34, 34, s_and_not1_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(35, 35, s_and_not1_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(36, 36, s_or_not1_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(37, 37, s_or_not1_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(38, 38, s_bfe_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(39, 39, s_bfe_i32, K_I32, K_I32, K_B32, K_NONE, 0) \
    X(40, 40, s_bfe_u64, K_B64, K_B64, K_B32, K_NONE, 0) \
    X(41, 41, s_bfe_i64, K_I64, K_I64, K_B32, K_NONE, 0) \
    X(42, 42, s_bfm_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(43, 43, s_bfm_b64, K_B64, K_B32, K_B32, K_NONE, 0) \
    X(44, 44, s_mul_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(45, 45, s_mul_hi_u32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(46, 46, s_mul_hi_i32, K_I32, K_I32, K_I32, K_NONE, 0) \
    X(48, 48, s_cselect_b32, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(49, 49, s_cselect_b64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(50, 50, s_pack_ll_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(51, 51, s_pack_lh_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(52, 52, s_pack_hh_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(53, 53, s_pack_hl_b32_b16, K_B32, K_B32, K_B32, K_NONE, 0) \
    X(NO, 64, s_add_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    X(NO, 65, s_sub_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    X(NO, 66, s_min_num_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    X(NO, 67, s_max_num_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    X(NO, 68, s_mul_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    X(NO, 69, s_fmaak_f32, K_F32, K_F32, K_F32, K_F32, ROW_LITERAL_K2) \
    X(NO, 70, s_fmamk_f32, K_F32, K_F32, K_F32, K_F32, ROW_LITERAL_K) \
    X(NO, 71, s_fmac_f32, K_F32, K_F32, K_F32, K_F32, ROW_READS_DST) \
    X(NO, 72, s_cvt_pk_rtz_f16_f32, K_V2F16, K_F32, K_F32, K_NONE, 0) \
    X(NO, 73, s_add_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    X(NO, 74, s_sub_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    X(NO, 75, s_min_num_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    X(NO, 76, s_max_num_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    X(NO, 77, s_mul_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    X(NO, 78, s_fmac_f16, K_F16, K_F16, K_F16, K_F16, ROW_READS_DST) \
    X(NO, 79, s_minimum_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    X(NO, 80, s_maximum_f32, K_F32, K_F32, K_F32, K_NONE, 0) \
    X(NO, 81, s_minimum_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    X(NO, 82, s_maximum_f16, K_F16, K_F16, K_F16, K_NONE, 0) \
    X(NO, 83, s_add_nc_u64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(NO, 84, s_sub_nc_u64, K_B64, K_B64, K_B64, K_NONE, 0) \
    X(NO, 85, s_mul_u64, K_B64, K_B64, K_B64, K_NONE, 0)

#define ISA_ROWS_SOPC(X) \
    X(0, 0, s_cmp_eq_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(1, 1, s_cmp_lg_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(2, 2, s_cmp_gt_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(3, 3, s_cmp_ge_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(4, 4, s_cmp_lt_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(5, 5, s_cmp_le_i32, K_NONE, K_I32, K_I32, K_NONE, 0) \
    X(6, 6, s_cmp_eq_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(7, 7, s_cmp_lg_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(8, 8, s_cmp_gt_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(9, 9, s_cmp_ge_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(10, 10, s_cmp_lt_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(11, 11, s_cmp_le_u32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(12, 12, s_bitcmp0_b32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(13, 13, s_bitcmp1_b32, K_NONE, K_B32, K_B32, K_NONE, 0) \
    X(14, 14, s_bitcmp0_b64, K_NONE, K_B64, K_B32, K_NONE, 0) \
    X(15, 15, s_bitcmp1_b64, K_NONE, K_B64, K_B32, K_NONE, 0) \
    X(16, 16, s_cmp_eq_u64, K_NONE, K_B64, K_B64, K_NONE, 0) \
    X(17, 17, s_cmp_lg_u64, K_NONE, K_B64, K_B64, K_NONE, 0) \
    X(NO, 65, s_cmp_lt_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 66, s_cmp_eq_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 67, s_cmp_le_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 68, s_cmp_gt_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 69, s_cmp_lg_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 70, s_cmp_ge_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 71, s_cmp_o_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 72, s_cmp_u_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 73, s_cmp_nge_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 74, s_cmp_nlg_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 75, s_cmp_ngt_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 76, s_cmp_nle_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 77, s_cmp_neq_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 78, s_cmp_nlt_f32, K_NONE, K_F32, K_F32, K_NONE, 0) \
    X(NO, 81, s_cmp_lt_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 82, s_cmp_eq_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 83, s_cmp_le_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 84, s_cmp_gt_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 85, s_cmp_lg_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 86, s_cmp_ge_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 87, s_cmp_o_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 88, s_cmp_u_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 89, s_cmp_nge_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 90, s_cmp_nlg_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 91, s_cmp_ngt_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 92, s_cmp_nle_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 93, s_cmp_neq_f16, K_NONE, K_F16, K_F16, K_NONE, 0) \
    X(NO, 94, s_cmp_nlt_f16, K_NONE, K_F16, K_F16, K_NONE, 0)

#define ISA_ROWS_SOPK(X) \
    X(0, 0, s_movk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(1, 1, s_version, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(2, 2, s_cmovk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(3, NO, s_cmpk_eq_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(4, NO, s_cmpk_lg_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(5, NO, s_cmpk_gt_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(6, NO, s_cmpk_ge_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(7, NO, s_cmpk_lt_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(8, NO, s_cmpk_le_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(9, NO, s_cmpk_eq_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(10, NO, s_cmpk_lg_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(11, NO, s_cmpk_gt_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(12, NO, s_cmpk_ge_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(13, NO, s_cmpk_lt_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(14, NO, s_cmpk_le_u32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(15, 15, s_addk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0, .name12 = "s_addk_co_i32") \
    X(16, 16, s_mulk_i32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(17, 17, s_getreg_b32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(18, 18, s_setreg_b32, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(19, 19, s_setreg_imm32_b32, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_LITERAL_K) \
    X(20, 20, s_call_b64, K_B64, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_END | ROW_DIRECT) \
    X(22, NO, s_subvector_loop_begin, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(23, NO, s_subvector_loop_end, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(24, NO, s_waitcnt_vscnt, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(25, NO, s_waitcnt_vmcnt, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(26, NO, s_waitcnt_expcnt, K_B32, K_SIMM, K_NONE, K_NONE, 0) \
    X(27, NO, s_waitcnt_lgkmcnt, K_B32, K_SIMM, K_NONE, K_NONE, 0)

#define ISA_ROWS_SOPP(X) \
    X(0, 0, s_nop, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(1, 1, s_setkill, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(2, 2, s_sethalt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(3, 3, s_sleep, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(4, NO, s_set_inst_prefetch_distance, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(5, 5, s_clause, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(7, 7, s_delay_alu, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(8, 8, s_waitcnt_depctr, K_NONE, K_SIMM, K_NONE, K_NONE, 0, .name12 = "s_wait_alu") \
    X(9, 9, s_waitcnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(10, 10, s_wait_idle, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(11, 11, s_wait_event, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(16, 16, s_trap, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(17, 17, s_round_mode, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(18, 18, s_denorm_mode, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(31, 31, s_code_end, K_NONE, K_NONE, K_NONE, K_NONE, ROW_END) \
    X(32, 32, s_branch, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_END | ROW_DIRECT) \
    X(33, 33, s_cbranch_scc0, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(34, 34, s_cbranch_scc1, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(35, 35, s_cbranch_vccz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(36, 36, s_cbranch_vccnz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(37, 37, s_cbranch_execz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(38, 38, s_cbranch_execnz, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(39, NO, s_cbranch_cdbgsys, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(40, NO, s_cbranch_cdbguser, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(41, NO, s_cbranch_cdbgsys_or_user, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(42, NO, s_cbranch_cdbgsys_and_user, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_BRANCH | ROW_DIRECT) \
    X(48, 48, s_endpgm, K_NONE, K_SIMM, K_NONE, K_NONE, ROW_END) \
    X(49, 49, s_endpgm_saved, K_NONE, K_NONE, K_NONE, K_NONE, ROW_END) \
    X(52, 52, s_wakeup, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(53, 53, s_setprio, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(54, 54, s_sendmsg, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(55, 55, s_sendmsghalt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(56, 56, s_incperflevel, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(57, 57, s_decperflevel, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(58, 58, s_ttracedata, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(59, 59, s_ttracedata_imm, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(60, 60, s_icache_inv, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(61, NO, s_barrier, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(NO, 19, s_singleuse_vdst, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 20, s_barrier_wait, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 21, s_barrier_leave, K_NONE, K_NONE, K_NONE, K_NONE, 0) \
    X(NO, 64, s_wait_loadcnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 65, s_wait_storecnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 66, s_wait_samplecnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 67, s_wait_bvhcnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 68, s_wait_expcnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 70, s_wait_dscnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 71, s_wait_kmcnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 72, s_wait_loadcnt_dscnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0) \
    X(NO, 73, s_wait_storecnt_dscnt, K_NONE, K_SIMM, K_NONE, K_NONE, 0)

/* clang-format on */

#endif
