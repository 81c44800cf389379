/*
 * ds.c: LDS instructions and the lane permutations of the DS encoding (RDNA3 ISA, "Data share"). A work-group's waves run on one
 * host thread, so its LDS needs no locks; what lies beyond its allocation is a fault. GDS, GWS, BVH and append are not here.
 */
#include "flat.h"

static uint32_t reg(const struct inst *i, uint32_t source)
{
    return i->src[source] - (uint32_t)SRC_VGPR0;
}

static bool locate(struct wave *w, const struct inst *i, uint32_t offset, uint32_t bytes, struct spread *out)
{
    uint32_t exec = wave_exec_half(w);
    return exec != 0 && spread_locate_lds(w, i, wave_vgpr(w, reg(i, 0)), offset, exec, bytes, out);
}

void exec_ds_load(struct wave *w, const struct inst *i)
{
    struct spread at;
    if (locate(w, i, i->literal, i->row->arg & MOVE_BYTES, &at)) {
        spread_load_move(w, &at, i->dst, i->row->arg);
    }
}

void exec_ds_store(struct wave *w, const struct inst *i)
{
    struct spread at;
    if (locate(w, i, i->literal, i->row->arg & MOVE_BYTES, &at)) {
        spread_store_move(w, &at, reg(i, 1), i->row->arg);
    }
}

/* The two places of a two-address instruction. */
static bool locate_two(struct wave *w, const struct inst *i, struct spread out[2])
{
    uint32_t bytes = i->row->arg & DS_TWO_64 ? 8 : 4, unit = i->row->arg & DS_TWO_STRIDE ? bytes * 64 : bytes;
    return locate(w, i, (i->literal & 0xff) * unit, bytes, &out[0]) &&
           locate(w, i, (i->literal >> 8 & 0xff) * unit, bytes, &out[1]);
}

void exec_ds_load_2addr(struct wave *w, const struct inst *i)
{
    struct spread at[2]; /* both located first: the destination may be the address */
    uint32_t dwords = i->row->arg & DS_TWO_64 ? 2 : 1;
    if (locate_two(w, i, at)) {
        spread_load(w, &at[0], i->dst, dwords);
        spread_load(w, &at[1], i->dst + dwords, dwords);
    }
}

void exec_ds_store_2addr(struct wave *w, const struct inst *i)
{
    struct spread at[2];
    uint32_t dwords = i->row->arg & DS_TWO_64 ? 2 : 1;
    if (locate_two(w, i, at)) {
        spread_store(w, &at[0], reg(i, 1), dwords);
        spread_store(w, &at[1], reg(i, 2), dwords);
    }
}

static uint64_t lane_value(struct wave *w, uint32_t vgpr, uint32_t l, bool wide)
{
    uint64_t v = ((const lane_u32 *)wave_vgpr(w, vgpr))[l];
    return wide ? v | (uint64_t)((const lane_u32 *)wave_vgpr(w, vgpr + 1))[l] << 32 : v;
}

static void lane_return(struct wave *w, uint32_t vgpr, uint32_t l, uint64_t value, bool wide)
{
    ((lane_u32 *)wave_vgpr(w, vgpr))[l] = (uint32_t)value;
    if (wide) {
        ((lane_u32 *)wave_vgpr(w, vgpr + 1))[l] = (uint32_t)(value >> 32);
    }
}

static bool is_aligned(struct wave *w, const struct inst *i, uint64_t address, uint32_t bytes)
{
    if (address % bytes != 0) {
        wave_fault(w, i, COMPUTE_FAULT_MISALIGNED, address, "LDS offset 0x%llx is not aligned to %u bytes",
                   (unsigned long long)address, bytes);
        return false;
    }
    return true;
}

/* A lane's bytes. Contiguous lanes have no offsets of their own. */
static uint8_t *lane_host(const struct spread *at, uint32_t l, uint32_t bytes)
{
    return at->host + (at->contiguous ? l * bytes : ((const lane_u32 *)&at->offset)[l]);
}

void exec_ds_atomic(struct wave *w, const struct inst *i)
{
    struct spread at;
    bool wide = i->row->arg & ATOMIC_64, returns = i->row->flags & ROW_RTN, has_other = i->row->src[2] != K_NONE;
    uint32_t bytes = wide ? 8 : 4;
    if (!locate(w, i, i->literal, bytes, &at)) {
        return;
    }
    for (uint32_t m = at.exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m);
        uint8_t *host = lane_host(&at, l, bytes);
        uint64_t old = 0, other = has_other ? lane_value(w, reg(i, 2), l, wide) : 0;
        if (!is_aligned(w, i, (uint64_t)(host - w->group->lds), bytes)) {
            return;
        }
        memcpy(&old, host, bytes);
        uint64_t value = atomic_result(atomic_of(i), old, lane_value(w, reg(i, 1), l, wide), other);
        memcpy(host, &value, bytes);
        if (returns) {
            lane_return(w, i->dst, l, old, wide);
        }
    }
}

void exec_ds_storexchg_2addr(struct wave *w, const struct inst *i)
{
    struct spread at[2];
    bool wide = i->row->arg & DS_TWO_64;
    if (!locate_two(w, i, at)) {
        return;
    }
    for (uint32_t m = at[0].exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m);
        uint64_t old[2] = {0}, value[2] = {lane_value(w, reg(i, 1), l, wide), lane_value(w, reg(i, 2), l, wide)};
        for (int n = 0; n < 2; n++) {
            memcpy(&old[n], lane_host(&at[n], l, wide ? 8 : 4), wide ? 8 : 4);
        }
        for (uint32_t n = 0; n < 2; n++) {
            memcpy(lane_host(&at[n], l, wide ? 8 : 4), &value[n], wide ? 8 : 4);
            lane_return(w, i->dst + n * (wide ? 2 : 1), l, old[n], wide);
        }
    }
}

/* Two dwords, each exchanged where bit 31 of its new value is set; the address is that of the aligned pair. */
void exec_ds_condxchg32(struct wave *w, const struct inst *i)
{
    struct spread at;
    if (!locate(w, i, i->literal, 8, &at)) {
        return;
    }
    for (uint32_t m = at.exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m), old[2];
        uint64_t value = lane_value(w, reg(i, 1), l, true);
        uint8_t *pair = w->group->lds + ((size_t)(at.host - w->group->lds + ((const lane_u32 *)&at.offset)[l]) & ~(size_t)7);
        memcpy(old, pair, sizeof old);
        for (uint32_t n = 0; n < 2; n++) {
            uint32_t word = (uint32_t)(value >> 32 * n), kept = word & 0x7fffffff;
            if (word >> 31) {
                memcpy(pair + 4 * n, &kept, sizeof kept);
            }
        }
        lane_return(w, i->dst, l, (uint64_t)old[1] << 32 | old[0], true);
    }
}

static bool locate_addtid(struct wave *w, const struct inst *i, struct spread *out)
{
    u32x32 offset = (lane_numbers() + w->half * 32u) * 4 + (w->sgpr[SRC_M0] & 0xffff);
    uint32_t exec = wave_exec_half(w);
    return exec != 0 && spread_locate_lds(w, i, &offset, i->literal, exec, 4, out);
}

void exec_ds_load_addtid(struct wave *w, const struct inst *i)
{
    struct spread at;
    if (locate_addtid(w, i, &at)) {
        spread_load(w, &at, i->dst, 1);
    }
}

void exec_ds_store_addtid(struct wave *w, const struct inst *i)
{
    struct spread at;
    if (locate_addtid(w, i, &at)) {
        spread_store(w, &at, reg(i, 1), 1);
    }
}

/* dst[l] = data[from[l]] where the source lane is active, else 0. Within 32 lanes. */
static void permute(struct wave *w, const struct inst *i, const uint8_t from[32], uint32_t data_vgpr)
{
    uint32_t exec = wave_exec_half(w);
    u32x32 data = *wave_vgpr(w, data_vgpr), result;
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_u32 *)&result)[l] = exec >> from[l] & 1 ? ((const lane_u32 *)&data)[from[l]] : 0;
    }
    vgpr_write(w, i->dst, &result);
}

/* All lanes of a register, of both halves in wave64. */
static void copy_lanes(const struct wave *w, uint32_t vgpr, uint32_t to[64])
{
    memcpy(to, &w->vgpr[vgpr << w->wave64], w->wave64 ? 256 : 128);
}

static void write_lanes(struct wave *w, uint32_t vgpr, const uint32_t from[64])
{
    for (w->half = 0; w->half <= w->wave64; w->half++) {
        u32x32 value;
        memcpy(&value, from + w->half * 32, sizeof value);
        vgpr_write(w, vgpr, &value);
    }
    w->half = 0;
}

/* Which lane an address names for lane l: gfx11 permutes within 32 lanes, in wave64 too; gfx12 within the wave. */
static uint32_t permuted_lane(const struct wave *w, const struct inst *i, uint32_t address, uint32_t l)
{
    uint32_t n = (address + i->literal) / 4;
    return i->gen == ISA_GFX12 && w->wave64 ? n % 64 : (l & 32) | n % 32;
}

/* Once for the whole wave. */
/* Each lane takes the data of the lane it names; what an inactive lane holds only if `inactive`. */
static void permute_back(struct wave *w, const struct inst *i, bool inactive)
{
    uint32_t address[64], data[64], result[64] = {0}, lanes = w->wave64 ? 64 : 32;
    uint64_t exec = inactive ? UINT64_MAX : wave_exec(w);
    copy_lanes(w, reg(i, 0), address);
    copy_lanes(w, reg(i, 1), data);
    for (uint32_t l = 0; l < lanes; l++) {
        uint32_t from = permuted_lane(w, i, address[l], l);
        result[l] = exec >> from & 1 ? data[from] : 0;
    }
    write_lanes(w, i->dst, result);
}

void exec_ds_bpermute(struct wave *w, const struct inst *i)
{
    permute_back(w, i, false);
}

void exec_ds_bpermute_fi(struct wave *w, const struct inst *i)
{
    permute_back(w, i, true);
}

void exec_ds_permute(struct wave *w, const struct inst *i)
{
    uint32_t address[64], data[64], result[64] = {0}, lanes = w->wave64 ? 64 : 32;
    uint64_t exec = wave_exec(w);
    copy_lanes(w, reg(i, 0), address);
    copy_lanes(w, reg(i, 1), data);
    for (uint32_t l = 0; l < lanes; l++) { /* the highest lane wins */
        if (exec >> l & 1) {
            result[permuted_lane(w, i, address[l], l)] = data[l];
        }
    }
    write_lanes(w, i->dst, result);
}

/* A counter in LDS changes by the number of active lanes, all of which get what it was. Once for the whole wave; gfx11 adds a
 * base from M0 (RDNA3 ISA, "DS_APPEND"). The row's argument: down instead of up. */
void exec_ds_append(struct wave *w, const struct inst *i)
{
    uint64_t exec = w->wave64 ? wave_exec(w) : w->sgpr[SRC_EXEC_LO];
    uint32_t at = i->literal + (i->gen == ISA_GFX11 ? w->sgpr[SRC_M0] >> 16 : 0), old, all[64];
    if (exec == 0) {
        return;
    }
    if (at % 4 != 0 || at >= w->group->lds_bytes || w->group->lds_bytes - at < 4) {
        wave_fault(w, i, COMPUTE_FAULT_LDS, at, "counter at LDS offset 0x%x; the work-group has %u bytes", at,
                   w->group->lds_bytes);
        return;
    }
    memcpy(&old, w->group->lds + at, 4);
    uint32_t count = (uint32_t)__builtin_popcountll(exec), now = i->row->arg ? old - count : old + count;
    memcpy(w->group->lds + at, &now, 4);
    for (uint32_t l = 0; l < 64; l++) {
        all[l] = old;
    }
    write_lanes(w, i->dst, all);
}

/* Global data share, global wave sync and ordered append are graphics' own, and gone in gfx12. */
void exec_ds_gds(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "the global data share is not there for compute");
}

static uint32_t reverse5(uint32_t n)
{
    return (n & 1) << 4 | (n & 2) << 2 | (n & 4) | (n & 8) >> 2 | (n & 16) >> 4;
}

/* Which lane ds_swizzle_b32 takes for lane l (RDNA3 ISA, "DS_SWIZZLE_B32"; the offset's upper bits choose the mode). */
static uint32_t swizzle_source(uint32_t offset, uint32_t l)
{
    uint32_t mask = offset & 31;
    if (offset >= 0xe000) { /* butterflies of an FFT */
        return reverse5(l) >> __builtin_popcount(mask) | (l & mask);
    }
    if (offset >= 0xc000) { /* rotation within groups */
        uint32_t by = offset >> 5 & 31;
        by = offset >> 10 & 1 ? 32 - by : by;
        return (l & mask) | ((l + by) & ~mask & 31);
    }
    if (offset >= 0x8000) { /* any of four neighbours */
        return (l & ~3u) | (offset >> 2 * (l & 3) & 3);
    }
    return ((l & mask) | (offset >> 5 & 31)) ^ (offset >> 10 & 31);
}

void exec_ds_swizzle(struct wave *w, const struct inst *i)
{
    uint8_t from[32];
    for (uint32_t l = 0; l < 32; l++) {
        from[l] = (uint8_t)swizzle_source(i->literal, l);
    }
    permute(w, i, from, reg(i, 0));
}

void exec_ds_nop(struct wave *w, const struct inst *i)
{
    (void)w, (void)i;
}
