/* charge.c: see charge.h. */
#include "charge.h"

#include <string.h>

#include "card.h"

/*
 * One row per --link name; docs/MODEL.md, "Links", says which numbers are measured and which are guesses. P: lessons 5.2.
 * Requests: a TinyGPU socket call takes 0.1 to 0.5 ms (P): one without a reply the low end, one with a reply twice that (guess).
 * oculink has no socket: a mapped BAR, whose read is a PCIe round trip (guess). First byte of DMA: half of the 10.7 to 12.6 us
 * that a mailbox takes between host and card in host memory (P).
 */
/* clang-format off */
static const struct link_model links[] = {
    {"none",          0,        0,      0,  0,       0},
    {"tb3",      200000,   100000,   5800,  2.75e9,  2.75e9},  /* 22 Gbit/s of PCIe, Intel's Thunderbolt 3 brief */
    {"tb4",      200000,   100000,   5800,  3.1e9,   3.1e9},   /* 32 Gbit/s of PCIe required by Thunderbolt 4; payload: guess */
    {"usb4-40",  200000,   100000,   5800,  3.8e9,   3.8e9},   /* PCIe 4.0 x4 tunnelled in 40 Gbit/s; DX read 4 (P) */
    {"tb5",      200000,   100000,   5800,  6.0e9,   6.6e9},   /* sustained, MAG on an M5 Max (P) */
    {"usb4-80",  200000,   100000,   5800,  6.0e9,   6.6e9},   /* the same tunnel as tb5 */
    {"oculink",    1000,      100,   1000,  7.0e9,   7.0e9},   /* PCIe 4.0 x4: 7.88 GB/s less headers of 256-byte packets */
};
/* clang-format on */

const struct link_model *link_model_find(const char *name)
{
    for (size_t n = 0; n < sizeof links / sizeof links[0]; n++) {
        if (strcmp(links[n].name, name) == 0) {
            return &links[n];
        }
    }
    return NULL;
}

const char *sim_link_name(int index)
{
    return index >= 0 && (size_t)index < sizeof links / sizeof links[0] ? links[index].name : NULL;
}

static uint64_t add(_Atomic uint64_t *total, double ns)
{
    uint64_t ps = ns > 0 ? (uint64_t)(ns * 1000 + 0.5) : 0;
    atomic_fetch_add_explicit(total, ps, memory_order_relaxed);
    return ps;
}

static double moved_ns(uint64_t bytes, double bytes_per_s)
{
    return bytes_per_s > 0 ? (double)bytes / bytes_per_s * 1e9 : 0;
}

void charge_read(struct sim_card *card, uint64_t bytes)
{
    const struct link_model *l = card->charge.link;
    add(&card->charge.link_ps, l->read_ns + moved_ns(bytes, l->from_card_bytes_per_s));
}

void charge_post(struct sim_card *card, uint64_t bytes)
{
    const struct link_model *l = card->charge.link;
    add(&card->charge.link_ps, l->post_ns + moved_ns(bytes, l->to_card_bytes_per_s));
}

uint64_t charge_dma(struct sim_card *card, bool write, uint64_t bytes, bool follows)
{
    const struct link_model *l = card->charge.link;
    double ns = (follows ? 0 : l->dma_ns) + moved_ns(bytes, write ? l->from_card_bytes_per_s : l->to_card_bytes_per_s);
    add(&card->charge.link_ps, ns);
    return add(&card->charge.dma_ps, ns);
}

void charge_dispatch(struct sim_card *card, const struct compute_shape *shape, const struct compute_counters *counters,
                     struct model_time *time_out)
{
    *time_out = (struct model_time){0};
    if (card->charge.chip) {
        model_dispatch(card->charge.chip, shape, counters, time_out);
        add(&card->charge.card_ps, model_group_add(&card->charge.group, time_out));
    }
    if (counters->host_read_bytes) {
        charge_dma(card, false, counters->host_read_bytes, false);
    }
    if (counters->host_write_bytes) {
        charge_dma(card, true, counters->host_write_bytes, false);
    }
}

void charge_flush(struct sim_card *card)
{
    card->charge.group = (struct model_group){0};
}

uint64_t charge_now_ps(const struct sim_card *card)
{
    return atomic_load_explicit(&card->charge.link_ps, memory_order_relaxed) +
           atomic_load_explicit(&card->charge.card_ps, memory_order_relaxed);
}
