/* chips.h: the cards this driver knows, and those it refuses by name (T-05). A row per PCI device id and revision. */
#ifndef EXO_AMD_CHIPS_H
#define EXO_AMD_CHIPS_H

#include <stdint.h>

#include "regs/regs.h"

#define AMD_PCI_VENDOR 0x1002

struct amd_chip {
    uint16_t pci_device;
    uint8_t revision; /* PCI revision: tells products of one id apart */
    const char *name;
    const char *arch;           /* NULL: known, not supported */
    const char *simulation;     /* its name behind "sim:", NULL if it cannot be simulated */
    uint32_t elf_machine;       /* EF_AMDGPU_MACH_... of its code objects */
    enum generation generation; /* GENERATIONS: none that this driver knows */
    uint8_t gc[3];              /* graphics block version the driver was written for */
    uint64_t vram_bytes;        /* for listing only; an open card says itself */
    uint32_t compute_units;
};

const struct amd_chip *amd_chip_find(uint16_t pci_device, uint8_t revision); /* NULL: unknown id */
const struct amd_chip *amd_chip_row(int index);                              /* NULL behind the last */

#endif
