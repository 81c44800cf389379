/* graph.c: handles of command graphs, and their submission. Nothing is allocated on the way from exo_submit to the doorbell. */
#include <errno.h>
#include <stdlib.h>

#include "core/device.h"

static int make_graph(struct handle *h, const void *arguments)
{
    struct engine *e = h->device->engine;
    (void)arguments;
    return e->ops->graph_create(e, &((struct exo_graph *)h)->graph);
}

static void unmake_graph(struct handle *h, bool idle)
{
    struct engine *e = h->device->engine;
    (void)idle; /* a card that hangs is of no more use to anybody */
    e->ops->graph_destroy(e, ((struct exo_graph *)h)->graph);
}

int exo_graph_create(struct exo_device *device, struct exo_graph **graph_out)
{
    struct handle *h = NULL;
    int rc = handle_make(device, &device->graphs, sizeof(struct exo_graph), make_graph, NULL, &h);
    if (rc == 0) {
        *graph_out = (struct exo_graph *)h;
    }
    return rc;
}

void exo_graph_destroy(struct exo_graph *graph)
{
    if (graph) {
        handle_unmake(&graph->handle, graph->last, unmake_graph);
    }
}

int exo_graph_dispatch(struct exo_graph *graph, const struct exo_dispatch *dispatch)
{
    struct exo_device *d = graph->handle.device;
    if (!dispatch || !dispatch->kernel || dispatch->kernel->module->handle.device != d) {
        return device_fail(d, -EINVAL, "a dispatch needs a kernel of the same device");
    }
    int rc = device_enter(d);
    return rc ? rc : device_leave(d, d->engine->ops->graph_dispatch(d->engine, graph->graph, dispatch->kernel->kernel, dispatch));
}

int exo_graph_copy(struct exo_graph *graph, exo_va dst, exo_va src, uint64_t size_bytes)
{
    struct exo_device *d = graph->handle.device;
    int rc = device_enter(d);
    return rc ? rc : device_leave(d, d->engine->ops->graph_copy(d->engine, graph->graph, dst, src, size_bytes));
}

int exo_graph_barrier(struct exo_graph *graph)
{
    struct exo_device *d = graph->handle.device;
    int rc = device_enter(d);
    return rc ? rc : device_leave(d, d->engine->ops->graph_barrier(d->engine, graph->graph));
}

int exo_graph_reset(struct exo_graph *graph)
{
    struct exo_device *d = graph->handle.device;
    int rc = device_wait(d, graph->last, IDLE_TIMEOUT_US);
    rc = rc ? rc : device_enter(d);
    return rc ? rc : device_leave(d, d->engine->ops->graph_reset(d->engine, graph->graph));
}

int exo_graph_finish(struct exo_graph *graph)
{
    struct exo_device *d = graph->handle.device;
    int rc = device_enter(d);
    return rc ? rc : device_leave(d, d->engine->ops->graph_finish(d->engine, graph->graph));
}

int exo_submit(struct exo_device *device, struct exo_graph *const *graphs, uint32_t count, exo_fence *fence_out)
{
    struct engine_graph *own[SUBMIT_MAX_GRAPHS];
    exo_fence fence = 0;
    if (count > SUBMIT_MAX_GRAPHS) {
        return device_fail(device, -EINVAL, "%u graphs in one submission; at most %d", count, SUBMIT_MAX_GRAPHS);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (graphs[i]->handle.device != device) {
            return device_fail(device, -EINVAL, "graph %u belongs to another device", i);
        }
        own[i] = graphs[i]->graph;
    }
    int rc = device_enter(device);
    if (rc) {
        return rc;
    }
    rc = device->engine->ops->submit(device->engine, own, count, &fence);
    if (rc == 0) {
        for (uint32_t i = 0; i < count; i++) {
            graphs[i]->last = fence;
        }
        device->last = fence;
        if (fence_out) {
            *fence_out = fence;
        }
    }
    return device_leave(device, rc);
}
