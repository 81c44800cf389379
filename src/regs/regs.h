/*
 * regs.h: types for the rows of hardware facts in this folder. A register is a block, a base segment of that block and a dword
 * offset in the segment; where the segment lies is the chip's business (the IP discovery table tells a driver, the chip's row
 * tells the simulated card). Registers and fields have different types, so that one cannot be passed for the other.
 * Expanded by the driver's handles, the simulated register file, the tracer and the strictness checks alike.
 */
#ifndef EXO_REGS_REGS_H
#define EXO_REGS_REGS_H

#include <stdint.h>

enum reg_block { BLOCK_GC, BLOCK_MMHUB, BLOCK_NBIO, BLOCK_MP0, BLOCK_MP1, BLOCK_HDP, BLOCK_OSSSYS, BLOCK_COUNT };

struct reg {
    uint8_t block;   /* enum reg_block */
    uint8_t segment; /* which of the block's base addresses */
    uint32_t offset; /* dwords from that base */
};

struct field {
    uint8_t msb, lsb;
};

static inline uint32_t field_mask(struct field f)
{
    return (uint32_t)(((UINT64_C(1) << (f.msb - f.lsb + 1)) - 1) << f.lsb);
}

static inline uint32_t field_get(uint32_t value, struct field f)
{
    return (value & field_mask(f)) >> f.lsb;
}

/* `value` with field f replaced by v (excess bits of v are dropped). */
static inline uint32_t field_set(uint32_t value, struct field f, uint32_t v)
{
    return (value & ~field_mask(f)) | ((v << f.lsb) & field_mask(f));
}

/* Make handles from a list: GC_11_0_0_REGS(REG_HANDLE) gives REG_CP_HQD_ACTIVE, GC_11_0_0_FIELDS(FIELD_HANDLE) gives
 * FIELD_CP_HQD_ACTIVE_ACTIVE. Unused ones fold away. */
#define REG_HANDLE(block, name, seg, off) static const struct reg REG_##name __attribute__((unused)) = {BLOCK_##block, seg, off};
#define FIELD_HANDLE(block, reg, name, msb, lsb) static const struct field FIELD_##reg##_##name __attribute__((unused)) = {msb, lsb};

#endif
