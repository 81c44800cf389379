/*
 * hdp.c: the host data path: what the host writes through BAR0 stays in a buffer until it is flushed. Modelled as a note
 * of what was written and not flushed; an engine that reads such memory is a verdict.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"

#define HDP_LINE 8 /* a page-table entry, so that its neighbours may be written meanwhile */

int hdp_create(struct sim_card *card)
{
    card->hdp.written = calloc(card->bar0_bytes / HDP_LINE, sizeof *card->hdp.written);
    atomic_init(&card->hdp.epoch, 1);
    return card->hdp.written ? 0 : -ENOMEM;
}

void hdp_destroy(struct sim_card *card)
{
    free((void *)card->hdp.written);
}

void hdp_wrote(struct sim_card *card, uint64_t offset, uint64_t size)
{
    uint32_t epoch = atomic_load(&card->hdp.epoch);
    for (uint64_t line = offset / HDP_LINE; line <= (offset + size - 1) / HDP_LINE; line++) {
        atomic_store_explicit(&card->hdp.written[line], epoch, memory_order_relaxed);
    }
    atomic_store(&card->hdp.any, true);
}

void hdp_flush(struct sim_card *card)
{
    if (atomic_exchange(&card->hdp.any, false)) {
        atomic_fetch_add(&card->hdp.epoch, 1);
    }
}

void hdp_check(struct sim_card *card, uint64_t offset, uint64_t size, const char *who)
{
    if (!atomic_load_explicit(&card->hdp.any, memory_order_relaxed) || offset >= card->bar0_bytes || size == 0) {
        return;
    }
    uint64_t end = offset + size < card->bar0_bytes ? offset + size : card->bar0_bytes;
    uint32_t epoch = atomic_load(&card->hdp.epoch);
    for (uint64_t line = offset / HDP_LINE; line <= (end - 1) / HDP_LINE; line++) {
        if (atomic_load_explicit(&card->hdp.written[line], memory_order_relaxed) == epoch) {
            card_verdict(card, "%s read VRAM offset 0x%llx, written through BAR0 and not flushed from the HDP (Q-16)", who,
                         (unsigned long long)offset);
        }
    }
}

static void flush_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old, (void)value;
    hdp_flush(card);
}

/* A request by an engine: the same bits come up in the DONE register next to it. */
static void request_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old;
    hdp_flush(card);
    reg_set(card, hook->id + 1u, value);
}

static const struct part_hook hdp_hooks[] = {
    {R_HDP_MEM_COHERENCY_FLUSH_CNTL, 1, 0, flush_written, NULL},
    {R_BIF_BX_PF0_GPU_HDP_FLUSH_REQ, 1, 0, request_written, NULL},
};

static void hdp_reset(struct sim_card *card)
{
    hdp_flush(card);
}

const struct part hdp_part = {"hdp", hdp_hooks, sizeof(hdp_hooks) / sizeof(hdp_hooks[0]), hdp_reset};
