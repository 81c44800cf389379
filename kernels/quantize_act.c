/* quantize_act.c: columns of activations into the layouts that matrix products read (enum exo_act). */
#include "act.h"

INLINE v4f load4(const struct exo_view *v, const GLOBAL uint8_t *column, uint32_t i)
{
    v4f out = {0};
    if (v->type == EXO_TYPE_F32 && v->nb[0] == 4 && i + 3 < v->ne[0]) {
        return *(const GLOBAL v4f_a4 *)(column + (uint64_t)i * 4);
    }
    UNROLL for (uint32_t j = 0; j < 4; j++)
    {
        if (i + j < v->ne[0]) {
            const GLOBAL uint8_t *p = column + (i + j) * v->nb[0];
            out[j] = v->type == EXO_TYPE_F16 ? (float)*(const GLOBAL f16 *)p : *(const GLOBAL float *)p;
        }
    }
    return out;
}

/*
 * A column is multiplied by the power of two that brings its largest magnitude just below 2^15: halves hold up to 65504, and
 * values down to 2^-29 of the largest keep their eleven bits. Its inverse stays a normal float. Infinities stay what they are.
 */
INLINE uint32_t power_up(float amax)
{
    uint32_t exponent = as_u32(amax) >> 23; /* amax < 2^(exponent - 126) */
    return exponent == 255 ? 127 : min_u32(127 + 141 - exponent, 253);
}

/* out: where the sixteen columns begin of which this is number `nth`. */
INLINE void write_f16(const struct exo_view *src, const GLOBAL uint8_t *column, GLOBAL uint8_t *out, uint32_t nblk, uint32_t nth)
{
    uint32_t lane = lane_id();
    float amax = 0.0f;
    for (uint32_t base = 0; base < src->ne[0]; base += 128) {
        v4f v = load4(src, column, base + lane * 4);
        amax = max_f32(amax, max_f32(max_f32(abs_f32(v[0]), abs_f32(v[1])), max_f32(abs_f32(v[2]), abs_f32(v[3]))));
    }
    uint32_t power = power_up(wave_max_f32(amax, 5));
    float scale = as_f32(power << 23);
    for (uint32_t base = 0; base < nblk * 32; base += 128) {
        uint32_t i = base + lane * 4;
        v4f v = load4(src, column, i) * scale;
        if (i < nblk * 32) {
            *(GLOBAL v4h *)(out + (i >> 3) * 256 + nth * 16 + (i & 4) * 2) = (v4h){(f16)v[0], (f16)v[1], (f16)v[2], (f16)v[3]};
        }
    }
    if (lane == 0) {
        *(GLOBAL float *)(out + nblk * 1024 + nth * 4) = as_f32((254 - power) << 23);
    }
}

KERNEL(quantize_act, args_quantize_act, 128)
{
    uint32_t wave = group_x() * 4 + wave_id(), i1 = wave >> a.split_log2, i2 = group_y(), i3 = group_z(),
             nblk = (a.src.ne[0] + 31) / 32;
    if (i1 >= a.src.ne[1]) {
        return;
    }
    const GLOBAL uint8_t *column = CAT(uint8_t, a.src.data + i1 * a.src.nb[1] + i2 * a.src.nb[2] + i3 * a.src.nb[3]);
    uint64_t batch = a.dst + ((uint64_t)i3 * a.src.ne[2] + i2) * exo_act_columns(a.act, a.src.ne[1]) * a.stride;
    if (a.act == EXO_ACT_F16) {
        write_f16(&a.src, column, AT(uint8_t, batch + (i1 & ~15u) * a.stride), nblk, i1 & 15);
        return;
    }
    GLOBAL uint8_t *out = AT(uint8_t, batch + i1 * a.stride);
    for (uint32_t base = (wave - (i1 << a.split_log2)) * 128; base < nblk * 32; base += 128u << a.split_log2) {
        uint32_t i = base + lane_id() * 4;
        act_write4(a.act, out, nblk, i, load4(&a.src, column, i));
    }
}
