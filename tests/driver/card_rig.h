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

struct image {
    const void *bytes;
    size_t size;
};

/* The compiled kernels for a card's architecture, out of a table that the build makes. */
#define IMAGE_FOR(table, device_of)                                                                                              \
    ({                                                                                                                           \
        struct exo_device_info info_ = {0};                                                                                      \
        struct image found_ = {0};                                                                                               \
        check_eq(0, exo_get_info(device_of, &info_));                                                                            \
        for (size_t i_ = 0; i_ < sizeof(table) / sizeof((table)[0]); i_++) {                                                     \
            if (strcmp((table)[i_].arch, info_.arch) == 0) {                                                                     \
                found_ = (struct image){(table)[i_].bytes, (table)[i_].size};                                                    \
            }                                                                                                                    \
        }                                                                                                                        \
        assert_non_null(found_.bytes);                                                                                           \
        found_;                                                                                                                  \
    })

#define PATIENCE_US 20000000

static const char *card_name = "rx7900xtx"; /* the test's argument */

/* "sim:rx7900xtx" with what comes behind it; valid until the next call. */
static inline const char *card_with(const char *what)
{
    static char uri[128];
    snprintf(uri, sizeof uri, "sim:%s%s", card_name, what);
    return uri;
}

#define CARD card_with("")

static inline void choose_card(int argc, char **argv)
{
    card_name = argc > 1 ? argv[1] : card_name;
}

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
    struct image image = IMAGE_FOR(test_kernels_images, device);
    if (exo_module_load(device, image.bytes, image.size, &module)) {
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
