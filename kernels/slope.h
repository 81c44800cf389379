/* slope.h: ALiBi's slope of a head (ggml: m0^(h+1) for the first power of two of heads, m1^(2(h - that) + 1) beyond). For
 * kernels. */
#ifndef EXO_KERNELS_SLOPE_H
#define EXO_KERNELS_SLOPE_H

#include "gpu.h"

INLINE float alibi_slope(float max_bias, float m0, float m1, uint32_t n_head_log2, uint32_t head)
{
    if (max_bias <= 0.0f) {
        return 1.0f;
    }
    bool first = head < n_head_log2;
    uint32_t power = first ? head + 1 : 2 * (head - n_head_log2) + 1;
    return exp2_f32((float)power * log2_f32(first ? m0 : m1));
}

#endif
