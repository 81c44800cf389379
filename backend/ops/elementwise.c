/* Operations that work element by element: arithmetic with broadcasting, unary functions, gated units. */
#include "ops/ops.h"

#include <errno.h>

static bool aligned16(const struct ggml_tensor *t)
{
    return bk_va(t) % 16 == 0;
}

/* ---- a op b ------------------------------------------------------------------------------------------------------------------
 */

static bool binary_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *a = t->src[0], *b = t->src[1];
    return bk_is_float(a) && bk_is_float(b) && bk_is_float(t) && ggml_are_same_shape(a, t) && ggml_can_repeat(b, a);
}

static uint32_t binary_op(enum ggml_op op)
{
    return op == GGML_OP_ADD   ? EXO_BINARY_ADD
           : op == GGML_OP_SUB ? EXO_BINARY_SUB
           : op == GGML_OP_MUL ? EXO_BINARY_MUL
                               : EXO_BINARY_DIV;
}

/* b contiguous and a whole number of times in a: its leading dimensions are a's, the rest are 1. */
static bool repeats_flat(const struct ggml_tensor *b, const struct ggml_tensor *a)
{
    int i = 0;
    while (i < 4 && b->ne[i] == a->ne[i]) {
        i++;
    }
    while (i < 4 && b->ne[i] == 1) {
        i++;
    }
    return i == 4 && ggml_is_contiguous(b);
}

static bool binary_is_flat(const struct ggml_tensor *t)
{
    const struct ggml_tensor *a = t->src[0], *b = t->src[1];
    return bk_is_f32(a) && bk_is_f32(b) && bk_is_f32(t) && ggml_is_contiguous(a) && ggml_is_contiguous(t) && repeats_flat(b, a) &&
           ggml_nelements(b) % 4 == 0 && aligned16(a) && aligned16(b) && aligned16(t);
}

static int binary_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    uint32_t count = (uint32_t)ggml_nelements(t);
    if (binary_is_flat(t)) {
        struct args_binary_flat args = {
            .a = bk_va(t->src[0]),
            .b = bk_va(t->src[1]),
            .dst = bk_va(t),
            .count = count,
            .op = binary_op(t->op),
            .b_div = exo_div_make((uint32_t)(ggml_nelements(t->src[1]) / 4)),
        };
        struct bk_launch l = bk_launch_for(t, EXO_KERNEL_binary_flat, bk_div_up(count, 4 * 256), 1, 1);
        return bk_emit_args(b, &l, &args, sizeof(args));
    }
    struct args_binary args = {bk_view(t->src[0]), bk_view(t->src[1]), bk_view(t), count, binary_op(t->op)};
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_binary, bk_div_up(count, 256), 1, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

/* ---- functions of one tensor
 * --------------------------------------------------------------------------------------------------- */

static bool unary_types(const struct ggml_tensor *t)
{
    const struct ggml_tensor *a = t->src[0];
    return (bk_is_f32(a) || a->type == GGML_TYPE_F16) && a->type == t->type && ggml_are_same_shape(a, t);
}

static int unary_emit(struct bk_builder *b, const struct ggml_tensor *t, uint32_t op, const float p[4])
{
    uint32_t count = (uint32_t)ggml_nelements(t);
    struct args_unary args = {bk_view(t->src[0]), bk_view(t), count, op, {p[0], p[1], p[2], p[3]}};
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_unary, bk_div_up(count, 256), 1, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

static int scale_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const float p[4] = {bk_param_f32(t, 0), bk_param_f32(t, 1)};
    return unary_emit(b, t, EXO_UNARY_SCALE, p);
}

/* ---- gated units
 * ------------------------------------------------------------------------------------------------------------------ */

static bool glu_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *a = t->src[0], *g = t->src[1];
    if (ggml_get_glu_op(t) != GGML_GLU_OP_SWIGLU) {
        return false;
    }
    if (!unary_types(t) && !((bk_is_f32(a) || a->type == GGML_TYPE_F16) && a->type == t->type && !g)) {
        return false;
    }
    return g ? g->type == a->type && ggml_are_same_shape(a, g) : a->ne[0] / 2 == t->ne[0];
}

static int glu_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    uint32_t count = (uint32_t)ggml_nelements(t);
    struct args_glu args = {.dst = bk_view(t), .count = count, .op = EXO_GLU_SWIGLU};
    args.a = bk_view(t->src[0]);
    args.b = bk_view(t->src[1] ? t->src[1] : t->src[0]);
    if (!t->src[1]) { /* both halves of each row; op_params[1]: swapped */
        uint64_t half = (uint64_t)t->ne[0] * t->src[0]->nb[0];
        int swapped = t->op_params[1];
        args.a.ne[0] = args.b.ne[0] = (uint32_t)t->ne[0];
        args.a.div[0] = args.b.div[0] = exo_div_make((uint32_t)t->ne[0]);
        args.a.data += swapped ? half : 0;
        args.b.data += swapped ? 0 : half;
    }
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_glu, bk_div_up(count, 256), 1, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

const struct bk_op_row bk_elementwise_rows[] = {
    {GGML_OP_ADD, binary_supports, binary_plan},
    {GGML_OP_SUB, binary_supports, binary_plan},
    {GGML_OP_MUL, binary_supports, binary_plan},
    {GGML_OP_DIV, binary_supports, binary_plan},
    {GGML_OP_SCALE, unary_types, scale_plan},
    {GGML_OP_GLU, glu_supports, glu_plan},
    {0},
};
