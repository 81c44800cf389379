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
