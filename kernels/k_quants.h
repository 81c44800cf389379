/*
 * k_quants.h: ggml's K types. A block holds 256 values in 16 groups of 16, each group with a small integer scale of its own, and
 * with a minimum in Q2_K, Q4_K and Q5_K: value = d * scale * (q - offset) - dmin * min. For kernels only.
 *
 * A block is read in quarters. Quarter (n, half) has the groups of values n * 128 + j * 32 + half * 16 .. + 15, j = 0 .. 3: in
 * all five types those share their bytes, and their scales lie a fixed way apart. Layouts: ggml's ggml-common.h, block_q2_K and
 * so on.
 */
#ifndef EXO_KERNELS_K_QUANTS_H
#define EXO_KERNELS_K_QUANTS_H

#include "gpu.h"

INLINE bool type_is_k(uint32_t type)
{
    return type >= EXO_TYPE_Q2_K && type <= EXO_TYPE_Q6_K;
}

INLINE bool k_has_min(uint32_t type)
{
    return type == EXO_TYPE_Q2_K || type == EXO_TYPE_Q4_K || type == EXO_TYPE_Q5_K;
}

INLINE float k_offset(uint32_t type)
{
    return type == EXO_TYPE_Q6_K ? 32.0f : type == EXO_TYPE_Q3_K ? 4.0f : 0.0f;
}

INLINE uint32_t k_block_bytes(uint32_t type)
{
    return type == EXO_TYPE_Q2_K   ? 84
           : type == EXO_TYPE_Q3_K ? 110
           : type == EXO_TYPE_Q4_K ? 144
           : type == EXO_TYPE_Q5_K ? 176
                                   : 210;
}

/* Two or four words, 2-byte aligned. */
INLINE void words_load(const GLOBAL uint8_t *p, uint32_t words, uint32_t out[4])
{
    if (words == 4) {
        v4u v = *(const GLOBAL v4u_a2 *)p;
        UNROLL for (int i = 0; i < 4; i++)
        {
            out[i] = v[i];
        }
    } else {
        v2u v = *(const GLOBAL v2u_a2 *)p;
        out[0] = v[0];
        out[1] = v[1];
    }
}

/* Quants of the block at p, one to a byte: 4 * words of them from value n * 128 + j * 32 + at on; at < 32, in one group. */
INLINE void k_quants_load(uint32_t type, const GLOBAL uint8_t *p, uint32_t n, uint32_t j, uint32_t at, uint32_t words,
                          uint32_t out[4])
{
    bool nibbles = type == EXO_TYPE_Q4_K || type == EXO_TYPE_Q5_K;
    uint32_t high[4], high_shift = 0;
    if (nibbles) {
        words_load(p + (type == EXO_TYPE_Q4_K ? 16 : 48) + n * 64 + (j >> 1) * 32 + at, words, out);
    } else if (type == EXO_TYPE_Q6_K) {
        words_load(p + n * 64 + (j & 1) * 32 + at, words, out);
    } else {
        words_load(p + (type == EXO_TYPE_Q2_K ? 16 : 32) + n * 32 + at, words, out);
    }
    uint32_t shift = nibbles ? (j & 1) * 4 : type == EXO_TYPE_Q6_K ? (j >> 1) * 4 : j * 2;
    if (type == EXO_TYPE_Q5_K || type == EXO_TYPE_Q3_K) {
        words_load(p + (type == EXO_TYPE_Q5_K ? 16 : 0) + at, words, high);
        high_shift = n * 4 + j;
    } else if (type == EXO_TYPE_Q6_K) {
        words_load(p + 128 + n * 32 + at, words, high);
        high_shift = j * 2;
    }
    UNROLL for (uint32_t i = 0; i < words; i++)
    {
        uint32_t low = out[i] >> shift & (type == EXO_TYPE_Q2_K || type == EXO_TYPE_Q3_K ? 0x03030303u : 0x0f0f0f0fu);
        out[i] = type == EXO_TYPE_Q5_K   ? low | (high[i] >> high_shift & 0x01010101u) << 4
                 : type == EXO_TYPE_Q3_K ? low | (high[i] >> high_shift & 0x01010101u) << 2
                 : type == EXO_TYPE_Q6_K ? low | (high[i] >> high_shift & 0x03030303u) << 4
                                         : low;
    }
}

struct k_scales { /* of a quarter: byte j is group j's; scales of Q3_K are 32 too large, those of Q6_K signed */
    uint32_t scale, min;
    float d, dmin;
};

/* Q4_K, Q5_K: twelve bytes hold eight scales and eight minima of six bits, one of each to 32 values. */
INLINE void scales_of_6_bits(const GLOBAL uint8_t *p, uint32_t n, struct k_scales *s)
{
    uint32_t a = *(const GLOBAL u32_a2 *)p, b = *(const GLOBAL u32_a2 *)(p + 4), c = *(const GLOBAL u32_a2 *)(p + 8);
    uint32_t high_scale = (c & 0x0f0f0f0fu) | (a >> 2 & 0x30303030u), high_min = (c >> 4 & 0x0f0f0f0fu) | (b >> 2 & 0x30303030u);
    s->scale = n ? high_scale : a & 0x3f3f3f3fu;
    s->min = n ? high_min : b & 0x3f3f3f3fu;
}

INLINE struct k_scales k_scales_load(uint32_t type, const GLOBAL uint8_t *p, uint32_t n, uint32_t half)
{
    struct k_scales s = {0};
    if (type == EXO_TYPE_Q4_K || type == EXO_TYPE_Q5_K) {
        v2h d = as_v2h(*(const GLOBAL u32_a2 *)p);
        s.d = (float)d[0];
        s.dmin = (float)d[1];
        scales_of_6_bits(p + 4, n, &s);
        return s;
    }
    uint32_t every_second = 0x06040200u + half * 0x01010101u;
    const GLOBAL uint8_t *scales = p + (type == EXO_TYPE_Q6_K ? 192 : type == EXO_TYPE_Q3_K ? 96 : 0);
    uint32_t from = type == EXO_TYPE_Q3_K ? 0 : n * 8;
    uint32_t bytes =
        pick_bytes(*(const GLOBAL u32_a2 *)(scales + from + 4), *(const GLOBAL u32_a2 *)(scales + from), every_second);
    s.d = (float)*(const GLOBAL f16 *)(p + (type == EXO_TYPE_Q2_K ? 80 : type == EXO_TYPE_Q3_K ? 108 : 208));
    if (type == EXO_TYPE_Q6_K) {
        s.scale = bytes;
    } else if (type == EXO_TYPE_Q2_K) {
        s.dmin = (float)*(const GLOBAL f16 *)(p + 82);
        s.scale = bytes & 0x0f0f0f0fu;
        s.min = bytes >> 4 & 0x0f0f0f0fu;
    } else { /* Q3_K: nibbles of 16 scales in eight bytes, two more bits of each in the next four */
        uint32_t high = *(const GLOBAL u32_a2 *)(scales + 8);
        high = pick_bytes(high, high, 0x02000200u + half * 0x01010101u) >> n * 4;
        s.scale = (bytes >> n * 4 & 0x0f0f0f0fu) | ((high & 0x00000303u) | (high >> 2 & 0x03030000u)) << 4;
    }
    return s;
}

INLINE float k_scale(uint32_t type, const struct k_scales *s, uint32_t j)
{
    uint32_t byte = s->scale >> j * 8 & 255;
    return type == EXO_TYPE_Q6_K ? (float)(int8_t)byte : type == EXO_TYPE_Q3_K ? (float)byte - 32.0f : (float)byte;
}

INLINE float k_min(const struct k_scales *s, uint32_t j)
{
    return (float)(s->min >> j * 8 & 255);
}

/* Value e of a block. */
INLINE float k_value(uint32_t type, const GLOBAL uint8_t *p, uint32_t e)
{
    uint32_t n = e >> 7, j = e >> 5 & 3, q[4];
    struct k_scales s = k_scales_load(type, p, n, e >> 4 & 1);
    k_quants_load(type, p, n, j, e & 24, 2, q);
    float v = (float)((e & 4 ? q[1] : q[0]) >> (e & 3) * 8 & 255) - k_offset(type);
    return s.d * k_scale(type, &s, j) * v - s.dmin * k_min(&s, j);
}

#endif
