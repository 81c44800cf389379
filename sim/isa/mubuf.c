/*
 * mubuf.c: buffer loads, stores and atomics: addresses by a descriptor of four SGPRs, checked against its size (RDNA3 ISA,
 * "Vector memory buffer instructions"; gfx12 differs in the encoding only). What lies outside loads zeros and is not stored.
 * Forms that convert between formats are graphics' business and are refused by name (rows_memory.h).
 */
#include "flat.h"

/* What any wave asks to forget all vector caches forget: too much is only forgiving. */
void exec_buffer_inv(struct wave *w, const struct inst *i)
{
    (void)i;
    if (w->worker->cache.l2 != NULL) {
        cache_control(w->worker->cache.l2, CACHE_INV_VECTOR);
    }
    atomic_thread_fence(memory_order_seq_cst);
}

/* gfx12's write-backs: the L2 stays what the command processor makes of it; a fence is what a wave sees. */
void exec_buffer_wb(struct wave *w, const struct inst *i)
{
    (void)w, (void)i;
    atomic_thread_fence(memory_order_seq_cst);
}

enum { OOB_STRUCTURED, OOB_INDEX, OOB_NONE, OOB_RAW }; /* descriptor's OOB_SELECT */

struct buffer {
    uint64_t base; /* with the scalar offset */
    uint32_t stride, records, oob, index_stride, element, scalar_offset;
    bool swizzled, add_lane;
};

/* Fields: RDNA3 ISA, "Buffer resource descriptor". */
static struct buffer read_descriptor(const struct wave *w, const struct inst *i)
{
    const uint32_t *d = &w->sgpr[i->src[2] & 127];
    uint32_t swizzle = d[1] >> 30, offset = scalar_u32(w, i, i->dst2);
    return (struct buffer){.base = ((uint64_t)(d[1] & 0xffff) << 32 | d[0]) + offset,
                           .stride = d[1] >> 16 & 0x3fff,
                           .records = d[2],
                           .oob = d[3] >> 28 & 3,
                           .index_stride = 8u << (d[3] >> 21 & 3),
                           .element = swizzle == 3   ? 16
                                      : swizzle == 2 ? 8
                                                     : 4,
                           .scalar_offset = offset,
                           .swizzled = swizzle != 0,
                           .add_lane = d[3] >> 23 & 1};
}

static bool is_outside(const struct buffer *b, uint32_t index, uint32_t offset, uint32_t bytes)
{
    switch (b->oob) {
    case OOB_STRUCTURED:
        return index >= b->records || (uint64_t)offset + bytes > b->stride;
    case OOB_INDEX:
        return index >= b->records;
    case OOB_NONE:
        return b->records == 0;
    default:
        return b->swizzled && b->stride != 0 ? index >= b->records / b->stride || (uint64_t)offset + bytes > b->stride
                                             : (uint64_t)index * b->stride + offset + b->scalar_offset + bytes > b->records;
    }
}

/* Where a lane's bytes lie behind the base. */
static uint64_t place(const struct buffer *b, uint32_t index, uint32_t offset)
{
    if (!b->swizzled) {
        return (uint64_t)index * b->stride + offset;
    }
    uint64_t block = (uint64_t)(index / b->index_stride) * b->stride + (uint64_t)(offset / b->element) * b->element;
    return block * b->index_stride + (uint64_t)(index % b->index_stride) * b->element + offset % b->element;
}

/* Addresses of the active lanes that lie inside; returns which ones those are. */
static uint32_t buffer_locate(struct wave *w, const struct inst *i, uint32_t bytes, uint64_t va[32])
{
    struct buffer b = read_descriptor(w, i);
    uint32_t reg = i->src[0] - SRC_VGPR0, inside = 0, exec = wave_exec_half(w);
    bool idxen = i->extra & ISA_IDXEN, offen = i->extra & ISA_OFFEN;
    const lane_u32 *index = idxen ? (const lane_u32 *)wave_vgpr(w, reg) : NULL;
    const lane_u32 *offset = offen ? (const lane_u32 *)wave_vgpr(w, reg + idxen) : NULL;
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t n = (index != NULL ? index[l] : 0) + (b.add_lane ? l + w->half * 32u : 0);
        uint32_t at = (offset != NULL ? offset[l] : 0) + i->literal;
        va[l] = b.base + place(&b, n, at);
        inside |= (uint32_t)!is_outside(&b, n, at, bytes) << l;
    }
    return inside & exec;
}

static bool refuse_tfe(struct wave *w, const struct inst *i)
{
    if (i->extra & ISA_TFE) {
        wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "the residency status (TFE) is not for compute");
        return true;
    }
    return false;
}

static bool spread_buffer(struct wave *w, const struct inst *i, enum vm_access access, struct spread *at, uint32_t *outside_out)
{
    uint64_t va[32];
    u32x32 low, high;
    uint32_t bytes = i->row->arg & MOVE_BYTES, inside = buffer_locate(w, i, bytes, va);
    *outside_out = wave_exec_half(w) & ~inside;
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_u32 *)&low)[l] = (uint32_t)va[l];
        ((lane_u32 *)&high)[l] = (uint32_t)(va[l] >> 32);
    }
    return inside != 0 && spread_locate64(w, i, &low, &high, 0, inside, bytes, access, at);
}

/* Zeros in the lanes that lie outside, in as much of the register as the load writes. */
static void zero_outside(struct wave *w, const struct inst *i, uint32_t lanes)
{
    uint32_t move = i->row->arg;
    uint32_t kept = move & MOVE_D16 ? 0xffff0000u : move & MOVE_D16_HI ? 0xffff : 0;
    for (uint32_t d = 0; lanes != 0 && d < ((move & MOVE_BYTES) + 3) / 4; d++) {
        u32x32 value = *wave_vgpr(w, i->dst + d) & kept;
        lanes_blend(wave_vgpr(w, i->dst + d), &value, lanes);
    }
}

void exec_buffer_load(struct wave *w, const struct inst *i)
{
    struct spread at;
    uint32_t outside;
    if (refuse_tfe(w, i)) {
        return;
    }
    if (spread_buffer(w, i, VM_READ, &at, &outside)) {
        spread_load_move(w, &at, i->dst, i->row->arg);
    }
    if (!w->faulted) {
        zero_outside(w, i, outside);
    }
}

void exec_buffer_store(struct wave *w, const struct inst *i)
{
    struct spread at;
    uint32_t outside;
    if (!refuse_tfe(w, i) && spread_buffer(w, i, VM_WRITE, &at, &outside)) {
        spread_store_move(w, &at, i->src[1] - SRC_VGPR0, i->row->arg);
    }
}

void exec_buffer_atomic(struct wave *w, const struct inst *i)
{
    uint64_t va[32];
    uint32_t dwords = i->row->arg & ATOMIC_64 ? 2 : 1, inside;
    if (refuse_tfe(w, i)) {
        return;
    }
    inside = buffer_locate(w, i, dwords * 4, va);
    uint32_t outside = wave_exec_half(w) & ~inside;
    atomic_lanes(w, i, va, inside);
    for (uint32_t d = 0; i->extra & ISA_GLC && !w->faulted && d < dwords; d++) {
        lanes_blend(wave_vgpr(w, i->dst + d), &(const u32x32){0}, outside);
    }
}

/* ---- loads into LDS: at M0, the instruction's offset and four bytes a lane (RDNA3 ISA, "Load to LDS") ---- */

static void deliver(struct wave *w, const struct inst *i, const uint64_t va[32], uint32_t exec, uint32_t outside)
{
    uint32_t move = i->row->arg, bytes = move & MOVE_BYTES;
    for (uint32_t m = exec | outside; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m), value = 0, lane = l + w->half * 32u;
        uint32_t at = (w->sgpr[SRC_M0] & 0xffff) + i->literal + lane * 4;
        uint64_t fault_va;
        if (exec >> l & 1 && !worker_read(w->worker, va[l], &value, bytes, VM_READ, &fault_va)) {
            wave_fault(w, i, COMPUTE_FAULT_PAGE, fault_va, "lane %u reads from 0x%llx, which is not mapped for that in VMID %u",
                       lane, (unsigned long long)fault_va, w->worker->vmid);
            return;
        }
        if (move & MOVE_SIGNED) {
            value = bytes == 1 ? (uint32_t)(int8_t)value : (uint32_t)(int16_t)value;
        }
        if (at >= w->group->lds_bytes || w->group->lds_bytes - at < 4) {
            wave_fault(w, i, COMPUTE_FAULT_LDS, at, "lane %u delivers to LDS offset 0x%x; the work-group has %u bytes", lane, at,
                       w->group->lds_bytes);
            return;
        }
        memcpy(w->group->lds + at, &value, 4);
    }
}

void exec_buffer_load_lds(struct wave *w, const struct inst *i)
{
    uint64_t va[32];
    uint32_t inside = buffer_locate(w, i, i->row->arg & MOVE_BYTES, va);
    deliver(w, i, va, inside, wave_exec_half(w) & ~inside);
}
