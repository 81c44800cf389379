/*
 * engine.h: what a vendor's driver implements for the runtime. src/core calls it and adds what all vendors share: handles,
 * argument checks, the staging ring for uploads and downloads, the lost latch, error texts. src/amd is the first engine;
 * src/ref runs the same kernels, compiled for the host, as their reference under sanitizers.
 *
 * An engine embeds struct engine as its first member. The core serialises all calls on one engine (one mutex per device),
 * except fence_done, lost and counters, which must be safe from any thread. Functions return 0 or a negative errno and put
 * the sentence into engine->err.
 */
#ifndef EXO_CORE_ENGINE_H
#define EXO_CORE_ENGINE_H

#include "core/err.h"
#include "exosuit.h"

struct engine;
struct engine_module;
struct engine_kernel;
struct engine_graph;

struct engine_memory {
    exo_va va;
    void *cpu; /* NULL for VRAM */
    uint64_t size_bytes;
    enum exo_memory_kind kind;
    void *priv; /* the engine's */
};

struct engine_copy {
    exo_va dst, src;
    uint64_t size_bytes;
};

struct engine_ops {
    const char *scheme; /* URI schemes it serves, separated by spaces: "sim tinygpu tcp", "ref" */

    /* Brings the device up. Blocks up to options->timeout_us. */
    int (*open)(const char *uri, const struct exo_open_options *options, struct engine **engine_out, struct err *e);
    /* Stops DMA and queues in reverse bring-up order, closes the link, frees the engine. Must work on a lost card too. */
    void (*close)(struct engine *e);
    /* Adds rows for the devices of this engine that could be opened; opens none. Returns how many there are. */
    int (*list)(struct exo_device_info *rows, int max);
    void (*info)(struct engine *e, struct exo_device_info *info_out);

    int (*alloc)(struct engine *e, enum exo_memory_kind kind, uint64_t size_bytes, struct engine_memory *memory_out);
    /* The core has waited for all submitted work before. */
    void (*free)(struct engine *e, struct engine_memory *memory);

    int (*module_load)(struct engine *e, const void *elf, size_t size_bytes, struct engine_module **module_out);
    void (*module_unload)(struct engine *e, struct engine_module *module);
    int (*kernel_find)(struct engine *e, struct engine_module *module, const char *name, struct engine_kernel **kernel_out);
    void (*kernel_info)(const struct engine_kernel *kernel, struct exo_kernel_info *info_out);

    int (*graph_create)(struct engine *e, struct engine_graph **graph_out);
    void (*graph_destroy)(struct engine *e, struct engine_graph *graph);
    int (*graph_reset)(struct engine *e, struct engine_graph *graph);
    /* dispatch->kernel is NULL here: the engine's own kernel comes as an argument. */
    int (*graph_dispatch)(struct engine *e, struct engine_graph *graph, struct engine_kernel *kernel,
                          const struct exo_dispatch *dispatch);
    int (*graph_copy)(struct engine *e, struct engine_graph *graph, exo_va dst, exo_va src, uint64_t size_bytes);
    int (*graph_barrier)(struct engine *e, struct engine_graph *graph);
    int (*graph_finish)(struct engine *e, struct engine_graph *graph);

    /* One ring write, one doorbell. Fences count up by one per submission, copies below included. */
    int (*submit)(struct engine *e, struct engine_graph *const *graphs, uint32_t count, exo_fence *fence_out);
    /* Copies and fill by the DMA engine, ordered after everything submitted before; asynchronous. Any alignment and size; the
     * copies of one call have no order among them, and one fence. */
    int (*copy)(struct engine *e, const struct engine_copy *copies, uint32_t count, exo_fence *fence_out);
    /* -EINVAL with a sentence if the range does not lie in one allocation. Optional. */
    int (*check_range)(struct engine *e, const char *what, exo_va va, uint64_t size_bytes);
    int (*fill)(struct engine *e, exo_va dst, uint8_t byte, uint64_t size_bytes, exo_fence *fence_out);

    /*
     * Called without the core's mutex, so that other threads may submit meanwhile. Looks at host memory only and leaves no
     * sentence: -ETIMEDOUT, or the code that ended the card's use. The core calls it in slices and `check` between them.
     */
    int (*wait)(struct engine *e, exo_fence fence, uint64_t timeout_us);
    bool (*fence_done)(struct engine *e, exo_fence fence);
    bool (*lost)(struct engine *e);
    /*
     * Under the core's mutex, when a wait is overdue: is the card still there, and without a fault? 0: keep waiting. Negative:
     * it is over, with the sentence in err. last: the caller's deadline has passed; find out why, and return -ETIMEDOUT if
     * nothing else explains it. Optional: NULL means 0, or -ETIMEDOUT when last.
     */
    int (*check)(struct engine *e, exo_fence fence, bool last);
    /* Any thread, at any time: cuts the card off from host memory at once (T-32). Optional. */
    void (*stop_dma)(struct engine *e);
    void (*counters)(struct engine *e, struct exo_counters *counters_out);
};

struct engine {
    const struct engine_ops *ops;
    struct err err; /* the last failure's sentence, written under the core's mutex */
};

extern const struct engine_ops amd_engine_ops; /* src/amd */
extern const struct engine_ops ref_engine_ops; /* src/ref */

#endif
