#include "stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PERIOD_US 1000000

struct counter_row {
    const char *key;
    size_t offset;
};

#define COUNTER(name) {#name, offsetof(struct exo_counters, name)}
static const struct counter_row counters[] = {
    COUNTER(doorbells),        COUNTER(mmio_reads),        COUNTER(mmio_writes),         COUNTER(mmio_read_bytes),
    COUNTER(mmio_write_bytes), COUNTER(dma_bytes_to_card), COUNTER(dma_bytes_from_card), COUNTER(vram_read_bytes),
    COUNTER(vram_write_bytes), COUNTER(wave_instructions), COUNTER(dispatches),          COUNTER(submissions),
};
#undef COUNTER

static const char *wanted_path(void)
{
    const char *path = getenv("EXOSUIT_STATS");
    return path && path[0] ? path : NULL;
}

bool bk_stats_due(uint64_t *last_us)
{
    struct timespec t;
    if (!wanted_path()) {
        return false;
    }
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t now = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    if (*last_us && now - *last_us < PERIOD_US) {
        return false;
    }
    *last_us = now;
    return true;
}

/* Names and sentences hold no control characters, but may hold quotes. */
static void write_string(FILE *file, const char *key, const char *text)
{
    fprintf(file, "\"%s\": \"", key);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', file);
        }
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, file);
    }
    fputs("\",\n", file);
}

void bk_stats_submitted(struct bk_stats *stats, struct exo_device *device)
{
    if (wanted_path()) {
        stats->before = stats->now;
        exo_get_counters(device, &stats->now);
    }
}

static uint64_t counter(const struct exo_counters *c, size_t row)
{
    return *(const uint64_t *)((const char *)c + counters[row].offset);
}

static void write_members(FILE *file, const struct bk_stats *stats, struct exo_device *device, const char *error)
{
    struct exo_device_info info = {0};
    struct exo_counters c = {0};
    if (device) {
        if (exo_get_info(device, &info)) {
            info = (struct exo_device_info){0};
        }
        exo_get_counters(device, &c);
    }
    write_string(file, "state", error[0] || !device ? "lost" : "ready");
    write_string(file, "error", error);
    write_string(file, "name", info.name);
    write_string(file, "uri", info.uri);
    fprintf(file, "\"simulated\": %d,\n\"vram_bytes\": %" PRIu64 ",\n\"vram_free\": %" PRIu64, info.simulated, info.vram_bytes,
            info.vram_free);
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
        fprintf(file, ",\n\"%s\": %" PRIu64, counters[i].key, counter(&c, i));
    }
    for (size_t i = 0; stats && i < sizeof(counters) / sizeof(counters[0]); i++) {
        fprintf(file, ",\n\"token_%s\": %" PRIu64, counters[i].key, counter(&stats->now, i) - counter(&stats->before, i));
    }
}

void bk_stats_write(const struct bk_stats *stats, struct exo_device *device, const char *error)
{
    char next[512];
    const char *path = wanted_path();
    if (!path || snprintf(next, sizeof(next), "%s.next", path) >= (int)sizeof(next)) {
        return;
    }
    FILE *file = fopen(next, "w");
    if (!file) {
        return; /* whoever wanted it sees that it is missing; computing goes on */
    }
    fputs("{\n", file);
    write_members(file, stats, device, error);
    fputs("\n}\n", file);
    if (fclose(file) == 0) {
        rename(next, path);
    }
}
