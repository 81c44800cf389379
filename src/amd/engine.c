/* engine.c: the AMD driver as the runtime sees it (core/engine.h): each operation is a short way into the module that does it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "amd/amd.h"
#include "amd/graph.h"
#include "amd/module.h"
#include "amd/overdue.h"
#include "amd/registers.h"
#include "amd/transfer.h"
#include "core/clock.h"

#define PCI_COMMAND_REGISTER 4
#define SPIN_US 20
#define LONGEST_NAP_US 50
#define LONGEST_REMOTE_NAP_US 1000

int amd_break(struct amd *a, int code)
{
    int none = 0;
    atomic_compare_exchange_strong(&a->broken, &none, code);
    return code;
}

static int link_result(struct amd *a, int rc)
{
    return rc ? err_set(&a->base.err, rc, "%s", a->link->err.text) : 0;
}

int amd_card_went(struct amd *a, const char *during)
{
    int rc = a->link->lost ? -ENODEV : link_lost(a->link, "it went away while %s", during);
    return amd_break(a, link_result(a, rc));
}

static int check_visible(struct amd *a, uint64_t offset, uint64_t size)
{
    if (offset > a->bar0_bytes || size > a->bar0_bytes - offset) {
        return err_set(&a->base.err, -EINVAL, "VRAM at %#llx (%llu bytes) lies beyond BAR 0 of %llu MiB",
                       (unsigned long long)offset, (unsigned long long)size, (unsigned long long)(a->bar0_bytes >> 20));
    }
    return 0;
}

int amd_vram_write(struct amd *a, uint64_t offset, const void *src, uint64_t size_bytes)
{
    int rc = check_visible(a, offset, size_bytes);
    return rc ? rc : link_result(a, link_bar_write(a->link, AMD_BAR_VRAM, offset, src, size_bytes));
}

int amd_vram_read(struct amd *a, uint64_t offset, void *dst, uint64_t size_bytes)
{
    int rc = check_visible(a, offset, size_bytes);
    return rc ? rc : link_result(a, link_bar_read(a->link, AMD_BAR_VRAM, offset, dst, size_bytes));
}

int amd_vram_clear(struct amd *a, uint64_t offset, uint64_t size_bytes)
{
    static const uint8_t zeros[4096];
    int rc = 0;
    for (uint64_t done = 0; done < size_bytes && rc == 0; done += sizeof zeros) {
        uint64_t left = size_bytes - done;
        rc = amd_vram_write(a, offset + done, zeros, left < sizeof zeros ? left : sizeof zeros);
    }
    return rc;
}

int amd_open(const char *uri, const struct exo_open_options *options, int fail_at, struct engine **engine_out, struct err *e)
{
    struct amd *a = calloc(1, sizeof *a);
    if (!a) {
        return err_set(e, -ENOMEM, "no memory for a device");
    }
    a->base.ops = &amd_engine_ops;
    mirror_init(a);
    a->simulated = strncmp(uri, "sim:", 4) == 0;
    snprintf(a->uri, sizeof a->uri, "%s", uri);
    int rc = amd_bring_up(a, options, fail_at, e);
    if (rc) {
        mirror_destroy(a);
        free(a);
        return rc;
    }
    *engine_out = &a->base;
    return 0;
}

static int engine_open(const char *uri, const struct exo_open_options *options, struct engine **engine_out, struct err *e)
{
    return amd_open(uri, options, -1, engine_out, e);
}

static void engine_close(struct engine *e)
{
    struct amd *a = amd_from(e);
    amd_take_down(a);
    mirror_destroy(a);
    free(a);
}

static void fill_row(struct exo_device_info *row, const char *uri, const struct amd_chip *chip, bool simulated)
{
    *row = (struct exo_device_info){.simulated = simulated,
                                    .pci_vendor = AMD_PCI_VENDOR,
                                    .pci_device = chip->pci_device,
                                    .vram_bytes = chip->vram_bytes,
                                    .vram_free = chip->vram_bytes,
                                    .bar0_bytes = 256u << 20,
                                    .compute_units = chip->compute_units,
                                    .wave_size = 32,
                                    .lds_bytes = 65536,
                                    .state = EXO_CARD_READY};
    snprintf(row->uri, sizeof row->uri, "%s", uri);
    snprintf(row->name, sizeof row->name, "%s", chip->name);
    snprintf(row->arch, sizeof row->arch, "%s", chip->arch);
}

/* TinyGPU.app's server, or where it would be: T-03. Whether a card is behind it shows only when it is opened. */
static bool tinygpu_present(char *uri, size_t uri_size)
{
    const char *path = getenv("APL_REMOTE_SOCK");
    if (path && *path && access(path, F_OK) == 0) {
        snprintf(uri, uri_size, "tinygpu:%s", path);
        return true;
    }
    if (access("/Applications/TinyGPU.app", F_OK) == 0) {
        snprintf(uri, uri_size, "tinygpu:");
        return true;
    }
    return false;
}

static int engine_list(struct exo_device_info *rows, int max)
{
    int count = 0;
    char uri[112];
    if (tinygpu_present(uri, sizeof uri)) {
        if (count < max) {
            fill_row(&rows[count], uri, amd_chip_row(0), false);
            snprintf(rows[count].name, sizeof rows[count].name, "card behind TinyGPU.app");
        }
        count++;
    }
    for (int i = 0; amd_chip_row(i); i++) {
        const struct amd_chip *chip = amd_chip_row(i);
        if (!chip->simulation) {
            continue;
        }
        if (count < max) {
            snprintf(uri, sizeof uri, "sim:%s", chip->simulation);
            fill_row(&rows[count], uri, chip, true);
        }
        count++;
    }
    return count;
}

static void engine_info(struct engine *e, struct exo_device_info *info_out)
{
    struct amd *a = amd_from(e);
    fill_row(info_out, a->uri, a->chip, a->simulated);
    info_out->vram_bytes = a->vram_bytes;
    info_out->vram_free = a->vm.vram.free_bytes;
    info_out->bar0_bytes = a->bar0_bytes;
    info_out->compute_units = a->chip->compute_units ? a->chip->compute_units : a->discovery.compute_units;
    info_out->lds_bytes = a->discovery.lds_kib ? a->discovery.lds_kib << 10 : 65536;
}

/* The link says -ENODEV once; from then on the card is broken for everybody. */
static int seal(struct amd *a, int rc)
{
    return rc == -ENODEV || a->link->lost ? amd_break(a, -ENODEV) : rc;
}

static int engine_alloc(struct engine *e, enum exo_memory_kind kind, uint64_t size_bytes, struct engine_memory *memory_out)
{
    struct amd *a = amd_from(e);
    struct amd_memory *m = NULL;
    int rc = vm_alloc(a, kind, size_bytes, &m);
    if (rc == 0) {
        *memory_out = (struct engine_memory){m->va, m->cpu, size_bytes, kind, m};
    }
    return seal(a, rc);
}

static void engine_free(struct engine *e, struct engine_memory *memory)
{
    vm_free(amd_from(e), memory->priv);
}

static int engine_module_load(struct engine *e, const void *elf, size_t size_bytes, struct engine_module **module_out)
{
    return seal(amd_from(e), module_load(amd_from(e), elf, size_bytes, module_out));
}

static void engine_module_unload(struct engine *e, struct engine_module *module)
{
    module_unload(amd_from(e), module);
}

static int engine_kernel_find(struct engine *e, struct engine_module *module, const char *name, struct engine_kernel **kernel_out)
{
    return module_find(amd_from(e), module, name, kernel_out);
}

static int engine_graph_create(struct engine *e, struct engine_graph **graph_out)
{
    struct engine_graph *g = calloc(1, sizeof *g);
    if (!g) {
        return err_set(&e->err, -ENOMEM, "no memory for a graph");
    }
    *graph_out = g;
    return 0;
}

static void engine_graph_destroy(struct engine *e, struct engine_graph *graph)
{
    graph_destroy(amd_from(e), graph);
}

static int engine_graph_reset(struct engine *e, struct engine_graph *graph)
{
    (void)e;
    graph_reset(graph);
    return 0;
}

static int engine_graph_dispatch(struct engine *e, struct engine_graph *graph, struct engine_kernel *kernel,
                                 const struct exo_dispatch *dispatch)
{
    return graph_dispatch(amd_from(e), graph, kernel, dispatch);
}

static int engine_graph_copy(struct engine *e, struct engine_graph *graph, exo_va dst, exo_va src, uint64_t size_bytes)
{
    return graph_copy(amd_from(e), graph, dst, src, size_bytes);
}

static int engine_graph_barrier(struct engine *e, struct engine_graph *graph)
{
    return graph_barrier(amd_from(e), graph);
}

static int engine_graph_finish(struct engine *e, struct engine_graph *graph)
{
    return seal(amd_from(e), graph_finish(amd_from(e), graph));
}

static int engine_submit(struct engine *e, struct engine_graph *const *graphs, uint32_t count, exo_fence *fence_out)
{
    return seal(amd_from(e), transfer_submit_graphs(amd_from(e), graphs, count, fence_out));
}

static int engine_copies(struct engine *e, const struct engine_copy *copies, uint32_t count, exo_fence *fence_out)
{
    return seal(amd_from(e), transfer_copies(amd_from(e), copies, count, fence_out));
}

static int engine_check_range(struct engine *e, const char *what, exo_va va, uint64_t size_bytes)
{
    return transfer_check_range(amd_from(e), what, va.value, size_bytes);
}

static int engine_fill(struct engine *e, exo_va dst, uint8_t byte, uint64_t size_bytes, exo_fence *fence_out)
{
    return seal(amd_from(e), transfer_fill(amd_from(e), dst, byte, size_bytes, fence_out));
}

/* Where each look is a round trip, fewer of them: an eighth of what was waited for already is not noticed either. */
static uint64_t next_nap(const struct amd *a, uint64_t nap, uint64_t waited_us)
{
    uint64_t longest = link_shares_memory(a->link) ? LONGEST_NAP_US : waited_us / 8;
    longest = longest < LONGEST_NAP_US ? LONGEST_NAP_US : longest > LONGEST_REMOTE_NAP_US ? LONGEST_REMOTE_NAP_US : longest;
    return nap * 2 < longest ? nap * 2 : longest;
}

static int engine_wait(struct engine *e, exo_fence fence, uint64_t timeout_us)
{
    struct amd *a = amd_from(e);
    uint64_t start = clock_now_us(), now = start, nap = 1;
    while (!transfer_is_done(a, fence)) {
        int broken = atomic_load(&a->broken);
        if (broken) {
            return broken;
        }
        if (now - start > timeout_us) {
            return -ETIMEDOUT;
        }
        if (now - start > SPIN_US) { /* long work: leave the core to others; the nap stays far below what anyone notices */
            clock_sleep_us(nap);
            nap = next_nap(a, nap, now - start);
        }
        now = clock_now_us();
    }
    return 0;
}

static bool engine_fence_done(struct engine *e, exo_fence fence)
{
    return transfer_is_done(amd_from(e), fence);
}

static bool engine_lost(struct engine *e)
{
    return atomic_load(&amd_from(e)->broken) != 0;
}

static int engine_check(struct engine *e, exo_fence fence, bool last)
{
    return overdue_check(amd_from(e), fence, last);
}

static void engine_stop_dma(struct engine *e)
{
    struct amd *a = amd_from(e);
    int rc = link_config_write(a->link, PCI_COMMAND_REGISTER, 2, 2); /* memory access stays, bus mastering goes */
    (void)rc;
    amd_break(a, -ENODEV);
}

static void engine_counters(struct engine *e, struct exo_counters *out)
{
    struct amd *a = amd_from(e);
    const struct link_counters *l = &a->link->counters;
    struct link_card_counters card = {0};
    *out = (struct exo_counters){
        .doorbells = l->doorbells,
        .mmio_reads = l->bar_reads + l->config_reads,
        .mmio_writes = l->bar_writes + l->config_writes,
        .mmio_read_bytes = l->bar_read_bytes,
        .mmio_write_bytes = l->bar_write_bytes,
        .submissions = a->submissions,
        .round_trips = __atomic_load_n(&l->round_trips, __ATOMIC_RELAXED), /* pulls count there from any thread */
    };
    if (link_card_counters(a->link, &card) == 0) {
        out->dma_bytes_to_card = card.host_read_bytes;
        out->dma_bytes_from_card = card.host_write_bytes;
        out->vram_read_bytes = card.vram_read_bytes;
        out->vram_write_bytes = card.vram_write_bytes;
        out->wave_instructions = card.wave_instructions;
        out->dispatches = card.dispatches;
        out->modelled_card_ns = card.modelled_card_ns;
        out->modelled_link_ns = card.modelled_link_ns;
    }
}

const struct engine_ops amd_engine_ops = {
    .scheme = "sim tinygpu tcp",
    .open = engine_open,
    .close = engine_close,
    .list = engine_list,
    .info = engine_info,
    .alloc = engine_alloc,
    .free = engine_free,
    .module_load = engine_module_load,
    .module_unload = engine_module_unload,
    .kernel_find = engine_kernel_find,
    .kernel_info = module_kernel_info,
    .graph_create = engine_graph_create,
    .graph_destroy = engine_graph_destroy,
    .graph_reset = engine_graph_reset,
    .graph_dispatch = engine_graph_dispatch,
    .graph_copy = engine_graph_copy,
    .graph_barrier = engine_graph_barrier,
    .graph_finish = engine_graph_finish,
    .submit = engine_submit,
    .copy = engine_copies,
    .check_range = engine_check_range,
    .fill = engine_fill,
    .wait = engine_wait,
    .fence_done = engine_fence_done,
    .lost = engine_lost,
    .check = engine_check,
    .stop_dma = engine_stop_dma,
    .counters = engine_counters,
};
