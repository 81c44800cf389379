/* The simulated chips, a row each; what a generation does otherwise is data in the parts. */
#include "chip.h"

#include <stddef.h>
#include <string.h>

#include "regs/soc.h"

/* clang-format off */
/* Base addresses: Linux's navi offset tables for Navi 31; for Navi 32 and 33 the same, a guess. */
static const struct chip_ip rdna3_ips[CHIP_IPS] = {
    {GC_HWID, 0, IP_GC, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {SDMA0_HWID, 0, IP_SDMA, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {SDMA0_HWID, 1, IP_SDMA, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {MMHUB_HWID, 0, IP_MMHUB, 2, {0x1A000, 0x2408800}},
    {ATHUB_HWID, 0, IP_ATHUB, 2, {0xC00, 0x2408C00}},
    {OSSSYS_HWID, 0, IP_OSSSYS, 2, {0x10A0, 0x240A000}},
    {HDP_HWID, 0, IP_HDP, 2, {0xF20, 0x240A400}},
    {NBIF_HWID, 0, IP_NBIF, 6, {0x0, 0x14, 0xD20, 0x10400, 0x241B000, 0x4040000}},
    {MP0_HWID, 0, IP_MP, 5, {0x16000, 0xDC0000, 0xE00000, 0xE40000, 0x243FC00}},
    {MP1_HWID, 0, IP_MP, 5, {0x16000, 0xDC0000, 0xE00000, 0xE40000, 0x243FC00}},
    {THM_HWID, 0, IP_THM, 2, {0x16600, 0x2400C00}},
    {SMUIO_HWID, 0, IP_SMUIO, 4, {0x16800, 0x16A00, 0x440000, 0x2401000}},
    {DF_HWID, 0, IP_DF, 2, {0x7000, 0x240B800}},
    {UMC_HWID, 0, IP_UMC, 2, {0x14000, 0x2425800}},
};

/* As real cards with a Navi 48 publish them under /sys/…/ip_discovery (by block in AMD's rocjitsu, ip_discovery_profile.cpp; of
 * SMUIO, DF and UMC from one dump, where the split between blocks is a guess); for Navi 44 the same, a guess. */
static const struct chip_ip rdna4_ips[CHIP_IPS] = {
    {GC_HWID, 0, IP_GC, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {SDMA0_HWID, 0, IP_SDMA, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {SDMA0_HWID, 1, IP_SDMA, 4, {0x1260, 0xA000, 0x1C000, 0x2402C00}},
    {MMHUB_HWID, 0, IP_MMHUB, 2, {0x1A000, 0x2408800}},
    {ATHUB_HWID, 0, IP_ATHUB, 2, {0xC00, 0x2408C00}},
    {OSSSYS_HWID, 0, IP_OSSSYS, 2, {0x10A0, 0x240A000}},
    {HDP_HWID, 0, IP_HDP, 2, {0xF20, 0x240A400}},
    {NBIF_HWID, 0, IP_NBIF, 6, {0x0, 0x14, 0xD20, 0x10400, 0x241B000, 0x4040000}},
    {MP0_HWID, 0, IP_MP, 15, {0x16000, 0x16200, 0x1CE00, 0xDC0000, 0xE00000, 0xE40000, 0xE80000, 0xEC0000,
                              0xF00000, 0x2400400, 0x243FC00, 0x244D400, 0x3200000, 0x3240000, 0x3280000}},
    {MP1_HWID, 0, IP_MP, 15, {0x16000, 0x16200, 0x1CE00, 0xDC0000, 0xE00000, 0xE40000, 0xE80000, 0xEC0000,
                              0xF00000, 0x2400400, 0x243FC00, 0x244D400, 0x3200000, 0x3240000, 0x3280000}},
    {THM_HWID, 0, IP_THM, 2, {0x16600, 0x2400C00}},
    {SMUIO_HWID, 0, IP_SMUIO, 4, {0x16800, 0x16A00, 0x2401000, 0x3440000}},
    {DF_HWID, 0, IP_DF, 5, {0x7000, 0xC00000, 0x240B800, 0x7C00000, 0x12400000}},
    {UMC_HWID, 0, IP_UMC, 3, {0x14000, 0x2D6000, 0x2425800}},
};

/* Versions of GC, SDMA and MP: Linux's dgpu-asic-info-table.csv; of the others: its amdgpu_discovery.c, where that leaves a
 * choice a guess. */
#define RDNA3_COMMON [IP_OSSSYS] = {6, 0, 0}, [IP_HDP] = {6, 0, 0}, [IP_NBIF] = {4, 3, 0}, [IP_THM] = {13, 0, 2}, \
    [IP_SMUIO] = {13, 0, 2}, [IP_DF] = {4, 1, 0}, [IP_UMC] = {8, 10, 0}
#define RDNA4_COMMON [IP_MMHUB] = {4, 1, 0}, [IP_ATHUB] = {4, 1, 0}, [IP_OSSSYS] = {7, 0, 0}, [IP_HDP] = {7, 0, 0}, \
    [IP_NBIF] = {6, 3, 1}, [IP_THM] = {14, 0, 2}, [IP_SMUIO] = {14, 0, 2}, [IP_DF] = {4, 15, 0}, [IP_UMC] = {8, 14, 0}
static const struct ip_version navi31[IP_VERSIONS] = {[IP_GC] = {11, 0, 0}, [IP_SDMA] = {6, 0, 0}, [IP_MP] = {13, 0, 0},
    [IP_MMHUB] = {3, 0, 0}, [IP_ATHUB] = {3, 0, 0}, RDNA3_COMMON};
static const struct ip_version navi32[IP_VERSIONS] = {[IP_GC] = {11, 0, 3}, [IP_SDMA] = {6, 0, 3}, [IP_MP] = {13, 0, 10},
    [IP_MMHUB] = {3, 0, 0}, [IP_ATHUB] = {3, 0, 0}, RDNA3_COMMON};
static const struct ip_version navi33[IP_VERSIONS] = {[IP_GC] = {11, 0, 2}, [IP_SDMA] = {6, 0, 2}, [IP_MP] = {13, 0, 7},
    [IP_MMHUB] = {3, 0, 2}, [IP_ATHUB] = {3, 0, 2}, RDNA3_COMMON};
static const struct ip_version navi48[IP_VERSIONS] = {[IP_GC] = {12, 0, 1}, [IP_SDMA] = {7, 0, 1}, [IP_MP] = {14, 0, 3},
    RDNA4_COMMON};
static const struct ip_version navi44[IP_VERSIONS] = {[IP_GC] = {12, 0, 0}, [IP_SDMA] = {7, 0, 0}, [IP_MP] = {14, 0, 2},
    RDNA4_COMMON};

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
        .ips = rdna3_ips,
        .versions = navi31,
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
        .ips = rdna3_ips,
        .versions = navi31,
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
        .ips = rdna3_ips,
        .versions = navi32,
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
        .ips = rdna3_ips,
        .versions = navi33,
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
        .ips = rdna4_ips,
        .versions = navi48,
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
        .ips = rdna4_ips,
        .versions = navi44,
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
        .ips = rdna4_ips,
        .versions = navi48,
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
    return ip->bases[at.segment] + at.offset + (uint32_t)reg_moved_by(r.block, at, chip->versions[ip->version]);
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
