/* pci.c: the configuration space of the card's display function. */
#include "card.h"

#define COMMAND 0x04
#define COMMAND_MEMORY 0x2
#define COMMAND_MASTER 0x4
#define CAP_POWER 0x50
#define CAP_EXPRESS 0x64
#define CAP_MSI 0xa0
#define RETRY_READS 3 /* T-42 */

struct config_row {
    uint16_t offset;
    uint8_t size;
    uint32_t value;
};

/* clang-format off */
static const struct config_row common_rows[] = {
    {0x06, 2, 0x0010},     /* status: capabilities list */
    {0x09, 1, 0x00}, {0x0a, 2, 0x0300}, /* VGA-compatible display (T-01) */
    {0x0e, 1, 0x80},       /* several functions: the audio device is another */
    {0x34, 1, CAP_POWER},
    {CAP_POWER, 2, CAP_EXPRESS << 8 | 0x01}, {CAP_POWER + 2, 2, 0x0003},
    {CAP_EXPRESS, 2, CAP_MSI << 8 | 0x10},   {CAP_EXPRESS + 2, 2, 0x0012}, /* legacy endpoint, version 2 */
    {CAP_EXPRESS + 0x04, 4, 0x10008fa1},     /* device capabilities: function-level reset */
    {CAP_EXPRESS + 0x0c, 4, 0x00400d04},     /* link: up to Gen4 x16 */
    {CAP_EXPRESS + 0x10, 2, 0x0043},         /* link control: ASPM L0s and L1 on, as power-on leaves it */
    {CAP_EXPRESS + 0x12, 2, 0x1043},         /* link status: Gen3 x4, as behind Thunderbolt */
    {CAP_MSI, 2, 0x0005}, {CAP_MSI + 2, 2, 0x0080},
    {0x3d, 1, 0x01},
    {0x100, 4, 0x0001000b}, /* extended capabilities: vendor specific, the last */
};

/* Writable bits, by byte range. */
static const struct config_row writable_rows[] = {
    {COMMAND, 2, 0x0547}, {0x0c, 1, 0xff},
    {0x10, 4, 0xf0000000}, {0x14, 4, 0xffffffff}, /* BAR0, 256 MiB, 64 bit; sized at reset */
    {0x18, 4, 0xffe00000}, {0x1c, 4, 0xffffffff}, /* BAR2, 2 MiB, 64 bit */
    {0x20, 4, 0xffffff00},                        /* BAR4, I/O ports */
    {0x24, 4, 0xfff80000},                        /* BAR5, 512 KiB */
    {0x3c, 1, 0xff}, {CAP_POWER + 4, 2, 0x0003},
    {CAP_EXPRESS + 0x08, 2, 0x7fff}, {CAP_EXPRESS + 0x10, 2, 0x01fb}, {CAP_EXPRESS + 0x28, 2, 0x07ff},
    {CAP_MSI + 2, 2, 0x0001}, {CAP_MSI + 4, 4, 0xfffffffc}, {CAP_MSI + 8, 4, 0xffffffff}, {CAP_MSI + 12, 2, 0xffff},
};

/* Read-only type bits of the BARs, and where the enumeration put them. */
static const struct config_row bar_rows[] = {
    {0x10, 4, 0x0000000c}, {0x14, 4, 0x00000080}, {0x18, 4, 0x9000000c}, {0x1c, 4, 0x00000080},
    {0x20, 4, 0x0000e001}, {0x24, 4, 0xfcb00000},
};
/* clang-format on */

static void put(struct sim_card *card, uint32_t offset, uint32_t size, uint32_t value)
{
    for (uint32_t i = 0; i < size; i++) {
        card->pci.config[offset + i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t get(const struct sim_card *card, uint32_t offset, uint32_t size)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < size; i++) {
        value |= (uint32_t)card->pci.config[offset + i] << (8 * i);
    }
    return value;
}

void pci_reset(struct sim_card *card, bool cold)
{
    for (uint32_t i = 0; i < sizeof(card->pci.config); i++) {
        card->pci.config[i] = 0;
    }
    const struct chip *c = card->chip;
    put(card, 0x00, 4, (uint32_t)c->pci_device << 16 | CHIP_PCI_VENDOR);
    put(card, 0x08, 1, c->pci_revision);
    put(card, 0x2c, 4, (uint32_t)c->subsystem_device << 16 | CHIP_PCI_VENDOR);
    for (size_t i = 0; i < sizeof(common_rows) / sizeof(common_rows[0]); i++) {
        put(card, common_rows[i].offset, common_rows[i].size, common_rows[i].value);
    }
    for (size_t i = 0; i < sizeof(bar_rows) / sizeof(bar_rows[0]); i++) {
        put(card, bar_rows[i].offset, 4, cold ? bar_rows[i].value : bar_rows[i].value & 0xf);
    }
    put(card, COMMAND, 2, cold ? COMMAND_MEMORY : 0); /* enumerated by the system; after a reset nobody restores it (T-42) */
    uint64_t retries = card_fault(card, FAULT_RETRY_READS);
    card->pci.retry_reads = cold ? 0 : retries ? (uint32_t)retries : RETRY_READS;
}

bool pci_may_dma(const struct sim_card *card)
{
    return card->pci.config[COMMAND] & COMMAND_MASTER;
}

bool pci_decodes(const struct sim_card *card)
{
    return card->pci.config[COMMAND] & COMMAND_MEMORY;
}

static uint32_t ones(uint8_t size)
{
    return size >= 4 ? UINT32_MAX : (1u << (8 * size)) - 1;
}

uint32_t sim_config_read(struct sim_card *card, uint16_t offset, uint8_t size)
{
    posted_push(card);
    atomic_fetch_add(&card->config_accesses, 1);
    charge_read(card, 0);
    clock_access(card);
    if (atomic_load(&card->unplugged)) {
        return ones(size);
    }
    if (size != 1 && size != 2 && size != 4) {
        return 0; /* T-09 */
    }
    if ((uint32_t)offset + size > sizeof(card->pci.config)) {
        return ones(size);
    }
    pthread_mutex_lock(&card->lock);
    uint32_t value = get(card, offset, size);
    if (card->pci.retry_reads) {
        value = offset == 0 ? 0xffff0001 & ones(size) : ones(size);
        card->pci.retry_reads--;
    }
    pthread_mutex_unlock(&card->lock);
    return value;
}

void sim_config_write(struct sim_card *card, uint16_t offset, uint8_t size, uint32_t value)
{
    atomic_fetch_add(&card->config_accesses, 1);
    charge_post(card, 0);
    clock_access(card);
    if (atomic_load(&card->unplugged) || (size != 1 && size != 2 && size != 4) ||
        (uint32_t)offset + size > sizeof(card->pci.config)) {
        return;
    }
    pthread_mutex_lock(&card->lock);
    for (size_t i = 0; i < sizeof(writable_rows) / sizeof(writable_rows[0]); i++) {
        const struct config_row *w = &writable_rows[i];
        for (uint32_t b = 0; b < size; b++) {
            if (offset + b < w->offset || offset + b >= w->offset + w->size) {
                continue;
            }
            uint8_t mask = (uint8_t)(w->value >> (8 * (offset + b - w->offset)));
            uint8_t *at = &card->pci.config[offset + b];
            *at = (uint8_t)((*at & ~mask) | ((value >> (8 * b)) & mask));
        }
    }
    if (size <= 4 && offset <= CAP_EXPRESS + 0x08 && offset + size > CAP_EXPRESS + 0x09 && (value >> 15 & 1)) {
        card_reset(card, true); /* Initiate Function Level Reset */
    }
    pthread_mutex_unlock(&card->lock);
}
