/*
 * matvec.c: matrix products with few columns. 2^lanes_log2 lanes share a row and take its blocks in turn; a lane carries four
 * rows at once, so that it reads an activation block once for all of them. The cost per block is what counts: on the card these
 * kernels wait for memory, on the simulated card every wave instruction is paid for.
 */
#include "act.h"
#include "glu.h"

enum { ROWS = EXO_MATVEC_ROWS_PER_LANE };

struct weights { /* one block of 32 as it lies in memory */
    v4u q[2];
    float d, m;
};

struct column_block {
    v4u q[2];
    float d, sum;
};

INLINE uint32_t block_bytes(uint32_t type)
{
    return type == EXO_TYPE_Q4_0 ? 18 : type == EXO_TYPE_Q4_1 ? 20 : 34;
}

INLINE struct weights weights_load(uint32_t type, const GLOBAL uint8_t *p)
{
    struct weights w;
    if (type == EXO_TYPE_Q4_1) {
        v2h dm = as_v2h(*(const GLOBAL uint32_t *)p);
        w.d = (float)dm[0];
        w.m = (float)dm[1];
        w.q[0] = *(const GLOBAL v4u_a4 *)(p + 4);
    } else {
        w.d = (float)*(const GLOBAL f16 *)p;
        w.q[0] = *(const GLOBAL v4u_a2 *)(p + 2);
        if (type == EXO_TYPE_Q8_0) {
            w.q[1] = *(const GLOBAL v4u_a2 *)(p + 18);
        }
    }
    return w;
}

INLINE float block_dot(uint32_t type, const struct weights *w, const struct column_block *x, float acc)
{
    int32_t sum = 0;
    if (type == EXO_TYPE_Q8_0) {
        UNROLL for (int i = 0; i < 8; i++)
        {
            sum = dot4_i8(w->q[i / 4][i % 4], x->q[i / 4][i % 4], sum);
        }
        return fma_f32(w->d, x->d * (float)sum, acc);
    }
    int32_t high = 0;
    UNROLL for (int i = 0; i < 4; i++)
    {
        high = dot8_u4i4(w->q[0][i], x->q[0][i], high);
    }
    sum = high * 16;
    UNROLL for (int i = 0; i < 4; i++)
    {
        sum = dot8_u4u4(w->q[0][i], x->q[1][i], sum);
    }
    if (type == EXO_TYPE_Q4_0) { /* weights are q - 8 */
        return fma_f32(w->d, fma_f32(x->d, (float)sum, -8.0f * x->sum), acc);
    }
    return fma_f32(w->m, x->sum, fma_f32(w->d, x->d * (float)sum, acc));
}

INLINE struct column_block column_load(const GLOBAL uint8_t *x, uint32_t nblk, uint32_t block)
{
    v2f ds = *(const GLOBAL v2f *)(x + (nblk * 32 + block * 8));
    struct column_block c = {{*(const GLOBAL v4u *)(x + block * 32), *(const GLOBAL v4u *)(x + (block * 32 + 16))}, ds[0], ds[1]};
    return c;
}

struct place { /* where this wave works */
    uint64_t w, w2, x, dst, add;
    uint32_t row0, col0;            /* the wave's first row and column */
    uint32_t lanes_log2, sub, slot; /* this lane's place among the lanes of a row, and which row of the first set it has */
};

INLINE struct place place_find(const struct args_mul_mat *a, uint32_t cols, uint32_t group)
{
    struct place p;
    uint64_t w_batch = 0, x_batch = 0, dst_batch = 0, add_batch = 0;
    uint32_t z = group_z();
    if (z) { /* the first batch, mostly the only one, needs no products */
        uint32_t i3 = div_by(a->ne12, z), i2 = z - i3 * a->ne12.by;
        w_batch = div_by(a->r2, i2) * a->w_nb2 + div_by(a->r3, i3) * a->w_nb3;
        x_batch = i2 * a->x_nb2 + i3 * a->x_nb3;
        dst_batch = i2 * a->dst_nb2 + i3 * a->dst_nb3;
        add_batch = i2 * a->add_nb2 + i3 * a->add_nb3;
    }
    p.lanes_log2 = a->lanes_log2;
    uint32_t per_set = 32u >> p.lanes_log2;
    p.row0 = (group * EXO_MATVEC_WAVES + wave_id()) * per_set * ROWS;
    p.col0 = group_y() * cols;
    p.w = a->w + w_batch + p.row0 * a->w_nb1;
    p.w2 = a->w2 + w_batch + p.row0 * a->w_nb1;
    p.x = a->x + x_batch + p.col0 * a->x_nb1;
    p.dst = a->dst + dst_batch + p.col0 * a->dst_nb1;
    p.add = a->add ? a->add + add_batch + p.col0 * a->add_nb1 : 0;
    p.sub = lane_id() & ((1u << p.lanes_log2) - 1);
    p.slot = lane_id() >> p.lanes_log2;
    return p;
}

/* Offset of this lane's r-th row from the wave's first; rows beyond the end read the last one. */
INLINE uint32_t row_offset(const struct args_mul_mat *a, const struct place *p, uint32_t r)
{
    uint32_t row = p->row0 + r * (32u >> p->lanes_log2) + p->slot;
    return (min_u32(row, a->rows - 1) - p->row0) * (uint32_t)a->w_nb1;
}

/*
 * After the sums over a row's lanes each of them has all its four rows' sums; lane `sub` keeps one. With two lanes per row it
 * takes two turns: rows 0 and 1, then 2 and 3.
 */
INLINE uint32_t turns(const struct place *p)
{
    return p->lanes_log2 == 1 ? 2 : 1;
}

INLINE float pick(const struct place *p, uint32_t turn, const float v[ROWS])
{
    float low = p->sub == 0 ? v[0] : v[1], high = (p->sub & 1) == 0 ? v[2] : v[3];
    return turn || p->sub > 1 ? high : low;
}

INLINE uint32_t picked_row(const struct place *p, uint32_t turn)
{
    return p->row0 + (turn * 2 + p->sub) * (32u >> p->lanes_log2) + p->slot;
}

INLINE void write_sums(const struct args_mul_mat *a, const struct place *p, uint32_t cols, float sum[ROWS][4])
{
    UNROLL for (uint32_t c = 0; c < cols; c++)
    {
        float of_row[ROWS];
        UNROLL for (uint32_t r = 0; r < ROWS; r++)
        {
            of_row[r] = wave_sum_f32(sum[r][c], p->lanes_log2);
        }
        UNROLL for (uint32_t turn = 0; turn < 2; turn++)
        {
            uint32_t row = picked_row(p, turn);
            float v = pick(p, turn, of_row);
            if (turn < turns(p) && p->sub < ROWS && row < a->rows && p->col0 + c < a->cols) {
                if (p->add) {
                    v += *(CAT(float, p->add + c * a->add_nb1) + row);
                }
                *(AT(float, p->dst + c * a->dst_nb1) + row) = v;
            }
        }
    }
}

INLINE void matvec_quantised(const struct args_mul_mat *a, uint32_t type, uint32_t cols, uint32_t group)
{
    struct place p = place_find(a, cols, group);
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
    write_sums(a, &p, cols, sum);
}

INLINE void matvec_three(const struct args_matvec_three *t, uint32_t type)
{
    struct args_mul_mat a = t->a;
    uint32_t group = group_x();
    bool second = group >= t->first[0], third = group >= t->first[1];
    a.w = third ? t->w[1] : second ? t->w[0] : a.w;
    a.dst = third ? t->dst[1] : second ? t->dst[0] : a.dst;
    a.add = third ? t->add[1] : second ? t->add[0] : a.add;
    a.rows = third ? t->rows[1] : second ? t->rows[0] : a.rows;
    matvec_quantised(&a, type, 1, group - (third ? t->first[1] : second ? t->first[0] : 0));
}

#define MATVEC_Q(type, enumerator)                                                                                               \
    KERNEL(matvec_##type##_c1, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_quantised(&a, enumerator, 1, group_x());                                                                          \
    }                                                                                                                            \
    KERNEL(matvec_##type##_three, args_matvec_three, EXO_MATVEC_ITEMS)                                                           \
    {                                                                                                                            \
        matvec_three(&a, enumerator);                                                                                            \
    }                                                                                                                            \
    KERNEL(matvec_##type##_c2, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_quantised(&a, enumerator, 2, group_x());                                                                          \
    }                                                                                                                            \
    KERNEL(matvec_##type##_c4, args_mul_mat, EXO_MATVEC_ITEMS)                                                                   \
    {                                                                                                                            \
        matvec_quantised(&a, enumerator, 4, group_x());                                                                          \
    }

MATVEC_Q(q4_0, EXO_TYPE_Q4_0)
MATVEC_Q(q4_1, EXO_TYPE_Q4_1)
MATVEC_Q(q8_0, EXO_TYPE_Q8_0)

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
    struct place p = place_find(a, cols, group_x());
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

/* dst = op(w * x) * (w2 * x), one column; as F32, or quantised for the next product when 32 lanes hold 32 neighbouring rows. */
INLINE void matvec_glu(const struct args_mul_mat *a, uint32_t type)
{
    struct place p = place_find(a, 1, group_x());
    if (p.row0 >= a->rows) {
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
    for (uint32_t block = p.sub; block < nblk; block += 1u << p.lanes_log2) {
        struct column_block x = column_load(xs, nblk, block);
        UNROLL for (uint32_t r = 0; r < ROWS; r++)
        {
            struct weights wg = weights_load(type, w + offset[r]), wu = weights_load(type, w2 + offset[r]);
            gate[r] = block_dot(type, &wg, &x, gate[r]);
            up[r] = block_dot(type, &wu, &x, up[r]);
            offset[r] += bytes << p.lanes_log2;
        }
    }
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        gate[r] = wave_sum_f32(gate[r], p.lanes_log2);
        up[r] = wave_sum_f32(up[r], p.lanes_log2);
    }
    for (uint32_t turn = 0; turn < turns(&p); turn++) {
        float v = glu_apply(a->glu_op, pick(&p, turn, gate), pick(&p, turn, up), 1.702f, 7.0f);
        uint32_t row = picked_row(&p, turn);
        if (a->quant_act != EXO_ACT_NONE) {
            act_write_block(a->quant_act, AT(uint8_t, p.dst), (a->rows + 31) / 32, p.row0 / 32 + turn, row < a->rows ? v : 0.0f);
        } else if (p.sub < ROWS && row < a->rows) {
            *(AT(float, p.dst) + row) = v;
        }
    }
}

KERNEL(matvec_glu_q4_0, args_mul_mat, EXO_MATVEC_ITEMS)
{
    matvec_glu(&a, EXO_TYPE_Q4_0);
}

KERNEL(matvec_glu_q4_1, args_mul_mat, EXO_MATVEC_ITEMS)
{
    matvec_glu(&a, EXO_TYPE_Q4_1);
}

KERNEL(matvec_glu_q8_0, args_mul_mat, EXO_MATVEC_ITEMS)
{
    matvec_glu(&a, EXO_TYPE_Q8_0);
}
