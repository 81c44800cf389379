/*
 * Matrix products. Kernel variants are rows: the weights' type, the most columns it is for, the form in which it wants the
 * activations. Activations are prepared once per graph, however many products share them (Q, K and V; gate and up).
 */
#include "ops/ops.h"

#include <errno.h>

struct variant {
    enum ggml_type type;
    uint32_t max_cols;
    enum exo_kernel_id kernel;
    uint32_t cols; /* that one group computes */
    enum exo_act act;
    bool tile;
    uint32_t k_step; /* of which the rows' length must be a multiple; 0: any */
};

#define ANY_COLS UINT32_MAX
#define TILES(TYPE, name)                                                                                                        \
    {GGML_TYPE_##TYPE, 16, EXO_KERNEL_mul_mat_##name##_n16, 16, EXO_ACT_F16, true, 0},                                           \
        {GGML_TYPE_##TYPE, 32, EXO_KERNEL_mul_mat_##name##_n32, 32, EXO_ACT_F16, true, 0},                                       \
        {GGML_TYPE_##TYPE, ANY_COLS, EXO_KERNEL_mul_mat_##name##_n128, EXO_WIDE_COLS, EXO_ACT_F16, true, EXO_WIDE_STEP},         \
        {GGML_TYPE_##TYPE, ANY_COLS, EXO_KERNEL_mul_mat_##name##_n32, 32, EXO_ACT_F16, true, 0}
#define QUANT_VARIANTS(TYPE, name, act)                                                                                          \
    {GGML_TYPE_##TYPE, 1, EXO_KERNEL_matvec_##name##_c1, 1, act, false, 0},                                                      \
        {GGML_TYPE_##TYPE, 8, EXO_KERNEL_matvec_##name##_c4, 4, act, false, 0}, TILES(TYPE, name)
#define QUANT_VARIANTS_TWO(TYPE, name, act)                                                                                      \
    {GGML_TYPE_##TYPE, 1, EXO_KERNEL_matvec_##name##_c1, 1, act, false, 0},                                                      \
        {GGML_TYPE_##TYPE, 2, EXO_KERNEL_matvec_##name##_c2, 2, act, false, 0},                                                  \
        {GGML_TYPE_##TYPE, 8, EXO_KERNEL_matvec_##name##_c4, 4, act, false, 0}, TILES(TYPE, name)
#define FLOAT_VARIANTS(TYPE, name)                                                                                               \
    {GGML_TYPE_##TYPE, 1, EXO_KERNEL_matvec_##name##_c1, 1, EXO_ACT_NONE, false, 0},                                             \
        {GGML_TYPE_##TYPE, ANY_COLS, EXO_KERNEL_matvec_##name##_c4, 4, EXO_ACT_NONE, false, 0}

/* For each type by rising column count: the first that fits is taken. */
static const struct variant variants[] = {
    QUANT_VARIANTS_TWO(Q4_0, q4_0, EXO_ACT_NIBBLES),
    QUANT_VARIANTS_TWO(Q4_1, q4_1, EXO_ACT_NIBBLES),
    QUANT_VARIANTS_TWO(Q8_0, q8_0, EXO_ACT_BYTES),
    QUANT_VARIANTS(Q5_0, q5_0, EXO_ACT_BYTES),
    QUANT_VARIANTS(Q5_1, q5_1, EXO_ACT_BYTES),
    QUANT_VARIANTS(Q2_K, q2_k, EXO_ACT_BYTES),
    QUANT_VARIANTS(Q3_K, q3_k, EXO_ACT_BYTES),
    QUANT_VARIANTS(Q4_K, q4_k, EXO_ACT_BYTES),
    QUANT_VARIANTS(Q5_K, q5_k, EXO_ACT_BYTES),
    QUANT_VARIANTS(Q6_K, q6_k, EXO_ACT_BYTES),
    {GGML_TYPE_F16, 1, EXO_KERNEL_matvec_f16_c1, 1, EXO_ACT_NONE, false, 0},
    {GGML_TYPE_F16, 8, EXO_KERNEL_matvec_f16_c4, 4, EXO_ACT_NONE, false, 0},
    TILES(F16, f16),
    FLOAT_VARIANTS(F16, f16), /* where the tiles do not fit */
    FLOAT_VARIANTS(BF16, bf16),
    FLOAT_VARIANTS(F32, f32),
};

/* Of each quantised type: one column, two or three such products at once, a gated unit. */
#define JOINS(TYPE, name)                                                                                                        \
    {GGML_TYPE_##TYPE, EXO_KERNEL_matvec_##name##_c1, EXO_KERNEL_matvec_##name##_three, EXO_KERNEL_matvec_glu_##name,            \
     EXO_KERNEL_matvec_glu_##name##_blocks}
static const struct {
    enum ggml_type type;
    enum exo_kernel_id one, three, glu, blocks;
} joins[] = {
    JOINS(Q4_0, q4_0), JOINS(Q4_1, q4_1), JOINS(Q8_0, q8_0), JOINS(Q5_0, q5_0), JOINS(Q5_1, q5_1),
    JOINS(Q2_K, q2_k), JOINS(Q3_K, q3_k), JOINS(Q4_K, q4_k), JOINS(Q5_K, q5_k), JOINS(Q6_K, q6_k),
};
#define JOIN_COUNT (sizeof(joins) / sizeof(joins[0]))

/* ---- choosing
 * ------------------------------------------------------------------------------------------------------------------- */

static bool weight_type(enum ggml_type type)
{
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        if (variants[i].type == type) {
            return true;
        }
    }
    return false;
}

static bool mul_mat_supports(const struct ggml_tensor *t)
{
    const struct ggml_tensor *w = t->src[0], *x = t->src[1];
    return bk_planes_fit(t) && bk_is_f32(t) && weight_type(w->type) && bk_is_float(x) &&
           (bk_is_float(w) || w->nb[0] == ggml_type_size(w->type));
}

static bool strides_multiple_of(const struct ggml_tensor *t, size_t bytes)
{
    return t->nb[1] % bytes == 0 && t->nb[2] % bytes == 0 && t->nb[3] % bytes == 0 && bk_va(t) % bytes == 0;
}

/* The least precision the graph allows for the activations: op_params[3] (ggml_prec_set_src), 0 for no wish. */
static bool act_allowed(const struct ggml_tensor *t, enum exo_act act)
{
    int32_t prec = t->op_params[3];
    return act == EXO_ACT_NONE || prec == GGML_PREC_UNDEFINED || prec >= GGML_PREC_F16; /* no form is coarser than halves */
}

static bool variant_fits(const struct variant *v, const struct ggml_tensor *t)
{
    const struct ggml_tensor *w = t->src[0], *x = t->src[1];
    if (v->type != w->type || x->ne[1] > v->max_cols || !act_allowed(t, v->act) || w->nb[0] != ggml_type_size(w->type) ||
        (v->k_step != 0 && w->ne[0] % v->k_step != 0)) {
        return false;
    }
    if (v->act != EXO_ACT_NONE) { /* prepared from anything but BF16 */
        return x->type != GGML_TYPE_BF16 && (!bk_is_float(w) || (w->ne[0] % 32 == 0 && strides_multiple_of(w, 16)));
    }
    return x->type != GGML_TYPE_BF16 && x->nb[0] == ggml_type_size(x->type) && (size_t)w->ne[0] * w->nb[0] % 16 == 0 &&
           w->ne[0] % 8 == 0 && strides_multiple_of(w, 16) && strides_multiple_of(x, 16);
}

/* NULL: only mul_mat_any does it. */
static const struct variant *choose(const struct ggml_tensor *t)
{
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        if (variant_fits(&variants[i], t)) {
            return &variants[i];
        }
    }
    return NULL;
}

/* ---- prepared activations
 * ---------------------------------------------------------------------------------------------------------- */

static void act_key(uint64_t key[10], const struct ggml_tensor *x, enum exo_act act)
{
    key[0] = bk_va(x);
    key[1] = (uint64_t)x->type << 8 | act;
    for (int i = 0; i < 4; i++) {
        key[2 + i] = (uint64_t)x->ne[i];
        key[6 + i] = (uint64_t)x->nb[i];
    }
}

/* uses: how many of the tensor's readers this serves. */
static int prepare(struct bk_builder *b, const struct ggml_tensor *x, enum exo_act act, int uses, struct bk_range *prepared_out)
{
    uint64_t key[10];
    act_key(key, x, act);
    struct bk_scratch *s = bk_scratch_find(b, key);
    if (s) {
        s->live_uses -= s->live_uses < uses ? s->live_uses : uses;
        *prepared_out = s->range;
        return 0;
    }
    uint64_t stride = exo_act_stride(act, (uint32_t)x->ne[0]);
    int rc = bk_scratch_get(b, stride * exo_act_columns(act, (uint64_t)x->ne[1]) * (uint64_t)(x->ne[2] * x->ne[3]), &s);
    if (rc) {
        return rc;
    }
    struct args_quantize_act args = {.src = bk_view(x), .dst = s->range.va, .stride = stride, .act = (uint32_t)act};
    args.split_log2 = exo_act_split_log2(act, (uint32_t)x->ne[0]);
    struct bk_launch l = {
        .kernel = EXO_KERNEL_quantize_act,
        .groups = {bk_div_up((uint64_t)x->ne[1] << args.split_log2, 4), (uint32_t)x->ne[2], (uint32_t)x->ne[3]},
    };
    bk_launch_reads(&l, bk_tensor_range(x));
    bk_launch_writes(&l, s->range);
    rc = bk_emit_args(b, &l, &args, sizeof(args));
    memcpy(s->key, key, sizeof(key));
    s->source = bk_tensor_range(x);
    *prepared_out = s->range;
    return rc;
}

enum exo_act bk_mul_mat_act(const struct ggml_tensor *t)
{
    const struct variant *v = choose(t);
    return v ? v->act : EXO_ACT_NONE;
}

int bk_act_reserve(struct bk_builder *b, const struct ggml_tensor *x, enum exo_act act, struct bk_scratch **scratch_out)
{
    uint64_t stride = exo_act_stride(act, (uint32_t)x->ne[0]);
    return bk_scratch_get(b, stride * exo_act_columns(act, (uint64_t)x->ne[1]) * (uint64_t)(x->ne[2] * x->ne[3]), scratch_out);
}

void bk_act_holds(struct bk_scratch *s, const struct ggml_tensor *x, enum exo_act act, int live_uses)
{
    act_key(s->key, x, act);
    s->live_uses = live_uses;
    s->source = bk_tensor_range(x);
}

/* ---- planning
 * -------------------------------------------------------------------------------------------------------------------------- */

static int plan_any(struct bk_builder *b, const struct ggml_tensor *t)
{
    const struct ggml_tensor *w = t->src[0], *x = t->src[1];
    struct args_mul_mat_any args = {
        .w = bk_view(w),
        .x = bk_view(x),
        .dst = bk_view(t),
        .ne12 = exo_div_make((uint32_t)x->ne[2]),
        .r2 = exo_div_make((uint32_t)(x->ne[2] / w->ne[2])),
        .r3 = exo_div_make((uint32_t)(x->ne[3] / w->ne[3])),
    };
    struct bk_launch l = bk_launch_for(t, EXO_KERNEL_mul_mat_any, bk_div_up((uint64_t)w->ne[1], 4),
                                       bk_div_up((uint64_t)x->ne[1], 4), (uint32_t)(x->ne[2] * x->ne[3]));
    return bk_emit_args(b, &l, &args, sizeof(args));
}

static void fill_shapes(struct args_mul_mat *a, const struct ggml_tensor *t, const struct ggml_tensor *dst)
{
    const struct ggml_tensor *w = t->src[0], *x = t->src[1];
    *a = (struct args_mul_mat){
        .w = bk_va(w),
        .x = bk_va(x),
        .dst = bk_va(dst),
        .w_nb1 = w->nb[1],
        .w_nb2 = w->nb[2],
        .w_nb3 = w->nb[3],
        .x_nb1 = x->nb[1],
        .x_nb2 = x->nb[2],
        .x_nb3 = x->nb[3],
        .dst_nb1 = dst->nb[1],
        .dst_nb2 = dst->nb[2],
        .dst_nb3 = dst->nb[3],
        .k = (uint32_t)w->ne[0],
        .rows = (uint32_t)w->ne[1],
        .cols = (uint32_t)x->ne[1],
        .lanes_log2 = exo_matvec_lanes_log2((uint32_t)w->type, (uint32_t)w->ne[0]),
        .ne12 = exo_div_make((uint32_t)x->ne[2]),
        .r2 = exo_div_make((uint32_t)(x->ne[2] / w->ne[2])),
        .r3 = exo_div_make((uint32_t)(x->ne[3] / w->ne[3])),
        .x_type = (uint32_t)x->type,
    };
}

static void fill_add(struct args_mul_mat *a, const struct ggml_tensor *add)
{
    a->add = bk_va(add);
    a->add_nb1 = add->ne[1] > 1 ? add->nb[1] : 0;
    a->add_nb2 = add->ne[2] > 1 ? add->nb[2] : 0;
    a->add_nb3 = add->ne[3] > 1 ? add->nb[3] : 0;
}

static enum exo_kernel_id glu_kernel(enum ggml_type type, bool blocks)
{
    for (size_t i = 0; i < JOIN_COUNT; i++) {
        if (joins[i].type == type) {
            return blocks ? joins[i].blocks : joins[i].glu;
        }
    }
    return EXO_KERNEL_COUNT;
}

static enum exo_kernel_id three_kernel(enum ggml_type type)
{
    for (size_t i = 0; i < JOIN_COUNT; i++) {
        if (joins[i].type == type) {
            return joins[i].three;
        }
    }
    return EXO_KERNEL_COUNT;
}

static int fill_activations(struct bk_builder *b, struct args_mul_mat *a, struct bk_launch *l, const struct ggml_tensor *x,
                            enum exo_act act, int uses)
{
    struct bk_range in = bk_tensor_range(x);
    if (act != EXO_ACT_NONE) {
        int rc = prepare(b, x, act, uses, &in);
        if (rc) {
            return rc;
        }
        a->x = in.va;
        a->x_nb1 = exo_act_stride(act, (uint32_t)x->ne[0]);
        a->x_nb2 = a->x_nb1 * exo_act_columns(act, (uint64_t)x->ne[1]);
        a->x_nb3 = a->x_nb2 * (uint64_t)x->ne[2];
    }
    bk_launch_reads(l, in);
    return 0;
}

/* The result goes to a block of prepared activations; the tensor itself is left stale. */
static int emit_to_act(struct bk_builder *b, struct bk_launch *l, struct args_mul_mat *args,
                       const struct bk_mul_mat_fusion *fusion)
{
    struct bk_scratch *s;
    int rc = bk_act_reserve(b, fusion->dst, fusion->act, &s);
    if (rc) {
        return rc;
    }
    args->dst = s->range.va;
    args->quant_act = (uint32_t)fusion->act;
    bk_launch_writes(l, s->range);
    rc = bk_emit_args(b, l, args, sizeof(*args));
    bk_act_holds(s, fusion->dst, fusion->act, fusion->act_uses);
    return rc;
}

/* As one of three products, the form that can turn and place its result; others of its level join it. */
static int emit_turned(struct bk_builder *b, struct bk_launch *l, const struct args_mul_mat *args, enum ggml_type type,
                       const struct bk_mul_mat_fusion *fusion)
{
    struct args_matvec_three three = {.a = *args, .first = {UINT32_MAX, UINT32_MAX}};
    const struct ggml_tensor *rope = fusion->rope, *set = fusion->set_rows;
    three.out[0].type = EXO_TYPE_F32;
    if (rope) {
        bk_rope_fill(&three.rope, rope);
        three.out[0].head_log2 = (uint32_t)__builtin_ctz(three.rope.n_dims);
        bk_launch_reads(l, bk_tensor_range(rope->src[1]));
        if (rope->src[2]) {
            bk_launch_reads(l, bk_tensor_range(rope->src[2]));
        }
    }
    if (set) {
        three.out[0].ids = bk_va(set->src[1]);
        three.out[0].ids_type = (uint32_t)set->src[1]->type;
        three.out[0].row_bytes = set->nb[1];
        three.out[0].type = (uint32_t)set->type;
        bk_launch_reads(l, bk_tensor_range(set->src[1]));
    }
    l->kernel = three_kernel(type);
    return bk_emit_args(b, l, &three, sizeof(three));
}

int bk_plan_mul_mat(struct bk_builder *b, const struct ggml_tensor *t, const struct bk_mul_mat_fusion *fusion)
{
    const struct ggml_tensor *w = t->src[0], *x = t->src[1];
    const struct variant *v = choose(t);
    if (!v) {
        return plan_any(b, t);
    }
    struct args_mul_mat args;
    fill_shapes(&args, t, fusion->dst);
    uint32_t per_group = v->tile ? EXO_TILE_ROWS : exo_matvec_rows_per_group(args.lanes_log2);
    struct bk_launch l = {
        .kernel = v->kernel,
        .groups = {bk_div_up(args.rows, per_group), bk_div_up(args.cols, v->cols), (uint32_t)(x->ne[2] * x->ne[3])},
    };
    int rc = fill_activations(b, &args, &l, x, v->act, fusion->up ? 2 : 1);
    if (rc) {
        return rc;
    }
    bk_launch_reads(&l, bk_tensor_range(w));
    if (fusion->add) {
        fill_add(&args, fusion->add);
        bk_launch_reads(&l, bk_tensor_range(fusion->add));
    }
    if (fusion->up) {
        args.w2 = bk_va(fusion->up->src[0]);
        args.glu_op = EXO_GLU_SWIGLU;
        bool blocks = fusion->act != EXO_ACT_NONE && args.lanes_log2 > 1;
        l.kernel = glu_kernel(w->type, blocks);
        l.groups[0] = blocks ? bk_div_up(args.rows, EXO_MATVEC_BLOCKS * per_group) : l.groups[0];
        bk_launch_reads(&l, bk_tensor_range(fusion->up->src[0]));
    }
    bk_launch_writes(&l, bk_tensor_range(fusion->dst));
    if (fusion->rope || fusion->set_rows) {
        return emit_turned(b, &l, &args, w->type, fusion);
    }
    return fusion->act == EXO_ACT_NONE ? bk_emit_args(b, &l, &args, sizeof(args)) : emit_to_act(b, &l, &args, fusion);
}

static int mul_mat_plan(struct bk_builder *b, const struct ggml_tensor *t)
{
    return bk_plan_mul_mat(b, t, &(struct bk_mul_mat_fusion){.dst = t});
}

/* ---- products side by side
 * -------------------------------------------------------------------------------------------------------------------- */

static bool may_join(const struct args_mul_mat *a, const struct args_mul_mat *b)
{
    return a->x == b->x && a->k == b->k && a->w_nb1 == b->w_nb1 && a->lanes_log2 == b->lanes_log2;
}

/* A launch as the first of three. False: it is none that could be. */
static bool as_three(const struct bk_launch *l, enum exo_kernel_id *three_out, struct args_matvec_three *args)
{
    for (size_t i = 0; i < JOIN_COUNT; i++) {
        if ((joins[i].one == l->kernel || joins[i].three == l->kernel) && l->groups[1] == 1 && l->groups[2] == 1) {
            memset(args, 0, sizeof(*args));
            memcpy(args, l->args, l->args_bytes); /* begins with the arguments of one alone */
            args->first[0] = args->first[1] = UINT32_MAX;
            *three_out = joins[i].three;
            return true;
        }
    }
    return false;
}

bool bk_join_begin(struct bk_join *j, const struct bk_launch *l)
{
    *j = (struct bk_join){.count = 1, .groups = l->groups[0]};
    return as_three(l, &j->kernel, &j->args);
}

bool bk_join_add(struct bk_join *j, const struct bk_launch *l)
{
    enum exo_kernel_id kernel;
    struct args_matvec_three other;
    if (j->count == 3 || !as_three(l, &kernel, &other) || kernel != j->kernel || !may_join(&j->args.a, &other.a)) {
        return false;
    }
    bool turns = j->args.out[0].head_log2 || j->args.out[1].head_log2;
    if (other.out[0].head_log2) {
        if (turns && memcmp(&j->args.rope, &other.rope, sizeof(other.rope))) {
            return false;
        }
        j->args.rope = other.rope;
    }
    uint32_t i = j->count++ - 1;
    j->args.w[i] = other.a.w;
    j->args.dst[i] = other.a.dst;
    j->args.add[i] = other.a.add;
    j->args.rows[i] = other.a.rows;
    j->args.first[i] = j->groups;
    j->args.out[i + 1] = other.out[0];
    j->groups += l->groups[0];
    return true;
}

/* ---- what may be fused
 * --------------------------------------------------------------------------------------------------------------------- */

/* A gated unit of one column can write quantised activations where a wave, or a group of eight, holds whole blocks of rows. */
bool bk_mul_mat_can_act(const struct ggml_tensor *gate)
{
    const struct ggml_tensor *w = gate->src[0];
    uint32_t lanes_log2 = exo_matvec_lanes_log2((uint32_t)w->type, (uint32_t)w->ne[0]);
    return (lanes_log2 == 1 || lanes_log2 >= 4) && ggml_nelements(gate) == gate->ne[0] && gate->ne[0] % 32 == 0;
}

bool bk_mul_mat_can_add(const struct ggml_tensor *t, const struct ggml_tensor *add)
{
    bool row = add->ne[0] == t->ne[0] && ggml_nelements(add) == add->ne[0];
    return choose(t) && bk_is_f32(add) && add->nb[0] == 4 && (row || ggml_are_same_shape(add, t));
}

/* The kernels that place and turn a result have one column and no batches. */
static bool one_of_three_fits(const struct ggml_tensor *t)
{
    const struct variant *v = choose(t);
    return v && !v->tile && v->cols == 1 && three_kernel(t->src[0]->type) != EXO_KERNEL_COUNT && ggml_nelements(t) == t->ne[0];
}

/* Whole heads, a power of two wide so that a row's place in its head is a matter of bits. rope: of t's elements. */
bool bk_mul_mat_can_turn(const struct ggml_tensor *t, const struct ggml_tensor *rope)
{
    int n_dims = rope->op_params[1], mode = rope->op_params[2], first = rope->op_params[15];
    return one_of_three_fits(t) && bk_is_f32(rope) && ggml_is_contiguous(rope) && rope->ne[0] == n_dims && n_dims >= 4 &&
           (n_dims & (n_dims - 1)) == 0 && first == 0 && (mode == GGML_ROPE_TYPE_NORMAL || mode == GGML_ROPE_TYPE_NEOX) &&
           ggml_nelements(rope) == t->ne[0];
}

/* set_rows: of t's elements, in order. */
bool bk_mul_mat_can_place(const struct ggml_tensor *t, const struct ggml_tensor *set)
{
    return one_of_three_fits(t) && (set->type == GGML_TYPE_F16 || set->type == GGML_TYPE_F32) && set->ne[0] == t->ne[0] &&
           set->nb[0] == ggml_type_size(set->type) && ggml_nelements(set->src[1]) == 1;
}

bool bk_mul_mat_can_glu(const struct ggml_tensor *gate, const struct ggml_tensor *up, const struct ggml_tensor *glu)
{
    const struct ggml_tensor *w = gate->src[0], *w2 = up->src[0];
    const struct variant *v = choose(gate);
    return v && !v->tile && v->cols == 1 && glu_kernel(w->type, false) != EXO_KERNEL_COUNT && gate->src[1] == up->src[1] &&
           w->type == w2->type && ggml_are_same_shape(w, w2) && ggml_are_same_stride(w, w2) &&
           ggml_get_glu_op(glu) == GGML_GLU_OP_SWIGLU && bk_is_f32(glu) && act_allowed(up, v->act);
}

const struct bk_op_row bk_mul_mat_rows[] = {
    {GGML_OP_MUL_MAT, mul_mat_supports, mul_mat_plan},
    {0},
};
