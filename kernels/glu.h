/* glu.h: activation functions shared by element-wise kernels and fused products. For kernels only. Formulas and constants: ggml.
 */
#ifndef EXO_KERNELS_GLU_H
#define EXO_KERNELS_GLU_H

#include "gpu.h"

#define GELU_COEF_A 0.044715f
#define SQRT_2_OVER_PI 0.79788456080286535587989211986876f

/* tanh(x) = 1 - 2 / (1 + exp(2x)); near zero the difference would cancel, there the series is exact enough. */
static inline float tanh_f32(float x)
{
    float x2 = x * x;
    if (x2 < 0.01f) {
        return x * (1.0f + x2 * (-1.0f / 3.0f + x2 * (2.0f / 15.0f - x2 * (17.0f / 315.0f))));
    }
    return 1.0f - 2.0f * rcp_f32(1.0f + exp_f32(2.0f * x));
}

static inline float silu_f32(float x)
{
    return x * sigmoid_f32(x);
}

static inline float gelu_f32(float x)
{
    /* 0.5 (1 + tanh y) = sigmoid(2y) */
    return x * sigmoid_f32(2.0f * SQRT_2_OVER_PI * x * (1.0f + GELU_COEF_A * x * x));
}

static inline float gelu_quick_f32(float x)
{
    return x * sigmoid_f32(1.702f * x);
}

/* erf by Abramowitz and Stegun 7.1.26 beyond 0.5 (error 1.5e-7), by its series below. */
static inline float erf_f32(float x)
{
    float ax = abs_f32(x), x2 = x * x;
    if (ax < 0.5f) {
        return x *
               (1.12837916709551f +
                x2 * (-0.376126389031838f + x2 * (0.112837916709551f + x2 * (-0.0268661706451313f + x2 * 0.00522397762544219f))));
    }
    float t = rcp_f32(1.0f + 0.3275911f * ax);
    float poly = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
    float y = 1.0f - poly * exp_f32(-x2);
    return x < 0.0f ? -y : y;
}

static inline float gelu_erf_f32(float x)
{
    return 0.5f * x * (1.0f + erf_f32(x * 0.70710678118654752440f));
}

/* act(x) * g. p0, p1: alpha and limit of SWIGLU_OAI; p0: limit of SWIGLU_CLAMP. */
INLINE float glu_apply(uint32_t op, float x, float g, float p0, float p1)
{
    switch (op) {
    case EXO_GLU_REGLU:
        return x > 0.0f ? x * g : 0.0f;
    case EXO_GLU_GEGLU:
        return gelu_f32(x) * g;
    case EXO_GLU_SWIGLU:
        return silu_f32(x) * g;
    case EXO_GLU_SWIGLU_OAI:
        x = min_f32(x, p1);
        g = min_f32(max_f32(g, -p1), p1);
        return x * sigmoid_f32(p0 * x) * (g + 1.0f);
    case EXO_GLU_GEGLU_ERF:
        return gelu_erf_f32(x) * g;
    case EXO_GLU_GEGLU_QUICK:
        return gelu_quick_f32(x) * g;
    default: /* SWIGLU_CLAMP */
        return silu_f32(min_f32(x, p0)) * min_f32(max_f32(g, -p0), p0);
    }
}

#endif
