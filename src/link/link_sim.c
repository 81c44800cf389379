/*
 * The simulated card in this process. Host memory for DMA is ordinary memory that the card reaches through its IOMMU at
 * made-up bus addresses, as low and as granular as macOS hands them out (T-30).
 *
 * URI: sim:CHIP[?threads=N&fault=NAME&bar0=MIB&dma=MIB&segments=N&verdict=FILE&drop_after=N&link=NAME&trace=FILE]
 * link: whose time the card's virtual clock charges (tb4 …, docs/MODEL.md); trace: where the card writes what it does.
 */
#include "link/link_sim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "link/link.h"
#include "link/uri.h"
#include "sim/sim.h"

#define DMA_GRANULE 0x4000u       /* T-30: 16 KiB pages */
#define DMA_FIRST_BUS 0x80000000u /* T-30: where macOS starts */
#define DMA_BUDGET_MIB 256        /* T-31: what is safe to pin */
#define DMA_MAX_REGIONS 128       /* T-17 */

struct sim_link {
    struct sim_card *card;
    uint64_t budget_bytes, used_bytes;
    uint64_t segments;                      /* to split every region into, with gaps between (T-18) */
    uint64_t fail_region_at, regions_asked; /* the one that fails, counted from 1 (T-31); 0: none */
    uint64_t next_bus;
    uint32_t region_count;
    struct dma_region regions[DMA_MAX_REGIONS];
    char verdict_path[URI_VALUE_SIZE]; /* where close writes the card's verdict; empty: nowhere */
};

struct sim_card *link_sim_card(struct link *l)
{
    return l->ops == &link_sim_ops ? ((struct sim_link *)l->priv)->card : NULL;
}

static int sim_open(struct link *l, const char *address, uint64_t deadline_us, struct err *e)
{
    (void)deadline_us; /* powering a simulated card up does not block */
    struct uri uri;
    uint64_t threads = 0, bar0_mib = 0, dma_mib = DMA_BUDGET_MIB, segments = 1, drop_after = UINT64_MAX;
    const char *fault = NULL, *verdict = "", *modelled = NULL, *trace = NULL;
    const struct uri_row rows[] = {
        {"threads", 0, 256, &threads, NULL},
        {"fault", 0, 0, NULL, &fault},
        {"bar0", 1, 32768, &bar0_mib, NULL},
        {"dma", 1, 65536, &dma_mib, NULL},
        {"segments", 1, LINK_MAX_SEGMENTS, &segments, NULL},
        {"verdict", 0, 0, NULL, &verdict},
        {"drop_after", 0, UINT64_MAX, &drop_after, NULL},
        {"link", 0, 0, NULL, &modelled},
        {"trace", 0, 0, NULL, &trace},
    };
    int rc = uri_parse(address, &uri, e);
    if (rc == 0) {
        rc = uri_apply(&uri, rows, sizeof rows / sizeof rows[0], e);
    }
    if (rc) {
        return rc;
    }
    struct sim_link *s = calloc(1, sizeof *s);
    if (!s) {
        return err_set(e, -ENOMEM, "no memory for the simulated card");
    }
    s->budget_bytes = (sim_fault_value(fault, "dma_mib") ? sim_fault_value(fault, "dma_mib") : dma_mib) << 20;
    s->segments = sim_fault_value(fault, "segments") ? sim_fault_value(fault, "segments") : segments;
    s->fail_region_at = sim_fault_value(fault, "alloc_fail_at");
    s->next_bus = DMA_FIRST_BUS;
    snprintf(s->verdict_path, sizeof s->verdict_path, "%s", verdict);
    const struct sim_options options = {
        .chip = uri.name[0] ? uri.name : "rx7900xtx",
        .bar0_bytes = bar0_mib << 20,
        .worker_threads = (uint32_t)threads,
        .fault = fault,
        .link = modelled,
        .trace = trace,
    };
    char text[ERR_TEXT_SIZE] = "";
    rc = sim_card_create(&options, &s->card, text, sizeof text);
    if (rc) {
        free(s);
        return err_set(e, rc, "simulated card: %s", text[0] ? text : strerror(-rc));
    }
    l->priv = s;
    l->simulated = true;
    link_inject_fault(l, drop_after == UINT64_MAX ? LINK_FAULT_NONE : LINK_FAULT_DROP, drop_after);
    return 0;
}

static int sim_config_get(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out)
{
    struct sim_link *s = l->priv;
    *value_out = sim_config_read(s->card, offset, size);
    return 0;
}

static int sim_config_put(struct link *l, uint16_t offset, uint8_t size, uint32_t value)
{
    struct sim_link *s = l->priv;
    sim_config_write(s->card, offset, size, value);
    return 0;
}

static int sim_bar_info(struct link *l, uint8_t bar, uint64_t *size_bytes_out)
{
    struct sim_link *s = l->priv;
    *size_bytes_out = sim_bar_size(s->card, bar);
    return 0;
}

static int sim_read(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes)
{
    struct sim_link *s = l->priv;
    if (!sim_bar_read(s->card, bar, offset, dst, size_bytes)) {
        memset(dst, 0xff, size_bytes);
    }
    return 0;
}

static int sim_write(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
{
    struct sim_link *s = l->priv;
    (void)sim_bar_write(s->card, bar, offset, src, size_bytes); /* posted: a refused write vanishes (T-13) */
    return 0;
}

/* Gives the region its bus addresses: `segments` pieces with a hole behind each, so that a DMA past an end is caught. */
static void sim_lay_out(struct sim_link *s, struct dma_region *region)
{
    uint64_t granules = region->size_bytes / DMA_GRANULE;
    uint64_t count = s->segments < granules ? s->segments : granules;
    uint64_t left = granules;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t take = left / (count - i);
        region->segments[i] = (struct dma_segment){{s->next_bus}, take * DMA_GRANULE};
        s->next_bus += (take + 1) * DMA_GRANULE;
        left -= take;
    }
    region->segment_count = (uint32_t)count;
}

static void sim_unmap_region(struct sim_link *s, const struct dma_region *region, uint32_t segment_count)
{
    for (uint32_t i = 0; i < segment_count; i++) {
        sim_iommu_unmap(s->card, region->segments[i].address.value, region->segments[i].size_bytes);
    }
}

static int sim_map_region(struct link *l, struct dma_region *region)
{
    struct sim_link *s = l->priv;
    uint64_t done = 0;
    for (uint32_t i = 0; i < region->segment_count; i++) {
        const struct dma_segment *segment = &region->segments[i];
        int rc = sim_iommu_map(s->card, segment->address.value, (uint8_t *)region->cpu + done, segment->size_bytes);
        if (rc) {
            sim_unmap_region(s, region, i);
            return err_set(&l->err, rc, "DMA memory: the simulated IOMMU refused %" PRIu64 " bytes at bus address 0x%" PRIx64,
                           segment->size_bytes, segment->address.value);
        }
        done += segment->size_bytes;
    }
    return 0;
}

static int sim_dma_alloc(struct link *l, size_t size_bytes, struct dma_region *region_out)
{
    struct sim_link *s = l->priv;
    if (++s->regions_asked == s->fail_region_at || s->region_count == DMA_MAX_REGIONS || size_bytes > s->budget_bytes ||
        ((size_bytes + DMA_GRANULE - 1) & ~(uint64_t)(DMA_GRANULE - 1)) > s->budget_bytes - s->used_bytes) {
        return err_set(&l->err, -ENOMEM,
                       "DMA memory: %zu bytes asked for, %" PRIu64 " of %" PRIu64
                       " bytes and %u of %d regions in use (T-17, T-31)",
                       size_bytes, s->used_bytes, s->budget_bytes, s->region_count, DMA_MAX_REGIONS);
    }
    struct dma_region region = {.size_bytes = (size_bytes + DMA_GRANULE - 1) & ~(uint64_t)(DMA_GRANULE - 1)};
    region.cpu = mmap(NULL, region.size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region.cpu == MAP_FAILED) {
        return err_set(&l->err, -errno, "DMA memory: mapping %" PRIu64 " bytes failed: %s", region.size_bytes, strerror(errno));
    }
    sim_lay_out(s, &region);
    int rc = sim_map_region(l, &region);
    if (rc) {
        munmap(region.cpu, region.size_bytes);
        return rc;
    }
    s->used_bytes += region.size_bytes;
    s->regions[s->region_count++] = region;
    *region_out = region;
    return 0;
}

static int sim_link_reset(struct link *l, enum link_reset kind)
{
    struct sim_link *s = l->priv;
    sim_reset(s->card, kind == LINK_RESET_HOT);
    return 0;
}

static bool sim_alive(struct link *l)
{
    struct sim_link *s = l->priv;
    return sim_config_read(s->card, 0, 2) != 0xffff;
}

static int sim_counters_get(struct link *l, struct link_card_counters *counters_out)
{
    struct sim_link *s = l->priv;
    struct sim_counters c;
    sim_get_counters(s->card, &c);
    *counters_out = (struct link_card_counters){
        .host_read_bytes = c.host_read_bytes,
        .host_write_bytes = c.host_write_bytes,
        .vram_read_bytes = c.vram_read_bytes,
        .vram_write_bytes = c.vram_write_bytes,
        .work_groups = c.work_groups,
        .wave_instructions = c.wave_instructions,
        .dispatches = c.dispatches,
        .modelled_card_ns = c.modelled_card_ns,
        .modelled_link_ns = c.modelled_link_ns,
    };
    return 0;
}

static void report_verdict(struct link *l, struct sim_link *s)
{
    char verdict[ERR_TEXT_SIZE] = "";
    sim_verdict(s->card, verdict, sizeof verdict);
    if (verdict[0] && l->trace) {
        l->trace(l->trace_user, verdict);
    }
    FILE *file = s->verdict_path[0] ? fopen(s->verdict_path, "w") : NULL;
    if (file) {
        fprintf(file, "%s\n", verdict);
        fclose(file);
    }
}

/* The memory goes from the IOMMU first, as when a session ends (T-32), and is given back only after the card's power is off. */
static void sim_close(struct link *l)
{
    struct sim_link *s = l->priv;
    for (uint32_t i = 0; i < s->region_count; i++) {
        sim_unmap_region(s, &s->regions[i], s->regions[i].segment_count);
    }
    report_verdict(l, s);
    sim_card_destroy(s->card);
    for (uint32_t i = 0; i < s->region_count; i++) {
        munmap(s->regions[i].cpu, s->regions[i].size_bytes);
    }
    free(s);
}

const struct link_ops link_sim_ops = {
    .scheme = "sim",
    .open = sim_open,
    .config_read = sim_config_get,
    .config_write = sim_config_put,
    .bar_info = sim_bar_info,
    .bar_read = sim_read,
    .bar_write = sim_write,
    .dma_alloc = sim_dma_alloc,
    .reset = sim_link_reset,
    .alive = sim_alive,
    .card_counters = sim_counters_get,
    .close = sim_close,
};
