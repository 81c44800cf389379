/* valu_f64.c: double-precision operations of the vector unit and conversions from and to it. */
#include "valu.h"

#define SIGN64 0x8000000000000000u
#define WORD(n, l) (((const lane_u32 *)lanes->a[n])[l])
#define BITS(n, l) ((uint64_t)((const lane_u32 *)lanes->h[n])[l] << 32 | WORD(n, l))

static inline bool is_signalling(double x)
{
    return x != x && !(f64_bits(x) & 0x0008000000000000u);
}

static inline double quieted(double x)
{
    return bits_f64(f64_bits(x) | 0x0008000000000000u);
}

/* As in single precision (valu_f32.c). */
static inline double choose_number(double a, double b, double ordered, uint32_t rules)
{
    if (rules & RULE_QUIET && (is_signalling(a) || is_signalling(b))) {
        return quieted(is_signalling(a) ? a : b);
    }
    double result = b != b ? a : a != a ? b : ordered;
    return rules & RULE_GFX12 && result != result ? quieted(result) : result;
}

static inline double choose_nan(double a, double b, double ordered)
{
    if (a == a && b == b) {
        return ordered;
    }
    return quieted(is_signalling(a) ? a : is_signalling(b) ? b : a != a ? a : b);
}

static inline double least_f64(double a, double b)
{
    double smaller = a < b ? a : b;
    return a == b ? bits_f64(f64_bits(a) | f64_bits(b)) : smaller;
}

static inline double greatest_f64(double a, double b)
{
    double larger = a > b ? a : b;
    return a == b ? bits_f64(f64_bits(a) & f64_bits(b)) : larger;
}

static inline double fract_f64(double a)
{
    double f = a - floor(a), limit = 0x1.fffffffffffffp-1;
    return f > limit ? limit : f;
}

static inline int32_t exponent_f64(double x)
{
    return (int32_t)(f64_bits(x) >> 52 & 2047);
}

static inline double div_fixup_f64(double quotient, double denominator, double numerator)
{
    uint64_t sign = (f64_bits(denominator) ^ f64_bits(numerator)) & SIGN64;
    if (isnan(numerator)) {
        return bits_f64(f64_bits(numerator) | 0x0008000000000000u);
    }
    if (isnan(denominator)) {
        return bits_f64(f64_bits(denominator) | 0x0008000000000000u);
    }
    bool zero_d = denominator == 0.0, zero_n = numerator == 0.0;
    bool infinite_d = isinf(denominator), infinite_n = isinf(numerator);
    if ((zero_d && zero_n) || (infinite_d && infinite_n)) {
        return bits_f64(0xfff8000000000000u);
    }
    if (zero_d || infinite_n) {
        return bits_f64(0x7ff0000000000000u | sign);
    }
    if (infinite_d || zero_n || exponent_f64(numerator) - exponent_f64(denominator) < -1075) {
        return bits_f64(sign);
    }
    if (isnan(quotient)) { /* neither operand is special: the quotient was too large on the way */
        return bits_f64(0x7ff0000000000000u | sign);
    }
    return bits_f64((f64_bits(quotient) & ~SIGN64) | sign);
}

static bool is_denormal(double x)
{
    return exponent_f64(x) == 0 && (f64_bits(x) & ~SIGN64) != 0;
}

/* a is the one to scale (numerator or denominator), b the denominator, c the numerator. */
static double div_scale_f64(double a, double b, double c, uint32_t *scaled)
{
    int32_t distance = exponent_f64(c) - exponent_f64(b);
    bool same_as_denominator = f64_bits(a) == f64_bits(b), same_as_numerator = f64_bits(a) == f64_bits(c);
    *scaled = 0;
    if (c == 0.0 || b == 0.0) {
        return bits_f64(0x7ff8000000000000u);
    }
    bool denormal_reciprocal = is_denormal(1.0 / b), denormal_quotient = is_denormal(c / b);
    if (distance >= 768) {
        *scaled = 1;
        return same_as_denominator ? ldexp(a, 128) : a;
    }
    if (exponent_f64(b) == 0) {
        return ldexp(a, 128);
    }
    if (denormal_reciprocal && denormal_quotient) {
        *scaled = 1;
        return same_as_denominator ? ldexp(a, -128) : a;
    }
    if (denormal_reciprocal) {
        return ldexp(a, -128);
    }
    if (denormal_quotient) {
        *scaled = 1;
        return same_as_numerator ? ldexp(a, 128) : a;
    }
    return exponent_f64(c) <= 53 ? ldexp(a, 128) : a;
}

static double div_fmas_f64(double a, double b, double c, uint32_t scaled)
{
    double result = fma(a, b, c);
    return scaled ? result * (exponent_f64(c) > 1023 ? 0x1p128 : 0x1p-128) : result;
}

static int32_t f64_to_i32(double x)
{
    return x != x ? 0 : x >= 2147483647.0 ? INT32_MAX : x <= -2147483648.0 ? INT32_MIN : (int32_t)x;
}

static uint32_t f64_to_u32(double x)
{
    return x > 0.0 ? x >= 4294967295.0 ? UINT32_MAX : (uint32_t)x : 0;
}

static int32_t frexp_exponent_f64(double x)
{
    int exponent = 0;
    if (isfinite(x)) {
        frexp(x, &exponent);
    }
    return exponent;
}

static double mantissa_f64(double x)
{
    int exponent;
    return isfinite(x) ? frexp(x, &exponent) : x;
}

/* The first 1201 bits of 2 / pi behind the point, 64 to a word; then zeros. */
static const uint64_t two_over_pi[20] = {
    0xa2f9836e4e441529u, 0xfc2757d1f534ddc0u, 0xdb6295993c439041u, 0xfe5163abdebbc561u, 0xb7246e3a424dd2e0u,
    0x06492eea09d1921cu, 0xfe1deb1cb129a73eu, 0xe88235f52ebb4484u, 0xe99c7026b45f7e41u, 0x3991d639835339f4u,
    0x9c845f8bbdf9283bu, 0x1ff897ffde05980fu, 0xef2f118b5a0a6d1fu, 0x6d367ecf27cb09b7u, 0x4f463f669e5fea2du,
    0x7527bac7ebe5f17bu, 0x3d0739f78a5292eau, 0x6bfb5fb11f8d5d08u, 0x56033046fc7b0000u,
};

/* A stretch of 53 bits of 2 / pi for reducing the angle x by Payne and Hanek's way (RDNA3 ISA, V_TRIG_PREOP_F64): which one
 * follows of the segment's number and of x's exponent. */
static double trig_preop(double x, uint32_t segment)
{
    int32_t exponent = exponent_f64(x), shift = (int32_t)(segment & 31) * 53 + (exponent > 1077 ? exponent - 1077 : 0);
    uint32_t word = (uint32_t)shift / 64, bit = (uint32_t)shift % 64;
    if (shift >= 1201) {
        return 0.0;
    }
    uint64_t bits = two_over_pi[word] << bit | (bit != 0 ? two_over_pi[word + 1] >> (64 - bit) : 0);
    return ldexp((double)(int64_t)(bits >> 11), -53 - shift + (exponent >= 1968 ? 128 : 0));
}

/* made_f32() in double precision. */
static inline double made_f64(double result, bool numbers)
{
#if defined(__x86_64__)
    (void)numbers;
    return result;
#else
    return numbers && result != result ? bits_f64(0xfff8000000000000u) : result;
#endif
}

/* clang-format off */
#define LANES_F64(name, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        lane_u32 *restrict d_ = (lane_u32 *)&lanes->d, *restrict e_ = (lane_u32 *)&lanes->e; \
        EACH_LANE { \
            const uint64_t value = f64_bits(expression); \
            d_[l] = (uint32_t)value; \
            e_[l] = (uint32_t)(value >> 32); \
        } \
    }
#define LANES_FROM_F64(name, D, expression) \
    void lanes_##name(struct lanes *lanes) \
    { \
        lane_##D *restrict d_ = (lane_##D *)&lanes->d; \
        EACH_LANE { d_[l] = (expression); } \
    }
#define A bits_f64(BITS(0, l))
#define B bits_f64(BITS(1, l))
#define C bits_f64(BITS(2, l))
#define MADE1(expression) made_f64(expression, A == A)
#define MADE2(expression) made_f64(expression, A == A && B == B)
#define MADE3(expression) made_f64(expression, A == A && B == B && C == C)
LANES_F64(v_add_f64, MADE2(A + B))
LANES_F64(v_mul_f64, MADE2(A * B))
LANES_F64(v_fma_f64, MADE3(fma(A, B, C)))
LANES_F64(v_min_f64, choose_number(A, B, least_f64(A, B), lanes->rules))
LANES_F64(v_max_f64, choose_number(A, B, greatest_f64(A, B), lanes->rules))
LANES_F64(v_minimum_f64, choose_nan(A, B, least_f64(A, B)))
LANES_F64(v_maximum_f64, choose_nan(A, B, greatest_f64(A, B)))
LANES_F64(v_trunc_f64, trunc(A))
LANES_F64(v_ceil_f64, ceil(A))
LANES_F64(v_floor_f64, floor(A))
LANES_F64(v_rndne_f64, nearest_f64(A))
LANES_F64(v_fract_f64, MADE1(fract_f64(A)))
LANES_F64(v_trig_preop_f64, trig_preop(A, WORD(1, l)))
LANES_F64(v_rcp_f64, 1.0 / A)
LANES_F64(v_rsq_f64, MADE1(1.0 / sqrt(A)))
LANES_F64(v_sqrt_f64, MADE1(sqrt(A)))
LANES_F64(v_frexp_mant_f64, mantissa_f64(A))
LANES_F64(v_ldexp_f64, ldexp(A, (int32_t)WORD(1, l)))
LANES_F64(v_div_fixup_f64, div_fixup_f64(A, B, C))
LANES_F64(v_div_fmas_f64, MADE3(div_fmas_f64(A, B, C, lanes->in >> l & 1)))
LANES_F64(v_cvt_f64_i32, (double)(int32_t)WORD(0, l))
LANES_F64(v_cvt_f64_u32, (double)WORD(0, l))
LANES_F64(v_cvt_f64_f32, (double)bits_f32(WORD(0, l)))
LANES_FROM_F64(v_cvt_f32_f64, f32, (float)A)
LANES_FROM_F64(v_cvt_i32_f64, i32, f64_to_i32(A))
LANES_FROM_F64(v_cvt_u32_f64, u32, f64_to_u32(A))
LANES_FROM_F64(v_frexp_exp_i32_f64, i32, frexp_exponent_f64(A))

void lanes_v_div_scale_f64(struct lanes *lanes)
{
    uint32_t out = 0;
    EACH_LANE {
        uint32_t scaled;
        uint64_t value = f64_bits(div_scale_f64(A, B, C, &scaled));
        ((lane_u32 *)&lanes->d)[l] = (uint32_t)value;
        ((lane_u32 *)&lanes->e)[l] = (uint32_t)(value >> 32);
        out |= scaled << l;
    }
    lanes->out = out;
}
