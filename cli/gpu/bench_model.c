/*
 * bench_model.c: runs on the card. Small kernels that do one thing each, as public micro-benchmarks do: `exosuit bench --model`
 * compares their modelled time with what those measured (docs/MODEL.md). Inline assembly where the instruction is the point.
 */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u32 u32x4 __attribute__((ext_vector_type(4)));
typedef float f32x4 __attribute__((ext_vector_type(4)));

#define GLOBAL __attribute__((address_space(1)))
#define LOCAL __attribute__((address_space(3)))
#define KERNEL __attribute__((amdgpu_kernel, visibility("protected"))) void
#define ITEM __builtin_amdgcn_workitem_id_x()
#define GROUP __builtin_amdgcn_workgroup_id_x()

struct args { /* of all kernels: struct model_args in cli/bench_model.c */
    GLOBAL u32 *out;
    const GLOBAL u32 *in;
    u32 count, rounds, stride;
};

/* 8 times the instruction on 8 registers that do not depend on one another, `rounds` times over. */
#define LOOP(name, body, ...)                                                                                                    \
    KERNEL name(const struct args k)                                                                                             \
    {                                                                                                                            \
        for (u32 n = 0; n < k.rounds; n++) {                                                                                     \
            __asm__ volatile(body::: __VA_ARGS__);                                                                               \
        }                                                                                                                        \
    }
#define LOW "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15"
#define HIGH "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23"

LOOP(fma_f32,
     "v_fma_f32 v8, v16, v17, v8\n v_fma_f32 v9, v16, v17, v9\n v_fma_f32 v10, v16, v17, v10\n v_fma_f32 v11, v16, v17, v11\n"
     "v_fma_f32 v12, v16, v17, v12\n v_fma_f32 v13, v16, v17, v13\n v_fma_f32 v14, v16, v17, v14\n v_fma_f32 v15, v16, v17, v15",
     LOW, HIGH)
LOOP(dual_f32,
     "v_dual_fmac_f32 v8, v16, v18 :: v_dual_fmac_f32 v9, v17, v19\n"
     "v_dual_fmac_f32 v10, v16, v18 :: v_dual_fmac_f32 v11, v17, v19\n"
     "v_dual_fmac_f32 v12, v16, v18 :: v_dual_fmac_f32 v13, v17, v19\n"
     "v_dual_fmac_f32 v14, v16, v18 :: v_dual_fmac_f32 v15, v17, v19",
     LOW, HIGH)
LOOP(pk_f16,
     "v_pk_fma_f16 v8, v16, v17, v8\n v_pk_fma_f16 v9, v16, v17, v9\n v_pk_fma_f16 v10, v16, v17, v10\n"
     "v_pk_fma_f16 v11, v16, v17, v11\n v_pk_fma_f16 v12, v16, v17, v12\n v_pk_fma_f16 v13, v16, v17, v13\n"
     "v_pk_fma_f16 v14, v16, v17, v14\n v_pk_fma_f16 v15, v16, v17, v15",
     LOW, HIGH)
LOOP(fma_f64,
     "v_fma_f64 v[8:9], v[16:17], v[18:19], v[8:9]\n v_fma_f64 v[10:11], v[16:17], v[18:19], v[10:11]\n"
     "v_fma_f64 v[12:13], v[16:17], v[18:19], v[12:13]\n v_fma_f64 v[14:15], v[16:17], v[18:19], v[14:15]",
     LOW, HIGH)
LOOP(mul_add_u32,
     "v_mul_lo_u32 v8, v16, v8\n v_add_nc_u32 v9, v17, v9\n v_mul_lo_u32 v10, v16, v10\n v_add_nc_u32 v11, v17, v11\n"
     "v_mul_lo_u32 v12, v16, v12\n v_add_nc_u32 v13, v17, v13\n v_mul_lo_u32 v14, v16, v14\n v_add_nc_u32 v15, v17, v15",
     LOW, HIGH)
LOOP(exp_f32,
     "v_exp_f32 v8, v16\n v_exp_f32 v9, v16\n v_exp_f32 v10, v16\n v_exp_f32 v11, v16\n"
     "v_exp_f32 v12, v16\n v_exp_f32 v13, v16\n v_exp_f32 v14, v16\n v_exp_f32 v15, v16",
     LOW, HIGH)
#define DOT "neg_lo:[1,1,0]\n"
LOOP(dot4_i8,
     "v_dot4_i32_iu8 v8, v16, v17, v8 " DOT "v_dot4_i32_iu8 v9, v16, v17, v9 " DOT "v_dot4_i32_iu8 v10, v16, v17, v10 " DOT
     "v_dot4_i32_iu8 v11, v16, v17, v11 " DOT "v_dot4_i32_iu8 v12, v16, v17, v12 " DOT "v_dot4_i32_iu8 v13, v16, v17, v13 " DOT
     "v_dot4_i32_iu8 v14, v16, v17, v14 " DOT "v_dot4_i32_iu8 v15, v16, v17, v15 " DOT,
     LOW, HIGH)

/* 32-bit multiply and add as the compiler writes it. */
KERNEL mad_u32(const struct args k)
{
    u32 sum[8] = {ITEM, ITEM + 1, ITEM + 2, ITEM + 3, ITEM + 4, ITEM + 5, ITEM + 6, ITEM + 7};
    u32 factor = ITEM * 2654435761u;
    for (u32 n = 0; n < k.rounds; n++) {
#pragma unroll
        for (u32 i = 0; i < 8; i++) {
            sum[i] = sum[i] * factor + ITEM;
        }
    }
    k.out[ITEM] = sum[0] ^ sum[1] ^ sum[2] ^ sum[3] ^ sum[4] ^ sum[5] ^ sum[6] ^ sum[7];
}

/* Four accumulators; the operands' layouts differ between the generations. */
#define ACCUMULATORS "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23"
#define OPERANDS "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "v32", "v33", "v34", "v35", "v36", "v37", "v38", "v39"
#ifdef __GFX12__
#define F16_AB "v[24:27], v[28:31]"
#define I8_AB "v[24:25], v[26:27]"
#else
#define F16_AB "v[24:31], v[32:39]"
#define I8_AB "v[24:27], v[28:31]"
#endif
#define WMMA(name, op, ab, end)                                                                                                  \
    LOOP(name,                                                                                                                   \
         op " v[8:15], " ab ", v[8:15]" end "\n" op " v[16:23], " ab ", v[16:23]" end "\n" op " v[8:15], " ab ", v[8:15]" end    \
            "\n" op " v[16:23], " ab ", v[16:23]" end,                                                                           \
         ACCUMULATORS, OPERANDS)
WMMA(wmma_f16, "v_wmma_f32_16x16x16_f16", F16_AB, "")
WMMA(wmma_i8, "v_wmma_i32_16x16x16_iu8", I8_AB, " neg_lo:[1,1,0]")

/* ---- memory: count is in elements of 16 bytes, or of 4 where a stride says so ------------------------------------------ */

KERNEL stream_read(const struct args k)
{
    const GLOBAL u32x4 *in = (const GLOBAL u32x4 *)k.in;
    u32x4 sum = 0;
    for (u32 n = 0; n < k.rounds; n++) {
        sum += in[(GROUP * k.rounds + n) * 256 + ITEM];
    }
    if (sum.x + sum.y + sum.z + sum.w == 0x12345678) {
        k.out[ITEM] = sum.x;
    }
}

KERNEL stream_write(const struct args k)
{
    GLOBAL u32x4 *out = (GLOBAL u32x4 *)k.out;
    for (u32 n = 0; n < k.rounds; n++) {
        out[(GROUP * k.rounds + n) * 256 + ITEM] = n;
    }
}

/* One word per item, read `stride` words apart round a power of two. */
KERNEL gather_copy(const struct args k)
{
    u32 n = GROUP * 256 + ITEM;
    k.out[n] = k.in[n * k.stride & (k.count - 1)];
}

/* As a probe of a runtime reads: all items of the grid side by side, one load and what depends on it per turn. */
KERNEL grid_read(const struct args k)
{
    const GLOBAL f32x4 *in = (const GLOBAL f32x4 *)k.in;
    float sum = 0;
#pragma nounroll
    for (u32 n = GROUP * 256 + ITEM; n < k.count; n += k.stride) {
        f32x4 v = in[n];
        sum = sum + v.x + v.y + v.z + v.w;
    }
    ((GLOBAL float *)k.out)[GROUP * 256 + ITEM] = sum;
}

/* As a runtime copies a buffer: 16 bytes per item. */
KERNEL block_copy(const struct args k)
{
    u32 n = GROUP * 256 + ITEM;
    ((GLOBAL u32x4 *)k.out)[n] = ((const GLOBAL u32x4 *)k.in)[n];
}

/* c = a + b, b behind a; a wave has a tile of 32 x 32 words and goes through it by rows or, with a stride of 32, by columns. */
KERNEL add_tiles(const struct args k)
{
    const GLOBAL float *a = (const GLOBAL float *)k.in, *b = a + k.count;
    u64 at = (u64)(GROUP * 8 + ITEM / 32) * 1024 + ITEM % 32 * k.stride;
#pragma nounroll
    for (u32 n = 0; n < k.rounds; n++) {
        u64 i = at + n * (32 / k.stride);
        ((GLOBAL float *)k.out)[i] = a[i] + b[i];
    }
}

KERNEL add_words(const struct args k)
{
    const GLOBAL float *a = (const GLOBAL float *)k.in;
    u32 n = GROUP * 256 + ITEM;
    ((GLOBAL float *)k.out)[n] = a[n] + a[n + k.count];
}

/* Each wave reads a part of LDS of its own, one read and one wait per turn. */
KERNEL lds_read(const struct args k)
{
    static LOCAL __attribute__((loader_uninitialized)) volatile float words[8 * 1056];
    for (u32 n = ITEM; n < 8 * 1056; n += 256) {
        words[n] = (float)n;
    }
    __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");
    __builtin_amdgcn_s_barrier();
    __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");
    float sum = (float)k.in[GROUP * 256 + ITEM];
#pragma nounroll
    for (u32 n = 0; n < k.rounds; n++) {
        sum += words[ITEM / 32 * 1056 + ITEM % 32 * k.stride + (n & 31)];
    }
    k.out[GROUP * 256 + ITEM] = (u32)sum;
}

/*
 * C = A * B in F32, all `count` wide and `rounds` deep: 128 x 128 per work-group of 256, through LDS in slices of 8, 64 x 32 per
 * wave and 8 x 8 per item, read from LDS 16 bytes at a time: fp32_sgemm_amd's kernel 3.
 */
KERNEL sgemm_tiled(const struct args k)
{
    static LOCAL __attribute__((loader_uninitialized, aligned(16))) float a[8][128], b[8][128];
    const GLOBAL float *in = (const GLOBAL float *)k.in;
    u32 row = __builtin_amdgcn_workgroup_id_y() * 128, column = GROUP * 128;
    u32 x = ITEM / 32 % 2 * 64 + ITEM % 8 * 4, y = ITEM / 64 * 32 + ITEM / 8 % 4 * 4;
    float sum[8][8] = {{0}};
    for (u32 depth = 0; depth < k.rounds; depth += 8) {
#pragma unroll
        for (u32 n = 0; n < 4; n++) {
            b[ITEM / 128 + 2 * n][ITEM % 128] = in[(u64)(depth + ITEM / 128 + 2 * n) * k.count + column + ITEM % 128];
            a[ITEM % 8][ITEM / 8 + 32 * n] = in[(u64)(row + ITEM / 8 + 32 * n) * k.count + depth + ITEM % 8];
        }
        __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");
        __builtin_amdgcn_s_barrier();
        __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");
#pragma unroll
        for (u32 d = 0; d < 8; d++) {
            float left[8], right[8];
#pragma unroll
            for (u32 n = 0; n < 8; n++) {
                left[n] = a[d][y + n % 4 + n / 4 * 16];
                right[n] = b[d][x + n % 4 + n / 4 * 32];
            }
#pragma unroll
            for (u32 n = 0; n < 64; n++) {
                sum[n / 8][n % 8] += left[n / 8] * right[n % 8];
            }
        }
        __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");
        __builtin_amdgcn_s_barrier();
        __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");
    }
#pragma unroll
    for (u32 n = 0; n < 64; n++) {
        u64 at = (u64)(row + y + n / 8 % 4 + n / 32 * 16) * k.count + column + x + n % 4 + n % 8 / 4 * 32;
        ((GLOBAL float *)k.out)[at] = sum[n / 8][n % 8];
    }
}

/* The same with one word of C per item and nothing shared: a product as first written. */
KERNEL sgemm_naive(const struct args k)
{
    const GLOBAL float *a = (const GLOBAL float *)k.in, *b = a;
    u32 row = __builtin_amdgcn_workgroup_id_y() * 16 + ITEM / 16, column = GROUP * 16 + ITEM % 16;
    float sum = 0;
    for (u32 d = 0; d < k.rounds; d++) {
        sum += a[row * k.count + d] * b[d * k.count + column];
    }
    ((GLOBAL float *)k.out)[row * k.count + column] = sum;
}

/* Through two square tiles of LDS, still one word per item. */
#define SGEMM_LDS(name, TILE)                                                                                                    \
    KERNEL name(const struct args k)                                                                                             \
    {                                                                                                                            \
        static LOCAL __attribute__((loader_uninitialized)) float a[TILE][TILE], b[TILE][TILE];                                   \
        const GLOBAL float *in = (const GLOBAL float *)k.in;                                                                     \
        u32 x = ITEM % TILE, y = ITEM / TILE, row = __builtin_amdgcn_workgroup_id_y() * TILE + y, column = GROUP * TILE + x;     \
        float sum = 0;                                                                                                           \
        for (u32 d = 0; d < k.rounds; d += TILE) {                                                                               \
            a[y][x] = in[row * k.count + d + x];                                                                                 \
            b[y][x] = in[(d + y) * k.count + column];                                                                            \
            __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");                                                               \
            __builtin_amdgcn_s_barrier();                                                                                        \
            __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");                                                               \
            for (u32 n = 0; n < TILE; n++) {                                                                                     \
                sum += a[y][n] * b[n][x];                                                                                        \
            }                                                                                                                    \
            __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");                                                               \
            __builtin_amdgcn_s_barrier();                                                                                        \
            __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");                                                               \
        }                                                                                                                        \
        ((GLOBAL float *)k.out)[row * k.count + column] = sum;                                                                   \
    }
SGEMM_LDS(sgemm_lds_8, 8)
SGEMM_LDS(sgemm_lds_16, 16)
SGEMM_LDS(sgemm_lds_32, 32)
