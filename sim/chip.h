/*
 * chip.h: the rows that tell one simulated chip from another, and the numbering of all its registers. A row names PCI ids, block
 * versions, base addresses, counts and memory; it is kept apart from any driver's list, so that they cannot share a mistake.
 */
#ifndef EXO_SIM_CHIP_H
#define EXO_SIM_CHIP_H

#include <stdint.h>

#include "regs/gc.h"
#include "regs/hdp.h"
#include "regs/mmhub.h"
#include "regs/mp0.h"
#include "regs/mp1.h"
#include "regs/nbio.h"
#include "regs/osssys.h"
#include "regs/regs.h"

/* Registers that work before discovery, by fixed address, and so are in no block's list; names as in Linux's headers. */
/* clang-format off */
#define FIXED_REGS(REG) \
    REG(NBIO, MM_INDEX, 0, 0x0, 0, 0x0) \
    REG(NBIO, MM_DATA, 0, 0x1, 0, 0x1) \
    REG(NBIO, MM_INDEX_HI, 0, 0x6, 0, 0x6) \
    REG(NBIO, RCC_CONFIG_MEMSIZE, 2, 0xc3, 2, 0xc3) \
    REG(NBIO, HDP_MEM_COHERENCY_FLUSH_CNTL, 2, 0xf7, 2, 0xf7)
/* clang-format on */

#define CHIP_REGS(REG)                                                                                                           \
    FIXED_REGS(REG)                                                                                                              \
    GC_REGS(REG)                                                                                                                 \
    MMHUB_REGS(REG)                                                                                                              \
    NBIO_REGS(REG)                                                                                                               \
    MP0_REGS(REG)                                                                                                                \
    MP1_REGS(REG)                                                                                                                \
    HDP_REGS(REG)                                                                                                                \
    OSSSYS_REGS(REG)

#define CHIP_FIELDS(FIELD)                                                                                                       \
    GC_FIELDS(FIELD)                                                                                                             \
    MMHUB_FIELDS(FIELD)                                                                                                          \
    NBIO_FIELDS(FIELD)                                                                                                           \
    HDP_FIELDS(FIELD)                                                                                                            \
    OSSSYS_FIELDS(FIELD)

GC_FIELDS(FIELD_HANDLE)
MMHUB_FIELDS(FIELD_HANDLE)
NBIO_FIELDS(FIELD_HANDLE)
OSSSYS_FIELDS(FIELD_HANDLE)

/* One number per listed register, in the order of the lists: ascending by gfx11 address inside a block, then what only gfx12 has.
 */
#define REG_NUMBER(block, name, seg11, off11, seg12, off12) R_##name,
enum sim_reg { CHIP_REGS(REG_NUMBER) R_COUNT };

/* The offset in its segment, for arithmetic inside banks that lie alike in all generations: CP_HQD_*, COMPUTE_*. */
#define REG_OFFSET(block, name, seg11, off11, seg12, off12) OFF_##name = off11,
enum { CHIP_REGS(REG_OFFSET) OFF_END };

#define CHIP_SEGMENTS 15

/* Whose versions a chip's row gives; MP is the security and the power management processor. */
enum chip_version {
    IP_GC,
    IP_SDMA,
    IP_MP,
    IP_MMHUB,
    IP_ATHUB,
    IP_OSSSYS,
    IP_HDP,
    IP_NBIF,
    IP_THM,
    IP_SMUIO,
    IP_DF,
    IP_UMC,
    IP_VERSIONS
};

struct chip_ip { /* one row of the IP discovery table */
    uint16_t hw_id;
    uint8_t instance;
    enum chip_version version; /* which of the chip's */
    uint8_t base_count;
    uint32_t bases[CHIP_SEGMENTS];
};

struct chip_reset { /* a register that does not come up as 0 */
    uint16_t id;
    uint32_t value;
};

#define CHIP_PCI_VENDOR 0x1002
#define CHIP_BAR0_BYTES (UINT64_C(256) << 20) /* T-40 */
#define CHIP_FB_BASE (UINT64_C(0x8000) << 24) /* MC address of VRAM's first byte, programmed by the video BIOS */
#define CHIP_IPS 14

struct chip {
    const char *name, *marketing;
    enum generation generation;
    uint16_t pci_device, subsystem_device;
    uint8_t pci_revision;
    uint64_t vram_bytes;
    uint32_t shader_engines, arrays_per_engine, wgps_per_array; /* of the die, as its table says */
    uint32_t l2_kib;
    uint32_t smu_version, smu_interface;
    const struct chip_ip *ips;         /* CHIP_IPS rows */
    const struct ip_version *versions; /* by enum chip_version */
};

const struct chip_reset *chip_resets(uint32_t *count_out);
/* The register's dword address on this chip; UINT32_MAX: its generation has none. */
uint32_t chip_address(const struct chip *chip, struct reg r);
const struct chip *chip_find(const char *name); /* NULL if there is none */
const struct chip *chip_row(int index);         /* NULL behind the last */

#endif
