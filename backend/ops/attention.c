/* Attention in one pass over the keys. Long key lists are split over groups and combined, so that few queries fill the card. */
#include "ops/ops.h"

#include <math.h>

#define HEAD_MAX 576
#define SPLIT_KEYS 256    /* keys per part: a multiple of 32 */
#define WAVES_KEYS 1024   /* the same where eight waves share them: less would not be worth the dispatch that combines parts */
#define WAVES_BYTES 32768 /* of keys that one wave goes through alone; more are shared */
#define GROUPS_WANTED 96  /* enough to keep every CU busy */

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
    return bk_planes_fit(t) && k->ne[2] == v->ne[2] && k->ne[3] == v->ne[3] && k->ne[1] == v->ne[1];
}

static bool rows_of_halves(const struct ggml_tensor *t)
{
    return t->type == GGML_TYPE_F16 && t->nb[0] == 2 && t->nb[1] % 4 == 0 && t->nb[2] % 4 == 0 && t->nb[3] % 4 == 0 &&
           (uint64_t)t->ne[1] * t->nb[1] <= UINT32_MAX;
}

/* A kernel, and how its grid is cut: (query, head) pairs that one group computes, pieces of the values' head. */
struct form {
    enum exo_kernel_id kernel;
    uint32_t pairs, parts;
    bool unpack;         /* quantised keys and values: to halves first */
    uint32_t split_keys; /* per part at least */
};

/* Unpacking pays where several pairs of a group read what was unpacked. */
static bool worth_unpacking(const struct ggml_tensor *t)
{
    const struct ggml_tensor *q = t->src[0], *k = t->src[1], *v = t->src[2];
    return bk_is_quant(k->type) && bk_is_quant(v->type) && q->ne[1] * (q->ne[2] / k->ne[2]) >= 8;
}

static struct form choose_form(const struct ggml_tensor *t)
{
    const struct ggml_tensor *q = t->src[0], *k = t->src[1], *v = t->src[2], *mask = t->src[3];
    struct form f = {EXO_KERNEL_flash_attn_any, 1, 1, false, SPLIT_KEYS};
    bool unpack = worth_unpacking(t), halves = unpack || (rows_of_halves(k) && rows_of_halves(v));
    if (!halves || k->ne[1] < 16 || k->ne[0] % 8 || v->ne[0] % 8 || q->nb[0] != 4 || (mask && mask->nb[0] != 2)) {
        return f;
    }
    f.pairs = 16;
    f.unpack = unpack;
    if (k->ne[0] == v->ne[0] && (k->ne[0] == 64 || k->ne[0] == 128)) {
        bool few = (uint64_t)q->ne[1] * (uint64_t)(q->ne[2] / k->ne[2]) <= f.pairs;
        bool shared = few && (uint64_t)k->ne[1] * (uint64_t)k->ne[0] * 2 > WAVES_BYTES;
        f.kernel = k->ne[0] == 64 ? EXO_KERNEL_flash_attn_d64 : EXO_KERNEL_flash_attn_d128;
        if (shared) {
            f.kernel = k->ne[0] == 64 ? EXO_KERNEL_flash_attn_d64_waves : EXO_KERNEL_flash_attn_d128_waves;
            f.split_keys = WAVES_KEYS;
        }
    } else {
        f.kernel = v->ne[0] <= 64 ? EXO_KERNEL_flash_attn_wide_v64 : EXO_KERNEL_flash_attn_wide_v128;
        f.parts = exo_flash_wide_parts((uint32_t)v->ne[0]);
    }
    return f;
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

static void choose_splits(struct args_flash_attn *args, uint64_t groups, uint32_t keys)
{
    uint32_t parts = bk_div_up(args->n_kv, keys);
    uint32_t wanted = groups >= GROUPS_WANTED ? 1 : bk_div_up(GROUPS_WANTED, (uint32_t)groups);
    args->splits = parts < wanted ? parts : wanted;
    args->split_keys = (bk_div_up(args->n_kv, args->splits) + 31) & ~31u;
    args->splits = bk_div_up(args->n_kv, args->split_keys);
    args->splits_div = exo_div_make(args->splits);
}

/* The last dispatch of an attention writes the tensor, or the activations of the product behind it. */
static int emit_result(struct bk_builder *b, struct bk_launch *l, struct args_flash_attn *args, const struct ggml_tensor *t,
                       const struct bk_attention_fusion *fusion)
{
    struct bk_scratch *s = NULL;
    l->write_count = 0;
    bk_launch_writes(l, bk_tensor_range(t)); /* even if it is left stale: what was made from that memory before is so too */
    if (fusion->act == EXO_ACT_NONE) {
        return bk_emit_args(b, l, args, sizeof(*args));
    }
    int rc = bk_act_reserve(b, fusion->dst, fusion->act, &s);
    if (rc) {
        return rc;
    }
    args->act = (uint32_t)fusion->act;
    args->act_dst = s->range.va;
    args->act_stride = exo_act_stride(fusion->act, (uint32_t)fusion->dst->ne[0]);
    bk_launch_writes(l, s->range);
    rc = bk_emit_args(b, l, args, sizeof(*args));
    bk_act_holds(s, fusion->dst, fusion->act, fusion->act_uses);
    return rc;
}

/* Keys or values as contiguous halves in scratch memory. The block stays ours until the caller lets go of it. */
static int to_halves(struct bk_builder *b, const struct ggml_tensor *t, struct exo_view *view, struct bk_scratch **scratch_out)
{
    uint64_t nb[4] = {2};
    int64_t count = ggml_nelements(t);
    int rc = bk_scratch_get(b, (uint64_t)count * 2, scratch_out);
    if (rc) {
        return rc;
    }
    struct bk_scratch *s = *scratch_out;
    s->live_uses = 1;
    for (int i = 1; i < 4; i++) {
        nb[i] = nb[i - 1] * (uint64_t)t->ne[i - 1];
    }
    *view = exo_view_make(s->range.va, EXO_TYPE_F16, t->ne, nb);
    struct args_copy args = {.src = bk_view(t), .dst = *view, .count = (uint32_t)count};
    struct bk_launch l = {.kernel = EXO_KERNEL_copy, .groups = {bk_div_up((uint64_t)count, 256), 1, 1}};
    bk_launch_reads(&l, bk_tensor_range(t));
    bk_launch_writes(&l, s->range);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

/* The attention proper; over parts of the keys and with their combination where that fills the card better. */
static int emit_attention(struct bk_builder *b, struct bk_launch *l, struct args_flash_attn *args, const struct ggml_tensor *t,
                          uint32_t split_keys, const struct bk_attention_fusion *fusion)
{
    choose_splits(args, (uint64_t)l->groups[0] * l->groups[1] * l->groups[2], split_keys);
    l->groups[1] *= args->splits;
    if (args->splits == 1) {
        return emit_result(b, l, args, t, fusion);
    }
    struct bk_scratch *partial;
    uint64_t rows = (uint64_t)args->n_q * args->heads * (uint64_t)t->src[0]->ne[3];
    int rc = bk_scratch_get(b, rows * args->splits * (args->dv + 2) * 4, &partial);
    if (rc) {
        return rc;
    }
    args->partial = partial->range.va;
    l->writes[0] = partial->range;
    rc = bk_emit_args(b, l, args, sizeof(*args));
    struct bk_launch combine = {.kernel = EXO_KERNEL_flash_combine, .groups = {(uint32_t)rows, 1, 1}};
    bk_launch_reads(&combine, partial->range);
    if (t->src[4]) {
        bk_launch_reads(&combine, bk_tensor_range(t->src[4]));
    }
    return rc ? rc : emit_result(b, &combine, args, t, fusion);
}

int bk_plan_attention(struct bk_builder *b, const struct ggml_tensor *t, const struct bk_attention_fusion *fusion)
{
    const struct ggml_tensor *q = t->src[0], *k = t->src[1], *v = t->src[2];
    struct args_flash_attn args;
    struct form form = choose_form(t);
    attention_args(&args, t);
    args.parts_div = exo_div_make(form.parts);
    uint32_t x = form.pairs == 1 ? args.n_q : bk_div_up((uint64_t)args.n_q * args.heads_per_kv, form.pairs);
    struct bk_launch l =
        bk_launch_for(t, form.kernel, x, form.pairs == 1 ? args.heads : (uint32_t)k->ne[2], (uint32_t)q->ne[3] * form.parts);
    if (!form.unpack) {
        return emit_attention(b, &l, &args, t, form.split_keys, fusion);
    }
    struct bk_scratch *keys, *values;
    int rc = to_halves(b, k, &args.k, &keys);
    rc = rc ? rc : to_halves(b, v, &args.v, &values);
    if (rc) {
        return rc;
    }
    bk_launch_reads(&l, keys->range);
    bk_launch_reads(&l, values->range);
    rc = emit_attention(b, &l, &args, t, form.split_keys, fusion);
    keys->live_uses = values->live_uses = 0;
    return rc;
}

/* flash_attn_dD write activations themselves; a wave of them or of flash_combine holds whole blocks of a head. */
bool bk_attention_can_act(const struct ggml_tensor *t, const struct ggml_tensor *dst)
{
    enum exo_kernel_id kernel = choose_form(t).kernel;
    bool can = kernel == EXO_KERNEL_flash_attn_d64 || kernel == EXO_KERNEL_flash_attn_d128 ||
               kernel == EXO_KERNEL_flash_attn_d64_waves || kernel == EXO_KERNEL_flash_attn_d128_waves;
    return can && t->ne[3] == 1 && dst->ne[0] == t->ne[0] * t->ne[1] && dst->ne[1] == t->ne[2] && dst->ne[2] == 1 &&
           dst->ne[3] == 1;
}

static int attention_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    return bk_plan_attention(b, t, &(struct bk_attention_fusion){.act = EXO_ACT_NONE});
}

const struct bk_op_row bk_attention_rows[] = {
    {GGML_OP_FLASH_ATTN_EXT, attention_supports, attention_plan},
    {0},
};
