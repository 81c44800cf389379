/*
 * rig.h: a compute engine on a fake memory, for tests: loads the test kernels' code object, gives out buffers, dispatches by
 * kernel name with what its descriptor says (LLVM AMDGPUUsage, "Kernel descriptor").
 *
 * Buffers come in kinds: VRAM in one mapping; VRAM whose 4 KiB pages lie in no order in this process, so that nothing may run
 * past a mapping's end; host memory (system). Behind each buffer's last page nothing is mapped.
 */
#ifndef TESTS_ISA_RIG_H
#define TESTS_ISA_RIG_H

#include "sim/isa/compute.h"
#include "tests/check.h"

enum rig_kind { RIG_VRAM, RIG_SCATTERED, RIG_HOST, RIG_READ_ONLY };

struct rig;

struct rig_options {
    uint32_t threads;
    bool wave64, check_all;
};

struct rig *rig_create(struct rig_options options);
void rig_destroy(struct rig *r);
/* Whether the environment's RIG_ARCH asks for gfx1200; kernels are gfx1100's without. */
bool rig_is_gfx12(void);

/* Virtual address of a new buffer, filled with 0xa5. */
uint64_t rig_alloc(struct rig *r, enum rig_kind kind, uint64_t size_bytes);
void rig_write(struct rig *r, uint64_t va, const void *src, uint64_t size_bytes);
void rig_read(struct rig *r, uint64_t va, void *dst, uint64_t size_bytes);
/* The page tables point the buffer at other pages now, filled with `fill`; nobody was told. */
void rig_move(struct rig *r, uint64_t va, uint8_t fill);
/* Counts a TLB invalidation. */
void rig_invalidate_tlb(struct rig *r);
/* Where a kernel's code starts, and how many bytes it has. */
uint64_t rig_kernel_code(struct rig *r, const char *kernel, uint64_t *size_out);

struct rig_grid {
    uint32_t groups[3], size[3];
};

static inline struct rig_grid rig_grid_1d(uint32_t groups, uint32_t size)
{
    return (struct rig_grid){{groups, 1, 1}, {size, 1, 1}};
}

/* Runs the kernel with its arguments; r's counters and fault tell what came of it. Returns compute_run's result. */
int rig_run(struct rig *r, const char *kernel, struct rig_grid grid, const void *args, uint32_t args_bytes);

struct compute_engine *rig_engine(struct rig *r);
const struct compute_fault *rig_fault(const struct rig *r);
const struct compute_counters *rig_counters(const struct rig *r); /* of the last run */

/* The run must have worked. */
#define check_ran(r, result)                                                                                                     \
    do {                                                                                                                         \
        if ((result) != 0) {                                                                                                     \
            print_error("wanted the dispatch to work, got: %s\n", rig_fault(r)->text);                                           \
            _fail(__FILE__, __LINE__);                                                                                           \
        }                                                                                                                        \
    } while (0)

#endif
