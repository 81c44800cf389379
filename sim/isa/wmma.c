/*
 * wmma.c: 16 x 16 x 16 matrix products (RDNA3 ISA, "WMMA"). Lane l of A's registers holds row l of A, lane l of B's column l of
 * B, for l < 16; lanes 16 to 31 repeat them. Of C and D in wave32, register v holds row 2v in lanes 0 to 15 and row 2v + 1 in
 * lanes 16 to 31; in wave64 rows 4v to 4v + 3, so that each half of the wave makes the rows it keeps.
 *
 * All of them run as single-precision multiply-adds on 16 columns at once: exact for the integer forms, whose sums of products
 * stay below 2^24, and no less precise than the hardware for the others, whose order of additions is not documented.
 */
#include "vop3p.h"

/* wmma12.c */
void exec_gfx12_v_wmma_f32_16x16x16_f16(struct wave *w, const struct inst *i);
void exec_gfx12_v_wmma_f32_16x16x16_bf16(struct wave *w, const struct inst *i);
void exec_gfx12_v_wmma_f16_16x16x16_f16(struct wave *w, const struct inst *i);
void exec_gfx12_v_wmma_bf16_16x16x16_bf16(struct wave *w, const struct inst *i);
void exec_gfx12_v_wmma_i32_16x16x16_iu8(struct wave *w, const struct inst *i);
void exec_gfx12_v_wmma_i32_16x16x16_iu4(struct wave *w, const struct inst *i);

struct tile {
    float lane[16][16] __attribute__((aligned(64))); /* [k][row of A, or column of B] */
};

struct product {
    float row[16][16] __attribute__((aligned(64)));
};

/* 16 low lanes of a VGPR. */
static inline u32x16 half_lanes(struct wave *w, uint32_t operand)
{
    u32x16 v;
    memcpy(&v, wave_vgpr(w, operand - SRC_VGPR0), sizeof v);
    return v;
}

/* How a register's 16 lanes become its k values: f16, bf16, bytes or nibbles. */
typedef void (*widen_fn)(struct tile *t, uint32_t k, u32x16 v, uint32_t low_flip, uint32_t high_flip, bool is_signed);

static void widen_f16(struct tile *t, uint32_t k, u32x16 v, uint32_t low_flip, uint32_t high_flip, bool is_signed)
{
    u32x32 halves;
    f32x32 values;
    u32x16 low = (v & 0xffff) ^ low_flip, high = v >> 16 ^ high_flip;
    (void)is_signed;
    memcpy(&halves, &low, sizeof low);
    memcpy((char *)&halves + sizeof low, &high, sizeof high);
    lanes_f16_to_f32(&halves, &values);
    memcpy(t->lane[k], &values, sizeof values); /* both k and k + 1 */
}

static void widen_bf16(struct tile *t, uint32_t k, u32x16 v, uint32_t low_flip, uint32_t high_flip, bool is_signed)
{
    u32x16 low = (v ^ low_flip) << 16, high = (v ^ high_flip << 16) & 0xffff0000;
    (void)is_signed;
    memcpy(t->lane[k], &low, sizeof low);
    memcpy(t->lane[k + 1], &high, sizeof high);
}

static inline void widen_int(struct tile *t, uint32_t k, u32x16 v, uint32_t bits, bool is_signed)
{
    for (uint32_t n = 0; n < 32 / bits; n++) {
        u32x16 top = v << (32 - bits - bits * n);
        i32x16 value = is_signed ? (i32x16)top >> (32 - bits) : (i32x16)(top >> (32 - bits));
        f32x16 f = __builtin_convertvector(value, f32x16);
        memcpy(t->lane[k + n], &f, sizeof f);
    }
}

static void widen_iu8(struct tile *t, uint32_t k, u32x16 v, uint32_t low_flip, uint32_t high_flip, bool is_signed)
{
    (void)low_flip, (void)high_flip;
    widen_int(t, k, v, 8, is_signed);
}

static void widen_iu4(struct tile *t, uint32_t k, u32x16 v, uint32_t low_flip, uint32_t high_flip, bool is_signed)
{
    (void)low_flip, (void)high_flip;
    widen_int(t, k, v, 4, is_signed);
}

static void fill_tile(struct wave *w, const struct inst *i, uint32_t n, widen_fn widen, uint32_t per_register, struct tile *t)
{
    uint32_t low = i->neg >> n & 1 ? 0x8000 : 0, high = i->neg_hi >> n & 1 ? 0x8000 : 0;
    for (uint32_t k = 0; k < 16; k += per_register) {
        widen(t, k, half_lanes(w, i->src[n] + k / per_register), low, high, i->neg >> n & 1);
    }
}

/* Fused where the host has it for whole vectors; the products' order and rounding are not documented anyway. */
static inline f32x16 multiply_add(f32x16 a, f32x16 b, f32x16 c)
{
#if defined(__AVX512F__)
    return (f32x16)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#else
    return a * b + c;
#endif
}

/* rows [from, from + 8) += a^T * b. Eight accumulators stay in registers over all k. */
static inline void multiply_rows(const struct tile *a, const struct tile *b, struct product *d, uint32_t from)
{
    f32x16 sum[8];
    for (uint32_t r = 0; r < 8; r++) {
        memcpy(&sum[r], d->row[from + r], sizeof sum[r]);
    }
    for (uint32_t k = 0; k < 16; k++) {
        f32x16 column;
        memcpy(&column, b->lane[k], sizeof column);
#pragma GCC unroll 8
        for (uint32_t r = 0; r < 8; r++) {
            sum[r] = multiply_add(a->lane[k][from + r] - (f32x16){0}, column, sum[r]);
        }
    }
    for (uint32_t r = 0; r < 8; r++) {
        memcpy(d->row[from + r], &sum[r], sizeof sum[r]);
    }
}

static void multiply(struct wave *w, const struct inst *i, widen_fn widen, uint32_t per_register, uint32_t rows,
                     struct product *d)
{
    struct tile a, b;
    fill_tile(w, i, 0, widen, per_register, &a);
    fill_tile(w, i, 1, widen, per_register, &b);
    if (w->wave64) { /* this half's rows, four apart, to the front */
        for (uint32_t k = 0; k < 16; k++) {
            for (uint32_t r = 0; r < rows; r++) {
                a.lane[k][r] = a.lane[k][r / 2 * 4 + w->half * 2u + r % 2];
            }
        }
    }
    for (uint32_t r = 0; r < rows; r += 8) {
        multiply_rows(&a, &b, d, r);
    }
}

/* Register v of C, 32 bits per lane: two rows. */
static u32x32 source_c(struct wave *w, const struct inst *i, uint32_t v)
{
    u32x32 c;
    if (i->src[2] >= SRC_VGPR0) {
        return *wave_vgpr(w, i->src[2] - SRC_VGPR0 + v);
    }
    c = scalar_u32(w, i, i->src[2]) - (u32x32){0};
    return c;
}

static void wmma_f32(struct wave *w, const struct inst *i, widen_fn widen)
{
    uint32_t rows = w->wave64 ? 8 : 16;
    uint32_t keep = i->neg_hi & 4 ? 0x7fffffff : UINT32_MAX, flip = i->neg & 4 ? 0x80000000 : 0;
    struct product d;
    for (uint32_t v = 0; v < rows / 2; v++) {
        u32x32 c = (source_c(w, i, v) & keep) ^ flip;
        memcpy(d.row[2 * v], &c, sizeof c);
    }
    multiply(w, i, widen, 2, rows, &d);
    for (uint32_t v = 0; v < rows / 2; v++) {
        memcpy(wave_vgpr(w, i->dst + v), d.row[2 * v], sizeof(u32x32));
    }
}

void exec_v_wmma_f32_16x16x16_f16(struct wave *w, const struct inst *i)
{
    if (i->gen == ISA_GFX12) {
        exec_gfx12_v_wmma_f32_16x16x16_f16(w, i);
        return;
    }
    wmma_f32(w, i, widen_f16);
}

void exec_v_wmma_f32_16x16x16_bf16(struct wave *w, const struct inst *i)
{
    if (i->gen == ISA_GFX12) {
        exec_gfx12_v_wmma_f32_16x16x16_bf16(w, i);
        return;
    }
    wmma_f32(w, i, widen_bf16);
}

static void wmma_i32(struct wave *w, const struct inst *i, widen_fn widen, uint32_t per_register)
{
    uint32_t rows = w->wave64 ? 8 : 16;
    struct product d;
    memset(&d, 0, sizeof d);
    multiply(w, i, widen, per_register, rows, &d);
    for (uint32_t v = 0; v < rows / 2; v++) {
        f32x32 sum;
        u32x32 c = source_c(w, i, v), result;
        memcpy(&sum, d.row[2 * v], sizeof sum);
        i32x32 whole = __builtin_convertvector(sum, i32x32);
        result = (u32x32)whole + c;
        for (uint32_t l = 0; i->clamp && l < 32; l++) {
            int64_t exact = (int64_t)whole[l] + (int32_t)c[l];
            result[l] = (uint32_t)(exact < INT32_MIN ? INT32_MIN : exact > INT32_MAX ? INT32_MAX : exact);
        }
        *wave_vgpr(w, i->dst + v) = result;
    }
}

void exec_v_wmma_i32_16x16x16_iu8(struct wave *w, const struct inst *i)
{
    if (i->gen == ISA_GFX12) {
        exec_gfx12_v_wmma_i32_16x16x16_iu8(w, i);
        return;
    }
    wmma_i32(w, i, widen_iu8, 4);
}

void exec_v_wmma_i32_16x16x16_iu4(struct wave *w, const struct inst *i)
{
    if (i->gen == ISA_GFX12) {
        exec_gfx12_v_wmma_i32_16x16x16_iu4(w, i);
        return;
    }
    wmma_i32(w, i, widen_iu4, 8);
}

/* Nearest even. */
static u32x32 f32_to_bf16(f32x32 v)
{
    u32x32 bits = (u32x32)v, rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    u32x32 nan = (u32x32)(v != v);
    return (rounded & ~nan) | ((bits >> 16 | 0x40) & nan);
}

/* 16-bit C and D: op_sel's third bit says which half of the registers; the other half of D is kept. */
static void wmma_16(struct wave *w, const struct inst *i, bool is_bf16)
{
    uint32_t rows = w->wave64 ? 8 : 16, shift = i->opsel & 4 ? 16 : 0;
    uint32_t keep = i->neg_hi & 4 ? 0x7fff : 0xffff, flip = i->neg & 4 ? 0x8000 : 0;
    struct product d;
    for (uint32_t v = 0; v < rows / 2; v++) {
        u32x32 c = i->src[2] >= SRC_VGPR0 ? source_c(w, i, v) >> shift : packed_f16_constant(w, i, i->src[2]) - (u32x32){0};
        f32x32 value;
        c = (c & keep) ^ flip;
        if (is_bf16) {
            value = (f32x32)(i->src[2] >= SRC_VGPR0 ? c << 16 : source_c(w, i, v));
        } else {
            lanes_f16_to_f32(&c, &value);
        }
        memcpy(d.row[2 * v], &value, sizeof value);
    }
    multiply(w, i, is_bf16 ? widen_bf16 : widen_f16, 2, rows, &d);
    for (uint32_t v = 0; v < rows / 2; v++) {
        f32x32 value;
        u32x32 half, *to = wave_vgpr(w, i->dst + v);
        memcpy(&value, d.row[2 * v], sizeof value);
        if (is_bf16) {
            half = f32_to_bf16(value);
        } else {
            lanes_f32_to_f16(&value, &half);
        }
        *to = half << shift | (*to & (0xffff0000u >> shift));
    }
}

void exec_v_wmma_f16_16x16x16_f16(struct wave *w, const struct inst *i)
{
    if (i->gen == ISA_GFX12) {
        exec_gfx12_v_wmma_f16_16x16x16_f16(w, i);
        return;
    }
    wmma_16(w, i, false);
}

void exec_v_wmma_bf16_16x16x16_bf16(struct wave *w, const struct inst *i)
{
    if (i->gen == ISA_GFX12) {
        exec_gfx12_v_wmma_bf16_16x16x16_bf16(w, i);
        return;
    }
    wmma_16(w, i, true);
}
