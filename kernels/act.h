/* act.h: how kernels write activations in the layouts of enum exo_act (args.h). For kernels only. */
#ifndef EXO_KERNELS_ACT_H
#define EXO_KERNELS_ACT_H

#include "gpu.h"

/* Four int8 in one word, lowest first. */
INLINE uint32_t pack_i8(float a, float b, float c, float d)
{
    uint32_t ia = (uint32_t)(int32_t)rint_f32(a), ib = (uint32_t)(int32_t)rint_f32(b);
    uint32_t ic = (uint32_t)(int32_t)rint_f32(c), id = (uint32_t)(int32_t)rint_f32(d);
    return (ia & 255) | (ib & 255) << 8 | (ic & 255) << 16 | id << 24;
}

/*
 * A block's scale and its inverse from its largest magnitude, rounded as ggml's quantize_row_q8_1 and _q8_0 do (the scale is kept
 * as a half there, the inverse is taken before): a card then answers as the processor does, whatever the number of columns. A
 * scale beyond a half's range stays as it is.
 */
INLINE v2f block_scale(float amax)
{
    float d = amax * (1.0f / 127.0f), half = (float)(f16)d;
    return (v2f){d < 65504.0f ? half : d, amax > 0.0f ? 127.0f * rcp_f32(amax) : 0.0f};
}

/*
 * Writes elements i .. i+3 of a column (i = 4 * lane + a multiple of 128) as EXO_ACT_Q8 or EXO_ACT_Q4. All lanes call; those
 * beyond the column's end bring zeros. Eight lanes hold a block.
 */
INLINE void act_write4(uint32_t act, GLOBAL uint8_t *column, uint32_t nblk, uint32_t i, v4f v)
{
    float amax = max_f32(max_f32(abs_f32(v[0]), abs_f32(v[1])), max_f32(abs_f32(v[2]), abs_f32(v[3])));
    amax = wave_max_f32(amax, 3);
    v2f scale = block_scale(amax);
    float d = scale[0], inv = scale[1];
    uint32_t q = pack_i8(v[0] * inv, v[1] * inv, v[2] * inv, v[3] * inv);
    float sum = d * wave_sum_f32((float)dot4_i8(q, 0x01010101u, 0), 3);
    uint32_t out = q;
    if (act == EXO_ACT_Q4) {
        uint32_t other = wave_xor4_u32(q); /* 16 elements away */
        out = i & 16 ? (other & 0x0f0f0f0fu) | (q & 0x0f0f0f0fu) << 4 : (q >> 4 & 0x0f0f0f0fu) | (other & 0xf0f0f0f0u);
    }
    if (i < nblk * 32) {
        *(GLOBAL uint32_t *)(column + i) = out;
        if ((i & 31) == 0) {
            *(GLOBAL v2f *)(column + nblk * 32 + (i >> 5) * 8) = (v2f){d, sum};
        }
    }
}

/*
 * The same from one value per lane: a wave holds block `block`, lane l element (l & 1) * 16 + l / 2 (so a Q4 byte's two
 * elements are neighbours).
 */
INLINE void act_write_block(uint32_t act, GLOBAL uint8_t *column, uint32_t nblk, uint32_t block, float v)
{
    float amax = wave_max_f32(abs_f32(v), 5);
    v2f scale = block_scale(amax);
    float d = scale[0], inv = scale[1];
    float rounded = rint_f32(v * inv);
    float sum = d * wave_sum_f32(rounded, 5);
    uint32_t q = (uint32_t)(int32_t)rounded, lane = lane_id(), odd = lane & 1;
    uint32_t other = wave_xor1_u32(q);
    if (block >= nblk) {
        return;
    }
    uint32_t at = block * 32 + odd * 16 + (lane >> 1);
    if (act == EXO_ACT_Q4) { /* even lanes write the byte of high nibbles, odd lanes that of low nibbles */
        q = odd ? (other & 15) | (q & 15) << 4 : (q >> 4 & 15) | (other & 0xf0);
    }
    column[at] = (uint8_t)q;
    if (lane == 0) {
        *(GLOBAL v2f *)(column + nblk * 32 + block * 8) = (v2f){d, sum};
    }
}

#endif
