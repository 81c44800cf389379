/*
 * vop3p.c: packed 16-bit arithmetic, mixed-precision multiply-add and dot products (RDNA3 ISA, "VOP3P"). Matrix products are in
 * wmma.c.
 */
#include "vop3p.h"

#include "fp8.h"

typedef uint16_t u16x64 __attribute__((vector_size(128)));
typedef int16_t i16x64 __attribute__((vector_size(128)));

/* Source n of a packed operation, with its halves where op_sel and op_sel_hi want them. */
static u32x32 packed(struct wave *w, const struct inst *i, uint32_t n, bool is_float)
{
    u32x32 s;
    if (i->src[n] >= SRC_VGPR0) {
        s = *wave_vgpr(w, i->src[n] - SRC_VGPR0);
    } else {
        s = (is_float ? packed_f16_constant(w, i, i->src[n]) : scalar_u32(w, i, i->src[n])) - (u32x32){0};
    }
    bool low_from_high = i->opsel >> n & 1, high_from_high = i->opsel_hi >> n & 1;
    if (low_from_high || !high_from_high) {
        s = (low_from_high ? s >> 16 : s & 0xffff) | (high_from_high ? s & 0xffff0000 : s << 16);
    }
    if (is_float) {
        s ^= (i->neg >> n & 1 ? 0x8000u : 0u) | (i->neg_hi >> n & 1 ? 0x80000000u : 0u);
    }
    return s;
}

/* The register itself where nothing is to be rearranged in it. */
static inline const u32x32 *packed_at(struct wave *w, const struct inst *i, uint32_t n, u32x32 *scratch)
{
    bool as_is = !(i->opsel >> n & 1) && i->opsel_hi >> n & 1 && !((i->neg | i->neg_hi) >> n & 1);
    if (__builtin_expect(as_is && i->src[n] >= SRC_VGPR0, 1)) {
        return wave_vgpr(w, i->src[n] - SRC_VGPR0);
    }
    *scratch = packed(w, i, n, true);
    return scratch;
}

static u32x32 clamp_f32(u32x32 d, uint32_t rules)
{
    f32x32 v = (f32x32)d;
    for (uint32_t l = 0; l < 32; l++) {
        float x = ((lane_f32 *)&v)[l], kept = rules & RULE_CLAMP_NAN ? 0.0f : x;
        ((lane_f32 *)&v)[l] = x > 0.0f ? (x < 1.0f ? x : 1.0f) : x != x ? kept : 0.0f;
    }
    return (u32x32)v;
}

static void select_lanes(u16x64 *d, i16x64 condition, u16x64 yes, u16x64 no)
{
    *d = (yes & (u16x64)condition) | (no & ~(u16x64)condition);
}

/* With clamp, integer results saturate instead of wrapping: worked out again in 32 bits. */
static void saturate(u16x64 *d, const u16x64 *a, const u16x64 *b, const u16x64 *c, bool is_signed,
                     int32_t (*exact)(int32_t, int32_t, int32_t))
{
    int32_t low = is_signed ? INT16_MIN : 0, high = is_signed ? INT16_MAX : UINT16_MAX;
    for (uint32_t l = 0; l < 64; l++) {
        int32_t v = is_signed ? exact((int16_t)(*a)[l], (int16_t)(*b)[l], (int16_t)(*c)[l]) : exact((*a)[l], (*b)[l], (*c)[l]);
        (*d)[l] = (uint16_t)(v < low ? low : v > high ? high : v);
    }
}

static int32_t exact_add(int32_t a, int32_t b, int32_t c)
{
    return a + b + 0 * c;
}

static int32_t exact_sub(int32_t a, int32_t b, int32_t c)
{
    return a - b + 0 * c;
}

static int32_t exact_mad(int32_t a, int32_t b, int32_t c)
{
    int64_t v = (int64_t)a * b + c;
    return v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

/* clang-format off */
#define PACKED_INT(name, third, is_signed, exact, statement) \
    void exec_##name(struct wave *w, const struct inst *i) \
    { \
        u16x64 a = (u16x64)packed(w, i, 0, false), b = (u16x64)packed(w, i, 1, false); \
        u16x64 c = third ? (u16x64)packed(w, i, 2, false) : (u16x64){0}, d; \
        int32_t (*wide)(int32_t, int32_t, int32_t) = exact; \
        (void)c; \
        statement; \
        if (i->clamp && wide != NULL) { \
            saturate(&d, &a, &b, &c, is_signed, wide); \
        } \
        u32x32 result = (u32x32)d; \
        vgpr_write(w, i->dst, &result); \
    }
PACKED_INT(v_pk_mad_i16, true, true, exact_mad, d = a * b + c)
PACKED_INT(v_pk_mad_u16, true, false, exact_mad, d = a * b + c)
PACKED_INT(v_pk_mul_lo_u16, false, false, NULL, d = a * b)
PACKED_INT(v_pk_add_i16, false, true, exact_add, d = a + b)
PACKED_INT(v_pk_add_u16, false, false, exact_add, d = a + b)
PACKED_INT(v_pk_sub_i16, false, true, exact_sub, d = a - b)
PACKED_INT(v_pk_sub_u16, false, false, exact_sub, d = a - b)
PACKED_INT(v_pk_lshlrev_b16, false, false, NULL, d = b << (a & 15))
PACKED_INT(v_pk_lshrrev_b16, false, false, NULL, d = b >> (a & 15))
PACKED_INT(v_pk_ashrrev_i16, false, false, NULL, d = (u16x64)((i16x64)b >> (i16x64)(a & 15)))
PACKED_INT(v_pk_max_i16, false, true, NULL, select_lanes(&d, (i16x64)((i16x64)a >= (i16x64)b), a, b))
PACKED_INT(v_pk_min_i16, false, true, NULL, select_lanes(&d, (i16x64)((i16x64)a < (i16x64)b), a, b))
PACKED_INT(v_pk_max_u16, false, false, NULL, select_lanes(&d, (i16x64)(a >= b), a, b))
PACKED_INT(v_pk_min_u16, false, false, NULL, select_lanes(&d, (i16x64)(a < b), a, b))
/* clang-format on */

/* One half of a packed pair in single precision, in which sums and products of halves lose nothing that rounding would keep. */
static f32x32 widen(u32x32 s, bool high)
{
    f32x32 value;
    s = high ? s >> 16 : s & 0xffff;
    lanes_f16_to_f32(&s, &value);
    return value;
}

/* Lanes 16 * part to 16 * part + 15, both halves of each, as they lie: order does not matter to what works on each by itself. */
static inline f32x32 widen_part(const u32x32 *s, uint32_t part)
{
    f32x32 value;
#if defined(__AVX512F__)
    const char *from = (const char *)s + part * 64;
    _mm512_storeu_ps(&value, _mm512_cvtph_ps(_mm256_loadu_si256((const void *)from)));
    _mm512_storeu_ps((char *)&value + 64, _mm512_cvtph_ps(_mm256_loadu_si256((const void *)(from + 32))));
#else
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_f32 *)&value)[l] = f16_to_f32(((const lane_u32 *)s)[part * 16 + l / 2] >> l % 2 * 16 & 0xffff);
    }
#endif
    return value;
}

static inline void narrow_part(u32x32 *d, uint32_t part, f32x32 value)
{
#if defined(__AVX512F__)
    char *to = (char *)d + part * 64;
    enum { nearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }; /* clang wants a constant expression */
    _mm256_storeu_si256((void *)to, _mm512_cvtps_ph(_mm512_loadu_ps(&value), nearest));
    _mm256_storeu_si256((void *)(to + 32), _mm512_cvtps_ph(_mm512_loadu_ps((const char *)&value + 64), nearest));
#else
    for (uint32_t l = 0; l < 16; l++) {
        ((lane_u32 *)d)[part * 16 + l] = f32_to_f16(((lane_f32 *)&value)[2 * l]) | f32_to_f16(((lane_f32 *)&value)[2 * l + 1])
                                                                                       << 16;
    }
#endif
}

/*
 * a * b + c of halves, rounded to odd in single precision, so that rounding to half afterwards gives the fused result. The
 * product is exact; what the sum lost is found by subtracting (Knuth's two-sum), and an even last bit gives way in its direction.
 */
static inline f32x32 fused_to_odd(f32x32 a, f32x32 b, f32x32 c)
{
    f32x32 product = a * b, sum = product + c, part = sum - product;
    f32x32 lost = (product - (sum - part)) + (c - part);
    u32x32 bits = (u32x32)sum, even = (bits & 1) - 1; /* all ones where the last bit is 0 */
    u32x32 inexact = (u32x32)((lost < 0.0f) | (lost > 0.0f));
    u32x32 direction = (u32x32)((i32x32)(bits ^ (u32x32)lost) >> 31) | 1; /* 1 outward, -1 toward zero */
    return (f32x32)(bits + (direction & even & inexact));
}

/* made_f32() for 32 lanes. */
static inline f32x32 made_lanes(f32x32 result, f32x32 a, f32x32 b, f32x32 c)
{
#if defined(__x86_64__)
    (void)a, (void)b, (void)c;
    return result;
#else
    u32x32 made = (u32x32)((result != result) & (a == a) & (b == b) & (c == c));
    return (f32x32)((made & 0xffc00000u) | (~made & (u32x32)result));
#endif
}

/* One half of a packed result, for what the fast way does not do. */
typedef uint32_t (*half_fn)(uint32_t a, uint32_t b, uint32_t c, uint32_t rules);

static uint32_t add_halves(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    (void)c, (void)rules;
    return f32_to_f16(f16_to_f32(a) + f16_to_f32(b));
}

static uint32_t mul_halves(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    (void)c, (void)rules;
    return f32_to_f16(f16_to_f32(a) * f16_to_f32(b));
}

static uint32_t fma_halves(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    (void)rules;
    return fma_f16(a, b, c);
}

static uint32_t min_halves(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    (void)c;
    return min_f16(a, b, rules);
}

static uint32_t max_halves(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    (void)c;
    return max_f16(a, b, rules);
}

static uint32_t minimum_halves(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    (void)c;
    return minimum_f16(a, b, rules);
}

static uint32_t maximum_halves(uint32_t a, uint32_t b, uint32_t c, uint32_t rules)
{
    (void)c;
    return maximum_f16(a, b, rules);
}

static uint32_t flush_half(uint32_t half, bool flushes)
{
    return flushes && !(half & 0x7c00) ? half & 0x8000 : half;
}

static uint32_t clamp_half(uint32_t half, uint32_t rules)
{
    bool nan = (half & 0x7fff) > 0x7c00;
    if (nan) {
        return rules & RULE_CLAMP_NAN ? 0 : half;
    }
    return half & 0x8000 ? 0 : half > 0x3c00 ? 0x3c00 : half;
}

static inline bool has_nan(u16x64 a, u16x64 b)
{
    u32x32 found = (u32x32)(((a & 0x7fff) > 0x7c00) | ((b & 0x7fff) > 0x7c00));
    return lanes_mask(&found) != 0;
}

/* Halves as integers in the same order, -0 below +0. */
static inline i16x64 order_halves(u16x64 a)
{
    i16x64 bits = (i16x64)a;
    return bits ^ (bits >> 15 & 0x7fff);
}

/* Every half by itself, in the mode of halves. */
static void packed_one_by_one(struct wave *w, const struct inst *i, const u32x32 *const s[3], half_fn one)
{
    uint32_t rules = w->rules;
    u32x32 d;
    if (rules & RULE_WIDE) {
        mode_apply_wide(w->mode);
    }
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t result = 0;
        for (uint32_t shift = 0; shift < 32; shift += 16) {
            uint32_t x[3] = {0};
            for (uint32_t n = 0; n < 3 && s[n] != NULL; n++) {
                x[n] = flush_half(((const lane_u32 *)s[n])[l] >> shift & 0xffff, rules & RULE_WIDE_FLUSH_IN);
            }
            uint32_t half = flush_half(one(x[0], x[1], x[2], rules), rules & RULE_WIDE_FLUSH_OUT);
            result |= (i->clamp ? clamp_half(half, rules) : half) << shift;
        }
        ((lane_u32 *)&d)[l] = result;
    }
    if (rules & RULE_WIDE) {
        mode_apply(w->mode);
    }
    vgpr_write(w, i->dst, &d);
}

/* clang-format off */
#define PACKED_FLOAT(name, third, expression, one) \
    void exec_##name(struct wave *w, const struct inst *i) \
    { \
        u32x32 t[3], d; \
        const u32x32 *s[3] = {packed_at(w, i, 0, &t[0]), packed_at(w, i, 1, &t[1]), third ? packed_at(w, i, 2, &t[2]) : NULL}; \
        if (__builtin_expect(w->rules & RULE_WIDE_ODD, 0)) { \
            packed_one_by_one(w, i, s, one); \
            return; \
        } \
        for (uint32_t part = 0; part < 2; part++) { \
            f32x32 a = widen_part(s[0], part), b = widen_part(s[1], part), c = third ? widen_part(s[2], part) : (f32x32){0}; \
            (void)c; \
            f32x32 value = made_lanes(expression, a, b, c); \
            narrow_part(&d, part, i->clamp ? (f32x32)clamp_f32((u32x32)value, w->rules) : value); \
        } \
        vgpr_write(w, i->dst, &d); \
    }
PACKED_FLOAT(v_pk_add_f16, false, a + b, add_halves)
PACKED_FLOAT(v_pk_mul_f16, false, a * b, mul_halves)
PACKED_FLOAT(v_pk_fma_f16, true, fused_to_odd(a, b, c), fma_halves)
#define PACKED_CHOICE(name, takes_first, one) \
    void exec_##name(struct wave *w, const struct inst *i) \
    { \
        u32x32 t[3]; \
        u16x64 d; \
        const u32x32 *s[3] = {packed_at(w, i, 0, &t[0]), packed_at(w, i, 1, &t[1]), NULL}; \
        const u16x64 a = *(const u16x64 *)s[0], b = *(const u16x64 *)s[1]; \
        if (__builtin_expect(has_nan(a, b) || i->clamp || w->rules & RULE_WIDE_ODD, 0)) { \
            packed_one_by_one(w, i, s, one); \
            return; \
        } \
        const i16x64 x = order_halves(a), y = order_halves(b); \
        select_lanes(&d, (i16x64)(takes_first), a, b); \
        u32x32 result = (u32x32)d; \
        vgpr_write(w, i->dst, &result); \
    }
PACKED_CHOICE(v_pk_min_f16, x < y, min_halves)
PACKED_CHOICE(v_pk_max_f16, x > y, max_halves)
PACKED_CHOICE(v_pk_minimum_f16, x < y, minimum_halves)
PACKED_CHOICE(v_pk_maximum_f16, x > y, maximum_halves)
/* clang-format on */

/* A source of v_fma_mix: single precision, or a half of the register; neg_hi means absolute value here. */
static const lane_f32 *mixed(struct wave *w, const struct inst *i, uint32_t n, u32x32 *scratch)
{
    const u32x32 *s = src_lanes(w, i, i->src[n], scratch);
    bool is_half = i->opsel_hi >> n & 1;
    if (is_half && (i->src[n] < SRC_FLOAT_HALF || i->src[n] > SRC_FLOAT_HALF + 8)) {
        u32x32 half = i->opsel >> n & 1 ? *s >> 16 : *s;
        lanes_f16_to_f32(&half, (f32x32 *)scratch);
        s = scratch;
    }
    if ((i->neg_hi | i->neg) >> n & 1) {
        *scratch = (*s & (i->neg_hi >> n & 1 ? 0x7fffffffu : UINT32_MAX)) ^ (i->neg >> n & 1 ? 0x80000000u : 0);
        s = scratch;
    }
    return (const lane_f32 *)s;
}

static void mix(struct wave *w, const struct inst *i, u32x32 *out)
{
    u32x32 scratch[3];
    const lane_f32 *a = mixed(w, i, 0, &scratch[0]), *b = mixed(w, i, 1, &scratch[1]), *c = mixed(w, i, 2, &scratch[2]);
    lane_f32 *restrict d = (lane_f32 *)out;
    for (uint32_t l = 0; l < 32; l++) {
        d[l] = made_f32(__builtin_fmaf(a[l], b[l], c[l]), IS_NUMBER(a[l]) && IS_NUMBER(b[l]) && IS_NUMBER(c[l]));
    }
    if (i->clamp) {
        *out = clamp_f32(*out, w->rules);
    }
}

/* The second rounding of v_fma_mixlo and v_fma_mixhi is in the mode of halves. */
static void narrow_mixed(struct wave *w, const u32x32 *value, u32x32 *half_out)
{
    if (w->rules & RULE_WIDE) {
        mode_apply_wide(w->mode);
    }
    lanes_f32_to_f16((const f32x32 *)value, half_out);
    if (w->rules & RULE_WIDE) {
        mode_apply(w->mode);
    }
}

void exec_v_fma_mix_f32(struct wave *w, const struct inst *i)
{
    u32x32 d;
    mix(w, i, &d);
    vgpr_write(w, i->dst, &d);
}

void exec_v_fma_mixlo_f16(struct wave *w, const struct inst *i)
{
    u32x32 value, half, d;
    mix(w, i, &value);
    narrow_mixed(w, &value, &half);
    d = half | (*wave_vgpr(w, i->dst) & 0xffff0000);
    vgpr_write(w, i->dst, &d);
}

void exec_v_fma_mixhi_f16(struct wave *w, const struct inst *i)
{
    u32x32 value, half, d;
    mix(w, i, &value);
    narrow_mixed(w, &value, &half);
    d = half << 16 | (*wave_vgpr(w, i->dst) & 0xffff);
    vgpr_write(w, i->dst, &d);
}

/* The third operand of a dot product in single precision. */
static f32x32 accumulator_f32(struct wave *w, const struct inst *i)
{
    u32x32 c = src_u32(w, i, 2);
    c &= i->neg_hi & 4 ? 0x7fffffffu : UINT32_MAX;
    c ^= i->neg & 4 ? 0x80000000u : 0;
    return (f32x32)c;
}

void exec_v_dot2_f32_f16(struct wave *w, const struct inst *i)
{
    u32x32 a = packed(w, i, 0, true), b = packed(w, i, 1, true);
    f32x32 v = accumulator_f32(w, i) + widen(a, false) * widen(b, false) + widen(a, true) * widen(b, true);
    u32x32 d = i->clamp ? clamp_f32((u32x32)v, w->rules) : (u32x32)v;
    vgpr_write(w, i->dst, &d);
}

void exec_v_dot2_f32_bf16(struct wave *w, const struct inst *i)
{
    u32x32 a = packed(w, i, 0, true), b = packed(w, i, 1, true);
    f32x32 v = accumulator_f32(w, i) + (f32x32)(a << 16) * (f32x32)(b << 16);
    v += (f32x32)(a & 0xffff0000) * (f32x32)(b & 0xffff0000);
    u32x32 d = i->clamp ? clamp_f32((u32x32)v, w->rules) : (u32x32)v;
    vgpr_write(w, i->dst, &d);
}

/* Four products of 8-bit floats, one after the other. */
static void dot4_f32(struct wave *w, const struct inst *i, float (*first)(uint32_t), float (*second)(uint32_t))
{
    u32x32 a = src_u32(w, i, 0), b = src_u32(w, i, 1), d;
    f32x32 sum = accumulator_f32(w, i);
    for (uint32_t l = 0; l < 32; l++) {
        for (uint32_t shift = 0; shift < 32; shift += 8) {
            ((lane_f32 *)&sum)[l] += first(a[l] >> shift & 255) * second(b[l] >> shift & 255);
        }
    }
    d = i->clamp ? clamp_f32((u32x32)sum, w->rules) : (u32x32)sum;
    vgpr_write(w, i->dst, &d);
}

void exec_v_dot4_f32_fp8_bf8(struct wave *w, const struct inst *i)
{
    dot4_f32(w, i, fp8_to_f32, bf8_to_f32);
}

void exec_v_dot4_f32_bf8_fp8(struct wave *w, const struct inst *i)
{
    dot4_f32(w, i, bf8_to_f32, fp8_to_f32);
}

void exec_v_dot4_f32_fp8_fp8(struct wave *w, const struct inst *i)
{
    dot4_f32(w, i, fp8_to_f32, fp8_to_f32);
}

void exec_v_dot4_f32_bf8_bf8(struct wave *w, const struct inst *i)
{
    dot4_f32(w, i, bf8_to_f32, bf8_to_f32);
}

#if defined(__AVX512VNNI__)
/* Unsigned bytes of a times signed bytes of b, four by four, onto c. */
static inline __m512i dot4_us(__m512i c, __m512i a, __m512i b)
{
    return _mm512_dpbusd_epi32(c, a, b);
}

/* The host multiplies unsigned by signed only: the other pairings shift one side by 128 and take that off again. */
static inline __m512i dot4_16(__m512i a, __m512i b, __m512i c, uint32_t is_signed)
{
    const __m512i flip = _mm512_set1_epi8((char)0x80), half = _mm512_set1_epi8(64);
    if (is_signed == 2) {
        return dot4_us(c, a, b);
    }
    if (is_signed == 1) {
        return dot4_us(c, b, a);
    }
    if (is_signed == 3) {
        return _mm512_sub_epi32(dot4_us(c, _mm512_xor_si512(a, flip), b), dot4_us(_mm512_setzero_si512(), flip, b));
    }
    return dot4_us(dot4_us(dot4_us(c, a, _mm512_xor_si512(b, flip)), a, half), a, half);
}

static inline void dot4(const u32x32 *a, const u32x32 *b, const u32x32 *c, uint32_t is_signed, u32x32 *d)
{
    for (uint32_t part = 0; part < 128; part += 64) {
        __m512i va = _mm512_loadu_si512((const char *)a + part), vb = _mm512_loadu_si512((const char *)b + part);
        __m512i vc = _mm512_loadu_si512((const char *)c + part);
        _mm512_storeu_si512((char *)d + part, dot4_16(va, vb, vc, is_signed));
    }
}

/* Nibbles as bytes, low and high ones apart, are two products of bytes. A nibble is below 16, so unsigned ones pass as signed. */
static inline __m512i dot8_16(__m512i a, __m512i b, __m512i c, uint32_t is_signed)
{
    const __m512i low = _mm512_set1_epi8(15), eight = _mm512_set1_epi8(8);
    if (is_signed == 1) {
        __m512i t = a;
        a = b, b = t;
    }
    __m512i b0 = _mm512_and_si512(b, low), b1 = _mm512_and_si512(_mm512_srli_epi32(b, 4), low);
    if (is_signed != 0) {
        b0 = _mm512_sub_epi8(_mm512_xor_si512(b0, eight), eight);
        b1 = _mm512_sub_epi8(_mm512_xor_si512(b1, eight), eight);
    }
    if (is_signed == 3) { /* a plus 8 is unsigned; that times b comes off again */
        a = _mm512_xor_si512(a, _mm512_set1_epi8((char)0x88));
        c = _mm512_sub_epi32(c, dot4_us(dot4_us(_mm512_setzero_si512(), eight, b0), eight, b1));
    }
    __m512i a0 = _mm512_and_si512(a, low), a1 = _mm512_and_si512(_mm512_srli_epi32(a, 4), low);
    return dot4_us(dot4_us(c, a0, b0), a1, b1);
}

static inline void dot8(const u32x32 *a, const u32x32 *b, const u32x32 *c, uint32_t is_signed, u32x32 *d)
{
    for (uint32_t part = 0; part < 128; part += 64) {
        __m512i va = _mm512_loadu_si512((const char *)a + part), vb = _mm512_loadu_si512((const char *)b + part);
        __m512i vc = _mm512_loadu_si512((const char *)c + part);
        _mm512_storeu_si512((char *)d + part, dot8_16(va, vb, vc, is_signed));
    }
}
#else
static inline void dot4(const u32x32 *a, const u32x32 *b, const u32x32 *c, uint32_t is_signed, u32x32 *d)
{
    i32x32 sum = (i32x32)*c;
    for (uint32_t byte = 0; byte < 4; byte++) {
        u32x32 x = *a << (24 - 8 * byte), y = *b << (24 - 8 * byte);
        sum += (is_signed & 1 ? (i32x32)x >> 24 : (i32x32)(x >> 24)) * (is_signed & 2 ? (i32x32)y >> 24 : (i32x32)(y >> 24));
    }
    *d = (u32x32)sum;
}

static inline void dot8(const u32x32 *a, const u32x32 *b, const u32x32 *c, uint32_t is_signed, u32x32 *d)
{
    i32x32 sum = (i32x32)*c;
    for (uint32_t n = 0; n < 8; n++) {
        u32x32 x = *a << (28 - 4 * n), y = *b << (28 - 4 * n);
        sum += (is_signed & 1 ? (i32x32)x >> 28 : (i32x32)(x >> 28)) * (is_signed & 2 ? (i32x32)y >> 28 : (i32x32)(y >> 28));
    }
    *d = (u32x32)sum;
}
#endif

/* A dot product of `count` small integers per lane whose result saturates: one lane at a time. */
static void dot_saturated(const u32x32 *a, const u32x32 *b, const u32x32 *c, uint32_t count, uint32_t is_signed, bool to_signed,
                          u32x32 *d)
{
    uint32_t bits = 32 / count;
    for (uint32_t l = 0; l < 32; l++) {
        int64_t sum = to_signed ? (int64_t)(int32_t)(*c)[l] : (int64_t)(*c)[l];
        for (uint32_t n = 0; n < count; n++) {
            uint32_t x = (*a)[l] << (32 - bits - bits * n), y = (*b)[l] << (32 - bits - bits * n);
            sum += (int64_t)(is_signed & 1 ? (int32_t)x >> (32 - bits) : (int32_t)(x >> (32 - bits))) *
                   (is_signed & 2 ? (int32_t)y >> (32 - bits) : (int32_t)(y >> (32 - bits)));
        }
        int64_t low = to_signed ? INT32_MIN : 0, high = to_signed ? INT32_MAX : UINT32_MAX;
        (*d)[l] = (uint32_t)(sum < low ? low : sum > high ? high : sum);
    }
}

static void dot4_any(struct wave *w, const struct inst *i, uint32_t is_signed, bool to_signed)
{
    u32x32 t[3], d;
    const u32x32 *a = src_lanes(w, i, i->src[0], &t[0]), *b = src_lanes(w, i, i->src[1], &t[1]);
    const u32x32 *c = src_lanes(w, i, i->src[2], &t[2]);
    if (__builtin_expect(i->clamp, 0)) {
        dot_saturated(a, b, c, 4, is_signed, to_signed, &d);
    } else {
        dot4(a, b, c, is_signed, &d);
    }
    vgpr_write(w, i->dst, &d);
}

void exec_v_dot4_i32_iu8(struct wave *w, const struct inst *i)
{
    dot4_any(w, i, i->neg & 3, true);
}

void exec_v_dot4_u32_u8(struct wave *w, const struct inst *i)
{
    dot4_any(w, i, 0, false);
}

static void dot8_any(struct wave *w, const struct inst *i, uint32_t is_signed, bool to_signed)
{
    u32x32 t[3], d;
    const u32x32 *a = src_lanes(w, i, i->src[0], &t[0]), *b = src_lanes(w, i, i->src[1], &t[1]);
    const u32x32 *c = src_lanes(w, i, i->src[2], &t[2]);
    if (__builtin_expect(i->clamp, 0)) {
        dot_saturated(a, b, c, 8, is_signed, to_signed, &d);
    } else {
        dot8(a, b, c, is_signed, &d);
    }
    vgpr_write(w, i->dst, &d);
}

void exec_v_dot8_i32_iu4(struct wave *w, const struct inst *i)
{
    dot8_any(w, i, i->neg & 3, true);
}

void exec_v_dot8_u32_u4(struct wave *w, const struct inst *i)
{
    dot8_any(w, i, 0, false);
}
