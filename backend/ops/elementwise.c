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
    return bk_is_float(a) && a->type == t->type && ggml_are_same_shape(a, t);
}

/* ggml's functions of one tensor, by ggml's own numbers; how many parameters follow in op_params, and from which word on. */
static const struct unary_row {
    uint32_t op;
    uint8_t param_count, first_param;
} unary_rows[GGML_UNARY_OP_COUNT] = {
    [GGML_UNARY_OP_ABS] = {EXO_UNARY_ABS, 0, 0},
    [GGML_UNARY_OP_SGN] = {EXO_UNARY_SGN, 0, 0},
    [GGML_UNARY_OP_NEG] = {EXO_UNARY_NEG, 0, 0},
    [GGML_UNARY_OP_STEP] = {EXO_UNARY_STEP, 0, 0},
    [GGML_UNARY_OP_TANH] = {EXO_UNARY_TANH, 0, 0},
    [GGML_UNARY_OP_ELU] = {EXO_UNARY_ELU, 0, 0},
    [GGML_UNARY_OP_RELU] = {EXO_UNARY_RELU, 0, 0},
    [GGML_UNARY_OP_SIGMOID] = {EXO_UNARY_SIGMOID, 0, 0},
    [GGML_UNARY_OP_GELU] = {EXO_UNARY_GELU, 0, 0},
    [GGML_UNARY_OP_GELU_QUICK] = {EXO_UNARY_GELU_QUICK, 0, 0},
    [GGML_UNARY_OP_SILU] = {EXO_UNARY_SILU, 0, 0},
    [GGML_UNARY_OP_HARDSWISH] = {EXO_UNARY_HARDSWISH, 0, 0},
    [GGML_UNARY_OP_HARDSIGMOID] = {EXO_UNARY_HARDSIGMOID, 0, 0},
    [GGML_UNARY_OP_EXP] = {EXO_UNARY_EXP, 0, 0},
    [GGML_UNARY_OP_EXPM1] = {EXO_UNARY_EXPM1, 0, 0},
    [GGML_UNARY_OP_SOFTPLUS] = {EXO_UNARY_SOFTPLUS, 0, 0},
    [GGML_UNARY_OP_GELU_ERF] = {EXO_UNARY_GELU_ERF, 0, 0},
    [GGML_UNARY_OP_XIELU] = {EXO_UNARY_XIELU, 4, 1},
    [GGML_UNARY_OP_FLOOR] = {EXO_UNARY_FLOOR, 0, 0},
    [GGML_UNARY_OP_CEIL] = {EXO_UNARY_CEIL, 0, 0},
    [GGML_UNARY_OP_ROUND] = {EXO_UNARY_ROUND, 0, 0},
    [GGML_UNARY_OP_TRUNC] = {EXO_UNARY_TRUNC, 0, 0},
};

/* Operations of their own that are functions of one tensor too. */
static const struct {
    enum ggml_op op;
    struct unary_row row;
} unary_ops[] = {
    {GGML_OP_SCALE, {EXO_UNARY_SCALE, 2, 0}}, {GGML_OP_CLAMP, {EXO_UNARY_CLAMP, 2, 0}},
    {GGML_OP_SQR, {EXO_UNARY_SQR, 0, 0}},     {GGML_OP_SQRT, {EXO_UNARY_SQRT, 0, 0}},
    {GGML_OP_SIN, {EXO_UNARY_SIN, 0, 0}},     {GGML_OP_COS, {EXO_UNARY_COS, 0, 0}},
    {GGML_OP_LOG, {EXO_UNARY_LOG, 0, 0}},     {GGML_OP_LEAKY_RELU, {EXO_UNARY_LEAKY_RELU, 1, 0}},
};

static const struct unary_row *unary_row_of(const struct ggml_tensor *t)
{
    if (t->op == GGML_OP_UNARY) {
        enum ggml_unary_op op = ggml_get_unary_op(t);
        /* The row of a function that is not in the table is empty, which reads as ABS. */
        return op < GGML_UNARY_OP_COUNT && (op == GGML_UNARY_OP_ABS || unary_rows[op].op != EXO_UNARY_ABS) ? &unary_rows[op]
                                                                                                           : NULL;
    }
    for (size_t i = 0; i < sizeof(unary_ops) / sizeof(unary_ops[0]); i++) {
        if (unary_ops[i].op == t->op) {
            return &unary_ops[i].row;
        }
    }
    return NULL;
}

static bool unary_supports(const struct ggml_tensor *t)
{
    return unary_types(t) && unary_row_of(t);
}

static int unary_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct unary_row *row = unary_row_of(t);
    uint32_t count = (uint32_t)ggml_nelements(t);
    struct args_unary args = {.src = bk_view(t->src[0]), .dst = bk_view(t), .count = count, .op = row->op};
    for (int i = 0; i < row->param_count; i++) {
        args.p[i] = bk_param_f32(t, row->first_param + i);
    }
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_unary, bk_div_up(count, 256), 1, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

/* ---- gated units
 * ------------------------------------------------------------------------------------------------------------------ */

/* By ggml's numbers; the words of op_params that the kernel's two parameters come from, 0 for none. */
static const struct glu_row {
    enum ggml_glu_op op;
    uint32_t kernel_op;
    int params[2];
} glu_rows[] = {
    {GGML_GLU_OP_REGLU, EXO_GLU_REGLU, {0}},
    {GGML_GLU_OP_GEGLU, EXO_GLU_GEGLU, {0}},
    {GGML_GLU_OP_SWIGLU, EXO_GLU_SWIGLU, {0}},
    {GGML_GLU_OP_SWIGLU_OAI, EXO_GLU_SWIGLU_OAI, {2, 3}},
    {GGML_GLU_OP_GEGLU_ERF, EXO_GLU_GEGLU_ERF, {0}},
    {GGML_GLU_OP_GEGLU_QUICK, EXO_GLU_GEGLU_QUICK, {0}},
    {GGML_GLU_OP_SWIGLU_CLAMP, EXO_GLU_SWIGLU_CLAMP, {3}},
};

static const struct glu_row *glu_row_of(const struct ggml_tensor *t)
{
    for (size_t i = 0; i < sizeof(glu_rows) / sizeof(glu_rows[0]); i++) {
        if (glu_rows[i].op == ggml_get_glu_op(t)) {
            return &glu_rows[i];
        }
    }
    return NULL;
}

static bool glu_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *a = t->src[0], *g = t->src[1];
    if (!glu_row_of(t) || !bk_is_float(a) || a->type != t->type) {
        return false;
    }
    return g ? g->type == a->type && ggml_are_same_shape(a, g) && ggml_are_same_shape(a, t) : a->ne[0] / 2 == t->ne[0];
}

static int glu_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct glu_row *row = glu_row_of(t);
    uint32_t count = (uint32_t)ggml_nelements(t);
    struct args_glu args = {.dst = bk_view(t), .count = count, .op = row->kernel_op};
    for (int i = 0; i < 2; i++) {
        args.p[i] = row->params[i] ? bk_param_f32(t, row->params[i]) : 0.0f;
    }
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
    {GGML_OP_UNARY, unary_supports, unary_plan},
    {GGML_OP_SCALE, unary_supports, unary_plan},
    {GGML_OP_CLAMP, unary_supports, unary_plan},
    {GGML_OP_SQR, unary_supports, unary_plan},
    {GGML_OP_SQRT, unary_supports, unary_plan},
    {GGML_OP_SIN, unary_supports, unary_plan},
    {GGML_OP_COS, unary_supports, unary_plan},
    {GGML_OP_LOG, unary_supports, unary_plan},
    {GGML_OP_LEAKY_RELU, unary_supports, unary_plan},
    {GGML_OP_GLU, glu_supports, glu_plan},
    {0},
};
