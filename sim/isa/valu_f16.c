/*
 * valu_f16.c: half-precision operations of the vector unit. Worked out in single precision and rounded once more: single has
 * more than twice as many digits, so sum, product, quotient and root come out as if rounded once; the fused multiply-add goes
 * through double precision. Both roundings go the way that MODE says for halves, which is the host's setting by then.
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

enum { TO_NEAREST, UPWARD, DOWNWARD, TO_ZERO }; /* MODE's numbering */

/* Whether the bits beyond the last one kept make it one more. */
static inline uint32_t rounds_away(uint32_t sign, uint64_t kept, uint64_t rest, uint64_t half, uint32_t rounding)
{
    if (rounding == TO_NEAREST) {
        return rest > half || (rest == half && kept & 1);
    }
    return rest != 0 && rounding == (sign ? DOWNWARD : UPWARD);
}

static inline uint32_t narrow(double value, uint32_t rounding)
{
    uint64_t bits = f64_bits(value);
    uint32_t sign = (uint32_t)(bits >> 48) & 0x8000;
    int32_t exponent = (int32_t)(bits >> 52 & 2047) - 1023;
    uint64_t mantissa = bits & 0xfffffffffffffu;
    if (exponent == 1024) {
        return sign | 0x7c00 | (mantissa ? 0x200 | (uint32_t)(mantissa >> 42) : 0);
    }
    if (exponent > 15) {
        return sign | (rounds_away(sign, 1, 2, 1, rounding) ? 0x7c00 : 0x7bff);
    }
    uint32_t shift = 42;
    uint64_t whole = mantissa | (uint64_t)(exponent + 15) << 52;
    if (exponent < -14) { /* subnormal: the implicit one becomes visible */
        if (exponent < -26) {
            return sign | (value != 0.0 ? rounds_away(sign, 0, 1, 2, rounding) : 0);
        }
        whole = mantissa | 1ull << 52;
        shift = (uint32_t)(42 - 14 - exponent);
    }
    uint64_t kept = whole >> shift, rest = whole & ((1ull << shift) - 1), half = 1ull << (shift - 1);
    return sign | (uint32_t)(kept + rounds_away(sign, kept, rest, half, rounding));
}

uint32_t f32_to_f16(float value)
{
    return narrow((double)value, mode_rounding());
}

uint32_t f32_to_f16_rtz(float value)
{
    return narrow((double)value, TO_ZERO);
}

uint32_t f64_to_f16(double value)
{
    return narrow(value, mode_rounding());
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
        __m256i halves = _mm512_cvtps_ph(values, _MM_FROUND_CUR_DIRECTION | _MM_FROUND_NO_EXC);
        _mm512_storeu_si512((char *)half_out + part * 64, _mm512_cvtepu16_epi32(halves));
    }
#else
    uint32_t rounding = mode_rounding();
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_u32 *)half_out)[l] = narrow((double)((const lane_f32 *)value)[l], rounding);
    }
#endif
}

/* Minimum and maximum of halves as bits, since conversion quiets NaNs; the rules are those of valu_f32.c. */
static inline bool is_nan16(uint32_t x)
{
    return (x & 0x7fff) > 0x7c00;
}

static inline bool is_signalling16(uint32_t x)
{
    return is_nan16(x) && !(x & 0x200);
}

/* Orders halves like integers, -0 below +0. */
static inline int32_t order16(uint32_t x)
{
    return x & 0x8000 ? -(int32_t)(x & 0x7fff) - 1 : (int32_t)(x & 0x7fff);
}

static inline uint32_t choose16(uint32_t a, uint32_t b, uint32_t ordered, uint32_t rules)
{
    if (rules & RULE_QUIET && (is_signalling16(a) || is_signalling16(b))) {
        return (is_signalling16(a) ? a : b) | 0x200;
    }
    uint32_t result = is_nan16(b) ? a : is_nan16(a) ? b : ordered;
    return rules & RULE_GFX12 && is_nan16(result) ? result | 0x200 : result;
}

static inline uint32_t choose_nan16(uint32_t a, uint32_t b, uint32_t ordered)
{
    if (!is_nan16(a) && !is_nan16(b)) {
        return ordered;
    }
    return (is_signalling16(a) ? a : is_signalling16(b) ? b : is_nan16(a) ? a : b) | 0x200;
}

static inline uint32_t least16(uint32_t a, uint32_t b)
{
    return order16(a) < order16(b) ? a : b;
}

static inline uint32_t greatest16(uint32_t a, uint32_t b)
{
    return order16(a) > order16(b) ? a : b;
}

uint32_t min_f16(uint32_t a, uint32_t b, uint32_t rules)
{
    return choose16(a, b, least16(a, b), rules);
}

uint32_t max_f16(uint32_t a, uint32_t b, uint32_t rules)
{
    return choose16(a, b, greatest16(a, b), rules);
}

uint32_t minimum_f16(uint32_t a, uint32_t b, uint32_t rules)
{
    (void)rules;
    return choose_nan16(a, b, least16(a, b));
}

uint32_t maximum_f16(uint32_t a, uint32_t b, uint32_t rules)
{
    (void)rules;
    return choose_nan16(a, b, greatest16(a, b));
}

static inline bool equal16(uint32_t a, uint32_t b)
{
    return a == b || ((a | b) & 0x7fff) == 0;
}

/* The greater of the two that are left once the first that equals the greatest is gone: which of -0 and +0 goes depends on the
 * order of the sources. */
static inline uint32_t med3_f16(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    uint32_t low = min_f16(min_f16(a, b, rules), c, rules);
    uint32_t greatest = max_f16(max_f16(a, b, rules), c, rules);
    uint32_t middle = max_f16(equal16(greatest, a) ? c : a, equal16(greatest, a) || !equal16(greatest, b) ? b : c, rules);
    return is_nan16(a) || is_nan16(b) || is_nan16(c) ? low : middle;
}

static inline float fract_f16(float a)
{
    float f = a - floorf(a), limit = 0x1.ffcp-1f;
    return f > limit ? limit : f;
}

static inline uint32_t div_fixup_f16(uint32_t quotient, uint32_t denominator, uint32_t numerator)
{
    uint32_t sign = (denominator ^ numerator) & 0x8000, d = denominator & 0x7fff, n = numerator & 0x7fff;
    if (is_nan16(numerator) || is_nan16(denominator)) {
        return (is_nan16(numerator) ? numerator : denominator) | 0x200;
    }
    if ((d == 0 && n == 0) || (d == 0x7c00 && n == 0x7c00)) {
        return 0xfe00;
    }
    if (d == 0 || n == 0x7c00) {
        return 0x7c00 | sign;
    }
    return d == 0x7c00 || n == 0 ? sign : (quotient & 0x7fff) | sign;
}

/* a * b + c rounded once to half: the double holds product and sum of halves exactly enough. */
static inline uint32_t fused_f16(float a, float b, float c, uint32_t rounding)
{
    double sum = (double)a * (double)b + (double)c;
    return sum != sum && IS_NUMBER(a) && IS_NUMBER(b) && IS_NUMBER(c) ? 0xfe00 : narrow(sum, rounding);
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
        const uint32_t rounding = mode_rounding(); \
        LOAD(0, a) LOAD(1, b) LOAD(2, c) \
        EACH_LANE { \
            const float a = a_[l], b = b_[l], c = c_[l]; \
            ((lane_u32 *)&lanes->d)[l] = fused_f16(a, b, c, rounding); \
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
#define RULES lanes->rules
LANES2(v_min_f16, u32, u32, u32, min_f16(a, b, RULES))
LANES2(v_max_f16, u32, u32, u32, max_f16(a, b, RULES))
LANES2(v_minimum_f16, u32, u32, u32, minimum_f16(a, b, RULES))
LANES2(v_maximum_f16, u32, u32, u32, maximum_f16(a, b, RULES))
LANES3(v_min3_f16, u32, u32, u32, u32, min_f16(min_f16(a, b, RULES), c, RULES))
LANES3(v_max3_f16, u32, u32, u32, u32, max_f16(max_f16(a, b, RULES), c, RULES))
LANES3(v_med3_f16, u32, u32, u32, u32, med3_f16(a, b, c, RULES))
LANES3(v_maxmin_f16, u32, u32, u32, u32, min_f16(max_f16(a, b, RULES), c, RULES))
LANES3(v_minmax_f16, u32, u32, u32, u32, max_f16(min_f16(a, b, RULES), c, RULES))
LANES3(v_minimum3_f16, u32, u32, u32, u32, minimum_f16(minimum_f16(a, b, RULES), c, RULES))
LANES3(v_maximum3_f16, u32, u32, u32, u32, maximum_f16(maximum_f16(a, b, RULES), c, RULES))
LANES3(v_minimummaximum_f16, u32, u32, u32, u32, maximum_f16(minimum_f16(a, b, RULES), c, RULES))
LANES3(v_maximumminimum_f16, u32, u32, u32, u32, minimum_f16(maximum_f16(a, b, RULES), c, RULES))
LANES3(v_div_fixup_f16, u32, u32, u32, u32, div_fixup_f16(a, b, c))
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
H1(v_rndne_f16, nearest_f32(a))
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
H_TO(v_cvt_norm_i16_f16, i32, (int32_t)nearest_f32(limit_to(a, -1.0f, 1.0f) * 32767.0f))
H_TO(v_cvt_norm_u16_f16, u32, (uint32_t)(int32_t)nearest_f32(limit_to(a, 0.0f, 1.0f) * 65535.0f))

/* As bits: a NaN stays what it was. */
static uint32_t mantissa(uint32_t half)
{
    int exponent;
    return (half & 0x7c00) == 0x7c00 ? half : f32_to_f16(frexpf(f16_to_f32(half), &exponent));
}

static int32_t exponent_of(float x)
{
    int exponent = 0;
    if (isfinite(x)) {
        frexpf(x, &exponent);
    }
    return exponent;
}

LANES1(v_frexp_mant_f16, u32, u32, mantissa(a & 0xffff))
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
        int32_t low = (int32_t)nearest_f32(limit_to(a_[l], -1.0f, 1.0f) * 32767.0f);
        int32_t high = (int32_t)nearest_f32(limit_to(b_[l], -1.0f, 1.0f) * 32767.0f);
        ((lane_u32 *)&lanes->d)[l] = ((uint32_t)low & 0xffff) | (uint32_t)high << 16;
    }
}

void lanes_v_cvt_pk_norm_u16_f16(struct lanes *lanes)
{
    LOAD(0, a) LOAD(1, b)
    EACH_LANE {
        uint32_t low = (uint32_t)(int32_t)nearest_f32(limit_to(a_[l], 0.0f, 1.0f) * 65535.0f);
        uint32_t high = (uint32_t)(int32_t)nearest_f32(limit_to(b_[l], 0.0f, 1.0f) * 65535.0f);
        ((lane_u32 *)&lanes->d)[l] = low | high << 16;
    }
}

uint32_t fma_f16(uint32_t a, uint32_t b, uint32_t c)
{
    float x = f16_to_f32(a & 0xffff), y = f16_to_f32(b & 0xffff), z = f16_to_f32(c & 0xffff);
    return fused_f16(x, y, z, mode_rounding());
}

/* Every step is rounded: the manual writes sums of products of halves, all of them halves. */
static inline uint32_t dot2_f16(uint32_t a, uint32_t b, uint32_t c)
{
    float low = f16_to_f32(f32_to_f16(f16_to_f32(a & 0xffff) * f16_to_f32(b & 0xffff)));
    float high = f16_to_f32(f32_to_f16(f16_to_f32(a >> 16) * f16_to_f32(b >> 16)));
    return f32_to_f16(f16_to_f32(f32_to_f16(f16_to_f32(c & 0xffff) + low)) + high);
}

LANES3(v_pk_fmac_f16, u32, u32, u32, u32, fma_f16(a, b, c) | fma_f16(a >> 16, b >> 16, c >> 16) << 16)
LANES3(v_dot2_f16_f16, u32, u32, u32, u32, dot2_f16(a, b, c))

/* To nearest even: bfloat has no rounding mode of its own. */
static inline uint32_t to_bf16(float value)
{
    uint32_t bits = f32_bits(value);
    return value != value ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

static inline float bf16_product(uint32_t a, uint32_t b)
{
    return bits_f32(to_bf16(bits_f32(a << 16) * bits_f32(b << 16)) << 16);
}

static inline uint32_t dot2_bf16(uint32_t a, uint32_t b, uint32_t c)
{
    float sum = bits_f32(to_bf16(bits_f32(c << 16) + bf16_product(a, b)) << 16);
    return to_bf16(sum + bf16_product(a >> 16, b >> 16));
}

static __attribute__((noinline)) void dot2_bf16_lanes(struct lanes *lanes)
{
    const lane_u32 *a = (const lane_u32 *)lanes->a[0], *b = (const lane_u32 *)lanes->a[1], *c = (const lane_u32 *)lanes->a[2];
    EACH_LANE {
        ((lane_u32 *)&lanes->d)[l] = dot2_bf16(a[l], b[l], c[l]);
    }
}

void lanes_v_dot2_bf16_bf16(struct lanes *lanes)
{
    uint64_t saved = mode_save();
    mode_apply((lanes->rules & RULE_FLUSH_IN ? 0 : 0x10) | (lanes->rules & RULE_FLUSH_OUT ? 0 : 0x20));
    dot2_bf16_lanes(lanes);
    mode_restore(saved);
}
