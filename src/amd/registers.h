/*
 * registers.h: reading, writing and polling the card's registers by their handles from src/regs.
 *
 * Owns the way from a handle to a place in BAR 5: the base addresses come from the card's own discovery table; what lies
 * beyond the BAR goes through the index/data pair. All ones from a register is checked against a register that is never all
 * ones, and turned into "the card left the bus" here (T-42). Errors leave their sentence in a->base.err.
 * Caller: every other file of src/amd, under the core's mutex.
 */
#ifndef EXO_AMD_REGISTERS_H
#define EXO_AMD_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

#include "regs/gc.h"
#include "regs/hdp.h"
#include "regs/mmhub.h"
#include "regs/mp0.h"
#include "regs/mp1.h"
#include "regs/nbio.h"
#include "regs/osssys.h"
#include "regs/regs.h"

GC_REGS(REG_HANDLE)
MMHUB_REGS(REG_HANDLE)
NBIO_REGS(REG_HANDLE)
MP0_REGS(REG_HANDLE)
MP1_REGS(REG_HANDLE)
HDP_REGS(REG_HANDLE)
OSSSYS_REGS(REG_HANDLE)
GC_FIELDS(FIELD_HANDLE)
MMHUB_FIELDS(FIELD_HANDLE)
NBIO_FIELDS(FIELD_HANDLE)
HDP_FIELDS(FIELD_HANDLE)
OSSSYS_FIELDS(FIELD_HANDLE)

/* Value `v` placed in the field, e.g. F(CP_HQD_PQ_CONTROL, QUEUE_SIZE, 9); M(...) is the field's mask. */
#define F(reg, field, v) field_set(0, FIELD_##reg##_##field, (v))
#define M(reg, field) field_mask(FIELD_##reg##_##field)

/* The same for a field that moved from one generation to the other. */
#define MOVED(a, reg, field) ((a)->generation == GEN_GFX11 ? FIELD_##reg##_##field : FIELD_##reg##_##field##_GFX12)
#define F_MOVED(a, reg, field, v) field_set(0, MOVED(a, reg, field), (v))
#define M_MOVED(a, reg, field) field_mask(MOVED(a, reg, field))

#define REGISTER_MEMSIZE_DWORD 0xde3u /* RCC_CONFIG_MEMSIZE: VRAM in MiB, at a fixed place; never all ones */

struct amd;

struct reg_value {
    struct reg reg;
    uint32_t value;
};

#define REGISTER_ABSENT UINT32_MAX

/* The register's dword address in the card's register space; REGISTER_ABSENT if this generation has none. */
uint32_t reg_address(const struct amd *a, struct reg r);
const char *reg_name(struct reg r);

/* Round trip. */
int reg_read(struct amd *a, struct reg r, uint32_t *value_out) __attribute__((warn_unused_result));
/* Posted. */
int reg_write(struct amd *a, struct reg r, uint32_t value) __attribute__((warn_unused_result));
int reg_write_all(struct amd *a, const struct reg_value *rows, size_t count) __attribute__((warn_unused_result));
/* Two posted writes: low half, then high half. */
int reg_write_pair(struct amd *a, struct reg low, struct reg high, uint64_t value) __attribute__((warn_unused_result));
/* Replaces the bits of `mask`: one read, one write. */
int reg_update(struct amd *a, struct reg r, uint32_t mask, uint32_t value) __attribute__((warn_unused_result));
/* Reads until (value & mask) == want; -ETIMEDOUT with a sentence that names register, mask, wanted and last value. */
int reg_poll(struct amd *a, struct reg r, uint32_t mask, uint32_t want, uint64_t timeout_us, const char *waiting_for)
    __attribute__((warn_unused_result));

/* Absolute dword addresses, for the few registers that must be known before discovery. */
int reg_read_at(struct amd *a, uint32_t dword, uint32_t *value_out) __attribute__((warn_unused_result));
int reg_write_at(struct amd *a, uint32_t dword, uint32_t value) __attribute__((warn_unused_result));

#endif
