/*
 * generation.h: what this driver must do differently on different generations of cards, as data: one row each. Registers
 * and fields that merely lie elsewhere are not here; src/regs carries a place per generation, and registers.h picks it.
 *
 * Every constant is written out per generation, even where it is the same: a bit that is right on one silently corrupts on the
 * other. Sources stand beside the rows in generation.c.
 */
#ifndef EXO_AMD_GENERATION_H
#define EXO_AMD_GENERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "regs/regs.h"

/* What an acquire invalidates. */
enum cache_acquire {
    ACQUIRE_KERNEL_TO_KERNEL, /* vector and scalar caches: what other waves wrote through L2 becomes visible */
    ACQUIRE_MEMORY,           /* L2 as well: what the DMA engine or the host wrote */
    ACQUIRE_MEMORY_AND_CODE,  /* instruction caches as well: new code lies where old code was */
    ACQUIRE_KINDS,
};

struct dma_format {
    uint32_t copy_flags, fill_flags; /* in the packets' headers */
    bool copy_has_metadata;          /* linear copies end in an eighth dword */
};

struct boot_part {
    uint16_t type;    /* PSP_FW_TYPE_... */
    uint32_t command; /* PSP_BL_LOAD_... */
};

/* A processor of the graphics core that runs firmware of its own and takes its start address at a reset of its pipe. */
struct program_row {
    uint8_t firmware; /* enum firmware_program */
    uint8_t me;       /* whose pipe 0 GRBM_GFX_CNTL selects meanwhile */
    struct reg start, start_high, control;
    struct field reset;
};

#define MAX_PROGRAMS 3

/* Where a wave's state lies behind SQ_IND_INDEX. */
struct wave_indices {
    uint16_t status, pc_low, pc_high;
};

#define FAULT_CLIENTS 16

struct amd_generation {
    const char *name; /* AMD's */
    /* Who asked, by the client id of a page fault in the graphics hub; NULL: a client without a name here. */
    const char *const *clients;
    /* Page tables: an entry that points at a table, and one that maps a page of 4 KiB or (huge) 2 MiB. */
    uint64_t (*table_entry)(uint64_t vram_offset);
    uint64_t (*page_entry)(uint64_t target, bool host, bool huge, uint32_t fragment);
    uint32_t acquire[ACQUIRE_KINDS]; /* GCR_CNTL of ACQUIRE_MEM */
    uint32_t release;                /* cache bits in RELEASE_MEM's first dword */
    struct dma_format dma;
    const struct boot_part *boot_parts; /* in the boot loader's order, type 0 behind the last */
    bool gives_trusted_region;          /* false: the card sets its own up as it boots */
    struct program_row programs[MAX_PROGRAMS];
    uint32_t program_count;
    bool soft_resets_processor; /* a warm start resets the command processors by GRBM_SOFT_RESET; else their pipes' reset does */
    uint32_t tcp_control;       /* bits to be set in TCP_CNTL */
    struct reg dma_control;     /* halts and resets the DMA engine's own processor */
    uint32_t dma_control_stop;  /* its bits that keep it from running */
    uint32_t dma_policy;        /* of SDMA0_UTCL1_PAGE: read without allocating in L2, write around it */
    uint32_t dma_policy_mask;
    struct wave_indices wave;
};

struct amd_generation amd_generation(enum generation generation);

#endif
