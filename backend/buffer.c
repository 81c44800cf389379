#include "buffer.h"

#include <stdlib.h>

#include "ggml-impl.h"

struct device_buffer {
    struct bk_device *dev;
    struct exo_memory *memory;
};

static uint64_t tensor_va(const struct ggml_tensor *tensor, size_t offset)
{
    return (uint64_t)(uintptr_t)tensor->data + offset;
}

/* ---- device buffers -------------------------------------------------------------------------------------------------- */

static struct device_buffer *context(ggml_backend_buffer_t buffer)
{
    return buffer->context;
}

static void device_buffer_free(ggml_backend_buffer_t buffer)
{
    struct device_buffer *c = context(buffer);
    if (c->dev->exo) { /* else exo_close has freed it */
        bk_forget_bytes(c->dev, exo_memory_va(c->memory).value, exo_memory_size(c->memory));
        exo_free(c->memory);
    }
    free(c);
}

static void *device_buffer_base(ggml_backend_buffer_t buffer)
{
    return (void *)(uintptr_t)exo_memory_va(context(buffer)->memory).value;
}

static void device_buffer_memset(ggml_backend_buffer_t buffer, struct ggml_tensor *tensor, uint8_t value, size_t offset,
                                 size_t size)
{
    bk_fill_bytes(context(buffer)->dev, tensor_va(tensor, offset), value, size);
}

static void device_buffer_set(ggml_backend_buffer_t buffer, struct ggml_tensor *tensor, const void *data, size_t offset,
                              size_t size)
{
    /* Weights come once and in bulk; all else that is small is an input of the next graph. */
    struct bk_device *dev = context(buffer)->dev;
    uint64_t begun = bk_stats_begin(&dev->stats);
    bool weights = buffer->usage == GGML_BACKEND_BUFFER_USAGE_WEIGHTS;
    uint64_t begun_us = weights ? bk_stats_clock_us() : 0;
    bk_write_bytes(dev, tensor_va(tensor, offset), data, size, !weights);
    if (weights) {
        bk_stats_weights(&dev->stats, size, begun_us);
    }
    bk_stats_end(&dev->stats, begun);
}

static void device_buffer_get(ggml_backend_buffer_t buffer, const struct ggml_tensor *tensor, void *data, size_t offset,
                              size_t size)
{
    struct bk_device *dev = context(buffer)->dev;
    uint64_t begun = bk_stats_begin(&dev->stats);
    bk_read_bytes(dev, tensor_va(tensor, offset), data, size);
    bk_stats_end(&dev->stats, begun);
}

static void device_buffer_set_2d(ggml_backend_buffer_t buffer, struct ggml_tensor *tensor, const void *data, size_t offset,
                                 size_t size, size_t n_copies, size_t stride_tensor, size_t stride_data)
{
    for (size_t i = 0; i < n_copies; i++) {
        device_buffer_set(buffer, tensor, (const char *)data + i * stride_data, offset + i * stride_tensor, size);
    }
}

static void device_buffer_get_2d(ggml_backend_buffer_t buffer, const struct ggml_tensor *tensor, void *data, size_t offset,
                                 size_t size, size_t n_copies, size_t stride_tensor, size_t stride_data)
{
    for (size_t i = 0; i < n_copies; i++) {
        device_buffer_get(buffer, tensor, (char *)data + i * stride_data, offset + i * stride_tensor, size);
    }
}

static bool device_buffer_copy(ggml_backend_buffer_t buffer, const struct ggml_tensor *src, struct ggml_tensor *dst)
{
    struct bk_device *dev = context(buffer)->dev;
    if (bk_buffer_device(src->view_src ? src->view_src->buffer : src->buffer) != dev) {
        return false;
    }
    return bk_copy_bytes(dev, tensor_va(dst, 0), tensor_va(src, 0), ggml_nbytes(src));
}

static void device_buffer_clear(ggml_backend_buffer_t buffer, uint8_t value)
{
    struct device_buffer *c = context(buffer);
    bk_fill_bytes(c->dev, exo_memory_va(c->memory).value, value, exo_memory_size(c->memory));
}

static const struct ggml_backend_buffer_i device_buffer_ops = {
    .free_buffer = device_buffer_free,
    .get_base = device_buffer_base,
    .memset_tensor = device_buffer_memset,
    .set_tensor = device_buffer_set,
    .get_tensor = device_buffer_get,
    .set_tensor_2d = device_buffer_set_2d,
    .get_tensor_2d = device_buffer_get_2d,
    .cpy_tensor = device_buffer_copy,
    .clear = device_buffer_clear,
};

struct bk_device *bk_buffer_device(ggml_backend_buffer_t buffer)
{
    return buffer && buffer->iface.get_base == device_buffer_base ? context(buffer)->dev : NULL;
}

/* ---- buffer types ------------------------------------------------------------------------------------------------------ */

static const char *device_type_name(ggml_backend_buffer_type_t type)
{
    return ggml_backend_dev_name(type->device);
}

static ggml_backend_buffer_t device_type_alloc(ggml_backend_buffer_type_t type, size_t size)
{
    struct bk_device *dev = type->context;
    struct device_buffer *c = calloc(1, sizeof(*c));
    if (!c || !bk_device_usable(dev)) {
        free(c);
        return NULL;
    }
    c->dev = dev;
    int rc = exo_alloc(dev->exo, EXO_MEMORY_DEVICE, size, &c->memory);
    if (rc) {
        GGML_LOG_ERROR("exosuit: no buffer of %.1f MiB on %s: %s\n", (double)size / (1 << 20), dev->description,
                       exo_last_error(dev->exo));
        free(c);
        return NULL;
    }
    return ggml_backend_buffer_init(type, device_buffer_ops, c, size);
}

static size_t type_alignment(ggml_backend_buffer_type_t type)
{
    (void)type;
    return BK_ALIGNMENT;
}

static const char *host_type_name(ggml_backend_buffer_type_t type)
{
    (void)type;
    return "EXOSUIT_Host";
}

/* ggml's functions for CPU buffers take the context for the base address, so the owner stands in front of it. */
#define HOST_HEADER BK_ALIGNMENT

static void host_buffer_free(ggml_backend_buffer_t buffer)
{
    struct bk_device *dev = buffer->buft->context;
    if (dev->exo) { /* else exo_close has freed it */
        struct exo_memory *memory = *(struct exo_memory **)((uint8_t *)buffer->context - HOST_HEADER);
        bk_host_block_remove(dev, memory);
        bk_pinned_free(dev, memory);
    }
}

/* Pinned memory, or ordinary memory when the link has no more of it to give (T-31). */
static ggml_backend_buffer_t host_type_alloc(ggml_backend_buffer_type_t type, size_t size)
{
    struct bk_device *dev = type->context;
    struct exo_memory *memory = NULL;
    if (bk_pinned_alloc(dev, size + HOST_HEADER, &memory)) {
        return ggml_backend_buft_alloc_buffer(ggml_backend_cpu_buffer_type(), size);
    }
    uint8_t *base = (uint8_t *)exo_memory_cpu(memory);
    *(struct exo_memory **)base = memory;
    ggml_backend_buffer_t buffer = ggml_backend_cpu_buffer_from_ptr(base + HOST_HEADER, size);
    buffer->buft = type;
    buffer->iface.free_buffer = host_buffer_free;
    bk_host_block_add(dev, memory);
    return buffer;
}

static bool type_is_host(ggml_backend_buffer_type_t type)
{
    (void)type;
    return true;
}

void bk_buffer_types_init(struct bk_device *dev, ggml_backend_dev_t ggml_dev, struct ggml_backend_buffer_type *device_type,
                          struct ggml_backend_buffer_type *host_type)
{
    *device_type = (struct ggml_backend_buffer_type){
        .iface = {.get_name = device_type_name, .alloc_buffer = device_type_alloc, .get_alignment = type_alignment},
        .device = ggml_dev,
        .context = dev,
    };
    *host_type = (struct ggml_backend_buffer_type){
        .iface = {.get_name = host_type_name,
                  .alloc_buffer = host_type_alloc,
                  .get_alignment = type_alignment,
                  .is_host = type_is_host},
        .device = ggml_dev,
        .context = dev,
    };
}
