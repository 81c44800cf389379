/*
 * mul_mat.c: matrix products with 9 to 32 columns, and with more where rows are not a multiple of 64 long (mul_mat_wide.c), by
 * 16x16x16 F16 matrix instructions with F32 sums.
 *
 * A wave computes 32 rows x N columns. Each lane turns its own rows' weights into halves, block by block, in the very registers
 * the matrix instruction reads; activations come as EXO_ACT_F16. No local memory, no barrier. F16 and not int8: the rate is the
 * same on RDNA3, and no scaling of sums per block of 32 remains. Rows are dealt to lanes so that a lane's eight results are of
 * eight neighbouring rows.
 */
#include "tiles.h"

enum { TILES = 2 }; /* of 16 rows per wave */

struct fragments { /* of 32 values along k of one row, those that two matrix instructions want of this lane */
    union wmma_bits f[2];
};

INLINE struct fragments weights_load(uint32_t type, const GLOBAL uint8_t *p, uint32_t part)
{
    struct fragments out;
    if (type_is_k(type)) {
        k_load(type, p, part >> 2, part & 3, wmma_first_k(), WMMA_VALUES, out.f[0].pair, out.f[1].pair);
    } else {
        block_load(type, p, wmma_first_k(), WMMA_VALUES, out.f[0].pair, out.f[1].pair);
    }
    return out;
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

INLINE void block_multiply(const struct fragments *w, const GLOBAL uint8_t *x, const uint32_t *offset, uint32_t at, uint32_t cols,
                           v8f sum[TILES][4])
{
    UNROLL for (uint32_t half = 0; half < 2; half++)
    {
        UNROLL for (uint32_t c = 0; c < cols / 16; c++)
        {
            union wmma_bits b = columns_load(x + opaque_u32(offset[c] + at) + half * 512);
            UNROLL for (uint32_t t = 0; t < TILES; t++)
            {
                sum[t][c] = wmma_f16(w[t].f[half].h, b.h, sum[t][c]);
            }
        }
    }
}

INLINE void mul_mat_tile(const struct args_mul_mat *a, uint32_t type, uint32_t cols)
{
    struct place p = place_find(a, group_x() * EXO_TILE_ROWS + wave_id() * (TILES * 16), group_y() * cols);
    if (p.row0 >= a->rows) {
        return;
    }
    uint32_t bytes = tile_block_bytes(type), row_at[TILES], col_at[4], whole = a->k / 32, tail = a->k % 32;
    v8f sum[TILES][4];
    UNROLL for (uint32_t t = 0; t < TILES; t++)
    {
        row_at[t] = row_offset(a, &p, t * 16 + wmma_row_of_eights());
        UNROLL for (uint32_t c = 0; c < cols / 16; c++)
        {
            sum[t][c] = (v8f){0};
        }
    }
    UNROLL for (uint32_t c = 0; c < cols / 16; c++)
    {
        col_at[c] = column_offset(a, &p, c * 16, 16) + wmma_first_k() * 32;
    }
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w), *x = CAT(uint8_t, p.x);
    struct fragments block[TILES];
    for (uint32_t b = 0; b < whole; b++) {
        UNROLL for (uint32_t t = 0; t < TILES; t++)
        {
            block[t] = weights_load(type, w + opaque_u32(row_at[t]), b & 7);
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
    tiles_write(a, &p, 0, TILES * 16, 0, cols, sum);
}

#define MUL_MAT(type, enumerator)                                                                                                \
    KERNEL(mul_mat_##type##_n16, args_mul_mat, EXO_TILE_ITEMS)                                                                   \
    {                                                                                                                            \
        mul_mat_tile(&a, enumerator, 16);                                                                                        \
    }                                                                                                                            \
    KERNEL(mul_mat_##type##_n32, args_mul_mat, EXO_TILE_ITEMS)                                                                   \
    {                                                                                                                            \
        mul_mat_tile(&a, enumerator, 32);                                                                                        \
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
