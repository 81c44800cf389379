/*
 * part.h: a block of the simulated card: its reset and the registers it gives behaviour to, as rows. Every register of the lists
 * in src/regs exists on the bus and keeps what is written to it; a hook adds what the hardware does besides. Parts point at the
 * parts they talk to, never at a driver's structure.
 */
#ifndef EXO_SIM_PART_H
#define EXO_SIM_PART_H

#include <stdint.h>

#include "regs/regs.h"

struct sim_card;
struct part_hook;

/* All hooks run with the card's lock held. index: which of the hook's `count` registers. */
typedef void part_written_fn(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value);
typedef uint32_t part_read_fn(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored);

struct part_hook {
    uint16_t id;              /* the first register (enum sim_reg) */
    uint16_t count;           /* how many consecutive dwords, listed or not; 0 means 1 */
    uint32_t arg;             /* which instance, for blocks there are several of */
    part_written_fn *written; /* after the stored value changed; NULL: it is only kept */
    part_read_fn *read;       /* before a read, for values that are not just stored; NULL: the stored value */
};

struct part {
    const char *name;
    const struct part_hook *hooks;
    uint32_t hook_count;
    void (*reset)(struct sim_card *card); /* to the state after power-on; the stored registers are reset before. NULL: nothing */
};

#endif
