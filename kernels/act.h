/* act.h: how kernels write activations in the layouts of enum exo_act (args.h). For kernels only. */
#ifndef EXO_KERNELS_ACT_H
#define EXO_KERNELS_ACT_H

#include "gpu.h"

struct act_pieces { /* four integers of 16 bits: their low and their high bytes, lowest first, and their sum */
    uint32_t low, high;
    float sum;
};

INLINE struct act_pieces act_pieces(v4f v, float inv)
{
    float r[4];
    uint32_t q[4];
    UNROLL for (uint32_t i = 0; i < 4; i++)
    {
        r[i] = rint_f32(v[i] * inv);
        q[i] = (uint32_t)(int32_t)r[i];
    }
    uint32_t first = pick_bytes(q[1], q[0], 0x05010400u), second = pick_bytes(q[3], q[2], 0x05010400u);
    return (struct act_pieces){pick_bytes(second, first, 0x05040100u), pick_bytes(second, first, 0x07060302u),
                               (r[0] + r[1]) + (r[2] + r[3])};
}

INLINE float act_amax(v4f v)
{
    return max_f32(max_f32(abs_f32(v[0]), abs_f32(v[1])), max_f32(abs_f32(v[2]), abs_f32(v[3])));
}

/* A block's scale and its inverse from its largest magnitude. What the inverse would overflow for is taken for zero. */
INLINE v2f act_scale(float amax)
{
    return (v2f){amax * (1.0f / 32767.0f), amax > 1e-30f ? 32767.0f * rcp_f32(amax) : 0.0f};
}

/* Bytes (all low or all high ones) of values j and of those 16 further, as they lie in a plane and the one above it. */
INLINE v2u act_planes(uint32_t act, uint32_t near, uint32_t far)
{
    v2u nibbles = {(near & 0x0f0f0f0fu) | (far & 0x0f0f0f0fu) << 4, (near >> 4 & 0x0f0f0f0fu) | (far & 0xf0f0f0f0u)};
    return act == EXO_ACT_NIBBLES ? nibbles : (v2u){near, far};
}

/* first: the sum of the first 16 integers, sum: of all. */
INLINE void act_write_sums(GLOBAL uint8_t *column, uint32_t nblk, uint32_t block, float d, float first, float sum)
{
    *(GLOBAL v2f *)(column + nblk * 64 + block * 8) = (v2f){d, d * sum};
    *(GLOBAL float *)(column + nblk * 72 + block * 4) = d * first;
}

/*
 * Writes elements i .. i+3 of a column (i = 4 * lane + a multiple of 128) as EXO_ACT_BYTES or EXO_ACT_NIBBLES. All lanes call;
 * those beyond the column's end bring zeros. Eight lanes hold a block: the first four write its high bytes, the others the low.
 */
INLINE void act_write4(uint32_t act, GLOBAL uint8_t *column, uint32_t nblk, uint32_t i, v4f v)
{
    v2f scale = act_scale(wave_max_f32(act_amax(v), 3));
    struct act_pieces q = act_pieces(v, scale[1]);
    bool second = i & 16;
    uint32_t other = wave_xor4_u32(second ? q.high : q.low); /* 16 elements away */
    v2u planes = act_planes(act, second ? other : q.high, second ? q.low : other);
    float half = wave_sum_f32(q.sum, 2), sum = half + as_f32(wave_xor4_u32(as_u32(half)));
    if (i < nblk * 32) {
        uint32_t at = (second ? 0 : nblk * 32) + (i >> 5) * 16 + (i & 15);
        *(GLOBAL uint32_t *)(column + at) = planes[0];
        *(GLOBAL uint32_t *)(column + at + nblk * 16) = planes[1];
        if ((i & 31) == 0) {
            act_write_sums(column, nblk, i >> 5, scale[0], half, sum);
        }
    }
}

/*
 * The same from one value per lane: a wave holds block `block`, lane l element (l & 1) * 16 + l / 2, so that those which share a
 * byte of nibbles are neighbours.
 */
INLINE void act_write_block(uint32_t act, GLOBAL uint8_t *column, uint32_t nblk, uint32_t block, float v)
{
    v2f scale = act_scale(wave_max_f32(abs_f32(v), 5));
    float rounded = rint_f32(v * scale[1]);
    uint32_t q = (uint32_t)(int32_t)rounded, lane = lane_id(), odd = lane & 1, other = wave_xor1_u32(q);
    float sum = wave_sum_f32(rounded, 5), first = wave_sum_f32(odd ? 0.0f : rounded, 5);
    if (block >= nblk) {
        return;
    }
    v2u planes = odd ? act_planes(act, other & 255, q & 255) : act_planes(act, q >> 8 & 255, other >> 8 & 255);
    uint32_t at = (odd ? 0 : nblk * 32) + block * 16 + (lane >> 1);
    column[at] = (uint8_t)planes[0];
    column[at + nblk * 16] = (uint8_t)planes[1];
    if (lane == 0) {
        act_write_sums(column, nblk, block, scale[0], first, sum);
    }
}

#endif
