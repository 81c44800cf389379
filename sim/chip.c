/* The simulated chips. Sources: IP base addresses as in Linux's navi offset tables; counts from AMD's product page. */
#include "chip.h"

#include <stddef.h>
#include <string.h>

#include "regs/soc.h"

/* clang-format off */
static const struct chip_ip navi31_ips[] = {
    {GC_HWID,     0, {11, 0, 0}, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {SDMA0_HWID,  0, {6, 0, 0}, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {SDMA0_HWID,  1, {6, 0, 0}, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {MMHUB_HWID,  0, {3, 0, 0}, 2, {0x1A000, 0x2408800}},
    {ATHUB_HWID,  0, {3, 0, 0}, 2, {0xC00, 0x2408C00}},
    {OSSSYS_HWID, 0, {6, 0, 0}, 2, {0x10A0, 0x240A000}},
    {HDP_HWID,    0, {6, 0, 0}, 2, {0xF20, 0x240A400}},
    {NBIF_HWID,   0, {4, 3, 0}, 6, {0x0, 0x14, 0xD20, 0x10400, 0x241B000, 0x4040000}},
    {MP0_HWID,    0, {13, 0, 0}, 5, {0x16000, 0xDC0000, 0xE00000, 0xE40000, 0x243FC00}},
    {MP1_HWID,    0, {13, 0, 0}, 5, {0x16000, 0xDC0000, 0xE00000, 0xE40000, 0x243FC00}},
    {THM_HWID,    0, {13, 0, 2}, 2, {0x16600, 0x2400C00}},
    {SMUIO_HWID,  0, {13, 0, 2}, 4, {0x16800, 0x16A00, 0x440000, 0x2401000}},
    {DF_HWID,     0, {4, 1, 0}, 2, {0x7000, 0x240B800}},
    {UMC_HWID,    0, {8, 10, 0}, 2, {0x14000, 0x2425800}},
};

static const struct chip_reset navi31_resets[] = {
    {R_MMMC_VM_FB_LOCATION_BASE, 0x8000},     {R_MMMC_VM_FB_LOCATION_TOP, 0x85ff},
    {R_GCMC_VM_FB_LOCATION_BASE, 0x8000},     {R_GCMC_VM_FB_LOCATION_TOP, 0x85ff},
    {R_MMMC_VM_AGP_BOT, 0xffffff},            {R_GCMC_VM_AGP_BOT, 0xffffff},
    {R_BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL, 0x385c}, /* guess: where HDP_MEM_COHERENCY_FLUSH_CNTL itself lies */
    {R_CP_STAT, 0x80000000},                  /* busy until the RLC has loaded everything */
    {R_CP_MEC_RS64_CNTL, 0x40000000},         /* halted */
    {R_SDMA0_F32_CNTL, 0x1},                  {R_SDMA1_F32_CNTL, 0x1}, /* halted */
    {R_GB_ADDR_CONFIG, 0x10000545},
};
/* clang-format on */

static const struct chip chips[] = {
    {
        .name = "rx7900xtx",
        .marketing = "AMD Radeon RX 7900 XTX",
        .generation = GEN_GFX11,
        .pci_vendor = 0x1002,
        .pci_device = 0x744c,
        .pci_revision = 0xc8,
        .subsystem_vendor = 0x1002,
        .subsystem_device = 0x0e3b,
        .vram_bytes = UINT64_C(24) << 30,
        .bar0_bytes = UINT64_C(256) << 20, /* T-40 */
        .fb_base = UINT64_C(0x8000) << 24,
        .shader_engines = 6,
        .arrays_per_engine = 2,
        .wgps_per_array = 4,
        .ips = navi31_ips,
        .ip_count = sizeof(navi31_ips) / sizeof(navi31_ips[0]),
        .resets = navi31_resets,
        .reset_count = sizeof(navi31_resets) / sizeof(navi31_resets[0]),
    },
};

const struct chip *chip_row(int index)
{
    return index >= 0 && (size_t)index < sizeof(chips) / sizeof(chips[0]) ? &chips[index] : NULL;
}

/* Which row of the discovery table says where a block's registers lie: its first instance. */
static const struct chip_ip *find_ip(const struct chip *chip, uint8_t block)
{
    static const uint16_t hw_ids[BLOCK_COUNT] = {
        [BLOCK_GC] = GC_HWID,   [BLOCK_MMHUB] = MMHUB_HWID, [BLOCK_NBIO] = NBIF_HWID,     [BLOCK_MP0] = MP0_HWID,
        [BLOCK_MP1] = MP1_HWID, [BLOCK_HDP] = HDP_HWID,     [BLOCK_OSSSYS] = OSSSYS_HWID,
    };
    for (uint32_t i = 0; i < chip->ip_count; i++) {
        if (chip->ips[i].hw_id == hw_ids[block]) {
            return &chip->ips[i];
        }
    }
    return NULL;
}

uint32_t chip_address(const struct chip *chip, struct reg r)
{
    const struct reg_place at = r.at[chip->generation];
    const struct chip_ip *ip = find_ip(chip, r.block);
    if (at.segment == REG_NONE || !ip) {
        return UINT32_MAX;
    }
    return ip->bases[at.segment] + at.offset + (uint32_t)reg_moved_by(r.block, at, ip->version);
}

const struct chip *chip_find(const char *name)
{
    for (int i = 0; chip_row(i); i++) {
        if (strcmp(chip_row(i)->name, name) == 0) {
            return chip_row(i);
        }
    }
    return NULL;
}
