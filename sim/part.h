/*
 * part.h: a block of the simulated card: its register list, reset, write and read hooks. Parts sit on a bus made of ranges
 * (sim/bus.c) and point at the parts they talk to, never at a driver's structure.
 */
#ifndef EXO_SIM_PART_H
#define EXO_SIM_PART_H

#include <stdint.h>

#include "regs/regs.h"

struct sim_card;

struct part_register { /* expanded from a REG/FIELD list of src/regs */
    const char *name;
    struct reg reg;
    uint32_t writable; /* union of its fields; all 32 bits where the list names none */
};

struct part {
    const char *name;
    const struct part_register *registers;
    uint32_t register_count;
    void (*reset)(struct sim_card *card, void *state);
    /* Called after the stored value changed. NULL: the value is only kept. */
    void (*written)(struct sim_card *card, void *state, uint32_t index, uint32_t old_value, uint32_t value);
    /* Called before a read, to compute values that are not just stored. NULL: the stored value is read. */
    uint32_t (*read)(struct sim_card *card, void *state, uint32_t index, uint32_t stored);
};

#endif
