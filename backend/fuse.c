/*
 * fuse.c: patterns of nodes that become one dispatch. Rows: the sequence of operations, and a function that checks the
 * condition and emits. A node whose result is swallowed must have no other use, not be an output and not be a view.
 *
 * ggml's allocator frees a source after its last reader, so the memory of the pattern's result may overlap that of a source
 * which the fused kernel still reads. That is allowed only where an element's reader is also its writer.
 */
#include "ops/ops.h"

#define PATTERN_MAX 4

struct pattern {
    enum ggml_op ops[PATTERN_MAX];
    int length;
    /* 1: emitted, 0: the condition does not hold, negative errno: failed */
    int (*emit)(struct bk_builder *b, int index);
};

static struct ggml_tensor *node(const struct bk_builder *b, int index)
{
    return b->cgraph->nodes[index];
}

/* Used `uses` times, all within the pattern. */
static bool swallowable(const struct bk_builder *b, int index, int uses)
{
    return ggml_node_has_n_uses(b->cgraph, index, uses);
}

static bool apart(const struct ggml_tensor *dst, const struct ggml_tensor *src)
{
    return !src || !bk_overlap(bk_tensor_range(dst), bk_tensor_range(src));
}

/* Apart, or element by element the same memory. */
static bool apart_or_in_place(const struct ggml_tensor *dst, const struct ggml_tensor *src)
{
    return apart(dst, src) ||
           (src->data == dst->data && src->type == dst->type && ggml_are_same_shape(src, dst) && ggml_are_same_stride(src, dst));
}

static int done(int rc)
{
    return rc ? rc : 1;
}

/* The factor or summand that `t` combines with `with`; NULL if `with` is not its source or the shapes cannot be repeated. */
static const struct ggml_tensor *other_source(const struct ggml_tensor *t, const struct ggml_tensor *with)
{
    const struct ggml_tensor *other = t->src[0] == with ? t->src[1] : t->src[1] == with ? t->src[0] : NULL;
    return other && other != with && bk_is_f32(other) && bk_is_f32(t) && ggml_are_same_shape(t, with) &&
                   ggml_can_repeat(other, with)
               ? other
               : NULL;
}

/*
 * If all readers of the node are products that want the same quantised form, whoever makes it can write that form itself.
 * EXO_ACT_NONE if not. All uses must be found in the nodes that follow.
 */
static enum exo_act readers_act(const struct bk_builder *b, int index, int *uses_out)
{
    const struct ggml_tensor *t = node(b, index);
    int uses = ggml_node_get_use_count(b->cgraph, index), found = 0;
    enum exo_act act = EXO_ACT_NONE;
    if (!ggml_is_contiguous(t) || (t->flags & GGML_TENSOR_FLAG_OUTPUT)) {
        return EXO_ACT_NONE;
    }
    for (int i = index + 1; i < b->cgraph->n_nodes && found < uses; i++) {
        const struct ggml_tensor *n = node(b, i);
        for (int s = 0; s < GGML_MAX_SRC; s++) {
            if (n->src[s] != t) {
                continue;
            }
            enum exo_act wants = n->op == GGML_OP_MUL_MAT && s == 1 ? bk_mul_mat_act(n) : EXO_ACT_NONE;
            if ((wants != EXO_ACT_BYTES && wants != EXO_ACT_NIBBLES) || (act != EXO_ACT_NONE && act != wants)) {
                return EXO_ACT_NONE;
            }
            act = wants;
            found++;
        }
    }
    *uses_out = uses;
    return found == uses ? act : EXO_ACT_NONE;
}

/* The same for a node that is no view. */
static enum exo_act wanted_act(const struct bk_builder *b, int index, int *uses_out)
{
    return node(b, index)->view_src ? EXO_ACT_NONE : readers_act(b, index, uses_out);
}

/* ---- norm, weight, bias
 * -------------------------------------------------------------------------------------------------------- */

static int emit_norm(struct bk_builder *b, int index, bool with_add)
{
    const struct ggml_tensor *norm = node(b, index), *mul = node(b, index + 1), *add = with_add ? node(b, index + 2) : NULL;
    int last = index + (with_add ? 2 : 1);
    struct bk_norm_fusion f = {.dst = node(b, last), .act = EXO_ACT_NONE};
    f.mul = other_source(mul, norm);
    f.add = add ? other_source(add, mul) : NULL;
    if (!swallowable(b, index, 1) || !f.mul || (add && (!f.add || !swallowable(b, index + 1, 1)))) {
        return 0;
    }
    if (f.mul->ne[0] != f.dst->ne[0] || (f.add && f.add->ne[0] != f.dst->ne[0])) { /* the kernel repeats whole rows only */
        return 0;
    }
    if (!apart_or_in_place(f.dst, norm->src[0]) || !apart(f.dst, f.mul) || !apart(f.dst, f.add)) {
        return 0;
    }
    if (bk_norm_can_act(f.dst)) {
        f.act = wanted_act(b, last, &f.act_uses);
    }
    return done(bk_plan_norm(b, norm, &f));
}

static int emit_norm_mul(struct bk_builder *b, int index)
{
    return emit_norm(b, index, false);
}

static int emit_norm_mul_add(struct bk_builder *b, int index)
{
    return emit_norm(b, index, true);
}

/* ---- rotated keys, straight into the cache
 * ---------------------------------------------------------------------------------------- */

/* The node that scatters the rows of node `index`, seen as a matrix by the VIEW behind it, into a cache: one whole token a row.
 * NULL: that is not what follows, or somebody else wants them. */
static const struct ggml_tensor *cache_behind(const struct bk_builder *b, int index)
{
    if (index + 2 >= b->cgraph->n_nodes) {
        return NULL;
    }
    const struct ggml_tensor *heads = node(b, index), *view = node(b, index + 1), *set = node(b, index + 2);
    const struct ggml_tensor *ids = set->src[1];
    if (view->op != GGML_OP_VIEW || set->op != GGML_OP_SET_ROWS || !bk_node_runs(set) || !swallowable(b, index, 1) ||
        (view->flags & GGML_TENSOR_FLAG_OUTPUT) || ggml_node_get_use_count(b->cgraph, index + 1) != 1) {
        return NULL;
    }
    if (view->src[0] != heads || view->view_offs || set->src[0] != view || !bk_is_f32(heads) || heads->ne[3] != 1) {
        return NULL;
    }
    if (view->ne[0] != heads->ne[0] * heads->ne[1] || view->ne[1] != heads->ne[2] || view->ne[2] != 1 || view->ne[3] != 1 ||
        !ggml_is_contiguous(view) || ids->ne[0] != heads->ne[2] || ids->ne[1] != 1 || ids->ne[2] != 1 ||
        !ggml_is_contiguous(ids)) {
        return NULL;
    }
    return (set->type == GGML_TYPE_F16 || set->type == GGML_TYPE_F32) && set->nb[0] == ggml_type_size(set->type) &&
                   ggml_is_contiguous(heads)
               ? set
               : NULL;
}

static int emit_rope_set_rows(struct bk_builder *b, int index)
{
    const struct ggml_tensor *rope = node(b, index), *set = cache_behind(b, index);
    if (!set || !apart(set, rope->src[0]) || !apart(set, rope->src[1]) || !apart(set, rope->src[2]) || !apart(set, set->src[1])) {
        return 0;
    }
    return done(bk_plan_rope(b, rope, set));
}

/* ---- products with what follows
 * -------------------------------------------------------------------------------------------------------- */

static int emit_mul_mat_add(struct bk_builder *b, int index)
{
    const struct ggml_tensor *product = node(b, index), *sum = node(b, index + 1);
    const struct ggml_tensor *add = other_source(sum, product);
    struct bk_mul_mat_fusion f = {.add = add, .dst = sum};
    if (!swallowable(b, index, 1) || !add || !bk_mul_mat_can_add(product, add) || sum->nb[0] != 4) {
        return 0;
    }
    bool reads_x = bk_mul_mat_act(product) == EXO_ACT_NONE;
    if (!apart(sum, product->src[0]) || (reads_x && !apart(sum, product->src[1])) || !apart_or_in_place(sum, add)) {
        return 0;
    }
    return done(bk_plan_mul_mat(b, product, &f));
}

static int emit_gated_unit(struct bk_builder *b, int index)
{
    const struct ggml_tensor *first = node(b, index), *second = node(b, index + 1), *glu = node(b, index + 2);
    const struct ggml_tensor *gate = glu->src[0], *up = glu->src[1];
    bool in_order = gate == first && up == second, swapped = gate == second && up == first;
    if ((!in_order && !swapped) || !swallowable(b, index, 1) || !swallowable(b, index + 1, 1) ||
        !bk_mul_mat_can_glu(gate, up, glu)) {
        return 0;
    }
    if (!apart(glu, gate->src[0]) || !apart(glu, up->src[0])) {
        return 0;
    }
    struct bk_mul_mat_fusion f = {.up = up, .dst = glu, .act = EXO_ACT_NONE};
    if (bk_mul_mat_can_act(gate)) {
        f.act = wanted_act(b, index + 2, &f.act_uses);
    }
    return done(bk_plan_mul_mat(b, gate, &f));
}

/* ---- one column of Q, K or V: turned, and into the cache
 * --------------------------------------------------------------------------------------------------- */

#define PLACE_WINDOW 16 /* how far behind a product its SET_ROWS is looked for: V's waits for K's */

/* A product of one column, with a bias or not. 0: none. */
static int one_column(const struct bk_builder *b, int index, struct bk_mul_mat_fusion *f)
{
    const struct ggml_tensor *product = node(b, index);
    const struct ggml_tensor *sum = index + 1 < b->cgraph->n_nodes ? node(b, index + 1) : NULL;
    f->dst = product;
    if (ggml_nelements(product) != product->ne[0] || bk_mul_mat_act(product) == EXO_ACT_NONE) {
        return 0;
    }
    if (sum && sum->op == GGML_OP_ADD && bk_node_runs(sum) && swallowable(b, index, 1)) {
        f->add = other_source(sum, product);
        if (f->add && bk_mul_mat_can_add(product, f->add)) {
            f->dst = sum;
            return 2;
        }
        f->add = NULL;
    }
    return 1;
}

/* Everything that the product reads is apart from where its result goes. */
static bool sources_apart(const struct bk_mul_mat_fusion *f, const struct ggml_tensor *product)
{
    return apart(f->dst, product->src[0]) && apart(f->dst, f->add) && (!f->set_rows || apart(f->dst, f->set_rows->src[1])) &&
           (!f->rope || (apart(f->dst, f->rope->src[1]) && apart(f->dst, f->rope->src[2])));
}

/* MUL_MAT [ADD] RESHAPE ROPE, and VIEW SET_ROWS behind it. */
static int emit_turned(struct bk_builder *b, int index, int *used_out)
{
    struct bk_mul_mat_fusion f = {.act = EXO_ACT_NONE};
    const struct ggml_tensor *product = node(b, index);
    int used = one_column(b, index, &f), heads = index + used, turned = heads + 1;
    if (!used || turned >= b->cgraph->n_nodes) {
        return 0;
    }
    const struct ggml_tensor *reshape = node(b, heads), *rope = node(b, turned);
    if (reshape->op != GGML_OP_RESHAPE || reshape->src[0] != f.dst || rope->op != GGML_OP_ROPE || rope->src[0] != reshape ||
        !bk_node_runs(rope) || !swallowable(b, heads - 1, 1) || ggml_node_get_use_count(b->cgraph, heads) != 1 ||
        (reshape->flags & GGML_TENSOR_FLAG_OUTPUT) || !bk_mul_mat_can_turn(product, rope)) {
        return 0;
    }
    f.rope = f.dst = rope;
    used += 2;
    const struct ggml_tensor *set = cache_behind(b, turned);
    if (set && bk_mul_mat_can_place(product, set)) {
        f.set_rows = f.dst = set;
        used += 2;
    }
    if (!sources_apart(&f, product)) {
        return 0;
    }
    *used_out = used;
    return done(bk_plan_mul_mat(b, product, &f));
}

/* Does a node between the two, both left out, touch the memory that the later one writes? Then it cannot be written before. */
static bool touched_between(const struct bk_builder *b, int first, int last)
{
    const struct ggml_tensor *late = node(b, last);
    for (int i = first + 1; i < last; i++) {
        const struct ggml_tensor *n = node(b, i);
        if (!bk_node_runs(n)) {
            continue;
        }
        if (!apart(late, n)) {
            return true;
        }
        for (int s = 0; s < GGML_MAX_SRC; s++) {
            if (!apart(late, n->src[s])) {
                return true;
            }
        }
    }
    return false;
}

/* The views of node `index` that lead to a SET_ROWS of all its elements; nobody else reads it. -1: there is none. */
static int place_of(const struct bk_builder *b, int index)
{
    const struct ggml_tensor *at = node(b, index);
    int elements = (int)at->ne[0];
    if (!swallowable(b, index, 1)) {
        return -1;
    }
    for (int i = index + 1; i < b->cgraph->n_nodes && i <= index + PLACE_WINDOW; i++) {
        const struct ggml_tensor *n = node(b, i);
        if (n->src[0] != at) {
            continue;
        }
        if (n->op == GGML_OP_SET_ROWS) {
            return bk_node_runs(n) && n->src[1]->op == GGML_OP_NONE && n->src[1] != at ? i : -1;
        }
        if ((n->op != GGML_OP_RESHAPE && n->op != GGML_OP_VIEW) || n->view_offs != node(b, index)->view_offs ||
            !ggml_is_contiguous(n) || ggml_nelements(n) != elements || ggml_node_get_use_count(b->cgraph, i) != 1 ||
            (n->flags & GGML_TENSOR_FLAG_OUTPUT)) {
            return -1;
        }
        at = n;
    }
    return -1;
}

/* MUL_MAT [ADD], whose result a SET_ROWS further behind brings into a cache: it is written there at once. */
static int emit_placed(struct bk_builder *b, int index, int *used_out)
{
    struct bk_mul_mat_fusion f = {.act = EXO_ACT_NONE};
    const struct ggml_tensor *product = node(b, index);
    int used = one_column(b, index, &f), place = used ? place_of(b, index + used - 1) : -1;
    if (place < 0 || !bk_mul_mat_can_place(product, node(b, place)) || touched_between(b, index + used - 1, place)) {
        return 0;
    }
    f.set_rows = f.dst = node(b, place);
    if (!sources_apart(&f, product)) {
        return 0;
    }
    *used_out = used;
    b->covered[place] = true;
    return done(bk_plan_mul_mat(b, product, &f));
}

/* ---- attention, seen as a matrix by the product behind it
 * --------------------------------------------------------------------------------------------------- */

static int emit_attention(struct bk_builder *b, int index)
{
    const struct ggml_tensor *attention = node(b, index), *matrix = node(b, index + 1);
    struct bk_attention_fusion f = {.dst = matrix};
    if (matrix->src[0] != attention || matrix->view_offs || !swallowable(b, index, 1) ||
        !bk_attention_can_act(attention, matrix)) {
        return 0;
    }
    f.act = readers_act(b, index + 1, &f.act_uses);
    return f.act == EXO_ACT_NONE ? 0 : done(bk_plan_attention(b, attention, &f));
}

/* ---- chains of sums
 * ------------------------------------------------------------------------------------------------------------------------ */

static bool chain_member(const struct ggml_tensor *t)
{
    return bk_is_f32(t) && ggml_is_contiguous(t) && bk_va(t) % 16 == 0 && ggml_nelements(t) % 4 == 0;
}

/* How many ADDs from `index` on each add one more tensor of the same shape; their summands go to src. */
static int chain_length(const struct bk_builder *b, int index, const struct ggml_tensor *src[EXO_ADD_CHAIN_MAX])
{
    const struct ggml_tensor *first = node(b, index);
    int n = 0;
    src[0] = first->src[0];
    src[1] = first->src[1];
    if (!chain_member(first) || !chain_member(src[0]) || !chain_member(src[1]) || !ggml_are_same_shape(src[0], src[1])) {
        return 0;
    }
    for (n = 1; n + 1 < EXO_ADD_CHAIN_MAX && index + n < b->cgraph->n_nodes; n++) {
        const struct ggml_tensor *t = node(b, index + n), *so_far = node(b, index + n - 1);
        if (t->op != GGML_OP_ADD || !(t->flags & GGML_TENSOR_FLAG_COMPUTE) || t->src[0] != so_far ||
            !swallowable(b, index + n - 1, 1)) {
            break;
        }
        if (t->src[1] == so_far || !chain_member(t) || !chain_member(t->src[1]) || !ggml_are_same_shape(t, t->src[1])) {
            break;
        }
        src[n + 1] = t->src[1];
    }
    return n;
}

static int emit_add_chain(struct bk_builder *b, int index, int *used_out)
{
    const struct ggml_tensor *src[EXO_ADD_CHAIN_MAX];
    int n = chain_length(b, index, src);
    if (n < 2) {
        return 0;
    }
    const struct ggml_tensor *dst = node(b, index + n - 1);
    struct args_add_chain args = {.dst = bk_va(dst), .n = (uint32_t)n + 1, .count = (uint32_t)ggml_nelements(dst)};
    struct bk_launch l = {.kernel = EXO_KERNEL_add_chain, .groups = {bk_div_up(args.count, 4 * 256), 1, 1}};
    for (int i = 0; i <= n; i++) {
        if (!apart_or_in_place(dst, src[i])) {
            return 0;
        }
        args.src[i] = bk_va(src[i]);
        bk_launch_reads(&l, bk_tensor_range(src[i]));
    }
    bk_launch_writes(&l, bk_tensor_range(dst));
    *used_out = n;
    return done(bk_emit_args(b, &l, &args, sizeof(args)));
}

/* ---- the rows, longer patterns first
 * ------------------------------------------------------------------------------------------------------- */

static const struct pattern patterns[] = {
    {{GGML_OP_RMS_NORM, GGML_OP_MUL, GGML_OP_ADD}, 3, emit_norm_mul_add},
    {{GGML_OP_RMS_NORM, GGML_OP_MUL}, 2, emit_norm_mul},
    {{GGML_OP_NORM, GGML_OP_MUL, GGML_OP_ADD}, 3, emit_norm_mul_add},
    {{GGML_OP_NORM, GGML_OP_MUL}, 2, emit_norm_mul},
    {{GGML_OP_ROPE, GGML_OP_VIEW, GGML_OP_SET_ROWS}, 3, emit_rope_set_rows},
    {{GGML_OP_MUL_MAT, GGML_OP_MUL_MAT, GGML_OP_GLU}, 3, emit_gated_unit},
    {{GGML_OP_MUL_MAT, GGML_OP_ADD}, 2, emit_mul_mat_add},
    {{GGML_OP_FLASH_ATTN_EXT, GGML_OP_RESHAPE}, 2, emit_attention},
};

static bool matches(const struct bk_builder *b, int index, const struct pattern *p)
{
    if (index + p->length > b->cgraph->n_nodes) {
        return false;
    }
    for (int i = 0; i < p->length; i++) {
        const struct ggml_tensor *t = node(b, index + i);
        if (t->op != p->ops[i] || !(t->flags & GGML_TENSOR_FLAG_COMPUTE) || ggml_is_empty(t)) {
            return false;
        }
    }
    return true;
}

int bk_fuse(struct bk_builder *b, int index, int *used_out)
{
    *used_out = 0;
    if (node(b, index)->op == GGML_OP_MUL_MAT) {
        int rc = emit_turned(b, index, used_out);
        rc = rc ? rc : emit_placed(b, index, used_out);
        if (rc) {
            return rc < 0 ? rc : 0;
        }
    }
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        if (!matches(b, index, &patterns[i])) {
            continue;
        }
        int rc = patterns[i].emit(b, index);
        if (rc < 0) {
            return rc;
        }
        if (rc) {
            *used_out = patterns[i].length;
            return 0;
        }
    }
    if (node(b, index)->op == GGML_OP_ADD) {
        int rc = emit_add_chain(b, index, used_out);
        return rc < 0 ? rc : 0;
    }
    return 0;
}
