/*
 * matvec.h: what the kernels for products with few columns share: which rows and columns a wave has, and how sums over the lanes
 * of a row become results. For kernels only.
 */
#ifndef EXO_KERNELS_MATVEC_H
#define EXO_KERNELS_MATVEC_H

#include "act.h"
#include "glu.h"
#include "rope.h"

enum { ROWS = EXO_MATVEC_ROWS_PER_LANE, EXO_MATVEC_BLOCK_ROWS = 64 }; /* the latter: of a group of eight waves at most */

struct place { /* where this wave works */
    uint64_t w, w2, x, dst, add;
    uint32_t row0, col0;            /* the wave's first row and column */
    uint32_t lanes_log2, sub, slot; /* this lane's place among the lanes of a row, and which row of the first set it has */
    uint32_t halves_log2, base;     /* see row_in_memory; the row at which w and w2 begin */
};

INLINE struct place place_find(const struct args_mul_mat *a, uint32_t cols, uint32_t group, uint32_t waves, uint32_t halves_log2)
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
    p.row0 = (group * waves + wave_id()) * per_set * ROWS;
    p.col0 = group_y() * cols;
    p.halves_log2 = halves_log2;
    p.base = p.row0 >> halves_log2 << halves_log2;
    p.w = a->w + w_batch + p.base * a->w_nb1;
    p.w2 = a->w2 + w_batch + p.base * a->w_nb1;
    p.x = a->x + x_batch + p.col0 * a->x_nb1;
    p.dst = a->dst + dst_batch + p.col0 * a->dst_nb1;
    p.add = a->add ? a->add + add_batch + p.col0 * a->add_nb1 : 0;
    p.sub = lane_id() & ((1u << p.lanes_log2) - 1);
    p.slot = lane_id() >> p.lanes_log2;
    return p;
}

/*
 * Where row `row`, as waves count them, lies in the matrix and in the result. Mode NEOX turns an element with the one half a head
 * further: counted by turns from both halves of 2^halves_log2 rows the two are neighbours, in mode NORMAL they are so anyway.
 */
INLINE uint32_t row_in_memory(const struct place *p, uint32_t row)
{
    if (p->halves_log2 == 0) {
        return row;
    }
    uint32_t in_head = row & ((1u << p->halves_log2) - 1);
    return row - in_head + (in_head >> 1) + ((in_head & 1) << (p->halves_log2 - 1));
}

/* Offset of this lane's r-th row from w; rows beyond the end read the last one. */
INLINE uint32_t row_offset(const struct args_mul_mat *a, const struct place *p, uint32_t r)
{
    uint32_t row = p->row0 + r * (32u >> p->lanes_log2) + p->slot;
    return (row_in_memory(p, min_u32(row, a->rows - 1)) - p->base) * (uint32_t)a->w_nb1;
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

/* dst = op(gate) * up from the lanes' sums; as F32, or quantised for the next product when 32 lanes hold 32 neighbouring rows. */
INLINE void write_glu(const struct args_mul_mat *a, const struct place *p, float gate[ROWS], float up[ROWS])
{
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        gate[r] = wave_sum_f32(gate[r], p->lanes_log2);
        up[r] = wave_sum_f32(up[r], p->lanes_log2);
    }
    for (uint32_t turn = 0; turn < turns(p); turn++) {
        float v = glu_apply(a->glu_op, pick(p, turn, gate), pick(p, turn, up), 1.702f, 7.0f);
        uint32_t row = picked_row(p, turn);
        if (a->quant_act != EXO_ACT_NONE) {
            act_write_block(a->quant_act, AT(uint8_t, p->dst), (a->rows + 31) / 32, p->row0 / 32 + turn,
                            row < a->rows ? v : 0.0f);
        } else if (p->sub < ROWS && row < a->rows) {
            *(AT(float, p->dst) + row) = v;
        }
    }
}

/* The same, always as activations, by a group whose waves hold a block's rows together: they meet in local memory. */
INLINE void write_glu_blocks(const struct args_mul_mat *a, const struct place *p, float gate[ROWS], float up[ROWS],
                             LOCAL float *values)
{
    uint32_t per_set = 32u >> p->lanes_log2, first = wave_id() * per_set * ROWS, lane = lane_id();
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        gate[r] = wave_sum_f32(gate[r], p->lanes_log2);
        up[r] = wave_sum_f32(up[r], p->lanes_log2);
    }
    float v = glu_apply(a->glu_op, pick(p, 0, gate), pick(p, 0, up), 1.702f, 7.0f);
    if (p->sub < ROWS) {
        values[first + p->sub * per_set + p->slot] = picked_row(p, 0) < a->rows ? v : 0.0f;
    }
    barrier_group();
    if (wave_id() < per_set) { /* as many blocks of 32 as eight waves of per_set * 4 rows have */
        v = values[wave_id() * 32 + (lane & 1) * 16 + lane / 2];
        act_write_block(a->quant_act, AT(uint8_t, p->dst), (a->rows + 31) / 32, (p->row0 - first) / 32 + wave_id(), v);
    }
}

/* By value: a choice between the places they lie at would put all arguments into memory. */
INLINE uint64_t pick_one(const struct args_matvec_three *t, uint64_t first, uint64_t second, uint64_t third)
{
    return group_x() >= t->first[1] ? third : group_x() >= t->first[0] ? second : first;
}

/* The product that this work-group belongs to, and the group's place in it. */
INLINE struct args_mul_mat one_of_three(const struct args_matvec_three *t, uint32_t *group_out, struct exo_matvec_out *out)
{
    struct args_mul_mat a = t->a;
    a.w = pick_one(t, a.w, t->w[0], t->w[1]);
    a.dst = pick_one(t, a.dst, t->dst[0], t->dst[1]);
    a.add = pick_one(t, a.add, t->add[0], t->add[1]);
    a.rows = (uint32_t)pick_one(t, a.rows, t->rows[0], t->rows[1]);
    *group_out = group_x() - (uint32_t)pick_one(t, 0, t->first[0], t->first[1]);
    out->ids = pick_one(t, t->out[0].ids, t->out[1].ids, t->out[2].ids);
    out->row_bytes = pick_one(t, t->out[0].row_bytes, t->out[1].row_bytes, t->out[2].row_bytes);
    out->ids_type = (uint32_t)pick_one(t, t->out[0].ids_type, t->out[1].ids_type, t->out[2].ids_type);
    out->type = (uint32_t)pick_one(t, t->out[0].type, t->out[1].type, t->out[2].type);
    out->head_log2 = (uint32_t)pick_one(t, t->out[0].head_log2, t->out[1].head_log2, t->out[2].head_log2);
    return a;
}

/* A lane whose row is this one's neighbour, the other of its pair: see picked_row. */
INLINE uint32_t partner(const struct place *p)
{
    return lane_id() ^ (p->lanes_log2 < 5 ? 1u << p->lanes_log2 : 1);
}

/* Sums of one column as one of three products wants them written: turned by rope, into the row of a cache, or plainly. */
INLINE void write_one_of_three(const struct args_mul_mat *a, const struct exo_rope *rope, const struct exo_matvec_out *out,
                               const struct place *p, float sum[ROWS][4])
{
    uint64_t dst = p->dst;
    float of_row[ROWS];
    if (out->ids) {
        int64_t id = out->ids_type == EXO_TYPE_I64 ? *CAT(int64_t, out->ids) : *CAT(int32_t, out->ids);
        dst += (uint64_t)id * out->row_bytes;
    }
    UNROLL for (uint32_t r = 0; r < ROWS; r++)
    {
        of_row[r] = wave_sum_f32(sum[r][0], p->lanes_log2);
    }
    for (uint32_t turn = 0; turn < turns(p); turn++) {
        uint32_t row = picked_row(p, turn), at = row_in_memory(p, row);
        bool mine = p->sub < ROWS && row < a->rows;
        float v = pick(p, turn, of_row);
        if (p->add && mine) {
            v += CAT(float, p->add)[at];
        }
        if (out->head_log2) {
            float other = as_f32(wave_read_u32(as_u32(v), partner(p)));
            uint32_t pair = (row & ((1u << out->head_log2) - 1)) >> 1;
            v2f t = rope_rotation(rope, pair, pair, *CAT(int32_t, rope->pos));
            v = v * t[0] + (row & 1 ? other : -other) * t[1];
        }
        if (mine && out->type == EXO_TYPE_F16) {
            AT(f16, dst)[at] = (f16)v;
        } else if (mine) {
            AT(float, dst)[at] = v;
        }
    }
}

#endif
