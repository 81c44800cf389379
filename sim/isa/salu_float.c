/*
 * salu_float.c: the scalar unit's floating point, which gfx12 added (RDNA4 ISA, "Scalar ALU"). Halves lie in the low half of a
 * register; a half as result leaves zeros above it, as v_s_exp_f16's description has it (for the others inferred).
 */
#include "valu.h"

#define QUIET 0x00400000u

static uint32_t source(const struct wave *w, const struct inst *i, uint32_t n)
{
    return scalar_u32(w, i, i->src[n]);
}

static bool is_nan(uint32_t x)
{
    return (x & 0x7fffffff) > 0x7f800000;
}

static bool is_signalling(uint32_t x)
{
    return is_nan(x) && !(x & QUIET);
}

static uint32_t flushed(uint32_t x, bool flushes)
{
    return flushes && !(x & 0x7f800000) ? x & 0x80000000 : x;
}

static uint32_t source32(const struct wave *w, const struct inst *i, uint32_t n)
{
    return flushed(source(w, i, n), w->rules & RULE_FLUSH_IN);
}

static float source_f32(const struct wave *w, const struct inst *i, uint32_t n)
{
    return bits_f32(source32(w, i, n));
}

static uint32_t flushed16(uint32_t x, bool flushes)
{
    return flushes && !(x & 0x7c00) ? x & 0x8000 : x & 0xffff;
}

static uint32_t source16(const struct wave *w, const struct inst *i, uint32_t n)
{
    uint32_t operand = i->src[n];
    bool is_constant = operand >= SRC_FLOAT_HALF && operand <= SRC_FLOAT_HALF + 8;
    return flushed16(is_constant ? f16_constants[operand - SRC_FLOAT_HALF] : source(w, i, n), w->rules & RULE_WIDE_FLUSH_IN);
}

/* Which of two numbers, as bits; orders -0 below +0. */
static int32_t ordered(uint32_t x)
{
    return x & 0x80000000u ? -(int32_t)(x & 0x7fffffff) - 1 : (int32_t)x;
}

static uint32_t choose_number(uint32_t a, uint32_t b, bool first)
{
    if (is_nan(a) && is_nan(b)) {
        return a | QUIET;
    }
    return is_nan(a) ? b : is_nan(b) ? a : first ? a : b;
}

static uint32_t choose_nan(uint32_t a, uint32_t b, bool first)
{
    if (!is_nan(a) && !is_nan(b)) {
        return first ? a : b;
    }
    return (is_signalling(a) ? a : is_signalling(b) ? b : is_nan(a) ? a : b) | QUIET;
}

/* Conversions clamp to the range; NaN gives 0. */
static int32_t to_i32(float x)
{
    return x != x ? 0 : x >= 2147483648.0f ? INT32_MAX : x < -2147483648.0f ? INT32_MIN : (int32_t)x;
}

static uint32_t to_u32(float x)
{
    return !(x > -1.0f) ? 0 : x >= 4294967296.0f ? UINT32_MAX : (uint32_t)(int64_t)x;
}

/* Arithmetic on halves goes by MODE's setting for them. */
static void enter_wide(const struct wave *w)
{
    if (w->rules & RULE_WIDE) {
        mode_apply_wide(w->mode);
    }
}

static void leave_wide(const struct wave *w)
{
    if (w->rules & RULE_WIDE) {
        mode_apply(w->mode);
    }
}

static void write_f16(struct wave *w, const struct inst *i, uint32_t half)
{
    sgpr_write(w, i->dst, flushed16(half, w->rules & RULE_WIDE_FLUSH_OUT));
}

/* clang-format off */
#define EXEC(name) void exec_##name(struct wave *w, const struct inst *i); \
    void exec_##name(struct wave *w, const struct inst *i)
#define F32_1(name, expression) \
    EXEC(name) { const float a = source_f32(w, i, 0); \
        sgpr_write(w, i->dst, f32_bits(made_f32((expression), IS_NUMBER(a)))); }
#define F32_2(name, expression) \
    EXEC(name) { const float a = source_f32(w, i, 0), b = source_f32(w, i, 1); \
        sgpr_write(w, i->dst, f32_bits(made_f32((expression), IS_NUMBER(a) && IS_NUMBER(b)))); }
#define F32_3(name, expression) \
    EXEC(name) { const float a = source_f32(w, i, 0), b = source_f32(w, i, 1), c = source_f32(w, i, 2); \
        sgpr_write(w, i->dst, f32_bits(made_f32((expression), IS_NUMBER(a) && IS_NUMBER(b) && IS_NUMBER(c)))); }
#define F16_1(name, expression) \
    EXEC(name) { const float a = f16_to_f32(source16(w, i, 0)); \
        enter_wide(w); const uint32_t d = f32_to_f16(expression); leave_wide(w); write_f16(w, i, d); }
#define F16_2(name, expression) \
    EXEC(name) { const float a = f16_to_f32(source16(w, i, 0)), b = f16_to_f32(source16(w, i, 1)); \
        enter_wide(w); const uint32_t d = f32_to_f16(expression); leave_wide(w); write_f16(w, i, d); }
#define CHOICE_32(name, choose, condition) \
    EXEC(name) { const uint32_t a = source32(w, i, 0), b = source32(w, i, 1); \
        const int32_t x = ordered(a), y = ordered(b); sgpr_write(w, i->dst, choose(a, b, (condition))); }
#define CHOICE_16(name, choose) \
    EXEC(name) { write_f16(w, i, choose(source16(w, i, 0), source16(w, i, 1), w->rules)); }
#define CMP(name, condition) \
    EXEC(s_cmp_##name##_f32) { const float a = source_f32(w, i, 0), b = source_f32(w, i, 1); w->scc = (condition); } \
    EXEC(s_cmp_##name##_f16) { const float a = f16_to_f32(source16(w, i, 0)), b = f16_to_f32(source16(w, i, 1)); \
        w->scc = (condition); }

F32_1(s_ceil_f32, ceilf(a))
F32_1(s_floor_f32, floorf(a))
F32_1(s_trunc_f32, truncf(a))
F32_1(s_rndne_f32, nearest_f32(a))
EXEC(s_cvt_f32_i32) { sgpr_write(w, i->dst, f32_bits((float)(int32_t)source(w, i, 0))); }
EXEC(s_cvt_f32_u32) { sgpr_write(w, i->dst, f32_bits((float)source(w, i, 0))); }
EXEC(s_cvt_i32_f32) { sgpr_write(w, i->dst, (uint32_t)to_i32(source_f32(w, i, 0))); }
EXEC(s_cvt_u32_f32) { sgpr_write(w, i->dst, to_u32(source_f32(w, i, 0))); }
EXEC(s_cvt_f16_f32)
{
    const float a = source_f32(w, i, 0);
    enter_wide(w);
    const uint32_t d = f32_to_f16(a);
    leave_wide(w);
    write_f16(w, i, d);
}
EXEC(s_cvt_f32_f16) { sgpr_write(w, i->dst, f32_bits(f16_to_f32(source16(w, i, 0)))); }
EXEC(s_cvt_hi_f32_f16)
{
    sgpr_write(w, i->dst, f32_bits(f16_to_f32(flushed16(source(w, i, 0) >> 16, w->rules & RULE_WIDE_FLUSH_IN))));
}
F16_1(s_ceil_f16, ceilf(a))
F16_1(s_floor_f16, floorf(a))
F16_1(s_trunc_f16, truncf(a))
F16_1(s_rndne_f16, nearest_f32(a))

F32_2(s_add_f32, a + b)
F32_2(s_sub_f32, a - b)
F32_2(s_mul_f32, a * b)
F32_3(s_fmaak_f32, __builtin_fmaf(a, b, c))
F32_3(s_fmamk_f32, __builtin_fmaf(a, b, c))
F32_3(s_fmac_f32, __builtin_fmaf(a, b, c))
CHOICE_32(s_min_num_f32, choose_number, x < y)
CHOICE_32(s_max_num_f32, choose_number, x > y)
CHOICE_32(s_minimum_f32, choose_nan, x < y)
CHOICE_32(s_maximum_f32, choose_nan, x > y)
EXEC(s_cvt_pk_rtz_f16_f32)
{
    sgpr_write(w, i->dst, f32_to_f16_rtz(source_f32(w, i, 0)) | f32_to_f16_rtz(source_f32(w, i, 1)) << 16);
}
F16_2(s_add_f16, a + b)
F16_2(s_sub_f16, a - b)
F16_2(s_mul_f16, a * b)
CHOICE_16(s_min_num_f16, min_f16)
CHOICE_16(s_max_num_f16, max_f16)
CHOICE_16(s_minimum_f16, minimum_f16)
CHOICE_16(s_maximum_f16, maximum_f16)
EXEC(s_fmac_f16)
{
    const uint32_t a = source16(w, i, 0), b = source16(w, i, 1), c = source16(w, i, 2);
    enter_wide(w);
    const uint32_t d = fma_f16(a, b, c);
    leave_wide(w);
    write_f16(w, i, d);
}
CMP(lt, a < b) CMP(eq, a == b) CMP(le, a <= b) CMP(gt, a > b) CMP(lg, a < b || a > b) CMP(ge, a >= b)
CMP(o, a == a && b == b) CMP(u, a != a || b != b) CMP(nge, !(a >= b)) CMP(nlg, !(a < b || a > b)) CMP(ngt, !(a > b))
CMP(nle, !(a <= b)) CMP(neq, a != b) CMP(nlt, !(a < b))

EXEC(s_add_nc_u64) { sgpr_write64(w, i->dst, scalar_u64(w, i, i->src[0]) + scalar_u64(w, i, i->src[1])); }
EXEC(s_sub_nc_u64) { sgpr_write64(w, i->dst, scalar_u64(w, i, i->src[0]) - scalar_u64(w, i, i->src[1])); }
EXEC(s_mul_u64) { sgpr_write64(w, i->dst, scalar_u64(w, i, i->src[0]) * scalar_u64(w, i, i->src[1])); }
/* clang-format on */
