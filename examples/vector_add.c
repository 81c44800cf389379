/* The smallest whole program: adds two vectors on the card. usage: vector_add [DEVICE], e.g. sim:rx7900xtx */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exosuit.h"
#include "vector_add_kernel.h" /* made by the build: vector_add_kernel_images[], the compiled kernel for each architecture */

#define COUNT 100000
#define CHECK(call) ((call) == 0 ? (void)0 : die(device, #call))

static void die(struct exo_device *device, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, exo_last_error(device));
    exit(1);
}

/* Loads the image that was compiled for this card. */
static struct exo_module *load_kernel(struct exo_device *device)
{
    struct exo_device_info info;
    struct exo_module *module = NULL;
    CHECK(exo_get_info(device, &info));
    for (size_t i = 0; i < sizeof vector_add_kernel_images / sizeof vector_add_kernel_images[0]; i++) {
        if (strcmp(vector_add_kernel_images[i].arch, info.arch) == 0) {
            CHECK(exo_module_load(device, vector_add_kernel_images[i].bytes, vector_add_kernel_images[i].size, &module));
            return module;
        }
    }
    fprintf(stderr, "no kernel for %s\n", info.arch);
    exit(1);
}

int main(int argc, char **argv)
{
    static float a[COUNT], b[COUNT], sum[COUNT];
    char why[EXO_ERROR_SIZE];
    struct exo_device *device;
    struct exo_kernel *kernel;
    struct exo_memory *memory;
    struct exo_graph *graph;
    exo_fence fence;

    for (int i = 0; i < COUNT; i++) {
        a[i] = (float)i;
        b[i] = 0.5f;
    }
    if (exo_open(argc > 1 ? argv[1] : "auto", NULL, &device, why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    CHECK(exo_alloc(device, EXO_MEMORY_DEVICE, 3 * sizeof a, &memory));
    exo_va va_a = exo_memory_va(memory), va_b = exo_va_add(va_a, sizeof a), va_sum = exo_va_add(va_b, sizeof b);
    CHECK(exo_upload(device, va_a, a, sizeof a));
    CHECK(exo_upload(device, va_b, b, sizeof b));
    CHECK(exo_module_kernel(load_kernel(device), "vector_add", &kernel));
    struct {
        exo_va a, b, sum;
        unsigned count;
    } arguments = {va_a, va_b, va_sum, COUNT};
    struct exo_dispatch launch = {kernel, {(COUNT + 255) / 256, 1, 1}, {256, 1, 1}, &arguments, 28, 0};
    CHECK(exo_graph_create(device, &graph)); /* encoded once, it could be submitted any number of times */
    CHECK(exo_graph_dispatch(graph, &launch));
    CHECK(exo_graph_finish(graph));
    CHECK(exo_submit(device, &graph, 1, &fence));
    CHECK(exo_wait(device, fence, 10000000));
    CHECK(exo_download(device, sum, va_sum, sizeof sum));
    printf("%g + %g = %g\n", a[COUNT - 1], b[COUNT - 1], sum[COUNT - 1]);
    exo_close(device);
    return sum[COUNT - 1] == a[COUNT - 1] + b[COUNT - 1] ? 0 : 1;
}
