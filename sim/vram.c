/* vram.c: the card's memory: reserved whole, taken from the host and poisoned in chunks before first use. */
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
    v->touched = calloc(v->size / VRAM_CHUNK, 1);
    return v->touched ? 0 : -ENOMEM;
}

void vram_destroy(struct sim_card *card)
{
    if (card->vram.allocation) {
        munmap(card->vram.allocation, card->vram.allocation_bytes);
    }
    free((void *)card->vram.touched);
}

static void poison(struct vram *v, uint64_t chunk)
{
    uint8_t expected = 0;
    if (atomic_compare_exchange_strong(&v->touched[chunk], &expected, 1)) {
        uint64_t *p = (uint64_t *)(v->base + chunk * VRAM_CHUNK);
        for (uint64_t i = 0; i < VRAM_CHUNK / 8; i++) {
            p[i] = VRAM_POISON;
        }
        atomic_store_explicit(&v->touched[chunk], 2, memory_order_release);
    } else {
        while (atomic_load_explicit(&v->touched[chunk], memory_order_acquire) != 2) {
            sched_yield();
        }
    }
}

uint8_t *vram_at(struct sim_card *card, uint64_t offset, uint64_t size)
{
    struct vram *v = &card->vram;
    if (offset >= v->size || size > v->size - offset) {
        return NULL;
    }
    uint64_t last = (offset + (size ? size - 1 : 0)) / VRAM_CHUNK;
    for (uint64_t c = offset / VRAM_CHUNK; c <= last; c++) {
        if (atomic_load_explicit(&v->touched[c], memory_order_acquire) != 2) {
            poison(v, c);
        }
    }
    return v->base + offset;
}
