/* Operations over whole rows: norms and soft max. */
#include "ops/ops.h"

#include <math.h>

#define NORM_WAVE_ROW 2048 /* the longest row that one wave keeps in registers */

static bool norm_supports(const struct ggml_tensor *t)
{
    return bk_planes_fit(t) && bk_is_f32(t) && bk_is_f32(t->src[0]) && ggml_are_same_shape(t, t->src[0]);
}

bool bk_norm_can_act(const struct ggml_tensor *t)
{
    return t->ne[0] % 32 == 0;
}

int bk_plan_norm(struct bk_builder *b, const struct ggml_tensor *t, const struct bk_norm_fusion *f)
{
    const struct ggml_tensor *src = t->src[0];
    struct args_norm args = {
        .src = bk_view(src),
        .dst = bk_view(f->dst),
        .mul = bk_view(f->mul),
        .add = bk_view(f->add),
        .residual = bk_view(NULL),
        .residual_dst = bk_view(NULL),
        .act = (uint32_t)f->act,
        .subtract_mean = t->op == GGML_OP_NORM,
        .eps = bk_param_f32(t, 0),
    };
    bool wave = src->ne[0] <= NORM_WAVE_ROW;
    struct bk_launch l = {
        .kernel = wave ? EXO_KERNEL_norm_wave : EXO_KERNEL_norm_group,
        .groups = {wave ? bk_div_up((uint64_t)src->ne[1], 4) : (uint32_t)src->ne[1], (uint32_t)src->ne[2], (uint32_t)src->ne[3]},
    };
    bk_launch_reads(&l, bk_tensor_range(src));
    if (f->mul) {
        bk_launch_reads(&l, bk_tensor_range(f->mul));
    }
    if (f->add) {
        bk_launch_reads(&l, bk_tensor_range(f->add));
    }
    bk_launch_writes(&l, bk_tensor_range(f->dst)); /* with activations too: what was prepared from that memory before is stale */
    struct bk_scratch *s = NULL;
    if (f->act != EXO_ACT_NONE) {
        int rc = bk_act_reserve(b, f->dst, f->act, &s);
        if (rc) {
            return rc;
        }
        args.act_dst = s->range.va;
        args.act_stride = exo_act_stride(f->act, (uint32_t)src->ne[0]);
        args.dst.data = 0;
        bk_launch_writes(&l, s->range);
    }
    int rc = bk_emit_args(b, &l, &args, sizeof(args));
    if (s) {
        bk_act_holds(s, f->dst, f->act, f->act_uses);
    }
    return rc;
}

static int norm_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    return bk_plan_norm(b, t, &(struct bk_norm_fusion){.dst = t, .act = EXO_ACT_NONE});
}

static bool soft_max_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *mask = t->src[1], *sinks = t->src[2];
    return bk_planes_fit(t) && bk_is_f32(t) && bk_is_f32(t->src[0]) &&
           (!mask || bk_is_f32(mask) || mask->type == GGML_TYPE_F16) && (!sinks || bk_is_f32(sinks));
}

static int soft_max_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct ggml_tensor *src = t->src[0];
    float max_bias = bk_param_f32(t, 1);
    uint32_t n_head_log2 = 1u << (uint32_t)floor(log2((double)src->ne[2]));
    struct args_soft_max args = {
        .src = bk_view(src),
        .mask = bk_view(t->src[1]),
        .dst = bk_view(t),
        .sinks = t->src[2] ? bk_va(t->src[2]) : 0,
        .scale = bk_param_f32(t, 0),
        .max_bias = max_bias,
        .m0 = powf(2.0f, -max_bias / (float)n_head_log2),
        .m1 = powf(2.0f, -(max_bias / 2.0f) / (float)n_head_log2),
        .n_head_log2 = n_head_log2,
    };
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_soft_max, (uint32_t)src->ne[1], (uint32_t)src->ne[2], (uint32_t)src->ne[3]);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

const struct bk_op_row bk_norm_rows[] = {
    {GGML_OP_RMS_NORM, norm_supports, norm_plan},
    {GGML_OP_NORM, norm_supports, norm_plan},
    {GGML_OP_SOFT_MAX, soft_max_supports, soft_max_plan},
    {0},
};
