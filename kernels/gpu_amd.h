/* gpu_amd.h: gpu.h's primitives as RDNA instructions (clang's amdgcn builtins). Included by gpu.h only. */
#ifndef EXO_KERNELS_GPU_AMD_H
#define EXO_KERNELS_GPU_AMD_H

#define GLOBAL __attribute__((address_space(1)))
#define LOCAL __attribute__((address_space(3)))
#define UNROLL _Pragma("clang loop unroll(full)") /* arrays must become registers */
#include <stdbool.h>

typedef uint64_t uintptr_type;

/* Uninitialised: local memory cannot carry initial values, and C would make it zero. */
#define LDS_ARRAY(type, name, count) static LOCAL __attribute__((loader_uninitialized)) type name[count]

/* clang takes no work-group size attribute on plain C kernels, so each is compiled for up to 1024 items (192 VGPRs). */
#define KERNEL(name, args_type, items)                                                                                           \
    _Static_assert((items) % 32 == 0 && (items) <= 256, "whole waves");                                                          \
    __attribute__((visibility("protected"))) __attribute__((amdgpu_kernel)) void name(const struct args_type a)

/* Hides how a lane's offset came to be: the compiler then keeps it as a 32-bit offset to a scalar base. */
static inline uint32_t opaque_u32(uint32_t x)
{
    __asm__("" : "+v"(x));
    return x;
}

/* The same for an address that all lanes share. */
static inline const GLOBAL uint8_t *opaque_base(const GLOBAL uint8_t *base)
{
    __asm__("" : "+s"(base));
    return base;
}

/* The compiler moves no instruction over it: loads stay together where the code has them. */
static inline void schedule_barrier(void)
{
    __builtin_amdgcn_sched_barrier(0);
}

static inline uint32_t item_id(void)
{
    return __builtin_amdgcn_workitem_id_x();
}

static inline uint32_t lane_id(void)
{
    return __builtin_amdgcn_workitem_id_x() & 31;
}

/* Counted anew: where what it is good for comes behind a loop that needs every register. */
static inline uint32_t lane_id_again(void)
{
    uint32_t x;
    __asm__ volatile("v_mbcnt_lo_u32_b32 %0, -1, 0" : "=v"(x));
    return x;
}

static inline uint32_t wave_id(void) /* the same in all lanes, and the compiler knows it */
{
    return (uint32_t)__builtin_amdgcn_readfirstlane((int)(__builtin_amdgcn_workitem_id_x() >> 5));
}

static inline uint32_t group_x(void)
{
    return __builtin_amdgcn_workgroup_id_x();
}

static inline uint32_t group_y(void)
{
    return __builtin_amdgcn_workgroup_id_y();
}

static inline uint32_t group_z(void)
{
    return __builtin_amdgcn_workgroup_id_z();
}

/* For local memory only: no vector cache is written back or emptied for it. */
static inline void barrier_group(void)
{
    __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup", "local");
    __builtin_amdgcn_s_barrier();
    __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup", "local");
}

/* Local memory written by this wave becomes readable to its other lanes: the LDS keeps a wave's order, so only the compiler must.
 */
static inline void barrier_wave(void)
{
    __builtin_amdgcn_fence(__ATOMIC_RELEASE, "wavefront");
    __builtin_amdgcn_wave_barrier();
    __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "wavefront");
}

#define DPP_XOR_(x, mask) __builtin_amdgcn_update_dpp(0, (int)(x), 0x160 | (mask), 0xf, 0xf, true) /* row_xmask */

static inline uint32_t wave_swap16_u32(uint32_t x) /* the value of lane ^ 16 */
{
    uint32_t y = (uint32_t)__builtin_amdgcn_permlanex16((int)x, (int)x, 0x76543210, (int)0xfedcba98, true, false);
    /* LLVM 19 may sink the instruction (not marked convergent) into a later branch of one lane, where the other lanes' x is not
     * computed any more: a volatile use keeps it here. */
    __asm__ volatile("" : "+v"(y));
    return y;
}

static inline float wave_swap16_f32(float x)
{
    return as_f32(wave_swap16_u32(as_u32(x)));
}

static inline uint32_t wave_xor1_u32(uint32_t x) /* the value of lane ^ 1 */
{
    return (uint32_t)DPP_XOR_(x, 1);
}

static inline uint32_t wave_xor4_u32(uint32_t x)
{
    return (uint32_t)DPP_XOR_(x, 4);
}

/* Sum over groups of 2^lanes_log2 neighbouring lanes, in every lane of the group. */
static inline float wave_sum_f32(float x, uint32_t lanes_log2)
{
    if (lanes_log2 > 0) {
        x += as_f32((uint32_t)DPP_XOR_(as_u32(x), 1));
    }
    if (lanes_log2 > 1) {
        x += as_f32((uint32_t)DPP_XOR_(as_u32(x), 2));
    }
    if (lanes_log2 > 2) {
        x += as_f32((uint32_t)DPP_XOR_(as_u32(x), 4));
    }
    if (lanes_log2 > 3) {
        x += as_f32((uint32_t)DPP_XOR_(as_u32(x), 8));
    }
    if (lanes_log2 > 4) {
        x += wave_swap16_f32(x);
    }
    return x;
}

static inline float wave_max_f32(float x, uint32_t lanes_log2)
{
    if (lanes_log2 > 0) {
        x = __builtin_fmaxf(x, as_f32((uint32_t)DPP_XOR_(as_u32(x), 1)));
    }
    if (lanes_log2 > 1) {
        x = __builtin_fmaxf(x, as_f32((uint32_t)DPP_XOR_(as_u32(x), 2)));
    }
    if (lanes_log2 > 2) {
        x = __builtin_fmaxf(x, as_f32((uint32_t)DPP_XOR_(as_u32(x), 4)));
    }
    if (lanes_log2 > 3) {
        x = __builtin_fmaxf(x, as_f32((uint32_t)DPP_XOR_(as_u32(x), 8)));
    }
    if (lanes_log2 > 4) {
        x = __builtin_fmaxf(x, wave_swap16_f32(x));
    }
    return x;
}

static inline uint32_t wave_read_u32(uint32_t x, uint32_t lane) /* any lane, chosen by each lane */
{
    return (uint32_t)__builtin_amdgcn_ds_bpermute((int)(lane << 2), (int)x);
}

static inline bool wave_any(bool x)
{
    return __builtin_amdgcn_ballot_w32(x) != 0;
}

static inline int32_t dot4_i8(uint32_t a, uint32_t b, int32_t c) /* signed x signed */
{
    return __builtin_amdgcn_sudot4(true, (int)a, true, (int)b, c, false);
}

static inline int32_t dot4_i8u8(uint32_t a, uint32_t b, int32_t c) /* signed x unsigned */
{
    return __builtin_amdgcn_sudot4(true, (int)a, false, (int)b, c, false);
}

/* Eight 4-bit products: unsigned x signed, unsigned x unsigned. */
static inline int32_t dot8_u4i4(uint32_t a, uint32_t b, int32_t c)
{
    return __builtin_amdgcn_sudot8(false, (int)a, true, (int)b, c, false);
}

static inline int32_t dot8_u4u4(uint32_t a, uint32_t b, int32_t c)
{
    return __builtin_amdgcn_sudot8(false, (int)a, false, (int)b, c, false);
}

static inline v8f wmma_f16(wmma_half a, wmma_half b, v8f c) /* a x b + c */
{
#if WMMA_GFX12
    return __builtin_amdgcn_wmma_f32_16x16x16_f16_w32_gfx12(a, b, c);
#else
    return __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(a, b, c);
#endif
}

static inline v2h cvt_v2h(float lo, float hi) /* rounds towards zero: only where a sum's error may be biased by 2^-11 */
{
    return __builtin_bit_cast(v2h, __builtin_amdgcn_cvt_pkrtz(lo, hi));
}

/* Bytes picked from {high, low} by four selectors: 0-3 a byte of low, 4-7 of high. */
static inline uint32_t pick_bytes(uint32_t high, uint32_t low, uint32_t selectors)
{
    return __builtin_amdgcn_perm(high, low, selectors);
}

static inline uint32_t mul_high_u32(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b >> 32);
}

static inline float exp2_f32(float x)
{
    return __builtin_amdgcn_exp2f(x);
}

static inline float log2_f32(float x)
{
    return __builtin_amdgcn_logf(x);
}

static inline float rcp_f32(float x)
{
    return __builtin_amdgcn_rcpf(x);
}

static inline float rsq_f32(float x)
{
    return __builtin_amdgcn_rsqf(x);
}

static inline float sqrt_f32(float x)
{
    return __builtin_amdgcn_sqrtf(x);
}

static inline float sin_turns_f32(float x) /* sin(2 pi x), |x| <= 256 */
{
    return __builtin_amdgcn_sinf(x);
}

static inline float cos_turns_f32(float x)
{
    return __builtin_amdgcn_cosf(x);
}

static inline float fract_f32(float x)
{
    return __builtin_amdgcn_fractf(x);
}

static inline float fma_f32(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}

static inline float max_f32(float a, float b)
{
    return __builtin_fmaxf(a, b);
}

static inline float min_f32(float a, float b)
{
    return __builtin_fminf(a, b);
}

static inline float abs_f32(float a)
{
    return __builtin_fabsf(a);
}

static inline float rint_f32(float a) /* nearest, ties to even */
{
    return __builtin_rintf(a);
}

static inline float floor_f32(float a)
{
    return __builtin_floorf(a);
}

static inline float ceil_f32(float a)
{
    return __builtin_ceilf(a);
}

static inline float trunc_f32(float a)
{
    return __builtin_truncf(a);
}

#endif
