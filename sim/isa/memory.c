/*
 * memory.c: the translation cache of a host thread, and 32 lanes brought to one host pointer (memory.h).
 */
#include "memory.h"

void worker_init(struct worker *k, const struct compute_memory *memory)
{
    k->memory = memory;
    k->generation = atomic_load_explicit(memory->generation, memory_order_acquire);
}

static void worker_forget(struct worker *k)
{
    memset(k->page, 0, sizeof k->page);
    memset(k->large, 0, sizeof k->large);
}

void worker_set_vmid(struct worker *k, uint32_t vmid)
{
    if (k->vmid != vmid) {
        k->vmid = vmid;
        worker_forget(k);
    }
}

static bool translation_holds(const struct translation *t, uint64_t va, uint64_t size_bytes, enum vm_access access)
{
    uint64_t at = va - t->va;
    return at < t->size_bytes && t->size_bytes - at >= size_bytes && t->allowed >> access & 1;
}

const struct translation *worker_translate_slow(struct worker *k, uint64_t va, uint64_t size_bytes, enum vm_access access)
{
    uint64_t generation = atomic_load_explicit(k->memory->generation, memory_order_acquire);
    struct translation *page = &k->page[va >> WORKER_PAGE_SHIFT & (WORKER_PAGES - 1)];
    struct translation *large = &k->large[va >> WORKER_LARGE_SHIFT & (WORKER_LARGES - 1)];
    if (k->generation != generation) {
        worker_forget(k);
        k->generation = generation;
    }
    if (!translation_holds(large, va, 1, access)) {
        struct vm_mapping m = {0};
        if (k->memory->translate(k->memory->context, k->vmid, va, access, &m) != 0) {
            return NULL;
        }
        *large = (struct translation){m.va, m.size_bytes, m.host,
                                      (uint8_t)(m.readable << VM_READ | m.writable << VM_WRITE | m.executable << VM_EXECUTE),
                                      m.system};
    }
    *page = *large;
    return translation_holds(page, va, size_bytes, access) ? page : NULL;
}

/* The piece of [va, va + size_bytes) that one mapping holds. */
static uint8_t *worker_piece(struct worker *k, uint64_t va, uint32_t size_bytes, enum vm_access access, uint32_t *piece_out)
{
    const struct translation *t = worker_translate(k, va, 1, access);
    if (t == NULL) {
        return NULL;
    }
    uint64_t room = t->size_bytes - (va - t->va);
    *piece_out = room < size_bytes ? (uint32_t)room : size_bytes;
    worker_count(k, access, t->system, access == VM_EXECUTE ? 0 : *piece_out);
    return t->host + (va - t->va);
}

bool worker_read(struct worker *k, uint64_t va, void *dst, uint32_t size_bytes, enum vm_access access, uint64_t *fault_va_out)
{
    for (uint32_t piece, at = 0; at < size_bytes; at += piece) {
        const uint8_t *host = worker_piece(k, va + at, size_bytes - at, access, &piece);
        if (host == NULL) {
            *fault_va_out = va + at;
            return false;
        }
        memcpy((uint8_t *)dst + at, host, piece);
    }
    return true;
}

bool worker_write(struct worker *k, uint64_t va, const void *src, uint32_t size_bytes, uint64_t *fault_va_out)
{
    for (uint32_t piece, at = 0; at < size_bytes; at += piece) {
        uint8_t *host = worker_piece(k, va + at, size_bytes - at, VM_WRITE, &piece);
        if (host == NULL) {
            *fault_va_out = va + at;
            return false;
        }
        memcpy(host, (const uint8_t *)src + at, piece);
    }
    return true;
}

static void reduce_range(const u32x32 *v, uint32_t *min_out, uint32_t *max_out)
{
    const lane_u32 *lane = (const lane_u32 *)v;
    uint32_t min = UINT32_MAX, max = 0;
    for (int l = 0; l < 32; l++) {
        min = lane[l] < min ? lane[l] : min;
        max = lane[l] > max ? lane[l] : max;
    }
    *min_out = min;
    *max_out = max;
}

/* Whether all 32 lanes lie one behind the other. */
static bool is_contiguous(const u32x32 *offset, uint32_t bytes)
{
    const lane_u32 *lane = (const lane_u32 *)offset;
    uint32_t differs = 0, first = lane[0];
    if (lane[31] != first + 31 * bytes || first > UINT32_MAX - 32 * bytes) {
        return false;
    }
    for (uint32_t l = 0; l < 32; l++) {
        differs |= lane[l] ^ (first + l * bytes);
    }
    return differs == 0;
}

/* One lane of an access that lies in several mappings. Reads now; of a write only checks the pages. */
static bool bounce_lane(struct worker *k, uint32_t l, uint32_t bytes, enum vm_access access, bool *system_out,
                        uint64_t *fault_va_out)
{
    uint64_t va = k->bounce_va[l];
    if (access == VM_READ && !worker_read(k, va, k->bounce + l * bytes, bytes, VM_READ, fault_va_out)) {
        return false;
    }
    const struct translation *t = worker_translate(k, va, 1, access);
    if (t == NULL) {
        *fault_va_out = va;
        return false;
    }
    *system_out = t->system;
    *fault_va_out = va + bytes - 1;
    return translation_holds(t, va, bytes, access) || worker_translate(k, va + bytes - 1, 1, access) != NULL;
}

static bool spread_bounce(struct wave *w, const struct inst *i, uint32_t bytes, enum vm_access access, struct spread *out)
{
    uint64_t fault_va = 0;
    for (uint32_t m = out->exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m);
        if (!bounce_lane(w->worker, l, bytes, access, &out->system, &fault_va)) {
            l += w->half * 32u;
            wave_fault(w, i, COMPUTE_FAULT_PAGE, fault_va, "lane %u %s 0x%llx, which is not mapped for that in VMID %u", l,
                       access == VM_WRITE ? "writes to" : "reads from", (unsigned long long)fault_va, w->worker->vmid);
            w->fault.lane = l;
            return false;
        }
    }
    out->host = w->worker->bounce;
    out->offset = lane_numbers() * bytes;
    out->bounced = true;
    out->contiguous = out->exec == UINT32_MAX;
    return true;
}

bool spread_locate(struct wave *w, const struct inst *i, uint64_t base, const u32x32 *offset, uint32_t exec, uint32_t bytes,
                   enum vm_access access, struct spread *out)
{
    uint32_t min, max;
    out->exec = exec;
    out->offset = *offset;
    out->bounced = false;
    out->contiguous = exec == UINT32_MAX && is_contiguous(offset, bytes);
    if (out->contiguous) {
        min = ((const lane_u32 *)offset)[0];
        max = min + 31 * bytes;
    } else {
        if (exec != UINT32_MAX) {
            out->offset = ((const lane_u32 *)offset)[__builtin_ctz(exec)] - (u32x32){0};
            lanes_blend(&out->offset, offset, exec);
        }
        reduce_range(&out->offset, &min, &max);
    }
    const struct translation *t = worker_translate(w->worker, base + min, (uint64_t)max - min + bytes, access);
    if (__builtin_expect(t == NULL, 0)) {
        for (uint32_t l = 0; l < 32; l++) {
            w->worker->bounce_va[l] = base + ((const lane_u32 *)&out->offset)[l];
        }
        return spread_bounce(w, i, bytes, access, out);
    }
    out->host = t->host + (base + min - t->va);
    out->offset -= min;
    out->system = t->system;
    worker_count(w->worker, access, t->system, (uint64_t)__builtin_popcount(exec) * bytes);
    return true;
}

bool spread_locate64(struct wave *w, const struct inst *i, const u32x32 *low, const u32x32 *high, int64_t plus, uint32_t exec,
                     uint32_t bytes, enum vm_access access, struct spread *out)
{
    const lane_u32 *lo = (const lane_u32 *)low, *hi = (const lane_u32 *)high;
    uint32_t first = (uint32_t)__builtin_ctz(exec), differs = 0;
    for (uint32_t l = 0; l < 32; l++) {
        differs |= exec >> l & 1 ? hi[l] ^ hi[first] : 0;
    }
    if (__builtin_expect(differs == 0, 1)) {
        return spread_locate(w, i, ((uint64_t)hi[first] << 32) + (uint64_t)plus, low, exec, bytes, access, out);
    }
    uint64_t min = UINT64_MAX, max = 0, *va = w->worker->bounce_va;
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t from = exec >> l & 1 ? l : first;
        va[l] = ((uint64_t)hi[from] << 32 | lo[from]) + (uint64_t)plus;
        min = va[l] < min ? va[l] : min;
        max = va[l] > max ? va[l] : max;
    }
    if (max - min > UINT32_MAX) {
        out->exec = exec;
        return spread_bounce(w, i, bytes, access, out);
    }
    u32x32 offset;
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_u32 *)&offset)[l] = (uint32_t)(va[l] - min);
    }
    return spread_locate(w, i, min, &offset, exec, bytes, access, out);
}

bool spread_locate_lds(struct wave *w, const struct inst *i, const u32x32 *address, uint32_t plus, uint32_t exec, uint32_t bytes,
                       struct spread *out)
{
    uint32_t min, max, size = w->group->lds_bytes;
    u32x32 at = *address + plus;
    out->exec = exec;
    out->host = w->group->lds;
    out->system = out->bounced = false;
    out->offset = at;
    if (exec != UINT32_MAX) {
        out->offset = ((const lane_u32 *)&at)[__builtin_ctz(exec)] - (u32x32){0};
        lanes_blend(&out->offset, &at, exec);
    }
    reduce_range(&out->offset, &min, &max);
    if (__builtin_expect(max >= size || size - max < bytes, 0)) {
        const lane_u32 *lane = (const lane_u32 *)&out->offset;
        uint32_t l = 0;
        while (lane[l] != max) {
            l++;
        }
        l += w->half * 32u;
        wave_fault(w, i, COMPUTE_FAULT_LDS, max, "lane %u reaches %u bytes at LDS offset 0x%x; the work-group has %u bytes", l,
                   bytes, max, size);
        w->fault.lane = l;
        return false;
    }
    out->contiguous = exec == UINT32_MAX && max - min == 31 * bytes && is_contiguous(&out->offset, bytes);
    if (out->contiguous) {
        out->host += min;
        out->offset -= min;
    }
    return true;
}
