/* fp8.c: 8-bit floats and back (fp8.h), and the vector instructions that convert them. */
#include "fp8.h"

#include "valu.h"

/* exponent bits, mantissa bits and the largest number of a format, with its exponent's bias */
struct format {
    uint32_t exponent, mantissa, bias, largest;
};

static const struct format fp8 = {4, 3, 7, 0x7e}, bf8 = {5, 2, 15, 0x7b};

static inline float widen(uint32_t byte, struct format f)
{
    uint32_t mantissa = byte & ((1u << f.mantissa) - 1), exponent = byte >> f.mantissa & ((1u << f.exponent) - 1);
    uint32_t sign = (byte & 0x80) << 24;
    if (exponent == 0) { /* zero or subnormal: exact in single precision */
        float value = (float)(int32_t)mantissa * bits_f32((128 - f.bias - f.mantissa) << 23);
        return bits_f32(f32_bits(value) | sign);
    }
    return bits_f32(sign | (exponent + 127 - f.bias) << 23 | mantissa << (23 - f.mantissa));
}

float fp8_to_f32(uint32_t byte)
{
    return (byte & 0x7f) == 0x7f ? bits_f32(0x7fc00000u | (byte & 0x80) << 24) : widen(byte, fp8);
}

float bf8_to_f32(uint32_t byte)
{
    uint32_t magnitude = byte & 0x7f, sign = (byte & 0x80) << 24;
    if (magnitude >= 0x7c) {
        return bits_f32(sign | (magnitude == 0x7c ? 0x7f800000u : 0x7fc00000u));
    }
    return widen(byte, bf8);
}

/* The magnitude's bits, rounded to nearest even; beyond the format's largest if it is too large. Not for NaN and infinity. */
static uint32_t narrow(uint32_t bits, struct format f)
{
    int32_t exponent = (int32_t)(bits >> 23 & 255) - 127 + (int32_t)f.bias;
    uint32_t mantissa = bits & 0x7fffff, shift = 23 - f.mantissa;
    if (exponent > (1 << f.exponent)) {
        return f.largest + 1;
    }
    if (exponent <= 0) {
        if (exponent < -(int32_t)f.mantissa - 1 || !(bits & 0x7f800000)) {
            return 0;
        }
        mantissa |= 0x800000;
        shift += (uint32_t)(1 - exponent);
        exponent = 0;
    }
    uint32_t whole = (uint32_t)exponent << 23 | (exponent == 0 ? 0 : mantissa);
    whole = exponent == 0 ? mantissa : whole;
    uint32_t kept = whole >> shift, rest = whole & ((1u << shift) - 1), half = 1u << (shift - 1);
    return kept + (rest > half || (rest == half && kept & 1));
}

uint32_t f32_to_fp8(float value, bool limit)
{
    uint32_t bits = f32_bits(value), sign = bits >> 24 & 0x80;
    if (value != value) {
        return 0x7f | sign;
    }
    uint32_t magnitude = isinf(value) ? fp8.largest + 1 : narrow(bits & 0x7fffffff, fp8);
    return sign | (magnitude <= fp8.largest ? magnitude : limit ? fp8.largest : 0x7f);
}

uint32_t f32_to_bf8(float value, bool limit)
{
    uint32_t bits = f32_bits(value), sign = bits >> 24 & 0x80;
    if (value != value) {
        return 0x7e | sign;
    }
    uint32_t magnitude = isinf(value) ? 0x7c : narrow(bits & 0x7fffffff, bf8);
    return sign | (magnitude <= bf8.largest ? magnitude : limit && !isinf(value) ? bf8.largest : 0x7c);
}

/* Stochastic rounding as the manual writes it: bits added to the mantissa, which wraps. */
static float add_to_mantissa(float value, uint32_t bits)
{
    return bits_f32((f32_bits(value) & 0xff800000u) | ((f32_bits(value) + bits) & 0x7fffff));
}

/* op_sel names a byte of the source, its two bits reversed. */
static inline uint32_t chosen_byte(uint32_t x, uint32_t opsel)
{
    return x >> ((opsel & 1) * 16 + (opsel >> 1 & 1) * 8) & 255;
}

/* clang-format off */
#define SOURCE(n) (((const lane_u32 *)lanes->a[n])[l])
#define LIMIT (lanes->rules & RULE_LIMIT)
#define LANES(name, statement) void lanes_##name(struct lanes *lanes) { EACH_LANE { statement; } }
#define D(value) ((lane_u32 *)&lanes->d)[l] = (value)
#define E(value) ((lane_u32 *)&lanes->e)[l] = (value)
LANES(v_cvt_f32_fp8, D(f32_bits(fp8_to_f32(chosen_byte(SOURCE(0), lanes->opsel)))))
LANES(v_cvt_f32_bf8, D(f32_bits(bf8_to_f32(chosen_byte(SOURCE(0), lanes->opsel)))))
LANES(v_cvt_pk_f32_fp8, const uint32_t x = SOURCE(0) >> (lanes->opsel & 1) * 16;
      D(f32_bits(fp8_to_f32(x & 255))); E(f32_bits(fp8_to_f32(x >> 8 & 255))))
LANES(v_cvt_pk_f32_bf8, const uint32_t x = SOURCE(0) >> (lanes->opsel & 1) * 16;
      D(f32_bits(bf8_to_f32(x & 255))); E(f32_bits(bf8_to_f32(x >> 8 & 255))))
LANES(v_cvt_pk_fp8_f32, D(f32_to_fp8(bits_f32(SOURCE(0)), LIMIT) | f32_to_fp8(bits_f32(SOURCE(1)), LIMIT) << 8))
LANES(v_cvt_pk_bf8_f32, D(f32_to_bf8(bits_f32(SOURCE(0)), LIMIT) | f32_to_bf8(bits_f32(SOURCE(1)), LIMIT) << 8))
/* The third source is the destination, of which one byte changes. */
#define INTO_BYTE(byte) const uint32_t shift = (lanes->opsel >> 2 & 3) * 8; D((SOURCE(2) & ~(255u << shift)) | (byte) << shift)
LANES(v_cvt_sr_fp8_f32, INTO_BYTE(f32_to_fp8(add_to_mantissa(bits_f32(SOURCE(0)), SOURCE(1) >> 12), LIMIT)))
LANES(v_cvt_sr_bf8_f32, INTO_BYTE(f32_to_bf8(add_to_mantissa(bits_f32(SOURCE(0)), SOURCE(1) >> 11), LIMIT)))
/* clang-format on */
