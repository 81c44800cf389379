/*
 * vram.c: the card's memory: reserved whole, taken from the host by huge pages where there are any, poisoned in blocks before
 * first use. A block that is first written whole is never poisoned: that is what filling a card with weights does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "card.h"

int vram_create(struct sim_card *card)
{
    struct vram *v = &card->vram;
    v->size = card->chip->vram_bytes;
    v->poison_seed = card_fault(card, FAULT_POISON);
    v->allocation_bytes = v->size + VRAM_CHUNK;
    v->allocation = mmap(NULL, v->allocation_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0);
    if (v->allocation == MAP_FAILED) {
        v->allocation = NULL;
        return -errno;
    }
    v->base = (uint8_t *)(((uintptr_t)v->allocation + VRAM_CHUNK - 1) & ~(uintptr_t)(VRAM_CHUNK - 1));
#ifdef MADV_HUGEPAGE
    madvise(v->base, v->size, MADV_HUGEPAGE); /* only faster; the system may refuse */
#endif
    v->touched = calloc(v->size / VRAM_BLOCK, 1);
    return v->touched ? 0 : -ENOMEM;
}

void vram_destroy(struct sim_card *card)
{
    if (card->vram.allocation) {
        munmap(card->vram.allocation, card->vram.allocation_bytes);
    }
    free((void *)card->vram.touched);
}

enum { UNTOUCHED, BUSY, IN_USE };

/* Makes a block ready for use: poisoned, unless all of it is about to be written. */
static void take_block(struct vram *v, uint64_t block, bool poison)
{
    uint64_t seed = v->poison_seed ? (v->poison_seed + block) * UINT64_C(0x9e3779b97f4a7c15) : 0;
    uint8_t expected = UNTOUCHED;
    if (atomic_compare_exchange_strong(&v->touched[block], &expected, BUSY)) {
        uint64_t *p = (uint64_t *)(v->base + block * VRAM_BLOCK);
        for (uint64_t i = 0; poison && i < VRAM_BLOCK / 8; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17; /* xorshift; stays 0 without a seed */
            p[i] = VRAM_POISON ^ seed;
        }
        atomic_store_explicit(&v->touched[block], IN_USE, memory_order_release);
    } else {
        while (atomic_load_explicit(&v->touched[block], memory_order_acquire) != IN_USE) {
            sched_yield();
        }
    }
}

static void touch(struct vram *v, uint64_t offset, uint64_t size, bool overwrites)
{
    uint64_t end = offset + (size ? size : 1);
    for (uint64_t b = offset / VRAM_BLOCK; b * VRAM_BLOCK < end; b++) {
        if (atomic_load_explicit(&v->touched[b], memory_order_acquire) != IN_USE) {
            take_block(v, b, !overwrites || b * VRAM_BLOCK < offset || (b + 1) * VRAM_BLOCK > end);
        }
    }
}

uint8_t *vram_place(struct sim_card *card, uint64_t offset, uint64_t size)
{
    struct vram *v = &card->vram;
    return offset >= v->size || size > v->size - offset ? NULL : v->base + offset;
}

uint8_t *vram_at(struct sim_card *card, uint64_t offset, uint64_t size)
{
    uint8_t *at = vram_place(card, offset, size);
    if (at) {
        touch(&card->vram, offset, size, false);
    }
    return at;
}

void vram_touch(struct sim_card *card, const uint8_t *at, uint64_t size, bool overwrites)
{
    touch(&card->vram, (uint64_t)(at - card->vram.base), size, overwrites);
}
