/*
 * sim.h: the simulated card, as a bus sees it: config space, BARs, host memory it may reach, reset, unplug.
 *
 * Called by the sim: link in process and by the socket server of `exosuit sim`. Everything inside (registers, engines, waves)
 * is reached only through these functions, as on a real bus. The card has threads of its own: a doorbell returns at once and
 * the work completes later. All functions may be called from any thread.
 */
#ifndef EXO_SIM_SIM_H
#define EXO_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_card;

struct sim_options {
    const char *chip;        /* "rx7900xtx" */
    uint64_t bar0_bytes;     /* 0: 256 MiB (T-40) */
    uint32_t worker_threads; /* for waves; 0: one per host core */
    const char *fault;       /* what breaks, "NAME[=NUMBER],…" of the rows in fault.h; NULL: nothing. Read while creating */
    const char *link;        /* what the virtual clock charges for what crosses it: a sim_link_name; NULL: "none" */
    const char *trace;       /* file that takes what the card does, for trace viewers; NULL: none */
};

struct sim_fault_help {
    const char *name, *argument; /* argument: what its number is called, "" if it takes none */
    const char *facts, *help;
};

/* Row `index` of the faults there are; false behind the last. */
bool sim_fault_describe(int index, struct sim_fault_help *help_out);
/* Whether a list of faults can be understood: 0, or -EINVAL with a sentence. */
int sim_fault_check(const char *list, char *err, size_t err_size);
/* The number of one fault in a list, for those that a link or a server carries out; 0: it is not asked for. */
uint64_t sim_fault_value(const char *list, const char *name);

struct sim_counters {
    uint64_t host_read_bytes, host_write_bytes; /* DMA over the link */
    uint64_t vram_read_bytes;                   /* by engines, and by waves as far as no cache answers (isa/cache.h) */
    uint64_t vram_write_bytes;                  /* by waves and engines, as asked */
    uint64_t work_groups;                       /* ended; moves while a dispatch runs, the others as it ends */
    uint64_t checked_dispatches; /* whose waves' waits were checked as they ran, for want of a proof (isa/waits.h) */
    uint64_t wave_instructions, dispatches, doorbells, config_accesses, bar_reads, bar_writes;
    uint64_t modelled_card_ns, modelled_link_ns; /* what a real card and link would have taken (charge.h): a model's figures */
};

/* The links whose time can be charged; NULL behind the last. */
const char *sim_link_name(int index);

/* Powers a card up, cold. Writes a sentence to err on failure. *card_out is owned by the caller. */
int sim_card_create(const struct sim_options *options, struct sim_card **card_out, char *err, size_t err_size);
/* Power off. Waits for the card's threads. DMA still running by then to unmapped host memory is a "panic" verdict (T-32). */
void sim_card_destroy(struct sim_card *card);

/* The chips that can be simulated: name of row `index`, NULL behind the last; details through the out pointers (may be NULL). */
const char *sim_chip_name(int index, const char **marketing_out, uint16_t *pci_device_out, uint64_t *vram_bytes_out);

uint32_t sim_config_read(struct sim_card *card, uint16_t offset, uint8_t size);
void sim_config_write(struct sim_card *card, uint16_t offset, uint8_t size, uint32_t value);
uint64_t sim_bar_size(struct sim_card *card, uint8_t bar); /* 0: no such BAR */

/* 32-bit accesses as the server makes them (T-41); offset and size are multiples of 4. False: out of range (reads all ones). */
bool sim_bar_read(struct sim_card *card, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes);
bool sim_bar_write(struct sim_card *card, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes);

/* The IOMMU: makes host memory reachable for the card at a bus address, or takes it away. Page granularity 4 KiB. */
int sim_iommu_map(struct sim_card *card, uint64_t bus_address, void *cpu, uint64_t size_bytes);
void sim_iommu_unmap(struct sim_card *card, uint64_t bus_address, uint64_t size_bytes);

void sim_reset(struct sim_card *card, bool hot);
void sim_unplug(struct sim_card *card); /* all ones from now on; engines stop */

void sim_get_counters(struct sim_card *card, struct sim_counters *counters_out);

/* The first strictness violation or fault since power-up (a sentence), or "" if there is none. Copies at most size bytes. */
void sim_verdict(struct sim_card *card, char *text, size_t size);

#endif
