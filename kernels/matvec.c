/*
 * matvec.c: matrix products with few columns. 2^lanes_log2 lanes share a row and take its blocks in turn; a lane carries four
 * rows at once, so that it reads an activation block once for all of them. The cost per block is what counts: on the card these
 * kernels wait for memory, on the simulated card every wave instruction is paid for.
 */
#include "matvec.h"

struct weights { /* one block of 32 as it lies in memory */
    v4u q[2];
    float d, m;
};

struct column_block {
    v4u plane[4];
    float d, sum;
};

INLINE uint32_t block_bytes(uint32_t type)
{
    return type == EXO_TYPE_Q4_0 ? 18 : type == EXO_TYPE_Q4_1 ? 20 : type == EXO_TYPE_Q5_0 ? 22 : type == EXO_TYPE_Q5_1 ? 24 : 34;
}

/* Q5_0, Q5_1 behind their scales: a word of fifth bits, then nibbles. To one value per byte. */
INLINE void five_bits_load(const GLOBAL uint8_t *p, v4u q[2])
{
    uint32_t fifth = *(const GLOBAL u32_a2 *)p;
    v4u x = *(const GLOBAL v4u_a2 *)(p + 4);
    UNROLL for (uint32_t i = 0; i < 4; i++)
    {
        q[0][i] = (x[i] & 0x0f0f0f0fu) | bits_to_bytes(fifth >> i * 4) << 4;
        q[1][i] = (x[i] >> 4 & 0x0f0f0f0fu) | bits_to_bytes(fifth >> (16 + i * 4)) << 4;
    }
}

INLINE struct weights weights_load(uint32_t type, const GLOBAL uint8_t *p)
{
    struct weights w;
    if (type == EXO_TYPE_Q4_1 || type == EXO_TYPE_Q5_1) {
        v2h dm = as_v2h(*(const GLOBAL uint32_t *)p);
        w.d = (float)dm[0];
        w.m = (float)dm[1];
        if (type == EXO_TYPE_Q5_1) {
            five_bits_load(p + 4, w.q);
        } else {
            w.q[0] = *(const GLOBAL v4u_a4 *)(p + 4);
        }
    } else if (type == EXO_TYPE_Q5_0) {
        w.d = (float)*(const GLOBAL f16 *)p;
        five_bits_load(p + 2, w.q);
    } else {
        w.d = (float)*(const GLOBAL f16 *)p;
        w.q[0] = *(const GLOBAL v4u_a2 *)(p + 2);
        if (type == EXO_TYPE_Q8_0) {
            w.q[1] = *(const GLOBAL v4u_a2 *)(p + 18);
        }
    }
    return w;
}

/* Weights of at most eight bits times integers of 16 bits in bytes: at most 2^7 * 2^15 * 32. */
INLINE int32_t bytes_dot(const struct weights *w, const struct column_block *x)
{
    int32_t high = 0, low = 0;
    UNROLL for (int i = 0; i < 8; i++)
    {
        high = dot4_i8(w->q[i / 4][i % 4], x->plane[2 + i / 4][i % 4], high);
        low = dot4_i8u8(w->q[i / 4][i % 4], x->plane[i / 4][i % 4], low);
    }
    return high * 256 + low;
}

/* Weights of four bits, two to a byte as they lie, times integers of 16 bits in nibbles: below 2^24. */
INLINE int32_t nibbles_dot(const struct weights *w, const struct column_block *x)
{
    int32_t sum[4] = {0};
    UNROLL for (int i = 0; i < 4; i++)
    {
        UNROLL for (int p = 0; p < 3; p++)
        {
            sum[p] = dot8_u4u4(w->q[0][i], x->plane[p][i], sum[p]);
        }
        sum[3] = dot8_u4i4(w->q[0][i], x->plane[3][i], sum[3]);
    }
    uint32_t all = (uint32_t)sum[3];
    UNROLL for (int p = 2; p >= 0; p--)
    {
        all = opaque_u32(all * 16 + (uint32_t)sum[p]); /* one instruction each: LLVM would take them apart into more */
    }
    return (int32_t)all;
}

INLINE float block_dot(uint32_t type, const struct weights *w, const struct column_block *x, float acc)
{
    bool nibbles = type == EXO_TYPE_Q4_0 || type == EXO_TYPE_Q4_1;
    float sum = (float)(nibbles ? nibbles_dot(w, x) : bytes_dot(w, x));
    if (type == EXO_TYPE_Q4_0 || type == EXO_TYPE_Q5_0) { /* weights are q - 8, q - 16 */
        return fma_f32(w->d, fma_f32(x->d, sum, (nibbles ? -8.0f : -16.0f) * x->sum), acc);
    }
    acc = fma_f32(w->d, x->d * sum, acc);
    return type == EXO_TYPE_Q8_0 ? acc : fma_f32(w->m, x->sum, acc);
}

INLINE struct column_block column_load(const GLOBAL uint8_t *x, uint32_t nblk, uint32_t block)
{
    struct column_block c;
    uint32_t at = block * 16;
    v2f ds = *(const GLOBAL v2f *)(x + nblk * 64 + block * 8);
    UNROLL for (uint32_t p = 0; p < 4; p++)
    {
        c.plane[p] = *(const GLOBAL v4u *)(opaque_base(x + nblk * 16 * p) + at);
    }
    c.d = ds[0];
    c.sum = ds[1];
    return c;
}

/* of_three: `a` and `out` are what one_of_three has made. */
INLINE void matvec_quantised(const struct args_mul_mat *a, uint32_t type, uint32_t cols, uint32_t group, bool of_three,
                             const struct exo_rope *rope, const struct exo_matvec_out *out)
{
    struct place p = place_find(a, cols, group, EXO_MATVEC_WAVES, of_three && rope->mode == EXO_ROPE_NEOX ? out->head_log2 : 0);
    if (p.row0 >= a->rows) {
        return;
    }
    uint32_t nblk = a->k / 32, bytes = block_bytes(type);
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w);
    uint32_t offset[ROWS];
    float sum[ROWS][4] = {{0}};
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        offset[r] = row_offset(a, &p, r) + p.sub * bytes;
    }
    for (uint32_t block = p.sub; block < nblk; block += 1u << p.lanes_log2) {
        struct weights wb[ROWS];
        UNROLL for (uint32_t r = 0; r < ROWS; r++)
        {
            wb[r] = weights_load(type, w + offset[r]);
            offset[r] += bytes << p.lanes_log2;
        }
        UNROLL for (uint32_t c = 0; c < cols; c++)
        {
            uint32_t column = p.col0 + c < a->cols ? c : 0;
            struct column_block x = column_load(CAT(uint8_t, p.x + column * a->x_nb1), nblk, block);
            UNROLL for (uint32_t r = 0; r < ROWS; r++)
            {
                sum[r][c] = block_dot(type, &wb[r], &x, sum[r][c]);
            }
        }
    }
    if (of_three) {
        write_one_of_three(a, rope, out, &p, sum);
    } else {
        write_sums(a, &p, cols, sum);
    }
}

#define MATVEC_Q(type, enumerator)                                                                                               \
    KERNEL(matvec_##type##_c1, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_quantised(&a, enumerator, 1, group_x(), false, 0, 0);                                                             \
    }                                                                                                                            \
    KERNEL(matvec_##type##_three, args_matvec_three, EXO_MATVEC_ITEMS)                                                           \
    {                                                                                                                            \
        uint32_t group;                                                                                                          \
        struct exo_matvec_out out;                                                                                               \
        struct args_mul_mat one = one_of_three(&a, &group, &out);                                                                \
        matvec_quantised(&one, enumerator, 1, group, true, &a.rope, &out);                                                       \
    }                                                                                                                            \
    KERNEL(matvec_##type##_c4, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_quantised(&a, enumerator, 4, group_x(), false, 0, 0);                                                             \
    }

#define MATVEC_Q_TWO(type, enumerator)                                                                                           \
    KERNEL(matvec_##type##_c2, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_quantised(&a, enumerator, 2, group_x(), false, 0, 0);                                                             \
    }

MATVEC_Q(q4_0, EXO_TYPE_Q4_0)
MATVEC_Q(q4_1, EXO_TYPE_Q4_1)
MATVEC_Q(q5_0, EXO_TYPE_Q5_0)
MATVEC_Q(q5_1, EXO_TYPE_Q5_1)
MATVEC_Q(q8_0, EXO_TYPE_Q8_0)
MATVEC_Q_TWO(q4_0, EXO_TYPE_Q4_0)
MATVEC_Q_TWO(q4_1, EXO_TYPE_Q4_1)
MATVEC_Q_TWO(q8_0, EXO_TYPE_Q8_0)

/* ---- F16, BF16, F32 weights: no prepared activations, columns are read as they are -------------------------------------------
 */

enum { STEP = 8 }; /* weights a lane takes at once */

INLINE void weights_load_float(uint32_t type, const GLOBAL uint8_t *p, float v[STEP])
{
    if (type == EXO_TYPE_F32) {
        v4f low = *(const GLOBAL v4f_a4 *)p, high = *(const GLOBAL v4f_a4 *)(p + 16);
        UNROLL for (int i = 0; i < STEP; i++)
        {
            v[i] = i < 4 ? low[i % 4] : high[i % 4];
        }
        return;
    }
    union bits128 x = {.u = *(const GLOBAL v4u_a2 *)p};
    UNROLL for (int i = 0; i < STEP; i++)
    {
        v[i] = type == EXO_TYPE_F16 ? (float)x.h[i] : as_f32(i % 2 ? x.w[i / 2] & 0xffff0000u : x.w[i / 2] << 16);
    }
}

INLINE float weight_load_float(uint32_t type, const GLOBAL uint8_t *p)
{
    return type == EXO_TYPE_F32   ? *(const GLOBAL float *)p
           : type == EXO_TYPE_F16 ? (float)*(const GLOBAL f16 *)p
                                  : f32_from_bf16(*(const GLOBAL uint16_t *)p);
}

INLINE void matvec_float(const struct args_mul_mat *a, uint32_t type, uint32_t cols)
{
    struct place p = place_find(a, cols, group_x(), EXO_MATVEC_WAVES, 0);
    if (p.row0 >= a->rows) {
        return;
    }
    uint32_t size = type == EXO_TYPE_F32 ? 4 : 2, x_size = a->x_type == EXO_TYPE_F16 ? 2 : 4, lanes = 1u << p.lanes_log2;
    uint32_t whole = a->k / STEP;
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w), *x[4];
    uint32_t offset[ROWS];
    float sum[ROWS][4] = {{0}};
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        offset[r] = row_offset(a, &p, r);
    }
    UNROLL for (uint32_t c = 0; c < cols; c++)
    {
        x[c] = CAT(uint8_t, p.x + (p.col0 + c < a->cols ? c : 0) * a->x_nb1);
    }
    for (uint32_t step = p.sub; step < whole; step += lanes) {
        float wv[ROWS][STEP], xv[STEP];
        UNROLL for (uint32_t r = 0; r < ROWS; r++)
        {
            weights_load_float(type, w + (offset[r] + step * STEP * size), wv[r]);
        }
        UNROLL for (uint32_t c = 0; c < cols; c++)
        {
            weights_load_float(EXO_TYPE_F32 + (x_size == 2), x[c] + step * STEP * x_size, xv);
            UNROLL for (uint32_t i = 0; i < STEP * ROWS; i++)
            {
                sum[i / STEP][c] = fma_f32(wv[i / STEP][i % STEP], xv[i % STEP], sum[i / STEP][c]);
            }
        }
    }
    for (uint32_t k = whole * STEP + p.sub; k < a->k; k += lanes) {
        UNROLL for (uint32_t i = 0; i < cols * ROWS; i++)
        {
            float xk = weight_load_float(EXO_TYPE_F32 + (x_size == 2), x[i / ROWS] + k * x_size);
            sum[i % ROWS][i / ROWS] =
                fma_f32(weight_load_float(type, w + (offset[i % ROWS] + k * size)), xk, sum[i % ROWS][i / ROWS]);
        }
    }
    write_sums(a, &p, cols, sum);
}

#define MATVEC_FLOAT(type, enumerator)                                                                                           \
    KERNEL(matvec_##type##_c1, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_float(&a, enumerator, 1);                                                                                         \
    }                                                                                                                            \
    KERNEL(matvec_##type##_c4, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_float(&a, enumerator, 4);                                                                                         \
    }

MATVEC_FLOAT(f16, EXO_TYPE_F16)
MATVEC_FLOAT(bf16, EXO_TYPE_BF16)
MATVEC_FLOAT(f32, EXO_TYPE_F32)

/* dst = op(w * x) * (w2 * x), one column. */
INLINE void matvec_glu(const struct args_mul_mat *a, uint32_t type, uint32_t waves, LOCAL float *values)
{
    struct place p = place_find(a, 1, group_x(), waves, 0);
    bool blocks = waves > EXO_MATVEC_WAVES;
    if (p.row0 >= a->rows && !blocks) {
        return;
    }
    uint32_t nblk = a->k / 32, bytes = block_bytes(type);
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w), *w2 = CAT(uint8_t, p.w2), *xs = CAT(uint8_t, p.x);
    uint32_t offset[ROWS];
    float gate[ROWS] = {0}, up[ROWS] = {0};
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        offset[r] = row_offset(a, &p, r) + p.sub * bytes;
    }
    uint32_t first = p.row0 < a->rows ? p.sub : nblk; /* a wave beyond the end has only its group to wait for */
    for (uint32_t block = first; block < nblk; block += 1u << p.lanes_log2) {
        struct column_block x = column_load(xs, nblk, block);
        UNROLL for (uint32_t r = 0; r < ROWS; r++)
        {
            struct weights wg = weights_load(type, w + offset[r]), wu = weights_load(type, w2 + offset[r]);
            gate[r] = block_dot(type, &wg, &x, gate[r]);
            up[r] = block_dot(type, &wu, &x, up[r]);
            offset[r] += bytes << p.lanes_log2;
        }
    }
    if (blocks) {
        write_glu_blocks(a, &p, gate, up, values);
    } else {
        write_glu(a, &p, gate, up);
    }
}

#define MATVEC_GLU(type, enumerator)                                                                                             \
    KERNEL(matvec_glu_##type, args_mul_mat, EXO_MATVEC_ITEMS)                                                                    \
    {                                                                                                                            \
        matvec_glu(&a, enumerator, EXO_MATVEC_WAVES, 0);                                                                         \
    }                                                                                                                            \
    KERNEL(matvec_glu_##type##_blocks, args_mul_mat, EXO_MATVEC_BLOCKS_ITEMS)                                                    \
    {                                                                                                                            \
        LDS_ARRAY(float, values, EXO_MATVEC_BLOCK_ROWS);                                                                         \
        matvec_glu(&a, enumerator, EXO_MATVEC_BLOCKS *EXO_MATVEC_WAVES, values);                                                 \
    }

MATVEC_GLU(q4_0, EXO_TYPE_Q4_0)
MATVEC_GLU(q4_1, EXO_TYPE_Q4_1)
MATVEC_GLU(q5_0, EXO_TYPE_Q5_0)
MATVEC_GLU(q5_1, EXO_TYPE_Q5_1)
MATVEC_GLU(q8_0, EXO_TYPE_Q8_0)
