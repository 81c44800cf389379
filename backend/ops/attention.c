/* Attention in one pass over the keys. Long key lists are split over groups and combined, so that few queries fill the card. */
#include "ops/ops.h"

#include <math.h>

#define HEAD_MAX 576
#define SPLIT_KEYS 256   /* keys per part: a multiple of 32 */
#define GROUPS_WANTED 96 /* enough to keep every CU busy */

static bool kv_type(const struct ggml_tensor *t)
{
    return bk_is_float(t) || bk_is_quant(t->type);
}

static bool attention_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *q = t->src[0], *k = t->src[1], *v = t->src[2], *mask = t->src[3], *sinks = t->src[4];
    if (!bk_is_f32(q) || !bk_is_f32(t) || !kv_type(k) || !kv_type(v) || (mask && mask->type != GGML_TYPE_F16) ||
        (sinks && !bk_is_f32(sinks))) {
        return false;
    }
    if (q->ne[0] > HEAD_MAX || v->ne[0] > HEAD_MAX || q->ne[2] % k->ne[2] || q->ne[3] % k->ne[3]) {
        return false;
    }
    return k->ne[2] == v->ne[2] && k->ne[3] == v->ne[3] && k->ne[1] == v->ne[1];
}

static bool rows_of_halves(const struct ggml_tensor *t)
{
    return t->type == GGML_TYPE_F16 && t->nb[0] == 2 && t->nb[1] % 4 == 0 && t->nb[2] % 4 == 0 && t->nb[3] % 4 == 0;
}

/* The kernel for the shape; *pairs_out: (query, head) pairs that one group computes. */
static enum exo_kernel_id choose_kernel(const struct ggml_tensor *t, uint32_t *pairs_out)
{
    const struct ggml_tensor *k = t->src[1], *v = t->src[2];
    *pairs_out = 16;
    if (k->ne[0] == v->ne[0] && rows_of_halves(k) && rows_of_halves(v)) {
        if (k->ne[0] == 64) {
            return EXO_KERNEL_flash_attn_d64;
        }
        if (k->ne[0] == 128) {
            return EXO_KERNEL_flash_attn_d128;
        }
    }
    *pairs_out = 1;
    return EXO_KERNEL_flash_attn_any;
}

static void attention_args(struct args_flash_attn *args, const struct ggml_tensor *t)
{
    const struct ggml_tensor *q = t->src[0], *k = t->src[1], *v = t->src[2];
    float scale = bk_param_f32(t, 0), max_bias = bk_param_f32(t, 1), softcap = bk_param_f32(t, 2);
    uint32_t heads = (uint32_t)q->ne[2], per_kv = (uint32_t)(q->ne[2] / k->ne[2]);
    uint32_t n_head_log2 = 1u << (uint32_t)floor(log2((double)heads));
    *args = (struct args_flash_attn){
        .q = bk_view(q),
        .k = bk_view(k),
        .v = bk_view(v),
        .mask = bk_view(t->src[3]),
        .dst = bk_va(t),
        .sinks = t->src[4] ? bk_va(t->src[4]) : 0,
        .n_q = (uint32_t)q->ne[1],
        .n_kv = (uint32_t)k->ne[1],
        .heads = heads,
        .heads_per_kv = per_kv,
        .heads_per_kv_div = exo_div_make(per_kv),
        .batch_div = exo_div_make((uint32_t)(q->ne[3] / k->ne[3])),
        .dv = (uint32_t)v->ne[0],
        .scale = softcap != 0.0f ? scale / softcap : scale,
        .softcap = softcap,
        .max_bias = max_bias,
        .m0 = powf(2.0f, -max_bias / (float)n_head_log2),
        .m1 = powf(2.0f, -(max_bias / 2.0f) / (float)n_head_log2),
        .n_head_log2 = n_head_log2,
    };
}

static void choose_splits(struct args_flash_attn *args, uint64_t groups)
{
    uint32_t parts = bk_div_up(args->n_kv, SPLIT_KEYS);
    uint32_t wanted = groups >= GROUPS_WANTED ? 1 : bk_div_up(GROUPS_WANTED, (uint32_t)groups);
    args->splits = parts < wanted ? parts : wanted;
    args->split_keys = (bk_div_up(args->n_kv, args->splits) + 31) & ~31u;
    args->splits = bk_div_up(args->n_kv, args->split_keys);
    args->splits_div = exo_div_make(args->splits);
}

static int attention_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct ggml_tensor *q = t->src[0], *k = t->src[1];
    struct args_flash_attn args;
    uint32_t pairs, batch = (uint32_t)q->ne[3];
    enum exo_kernel_id kernel = choose_kernel(t, &pairs);
    attention_args(&args, t);
    uint32_t x = pairs == 1 ? args.n_q : bk_div_up((uint64_t)args.n_q * args.heads_per_kv, pairs);
    uint32_t y = pairs == 1 ? args.heads : (uint32_t)k->ne[2];
    choose_splits(&args, (uint64_t)x * y * batch);
    struct bk_launch l = bk_launch_for(t, kernel, x, y * args.splits, batch);
    if (args.splits == 1) {
        return bk_emit_args(b, &l, &args, sizeof(args));
    }

    struct bk_scratch *partial;
    uint64_t rows = (uint64_t)args.n_q * args.heads * batch;
    int rc = bk_scratch_get(b, rows * args.splits * (args.dv + 2) * 4, &partial);
    if (rc) {
        return rc;
    }
    args.partial = partial->range.va;
    l.writes[0] = partial->range;
    rc = bk_emit_args(b, &l, &args, sizeof(args));
    struct bk_launch combine = {.kernel = EXO_KERNEL_flash_combine, .groups = {(uint32_t)rows, 1, 1}};
    bk_launch_reads(&combine, partial->range);
    if (t->src[4]) {
        bk_launch_reads(&combine, bk_tensor_range(t->src[4]));
    }
    bk_launch_writes(&combine, bk_tensor_range(t));
    return rc ? rc : bk_emit_args(b, &combine, &args, sizeof(args));
}

const struct bk_op_row bk_attention_rows[] = {
    {GGML_OP_FLASH_ATTN_EXT, attention_supports, attention_plan},
    {0},
};
