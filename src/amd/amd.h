/*
 * amd.h: one AMD card as the driver sees it; the root from which every part of src/amd hangs.
 *
 * Owned by engine.c (open and close); all functions that take it run under the core's mutex, except those that engine.h lists
 * as callable from any thread, which touch only the fields marked "any thread".
 */
#ifndef EXO_AMD_AMD_H
#define EXO_AMD_AMD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "amd/chips.h"
#include "amd/discovery.h"
#include "amd/firmware.h"
#include "amd/generation.h"
#include "amd/mirror.h"
#include "amd/queue.h"
#include "amd/vm.h"
#include "core/engine.h"
#include "link/link.h"

#define AMD_BAR_VRAM 0
#define AMD_BAR_DOORBELLS 2
#define AMD_BAR_REGISTERS 5

/* Objects in VRAM at fixed places: offsets from its start, below the BAR limit. Written by bringup_place_objects. */
#define AMD_TRUSTED_BYTES 0x1300000u

struct amd_objects {
    uint64_t fault_page, scratch_page; /* where the hubs send what has no page */
    uint64_t psp_message;              /* 1 MiB aligned; the boot loader's window */
    uint64_t psp_command, psp_fence, psp_ring;
    uint64_t psp_trusted;              /* the security processor's own region */
    uint64_t firmware, firmware_bytes; /* each image at its own address while loading */
    uint64_t smu_table;
    uint64_t mqd;
    uint64_t eop; /* the compute queue's end-of-pipe buffer */
    uint64_t interrupt_rings[2], interrupt_pointers[2];
};

/* What overdue.c remembers between two looks at a card that does not answer. */
struct overdue {
    exo_fence fence;            /* that is waited for … */
    uint64_t looked_us;         /* … and when the card was last looked at for it */
    uint64_t position;          /* where the engines stood … */
    uint64_t position_since_us; /* … and since when; 0: not looked yet */
    uint32_t unheard;           /* looks in a row that found a doorbell without effect */
    uint64_t hang_us;           /* how long engines may stand still */
};

struct amd {
    struct engine base; /* first: the engine is the card */
    struct link *link;
    char uri[128];
    const struct amd_chip *chip;
    enum generation generation; /* of the chip: picks the places of registers and the numbers of messages */
    struct amd_generation gen;  /* what else its generation is different in */
    bool simulated;
    uint64_t deadline_us; /* end of the whole opening; 0 once open */
    uint64_t vram_bytes, bar0_bytes;
    uint64_t fb_base, fb_end; /* memory-controller addresses of VRAM (A-07: page tables do not take these) */
    struct discovery discovery;
    struct firmware firmware;
    struct amd_objects objects;
    bool warm;          /* an earlier session of ours left firmware and hubs running */
    bool hub_ready[2];  /* by enum hub_id */
    uint32_t hdp_flush; /* dword address of the flush register, read once */
    uint32_t tmr_bytes;
    struct vm vm;
    struct mirror mirror; /* host memory over links that cannot share it */
    struct queue compute, sdma;
    struct amd_memory *control; /* rings, pointers and fence words of both queues: host memory */
    struct amd_memory *staging; /* host memory for moving command words to VRAM */
    struct amd_memory *scratch; /* private memory of waves; grows with what modules ask for */
    uint32_t scratch_per_lane, tmpring_size;
    bool code_changed; /* the next submission invalidates instruction caches */
    bool copied_last;  /* the last submission went to the DMA engine */
    uint64_t submissions;
    uint32_t interrupts_read; /* bytes into the first interrupt ring */
    struct overdue overdue;
    _Atomic uint64_t submitted; /* any thread: the last fence handed out */
    _Atomic int broken;         /* any thread: 0, or the negative errno that ended this card's use */
};

static inline struct amd *amd_from(struct engine *e)
{
    return (struct amd *)e;
}

/* Latches the card as unusable with the sentence in a->base.err; returns code. */
int amd_break(struct amd *a, int code);
/* The link is no longer alive: latches it as lost, takes the sentence over and breaks the device. Returns -ENODEV. */
int amd_card_went(struct amd *a, const char *during);

/* Memory-controller address of a place in VRAM: for the security processor, the power manager and queue descriptors. */
static inline uint64_t amd_mc_address(const struct amd *a, uint64_t vram_offset)
{
    return a->fb_base + vram_offset;
}

/* CPU access to VRAM through BAR 0; the offset must lie below the BAR's size. Writes are posted, reads are round trips. */
int amd_vram_write(struct amd *a, uint64_t offset, const void *src, uint64_t size_bytes) __attribute__((warn_unused_result));
int amd_vram_read(struct amd *a, uint64_t offset, void *dst, uint64_t size_bytes) __attribute__((warn_unused_result));
int amd_vram_clear(struct amd *a, uint64_t offset, uint64_t size_bytes) __attribute__((warn_unused_result));

/* bringup.c: `fail_at` < 0, or the index of a step that is to fail before it runs (for tests). */
int amd_bring_up(struct amd *a, const struct exo_open_options *options, int fail_at, struct err *e)
    __attribute__((warn_unused_result));
void amd_take_down(struct amd *a);
int amd_step_count(void);
const char *amd_step_name(int index);

/* engine.c: opens with a step that fails, for tests; -1: as usual. */
int amd_open(const char *uri, const struct exo_open_options *options, int fail_at, struct engine **engine_out, struct err *e)
    __attribute__((warn_unused_result));

#endif
