/*
 * ref.c: the reference engine, "ref:". Runs the kernels compiled for the host: memory is the heap, an address in the card's
 * space is a CPU address, a graph is a list that is replayed when it is submitted. Everything is done when submit returns, so
 * a fence is reached as soon as it exists. It exists to try kernels and programs without a card and to run them under
 * sanitizers; nobody chooses it for speed.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "kernels/images.h"

#define PAGE 4096
#define MEMORY_BYTES (16ull << 30) /* what the device says it has */

enum command_kind { COMMAND_DISPATCH, COMMAND_COPY };

struct command {
    enum command_kind kind;
    const struct kernel_host_entry *kernel;
    uint32_t groups[3], items;
    void *args;
    uint64_t dst, src, size_bytes;
};

struct engine_graph {
    struct command *commands;
    size_t count, capacity;
};

struct engine_kernel {
    const struct kernel_host_entry *entry;
};

struct engine_module {
    size_t count;
    struct engine_kernel kernels[]; /* one for each entry of the host build */
};

struct ref_engine {
    struct engine base;
    _Atomic uint64_t fence;
    uint64_t used_bytes;
    struct exo_counters counters;
};

static struct ref_engine *ref_of(struct engine *e)
{
    return (struct ref_engine *)e;
}

/* ---- device
 * -------------------------------------------------------------------------------------------------------------------- */

static void describe(struct exo_device_info *info)
{
    memset(info, 0, sizeof(*info));
    strcpy(info->uri, "ref:");
    strcpy(info->name, "Reference (kernels on this processor)");
    strcpy(info->arch, "host");
    info->simulated = true;
    info->vram_bytes = MEMORY_BYTES;
    info->vram_free = MEMORY_BYTES;
    info->compute_units = 1;
    info->wave_size = 32;
    info->lds_bytes = 64 << 10;
    info->state = EXO_CARD_READY;
}

static int ref_open(const char *uri, const struct exo_open_options *options, struct engine **engine_out, struct err *e)
{
    (void)options;
    if (strcmp(uri, "ref:") != 0 && strcmp(uri, "ref") != 0) {
        return err_set(e, -EINVAL, "the reference device is called 'ref:' and nothing else, not '%s'", uri);
    }
    struct ref_engine *r = calloc(1, sizeof(*r));
    if (!r) {
        return err_set(e, -ENOMEM, "no memory for the reference device");
    }
    r->base.ops = &ref_engine_ops;
    *engine_out = &r->base;
    return 0;
}

static void ref_close(struct engine *e)
{
    free(ref_of(e));
}

static int ref_list(struct exo_device_info *rows, int max)
{
    (void)rows; /* for tests: opened by name only, never offered */
    (void)max;
    return 0;
}

static void ref_info(struct engine *e, struct exo_device_info *info_out)
{
    describe(info_out);
    info_out->vram_free -= ref_of(e)->used_bytes < MEMORY_BYTES ? ref_of(e)->used_bytes : MEMORY_BYTES;
}

/* ---- memory
 * --------------------------------------------------------------------------------------------------------------------- */

static int ref_alloc(struct engine *e, enum exo_memory_kind kind, uint64_t size_bytes, struct engine_memory *memory_out)
{
    struct ref_engine *r = ref_of(e);
    uint64_t rounded = (size_bytes + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    if (r->used_bytes + rounded > MEMORY_BYTES || rounded < size_bytes) {
        return err_set(&e->err, -ENOMEM, "%llu bytes asked for, %llu left of the reference device's memory",
                       (unsigned long long)size_bytes, (unsigned long long)(MEMORY_BYTES - r->used_bytes));
    }
    void *p = aligned_alloc(PAGE, rounded ? rounded : PAGE);
    if (!p) {
        return err_set(&e->err, -ENOMEM, "the host has no %llu bytes left", (unsigned long long)size_bytes);
    }
    *memory_out = (struct engine_memory){
        .va = {(uintptr_t)p}, .cpu = kind == EXO_MEMORY_HOST ? p : NULL, .size_bytes = size_bytes, .kind = kind, .priv = p};
    r->used_bytes += rounded;
    return 0;
}

static void ref_free(struct engine *e, struct engine_memory *memory)
{
    ref_of(e)->used_bytes -= (memory->size_bytes + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    free(memory->priv);
}

/* ---- modules: whatever the image, the kernels are the ones linked in
 * ---------------------------------------------------------------- */

static int ref_module_load(struct engine *e, const void *elf, size_t size_bytes, struct engine_module **module_out)
{
    (void)elf;
    (void)size_bytes;
    struct engine_module *m = calloc(1, sizeof(*m) + kernel_host_entry_count * sizeof(m->kernels[0]));
    if (!m) {
        return err_set(&e->err, -ENOMEM, "no memory for a module");
    }
    for (size_t i = 0; i < kernel_host_entry_count; i++) {
        m->kernels[i].entry = &kernel_host_entries[i];
    }
    m->count = kernel_host_entry_count;
    *module_out = m;
    return 0;
}

static void ref_module_unload(struct engine *e, struct engine_module *module)
{
    (void)e;
    free(module);
}

static int ref_kernel_find(struct engine *e, struct engine_module *module, const char *name, struct engine_kernel **kernel_out)
{
    for (size_t i = 0; i < module->count; i++) {
        if (!strcmp(module->kernels[i].entry->name, name)) {
            *kernel_out = &module->kernels[i];
            return 0;
        }
    }
    return err_set(&e->err, -ENOENT, "no kernel '%s' in the host build", name);
}

static void ref_kernel_info(const struct engine_kernel *kernel, struct exo_kernel_info *info_out)
{
    memset(info_out, 0, sizeof(*info_out));
    info_out->kernarg_bytes = kernel->entry->args_bytes;
    info_out->max_workgroup_items = kernel->entry->items;
    info_out->wave_size = 32;
}

/* ---- graphs
 * ------------------------------------------------------------------------------------------------------------------------ */

static int ref_graph_create(struct engine *e, struct engine_graph **graph_out)
{
    struct engine_graph *g = calloc(1, sizeof(*g));
    if (!g) {
        return err_set(&e->err, -ENOMEM, "no memory for a graph");
    }
    *graph_out = g;
    return 0;
}

static int ref_graph_reset(struct engine *e, struct engine_graph *graph)
{
    (void)e;
    for (size_t i = 0; i < graph->count; i++) {
        free(graph->commands[i].args);
    }
    graph->count = 0;
    return 0;
}

static void ref_graph_destroy(struct engine *e, struct engine_graph *graph)
{
    ref_graph_reset(e, graph);
    free(graph->commands);
    free(graph);
}

static int add_command(struct engine *e, struct engine_graph *g, const struct command *c)
{
    if (g->count == g->capacity) {
        size_t capacity = g->capacity ? g->capacity * 2 : 16;
        struct command *more = realloc(g->commands, capacity * sizeof(*more));
        if (!more) {
            return err_set(&e->err, -ENOMEM, "no memory for %zu commands", capacity);
        }
        g->commands = more;
        g->capacity = capacity;
    }
    g->commands[g->count++] = *c;
    return 0;
}

static int ref_graph_dispatch(struct engine *e, struct engine_graph *graph, struct engine_kernel *kernel,
                              const struct exo_dispatch *dispatch)
{
    const struct kernel_host_entry *k = kernel->entry;
    if (dispatch->group_size[0] != k->items || dispatch->group_size[1] != 1 || dispatch->group_size[2] != 1) {
        return err_set(&e->err, -EINVAL, "%s runs in groups of %u items, not %u x %u x %u", k->name, k->items,
                       dispatch->group_size[0], dispatch->group_size[1], dispatch->group_size[2]);
    }
    if (dispatch->kernarg_bytes != k->args_bytes) {
        return err_set(&e->err, -EINVAL, "%s takes %u bytes of arguments, not %u", k->name, k->args_bytes,
                       dispatch->kernarg_bytes);
    }
    struct command c = {.kind = COMMAND_DISPATCH, .kernel = k, .items = k->items, .args = malloc(k->args_bytes)};
    if (!c.args) {
        return err_set(&e->err, -ENOMEM, "no memory for arguments");
    }
    memcpy(c.args, dispatch->kernarg, k->args_bytes);
    memcpy(c.groups, dispatch->groups, sizeof(c.groups));
    int rc = add_command(e, graph, &c);
    if (rc) {
        free(c.args);
    }
    return rc;
}

static int ref_graph_copy(struct engine *e, struct engine_graph *graph, exo_va dst, exo_va src, uint64_t size_bytes)
{
    return add_command(e, graph,
                       &(struct command){.kind = COMMAND_COPY, .dst = dst.value, .src = src.value, .size_bytes = size_bytes});
}

static int ref_graph_barrier(struct engine *e, struct engine_graph *graph)
{
    (void)e; /* commands run one after the other */
    (void)graph;
    return 0;
}

static int ref_graph_finish(struct engine *e, struct engine_graph *graph)
{
    (void)e;
    (void)graph;
    return 0;
}

static void run_dispatch(struct ref_engine *r, const struct command *c)
{
    uint32_t group[3];
    for (group[2] = 0; group[2] < c->groups[2]; group[2]++) {
        for (group[1] = 0; group[1] < c->groups[1]; group[1]++) {
            for (group[0] = 0; group[0] < c->groups[0]; group[0]++) {
                c->kernel->run_group(c->args, group, c->groups, c->items);
            }
        }
    }
    r->counters.dispatches++;
}

static void copy_bytes(uint64_t dst, uint64_t src, uint64_t size_bytes)
{
    memmove((void *)(uintptr_t)dst, (const void *)(uintptr_t)src, size_bytes);
}

static int ref_submit(struct engine *e, struct engine_graph *const *graphs, uint32_t count, exo_fence *fence_out)
{
    struct ref_engine *r = ref_of(e);
    for (uint32_t g = 0; g < count; g++) {
        for (size_t i = 0; i < graphs[g]->count; i++) {
            const struct command *c = &graphs[g]->commands[i];
            if (c->kind == COMMAND_DISPATCH) {
                run_dispatch(r, c);
            } else {
                copy_bytes(c->dst, c->src, c->size_bytes);
            }
        }
    }
    r->counters.submissions++;
    r->counters.doorbells++; /* what a card would have needed */
    *fence_out = atomic_fetch_add(&r->fence, 1) + 1;
    return 0;
}

static int ref_copy(struct engine *e, const struct engine_copy *copies, uint32_t count, exo_fence *fence_out)
{
    for (uint32_t i = 0; i < count; i++) {
        copy_bytes(copies[i].dst.value, copies[i].src.value, copies[i].size_bytes);
    }
    return ref_submit(e, NULL, 0, fence_out);
}

static int ref_fill(struct engine *e, exo_va dst, uint8_t byte, uint64_t size_bytes, exo_fence *fence_out)
{
    memset((void *)(uintptr_t)dst.value, byte, size_bytes);
    return ref_submit(e, NULL, 0, fence_out);
}

static int ref_wait(struct engine *e, exo_fence fence, uint64_t timeout_us)
{
    (void)e;
    (void)fence;
    (void)timeout_us;
    return 0;
}

static bool ref_fence_done(struct engine *e, exo_fence fence)
{
    return fence <= atomic_load(&ref_of(e)->fence);
}

static bool ref_lost(struct engine *e)
{
    (void)e;
    return false;
}

static void ref_counters(struct engine *e, struct exo_counters *counters_out)
{
    *counters_out = ref_of(e)->counters;
}

const struct engine_ops ref_engine_ops = {
    .scheme = "ref",
    .open = ref_open,
    .close = ref_close,
    .list = ref_list,
    .info = ref_info,
    .alloc = ref_alloc,
    .free = ref_free,
    .module_load = ref_module_load,
    .module_unload = ref_module_unload,
    .kernel_find = ref_kernel_find,
    .kernel_info = ref_kernel_info,
    .graph_create = ref_graph_create,
    .graph_destroy = ref_graph_destroy,
    .graph_reset = ref_graph_reset,
    .graph_dispatch = ref_graph_dispatch,
    .graph_copy = ref_graph_copy,
    .graph_barrier = ref_graph_barrier,
    .graph_finish = ref_graph_finish,
    .submit = ref_submit,
    .copy = ref_copy,
    .fill = ref_fill,
    .wait = ref_wait,
    .fence_done = ref_fence_done,
    .lost = ref_lost,
    .counters = ref_counters,
};
