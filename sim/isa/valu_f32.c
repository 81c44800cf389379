/* valu_f32.c: single-precision operations of the vector unit and conversions from and to it. */
#include "valu.h"

#include "transcendental.h"

#define SIGN 0x80000000u
#define QUIET 0x00400000u
#define INFINITY_BITS 0x7f800000u

static inline uint32_t is_nan(float x)
{
    return x != x;
}

static inline uint32_t is_signalling(float x)
{
    return (f32_bits(x) & 0x7fffffffu) > INFINITY_BITS && !(f32_bits(x) & QUIET);
}

static inline float quieted(float x)
{
    return bits_f32(f32_bits(x) | QUIET);
}

/* Minimum and maximum: -0 is less than +0 and a number beats a NaN; but with MODE.IEEE a signalling NaN comes out quiet, and
 * gfx12 quiets the NaN that two of them make. `ordered` is the result for two numbers. */
static inline float choose_number(float a, float b, float ordered, uint32_t rules)
{
    float result = is_nan(b) ? a : is_nan(a) ? b : ordered;
    result = rules & RULE_QUIET && is_signalling(b) ? quieted(b) : result;
    result = rules & RULE_QUIET && is_signalling(a) ? quieted(a) : result;
    return rules & RULE_GFX12 && is_nan(result) ? quieted(result) : result;
}

static inline float least_f32(float a, float b)
{
    float smaller = a < b ? a : b;
    return a == b ? bits_f32(f32_bits(a) | f32_bits(b)) : smaller;
}

static inline float greatest_f32(float a, float b)
{
    float larger = a > b ? a : b;
    return a == b ? bits_f32(f32_bits(a) & f32_bits(b)) : larger;
}

static inline float min_f32(float a, float b, uint32_t rules)
{
    return choose_number(a, b, least_f32(a, b), rules);
}

static inline float max_f32(float a, float b, uint32_t rules)
{
    return choose_number(a, b, greatest_f32(a, b), rules);
}

/* gfx12's other kind, in which every NaN wins: a signalling one before a quiet one, the first before the second. */
static inline float choose_nan(float a, float b, float ordered)
{
    float result = is_nan(b) ? b : ordered;
    result = is_nan(a) && !is_signalling(b) ? a : result;
    return is_signalling(a) ? quieted(a) : is_signalling(b) ? quieted(b) : result;
}

static inline float minimum_f32(float a, float b)
{
    return choose_nan(a, b, least_f32(a, b));
}

static inline float maximum_f32(float a, float b)
{
    return choose_nan(a, b, greatest_f32(a, b));
}

/* The greater of the two that are left once the first that equals the greatest is gone: which of -0 and +0 goes depends on the
 * order of the sources. */
static inline float med3_f32(float a, float b, float c, uint32_t rules)
{
    float low = min_f32(min_f32(a, b, rules), c, rules);
    float greatest = max_f32(max_f32(a, b, rules), c, rules);
    float middle = max_f32(greatest == a ? c : a, greatest == a || greatest != b ? b : c, rules);
    return is_nan(a) | is_nan(b) | is_nan(c) ? low : middle;
}

static inline float fract_f32(float a)
{
    float f = a - floorf(a);
    float limit = 0x1.fffffep-1f; /* the largest number below 1: a tiny negative one does not round up to 1 */
    return f > limit ? limit : f;
}

/* Conversions clamp to the range; NaN gives 0. */
static inline int32_t f32_to_i32(float x)
{
    float inside = x >= -2147483648.0f && x < 2147483648.0f ? x : 0.0f;
    int32_t edge = x >= 2147483648.0f ? INT32_MAX : x < -2147483648.0f ? INT32_MIN : 0;
    return inside == x ? (int32_t)inside : edge;
}

static inline uint32_t f32_to_u32(float x)
{
    float inside = x > -1.0f && x < 4294967296.0f ? x : 0.0f;
    uint32_t edge = x >= 4294967296.0f ? UINT32_MAX : 0;
    return inside == x ? (uint32_t)(int64_t)inside : edge;
}

/* clang-format off */
OP2(v_add_f32, f32, f32, f32, a + b)
OP2(v_sub_f32, f32, f32, f32, a - b)
OP2(v_subrev_f32, f32, f32, f32, b - a)
OP2(v_mul_f32, f32, f32, f32, a * b)
OP2(v_mul_dx9_zero_f32, f32, f32, f32, a == 0.0f || b == 0.0f ? 0.0f : a * b)
#define RULES lanes->rules
RULED2(v_min_f32, f32, f32, f32, min_f32(a, b, RULES))
RULED2(v_max_f32, f32, f32, f32, max_f32(a, b, RULES))
RULED2(v_minimum_f32, f32, f32, f32, minimum_f32(a, b))
RULED2(v_maximum_f32, f32, f32, f32, maximum_f32(a, b))
OP3(v_fma_f32, f32, f32, f32, f32, __builtin_fmaf(a, b, c))
OP3(v_fmac_f32, f32, f32, f32, f32, __builtin_fmaf(a, b, c))
OP3(v_fmamk_f32, f32, f32, f32, f32, __builtin_fmaf(a, b, c))
OP3(v_fmaak_f32, f32, f32, f32, f32, __builtin_fmaf(a, b, c))
OP3(v_fma_dx9_zero_f32, f32, f32, f32, f32, a == 0.0f || b == 0.0f ? c : __builtin_fmaf(a, b, c))
OP3(v_fmac_dx9_zero_f32, f32, f32, f32, f32, a == 0.0f || b == 0.0f ? c : __builtin_fmaf(a, b, c))
RULED3(v_min3_f32, f32, f32, f32, f32, min_f32(min_f32(a, b, RULES), c, RULES))
RULED3(v_max3_f32, f32, f32, f32, f32, max_f32(max_f32(a, b, RULES), c, RULES))
RULED3(v_med3_f32, f32, f32, f32, f32, med3_f32(a, b, c, RULES))
RULED3(v_maxmin_f32, f32, f32, f32, f32, min_f32(max_f32(a, b, RULES), c, RULES))
RULED3(v_minmax_f32, f32, f32, f32, f32, max_f32(min_f32(a, b, RULES), c, RULES))
RULED3(v_minimum3_f32, f32, f32, f32, f32, minimum_f32(minimum_f32(a, b), c))
RULED3(v_maximum3_f32, f32, f32, f32, f32, maximum_f32(maximum_f32(a, b), c))
RULED3(v_minimummaximum_f32, f32, f32, f32, f32, maximum_f32(minimum_f32(a, b), c))
RULED3(v_maximumminimum_f32, f32, f32, f32, f32, minimum_f32(maximum_f32(a, b), c))

OP1(v_fract_f32, f32, f32, fract_f32(a))
OP1(v_trunc_f32, f32, f32, truncf(a))
OP1(v_ceil_f32, f32, f32, ceilf(a))
OP1(v_floor_f32, f32, f32, floorf(a))
OP1(v_rndne_f32, f32, f32, nearest_f32(a))
OP1(v_exp_f32, f32, f32, exp2_f32(a))
OP1(v_log_f32, f32, f32, log2_f32(a))
OP1(v_rcp_f32, f32, f32, 1.0f / a)
OP1(v_rcp_iflag_f32, f32, f32, 1.0f / a)
OP1(v_rsq_f32, f32, f32, (float)(1.0 / sqrt((double)a)))
OP1(v_sqrt_f32, f32, f32, sqrtf(a))
OP1(v_sin_f32, f32, f32, sin_turns(a))
OP1(v_cos_f32, f32, f32, cos_turns(a))

OP1(v_cvt_f32_i32, f32, i32, a)
OP1(v_cvt_f32_u32, f32, u32, a)
OP1(v_cvt_u32_f32, u32, f32, f32_to_u32(a))
OP1(v_cvt_i32_f32, i32, f32, f32_to_i32(a))
OP1(v_cvt_nearest_i32_f32, i32, f32, f32_to_i32(floorf(a + 0.5f)))
OP1(v_cvt_floor_i32_f32, i32, f32, f32_to_i32(floorf(a)))
OP1(v_cvt_off_f32_i4, f32, i32, (float)((int32_t)((uint32_t)a << 28) >> 28) * 0.0625f)
OP1(v_cvt_f32_ubyte0, f32, u32, (float)(int32_t)(a & 255))
OP1(v_cvt_f32_ubyte1, f32, u32, (float)(int32_t)(a >> 8 & 255))
OP1(v_cvt_f32_ubyte2, f32, u32, (float)(int32_t)(a >> 16 & 255))
OP1(v_cvt_f32_ubyte3, f32, u32, (float)(int32_t)(a >> 24))

static inline int32_t exponent_f32(float x)
{
    return (int32_t)(f32_bits(x) >> 23 & 255);
}

static inline float load_exponent(float x, int32_t exponent)
{
    int32_t limited = exponent < -300 ? -300 : exponent > 300 ? 300 : exponent;
    double scale = bits_f64((uint64_t)(1023 + limited) << 52);
    return (float)((double)x * scale);
}

static inline float mantissa_f32(float x)
{
    int exponent;
    return isfinite(x) ? frexpf(x, &exponent) : x;
}

static inline int32_t frexp_exponent_f32(float x)
{
    int exponent = 0;
    if (isfinite(x)) {
        frexpf(x, &exponent);
    }
    return exponent;
}

OP1(v_frexp_exp_i32_f32, i32, f32, frexp_exponent_f32(a))
OP1(v_frexp_mant_f32, f32, f32, mantissa_f32(a))
OP2(v_ldexp_f32, f32, f32, i32, load_exponent(a, b))

static inline uint32_t pack_u8(float x, uint32_t byte, uint32_t into)
{
    float limited = x > 0.0f ? (x < 255.0f ? x : 255.0f) : 0.0f;
    uint32_t shift = (byte & 3) * 8;
    return (into & ~(255u << shift)) | (uint32_t)(int32_t)rintf(limited) << shift;
}

OP3(v_cvt_pk_u8_f32, u32, f32, u32, u32, pack_u8(a, b, c))

static inline uint32_t signed_normal(float x)
{
    float limited = x > -1.0f ? (x < 1.0f ? x : 1.0f) : -1.0f;
    return (uint32_t)(int32_t)nearest_f32((is_nan(x) ? 0.0f : limited) * 32767.0f) & 0xffff;
}

static inline uint32_t unsigned_normal(float x)
{
    float limited = x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f;
    return (uint32_t)(int32_t)nearest_f32(limited * 65535.0f);
}

static inline uint32_t to_i16(float x)
{
    float limited = x > -32768.0f ? (x < 32767.0f ? x : 32767.0f) : -32768.0f;
    return (uint32_t)(int32_t)(is_nan(x) ? 0.0f : limited) & 0xffff;
}

static inline uint32_t to_u16(float x)
{
    return (uint32_t)(int32_t)(x > 0.0f ? (x < 65535.0f ? x : 65535.0f) : 0.0f);
}

LANES2(v_cvt_pk_norm_i16_f32, u32, f32, f32, signed_normal(a) | signed_normal(b) << 16)
LANES2(v_cvt_pk_norm_u16_f32, u32, f32, f32, unsigned_normal(a) | unsigned_normal(b) << 16)
LANES2(v_cvt_pk_i16_f32, u32, f32, f32, to_i16(a) | to_i16(b) << 16)
LANES2(v_cvt_pk_u16_f32, u32, f32, f32, to_u16(a) | to_u16(b) << 16)
OP2(v_cvt_pk_rtz_f16_f32, u32, f32, f32, f32_to_f16_rtz(a) | f32_to_f16_rtz(b) << 16)

/* Cube maps: face, coordinates and major axis of a direction. */
#define Z_MAJOR (fabsf(c) >= fabsf(a) && fabsf(c) >= fabsf(b))
#define Y_MAJOR (fabsf(b) >= fabsf(a))
OP3(v_cubeid_f32, f32, f32, f32, f32, Z_MAJOR ? (c < 0 ? 5.0f : 4.0f) : Y_MAJOR ? (b < 0 ? 3.0f : 2.0f) : (a < 0 ? 1.0f : 0.0f))
OP3(v_cubesc_f32, f32, f32, f32, f32, Z_MAJOR ? (c < 0 ? -a : a) : Y_MAJOR ? a : (a < 0 ? c : -c))
OP3(v_cubetc_f32, f32, f32, f32, f32, Z_MAJOR ? -b : Y_MAJOR ? (b < 0 ? -c : c) : -b)
OP3(v_cubema_f32, f32, f32, f32, f32, (Z_MAJOR ? c : Y_MAJOR ? b : a) * 2.0f)
OP3(v_mullit_f32, f32, f32, f32, f32,
    b == -__FLT_MAX__ || b == -INFINITY || is_nan(b) || c <= 0.0f || is_nan(c) ? -__FLT_MAX__ : a * b)

/* Exact division is div_scale, rcp, fmas on the scaled values, div_fmas (undoes the scaling), div_fixup (special cases). */
static inline float div_fixup_f32(float quotient, float denominator, float numerator)
{
    uint32_t sign = (f32_bits(denominator) ^ f32_bits(numerator)) & SIGN;
    if (is_nan(numerator)) {
        return bits_f32(f32_bits(numerator) | QUIET);
    }
    if (is_nan(denominator)) {
        return bits_f32(f32_bits(denominator) | QUIET);
    }
    bool zero_d = denominator == 0.0f, zero_n = numerator == 0.0f;
    bool infinite_d = isinf(denominator), infinite_n = isinf(numerator);
    if ((zero_d && zero_n) || (infinite_d && infinite_n)) {
        return bits_f32(0xffc00000u);
    }
    if (zero_d || infinite_n) {
        return bits_f32(INFINITY_BITS | sign);
    }
    if (infinite_d || zero_n) {
        return bits_f32(sign);
    }
    if (exponent_f32(numerator) - exponent_f32(denominator) < -150) {
        return bits_f32(sign);
    }
    if (is_nan(quotient)) { /* neither operand is special: the quotient was too large on the way */
        return bits_f32(INFINITY_BITS | sign);
    }
    return bits_f32((f32_bits(quotient) & ~SIGN) | sign);
}

OP3(v_div_fixup_f32, f32, f32, f32, f32, div_fixup_f32(a, b, c))

/* a * b + c as a double that rounds to single precision as the exact value would: the last bit tells if anything was lost. */
static inline double fma_to_odd(float a, float b, float c)
{
    double product = (double)a * (double)b, sum = product + (double)c;
    double rest = fabs(product) > fabs((double)c) ? (double)c - (sum - product) : product - (sum - (double)c);
    uint64_t bits = f64_bits(sum);
    if (rest != 0.0 && isfinite(sum) && !(bits & 1)) {
        bits += (rest > 0.0) == (sum > 0.0) ? 1u : UINT64_MAX;
    }
    return bits_f64(bits);
}

/* The scaling that div_scale did is undone before the result is rounded; the sign of the exponent tells which it was. */
static inline float div_fmas_f32(float a, float b, float c, uint32_t scaled)
{
    double scale = exponent_f32(c) > 127 ? 0x1p64 : 0x1p-64;
    return scaled ? (float)(fma_to_odd(a, b, c) * scale) : __builtin_fmaf(a, b, c);
}

void lanes_v_div_fmas_f32(struct lanes *lanes)
{
    const lane_f32 *a = (const lane_f32 *)lanes->a[0], *b = (const lane_f32 *)lanes->a[1], *c = (const lane_f32 *)lanes->a[2];
    EACH_LANE {
        ((lane_f32 *)&lanes->d)[l] = div_fmas_f32(a[l], b[l], c[l], lanes->in >> l & 1);
    }
}

static inline bool is_denormal(float x)
{
    return exponent_f32(x) == 0 && (f32_bits(x) & ~SIGN) != 0;
}

/* a is the one to scale (numerator or denominator), b the denominator, c the numerator. */
static inline float div_scale_f32(float a, float b, float c, uint32_t *scaled)
{
    int32_t distance = exponent_f32(c) - exponent_f32(b);
    bool same_as_denominator = f32_bits(a) == f32_bits(b), same_as_numerator = f32_bits(a) == f32_bits(c);
    *scaled = 0;
    if (c == 0.0f || b == 0.0f) {
        return bits_f32(0x7fc00000u);
    }
    bool denormal_b = exponent_f32(b) == 0;
    bool denormal_reciprocal = is_denormal(1.0f / b), denormal_quotient = is_denormal(c / b);
    if (distance >= 96) {
        *scaled = 1;
        return same_as_denominator ? load_exponent(a, 64) : a;
    }
    if (denormal_b) {
        return load_exponent(a, 64);
    }
    if (denormal_reciprocal && denormal_quotient) {
        /* The manual's pseudo-code has 64 here, which would overflow every such denominator. */
        *scaled = 1;
        return same_as_denominator ? load_exponent(a, -64) : a;
    }
    if (denormal_reciprocal) {
        return load_exponent(a, -64);
    }
    if (denormal_quotient) {
        *scaled = 1;
        return same_as_numerator ? load_exponent(a, 64) : a;
    }
    return exponent_f32(c) <= 23 ? load_exponent(a, 64) : a;
}

void lanes_v_div_scale_f32(struct lanes *lanes)
{
    const lane_f32 *a = (const lane_f32 *)lanes->a[0], *b = (const lane_f32 *)lanes->a[1], *c = (const lane_f32 *)lanes->a[2];
    uint32_t out = 0;
    EACH_LANE {
        uint32_t scaled;
        ((lane_f32 *)&lanes->d)[l] = div_scale_f32(a[l], b[l], c[l], &scaled);
        out |= scaled << l;
    }
    lanes->out = out;
}

void lanes_v_dot2acc_f32_f16(struct lanes *lanes)
{
    const lane_u32 *a = (const lane_u32 *)lanes->a[0], *b = (const lane_u32 *)lanes->a[1];
    EACH_LANE {
        float sum = ((const lane_f32 *)lanes->a[2])[l];
        sum = __builtin_fmaf(f16_to_f32(a[l] & 0xffff), f16_to_f32(b[l] & 0xffff), sum);
        ((lane_f32 *)&lanes->d)[l] = __builtin_fmaf(f16_to_f32(a[l] >> 16), f16_to_f32(b[l] >> 16), sum);
    }
}

void lanes_v_dot2acc_f32_bf16(struct lanes *lanes)
{
    const lane_u32 *a = (const lane_u32 *)lanes->a[0], *b = (const lane_u32 *)lanes->a[1];
    EACH_LANE {
        float sum = ((const lane_f32 *)lanes->a[2])[l];
        sum += bits_f32(a[l] << 16) * bits_f32(b[l] << 16); /* products overflow, unlike those of halves */
        ((lane_f32 *)&lanes->d)[l] = sum + bits_f32(a[l] & 0xffff0000u) * bits_f32(b[l] & 0xffff0000u);
    }
}
