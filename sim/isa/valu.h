/*
 * valu.h: how a vector operation is written: a loop over 32 lanes on operands that were fetched before (struct lanes). The
 * macros define, for an operation NAME, lanes_NAME (any operands, called through the row by exec_vop, which does modifiers, DPP,
 * halves of registers and clamping) and fast_NAME (plain 32-bit operands, everything inlined).
 *
 * The loops are written so that compilers vectorise them: no calls, no early exits; NaN and signed zero behave as in IEEE 754
 * because nothing here is compiled with fast-math flags other than "errno and traps do not matter". The NaN that an operation
 * makes of numbers (infinity - infinity) is 0xffc00000, as v_div_fixup has it (for the others inferred): made_f32().
 */
#ifndef EXO_SIM_ISA_VALU_H
#define EXO_SIM_ISA_VALU_H

#include <math.h>
#include <string.h>

#include "isa.h"
#include "mode.h"
#include "rows_vector.h"

struct lanes {
    const u32x32 *a[3]; /* sources: 32 bits, or the low 32 of 64; 16-bit ones zero-extended */
    const u32x32 *h[3]; /* high 32 of 64-bit sources */
    uint32_t in;        /* lane mask read: carry in, condition, VCC of v_div_fmas */
    uint32_t out;       /* lane mask made: comparison, carry out */
    uint32_t rules;     /* the wave's (mode.h) */
    uint32_t opsel;     /* the instruction's, where more than halves are chosen by it */
    u32x32 d, e;        /* result; e: high 32 of 64 */
};

extern const uint16_t f16_constants[9]; /* inline float constants as halves, from operand 240 on */

void exec_vop(struct wave *w, const struct inst *i);  /* any operands: calls row->lanes */
void exec_vopd(struct wave *w, const struct inst *i); /* both halves of a dual instruction */

/* The lane mask operand `operand` for the half being worked on. */
static inline uint32_t mask_read(const struct wave *w, const struct inst *i, uint32_t operand)
{
    return operand < SRC_INT_0 ? w->sgpr[operand == SRC_NULL ? operand : operand + w->half] : scalar_u32(w, i, operand);
}

/* Lanes of d that are not zero, as a mask. */
static inline uint32_t lanes_mask(const u32x32 *d)
{
#if defined(__AVX512F__)
    __m512i low = _mm512_loadu_si512(d), high = _mm512_loadu_si512((const char *)d + 64);
    return (uint32_t)_mm512_test_epi32_mask(low, low) | (uint32_t)_mm512_test_epi32_mask(high, high) << 16;
#else
    const lane_u32 *from = (const lane_u32 *)d;
    uint32_t mask = 0;
    for (uint32_t l = 0; l < 32; l++) {
        mask |= (from[l] != 0 ? 1u : 0u) << l;
    }
    return mask;
#endif
}

/* Lane l of *out = lane select[l % 16] of l's row of 16, or with other_row = 16 of the other row. */
static inline void lanes_permute_rows(const u32x32 *src, const uint8_t select[16], uint32_t other_row, u32x32 *out)
{
#if defined(__AVX512F__)
    __m512i index = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)select));
    __m512i low = _mm512_loadu_si512((const char *)src + other_row * 4);
    __m512i high = _mm512_loadu_si512((const char *)src + (16 - other_row) * 4);
    _mm512_storeu_si512(out, _mm512_permutexvar_epi32(index, low));
    _mm512_storeu_si512((char *)out + 64, _mm512_permutexvar_epi32(index, high));
#else
    const lane_u32 *from = (const lane_u32 *)src;
    lane_u32 *to = (lane_u32 *)out;
    for (uint32_t l = 0; l < 32; l++) {
        to[l] = from[((l & 16) ^ other_row) | select[l & 15]];
    }
#endif
}

static inline float bits_f32(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static inline uint32_t f32_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

static inline double bits_f64(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

static inline uint64_t f64_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return bits;
}

/* To nearest even, whatever the mode. */
static inline float nearest_f32(float x)
{
#if __has_builtin(__builtin_roundevenf)
    return __builtin_roundevenf(x);
#else
    float whole = truncf(x), rest = fabsf(x - whole);
    bool up = rest > 0.5f || (rest == 0.5f && fmodf(whole, 2.0f) != 0.0f);
    return copysignf(up ? fabsf(whole) + 1.0f : fabsf(whole), x);
#endif
}

static inline double nearest_f64(double x)
{
#if __has_builtin(__builtin_roundeven)
    return __builtin_roundeven(x);
#else
    double whole = trunc(x), rest = fabs(x - whole);
    bool up = rest > 0.5 || (rest == 0.5 && fmod(whole, 2.0) != 0.0);
    return copysign(up ? fabs(whole) + 1.0 : fabs(whole), x);
#endif
}

/* x86 makes NaNs with the sign set, as the card does, and other hosts without. `numbers`: no operand was a NaN to pass on. */
static inline float made_f32(float result, bool numbers)
{
#if defined(__x86_64__)
    (void)numbers;
    return result;
#else
    return numbers && result != result ? bits_f32(0xffc00000u) : result;
#endif
}
#define IS_NUMBER(x) ((float)(x) == (float)(x))
#define MADE_f32(result, numbers) made_f32(result, numbers)
#define MADE_i32(result, numbers) (result)
#define MADE_u32(result, numbers) (result)

/* Half precision, one value and 32 lanes (in the low 16 bits of each). Rounds as the host's setting says. */
float f16_to_f32(uint32_t half);
uint32_t f32_to_f16(float value);
uint32_t f32_to_f16_rtz(float value);
uint32_t fma_f16(uint32_t a, uint32_t b, uint32_t c); /* fused; the low halves */
uint32_t min_f16(uint32_t a, uint32_t b, uint32_t rules);
uint32_t max_f16(uint32_t a, uint32_t b, uint32_t rules);
uint32_t minimum_f16(uint32_t a, uint32_t b, uint32_t rules);
uint32_t maximum_f16(uint32_t a, uint32_t b, uint32_t rules);
uint32_t f64_to_f16(double value); /* one rounding, as MODE of halves in force says */
void lanes_f16_to_f32(const u32x32 *half, f32x32 *value_out);
void lanes_f32_to_f16(const f32x32 *value, u32x32 *half_out);

/* clang-format off */
/* Lanes do not depend on one another. clang does not take that from `restrict` on a local, and would unroll instead. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed"
#define EACH_LANE _Pragma("clang loop vectorize(assume_safety) unroll(disable)") for (uint32_t l = 0; l < 32; l++)
#else
#define EACH_LANE for (uint32_t l = 0; l < 32; l++)
#endif

#define FAST1(name) \
    void fast_##name(struct wave *w, const struct inst *i) \
    { \
        struct lanes lanes; \
        u32x32 t0; \
        lanes.a[0] = src_lanes(w, i, i->src[0], &t0); \
        lanes_##name(&lanes); \
        vgpr_write(w, i->dst, &lanes.d); \
    }
#define FAST2(name) \
    void fast_##name(struct wave *w, const struct inst *i) \
    { \
        struct lanes lanes; \
        u32x32 t0, t1; \
        lanes.a[0] = src_lanes(w, i, i->src[0], &t0); \
        lanes.a[1] = src_lanes(w, i, i->src[1], &t1); \
        lanes_##name(&lanes); \
        vgpr_write(w, i->dst, &lanes.d); \
    }
#define FAST3(name) \
    void fast_##name(struct wave *w, const struct inst *i) \
    { \
        struct lanes lanes; \
        u32x32 t0, t1, t2; \
        lanes.a[0] = src_lanes(w, i, i->src[0], &t0); \
        lanes.a[1] = src_lanes(w, i, i->src[1], &t1); \
        lanes.a[2] = src_lanes(w, i, i->src[2], &t2); \
        lanes_##name(&lanes); \
        vgpr_write(w, i->dst, &lanes.d); \
    }

/* Operations on 32-bit values: types are u32, i32, f32; the expression sees a, b, c (and l, the lane). */
#define LANES1(name, D, A, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        const lane_##A *restrict a_ = (const lane_##A *)lanes->a[0]; \
        lane_##D *restrict d_ = (lane_##D *)&lanes->d; \
        EACH_LANE { const lane_##A a = a_[l]; d_[l] = (lane_##D)MADE_##D((expression), IS_NUMBER(a)); } \
    }
#define LANES2(name, D, A, B, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        const lane_##A *restrict a_ = (const lane_##A *)lanes->a[0]; \
        const lane_##B *restrict b_ = (const lane_##B *)lanes->a[1]; \
        lane_##D *restrict d_ = (lane_##D *)&lanes->d; \
        EACH_LANE { \
            const lane_##A a = a_[l]; const lane_##B b = b_[l]; \
            d_[l] = (lane_##D)MADE_##D((expression), IS_NUMBER(a) && IS_NUMBER(b)); \
        } \
    }
#define LANES3(name, D, A, B, C, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        const lane_##A *restrict a_ = (const lane_##A *)lanes->a[0]; \
        const lane_##B *restrict b_ = (const lane_##B *)lanes->a[1]; \
        const lane_##C *restrict c_ = (const lane_##C *)lanes->a[2]; \
        lane_##D *restrict d_ = (lane_##D *)&lanes->d; \
        EACH_LANE { \
            const lane_##A a = a_[l]; const lane_##B b = b_[l]; const lane_##C c = c_[l]; \
            d_[l] = (lane_##D)MADE_##D((expression), IS_NUMBER(a) && IS_NUMBER(b) && IS_NUMBER(c)); \
        } \
    }
/* For operations that ask for the rules, such as minimum and maximum: flushing is the general form's business. */
#define FAST_RULED(name, count) \
    void fast_##name(struct wave *w, const struct inst *i) \
    { \
        struct lanes lanes; \
        u32x32 t[3]; \
        if (__builtin_expect(w->rules & RULE_FLUSH_ANY, 0)) { \
            exec_vop(w, i); \
            return; \
        } \
        lanes.rules = w->rules; \
        for (uint32_t n = 0; n < count; n++) { \
            lanes.a[n] = src_lanes(w, i, i->src[n], &t[n]); \
        } \
        lanes_##name(&lanes); \
        vgpr_write(w, i->dst, &lanes.d); \
    }
#define RULED2(name, D, A, B, expression) LANES2(name, D, A, B, expression) FAST_RULED(name, 2)
#define RULED3(name, D, A, B, C, expression) LANES3(name, D, A, B, C, expression) FAST_RULED(name, 3)
#define OP1(name, D, A, expression) LANES1(name, D, A, expression) FAST1(name)
#define OP2(name, D, A, B, expression) LANES2(name, D, A, B, expression) FAST2(name)
#define OP3(name, D, A, B, C, expression) LANES3(name, D, A, B, C, expression) FAST3(name)

/* Declarations of everything the rows name. */
#define DECLARE_F(op11, op12, name, ...) void lanes_##name(struct lanes *lanes); void fast_##name(struct wave *w, const struct inst *i);
#define DECLARE_G(op11, op12, name, ...) void lanes_##name(struct lanes *lanes);
#define DECLARE_S(op11, op12, name, ...) void exec_##name(struct wave *w, const struct inst *i);
ISA_ROWS_VOP1(DECLARE_F, DECLARE_G, DECLARE_S)
ISA_ROWS_VOP2(DECLARE_F, DECLARE_G, DECLARE_S)
ISA_ROWS_VOP3(DECLARE_F, DECLARE_G, DECLARE_S)
ISA_ROWS_VOP3SD(DECLARE_G)
#define DECLARE_CF(opcode, last, name, type, kind) \
    void lanes_v_cmp_##name##_##type(struct lanes *lanes); void fast_v_cmp_##name##_##type(struct wave *w, const struct inst *i);
#define DECLARE_CG(opcode, last, name, type, kind) void lanes_v_cmp_##name##_##type(struct lanes *lanes);
void lanes_v_dot2acc_f32_bf16(struct lanes *lanes); /* dual instructions only */
ISA_ROWS_VOPC(DECLARE_CF, DECLARE_CG, DECLARE_CG)
/* clang-format on */

#endif
