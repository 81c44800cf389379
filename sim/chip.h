/*
 * chip.h: the rows that tell one simulated chip from another, and the numbering of all its registers. A row names PCI ids, block
 * versions, base addresses, counts and memory; it is kept apart from any driver's list, so that they cannot share a mistake.
 */
#ifndef EXO_SIM_CHIP_H
#define EXO_SIM_CHIP_H

#include <stdint.h>

#include "regs/gc_11_0_0.h"
#include "regs/hdp_6_0_0.h"
#include "regs/mmhub_3_0_0.h"
#include "regs/mp_11_0_0.h"
#include "regs/mp_13_0_0.h"
#include "regs/nbio_4_3_0.h"
#include "regs/osssys_6_0_0.h"
#include "regs/regs.h"

/* Registers that work before discovery, by fixed address, and so are in no block's list; names as in Linux's headers. */
#define FIXED_REGS(REG)                                                                                                          \
    REG(NBIO, MM_INDEX, 0, 0x0)                                                                                                  \
    REG(NBIO, MM_DATA, 0, 0x1)                                                                                                   \
    REG(NBIO, MM_INDEX_HI, 0, 0x6)                                                                                               \
    REG(NBIO, RCC_CONFIG_MEMSIZE, 2, 0xc3)                                                                                       \
    REG(NBIO, HDP_MEM_COHERENCY_FLUSH_CNTL, 2, 0xf7)

#define CHIP_REGS(REG)                                                                                                           \
    FIXED_REGS(REG)                                                                                                              \
    GC_11_0_0_REGS(REG)                                                                                                          \
    MMHUB_3_0_0_REGS(REG)                                                                                                        \
    NBIO_4_3_0_REGS(REG)                                                                                                         \
    MP_13_0_0_REGS(REG)                                                                                                          \
    MP_11_0_0_REGS(REG)                                                                                                          \
    HDP_6_0_0_REGS(REG)                                                                                                          \
    OSSSYS_6_0_0_REGS(REG)

#define CHIP_FIELDS(FIELD)                                                                                                       \
    GC_11_0_0_FIELDS(FIELD)                                                                                                      \
    MMHUB_3_0_0_FIELDS(FIELD)                                                                                                    \
    NBIO_4_3_0_FIELDS(FIELD)                                                                                                     \
    HDP_6_0_0_FIELDS(FIELD)                                                                                                      \
    OSSSYS_6_0_0_FIELDS(FIELD)

GC_11_0_0_FIELDS(FIELD_HANDLE)
MMHUB_3_0_0_FIELDS(FIELD_HANDLE)
NBIO_4_3_0_FIELDS(FIELD_HANDLE)
OSSSYS_6_0_0_FIELDS(FIELD_HANDLE)

/* One number per listed register, in the order of the lists (ascending by address inside a block). */
#define REG_NUMBER(block, name, seg, off) R_##name,
enum sim_reg { CHIP_REGS(REG_NUMBER) R_COUNT };

/* The offset in its segment, for arithmetic inside a bank of registers. */
#define REG_OFFSET(block, name, seg, off) OFF_##name = off,
enum { CHIP_REGS(REG_OFFSET) OFF_END };

#define CHIP_SEGMENTS 6

struct chip_ip { /* one row of the IP discovery table */
    uint16_t hw_id;
    uint8_t instance, major, minor, revision;
    uint8_t base_count;
    uint32_t bases[CHIP_SEGMENTS];
};

struct chip_reset { /* a register that does not come up as 0 */
    uint16_t id;
    uint32_t value;
};

struct chip {
    const char *name, *marketing;
    uint16_t pci_vendor, pci_device, subsystem_vendor, subsystem_device;
    uint8_t pci_revision;
    uint64_t vram_bytes, bar0_bytes;
    uint64_t fb_base; /* MC address of VRAM's first byte, programmed by the video BIOS */
    uint32_t shader_engines, arrays_per_engine, wgps_per_array;
    uint32_t bases[BLOCK_COUNT][CHIP_SEGMENTS];
    const struct chip_ip *ips;
    uint32_t ip_count;
    const struct chip_reset *resets;
    uint32_t reset_count;
};

const struct chip *chip_find(const char *name); /* NULL if there is none */
const struct chip *chip_row(int index);         /* NULL behind the last */

#endif
