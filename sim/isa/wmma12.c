/*
 * wmma12.c: matrix products of gfx12 (RDNA4 ISA, "WMMA" and "SWMMAC"): D = A (16 x K) * B (K x 16) + C (16 x 16), K = 16 to 64.
 *
 * Nothing is held twice, unlike on gfx11. A group of 16 lanes holds one row of A (column of B) per lane and its own stretch of K:
 * with G groups in the wave (2 or 4), group g has k = g * K / G onwards, as the elements follow one another in the lane's
 * registers. Of C and D, group g holds rows g * 16 / G onwards, one element after the other, and column l is lane l % 16; 16-bit
 * results lie two to a register. That A and B agree on k is all that a product asks, so the order within a lane shows in the
 * sparse forms only.
 *
 * Sparse: A has two of each four elements (K counts all four), and a register of 2-bit indexes per lane says which, the first
 * element's lowest. Where that needs less than 32 bits, op_sel chooses the piece of the register ("index_key").
 *
 * As in wmma.c all of them run as single-precision multiply-adds: exact for the integer forms, whose sums stay below 2^24.
 */
#include "fp8.h"
#include "vop3p.h"

enum format { HALF, BFLOAT, FP8, BF8, INT8, INT4 };

static const uint8_t format_bits[] = {[HALF] = 16, [BFLOAT] = 16, [FP8] = 8, [BF8] = 8, [INT8] = 8, [INT4] = 4};

struct matrix {
    float at[64][16] __attribute__((aligned(64))); /* [k][row of A, or column of B] */
};

struct result {
    float row[16][16] __attribute__((aligned(64)));
};

/* One element's bits as a number. `flip`: its negation, of 16-bit floats; `is_signed`: of integers. */
static float element(enum format format, uint32_t bits, bool flip, bool is_signed)
{
    switch (format) {
    case HALF:
        return f16_to_f32(bits ^ (flip ? 0x8000 : 0));
    case BFLOAT:
        return bits_f32((bits ^ (flip ? 0x8000 : 0)) << 16);
    case FP8:
        return fp8_to_f32(bits);
    case BF8:
        return bf8_to_f32(bits);
    case INT8:
        return (float)(is_signed ? (int32_t)(int8_t)bits : (int32_t)bits);
    default:
        return (float)(is_signed ? (int32_t)(bits << 28) >> 28 : (int32_t)bits);
    }
}

static uint32_t lane_dword(struct wave *w, uint32_t reg, uint32_t lane)
{
    return ((const lane_u32 *)&w->vgpr[(reg << w->wave64) + lane / 32])[lane % 32];
}

/* 16 lanes of a register of halves or bfloats, as two rows of the matrix. */
static inline void put_pairs(struct matrix *m, uint32_t k, const lane_u32 *from, bool is_half, uint32_t low, uint32_t high)
{
    u32x32 pairs;
    f32x32 values;
    for (uint32_t l = 0; l < 16; l++) {
        uint32_t a = (from[l] ^ low) & 0xffff, b = (from[l] ^ high) >> 16;
        ((lane_u32 *)&pairs)[l] = is_half ? a : a << 16;
        ((lane_u32 *)&pairs)[l + 16] = is_half ? b : b << 16;
    }
    if (is_half) {
        lanes_f16_to_f32(&pairs, &values);
        memcpy(m->at[k], &values, sizeof values);
    } else {
        memcpy(m->at[k], &pairs, sizeof pairs);
    }
}

/* An integer of each of 16 lanes: its top bit is moved to the top, then the whole down. */
static inline void put_integers(float *to, const lane_u32 *from, uint32_t up, uint32_t down, bool is_signed)
{
    u32x16 v;
    memcpy(&v, from, sizeof v);
    v <<= up;
    f32x16 value = __builtin_convertvector(is_signed ? (i32x16)v >> down : (i32x16)(v >> down), f32x16);
    memcpy(to, &value, sizeof value);
}

static const lane_u32 *group_lanes(struct wave *w, uint32_t reg, uint32_t group)
{
    return (const lane_u32 *)&w->vgpr[(reg << w->wave64) + group / 2] + group % 2 * 16;
}

/* Operand n, `count` elements in every lane. */
static void fill_dense(struct wave *w, const struct inst *i, uint32_t n, enum format format, uint32_t count, struct matrix *m)
{
    uint32_t bits = format_bits[format], reg = i->src[n] - SRC_VGPR0, groups = w->wave64 ? 4 : 2;
    bool low = i->neg >> n & 1, high = i->neg_hi >> n & 1;
    for (uint32_t g = 0; g < groups; g++) {
        for (uint32_t e = 0; e < count; e++) {
            const lane_u32 *from = group_lanes(w, reg + e * bits / 32, g);
            float *to = m->at[g * count + e];
            if (bits == 16) {
                put_pairs(m, g * count + e, from, format == HALF, low ? 0x8000 : 0, high ? 0x80000000u : 0);
                e++;
                continue;
            }
            if (format >= INT8) {
                put_integers(to, from, 32 - bits - e * bits % 32, 32 - bits, low);
                continue;
            }
            for (uint32_t l = 0; l < 16; l++) {
                to[l] = element(format, from[l] >> e * bits % 32 & 255, false, false);
            }
        }
    }
}

/* The sparse operand 0: `count` elements in every lane, each at the place among four that its index names. */
static void fill_sparse(struct wave *w, const struct inst *i, enum format format, uint32_t count, struct matrix *m)
{
    uint32_t bits = format_bits[format], reg = i->src[0] - SRC_VGPR0, lanes = w->wave64 ? 64 : 32;
    uint32_t piece = count == 4 && format != INT4 ? 8 : 16; /* for four nibbles a guess: LLVM numbers two pieces, not four */
    uint32_t shift = count == 16 ? 0 : i->opsel * piece;
    memset(m, 0, sizeof *m);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        uint32_t indexes = lane_dword(w, i->src[2] - SRC_VGPR0, lane) >> shift;
        for (uint32_t e = 0; e < count; e++) {
            uint32_t at = e * bits, value = lane_dword(w, reg + at / 32, lane) >> at % 32 & ((1u << bits) - 1);
            uint32_t k = lane / 16 * count * 2 + e / 2 * 4 + (indexes >> e * 2 & 3);
            m->at[k][lane % 16] += element(format, value, (e & 1 ? i->neg_hi : i->neg) & 1, i->neg & 1);
        }
    }
}

/* rows [from, from + 8) += a^T * b over k below `depth`. Eight accumulators stay in registers over all k. */
static inline void multiply_rows(const struct matrix *a, const struct matrix *b, struct result *d, uint32_t from, uint32_t depth)
{
    f32x16 sum[8];
    for (uint32_t r = 0; r < 8; r++) {
        memcpy(&sum[r], d->row[from + r], sizeof sum[r]);
    }
    for (uint32_t k = 0; k < depth; k++) {
        f32x16 column;
        memcpy(&column, b->at[k], sizeof column);
#pragma GCC unroll 8
        for (uint32_t r = 0; r < 8; r++) {
#if defined(__AVX512F__)
            sum[r] = (f32x16)_mm512_fmadd_ps(_mm512_set1_ps(a->at[k][from + r]), (__m512)column, (__m512)sum[r]);
#else
            sum[r] = a->at[k][from + r] * column + sum[r];
#endif
        }
    }
    for (uint32_t r = 0; r < 8; r++) {
        memcpy(d->row[from + r], &sum[r], sizeof sum[r]);
    }
}

enum { RESULT_F32, RESULT_I32, RESULT_F16, RESULT_BF16 };

/* A kind of product: formats of A and B, what C and D are, how deep it is, whether A is sparse. */
struct product {
    uint8_t a, b, result, depth;
    bool sparse;
};

/* The lanes of 32 rows-in-lanes that this half of the wave keeps: element e of C or D is rows first[0] and first[1] in the two
 * groups of 16 lanes. A wave32 keeps all sixteen rows, half of a wave64 eight of them. */
static uint32_t row_of(const struct wave *w, uint32_t e, uint32_t group)
{
    return w->wave64 ? w->half * 8u + group * 4 + e : group * 8 + e;
}

static uint32_t elements_of(const struct wave *w)
{
    return w->wave64 ? 4 : 8;
}

/* C's element e, 32 bits to a lane: register e, or half of register e / 2. */
static u32x32 source_c(struct wave *w, const struct inst *i, const struct product *p, uint32_t e)
{
    uint32_t operand = p->sparse ? SRC_VGPR0 + i->dst : i->src[2];
    if (p->result <= RESULT_I32) {
        return operand >= SRC_VGPR0 ? *wave_vgpr(w, operand - SRC_VGPR0 + e) : scalar_u32(w, i, operand) - (u32x32){0};
    }
    if (operand < SRC_VGPR0) {
        uint32_t half = p->result == RESULT_F16 ? packed_f16_constant(w, i, operand) & 0xffff : scalar_u32(w, i, operand) >> 16;
        return half - (u32x32){0};
    }
    return *wave_vgpr(w, operand - SRC_VGPR0 + e / 2) >> e % 2 * 16 & 0xffff;
}

static void load_c(struct wave *w, const struct inst *i, const struct product *p, struct result *d)
{
    uint32_t top = p->result == RESULT_F32 ? 0x80000000u : 0x8000;
    bool negate = !p->sparse && i->neg & 4, absolute = !p->sparse && i->neg_hi & 4;
    for (uint32_t e = 0; e < elements_of(w); e++) {
        u32x32 c = source_c(w, i, p, e);
        f32x32 value;
        c = (c & (absolute ? ~top : UINT32_MAX)) ^ (negate ? top : 0);
        if (p->result == RESULT_F16) {
            lanes_f16_to_f32(&c, &value);
        } else {
            value = p->result == RESULT_BF16 ? (f32x32)(c << 16) : (f32x32)c;
        }
        memcpy(d->row[row_of(w, e, 0)], &value, 64);
        memcpy(d->row[row_of(w, e, 1)], (const char *)&value + 64, 64);
    }
}

/* To nearest even. */
static u32x32 to_bf16(f32x32 v)
{
    u32x32 bits = (u32x32)v, rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16, nan = (u32x32)(v != v);
    return (rounded & ~nan) | ((bits >> 16 | 0x40) & nan);
}

static u32x32 add_whole(u32x32 c, f32x32 sum, bool clamp)
{
    i32x32 whole = __builtin_convertvector(sum, i32x32);
    u32x32 d = c + (u32x32)whole;
    for (uint32_t l = 0; clamp && l < 32; l++) {
        int64_t exact = (int64_t)whole[l] + (int32_t)c[l];
        d[l] = (uint32_t)(exact < INT32_MIN ? INT32_MIN : exact > INT32_MAX ? INT32_MAX : exact);
    }
    return d;
}

static void store_d(struct wave *w, const struct inst *i, const struct product *p, const struct result *d)
{
    for (uint32_t e = 0; e < elements_of(w); e++) {
        f32x32 value;
        u32x32 half;
        memcpy(&value, d->row[row_of(w, e, 0)], 64);
        memcpy((char *)&value + 64, d->row[row_of(w, e, 1)], 64);
        if (p->result == RESULT_F32) {
            *wave_vgpr(w, i->dst + e) = (u32x32)value;
            continue;
        }
        if (p->result == RESULT_I32) {
            *wave_vgpr(w, i->dst + e) = add_whole(source_c(w, i, p, e), value, i->clamp);
            continue;
        }
        if (p->result == RESULT_F16) {
            lanes_f32_to_f16(&value, &half);
        } else {
            half = to_bf16(value);
        }
        u32x32 *to = wave_vgpr(w, i->dst + e / 2);
        *to = e % 2 ? half << 16 | (*to & 0xffff) : half | (*to & 0xffff0000);
    }
}

/* The matrix registers are VGPRs but for C, which may be a constant. */
static bool refuse_scalars(struct wave *w, const struct inst *i, const struct product *p)
{
    if (i->src[0] >= SRC_VGPR0 && i->src[1] >= SRC_VGPR0 && (!p->sparse || i->src[2] >= SRC_VGPR0)) {
        return false;
    }
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "matrix operands are VGPRs");
    return true;
}

static void exec_matrix12(struct wave *w, const struct inst *i, const struct product *p)
{
    struct matrix a, b;
    struct result d;
    uint32_t groups = w->wave64 ? 4 : 2;
    if (refuse_scalars(w, i, p)) {
        return;
    }
    if (p->result == RESULT_I32) {
        memset(&d, 0, sizeof d);
    } else {
        load_c(w, i, p, &d);
    }
    if (p->sparse) {
        fill_sparse(w, i, (enum format)p->a, p->depth / 2u / groups, &a);
    } else {
        fill_dense(w, i, 0, (enum format)p->a, p->depth / groups, &a);
    }
    fill_dense(w, i, 1, (enum format)p->b, p->depth / groups, &b);
    for (uint32_t r = w->wave64 ? w->half * 8u : 0; r < (w->wave64 ? w->half * 8u + 8 : 16); r += 8) {
        multiply_rows(&a, &b, &d, r, p->depth);
    }
    store_d(w, i, p, &d);
}

/* clang-format off */
#define PRODUCT(name, ...) \
    void exec_##name(struct wave *w, const struct inst *i); \
    void exec_##name(struct wave *w, const struct inst *i) { static const struct product p = {__VA_ARGS__}; exec_matrix12(w, i, &p); }
#define PRODUCT_OF_BOTH(name, ...) PRODUCT(gfx12_##name, __VA_ARGS__)
PRODUCT_OF_BOTH(v_wmma_f32_16x16x16_f16, HALF, HALF, RESULT_F32, 16, false)
PRODUCT_OF_BOTH(v_wmma_f32_16x16x16_bf16, BFLOAT, BFLOAT, RESULT_F32, 16, false)
PRODUCT_OF_BOTH(v_wmma_f16_16x16x16_f16, HALF, HALF, RESULT_F16, 16, false)
PRODUCT_OF_BOTH(v_wmma_bf16_16x16x16_bf16, BFLOAT, BFLOAT, RESULT_BF16, 16, false)
PRODUCT_OF_BOTH(v_wmma_i32_16x16x16_iu8, INT8, INT8, RESULT_I32, 16, false)
PRODUCT_OF_BOTH(v_wmma_i32_16x16x16_iu4, INT4, INT4, RESULT_I32, 16, false)
PRODUCT(v_wmma_f32_16x16x16_fp8_fp8, FP8, FP8, RESULT_F32, 16, false)
PRODUCT(v_wmma_f32_16x16x16_fp8_bf8, FP8, BF8, RESULT_F32, 16, false)
PRODUCT(v_wmma_f32_16x16x16_bf8_fp8, BF8, FP8, RESULT_F32, 16, false)
PRODUCT(v_wmma_f32_16x16x16_bf8_bf8, BF8, BF8, RESULT_F32, 16, false)
PRODUCT(v_wmma_i32_16x16x32_iu4, INT4, INT4, RESULT_I32, 32, false)
PRODUCT(v_swmmac_f32_16x16x32_f16, HALF, HALF, RESULT_F32, 32, true)
PRODUCT(v_swmmac_f32_16x16x32_bf16, BFLOAT, BFLOAT, RESULT_F32, 32, true)
PRODUCT(v_swmmac_f16_16x16x32_f16, HALF, HALF, RESULT_F16, 32, true)
PRODUCT(v_swmmac_bf16_16x16x32_bf16, BFLOAT, BFLOAT, RESULT_BF16, 32, true)
PRODUCT(v_swmmac_i32_16x16x32_iu8, INT8, INT8, RESULT_I32, 32, true)
PRODUCT(v_swmmac_i32_16x16x32_iu4, INT4, INT4, RESULT_I32, 32, true)
PRODUCT(v_swmmac_i32_16x16x64_iu4, INT4, INT4, RESULT_I32, 64, true)
PRODUCT(v_swmmac_f32_16x16x32_fp8_fp8, FP8, FP8, RESULT_F32, 32, true)
PRODUCT(v_swmmac_f32_16x16x32_fp8_bf8, FP8, BF8, RESULT_F32, 32, true)
PRODUCT(v_swmmac_f32_16x16x32_bf8_fp8, BF8, FP8, RESULT_F32, 32, true)
PRODUCT(v_swmmac_f32_16x16x32_bf8_bf8, BF8, BF8, RESULT_F32, 32, true)
/* clang-format on */
