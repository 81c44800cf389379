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

#define LINK(name) {#name, offsetof(struct bk_sample, link.name)}
#define OWN(name) {#name, offsetof(struct bk_sample, name)}
static const struct counter_row counters[] = {
    LINK(doorbells),        LINK(mmio_reads),        LINK(mmio_writes),         LINK(mmio_read_bytes),
    LINK(mmio_write_bytes), LINK(dma_bytes_to_card), LINK(dma_bytes_from_card), LINK(vram_read_bytes),
    LINK(vram_write_bytes), LINK(wave_instructions), LINK(dispatches),          LINK(submissions),
    LINK(round_trips),      LINK(modelled_card_ns),  LINK(modelled_link_ns),    OWN(host_cpu_ns),
    OWN(barriers),          OWN(plans_known),        OWN(plans_compared),       OWN(plans_made),
};
#undef LINK
#undef OWN
#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static const char *wanted_path(void)
{
    const char *path = getenv("EXOSUIT_STATS");
    return path && path[0] ? path : NULL;
}

void bk_stats_init(struct bk_stats *stats)
{
    *stats = (struct bk_stats){.wanted = wanted_path() != NULL};
    if (stats->wanted) {
        stats->samples = calloc(BK_SAMPLES, sizeof(stats->samples[0]));
    }
}

void bk_stats_free(struct bk_stats *stats)
{
    free(stats->samples);
    stats->samples = NULL;
}

uint64_t bk_stats_clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

void bk_stats_weights(struct bk_stats *stats, uint64_t bytes, uint64_t begun_us)
{
    atomic_fetch_add_explicit(&stats->weights_bytes, bytes, memory_order_relaxed);
    atomic_fetch_add_explicit(&stats->weights_us, bk_stats_clock_us() - begun_us, memory_order_relaxed);
}

bool bk_stats_due(struct bk_stats *stats)
{
    if (!stats->wanted) {
        return false;
    }
    uint64_t now = bk_stats_clock_us();
    if (stats->written_us && now - stats->written_us < PERIOD_US) {
        return false;
    }
    stats->written_us = now;
    return true;
}

/* ---- processor time ---------------------------------------------------------------------------------------------------- */

static uint64_t thread_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t bk_stats_begin(const struct bk_stats *stats)
{
    return stats->wanted ? thread_ns() : 0;
}

void bk_stats_end(struct bk_stats *stats, uint64_t begun)
{
    if (stats->wanted) {
        atomic_fetch_add_explicit(&stats->host_cpu_ns, (int64_t)(thread_ns() - begun), memory_order_relaxed);
    }
}

void bk_stats_resume(struct bk_stats *stats, uint64_t paused)
{
    if (stats->wanted) {
        atomic_fetch_sub_explicit(&stats->host_cpu_ns, (int64_t)(thread_ns() - paused), memory_order_relaxed);
    }
}

/* ---- samples ------------------------------------------------------------------------------------------------------------ */

static struct bk_sample sample_now(struct bk_stats *stats, struct exo_device *device)
{
    struct bk_sample s = {
        .host_cpu_ns = (uint64_t)atomic_load_explicit(&stats->host_cpu_ns, memory_order_relaxed),
        .barriers = stats->barriers,
        .plans_known = stats->plans_known,
        .plans_compared = stats->plans_compared,
        .plans_made = stats->plans_made,
    };
    if (device) {
        exo_get_counters(device, &s.link);
    }
    return s;
}

void bk_stats_computing(struct bk_stats *stats, struct exo_device *device)
{
    if (stats->samples) {
        stats->samples[stats->computes++ % BK_SAMPLES] = sample_now(stats, device);
    }
}

static uint64_t counter(const struct bk_sample *s, size_t row)
{
    return *(const uint64_t *)((const char *)s + counters[row].offset);
}

/*
 * What the computations from an eighth to five eighths of the run (or of what is remembered of it) cost together: by then plans
 * are made and buffers sized, and nothing is torn down yet. "middle_computes" says how many they are; a reader who knows how many
 * tokens the run had knows how many computations a token takes.
 */
static void write_middle(FILE *file, const struct bk_stats *stats)
{
    uint64_t held = stats->computes < BK_SAMPLES ? stats->computes : BK_SAMPLES, first = stats->computes - held;
    uint64_t from = first + held / 8, to = first + held * 5 / 8;
    if (!stats->samples || held < 8) {
        return;
    }
    const struct bk_sample *a = &stats->samples[from % BK_SAMPLES], *b = &stats->samples[to % BK_SAMPLES];
    fprintf(file, ",\n\"middle_computes\": %" PRIu64, to - from);
    for (size_t i = 0; i < COUNTERS; i++) {
        fprintf(file, ",\n\"middle_%s\": %" PRIu64, counters[i].key, counter(b, i) - counter(a, i));
    }
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

static void write_members(FILE *file, struct bk_stats *stats, struct exo_device *device, const char *error)
{
    struct exo_device_info info = {0};
    struct bk_sample now = sample_now(stats, device);
    if (device && exo_get_info(device, &info)) {
        info = (struct exo_device_info){0};
    }
    write_string(file, "state", error[0] || !device ? "lost" : "ready");
    write_string(file, "error", error);
    write_string(file, "name", info.name);
    write_string(file, "uri", info.uri);
    fprintf(file, "\"simulated\": %d,\n\"vram_bytes\": %" PRIu64 ",\n\"vram_free\": %" PRIu64, info.simulated, info.vram_bytes,
            info.vram_free);
    for (size_t i = 0; i < COUNTERS; i++) {
        fprintf(file, ",\n\"%s\": %" PRIu64, counters[i].key, counter(&now, i));
    }
    fprintf(file, ",\n\"computes\": %" PRIu64, stats->computes);
    fprintf(file, ",\n\"weights_bytes\": %" PRIu64 ",\n\"weights_us\": %" PRIu64, atomic_load(&stats->weights_bytes),
            atomic_load(&stats->weights_us));
    write_middle(file, stats);
}

void bk_stats_write(struct bk_stats *stats, struct exo_device *device, const char *error)
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
