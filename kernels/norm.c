/* norm.c: RMS_NORM and NORM, with what usually stands around them fused: residual before, weight and bias behind, quantised
 * result. */
#include "act.h"

struct row {
    uint32_t i1, i2, i3;
};

INLINE uint64_t row_of(const struct exo_view *v, struct row r)
{
    uint64_t at = v->data + r.i1 * v->nb[1];
    if (r.i2 | r.i3) {
        at += r.i2 * v->nb[2] + r.i3 * v->nb[3];
    }
    return at;
}

/* A weight's row, which repeats over dimensions 1 to 3; 0 where there is none. */
INLINE uint64_t weight_row(const struct exo_view *v, struct row r)
{
    if (v->data == 0 || (v->ne[1] == 1 && v->ne[2] == 1 && v->ne[3] == 1)) {
        return v->data;
    }
    r.i1 -= div_by(v->div[1], r.i1) * v->ne[1];
    r.i2 -= div_by(v->div[2], r.i2) * v->ne[2];
    r.i3 -= div_by(v->div[3], r.i3) * v->ne[3];
    return row_of(v, r);
}

/* Four neighbouring elements; plain: strides of 4 and a width that is a multiple of 4, known before the loop. */
INLINE v4f load4(uint64_t row, uint64_t nb0, uint32_t i, uint32_t n, bool plain)
{
    v4f out = {0};
    if (plain) {
        return i < n ? *(const GLOBAL v4f_a4 *)(CAT(uint8_t, row) + opaque_u32(i * 4)) : out;
    }
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        if (i + j < n) {
            out[j] = *CAT(float, row + (i + j) * nb0);
        }
    }
    return out;
}

INLINE void store4(uint64_t row, uint64_t nb0, uint32_t i, uint32_t n, v4f v, bool plain)
{
    if (plain) {
        if (i < n) {
            *(GLOBAL v4f_a4 *)(AT(uint8_t, row) + opaque_u32(i * 4)) = v;
        }
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

struct rows { /* where a wave's row lies in each tensor; 0: there is none */
    uint64_t src, dst, mul, add, residual, sum, act;
};

/* First pass of a wave over its row. The residual's sum is kept in memory: the second pass reads it back, each lane its own. */
INLINE struct stats wave_stats(const struct args_norm *a, const struct rows *r, bool plain)
{
    uint32_t n = a->src.ne[0], lane4 = lane_id() * 4;
    struct stats s = {0.0f, 0.0f};
    float sum = 0.0f, squares = 0.0f;
    for (uint32_t i = lane4; i < n; i += 128) {
        v4f v = load4(r->src, a->src.nb[0], i, n, plain);
        if (r->residual) {
            v += load4(r->residual, a->residual.nb[0], i, n, plain);
            store4(r->sum, a->residual_dst.nb[0], i, n, v, plain);
        }
        sum += v[0] + v[1] + v[2] + v[3];
        squares += v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3];
    }
    float per_n = rcp_f32((float)n);
    if (a->subtract_mean) { /* around the mean, in a pass of its own: squares minus mean squared would cancel */
        s.mean = wave_sum_f32(sum, 5) * per_n;
        squares = 0.0f;
        uint64_t from = r->residual ? r->sum : r->src, nb0 = r->residual ? a->residual_dst.nb[0] : a->src.nb[0];
        for (uint32_t i = lane4; i < n; i += 128) {
            v4f v = load4(from, nb0, i, n, plain);
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

INLINE void norm_row(const struct args_norm *a, const struct rows *r, bool plain)
{
    uint32_t n = a->src.ne[0], nblk = (n + 31) / 32;
    struct stats s = wave_stats(a, r, plain);
    uint64_t from = r->residual ? r->sum : r->src, nb0 = r->residual ? a->residual_dst.nb[0] : a->src.nb[0];
    for (uint32_t base = 0; base < n; base += 128) {
        uint32_t i = base + lane_id() * 4;
        v4f v = (load4(from, nb0, i, n, plain) - s.mean) * s.scale;
        if (r->mul) {
            v *= load4(r->mul, a->mul.nb[0], i, n, plain);
        }
        if (r->add) {
            v += load4(r->add, a->add.nb[0], i, n, plain);
        }
        if (r->dst) {
            store4(r->dst, a->dst.nb[0], i, n, v, plain);
        }
        if (a->act != EXO_ACT_NONE) {
            UNROLL for (uint32_t j = 0; j < 4; j++)
            {
                v[j] = i + j < n ? v[j] : 0.0f;
            }
            act_write4(a->act, AT(uint8_t, r->act), nblk, i, v);
        }
    }
}

KERNEL(norm_wave, args_norm, 128)
{
    struct row r = {group_x() * 4 + wave_id(), group_y(), group_z()};
    if (r.i1 >= a.src.ne[1]) {
        return;
    }
    struct rows rows = {.src = row_of(&a.src, r), .mul = weight_row(&a.mul, r), .add = weight_row(&a.add, r)};
    bool plain = a.src.ne[0] % 4 == 0 && a.src.nb[0] == 4 && (!rows.mul || a.mul.nb[0] == 4) && (!rows.add || a.add.nb[0] == 4);
    if (a.dst.data) {
        rows.dst = row_of(&a.dst, r);
        plain = plain && a.dst.nb[0] == 4;
    }
    if (a.residual.data) {
        rows.residual = row_of(&a.residual, r);
        rows.sum = row_of(&a.residual_dst, r);
        plain = plain && a.residual.nb[0] == 4 && a.residual_dst.nb[0] == 4;
    }
    rows.act = a.act_dst + (((uint64_t)r.i3 * a.src.ne[2] + r.i2) * a.src.ne[1] + r.i1) * a.act_stride;
    if (plain) {
        norm_row(&a, &rows, true);
    } else {
        norm_row(&a, &rows, false);
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

enum { GROUP_STEP = 256 * 4, GROUP_KEPT = 8 }; /* values that a group takes at once, and how often it may keep them */

INLINE v4f minus(v4f v, float mean, uint32_t i, uint32_t n)
{
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        v[j] = i + j < n ? v[j] - mean : 0.0f;
    }
    return v;
}

INLINE float sum_of_squares(v4f v)
{
    return v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3];
}

INLINE void group_write(const struct args_norm *a, const struct rows *r, uint32_t i, v4f v, bool plain)
{
    uint32_t n = a->src.ne[0];
    if (r->add) {
        v += load4(r->add, a->add.nb[0], i, n, plain);
    }
    if (r->dst) {
        store4(r->dst, a->dst.nb[0], i, n, v, plain);
    }
    if (a->act != EXO_ACT_NONE) {
        act_write4(a->act, AT(uint8_t, r->act), (n + 31) / 32, i, minus(v, 0.0f, i, n));
    }
}

/* A row that fits the group's registers: all loads, of the weight too, are under way before the first sum. */
INLINE void group_row_kept(const struct args_norm *a, const struct rows *r, LOCAL float *part)
{
    uint32_t n = a->src.ne[0], first = item_id() * 4;
    float mean = 0.0f, sum = 0.0f, per_n = rcp_f32((float)n);
    v4f v[GROUP_KEPT], mul[GROUP_KEPT];
    UNROLL for (uint32_t t = 0; t < GROUP_KEPT; t++)
    {
        uint32_t i = first + t * GROUP_STEP;
        v[t] = t * GROUP_STEP < n ? load4(r->src, 4, i, n, true) : (v4f){0};
        mul[t] = r->mul && t * GROUP_STEP < n ? load4(r->mul, 4, i, n, true) : (v4f){1, 1, 1, 1};
    }
    if (a->subtract_mean) {
        UNROLL for (uint32_t t = 0; t < GROUP_KEPT; t++)
        {
            sum += v[t][0] + v[t][1] + v[t][2] + v[t][3];
        }
        mean = group_sum(part, sum) * per_n;
        sum = 0.0f;
    }
    UNROLL for (uint32_t t = 0; t < GROUP_KEPT; t++)
    {
        v[t] = minus(v[t], mean, first + t * GROUP_STEP, n);
        sum += sum_of_squares(v[t]);
    }
    float scale = rsq_f32(group_sum(part, sum) * per_n + a->eps);
    UNROLL for (uint32_t t = 0; t < GROUP_KEPT; t++)
    {
        if (t * GROUP_STEP < n) {
            group_write(a, r, first + t * GROUP_STEP, v[t] * scale * mul[t], true);
        }
    }
}

INLINE void group_row(const struct args_norm *a, const struct rows *r, LOCAL float *part)
{
    uint32_t n = a->src.ne[0], first = item_id() * 4;
    float mean = 0.0f, sum = 0.0f, per_n = rcp_f32((float)n);
    if (a->subtract_mean) {
        for (uint32_t i = first; i < n; i += GROUP_STEP) {
            v4f v = load4(r->src, a->src.nb[0], i, n, false);
            sum += v[0] + v[1] + v[2] + v[3];
        }
        mean = group_sum(part, sum) * per_n;
        sum = 0.0f;
    }
    for (uint32_t i = first; i < n; i += GROUP_STEP) {
        sum += sum_of_squares(minus(load4(r->src, a->src.nb[0], i, n, false), mean, i, n));
    }
    float scale = rsq_f32(group_sum(part, sum) * per_n + a->eps);
    for (uint32_t base = 0; base < n; base += GROUP_STEP) { /* all lanes, as act_write4 wants it */
        uint32_t i = base + first;
        v4f v = (load4(r->src, a->src.nb[0], i, n, false) - mean) * scale;
        if (r->mul) {
            v *= load4(r->mul, a->mul.nb[0], i, n, false);
        }
        group_write(a, r, i, v, false);
    }
}

KERNEL(norm_group, args_norm, 256)
{
    LDS_ARRAY(float, part, 8);
    struct row r = {group_x(), group_y(), group_z()};
    uint32_t n = a.src.ne[0];
    struct rows rows = {.src = row_of(&a.src, r), .mul = weight_row(&a.mul, r), .add = weight_row(&a.add, r)};
    rows.dst = a.dst.data ? row_of(&a.dst, r) : 0;
    rows.act = a.act_dst + (((uint64_t)r.i3 * a.src.ne[2] + r.i2) * a.src.ne[1] + r.i1) * a.act_stride;
    bool plain = n % 4 == 0 && a.src.nb[0] == 4 && (!rows.mul || a.mul.nb[0] == 4) && (!rows.add || a.add.nb[0] == 4) &&
                 (!rows.dst || a.dst.nb[0] == 4);
    if (plain && n <= GROUP_STEP * GROUP_KEPT) {
        group_row_kept(&a, &rows, part);
    } else {
        group_row(&a, &rows, part);
    }
}
