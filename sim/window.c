/*
 * window.c: what a driver reaches before it knows any base address: the size of VRAM and a window to all of it, and the
 * index/data pairs to registers that lie beyond the BAR.
 */
#include "card.h"

/* MM_INDEX bit 31 selects memory; address bits 30:0 there, bits 31 and up in MM_INDEX_HI. */
static uint8_t *window_at(struct sim_card *card)
{
    uint32_t index = reg_get(card, R_MM_INDEX);
    uint64_t offset = (uint64_t)reg_get(card, R_MM_INDEX_HI) << 31 | (index & 0x7fffffff);
    if (!(index & 0x80000000) || offset & 3) {
        return NULL;
    }
    hdp_flush(card); /* guess: the window goes around the buffer, and must not be overtaken by it */
    return vram_at(card, offset, 4);
}

static uint32_t window_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)index, (void)stored;
    uint32_t selector = reg_get(card, R_MM_INDEX);
    if (!(selector & 0x80000000)) {
        return bus_read(card, selector / 4);
    }
    uint8_t *at = card->ready ? window_at(card) : NULL;
    return at ? __atomic_load_n((uint32_t *)(void *)at, __ATOMIC_RELAXED) : 0; /* not up yet: A-02 saw zeros */
}

static void window_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old;
    uint32_t selector = reg_get(card, R_MM_INDEX);
    uint8_t *at = window_at(card);
    if (!(selector & 0x80000000)) {
        bus_write(card, selector / 4, value);
    } else if (at) {
        __atomic_store_n((uint32_t *)(void *)at, value, __ATOMIC_RELAXED);
    }
}

static uint32_t memsize_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)index, (void)stored;
    return card->ready ? (uint32_t)(card->chip->vram_bytes >> 20) : 0;
}

static uint64_t indirect_address(struct sim_card *card, uint32_t index_id, uint32_t high_id)
{
    return (uint64_t)reg_get(card, high_id) << 32 | reg_get(card, index_id);
}

/* arg: the INDEX register; its HI register stands in the row below. */
static uint32_t high_of(uint32_t index_id)
{
    return index_id == R_BIF_BX_PF0_RSMU_INDEX ? R_BIF_BX_PF0_RSMU_INDEX_HI : R_BIF_BX0_PCIE_INDEX2_HI;
}

static uint32_t indirect_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)index, (void)stored;
    return bus_read(card, (uint32_t)(indirect_address(card, hook->arg, high_of(hook->arg)) / 4));
}

static void indirect_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old;
    bus_write(card, (uint32_t)(indirect_address(card, hook->arg, high_of(hook->arg)) / 4), value);
}

static const struct part_hook window_hooks[] = {
    {R_MM_DATA, 1, 0, window_written, window_read},
    {R_RCC_CONFIG_MEMSIZE, 1, 0, NULL, memsize_read},
    {R_BIF_BX_PF0_RSMU_DATA, 1, R_BIF_BX_PF0_RSMU_INDEX, indirect_written, indirect_read},
    {R_BIF_BX0_PCIE_DATA2, 1, R_BIF_BX0_PCIE_INDEX2, indirect_written, indirect_read},
};

const struct part window_part = {"window", window_hooks, sizeof(window_hooks) / sizeof(window_hooks[0]), NULL};
