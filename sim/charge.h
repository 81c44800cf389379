/*
 * charge.h: the virtual clock of what a real card would take: link time, by the model of a link that was chosen, and card time,
 * by the cost model of dispatches (model.h). Both only add up; nothing waits for them, and a card without them behaves the same.
 * Totals are in sim_counters. Any thread, no locks.
 *
 * What is not charged: the host's own time, and its looks at a completion word in its own memory, which cost the link nothing.
 */
#ifndef EXO_SIM_CHARGE_H
#define EXO_SIM_CHARGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "isa/compute.h"
#include "model.h"

struct sim_card;

struct link_model {
    const char *name;
    double read_ns; /* one request with a reply: config or BAR read */
    double post_ns; /* one without: config or BAR write, doorbell */
    double dma_ns;  /* the first byte of a transfer by the card */
    double to_card_bytes_per_s, from_card_bytes_per_s;
};

struct charge {
    const struct link_model *link; /* never NULL */
    const struct model_chip *chip; /* NULL: this chip has no row; card time stays 0 */
    _Atomic uint64_t link_ps, card_ps;
    _Atomic uint64_t dma_ps;  /* of link_ps: what the card moves by itself */
    struct model_group group; /* dispatches since the last flush; the compute engine's thread alone touches it */
};

/* NULL: there is no such link. */
const struct link_model *link_model_find(const char *name);

void charge_read(struct sim_card *card, uint64_t bytes);
void charge_post(struct sim_card *card, uint64_t bytes);
/* The card reads host memory, or writes it; `follows`: it goes on where the transfer before ended. Returns picoseconds. */
uint64_t charge_dma(struct sim_card *card, bool write, uint64_t bytes, bool follows);
/* A dispatch is over. *time_out is what it takes by itself; what it is charged depends on those it runs beside. */
void charge_dispatch(struct sim_card *card, const struct compute_shape *shape, const struct compute_counters *counters,
                     struct model_time *time_out);
/* The compute queue waits here for all dispatches before. */
void charge_flush(struct sim_card *card);
/* Virtual time since power-on. */
uint64_t charge_now_ps(const struct sim_card *card);

#endif
