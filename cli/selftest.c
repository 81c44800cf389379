/* selftest.c: see selftest.h. */
#include "cli/selftest.h"

#include "exosuit.h"
#include "kernels/args.h"
#include "kernels/images.h"
#include "kernels/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_US = 30 * 1000 * 1000 };

/* What a test makes on the card; freed in one place. */
struct workbench {
    struct exo_device *device;
    struct exo_memory *memory[4];
    struct exo_module *module;
    struct exo_graph *graph;
    char *error;
    size_t error_size;
};

static void release(struct workbench *c)
{
    exo_graph_destroy(c->graph);
    exo_module_unload(c->module);
    for (int i = 0; i < 4; i++) {
        exo_free(c->memory[i]);
    }
}

/* The device's own sentence, when one of its calls failed. */
static int refused(struct workbench *c, const char *doing)
{
    snprintf(c->error, c->error_size, "%s: %s", doing, exo_last_error(c->device));
    return -1;
}

static int place(struct workbench *c, int slot, const void *data, uint64_t size, uint64_t *address_out)
{
    if (exo_alloc(c->device, EXO_MEMORY_DEVICE, size, &c->memory[slot])) {
        return refused(c, "taking card memory");
    }
    *address_out = exo_memory_va(c->memory[slot]).value;
    if (data && exo_upload(c->device, exo_memory_va(c->memory[slot]), data, size)) {
        return refused(c, "copying to the card");
    }
    return 0;
}

/* Finds the kernel in the code object for the card, and leaves that loaded. */
static int load_kernel(struct workbench *c, const char *symbol, struct exo_kernel **kernel_out)
{
    struct exo_device_info info;
    if (exo_get_info(c->device, &info)) {
        return refused(c, "asking the card");
    }
    bool reference = strncmp(info.uri, "ref:", 4) == 0; /* has its kernels without code objects */
    const struct kernel_image *image =
        reference ? kernel_images : kernel_image_find(kernel_images, kernel_images_count, info.arch);
    if (!image) {
        snprintf(c->error, c->error_size, "no kernels are built in for %s", info.arch);
        return -1;
    }
    if (exo_module_load(c->device, image->data, image->size, &c->module)) {
        return refused(c, "loading a code object");
    }
    return exo_module_kernel(c->module, symbol, kernel_out) ? refused(c, "looking for a kernel") : 0;
}

static uint32_t items_of(const char *symbol)
{
    static const struct exo_kernel_row rows[] = EXO_KERNEL_TABLE;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].symbol, symbol) == 0) {
            return rows[i].items;
        }
    }
    return 0;
}

/* Runs one kernel and waits for it. */
static int dispatch(struct workbench *c, const char *symbol, const void *args, uint32_t args_bytes, const uint32_t groups[3])
{
    struct exo_dispatch d = {.groups = {groups[0], groups[1], groups[2]},
                             .group_size = {items_of(symbol), 1, 1},
                             .kernarg = args,
                             .kernarg_bytes = args_bytes};
    exo_fence fence;
    if (load_kernel(c, symbol, &d.kernel)) {
        return -1;
    }
    if (exo_graph_create(c->device, &c->graph) || exo_graph_dispatch(c->graph, &d) || exo_graph_finish(c->graph)) {
        return refused(c, "encoding the work");
    }
    if (exo_submit(c->device, &c->graph, 1, &fence) || exo_wait(c->device, fence, TIMEOUT_US)) {
        return refused(c, "running the kernel");
    }
    return 0;
}

/* Numbers that repeat from run to run, in [-1, 1). */
static float number(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / (1u << 23) - 1.0f;
}

static int compare(struct workbench *c, const float *want, const float *got, int count, float tolerance)
{
    for (int i = 0; i < count; i++) {
        if (!(fabsf(want[i] - got[i]) <= tolerance * (1.0f + fabsf(want[i])))) {
            snprintf(c->error, c->error_size, "element %d of %d: wanted %.6f, got %.6f", i, count, (double)want[i],
                     (double)got[i]);
            return -1;
        }
    }
    return 0;
}

/* ---- the tests ---------------------------------------------------------------------------------------------------------- */

/* There, from place to place on the card, and back. The size is odd: the engines' tails are used too. */
static int test_copy(struct exo_device *device, char *error, size_t error_size)
{
    enum { SIZE = 3 * 1024 * 1024 + 5 };
    struct workbench c = {.device = device, .error = error, .error_size = error_size};
    uint8_t *want = malloc(SIZE), *got = calloc(1, SIZE);
    uint64_t from, to;
    uint32_t seed = 1;
    int rc = want && got ? 0 : -1;
    for (int i = 0; !rc && i < SIZE; i++) {
        seed = seed * 1664525u + 1013904223u;
        want[i] = (uint8_t)(seed >> 24);
    }
    rc = rc ? rc : place(&c, 0, want, SIZE, &from);
    rc = rc ? rc : place(&c, 1, NULL, SIZE, &to);
    if (!rc && (exo_copy(device, (exo_va){to}, (exo_va){from}, SIZE) || exo_download(device, got, (exo_va){to}, SIZE))) {
        rc = refused(&c, "copying on the card");
    }
    for (int i = 0; !rc && i < SIZE; i++) {
        if (want[i] != got[i]) {
            snprintf(error, error_size, "byte %d of %d: wanted 0x%02x, got 0x%02x", i, SIZE, want[i], got[i]);
            rc = -1;
        }
    }
    release(&c);
    free(want);
    free(got);
    return rc;
}

static struct exo_view matrix(uint64_t address, int64_t ne0, int64_t ne1)
{
    int64_t ne[4] = {ne0, ne1, 1, 1};
    uint64_t row = (uint64_t)ne0 * 4, all = row * (uint64_t)ne1, nb[4] = {4, row, all, all};
    return exo_view_make(address, EXO_TYPE_F32, ne, nb);
}

/* A soft-max: the greatest and the sum of a row, over all lanes of a work-group. */
static int test_reduce(struct exo_device *device, char *error, size_t error_size)
{
    enum { COLUMNS = 1000, ROWS = 7 };
    struct workbench c = {.device = device, .error = error, .error_size = error_size};
    static float in[ROWS * COLUMNS], want[ROWS * COLUMNS], got[ROWS * COLUMNS];
    uint64_t src, dst;
    uint32_t seed = 2;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        in[i] = 8.0f * number(&seed);
    }
    for (int r = 0; r < ROWS; r++) {
        double sum = 0;
        for (int i = 0; i < COLUMNS; i++) {
            sum += exp(in[r * COLUMNS + i]);
        }
        for (int i = 0; i < COLUMNS; i++) {
            want[r * COLUMNS + i] = (float)(exp(in[r * COLUMNS + i]) / sum);
        }
    }
    int rc = place(&c, 0, in, sizeof in, &src);
    rc = rc ? rc : place(&c, 1, NULL, sizeof in, &dst);
    if (!rc) {
        struct args_soft_max a = {
            .src = matrix(src, COLUMNS, ROWS), .dst = matrix(dst, COLUMNS, ROWS), .scale = 1, .m0 = 1, .m1 = 1};
        rc = dispatch(&c, "soft_max", &a, sizeof a, (uint32_t[3]){ROWS, 1, 1});
    }
    if (!rc && exo_download(device, got, (exo_va){dst}, sizeof got)) {
        rc = refused(&c, "copying from the card");
    }
    rc = rc ? rc : compare(&c, want, got, ROWS * COLUMNS, 1e-5f);
    release(&c);
    return rc;
}

/* A matrix product with the kernel that takes any shape. */
static int test_matmul(struct exo_device *device, char *error, size_t error_size)
{
    enum { K = 200, ROWS = 50, COLUMNS = 6 };
    struct workbench c = {.device = device, .error = error, .error_size = error_size};
    static float w[ROWS * K], x[COLUMNS * K], want[COLUMNS * ROWS], got[COLUMNS * ROWS];
    uint64_t aw, ax, ad;
    uint32_t seed = 3;
    for (int i = 0; i < ROWS * K; i++) {
        w[i] = number(&seed);
    }
    for (int i = 0; i < COLUMNS * K; i++) {
        x[i] = number(&seed);
    }
    for (int col = 0; col < COLUMNS; col++) {
        for (int row = 0; row < ROWS; row++) {
            double sum = 0;
            for (int k = 0; k < K; k++) {
                sum += (double)w[row * K + k] * x[col * K + k];
            }
            want[col * ROWS + row] = (float)sum;
        }
    }
    int rc = place(&c, 0, w, sizeof w, &aw);
    rc = rc ? rc : place(&c, 1, x, sizeof x, &ax);
    rc = rc ? rc : place(&c, 2, NULL, sizeof got, &ad);
    if (!rc) {
        struct args_mul_mat_any a = {.w = matrix(aw, K, ROWS),
                                     .x = matrix(ax, K, COLUMNS),
                                     .dst = matrix(ad, ROWS, COLUMNS),
                                     .ne12 = exo_div_make(1),
                                     .r2 = exo_div_make(1),
                                     .r3 = exo_div_make(1)};
        rc = dispatch(&c, "mul_mat_any", &a, sizeof a, (uint32_t[3]){(ROWS + 3) / 4, (COLUMNS + 3) / 4, 1});
    }
    if (!rc && exo_download(device, got, (exo_va){ad}, sizeof got)) {
        rc = refused(&c, "copying from the card");
    }
    rc = rc ? rc : compare(&c, want, got, COLUMNS * ROWS, 1e-4f);
    release(&c);
    return rc;
}

const struct selftest selftests[] = {
    {"copy on the card", test_copy},
    {"reduction", test_reduce},
    {"matrix product", test_matmul},
    {0},
};
