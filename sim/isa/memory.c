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
        *large =
            (struct translation){m.va,     m.size_bytes,
                                 m.host,   (uint8_t)(m.readable << VM_READ | m.writable << VM_WRITE | m.executable << VM_EXECUTE),
                                 m.system, m.uncached};
    }
    *page = *large;
    return translation_holds(page, va, size_bytes, access) ? page : NULL;
}

/* The piece of [va, va + size_bytes) that one mapping holds. */
static uint8_t *worker_piece(struct worker *k, uint64_t va, uint32_t size_bytes, enum vm_access access, uint32_t *piece_out,
                             bool *suspect_out)
{
    const struct translation *t = worker_translate(k, va, 1, access);
    if (t == NULL) {
        return NULL;
    }
    *suspect_out = access == VM_READ && worker_suspects(k, t);
    uint64_t room = t->size_bytes - (va - t->va);
    *piece_out = room < size_bytes ? (uint32_t)room : size_bytes;
    uint8_t *host = t->host + (va - t->va);
    if (access != VM_EXECUTE) {
        worker_count(k, access, t, host, *piece_out);
    }
    return host;
}

bool worker_read(struct worker *k, uint64_t va, void *dst, uint32_t size_bytes, enum vm_access access, uint64_t *fault_va_out)
{
    bool suspect;
    for (uint32_t piece, at = 0; at < size_bytes; at += piece) {
        const uint8_t *host = worker_piece(k, va + at, size_bytes - at, access, &piece, &suspect);
        if (host == NULL) {
            *fault_va_out = va + at;
            return false;
        }
        memcpy((uint8_t *)dst + at, host, piece);
        if (suspect) {
            cache_overlay(&k->cache, host, (uint8_t *)dst + at, piece);
        }
    }
    return true;
}

bool worker_write(struct worker *k, uint64_t va, const void *src, uint32_t size_bytes, uint64_t *fault_va_out)
{
    bool suspect;
    for (uint32_t piece, at = 0; at < size_bytes; at += piece) {
        uint8_t *host = worker_piece(k, va + at, size_bytes - at, VM_WRITE, &piece, &suspect);
        if (host == NULL) {
            *fault_va_out = va + at;
            return false;
        }
        memcpy(host, (const uint8_t *)src + at, piece);
    }
    return true;
}

/*
 * The window test: whether offset - low <= span in all lanes of exec. Then *relative_out is offset - low, and 0 in the other
 * lanes, so that loads need no branch. No reduction over lanes is needed on hosts whose comparisons make a mask.
 */
static inline bool lanes_within(const u32x32 *offset, uint32_t low, uint32_t span, uint32_t exec, u32x32 *relative_out)
{
#if defined(__AVX512F__)
    __m512i base = _mm512_set1_epi32((int)low), limit = _mm512_set1_epi32((int)span);
    __m512i a = _mm512_maskz_sub_epi32((__mmask16)exec, _mm512_loadu_si512(offset), base);
    __m512i b = _mm512_maskz_sub_epi32((__mmask16)(exec >> 16), _mm512_loadu_si512((const char *)offset + 64), base);
    _mm512_storeu_si512(relative_out, a);
    _mm512_storeu_si512((char *)relative_out + 64, b);
    return (_mm512_cmpgt_epu32_mask(a, limit) | _mm512_cmpgt_epu32_mask(b, limit)) == 0;
#else
    const lane_u32 *from = (const lane_u32 *)offset;
    lane_u32 *to = (lane_u32 *)relative_out;
    uint32_t outside = 0;
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t active = 0u - (exec >> l & 1);
        to[l] = (from[l] - low) & active;
        outside |= to[l] > span;
    }
    return outside == 0;
#endif
}

/* Whether all 32 lanes lie one behind the other. */
static inline bool is_contiguous(const u32x32 *offset, uint32_t bytes)
{
    uint32_t first = ((const lane_u32 *)offset)[0];
#if defined(__AVX512F__)
    __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i want = _mm512_add_epi32(_mm512_mullo_epi32(lane, _mm512_set1_epi32((int)bytes)), _mm512_set1_epi32((int)first));
    __m512i want_high = _mm512_add_epi32(want, _mm512_set1_epi32((int)bytes * 16));
    return (_mm512_cmpneq_epu32_mask(_mm512_loadu_si512(offset), want) |
            _mm512_cmpneq_epu32_mask(_mm512_loadu_si512((const char *)offset + 64), want_high)) == 0;
#else
    const lane_u32 *lane = (const lane_u32 *)offset;
    uint32_t differs = 0;
    for (uint32_t l = 0; l < 32; l++) {
        differs |= lane[l] ^ (first + l * bytes);
    }
    return differs == 0;
#endif
}

/* The active lanes that lie on another line than the lane before them, or follow an inactive one. */
static inline uint32_t lanes_on_new_lines(const struct spread *at, u32x32 *line_out)
{
    uint32_t low = (uint32_t)(uintptr_t)at->host & (CACHE_LINE_BYTES - 1), changes = 0;
#if defined(__AVX512F__)
    __m512i base = _mm512_set1_epi32((int)low);
    __m512i a = _mm512_srli_epi32(_mm512_add_epi32(_mm512_loadu_si512(&at->offset), base), CACHE_LINE_SHIFT);
    __m512i b = _mm512_srli_epi32(_mm512_add_epi32(_mm512_loadu_si512((const char *)&at->offset + 64), base), CACHE_LINE_SHIFT);
    _mm512_storeu_si512(line_out, a);
    _mm512_storeu_si512((char *)line_out + 64, b);
    changes = _mm512_cmpneq_epu32_mask(a, _mm512_alignr_epi32(a, a, 15)) |
              (uint32_t)_mm512_cmpneq_epu32_mask(b, _mm512_alignr_epi32(b, a, 15)) << 16;
#else
    const lane_u32 *from = (const lane_u32 *)&at->offset;
    lane_u32 *line = (lane_u32 *)line_out;
    for (uint32_t l = 0; l < 32; l++) {
        line[l] = (from[l] + low) >> CACHE_LINE_SHIFT;
    }
    for (uint32_t l = 1; l < 32; l++) {
        changes |= (uint32_t)(line[l] != line[l - 1]) << l;
    }
#endif
    return at->exec & (changes | ~(at->exec << 1));
}

/* Counts the lines that the lanes touch; a lane across two lines counts with the first, the very last lane with both. */
static void count_spread(struct worker *k, const struct spread *at, uint32_t bytes, bool store)
{
    u32x32 lines;
    uint64_t first = (uintptr_t)at->host >> CACHE_LINE_SHIFT, missed = 0;
    const lane_u32 *line = (const lane_u32 *)&lines;
    for (uint32_t m = lanes_on_new_lines(at, &lines); m != 0; m &= m - 1) {
        missed += cache_misses(&k->cache, first + line[__builtin_ctz(m)], store);
    }
    uint32_t last = 31 - (uint32_t)__builtin_clz(at->exec), end = ((const lane_u32 *)&at->offset)[last] + bytes - 1;
    missed += cache_misses(&k->cache, ((uintptr_t)at->host + end) >> CACHE_LINE_SHIFT, store);
    if (store) {
        k->counters.vram_write_bytes += (uint64_t)__builtin_popcount(at->exec) * bytes;
    } else {
        k->counters.vram_read_bytes += missed * CACHE_LINE_BYTES;
    }
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

/* Each lane by itself. */
static bool spread_apart(struct wave *w, const struct inst *i, uint64_t base, const u32x32 *offset, uint32_t bytes,
                         enum vm_access access, struct spread *out)
{
    for (uint32_t l = 0; l < 32; l++) {
        w->worker->bounce_va[l] = base + ((const lane_u32 *)offset)[l];
    }
    return spread_bounce(w, i, bytes, access, out);
}

/* Lanes whose bytes a cache may hold older than memory: gathered, and the old ones put over them. */
static void spread_overlay(struct worker *k, uint32_t bytes, struct spread *out)
{
    const lane_u32 *offset = (const lane_u32 *)&out->offset;
    for (uint32_t m = out->exec; m != 0; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m);
        const uint8_t *from = out->contiguous ? out->host + l * bytes : out->host + offset[l];
        memcpy(k->bounce + l * bytes, from, bytes);
        cache_overlay(&k->cache, from, k->bounce + l * bytes, bytes);
    }
    out->host = k->bounce;
    out->offset = lane_numbers() * bytes;
    out->bounced = true;
}

bool spread_locate(struct wave *w, const struct inst *i, uint64_t base, const u32x32 *offset, uint32_t exec, uint32_t bytes,
                   enum vm_access access, struct spread *out)
{
    uint32_t first = ((const lane_u32 *)offset)[__builtin_ctz(exec)];
    const struct translation *t = worker_translate(w->worker, base + first, bytes, access);
    out->exec = exec;
    if (__builtin_expect(t == NULL, 0)) {
        return spread_apart(w, i, base, offset, bytes, access, out);
    }
    /* The offsets that this mapping holds, as far as 32 bits reach: from `first` down by `below`, up by `above`. */
    uint64_t at = base + first - t->va, room = t->size_bytes - at - bytes;
    uint32_t below = at < first ? (uint32_t)at : first;
    uint32_t above = room < UINT32_MAX - first ? (uint32_t)room : UINT32_MAX - first;
    if (__builtin_expect(!lanes_within(offset, first - below, below + above, exec, &out->offset), 0)) {
        return spread_apart(w, i, base, offset, bytes, access, out);
    }
    out->host = t->host + (at - below);
    out->system = t->system;
    out->bounced = false;
    out->contiguous = bytes <= 4 && exec == UINT32_MAX && is_contiguous(&out->offset, bytes);
    if (out->contiguous) {
        out->host += ((const lane_u32 *)&out->offset)[0];
    }
    if (out->contiguous || t->system || t->uncached) {
        worker_count(w->worker, access, t, out->host, (uint64_t)__builtin_popcount(exec) * bytes);
    } else {
        count_spread(w->worker, out, bytes, access == VM_WRITE);
    }
    if (__builtin_expect(access == VM_READ && worker_suspects(w->worker, t), 0)) {
        spread_overlay(w->worker, bytes, out);
    }
    return true;
}

bool spread_locate64(struct wave *w, const struct inst *i, const u32x32 *low, const u32x32 *high, int64_t plus, uint32_t exec,
                     uint32_t bytes, enum vm_access access, struct spread *out)
{
    const lane_u32 *lo = (const lane_u32 *)low, *hi = (const lane_u32 *)high;
    uint32_t first = (uint32_t)__builtin_ctz(exec);
    u32x32 unused;
    if (__builtin_expect(lanes_within(high, hi[first], 0, exec, &unused), 1)) {
        return spread_locate(w, i, ((uint64_t)hi[first] << 32) + (uint64_t)plus, low, exec, bytes, access, out);
    }
    uint64_t min = UINT64_MAX, max = 0, *va = w->worker->bounce_va;
    for (uint32_t l = 0; l < 32; l++) {
        uint32_t from = exec >> l & 1 ? l : first;
        va[l] = ((uint64_t)hi[from] << 32 | lo[from]) + (uint64_t)plus;
        min = va[l] < min ? va[l] : min;
        max = va[l] > max ? va[l] : max;
    }
    if (max - min > UINT32_MAX / 2) {
        out->exec = exec;
        return spread_bounce(w, i, bytes, access, out);
    }
    u32x32 offset;
    for (uint32_t l = 0; l < 32; l++) {
        ((lane_u32 *)&offset)[l] = (uint32_t)(va[l] - min);
    }
    return spread_locate(w, i, min, &offset, exec, bytes, access, out);
}

static void fault_lds(struct wave *w, const struct inst *i, const u32x32 *address, uint32_t exec, uint32_t bytes)
{
    uint32_t size = w->group->lds_bytes;
    for (uint32_t m = exec; m != 0 && !w->faulted; m &= m - 1) {
        uint32_t l = (uint32_t)__builtin_ctz(m), at = ((const lane_u32 *)address)[l], lane = l + w->half * 32u;
        if (at >= size || size - at < bytes) {
            wave_fault(w, i, COMPUTE_FAULT_LDS, at, "lane %u reaches %u bytes at LDS offset 0x%x; the work-group has %u bytes",
                       lane, bytes, at, size);
            w->fault.lane = lane;
        }
    }
}

/*
 * Cycles that one half's LDS access takes: 32 banks of 4 bytes, each of which serves one address a cycle, to all lanes that want
 * it (RDNA3 ISA, "Local Data Share"). Wider data goes in groups of lanes that fill 128 bytes.
 */
static uint32_t lds_passes(const struct spread *at, uint32_t bytes)
{
    uint32_t dwords = bytes < 4 ? 1 : bytes / 4, lanes = 32 / dwords, passes = 0;
    const lane_u32 *offset = (const lane_u32 *)&at->offset;
    for (uint32_t first = 0; first < 32; first += lanes) {
        uint32_t holds[32], count[32] = {0}, most = 0;
        for (uint32_t l = first; l < first + lanes && l < 32; l++) {
            for (uint32_t d = 0; d < dwords && at->exec >> l & 1; d++) {
                uint32_t word = offset[l] / 4 + d, bank = word & 31;
                if (count[bank] == 0 || holds[bank] != word) {
                    holds[bank] = word;
                    most = ++count[bank] > most ? count[bank] : most;
                }
            }
        }
        passes += most;
    }
    return passes;
}

bool spread_locate_lds(struct wave *w, const struct inst *i, const u32x32 *address, uint32_t plus, uint32_t exec, uint32_t bytes,
                       struct spread *out)
{
    uint32_t size = w->group->lds_bytes;
    u32x32 at = *address + plus;
    out->exec = exec;
    out->host = w->group->lds;
    out->system = out->bounced = false;
    if (__builtin_expect(size < bytes || !lanes_within(&at, 0, size - bytes, exec, &out->offset), 0)) {
        fault_lds(w, i, &at, exec, bytes);
        return false;
    }
    out->contiguous = bytes <= 4 && exec == UINT32_MAX && is_contiguous(&out->offset, bytes);
    if (out->contiguous) {
        out->host += ((const lane_u32 *)&out->offset)[0];
    }
    if (w->group->sampled) {
        w->worker->counters.lds_sampled += bytes < 4 ? 1 : bytes / 4;
        w->worker->counters.lds_passes += out->contiguous ? 1 : lds_passes(out, bytes);
    }
    return true;
}
