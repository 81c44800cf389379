/*
 * smem.c: scalar loads (RDNA3 ISA, "Scalar memory"). Addresses lose their two low bits; a load may not run past the SGPRs.
 */
#include "isa.h"
#include "memory.h"

static void load_words(struct wave *w, const struct inst *i, uint64_t va, uint32_t dwords)
{
    uint32_t value[16];
    uint64_t fault_va;
    if (i->dst != SRC_NULL && i->dst + dwords > SRC_NULL) {
        wave_fault(w, i, COMPUTE_FAULT_REGISTER, 0, "loads %u SGPRs from s%u on, past the last", dwords, i->dst);
        return;
    }
    va &= ~(uint64_t)3;
    const struct translation *t = worker_translate(w->worker, va, dwords * 4, VM_READ);
    if (t != NULL) {
        memcpy(value, t->host + (va - t->va), dwords * 4);
        worker_count(w->worker, VM_READ, t, t->host + (va - t->va), dwords * 4);
        if (worker_suspects(w->worker, t)) {
            cache_overlay(&w->worker->cache, t->host + (va - t->va), value, dwords * 4);
        }
    } else if (!worker_read(w->worker, va, value, dwords * 4, VM_READ, &fault_va)) {
        wave_fault(w, i, COMPUTE_FAULT_PAGE, fault_va, "reads from 0x%llx, which is not mapped for that in VMID %u",
                   (unsigned long long)fault_va, w->worker->vmid);
        return;
    }
    if (i->dst != SRC_NULL) {
        memcpy(&w->sgpr[i->dst], value, dwords * 4);
    }
}

static void load(struct wave *w, const struct inst *i, uint64_t va, uint32_t dwords)
{
    w->worker->cache.front = CACHE_SCALAR;
    load_words(w, i, va, dwords);
    w->worker->cache.front = CACHE_VECTOR;
}

void exec_s_load(struct wave *w, const struct inst *i)
{
    uint64_t base = (uint64_t)w->sgpr[i->src[0] + 1] << 32 | w->sgpr[i->src[0]];
    load(w, i, base + (uint64_t)(int64_t)(int32_t)i->literal + w->sgpr[i->src[1]], i->row->arg);
}

/* A byte or a word, extended to 32 bits. Aligned to its size. */
static void load_small(struct wave *w, const struct inst *i, uint64_t va)
{
    uint32_t bytes = i->row->arg & MOVE_BYTES, value = 0;
    uint64_t fault_va;
    w->worker->cache.front = CACHE_SCALAR;
    bool mapped = worker_read(w->worker, va & ~(uint64_t)(bytes - 1), &value, bytes, VM_READ, &fault_va);
    w->worker->cache.front = CACHE_VECTOR;
    if (!mapped) {
        wave_fault(w, i, COMPUTE_FAULT_PAGE, fault_va, "reads from 0x%llx, which is not mapped for that in VMID %u",
                   (unsigned long long)fault_va, w->worker->vmid);
        return;
    }
    if (i->row->arg & MOVE_SIGNED) {
        value = bytes == 1 ? (uint32_t)(int8_t)value : (uint32_t)(int16_t)value;
    }
    sgpr_write(w, i->dst, value);
}

void exec_s_load_small(struct wave *w, const struct inst *i)
{
    uint64_t base = (uint64_t)w->sgpr[i->src[0] + 1] << 32 | w->sgpr[i->src[0]];
    load_small(w, i, base + (uint64_t)(int64_t)(int32_t)i->literal + w->sgpr[i->src[1]]);
}

/* Prefetches and probes change nothing that a program sees; what they name may be unmapped. */
void exec_s_prefetch(struct wave *w, const struct inst *i)
{
    (void)w, (void)i;
}

/* Buffer descriptor, RDNA3 ISA "Buffer resource descriptor": base 47:0, stride 61:48, number of records 95:64. */
void exec_s_buffer_load(struct wave *w, const struct inst *i)
{
    const uint32_t *d = &w->sgpr[i->src[0]];
    uint64_t base = (uint64_t)(d[1] & 0xffff) << 32 | d[0], stride = d[1] >> 16 & 0x3fff;
    uint64_t size = stride == 0 ? d[2] : d[2] * stride, offset = (uint64_t)i->literal + w->sgpr[i->src[1]];
    uint32_t inside = offset >= size ? 0 : (uint32_t)((size - offset) / 4);
    uint32_t dwords = i->row->arg < inside ? i->row->arg : inside;
    for (uint32_t n = dwords; n < i->row->arg; n++) { /* out of range reads zero */
        sgpr_write(w, i->dst + n, 0);
    }
    if (dwords != 0) {
        load(w, i, base + offset, dwords);
    }
}

void exec_s_buffer_load_small(struct wave *w, const struct inst *i)
{
    const uint32_t *d = &w->sgpr[i->src[0]];
    uint64_t base = (uint64_t)(d[1] & 0xffff) << 32 | d[0], stride = d[1] >> 16 & 0x3fff;
    uint64_t size = stride == 0 ? d[2] : d[2] * stride, offset = (uint64_t)i->literal + w->sgpr[i->src[1]];
    if (offset + (i->row->arg & MOVE_BYTES) > size) {
        sgpr_write(w, i->dst, 0);
        return;
    }
    load_small(w, i, base + offset);
}

/* What any wave asks to forget all caches of the kind forget: too much is only forgiving. */
void exec_s_cache_inv(struct wave *w, const struct inst *i)
{
    (void)i;
    if (w->worker->cache.l2 != NULL) {
        cache_control(w->worker->cache.l2, CACHE_INV_SCALAR);
    }
    atomic_thread_fence(memory_order_acquire);
}
