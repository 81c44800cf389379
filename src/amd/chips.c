#include "amd/chips.h"

#include <stddef.h>

/* PCI ids: linux amdgpu_drv.c; machine numbers: LLVM AMDGPUUsage, table "AMDGPU EF_AMDGPU_MACH values". */
static const struct amd_chip chips[] = {
    {0x744c, "AMD Radeon RX 7900 XTX", "gfx1100", "rx7900xtx", 0x041, GEN_GFX11, {11, 0, 0}, 24ull << 30, 96},
    {0x7480, "AMD Radeon RX 7600", NULL, NULL, 0, GEN_GFX11, {0}, 0, 0},
    {0x747e, "AMD Radeon RX 7700/7800 (Navi 32)", NULL, NULL, 0, GEN_GFX11, {0}, 0, 0},
    {0x7550, "AMD Radeon RX 9070 XT", NULL, NULL, 0, GEN_GFX12, {0}, 0, 0},
    {0x7551, "AMD Radeon AI PRO R9700", NULL, NULL, 0, GEN_GFX12, {0}, 0, 0},
    {0x7590, "AMD Radeon RX 9060 XT", NULL, NULL, 0, GEN_GFX12, {0}, 0, 0},
    {0x73bf, "AMD Radeon RX 6800/6900 (RDNA2)", NULL, NULL, 0, GEN_GFX11, {0}, 0, 0},
    {0x73df, "AMD Radeon RX 6700 (RDNA2)", NULL, NULL, 0, GEN_GFX11, {0}, 0, 0},
    {0x7341, "AMD Radeon Pro W5500 (RDNA1)", NULL, NULL, 0, GEN_GFX11, {0}, 0, 0},
};

const struct amd_chip *amd_chip_row(int index)
{
    return index >= 0 && (size_t)index < sizeof chips / sizeof chips[0] ? &chips[index] : NULL;
}

const struct amd_chip *amd_chip_find(uint16_t pci_device)
{
    for (int i = 0; amd_chip_row(i); i++) {
        if (chips[i].pci_device == pci_device) {
            return &chips[i];
        }
    }
    return NULL;
}
