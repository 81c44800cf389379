/* rope.h: the angle by which ROPE turns a pair of elements. For kernels only. */
#ifndef EXO_KERNELS_ROPE_H
#define EXO_KERNELS_ROPE_H

#include "gpu.h"

/* base^exponent as 2^(exponent * L), L in two parts so that the angle of a far position stays right to about 1e-7. */
INLINE float rope_frequency(const struct exo_rope *a, uint32_t exponent)
{
    float e = (float)exponent;
    float p = e * a->log2_theta_scale;
    float rest = fma_f32(e, a->log2_theta_scale, -p) + e * a->log2_theta_scale_lo;
    float whole = rint_f32(p);
    float power = exp2_f32((p - whole) + rest);
    return power * as_f32((uint32_t)((int32_t)max_f32(whole, -126.0f) + 127) << 23);
}

/* Which of the up to four position lists a pair uses, and its exponent: vision restarts the frequencies in each section. */
INLINE int32_t rope_position(const struct exo_rope *a, uint32_t pair, uint32_t token, uint32_t tokens, uint32_t *exponent)
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
    return pos[token + list * tokens];
}

/* The rotation of a pair at a position: {cos, sin}, YaRN's blend and magnitude included. */
INLINE v2f rope_rotation(const struct exo_rope *a, uint32_t pair, uint32_t exponent, int32_t position)
{
    float far = (float)position * rope_frequency(a, exponent), magnitude = a->attn_factor;
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

#endif
