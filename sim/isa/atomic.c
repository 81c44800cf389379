/*
 * atomic.c: read-modify-write operations, and the FLAT family's instructions made of them (RDNA3 ISA, "Memory atomics").
 *
 * On host memory they are not atomic: Thunderbolt bridges carry no AtomicOps, and updates are lost (T-34). Here every lane reads
 * before any lane writes, so that a kernel which counts on them fails at once and always.
 */
#include "flat.h"

#include "valu.h"

static float as_f32(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float f;
    memcpy(&f, &low, sizeof f);
    return f;
}

static double as_f64(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static uint64_t from_f32(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* One row per operation, for 32 and for 64 bits; old, a and b have the type U, sold and sa its signed twin. */
/* clang-format off */
#define ATOMIC_INTEGER_OPS(X) \
    X(SWAP, a) \
    X(CMPSWAP, old == b ? a : old) \
    X(ADD, old + a) \
    X(SUB, old - a) \
    X(RSUB, a - old) \
    X(CSUB, old < a ? 0 : old - a) \
    X(MIN_I, sa < sold ? a : old) \
    X(MIN_U, a < old ? a : old) \
    X(MAX_I, sa >= sold ? a : old) \
    X(MAX_U, a >= old ? a : old) \
    X(AND, old & a) \
    X(OR, old | a) \
    X(XOR, old ^ a) \
    X(INC, old >= a ? 0 : old + 1) \
    X(DEC, old == 0 || old > a ? a : old - 1) \
    X(MSKOR, (old & ~a) | b) \
    X(WRAP, old >= a ? old - a : old + b) \
    X(COND_SUB, old >= a ? old - a : old)
/* clang-format on */

#define DEFINE_ATOMIC(bits, name, expression)                                                                                    \
    static uint64_t atomic##bits##_##name(uint64_t old64, uint64_t a64, uint64_t b64)                                            \
    {                                                                                                                            \
        uint##bits##_t old = (uint##bits##_t)old64, a = (uint##bits##_t)a64, b = (uint##bits##_t)b64;                            \
        int##bits##_t sold = (int##bits##_t)old, sa = (int##bits##_t)a;                                                          \
        (void)b, (void)sold, (void)sa;                                                                                           \
        return (uint##bits##_t)(expression);                                                                                     \
    }
#define DEFINE_ATOMICS(name, expression) DEFINE_ATOMIC(32, name, expression) DEFINE_ATOMIC(64, name, expression)
ATOMIC_INTEGER_OPS(DEFINE_ATOMICS)

#define DEFINE_FLOAT_ATOMIC(name, condition)                                                                                     \
    static uint64_t atomic32_##name(uint64_t old, uint64_t a, uint64_t b)                                                        \
    {                                                                                                                            \
        float x = as_f32(old), y = as_f32(a), z = as_f32(b);                                                                     \
        (void)y, (void)z;                                                                                                        \
        return condition ? a : old;                                                                                              \
    }                                                                                                                            \
    static uint64_t atomic64_##name(uint64_t old, uint64_t a, uint64_t b)                                                        \
    {                                                                                                                            \
        double x = as_f64(old), y = as_f64(a), z = as_f64(b);                                                                    \
        (void)y, (void)z;                                                                                                        \
        return condition ? a : old;                                                                                              \
    }
DEFINE_FLOAT_ATOMIC(CMPSWAP_F, x == z)
DEFINE_FLOAT_ATOMIC(MIN_F, y < x)
DEFINE_FLOAT_ATOMIC(MAX_F, y > x)

static uint64_t atomic32_ADD_F(uint64_t old, uint64_t a, uint64_t b)
{
    (void)b;
    return from_f32(as_f32(old) + as_f32(a));
}

static uint64_t atomic32_PK_ADD_F16(uint64_t old, uint64_t a, uint64_t b)
{
    uint32_t x = (uint32_t)old, y = (uint32_t)a;
    (void)b;
    uint32_t low = f32_to_f16(f16_to_f32(x & 0xffff) + f16_to_f32(y & 0xffff));
    return low | f32_to_f16(f16_to_f32(x >> 16) + f16_to_f32(y >> 16)) << 16;
}

/* One sum of bfloats, to nearest even. */
static uint32_t add_bf16(uint32_t x, uint32_t y)
{
    float sum = bits_f32(x << 16) + bits_f32(y << 16);
    uint32_t bits = f32_bits(sum);
    return sum != sum ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

static uint64_t atomic32_PK_ADD_BF16(uint64_t old, uint64_t a, uint64_t b)
{
    (void)b;
    return add_bf16(old & 0xffff, a & 0xffff) | add_bf16((uint32_t)old >> 16, (uint32_t)a >> 16) << 16;
}

/* A number beats a NaN, two NaNs make a quiet one, -0 is below +0. As bits of `width`, `top` their sign. */
static uint64_t choose_number(uint64_t old, uint64_t a, uint64_t infinity, uint64_t top, bool least)
{
    bool nan_old = (old & ~top) > infinity, nan_a = (a & ~top) > infinity;
    if (nan_old || nan_a) {
        return nan_old && nan_a ? a | (infinity & -infinity) >> 1 : nan_a ? old : a;
    }
    int64_t x = old & top ? -(int64_t)(old & ~top) - 1 : (int64_t)old, y = a & top ? -(int64_t)(a & ~top) - 1 : (int64_t)a;
    return (least ? y < x : y > x) ? a : old;
}

#define DEFINE_NUMBER_ATOMIC(name, least)                                                                                        \
    static uint64_t atomic32_##name(uint64_t old, uint64_t a, uint64_t b)                                                        \
    {                                                                                                                            \
        (void)b;                                                                                                                 \
        return choose_number((uint32_t)old, (uint32_t)a, 0x7f800000u, 0x80000000u, least);                                       \
    }                                                                                                                            \
    static uint64_t atomic64_##name(uint64_t old, uint64_t a, uint64_t b)                                                        \
    {                                                                                                                            \
        (void)b;                                                                                                                 \
        return choose_number(old, a, 0x7ff0000000000000u, 0x8000000000000000u, least);                                           \
    }
DEFINE_NUMBER_ATOMIC(MIN_NUM, true)
DEFINE_NUMBER_ATOMIC(MAX_NUM, false)

uint64_t atomic_result(uint32_t arg, uint64_t old, uint64_t operand, uint64_t other)
{
#define LIST_ATOMIC(name, expression) [ATOMIC_##name] = {atomic32_##name, atomic64_##name},
    static uint64_t (*const operations[ATOMIC_OPS][2])(uint64_t, uint64_t, uint64_t) = {
        ATOMIC_INTEGER_OPS(LIST_ATOMIC) LIST_ATOMIC(CMPSWAP_F, ) LIST_ATOMIC(MIN_F, ) LIST_ATOMIC(MAX_F, ) LIST_ATOMIC(MIN_NUM, )
            LIST_ATOMIC(MAX_NUM, )[ATOMIC_ADD_F] = {atomic32_ADD_F, NULL},
        [ATOMIC_PK_ADD_F16] = {atomic32_PK_ADD_F16, NULL},
        [ATOMIC_PK_ADD_BF16] = {atomic32_PK_ADD_BF16, NULL},
    };
    return operations[arg & ATOMIC_OP][(arg & ATOMIC_64) != 0](old, operand, other);
}

struct atomic_lane {
    uint8_t *host;
    uint64_t operand, other, old;
    bool system;
};

static uint64_t peek(const uint8_t *host, bool wide)
{
    return wide ? __atomic_load_n((const uint64_t *)(const void *)host, __ATOMIC_SEQ_CST)
                : __atomic_load_n((const uint32_t *)(const void *)host, __ATOMIC_SEQ_CST);
}

static uint64_t update_atomically(uint32_t arg, const struct atomic_lane *a)
{
    if (arg & ATOMIC_64) {
        uint64_t *at = (uint64_t *)(void *)a->host, old = __atomic_load_n(at, __ATOMIC_SEQ_CST);
        while (!__atomic_compare_exchange_n(at, &old, atomic_result(arg, old, a->operand, a->other), true, __ATOMIC_SEQ_CST,
                                            __ATOMIC_SEQ_CST)) {
        }
        return old;
    }
    uint32_t *at = (uint32_t *)(void *)a->host, old = __atomic_load_n(at, __ATOMIC_SEQ_CST);
    while (!__atomic_compare_exchange_n(at, &old, (uint32_t)atomic_result(arg, old, a->operand, a->other), true, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST)) {
    }
    return old;
}

static void update_plainly(uint32_t arg, const struct atomic_lane *a)
{
    uint64_t value = atomic_result(arg, a->old, a->operand, a->other);
    if (arg & ATOMIC_64) {
        __atomic_store_n((uint64_t *)(void *)a->host, value, __ATOMIC_RELAXED);
    } else {
        __atomic_store_n((uint32_t *)(void *)a->host, (uint32_t)value, __ATOMIC_RELAXED);
    }
}

static bool is_compare(uint32_t arg)
{
    return (arg & ATOMIC_OP) == ATOMIC_CMPSWAP || (arg & ATOMIC_OP) == ATOMIC_CMPSWAP_F;
}

static bool in_aperture(uint64_t va, uint64_t base)
{
    return base != 0 && va >> 32 == base >> 32;
}

/* Where one lane points. A FLAT address may be LDS's; scratch belongs to one lane and takes no atomics. */
static bool atomic_lane_locate(struct wave *w, const struct inst *i, uint64_t va, uint32_t bytes, struct atomic_lane *a)
{
    uint32_t at = (uint32_t)va;
    if (va % bytes != 0) {
        wave_fault(w, i, COMPUTE_FAULT_MISALIGNED, va, "atomic on 0x%llx, which is not aligned to its %u bytes",
                   (unsigned long long)va, bytes);
    } else if (i->enc == ENC_FLAT && in_aperture(va, w->dispatch->private_base)) {
        wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, va, "atomic on scratch");
    } else if (i->enc == ENC_FLAT && in_aperture(va, w->dispatch->shared_base)) {
        if (at < w->group->lds_bytes && w->group->lds_bytes - at >= bytes) {
            a->host = w->group->lds + at;
            return true;
        }
        wave_fault(w, i, COMPUTE_FAULT_LDS, at, "atomic at LDS offset 0x%x; the work-group has %u bytes", at,
                   w->group->lds_bytes);
    } else {
        const struct translation *t = worker_translate(w->worker, va, 1, VM_WRITE);
        if (t != NULL) {
            a->host = t->host + (va - t->va);
            a->system = t->system;
            worker_count(w->worker, VM_READ, t, a->host, bytes);
            worker_count(w->worker, VM_WRITE, t, a->host, bytes);
            return true;
        }
        wave_fault(w, i, COMPUTE_FAULT_PAGE, va, "atomic on 0x%llx, which is not mapped for writing in VMID %u",
                   (unsigned long long)va, w->worker->vmid);
    }
    return false;
}

/* Where one lane points and what it brings along. */
static bool atomic_lane_prepare(struct wave *w, const struct inst *i, uint32_t l, uint64_t va, struct atomic_lane *a)
{
    uint32_t arg = i->row->arg, bytes = arg & ATOMIC_64 ? 8 : 4, data = i->src[1] - SRC_VGPR0;
    if (!atomic_lane_locate(w, i, va, bytes, a)) {
        w->fault.lane = l + w->half * 32u;
        return false;
    }
    a->operand = ((const lane_u32 *)wave_vgpr(w, data))[l];
    if (arg & ATOMIC_64) {
        a->operand |= (uint64_t)((const lane_u32 *)wave_vgpr(w, data + 1))[l] << 32;
    }
    if (is_compare(arg) && bytes == 4) {
        a->other = ((const lane_u32 *)wave_vgpr(w, data + 1))[l];
    } else if (is_compare(arg)) {
        a->other = (uint64_t)((const lane_u32 *)wave_vgpr(w, data + 3))[l] << 32 | ((const lane_u32 *)wave_vgpr(w, data + 2))[l];
    }
    return true;
}

void atomic_lanes(struct wave *w, const struct inst *i, const uint64_t va[32], uint32_t exec)
{
    struct atomic_lane lane[32] = {0};
    uint32_t arg = atomic_of(i);
    for (uint32_t m = exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m);
        if (!atomic_lane_prepare(w, i, l, va[l], &lane[l])) {
            return;
        }
        if (lane[l].system) {
            lane[l].old = peek(lane[l].host, arg & ATOMIC_64);
        }
    }
    for (uint32_t m = exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m);
        if (lane[l].system) {
            update_plainly(arg, &lane[l]);
        } else {
            lane[l].old = update_atomically(arg, &lane[l]);
        }
        if (i->extra & ISA_GLC) {
            ((lane_u32 *)wave_vgpr(w, i->dst))[l] = (uint32_t)lane[l].old;
            if (arg & ATOMIC_64) {
                ((lane_u32 *)wave_vgpr(w, i->dst + 1u))[l] = (uint32_t)(lane[l].old >> 32);
            }
        }
    }
}

void exec_global_atomic(struct wave *w, const struct inst *i)
{
    uint64_t va[32], base = (uint64_t)(int64_t)(int32_t)i->literal;
    const lane_u32 *low = (const lane_u32 *)wave_vgpr(w, i->src[0] - SRC_VGPR0), *high = NULL;
    if (i->src[2] != SRC_NULL) {
        base += (uint64_t)w->sgpr[i->src[2] + 1] << 32 | w->sgpr[i->src[2]];
    } else {
        high = (const lane_u32 *)wave_vgpr(w, i->src[0] - SRC_VGPR0 + 1u);
    }
    for (uint32_t l = 0; l < 32; l++) {
        va[l] = base + low[l] + (high != NULL ? (uint64_t)high[l] << 32 : 0);
    }
    atomic_lanes(w, i, va, wave_exec_half(w));
}

void exec_flat_atomic(struct wave *w, const struct inst *i)
{
    exec_global_atomic(w, i);
}
