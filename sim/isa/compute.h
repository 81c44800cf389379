/*
 * compute.h: the seam between the command processor and the shader engines: one dispatch in, finished or faulted out.
 *
 * Called by sim/cp.c with the state of the COMPUTE_* registers; runs all work-groups on a pool of host threads, each lane in
 * compiler vector extensions. Reaches memory only through struct compute_memory, which the memory hub implements.
 */
#ifndef EXO_SIM_ISA_COMPUTE_H
#define EXO_SIM_ISA_COMPUTE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum vm_access { VM_READ, VM_WRITE, VM_EXECUTE };

/* A stretch of virtual addresses with one translation: [va, va + size_bytes) lies at `host` in this process. */
struct vm_mapping {
    uint64_t va, size_bytes;
    uint8_t *host;
    bool readable, writable, executable;
    bool system;   /* host memory over the link (PTE SYSTEM), not VRAM: counted apart, no atomics (T-34) */
    bool uncached; /* VRAM that no cache keeps (MTYPE UC) */
};

struct compute_memory {
    void *context;
    /* Walks the page tables of vmid for the page that holds va. Thread-safe. 0 or -EFAULT (the hub has latched the fault in
     * its registers by then). The mapping may be cached until *generation changes: it counts TLB invalidations. */
    int (*translate)(void *context, uint32_t vmid, uint64_t va, enum vm_access access, struct vm_mapping *mapping_out);
    const _Atomic uint64_t *generation;
};

struct compute_dispatch {               /* the registers of the same names at DISPATCH_DIRECT */
    uint64_t program_va;                /* COMPUTE_PGM_LO/HI << 8 */
    uint32_t rsrc1, rsrc2, rsrc3;       /* COMPUTE_PGM_RSRC1..3 */
    uint32_t user_data[16];             /* COMPUTE_USER_DATA_0..15; how many are loaded: RSRC2.USER_SGPR */
    uint32_t start[3], groups[3];       /* COMPUTE_START_X.., the packet's work-group counts */
    uint32_t group_size[3];             /* COMPUTE_NUM_THREAD_X.. (full) */
    uint32_t dispatch_initiator;        /* CS_W32_EN and friends */
    uint32_t tmpring_size;              /* COMPUTE_TMPRING_SIZE: WAVES, WAVESIZE */
    uint64_t scratch_base;              /* COMPUTE_DISPATCH_SCRATCH_BASE_LO/HI << 8 */
    uint64_t shared_base, private_base; /* apertures from SH_MEM_BASES, as addresses */
    uint32_t lds_granularity_bytes;     /* of RSRC2.LDS_SIZE: 512 on gfx11 */
    uint32_t vmid;
    uint8_t gen; /* enum isa_gen: whose code it is */
};

enum compute_fault_kind {
    COMPUTE_OK,
    COMPUTE_FAULT_PAGE,     /* address not mapped, or not with this access */
    COMPUTE_FAULT_ILLEGAL,  /* unknown opcode or encoding, reserved bits, not a compute instruction */
    COMPUTE_FAULT_REGISTER, /* a register beyond the declared count */
    COMPUTE_FAULT_LDS,      /* beyond the work-group's allocation */
    COMPUTE_FAULT_MISALIGNED,
    COMPUTE_FAULT_WAIT,    /* a result was touched before its wait */
    COMPUTE_FAULT_TRAP,    /* s_trap, or s_sendmsg of a kind there is not */
    COMPUTE_FAULT_HUNG,    /* the watchdog: too many instructions, or a barrier nobody can reach */
    COMPUTE_FAULT_STOPPED, /* compute_stop was called */
};

struct compute_fault {
    enum compute_fault_kind kind;
    uint32_t group[3], wave; /* which work-group, which wave of it */
    uint64_t pc;             /* virtual address of the instruction */
    uint64_t address;        /* data address, where one was involved */
    uint32_t lane;
    char text[256]; /* the sentence: wave, PC, instruction as disassembled, address */
};

/* What a wave instruction occupies, for the cost model (sim/model.h). Rates: docs/MODEL.md. */
enum compute_class {
    CLASS_VALU,          /* 32 lanes a cycle on one SIMD */
    CLASS_DUAL,          /* VOPD: two operations in one cycle */
    CLASS_TRANS,         /* exp, log, rcp, rsq, sqrt, sin, cos */
    CLASS_QUARTER,       /* 32-bit integer multiplication and 64-bit integers */
    CLASS_F64,           /* double precision */
    CLASS_WMMA_16,       /* matrix products of F16, BF16 … */
    CLASS_WMMA_8,        /* … of 8-bit integers and floats … */
    CLASS_WMMA_4,        /* … of 4-bit integers */
    CLASS_SALU,          /* scalar arithmetic */
    CLASS_SMEM,          /* scalar loads */
    CLASS_VMEM_LOAD,     /* vector loads whose lanes have offsets: global with a scalar base, scratch, buffer … */
    CLASS_VMEM_LOAD_64,  /* … or addresses of 64 bits: flat, global without a scalar base … */
    CLASS_VMEM_STORE,    /* … stores and atomics of the first kind … */
    CLASS_VMEM_STORE_64, /* … and of the second */
    CLASS_LDS,           /* LDS instructions */
    CLASS_BRANCH,
    CLASS_ROUND_TRIP_VMEM, /* a wait behind vector loads that nothing waited for before */
    CLASS_ROUND_TRIP_LGKM, /* the same behind scalar loads or LDS */
    CLASS_BARRIER,
    CLASS_INTERNAL, /* s_nop, s_delay_alu, further waits: no unit's work */
    CLASS_COUNT
};

struct compute_counters {
    uint64_t wave_instructions, waves, groups;
    uint64_t checked_waves;                                       /* whose waits were checked as they ran (waits.h) */
    uint64_t vram_read_bytes;                                     /* behind the caches: whole lines (cache.h) */
    uint64_t vram_write_bytes, host_read_bytes, host_write_bytes; /* as lanes ask */
    uint64_t by_class[CLASS_COUNT];                               /* wave instructions */
    uint64_t l0_lines, l2_lines, mall_lines; /* 128-byte lines asked of the vector caches, of the L2, answered by the MALL */
    uint64_t lds_sampled, lds_passes;        /* of sampled work-groups: cycles of LDS that its data takes, and with conflicts */
};

/* What of a dispatch decides how it is spread over the chip. */
struct compute_shape {
    uint64_t groups;
    uint32_t waves; /* of a work-group */
    uint32_t wave_lanes, vgprs, lds_bytes;
    bool cu_mode; /* RSRC1.WGP_MODE is 0: waves and LDS of a work-group stay in one compute unit */
};

/* False: the registers make no dispatch. */
bool compute_shape(const struct compute_dispatch *dispatch, struct compute_shape *shape_out);

struct compute_engine;

/* check_all: every instruction's waits are checked as it executes, also of programs for which a proof was found (waits.h):
 * slower, and a test of the proofs. */
int compute_create(const struct compute_memory *memory, uint32_t worker_threads, bool check_all,
                   struct compute_engine **engine_out);
void compute_destroy(struct compute_engine *engine);

/* How many instructions a wave may execute before it counts as hung; 2^28 until set, about ten seconds of the host's time. */
void compute_set_watchdog(struct compute_engine *engine, uint64_t instructions);

/* Runs a dispatch to its end; blocks. One caller at a time. 0, or -EIO with *fault_out filled. Counters are added to *counters.
 */
int compute_run(struct compute_engine *engine, const struct compute_dispatch *dispatch, struct compute_counters *counters,
                struct compute_fault *fault_out);

/* Work-groups that have ended so far, those of a running dispatch included; from any thread. */
uint64_t compute_ended_groups(const struct compute_engine *engine);

/* Makes a running compute_run return with COMPUTE_FAULT_STOPPED soon; from any thread. Reset, unplug, dequeue. */
void compute_stop(struct compute_engine *engine);

/* How large the memory-side cache is; 0, the start: none. Before the first dispatch. 0 or -ENOMEM. */
int compute_set_mall(struct compute_engine *engine, uint64_t bytes);

/* The instruction caches forget everything (ACQUIRE_MEM with GLI_INV, Q-13). Until then, code once fetched from an address
 * stays what it was. Call between dispatches only. */
void compute_invalidate_icache(struct compute_engine *engine);

/* The data caches, for those who go around them (cache.h). Lives as long as the engine. */
struct cache_l2;
struct cache_l2 *compute_caches(struct compute_engine *engine);

#endif
