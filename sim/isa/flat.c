/*
 * flat.c: loads and stores of the FLAT, GLOBAL and SCRATCH encodings (RDNA3 ISA, "Flat, Scratch and Global"). Atomics are in
 * atomic.c.
 *
 * A FLAT address points into LDS or scratch when its high half is that of the aperture (SH_MEM_BASES), else into memory; lanes of
 * one instruction may differ. Scratch is interleaved by dwords over the lanes of a wave.
 */
#include "flat.h"

bool flat_locate_global(struct wave *w, const struct inst *i, uint32_t exec, uint32_t bytes, enum vm_access access,
                        struct spread *out)
{
    int64_t offset = (int32_t)i->literal;
    uint32_t reg = i->src[0] - SRC_VGPR0;
    if (i->src[2] != SRC_NULL) {
        uint64_t base = (uint64_t)w->sgpr[i->src[2] + 1] << 32 | w->sgpr[i->src[2]];
        return spread_locate(w, i, base + (uint64_t)offset, wave_vgpr(w, reg), exec, bytes, access, out);
    }
    return spread_locate64(w, i, wave_vgpr(w, reg), wave_vgpr(w, reg + 1), offset, exec, bytes, access, out);
}

/* The parts of a FLAT access by where its lanes point. */
struct flat_split {
    uint32_t lds, scratch, memory;
    u32x32 offset; /* within an aperture */
};

static struct flat_split flat_split_lanes(struct wave *w, const struct inst *i)
{
    const lane_u32 *high = (const lane_u32 *)wave_vgpr(w, i->src[0] - SRC_VGPR0 + 1u);
    uint32_t shared = (uint32_t)(w->dispatch->shared_base >> 32), private = (uint32_t)(w->dispatch->private_base >> 32);
    struct flat_split s = {0};
    for (uint32_t l = 0; l < 32; l++) {
        s.lds |= (uint32_t)(high[l] == shared) << l;
        s.scratch |= (uint32_t)(high[l] == private) << l;
    }
    uint32_t exec = wave_exec_half(w);
    s.lds &= shared == 0 ? 0 : exec; /* apertures that were never set up catch nothing */
    s.scratch &= private == 0 ? 0 : exec & ~s.lds;
    s.memory = exec & ~s.lds & ~s.scratch;
    s.offset = *wave_vgpr(w, i->src[0] - SRC_VGPR0) + i->literal;
    return s;
}

/* Offsets in the wave's scratch memory of the dword `dword` behind each lane's private address. */
static u32x32 scratch_interleave(const struct wave *w, const u32x32 *address, uint32_t dword)
{
    uint32_t wave_lanes = w->wave64 ? 64 : 32;
    return ((*address >> 2) + dword) * (wave_lanes * 4) + (lane_numbers() + w->half * 32u) * 4 + (*address & 3);
}

static bool scratch_check(struct wave *w, const struct inst *i, const u32x32 *address, uint32_t exec, uint32_t bytes)
{
    for (uint32_t m = exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m), at = ((const lane_u32 *)address)[l];
        if (at >= w->scratch_bytes_per_lane || w->scratch_bytes_per_lane - at < bytes) {
            l += w->half * 32u;
            wave_fault(w, i, COMPUTE_FAULT_PAGE, at, "lane %u reaches %u bytes at scratch offset 0x%x; a lane has %u bytes", l,
                       bytes, at, w->scratch_bytes_per_lane);
            w->fault.lane = l;
            return false;
        }
        if ((at & 3) + (bytes < 4 ? bytes : 4) > 4) {
            wave_fault(w, i, COMPUTE_FAULT_MISALIGNED, at, "lane %u: scratch offset 0x%x is not aligned for %u bytes",
                       l + w->half * 32u, at, bytes);
            return false;
        }
    }
    return true;
}

static void scratch_move(struct wave *w, const struct inst *i, const u32x32 *address, uint32_t exec, enum vm_access access)
{
    uint32_t move = i->row->arg, bytes = move & MOVE_BYTES, vgpr = access == VM_READ ? i->dst : i->src[1] - SRC_VGPR0;
    struct spread at;
    if (exec == 0 || !scratch_check(w, i, address, exec, bytes)) {
        return;
    }
    if (bytes > 4) {
        move = 4;
    }
    for (uint32_t d = 0; d < (bytes + 3) / 4; d++) {
        u32x32 offset = scratch_interleave(w, address, d);
        if (!spread_locate(w, i, w->scratch_va, &offset, exec, move & MOVE_BYTES, access, &at)) {
            return;
        }
        (access == VM_READ ? spread_load_move : spread_store_move)(w, &at, vgpr + d, move);
    }
}

void exec_global_load(struct wave *w, const struct inst *i)
{
    struct spread at;
    uint32_t exec = wave_exec_half(w), move = i->row->arg;
    if (exec != 0 && flat_locate_global(w, i, exec, move & MOVE_BYTES, VM_READ, &at)) {
        spread_load_move(w, &at, i->dst, move);
    }
}

void exec_global_store(struct wave *w, const struct inst *i)
{
    struct spread at;
    uint32_t exec = wave_exec_half(w), move = i->row->arg;
    if (exec != 0 && flat_locate_global(w, i, exec, move & MOVE_BYTES, VM_WRITE, &at)) {
        spread_store_move(w, &at, i->src[1] - SRC_VGPR0, move);
    }
}

/* Scalar base + lane * 4 + offset. */
static bool addtid_locate(struct wave *w, const struct inst *i, enum vm_access access, struct spread *out)
{
    uint64_t base = i->src[2] == SRC_NULL ? 0 : (uint64_t)w->sgpr[i->src[2] + 1] << 32 | w->sgpr[i->src[2]];
    u32x32 offset = (lane_numbers() + w->half * 32u) * 4;
    uint32_t exec = wave_exec_half(w);
    return exec != 0 && spread_locate(w, i, base + (uint64_t)(int64_t)(int32_t)i->literal, &offset, exec, 4, access, out);
}

void exec_global_load_addtid(struct wave *w, const struct inst *i)
{
    struct spread at;
    if (addtid_locate(w, i, VM_READ, &at)) {
        spread_load(w, &at, i->dst, 1);
    }
}

void exec_global_store_addtid(struct wave *w, const struct inst *i)
{
    struct spread at;
    if (addtid_locate(w, i, VM_WRITE, &at)) {
        spread_store(w, &at, i->src[1] - SRC_VGPR0, 1);
    }
}

/* Registers vdst + n for every bit n of M0, with memory at the same step of four bytes: holes on both sides (RDNA4 ISA). */
static void move_block(struct wave *w, const struct inst *i, enum vm_access access)
{
    struct spread at;
    uint32_t exec = wave_exec_half(w), mask = w->sgpr[SRC_M0], vgpr = access == VM_READ ? i->dst : i->src[1] - SRC_VGPR0;
    u32x32 low = *wave_vgpr(w, i->src[0] - SRC_VGPR0), high = {0}; /* a load may overwrite them */
    int64_t offset = (int32_t)i->literal;
    if (i->src[2] == SRC_NULL) {
        high = *wave_vgpr(w, i->src[0] - SRC_VGPR0 + 1u);
    } else {
        offset += (int64_t)((uint64_t)w->sgpr[i->src[2] + 1] << 32 | w->sgpr[i->src[2]]);
    }
    for (uint32_t n = 0; n < 32 && exec != 0; n++) {
        if (!(mask >> n & 1)) {
            continue;
        }
        if (!spread_locate64(w, i, &low, &high, offset + n * 4, exec, 4, access, &at)) {
            return;
        }
        if (access == VM_READ) {
            spread_load(w, &at, vgpr + n, 1);
        } else {
            spread_store(w, &at, vgpr + n, 1);
        }
    }
}

void exec_global_load_block(struct wave *w, const struct inst *i)
{
    move_block(w, i, VM_READ);
}

void exec_global_store_block(struct wave *w, const struct inst *i)
{
    move_block(w, i, VM_WRITE);
}

/*
 * A 16 x 16 tile of bytes or words (the row's argument), transposed on its way into matrix registers: lane l points at its piece
 * of row l % 16, and gets of column l % 16 what a matrix operand holds there (wmma12.c). EXEC is all ones by then. Which element
 * goes where follows from what the operand has to hold; the manual's text is silent.
 */
void exec_global_load_tr(struct wave *w, const struct inst *i)
{
    uint32_t lanes = w->wave64 ? 64 : 32, bytes = i->row->arg, count = 256 / lanes, reg = i->src[0] - SRC_VGPR0;
    uint8_t tile[16][32] = {0}; /* [row][column], elements of `bytes` */
    uint64_t base = (uint64_t)(int64_t)(int32_t)i->literal, fault_va;
    if (i->src[2] != SRC_NULL) {
        base += (uint64_t)w->sgpr[i->src[2] + 1] << 32 | w->sgpr[i->src[2]];
    }
    for (uint32_t l = 0; l < lanes; l++) {
        uint64_t va = base + ((const lane_u32 *)&w->vgpr[(reg << w->wave64) + l / 32])[l % 32];
        if (i->src[2] == SRC_NULL) {
            va += (uint64_t)((const lane_u32 *)&w->vgpr[((reg + 1) << w->wave64) + l / 32])[l % 32] << 32;
        }
        if (!worker_read(w->worker, va, &tile[l % 16][l / 16 * count * bytes], count * bytes, VM_READ, &fault_va)) {
            wave_fault(w, i, COMPUTE_FAULT_PAGE, fault_va, "lane %u reads from 0x%llx, which is not mapped for that in VMID %u",
                       l, (unsigned long long)fault_va, w->worker->vmid);
            return;
        }
    }
    for (uint32_t l = 0; l < lanes; l++) {
        uint32_t words[4] = {0};
        for (uint32_t e = 0; e < count; e++) {
            memcpy((uint8_t *)words + e * bytes, &tile[l / 16 * count + e][l % 16 * bytes], bytes);
        }
        for (uint32_t d = 0; d < count * bytes / 4; d++) {
            ((lane_u32 *)&w->vgpr[((i->dst + d) << w->wave64) + l / 32])[l % 32] = words[d];
        }
    }
}

static void flat_move(struct wave *w, const struct inst *i, enum vm_access access)
{
    uint32_t reg = i->src[0] - SRC_VGPR0, move = i->row->arg, vgpr = access == VM_READ ? i->dst : i->src[1] - SRC_VGPR0;
    void (*go)(struct wave *, const struct spread *, uint32_t, uint32_t) =
        access == VM_READ ? spread_load_move : spread_store_move;
    struct flat_split s = flat_split_lanes(w, i);
    u32x32 low = *wave_vgpr(w, reg), high = *wave_vgpr(w, reg + 1); /* a load may overwrite them */
    struct spread at;
    if (s.memory != 0 && spread_locate64(w, i, &low, &high, (int32_t)i->literal, s.memory, move & MOVE_BYTES, access, &at)) {
        go(w, &at, vgpr, move);
    }
    if (s.lds != 0 && !w->faulted && spread_locate_lds(w, i, &s.offset, 0, s.lds, move & MOVE_BYTES, &at)) {
        go(w, &at, vgpr, move);
    }
    if (!w->faulted) {
        scratch_move(w, i, &s.offset, s.scratch, access);
    }
}

void exec_flat_load(struct wave *w, const struct inst *i)
{
    flat_move(w, i, VM_READ);
}

void exec_flat_store(struct wave *w, const struct inst *i)
{
    flat_move(w, i, VM_WRITE);
}

static u32x32 scratch_address(struct wave *w, const struct inst *i)
{
    u32x32 address = i->literal - (u32x32){0};
    if (i->src[2] != SRC_NULL) {
        address += w->sgpr[i->src[2]];
    }
    if (i->extra & ISA_SVE) {
        address += *wave_vgpr(w, i->src[0] - SRC_VGPR0);
    }
    return address;
}

static void move_scratch_block(struct wave *w, const struct inst *i, enum vm_access access)
{
    uint32_t mask = w->sgpr[SRC_M0], vgpr = access == VM_READ ? i->dst : i->src[1] - SRC_VGPR0, exec = wave_exec_half(w);
    u32x32 address = scratch_address(w, i);
    for (uint32_t n = 0; n < 32 && exec != 0; n++) {
        struct spread at;
        u32x32 lane = address + n * 4;
        if (!(mask >> n & 1)) {
            continue;
        }
        if (!scratch_check(w, i, &lane, exec, 4)) {
            return;
        }
        u32x32 offset = scratch_interleave(w, &lane, 0);
        if (!spread_locate(w, i, w->scratch_va, &offset, exec, 4, access, &at)) {
            return;
        }
        (access == VM_READ ? spread_load_move : spread_store_move)(w, &at, vgpr + n, 4);
    }
}

void exec_scratch_load_block(struct wave *w, const struct inst *i)
{
    move_scratch_block(w, i, VM_READ);
}

void exec_scratch_store_block(struct wave *w, const struct inst *i)
{
    move_scratch_block(w, i, VM_WRITE);
}

void exec_scratch_load(struct wave *w, const struct inst *i)
{
    u32x32 address = scratch_address(w, i);
    scratch_move(w, i, &address, wave_exec_half(w), VM_READ);
}

void exec_scratch_store(struct wave *w, const struct inst *i)
{
    u32x32 address = scratch_address(w, i);
    scratch_move(w, i, &address, wave_exec_half(w), VM_WRITE);
}
