/*
 * move.c: bytes between located lanes and VGPRs (memory.h): contiguous lanes in one copy, others lane by lane, four dwords
 * through 4 x 4 transpositions.
 */
#include "memory.h"

typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef uint8_t u8x32 __attribute__((vector_size(32)));
typedef int8_t i8x32 __attribute__((vector_size(32)));
typedef uint16_t u16x32 __attribute__((vector_size(64)));
typedef int16_t i16x32 __attribute__((vector_size(64)));

static inline const uint8_t *lane_at(const struct spread *at, uint32_t l)
{
    return at->host + ((const lane_u32 *)&at->offset)[l];
}

static inline uint32_t load_u32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline u32x4 load_u32x4(const uint8_t *p)
{
    u32x4 v;
    memcpy(&v, p, sizeof v);
    return v;
}

static void load_1(const struct spread *at, u32x32 *const to[4])
{
    if (at->contiguous) {
        memcpy(to[0], at->host, sizeof *to[0]);
        return;
    }
    lane_u32 *x = (lane_u32 *)to[0];
    for (uint32_t l = 0; l < 32; l++) {
        x[l] = load_u32(lane_at(at, l));
    }
}

static void load_2(const struct spread *at, u32x32 *const to[4])
{
    lane_u32 *x = (lane_u32 *)to[0], *y = (lane_u32 *)to[1];
    for (uint32_t l = 0; l < 32; l++) {
        uint64_t v;
        memcpy(&v, lane_at(at, l), sizeof v);
        x[l] = (uint32_t)v;
        y[l] = (uint32_t)(v >> 32);
    }
}

static void load_3(const struct spread *at, u32x32 *const to[4])
{
    for (uint32_t l = 0; l < 32; l++) {
        const uint8_t *p = lane_at(at, l);
        for (uint32_t d = 0; d < 3; d++) {
            ((lane_u32 *)to[d])[l] = load_u32(p + 4 * d);
        }
    }
}

static void load_4(const struct spread *at, u32x32 *const to[4])
{
    for (uint32_t l = 0; l < 32; l += 4) {
        u32x4 a = load_u32x4(lane_at(at, l)), b = load_u32x4(lane_at(at, l + 1));
        u32x4 c = load_u32x4(lane_at(at, l + 2)), d = load_u32x4(lane_at(at, l + 3));
        u32x4 ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
        u32x4 cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
        u32x4 row[4] = {__builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5), __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7),
                        __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5),
                        __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7)};
        for (uint32_t r = 0; r < 4; r++) {
            memcpy((lane_u32 *)to[r] + l, &row[r], sizeof row[r]);
        }
    }
}

void spread_load(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t dwords)
{
    static void (*const load[5])(const struct spread *, u32x32 *const[4]) = {NULL, load_1, load_2, load_3, load_4};
    u32x32 some[4], *to[4] = {NULL};
    bool all = at->exec == UINT32_MAX;
    for (uint32_t d = 0; d < dwords; d++) {
        to[d] = all ? wave_vgpr(w, vgpr + d) : &some[d];
    }
    load[dwords](at, to);
    for (uint32_t d = 0; !all && d < dwords; d++) {
        lanes_blend(wave_vgpr(w, vgpr + d), &some[d], at->exec);
    }
}

/* Sends what the bounce buffer holds to where its lanes point. The pages were checked when the lanes were located. */
static void bounce_out(struct wave *w, const struct spread *at, uint32_t bytes)
{
    struct worker *k = w->worker;
    uint64_t fault_va;
    for (uint32_t m = at->exec; at->bounced && m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m);
        worker_write(k, k->bounce_va[l], k->bounce + l * bytes, bytes, &fault_va);
    }
}

void spread_store(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t dwords)
{
    if (at->contiguous && dwords == 1) {
        memcpy(at->host, wave_vgpr(w, vgpr), sizeof(u32x32));
    } else {
        const lane_u32 *from[4];
        for (uint32_t d = 0; d < dwords; d++) {
            from[d] = (const lane_u32 *)wave_vgpr(w, vgpr + d);
        }
        for (uint32_t m = at->exec; m != 0; m &= m - 1) {
            uint32_t l = (uint32_t)__builtin_ctz(m);
            uint8_t *p = at->host + ((const lane_u32 *)&at->offset)[l];
            for (uint32_t d = 0; d < dwords; d++) {
                memcpy(p + 4 * d, &from[d][l], 4);
            }
        }
    }
    bounce_out(w, at, dwords * 4);
}

static u32x32 load_bytes(const struct spread *at, bool is_signed)
{
    u8x32 v;
    if (at->contiguous) {
        memcpy(&v, at->host, sizeof v);
    } else {
        uint8_t lane[32];
        for (uint32_t l = 0; l < 32; l++) {
            lane[l] = *lane_at(at, l);
        }
        memcpy(&v, lane, sizeof v);
    }
    return is_signed ? (u32x32) __builtin_convertvector((i8x32)v, i32x32) : __builtin_convertvector(v, u32x32);
}

static u32x32 load_words(const struct spread *at, bool is_signed)
{
    u16x32 v;
    if (at->contiguous) {
        memcpy(&v, at->host, sizeof v);
    } else {
        uint16_t lane[32];
        for (uint32_t l = 0; l < 32; l++) {
            memcpy(&lane[l], lane_at(at, l), sizeof lane[l]);
        }
        memcpy(&v, lane, sizeof v);
    }
    return is_signed ? (u32x32) __builtin_convertvector((i16x32)v, i32x32) : __builtin_convertvector(v, u32x32);
}

void spread_load_move(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t move)
{
    uint32_t bytes = move & MOVE_BYTES;
    if (bytes >= 4) {
        spread_load(w, at, vgpr, bytes / 4);
        return;
    }
    u32x32 *to = wave_vgpr(w, vgpr);
    u32x32 v = bytes == 1 ? load_bytes(at, move & MOVE_SIGNED) : load_words(at, move & MOVE_SIGNED);
    if (move & MOVE_D16) {
        v = (v & 0xffff) | (*to & 0xffff0000);
    } else if (move & MOVE_D16_HI) {
        v = v << 16 | (*to & 0xffff);
    }
    lanes_blend(to, &v, at->exec);
}

void spread_store_move(struct wave *w, const struct spread *at, uint32_t vgpr, uint32_t move)
{
    uint32_t bytes = move & MOVE_BYTES;
    if (bytes >= 4) {
        spread_store(w, at, vgpr, bytes / 4);
        return;
    }
    u32x32 v = *wave_vgpr(w, vgpr) >> (move & MOVE_D16_HI ? 16 : 0);
    if (at->contiguous && bytes == 1) {
        u8x32 narrow = __builtin_convertvector(v, u8x32);
        memcpy(at->host, &narrow, sizeof narrow);
    } else if (at->contiguous) {
        u16x32 narrow = __builtin_convertvector(v, u16x32);
        memcpy(at->host, &narrow, sizeof narrow);
    } else {
        for (uint32_t m = at->exec; m != 0; m &= m - 1) {
            uint32_t l = (uint32_t)__builtin_ctz(m);
            memcpy(at->host + ((const lane_u32 *)&at->offset)[l], &((const lane_u32 *)&v)[l], bytes);
        }
    }
    bounce_out(w, at, bytes);
}
