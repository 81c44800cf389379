/* matvec_k.c: matrix products with few columns and weights of K types: as matvec.c, with quarters of blocks for blocks. */
#include "k_quants.h"
#include "matvec.h"

struct quarter {
    uint32_t q[4][4];
    struct k_scales scales;
};

struct column_quarter {
    v4u low[4], high[4];
    float d[4], sum[4]; /* the scale of a group's block, the group's sum */
};

INLINE struct quarter quarter_load(uint32_t type, const GLOBAL uint8_t *block, uint32_t n, uint32_t half)
{
    struct quarter w;
    w.scales = k_scales_load(type, block, n, half);
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        k_quants_load(type, block, n, j, half * 16, 4, w.q[j]);
    }
    return w;
}

INLINE struct column_quarter column_load(const GLOBAL uint8_t *x, uint32_t nblk, uint32_t unit)
{
    struct column_quarter c;
    uint32_t n = unit >> 1, half = unit & 1; /* n: halves of blocks, counted through the column */
    uint32_t at = half * (nblk * 16) + n * 64;
    const GLOBAL uint8_t *low = opaque_base(x), *high = opaque_base(x + nblk * 32), *scales = opaque_base(x + nblk * 64);
    v4f first = *(const GLOBAL v4f *)(opaque_base(x + nblk * 72) + n * 16);
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        v4f ds = *(const GLOBAL v4f *)(scales + n * 32 + j / 2 * 16);
        c.low[j] = *(const GLOBAL v4u *)(low + at + j * 16);
        c.high[j] = *(const GLOBAL v4u *)(high + at + j * 16);
        c.d[j] = ds[j % 2 * 2];
        c.sum[j] = half ? ds[j % 2 * 2 + 1] - first[j] : first[j];
    }
    return c;
}

INLINE float quarter_dot(uint32_t type, const struct quarter *w, const struct column_quarter *x, float acc)
{
    float scaled = 0.0f, below = 0.0f;
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        int32_t high = 0, low = 0;
        UNROLL for (uint32_t i = 0; i < 4; i++)
        {
            high = dot4_i8(w->q[j][i], x->high[j][i], high);
            low = dot4_i8u8(w->q[j][i], x->low[j][i], low);
        }
        float dot = x->d[j] * (float)(high * 256 + low);
        if (k_has_min(type)) {
            below = fma_f32(k_min(&w->scales, j), x->sum[j], below);
        } else {
            dot = fma_f32(-k_offset(type), x->sum[j], dot);
        }
        scaled = fma_f32(k_scale(type, &w->scales, j), dot, scaled);
    }
    acc = fma_f32(w->scales.d, scaled, acc);
    return k_has_min(type) ? fma_f32(-w->scales.dmin, below, acc) : acc;
}

/* of_three: `a` and `out` are what one_of_three has made. */
INLINE void matvec_k(const struct args_mul_mat *a, uint32_t type, uint32_t cols, uint32_t group, bool of_three,
                     const struct exo_rope *rope, const struct exo_matvec_out *out)
{
    struct place p = place_find(a, cols, group, EXO_MATVEC_WAVES, of_three && rope->mode == EXO_ROPE_NEOX ? out->head_log2 : 0);
    if (p.row0 >= a->rows) {
        return;
    }
    uint32_t nblk = a->k / 32, units = a->k / 64, offset[ROWS];
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w);
    float sum[ROWS][4] = {{0}};
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        offset[r] = row_offset(a, &p, r);
    }
    for (uint32_t unit = p.sub; unit < units; unit += 1u << p.lanes_log2) {
        struct quarter wq[ROWS];
        uint32_t at = (unit >> 2) * k_block_bytes(type);
        UNROLL for (uint32_t r = 0; r < ROWS; r++)
        {
            wq[r] = quarter_load(type, w + (offset[r] + at), unit >> 1 & 1, unit & 1);
        }
        UNROLL for (uint32_t c = 0; c < cols; c++)
        {
            uint32_t column = p.col0 + c < a->cols ? c : 0;
            struct column_quarter x = column_load(CAT(uint8_t, p.x + column * a->x_nb1), nblk, unit);
            UNROLL for (uint32_t r = 0; r < ROWS; r++)
            {
                sum[r][c] = quarter_dot(type, &wq[r], &x, sum[r][c]);
            }
        }
    }
    if (of_three) {
        write_one_of_three(a, rope, out, &p, sum);
    } else {
        write_sums(a, &p, cols, sum);
    }
}

/* dst = op(w * x) * (w2 * x), one column. */
INLINE void matvec_k_glu(const struct args_mul_mat *a, uint32_t type, uint32_t waves, LOCAL float *values)
{
    struct place p = place_find(a, 1, group_x(), waves, 0);
    bool blocks = waves > EXO_MATVEC_WAVES;
    if (p.row0 >= a->rows && !blocks) {
        return;
    }
    uint32_t nblk = a->k / 32, units = a->k / 64, offset[ROWS];
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w), *w2 = CAT(uint8_t, p.w2), *xs = CAT(uint8_t, p.x);
    float gate[ROWS] = {0}, up[ROWS] = {0};
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        offset[r] = row_offset(a, &p, r);
    }
    uint32_t first = p.row0 < a->rows ? p.sub : units; /* a wave beyond the end has only its group to wait for */
    for (uint32_t unit = first; unit < units; unit += 1u << p.lanes_log2) {
        struct column_quarter x = column_load(xs, nblk, unit);
        uint32_t at = (unit >> 2) * k_block_bytes(type), n = unit >> 1 & 1, half = unit & 1;
        UNROLL for (uint32_t r = 0; r < ROWS; r++)
        {
            struct quarter wg = quarter_load(type, w + (offset[r] + at), n, half);
            struct quarter wu = quarter_load(type, w2 + (offset[r] + at), n, half);
            gate[r] = quarter_dot(type, &wg, &x, gate[r]);
            up[r] = quarter_dot(type, &wu, &x, up[r]);
        }
    }
    if (blocks) {
        write_glu_blocks(a, &p, gate, up, values);
    } else {
        write_glu(a, &p, gate, up);
    }
}

#define MATVEC_K(type, enumerator)                                                                                               \
    KERNEL(matvec_##type##_c1, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_k(&a, enumerator, 1, group_x(), false, 0, 0);                                                                     \
    }                                                                                                                            \
    KERNEL(matvec_##type##_c4, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_k(&a, enumerator, 4, group_x(), false, 0, 0);                                                                     \
    }                                                                                                                            \
    KERNEL(matvec_##type##_three, args_matvec_three, EXO_MATVEC_ITEMS)                                                           \
    {                                                                                                                            \
        uint32_t group;                                                                                                          \
        struct exo_matvec_out out;                                                                                               \
        struct args_mul_mat one = one_of_three(&a, &group, &out);                                                                \
        matvec_k(&one, enumerator, 1, group, true, &a.rope, &out);                                                               \
    }                                                                                                                            \
    KERNEL(matvec_glu_##type, args_mul_mat, EXO_MATVEC_ITEMS)                                                                    \
    {                                                                                                                            \
        matvec_k_glu(&a, enumerator, EXO_MATVEC_WAVES, 0);                                                                       \
    }                                                                                                                            \
    KERNEL(matvec_glu_##type##_blocks, args_mul_mat, EXO_MATVEC_BLOCKS_ITEMS)                                                    \
    {                                                                                                                            \
        LDS_ARRAY(float, values, EXO_MATVEC_BLOCK_ROWS);                                                                         \
        matvec_k_glu(&a, enumerator, EXO_MATVEC_BLOCKS *EXO_MATVEC_WAVES, values);                                               \
    }

MATVEC_K(q2_k, EXO_TYPE_Q2_K)
MATVEC_K(q3_k, EXO_TYPE_Q3_K)
MATVEC_K(q4_k, EXO_TYPE_Q4_K)
MATVEC_K(q5_k, EXO_TYPE_Q5_K)
MATVEC_K(q6_k, EXO_TYPE_Q6_K)
