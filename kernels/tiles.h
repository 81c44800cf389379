/*
 * tiles.h: what the tiled matrix products share: weights turned into halves, which part of the result a wave has, and how it is
 * written. For kernels only.
 */
#ifndef EXO_KERNELS_TILES_H
#define EXO_KERNELS_TILES_H

#include "k_quants.h"

/* Four unsigned bytes to four exact halves: as the low mantissa bits of 1024.0. */
INLINE void bytes_to_halves(uint32_t bytes, float offset, v2h *out)
{
    f16 o = (f16)(1024.0f + offset);
    out[0] = as_v2h(pick_bytes(0x64646464u, bytes, 0x04010400u)) - (v2h){o, o};
    out[1] = as_v2h(pick_bytes(0x64646464u, bytes, 0x04030402u)) - (v2h){o, o};
}

INLINE uint32_t tile_block_bytes(uint32_t type)
{
    switch (type) {
    case EXO_TYPE_Q4_0:
        return 18;
    case EXO_TYPE_Q4_1:
        return 20;
    case EXO_TYPE_Q5_0:
        return 22;
    case EXO_TYPE_Q5_1:
        return 24;
    case EXO_TYPE_Q8_0:
        return 34;
    case EXO_TYPE_F16:
        return 64;
    default:
        return k_block_bytes(type);
    }
}

/* One byte for each of `count` values from `first` on of both halves of a block of 32. */
INLINE void block_bytes_load(uint32_t type, const GLOBAL uint8_t *p, uint32_t first, uint32_t count, uint32_t low[4],
                             uint32_t high[4])
{
    bool has_min = type == EXO_TYPE_Q4_1 || type == EXO_TYPE_Q5_1, five = type == EXO_TYPE_Q5_0 || type == EXO_TYPE_Q5_1;
    const GLOBAL uint8_t *quants = p + (has_min ? 4 : 2) + (five ? 4 : 0) + first;
    words_load(quants, count / 4, low);
    if (type == EXO_TYPE_Q8_0) {
        words_load(quants + 16, count / 4, high);
    }
    uint32_t fifth = five ? *(const GLOBAL u32_a2 *)(p + (has_min ? 4 : 2)) >> first : 0;
    UNROLL for (uint32_t i = 0; i < count / 4; i++)
    {
        if (type == EXO_TYPE_Q8_0) {
            low[i] ^= 0x80808080u;
            high[i] ^= 0x80808080u;
            continue;
        }
        high[i] = low[i] >> 4 & 0x0f0f0f0fu;
        low[i] &= 0x0f0f0f0fu;
        if (five) {
            low[i] |= bits_to_bytes(fifth >> i * 4) << 4;
            high[i] |= bits_to_bytes(fifth >> (16 + i * 4)) << 4;
        }
    }
}

/* `count` (8 or 16) values from `first` on of both halves of the block of 32 at p, as halves. */
INLINE void block_load(uint32_t type, const GLOBAL uint8_t *p, uint32_t first, uint32_t count, v2h *low, v2h *high)
{
    uint32_t bytes[2][4];
    if (type == EXO_TYPE_F16) {
        UNROLL for (uint32_t i = 0; i < count / 4; i++)
        {
            v4u q = *(const GLOBAL v4u_a2 *)(p + (first + i % (count / 8) * 8) * 2 + i / (count / 8) * 32);
            UNROLL for (uint32_t j = 0; j < 4; j++)
            {
                (i < count / 8 ? low : high)[i % (count / 8) * 4 + j] = as_v2h(q[j]);
            }
        }
        return;
    }
    bool has_min = type == EXO_TYPE_Q4_1 || type == EXO_TYPE_Q5_1;
    float offset = type == EXO_TYPE_Q8_0 ? 128.0f : type == EXO_TYPE_Q5_0 ? 16.0f : type == EXO_TYPE_Q4_0 ? 8.0f : 0.0f;
    f16 d = *(const GLOBAL f16 *)p, m = has_min ? *(const GLOBAL f16 *)(p + 2) : (f16)0.0f;
    block_bytes_load(type, p, first, count, bytes[0], bytes[1]);
    UNROLL for (uint32_t i = 0; i < count / 4; i++)
    {
        bytes_to_halves(bytes[0][i], offset, &low[i * 2]);
        bytes_to_halves(bytes[1][i], offset, &high[i * 2]);
    }
    UNROLL for (uint32_t i = 0; i < count / 2; i++)
    {
        low[i] = has_min ? low[i] * (v2h){d, d} + (v2h){m, m} : low[i] * (v2h){d, d};
        high[i] = has_min ? high[i] * (v2h){d, d} + (v2h){m, m} : high[i] * (v2h){d, d};
    }
}

/* The same of values n * 128 + j * 32 .. + 31 of a block of a K type. */
INLINE void k_load(uint32_t type, const GLOBAL uint8_t *p, uint32_t n, uint32_t j, uint32_t first, uint32_t count, v2h *low,
                   v2h *high)
{
    uint32_t q[4];
    UNROLL for (uint32_t half = 0; half < 2; half++)
    {
        struct k_scales s = k_scales_load(type, p, n, half);
        f16 d = (f16)(s.d * k_scale(type, &s, j)), m = (f16)(-s.dmin * k_min(&s, j));
        k_quants_load(type, p, n, j, half * 16 + first, count / 4, q);
        UNROLL for (uint32_t i = 0; i < count / 4; i++)
        {
            v2h *pair = (half ? high : low) + i * 2;
            bytes_to_halves(q[i], k_offset(type), pair);
            pair[0] = k_has_min(type) ? pair[0] * (v2h){d, d} + (v2h){m, m} : pair[0] * (v2h){d, d};
            pair[1] = k_has_min(type) ? pair[1] * (v2h){d, d} + (v2h){m, m} : pair[1] * (v2h){d, d};
        }
    }
}

struct place { /* of a wave: addresses of its first row of weights and column of activations, and of the result's matrix */
    uint64_t w, x, dst, add;
    uint32_t row0, col0;
};

INLINE struct place place_find(const struct args_mul_mat *a, uint32_t row0, uint32_t col0)
{
    struct place p = {.row0 = row0, .col0 = col0};
    uint32_t z = group_z(), i3 = div_by(a->ne12, z), i2 = z - i3 * a->ne12.by;
    p.w = a->w + div_by(a->r2, i2) * a->w_nb2 + div_by(a->r3, i3) * a->w_nb3 + row0 * a->w_nb1;
    p.x = a->x + i2 * a->x_nb2 + i3 * a->x_nb3 + col0 * a->x_nb1;
    p.dst = a->dst + i2 * a->dst_nb2 + i3 * a->dst_nb3;
    p.add = a->add ? a->add + i2 * a->add_nb2 + i3 * a->add_nb3 : 0;
    return p;
}

/* Where from row row0 on a row begins; behind the last one it is the last one's. */
INLINE uint32_t row_offset(const struct args_mul_mat *a, const struct place *p, uint32_t row)
{
    return (min_u32(p->row0 + row, a->rows - 1) - p->row0) * (uint32_t)a->w_nb1;
}

/* The same of columns, which lie mixed by sixteens (EXO_ACT_F16): where this lane's begins of those from `first` on. */
INLINE uint32_t column_offset(const struct args_mul_mat *a, const struct place *p, uint32_t first, uint32_t bytes)
{
    uint32_t col = min_u32(p->col0 + first + (lane_id() & 15), a->cols - 1) - p->col0;
    return (col & ~15u) * (uint32_t)a->x_nb1 + (col & 15) * bytes;
}

/* Sums of a tile, 16 rows and columns from row0 and col0 on, to dst: this lane has one column, rows 8 * half .. + 7. */
INLINE void tile_write(const struct args_mul_mat *a, const struct place *p, uint32_t row0, uint32_t col0, float scale, v8f sum)
{
    uint32_t row = row0 + (lane_id() >> 4) * 8, col = col0 + (lane_id() & 15);
    if (col >= a->cols || row >= a->rows) {
        return;
    }
    GLOBAL float *dst = AT(float, p->dst + col * a->dst_nb1) + row;
    const GLOBAL float *add = CAT(float, p->add + col * a->add_nb1) + row;
    sum *= scale;
    if (row + 8 <= a->rows) {
        v4f low = {sum[0], sum[1], sum[2], sum[3]}, high = {sum[4], sum[5], sum[6], sum[7]};
        if (p->add) {
            low += *(const GLOBAL v4f_a4 *)add;
            high += *(const GLOBAL v4f_a4 *)(add + 4);
        }
        *(GLOBAL v4f_a4 *)dst = low;
        *(GLOBAL v4f_a4 *)(dst + 4) = high;
        return;
    }
    UNROLL for (uint32_t i = 0; i < 8; i++)
    {
        if (row + i < a->rows) {
            dst[i] = sum[i] + (p->add ? add[i] : 0.0f);
        }
    }
}

/* A wave's sums, rows x cols from (row, col) of the place on, times their columns' powers, to dst. */
INLINE void tiles_write(const struct args_mul_mat *a, const struct place *p, uint32_t row, uint32_t rows, uint32_t col,
                        uint32_t cols, v8f (*sum)[4])
{
    uint32_t powers = (a->k + 31) / 32 * 1024;
    UNROLL for (uint32_t c = 0; c < cols / 16; c++)
    {
        float scale = *CAT(float, p->x + powers + column_offset(a, p, col + c * 16, 4));
        UNROLL for (uint32_t t = 0; t < rows / 16; t++)
        {
            tile_write(a, p, p->row0 + row + t * 16, p->col0 + col + c * 16, scale, sum[t][c]);
        }
    }
}

/* Activations for one matrix product: 16 values along k of 16 columns, from where column_offset says on. */
INLINE union wmma_bits columns_load(const GLOBAL uint8_t *x)
{
    union wmma_bits b;
    UNROLL for (uint32_t i = 0; i < WMMA_VALUES / 8; i++)
    {
        b.q[i] = *(const GLOBAL v4u *)(x + i * 256);
    }
    return b;
}

#endif
