/* Rotary position embedding, forward and back, and with the write into the KV cache behind it. */
#include "ops/ops.h"

#include <math.h>

static bool rope_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *src = t->src[0], *factors = t->src[2];
    int mode = t->op_params[2];
    bool known = mode == GGML_ROPE_TYPE_NORMAL || mode == GGML_ROPE_TYPE_NEOX || mode == GGML_ROPE_TYPE_MROPE ||
                 mode == GGML_ROPE_TYPE_VISION || mode == GGML_ROPE_TYPE_IMROPE;
    return bk_planes_fit(t) && known && (bk_is_f32(src) || src->type == GGML_TYPE_F16) && src->type == t->type &&
           t->src[1]->type == GGML_TYPE_I32 && (!factors || bk_is_f32(factors));
}

void bk_rope_fill(struct exo_rope *rope, const struct ggml_tensor *t)
{
    const int32_t *p = t->op_params;
    float freq_base = bk_param_f32(t, 5), corr[2];
    uint32_t n_dims = (uint32_t)p[1];
    double log2_theta = -2.0 / (double)n_dims * log2((double)freq_base);
    ggml_rope_yarn_corr_dims(p[1], p[4], freq_base, bk_param_f32(t, 9), bk_param_f32(t, 10), corr);
    *rope = (struct exo_rope){
        .pos = bk_va(t->src[1]),
        .freq_factors = t->src[2] ? bk_va(t->src[2]) : 0,
        .mode = (uint32_t)p[2],
        .n_dims = n_dims,
        .n_offs = (uint32_t)p[15],
        .sections = {(uint32_t)p[11], (uint32_t)p[12], (uint32_t)p[13], (uint32_t)p[14]},
        .freq_scale = bk_param_f32(t, 6),
        .ext_factor = bk_param_f32(t, 7),
        .attn_factor = bk_param_f32(t, 8),
        .corr_low = corr[0],
        .corr_high = corr[1],
        .sin_sign = t->op == GGML_OP_ROPE_BACK ? -1.0f : 1.0f,
        .log2_theta_scale = (float)log2_theta,
        .log2_theta_scale_lo = (float)(log2_theta - (double)(float)log2_theta),
    };
}

int bk_plan_rope(struct bk_builder *b, const struct ggml_tensor *t, const struct ggml_tensor *set_rows)
{
    const struct ggml_tensor *src = t->src[0];
    struct args_rope args = {.src = bk_view(src), .dst = bk_view(t)};
    struct bk_launch l =
        bk_launch_for(t, EXO_KERNEL_rope, bk_div_up((uint64_t)src->ne[0] / 2, 32), 1, (uint32_t)(src->ne[2] * src->ne[3]));
    bk_rope_fill(&args.rope, t);
    args.heads_per_group = (uint32_t)src->ne[1]; /* one angle for all of them */
    if (set_rows) {                              /* the rows go straight to the cache: t itself is not written */
        args.dst = bk_view(set_rows);
        args.ids = bk_va(set_rows->src[1]);
        args.ids_type = (uint32_t)set_rows->src[1]->type;
        bk_launch_reads(&l, bk_tensor_range(set_rows->src[1]));
        l.writes[0] = bk_tensor_range(set_rows);
    }
    return bk_emit_args(b, &l, &args, sizeof(args));
}

static int rope_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    return bk_plan_rope(b, t, NULL);
}

const struct bk_op_row bk_rope_rows[] = {
    {GGML_OP_ROPE, rope_supports, rope_plan},
    {GGML_OP_ROPE_BACK, rope_supports, rope_plan},
    {0},
};
