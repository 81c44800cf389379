/*
 * regs.h: types for the rows of hardware facts in this folder. A register is a block and, per generation, a base segment of that
 * block and a dword offset in the segment; where the segment lies is the chip's business (the IP discovery table tells a driver,
 * the chip's row tells the simulated card), and the generation is chosen once, when a card is opened or powered on. A register
 * that a generation lacks has the segment REG_NONE there; where one revision of a block differs, reg_moved_by says by how much. A
 * field that moved has a second row, with _GFX12 behind its name. Registers and fields have different types, so that one cannot
 * be passed for the other. Expanded by the driver's handles, the simulated register file, the tracer and the strictness checks
 * alike.
 */
#ifndef EXO_REGS_REGS_H
#define EXO_REGS_REGS_H

#include <stdint.h>

#include "regs/moved.h"

enum reg_block { BLOCK_GC, BLOCK_MMHUB, BLOCK_NBIO, BLOCK_MP0, BLOCK_MP1, BLOCK_HDP, BLOCK_OSSSYS, BLOCK_COUNT };

enum generation { GEN_GFX11, GEN_GFX12, GENERATIONS }; /* RDNA3, RDNA4: of the whole chip, named after its graphics block */

#define REG_NONE 0xff

struct reg_place {
    uint8_t segment; /* which of the block's base addresses; REG_NONE: not in this generation */
    uint32_t offset; /* dwords from that base */
};

struct reg {
    uint8_t block; /* enum reg_block */
    struct reg_place at[GENERATIONS];
};

struct smu_message { /* of regs/smu.h; 0: not in this generation */
    uint8_t id[GENERATIONS];
};

struct ip_version {
    uint8_t major, minor, revision;
};

/* How far a register of the list at `place` lies from there in this revision of its block (regs/moved.h); mostly 0. */
static inline int32_t reg_moved_by(uint8_t block, struct reg_place place, struct ip_version version)
{
    static const struct {
        uint8_t block;
        struct ip_version version;
        uint8_t segment;
        uint32_t first, last;
        int32_t by;
    } moves[] = {
#define REG_MOVED(block, major, minor, revision, segment, first, last, by)                                                       \
    {BLOCK_##block, {major, minor, revision}, segment, first, last, by},
        REG_MOVES(REG_MOVED)
#undef REG_MOVED
    };
    for (unsigned i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].block == block && moves[i].segment == place.segment && place.offset >= moves[i].first &&
            place.offset <= moves[i].last && moves[i].version.major == version.major && moves[i].version.minor == version.minor &&
            moves[i].version.revision == version.revision) {
            return moves[i].by;
        }
    }
    return 0;
}

struct field {
    uint8_t msb, lsb;
};

/* The register `dwords` further on, for banks that lie one after the other in every generation. */
static inline struct reg reg_next(struct reg r, uint32_t dwords)
{
    for (int g = 0; g < GENERATIONS; g++) {
        r.at[g].offset += dwords;
    }
    return r;
}

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

/* Make handles from a list: GC_REGS(REG_HANDLE) gives REG_CP_HQD_ACTIVE, GC_FIELDS(FIELD_HANDLE) gives
 * FIELD_CP_HQD_ACTIVE_ACTIVE, SMU_MESSAGES(MESSAGE_HANDLE) gives PPSMC_MSG_TESTMESSAGE. Unused ones fold away. */
/* clang-format off */
#define REG_HANDLE(block, name, seg11, off11, seg12, off12) \
    static const struct reg REG_##name __attribute__((unused)) = {BLOCK_##block, {{seg11, off11}, {seg12, off12}}};
#define FIELD_HANDLE(block, reg, name, msb, lsb, gens) \
    static const struct field FIELD_##reg##_##name __attribute__((unused)) = {msb, lsb};
#define MESSAGE_HANDLE(name, id11, id12) static const struct smu_message name __attribute__((unused)) = {{id11, id12}};
/* clang-format on */

#endif
