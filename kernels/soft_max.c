/* soft_max.c: SOFT_MAX with scale, mask, ALiBi slope and sinks; one work-group per row. */
#include "quants.h"
#include "slope.h"

INLINE float group_reduce(LOCAL float *part, float x, bool maximum)
{
    x = maximum ? wave_max_f32(x, 5) : wave_sum_f32(x, 5);
    barrier_group();
    if (lane_id() == 0) {
        part[wave_id()] = x;
    }
    barrier_group();
    float out = part[0];
    UNROLL for (uint32_t i = 1; i < 8; i++)
    {
        out = maximum ? max_f32(out, part[i]) : out + part[i];
    }
    return out;
}

KERNEL(soft_max, args_soft_max, 256)
{
    LDS_ARRAY(float, part, 8);
    uint32_t i1 = group_x(), i2 = group_y(), i3 = group_z(), n = a.src.ne[0];
    uint32_t m2 = i2 - div_by(a.mask.div[2], i2) * a.mask.ne[2], m3 = i3 - div_by(a.mask.div[3], i3) * a.mask.ne[3];
    uint64_t src = a.src.data + i1 * a.src.nb[1] + i2 * a.src.nb[2] + i3 * a.src.nb[3];
    uint64_t dst = a.dst.data + i1 * a.dst.nb[1] + i2 * a.dst.nb[2] + i3 * a.dst.nb[3];
    uint64_t mask = a.mask.data ? a.mask.data + i1 * a.mask.nb[1] + m2 * a.mask.nb[2] + m3 * a.mask.nb[3] : 0;
    float slope = alibi_slope(a.max_bias, a.m0, a.m1, a.n_head_log2, i2);
    float sink = a.sinks ? *(CAT(float, a.sinks) + i2) : -F32_INFINITY, max = sink;
    for (uint32_t i = item_id(); i < n; i += 256) {
        float v = *CAT(float, src + i * a.src.nb[0]) * a.scale;
        if (mask) {
            v += slope * value_load(a.mask.type, CAT(uint8_t, mask + i * a.mask.nb[0]));
        }
        *AT(float, dst + i * a.dst.nb[0]) = v;
        max = max_f32(max, v);
    }
    max = group_reduce(part, max, true);
    float sum = 0.0f;
    for (uint32_t i = item_id(); i < n; i += 256) {
        float e = exp_f32(*CAT(float, dst + i * a.dst.nb[0]) - max);
        *AT(float, dst + i * a.dst.nb[0]) = e;
        sum += e;
    }
    sum = group_reduce(part, sum, false) + (a.sinks ? exp_f32(sink - max) : 0.0f);
    float inv = 1.0f / sum;
    for (uint32_t i = item_id(); i < n; i += 256) {
        *AT(float, dst + i * a.dst.nb[0]) *= inv;
    }
}
