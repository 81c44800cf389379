/* bench_loop.c: see bench.h. The kernel is gpu/bench_loop.c. */
#include "cli/bench.h"

#include "exosuit.h"
#include "kernels/images.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

extern const struct kernel_image bench_loop_images[];
extern const size_t bench_loop_images_count;

enum { GROUPS = 64, ITEMS = 64, WARM_ROUNDS = 100, ROUNDS = 20000, TIMEOUT_US = 60 * 1000 * 1000 };

struct loop_args {
    uint64_t out;
    uint32_t rounds, padding;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Runs the loop once. Returns 0 or negative errno; the time goes to *seconds_out. */
static int run_rounds(struct exo_device *device, struct exo_kernel *kernel, exo_va out, uint32_t rounds, double *seconds_out)
{
    struct loop_args a = {.out = out.value, .rounds = rounds};
    struct exo_dispatch d = {
        .kernel = kernel, .groups = {GROUPS, 1, 1}, .group_size = {ITEMS, 1, 1}, .kernarg = &a, .kernarg_bytes = 12};
    struct exo_graph *graph;
    exo_fence fence;
    int rc = exo_graph_create(device, &graph);
    if (rc) {
        return rc;
    }
    rc = exo_graph_dispatch(graph, &d);
    rc = rc ? rc : exo_graph_finish(graph);
    double start = now_s();
    rc = rc ? rc : exo_submit(device, &graph, 1, &fence);
    rc = rc ? rc : exo_wait(device, fence, TIMEOUT_US);
    *seconds_out = now_s() - start;
    exo_graph_destroy(graph);
    return rc;
}

int bench_loop_run(struct exo_device *device, const char *arch, double *instructions_per_s_out, char *error, size_t error_size)
{
    const struct kernel_image *image = kernel_image_find(bench_loop_images, bench_loop_images_count, arch);
    if (!image) {
        return 0;
    }
    struct exo_module *module = NULL;
    struct exo_memory *memory = NULL;
    struct exo_kernel *kernel;
    struct exo_counters before, after;
    double seconds = 0;
    int rc = exo_module_load(device, image->data, image->size, &module);
    rc = rc ? rc : exo_module_kernel(module, "bench_loop", &kernel);
    rc = rc ? rc : exo_alloc(device, EXO_MEMORY_DEVICE, GROUPS * ITEMS * 4, &memory);
    rc = rc ? rc : run_rounds(device, kernel, exo_memory_va(memory), WARM_ROUNDS, &seconds);
    exo_get_counters(device, &before);
    rc = rc ? rc : run_rounds(device, kernel, exo_memory_va(memory), ROUNDS, &seconds);
    exo_get_counters(device, &after);
    if (rc) {
        snprintf(error, error_size, "the arithmetic loop: %s", exo_last_error(device));
    } else {
        double count = (double)(after.wave_instructions - before.wave_instructions);
        *instructions_per_s_out = count > 0 ? count / seconds / (double)sysconf(_SC_NPROCESSORS_ONLN) : NAN;
    }
    exo_free(memory);
    exo_module_unload(module);
    return rc ? -1 : 0;
}
