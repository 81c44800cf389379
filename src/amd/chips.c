#include "amd/chips.h"

#include <stddef.h>

/*
 * PCI ids: linux amdgpu_drv.c; which revision of an id is which product: libdrm's amdgpu.ids; machine numbers: LLVM AMDGPUUsage,
 * table "AMDGPU EF_AMDGPU_MACH values"; memory and compute units: AMD's product pages. The first row of an id stands for its
 * revisions that have none.
 */
static const struct amd_chip chips[] = {
    {0x744c, 0xc8, "AMD Radeon RX 7900 XTX", "gfx1100", "rx7900xtx", 0x041, GEN_GFX11, {11, 0, 0}, 24ull << 30, 96},
    {0x744c, 0xcc, "AMD Radeon RX 7900 XT", "gfx1100", "rx7900xt", 0x041, GEN_GFX11, {11, 0, 0}, 20ull << 30, 84},
    {0x747e, 0xc8, "AMD Radeon RX 7800 XT", "gfx1101", "rx7800xt", 0x046, GEN_GFX11, {11, 0, 3}, 16ull << 30, 60},
    {0x7480, 0xcf, "AMD Radeon RX 7600", "gfx1102", "rx7600", 0x047, GEN_GFX11, {11, 0, 2}, 8ull << 30, 32},
    {0x7550, 0xc0, "AMD Radeon RX 9070 XT", "gfx1201", "rx9070xt", 0x04e, GEN_GFX12, {12, 0, 1}, 16ull << 30, 64},
    {0x7551, 0xc0, "AMD Radeon AI PRO R9700", "gfx1201", "r9700", 0x04e, GEN_GFX12, {12, 0, 1}, 32ull << 30, 64},
    {0x7590, 0xc0, "AMD Radeon RX 9060 XT", "gfx1200", "rx9060xt", 0x048, GEN_GFX12, {12, 0, 0}, 16ull << 30, 32},
    {0x73bf, 0, "AMD Radeon RX 6800/6900 (RDNA2)", NULL, NULL, 0, GENERATIONS, {0}, 0, 0},
    {0x73df, 0, "AMD Radeon RX 6700 (RDNA2)", NULL, NULL, 0, GENERATIONS, {0}, 0, 0},
    {0x7341, 0, "AMD Radeon Pro W5500 (RDNA1)", NULL, NULL, 0, GENERATIONS, {0}, 0, 0},
};

const struct amd_chip *amd_chip_row(int index)
{
    return index >= 0 && (size_t)index < sizeof chips / sizeof chips[0] ? &chips[index] : NULL;
}

const struct amd_chip *amd_chip_find(uint16_t pci_device, uint8_t revision)
{
    const struct amd_chip *best = NULL;
    for (int i = 0; amd_chip_row(i); i++) {
        if (chips[i].pci_device == pci_device && (!best || chips[i].revision == revision)) {
            best = &chips[i];
        }
    }
    return best;
}
