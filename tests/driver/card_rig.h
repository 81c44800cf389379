/*
 * card_rig.h: what the tests of the whole driver on the simulated card share: one card for a group of tests, its kernels, and
 * checks that print the card's own sentence.
 */
#ifndef TEST_DRIVER_CARD_RIG_H
#define TEST_DRIVER_CARD_RIG_H

#include <pthread.h>
#include <unistd.h>

#include "amd/amd.h"
#include "amd/graph.h"
#include "check.h"
#include "core/clock.h"
#include "core/device.h"
#include "exosuit.h"
#include "test_kernels.h"
#include "test_kernels_other.h"

#define CARD "sim:rx7900xtx"
#define PATIENCE_US 20000000

static struct exo_device *device;
static struct exo_module *module;

static inline struct exo_device *open_card(void)
{
    struct exo_device *d = NULL;
    char why[EXO_ERROR_SIZE] = "";
    if (exo_open(CARD, NULL, &d, why, sizeof why)) {
        fail_msg("%s: %s", CARD, why);
    }
    return d;
}

static inline int set_up(void **state)
{
    (void)state;
    device = open_card();
    if (exo_module_load(device, test_kernels, sizeof test_kernels, &module)) {
        fail_msg("%s", exo_last_error(device));
    }
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    exo_close(device);
    device = NULL;
    return 0;
}

#define check_ok(call)                                                                                                           \
    do {                                                                                                                         \
        int rc_ = (call);                                                                                                        \
        if (rc_) {                                                                                                               \
            fail_msg("%s: %d, %s", #call, rc_, exo_last_error(device));                                                          \
        }                                                                                                                        \
    } while (0)

static inline struct exo_kernel *kernel(const char *name)
{
    struct exo_kernel *k = NULL;
    check_ok(exo_module_kernel(module, name, &k));
    return k;
}

static inline struct exo_memory *allocate(enum exo_memory_kind kind, uint64_t size)
{
    struct exo_memory *m = NULL;
    check_ok(exo_alloc(device, kind, size, &m));
    return m;
}

static inline void dispatch(struct exo_graph *g, const char *name, uint32_t items, const void *arguments, uint32_t bytes)
{
    struct exo_dispatch d = {kernel(name), {(items + 63) / 64, 1, 1}, {64, 1, 1}, arguments, bytes, 0};
    check_ok(exo_graph_dispatch(g, &d));
}

static inline void triple(struct exo_graph *g, exo_va words, unsigned add, unsigned count)
{
    struct {
        exo_va words;
        unsigned add, count;
    } a = {words, add, count};
    dispatch(g, "triple_and_add", count, &a, sizeof a);
}

static inline void run(struct exo_graph *g)
{
    exo_fence fence = 0;
    check_ok(exo_submit(device, &g, 1, &fence));
    check_ok(exo_wait(device, fence, PATIENCE_US));
}

static inline uint8_t pattern(uint64_t i, uint32_t seed)
{
    return (uint8_t)((i * 2654435761u + seed) >> 13);
}

#endif
