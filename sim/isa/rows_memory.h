/*
 * rows_memory.h: the memory instructions of both generations.
 *
 * One per line: M(opcode in gfx11, opcode in gfx12, mnemonic, kind of destination, kinds of the sources (isa.h says which is
 * which), flags, execute function without "exec_", its argument). NO: that generation does not have it. `.name12`: what gfx12
 * calls it. Opcodes: RDNA3 and RDNA4 ISA manuals, "Microcode formats".
 */
#ifndef EXO_SIM_ISA_ROWS_MEMORY_H
#define EXO_SIM_ISA_ROWS_MEMORY_H

/* clang-format off */

#define ISA_ROWS_SMEM(M) \
    M(0, 0, s_load_b32, K_B32, K_B64, K_B32, K_NONE, ROW_ONCE, s_load, 1) \
    M(1, 1, s_load_b64, K_B64, K_B64, K_B32, K_NONE, ROW_ONCE, s_load, 2) \
    M(2, 2, s_load_b128, K_B128, K_B64, K_B32, K_NONE, ROW_ONCE, s_load, 4) \
    M(3, 3, s_load_b256, K_B256, K_B64, K_B32, K_NONE, ROW_ONCE, s_load, 8) \
    M(4, 4, s_load_b512, K_B512, K_B64, K_B32, K_NONE, ROW_ONCE, s_load, 16) \
    M(8, 16, s_buffer_load_b32, K_B32, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load, 1) \
    M(9, 17, s_buffer_load_b64, K_B64, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load, 2) \
    M(10, 18, s_buffer_load_b128, K_B128, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load, 4) \
    M(11, 19, s_buffer_load_b256, K_B256, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load, 8) \
    M(12, 20, s_buffer_load_b512, K_B512, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load, 16) \
    M(32, NO, s_gl1_inv, K_NONE, K_NONE, K_NONE, K_NONE, ROW_ONCE, s_cache_inv, 0) \
    M(33, 33, s_dcache_inv, K_NONE, K_NONE, K_NONE, K_NONE, ROW_ONCE, s_cache_inv, 0) \
    M(34, 34, s_atc_probe, K_NONE, K_B64, K_B32, K_NONE, ROW_ONCE, s_prefetch, 0) \
    M(35, 35, s_atc_probe_buffer, K_NONE, K_B128, K_B32, K_NONE, ROW_ONCE, s_prefetch, 0) \
    M(NO, 5, s_load_b96, K_B96, K_B64, K_B32, K_NONE, ROW_ONCE, s_load, 3) \
    M(NO, 8, s_load_i8, K_B32, K_B64, K_B32, K_NONE, ROW_ONCE, s_load_small, 1 | MOVE_SIGNED) \
    M(NO, 9, s_load_u8, K_B32, K_B64, K_B32, K_NONE, ROW_ONCE, s_load_small, 1) \
    M(NO, 10, s_load_i16, K_B32, K_B64, K_B32, K_NONE, ROW_ONCE, s_load_small, 2 | MOVE_SIGNED) \
    M(NO, 11, s_load_u16, K_B32, K_B64, K_B32, K_NONE, ROW_ONCE, s_load_small, 2) \
    M(NO, 21, s_buffer_load_b96, K_B96, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load, 3) \
    M(NO, 24, s_buffer_load_i8, K_B32, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load_small, 1 | MOVE_SIGNED) \
    M(NO, 25, s_buffer_load_u8, K_B32, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load_small, 1) \
    M(NO, 26, s_buffer_load_i16, K_B32, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load_small, 2 | MOVE_SIGNED) \
    M(NO, 27, s_buffer_load_u16, K_B32, K_B128, K_B32, K_NONE, ROW_ONCE, s_buffer_load_small, 2) \
    M(NO, 36, s_prefetch_inst, K_NONE, K_B64, K_B32, K_NONE, ROW_ONCE, s_prefetch, 0) \
    M(NO, 37, s_prefetch_inst_pc_rel, K_NONE, K_NONE, K_B32, K_NONE, ROW_ONCE, s_prefetch, 0) \
    M(NO, 38, s_prefetch_data, K_NONE, K_B64, K_B32, K_NONE, ROW_ONCE, s_prefetch, 0) \
    M(NO, 39, s_buffer_prefetch_data, K_NONE, K_B128, K_B32, K_NONE, ROW_ONCE, s_prefetch, 0) \
    M(NO, 40, s_prefetch_data_pc_rel, K_NONE, K_NONE, K_B32, K_NONE, ROW_ONCE, s_prefetch, 0)

#define ISA_ROWS_DS(M) \
    M(0, 0, ds_add_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_ADD) \
    M(1, 1, ds_sub_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_SUB) \
    M(2, 2, ds_rsub_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_RSUB) \
    M(3, 3, ds_inc_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_INC) \
    M(4, 4, ds_dec_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_DEC) \
    M(5, 5, ds_min_i32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MIN_I) \
    M(6, 6, ds_max_i32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MAX_I) \
    M(7, 7, ds_min_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MIN_U) \
    M(8, 8, ds_max_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MAX_U) \
    M(9, 9, ds_and_b32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_AND) \
    M(10, 10, ds_or_b32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_OR) \
    M(11, 11, ds_xor_b32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_XOR) \
    M(12, 12, ds_mskor_b32, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, ds_atomic, ATOMIC_MSKOR) \
    M(13, 13, ds_store_b32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_store, 4) \
    M(14, 14, ds_store_2addr_b32, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, ds_store_2addr, 0) \
    M(15, 15, ds_store_2addr_stride64_b32, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, ds_store_2addr, 1) \
    M(16, 16, ds_cmpstore_b32, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, ds_atomic, ATOMIC_CMPSWAP) \
    M(17, NO, ds_cmpstore_f32, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, ds_atomic, ATOMIC_CMPSWAP_F) \
    M(18, 18, ds_min_f32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MIN_F, .name12 = "ds_min_num_f32") \
    M(19, 19, ds_max_f32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MAX_F, .name12 = "ds_max_num_f32") \
    M(20, 20, ds_nop, K_NONE, K_NONE, K_NONE, K_NONE, ROW_NO_SRC | ROW_STORE | ROW_NOT_GDS, ds_nop, 0) \
    M(21, 21, ds_add_f32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_ADD_F) \
    M(24, NO, ds_gws_sema_release_all, K_NONE, K_NONE, K_NONE, K_NONE, ROW_STORE | ROW_GDS, ds_gds, 0) \
    M(25, NO, ds_gws_init, K_NONE, K_B32, K_NONE, K_NONE, ROW_STORE | ROW_GDS, ds_gds, 0) \
    M(26, NO, ds_gws_sema_v, K_NONE, K_NONE, K_NONE, K_NONE, ROW_STORE | ROW_GDS, ds_gds, 0) \
    M(27, NO, ds_gws_sema_br, K_NONE, K_B32, K_NONE, K_NONE, ROW_STORE | ROW_GDS, ds_gds, 0) \
    M(28, NO, ds_gws_sema_p, K_NONE, K_NONE, K_NONE, K_NONE, ROW_STORE | ROW_GDS, ds_gds, 0) \
    M(29, NO, ds_gws_barrier, K_NONE, K_B32, K_NONE, K_NONE, ROW_STORE | ROW_GDS, ds_gds, 0) \
    M(30, 30, ds_store_b8, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_store, 1) \
    M(31, 31, ds_store_b16, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_store, 2) \
    M(32, 32, ds_add_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_ADD) \
    M(33, 33, ds_sub_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_SUB) \
    M(34, 34, ds_rsub_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_RSUB) \
    M(35, 35, ds_inc_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_INC) \
    M(36, 36, ds_dec_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_DEC) \
    M(37, 37, ds_min_rtn_i32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MIN_I) \
    M(38, 38, ds_max_rtn_i32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MAX_I) \
    M(39, 39, ds_min_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MIN_U) \
    M(40, 40, ds_max_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MAX_U) \
    M(41, 41, ds_and_rtn_b32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_AND) \
    M(42, 42, ds_or_rtn_b32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_OR) \
    M(43, 43, ds_xor_rtn_b32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_XOR) \
    M(44, 44, ds_mskor_rtn_b32, K_B32, K_B32, K_B32, K_B32, ROW_RTN, ds_atomic, ATOMIC_MSKOR) \
    M(45, 45, ds_storexchg_rtn_b32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_SWAP) \
    M(46, 46, ds_storexchg_2addr_rtn_b32, K_B64, K_B32, K_B32, K_B32, ROW_RTN, ds_storexchg_2addr, 0) \
    M(47, 47, ds_storexchg_2addr_stride64_rtn_b32, K_B64, K_B32, K_B32, K_B32, ROW_RTN, ds_storexchg_2addr, 1) \
    M(48, 48, ds_cmpstore_rtn_b32, K_B32, K_B32, K_B32, K_B32, ROW_RTN, ds_atomic, ATOMIC_CMPSWAP) \
    M(49, NO, ds_cmpstore_rtn_f32, K_B32, K_B32, K_B32, K_B32, ROW_RTN, ds_atomic, ATOMIC_CMPSWAP_F) \
    M(50, 50, ds_min_rtn_f32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MIN_F, .name12 = "ds_min_num_rtn_f32") \
    M(51, 51, ds_max_rtn_f32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MAX_F, .name12 = "ds_max_num_rtn_f32") \
    M(52, NO, ds_wrap_rtn_b32, K_B32, K_B32, K_B32, K_B32, ROW_RTN, ds_atomic, ATOMIC_WRAP) \
    M(53, 53, ds_swizzle_b32, K_B32, K_B32, K_NONE, K_NONE, 0, ds_swizzle, 0) \
    M(54, 54, ds_load_b32, K_B32, K_B32, K_NONE, K_NONE, 0, ds_load, 4) \
    M(55, 55, ds_load_2addr_b32, K_B64, K_B32, K_NONE, K_NONE, 0, ds_load_2addr, 0) \
    M(56, 56, ds_load_2addr_stride64_b32, K_B64, K_B32, K_NONE, K_NONE, 0, ds_load_2addr, 1) \
    M(57, 57, ds_load_i8, K_B32, K_B32, K_NONE, K_NONE, 0, ds_load, 1 | MOVE_SIGNED) \
    M(58, 58, ds_load_u8, K_B32, K_B32, K_NONE, K_NONE, 0, ds_load, 1) \
    M(59, 59, ds_load_i16, K_B32, K_B32, K_NONE, K_NONE, 0, ds_load, 2 | MOVE_SIGNED) \
    M(60, 60, ds_load_u16, K_B32, K_B32, K_NONE, K_NONE, 0, ds_load, 2) \
    M(61, 61, ds_consume, K_B32, K_NONE, K_NONE, K_NONE, ROW_ONCE, ds_append, 1) \
    M(62, 62, ds_append, K_B32, K_NONE, K_NONE, K_NONE, ROW_ONCE, ds_append, 0) \
    M(63, NO, ds_ordered_count, K_B32, K_B32, K_NONE, K_NONE, ROW_GDS, ds_gds, 0) \
    M(64, 64, ds_add_u64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_ADD | ATOMIC_64) \
    M(65, 65, ds_sub_u64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_SUB | ATOMIC_64) \
    M(66, 66, ds_rsub_u64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_RSUB | ATOMIC_64) \
    M(67, 67, ds_inc_u64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_INC | ATOMIC_64) \
    M(68, 68, ds_dec_u64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_DEC | ATOMIC_64) \
    M(69, 69, ds_min_i64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MIN_I | ATOMIC_64) \
    M(70, 70, ds_max_i64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MAX_I | ATOMIC_64) \
    M(71, 71, ds_min_u64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MIN_U | ATOMIC_64) \
    M(72, 72, ds_max_u64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MAX_U | ATOMIC_64) \
    M(73, 73, ds_and_b64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_AND | ATOMIC_64) \
    M(74, 74, ds_or_b64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_OR | ATOMIC_64) \
    M(75, 75, ds_xor_b64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_XOR | ATOMIC_64) \
    M(76, 76, ds_mskor_b64, K_NONE, K_B32, K_B64, K_B64, ROW_STORE, ds_atomic, ATOMIC_MSKOR | ATOMIC_64) \
    M(77, 77, ds_store_b64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_store, 8) \
    M(78, 78, ds_store_2addr_b64, K_NONE, K_B32, K_B64, K_B64, ROW_STORE, ds_store_2addr, DS_TWO_64) \
    M(79, 79, ds_store_2addr_stride64_b64, K_NONE, K_B32, K_B64, K_B64, ROW_STORE, ds_store_2addr, DS_TWO_64 | 1) \
    M(80, 80, ds_cmpstore_b64, K_NONE, K_B32, K_B64, K_B64, ROW_STORE, ds_atomic, ATOMIC_CMPSWAP | ATOMIC_64) \
    M(81, NO, ds_cmpstore_f64, K_NONE, K_B32, K_B64, K_B64, ROW_STORE, ds_atomic, ATOMIC_CMPSWAP_F | ATOMIC_64) \
    M(82, 82, ds_min_f64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MIN_F | ATOMIC_64, \
      .name12 = "ds_min_num_f64") \
    M(83, 83, ds_max_f64, K_NONE, K_B32, K_B64, K_NONE, ROW_STORE, ds_atomic, ATOMIC_MAX_F | ATOMIC_64, \
      .name12 = "ds_max_num_f64") \
    M(96, 96, ds_add_rtn_u64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_ADD | ATOMIC_64) \
    M(97, 97, ds_sub_rtn_u64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_SUB | ATOMIC_64) \
    M(98, 98, ds_rsub_rtn_u64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_RSUB | ATOMIC_64) \
    M(99, 99, ds_inc_rtn_u64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_INC | ATOMIC_64) \
    M(100, 100, ds_dec_rtn_u64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_DEC | ATOMIC_64) \
    M(101, 101, ds_min_rtn_i64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MIN_I | ATOMIC_64) \
    M(102, 102, ds_max_rtn_i64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MAX_I | ATOMIC_64) \
    M(103, 103, ds_min_rtn_u64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MIN_U | ATOMIC_64) \
    M(104, 104, ds_max_rtn_u64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MAX_U | ATOMIC_64) \
    M(105, 105, ds_and_rtn_b64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_AND | ATOMIC_64) \
    M(106, 106, ds_or_rtn_b64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_OR | ATOMIC_64) \
    M(107, 107, ds_xor_rtn_b64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_XOR | ATOMIC_64) \
    M(108, 108, ds_mskor_rtn_b64, K_B64, K_B32, K_B64, K_B64, ROW_RTN, ds_atomic, ATOMIC_MSKOR | ATOMIC_64) \
    M(109, 109, ds_storexchg_rtn_b64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_SWAP | ATOMIC_64) \
    M(110, 110, ds_storexchg_2addr_rtn_b64, K_B128, K_B32, K_B64, K_B64, ROW_RTN, ds_storexchg_2addr, DS_TWO_64) \
    M(111, 111, ds_storexchg_2addr_stride64_rtn_b64, K_B128, K_B32, K_B64, K_B64, ROW_RTN, ds_storexchg_2addr, DS_TWO_64 | 1) \
    M(112, 112, ds_cmpstore_rtn_b64, K_B64, K_B32, K_B64, K_B64, ROW_RTN, ds_atomic, ATOMIC_CMPSWAP | ATOMIC_64) \
    M(113, NO, ds_cmpstore_rtn_f64, K_B64, K_B32, K_B64, K_B64, ROW_RTN, ds_atomic, ATOMIC_CMPSWAP_F | ATOMIC_64) \
    M(114, 114, ds_min_rtn_f64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MIN_F | ATOMIC_64, \
      .name12 = "ds_min_num_rtn_f64") \
    M(115, 115, ds_max_rtn_f64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_atomic, ATOMIC_MAX_F | ATOMIC_64, \
      .name12 = "ds_max_num_rtn_f64") \
    M(118, 118, ds_load_b64, K_B64, K_B32, K_NONE, K_NONE, 0, ds_load, 8) \
    M(119, 119, ds_load_2addr_b64, K_B128, K_B32, K_NONE, K_NONE, 0, ds_load_2addr, DS_TWO_64) \
    M(120, 120, ds_load_2addr_stride64_b64, K_B128, K_B32, K_NONE, K_NONE, 0, ds_load_2addr, DS_TWO_64 | 1) \
    M(121, 121, ds_add_rtn_f32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_ADD_F) \
    M(122, NO, ds_add_gs_reg_rtn, K_B64, K_NONE, K_B32, K_NONE, ROW_GDS, ds_gds, 0) \
    M(123, NO, ds_sub_gs_reg_rtn, K_B64, K_NONE, K_B32, K_NONE, ROW_GDS, ds_gds, 0) \
    M(126, 126, ds_condxchg32_rtn_b64, K_B64, K_B32, K_B64, K_NONE, ROW_RTN, ds_condxchg32, 0) \
    M(160, 160, ds_store_b8_d16_hi, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_store, 1 | MOVE_D16_HI) \
    M(161, 161, ds_store_b16_d16_hi, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_store, 2 | MOVE_D16_HI) \
    M(162, 162, ds_load_u8_d16, K_B32, K_B32, K_NONE, K_NONE, ROW_READS_DST, ds_load, 1 | MOVE_D16) \
    M(163, 163, ds_load_u8_d16_hi, K_B32, K_B32, K_NONE, K_NONE, ROW_READS_DST, ds_load, 1 | MOVE_D16_HI) \
    M(164, 164, ds_load_i8_d16, K_B32, K_B32, K_NONE, K_NONE, ROW_READS_DST, ds_load, 1 | MOVE_D16 | MOVE_SIGNED) \
    M(165, 165, ds_load_i8_d16_hi, K_B32, K_B32, K_NONE, K_NONE, ROW_READS_DST, ds_load, 1 | MOVE_D16_HI | MOVE_SIGNED) \
    M(166, 166, ds_load_u16_d16, K_B32, K_B32, K_NONE, K_NONE, ROW_READS_DST, ds_load, 2 | MOVE_D16) \
    M(167, 167, ds_load_u16_d16_hi, K_B32, K_B32, K_NONE, K_NONE, ROW_READS_DST, ds_load, 2 | MOVE_D16_HI) \
    M(173, NO, ds_bvh_stack_rtn_b32, K_B32, K_B32, K_B32, K_B128, 0, not_compute, 0) \
    M(176, 176, ds_store_addtid_b32, K_NONE, K_NONE, K_B32, K_NONE, ROW_STORE, ds_store_addtid, 0) \
    M(177, 177, ds_load_addtid_b32, K_B32, K_NONE, K_NONE, K_NONE, 0, ds_load_addtid, 0) \
    M(178, 178, ds_permute_b32, K_B32, K_B32, K_B32, K_NONE, ROW_ONCE | ROW_NOT_GDS, ds_permute, 0) \
    M(179, 179, ds_bpermute_b32, K_B32, K_B32, K_B32, K_NONE, ROW_ONCE | ROW_NOT_GDS, ds_bpermute, 0) \
    M(222, 222, ds_store_b96, K_NONE, K_B32, K_B96, K_NONE, ROW_STORE, ds_store, 12) \
    M(223, 223, ds_store_b128, K_NONE, K_B32, K_B128, K_NONE, ROW_STORE, ds_store, 16) \
    M(254, 254, ds_load_b96, K_B96, K_B32, K_NONE, K_NONE, 0, ds_load, 12) \
    M(255, 255, ds_load_b128, K_B128, K_B32, K_NONE, K_NONE, 0, ds_load, 16) \
    M(NO, 152, ds_cond_sub_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_COND_SUB) \
    M(NO, 153, ds_sub_clamp_u32, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_CSUB) \
    M(NO, 154, ds_pk_add_f16, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_PK_ADD_F16) \
    M(NO, 155, ds_pk_add_bf16, K_NONE, K_B32, K_B32, K_NONE, ROW_STORE, ds_atomic, ATOMIC_PK_ADD_BF16) \
    M(NO, 168, ds_cond_sub_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_COND_SUB) \
    M(NO, 169, ds_sub_clamp_rtn_u32, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_CSUB) \
    M(NO, 170, ds_pk_add_rtn_f16, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_PK_ADD_F16) \
    M(NO, 171, ds_pk_add_rtn_bf16, K_B32, K_B32, K_B32, K_NONE, ROW_RTN, ds_atomic, ATOMIC_PK_ADD_BF16) \
    M(NO, 205, ds_bpermute_fi_b32, K_B32, K_B32, K_B32, K_NONE, ROW_NOT_LLVM, ds_bpermute_fi, 0) \
    M(NO, 224, ds_bvh_stack_push4_pop1_rtn_b32, K_B32, K_B32, K_B32, K_B128, ROW_NOT_LLVM, not_compute, 0) \
    M(NO, 225, ds_bvh_stack_push8_pop1_rtn_b32, K_B32, K_B32, K_B32, K_B256, ROW_NOT_LLVM, not_compute, 0) \
    M(NO, 226, ds_bvh_stack_push8_pop2_rtn_b64, K_B64, K_B32, K_B32, K_B256, ROW_NOT_LLVM, not_compute, 0)

#define ISA_ROWS_FLAT(M) \
    M(16, 16, flat_load_u8, K_B32, K_B64, K_NONE, K_NONE, 0, flat_load, 1) \
    M(17, 17, flat_load_i8, K_B32, K_B64, K_NONE, K_NONE, 0, flat_load, 1 | MOVE_SIGNED) \
    M(18, 18, flat_load_u16, K_B32, K_B64, K_NONE, K_NONE, 0, flat_load, 2) \
    M(19, 19, flat_load_i16, K_B32, K_B64, K_NONE, K_NONE, 0, flat_load, 2 | MOVE_SIGNED) \
    M(20, 20, flat_load_b32, K_B32, K_B64, K_NONE, K_NONE, 0, flat_load, 4) \
    M(21, 21, flat_load_b64, K_B64, K_B64, K_NONE, K_NONE, 0, flat_load, 8) \
    M(22, 22, flat_load_b96, K_B96, K_B64, K_NONE, K_NONE, 0, flat_load, 12) \
    M(23, 23, flat_load_b128, K_B128, K_B64, K_NONE, K_NONE, 0, flat_load, 16) \
    M(24, 24, flat_store_b8, K_NONE, K_B64, K_B32, K_NONE, ROW_STORE, flat_store, 1) \
    M(25, 25, flat_store_b16, K_NONE, K_B64, K_B32, K_NONE, ROW_STORE, flat_store, 2) \
    M(26, 26, flat_store_b32, K_NONE, K_B64, K_B32, K_NONE, ROW_STORE, flat_store, 4) \
    M(27, 27, flat_store_b64, K_NONE, K_B64, K_B64, K_NONE, ROW_STORE, flat_store, 8) \
    M(28, 28, flat_store_b96, K_NONE, K_B64, K_B96, K_NONE, ROW_STORE, flat_store, 12) \
    M(29, 29, flat_store_b128, K_NONE, K_B64, K_B128, K_NONE, ROW_STORE, flat_store, 16) \
    M(30, 30, flat_load_d16_u8, K_B32, K_B64, K_NONE, K_NONE, ROW_READS_DST, flat_load, 1 | MOVE_D16) \
    M(31, 31, flat_load_d16_i8, K_B32, K_B64, K_NONE, K_NONE, ROW_READS_DST, flat_load, 1 | MOVE_D16 | MOVE_SIGNED) \
    M(32, 32, flat_load_d16_b16, K_B32, K_B64, K_NONE, K_NONE, ROW_READS_DST, flat_load, 2 | MOVE_D16) \
    M(33, 33, flat_load_d16_hi_u8, K_B32, K_B64, K_NONE, K_NONE, ROW_READS_DST, flat_load, 1 | MOVE_D16_HI) \
    M(34, 34, flat_load_d16_hi_i8, K_B32, K_B64, K_NONE, K_NONE, ROW_READS_DST, flat_load, 1 | MOVE_D16_HI | MOVE_SIGNED) \
    M(35, 35, flat_load_d16_hi_b16, K_B32, K_B64, K_NONE, K_NONE, ROW_READS_DST, flat_load, 2 | MOVE_D16_HI) \
    M(36, 36, flat_store_d16_hi_b8, K_NONE, K_B64, K_B32, K_NONE, ROW_STORE, flat_store, 1 | MOVE_D16_HI) \
    M(37, 37, flat_store_d16_hi_b16, K_NONE, K_B64, K_B32, K_NONE, ROW_STORE, flat_store, 2 | MOVE_D16_HI) \
    M(51, 51, flat_atomic_swap_b32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_SWAP) \
    M(52, 52, flat_atomic_cmpswap_b32, K_B32, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_CMPSWAP) \
    M(53, 53, flat_atomic_add_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_ADD) \
    M(54, 54, flat_atomic_sub_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_SUB) \
    M(56, 56, flat_atomic_min_i32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MIN_I) \
    M(57, 57, flat_atomic_min_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MIN_U) \
    M(58, 58, flat_atomic_max_i32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MAX_I) \
    M(59, 59, flat_atomic_max_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MAX_U) \
    M(60, 60, flat_atomic_and_b32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_AND) \
    M(61, 61, flat_atomic_or_b32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_OR) \
    M(62, 62, flat_atomic_xor_b32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_XOR) \
    M(63, 63, flat_atomic_inc_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_INC) \
    M(64, 64, flat_atomic_dec_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_DEC) \
    M(65, 65, flat_atomic_swap_b64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_SWAP | ATOMIC_64) \
    M(66, 66, flat_atomic_cmpswap_b64, K_B64, K_B64, K_B128, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_CMPSWAP | ATOMIC_64) \
    M(67, 67, flat_atomic_add_u64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_ADD | ATOMIC_64) \
    M(68, 68, flat_atomic_sub_u64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_SUB | ATOMIC_64) \
    M(69, 69, flat_atomic_min_i64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MIN_I | ATOMIC_64) \
    M(70, 70, flat_atomic_min_u64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MIN_U | ATOMIC_64) \
    M(71, 71, flat_atomic_max_i64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MAX_I | ATOMIC_64) \
    M(72, 72, flat_atomic_max_u64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MAX_U | ATOMIC_64) \
    M(73, 73, flat_atomic_and_b64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_AND | ATOMIC_64) \
    M(74, 74, flat_atomic_or_b64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_OR | ATOMIC_64) \
    M(75, 75, flat_atomic_xor_b64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_XOR | ATOMIC_64) \
    M(76, 76, flat_atomic_inc_u64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_INC | ATOMIC_64) \
    M(77, 77, flat_atomic_dec_u64, K_B64, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_DEC | ATOMIC_64) \
    M(80, NO, flat_atomic_cmpswap_f32, K_B32, K_B64, K_B64, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_CMPSWAP_F) \
    M(81, 81, flat_atomic_min_f32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MIN_F, \
      .name12 = "flat_atomic_min_num_f32") \
    M(82, 82, flat_atomic_max_f32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_MAX_F, \
      .name12 = "flat_atomic_max_num_f32") \
    M(86, 86, flat_atomic_add_f32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_ADD_F) \
    M(NO, 55, flat_atomic_sub_clamp_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_CSUB) \
    M(NO, 80, flat_atomic_cond_sub_u32, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_COND_SUB) \
    M(NO, 89, flat_atomic_pk_add_f16, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_PK_ADD_F16) \
    M(NO, 90, flat_atomic_pk_add_bf16, K_B32, K_B64, K_B32, K_NONE, ROW_ATOMIC, flat_atomic, ATOMIC_PK_ADD_BF16)

#define ISA_ROWS_GLOBAL(M) \
    M(16, 16, global_load_u8, K_B32, K_B64, K_NONE, K_B64, 0, global_load, 1) \
    M(17, 17, global_load_i8, K_B32, K_B64, K_NONE, K_B64, 0, global_load, 1 | MOVE_SIGNED) \
    M(18, 18, global_load_u16, K_B32, K_B64, K_NONE, K_B64, 0, global_load, 2) \
    M(19, 19, global_load_i16, K_B32, K_B64, K_NONE, K_B64, 0, global_load, 2 | MOVE_SIGNED) \
    M(20, 20, global_load_b32, K_B32, K_B64, K_NONE, K_B64, 0, global_load, 4) \
    M(21, 21, global_load_b64, K_B64, K_B64, K_NONE, K_B64, 0, global_load, 8) \
    M(22, 22, global_load_b96, K_B96, K_B64, K_NONE, K_B64, 0, global_load, 12) \
    M(23, 23, global_load_b128, K_B128, K_B64, K_NONE, K_B64, 0, global_load, 16) \
    M(24, 24, global_store_b8, K_NONE, K_B64, K_B32, K_B64, ROW_STORE, global_store, 1) \
    M(25, 25, global_store_b16, K_NONE, K_B64, K_B32, K_B64, ROW_STORE, global_store, 2) \
    M(26, 26, global_store_b32, K_NONE, K_B64, K_B32, K_B64, ROW_STORE, global_store, 4) \
    M(27, 27, global_store_b64, K_NONE, K_B64, K_B64, K_B64, ROW_STORE, global_store, 8) \
    M(28, 28, global_store_b96, K_NONE, K_B64, K_B96, K_B64, ROW_STORE, global_store, 12) \
    M(29, 29, global_store_b128, K_NONE, K_B64, K_B128, K_B64, ROW_STORE, global_store, 16) \
    M(30, 30, global_load_d16_u8, K_B32, K_B64, K_NONE, K_B64, ROW_READS_DST, global_load, 1 | MOVE_D16) \
    M(31, 31, global_load_d16_i8, K_B32, K_B64, K_NONE, K_B64, ROW_READS_DST, global_load, 1 | MOVE_D16 | MOVE_SIGNED) \
    M(32, 32, global_load_d16_b16, K_B32, K_B64, K_NONE, K_B64, ROW_READS_DST, global_load, 2 | MOVE_D16) \
    M(33, 33, global_load_d16_hi_u8, K_B32, K_B64, K_NONE, K_B64, ROW_READS_DST, global_load, 1 | MOVE_D16_HI) \
    M(34, 34, global_load_d16_hi_i8, K_B32, K_B64, K_NONE, K_B64, ROW_READS_DST, global_load, 1 | MOVE_D16_HI | MOVE_SIGNED) \
    M(35, 35, global_load_d16_hi_b16, K_B32, K_B64, K_NONE, K_B64, ROW_READS_DST, global_load, 2 | MOVE_D16_HI) \
    M(36, 36, global_store_d16_hi_b8, K_NONE, K_B64, K_B32, K_B64, ROW_STORE, global_store, 1 | MOVE_D16_HI) \
    M(37, 37, global_store_d16_hi_b16, K_NONE, K_B64, K_B32, K_B64, ROW_STORE, global_store, 2 | MOVE_D16_HI) \
    M(40, 40, global_load_addtid_b32, K_B32, K_NONE, K_NONE, K_B64, 0, global_load_addtid, 4) \
    M(41, 41, global_store_addtid_b32, K_NONE, K_NONE, K_B32, K_B64, ROW_STORE, global_store_addtid, 4) \
    M(51, 51, global_atomic_swap_b32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_SWAP) \
    M(52, 52, global_atomic_cmpswap_b32, K_B32, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_CMPSWAP) \
    M(53, 53, global_atomic_add_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_ADD) \
    M(54, 54, global_atomic_sub_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_SUB) \
    M(55, 55, global_atomic_csub_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_CSUB, \
      .name12 = "global_atomic_sub_clamp_u32") \
    M(56, 56, global_atomic_min_i32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MIN_I) \
    M(57, 57, global_atomic_min_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MIN_U) \
    M(58, 58, global_atomic_max_i32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MAX_I) \
    M(59, 59, global_atomic_max_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MAX_U) \
    M(60, 60, global_atomic_and_b32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_AND) \
    M(61, 61, global_atomic_or_b32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_OR) \
    M(62, 62, global_atomic_xor_b32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_XOR) \
    M(63, 63, global_atomic_inc_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_INC) \
    M(64, 64, global_atomic_dec_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_DEC) \
    M(65, 65, global_atomic_swap_b64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_SWAP | ATOMIC_64) \
    M(66, 66, global_atomic_cmpswap_b64, K_B64, K_B64, K_B128, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_CMPSWAP | ATOMIC_64) \
    M(67, 67, global_atomic_add_u64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_ADD | ATOMIC_64) \
    M(68, 68, global_atomic_sub_u64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_SUB | ATOMIC_64) \
    M(69, 69, global_atomic_min_i64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MIN_I | ATOMIC_64) \
    M(70, 70, global_atomic_min_u64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MIN_U | ATOMIC_64) \
    M(71, 71, global_atomic_max_i64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MAX_I | ATOMIC_64) \
    M(72, 72, global_atomic_max_u64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MAX_U | ATOMIC_64) \
    M(73, 73, global_atomic_and_b64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_AND | ATOMIC_64) \
    M(74, 74, global_atomic_or_b64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_OR | ATOMIC_64) \
    M(75, 75, global_atomic_xor_b64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_XOR | ATOMIC_64) \
    M(76, 76, global_atomic_inc_u64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_INC | ATOMIC_64) \
    M(77, 77, global_atomic_dec_u64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_DEC | ATOMIC_64) \
    M(80, NO, global_atomic_cmpswap_f32, K_B32, K_B64, K_B64, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_CMPSWAP_F) \
    M(81, 81, global_atomic_min_f32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MIN_F, \
      .name12 = "global_atomic_min_num_f32") \
    M(82, 82, global_atomic_max_f32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_MAX_F, \
      .name12 = "global_atomic_max_num_f32") \
    M(86, 86, global_atomic_add_f32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_ADD_F) \
    M(NO, 43, global_inv, K_NONE, K_NONE, K_NONE, K_NONE, ROW_ONCE | ROW_STORE, buffer_inv, 0) \
    M(NO, 44, global_wb, K_NONE, K_NONE, K_NONE, K_NONE, ROW_ONCE | ROW_STORE, buffer_wb, 0) \
    M(NO, 79, global_wbinv, K_NONE, K_NONE, K_NONE, K_NONE, ROW_ONCE | ROW_STORE, buffer_inv, 0) \
    M(NO, 80, global_atomic_cond_sub_u32, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_COND_SUB) \
    M(NO, 83, global_load_block, K_B1024, K_B64, K_NONE, K_B64, 0, global_load_block, 0) \
    M(NO, 84, global_store_block, K_NONE, K_B64, K_B1024, K_B64, ROW_STORE, global_store_block, 0) \
    M(NO, 87, global_load_tr_b128, K_B128, K_B64, K_NONE, K_B64, ROW_ONCE, global_load_tr, 2) \
    M(NO, 88, global_load_tr_b64, K_B64, K_B64, K_NONE, K_B64, ROW_ONCE, global_load_tr, 1) \
    M(NO, 89, global_atomic_pk_add_f16, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_PK_ADD_F16) \
    M(NO, 90, global_atomic_pk_add_bf16, K_B32, K_B64, K_B32, K_B64, ROW_ATOMIC, global_atomic, ATOMIC_PK_ADD_BF16) \
    M(NO, 115, global_atomic_ordered_add_b64, K_B64, K_B64, K_B64, K_B64, ROW_ATOMIC, not_compute, 0)

#define ISA_ROWS_SCRATCH(M) \
    M(16, 16, scratch_load_u8, K_B32, K_B32, K_NONE, K_B32, 0, scratch_load, 1) \
    M(17, 17, scratch_load_i8, K_B32, K_B32, K_NONE, K_B32, 0, scratch_load, 1 | MOVE_SIGNED) \
    M(18, 18, scratch_load_u16, K_B32, K_B32, K_NONE, K_B32, 0, scratch_load, 2) \
    M(19, 19, scratch_load_i16, K_B32, K_B32, K_NONE, K_B32, 0, scratch_load, 2 | MOVE_SIGNED) \
    M(20, 20, scratch_load_b32, K_B32, K_B32, K_NONE, K_B32, 0, scratch_load, 4) \
    M(21, 21, scratch_load_b64, K_B64, K_B32, K_NONE, K_B32, 0, scratch_load, 8) \
    M(22, 22, scratch_load_b96, K_B96, K_B32, K_NONE, K_B32, 0, scratch_load, 12) \
    M(23, 23, scratch_load_b128, K_B128, K_B32, K_NONE, K_B32, 0, scratch_load, 16) \
    M(24, 24, scratch_store_b8, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, scratch_store, 1) \
    M(25, 25, scratch_store_b16, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, scratch_store, 2) \
    M(26, 26, scratch_store_b32, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, scratch_store, 4) \
    M(27, 27, scratch_store_b64, K_NONE, K_B32, K_B64, K_B32, ROW_STORE, scratch_store, 8) \
    M(28, 28, scratch_store_b96, K_NONE, K_B32, K_B96, K_B32, ROW_STORE, scratch_store, 12) \
    M(29, 29, scratch_store_b128, K_NONE, K_B32, K_B128, K_B32, ROW_STORE, scratch_store, 16) \
    M(30, 30, scratch_load_d16_u8, K_B32, K_B32, K_NONE, K_B32, ROW_READS_DST, scratch_load, 1 | MOVE_D16) \
    M(31, 31, scratch_load_d16_i8, K_B32, K_B32, K_NONE, K_B32, ROW_READS_DST, scratch_load, 1 | MOVE_D16 | MOVE_SIGNED) \
    M(32, 32, scratch_load_d16_b16, K_B32, K_B32, K_NONE, K_B32, ROW_READS_DST, scratch_load, 2 | MOVE_D16) \
    M(33, 33, scratch_load_d16_hi_u8, K_B32, K_B32, K_NONE, K_B32, ROW_READS_DST, scratch_load, 1 | MOVE_D16_HI) \
    M(34, 34, scratch_load_d16_hi_i8, K_B32, K_B32, K_NONE, K_B32, ROW_READS_DST, scratch_load, 1 | MOVE_D16_HI | MOVE_SIGNED) \
    M(35, 35, scratch_load_d16_hi_b16, K_B32, K_B32, K_NONE, K_B32, ROW_READS_DST, scratch_load, 2 | MOVE_D16_HI) \
    M(36, 36, scratch_store_d16_hi_b8, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, scratch_store, 1 | MOVE_D16_HI) \
    M(37, 37, scratch_store_d16_hi_b16, K_NONE, K_B32, K_B32, K_B32, ROW_STORE, scratch_store, 2 | MOVE_D16_HI) \
    M(NO, 83, scratch_load_block, K_B1024, K_B32, K_NONE, K_B32, 0, scratch_load_block, 0) \
    M(NO, 84, scratch_store_block, K_NONE, K_B32, K_B1024, K_B32, ROW_STORE, scratch_store_block, 0)

#define ISA_ROWS_MUBUF(M) \
    M(0, 0, buffer_load_format_x, K_B32, K_B32, K_NONE, K_B128, 0, not_compute, 0) \
    M(1, 1, buffer_load_format_xy, K_B64, K_B32, K_NONE, K_B128, 0, not_compute, 0) \
    M(2, 2, buffer_load_format_xyz, K_B96, K_B32, K_NONE, K_B128, 0, not_compute, 0) \
    M(3, 3, buffer_load_format_xyzw, K_B128, K_B32, K_NONE, K_B128, 0, not_compute, 0) \
    M(4, 4, buffer_store_format_x, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, not_compute, 0) \
    M(5, 5, buffer_store_format_xy, K_NONE, K_B32, K_B64, K_B128, ROW_STORE, not_compute, 0) \
    M(6, 6, buffer_store_format_xyz, K_NONE, K_B32, K_B96, K_B128, ROW_STORE, not_compute, 0) \
    M(7, 7, buffer_store_format_xyzw, K_NONE, K_B32, K_B128, K_B128, ROW_STORE, not_compute, 0) \
    M(8, 8, buffer_load_d16_format_x, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, not_compute, 0) \
    M(9, 9, buffer_load_d16_format_xy, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, not_compute, 0) \
    M(10, 10, buffer_load_d16_format_xyz, K_B64, K_B32, K_NONE, K_B128, ROW_READS_DST, not_compute, 0) \
    M(11, 11, buffer_load_d16_format_xyzw, K_B64, K_B32, K_NONE, K_B128, ROW_READS_DST, not_compute, 0) \
    M(12, 12, buffer_store_d16_format_x, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, not_compute, 0) \
    M(13, 13, buffer_store_d16_format_xy, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, not_compute, 0) \
    M(14, 14, buffer_store_d16_format_xyz, K_NONE, K_B32, K_B64, K_B128, ROW_STORE, not_compute, 0) \
    M(15, 15, buffer_store_d16_format_xyzw, K_NONE, K_B32, K_B64, K_B128, ROW_STORE, not_compute, 0) \
    M(16, 16, buffer_load_u8, K_B32, K_B32, K_NONE, K_B128, 0, buffer_load, 1) \
    M(17, 17, buffer_load_i8, K_B32, K_B32, K_NONE, K_B128, 0, buffer_load, 1 | MOVE_SIGNED) \
    M(18, 18, buffer_load_u16, K_B32, K_B32, K_NONE, K_B128, 0, buffer_load, 2) \
    M(19, 19, buffer_load_i16, K_B32, K_B32, K_NONE, K_B128, 0, buffer_load, 2 | MOVE_SIGNED) \
    M(20, 20, buffer_load_b32, K_B32, K_B32, K_NONE, K_B128, 0, buffer_load, 4) \
    M(21, 21, buffer_load_b64, K_B64, K_B32, K_NONE, K_B128, 0, buffer_load, 8) \
    M(22, 22, buffer_load_b96, K_B96, K_B32, K_NONE, K_B128, 0, buffer_load, 12) \
    M(23, 23, buffer_load_b128, K_B128, K_B32, K_NONE, K_B128, 0, buffer_load, 16) \
    M(24, 24, buffer_store_b8, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, buffer_store, 1) \
    M(25, 25, buffer_store_b16, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, buffer_store, 2) \
    M(26, 26, buffer_store_b32, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, buffer_store, 4) \
    M(27, 27, buffer_store_b64, K_NONE, K_B32, K_B64, K_B128, ROW_STORE, buffer_store, 8) \
    M(28, 28, buffer_store_b96, K_NONE, K_B32, K_B96, K_B128, ROW_STORE, buffer_store, 12) \
    M(29, 29, buffer_store_b128, K_NONE, K_B32, K_B128, K_B128, ROW_STORE, buffer_store, 16) \
    M(30, 30, buffer_load_d16_u8, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, buffer_load, 1 | MOVE_D16) \
    M(31, 31, buffer_load_d16_i8, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, buffer_load, 1 | MOVE_D16 | MOVE_SIGNED) \
    M(32, 32, buffer_load_d16_b16, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, buffer_load, 2 | MOVE_D16) \
    M(33, 33, buffer_load_d16_hi_u8, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, buffer_load, 1 | MOVE_D16_HI) \
    M(34, 34, buffer_load_d16_hi_i8, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, buffer_load, 1 | MOVE_D16_HI | MOVE_SIGNED) \
    M(35, 35, buffer_load_d16_hi_b16, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, buffer_load, 2 | MOVE_D16_HI) \
    M(36, 36, buffer_store_d16_hi_b8, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, buffer_store, 1 | MOVE_D16_HI) \
    M(37, 37, buffer_store_d16_hi_b16, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, buffer_store, 2 | MOVE_D16_HI) \
    M(38, 38, buffer_load_d16_hi_format_x, K_B32, K_B32, K_NONE, K_B128, ROW_READS_DST, not_compute, 0) \
    M(39, 39, buffer_store_d16_hi_format_x, K_NONE, K_B32, K_B32, K_B128, ROW_STORE, not_compute, 0) \
    M(43, NO, buffer_gl0_inv, K_NONE, K_NONE, K_NONE, K_NONE, ROW_ONCE | ROW_STORE, buffer_inv, 0) \
    M(44, NO, buffer_gl1_inv, K_NONE, K_NONE, K_NONE, K_NONE, ROW_ONCE | ROW_STORE, buffer_inv, 0) \
    M(45, NO, buffer_load_lds_u8, K_NONE, K_B32, K_NONE, K_B128, 0, buffer_load_lds, 1) \
    M(46, NO, buffer_load_lds_i8, K_NONE, K_B32, K_NONE, K_B128, 0, buffer_load_lds, 1 | MOVE_SIGNED) \
    M(47, NO, buffer_load_lds_u16, K_NONE, K_B32, K_NONE, K_B128, 0, buffer_load_lds, 2) \
    M(48, NO, buffer_load_lds_i16, K_NONE, K_B32, K_NONE, K_B128, 0, buffer_load_lds, 2 | MOVE_SIGNED) \
    M(49, NO, buffer_load_lds_b32, K_NONE, K_B32, K_NONE, K_B128, 0, buffer_load_lds, 4) \
    M(50, NO, buffer_load_lds_format_x, K_NONE, K_B32, K_NONE, K_B128, 0, not_compute, 0) \
    M(51, 51, buffer_atomic_swap_b32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_SWAP) \
    M(52, 52, buffer_atomic_cmpswap_b32, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_CMPSWAP) \
    M(53, 53, buffer_atomic_add_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_ADD) \
    M(54, 54, buffer_atomic_sub_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_SUB) \
    M(55, 55, buffer_atomic_csub_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_CSUB, \
      .name12 = "buffer_atomic_sub_clamp_u32") \
    M(56, 56, buffer_atomic_min_i32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MIN_I) \
    M(57, 57, buffer_atomic_min_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MIN_U) \
    M(58, 58, buffer_atomic_max_i32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MAX_I) \
    M(59, 59, buffer_atomic_max_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MAX_U) \
    M(60, 60, buffer_atomic_and_b32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_AND) \
    M(61, 61, buffer_atomic_or_b32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_OR) \
    M(62, 62, buffer_atomic_xor_b32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_XOR) \
    M(63, 63, buffer_atomic_inc_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_INC) \
    M(64, 64, buffer_atomic_dec_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_DEC) \
    M(65, 65, buffer_atomic_swap_b64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_SWAP | ATOMIC_64) \
    M(66, 66, buffer_atomic_cmpswap_b64, K_B128, K_B32, K_B128, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_CMPSWAP | ATOMIC_64) \
    M(67, 67, buffer_atomic_add_u64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_ADD | ATOMIC_64) \
    M(68, 68, buffer_atomic_sub_u64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_SUB | ATOMIC_64) \
    M(69, 69, buffer_atomic_min_i64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MIN_I | ATOMIC_64) \
    M(70, 70, buffer_atomic_min_u64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MIN_U | ATOMIC_64) \
    M(71, 71, buffer_atomic_max_i64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MAX_I | ATOMIC_64) \
    M(72, 72, buffer_atomic_max_u64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MAX_U | ATOMIC_64) \
    M(73, 73, buffer_atomic_and_b64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_AND | ATOMIC_64) \
    M(74, 74, buffer_atomic_or_b64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_OR | ATOMIC_64) \
    M(75, 75, buffer_atomic_xor_b64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_XOR | ATOMIC_64) \
    M(76, 76, buffer_atomic_inc_u64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_INC | ATOMIC_64) \
    M(77, 77, buffer_atomic_dec_u64, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_DEC | ATOMIC_64) \
    M(80, NO, buffer_atomic_cmpswap_f32, K_B64, K_B32, K_B64, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_CMPSWAP_F) \
    M(81, 81, buffer_atomic_min_f32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MIN_F, \
      .name12 = "buffer_atomic_min_num_f32") \
    M(82, 82, buffer_atomic_max_f32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_MAX_F, \
      .name12 = "buffer_atomic_max_num_f32") \
    M(86, 86, buffer_atomic_add_f32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_ADD_F) \
    M(NO, 80, buffer_atomic_cond_sub_u32, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_COND_SUB) \
    M(NO, 89, buffer_atomic_pk_add_f16, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_PK_ADD_F16) \
    M(NO, 90, buffer_atomic_pk_add_bf16, K_B32, K_B32, K_B32, K_B128, ROW_ATOMIC, buffer_atomic, ATOMIC_PK_ADD_BF16)

/* clang-format on */

#endif
