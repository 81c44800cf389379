/*
 * gpu.h: what a kernel may use, on the card and on the host alike: its place in the grid, local memory, barriers, operations
 * across the lanes of a wave, integer dot products, 16x16x16 matrix products, and the few mathematical functions the card has
 * as instructions. Kernels include this and args.h and nothing else. Waves have 32 lanes.
 *
 * Rules that keep both builds equal: operations across a wave (wave_*, barrier_*, wmma_*) are reached by all lanes of the wave
 * (barrier_group: of the group) together, never inside a lane's own branch or after some lanes returned. LDS_ARRAY lies inside a
 * kernel body and holds nothing at the start.
 */
#ifndef EXO_KERNELS_GPU_H
#define EXO_KERNELS_GPU_H

#include "args.h"

typedef _Float16 f16;
typedef float v2f __attribute__((vector_size(8)));
typedef float v4f __attribute__((vector_size(16)));
typedef float v8f __attribute__((vector_size(32)));
typedef f16 v2h __attribute__((vector_size(4)));
typedef f16 v4h __attribute__((vector_size(8)));
typedef f16 v8h __attribute__((vector_size(16)));
typedef uint32_t v2u __attribute__((vector_size(8)));
typedef uint32_t v4u __attribute__((vector_size(16)));

/* The same for memory that is only 2- or 4-byte aligned (quantised blocks, views): the card loads any dword unaligned. */
typedef v2u v2u_a4 __attribute__((aligned(4)));
typedef v2f v2f_a4 __attribute__((aligned(4)));
typedef v4h v4h_a2 __attribute__((aligned(2)));
typedef v4u v4u_a4 __attribute__((aligned(4)));
typedef v4f v4f_a4 __attribute__((aligned(4)));
typedef v2u v2u_a2 __attribute__((aligned(2)));
typedef v4u v4u_a2 __attribute__((aligned(2)));
typedef uint32_t u32_a2 __attribute__((aligned(2)));

union bits32 {
    uint32_t u;
    int32_t i;
    float f;
    v2h h;
};
union bits128 {
    v4u u;
    v8h h;
    uint32_t w[4];
};

static inline float as_f32(uint32_t u)
{
    return (union bits32){.u = u}.f;
}

static inline uint32_t as_u32(float f)
{
    return (union bits32){.f = f}.u;
}

static inline v2h as_v2h(uint32_t u)
{
    return (union bits32){.u = u}.h;
}

static inline uint32_t v2h_u32(v2h h)
{
    return (union bits32){.h = h}.u;
}

#define INLINE static inline __attribute__((always_inline))

/*
 * Operands of 16x16x16 F16 matrix products. A lane holds values along k of row (A) or column (B) lane % 16: on gfx11 all sixteen,
 * lanes 16-31 repeating lanes 0-15; on gfx12 eight, lanes 16-31 those from k = 8 on. wmma_first_k is the first of them. Of the
 * product it holds eight rows of column lane % 16, and which eight differs too: a kernel that gives A's lanes the rows
 * wmma_row_of_eights has rows lane / 16 * 8 + i in element i, one that gives them wmma_row_of_turns has rows 2 * i + lane / 16.
 * Sources: the chapters on WMMA of the RDNA3 and RDNA4 ISA manuals; GPUOpen, "Using the Matrix Cores of AMD RDNA 4 architecture
 * GPUs".
 */
#if defined(__GFX12__) || defined(EXO_HOST_GFX12) /* the latter: the host build takes gfx12's layout */
#define WMMA_GFX12 1
#define WMMA_VALUES 8
#else
#define WMMA_GFX12 0
#define WMMA_VALUES 16
#endif
typedef f16 wmma_half __attribute__((vector_size(WMMA_VALUES * 2)));
typedef uint32_t wmma_bytes_a2 __attribute__((vector_size(WMMA_VALUES), aligned(2))); /* a byte for every value */
union wmma_bits {
    wmma_half h;
    v4u q[WMMA_VALUES / 8];
    v8h half[WMMA_VALUES / 8];
    v2h pair[WMMA_VALUES / 2];
    uint32_t w[WMMA_VALUES / 2];
};

#ifdef __AMDGCN__
#include "gpu_amd.h"
#else
#include "gpu_host.h"
#endif

#define WAVE 32u

static inline uint32_t wmma_first_k(void)
{
    return WMMA_GFX12 ? lane_id() >> 4 << 3 : 0;
}

static inline uint32_t wmma_row_of_eights(void)
{
    uint32_t m = lane_id() & 15;
    return WMMA_GFX12 ? m : (m & 1) << 3 | m >> 1;
}

static inline uint32_t wmma_row_of_turns(void)
{
    uint32_t m = lane_id() & 15;
    return WMMA_GFX12 ? (m & 7) << 1 | m >> 3 : m;
}

#define LOG2_E 1.44269504088896340736f
#define F32_LOWEST (-3.402823466e38f)
#define F32_INFINITY __builtin_inff()

/* A typed pointer to card memory from an address in an argument block. */
#define AT(type, address) ((GLOBAL type *)(uintptr_type)(address))
#define CAT(type, address) ((const GLOBAL type *)(uintptr_type)(address))

static inline uint32_t div_by(struct exo_div d, uint32_t n)
{
    return (mul_high_u32(n, d.mul) + n) >> d.shift;
}

static inline uint32_t min_u32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static inline float exp_f32(float x)
{
    return exp2_f32(x * LOG2_E);
}

static inline float sigmoid_f32(float x)
{
    return rcp_f32(1.0f + exp_f32(-x));
}

/* Four bits to four bytes of 0 or 1. */
static inline uint32_t bits_to_bytes(uint32_t bits)
{
    return (bits & 15) * 0x00204081u & 0x01010101u;
}

/* BF16 is the upper half of F32; conversion rounds to nearest even and keeps NaN quiet, as ggml does. */
static inline uint16_t bf16_from_f32(float f)
{
    uint32_t u = as_u32(f);
    if ((u & 0x7fffffffu) > 0x7f800000u) {
        return (uint16_t)(u >> 16 | 64);
    }
    return (uint16_t)((u + (0x7fffu + (u >> 16 & 1))) >> 16);
}

static inline float f32_from_bf16(uint16_t b)
{
    return as_f32((uint32_t)b << 16);
}

#endif
