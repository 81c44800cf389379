/* ih.c: the interrupt handler: a ring of 32-byte entries in memory. Ring 1 exists as registers and never gets an entry. */
#include <string.h>

#include "card.h"

#define ENTRY_DWORDS 8
#define DELIVERY_VMID 0

static uint32_t ring_bytes(const struct ih *ih)
{
    return 4u << field_get(ih->cntl, FIELD_IH_RB_CNTL_RB_SIZE);
}

/* The ring lies where MC_SPACE says: 4 is a framebuffer address, 2 one that the MM hub translates for VMID 0. */
static void store(struct sim_card *card, uint64_t address, const void *data, uint32_t size)
{
    uint64_t offset;
    if (gmc_mc_to_vram(card, address, &offset)) {
        uint8_t *at = vram_at(card, offset, size);
        if (at) {
            memcpy(at, data, size);
        }
        return;
    }
    struct port p = {.card = card, .hub = HUB_MM, .vmid = DELIVERY_VMID, .client = CLIENT_IH};
    (void)port_write(&p, address, data, size); /* a fault is latched in the hub */
}

void ih_post(struct sim_card *card, uint32_t client, uint32_t source, uint32_t ring, uint32_t vmid, const uint32_t context[4])
{
    struct ih *ih = &card->ih;
    uint64_t ticks = clock_ticks(card);
    uint32_t entry[ENTRY_DWORDS] = {client | source << 8 | ring << 16 | vmid << 24,
                                    (uint32_t)ticks,
                                    (uint32_t)(ticks >> 32) & 0xffff,
                                    0,
                                    context[0],
                                    context[1],
                                    context[2],
                                    context[3]};
    pthread_mutex_lock(&ih->lock);
    if (field_get(ih->cntl, FIELD_IH_RB_CNTL_RB_ENABLE)) {
        uint32_t bytes = ring_bytes(ih), offset = ih->wptr & 0x3fffc, next = (offset + sizeof(entry)) & (bytes - 1);
        if (next == (ih->rptr & (bytes - 1)) && field_get(ih->cntl, FIELD_IH_RB_CNTL_WPTR_OVERFLOW_ENABLE)) {
            ih->wptr |= field_mask(FIELD_IH_RB_WPTR_RB_OVERFLOW);
        } else {
            store(card, ih->base + offset, entry, sizeof(entry));
            ih->wptr = next | (ih->wptr & field_mask(FIELD_IH_RB_WPTR_RB_OVERFLOW));
        }
        if (field_get(ih->cntl, FIELD_IH_RB_CNTL_WPTR_WRITEBACK_ENABLE)) {
            store(card, ih->wptr_address, &ih->wptr, 4);
        }
    }
    pthread_mutex_unlock(&ih->lock);
}

static void ring_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old, (void)value;
    struct ih *ih = &card->ih;
    pthread_mutex_lock(&ih->lock);
    ih->cntl = reg_get(card, R_IH_RB_CNTL);
    if (field_get(ih->cntl, FIELD_IH_RB_CNTL_WPTR_OVERFLOW_CLEAR)) {
        ih->wptr &= ~field_mask(FIELD_IH_RB_WPTR_RB_OVERFLOW);
    }
    ih->base = ((uint64_t)(reg_get(card, R_IH_RB_BASE_HI) & 0xff) << 40) | ((uint64_t)reg_get(card, R_IH_RB_BASE) << 8);
    ih->wptr_address = ((uint64_t)(reg_get(card, R_IH_RB_WPTR_ADDR_HI) & 0xffff) << 32) | reg_get(card, R_IH_RB_WPTR_ADDR_LO);
    ih->rptr = reg_get(card, R_IH_RB_RPTR);
    pthread_mutex_unlock(&ih->lock);
}

static void wptr_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old;
    pthread_mutex_lock(&card->ih.lock);
    card->ih.wptr = value;
    pthread_mutex_unlock(&card->ih.lock);
}

static uint32_t wptr_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)index, (void)stored;
    pthread_mutex_lock(&card->ih.lock);
    uint32_t value = card->ih.wptr;
    pthread_mutex_unlock(&card->ih.lock);
    return value;
}

static const struct part_hook ih_hooks[] = {
    {R_IH_RB_CNTL, 1, 0, ring_written, NULL},         {R_IH_RB_BASE, 2, 0, ring_written, NULL}, /* BASE, BASE_HI */
    {R_IH_RB_RPTR, 1, 0, ring_written, NULL},         {R_IH_RB_WPTR, 1, 0, wptr_written, wptr_read},
    {R_IH_RB_WPTR_ADDR_HI, 2, 0, ring_written, NULL},
};

static void ih_reset(struct sim_card *card)
{
    struct ih *ih = &card->ih;
    pthread_mutex_lock(&ih->lock);
    ih->cntl = ih->wptr = ih->rptr = 0;
    ih->base = ih->wptr_address = 0;
    pthread_mutex_unlock(&ih->lock);
}

const struct part ih_part = {"ih", ih_hooks, sizeof(ih_hooks) / sizeof(ih_hooks[0]), ih_reset};
