#include "fake_card.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MAPPINGS 8192

struct mapping {
    uint64_t bus_address, size_bytes;
    uint8_t *cpu;
};

struct sim_card {
    pthread_mutex_t lock;
    bool unplugged;
    uint8_t config[4096];
    uint8_t *bars[6];
    int mapping_count;
    struct mapping mappings[MAX_MAPPINGS];
    struct sim_counters counters;
    char verdict[256];
};

static const uint64_t bar_sizes[6] = {FAKE_BAR0_BYTES, 0, FAKE_BAR2_BYTES, 0, 0, FAKE_BAR5_BYTES};

int sim_card_create(const struct sim_options *options, struct sim_card **card_out, char *err, size_t err_size)
{
    if (strcmp(options->chip, "rx7900xtx") != 0) {
        snprintf(err, err_size, "no chip is named %s", options->chip);
        return -EINVAL;
    }
    struct sim_card *card = calloc(1, sizeof *card);
    pthread_mutex_init(&card->lock, NULL);
    const uint16_t ids[2] = {FAKE_VENDOR, FAKE_DEVICE};
    memcpy(card->config, ids, sizeof ids);
    card->config[0x0b] = 3; /* a display */
    for (int i = 0; i < 6; i++) {
        card->bars[i] = bar_sizes[i] ? calloc(1, bar_sizes[i]) : NULL;
    }
    *card_out = card;
    return 0;
}

void sim_card_destroy(struct sim_card *card)
{
    for (int i = 0; i < 6; i++) {
        free(card->bars[i]);
    }
    pthread_mutex_destroy(&card->lock);
    free(card);
}

uint32_t sim_config_read(struct sim_card *card, uint16_t offset, uint8_t size)
{
    uint32_t value = 0xffffffff;
    pthread_mutex_lock(&card->lock);
    card->counters.config_accesses++;
    if (!card->unplugged && offset + size <= 4096) {
        value = 0;
        memcpy(&value, card->config + offset, size);
    }
    pthread_mutex_unlock(&card->lock);
    return size == 4 ? value : value & ((1u << 8 * size) - 1);
}

void sim_config_write(struct sim_card *card, uint16_t offset, uint8_t size, uint32_t value)
{
    pthread_mutex_lock(&card->lock);
    if (!card->unplugged && offset >= 4 && offset + size <= 4096) {
        memcpy(card->config + offset, &value, size);
    }
    pthread_mutex_unlock(&card->lock);
}

uint64_t sim_bar_size(struct sim_card *card, uint8_t bar)
{
    (void)card;
    return bar < 6 ? bar_sizes[bar] : 0;
}

static bool bar_access(struct sim_card *card, uint8_t bar, uint64_t offset, void *data, size_t size_bytes, bool write)
{
    if (bar >= 6 || size_bytes > bar_sizes[bar] || offset > bar_sizes[bar] - size_bytes || offset % 4 || size_bytes % 4) {
        return false;
    }
    pthread_mutex_lock(&card->lock);
    bool present = !card->unplugged;
    if (present && write) {
        memcpy(card->bars[bar] + offset, data, size_bytes);
    } else if (present) {
        memcpy(data, card->bars[bar] + offset, size_bytes);
    }
    card->counters.bar_reads += !write;
    card->counters.bar_writes += write && bar != 2;
    card->counters.doorbells += write && bar == 2;
    pthread_mutex_unlock(&card->lock);
    return present;
}

bool sim_bar_read(struct sim_card *card, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes)
{
    return bar_access(card, bar, offset, dst, size_bytes, false);
}

bool sim_bar_write(struct sim_card *card, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
{
    return bar_access(card, bar, offset, (void *)src, size_bytes, true);
}

int sim_iommu_map(struct sim_card *card, uint64_t bus_address, void *cpu, uint64_t size_bytes)
{
    pthread_mutex_lock(&card->lock);
    int rc = card->mapping_count == MAX_MAPPINGS ? -ENOSPC : 0;
    if (rc == 0) {
        card->mappings[card->mapping_count++] = (struct mapping){bus_address, size_bytes, cpu};
    }
    pthread_mutex_unlock(&card->lock);
    return rc;
}

void sim_iommu_unmap(struct sim_card *card, uint64_t bus_address, uint64_t size_bytes)
{
    pthread_mutex_lock(&card->lock);
    for (int i = 0; i < card->mapping_count; i++) {
        if (card->mappings[i].bus_address == bus_address && card->mappings[i].size_bytes == size_bytes) {
            card->mappings[i] = card->mappings[--card->mapping_count];
            break;
        }
    }
    pthread_mutex_unlock(&card->lock);
}

bool fake_card_dma(struct sim_card *card, uint64_t bus_address, void *data, uint64_t size_bytes, bool write)
{
    bool done = false;
    pthread_mutex_lock(&card->lock);
    for (int i = 0; i < card->mapping_count && !done; i++) {
        const struct mapping *m = &card->mappings[i];
        if (bus_address >= m->bus_address && size_bytes <= m->size_bytes &&
            bus_address - m->bus_address <= m->size_bytes - size_bytes) {
            uint8_t *host = m->cpu + (bus_address - m->bus_address);
            memcpy(write ? (void *)host : data, write ? data : (void *)host, size_bytes);
            done = true;
        }
    }
    if (!done && !card->verdict[0]) {
        snprintf(card->verdict, sizeof card->verdict, "panic: DMA to unmapped bus address 0x%" PRIx64, bus_address);
    }
    pthread_mutex_unlock(&card->lock);
    return done;
}

int fake_card_mapping_count(struct sim_card *card)
{
    pthread_mutex_lock(&card->lock);
    int count = card->mapping_count;
    pthread_mutex_unlock(&card->lock);
    return count;
}

void *fake_card_bar(struct sim_card *card, int bar)
{
    return card->bars[bar];
}

void sim_reset(struct sim_card *card, bool hot)
{
    (void)hot;
    pthread_mutex_lock(&card->lock);
    memset(card->config + 4, 0, 7); /* T-42: cleared by a reset; the class is what it is */
    memset(card->config + 12, 0, 244);
    pthread_mutex_unlock(&card->lock);
}

void sim_unplug(struct sim_card *card)
{
    pthread_mutex_lock(&card->lock);
    card->unplugged = true;
    pthread_mutex_unlock(&card->lock);
}

void sim_get_counters(struct sim_card *card, struct sim_counters *counters_out)
{
    pthread_mutex_lock(&card->lock);
    *counters_out = card->counters;
    pthread_mutex_unlock(&card->lock);
}

void sim_verdict(struct sim_card *card, char *text, size_t size)
{
    pthread_mutex_lock(&card->lock);
    snprintf(text, size, "%s", card->verdict);
    pthread_mutex_unlock(&card->lock);
}
