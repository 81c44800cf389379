/*
 * ops.h: which operations the plug-in computes, and with which dispatches. One row per operation: what it supports (by type,
 * shape and strides only: it is also asked about tensors without memory) and how it is planned. The rows answer supports_op;
 * nothing else does. Fusion patterns (fuse.c) are rows as well.
 *
 * A plan function may rely on its supports function; it emits dispatches that name every range they read and write.
 */
#ifndef EXO_BACKEND_OPS_H
#define EXO_BACKEND_OPS_H

#include "plan.h"

struct bk_op_row {
    enum ggml_op op;
    bool (*supports)(const struct ggml_tensor *t);
    int (*plan)(struct bk_builder *b, const struct ggml_tensor *t);
};

/* Lists of rows, ended by a row without supports. */
extern const struct bk_op_row bk_elementwise_rows[];
extern const struct bk_op_row bk_row_rows[];
extern const struct bk_op_row bk_norm_rows[];
extern const struct bk_op_row bk_rope_rows[];
extern const struct bk_op_row bk_mul_mat_rows[];
extern const struct bk_op_row bk_attention_rows[];

bool bk_op_supported(const struct ggml_tensor *t);
int bk_op_plan(struct bk_builder *b, const struct ggml_tensor *t);

/* False for views, empty tensors and nodes that ggml does not want computed: they make no dispatch. */
bool bk_node_runs(const struct ggml_tensor *t);

/* Tries the fusion patterns at node `index`. *used_out: how many nodes one covered, 0 for none. */
int bk_fuse(struct bk_builder *b, int index, int *used_out);

/* ---- helpers that ops share -------------------------------------------------------------------------------------------- */

static inline uint32_t bk_div_up(uint64_t n, uint32_t by)
{
    return (uint32_t)((n + by - 1) / by);
}

static inline float bk_param_f32(const struct ggml_tensor *t, int index)
{
    float value;
    memcpy(&value, &t->op_params[index], sizeof(value));
    return value;
}

static inline uint64_t bk_va(const struct ggml_tensor *t)
{
    return (uint64_t)(uintptr_t)t->data;
}

struct exo_view bk_view(const struct ggml_tensor *t); /* NULL: a view without data */

/* The kernels count elements and groups in 32 bits. */
bool bk_countable(const struct ggml_tensor *t);
/* For kernels whose groups count dimensions 2 and 3, of the tensor or a source, in y and z (exo_dispatch.groups). */
bool bk_planes_fit(const struct ggml_tensor *t);
bool bk_is_f32(const struct ggml_tensor *t);
bool bk_is_float(const struct ggml_tensor *t);  /* F32, F16, BF16 */
bool bk_is_quant(enum ggml_type type);          /* of the quantised types that kernels read and write */
bool bk_is_readable_quant(enum ggml_type type); /* those, and the K types */

/* A launch over `groups` that reads the tensor's sources (those with data) and writes the tensor. */
struct bk_launch bk_launch_for(const struct ggml_tensor *t, enum exo_kernel_id kernel, uint32_t x, uint32_t y, uint32_t z);
int bk_emit_args(struct bk_builder *b, struct bk_launch *launch, const void *args, size_t args_bytes);

/* ---- shared between ops/ and fuse.c --------------------------------------------------------------------------------------- */

/* The form in which a product wants its activations, and a block for them that another kernel fills. */
enum exo_act bk_mul_mat_act(const struct ggml_tensor *t);
int bk_act_reserve(struct bk_builder *b, const struct ggml_tensor *x, enum exo_act act, struct bk_scratch **scratch_out);
/* From now on the block holds x in that form. live_uses: readers who have no other source of it, because x is not written. */
void bk_act_holds(struct bk_scratch *s, const struct ggml_tensor *x, enum exo_act act, int live_uses);

/* Fused forms; each checks nothing: the pattern has. */
struct bk_mul_mat_fusion {
    const struct ggml_tensor *add;      /* F32, added to the product; NULL: none */
    const struct ggml_tensor *up;       /* the second product, of a gated unit; NULL: none */
    const struct ggml_tensor *dst;      /* where the result goes: the last node of the pattern */
    const struct ggml_tensor *rope;     /* turns the product's heads; NULL: none. bk_mul_mat_can_turn */
    const struct ggml_tensor *set_rows; /* dst, where it is a cache: the result is its row ids[0]. bk_mul_mat_can_place */
    enum exo_act act;                   /* gated units: the result in this form instead; EXO_ACT_NONE: no */
    int act_uses;                       /* how many readers that has; nobody reads dst itself */
};
int bk_plan_mul_mat(struct bk_builder *b, const struct ggml_tensor *t, const struct bk_mul_mat_fusion *fusion);
bool bk_mul_mat_can_act(const struct ggml_tensor *gate);
bool bk_mul_mat_can_add(const struct ggml_tensor *t, const struct ggml_tensor *add);
bool bk_mul_mat_can_glu(const struct ggml_tensor *gate, const struct ggml_tensor *up, const struct ggml_tensor *glu);
bool bk_mul_mat_can_turn(const struct ggml_tensor *t, const struct ggml_tensor *rope);
bool bk_mul_mat_can_place(const struct ggml_tensor *t, const struct ggml_tensor *set_rows);
/* Products of one column that read the same activations and run side by side, gathered into one dispatch. */
struct bk_join {
    enum exo_kernel_id kernel;
    uint32_t count, groups;
    struct args_matvec_three args; /* out[i].head_log2 of any of them: args.rope is theirs */
};
bool bk_join_begin(struct bk_join *join, const struct bk_launch *launch); /* false: nothing can join this launch */
bool bk_join_add(struct bk_join *join, const struct bk_launch *launch);   /* false: it does not fit */
struct bk_norm_fusion {
    const struct ggml_tensor *mul, *add; /* NULL: none */
    const struct ggml_tensor *dst;       /* the last node of the pattern */
    enum exo_act act;                    /* the result as activations too; EXO_ACT_NONE: no */
    int act_uses;                        /* how many readers that has; nobody reads dst itself */
};
int bk_plan_norm(struct bk_builder *b, const struct ggml_tensor *t, const struct bk_norm_fusion *fusion);
bool bk_norm_can_act(const struct ggml_tensor *t);
struct bk_attention_fusion {
    const struct ggml_tensor *dst; /* the result as one column per query; its readers' x */
    enum exo_act act;              /* written in this form instead; EXO_ACT_NONE: no */
    int act_uses;
};
int bk_plan_attention(struct bk_builder *b, const struct ggml_tensor *t, const struct bk_attention_fusion *fusion);
bool bk_attention_can_act(const struct ggml_tensor *t, const struct ggml_tensor *dst);
void bk_rope_fill(struct exo_rope *rope, const struct ggml_tensor *t);
int bk_plan_rope(struct bk_builder *b, const struct ggml_tensor *t, const struct ggml_tensor *set_rows);

#endif
