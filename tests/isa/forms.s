// Instruction forms of every encoding, for compare-text.sh.
v_add_f32_e32 v1, v2, v3
v_add_f32 v1, s2, v3
v_add_f32_e64 v1, -v2, |v3|
v_add_f32_e64 v1, -|v2|, 1.0 clamp mul:2
v_add_f32 v1, 0x40490fdb, v3
v_cmp_lt_f32_e32 vcc_lo, v1, v2
v_cmp_lt_f32_e64 s4, v1, v2
v_cmpx_lt_f32_e32 v1, v2
v_cmpx_lt_f32_e64 v1, v2
v_cndmask_b32_e32 v1, v2, v3, vcc_lo
v_cndmask_b32_e64 v1, v2, -v3, s5
v_add_co_u32 v1, s4, v2, v3
v_add_co_ci_u32_e32 v1, vcc_lo, v2, v3, vcc_lo
v_add_co_ci_u32_e64 v1, s5, v2, v3, s6
v_mad_u64_u32 v[2:3], null, v4, v5, v[6:7]
v_dual_fmac_f32 v0, v1, v2 :: v_dual_mov_b32 v3, 0x123
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_fmaak_f32 v3, v4, v5, 0x12345
v_mov_b32_dpp v1, v2 quad_perm:[1,0,3,2] row_mask:0xf bank_mask:0xf
v_mov_b32_dpp v1, v2 row_shr:1 row_mask:0xf bank_mask:0xf bound_ctrl:1
v_add_f32_dpp v1, -v2, |v3| row_xmask:3 row_mask:0xa bank_mask:0xf fi:1
v_mov_b32_dpp v1, v2 dpp8:[7,6,5,4,3,2,1,0]
v_add_f32_e64_dpp v1, v2, v3 row_share:3 row_mask:0xf bank_mask:0xf
v_mov_b32_dpp v1, v2 row_half_mirror row_mask:0xf bank_mask:0xf
v_mov_b32_dpp v1, v2 row_ror:5 row_mask:0xf bank_mask:0xf
v_readlane_b32 s4, v1, s2
v_readlane_b32 s4, v1, 3
v_writelane_b32 v1, s2, 4
v_readfirstlane_b32 s4, v3
v_permlanex16_b32 v1, v2, s1, s2 op_sel:[1,0]
v_permlane16_b32 v1, v2, -1, 1
v_add_f16_e32 v1, v2, v3
v_mad_u16 v1, v2, v3, v4 op_sel:[0,1,0,0]
v_fma_f64 v[0:1], v[2:3], -v[4:5], 1.0
v_fma_f64 v[0:1], v[2:3], -v[4:5], s[6:7]
v_add_f64 v[0:1], v[2:3], 0x40490000
v_lshlrev_b64 v[0:1], 3, v[2:3]
v_div_scale_f32 v1, vcc_lo, v2, v3, v4
v_div_scale_f32 v1, null, v2, v3, v4
v_div_fmas_f32 v1, v2, v3, v4
v_div_fixup_f32 v1, v2, v3, v4
v_fmamk_f32 v1, v2, 0x3f123456, v3
v_fmaak_f32 v1, v2, v3, 0x3f123456
v_fmac_f32_e32 v1, v2, v3
v_fmac_f32_e64 v1, -v2, v3
v_cvt_f16_f32_e32 v1, v2
v_cvt_pk_rtz_f16_f32_e32 v1, v2, v3
v_cvt_f32_ubyte0_e32 v1, v2
v_mbcnt_lo_u32_b32 v1, -1, 0
v_mbcnt_hi_u32_b32 v1, -1, v1
v_bfe_u32 v1, v2, 4, 8
v_perm_b32 v1, v2, v3, s4
v_swap_b32 v1, v2
v_nop
v_exp_f32_e32 v1, v2
v_ldexp_f32 v1, v2, 32
v_cmp_class_f32_e64 s4, v1, 0x204
v_cmp_class_f32_e32 vcc_lo, v1, v2
v_cmp_eq_u64_e32 vcc_lo, v[1:2], v[3:4]
v_cmp_lt_i16_e32 vcc_lo, v1, v2
v_sub_nc_u32_e64 v1, v2, v3 clamp
v_med3_f32 v1, v2, 0, 1.0
v_alignbit_b32 v1, v2, v3, 8
v_pack_b32_f16 v1, v2, v3 op_sel:[1,1,0]
v_dot2acc_f32_f16_e32 v1, v2, v3
v_pk_fmac_f16 v1, v2, v3
v_xad_u32 v1, v2, v3, v4
s_mov_b32 s0, 0x1234
s_mov_b64 s[0:1], exec
s_mov_b64 s[0:1], -1
s_mov_b64 s[0:1], 0x12345
s_mov_b32 m0, -1
s_mov_b32 s0, 1.0
s_mov_b32 s0, 0.15915494
s_add_u32 s0, s1, vcc_lo
s_lshl_b64 s[0:1], s[2:3], 3
s_and_not1_b32 exec_lo, exec_lo, s3
s_and_saveexec_b32 s0, vcc_lo
s_cselect_b32 s0, -1, 0
s_cmp_eq_u32 s0, 3
s_cmp_eq_u64 s[0:1], 0
s_bitcmp1_b32 s0, 0
s_movk_i32 s0, 0xfff0
s_cmpk_eq_i32 s0, 0x10
s_cmpk_lg_u32 s0, 0x10
s_addk_i32 s0, 0xffff
s_getreg_b32 s0, hwreg(HW_REG_MODE)
s_getreg_b32 s0, hwreg(HW_REG_MODE, 2, 5)
s_setreg_imm32_b32 hwreg(HW_REG_MODE, 4, 4), 3
s_setreg_b32 hwreg(HW_REG_MODE, 0, 4), s3
s_waitcnt vmcnt(0) lgkmcnt(0)
s_waitcnt vmcnt(3)
s_waitcnt lgkmcnt(0)
s_waitcnt expcnt(0)
s_waitcnt_vscnt null, 0x0
s_delay_alu instid0(VALU_DEP_1) | instskip(NEXT) | instid1(SALU_CYCLE_1)
s_delay_alu instid0(VALU_DEP_3)
s_delay_alu instid0(TRANS32_DEP_1) | instskip(SKIP_2) | instid1(VALU_DEP_2)
s_clause 0x3
s_nop 0
s_branch 4
s_cbranch_scc0 65530
s_cbranch_execz 8
s_barrier
s_endpgm
s_sendmsg sendmsg(MSG_DEALLOC_VGPRS)
s_sendmsg_rtn_b64 s[0:1], sendmsg(MSG_RTN_GET_REALTIME)
s_getpc_b64 s[0:1]
s_setpc_b64 s[30:31]
s_swappc_b64 s[30:31], s[0:1]
s_call_b64 s[30:31], 16
s_sleep 1
s_set_inst_prefetch_distance 0x1
s_round_mode 0x3
s_denorm_mode 0xf
s_setprio 3
s_wait_idle
s_code_end
s_trap 2
s_pack_ll_b32_b16 s0, s1, s2
s_ctz_i32_b32 s0, s1
s_brev_b64 s[0:1], s[2:3]
s_bfe_i32 s0, s1, 0x80010
s_bitset1_b32 s0, 3
s_mul_hi_u32 s0, s1, s2
s_load_b32 s0, s[2:3], 0x10
s_load_b128 s[4:7], s[2:3], null
s_load_b512 s[4:19], s[2:3], s1 offset:0x10
s_load_b64 s[4:5], s[2:3], -0x10 glc
s_buffer_load_b32 s0, s[4:7], 0x10
s_dcache_inv
s_gl1_inv
ds_load_b32 v1, v2
ds_load_b64 v[1:2], v2 offset:8
ds_store_b32 v1, v2 offset:16
ds_load_2addr_b32 v[1:2], v3 offset1:1
ds_store_2addr_b64 v1, v[2:3], v[4:5] offset0:1 offset1:2
ds_add_u32 v1, v2
ds_add_rtn_u32 v1, v2, v3
ds_cmpstore_rtn_b32 v1, v2, v3, v4
ds_bpermute_b32 v1, v2, v3
ds_load_u16_d16_hi v1, v2
global_load_b32 v1, v[2:3], off
global_load_b128 v[4:7], v2, s[4:5] offset:-16
global_store_b32 v[2:3], v1, off offset:4
global_store_b64 v2, v[4:5], s[0:1] glc slc dlc
global_atomic_add_u32 v1, v2, s[4:5]
global_atomic_add_u32 v1, v[2:3], v4, off glc
global_atomic_cmpswap_b32 v1, v[2:3], v[4:5], off glc
global_load_d16_hi_b16 v1, v2, s[2:3]
flat_load_b32 v1, v[2:3]
flat_store_b64 v[2:3], v[4:5] offset:8
flat_atomic_add_f32 v[2:3], v1
scratch_load_b32 v1, off, off offset:4
scratch_load_b32 v1, v2, off
scratch_store_b128 off, v[4:7], s3 offset:16
scratch_store_b32 v1, v2, s3
buffer_gl0_inv
buffer_gl1_inv
v_pk_add_f16 v1, v2, v3
v_pk_fma_f16 v1, v2, v3, v4 op_sel:[1,0,0] op_sel_hi:[0,1,1]
v_pk_mul_f16 v1, v2, v3 neg_lo:[1,0] neg_hi:[0,1]
v_dot4_i32_iu8 v1, v2, v3, v4 neg_lo:[1,1,0]
v_dot2_f32_f16 v1, v2, v3, v4
v_fma_mix_f32 v1, v2, v3, v4 op_sel:[1,0,0] op_sel_hi:[1,0,0]
v_fma_mixlo_f16 v1, v2, v3, v4
v_wmma_f32_16x16x16_f16 v[0:7], v[8:15], v[16:23], v[0:7]
v_wmma_i32_16x16x16_iu8 v[0:7], v[8:11], v[16:19], v[0:7] neg_lo:[1,1,0]
v_pk_add_u16 v1, v2, 3
v_nop
v_mov_b32_e32 v10, v0
v_mov_b32_e64 v10, v0
v_readfirstlane_b32 s4, v0
v_cvt_i32_f64_e32 v10, v[0:1]
v_cvt_i32_f64_e64 v10, v[0:1]
v_cvt_f64_i32_e32 v[10:11], v0
v_cvt_f64_i32_e64 v[10:11], v0
v_cvt_f32_i32_e32 v10, v0
v_cvt_f32_i32_e64 v10, v0
v_cvt_f32_u32_e32 v10, v0
v_cvt_f32_u32_e64 v10, v0
v_cvt_u32_f32_e32 v10, v0
v_cvt_u32_f32_e64 v10, v0
v_cvt_i32_f32_e32 v10, v0
v_cvt_i32_f32_e64 v10, v0
v_cvt_f16_f32_e32 v10, v0
v_cvt_f16_f32_e64 v10, v0
v_cvt_f32_f16_e32 v10, v0
v_cvt_f32_f16_e64 v10, v0
v_cvt_nearest_i32_f32_e32 v10, v0
v_cvt_nearest_i32_f32_e64 v10, v0
v_cvt_floor_i32_f32_e32 v10, v0
v_cvt_floor_i32_f32_e64 v10, v0
v_cvt_off_f32_i4_e32 v10, v0
v_cvt_off_f32_i4_e64 v10, v0
v_cvt_f32_f64_e32 v10, v[0:1]
v_cvt_f32_f64_e64 v10, v[0:1]
v_cvt_f64_f32_e32 v[10:11], v0
v_cvt_f64_f32_e64 v[10:11], v0
v_cvt_f32_ubyte0_e32 v10, v0
v_cvt_f32_ubyte0_e64 v10, v0
v_cvt_f32_ubyte1_e32 v10, v0
v_cvt_f32_ubyte1_e64 v10, v0
v_cvt_f32_ubyte2_e32 v10, v0
v_cvt_f32_ubyte2_e64 v10, v0
v_cvt_f32_ubyte3_e32 v10, v0
v_cvt_f32_ubyte3_e64 v10, v0
v_cvt_u32_f64_e32 v10, v[0:1]
v_cvt_u32_f64_e64 v10, v[0:1]
v_cvt_f64_u32_e32 v[10:11], v0
v_cvt_f64_u32_e64 v[10:11], v0
v_trunc_f64_e32 v[10:11], v[0:1]
v_trunc_f64_e64 v[10:11], v[0:1]
v_ceil_f64_e32 v[10:11], v[0:1]
v_ceil_f64_e64 v[10:11], v[0:1]
v_rndne_f64_e32 v[10:11], v[0:1]
v_rndne_f64_e64 v[10:11], v[0:1]
v_floor_f64_e32 v[10:11], v[0:1]
v_floor_f64_e64 v[10:11], v[0:1]
v_pipeflush
v_fract_f32_e32 v10, v0
v_fract_f32_e64 v10, v0
v_trunc_f32_e32 v10, v0
v_trunc_f32_e64 v10, v0
v_ceil_f32_e32 v10, v0
v_ceil_f32_e64 v10, v0
v_rndne_f32_e32 v10, v0
v_rndne_f32_e64 v10, v0
v_floor_f32_e32 v10, v0
v_floor_f32_e64 v10, v0
v_exp_f32_e32 v10, v0
v_exp_f32_e64 v10, v0
v_log_f32_e32 v10, v0
v_log_f32_e64 v10, v0
v_rcp_f32_e32 v10, v0
v_rcp_f32_e64 v10, v0
v_rcp_iflag_f32_e32 v10, v0
v_rcp_iflag_f32_e64 v10, v0
v_rsq_f32_e32 v10, v0
v_rsq_f32_e64 v10, v0
v_rcp_f64_e32 v[10:11], v[0:1]
v_rcp_f64_e64 v[10:11], v[0:1]
v_rsq_f64_e32 v[10:11], v[0:1]
v_rsq_f64_e64 v[10:11], v[0:1]
v_sqrt_f32_e32 v10, v0
v_sqrt_f32_e64 v10, v0
v_sqrt_f64_e32 v[10:11], v[0:1]
v_sqrt_f64_e64 v[10:11], v[0:1]
v_sin_f32_e32 v10, v0
v_sin_f32_e64 v10, v0
v_cos_f32_e32 v10, v0
v_cos_f32_e64 v10, v0
v_not_b32_e32 v10, v0
v_not_b32_e64 v10, v0
v_bfrev_b32_e32 v10, v0
v_bfrev_b32_e64 v10, v0
v_clz_i32_u32_e32 v10, v0
v_clz_i32_u32_e64 v10, v0
v_ctz_i32_b32_e32 v10, v0
v_ctz_i32_b32_e64 v10, v0
v_cls_i32_e32 v10, v0
v_cls_i32_e64 v10, v0
v_frexp_exp_i32_f64_e32 v10, v[0:1]
v_frexp_exp_i32_f64_e64 v10, v[0:1]
v_frexp_mant_f64_e32 v[10:11], v[0:1]
v_frexp_mant_f64_e64 v[10:11], v[0:1]
v_fract_f64_e32 v[10:11], v[0:1]
v_fract_f64_e64 v[10:11], v[0:1]
v_frexp_exp_i32_f32_e32 v10, v0
v_frexp_exp_i32_f32_e64 v10, v0
v_frexp_mant_f32_e32 v10, v0
v_frexp_mant_f32_e64 v10, v0
v_movreld_b32_e32 v10, v0
v_movreld_b32_e64 v10, v0
v_movrels_b32_e32 v10, v0
v_movrels_b32_e64 v10, v0
v_movrelsd_b32_e32 v10, v0
v_movrelsd_b32_e64 v10, v0
v_movrelsd_2_b32_e32 v10, v0
v_movrelsd_2_b32_e64 v10, v0
v_cvt_f16_u16_e32 v10, v0
v_cvt_f16_u16_e64 v10, v0
v_cvt_f16_i16_e32 v10, v0
v_cvt_f16_i16_e64 v10, v0
v_cvt_u16_f16_e32 v10, v0
v_cvt_u16_f16_e64 v10, v0
v_cvt_i16_f16_e32 v10, v0
v_cvt_i16_f16_e64 v10, v0
v_rcp_f16_e32 v10, v0
v_rcp_f16_e64 v10, v0
v_sqrt_f16_e32 v10, v0
v_sqrt_f16_e64 v10, v0
v_rsq_f16_e32 v10, v0
v_rsq_f16_e64 v10, v0
v_log_f16_e32 v10, v0
v_log_f16_e64 v10, v0
v_exp_f16_e32 v10, v0
v_exp_f16_e64 v10, v0
v_frexp_mant_f16_e32 v10, v0
v_frexp_mant_f16_e64 v10, v0
v_frexp_exp_i16_f16_e32 v10, v0
v_frexp_exp_i16_f16_e64 v10, v0
v_floor_f16_e32 v10, v0
v_floor_f16_e64 v10, v0
v_ceil_f16_e32 v10, v0
v_ceil_f16_e64 v10, v0
v_trunc_f16_e32 v10, v0
v_trunc_f16_e64 v10, v0
v_rndne_f16_e32 v10, v0
v_rndne_f16_e64 v10, v0
v_fract_f16_e32 v10, v0
v_fract_f16_e64 v10, v0
v_sin_f16_e32 v10, v0
v_sin_f16_e64 v10, v0
v_cos_f16_e32 v10, v0
v_cos_f16_e64 v10, v0
v_sat_pk_u8_i16_e32 v10, v0
v_sat_pk_u8_i16_e64 v10, v0
v_cvt_norm_i16_f16_e32 v10, v0
v_cvt_norm_i16_f16_e64 v10, v0
v_cvt_norm_u16_f16_e32 v10, v0
v_cvt_norm_u16_f16_e64 v10, v0
v_swap_b32 v10, v0
v_permlane64_b32 v10, v0
v_swaprel_b32 v10, v0
v_not_b16_e32 v10, v0
v_not_b16_e64 v10, v0
v_cvt_i32_i16_e32 v10, v0
v_cvt_i32_i16_e64 v10, v0
v_cvt_u32_u16_e32 v10, v0
v_cvt_u32_u16_e64 v10, v0
v_cndmask_b32_e32 v10, v0, v2, vcc_lo
v_cndmask_b32_e64 v10, v0, v2, s6
v_dot2acc_f32_f16 v10, v0, v2
v_add_f32_e32 v10, v0, v2
v_add_f32_e64 v10, v0, v2
v_sub_f32_e32 v10, v0, v2
v_sub_f32_e64 v10, v0, v2
v_subrev_f32_e32 v10, v0, v2
v_subrev_f32_e64 v10, v0, v2
v_fmac_dx9_zero_f32_e32 v10, v0, v2
v_fmac_dx9_zero_f32_e64 v10, v0, v2
v_mul_dx9_zero_f32_e32 v10, v0, v2
v_mul_dx9_zero_f32_e64 v10, v0, v2
v_mul_f32_e32 v10, v0, v2
v_mul_f32_e64 v10, v0, v2
v_mul_i32_i24_e32 v10, v0, v2
v_mul_i32_i24_e64 v10, v0, v2
v_mul_hi_i32_i24_e32 v10, v0, v2
v_mul_hi_i32_i24_e64 v10, v0, v2
v_mul_u32_u24_e32 v10, v0, v2
v_mul_u32_u24_e64 v10, v0, v2
v_mul_hi_u32_u24_e32 v10, v0, v2
v_mul_hi_u32_u24_e64 v10, v0, v2
v_min_f32_e32 v10, v0, v2
v_min_f32_e64 v10, v0, v2
v_max_f32_e32 v10, v0, v2
v_max_f32_e64 v10, v0, v2
v_min_i32_e32 v10, v0, v2
v_min_i32_e64 v10, v0, v2
v_max_i32_e32 v10, v0, v2
v_max_i32_e64 v10, v0, v2
v_min_u32_e32 v10, v0, v2
v_min_u32_e64 v10, v0, v2
v_max_u32_e32 v10, v0, v2
v_max_u32_e64 v10, v0, v2
v_lshlrev_b32_e32 v10, v0, v2
v_lshlrev_b32_e64 v10, v0, v2
v_lshrrev_b32_e32 v10, v0, v2
v_lshrrev_b32_e64 v10, v0, v2
v_ashrrev_i32_e32 v10, v0, v2
v_ashrrev_i32_e64 v10, v0, v2
v_and_b32_e32 v10, v0, v2
v_and_b32_e64 v10, v0, v2
v_or_b32_e32 v10, v0, v2
v_or_b32_e64 v10, v0, v2
v_xor_b32_e32 v10, v0, v2
v_xor_b32_e64 v10, v0, v2
v_xnor_b32_e32 v10, v0, v2
v_xnor_b32_e64 v10, v0, v2
v_add_co_ci_u32_e32 v10, vcc_lo, v0, v2, vcc_lo
v_add_co_ci_u32_e64 v10, s8, v0, v2, s6
v_sub_co_ci_u32_e32 v10, vcc_lo, v0, v2, vcc_lo
v_sub_co_ci_u32_e64 v10, s8, v0, v2, s6
v_subrev_co_ci_u32_e32 v10, vcc_lo, v0, v2, vcc_lo
v_subrev_co_ci_u32_e64 v10, s8, v0, v2, s6
v_add_nc_u32_e32 v10, v0, v2
v_add_nc_u32_e64 v10, v0, v2
v_sub_nc_u32_e32 v10, v0, v2
v_sub_nc_u32_e64 v10, v0, v2
v_subrev_nc_u32_e32 v10, v0, v2
v_subrev_nc_u32_e64 v10, v0, v2
v_fmac_f32_e32 v10, v0, v2
v_fmac_f32_e64 v10, v0, v2
v_fmamk_f32 v10, v0, 0x3f123456, v6
v_fmaak_f32 v10, v0, v2, 0x3f123456
v_cvt_pk_rtz_f16_f32_e32 v10, v0, v2
v_cvt_pk_rtz_f16_f32_e64 v10, v0, v2
v_add_f16_e32 v10, v0, v2
v_add_f16_e64 v10, v0, v2
v_sub_f16_e32 v10, v0, v2
v_sub_f16_e64 v10, v0, v2
v_subrev_f16_e32 v10, v0, v2
v_subrev_f16_e64 v10, v0, v2
v_mul_f16_e32 v10, v0, v2
v_mul_f16_e64 v10, v0, v2
v_fmac_f16_e32 v10, v0, v2
v_fmac_f16_e64 v10, v0, v2
v_fmamk_f16 v10, v0, 0x1234, v6
v_fmaak_f16 v10, v0, v2, 0x1234
v_max_f16_e32 v10, v0, v2
v_max_f16_e64 v10, v0, v2
v_min_f16_e32 v10, v0, v2
v_min_f16_e64 v10, v0, v2
v_ldexp_f16_e32 v10, v0, v2
v_ldexp_f16_e64 v10, v0, v2
v_pk_fmac_f16 v10, v0, v2
v_fma_dx9_zero_f32 v10, v0, v2, v6
v_mad_i32_i24 v10, v0, v2, v6
v_mad_u32_u24 v10, v0, v2, v6
v_cubeid_f32 v10, v0, v2, v6
v_cubesc_f32 v10, v0, v2, v6
v_cubetc_f32 v10, v0, v2, v6
v_cubema_f32 v10, v0, v2, v6
v_bfe_u32 v10, v0, v2, v6
v_bfe_i32 v10, v0, v2, v6
v_bfi_b32 v10, v0, v2, v6
v_fma_f32 v10, v0, v2, v6
v_fma_f64 v[10:11], v[0:1], v[2:3], v[6:7]
v_lerp_u8 v10, v0, v2, v6
v_alignbit_b32 v10, v0, v2, v6
v_alignbyte_b32 v10, v0, v2, v6
v_mullit_f32 v10, v0, v2, v6
v_min3_f32 v10, v0, v2, v6
v_min3_i32 v10, v0, v2, v6
v_min3_u32 v10, v0, v2, v6
v_max3_f32 v10, v0, v2, v6
v_max3_i32 v10, v0, v2, v6
v_max3_u32 v10, v0, v2, v6
v_med3_f32 v10, v0, v2, v6
v_med3_i32 v10, v0, v2, v6
v_med3_u32 v10, v0, v2, v6
v_sad_u8 v10, v0, v2, v6
v_sad_hi_u8 v10, v0, v2, v6
v_sad_u16 v10, v0, v2, v6
v_sad_u32 v10, v0, v2, v6
v_cvt_pk_u8_f32 v10, v0, v2, v6
v_div_fixup_f32 v10, v0, v2, v6
v_div_fixup_f64 v[10:11], v[0:1], v[2:3], v[6:7]
v_div_fmas_f32 v10, v0, v2, v6
v_div_fmas_f64 v[10:11], v[0:1], v[2:3], v[6:7]
v_msad_u8 v10, v0, v2, v6
v_qsad_pk_u16_u8 v[10:11], v[0:1], v2, v[6:7]
v_mqsad_pk_u16_u8 v[10:11], v[0:1], v2, v[6:7]
v_xor3_b32 v10, v0, v2, v6
v_mad_u16 v10, v0, v2, v6
v_perm_b32 v10, v0, v2, v6
v_xad_u32 v10, v0, v2, v6
v_lshl_add_u32 v10, v0, v2, v6
v_add_lshl_u32 v10, v0, v2, v6
v_fma_f16 v10, v0, v2, v6
v_min3_f16 v10, v0, v2, v6
v_min3_i16 v10, v0, v2, v6
v_min3_u16 v10, v0, v2, v6
v_max3_f16 v10, v0, v2, v6
v_max3_i16 v10, v0, v2, v6
v_max3_u16 v10, v0, v2, v6
v_med3_f16 v10, v0, v2, v6
v_med3_i16 v10, v0, v2, v6
v_med3_u16 v10, v0, v2, v6
v_mad_i16 v10, v0, v2, v6
v_div_fixup_f16 v10, v0, v2, v6
v_add3_u32 v10, v0, v2, v6
v_lshl_or_b32 v10, v0, v2, v6
v_and_or_b32 v10, v0, v2, v6
v_or3_b32 v10, v0, v2, v6
v_mad_u32_u16 v10, v0, v2, v6
v_mad_i32_i16 v10, v0, v2, v6
v_permlane16_b32 v10, v3, s4, s5
v_permlanex16_b32 v10, v3, s4, s5
v_cndmask_b16 v10, v0, v2, s6
v_maxmin_f32 v10, v0, v2, v6
v_minmax_f32 v10, v0, v2, v6
v_maxmin_f16 v10, v0, v2, v6
v_minmax_f16 v10, v0, v2, v6
v_maxmin_u32 v10, v0, v2, v6
v_minmax_u32 v10, v0, v2, v6
v_maxmin_i32 v10, v0, v2, v6
v_minmax_i32 v10, v0, v2, v6
v_dot2_f16_f16 v10, v0, v2, v6
v_dot2_bf16_bf16 v10, v0, v2, v6
v_add_nc_u16 v10, v0, v2
v_sub_nc_u16 v10, v0, v2
v_mul_lo_u16 v10, v0, v2
v_cvt_pk_i16_f32 v10, v0, v2
v_cvt_pk_u16_f32 v10, v0, v2
v_max_u16 v10, v0, v2
v_max_i16 v10, v0, v2
v_min_u16 v10, v0, v2
v_min_i16 v10, v0, v2
v_add_nc_i16 v10, v0, v2
v_sub_nc_i16 v10, v0, v2
v_pack_b32_f16 v10, v0, v2
v_cvt_pk_norm_i16_f16 v10, v0, v2
v_cvt_pk_norm_u16_f16 v10, v0, v2
v_ldexp_f32 v10, v0, v2
v_bfm_b32 v10, v0, v2
v_bcnt_u32_b32 v10, v0, v2
v_mbcnt_lo_u32_b32 v10, v0, v2
v_mbcnt_hi_u32_b32 v10, v0, v2
v_cvt_pk_norm_i16_f32 v10, v0, v2
v_cvt_pk_norm_u16_f32 v10, v0, v2
v_cvt_pk_u16_u32 v10, v0, v2
v_cvt_pk_i16_i32 v10, v0, v2
v_sub_nc_i32 v10, v0, v2
v_add_nc_i32 v10, v0, v2
v_add_f64 v[10:11], v[0:1], v[2:3]
v_mul_f64 v[10:11], v[0:1], v[2:3]
v_min_f64 v[10:11], v[0:1], v[2:3]
v_max_f64 v[10:11], v[0:1], v[2:3]
v_ldexp_f64 v[10:11], v[0:1], v2
v_mul_lo_u32 v10, v0, v2
v_mul_hi_u32 v10, v0, v2
v_mul_hi_i32 v10, v0, v2
v_lshlrev_b16 v10, v0, v2
v_lshrrev_b16 v10, v0, v2
v_ashrrev_i16 v10, v0, v2
v_lshlrev_b64 v[10:11], v0, v[2:3]
v_lshrrev_b64 v[10:11], v0, v[2:3]
v_ashrrev_i64 v[10:11], v0, v[2:3]
v_readlane_b32 s10, v3, s4
v_writelane_b32 v10, s3, s4
v_and_b16 v10, v0, v2
v_or_b16 v10, v0, v2
v_xor_b16 v10, v0, v2
v_div_scale_f32 v10, s8, v0, v2, v6
v_div_scale_f64 v[10:11], s8, v[0:1], v[2:3], v[6:7]
v_mad_u64_u32 v[10:11], s8, v0, v2, v[6:7]
v_mad_i64_i32 v[10:11], s8, v0, v2, v[6:7]
v_add_co_u32 v10, s8, v0, v2
v_sub_co_u32 v10, s8, v0, v2
v_subrev_co_u32 v10, s8, v0, v2
v_cmp_f_f16_e32 vcc_lo, v0, v2
v_cmp_f_f16_e64 s4, v0, v2
v_cmpx_f_f16_e32 v0, v2
v_cmpx_f_f16_e64 v0, v2
v_cmp_lt_f16_e32 vcc_lo, v0, v2
v_cmp_lt_f16_e64 s4, v0, v2
v_cmpx_lt_f16_e32 v0, v2
v_cmpx_lt_f16_e64 v0, v2
v_cmp_eq_f16_e32 vcc_lo, v0, v2
v_cmp_eq_f16_e64 s4, v0, v2
v_cmpx_eq_f16_e32 v0, v2
v_cmpx_eq_f16_e64 v0, v2
v_cmp_le_f16_e32 vcc_lo, v0, v2
v_cmp_le_f16_e64 s4, v0, v2
v_cmpx_le_f16_e32 v0, v2
v_cmpx_le_f16_e64 v0, v2
v_cmp_gt_f16_e32 vcc_lo, v0, v2
v_cmp_gt_f16_e64 s4, v0, v2
v_cmpx_gt_f16_e32 v0, v2
v_cmpx_gt_f16_e64 v0, v2
v_cmp_lg_f16_e32 vcc_lo, v0, v2
v_cmp_lg_f16_e64 s4, v0, v2
v_cmpx_lg_f16_e32 v0, v2
v_cmpx_lg_f16_e64 v0, v2
v_cmp_ge_f16_e32 vcc_lo, v0, v2
v_cmp_ge_f16_e64 s4, v0, v2
v_cmpx_ge_f16_e32 v0, v2
v_cmpx_ge_f16_e64 v0, v2
v_cmp_o_f16_e32 vcc_lo, v0, v2
v_cmp_o_f16_e64 s4, v0, v2
v_cmpx_o_f16_e32 v0, v2
v_cmpx_o_f16_e64 v0, v2
v_cmp_u_f16_e32 vcc_lo, v0, v2
v_cmp_u_f16_e64 s4, v0, v2
v_cmpx_u_f16_e32 v0, v2
v_cmpx_u_f16_e64 v0, v2
v_cmp_nge_f16_e32 vcc_lo, v0, v2
v_cmp_nge_f16_e64 s4, v0, v2
v_cmpx_nge_f16_e32 v0, v2
v_cmpx_nge_f16_e64 v0, v2
v_cmp_nlg_f16_e32 vcc_lo, v0, v2
v_cmp_nlg_f16_e64 s4, v0, v2
v_cmpx_nlg_f16_e32 v0, v2
v_cmpx_nlg_f16_e64 v0, v2
v_cmp_ngt_f16_e32 vcc_lo, v0, v2
v_cmp_ngt_f16_e64 s4, v0, v2
v_cmpx_ngt_f16_e32 v0, v2
v_cmpx_ngt_f16_e64 v0, v2
v_cmp_nle_f16_e32 vcc_lo, v0, v2
v_cmp_nle_f16_e64 s4, v0, v2
v_cmpx_nle_f16_e32 v0, v2
v_cmpx_nle_f16_e64 v0, v2
v_cmp_neq_f16_e32 vcc_lo, v0, v2
v_cmp_neq_f16_e64 s4, v0, v2
v_cmpx_neq_f16_e32 v0, v2
v_cmpx_neq_f16_e64 v0, v2
v_cmp_nlt_f16_e32 vcc_lo, v0, v2
v_cmp_nlt_f16_e64 s4, v0, v2
v_cmpx_nlt_f16_e32 v0, v2
v_cmpx_nlt_f16_e64 v0, v2
v_cmp_t_f16_e32 vcc_lo, v0, v2
v_cmp_t_f16_e64 s4, v0, v2
v_cmpx_t_f16_e32 v0, v2
v_cmpx_t_f16_e64 v0, v2
v_cmp_class_f16_e32 vcc_lo, v0, v2
v_cmp_class_f16_e64 s4, v0, v2
v_cmpx_class_f16_e32 v0, v2
v_cmpx_class_f16_e64 v0, v2
v_cmp_f_f32_e32 vcc_lo, v0, v2
v_cmp_f_f32_e64 s4, v0, v2
v_cmpx_f_f32_e32 v0, v2
v_cmpx_f_f32_e64 v0, v2
v_cmp_lt_f32_e32 vcc_lo, v0, v2
v_cmp_lt_f32_e64 s4, v0, v2
v_cmpx_lt_f32_e32 v0, v2
v_cmpx_lt_f32_e64 v0, v2
v_cmp_eq_f32_e32 vcc_lo, v0, v2
v_cmp_eq_f32_e64 s4, v0, v2
v_cmpx_eq_f32_e32 v0, v2
v_cmpx_eq_f32_e64 v0, v2
v_cmp_le_f32_e32 vcc_lo, v0, v2
v_cmp_le_f32_e64 s4, v0, v2
v_cmpx_le_f32_e32 v0, v2
v_cmpx_le_f32_e64 v0, v2
v_cmp_gt_f32_e32 vcc_lo, v0, v2
v_cmp_gt_f32_e64 s4, v0, v2
v_cmpx_gt_f32_e32 v0, v2
v_cmpx_gt_f32_e64 v0, v2
v_cmp_lg_f32_e32 vcc_lo, v0, v2
v_cmp_lg_f32_e64 s4, v0, v2
v_cmpx_lg_f32_e32 v0, v2
v_cmpx_lg_f32_e64 v0, v2
v_cmp_ge_f32_e32 vcc_lo, v0, v2
v_cmp_ge_f32_e64 s4, v0, v2
v_cmpx_ge_f32_e32 v0, v2
v_cmpx_ge_f32_e64 v0, v2
v_cmp_o_f32_e32 vcc_lo, v0, v2
v_cmp_o_f32_e64 s4, v0, v2
v_cmpx_o_f32_e32 v0, v2
v_cmpx_o_f32_e64 v0, v2
v_cmp_u_f32_e32 vcc_lo, v0, v2
v_cmp_u_f32_e64 s4, v0, v2
v_cmpx_u_f32_e32 v0, v2
v_cmpx_u_f32_e64 v0, v2
v_cmp_nge_f32_e32 vcc_lo, v0, v2
v_cmp_nge_f32_e64 s4, v0, v2
v_cmpx_nge_f32_e32 v0, v2
v_cmpx_nge_f32_e64 v0, v2
v_cmp_nlg_f32_e32 vcc_lo, v0, v2
v_cmp_nlg_f32_e64 s4, v0, v2
v_cmpx_nlg_f32_e32 v0, v2
v_cmpx_nlg_f32_e64 v0, v2
v_cmp_ngt_f32_e32 vcc_lo, v0, v2
v_cmp_ngt_f32_e64 s4, v0, v2
v_cmpx_ngt_f32_e32 v0, v2
v_cmpx_ngt_f32_e64 v0, v2
v_cmp_nle_f32_e32 vcc_lo, v0, v2
v_cmp_nle_f32_e64 s4, v0, v2
v_cmpx_nle_f32_e32 v0, v2
v_cmpx_nle_f32_e64 v0, v2
v_cmp_neq_f32_e32 vcc_lo, v0, v2
v_cmp_neq_f32_e64 s4, v0, v2
v_cmpx_neq_f32_e32 v0, v2
v_cmpx_neq_f32_e64 v0, v2
v_cmp_nlt_f32_e32 vcc_lo, v0, v2
v_cmp_nlt_f32_e64 s4, v0, v2
v_cmpx_nlt_f32_e32 v0, v2
v_cmpx_nlt_f32_e64 v0, v2
v_cmp_t_f32_e32 vcc_lo, v0, v2
v_cmp_t_f32_e64 s4, v0, v2
v_cmpx_t_f32_e32 v0, v2
v_cmpx_t_f32_e64 v0, v2
v_cmp_class_f32_e32 vcc_lo, v0, v2
v_cmp_class_f32_e64 s4, v0, v2
v_cmpx_class_f32_e32 v0, v2
v_cmpx_class_f32_e64 v0, v2
v_cmp_f_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_f_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_f_f64_e32 v[0:1], v[2:3]
v_cmpx_f_f64_e64 v[0:1], v[2:3]
v_cmp_lt_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_lt_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_lt_f64_e32 v[0:1], v[2:3]
v_cmpx_lt_f64_e64 v[0:1], v[2:3]
v_cmp_eq_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_eq_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_eq_f64_e32 v[0:1], v[2:3]
v_cmpx_eq_f64_e64 v[0:1], v[2:3]
v_cmp_le_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_le_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_le_f64_e32 v[0:1], v[2:3]
v_cmpx_le_f64_e64 v[0:1], v[2:3]
v_cmp_gt_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_gt_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_gt_f64_e32 v[0:1], v[2:3]
v_cmpx_gt_f64_e64 v[0:1], v[2:3]
v_cmp_lg_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_lg_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_lg_f64_e32 v[0:1], v[2:3]
v_cmpx_lg_f64_e64 v[0:1], v[2:3]
v_cmp_ge_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_ge_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_ge_f64_e32 v[0:1], v[2:3]
v_cmpx_ge_f64_e64 v[0:1], v[2:3]
v_cmp_o_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_o_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_o_f64_e32 v[0:1], v[2:3]
v_cmpx_o_f64_e64 v[0:1], v[2:3]
v_cmp_u_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_u_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_u_f64_e32 v[0:1], v[2:3]
v_cmpx_u_f64_e64 v[0:1], v[2:3]
v_cmp_nge_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_nge_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_nge_f64_e32 v[0:1], v[2:3]
v_cmpx_nge_f64_e64 v[0:1], v[2:3]
v_cmp_nlg_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_nlg_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_nlg_f64_e32 v[0:1], v[2:3]
v_cmpx_nlg_f64_e64 v[0:1], v[2:3]
v_cmp_ngt_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_ngt_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_ngt_f64_e32 v[0:1], v[2:3]
v_cmpx_ngt_f64_e64 v[0:1], v[2:3]
v_cmp_nle_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_nle_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_nle_f64_e32 v[0:1], v[2:3]
v_cmpx_nle_f64_e64 v[0:1], v[2:3]
v_cmp_neq_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_neq_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_neq_f64_e32 v[0:1], v[2:3]
v_cmpx_neq_f64_e64 v[0:1], v[2:3]
v_cmp_nlt_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_nlt_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_nlt_f64_e32 v[0:1], v[2:3]
v_cmpx_nlt_f64_e64 v[0:1], v[2:3]
v_cmp_t_f64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_t_f64_e64 s4, v[0:1], v[2:3]
v_cmpx_t_f64_e32 v[0:1], v[2:3]
v_cmpx_t_f64_e64 v[0:1], v[2:3]
v_cmp_class_f64_e32 vcc_lo, v[0:1], v2
v_cmp_class_f64_e64 s4, v[0:1], v2
v_cmpx_class_f64_e32 v[0:1], v2
v_cmpx_class_f64_e64 v[0:1], v2
v_cmp_lt_i16_e32 vcc_lo, v0, v2
v_cmp_lt_i16_e64 s4, v0, v2
v_cmpx_lt_i16_e32 v0, v2
v_cmpx_lt_i16_e64 v0, v2
v_cmp_eq_i16_e32 vcc_lo, v0, v2
v_cmp_eq_i16_e64 s4, v0, v2
v_cmpx_eq_i16_e32 v0, v2
v_cmpx_eq_i16_e64 v0, v2
v_cmp_le_i16_e32 vcc_lo, v0, v2
v_cmp_le_i16_e64 s4, v0, v2
v_cmpx_le_i16_e32 v0, v2
v_cmpx_le_i16_e64 v0, v2
v_cmp_gt_i16_e32 vcc_lo, v0, v2
v_cmp_gt_i16_e64 s4, v0, v2
v_cmpx_gt_i16_e32 v0, v2
v_cmpx_gt_i16_e64 v0, v2
v_cmp_ne_i16_e32 vcc_lo, v0, v2
v_cmp_ne_i16_e64 s4, v0, v2
v_cmpx_ne_i16_e32 v0, v2
v_cmpx_ne_i16_e64 v0, v2
v_cmp_ge_i16_e32 vcc_lo, v0, v2
v_cmp_ge_i16_e64 s4, v0, v2
v_cmpx_ge_i16_e32 v0, v2
v_cmpx_ge_i16_e64 v0, v2
v_cmp_lt_u16_e32 vcc_lo, v0, v2
v_cmp_lt_u16_e64 s4, v0, v2
v_cmpx_lt_u16_e32 v0, v2
v_cmpx_lt_u16_e64 v0, v2
v_cmp_eq_u16_e32 vcc_lo, v0, v2
v_cmp_eq_u16_e64 s4, v0, v2
v_cmpx_eq_u16_e32 v0, v2
v_cmpx_eq_u16_e64 v0, v2
v_cmp_le_u16_e32 vcc_lo, v0, v2
v_cmp_le_u16_e64 s4, v0, v2
v_cmpx_le_u16_e32 v0, v2
v_cmpx_le_u16_e64 v0, v2
v_cmp_gt_u16_e32 vcc_lo, v0, v2
v_cmp_gt_u16_e64 s4, v0, v2
v_cmpx_gt_u16_e32 v0, v2
v_cmpx_gt_u16_e64 v0, v2
v_cmp_ne_u16_e32 vcc_lo, v0, v2
v_cmp_ne_u16_e64 s4, v0, v2
v_cmpx_ne_u16_e32 v0, v2
v_cmpx_ne_u16_e64 v0, v2
v_cmp_ge_u16_e32 vcc_lo, v0, v2
v_cmp_ge_u16_e64 s4, v0, v2
v_cmpx_ge_u16_e32 v0, v2
v_cmpx_ge_u16_e64 v0, v2
v_cmp_f_i32_e32 vcc_lo, v0, v2
v_cmp_f_i32_e64 s4, v0, v2
v_cmpx_f_i32_e32 v0, v2
v_cmpx_f_i32_e64 v0, v2
v_cmp_lt_i32_e32 vcc_lo, v0, v2
v_cmp_lt_i32_e64 s4, v0, v2
v_cmpx_lt_i32_e32 v0, v2
v_cmpx_lt_i32_e64 v0, v2
v_cmp_eq_i32_e32 vcc_lo, v0, v2
v_cmp_eq_i32_e64 s4, v0, v2
v_cmpx_eq_i32_e32 v0, v2
v_cmpx_eq_i32_e64 v0, v2
v_cmp_le_i32_e32 vcc_lo, v0, v2
v_cmp_le_i32_e64 s4, v0, v2
v_cmpx_le_i32_e32 v0, v2
v_cmpx_le_i32_e64 v0, v2
v_cmp_gt_i32_e32 vcc_lo, v0, v2
v_cmp_gt_i32_e64 s4, v0, v2
v_cmpx_gt_i32_e32 v0, v2
v_cmpx_gt_i32_e64 v0, v2
v_cmp_ne_i32_e32 vcc_lo, v0, v2
v_cmp_ne_i32_e64 s4, v0, v2
v_cmpx_ne_i32_e32 v0, v2
v_cmpx_ne_i32_e64 v0, v2
v_cmp_ge_i32_e32 vcc_lo, v0, v2
v_cmp_ge_i32_e64 s4, v0, v2
v_cmpx_ge_i32_e32 v0, v2
v_cmpx_ge_i32_e64 v0, v2
v_cmp_t_i32_e32 vcc_lo, v0, v2
v_cmp_t_i32_e64 s4, v0, v2
v_cmpx_t_i32_e32 v0, v2
v_cmpx_t_i32_e64 v0, v2
v_cmp_f_u32_e32 vcc_lo, v0, v2
v_cmp_f_u32_e64 s4, v0, v2
v_cmpx_f_u32_e32 v0, v2
v_cmpx_f_u32_e64 v0, v2
v_cmp_lt_u32_e32 vcc_lo, v0, v2
v_cmp_lt_u32_e64 s4, v0, v2
v_cmpx_lt_u32_e32 v0, v2
v_cmpx_lt_u32_e64 v0, v2
v_cmp_eq_u32_e32 vcc_lo, v0, v2
v_cmp_eq_u32_e64 s4, v0, v2
v_cmpx_eq_u32_e32 v0, v2
v_cmpx_eq_u32_e64 v0, v2
v_cmp_le_u32_e32 vcc_lo, v0, v2
v_cmp_le_u32_e64 s4, v0, v2
v_cmpx_le_u32_e32 v0, v2
v_cmpx_le_u32_e64 v0, v2
v_cmp_gt_u32_e32 vcc_lo, v0, v2
v_cmp_gt_u32_e64 s4, v0, v2
v_cmpx_gt_u32_e32 v0, v2
v_cmpx_gt_u32_e64 v0, v2
v_cmp_ne_u32_e32 vcc_lo, v0, v2
v_cmp_ne_u32_e64 s4, v0, v2
v_cmpx_ne_u32_e32 v0, v2
v_cmpx_ne_u32_e64 v0, v2
v_cmp_ge_u32_e32 vcc_lo, v0, v2
v_cmp_ge_u32_e64 s4, v0, v2
v_cmpx_ge_u32_e32 v0, v2
v_cmpx_ge_u32_e64 v0, v2
v_cmp_t_u32_e32 vcc_lo, v0, v2
v_cmp_t_u32_e64 s4, v0, v2
v_cmpx_t_u32_e32 v0, v2
v_cmpx_t_u32_e64 v0, v2
v_cmp_f_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_f_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_f_i64_e32 v[0:1], v[2:3]
v_cmpx_f_i64_e64 v[0:1], v[2:3]
v_cmp_lt_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_lt_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_lt_i64_e32 v[0:1], v[2:3]
v_cmpx_lt_i64_e64 v[0:1], v[2:3]
v_cmp_eq_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_eq_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_eq_i64_e32 v[0:1], v[2:3]
v_cmpx_eq_i64_e64 v[0:1], v[2:3]
v_cmp_le_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_le_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_le_i64_e32 v[0:1], v[2:3]
v_cmpx_le_i64_e64 v[0:1], v[2:3]
v_cmp_gt_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_gt_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_gt_i64_e32 v[0:1], v[2:3]
v_cmpx_gt_i64_e64 v[0:1], v[2:3]
v_cmp_ne_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_ne_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_ne_i64_e32 v[0:1], v[2:3]
v_cmpx_ne_i64_e64 v[0:1], v[2:3]
v_cmp_ge_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_ge_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_ge_i64_e32 v[0:1], v[2:3]
v_cmpx_ge_i64_e64 v[0:1], v[2:3]
v_cmp_t_i64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_t_i64_e64 s4, v[0:1], v[2:3]
v_cmpx_t_i64_e32 v[0:1], v[2:3]
v_cmpx_t_i64_e64 v[0:1], v[2:3]
v_cmp_f_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_f_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_f_u64_e32 v[0:1], v[2:3]
v_cmpx_f_u64_e64 v[0:1], v[2:3]
v_cmp_lt_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_lt_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_lt_u64_e32 v[0:1], v[2:3]
v_cmpx_lt_u64_e64 v[0:1], v[2:3]
v_cmp_eq_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_eq_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_eq_u64_e32 v[0:1], v[2:3]
v_cmpx_eq_u64_e64 v[0:1], v[2:3]
v_cmp_le_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_le_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_le_u64_e32 v[0:1], v[2:3]
v_cmpx_le_u64_e64 v[0:1], v[2:3]
v_cmp_gt_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_gt_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_gt_u64_e32 v[0:1], v[2:3]
v_cmpx_gt_u64_e64 v[0:1], v[2:3]
v_cmp_ne_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_ne_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_ne_u64_e32 v[0:1], v[2:3]
v_cmpx_ne_u64_e64 v[0:1], v[2:3]
v_cmp_ge_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_ge_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_ge_u64_e32 v[0:1], v[2:3]
v_cmpx_ge_u64_e64 v[0:1], v[2:3]
v_cmp_t_u64_e32 vcc_lo, v[0:1], v[2:3]
v_cmp_t_u64_e64 s4, v[0:1], v[2:3]
v_cmpx_t_u64_e32 v[0:1], v[2:3]
v_cmpx_t_u64_e64 v[0:1], v[2:3]
s_mov_b32 s4, s10
s_mov_b64 s[4:5], s[10:11]
s_cmov_b32 s4, s10
s_cmov_b64 s[4:5], s[10:11]
s_brev_b32 s4, s10
s_brev_b64 s[4:5], s[10:11]
s_ctz_i32_b32 s4, s10
s_ctz_i32_b64 s4, s[10:11]
s_clz_i32_u32 s4, s10
s_clz_i32_u64 s4, s[10:11]
s_cls_i32 s4, s10
s_cls_i32_i64 s4, s[10:11]
s_sext_i32_i8 s4, s10
s_sext_i32_i16 s4, s10
s_bitset0_b32 s4, s10
s_bitset0_b64 s[4:5], s10
s_bitset1_b32 s4, s10
s_bitset1_b64 s[4:5], s10
s_bitreplicate_b64_b32 s[4:5], s10
s_abs_i32 s4, s10
s_bcnt0_i32_b32 s4, s10
s_bcnt0_i32_b64 s4, s[10:11]
s_bcnt1_i32_b32 s4, s10
s_bcnt1_i32_b64 s4, s[10:11]
s_quadmask_b32 s4, s10
s_quadmask_b64 s[4:5], s[10:11]
s_wqm_b32 s4, s10
s_wqm_b64 s[4:5], s[10:11]
s_not_b32 s4, s10
s_not_b64 s[4:5], s[10:11]
s_and_saveexec_b32 s4, s10
s_and_saveexec_b64 s[4:5], s[10:11]
s_or_saveexec_b32 s4, s10
s_or_saveexec_b64 s[4:5], s[10:11]
s_xor_saveexec_b32 s4, s10
s_xor_saveexec_b64 s[4:5], s[10:11]
s_nand_saveexec_b32 s4, s10
s_nand_saveexec_b64 s[4:5], s[10:11]
s_nor_saveexec_b32 s4, s10
s_nor_saveexec_b64 s[4:5], s[10:11]
s_xnor_saveexec_b32 s4, s10
s_xnor_saveexec_b64 s[4:5], s[10:11]
s_and_not0_saveexec_b32 s4, s10
s_and_not0_saveexec_b64 s[4:5], s[10:11]
s_or_not0_saveexec_b32 s4, s10
s_or_not0_saveexec_b64 s[4:5], s[10:11]
s_and_not1_saveexec_b32 s4, s10
s_and_not1_saveexec_b64 s[4:5], s[10:11]
s_or_not1_saveexec_b32 s4, s10
s_or_not1_saveexec_b64 s[4:5], s[10:11]
s_and_not0_wrexec_b32 s4, s10
s_and_not0_wrexec_b64 s[4:5], s[10:11]
s_and_not1_wrexec_b32 s4, s10
s_and_not1_wrexec_b64 s[4:5], s[10:11]
s_movrels_b32 s4, s10
s_movrels_b64 s[4:5], s[10:11]
s_movreld_b32 s4, s10
s_movreld_b64 s[4:5], s[10:11]
s_movrelsd_2_b32 s4, s10
s_getpc_b64 s[4:5]
s_setpc_b64 s[10:11]
s_swappc_b64 s[4:5], s[10:11]
s_sendmsg_rtn_b32 s4, sendmsg(MSG_RTN_GET_REALTIME)
s_sendmsg_rtn_b64 s[4:5], sendmsg(MSG_RTN_GET_REALTIME)
s_add_u32 s4, s10, s14
s_sub_u32 s4, s10, s14
s_add_i32 s4, s10, s14
s_sub_i32 s4, s10, s14
s_addc_u32 s4, s10, s14
s_subb_u32 s4, s10, s14
s_absdiff_i32 s4, s10, s14
s_lshl_b32 s4, s10, s14
s_lshl_b64 s[4:5], s[10:11], s14
s_lshr_b32 s4, s10, s14
s_lshr_b64 s[4:5], s[10:11], s14
s_ashr_i32 s4, s10, s14
s_ashr_i64 s[4:5], s[10:11], s14
s_lshl1_add_u32 s4, s10, s14
s_lshl2_add_u32 s4, s10, s14
s_lshl3_add_u32 s4, s10, s14
s_lshl4_add_u32 s4, s10, s14
s_min_i32 s4, s10, s14
s_min_u32 s4, s10, s14
s_max_i32 s4, s10, s14
s_max_u32 s4, s10, s14
s_and_b32 s4, s10, s14
s_and_b64 s[4:5], s[10:11], s[14:15]
s_or_b32 s4, s10, s14
s_or_b64 s[4:5], s[10:11], s[14:15]
s_xor_b32 s4, s10, s14
s_xor_b64 s[4:5], s[10:11], s[14:15]
s_nand_b32 s4, s10, s14
s_nand_b64 s[4:5], s[10:11], s[14:15]
s_nor_b32 s4, s10, s14
s_nor_b64 s[4:5], s[10:11], s[14:15]
s_xnor_b32 s4, s10, s14
s_xnor_b64 s[4:5], s[10:11], s[14:15]
s_and_not1_b32 s4, s10, s14
s_and_not1_b64 s[4:5], s[10:11], s[14:15]
s_or_not1_b32 s4, s10, s14
s_or_not1_b64 s[4:5], s[10:11], s[14:15]
s_bfe_u32 s4, s10, s14
s_bfe_i32 s4, s10, s14
s_bfe_u64 s[4:5], s[10:11], s14
s_bfe_i64 s[4:5], s[10:11], s14
s_bfm_b32 s4, s10, s14
s_bfm_b64 s[4:5], s10, s14
s_mul_i32 s4, s10, s14
s_mul_hi_u32 s4, s10, s14
s_mul_hi_i32 s4, s10, s14
s_cselect_b32 s4, s10, s14
s_cselect_b64 s[4:5], s[10:11], s[14:15]
s_pack_ll_b32_b16 s4, s10, s14
s_pack_lh_b32_b16 s4, s10, s14
s_pack_hh_b32_b16 s4, s10, s14
s_pack_hl_b32_b16 s4, s10, s14
s_cmp_eq_i32 s10, s14
s_cmp_lg_i32 s10, s14
s_cmp_gt_i32 s10, s14
s_cmp_ge_i32 s10, s14
s_cmp_lt_i32 s10, s14
s_cmp_le_i32 s10, s14
s_cmp_eq_u32 s10, s14
s_cmp_lg_u32 s10, s14
s_cmp_gt_u32 s10, s14
s_cmp_ge_u32 s10, s14
s_cmp_lt_u32 s10, s14
s_cmp_le_u32 s10, s14
s_bitcmp0_b32 s10, s14
s_bitcmp1_b32 s10, s14
s_bitcmp0_b64 s[10:11], s14
s_bitcmp1_b64 s[10:11], s14
s_cmp_eq_u64 s[10:11], s[14:15]
s_cmp_lg_u64 s[10:11], s[14:15]
v_dual_fmac_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_fmac_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_fmac_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_fmac_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_fmac_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_mul_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_add_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_sub_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_subrev_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_mov_b32 v7, v8
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_max_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_min_f32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_fmaak_f32 v0, v1, v2, 0x1234 :: v_dual_and_b32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_mov_b32 v7, v8
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_fmamk_f32 v0, v1, 0x1234, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_mul_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_mul_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_mul_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_add_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_add_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_add_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_sub_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_sub_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_sub_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_subrev_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_subrev_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_subrev_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_mul_dx9_zero_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_fmac_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_mov_b32 v0, v1 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_mov_b32 v0, v1 :: v_dual_mul_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_add_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_sub_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_subrev_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_mov_b32 v7, v8
v_dual_mov_b32 v0, v1 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_max_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_min_f32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_mov_b32 v0, v1 :: v_dual_and_b32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_cndmask_b32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_max_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_max_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_max_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_min_f32 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_min_f32 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_min_f32 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_fmac_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_fmaak_f32 v7, v8, v9, 0x1234
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_fmamk_f32 v7, v8, 0x1234, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_mul_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_add_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_sub_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_subrev_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_mul_dx9_zero_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_mov_b32 v7, v8
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_cndmask_b32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_max_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_min_f32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_dot2acc_f32_f16 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_add_nc_u32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_lshlrev_b32 v7, v8, v9
v_dual_dot2acc_f32_f16 v0, v1, v2 :: v_dual_and_b32 v7, v8, v9
