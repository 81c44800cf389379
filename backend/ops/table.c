#include "ops/ops.h"

static bool view_supports(const struct ggml_tensor *t)
{
    (void)t;
    return true;
}

static int view_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    (void)b;
    (void)t;
    return 0;
}

/* The scheduler asks about leaves and views too; a refusal would move them, and what hangs on them, to the host. */
static const struct bk_op_row view_rows[] = {
    {GGML_OP_NONE, view_supports, view_plan},      {GGML_OP_RESHAPE, view_supports, view_plan},
    {GGML_OP_VIEW, view_supports, view_plan},      {GGML_OP_PERMUTE, view_supports, view_plan},
    {GGML_OP_TRANSPOSE, view_supports, view_plan}, {0},
};

static const struct bk_op_row *const groups[] = {
    view_rows, bk_elementwise_rows, bk_row_rows, bk_norm_rows, bk_rope_rows, bk_mul_mat_rows, bk_attention_rows,
};

static const struct bk_op_row *row_of(enum ggml_op op)
{
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        for (const struct bk_op_row *row = groups[i]; row->supports; row++) {
            if (row->op == op) {
                return row;
            }
        }
    }
    return NULL;
}

bool bk_op_supported(const struct ggml_tensor *t)
{
    const struct bk_op_row *row = row_of(t->op);
    if (!row) {
        return false;
    }
    for (int i = 0; i < GGML_MAX_SRC; i++) {
        if (t->src[i] && !bk_countable(t->src[i]) && row->plan != view_plan) {
            return false;
        }
    }
    return (row->plan == view_plan || bk_countable(t)) && row->supports(t);
}

int bk_op_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct bk_op_row *row = row_of(t->op);
    return row ? row->plan(b, t) : -1;
}

bool bk_node_runs(const struct ggml_tensor *t)
{
    const struct bk_op_row *row = row_of(t->op);
    return (t->flags & GGML_TENSOR_FLAG_COMPUTE) && !ggml_is_empty(t) && (!row || row->plan != view_plan);
}

/* ---- helpers -------------------------------------------------------------------------------------------------------------- */

struct exo_view bk_view(const struct ggml_tensor *t)
{
    int64_t ne[4] = {1, 1, 1, 1};
    uint64_t nb[4] = {0, 0, 0, 0};
    if (!t) {
        return exo_view_make(0, EXO_TYPE_F32, ne, nb);
    }
    for (int i = 0; i < 4; i++) {
        ne[i] = t->ne[i];
        nb[i] = t->nb[i];
    }
    return exo_view_make(bk_va(t), (uint32_t)t->type, ne, nb);
}

bool bk_countable(const struct ggml_tensor *t)
{
    return ggml_nelements(t) < INT32_MAX;
}

bool bk_planes_fit(const struct ggml_tensor *t)
{
    bool fit = t->ne[2] * t->ne[3] <= UINT16_MAX;
    for (int i = 0; i < GGML_MAX_SRC; i++) {
        fit = fit && (!t->src[i] || t->src[i]->ne[2] * t->src[i]->ne[3] <= UINT16_MAX);
    }
    return fit;
}

bool bk_is_f32(const struct ggml_tensor *t)
{
    return t->type == GGML_TYPE_F32;
}

bool bk_is_float(const struct ggml_tensor *t)
{
    return t->type == GGML_TYPE_F32 || t->type == GGML_TYPE_F16 || t->type == GGML_TYPE_BF16;
}

bool bk_is_quant(enum ggml_type type)
{
    return type == GGML_TYPE_Q4_0 || type == GGML_TYPE_Q4_1 || type == GGML_TYPE_Q5_0 || type == GGML_TYPE_Q5_1 ||
           type == GGML_TYPE_Q8_0;
}

bool bk_is_readable_quant(enum ggml_type type)
{
    return bk_is_quant(type) || (type >= GGML_TYPE_Q2_K && type <= GGML_TYPE_Q6_K);
}

struct bk_launch bk_launch_for(const struct ggml_tensor *t, enum exo_kernel_id kernel, uint32_t x, uint32_t y, uint32_t z)
{
    struct bk_launch l = {.kernel = kernel, .groups = {x, y, z}};
    for (int i = 0; i < 5; i++) {
        if (t->src[i]) {
            bk_launch_reads(&l, bk_tensor_range(t->src[i]));
        }
    }
    bk_launch_writes(&l, bk_tensor_range(t));
    return l;
}

int bk_emit_args(struct bk_builder *b, struct bk_launch *launch, const void *args, size_t args_bytes)
{
    launch->args = args;
    launch->args_bytes = (uint32_t)args_bytes;
    return bk_emit(b, launch);
}
