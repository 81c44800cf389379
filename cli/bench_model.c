/* bench_model.c: see bench_model.h. The kernels are gpu/bench_model.c. */
#include "cli/bench_model.h"

#include "cli/cards.h"
#include "cli/json.h"

#include "exosuit.h"
#include "kernels/images.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

extern const struct kernel_image bench_model_images[];
extern const size_t bench_model_images_count;

#define MIB (UINT64_C(1) << 20)

enum { TIMEOUT_US = 300 * 1000 * 1000 };

struct model_args { /* struct args in gpu/bench_model.c */
    uint64_t out, in;
    uint32_t count, rounds, stride, padding;
};

enum size { PER_SIMD, FIXED }; /* how many work-groups: `groups` for each two SIMDs, or that number */

/* One micro-benchmark: what is launched, and how much of its unit one work-item does in a round. */
struct row {
    const char *name, *kernel;
    enum size size;
    uint32_t groups[2], items;
    uint32_t count, rounds, stride;
    double work; /* per item and round; 0: `total` is the whole */
    double total;
    const char *unit; /* what work / modelled ns is */
    uint64_t in_bytes, out_bytes;
    bool twice; /* the second of two runs counts: caches are warm */
};

/* clang-format off */
static const struct row rows[] = {
    {"fma_f32",      "fma_f32",      PER_SIMD, {4, 1}, 128, 0, 4000, 0, 8 * 2,      0, "GFLOPS", 4096, 4096, false},
    {"dual_f32",     "dual_f32",     PER_SIMD, {4, 1}, 128, 0, 4000, 0, 8 * 2,      0, "GFLOPS", 4096, 4096, false},
    {"pk_f16",       "pk_f16",       PER_SIMD, {4, 1}, 128, 0, 4000, 0, 8 * 4,      0, "GFLOPS", 4096, 4096, false},
    {"fma_f64",      "fma_f64",      PER_SIMD, {4, 1}, 128, 0,  400, 0, 4 * 2,      0, "GFLOPS", 4096, 4096, false},
    {"mul_add_u32",  "mul_add_u32",  PER_SIMD, {4, 1}, 128, 0, 2000, 0, 8,          0, "GOPS",   4096, 4096, false},
    {"mad_u32",      "mad_u32",      PER_SIMD, {4, 1}, 128, 0, 2000, 0, 8 * 2,      0, "GOPS",   4096, 4096, false},
    {"exp_f32",      "exp_f32",      PER_SIMD, {4, 1}, 128, 0, 1000, 0, 8,          0, "GOPS",   4096, 4096, false},
    {"dot4_i8",      "dot4_i8",      PER_SIMD, {4, 1}, 128, 0, 2000, 0, 8 * 8,      0, "GOPS",   4096, 4096, false},
    {"wmma_f16",     "wmma_f16",     PER_SIMD, {4, 1}, 128, 0,  200, 0, 4 * 256,    0, "GFLOPS", 4096, 4096, false},
    {"wmma_i8",      "wmma_i8",      PER_SIMD, {4, 1}, 128, 0,  200, 0, 4 * 256,    0, "GOPS",   4096, 4096, false},
    {"stream_read",  "stream_read",  FIXED, {8192, 1}, 256, 0,   16, 0, 16,         0, "GB/s", 512 * MIB, 4096, false},
    {"stream_write", "stream_write", FIXED, {4096, 1}, 256, 0,   16, 0, 16,         0, "GB/s", 4096, 256 * MIB, false},
    {"copy_1",       "gather_copy",  FIXED, {65536, 1}, 256, 1 << 24, 1, 1,   8,    0, "GB/s", 64 * MIB, 64 * MIB, true},
    {"copy_17",      "gather_copy",  FIXED, {65536, 1}, 256, 1 << 24, 1, 17,  8,    0, "GB/s", 64 * MIB, 64 * MIB, true},
    {"copy_257",     "gather_copy",  FIXED, {65536, 1}, 256, 1 << 24, 1, 257, 8,    0, "GB/s", 64 * MIB, 64 * MIB, true},
    {"lds_1",        "lds_read",     FIXED, {4096, 1}, 256, 0,  256, 1,  4,         0, "GB/s", 4 * MIB, 4 * MIB, false},
    {"lds_32",       "lds_read",     FIXED, {4096, 1}, 256, 0,  256, 32, 4,         0, "GB/s", 4 * MIB, 4 * MIB, false},
    {"lds_33",       "lds_read",     FIXED, {4096, 1}, 256, 0,  256, 33, 4,         0, "GB/s", 4 * MIB, 4 * MIB, false},
    {"sgemm",        "sgemm_tiled",  FIXED, {32, 32}, 256, 4096, 256, 0, 0, 2.0 * 4096 * 4096 * 256, "GFLOPS", 64 * MIB, 64 * MIB, false},
    {"grid_read",    "grid_read",    FIXED, {512, 1}, 256, 1 << 25, 0, 512 * 256, 0, 512 * MIB, "GB/s", 512 * MIB, MIB, false},
    {"copy_16m",     "block_copy",   FIXED, {4096, 1}, 256, 0,  1, 0,  32,          0, "GB/s", 16 * MIB, 16 * MIB, true},
    {"add",          "add_words",    FIXED, {65536, 1}, 256, 1 << 24, 1, 0, 12,     0, "GB/s", 128 * MIB, 64 * MIB, true},
    {"add_rows",     "add_tiles",    FIXED, {2048, 1}, 256, 1 << 24, 32, 1, 12,     0, "GB/s", 128 * MIB, 64 * MIB, true},
    {"add_columns",  "add_tiles",    FIXED, {2048, 1}, 256, 1 << 24, 32, 32, 12,    0, "GB/s", 128 * MIB, 64 * MIB, true},
    {"naive_1024",   "sgemm_naive",  FIXED, {64, 64}, 256, 1024, 1024, 0, 0, 2.0 * 1024 * 1024 * 1024, "GFLOPS", 4 * MIB, 4 * MIB, false},
    {"lds8_1024",    "sgemm_lds_8",  FIXED, {128, 128}, 64, 1024, 1024, 0, 0, 2.0 * 1024 * 1024 * 1024, "GFLOPS", 4 * MIB, 4 * MIB, false},
    {"lds16_1024",   "sgemm_lds_16", FIXED, {64, 64}, 256, 1024, 1024, 0, 0, 2.0 * 1024 * 1024 * 1024, "GFLOPS", 4 * MIB, 4 * MIB, false},
    {"lds32_1024",   "sgemm_lds_32", FIXED, {32, 32}, 1024, 1024, 1024, 0, 0, 2.0 * 1024 * 1024 * 1024, "GFLOPS", 4 * MIB, 4 * MIB, false},
    {"naive_4096",   "sgemm_naive",  FIXED, {256, 256}, 256, 4096, 64, 0, 0, 2.0 * 4096 * 4096 * 64, "GFLOPS", 64 * MIB, 64 * MIB, false},
    {"lds32_4096",   "sgemm_lds_32", FIXED, {128, 128}, 1024, 4096, 64, 0, 0, 2.0 * 4096 * 4096 * 64, "GFLOPS", 64 * MIB, 64 * MIB, false},
    {"launch",       "fma_f32",      FIXED,    {1, 1},  32, 0,    1, 0, 0,          1, "1/ns", 4096, 4096, false},
};
/* clang-format on */

enum { ROWS = sizeof rows / sizeof rows[0] };

struct result {
    bool good;
    double us, per_ns;
    char error[EXO_ERROR_SIZE];
};

static uint32_t groups_x(const struct row *row, const struct exo_device_info *card)
{
    return row->size == PER_SIMD ? row->groups[0] * card->compute_units : row->groups[0];
}

static int submit_once(struct exo_device *device, const struct exo_dispatch *d)
{
    struct exo_graph *graph;
    exo_fence fence;
    int rc = exo_graph_create(device, &graph);
    if (rc) {
        return rc;
    }
    rc = exo_graph_dispatch(graph, d);
    rc = rc ? rc : exo_graph_finish(graph);
    rc = rc ? rc : exo_submit(device, &graph, 1, &fence);
    rc = rc ? rc : exo_wait(device, fence, TIMEOUT_US);
    exo_graph_destroy(graph);
    return rc;
}

static int run_row(struct exo_device *device, struct exo_module *module, const struct exo_device_info *card,
                   const struct row *row, struct result *result)
{
    struct exo_memory *in = NULL, *out = NULL;
    struct exo_kernel *kernel;
    struct exo_counters before, after;
    int rc = exo_module_kernel(module, row->kernel, &kernel);
    rc = rc ? rc : exo_alloc(device, EXO_MEMORY_DEVICE, row->in_bytes, &in);
    rc = rc ? rc : exo_alloc(device, EXO_MEMORY_DEVICE, row->out_bytes, &out);
    if (!rc) {
        struct model_args a = {.out = exo_memory_va(out).value,
                               .in = exo_memory_va(in).value,
                               .count = row->count,
                               .rounds = row->rounds,
                               .stride = row->stride};
        struct exo_dispatch d = {.kernel = kernel,
                                 .groups = {groups_x(row, card), row->groups[1], 1},
                                 .group_size = {row->items, 1, 1},
                                 .kernarg = &a,
                                 .kernarg_bytes = sizeof a};
        rc = row->twice ? submit_once(device, &d) : 0;
        exo_get_counters(device, &before);
        rc = rc ? rc : submit_once(device, &d);
        exo_get_counters(device, &after);
        double ns = (double)(after.modelled_card_ns - before.modelled_card_ns);
        double items = (double)d.groups[0] * d.groups[1] * row->items;
        result->us = ns / 1000;
        result->per_ns = (row->work > 0 ? row->work * items * row->rounds : row->total) / ns;
    }
    result->good = rc == 0;
    if (rc) {
        snprintf(result->error, sizeof result->error, "%s", exo_last_error(device));
    }
    exo_free(in);
    exo_free(out);
    return rc;
}

/* An open card with the kernels on it; what a row breaks is opened again for the next. */
struct bench_card {
    struct exo_device_info info;
    const struct kernel_image *image;
    struct exo_device *device;
    struct exo_module *module;
};

static void close_card(struct bench_card *card)
{
    exo_module_unload(card->module);
    exo_close(card->device);
    card->module = NULL;
    card->device = NULL;
}

static int open_card(struct bench_card *card, char *error, size_t size)
{
    int rc = exo_open(card->info.uri, NULL, &card->device, error, size);
    if (rc) {
        return rc;
    }
    rc = exo_get_info(card->device, &card->info);
    card->image = rc ? NULL : kernel_image_find(bench_model_images, bench_model_images_count, card->info.arch);
    if (!card->info.simulated || !card->image) {
        snprintf(error, size, "%s: only simulated cards have modelled times", card->info.uri);
        rc = -1;
    }
    rc = rc ? rc : exo_module_load(card->device, card->image->data, card->image->size, &card->module);
    if (rc) {
        if (card->image) {
            snprintf(error, size, "%s", exo_last_error(card->device));
        }
        close_card(card);
    }
    return rc;
}

static void run_and_tell(struct bench_card *card, const struct row *row, struct result *r)
{
    if (!card->device && open_card(card, r->error, sizeof r->error)) {
        return;
    }
    if (run_row(card->device, card->module, &card->info, row, r)) {
        close_card(card);
    }
}

static void print_row(const struct row *row, const struct result *r)
{
    if (r->good) {
        printf("  %-14s %12.2f us modelled %14.1f %s\n", row->name, r->us, r->per_ns, row->unit);
    } else {
        printf("  %-14s could not run: %s\n", row->name, r->error);
    }
    fflush(stdout);
}

static bool is_wanted(const struct cli_args *args, const struct row *row)
{
    bool wanted = args->argc == 0;
    for (int n = 0; n < args->argc; n++) {
        wanted |= strcmp(args->argv[n], row->name) == 0;
    }
    return wanted;
}

static void print_json(const struct cli_args *args, const struct exo_device_info *card, const struct result *results)
{
    struct json j = {.file = stdout, .pretty = true};
    json_begin_object(&j, NULL);
    json_string(&j, "device", card->uri);
    json_begin_array(&j, "modelled");
    for (int n = 0; n < ROWS; n++) {
        if (!is_wanted(args, &rows[n])) {
            continue;
        }
        json_begin_object(&j, NULL);
        json_string(&j, "name", rows[n].name);
        if (results[n].good) {
            json_number(&j, "modelled_us", results[n].us);
            json_number(&j, "modelled", results[n].per_ns);
        } else {
            json_string(&j, "error", results[n].error);
        }
        json_string(&j, "unit", rows[n].unit);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
}

/* A word that names no kernel is a wrong command line. */
static int check_words(const struct cli_args *args)
{
    for (int w = 0; w < args->argc; w++) {
        int n = 0;
        while (n < ROWS && strcmp(args->argv[w], rows[n].name) != 0) {
            n++;
        }
        if (n == ROWS) {
            return cli_usage_error(args->command, "there is no kernel '%s'; --model alone runs all there are.", args->argv[w]);
        }
    }
    return CLI_DONE;
}

int bench_model_command(const struct cli_args *args)
{
    static struct result results[ROWS];
    struct bench_card card = {.device = NULL};
    char error[EXO_ERROR_SIZE];
    int failed = check_words(args);
    if (failed) {
        return failed;
    }
    if (cards_resolve(args->device, &card.info)) {
        return CLI_FAILED;
    }
    if (open_card(&card, error, sizeof error)) {
        return cli_fail("%s.", error);
    }
    if (!args->json) {
        printf("%s, modelled (docs/MODEL.md):\n", card.info.name);
    }
    for (int n = 0; n < ROWS; n++) {
        if (!is_wanted(args, &rows[n])) {
            continue;
        }
        run_and_tell(&card, &rows[n], &results[n]);
        failed += !results[n].good;
        if (!args->json) {
            print_row(&rows[n], &results[n]);
        }
    }
    if (card.device) {
        close_card(&card);
    }
    if (args->json) {
        print_json(args, &card.info, results);
    }
    return failed ? CLI_FAILED : CLI_DONE;
}
