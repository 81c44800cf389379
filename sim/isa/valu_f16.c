/*
 * valu_f16.c: half-precision operations of the vector unit. Worked out in single precision and rounded once more: single has
 * more than twice as many digits, so sum, product, quotient and root come out as if rounded once; the fused multiply-add goes
 * through double precision.
 */
#include "valu.h"

#include "transcendental.h"

float f16_to_f32(uint32_t half)
{
    uint32_t sign = (half & 0x8000) << 16, exponent = half >> 10 & 31, mantissa = half & 1023;
    float subnormal = (float)(int32_t)mantissa * 0x1p-24f;
    uint32_t normal = (exponent == 31 ? 255u : exponent + 112) << 23 | mantissa << 13;
    return bits_f32(sign | (exponent == 0 ? f32_bits(subnormal) : normal));
}

/* Bits beyond the half's last decide: `round` of 0 drops them, 1 rounds to nearest even. */
static inline uint32_t narrow(double value, uint32_t round)
{
    uint64_t bits = f64_bits(value);
    uint32_t sign = (uint32_t)(bits >> 48) & 0x8000;
    int32_t exponent = (int32_t)(bits >> 52 & 2047) - 1023;
    uint64_t mantissa = bits & 0xfffffffffffffu;
    if (exponent == 1024) {
        return sign | 0x7c00 | (mantissa ? 0x200 | (uint32_t)(mantissa >> 42) : 0);
    }
    if (exponent > 15) {
        return sign | (round ? 0x7c00 : 0x7bff);
    }
    uint32_t shift = 42;
    uint64_t whole = mantissa | (uint64_t)(exponent + 15) << 52;
    if (exponent < -14) { /* subnormal: the implicit one becomes visible */
        if (exponent < -26) {
            return sign;
        }
        whole = mantissa | 1ull << 52;
        shift = (uint32_t)(42 - 14 - exponent);
    }
    uint64_t kept = whole >> shift, rest = whole & ((1ull << shift) - 1), half = 1ull << (shift - 1);
    return sign | (uint32_t)(kept + (round && (rest > half || (rest == half && (kept & 1)))));
}

uint32_t f32_to_f16(float value)
{
    return narrow((double)value, 1);
}

uint32_t f32_to_f16_rtz(float value)
{
    return narrow((double)value, 0);
}

uint32_t f64_to_f16(double value)
{
    return narrow(value, 1);
}

void lanes_f16_to_f32(const u32x32 *half, f32x32 *value_out)
{
#if defined(__AVX512F__)
    for (uint32_t part = 0; part < 2; part++) {
        __m512i words = _mm512_loadu_si512((const char *)half + part * 64);
        _mm512_storeu_ps((char *)value_out + part * 64, _mm512_cvtph_ps(_mm512_cvtepi32_epi16(words)));
    }
#else
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_f32 *)value_out)[l] = f16_to_f32(((const lane_u32 *)half)[l] & 0xffff);
    }
#endif
}

void lanes_f32_to_f16(const f32x32 *value, u32x32 *half_out)
{
#if defined(__AVX512F__)
    for (uint32_t part = 0; part < 2; part++) {
        __m512 values = _mm512_loadu_ps((const char *)value + part * 64);
        __m256i halves = _mm512_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        _mm512_storeu_si512((char *)half_out + part * 64, _mm512_cvtepu16_epi32(halves));
    }
#else
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_u32 *)half_out)[l] = f32_to_f16(((const lane_f32 *)value)[l]);
    }
#endif
}

static inline float min_f16(float a, float b)
{
    float smaller = a < b ? a : b;
    smaller = a == b ? bits_f32(f32_bits(a) | f32_bits(b)) : smaller;
    return b != b ? a : smaller;
}

static inline float max_f16(float a, float b)
{
    float larger = a > b ? a : b;
    larger = a == b ? bits_f32(f32_bits(a) & f32_bits(b)) : larger;
    return b != b ? a : larger;
}

static inline float med3_f16(float a, float b, float c)
{
    float middle = max_f16(min_f16(a, b), min_f16(max_f16(a, b), c));
    return a != a || b != b || c != c ? min_f16(min_f16(a, b), c) : middle;
}

static inline float fract_f16(float a)
{
    float f = a - floorf(a), limit = 0x1.ffcp-1f;
    return f > limit ? limit : f;
}

static inline float div_fixup_f16(float quotient, float denominator, float numerator)
{
    uint32_t sign = (f32_bits(denominator) ^ f32_bits(numerator)) & 0x80000000u;
    if (numerator != numerator || denominator != denominator) {
        return numerator != numerator ? numerator : denominator;
    }
    bool zero_d = denominator == 0.0f, zero_n = numerator == 0.0f;
    bool infinite_d = isinf(denominator), infinite_n = isinf(numerator);
    if ((zero_d && zero_n) || (infinite_d && infinite_n)) {
        return bits_f32(0xffc00000u);
    }
    if (zero_d || infinite_n) {
        return bits_f32(0x7f800000u | sign);
    }
    return infinite_d || zero_n ? bits_f32(sign) : bits_f32((f32_bits(quotient) & 0x7fffffffu) | sign);
}

/* a * b + c rounded once to half: the double holds product and sum of halves exactly enough. */
static inline uint32_t fused_f16(float a, float b, float c)
{
    double sum = (double)a * (double)b + (double)c;
    return sum != sum && IS_NUMBER(a) && IS_NUMBER(b) && IS_NUMBER(c) ? 0xfe00 : f64_to_f16(sum);
}

/* clang-format off */
#define LOAD(n, name) f32x32 name##_lanes; lanes_f16_to_f32(lanes->a[n], &name##_lanes); \
    const lane_f32 *restrict name##_ = (const lane_f32 *)&name##_lanes;
#define H1(name, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        LOAD(0, a) \
        f32x32 result; lane_f32 *restrict d_ = (lane_f32 *)&result; \
        EACH_LANE { const float a = a_[l]; d_[l] = made_f32((expression), IS_NUMBER(a)); } \
        lanes_f32_to_f16(&result, &lanes->d); \
    }
#define H2(name, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        LOAD(0, a) LOAD(1, b) \
        f32x32 result; lane_f32 *restrict d_ = (lane_f32 *)&result; \
        EACH_LANE { const float a = a_[l], b = b_[l]; d_[l] = made_f32((expression), IS_NUMBER(a) && IS_NUMBER(b)); } \
        lanes_f32_to_f16(&result, &lanes->d); \
    }
#define H3(name, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        LOAD(0, a) LOAD(1, b) LOAD(2, c) \
        f32x32 result; lane_f32 *restrict d_ = (lane_f32 *)&result; \
        EACH_LANE { \
            const float a = a_[l], b = b_[l], c = c_[l]; \
            d_[l] = made_f32((expression), IS_NUMBER(a) && IS_NUMBER(b) && IS_NUMBER(c)); \
        } \
        lanes_f32_to_f16(&result, &lanes->d); \
    }
#define H_FMA(name) \
    void lanes_##name(struct lanes *lanes) \
    { \
        LOAD(0, a) LOAD(1, b) LOAD(2, c) \
        EACH_LANE { \
            const float a = a_[l], b = b_[l], c = c_[l]; \
            ((lane_u32 *)&lanes->d)[l] = fused_f16(a, b, c); \
        } \
    }
#define H_TO(name, D, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        LOAD(0, a) \
        lane_##D *restrict d_ = (lane_##D *)&lanes->d; \
        EACH_LANE { const float a = a_[l]; d_[l] = (lane_##D)(expression); } \
    }
#define H_FROM(name, A, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        const lane_##A *restrict a_ = (const lane_##A *)lanes->a[0]; \
        f32x32 result; lane_f32 *restrict d_ = (lane_f32 *)&result; \
        EACH_LANE { const lane_##A a = a_[l]; d_[l] = (float)(expression); } \
        lanes_f32_to_f16(&result, &lanes->d); \
    }

H2(v_add_f16, a + b)
H2(v_sub_f16, a - b)
H2(v_subrev_f16, b - a)
H2(v_mul_f16, a * b)
H2(v_min_f16, min_f16(a, b))
H2(v_max_f16, max_f16(a, b))
H3(v_min3_f16, min_f16(min_f16(a, b), c))
H3(v_max3_f16, max_f16(max_f16(a, b), c))
H3(v_med3_f16, med3_f16(a, b, c))
H3(v_maxmin_f16, min_f16(max_f16(a, b), c))
H3(v_minmax_f16, max_f16(min_f16(a, b), c))
H3(v_div_fixup_f16, div_fixup_f16(a, b, c))
H_FMA(v_fma_f16)
H_FMA(v_fmac_f16)
H_FMA(v_fmamk_f16)
H_FMA(v_fmaak_f16)
H1(v_rcp_f16, 1.0f / a)
H1(v_sqrt_f16, sqrtf(a))
H1(v_rsq_f16, (float)(1.0 / sqrt((double)a)))
H1(v_log_f16, log2_f32(a))
H1(v_exp_f16, exp2_f32(a))
H1(v_sin_f16, sin_turns(a))
H1(v_cos_f16, cos_turns(a))
H1(v_floor_f16, floorf(a))
H1(v_ceil_f16, ceilf(a))
H1(v_trunc_f16, truncf(a))
H1(v_rndne_f16, rintf(a))
H1(v_fract_f16, fract_f16(a))
H_FROM(v_cvt_f16_f32, f32, a)
H_FROM(v_cvt_f16_u16, u32, a & 0xffff)
H_FROM(v_cvt_f16_i16, u32, (int32_t)(int16_t)a)

void lanes_v_cvt_f32_f16(struct lanes *lanes)
{
    lanes_f16_to_f32(lanes->a[0], (f32x32 *)&lanes->d);
}

static inline float limit_to(float x, float low, float high)
{
    return x > low ? (x < high ? x : high) : x != x ? 0.0f : low;
}

H_TO(v_cvt_u16_f16, u32, (uint32_t)(int32_t)limit_to(a, 0.0f, 65535.0f))
H_TO(v_cvt_i16_f16, i32, (int32_t)limit_to(a, -32768.0f, 32767.0f))
H_TO(v_cvt_norm_i16_f16, i32, (int32_t)rintf(limit_to(a, -1.0f, 1.0f) * 32767.0f))
H_TO(v_cvt_norm_u16_f16, u32, (uint32_t)(int32_t)rintf(limit_to(a, 0.0f, 1.0f) * 65535.0f))

static float mantissa(float x)
{
    int exponent;
    return isfinite(x) ? frexpf(x, &exponent) : x;
}

static int32_t exponent_of(float x)
{
    int exponent = 0;
    if (isfinite(x)) {
        frexpf(x, &exponent);
    }
    return exponent;
}

H1(v_frexp_mant_f16, mantissa(a))
H_TO(v_frexp_exp_i16_f16, i32, exponent_of(a))

void lanes_v_ldexp_f16(struct lanes *lanes)
{
    LOAD(0, a)
    EACH_LANE {
        int32_t exponent = (int16_t)((const lane_u32 *)lanes->a[1])[l];
        ((lane_u32 *)&lanes->d)[l] = f64_to_f16(ldexp((double)a_[l], exponent));
    }
}

void lanes_v_cvt_pk_norm_i16_f16(struct lanes *lanes)
{
    LOAD(0, a) LOAD(1, b)
    EACH_LANE {
        int32_t low = (int32_t)rintf(limit_to(a_[l], -1.0f, 1.0f) * 32767.0f);
        int32_t high = (int32_t)rintf(limit_to(b_[l], -1.0f, 1.0f) * 32767.0f);
        ((lane_u32 *)&lanes->d)[l] = ((uint32_t)low & 0xffff) | (uint32_t)high << 16;
    }
}

void lanes_v_cvt_pk_norm_u16_f16(struct lanes *lanes)
{
    LOAD(0, a) LOAD(1, b)
    EACH_LANE {
        uint32_t low = (uint32_t)(int32_t)rintf(limit_to(a_[l], 0.0f, 1.0f) * 65535.0f);
        uint32_t high = (uint32_t)(int32_t)rintf(limit_to(b_[l], 0.0f, 1.0f) * 65535.0f);
        ((lane_u32 *)&lanes->d)[l] = low | high << 16;
    }
}

static inline uint32_t fma_f16(uint32_t a, uint32_t b, uint32_t c)
{
    float x = f16_to_f32(a & 0xffff), y = f16_to_f32(b & 0xffff), z = f16_to_f32(c & 0xffff);
    return fused_f16(x, y, z);
}

LANES3(v_pk_fmac_f16, u32, u32, u32, u32, fma_f16(a, b, c) | fma_f16(a >> 16, b >> 16, c >> 16) << 16)
LANES3(v_dot2_f16_f16, u32, u32, u32, u32, fma_f16(a >> 16, b >> 16, fma_f16(a, b, c)))

static inline uint32_t dot2_bf16(uint32_t a, uint32_t b, uint32_t c)
{
    float sum = bits_f32(c << 16);
    sum = __builtin_fmaf(bits_f32(a << 16), bits_f32(b << 16), sum);
    sum = __builtin_fmaf(bits_f32(a & 0xffff0000u), bits_f32(b & 0xffff0000u), sum);
    uint32_t bits = f32_bits(sum);
    return sum != sum ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

LANES3(v_dot2_bf16_bf16, u32, u32, u32, u32, dot2_bf16(a, b, c))
