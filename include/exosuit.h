/*
 * exosuit.h: the public C API of Exosuit's runtime.
 *
 * Owns what a program needs to compute on a card: devices, memory, modules and kernels, command graphs, fences. It knows
 * nothing of ggml and nothing of a vendor. The ggml backend, the exosuit command and the examples see only this header.
 *
 * Conventions
 *  - Functions that can fail return 0 or a negative errno; results leave through *_out, which is untouched on failure.
 *    -ENODEV: the card is gone (latched: every later call on the device says so too). -ETIMEDOUT: a deadline passed.
 *    -EIO: the card answered, but wrongly (fault, bad firmware answer). -ENOSPC: no room in a fixed table or buffer.
 *    -ENOMEM: out of VRAM or of pinned host memory. -EINVAL: the caller's arguments.
 *  - exo_last_error() says in a sentence what was read, what was expected and what to do about it.
 *  - All sizes are bytes, all times microseconds. A device may be used from several threads; calls on one device are
 *    serialised inside. A graph may not be changed by two threads at once.
 *  - The library never prints and never exits.
 */
#ifndef EXOSUIT_H
#define EXOSUIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EXO_MUST_CHECK __attribute__((warn_unused_result))
#else
#define EXO_MUST_CHECK
#endif

#define EXO_ERROR_SIZE 512 /* bytes enough for any error text, terminating zero included */

struct exo_device;
struct exo_memory;
struct exo_module;
struct exo_kernel;
struct exo_graph;

/* An address in the card's virtual address space. Never a CPU pointer, never a bus address. */
typedef struct exo_va {
    uint64_t value;
} exo_va;

static inline exo_va exo_va_add(exo_va va, uint64_t bytes)
{
    return (exo_va){va.value + bytes};
}

/* ---- devices ---------------------------------------------------------------------------------------------------- */

enum exo_card_state {
    EXO_CARD_READY,    /* can be opened */
    EXO_CARD_BUSY,     /* another program holds it */
    EXO_CARD_UNUSABLE, /* found, but not usable: see reason */
};

struct exo_device_info {
    char uri[128];          /* what opens it again: "sim:rx7900xtx", "tinygpu:/path.sock" */
    char name[64];          /* "AMD Radeon RX 7900 XTX" */
    char arch[16];          /* "gfx1100" */
    bool simulated;         /* true for sim: devices and for sockets whose far end says so */
    uint16_t pci_vendor;    /* 0x1002 */
    uint16_t pci_device;    /* 0x744c */
    uint64_t vram_bytes;    /* all of the card's memory */
    uint64_t vram_free;     /* what exo_alloc could still give, fragmentation aside */
    uint64_t bar0_bytes;    /* the part of VRAM the CPU can reach (256 MiB in an enclosure) */
    uint32_t compute_units; /* CUs (two per WGP) */
    uint32_t wave_size;     /* lanes per wave of the kernels we ship: 32 */
    uint32_t lds_bytes;     /* local memory per work-group */
    enum exo_card_state state;
    char reason[EXO_ERROR_SIZE]; /* why not EXO_CARD_READY; empty otherwise */
};

/* Called for each bring-up step as it ends. rc is the step's result; elapsed_us its time. `advice` is empty unless it failed. */
typedef void (*exo_step_fn)(void *user, const char *step, int rc, uint64_t elapsed_us, const char *advice);

struct exo_open_options {
    uint32_t timeout_us;      /* for the whole opening; 0 means 30 s */
    const char *firmware_dir; /* where the vendor's images lie; NULL: the default places, else the simulated card's own */
    exo_step_fn on_step;      /* may be NULL */
    void *on_step_user;
};

/*
 * Opens a card and brings it up: "auto", "sim:rx7900xtx", "tinygpu:", "tinygpu:/path.sock", "ref:" (kernels on this CPU, for
 * tests). Blocks up to the deadline. options may be NULL. On failure err (of err_size bytes) holds the sentence.
 * The caller owns *device_out and closes it with exo_close.
 */
EXO_MUST_CHECK int exo_open(const char *uri, const struct exo_open_options *options, struct exo_device **device_out, char *err,
                            size_t err_size);

/* Stops all DMA, then gives memory and link back. Frees everything made from the device. NULL is allowed. */
void exo_close(struct exo_device *device);

/* Lists cards, real ones first, then the simulated ones; opens none. Writes up to `max` rows, returns how many there are. */
int exo_list_devices(struct exo_device_info *rows, int max);

EXO_MUST_CHECK int exo_get_info(struct exo_device *device, struct exo_device_info *info_out);

/* The calling thread's copy of the device's last error text; never NULL; valid until the thread's next call of it. */
const char *exo_last_error(struct exo_device *device);

/* True once the card has left the bus or faulted beyond use; cheap, no link traffic. */
bool exo_is_lost(struct exo_device *device);

typedef uint64_t exo_fence; /* a point in the order of a device's submissions; monotonic; 0 is always reached */

/* ---- memory ------------------------------------------------------------------------------------------------------ */

enum exo_memory_kind {
    EXO_MEMORY_DEVICE, /* VRAM; no CPU pointer */
    EXO_MEMORY_HOST,   /* pinned host memory the card reads and writes over the link; has a CPU pointer; scarce (T-31) */
};

/* The memory is page aligned (4 KiB) in the card's space and not cleared. Owned by the caller until exo_free. */
EXO_MUST_CHECK int exo_alloc(struct exo_device *device, enum exo_memory_kind kind, uint64_t size_bytes,
                             struct exo_memory **memory_out);
void exo_free(struct exo_memory *memory); /* waits for work that may still use it; NULL is allowed */
exo_va exo_memory_va(const struct exo_memory *memory);
/*
 * NULL for EXO_MEMORY_DEVICE. What is there when work is submitted is what its copies read, and what they wrote is there when its
 * fence has been reached. That a kernel reads and writes there itself works too, but not over a tcp: link, where memory is not
 * shared.
 */
void *exo_memory_cpu(const struct exo_memory *memory);
uint64_t exo_memory_size(const struct exo_memory *memory);

/*
 * Copies by the card's DMA engine through pooled pinned buffers, in order with all work submitted before and after.
 * src/dst on the host side are ordinary memory. exo_upload returns when src may be used again, and several small ones go off
 * together; whatever is submitted later sees their bytes. To pinned host memory it waits until they are there, as the other three
 * always do. exo_fill repeats a byte. Any alignment, any size, 0 included.
 */
EXO_MUST_CHECK int exo_upload(struct exo_device *device, exo_va dst, const void *src, uint64_t size_bytes);
EXO_MUST_CHECK int exo_download(struct exo_device *device, void *dst, exo_va src, uint64_t size_bytes);
EXO_MUST_CHECK int exo_copy(struct exo_device *device, exo_va dst, exo_va src, uint64_t size_bytes);
EXO_MUST_CHECK int exo_fill(struct exo_device *device, exo_va dst, uint8_t byte, uint64_t size_bytes);

/*
 * The same without waiting for the card. exo_copy_async: *fence_out is reached when the bytes are there. exo_download_async: dst
 * belongs to the runtime until exo_finish_downloads, which waits for all of them and returns the first error of any; it blocks
 * only while more than the pooled buffers hold is on its way. Bytes are those at this point of the order of submissions.
 */
EXO_MUST_CHECK int exo_copy_async(struct exo_device *device, exo_va dst, exo_va src, uint64_t size_bytes, exo_fence *fence_out);
EXO_MUST_CHECK int exo_download_async(struct exo_device *device, void *dst, exo_va src, uint64_t size_bytes);
EXO_MUST_CHECK int exo_finish_downloads(struct exo_device *device);

/* ---- modules and kernels ------------------------------------------------------------------------------------------ */

struct exo_kernel_info {
    uint32_t kernarg_bytes;       /* size of the argument block, hidden arguments included */
    uint32_t lds_bytes;           /* static local memory */
    uint32_t scratch_bytes;       /* per lane */
    uint32_t max_workgroup_items; /* the largest work-group it was compiled for */
    uint32_t vgprs, sgprs;
    uint32_t wave_size;
};

/* Loads an AMD code object (ELF, amdhsa ABI v5) for the device's arch into VRAM. The bytes are copied; the caller keeps them. */
EXO_MUST_CHECK int exo_module_load(struct exo_device *device, const void *elf, size_t size_bytes, struct exo_module **module_out);
void exo_module_unload(struct exo_module *module); /* NULL is allowed; its kernels die with it */

/* The kernel is borrowed from the module. -ENOENT when the module has no kernel of that name. */
EXO_MUST_CHECK int exo_module_kernel(struct exo_module *module, const char *name, struct exo_kernel **kernel_out);
void exo_kernel_get_info(const struct exo_kernel *kernel, struct exo_kernel_info *info_out);

/* ---- command graphs ------------------------------------------------------------------------------------------------ */

/*
 * A graph is a list of commands encoded once and submitted many times. Commands between two barriers may run at the same
 * time; a barrier makes everything before it complete and visible to everything after it. There is no implied order.
 * Its command words and argument blocks live in card memory; submitting it sends nothing but its address.
 */
EXO_MUST_CHECK int exo_graph_create(struct exo_device *device, struct exo_graph **graph_out);
void exo_graph_destroy(struct exo_graph *graph); /* waits for submissions in flight; NULL is allowed */

struct exo_dispatch {
    struct exo_kernel *kernel;
    uint32_t groups[3];     /* work-groups in x, y, z (Q-08: not work-items); at most 65535 in y and in z */
    uint32_t group_size[3]; /* work-items per group */
    const void *kernarg;    /* explicit arguments, copied now; hidden ones are filled in by the runtime */
    uint32_t kernarg_bytes;
    uint32_t dynamic_lds_bytes; /* on top of the kernel's own */
};

EXO_MUST_CHECK int exo_graph_dispatch(struct exo_graph *graph, const struct exo_dispatch *dispatch);
EXO_MUST_CHECK int exo_graph_copy(struct exo_graph *graph, exo_va dst, exo_va src, uint64_t size_bytes);
EXO_MUST_CHECK int exo_graph_barrier(struct exo_graph *graph);

/* Clears the commands so that the graph can be encoded anew without a new allocation. Waits for submissions in flight. */
EXO_MUST_CHECK int exo_graph_reset(struct exo_graph *graph);

/* Ends the encoding: commands move to card memory. Needed once before the first submit. */
EXO_MUST_CHECK int exo_graph_finish(struct exo_graph *graph);

/*
 * Submits graphs in order, a barrier between each two, as ONE ring write and ONE doorbell. Does not block unless the ring is
 * full. *fence_out is reached when all of it is complete and visible to the host.
 */
EXO_MUST_CHECK int exo_submit(struct exo_device *device, struct exo_graph *const *graphs, uint32_t count, exo_fence *fence_out);

/* Waits on a word in host memory (no link traffic until overdue). -ETIMEDOUT, -ENODEV, or -EIO with the card's fault as text. */
EXO_MUST_CHECK int exo_wait(struct exo_device *device, exo_fence fence, uint64_t timeout_us);
bool exo_is_done(struct exo_device *device, exo_fence fence);

/* ---- counters ------------------------------------------------------------------------------------------------------- */

/* What crossed the link since exo_open, counted in one place in src/link. Simulated-card counters are 0 on real cards. */
struct exo_counters {
    uint64_t doorbells;   /* writes to the doorbell BAR */
    uint64_t mmio_reads;  /* BAR and config reads, round trips */
    uint64_t mmio_writes; /* BAR and config writes other than doorbells, posted */
    uint64_t mmio_read_bytes;
    uint64_t mmio_write_bytes;    /* doorbells included */
    uint64_t dma_bytes_to_card;   /* host memory read by the card (simulated card only) */
    uint64_t dma_bytes_from_card; /* host memory written by the card (simulated card only) */
    uint64_t vram_read_bytes;     /* simulated card only: bytes asked for by waves and engines, before caches */
    uint64_t vram_write_bytes;
    uint64_t wave_instructions; /* simulated card only */
    uint64_t dispatches;        /* simulated card only */
    uint64_t submissions;       /* exo_submit calls and internal ones */
    uint64_t modelled_card_ns;  /* simulated card only: what a real one would have taken for the dispatches, by docs/MODEL.md */
    uint64_t round_trips;       /* requests over a socket that waited for an answer; 0 for a card in this process */
    uint64_t modelled_link_ns;  /* the same of the link; 0 unless the URI names one: sim:NAME?link=tb4 */
};

void exo_get_counters(struct exo_device *device, struct exo_counters *counters_out);

const char *exo_version(void);

#ifdef __cplusplus
}
#endif

#endif
