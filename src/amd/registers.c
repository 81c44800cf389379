#include "amd/registers.h"

#include <errno.h>

#include "amd/amd.h"
#include "core/clock.h"

#define REGISTER_BAR 5

uint32_t reg_address(const struct amd *a, struct reg r)
{
    const struct reg_place at = r.at[a->generation];
    if (at.segment == REG_NONE) {
        return REGISTER_ABSENT;
    }
    const struct discovery_block *b = &a->discovery.blocks[r.block];
    return b->base[at.segment] + at.offset + (uint32_t)reg_moved_by(r.block, at, b->version);
}

const char *reg_name(struct reg r)
{
#define NAME_ROW(block, name, seg11, off11, seg12, off12) {{BLOCK_##block, {{seg11, off11}, {seg12, off12}}}, #name},
    static const struct {
        struct reg reg;
        const char *name;
    } rows[] = {GC_REGS(NAME_ROW) MMHUB_REGS(NAME_ROW) NBIO_REGS(NAME_ROW) MP0_REGS(NAME_ROW) MP1_REGS(NAME_ROW)
                    HDP_REGS(NAME_ROW) OSSSYS_REGS(NAME_ROW)};
#undef NAME_ROW
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct reg_place *x = rows[i].reg.at, *y = r.at;
        if (rows[i].reg.block == r.block && x[0].segment == y[0].segment && x[0].offset == y[0].offset &&
            x[1].segment == y[1].segment && x[1].offset == y[1].offset) {
            return rows[i].name;
        }
    }
    return "register";
}

/* The link says in l->err why it failed; carry it over. */
static int link_failed(struct amd *a, int rc)
{
    return err_set(&a->base.err, rc, "%s", a->link->err.text);
}

/* Could this card still be there? All ones is a legal value for some registers, so ask one that cannot hold it (T-42). */
static int check_all_ones(struct amd *a, uint32_t dword, uint32_t value)
{
    if (value != UINT32_MAX) {
        return 0;
    }
    uint32_t memsize = 0;
    int rc = link_read32(a->link, REGISTER_BAR, REGISTER_MEMSIZE_DWORD * 4u, &memsize);
    if (rc == 0 && memsize != UINT32_MAX) {
        return 0;
    }
    if (rc == 0) {
        link_lost(a->link,
                  "the card left the bus: register %#x and the memory size both read all ones; check power and cable of the "
                  "enclosure, then open the card again",
                  dword);
    }
    return link_failed(a, -ENODEV);
}

int reg_read_at(struct amd *a, uint32_t dword, uint32_t *value_out)
{
    uint32_t value = 0;
    int rc;
    if ((uint64_t)dword * 4 + 4 <= a->link->bar_size[REGISTER_BAR]) {
        rc = link_read32(a->link, REGISTER_BAR, dword * 4u, &value);
    } else {
        rc = link_write32(a->link, REGISTER_BAR, reg_address(a, REG_BIF_BX_PF0_RSMU_INDEX) * 4u, dword * 4u);
        rc = rc ? rc : link_read32(a->link, REGISTER_BAR, reg_address(a, REG_BIF_BX_PF0_RSMU_DATA) * 4u, &value);
    }
    if (rc) {
        return link_failed(a, rc);
    }
    rc = check_all_ones(a, dword, value);
    if (rc == 0) {
        *value_out = value;
    }
    return rc;
}

int reg_write_at(struct amd *a, uint32_t dword, uint32_t value)
{
    int rc;
    if ((uint64_t)dword * 4 + 4 <= a->link->bar_size[REGISTER_BAR]) {
        rc = link_write32(a->link, REGISTER_BAR, dword * 4u, value);
    } else {
        rc = link_write32(a->link, REGISTER_BAR, reg_address(a, REG_BIF_BX_PF0_RSMU_INDEX) * 4u, dword * 4u);
        rc = rc ? rc : link_write32(a->link, REGISTER_BAR, reg_address(a, REG_BIF_BX_PF0_RSMU_DATA) * 4u, value);
    }
    return rc ? link_failed(a, rc) : 0;
}

/* A handle of the other generation is a mistake in this driver, not of the card. */
static int absent(struct amd *a, struct reg r)
{
    return err_set(&a->base.err, -EINVAL, "register %s does not exist on a %s", reg_name(r), a->chip->name);
}

int reg_read(struct amd *a, struct reg r, uint32_t *value_out)
{
    if (r.at[a->generation].segment == REG_NONE) {
        return absent(a, r);
    }
    return reg_read_at(a, reg_address(a, r), value_out);
}

int reg_write(struct amd *a, struct reg r, uint32_t value)
{
    if (r.at[a->generation].segment == REG_NONE) {
        return absent(a, r);
    }
    return reg_write_at(a, reg_address(a, r), value);
}

int reg_write_all(struct amd *a, const struct reg_value *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int rc = reg_write(a, rows[i].reg, rows[i].value);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int reg_write_pair(struct amd *a, struct reg low, struct reg high, uint64_t value)
{
    int rc = reg_write(a, low, (uint32_t)value);
    return rc ? rc : reg_write(a, high, (uint32_t)(value >> 32));
}

int reg_update(struct amd *a, struct reg r, uint32_t mask, uint32_t value)
{
    uint32_t old;
    int rc = reg_read(a, r, &old);
    return rc ? rc : reg_write(a, r, (old & ~mask) | (value & mask));
}

int reg_poll(struct amd *a, struct reg r, uint32_t mask, uint32_t want, uint64_t timeout_us, const char *waiting_for)
{
    uint64_t start = clock_now_us(), deadline = start + timeout_us, pause_us = 1;
    if (a->deadline_us && deadline > a->deadline_us) {
        deadline = a->deadline_us;
    }
    uint32_t value = 0;
    for (;;) {
        uint64_t now = clock_now_us();
        int rc = reg_read(a, r, &value);
        if (rc) {
            return rc;
        }
        if ((value & mask) == want) {
            return 0;
        }
        if (now >= deadline) {
            return err_set(&a->base.err, -ETIMEDOUT, "%s: waited %llu ms for %s & %#x to become %#x, last read %#x", waiting_for,
                           (unsigned long long)((now - start) / 1000), reg_name(r), mask, want, value);
        }
        clock_sleep_us(pause_us); /* a read over a socket costs more than this pause; in process it keeps the core free */
        pause_us = pause_us < 500 ? pause_us * 2 : 1000;
    }
}
