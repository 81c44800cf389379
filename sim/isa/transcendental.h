/*
 * transcendental.h: the vector unit's exp2, log2, sine and cosine, worked out in double precision and rounded once, so that they
 * are accurate single-precision functions (the hardware promises 1 ulp); without branches or calls, so that loops vectorise.
 */
#ifndef EXO_SIM_ISA_TRANSCENDENTAL_H
#define EXO_SIM_ISA_TRANSCENDENTAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float exp2_f32(float x)
{
    double limited = x > -1000.0f ? (x < 1000.0f ? (double)x : 1000.0) : -1000.0;
    double whole = rint(limited);
    double t = (limited - whole) * 0.69314718055994530942; /* |t| <= 0.3466: the series' tenth term is below 2^-38 */
    double sum = 1.0 / 3628800.0;
    sum = sum * t + 1.0 / 362880.0;
    sum = sum * t + 1.0 / 40320.0;
    sum = sum * t + 1.0 / 5040.0;
    sum = sum * t + 1.0 / 720.0;
    sum = sum * t + 1.0 / 120.0;
    sum = sum * t + 1.0 / 24.0;
    sum = sum * t + 1.0 / 6.0;
    sum = sum * t + 0.5;
    sum = sum * t + 1.0;
    sum = sum * t + 1.0;
    uint64_t bits = (uint64_t)((int64_t)(int32_t)whole + 1023) << 52;
    double scale;
    memcpy(&scale, &bits, 8);
    float result = (float)(sum * scale);
    return x != x ? x : result;
}

static inline float log2_f32(float x)
{
    double value = (double)x; /* normal, even if x is not */
    uint64_t bits;
    memcpy(&bits, &value, 8);
    /* value = m * 2^exponent with m in [0.707, 1.414) */
    uint64_t shifted = bits + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
    int32_t exponent = (int32_t)(shifted >> 52) - 1023;
    uint64_t mantissa_bits = (shifted & 0xfffffffffffffu) + 0x3fe6a09e667f3bcdu;
    double m;
    memcpy(&m, &mantissa_bits, 8);
    double t = (m - 1.0) / (m + 1.0), t2 = t * t; /* log(m) = 2 atanh(t), |t| < 0.1716 */
    double sum = 1.0 / 15.0;
    sum = sum * t2 + 1.0 / 13.0;
    sum = sum * t2 + 1.0 / 11.0;
    sum = sum * t2 + 1.0 / 9.0;
    sum = sum * t2 + 1.0 / 7.0;
    sum = sum * t2 + 1.0 / 5.0;
    sum = sum * t2 + 1.0 / 3.0;
    sum = sum * t2 + 1.0;
    float result = (float)((double)exponent + sum * t * 2.88539008177792681472);
    result = x == 0.0f ? -INFINITY : result;
    result = x < 0.0f ? -NAN : result;
    return x == INFINITY || x != x ? x : result;
}

/* sin(2 pi r) for |r| <= 0.25 */
static inline double sine_series(double r)
{
    double t = r * 6.28318530717958647693, t2 = t * t;
    double sum = 1.0 / 355687428096000.0;
    sum = sum * t2 - 1.0 / 1307674368000.0;
    sum = sum * t2 + 1.0 / 6227020800.0;
    sum = sum * t2 - 1.0 / 39916800.0;
    sum = sum * t2 + 1.0 / 362880.0;
    sum = sum * t2 - 1.0 / 5040.0;
    sum = sum * t2 + 1.0 / 120.0;
    sum = sum * t2 - 1.0 / 6.0;
    sum = sum * t2 + 1.0;
    return sum * t;
}

/* Sine and cosine of an angle in turns, as v_sin_f32 takes it. */
static inline float sin_turns(float x)
{
    double r = (double)x - rint((double)x);
    double folded = r > 0.25 ? 0.5 - r : r < -0.25 ? -0.5 - r : r;
    return (float)sine_series(folded); /* infinity - infinity is NaN, as it should be */
}

static inline float cos_turns(float x)
{
    double r = fabs((double)x - rint((double)x)); /* 0 … 0.5 */
    return (float)sine_series(0.25 - r);
}

#endif
