/* valu_cmp.c: comparisons of the vector unit. They make a lane mask; lanes that are off give 0. */
#include "valu.h"

/* clang-format off */
#define FAST_COMPARE(name) \
    void fast_##name(struct wave *w, const struct inst *i) \
    { \
        struct lanes lanes; \
        u32x32 t0, t1; \
        lanes.a[0] = src_lanes(w, i, i->src[0], &t0); \
        lanes.a[1] = src_lanes(w, i, i->src[1], &t1); \
        lanes_##name(&lanes); \
        sgpr_write(w, (uint32_t)i->dst + w->half, lanes.out & wave_exec_half(w)); \
    }
#define LANES_COMPARE(name, T, condition) \
    void lanes_##name(struct lanes *lanes) \
    { \
        const lane_##T *restrict a_ = (const lane_##T *)lanes->a[0]; \
        const lane_##T *restrict b_ = (const lane_##T *)lanes->a[1]; \
        u32x32 truth; \
        lane_u32 *restrict d_ = (lane_u32 *)&truth; \
        EACH_LANE { const lane_##T a = a_[l], b = b_[l]; (void)a; (void)b; d_[l] = (condition) ? 1u : 0u; } \
        lanes->out = lanes_mask(&truth); \
    }
#define LANES_COMPARE16(name, cast, condition) \
    void lanes_##name(struct lanes *lanes) \
    { \
        u32x32 truth; \
        lane_u32 *restrict d_ = (lane_u32 *)&truth; \
        EACH_LANE { \
            const cast a = (cast)((const lane_u32 *)lanes->a[0])[l], b = (cast)((const lane_u32 *)lanes->a[1])[l]; \
            d_[l] = (condition) ? 1u : 0u; \
        } \
        lanes->out = lanes_mask(&truth); \
    }
#define WIDE(n, l) ((uint64_t)((const lane_u32 *)lanes->h[n])[l] << 32 | ((const lane_u32 *)lanes->a[n])[l])
#define LANES_COMPARE64(name, T, convert, condition) \
    void lanes_##name(struct lanes *lanes) \
    { \
        u32x32 truth; \
        lane_u32 *restrict d_ = (lane_u32 *)&truth; \
        EACH_LANE { \
            const T a = convert(WIDE(0, l)), b = convert(WIDE(1, l)); \
            (void)a; (void)b; \
            d_[l] = (condition) ? 1u : 0u; \
        } \
        lanes->out = lanes_mask(&truth); \
    }
#define LANES_COMPARE_F16(name, condition) \
    void lanes_##name(struct lanes *lanes) \
    { \
        f32x32 a_, b_; \
        u32x32 truth; \
        lanes_f16_to_f32(lanes->a[0], &a_); \
        lanes_f16_to_f32(lanes->a[1], &b_); \
        EACH_LANE { \
            const float a = ((const lane_f32 *)&a_)[l], b = ((const lane_f32 *)&b_)[l]; \
            (void)a; (void)b; \
            ((lane_u32 *)&truth)[l] = (condition) ? 1u : 0u; \
        } \
        lanes->out = lanes_mask(&truth); \
    }

/* X(name, condition): the sixteen float comparisons; the n… ones are true for NaN */
#define FLOAT_CONDITIONS(X) \
    X(f, 0) X(lt, a < b) X(eq, a == b) X(le, a <= b) X(gt, a > b) X(lg, a < b || a > b) X(ge, a >= b) X(o, a == a && b == b) \
    X(u, a != a || b != b) X(nge, !(a >= b)) X(nlg, !(a < b || a > b)) X(ngt, !(a > b)) X(nle, !(a <= b)) X(neq, a != b) \
    X(nlt, !(a < b)) X(t, 1)
#define INT_CONDITIONS(X) X(lt, a < b) X(eq, a == b) X(le, a <= b) X(gt, a > b) X(ne, a != b) X(ge, a >= b)

#define COMPARE_F32(name, condition) LANES_COMPARE(v_cmp_##name##_f32, f32, condition) FAST_COMPARE(v_cmp_##name##_f32)
#define COMPARE_F16(name, condition) LANES_COMPARE_F16(v_cmp_##name##_f16, condition)
#define COMPARE_F64(name, condition) LANES_COMPARE64(v_cmp_##name##_f64, double, bits_f64, condition)
#define COMPARE_I32(name, condition) LANES_COMPARE(v_cmp_##name##_i32, i32, condition) FAST_COMPARE(v_cmp_##name##_i32)
#define COMPARE_U32(name, condition) LANES_COMPARE(v_cmp_##name##_u32, u32, condition) FAST_COMPARE(v_cmp_##name##_u32)
#define COMPARE_I16(name, condition) LANES_COMPARE16(v_cmp_##name##_i16, int16_t, condition)
#define COMPARE_U16(name, condition) LANES_COMPARE16(v_cmp_##name##_u16, uint16_t, condition)
#define COMPARE_I64(name, condition) LANES_COMPARE64(v_cmp_##name##_i64, int64_t, (int64_t), condition)
#define COMPARE_U64(name, condition) LANES_COMPARE64(v_cmp_##name##_u64, uint64_t, (uint64_t), condition)
FLOAT_CONDITIONS(COMPARE_F32)
FLOAT_CONDITIONS(COMPARE_F16)
FLOAT_CONDITIONS(COMPARE_F64)
INT_CONDITIONS(COMPARE_I16)
INT_CONDITIONS(COMPARE_U16)
#define ALL_INT_CONDITIONS(X) X(f, 0) INT_CONDITIONS(X) X(t, 1)
ALL_INT_CONDITIONS(COMPARE_I32)
ALL_INT_CONDITIONS(COMPARE_U32)
ALL_INT_CONDITIONS(COMPARE_I64)
ALL_INT_CONDITIONS(COMPARE_U64)
/* clang-format on */

/* Which of the ten classes of the mask b a float belongs to: given its sign, whether exponent and mantissa are all ones/zero. */
static inline uint32_t class_bit(bool negative, bool top_exponent, bool zero_exponent, bool zero_mantissa, bool quiet)
{
    if (top_exponent && !zero_mantissa) {
        return quiet ? 1 : 0;
    }
    if (top_exponent) {
        return negative ? 2 : 9;
    }
    if (!zero_exponent) {
        return negative ? 3 : 8;
    }
    if (!zero_mantissa) {
        return negative ? 4 : 7;
    }
    return negative ? 5 : 6;
}

/* Classes look at the bits of a `total`-bit float with `mantissa` bits of mantissa. */
static void compare_class(struct lanes *lanes, uint32_t total, uint32_t mantissa)
{
    lanes->out = 0;
    for (uint32_t l = 0; l < 32; l++) {
        uint64_t x = total == 64 ? WIDE(0, l) : ((const lane_u32 *)lanes->a[0])[l];
        uint64_t exponents = (1ull << (total - 1 - mantissa)) - 1, exponent = x >> mantissa & exponents;
        uint64_t rest = x & ((1ull << mantissa) - 1);
        uint32_t bit = class_bit(x >> (total - 1) & 1, exponent == exponents, exponent == 0, rest == 0, x >> (mantissa - 1) & 1);
        lanes->out |= (((const lane_u32 *)lanes->a[1])[l] >> bit & 1) << l;
    }
}

void lanes_v_cmp_class_f16(struct lanes *lanes)
{
    compare_class(lanes, 16, 10);
}

void lanes_v_cmp_class_f32(struct lanes *lanes)
{
    compare_class(lanes, 32, 23);
}

void lanes_v_cmp_class_f64(struct lanes *lanes)
{
    compare_class(lanes, 64, 52);
}
