/*
 * backend.c: the plug-in's face to ggml: registry, the one device EXOSUIT0, and its backend instances. The registry is the one
 * static object that ggml's interface asks for; the card is opened when ggml first counts devices and closed at exit.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cache.h"
#include "device.h"
#include "ggml-backend-impl.h"
#include "ggml-impl.h"
#include "ops/ops.h"
#include "stats.h"

#define OFFLOAD_COLUMNS 64
#define KEEP_NODES 10 /* from a layer's first product to its attention */

struct instance {
    struct bk_device *dev;
    struct bk_cache cache;
    exo_fence fence; /* of its last computation or large write */
};

static struct {
    pthread_once_t once;
    struct bk_device device;
    bool present;
    struct ggml_backend_reg reg;
    struct ggml_backend_device ggml_device;
    struct ggml_backend_buffer_type device_type, host_type;
} plugin = {.once = PTHREAD_ONCE_INIT};

/* ---- instances ---------------------------------------------------------------------------------------------------------------
 */

static const char *instance_name(ggml_backend_t backend)
{
    return ggml_backend_dev_name(backend->device);
}

static void instance_free(ggml_backend_t backend)
{
    struct instance *in = backend->context;
    bk_finish_reads(in->dev); /* its plans hold results */
    pthread_mutex_lock(&in->dev->lock);
    bk_cache_free(&in->cache, in->dev);
    pthread_mutex_unlock(&in->dev->lock);
    free(in);
    free(backend);
}

static struct ggml_backend_buffer *buffer_of(const struct ggml_tensor *t)
{
    return t->view_src ? t->view_src->buffer : t->buffer;
}

static void instance_set(ggml_backend_t backend, struct ggml_tensor *t, const void *data, size_t offset, size_t size)
{
    struct instance *in = backend->context;
    uint64_t begun = bk_stats_begin(&in->dev->stats);
    bk_write_later(in->dev, (uint64_t)(uintptr_t)t->data + offset, data, size, &in->fence);
    bk_stats_end(&in->dev->stats, begun);
}

static void instance_get(ggml_backend_t backend, const struct ggml_tensor *t, void *data, size_t offset, size_t size)
{
    struct instance *in = backend->context;
    uint64_t begun = bk_stats_begin(&in->dev->stats);
    bk_read_later(in->dev, (uint64_t)(uintptr_t)t->data + offset, data, size);
    bk_stats_end(&in->dev->stats, begun);
}

static bool instance_copy(ggml_backend_t from, ggml_backend_t to, const struct ggml_tensor *src, struct ggml_tensor *dst)
{
    struct bk_device *dev = bk_buffer_device(buffer_of(dst));
    (void)from;
    (void)to;
    if (!dev || bk_buffer_device(buffer_of(src)) != dev) {
        return false;
    }
    return bk_copy_bytes(dev, (uint64_t)(uintptr_t)dst->data, (uint64_t)(uintptr_t)src->data, ggml_nbytes(src));
}

static void instance_synchronize(ggml_backend_t backend)
{
    struct instance *in = backend->context;
    uint64_t begun = bk_stats_begin(&in->dev->stats);
    if (in->fence) {
        (void)bk_wait(in->dev, in->fence); /* a failure is latched and comes out of the next graph_compute */
    }
    bk_finish_reads(in->dev);
    bk_stats_end(&in->dev->stats, begun);
}

static enum ggml_status instance_compute(ggml_backend_t backend, struct ggml_cgraph *cgraph)
{
    struct instance *in = backend->context;
    struct bk_plan *plan = NULL;
    struct bk_device *dev = in->dev;
    uint64_t begun = bk_stats_begin(&dev->stats);
    bk_finish_reads(dev);
    pthread_mutex_lock(&dev->lock);
    int rc = dev->exo && !dev->failed ? bk_cache_get(&in->cache, dev, cgraph, &plan) : -ENODEV;
    if (!rc) {
        rc = bk_plan_submit(dev, plan, &in->fence);
    }
    if (rc && dev->failed) { /* said again each time: this is what the caller's own error stands for */
        GGML_LOG_ERROR("exosuit: cannot compute: %s\n", dev->failure);
    } else if (rc) {
        bk_fail_locked(dev, "computing a graph", rc);
    }
    pthread_mutex_unlock(&dev->lock);
    bk_stats_end(&dev->stats, begun);
    return !rc ? GGML_STATUS_SUCCESS : rc == -ENOMEM ? GGML_STATUS_ALLOC_FAILED : GGML_STATUS_FAILED;
}

static void instance_event_record(ggml_backend_t backend, ggml_backend_event_t event)
{
    struct instance *in = backend->context;
    *(exo_fence *)event->context = in->fence;
}

static void instance_event_wait(ggml_backend_t backend, ggml_backend_event_t event)
{
    (void)backend; /* one in-order queue serves all instances: what the event stands for is already ahead */
    (void)event;
}

/*
 * Before memory is assigned: keeps each result for a few nodes longer than its readers need, so that the next ones do not get
 * the same memory. Without it Q, K and V of one layer wait for each other only because they share an address.
 */
static void instance_optimize(ggml_backend_t backend, struct ggml_cgraph *cgraph,
                              struct ggml_backend_graph_optimize_params *params)
{
    (void)backend;
    for (int i = 0; i + KEEP_NODES < cgraph->n_nodes; i++) {
        struct ggml_tensor *t = cgraph->nodes[i];
        if (!t->view_src && bk_node_runs(t)) {
            params->add_alloc_dep(params->user_data, t, cgraph->nodes[i + KEEP_NODES]);
        }
    }
}

static const struct ggml_backend_i instance_ops = {
    .get_name = instance_name,
    .free = instance_free,
    .set_tensor_async = instance_set,
    .get_tensor_async = instance_get,
    .cpy_tensor_async = instance_copy,
    .synchronize = instance_synchronize,
    .graph_compute = instance_compute,
    .event_record = instance_event_record,
    .event_wait = instance_event_wait,
    .graph_optimize = instance_optimize,
};

static ggml_guid_t instance_guid(void)
{
    static ggml_guid guid = {0x45, 0x58, 0x4f, 0x53, 0x55, 0x49, 0x54, 0x2d, 0x67, 0x67, 0x6d, 0x6c, 0x2d, 0x30, 0x30, 0x31};
    return &guid;
}

/* ---- the device
 * ---------------------------------------------------------------------------------------------------------------- */

static struct bk_device *device_of(ggml_backend_dev_t dev)
{
    return dev->context;
}

static const char *device_name(ggml_backend_dev_t dev)
{
    (void)dev;
    return "EXOSUIT0";
}

static const char *device_description(ggml_backend_dev_t dev)
{
    return device_of(dev)->description;
}

static void device_memory(ggml_backend_dev_t dev, size_t *free_out, size_t *total_out)
{
    struct bk_device *d = device_of(dev);
    struct exo_device_info info = d->info;
    if (bk_device_usable(d) && exo_get_info(d->exo, &info)) {
        info.vram_free = 0;
    }
    *free_out = info.vram_free;
    *total_out = info.vram_bytes;
}

static enum ggml_backend_dev_type device_type(ggml_backend_dev_t dev)
{
    (void)dev;
    return GGML_BACKEND_DEVICE_TYPE_GPU;
}

static void device_props(ggml_backend_dev_t dev, struct ggml_backend_dev_props *props)
{
    memset(props, 0, sizeof(*props));
    props->name = device_name(dev);
    props->description = device_description(dev);
    props->type = device_type(dev);
    device_memory(dev, &props->memory_free, &props->memory_total);
    props->caps.async = true;
    props->caps.host_buffer = true;
    props->caps.events = true;
    props->caps.mmap_support = true;
}

static ggml_backend_t device_init_backend(ggml_backend_dev_t dev, const char *params)
{
    (void)params;
    ggml_backend_t backend = calloc(1, sizeof(*backend));
    struct instance *in = calloc(1, sizeof(*in));
    if (!backend || !in) {
        free(backend);
        free(in);
        return NULL;
    }
    in->dev = device_of(dev);
    backend->guid = instance_guid();
    backend->iface = instance_ops;
    backend->device = dev;
    backend->context = in;
    return backend;
}

static ggml_backend_buffer_type_t device_buffer_type(ggml_backend_dev_t dev)
{
    (void)dev;
    return &plugin.device_type;
}

static ggml_backend_buffer_type_t device_host_buffer_type(ggml_backend_dev_t dev)
{
    (void)dev;
    return &plugin.host_type;
}

static bool device_supports_op(ggml_backend_dev_t dev, const struct ggml_tensor *op)
{
    (void)dev;
    return bk_op_supported(op);
}

static bool device_supports_buft(ggml_backend_dev_t dev, ggml_backend_buffer_type_t type)
{
    (void)dev;
    return type == &plugin.device_type;
}

/*
 * Should a product whose weights lie in host memory be computed on the card, although they go over the link each time? A weight
 * of 4.5 bits takes 0.1 ns at 6 GB/s (lessons 5.2, Thunderbolt 5), a processor of 1 TFLOP/s needs 2 ps per column for it: from
 * some 50 columns on the card wins, or 100 on a slower link. An estimate, not measured on hardware.
 */
static bool device_offload_op(ggml_backend_dev_t dev, const struct ggml_tensor *op)
{
    (void)dev;
    return op->op == GGML_OP_MUL_MAT && op->src[1]->ne[1] >= OFFLOAD_COLUMNS;
}

static ggml_backend_event_t device_event_new(ggml_backend_dev_t dev)
{
    ggml_backend_event_t event = calloc(1, sizeof(*event));
    exo_fence *fence = calloc(1, sizeof(*fence));
    if (!event || !fence) {
        free(event);
        free(fence);
        return NULL;
    }
    event->device = dev;
    event->context = fence;
    return event;
}

static void device_event_free(ggml_backend_dev_t dev, ggml_backend_event_t event)
{
    (void)dev;
    free(event->context);
    free(event);
}

static void device_event_synchronize(ggml_backend_dev_t dev, ggml_backend_event_t event)
{
    exo_fence fence = *(exo_fence *)event->context;
    uint64_t begun = bk_stats_begin(&device_of(dev)->stats);
    if (fence) {
        (void)bk_wait(device_of(dev), fence); /* latched on failure */
    }
    bk_finish_reads(device_of(dev)); /* what was read before the event is there after it */
    bk_stats_end(&device_of(dev)->stats, begun);
}

static const struct ggml_backend_device_i device_ops = {
    .get_name = device_name,
    .get_description = device_description,
    .get_memory = device_memory,
    .get_type = device_type,
    .get_props = device_props,
    .init_backend = device_init_backend,
    .get_buffer_type = device_buffer_type,
    .get_host_buffer_type = device_host_buffer_type,
    .supports_op = device_supports_op,
    .supports_buft = device_supports_buft,
    .offload_op = device_offload_op,
    .event_new = device_event_new,
    .event_free = device_event_free,
    .event_synchronize = device_event_synchronize,
};

/* ---- the registry
 * ---------------------------------------------------------------------------------------------------------------- */

static void plugin_open(void)
{
    char err[EXO_ERROR_SIZE] = "";
    const char *uri = getenv("EXOSUIT_DEVICE");
    if (!uri || !uri[0]) {
        uri = "auto";
    }
    if (bk_device_open(&plugin.device, uri, err, sizeof(err))) {
        /* Not through ggml's log: llama.cpp writes that from a thread, for which a program that ends now does not wait, and
         * llama-bench drops it. What the program says then is only that there is no EXOSUIT0. */
        fprintf(stderr, "exosuit: cannot open the device '%s': %s\n", uri, err);
        bk_stats_write(&plugin.device.stats, NULL, err);
        return;
    }
    plugin.ggml_device = (struct ggml_backend_device){.iface = device_ops, .reg = &plugin.reg, .context = &plugin.device};
    bk_buffer_types_init(&plugin.device, &plugin.ggml_device, &plugin.device_type, &plugin.host_type);
    plugin.present = true;
    GGML_LOG_INFO("exosuit: %s, %s\n", plugin.device.info.uri, plugin.device.description);
}

__attribute__((destructor)) static void plugin_close(void)
{
    if (plugin.present) {
        bk_device_close(&plugin.device); /* stops the card's DMA before this process's memory goes */
    }
}

static const char *reg_name(ggml_backend_reg_t reg)
{
    (void)reg;
    return "EXOSUIT";
}

static size_t reg_device_count(ggml_backend_reg_t reg)
{
    (void)reg;
    pthread_once(&plugin.once, plugin_open);
    return plugin.present ? 1 : 0;
}

static ggml_backend_dev_t reg_device(ggml_backend_reg_t reg, size_t index)
{
    return index < reg_device_count(reg) ? &plugin.ggml_device : NULL;
}

/* What ggml's loader calls. One binary fits one layout of ggml's tables, and the loader's own check has missed changes of it. */
__attribute__((visibility("default"))) ggml_backend_reg_t ggml_backend_init(void)
{
    if (strcmp(ggml_version(), EXO_GGML_VERSION) != 0) {
        GGML_LOG_ERROR(
            "exosuit: this plug-in was built for ggml %s, but the program uses ggml %s: use the programs that came with "
            "Exosuit, or build the plug-in for this ggml\n",
            EXO_GGML_VERSION, ggml_version());
        return NULL;
    }
    plugin.reg = (struct ggml_backend_reg){
        .api_version = GGML_BACKEND_API_VERSION,
        .iface = {.get_name = reg_name, .get_device_count = reg_device_count, .get_device = reg_device},
    };
    return &plugin.reg;
}
