/*
 * flash_attn_any.c: FLASH_ATTN_EXT for every other head size and type, a wave per (query, head): lanes are keys for the scores
 * and elements of the head for the sum over values. And the kernel that combines parts of a split cache, for all of them.
 */
#include "act.h"
#include "quants.h"
#include "slope.h"

enum { MAX_HEAD = 576, PER_LANE = MAX_HEAD / 32 };

/* A lane's dot product of its key with the query in local memory. */
INLINE float key_dot(const struct exo_view *k, const GLOBAL uint8_t *row, const LOCAL float *q)
{
    float sum = 0.0f;
    uint32_t d = 0;
    if (k->type == EXO_TYPE_F16) {
        for (; d + 4 <= k->ne[0]; d += 4) {
            v4h x = *(const GLOBAL v4h_a2 *)(row + d * 2);
            UNROLL for (uint32_t j = 0; j < 4; j++)
            {
                sum = fma_f32((float)x[j], q[d + j], sum);
            }
        }
    }
    for (; d < k->ne[0]; d++) {
        sum = fma_f32(row_value(k->type, row, k->nb[0], d), q[d], sum);
    }
    return sum;
}

/* The score of `key`, mask and slope included, in units of log2; -inf where it is masked or beyond the end. */
INLINE float key_score(const struct args_flash_attn *a, uint64_t k, uint64_t mask, uint32_t key, uint32_t end, float slope,
                       const LOCAL float *q)
{
    if (key >= end) {
        return -F32_INFINITY;
    }
    float m = a->mask.data ? value_load(a->mask.type, CAT(uint8_t, mask + key * a->mask.nb[0])) : 0.0f;
    if (m == -F32_INFINITY) {
        return m;
    }
    float s = key_dot(&a->k, CAT(uint8_t, k + key * a->k.nb[1]), q) * a->scale;
    if (a->softcap != 0.0f) {
        s = a->softcap * (1.0f - 2.0f * rcp_f32(1.0f + exp_f32(2.0f * s)));
    }
    return (s + slope * m) * LOG2_E;
}

INLINE void values_add(const struct args_flash_attn *a, uint64_t v, uint32_t key, uint32_t end, const LOCAL float *p, float *acc)
{
    for (uint32_t i = 0; i < 32 && key + i < end; i++) {
        if (p[i] == 0.0f) {
            continue;
        }
        const GLOBAL uint8_t *row = CAT(uint8_t, v + (key + i) * a->v.nb[1]);
        UNROLL for (uint32_t j = 0; j < PER_LANE; j++)
        {
            uint32_t d = j * 32 + lane_id();
            if (j * 32 >= a->dv) {
                break; /* for the whole wave: the rest of the registers belongs to larger heads */
            }
            if (d < a->dv) {
                acc[j] = fma_f32(p[i], row_value(a->v.type, row, a->v.nb[0], d), acc[j]);
            }
        }
    }
}

INLINE float with_sink(const struct args_flash_attn *a, uint32_t head, float max, float *sum)
{
    if (!a->sinks) {
        return 1.0f;
    }
    float sink = CAT(float, a->sinks)[head] * LOG2_E, top = max_f32(max, sink), scale = exp2_f32(max - top);
    *sum = *sum * scale + exp2_f32(sink - top);
    return scale;
}

KERNEL(flash_attn_any, args_flash_attn, 32)
{
    LDS_ARRAY(float, q, MAX_HEAD);
    LDS_ARRAY(float, prob, 32);
    uint32_t query = group_x(), head = div_by(a.splits_div, group_y()), split = group_y() - head * a.splits, i3 = group_z();
    uint32_t kv_head = div_by(a.heads_per_kv_div, head), kv_batch = div_by(a.batch_div, i3);
    uint32_t m2 = head - div_by(a.mask.div[2], head) * a.mask.ne[2], m3 = i3 - div_by(a.mask.div[3], i3) * a.mask.ne[3];
    uint64_t k = a.k.data + kv_head * a.k.nb[2] + kv_batch * a.k.nb[3], v = a.v.data + kv_head * a.v.nb[2] + kv_batch * a.v.nb[3];
    uint64_t mask = a.mask.data + query * a.mask.nb[1] + m2 * a.mask.nb[2] + m3 * a.mask.nb[3];
    uint64_t q_row = a.q.data + query * a.q.nb[1] + head * a.q.nb[2] + i3 * a.q.nb[3];
    uint32_t begin = split * a.split_keys, end = min_u32(a.n_kv, begin + a.split_keys);
    float slope = alibi_slope(a.max_bias, a.m0, a.m1, a.n_head_log2, head), acc[PER_LANE] = {0}, max = -F32_INFINITY, sum = 0.0f;
    for (uint32_t d = lane_id(); d < a.q.ne[0]; d += 32) {
        q[d] = *CAT(float, q_row + d * a.q.nb[0]);
    }
    barrier_wave();
    for (uint32_t key = begin; key < end; key += 32) {
        float s = key_score(&a, k, mask, key + lane_id(), end, slope, q);
        float top = max_f32(max, wave_max_f32(s, 5)), used = top == -F32_INFINITY ? 0.0f : top;
        float shrink = exp2_f32(max - used), p = exp2_f32(s - used);
        sum = sum * shrink + p;
        max = top;
        UNROLL for (uint32_t j = 0; j < PER_LANE; j++)
        {
            acc[j] *= shrink;
        }
        prob[lane_id()] = p;
        barrier_wave();
        values_add(&a, v, key, end, prob, acc);
        barrier_wave();
    }
    sum = wave_sum_f32(sum, 5);
    uint64_t at = ((uint64_t)i3 * a.n_q + query) * a.heads + head, out = a.dst + at * a.dv * 4;
    float scale = 1.0f;
    if (a.splits > 1) {
        out = a.partial + (at * a.splits + split) * (a.dv + 2) * 4;
        if (lane_id() == 0) {
            *AT(v2f_a4, out) = (v2f){max, sum};
        }
        out += 8;
    } else {
        scale = with_sink(&a, head, max, &sum);
        scale = sum > 0.0f ? scale / sum : 0.0f;
    }
    UNROLL for (uint32_t j = 0; j < PER_LANE; j++)
    {
        uint32_t d = j * 32 + lane_id();
        if (d < a.dv) {
            AT(float, out)[d] = acc[j] * scale;
        }
    }
}

KERNEL(flash_combine, args_flash_attn, 32)
{
    uint64_t at = group_x();
    uint32_t head = group_x() % a.heads;
    uint64_t parts = a.partial + at * a.splits * (a.dv + 2) * 4, stride = (uint64_t)(a.dv + 2) * 4;
    float max = -F32_INFINITY, sum = 0.0f;
    for (uint32_t s = 0; s < a.splits; s++) {
        max = max_f32(max, *CAT(float, parts + s * stride));
    }
    float used = max == -F32_INFINITY ? 0.0f : max;
    for (uint32_t s = 0; s < a.splits; s++) {
        sum += CAT(float, parts + s * stride)[1] * exp2_f32(*CAT(float, parts + s * stride) - used);
    }
    float scale = with_sink(&a, head, max, &sum);
    scale = sum > 0.0f ? scale / sum : 0.0f;
    uint32_t lane = a.act == EXO_ACT_NONE ? lane_id() : (lane_id() & 1) * 16 + lane_id() / 2; /* as act_write_block wants it */
    GLOBAL uint8_t *column = AT(uint8_t, a.act_dst + (at - head) / a.heads * a.act_stride);
    for (uint32_t d = lane; d < a.dv; d += 32) {
        float out = 0.0f;
        for (uint32_t s = 0; s < a.splits; s++) {
            out += CAT(float, parts + s * stride)[2 + d] * exp2_f32(*CAT(float, parts + s * stride) - used);
        }
        if (a.act != EXO_ACT_NONE) {
            act_write_block(a.act, column, a.heads * a.dv / 32, (head * a.dv + d) / 32, out * scale);
        } else {
            AT(float, a.dst)[at * a.dv + d] = out * scale;
        }
    }
}
