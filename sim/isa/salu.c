/* salu.c: the scalar unit: SOP1, SOP2, SOPK, SOPC and SOPP instructions (RDNA3 ISA, chapter 16). */
#include <time.h>

#include "mode.h"
#include "valu.h"

static inline uint32_t source(const struct wave *w, const struct inst *i, uint32_t n)
{
    return scalar_u32(w, i, i->src[n]);
}

static inline uint64_t source64(const struct wave *w, const struct inst *i, uint32_t n)
{
    return scalar_u64(w, i, i->src[n]);
}

/* clang-format off */
#define EXEC(name) void exec_##name(struct wave *w, const struct inst *i); \
    void exec_##name(struct wave *w, const struct inst *i)
/* Values a and b, result d; SCC as the operation says. */
#define S1_32(name, expression) \
    EXEC(name) { const uint32_t a = source(w, i, 0); sgpr_write(w, i->dst, (uint32_t)(expression)); }
#define S1_64(name, expression) \
    EXEC(name) { const uint64_t a = source64(w, i, 0); sgpr_write64(w, i->dst, (uint64_t)(expression)); }
#define S1_32_SCC(name, expression) \
    EXEC(name) { const uint32_t a = source(w, i, 0), d = (uint32_t)(expression); sgpr_write(w, i->dst, d); w->scc = d != 0; }
#define S1_64_SCC(name, expression) \
    EXEC(name) { const uint64_t a = source64(w, i, 0), d = (uint64_t)(expression); sgpr_write64(w, i->dst, d); w->scc = d != 0; }
#define S1_64_TO_32(name, expression) \
    EXEC(name) { const uint64_t a = source64(w, i, 0); sgpr_write(w, i->dst, (uint32_t)(expression)); }
#define S1_64_TO_32_SCC(name, expression) \
    EXEC(name) { const uint64_t a = source64(w, i, 0); const uint32_t d = (uint32_t)(expression); \
        sgpr_write(w, i->dst, d); w->scc = d != 0; }
#define S2_32(name, expression) \
    EXEC(name) { const uint32_t a = source(w, i, 0), b = source(w, i, 1); sgpr_write(w, i->dst, (uint32_t)(expression)); }
#define S2_32_SCC(name, expression, condition) \
    EXEC(name) { const uint32_t a = source(w, i, 0), b = source(w, i, 1), d = (uint32_t)(expression); \
        const bool scc = (condition); sgpr_write(w, i->dst, d); w->scc = scc; }
#define S2_64_SCC(name, expression) \
    EXEC(name) { const uint64_t a = source64(w, i, 0), b = source64(w, i, 1), d = (uint64_t)(expression); \
        sgpr_write64(w, i->dst, d); w->scc = d != 0; }
/* the second source has 32 bits */
#define S2_64_BY_32_SCC(name, expression) \
    EXEC(name) { const uint64_t a = source64(w, i, 0); const uint32_t b = source(w, i, 1); \
        const uint64_t d = (uint64_t)(expression); sgpr_write64(w, i->dst, d); w->scc = d != 0; }
#define SC(name, condition) EXEC(name) { const uint32_t a = source(w, i, 0), b = source(w, i, 1); w->scc = (condition); }
#define I(x) ((int32_t)(x))

/* ---- SOP1 ---- */
static uint64_t reverse64(uint64_t x)
{
    uint64_t result = 0;
    for (uint32_t n = 0; n < 64; n++) {
        result |= (x >> n & 1) << (63 - n);
    }
    return result;
}

/* Bits above the sign that are equal to it, not counting it; -1 if all are. */
static int32_t sign_run(int64_t x)
{
    uint64_t differing = (uint64_t)(x ^ x >> 63);
    return differing ? __builtin_clzll(differing) : -1;
}

static uint64_t replicate_bits(uint32_t x)
{
    uint64_t result = 0;
    for (uint32_t n = 0; n < 32; n++) {
        result |= (uint64_t)(x >> n & 1) * 3 << n * 2;
    }
    return result;
}

/* One bit per group of four that is not all zero. */
static uint64_t quads(uint64_t x)
{
    uint64_t result = 0;
    for (uint32_t n = 0; n < 16; n++) {
        result |= (uint64_t)((x >> n * 4 & 15) != 0) << n;
    }
    return result;
}

static uint64_t whole_quads(uint64_t x)
{
    uint64_t result = 0;
    for (uint32_t n = 0; n < 16; n++) {
        result |= x >> n * 4 & 15 ? 15ull << n * 4 : 0;
    }
    return result;
}

S1_32(s_mov_b32, a)
S1_64(s_mov_b64, a)
EXEC(s_cmov_b32) { if (w->scc) { sgpr_write(w, i->dst, source(w, i, 0)); } }
EXEC(s_cmov_b64) { if (w->scc) { sgpr_write64(w, i->dst, source64(w, i, 0)); } }
S1_32(s_brev_b32, reverse64(a) >> 32)
S1_64(s_brev_b64, reverse64(a))
S1_32(s_ctz_i32_b32, a ? __builtin_ctz(a) : -1)
S1_64_TO_32(s_ctz_i32_b64, a ? __builtin_ctzll(a) : -1)
S1_32(s_clz_i32_u32, a ? __builtin_clz(a) : -1)
S1_64_TO_32(s_clz_i32_u64, a ? __builtin_clzll(a) : -1)
S1_32(s_cls_i32, sign_run(I(a)) < 0 ? -1 : sign_run(I(a)) - 32)
S1_64_TO_32(s_cls_i32_i64, sign_run((int64_t)a))
S1_32(s_sext_i32_i8, (int8_t)a)
S1_32(s_sext_i32_i16, (int16_t)a)
EXEC(s_bitset0_b32) { sgpr_write(w, i->dst, w->sgpr[i->dst] & ~(1u << (source(w, i, 0) & 31))); }
EXEC(s_bitset1_b32) { sgpr_write(w, i->dst, w->sgpr[i->dst] | 1u << (source(w, i, 0) & 31)); }
EXEC(s_bitset0_b64) { sgpr_write64(w, i->dst, scalar_u64(w, i, i->dst) & ~(1ull << (source(w, i, 0) & 63))); }
EXEC(s_bitset1_b64) { sgpr_write64(w, i->dst, scalar_u64(w, i, i->dst) | 1ull << (source(w, i, 0) & 63)); }
EXEC(s_bitreplicate_b64_b32) { sgpr_write64(w, i->dst, replicate_bits(source(w, i, 0))); }
S1_32_SCC(s_abs_i32, I(a) < 0 ? 0u - a : a)
S1_32_SCC(s_bcnt0_i32_b32, 32 - __builtin_popcount(a))
S1_64_TO_32_SCC(s_bcnt0_i32_b64, 64 - __builtin_popcountll(a))
S1_32_SCC(s_bcnt1_i32_b32, __builtin_popcount(a))
S1_64_TO_32_SCC(s_bcnt1_i32_b64, __builtin_popcountll(a))
S1_32_SCC(s_quadmask_b32, quads(a))
S1_64_SCC(s_quadmask_b64, quads(a))
S1_32_SCC(s_wqm_b32, whole_quads(a))
S1_64_SCC(s_wqm_b64, whole_quads(a))
S1_32_SCC(s_not_b32, ~a)
S1_64_SCC(s_not_b64, ~a)

/* The old EXEC goes to the destination, the new one is a combination of both. */
#define SAVEEXEC(name, expression) \
    EXEC(name##_saveexec_b32) { \
        const uint32_t a = source(w, i, 0), e = w->sgpr[SRC_EXEC_LO], d = (uint32_t)(expression); \
        sgpr_write(w, i->dst, e); w->sgpr[SRC_EXEC_LO] = d; w->scc = d != 0; } \
    EXEC(name##_saveexec_b64) { \
        const uint64_t a = source64(w, i, 0), e = wave_exec(w), d = (uint64_t)(expression); \
        sgpr_write64(w, i->dst, e); sgpr_write64(w, SRC_EXEC_LO, d); w->scc = d != 0; }
SAVEEXEC(s_and, a & e)
SAVEEXEC(s_or, a | e)
SAVEEXEC(s_xor, a ^ e)
SAVEEXEC(s_nand, ~(a & e))
SAVEEXEC(s_nor, ~(a | e))
SAVEEXEC(s_xnor, ~(a ^ e))
SAVEEXEC(s_and_not0, ~a & e)
SAVEEXEC(s_or_not0, ~a | e)
SAVEEXEC(s_and_not1, a & ~e)
SAVEEXEC(s_or_not1, a | ~e)
#define WREXEC(name, expression) \
    EXEC(name##_wrexec_b32) { \
        const uint32_t a = source(w, i, 0), e = w->sgpr[SRC_EXEC_LO], d = (uint32_t)(expression); \
        w->sgpr[SRC_EXEC_LO] = d; sgpr_write(w, i->dst, d); w->scc = d != 0; } \
    EXEC(name##_wrexec_b64) { \
        const uint64_t a = source64(w, i, 0), e = wave_exec(w), d = (uint64_t)(expression); \
        sgpr_write64(w, SRC_EXEC_LO, d); sgpr_write64(w, i->dst, d); w->scc = d != 0; }
WREXEC(s_and_not0, ~a & e)
WREXEC(s_and_not1, a & ~e)

/* Register numbers with M0 added: general registers only. */
static bool relative(struct wave *w, const struct inst *i, uint32_t reg, uint32_t offset, uint32_t *out)
{
    if (reg + (uint64_t)offset < SRC_VCC_LO) {
        *out = reg + offset;
        return true;
    }
    wave_fault(w, i, COMPUTE_FAULT_REGISTER, 0, "s%u + %u (from M0) is beyond s105", reg, offset);
    return false;
}

EXEC(s_movrels_b32)
{
    uint32_t from;
    if (relative(w, i, i->src[0], w->sgpr[SRC_M0], &from)) { sgpr_write(w, i->dst, w->sgpr[from]); }
}
EXEC(s_movrels_b64)
{
    uint32_t from;
    if (relative(w, i, i->src[0], w->sgpr[SRC_M0], &from)) { sgpr_write64(w, i->dst, scalar_u64(w, i, from)); }
}
EXEC(s_movreld_b32)
{
    uint32_t to;
    if (relative(w, i, i->dst, w->sgpr[SRC_M0], &to)) { sgpr_write(w, to, source(w, i, 0)); }
}
EXEC(s_movreld_b64)
{
    uint32_t to;
    if (relative(w, i, i->dst, w->sgpr[SRC_M0], &to)) { sgpr_write64(w, to, source64(w, i, 0)); }
}
EXEC(s_movrelsd_2_b32)
{
    uint32_t from, to, m0 = w->sgpr[SRC_M0];
    if (relative(w, i, i->src[0], m0 & 0x3ff, &from) && relative(w, i, i->dst, m0 >> 16 & 0x3ff, &to)) {
        sgpr_write(w, to, w->sgpr[from]);
    }
}

static void jump(struct wave *w, uint64_t to)
{
    w->pc = to;
    w->redirect = true;
}

EXEC(s_getpc_b64) { sgpr_write64(w, i->dst, i->pc + 4); }
EXEC(s_setpc_b64) { jump(w, source64(w, i, 0)); }
EXEC(s_swappc_b64)
{
    uint64_t to = source64(w, i, 0);
    sgpr_write64(w, i->dst, i->pc + i->size);
    jump(w, to);
}

enum { MSG_RTN_GET_REALTIME = 131, MSG_DEALLOC_VGPRS = 3 };

/* 100 MHz, as the card's reference clock. */
static uint64_t realtime(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 100000000u + (uint64_t)now.tv_nsec / 10;
}

static void message_with_answer(struct wave *w, const struct inst *i, bool wide)
{
    if (i->src[0] != MSG_RTN_GET_REALTIME) {
        wave_fault(w, i, COMPUTE_FAULT_TRAP, 0, "message %u has no answer here; only GET_REALTIME (131) has", i->src[0]);
        return;
    }
    uint64_t now = realtime();
    if (wide) {
        sgpr_write64(w, i->dst, now);
    } else {
        sgpr_write(w, i->dst, (uint32_t)now);
    }
}
EXEC(s_sendmsg_rtn_b32) { message_with_answer(w, i, false); }
EXEC(s_sendmsg_rtn_b64) { message_with_answer(w, i, true); }

/* ---- SOP2 ---- */
S2_32_SCC(s_add_u32, a + b, d < a)
S2_32_SCC(s_sub_u32, a - b, b > a)
S2_32_SCC(s_add_i32, a + b, (~(a ^ b) & (a ^ d)) >> 31)
S2_32_SCC(s_sub_i32, a - b, ((a ^ b) & (a ^ d)) >> 31)
S2_32_SCC(s_addc_u32, a + b + w->scc, (uint64_t)a + b + w->scc > UINT32_MAX)
S2_32_SCC(s_subb_u32, a - b - w->scc, (uint64_t)b + w->scc > a)
S2_32_SCC(s_absdiff_i32, I(a - b) < 0 ? b - a : a - b, d != 0)
S2_32_SCC(s_lshl_b32, a << (b & 31), d != 0)
S2_32_SCC(s_lshr_b32, a >> (b & 31), d != 0)
S2_32_SCC(s_ashr_i32, I(a) >> (b & 31), d != 0)
S2_64_BY_32_SCC(s_lshl_b64, a << (b & 63))
S2_64_BY_32_SCC(s_lshr_b64, a >> (b & 63))
S2_64_BY_32_SCC(s_ashr_i64, (int64_t)a >> (b & 63))
S2_32_SCC(s_lshl1_add_u32, (a << 1) + b, ((uint64_t)a << 1) + b > UINT32_MAX)
S2_32_SCC(s_lshl2_add_u32, (a << 2) + b, ((uint64_t)a << 2) + b > UINT32_MAX)
S2_32_SCC(s_lshl3_add_u32, (a << 3) + b, ((uint64_t)a << 3) + b > UINT32_MAX)
S2_32_SCC(s_lshl4_add_u32, (a << 4) + b, ((uint64_t)a << 4) + b > UINT32_MAX)
S2_32_SCC(s_min_i32, I(a) < I(b) ? a : b, I(a) < I(b))
S2_32_SCC(s_min_u32, a < b ? a : b, a < b)
S2_32_SCC(s_max_i32, I(a) >= I(b) ? a : b, I(a) >= I(b))
S2_32_SCC(s_max_u32, a >= b ? a : b, a >= b)
#define LOGIC(name, expression) S2_32_SCC(name##_b32, expression, d != 0) S2_64_SCC(name##_b64, expression)
LOGIC(s_and, a & b)
LOGIC(s_or, a | b)
LOGIC(s_xor, a ^ b)
LOGIC(s_nand, ~(a & b))
LOGIC(s_nor, ~(a | b))
LOGIC(s_xnor, ~(a ^ b))
LOGIC(s_and_not1, a & ~b)
LOGIC(s_or_not1, a | ~b)

/* Offset in bits 0-5, width in bits 16-22; a field that reaches beyond the top is cut there. */
static uint64_t bit_field(uint64_t x, uint32_t offset, uint32_t width, uint32_t total, bool is_signed)
{
    offset &= total - 1;
    if (width == 0) {
        return 0;
    }
    uint32_t unused = width >= total - offset ? 0 : total - offset - width;
    if (!is_signed) {
        return x << (64 - total) << unused >> unused >> (64 - total) >> offset;
    }
    return (uint64_t)((int64_t)(x << (64 - total) << unused) >> unused >> (64 - total) >> offset);
}
S2_32_SCC(s_bfe_u32, bit_field(a, b, b >> 16 & 127, 32, false), d != 0)
S2_32_SCC(s_bfe_i32, bit_field(a, b, b >> 16 & 127, 32, true), d != 0)
S2_64_BY_32_SCC(s_bfe_u64, bit_field(a, b, b >> 16 & 127, 64, false))
S2_64_BY_32_SCC(s_bfe_i64, bit_field(a, b, b >> 16 & 127, 64, true))
S2_32(s_bfm_b32, ((1u << (a & 31)) - 1) << (b & 31))
EXEC(s_bfm_b64) { sgpr_write64(w, i->dst, ((1ull << (source(w, i, 0) & 63)) - 1) << (source(w, i, 1) & 63)); }
S2_32(s_mul_i32, a * b)
S2_32(s_mul_hi_u32, (uint64_t)a * b >> 32)
S2_32(s_mul_hi_i32, (int64_t)I(a) * I(b) >> 32)
S2_32(s_cselect_b32, w->scc ? a : b)
EXEC(s_cselect_b64) { sgpr_write64(w, i->dst, w->scc ? source64(w, i, 0) : source64(w, i, 1)); }
S2_32(s_pack_ll_b32_b16, (a & 0xffff) | b << 16)
S2_32(s_pack_lh_b32_b16, (a & 0xffff) | (b & 0xffff0000u))
S2_32(s_pack_hh_b32_b16, a >> 16 | (b & 0xffff0000u))
S2_32(s_pack_hl_b32_b16, a >> 16 | b << 16)

/* ---- SOPC ---- */
SC(s_cmp_eq_i32, a == b) SC(s_cmp_lg_i32, a != b) SC(s_cmp_gt_i32, I(a) > I(b)) SC(s_cmp_ge_i32, I(a) >= I(b))
SC(s_cmp_lt_i32, I(a) < I(b)) SC(s_cmp_le_i32, I(a) <= I(b)) SC(s_cmp_eq_u32, a == b) SC(s_cmp_lg_u32, a != b)
SC(s_cmp_gt_u32, a > b) SC(s_cmp_ge_u32, a >= b) SC(s_cmp_lt_u32, a < b) SC(s_cmp_le_u32, a <= b)
SC(s_bitcmp0_b32, (a >> (b & 31) & 1) == 0) SC(s_bitcmp1_b32, (a >> (b & 31) & 1) == 1)
EXEC(s_bitcmp0_b64) { w->scc = (source64(w, i, 0) >> (source(w, i, 1) & 63) & 1) == 0; }
EXEC(s_bitcmp1_b64) { w->scc = (source64(w, i, 0) >> (source(w, i, 1) & 63) & 1) == 1; }
EXEC(s_cmp_eq_u64) { w->scc = source64(w, i, 0) == source64(w, i, 1); }
EXEC(s_cmp_lg_u64) { w->scc = source64(w, i, 0) != source64(w, i, 1); }
/* ---- SOPK ---- */
#define SIMM ((int32_t)(int16_t)i->extra)
#define CK(name, condition) EXEC(name) { const uint32_t a = w->sgpr[i->dst]; w->scc = (condition); }
EXEC(s_movk_i32) { sgpr_write(w, i->dst, (uint32_t)SIMM); }
EXEC(s_version) { (void)w; (void)i; }
EXEC(s_cmovk_i32) { if (w->scc) { sgpr_write(w, i->dst, (uint32_t)SIMM); } }
CK(s_cmpk_eq_i32, I(a) == SIMM) CK(s_cmpk_lg_i32, I(a) != SIMM) CK(s_cmpk_gt_i32, I(a) > SIMM)
CK(s_cmpk_ge_i32, I(a) >= SIMM) CK(s_cmpk_lt_i32, I(a) < SIMM) CK(s_cmpk_le_i32, I(a) <= SIMM)
CK(s_cmpk_eq_u32, a == i->extra) CK(s_cmpk_lg_u32, a != i->extra) CK(s_cmpk_gt_u32, a > i->extra)
CK(s_cmpk_ge_u32, a >= i->extra) CK(s_cmpk_lt_u32, a < i->extra) CK(s_cmpk_le_u32, a <= i->extra)
EXEC(s_addk_i32)
{
    int32_t sum;
    w->scc = __builtin_add_overflow((int32_t)w->sgpr[i->dst], SIMM, &sum);
    sgpr_write(w, i->dst, (uint32_t)sum);
}
EXEC(s_mulk_i32) { sgpr_write(w, i->dst, w->sgpr[i->dst] * (uint32_t)SIMM); }
EXEC(s_call_b64)
{
    sgpr_write64(w, i->dst, i->pc + 4);
    jump(w, i->pc + 4 + (uint64_t)((int64_t)SIMM * 4));
}
/* clang-format on */

/* HW registers of s_getreg and s_setreg */
enum {
    HW_REG_MODE = 1,
    HW_REG_STATUS = 2,
    HW_REG_TRAPSTS = 3,
    HW_REG_GPR_ALLOC = 5,
    HW_REG_LDS_ALLOC = 6,
    HW_REG_IB_STS = 7,
    HW_REG_SH_MEM_BASES = 15,
    HW_REG_FLAT_SCRATCH_LO = 20,
    HW_REG_FLAT_SCRATCH_HI = 21,
    HW_REG_HW_ID1 = 23,
    HW_REG_HW_ID2 = 24,
    HW_REG_SHADER_CYCLES = 29,
};

static bool hw_register(const struct wave *w, uint32_t id, uint32_t *value_out)
{
    uint64_t exec = w->wave64 ? wave_exec(w) : w->sgpr[SRC_EXEC_LO];
    switch (id) {
    case HW_REG_MODE:
        *value_out = w->mode;
        return true;
    case HW_REG_STATUS:
        *value_out = (uint32_t)w->scc | (uint32_t)(exec == 0) << 9 | 1u << 16 /* VALID */;
        return true;
    case HW_REG_FLAT_SCRATCH_LO:
        *value_out = (uint32_t)w->scratch_va;
        return true;
    case HW_REG_FLAT_SCRATCH_HI:
        *value_out = (uint32_t)(w->scratch_va >> 32);
        return true;
    case HW_REG_SH_MEM_BASES:
        *value_out = w->sgpr[SRC_SHARED_BASE] & 0xffff0000u;
        *value_out |= w->sgpr[SRC_PRIVATE_BASE] >> 16;
        return true;
    case HW_REG_SHADER_CYCLES:
        *value_out = (uint32_t)realtime() & 0xfffff;
        return true;
    case HW_REG_TRAPSTS:
    case HW_REG_GPR_ALLOC:
    case HW_REG_LDS_ALLOC:
    case HW_REG_IB_STS:
    case HW_REG_HW_ID1:
    case HW_REG_HW_ID2:
        *value_out = 0;
        return true;
    default:
        return false;
    }
}

static uint32_t field_mask(const struct inst *i)
{
    uint32_t size = (i->extra >> 11 & 31) + 1;
    return size == 32 ? UINT32_MAX : (1u << size) - 1;
}

EXEC(s_getreg_b32)
{
    uint32_t value;
    if (!hw_register(w, i->extra & 63, &value)) {
        wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "there is no hardware register %u", i->extra & 63);
        return;
    }
    sgpr_write(w, i->dst, value >> (i->extra >> 6 & 31) & field_mask(i));
}

static void set_register(struct wave *w, const struct inst *i, uint32_t value)
{
    uint32_t offset = i->extra >> 6 & 31, mask = field_mask(i) << offset;
    if ((i->extra & 63) != HW_REG_MODE) {
        wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "hardware register %u is not one a program may write (MODE is)",
                   i->extra & 63);
        return;
    }
    mode_set(w, (w->mode & ~mask) | (value << offset & mask));
}

EXEC(s_setreg_b32)
{
    set_register(w, i, w->sgpr[i->dst]);
}

EXEC(s_setreg_imm32_b32)
{
    set_register(w, i, i->literal);
}

EXEC(s_round_mode)
{
    mode_set(w, (w->mode & ~15u) | (i->extra & 15));
}

EXEC(s_denorm_mode)
{
    mode_set(w, (w->mode & ~0xf0u) | (i->extra & 15) << 4);
}

/* ---- SOPP ---- */

/* clang-format off */
/* Hints and waits: memory instructions complete before the next one starts, so there is nothing to wait for. */
#define NOTHING(name) EXEC(name) { (void)w; (void)i; }
NOTHING(s_nop) NOTHING(s_sleep) NOTHING(s_set_inst_prefetch_distance) NOTHING(s_clause) NOTHING(s_delay_alu)
NOTHING(s_waitcnt_depctr) NOTHING(s_waitcnt) NOTHING(s_wait_idle) NOTHING(s_wait_event) NOTHING(s_waitcnt_vscnt)
NOTHING(s_waitcnt_vmcnt) NOTHING(s_waitcnt_expcnt) NOTHING(s_waitcnt_lgkmcnt) NOTHING(s_wakeup) NOTHING(s_setprio)
NOTHING(s_singleuse_vdst) NOTHING(s_sleep_var) NOTHING(s_wait_loadcnt) NOTHING(s_wait_storecnt) NOTHING(s_wait_samplecnt)
NOTHING(s_wait_bvhcnt) NOTHING(s_wait_expcnt) NOTHING(s_wait_dscnt) NOTHING(s_wait_kmcnt) NOTHING(s_wait_loadcnt_dscnt)
NOTHING(s_wait_storecnt_dscnt)
NOTHING(s_incperflevel) NOTHING(s_decperflevel) NOTHING(s_ttracedata) NOTHING(s_ttracedata_imm) NOTHING(s_icache_inv)

#define BRANCH(name, condition) EXEC(name) { if (condition) { jump(w, i->pc + 4 + (uint64_t)((int64_t)SIMM * 4)); } }
#define VCC_IS_ZERO (w->sgpr[SRC_VCC_LO] == 0 && (!w->wave64 || w->sgpr[SRC_VCC_HI] == 0))
#define EXEC_IS_ZERO (w->sgpr[SRC_EXEC_LO] == 0 && (!w->wave64 || w->sgpr[SRC_EXEC_HI] == 0))
BRANCH(s_branch, true)
BRANCH(s_cbranch_scc0, !w->scc)
BRANCH(s_cbranch_scc1, w->scc)
BRANCH(s_cbranch_vccz, VCC_IS_ZERO)
BRANCH(s_cbranch_vccnz, !VCC_IS_ZERO)
BRANCH(s_cbranch_execz, EXEC_IS_ZERO)
BRANCH(s_cbranch_execnz, !EXEC_IS_ZERO)
NOTHING(s_cbranch_cdbgsys) NOTHING(s_cbranch_cdbguser) NOTHING(s_cbranch_cdbgsys_or_user) NOTHING(s_cbranch_cdbgsys_and_user)
    /* clang-format on */

    static void end_wave(struct wave *w)
{
    w->ended = true;
    w->redirect = true;
}

EXEC(s_endpgm)
{
    (void)i;
    end_wave(w);
}

EXEC(s_endpgm_saved)
{
    (void)i;
    end_wave(w);
}

EXEC(s_barrier)
{
    w->pc = i->pc + 4;
    w->at_barrier = true;
    w->redirect = true;
}

/* ---- barriers of gfx12, in two parts (RDNA4 ISA, "Barriers") ---- */

enum { BARRIER_GROUP = -1, BARRIER_TRAP = -2 };

/* The barrier an operand means; M0 names only those above 0. */
static int32_t barrier_number(const struct wave *w, const struct inst *i)
{
    return i->src[0] == SRC_M0 ? (int32_t)(w->sgpr[SRC_M0] & 31) : (int32_t)source(w, i, 0);
}

static bool refuse_named(struct wave *w, const struct inst *i, int32_t number)
{
    if (number > 0 || number < BARRIER_TRAP) {
        wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "barrier %d: only the work-group's own (-1) is there", number);
        return true;
    }
    return false;
}

/* Every wave that has not ended has signalled: the ones that wait go on, the others will not stop. */
void barrier_check(struct workgroup *group)
{
    if (group->signals == 0 || group->signals + group->waves_ended < group->wave_count) {
        return;
    }
    group->signals = 0;
    for (uint32_t n = 0; group->waves != NULL && n < group->wave_count; n++) {
        struct wave *other = &group->waves[n];
        if (other->at_barrier) {
            other->at_barrier = false;
            group->waves_at_barrier--;
        } else {
            other->barrier_complete = true;
        }
    }
}

static void signal_barrier(struct wave *w, const struct inst *i, bool asks)
{
    int32_t number = barrier_number(w, i);
    if (refuse_named(w, i, number)) {
        return;
    }
    bool counts = number == BARRIER_GROUP;
    w->scc = asks ? counts && w->group->signals == 0 : w->scc;
    if (counts) {
        w->group->signals++;
        barrier_check(w->group);
    }
}

EXEC(s_barrier_signal)
{
    signal_barrier(w, i, false);
}

EXEC(s_barrier_signal_isfirst)
{
    signal_barrier(w, i, true);
}

EXEC(s_barrier_wait)
{
    if (refuse_named(w, i, SIMM) || SIMM != BARRIER_GROUP) {
        return;
    }
    if (w->barrier_complete) {
        w->barrier_complete = false;
        return;
    }
    w->pc = i->pc + 4;
    w->at_barrier = true;
    w->redirect = true;
}

EXEC(s_get_barrier_state)
{
    int32_t number = barrier_number(w, i);
    if (!refuse_named(w, i, number)) {
        bool own = number == BARRIER_GROUP;
        uint32_t members = own ? w->group->wave_count - w->group->waves_ended : 0;
        sgpr_write(w, i->dst, own ? w->group->signals << 16 | members << 4 | 1 : 0);
    }
}

static void no_named_barrier(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "named barriers are not there; the work-group's own (-1) is");
}

EXEC(s_barrier_init)
{
    no_named_barrier(w, i);
}

EXEC(s_barrier_join)
{
    no_named_barrier(w, i);
}

EXEC(s_barrier_leave)
{
    no_named_barrier(w, i);
}

EXEC(s_wakeup_barrier)
{
    no_named_barrier(w, i);
}

EXEC(s_rfe_b64)
{
    wave_fault(w, i, COMPUTE_FAULT_TRAP, 0, "only a trap handler returns from a trap, and none is installed");
}

EXEC(s_setkill)
{
    wave_fault(w, i, COMPUTE_FAULT_TRAP, 0, "the program killed itself");
}

/* Wave64 programs run in two halves of 32 lanes are a way of gfx10 that compilers no longer take. */
EXEC(s_subvector_loop_begin)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "subvector loops are not executed");
}

EXEC(s_subvector_loop_end)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "subvector loops are not executed");
}

EXEC(s_trap)
{
    wave_fault(w, i, COMPUTE_FAULT_TRAP, 0, "the program trapped; no trap handler is installed");
}

EXEC(s_sethalt)
{
    if (SIMM & 1) {
        wave_fault(w, i, COMPUTE_FAULT_TRAP, 0, "the program halted itself");
    }
}

EXEC(s_code_end)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "the program ran past its end");
}

static void send_message(struct wave *w, const struct inst *i)
{
    if ((i->extra & 255) != MSG_DEALLOC_VGPRS) {
        wave_fault(w, i, COMPUTE_FAULT_TRAP, 0, "message %u is not one that a compute wave sends here", i->extra & 255);
    }
}

EXEC(s_sendmsg)
{
    send_message(w, i);
}

EXEC(s_sendmsghalt)
{
    send_message(w, i);
}
