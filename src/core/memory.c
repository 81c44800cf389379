/* memory.c: handles of card and pinned host memory. */
#include "core/device.h"

struct request {
    enum exo_memory_kind kind;
    uint64_t size_bytes;
};

static int make_memory(struct handle *h, const void *arguments)
{
    const struct request *r = arguments;
    struct engine *e = h->device->engine;
    return e->ops->alloc(e, r->kind, r->size_bytes, &((struct exo_memory *)h)->memory);
}

/* What a card that hangs may still use is not given to anyone else before the device is closed. */
static void unmake_memory(struct handle *h, bool idle)
{
    struct engine *e = h->device->engine;
    if (idle) {
        e->ops->free(e, &((struct exo_memory *)h)->memory);
    }
}

int exo_alloc(struct exo_device *device, enum exo_memory_kind kind, uint64_t size_bytes, struct exo_memory **memory_out)
{
    struct request request = {kind, size_bytes};
    struct handle *h = NULL;
    int rc = handle_make(device, &device->memories, sizeof(struct exo_memory), make_memory, &request, &h);
    if (rc == 0) {
        *memory_out = (struct exo_memory *)h;
    }
    return rc;
}

void exo_free(struct exo_memory *memory)
{
    if (memory) {
        handle_unmake(&memory->handle, handle_last_fence(&memory->handle), unmake_memory);
    }
}

exo_va exo_memory_va(const struct exo_memory *memory)
{
    return memory->memory.va;
}

void *exo_memory_cpu(const struct exo_memory *memory)
{
    return memory->memory.cpu;
}

uint64_t exo_memory_size(const struct exo_memory *memory)
{
    return memory->memory.size_bytes;
}
