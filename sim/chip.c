/* The simulated chips, a row each; what a generation does otherwise is data in the parts. */
#include "chip.h"

#include <stddef.h>
#include <string.h>

#include "regs/soc.h"

/* clang-format off */
/* Base addresses are the same on all these chips: Linux's navi offset tables for Navi 31; for the others a guess, which lessons
 * confirm for Navi 48 in part (memory size, MP0, GC), and MP1's second segment from where both
 * mp_11_0_0 and mp_14_0_2 put its mailbox. */
#define RDNA_IPS(gc, sdma, mmhub, athub, osssys, hdp, nbif, mp, mp1_segment1, thm, smuio, df, umc) \
    {GC_HWID,     0, gc, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}}, \
    {SDMA0_HWID,  0, sdma, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}}, \
    {SDMA0_HWID,  1, sdma, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}}, \
    {MMHUB_HWID,  0, mmhub, 2, {0x1A000, 0x2408800}}, \
    {ATHUB_HWID,  0, athub, 2, {0xC00, 0x2408C00}}, \
    {OSSSYS_HWID, 0, osssys, 2, {0x10A0, 0x240A000}}, \
    {HDP_HWID,    0, hdp, 2, {0xF20, 0x240A400}}, \
    {NBIF_HWID,   0, nbif, 6, {0x0, 0x14, 0xD20, 0x10400, 0x241B000, 0x4040000}}, \
    {MP0_HWID,    0, mp, 5, {0x16000, 0xDC0000, 0xE00000, 0xE40000, 0x243FC00}}, \
    {MP1_HWID,    0, mp, 5, {0x16000, mp1_segment1, 0xE00000, 0xE40000, 0x243FC00}}, \
    {THM_HWID,    0, thm, 2, {0x16600, 0x2400C00}}, \
    {SMUIO_HWID,  0, smuio, 4, {0x16800, 0x16A00, 0x440000, 0x2401000}}, \
    {DF_HWID,     0, df, 2, {0x7000, 0x240B800}}, \
    {UMC_HWID,    0, umc, 2, {0x14000, 0x2425800}}
#define V(...) {__VA_ARGS__}

/* Versions: linux amdgpu_discovery.c and the firmware names that its blocks ask for; of THM, SMUIO, DF and UMC a guess. */
static const struct chip_ip navi31_ips[CHIP_IPS] = {RDNA_IPS(V(11, 0, 0), V(6, 0, 0), V(3, 0, 0), V(3, 0, 0), V(6, 0, 0), V(6, 0, 0),
    V(4, 3, 0), V(13, 0, 0), 0xDC0000, V(13, 0, 2), V(13, 0, 2), V(4, 1, 0), V(8, 10, 0))};
static const struct chip_ip navi32_ips[CHIP_IPS] = {RDNA_IPS(V(11, 0, 3), V(6, 0, 3), V(3, 0, 0), V(3, 0, 0), V(6, 0, 0), V(6, 0, 0),
    V(4, 3, 0), V(13, 0, 10), 0xDC0000, V(13, 0, 2), V(13, 0, 2), V(4, 3, 0), V(8, 10, 0))};
static const struct chip_ip navi33_ips[CHIP_IPS] = {RDNA_IPS(V(11, 0, 2), V(6, 0, 2), V(3, 0, 2), V(3, 0, 2), V(6, 0, 0), V(6, 0, 0),
    V(4, 3, 0), V(13, 0, 7), 0xDC0000, V(13, 0, 2), V(13, 0, 2), V(4, 3, 0), V(8, 10, 0))};
static const struct chip_ip navi48_ips[CHIP_IPS] = {RDNA_IPS(V(12, 0, 1), V(7, 0, 1), V(4, 1, 0), V(4, 1, 0), V(7, 0, 0), V(7, 0, 0),
    V(6, 3, 1), V(14, 0, 3), 0x16200, V(14, 0, 2), V(14, 0, 2), V(4, 15, 0), V(8, 14, 0))};

static const struct chip_ip navi44_ips[CHIP_IPS] = {RDNA_IPS(V(12, 0, 0), V(7, 0, 0), V(4, 1, 0), V(4, 1, 0), V(7, 0, 0), V(7, 0, 0),
    V(6, 3, 1), V(14, 0, 2), 0x16200, V(14, 0, 2), V(14, 0, 2), V(4, 15, 0), V(8, 14, 0))};

/* Registers that do not come up as 0; a row that the chip lacks has no effect. */
static const struct chip_reset resets[] = {
    {R_MMMC_VM_AGP_BOT, 0xffffff},            {R_GCMC_VM_AGP_BOT, 0xffffff},
    {R_BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL, 0x385c}, /* guess: where HDP_MEM_COHERENCY_FLUSH_CNTL itself lies */
    {R_CP_STAT, 0x80000000},                  /* busy until the RLC has loaded everything */
    {R_CP_MEC_RS64_CNTL, 0x40000000},         /* halted */
    {R_SDMA0_F32_CNTL, 0x1},                  {R_SDMA1_F32_CNTL, 0x1}, /* halted */
    {R_SDMA0_MCU_CNTL, 0x1},                  {R_SDMA1_MCU_CNTL, 0x1},
    {R_GB_ADDR_CONFIG, 0x10000545},
};
/* clang-format on */

#define MIB UINT64_C(1048576)

/* Counts: AMD's product pages; memory as the card reports it; power manager: versions seen in Linux logs. */
static const struct chip chips[] = {
    {
        .name = "rx7900xtx",
        .marketing = "AMD Radeon RX 7900 XTX",
        .generation = GEN_GFX11,
        .pci_device = 0x744c,
        .pci_revision = 0xc8,
        .subsystem_device = 0x0e3b,
        .vram_bytes = 24560 * MIB,
        .shader_engines = 6,
        .arrays_per_engine = 2,
        .wgps_per_array = 4,
        .l2_kib = 6144,
        .smu_version = 0x004e8000,
        .smu_interface = 0x3d,
        .ips = navi31_ips,
    },
    {
        .name = "rx7900xt",
        .marketing = "AMD Radeon RX 7900 XT",
        .generation = GEN_GFX11,
        .pci_device = 0x744c,
        .pci_revision = 0xcc,
        .subsystem_device = 0x0e3b,
        .vram_bytes = 20464 * MIB,
        .shader_engines = 6,
        .arrays_per_engine = 2,
        .wgps_per_array = 4, /* 42 of the 48 are on; which, a register says that nothing here reads */
        .l2_kib = 6144,
        .smu_version = 0x004e8000,
        .smu_interface = 0x3d,
        .ips = navi31_ips,
    },
    {
        .name = "rx7800xt",
        .marketing = "AMD Radeon RX 7800 XT",
        .generation = GEN_GFX11,
        .pci_device = 0x747e,
        .pci_revision = 0xc8,
        .subsystem_device = 0x0e3c, /* guess */
        .vram_bytes = 16368 * MIB,
        .shader_engines = 3,
        .arrays_per_engine = 2,
        .wgps_per_array = 5,
        .l2_kib = 4096,
        .smu_version = 0x00505300,
        .smu_interface = 0x3d, /* guess */
        .ips = navi32_ips,
    },
    {
        .name = "rx7600",
        .marketing = "AMD Radeon RX 7600",
        .generation = GEN_GFX11,
        .pci_device = 0x7480,
        .pci_revision = 0xcf,
        .subsystem_device = 0x0e3d, /* guess */
        .vram_bytes = 8176 * MIB,
        .shader_engines = 2,
        .arrays_per_engine = 2,
        .wgps_per_array = 4,
        .l2_kib = 2048,
        .smu_version = 0x00525c00,
        .smu_interface = 0x35, /* guess */
        .ips = navi33_ips,
    },
    {
        .name = "rx9070xt",
        .marketing = "AMD Radeon RX 9070 XT",
        .generation = GEN_GFX12,
        .pci_device = 0x7550,
        .pci_revision = 0xc0,
        .subsystem_device = 0x0e35, /* guess */
        .vram_bytes = 16304 * MIB,
        .shader_engines = 4,
        .arrays_per_engine = 2,
        .wgps_per_array = 4,
        .l2_kib = 8192,
        .smu_version = 0x00684400,
        .smu_interface = 0x32,
        .ips = navi48_ips,
    },
    {
        .name = "rx9060xt",
        .marketing = "AMD Radeon RX 9060 XT",
        .generation = GEN_GFX12,
        .pci_device = 0x7590,
        .pci_revision = 0xc0,
        .subsystem_device = 0x0e37, /* guess */
        .vram_bytes = 16304 * MIB,
        .shader_engines = 2,
        .arrays_per_engine = 2,
        .wgps_per_array = 4,
        .l2_kib = 4096,
        .smu_version = 0x00664400,
        .smu_interface = 0x32,
        .ips = navi44_ips,
    },
    {
        .name = "r9700",
        .marketing = "AMD Radeon AI PRO R9700",
        .generation = GEN_GFX12,
        .pci_device = 0x7551,
        .pci_revision = 0xc0,
        .subsystem_device = 0x0e36, /* guess */
        .vram_bytes = 0x7f70 * MIB,
        .shader_engines = 4,
        .arrays_per_engine = 2,
        .wgps_per_array = 4,
        .l2_kib = 8192,
        .smu_version = 0x00684400,
        .smu_interface = 0x33, /* */
        .ips = navi48_ips,
    },
};

const struct chip_reset *chip_resets(uint32_t *count_out)
{
    *count_out = sizeof(resets) / sizeof(resets[0]);
    return resets;
}

/* Which row of the discovery table says where a block's registers lie: its first instance. */
static const struct chip_ip *find_ip(const struct chip *chip, uint8_t block)
{
    static const uint16_t hw_ids[BLOCK_COUNT] = {
        [BLOCK_GC] = GC_HWID,   [BLOCK_MMHUB] = MMHUB_HWID, [BLOCK_NBIO] = NBIF_HWID,     [BLOCK_MP0] = MP0_HWID,
        [BLOCK_MP1] = MP1_HWID, [BLOCK_HDP] = HDP_HWID,     [BLOCK_OSSSYS] = OSSSYS_HWID,
    };
    for (uint32_t i = 0; i < CHIP_IPS; i++) {
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

const struct chip *chip_row(int index)
{
    return index >= 0 && (size_t)index < sizeof(chips) / sizeof(chips[0]) ? &chips[index] : NULL;
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
