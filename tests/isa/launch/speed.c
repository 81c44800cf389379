/* speed.c: what instructions cost: wave instructions per second of one host thread, for loops of one kind each. */
#include "rig.h"

#include <stdio.h>
#include <time.h>

struct two {
    uint64_t out, in;
    uint32_t n;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Work-groups of the smallest kernel: what a wave costs before its first instruction; and a dispatch of one wave. */
static void show_launches(struct rig *r, struct two *args)
{
    static const struct {
        const char *name;
        uint32_t groups, size, dispatches;
    } rows[] = {{"groups of 1 wave", 4096, 32, 1}, {"groups of 8 waves", 512, 256, 1}, {"dispatches of 1 wave", 1, 32, 4096}};
    printf("\n%-20s %12s\n", "launching", "ns per wave");
    args->n = 0;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double best = 1e9;
        for (int repeat = 0; repeat < 3; repeat++) {
            double start = now();
            for (uint32_t n = 0; n < rows[k].dispatches; n++) {
                rig_run(r, "write_item", rig_grid_1d(rows[k].groups, rows[k].size), args, sizeof *args);
            }
            double took = now() - start;
            best = took < best ? took : best;
        }
        printf("%-20s %12.0f\n", rows[k].name, best / 4096 * 1e9);
    }
}

int main(void)
{
    static const char *const kernels[] = {"speed_alu",          "speed_b32", "speed_b64",  "speed_b128",     "speed_b32_strided",
                                          "speed_b128_strided", "speed_lds", "speed_dot4", "speed_wmma_f16", "speed_wmma_iu8"};
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    static uint8_t zeros[32 * 1024];
    struct two args = {rig_alloc(r, RIG_VRAM, 65536), rig_alloc(r, RIG_VRAM, sizeof zeros), 100};
    rig_write(r, args.in, zeros, sizeof zeros);
    printf("%-20s %12s %10s %12s\n", "loop", "wave inst", "ns each", "M inst/s");
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
        double best = 1e9, count = 0;
        args.n = 100;
        if (rig_run(r, kernels[k], rig_grid_1d(8, 32), &args, sizeof args) != 0) {
            printf("%-20s %s\n", kernels[k], rig_fault(r)->text);
            continue;
        }
        args.n = 20000;
        for (int repeat = 0; repeat < 3; repeat++) {
            double start = now();
            rig_run(r, kernels[k], rig_grid_1d(8, 32), &args, sizeof args);
            double took = now() - start;
            best = took < best ? took : best;
            count = (double)rig_counters(r)->wave_instructions;
        }
        printf("%-20s %12.0f %10.1f %12.1f\n", kernels[k], count, best / count * 1e9, count / best * 1e-6);
    }
    show_launches(r, &args);
    rig_destroy(r);
    return 0;
}
