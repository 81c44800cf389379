/*
 * quants.h: single values and blocks of 32 in ggml's storage types, for the kernels that move data rather than multiply it.
 * Layouts and rounding: ggml's ggml-common.h and the *_ref quantisers. For kernels only.
 */
#ifndef EXO_KERNELS_QUANTS_H
#define EXO_KERNELS_QUANTS_H

#include "k_quants.h"

INLINE bool type_is_quantised(uint32_t type)
{
    return type >= EXO_TYPE_Q4_0 && type <= EXO_TYPE_Q8_0;
}

INLINE uint32_t quant_block_bytes(uint32_t type)
{
    return type == EXO_TYPE_Q4_0 ? 18 : type == EXO_TYPE_Q4_1 ? 20 : type == EXO_TYPE_Q5_0 ? 22 : type == EXO_TYPE_Q5_1 ? 24 : 34;
}

INLINE float value_load(uint32_t type, const GLOBAL uint8_t *p)
{
    switch (type) {
    case EXO_TYPE_F16:
        return (float)*(const GLOBAL f16 *)p;
    case EXO_TYPE_BF16:
        return f32_from_bf16(*(const GLOBAL uint16_t *)p);
    case EXO_TYPE_I32:
        return (float)*(const GLOBAL int32_t *)p;
    default:
        return *(const GLOBAL float *)p;
    }
}

INLINE void value_store(uint32_t type, GLOBAL uint8_t *p, float v)
{
    switch (type) {
    case EXO_TYPE_F16:
        *(GLOBAL f16 *)p = (f16)v;
        break;
    case EXO_TYPE_BF16:
        *(GLOBAL uint16_t *)p = bf16_from_f32(v);
        break;
    case EXO_TYPE_I32:
        *(GLOBAL int32_t *)p = (int32_t)v;
        break;
    default:
        *(GLOBAL float *)p = v;
    }
}

INLINE uint32_t load_u32_a2(const GLOBAL uint8_t *p)
{
    return *(const GLOBAL u32_a2 *)p;
}

/* Element j of a quantised block. */
INLINE float quant_value(uint32_t type, const GLOBAL uint8_t *block, uint32_t j)
{
    float d = (float)*(const GLOBAL f16 *)block;
    if (type == EXO_TYPE_Q8_0) {
        return d * (float)*(const GLOBAL int8_t *)(block + 2 + j);
    }
    bool offset = type == EXO_TYPE_Q4_1 || type == EXO_TYPE_Q5_1, five = type == EXO_TYPE_Q5_0 || type == EXO_TYPE_Q5_1;
    const GLOBAL uint8_t *p = block + (offset ? 4 : 2);
    uint32_t high = five ? load_u32_a2(p) >> j & 1 : 0;
    uint32_t nibble = p[(five ? 4 : 0) + (j & 15)] >> (j >= 16 ? 4 : 0) & 15;
    float q = (float)(nibble | high << 4);
    if (offset) {
        return fma_f32(d, q, (float)*(const GLOBAL f16 *)(block + 2));
    }
    return d * (q - (five ? 16.0f : 8.0f));
}

/* The element with index i0 of a row, quantised or not. */
INLINE float row_value(uint32_t type, const GLOBAL uint8_t *row, uint64_t nb0, uint32_t i0)
{
    if (type_is_k(type)) {
        return k_value(type, row + (uint64_t)(i0 / 256) * k_block_bytes(type), i0 & 255);
    }
    if (type_is_quantised(type)) {
        return quant_value(type, row + (uint64_t)(i0 / 32) * quant_block_bytes(type), i0 & 31);
    }
    return value_load(type, row + i0 * nb0);
}

INLINE void quantise_q8_0(GLOBAL uint8_t *out, const float v[32])
{
    float amax = 0.0f;
    UNROLL for (int j = 0; j < 32; j++)
    {
        amax = max_f32(amax, abs_f32(v[j]));
    }
    float inv = amax != 0.0f ? 127.0f / amax : 0.0f; /* ties between levels fall as ggml's vector code lets them fall */
    *(GLOBAL f16 *)out = (f16)(amax / 127.0f);
    UNROLL for (int j = 0; j < 32; j++)
    {
        out[2 + j] = (uint8_t)(int32_t)rint_f32(v[j] * inv);
    }
}

/* Product and sum are rounded each, as in ggml: a fused one decides ties between two levels differently. */
INLINE uint32_t level_of(float x, float inv, float shift)
{
#ifdef __clang__
#pragma clang fp contract(off)
#endif
    float scaled = x * inv;
    return (uint32_t)(int32_t)(scaled + shift);
}

/* Q4_0, Q5_0: the value of largest magnitude becomes -8 (-16). Q4_1, Q5_1: from the smallest to the largest. */
INLINE void quantise_nibbles(uint32_t type, GLOBAL uint8_t *out, const float v[32])
{
    bool offset = type == EXO_TYPE_Q4_1 || type == EXO_TYPE_Q5_1, five = type == EXO_TYPE_Q5_0 || type == EXO_TYPE_Q5_1;
    float amax = 0.0f, signed_max = 0.0f, low = v[0], high = v[0];
    UNROLL for (int j = 0; j < 32; j++)
    {
        signed_max = amax < abs_f32(v[j]) ? v[j] : signed_max;
        amax = max_f32(amax, abs_f32(v[j]));
        low = min_f32(low, v[j]);
        high = max_f32(high, v[j]);
    }
    float levels = five ? 31.0f : 15.0f, middle = five ? 16.0f : 8.0f;
    float d = offset ? (high - low) / levels : signed_max / -middle;
    float inv = d != 0.0f ? 1.0f / d : 0.0f, shift = offset ? 0.5f : middle + 0.5f, from = offset ? low : 0.0f;
    *(GLOBAL f16 *)out = (f16)d;
    out += 2;
    if (offset) {
        *(GLOBAL f16 *)out = (f16)low;
        out += 2;
    }
    uint32_t high_bits = 0, max_level = five ? 31 : 15;
    GLOBAL uint8_t *nibbles = out + (five ? 4 : 0);
    UNROLL for (uint32_t j = 0; j < 16; j++)
    {
        uint32_t a = min_u32(max_level, level_of(v[j] - from, inv, shift)),
                 b = min_u32(max_level, level_of(v[j + 16] - from, inv, shift));
        nibbles[j] = (uint8_t)((a & 15) | (b & 15) << 4);
        high_bits |= (a >> 4) << j | (b >> 4) << (j + 16);
    }
    if (five) {
        *(GLOBAL u32_a2 *)out = high_bits;
    }
}

INLINE void block_quantise(uint32_t type, GLOBAL uint8_t *out, const float v[32])
{
    if (type == EXO_TYPE_Q8_0) {
        quantise_q8_0(out, v);
    } else {
        quantise_nibbles(type, out, v);
    }
}

#endif
