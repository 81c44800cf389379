/*
 * waits_kernels.h: programs that wait, or do not wait, for what they load; written by hand, since the compiler always waits. Of
 * kernels.c. Arguments: out in s[4:5], in in s[6:7], n in s8 behind START; v1 is 4 * the work-item.
 */
#ifdef __GFX12__
#define WAIT_LOADS(n) "s_wait_loadcnt " #n "\n"
#define WAIT_LDS(n) "s_wait_dscnt " #n "\n"
#define WAIT_SCALAR "s_wait_kmcnt 0x0\n"
#else
#define WAIT_LOADS(n) "s_waitcnt vmcnt(" #n ")\n"
#define WAIT_LDS(n) "s_waitcnt lgkmcnt(" #n ")\n"
#define WAIT_SCALAR "s_waitcnt lgkmcnt(0)\n"
#endif

#define START "s_load_b128 s[4:7], s[0:1], 0x0\ns_load_b32 s8, s[0:1], 0x10\n" WAIT_SCALAR "v_lshlrev_b32 v1, 2, v0\n"
#define LOAD(v) "global_load_b32 " #v ", v1, s[6:7]\n"
#define NEXT_ROUND(label) "s_sub_i32 s8, s8, 1\ns_cmp_lg_u32 s8, 0\ns_cbranch_scc1 " label "\n"
#define JUMP_BY_REGISTER                                                                                                         \
    "s_getpc_b64 s[10:11]\n0: s_add_u32 s10, s10, 1f-0b\ns_addc_u32 s11, s11, 0\ns_setpc_b64 s[10:11]\ns_endpgm\n1:\n"

#define PROGRAM(name, text)                                                                                                      \
    KERNEL name(const struct two k)                                                                                              \
    {                                                                                                                            \
        (void)k;                                                                                                                 \
        __asm__ volatile(START text ::                                                                                           \
                             : "memory", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "v1", "v2", "v3", "v4", "v5", "v6",   \
                               "scc");                                                                                           \
    }

PROGRAM(waits_straight, LOAD(v2) WAIT_LOADS(0) "v_mov_b32 v3, v2")
PROGRAM(waits_straight_early, LOAD(v2) "v_mov_b32 v3, v2")
PROGRAM(waits_overwritten_early, LOAD(v2) "v_mov_b32 v2, 0")
PROGRAM(waits_scalar_early, "s_load_b32 s9, s[0:1], 0x10\ns_mov_b32 s10, s9")
PROGRAM(waits_vccz_early, "s_load_b64 vcc, s[0:1], 0x8\ns_cbranch_vccz 1f\n1:")
PROGRAM(waits_answer_early, "s_sendmsg_rtn_b32 s9, sendmsg(MSG_RTN_GET_REALTIME)\ns_mov_b32 s10, s9")

/* The older of two; of two that come in any order. */
PROGRAM(waits_older, LOAD(v2) LOAD(v3) WAIT_LOADS(1) "v_mov_b32 v4, v2")
PROGRAM(waits_younger_early, LOAD(v2) LOAD(v3) WAIT_LOADS(1) "v_mov_b32 v4, v3")
PROGRAM(waits_any_order_early, "ds_bpermute_b32 v2, v1, v0\ns_load_b32 s9, s[0:1], 0x10\n" WAIT_LDS(1) "v_mov_b32 v3, v2")

/* n = 0: nothing was loaded. */
PROGRAM(waits_join, "s_cmp_eq_u32 s8, 0\ns_cbranch_scc1 1f\n" LOAD(v2) "1:\n" WAIT_LOADS(0) "v_mov_b32 v3, v2")
PROGRAM(waits_join_early, "s_cmp_eq_u32 s8, 0\ns_cbranch_scc1 1f\n" LOAD(v2) "1: v_mov_b32 v3, v2")

/* n rounds: what one round loads, the next one reads. */
PROGRAM(waits_loop, "v_mov_b32 v2, 0\n1:\n" WAIT_LOADS(0) "v_mov_b32 v3, v2\n" LOAD(v2) NEXT_ROUND("1b"))
PROGRAM(waits_loop_early, "v_mov_b32 v2, 0\n1: v_mov_b32 v3, v2\n" LOAD(v2) NEXT_ROUND("1b"))

/* The same with two loads on their way all the time. */
PROGRAM(waits_pipeline, LOAD(v2) LOAD(v3) "1:\n" WAIT_LOADS(1) "v_mov_b32 v4, v2\n" LOAD(v2)
                            WAIT_LOADS(1) "v_mov_b32 v4, v3\n" LOAD(v3) NEXT_ROUND("1b"))
PROGRAM(waits_pipeline_early, LOAD(v2) LOAD(v3) "1:\n" WAIT_LOADS(1) "v_mov_b32 v4, v2\n" LOAD(v2)
                                  WAIT_LOADS(2) "v_mov_b32 v4, v3\n" LOAD(v3) NEXT_ROUND("1b"))

PROGRAM(waits_jump, JUMP_BY_REGISTER LOAD(v2) WAIT_LOADS(0) "v_mov_b32 v3, v2")
PROGRAM(waits_jump_early, JUMP_BY_REGISTER LOAD(v2) "v_mov_b32 v3, v2")

/* v[4 + n] is read while v6 is still waited for. */
PROGRAM(waits_relative, LOAD(v6) "s_mov_b32 m0, s8\nv_movrels_b32 v3, v4")

/* An atomic that returns nothing writes no register, whatever its encoding has in the destination's place: v0. */
PROGRAM(waits_atomic_beside_load,
        "v_mov_b32 v2, 0\n" LOAD(v0) "global_atomic_add_u32 v1, v2, s[4:5]\n" WAIT_LOADS(0) "v_mov_b32 v3, v0")
