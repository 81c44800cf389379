/*
 * args.h: the argument blocks of all kernels, shared by the kernels and by whoever dispatches them (the backend, tests).
 *
 * A kernel takes one of these structs by value; a dispatch hands over the same bytes. Every field has a fixed width and card
 * addresses are uint64_t on both sides, so one layout serves the card and the host build (there an address is a CPU pointer).
 * Unused addresses are 0. Nothing here allocates or checks: supports_op and the planner decide what is asked of a kernel.
 *
 * Conventions: ne[] counts elements, nb[] strides in bytes, dimension 0 is the fastest, as in ggml. Type and op numbers: types
 * are ggml's own (append-only there), op numbers are ours: translate by name. All element counts of one tensor are below 2^31.
 */
#ifndef EXO_KERNELS_ARGS_H
#define EXO_KERNELS_ARGS_H

#ifdef __AMDGCN__ /* no C library on the card: the compiler's own types */
typedef __UINT8_TYPE__ uint8_t;
typedef __INT8_TYPE__ int8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __INT16_TYPE__ int16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __INT32_TYPE__ int32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INT64_TYPE__ int64_t;
#define EXO_OFFSETOF(type, field) __builtin_offsetof(type, field)
#else
#include <stddef.h>
#include <stdint.h>
#define EXO_OFFSETOF(type, field) offsetof(type, field)
#endif

#ifdef __cplusplus
#define EXO_ARGS_ASSERT(what) static_assert(what, #what)
extern "C" {
#else
#define EXO_ARGS_ASSERT(what) _Static_assert(what, #what)
#endif

enum exo_type { /* ggml's numbers */
                EXO_TYPE_F32 = 0,
                EXO_TYPE_F16 = 1,
                EXO_TYPE_Q4_0 = 2,
                EXO_TYPE_Q4_1 = 3,
                EXO_TYPE_Q5_0 = 6,
                EXO_TYPE_Q5_1 = 7,
                EXO_TYPE_Q8_0 = 8,
                EXO_TYPE_Q2_K = 10,
                EXO_TYPE_Q3_K = 11,
                EXO_TYPE_Q4_K = 12,
                EXO_TYPE_Q5_K = 13,
                EXO_TYPE_Q6_K = 14,
                EXO_TYPE_I16 = 25,
                EXO_TYPE_I32 = 26,
                EXO_TYPE_I64 = 27,
                EXO_TYPE_BF16 = 30,
};

/* Exact n / by for n < 2^31, by one multiplication: q = (mulhi(n, mul) + n) >> shift. Made by exo_div_make. */
struct exo_div {
    uint32_t by, mul, shift;
};

static inline struct exo_div exo_div_make(uint32_t by)
{
    uint32_t shift = 0;
    by = by ? by : 1;
    while (shift < 32 && ((uint64_t)1 << shift) < by) {
        shift++;
    }
    struct exo_div d = {by, (uint32_t)((((uint64_t)1 << 32) * (((uint64_t)1 << shift) - by)) / by + 1), shift};
    return d;
}

/* A tensor as a kernel sees it. div[i] divides by ne[i]; view users need div[0..2] only. Fill nb for all four dimensions. */
struct exo_view {
    uint64_t data;
    uint32_t ne[4];
    uint32_t type; /* enum exo_type */
    uint32_t reserved;
    uint64_t nb[4];
    struct exo_div div[4];
    uint64_t reserved2;
};

static inline struct exo_view exo_view_make(uint64_t data, uint32_t type, const int64_t ne[4], const uint64_t nb[4])
{
    struct exo_view v;
    v.data = data;
    v.type = type;
    v.reserved = 0;
    v.reserved2 = 0;
    for (int i = 0; i < 4; i++) {
        v.ne[i] = (uint32_t)ne[i];
        v.nb[i] = nb[i];
        v.div[i] = exo_div_make(v.ne[i]);
    }
    return v;
}

/* ---- activations prepared for matrix products ------------------------------------------------------------------------ */

/*
 * Columns of F32 are prepared once per product, per column of k values (nblk = k/32 rounded up; the tail is 0):
 *   EXO_ACT_BYTES, EXO_ACT_NIBBLES: integers q of 16 bits, a scale to each block of 32: value = d * q. They lie in pieces, in
 *               four planes of nblk x 16 bytes, so that neighbouring blocks are neighbours in memory. Then come nblk pairs of
 *               floats {d, d * (sum of q)}, then nblk floats d * (sum of the first 16 q).
 *               BYTES: planes 0 and 1 have the low bytes of a block's first and second 16 values, 2 and 3 the high ones, signed.
 *               NIBBLES: plane p has bits 4p .. 4p + 3, those of plane 3 signed, byte j those of values j (low half) and j + 16
 *               (high half): one 8-way 4-bit dot product takes eight weights of Q4_0 and Q4_1 as they lie. BYTES are for all
 *               other quantised weights.
 *   EXO_ACT_F16 nblk x 32 halves, rounded to nearest after a multiplication by a power of two per column that uses their range
 *               well; its inverse as a float, by which sums are multiplied. Columns are mixed by sixteens, so that the lanes of a
 *               matrix instruction load neighbouring memory: of 16 columns come first, for every 8 values along k, those of
 *               column 0, of column 1 ..; behind all of them the sixteen inverse powers. A batch is filled up to whole sixteens
 *               (exo_act_columns). For the tiled kernels.
 * Bytes per column, a multiple of 64: exo_act_stride. Columns follow each other; batches (ne[2], ne[3]) follow columns.
 */
enum exo_act { EXO_ACT_NONE, EXO_ACT_BYTES, EXO_ACT_NIBBLES, EXO_ACT_F16 };

static inline uint64_t exo_act_stride(enum exo_act act, uint32_t k)
{
    uint64_t nblk = ((uint64_t)k + 31) / 32;
    uint64_t bytes = act == EXO_ACT_F16 ? nblk * 64 + 4 : nblk * 76;
    return (bytes + 63) & ~(uint64_t)63;
}

/* Columns that a batch of ne1 takes up. */
static inline uint64_t exo_act_columns(enum exo_act act, uint64_t ne1)
{
    return act == EXO_ACT_F16 ? (ne1 + 15) & ~(uint64_t)15 : ne1;
}

/* quantize_act: 2^split_log2 waves per column (exo_act_split_log2). groups = {ceil((ne1 << split_log2) / 4), ne2, ne3}. src is
 * F32 or F16, any strides. */
struct args_quantize_act {
    struct exo_view src;
    uint64_t dst;
    uint64_t stride; /* exo_act_stride(act, src.ne[0]) */
    uint32_t act;    /* enum exo_act */
    uint32_t split_log2;
};

/* Columns of halves are scaled as a whole. Others are long work for one wave, of which a decoded token has just one: it takes two
 * blocks of four times 32 values at most then. */
static inline uint32_t exo_act_split_log2(enum exo_act act, uint32_t k)
{
    uint32_t n = 0;
    while ((act == EXO_ACT_BYTES || act == EXO_ACT_NIBBLES) && n < 8 && (256u << n) < k) {
        n++;
    }
    return n;
}

/* ---- matrix products ---------------------------------------------------------------------------------------------------- */

/*
 * dst[row, col, i2, i3] = sum over k of w[k, row, i2/r2, i3/r3] * x[k, col, i2, i3], plus add[...] if given.
 * Weight rows are contiguous (nb[0] = type size), other strides free. dst is F32, dst rows contiguous.
 * x: prepared activations for quantised weights and all tiled kernels (x_nb1 = stride; x_nb2, x_nb3 multiples of it);
 *    for matvec_f16/bf16/f32: F32 or F16 columns, contiguous in dimension 0 (x_type).
 * add: F32, 0 = none; add_nb1 = 0 for one bias row for all columns; the same batch indices as dst.
 */
struct args_mul_mat {
    uint64_t w, x, dst, add;
    uint64_t w_nb1, w_nb2, w_nb3;
    uint64_t x_nb1, x_nb2, x_nb3;
    uint64_t dst_nb1, dst_nb2, dst_nb3;
    uint64_t add_nb1, add_nb2, add_nb3;
    uint32_t k, rows, cols;
    uint32_t lanes_log2;   /* matvec: 2^n lanes share a row, exo_matvec_lanes_log2; unused by tiles */
    struct exo_div ne12;   /* x.ne[2], splits the z index of the grid */
    struct exo_div r2, r3; /* ne12 / ne02, ne13 / ne03 */
    uint32_t x_type;
    /* matvec_glu_*: the second matrix (up), same shape and strides as w (gate): dst = op(gate) * up. */
    uint64_t w2;
    uint32_t glu_op;    /* enum exo_glu_op */
    uint32_t quant_act; /* EXO_ACT_BYTES/NIBBLES: dst is written in that layout instead of F32 (lanes_log2 must be 1, cols 1, F32
                           otherwise) */
};

enum exo_rope_mode {
    EXO_ROPE_NORMAL = 0,
    EXO_ROPE_NEOX = 2,
    EXO_ROPE_MROPE = 8,
    EXO_ROPE_VISION = 24,
    EXO_ROPE_IMROPE = 40
}; /* ggml's */

/* Rotary embedding: by which angles pairs of elements are turned. */
struct exo_rope {
    uint64_t pos;          /* I32: a position per token, or 4 for mrope */
    uint64_t freq_factors; /* F32, one per pair; 0 = none */
    uint32_t mode, n_dims;
    uint32_t n_offs; /* op_params[15]: first rotated element */
    uint32_t sections[4];
    float freq_scale, ext_factor;
    float attn_factor;         /* as given: the kernel applies YaRN's own magnitude term */
    float corr_low, corr_high; /* YaRN ramp, from ggml_rope_yarn_corr_dims */
    float sin_sign;            /* 1, or -1 for ROPE_BACK */
    float log2_theta_scale;    /* (float)L, where L = -2 / n_dims * log2(freq_base) in double */
    float log2_theta_scale_lo; /* (float)(L - (float)L) */
    uint32_t reserved;
};

/* Where and how a product of one column is written. All zero: to its dst as F32. */
struct exo_matvec_out {
    uint64_t ids, row_bytes; /* ids != 0: dst is a cache, and the result its row ids[0] */
    uint32_t ids_type;       /* EXO_TYPE_I64, EXO_TYPE_I32 */
    uint32_t type;           /* EXO_TYPE_F32, EXO_TYPE_F16 */
    uint32_t head_log2; /* the result is heads of 2^n elements, each turned as a whole (mode NORMAL or NEOX); 0: not turned */
    uint32_t reserved;
};

/*
 * matvec_TYPE_three: up to three products of one column side by side (Q, K and V of a layer), as one dispatch. `a` is the first
 * of them; the others have the same x, k and w_nb1. Groups first[i] and beyond are of product i + 1; UINT32_MAX: there is none.
 * rope turns those whose out says so (token 0); rows are whole heads then.
 */
struct args_matvec_three {
    struct args_mul_mat a;
    uint64_t w[2], dst[2], add[2];
    uint32_t rows[2], first[2];
    struct exo_rope rope;
    struct exo_matvec_out out[3];
};

enum { EXO_MATVEC_ITEMS = 64, EXO_MATVEC_WAVES = 2, EXO_MATVEC_ROWS_PER_LANE = 4 };

/*
 * How many lanes (as a power of two) share one row of k weights. A short row wants few, or lanes idle (18 blocks: 2) and every
 * wave's beginning and end are paid for few rows; a long one wants many, so that neighbouring lanes read neighbouring memory
 * and there are waves enough for all compute units. Costs are in wave instructions per 1024 rows, roughly.
 */
static inline uint32_t exo_matvec_lanes_log2(uint32_t type, uint32_t k)
{
    uint32_t floats = type == EXO_TYPE_F32 || type == EXO_TYPE_F16 || type == EXO_TYPE_BF16;
    uint32_t quarters = type >= EXO_TYPE_Q2_K && type <= EXO_TYPE_Q6_K;
    uint32_t units = floats ? (k + 7) / 8 : quarters ? k / 64 : (k + 31) / 32; /* what a lane takes in one step */
    uint32_t best = 1, best_cost = 0xffffffffu;
    if (units >= 64) { /* fewer lanes would leave too few waves for a card's compute units: 4096 rows are 128 with four of them */
        return units > 64 ? 5 : 4;
    }
    for (uint32_t n = 1; n <= 5; n++) {
        uint32_t lanes = 1u << n, steps = (units + lanes - 1) / lanes;
        uint32_t cost = steps * lanes * 17 * 32 + 170 * 8 * lanes;
        if (cost < best_cost - best_cost / 8 || (n > 1 && cost < best_cost + best_cost / 8)) { /* more lanes if it costs little */
            best = n;
            best_cost = cost < best_cost ? cost : best_cost;
        }
    }
    return best;
}

/* matvec_glu_TYPE_blocks: groups of eight waves that write activations where lanes_log2 is 4 or 5: the rows of a block are in
 * several waves then. groups = {ceil(rows / (EXO_MATVEC_BLOCKS * exo_matvec_rows_per_group)), 1, 1}. */
enum { EXO_MATVEC_BLOCKS = 4, EXO_MATVEC_BLOCKS_ITEMS = EXO_MATVEC_BLOCKS * EXO_MATVEC_ITEMS };

/* Rows that one work-group of a matvec kernel computes. groups = {ceil(rows / this), ceil(cols / C), ne12 * ne13}. */
static inline uint32_t exo_matvec_rows_per_group(uint32_t lanes_log2)
{
    return (uint32_t)EXO_MATVEC_WAVES * (32u >> lanes_log2) * (uint32_t)EXO_MATVEC_ROWS_PER_LANE;
}

/*
 * Tiled kernels, groups = {ceil(rows / 64), ceil(cols / N), ne12 * ne13}: mul_mat_TYPE_n16 and _n32, whose waves compute 32 rows
 * x N columns each, and mul_mat_TYPE_n128, whose work-groups compute 64 rows x 128 columns together; it wants k to be a multiple
 * of 64.
 */
enum { EXO_TILE_ROWS = 64, EXO_TILE_ITEMS = 64 };
enum { EXO_WIDE_COLS = 128, EXO_WIDE_ITEMS = 128, EXO_WIDE_STEP = 64 };

/* mul_mat_any: any strides and types on both sides, F32 sums; slow. One wave per row and up to 4 columns.
 * groups = {ceil(rows / 4), ceil(cols / 4), ne12 * ne13}. */
struct args_mul_mat_any {
    struct exo_view w, x, dst;
    struct exo_div ne12, r2, r3;
    uint32_t reserved;
};

/* ---- rows ---------------------------------------------------------------------------------------------------------------- */

/* get_rows: dst[i0, i1, i2, i3] = src[i0, ids[i1, i2, i3], i2, i3] (ggml's GET_ROWS: src.ne[2] = ids.ne[1] and so on).
 * dst = [ne0, ids.ne0, ids.ne1, ids.ne2], F32 or I32. groups = {rows of dst, ceil(ne0 / 256), 1}. Ids beyond src are
 * left out. */
struct args_get_rows {
    struct exo_view src, ids, dst;
};

/* set_rows: dst[i0, ids[i1, i2 % ids.ne1, i3 % ids.ne2], i2, i3] = src[i0, i1, i2, i3]; src F32, ids I64 or I32.
 * dst F32, F16, BF16: groups = {rows of src, ceil(ne0 / 256), 1}, four elements per item.
 * set_rows_q, dst Q8_0, Q4_0, Q4_1, Q5_0, Q5_1: groups = {rows of src, ceil(ne0 / 32 / 64), 1}. */
struct args_set_rows {
    struct exo_view src, ids, dst;
    struct exo_div ids_ne1, ids_ne2;
};

/* copy: dst takes src's elements in order; shapes may differ, element counts are equal; any strides.
 * copy: dst not quantised (src may be): one item per element. groups = {ceil(count / 256), 1, 1}.
 * copy_q: dst quantised, src F32/F16/BF16: one item per block of 32. groups = {ceil(count / 32 / 64), 1, 1}.
 * CONCAT is one copy per source into a sub-view of dst. */
struct args_copy {
    struct exo_view src, dst;
    uint32_t count; /* elements (copy), blocks (copy_q) */
    uint32_t reserved;
};

/* copy_flat: size_bytes from src to dst, both 4-byte aligned, size a multiple of 4. groups = {ceil(size / 16 / 256), 1, 1}. */
struct args_copy_flat {
    uint64_t src, dst, size_bytes;
};

/* repeat: dst[i] = src[i % src.ne]; equal types of 2 or 4 bytes. groups = {ceil(count / 256), 1, 1}. */
struct args_repeat {
    struct exo_view src, dst;
    uint32_t count;
    uint32_t reserved;
};

/* ---- element by element -------------------------------------------------------------------------------------------------- */

enum exo_binary_op { EXO_BINARY_ADD, EXO_BINARY_SUB, EXO_BINARY_MUL, EXO_BINARY_DIV };

/* binary: dst = a op b, b repeated to a's shape; each F32, F16 or BF16. groups = {ceil(count / 256), 1, 1}. */
struct args_binary {
    struct exo_view a, b, dst;
    uint32_t count, op;
};

/* binary_flat: all F32; a, dst contiguous, b contiguous with period b_ne0 (a row, or count itself); b_ne0 % 4 == 0; 16-byte
 * aligned. groups = {ceil(count / 4 / 256), 1, 1}. */
struct args_binary_flat {
    uint64_t a, b, dst;
    uint32_t count, op;
    struct exo_div b_div; /* by b_ne0 / 4 */
    uint32_t reserved;
};

/* add_chain: dst = src[0] + src[1] + ... (n of them, in this order), all F32, contiguous, same count (a multiple of 4), 16-byte
 * aligned. groups = {ceil(count / 4 / 256), 1, 1}. */
enum { EXO_ADD_CHAIN_MAX = 8 };
struct args_add_chain {
    uint64_t dst;
    uint64_t src[EXO_ADD_CHAIN_MAX];
    uint32_t n, count;
};

enum exo_unary_op {
    EXO_UNARY_ABS,
    EXO_UNARY_SGN,
    EXO_UNARY_NEG,
    EXO_UNARY_STEP,
    EXO_UNARY_TANH,
    EXO_UNARY_ELU,
    EXO_UNARY_RELU,
    EXO_UNARY_SIGMOID,
    EXO_UNARY_GELU,
    EXO_UNARY_GELU_QUICK,
    EXO_UNARY_SILU,
    EXO_UNARY_HARDSWISH,
    EXO_UNARY_HARDSIGMOID,
    EXO_UNARY_EXP,
    EXO_UNARY_EXPM1,
    EXO_UNARY_SOFTPLUS,
    EXO_UNARY_GELU_ERF,
    EXO_UNARY_FLOOR,
    EXO_UNARY_CEIL,
    EXO_UNARY_ROUND,
    EXO_UNARY_TRUNC,
    EXO_UNARY_XIELU, /* p = alpha_n, alpha_p, beta, eps as in op_params 1..4 */
    EXO_UNARY_SCALE, /* ggml's SCALE: p[0] * x + p[1] */
    EXO_UNARY_CLAMP, /* p[0] = min, p[1] = max */
    EXO_UNARY_SQR,
    EXO_UNARY_SQRT,
    EXO_UNARY_SIN,
    EXO_UNARY_COS,
    EXO_UNARY_LOG,
    EXO_UNARY_LEAKY_RELU, /* p[0] = slope */
    EXO_UNARY_SOFTCAP,    /* p[0] * tanh(x * p[1]): SCALE + TANH + SCALE */
    EXO_UNARY_COUNT,
};

/* unary: dst = op(src); F32, F16 or BF16, same shape, any strides. groups = {ceil(count / 256), 1, 1}. */
struct args_unary {
    struct exo_view src, dst;
    uint32_t count, op;
    float p[4];
};

enum exo_glu_op {
    EXO_GLU_REGLU,
    EXO_GLU_GEGLU,
    EXO_GLU_SWIGLU,
    EXO_GLU_SWIGLU_OAI, /* p[0] = alpha, p[1] = limit */
    EXO_GLU_GEGLU_ERF,
    EXO_GLU_GEGLU_QUICK,
    EXO_GLU_SWIGLU_CLAMP, /* p[0] = limit */
    EXO_GLU_COUNT,
};

/* glu: dst = act(a) * b. a and b are views of dst's shape: for the single-tensor form the two halves of each row (swapped:
 * the other way round). F32, F16 or BF16. groups = {ceil(count / 256), 1, 1}. */
struct args_glu {
    struct exo_view a, b, dst;
    uint32_t count, op;
    float p[2];
};

/* ---- norms, soft max, rope ------------------------------------------------------------------------------------------------ */

/*
 * norm: RMS_NORM or NORM of each row of src (F32), times mul, plus add (F32, repeated to src's shape; data 0 = none).
 * dst F32 (data 0 = not written). act: the result also in an activation layout (rows as columns, stride act_stride).
 * norm_wave: one wave per row, for rows up to 2048 (groups = {ceil(ne1 / 4), ne2, ne3}); any strides.
 * norm_group: 256 items per row (groups = {ne1, ne2, ne3}); any strides.
 * residual: F32 added to src before the norm (data 0 = none), sum stored to residual_dst: ADD + RMS_NORM + MUL. norm_wave only.
 */
struct args_norm {
    struct exo_view src, dst, mul, add, residual, residual_dst;
    uint64_t act_dst, act_stride;
    uint32_t act;           /* enum exo_act: NONE, BYTES, NIBBLES */
    uint32_t subtract_mean; /* 0: RMS_NORM, 1: NORM */
    float eps;
    uint32_t reserved;
};

/* soft_max: rows of src (F32) times scale, plus slope(head i2) * mask, over ne0; sinks F32 per head (data 0 = none), mask F16
 * or F32 (data 0 = none) repeated over dimensions 2 and 3. groups = {ne1, ne2, ne3}. */
struct args_soft_max {
    struct exo_view src, mask, dst;
    uint64_t sinks;
    float scale, max_bias, m0, m1;
    uint32_t n_head_log2;
    uint32_t reserved;
};

/*
 * rope: src [head_dim, heads, tokens, batch] F32 or F16, rope.pos I32 (tokens, or 4 x tokens for mrope).
 * dst has src's shape and type: groups = {ceil(head_dim / 2 / 32), ceil(heads / heads_per_group), tokens * batch}, 32 items:
 * a group turns its pairs in heads_per_group heads (0: one), so that an angle is computed once.
 * With set_rows fused (ids != 0): row `token` of dst = [head_dim * heads] goes to row ids[token] of `dst` (F16 or F32, nb[1] =
 * the cache's row stride, heads packed: nb[0] = size, head h at h * head_dim). batch 1. For K in the cache.
 */
struct args_rope {
    struct exo_view src, dst;
    struct exo_rope rope;
    uint64_t ids;
    uint32_t ids_type; /* EXO_TYPE_I64, EXO_TYPE_I32 */
    uint32_t heads_per_group;
};

/* ---- attention ----------------------------------------------------------------------------------------------------------------
 */

/*
 * FLASH_ATTN_EXT: q F32 [d, n_q, heads, batch], k [d, n_kv, kv_heads, batch_kv], v [dv, n_kv, kv_heads, batch_kv], mask F16
 * [n_kv, n_q, heads or 1, batch or 1] (data 0 = none), dst F32 [dv, heads, n_q, batch] contiguous.
 * flash_attn_dD (D = 64, 128; d = dv = D, n_kv >= 16, K/V F16, rows contiguous and 4-byte aligned, each head's keys within 4
 * GiB): one wave does 16 (query, head) pairs of one kv head: pairs are queries x heads_per_kv, query slowest. groups = {ceil(n_q
 * * heads_per_kv / 16), kv_heads * splits, batch}. flash_attn_dD_waves: the same by a group of eight waves that share the
 * keys. flash_attn_wide_v64 (dv <= 64), _v128: the same for every other d and dv up to
 * 576, multiples of 8: groups.z = batch * exo_flash_wide_parts(dv), a wave has a piece of the values. flash_attn_any: every d, dv
 * up to 576, K/V F16, F32, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1: a wave per (query, head). groups = {n_q, heads * splits, batch}.
 * splits > 1: part s takes keys [s * split_keys,
 * ...) and writes {max, sum, dv floats unnormalised} to partial + ((((batch i3) * n_q + q) * heads + h) * splits + s) * (dv + 2)
 * * 4; then flash_combine, groups = {n_q * heads * batch, 1, 1}.
 */
struct args_flash_attn {
    struct exo_view q, k, v, mask;
    uint64_t dst, partial, sinks; /* sinks F32 per head, 0 = none */
    uint32_t n_q, n_kv, heads, heads_per_kv;
    struct exo_div heads_per_kv_div, splits_div, batch_div; /* batch_div: q.ne3 / k.ne3 */
    uint32_t splits, split_keys;                            /* split_keys: a multiple of 32 */
    uint32_t dv;
    float scale;                     /* already divided by softcap where there is one */
    float max_bias, m0, m1, softcap; /* softcap 0 = none */
    uint32_t n_head_log2;
    uint64_t act_dst, act_stride;
    uint32_t act; /* EXO_ACT_BYTES/NIBBLES: the result goes to act_dst in that layout, a query's heads as one column, not to dst:
                     flash_attn_dD, _waves with splits 1, or flash_combine; dv a multiple of 32 */
    struct exo_div parts_div; /* flash_attn_wide_*: pieces of the values' head */
};

/* Pieces into which flash_attn_wide_* cuts the values' head, a wave each. */
static inline uint32_t exo_flash_wide_parts(uint32_t dv)
{
    return dv <= 64 ? 1 : (dv + 127) / 128;
}

/* flash_combine uses partial, dst, sinks, splits, heads, dv, n_q and act of the same block. */

/* ---- the layout is frozen between the compilers ---------------------------------------------------------------------------- */

EXO_ARGS_ASSERT(sizeof(struct exo_div) == 12);
EXO_ARGS_ASSERT(sizeof(struct exo_view) == 120);
EXO_ARGS_ASSERT(EXO_OFFSETOF(struct exo_view, nb) == 32);
EXO_ARGS_ASSERT(EXO_OFFSETOF(struct exo_view, div) == 64);
EXO_ARGS_ASSERT(sizeof(struct args_quantize_act) == 144);
EXO_ARGS_ASSERT(EXO_OFFSETOF(struct args_mul_mat, k) == 128);
EXO_ARGS_ASSERT(EXO_OFFSETOF(struct args_mul_mat, w2) == 184);
EXO_ARGS_ASSERT(sizeof(struct args_mul_mat) == 200);
EXO_ARGS_ASSERT(sizeof(struct exo_rope) == 80);
EXO_ARGS_ASSERT(sizeof(struct args_matvec_three) == 440);
EXO_ARGS_ASSERT(sizeof(struct args_mul_mat_any) == 400);
EXO_ARGS_ASSERT(sizeof(struct args_get_rows) == 360);
EXO_ARGS_ASSERT(sizeof(struct args_set_rows) == 384);
EXO_ARGS_ASSERT(sizeof(struct args_copy) == 248);
EXO_ARGS_ASSERT(sizeof(struct args_copy_flat) == 24);
EXO_ARGS_ASSERT(sizeof(struct args_repeat) == 248);
EXO_ARGS_ASSERT(sizeof(struct args_binary) == 368);
EXO_ARGS_ASSERT(sizeof(struct args_binary_flat) == 48);
EXO_ARGS_ASSERT(sizeof(struct args_add_chain) == 80);
EXO_ARGS_ASSERT(sizeof(struct args_unary) == 264);
EXO_ARGS_ASSERT(sizeof(struct args_glu) == 376);
EXO_ARGS_ASSERT(sizeof(struct args_norm) == 752);
EXO_ARGS_ASSERT(EXO_OFFSETOF(struct args_norm, act_dst) == 720);
EXO_ARGS_ASSERT(sizeof(struct args_soft_max) == 392);
EXO_ARGS_ASSERT(EXO_OFFSETOF(struct args_rope, ids) == 320);
EXO_ARGS_ASSERT(sizeof(struct args_rope) == 336);
EXO_ARGS_ASSERT(EXO_OFFSETOF(struct args_flash_attn, dst) == 480);
EXO_ARGS_ASSERT(sizeof(struct args_flash_attn) == 624);

#ifdef __cplusplus
}
#endif

#endif
