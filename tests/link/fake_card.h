/*
 * fake_card.h: the smallest thing that implements sim/sim.h, so that links and the server are tested without the simulated
 * card: BARs are plain memory, host memory is reached through the same kind of IOMMU, and the test plays the card.
 */
#ifndef TESTS_LINK_FAKE_CARD_H
#define TESTS_LINK_FAKE_CARD_H

#include "sim/sim.h"

#define FAKE_VENDOR 0x1002
#define FAKE_DEVICE 0x744c
#define FAKE_BAR0_BYTES (1u << 20)
#define FAKE_BAR2_BYTES (64u << 10)
#define FAKE_BAR5_BYTES (64u << 10)

/* What the card would do: reach host memory at a bus address. False, and a verdict, if it is not mapped (T-32). */
bool fake_card_dma(struct sim_card *card, uint64_t bus_address, void *data, uint64_t size_bytes, bool write);
int fake_card_mapping_count(struct sim_card *card);
void *fake_card_bar(struct sim_card *card, int bar);

#endif
