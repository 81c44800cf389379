/* bus.c: the register file of the whole card, from the lists of src/regs, with the parts' hooks laid over it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"

struct listed_reg {
    const char *name;
    struct reg reg;
};

#define LISTED_REG(block, name, seg11, off11, seg12, off12) {#name, {BLOCK_##block, {{seg11, off11}, {seg12, off12}}}},
static const struct listed_reg listed[] = {CHIP_REGS(LISTED_REG)};

struct listed_field {
    uint16_t id;
    uint8_t msb, lsb, generations;
};

#define LISTED_FIELD(block, reg, name, msb, lsb, gens) {R_##reg, msb, lsb, gens},
static const struct listed_field listed_fields[] = {CHIP_FIELDS(LISTED_FIELD)};

static const struct part *const parts[] = {&window_part, &hdp_part, &psp_part,  &smu_part, &rlc_part,
                                           &gmc_part,    &ih_part,  &sdma_part, &mec_part, &sq_part};

uint32_t bus_address(const struct sim_card *card, uint32_t id)
{
    return chip_address(card->chip, listed[id].reg);
}

static int compare_slots(const void *a, const void *b)
{
    const struct bus_slot *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

static uint32_t bus_find(const struct sim_card *card, uint32_t address)
{
    const struct bus *bus = &card->bus;
    if (address < BUS_LOW_DWORDS) {
        return bus->low[address] - 1; /* 0 - 1 is BUS_NONE */
    }
    struct bus_slot key = {.address = address};
    const struct bus_slot *s = bsearch(&key, bus->slots, bus->slot_count, sizeof(key), compare_slots);
    return s ? (uint32_t)(s - bus->slots) : BUS_NONE;
}

/* How many dwords a hook covers; none where this generation lacks its register. */
static uint32_t hooked(const struct sim_card *card, const struct part_hook *hook)
{
    return bus_address(card, hook->id) == BUS_NONE ? 0 : hook->count ? hook->count : 1;
}

/* All listed addresses and all hooked ones; listed first, so that of two with one address the list's name stays. */
static uint32_t collect_slots(const struct sim_card *card, struct bus_slot *slots)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < R_COUNT; i++) {
        if (bus_address(card, i) != BUS_NONE) {
            slots[n++] = (struct bus_slot){.address = bus_address(card, i), .name = listed[i].name};
        }
    }
    for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
        for (uint32_t h = 0; h < parts[p]->hook_count; h++) {
            const struct part_hook *hook = &parts[p]->hooks[h];
            for (uint32_t k = 0; k < hooked(card, hook); k++) {
                slots[n++] = (struct bus_slot){.address = bus_address(card, hook->id) + k, .name = parts[p]->name};
            }
        }
    }
    qsort(slots, n, sizeof(*slots), compare_slots);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (kept == 0 || slots[kept - 1].address != slots[i].address) {
            slots[kept++] = slots[i];
        }
    }
    return kept;
}

static void lay_hooks(struct sim_card *card)
{
    for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
        for (uint32_t h = 0; h < parts[p]->hook_count; h++) {
            const struct part_hook *hook = &parts[p]->hooks[h];
            for (uint32_t k = 0; k < hooked(card, hook); k++) {
                struct bus_slot *s = &card->bus.slots[bus_find(card, bus_address(card, hook->id) + k)];
                s->hook = hook;
                s->hook_index = k;
            }
        }
    }
}

/* Bits that no list of fields has, that programs known to work on silicon set, and what they do is not known. */
static const struct {
    uint16_t id;
    uint32_t bits;
} unlisted_bits[] = {
    {R_CP_HQD_HQ_STATUS0, 0x20004000},  /* Linux: gfx_v11_0_compute_mqd_init */
    {R_GCVM_CONTEXT0_CNTL, 0x01800000}, /* tinygrad 0.14: enable_vm_addressing in runtime/support/am/ip.py */
    {R_MMVM_CONTEXT0_CNTL, 0x01800000}, /* the same */
    {R_TCP_CNTL, 0x20000000},           /* tinygrad 0.14 on gfx12: the graphics block's init_hw there */
};

/* The union of a register's fields; all bits of one for which no fields are listed, also where it shares its address. */
static void collect_writable(struct sim_card *card)
{
    struct bus *bus = &card->bus;
    const uint32_t all = UINT32_MAX;
    bool has_fields[R_COUNT] = {false};
    for (size_t i = 0; i < sizeof(listed_fields) / sizeof(listed_fields[0]); i++) {
        const struct listed_field *f = &listed_fields[i];
        if (bus->slot_of[f->id] != BUS_NONE && f->generations >> card->chip->generation & 1) {
            bus->slots[bus->slot_of[f->id]].writable |= field_mask((struct field){f->msb, f->lsb});
            has_fields[f->id] = true;
        }
    }
    for (uint32_t i = 0; i < R_COUNT; i++) {
        if (!has_fields[i] && bus->slot_of[i] != BUS_NONE) {
            bus->slots[bus->slot_of[i]].writable = all;
        }
    }
    for (size_t i = 0; i < sizeof(unlisted_bits) / sizeof(unlisted_bits[0]); i++) {
        if (bus->slot_of[unlisted_bits[i].id] != BUS_NONE) {
            bus->slots[bus->slot_of[unlisted_bits[i].id]].writable |= unlisted_bits[i].bits;
        }
    }
    for (uint32_t i = 0; i < bus->slot_count; i++) { /* those that only a hook names */
        bus->slots[i].writable = bus->slots[i].writable ? bus->slots[i].writable : all;
    }
}

int bus_create(struct sim_card *card)
{
    struct bus *bus = &card->bus;
    uint32_t most = R_COUNT;
    for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
        for (uint32_t h = 0; h < parts[p]->hook_count; h++) {
            most += hooked(card, &parts[p]->hooks[h]);
        }
    }
    bus->slots = calloc(most, sizeof(*bus->slots));
    bus->low = calloc(BUS_LOW_DWORDS, sizeof(*bus->low));
    if (!bus->slots || !bus->low) {
        return -ENOMEM;
    }
    bus->slot_count = collect_slots(card, bus->slots);
    for (uint32_t i = 0; i < bus->slot_count; i++) {
        if (bus->slots[i].address < BUS_LOW_DWORDS) {
            bus->low[bus->slots[i].address] = i + 1;
        }
    }
    for (uint32_t i = 0; i < R_COUNT; i++) {
        bus->slot_of[i] = bus_address(card, i) == BUS_NONE ? BUS_NONE : bus_find(card, bus_address(card, i));
    }
    collect_writable(card);
    lay_hooks(card);
    return 0;
}

void bus_destroy(struct sim_card *card)
{
    free(card->bus.slots);
    free(card->bus.low);
}

void bus_reset(struct sim_card *card)
{
    for (uint32_t i = 0; i < card->bus.slot_count; i++) {
        card->bus.slots[i].value = 0;
    }
    uint32_t count;
    const struct chip_reset *resets = chip_resets(&count);
    for (uint32_t i = 0; i < count; i++) {
        reg_set(card, resets[i].id, resets[i].value);
    }
    static const uint16_t framebuffer[][2] = {{R_MMMC_VM_FB_LOCATION_BASE, R_MMMC_VM_FB_LOCATION_TOP},
                                              {R_GCMC_VM_FB_LOCATION_BASE, R_GCMC_VM_FB_LOCATION_TOP}};
    for (int i = 0; i < 2; i++) { /* in units of 16 MiB */
        reg_set(card, framebuffer[i][0], (uint32_t)(CHIP_FB_BASE >> 24));
        reg_set(card, framebuffer[i][1], (uint32_t)((CHIP_FB_BASE + card->chip->vram_bytes - 1) >> 24));
    }
    for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
        if (parts[p]->reset) {
            parts[p]->reset(card);
        }
    }
}

uint32_t reg_get(const struct sim_card *card, uint32_t id)
{
    return card->bus.slot_of[id] == BUS_NONE ? 0 : card->bus.slots[card->bus.slot_of[id]].value;
}

void reg_set(struct sim_card *card, uint32_t id, uint32_t value)
{
    if (card->bus.slot_of[id] != BUS_NONE) {
        card->bus.slots[card->bus.slot_of[id]].value = value;
    }
}

bool bus_known(const struct sim_card *card, uint32_t address)
{
    return bus_find(card, address) != BUS_NONE;
}

/* The flush register answers wherever the remap register says (the driver may move it to a page of its own). */
static bool is_flush_alias(const struct sim_card *card, uint32_t address)
{
    return address == reg_get(card, R_BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL) / 4;
}

uint32_t bus_read(struct sim_card *card, uint32_t address)
{
    uint32_t i = bus_find(card, address);
    if (i == BUS_NONE) {
        if (!is_flush_alias(card, address)) {
            card_verdict(card, "register read at dword 0x%x: there is no such register on this chip", address);
        }
        return 0;
    }
    const struct bus_slot *s = &card->bus.slots[i];
    return s->hook && s->hook->read ? s->hook->read(card, s->hook, s->hook_index, s->value) : s->value;
}

void bus_write(struct sim_card *card, uint32_t address, uint32_t value)
{
    if (is_flush_alias(card, address)) {
        hdp_flush(card);
        return;
    }
    uint32_t i = bus_find(card, address);
    if (i == BUS_NONE) {
        card_verdict(card, "register write of 0x%x at dword 0x%x: there is no such register on this chip", value, address);
        return;
    }
    struct bus_slot *s = &card->bus.slots[i];
    if (value & ~s->writable) {
        card_verdict(card, "register %s written with 0x%x: bits 0x%x are reserved", s->name, value, value & ~s->writable);
    }
    uint32_t old = s->value;
    s->value = value;
    if (s->hook && s->hook->written) {
        s->hook->written(card, s->hook, s->hook_index, old, value);
    }
}

uint32_t bus_read_locked(struct sim_card *card, uint32_t address)
{
    pthread_mutex_lock(&card->lock);
    clock_run_due(card);
    uint32_t value = bus_read(card, address);
    pthread_mutex_unlock(&card->lock);
    return value;
}

void bus_write_locked(struct sim_card *card, uint32_t address, uint32_t value)
{
    pthread_mutex_lock(&card->lock);
    bus_write(card, address, value);
    pthread_mutex_unlock(&card->lock);
}
