/* norm.c: RMS_NORM and NORM, with what usually stands around them fused: residual before, weight and bias behind, quantised
 * result. */
#include "act.h"

struct row {
    uint32_t i1, i2, i3;
};

INLINE uint64_t row_of(const struct exo_view *v, struct row r) /* rows repeat over dimensions 1 to 3 */
{
    uint32_t j1 = r.i1 - div_by(v->div[1], r.i1) * v->ne[1], j2 = r.i2 - div_by(v->div[2], r.i2) * v->ne[2];
    uint32_t j3 = r.i3 - div_by(v->div[3], r.i3) * v->ne[3];
    return v->data + j1 * v->nb[1] + j2 * v->nb[2] + j3 * v->nb[3];
}

INLINE v4f load4(uint64_t row, uint64_t nb0, uint32_t i, uint32_t n)
{
    v4f out = {0};
    if (nb0 == 4 && i + 3 < n) {
        return *CAT(v4f_a4, row + (uint64_t)i * 4);
    }
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        if (i + j < n) {
            out[j] = *CAT(float, row + (i + j) * nb0);
        }
    }
    return out;
}

INLINE void store4(uint64_t row, uint64_t nb0, uint32_t i, uint32_t n, v4f v)
{
    if (nb0 == 4 && i + 3 < n) {
        *AT(v4f_a4, row + (uint64_t)i * 4) = v;
        return;
    }
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        if (i + j < n) {
            *AT(float, row + (i + j) * nb0) = v[j];
        }
    }
}

struct stats {
    float mean, scale;
};

/* First pass of a wave over its row. The residual's sum is kept in memory: the second pass reads it back, each lane its own. */
INLINE struct stats wave_stats(const struct args_norm *a, uint64_t src, uint64_t residual, uint64_t residual_dst)
{
    uint32_t n = a->src.ne[0], lane4 = lane_id() * 4;
    struct stats s = {0.0f, 0.0f};
    float sum = 0.0f, squares = 0.0f;
    for (uint32_t i = lane4; i < n; i += 128) {
        v4f v = load4(src, a->src.nb[0], i, n);
        if (residual) {
            v += load4(residual, a->residual.nb[0], i, n);
            store4(residual_dst, a->residual_dst.nb[0], i, n, v);
        }
        sum += v[0] + v[1] + v[2] + v[3];
        squares += v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3];
    }
    float per_n = rcp_f32((float)n);
    if (a->subtract_mean) { /* around the mean, in a pass of its own: squares minus mean squared would cancel */
        s.mean = wave_sum_f32(sum, 5) * per_n;
        squares = 0.0f;
        uint64_t from = residual ? residual_dst : src, nb0 = residual ? a->residual_dst.nb[0] : a->src.nb[0];
        for (uint32_t i = lane4; i < n; i += 128) {
            v4f v = load4(from, nb0, i, n);
            UNROLL for (uint32_t j = 0; j < 4; j++)
            {
                float d = i + j < n ? v[j] - s.mean : 0.0f;
                squares += d * d;
            }
        }
    }
    s.scale = rsq_f32(wave_sum_f32(squares, 5) * per_n + a->eps);
    return s;
}

KERNEL(norm_wave, args_norm, 128)
{
    struct row r = {group_x() * 4 + wave_id(), group_y(), group_z()};
    if (r.i1 >= a.src.ne[1]) {
        return;
    }
    uint32_t n = a.src.ne[0], nblk = (n + 31) / 32;
    uint64_t src = a.src.data + r.i1 * a.src.nb[1] + r.i2 * a.src.nb[2] + r.i3 * a.src.nb[3], nb0 = a.src.nb[0];
    uint64_t residual = a.residual.data ? row_of(&a.residual, r) : 0;
    uint64_t residual_dst = a.residual.data ? row_of(&a.residual_dst, r) : 0;
    uint64_t mul = a.mul.data ? row_of(&a.mul, r) : 0, add = a.add.data ? row_of(&a.add, r) : 0;
    uint64_t dst = a.dst.data ? row_of(&a.dst, r) : 0;
    uint64_t act = a.act_dst + (((uint64_t)r.i3 * a.src.ne[2] + r.i2) * a.src.ne[1] + r.i1) * a.act_stride;
    struct stats s = wave_stats(&a, src, residual, residual_dst);
    if (residual) {
        src = residual_dst;
        nb0 = a.residual_dst.nb[0];
    }
    for (uint32_t base = 0; base < n; base += 128) {
        uint32_t i = base + lane_id() * 4;
        v4f v = (load4(src, nb0, i, n) - s.mean) * s.scale;
        if (mul) {
            v *= load4(mul, a.mul.nb[0], i, n);
        }
        if (add) {
            v += load4(add, a.add.nb[0], i, n);
        }
        if (dst) {
            store4(dst, a.dst.nb[0], i, n, v);
        }
        if (a.act != EXO_ACT_NONE) {
            UNROLL for (uint32_t j = 0; j < 4; j++)
            {
                v[j] = i + j < n ? v[j] : 0.0f;
            }
            act_write4(a.act, AT(uint8_t, act), nblk, i, v);
        }
    }
}

INLINE float group_sum(LOCAL float *part, float x) /* over 256 items */
{
    x = wave_sum_f32(x, 5);
    barrier_group();
    if (lane_id() == 0) {
        part[wave_id()] = x;
    }
    barrier_group();
    float sum = 0.0f;
    UNROLL for (uint32_t i = 0; i < 8; i++)
    {
        sum += part[i];
    }
    return sum;
}

KERNEL(norm_group, args_norm, 256)
{
    LDS_ARRAY(float, part, 8);
    struct row r = {group_x(), group_y(), group_z()};
    uint32_t n = a.src.ne[0];
    uint64_t src = a.src.data + r.i1 * a.src.nb[1] + r.i2 * a.src.nb[2] + r.i3 * a.src.nb[3];
    uint64_t dst = row_of(&a.dst, r), mul = a.mul.data ? row_of(&a.mul, r) : 0, add = a.add.data ? row_of(&a.add, r) : 0;
    float mean = 0.0f, squares = 0.0f, per_n = rcp_f32((float)n);
    if (a.subtract_mean) {
        for (uint32_t i = item_id(); i < n; i += 256) {
            mean += *CAT(float, src + i * a.src.nb[0]);
        }
        mean = group_sum(part, mean) * per_n;
    }
    for (uint32_t i = item_id(); i < n; i += 256) {
        float v = *CAT(float, src + i * a.src.nb[0]) - mean;
        squares += v * v;
    }
    float scale = rsq_f32(group_sum(part, squares) * per_n + a.eps);
    for (uint32_t i = item_id(); i < n; i += 256) {
        float v = (*CAT(float, src + i * a.src.nb[0]) - mean) * scale;
        if (mul) {
            v *= *CAT(float, mul + i * a.mul.nb[0]);
        }
        if (add) {
            v += *CAT(float, add + i * a.add.nb[0]);
        }
        *AT(float, dst + i * a.dst.nb[0]) = v;
    }
}
