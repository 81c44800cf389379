/*
 * mul_mat.c: matrix products with many columns, by 16x16x16 F16 matrix instructions with F32 sums.
 *
 * A wave computes 32 rows x N columns. Each lane turns its own rows' weights into halves, block by block, in the very registers
 * the matrix instruction reads; activations come as EXO_ACT_F16. No local memory, no barrier. F16 and not int8: the rate is the
 * same on RDNA3, and no scaling of sums per block of 32 remains. Rows are dealt to lanes so that a lane's eight results are of
 * eight neighbouring rows.
 */
#include "k_quants.h"

enum { TILES = 2 }; /* of 16 rows per wave */

struct fragments { /* of 32 values along k of one row, those that two matrix instructions want of this lane */
    union wmma_bits f[2];
};

/* Four unsigned bytes to four exact halves: as the low mantissa bits of 1024.0. */
INLINE void bytes_to_halves(uint32_t bytes, float offset, v2h *out)
{
    f16 o = (f16)(1024.0f + offset);
    out[0] = as_v2h(pick_bytes(0x64646464u, bytes, 0x04010400u)) - (v2h){o, o};
    out[1] = as_v2h(pick_bytes(0x64646464u, bytes, 0x04030402u)) - (v2h){o, o};
}

INLINE struct fragments block_load(uint32_t type, const GLOBAL uint8_t *p)
{
    struct fragments out;
    if (type == EXO_TYPE_F16) {
        UNROLL for (int i = 0; i < 2 * WMMA_VALUES / 8; i++)
        {
            int f = i / (WMMA_VALUES / 8), q = i % (WMMA_VALUES / 8);
            out.f[f].q[q] = *(const GLOBAL v4u_a2 *)(p + wmma_first_k() * 2 + f * 32 + q * 16);
        }
        return out;
    }
    bool has_min = type == EXO_TYPE_Q4_1 || type == EXO_TYPE_Q5_1, five = type == EXO_TYPE_Q5_0 || type == EXO_TYPE_Q5_1;
    f16 d = *(const GLOBAL f16 *)p, m = has_min ? *(const GLOBAL f16 *)(p + 2) : (f16)0.0f;
    const GLOBAL uint8_t *quants = p + (has_min ? 4 : 2) + (five ? 4 : 0) + wmma_first_k();
    wmma_bytes_a2 low = *(const GLOBAL wmma_bytes_a2 *)quants, high;
    if (type == EXO_TYPE_Q8_0) {
        low ^= 0x80808080u;
        high = *(const GLOBAL wmma_bytes_a2 *)(quants + 16) ^ 0x80808080u;
    } else {
        high = low >> 4 & 0x0f0f0f0fu;
        low &= 0x0f0f0f0fu;
    }
    if (five) {
        uint32_t fifth = *(const GLOBAL u32_a2 *)(p + (has_min ? 4 : 2)) >> wmma_first_k();
        UNROLL for (uint32_t i = 0; i < WMMA_VALUES / 4; i++)
        {
            low[i] |= bits_to_bytes(fifth >> i * 4) << 4;
            high[i] |= bits_to_bytes(fifth >> (16 + i * 4)) << 4;
        }
    }
    float offset = type == EXO_TYPE_Q8_0 ? 128.0f : type == EXO_TYPE_Q5_0 ? 16.0f : type == EXO_TYPE_Q4_0 ? 8.0f : 0.0f;
    UNROLL for (int i = 0; i < WMMA_VALUES / 4; i++)
    {
        bytes_to_halves(low[i], offset, &out.f[0].pair[i * 2]);
        bytes_to_halves(high[i], offset, &out.f[1].pair[i * 2]);
    }
    UNROLL for (int i = 0; i < WMMA_VALUES; i++)
    {
        v2h *q = &out.f[i % 2].pair[i / 2];
        *q = has_min ? *q * (v2h){d, d} + (v2h){m, m} : *q * (v2h){d, d};
    }
    return out;
}

/* Values part * 32 .. + 31 of a block of a K type. */
INLINE struct fragments k_load(uint32_t type, const GLOBAL uint8_t *p, uint32_t part)
{
    struct fragments out;
    uint32_t n = part >> 2, j = part & 3, q[4];
    UNROLL for (uint32_t half = 0; half < 2; half++)
    {
        struct k_scales s = k_scales_load(type, p, n, half);
        f16 d = (f16)(s.d * k_scale(type, &s, j)), m = (f16)(-s.dmin * k_min(&s, j));
        k_quants_load(type, p, n, j, half * 16 + wmma_first_k(), WMMA_VALUES / 4, q);
        UNROLL for (uint32_t i = 0; i < WMMA_VALUES / 4; i++)
        {
            v2h *pair = &out.f[half].pair[i * 2];
            bytes_to_halves(q[i], k_offset(type), pair);
            pair[0] = k_has_min(type) ? pair[0] * (v2h){d, d} + (v2h){m, m} : pair[0] * (v2h){d, d};
            pair[1] = k_has_min(type) ? pair[1] * (v2h){d, d} + (v2h){m, m} : pair[1] * (v2h){d, d};
        }
    }
    return out;
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

/* The last k % 32 values of an F16 row; zeros behind them. */
INLINE struct fragments tail_load(const GLOBAL uint8_t *p, uint32_t count)
{
    struct fragments out;
    UNROLL for (uint32_t i = 0; i < 2 * WMMA_VALUES; i++)
    {
        uint32_t k = i / WMMA_VALUES * 16 + wmma_first_k() + i % WMMA_VALUES;
        out.f[i / WMMA_VALUES].h[i % WMMA_VALUES] = k < count ? ((const GLOBAL f16 *)p)[k] : (f16)0.0f;
    }
    return out;
}

struct place {
    uint64_t w, x, dst, add;
    uint32_t row0, col0, row; /* row: this lane's in a tile */
};

INLINE struct place place_find(const struct args_mul_mat *a, uint32_t cols)
{
    struct place p;
    uint32_t z = group_z(), i3 = div_by(a->ne12, z), i2 = z - i3 * a->ne12.by;
    p.row0 = group_x() * EXO_TILE_ROWS + wave_id() * (TILES * 16);
    p.col0 = group_y() * cols;
    p.row = wmma_row_of_eights();
    p.w = a->w + div_by(a->r2, i2) * a->w_nb2 + div_by(a->r3, i3) * a->w_nb3 + p.row0 * a->w_nb1;
    p.x = a->x + i2 * a->x_nb2 + i3 * a->x_nb3 + p.col0 * a->x_nb1;
    p.dst = a->dst + i2 * a->dst_nb2 + i3 * a->dst_nb3;
    p.add = a->add ? a->add + i2 * a->add_nb2 + i3 * a->add_nb3 : 0;
    return p;
}

/* Sums of a tile to dst: this lane has one column, rows row0 + 8 * half .. + 7. */
INLINE void tile_write(const struct args_mul_mat *a, const struct place *p, uint32_t row0, uint32_t col, float scale, v8f sum)
{
    uint32_t row = row0 + (lane_id() >> 4) * 8;
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

INLINE void block_multiply(const struct fragments *w, const GLOBAL uint8_t *x, const uint32_t *offset, uint32_t at, uint32_t cols,
                           v8f sum[TILES][4])
{
    UNROLL for (uint32_t half = 0; half < 2; half++)
    {
        UNROLL for (uint32_t c = 0; c < cols / 16; c++)
        {
            union wmma_bits b;
            uint32_t from = opaque_u32(offset[c] + at);
            UNROLL for (uint32_t i = 0; i < WMMA_VALUES / 8; i++)
            {
                b.q[i] = *(const GLOBAL v4u *)(x + from + half * 512 + i * 256);
            }
            UNROLL for (uint32_t t = 0; t < TILES; t++)
            {
                sum[t][c] = wmma_f16(w[t].f[half].h, b.h, sum[t][c]);
            }
        }
    }
}

INLINE void mul_mat_tile(const struct args_mul_mat *a, uint32_t type, uint32_t cols)
{
    struct place p = place_find(a, cols);
    if (p.row0 >= a->rows) {
        return;
    }
    uint32_t bytes = tile_block_bytes(type), row_at[TILES], col_at[4], whole = a->k / 32, tail = a->k % 32,
             column = lane_id() & 15;
    v8f sum[TILES][4];
    UNROLL for (uint32_t t = 0; t < TILES; t++)
    {
        row_at[t] = (min_u32(p.row0 + t * 16 + p.row, a->rows - 1) - p.row0) * (uint32_t)a->w_nb1;
        UNROLL for (uint32_t c = 0; c < cols / 16; c++)
        {
            sum[t][c] = (v8f){0};
        }
    }
    UNROLL for (uint32_t c = 0; c < cols / 16; c++)
    {
        uint32_t col = min_u32(p.col0 + c * 16 + column, a->cols - 1) - p.col0;
        col_at[c] = (col & ~15u) * (uint32_t)a->x_nb1 + (col & 15) * 16 + wmma_first_k() * 32;
    }
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w), *x = CAT(uint8_t, p.x);
    struct fragments block[TILES];
    for (uint32_t b = 0; b < whole; b++) {
        UNROLL for (uint32_t t = 0; t < TILES; t++)
        {
            const GLOBAL uint8_t *at = w + opaque_u32(row_at[t]);
            block[t] = type_is_k(type) ? k_load(type, at, b & 7) : block_load(type, at);
            row_at[t] += type_is_k(type) && (b & 7) != 7 ? 0 : bytes;
        }
        block_multiply(block, x, col_at, b * 1024, cols, sum);
    }
    if (type == EXO_TYPE_F16 && tail) {
        UNROLL for (uint32_t t = 0; t < TILES; t++)
        {
            block[t] = tail_load(w + row_at[t], tail);
        }
        block_multiply(block, x, col_at, whole * 1024, cols, sum);
    }
    uint32_t scale_at = (whole + (tail != 0)) * 1024;
    UNROLL for (uint32_t c = 0; c < cols / 16; c++)
    {
        uint32_t col = min_u32(p.col0 + c * 16 + column, a->cols - 1) - p.col0;
        float scale = *(const GLOBAL float *)(x + (col & ~15u) * (uint32_t)a->x_nb1 + scale_at + (col & 15) * 4);
        UNROLL for (uint32_t t = 0; t < TILES; t++)
        {
            tile_write(a, &p, p.row0 + t * 16, p.col0 + c * 16 + column, scale, sum[t][c]);
        }
    }
}

#define MUL_MAT(type, enumerator)                                                                                                \
    KERNEL(mul_mat_##type##_n16, args_mul_mat, EXO_TILE_ITEMS)                                                                   \
    {                                                                                                                            \
        mul_mat_tile(&a, enumerator, 16);                                                                                        \
    }                                                                                                                            \
    KERNEL(mul_mat_##type##_n32, args_mul_mat, EXO_TILE_ITEMS)                                                                   \
    {                                                                                                                            \
        mul_mat_tile(&a, enumerator, 32);                                                                                        \
    }                                                                                                                            \
    KERNEL(mul_mat_##type##_n64, args_mul_mat, EXO_TILE_ITEMS)                                                                   \
    {                                                                                                                            \
        mul_mat_tile(&a, enumerator, 64);                                                                                        \
    }

MUL_MAT(q4_0, EXO_TYPE_Q4_0)
MUL_MAT(q4_1, EXO_TYPE_Q4_1)
MUL_MAT(q5_0, EXO_TYPE_Q5_0)
MUL_MAT(q5_1, EXO_TYPE_Q5_1)
MUL_MAT(q8_0, EXO_TYPE_Q8_0)
MUL_MAT(q2_k, EXO_TYPE_Q2_K)
MUL_MAT(q3_k, EXO_TYPE_Q3_K)
MUL_MAT(q4_k, EXO_TYPE_Q4_K)
MUL_MAT(q5_k, EXO_TYPE_Q5_K)
MUL_MAT(q6_k, EXO_TYPE_Q6_K)
MUL_MAT(f16, EXO_TYPE_F16)
