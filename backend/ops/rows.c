/* Operations that move rows and elements: gathering, scattering, copies and conversions. */
#include "ops/ops.h"

/* ---- rows by index -----------------------------------------------------------------------------------------------------------
 */

static bool get_rows_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *src = t->src[0], *ids = t->src[1];
    bool floats = bk_is_f32(t) && (bk_is_float(src) || bk_is_readable_quant(src->type));
    bool integers = t->type == GGML_TYPE_I32 && src->type == GGML_TYPE_I32;
    return ids->type == GGML_TYPE_I32 && (floats || integers);
}

static int get_rows_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    struct args_get_rows args = {bk_view(t->src[0]), bk_view(t->src[1]), bk_view(t)};
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_get_rows, (uint32_t)ggml_nrows(t), bk_div_up((uint64_t)t->ne[0], 256), 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

static bool set_rows_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *src = t->src[0], *ids = t->src[1];
    bool floats = bk_is_f32(src) || src->type == GGML_TYPE_F16;
    return floats && (ids->type == GGML_TYPE_I64 || ids->type == GGML_TYPE_I32) && (bk_is_float(t) || bk_is_quant(t->type));
}

static int set_rows_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct ggml_tensor *src = t->src[0], *ids = t->src[1];
    struct args_set_rows args = {bk_view(src), bk_view(ids), bk_view(t), exo_div_make((uint32_t)ids->ne[1]),
                                 exo_div_make((uint32_t)ids->ne[2])};
    bool quant = bk_is_quant(t->type);
    uint32_t pieces = quant ? bk_div_up((uint64_t)src->ne[0] / 32, 64) : bk_div_up((uint64_t)src->ne[0], 256);
    struct bk_launch l =
        bk_launch_for(t, quant ? EXO_KERNEL_set_rows_q : EXO_KERNEL_set_rows, (uint32_t)ggml_nrows(src), pieces, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

/* ---- copies
 * --------------------------------------------------------------------------------------------------------------------- */

static bool same_bytes(const struct ggml_tensor *t)
{
    return t->src[0]->type == t->type && ggml_is_contiguous(t->src[0]) && ggml_is_contiguous(t);
}

/* Both made of whole blocks along the rows, so that blocks can be moved or converted one by one. */
static bool rows_of_blocks(const struct ggml_tensor *t)
{
    return t->ne[0] % 32 == 0 && t->nb[0] == ggml_type_size(t->type);
}

static bool is_integer(enum ggml_type type)
{
    return type == GGML_TYPE_I16 || type == GGML_TYPE_I32 || type == GGML_TYPE_I64;
}

/* CPY, CONT and DUP: the elements of src in order, into t's layout. */
static bool copy_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *src = t->src[0];
    if (ggml_nelements(src) != ggml_nelements(t)) {
        return false;
    }
    if (same_bytes(t)) {
        return true;
    }
    if (bk_is_quant(t->type)) {
        return rows_of_blocks(t) && (bk_is_float(src) || (src->type == t->type && rows_of_blocks(src)));
    }
    if (src->type == t->type) {
        return bk_is_float(t) || is_integer(t->type);
    }
    if ((bk_is_f32(src) && t->type == GGML_TYPE_I32) || (src->type == GGML_TYPE_I32 && bk_is_f32(t))) {
        return true;
    }
    return bk_is_float(t) && (bk_is_float(src) || (bk_is_readable_quant(src->type) && src->nb[0] == ggml_type_size(src->type)));
}

static int copy_bytes_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    struct bk_range dst = bk_tensor_range(t), src = bk_tensor_range(t->src[0]);
    if (dst.size % 4 || dst.va % 4 || src.va % 4) {
        return bk_emit_copy(b, dst, src);
    }
    struct args_copy_flat args = {src.va, dst.va, dst.size};
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_copy_flat, bk_div_up(dst.size, 16 * 256), 1, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

static int copy_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct ggml_tensor *src = t->src[0];
    uint32_t count = (uint32_t)ggml_nelements(t);
    if (same_bytes(t)) {
        return copy_bytes_plan(b, t);
    }
    bool quant = bk_is_quant(t->type);
    struct args_copy args = {.src = bk_view(src), .dst = bk_view(t), .count = quant ? count / 32 : count};
    struct bk_launch l = quant ? bk_launch_for(t, EXO_KERNEL_copy_q, bk_div_up(count / 32, 64), 1, 1)
                               : bk_launch_for(t, EXO_KERNEL_copy, bk_div_up(count, 256), 1, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

/* ---- CONCAT: a copy per source into its part of t
 * ----------------------------------------------------------------------------------- */

static bool concat_supports(const struct ggml_tensor *t)
{
    return (bk_is_float(t) || is_integer(t->type)) && t->src[0]->type == t->type && t->src[1]->type == t->type;
}

static int concat_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    int dim = t->op_params[0];
    uint64_t at = 0;
    for (int i = 0; i < 2; i++) {
        const struct ggml_tensor *src = t->src[i];
        uint32_t count = (uint32_t)ggml_nelements(src);
        struct ggml_tensor part = *t;
        part.ne[dim] = src->ne[dim];
        struct args_copy args = {.src = bk_view(src), .dst = bk_view(&part), .count = count};
        args.dst.data += at;
        at += (uint64_t)src->ne[dim] * t->nb[dim];
        struct bk_launch l = {.kernel = EXO_KERNEL_copy, .groups = {bk_div_up(count, 256), 1, 1}};
        bk_launch_reads(&l, bk_tensor_range(src));
        bk_launch_writes(&l, bk_tensor_range(t));
        int rc = count ? bk_emit_args(b, &l, &args, sizeof(args)) : 0;
        if (rc) {
            return rc;
        }
    }
    return 0;
}

static bool repeat_supports(const struct ggml_tensor *t)
{
    size_t size = ggml_type_size(t->type);
    return t->src[0]->type == t->type && ggml_blck_size(t->type) == 1 && (size == 2 || size == 4) &&
           ggml_can_repeat(t->src[0], t);
}

static int repeat_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    uint32_t count = (uint32_t)ggml_nelements(t);
    struct args_repeat args = {.src = bk_view(t->src[0]), .dst = bk_view(t), .count = count};
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_repeat, bk_div_up(count, 256), 1, 1);
    return bk_emit_args(b, &l, &args, sizeof(args));
}

const struct bk_op_row bk_row_rows[] = {
    {GGML_OP_GET_ROWS, get_rows_supports, get_rows_plan},
    {GGML_OP_SET_ROWS, set_rows_supports, set_rows_plan},
    {GGML_OP_CPY, copy_supports, copy_plan},
    {GGML_OP_CONT, copy_supports, copy_plan},
    {GGML_OP_DUP, copy_supports, copy_plan},
    {GGML_OP_REPEAT, repeat_supports, repeat_plan},
    {GGML_OP_CONCAT, concat_supports, concat_plan},
    {0},
};
