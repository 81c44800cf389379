/* cache.c: copies of lines that somebody must see older than they are (cache.h). */
#include "cache.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

static void lock_slot(struct cache_l2 *l2, uint64_t line)
{
    _Atomic uint32_t *lock = &l2->lock[line % 64];
    while (atomic_exchange_explicit(lock, 1, memory_order_acquire)) {
        sched_yield();
    }
}

static void unlock_slot(struct cache_l2 *l2, uint64_t line)
{
    atomic_store_explicit(&l2->lock[line % 64], 0, memory_order_release);
}

/* Waves store to the rest of the line meanwhile, and need not be waited for: bytes that are being written are nobody's yet. */
__attribute__((no_sanitize("thread"))) static void copy_line(uint8_t *to, uint64_t line)
{
    const uint64_t *from = (const uint64_t *)(uintptr_t)(line << CACHE_LINE_SHIFT);
    for (int n = 0; n < CACHE_LINE_BYTES / 8; n++) {
        ((uint64_t *)(void *)to)[n] = __atomic_load_n(&from[n], __ATOMIC_RELAXED);
    }
}

struct cache_l2 *cache_create(void)
{
    struct cache_l2 *l2 = calloc(1, sizeof *l2);
    if (l2 == NULL) {
        return NULL;
    }
    l2->old = calloc(CACHE_L2_LINES, CACHE_LINE_BYTES);
    bool complete = l2->old != NULL;
    for (int n = 0; n < CACHE_FRONTS; n++) {
        l2->front[n].old = calloc(CACHE_FRONT_LINES, CACHE_LINE_BYTES);
        l2->front[n].epoch = 1; /* 0 is in no entry */
        complete &= l2->front[n].old != NULL;
    }
    if (!complete) {
        cache_destroy(l2);
        return NULL;
    }
    return l2;
}

void cache_destroy(struct cache_l2 *l2)
{
    if (l2 == NULL) {
        return;
    }
    for (int n = 0; n < CACHE_FRONTS; n++) {
        free(l2->front[n].old);
    }
    free(l2->mall);
    free(l2->old);
    free(l2);
}

static void forget_front(struct cache_l2 *l2, int n)
{
    struct cache_front *f = &l2->front[n];
    uint32_t next = (__atomic_load_n(&f->epoch, __ATOMIC_RELAXED) + 1) & 0xffff;
    if (next == 0) {
        memset(f->entry, 0, sizeof f->entry);
        next = 1;
    }
    __atomic_store_n(&f->epoch, next, __ATOMIC_RELAXED);
    atomic_fetch_and(&l2->suspect, ~(1u << n));
}

/* Lines that are dirty become clean (write back), or all others go (invalidate without it). */
static void sweep(struct cache_l2 *l2, bool write_back)
{
    for (uint32_t n = 0; n < CACHE_L2_LINES; n++) {
        uint32_t word = __atomic_load_n(&l2->tag[n], __ATOMIC_RELAXED);
        bool dirty = (word & 3) == CACHE_DIRTY;
        if (dirty == write_back && word != 0) {
            __atomic_store_n(&l2->tag[n], write_back ? word - CACHE_DIRTY : 0, __ATOMIC_RELAXED);
        }
    }
}

void cache_control(struct cache_l2 *l2, uint32_t what)
{
    for (int n = 0; n < CACHE_FRONTS; n++) {
        if (what >> n & 1) {
            forget_front(l2, n);
        }
    }
    bool dirty = atomic_load(&l2->dirty), inv = what & CACHE_INV_L2, wb = what & CACHE_WB_L2;
    if (inv && (wb || !dirty)) {
        if (atomic_exchange(&l2->any, false)) {
            memset(l2->tag, 0, sizeof l2->tag);
        }
        atomic_store(&l2->dirty, false);
    } else if (inv || (wb && dirty)) {
        sweep(l2, wb);
        atomic_store(&l2->dirty, !wb);
    }
    if (inv) {
        atomic_fetch_and(&l2->suspect, ~(uint32_t)CACHE_SUSPECT_L2);
    }
}

/* What the line held before goes to those front caches that have it, unless it is the writing dispatch's own. Slot locked. */
static void take_from_fronts(struct cache_l2 *l2, uint64_t line, uint32_t dispatch)
{
    for (int n = 0; n < CACHE_FRONTS; n++) {
        struct cache_front *f = &l2->front[n];
        uint64_t *entry = cache_front_entry(f, line);
        if (!cache_front_has(f, line, dispatch)) {
            continue;
        }
        if (!(*entry & 1)) {
            copy_line(f->old[line % CACHE_FRONT_LINES], line);
            atomic_fetch_or(&l2->suspect, 1u << n);
        }
        __atomic_store_n(entry, cache_front_key(f, line) | (dispatch & 0x7fff) << 1 | 1, __ATOMIC_RELEASE);
    }
}

void cache_take(struct cache_l2 *l2, uint64_t line, uint32_t dispatch)
{
    uint32_t *tag = &l2->tag[line % CACHE_L2_LINES], dirty = cache_l2_word(line) | CACHE_DIRTY;
    lock_slot(l2, line);
    take_from_fronts(l2, line, dispatch);
    if (__atomic_load_n(tag, __ATOMIC_RELAXED) != dirty) {
        copy_line(l2->old[line % CACHE_L2_LINES], line);
        __atomic_store_n(tag, dirty, __ATOMIC_RELEASE);
        atomic_store_explicit(&l2->any, true, memory_order_relaxed);
        atomic_store_explicit(&l2->dirty, true, memory_order_relaxed);
    }
    unlock_slot(l2, line);
}

void cache_cp_write(struct cache_l2 *l2, const uint8_t *at, uint64_t bytes)
{
    uint64_t line = (uintptr_t)at >> CACHE_LINE_SHIFT, last = ((uintptr_t)at + bytes - 1) >> CACHE_LINE_SHIFT;
    for (; bytes && line <= last; line++) {
        if (cache_front_has(&l2->front[CACHE_VECTOR], line, UINT32_MAX) ||
            cache_front_has(&l2->front[CACHE_SCALAR], line, UINT32_MAX)) {
            lock_slot(l2, line);
            take_from_fronts(l2, line, UINT32_MAX);
            unlock_slot(l2, line);
        }
    }
}

void cache_foreign_write(struct cache_l2 *l2, const uint8_t *at, uint64_t bytes)
{
    if (!atomic_load_explicit(&l2->any, memory_order_relaxed) || bytes == 0) {
        return;
    }
    uint64_t line = (uintptr_t)at >> CACHE_LINE_SHIFT, last = ((uintptr_t)at + bytes - 1) >> CACHE_LINE_SHIFT;
    for (; line <= last; line++) {
        uint32_t *tag = &l2->tag[line % CACHE_L2_LINES], word = __atomic_load_n(tag, __ATOMIC_RELAXED);
        if (word >> 2 != cache_l2_word(line) >> 2 || (word & 3) == CACHE_STALE) {
            continue;
        }
        lock_slot(l2, line);
        copy_line(l2->old[line % CACHE_L2_LINES], line);
        __atomic_store_n(tag, cache_l2_word(line) | CACHE_STALE, __ATOMIC_RELEASE);
        atomic_fetch_or(&l2->suspect, CACHE_SUSPECT_L2);
        unlock_slot(l2, line);
    }
}

/* The part of one line that [at, at + bytes) covers, put over its place in dst. */
static bool put_over(const uint8_t *old, uint64_t line, const uint8_t *at, uint8_t *dst, uint64_t bytes)
{
    uintptr_t begin = line << CACHE_LINE_SHIFT, from = (uintptr_t)at, end = begin + CACHE_LINE_BYTES;
    uintptr_t first = from > begin ? from : begin, last = from + bytes < end ? from + bytes : end;
    bool differs = memcmp(dst + (first - from), old + (first - begin), last - first) != 0;
    if (differs) {
        memcpy(dst + (first - from), old + (first - begin), last - first);
    }
    return differs;
}

static void misread(struct cache_l2 *l2, uint64_t line, int from)
{
    if (!atomic_exchange(&l2->misread_once, true)) {
        l2->misread.at = (const uint8_t *)(uintptr_t)(line << CACHE_LINE_SHIFT);
        l2->misread.from = from;
    }
}

/* Where a wave of this dispatch finds the line, if not in memory. Slot locked. */
static const uint8_t *old_line(struct cache *c, uint64_t line, int *from_out)
{
    struct cache_l2 *l2 = c->l2;
    struct cache_front *f = &l2->front[c->front];
    if (cache_front_has(f, line, c->dispatch) && (*cache_front_entry(f, line) & 1)) {
        *from_out = c->front == CACHE_VECTOR ? MISREAD_VECTOR : MISREAD_SCALAR;
        return f->old[line % CACHE_FRONT_LINES];
    }
    if (__atomic_load_n(&l2->tag[line % CACHE_L2_LINES], __ATOMIC_RELAXED) == (cache_l2_word(line) | CACHE_STALE)) {
        *from_out = MISREAD_L2;
        return l2->old[line % CACHE_L2_LINES];
    }
    return NULL;
}

void cache_overlay(struct cache *c, const uint8_t *at, void *dst, uint64_t bytes)
{
    uint64_t line = (uintptr_t)at >> CACHE_LINE_SHIFT, last = ((uintptr_t)at + bytes - 1) >> CACHE_LINE_SHIFT;
    for (; bytes && line <= last; line++) {
        int from = MISREAD_NONE;
        lock_slot(c->l2, line);
        const uint8_t *old = old_line(c, line, &from);
        bool differs = old != NULL && put_over(old, line, at, dst, bytes);
        unlock_slot(c->l2, line);
        if (differs) {
            misread(c->l2, line, from);
        }
    }
}

void cache_foreign_read(struct cache_l2 *l2, const uint8_t *at, void *dst, uint64_t bytes)
{
    if (!atomic_load_explicit(&l2->dirty, memory_order_relaxed) || bytes == 0) {
        return;
    }
    uint64_t line = (uintptr_t)at >> CACHE_LINE_SHIFT, last = ((uintptr_t)at + bytes - 1) >> CACHE_LINE_SHIFT;
    for (; line <= last; line++) {
        uint32_t *tag = &l2->tag[line % CACHE_L2_LINES], dirty = cache_l2_word(line) | CACHE_DIRTY;
        if (__atomic_load_n(tag, __ATOMIC_RELAXED) != dirty) {
            continue;
        }
        lock_slot(l2, line);
        bool differs =
            __atomic_load_n(tag, __ATOMIC_ACQUIRE) == dirty && put_over(l2->old[line % CACHE_L2_LINES], line, at, dst, bytes);
        unlock_slot(l2, line);
        if (differs) {
            misread(l2, line, MISREAD_DIRTY);
        }
    }
}

bool cache_take_misread(struct cache_l2 *l2, struct cache_misread *out)
{
    if (!atomic_load(&l2->misread_once)) {
        return false;
    }
    *out = l2->misread;
    atomic_store(&l2->misread_once, false);
    return out->at != NULL;
}
