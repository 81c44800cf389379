/*
 * rope.c: ROPE in all of ggml's pairings, forward and backward, optionally written straight into the rows of a KV cache.
 * An item turns (or copies) one pair of elements.
 */
#include "quants.h"

/* base^exponent as 2^(exponent * L), L in two parts so that the angle of a far position stays right to about 1e-7. */
INLINE float frequency(const struct args_rope *a, uint32_t exponent)
{
    float e = (float)exponent;
    float p = e * a->log2_theta_scale;
    float rest = fma_f32(e, a->log2_theta_scale, -p) + e * a->log2_theta_scale_lo;
    float whole = rint_f32(p);
    float power = exp2_f32((p - whole) + rest);
    return power * as_f32((uint32_t)((int32_t)max_f32(whole, -126.0f) + 127) << 23);
}

/* Which of the up to four position lists a pair uses, and its exponent: vision restarts the frequencies in each section. */
INLINE int32_t position(const struct args_rope *a, uint32_t pair, uint32_t token, uint32_t *exponent)
{
    const GLOBAL int32_t *pos = CAT(int32_t, a->pos);
    if (!(a->mode & EXO_ROPE_MROPE)) {
        return pos[token];
    }
    uint32_t s0 = a->sections[0], s1 = s0 + a->sections[1], s2 = s1 + a->sections[2], all = s2 + a->sections[3];
    uint32_t sector = pair % all, list = sector < s0 ? 0 : sector < s1 ? 1 : sector < s2 ? 2 : 3;
    if (a->mode == EXO_ROPE_VISION) {
        *exponent = sector - (list == 0 ? 0 : list == 1 ? s0 : list == 2 ? s1 : s2);
    } else if (a->mode == EXO_ROPE_IMROPE) {
        uint32_t third = sector % 3;
        list = third == 1 && sector < 3 * a->sections[1]   ? 1
               : third == 2 && sector < 3 * a->sections[2] ? 2
               : third == 0 && sector < 3 * a->sections[0] ? 0
                                                           : 3;
    }
    return pos[token + list * a->src.ne[2]];
}

/* The rotation of a pair: {cos, sin}, YaRN's blend and magnitude included. */
INLINE v2f rotation(const struct args_rope *a, uint32_t pair, uint32_t token)
{
    uint32_t exponent = pair;
    float p = (float)position(a, pair, token, &exponent);
    float far = p * frequency(a, exponent), magnitude = a->attn_factor;
    if (a->freq_factors) {
        far = far / CAT(float, a->freq_factors)[pair];
    }
    float theta = a->freq_scale * far;
    if (a->ext_factor != 0.0f) {
        float y = ((float)pair - a->corr_low) / max_f32(0.001f, a->corr_high - a->corr_low);
        float mix = (1.0f - min_f32(1.0f, max_f32(0.0f, y))) * a->ext_factor;
        theta = theta * (1.0f - mix) + far * mix;
        magnitude *= 1.0f - 0.1f * 0.69314718055994530942f * log2_f32(a->freq_scale);
    }
    /* Whole turns go first, with 2 pi in three parts: positions of 10^5 keep an angle good to 10^-6. */
    float k = rint_f32(theta * 0.15915494309189535f);
    float r = fma_f32(-k, 6.28125f, theta);
    r = fma_f32(-k, 1.93500518798828125e-3f, r);
    r = fma_f32(-k, 3.0199159819e-7f, r);
    r *= 0.15915494309189535f;
    return (v2f){cos_turns_f32(r) * magnitude, sin_turns_f32(r) * magnitude * a->sin_sign};
}

struct pair_place {
    uint32_t first, second; /* elements */
    bool turned;
};

INLINE struct pair_place pair_find(const struct args_rope *a, uint32_t item)
{
    uint32_t half = a->n_dims / 2;
    if (a->mode == EXO_ROPE_VISION) {
        return (struct pair_place){item, item + a->n_dims, true};
    }
    if (item < half) {
        uint32_t at = a->n_offs + (a->mode == EXO_ROPE_NORMAL ? 2 * item : item);
        return (struct pair_place){at, at + (a->mode == EXO_ROPE_NORMAL ? 1 : half), true};
    }
    uint32_t at = 2 * (item - half);
    at += at >= a->n_offs ? a->n_dims : 0;
    return (struct pair_place){at, at + 1, false};
}

KERNEL(rope, args_rope, 32)
{
    uint32_t item = group_x() * 32 + item_id(), heads = a.heads_per_group ? a.heads_per_group : 1, head = group_y() * heads;
    uint32_t i3 = div_by(a.src.div[2], group_z()), token = group_z() - i3 * a.src.ne[2];
    if (item >= a.src.ne[0] / 2) {
        return;
    }
    struct pair_place p = pair_find(&a, item);
    uint64_t src = a.src.data + token * a.src.nb[2] + i3 * a.src.nb[3], src_step = a.src.nb[1];
    uint64_t dst = a.dst.data + token * a.dst.nb[2] + i3 * a.dst.nb[3], dst_step = a.dst.nb[1];
    if (a.ids) {
        int64_t row = a.ids_type == EXO_TYPE_I64 ? CAT(int64_t, a.ids)[token] : CAT(int32_t, a.ids)[token];
        dst = a.dst.data + (uint64_t)row * a.dst.nb[1];
        dst_step = a.src.ne[0] * a.dst.nb[0];
    }
    uint32_t src0 = opaque_u32(p.first * (uint32_t)a.src.nb[0]), src1 = opaque_u32(p.second * (uint32_t)a.src.nb[0]);
    uint32_t dst0 = opaque_u32(p.first * (uint32_t)a.dst.nb[0]), dst1 = opaque_u32(p.second * (uint32_t)a.dst.nb[0]);
    v2f t = {1.0f, 0.0f};
    if (p.turned) {
        t = rotation(&a, item, token);
    }
    for (uint32_t end = min_u32(head + heads, a.src.ne[1]); head < end; head++) {
        const GLOBAL uint8_t *from = CAT(uint8_t, src + head * src_step);
        GLOBAL uint8_t *to = AT(uint8_t, dst + head * dst_step);
        float x0 = value_load(a.src.type, from + src0), x1 = value_load(a.src.type, from + src1);
        value_store(a.dst.type, to + dst0, p.turned ? x0 * t[0] - x1 * t[1] : x0);
        value_store(a.dst.type, to + dst1, p.turned ? x0 * t[1] + x1 * t[0] : x1);
    }
}
