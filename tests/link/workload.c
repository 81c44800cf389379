#include "workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

#define ELEMENTS 4096u
#define GROUP 64u
#define CODE_MAX 65536

/* add(a, b, n): a[i] += b[i]; its source is in fuzz/make-seeds.py. */
struct add_args {
    exo_va a, b;
    uint32_t n;
};

struct run {
    struct workload *w;
    struct exo_device *device;
    struct exo_memory *a, *b, *pinned;
    struct exo_module *module;
    struct exo_kernel *kernel;
    struct exo_graph *graph;
    float in[ELEMENTS], add[ELEMENTS], out[ELEMENTS];
};

static int step_open(struct run *r)
{
    const struct exo_open_options options = {.timeout_us = WORKLOAD_OPEN_TIMEOUT_US};
    return exo_open(r->w->uri, &options, &r->device, r->w->err, sizeof r->w->err);
}

static int step_alloc(struct run *r)
{
    int rc = exo_alloc(r->device, EXO_MEMORY_DEVICE, sizeof r->in, &r->a);
    rc = rc ? rc : exo_alloc(r->device, EXO_MEMORY_DEVICE, sizeof r->in, &r->b);
    return rc ? rc : exo_alloc(r->device, EXO_MEMORY_HOST, sizeof r->in, &r->pinned);
}

static int step_upload(struct run *r)
{
    for (uint32_t i = 0; i < ELEMENTS; i++) {
        r->in[i] = (float)i;
        r->add[i] = (float)(i % 17);
    }
    int rc = exo_upload(r->device, exo_memory_va(r->a), r->in, sizeof r->in);
    return rc ? rc : exo_upload(r->device, exo_memory_va(r->b), r->add, sizeof r->add);
}

static int step_module(struct run *r)
{
    static uint8_t code[CODE_MAX];
    FILE *file = fopen(TEST_CODE_OBJECT, "rb");
    if (!file) {
        return -ENOENT;
    }
    size_t size = fread(code, 1, sizeof code, file);
    fclose(file);
    int rc = exo_module_load(r->device, code, size, &r->module);
    return rc ? rc : exo_module_kernel(r->module, "add", &r->kernel);
}

static int step_graph(struct run *r)
{
    const struct add_args args = {exo_memory_va(r->a), exo_memory_va(r->b), ELEMENTS};
    const struct exo_dispatch dispatch = {
        .kernel = r->kernel,
        .groups = {ELEMENTS / GROUP, 1, 1},
        .group_size = {GROUP, 1, 1},
        .kernarg = &args,
        .kernarg_bytes = 20, /* without the padding behind n */
    };
    int rc = exo_graph_create(r->device, &r->graph);
    rc = rc ? rc : exo_graph_dispatch(r->graph, &dispatch);
    rc = rc ? rc : exo_graph_barrier(r->graph);
    rc = rc ? rc : exo_graph_copy(r->graph, exo_memory_va(r->pinned), exo_memory_va(r->a), sizeof r->in);
    return rc ? rc : exo_graph_finish(r->graph);
}

static int step_replay(struct run *r)
{
    exo_get_counters(r->device, &r->w->before);
    if (r->w->around_replays) {
        r->w->around_replays(r->w->user, true);
    }
    for (unsigned i = 0; i < r->w->replays; i++) {
        exo_fence fence;
        int rc = exo_submit(r->device, &r->graph, 1, &fence);
        rc = rc ? rc : exo_wait(r->device, fence, WORKLOAD_WAIT_TIMEOUT_US);
        if (rc) {
            return rc;
        }
    }
    if (r->w->around_replays) {
        r->w->around_replays(r->w->user, false);
    }
    exo_get_counters(r->device, &r->w->after);
    return 0;
}

static int step_download(struct run *r)
{
    int rc = exo_download(r->device, r->out, exo_memory_va(r->a), sizeof r->out);
    exo_get_counters(r->device, &r->w->end);
    const float *pinned = exo_memory_cpu(r->pinned);
    for (uint32_t i = 0; i < ELEMENTS && rc == 0; i++) {
        float want = r->in[i] + (float)r->w->replays * r->add[i];
        if (r->out[i] != want || pinned[i] != want) {
            fprintf(stderr, "element %u: wanted %g, got %g by download and %g in pinned memory\n", i, want, r->out[i], pinned[i]);
            r->w->wrong_result = true;
            break;
        }
    }
    return rc;
}

static const struct {
    const char *name;
    int (*run)(struct run *r);
} steps[] = {
    {"open", step_open},   {"alloc", step_alloc},   {"upload", step_upload},     {"module", step_module},
    {"graph", step_graph}, {"replay", step_replay}, {"download", step_download},
};

static void note_time(struct workload *w, const char *step, uint64_t start_us)
{
    uint64_t took = clock_now_us() - start_us;
    if (took > w->longest_us) {
        w->longest_us = took;
        w->longest_step = step;
    }
}

int workload_run(struct workload *w)
{
    struct run *r = calloc(1, sizeof *r);
    if (!r) {
        return -ENOMEM;
    }
    r->w = w;
    w->rc = 0;
    w->step = w->longest_step = "";
    w->err[0] = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && w->rc == 0; i++) {
        uint64_t start = clock_now_us();
        w->rc = steps[i].run(r);
        note_time(w, steps[i].name, start);
        w->step = w->rc ? steps[i].name : "";
    }
    if (w->rc && r->device) {
        snprintf(w->err, sizeof w->err, "%s", exo_last_error(r->device));
    }
    w->lost = r->device && exo_is_lost(r->device);
    uint64_t start = clock_now_us();
    exo_graph_destroy(r->graph);
    exo_module_unload(r->module);
    exo_free(r->pinned);
    exo_free(r->b);
    exo_free(r->a);
    exo_close(r->device);
    note_time(w, "close", start);
    free(r);
    return w->rc;
}
