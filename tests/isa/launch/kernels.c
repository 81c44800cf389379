/* kernels.c: what the tests of whole dispatches run; compiled for wave32 and for wave64. Arguments are one struct each. */
#include <stdint.h>

#define GLOBAL __attribute__((address_space(1)))
#define LOCAL __attribute__((address_space(3)))
#define KERNEL __attribute__((visibility("protected"))) __attribute__((amdgpu_kernel)) void
#define LDS(type, name, count) static LOCAL __attribute__((loader_uninitialized)) type name[count]

typedef float f32x4 __attribute__((ext_vector_type(4)));
typedef uint32_t u32x2 __attribute__((ext_vector_type(2)));
typedef uint32_t u32x4 __attribute__((ext_vector_type(4)));
typedef _Float16 f16x16 __attribute__((ext_vector_type(16)));
typedef short i16x16 __attribute__((ext_vector_type(16)));
typedef float f32x8 __attribute__((ext_vector_type(8)));
typedef int32_t i32x8 __attribute__((ext_vector_type(8)));
typedef int32_t i32x4 __attribute__((ext_vector_type(4)));
typedef int32_t i32x2 __attribute__((ext_vector_type(2)));
typedef _Float16 f16x2 __attribute__((ext_vector_type(2)));

#define ITEM __builtin_amdgcn_workitem_id_x()
#define GROUP __builtin_amdgcn_workgroup_id_x()

static inline void barrier(void)
{
    __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");
    __builtin_amdgcn_s_barrier();
    __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");
}

struct three {
    GLOBAL float *out;
    const GLOBAL float *a, *b;
    uint32_t n;
};

KERNEL vector_add(const struct three k)
{
    uint32_t i = GROUP * 256 + ITEM;
    if (i < k.n) {
        k.out[i] = k.a[i] + k.b[i];
    }
}

struct two {
    GLOBAL uint32_t *out;
    const GLOBAL uint32_t *in;
    uint32_t n;
};

/* Sum of 256 words by halving in LDS. */
KERNEL lds_reduce(const struct two k)
{
    LDS(uint32_t, part, 256);
    part[ITEM] = k.in[GROUP * 256 + ITEM];
    for (uint32_t half = 128; half != 0; half /= 2) {
        barrier();
        if (ITEM < half) {
            part[ITEM] += part[ITEM + half];
        }
    }
    if (ITEM == 0) {
        k.out[GROUP] = part[0];
    }
}

/* Writes each work-item's ids to where they say. */
KERNEL write_ids(const struct two k)
{
    uint32_t x = __builtin_amdgcn_workitem_id_x(), y = __builtin_amdgcn_workitem_id_y(), z = __builtin_amdgcn_workitem_id_z();
    uint32_t gx = __builtin_amdgcn_workgroup_id_x(), gy = __builtin_amdgcn_workgroup_id_y(),
             gz = __builtin_amdgcn_workgroup_id_z();
    uint32_t at = (((gz * 2 + gy) * 3 + gx) * 2 + z) * 15 + y * 5 + x; /* grid 3 x 2 x 2 of 5 x 3 x 2 */
    k.out[at] = x | y << 4 | z << 8 | gx << 12 | gy << 16 | gz << 20;
}

/* Each lane writes its place of a poisoned buffer; nobody else's. */
KERNEL write_item(const struct two k)
{
    k.out[GROUP * k.n + ITEM] = ITEM;
}

/* An array that does not fit registers, addressed by data. */
KERNEL use_scratch(const struct two k)
{
    volatile uint32_t table[64];
    uint32_t i = GROUP * 64 + ITEM;
    for (uint32_t n = 0; n < 64; n++) {
        table[n ^ (ITEM & 7)] = n * 3 + i;
    }
    uint32_t sum = 0;
    for (uint32_t n = 0; n < 8; n++) {
        sum = sum * 31 + table[(k.in[i] + n) & 63];
    }
    k.out[i] = sum;
}

/* Generic pointers: the same code reads LDS, scratch and memory, chosen by lane. */
KERNEL use_flat(const struct two k)
{
    LDS(uint32_t, shared, 64);
    uint32_t own[4];
    for (uint32_t n = 0; n < 4; n++) {
        own[n] = ITEM * 4 + n;
    }
    shared[ITEM] = ITEM * 1000;
    barrier();
    const uint32_t *p = ITEM % 3 == 0 ? (const uint32_t *)&shared[ITEM] : ITEM % 3 == 1 ? own + 1 : (const uint32_t *)k.in + ITEM;
    __asm__ volatile("" : "+v"(p)); /* the compiler forgets where it points */
    k.out[ITEM] = *p + 1;
}

struct moves {
    GLOBAL uint8_t *out;
    const GLOBAL uint8_t *in;
    uint32_t in_stride, out_stride, n;
};

#define COPY(name, type)                                                                                                         \
    KERNEL name(const struct moves k)                                                                                            \
    {                                                                                                                            \
        uint32_t i = GROUP * 64 + ITEM;                                                                                          \
        if (i < k.n) {                                                                                                           \
            typedef type __attribute__((aligned(1))) loose;                                                                      \
            *(GLOBAL loose *)(k.out + i * k.out_stride) = *(const GLOBAL loose *)(k.in + i * k.in_stride);                       \
        }                                                                                                                        \
    }
COPY(copy_b8, uint8_t)
COPY(copy_b16, uint16_t)
COPY(copy_b32, uint32_t)
COPY(copy_b64, u32x2)
COPY(copy_b128, u32x4)

/* Signed and unsigned narrow loads, widened. */
KERNEL widen(const struct moves k)
{
    GLOBAL int32_t *out = (GLOBAL int32_t *)k.out + ITEM * 4;
    out[0] = ((const GLOBAL int8_t *)k.in)[ITEM];
    out[1] = k.in[ITEM];
    out[2] = ((const GLOBAL int16_t *)k.in)[ITEM];
    out[3] = ((const GLOBAL uint16_t *)k.in)[ITEM];
}

/* The store of the last lane is one element past the buffer's pages. */
KERNEL store_past_end(const struct two k)
{
    k.out[ITEM + k.n] = 1;
}

KERNEL load_past_end(const struct two k)
{
    k.out[ITEM] = k.in[ITEM + k.n];
}

KERNEL scalar_load_past_end(const struct two k)
{
    k.out[ITEM] = k.in[k.n];
}

KERNEL lds_past_end(const struct two k)
{
    LDS(uint32_t, shared, 64);
    shared[ITEM] = ITEM;
    barrier();
    k.out[ITEM] = shared[ITEM + k.n];
}

KERNEL spin_forever(const struct two k)
{
    volatile GLOBAL uint32_t *p = k.out;
    while (*p != 1) {
    }
}

/* Adds, minimum, exchange, compare and swap on words that all lanes share; old values prove that every step was one step. */
KERNEL atomics(const struct two k)
{
    GLOBAL uint32_t *out = k.out;
    uint32_t old = __atomic_fetch_add(&out[0], 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&out[16 + old], 1, __ATOMIC_RELAXED); /* each ticket once */
    __atomic_fetch_add(&out[1], ITEM, __ATOMIC_RELAXED);
    __atomic_fetch_or(&out[2], 1u << (ITEM & 31), __ATOMIC_RELAXED);
    __atomic_fetch_xor(&out[3], ITEM + 1, __ATOMIC_RELAXED);
    __opencl_atomic_fetch_max((GLOBAL _Atomic uint32_t *)&out[4], ITEM * 7 % 64, __ATOMIC_RELAXED, __OPENCL_MEMORY_SCOPE_DEVICE);
    __opencl_atomic_fetch_min((GLOBAL _Atomic int32_t *)&out[5], -(int32_t)ITEM, __ATOMIC_RELAXED, __OPENCL_MEMORY_SCOPE_DEVICE);
    uint32_t seen = 0;
    while (!__atomic_compare_exchange_n(&out[6], &seen, seen + 2, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    __atomic_fetch_add((GLOBAL uint64_t *)&out[8], 0x100000001ull, __ATOMIC_RELAXED);
}

/* The same instruction adds to LDS and to memory, by lane. */
KERNEL flat_atomics(const struct two k)
{
    LDS(uint32_t, shared, 2);
    if (ITEM < 2) {
        shared[ITEM] = 0;
    }
    barrier();
    uint32_t *p = ITEM & 1 ? (uint32_t *)&shared[ITEM >> 1 & 1] : (uint32_t *)k.out;
    __asm__ volatile("" : "+v"(p));
    __atomic_fetch_add(p, ITEM, __ATOMIC_RELAXED);
    barrier();
    if (ITEM < 2) {
        k.out[1 + ITEM] = shared[ITEM];
    }
}

/* One plain atomic per lane, on the word k.in points to. */
KERNEL atomic_add_one(const struct two k)
{
    __atomic_fetch_add(k.out, 1, __ATOMIC_RELAXED);
}

/* Counts bytes into bins in LDS. */
KERNEL lds_histogram(const struct two k)
{
    LDS(uint32_t, bin, 16);
    if (ITEM < 16) {
        bin[ITEM] = 0;
    }
    barrier();
    for (uint32_t n = 0; n < k.n; n++) {
        __atomic_fetch_add(&bin[k.in[ITEM + n * 128] & 15], 1, __ATOMIC_RELAXED);
    }
    barrier();
    if (ITEM < 16) {
        k.out[ITEM] = bin[ITEM];
    }
}

/* Vectors of four through LDS, each lane reading its neighbour's. */
KERNEL lds_vectors(const struct two k)
{
    LDS(u32x4, shared, 64);
    shared[ITEM] = ((const GLOBAL u32x4 *)k.in)[ITEM];
    barrier();
    ((GLOBAL u32x4 *)k.out)[ITEM] = shared[ITEM ^ 5];
}

/* Lane permutations: bpermute, swizzle. */
KERNEL permute(const struct two k)
{
    int v = (int)k.in[ITEM];
    k.out[ITEM] = (uint32_t)__builtin_amdgcn_ds_bpermute((int)((ITEM * 5 + 3) % 32 * 4), v);
    k.out[64 + ITEM] = (uint32_t)__builtin_amdgcn_ds_swizzle(v, 0x041f); /* swap neighbours: xor 1 */
    k.out[128 + ITEM] = (uint32_t)__builtin_amdgcn_ds_permute((int)((ITEM * 5 + 3) % 32 * 4), v);
}

/* Dot products of bytes, all four pairings of signs, and with saturation. */
KERNEL dot4(const struct two k)
{
    int a = (int)k.in[ITEM * 3], b = (int)k.in[ITEM * 3 + 1], c = (int)k.in[ITEM * 3 + 2];
    GLOBAL uint32_t *out = k.out + ITEM * 10;
    out[0] = (uint32_t)__builtin_amdgcn_sudot4(0, a, 0, b, c, 0);
    out[1] = (uint32_t)__builtin_amdgcn_sudot4(1, a, 0, b, c, 0);
    out[2] = (uint32_t)__builtin_amdgcn_sudot4(0, a, 1, b, c, 0);
    out[3] = (uint32_t)__builtin_amdgcn_sudot4(1, a, 1, b, c, 0);
    out[4] = (uint32_t)__builtin_amdgcn_sudot4(1, a, 1, b, c | 0x70000000, 1);
    out[5] = __builtin_amdgcn_udot4((uint32_t)a, (uint32_t)b, (uint32_t)c, 0);
    out[6] = (uint32_t)__builtin_amdgcn_sudot8(1, a, 0, b, c, 0);
    out[7] = __builtin_amdgcn_udot8((uint32_t)a, (uint32_t)b, (uint32_t)c, 0);
    out[8] = (uint32_t)__builtin_amdgcn_sudot8(1, a, 1, b, c, 0);
    out[9] = (uint32_t)__builtin_amdgcn_sudot8(0, a, 1, b, c, 0);
}

/* Packed halves: sum, product, fused multiply-add, and mixed precision. */
KERNEL packed_halves(const struct two k)
{
    const GLOBAL f16x2 *in = (const GLOBAL f16x2 *)k.in + ITEM * 3;
    GLOBAL f16x2 *out = (GLOBAL f16x2 *)k.out + ITEM * 6;
    f16x2 a = in[0], b = in[1], c = in[2];
    out[0] = a + b;
    out[1] = a * b.yx;
    out[2] = __builtin_elementwise_fma(a, b, -c);
    ((GLOBAL float *)out)[3] = __builtin_fmaf((float)a.x, (float)b.y, (float)c.x);
    out[4] = __builtin_elementwise_max(a, b);
    ((GLOBAL float *)out)[5] = __builtin_amdgcn_fdot2(a, b, 1.5f, 0);
}

#ifdef __GFX12__
/* Split barriers: of the waves that signal, one is told that it is the first; what was written before a signal is there after
 * the wait. */
KERNEL split_barrier(const struct two k)
{
    LDS(uint32_t, part, 256);
    uint32_t first, state, sum = 0;
    for (uint32_t round = 0; round < k.n; round++) {
        part[ITEM] = ITEM + round;
        __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");
        __asm__ volatile("s_barrier_signal_isfirst -1\n\ts_cselect_b32 %0, 1, 0\n\ts_barrier_wait -1"
                         : "=s"(first)::"scc", "memory");
        __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");
        sum += part[(ITEM + 64) & 255];
        k.out[round * 256 + ITEM] = first;
        __asm__ volatile("s_barrier_signal -1\n\ts_barrier_wait -1" ::: "memory");
    }
    __asm__ volatile("s_get_barrier_state %0, -1\n\ts_wait_kmcnt 0x0" : "=s"(state)::"memory");
    k.out[k.n * 256 + ITEM] = sum;
    k.out[(k.n + 1) * 256 + ITEM] = state;
}

KERNEL named_barrier(const struct two k)
{
    __asm__ volatile("s_barrier_init 1" ::: "memory");
    k.out[ITEM] = 0;
}
#else
struct matrix {
    GLOBAL void *d;
    const GLOBAL void *a, *b, *c;
};

#define LANE (ITEM & 15)

#if __AMDGCN_WAVEFRONT_SIZE == 32
#define WMMA(name) __builtin_amdgcn_wmma_##name##_w32
#define ROWS 8
typedef f32x8 acc_f32;
typedef i32x8 acc_i32;
#else
#define WMMA(name) __builtin_amdgcn_wmma_##name##_w64
#define ROWS 4
typedef f32x4 acc_f32;
typedef i32x4 acc_i32;
#endif

#define MATRIX(name, in_type, acc_type, product)                                                                                 \
    KERNEL name(const struct matrix k)                                                                                           \
    {                                                                                                                            \
        uint32_t row = ITEM / 16;                                                                                                \
        in_type a = ((const GLOBAL in_type *)k.a)[LANE], b = ((const GLOBAL in_type *)k.b)[LANE];                                \
        acc_type c, d;                                                                                                           \
        for (uint32_t v = 0; v < ROWS; v++) {                                                                                    \
            c[v] = ((const GLOBAL __typeof__(c[0]) *)k.c)[(v * (16 / ROWS) + row) * 16 + LANE];                                  \
        }                                                                                                                        \
        d = product;                                                                                                             \
        for (uint32_t v = 0; v < ROWS; v++) {                                                                                    \
            ((GLOBAL __typeof__(c[0]) *)k.d)[(v * (16 / ROWS) + row) * 16 + LANE] = d[v];                                        \
        }                                                                                                                        \
    }
MATRIX(wmma_f16, f16x16, acc_f32, WMMA(f32_16x16x16_f16)(a, b, c))
MATRIX(wmma_bf16, i16x16, acc_f32, WMMA(f32_16x16x16_bf16)(a, b, c))
MATRIX(wmma_iu8, i32x4, acc_i32, WMMA(i32_16x16x16_iu8)(1, a, 0, b, c, 0))
MATRIX(wmma_iu4, i32x2, acc_i32, WMMA(i32_16x16x16_iu4)(0, a, 1, b, c, 0))

/* Speed: loads from a buffer that fits the host's cache, in a loop; LDS the same; matrix and dot products. */
#define LOADS(name, type, stride)                                                                                                \
    KERNEL name(const struct two k)                                                                                              \
    {                                                                                                                            \
        const GLOBAL uint8_t *p = (const GLOBAL uint8_t *)k.in + ITEM * (stride);                                                \
        type sum = 0;                                                                                                            \
        for (uint32_t n = 0; n < k.n; n++) {                                                                                     \
            sum ^= *(const volatile GLOBAL type *)(p + (n & 15) * 1024);                                                         \
        }                                                                                                                        \
        ((GLOBAL type *)k.out)[GROUP * 32 + ITEM] = sum;                                                                         \
    }
LOADS(speed_b32, uint32_t, 4)
LOADS(speed_b64, u32x2, 8)
LOADS(speed_b128, u32x4, 16)
LOADS(speed_b128_strided, u32x4, 20)
LOADS(speed_b32_strided, uint32_t, 36)

KERNEL speed_lds(const struct two k)
{
    LDS(uint32_t, shared, 1024);
    shared[ITEM] = ITEM;
    uint32_t sum = 0;
    for (uint32_t n = 0; n < k.n; n++) {
        sum += ((volatile LOCAL uint32_t *)shared)[(ITEM + n) & 1023];
        ((volatile LOCAL uint32_t *)shared)[(ITEM + n) & 1023] = sum;
    }
    k.out[GROUP * 32 + ITEM] = sum;
}

KERNEL speed_dot4(const struct two k)
{
    int a = (int)k.in[ITEM], b = (int)k.in[ITEM + 32], c = 0, d = 1;
    for (uint32_t n = 0; n < k.n; n++) {
        c = __builtin_amdgcn_sudot4(0, a, 1, b, c, 0);
        d = __builtin_amdgcn_sudot4(0, b, 1, c, d, 0);
        a = __builtin_amdgcn_sudot4(1, c, 1, d, a, 0);
        b = __builtin_amdgcn_sudot4(0, d, 1, a, b, 0);
    }
    k.out[GROUP * 32 + ITEM] = (uint32_t)(a + b + c + d);
}

#if __AMDGCN_WAVEFRONT_SIZE == 32
KERNEL speed_wmma_f16(const struct two k)
{
    f16x16 a = ((const GLOBAL f16x16 *)k.in)[LANE], b = ((const GLOBAL f16x16 *)k.in)[LANE + 1];
    f32x8 c = {0}, d = {0};
    for (uint32_t n = 0; n < k.n; n++) {
        c = __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(a, b, c);
        d = __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(b, a, d);
    }
    ((GLOBAL f32x8 *)k.out)[ITEM] = c + d;
}

KERNEL speed_wmma_iu8(const struct two k)
{
    i32x4 a = ((const GLOBAL i32x4 *)k.in)[LANE], b = ((const GLOBAL i32x4 *)k.in)[LANE + 1];
    i32x8 c = {0}, d = {0};
    for (uint32_t n = 0; n < k.n; n++) {
        c = __builtin_amdgcn_wmma_i32_16x16x16_iu8_w32(1, a, 1, b, c, 0);
        d = __builtin_amdgcn_wmma_i32_16x16x16_iu8_w32(1, b, 1, a, d, 0);
    }
    ((GLOBAL i32x8 *)k.out)[ITEM] = c + d;
}
#endif
#endif /* gfx11 */

/* Arithmetic only. */
KERNEL speed_alu(const struct two k)
{
    float a = (float)ITEM, b = 1.5f, c = 0.25f;
    for (uint32_t n = 0; n < k.n; n++) {
        a = a * b + c;
        b = b * c + a;
        c = c * a + b;
        a = a - c;
    }
    ((GLOBAL float *)k.out)[GROUP * 32 + ITEM] = a + b + c;
}

struct strided {
    GLOBAL uint32_t *out;
    uint32_t stride, rounds;
};

/* Each round reads one word of LDS per item, `stride` words apart. */
KERNEL lds_strided(const struct strided k)
{
    LDS(uint32_t, words, 2048);
    uint32_t sum = 0;
    for (uint32_t n = 0; n < 2048; n += 32) {
        words[n + ITEM] = n;
    }
    for (uint32_t n = 0; n < k.rounds; n++) {
        barrier();
        sum += words[(ITEM * k.stride + n) & 2047];
    }
    k.out[GROUP * 32 + ITEM] = sum;
}

struct streamed {
    GLOBAL u32x4 *out;
    const GLOBAL u32x4 *in;
    uint32_t count; /* of 16-byte pieces, a multiple of the work-group's 256 */
};

KERNEL stream_read(const struct streamed k)
{
    u32x4 sum = 0;
    for (uint32_t n = ITEM; n < k.count; n += 256) {
        sum += k.in[n];
    }
    k.out[ITEM] = sum;
}

#include "waits_kernels.h"
