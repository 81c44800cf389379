/*
 * gpu_host.h: gpu.h's primitives on the host: every work-item is a fibre of kernels/host.c, which switches at operations that
 * need other lanes. The same sources so run under sanitizers and are the reference of the compiled kernels. Included by gpu.h
 * only.
 */
#ifndef EXO_KERNELS_GPU_HOST_H
#define EXO_KERNELS_GPU_HOST_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define UNROLL
#define GLOBAL
#define LOCAL
typedef uintptr_t uintptr_type;

/* One group runs on one thread at a time. */
#define LDS_ARRAY(type, name, count) static _Thread_local type name[count]

#define KERNEL(name, args_type, items)                                                                                           \
    static void name##_body(const struct args_type a);                                                                           \
    void exo_host_##name(const void *args);                                                                                      \
    void exo_host_##name(const void *args)                                                                                       \
    {                                                                                                                            \
        struct args_type a;                                                                                                      \
        memcpy(&a, args, sizeof(a));                                                                                             \
        name##_body(a);                                                                                                          \
    }                                                                                                                            \
    static void name##_body(const struct args_type a)

/* kernels/host.c */
struct host_item {
    uint32_t item, group[3];
};
const struct host_item *exo_host_item(void);
void exo_host_barrier(void);
/* Gives `in` (size bytes, at most 64) to the wave and returns what all 32 lanes gave, 64 bytes apart; valid until the next call
 * but one. */
const uint8_t *exo_host_exchange(const void *in, uint32_t size);

static inline uint32_t opaque_u32(uint32_t x)
{
    return x;
}

static inline const GLOBAL uint8_t *opaque_base(const GLOBAL uint8_t *base)
{
    return base;
}

static inline void schedule_barrier(void)
{
}

static inline uint32_t item_id(void)
{
    return exo_host_item()->item;
}

static inline uint32_t lane_id(void)
{
    return item_id() & 31;
}

static inline uint32_t lane_id_again(void)
{
    return lane_id();
}

static inline uint32_t wave_id(void)
{
    return item_id() >> 5;
}

static inline uint32_t group_x(void)
{
    return exo_host_item()->group[0];
}

static inline uint32_t group_y(void)
{
    return exo_host_item()->group[1];
}

static inline uint32_t group_z(void)
{
    return exo_host_item()->group[2];
}

static inline void barrier_group(void)
{
    exo_host_barrier();
}

static inline void barrier_wave(void)
{
    uint32_t nothing = 0;
    exo_host_exchange(&nothing, sizeof(nothing));
}

static inline uint32_t wave_read_u32(uint32_t x, uint32_t lane)
{
    const uint8_t *all = exo_host_exchange(&x, sizeof(x));
    uint32_t out;
    memcpy(&out, all + (lane & 31) * 64, sizeof(out));
    return out;
}

static inline uint32_t wave_swap16_u32(uint32_t x)
{
    return wave_read_u32(x, lane_id() ^ 16);
}

static inline float wave_swap16_f32(float x)
{
    return as_f32(wave_swap16_u32(as_u32(x)));
}

static inline uint32_t wave_xor1_u32(uint32_t x)
{
    return wave_read_u32(x, lane_id() ^ 1);
}

static inline uint32_t wave_xor4_u32(uint32_t x)
{
    return wave_read_u32(x, lane_id() ^ 4);
}

/* In the card's order, so that both builds round alike: at step s a lane adds what lane ^ 2^s held. */
static inline float wave_sum_f32(float x, uint32_t lanes_log2)
{
    const uint8_t *all = exo_host_exchange(&x, sizeof(x));
    float v[32];
    for (uint32_t i = 0; i < 32; i++) {
        memcpy(&v[i], all + i * 64, sizeof(float));
    }
    for (uint32_t s = 0; s < lanes_log2; s++) {
        float next[32];
        for (uint32_t i = 0; i < 32; i++) {
            next[i] = v[i] + v[i ^ (1u << s)];
        }
        memcpy(v, next, sizeof(v));
    }
    return v[lane_id()];
}

static inline float wave_max_f32(float x, uint32_t lanes_log2)
{
    const uint8_t *all = exo_host_exchange(&x, sizeof(x));
    uint32_t first = lane_id() >> lanes_log2 << lanes_log2;
    for (uint32_t i = 0; i < 1u << lanes_log2; i++) {
        float y;
        memcpy(&y, all + (first + i) * 64, sizeof(y));
        x = fmaxf(x, y);
    }
    return x;
}

static inline bool wave_any(bool x)
{
    uint32_t given = x, any = 0;
    const uint8_t *all = exo_host_exchange(&given, sizeof(given));
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t one;
        memcpy(&one, all + i * 64, sizeof(one));
        any |= one;
    }
    return any != 0;
}

static inline int32_t dot4_i8(uint32_t a, uint32_t b, int32_t c)
{
    for (int i = 0; i < 32; i += 8) {
        c += (int32_t)(int8_t)(a >> i) * (int8_t)(b >> i);
    }
    return c;
}

static inline int32_t dot4_i8u8(uint32_t a, uint32_t b, int32_t c)
{
    for (int i = 0; i < 32; i += 8) {
        c += (int32_t)(int8_t)(a >> i) * (int32_t)(b >> i & 255);
    }
    return c;
}

static inline int32_t dot8_u4i4(uint32_t a, uint32_t b, int32_t c)
{
    for (int i = 0; i < 32; i += 4) {
        c += (int32_t)(a >> i & 15) * (((int32_t)(b >> i & 15) ^ 8) - 8);
    }
    return c;
}

static inline int32_t dot8_u4u4(uint32_t a, uint32_t b, int32_t c)
{
    for (int i = 0; i < 32; i += 4) {
        c += (int32_t)((a >> i & 15) * (b >> i & 15));
    }
    return c;
}

/* Row (A) or column (B) n of an operand, from what the lanes hold of it. */
static inline void wmma_gather(const uint8_t *all, uint32_t n, f16 out[16])
{
    for (uint32_t k = 0; k < 16; k += WMMA_VALUES) {
        memcpy(out + k, all + (n + k / 8 * 16) * 64, sizeof(wmma_half));
    }
}

static inline v8f wmma_f16(wmma_half a, wmma_half b, v8f c)
{
    struct {
        wmma_half a, b;
    } mine = {a, b};
    const uint8_t *all = exo_host_exchange(&mine, sizeof(mine));
    uint32_t column = lane_id() & 15, half = lane_id() >> 4;
    f16 bv[16], av[16];
    wmma_gather(all + sizeof(wmma_half), column, bv);
    for (uint32_t i = 0; i < 8; i++) {
        wmma_gather(all, WMMA_GFX12 ? half * 8 + i : 2 * i + half, av);
        float sum = c[i];
        for (uint32_t k = 0; k < 16; k++) {
            sum += (float)av[k] * (float)bv[k];
        }
        c[i] = sum;
    }
    return c;
}

static inline v2h cvt_v2h(float lo, float hi)
{
    return (v2h){(f16)lo, (f16)hi};
}

static inline uint32_t pick_bytes(uint32_t high, uint32_t low, uint32_t selectors)
{
    uint64_t both = (uint64_t)high << 32 | low;
    uint32_t out = 0;
    for (int i = 0; i < 32; i += 8) {
        out |= (uint32_t)(both >> (selectors >> i & 7) * 8 & 255) << i;
    }
    return out;
}

static inline uint32_t mul_high_u32(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b >> 32);
}

static inline float exp2_f32(float x)
{
    return exp2f(x);
}

static inline float log2_f32(float x)
{
    return log2f(x);
}

static inline float rcp_f32(float x)
{
    return 1.0f / x;
}

static inline float rsq_f32(float x)
{
    return 1.0f / sqrtf(x);
}

static inline float sqrt_f32(float x)
{
    return sqrtf(x);
}

static inline float sin_turns_f32(float x)
{
    return (float)sin((double)x * 6.283185307179586476925);
}

static inline float cos_turns_f32(float x)
{
    return (float)cos((double)x * 6.283185307179586476925);
}

static inline float fract_f32(float x)
{
    return x - floorf(x);
}

static inline float fma_f32(float a, float b, float c)
{
    return fmaf(a, b, c);
}

static inline float max_f32(float a, float b)
{
    return fmaxf(a, b);
}

static inline float min_f32(float a, float b)
{
    return fminf(a, b);
}

static inline float abs_f32(float a)
{
    return fabsf(a);
}

static inline float rint_f32(float a)
{
    return rintf(a);
}

static inline float floor_f32(float a)
{
    return floorf(a);
}

static inline float ceil_f32(float a)
{
    return ceilf(a);
}

static inline float trunc_f32(float a)
{
    return truncf(a);
}

#endif
