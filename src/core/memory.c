/* memory.c: handles of card and pinned host memory. */
#include <errno.h>
#include <stdlib.h>

#include "core/device.h"

int exo_alloc(struct exo_device *device, enum exo_memory_kind kind, uint64_t size_bytes, struct exo_memory **memory_out)
{
    struct exo_memory *m = calloc(1, sizeof *m);
    if (!m) {
        return device_fail(device, -ENOMEM, "no memory for a handle");
    }
    int rc = device_enter(device);
    if (rc) {
        free(m);
        return rc;
    }
    rc = device->engine->ops->alloc(device->engine, kind, size_bytes, &m->memory);
    if (rc == 0) {
        m->device = device;
        m->next = device->memories;
        m->link = &device->memories;
        if (m->next) {
            m->next->link = &m->next;
        }
        device->memories = m;
        *memory_out = m;
    } else {
        free(m);
    }
    return device_leave(device, rc);
}

void exo_free(struct exo_memory *memory)
{
    if (!memory) {
        return;
    }
    struct exo_device *d = memory->device;
    pthread_mutex_lock(&d->lock);
    exo_fence last = d->last;
    pthread_mutex_unlock(&d->lock);
    /* If the wait fails the card is lost or hangs; the memory is not given to anyone else before the device is closed anyway. */
    int idle = device_wait(d, last, IDLE_TIMEOUT_US);
    pthread_mutex_lock(&d->lock);
    *memory->link = memory->next;
    if (memory->next) {
        memory->next->link = memory->link;
    }
    if (idle == 0 || d->engine->ops->lost(d->engine)) {
        d->engine->ops->free(d->engine, &memory->memory);
    }
    pthread_mutex_unlock(&d->lock);
    free(memory);
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
